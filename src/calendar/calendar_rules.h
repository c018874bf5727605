/*
 * calendar_rules.h
 *		The rules of a calendar's text, and which of them holds.
 */
#ifndef CALENDAR_RULES_H
#define CALENDAR_RULES_H

#include "calendar/calendar_draft.h"

typedef enum CalendarRuleKind
{
	RULE_WEEK,					/* Mon-Fri 09:00-18:00 */
	RULE_YEARLY,				/* 12-24..12-31 closed */
	RULE_RANGE,					/* 2026-02-18..2026-03-19 Mon-Fri 10:00-16:00 */
	RULE_DATE					/* 2026-12-31 09:00-13:00 */
} CalendarRuleKind;

#define RULE_KINDS 4
#define RULE_ALL_WEEKDAYS 0x7F

typedef struct CalendarRule
{
	CalendarRuleKind kind;
	DateADT		first;			/* of yearly rules days of a leap year */
	DateADT		last;			/* DATEVAL_NOEND for an open range; yearly ones may wrap */
	int			plan;
	uint8		weekdays;		/* a bit each, Monday the lowest */
	bool		bare;			/* names no weekdays, and means all */
} CalendarRule;

typedef struct CalendarRules
{
	int			nrules;
	int			capacity;
	int			count[RULE_KINDS];
	CalendarRule *rules;
} CalendarRules;

/* How many days a rule has; ranges that never end as many as can be said. */
static inline int
calendar_rule_days(const CalendarRule *rule)
{
	if (rule->last == DATEVAL_NOEND)
		return PG_INT32_MAX;
	if (rule->last < rule->first)	/* over the end of the year */
		return rule->last + CALENDAR_YEAR_DAYS - rule->first + 1;
	return rule->last - rule->first + 1;
}

extern const char *const calendar_weekday_names[7];

extern bool calendar_rules_add(CalendarRules *rules, const CalendarRule *rule, Node *escontext);
extern bool calendar_rules_settle(CalendarRules *rules, CalendarDraft *draft, bool as_stored,
								  Node *escontext);
extern char *calendar_date_text(DateADT date);
extern char *calendar_days_text(CalendarRuleKind kind, DateADT first, DateADT last);
extern char *calendar_slot_text(CalendarSlot slot);
extern bool calendar_slots_overlap(CalendarSlot *slots, int nslots, CalendarSlot *first,
								   CalendarSlot *second);

#endif							/* CALENDAR_RULES_H */
