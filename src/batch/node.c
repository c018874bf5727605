/*
 * node.c
 *		The plan node KpiBatch: reads a heap, and returns one row of partial
 *		results for each group.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/rel.h"

/* Groups that find no room are collected in a table of this size before they are passed on. */
#define PASSING_LIMIT (512 * 1024)

/* A WHERE clause over texts of which most are different remembers them in vain. */
#define MEMO_LIMIT (1024 * 1024)

/* ---------- beginning ---------- */

/*
 * The planner has replaced what is in custom_scan_tlist by references to it, in
 * custom_exprs and, where an entry repeats another, nowhere else.
 */
static Node *
resolve(Node *node, List *tlist)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && ((Var *) node)->varno == INDEX_VAR)
	{
		TargetEntry *entry = list_nth(tlist, ((Var *) node)->varattno - 1);

		return resolve((Node *) copyObject(entry->expr), tlist);
	}
	return expression_tree_mutator(node, resolve, tlist);
}

/* Collects the columns that expressions read. */
static void
collect(BatchColumns *columns, Node *node)
{
	List	   *vars = pull_var_clause(node, PVC_RECURSE_AGGREGATES);
	ListCell   *lc;

	foreach(lc, vars)
		batch_column_of(columns, lfirst(lc));
	list_free(vars);
}

static List *
tlist_exprs(List *tlist, int from, int n)
{
	List	   *exprs = NIL;

	for (int i = from; i < from + n; i++)
		exprs = lappend(exprs, ((TargetEntry *) list_nth(tlist, i))->expr);
	return exprs;
}

static void
begin_filter(BatchState *state, CustomScan *plan, BatchPlanInfo *info)
{
	List	   *quals = list_truncate(list_copy(plan->custom_exprs), info->nquals);
	ListCell   *lc;

	quals = (List *) resolve((Node *) quals, plan->custom_scan_tlist);
	collect(&state->filter, (Node *) quals);
	batch_columns_ready(&state->filter, RelationGetDescr(state->scan.rel));
	foreach(lc, quals)
		state->predicates = lappend(state->predicates, batch_compile(&state->filter, lfirst(lc), false));
}

static void
begin_groups(BatchState *state, CustomScan *plan, BatchPlanInfo *info)
{
	List	   *keys = tlist_exprs(plan->custom_scan_tlist, 0, info->nkeys);
	List	   *aggrefs = tlist_exprs(plan->custom_scan_tlist, info->nkeys + info->ngroupings, info->naggs);
	List	   *filters = list_copy_tail(plan->custom_exprs, info->nquals);
	ListCell   *lc;
	ListCell   *child;

	filters = (List *) resolve((Node *) filters, plan->custom_scan_tlist);
	collect(&state->main, (Node *) keys);
	collect(&state->main, (Node *) aggrefs);
	collect(&state->main, (Node *) filters);
	foreach(lc, info->dimensions)
		batch_dimension_columns(&state->main, plan->custom_scan_tlist, lfirst(lc));
	batch_columns_ready(&state->main, RelationGetDescr(state->scan.rel));
	forboth(lc, info->dimensions, child, state->css.custom_ps)
		state->dimensions = lappend(state->dimensions,
									batch_dimension_create(&state->main, plan->custom_scan_tlist,
														   lfirst(lc), lfirst(child), state->dimensions));
	foreach(lc, filters)
		state->join_filters = lappend(state->join_filters, batch_compile(&state->main, lfirst(lc), false));
	state->nkeys = info->nkeys;
	state->naggs = info->naggs;
	state->ngroupings = info->ngroupings;
	state->sets = info->sets;
	state->aggregates = batch_aggregates_create(&state->main, aggrefs);
	state->groups = batch_groups_create(&state->main, keys, info->grouped, state->aggregates->state_size);
	state->aggregates->base = batch_groups_state_offset(state->groups);
	batch_groups_on_new(state->groups, batch_aggregates_init_group, state->aggregates);
	state->group_of = palloc0(sizeof(char *) * state->main.capacity);
}

