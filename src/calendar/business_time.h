/*
 * business_time.h
 *		Open time as arithmetic.
 *
 * For calculation a calendar is prepared once a query as a BusinessTime: two
 * monotone functions, from local time to the open time before it, and from a
 * moment to the open time before it.  Open time between two moments is a
 * difference, a deadline the inverse; both take a few binary searches, however
 * long the span.
 */
#ifndef BUSINESS_TIME_H
#define BUSINESS_TIME_H

#include "calendar/calendar.h"
#include "calendar/clock.h"
#include "miscadmin.h"

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

#define PLAN_OF_RHYTHM (-1)
#define FIRST_MONDAY 2			/* 2000-01-03 */
#define CYCLE_YEARS 400			/* after them all dates fall on their weekdays again */
#define CYCLE_DAYS 146097
#define YEAR_KINDS 14			/* by the weekday of 1 January, from 7 on leap years */

/* The days of a year of one kind. */
typedef struct YearTable
{
	int			plan[CALENDAR_YEAR_DAYS];
	int64		spill[CALENDAR_YEAR_DAYS];	/* into each day */
	int64		before[CALENDAR_YEAR_DAYS + 1]; /* open time of the year before each day, and of all of it */
} YearTable;

/* Weeks in which dates of every year have hours of their own: all repeats after 400 years from 2000-01-01. */
typedef struct YearCycle
{
	YearTable	tables[YEAR_KINDS];
	int			first[CYCLE_YEARS + 1]; /* the day with which each year begins */
	int			kind[CYCLE_YEARS];
	int64		before[CYCLE_YEARS + 1];	/* open time before each year, and of all of them */
} YearCycle;

/* What repeats: week by week, or year by year. */
typedef struct Rhythm
{
	const DayPlan *week_plan[7];
	int64		week_spill[7];	/* of the weekday before */
	int64		week_before[8]; /* open time of a week before each weekday, and of all of it */
	YearCycle  *years;			/* NULL without yearly dates: the week says all */
} Rhythm;

/* Days that all follow one rhythm, or all one plan. */
typedef struct DayStretch
{
	DateADT		first;
	int			plan;			/* or PLAN_OF_RHYTHM */
	int64		spill;			/* of the day before each, where plan is given */
	int64		day_open;		/* open time of each, where plan is given */
	int64		before;			/* open time before the first day */
	int64		base;			/* what to add to rhythm_open_before, for PLAN_OF_RHYTHM */
	const Rhythm *rhythm;		/* the same */
} DayStretch;

typedef struct BusinessTime
{
	DayPlan    *plans;
	int			nstretches;
	int			last;			/* the stretch found last */
	DayStretch *stretches;		/* the first begins before all dates */

	/* by stretches of the clock: open time until t = zone_base + local open time until t + offset */
	Clock		clock;
	int			nzone;
	int			zone_capacity;
	int64	   *zone_base;
	int64	   *zone_before;	/* open time before the stretch */
	bool		always_closed_before;	/* never open before the first date with hours of its own */
	TimestampTz covered;		/* the above is known before this moment */
	int64		covered_open;	/* open time before it */
	TimestampTz horizon;		/* from here on all repeats every CLOCK_PERIOD */
	int64		horizon_open;	/* open time before the horizon, and in a period; */
	int64		period_open;	/* both known when covered = horizon + CLOCK_PERIOD */
} BusinessTime;

extern BusinessTime *business_time_prepare(const BusinessCalendar *calendar);
extern void business_time_cover(BusinessTime *bt);

/* Open time of the bare week before a day, from FIRST_MONDAY. */
static inline int64
week_open_before(const Rhythm *rhythm, DateADT day, int *weekday)
{
	int			n = day - FIRST_MONDAY;
	int			week = n / 7 - (n % 7 < 0);

	*weekday = n - week * 7;
	return week * rhythm->week_before[7] + rhythm->week_before[*weekday];
}

/* The year of a day and the day of that year, both from 0 on; returns the cycle. */
static inline int64
cycle_day(const YearCycle *years, DateADT day, int *year, int *day_of_year)
{
	int64		cycle = floor_div(day, CYCLE_DAYS);
	int			rest = (int) (day - cycle * CYCLE_DAYS);
	int			y = (int) ((int64) rest * CYCLE_YEARS / CYCLE_DAYS);

	if (years->first[y] > rest)
		y--;
	else if (years->first[y + 1] <= rest)
		y++;
	*year = y;
	*day_of_year = rest - years->first[y];
	return cycle;
}

/* The plan of a day and the spill into it, by a rhythm; returns the open time before the day. */
static inline int64
rhythm_day(const Rhythm *rhythm, const DayPlan *plans, DateADT day, const DayPlan **plan,
		   int64 *spill)
{
	const YearCycle *years = rhythm->years;
	const YearTable *table;
	int64		open;
	int64		cycle;
	int			weekday;
	int			year;
	int			n;

	if (likely(years == NULL))
	{
		open = week_open_before(rhythm, day, &weekday);
		*plan = rhythm->week_plan[weekday];
		*spill = rhythm->week_spill[weekday];
		return open;
	}
	cycle = cycle_day(years, day, &year, &n);
	table = &years->tables[years->kind[year]];
	*plan = &plans[table->plan[n]];
	*spill = table->spill[n];
	return cycle * years->before[CYCLE_YEARS] + years->before[year] + table->before[n];
}

