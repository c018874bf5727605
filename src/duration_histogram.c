/*
 * duration_histogram.c
 *		The forms of a set of durations: making room, packing, merging, reading.
 */
#include "postgres.h"

#include "duration_histogram.h"

#define SPARSE_FIRST_SIZE 128	/* bytes: 8 pairs */
#define SPARSE_LAST_SIZE 4096
#define ROUND_UP_TO 8192		/* the allocator gives powers of two up to here anyway */

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

static void
corrupt_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored duration_summary is corrupt")));
}

/* Seven bits a byte, the lowest first; the high bit says that more follow. */
static uint64
read_packed(DurationCursor *c)
{
	const uint8 *data = (const uint8 *) c->d->data;
	int			size = VARSIZE(c->d) - DURATION_HEADER;
	uint64		value = 0;

	for (int shift = 0; shift < 64; shift += 7)
	{
		uint8		byte;

		if (c->next >= size)
			corrupt_error();
		byte = data[c->next++];
		value |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
			return value;
	}
	corrupt_error();
	return 0;
}

static bool
next_packed(DurationCursor *c)
{
	uint64		step;

	if (c->left == 0)
		return false;
	c->left--;
	step = read_packed(c);
	if (step >= (uint64) (DURATION_BUCKETS - 1 - c->bucket))
		corrupt_error();
	c->bucket += 1 + (int) step;
	c->count = (int64) read_packed(c) + 1;
	if (c->count <= 0)
		corrupt_error();
	return true;
}

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

/* What the other buckets of the first octave leave of its sum. */
static int64
dense_zeros(const Durations *d)
{
	int			number = duration_dense(d)->block[0];
	const char *block = duration_block(d, number);
	int64		zeros;

	if (number == 0)
		return 0;
	zeros = duration_dense(d)->sum[number - 1];
	for (int cell = 1; cell < DURATION_CELLS; cell++)
		zeros -= dense_count(d, block, cell);
	return zeros;
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
		int			octave = c->next >> 8;
		int			number = dense->block[octave];

		if (number != 0 && dense->sum[number - 1] != 0)
		{
			const char *block = duration_block(c->d, number);

			do
			{
				c->count = dense_count(c->d, block, c->next & (DURATION_CELLS - 1));
				c->bucket = c->next++;
				if (c->count != 0)
					return true;
			} while ((c->next & (DURATION_CELLS - 1)) != 0);
		}
		else
			c->next = (octave + 1) << 8;
	}
	return false;
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
 * rank: first over the octaves, then over the buckets of one.
 */
static int
dense_bucket_at(const Durations *d, int64 rank)
{
	const DurationDense *dense = duration_dense(d);
	const char *block;
	int			octave;
	int			cell;
	bool		up;

#define OCTAVE_SUM(octave) (dense->block[octave] == 0 ? 0 : dense->sum[dense->block[octave] - 1])

	if (rank <= d->samples / 2)
	{
		for (octave = 0; octave < DURATION_OCTAVES - 1 && rank > OCTAVE_SUM(octave); octave++)
			rank -= OCTAVE_SUM(octave);
	}
	else
	{
		rank = d->samples - rank + 1;
		for (octave = DURATION_OCTAVES - 1; octave > 0 && rank > OCTAVE_SUM(octave); octave--)
			rank -= OCTAVE_SUM(octave);
		rank = OCTAVE_SUM(octave) - rank + 1;
	}
	if (dense->block[octave] == 0)
		corrupt_error();
	block = duration_block(d, dense->block[octave]);

	/* in the first octave downwards: zeros are what is left in the end */
	up = octave != 0 && rank <= OCTAVE_SUM(octave) / 2;
	if (!up)
		rank = OCTAVE_SUM(octave) - rank + 1;

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
	return (octave << 8) + cell;
}

int
duration_bucket_at(const Durations *d, int64 rank)
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
	corrupt_error();
	return 0;
}

/* The ends are known exactly; between them a bucket's representative stands in. */
int64
duration_at_rank(const Durations *d, int64 rank)
{
	int64		usec;

	if (rank <= 1)
		return d->shortest;
	if (rank >= d->samples)
		return d->longest;
	usec = duration_representative(duration_bucket_at(d, rank));
	return Min(Max(usec, d->shortest), d->longest);
}

