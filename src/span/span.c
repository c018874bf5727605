/*
 * span.c
 *		Type span_summary: covered time, concurrency, backlog, and how far what
 *		happened agrees with what was planned, from spans of time.
 */
#include "postgres.h"

#include "base/row.h"
#include "span/span_range.h"
#include "span/span_state.h"
#include "time_share/time_share.h"

#include "catalog/pg_type.h"
#include "utils/fmgroids.h"
#include "utils/multirangetypes.h"
#include "utils/typcache.h"

/* ---------- adding and removing ---------- */

/*
 * An unknown start is nearly always that of a contact that was never answered;
 * it would be open since ever.
 */
pg_noreturn static void
no_start_error(struct varlena *span)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("span has no start: %s",
					OidOutputFunctionCall(F_RANGE_OUT, PointerGetDatum(span))),
			 errhint("A call that was never answered has no talk: leave it out with FILTER (WHERE answered). "
					 "A start of -infinity says that a span has always been open.")));
}

/* The edges of a span; false for one that has no length. */
static inline bool
edges_of_span(struct varlena *span, SpanEdge *pair)
{
	if (!span_edges_of_range(span, pair))
		return false;
	if (unlikely(!RANGE_HAS_LBOUND(span_range_flags(span))))
		no_start_error(span);
	return true;
}

static Datum
span_change_by_range(FunctionCallInfo fcinfo, SpanSign sign)
{
	SpanEdge	pair[2];
	SpanView	view = {pair, 2};

	if (!edges_of_span(PG_GETARG_VARLENA_PP(1), pair))
		return PG_GETARG_DATUM(0);
	return span_change(fcinfo, view, sign);
}

KPI_FUNCTION(span_summary_accum, span_change_by_range(fcinfo, SPAN_ADD));
KPI_FUNCTION(span_summary_accum_inv, span_change_by_range(fcinfo, SPAN_REMOVE));

/* a + b, and the transition and combine function of rollup */
KPI_FUNCTION(span_summary_merge, span_change(fcinfo, PG_GETARG_SPAN_VIEW(1), SPAN_ADD));
/* a - b, and the inverse transition of rollup */
KPI_FUNCTION(span_summary_subtract, span_change(fcinfo, PG_GETARG_SPAN_VIEW(1), SPAN_REMOVE));

KPI_FUNCTION(span_summary_final, span_datum_of_view(PG_GETARG_SPAN_VIEW(0)));

/* ---------- accessors ---------- */

PG_FUNCTION_INFO_V1(span_summary_covered);
Datum
span_summary_covered(PG_FUNCTION_ARGS)
{
	SpanWindow *window = span_window_of_datum(PG_GETARG_DATUM(0));
	SpanView	s;

	if (window != NULL)
	{
		if (span_window_is_empty(window))
			PG_RETURN_NULL();
		return kpi_interval_datum(span_window_covered(window, "covered time"));
	}
	s = PG_GETARG_SPAN_VIEW(0);
	if (s.n == 0)
		PG_RETURN_NULL();
	return kpi_interval_datum(span_time_at_least(s, 1, "covered time"));
}

PG_FUNCTION_INFO_V1(span_summary_peak_concurrency);
Datum
span_summary_peak_concurrency(PG_FUNCTION_ARGS)
{
	SpanWindow *window = span_window_of_datum(PG_GETARG_DATUM(0));
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
	return kpi_interval_datum(span_total(s));
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

/* covered and total seconds, peak and average concurrency */
PG_FUNCTION_INFO_V1(span_kpis);
Datum
span_kpis(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);
	int64		covered = span_time_at_least(s, 1, "covered time");
	int64		total = span_total(s);
	KpiRow		row = {0};

	row_add_seconds(&row, s.n > 0, covered);
	row_add_seconds(&row, s.n > 0, total);
	row_add(&row, s.n > 0, Int64GetDatum(span_peak(s)));
	row_add_rate(&row, total, covered);
	return row_result(fcinfo, &row);
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
	return kpi_interval_datum(span_time_at_least(s, n, "time with at least n open spans"));
}

KPI_FUNCTION(span_summary_overlap,
			 kpi_interval_datum(span_overlap(PG_GETARG_SPAN_VIEW(0), PG_GETARG_SPAN_VIEW(1))));

PG_FUNCTION_INFO_V1(span_summary_clip);
Datum
span_summary_clip(PG_FUNCTION_ARGS)
{
	SpanView	s = PG_GETARG_SPAN_VIEW(0);
	SpanEdge	within[2];
	SpanSummary *result;

	if (!span_edges_of_range(PG_GETARG_VARLENA_PP(1), within))
		return span_value_finish(span_value_alloc(0), 0);
	result = span_value_alloc(s.n + 2);
	return span_value_finish(result,
						  span_clip(s, within[0].time, within[1].time, result->edges));
}

/* ---------- one summary against another ---------- */

