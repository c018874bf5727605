/*
 * calendar.c
 *		Type business_calendar and the time that it counts: business_time,
 *		business_deadline, is_open, business_spans, closed_on.
 */
#include "postgres.h"

#include "cache.h"
#include "calendar.h"
#include "summary.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#define MAX_SPANS 1000000		/* in one result of business_spans */

/* ---------- type ---------- */

static BusinessCalendar *
calendar_of_datum(const void *datum)
{
	BusinessCalendar *calendar = (BusinessCalendar *)
		PG_DETOAST_DATUM(PointerGetDatum(datum));

	if (calendar->version != CALENDAR_VERSION)
		elog(ERROR, "unknown version %d of a business_calendar", calendar->version);
	return calendar;
}

#define PG_GETARG_CALENDAR_P(n) calendar_of_datum(PG_GETARG_POINTER(n))

PG_FUNCTION_INFO_V1(business_calendar_in);
Datum
business_calendar_in(PG_FUNCTION_ARGS)
{
	BusinessCalendar *calendar = calendar_parse(PG_GETARG_CSTRING(0), fcinfo->context);

	if (calendar == NULL)		/* a soft error */
		PG_RETURN_NULL();
	PG_RETURN_POINTER(calendar);
}

KPI_FUNCTION(business_calendar_out, CStringGetDatum(calendar_print(PG_GETARG_CALENDAR_P(0))));

/* The binary form is a version byte and the text: short, portable, and checked as text is. */
PG_FUNCTION_INFO_V1(business_calendar_recv);
Datum
business_calendar_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buf);
	char	   *text;
	int			length;

	if (version != CALENDAR_VERSION)
		summary_binary_error("business_calendar", psprintf("Version %d is not known.", version));
	text = pq_getmsgtext(buf, buf->len - buf->cursor, &length);
	if ((int) strlen(text) != length)
		summary_binary_error("business_calendar", "The text contains a zero byte.");
	PG_RETURN_POINTER(calendar_parse(text, NULL));
}

