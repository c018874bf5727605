/*
 * span_edges.h
 *		How many spans were open at each moment, kept as sorted edges.
 *
 * A span adds 1 at its start and takes 1 off at its end.  Edges at the same
 * time are added up and those that come to nothing are dropped, so the same
 * spans give the same edges however they were added.  An unbounded start is an
 * edge at -infinity and an end that is still open one at infinity, both as in
 * a timestamptz, and sort where they belong.
 *
 * Spans are half-open: one that ends when another begins does not overlap it.
 */
#ifndef SPAN_EDGES_H
#define SPAN_EDGES_H

#include "base/kpi.h"
#include "miscadmin.h"

typedef struct SpanEdge
{
	int64		time;			/* a TimestampTz */
	int64		change;			/* in the number of open spans; not 0 */
} SpanEdge;

/* Canonical edges to read, wherever they are kept. */
typedef struct SpanView
{
	const SpanEdge *edges;
	Size		n;
} SpanView;

pg_noreturn static inline void
span_infinite_error(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is infinite", what),
			 errdetail("A span that has no end, or begins at -infinity, is among the spans."),
			 errhint("Cut what is still open to the period of the report: clip(span_agg(span), within).")));
}

/* Loops over edges answer a cancel. */
#define SPAN_CHECK_FOR_INTERRUPTS(i) \
	do { \
		if (unlikely(((i) & 0x3FFF) == 0x3FFF)) \
			CHECK_FOR_INTERRUPTS(); \
	} while (0)

/* ---------- counts that may pass their bounds on the way ---------- */

static inline int64
span_wrapping_sum(int64 a, int64 b)
{
	return (int64) ((uint64) a + (uint64) b);
}

/* *sum += value; the true sum is *sum + *wraps * 2^64 */
static inline void
span_wrapping_add(int64 *sum, int64 value, int64 *wraps)
{
	int64		before = *sum;

	*sum = span_wrapping_sum(before, value);
	if (unlikely((value < 0) != (*sum < before)))
		*wraps += value < 0 ? -1 : 1;
}

/* ---------- bringing edges into order ---------- */

#define ST_SORT span_sort_by_time
#define ST_ELEMENT_TYPE SpanEdge
#define ST_COMPARE(a, b) ((a)->time < (b)->time ? -1 : (a)->time > (b)->time)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Adds up the edges of equal time, in place; returns how many are left.  They
 * come in any order, so a sum may pass its bounds on the way and come back:
 * only where it ends up outside is there an overflow.
 */
static inline Size
span_unite(SpanEdge *edges, Size n)
{
	Size		out = 0;

	for (Size i = 0; i < n;)
	{
		SpanEdge	edge = edges[i];
		int64		wraps = 0;

		while (++i < n && edges[i].time == edge.time)
			span_wrapping_add(&edge.change, edges[i].change, &wraps);
		if (unlikely(wraps != 0))
			kpi_overflow_error("number of open spans");
		if (edge.change != 0)
			edges[out++] = edge;
	}
	return out;
}

/* Sorts and unites edges in place. */
static inline Size
span_put_in_order(SpanEdge *edges, Size n)
{
	span_sort_by_time(edges, n);
	return span_unite(edges, n);
}

/* What happens to the changes of b when it is added to a. */
typedef enum SpanSign
{
	SPAN_ADD = 1,
	SPAN_REMOVE = -1
} SpanSign;

/*
 * Merges two lists of edges, each in order; out has room for both.  Returns
 * how many edges there are.
 */
static inline Size
span_merge(SpanView a, SpanView b, SpanSign sign, SpanEdge *out)
{
	Size		i = 0;
	Size		j = 0;
	Size		n = 0;

	while (i < a.n && j < b.n)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i + j);
		if (a.edges[i].time < b.edges[j].time)
			out[n++] = a.edges[i++];
		else
		{
			SpanEdge	edge = b.edges[j++];

			edge.change *= sign;
			if (edge.time == a.edges[i].time)
				kpi_add(&edge.change, a.edges[i++].change, "number of open spans");
			if (edge.change != 0)
				out[n++] = edge;
		}
	}
	for (; i < a.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		out[n++] = a.edges[i];
	}
	for (; j < b.n; j++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(j);
		out[n] = b.edges[j];
		out[n++].change *= sign;
	}
	return n;
}

