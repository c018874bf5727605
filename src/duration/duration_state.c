/*
 * duration_state.c
 *		How a set of durations comes into a function; a set that slides.
 */
#include "postgres.h"

#include "duration/duration_older.h"
#include "duration/duration_state.h"

#include "utils/float.h"

/* ---------- values ---------- */

Durations *
durations_from_datum(Datum datum)
{
	Durations  *d = (Durations *) PG_DETOAST_DATUM(datum);
	Durations  *value = d;

	if (unlikely(duration_is_older(d)))
		value = duration_from_older(d);
	else if (VARSIZE(d) < DURATION_HEADER || d->form < DURATION_PACKED || d->form > DURATION_DENSE8 ||
			 (d->pending > 0 && (d->form < DURATION_DENSE1 || d->pending >= DURATION_PENDING)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a duration_summary of an unknown version: it was stored by a newer kpi, or is corrupt")));
	else if (unlikely(d->pending > 0))
		value = duration_settled_copy(d);
	if (value != d && PointerGetDatum(d) != datum)
		pfree(d);
	return value;
}

double
duration_checked_fraction(double fraction)
{
	if (!(fraction >= 0 && fraction <= 1))	/* NaN too */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction must lie between 0 and 1: %s", float8out_internal(fraction)),
				 errhint("90 percent is written 0.9.")));
	return fraction + 0.0;		/* no negative zero */
}

/* ---------- a set that slides ---------- */

DurationWindow *
duration_window_new(MemoryContext context)
{
	DurationWindow *w = palloc(sizeof(DurationWindow));

	w->d = duration_new();
	deque_init(&w->longest, context);
	deque_init(&w->shortest, context);
	return w;
}

void
duration_window_replace(DurationWindow *w, Durations *d)
{
	if (d != w->d)
	{
		pfree(w->d);
		w->d = d;
	}
}

/* A summary comes into the frame as a whole, and leaves it so. */
void
duration_window_merge_set(DurationWindow *w, const Durations *row)
{
	duration_window_replace(w, duration_merge_into(w->d, row));
	if (row->samples > 0)
	{
		deque_push(&w->longest, row->longest);
		deque_push(&w->shortest, -row->shortest);
	}
}

void
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
	w->d->coarse -= row->coarse;
	w->d->total -= row->total;
	uint128_subtract(&w->d->squares, row->squares);
	if (row->samples > 0)
	{
		deque_remove(&w->longest);
		deque_remove(&w->shortest);
	}
}

/* NULL if nothing is in it. */
const Durations *
duration_window_contents(DurationWindow *w)
{
	if (w->d->samples == 0)
		return NULL;
	w->d->longest = deque_max(&w->longest);
	w->d->shortest = -deque_max(&w->shortest);
	return w->d;
}