PG_FUNCTION_INFO_V1(business_calendar_send);
Datum
business_calendar_send(PG_FUNCTION_ARGS)
{
	char	   *text = calendar_print(PG_GETARG_CALENDAR_P(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, CALENDAR_VERSION);
	pq_sendtext(&buf, text, strlen(text));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

SUMMARY_VARLENA_COMPARISONS(business_calendar);

/* ---------- preparing a calendar for calculation ---------- */

static DayPlan *
prepare_plans(const BusinessCalendar *calendar)
{
	DayPlan    *plans = palloc(calendar->nplans * sizeof(DayPlan));
	DaySlot    *slots = palloc(Max(calendar->nslots, 1) * sizeof(DaySlot));

	for (int p = 0; p < calendar->nplans; p++)
	{
		int			start = calendar_plan_start(calendar, p);
		DayPlan    *plan = &plans[p];

		plan->slots = slots + start;
		plan->nslots = calendar_plan_ends(calendar)[p] - start;
		plan->open = 0;
		plan->spill = 0;
		for (int i = 0; i < plan->nslots; i++)
		{
			int64		end = calendar_slots(calendar)[start + i].end * USECS_PER_SEC;
			DaySlot    *slot = &plan->slots[i];

			slot->start = calendar_slots(calendar)[start + i].start * USECS_PER_SEC;
			slot->end = Min(end, USECS_PER_DAY);
			slot->before = plan->open;
			plan->open += slot->end - slot->start;
			plan->spill = end - slot->end;	/* of the last slot: no other has one */
		}
	}
	return plans;
}

static void
prepare_week(BusinessTime *bt, const BusinessCalendar *calendar)
{
	bt->week_before[0] = 0;
	for (int day = 0; day < 7; day++)
	{
		bt->week_plan[day] = &bt->plans[calendar->week[day]];
		bt->week_spill[day] = bt->plans[calendar->week[(day + 6) % 7]].spill;
		bt->week_before[day + 1] = bt->week_before[day] +
			day_open_until(bt->week_plan[day], bt->week_spill[day], USECS_PER_DAY);
	}
}

/*
 * From the first day on another plan holds, with this spill of the day before
 * it; or the week, after a day before it that follows the week too.
 */
static void
add_day_stretch(BusinessTime *bt, DateADT first, int plan, int64 spill)
{
	DayStretch *stretch = &bt->stretches[bt->nstretches];
	const DayPlan *unused_plan;
	int64		unused_spill;
	int			weekday;

	stretch->first = first;
	stretch->plan = plan;
	stretch->spill = spill;
	stretch->before = local_day(bt, first, &unused_plan, &unused_spill);
	stretch->day_open = plan == PLAN_OF_WEEK ? 0
		: day_open_until(&bt->plans[plan], spill, USECS_PER_DAY);
	stretch->week_base = stretch->before - week_open_before(bt, first, &weekday);
	bt->last = bt->nstretches++;
}

/* The plan that the bare week has for a day. */
static int
week_plan_of(const BusinessTime *bt, DateADT day)
{
	int			weekday;

	week_open_before(bt, day, &weekday);
	return bt->week_plan[weekday] - bt->plans;
}

/*
 * A run of dates makes up to four stretches: its first day, which the day before
 * spills into; its others; the day after it, which it spills into; the week.
 */
static void
prepare_days(BusinessTime *bt, const BusinessCalendar *calendar)
{
	const CalendarRun *runs = calendar_runs(calendar);

	bt->stretches = palloc0((1 + 4 * (Size) calendar->nruns) * sizeof(DayStretch));
	bt->stretches[0].first = DATEVAL_NOBEGIN;
	bt->stretches[0].plan = PLAN_OF_WEEK;
	bt->nstretches = 1;
	for (int i = 0; i < calendar->nruns; i++)
	{
		const CalendarRun *run = &runs[i];
		int			plan_before = i > 0 && runs[i - 1].last + 1 == run->first
			? runs[i - 1].plan : week_plan_of(bt, run->first - 1);
		DateADT		next = i + 1 < calendar->nruns ? runs[i + 1].first : DATEVAL_NOEND;
		int64		spill_before = bt->plans[plan_before].spill;
		int64		spill = bt->plans[run->plan].spill;

		add_day_stretch(bt, run->first, run->plan, spill_before);
		if (spill != spill_before && run->last > run->first)
			add_day_stretch(bt, run->first + 1, run->plan, spill);
		if (next > run->last + 1)
			add_day_stretch(bt, run->last + 1, week_plan_of(bt, run->last + 1), spill);
		if (next > run->last + 2)
			add_day_stretch(bt, run->last + 2, PLAN_OF_WEEK, 0);
	}
}

/* Open time before each stretch of the clock that has become known. */
static void
prepare_zone(BusinessTime *bt)
{
	const Clock *clock = &bt->clock;

	if (bt->zone_capacity < clock->nstretches)
	{
		bt->zone_capacity = clock->nstretches;
		bt->zone_base = bt->zone_base == NULL
			? palloc(bt->zone_capacity * sizeof(int64))
			: repalloc(bt->zone_base, bt->zone_capacity * sizeof(int64));
		bt->zone_before = bt->zone_before == NULL
			? palloc(bt->zone_capacity * sizeof(int64))
			: repalloc(bt->zone_before, bt->zone_capacity * sizeof(int64));
	}
	for (int i = bt->nzone; i < clock->nstretches; i++)
	{
		int64		since = clock->since[i];
		int64		local_open = local_open_until(bt, since + clock->offset[i]);

		bt->zone_before[i] = i == 0 ? local_open : bt->zone_base[i - 1] +
			local_open_until(bt, since + clock->offset[i - 1]);
		bt->zone_base[i] = bt->zone_before[i] - local_open;
	}
	bt->nzone = clock->nstretches;
}

/* The clock's changes of the next centuries are looked up when they are asked for. */
void
business_time_cover(BusinessTime *bt)
{
	TimestampTz all = bt->horizon + CLOCK_PERIOD;

	if (bt->covered == all)
		return;
	clock_cover(&bt->clock, all);
	prepare_zone(bt);
	bt->covered = all;
	bt->horizon_open = business_open_until(bt, bt->horizon);
	bt->covered_open = business_open_until(bt, all - 1) +
		(business_close_after(bt, all - 1) != -1);
	bt->period_open = bt->covered_open - bt->horizon_open;
}

static void *
prepare_business_time(const void *datum)
{
	BusinessCalendar *calendar = calendar_of_datum(datum);
	BusinessTime *bt = palloc0(sizeof(BusinessTime));
	char	   *name = pnstrdup(calendar_zone(calendar), calendar->zone_length);
	pg_tz	   *zone = clock_zone(name);
	DateADT		last_date = calendar->nruns > 0
		? calendar_runs(calendar)[calendar->nruns - 1].last : 0;

	if (zone == NULL)			/* stored where the zone was known */
		clock_zone_error(name);
	bt->plans = prepare_plans(calendar);
	prepare_week(bt, calendar);
	prepare_days(bt, calendar);
	clock_init(&bt->clock, zone);
	prepare_zone(bt);
	/* past the last date, its spill, and the farthest that local time differs from UTC */
	bt->horizon = Max(CLOCK_HORIZON, (last_date + 4) * USECS_PER_DAY);
	bt->covered = Min(bt->clock.covered, CLOCK_HORIZON);
	bt->covered_open = business_open_until(bt, bt->covered - 1);
	if ((const void *) calendar != datum)
		pfree(calendar);
	return bt;
}

/*
 * The calendar, argument n, prepared.  The key is the datum as it came, maybe
 * compressed: only one that lies in a TOAST table is fetched every time.
 */
static inline BusinessTime *
getarg_business_time(FunctionCallInfo fcinfo, int n)
{
	struct varlena *datum = (struct varlena *) PG_GETARG_POINTER(n);

	if (unlikely(VARATT_IS_EXTERNAL(datum)))
		datum = pg_detoast_datum_packed(datum);
	return cache_get(fcinfo->flinfo, datum, VARSIZE_ANY(datum), prepare_business_time);
}

/* ---------- arguments ---------- */

static TimestampTz
getarg_moment(FunctionCallInfo fcinfo, int n, const char *argument)
{
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(n);

	if (unlikely(TIMESTAMP_NOT_FINITE(moment)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be finite: %s", argument, TIMESTAMP_IS_NOBEGIN(moment) ? "-infinity" : "infinity"),
				 errhint("Leave such rows out, or turn it into NULL with nullif(%s, '%s').", argument,
						 TIMESTAMP_IS_NOBEGIN(moment) ? "-infinity" : "infinity")));
	return moment;
}

/* "1 day" of open time is nobody's working day, so that a day is not 24 hours here. */
static int64
getarg_open_duration(FunctionCallInfo fcinfo, int n)
{
	const Interval *duration = PG_GETARG_INTERVAL_P(n);

	if (!INTERVAL_NOT_FINITE(duration) && duration->month == 0 && duration->day != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration must not contain days: %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(duration)))),
				 errdetail("How much open time a working day has is for you to say."),
				 errhint("Give the duration in hours of open time, such as '8 hours'.")));
	return kpi_interval_to_usec(duration, "duration");
}

