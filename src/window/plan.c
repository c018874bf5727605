/*
 * plan.c
 *		Which windows run here, and the paths that do it.
 *
 * The windows of a query level are taken from the server's own stack of WindowAgg
 * paths, and the stack is built anew with a KpiWindow for each level of which all is
 * understood.  What is not stays the server's, between ours.
 */
#include "postgres.h"

#include "window/window.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/plancat.h"
#include "optimizer/tlist.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#define FUNCTION_FACTOR 0.7		/* of what the server's WindowAgg costs above its child */
#define SETUP_COST 0.2			/* to begin, */
#define SORT_SETUP_COST 1.0		/* and to sort */
#define COLUMN_FACTOR 0.2		/* of cpu_operator_cost, to store a column */
#define KEY_FACTOR 0.6			/* to pack a key and sort by it */
#define ROW_OVERHEAD 24			/* bytes beside the columns */
#define SPILL_FACTOR 0.5		/* of seq_page_cost */

/* One window of the query level. */
typedef struct WindowLevel
{
	WindowAggPath *server;
	List	   *calls;			/* its WindowFuncs */
	List	   *pathkeys;
	bool		ours;
	bool		packable;		/* and its keys can be sorted here */
} WindowLevel;

typedef struct WindowQuery
{
	PlannerInfo *root;
	RelOptInfo *output;
	List	   *levels;			/* from the lowest to the topmost */
} WindowQuery;

static const CustomPathMethods window_path_methods;

/* ---------- which windows ---------- */

typedef struct CallsContext
{
	Index		winref;
	List	   *calls;
} CallsContext;

static bool
calls_walker(Node *node, CallsContext *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, WindowFunc))
	{
		if (((WindowFunc *) node)->winref == context->winref)
			context->calls = list_append_unique(context->calls, node);
		return false;
	}
	return expression_tree_walker(node, calls_walker, context);
}

static bool
has_run_condition(WindowAggPath *path)
{
#if PG_VERSION_NUM >= 170000
	return path->runCondition != NIL || path->qual != NIL;
#else
	return path->winclause->runCondition != NIL || path->qual != NIL;
#endif
}

static bool
understands(WindowAggPath *path, List *calls)
{
	ListCell   *lc;

	if (has_run_condition(path) || calls == NIL)
		return false;
	if (contain_volatile_functions(path->winclause->startOffset) || contain_subplans(path->winclause->startOffset) ||
		contain_volatile_functions(path->winclause->endOffset) || contain_subplans(path->winclause->endOffset))
		return false;
	foreach(lc, calls)
	{
		WindowFunc *call = lfirst(lc);
		WindowKind	kind = window_kind(call);

		if (kind == KIND_NONE || contain_volatile_functions((Node *) call) || contain_subplans((Node *) call))
			return false;
		if ((kind == KIND_FIRST_VALUE || kind == KIND_LAST_VALUE) &&
			(path->winclause->frameOptions & FRAMEOPTION_EXCLUSION) != 0)
			return false;
	}
	return true;
}

static bool
has_kpi(List *calls)
{
	ListCell   *lc;

	foreach(lc, calls)
	{
		if (window_is_kpi(lfirst(lc)))
			return true;
	}
	return false;
}

/* Are the keys of types that the sort here knows, in their usual order? */
static bool
is_packable(PlannerInfo *root, WindowClause *clause)
{
	ListCell   *lc;

	foreach(lc, list_concat_copy(clause->partitionClause, clause->orderClause))
	{
		SortGroupClause *key = lfirst(lc);
		Node	   *expr = get_sortgroupclause_expr(key, root->processed_tlist);
		Oid			type = getBaseType(exprType(expr));
		TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_LT_OPR | TYPECACHE_GT_OPR);

		if (!window_can_pack(type, exprCollation(expr)) ||
			(key->sortop != entry->lt_opr && key->sortop != entry->gt_opr))
			return false;
	}
	return clause->partitionClause != NIL || clause->orderClause != NIL;
}

