/*
 * duration_older.c
 *		Reading what version 1.0.0 stored and printed onto today's grid.
 */
#include "postgres.h"

#include "duration/duration_older.h"

/* ---------- from one grid to the other ---------- */

static void
count_at(DurationBuckets *buckets, int64 usec, int64 count)
{
	int			bucket = duration_bucket(usec);

	if (count == 0)
		return;
	if (buckets->n > 0 && buckets->list[buckets->n - 1].bucket == bucket)
		buckets->list[buckets->n - 1].count += count;
	else
		duration_buckets_append(buckets, bucket, count);
}

/*
 * Today's buckets for ascending older ones, and the coarse samples in the header.
 * The shortest and the longest are known exactly.  Returns what is wrong with the
 * older value, or NULL; duration_complaint has to see the new one all the same.
 */
const char *
duration_renew(Durations *header, const DurationBuckets *older, DurationBuckets *buckets)
{
	const char *complaint = duration_counts_complaint(header, older);
	int			last = older->n - 1;

	if (complaint != NULL || older->n == 0)
		return complaint;
	if (header->shortest < 0 || header->shortest > header->longest ||
		duration_older_bucket(header->shortest) != older->list[0].bucket ||
		duration_older_bucket(header->longest) != older->list[last].bucket ||
		(header->samples == 1 && header->shortest != header->longest))
		return "The shortest or the longest does not agree with the buckets.";

	count_at(buckets, header->shortest, 1);
	for (int i = 0; i <= last; i++)
	{
		int64		start = Max(duration_older_start(older->list[i].bucket), header->shortest);
		int64		end = Min(duration_older_end(older->list[i].bucket), header->longest);
		int64		count = older->list[i].count;

		if (i == 0)
			count--;
		if (i == last && header->samples > 1)
			count--;
		count_at(buckets, end, count);
		if (duration_bucket(start) != duration_bucket(end))
			header->coarse += count;
	}
	if (header->samples > 1)
		count_at(buckets, header->longest, 1);
	return NULL;
}

/* ---------- what is stored ---------- */

/* The packed form of 1.0.0; its data were packed as today's are. */
typedef struct OlderDurations
{
	int32		vl_len_;		/* varlena header (do not touch directly) */
	uint8		form;
	uint8		pending;
	uint16		used;
	double		fraction;
	int64		samples;
	int64		total;
	Uint128		squares;
	int64		shortest;
	int64		longest;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} OlderDurations;

Durations *
duration_from_older(const Durations *stored)
{
	const OlderDurations *older = (const OlderDurations *) stored;
	DurationBuckets older_buckets = {NULL, 0, 0};
	DurationBuckets buckets = {NULL, 0, 0};
	Durations	header;
	Durations  *result;
	int			size;
	int			bucket = -1;
	int			at = 0;

	if (older->form != DURATION_OLDER_VERSION << 4)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a duration_summary that kpi 1.0.0 stored before it was complete cannot be read"),
				 errdetail("It is the state of an aggregate without a final function."),
				 errhint("Compute it anew from its rows with duration_agg(duration).")));
	if (VARSIZE(older) < offsetof(OlderDurations, data))
		duration_corrupt_error();
	memset(&header, 0, sizeof(header));
	header.fraction = older->fraction;
	header.samples = older->samples;
	header.total = older->total;
	header.squares = older->squares;
	header.shortest = older->shortest;
	header.longest = older->longest;
	size = VARSIZE(older) - offsetof(OlderDurations, data);
	for (int left = older->used; left > 0; left--)
	{
		uint64		step = duration_unpack_number(older->data, size, &at);

		if (step >= (uint64) (DURATION_OLDER_BUCKETS - 1 - bucket))
			duration_corrupt_error();
		bucket += 1 + (int) step;
		duration_buckets_append(&older_buckets, bucket,
								(int64) duration_unpack_number(older->data, size, &at) + 1);
	}
	if (duration_renew(&header, &older_buckets, &buckets) != NULL ||
		duration_complaint(&header, &buckets) != NULL)
		duration_corrupt_error();
	result = duration_pack_buckets(&header, &buckets);
	if (buckets.n > 0)
	{
		pfree(older_buckets.list);
		pfree(buckets.list);
	}
	return result;
}
