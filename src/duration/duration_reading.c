/*
 * duration_reading.c
 *		Walking over a set of durations of any form; ranks and counts; the packed
 *		form, and the check of a value that a user hands in.
 */
#include "postgres.h"

#include "duration/duration_reading.h"

void
duration_corrupt_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored duration_summary is corrupt")));
}

/* ---------- packed ---------- */

/*
 * For each bucket that is not empty, ascending: the distance to the one before
 * (the first one to bucket -1), less one, and the count, less one.  Both are
 * integers of variable length, seven bits a byte, the lowest first; the high
 * bit says that more follow.
 */
static inline int
packed_bytes(uint64 value)
{
	return value == 0 ? 1 : pg_leftmost_one_pos64(value) / 7 + 1;
}

static inline uint8 *
write_packed(uint8 *at, uint64 value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = 0x80 | (uint8) (value & 0x7F);
	*at++ = (uint8) value;
	return at;
}

/* One number of packed data of this size, at a place, which goes on. */
uint64
duration_unpack_number(const char *data, int size, int *at)
{
	uint64		value = 0;

	for (int shift = 0; shift < 64 && *at < size; shift += 7)
	{
		uint8		byte = (uint8) data[(*at)++];

		value |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
			return value;
	}
	duration_corrupt_error();
}

static bool
next_packed(DurationCursor *c)
{
	int			size = VARSIZE(c->d) - DURATION_HEADER;
	uint64		step;

	if (c->left == 0)
		return false;
	c->left--;
	step = duration_unpack_number(c->d->data, size, &c->next);
	if (step >= (uint64) (DURATION_BUCKETS - 1 - c->bucket))
		duration_corrupt_error();
	c->bucket += 1 + (int) step;
	c->count = (int64) duration_unpack_number(c->d->data, size, &c->next) + 1;
	if (c->count <= 0)
		duration_corrupt_error();
	return true;
}

/* ---------- dense ---------- */

static int64
dense_count(const Durations *d, const char *block, int cell)
{
	if (d->form == DURATION_DENSE1)
		return ((const uint8 *) block)[cell];
	if (d->form == DURATION_DENSE2)
		return ((const uint16 *) block)[cell];
	if (d->form == DURATION_DENSE4)
		return ((const uint32 *) block)[cell];
	return ((const int64 *) block)[cell];
}

/* What the other buckets of the first block leave of its sum. */
static int64
dense_zeros(const Durations *d)
{
	int			number = duration_dense(d)->block[0];
	char	   *block;
	int64		zeros;

	if (number == 0)
		return 0;
	block = duration_block(d, number);
	zeros = *duration_block_sum(block);
	for (int cell = 1; cell < DURATION_CELLS; cell++)
		zeros -= dense_count(d, block, cell);
	return zeros;
}

/* Most counts of a block are 0: looks at eight of them at once. */
static inline bool
eight_are_empty(const Durations *d, const char *block, int cell)
{
	int			bytes = DURATION_CELL_BYTES(d->form);
	const uint64 *words = (const uint64 *) (block + cell * bytes);
	uint64		any = 0;

	for (int i = 0; i < bytes; i++)
		any |= words[i];
	return any == 0;
}

static bool
next_dense(DurationCursor *c)
{
	const DurationDense *dense = duration_dense(c->d);

	if (c->next == 0)
	{
		c->bucket = c->next++;
		c->count = dense_zeros(c->d);
		if (c->count != 0)
			return true;
	}
	while (c->next < DURATION_BUCKETS)
	{
		int			number = dense->block[c->next / DURATION_CELLS];

		if (number != 0 && *duration_block_sum(duration_block(c->d, number)) != 0)
		{
			const char *block = duration_block(c->d, number);

			do
			{
				if (c->next % 8 == 0 && eight_are_empty(c->d, block, c->next % DURATION_CELLS))
				{
					c->next += 8;
					continue;
				}
				c->count = dense_count(c->d, block, c->next % DURATION_CELLS);
				c->bucket = c->next++;
				if (c->count != 0)
					return true;
			} while (c->next % DURATION_CELLS != 0);
		}
		else
			c->next = (c->next / DURATION_CELLS + 1) * DURATION_CELLS;
	}
	return false;
}

/* ---------- cursor ---------- */

void
duration_cursor(DurationCursor *c, const Durations *d)
{
	c->d = d;
	c->next = 0;
	c->left = d->used;
	c->bucket = -1;
	c->count = 0;
}

bool
duration_next(DurationCursor *c)
{
	if (c->d->form == DURATION_PACKED)
		return next_packed(c);
	if (c->d->form != DURATION_SPARSE)
		return next_dense(c);
	if (c->next == c->d->used)
		return false;
	c->bucket = duration_pairs(c->d)[c->next].index;
	c->count = duration_pairs(c->d)[c->next].count;
	c->next++;
	return true;
}

/* ---------- ranks ---------- */

/*
 * The bucket in which a running sum from the end that is nearer reaches the
 * rank: first over the blocks, then over the buckets of one.
 */
