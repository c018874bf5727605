/*
 * plan.c
 *		Which queries are batched, and the paths that do it.
 *
 * One shape of plan:
 *
 *		Finalize Aggregate						the server's
 *		  -> [Gather]							the server's
 *			-> [Append]							the server's
 *			  -> Custom Scan (KpiBatch)			heap, joins to dimensions, partial groups
 *
 * The path competes by its cost with all that the server offers.  What is
 * refused here runs as if this wing did not exist.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "batch/batch.h"
#include "batch/plan.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/planner.h"
#include "optimizer/prep.h"
#include "optimizer/restrictinfo.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"

/* ---------- the query ---------- */

static bool
is_key(BatchQuery *q, Node *node)
{
	ListCell   *lc;

	foreach(lc, q->keys)
	{
		if (equal(lfirst(lc), node))
			return true;
	}
	return false;
}

/*
 * Collects the aggregates of an expression above the grouping.  A column that is
 * no key depends on one (the table's primary key is grouped by): it becomes a
 * key of ours.
 */
static bool
collect_walker(Node *node, BatchQuery *q)
{
	ListCell   *lc;

	if (node == NULL || is_key(q, node))
		return false;
	if (IsA(node, Aggref))
	{
		Aggref	   *aggref = (Aggref *) node;

		foreach(lc, aggref->args)
			q->refused |= !batch_can_evaluate((Node *) ((TargetEntry *) lfirst(lc))->expr);
		q->refused |= !batch_can_evaluate((Node *) aggref->aggfilter);
		q->aggrefs = list_append_unique(q->aggrefs, aggref);
		return q->refused;
	}
	if (IsA(node, Var))
	{
		/* the sets that do not have the key it depends on: not understood */
		q->refused |= q->sets != NIL;
		q->keys = lappend(q->keys, node);
		q->key_refs = lappend_int(q->key_refs, 0);
		return false;
	}
	if (IsA(node, GroupingFunc) && q->sets != NIL)
	{
		q->groupings = list_append_unique(q->groupings, node);
		return false;
	}
	if (IsA(node, PlaceHolderVar) || IsA(node, GroupingFunc))
		q->refused = true;
	return q->refused || expression_tree_walker(node, collect_walker, q);
}

/* The keys and aggregates of the query; false when one of them cannot be batched. */
static bool
collect_query(BatchQuery *q)
{
	Query	   *parse = q->root->parse;
	ListCell   *lc;

	foreach(lc, parse->groupClause)
	{
		SortGroupClause *clause = lfirst(lc);
		Node	   *expr = get_sortgroupclause_expr(clause, q->root->processed_tlist);

		if (!clause->hashable || !batch_can_evaluate(expr))
			return false;
		q->keys = lappend(q->keys, expr);
		q->key_refs = lappend_int(q->key_refs, clause->tleSortGroupRef);
	}
	if (parse->groupingSets != NIL && !batch_sets_collect(q))
		return false;
	collect_walker((Node *) q->output->reltarget->exprs, q);
	collect_walker((Node *) q->extra->havingQual, q);
	foreach(lc, q->keys)
		q->refused |= !batch_can_evaluate(lfirst(lc));
	return !q->refused &&
		list_length(q->keys) <= BATCH_MAX_KEYS && list_length(q->aggrefs) <= BATCH_MAX_AGGREGATES &&
		batch_columns_fit(q->root, q->input->relids, list_concat_copy(q->keys, q->aggrefs));
}

/* The partial forms of the aggregates, as the server makes them. */
static void
make_partials(BatchQuery *q)
{
	int			width = 0;
	ListCell   *lc;
	ListCell   *ref;

	foreach(lc, q->aggrefs)
	{
		Aggref	   *partial = makeNode(Aggref);

		memcpy(partial, lfirst(lc), sizeof(Aggref));
		mark_partial_aggref(partial, AGGSPLIT_INITIAL_SERIAL);
		q->partials = lappend(q->partials, partial);
		width += batch_state_width(q->root, partial);
	}
	q->target = create_empty_pathtarget();
	forboth(lc, q->keys, ref, q->key_refs)
		add_column_to_pathtarget(q->target, lfirst(lc), lfirst_int(ref));
	foreach(lc, q->groupings)
		add_column_to_pathtarget(q->target, lfirst(lc), foreach_current_index(lc) == 0 ? q->set_ref : 0);
	set_pathtarget_cost_width(q->root, q->target);
	foreach(lc, q->partials)
		add_column_to_pathtarget(q->target, lfirst(lc), 0);
	q->target->width += width;
}

