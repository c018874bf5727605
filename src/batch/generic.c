/*
 * generic.c
 *		The generic way of expressions: the server's own ExprState, row by row.
 *
 * What evaluations leave behind is given back after a few rows, or after a few
 * kilobytes where a row unpacks long values.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "miscadmin.h"
#include "utils/datum.h"

/*
 * One row.  The result lives in the caller's memory context or that of per-tuple
 * values.
 */
Datum
batch_eval_row(BatchColumns *columns, BatchExpr *e, int row, bool *isnull)
{
	TupleTableSlot *slot = columns->row;

	for (int i = 0; i < e->nused; i++)
	{
		int			c = e->used[i];
		BatchVector *v = &columns->columns[c].vector;

		slot->tts_isnull[c] = BATCH_IS_NULL(v, row);
		slot->tts_values[c] = slot->tts_isnull[c] ? (Datum) 0 : batch_datum(v, row);
	}
	columns->econtext->ecxt_scantuple = slot;
	return ExecEvalExpr(e->state, columns->econtext, isnull);
}

/*
 * Stores one row's value, and from the first NULL on the flags of all rows:
 * those of rows that nobody asks for do not matter.
 */
static inline void
store(BatchColumns *columns, BatchExpr *e, int row, Datum value, bool isnull)
{
	if (isnull)
	{
		if (e->vector.nulls == NULL)
		{
			memset(e->nulls, 0, columns->nrows);
			e->vector.nulls = e->nulls;
		}
		value = (Datum) 0;
	}
	e->nulls[row] = isnull;
	batch_set_datum(&e->vector, row, value);
}

/* The rows; those that are not "wanted" are left alone, unless that is NULL. */
static void
eval_rows(BatchColumns *columns, BatchExpr *e, const BatchRows *rows, const uint8 *wanted)
{
	MemoryContext memory = columns->row_memory;
	MemoryContext results = columns->econtext->ecxt_per_tuple_memory;
	MemoryContext old = MemoryContextSwitchTo(memory);

	columns->econtext->ecxt_per_tuple_memory = memory;
	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		bool		isnull;
		Datum		value;

		if (wanted != NULL && !wanted[row])
			continue;
		CHECK_FOR_INTERRUPTS();
		value = batch_eval_row(columns, e, row, &isnull);
		if (!e->byval && !isnull)
		{
			MemoryContextSwitchTo(results);
			value = datumCopy(value, e->byval, e->len);
			MemoryContextSwitchTo(memory);
		}
		store(columns, e, row, value, isnull);
		if (batch_strip_is_full(memory, k))
			MemoryContextReset(memory);
	}
	columns->econtext->ecxt_per_tuple_memory = results;
	MemoryContextSwitchTo(old);
	MemoryContextReset(memory);
}

/* Results by reference are of a few bytes: see batch_is_plain. */
void
batch_eval_generic(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	e->vector.nulls = NULL;
	eval_rows(columns, e, rows, NULL);
}

/* The rows that a fast way left open. */
void
batch_eval_doubtful(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	uint8	   *nulls = e->vector.nulls;

	/* its flags may be those of a column */
	if (nulls == NULL)
		memset(e->nulls, 0, columns->nrows);
	else if (nulls != e->nulls)
		memcpy(e->nulls, nulls, columns->nrows);
	e->vector.nulls = e->nulls;
	eval_rows(columns, e, rows, e->doubts);
}

/*
 * Expressions whose results may be large, for a few rows at a time: how many of
 * them, counted from the first.  Who calls this resets columns->strip_memory when
 * the values have been used.
 */
int
batch_eval_strip(BatchColumns *columns, BatchExpr **exprs, int nexprs, const BatchRows *rows)
{
	MemoryContext memory = columns->strip_memory;
	MemoryContext per_tuple = columns->econtext->ecxt_per_tuple_memory;
	MemoryContext old;
	bool		any = false;
	int			n = Min(rows->count, BATCH_STRIP);
	int			done = 0;

	for (int i = 0; i < nexprs; i++)
	{
		if (batch_is_plain(exprs[i]))
			continue;
		exprs[i]->vector.nulls = NULL;
		any = true;
	}
	if (!any)
		return n;
	old = MemoryContextSwitchTo(memory);
	columns->econtext->ecxt_per_tuple_memory = memory;
	while (done < n)
	{
		int			row = batch_row(rows, done++);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < nexprs; i++)
		{
			if (!batch_is_plain(exprs[i]))
			{
				bool		isnull;
				Datum		value = batch_eval_row(columns, exprs[i], row, &isnull);

				store(columns, exprs[i], row, value, isnull);
			}
		}
		if (MemoryContextMemAllocated(memory, false) > BATCH_STRIP_BYTES)
			break;
	}
	columns->econtext->ecxt_per_tuple_memory = per_tuple;
	MemoryContextSwitchTo(old);
	return done;
}
