/*
 * queue.c
 *		Type queue_summary: service level, abandonment, speed of answer.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "base/deque.h"
#include "base/kpi.h"
#include "queue/queue.h"
#include "base/row.h"
#include "base/summary.h"

#include "utils/builtins.h"

#define PG_GETARG_QUEUE_P(n) ((QueueSummary *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const queue_fields[] = {
	"answered_within", "answered_late", "answered_unknown",
	"abandoned_short", "abandoned_within", "abandoned_late", "abandoned_unknown",
	"waiting_within", "waiting_late", "flowed_out_within", "flowed_out_late",
	"answered_wait", "abandoned_wait", "longest_wait",
};

static const char *
queue_words_complaint(const int64 *words)
{
	return queue_complaint((const QueueSummary *) words);
}

static const SummaryType queue_type = {
	.name = "queue_summary",
	.fields = queue_fields,
	.nfields = lengthof(queue_fields),
	.nullable = SUMMARY_NULLABLE(13),
	.nreserved = 2,
	.complaint = queue_words_complaint,
};

SUMMARY_FUNCTIONS(queue_summary, queue_type);

/* ---------- contacts ---------- */

void
queue_short_abandon_error(int64 short_abandon, int64 threshold)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("short_abandon must not exceed the threshold: %g s, %g s",
					kpi_usec_to_seconds(short_abandon), kpi_usec_to_seconds(threshold)),
			 errhint("The arguments are (wait, threshold, answered, short_abandon).")));
}

/*
 * The contact that the arguments (state, wait, threshold [, answered
 * [, short_abandon [, flowed_out]]]) describe; false when nothing is known about
 * it.  The type and the number of arguments are constants where this is inlined.
 */
static pg_attribute_always_inline bool
getarg_contact(FunctionCallInfo fcinfo, DurationType type, int nargs, QueueContact *c)
{
	int64		wait = PG_ARGISNULL(1) ? QUEUE_UNKNOWN : kpi_getarg_duration(fcinfo, 1, type, "wait");
	QueueAnswer answer = nargs == 3 ? QUEUE_NOT_ASKED : PG_ARGISNULL(3) ? QUEUE_NOT_SAID : PG_GETARG_BOOL(3) ? QUEUE_YES : QUEUE_NO;

	if (!queue_fate(c, wait, answer, nargs >= 6 && !PG_ARGISNULL(5) && PG_GETARG_BOOL(5)))
		return false;			/* not even its threshold has to be known */
	queue_limits(c, PG_ARGISNULL(2) ? QUEUE_UNKNOWN : kpi_getarg_duration(fcinfo, 2, type, "threshold"),
				 nargs < 5 || PG_ARGISNULL(4) ? QUEUE_UNKNOWN : kpi_getarg_duration(fcinfo, 4, type, "short_abandon"));
	return true;
}

/* ---------- aggregates whose state is a queue_summary ---------- */

static pg_attribute_always_inline Datum
queue_accum(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
		queue_add(state, &contact);
	PG_RETURN_POINTER(state);
}

/*
 * The state of a moving aggregate that reads no maximum never leaves the window.
 * That of any other call does: its longest wait is an upper bound, and all else
 * must be possible.
 */
static inline Datum
queue_inverse_result(FunctionCallInfo fcinfo, QueueSummary *state)
{
	if (unlikely(kpi_may_be_impossible(fcinfo)))
	{
		queue_bound_longest(state);
		if (queue_complaint(state) != NULL)
			kpi_negative_result_error("queue_summary");
	}
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_accum_inv(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
		queue_remove(state, &contact);
	return queue_inverse_result(fcinfo, state);
}

/* (state, wait [, answered]), strict: mean waits need no threshold */
static pg_attribute_always_inline Datum
queue_wait_accum(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	int64		wait = kpi_getarg_duration(fcinfo, 1, type, "wait");
	bool		answered = nargs < 3 || PG_GETARG_BOOL(2);

	queue_add_class(state, answered ? ANSWERED_WITHIN : ABANDONED_WITHIN, wait);
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_wait_accum_inv(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	int64		wait = kpi_getarg_duration(fcinfo, 1, type, "wait");
	bool		answered = nargs < 3 || PG_GETARG_BOOL(2);

	queue_remove_class(state, answered ? ANSWERED_WITHIN : ABANDONED_WITHIN, wait);
	return queue_inverse_result(fcinfo, state);
}

/* a + b, and the transition and combine function of rollup */
PG_FUNCTION_INFO_V1(queue_summary_merge);
Datum
queue_summary_merge(PG_FUNCTION_ARGS)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));

	queue_merge(state, PG_GETARG_QUEUE_P(1));
	PG_RETURN_POINTER(state);
}