/* Reads the windows off one of the server's paths; false when none of them is ours. */
static bool
read_levels(WindowQuery *q, Path *path)
{
	bool		kpi = false;
	bool		ours = false;
	PathTarget *input = NULL;

	for (;;)
	{
		if (IsA(path, WindowAggPath))
		{
			WindowLevel *level = palloc0(sizeof(WindowLevel));
			CallsContext context;

			/* a copy: add_path frees what is dearer than ours */
			level->server = makeNode(WindowAggPath);
			memcpy(level->server, path, sizeof(WindowAggPath));
			context.winref = level->server->winclause->winref;
			context.calls = NIL;
			calls_walker((Node *) path->pathtarget->exprs, &context);
			level->calls = context.calls;
			level->ours = understands(level->server, level->calls);
			level->pathkeys = make_pathkeys_for_sortclauses(q->root,
															list_concat_copy(level->server->winclause->partitionClause,
																			 level->server->winclause->orderClause),
															q->root->processed_tlist);
			level->packable = (kpi_window_generic & GENERIC_ORDER) == 0 && is_packable(q->root, level->server->winclause);
			kpi |= has_kpi(level->calls);
			ours |= level->ours;
			q->levels = lcons(level, q->levels);
			path = level->server->subpath;
		}
		else if ((IsA(path, SortPath) || IsA(path, IncrementalSortPath)) && path->parent == q->output)
			path = ((SortPath *) path)->subpath;
		else
			break;
		input = path->pathtarget;
	}
	return kpi && ours && input != NULL && list_length(input->exprs) <= WINDOW_MAX_COLUMNS - list_length(q->levels);
}

/* ---------- paths ---------- */

static Path *
sorted(WindowQuery *q, Path *path, List *pathkeys)
{
	int			presorted;

	if (pathkeys_count_contained_in(pathkeys, path->pathkeys, &presorted))
		return path;
	if (presorted > 0 && enable_incremental_sort)
		return (Path *) create_incremental_sort_path(q->root, q->output, path, pathkeys, presorted, -1.0);
	return (Path *) create_sort_path(q->root, q->output, path, pathkeys, -1.0);
}

/* The server's own level, over another child. */
static Path *
server_level(WindowLevel *level, Path *child)
{
	WindowAggPath *path = makeNode(WindowAggPath);
	Path	   *before = level->server->subpath;

	memcpy(path, level->server, sizeof(WindowAggPath));
	path->subpath = child;
	path->path.pathkeys = child->pathkeys;
	path->path.startup_cost += child->startup_cost - before->startup_cost;
	path->path.total_cost += child->total_cost - before->total_cost;
	return (Path *) path;
}

/* What the server's level costs above its child. */
static Cost
level_cost(WindowLevel *level)
{
	return Max(level->server->path.total_cost - level->server->subpath->total_cost, 0);
}

/*
 * What sorting here costs: rows are stored and their keys packed, and beyond
 * work_mem written and read.
 */
static Cost
sort_cost(WindowLevel *level, Path *child)
{
	WindowClause *clause = level->server->winclause;
	int			nkeys = list_length(clause->partitionClause) + list_length(clause->orderClause);
	double		rows = clamp_row_est(child->rows);
	double		bytes = rows * (child->pathtarget->width + ROW_OVERHEAD);
	Cost		cost = SORT_SETUP_COST + rows * cpu_operator_cost *
		(COLUMN_FACTOR * list_length(child->pathtarget->exprs) + KEY_FACTOR * nkeys);

	if (2 * bytes > work_mem * 1024.0)
		cost += 2 * bytes / BLCKSZ * seq_page_cost * SPILL_FACTOR;
	return cost;
}

static Path *
our_level(WindowQuery *q, WindowLevel *level, Path *child, bool own_sort)
{
	CustomPath *path = makeNode(CustomPath);
	Cost		sort = own_sort ? sort_cost(level, child) : 0;

	path->path.pathtype = T_CustomScan;
	path->path.parent = q->output;
	path->path.pathtarget = level->server->path.pathtarget;
	path->path.pathkeys = own_sort ? level->pathkeys : child->pathkeys;
	path->path.parallel_safe = level->server->path.parallel_safe && child->parallel_safe;
	path->path.rows = child->rows;
	path->path.startup_cost = SETUP_COST + (own_sort ? child->total_cost + sort : child->startup_cost) +
		Max(level->server->path.startup_cost - level->server->subpath->startup_cost, 0);
	path->path.total_cost = Max(SETUP_COST + child->total_cost + sort + FUNCTION_FACTOR * level_cost(level), path->path.startup_cost);
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->methods = &window_path_methods;
	path->custom_paths = list_make1(child);
	path->custom_private = list_make3(level->server->winclause, level->calls, makeBoolean(own_sort));
	return (Path *) path;
}

