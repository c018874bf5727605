/*
 * calendar.h
 *		Business calendars: the stored type, and open time as arithmetic.
 *
 * A calendar says on which local dates which hours are open.  For calculation
 * it is prepared once a query as a BusinessTime: two monotone functions, from
 * local time to the open time before it, and from a moment to the open time
 * before it.  Open time between two moments is a difference, a deadline the
 * inverse; both take a few binary searches, however long the span.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "clock.h"
#include "kpi.h"
#include "utils/date.h"

/* ---------- the stored type ---------- */

#define CALENDAR_VERSION 1
#define CALENDAR_MAX_DATES 100000	/* runs of dates with hours of their own */
#define CALENDAR_MAX_SLOTS 100000	/* slots in different plans together */
#define CALENDAR_MIN_DATE (-730119) /* 0001-01-01 */
#define CALENDAR_MAX_DATE 2921939	/* 9999-12-31 */
#define CALENDAR_DAY_SECONDS 86400

/*
 * Open from start to end, in seconds from the midnight that its date begins
 * with.  start lies within the date; end may lie after the next midnight.
 */
typedef struct CalendarSlot
{
	int32		start;
	int32		end;
} CalendarSlot;

/* Dates with hours of their own. */
typedef struct CalendarRun
{
	DateADT		first;
	DateADT		last;
	int32		plan;
} CalendarRun;

/*
 * A plan is a list of slots for one date: ascending, with gaps between, so that
 * only the last can pass midnight.  Plans are distinct, sorted, and all in use;
 * runs are sorted, disjoint, and touch only where their plans differ: one
 * meaning has one sequence of bytes.
 */
typedef struct BusinessCalendar
{
	int32		vl_len_;
	uint8		version;
	uint8		zone_length;
	uint16		reserved;		/* 0 */
	int32		nplans;
	int32		nslots;			/* of all plans */
	int32		nruns;
	int32		week[7];		/* plans of Monday to Sunday */
	int32		words[FLEXIBLE_ARRAY_MEMBER];
	/* int32 end of each plan's slots, CalendarSlot slots, CalendarRun runs, zone name */
} BusinessCalendar;

#define calendar_plan_ends(c) ((c)->words)
#define calendar_slots(c) ((CalendarSlot *) ((c)->words + (c)->nplans))
#define calendar_runs(c) ((CalendarRun *) (calendar_slots(c) + (c)->nslots))
#define calendar_zone(c) ((char *) (calendar_runs(c) + (c)->nruns))

static inline int
calendar_plan_start(const BusinessCalendar *c, int plan)
{
	return plan == 0 ? 0 : calendar_plan_ends(c)[plan - 1];
}

/* ---------- drafts: calendars in the making (calendar_text.c) ---------- */

typedef struct DraftPlan
{
	int			nslots;
	int			capacity;
	CalendarSlot *slots;
} DraftPlan;

typedef struct DraftRuns
{
	int			nruns;
	int			capacity;
	CalendarRun *runs;
} DraftRuns;

typedef struct CalendarDraft
{
	const char *zone;			/* as the zone database spells it */
	int			week[7];
	int			nplans;
	int			capacity;
	DraftPlan  *plans;
	DraftRuns	ranges;			/* sorted and disjoint when the draft is finished */
	DraftRuns	dates;			/* the same; a date beats a range */
} CalendarDraft;

extern int	calendar_draft_plan(CalendarDraft *draft);
extern bool calendar_draft_run(DraftRuns *runs, DateADT first, DateADT last, int plan, Node *escontext);
extern void calendar_draft_sort(DraftRuns *runs);
extern void calendar_draft_open(CalendarDraft *draft, const BusinessCalendar *calendar);
extern BusinessCalendar *calendar_draft_finish(CalendarDraft *draft, Node *escontext);
extern BusinessCalendar *calendar_parse(const char *text, Node *escontext);
extern char *calendar_print(const BusinessCalendar *calendar);
extern char *calendar_date_text(DateADT date);

/* ---------- one day ---------- */

/* A slot up to midnight, in microseconds, and the open time of the day before it. */
typedef struct DaySlot
{
	int64		start;
	int64		end;
	int64		before;
} DaySlot;

typedef struct DayPlan
{
	int			nslots;
	DaySlot    *slots;
	int64		open;			/* until midnight */
	int64		spill;			/* how far its last slot runs into the next day */
} DayPlan;

