/*
 * rating.c
 *		Type rating_summary: surveys scored in whole numbers from 0 to 10, such as
 *		net promoter score, customer satisfaction and customer effort.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "base/kpi.h"
#include "proportion/proportion.h"
#include "rating/rating.h"
#include "base/row.h"
#include "base/summary.h"

#include "utils/builtins.h"
#include "utils/float.h"

#define PG_GETARG_RATING_P(n) ((RatingSummary *) PG_GETARG_POINTER(n))
#define PG_GETARG_RATING_SPLIT_P(n) ((RatingSplit *) PG_GETARG_POINTER(n))

/* ---------- types ---------- */

static const char *const rating_fields[] = {
	"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"
};

static const SummaryType rating_type = {
	.name = "rating_summary",
	.fields = rating_fields,
	.nfields = lengthof(rating_fields),
	.nreserved = lengthof(((RatingSummary *) NULL)->reserved),
};

SUMMARY_FUNCTIONS(rating_summary, rating_type);

static const char *const rating_split_fields[] = {
	"negative_to", "positive_from", "responses", "negative", "positive"
};

static const char *
rating_split_complaint(const int64 *words)
{
	const RatingSplit *s = (const RatingSplit *) words;

	if (s->responses == 0)
	{
		if (!rating_split_same_cuts(s, RATING_NO_CUT, RATING_NO_CUT) ||
			s->negative != 0 || s->positive != 0)
			return "Without responses all else must be null or 0.";
		return NULL;
	}
	if (s->positive_from < 0 || s->positive_from > RATING_MAX ||
		s->negative_to >= s->positive_from)
		return "The cuts must lie on the scale from 0 to 10, the negative below the positive.";
	if (s->negative > s->responses - s->positive)
		return "The parts exceed the responses.";
	if (s->negative_to == RATING_NO_CUT && s->negative != 0)
		return "Without a negative cut nothing can be negative.";
	return NULL;
}

static const SummaryType rating_split_type = {
	.name = "rating_split",
	.fields = rating_split_fields,
	.nfields = lengthof(rating_split_fields),
	.nullable = SUMMARY_NULLABLE(0) | SUMMARY_NULLABLE(1),
	.nreserved = lengthof(((RatingSplit *) NULL)->reserved),
	.complaint = rating_split_complaint,
};

SUMMARY_FUNCTIONS(rating_split, rating_split_type);

/* ---------- scores ---------- */

static void
score_range_error(const char *score)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("score must lie between 0 and 10: %s", score),
			 errhint("Turn other scores into NULL with plausible(score, 0, 10).")));
}

static void
score_fraction_error(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("score must be a whole number: %s", float8out_internal(score)),
			 score * 2 == floor(score * 2) ?
			 errhint("Double the scores of a scale with halves, and the cuts with them: csat(score * 2, 8).") :
			 errhint("Values that are no whole numbers from 0 to 10 go into number_agg.")));
}

static inline int
score_int4(int32 score)
{
	if (unlikely(score < 0 || score > RATING_MAX))
		score_range_error(psprintf("%d", score));
	return score;
}

static inline int
score_int8(int64 score)
{
	if (unlikely(score < 0 || score > RATING_MAX))
		score_range_error(psprintf(INT64_FORMAT, score));
	return (int) score;
}

static inline int
score_float8(double score)
{
	int			whole;

	if (unlikely(!(score >= 0 && score <= RATING_MAX))) /* NaN too */
		score_range_error(float8out_internal(score));
	whole = (int) score;
	if (unlikely(whole != score))
		score_fraction_error(score);
	return whole;
}

/* ---------- aggregates ---------- */

static inline Datum
rating_accumulate(FunctionCallInfo fcinfo, int score)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_add(state, score);
	PG_RETURN_POINTER(state);
}

static inline Datum
rating_discard(FunctionCallInfo fcinfo, int score)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_remove(state, score);
	PG_RETURN_POINTER(state);
}

KPI_FUNCTION(rating_accum_int2, rating_accumulate(fcinfo, score_int4(PG_GETARG_INT16(1))));
KPI_FUNCTION(rating_accum_int4, rating_accumulate(fcinfo, score_int4(PG_GETARG_INT32(1))));
KPI_FUNCTION(rating_accum_int8, rating_accumulate(fcinfo, score_int8(PG_GETARG_INT64(1))));
KPI_FUNCTION(rating_accum_float8, rating_accumulate(fcinfo, score_float8(PG_GETARG_FLOAT8(1))));
KPI_FUNCTION(rating_accum_int2_inv, rating_discard(fcinfo, score_int4(PG_GETARG_INT16(1))));
KPI_FUNCTION(rating_accum_int4_inv, rating_discard(fcinfo, score_int4(PG_GETARG_INT32(1))));
KPI_FUNCTION(rating_accum_int8_inv, rating_discard(fcinfo, score_int8(PG_GETARG_INT64(1))));
KPI_FUNCTION(rating_accum_float8_inv, rating_discard(fcinfo, score_float8(PG_GETARG_FLOAT8(1))));

