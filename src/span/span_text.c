/*
 * span_text.c
 *		The text, binary and JSON forms of a span_summary, and its comparisons.
 */
#include "postgres.h"

#include "span/span_state.h"
#include "base/summary.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

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
	infinite = summary_scan_null(s);
	if (!infinite && !scan_integer(s, &edge->time))
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
	SpanSummary *s = span_value_alloc(size);

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
	span_value_finish(s, n);
	return s;
}

/* {"edges":[[time,change],...]} */
PG_FUNCTION_INFO_V1(span_summary_in);
Datum
span_summary_in(PG_FUNCTION_ARGS)
{
	static const char *const name = "edges";
	SummaryScanner scanner;
	SpanSummary *s = NULL;
	uint64		seen = 0;

	summary_scan_start(&scanner, "span_summary", PG_GETARG_CSTRING(0), fcinfo->context);
	if (!summary_scan_char(&scanner, '{'))
		PG_RETURN_NULL();
	while (!summary_scan_next_is(&scanner, '}'))
	{
		if (summary_scan_field(&scanner, &name, 1, &seen) < 0)
			PG_RETURN_NULL();
		s = scan_edges(&scanner);
		if (s == NULL)
			PG_RETURN_NULL();
	}
	if (!summary_scan_char(&scanner, '}') || !summary_scan_end(&scanner))
		PG_RETURN_NULL();
	if (s == NULL)
		return span_value_finish(span_value_alloc(0), 0);
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
	s = span_value_alloc(n);
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
	return span_value_finish(s, n);
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

SUMMARY_VARLENA_FUNCTIONS(span_summary, span_value_canonical);
