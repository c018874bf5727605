/*
 * duration.c
 *		Type duration_summary: percentiles, means and shares of durations that
 *		merge and slide.  duration.h says what is kept.
 */
#include "postgres.h"

#include "duration/duration_state.h"
#include "base/moments.h"
#include "base/row.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

/* ---------- aggregates ---------- */

static pg_attribute_always_inline Datum
duration_accumulate(FunctionCallInfo fcinfo, DurationType type)
{
	return duration_accumulate_usec(fcinfo, duration_getarg_state(fcinfo),
									kpi_getarg_duration(fcinfo, 1, type, "duration"));
}

KPI_FUNCTION(duration_accum_interval, duration_accumulate(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(duration_accum_int4, duration_accumulate(fcinfo, DURATION_INT4));
KPI_FUNCTION(duration_accum_float8, duration_accumulate(fcinfo, DURATION_FLOAT8));

/* How often the duration of a row came; strict, and never negative. */
static int64
getarg_times(FunctionCallInfo fcinfo, int n)
{
	int64		times = PG_GETARG_INT64(n);

	if (unlikely(times < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("times must not be negative: " INT64_FORMAT, times),
				 errhint("It says how many durations a row stands for. Leave such rows out with FILTER (WHERE times >= 0).")));
	return times;
}

static inline Datum
duration_accumulate_times(FunctionCallInfo fcinfo, DurationType type)
{
	Durations  *d = duration_getarg_state(fcinfo);
	int64		usec = kpi_getarg_duration(fcinfo, 1, type, "duration");
	int64		times = getarg_times(fcinfo, 2);

	if (times > 0)
		d = duration_add_times(d, usec, times);
	return duration_state_datum(fcinfo, d);
}

KPI_FUNCTION(duration_accum_times_interval, duration_accumulate_times(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(duration_accum_times_int4, duration_accumulate_times(fcinfo, DURATION_INT4));
KPI_FUNCTION(duration_accum_times_float8, duration_accumulate_times(fcinfo, DURATION_FLOAT8));

/* a + b, the transition function of rollup, and the combine function */
KPI_FUNCTION(duration_merge,
			 duration_state_datum(fcinfo, duration_merge_into(duration_getarg_state(fcinfo),
															  PG_GETARG_DURATIONS_P(1))));

/* Final function: without spare room, so that equal values have equal bytes. */
KPI_FUNCTION(duration_trim, PointerGetDatum(duration_pack(PG_GETARG_DURATIONS_P(0))));

/* ---------- sliding windows ---------- */

static pg_attribute_always_inline Datum
duration_window_step(FunctionCallInfo fcinfo, DurationType type, bool counted, bool add)
{
	MemoryContext before;
	DurationWindow *w = duration_getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1) && !(counted && PG_ARGISNULL(2)))
	{
		int64		usec = kpi_getarg_duration(fcinfo, 1, type, "duration");
		int64		times = counted ? getarg_times(fcinfo, 2) : 1;

		if (times == 0)
			;					/* as if the row were not there */
		else if (add)
			duration_window_add(w, usec, times);
		else
			duration_window_remove(w, usec, times);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

KPI_FUNCTION(duration_window_add_interval, duration_window_step(fcinfo, DURATION_INTERVAL, false, true));
KPI_FUNCTION(duration_window_add_int4, duration_window_step(fcinfo, DURATION_INT4, false, true));
KPI_FUNCTION(duration_window_add_float8, duration_window_step(fcinfo, DURATION_FLOAT8, false, true));
KPI_FUNCTION(duration_window_remove_interval, duration_window_step(fcinfo, DURATION_INTERVAL, false, false));
KPI_FUNCTION(duration_window_remove_int4, duration_window_step(fcinfo, DURATION_INT4, false, false));
KPI_FUNCTION(duration_window_remove_float8, duration_window_step(fcinfo, DURATION_FLOAT8, false, false));
KPI_FUNCTION(duration_window_add_times_interval, duration_window_step(fcinfo, DURATION_INTERVAL, true, true));
KPI_FUNCTION(duration_window_add_times_int4, duration_window_step(fcinfo, DURATION_INT4, true, true));
KPI_FUNCTION(duration_window_add_times_float8, duration_window_step(fcinfo, DURATION_FLOAT8, true, true));
KPI_FUNCTION(duration_window_remove_times_interval, duration_window_step(fcinfo, DURATION_INTERVAL, true, false));
KPI_FUNCTION(duration_window_remove_times_int4, duration_window_step(fcinfo, DURATION_INT4, true, false));
KPI_FUNCTION(duration_window_remove_times_float8, duration_window_step(fcinfo, DURATION_FLOAT8, true, false));

static inline Datum
duration_window_set_step(FunctionCallInfo fcinfo, void (*step) (DurationWindow *, const Durations *))
{
	MemoryContext before;
	DurationWindow *w = duration_getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		const Durations *row = PG_GETARG_DURATIONS_P(1);

		step(w, row);
		if ((Pointer) row != PG_GETARG_POINTER(1))
			pfree((void *) row);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

KPI_FUNCTION(duration_window_merge, duration_window_set_step(fcinfo, duration_window_merge_set));
KPI_FUNCTION(duration_window_unmerge, duration_window_set_step(fcinfo, duration_window_unmerge_set));

PG_FUNCTION_INFO_V1(duration_window_summary);
Datum
duration_window_summary(PG_FUNCTION_ARGS)
{
	const Durations *d = duration_getarg_window_contents(fcinfo);

	PG_RETURN_POINTER(duration_pack(d ? d : duration_new()));
}

/* ---------- percentiles ---------- */

KPI_FUNCTION(duration_percentile_of,
			 duration_percentile_datum(fcinfo, PG_GETARG_DURATIONS_P(0),
									   duration_checked_fraction(PG_GETARG_FLOAT8(1)), DURATION_INTERVAL));

KPI_FUNCTION(duration_median_interval,
			 duration_percentile_datum(fcinfo, PG_GETARG_DURATIONS_P(0), 0.5, DURATION_INTERVAL));
KPI_FUNCTION(duration_median_seconds,
			 duration_percentile_datum(fcinfo, PG_GETARG_DURATIONS_P(0), 0.5, DURATION_FLOAT8));
KPI_FUNCTION(duration_window_median_interval,
			 duration_percentile_datum(fcinfo, duration_getarg_window_contents(fcinfo), 0.5, DURATION_INTERVAL));
KPI_FUNCTION(duration_window_median_seconds,
			 duration_percentile_datum(fcinfo, duration_getarg_window_contents(fcinfo), 0.5, DURATION_FLOAT8));

/* One for each fraction, in an array of the same shape; NULL for a NULL one */
PG_FUNCTION_INFO_V1(duration_percentiles_of);
Datum
duration_percentiles_of(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	ArrayType  *fractions = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *values;
	bool	   *nulls;
	int			n;

	deconstruct_array(fractions, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		double		fraction;

		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			continue;
		fraction = duration_checked_fraction(DatumGetFloat8(values[i]));
		if (d->samples > 0)
			values[i] = kpi_interval_datum(duration_percentile(d, fraction));
		else
			nulls[i] = true;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, ARR_NDIM(fractions),
											 ARR_DIMS(fractions), ARR_LBOUND(fractions),
											 INTERVALOID, sizeof(Interval), false,
											 TYPALIGN_DOUBLE));
}

/* ---------- sums ---------- */

/* samples > 1 */
static int64
duration_stddev_usec(const Durations *d)
{
	Moments		m = duration_moments(d);

	return DatumGetInt64(DirectFunctionCall1(numeric_int8, moments_stddev(&m)));
}

static int64
duration_average_usec(const Durations *d)
{
	return kpi_mean(d->total, d->samples);
}

static int64
duration_shortest_usec(const Durations *d)
{
	return d->shortest;
}

static int64
duration_longest_usec(const Durations *d)
{
	return d->longest;
}

/* NULL below this many samples */
static Datum
duration_result(FunctionCallInfo fcinfo, int64 (*usec) (const Durations *), int64 least_samples)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);

	if (d->samples < least_samples)
		PG_RETURN_NULL();
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(usec(d)));
}

KPI_FUNCTION(duration_samples, Int64GetDatum(PG_GETARG_DURATIONS_P(0)->samples));
KPI_FUNCTION(duration_total,
			 kpi_interval_datum(PG_GETARG_DURATIONS_P(0)->total));
KPI_FUNCTION(duration_average, duration_result(fcinfo, duration_average_usec, 1));
KPI_FUNCTION(duration_stddev, duration_result(fcinfo, duration_stddev_usec, 2));
KPI_FUNCTION(duration_shortest, duration_result(fcinfo, duration_shortest_usec, 1));
KPI_FUNCTION(duration_longest, duration_result(fcinfo, duration_longest_usec, 1));

/* One end of the interval of the average, -1 or 1; no average is negative. */
static Datum
duration_average_end(FunctionCallInfo fcinfo, int side)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	double		confidence = kpi_getarg_confidence(fcinfo, 1);
	Moments		m = duration_moments(d);
	double		usec;

	if (d->samples < 2)
		PG_RETURN_NULL();
	usec = Max(moments_mean(&m) + side * moments_half_width(&m, confidence), 0);
	if (!FLOAT8_FITS_IN_INT64(usec))
		kpi_overflow_error("confidence interval of an average");
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval((int64) round(usec)));
}