static void
batch_begin(CustomScanState *node, EState *estate, int eflags)
{
	BatchState *state = (BatchState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	MemoryContext old;
	BatchPlanInfo info;
	ListCell   *lc;

	foreach(lc, plan->custom_plans)
		node->custom_ps = lappend(node->custom_ps, ExecInitNode(lfirst(lc), estate, eflags));
	state->context = AllocSetContextCreate(estate->es_query_cxt, "kpi batch", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(state->context);
	batch_info_from_private(plan->custom_private, &info);
	state->batch_rows = kpi_batch_rows;
	state->limit = get_hash_memory_limit();
	batch_scan_init(&state->scan, node->ss.ss_currentRelation, estate->es_snapshot);
	state->filter.relid = state->main.relid = plan->scan.scanrelid;
	batch_columns_init(&state->filter, &node->ss.ps, MaxHeapTuplesPerPage, state->context);
	batch_columns_init(&state->main, &node->ss.ps, state->batch_rows, state->context);
	begin_filter(state, plan, &info);
	begin_groups(state, plan, &info);
	state->joining = state->dimensions == NIL;
	MemoryContextSwitchTo(old);
}

/* ---------- reading ---------- */

/*
 * Reads the dimensions, unless that is done; false when one of them has no rows,
 * so that no row of the table has a partner.
 */
static bool
build_dimensions(BatchState *state)
{
	ListCell   *lc;

	foreach(lc, state->dimensions)
	{
		batch_dimension_build(lfirst(lc));
		if (batch_dimension_has_no_partners(lfirst(lc)))
			return false;
	}
	state->joining = true;
	return true;
}

/* Does WHERE let one of the rows pass?  Those behind the first that does are not looked at. */
static bool
one_passes(BatchState *state, int nrows)
{
	for (int32 row = 0; row < nrows; row++)
	{
		const BatchRows one = {1, &row};
		int32		selected;

		if (batch_select(&state->filter, state->predicates, &one, &selected, NULL) > 0)
			return true;
	}
	return false;
}

/* Takes the tuples that WHERE rejects out of the page; false when the others need not be looked at. */
static bool
filter_page(BatchState *state, BatchPage *page, bool first)
{
	BatchColumns *filter = &state->filter;
	BatchRows	all = {page->ntuples, NULL};
	int32		selected[MaxHeapTuplesPerPage];
	int			n;

	batch_columns_next(filter);
	if (batch_memo_memory(filter) > MEMO_LIMIT)
		batch_memo_give_up(filter);
	batch_deform(filter, state->scan.rel, page->tuples, page->ntuples, &state->scan.prefetch);
	if (!state->joining && first && one_passes(state, page->ntuples) && !build_dimensions(state))
		return false;
	n = batch_select(filter, state->predicates, &all, selected, NULL);
	for (int i = 0; i < n; i++)
		page->tuples[i] = page->tuples[selected[i]];
	state->filtered += page->ntuples - n;
	page->ntuples = n;
	return true;
}

/*
 * The next page, less the tuples that WHERE rejects.  As in the server's hash
 * join, dimensions are read when the first row asks for a partner, and if one of
 * them is empty the rest of the table is not read.
 */
static bool
next_page(BatchState *state)
{
	bool		first = !state->scan.begun;
	BatchPage  *page;

	if (!batch_scan_page(&state->scan))
		return false;
	page = state->scan.page;
	if (state->predicates != NIL && !filter_page(state, page, first))
		return false;
	return state->joining || page->ntuples == 0 || build_dimensions(state);
}

/* Fills a batch; values by reference may point into as many pages as we may keep. */
static void
read_batch(BatchState *state)
{
	BatchScan  *scan = &state->scan;
	BatchColumns *main = &state->main;

	batch_columns_next(main);
	while (main->nrows < state->batch_rows)
	{
		BatchPage  *page = scan->page;
		int			n;

		if (page->next == page->ntuples)
		{
			if (scan->npins == scan->max_pins)
				return;
			if (!next_page(state))
			{
				state->ended = true;
				return;
			}
			continue;
		}
		n = Min(state->batch_rows - main->nrows, page->ntuples - page->next);
		batch_deform(main, scan->rel, page->tuples + page->next, n, &scan->prefetch);
		page->next += n;
		if (MUTANT(LOST_ROW) && page->next < page->ntuples)
			page->next++;
		if (main->byref)
			batch_scan_pin(scan);
	}
}

/* Adds the batch to its groups; nothing points into its pages any more. */
static void
add_batch(BatchState *state)
{
	BatchColumns *main = &state->main;

	state->rows += main->nrows;
	if (state->dimensions != NIL && main->nrows > 0)
		state->unmatched += batch_dimensions_join(state->dimensions, state->join_filters, main);
	if (main->nrows > 0)
	{
		batch_groups_find(state->groups, state->group_of);
		batch_aggregates_add(state->aggregates, state->group_of);
	}
	batch_scan_unpin(&state->scan);
}

static Size
memory_used(BatchState *state)
{
	return batch_groups_memory(state->groups) + batch_aggregates_memory(state->aggregates) +
		batch_memo_memory(&state->main);
}

/*
 * Are there groups to be returned before more can be read?  Where groups have
 * filled the memory they stay, and rows of other groups are passed on in small
 * parts; states that grow make that impossible, and then all groups go.
 */
static bool
memory_is_full(BatchState *state)
{
	Size		passing_limit = Min(PASSING_LIMIT, state->limit / 4);
	Size		excess = batch_groups_closed(state->groups) ? 2 * passing_limit : 0;

	if (memory_used(state) > state->limit + excess)
	{
		state->emits_all = batch_groups_closed(state->groups) ||
			!batch_aggregates_in_groups(state->aggregates) ||
			batch_groups_memory(state->groups) < state->limit / 2;
		if (state->emits_all)
			return true;
		batch_groups_close(state->groups);
	}
	state->emits_all = false;
	return batch_groups_closed(state->groups) && batch_groups_passing_memory(state->groups) > passing_limit;
}

/* Reads until the end, or until groups have to be returned. */
static void
read_groups(BatchState *state)
{
	while (!state->ended)
	{
		read_batch(state);
		add_batch(state);
		if (!state->ended && memory_is_full(state))
		{
			state->flushes++;
			if (MUTANT(LOST_FLUSH))
				batch_groups_reset(state->groups, state->emits_all);
			break;
		}
	}
	if (state->ended)
	{
		batch_groups_ensure_one(state->groups);
		state->emits_all = true;
	}
	batch_groups_rewind(state->groups, state->emits_all);
	state->set = 0;
	state->emitting = true;
}

/* What the groups held has been passed on. */
static void
clear_groups(BatchState *state, bool all)
{
	batch_groups_reset(state->groups, all);
	state->emitting = false;
	if (!all)
		return;
	batch_aggregates_reset(state->aggregates);
	batch_memo_reset(&state->main);
}

/* ---------- returning groups ---------- */

/* Keys that the set does not have are NULL; the values of the GROUPING()s are its own. */
static uint32
store_set(BatchState *state, TupleTableSlot *slot, uint32 nulls)
{
	List	   *set;

	if (state->sets == NIL)
		return nulls;
	set = list_nth(state->sets, state->set);
	for (int g = 0; g < state->ngroupings; g++)
	{
		slot->tts_isnull[state->nkeys + g] = false;
		slot->tts_values[state->nkeys + g] = Int32GetDatum(list_nth_int(set, 1 + g));
	}
	return MUTANT(LOST_SET) ? nulls : nulls | ~(uint32) linitial_int(set);
}

static TupleTableSlot *
store_group(BatchState *state, BatchGroup *group)
{
	TupleTableSlot *slot = state->css.ss.ss_ScanTupleSlot;
	ExprContext *econtext = state->css.ss.ps.ps_ExprContext;
	MemoryContext old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	int			first = state->nkeys + state->ngroupings;
	uint32		nulls;

	state->groups_emitted++;
	state->any_group = true;
	ExecClearTuple(slot);
	/* the rest of the row stands for columns that are only read inside */
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts);
	nulls = store_set(state, slot, group->nulls);
	for (int k = 0; k < state->nkeys; k++)
	{
		slot->tts_isnull[k] = (nulls >> k) & 1;
		slot->tts_values[k] = slot->tts_isnull[k] ? (Datum) 0 : group->keys[k];
	}
	for (int a = 0; a < state->naggs; a++)
		slot->tts_values[first + a] =
			batch_aggregates_partial(state->aggregates, a, (char *) group, &slot->tts_isnull[first + a]);
	MemoryContextSwitchTo(old);
	return ExecStoreVirtualTuple(slot);
}

/*
 * The next group to be returned.  With grouping sets all groups come again for
 * each set, and a total of no rows is a row.
 */
static BatchGroup *
next_of_sets(BatchState *state)
{
	for (;;)
	{
		BatchGroup *group = batch_groups_next(state->groups);

		if (group != NULL || state->sets == NIL)
			return group;
		if (state->ended && !state->any_group && linitial_int(list_nth(state->sets, state->set)) == 0)
			return batch_groups_blank(state->groups);
		if (state->set + 1 == list_length(state->sets))
			return NULL;
		state->set++;
		batch_groups_rewind(state->groups, state->emits_all);
	}
}

static TupleTableSlot *
next_group(ScanState *node)
{
	BatchState *state = (BatchState *) node;

	for (;;)
	{
		if (state->emitting)
		{
			BatchGroup *group = next_of_sets(state);

			if (group != NULL)
				return store_group(state, group);
			if (state->ended)
				return ExecClearTuple(node->ss_ScanTupleSlot);
			clear_groups(state, state->emits_all);
		}
		read_groups(state);
	}
}

/* The node is never the target of an update. */
static bool
recheck(ScanState *node pg_attribute_unused(), TupleTableSlot *slot pg_attribute_unused())
{
	return true;
}

static TupleTableSlot *
batch_exec(CustomScanState *node)
{
	return ExecScan(&node->ss, next_group, recheck);
}

/* ---------- ending, beginning anew ---------- */

static void
batch_end(CustomScanState *node)
{
	BatchState *state = (BatchState *) node;
	ListCell   *lc;

	batch_scan_end(&state->scan);
	batch_aggregates_reset(state->aggregates);
	foreach(lc, node->custom_ps)
		ExecEndNode(lfirst(lc));
}

static void
batch_rescan(CustomScanState *node)
{
	BatchState *state = (BatchState *) node;
	ListCell   *lc;
	ListCell   *ps;

	ExecScanReScan(&node->ss);
	batch_scan_rewind(&state->scan);
	clear_groups(state, true);
	state->ended &= MUTANT(STALE_END);
	state->any_group = false;
	state->joining = state->dimensions == NIL;
	batch_memo_reset(&state->filter);
	batch_forget_constants(&state->filter);
	batch_forget_constants(&state->main);
	forboth(lc, state->dimensions, ps, node->custom_ps)
	{
		PlanState  *child = lfirst(ps);

		if (node->ss.ps.chgParam != NULL)
			UpdateChangedParamSet(child, node->ss.ps.chgParam);
		/* a dimension that reads no parameter stays as it is */
		if (child->chgParam == NULL)
			continue;
		batch_dimension_reset(lfirst(lc));
		ExecReScan(child);
	}
}

/* ---------- parallel workers ---------- */

static Size
batch_estimate_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused())
{
	return table_parallelscan_estimate(((BatchState *) node)->scan.rel, node->ss.ps.state->es_snapshot);
}