PG_FUNCTION_INFO_V1(business_timestamp_error);
Datum
business_timestamp_error(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a timestamp without time zone does not say which moment is meant"),
			 errdetail("It would be read in the time zone of the session."),
			 errhint("Name the zone that its clock showed, for example opened_at AT TIME ZONE 'UTC'.")));
	PG_RETURN_NULL();
}

/* ---------- functions ---------- */

PG_FUNCTION_INFO_V1(business_time);
Datum
business_time(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz start_at = getarg_moment(fcinfo, 1, "start_at");
	TimestampTz end_at = getarg_moment(fcinfo, 2, "end_at");
	int64		open;

	if (pg_sub_s64_overflow(business_open_until(bt, end_at), business_open_until(bt, start_at),
							&open))
		kpi_overflow_error("open time");
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(open));
}

PG_FUNCTION_INFO_V1(business_deadline);
Datum
business_deadline(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz start_at = getarg_moment(fcinfo, 1, "start_at");
	int64		duration = getarg_open_duration(fcinfo, 2);
	TimestampTz deadline = start_at;
	BusinessMoment found = BUSINESS_FOUND;

	if (duration > 0)
	{
		int64		open;

		/* 2^63 microseconds are past the last timestamp, but not past the last opening */
		if (pg_add_s64_overflow(business_open_until(bt, start_at), duration, &open))
			open = PG_INT64_MAX;
		found = business_moment_at(bt, open, &deadline);
	}
	if (found == BUSINESS_OUT_OF_RANGE)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("deadline is out of range: %s of open time",
						DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(2))))));
	if (found == BUSINESS_NEVER)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(deadline);
}

