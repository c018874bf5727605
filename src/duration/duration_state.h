/*
 * duration_state.h
 *		How a set of durations comes into a function and leaves it: as a value, or
 *		as the state of an aggregate.
 */
#ifndef DURATION_STATE_H
#define DURATION_STATE_H

#include "duration/duration_working.h"

/* For reading, in whichever form it comes; nothing is pending in it. */
extern Durations *durations_from_datum(Datum datum);

#define PG_GETARG_DURATIONS_P(n) durations_from_datum(PG_GETARG_DATUM(n))

/*
 * The state of a transition or combine function, to be changed in place.
 * Inside an aggregate it is ours; anywhere else it is the caller's value, and we
 * change a copy.
 */
static inline Durations *
duration_getarg_state(FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(0)))
		kpi_null_state_error();
	if (likely(kpi_in_aggregate(fcinfo) && !VARATT_IS_EXTENDED(PG_GETARG_POINTER(0))))
		return (Durations *) PG_GETARG_POINTER(0);
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

#endif							/* DURATION_STATE_H */