KPI_FUNCTION(duration_average_low, duration_average_end(fcinfo, -1));
KPI_FUNCTION(duration_average_high, duration_average_end(fcinfo, 1));

PG_FUNCTION_INFO_V1(duration_average_p_value);
Datum
duration_average_p_value(PG_FUNCTION_ARGS)
{
	Moments		a = duration_moments(PG_GETARG_DURATIONS_P(0));
	Moments		b = duration_moments(PG_GETARG_DURATIONS_P(1));
	double		p;

	if (!moments_p_value(&a, &b, &p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}

/* One row of plain numbers, durations in seconds */
PG_FUNCTION_INFO_V1(duration_kpis);
Datum
duration_kpis(PG_FUNCTION_ARGS)
{
	static const double fractions[] = {0.5, 0.9, 0.95, 0.99};
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	bool		known = d->samples > 0;
	KpiRow		row = {0};

	row_add_count(&row, d->samples);
	row_add_seconds(&row, true, d->total);
	row_add_seconds(&row, known, known ? duration_average_usec(d) : 0);
	row_add_seconds(&row, d->samples > 1, d->samples > 1 ? duration_stddev_usec(d) : 0);
	row_add_seconds(&row, known, d->shortest);
	for (int i = 0; i < (int) lengthof(fractions); i++)
		row_add_seconds(&row, known, known ? duration_percentile(d, fractions[i]) : 0);
	row_add_seconds(&row, known, d->longest);
	return row_result(fcinfo, &row);
}
