/*
 * span.c
 *		Type span_summary: covered time, concurrency, backlog, and how far what
 *		happened agrees with what was planned, from spans of time.
 */
#include "postgres.h"

#include "kpi.h"
#include "span.h"
#include "span_window.h"
#include "summary.h"
#include "time_share.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/expandeddatum.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

void
span_infinite_error(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is infinite", what),
			 errdetail("A span without a start or without an end is among the spans."),
			 errhint("Cut the spans to the period of the report: clip(span_agg(span), within).")));
}

/* ---------- flat values ---------- */

/* Room for n edges; summary_finish makes a value of it. */
static SpanSummary *
summary_alloc(Size n)
{
	SpanSummary *s = MemoryContextAllocHuge(CurrentMemoryContext,
											SPAN_HEADER_SIZE + n * sizeof(SpanEdge));

	memset(s, 0, SPAN_HEADER_SIZE);
	s->version = SPAN_VERSION;
	return s;
}

static void
summary_check_size(Size n)
{
	if (n > (MaxAllocSize - SPAN_HEADER_SIZE) / sizeof(SpanEdge))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many spans for one span_summary: %llu edges",
						(unsigned long long) n),
				 errdetail("A value takes at most 1 GB, 16 bytes for each start or end."),
				 errhint("Summarize shorter periods or smaller groups.")));
}

static Datum
summary_finish(SpanSummary *s, Size n)
{
	summary_check_size(n);
	s->used = (uint32) n;
	SET_VARSIZE(s, SPAN_HEADER_SIZE + n * sizeof(SpanEdge));
	return PointerGetDatum(s);
}

/* How many edges there is room for. */
static inline Size
summary_capacity(const SpanSummary *s)
{
	return (VARSIZE(s) - SPAN_HEADER_SIZE) / sizeof(SpanEdge);
}

static SpanView
summary_view(const SpanSummary *s)
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

	summary_check_size(view.n);
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
	summary_finish(s, view.n);
}

static SpanView
datum_view(Datum datum)
{
	SpanState  *state = state_of_datum(datum);

	if (state != NULL)
		return state_view(state);
	return summary_view((SpanSummary *) PG_DETOAST_DATUM(datum));
}

#define PG_GETARG_SPAN_VIEW(n) datum_view(PG_GETARG_DATUM(n))

static Datum
datum_of_view(SpanView view)
{
	SpanSummary *s = summary_alloc(view.n);

	copy_edges(s->edges, view, SPAN_ADD);
	return summary_finish(s, view.n);
}

/* ---------- adding and removing ---------- */

/*
 * Adds edges to a flat state, which is ours to change.  Where there is no room
 * left it is put in order first, and grows when that has not halved it, so each
 * sort is paid for by as many new edges.
 */
static inline Datum
summary_append(SpanSummary *s, SpanView in, SpanSign sign, MemoryContext aggcontext)
{
	if (unlikely(in.n > summary_capacity(s) - s->used))
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
		if (wanted > summary_capacity(s))
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
	int64		peak = span_peak(in);

	if (sign == SPAN_ADD)
		kpi_add(&window->bound, peak, "number of open spans");
	else
		window->bound = Max(window->bound - peak, 0);
	for (Size i = 0; i < in.n; i++)
	{
		SpanEdge	edge = in.edges[i];

		SPAN_CHECK_FOR_INTERRUPTS(i);
		edge.change *= sign;
		span_window_change(window, edge);
	}
}

/* The first argument with edges added or removed. */
static Datum
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
		SpanView	old = datum_view(datum);
		SpanSummary *s = summary_alloc(old.n + in.n);
		SpanView	result = {s->edges, 0};

		result.n = span_merge(old, in, sign, s->edges);
		span_check(result);
		return summary_finish(s, result.n);
	}

	state = state_of_datum(datum);
	if (kind == AGG_CONTEXT_WINDOW && (state == NULL || state->window == NULL))
	{
		SpanView	old = datum_view(datum);

		state = state_create(aggcontext, true);
		window_change(state->window, old, SPAN_ADD);
	}
	if (state == NULL)
		return summary_append((SpanSummary *) PG_DETOAST_DATUM(datum), in, sign, aggcontext);
	if (state->window != NULL)
		window_change(state->window, in, sign);
	else
		state_append(state, in, sign);
	return EOHPGetRWDatum(&state->hdr);
}

/*
 * The edges of a tstzrange; false for one that has no length.  Its bytes are
 * read in place, as they stand behind a header of either size: the type's OID,
 * the bounds it has, and a byte of flags.
 */