/* ---------- moving aggregates that know the longest wait ---------- */

typedef struct QueueMoving
{
	QueueSummary sums;			/* its longest wait is not kept */
	int64		hidden;			/* how many summaries hide their longest wait */
	MaxDeque	longest;
} QueueMoving;

/* The moving state, made on the first row of a frame that starts anew. */
static QueueMoving *
moving_start(FunctionCallInfo fcinfo)
{
	static const QueueSummary empty = QUEUE_EMPTY;
	MemoryContext context;
	QueueMoving *state;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a moving transition function was called outside an aggregate"),
				 errhint("This function serves an aggregate. Call the aggregate instead.")));
	state = MemoryContextAlloc(context, sizeof(QueueMoving));
	state->sums = empty;
	state->hidden = 0;
	deque_init(&state->longest, context);
	return state;
}

#define PG_GETARG_MOVING_P(fcinfo) \
	(likely(!PG_ARGISNULL(0)) ? (QueueMoving *) PG_GETARG_POINTER(0) : moving_start(fcinfo))

/* A wait enters the frame or leaves it. */
static inline void
moving_wait(QueueMoving *state, int64 wait, bool enters)
{
	if (wait == QUEUE_UNKNOWN)
		return;
	if (enters)
		deque_push(&state->longest, wait);
	else
		deque_remove(&state->longest);
}

static pg_attribute_always_inline Datum
queue_moving_row(FunctionCallInfo fcinfo, DurationType type, int nargs, bool enters)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
	{
		if (enters)
			queue_add(&state->sums, &contact);
		else
			queue_remove(&state->sums, &contact);
		moving_wait(state, contact.wait, enters);
	}
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_moving_summary(FunctionCallInfo fcinfo, bool enters)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		const QueueSummary *summary = PG_GETARG_QUEUE_P(1);

		if (enters)
			queue_merge_sums(&state->sums, summary);
		else
			queue_subtract_sums(&state->sums, summary);
		moving_wait(state, summary->longest, enters);
		if (unlikely(queue_hides_longest(summary)))
			state->hidden += enters ? 1 : -1;
	}
	PG_RETURN_POINTER(state);
}

KPI_FUNCTION(queue_moving_merge, queue_moving_summary(fcinfo, true));
KPI_FUNCTION(queue_moving_merge_inv, queue_moving_summary(fcinfo, false));

PG_FUNCTION_INFO_V1(queue_moving_final);
Datum
queue_moving_final(PG_FUNCTION_ARGS)
{
	static const QueueSummary empty = QUEUE_EMPTY;
	QueueSummary *result = palloc(sizeof(QueueSummary));

	*result = empty;
	if (!PG_ARGISNULL(0))
	{
		const QueueMoving *state = (const QueueMoving *) PG_GETARG_POINTER(0);

		*result = state->sums;
		result->longest = state->hidden > 0 || deque_is_empty(&state->longest) ? QUEUE_UNKNOWN
			: deque_max(&state->longest);
	}
	PG_RETURN_POINTER(result);
}

