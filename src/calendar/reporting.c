/*
 * reporting.c
 *		Reporting intervals on a zone's local clock: interval_start, split_span.
 *
 * Local midnights divide local time into cells of one step.  The interval of a
 * moment begins with the first moment at which the clock showed its cell: where
 * the clock skips a cell's beginning, when it has jumped; where it goes back,
 * before that, even where it goes back over the beginning of the cell.  But
 * steps that divide the hour begin anew, so that the two half past ones of an
 * hour that the clock repeats stay apart.
 */
#include "postgres.h"

#include "base/cache.h"
#include "calendar/reporting.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rangetypes.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* Whole days are counted from Monday 2001-01-01, so that 7 days are ISO weeks. */
#define FIRST_DAY (INT64CONST(366) * USECS_PER_DAY)

#define divides_hour(step) ((step) <= USECS_PER_HOUR && USECS_PER_HOUR % (step) == 0)

/* ---------- arguments ---------- */

/* A step: it divides a day, or is whole days. */
int64
reporting_getarg_step(FunctionCallInfo fcinfo, int n)
{
	const Interval *interval = PG_GETARG_INTERVAL_P(n);
	int64		step;

	if (!INTERVAL_NOT_FINITE(interval) && interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step must not contain months: %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(interval)))),
				 errhint("Use date_trunc('month', moment, zone).")));
	step = kpi_interval_to_usec(interval, "step");
	if (step == 0 || (step < USECS_PER_DAY ? USECS_PER_DAY % step : step % USECS_PER_DAY) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step must divide a day, or be whole days: %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(interval)))),
				 errhint("Use a step such as '15 min', '30 min', '1 hour' or '1 day'.")));
	return step;
}

static void *
prepare_clock(const void *datum)
{
	char	   *name = text_to_cstring(datum);
	pg_tz	   *zone = clock_zone(name);
	Clock	   *clock = palloc(sizeof(Clock));

	if (zone == NULL)
		clock_zone_error(name);
	clock_init(clock, zone);
	return clock;
}

Clock *
reporting_getarg_clock(FunctionCallInfo fcinfo, int n)
{
	text	   *zone = PG_GETARG_TEXT_PP(n);

	return cache_get(fcinfo->flinfo, zone, VARSIZE_ANY(zone), prepare_clock);
}

static void
out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("start of the reporting interval is out of range")));
}

/* ---------- intervals ---------- */

/* The local time at which the cell of a local time begins. */
static int64
cell_of(int64 local, int64 step)
{
	int64		cell;

	if (pg_mul_s64_overflow(floor_div(local - FIRST_DAY, step), step, &cell))
		out_of_range();
	return cell + FIRST_DAY;
}

static inline bool
in_cell(int64 local, int64 cell, int64 step)
{
	return local >= cell && local - cell < step;
}

/*
 * Where the clock changes within a cell: does the interval go on?  Steps that
 * divide the hour begin anew where the clock shows again all that it has shown.
 */
static bool
goes_on(const ClockStretch *before, const ClockStretch *after, int64 cell, int64 step)
{
	int64		last = after->since - 1 + before->offset;
	int64		first = after->since + after->offset;

	if (!in_cell(last, cell, step) || !in_cell(first, cell, step))
		return false;
	return !divides_hour(step) || first > cell || last + 1 - cell < step;
}

/* The first moment of a stretch at which the clock has reached this cell. */
static TimestampTz
reaches(const ClockStretch *stretch, int64 cell)
{
	if (cell - stretch->offset < MIN_TIMESTAMP)
		out_of_range();
	return Max(cell - stretch->offset, stretch->since);
}

/* The first moment at which the clock shows this cell; there is one. */
static TimestampTz
first_showing(Clock *clock, int64 step, int64 cell)
{
	TimestampTz at = cell - CLOCK_MAX_OFFSET;

	for (;;)
	{
		ClockStretch stretch = clock_stretch(clock, at);
		TimestampTz start = reaches(&stretch, cell);

		if (start < stretch.until && in_cell(start + stretch.offset, cell, step))
			return start;
		at = stretch.until;
	}
}

/* The first moment of the interval that contains "moment". */
TimestampTz
reporting_start(Clock *clock, int64 step, TimestampTz moment)
{
	ClockStretch stretch = clock_stretch(clock, moment);
	int64		cell = cell_of(moment + stretch.offset, step);

	/* the clock does not change near the beginning of the cell */
	if (likely(cell - 2 * CLOCK_MAX_OFFSET >= stretch.since))
		return cell - stretch.offset;
	if (!divides_hour(step))
		return first_showing(clock, step, cell);
	while (cell - stretch.offset <= stretch.since && stretch.since > MIN_TIMESTAMP)
	{
		ClockStretch before = clock_stretch(clock, stretch.since - 1);

		if (!goes_on(&before, &stretch, cell, step))
			break;
		stretch = before;
	}
	return reaches(&stretch, cell);
}

/*
 * The first moment after "moment" that lies in another interval.  Where the
 * clock goes back over the beginning of a cell, its interval comes back later.
 */
