/*
 * expr.c
 *		Expressions over the columns of a batch.
 *
 * Every expression has its generic way: the server's own ExprState, evaluated
 * row by row over a slot of the batch's columns.  Faster ways stand beside it
 * and may say of a row "I do not know" (an overflow, an infinity, a NaN); such
 * rows go the generic way, which gives the value or raises the error that the
 * server would.  So a fast way never has to raise anything itself, and its
 * functions' privileges have been checked.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#include "base/kpi.h"

/* ---------- compiling ---------- */

typedef struct CompileContext
{
	BatchColumns *columns;
	BatchExpr  *expr;
} CompileContext;

/* The column of a Var that was collected before. */
static int
find_column(BatchColumns *columns, Var *var)
{
	for (int i = 0; i < columns->ncolumns; i++)
	{
		Var		   *known = columns->columns[i].var;

		if (known->varno == var->varno && known->varattno == var->varattno)
			return i;
	}
	elog(ERROR, "column %d.%d was not collected for batch execution", var->varno, var->varattno);
	return -1;
}

/* The expression over the batch's slot, whose attributes are its columns. */
static Node *
over_slot(Node *node, CompileContext *context)
{
	BatchExpr  *expr = context->expr;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		int			column = find_column(context->columns, var);
		bool		known = false;

		for (int i = 0; i < expr->nused; i++)
			known |= expr->used[i] == column;
		if (!known)
			expr->used[expr->nused++] = column;
		return (Node *) makeVar(INDEX_VAR, column + 1, var->vartype, var->vartypmod, var->varcollid, 0);
	}
	return expression_tree_mutator(node, over_slot, context);
}

static void
compile_generic(BatchColumns *columns, BatchExpr *e)
{
	CompileContext context = {columns, e};
	Node	   *node;

	e->used = palloc0(sizeof(int) * Max(columns->ncolumns, 1));
	node = over_slot((Node *) e->expr, &context);
	e->state = ExecInitExpr((Expr *) node, columns->parent);
}

/* Results of the expression's own go here; one value for each row. */
static void
make_result(BatchColumns *columns, BatchExpr *e, BatchClass class)
{
	e->vector.class = class;
	e->vector.values = palloc0((Size) columns->capacity * sizeof(int64));
	e->nulls = palloc0(columns->capacity);
	e->doubt_space = palloc0(columns->capacity);
}

static Expr *
without_relabel(Expr *expr)
{
	while (IsA(expr, RelabelType))
		expr = ((RelabelType *) expr)->arg;
	return expr;
}

/* Microseconds from one of the types in which durations arrive; false for any other. */
static bool
compile_duration(BatchColumns *columns, BatchExpr *e)
{
	Oid			type = getBaseType(e->type);

	if (type != INTERVALOID && type != INT4OID && type != FLOAT8OID)
		return false;
	if ((kpi_batch_generic & GENERIC_EXPRESSIONS) == 0 &&
		(e->form = batch_duration_form(columns, e->expr)) != NULL)
		e->kind = EXPR_VECTOR;
	else
	{
		e->kind = EXPR_DURATION;
		e->source = batch_compile(columns, e->expr, false);
	}
	make_result(columns, e, BATCH_INT8);
	return true;
}

/*
 * The compiled form of an expression; the same for equal ones.  "duration" asks
 * for microseconds: NULL where the type is none of a duration's.
 */
BatchExpr *
batch_compile(BatchColumns *columns, Expr *expr, bool duration)
{
	MemoryContext old;
	BatchExpr  *e;
	ListCell   *lc;
	BatchClass	class;

	foreach(lc, columns->exprs)
	{
		e = lfirst(lc);
		if (e->duration == duration && equal(e->expr, expr))
			return e;
	}
	old = MemoryContextSwitchTo(columns->context);
	e = palloc0(sizeof(BatchExpr));
	e->expr = expr;
	e->duration = duration;
	e->type = exprType((Node *) expr);
	get_typlenbyval(e->type, &e->len, &e->byval);
	class = batch_class_of(e->type);
	if (duration)
	{
		if (!compile_duration(columns, e))
			e = NULL;
		else
			columns->exprs = lappend(columns->exprs, e);
		MemoryContextSwitchTo(old);
		return e;
	}
	if (IsA(without_relabel(expr), Var))
	{
		/* another name for the same bytes */
		e->kind = EXPR_COLUMN;
		e->column = find_column(columns, (Var *) without_relabel(expr));
		columns->exprs = lappend(columns->exprs, e);
		MemoryContextSwitchTo(old);
		return e;
	}
	compile_generic(columns, e);
	if (e->nused == 0)
		e->kind = EXPR_CONSTANT;
	else if ((kpi_batch_generic & GENERIC_EXPRESSIONS) == 0 &&
			 (e->form = batch_vector_form(columns, expr, &class)) != NULL)
		e->kind = EXPR_VECTOR;
	else if ((e->memo = batch_memo(columns, e)) != NULL)
		e->kind = EXPR_MEMO;
	else
		e->kind = EXPR_GENERIC;
	make_result(columns, e, class);
	columns->exprs = lappend(columns->exprs, e);
	MemoryContextSwitchTo(old);
	return e;
}