/* One function for each type of duration and number of arguments, the state among them. */
#define QUEUE_ACCUM_FUNCTIONS(suffix, type, nargs) \
	KPI_FUNCTION(queue_accum_##suffix##_##nargs, queue_accum(fcinfo, type, nargs)); \
	KPI_FUNCTION(queue_moving_accum_##suffix##_##nargs, queue_moving_row(fcinfo, type, nargs, true)); \
	KPI_FUNCTION(queue_moving_accum_inv_##suffix##_##nargs, queue_moving_row(fcinfo, type, nargs, false))

#define QUEUE_FUNCTIONS(suffix, type) \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 3); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 4); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 5); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 6); \
	KPI_FUNCTION(queue_accum_inv_##suffix##_3, queue_accum_inv(fcinfo, type, 3)); \
	KPI_FUNCTION(queue_accum_inv_##suffix##_4, queue_accum_inv(fcinfo, type, 4)); \
	KPI_FUNCTION(queue_wait_accum_##suffix##_2, queue_wait_accum(fcinfo, type, 2)); \
	KPI_FUNCTION(queue_wait_accum_##suffix##_3, queue_wait_accum(fcinfo, type, 3)); \
	KPI_FUNCTION(queue_wait_accum_inv_##suffix##_2, queue_wait_accum_inv(fcinfo, type, 2)); \
	KPI_FUNCTION(queue_wait_accum_inv_##suffix##_3, queue_wait_accum_inv(fcinfo, type, 3))

QUEUE_FUNCTIONS(interval, DURATION_INTERVAL);
QUEUE_FUNCTIONS(int4, DURATION_INT4);
QUEUE_FUNCTIONS(float8, DURATION_FLOAT8);

/* ---------- counts ---------- */

#define QUEUE_COUNT(function, mask) \
	KPI_FUNCTION(function, Int64GetDatum(queue_count(PG_GETARG_QUEUE_P(0), mask)))

QUEUE_COUNT(queue_offered, OFFERED);
QUEUE_COUNT(queue_answered, ANSWERED);
QUEUE_COUNT(queue_abandoned, ABANDONED);
QUEUE_COUNT(queue_waiting, WAITING);
QUEUE_COUNT(queue_flowed_out, FLOWED_OUT);

/* ---------- rates ---------- */

/* The error's hint lists the words. */
static int
errhint_words(const QueueRate *rate)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < rate->nwords; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : ", ", rate->words[i].name);
	return errhint("A rule is a list of words, separated by commas: %s.", list.data);
}

static const QueueWord *
find_word(const char *name, size_t length, const QueueRate *rate)
{
	for (int i = 0; i < rate->nwords; i++)
	{
		const QueueWord *word = &rate->words[i];

		if (word->length == length && memcmp(word->name, name, length) == 0)
			return word;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown word in a rule: \"%.*s\"", (int) length, name),
			 errhint_words(rate)));
	pg_unreachable();
}

/* A word must have a meaning beside the words before it, and leave them theirs. */
static void
check_word(const QueueWord *word, const QueueWord *const *said, int nsaid, const QueueRate *rate)
{
	for (int i = 0; i < nsaid; i++)
	{
		if (unlikely(said[i] == word))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a rule must not say \"%s\" twice", word->name),
					 errhint_words(rate)));
		if (unlikely(queue_word_is_void(word, said[i]) || queue_word_is_void(said[i], word)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a rule must not say both \"%s\" and \"%s\"", said[i]->name, word->name),
					 errdetail("Both decide about the same contacts, so that one of the words would have no effect."),
					 errhint_words(rate)));
	}
}

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Read anew for each row: cheaper than to find out whether it is the same as
 * before.  The words that another rate knows too make a rule of it as well.
 */
static QueueRule
parse_rule(const text *list, const QueueRate *rate, const QueueRate *other, QueueRule *other_rule)
{
	const char *s = VARDATA_ANY(list);
	const char *end = s + VARSIZE_ANY_EXHDR(list);
	QueueRule	rule = queue_base_rule(rate);
	const QueueWord *said[lengthof(queue_service_level_words)];
	int			nsaid = 0;

	if (other != NULL)
		*other_rule = queue_base_rule(other);
	while (s < end && is_space(*s))
		s++;
	if (s == end)
		return rule;
	for (;;)
	{
		const char *comma = memchr(s, ',', end - s);
		const char *stop = comma ? comma : end;
		const QueueWord *word;

		while (s < stop && is_space(*s))
			s++;
		while (s < stop && is_space(stop[-1]))
			stop--;
		word = find_word(s, stop - s, rate);
		check_word(word, said, nsaid, rate);
		said[nsaid++] = word;	/* none twice, so they fit */
		queue_rule_add(&rule, word);
		for (int i = 0; other != NULL && i < other->nwords; i++)
		{
			if (strcmp(other->words[i].name, word->name) == 0)
				queue_rule_add(other_rule, &other->words[i]);
		}
		if (comma == NULL)
			return rule;
		s = comma + 1;
	}
}

/* The rule in the second argument, or the base where there is none. */
static QueueRule
getarg_rule(FunctionCallInfo fcinfo, const QueueRate *rate)
{
	if (PG_NARGS() < 2)
		return queue_base_rule(rate);
	return parse_rule(PG_GETARG_TEXT_PP(1), rate, NULL, NULL);
}

static Datum
queue_rate(FunctionCallInfo fcinfo, QueueRule rule)
{
	Proportion	share = queue_proportion(PG_GETARG_QUEUE_P(0), rule);

	if (share.total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(proportion_rate(&share));
}

static const QueueRule answer_rule = {ANSWERED, OFFERED};

KPI_FUNCTION(queue_service_level, queue_rate(fcinfo, getarg_rule(fcinfo, &queue_service_level_rate)));
KPI_FUNCTION(queue_abandonment, queue_rate(fcinfo, getarg_rule(fcinfo, &queue_abandonment_rate)));
KPI_FUNCTION(queue_answer_rate, queue_rate(fcinfo, answer_rule));

PG_FUNCTION_INFO_V1(queue_to_proportion);
Datum
queue_to_proportion(PG_FUNCTION_ARGS)
{
	Proportion *result = palloc(sizeof(Proportion));

	*result = queue_proportion(PG_GETARG_QUEUE_P(0), getarg_rule(fcinfo, &queue_service_level_rate));
	PG_RETURN_POINTER(result);
}

/* ---------- contacts that somebody else has counted ---------- */

static int64
getarg_count(FunctionCallInfo fcinfo, int n, const char *argument)
{
	int64		count = PG_GETARG_INT64(n);

	if (count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: " INT64_FORMAT, argument, count)));
	if (QUEUE_TOO_MANY(count))
		kpi_overflow_error(QUEUE_COUNT_NAME);
	return count;
}

static int64
getarg_wait_of(FunctionCallInfo fcinfo, int n, const char *argument, int64 contacts)
{
	int64		wait = kpi_getarg_duration(fcinfo, n, DURATION_INTERVAL, argument);

	if (wait > 0 && contacts == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be 0 where there are no such contacts: %s", argument,
						DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(n)))),
				 errhint("It is the sum of their waits: their number times their average.")));
	return wait;
}

