/*
 * proportion.h
 *		Rates: a share of true among all, kept as two exact counts.
 */
#ifndef PROPORTION_H
#define PROPORTION_H

#include "base/kpi.h"

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

/* Two-sided pooled z-test that two proportions are equal; both totals > 0 */
static inline double
proportion_p_value(const Proportion *a, const Proportion *b)
{
	double		na = (double) a->total;
	double		nb = (double) b->total;
	double		hits = (double) a->hits + (double) b->hits;
	double		misses = (double) (a->total - a->hits) + (double) (b->total - b->hits);
	double		n = na + nb;
	double		variance = hits / n * (misses / n) * (1 / na + 1 / nb);
	double		difference;

	if (hits == 0 || misses == 0)	/* all hits or none: no difference */
		return 1;
	/* rates near 1 differ by digits that the rates of misses still have */
	if (hits < misses)
		difference = proportion_rate(a) - proportion_rate(b);
	else
		difference = (double) (b->total - b->hits) / nb - (double) (a->total - a->hits) / na;
	return erfc(fabs(difference) / sqrt(2 * variance));
}

#endif							/* PROPORTION_H */