static bool
range_edges(struct varlena *range, SpanEdge *pair)
{
	const char *data = VARDATA_ANY(range);
	Size		size = VARSIZE_ANY_EXHDR(range);
	char		flags = data[size - 1];
	const char *bound = data + sizeof(Oid);

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

static Datum
span_change_by_range(FunctionCallInfo fcinfo, SpanSign sign)
{
	SpanEdge	pair[2];
	SpanView	view = {pair, 2};

	if (!range_edges(PG_GETARG_VARLENA_PP(1), pair))
		return PG_GETARG_DATUM(0);
	return span_change(fcinfo, view, sign);
}

KPI_FUNCTION(span_summary_accum, span_change_by_range(fcinfo, SPAN_ADD));
KPI_FUNCTION(span_summary_accum_inv, span_change_by_range(fcinfo, SPAN_REMOVE));

/* a + b, and the transition and combine function of rollup */
KPI_FUNCTION(span_summary_merge, span_change(fcinfo, PG_GETARG_SPAN_VIEW(1), SPAN_ADD));
/* a - b, and the inverse transition of rollup */
KPI_FUNCTION(span_summary_subtract, span_change(fcinfo, PG_GETARG_SPAN_VIEW(1), SPAN_REMOVE));

KPI_FUNCTION(span_summary_final, datum_of_view(PG_GETARG_SPAN_VIEW(0)));

/* ---------- text and binary ---------- */

static const char *
unbalanced(int64 open)
{
	return open == 0 ? NULL : "Not every span that is opened is closed.";
}

/* a whole number of either sign */
static bool
scan_integer(SummaryScanner *s, int64 *value)
{
	bool		negative = summary_scan_next_is(s, '-');

	if (negative)
		s->at++;
	if (!summary_scan_count(s, value))
		return false;
	if (negative)
		*value = -*value;
	return true;
}

/* [time,change]; a time without end is null, and which one its place tells */
static bool
scan_edge(SummaryScanner *s, SpanEdge *edge)
{
	bool		infinite;

	if (!summary_scan_char(s, '['))
		return false;
	infinite = summary_scan_next_is(s, 'n') && strncmp(s->at, "null", 4) == 0;
	if (infinite)
		s->at += 4;
	else if (!scan_integer(s, &edge->time))
		return false;
	if (!summary_scan_char(s, ',') || !scan_integer(s, &edge->change) ||
		!summary_scan_char(s, ']'))
		return false;
	if (infinite)
		edge->time = edge->change > 0 ? DT_NOBEGIN : DT_NOEND;
	else if (!IS_VALID_TIMESTAMP(edge->time))
		return summary_scan_error(s, "A time is out of range.");
	return true;
}

/* [[time,change],...] */
static SpanSummary *
scan_edges(SummaryScanner *scanner)
{
	Size		size = 16;
	Size		n = 0;
	int64		open = 0;
	SpanSummary *s = summary_alloc(size);

	if (!summary_scan_char(scanner, '['))
		return NULL;
	while (!summary_scan_next_is(scanner, ']'))
	{
		SpanEdge   *edge;
		const char *complaint;

		SPAN_CHECK_FOR_INTERRUPTS(n);
		if (n == size)
		{
			size *= 2;
			s = repalloc_huge(s, SPAN_HEADER_SIZE + size * sizeof(SpanEdge));
		}
		edge = &s->edges[n];
		if ((n > 0 && !summary_scan_char(scanner, ',')) || !scan_edge(scanner, edge))
			return NULL;
		complaint = span_edge_complaint(*edge, n > 0 ? edge - 1 : NULL, &open);
		if (complaint)
		{
			summary_scan_error(scanner, complaint);
			return NULL;
		}
		n++;
	}
	if (unbalanced(open))
	{
		summary_scan_error(scanner, unbalanced(open));
		return NULL;
	}
	if (!summary_scan_char(scanner, ']'))
		return NULL;
	summary_finish(s, n);
	return s;
}

/* {"edges":[[time,change],...]} */
PG_FUNCTION_INFO_V1(span_summary_in);
Datum
span_summary_in(PG_FUNCTION_ARGS)
{
	SummaryScanner scanner;
	SpanSummary *s = NULL;

	summary_scan_start(&scanner, "span_summary", PG_GETARG_CSTRING(0), fcinfo->context);
	if (!summary_scan_char(&scanner, '{'))
		PG_RETURN_NULL();
	while (!summary_scan_next_is(&scanner, '}'))
	{
		char		name[NAMEDATALEN];

		if ((s != NULL && !summary_scan_char(&scanner, ',')) ||
			!summary_scan_name(&scanner, name, sizeof(name)))
			PG_RETURN_NULL();
		if (strcmp(name, "edges") != 0 || s != NULL)
		{
			summary_scan_error(&scanner, strcmp(name, "edges") == 0
							   ? "Field \"edges\" occurs twice."
							   : psprintf("Unknown field \"%s\".", name));
			PG_RETURN_NULL();
		}
		s = scan_edges(&scanner);
		if (s == NULL)
			PG_RETURN_NULL();
	}
	if (!summary_scan_char(&scanner, '}') || !summary_scan_end(&scanner))
		PG_RETURN_NULL();
	if (s == NULL)
		return summary_finish(summary_alloc(0), 0);
	PG_RETURN_POINTER(s);
}

PG_FUNCTION_INFO_V1(span_summary_out);
Datum
span_summary_out(PG_FUNCTION_ARGS)
{
	SpanView	view = PG_GETARG_SPAN_VIEW(0);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"edges\":[");
	for (Size i = 0; i < view.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		appendStringInfoString(&buf, i == 0 ? "[" : ",[");
		if (TIMESTAMP_NOT_FINITE(view.edges[i].time))
			appendStringInfoString(&buf, "null");
		else
			appendStringInfo(&buf, INT64_FORMAT, view.edges[i].time);
		appendStringInfo(&buf, "," INT64_FORMAT "]", view.edges[i].change);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

PG_FUNCTION_INFO_V1(span_summary_recv);
Datum
span_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buf);
	uint32		n = pq_getmsgint(buf, 4);
	int64		open = 0;
	SpanSummary *s;

	if (version != SPAN_VERSION)
		summary_binary_error("span_summary", psprintf("Unknown version %d.", version));
	if ((uint64) (buf->len - buf->cursor) != (uint64) n * sizeof(SpanEdge))
		summary_binary_error("span_summary", "The number of edges disagrees with the length.");
	s = summary_alloc(n);
	for (uint32 i = 0; i < n; i++)
	{
		SpanEdge   *edge = &s->edges[i];
		const char *complaint;

		SPAN_CHECK_FOR_INTERRUPTS(i);
		edge->time = pq_getmsgint64(buf);
		edge->change = pq_getmsgint64(buf);
		complaint = span_edge_complaint(*edge, i > 0 ? edge - 1 : NULL, &open);
		if (complaint)
			summary_binary_error("span_summary", complaint);
	}
	if (unbalanced(open))
		summary_binary_error("span_summary", unbalanced(open));
	return summary_finish(s, n);
}

