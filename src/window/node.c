/*
 * node.c
 *		The plan node KpiWindow: takes rows in order, and returns each with the values
 *		of its window functions.
 */
#include "postgres.h"

#include "window/window.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

/* ---------- beginning ---------- */

/* Marks the columns that an expression reads. */
static bool
mark_walker(Node *node, WindowState *state)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;

		if (var->varno == INDEX_VAR && var->varattno <= state->info.ncolumns)
			state->rows.columns[var->varattno - 1].storage = STORED_8;
		return false;
	}
	return expression_tree_walker(node, mark_walker, state);
}

static void
begin_columns(WindowState *state, CustomScan *plan)
{
	WindowRows *rows = &state->rows;

	window_rows_init(rows, state->info.ncolumns, state->css.ss.ps.state->es_query_cxt);
	rows->limit = (Size) work_mem * 1024;
	for (int c = 0; c < rows->ncolumns; c++)
	{
		Expr	   *expr = ((TargetEntry *) list_nth(plan->custom_scan_tlist, c))->expr;
		WindowColumn *column = &rows->columns[c];

		column->type = exprType((Node *) expr);
		column->collation = exprCollation((Node *) expr);
		get_typlenbyval(column->type, &column->len, &column->byval);
	}
	mark_walker((Node *) plan->scan.plan.targetlist, state);
	for (int c = 0; c < rows->ncolumns; c++)
		rows->columns[c].emitted = rows->columns[c].storage != STORED_NOT;
	mark_walker((Node *) plan->custom_exprs, state);
	for (int k = 0; k < state->nkeys; k++)
		rows->columns[state->keys[k].column].storage = STORED_8;
	window_rows_layout(rows);
}

/* What sorting needs to know of the keys. */
static void
begin_sort(WindowState *state)
{
	for (int k = 0; k < state->nkeys && state->info.own_sort; k++)
	{
		WindowKey  *key = &state->keys[k];
		WindowColumn *column = &state->rows.columns[key->column];

		key->type = getBaseType(column->type);
		key->sort.ssup_cxt = CurrentMemoryContext;
		key->sort.ssup_collation = column->collation;
		PrepareSortSupportFromOrderingOp(key->sort_operator, &key->sort);
	}
}

static void
begin_keys(WindowState *state, CustomScan *plan)
{
	state->nkeys = state->info.npartition + state->info.norder;
	state->keys = palloc0(sizeof(WindowKey) * Max(state->nkeys, 1));
	window_keys_from_private(plan->custom_private, state->keys);
	for (int k = 0; k < state->nkeys; k++)
		fmgr_info(get_opcode(state->keys[k].equality), &state->keys[k].equals);
}

static void
begin_frame(WindowState *state, CustomScan *plan)
{
	Expr	   *start = lthird(plan->custom_exprs);
	Expr	   *end = lfourth(plan->custom_exprs);
	int			frame = state->info.frame;

	state->start.offset = ExecInitExpr(start, &state->css.ss.ps);
	state->end.offset = ExecInitExpr(end, &state->css.ss.ps);
	if (OidIsValid(state->info.start_in_range))
		fmgr_info(state->info.start_in_range, &state->start.in_range);
	if (OidIsValid(state->info.end_in_range))
		fmgr_info(state->info.end_in_range, &state->end.in_range);
	/* the server moves these even where no function asks, and so finds errors */
	state->needs_frame = (frame & (FRAMEOPTION_RANGE | FRAMEOPTION_GROUPS)) != 0 &&
		(frame & (FRAMEOPTION_START_OFFSET | FRAMEOPTION_END_OFFSET)) != 0;
}

static void
begin_functions(WindowState *state, CustomScan *plan)
{
	List	   *calls = window_calls_from_private(plan->custom_private);
	ListCell   *call;
	ListCell   *args;
	ListCell   *filter;

	state->functions = palloc0(sizeof(WindowFunction) * list_length(calls));
	forthree(call, calls, args, linitial(plan->custom_exprs), filter, lsecond(plan->custom_exprs))
	{
		WindowFunction *f = &state->functions[state->nfunctions++];

		window_function_init(state, f, lfirst(call), lfirst(args), lfirst(filter));
		state->naggregates += f->kind == KIND_AGGREGATE;
		state->needs_frame |= f->kind == KIND_AGGREGATE || f->kind == KIND_FIRST_VALUE || f->kind == KIND_LAST_VALUE;
	}
}