/* ---------- paths ---------- */

static const CustomPathMethods batch_path_methods;

/* The node itself; workers > 0: one of so many that read the table together. */
static Path *
make_batch_path(BatchQuery *q, RelOptInfo *parent, BatchSource *source, List *ancestors, int workers)
{
	BatchPath  *batch = (BatchPath *) newNode(sizeof(BatchPath), T_CustomPath);
	CustomPath *custom = &batch->custom;
	ListCell   *lc;

	batch->query = q;
	batch->source = source;
	batch->ancestors = ancestors;
	custom->path.pathtype = T_CustomScan;
	custom->path.parent = parent;
	custom->path.pathtarget = q->target;
	custom->path.parallel_safe = q->output->consider_parallel && source->rel->consider_parallel;
	custom->path.parallel_aware = workers > 0;
	custom->path.parallel_workers = workers;
	custom->methods = &batch_path_methods;
	custom->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	foreach(lc, source->joins)
	{
		Path	   *dimension = ((BatchJoin *) lfirst(lc))->path;

		custom->path.parallel_safe &= dimension->parallel_safe;
		custom->custom_paths = lappend(custom->custom_paths, dimension);
	}
	batch_cost_path(q, batch);
	return (Path *) batch;
}

static int
workers_for(BatchQuery *q, BatchSource *source)
{
	RelOptInfo *rel = source->rel;
	double		pages = rel->pages;

	if (!q->output->consider_parallel || !rel->consider_parallel)
		return 0;
	if (source->bitmap != NULL)
		pages *= Min(source->tuples / Max(rel->tuples, 1), 1);
	return compute_parallel_worker(rel, pages, -1, max_parallel_workers_per_gather);
}

/* The server only plans what makes a bitmap below a scan of it. */
static void
add_bitmap(BatchQuery *q, BatchPath *batch)
{
	BatchSource *source = batch->source;

	if (source->bitmap != NULL)
		batch->custom.custom_paths = lappend(batch->custom.custom_paths,
											 create_bitmap_heap_path(q->root, source->rel, source->bitmap, NULL, 1.0, 0));
}

static bool
is_cheaper(Path *path, Path *than)
{
	if (than == NULL)
		return true;
#if PG_VERSION_NUM >= 180000
	if (path->disabled_nodes != than->disabled_nodes)
		return path->disabled_nodes < than->disabled_nodes;
#endif
	return path->total_cost < than->total_cost;
}

/*
 * The cheapest node of those that read the whole table or what indexes name of it.
 * "workers": how many read it together, at least so many as are asked for; NULL in
 * a serial plan.  NULL where the table is too small for that.
 */
static Path *
cheapest_path(BatchQuery *q, RelOptInfo *parent, List *sources, List *ancestors, const int *workers)
{
	Path	   *cheapest = NULL;
	ListCell   *lc;

	foreach(lc, sources)
	{
		int			n = workers == NULL ? 0 : Max(workers_for(q, lfirst(lc)), *workers);
		Path	   *path;

		if (workers != NULL && n == 0)
			continue;
		path = make_batch_path(q, parent, lfirst(lc), ancestors, n);
		if (is_cheaper(path, cheapest))
			cheapest = path;
	}
	if (cheapest != NULL)
		add_bitmap(q, (BatchPath *) cheapest);
	return cheapest;
}

/* Expressions of the query over the columns of a partition. */
static List *
over_partition(PlannerInfo *root, List *exprs, List *ancestors)
{
	ListCell   *lc;

	foreach(lc, ancestors)
	{
		AppendRelInfo *info = lfirst(lc);

		exprs = (List *) adjust_appendrel_attrs(root, (Node *) exprs, 1, &info);
	}
	return exprs;
}

