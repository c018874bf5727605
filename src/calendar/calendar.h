/*
 * calendar.h
 *		Business calendars: the stored type.
 *
 * A calendar says on which local dates which hours are open.  Of what it says
 * about a date the first of these holds that names its weekday:
 *
 *		its run			dates with hours of their own
 *		its yearly run	dates of every year
 *		its change		the week from a date on
 *		the week
 *
 * Which rules of a text make which of them is told in calendar_rules.c;
 * business_time.h calculates with a calendar.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "base/kpi.h"
#include "utils/date.h"

#define CALENDAR_PLAIN 1		/* version of calendars that have a week and runs of one plan */
#define CALENDAR_FULL 2			/* version of all others */
#define CALENDAR_MAX_DATES 100000	/* runs of dates with hours of their own */
#define CALENDAR_MAX_SLOTS 100000	/* slots in different plans together */
#define CALENDAR_MAX_CHANGES 250	/* changes of the week for good */
#define CALENDAR_MIN_DATE (-730119) /* 0001-01-01 */
#define CALENDAR_MAX_DATE 2921939	/* 9999-12-31 */
#define CALENDAR_DAY_SECONDS 86400
#define CALENDAR_YEAR_DAYS 366	/* yearly dates are days of a leap year, from 0 on */

#define CALENDAR_KEEP (-1)		/* a weekday's plan where none is given */

/*
 * Open from start to end, in seconds from the midnight that its date begins
 * with.  start lies within the date; end may lie after the next midnight.
 */
typedef struct CalendarSlot
{
	int32		start;
	int32		end;
} CalendarSlot;

/* A plan for each weekday, or CALENDAR_KEEP. */
typedef struct CalendarWeek
{
	int32		plan[7];		/* of Monday to Sunday */
} CalendarWeek;

/*
 * Dates, or days of every year, with hours of their own: one plan, or, below
 * 0, a week: see calendar_run_plan.
 */
typedef struct CalendarRun
{
	DateADT		first;
	DateADT		last;
	int32		plan;
} CalendarRun;

/* From a date on, until the next of them, another week holds. */
typedef struct CalendarChange
{
	DateADT		first;
	int32		week;
} CalendarChange;

/*
 * A plan is a list of slots for one date: ascending, with gaps between, so that
 * only the last can pass midnight.  Plans are distinct, sorted, and all in use;
 * runs are sorted, disjoint, and touch only where they differ, or at the ends
 * of yearly runs: one meaning has one sequence of bytes.
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
	/*
	 * In full calendars the numbers of weeks, changes and yearly runs; in all:
	 * int32 end of each plan's slots, CalendarSlot slots, CalendarRun runs; in full
	 * ones CalendarWeek weeks, CalendarChange changes, CalendarRun yearly; zone name
	 */
} BusinessCalendar;

/* Where everything is. */
typedef struct CalendarView
{
	const int32 *week;
	int			nplans;
	const int32 *plan_ends;
	int			nslots;
	const CalendarSlot *slots;
	int			nruns;
	const CalendarRun *runs;
	int			nweeks;
	const CalendarWeek *weeks;
	int			nchanges;
	const CalendarChange *changes;
	int			nyearly;
	const CalendarRun *yearly;
	int			zone_length;
	const char *zone;
} CalendarView;

static inline void
calendar_view(const BusinessCalendar *c, CalendarView *v)
{
	const int32 *words = c->words;

	v->nweeks = v->nchanges = v->nyearly = 0;
	if (c->version == CALENDAR_FULL)
	{
		v->nweeks = *words++;
		v->nchanges = *words++;
		v->nyearly = *words++;
	}
	v->week = c->week;
	v->nplans = c->nplans;
	v->plan_ends = words;
	v->nslots = c->nslots;
	v->slots = (const CalendarSlot *) (v->plan_ends + v->nplans);
	v->nruns = c->nruns;
	v->runs = (const CalendarRun *) (v->slots + v->nslots);
	v->weeks = (const CalendarWeek *) (v->runs + v->nruns);
	v->changes = (const CalendarChange *) (v->weeks + v->nweeks);
	v->yearly = (const CalendarRun *) (v->changes + v->nchanges);
	v->zone_length = c->zone_length;
	v->zone = (const char *) (v->yearly + v->nyearly);
}

static inline int
calendar_plan_start(const CalendarView *v, int plan)
{
	return plan == 0 ? 0 : v->plan_ends[plan - 1];
}

static inline bool
calendar_plan_is_open(const CalendarView *v, int plan)
{
	return calendar_plan_start(v, plan) < v->plan_ends[plan];
}

/* The plan that a run gives to a weekday (0 is Monday), or CALENDAR_KEEP. */
static inline int
calendar_run_plan(const CalendarView *v, const CalendarRun *run, int weekday)
{
	return run->plan >= 0 ? run->plan : v->weeks[-1 - run->plan].plan[weekday];
}

/* 0 is Monday */
static inline int
calendar_weekday(DateADT date)
{
	int			weekday = (date - 2) % 7;	/* 2000-01-03 was a Monday */

	return weekday < 0 ? weekday + 7 : weekday;
}

/* The number of a date among the days of a leap year. */
extern int	calendar_day_of_year(DateADT date);

/* ---------- calendar_text.c ---------- */

/*
 * "as_stored": texts that 1.0.0 took and that are refused today are read as it
 * read them, so that what is stored can be restored.
 */
extern BusinessCalendar *calendar_parse(const char *text, bool as_stored, Node *escontext);
extern char *calendar_print(const BusinessCalendar *calendar);

#endif							/* CALENDAR_H */