/* The windows above an input; false when nothing is sorted here, whether it may or not. */
static bool
add_stack(WindowQuery *q, Path *path, bool may_sort)
{
	bool		sorts = false;
	ListCell   *lc;

	foreach(lc, q->levels)
	{
		WindowLevel *level = lfirst(lc);
		bool		own_sort = may_sort && level->ours && level->packable &&
			!pathkeys_contained_in(level->pathkeys, path->pathkeys);

		if (!own_sort)
			path = sorted(q, path, level->pathkeys);
		path = level->ours ? our_level(q, level, path, own_sort) : server_level(level, path);
		sorts |= own_sort;
	}
	if (sorts || !may_sort)
		add_path(q->output, path);
	return sorts;
}

void
window_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output)
{
	WindowQuery q = {.root = root, .output = output};
	List	   *lowest;
	ListCell   *lc;

	if (!kpi_windows || stage != UPPERREL_WINDOW || root->parse->commandType != CMD_SELECT ||
		output->pathlist == NIL || !read_levels(&q, linitial(output->pathlist)))
		return;
	if (kpi_window_cost == COST_ALWAYS)
		output->pathlist = NIL;
	lowest = ((WindowLevel *) linitial(q.levels))->pathkeys;
	foreach(lc, input->pathlist)
	{
		Path	   *path = lfirst(lc);
		int			presorted;

		if (path == input->cheapest_total_path ||
			pathkeys_count_contained_in(lowest, path->pathkeys, &presorted) || presorted > 0)
		{
			/* for tests on small tables the sort of rows here is what is to be tested */
			if (!add_stack(&q, path, true) || kpi_window_cost == COST_HONEST)
				add_stack(&q, path, false);
		}
	}
}

/* ---------- the plan ---------- */

/* The column of the child by which a clause sorts. */
static int
key_column(Plan *child, SortGroupClause *clause)
{
	ListCell   *lc;

	foreach(lc, child->targetlist)
	{
		if (((TargetEntry *) lfirst(lc))->ressortgroupref == clause->tleSortGroupRef)
			return foreach_current_index(lc);
	}
	elog(ERROR, "a window's key is not among the columns of its input");
	return -1;
}

static List *
key_to_private(Plan *child, SortGroupClause *clause)
{
	Oid			family;
	Oid			type;
#if PG_VERSION_NUM >= 180000
	CompareType order;
	const CompareType greater = COMPARE_GT;
#else
	int16		order;
	const int16 greater = BTGreaterStrategyNumber;
#endif
	bool		descending = get_ordering_op_properties(clause->sortop, &family, &type, &order) && order == greater;

	return list_make2(list_make3_int(key_column(child, clause), descending, clause->nulls_first),
					  list_make2_oid(clause->sortop, clause->eqop));
}

void
window_keys_from_private(List *private, WindowKey *keys)
{
	ListCell   *lc;

	foreach(lc, (List *) lthird(private))
	{
		List	   *numbers = linitial(lfirst(lc));
		List	   *operators = lsecond(lfirst(lc));
		WindowKey  *key = keys++;

		key->column = linitial_int(numbers);
		key->descending = lsecond_int(numbers);
		key->nulls_first = lthird_int(numbers);
		key->sort_operator = linitial_oid(operators);
		key->equality = lsecond_oid(operators);
	}
}

void
window_info_from_private(List *private, WindowPlanInfo *info)
{
	List	   *numbers = linitial(private);
	List	   *oids = lsecond(private);

	info->own_sort = linitial_int(numbers);
	info->ncolumns = list_nth_int(numbers, 1);
	info->npartition = list_nth_int(numbers, 2);
	info->norder = list_nth_int(numbers, 3);
	info->frame = list_nth_int(numbers, 4);
	info->range_ascending = list_nth_int(numbers, 5);
	info->range_nulls_first = list_nth_int(numbers, 6);
	info->start_in_range = linitial_oid(oids);
	info->end_in_range = lsecond_oid(oids);
	info->range_collation = lthird_oid(oids);
}

