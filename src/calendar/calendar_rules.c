/*
 * calendar_rules.c
 *		Which rule of a calendar's text holds on a date.
 *
 * A date beats all; a yearly date beats ranges; of two ranges the shorter holds,
 * a yearly one counting its days in a leap year; of two equally long ones that
 * with a year, of two that never end the later.  Each rule speaks of the weekdays
 * that it names and leaves the others to the next.  Where that leaves a doubt
 * there is an error: a weekday given twice, ranges that overlap and neither lies
 * within the other, dates that would be open though the week closes their weekday.
 *
 * A draft knows fewer kinds of things than a text, see calendar.h.  Ranges that
 * never end, and those that are longer than any yearly one, become changes of
 * the week.  What remains is cut where a shorter yearly rule beats it.
 */
#include "postgres.h"

#include "calendar/calendar_rules.h"

#include "miscadmin.h"
#include "utils/datetime.h"

#define MAX_YEARLY 1000			/* yearly rules of a text */
#define MAX_AT_ONCE 64			/* ranges over one date */

const char *const calendar_weekday_names[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* All rules of the same days. */
typedef struct RuleGroup
{
	CalendarRuleKind kind;
	DateADT		first;
	DateADT		last;
	int			length;			/* in days, PG_INT32_MAX without an end */
	uint8		weekdays;
	bool		bare;
	CalendarWeek week;
} RuleGroup;

typedef struct Settlement
{
	CalendarDraft *draft;
	bool		as_stored;
	Node	   *escontext;
	bool		has_week;		/* some weekday is open, in some week */
	CalendarWeek *yearly;		/* NULL without yearly rules */
	CalendarWeek *yearly_length;	/* of the rule that holds, for each day of the year and weekday */
	int			nactive;
	RuleGroup  *active[MAX_AT_ONCE];	/* ranges over a date, the longest first */
} Settlement;

/* ---------- rules ---------- */

bool
calendar_rules_add(CalendarRules *rules, const CalendarRule *rule, Node *escontext)
{
	if (rule->kind != RULE_WEEK && ++rules->count[rule->kind] > CALENDAR_MAX_DATES)
		return calendar_too_large("dates with hours of their own", CALENDAR_MAX_DATES, escontext);
	if (rules->nrules == rules->capacity)
	{
		rules->capacity = Max(rules->capacity * 2, 16);
		rules->rules = rules->rules == NULL
			? palloc(rules->capacity * sizeof(CalendarRule))
			: repalloc(rules->rules, rules->capacity * sizeof(CalendarRule));
	}
	rules->rules[rules->nrules++] = *rule;
	return true;
}

/* ---------- words of errors ---------- */

char *
calendar_date_text(DateADT date)
{
	int			year,
				month,
				day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

/* 2026-02-18..2026-03-19, 2027-01-01.., 12-25, 12-24..12-31 */
char *
calendar_days_text(CalendarRuleKind kind, DateADT first, DateADT last)
{
	/* yearly days count from 2000-01-01, date 0, in a leap year */
	int			skip = kind == RULE_YEARLY ? 5 : 0;

	if (first == last)
		return calendar_date_text(first) + skip;
	return psprintf("%s..%s", calendar_date_text(first) + skip,
					last == DATEVAL_NOEND ? "" : calendar_date_text(last) + skip);
}

static char *
time_text(int32 seconds)
{
	if (seconds % 60 != 0)
		return psprintf("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
	return psprintf("%02d:%02d", seconds / 3600, seconds / 60 % 60);
}

char *
calendar_slot_text(CalendarSlot slot)
{
	return psprintf("%s-%s", time_text(slot.start),
					time_text(slot.end > CALENDAR_DAY_SECONDS ? slot.end - CALENDAR_DAY_SECONDS : slot.end));
}

/* Sorts slots; do two of them overlap?  Then which. */
bool
calendar_slots_overlap(CalendarSlot *slots, int nslots, CalendarSlot *first, CalendarSlot *second)
{
	int			latest = 0;

	qsort(slots, nslots, sizeof(CalendarSlot), calendar_compare_slots);
	for (int i = 1; i < nslots; i++)
	{
		if (slots[i].start < slots[latest].end)
		{
			*first = slots[latest];
			*second = slots[i];
			return true;
		}
		latest = i;
	}
	return false;
}

/* ---------- rules of the same days ---------- */

static bool
twice_error(Settlement *s, const RuleGroup *group, int weekday, const char *what)
{
	const char *days = group->kind == RULE_WEEK ? ""
		: psprintf(" of %s", calendar_days_text(group->kind, group->first, group->last));

	ereturn(s->escontext, false,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("%s%s is given twice in a business calendar: %s",
					calendar_weekday_names[weekday], days, what),
			 errhint("Give each weekday its hours once, such as Mon-Thu 08:00-18:00; Fri 08:00-14:00.")));
}

static bool
same_slots(const DraftPlan *a, const DraftPlan *b)
{
	return a->nslots == b->nslots &&
		(a->nslots == 0 || memcmp(a->slots, b->slots, a->nslots * sizeof(CalendarSlot)) == 0);
}

/* One more rule names a weekday that has a plan: the slots of both. */
static bool
unite_plans(Settlement *s, const RuleGroup *group, int weekday, int *plan, bool *united, int other)
{
	CalendarDraft *draft = s->draft;

	if (same_slots(&draft->plans[*plan], &draft->plans[other]))
		return true;
	if (draft->plans[*plan].nslots == 0 || draft->plans[other].nslots == 0)
		return twice_error(s, group, weekday, "as open and as closed");
	if (!*united)
	{
		int			both = calendar_draft_plan(draft);

		for (int i = 0; i < draft->plans[*plan].nslots; i++)
			calendar_draft_slot(&draft->plans[both], draft->plans[*plan].slots[i]);
		*plan = both;
		*united = true;
	}
	for (int i = 0; i < draft->plans[other].nslots; i++)
	{
		CHECK_FOR_INTERRUPTS();
		calendar_draft_slot(&draft->plans[*plan], draft->plans[other].slots[i]);
	}
	return true;
}

/* The plan that rules of the same days give to a weekday, or CALENDAR_KEEP. */
static bool
plan_of_weekday(Settlement *s, const CalendarRule *rules, int nrules, RuleGroup *group, int weekday)
{
	int		   *plan = &group->week.plan[weekday];
	bool		united = false;
	CalendarSlot first,
				second;

	*plan = CALENDAR_KEEP;
	for (int i = 0; i < nrules; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!(rules[i].weekdays & 1 << weekday))
			continue;
		if (*plan == CALENDAR_KEEP)
			*plan = rules[i].plan;
		else if (!unite_plans(s, group, weekday, plan, &united, rules[i].plan))
			return false;
	}
	if (united && !s->as_stored &&
		calendar_slots_overlap(s->draft->plans[*plan].slots, s->draft->plans[*plan].nslots,
							   &first, &second))
		return twice_error(s, group, weekday, psprintf("%s and %s", calendar_slot_text(first),
													   calendar_slot_text(second)));
	return true;
}

/* The rules of one kind, sorted, as groups of the same days. */
static bool
group_rules(Settlement *s, const CalendarRule *rules, int nrules, RuleGroup **groups, int *ngroups)
{
	*groups = palloc(Max(nrules, 1) * sizeof(RuleGroup));
	*ngroups = 0;
	for (int i = 0, next; i < nrules; i = next)
	{
		RuleGroup  *group = &(*groups)[(*ngroups)++];

		CHECK_FOR_INTERRUPTS();
		group->kind = rules[i].kind;
		group->first = rules[i].first;
		group->last = rules[i].last;
		group->length = calendar_rule_days(&rules[i]);
		group->weekdays = 0;
		group->bare = false;
		for (next = i; next < nrules && rules[next].first == group->first &&
			 rules[next].last == group->last; next++)
		{
			group->weekdays |= rules[next].weekdays;
			group->bare |= rules[next].bare;
		}
		for (int day = 0; day < 7; day++)
		{
			if (!plan_of_weekday(s, &rules[i], next - i, group, day))
				return false;
		}
	}
	return true;
}

/* The longest first, of those that never end the earliest: the last one holds. */
static int
compare_groups(const void *a, const void *b)
{
	const RuleGroup *group_a = a;
	const RuleGroup *group_b = b;

	if (group_a->length != group_b->length)
		return group_a->length > group_b->length ? -1 : 1;
	return group_a->first < group_b->first ? -1 : group_a->first > group_b->first;
}

static void
lay_over(CalendarWeek *week, const RuleGroup *group)
{
	for (int day = 0; day < 7; day++)
	{
		if (group->week.plan[day] != CALENDAR_KEEP)
			week->plan[day] = group->week.plan[day];
	}
}

/* ---------- doubts ---------- */

static bool
plan_is_open(const Settlement *s, int plan)
{
	return plan != CALENDAR_KEEP && s->draft->plans[plan].nslots > 0;
}

static bool
week_is_open(const Settlement *s, const CalendarWeek *week)
{
	for (int day = 0; day < 7; day++)
	{
		if (plan_is_open(s, week->plan[day]))
			return true;
	}
	return false;
}

/* Dates that name no weekdays, and open them all. */
static bool
opens_all(const Settlement *s, const RuleGroup *group)
{
	return group->bare && !s->as_stored && plan_is_open(s, group->week.plan[0]);
}

static bool
opens_closed_error(Settlement *s, const RuleGroup *group, int weekday)
{
	char	   *days = calendar_days_text(group->kind, group->first, group->last);
	const DraftPlan *plan = &s->draft->plans[group->week.plan[weekday]];

	ereturn(s->escontext, false,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("%s would open each %s of a business calendar, which its week closes",
					days, calendar_weekday_names[weekday]),
			 errhint("Name the weekdays that are meant, such as %s Mon-Fri %s, or Mon-Sun for all.",
					 days, calendar_slot_text(plan->slots[0]))));
}