PG_FUNCTION_INFO_V1(span_summary_send);
Datum
span_summary_send(PG_FUNCTION_ARGS)
{
	SpanView	view = PG_GETARG_SPAN_VIEW(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbyte(&buf, SPAN_VERSION);
	pq_sendint32(&buf, (uint32) view.n);
	for (Size i = 0; i < view.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		pq_sendint64(&buf, view.edges[i].time);
		pq_sendint64(&buf, view.edges[i].change);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

SUMMARY_VARLENA_FUNCTIONS(span_summary);

/* ---------- accessors ---------- */

static inline Datum
interval_datum(int64 usec)
{
	return IntervalPGetDatum(kpi_usec_to_interval(usec));
}

/* The tree of a window frame, or NULL: it knows the answers of the next two. */
static inline SpanWindow *
getarg_window(FunctionCallInfo fcinfo, int n)
{
	SpanState  *state = state_of_datum(PG_GETARG_DATUM(n));

	return state != NULL ? state->window : NULL;
}

PG_FUNCTION_INFO_V1(span_summary_covered);
Datum
span_summary_covered(PG_FUNCTION_ARGS)
{
	SpanWindow *window = getarg_window(fcinfo, 0);
	SpanView	s;

	if (window != NULL)
	{
		if (span_window_is_empty(window))
			PG_RETURN_NULL();
		return interval_datum(span_window_covered(window, "covered time"));
	}
	s = PG_GETARG_SPAN_VIEW(0);
	if (s.n == 0)
		PG_RETURN_NULL();
	return interval_datum(span_time_at_least(s, 1, "covered time"));
}

PG_FUNCTION_INFO_V1(span_summary_peak_concurrency);
Datum
span_summary_peak_concurrency(PG_FUNCTION_ARGS)
{
	SpanWindow *window = getarg_window(fcinfo, 0);
	SpanView	s;

	if (window != NULL)
	{
		if (span_window_is_empty(window))
			PG_RETURN_NULL();
		PG_RETURN_INT64(span_window_peak(window));
	}
	s = PG_GETARG_SPAN_VIEW(0);
	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(span_peak(s));
}

PG_FUNCTION_INFO_V1(span_summary_total);
Datum
span_summary_total(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);

	if (s.n == 0)
		PG_RETURN_NULL();
	return interval_datum(span_total(s));
}

PG_FUNCTION_INFO_V1(span_summary_average_concurrency);
Datum
span_summary_average_concurrency(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);

	if (s.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) span_total(s) / (double) span_time_at_least(s, 1, "covered time"));
}

KPI_FUNCTION(span_summary_concurrency_at,
			 Int64GetDatum(span_open_at(PG_GETARG_SPAN_VIEW(0), PG_GETARG_TIMESTAMPTZ(1))));

