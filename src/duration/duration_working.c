/*
 * duration_working.c
 *		The sparse and dense forms of a set of durations: making room, settling
 *		what is pending, merging.
 */
#include "postgres.h"

#include "duration/duration_working.h"

#define SPARSE_FIRST_SIZE 128	/* bytes: 8 pairs */
#define SPARSE_LAST_SIZE 4096
#define ROUND_UP_TO 8192		/* the allocator gives powers of two up to here anyway */

/* ---------- making room ---------- */

/* No samples, in the form that grows. */
Durations *
duration_new(void)
{
	return duration_allocate(SPARSE_FIRST_SIZE, DURATION_SPARSE);
}

/* Room for one block more than there are, and for some to come. */
static Size
dense_size_for(int blocks, DurationForm form)
{
	int			most = Min(blocks + 1 + blocks / 4, DURATION_BLOCKS);
	Size		size = DURATION_HEADER + sizeof(DurationDense) +
		(Size) Min(blocks + 1, DURATION_BLOCKS) * DURATION_BLOCK_BYTES(form);

	if (size <= ROUND_UP_TO)
		return pg_nextpower2_64(size);
	return DURATION_HEADER + sizeof(DurationDense) + (Size) most * DURATION_BLOCK_BYTES(form);
}

/* How many blocks hold something, and the largest of their counts but that of bucket 0. */
static void
dense_extent(const Durations *d, int *blocks, int64 *largest)
{
	for (int number = 1; number <= d->used; number++)
	{
		char	   *block = duration_block(d, number);
		int			first = number == duration_dense(d)->block[0];

		if (*duration_block_sum(block) == 0)
			continue;
		(*blocks)++;

#define LARGEST_CELL(type) \
	do { \
		const type *counts = (const type *) block; \
		type		most = 0; \
		\
		for (int cell = first; cell < DURATION_CELLS; cell++) \
			most = Max(most, counts[cell]); \
		*largest = Max(*largest, (int64) most); \
	} while (0)

		if (d->form == DURATION_DENSE1)
			LARGEST_CELL(uint8);
		else if (d->form == DURATION_DENSE2)
			LARGEST_CELL(uint16);
		else if (d->form == DURATION_DENSE4)
			LARGEST_CELL(uint32);
		else
			LARGEST_CELL(int64);
	}
}

/*
 * A copy in which a bucket can take "count" more samples: pairs while they are
 * few, and blocks once these take at most twice the room of the pairs.  Sizes
 * double, or grow by a quarter of the blocks, so that filling up costs a
 * constant time a sample.
 */
Durations *
duration_with_room(const Durations *d, int bucket, int64 count)
{
	DurationCursor c;
	Durations  *result;
	DurationForm form;
	Size		sparse_size;
	Size		dense_size;
	int64		zeros = bucket == 0 ? count : 0;
	int64		largest = bucket == 0 ? 0 : count;
	int			pairs = 0;
	int			blocks = 0;
	int			block = -1;

	duration_cursor(&c, d);
	if (d->form >= DURATION_DENSE1)
		dense_extent(d, &blocks, &largest);
	else
		while (duration_next(&c))
		{
			pairs++;
			if (c.bucket / DURATION_CELLS != block)
				blocks++;
			block = c.bucket / DURATION_CELLS;
			if (c.bucket == 0)
				zeros = Max(zeros, c.count);
			else
				largest = Max(largest, c.count);
		}

	/* the largest may be the one that grows by as much again */
	form = largest <= PG_UINT8_MAX / 2 ? DURATION_DENSE1
		: largest <= PG_UINT16_MAX / 2 ? DURATION_DENSE2
		: largest <= (int64) (PG_UINT32_MAX / 2) ? DURATION_DENSE4 : DURATION_DENSE8;
	dense_size = dense_size_for(blocks, form);
	sparse_size = Max(pg_nextpower2_64(DURATION_HEADER + (pairs + 1) * sizeof(DurationPair)),
					  SPARSE_FIRST_SIZE);

	if (d->form < DURATION_DENSE1 && d->samples < DURATION_SPARSE_SAMPLES &&
		form != DURATION_DENSE8 && zeros <= (int64) (PG_UINT32_MAX / 2) &&
		sparse_size <= SPARSE_LAST_SIZE && dense_size > 2 * sparse_size)
		result = duration_allocate(sparse_size, DURATION_SPARSE);
	else
		result = duration_allocate(dense_size, form);
	duration_copy_header(result, d);
	if (d->pending > 0)
	{
		/* only what is dense has any, and that stays dense */
		result->pending = d->pending;
		memcpy(duration_dense(result)->pending, duration_dense(d)->pending,
			   d->pending * sizeof(int64));
	}
	/* the same form with more room behind it is copied as it is, unless blocks have become empty */
	if (d->form == DURATION_SPARSE && result->form == DURATION_SPARSE)
	{
		memcpy(duration_pairs(result), duration_pairs(d), d->used * sizeof(DurationPair));
		result->used = d->used;
		return result;
	}
	if (d->form == result->form && d->used == blocks)
	{
		memcpy(duration_dense(result)->block, duration_dense(d)->block, sizeof(duration_dense(d)->block));
		memcpy(duration_block_sum(duration_block(result, 1)), duration_block_sum(duration_block(d, 1)),
			   (Size) blocks * DURATION_BLOCK_BYTES(form));
		result->used = d->used;
		return result;
	}
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		if (!duration_count(result, c.bucket, c.count))
			elog(ERROR, "no room for the buckets of a duration_summary");
	}
	return result;
}