static bool
overlap_error(Settlement *s, const RuleGroup *a, const RuleGroup *b)
{
	ereturn(s->escontext, false,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("ranges %s and %s overlap in a business calendar",
					calendar_days_text(a->kind, a->first, a->last),
					calendar_days_text(b->kind, b->first, b->last)),
			 errhint("A range may lie within another, and holds there. Cut one of these where the other begins or ends.")));
}

/* ---------- the week ---------- */

static bool
settle_week_rules(Settlement *s, const CalendarRule *rules, int nrules)
{
	int			closed = calendar_draft_plan(s->draft);
	RuleGroup  *groups;
	int			ngroups;

	s->draft->week = calendar_whole_week(closed);
	if (!group_rules(s, rules, nrules, &groups, &ngroups))
		return false;
	if (ngroups > 0)
		lay_over(&s->draft->week, &groups[0]);
	s->has_week = week_is_open(s, &s->draft->week);
	return true;
}

/* ---------- every year ---------- */

static bool
is_day_of(const RuleGroup *group, int day)
{
	if (group->first <= group->last)
		return group->first <= day && day <= group->last;
	return day >= group->first || day <= group->last;
}

/* Neither lies in the other, though they have days in common. */
static bool
cross(const RuleGroup *a, const RuleGroup *b)
{
	int			common = 0;

	if (!is_day_of(a, b->first) && !is_day_of(b, a->first))
		return false;
	for (int day = 0; day < CALENDAR_YEAR_DAYS; day++)
		common += is_day_of(a, day) && is_day_of(b, day);
	return common < a->length && common < b->length;
}