/* queue_summary(answered_within, answered_late, abandoned_within, abandoned_late, answered_wait, abandoned_wait) */
PG_FUNCTION_INFO_V1(queue_summary_from_counts);
Datum
queue_summary_from_counts(PG_FUNCTION_ARGS)
{
	static const QueueSummary empty = QUEUE_EMPTY;
	QueueSummary *q = palloc(sizeof(QueueSummary));

	*q = empty;
	q->count[ANSWERED_WITHIN] = getarg_count(fcinfo, 0, "answered_within");
	q->count[ANSWERED_LATE] = getarg_count(fcinfo, 1, "answered_late");
	q->count[ABANDONED_WITHIN] = getarg_count(fcinfo, 2, "abandoned_within");
	q->count[ABANDONED_LATE] = getarg_count(fcinfo, 3, "abandoned_late");
	q->wait[OF_ANSWERED] = getarg_wait_of(fcinfo, 4, "answered_wait", queue_count(q, ANSWERED));
	q->wait[OF_ABANDONED] = getarg_wait_of(fcinfo, 5, "abandoned_wait", queue_count(q, ABANDONED));
	PG_RETURN_POINTER(q);
}

/* ---------- waits ---------- */

/* A mean: which sums of waits over which contacts. */
typedef struct QueueMean
{
	uint32		classes;
	bool		sums[QUEUE_SUMS];
} QueueMean;

static const QueueMean asa = {ANSWERED_KNOWN, {[OF_ANSWERED] = true}};
static const QueueMean average_time_to_abandon = {ABANDONED_KNOWN, {[OF_ABANDONED] = true}};
static const QueueMean average_wait = {ANSWERED_KNOWN | ABANDONED_KNOWN, {[OF_ANSWERED] = true, [OF_ABANDONED] = true}};

