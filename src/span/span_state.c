/*
 * span_state.c
 *		How a span_summary is kept: flat as a value and while it is small, as runs
 *		of edges when an aggregate fills it, as a tree when rows leave it again.
 */
#include "postgres.h"

#include "span/span_state.h"

#include "utils/expandeddatum.h"

/* ---------- flat values ---------- */

SpanSummary *
span_value_alloc(Size n)
{
	SpanSummary *s = MemoryContextAllocHuge(CurrentMemoryContext,
											SPAN_HEADER_SIZE + n * sizeof(SpanEdge));

	memset(s, 0, SPAN_HEADER_SIZE);
	s->version = SPAN_VERSION;
	return s;
}

static void
value_check_size(Size n)
{
	if (n > (MaxAllocSize - SPAN_HEADER_SIZE) / sizeof(SpanEdge))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many spans for one span_summary: %llu edges",
						(unsigned long long) n),
				 errdetail("A value takes at most 1 GB, 16 bytes for each start or end."),
				 errhint("Summarize shorter periods or smaller groups.")));
}

Datum
span_value_finish(SpanSummary *s, Size n)
{
	value_check_size(n);
	s->used = (uint32) n;
	SET_VARSIZE(s, SPAN_HEADER_SIZE + n * sizeof(SpanEdge));
	return PointerGetDatum(s);
}

/* How many edges there is room for. */
static inline Size
value_capacity(const SpanSummary *s)
{
	return (VARSIZE(s) - SPAN_HEADER_SIZE) / sizeof(SpanEdge);
}

static SpanView
value_view(const SpanSummary *s)
{
	SpanView	view = {s->edges, s->used};

	if (s->unsorted > 0)
	{
		/* the state of an aggregate: whoever reads it must leave it alone */
		SpanEdge   *copy = palloc(s->used * sizeof(SpanEdge));

		memcpy(copy, s->edges, s->used * sizeof(SpanEdge));
		view.edges = copy;
		view.n = span_put_in_order(copy, s->used);
		span_check(view);
	}
	return view;
}

/* ---------- expanded states ---------- */

/*
 * A state that has outgrown a flat value: runs of edges in order, each at least
 * twice as long as the next, and a tail of the latest edges in any order.  Two
 * runs merge when they come too close in length, so an edge is moved a
 * logarithmic number of times, and a merge is all that must be paid at once.
 *
 * In a window frame edges leave again: there a tree takes the place of the runs.
 */
#define SPAN_MAX_RUNS 64
#define SPAN_FLAT_EDGES 8191	/* 128 kB */
#define SPAN_MIN_TAIL 4096
#define SPAN_MAX_TAIL 32768

typedef struct SpanRun
{
	SpanEdge   *edges;
	Size		n;
} SpanRun;

typedef struct SpanState
{
	ExpandedObjectHeader hdr;
	SpanWindow *window;			/* in a window frame, else NULL */
	int			nruns;
	SpanRun		runs[SPAN_MAX_RUNS];
	Size		in_runs;		/* edges */
	SpanEdge   *tail;
	Size		tail_used;
	Size		tail_size;
} SpanState;

static Size span_state_flat_size(ExpandedObjectHeader *eohptr);
static void span_state_flatten(ExpandedObjectHeader *eohptr, void *result,
				   Size allocated_size PG_USED_FOR_ASSERTS_ONLY);

static const ExpandedObjectMethods span_state_methods = {
	span_state_flat_size,
	span_state_flatten
};

static SpanState *
state_create(MemoryContext aggcontext, bool in_window)
{
	/* the aggregate takes it over without copying if this is its context's child */
	MemoryContext context = AllocSetContextCreate(aggcontext, "span_summary state",
												  ALLOCSET_START_SMALL_SIZES);
	SpanState  *state = MemoryContextAllocZero(context, sizeof(SpanState));

	EOH_init_header(&state->hdr, &span_state_methods, context);
	if (in_window)
		state->window = span_window_create(context);
	else
	{
		state->tail_size = SPAN_MIN_TAIL;
		state->tail = MemoryContextAlloc(context, state->tail_size * sizeof(SpanEdge));
	}
	return state;
}

/* The expanded state that a datum points to, or NULL. */
static inline SpanState *
state_of_datum(Datum datum)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
	{
		ExpandedObjectHeader *eoh = DatumGetEOHP(datum);

		if (eoh->eoh_methods == &span_state_methods)
			return (SpanState *) eoh;
	}
	return NULL;
}

