/*
 * calendar.c
 *		Type business_calendar and the time that it counts: business_time,
 *		business_deadline, next_open, business_days, is_open, business_spans, closed_on.
 */
#include "postgres.h"

#include "calendar/business_time.h"
#include "calendar/calendar_draft.h"
#include "base/cache.h"
#include "base/summary.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
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

	if (calendar->version != CALENDAR_PLAIN && calendar->version != CALENDAR_FULL)
		elog(ERROR, "unknown version %d of a business_calendar", calendar->version);
	return calendar;
}

#define PG_GETARG_CALENDAR_P(n) calendar_of_datum(PG_GETARG_POINTER(n))

/*
 * Texts that 1.0.0 took and that are refused today may stand in a dump.  What
 * pg_dump writes and pg_restore does begins with check_function_bodies = off.
 */
PG_FUNCTION_INFO_V1(business_calendar_in);
Datum
business_calendar_in(PG_FUNCTION_ARGS)
{
	BusinessCalendar *calendar = calendar_parse(PG_GETARG_CSTRING(0), !check_function_bodies,
												fcinfo->context);

	if (calendar == NULL)		/* a soft error */
		PG_RETURN_NULL();
	PG_RETURN_POINTER(calendar);
}

KPI_FUNCTION(business_calendar_out, CStringGetDatum(calendar_print(PG_GETARG_CALENDAR_P(0))));

/*
 * The binary form is a version byte and the text: short, portable, and checked
 * as text is, but taken as it was stored.
 */
#define BINARY_VERSION 1

PG_FUNCTION_INFO_V1(business_calendar_recv);
Datum
business_calendar_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buf);
	char	   *text;
	int			length;

	if (version != BINARY_VERSION)
		summary_binary_error("business_calendar", psprintf("Version %d is not known.", version));
	text = pq_getmsgtext(buf, buf->len - buf->cursor, &length);
	if ((int) strlen(text) != length)
		summary_binary_error("business_calendar", "The text contains a zero byte.");
	PG_RETURN_POINTER(calendar_parse(text, true, NULL));
}

PG_FUNCTION_INFO_V1(business_calendar_send);
Datum
business_calendar_send(PG_FUNCTION_ARGS)
{
	char	   *text = calendar_print(PG_GETARG_CALENDAR_P(0));
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, BINARY_VERSION);
	pq_sendtext(&buf, text, strlen(text));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

SUMMARY_VARLENA_COMPARISONS(business_calendar, NULL);

/* ---------- arguments ---------- */

static void *
prepare_business_time(const void *datum)
{
	BusinessCalendar *calendar = calendar_of_datum(datum);
	BusinessTime *bt = business_time_prepare(calendar);

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
	int64		usec;

	if (!INTERVAL_NOT_FINITE(duration) && duration->month == 0 && duration->day != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration must not contain days: %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(duration)))),
				 errdetail("How much open time a working day has is for you to say."),
				 errhint("Give the duration in hours of open time, such as '8 hours'. For whole working days use business_days_later.")));
	usec = kpi_signed_interval_to_usec(duration, "duration");
	if (usec == PG_INT64_MIN)
		kpi_overflow_error("duration");
	return usec;
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

PG_FUNCTION_INFO_V1(business_date_error);
Datum
business_date_error(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a date does not say which moment is meant"),
			 errdetail("It would be read as midnight in the time zone of the session."),
			 errhint("Name the zone whose midnight it is, for example opened_on::timestamp AT TIME ZONE 'Europe/Istanbul'.")));
	PG_RETURN_NULL();
}

/* A bound of a piece of time; infinite ones are the ends of int64. */
static TimestampTz
moment_of_bound(const RangeBound *bound)
{
	if (bound->infinite)
		return bound->lower ? DT_NOBEGIN : DT_NOEND;
	return DatumGetTimestampTz(bound->val);
}

