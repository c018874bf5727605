/*
 * duration.h
 *		A set of durations: exact sums and a histogram on the grid that people
 *		measure by.
 *
 * A set has one header and three forms:
 *	  packed	canonical, as stored: for each bucket that is not empty, ascending,
 *				the distance to the one before and the count
 *	  sparse	sorted pairs with spare room, while there are few buckets
 *	  dense		a block of counts for each 256 buckets in use
 * The last two are what aggregates work on, in place.  They may travel between
 * processes as partial results, so every reader takes a set of any form.
 *
 * Files, each of which knows only those above it:
 *	  duration.h			the grid, and how a set lies in memory
 *	  duration_reading.h .c	walking over a set of any form, ranks, the packed form,
 *							the check of what a user hands in
 *	  duration_older.h .c	what version 1.0.0 stored, on another grid
 *	  duration_working.h .c	the forms that grow: counting, making room, merging
 *	  duration_state.h .c	how sets come into functions and leave them: values,
 *							states of aggregates, a set that slides
 *	  duration_text.h .c	the text and binary forms
 *	  duration_shares.c		SQL: shares within limits, histograms, the abandonment curve
 *	  percentile.c			SQL: the aggregate percentile, whose state is a set and a fraction
 *	  duration.c			SQL: duration_agg, rollup, median and most accessors
 */
#ifndef DURATION_H
#define DURATION_H

#include "base/kpi.h"
#include "base/uint128.h"

#include "port/pg_bitutils.h"

/* ---------- the grid ---------- */

/*
 * The width of buckets: 1, 2, 5, 10, ... 500 microseconds and milliseconds, then
 * round times up to a day, then doubled days.  A step holds above 250 times its
 * own width, up to 250 times the next one's; both are multiples of either width,
 * so each bucket ends at a multiple of its width, and none is wider than 0.4 % of
 * what it holds.
 *
 * A bucket holds its upper end and not its lower; bucket 0 holds 0 alone.
 */
#define DURATION_STEPS 45
#define DURATION_STEP_FROM 250

typedef struct DurationStep
{
	uint64		usec;			/* the width of its buckets: odd << shift */
	uint64		limit;			/* it holds above this */
	uint64		reciprocal;		/* 2^63 / odd */
	int32		base;			/* its first bucket, less 250 */
	int32		shift;
} DurationStep;

#define DURATION_STEP(base, odd, shift) \
	{UINT64CONST(odd) << (shift), (UINT64CONST(odd) << (shift)) * DURATION_STEP_FROM, \
	 (UINT64CONST(1) << 63) / (odd), base, shift}

