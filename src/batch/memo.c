/*
 * memo.c
 *		Expressions over one column of which few values matter: evaluated the
 *		generic way once for each, and remembered.
 *
 * What counts as a value is the text of a text column (dictionary.c), or the
 * quarter hour of a moment where the expression cuts it to a unit of local time
 * (clock.c).  Equal results have equal codes, so that grouping by such an
 * expression is grouping by an integer, whatever its type.
 *
 * A memo is over when most values turn out to be new, or when a result is too long
 * to be remembered: the expression goes the generic way from then on.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define CELLS 8192				/* quarter hours at hand: three months */
#define FIRST_SPACE 256

/* Results that are remembered, each once. */
typedef struct Remembered
{
	Datum		value;
	uint32		hash;
	bool		null;
} Remembered;

typedef struct Cell
{
	int64		start;			/* end == start: free */
	int64		end;
	int32		code;
} Cell;

struct BatchMemo
{
	BatchDictionary *dictionary;
	int			ntexts;
	int32	   *by_text;		/* codes by number of the text; 0: not yet known */
	BatchClock *clock;
	Cell	   *cells;
	int64		looked_up;		/* moments, */
	int64		missed;			/* and those without a cell */
	bool		over;
	int			column;
	int			nresults;		/* the next code; 0 is none */
	int			space;
	Remembered *results;
	int32	   *slots;			/* of results by their hash */
	int32	   *codes;			/* of the rows of the batch */
	MemoryContext context;		/* what results point to */
};

/* ---------- results ---------- */

static void
grow_results(BatchMemo *memo)
{
	memo->space *= 2;
	memo->results = repalloc(memo->results, sizeof(Remembered) * memo->space);
	memo->slots = repalloc(memo->slots, sizeof(int32) * memo->space * 2);
	memset(memo->slots, 0, sizeof(int32) * memo->space * 2);
	for (int code = 1; code < memo->nresults; code++)
	{
		uint32		s = memo->results[code].hash & (memo->space * 2 - 1);

		while (memo->slots[s] != 0)
			s = (s + 1) & (memo->space * 2 - 1);
		memo->slots[s] = code;
	}
}

/* The code of a result; equal bytes have one code.  0 and the end of the memo where it is too long. */
static int32
code_of_result(BatchMemo *memo, BatchExpr *e, Datum value, bool null)
{
	uint32		mask = memo->space * 2 - 1;
	MemoryContext old;
	uint32		hash;
	uint32		s;
	int32		code;

	if (!null && e->len < 0 && datumGetSize(value, e->byval, e->len) > BATCH_LONG)
	{
		memo->over = true;
		return 0;
	}
	hash = null ? 0 : datum_image_hash(value, e->byval, e->len);
	s = hash & mask;

	for (; (code = memo->slots[s]) != 0; s = (s + 1) & mask)
	{
		Remembered *r = &memo->results[code];

		if (r->hash == hash && r->null == null && (null || datum_image_eq(r->value, value, e->byval, e->len)))
			return code;
	}
	code = memo->nresults++;
	old = MemoryContextSwitchTo(memo->context);
	memo->results[code] = (Remembered) {null ? (Datum) 0 : datumCopy(value, e->byval, e->len), hash, null};
	MemoryContextSwitchTo(old);
	memo->slots[s] = code;
	if (memo->nresults == memo->space)
		grow_results(memo);
	return code;
}

/* The generic way, for one row. */
static int32
code_by_evaluation(BatchColumns *columns, BatchMemo *memo, BatchExpr *e, int row)
{
	MemoryContext per_tuple = columns->econtext->ecxt_per_tuple_memory;
	MemoryContext old = MemoryContextSwitchTo(columns->row_memory);
	bool		null;
	Datum		value;
	int32		code;

	CHECK_FOR_INTERRUPTS();
	columns->econtext->ecxt_per_tuple_memory = columns->row_memory;
	value = batch_eval_row(columns, e, row, &null);
	columns->econtext->ecxt_per_tuple_memory = per_tuple;
	code = code_of_result(memo, e, value, null);
	MemoryContextSwitchTo(old);
	MemoryContextReset(columns->row_memory);
	return code;
}

