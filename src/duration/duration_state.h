/*
 * duration_state.h
 *		How a set of durations comes into a function and leaves it: as a value, as
 *		the state of an aggregate, or as the contents of a frame that slides.
 */
#ifndef DURATION_STATE_H
#define DURATION_STATE_H

#include "base/deque.h"
#include "duration/duration_working.h"

/* ---------- values ---------- */

/* For reading, in whichever form it comes; nothing is pending in it. */
extern Durations *durations_from_datum(Datum datum);

#define PG_GETARG_DURATIONS_P(n) durations_from_datum(PG_GETARG_DATUM(n))

extern double duration_checked_fraction(double fraction);

/* A percentile in the type in which the durations came; NULL where there are none. */
static inline Datum
duration_percentile_datum(FunctionCallInfo fcinfo, const Durations *d, double fraction, DurationType type)
{
	if (d == NULL || d->samples == 0)
		PG_RETURN_NULL();
	KPI_RETURN_DURATION(duration_percentile(d, fraction), type);
}

/* ---------- states of aggregates ---------- */

/*
 * The state of a transition or combine function, to be changed in place.
 * Inside an aggregate it is ours; anywhere else it is the caller's value, and we
 * change a copy.
 */
static inline Durations *
duration_getarg_state(FunctionCallInfo fcinfo)
{
	Durations  *d;

	if (unlikely(PG_ARGISNULL(0)))
		kpi_null_state_error();
	d = (Durations *) PG_GETARG_POINTER(0);
	if (likely(kpi_in_aggregate(fcinfo) && !VARATT_IS_EXTENDED(d) && d->form >= DURATION_PACKED))
		return d;
	return duration_with_room(PG_GETARG_DURATIONS_P(0), 0, 0);
}

/* The state goes back as it is; to anybody else only the canonical form is shown. */
static inline Datum
duration_state_datum(FunctionCallInfo fcinfo, Durations *d)
{
	if (likely(kpi_in_aggregate(fcinfo)))
		PG_RETURN_POINTER(d);
	if (d->samples >= DURATION_TOO_MANY_SAMPLES)
		kpi_overflow_error("samples of a duration_summary");
	PG_RETURN_POINTER(duration_pack(d));
}

/* In a window, where each row's result is read, noting would not pay. */
static pg_attribute_always_inline Datum
duration_accumulate_usec(FunctionCallInfo fcinfo, Durations *d, int64 usec)
{
	if (likely(d->form >= DURATION_DENSE1 && fcinfo->context != NULL && IsA(fcinfo->context, AggState)))
	{
		if (unlikely(duration_note(d, usec)))
			d = duration_settle(d);
		PG_RETURN_POINTER(d);
	}
	if (unlikely(!duration_add(d, usec)))
		d = duration_add_anyhow(d, usec);
	return duration_state_datum(fcinfo, d);
}

/* ---------- a set that slides ---------- */

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

extern DurationWindow *duration_window_new(MemoryContext context);
extern void duration_window_replace(DurationWindow *w, Durations *d);
extern void duration_window_merge_set(DurationWindow *w, const Durations *row);
extern void duration_window_unmerge_set(DurationWindow *w, const Durations *row);
extern const Durations *duration_window_contents(DurationWindow *w);

/*
 * A moving state is of type internal, so nobody can hand in one of his own; but
 * anybody can call these functions with NULL.  The caller goes on in the memory
 * context of the aggregate, where states grow, and has to switch back.
 */
static inline DurationWindow *
duration_getarg_window(FunctionCallInfo fcinfo, MemoryContext *before)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		kpi_null_state_error();
	*before = MemoryContextSwitchTo(context);
	if (likely(!PG_ARGISNULL(0)))
		return (DurationWindow *) PG_GETARG_POINTER(0);
	return duration_window_new(context);
}

/* What is in the window now, or NULL if nothing is. */
static inline const Durations *
duration_getarg_window_contents(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? NULL : duration_window_contents((DurationWindow *) PG_GETARG_POINTER(0));
}

/* A row with a duration that comes once or more. */
static pg_attribute_always_inline void
duration_window_add(DurationWindow *w, int64 usec, int64 times)
{
	if (times > 1)
		duration_window_replace(w, duration_add_times(w->d, usec, times));
	else if (unlikely(!duration_add(w->d, usec)))
		duration_window_replace(w, duration_add_anyhow(w->d, usec));
	deque_push(&w->longest, usec);
	deque_push(&w->shortest, -usec);
}

static pg_attribute_always_inline void
duration_window_remove(DurationWindow *w, int64 usec, int64 times)
{
	Durations  *d = w->d;

	if (!duration_uncount(d, duration_bucket(usec), times))
		kpi_negative_result_error("duration_summary");
	d->samples -= times;
	d->total -= usec * times;
	uint128_subtract(&d->squares, uint128_product(usec, usec * times));
	deque_remove(&w->longest);
	deque_remove(&w->shortest);
}

#endif							/* DURATION_STATE_H */
