/*
 * function.c
 *		Window functions: what they are, their arguments, and those that are no
 *		aggregates.
 */
#include "postgres.h"

#include "window/window.h"

#include "access/transam.h"
#include "base/kpi.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

/* ---------- which they are ---------- */

WindowKind
window_kind(WindowFunc *call)
{
	if (call->winagg)
		return KIND_AGGREGATE;
	switch (call->winfnoid)
	{
		case F_ROW_NUMBER:
			return KIND_ROW_NUMBER;
		case F_RANK_:
			return KIND_RANK;
		case F_DENSE_RANK_:
			return KIND_DENSE_RANK;
		case F_LAG_ANYELEMENT:
		case F_LAG_ANYELEMENT_INT4:
		case F_LAG_ANYCOMPATIBLE_INT4_ANYCOMPATIBLE:
			return KIND_LAG;
		case F_LEAD_ANYELEMENT:
		case F_LEAD_ANYELEMENT_INT4:
		case F_LEAD_ANYCOMPATIBLE_INT4_ANYCOMPATIBLE:
			return KIND_LEAD;
		case F_FIRST_VALUE:
			return KIND_FIRST_VALUE;
		case F_LAST_VALUE:
			return KIND_LAST_VALUE;
	}
	return kpi_is_function(call->winfnoid) ? KIND_KPI : KIND_NONE;
}

/* Does the function come with this extension? */
bool
window_is_kpi(WindowFunc *call)
{
	return call->winagg ? kpi_is_aggregate(call->winfnoid) : kpi_is_function(call->winfnoid);
}

/* ---------- arguments ---------- */

static bool
uses_walker(Node *node, WindowFunction *f)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		int			column = ((Var *) node)->varattno - 1;

		for (int i = 0; i < f->nused; i++)
		{
			if (f->used[i] == column)
				return false;
		}
		f->used = f->used == NULL ? palloc(sizeof(int)) : repalloc(f->used, sizeof(int) * (f->nused + 1));
		f->used[f->nused++] = column;
		return false;
	}
	return expression_tree_walker(node, uses_walker, f);
}

static void
argument_init(WindowState *state, WindowFunction *f, WindowArgument *arg, Expr *expr)
{
	arg->column = -1;
	if (IsA(expr, Const))
	{
		arg->value = ((Const *) expr)->constvalue;
		arg->isnull = ((Const *) expr)->constisnull;
	}
	else if (IsA(expr, Var))
		arg->column = ((Var *) expr)->varattno - 1;
	else
	{
		arg->state = ExecInitExpr(expr, &state->css.ss.ps);
		f->computes = true;
		uses_walker((Node *) expr, f);
	}
}

/* An argument of a row, for a window function of this extension. */
static bool
kpi_function_argument(WindowCall *call, int n, int row, Datum *value, bool *is_null)
{
	WindowFunction *f = (WindowFunction *) ((char *) call - offsetof(WindowFunction, seen));
	WindowState *state = f->state;

	if (row > 0 && !window_exists(state, state->row + row))
		return false;
	if (f->args[n].column < 0 && f->args[n].state == NULL)
	{
		*value = f->args[n].value;
		*is_null = f->args[n].isnull;
		return true;
	}
	window_begin_arguments(state, f, state->row + row);
	*value = window_argument(state, f, n, is_null);
	return true;
}

static void
kpi_function_init(WindowState *state, WindowFunction *f)
{
	f->state = state;
	f->seen.node.type = T_ExtensibleNode;
	f->seen.context = AllocSetContextCreate(CurrentMemoryContext, "kpi window partition", ALLOCSET_SMALL_SIZES);
	f->seen.argument = kpi_function_argument;
	fmgr_info(f->call->winfnoid, &f->function);
	fmgr_info_set_expr((Node *) f->call, &f->function);
	f->call_function = palloc0(SizeForFunctionCallInfo(f->nargs));
	InitFunctionCallInfoData(*f->call_function, &f->function, f->nargs, f->call->inputcollid, (Node *) &f->seen, NULL);
	/* it fetches its arguments itself */
	for (int i = 0; i < f->nargs; i++)
		f->call_function->args[i].isnull = true;
}

void
window_function_init(WindowState *state, WindowFunction *f, WindowFunc *call, List *args, Expr *filter)
{
	WindowFuncExprState *seen = makeNode(WindowFuncExprState);
	ListCell   *lc;

	/* transition functions look at what else the window calls */
	seen->wfunc = call;
	state->caller->funcs = lappend(state->caller->funcs, seen);
	f->call = call;
	f->kind = window_kind(call);
	f->nargs = list_length(args);
	f->args = palloc0(sizeof(WindowArgument) * Max(f->nargs, 1));
	f->varied = palloc(sizeof(int) * Max(f->nargs, 1));
	foreach(lc, args)
	{
		argument_init(state, f, &f->args[foreach_current_index(lc)], lfirst(lc));
		if (!IsA(lfirst(lc), Const))
			f->varied[f->nvaried++] = foreach_current_index(lc);
	}
	f->has_filter = filter != NULL;
	if (filter != NULL)
		argument_init(state, f, &f->filter, filter);
	get_typlenbyval(call->wintype, &f->reslen, &f->resbyval);
	f->result_null = true;
	window_check_call(call->winfnoid);
	if (f->kind == KIND_AGGREGATE)
		window_aggregate_init(state, f);
	else if (f->kind == KIND_KPI)
		kpi_function_init(state, f);
}