/* How many slots start before this time of day? */
static inline int
plan_slots_before(const DayPlan *plan, int64 time)
{
	int			low = 0;
	int			high = plan->nslots;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (plan->slots[middle].start < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Open time of a plan's own slots from midnight to a time of day. */
static inline int64
plan_open_until(const DayPlan *plan, int64 time)
{
	int			n = plan_slots_before(plan, time);
	const DaySlot *slot;

	if (n == 0)
		return 0;
	slot = &plan->slots[n - 1];
	return slot->before + Min(time, slot->end) - slot->start;
}

/* A day begins with the spill of the day before, which its own slots may overlap. */
static inline int64
day_open_until(const DayPlan *plan, int64 spill, int64 time)
{
	if (likely(spill == 0))
		return plan_open_until(plan, time);
	if (time <= spill)
		return time;
	return spill + plan_open_until(plan, time) - plan_open_until(plan, spill);
}

/* The first time of day until which the day was open this long; 0 < open <= the day's. */
static inline int64
day_time_at(const DayPlan *plan, int64 spill, int64 open)
{
	int			low = 0;
	int			high = plan->nslots;

	if (open <= spill)
		return open;
	if (spill != 0)
		open += plan_open_until(plan, spill) - spill;
	while (high - low > 1)
	{
		int			middle = (low + high) / 2;

		if (plan->slots[middle].before < open)
			low = middle;
		else
			high = middle;
	}
	return plan->slots[low].start + open - plan->slots[low].before;
}

/* The end of the slot that contains this time of day, or -1: closed then. */
static inline int64
day_close_after(const DayPlan *plan, int64 spill, int64 time)
{
	int			n = plan_slots_before(plan, time + 1);

	if (n > 0 && time < plan->slots[n - 1].end)
		return plan->slots[n - 1].end;
	return time < spill ? spill : -1;
}

/* ---------- local time ---------- */

#define PLAN_OF_WEEK (-1)
#define FIRST_MONDAY 2			/* 2000-01-03 */

/* Days that all follow the week, or all follow one plan. */
typedef struct DayStretch
{
	DateADT		first;
	int			plan;			/* or PLAN_OF_WEEK */
	int64		spill;			/* of the day before each, where plan is given */
	int64		day_open;		/* open time of each, where plan is given */
	int64		before;			/* open time before the first day */
	int64		week_base;		/* what to add to week_open_before, for PLAN_OF_WEEK */
} DayStretch;

typedef struct BusinessTime
{
	DayPlan    *plans;
	const DayPlan *week_plan[7];
	int64		week_spill[7];	/* of the weekday before */
	int64		week_before[8]; /* open time of a week before each weekday, and of all of it */
	int			nstretches;
	int			last;			/* the stretch found last */
	DayStretch *stretches;		/* the first begins before all dates */

	/* by stretches of the clock: open time until t = zone_base + local open time until t + offset */
	Clock		clock;
	int			nzone;
	int			zone_capacity;
	int64	   *zone_base;
	int64	   *zone_before;	/* open time before the stretch */
	TimestampTz covered;		/* the above is known before this moment */
	int64		covered_open;	/* open time before it */
	TimestampTz horizon;		/* from here on all repeats every CLOCK_PERIOD */
	int64		horizon_open;	/* open time before the horizon, and in a period; */
	int64		period_open;	/* both known when covered = horizon + CLOCK_PERIOD */
} BusinessTime;

extern void business_time_cover(BusinessTime *bt);

/* Open time of the bare week before a day, from FIRST_MONDAY. */
static inline int64
week_open_before(const BusinessTime *bt, DateADT day, int *weekday)
{
	int			n = day - FIRST_MONDAY;
	int			week = n / 7 - (n % 7 < 0);

	*weekday = n - week * 7;
	return week * bt->week_before[7] + bt->week_before[*weekday];
}

static inline const DayStretch *
day_stretch(BusinessTime *bt, DateADT day)
{
	int			low = bt->last;
	int			high = low + 1;

	if (likely(bt->stretches[low].first <= day &&
			   (high == bt->nstretches || day < bt->stretches[high].first)))
		return &bt->stretches[low];
	low = 0;
	high = bt->nstretches;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (bt->stretches[middle].first <= day)
			low = middle;
		else
			high = middle;
	}
	bt->last = low;
	return &bt->stretches[low];
}

/* The plan of a day and the spill into it; returns the open time before the day. */
static inline int64
local_day(BusinessTime *bt, DateADT day, const DayPlan **plan, int64 *spill)
{
	const DayStretch *stretch = day_stretch(bt, day);
	int			weekday;
	int64		open;

	if (stretch->plan != PLAN_OF_WEEK)
	{
		*plan = &bt->plans[stretch->plan];
		*spill = stretch->spill;
		return stretch->before + (day - stretch->first) * stretch->day_open;
	}
	open = stretch->week_base + week_open_before(bt, day, &weekday);
	*plan = bt->week_plan[weekday];
	*spill = bt->week_spill[weekday];
	return open;
}

/* Open local time before a local time, counted from 2000-01-03 in a bare week. */
static inline int64
local_open_until(BusinessTime *bt, int64 local)
{
	int64		day = floor_div(local, USECS_PER_DAY);
	const DayPlan *plan;
	int64		spill;
	int64		before = local_day(bt, (DateADT) day, &plan, &spill);

	return before + day_open_until(plan, spill, local - day * USECS_PER_DAY);
}

/*
 * The first local time until which it was open this long.  The caller knows
 * that there is one.
 */
static inline int64
local_time_at(const BusinessTime *bt, int64 open)
{
	int			low = 0;
	int			high = bt->nstretches;
	const DayStretch *stretch;
	int64		day;

	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (bt->stretches[middle].before < open)
			low = middle;
		else
			high = middle;
	}
	stretch = &bt->stretches[low];
	if (stretch->plan == PLAN_OF_WEEK)
	{
		int64		week = floor_div(open - stretch->week_base - 1, bt->week_before[7]);
		int			weekday = 6;

		open -= stretch->week_base + week * bt->week_before[7];
		while (bt->week_before[weekday] >= open)
			weekday--;
		day = FIRST_MONDAY + week * 7 + weekday;
		return day * USECS_PER_DAY +
			day_time_at(bt->week_plan[weekday], bt->week_spill[weekday],
						open - bt->week_before[weekday]);
	}
	open -= stretch->before;
	day = (open - 1) / stretch->day_open;
	return (stretch->first + day) * USECS_PER_DAY +
		day_time_at(&bt->plans[stretch->plan], stretch->spill, open - day * stretch->day_open);
}