/*
 * Who was answered had more patience than the wait shows.  All waiting time over
 * the number of those who hung up is the maximum-likelihood estimate for an
 * exponential patience of which the answered are censored observations.
 */
static const QueueMean average_patience = {ABANDONED_KNOWN, {[OF_ANSWERED] = true, [OF_ABANDONED] = true}};

/* No mean, but the longest of all. */
static const QueueMean longest_wait = {0, {false}};

/* False where no wait of the kind is known. */
static bool
queue_wait(const QueueSummary *q, const QueueMean *mean, int64 *usec)
{
	int64		count = queue_count(q, mean->classes);
	int64		wait = 0;

	if (mean == &longest_wait)
	{
		*usec = q->longest;
		return q->longest != QUEUE_UNKNOWN;
	}
	if (count == 0)
		return false;
	for (int i = 0; i < QUEUE_SUMS; i++)
		if (mean->sums[i])
			kpi_add(&wait, q->wait[i], "sum of waits");
	*usec = kpi_mean(wait, count);
	return true;
}

static inline Datum
queue_wait_of(FunctionCallInfo fcinfo, const QueueMean *mean, DurationType type)
{
	int64		usec;

	if (!queue_wait(PG_GETARG_QUEUE_P(0), mean, &usec))
		PG_RETURN_NULL();
	KPI_RETURN_DURATION(usec, type);
}

KPI_FUNCTION(queue_asa_interval, queue_wait_of(fcinfo, &asa, DURATION_INTERVAL));
KPI_FUNCTION(queue_asa_seconds, queue_wait_of(fcinfo, &asa, DURATION_FLOAT8));
KPI_FUNCTION(queue_average_time_to_abandon_interval, queue_wait_of(fcinfo, &average_time_to_abandon, DURATION_INTERVAL));
KPI_FUNCTION(queue_average_time_to_abandon_seconds, queue_wait_of(fcinfo, &average_time_to_abandon, DURATION_FLOAT8));
KPI_FUNCTION(queue_average_wait_interval, queue_wait_of(fcinfo, &average_wait, DURATION_INTERVAL));
KPI_FUNCTION(queue_average_patience_interval, queue_wait_of(fcinfo, &average_patience, DURATION_INTERVAL));
KPI_FUNCTION(queue_longest_wait_interval, queue_wait_of(fcinfo, &longest_wait, DURATION_INTERVAL));

/* ---------- all of them in a row ---------- */

static void
row_add_proportion(KpiRow *row, const QueueSummary *q, QueueRule rule)
{
	Proportion	share = queue_proportion(q, rule);

	row_add_rate(row, share.hits, share.total);
}

static void
row_add_wait(KpiRow *row, const QueueSummary *q, const QueueMean *mean)
{
	int64		usec = 0;
	bool		known = queue_wait(q, mean, &usec);

	row_add_seconds(row, known, usec);
}

PG_FUNCTION_INFO_V1(queue_kpis);
Datum
queue_kpis(PG_FUNCTION_ARGS)
{
	const QueueSummary *q = PG_GETARG_QUEUE_P(0);
	QueueRule	service_level = queue_base_rule(&queue_service_level_rate);
	QueueRule	abandonment = queue_base_rule(&queue_abandonment_rate);
	KpiRow		row = {0};

	/* all rates of a row follow one rule, as far as they know its words */
	if (PG_NARGS() > 1)
		service_level = parse_rule(PG_GETARG_TEXT_PP(1), &queue_service_level_rate, &queue_abandonment_rate, &abandonment);

	row_add_count(&row, queue_count(q, OFFERED));
	row_add_count(&row, queue_count(q, ANSWERED));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ANSWERED_WITHIN)));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ANSWERED_LATE)));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ANSWERED_UNKNOWN)));
	row_add_count(&row, queue_count(q, ABANDONED));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ABANDONED_SHORT)));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ABANDONED_WITHIN)));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ABANDONED_LATE)));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ABANDONED_UNKNOWN)));
	row_add_count(&row, queue_count(q, WAITING));
	row_add_count(&row, queue_count(q, FLOWED_OUT));
	row_add_proportion(&row, q, service_level);
	row_add_proportion(&row, q, answer_rule);
	row_add_proportion(&row, q, abandonment);
	row_add_seconds(&row, true, q->wait[OF_ANSWERED]);
	row_add_wait(&row, q, &asa);
	row_add_wait(&row, q, &average_wait);
	row_add_wait(&row, q, &average_time_to_abandon);
	row_add_wait(&row, q, &average_patience);
	row_add_wait(&row, q, &longest_wait);
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