SpanWindow *
span_window_of_datum(Datum datum)
{
	SpanState  *state = state_of_datum(datum);

	return state != NULL ? state->window : NULL;
}

static SpanEdge *
state_alloc(SpanState *state, Size n)
{
	return MemoryContextAllocHuge(state->hdr.eoh_context, n * sizeof(SpanEdge));
}

static void
merge_last_runs(SpanState *state)
{
	SpanRun    *a = &state->runs[state->nruns - 2];
	SpanRun    *b = &state->runs[state->nruns - 1];
	SpanView	view_a = {a->edges, a->n};
	SpanView	view_b = {b->edges, b->n};
	SpanEdge   *out = state_alloc(state, a->n + b->n);
	Size		n = span_merge(view_a, view_b, SPAN_ADD, out);

	state->in_runs -= a->n + b->n - n;
	pfree(a->edges);
	pfree(b->edges);
	state->nruns--;
	if (n < (view_a.n + view_b.n) / 2)
		out = repalloc_huge(out, Max(n, 1) * sizeof(SpanEdge));
	a->edges = out;
	a->n = n;
}

/* A new run, of edges that were allocated for it. */
static void
push_run(SpanState *state, SpanEdge *edges, Size n)
{
	state->runs[state->nruns].edges = edges;
	state->runs[state->nruns].n = n;
	state->nruns++;
	state->in_runs += n;
	while (state->nruns > 1 &&
		   state->runs[state->nruns - 2].n < 2 * state->runs[state->nruns - 1].n)
		merge_last_runs(state);
}

/* The tail becomes a run. */
static void
flush_tail(SpanState *state)
{
	Size		n = span_put_in_order(state->tail, state->tail_used);

	state->tail_used = 0;
	if (n > 0)
	{
		SpanEdge   *run = state_alloc(state, n);

		memcpy(run, state->tail, n * sizeof(SpanEdge));
		push_run(state, run, n);
	}
	if (state->tail_size < SPAN_MAX_TAIL && state->in_runs > 4 * state->tail_size)
	{
		pfree(state->tail);
		state->tail_size *= 2;
		state->tail = state_alloc(state, state->tail_size);
	}
}

static inline void
copy_edges(SpanEdge *out, SpanView in, SpanSign sign)
{
	for (Size i = 0; i < in.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		out[i].time = in.edges[i].time;
		out[i].change = in.edges[i].change * sign;
	}
}

static void
state_append(SpanState *state, SpanView in, SpanSign sign)
{
	if (in.n > state->tail_size - state->tail_used)
		flush_tail(state);
	if (in.n > state->tail_size)
	{
		SpanEdge   *run = state_alloc(state, in.n);

		copy_edges(run, in, sign);
		push_run(state, run, in.n);
		return;
	}
	copy_edges(&state->tail[state->tail_used], in, sign);
	state->tail_used += in.n;
}

/*
 * The edges of a state.  Bringing them into order changes how they are kept,
 * not what they are, and so is fine for a read-only pointer too.
 */
static SpanView
state_view(SpanState *state)
{
	SpanView	view = {NULL, 0};

	if (state->window != NULL)
	{
		SpanEdge   *edges = MemoryContextAllocHuge(CurrentMemoryContext,
												   span_window_size(state->window) * sizeof(SpanEdge));

		view.edges = edges;
		view.n = span_window_edges(state->window, edges);
	}
	else
	{
		flush_tail(state);
		while (state->nruns > 1)
			merge_last_runs(state);
		if (state->nruns > 0)
		{
			view.edges = state->runs[0].edges;
			view.n = state->runs[0].n;
		}
	}
	span_check(view);
	return view;
}

static Size
span_state_flat_size(ExpandedObjectHeader *eohptr)
{
	SpanView	view = state_view((SpanState *) eohptr);

	value_check_size(view.n);
	return SPAN_HEADER_SIZE + view.n * sizeof(SpanEdge);
}

static void
span_state_flatten(ExpandedObjectHeader *eohptr, void *result,
				   Size allocated_size PG_USED_FOR_ASSERTS_ONLY)
{
	SpanView	view = state_view((SpanState *) eohptr);
	SpanSummary *s = result;

	Assert(allocated_size == SPAN_HEADER_SIZE + view.n * sizeof(SpanEdge));
	memset(s, 0, SPAN_HEADER_SIZE);
	s->version = SPAN_VERSION;
	copy_edges(s->edges, view, SPAN_ADD);
	span_value_finish(s, view.n);
}