/* *open += change: no count may pass 2^63 or fall below zero */
static inline void
span_step(int64 *open, int64 change)
{
	kpi_add(open, change, "number of open spans");
	if (unlikely(*open < 0))
		kpi_negative_result_error("number of open spans");
}

/* Raises an error where the number of open spans is out of range. */
static inline void
span_check(SpanView s)
{
	int64		open = 0;

	for (Size i = 0; i < s.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		span_step(&open, s.edges[i].change);
	}
}

/* ---------- reading ---------- */

/* *sum += count * (end - start), checked; an infinite length is an error */
static inline void
span_add_length(int64 *sum, int64 count, int64 start, int64 end, const char *what)
{
	int64		length;

	if (unlikely(TIMESTAMP_IS_NOBEGIN(start) || TIMESTAMP_IS_NOEND(end)))
		span_infinite_error(what);
	if (unlikely(pg_sub_s64_overflow(end, start, &length) ||
				 pg_mul_s64_overflow(length, count, &length)))
		kpi_overflow_error(what);
	kpi_add(sum, length, what);
}

/* How long at least "least" (1 or more) spans were open. */
static inline int64
span_time_at_least(SpanView s, int64 least, const char *what)
{
	int64		open = 0;
	int64		start = 0;
	int64		sum = 0;

	for (Size i = 0; i < s.n; i++)
	{
		int64		before = open;

		SPAN_CHECK_FOR_INTERRUPTS(i);
		open += s.edges[i].change;
		if (before < least && open >= least)
			start = s.edges[i].time;
		else if (before >= least && open < least)
			span_add_length(&sum, 1, start, s.edges[i].time, what);
	}
	return sum;
}

/* The sum of the lengths of the spans. */
static inline int64
span_total(SpanView s)
{
	int64		open = 0;
	int64		sum = 0;

	for (Size i = 0; i < s.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		if (open > 0)
			span_add_length(&sum, open, s.edges[i - 1].time, s.edges[i].time, "total time");
		open += s.edges[i].change;
	}
	return sum;
}

static inline int64
span_peak(SpanView s)
{
	int64		open = 0;
	int64		peak = 0;

	for (Size i = 0; i < s.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		open += s.edges[i].change;
		peak = Max(peak, open);
	}
	return peak;
}

/*
 * How many spans are open at a moment.  At infinity that is all that are still
 * open, although their closing edge stands there.
 */
static inline int64
span_open_at(SpanView s, int64 moment)
{
	int64		open = 0;

	for (Size i = 0; i < s.n && s.edges[i].time <= moment; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		if (TIMESTAMP_IS_NOEND(s.edges[i].time))
			break;
		open += s.edges[i].change;
	}
	return open;
}

/* ---------- reading stretch by stretch ---------- */

/* A place in a list of edges: all up to a moment have been passed. */
typedef struct SpanWalk
{
	SpanView	s;
	Size		next;
	int64		open;			/* at that moment */
} SpanWalk;

/* What was open during a stretch of time. */
typedef struct SpanStretch
{
	int64		at_start;
	int64		peak;
	int64		total;			/* microseconds: of each open span ... */
	int64		covered;		/* ... and of at least one */
} SpanStretch;

static inline void
span_walk_pass(SpanWalk *walk)
{
	SPAN_CHECK_FOR_INTERRUPTS(walk->next);
	walk->open += walk->s.edges[walk->next++].change;
}

/* Passes all edges up to a moment. */
static inline void
span_walk_to(SpanWalk *walk, int64 moment)
{
	while (walk->next < walk->s.n && walk->s.edges[walk->next].time <= moment)
		span_walk_pass(walk);
}

/* From "start", to which the walk has come, to "end"; both are finite. */
static inline SpanStretch
span_walk_through(SpanWalk *walk, int64 start, int64 end)
{
	SpanStretch result = {walk->open, walk->open, 0, 0};

	for (int64 at = start; at < end;)
	{
		int64		until = end;

		if (walk->next < walk->s.n)
			until = Min(end, walk->s.edges[walk->next].time);
		span_add_length(&result.total, walk->open, at, until, "total time");
		if (walk->open > 0)
			result.covered += until - at;
		at = until;
		if (at < end)
			span_walk_pass(walk);
		result.peak = Max(result.peak, walk->open);
	}
	span_walk_to(walk, end);
	return result;
}

