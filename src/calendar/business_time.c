/*
 * business_time.c
 *		Preparing a calendar for calculation: see business_time.h.
 */
#include "postgres.h"

#include "calendar/business_time.h"

static DayPlan *
prepare_plans(const BusinessCalendar *calendar)
{
	DayPlan    *plans = palloc(calendar->nplans * sizeof(DayPlan));
	DaySlot    *slots = palloc(Max(calendar->nslots, 1) * sizeof(DaySlot));

	for (int p = 0; p < calendar->nplans; p++)
	{
		int			start = calendar_plan_start(calendar, p);
		DayPlan    *plan = &plans[p];

		plan->slots = slots + start;
		plan->nslots = calendar_plan_ends(calendar)[p] - start;
		plan->open = 0;
		plan->spill = 0;
		for (int i = 0; i < plan->nslots; i++)
		{
			int64		end = calendar_slots(calendar)[start + i].end * USECS_PER_SEC;
			DaySlot    *slot = &plan->slots[i];

			slot->start = calendar_slots(calendar)[start + i].start * USECS_PER_SEC;
			slot->end = Min(end, USECS_PER_DAY);
			slot->before = plan->open;
			plan->open += slot->end - slot->start;
			plan->spill = end - slot->end;	/* of the last slot: no other has one */
		}
	}
	return plans;
}

static void
prepare_week(BusinessTime *bt, const BusinessCalendar *calendar)
{
	bt->week_before[0] = 0;
	for (int day = 0; day < 7; day++)
	{
		bt->week_plan[day] = &bt->plans[calendar->week[day]];
		bt->week_spill[day] = bt->plans[calendar->week[(day + 6) % 7]].spill;
		bt->week_before[day + 1] = bt->week_before[day] +
			day_open_until(bt->week_plan[day], bt->week_spill[day], USECS_PER_DAY);
	}
}

/*
 * From the first day on another plan holds, with this spill of the day before
 * it; or the week, after a day before it that follows the week too.
 */
static void
add_day_stretch(BusinessTime *bt, DateADT first, int plan, int64 spill)
{
	DayStretch *stretch = &bt->stretches[bt->nstretches];
	const DayPlan *unused_plan;
	int64		unused_spill;
	int			weekday;

	stretch->first = first;
	stretch->plan = plan;
	stretch->spill = spill;
	stretch->before = local_day(bt, first, &unused_plan, &unused_spill);
	stretch->day_open = plan == PLAN_OF_WEEK ? 0
		: day_open_until(&bt->plans[plan], spill, USECS_PER_DAY);
	stretch->week_base = stretch->before - week_open_before(bt, first, &weekday);
	bt->last = bt->nstretches++;
}

/* The plan that the bare week has for a day. */
static int
week_plan_of(const BusinessTime *bt, DateADT day)
{
	int			weekday;

	week_open_before(bt, day, &weekday);
	return bt->week_plan[weekday] - bt->plans;
}

/*
 * A run of dates makes up to four stretches: its first day, which the day before
 * spills into; its others; the day after it, which it spills into; the week.
 */
static void
prepare_days(BusinessTime *bt, const BusinessCalendar *calendar)
{
	const CalendarRun *runs = calendar_runs(calendar);

	bt->stretches = palloc0((1 + 4 * (Size) calendar->nruns) * sizeof(DayStretch));
	bt->stretches[0].first = DATEVAL_NOBEGIN;
	bt->stretches[0].plan = PLAN_OF_WEEK;
	bt->nstretches = 1;
	for (int i = 0; i < calendar->nruns; i++)
	{
		const CalendarRun *run = &runs[i];
		int			plan_before = i > 0 && runs[i - 1].last + 1 == run->first
			? runs[i - 1].plan : week_plan_of(bt, run->first - 1);
		DateADT		next = i + 1 < calendar->nruns ? runs[i + 1].first : DATEVAL_NOEND;
		int64		spill_before = bt->plans[plan_before].spill;
		int64		spill = bt->plans[run->plan].spill;

		add_day_stretch(bt, run->first, run->plan, spill_before);
		if (spill != spill_before && run->last > run->first)
			add_day_stretch(bt, run->first + 1, run->plan, spill);
		if (next > run->last + 1)
			add_day_stretch(bt, run->last + 1, week_plan_of(bt, run->last + 1), spill);
		if (next > run->last + 2)
			add_day_stretch(bt, run->last + 2, PLAN_OF_WEEK, 0);
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
	char	   *name = pnstrdup(calendar_zone(calendar), calendar->zone_length);
	pg_tz	   *zone = clock_zone(name);
	DateADT		last_date = calendar->nruns > 0
		? calendar_runs(calendar)[calendar->nruns - 1].last : 0;

	if (zone == NULL)			/* stored where the zone was known */
		clock_zone_error(name);
	bt->plans = prepare_plans(calendar);
	prepare_week(bt, calendar);
	prepare_days(bt, calendar);
	clock_init(&bt->clock, zone);
	prepare_zone(bt);
	/* past the last date, its spill, and the farthest that local time differs from UTC */
	bt->horizon = Max(CLOCK_HORIZON, (last_date + 4) * USECS_PER_DAY);
	bt->covered = Min(bt->clock.covered, CLOCK_HORIZON);
	bt->covered_open = business_open_until(bt, bt->covered - 1);
	return bt;
}
