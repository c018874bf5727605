/*
 * span_range.h
 *		From a tstzrange to edges.
 */
#ifndef SPAN_RANGE_H
#define SPAN_RANGE_H

#include "span/span_edges.h"

#include "utils/rangetypes.h"

/* The byte of flags, at the end. */
static inline char
span_range_flags(const struct varlena *range)
{
	return VARDATA_ANY(range)[VARSIZE_ANY_EXHDR(range) - 1];
}

/*
 * The edges of a tstzrange; false for one that has no length.  Its bytes are
 * read in place, as they stand behind a header of either size: the type's OID,
 * the bounds it has, and a byte of flags.
 */
static inline bool
span_edges_of_range(const struct varlena *range, SpanEdge *pair)
{
	Size		size = VARSIZE_ANY_EXHDR(range);
	char		flags = span_range_flags(range);
	const char *bound = VARDATA_ANY(range) + sizeof(Oid);

	if (flags & RANGE_EMPTY)
		return false;
	if (size != sizeof(Oid) + 1 +
		((RANGE_HAS_LBOUND(flags) ? 1 : 0) + (RANGE_HAS_UBOUND(flags) ? 1 : 0)) * sizeof(int64))
		elog(ERROR, "unexpected size of a tstzrange: %zu", size);

	pair[0].time = DT_NOBEGIN;
	pair[0].change = 1;
	pair[1].time = DT_NOEND;
	pair[1].change = -1;
	if (RANGE_HAS_LBOUND(flags))
	{
		memcpy(&pair[0].time, bound, sizeof(int64));
		bound += sizeof(int64);
	}
	if (RANGE_HAS_UBOUND(flags))
		memcpy(&pair[1].time, bound, sizeof(int64));
	return pair[0].time < pair[1].time;
}

#endif							/* SPAN_RANGE_H */