SpanView
span_view_of_datum(Datum datum)
{
	SpanState  *state = state_of_datum(datum);

	if (state != NULL)
		return state_view(state);
	return value_view((SpanSummary *) PG_DETOAST_DATUM(datum));
}

Datum
span_datum_of_view(SpanView view)
{
	SpanSummary *s = span_value_alloc(view.n);

	copy_edges(s->edges, view, SPAN_ADD);
	return span_value_finish(s, view.n);
}

struct varlena *
span_value_canonical(Datum datum)
{
	SpanSummary *s = (SpanSummary *) PG_DETOAST_DATUM(datum);

	if (s->unsorted > 0 || s->used < value_capacity(s))
		return (struct varlena *) DatumGetPointer(span_datum_of_view(value_view(s)));
	return (struct varlena *) s;
}

/* ---------- adding and removing ---------- */

/*
 * Adds edges to a flat state, which is ours to change.  Where there is no room
 * left it is put in order first, and grows when that has not halved it, so each
 * sort is paid for by as many new edges.
 */
static inline Datum
value_append(SpanSummary *s, SpanView in, SpanSign sign, MemoryContext aggcontext)
{
	if (unlikely(in.n > value_capacity(s) - s->used))
	{
		Size		wanted;

		s->used = (uint32) span_put_in_order(s->edges, s->used);
		s->unsorted = 0;
		wanted = Max(s->used + in.n, 2 * (Size) s->used);
		if (wanted > SPAN_FLAT_EDGES)
		{
			SpanState  *state = state_create(aggcontext, false);
			SpanView	old = {s->edges, s->used};

			state_append(state, old, SPAN_ADD);
			state_append(state, in, sign);
			return EOHPGetRWDatum(&state->hdr);
		}
		if (wanted > value_capacity(s))
		{
			/* sizes are powers of 2, as those of memory chunks */
			Size		size = 8 * sizeof(SpanEdge);
			SpanSummary *larger;

			while ((size - SPAN_HEADER_SIZE) / sizeof(SpanEdge) < wanted)
				size *= 2;
			/* zeroed: a partial state, or a user's aggregate, may store the spare room */
			larger = palloc0(size);
			memcpy(larger, s, SPAN_HEADER_SIZE + s->used * sizeof(SpanEdge));
			SET_VARSIZE(larger, size);
			s = larger;
		}
	}
	copy_edges(&s->edges[s->used], in, sign);
	s->used += in.n;
	s->unsorted += in.n;
	return PointerGetDatum(s);
}

static void
window_change(SpanWindow *window, SpanView in, SpanSign sign)
{
	span_wrapping_add(&window->most, span_peak(in) * sign, &window->most_wraps);
	for (Size i = 0; i < in.n; i++)
	{
		SpanEdge	edge = in.edges[i];

		SPAN_CHECK_FOR_INTERRUPTS(i);
		edge.change *= sign;
		span_window_change(window, edge);
	}
}

Datum
span_change(FunctionCallInfo fcinfo, SpanView in, SpanSign sign)
{
	MemoryContext aggcontext;
	Datum		datum;
	SpanState  *state;
	int			kind = AggCheckCallContext(fcinfo, &aggcontext);

	if (unlikely(PG_ARGISNULL(0)))
		kpi_null_state_error();
	datum = PG_GETARG_DATUM(0);

	if (kind == 0)
	{
		/* a + b, a - b, or by hand: the argument is not ours */
		SpanView	old = span_view_of_datum(datum);
		SpanSummary *s = span_value_alloc(old.n + in.n);
		SpanView	result = {s->edges, 0};

		result.n = span_merge(old, in, sign, s->edges);
		span_check(result);
		return span_value_finish(s, result.n);
	}

	state = state_of_datum(datum);
	if (kind == AGG_CONTEXT_WINDOW && (state == NULL || state->window == NULL))
	{
		SpanView	old = span_view_of_datum(datum);

		state = state_create(aggcontext, true);
		window_change(state->window, old, SPAN_ADD);
	}
	if (state == NULL)
		return value_append((SpanSummary *) PG_DETOAST_DATUM(datum), in, sign, aggcontext);
	if (state->window != NULL)
		window_change(state->window, in, sign);
	else
		state_append(state, in, sign);
	return EOHPGetRWDatum(&state->hdr);
}