/*
 * The paths of the partitions below a table, serial and, where all of them can
 * be read in parallel, parallel ones.  False when one partition cannot be batched.
 */
static bool
add_partitions(BatchQuery *q, RelOptInfo *rel, List *above, BatchPartitions *partitions)
{
	ListCell   *lc;

	foreach(lc, q->root->append_rel_list)
	{
		AppendRelInfo *info = lfirst(lc);
		RelOptInfo *child;
		BatchSource *source;
		List	   *ancestors;
		List	   *sources;
		const int	one = 1;
		Path	   *path;

		if (info->parent_relid != rel->relid)
			continue;
		child = q->root->simple_rel_array[info->child_relid];
		if (child == NULL || IS_DUMMY_REL(child))
			continue;
		ancestors = lappend(list_copy(above), info);
		/* of an inherited table only other columns stand in the place of the parent's; UNION ALL may have expressions there */
		if (!OidIsValid(info->parent_reloid) &&
			(!batch_can_evaluate((Node *) over_partition(q->root, q->keys, ancestors)) ||
			 !batch_can_evaluate((Node *) over_partition(q->root, q->partials, ancestors))))
			return false;
		if (planner_rt_fetch(child->relid, q->root)->inh)
		{
			if (!add_partitions(q, child, ancestors, partitions))
				return false;
			continue;
		}
		source = palloc0(sizeof(BatchSource));
		if (!batch_table_source(q->root, child, source))
			return false;
		sources = batch_sources(q->root, source);
		partitions->serial = lappend(partitions->serial, cheapest_path(q, child, sources, ancestors, NULL));
		if (!q->output->consider_parallel || max_parallel_workers_per_gather == 0)
			continue;
		path = cheapest_path(q, child, sources, ancestors, &one);
		partitions->workers = Max(partitions->workers, workers_for(q, ((BatchPath *) path)->source));
		partitions->parallel = lappend(partitions->parallel, path);
	}
	return true;
}

/* The server's Finalize Aggregate over our partial groups. */
static void
add_finalize(BatchQuery *q, Path *path)
{
	PlannerInfo *root = q->root;
	Query	   *parse = root->parse;
#if PG_VERSION_NUM >= 160000
	List	   *group_clause = root->processed_groupClause;
#else
	List	   *group_clause = parse->groupClause;
#endif

	if (q->sets != NIL)
		group_clause = lappend(list_copy(group_clause), batch_sets_clause(q));
	add_path(q->output, (Path *)
			 create_agg_path(root, q->output, path, q->output->reltarget,
							 parse->groupClause ? AGG_HASHED : AGG_PLAIN, AGGSPLIT_FINAL_DESERIAL,
							 group_clause, (List *) q->extra->havingQual, &q->final_costs, q->ngroups));
}

static void
add_gather(BatchQuery *q, Path *partial)
{
	double		rows = partial->rows * partial->parallel_workers;

	add_finalize(q, (Path *) create_gather_path(q->root, q->output, partial, q->target, NULL, &rows));
}

static void
add_partitioned_paths(BatchQuery *q)
{
	BatchPartitions partitions = {0};
	AppendPath *append;

	if (!batch_appended_by_server(q->input) ||
		!add_partitions(q, q->input, NIL, &partitions) || partitions.serial == NIL)
		return;
	append = create_append_path(q->root, q->input, partitions.serial, NIL, NIL, NULL, 0, false, -1);
	append->path.pathtarget = q->target;
	add_finalize(q, (Path *) append);
	if (partitions.workers > 0)
	{
		append = create_append_path(q->root, q->input, NIL, partitions.parallel, NIL, NULL,
									partitions.workers, enable_parallel_append, -1);
		append->path.pathtarget = q->target;
		if (append->path.parallel_safe)
			add_gather(q, (Path *) append);
	}
}