/* How many were open on average in a stretch of time of this length, not 0. */
static inline double
span_average(SpanStretch stretch, int64 length)
{
	return (double) stretch.total / (double) length;
}

/* ---------- two lists ---------- */

/* How long both had a span open. */
static inline int64
span_overlap(SpanView a, SpanView b)
{
	int64		open_a = 0;
	int64		open_b = 0;
	int64		start = 0;
	int64		sum = 0;
	Size		i = 0;
	Size		j = 0;

	/* after the last edge of either nothing of it is open */
	while (i < a.n && j < b.n)
	{
		bool		before = open_a > 0 && open_b > 0;
		bool		after;
		int64		time = Min(a.edges[i].time, b.edges[j].time);

		SPAN_CHECK_FOR_INTERRUPTS(i + j);
		if (a.edges[i].time == time)
			open_a += a.edges[i++].change;
		if (b.edges[j].time == time)
			open_b += b.edges[j++].change;
		after = open_a > 0 && open_b > 0;
		if (!before && after)
			start = time;
		else if (before && !after)
			span_add_length(&sum, 1, start, time, "overlap");
	}
	return sum;
}

/*
 * How long a had a span open but b had not, in stretches shorter than "grace":
 * who comes back so soon was hardly away.
 */
static inline int64
span_short_gaps(SpanView a, SpanView b, int64 grace)
{
	int64		open_a = 0;
	int64		open_b = 0;
	int64		start = 0;
	int64		sum = 0;
	Size		i = 0;
	Size		j = 0;

	/* after the last edge of a nothing of it is open */
	while (i < a.n)
	{
		bool		before = open_a > 0 && open_b <= 0;
		bool		after;
		int64		gap;
		int64		time = j < b.n ? Min(a.edges[i].time, b.edges[j].time) : a.edges[i].time;

		SPAN_CHECK_FOR_INTERRUPTS(i + j);
		if (a.edges[i].time == time)
			open_a += a.edges[i++].change;
		if (j < b.n && b.edges[j].time == time)
			open_b += b.edges[j++].change;
		after = open_a > 0 && open_b <= 0;
		if (!before && after)
			start = time;
		else if (before && !after && !TIMESTAMP_NOT_FINITE(start) && !TIMESTAMP_NOT_FINITE(time) &&
				 !pg_sub_s64_overflow(time, start, &gap) && gap < grace)
			sum += gap;
	}
	return sum;
}

/* The edges of what lies from start to end; out has room for 2 more than s. */
static inline Size
span_clip(SpanView s, int64 start, int64 end, SpanEdge *out)
{
	int64		open = 0;
	Size		n = 0;
	Size		i;

	for (i = 0; i < s.n && s.edges[i].time <= start; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		open += s.edges[i].change;
	}
	if (open != 0)
	{
		out[n].time = start;
		out[n++].change = open;
	}
	for (; i < s.n && s.edges[i].time < end; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		open += s.edges[i].change;
		out[n++] = s.edges[i];
	}
	if (open != 0)
	{
		out[n].time = end;
		out[n++].change = -open;
	}
	return n;
}

/*
 * What is wrong with edges that came from outside, or NULL.  "open" and
 * "previous" carry the state from edge to edge.
 */
static inline const char *
span_edge_complaint(SpanEdge edge, const SpanEdge *previous, int64 *open)
{
	if (previous != NULL && edge.time <= previous->time)
		return "The edges are not in ascending order of time.";
	if (!TIMESTAMP_NOT_FINITE(edge.time) && !IS_VALID_TIMESTAMP(edge.time))
		return "A time is out of range.";
	if (edge.change == 0)
		return "An edge changes nothing.";
	if (pg_add_s64_overflow(*open, edge.change, open))
		return "The number of open spans is out of range.";
	if (*open < 0)
		return "The number of open spans falls below zero.";
	return NULL;
}

#endif							/* SPAN_EDGES_H */