/* ---------- the two kinds ---------- */

static void
codes_by_text(BatchColumns *columns, BatchMemo *memo, BatchExpr *e, const BatchRows *rows)
{
	const int32 *texts = batch_dictionary_codes(columns, memo->dictionary);
	int			ntexts = batch_dictionary_size(memo->dictionary);

	if (ntexts > memo->ntexts)
	{
		int			space = Max(ntexts, memo->ntexts * 2);

		memo->by_text = memo->by_text ? repalloc(memo->by_text, sizeof(int32) * space) :
			MemoryContextAlloc(columns->context, sizeof(int32) * space);
		memset(memo->by_text + memo->ntexts, 0, sizeof(int32) * (space - memo->ntexts));
		memo->ntexts = space;
	}
	for (int k = 0; k < rows->count && !memo->over; k++)
	{
		int			row = batch_row(rows, k);
		int32		text = texts[row];

		if (unlikely(memo->by_text[text] == 0))
			memo->by_text[text] = code_by_evaluation(columns, memo, e, row);
		memo->codes[row] = memo->by_text[text];
	}
}

static int32
code_by_cell(BatchColumns *columns, BatchMemo *memo, BatchExpr *e, int row, int64 moment, Cell **last)
{
	int64		start;
	int64		end;
	Cell	   *cell;
	int32		code;

	memo->looked_up++;
	if (!batch_clock_cell(memo->clock, moment, &start, &end))
		return code_by_evaluation(columns, memo, e, row);
	cell = &memo->cells[(uint64) (start / (end - start)) % CELLS];
	if (cell->start == start && cell->end == end)
	{
		*last = cell;
		return cell->code;
	}
	memo->missed++;
	code = code_by_evaluation(columns, memo, e, row);
	*cell = (Cell) {start, end, code};
	*last = cell;
	return code;
}

static void
codes_by_clock(BatchColumns *columns, BatchMemo *memo, BatchExpr *e, const BatchRows *rows)
{
	const BatchVector *v = &columns->columns[memo->column].vector;
	const int64 *moments = v->values;
	Cell		none = {0, 0, 0};
	Cell	   *last = &none;

	for (int k = 0; k < rows->count && !memo->over; k++)
	{
		int			row = batch_row(rows, k);

		if (BATCH_IS_NULL(v, row))
			memo->codes[row] = code_by_evaluation(columns, memo, e, row);
		else if (moments[row] >= last->start && moments[row] < last->end)
		{
			memo->looked_up++;
			memo->codes[row] = last->code;
		}
		else
			memo->codes[row] = code_by_cell(columns, memo, e, row, moments[row], &last);
	}
}

/* ---------- interface ---------- */

/* Does the expression ask how a value is stored, which may differ where the text does not? */
static bool
sees_storage(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
	{
		switch (((FuncExpr *) node)->funcid)
		{
			case F_PG_COLUMN_SIZE:
			case F_PG_COLUMN_COMPRESSION:
#if PG_VERSION_NUM >= 170000
			case F_PG_COLUMN_TOAST_CHUNK_ID:
#endif
				return true;
		}
	}
	return expression_tree_walker(node, sees_storage, context);
}

/* The memo of an expression, or NULL where there is none. */
BatchMemo *
batch_memo(BatchColumns *columns, BatchExpr *e)
{
	BatchMemo  *memo;
	BatchDictionary *dictionary = NULL;
	BatchClock *clock = NULL;
	Oid			type;

	if (e->nused != 1)
		return NULL;
	type = getBaseType(columns->columns[e->used[0]].var->vartype);
	if (type == TIMESTAMPTZOID || type == TIMESTAMPOID)
		clock = batch_clock(e->expr);
	else if (!sees_storage((Node *) e->expr, NULL))
		dictionary = batch_dictionary(columns, e->used[0]);
	if (clock == NULL && dictionary == NULL)
		return NULL;
	memo = palloc0(sizeof(BatchMemo));
	memo->dictionary = dictionary;
	memo->clock = clock;
	memo->column = e->used[0];
	if (clock)
		memo->cells = palloc0(sizeof(Cell) * CELLS);
	memo->nresults = 1;
	memo->space = FIRST_SPACE;
	memo->results = palloc(sizeof(Remembered) * memo->space);
	memo->slots = palloc0(sizeof(int32) * memo->space * 2);
	memo->codes = palloc(sizeof(int32) * columns->capacity);
	memo->context = AllocSetContextCreate(columns->context, "kpi batch memo", ALLOCSET_DEFAULT_SIZES);
	columns->memos = lappend(columns->memos, memo);
	return memo;
}

