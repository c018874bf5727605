/*
 * time_share.c
 *		Type time_share: utilization, occupancy, shrinkage and other shares of
 *		time, from durations.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "base/row.h"
#include "base/summary.h"
#include "time_share/time_share.h"

#define PG_GETARG_TIME_SHARE_P(n) ((TimeShare *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const time_share_fields[] = {"part", "whole"};

/* exactly two digits below 60 */
static bool
scan_sixtieths(SummaryScanner *s, int64 *value)
{
	const char *at = s->at;

	if (at[0] < '0' || at[0] > '5' || at[1] < '0' || at[1] > '9')
		return summary_scan_error(s, psprintf("Expected two digits below 60 at byte %d.",
											  (int) (at - s->text) + 1));
	*value = (at[0] - '0') * 10 + (at[1] - '0');
	s->at += 2;
	return true;
}

/* the digits after a decimal point, if there are any: up to six */
static bool
scan_fraction(SummaryScanner *s, int64 *usec)
{
	int64		unit = USECS_PER_SEC;

	*usec = 0;
	if (*s->at != '.')
		return true;
	s->at++;
	if (*s->at < '0' || *s->at > '9')
		return summary_scan_error(s, "Expected digits after the decimal point.");
	for (; *s->at >= '0' && *s->at <= '9'; s->at++)
	{
		unit /= 10;
		if (unit == 0)
			return summary_scan_error(s, "Seconds have at most six decimals.");
		*usec += (*s->at - '0') * unit;
	}
	return true;
}

/* 01:30:00.5: hours have as many digits as they need */
static bool
scan_duration(SummaryScanner *s, int64 *usec)
{
	int64		hours = 0;
	int64		minutes;
	int64		seconds;
	int64		fraction;

	if (!summary_scan_next_is(s, '0') && (*s->at < '1' || *s->at > '9'))
		return summary_scan_error(s, psprintf("Expected hours at byte %d.",
											  (int) (s->at - s->text) + 1));
	for (; *s->at >= '0' && *s->at <= '9'; s->at++)
	{
		if (pg_mul_s64_overflow(hours, 10, &hours) ||
			pg_add_s64_overflow(hours, *s->at - '0', &hours))
			return summary_scan_range_error(s);
	}
	if (!summary_scan_char(s, ':') || !scan_sixtieths(s, &minutes) ||
		!summary_scan_char(s, ':') || !scan_sixtieths(s, &seconds) ||
		!scan_fraction(s, &fraction))
		return false;
	if (pg_mul_s64_overflow(hours, USECS_PER_HOUR, usec) ||
		pg_add_s64_overflow(*usec, minutes * USECS_PER_MINUTE + seconds * USECS_PER_SEC + fraction,
							usec))
		return summary_scan_range_error(s);
	return true;
}

/* 01:30:00/08:00:00 */
static bool
time_share_scan(SummaryScanner *s, int64 *words)
{
	return scan_duration(s, &words[0]) &&
		summary_scan_char(s, '/') &&
		scan_duration(s, &words[1]);
}

static void
print_duration(StringInfo buf, int64 usec)
{
	appendStringInfo(buf, "%02lld:%02d:%02d",
					 (long long) (usec / USECS_PER_HOUR),
					 (int) (usec / USECS_PER_MINUTE % MINS_PER_HOUR),
					 (int) (usec / USECS_PER_SEC % SECS_PER_MINUTE));
	if (usec % USECS_PER_SEC != 0)
	{
		appendStringInfo(buf, ".%06d", (int) (usec % USECS_PER_SEC));
		while (buf->data[buf->len - 1] == '0')
			buf->data[--buf->len] = '\0';
	}
}

static void
time_share_print(StringInfo buf, const int64 *words)
{
	print_duration(buf, words[0]);
	appendStringInfoChar(buf, '/');
	print_duration(buf, words[1]);
}

static const SummaryType time_share_type = {
	.name = "time_share",
	.fields = time_share_fields,
	.nfields = lengthof(time_share_fields),
	.compare = summary_compare_shares,
	.scan = time_share_scan,
	.print = time_share_print,
};

SUMMARY_FUNCTIONS(time_share, time_share_type);

/* ---------- aggregates ---------- */

/* An argument of a row; NULL counts as no time. */
static inline int64
getarg_time(FunctionCallInfo fcinfo, int n, DurationType type, const char *argument)
{
	return PG_ARGISNULL(n) ? 0 : kpi_getarg_duration(fcinfo, n, type, argument);
}

/* (state, part, whole): a row without a whole is ignored, whatever its part */
static inline TimeShare
row_of_whole(FunctionCallInfo fcinfo, DurationType type)
{
	TimeShare	row = {0, 0};

	if (PG_ARGISNULL(2))
		return row;
	row.part = getarg_time(fcinfo, 1, type, "part");
	row.whole = kpi_getarg_duration(fcinfo, 2, type, "whole");
	return row;
}

