/*
 * calendar_draft.c
 *		Drafts of business calendars, and the canonical form that they take.
 */
#include "postgres.h"

#include "calendar/calendar_draft.h"

#include "miscadmin.h"
#include "utils/datetime.h"

#define FIRST_CAPACITY 4

/* Weeks that were told before are looked for among so many of the last. */
#define REMEMBERED_WEEKS 16

/* ---------- drafts ---------- */

/* Adds an empty plan; returns its number. */
int
calendar_draft_plan(CalendarDraft *draft)
{
	if (draft->nplans == draft->capacity)
	{
		draft->capacity = Max(draft->capacity * 2, FIRST_CAPACITY * 4);
		draft->plans = draft->plans == NULL
			? palloc(draft->capacity * sizeof(DraftPlan))
			: repalloc(draft->plans, draft->capacity * sizeof(DraftPlan));
	}
	memset(&draft->plans[draft->nplans], 0, sizeof(DraftPlan));
	return draft->nplans++;
}

void
calendar_draft_slot(DraftPlan *plan, CalendarSlot slot)
{
	if (plan->nslots == plan->capacity)
	{
		plan->capacity = Max(plan->capacity * 2, FIRST_CAPACITY);
		plan->slots = plan->slots == NULL
			? palloc(plan->capacity * sizeof(CalendarSlot))
			: repalloc(plan->slots, plan->capacity * sizeof(CalendarSlot));
	}
	plan->slots[plan->nslots++] = slot;
}