TimestampTz
reporting_end(Clock *clock, int64 step, TimestampTz moment)
{
	ClockStretch stretch = clock_stretch(clock, moment);
	int64		cell = cell_of(moment + stretch.offset, step);

	for (;;)
	{
		ClockStretch next;
		int64		end;
		int64		last_days;

		if (pg_add_s64_overflow(cell, step, &end) ||
			pg_sub_s64_overflow(end, stretch.offset, &end))
			end = PG_INT64_MAX;
		if (end < stretch.until)
			return end;
		if (!IS_VALID_TIMESTAMP(stretch.until))
			return PG_INT64_MAX;
		next = clock_stretch(clock, stretch.until);
		/* it may be the same stretch: only so far as it was known */
		if (next.since == stretch.until && !goes_on(&stretch, &next, cell, step))
			return stretch.until;
		stretch = next;
		/* far from both ends of a cell no change of the clock leaves it */
		last_days = end - 2 * CLOCK_MAX_OFFSET;
		if (stretch.until < last_days && stretch.since > cell + 2 * CLOCK_MAX_OFFSET)
			stretch = clock_stretch(clock, Min(last_days, END_TIMESTAMP - 1));
	}
}

/*
 * The first moment from "from" on at which the clock shows the cell of "moment"
 * again, having left it; PG_INT64_MAX when it does not.
 */
TimestampTz
reporting_comes_back(Clock *clock, int64 step, TimestampTz moment, TimestampTz from)
{
	ClockStretch stretch = clock_stretch(clock, moment);
	int64		cell = cell_of(moment + stretch.offset, step);
	int64		last;

	/* steps that divide the hour begin anew instead */
	if (divides_hour(step))
		return PG_INT64_MAX;
	if (pg_add_s64_overflow(cell, step, &last) ||
		pg_add_s64_overflow(last, 2 * CLOCK_MAX_OFFSET, &last))
		last = PG_INT64_MAX;
	while (stretch.until < last && IS_VALID_TIMESTAMP(stretch.until))
	{
		TimestampTz at;

		CHECK_FOR_INTERRUPTS();
		stretch = clock_stretch(clock, stretch.until);
		at = Max(Max(stretch.since, cell - stretch.offset), from);
		if (at < stretch.until && in_cell(at + stretch.offset, cell, step))
			return at;
	}
	return PG_INT64_MAX;
}

PG_FUNCTION_INFO_V1(reporting_interval_start);
Datum
reporting_interval_start(PG_FUNCTION_ARGS)
{
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(0);
	int64		step = reporting_getarg_step(fcinfo, 1);
	Clock	   *clock = reporting_getarg_clock(fcinfo, 2);

	if (TIMESTAMP_NOT_FINITE(moment))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("moment must be finite: %s",
						TIMESTAMP_IS_NOBEGIN(moment) ? "-infinity" : "infinity"),
				 errhint("Leave such rows out, or turn it into NULL with nullif.")));
	PG_RETURN_TIMESTAMPTZ(reporting_start(clock, step, moment));
}

static TimestampTz
bound_of_span(const RangeBound *bound)
{
	if (bound->infinite || TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(bound->val)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("span must have both ends: its %s is missing or infinite",
						bound->lower ? "start" : "end"),
				 errhint("Limit it to a time that you report on, for example span * tstzrange('2026-03-01', '2026-04-01').")));
	return DatumGetTimestampTz(bound->val);
}

PG_FUNCTION_INFO_V1(reporting_split_span);
Datum
reporting_split_span(PG_FUNCTION_ARGS)
{
	RangeType  *span = PG_GETARG_RANGE_P(0);
	int64		step = reporting_getarg_step(fcinfo, 1);
	Clock	   *clock = reporting_getarg_clock(fcinfo, 2);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	TypeCacheEntry *type = lookup_type_cache(RangeTypeGetOid(span), TYPECACHE_RANGE_INFO);
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	TimestampTz at;
	TimestampTz end;

	InitMaterializedSRF(fcinfo, 0);
	range_deserialize(type, span, &lower, &upper, &empty);
	if (empty)
		return (Datum) 0;
	at = bound_of_span(&lower);
	end = bound_of_span(&upper);
	lower.inclusive = true;		/* bounds count as half-open */
	upper.inclusive = false;
	while (at < end)
	{
		TimestampTz start = reporting_start(clock, step, at);
		TimestampTz next = Min(reporting_end(clock, step, at), end);
		Interval   *covered = kpi_usec_to_interval(next - at);
		RangeType  *part;
		Datum		values[3];
		bool		nulls[3] = {false, false, false};

		CHECK_FOR_INTERRUPTS();
		lower.val = TimestampTzGetDatum(at);
		upper.val = TimestampTzGetDatum(next);
		part = kpi_make_range(type, &lower, &upper);
		values[0] = TimestampTzGetDatum(start);
		values[1] = RangeTypePGetDatum(part);
		values[2] = IntervalPGetDatum(covered);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(part);
		pfree(covered);
		at = next;
	}
	return (Datum) 0;
}