/* samples > 0, 0 <= fraction <= 1; the rank that percentile_disc takes */
int64
duration_percentile(const Durations *d, double fraction)
{
	double		rank = ceil(fraction * d->samples);

	return duration_at_rank(d, rank < (double) d->samples ? (int64) rank : d->samples);
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

/* ---------- making room ---------- */

static Durations *
allocate(Size size, DurationForm form)
{
	Durations  *d = palloc0(size);

	SET_VARSIZE(d, size);
	d->form = form;
	d->shortest = PG_INT64_MAX;
	d->longest = -1;
	return d;
}

/* All but size, form and what is pending. */
static void
copy_header(Durations *d, const Durations *from)
{
	d->samples = from->samples;
	d->total = from->total;
	d->squares = from->squares;
	d->shortest = from->shortest;
	d->longest = from->longest;
	d->fraction = from->fraction;
}

/* No samples, in the form that grows. */
Durations *
duration_new(void)
{
	return allocate(SPARSE_FIRST_SIZE, DURATION_SPARSE);
}

/* Room for one octave more than there are, and for some to come. */
static Size
dense_size_for(int octaves, DurationForm form)
{
	Size		size = DURATION_HEADER + sizeof(DurationDense) +
		(Size) (octaves + 1) * DURATION_BLOCK_BYTES(form);

	if (size <= ROUND_UP_TO)
		return pg_nextpower2_64(size);
	return size + (Size) Min(octaves / 4, DURATION_OCTAVES - octaves) * DURATION_BLOCK_BYTES(form);
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
	int			octaves = 0;
	int			octave = -1;

	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		pairs++;
		if ((c.bucket >> 8) != octave)
			octaves++;
		octave = c.bucket >> 8;
		if (c.bucket == 0)
			zeros = Max(zeros, c.count);
		else
			largest = Max(largest, c.count);
	}

	/* the largest may be the one that grows by as much again */
	form = largest <= PG_UINT8_MAX / 2 ? DURATION_DENSE1
		: largest <= PG_UINT16_MAX / 2 ? DURATION_DENSE2
		: largest <= (int64) (PG_UINT32_MAX / 2) ? DURATION_DENSE4 : DURATION_DENSE8;
	dense_size = dense_size_for(octaves, form);
	sparse_size = Max(pg_nextpower2_64(DURATION_HEADER + (pairs + 1) * sizeof(DurationPair)),
					  SPARSE_FIRST_SIZE);

	if (d->form < DURATION_DENSE1 && d->samples < DURATION_SPARSE_SAMPLES &&
		form != DURATION_DENSE8 && zeros <= (int64) (PG_UINT32_MAX / 2) &&
		sparse_size <= SPARSE_LAST_SIZE && dense_size > 2 * sparse_size)
		result = allocate(sparse_size, DURATION_SPARSE);
	else
		result = allocate(dense_size, form);
	copy_header(result, d);
	if (d->pending > 0)
	{
		/* only what is dense has any, and that stays dense */
		result->pending = d->pending;
		memcpy(duration_dense(result)->pending, duration_dense(d)->pending,
			   d->pending * sizeof(int64));
	}
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		if (!duration_count(result, c.bucket, c.count))
			elog(ERROR, "no room for the buckets of a duration_summary");
	}
	return result;
}

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
	kpi_add(&d->total, other->total, "total of a duration_summary");
	uint128_add(&d->squares, other->squares);
	d->shortest = Min(d->shortest, other->shortest);
	d->longest = Max(d->longest, other->longest);
	duration_cursor(&c, other);
	while (duration_next(&c))
		d = count_anyhow(d, callers, c.bucket, c.count);
	return d;
}

/* ---------- packing ---------- */

static int
packed_bytes(uint64 value)
{
	return value == 0 ? 1 : pg_leftmost_one_pos64(value) / 7 + 1;
}

static uint8 *
write_packed(uint8 *at, uint64 value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = 0x80 | (uint8) (value & 0x7F);
	*at++ = (uint8) value;
	return at;
}

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
	result = allocate(size, DURATION_PACKED);
	copy_header(result, d);
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

