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
#include "utils/datetime.h"
#include "utils/rangetypes.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

/* Steps are counted from Monday 2001-01-01 unless told otherwise, so that 7 days are ISO weeks. */
#define FIRST_DAY (INT64CONST(366) * USECS_PER_DAY)

#define divides_hour(step) ((step)->months == 0 && USECS_PER_HOUR % (step)->usec == 0)

/* ---------- arguments ---------- */

static void
step_error(const Interval *interval, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("step must divide a day, or be whole days or months: %s",
					DatumGetCString(DirectFunctionCall1(interval_out, IntervalPGetDatum(interval)))),
			 errhint("%s", hint)));
}

/*
 * Argument n, a step: it divides a day, or is whole days, or whole months; and
 * argument "origin", a local time from which steps are counted, where there is one.
 */
ReportingStep
reporting_getarg_step(FunctionCallInfo fcinfo, int n, int origin)
{
	const Interval *interval = PG_GETARG_INTERVAL_P(n);
	ReportingStep step = {0, 0, FIRST_DAY};

	if (fcinfo->nargs > origin)
	{
		step.origin = PG_GETARG_TIMESTAMP(origin);
		if (TIMESTAMP_NOT_FINITE(step.origin))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("origin must be finite: %s", TIMESTAMP_IS_NOBEGIN(step.origin) ? "-infinity" : "infinity"),
					 errhint("Give a local time at which an interval begins, such as '2001-01-07' for weeks from Sunday.")));
	}
	if (!INTERVAL_NOT_FINITE(interval) && interval->month != 0)
	{
		step.months = interval->month;
		if (step.months < 0 || interval->day != 0 || interval->time != 0)
			step_error(interval, "Use whole months alone, such as '1 month', '3 months' or '1 year'.");
		if (fcinfo->nargs <= origin)
			step.origin = FIRST_DAY;
		return step;
	}
	step.usec = kpi_interval_to_usec(interval, "step");
	if (step.usec == 0 ||
		(step.usec < USECS_PER_DAY ? USECS_PER_DAY % step.usec : step.usec % USECS_PER_DAY) != 0)
		step_error(interval, "Use a step such as '15 min', '30 min', '1 hour', '1 day' or '1 month'.");
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

/* Months from the year 0 on. */
static int64
month_of(int64 local)
{
	int			year,
				month,
				day;

	j2date((int) floor_div(local, USECS_PER_DAY) + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return (int64) year * 12 + month - 1;
}

/* The origin, moved by so many months: on the last day of a month that is too short. */
static bool
origin_in_month(const ReportingStep *step, int64 n, int64 *local)
{
	int			year,
				month,
				day;
	int64		date = floor_div(step->origin, USECS_PER_DAY);

	if (n < -4800 * 12 || n > 300000 * INT64CONST(12))
		return false;
	j2date((int) date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	year = (int) floor_div(n, 12);
	month = (int) (n - (int64) year * 12);
	day = Min(day, day_tab[isleap(year)][month]);
	if (!IS_VALID_JULIAN(year, month + 1, day))
		return false;
	*local = (date2j(year, month + 1, day) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY +
		step->origin - date * USECS_PER_DAY;
	return true;
}

/* The month in which the cell of a local time begins. */
static int64
month_of_cell(int64 local, const ReportingStep *step)
{
	int64		first = month_of(step->origin);
	int64		n = first + floor_div(month_of(local) - first, step->months) * step->months;
	int64		start;

	if (!origin_in_month(step, n, &start))
		out_of_range();
	return start > local ? n - step->months : n;
}

/* The local time at which the cell of a local time begins. */
static inline int64
cell_of(int64 local, const ReportingStep *step)
{
	int64		cell;
	int64		within;

	if (unlikely(step->months != 0))
	{
		if (!origin_in_month(step, month_of_cell(local, step), &cell))
			out_of_range();
		return cell;
	}
	/* one division: this is done for each row */
	if (unlikely(pg_sub_s64_overflow(local, step->origin, &within)))
		out_of_range();
	within %= step->usec;
	if (within < 0)
		within += step->usec;
	if (unlikely(pg_sub_s64_overflow(local, within, &cell)))
		out_of_range();
	return cell;
}

/* The local time at which the next cell begins, the last there is where that is too late. */
static int64
cell_end(int64 cell, const ReportingStep *step)
{
	int64		end;

	if (step->months != 0)
		return origin_in_month(step, month_of_cell(cell, step) + step->months, &end) ? end : PG_INT64_MAX;
	return pg_add_s64_overflow(cell, step->usec, &end) ? PG_INT64_MAX : end;
}

static inline bool
in_cell(int64 local, int64 cell, const ReportingStep *step)
{
	if (unlikely(step->months != 0))
		return local >= cell && local < cell_end(cell, step);
	return local >= cell && local - cell < step->usec;
}

/*
 * Where the clock changes within a cell: does the interval go on?  Steps that
 * divide the hour begin anew where the clock shows again all that it has shown.
 */
static bool
goes_on(const ClockStretch *before, const ClockStretch *after, int64 cell, const ReportingStep *step)
{
	int64		last = after->since - 1 + before->offset;
	int64		first = after->since + after->offset;

	if (!in_cell(last, cell, step) || !in_cell(first, cell, step))
		return false;
	return !divides_hour(step) || first > cell || last + 1 - cell < step->usec;
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
first_showing(Clock *clock, const ReportingStep *step, int64 cell)
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
reporting_start(Clock *clock, const ReportingStep *step, TimestampTz moment)
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
reporting_end(Clock *clock, const ReportingStep *step, TimestampTz moment)
{
	ClockStretch stretch = clock_stretch(clock, moment);
	int64		cell = cell_of(moment + stretch.offset, step);

	for (;;)
	{
		ClockStretch next;
		int64		end;
		int64		last_days;

		end = cell_end(cell, step);
		if (end == PG_INT64_MAX || pg_sub_s64_overflow(end, stretch.offset, &end))
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
reporting_comes_back(Clock *clock, const ReportingStep *step, TimestampTz moment, TimestampTz from)
{
	ClockStretch stretch = clock_stretch(clock, moment);
	int64		cell = cell_of(moment + stretch.offset, step);
	int64		last;

	/* steps that divide the hour begin anew instead */
	if (divides_hour(step))
		return PG_INT64_MAX;
	if (pg_add_s64_overflow(cell_end(cell, step), 2 * CLOCK_MAX_OFFSET, &last))
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
	ReportingStep step = reporting_getarg_step(fcinfo, 1, 3);
	Clock	   *clock = reporting_getarg_clock(fcinfo, 2);

	if (TIMESTAMP_NOT_FINITE(moment))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("moment must be finite: %s",
						TIMESTAMP_IS_NOBEGIN(moment) ? "-infinity" : "infinity"),
				 errhint("Leave such rows out, or turn it into NULL with nullif.")));
	PG_RETURN_TIMESTAMPTZ(reporting_start(clock, &step, moment));
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
	ReportingStep step = reporting_getarg_step(fcinfo, 1, 3);
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
		TimestampTz start = reporting_start(clock, &step, at);
		TimestampTz next = Min(reporting_end(clock, &step, at), end);
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
