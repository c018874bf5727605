/*
 * moments.h
 *		The exact count, sum and sum of squares of whole numbers, and what they
 *		tell: the mean, its confidence interval, whether two means differ.
 *
 * Numbers are whole: millionths of whatever is measured.  They may be as large
 * as 10^15 (or 2^63, where the sum still fits in 64 bits, as of durations), and
 * as many as 2^62: no sum can overflow.
 */
#ifndef MOMENTS_H
#define MOMENTS_H

#include "base/kpi.h"
#include "base/statistics.h"
#include "base/wide.h"

typedef struct Moments
{
	int64		samples;
	int64		total[2];		/* signed, 128 bits, the upper half first */
	int64		squares[3];		/* 192 bits, the upper third first */
} Moments;

#define MOMENTS_TOO_MANY_SAMPLES (INT64CONST(1) << 62)

/* ---------- adding and removing ---------- */

static inline void
moments_add(Moments *m, int64 value)
{
	uint64		size = value < 0 ? -(uint64) value : (uint64) value;
	Uint128		square = uint128_product(size, size);
	uint64		low = (uint64) m->total[1] + (uint64) value;
	uint64		carry;

	m->samples++;
	m->total[0] += (value < 0 ? -1 : 0) + (low < (uint64) value);
	m->total[1] = (int64) low;

	low = (uint64) m->squares[2] + square.low;
	carry = low < square.low;
	m->squares[2] = (int64) low;
	square.high += carry;		/* at most 2^62 before */
	low = (uint64) m->squares[1] + square.high;
	m->squares[1] = (int64) low;
	m->squares[0] += low < square.high;
}

static inline void
moments_remove(Moments *m, int64 value)
{
	uint64		size = value < 0 ? -(uint64) value : (uint64) value;
	Uint128		square = uint128_product(size, size);
	uint64		low = (uint64) m->total[1];

	m->samples--;
	m->total[0] -= (value < 0 ? -1 : 0) + (low < (uint64) value);
	m->total[1] = (int64) (low - (uint64) value);

	low = (uint64) m->squares[2];
	square.high += low < square.low;
	m->squares[2] = (int64) (low - square.low);
	low = (uint64) m->squares[1];
	m->squares[0] -= low < square.high;
	m->squares[1] = (int64) (low - square.high);
}

/* ---------- wide numbers ---------- */

static inline bool
moments_is_negative(const Moments *m)
{
	return m->total[0] < 0;
}

/* The total without its sign. */
static inline Wide
moments_total(const Moments *m)
{
	Wide		total = wide_from_words(m->total, 2);

	return moments_is_negative(m) ? wide_negate(total) : total;
}

static inline Wide
moments_squares(const Moments *m)
{
	return wide_from_words(m->squares, 3);
}

/* samples * squares - total^2 = samples * (samples - 1) * variance */
static inline Wide
moments_deviation(const Moments *m)
{
	Wide		total = moments_total(m);

	return wide_subtract(wide_product(moments_squares(m), wide_from(m->samples)),
						 wide_product(total, total));
}

/* What no set of numbers can give, or NULL. */
static inline const char *
moments_complaint(const Moments *m)
{
	Wide		total = moments_total(m);

	if (m->samples < 0 || m->samples >= MOMENTS_TOO_MANY_SAMPLES)
		return "The number of samples must stay below 2^62.";
	if (m->squares[0] < 0)
		return "The squares are too large.";
	if (m->samples == 0 && (!wide_is_zero(total) || !wide_is_zero(moments_squares(m))))
		return "There are no samples, but there are sums.";

	/* a squared total of 225 bits or more cannot stand against the squares below */
	if (total.word[1] >> 48 != 0 || (uint64) m->squares[0] >> 34 != 0)
		return "The sums are too large.";
	if (wide_compare(wide_product(moments_squares(m), wide_from(m->samples)),
					 wide_product(total, total)) < 0)
		return "The squares do not agree with the total.";
	return NULL;
}

/* ---------- statistics ---------- */

/* samples > 0 */
static inline double
moments_mean(const Moments *m)
{
	double		size = wide_to_double(moments_total(m)) / (double) m->samples;

	return moments_is_negative(m) ? -size : size;
}

/* The variance of the mean, samples > 1 */
static inline double
moments_variance_of_mean(const Moments *m)
{
	double		n = (double) m->samples;

	return wide_to_double(moments_deviation(m)) / n / n / (n - 1);
}

/* Half of Student's interval of the mean, samples > 1, 0 < confidence < 1 */
static inline double
moments_half_width(const Moments *m, double confidence)
{
	return student_half_width(confidence, (double) (m->samples - 1)) *
		sqrt(moments_variance_of_mean(m));
}

/* |mean of a - mean of b|: the sums are crossed first, so that nothing cancels. */
static inline double
moments_difference(const Moments *a, const Moments *b)
{
	Wide		left = wide_product(moments_total(a), wide_from(b->samples));
	Wide		right = wide_product(moments_total(b), wide_from(a->samples));
	Wide		difference;

	if (moments_is_negative(a) != moments_is_negative(b))
		difference = wide_add(left, right);
	else if (wide_compare(left, right) >= 0)
		difference = wide_subtract(left, right);
	else
		difference = wide_subtract(right, left);
	return wide_to_double(difference) / (double) a->samples / (double) b->samples;
}

/*
 * Welch's two-sided t-test that two means are equal.  Returns false where it can
 * tell nothing: one side has fewer than two samples, or nothing varies and the
 * means are equal.
 */
static inline bool
moments_p_value(const Moments *a, const Moments *b, double *p)
{
	double		difference;
	double		variance_a;
	double		variance;
	double		share;

	if (a->samples < 2 || b->samples < 2)
		return false;
	difference = moments_difference(a, b);
	variance_a = moments_variance_of_mean(a);
	variance = variance_a + moments_variance_of_mean(b);
	*p = 0;
	if (variance == 0)
		return difference != 0;

	/* Welch and Satterthwaite's degrees of freedom */
	share = variance_a / variance;
	*p = student_probability(difference / sqrt(variance),
							 1 / (share * share / (double) (a->samples - 1) +
								  (1 - share) * (1 - share) / (double) (b->samples - 1))).beyond;
	return true;
}

/* The standard deviation, samples > 1, as numeric with forty decimals (moments.c). */
extern Datum moments_stddev(const Moments *m);
extern Datum moments_wide_to_numeric(Wide value);

#endif							/* MOMENTS_H */