static void
add_plain_paths(BatchQuery *q, BatchSource *source)
{
	List	   *sources;
	const int	none = 0;
	Path	   *path;

	if (!batch_memory_suffices(q) ||
		(source->joins != NIL &&
		 !batch_columns_fit(q->root, q->input->relids,
							list_concat(list_concat_copy(q->keys, q->aggrefs), batch_star_columns(source)))))
		return;
	sources = batch_sources(q->root, source);
	path = cheapest_path(q, q->output, sources, NIL, NULL);
	add_finalize(q, path);
	if (!path->parallel_safe || source->serial)
		return;
	path = cheapest_path(q, q->output, sources, NIL, &none);
	if (path != NULL)
		add_gather(q, path);
}

/* ---------- the hook ---------- */

/* Can the aggregates be computed in parts, by hashing?  Of grouping sets the server does not say. */
static bool
can_group(PlannerInfo *root, GroupPathExtraData *extra)
{
	if (root->parse->groupingSets != NIL)
		return !root->hasNonPartialAggs && !root->hasNonSerialAggs && root->numOrderedAggs == 0;
	return (extra->flags & GROUPING_CAN_PARTIAL_AGG) != 0 &&
		(root->parse->groupClause == NIL || (extra->flags & GROUPING_CAN_USE_HASH) != 0);
}

/* Is an aggregate of this extension among those of the query level? */
static bool
has_kpi(PlannerInfo *root)
{
	ListCell   *lc;

	foreach(lc, root->aggtransinfos)
	{
		if (batch_function(((AggTransInfo *) lfirst(lc))->transfn_oid).kpi)
			return true;
	}
	return false;
}

static bool
is_candidate(PlannerInfo *root, RelOptInfo *input, GroupPathExtraData *extra)
{
	Query	   *parse = root->parse;

	return parse->commandType == CMD_SELECT && parse->hasAggs &&
		!parse->hasTargetSRFs && root->rowMarks == NIL &&
		root->qual_security_level == 0 && can_group(root, extra) &&
		(input->reloptkind == RELOPT_BASEREL || input->reloptkind == RELOPT_JOINREL) &&
		!IS_DUMMY_REL(input) && has_kpi(root);
}

void
batch_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	BatchQuery *q;
	BatchSource *source;
	List	   *others = output->pathlist;
	List	   *others_partial = output->partial_pathlist;

	if (stage != UPPERREL_GROUP_AGG || !kpi_batch || !is_candidate(root, input, extra))
		return;
	q = palloc0(sizeof(BatchQuery));
	*q = (BatchQuery) {.root = root, .input = input, .output = output, .extra = extra};
	if (!collect_query(q))
		return;
	make_partials(q);
	batch_estimate_groups(q);
	batch_final_costs(q);
	source = palloc0(sizeof(BatchSource));
	if (kpi_batch_cost == COST_ALWAYS)
	{
		output->pathlist = NIL;
		output->partial_pathlist = NIL;
	}
	if (input->reloptkind == RELOPT_JOINREL)
	{
		if (batch_star_source(root, input, source))
			add_plain_paths(q, source);
	}
	else if (planner_rt_fetch(input->relid, root)->inh)
		add_partitioned_paths(q);
	else if (batch_table_source(root, input, source))
		add_plain_paths(q, source);
	if (output->pathlist == NIL)
	{
		output->pathlist = others;
		output->partial_pathlist = others_partial;
	}
}

/* ---------- the plan ---------- */

static List *
info_to_private(const BatchPlanInfo *info)
{
	List	   *numbers = list_make5_int(info->nkeys, info->naggs, info->grouped, info->nquals, info->ngroupings);

	return list_make3(lappend_int(numbers, info->by_index), info->dimensions, info->sets);
}

#if PG_VERSION_NUM >= 160000
/*
 * The server finds the columns of custom_exprs among the entries, and insists that
 * the same outer joins and groupings have made them NULL.
 */
static Node *
as_entries(Node *node, List *entries)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		ListCell   *lc;

		foreach(lc, entries)
		{
			Var		   *entry = lfirst(lc);

			if (IsA(entry, Var) && entry->varno == ((Var *) node)->varno && entry->varattno == ((Var *) node)->varattno)
				return copyObject((Node *) entry);
		}
	}
	return expression_tree_mutator(node, as_entries, entries);
}
#endif

