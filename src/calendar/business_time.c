/*
 * business_time.c
 *		Preparing a calendar for calculation: see business_time.h.
 */
#include "postgres.h"

#include "calendar/business_time.h"

#include "utils/datetime.h"

static DayPlan *
prepare_plans(const CalendarView *view)
{
	DayPlan    *plans = palloc(view->nplans * sizeof(DayPlan));
	DaySlot    *slots = palloc(Max(view->nslots, 1) * sizeof(DaySlot));

	for (int p = 0; p < view->nplans; p++)
	{
		int			start = calendar_plan_start(view, p);
		DayPlan    *plan = &plans[p];

		plan->slots = slots + start;
		plan->nslots = view->plan_ends[p] - start;
		plan->open = 0;
		plan->spill = 0;
		for (int i = 0; i < plan->nslots; i++)
		{
			int64		end = view->slots[start + i].end * USECS_PER_SEC;
			DaySlot    *slot = &plan->slots[i];

			slot->start = view->slots[start + i].start * USECS_PER_SEC;
			slot->end = Min(end, USECS_PER_DAY);
			slot->before = plan->open;
			plan->open += slot->end - slot->start;
			plan->spill = end - slot->end;	/* of the last slot: no other has one */
		}
	}
	return plans;
}

/* ---------- rhythms ---------- */

static Rhythm *
week_rhythm(const BusinessTime *bt, const int32 *week)
{
	Rhythm	   *rhythm = palloc(sizeof(Rhythm));

	rhythm->years = NULL;
	rhythm->week_before[0] = 0;
	for (int day = 0; day < 7; day++)
	{
		rhythm->week_plan[day] = &bt->plans[week[day]];
		rhythm->week_spill[day] = bt->plans[week[(day + 6) % 7]].spill;
		rhythm->week_before[day + 1] = rhythm->week_before[day] +
			day_open_until(rhythm->week_plan[day], rhythm->week_spill[day], USECS_PER_DAY);
	}
	return rhythm;
}

/* A year of this kind: what holds on a weekday of each day of a leap year is in "days". */
static void
fill_year(const BusinessTime *bt, YearTable *table, const CalendarWeek *days, int kind)
{
	bool		leap = kind >= 7;
	int			weekday = kind % 7;
	int			before = days[CALENDAR_YEAR_DAYS - 1].plan[(weekday + 6) % 7];
	int			ndays = leap ? CALENDAR_YEAR_DAYS : CALENDAR_YEAR_DAYS - 1;

	table->before[0] = 0;
	for (int n = 0; n < ndays; n++)
	{
		int			day_of_leap_year = leap || n < 59 ? n : n + 1;	/* no 29 February */

		table->plan[n] = days[day_of_leap_year].plan[weekday];
		table->spill[n] = bt->plans[before].spill;
		table->before[n + 1] = table->before[n] +
			day_open_until(&bt->plans[table->plan[n]], table->spill[n], USECS_PER_DAY);
		before = table->plan[n];
		weekday = weekday == 6 ? 0 : weekday + 1;
	}
}

static YearCycle *
year_cycle(const BusinessTime *bt, const CalendarWeek *days)
{
	YearCycle  *years = palloc0(sizeof(YearCycle));

	for (int kind = 0; kind < YEAR_KINDS; kind++)
		fill_year(bt, &years->tables[kind], days, kind);
	for (int y = 0; y < CYCLE_YEARS; y++)
	{
		bool		leap = isleap(2000 + y);
		int			ndays = leap ? CALENDAR_YEAR_DAYS : CALENDAR_YEAR_DAYS - 1;

		years->kind[y] = calendar_weekday(years->first[y]) + (leap ? 7 : 0);
		years->first[y + 1] = years->first[y] + ndays;
		years->before[y + 1] = years->before[y] + years->tables[years->kind[y]].before[ndays];
	}
	return years;
}

