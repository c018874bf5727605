/*
 * frame.c
 *		Which rows are in the frame of the current one.
 *
 * The rules, their order and the calls of in_range functions are those of the
 * server's nodeWindowAgg.c, so that NULLs and errors come out the same.
 */
#include "postgres.h"

#include "window/window.h"

#include "common/int.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* Of moments and offsets below this the sum is far from 2^63. */
#define FAST_MOMENT (INT64CONST(1) << 61)

/* ---------- offsets ---------- */

static void
evaluate_offset(WindowState *state, WindowBound *bound, const char *which)
{
	ExprContext *econtext = state->css.ss.ps.ps_ExprContext;
	bool		isnull;
	Datum		value;

	if (bound->offset == NULL)
		return;
	value = ExecEvalExprSwitchContext(bound->offset, econtext, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("frame %s offset must not be null", which)));
	if (state->info.frame & FRAMEOPTION_RANGE)
	{
		/* the context of the row goes, the value stays */
		int16		len;
		bool		byval;
		MemoryContext old = MemoryContextSwitchTo(state->results);

		get_typlenbyval(exprType((Node *) bound->offset->expr), &len, &byval);
		bound->value = datumCopy(value, byval, len);
		MemoryContextSwitchTo(old);
		return;
	}
	bound->count = DatumGetInt64(value);
	if (bound->count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PRECEDING_OR_FOLLOWING_SIZE),
				 errmsg("frame %s offset must not be negative", which)));
}

/* Is the distance one of microseconds, so that comparing integers suffices? */
static bool
has_fast_range(WindowBound *bound)
{
	Interval   *offset;

	if (bound->offset == NULL)
		return true;
	if (bound->in_range.fn_oid != F_IN_RANGE_TIMESTAMPTZ_TIMESTAMPTZ_INTERVAL_BOOL_BOOL &&
		bound->in_range.fn_oid != F_IN_RANGE_TIMESTAMP_TIMESTAMP_INTERVAL_BOOL_BOOL)
		return false;
	offset = DatumGetIntervalP(bound->value);
	bound->usec = offset->time;
	return offset->month == 0 && offset->day == 0 && offset->time >= 0 && offset->time < FAST_MOMENT;
}

/* Offsets hold for a whole scan: they are evaluated before its first row. */
void
window_offsets(WindowState *state)
{
	if (state->offsets_known)
		return;
	state->offsets_known = true;
	evaluate_offset(state, &state->start, "starting");
	evaluate_offset(state, &state->end, "ending");
	state->fast_range = (state->info.frame & FRAMEOPTION_RANGE) != 0 && state->info.norder == 1 &&
		(kpi_window_generic & GENERIC_RANGE) == 0 &&
		has_fast_range(&state->start) && has_fast_range(&state->end);
}

/* ---------- peers ---------- */

static inline bool
begins_peers(WindowState *state, int64 position)
{
	return (ROW_HEAD(window_row(&state->rows, position)) & ROW_BEGINS_PEERS) != 0;
}

/* Behind the last peer of the current row. */
int64
window_peers_end(WindowState *state)
{
	if (state->peers_end <= state->row)
	{
		state->peers_end = state->row + 1;
		while (window_exists(state, state->peers_end) && !begins_peers(state, state->peers_end))
			state->peers_end++;
	}
	return state->peers_end;
}

/* ---------- RANGE ---------- */

/* The order column of a row; false for NULL. */
static inline bool
range_value(WindowState *state, const WindowColumn *column, int64 position, Datum *value)
{
	const char *row = window_row(&state->rows, position);

	*value = window_value(column, row);
	return !window_is_null(column, row);
}

static bool
is_in_range(WindowState *state, WindowBound *bound, Datum value, Datum current, bool subtract, bool less)
{
	bool		result;
	MemoryContext old = MemoryContextSwitchTo(state->tmp->ecxt_per_tuple_memory);

	result = DatumGetBool(FunctionCall5Coll(&bound->in_range, state->info.range_collation, value, current,
											bound->value, BoolGetDatum(subtract), BoolGetDatum(less)));
	MemoryContextSwitchTo(old);
	window_reset_tmp(state);
	return result;
}

/*
 * Moves on the head (as long as rows lie before the bound) or the tail (as long
 * as they do not lie behind it).
 */