/* Does it neither call functions row by row nor keep pointers to what it made? */
bool
batch_is_plain(const BatchExpr *expr)
{
	return expr->kind != EXPR_GENERIC || expr->byval;
}

/* ---------- evaluating ---------- */

/*
 * One row by the generic way.  The result lives in the caller's memory context
 * or that of per-tuple values.
 */
Datum
batch_eval_row(BatchColumns *columns, BatchExpr *e, int row, bool *isnull)
{
	TupleTableSlot *slot = columns->row;

	if (e->kind == EXPR_COLUMN)
	{
		BatchVector *v = &columns->columns[e->column].vector;

		*isnull = BATCH_IS_NULL(v, row);
		return *isnull ? (Datum) 0 : batch_datum(v, row);
	}
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

/* Row by row; what by-reference results point to goes into "results". */
static void
eval_generic(BatchColumns *columns, BatchExpr *e, const BatchRows *rows, MemoryContext results)
{
	MemoryContext memory = e->byval ? columns->row_memory : results;
	MemoryContext per_tuple = columns->econtext->ecxt_per_tuple_memory;
	MemoryContext old = MemoryContextSwitchTo(memory);

	e->vector.nulls = NULL;
	columns->econtext->ecxt_per_tuple_memory = memory;
	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		bool		isnull;
		Datum		value;

		CHECK_FOR_INTERRUPTS();
		value = batch_eval_row(columns, e, row, &isnull);
		store(columns, e, row, value, isnull);
		if (e->byval && k % BATCH_STRIP == BATCH_STRIP - 1)
			MemoryContextReset(memory);
	}
	columns->econtext->ecxt_per_tuple_memory = per_tuple;
	MemoryContextSwitchTo(old);
	MemoryContextReset(columns->row_memory);
}

/* The same for all rows of the scan, and only worked out when a row needs it. */
static void
eval_constant(BatchColumns *columns, BatchExpr *e)
{
	MemoryContext old = MemoryContextSwitchTo(columns->econtext->ecxt_per_tuple_memory);
	bool		isnull;
	Datum		value = batch_eval_row(columns, e, 0, &isnull);

	MemoryContextSwitchTo(columns->context);
	if (!isnull && !e->byval)
		value = datumCopy(value, e->byval, e->len);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < columns->capacity; i++)
		batch_set_datum(&e->vector, i, isnull ? (Datum) 0 : value);
	memset(e->nulls, isnull, columns->capacity);
	e->vector.nulls = isnull ? e->nulls : NULL;
	e->once = true;
}

/* The rows that the fast way left open. */
static void
eval_doubtful(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	uint8	   *nulls = e->vector.nulls;

	/* its flags may be those of a column */
	if (nulls == NULL)
		memset(e->nulls, 0, columns->nrows);
	else if (nulls != e->nulls)
		memcpy(e->nulls, nulls, columns->nrows);
	e->vector.nulls = e->nulls;
	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		bool		isnull;
		Datum		value;
		MemoryContext old;

		if (!e->doubts[row])
			continue;
		CHECK_FOR_INTERRUPTS();
		old = MemoryContextSwitchTo(columns->econtext->ecxt_per_tuple_memory);
		value = batch_eval_row(columns, e, row, &isnull);
		store(columns, e, row, value, isnull);
		MemoryContextSwitchTo(old);
	}
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

/*
 * Makes e->vector right for these rows.  Durations may keep doubtful rows: who
 * asks for one looks at e->doubts.
 */
void
batch_eval(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	if (rows->count == 0 || e->batch == columns->batch)
		return;
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
			batch_vector_eval(columns, e);
			if (e->doubts && !e->duration)
			{
				eval_doubtful(columns, e, rows);
				if (rows->rows != NULL)
					return;		/* other rows may still be in doubt */
			}
			break;
		case EXPR_DURATION:
			eval_duration(columns, e, rows);
			if (rows->rows != NULL)
				return;
			break;
		case EXPR_MEMO:
			batch_memo_eval(columns, e, rows);
			if (rows->rows != NULL)
				return;
			break;
		case EXPR_GENERIC:
			eval_generic(columns, e, rows, columns->econtext->ecxt_per_tuple_memory);
			if (rows->rows != NULL && !MUTANT(UNSELECTED_ROWS))
				return;
			break;
	}
	e->batch = columns->batch;
}

/*
 * The same for a few rows at a time, so that large values do not pile up: who
 * calls this resets columns->strip_memory when it has used them.
 */
void
batch_eval_strip(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	if (batch_is_plain(e) || e->batch == columns->batch)
		batch_eval(columns, e, rows);
	else
		eval_generic(columns, e, rows, columns->strip_memory);
}

/* Parameters may have changed. */
void
batch_forget_constants(BatchColumns *columns)
{
	ListCell   *lc;

	foreach(lc, columns->exprs)
		((BatchExpr *) lfirst(lc))->once &= MUTANT(STALE_CONSTANT);
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