/* A week, and what the yearly dates say in its place. */
static Rhythm *
calendar_rhythm(const BusinessTime *bt, const CalendarView *view, const int32 *week)
{
	Rhythm	   *rhythm = week_rhythm(bt, week);
	CalendarWeek *days;

	if (view->nyearly == 0)
		return rhythm;
	days = palloc(CALENDAR_YEAR_DAYS * sizeof(CalendarWeek));
	for (int n = 0; n < CALENDAR_YEAR_DAYS; n++)
		memcpy(days[n].plan, week, sizeof(CalendarWeek));
	for (int i = 0; i < view->nyearly; i++)
	{
		for (int n = view->yearly[i].first; n <= view->yearly[i].last; n++)
		{
			for (int day = 0; day < 7; day++)
			{
				int			plan = calendar_run_plan(view, &view->yearly[i], day);

				if (plan != CALENDAR_KEEP)
					days[n].plan[day] = plan;
			}
		}
	}
	rhythm->years = year_cycle(bt, days);
	pfree(days);
	return rhythm;
}

/* The rhythm of a run that names some weekdays only: no yearly run begins or ends within it. */
static Rhythm *
run_rhythm(const BusinessTime *bt, const CalendarView *view, const CalendarRun *run,
		   const Rhythm *below)
{
	int32		week[7];

	for (int day = 0; day < 7; day++)
	{
		const DayPlan *plan;
		int64		spill;

		week[day] = calendar_run_plan(view, run, day);
		if (week[day] != CALENDAR_KEEP)
			continue;
		week[day] = below->week_plan[day] - bt->plans;
		/* any date of this weekday in the run will do */
		for (DateADT date = run->first; date <= run->last && below->years; date++)
		{
			if (calendar_weekday(date) != day)
				continue;
			rhythm_day(below, bt->plans, date, &plan, &spill);
			week[day] = plan - bt->plans;
			break;
		}
	}
	return week_rhythm(bt, week);
}

/* ---------- days ---------- */

/* Days follow a rhythm from the first on, or a plan where there is none. */
static void
add_stretch(BusinessTime *bt, DateADT first, const Rhythm *rhythm, int plan, int64 spill)
{
	DayStretch *stretch = &bt->stretches[bt->nstretches];
	const DayPlan *unused_plan;
	int64		unused_spill;

	stretch->first = first;
	stretch->plan = rhythm ? PLAN_OF_RHYTHM : plan;
	stretch->spill = spill;
	stretch->rhythm = rhythm;
	stretch->before = local_day(bt, first, &unused_plan, &unused_spill);
	stretch->day_open = rhythm ? 0 : day_open_until(&bt->plans[plan], spill, USECS_PER_DAY);
	stretch->base = rhythm == NULL ? 0
		: stretch->before - rhythm_day(rhythm, bt->plans, first, &unused_plan, &unused_spill);
	bt->last = bt->nstretches++;
}

/*
 * Days from "first" to before "next" follow a rhythm or a plan.  The first of
 * them begins with the spill of the day before, which followed another.
 */
static void
add_days(BusinessTime *bt, DateADT first, DateADT next, const Rhythm *rhythm, int plan)
{
	const DayPlan *day_plan;
	int64		spill;
	int64		own_spill;

	local_day(bt, first - 1, &day_plan, &spill);
	spill = day_plan->spill;
	if (rhythm)
		rhythm_day(rhythm, bt->plans, first, &day_plan, &own_spill);
	else
	{
		day_plan = &bt->plans[plan];
		own_spill = day_plan->spill;
	}
	if (spill != own_spill)
	{
		add_stretch(bt, first, NULL, day_plan - bt->plans, spill);
		first++;
	}
	if (first < next)
		add_stretch(bt, first, rhythm, plan, own_spill);
}

/* Days that follow the calendar's weeks, and which of them at which change; "change" counts them. */
static const Rhythm *
add_weeks(BusinessTime *bt, const CalendarView *view, Rhythm *const *rhythms, int *change,
		  DateADT first, DateADT next)
{
	while (first < next)
	{
		DateADT		until = *change < view->nchanges ? view->changes[*change].first : DATEVAL_NOEND;

		if (until <= first)
		{
			(*change)++;
			continue;
		}
		add_days(bt, first, Min(until, next), rhythms[*change], 0);
		first = Min(until, next);
	}
	return rhythms[*change];
}

