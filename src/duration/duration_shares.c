/*
 * duration_shares.c
 *		How many durations lie within limits: shares, histograms, and the curve by
 *		which those who wait give up.
 *
 * A limit counts as within, and with it its whole bucket.
 */
#include "postgres.h"

#include "duration/duration_state.h"
#include "base/row.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(duration_rate_within);
Datum
duration_rate_within(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	int64		threshold = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1), "threshold");

	if (d->samples == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) duration_samples_within(d, threshold) / (double) d->samples);
}

/* Whatever was counted, unless what 1.0.0 counted on its own grid is among it. */
PG_FUNCTION_INFO_V1(duration_is_exact);
Datum
duration_is_exact(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	int64		threshold = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1), "threshold");

	PG_RETURN_BOOL(d->coarse == 0 && duration_is_end(threshold));
}

/* The edges of a histogram as microseconds, ascending. */
static int64 *
getarg_edges(FunctionCallInfo fcinfo, int arg, int *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	Datum	   *values;
	bool	   *nulls;
	int64	   *edges;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("edges must be an array of one dimension")));
	deconstruct_array(array, INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE,
					  &values, &nulls, n);
	edges = palloc(Max(*n, 1) * sizeof(int64));
	for (int i = 0; i < *n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("edges must not contain nulls")));
		edges[i] = kpi_interval_to_usec(DatumGetIntervalP(values[i]), "an edge");
		if (i > 0 && edges[i] <= edges[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("edges must ascend: %s follows %s",
							DatumGetCString(DirectFunctionCall1(interval_out, values[i])),
							DatumGetCString(DirectFunctionCall1(interval_out, values[i - 1])))));
	}
	return edges;
}

/* ---------- histograms ---------- */

/* n edges give n + 1 counts: up to the first edge, up to the second, ..., above the last. */
static int64 *
count_between(const Durations *d, const int64 *edges, int n)
{
	int64	   *counts = palloc0((n + 1) * sizeof(int64));
	DurationCursor c;
	int			cell = 0;

	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		while (cell < n && c.bucket > duration_bucket(edges[cell]))
			cell++;
		counts[cell] += c.count;
	}
	return counts;
}

PG_FUNCTION_INFO_V1(duration_histogram_of);
Datum
duration_histogram_of(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	int			n;
	int64	   *edges = getarg_edges(fcinfo, 1, &n);
	int64	   *counts = count_between(d, edges, n);
	Datum	   *values = palloc((n + 1) * sizeof(Datum));

	for (int i = 0; i <= n; i++)
		values[i] = Int64GetDatum(counts[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, n + 1, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static inline void
row_add_edge(KpiRow *row, bool known, int64 usec)
{
	row_add(row, known, kpi_interval_datum(usec));
}

/* One row for each count: (low, high, samples, share, cumulative_share) */
PG_FUNCTION_INFO_V1(duration_histogram_rows);
Datum
duration_histogram_rows(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n;
	int64	   *edges = getarg_edges(fcinfo, 1, &n);
	int64	   *counts = count_between(d, edges, n);
	int64		within = 0;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i <= n; i++)
	{
		KpiRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		within += counts[i];
		row_add_edge(&row, i > 0, i > 0 ? edges[i - 1] : 0);
		row_add_edge(&row, i < n, i < n ? edges[i] : 0);
		row_add_count(&row, counts[i]);
		row_add_rate(&row, counts[i], d->samples);
		row_add_rate(&row, within, d->samples);
		tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
	}
	return (Datum) 0;
}

/* ---------- who gives up ---------- */

/*
 * Kaplan and Meier's estimate (1958): of those who still wait, this share gives up
 * at each step; who is answered leaves without having given up.  A step is a
 * bucket, and those who give up in it come before those who are answered.
 */
typedef struct GivingUp
{
	DurationCursor abandoned;
	DurationCursor answered;
	bool		more_abandoned;
	bool		more_answered;
	int64		at_risk;
	int64		gone;			/* who gave up so far */
	double		share_gone;
} GivingUp;

static void
giving_up_start(GivingUp *g, const Durations *abandoned, const Durations *answered)
{
	duration_cursor(&g->abandoned, abandoned);
	duration_cursor(&g->answered, answered);
	g->more_abandoned = duration_next(&g->abandoned);
	g->more_answered = duration_next(&g->answered);
	g->at_risk = abandoned->samples + answered->samples;	/* each below 2^62 */
	g->gone = 0;
	g->share_gone = 0;
}

/* Goes on to the end of a bucket. */
static void
giving_up_until(GivingUp *g, int bucket)
{
	for (;;)
	{
		int			next = Min(g->more_abandoned ? g->abandoned.bucket : DURATION_BUCKETS,
							   g->more_answered ? g->answered.bucket : DURATION_BUCKETS);
		int64		leave = 0;

		if (next > bucket || next == DURATION_BUCKETS)
			return;
		if (g->more_abandoned && g->abandoned.bucket == next)
		{
			leave += g->abandoned.count;
			g->gone += g->abandoned.count;
			/* 1 - (1 - share) * (1 - count / at_risk), where a small share keeps its digits */
			g->share_gone += (1 - g->share_gone) * ((double) g->abandoned.count / (double) g->at_risk);
			g->more_abandoned = duration_next(&g->abandoned);
		}
		if (g->more_answered && g->answered.bucket == next)
		{
			leave += g->answered.count;
			g->more_answered = duration_next(&g->answered);
		}
		g->at_risk -= leave;
	}
}

/* One row for each edge: (wait, at_risk, abandoned, share_gone) */
PG_FUNCTION_INFO_V1(duration_abandonment_curve);
Datum
duration_abandonment_curve(PG_FUNCTION_ARGS)
{
	const Durations *abandoned = PG_GETARG_DURATIONS_P(0);
	const Durations *answered = PG_GETARG_DURATIONS_P(1);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			n;
	int64	   *edges = getarg_edges(fcinfo, 2, &n);
	GivingUp	g;
	bool		some;

	InitMaterializedSRF(fcinfo, 0);
	giving_up_start(&g, abandoned, answered);
	some = g.at_risk > 0;
	for (int i = 0; i < n; i++)
	{
		KpiRow		row = {0};
		int64		at_risk = g.at_risk;
		int64		gone = g.gone;

		CHECK_FOR_INTERRUPTS();
		giving_up_until(&g, duration_bucket(edges[i]));
		row_add_edge(&row, true, edges[i]);
		row_add_count(&row, at_risk);
		row_add_count(&row, g.gone - gone);
		row_add_float8(&row, some, Min(g.share_gone, 1));
		tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
	}
	return (Datum) 0;
}
