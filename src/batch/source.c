/*
 * source.c
 *		What a batch node may read: which tables, by whose scans, through which
 *		restrictions.
 *
 * Another extension may have put a scan of its own in the place of the server's:
 * of compressed chunks, of a table whose rows lie elsewhere.  So a table is read
 * only where every path that the planner has for it is one of the server's own
 * scans of that heap; we do what those would do, and nobody else has a say in it.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/plan.h"

#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/rel.h"

/* ---------- expressions ---------- */

/* What the columns of a batch do not hold. */
static bool
unbatchable_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Var:
			return ((Var *) node)->varattno <= 0 || ((Var *) node)->varlevelsup > 0;
		case T_PlaceHolderVar:
		case T_SubPlan:
		case T_AlternativeSubPlan:
		case T_GroupingFunc:
		case T_CurrentOfExpr:
		case T_NextValueExpr:
			return true;
		default:
			return expression_tree_walker(node, unbatchable_walker, context);
	}
}

bool
batch_can_evaluate(Node *node)
{
	if (node == NULL || IsA(node, Const))
		return true;
	if (IsA(node, Var))
		return ((Var *) node)->varattno > 0 && ((Var *) node)->varlevelsup == 0;
	return !unbatchable_walker(node, NULL) && !contain_volatile_functions(node) &&
		!expression_returns_set(node);
}

/* The columns of some expressions, each once, or so few that it does not matter. */
static int
count_columns(List *exprs)
{
	List	   *vars = pull_var_clause((Node *) exprs, PVC_RECURSE_AGGREGATES | PVC_RECURSE_WINDOWFUNCS | PVC_RECURSE_PLACEHOLDERS);
	Bitmapset **seen = NULL;
	int			nseen = 0;
	int			count = 0;
	ListCell   *lc;

	/* even if all are different */
	if (list_length(vars) <= BATCH_MAX_COLUMNS)
		return list_length(vars);
	foreach(lc, vars)
	{
		Var		   *var = lfirst(lc);
		int			column = var->varattno - FirstLowInvalidHeapAttributeNumber;

		if (var->varno >= nseen)
		{
			int			space = var->varno + 8;

			seen = seen ? repalloc(seen, sizeof(Bitmapset *) * space) : palloc(sizeof(Bitmapset *) * space);
			memset(seen + nseen, 0, sizeof(Bitmapset *) * (space - nseen));
			nseen = space;
		}
		if (!bms_is_member(column, seen[var->varno]))
			count++;
		seen[var->varno] = bms_add_member(seen[var->varno], column);
	}
	return count;
}

/*
 * Have the columns that these expressions read of some tables room in one batch?  The
 * executor raises an error where they have not.
 */
bool
batch_columns_fit(PlannerInfo *root, Relids relids, List *exprs)
{
	int			count = 0;
	int			relid = -1;

	/* even all that the tables have */
	while ((relid = bms_next_member(relids, relid)) >= 0)
	{
		if (root->simple_rel_array[relid] != NULL)
			count += root->simple_rel_array[relid]->max_attr;
	}
	return count <= BATCH_MAX_COLUMNS || count_columns(exprs) <= BATCH_MAX_COLUMNS;
}

/*
 * The clauses of restrictions in the order in which the server evaluates them: of
 * lower security level first, then the cheaper ones, then as they came.  A
 * leakproof clause that costs little waits for no other.  "total" is what they cost
 * the node for a row.
 */