/* Scores that come with their number: (state, score, answers) */
static inline int64
getarg_answers(FunctionCallInfo fcinfo)
{
	int64		answers = PG_GETARG_INT64(2);

	if (unlikely(answers < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("answers must not be negative: " INT64_FORMAT, answers),
				 errhint("It is how many gave the score; the arguments are rating_agg(score, answers).")));
	return answers;
}

static inline Datum
rating_accumulate_counted(FunctionCallInfo fcinfo, int score)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_add_counted(state, score, getarg_answers(fcinfo));
	PG_RETURN_POINTER(state);
}

static inline Datum
rating_discard_counted(FunctionCallInfo fcinfo, int score)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_remove_counted(state, score, getarg_answers(fcinfo));
	PG_RETURN_POINTER(state);
}

KPI_FUNCTION(rating_accum_counted_int2, rating_accumulate_counted(fcinfo, score_int4(PG_GETARG_INT16(1))));
KPI_FUNCTION(rating_accum_counted_int4, rating_accumulate_counted(fcinfo, score_int4(PG_GETARG_INT32(1))));
KPI_FUNCTION(rating_accum_counted_int8, rating_accumulate_counted(fcinfo, score_int8(PG_GETARG_INT64(1))));
KPI_FUNCTION(rating_accum_counted_float8, rating_accumulate_counted(fcinfo, score_float8(PG_GETARG_FLOAT8(1))));
KPI_FUNCTION(rating_accum_counted_int2_inv, rating_discard_counted(fcinfo, score_int4(PG_GETARG_INT16(1))));
KPI_FUNCTION(rating_accum_counted_int4_inv, rating_discard_counted(fcinfo, score_int4(PG_GETARG_INT32(1))));
KPI_FUNCTION(rating_accum_counted_int8_inv, rating_discard_counted(fcinfo, score_int8(PG_GETARG_INT64(1))));
KPI_FUNCTION(rating_accum_counted_float8_inv, rating_discard_counted(fcinfo, score_float8(PG_GETARG_FLOAT8(1))));

/* a + b, and the transition and combine function of rollup */
PG_FUNCTION_INFO_V1(rating_summary_merge);
Datum
rating_summary_merge(PG_FUNCTION_ARGS)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_merge(state, PG_GETARG_RATING_P(1));
	PG_RETURN_POINTER(state);
}

/* a - b, and the inverse transition of rollup */
PG_FUNCTION_INFO_V1(rating_summary_subtract);
Datum
rating_summary_subtract(PG_FUNCTION_ARGS)
{
	RatingSummary *state = kpi_getarg_state(fcinfo, sizeof(RatingSummary));

	rating_subtract(state, PG_GETARG_RATING_P(1));
	PG_RETURN_POINTER(state);
}

/* ---------- cuts of the scale ---------- */

static void
check_satisfied_from(int32 satisfied_from)
{
	if (satisfied_from < 0 || satisfied_from > RATING_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("satisfied_from must lie between 0 and 10: %d", satisfied_from),
				 errhint("It is the lowest score that counts as satisfied, 4 on a scale from 1 to 5.")));
}

static void
check_net_score_cuts(int32 negative_to, int32 positive_from)
{
	if (negative_to < 0 || positive_from > RATING_MAX || negative_to >= positive_from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("negative_to must lie below positive_from, both between 0 and 10: %d, %d",
						negative_to, positive_from),
				 errhint("They are the highest score that counts against and the lowest that counts for, 3 and 6 on a scale from 1 to 7.")));
}

static char *
cuts_to_string(int64 negative_to, int64 positive_from)
{
	if (negative_to == RATING_NO_CUT)
		return psprintf(INT64_FORMAT, positive_from);
	return psprintf(INT64_FORMAT " and " INT64_FORMAT, negative_to, positive_from);
}

static void
changed_cuts_error(const RatingSplit *s, int64 negative_to, int64 positive_from)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must not change within a group: %s, then %s",
					negative_to == RATING_NO_CUT ? "satisfied_from" : "negative_to and positive_from",
					cuts_to_string(s->negative_to, s->positive_from),
					cuts_to_string(negative_to, positive_from)),
			 errhint("Group by the survey's scale, too, or take the share of rows above a cut of their own: rate(score >= cut).")));
}