static int
dense_bucket_at(const Durations *d, int64 rank)
{
	const DurationDense *dense = duration_dense(d);
	const char *block;
	int			first = duration_bucket(d->shortest) / DURATION_CELLS;
	int			last = duration_bucket(d->longest) / DURATION_CELLS;
	int			at;
	int			cell;
	bool		up;

#define BLOCK_SUM(at) \
	(dense->block[at] == 0 ? 0 : *duration_block_sum(duration_block(d, dense->block[at])))

	if (rank <= d->samples / 2)
	{
		for (at = first; at < last && rank > BLOCK_SUM(at); at++)
			rank -= BLOCK_SUM(at);
	}
	else
	{
		rank = d->samples - rank + 1;
		for (at = last; at > first && rank > BLOCK_SUM(at); at--)
			rank -= BLOCK_SUM(at);
		rank = BLOCK_SUM(at) - rank + 1;
	}
	if (dense->block[at] == 0)
		duration_corrupt_error();
	block = duration_block(d, dense->block[at]);

	/* in the first block downwards: zeros are what is left in the end */
	up = at != 0 && rank <= BLOCK_SUM(at) / 2;
	if (!up)
		rank = BLOCK_SUM(at) - rank + 1;

#define FIND_CELL(type) \
	do { \
		const type *counts = (const type *) block; \
		\
		if (up) \
		{ \
			for (cell = 0; cell < DURATION_CELLS - 1 && rank > (int64) counts[cell]; cell++) \
				rank -= counts[cell]; \
		} \
		else \
		{ \
			for (cell = DURATION_CELLS - 1; cell > 0 && rank > (int64) counts[cell]; cell--) \
				rank -= counts[cell]; \
		} \
	} while (0)

	if (d->form == DURATION_DENSE1)
		FIND_CELL(uint8);
	else if (d->form == DURATION_DENSE2)
		FIND_CELL(uint16);
	else if (d->form == DURATION_DENSE4)
		FIND_CELL(uint32);
	else
		FIND_CELL(int64);
	return at * DURATION_CELLS + cell;
}

/* The bucket of the sample at this rank, 1 <= rank <= samples. */
static int
bucket_at(const Durations *d, int64 rank)
{
	DurationCursor c;

	if (d->form >= DURATION_DENSE1)
		return dense_bucket_at(d, rank);
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		if (rank <= c.count)
			return c.bucket;
		rank -= c.count;
	}
	duration_corrupt_error();
}

/* The ends are known exactly; between them a bucket stands for its upper end. */
static int64
sample_at(const Durations *d, int64 rank)
{
	if (rank <= 1)
		return d->shortest;
	if (rank >= d->samples)
		return d->longest;
	return Min(Max(duration_bucket_end(bucket_at(d, rank)), d->shortest), d->longest);
}

/* samples > 0, 0 <= fraction <= 1; the rank that percentile_disc takes */
int64
duration_percentile(const Durations *d, double fraction)
{
	double		rank = ceil(fraction * d->samples);

	return sample_at(d, rank < (double) d->samples ? (int64) rank : d->samples);
}

/* Samples in buckets up to that of a duration, which counts whole. */
int64
duration_samples_within(const Durations *d, int64 usec)
{
	DurationCursor c;
	int			last = duration_bucket(usec);
	int64		within = 0;

	duration_cursor(&c, d);
	while (duration_next(&c) && c.bucket <= last)
		within += c.count;
	return within;
}

/* ---------- packing ---------- */

/* The canonical form; what is packed already is returned as it is. */
Durations *
duration_pack(const Durations *d)
{
	DurationCursor c;
	Durations  *result;
	Size		size = DURATION_HEADER;
	int			before = -1;
	uint8	   *at;

	if (d->form == DURATION_PACKED)
		return (Durations *) d;
	duration_cursor(&c, d);
	for (; duration_next(&c); before = c.bucket)
		size += packed_bytes(c.bucket - before - 1) + packed_bytes(c.count - 1);
	result = duration_allocate(size, DURATION_PACKED);
	duration_copy_header(result, d);
	at = (uint8 *) result->data;
	before = -1;
	duration_cursor(&c, d);
	for (; duration_next(&c); before = c.bucket)
	{
		at = write_packed(at, c.bucket - before - 1);
		at = write_packed(at, c.count - 1);
		result->used++;
	}
	return result;
}

void
duration_buckets_append(DurationBuckets *buckets, int bucket, int64 count)
{
	if (buckets->n == buckets->room)
	{
		buckets->room = buckets->room == 0 ? 64 : buckets->room * 2;
		buckets->list = buckets->list == NULL
			? palloc(buckets->room * sizeof(DurationBucket))
			: repalloc(buckets->list, buckets->room * sizeof(DurationBucket));
	}
	buckets->list[buckets->n].bucket = bucket;
	buckets->list[buckets->n].count = count;
	buckets->n++;
}

