/*
 * duration_window.h
 *		A set of durations that slides: rows leave it as they came.
 */
#ifndef DURATION_WINDOW_H
#define DURATION_WINDOW_H

#include "base/deque.h"
#include "duration/duration_working.h"

/*
 * The state of a moving aggregate: a set that can also lose samples, and the
 * extremes, which a histogram does not give exactly.
 */
typedef struct DurationWindow
{
	Durations  *d;
	MaxDeque	longest;
	MaxDeque	shortest;		/* negated */
} DurationWindow;

/*
 * A moving state is of type internal, so nobody can hand in one of his own; but
 * anybody can call these functions with NULL.  The caller goes on in the memory
 * context of the aggregate, where states grow, and has to switch back.
 */
static inline DurationWindow *
duration_getarg_window(FunctionCallInfo fcinfo, MemoryContext *before)
{
	MemoryContext context;
	DurationWindow *w;

	if (!AggCheckCallContext(fcinfo, &context))
		kpi_null_state_error();
	*before = MemoryContextSwitchTo(context);
	if (likely(!PG_ARGISNULL(0)))
		return (DurationWindow *) PG_GETARG_POINTER(0);
	w = palloc(sizeof(DurationWindow));
	w->d = duration_new();
	deque_init(&w->longest, context);
	deque_init(&w->shortest, context);
	return w;
}

static inline void
duration_window_replace(DurationWindow *w, Durations *d)
{
	if (unlikely(d != w->d))
	{
		pfree(w->d);
		w->d = d;
	}
}

static inline void
duration_window_add(DurationWindow *w, int64 usec)
{
	if (unlikely(!duration_add(w->d, usec)))
		duration_window_replace(w, duration_add_anyhow(w->d, usec));
	deque_push(&w->longest, usec);
	deque_push(&w->shortest, -usec);
}

static inline void
duration_window_remove(DurationWindow *w, int64 usec)
{
	Durations  *d = w->d;

	if (!duration_uncount(d, duration_bucket(usec), 1))
		kpi_negative_result_error("duration_summary");
	d->samples--;
	d->total -= usec;
	uint128_subtract(&d->squares, uint128_product(usec, usec));
	deque_remove(&w->longest);
	deque_remove(&w->shortest);
}

/* A summary comes into the frame as a whole, and leaves it so. */
static inline void
duration_window_merge_set(DurationWindow *w, const Durations *row)
{
	duration_window_replace(w, duration_merge_into(w->d, row));
	if (row->samples > 0)
	{
		deque_push(&w->longest, row->longest);
		deque_push(&w->shortest, -row->shortest);
	}
}

static inline void
duration_window_unmerge_set(DurationWindow *w, const Durations *row)
{
	DurationCursor c;

	duration_cursor(&c, row);
	while (duration_next(&c))
	{
		if (!duration_uncount(w->d, c.bucket, c.count))
			kpi_negative_result_error("duration_summary");
	}
	w->d->samples -= row->samples;
	w->d->total -= row->total;
	uint128_subtract(&w->d->squares, row->squares);
	if (row->samples > 0)
	{
		deque_remove(&w->longest);
		deque_remove(&w->shortest);
	}
}

/* What is in the window now, or NULL if nothing is. */
static inline const Durations *
duration_getarg_window_contents(FunctionCallInfo fcinfo)
{
	DurationWindow *w = PG_ARGISNULL(0) ? NULL : (DurationWindow *) PG_GETARG_POINTER(0);

	if (w == NULL || w->d->samples == 0)
		return NULL;
	w->d->longest = deque_max(&w->longest);
	w->d->shortest = -deque_max(&w->shortest);
	return w->d;
}

#endif							/* DURATION_WINDOW_H */
