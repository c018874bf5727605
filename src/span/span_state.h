/*
 * span_state.h
 *		A span_summary: as a value, and as the state of an aggregate.
 */
#ifndef SPAN_STATE_H
#define SPAN_STATE_H

#include "span/span_edges.h"
#include "span/span_window.h"

/*
 * Edges as a value of SQL.  A stored value is canonical: no room to spare and
 * nothing unsorted.  Inside an aggregate the last "unsorted" of the edges in
 * use are in any order, with times repeated, and room for more follows.
 */
typedef struct SpanSummary
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint8		version;
	uint8		zero[3];
	uint32		used;			/* edges */
	uint32		unsorted;		/* at the end of them */
	SpanEdge	edges[FLEXIBLE_ARRAY_MEMBER];
} SpanSummary;

#define SPAN_VERSION 1
#define SPAN_HEADER_SIZE offsetof(SpanSummary, edges)

/* A value with room for n edges; span_value_finish says how many there are. */
extern SpanSummary *span_value_alloc(Size n);
extern Datum span_value_finish(SpanSummary *s, Size n);

/* The edges of a value or state, to read; and a value that holds edges. */
extern SpanView span_view_of_datum(Datum datum);
extern Datum span_datum_of_view(SpanView view);

/* A value as it is stored; of the state of an aggregate, the value it stands for. */
extern struct varlena *span_value_canonical(Datum datum);

/* The tree of a window frame, or NULL: it knows some answers without its edges. */
extern SpanWindow *span_window_of_datum(Datum datum);

/* The first argument, a state or a value, with edges added or removed. */
extern Datum span_change(FunctionCallInfo fcinfo, SpanView in, SpanSign sign);

#define PG_GETARG_SPAN_VIEW(n) span_view_of_datum(PG_GETARG_DATUM(n))

#endif							/* SPAN_STATE_H */
