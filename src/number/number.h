/*
 * number.h
 *		Any measured number, in millionths: exact sums that merge, subtract and slide.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include "base/moments.h"

#define NUMBER_UNIT 1000000		/* one, in millionths */
#define NUMBER_LARGEST (INT64CONST(1000000000) * NUMBER_UNIT)

typedef struct NumberSummary
{
	Moments		of;				/* millionths */
	int64		reserved[2];
} NumberSummary;

static inline void
number_add(NumberSummary *n, int64 micro)
{
	moments_add(&n->of, micro);
	if (unlikely(n->of.samples >= MOMENTS_TOO_MANY_SAMPLES))
		kpi_overflow_error("samples of a number_summary");
}

static inline void
number_remove(NumberSummary *n, int64 micro)
{
	moments_remove(&n->of, micro);
}

static inline void
number_merge(NumberSummary *n, const NumberSummary *other)
{
	Moments    *m = &n->of;

	kpi_add(&m->samples, other->of.samples, "samples of a number_summary");
	if (unlikely(m->samples >= MOMENTS_TOO_MANY_SAMPLES))
		kpi_overflow_error("samples of a number_summary");
	wide_to_words(wide_add(wide_from_words(m->total, 2), wide_from_words(other->of.total, 2)), m->total, 2);
	wide_to_words(wide_add(moments_squares(m), moments_squares(&other->of)), m->squares, 3);
}

/* The caller checks that the result is possible. */
static inline void
number_subtract(NumberSummary *n, const NumberSummary *other)
{
	Moments    *m = &n->of;

	m->samples -= other->of.samples;
	wide_to_words(wide_subtract(wide_from_words(m->total, 2), wide_from_words(other->of.total, 2)), m->total, 2);
	wide_to_words(wide_subtract(moments_squares(m), moments_squares(&other->of)), m->squares, 3);
}

/*
 * What no set of numbers can give, or NULL.  All that number_merge makes of
 * possible summaries passes; what number_subtract makes is checked with this.
 */
static inline const char *
number_complaint(const NumberSummary *n)
{
	const char *complaint = moments_complaint(&n->of);
	Wide		samples = wide_from(n->of.samples);
	Wide		largest = wide_from(NUMBER_LARGEST);

	if (complaint)
		return complaint;
	if (wide_compare(moments_total(&n->of), wide_product(samples, largest)) > 0 ||
		wide_compare(moments_squares(&n->of), wide_product(samples, wide_product(largest, largest))) > 0)
		return "The sums are too large for so many samples.";
	return NULL;
}

#endif							/* NUMBER_H */
