/*
 * expr.c
 *		Expressions over the columns of a batch: evaluated as compile.c has
 *		chosen.
 *
 * A faster way than the generic one may say of a row "I do not know" (an
 * overflow, an infinity, a NaN); such rows go the generic way, which gives the
 * value or raises the error that the server would.  So a fast way never has to
 * raise anything itself, and its functions' privileges have been checked.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/vector.h"

#include "utils/datum.h"

#include "base/kpi.h"

/* ---------- evaluating ---------- */

/* The same for all rows of the scan, and only worked out when a row needs it. */
static void
eval_constant(BatchColumns *columns, BatchExpr *e)
{
	MemoryContext old = MemoryContextSwitchTo(columns->econtext->ecxt_per_tuple_memory);
	bool		isnull;
	Datum		value = batch_eval_row(columns, e, 0, &isnull);

	MemoryContextSwitchTo(columns->constants);
	if (!isnull && !e->byval)
		value = datumCopy(value, e->byval, e->len);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < columns->capacity; i++)
		batch_set_datum(&e->vector, i, isnull ? (Datum) 0 : value);
	memset(e->nulls, isnull, columns->capacity);
	e->vector.nulls = isnull ? e->nulls : NULL;
	e->once = true;
}

/*
 * Durations become microseconds.  What the transition function would refuse is
 * in doubt, and so is what only its slow way converts.  Numbers are converted
 * for all rows at once: those that are NULL or not asked for do no harm.
 */
#define CONVERT_LOOP(type, plain, convert) \
	do { \
		const type *values = source->values; \
		bool		any = false; \
		\
		for (int i = 0; i < n; i++) \
		{ \
			type		x = values[i]; \
			\
			any |= !(plain); \
			to[i] = (convert); \
		} \
		for (int k = 0; unlikely(any) && k < rows->count; k++) \
		{ \
			int			row = batch_row(rows, k); \
			type		x = values[row]; \
			\
			if (!(plain) && !(nulls && nulls[row])) \
				doubt(columns, e, row); \
		} \
	} while (0)

static void
doubt(BatchColumns *columns, BatchExpr *e, int row)
{
	if (e->doubts == NULL)
	{
		memset(e->doubt_space, 0, columns->nrows);
		e->doubts = e->doubt_space;
	}
	e->doubts[row] = 1;
}

/* no months; days of 24 hours; far from what int64 cannot hold */
static inline bool
plain_interval(const Interval *value)
{
	return value->month == 0 && value->day >= 0 && value->day < 10000000 &&
		value->time >= 0 && value->time < INT64CONST(1) << 61;
}

/* Only rows that are asked for have something to point to. */
static void
convert_intervals(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	const BatchVector *source = &e->source->vector;
	int64	   *to = e->vector.values;

	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		const Interval *value = DatumGetIntervalP(((const Datum *) source->values)[row]);

		if (BATCH_IS_NULL(source, row))
			continue;
		if (likely(plain_interval(value)))
			to[row] = value->day * USECS_PER_DAY + value->time;
		else
			doubt(columns, e, row);
	}
}

static void
eval_duration(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	const BatchVector *source = &e->source->vector;
	const uint8 *nulls;
	int64	   *to = e->vector.values;
	bool		constant = e->source->kind == EXPR_CONSTANT;
	int			n = columns->nrows;
	const BatchRows all = {columns->capacity, NULL};

	if (e->once)
		return;
	batch_eval(columns, e->source, rows);
	if (constant)
	{
		/* for the largest batch, so that it stays converted */
		n = columns->capacity;
		rows = &all;
	}
	nulls = source->nulls;
	e->vector.nulls = source->nulls;
	e->doubts = NULL;
	switch (source->class)
	{
		case BATCH_INT4:
			CONVERT_LOOP(int32, x >= 0, (int64) x * USECS_PER_SEC);
			break;
		case BATCH_FLOAT8:
			CONVERT_LOOP(double, x >= 0 && x < 2e9, x >= 0 && x < 2e9 ? kpi_float8_to_usec(x, NULL) : 0);
			break;
		default:
			convert_intervals(columns, e, rows);
			break;
	}
	e->once = constant && e->doubts == NULL;
}

