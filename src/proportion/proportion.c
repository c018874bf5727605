/*
 * proportion.c
 *		Type proportion: rates such as first contact resolution, transfer rate or
 *		conversion rate.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "base/kpi.h"
#include "proportion/proportion.h"
#include "base/row.h"
#include "base/summary.h"

#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

#define PG_GETARG_PROPORTION_P(n) ((Proportion *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const proportion_fields[] = {"hits", "total"};

static const char *
proportion_complaint(const int64 *words)
{
	return words[0] > words[1] ? "The hits exceed the total." : NULL;
}

/* 812/1000 */
static bool
proportion_scan(SummaryScanner *s, int64 *words)
{
	return summary_scan_count(s, &words[0]) &&
		summary_scan_char(s, '/') &&
		summary_scan_count(s, &words[1]);
}

static void
proportion_print(StringInfo buf, const int64 *words)
{
	appendStringInfo(buf, INT64_FORMAT "/" INT64_FORMAT, words[0], words[1]);
}

static const SummaryType proportion_type = {
	.name = "proportion",
	.fields = proportion_fields,
	.nfields = lengthof(proportion_fields),
	.complaint = proportion_complaint,
	.compare = summary_compare_shares,
	.scan = proportion_scan,
	.print = proportion_print,
};

SUMMARY_FUNCTIONS(proportion, proportion_type);

/* ---------- pairs of counts ---------- */

static void
pair_error(const char *argument, const char *value, const char *complaint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s %s: %s", argument, complaint, value),
			 errhint("Leave such rows out with FILTER, or turn them into NULL with plausible or nullif.")));
}

static int64
count_from_float8(double value, const char *argument)
{
	if (!(value >= 0) || isinf(value))	/* NaN too */
		pair_error(argument, float8out_internal(value), "must be a count, 0 or more");
	if (value != floor(value))
		pair_error(argument, float8out_internal(value), "must be a whole number");
	if (!FLOAT8_FITS_IN_INT64(value))
		kpi_overflow_error(argument);
	return (int64) value;
}

static int64
count_from_numeric(Numeric value, const char *argument)
{
	Datum		datum = NumericGetDatum(value);
	Datum		zero = DirectFunctionCall1(int8_numeric, Int64GetDatum(0));
	Datum		most = DirectFunctionCall1(int8_numeric, Int64GetDatum(PG_INT64_MAX));
	Datum		whole;

	if (numeric_is_nan(value) || numeric_is_inf(value) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, datum, zero)))
		pair_error(argument, DatumGetCString(DirectFunctionCall1(numeric_out, datum)),
				   "must be a count, 0 or more");
	whole = DirectFunctionCall2(numeric_trunc, datum, Int32GetDatum(0));
	if (!DatumGetBool(DirectFunctionCall2(numeric_eq, datum, whole)))
		pair_error(argument, DatumGetCString(DirectFunctionCall1(numeric_out, datum)),
				   "must be a whole number");
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, datum, most)))
		kpi_overflow_error(argument);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, datum));
}

/* hits of a total, checked */
static inline Proportion
pair_checked(int64 hits, int64 total)
{
	Proportion	pair = {hits, total};

	if (unlikely(hits < 0))
		pair_error("hits", psprintf(INT64_FORMAT, hits), "must be a count, 0 or more");
	if (unlikely(total < 0))
		pair_error("total", psprintf(INT64_FORMAT, total), "must be a count, 0 or more");
	if (unlikely(hits > total))
		pair_error("hits", psprintf(INT64_FORMAT " of " INT64_FORMAT, hits, total),
				   "must not exceed the total");
	return pair;
}

/* The two arguments from "first" on. */
static inline Proportion
pair_int8(FunctionCallInfo fcinfo, int first)
{
	return pair_checked(PG_GETARG_INT64(first), PG_GETARG_INT64(first + 1));
}

static Proportion
pair_float8(FunctionCallInfo fcinfo, int first)
{
	return pair_checked(count_from_float8(PG_GETARG_FLOAT8(first), "hits"),
						count_from_float8(PG_GETARG_FLOAT8(first + 1), "total"));
}

static Proportion
pair_numeric(FunctionCallInfo fcinfo, int first)
{
	return pair_checked(count_from_numeric(PG_GETARG_NUMERIC(first), "hits"),
						count_from_numeric(PG_GETARG_NUMERIC(first + 1), "total"));
}

static Datum
proportion_datum(Proportion pair)
{
	Proportion *result = palloc(sizeof(Proportion));

	*result = pair;
	return PointerGetDatum(result);
}

KPI_FUNCTION(proportion_from_int8, proportion_datum(pair_int8(fcinfo, 0)));
KPI_FUNCTION(proportion_from_numeric, proportion_datum(pair_numeric(fcinfo, 0)));
KPI_FUNCTION(proportion_from_float8, proportion_datum(pair_float8(fcinfo, 0)));

/* ---------- aggregates ---------- */

static inline Datum
proportion_accumulate(FunctionCallInfo fcinfo, int64 hits, int64 total)
{
	Proportion *state = kpi_getarg_state(fcinfo, sizeof(Proportion));

	proportion_add(state, hits, total);
	PG_RETURN_POINTER(state);
}