static bool
settle_yearly_rules(Settlement *s, const CalendarRule *rules, int nrules)
{
	const CalendarWeek keep = calendar_whole_week(CALENDAR_KEEP);
	const CalendarWeek none = calendar_whole_week(0);
	RuleGroup  *groups;
	int			ngroups;

	if (nrules == 0)
		return true;
	if (!group_rules(s, rules, nrules, &groups, &ngroups))
		return false;
	if (ngroups > MAX_YEARLY)
		return calendar_too_large("yearly dates", MAX_YEARLY, s->escontext);
	qsort(groups, ngroups, sizeof(RuleGroup), compare_groups);
	s->yearly = palloc(CALENDAR_YEAR_DAYS * sizeof(CalendarWeek));
	s->yearly_length = palloc(CALENDAR_YEAR_DAYS * sizeof(CalendarWeek));
	for (int day = 0; day < CALENDAR_YEAR_DAYS; day++)
	{
		s->yearly[day] = keep;
		s->yearly_length[day] = none;
	}
	for (int i = 0; i < ngroups; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < i; j++)
		{
			if ((groups[i].weekdays & groups[j].weekdays) && cross(&groups[i], &groups[j]))
				return overlap_error(s, &groups[j], &groups[i]);
		}
		for (int day = 0; day < CALENDAR_YEAR_DAYS; day++)
		{
			if (!is_day_of(&groups[i], day))
				continue;
			lay_over(&s->yearly[day], &groups[i]);
			for (int weekday = 0; weekday < 7; weekday++)
			{
				if (groups[i].weekdays & 1 << weekday)
					s->yearly_length[day].plan[weekday] = groups[i].length;
			}
		}
	}
	s->draft->yearly = s->yearly;
	return true;
}