/* The cuts among the arguments, checked only where they are not the state's. */
static inline void
split_use_cuts(FunctionCallInfo fcinfo, RatingSplit *state)
{
	int32		negative_to = RATING_NO_CUT;
	int32		positive_from;

	if (PG_NARGS() > 3)
	{
		if (PG_ARGISNULL(2))
			kpi_null_argument_error("negative_to");
		if (PG_ARGISNULL(3))
			kpi_null_argument_error("positive_from");
		negative_to = PG_GETARG_INT32(2);
		positive_from = PG_GETARG_INT32(3);
	}
	else
	{
		if (PG_ARGISNULL(2))
			kpi_null_argument_error("satisfied_from");
		positive_from = PG_GETARG_INT32(2);
	}
	if (likely(state->responses > 0 && rating_split_same_cuts(state, negative_to, positive_from)))
		return;
	if (PG_NARGS() > 3)
		check_net_score_cuts(negative_to, positive_from);
	else
		check_satisfied_from(positive_from);
	if (state->responses > 0)
		changed_cuts_error(state, negative_to, positive_from);
	state->negative_to = negative_to;
	state->positive_from = positive_from;
}

static inline Datum
split_accumulate(FunctionCallInfo fcinfo, int (*get_score) (FunctionCallInfo fcinfo))
{
	RatingSplit *state = kpi_getarg_state(fcinfo, sizeof(RatingSplit));

	if (!PG_ARGISNULL(1))
	{
		int			score = get_score(fcinfo);

		split_use_cuts(fcinfo, state);
		rating_split_add(state, score);
	}
	PG_RETURN_POINTER(state);
}

static inline Datum
split_discard(FunctionCallInfo fcinfo, int (*get_score) (FunctionCallInfo fcinfo))
{
	RatingSplit *state = kpi_getarg_state(fcinfo, sizeof(RatingSplit));

	if (!PG_ARGISNULL(1))
	{
		int			score = get_score(fcinfo);

		split_use_cuts(fcinfo, state);
		rating_split_remove(state, score);
	}
	PG_RETURN_POINTER(state);
}

static inline int
getarg_score_int2(FunctionCallInfo fcinfo)
{
	return score_int4(PG_GETARG_INT16(1));
}

static inline int
getarg_score_int4(FunctionCallInfo fcinfo)
{
	return score_int4(PG_GETARG_INT32(1));
}

static inline int
getarg_score_int8(FunctionCallInfo fcinfo)
{
	return score_int8(PG_GETARG_INT64(1));
}

static inline int
getarg_score_float8(FunctionCallInfo fcinfo)
{
	return score_float8(PG_GETARG_FLOAT8(1));
}

KPI_FUNCTION(rating_split_accum_int2, split_accumulate(fcinfo, getarg_score_int2));
KPI_FUNCTION(rating_split_accum_int4, split_accumulate(fcinfo, getarg_score_int4));
KPI_FUNCTION(rating_split_accum_int8, split_accumulate(fcinfo, getarg_score_int8));
KPI_FUNCTION(rating_split_accum_float8, split_accumulate(fcinfo, getarg_score_float8));
KPI_FUNCTION(rating_split_accum_int2_inv, split_discard(fcinfo, getarg_score_int2));
KPI_FUNCTION(rating_split_accum_int4_inv, split_discard(fcinfo, getarg_score_int4));
KPI_FUNCTION(rating_split_accum_int8_inv, split_discard(fcinfo, getarg_score_int8));
KPI_FUNCTION(rating_split_accum_float8_inv, split_discard(fcinfo, getarg_score_float8));

PG_FUNCTION_INFO_V1(rating_split_merge);
Datum
rating_split_merge(PG_FUNCTION_ARGS)
{
	RatingSplit *state = kpi_getarg_state(fcinfo, sizeof(RatingSplit));
	const RatingSplit *other = PG_GETARG_RATING_SPLIT_P(1);

	if (other->responses == 0)
		PG_RETURN_POINTER(state);
	if (state->responses == 0)
	{
		state->negative_to = other->negative_to;
		state->positive_from = other->positive_from;
	}
	else if (!rating_split_same_cuts(state, other->negative_to, other->positive_from))
		changed_cuts_error(state, other->negative_to, other->positive_from);
	kpi_add(&state->responses, other->responses, "number of responses");
	state->negative += other->negative;
	state->positive += other->positive;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(rating_split_csat);
Datum
rating_split_csat(PG_FUNCTION_ARGS)
{
	const RatingSplit *s = PG_GETARG_RATING_SPLIT_P(0);

	if (s->responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) s->positive / (double) s->responses);
}