/* ---------- other functions ---------- */

/* An argument of the current row. */
static Datum
current_argument(WindowState *state, WindowFunction *f, int n, bool *isnull)
{
	window_begin_arguments(state, f, state->row);
	return window_argument(state, f, n, isnull);
}

/* The value of a row for the result: it must outlast the row's block and the evaluation. */
static void
return_argument(WindowState *state, WindowFunction *f, int n, int64 position)
{
	bool		isnull;
	Datum		value;

	window_begin_arguments(state, f, position);
	value = window_argument(state, f, n, &isnull);
	if (!isnull && !f->resbyval)
	{
		MemoryContext old = MemoryContextSwitchTo(state->results);

		value = datumCopy(value, false, f->reslen);
		MemoryContextSwitchTo(old);
		f->result_kept = true;
	}
	f->result = value;
	f->result_null = isnull;
}

static void
eval_neighbor(WindowState *state, WindowFunction *f)
{
	int64		distance = 1;
	int64		position;
	bool		isnull = false;

	if (f->nargs > 1)
		distance = DatumGetInt32(current_argument(state, f, 1, &isnull));
	if (isnull)
		return;
	position = f->kind == KIND_LAG ? state->row - distance : state->row + distance;
	if (position >= state->partition && window_exists(state, position))
		return_argument(state, f, 0, position);
	else if (f->nargs > 2)
		return_argument(state, f, 2, state->row);
}

static void
eval_kpi(WindowState *state, WindowFunction *f)
{
	if (state->first && !(WINDOW_MUTANT(OLD_MEMORY) && state->row > 0))
	{
		MemoryContextReset(f->seen.context);
		f->seen.memory = NULL;
	}
	f->call_function->isnull = false;
	f->result = FunctionCallInvoke(f->call_function);
	f->result_null = f->call_function->isnull;
}

static void
eval_function(WindowState *state, WindowFunction *f)
{
	if (f->result_kept && !f->result_null)
		pfree(DatumGetPointer(f->result));
	f->result_kept = false;
	f->result = (Datum) 0;
	f->result_null = true;
	switch (f->kind)
	{
		case KIND_ROW_NUMBER:
			f->result = Int64GetDatum(state->row - state->partition + 1);
			f->result_null = false;
			break;
		case KIND_RANK:
			f->result = Int64GetDatum(state->peers - state->partition + 1);
			f->result_null = false;
			break;
		case KIND_DENSE_RANK:
			f->result = Int64GetDatum(state->group + 1);
			f->result_null = false;
			break;
		case KIND_LAG:
		case KIND_LEAD:
			eval_neighbor(state, f);
			break;
		case KIND_FIRST_VALUE:
			if (state->head < state->tail)
				return_argument(state, f, 0, state->head);
			break;
		case KIND_LAST_VALUE:
			if (state->head < state->tail)
				return_argument(state, f, 0, state->tail - 1);
			break;
		case KIND_KPI:
			eval_kpi(state, f);
			break;
		case KIND_AGGREGATE:
		case KIND_NONE:
			break;
	}
}

/*
 * All values for the current row: as in the server, aggregates come last, and the
 * frame is moved when something asks for it, so that errors come in the same order.
 */
void
window_functions_eval(WindowState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->tmp->ecxt_per_tuple_memory);
	bool		moved = !state->needs_frame;

	for (int i = 0; i < state->nfunctions; i++)
	{
		WindowFunction *f = &state->functions[i];

		if (f->kind == KIND_AGGREGATE)
			continue;
		if (!moved && (f->kind == KIND_FIRST_VALUE || f->kind == KIND_LAST_VALUE))
		{
			window_frame(state);
			moved = true;
		}
		eval_function(state, f);
	}
	if (!moved)
		window_frame(state);
	MemoryContextSwitchTo(old);
	if (state->naggregates > 0)
		window_aggregates_eval(state);
	window_reset_tmp(state);
}

/* The first row that functions of the current row or later ones may look at. */
int64
window_functions_need(WindowState *state)
{
	int64		first = state->row;

	if (state->needs_frame)
		first = Min(first, state->head);
	if (state->needs_frame && (state->info.frame & FRAMEOPTION_END_OFFSET_PRECEDING))
		first = Min(first, state->tail);
	if (state->naggregates > 0)
		first = Min(first, Min(state->base, state->upto));
	for (int i = 0; i < state->nfunctions; i++)
	{
		WindowFunction *f = &state->functions[i];

		if (f->kind != KIND_LAG && f->kind != KIND_LEAD)
			continue;
		if (f->nargs < 2)
			first = Min(first, state->row - 1);
		else if (f->args[1].column < 0 && f->args[1].state == NULL)
			first = Min(first, state->row - llabs((int64) DatumGetInt32(f->args[1].value)));
		else
			first = state->partition;
	}
	return Max(first, state->partition);
}