/* Days that a run gives hours of their own. */
static void
add_run(BusinessTime *bt, const CalendarView *view, Rhythm *const *rhythms, int *change,
		const CalendarRun *run)
{
	DateADT		first = run->first;

	if (run->plan >= 0)
	{
		add_days(bt, first, run->last + 1, NULL, run->plan);
		return;
	}
	while (first <= run->last)
	{
		DateADT		until = *change < view->nchanges ? view->changes[*change].first : DATEVAL_NOEND;
		CalendarRun part = {first, Min(until - 1, run->last), run->plan};

		if (until <= first)
		{
			(*change)++;
			continue;
		}
		add_days(bt, first, part.last + 1, run_rhythm(bt, view, &part, rhythms[*change]), 0);
		first = part.last + 1;
	}
}

/* The rhythm of the week, and that from each change on; equal weeks share one. */
static Rhythm **
prepare_rhythms(const BusinessTime *bt, const CalendarView *view)
{
	Rhythm	  **rhythms = palloc((1 + view->nchanges) * sizeof(Rhythm *));

	rhythms[0] = calendar_rhythm(bt, view, view->week);
	for (int i = 0; i < view->nchanges; i++)
	{
		rhythms[i + 1] = NULL;
		for (int other = 0; other < i; other++)
		{
			if (view->changes[other].week == view->changes[i].week)
				rhythms[i + 1] = rhythms[other + 1];
		}
		if (rhythms[i + 1] == NULL)
			rhythms[i + 1] = calendar_rhythm(bt, view, view->weeks[view->changes[i].week].plan);
	}
	return rhythms;
}

static void
prepare_days(BusinessTime *bt, const CalendarView *view)
{
	Rhythm	  **rhythms = prepare_rhythms(bt, view);
	int			change = 0;
	DateADT		next;

	/* a run and the days after it, each with a first day of its own, cut at each change */
	bt->stretches = palloc0((1 + 4 * ((Size) view->nruns + view->nchanges)) * sizeof(DayStretch));
	bt->stretches[0].first = DATEVAL_NOBEGIN;
	bt->stretches[0].plan = PLAN_OF_RHYTHM;
	bt->stretches[0].rhythm = rhythms[0];
	bt->nstretches = 1;
	bt->always_closed_before = (rhythms[0]->years ? rhythms[0]->years->before[CYCLE_YEARS]
								: rhythms[0]->week_before[7]) == 0;
	if (view->nruns == 0 && view->nchanges == 0)
		return;
	next = view->nruns > 0 ? view->runs[0].first : DATEVAL_NOEND;
	if (view->nchanges > 0 && view->changes[0].first < next)
		add_weeks(bt, view, rhythms, &change, view->changes[0].first, next);
	for (int i = 0; i < view->nruns; i++)
	{
		const CalendarRun *run = &view->runs[i];

		next = i + 1 < view->nruns ? view->runs[i + 1].first : DATEVAL_NOEND;
		add_run(bt, view, rhythms, &change, run);
		add_weeks(bt, view, rhythms, &change, run->last + 1, next);
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

/* Allocates in the current memory context, and later in the same one. */
BusinessTime *
business_time_prepare(const BusinessCalendar *calendar)
{
	BusinessTime *bt = palloc0(sizeof(BusinessTime));
	CalendarView view;
	char	   *name;
	pg_tz	   *zone;
	DateADT		last_date = 0;

	calendar_view(calendar, &view);
	name = pnstrdup(view.zone, view.zone_length);
	zone = clock_zone(name);
	if (zone == NULL)			/* stored where the zone was known */
		clock_zone_error(name);
	if (view.nruns > 0)
		last_date = view.runs[view.nruns - 1].last;
	if (view.nchanges > 0)
		last_date = Max(last_date, view.changes[view.nchanges - 1].first);
	bt->plans = prepare_plans(&view);
	prepare_days(bt, &view);
	clock_init(&bt->clock, zone);
	prepare_zone(bt);
	/* past the last date, its spill, and the farthest that local time differs from UTC */
	bt->horizon = Max(CLOCK_HORIZON, (last_date + 4) * USECS_PER_DAY);
	bt->covered = Min(bt->clock.covered, CLOCK_HORIZON);
	bt->covered_open = business_open_until(bt, bt->covered - 1);
	return bt;
}