PG_FUNCTION_INFO_V1(rating_split_net_score);
Datum
rating_split_net_score(PG_FUNCTION_ARGS)
{
	const RatingSplit *s = PG_GETARG_RATING_SPLIT_P(0);

	if (s->responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rating_net(s->positive, s->negative, s->responses));
}

/* ---------- accessors ---------- */

KPI_FUNCTION(rating_responses_of, Int64GetDatum(rating_responses(PG_GETARG_RATING_P(0))));
KPI_FUNCTION(rating_promoters, Int64GetDatum(rating_nps_balance(PG_GETARG_RATING_P(0)).positive));
KPI_FUNCTION(rating_passives, Int64GetDatum(rating_nps_balance(PG_GETARG_RATING_P(0)).neutral));
KPI_FUNCTION(rating_detractors, Int64GetDatum(rating_nps_balance(PG_GETARG_RATING_P(0)).negative));

static Datum
net_score_of(FunctionCallInfo fcinfo, int negative_to, int positive_from)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	RatingBalance b = rating_balance(r, negative_to, positive_from);
	int64		responses = b.positive + b.neutral + b.negative;

	if (responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rating_net(b.positive, b.negative, responses));
}

KPI_FUNCTION(rating_nps, net_score_of(fcinfo, 6, 9));

PG_FUNCTION_INFO_V1(rating_net_score);
Datum
rating_net_score(PG_FUNCTION_ARGS)
{
	int32		negative_to = PG_GETARG_INT32(1);
	int32		positive_from = PG_GETARG_INT32(2);

	check_net_score_cuts(negative_to, positive_from);
	return net_score_of(fcinfo, negative_to, positive_from);
}

static bool
on_scale(const RatingSummary *r, int low, int high)
{
	return rating_count(r, 0, low - 1) == 0 && rating_count(r, high + 1, RATING_MAX) == 0;
}

/* The scores that are not on a KPI's scale are known only now that it is read. */
static void
check_scale(const RatingSummary *r, int low, int high, const char *kpi, const char *cure)
{
	StringInfoData found;

	if (likely(on_scale(r, low, high)))
		return;
	initStringInfo(&found);
	for (int score = 0; score <= RATING_MAX; score++)
	{
		if (r->answers[score] == 0 || (score >= low && score <= high))
			continue;
		if (found.len > 0)
			appendStringInfoString(&found, ", ");
		appendStringInfo(&found, "%d (count " INT64_FORMAT ")", score, r->answers[score]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s takes scores from %d to %d: found %s", kpi, low, high, found.data),
			 errhint("Turn other scores into NULL with plausible(score, %d, %d), or on another scale use %s.",
					 low, high, cure)));
}

static Datum
csat_of(FunctionCallInfo fcinfo, int satisfied_from)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	int64		responses = rating_responses(r);

	if (responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) rating_count(r, satisfied_from, RATING_MAX) / (double) responses);
}

PG_FUNCTION_INFO_V1(rating_average_of);
Datum
rating_average_of(PG_FUNCTION_ARGS)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	int64		responses = rating_responses(r);

	if (responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rating_average(r, responses));
}

PG_FUNCTION_INFO_V1(rating_csat);
Datum
rating_csat(PG_FUNCTION_ARGS)
{
	check_scale(PG_GETARG_RATING_P(0), 1, 5, "csat", "csat(score, satisfied_from)");
	return csat_of(fcinfo, 4);
}

PG_FUNCTION_INFO_V1(rating_csat_from);
Datum
rating_csat_from(PG_FUNCTION_ARGS)
{
	int32		satisfied_from = PG_GETARG_INT32(1);

	check_satisfied_from(satisfied_from);
	return csat_of(fcinfo, satisfied_from);
}

/* csat_low, csat_high (r [, satisfied_from [, confidence]]): Wilson's interval of csat */
static Datum
csat_interval(FunctionCallInfo fcinfo, int sign)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	double		z = kpi_confidence_z(kpi_getarg_confidence(fcinfo, 2));
	int64		responses = rating_responses(r);
	int32		satisfied_from = 4;

	if (PG_NARGS() > 1)
		check_satisfied_from(satisfied_from = PG_GETARG_INT32(1));
	else
		check_scale(r, 1, 5, "csat", "csat_low(rating_agg(score), satisfied_from)");
	if (responses == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_end(rating_count(r, satisfied_from, RATING_MAX), responses, sign * z));
}