/* The same from a list of buckets and a header, which duration_complaint has passed. */
Durations *
duration_pack_buckets(const Durations *header, const DurationBucket *buckets, int n)
{
	Durations  *result;
	Size		size = DURATION_HEADER;
	uint8	   *at;

	for (int i = 0; i < n; i++)
		size += packed_bytes(buckets[i].bucket - (i > 0 ? buckets[i - 1].bucket : -1) - 1) +
			packed_bytes(buckets[i].count - 1);
	result = allocate(size, DURATION_PACKED);
	copy_header(result, header);
	at = (uint8 *) result->data;
	for (int i = 0; i < n; i++)
	{
		at = write_packed(at, buckets[i].bucket - (i > 0 ? buckets[i - 1].bucket : -1) - 1);
		at = write_packed(at, buckets[i].count - 1);
	}
	result->used = n;
	return result;
}

/* ---------- checking what was read in ---------- */

/*
 * What the sums are at least, or at most, given the buckets: every sample of a
 * bucket at its lower, or upper, end, as far as shortest and longest allow; but
 * one sample is the shortest and, of two or more, one the longest.
 */
static void
sum_bound(const Durations *header, const DurationBucket *buckets, int n, bool upper,
		  Uint128 *total, Uint128 *squares)
{
	Uint128		zero = {0, 0};

	*total = *squares = zero;
	for (int i = 0; i < n; i++)
	{
		int64		usec = upper
			? Min(duration_bucket_high(buckets[i].bucket), header->longest)
			: Max(duration_bucket_low(buckets[i].bucket), header->shortest);
		int64		count = buckets[i].count;
		Uint128		sum;

		if (upper && i == 0)
		{
			uint128_add(total, uint128_product(header->shortest, 1));
			uint128_add(squares, uint128_product(header->shortest, header->shortest));
			count--;
		}
		else if (!upper && i == n - 1 && header->samples > 1)
		{
			uint128_add(total, uint128_product(header->longest, 1));
			uint128_add(squares, uint128_product(header->longest, header->longest));
			count--;
		}
		sum = uint128_product(usec, count);
		uint128_add(total, sum);

		/*
		 * count * usec^2.  A total from 2^63 on is refused by its lower bound;
		 * the upper bound of one below that is at most 1/256 higher.
		 */
		if (sum.high == 0)
			uint128_add(squares, uint128_product(sum.low, usec));
	}
}

/* What is wrong with a value that a user hands in, or NULL; buckets are ascending. */
const char *
duration_complaint(const Durations *header, const DurationBucket *buckets, int n)
{
	Uint128		total = {0, (uint64) header->total};
	Uint128		least_total,
				most_total,
				least_squares,
				most_squares;
	int64		samples = 0;

	for (int i = 0; i < n; i++)
	{
		if (buckets[i].count <= 0)
			return "The count of a bucket is not positive.";
		if (pg_add_s64_overflow(samples, buckets[i].count, &samples))
			return "The counts of the buckets are too large.";
	}
	if (samples != header->samples)
		return "The counts of the buckets do not add up to the samples.";
	if (samples >= DURATION_TOO_MANY_SAMPLES)
		return "The number of samples must stay below 2^62.";
	if (n == 0)
	{
		if (header->total != 0 || header->squares.high != 0 || header->squares.low != 0 ||
			header->shortest != PG_INT64_MAX || header->longest != -1)
			return "There are no samples, but there are sums or extremes.";
		return NULL;
	}
	if (header->shortest < 0 || header->shortest > header->longest ||
		duration_bucket(header->shortest) != buckets[0].bucket ||
		duration_bucket(header->longest) != buckets[n - 1].bucket ||
		(samples == 1 && header->shortest != header->longest))
		return "The shortest or the longest does not agree with the buckets.";

	/* in this order: each bound can be computed once the one before holds */
	sum_bound(header, buckets, n, false, &least_total, &least_squares);
	if (uint128_compare(total, least_total) < 0)
		return "The total does not agree with the buckets.";
	sum_bound(header, buckets, n, true, &most_total, &most_squares);
	if (uint128_compare(total, most_total) > 0)
		return "The total does not agree with the buckets.";
	if (uint128_compare(header->squares, least_squares) < 0 ||
		uint128_compare(header->squares, most_squares) > 0 ||
		uint128_product_is_less(header->squares, samples,
								uint128_product(header->total, header->total)))
		return "The squares do not agree with the total and the buckets.";
	return NULL;
}