static void
add_output(WindowState *state, int n, int to)
{
	WindowOutput *output = &state->outputs[state->noutputs++];
	int			ncolumns = state->info.ncolumns;

	output->column = n < ncolumns ? &state->rows.columns[n] : NULL;
	output->function = n < ncolumns ? NULL : &state->functions[n - ncolumns];
	output->to = to;
}

/* Where the target list only chooses columns, they go straight into the slot that is returned. */
static bool
only_chooses(WindowState *state)
{
	ListCell   *lc;

	foreach(lc, state->css.ss.ps.plan->targetlist)
	{
		Var		   *var = (Var *) ((TargetEntry *) lfirst(lc))->expr;

		if (!IsA(var, Var) || var->varno != INDEX_VAR || var->varattno < 1)
			return false;
	}
	return state->css.ss.ps.ps_ProjInfo != NULL;
}

static void
begin_output(WindowState *state)
{
	List	   *targetlist = state->css.ss.ps.plan->targetlist;
	int			ncolumns = state->info.ncolumns;
	ListCell   *lc;

	state->outputs = palloc(sizeof(WindowOutput) * (ncolumns + state->nfunctions + list_length(targetlist)));
	if (only_chooses(state))
	{
		state->returned = state->css.ss.ps.ps_ResultTupleSlot;
		foreach(lc, targetlist)
			add_output(state, ((Var *) ((TargetEntry *) lfirst(lc))->expr)->varattno - 1, foreach_current_index(lc));
		return;
	}
	state->returned = state->css.ss.ss_ScanTupleSlot;
	state->projects = state->css.ss.ps.ps_ProjInfo != NULL;
	memset(state->returned->tts_isnull, true, state->returned->tts_tupleDescriptor->natts);
	for (int n = 0; n < ncolumns + state->nfunctions; n++)
	{
		if (n >= ncolumns || state->rows.columns[n].emitted)
			add_output(state, n, n);
	}
}

