/*
 * span_series.c
 *		How many spans were open within a range: on average, and interval by
 *		interval on a zone's local clock.
 */
#include "postgres.h"

#include "calendar/reporting.h"
#include "span/span_range.h"
#include "span/span_state.h"

#include "funcapi.h"
#include "utils/tuplestore.h"

/* A range that a report covers: from edges[0].time to edges[1].time; false when empty. */
static bool
getarg_within(FunctionCallInfo fcinfo, int n, SpanEdge *edges)
{
	if (!span_edges_of_range(PG_GETARG_VARLENA_PP(n), edges))
		return false;
	if (TIMESTAMP_IS_NOBEGIN(edges[0].time) || TIMESTAMP_IS_NOEND(edges[1].time))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("within must have both ends: its %s is missing or infinite",
						TIMESTAMP_IS_NOBEGIN(edges[0].time) ? "start" : "end"),
				 errhint("Name the period of the report, for example tstzrange('2026-03-01', '2026-04-01').")));
	return true;
}

/* total time within the range / its length */
PG_FUNCTION_INFO_V1(span_summary_average_within);
Datum
span_summary_average_within(PG_FUNCTION_ARGS)
{
	SpanWalk	walk = {PG_GETARG_SPAN_VIEW(0), 0, 0};
	SpanEdge	within[2];
	int64		start;
	int64		end;
	int64		length;

	if (!getarg_within(fcinfo, 1, within))
		PG_RETURN_NULL();
	start = within[0].time;
	end = within[1].time;
	if (pg_sub_s64_overflow(end, start, &length))
		kpi_overflow_error("length of the range");
	span_walk_to(&walk, start);
	PG_RETURN_FLOAT8(span_average(span_walk_through(&walk, start, end), length));
}

/* A reporting interval, as much of it as the range holds. */
typedef struct SeriesRow
{
	TimestampTz start;
	int64		length;
	SpanStretch open;
} SeriesRow;

static void
row_extend(SeriesRow *row, SpanWalk *walk, TimestampTz at, TimestampTz until)
{
	SpanStretch more;

	span_walk_to(walk, at);
	more = span_walk_through(walk, at, until);
	row->length += until - at;
	row->open.peak = Max(row->open.peak, more.peak);
	kpi_add(&row->open.total, more.total, "total time");
	row->open.covered += more.covered;
}

/*
 * Where the clock goes back over the beginning of an interval, the one before
 * comes back: adds what of it lies between "from" and the end of the range.
 */
static void
row_add_what_comes_back(SeriesRow *row, SpanWalk walk, Clock *clock, const ReportingStep *step,
						TimestampTz from, TimestampTz end)
{
	while ((from = reporting_comes_back(clock, step, row->start, from)) < end)
	{
		TimestampTz until = Min(reporting_end(clock, step, from), end);

		CHECK_FOR_INTERRUPTS();
		row_extend(row, &walk, from, until);
		from = until;
	}
}

/* (interval_start, at_start, peak, average, covered) */
static void
put_row(ReturnSetInfo *result, const SeriesRow *row)
{
	Interval   *covered = kpi_usec_to_interval(row->open.covered);
	Datum		values[5] = {
		TimestampTzGetDatum(row->start),
		Int64GetDatum(row->open.at_start),
		Int64GetDatum(row->open.peak),
		Float8GetDatum(span_average(row->open, row->length)),
		IntervalPGetDatum(covered)
	};
	bool		nulls[5] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(covered);
}

PG_FUNCTION_INFO_V1(span_summary_concurrency_series);
Datum
span_summary_concurrency_series(PG_FUNCTION_ARGS)
{
	SpanWalk	walk = {PG_GETARG_SPAN_VIEW(0), 0, 0};
	ReportingStep step = reporting_getarg_step(fcinfo, 1, 4);
	Clock	   *clock = reporting_getarg_clock(fcinfo, 2);
	SpanEdge	within[2];
	TimestampTz begin;
	TimestampTz end;
	TimestampTz first;

	InitMaterializedSRF(fcinfo, 0);
	if (!getarg_within(fcinfo, 3, within))
		return (Datum) 0;
	begin = within[0].time;
	end = within[1].time;
	first = reporting_start(clock, &step, begin);
	for (TimestampTz at = begin; at < end;)
	{
		TimestampTz next = Min(reporting_end(clock, &step, at), end);
		SeriesRow	row = {reporting_start(clock, &step, at), 0, {0, 0, 0, 0}};

		CHECK_FOR_INTERRUPTS();
		/* unless it comes back, and has been told where it was first */
		if (at == begin || row.start == at || (row.start < begin && row.start != first))
		{
			span_walk_to(&walk, at);
			row.open.at_start = walk.open;
			row_extend(&row, &walk, at, next);
			row_add_what_comes_back(&row, walk, clock, &step, next, end);
			put_row((ReturnSetInfo *) fcinfo->resultinfo, &row);
		}
		at = next;
	}
	return (Datum) 0;
}
