/*
 * extreme.h
 *		The largest value of a sliding window, at amortised constant cost a row.
 *
 * A window removes rows in the order in which it added them, so a value that is
 * not larger than a later one can never be the largest again and is dropped at
 * once.  What stays falls from front to back; equal neighbours share an entry,
 * so memory grows with the distinct values at most.  For the smallest value,
 * add and remove the negated ones.
 *
 * The entries are palloc'd in the current memory context: callers switch to the
 * context of their aggregate.
 */
#ifndef KPI_EXTREME_H
#define KPI_EXTREME_H

typedef struct ExtremeEntry
{
	int64		value;
	int64		count;			/* rows that have it */
} ExtremeEntry;

/* All zero is an empty one. */
typedef struct Extreme
{
	ExtremeEntry *entries;		/* a ring */
	uint32		size;			/* of the ring, a power of two */
	uint32		front;			/* where the largest is */
	uint32		used;
} Extreme;

static inline bool
extreme_is_empty(const Extreme *e)
{
	return e->used == 0;
}

/* not empty */
static inline int64
extreme_value(const Extreme *e)
{
	return e->entries[e->front].value;
}

static inline void
extreme_grow(Extreme *e)
{
	uint32		size = e->size == 0 ? 8 : e->size * 2;
	ExtremeEntry *entries = MemoryContextAllocHuge(CurrentMemoryContext,
												   (Size) size * sizeof(ExtremeEntry));

	for (uint32 i = 0; i < e->used; i++)
		entries[i] = e->entries[(e->front + i) & (e->size - 1)];
	if (e->entries)
		pfree(e->entries);
	e->entries = entries;
	e->size = size;
	e->front = 0;
}

static inline void
extreme_add(Extreme *e, int64 value)
{
	while (e->used > 0)
	{
		ExtremeEntry *back = &e->entries[(e->front + e->used - 1) & (e->size - 1)];

		if (back->value > value)
			break;
		if (back->value == value)
		{
			back->count++;
			return;
		}
		e->used--;
	}
	if (e->used == e->size)
		extreme_grow(e);
	e->entries[(e->front + e->used) & (e->size - 1)] = (ExtremeEntry) {value, 1};
	e->used++;
}

/* the oldest row, which has this value */
static inline void
extreme_remove(Extreme *e, int64 value)
{
	if (e->used == 0 || e->entries[e->front].value != value)
		return;					/* a later, larger value has dropped it */
	if (--e->entries[e->front].count == 0)
	{
		e->front = (e->front + 1) & (e->size - 1);
		e->used--;
	}
}

#endif							/* KPI_EXTREME_H */
