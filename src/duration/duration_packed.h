/*
 * duration_packed.h
 *		The packed form of a set of durations: canonical, as stored.
 *
 * For each bucket that is not empty, ascending: the distance to the one before
 * (the first one to bucket -1), less one, and the count, less one.  Both are
 * integers of variable length, seven bits a byte, the lowest first; the high
 * bit says that more follow.
 */
#ifndef DURATION_PACKED_H
#define DURATION_PACKED_H

#include "duration/duration.h"

static inline int
duration_packed_bytes(uint64 value)
{
	return value == 0 ? 1 : pg_leftmost_one_pos64(value) / 7 + 1;
}

static inline uint8 *
duration_write_packed(uint8 *at, uint64 value)
{
	for (; value >= 0x80; value >>= 7)
		*at++ = 0x80 | (uint8) (value & 0x7F);
	*at++ = (uint8) value;
	return at;
}

static inline uint64
duration_read_packed(DurationCursor *c)
{
	const uint8 *data = (const uint8 *) c->d->data;
	int			size = VARSIZE(c->d) - DURATION_HEADER;
	uint64		value = 0;

	for (int shift = 0; shift < 64 && c->next < size; shift += 7)
	{
		uint8		byte = data[c->next++];

		value |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
			return value;
	}
	duration_corrupt_error();
}

/* The next bucket of a packed set. */
static inline bool
duration_next_packed(DurationCursor *c)
{
	uint64		step;

	if (c->left == 0)
		return false;
	c->left--;
	step = duration_read_packed(c);
	if (step >= (uint64) (DURATION_BUCKETS - 1 - c->bucket))
		duration_corrupt_error();
	c->bucket += 1 + (int) step;
	c->count = (int64) duration_read_packed(c) + 1;
	if (c->count <= 0)
		duration_corrupt_error();
	return true;
}

#endif							/* DURATION_PACKED_H */