/* Over the years every weekday occurs on every date. */
static bool
check_yearly(Settlement *s, const CalendarRule *rules, int nrules)
{
	const DraftRuns *changes = &s->draft->changes;

	for (int i = 0; i < nrules; i++)
	{
		RuleGroup	group = {RULE_YEARLY, rules[i].first, rules[i].last, 0, rules[i].weekdays,
		rules[i].bare, calendar_whole_week(rules[i].plan)};

		if (!s->has_week || !opens_all(s, &group))
			continue;
		for (int day = 0; day < 7; day++)
		{
			if (!plan_is_open(s, s->draft->week.plan[day]))
				return opens_closed_error(s, &group, day);
			for (int c = 0; c < changes->nruns; c++)
			{
				if (!plan_is_open(s, changes->runs[c].week.plan[day]))
					return opens_closed_error(s, &group, day);
			}
		}
	}
	return true;
}

/* ---------- changes of the week ---------- */

static int
compare_dates(const void *a, const void *b)
{
	DateADT		date_a = *(const DateADT *) a;
	DateADT		date_b = *(const DateADT *) b;

	return date_a < date_b ? -1 : date_a > date_b;
}

/* The week from a date on. */
static bool
add_change(Settlement *s, const RuleGroup *groups, int ngroups, DateADT date)
{
	CalendarWeek week = s->draft->week;

	for (int i = 0; i < ngroups; i++)
	{
		if (date < groups[i].first || date > groups[i].last)
			continue;
		for (int day = 0; day < 7; day++)
		{
			if (date == groups[i].first && opens_all(s, &groups[i]) && week_is_open(s, &week) &&
				!plan_is_open(s, week.plan[day]))
				return opens_closed_error(s, &groups[i], day);
		}
		lay_over(&week, &groups[i]);
	}
	s->has_week |= week_is_open(s, &week);
	return calendar_draft_run(&s->draft->changes, date, date, &week, s->escontext);
}

/* Ranges that change the week, the longest first. */
static bool
settle_changes(Settlement *s, const RuleGroup *groups, int ngroups)
{
	DateADT    *dates = palloc(2 * Max(ngroups, 1) * sizeof(DateADT));
	int			ndates = 0;

	if (ngroups > CALENDAR_MAX_CHANGES)
		return calendar_too_large("changes of its week", CALENDAR_MAX_CHANGES, s->escontext);
	for (int i = 0; i < ngroups; i++)
	{
		dates[ndates++] = groups[i].first;
		if (groups[i].last < CALENDAR_MAX_DATE)
			dates[ndates++] = groups[i].last + 1;
	}
	qsort(dates, ndates, sizeof(DateADT), compare_dates);
	for (int i = 0; i < ndates; i++)
	{
		if ((i == 0 || dates[i] != dates[i - 1]) && !add_change(s, groups, ngroups, dates[i]))
			return false;
	}
	return true;
}

/* ---------- ranges ---------- */

/* Does some week of these dates close a weekday? */
static bool
week_closes(const Settlement *s, int weekday, DateADT first, DateADT last)
{
	const DraftRuns *changes = &s->draft->changes;
	const CalendarWeek *week = &s->draft->week;

	for (int i = 0; i < changes->nruns && changes->runs[i].first <= last; i++)
	{
		if (changes->runs[i].first > first && !plan_is_open(s, week->plan[weekday]))
			return true;
		week = &changes->runs[i].week;
	}
	return !plan_is_open(s, week->plan[weekday]);
}

