/*
 * calendar_draft.h
 *		Business calendars in the making: what holds on which dates, before it takes
 *		its canonical form.
 */
#ifndef CALENDAR_DRAFT_H
#define CALENDAR_DRAFT_H

#include "calendar/calendar.h"

typedef struct DraftPlan
{
	int			nslots;
	int			capacity;
	CalendarSlot *slots;
} DraftPlan;

/* Dates with hours of their own. */
typedef struct DraftRun
{
	DateADT		first;
	DateADT		last;
	CalendarWeek week;
} DraftRun;

typedef struct DraftRuns
{
	int			nruns;
	int			capacity;
	DraftRun   *runs;
} DraftRuns;

typedef struct CalendarDraft
{
	const char *zone;			/* as the zone database spells it */
	CalendarWeek week;
	int			nplans;
	int			capacity;
	DraftPlan  *plans;
	DraftRuns	changes;		/* of the week, ascending; "last" says nothing */
	CalendarWeek *yearly;		/* for each day of a leap year, or NULL */
	DraftRuns	runs;			/* sorted and disjoint when the draft is finished */
	DraftRuns	dates;			/* the same; they beat the runs */
} CalendarDraft;

extern int	calendar_draft_plan(CalendarDraft *draft);
extern void calendar_draft_slot(DraftPlan *plan, CalendarSlot slot);
extern bool calendar_draft_run(DraftRuns *runs, DateADT first, DateADT last,
							   const CalendarWeek *week, Node *escontext);
extern void calendar_draft_open(CalendarDraft *draft, const BusinessCalendar *calendar);
extern BusinessCalendar *calendar_draft_finish(CalendarDraft *draft, Node *escontext);
extern bool calendar_too_large(const char *what, int limit, Node *escontext);
extern DateADT calendar_same_until(const CalendarWeek *yearly, DateADT date);
extern int	calendar_compare_slots(const void *a, const void *b);

/* One plan on all weekdays. */
static inline CalendarWeek
calendar_whole_week(int plan)
{
	return (CalendarWeek) {{plan, plan, plan, plan, plan, plan, plan}};
}

#endif							/* CALENDAR_DRAFT_H */