PG_FUNCTION_INFO_V1(span_summary_time_at_least);
Datum
span_summary_time_at_least(PG_FUNCTION_ARGS)
{
	int64		n = PG_GETARG_INT64(1);
	SpanView	s;

	if (n < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must be 1 or more: " INT64_FORMAT, n),
				 errdetail("At least 0 spans are open at any time.")));
	s = PG_GETARG_SPAN_VIEW(0);
	if (s.n == 0)
		PG_RETURN_NULL();
	return interval_datum(span_time_at_least(s, n, "time with at least n open spans"));
}

KPI_FUNCTION(span_summary_overlap,
			 interval_datum(span_overlap(PG_GETARG_SPAN_VIEW(0), PG_GETARG_SPAN_VIEW(1))));

PG_FUNCTION_INFO_V1(span_summary_clip);
Datum
span_summary_clip(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);
	SpanEdge	within[2];
	SpanSummary *result;

	if (!range_edges(PG_GETARG_VARLENA_PP(1), within))
		return summary_finish(summary_alloc(0), 0);
	result = summary_alloc(s.n + 2);
	return summary_finish(result,
						  span_clip(s, within[0].time, within[1].time, result->edges));
}

/* ---------- one summary against another ---------- */

static TimeShare
share_of(FunctionCallInfo fcinfo)
{
	SpanView	part = PG_GETARG_SPAN_VIEW(0);
	SpanView	whole = PG_GETARG_SPAN_VIEW(1);
	TimeShare	result;

	result.part = span_overlap(part, whole);
	result.whole = span_time_at_least(whole, 1, "covered time");
	return result;
}

PG_FUNCTION_INFO_V1(span_summary_time_share);
Datum
span_summary_time_share(PG_FUNCTION_ARGS)
{
	TimeShare  *result = palloc(sizeof(TimeShare));

	*result = share_of(fcinfo);
	PG_RETURN_POINTER(result);
}

/* utilization and adherence */
PG_FUNCTION_INFO_V1(span_summary_share);
Datum
span_summary_share(PG_FUNCTION_ARGS)
{
	TimeShare	share = share_of(fcinfo);

	if (share.whole == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(time_share_share(&share));
}

PG_FUNCTION_INFO_V1(span_summary_conformance);
Datum
span_summary_conformance(PG_FUNCTION_ARGS)
{
	TimeShare	share;

	share.part = span_time_at_least(PG_GETARG_SPAN_VIEW(0), 1, "covered time");
	share.whole = span_time_at_least(PG_GETARG_SPAN_VIEW(1), 1, "covered time");
	if (share.whole == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(time_share_share(&share));
}

/* ---------- multiranges ---------- */

PG_FUNCTION_INFO_V1(span_summary_from_multirange);
Datum
span_summary_from_multirange(PG_FUNCTION_ARGS)
{
	MultirangeType *multirange = PG_GETARG_MULTIRANGE_P(0);
	TypeCacheEntry *typcache = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	RangeType **ranges;
	int32		count;
	Size		n = 0;
	SpanSummary *s;

	/* ranges of a multirange are in order and do not touch: so are their edges */
	multirange_deserialize(typcache, multirange, &count, &ranges);
	s = summary_alloc(2 * (Size) count);
	for (int32 i = 0; i < count; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		if (range_edges((struct varlena *) ranges[i], &s->edges[n]))
			n += 2;
	}
	return summary_finish(s, span_unite(s->edges, n));
}

static RangeType *
range_of_edges(TypeCacheEntry *typcache, int64 start, int64 end)
{
	RangeBound	lower;
	RangeBound	upper;

	lower.val = TimestampTzGetDatum(start);
	lower.infinite = TIMESTAMP_IS_NOBEGIN(start);
	lower.inclusive = true;
	lower.lower = true;
	upper.val = TimestampTzGetDatum(end);
	upper.infinite = TIMESTAMP_IS_NOEND(end);
	upper.inclusive = false;
	upper.lower = false;
	return kpi_make_range(typcache, &lower, &upper);
}

PG_FUNCTION_INFO_V1(span_summary_spans);
Datum
span_summary_spans(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);
	TypeCacheEntry *typcache = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	RangeType **ranges = palloc((s.n / 2 + 1) * sizeof(RangeType *));
	int32		count = 0;
	int64		open = 0;
	int64		start = 0;

	for (Size i = 0; i < s.n; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		if (open == 0)
			start = s.edges[i].time;
		open += s.edges[i].change;
		if (open == 0)
			ranges[count++] = range_of_edges(typcache, start, s.edges[i].time);
	}
	PG_RETURN_MULTIRANGE_P(make_multirange(TSTZMULTIRANGEOID, typcache, count, ranges));
}