/* Would the n-th of the active ranges open a weekday that is closed without it? */
static bool
check_opening(Settlement *s, int n, DateADT first, DateADT last)
{
	int			ndays = Min(last - first + 1, 7);

	if (!s->has_week || !opens_all(s, s->active[n]))
		return true;
	for (int i = 0; i < ndays; i++)
	{
		int			weekday = (calendar_weekday(first) + i) % 7;
		int			below = n - 1;

		/* a time that is closed as a whole, such as a vacation, is meant to be opened in parts */
		while (below >= 0 && (!(s->active[below]->weekdays & 1 << weekday) || s->active[below]->bare))
			below--;
		if (below >= 0 ? !plan_is_open(s, s->active[below]->week.plan[weekday])
			: week_closes(s, weekday, first, last))
			return opens_closed_error(s, s->active[n], weekday);
	}
	return true;
}

/* What holds on dates over which the same ranges lie. */
static bool
add_runs(Settlement *s, DateADT first, DateADT last)
{
	for (int i = 0; i < s->nactive; i++)
	{
		if (!check_opening(s, i, first, last))
			return false;
	}
	for (DateADT until; first <= last; first = until + 1)
	{
		CalendarWeek week = calendar_whole_week(CALENDAR_KEEP);
		CalendarWeek length = calendar_whole_week(0);

		CHECK_FOR_INTERRUPTS();
		until = last;
		for (int i = 0; i < s->nactive; i++)
		{
			lay_over(&week, s->active[i]);
			for (int day = 0; day < 7; day++)
			{
				if (s->active[i]->weekdays & 1 << day)
					length.plan[day] = s->active[i]->length;
			}
		}
		if (s->yearly)
		{
			const CalendarWeek *yearly = &s->yearly_length[calendar_day_of_year(first)];

			until = Min(until, calendar_same_until(s->yearly_length, first));
			for (int day = 0; day < 7; day++)
			{
				if (yearly->plan[day] > 0 && yearly->plan[day] < length.plan[day])
					week.plan[day] = CALENDAR_KEEP;
			}
		}
		if (!calendar_draft_run(&s->draft->runs, first, until, &week, s->escontext))
			return false;
	}
	return true;
}

/* Ranges are over before this date. */
static void
end_ranges(Settlement *s, DateADT date)
{
	int			n = 0;

	for (int i = 0; i < s->nactive; i++)
	{
		if (s->active[i]->last >= date)
			s->active[n++] = s->active[i];
	}
	s->nactive = n;
}

static bool
begin_range(Settlement *s, RuleGroup *group)
{
	int			at = s->nactive;

	if (s->nactive == MAX_AT_ONCE)
		return calendar_too_large("ranges over one date", MAX_AT_ONCE, s->escontext);
	for (int i = 0; i < s->nactive; i++)
	{
		if (group->last > s->active[i]->last && (group->weekdays & s->active[i]->weekdays))
			return overlap_error(s, s->active[i], group);
	}
	for (; at > 0 && compare_groups(s->active[at - 1], group) > 0; at--)
		s->active[at] = s->active[at - 1];
	s->active[at] = group;
	s->nactive++;
	return true;
}

/* The last date before the next range begins or one of the active ones ends. */
static DateADT
next_end(const Settlement *s, const RuleGroup *next)
{
	DateADT		end = next ? next->first - 1 : CALENDAR_MAX_DATE;

	for (int i = 0; i < s->nactive; i++)
		end = Min(end, s->active[i]->last);
	return end;
}

/* Ranges by their first date, the longer of two first. */
static bool
walk_ranges(Settlement *s, RuleGroup *groups, int ngroups, bool add)
{
	DateADT		date;

	for (int i = 0; i < ngroups; i++)
	{
		RuleGroup  *next = i + 1 < ngroups ? &groups[i + 1] : NULL;

		CHECK_FOR_INTERRUPTS();
		date = groups[i].first;
		end_ranges(s, date);
		if (!begin_range(s, &groups[i]))
			return false;
		if (next && next->first == date)
			continue;
		while (add && s->nactive > 0 && (next == NULL || date < next->first))
		{
			DateADT		end = next_end(s, next);

			if (!add_runs(s, date, end))
				return false;
			date = end + 1;
			end_ranges(s, date);
		}
	}
	s->nactive = 0;
	return true;
}