/* Adds the columns that expressions read. */
static void
add_columns(List **entries, List *exprs)
{
	ListCell   *lc;

	foreach(lc, pull_var_clause((Node *) exprs, 0))
	{
		Var		   *var = lfirst(lc);
		bool		known = false;
		ListCell   *e;

		foreach(e, *entries)
		{
			Var		   *entry = lfirst(e);

			known |= IsA(entry, Var) && entry->varno == var->varno && entry->varattno == var->varattno;
		}
		if (!known)
			*entries = lappend(*entries, var);
	}
}

/*
 * custom_scan_tlist describes the row that the node makes: keys, GROUPING()s, aggregates.
 * Behind them stand columns that are never filled: those that WHERE and the join
 * read, so that the server finds and numbers them, and those of the dimensions.
 */
static Plan *
make_plan(PlannerInfo *root, RelOptInfo *rel pg_attribute_unused(), CustomPath *path, List *tlist,
		  List *clauses pg_attribute_unused(), List *children)
{
	static const CustomScanMethods *methods = NULL;
	CustomScan *scan = makeNode(CustomScan);
	BatchPath  *batch = (BatchPath *) path;
	BatchQuery *q = batch->query;
	BatchSource *source = batch->source;
	List	   *exprs = over_partition(root, list_concat_copy(q->keys, q->partials), batch->ancestors);
	List	   *entries = exprs;
	List	   *quals = source->quals;
	BatchPlanInfo info = {
		.nkeys = list_length(q->keys),
		.naggs = list_length(q->partials),
		.grouped = root->parse->groupClause != NIL,
		.by_index = source->bitmap != NULL,
		.ngroupings = list_length(q->groupings),
		.sets = batch_sets_plan(q),
	};
	ListCell   *lc;
	ListCell   *entry;

	if (methods == NULL)
		methods = GetCustomScanMethods(BATCH_NODE, false);
	if (q->groupings != NIL)
		entries = list_concat(list_concat(list_copy_head(exprs, info.nkeys), q->groupings),
							  list_copy_tail(exprs, info.nkeys));
	/* made from the path's target, which the partitions of a table share */
	if (batch->ancestors != NIL)
	{
		forboth(lc, tlist, entry, entries)
			((TargetEntry *) lfirst(lc))->expr = lfirst(entry);
	}
	if (info.by_index)
	{
		Plan	   *bitmap = batch_plan_bitmap(root, source->rel, llast(children), path->path.parallel_aware, &quals);

		children = lappend(list_truncate(list_copy(children), list_length(children) - 1), bitmap);
	}
	info.nquals = list_length(quals);
	if (info.sets != NIL)
		batch_sets_prepare(root);
	info.dimensions = batch_plan_dimensions(source->joins, list_concat_copy(exprs, source->filters),
											children, &entries);
	exprs = list_concat_copy(quals, source->filters);
	if (exprs != NIL)
		add_columns(&entries, exprs);
	foreach(lc, entries)
		scan->custom_scan_tlist = lappend(scan->custom_scan_tlist,
										  makeTargetEntry(lfirst(lc), foreach_current_index(lc) + 1, NULL, false));
	scan->scan.plan.targetlist = tlist;
	scan->scan.scanrelid = source->rel->relid;
	scan->custom_plans = children;
	scan->flags = path->flags;
#if PG_VERSION_NUM >= 160000
	exprs = (List *) as_entries((Node *) exprs, entries);
#endif
	scan->custom_exprs = exprs;
	scan->custom_private = info_to_private(&info);
	scan->methods = methods;
	return (Plan *) scan;
}

static const CustomPathMethods batch_path_methods = {
	.CustomName = BATCH_NODE,
	.PlanCustomPath = make_plan,
};

void
batch_info_from_private(List *private, BatchPlanInfo *info)
{
	List	   *numbers = linitial(private);

	info->nkeys = linitial_int(numbers);
	info->naggs = lsecond_int(numbers);
	info->grouped = lthird_int(numbers);
	info->nquals = lfourth_int(numbers);
	info->ngroupings = list_nth_int(numbers, 4);
	info->by_index = list_nth_int(numbers, 5);
	info->dimensions = lsecond(private);
	info->sets = lthird(private);
}