/* One that an expression of vectors reads: the same for any row. */
static void
eval_constants(BatchColumns *columns, List *constants)
{
	static const BatchRows one = {1, NULL};
	ListCell   *lc;

	foreach(lc, constants)
		batch_eval(columns, lfirst(lc), &one);
}

/*
 * Makes e->vector right for these rows.  Durations may keep doubtful rows: who
 * asks for one looks at e->doubts.  What is not plain is evaluated in strips
 * instead, by batch_eval_strip.
 */
void
batch_eval(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	/* whether other rows are known as well when these are */
	bool		whole = true;

	if (rows->count == 0 || e->batch == columns->batch)
		return;
	if (e->kind == EXPR_MEMO && !batch_memo_eval(columns, e, rows))
		e->kind = EXPR_GENERIC;
	switch (e->kind)
	{
		case EXPR_COLUMN:
			e->vector = columns->columns[e->column].vector;
			break;
		case EXPR_CONSTANT:
			if (!e->once)
				eval_constant(columns, e);
			break;
		case EXPR_VECTOR:
			eval_constants(columns, e->constants);
			batch_vector_eval(columns, e->form);
			e->vector = e->form->vector;
			e->doubts = e->form->doubts;
			if (e->doubts && !e->duration)
			{
				batch_eval_doubtful(columns, e, rows);
				whole = false;
			}
			break;
		case EXPR_DURATION:
			eval_duration(columns, e, rows);
			whole = false;
			break;
		case EXPR_MEMO:
			whole = false;
			break;
		case EXPR_GENERIC:
			if (!batch_is_plain(e))
				return;
			batch_eval_generic(columns, e, rows);
			whole = MUTANT(UNSELECTED_ROWS);
			break;
	}
	if (whole || rows->rows == NULL)
		e->batch = columns->batch;
}

/* Parameters may have changed. */
void
batch_forget_constants(BatchColumns *columns)
{
	ListCell   *lc;

	foreach(lc, columns->exprs)
		((BatchExpr *) lfirst(lc))->once &= MUTANT(STALE_CONSTANT);
	if (!MUTANT(STALE_CONSTANT) && !MUTANT(LEAK_AT_RESCAN))
		MemoryContextReset(columns->constants);
}

/* ---------- predicates ---------- */

/*
 * The rows for which all predicates are true.  Each is evaluated only for those
 * that the ones before it let pass, as the server does it: in a list of quals,
 * for those of which all were true; in an AND, for those of which none was
 * false.  "unknown" makes the difference: NULL for quals, else a zero for each
 * row, and so it is left.
 */
int
batch_select(BatchColumns *columns, List *predicates, const BatchRows *rows, int32 *selected, uint8 *unknown)
{
	BatchRows	left = *rows;
	bool		any_unknown = false;
	int			n;
	ListCell   *lc;

	foreach(lc, predicates)
	{
		BatchExpr  *e = lfirst(lc);
		const uint8 *values;
		const uint8 *nulls;

		batch_eval(columns, e, &left);
		values = e->vector.values;
		nulls = e->vector.nulls;
		n = 0;
		for (int k = 0; k < left.count; k++)
		{
			int			row = batch_row(&left, k);
			uint8		null = nulls == NULL ? 0 : nulls[row];

			selected[n] = row;
			if (unknown != NULL && null)
			{
				unknown[row] = 1;
				any_unknown = true;
				n++;
			}
			else
				n += values[row] & !null;
		}
		left.count = n;
		left.rows = selected;
	}
	if (predicates == NIL)
	{
		for (int k = 0; k < rows->count; k++)
			selected[k] = batch_row(rows, k);
	}
	if (!any_unknown)
		return left.count;
	n = 0;
	for (int k = 0; k < left.count; k++)
	{
		int			row = left.rows[k];

		selected[n] = row;
		n += !unknown[row];
	}
	memset(unknown, 0, columns->nrows);
	return n;
}