/* The pieces of a multirange: ascending, with gaps between. */
static BusinessPiece *
getarg_pieces(FunctionCallInfo fcinfo, int n, int *npieces)
{
	MultirangeType *multirange = PG_GETARG_MULTIRANGE_P(n);
	TypeCacheEntry *type = lookup_type_cache(TSTZMULTIRANGEOID, TYPECACHE_MULTIRANGE_INFO);
	BusinessPiece *pieces;

	*npieces = multirange->rangeCount;
	pieces = palloc(Max(*npieces, 1) * sizeof(BusinessPiece));
	for (int i = 0; i < *npieces; i++)
	{
		RangeBound	lower;
		RangeBound	upper;

		CHECK_FOR_INTERRUPTS();
		multirange_get_bounds(type->rngtype, multirange, i, &lower, &upper);
		pieces[i].start = moment_of_bound(&lower);
		pieces[i].end = moment_of_bound(&upper);
	}
	return pieces;
}

/* ---------- functions ---------- */

PG_FUNCTION_INFO_V1(business_time_of_spans);
Datum
business_time_of_spans(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	int			npieces;
	BusinessPiece *pieces = getarg_pieces(fcinfo, 1, &npieces);
	int64		open = 0;

	for (int i = 0; i < npieces; i++)
	{
		int64		piece;

		CHECK_FOR_INTERRUPTS();
		if (TIMESTAMP_NOT_FINITE(pieces[i].start) || TIMESTAMP_NOT_FINITE(pieces[i].end))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("spans must have both ends: the %s of a piece is missing or infinite",
							TIMESTAMP_NOT_FINITE(pieces[i].start) ? "start" : "end"),
					 errhint("Limit them to a time that you report on, for example spans * tstzmultirange(tstzrange('2026-03-01', now())).")));
		if (pg_sub_s64_overflow(business_open_until(bt, pieces[i].end),
								business_open_until(bt, pieces[i].start), &piece))
			kpi_overflow_error("open time");
		kpi_add(&open, piece, "open time");
	}
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(open));
}

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

static Datum
deadline(FunctionCallInfo fcinfo, const BusinessPiece *pauses, int npauses)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz start_at = getarg_moment(fcinfo, 1, "start_at");
	int64		duration = getarg_open_duration(fcinfo, 2);
	TimestampTz moment;
	BusinessMoment found = duration < 0
		? business_moment_before(bt, start_at, -duration, pauses, npauses, &moment)
		: business_moment_after(bt, start_at, duration, pauses, npauses, &moment);

	switch (found)
	{
		case BUSINESS_NEVER:
			PG_RETURN_NULL();
		case BUSINESS_OUT_OF_RANGE:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("deadline is out of range: %s of open time",
							DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(2))))));
			break;
		case BUSINESS_FOUND:
			break;
	}
	PG_RETURN_TIMESTAMPTZ(moment);
}

KPI_FUNCTION(business_deadline, deadline(fcinfo, NULL, 0));

/* Pauses that are NULL are none: that is what range_agg gives over no rows. */
PG_FUNCTION_INFO_V1(business_deadline_paused);
Datum
business_deadline_paused(PG_FUNCTION_ARGS)
{
	BusinessPiece *pauses = NULL;
	int			npauses = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(3))
		pauses = getarg_pieces(fcinfo, 3, &npauses);
	return deadline(fcinfo, pauses, npauses);
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
next_open_before(BusinessTime *bt, TimestampTz moment, TimestampTz end)
{
	TimestampTz after;

	if (business_moment_at(bt, business_open_until(bt, moment) + 1, &after) != BUSINESS_FOUND)
		return end;
	return Min(after - 1, end);
}

