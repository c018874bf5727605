/*
 * duration_reading.c
 *		Walking over a set of durations of any form; ranks and shares.
 *
 * What is pending in a dense set has been settled before anything is read.
 */
#include "postgres.h"

#include "duration/duration_packed.h"
#include "duration/duration_working.h"

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

void
duration_corrupt_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored duration_summary is corrupt")));
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
	const char *block;
	int64		zeros;

	if (number == 0)
		return 0;
	block = duration_block(d, number);
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
		return duration_next_packed(c);
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
		duration_corrupt_error();
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

/* The ends are known exactly; between them a bucket's representative stands in. */
static int64
sample_at(const Durations *d, int64 rank)
{
	int64		usec;

	if (rank <= 1)
		return d->shortest;
	if (rank >= d->samples)
		return d->longest;
	usec = duration_representative(bucket_at(d, rank));
	return Min(Max(usec, d->shortest), d->longest);
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