bool
calendar_too_large(const char *what, int limit, Node *escontext)
{
	ereturn(escontext, false,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a business calendar cannot have more than %d %s", limit, what)));
}

/* Adds dates with hours of their own. */
bool
calendar_draft_run(DraftRuns *runs, DateADT first, DateADT last, const CalendarWeek *week,
				   Node *escontext)
{
	if (runs->nruns == CALENDAR_MAX_DATES)
		return calendar_too_large("dates with hours of their own", CALENDAR_MAX_DATES, escontext);
	if (runs->nruns == runs->capacity)
	{
		runs->capacity = Max(runs->capacity * 2, FIRST_CAPACITY);
		runs->runs = runs->runs == NULL
			? palloc(runs->capacity * sizeof(DraftRun))
			: repalloc(runs->runs, runs->capacity * sizeof(DraftRun));
	}
	runs->runs[runs->nruns].first = first;
	runs->runs[runs->nruns].last = last;
	runs->runs[runs->nruns].week = *week;
	runs->nruns++;
	return true;
}

/* What a run says of each weekday. */
static CalendarWeek
week_of_run(const CalendarView *view, const CalendarRun *run)
{
	CalendarWeek week;

	for (int day = 0; day < 7; day++)
		week.plan[day] = calendar_run_plan(view, run, day);
	return week;
}

/* A calendar as a draft, to change it. */
void
calendar_draft_open(CalendarDraft *draft, const BusinessCalendar *calendar)
{
	const CalendarWeek keep = calendar_whole_week(CALENDAR_KEEP);
	CalendarView view;

	calendar_view(calendar, &view);
	memset(draft, 0, sizeof(CalendarDraft));
	draft->zone = pnstrdup(view.zone, view.zone_length);
	for (int p = 0; p < view.nplans; p++)
	{
		calendar_draft_plan(draft);
		for (int i = calendar_plan_start(&view, p); i < view.plan_ends[p]; i++)
			calendar_draft_slot(&draft->plans[p], view.slots[i]);
	}
	memcpy(draft->week.plan, view.week, sizeof(CalendarWeek));
	for (int i = 0; i < view.nchanges; i++)
		calendar_draft_run(&draft->changes, view.changes[i].first, view.changes[i].first,
						   &view.weeks[view.changes[i].week], NULL);
	if (view.nyearly > 0)
	{
		draft->yearly = palloc(CALENDAR_YEAR_DAYS * sizeof(CalendarWeek));
		for (int day = 0; day < CALENDAR_YEAR_DAYS; day++)
			draft->yearly[day] = keep;
		for (int i = 0; i < view.nyearly; i++)
		{
			for (int day = view.yearly[i].first; day <= view.yearly[i].last; day++)
				draft->yearly[day] = week_of_run(&view, &view.yearly[i]);
		}
	}
	for (int i = 0; i < view.nruns; i++)
	{
		CalendarWeek week = week_of_run(&view, &view.runs[i]);

		calendar_draft_run(&draft->runs, view.runs[i].first, view.runs[i].last, &week, NULL);
	}
}

/* ---------- plans ---------- */

int
calendar_compare_slots(const void *a, const void *b)
{
	int32		start_a = ((const CalendarSlot *) a)->start;
	int32		start_b = ((const CalendarSlot *) b)->start;

	return start_a < start_b ? -1 : start_a > start_b;
}

/* Sorts slots and unites those that overlap or touch. */
static void
plan_normalize(DraftPlan *plan)
{
	int			n = 0;

	if (plan->nslots < 2)
		return;
	qsort(plan->slots, plan->nslots, sizeof(CalendarSlot), calendar_compare_slots);
	for (int i = 1; i < plan->nslots; i++)
	{
		if (plan->slots[i].start <= plan->slots[n].end)
			plan->slots[n].end = Max(plan->slots[n].end, plan->slots[i].end);
		else
			plan->slots[++n] = plan->slots[i];
	}
	plan->nslots = n + 1;
}

/* Any total order of plans will do, so long as it depends on nothing but their slots. */
static int
compare_plans(const void *a, const void *b)
{
	const DraftPlan *plan_a = *(DraftPlan *const *) a;
	const DraftPlan *plan_b = *(DraftPlan *const *) b;

	for (int i = 0; i < plan_a->nslots && i < plan_b->nslots; i++)
	{
		if (plan_a->slots[i].start != plan_b->slots[i].start)
			return plan_a->slots[i].start < plan_b->slots[i].start ? -1 : 1;
		if (plan_a->slots[i].end != plan_b->slots[i].end)
			return plan_a->slots[i].end < plan_b->slots[i].end ? -1 : 1;
	}
	return plan_a->nslots < plan_b->nslots ? -1 : plan_a->nslots > plan_b->nslots;
}

/*
 * Sorts the plans and drops repeated ones.  Returns them in order; number[p] is
 * the place of the draft's plan p.
 */
static DraftPlan **
distinct_plans(CalendarDraft *draft, int *nplans, int *number)
{
	DraftPlan **plans = palloc(draft->nplans * sizeof(DraftPlan *));
	int			n = 0;

	for (int p = 0; p < draft->nplans; p++)
	{
		plan_normalize(&draft->plans[p]);
		plans[p] = &draft->plans[p];
	}
	qsort(plans, draft->nplans, sizeof(DraftPlan *), compare_plans);
	for (int i = 0; i < draft->nplans; i++)
	{
		int			draft_number = plans[i] - draft->plans;

		if (n == 0 || compare_plans(&plans[n - 1], &plans[i]) != 0)
			plans[n++] = plans[i];
		number[draft_number] = n - 1;
	}
	*nplans = n;
	return plans;
}

static void
renumber_week(CalendarWeek *week, const int *number)
{
	for (int day = 0; day < 7; day++)
	{
		if (week->plan[day] != CALENDAR_KEEP)
			week->plan[day] = number[week->plan[day]];
	}
}

static void
renumber_runs(DraftRuns *runs, const int *number)
{
	for (int i = 0; i < runs->nruns; i++)
		renumber_week(&runs->runs[i].week, number);
}

/* From here on plans of the draft are known by their places. */
static void
renumber(CalendarDraft *draft, const int *number)
{
	renumber_week(&draft->week, number);
	renumber_runs(&draft->changes, number);
	renumber_runs(&draft->runs, number);
	renumber_runs(&draft->dates, number);
	for (int day = 0; draft->yearly && day < CALENDAR_YEAR_DAYS; day++)
		renumber_week(&draft->yearly[day], number);
}

/* ---------- runs ---------- */

static inline bool
same_week(const CalendarWeek *a, const CalendarWeek *b)
{
	return memcmp(a, b, sizeof(CalendarWeek)) == 0;
}

static bool
says_nothing(const CalendarWeek *week)
{
	const CalendarWeek keep = calendar_whole_week(CALENDAR_KEEP);

	return same_week(week, &keep);
}

int
calendar_day_of_year(DateADT date)
{
	int			year,
				month,
				day,
				n = 0;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	for (int m = 1; m < month; m++)
		n += day_tab[1][m - 1];
	return n + day - 1;
}

/*
 * The last date from this one on of which the yearly runs say the same, within
 * its year.  Runs are cut there, so that none is longer than a yearly run that
 * it lies in: then it beats it when it is read again.
 */
DateADT
calendar_same_until(const CalendarWeek *yearly, DateADT date)
{
	int			year,
				month,
				day;
	int			n = calendar_day_of_year(date);
	int			last = n;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	while (last + 1 < CALENDAR_YEAR_DAYS)
	{
		int			next = last + 1;

		if (next == 59 && !isleap(year))	/* no 29 February */
			next++;
		if (!same_week(&yearly[next], &yearly[n]))
			break;
		date++;
		last = next;
	}
	return date;
}

/* One plan where all weekdays that occur have it: so that equal meanings look alike. */
static void
settle_week(DraftRun *run)
{
	int			ndays = Min(run->last - run->first + 1, 7);
	int			first = calendar_weekday(run->first);
	int			plan = run->week.plan[first];

	for (int i = 1; i < ndays; i++)
	{
		if (run->week.plan[(first + i) % 7] != plan)
			return;
	}
	run->week = calendar_whole_week(plan);
}

/* Appends dates to a sorted list, to the last entry where that means the same. */
static bool
append_run(DraftRuns *runs, const DraftRun *run, const CalendarWeek *yearly, Node *escontext)
{
	if (says_nothing(&run->week))
		return true;
	if (runs->nruns > 0)
	{
		DraftRun   *previous = &runs->runs[runs->nruns - 1];

		if (previous->last + 1 == run->first && same_week(&previous->week, &run->week) &&
			(yearly == NULL || calendar_same_until(yearly, previous->last) > previous->last))
		{
			previous->last = run->last;
			return true;
		}
	}
	return calendar_draft_run(runs, run->first, run->last, &run->week, escontext);
}

/* The same, cut where the yearly runs change. */
static bool
append_cut(DraftRuns *runs, DateADT first, DateADT last, const CalendarWeek *week,
		   const CalendarWeek *yearly, Node *escontext)
{
	DraftRun	run = {first, last, *week};

	while (run.first <= last)
	{
		CHECK_FOR_INTERRUPTS();
		run.last = yearly == NULL ? last : Min(last, calendar_same_until(yearly, run.first));
		if (!append_run(runs, &run, yearly, escontext))
			return false;
		run.first = run.last + 1;
	}
	return true;
}

/* Lays the dates over the runs: a date beats a range. */
static bool
overlay(const CalendarDraft *draft, DraftRuns *result, Node *escontext)
{
	const DraftRuns *runs = &draft->runs;
	const DraftRuns *dates = &draft->dates;
	int			d = 0;

	for (int r = 0; r <= runs->nruns; r++)
	{
		const DraftRun *run = r < runs->nruns ? &runs->runs[r] : NULL;
		DateADT		next = run ? run->first : 0;

		for (; d < dates->nruns && (run == NULL || dates->runs[d].first <= run->last); d++)
		{
			const DraftRun *date = &dates->runs[d];

			if (run && next < date->first &&
				!append_cut(result, next, date->first - 1, &run->week, draft->yearly, escontext))
				return false;
			if (!append_cut(result, date->first, date->last, &date->week, draft->yearly, escontext))
				return false;
			next = Max(next, date->last + 1);
		}
		if (run && next <= run->last &&
			!append_cut(result, next, run->last, &run->week, draft->yearly, escontext))
			return false;
	}
	return true;
}

/* All dates with hours of their own, as few runs as say the same. */
static bool
canonical_runs(const CalendarDraft *draft, DraftRuns *result, Node *escontext)
{
	DraftRuns	pieces = {0};

	if (!overlay(draft, &pieces, escontext))
		return false;
	for (int i = 0; i < pieces.nruns; i++)
	{
		settle_week(&pieces.runs[i]);
		if (!append_run(result, &pieces.runs[i], draft->yearly, escontext))
			return false;
	}
	return true;
}

/* Drops changes that change nothing; of two on one date the last holds. */
static void
canonical_changes(const CalendarDraft *draft, DraftRuns *result)
{
	const CalendarWeek *week = &draft->week;

	for (int i = 0; i < draft->changes.nruns; i++)
	{
		const DraftRun *change = &draft->changes.runs[i];

		if (same_week(&change->week, week))
			continue;
		calendar_draft_run(result, change->first, change->first, &change->week, NULL);
		week = &change->week;
	}
}

/* The days of the year of which something is said, in runs. */
static void
canonical_yearly(const CalendarDraft *draft, DraftRuns *result)
{
	for (int day = 0; draft->yearly && day < CALENDAR_YEAR_DAYS; day++)
	{
		int			first = day;

		while (day + 1 < CALENDAR_YEAR_DAYS &&
			   same_week(&draft->yearly[day + 1], &draft->yearly[first]))
			day++;
		if (!says_nothing(&draft->yearly[first]))
			calendar_draft_run(result, first, day, &draft->yearly[first], NULL);
	}
}

/* ---------- the canonical form ---------- */

typedef struct Canonical
{
	CalendarDraft *draft;
	DraftRuns	runs;
	DraftRuns	changes;
	DraftRuns	yearly;
	int		   *place;			/* of each distinct plan in the calendar, or -1 */
	int			nplans;
	int			nslots;
	CalendarRun *run_words;
	CalendarChange *change_words;
	CalendarRun *yearly_words;
	int			nweeks;
	CalendarWeek *weeks;
} Canonical;

static void
use_week(const CalendarWeek *week, int *place)
{
	for (int day = 0; day < 7; day++)
	{
		if (week->plan[day] != CALENDAR_KEEP)
			place[week->plan[day]] = 0;
	}
}

static void
use_runs(const DraftRuns *runs, int *place)
{
	for (int i = 0; i < runs->nruns; i++)
		use_week(&runs->runs[i].week, place);
}

/* Only plans that are used are kept: where each of them stands. */
static bool
place_plans(Canonical *c, DraftPlan **plans, int ndistinct, Node *escontext)
{
	c->place = palloc(ndistinct * sizeof(int));
	for (int p = 0; p < ndistinct; p++)
		c->place[p] = -1;
	use_week(&c->draft->week, c->place);
	use_runs(&c->runs, c->place);
	use_runs(&c->changes, c->place);
	use_runs(&c->yearly, c->place);
	for (int p = 0; p < ndistinct; p++)
	{
		if (c->place[p] < 0)
			continue;
		c->place[p] = c->nplans++;
		c->nslots += plans[p]->nslots;
		if (c->nslots > CALENDAR_MAX_SLOTS)
			return calendar_too_large("slots", CALENDAR_MAX_SLOTS, escontext);
	}
	return true;
}

static CalendarWeek
placed_week(const Canonical *c, const CalendarWeek *week)
{
	CalendarWeek result = *week;

	renumber_week(&result, c->place);
	return result;
}

/* The number of a week among the calendar's weeks. */
static int
week_number(Canonical *c, const CalendarWeek *week)
{
	for (int i = c->nweeks - 1; i >= 0 && i >= c->nweeks - REMEMBERED_WEEKS; i--)
	{
		if (same_week(&c->weeks[i], week))
			return i;
	}
	c->weeks[c->nweeks] = *week;
	return c->nweeks++;
}

/* Runs as they are stored: with one plan, or with a week. */
static CalendarRun *
stored_runs(Canonical *c, const DraftRuns *runs)
{
	CalendarRun *result = palloc(Max(runs->nruns, 1) * sizeof(CalendarRun));

	for (int i = 0; i < runs->nruns; i++)
	{
		CalendarWeek week = placed_week(c, &runs->runs[i].week);
		CalendarWeek whole = calendar_whole_week(week.plan[0]);

		result[i].first = runs->runs[i].first;
		result[i].last = runs->runs[i].last;
		result[i].plan = same_week(&week, &whole) ? week.plan[0] : -1 - week_number(c, &week);
	}
	return result;
}

static void
stored_parts(Canonical *c)
{
	c->weeks = palloc((1 + c->changes.nruns + c->yearly.nruns + (Size) c->runs.nruns) *
					  sizeof(CalendarWeek));
	c->change_words = palloc(Max(c->changes.nruns, 1) * sizeof(CalendarChange));
	for (int i = 0; i < c->changes.nruns; i++)
	{
		CalendarWeek week = placed_week(c, &c->changes.runs[i].week);

		c->change_words[i].first = c->changes.runs[i].first;
		c->change_words[i].week = week_number(c, &week);
	}
	c->yearly_words = stored_runs(c, &c->yearly);
	c->run_words = stored_runs(c, &c->runs);
}

/* Copies an array to where the next part of the calendar goes. */
static char *
put(char *at, const void *array, Size size)
{
	if (size > 0)
		memcpy(at, array, size);
	return at + size;
}

static BusinessCalendar *
build(const Canonical *c, DraftPlan **plans, int ndistinct)
{
	bool		full = c->nweeks > 0 || c->yearly.nruns > 0;
	CalendarWeek week = placed_week(c, &c->draft->week);
	int			zone_length = strlen(c->draft->zone);
	int32		numbers[3] = {c->nweeks, c->changes.nruns, c->yearly.nruns};
	BusinessCalendar *calendar;
	int32		nslots = 0;
	char	   *at;
	Size		size = offsetof(BusinessCalendar, words) + (full ? sizeof(numbers) : 0) +
		c->nplans * sizeof(int32) + c->nslots * sizeof(CalendarSlot) +
		c->runs.nruns * sizeof(CalendarRun) + c->nweeks * sizeof(CalendarWeek) +
		c->changes.nruns * sizeof(CalendarChange) + c->yearly.nruns * sizeof(CalendarRun) +
		zone_length;

	calendar = palloc0(size);
	SET_VARSIZE(calendar, size);
	calendar->version = full ? CALENDAR_FULL : CALENDAR_PLAIN;
	calendar->zone_length = zone_length;
	calendar->nplans = c->nplans;
	calendar->nslots = c->nslots;
	calendar->nruns = c->runs.nruns;
	memcpy(calendar->week, week.plan, sizeof(calendar->week));
	at = put((char *) calendar->words, numbers, full ? sizeof(numbers) : 0);
	for (int p = 0; p < ndistinct; p++)
	{
		if (c->place[p] < 0)
			continue;
		nslots += plans[p]->nslots;
		at = put(at, &nslots, sizeof(int32));
	}
	for (int p = 0; p < ndistinct; p++)
	{
		if (c->place[p] >= 0)
			at = put(at, plans[p]->slots, plans[p]->nslots * sizeof(CalendarSlot));
	}
	at = put(at, c->run_words, c->runs.nruns * sizeof(CalendarRun));
	at = put(at, c->weeks, c->nweeks * sizeof(CalendarWeek));
	at = put(at, c->change_words, c->changes.nruns * sizeof(CalendarChange));
	at = put(at, c->yearly_words, c->yearly.nruns * sizeof(CalendarRun));
	put(at, c->draft->zone, zone_length);
	return calendar;
}

/* The calendar of a draft; NULL after a soft error. */
BusinessCalendar *
calendar_draft_finish(CalendarDraft *draft, Node *escontext)
{
	int		   *number = palloc(draft->nplans * sizeof(int));
	Canonical	c = {.draft = draft};
	DraftPlan **plans;
	int			ndistinct;

	plans = distinct_plans(draft, &ndistinct, number);
	renumber(draft, number);
	canonical_changes(draft, &c.changes);
	if (c.changes.nruns > CALENDAR_MAX_CHANGES)
	{
		calendar_too_large("changes of its week", CALENDAR_MAX_CHANGES, escontext);
		return NULL;
	}
	canonical_yearly(draft, &c.yearly);
	if (c.yearly.nruns == 0)
		draft->yearly = NULL;
	if (!canonical_runs(draft, &c.runs, escontext) ||
		!place_plans(&c, plans, ndistinct, escontext))
		return NULL;
	stored_parts(&c);
	return build(&c, plans, ndistinct);
}