/* The last one is for 0, which duration_bucket sees as 2^64 - 1. */
static const DurationStep duration_steps[DURATION_STEPS + 1] = {
	DURATION_STEP(1, 1, 0),		/* 1 us */
	DURATION_STEP(251, 1, 1),
	DURATION_STEP(626, 5, 0),
	DURATION_STEP(876, 5, 1),	/* 10 us */
	DURATION_STEP(1126, 5, 2),
	DURATION_STEP(1501, 25, 1),
	DURATION_STEP(1751, 25, 2), /* 100 us */
	DURATION_STEP(2001, 25, 3),
	DURATION_STEP(2376, 125, 2),
	DURATION_STEP(2626, 125, 3),	/* 1 ms */
	DURATION_STEP(2876, 125, 4),
	DURATION_STEP(3251, 625, 3),
	DURATION_STEP(3501, 625, 4),	/* 10 ms */
	DURATION_STEP(3751, 625, 5),
	DURATION_STEP(4126, 3125, 4),
	DURATION_STEP(4376, 3125, 5),	/* 100 ms */
	DURATION_STEP(4626, 3125, 6),
	DURATION_STEP(5001, 15625, 5),
	DURATION_STEP(5251, 15625, 6),	/* 1 s, above 250 s */
	DURATION_STEP(6251, 78125, 6),	/* 5 s, above 20:50 */
	DURATION_STEP(6751, 234375, 6), /* 15 s, above 1:02:30 */
	DURATION_STEP(7501, 234375, 8), /* 1 min, above 4:10:00 */
	DURATION_STEP(8501, 1171875, 8),	/* 5 min, above 20:50:00 */
	DURATION_STEP(9001, 3515625, 8),	/* 15 min, above 62:30:00 */
	DURATION_STEP(9751, 3515625, 10),	/* 1 h, above 250:00:00 */
	DURATION_STEP(10501, 3515625, 12),	/* 4 h, above 1000 h */
	DURATION_STEP(11751, 10546875, 13), /* 1 day, above 250 days; from here on doubled */
	DURATION_STEP(12001, 10546875, 14),
	DURATION_STEP(12251, 10546875, 15),
	DURATION_STEP(12501, 10546875, 16),
	DURATION_STEP(12751, 10546875, 17),
	DURATION_STEP(13001, 10546875, 18),
	DURATION_STEP(13251, 10546875, 19),
	DURATION_STEP(13501, 10546875, 20),
	DURATION_STEP(13751, 10546875, 21),
	DURATION_STEP(14001, 10546875, 22),
	DURATION_STEP(14251, 10546875, 23),
	DURATION_STEP(14501, 10546875, 24),
	DURATION_STEP(14751, 10546875, 25),
	DURATION_STEP(15001, 10546875, 26),
	DURATION_STEP(15251, 10546875, 27),
	DURATION_STEP(15501, 10546875, 28),
	DURATION_STEP(15751, 10546875, 29),
	DURATION_STEP(16001, 10546875, 30),
	DURATION_STEP(16251, 10546875, 31),
	{0, PG_UINT64_MAX, 0, 0, 63}
};

/* The step that holds just above 2^n microseconds, and for 0 the one before its own. */
static const uint8 duration_step_above[64] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 18, 19,
	20, 20, 21, 21, 21, 22, 23, 23, 24, 24, 25, 25, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
	40, 41, 42, 43, 44
};

/* Up to 2^63 - 1 microseconds, in which the last bucket ends early. */
#define DURATION_BUCKETS 16659

/*
 * usec >= 0.  Limits lie a factor of two or more apart, so between 2^n and twice
 * that there is at most one of them.
 *
 * The quotient of z = below >> shift and the odd part of the step is the upper
 * half of (2z + 1) * reciprocal: exact, because what the reciprocal lacks, less
 * than 1, counts at most (2z + 1) / 2^64, and that is less than the 1 / 2odd by
 * which (2z + 1) / 2odd stays away from whole numbers, as z < 1500 odd < 2^34.
 */
static inline int
duration_bucket(int64 usec)
{
	uint64		below = (uint64) usec - 1;
	const DurationStep *step = &duration_steps[duration_step_above[pg_leftmost_one_pos64(below | 1)]];

	step += below >= step[1].limit;
	return step->base + (int) uint128_product(2 * (below >> step->shift) + 1, step->reciprocal).high;
}

static inline const DurationStep *
duration_step_of(int bucket)
{
	int			low = 0;
	int			high = DURATION_STEPS - 1;

	while (low < high)
	{
		int			middle = (low + high + 1) / 2;

		if (bucket < duration_steps[middle].base + DURATION_STEP_FROM)
			high = middle - 1;
		else
			low = middle;
	}
	return &duration_steps[low];
}

/* The longest duration of a bucket, which stands for all of it. */
static inline int64
duration_bucket_end(int bucket)
{
	const DurationStep *step = duration_step_of(bucket);
	uint64		end = (uint64) (bucket - step->base + 1) * step->usec;

	return bucket == 0 ? 0 : (int64) Min(end, (uint64) PG_INT64_MAX);
}

/* The shortest duration of a bucket. */
static inline int64
duration_bucket_start(int bucket)
{
	const DurationStep *step = duration_step_of(bucket);

	return bucket == 0 ? 0 : (int64) ((uint64) (bucket - step->base) * step->usec + 1);
}

