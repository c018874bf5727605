/*
 * rating.h
 *		Surveys: how many answers of each score, and the net promoter score,
 *		customer satisfaction and customer effort read from them.
 */
#ifndef RATING_H
#define RATING_H

#include "base/kpi.h"

#define RATING_MAX 10			/* scores run from 0 to 10 */

typedef struct RatingSummary
{
	int64		answers[RATING_MAX + 1];	/* by score */
	int64		reserved[3];
} RatingSummary;

/* The one-step state of the KPIs that take the scale's cuts as arguments. */
typedef struct RatingSplit
{
	int64		negative_to;	/* RATING_NO_CUT: nothing counts as negative */
	int64		positive_from;	/* RATING_NO_CUT while there are no responses */
	int64		responses;
	int64		negative;
	int64		positive;
	int64		reserved[3];
} RatingSplit;

#define RATING_NO_CUT (-1)

/* How many answers count for, for nothing and against. */
typedef struct RatingBalance
{
	int64		positive;
	int64		neutral;
	int64		negative;
} RatingBalance;

static inline void
rating_add(RatingSummary *r, int score)
{
	kpi_add(&r->answers[score], 1, "count of a rating_summary");
}

static inline void
rating_remove(RatingSummary *r, int score)
{
	kpi_subtract(&r->answers[score], 1, "rating_summary");
}

/* The same score so many times */
static inline void
rating_add_counted(RatingSummary *r, int score, int64 answers)
{
	kpi_add(&r->answers[score], answers, "count of a rating_summary");
}

static inline void
rating_remove_counted(RatingSummary *r, int score, int64 answers)
{
	kpi_subtract(&r->answers[score], answers, "rating_summary");
}

static inline void
rating_merge(RatingSummary *a, const RatingSummary *b)
{
	for (int score = 0; score <= RATING_MAX; score++)
		kpi_add(&a->answers[score], b->answers[score], "count of a rating_summary");
}

static inline void
rating_subtract(RatingSummary *a, const RatingSummary *b)
{
	for (int score = 0; score <= RATING_MAX; score++)
		kpi_subtract(&a->answers[score], b->answers[score], "rating_summary");
}

/* Answers with low <= score <= high; the bounds may lie outside the scale. */
static inline int64
rating_count(const RatingSummary *r, int low, int high)
{
	int64		count = 0;

	for (int score = Max(low, 0); score <= Min(high, RATING_MAX); score++)
		kpi_add(&count, r->answers[score], "number of responses");
	return count;
}

static inline int64
rating_responses(const RatingSummary *r)
{
	return rating_count(r, 0, RATING_MAX);
}

/* responses > 0 */
static inline double
rating_average(const RatingSummary *r, int64 responses)
{
	int64		sum = 0;

	for (int score = 1; score <= RATING_MAX; score++)
	{
		int64		part;

		if (unlikely(pg_mul_s64_overflow(r->answers[score], score, &part)))
			kpi_overflow_error("sum of scores");
		kpi_add(&sum, part, "sum of scores");
	}
	return (double) sum / (double) responses;
}

static inline RatingBalance
rating_balance(const RatingSummary *r, int negative_to, int positive_from)
{
	RatingBalance b;

	(void) rating_responses(r); /* all parts together fit, too */
	b.negative = rating_count(r, 0, negative_to);
	b.neutral = rating_count(r, negative_to + 1, positive_from - 1);
	b.positive = rating_count(r, positive_from, RATING_MAX);
	return b;
}

/* promoters 9 and 10, passives 7 and 8, detractors 0 to 6 */
static inline RatingBalance
rating_nps_balance(const RatingSummary *r)
{
	return rating_balance(r, 6, 9);
}

/* -100 to 100; responses > 0 */
static inline double
rating_net(int64 positive, int64 negative, int64 responses)
{
	return 100.0 * (double) (positive - negative) / (double) responses;
}

/*
 * Adjusted-Wald estimate of a net score as a fraction, -1 to 1, with its
 * variance: three answers are added, 3/4 for, 3/4 against and 3/2 for nothing
 * (Rocks 2016; Lewis and Sauro 2021).
 */
static inline double
rating_adjusted(const RatingBalance *b, double *variance)
{
	double		p = (double) b->positive + 0.75;
	double		d = (double) b->negative + 0.75;
	double		q = (double) b->neutral + 1.5;
	double		n = p + q + d;

	/* p + d - (p - d)^2 in a form that cannot cancel below zero */
	*variance = ((p + d) / n * (q / n) + 4 * (p / n) * (d / n)) / n;
	return (p - d) / n;
}

/* One end of the adjusted-Wald interval: z < 0 the lower, z > 0 the upper. */
static inline double
rating_adjusted_wald(const RatingBalance *b, double z)
{
	double		variance;
	double		centre = rating_adjusted(b, &variance);
	double		end = 100 * (centre + z * sqrt(variance));

	return Min(Max(end, -100), 100);
}

/*
 * Two-sided z-test that two net scores are equal.  The difference, too, is that
 * of the adjusted scores: the raw one over the adjusted variance would call 19 of
 * 100 pairs of equal populations different at three answers each.
 */
static inline double
rating_p_value(const RatingBalance *a, const RatingBalance *b)
{
	double		a_variance;
	double		b_variance;
	double		difference = rating_adjusted(a, &a_variance) - rating_adjusted(b, &b_variance);

	return erfc(fabs(difference) / sqrt(2 * (a_variance + b_variance)));
}

/* ---------- one-step state with cuts ---------- */

static inline void
rating_split_clear(RatingSplit *s)
{
	memset(s, 0, sizeof(RatingSplit));
	s->negative_to = RATING_NO_CUT;
	s->positive_from = RATING_NO_CUT;
}

static inline bool
rating_split_same_cuts(const RatingSplit *s, int64 negative_to, int64 positive_from)
{
	return s->positive_from == positive_from && s->negative_to == negative_to;
}

/* The cuts are those of the state. */
static inline void
rating_split_add(RatingSplit *s, int score)
{
	kpi_add(&s->responses, 1, "number of responses");
	s->negative += score <= s->negative_to;
	s->positive += score >= s->positive_from;
}

static inline void
rating_split_remove(RatingSplit *s, int score)
{
	kpi_subtract(&s->responses, 1, "rating_split");
	kpi_subtract(&s->negative, score <= s->negative_to, "rating_split");
	kpi_subtract(&s->positive, score >= s->positive_from, "rating_split");
	/* by hand one can remove a score that was never added */
	if (unlikely(s->negative > s->responses - s->positive))
		kpi_negative_result_error("rating_split");
	/* what is left must not remember cuts: empty states are equal */
	if (s->responses == 0)
		rating_split_clear(s);
}

#endif							/* RATING_H */