List *
batch_order_clauses(PlannerInfo *root, List *infos, Cost *total)
{
	typedef struct Item
	{
		RestrictInfo *info;
		Index		level;
		Cost		cost;
	} Item;

	Item	   *items;
	List	   *clauses = NIL;
	int			n = 0;
	ListCell   *lc;

	*total = 0;
	if (infos == NIL)
		return NIL;
	items = palloc(sizeof(Item) * list_length(infos));
	foreach(lc, infos)
	{
		RestrictInfo *info = lfirst(lc);
		QualCost	cost;
		Item		item = {info, info->security_level, 0};
		int			at = n++;

		cost_qual_eval_node(&cost, (Node *) info, root);
		item.cost = cost.per_tuple;
		*total += batch_clause_cost(info->clause, cost.per_tuple);
		if (info->leakproof && cost.per_tuple < 10 * cpu_operator_cost)
			item.level = 0;
		for (; at > 0 && (items[at - 1].level > item.level ||
						  (items[at - 1].level == item.level && items[at - 1].cost > item.cost)); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
	for (int i = 0; i < n; i++)
		clauses = lappend(clauses, MUTANT(CLAUSE_ORDER) ? items[n - 1 - i].info->clause : items[i].info->clause);
	pfree(items);
	return clauses;
}

/* ---------- whose scans ---------- */

/* What the server puts on top of a scan without changing which rows there are. */
static Path *
below_helpers(Path *path)
{
	for (;;)
	{
		if (IsA(path, GatherPath))
			path = ((GatherPath *) path)->subpath;
		else if (IsA(path, GatherMergePath))
			path = ((GatherMergePath *) path)->subpath;
		else if (IsA(path, ProjectionPath))
			path = ((ProjectionPath *) path)->subpath;
		else if (IsA(path, SortPath))
			path = ((SortPath *) path)->subpath;
		else if (IsA(path, IncrementalSortPath))
			path = ((IncrementalSortPath *) path)->spath.subpath;
		else if (IsA(path, MaterialPath))
			path = ((MaterialPath *) path)->subpath;
		else
			return path;
	}
}

static bool
are_scans(List *paths, RelOptInfo *rel)
{
	ListCell   *lc;

	foreach(lc, paths)
	{
		Path	   *path = below_helpers(lfirst(lc));

		if (path->parent != rel ||
			!((IsA(path, Path) && path->pathtype == T_SeqScan) || IsA(path, IndexPath) || IsA(path, BitmapHeapPath) ||
			  IsA(path, TidPath) || IsA(path, TidRangePath)))
			return false;
	}
	return true;
}

/* Are all ways to read the table the server's own scans of it? */
static bool
is_scanned_by_server(RelOptInfo *rel)
{
	return are_scans(rel->pathlist, rel) && are_scans(rel->partial_pathlist, rel);
}

/*
 * Are all ways to read a table with partitions the server's own appending of them?
 * Each partition is looked at for itself.
 */
static bool
are_appends(List *paths)
{
	ListCell   *lc;

	foreach(lc, paths)
	{
		Path	   *path = below_helpers(lfirst(lc));

		if (!IsA(path, AppendPath) && !IsA(path, MergeAppendPath))
			return false;
	}
	return true;
}

bool
batch_appended_by_server(RelOptInfo *rel)
{
	return are_appends(rel->pathlist) && are_appends(rel->partial_pathlist);
}

/* Are a table that the server's plan reads, and its partitions, read by scans of its own? */
bool
batch_read_by_server(PlannerInfo *root, RelOptInfo *rel)
{
	ListCell   *lc;

	if (!planner_rt_fetch(rel->relid, root)->inh)
		return is_scanned_by_server(rel);
	foreach(lc, root->append_rel_list)
	{
		AppendRelInfo *info = lfirst(lc);
		RelOptInfo *child = root->simple_rel_array[info->child_relid];

		if (info->parent_relid == rel->relid && child != NULL && !IS_DUMMY_REL(child) &&
			!batch_read_by_server(root, child))
			return false;
	}
	return batch_appended_by_server(rel);
}

/* Are all ways to join the tables joins, and none of them somebody's that needs no tables? */
bool
batch_joined_by_server(RelOptInfo *join)
{
	ListCell   *lc;

	foreach(lc, join->pathlist)
	{
		Path	   *path = below_helpers(lfirst(lc));

		if (!IsA(path, NestPath) && !IsA(path, MergePath) && !IsA(path, HashPath) &&
			!IsA(path, AppendPath) && !IsA(path, MergeAppendPath))
			return false;
	}
	return true;
}

/* ---------- tables ---------- */

/* A plain heap that the query may read without further ado. */
static bool
is_batchable_table(PlannerInfo *root, RelOptInfo *rel)
{
	RangeTblEntry *rte = planner_rt_fetch(rel->relid, root);
	Relation	table;
	bool		heap;

	if (rte->rtekind != RTE_RELATION || rte->inh || rte->tablesample != NULL || rte->securityQuals != NIL ||
		(rte->relkind != RELKIND_RELATION && rte->relkind != RELKIND_MATVIEW) ||
		rte->relid < FirstNormalObjectId || !is_scanned_by_server(rel))
		return false;
	table = table_open(rte->relid, NoLock);
	heap = table->rd_tableam == GetHeapamTableAmRoutine();
	table_close(table, NoLock);
	return heap;
}

/* May the node evaluate all of these restrictions? */
bool
batch_can_restrict(List *infos)
{
	ListCell   *lc;

	foreach(lc, infos)
	{
		RestrictInfo *info = lfirst(lc);

		/* of a restriction the server knows whether it is volatile; none returns a set */
		if (info->pseudoconstant || info->security_level > 0 || unbatchable_walker((Node *) info->clause, NULL) ||
			contain_volatile_functions((Node *) info))
			return false;
	}
	return true;
}

/* The table as the source of a node, with all its restrictions; false where one of them cannot be evaluated. */
bool
batch_table_source(PlannerInfo *root, RelOptInfo *rel, BatchSource *source)
{
	source->rel = rel;
	if (!is_batchable_table(root, rel) || !batch_can_restrict(rel->baserestrictinfo))
		return false;
	source->quals = batch_order_clauses(root, rel->baserestrictinfo, &source->quals_cost);
	return batch_columns_fit(root, rel->relids, source->quals);
}