/* The last of n sums that is below "open". */
static inline int
last_below(const int64 *sums, int n, int64 open)
{
	int			low = 0;

	while (n - low > 1)
	{
		int			middle = low + (n - low) / 2;

		if (sums[middle] < open)
			low = middle;
		else
			n = middle;
	}
	return low;
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

	if (stretch->plan != PLAN_OF_RHYTHM)
	{
		*plan = &bt->plans[stretch->plan];
		*spill = stretch->spill;
		return stretch->before + (day - stretch->first) * stretch->day_open;
	}
	return stretch->base + rhythm_day(stretch->rhythm, bt->plans, day, plan, spill);
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

/* The first local time until which a rhythm was open this long, by its own sums. */
static inline int64
rhythm_time_at(const Rhythm *rhythm, const DayPlan *plans, int64 open)
{
	const YearCycle *years = rhythm->years;
	const YearTable *table;
	int64		repeats;
	int			year;
	int			n;

	if (likely(years == NULL))
	{
		int			weekday = 6;

		repeats = floor_div(open - 1, rhythm->week_before[7]);
		open -= repeats * rhythm->week_before[7];
		while (rhythm->week_before[weekday] >= open)
			weekday--;
		return (FIRST_MONDAY + repeats * 7 + weekday) * USECS_PER_DAY +
			day_time_at(rhythm->week_plan[weekday], rhythm->week_spill[weekday],
						open - rhythm->week_before[weekday]);
	}
	repeats = floor_div(open - 1, years->before[CYCLE_YEARS]);
	open -= repeats * years->before[CYCLE_YEARS];
	year = last_below(years->before, CYCLE_YEARS, open);
	open -= years->before[year];
	table = &years->tables[years->kind[year]];
	n = last_below(table->before, years->first[year + 1] - years->first[year], open);
	return (repeats * CYCLE_DAYS + years->first[year] + n) * USECS_PER_DAY +
		day_time_at(&plans[table->plan[n]], table->spill[n], open - table->before[n]);
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
	if (stretch->plan == PLAN_OF_RHYTHM)
		return rhythm_time_at(stretch->rhythm, bt->plans, open - stretch->base);
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

typedef struct BusinessPiece
{
	TimestampTz start;
	TimestampTz end;
} BusinessPiece;

/*
 * The first moment at which so much open time has passed since "start", while
 * the clock stands still in the pauses, which ascend and may be infinite.
 */
static inline BusinessMoment
business_moment_after(BusinessTime *bt, TimestampTz start, int64 duration,
					  const BusinessPiece *pauses, int npauses, TimestampTz *moment)
{
	int64		open;

	*moment = start;
	if (duration == 0)
		return BUSINESS_FOUND;
	open = business_open_until(bt, start);
	for (int i = 0; i < npauses; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (pauses[i].end <= start)
			continue;
		if (pauses[i].start > start)
		{
			int64		before;

			if (TIMESTAMP_IS_NOEND(pauses[i].start))
				break;
			if (pg_sub_s64_overflow(business_open_until(bt, pauses[i].start), open, &before) ||
				before >= duration)
				break;
			duration -= before;
		}
		if (TIMESTAMP_IS_NOEND(pauses[i].end))
			return BUSINESS_NEVER;
		start = pauses[i].end;
		open = business_open_until(bt, start);
	}
	/* 2^63 microseconds are past the last timestamp, but not past the last opening */
	if (pg_add_s64_overflow(open, duration, &open))
		open = PG_INT64_MAX;
	return business_moment_at(bt, open, moment);
}

/* The last moment before which there is this much open time. */
static inline BusinessMoment
business_last_moment_at(BusinessTime *bt, int64 open, TimestampTz *moment)
{
	int64		first = business_open_until(bt, MIN_TIMESTAMP);
	BusinessMoment found;

	if (open < first)
		return bt->always_closed_before ? BUSINESS_NEVER : BUSINESS_OUT_OF_RANGE;
	found = business_moment_at(bt, open + 1, moment);
	if (found == BUSINESS_FOUND)
		*moment -= 1;
	return found;
}

/*
 * The last moment from which so much open time passes until "end", while the
 * clock stands still in the pauses, which ascend and may be infinite.
 */
static inline BusinessMoment
business_moment_before(BusinessTime *bt, TimestampTz end, int64 duration,
					   const BusinessPiece *pauses, int npauses, TimestampTz *moment)
{
	int64		open;

	*moment = end;
	if (duration == 0)
		return BUSINESS_FOUND;
	open = business_open_until(bt, end);
	for (int i = npauses - 1; i >= 0; i--)
	{
		CHECK_FOR_INTERRUPTS();
		if (pauses[i].start >= end)
			continue;
		if (pauses[i].end < end)
		{
			int64		after;

			if (TIMESTAMP_IS_NOBEGIN(pauses[i].end))
				break;
			if (pg_sub_s64_overflow(open, business_open_until(bt, pauses[i].end), &after) ||
				after >= duration)
				break;
			duration -= after;
		}
		if (TIMESTAMP_IS_NOBEGIN(pauses[i].start))
			return BUSINESS_NEVER;
		end = pauses[i].start;
		open = business_open_until(bt, end);
	}
	if (pg_sub_s64_overflow(open, duration, &open))
		open = PG_INT64_MIN;
	return business_last_moment_at(bt, open, moment);
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

#endif							/* BUSINESS_TIME_H */