PG_FUNCTION_INFO_V1(business_is_open);
Datum
business_is_open(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz moment = getarg_moment(fcinfo, 1, "moment");

	PG_RETURN_BOOL(business_close_after(bt, moment) != -1);
}

/* The first moment from this one on that is open, or "end" if there is none before. */
static TimestampTz
next_open(BusinessTime *bt, TimestampTz moment, TimestampTz end)
{
	TimestampTz after;

	if (business_moment_at(bt, business_open_until(bt, moment) + 1, &after) != BUSINESS_FOUND)
		return end;
	return Min(after - 1, end);
}

PG_FUNCTION_INFO_V1(business_spans);
Datum
business_spans(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz start_at = getarg_moment(fcinfo, 1, "start_at");
	TimestampTz end_at = getarg_moment(fcinfo, 2, "end_at");
	TypeCacheEntry *type = lookup_type_cache(TSTZMULTIRANGEOID, TYPECACHE_MULTIRANGE_INFO);
	RangeType **ranges = palloc(16 * sizeof(RangeType *));
	int			capacity = 16;
	int			count = 0;
	TimestampTz at;

	if (start_at > end_at)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("start_at must not be after end_at: %s, %s",
						pstrdup(timestamptz_to_str(start_at)), pstrdup(timestamptz_to_str(end_at)))));
	for (at = next_open(bt, start_at, end_at); at < end_at; at = next_open(bt, at, end_at))
	{
		RangeBound	lower = {0};
		RangeBound	upper = {0};

		lower.val = TimestampTzGetDatum(at);
		lower.inclusive = true;
		lower.lower = true;
		/* slots of two days may touch, and an hour that the clock skips is no gap */
		do
		{
			CHECK_FOR_INTERRUPTS();
			at = business_close_after(bt, at);
		} while (at < end_at && business_close_after(bt, at) != -1);
		upper.val = TimestampTzGetDatum(Min(at, end_at));
		if (count == MAX_SPANS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("the calendar is open more than %d times between start_at and end_at",
							MAX_SPANS),
					 errhint("Ask for a shorter time.")));
		if (count == capacity)
			ranges = repalloc(ranges, (capacity *= 2) * sizeof(RangeType *));
		ranges[count++] = kpi_make_range(type->rngtype, &lower, &upper);
	}
	PG_RETURN_MULTIRANGE_P(make_multirange(TSTZMULTIRANGEOID, type->rngtype, count, ranges));
}

static int
compare_dates(const void *a, const void *b)
{
	DateADT		date_a = DatumGetDateADT(*(const Datum *) a);
	DateADT		date_b = DatumGetDateADT(*(const Datum *) b);

	return date_a < date_b ? -1 : date_a > date_b;
}

/* The dates of an array that are not NULL, in order; checked. */
static Datum *
getarg_dates(FunctionCallInfo fcinfo, int n, int *count)
{
	Datum	   *dates;
	bool	   *nulls;
	int			elements;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), DATEOID, sizeof(DateADT), true, TYPALIGN_INT,
					  &dates, &nulls, &elements);
	*count = 0;
	for (int i = 0; i < elements; i++)
	{
		DateADT		date = DatumGetDateADT(dates[i]);

		if (nulls[i])
			continue;
		if (date < CALENDAR_MIN_DATE || date > CALENDAR_MAX_DATE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("dates must lie within 0001-01-01 and 9999-12-31: %s",
							DatumGetCString(DirectFunctionCall1(date_out, dates[i])))));
		dates[(*count)++] = dates[i];
	}
	qsort(dates, *count, sizeof(Datum), compare_dates);
	return dates;
}

/* A NULL array is an empty one: that is what array_agg gives over no holidays. */
PG_FUNCTION_INFO_V1(business_closed_on);
Datum
business_closed_on(PG_FUNCTION_ARGS)
{
	CalendarDraft draft;
	Datum	   *dates;
	int			count;
	int			closed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	calendar_draft_open(&draft, PG_GETARG_CALENDAR_P(0));
	dates = getarg_dates(fcinfo, 1, &count);
	closed = calendar_draft_plan(&draft);
	for (int i = 0; i < count; i++)
	{
		DateADT		date = DatumGetDateADT(dates[i]);

		if (i == 0 || date != DatumGetDateADT(dates[i - 1]))
			calendar_draft_run(&draft.dates, date, date, closed, NULL);
	}
	PG_RETURN_POINTER(calendar_draft_finish(&draft, NULL));
}
