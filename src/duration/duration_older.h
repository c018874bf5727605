/*
 * duration_older.h
 *		What version 1.0.0 stored and printed: the same sums, but 256 buckets to the
 *		octave, which end at powers of two and multiples of them.
 *
 * It is read onto today's grid.  The samples of a bucket that lies within one of
 * today's are counted there.  Where it straddles an end nobody can say any more on
 * which side its samples lie: they are counted in the upper one and are coarse.  So
 * no percentile is ever below the true value, but it may be 0.8 % above, and a
 * share may lack what lies within 0.4 % below the threshold.
 */
#ifndef DURATION_OLDER_H
#define DURATION_OLDER_H

#include "duration/duration_reading.h"

#define DURATION_OLDER_VERSION 1
#define DURATION_OLDER_BUCKETS (56 * 256)

static inline int
duration_older_bucket(int64 usec)
{
	int			shift = pg_leftmost_one_pos64((uint64) usec | 256) - 8;

	return (shift << 8) + (int) (usec >> shift);
}

static inline int
duration_older_shift(int bucket)
{
	return bucket < 256 ? 0 : (bucket >> 8) - 1;
}

static inline int64
duration_older_start(int bucket)
{
	return bucket < 256 ? bucket : (int64) (256 + (bucket & 255)) << duration_older_shift(bucket);
}

static inline int64
duration_older_end(int bucket)
{
	return duration_older_start(bucket) + ((INT64CONST(1) << duration_older_shift(bucket)) - 1);
}

static inline bool
duration_is_older(const Durations *d)
{
	return VARSIZE(d) > offsetof(Durations, form) && d->form >> 4 == DURATION_OLDER_VERSION;
}

extern const char *duration_renew(Durations *header, const DurationBuckets *older, DurationBuckets *buckets);
extern Durations *duration_from_older(const Durations *stored);

#endif							/* DURATION_OLDER_H */