KPI_FUNCTION(rating_csat_low, csat_interval(fcinfo, -1));
KPI_FUNCTION(rating_csat_high, csat_interval(fcinfo, 1));

PG_FUNCTION_INFO_V1(rating_ces);
Datum
rating_ces(PG_FUNCTION_ARGS)
{
	check_scale(PG_GETARG_RATING_P(0), 1, 7, "ces", "average(rating_agg(score))");
	return rating_average_of(fcinfo);
}

PG_FUNCTION_INFO_V1(rating_proportion);
Datum
rating_proportion(PG_FUNCTION_ARGS)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	int32		low = PG_GETARG_INT32(1);
	int32		high = PG_GETARG_INT32(2);
	Proportion *result = palloc(sizeof(Proportion));

	if (low < 0 || high > RATING_MAX || low > high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low must not exceed high, both between 0 and 10: %d, %d", low, high),
				 errhint("The scores from low to high are counted, both included.")));
	result->total = rating_responses(r);
	result->hits = rating_count(r, low, high);
	PG_RETURN_POINTER(result);
}

static Datum
nps_interval(FunctionCallInfo fcinfo, int sign)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	double		z = kpi_confidence_z(kpi_getarg_confidence(fcinfo, 1));
	RatingBalance b = rating_nps_balance(r);

	if (b.positive + b.neutral + b.negative == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rating_adjusted_wald(&b, sign * z));
}

KPI_FUNCTION(rating_nps_low, nps_interval(fcinfo, -1));
KPI_FUNCTION(rating_nps_high, nps_interval(fcinfo, 1));

PG_FUNCTION_INFO_V1(rating_nps_p_value);
Datum
rating_nps_p_value(PG_FUNCTION_ARGS)
{
	RatingBalance a = rating_nps_balance(PG_GETARG_RATING_P(0));
	RatingBalance b = rating_nps_balance(PG_GETARG_RATING_P(1));

	if (a.positive + a.neutral + a.negative == 0 || b.positive + b.neutral + b.negative == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rating_p_value(&a, &b));
}

/* One row of plain numbers; a KPI whose scale the scores do not fit is NULL. */
PG_FUNCTION_INFO_V1(rating_kpis);
Datum
rating_kpis(PG_FUNCTION_ARGS)
{
	const RatingSummary *r = PG_GETARG_RATING_P(0);
	RatingBalance b = rating_nps_balance(r);
	int64		responses = b.positive + b.neutral + b.negative;
	bool		known = responses > 0;
	Proportion	satisfied = {rating_count(r, 4, RATING_MAX), on_scale(r, 1, 5) ? responses : 0};
	double		z = kpi_confidence_z(KPI_DEFAULT_CONFIDENCE);
	KpiRow		row = {0};

	row_add_count(&row, responses);
	row_add(&row, known, known ? Float8GetDatum(rating_net(b.positive, b.negative, responses)) : 0);
	row_add(&row, known, Float8GetDatum(rating_adjusted_wald(&b, -z)));
	row_add(&row, known, Float8GetDatum(rating_adjusted_wald(&b, z)));
	row_add_rate(&row, satisfied.hits, satisfied.total);
	row_add_wilson(&row, satisfied.hits, satisfied.total, z);
	row_add(&row, known && on_scale(r, 1, 7), known ? Float8GetDatum(rating_average(r, responses)) : 0);
	row_add(&row, known, known ? Float8GetDatum(rating_average(r, responses)) : 0);
	row_add_count(&row, b.positive);
	row_add_count(&row, b.neutral);
	row_add_count(&row, b.negative);
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

#define RATING_KERNEL(name, type, score) \
	static void \
	rating_kernel_##name(const KernelRows *call) \
	{ \
		const type *scores = call->args[0].values; \
		\
		KERNEL_LOOP(call, i, \
			rating_add(KERNEL_STATE(call, i, RatingSummary), score(scores[i])); \
		); \
	} \
	extern int	no_such_variable

RATING_KERNEL(int2, int16, score_int4);
RATING_KERNEL(int4, int32, score_int4);
RATING_KERNEL(int8, int64, score_int8);
RATING_KERNEL(float8, double, score_float8);

const BatchKernel rating_kernels[] = {
	{rating_accum_int2, rating_kernel_int2, 0},
	{rating_accum_int4, rating_kernel_int4, 0},
	{rating_accum_int8, rating_kernel_int8, 0},
	{rating_accum_float8, rating_kernel_float8, 0},
	{NULL, NULL, 0}
};
