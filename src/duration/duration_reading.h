/*
 * duration_reading.h
 *		Walking over a set of durations of any form; ranks and counts; the packed
 *		form.
 *
 * Nothing is pending in a set that is read.
 */
#ifndef DURATION_READING_H
#define DURATION_READING_H

#include "base/moments.h"
#include "duration/duration.h"

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
pg_noreturn extern void duration_corrupt_error(void);

extern int64 duration_percentile(const Durations *d, double fraction);
extern int64 duration_samples_within(const Durations *d, int64 usec);

static inline Moments
duration_moments(const Durations *d)
{
	Moments		m = {d->samples, {0, d->total}, {0, (int64) d->squares.high, (int64) d->squares.low}};

	return m;
}

/* ---------- the packed form ---------- */

extern uint64 duration_unpack_number(const char *data, int size, int *at);
extern Durations *duration_pack(const Durations *d);

/* Buckets of a value that is being read in, ascending. */
typedef struct DurationBucket
{
	int			bucket;
	int64		count;
} DurationBucket;

typedef struct DurationBuckets
{
	DurationBucket *list;
	int			n;
	int			room;
} DurationBuckets;

extern void duration_buckets_append(DurationBuckets *buckets, int bucket, int64 count);
extern const char *duration_counts_complaint(const Durations *header, const DurationBuckets *buckets);
extern const char *duration_complaint(const Durations *header, const DurationBuckets *buckets);
extern Durations *duration_pack_buckets(const Durations *header, const DurationBuckets *buckets);

#endif							/* DURATION_READING_H */
