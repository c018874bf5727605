/*
 * erlang.h
 *		Queues with n agents, Poisson arrivals and exponential handle times.
 *
 * Load is in Erlangs: arrivals in the time of one handle time (A).  Time is in
 * handle times.  Everything is made of sums and integrals of positive terms, so
 * nothing cancels, and nothing grows beyond what a double holds without its
 * limit being the right answer.
 */
#ifndef ERLANG_H
#define ERLANG_H

#include "base/kpi.h"

/*
 * Beyond this the sums take milliseconds, and no contact centre is.  The promise of
 * nine digits ends at 10 000 agents: near 1e9, where a share abandons that rounding
 * drowns (1e-8), Erlang A's answered and abandoned differ from 1 by some 1e-9.
 */
#define ERLANG_MAX 1e9

/*
 * 1 / B(f, A) - 1 for a fraction f of an agent, 0 <= f < 1, A > 0: Erlang's formula
 * between whole numbers is 1/B = A * integral over t from 0 of exp(-A t) (1 + t)^f,
 * an incomplete gamma function, by its continued fraction or its series.
 */
static inline double
erlang_fraction_inverse_loss(double f, double load)
{
	if (f == 0)
		return 0;
	if (load > 2)
	{
		double		b = load - f;
		double		c = 1e300;
		double		d = 1 / b;
		double		result = d;

		for (double i = 1; i < 10000; i++)
		{
			double		a = -i * (i - 1 - f);
			double		factor;

			b += 2;
			d = 1 / (a * d + b);
			c = b + a / c;
			factor = c * d;
			result *= factor;
			if (fabs(factor - 1) < 1e-16)
				break;
		}
		return load * result - 1;
	}
	else
	{
		double		term = 1 / (1 + f);
		double		sum = term;

		for (double k = 2; term > sum * 1e-18; k++)
		{
			term *= load / (k + f);
			sum += term;
		}
		return exp(load) * pow(load, -f) * tgamma(1 + f) - load * sum - 1;
	}
}

/*
 * 1 / B(n, A) - 1 for Erlang's loss formula B, n >= 0, A > 0.
 *
 * The recursion 1/B(n) = 1 + (n/A) / B(n-1) written out is
 * 1 + n/A + n(n-1)/A^2 + ..., whose terms are summed from the large end of n: about
 * 10 sqrt(n) of them matter near n = A, fewer elsewhere.  Where n is no whole
 * number the last term is that of its fraction.  Infinity when B is below the
 * smallest double.
 */
static inline double
erlang_inverse_loss(double n, double load)
{
	double		step = 1 / load;
	double		term = 1;
	double		sum = 0;

	for (double k = n; k >= 1; k--)
	{
		term *= k * step;
		sum += term;
		/* the terms rise to a peak and fall: a negligible one is the end */
		if (term <= sum * 1e-18 || isinf(sum))
			return sum;
	}
	return sum + term * erlang_fraction_inverse_loss(n - floor(n), load);
}

static inline double
erlang_b_blocking(double agents, double load)
{
	return load > 0 ? 1 / (1 + erlang_inverse_loss(agents, load)) : 0;
}

/* ---------- Erlang C: everybody waits ---------- */

/*
 * Odds against waiting: C = 1 / (1 + odds), 1 - C = odds / (1 + odds).  From
 * C = n B / (n - A (1 - B)).  load < agents
 */
static inline double
erlang_c_odds(double agents, double load)
{
	return load > 0 ? (agents - load) / agents * erlang_inverse_loss(agents, load) : INFINITY;
}

static inline double
erlang_c_waiting(double agents, double load)
{
	return load < agents ? 1 / (1 + erlang_c_odds(agents, load)) : 1;
}

/* Share answered within this time, in handle times */
static inline double
erlang_c_within(double agents, double load, double time)
{
	double		odds;
	double		waiting;
	double		late;

	if (load >= agents)
		return 0;
	odds = erlang_c_odds(agents, load);
	waiting = 1 / (1 + odds);
	late = waiting * exp(-(agents - load) * time);
	if (late < 0.5)
		return 1 - late;
	/* 1 - late would cancel: those who do not wait, and those whose wait is over */
	return odds * waiting - waiting * expm1(-(agents - load) * time);
}

