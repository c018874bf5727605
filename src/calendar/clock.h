/*
 * clock.h
 *		The local clock of a time zone: the stretches of time between changes of
 *		its offset from UTC.
 */
#ifndef KPI_CLOCK_H
#define KPI_CLOCK_H

#include "base/kpi.h"
#include "pgtime.h"

/*
 * The Gregorian calendar, its weekdays and the rules for daylight saving repeat
 * after 400 years, so offsets are looked up for 400 years from the horizon on
 * and repeated from there.  Tables of single changes that the zone database
 * holds (Morocco's follow Ramadan) end in this century.
 */
#define CLOCK_PERIOD (INT64CONST(146097) * USECS_PER_DAY)
#define CLOCK_HORIZON (INT64CONST(73049) * USECS_PER_DAY)	/* 2200-01-01 */

/* No clock differs from UTC by so much: the farthest was Manila's, 15:56:08 behind until 1844. */
#define CLOCK_MAX_OFFSET USECS_PER_DAY

typedef struct Clock
{
	pg_tz	   *zone;
	int			nstretches;
	int			capacity;
	int			last;			/* the stretch found last */
	TimestampTz covered;		/* changes before this moment are known */
	TimestampTz *since;			/* when each stretch begins, ascending */
	int64	   *offset;			/* microseconds east of UTC in it */
} Clock;

/* A stretch of time with one offset: since <= t < until */
typedef struct ClockStretch
{
	TimestampTz since;
	TimestampTz until;			/* PG_INT64_MAX when the clock changes no more */
	int64		offset;
} ClockStretch;

extern pg_tz *clock_zone(const char *name);
pg_noreturn extern void clock_zone_error(const char *name);
extern void clock_init(Clock *clock, pg_tz *zone);
extern void clock_cover(Clock *clock, TimestampTz until);
extern ClockStretch clock_stretch(Clock *clock, TimestampTz moment);

/* The number of the stretch of a moment before clock->covered. */
static inline int
clock_find(Clock *clock, TimestampTz moment)
{
	int			low = clock->last;
	int			high = low + 1;

	if (likely(clock->since[low] <= moment &&
			   (high == clock->nstretches || moment < clock->since[high])))
		return low;
	low = 0;
	high = clock->nstretches;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (clock->since[middle] <= moment)
			low = middle;
		else
			high = middle;
	}
	return clock->last = low;
}

/* floor(a / b) for b > 0 */
static inline int64
floor_div(int64 a, int64 b)
{
	int64		quotient = a / b;

	return quotient - (a % b < 0);
}

#endif							/* KPI_CLOCK_H */