/* Do its codes mean nothing any more? */
bool
batch_memo_is_over(BatchMemo *memo)
{
	memo->over |= memo->dictionary ? batch_dictionary_is_over(memo->dictionary) :
		memo->missed > BATCH_FREE_MISSES + memo->looked_up / 2;
	return memo->over;
}

/* False, with nothing evaluated, when the memo is over. */
bool
batch_memo_eval(BatchColumns *columns, BatchExpr *e, const BatchRows *rows)
{
	BatchMemo  *memo = e->memo;
	bool		any_null = false;

	if (batch_memo_is_over(memo))
		return false;
	if (memo->dictionary)
		codes_by_text(columns, memo, e, rows);
	else
		codes_by_clock(columns, memo, e, rows);
	if (memo->over)
		return false;
	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		Remembered *r = &memo->results[memo->codes[row]];

		batch_set_datum(&e->vector, row, r->value);
		e->nulls[row] = r->null;
		any_null |= r->null;
	}
	e->vector.nulls = any_null ? e->nulls : NULL;
	return true;
}

/* Of the rows that were evaluated: equal codes, equal results. */
const int32 *
batch_memo_codes(BatchMemo *memo)
{
	return memo->codes;
}

/* ---------- limits ---------- */

/* What texts and results take beside the groups. */
Size
batch_memo_memory(BatchColumns *columns)
{
	Size		size = 0;
	ListCell   *lc;

	foreach(lc, columns->dictionaries)
		size += batch_dictionary_memory(lfirst(lc));
	foreach(lc, columns->memos)
	{
		BatchMemo  *memo = lfirst(lc);

		size += MemoryContextMemAllocated(memo->context, true) +
			memo->space * (sizeof(Remembered) + 2 * sizeof(int32)) + memo->ntexts * sizeof(int32);
	}
	return size;
}

static void
reset_memo(BatchMemo *memo)
{
	memo->nresults = 1;
	memset(memo->slots, 0, sizeof(int32) * memo->space * 2);
	if (memo->by_text)
		memset(memo->by_text, 0, sizeof(int32) * memo->ntexts);
	if (memo->cells)
		memset(memo->cells, 0, sizeof(Cell) * CELLS);
	MemoryContextReset(memo->context);
}

/* Begin anew; codes that groups were made of mean nothing any more. */
void
batch_memo_reset(BatchColumns *columns)
{
	ListCell   *lc;

	foreach(lc, columns->dictionaries)
		batch_dictionary_reset(lfirst(lc));
	foreach(lc, columns->memos)
		reset_memo(lfirst(lc));
}

/* Texts take too much memory: none is remembered from now on. */
void
batch_memo_give_up(BatchColumns *columns)
{
	ListCell   *lc;

	foreach(lc, columns->dictionaries)
		batch_dictionary_give_up(lfirst(lc));
}

/* Between two batches: gives back the memory of what is over. */
void
batch_memo_sweep(BatchColumns *columns)
{
	ListCell   *lc;

	foreach(lc, columns->dictionaries)
	{
		if (batch_dictionary_is_over(lfirst(lc)) && batch_dictionary_size(lfirst(lc)) > 1)
			batch_dictionary_reset(lfirst(lc));
	}
	foreach(lc, columns->memos)
	{
		BatchMemo  *memo = lfirst(lc);

		if (memo->over && memo->nresults > 1)
			reset_memo(memo);
	}
}
