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

/*
 * What reading takes: made when the first row is asked for, so that a plan of
 * hundreds of partitions has it for one at a time.
 */
static void
prepare(BatchState *state)
{
	PlanState  *ps = &state->css.ss.ps;
	CustomScan *plan = (CustomScan *) ps->plan;
	MemoryContext old;
	BatchPlanInfo info;

	state->context = AllocSetContextCreate(ps->state->es_query_cxt, "kpi batch", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(state->context);
	batch_info_from_private(plan->custom_private, &info);
	state->filter.relid = state->main.relid = plan->scan.scanrelid;
	batch_columns_init(&state->filter, ps, MaxHeapTuplesPerPage, state->context);
	batch_columns_init(&state->main, ps, state->batch_rows, state->context);
	begin_filter(state, plan, &info);
	begin_groups(state, plan, &info);
	state->joining = state->dimensions == NIL;
	state->slice = BATCH_STRIP;
	state->prepared = true;
	MemoryContextSwitchTo(old);
}

/* Gives all of that back; what EXPLAIN tells of it stays. */
static void
release(BatchState *state)
{
	if (!state->prepared)
		return;
	batch_summarize(state);
	batch_scan_end(&state->scan);
	batch_aggregates_end(state->aggregates);
	batch_columns_end(&state->filter);
	batch_columns_end(&state->main);
	MemoryContextDelete(state->context);
	memset(&state->filter, 0, sizeof(BatchColumns));
	memset(&state->main, 0, sizeof(BatchColumns));
	state->predicates = NIL;
	state->join_filters = NIL;
	state->dimensions = NIL;
	state->prepared = false;
}

/* For EXPLAIN of a node that has read nothing, or nothing any more. */
static void
describe(BatchState *state)
{
	if (state->summary.way != NULL && !state->prepared)
		return;
	if (state->prepared)
		batch_summarize(state);
	else
	{
		prepare(state);
		release(state);
	}
}

static void
batch_begin(CustomScanState *node, EState *estate, int eflags)
{
	BatchState *state = (BatchState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	BatchPlanInfo info;
	ListCell   *lc;

	foreach(lc, plan->custom_plans)
		node->custom_ps = lappend(node->custom_ps, ExecInitNode(lfirst(lc), estate, eflags));
	state->batch_rows = kpi_batch_rows;
	state->limit = get_hash_memory_limit();
	batch_scan_init(&state->scan, node->ss.ss_currentRelation, estate->es_snapshot);
	batch_info_from_private(plan->custom_private, &info);
	if (info.by_index)
		state->scan.bitmap = batch_bitmap_create(llast(node->custom_ps), estate);
}

/* ---------- reading ---------- */

/*
 * Reads the dimensions, unless that is done; false when one of them has no rows,
 * so that no row of the table has a partner.
 */
static bool
build_dimensions(BatchState *state)
{
	/* as much for each as for a hash join of the server's */
	state->joining = batch_dimensions_build(state->dimensions, batch_scan_is_shared(&state->scan) ? 0 : state->limit);
	return state->joining;
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
	batch_memo_sweep(filter);
	batch_deform(filter, state->scan.rel, page->tuples, page->ntuples, &state->scan.prefetch);
	if (!state->joining && first && one_passes(state, page->ntuples) && !build_dimensions(state))
		return false;
	n = batch_select(filter, state->predicates, &all, selected, NULL);
	for (int i = 0; i < n; i++)
		page->tuples[i] = page->tuples[selected[i]];
	if (!state->again)
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

	state->passes += first;
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

	/* those of a batch of which no row had its partners */
	batch_scan_unpin(scan);
	batch_columns_next(main);
	batch_memo_sweep(main);
	state->added = 0;
	while (main->nrows < state->batch_rows)
	{
		BatchPage  *page = scan->page;
		int			n;

		if (page == NULL || page->next == page->ntuples)
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

/* Fills a batch with rows that have their partners in all dimensions. */
static void
next_batch(BatchState *state)
{
	BatchColumns *main = &state->main;
	int			nrows;

	read_batch(state);
	nrows = main->nrows;
	if (!state->again)
	{
		state->rows += nrows;
		state->unmatched += nrows;
	}
	if (state->dimensions != NIL && nrows > 0)
		batch_dimensions_join(state->dimensions, state->join_filters, main);
	state->unmatched -= main->nrows;
}

/*
 * Adds some rows of the batch to their groups: all of them, or fewer where groups
 * grow so fast that their memory has to be looked at in between.
 */
static void
add_slice(BatchState *state)
{
	int			n = Min(state->main.nrows, state->added + state->slice);
	Size		before = state->states_memory;

	n = batch_groups_find(state->groups, state->added, n, state->group_of);
	batch_aggregates_add(state->aggregates, state->added, n, state->group_of);
	state->added = n;
	state->states_memory = batch_aggregates_memory(state->aggregates);
	if (state->states_memory > before + BATCH_SLICE_BYTES)
		state->slice = Max(state->slice / 2, 1);
	else
		state->slice = Min(state->slice * 2, state->batch_rows);
	/* nothing points into its pages any more */
	if (state->added == state->main.nrows)
		batch_scan_unpin(&state->scan);
}

static Size
memory_used(BatchState *state)
{
	return batch_groups_memory(state->groups) + state->states_memory + batch_memo_memory(&state->main);
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

	/* texts must leave room for groups */
	if (batch_memo_memory(&state->main) > state->limit / 2)
		batch_memo_give_up(&state->main);
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
	MemoryContext memory = state->main.econtext->ecxt_per_tuple_memory;

	while (!state->finished)
	{
		MemoryContext old;

		if (state->added == state->main.nrows && !state->ended)
			next_batch(state);
		/* whatever is left behind goes with the batch */
		old = MemoryContextSwitchTo(memory);
		if (state->added < state->main.nrows)
			add_slice(state);
		MemoryContextSwitchTo(old);
		state->finished = state->ended && state->added == state->main.nrows;
		if (!state->finished && memory_is_full(state))
		{
			state->flushes++;
			if (MUTANT(LOST_FLUSH))
				batch_groups_reset(state->groups, state->emits_all);
			if (MUTANT(LOST_SLICE))
				state->added = state->main.nrows;
			break;
		}
	}
	/* where one has no rows at all, no part of another one finds a partner */
	if (state->finished && state->joining && batch_dimensions_have_more(state->dimensions))
	{
		state->finished = false;
		state->turning = state->emits_all = true;
	}
	if (state->finished)
	{
		batch_groups_ensure_one(state->groups);
		state->emits_all = true;
	}
	batch_groups_rewind(state->groups, state->emits_all);
	state->set = 0;
	state->emitting = true;
}

/*
 * All groups of the rows that have their partners in these parts of the dimensions
 * are returned: the table is read anew for the next parts, if there are any.
 */
static void
next_pass(BatchState *state)
{
	state->turning = false;
	if (!batch_dimensions_advance(state->dimensions) || MUTANT(LOST_PART))
		return;
	batch_scan_rewind(&state->scan);
	if (state->scan.bitmap)
		batch_bitmap_rescan(state->scan.bitmap, NULL);
	state->main.nrows = state->added = 0;
	state->ended = false;
	state->again = state->in_parts = true;
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
	state->states_memory = 0;
	batch_memo_reset(&state->main);
	/* values of the rest of the batch may have stood there */
	batch_columns_changed(&state->main);
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
		if (state->finished && !state->any_group && linitial_int(list_nth(state->sets, state->set)) == 0)
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

	while (!state->exhausted)
	{
		if (!state->prepared)
			prepare(state);
		if (state->emitting)
		{
			BatchGroup *group = next_of_sets(state);

			if (group != NULL)
				return store_group(state, group);
			clear_groups(state, state->emits_all);
			if (state->finished)
			{
				state->exhausted = true;
				/* who reads it again would have to prepare it again and again */
				if (!state->rescanned)
					release(state);
				break;
			}
			if (state->turning)
				next_pass(state);
		}
		read_groups(state);
	}
	return ExecClearTuple(node->ss_ScanTupleSlot);
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

	release(state);
	batch_scan_end(&state->scan);
	foreach(lc, node->custom_ps)
		ExecEndNode(lfirst(lc));
}

/* Dimensions that read no parameter stay as they are, if they are still there. */
static void
rescan_dimensions(BatchState *state)
{
	Bitmapset  *changed = state->css.ss.ps.chgParam;
	ListCell   *lc;

	foreach(lc, state->css.custom_ps)
	{
		PlanState  *child = lfirst(lc);

		if (state->scan.bitmap != NULL && child == llast(state->css.custom_ps))
		{
			batch_bitmap_rescan(state->scan.bitmap, changed);
			continue;
		}
		if (changed != NULL)
			UpdateChangedParamSet(child, changed);
		if (state->prepared)
		{
			BatchDimension *dimension = list_nth(state->dimensions, foreach_current_index(lc));

			if (child->chgParam == NULL && batch_dimension_is_whole(dimension))
				continue;
			batch_dimension_reset(dimension);
		}
		ExecReScan(child);
	}
}

static void
batch_rescan(CustomScanState *node)
{
	BatchState *state = (BatchState *) node;

	ExecScanReScan(&node->ss);
	batch_scan_rewind(&state->scan);
	if (state->prepared)
	{
		clear_groups(state, true);
		batch_memo_reset(&state->filter);
		batch_forget_constants(&state->filter);
		batch_forget_constants(&state->main);
		state->main.nrows = 0;
		state->joining = state->dimensions == NIL;
	}
	state->added = 0;
	state->any_group = false;
	state->emitting = false;
	state->ended &= MUTANT(STALE_END);
	state->finished = false;
	state->exhausted = false;
	state->turning = false;
	state->again = false;
	state->rescanned = true;
	rescan_dimensions(state);
}

/* ---------- parallel workers ---------- */

static Size
batch_estimate_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused())
{
	if (((BatchState *) node)->scan.bitmap)
		return batch_bitmap_shared_size();
	return table_parallelscan_estimate(((BatchState *) node)->scan.rel, node->ss.ps.state->es_snapshot);
}

static void
batch_initialize_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused(), void *coordinate)
{
	BatchScan  *scan = &((BatchState *) node)->scan;

	if (scan->bitmap)
	{
		batch_bitmap_share(scan->bitmap, coordinate);
		return;
	}
	scan->parallel = coordinate;
	table_parallelscan_initialize(scan->rel, scan->parallel, node->ss.ps.state->es_snapshot);
}

static void
batch_reinitialize_dsm(CustomScanState *node, ParallelContext *pcxt pg_attribute_unused(), void *coordinate)
{
	BatchScan  *scan = &((BatchState *) node)->scan;

	if (scan->bitmap)
		batch_bitmap_share_anew(scan->bitmap);
	else
		table_parallelscan_reinitialize(scan->rel, coordinate);
}

static void
batch_initialize_worker(CustomScanState *node, shm_toc *toc pg_attribute_unused(), void *coordinate)
{
	BatchScan  *scan = &((BatchState *) node)->scan;

	if (scan->bitmap)
		batch_bitmap_attach(scan->bitmap, coordinate);
	else if (!MUTANT(WHOLE_TABLE))
		scan->parallel = coordinate;
}

static void
explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
	describe((BatchState *) node);
	batch_explain(node, ancestors, es);
}

/* ---------- methods ---------- */

static const CustomExecMethods batch_exec_methods = {
	.CustomName = BATCH_NODE,
	.BeginCustomScan = batch_begin,
	.ExecCustomScan = batch_exec,
	.EndCustomScan = batch_end,
	.ReScanCustomScan = batch_rescan,
	.EstimateDSMCustomScan = batch_estimate_dsm,
	.InitializeDSMCustomScan = batch_initialize_dsm,
	.ReInitializeDSMCustomScan = batch_reinitialize_dsm,
	.InitializeWorkerCustomScan = batch_initialize_worker,
	.ExplainCustomScan = explain,
};

static Node *
batch_create_state(CustomScan *plan pg_attribute_unused())
{
	BatchState *state = palloc0(sizeof(BatchState));

	NodeSetTag(state, T_CustomScanState);
	state->css.methods = &batch_exec_methods;
	return (Node *) state;
}

const CustomScanMethods batch_scan_methods = {BATCH_NODE, batch_create_state};
