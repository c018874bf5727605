/*
 * duration_working.h
 *		The forms of a set of durations that aggregates change in place, sparse and
 *		dense: counting, making room, merging.
 *
 * Counting in a set returns false where it has no room; duration_working.c then
 * makes a larger copy.
 */
#ifndef DURATION_WORKING_H
#define DURATION_WORKING_H

#include "duration/duration_reading.h"

/*
 * From so many samples on a set is dense even if its buckets are few, as those
 * of whole seconds are: searching among pairs costs more than all the rest.
 */
#define DURATION_SPARSE_SAMPLES 256

/* ---------- counting in place ---------- */

/* Where the bucket is among the pairs, or would be. */
static inline int
duration_pair_position(const Durations *d, int bucket)
{
	const DurationPair *pairs = duration_pairs(d);
	int			low = 0;
	int			high = d->used;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (pairs[middle].index < (uint32) bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static inline bool
duration_sparse_add(Durations *d, int bucket, int64 count)
{
	DurationPair *pairs = duration_pairs(d);
	int			i;

	if (d->samples >= DURATION_SPARSE_SAMPLES)
		return false;
	i = duration_pair_position(d, bucket);
	if (i < d->used && pairs[i].index == (uint32) bucket)
	{
		if (count > (int64) PG_UINT32_MAX - pairs[i].count)
			return false;
		pairs[i].count += (uint32) count;
		return true;
	}
	if (count > (int64) PG_UINT32_MAX ||
		DURATION_HEADER + (d->used + 1) * sizeof(DurationPair) > VARSIZE(d))
		return false;
	memmove(&pairs[i + 1], &pairs[i], (d->used - i) * sizeof(DurationPair));
	pairs[i].index = bucket;
	pairs[i].count = (uint32) count;
	d->used++;
	return true;
}

/* false if there are not so many */
static inline bool
duration_sparse_remove(Durations *d, int bucket, int64 count)
{
	DurationPair *pairs = duration_pairs(d);
	int			i = duration_pair_position(d, bucket);

	if (i == d->used || pairs[i].index != (uint32) bucket || count > pairs[i].count)
		return false;
	pairs[i].count -= (uint32) count;
	if (pairs[i].count == 0)
	{
		d->used--;
		memmove(&pairs[i], &pairs[i + 1], (d->used - i) * sizeof(DurationPair));
	}
	return true;
}

/* A spare block, which holds zeros, for buckets that have none; false if there is none. */
static inline bool
duration_take_block(Durations *d, int at)
{
	if (DURATION_HEADER + sizeof(DurationDense) +
		(Size) (d->used + 1) * DURATION_BLOCK_BYTES(d->form) > VARSIZE(d))
		return false;
	duration_dense(d)->block[at] = ++d->used;
	return true;
}

/*
 * Counts samples in a bucket, in place.  Where there is no room for that,
 * nothing has changed and the result is false.
 */
static pg_attribute_always_inline bool
duration_count(Durations *d, int bucket, int64 count)
{
	DurationDense *dense = duration_dense(d);
	int			cell = bucket % DURATION_CELLS;
	int			number;
	char	   *block;

	if (unlikely(d->form < DURATION_DENSE1))
		return d->form == DURATION_SPARSE && duration_sparse_add(d, bucket, count);
	number = dense->block[bucket / DURATION_CELLS];
	if (unlikely(number == 0))
	{
		if (!duration_take_block(d, bucket / DURATION_CELLS))
			return false;
		number = d->used;
	}
	block = duration_block(d, number);

	/* no branch on the bucket in the fast path: zeros would often mispredict it */
#define ADD_TO_CELL(type, most) \
	do { \
		type	   *c = (type *) block + cell; \
		\
		if (likely(count <= (int64) (most) - (int64) *c)) \
			*c += (type) count; \
		else if (bucket == 0) \
			*c = 0; \
		else \
			return false; \
	} while (0)

	if (d->form == DURATION_DENSE1)
		ADD_TO_CELL(uint8, PG_UINT8_MAX);
	else if (d->form == DURATION_DENSE2)
		ADD_TO_CELL(uint16, PG_UINT16_MAX);
	else if (d->form == DURATION_DENSE4)
		ADD_TO_CELL(uint32, PG_UINT32_MAX);
	else
		ADD_TO_CELL(int64, PG_INT64_MAX);
	*duration_block_sum(block) += count;
	return true;
}

/* The same backwards; false if there are not so many. */
static pg_attribute_always_inline bool
duration_uncount(Durations *d, int bucket, int64 count)
{
	DurationDense *dense = duration_dense(d);
	int			cell = bucket % DURATION_CELLS;
	int			number;
	char	   *block;

	if (unlikely(d->form < DURATION_DENSE1))
		return d->form == DURATION_SPARSE && duration_sparse_remove(d, bucket, count);
	number = dense->block[bucket / DURATION_CELLS];
	if (number == 0)
		return false;
	block = duration_block(d, number);

#define TAKE_FROM_CELL(type) \
	do { \
		type	   *c = (type *) block + cell; \
		\
		if (likely(count <= (int64) *c)) \
			*c -= (type) count; \
		else if (bucket != 0) \
			return false; \
	} while (0)

	if (d->form == DURATION_DENSE1)
		TAKE_FROM_CELL(uint8);
	else if (d->form == DURATION_DENSE2)
		TAKE_FROM_CELL(uint16);
	else if (d->form == DURATION_DENSE4)
		TAKE_FROM_CELL(uint32);
	else
		TAKE_FROM_CELL(int64);
	*duration_block_sum(block) -= count;
	return true;
}

/*
 * The sums, for one duration.  The squares cannot overflow where the total does
 * not: they are at most longest * total, below 2^126.
 */
static pg_attribute_always_inline void
duration_sum(Durations *d, int64 usec)
{
	kpi_add(&d->total, usec, "total of a duration_summary");
	d->samples++;				/* see DURATION_TOO_MANY_SAMPLES */
	uint128_add(&d->squares, uint128_product(usec, usec));
	if (usec < d->shortest)
		d->shortest = usec;
	if (usec > d->longest)
		d->longest = usec;
}

/* The same for one that comes so many times. */
static inline void
duration_sum_times(Durations *d, int64 usec, int64 times)
{
	int64		product;

	if (unlikely(pg_mul_s64_overflow(usec, times, &product)))
		kpi_overflow_error("total of a duration_summary");
	kpi_add(&d->total, product, "total of a duration_summary");
	kpi_add(&d->samples, times, "samples of a duration_summary");
	if (unlikely(d->samples >= DURATION_TOO_MANY_SAMPLES))
		kpi_overflow_error("samples of a duration_summary");
	uint128_add(&d->squares, uint128_product(usec, product));
	d->shortest = Min(d->shortest, usec);
	d->longest = Max(d->longest, usec);
}

/* One duration; false, and nothing changed, where there is no room. */
static pg_attribute_always_inline bool
duration_add(Durations *d, int64 usec)
{
	if (unlikely(!duration_count(d, duration_bucket(usec), 1)))
		return false;
	duration_sum(d, usec);
	return true;
}

/*
 * Notes one duration in a dense set; true if the next one has no place, and the
 * set has to be settled.
 */
static inline bool
duration_note(Durations *d, int64 usec)
{
	duration_dense(d)->pending[d->pending++] = usec;
	return d->pending == DURATION_PENDING;
}

/* ---------- making room ---------- */

extern Durations *duration_new(void);
extern Durations *duration_with_room(const Durations *d, int bucket, int64 count);
extern Durations *duration_add_anyhow(Durations *d, int64 usec);
extern Durations *duration_add_times(Durations *d, int64 usec, int64 times);
extern Durations *duration_settle(Durations *d);
extern Durations *duration_settled_copy(const Durations *d);
extern Durations *duration_merge_into(Durations *d, const Durations *other);

#endif							/* DURATION_WORKING_H */