/* Is a count of what lasts this long at most exact, whatever was counted? */
static inline bool
duration_is_end(int64 usec)
{
	return duration_bucket_end(duration_bucket(usec)) == usec;
}

/* ---------- how a set lies in memory ---------- */

#define DURATION_VERSION 2

/* No value has as many samples: then counting one more row never overflows. */
#define DURATION_TOO_MANY_SAMPLES (INT64CONST(1) << 62)

/* The version in the upper half of the byte, the form in the lower one */
typedef enum DurationForm
{
	DURATION_PACKED = DURATION_VERSION << 4,
	DURATION_SPARSE,
	DURATION_DENSE1,			/* by the bytes of a count */
	DURATION_DENSE2,
	DURATION_DENSE4,
	DURATION_DENSE8
} DurationForm;

typedef struct Durations
{
	int32		vl_len_;		/* varlena header (do not touch directly) */
	uint8		form;			/* DurationForm */
	uint8		pending;		/* durations that are noted but not yet counted */
	uint16		used;			/* buckets (packed, sparse) or blocks (dense) */
	double		fraction;		/* of a percentile_state, else 0 */
	int64		samples;
	int64		coarse;			/* samples that may lie a bucket too high: duration_older.h */
	int64		total;			/* microseconds, as all that follow */
	Uint128		squares;
	int64		shortest;		/* PG_INT64_MAX when there are no samples */
	int64		longest;		/* -1 when there are no samples */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} Durations;

#define DURATION_HEADER offsetof(Durations, data)

/* What the data are in the sparse form ... */
typedef struct DurationPair
{
	uint32		index;
	uint32		count;
} DurationPair;

/*
 * ... and in the dense one, where blocks of 256 counts follow, for each 256 buckets
 * in use, of 8, 16, 32 or 64 bits for all of them.  An aggregate over many groups
 * waits for memory more than anything: it notes durations here, in the first lines
 * of the state, and counts them when there are some.
 *
 * The count of zeros is what the sum of the first block leaves: where people are
 * answered at once zero is far more frequent than the rest, and would widen all
 * counts.
 */
#define DURATION_PENDING 16
#define DURATION_CELLS 256
#define DURATION_BLOCKS ((DURATION_BUCKETS + DURATION_CELLS - 1) / DURATION_CELLS)

typedef struct DurationDense
{
	int64		pending[DURATION_PENDING];
	uint8		block[(DURATION_BLOCKS + 7) & ~7];	/* which block counts these 256, from 1; 0: none */
} DurationDense;

/* A block is the number of its samples and, behind that, the counts. */
#define DURATION_CELL_BYTES(form) (1 << ((form) - DURATION_DENSE1))
#define DURATION_BLOCK_BYTES(form) (sizeof(int64) + DURATION_CELLS * DURATION_CELL_BYTES(form))

static inline DurationPair *
duration_pairs(const Durations *d)
{
	return (DurationPair *) d->data;
}

static inline DurationDense *
duration_dense(const Durations *d)
{
	return (DurationDense *) d->data;
}

/* The counts of a block. */
static inline char *
duration_block(const Durations *d, int block)
{
	return (char *) d->data + sizeof(DurationDense) + sizeof(int64) +
		(Size) (block - 1) * DURATION_BLOCK_BYTES(d->form);
}

static inline int64 *
duration_block_sum(char *block)
{
	return (int64 *) (block - sizeof(int64));
}

/* No samples, and zeros in the rest of so many bytes. */
static inline Durations *
duration_allocate(Size size, DurationForm form)
{
	Durations  *d = palloc0(size);

	SET_VARSIZE(d, size);
	d->form = form;
	d->shortest = PG_INT64_MAX;
	d->longest = -1;
	return d;
}

/* All but size, form and what is pending. */
static inline void
duration_copy_header(Durations *d, const Durations *from)
{
	d->samples = from->samples;
	d->coarse = from->coarse;
	d->total = from->total;
	d->squares = from->squares;
	d->shortest = from->shortest;
	d->longest = from->longest;
	d->fraction = from->fraction;
}

#endif							/* DURATION_H */
