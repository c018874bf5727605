/*
 * duration.h
 *		A set of durations: exact sums and a log-linear histogram.
 *
 * A set has one header and three forms:
 *	  packed	canonical, as stored: for each bucket that is not empty, ascending,
 *				the distance to the one before and the count
 *	  sparse	sorted pairs with spare room, while there are few buckets
 *	  dense		a block of counts for each octave in use
 * The last two are what aggregates work on, in place.  They may travel between
 * processes as partial results, so every reader takes a set of any form.
 *
 *	  duration_bucket.h		from a duration to its bucket and back
 *	  duration_working.h .c	the sparse and dense forms: counting, making room, merging
 *	  duration_packed.h .c	the packed form, and the check of what a user hands in
 *	  duration_reading.c	walking over a set of any form; ranks and shares
 *	  duration_window.h		a set that slides: rows leave as well
 *	  duration_text.h .c	the text and binary forms
 *	  duration_state.h		how sets come into functions and leave them
 *	  duration.c			SQL: duration_agg, rollup and most accessors
 *	  duration_shares.c		SQL: shares within limits, histograms, the abandonment curve
 *	  percentile.c			SQL: the aggregate percentile, whose state is a set and a fraction
 */
#ifndef DURATION_H
#define DURATION_H

#include "duration/duration_bucket.h"
#include "base/kpi.h"
#include "base/uint128.h"

#define DURATION_VERSION 1

/* No value has as many samples: then counting one more row never overflows. */
#define DURATION_TOO_MANY_SAMPLES (INT64CONST(1) << 62)

/* The version in the upper half of the byte, the form in the lower one */
typedef enum DurationForm
{
	DURATION_PACKED = DURATION_VERSION << 4,
	DURATION_SPARSE,
	DURATION_DENSE1,			/* by the bytes of a count */
	DURATION_DENSE2,
	DURATION_DENSE4,
	DURATION_DENSE8
} DurationForm;

typedef struct Durations
{
	int32		vl_len_;		/* varlena header (do not touch directly) */
	uint8		form;			/* DurationForm */
	uint8		pending;		/* durations that are noted but not yet counted */
	uint16		used;			/* buckets (packed, sparse) or blocks (dense) */
	double		fraction;		/* of a percentile_state, else 0 */
	int64		samples;
	int64		total;			/* microseconds, as all that follow */
	Uint128		squares;
	int64		shortest;		/* PG_INT64_MAX when there are no samples */
	int64		longest;		/* -1 when there are no samples */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} Durations;

#define DURATION_HEADER offsetof(Durations, data)

/* No samples, and zeros in the rest of so many bytes. */
static inline Durations *
duration_allocate(Size size, DurationForm form)
{
	Durations  *d = palloc0(size);

	SET_VARSIZE(d, size);
	d->form = form;
	d->shortest = PG_INT64_MAX;
	d->longest = -1;
	return d;
}

/* All but size, form and what is pending. */
static inline void
duration_copy_header(Durations *d, const Durations *from)
{
	d->samples = from->samples;
	d->total = from->total;
	d->squares = from->squares;
	d->shortest = from->shortest;
	d->longest = from->longest;
	d->fraction = from->fraction;
}

/* ---------- reading ---------- */

/* Walks over the buckets that are not empty, ascending. */
typedef struct DurationCursor
{
	const Durations *d;
	int			next;			/* bucket, pair or byte to look at next */
	int			left;			/* packed: how many buckets are left */
	int			bucket;			/* where it stands ... */
	int64		count;			/* ... and how many samples are there */
} DurationCursor;

extern void duration_cursor(DurationCursor *c, const Durations *d);
extern bool duration_next(DurationCursor *c);

extern double duration_checked_fraction(double fraction);
extern int64 duration_percentile(const Durations *d, double fraction);
extern int64 duration_samples_within(const Durations *d, int64 usec);
pg_noreturn extern void duration_corrupt_error(void);

/* ---------- packing ---------- */

/* A bucket of a value that is being read in. */
typedef struct DurationBucket
{
	int32		bucket;
	int64		count;
} DurationBucket;

extern Durations *duration_pack(const Durations *d);
extern Durations *duration_pack_buckets(const Durations *header, const DurationBucket *buckets, int n);
extern const char *duration_complaint(const Durations *header, const DurationBucket *buckets, int n);

#endif							/* DURATION_H */