/* A duration of row i in microseconds, or QUEUE_UNKNOWN where it is NULL. */
static inline int64
duration_of_row(const BatchVector *arg, int i)
{
	return BATCH_IS_NULL(arg, i) ? QUEUE_UNKNOWN : ((const int64 *) arg->values)[i];
}

/* The contact of one row, as getarg_contact reads it. */
static inline bool
contact_of_row(const KernelRows *call, int i, QueueContact *c)
{
	const BatchVector *args = call->args;
	QueueAnswer answer = call->nargs == 2 ? QUEUE_NOT_ASKED : BATCH_IS_NULL(&args[2], i) ? QUEUE_NOT_SAID
		: ((const uint8 *) args[2].values)[i] ? QUEUE_YES : QUEUE_NO;

	if (!queue_fate(c, duration_of_row(&args[0], i), answer,
					call->nargs > 4 && !BATCH_IS_NULL(&args[4], i) && ((const uint8 *) args[4].values)[i]))
		return false;
	queue_limits(c, duration_of_row(&args[1], i), call->nargs > 3 ? duration_of_row(&args[3], i) : QUEUE_UNKNOWN);
	return true;
}

/* (wait, threshold [, answered [, short_abandon [, flowed_out]]]) */
static void
queue_kernel(const KernelRows *call)
{
	const BatchVector *args = call->args;

	if (call->nargs == 3 && args[0].nulls == NULL && args[1].nulls == NULL && args[2].nulls == NULL)
	{
		const int64 *wait = args[0].values;
		const int64 *threshold = args[1].values;
		const uint8 *answered = args[2].values;

		KERNEL_LOOP(call, i,
			QueueContact c = {answered[i] ? QUEUE_ANSWERED : QUEUE_ABANDONED, wait[i], threshold[i], QUEUE_UNKNOWN};

			queue_add(KERNEL_STATE(call, i, QueueSummary), &c);
		);
		return;
	}
	KERNEL_LOOP(call, i,
		QueueContact c;

		if (contact_of_row(call, i, &c))
			queue_add(KERNEL_STATE(call, i, QueueSummary), &c);
	);
}

/* (wait [, answered]) */
static void
queue_wait_kernel(const KernelRows *call)
{
	const int64 *wait = call->args[0].values;
	const uint8 *answered = call->nargs > 1 ? call->args[1].values : NULL;

	KERNEL_LOOP(call, i,
		queue_add_class(KERNEL_STATE(call, i, QueueSummary),
						answered == NULL || answered[i] ? ANSWERED_WITHIN : ABANDONED_WITHIN, wait[i]);
	);
}

#define QUEUE_KERNELS(suffix) \
	{queue_accum_##suffix##_3, queue_kernel, KERNEL_ARG(0) | KERNEL_ARG(1)}, \
	{queue_accum_##suffix##_4, queue_kernel, KERNEL_ARG(0) | KERNEL_ARG(1)}, \
	{queue_accum_##suffix##_5, queue_kernel, KERNEL_ARG(0) | KERNEL_ARG(1) | KERNEL_ARG(3)}, \
	{queue_accum_##suffix##_6, queue_kernel, KERNEL_ARG(0) | KERNEL_ARG(1) | KERNEL_ARG(3)}, \
	{queue_wait_accum_##suffix##_2, queue_wait_kernel, KERNEL_ARG(0)}, \
	{queue_wait_accum_##suffix##_3, queue_wait_kernel, KERNEL_ARG(0)}

const BatchKernel queue_kernels[] = {
	QUEUE_KERNELS(interval),
	QUEUE_KERNELS(int4),
	QUEUE_KERNELS(float8),
	{NULL, NULL, 0}
};