PG_FUNCTION_INFO_V1(business_next_open);
Datum
business_next_open(PG_FUNCTION_ARGS)
{
	BusinessTime *bt = getarg_business_time(fcinfo, 0);
	TimestampTz moment = getarg_moment(fcinfo, 1, "moment");
	TimestampTz open = next_open_before(bt, moment, PG_INT64_MAX);

	if (open == PG_INT64_MAX)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(open);
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
	for (at = next_open_before(bt, start_at, end_at); at < end_at;
		 at = next_open_before(bt, at, end_at))
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

/* ---------- working days ---------- */

/*
 * Dates on which a calendar opens are open time of a calendar that is open for
 * their whole days, on a clock that never changes.
 */
typedef struct WorkingDays
{
	Clock		clock;			/* of the calendar's zone */
	text	   *zone;
	BusinessTime *days;
} WorkingDays;

static void *
prepare_working_days(const void *datum)
{
	WorkingDays *result = palloc(sizeof(WorkingDays));
	CalendarSlot whole_day = {0, CALENDAR_DAY_SECONDS};
	CalendarDraft draft;
	char	   *name;
	pg_tz	   *zone;

	calendar_draft_open(&draft, calendar_of_datum(datum));
	name = pstrdup(draft.zone);
	zone = clock_zone(name);
	if (zone == NULL)			/* stored where the zone was known */
		clock_zone_error(name);
	clock_init(&result->clock, zone);
	result->zone = cstring_to_text(name);
	draft.zone = "UTC";
	for (int p = 0; p < draft.nplans; p++)
	{
		if (draft.plans[p].nslots == 0)
			continue;
		draft.plans[p].nslots = 1;
		draft.plans[p].slots[0] = whole_day;
	}
	result->days = business_time_prepare(calendar_draft_finish(&draft, NULL));
	return result;
}

static WorkingDays *
getarg_working_days(FunctionCallInfo fcinfo, int n)
{
	struct varlena *datum = (struct varlena *) PG_GETARG_POINTER(n);

	if (unlikely(VARATT_IS_EXTERNAL(datum)))
		datum = pg_detoast_datum_packed(datum);
	return cache_get(fcinfo->flinfo, datum, VARSIZE_ANY(datum), prepare_working_days);
}

/* The local midnight with which the date of a moment begins; *time is what has passed of it. */
static int64
local_date(WorkingDays *w, TimestampTz moment, int64 *time)
{
	int64		local = moment + clock_stretch(&w->clock, moment).offset;
	int64		date = floor_div(local, USECS_PER_DAY) * USECS_PER_DAY;

	*time = local - date;
	return date;
}

PG_FUNCTION_INFO_V1(business_days);
Datum
business_days(PG_FUNCTION_ARGS)
{
	WorkingDays *w = getarg_working_days(fcinfo, 0);
	TimestampTz start_at = getarg_moment(fcinfo, 1, "start_at");
	TimestampTz end_at = getarg_moment(fcinfo, 2, "end_at");
	int64		unused;
	/* whole days, and all that there are overflow as microseconds */
	int64		days = business_open_until(w->days, local_date(w, end_at, &unused)) / USECS_PER_DAY -
		business_open_until(w->days, local_date(w, start_at, &unused)) / USECS_PER_DAY;

	PG_RETURN_INT32((int32) days);
}

PG_FUNCTION_INFO_V1(business_days_later);
Datum
business_days_later(PG_FUNCTION_ARGS)
{
	WorkingDays *w = getarg_working_days(fcinfo, 0);
	TimestampTz moment = getarg_moment(fcinfo, 1, "moment");
	int64		days = PG_GETARG_INT32(2);
	int64		time;
	int64		date = local_date(w, moment, &time);
	int64		open;
	TimestampTz local;

	if (business_close_after(w->days, date) == -1)
		time = 0;				/* from the start of the next date that is open */
	/* what is past the last timestamp may be past the last opening too */
	if (pg_mul_s64_overflow(days, USECS_PER_DAY, &open) ||
		pg_add_s64_overflow(open, business_open_until(w->days, date), &open))
		open = days < 0 ? PG_INT64_MIN : PG_INT64_MAX - 1;
	switch (business_last_moment_at(w->days, open, &local))
	{
		case BUSINESS_NEVER:
			PG_RETURN_NULL();
		case BUSINESS_OUT_OF_RANGE:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("date is out of range: " INT64_FORMAT " working days later", days)));
			break;
		case BUSINESS_FOUND:
			break;
	}
	return DirectFunctionCall2(timestamp_zone, PointerGetDatum(w->zone),
							   TimestampGetDatum(local + time));
}

/* ---------- holidays ---------- */

/* The dates of an array, a bit each from the earliest on. */
typedef struct DateSet
{
	DateADT		first;
	DateADT		last;			/* before the first: no dates */
	uint8	   *bits;
} DateSet;

