/*
 * duration_bucket.h
 *		Which bucket of the histogram a duration falls in, and what stands for it.
 *
 * 256 buckets to the octave: the width of a bucket is at most 1/256 of its
 * lowest value, so any value stands for its bucket within 0.4 %.  Below 512
 * microseconds a bucket is one microsecond.  Buckets are found by counting
 * leading zeros and shifting; no logarithm and no rounding is involved.
 */
#ifndef DURATION_BUCKET_H
#define DURATION_BUCKET_H

#include "port/pg_bitutils.h"
#include "utils/timestamp.h"

#define DURATION_OCTAVES 56		/* the first one holds 0 to 255 microseconds */
#define DURATION_CELLS 256		/* buckets to the octave */
#define DURATION_BUCKETS (DURATION_OCTAVES * DURATION_CELLS)

/* usec >= 0 */
static inline int
duration_bucket(int64 usec)
{
	int			shift = pg_leftmost_one_pos64((uint64) usec | DURATION_CELLS) - 8;

	return (shift << 8) + (int) (usec >> shift);
}

static inline int
duration_bucket_shift(int bucket)
{
	return bucket < DURATION_CELLS ? 0 : (bucket >> 8) - 1;
}

static inline int64
duration_bucket_low(int bucket)
{
	if (bucket < DURATION_CELLS)
		return bucket;
	return (int64) (DURATION_CELLS + (bucket & (DURATION_CELLS - 1))) << duration_bucket_shift(bucket);
}

static inline int64
duration_bucket_high(int bucket)
{
	return duration_bucket_low(bucket) + ((INT64CONST(1) << duration_bucket_shift(bucket)) - 1);
}

/*
 * The roundest value of a bucket: a multiple of the largest of 1 s, 100 ms,
 * 10 ms, ... of which one falls in it, the nearest to its middle (the lower one
 * of two).  Measured durations are whole seconds or milliseconds more often
 * than not, and then this gives them back.
 */
static inline int64
duration_representative(int bucket)
{
	uint64		low = duration_bucket_low(bucket);
	uint64		high = duration_bucket_high(bucket);

	for (uint64 unit = USECS_PER_SEC; unit > 1; unit /= 10)
	{
		uint64		below = (low + high) / 2 / unit * unit;
		uint64		above = below + unit;

		/* compared doubled, because the middle may be a half */
		if (low + high - 2 * below > 2 * above - (low + high))
			below = above;
		if (below >= low && below <= high)
			return below;
	}
	return low + (high - low) / 2;
}

#endif							/* DURATION_BUCKET_H */