/* ---------- moments ---------- */

/*
 * From the horizon on the zone and the week repeat every CLOCK_PERIOD.  Brings a
 * moment before the covered one; returns how many periods that took.
 */
static inline int64
business_fold(BusinessTime *bt, TimestampTz *moment)
{
	int64		periods = 0;

	if (unlikely(*moment >= bt->covered))
	{
		business_time_cover(bt);
		if (*moment >= bt->covered)
			periods = (*moment - bt->horizon) / CLOCK_PERIOD;
		*moment -= periods * CLOCK_PERIOD;
	}
	return periods;
}

/* Open time before a moment: its zero is arbitrary, differences count. */
static inline int64
business_open_until(BusinessTime *bt, TimestampTz moment)
{
	int64		periods = business_fold(bt, &moment);
	int			i = clock_find(&bt->clock, moment);

	return bt->zone_base[i] + local_open_until(bt, moment + bt->clock.offset[i]) +
		periods * bt->period_open;
}

typedef enum BusinessMoment
{
	BUSINESS_FOUND,
	BUSINESS_NEVER,				/* there is not so much open time to come */
	BUSINESS_OUT_OF_RANGE		/* there is, but past the last timestamp */
} BusinessMoment;

/* The first moment before which there is this much open time: the inverse. */
static inline BusinessMoment
business_moment_at(BusinessTime *bt, int64 open, TimestampTz *moment)
{
	int64		periods = 0;
	int			low = 0;
	int			high;

	if (open > bt->covered_open)
		business_time_cover(bt);
	if (open > bt->covered_open)
	{
		if (bt->period_open == 0)
			return BUSINESS_NEVER;
		periods = (open - bt->horizon_open - 1) / bt->period_open;
		open -= periods * bt->period_open;
	}
	high = bt->nzone;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (bt->zone_before[middle] < open)
			low = middle;
		else
			high = middle;
	}
	*moment = local_time_at(bt, open - bt->zone_base[low]) - bt->clock.offset[low];
	if (pg_mul_s64_overflow(periods, CLOCK_PERIOD, &periods) ||
		pg_add_s64_overflow(*moment, periods, moment) || *moment >= END_TIMESTAMP)
		return BUSINESS_OUT_OF_RANGE;
	return BUSINESS_FOUND;
}

/*
 * When the slot ends that contains this moment, or the day ends, or the clock
 * changes, whichever is first; or -1 when it is closed then.  (No moment of a
 * slot's end is -1: those are whole seconds.)
 */
static inline TimestampTz
business_close_after(BusinessTime *bt, TimestampTz moment)
{
	int64		shift = business_fold(bt, &moment) * CLOCK_PERIOD;
	int			i = clock_find(&bt->clock, moment);
	int64		local = moment + bt->clock.offset[i];
	int64		day = floor_div(local, USECS_PER_DAY);
	const DayPlan *plan;
	int64		spill;
	int64		close;

	local_day(bt, (DateADT) day, &plan, &spill);
	close = day_close_after(plan, spill, local - day * USECS_PER_DAY);
	if (close < 0)
		return -1;
	close += day * USECS_PER_DAY - bt->clock.offset[i];
	if (i + 1 < bt->nzone)
		close = Min(close, bt->clock.since[i + 1]);
	return close + shift;
}

#endif							/* CALENDAR_H */