static inline Datum
proportion_discard(FunctionCallInfo fcinfo, int64 hits, int64 total)
{
	Proportion *state = kpi_getarg_state(fcinfo, sizeof(Proportion));

	proportion_remove(state, hits, total);
	PG_RETURN_POINTER(state);
}

static inline Datum
proportion_accumulate_pair(FunctionCallInfo fcinfo, Proportion pair)
{
	return proportion_accumulate(fcinfo, pair.hits, pair.total);
}

static inline Datum
proportion_discard_pair(FunctionCallInfo fcinfo, Proportion pair)
{
	return proportion_discard(fcinfo, pair.hits, pair.total);
}

KPI_FUNCTION(proportion_accum, proportion_accumulate(fcinfo, PG_GETARG_BOOL(1), 1));
KPI_FUNCTION(proportion_accum_inv, proportion_discard(fcinfo, PG_GETARG_BOOL(1), 1));
KPI_FUNCTION(proportion_accum_int8, proportion_accumulate_pair(fcinfo, pair_int8(fcinfo, 1)));
KPI_FUNCTION(proportion_accum_int8_inv, proportion_discard_pair(fcinfo, pair_int8(fcinfo, 1)));
KPI_FUNCTION(proportion_accum_numeric, proportion_accumulate_pair(fcinfo, pair_numeric(fcinfo, 1)));
KPI_FUNCTION(proportion_accum_numeric_inv, proportion_discard_pair(fcinfo, pair_numeric(fcinfo, 1)));
KPI_FUNCTION(proportion_accum_float8, proportion_accumulate_pair(fcinfo, pair_float8(fcinfo, 1)));
KPI_FUNCTION(proportion_accum_float8_inv, proportion_discard_pair(fcinfo, pair_float8(fcinfo, 1)));

/* a + b, and the transition and combine function of rollup */
KPI_FUNCTION(proportion_merge, proportion_accumulate_pair(fcinfo, *PG_GETARG_PROPORTION_P(1)));
/* a - b, and the inverse transition of rollup */
KPI_FUNCTION(proportion_subtract, proportion_discard_pair(fcinfo, *PG_GETARG_PROPORTION_P(1)));

/* ---------- accessors ---------- */

KPI_FUNCTION(proportion_hits, Int64GetDatum(PG_GETARG_PROPORTION_P(0)->hits));
KPI_FUNCTION(proportion_total, Int64GetDatum(PG_GETARG_PROPORTION_P(0)->total));

PG_FUNCTION_INFO_V1(proportion_rate_of);
Datum
proportion_rate_of(PG_FUNCTION_ARGS)
{
	const Proportion *p = PG_GETARG_PROPORTION_P(0);

	if (p->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(proportion_rate(p));
}

PG_FUNCTION_INFO_V1(proportion_contacts_per_resolution);
Datum
proportion_contacts_per_resolution(PG_FUNCTION_ARGS)
{
	const Proportion *p = PG_GETARG_PROPORTION_P(0);

	if (p->hits == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) p->total / (double) p->hits);
}

static Datum
wilson(FunctionCallInfo fcinfo, int sign)
{
	const Proportion *p = PG_GETARG_PROPORTION_P(0);
	double		z = kpi_confidence_z(kpi_getarg_confidence(fcinfo, 1));

	if (p->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(wilson_end(p->hits, p->total, sign * z));
}

KPI_FUNCTION(proportion_wilson_low, wilson(fcinfo, -1));
KPI_FUNCTION(proportion_wilson_high, wilson(fcinfo, 1));

PG_FUNCTION_INFO_V1(proportion_p_value_of);
Datum
proportion_p_value_of(PG_FUNCTION_ARGS)
{
	const Proportion *a = PG_GETARG_PROPORTION_P(0);
	const Proportion *b = PG_GETARG_PROPORTION_P(1);

	if (a->total == 0 || b->total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(proportion_p_value(a, b));
}

/* One row of plain numbers */
PG_FUNCTION_INFO_V1(proportion_kpis);
Datum
proportion_kpis(PG_FUNCTION_ARGS)
{
	const Proportion *p = PG_GETARG_PROPORTION_P(0);
	KpiRow		row = {0};

	row_add_count(&row, p->hits);
	row_add_count(&row, p->total);
	row_add_rate(&row, p->hits, p->total);
	row_add_wilson(&row, p->hits, p->total, kpi_confidence_z(KPI_DEFAULT_CONFIDENCE));
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

static void
proportion_kernel(const KernelRows *call)
{
	const uint8 *hit = call->args[0].values;
	const uint8 *unknown = kernel_nulls(call, 0);

	KERNEL_LOOP(call, i,
		proportion_add(KERNEL_STATE(call, i, Proportion), hit[i] & (1 - unknown[i]), 1 - unknown[i]);
	);
}

static void
pair_kernel_int8(const KernelRows *call)
{
	const int64 *hits = call->args[0].values;
	const int64 *total = call->args[1].values;

	KERNEL_LOOP(call, i,
		Proportion	pair = pair_checked(hits[i], total[i]);

		proportion_add(KERNEL_STATE(call, i, Proportion), pair.hits, pair.total);
	);
}

const BatchKernel proportion_kernels[] = {
	{proportion_accum, proportion_kernel, KERNEL_SEES_NULLS},
	{proportion_accum_int8, pair_kernel_int8, 0},
	{NULL, NULL, 0}
};