/* (state, handling, idle): the whole is their sum */
static inline TimeShare
row_of_idle(FunctionCallInfo fcinfo, DurationType type)
{
	TimeShare	row;

	row.part = getarg_time(fcinfo, 1, type, "handling");
	row.whole = row.part;
	kpi_add(&row.whole, getarg_time(fcinfo, 2, type, "idle"), "handling + idle");
	return row;
}

static inline Datum
time_share_accumulate(FunctionCallInfo fcinfo, TimeShare row)
{
	TimeShare  *state = kpi_getarg_state(fcinfo, sizeof(TimeShare));

	time_share_add(state, row);
	PG_RETURN_POINTER(state);
}

static inline Datum
time_share_discard(FunctionCallInfo fcinfo, TimeShare row)
{
	TimeShare  *state = kpi_getarg_state(fcinfo, sizeof(TimeShare));

	time_share_remove(state, row);
	PG_RETURN_POINTER(state);
}

/* A transition and its inverse for each SQL type of a duration. */
#define TIME_SHARE_TRANSITIONS(name, row) \
	KPI_FUNCTION(name##_interval, time_share_accumulate(fcinfo, row(fcinfo, DURATION_INTERVAL))); \
	KPI_FUNCTION(name##_interval_inv, time_share_discard(fcinfo, row(fcinfo, DURATION_INTERVAL))); \
	KPI_FUNCTION(name##_int4, time_share_accumulate(fcinfo, row(fcinfo, DURATION_INT4))); \
	KPI_FUNCTION(name##_int4_inv, time_share_discard(fcinfo, row(fcinfo, DURATION_INT4))); \
	KPI_FUNCTION(name##_float8, time_share_accumulate(fcinfo, row(fcinfo, DURATION_FLOAT8))); \
	KPI_FUNCTION(name##_float8_inv, time_share_discard(fcinfo, row(fcinfo, DURATION_FLOAT8)))

TIME_SHARE_TRANSITIONS(time_share_accum, row_of_whole);
TIME_SHARE_TRANSITIONS(time_share_accum_occupancy, row_of_idle);

/* a + b, and the transition and combine function of rollup */
KPI_FUNCTION(time_share_merge, time_share_accumulate(fcinfo, *PG_GETARG_TIME_SHARE_P(1)));
/* a - b, and the inverse transition of rollup */
KPI_FUNCTION(time_share_subtract, time_share_discard(fcinfo, *PG_GETARG_TIME_SHARE_P(1)));

/* ---------- accessors ---------- */

KPI_FUNCTION(time_share_part, kpi_interval_datum(PG_GETARG_TIME_SHARE_P(0)->part));
KPI_FUNCTION(time_share_whole, kpi_interval_datum(PG_GETARG_TIME_SHARE_P(0)->whole));

PG_FUNCTION_INFO_V1(time_share_share_of);
Datum
time_share_share_of(PG_FUNCTION_ARGS)
{
	const TimeShare *t = PG_GETARG_TIME_SHARE_P(0);

	if (t->whole == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(time_share_share(t));
}

/* the share, and both sums in seconds */
PG_FUNCTION_INFO_V1(time_share_kpis);
Datum
time_share_kpis(PG_FUNCTION_ARGS)
{
	const TimeShare *t = PG_GETARG_TIME_SHARE_P(0);
	KpiRow		row = {0};

	row_add_rate(&row, t->part, t->whole);
	row_add_seconds(&row, true, t->part);
	row_add_seconds(&row, true, t->whole);
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

/* Element i of an argument; NULL counts as no time. */
#define KERNEL_TIME(vector, i) (BATCH_IS_NULL(vector, i) ? 0 : ((const int64 *) (vector)->values)[i])

/* (part, whole) */
static void
whole_kernel(const KernelRows *call)
{
	const BatchVector *args = call->args;

	KERNEL_LOOP(call, i,
		TimeShare	row = {KERNEL_TIME(&args[0], i), KERNEL_TIME(&args[1], i)};

		if (!BATCH_IS_NULL(&args[1], i))
			time_share_add(KERNEL_STATE(call, i, TimeShare), row);
	);
}

/* (handling, idle) */
static void
idle_kernel(const KernelRows *call)
{
	const BatchVector *args = call->args;

	KERNEL_LOOP(call, i,
		TimeShare	row = {KERNEL_TIME(&args[0], i), KERNEL_TIME(&args[0], i)};

		kpi_add(&row.whole, KERNEL_TIME(&args[1], i), "handling + idle");
		time_share_add(KERNEL_STATE(call, i, TimeShare), row);
	);
}

#define TIME_SHARE_KERNELS(suffix) \
	{time_share_accum_##suffix, whole_kernel, KERNEL_ARG(0) | KERNEL_ARG(1)}, \
	{time_share_accum_occupancy_##suffix, idle_kernel, KERNEL_ARG(0) | KERNEL_ARG(1)}

const BatchKernel time_share_kernels[] = {
	TIME_SHARE_KERNELS(interval),
	TIME_SHARE_KERNELS(int4),
	TIME_SHARE_KERNELS(float8),
	{NULL, NULL, 0}
};
