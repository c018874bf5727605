/*
 * row.h
 *		A row of plain numbers: what queue_kpis, handle_kpis and the like return.
 */
#ifndef ROW_H
#define ROW_H

#include "access/htup_details.h"
#include "funcapi.h"
#include "base/kpi.h"
#include "base/statistics.h"

#define ROW_MAX_COLUMNS 32

typedef struct KpiRow
{
	int			length;
	Datum		values[ROW_MAX_COLUMNS];
	bool		nulls[ROW_MAX_COLUMNS];
} KpiRow;

static inline void
row_add(KpiRow *row, bool known, Datum value)
{
	Assert(row->length < ROW_MAX_COLUMNS);
	row->nulls[row->length] = !known;
	row->values[row->length++] = value;
}

static inline void
row_add_count(KpiRow *row, int64 count)
{
	row_add(row, true, Int64GetDatum(count));
}

/* hits / total, null when the total is 0 */
static inline void
row_add_rate(KpiRow *row, int64 hits, int64 total)
{
	row_add(row, total > 0, Float8GetDatum(total > 0 ? (double) hits / (double) total : 0));
}

/* the ends of the rate's Wilson interval, null when the total is 0 */
static inline void
row_add_wilson(KpiRow *row, int64 hits, int64 total, double z)
{
	bool		known = total > 0;

	row_add(row, known, Float8GetDatum(known ? wilson_end(hits, total, -z) : 0));
	row_add(row, known, Float8GetDatum(known ? wilson_end(hits, total, z) : 0));
}

static inline void
row_add_float8(KpiRow *row, bool known, double value)
{
	row_add(row, known, Float8GetDatum(value));
}

static inline void
row_add_seconds(KpiRow *row, bool known, int64 usec)
{
	row_add(row, known, Float8GetDatum(known ? kpi_usec_to_seconds(usec) : 0));
}

/* The row as the result of a function with as many OUT parameters. */
static inline Datum
row_result(FunctionCallInfo fcinfo, KpiRow *row)
{
	TupleDesc	tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE ||
		tupdesc->natts != row->length)
		elog(ERROR, "unexpected result type of a function of the kpi extension");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), row->values, row->nulls));
}

#endif							/* ROW_H */
