/*
 * proportion.h
 *		Rates: a share of true among all, kept as two exact counts.
 */
#ifndef PROPORTION_H
#define PROPORTION_H

#include "kpi.h"

typedef struct Proportion
{
	int64		hits;
	int64		total;			/* hits <= total */
} Proportion;

static inline void
proportion_add(Proportion *p, int64 hits, int64 total)
{
	kpi_add(&p->total, total, "total of a proportion");
	p->hits += hits;			/* cannot overflow where the total did not */
}

static inline void
proportion_remove(Proportion *p, int64 hits, int64 total)
{
	kpi_subtract(&p->total, total, "proportion");
	kpi_subtract(&p->hits, hits, "proportion");
	if (unlikely(p->hits > p->total))
		kpi_negative_result_error("total - hits of a proportion");
}

/* total > 0 */
static inline double
proportion_rate(const Proportion *p)
{
	return (double) p->hits / (double) p->total;
}

/*
 * One end of the Wilson score interval: the proportions that a test at this
 * confidence would not reject.  z < 0 gives the lower end, z > 0 the upper one.
 */
static inline double
proportion_wilson(const Proportion *p, double z)
{
	double		n = (double) p->total;
	double		rate = proportion_rate(p);
	double		centre = rate + z * z / (2 * n);
	double		half = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
	double		end = (centre + half) / (1 + z * z / n);

	/* exact at the ends of the scale, whatever the rounding */
	if (z < 0 && p->hits == 0)
		return 0;
	if (z > 0 && p->hits == p->total)
		return 1;
	return Min(Max(end, 0), 1);
}

/* Two-sided pooled z-test that two proportions are equal; both totals > 0 */
static inline double
proportion_p_value(const Proportion *a, const Proportion *b)
{
	double		na = (double) a->total;
	double		nb = (double) b->total;
	double		pooled = ((double) a->hits + (double) b->hits) / (na + nb);
	double		variance = pooled * (1 - pooled) * (1 / na + 1 / nb);

	if (variance <= 0)			/* all hits or none: no difference */
		return 1;
	return erfc(fabs(proportion_rate(a) - proportion_rate(b)) / sqrt(2 * variance));
}

#endif							/* PROPORTION_H */