static void
window_begin(CustomScanState *node, EState *estate, int eflags)
{
	WindowState *state = (WindowState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	MemoryContext old;

	node->custom_ps = list_make1(ExecInitNode(linitial(plan->custom_plans), estate, eflags));
	old = MemoryContextSwitchTo(estate->es_query_cxt);
	window_info_from_private(plan->custom_private, &state->info);
	begin_keys(state, plan);
	begin_columns(state, plan);
	begin_sort(state);
	state->tmp = CreateExprContext(estate);
	state->results = AllocSetContextCreate(estate->es_query_cxt, "kpi window results", ALLOCSET_DEFAULT_SIZES);
	state->slot = MakeSingleTupleTableSlot(node->ss.ss_ScanTupleSlot->tts_tupleDescriptor, &TTSOpsVirtual);
	ExecStoreAllNullTuple(state->slot);
	state->caller = makeNode(WindowAggState);
	begin_frame(state, plan);
	begin_functions(state, plan);
	begin_output(state);
	MemoryContextSwitchTo(old);
}

/* ---------- one row after the other ---------- */

static void
begin_partition(WindowState *state)
{
	int64		row = state->row;

	state->partition = state->head = state->tail = state->base = state->upto = row;
	if (WINDOW_MUTANT(OTHER_PARTITION) && row > 0)
		state->partition = state->head = row - 1;
	state->peers = state->peers_end = row;
	state->group = state->head_group = state->tail_group = 0;
	state->first = true;
	state->partition_end = PG_INT64_MAX;
	if (state->rows.flat != NULL)
	{
		while (++row < state->rows.count && !(ROW_HEAD(window_row(&state->rows, row)) & ROW_BEGINS_PARTITION))
			continue;
		state->partition_end = row;
	}
}

/* Moves on to the next row; false behind the last. */
static bool
next_row(WindowState *state)
{
	WindowRows *rows = &state->rows;

	if (!state->begun)
	{
		state->begun = true;
		window_offsets(state);
		if (state->info.own_sort && rows->flat == NULL)
			window_collect(state);
		state->row = 0;
		state->partition_end = 0;
	}
	else
		state->row++;
	rows->current = state->row;
	if (state->row >= state->partition_end || !window_exists(state, state->row))
	{
		if (state->row >= rows->count && !window_fetch(state))
			return false;
		begin_partition(state);
		return true;
	}
	state->first = false;
	if (ROW_HEAD(window_row(rows, state->row)) & ROW_BEGINS_PEERS)
	{
		state->peers = state->row;
		state->group++;
	}
	return true;
}

static TupleTableSlot *
store_result(WindowState *state)
{
	TupleTableSlot *slot = state->returned;
	const char *row = window_row(&state->rows, state->row);

	ExecClearTuple(slot);
	for (int i = 0; i < state->noutputs; i++)
	{
		const WindowOutput *output = &state->outputs[i];

		if (output->column != NULL)
		{
			slot->tts_values[output->to] = window_value(output->column, row);
			slot->tts_isnull[output->to] = window_is_null(output->column, row);
		}
		else
		{
			slot->tts_values[output->to] = output->function->result;
			slot->tts_isnull[output->to] = output->function->result_null;
		}
	}
	return ExecStoreVirtualTuple(slot);
}

/*
 * Not by ExecScan: in the recheck of an updated row that would ask for a row that
 * this node does not read itself.
 */
static TupleTableSlot *
window_exec(CustomScanState *node)
{
	WindowState *state = (WindowState *) node;
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	TupleTableSlot *slot;

	CHECK_FOR_INTERRUPTS();
	ResetExprContext(econtext);
	if (!next_row(state))
		return ExecClearTuple(state->projects ? node->ss.ps.ps_ResultTupleSlot : state->returned);
	window_functions_eval(state);
	slot = store_result(state);
	if (state->rows.flat == NULL)
		window_forget_before(&state->rows, window_functions_need(state));
	if (!state->projects)
		return slot;
	econtext->ecxt_scantuple = slot;
	return ExecProject(node->ss.ps.ps_ProjInfo);
}

/* ---------- ending, beginning anew ---------- */

static void
forget_rows(WindowState *state)
{
	if (state->runs != NULL)
		window_runs_end(state->runs);
	state->runs = NULL;
	window_rows_reset(&state->rows);
}

/* Back to the first row; sorted rows in memory may stay. */
static void
forget(WindowState *state, bool stay)
{
	for (int i = 0; i < state->nfunctions; i++)
	{
		state->functions[i].result_kept = false;
		state->functions[i].result_null = true;
	}
	state->begun = false;
	state->last_tail = 0;
	if (!WINDOW_MUTANT(STALE_OFFSET))
	{
		MemoryContextReset(state->results);
		state->offsets_known = false;
	}
	if (stay && state->rows.flat != NULL)
		return;
	state->ended = false;
	forget_rows(state);
}

static void
window_end(CustomScanState *node)
{
	WindowState *state = (WindowState *) node;

	forget_rows(state);
	ExecEndNode(linitial(node->custom_ps));
}

static void
window_rescan(CustomScanState *node)
{
	PlanState  *child = linitial(node->custom_ps);

	bool		stay;

	ExecScanReScan(&node->ss);
	if (node->ss.ps.chgParam != NULL)
		UpdateChangedParamSet(child, node->ss.ps.chgParam);
	stay = child->chgParam == NULL && ((WindowState *) node)->rows.flat != NULL;
	forget((WindowState *) node, stay);
	/* where a parameter has changed, the child begins anew by itself */
	if (!stay && child->chgParam == NULL)
		ExecReScan(child);
}

/* ---------- methods ---------- */

static const CustomExecMethods window_exec_methods = {
	.CustomName = WINDOW_NODE,
	.BeginCustomScan = window_begin,
	.ExecCustomScan = window_exec,
	.EndCustomScan = window_end,
	.ReScanCustomScan = window_rescan,
	.ExplainCustomScan = window_explain,
};

/*
 * EXPLAIN shows what nodes above take from here by custom_scan_tlist.  PostgreSQL
 * 18 cannot show a window function outside a WindowAgg, so it becomes a plain call:
 * from here on the list only describes.
 */
static void
describe_calls(CustomScan *plan)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(plan));
	ListCell   *lc;

	foreach(lc, plan->custom_scan_tlist)
	{
		TargetEntry *entry = lfirst(lc);
		WindowFunc *call = (WindowFunc *) entry->expr;

		if (IsA(call, WindowFunc))
			entry->expr = (Expr *) makeFuncExpr(call->winfnoid, call->wintype, call->args, call->wincollid,
												call->inputcollid, COERCE_EXPLICIT_CALL);
	}
	MemoryContextSwitchTo(old);
}

static Node *
window_create_state(CustomScan *plan)
{
	WindowState *state = palloc0(sizeof(WindowState));

	NodeSetTag(state, T_CustomScanState);
	state->css.methods = &window_exec_methods;
	describe_calls(plan);
	return (Node *) state;
}

const CustomScanMethods window_scan_methods = {WINDOW_NODE, window_create_state};
