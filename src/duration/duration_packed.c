/*
 * duration_packed.c
 *		Packing a set of durations, and checking one that a user hands in.
 */
#include "postgres.h"

#include "duration/duration_packed.h"

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
		size += duration_packed_bytes(c.bucket - before - 1) + duration_packed_bytes(c.count - 1);
	result = duration_allocate(size, DURATION_PACKED);
	duration_copy_header(result, d);
	at = (uint8 *) result->data;
	before = -1;
	duration_cursor(&c, d);
	for (; duration_next(&c); before = c.bucket)
	{
		at = duration_write_packed(at, c.bucket - before - 1);
		at = duration_write_packed(at, c.count - 1);
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
		size += duration_packed_bytes(buckets[i].bucket - (i > 0 ? buckets[i - 1].bucket : -1) - 1) +
			duration_packed_bytes(buckets[i].count - 1);
	result = duration_allocate(size, DURATION_PACKED);
	duration_copy_header(result, header);
	at = (uint8 *) result->data;
	for (int i = 0; i < n; i++)
	{
		at = duration_write_packed(at, buckets[i].bucket - (i > 0 ? buckets[i - 1].bucket : -1) - 1);
		at = duration_write_packed(at, buckets[i].count - 1);
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