List *
window_calls_from_private(List *private)
{
	return lfourth(private);
}

/*
 * A scan need not choose columns, which are chosen here anyway: it returns its rows
 * as they lie in the table.
 */
static void
return_whole_rows(PlannerInfo *root, Plan *child)
{
	RelOptInfo *rel;
	List	   *whole;
	ListCell   *lc;

	if (!IsA(child, SeqScan) && !IsA(child, IndexScan))
		return;
	rel = find_base_rel(root, ((Scan *) child)->scanrelid);
	if (rel->rtekind != RTE_RELATION || rel->reloptkind != RELOPT_BASEREL)
		return;
	/* none, where columns have been dropped */
	whole = build_physical_tlist(root, rel);
	foreach(lc, child->targetlist)
	{
		TargetEntry *entry = lfirst(lc);
		Var		   *var = (Var *) entry->expr;
		TargetEntry *same;

		if (!IsA(var, Var) || var->varattno < 1 || var->varattno > list_length(whole))
			return;
		same = list_nth(whole, var->varattno - 1);
		if (!equal(same->expr, var) || same->ressortgroupref != 0)
			return;
		same->ressortgroupref = entry->ressortgroupref;
	}
	if (whole != NIL)
		child->targetlist = whole;
}

/*
 * custom_scan_tlist describes the row that the node makes: the child's columns as
 * they stand, then the values of the window functions.  custom_exprs: arguments
 * and filter of each function, offsets of the frame.
 */
static Plan *
make_plan(PlannerInfo *root, RelOptInfo *rel pg_attribute_unused(), CustomPath *path,
		  List *tlist, List *clauses pg_attribute_unused(), List *children)
{
	CustomScan *scan = makeNode(CustomScan);
	Plan	   *child = linitial(children);
	WindowClause *clause = linitial(path->custom_private);
	List	   *calls = lsecond(path->custom_private);
	List	   *numbers;
	List	   *keys = NIL;
	List	   *args = NIL;
	List	   *filters = NIL;
	ListCell   *lc;

	return_whole_rows(root, child);
	foreach(lc, child->targetlist)
		scan->custom_scan_tlist = lappend(scan->custom_scan_tlist,
										  makeTargetEntry(copyObject(((TargetEntry *) lfirst(lc))->expr),
														  list_length(scan->custom_scan_tlist) + 1, NULL, false));
	foreach(lc, calls)
	{
		WindowFunc *call = lfirst(lc);

		scan->custom_scan_tlist = lappend(scan->custom_scan_tlist,
										  makeTargetEntry((Expr *) copyObject(call),
														  list_length(scan->custom_scan_tlist) + 1, NULL, false));
		args = lappend(args, copyObject(call->args));
		filters = lappend(filters, copyObject(call->aggfilter));
	}
	foreach(lc, clause->partitionClause)
		keys = lappend(keys, key_to_private(child, lfirst(lc)));
	foreach(lc, clause->orderClause)
		keys = lappend(keys, key_to_private(child, lfirst(lc)));
	numbers = list_make5_int(boolVal(lthird(path->custom_private)), list_length(child->targetlist), list_length(clause->partitionClause),
							 list_length(clause->orderClause), clause->frameOptions);
	numbers = lappend_int(numbers, clause->inRangeAsc);
	numbers = lappend_int(numbers, clause->inRangeNullsFirst);

	scan->scan.plan.targetlist = tlist;
	scan->scan.scanrelid = 0;
	scan->flags = path->flags;
	scan->custom_plans = children;
	scan->custom_exprs = list_make4(args, filters, copyObject(clause->startOffset), copyObject(clause->endOffset));
	scan->custom_private = list_make4(numbers,
									  list_make3_oid(clause->startInRangeFunc, clause->endInRangeFunc, clause->inRangeColl),
									  keys, copyObject(calls));
	scan->methods = GetCustomScanMethods(WINDOW_NODE, false);
	return (Plan *) scan;
}

static const CustomPathMethods window_path_methods = {
	.CustomName = WINDOW_NODE,
	.PlanCustomPath = make_plan,
};
