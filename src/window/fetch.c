/*
 * fetch.c
 *		Where rows come from: from the child in order, or from a merge of runs.  Each
 *		learns whether a partition or a group of peers begins with it.
 */
#include "postgres.h"

#include "window/window.h"

static bool
is_equal(WindowState *state, WindowKey *key, const char *a, const char *b)
{
	WindowColumn *column = &state->rows.columns[key->column];
	bool		a_null = window_is_null(column, a);
	bool		b_null = window_is_null(column, b);
	MemoryContext old;
	bool		result;

	if (a_null || b_null)
		return (a_null && b_null) || WINDOW_MUTANT(NULL_IS_EQUAL);
	if (column->byval && window_value(column, a) == window_value(column, b))
		return true;
	old = MemoryContextSwitchTo(state->tmp->ecxt_per_tuple_memory);
	result = DatumGetBool(FunctionCall2Coll(&key->equals, column->collation,
											window_value(column, a), window_value(column, b)));
	MemoryContextSwitchTo(old);
	window_reset_tmp(state);
	return result;
}

/* Which of the row's keys differ from those of the one before? */
static uint64
compare_keys(WindowState *state, const char *before, const char *row)
{
	for (int k = 0; k < state->nkeys; k++)
	{
		if (!is_equal(state, &state->keys[k], before, row))
			return k < state->info.npartition ? ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS : ROW_BEGINS_PEERS;
	}
	return 0;
}

/* Nodes below keep what they allocate for the whole query. */
TupleTableSlot *
window_child_row(WindowState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->css.ss.ps.state->es_query_cxt);
	TupleTableSlot *slot = ExecProcNode(linitial(state->css.custom_ps));

	MemoryContextSwitchTo(old);
	return TupIsNull(slot) ? NULL : slot;
}

/* One more row; false at the end of all. */
bool
window_fetch(WindowState *state)
{
	WindowRows *rows = &state->rows;
	char	   *row;

	if (state->ended)
		return false;
	if (state->runs != NULL)
	{
		row = window_add(rows);
		if (!window_runs_next(state->runs, row))
		{
			state->ended = true;
			return false;
		}
	}
	else
	{
		TupleTableSlot *slot = window_child_row(state);

		if (slot == NULL)
		{
			state->ended = true;
			return false;
		}
		row = window_add(rows);
		window_store(rows, row, slot);
	}
	if (rows->npointers > 0)
	{
		rows->memory += window_row_memory(rows, row);
		rows->peak = Max(rows->peak, rows->memory);
	}
	rows->count++;
	if (rows->count == 1)
		ROW_HEAD(row) |= ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS;
	else
		ROW_HEAD(row) |= compare_keys(state, window_row(rows, rows->count - 2), row);
	return true;
}
