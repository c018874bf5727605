/*
 * deque.h
 *		The maximum of a sliding window, in amortised constant time.
 *
 * A window removes rows in the order in which it added them.  So a value can
 * only be the maximum as long as no later value is as large: the deque keeps
 * those values, which fall from its front to its back, and the front is the
 * maximum.  Equal values leave only the last of them, so that ties stay small.
 *
 * For a minimum push the negated values.
 */
#ifndef DEQUE_H
#define DEQUE_H

#include "utils/memutils.h"

typedef struct DequeEntry
{
	int64		value;
	uint64		number;			/* how many values were pushed before it */
} DequeEntry;

typedef struct MaxDeque
{
	MemoryContext context;		/* of the ring: the aggregate's */
	DequeEntry *ring;
	uint64		mask;			/* capacity - 1; the capacity is a power of two */
	uint64		front;			/* entries are ring[i & mask] for front <= i < back */
	uint64		back;
	uint64		pushed;
	uint64		removed;
} MaxDeque;

#define DEQUE_INITIAL_CAPACITY 16

static inline void
deque_init(MaxDeque *d, MemoryContext context)
{
	d->context = context;
	d->ring = MemoryContextAlloc(context, DEQUE_INITIAL_CAPACITY * sizeof(DequeEntry));
	d->mask = DEQUE_INITIAL_CAPACITY - 1;
	d->front = d->back = d->pushed = d->removed = 0;
}

/* Twice the room: each entry moves to its place under the wider mask. */
static inline void
deque_grow(MaxDeque *d)
{
	uint64		mask = d->mask * 2 + 1;
	DequeEntry *ring = MemoryContextAllocHuge(d->context, (mask + 1) * sizeof(DequeEntry));

	for (uint64 i = d->front; i < d->back; i++)
		ring[i & mask] = d->ring[i & d->mask];
	pfree(d->ring);
	d->ring = ring;
	d->mask = mask;
}

static inline void
deque_push(MaxDeque *d, int64 value)
{
	DequeEntry *entry;

	while (d->back > d->front && d->ring[(d->back - 1) & d->mask].value <= value)
		d->back--;
	if (unlikely(d->back - d->front > d->mask))
		deque_grow(d);
	entry = &d->ring[d->back++ & d->mask];
	entry->value = value;
	entry->number = d->pushed++;
}

/* Removes the value that was pushed first among those still in the window. */
static inline void
deque_remove(MaxDeque *d)
{
	if (d->back > d->front && d->ring[d->front & d->mask].number == d->removed)
		d->front++;
	d->removed++;
}

static inline bool
deque_is_empty(const MaxDeque *d)
{
	return d->back == d->front;
}

/* the deque is not empty */
static inline int64
deque_max(const MaxDeque *d)
{
	return d->ring[d->front & d->mask].value;
}

#endif							/* DEQUE_H */