/* The canonical form of a header and buckets in which duration_complaint finds nothing wrong. */
Durations *
duration_pack_buckets(const Durations *header, const DurationBuckets *buckets)
{
	Durations  *result;
	Size		size = DURATION_HEADER;
	int			before = -1;
	uint8	   *at;

	for (int i = 0; i < buckets->n; before = buckets->list[i++].bucket)
		size += packed_bytes(buckets->list[i].bucket - before - 1) +
			packed_bytes(buckets->list[i].count - 1);
	result = duration_allocate(size, DURATION_PACKED);
	duration_copy_header(result, header);
	result->used = buckets->n;
	at = (uint8 *) result->data;
	before = -1;
	for (int i = 0; i < buckets->n; before = buckets->list[i++].bucket)
	{
		at = write_packed(at, buckets->list[i].bucket - before - 1);
		at = write_packed(at, buckets->list[i].count - 1);
	}
	return result;
}

/* ---------- checking what was read in ---------- */

/* A coarse sample may lie 1/256 below the bucket that counts it (duration_older.h). */
static int64
least_of_bucket(const Durations *header, int bucket)
{
	int64		start = duration_bucket_start(bucket);

	if (header->coarse > 0)
		start -= (start >> 8) + 1;
	return Max(start, header->shortest);
}

/*
 * What the sums are at least, or at most, given the buckets: every sample of a
 * bucket at its lower, or upper, end, as far as shortest and longest allow; but
 * one sample is the shortest and, of two or more, one the longest.
 */
static void
sum_bound(const Durations *header, const DurationBuckets *buckets, bool upper,
		  Uint128 *total, Uint128 *squares)
{
	Uint128		zero = {0, 0};

	*total = *squares = zero;
	for (int i = 0; i < buckets->n; i++)
	{
		int			bucket = buckets->list[i].bucket;
		int64		count = buckets->list[i].count;
		int64		usec = upper ? Min(duration_bucket_end(bucket), header->longest)
			: least_of_bucket(header, bucket);
		Uint128		sum;

		if (upper && i == 0)
		{
			uint128_add(total, uint128_product(header->shortest, 1));
			uint128_add(squares, uint128_product(header->shortest, header->shortest));
			count--;
		}
		else if (!upper && i == buckets->n - 1 && header->samples > 1)
		{
			uint128_add(total, uint128_product(header->longest, 1));
			uint128_add(squares, uint128_product(header->longest, header->longest));
			count--;
		}
		sum = uint128_product(usec, count);
		uint128_add(total, sum);

		/*
		 * count * usec^2.  A total from 2^63 on is refused by its lower bound;
		 * the upper bound of one below that is at most 1/100 higher.
		 */
		if (sum.high == 0)
			uint128_add(squares, uint128_product(sum.low, usec));
	}
}

/* What is wrong with the counts of a value that a user hands in, or NULL. */
const char *
duration_counts_complaint(const Durations *header, const DurationBuckets *buckets)
{
	int64		samples = 0;

	for (int i = 0; i < buckets->n; i++)
	{
		if (buckets->list[i].count <= 0)
			return "The count of a bucket is not positive.";
		if (pg_add_s64_overflow(samples, buckets->list[i].count, &samples))
			return "The counts of the buckets are too large.";
	}
	if (samples != header->samples)
		return "The counts of the buckets do not add up to the samples.";
	if (samples >= DURATION_TOO_MANY_SAMPLES)
		return "The number of samples must stay below 2^62.";
	if (header->coarse < 0 || header->coarse > samples)
		return "The coarse samples are more than the samples.";
	return NULL;
}

/* What is wrong with a value that a user hands in, or NULL. */
const char *
duration_complaint(const Durations *header, const DurationBuckets *buckets)
{
	const char *complaint = duration_counts_complaint(header, buckets);
	Moments		moments = duration_moments(header);
	Uint128		total = {0, (uint64) header->total};
	Uint128		least_total,
				most_total,
				least_squares,
				most_squares;
	int			n = buckets->n;

	if (complaint != NULL)
		return complaint;
	if (n == 0)
	{
		if (header->total != 0 || header->squares.high != 0 || header->squares.low != 0 ||
			header->shortest != PG_INT64_MAX || header->longest != -1)
			return "There are no samples, but there are sums or extremes.";
		return NULL;
	}
	if (header->shortest < 0 || header->shortest > header->longest ||
		duration_bucket(header->shortest) != buckets->list[0].bucket ||
		duration_bucket(header->longest) != buckets->list[n - 1].bucket ||
		(header->samples == 1 && header->shortest != header->longest))
		return "The shortest or the longest does not agree with the buckets.";

	/* in this order: each bound can be computed once the one before holds */
	sum_bound(header, buckets, false, &least_total, &least_squares);
	if (uint128_compare(total, least_total) < 0)
		return "The total does not agree with the buckets.";
	sum_bound(header, buckets, true, &most_total, &most_squares);
	if (uint128_compare(total, most_total) > 0)
		return "The total does not agree with the buckets.";
	if (uint128_compare(header->squares, least_squares) < 0 ||
		uint128_compare(header->squares, most_squares) > 0 || moments_complaint(&moments) != NULL)
		return "The squares do not agree with the total and the buckets.";
	return NULL;
}