/* ---------- Erlang A: those whose patience ends hang up ---------- */

/*
 * Mandelbaum and Zeltyn (2005) express the queue with exponential patience in
 * E = 1 / B(n - 1, A) and integrals of
 *
 *		f(x) = exp(A (1 - exp(-r x)) / r - n x),		r = handle time / patience,
 *
 * where A f(x) / (E + A J) is the density of the wait x that a caller of endless
 * patience is offered, and J the integral of f.  exp(-r x) of them still wait.
 *
 * f may peak anywhere between 1 and exp(1e9), so it is kept as a multiple of its
 * peak, and its logarithm as a difference from there:
 *
 *		ln f(c + u) = ln f(c) - u (n - a + a h(r u)),		a = A exp(-r c),
 *		h(v) = (exp(-v) - 1 + v) / v.
 */
typedef struct ErlangA
{
	double		agents;			/* n */
	double		load;			/* A */
	double		impatience;		/* r */
	double		peak;			/* where f is largest */
	double		arrivals;		/* a at the peak */
	double		at_once;		/* E / f(peak): who finds an agent free ... */
	double		waiting;		/* A J / f(peak): ... against who does not */
} ErlangA;

/* What to integrate besides f */
typedef enum ErlangAWeight
{
	ERLANG_A_ALL,				/* everybody */
	ERLANG_A_ABANDONED,			/* times the share whose patience has ended */
	ERLANG_A_ANSWERED,			/* times the share who still wait */
	ERLANG_A_ANSWERED_WAIT		/* the same times their wait */
} ErlangAWeight;

static inline double
erlang_a_h(double v)
{
	/* the Taylor series, where the difference would cancel */
	if (fabs(v) < 0.5)
		return v / 2 * (1 - v / 3 * (1 - v / 4 * (1 - v / 5 * (1 - v / 6 * (1 - v / 7 *
			(1 - v / 8 * (1 - v / 9 * (1 - v / 10 * (1 - v / 11 * (1 - v / 12 * (1 - v / 13 *
			(1 - v / 14))))))))))));
	return (expm1(-v) + v) / v;
}

/* ln f(c + u) - ln f(c), with n agents and a arrivals at c */
static inline double
erlang_a_log(double agents, double arrivals, double impatience, double u)
{
	return u == 0 ? 0 : -u * (agents - arrivals + arrivals * erlang_a_h(impatience * u));
}

/*
 * The weighted integral of f over 0 .. time, as a multiple of f(peak).
 *
 * Gauss-Legendre on panels that double in width from the integrand's own peak
 * outwards, the first one no wider than any scale on which it changes.
 */
