/*
 * sets.c
 *		ROLLUP, CUBE and GROUPING SETS: one pass over the table for all of them.
 *
 * The node groups by all keys that any set has and returns each group once for
 * each set, with NULL for the keys that the set does not have.  The server's
 * Finalize Aggregate unites them; one more column, GROUPING() of all keys, keeps
 * the sets apart, and the query's own GROUPING()s are columns that are constant
 * by set.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/plan.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_oper.h"

/* Keys beyond the bits of a GROUPING(). */
#define MAX_SET_KEYS 31
#define MAX_SETS 4096

static Index
greatest_ref(PlannerInfo *root)
{
	Index		ref = 0;
	ListCell   *lc;

	foreach(lc, root->processed_tlist)
		ref = Max(ref, ((TargetEntry *) lfirst(lc))->ressortgroupref);
	return ref;
}

/*
 * The sets of the query, whose keys have been collected.  False where they cannot
 * be told apart: the same set twice gives its rows twice, and constants or keys
 * that are equal to each other are found in the wrong column by the server.
 */
bool
batch_sets_collect(BatchQuery *q)
{
	GroupingFunc *all = makeNode(GroupingFunc);
	ListCell   *lc;
	ListCell   *other;

	if (q->keys == NIL || list_length(q->keys) > MAX_SET_KEYS ||
		list_length(q->root->parse->groupingSets) > MAX_SETS)
		return false;
	foreach(lc, q->keys)
	{
		if (!contain_var_clause(lfirst(lc)))
			return false;
		foreach(other, q->keys)
		{
			if (other != lc && equal(lfirst(other), lfirst(lc)))
				return false;
		}
	}
	foreach(lc, q->root->parse->groupingSets)
	{
		Bitmapset  *set = NULL;
		ListCell   *ref;

		foreach(ref, (List *) lfirst(lc))
			set = bms_add_member(set, lfirst_int(ref));
		foreach(other, q->sets)
		{
			if (bms_equal(lfirst(other), set))
				return false;
		}
		q->sets = lappend(q->sets, set);
	}
	all->args = list_copy(q->keys);
	all->refs = list_copy(q->key_refs);
	all->location = -1;
	q->groupings = list_make1(all);
	q->set_ref = greatest_ref(q->root) + 1;
	return true;
}

static int
grouping_value(GroupingFunc *grouping, Bitmapset *set)
{
	int			value = 0;
	ListCell   *lc;

	foreach(lc, grouping->refs)
		value = value << 1 | (bms_is_member(lfirst_int(lc), set) ? 0 : 1);
	return value;
}

/* For the executor, a list for each set: which keys it has as bits, and the values of the GROUPING()s. */
List *
batch_sets_plan(BatchQuery *q)
{
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *other;

	foreach(lc, q->sets)
	{
		Bitmapset  *set = lfirst(lc);
		List	   *numbers;
		int			keys = 0;

		foreach(other, q->key_refs)
		{
			if (bms_is_member(lfirst_int(other), set))
				keys |= 1 << foreach_current_index(other);
		}
		numbers = list_make1_int(keys);
		foreach(other, q->groupings)
			numbers = lappend_int(numbers, grouping_value(lfirst(other), set));
		result = lappend(result, numbers);
	}
	return result;
}

/* The Finalize Aggregate groups by the number of the set, too. */
SortGroupClause *
batch_sets_clause(BatchQuery *q)
{
	SortGroupClause *clause = makeNode(SortGroupClause);

	get_sort_group_operators(INT4OID, true, true, false, &clause->sortop, &clause->eqop, NULL, NULL);
	clause->hashable = true;
	clause->tleSortGroupRef = q->set_ref;
	return clause;
}

/* The server looks up every GROUPING() in a map that it only makes for its own plans of sets. */
void
batch_sets_prepare(PlannerInfo *root)
{
	if (root->grouping_map == NULL)
		root->grouping_map = palloc0(sizeof(AttrNumber) * (greatest_ref(root) + 1));
}
