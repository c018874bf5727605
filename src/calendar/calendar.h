/*
 * calendar.h
 *		Business calendars: the stored type and its text.
 *
 * A calendar says on which local dates which hours are open.  business_time.h
 * calculates with it.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "base/kpi.h"
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
extern void calendar_draft_open(CalendarDraft *draft, const BusinessCalendar *calendar);
extern BusinessCalendar *calendar_draft_finish(CalendarDraft *draft, Node *escontext);
extern BusinessCalendar *calendar_parse(const char *text, Node *escontext);
extern char *calendar_print(const BusinessCalendar *calendar);

#endif							/* CALENDAR_H */