static inline double
erlang_a_integral(const ErlangA *q, ErlangAWeight weight, double time)
{
	static const double node[8][2] = {
		{0.0950125098376374402, 0.189450610455068496},
		{0.281603550779258913, 0.182603415044923589},
		{0.458016777657227386, 0.169156519395002538},
		{0.617876244402643748, 0.149595988816576732},
		{0.755404408355003034, 0.124628971255533872},
		{0.865631202387831744, 0.0951585116824927848},
		{0.944575023073232576, 0.0622535239386478929},
		{0.989400934991649933, 0.0271524594117540949},
	};
	bool		answered = weight >= ERLANG_A_ANSWERED;
	double		r = q->impatience;

	/* exp(-r x) f(x) is f with r more agents */
	double		agents = q->agents + (answered ? r : 0);
	double		peak = q->load > agents ? Min(log(q->load / agents) / r, time) : 0;
	double		arrivals = peak == 0 ? q->load :
		peak < time ? agents : q->load * exp(-r * peak);
	double		scale = erlang_a_log(q->agents, q->arrivals, r, peak - q->peak) -
		(answered ? r * peak : 0);
	double		first = 1 / (fabs(agents - arrivals) + sqrt(arrivals * r) + r);
	double		sum = 0;

	for (int direction = -1; direction <= 1; direction += 2)
	{
		double		end = direction < 0 ? peak : time - peak;
		double		from = 0;
		double		width = first;

		while (from < end && erlang_a_log(agents, arrivals, r, direction * from) > -60)
		{
			double		half = Min(width, end - from) / 2;
			double		panel = 0;

			for (int i = 0; i < 16; i++)
			{
				double		at = (i % 2 ? 1 + node[i / 2][0] : 1 - node[i / 2][0]) * half;
				double		u = direction * (from + at);
				double		f = exp(erlang_a_log(agents, arrivals, r, u));

				if (weight == ERLANG_A_ABANDONED)
					f *= -expm1(-r * (peak + u));
				else if (weight == ERLANG_A_ANSWERED_WAIT)
					f *= peak + u;
				panel += node[i / 2][1] * f;
			}
			sum += panel * half;
			if (half < width / 2)
				break;
			from += width;
			/* towards the past the exponent itself grows exponentially */
			width = direction < 0 ? Min(2 * width, 1 / r) : 2 * width;
		}
	}
	return sum * exp(scale);
}

/* patience in handle times; where nobody comes, nobody waits */
static inline ErlangA
erlang_a_queue(double agents, double load, double patience)
{
	ErlangA		q = {0};

	q.agents = agents;
	q.load = load;
	if (load == 0)
	{
		q.at_once = INFINITY;
		return q;
	}
	q.impatience = 1 / patience;
	q.peak = load > agents ? log(load / agents) * patience : 0;
	q.arrivals = load > agents ? agents : load;
	q.at_once = (1 + erlang_inverse_loss(agents - 1, load)) *
		exp(erlang_a_log(agents, q.arrivals, q.impatience, -q.peak));
	q.waiting = load * erlang_a_integral(&q, ERLANG_A_ALL, INFINITY);
	return q;
}

/* A share of all who come, from the parts of those who do not wait and those who do */
static inline double
erlang_a_share(const ErlangA *q, bool at_once, ErlangAWeight weight, double time)
{
	double		part;

	if (isinf(q->at_once))
		return at_once ? 1 : 0;
	part = q->load * erlang_a_integral(q, weight, time);
	return Min(((at_once ? q->at_once : 0) + part) / (q->at_once + q->waiting), 1);
}

/* The probability of not being answered at once */
static inline double
erlang_a_waiting(double agents, double load, double patience)
{
	ErlangA		q = erlang_a_queue(agents, load, patience);

	return isinf(q.at_once) ? 0 : q.waiting / (q.at_once + q.waiting);
}

/* Share of all who come that is answered within this time */
static inline double
erlang_a_within(double agents, double load, double patience, double time)
{
	ErlangA		q = erlang_a_queue(agents, load, patience);

	return erlang_a_share(&q, true, ERLANG_A_ANSWERED, time);
}

static inline double
erlang_a_abandoned(double agents, double load, double patience)
{
	ErlangA		q = erlang_a_queue(agents, load, patience);

	return erlang_a_share(&q, false, ERLANG_A_ABANDONED, INFINITY);
}

/* Mean wait of those who are answered */
static inline double
erlang_a_answered_wait(double agents, double load, double patience)
{
	ErlangA		q = erlang_a_queue(agents, load, patience);

	if (isinf(q.at_once))
		return 0;
	return load * erlang_a_integral(&q, ERLANG_A_ANSWERED_WAIT, INFINITY) /
		(q.at_once + load * erlang_a_integral(&q, ERLANG_A_ANSWERED, INFINITY));
}

/* ---------- head counts ---------- */

/* Rounded up, after taking off what rounding may have added: 21 / (1 - 0.3) is 30 */
static inline double
erlang_heads(double agents)
{
	return ceil(agents * (1 - 1e-9));
}

#endif							/* ERLANG_H */
