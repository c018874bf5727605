/*
 * bitmap_plan.c
 *		Which pages of a table indexes can name, and what they cost.
 */
#include "postgres.h"

#include <math.h>

#include "batch/batch.h"
#include "batch/plan.h"

#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "utils/spccache.h"

#define DENSE 16				/* tuples of a page from which on it is read as a whole */

/*
 * What the heap's pages cost: the least of what the server says of a bitmap, which
 * knows nothing of the order of the rows, and of a scan of the same index, which
 * does.
 */
static Cost
heap_pages_cost(RelOptInfo *rel, Path *qual, double pages)
{
	double		random_page;
	double		seq_page;
	Cost		cost;

	get_tablespace_page_costs(rel->reltablespace, &random_page, &seq_page);
	cost = pages >= 2 ? pages * (random_page - (random_page - seq_page) * sqrt(pages / Max(rel->pages, 1))) :
		pages * random_page;
	if (IsA(qual, IndexPath))
	{
		IndexPath  *index = (IndexPath *) qual;
		double		fetched = clamp_row_est(index->indexselectivity * rel->tuples);
		Cost		by_index = index->path.total_cost - index->indextotalcost -
			fetched * (cpu_tuple_cost + rel->baserestrictcost.per_tuple);

		cost = Min(cost, Max(by_index, seq_page));
	}
	return cost;
}

/* What makes the bitmap of the bitmap scan that a path of the table is or could be, or NULL. */
static Path *
bitmap_of(Path *path)
{
	/* the expressions that the grouping reads have been put on top */
	while (IsA(path, ProjectionPath))
		path = ((ProjectionPath *) path)->subpath;
	if (path->param_info != NULL || path->parallel_aware)
		return NULL;
	if (IsA(path, BitmapHeapPath))
		return ((BitmapHeapPath *) path)->bitmapqual;
	if (IsA(path, IndexPath))
	{
		IndexPath  *index = (IndexPath *) path;

		if (index->indexclauses != NIL && index->indexorderbys == NIL && index->indexinfo->amhasgetbitmap)
			return path;
	}
	return NULL;
}

/* The ways of reading the table: the whole of it, and what indexes name. */
List *
batch_sources(PlannerInfo *root, BatchSource *source)
{
	RelOptInfo *rel = source->rel;
	List	   *result = list_make1(source);
	List	   *known = NIL;
	ListCell   *lc;

	if (!enable_bitmapscan || rel->baserestrictinfo == NIL || (kpi_batch_generic & GENERIC_INDEXES))
		return result;
	foreach(lc, rel->pathlist)
	{
		Path	   *bitmap = bitmap_of(lfirst(lc));
		BatchSource *by_index;
		double		pages;
		double		tuples;
		Cost		index_cost;
		Cost		heap_cost;

		/* the server makes an index scan and a bitmap scan of one path */
		if (bitmap == NULL || list_member_ptr(known, bitmap))
			continue;
		known = lappend(known, bitmap);
		pages = compute_bitmap_pages(root, rel, bitmap, 1, &index_cost, &tuples);
		heap_cost = heap_pages_cost(rel, bitmap, pages);
		by_index = palloc(sizeof(BatchSource));
		*by_index = *source;
		by_index->bitmap = bitmap;
		by_index->pages_cost = index_cost + heap_cost;
		by_index->tuples = tuples;
		by_index->sparse = tuples / Max(heap_cost / seq_page_cost, 1) < DENSE;
		result = lappend(result, by_index);
	}
	return result;
}

/* ---------- the plan ---------- */

/* The first index of a parallel plan's bitmap makes it in shared memory, as in the server's own plan. */
static void
share_bitmap(Plan *plan)
{
	if (IsA(plan, BitmapAnd))
		share_bitmap(linitial(((BitmapAnd *) plan)->bitmapplans));
	else if (IsA(plan, BitmapOr))
	{
		((BitmapOr *) plan)->isshared = true;
		share_bitmap(linitial(((BitmapOr *) plan)->bitmapplans));
	}
	else if (IsA(plan, BitmapIndexScan))
		((BitmapIndexScan *) plan)->isshared = true;
	else
		elog(ERROR, "unrecognized node type: %d", (int) nodeTag(plan));
}

/*
 * Of the server's plan of the bitmap scan we only want what makes the bitmap.
 * What the index has decided comes first in WHERE: of a page that is read as a
 * whole the other clauses must not see the rows that it excludes.
 */
Plan *
batch_plan_bitmap(PlannerInfo *root, RelOptInfo *rel, Plan *heap, bool shared, List **quals)
{
	List	   *first = NIL;
	List	   *all;
	ListCell   *lc;

	if (!IsA(heap, BitmapHeapScan))
		elog(ERROR, "unrecognized node type: %d", (int) nodeTag(heap));
	foreach(lc, ((BitmapHeapScan *) heap)->bitmapqualorig)
	{
		if (batch_can_evaluate(lfirst(lc)))
			first = lappend(first, lfirst(lc));
	}
	all = list_concat_copy(first, list_difference(*quals, first));
	if (batch_columns_fit(root, rel->relids, all))
		*quals = all;
	if (shared)
		share_bitmap(heap->lefttree);
	return heap->lefttree;
}