static void
move_range(WindowState *state, WindowBound *bound, bool is_head, bool preceding)
{
	const WindowColumn *column = &state->rows.columns[state->keys[state->info.npartition].column];
	int64		place = is_head ? state->head : state->tail;
	bool		ascending = state->info.range_ascending || WINDOW_MUTANT(WRONG_RANGE);
	bool		subtract = preceding == ascending;
	bool		less = is_head != ascending;
	bool		nulls_first = state->info.range_nulls_first;
	Datum		current;
	Datum		value;
	bool		is_null = !range_value(state, column, state->row, &current);
	bool		fast = state->fast_range && !is_null &&
		DatumGetInt64(current) > -FAST_MOMENT && DatumGetInt64(current) < FAST_MOMENT;
	int64		limit = fast ? DatumGetInt64(current) + (subtract ? -bound->usec : bound->usec) : 0;

	/* what is no moment is an error, which the function raises */
	fast = fast && IS_VALID_TIMESTAMP(limit);
	for (; window_exists(state, place); place++)
	{
		bool		value_null = !range_value(state, column, place, &value);
		bool		inside;

		if (value_null || is_null)
		{
			/* NULLs are peers of each other, and lie at one end of the rest */
			if (value_null == is_null || WINDOW_MUTANT(NULLS_ASIDE))
				inside = true;
			else
				inside = is_head ? value_null != nulls_first : value_null == nulls_first;
		}
		else if (fast)
			inside = less ? DatumGetInt64(value) <= limit : DatumGetInt64(value) >= limit;
		else
			inside = is_in_range(state, bound, value, current, subtract, less);
		if (inside == is_head)
			break;
	}
	if (is_head)
		state->head = place;
	else
		state->tail = place;
}

/* ---------- GROUPS ---------- */

static void
move_groups(WindowState *state, WindowBound *bound, bool is_head, bool preceding)
{
	int64	   *place = is_head ? &state->head : &state->tail;
	int64	   *group = is_head ? &state->head_group : &state->tail_group;
	int64		until = state->group;

	if (preceding)
		until -= bound->count;
	else if (pg_add_s64_overflow(until, bound->count, &until) || until == PG_INT64_MAX)
		until = PG_INT64_MAX - 1;	/* one more is to come */
	if (!is_head && !WINDOW_MUTANT(WRONG_GROUPS))
		until++;
	while (*group < until && window_exists(state, *place))
	{
		(*place)++;
		if (window_exists(state, *place) && begins_peers(state, *place))
			(*group)++;
	}
}

/* ---------- ROWS ---------- */

/* A place that many rows away, or the end of the partition. */
static int64
rows_away(WindowState *state, WindowBound *bound, bool preceding, int64 more)
{
	int64		place;

	if (preceding)
		return bound->count > state->row - state->partition + more ? state->partition : state->row - bound->count + more;
	if (pg_add_s64_overflow(state->row, bound->count, &place) || place >= PG_INT64_MAX - 1)
		place = PG_INT64_MAX - 2;
	place += more;
	if (place > state->row + 1 && !window_exists(state, place - 1))
		place = state->partition_end;
	return place;
}

/* ---------- the frame ---------- */

static void
move_head(WindowState *state)
{
	int			frame = state->info.frame;
	bool		preceding = (frame & FRAMEOPTION_START_OFFSET_PRECEDING) != 0;

	if (frame & FRAMEOPTION_START_UNBOUNDED_PRECEDING)
		state->head = state->partition;
	else if (frame & FRAMEOPTION_START_CURRENT_ROW)
		state->head = frame & FRAMEOPTION_ROWS ? state->row : state->peers;
	else if (frame & FRAMEOPTION_ROWS)
		state->head = rows_away(state, &state->start, preceding, 0);
	else if (frame & FRAMEOPTION_RANGE)
		move_range(state, &state->start, true, preceding);
	else
		move_groups(state, &state->start, true, preceding);
}

static void
move_tail(WindowState *state)
{
	int			frame = state->info.frame;
	bool		preceding = (frame & FRAMEOPTION_END_OFFSET_PRECEDING) != 0;

	if (frame & FRAMEOPTION_END_UNBOUNDED_FOLLOWING)
	{
		while (state->partition_end == PG_INT64_MAX)
			window_exists(state, state->rows.count);
		state->tail = state->partition_end;
	}
	else if (frame & FRAMEOPTION_END_CURRENT_ROW)
	{
		state->tail = frame & FRAMEOPTION_ROWS ? state->row + 1 : window_peers_end(state);
		if (WINDOW_MUTANT(LOST_PEER) && state->tail > state->row + 1)
			state->tail--;
	}
	else if (frame & FRAMEOPTION_ROWS)
		state->tail = rows_away(state, &state->end, preceding, 1);
	else if (frame & FRAMEOPTION_RANGE)
		move_range(state, &state->end, false, preceding);
	else
		move_groups(state, &state->end, false, preceding);
}

/* Moves the frame on to the current row. */
void
window_frame(WindowState *state)
{
	move_head(state);
	move_tail(state);
}