static void
getarg_date_set(FunctionCallInfo fcinfo, int n, DateSet *set)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);
	ArrayIterator dates = array_create_iterator(array, 0, NULL);
	Datum		date;
	bool		is_null;

	set->first = CALENDAR_MAX_DATE;
	set->last = CALENDAR_MIN_DATE;
	while (array_iterate(dates, &date, &is_null))
	{
		CHECK_FOR_INTERRUPTS();
		if (is_null)
			continue;
		if (DatumGetDateADT(date) < CALENDAR_MIN_DATE || DatumGetDateADT(date) > CALENDAR_MAX_DATE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("dates must lie within 0001-01-01 and 9999-12-31: %s",
							DatumGetCString(DirectFunctionCall1(date_out, date)))));
		set->first = Min(set->first, DatumGetDateADT(date));
		set->last = Max(set->last, DatumGetDateADT(date));
	}
	array_free_iterator(dates);
	set->bits = palloc0(Max(set->last - set->first, 0) / 8 + 1);
	dates = array_create_iterator(array, 0, NULL);
	while (array_iterate(dates, &date, &is_null))
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_null)
			set->bits[(DatumGetDateADT(date) - set->first) / 8] |=
				1 << (DatumGetDateADT(date) - set->first) % 8;
	}
	array_free_iterator(dates);
}

/* A NULL array is an empty one: that is what array_agg gives over no holidays. */
PG_FUNCTION_INFO_V1(business_closed_on);
Datum
business_closed_on(PG_FUNCTION_ARGS)
{
	CalendarDraft draft;
	DateSet		dates;
	CalendarWeek closed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	getarg_date_set(fcinfo, 1, &dates);
	calendar_draft_open(&draft, PG_GETARG_CALENDAR_P(0));
	closed = calendar_whole_week(calendar_draft_plan(&draft));
	for (DateADT date = dates.first; date <= dates.last; date++)
	{
		if (dates.bits[(date - dates.first) / 8] & 1 << (date - dates.first) % 8)
			calendar_draft_run(&draft.dates, date, date, &closed, NULL);
	}
	PG_RETURN_POINTER(calendar_draft_finish(&draft, NULL));
}

/* The same for ranges of dates, which ascend. */
PG_FUNCTION_INFO_V1(business_closed_on_ranges);
Datum
business_closed_on_ranges(PG_FUNCTION_ARGS)
{
	TypeCacheEntry *type = lookup_type_cache(DATEMULTIRANGEOID, TYPECACHE_MULTIRANGE_INFO);
	MultirangeType *ranges;
	CalendarDraft draft;
	CalendarWeek closed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	ranges = PG_GETARG_MULTIRANGE_P(1);
	calendar_draft_open(&draft, PG_GETARG_CALENDAR_P(0));
	closed = calendar_whole_week(calendar_draft_plan(&draft));
	for (uint32 i = 0; i < ranges->rangeCount; i++)
	{
		RangeBound	lower;
		RangeBound	upper;
		DateADT		first;
		DateADT		last;

		CHECK_FOR_INTERRUPTS();
		multirange_get_bounds(type->rngtype, ranges, i, &lower, &upper);
		first = lower.infinite ? DATEVAL_NOBEGIN : DatumGetDateADT(lower.val);
		last = upper.infinite || DATE_NOT_FINITE(DatumGetDateADT(upper.val))
			? DATEVAL_NOEND : DatumGetDateADT(upper.val) - 1;	/* ranges of dates end before their upper bound */
		if (first < CALENDAR_MIN_DATE || last > CALENDAR_MAX_DATE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("dates must lie within 0001-01-01 and 9999-12-31: range %u begins or ends outside", i + 1),
					 errhint("For a calendar that closes for good write \"2027-01-01.. closed\" in its text.")));
		calendar_draft_run(&draft.dates, first, last, &closed, NULL);
	}
	PG_RETURN_POINTER(calendar_draft_finish(&draft, NULL));
}

/*
 * And for a literal, which would be either: '{2026-12-25}' or
 * '{[2026-12-24,2026-12-26]}'.
 */
PG_FUNCTION_INFO_V1(business_closed_on_text);
Datum
business_closed_on_text(PG_FUNCTION_ARGS)
{
	bool		ranges;
	char	   *dates;
	Oid			input;
	Oid			element;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	dates = text_to_cstring(PG_GETARG_TEXT_PP(1));
	ranges = strpbrk(dates, "[(") != NULL || strstr(dates, "empty") != NULL;
	getTypeInputInfo(ranges ? DATEMULTIRANGEOID : DATEARRAYOID, &input, &element);
	fcinfo->args[1].value = OidInputFunctionCall(input, dates, element, -1);
	return ranges ? business_closed_on_ranges(fcinfo) : business_closed_on(fcinfo);
}