static int
compare_starts(const void *a, const void *b)
{
	const RuleGroup *group_a = a;
	const RuleGroup *group_b = b;

	if (group_a->first != group_b->first)
		return group_a->first < group_b->first ? -1 : 1;
	return group_a->last > group_b->last ? -1 : group_a->last < group_b->last;
}

static bool
settle_range_rules(Settlement *s, const CalendarRule *rules, int nrules)
{
	RuleGroup  *groups;
	RuleGroup  *changes;
	int			ngroups;
	int			nchanges = 0;
	int			nranges = 0;

	if (!group_rules(s, rules, nrules, &groups, &ngroups))
		return false;
	qsort(groups, ngroups, sizeof(RuleGroup), compare_starts);
	changes = palloc(Max(ngroups, 1) * sizeof(RuleGroup));
	for (int i = 0; i < ngroups; i++)
	{
		if (groups[i].last == DATEVAL_NOEND)
			changes[nchanges++] = groups[i];
		else
			groups[nranges++] = groups[i];
	}
	if (s->yearly)				/* what is longer than a year every yearly range beats */
	{
		int			nlong = nchanges;

		if (!walk_ranges(s, groups, nranges, false))
			return false;
		ngroups = nranges;
		nranges = 0;
		for (int i = 0; i < ngroups; i++)
		{
			if (groups[i].length > CALENDAR_YEAR_DAYS)
				changes[nlong++] = groups[i];
			else
				groups[nranges++] = groups[i];
		}
		nchanges = nlong;
	}
	qsort(changes, nchanges, sizeof(RuleGroup), compare_groups);
	return settle_changes(s, changes, nchanges) && walk_ranges(s, groups, nranges, true);
}

/* ---------- dates ---------- */

static bool
settle_date_rules(Settlement *s, const CalendarRule *rules, int nrules)
{
	for (int i = 0; i < nrules; i++)
	{
		CalendarWeek week = calendar_whole_week(rules[i].plan);

		if (i > 0 && rules[i].first == rules[i - 1].first)
			ereturn(s->escontext, false,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("date %s occurs twice in a business calendar",
							calendar_date_text(rules[i].first)),
					 errhint("Give all slots of a date together, separated by commas.")));
		if (!calendar_draft_run(&s->draft->dates, rules[i].first, rules[i].last, &week,
								s->escontext))
			return false;
	}
	return true;
}

/* ---------- all of them ---------- */

static int
compare_rules(const void *a, const void *b)
{
	const CalendarRule *rule_a = a;
	const CalendarRule *rule_b = b;

	if (rule_a->kind != rule_b->kind)
		return rule_a->kind < rule_b->kind ? -1 : 1;
	if (rule_a->first != rule_b->first)
		return rule_a->first < rule_b->first ? -1 : 1;
	return rule_a->last < rule_b->last ? -1 : rule_a->last > rule_b->last;
}

/* Says what holds when, in the draft; false after a soft error. */
bool
calendar_rules_settle(CalendarRules *rules, CalendarDraft *draft, bool as_stored, Node *escontext)
{
	Settlement	s = {.draft = draft, .as_stored = as_stored, .escontext = escontext};
	const CalendarRule *of_kind[RULE_KINDS + 1];
	int			n = 0;

	if (rules->nrules > 1)
		qsort(rules->rules, rules->nrules, sizeof(CalendarRule), compare_rules);
	for (int kind = 0; kind <= RULE_KINDS; kind++)
	{
		while (n < rules->nrules && (int) rules->rules[n].kind < kind)
			n++;
		of_kind[kind] = rules->rules + n;
	}
#define RULES_OF(kind) of_kind[kind], of_kind[(kind) + 1] - of_kind[kind]
	return settle_week_rules(&s, RULES_OF(RULE_WEEK)) &&
		settle_yearly_rules(&s, RULES_OF(RULE_YEARLY)) &&
		settle_range_rules(&s, RULES_OF(RULE_RANGE)) &&
		check_yearly(&s, RULES_OF(RULE_YEARLY)) &&
		settle_date_rules(&s, RULES_OF(RULE_DATE));
#undef RULES_OF
}