static void
batch_initialize_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused(), void *coordinate)
{
	BatchScan  *scan = &((BatchState *) node)->scan;

	scan->parallel = coordinate;
	table_parallelscan_initialize(scan->rel, scan->parallel, node->ss.ps.state->es_snapshot);
}

static void
batch_reinitialize_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused(), void *coordinate)
{
	table_parallelscan_reinitialize(((BatchState *) node)->scan.rel, coordinate);
}

static void
batch_initialize_worker(CustomScanState *node, shm_toc *toc pg_attribute_unused(), void *coordinate)
{
	if (!MUTANT(WHOLE_TABLE))
		((BatchState *) node)->scan.parallel = coordinate;
}

/* ---------- methods ---------- */

static const CustomExecMethods batch_exec_methods = {
	.CustomName = "KpiBatch",
	.BeginCustomScan = batch_begin,
	.ExecCustomScan = batch_exec,
	.EndCustomScan = batch_end,
	.ReScanCustomScan = batch_rescan,
	.EstimateDSMCustomScan = batch_estimate_dsm,
	.InitializeDSMCustomScan = batch_initialize_dsm,
	.ReInitializeDSMCustomScan = batch_reinitialize_dsm,
	.InitializeWorkerCustomScan = batch_initialize_worker,
	.ExplainCustomScan = batch_explain,
};

static Node *
batch_create_state(CustomScan *plan pg_attribute_unused())
{
	BatchState *state = palloc0(sizeof(BatchState));

	NodeSetTag(state, T_CustomScanState);
	state->css.methods = &batch_exec_methods;
	return (Node *) state;
}

const CustomScanMethods batch_scan_methods = {"KpiBatch", batch_create_state};
