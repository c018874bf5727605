/*
 * statistics.h
 *		The normal distribution and Student's t: tails and quantiles, two-sided.
 *
 * Everything comes as a pair: the probability to lie within x of 0, and that to
 * lie beyond.  Each is computed without taking it off 1 where it is the smaller
 * one, so tiny and nearly certain probabilities keep all their digits.  Relative
 * errors stay below 1e-10 (and are about 1e-13 at everyday values).
 */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* A probability and the rest of it, each with all its digits. */
typedef struct Probability
{
	double		within;
	double		beyond;
} Probability;

/* ---------- normal ---------- */

static inline Probability
normal_probability(double z)
{
	Probability p = {erf(fabs(z) / M_SQRT2), erfc(fabs(z) / M_SQRT2)};

	return p;
}

/* The z that this probability lies within, 0 < within < 1, by Newton's steps. */
static inline double
normal_half_width(double within)
{
	double		z;

	if (within < 0.5)
	{
		/* at 0 the density is flat: a straight line is a good start */
		z = within * sqrt(M_PI / 2);
		for (int step = 0; step < 4; step++)
			z += (within - erf(z / M_SQRT2)) / (sqrt(2 / M_PI) * exp(-z * z / 2));
	}
	else
	{
		/* right to three digits (Abramowitz and Stegun, 26.2.23) */
		double		t = sqrt(-2 * log((1 - within) / 2));

		z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
			(1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
		for (int step = 0; step < 4; step++)
			z += (erfc(z / M_SQRT2) - (1 - within)) / (sqrt(2 / M_PI) * exp(-z * z / 2));
	}
	return z;
}

/*
 * One end of the Wilson score interval of hits / total, total > 0: the proportions
 * that a test at this confidence would not reject.  z < 0 gives the lower end, z > 0
 * the upper one.
 *
 * The ends are the roots of (1 + z^2/n) x^2 - (2 hits/n + z^2/n) x + (hits/n)^2.
 * The larger is a sum without cancellation; the smaller comes from the product
 * of both.  Misses are counted, not taken as 1 - rate, for the same reason.
 */
static inline double
wilson_end(int64_t hits, int64_t total, double z)
{
	double		n = (double) total;
	double		k = (double) hits;
	double		misses = (double) (total - hits);
	double		z2 = z * z;
	double		larger = k + z2 / 2 + fabs(z) * sqrt(k / n * misses + z2 / 4);

	/* exact at the ends of the scale, whatever the rounding */
	if (z > 0)
		return hits == total ? 1 : fmin(larger / (n + z2), 1);
	return hits == 0 ? 0 : fmin(k / larger * (k / n), 1);
}

/* ---------- Student's t ---------- */

/* From so many degrees of freedom on t is as good as normal, once transformed. */
#define STUDENT_NEARLY_NORMAL 1e4

/*
 * 1 / B(a, 1/2) = gamma(a + 1/2) / (gamma(a) gamma(1/2)).  The ratio of gammas by
 * its asymptotic series, which is right to the last digit from 16 on; smaller
 * arguments are carried there by gamma(x + 1) = x gamma(x).
 */
static inline double
student_inverse_beta(double a)
{
	double		factor = 1 / sqrt(M_PI);
	double		r;

	for (; a < 16; a++)
		factor *= a / (a + 0.5);
	r = 1 / (a * a);
	return factor * sqrt(a) *
		exp((-1.0 / 8 + r * (1.0 / 192 + r * (-1.0 / 640 + r * (17.0 / 14336 - r * 31.0 / 18432)))) / a);
}

/* The density of |t| at t. */
static inline double
student_density(double t, double freedom)
{
	double		a = freedom / 2;

	return 2 * student_inverse_beta(a) / sqrt(freedom) * exp(-(a + 0.5) * log1p(t / freedom * t));
}

/*
 * The continued fraction of the incomplete beta function I_x(a, b) without its
 * leading factor (Abramowitz and Stegun, 26.5.8), by Lentz's method.  It takes
 * about sqrt(max(a, b)) steps for x < (a + 1) / (a + b + 2).
 */
static inline double
student_continued_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double		c = 1;
	double		d = 1 - (a + b) * x / (a + 1);
	double		result;

	if (fabs(d) < tiny)
		d = tiny;
	d = 1 / d;
	result = d;
	for (int m = 1; m <= 10000; m++)
	{
		double		even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double		odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double		factor;

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		result *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		factor = d * c;
		result *= factor;
		if (fabs(factor - 1) < 1e-16)
			break;
	}
	return result;
}

/*
 * The normal variable that is exceeded as often as |t| (G. W. Hill, "Student's
 * t-distribution", Communications of the ACM 13, 1970, algorithm 395).
 */
static inline double
student_normal_equivalent(double t, double freedom)
{
	double		a = freedom - 0.5;
	double		b = 48 * a * a;
	double		y = a * log1p(t / freedom * t);

	return sqrt(y) * (1 + (y + 3) / b
					  - (((4 * y + 33) * y + 240) * y + 855) / (10 * b * (b + 0.8 * y * y + 100)));
}

/* freedom >= 1 */
static inline Probability
student_probability(double t, double freedom)
{
	Probability p;
	double		a = freedom / 2;
	double		q = t / freedom * t;	/* t^2 / freedom */
	double		x = 1 / (1 + q);	/* beyond = I_x(a, 1/2), within = I_(1-x)(1/2, a) */
	double		y = q / (1 + q);
	double		factor;

	if (fabs(t) < 1e-10)		/* flat there, and t^2 may be lost */
	{
		p.within = fabs(t) * student_density(0, freedom);
		p.beyond = 1 - p.within;
		return p;
	}
	if (freedom >= STUDENT_NEARLY_NORMAL)
		return normal_probability(student_normal_equivalent(t, freedom));
	if (isinf(q))
		y = 1;
	/* x^a (1-x)^(1/2) / B(a, 1/2) */
	factor = exp(isinf(q) ? a * (log(freedom) - 2 * log(fabs(t))) : -a * log1p(q)) *
		sqrt(y) * student_inverse_beta(a);
	if (x < (a + 1) / (a + 2.5))
	{
		p.beyond = factor / a * student_continued_fraction(x, a, 0.5);
		p.within = 1 - p.beyond;
	}
	else
	{
		p.within = factor / 0.5 * student_continued_fraction(y, 0.5, a);
		p.beyond = 1 - p.within;
	}
	return p;
}

/*
 * The t that this probability lies within, 0 < within < 1, freedom >= 1.  It lies
 * between that of the normal distribution and that of one degree of freedom.
 * Newton's steps on logarithms, because tails are nearly powers; a step that
 * leaves the bounds halves them instead.
 */
static inline double
student_half_width(double within, double freedom)
{
	double		beyond = 1 - within;
	double		low = normal_half_width(within);
	double		high = within < 0.5 ? tan(M_PI / 2 * within) : 1 / tan(M_PI / 2 * beyond);
	double		t = low;

	for (int step = 0; step < 100 && low < high; step++)
	{
		Probability p = student_probability(t, freedom);
		double		slope = t * student_density(t, freedom);
		double		miss = within < 0.5
			? log(p.within / within) * p.within / slope
			: log(beyond / p.beyond) * p.beyond / slope;
		double		next = t * exp(-miss);

		if (miss < 0)
			low = t;
		else
			high = t;
		if (fabs(miss) < 1e-15)
			break;
		if (!(next > low && next < high))
			next = sqrt(low) * sqrt(high);
		if (next == t)
			break;
		t = next;
	}
	return t;
}

#endif							/* STATISTICS_H */