/* The second argument, by whose covered time the first is divided. */
static SpanView
getarg_base(FunctionCallInfo fcinfo, const char *argument)
{
	SpanView	base = PG_GETARG_SPAN_VIEW(1);
	int64		peak = span_peak(base);

	if (peak > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be the time of one agent, but has " INT64_FORMAT " spans open at once",
						argument, peak),
				 errdetail("A union of several agents' time is covered as soon as one of them is there."),
				 errhint("Summarize by agent, then add up the agents' time: SELECT team, share(rollup(time_share(part, whole))) "
						 "FROM (SELECT team, agent, span_agg(span) FILTER (WHERE state = 'handling') AS part, span_agg(span) AS whole "
						 "FROM agent_log GROUP BY team, agent) AS agents GROUP BY team. "
						 "Where one agent's own spans overlap, unite them first: span_summary(spans(%s)).",
						 argument)));
	return base;
}

static TimeShare
share_of(FunctionCallInfo fcinfo, const char *base)
{
	SpanView	part = PG_GETARG_SPAN_VIEW(0);
	SpanView	whole = getarg_base(fcinfo, base);
	TimeShare	result;

	result.part = span_overlap(part, whole);
	result.whole = span_time_at_least(whole, 1, "covered time");
	return result;
}

/* adherence(actual, scheduled, grace): an absence shorter than grace is none */
static TimeShare
adherence_with_grace(FunctionCallInfo fcinfo)
{
	TimeShare	result = share_of(fcinfo, "scheduled");
	int64		grace = kpi_getarg_duration(fcinfo, 2, DURATION_INTERVAL, "grace");

	result.part += span_short_gaps(PG_GETARG_SPAN_VIEW(1), PG_GETARG_SPAN_VIEW(0), grace);
	return result;
}

static TimeShare
conformance_of(FunctionCallInfo fcinfo)
{
	SpanView	actual = PG_GETARG_SPAN_VIEW(0);
	SpanView	scheduled = getarg_base(fcinfo, "scheduled");
	TimeShare	result;

	result.part = span_time_at_least(actual, 1, "covered time");
	result.whole = span_time_at_least(scheduled, 1, "covered time");
	return result;
}

static Datum
time_share_datum(TimeShare share)
{
	TimeShare  *result = palloc(sizeof(TimeShare));

	*result = share;
	return PointerGetDatum(result);
}

/* NULL without a base */
static Datum
share_datum(FunctionCallInfo fcinfo, TimeShare share)
{
	if (share.whole == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(time_share_share(&share));
}

KPI_FUNCTION(span_summary_time_share, time_share_datum(share_of(fcinfo, "whole")));
KPI_FUNCTION(span_summary_utilization, share_datum(fcinfo, share_of(fcinfo, "worked")));
KPI_FUNCTION(span_summary_adherence, share_datum(fcinfo, share_of(fcinfo, "scheduled")));
KPI_FUNCTION(span_summary_adherence_grace, share_datum(fcinfo, adherence_with_grace(fcinfo)));
KPI_FUNCTION(span_summary_conformance, share_datum(fcinfo, conformance_of(fcinfo)));

/* ---------- ranges ---------- */

static RangeType *
range_of_edges(TypeCacheEntry *typcache, int64 start, int64 end)
{
	RangeBound	lower;
	RangeBound	upper;

	lower.val = TimestampTzGetDatum(start);
	lower.infinite = false;		/* -infinity is a start, as in what was added */
	lower.inclusive = true;
	lower.lower = true;
	upper.val = TimestampTzGetDatum(end);
	upper.infinite = TIMESTAMP_IS_NOEND(end);
	upper.inclusive = false;
	upper.lower = false;
	return kpi_make_range(typcache, &lower, &upper);
}

/* plausible_span(start_at, end_at [, longest]): NULL where no span can be meant; no end is still open */
PG_FUNCTION_INFO_V1(span_plausible);
Datum
span_plausible(PG_FUNCTION_ARGS)
{
	TypeCacheEntry *typcache = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	int64		longest = 0;
	int64		length;
	TimestampTz start;
	TimestampTz end;

	if (PG_NARGS() > 2)
	{
		if (PG_ARGISNULL(2))
			kpi_null_argument_error("longest");
		longest = kpi_getarg_duration(fcinfo, 2, DURATION_INTERVAL, "longest");
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	start = PG_GETARG_TIMESTAMPTZ(0);
	end = PG_ARGISNULL(1) ? DT_NOEND : PG_GETARG_TIMESTAMPTZ(1);
	if (end < start || TIMESTAMP_NOT_FINITE(start))
		PG_RETURN_NULL();
	/* the first timestamp and the last are further apart than an int64 of microseconds */
	if (PG_NARGS() > 2 && !TIMESTAMP_IS_NOEND(end) &&
		(pg_sub_s64_overflow(end, start, &length) || length > longest))
		PG_RETURN_NULL();
	PG_RETURN_RANGE_P(range_of_edges(typcache, start, end));
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
	s = span_value_alloc(2 * (Size) count);
	for (int32 i = 0; i < count; i++)
	{
		SPAN_CHECK_FOR_INTERRUPTS(i);
		if (edges_of_span((struct varlena *) ranges[i], &s->edges[n]))
			n += 2;
	}
	return span_value_finish(s, span_unite(s->edges, n));
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