/* ---------- adding where there may be no room ---------- */

/* Makes room, frees what was made here before, and keeps the caller's own. */
static Durations *
count_anyhow(Durations *d, const Durations *callers, int bucket, int64 count)
{
	Durations  *wider;

	if (duration_count(d, bucket, count))
		return d;
	wider = duration_with_room(d, bucket, count);
	if (d != callers)
		pfree(d);
	if (!duration_count(wider, bucket, count))
		elog(ERROR, "no room for a bucket of a duration_summary");
	return wider;
}

/* One duration; the result may be a larger copy. */
Durations *
duration_add_anyhow(Durations *d, int64 usec)
{
	d = count_anyhow(d, d, duration_bucket(usec), 1);
	duration_sum(d, usec);
	return d;
}

/* One that comes so many times, once or more; the result may be a larger copy. */
Durations *
duration_add_times(Durations *d, int64 usec, int64 times)
{
	duration_sum_times(d, usec, times);	/* first: what it refuses may have no room */
	return count_anyhow(d, d, duration_bucket(usec), times);
}

/* Counts what is pending; the result may be a larger copy. */
Durations *
duration_settle(Durations *d)
{
	const Durations *callers = d;
	int64		pending[DURATION_PENDING];
	int			n = d->pending;

	memcpy(pending, duration_dense(d)->pending, n * sizeof(int64));
	d->pending = 0;
	for (int i = 0; i < n; i++)
		duration_sum(d, pending[i]);
	for (int i = 0; i < n; i++)
		d = count_anyhow(d, callers, duration_bucket(pending[i]), 1);
	return d;
}

/* The same for a reader, who must not change the state. */
Durations *
duration_settled_copy(const Durations *d)
{
	Durations  *copy = palloc(VARSIZE(d));

	memcpy(copy, d, VARSIZE(d));
	return duration_settle(copy);
}

/* Adds a set of any form, in which nothing is pending; the result may be a larger copy. */
Durations *
duration_merge_into(Durations *d, const Durations *other)
{
	const Durations *callers = d;
	DurationCursor c;

	kpi_add(&d->samples, other->samples, "samples of a duration_summary");
	if (unlikely(d->samples >= DURATION_TOO_MANY_SAMPLES))
		kpi_overflow_error("samples of a duration_summary");
	d->coarse += other->coarse;
	kpi_add(&d->total, other->total, "total of a duration_summary");
	uint128_add(&d->squares, other->squares);
	d->shortest = Min(d->shortest, other->shortest);
	d->longest = Max(d->longest, other->longest);
	duration_cursor(&c, other);
	while (duration_next(&c))
		d = count_anyhow(d, callers, c.bucket, c.count);
	return d;
}
