/*
 * comparison.h
 *		Many comparisons at once: p-values adjusted for their number, and the limits
 *		within which a rate moves by chance.
 */
#ifndef COMPARISON_H
#define COMPARISON_H

#include "base/kpi.h"

typedef enum ComparisonMethod
{
	COMPARISON_BH,				/* Benjamini and Hochberg: the share of false alarms */
	COMPARISON_HOLM,			/* Holm: the chance of a single one */
} ComparisonMethod;

/* One p-value and the row it came from. */
typedef struct ComparisonTest
{
	double		p;
	int64		row;
} ComparisonTest;

/*
 * Adjusts n p-values, ascending, in place.  Both methods multiply: Benjamini and
 * Hochberg (1995) by n / rank, so that no adjusted value exceeds that of a larger
 * p; Holm (1979) by how many are left, so that none falls below that of a
 * smaller p.  Equal p-values stay equal either way; -0 becomes 0.
 */
static inline void
comparison_adjust(ComparisonTest *tests, int64 n, ComparisonMethod method)
{
	double		bound;

	if (method == COMPARISON_BH)
	{
		bound = 1;
		for (int64 i = n - 1; i >= 0; i--)
			tests[i].p = bound = Min(bound, tests[i].p * ((double) n / (double) (i + 1)) + 0.0);
	}
	else
	{
		bound = 0;
		for (int64 i = 0; i < n; i++)
			tests[i].p = bound = Max(bound, Min(tests[i].p * (double) (n - i), 1) + 0.0);
	}
}

/*
 * So many standard errors of a rate of n contacts from its centre; sigmas < 0
 * gives the lower limit.  0 <= centre <= 1, n >= 1, and all are finite
 */
static inline double
comparison_control_limit(double centre, double n, double sigmas)
{
	double		limit = centre + sigmas * sqrt(centre * (1 - centre) / n);

	return Min(Max(limit, 0), 1);
}

#endif							/* COMPARISON_H */
