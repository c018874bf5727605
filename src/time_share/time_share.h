/*
 * time_share.h
 *		A share of time: a part over a whole, kept as two exact sums.
 */
#ifndef TIME_SHARE_H
#define TIME_SHARE_H

#include "base/kpi.h"

typedef struct TimeShare
{
	int64		part;			/* microseconds; may exceed the whole */
	int64		whole;
} TimeShare;

static inline void
time_share_add(TimeShare *t, TimeShare row)
{
	kpi_add(&t->part, row.part, "part of a time_share");
	kpi_add(&t->whole, row.whole, "whole of a time_share");
}

static inline void
time_share_remove(TimeShare *t, TimeShare row)
{
	kpi_subtract(&t->part, row.part, "part of a time_share");
	kpi_subtract(&t->whole, row.whole, "whole of a time_share");
}

/* whole > 0 */
static inline double
time_share_share(const TimeShare *t)
{
	return (double) t->part / (double) t->whole;
}

#endif							/* TIME_SHARE_H */
