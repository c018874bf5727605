/*
 * star_plan.c
 *		Star joins: which tables of a join are dimensions that the node can look
 *		up by itself.
 *
 * Contacts join queues, agents, sites: each contact has one row in each of them
 * at most, since their keys are unique.  The largest table is the one that is
 * scanned; every other must be joined to it, and to nothing else, by equality of
 * one column with its unique key, in an inner join or a LEFT JOIN.  How a dimension is read (its filters, its
 * indexes) is the server's plan.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/plan.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define MAX_DIMENSION_ROWS 1000000

/* How a dimension is joined. */
typedef struct BatchStar
{
	Var		   *table_key;
	Var		   *key;
	bool		outer;			/* rows without a partner stay, with NULLs */
} BatchStar;

/* Equality of keys that a dimension is looked up by. */
static bool
is_key_equality(Oid function, Oid collation)
{
	switch (function)
	{
		case F_INT2EQ:
		case F_INT4EQ:
		case F_INT8EQ:
		case F_INT24EQ:
		case F_INT42EQ:
		case F_INT28EQ:
		case F_INT82EQ:
		case F_INT48EQ:
		case F_INT84EQ:
			return true;
		case F_TEXTEQ:
			return (kpi_batch_generic & GENERIC_TEXTS) == 0 && get_collation_isdeterministic(collation);
	}
	return false;
}

static Var *
plain_var(Node *node)
{
	while (IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	return IsA(node, Var) && ((Var *) node)->varattno > 0 ? (Var *) node : NULL;
}

/*
 * The clause that joins a dimension, if it is the only one; "outer": to rows that
 * may have no partner.
 */
static List *
join_clauses(PlannerInfo *root, RelOptInfo *fact, RelOptInfo *dimension, bool outer)
{
	Relids		both = bms_union(fact->relids, dimension->relids);

	if (outer)
	{
		RestrictInfo *info = dimension->joininfo ? linitial(dimension->joininfo) : NULL;

		return list_length(dimension->joininfo) == 1 && !info->is_pushed_down &&
			!info->pseudoconstant && info->mergeopfamilies != NIL ? dimension->joininfo : NIL;
	}
	if (dimension->joininfo != NIL)
		return NIL;
#if PG_VERSION_NUM >= 160000
	return generate_join_implied_equalities(root, both, fact->relids, dimension, NULL);
#else
	return generate_join_implied_equalities(root, both, fact->relids, dimension);
#endif
}

/* The keys by which a dimension is looked up, or NULL where it cannot be. */
static BatchStar *
join_dimension(PlannerInfo *root, RelOptInfo *fact, RelOptInfo *dimension, bool outer)
{
	List	   *clauses = join_clauses(root, fact, dimension, outer);
	BatchStar  *star;
	RestrictInfo *info;
	OpExpr	   *op;
	Var		   *left;
	Var		   *right;

	if (list_length(clauses) != 1)
		return NULL;
	info = linitial(clauses);
	op = (OpExpr *) info->clause;
	if (!IsA(op, OpExpr) || list_length(op->args) != 2 ||
		!is_key_equality(get_opcode(op->opno), op->inputcollid))
		return NULL;
	left = plain_var(linitial(op->args));
	right = plain_var(lsecond(op->args));
	if (left == NULL || right == NULL)
		return NULL;
	if ((Index) left->varno == dimension->relid)
	{
		Var		   *other = left;

		left = right;
		right = other;
	}
	if ((Index) left->varno != fact->relid || (Index) right->varno != dimension->relid)
		return NULL;
	info->outer_is_left = bms_is_subset(info->left_relids, fact->relids);
	if (!relation_has_unique_index_for(root, dimension, clauses, NIL, NIL))
		return NULL;
	star = palloc(sizeof(BatchStar));
	*star = (BatchStar) {left, right, outer};
	return star;
}

/* Is the table joined by LEFT JOIN?  False with *other for any other outer join. */
static bool
is_left_joined(PlannerInfo *root, RelOptInfo *rel, bool *other)
{
	ListCell   *lc;

	foreach(lc, root->join_info_list)
	{
		SpecialJoinInfo *join = lfirst(lc);

		if (bms_is_member(rel->relid, join->syn_righthand))
		{
			*other = join->jointype != JOIN_LEFT || !bms_equal(join->syn_righthand, rel->relids);
			return !*other;
		}
	}
	return false;
}

/* The largest table that is there whatever the others hold. */
static RelOptInfo *
find_fact(PlannerInfo *root, RelOptInfo *input)
{
	RelOptInfo *fact = NULL;
	int			relid = -1;

	while ((relid = bms_next_member(input->relids, relid)) >= 0)
	{
		RelOptInfo *rel = root->simple_rel_array[relid];
		bool		other = false;

		/* the number of an outer join, not of a table */
		if (rel == NULL)
			continue;
		if (rel->reloptkind != RELOPT_BASEREL || !bms_is_empty(rel->lateral_relids))
			return NULL;
		if (is_left_joined(root, rel, &other))
			continue;
		if (other)
			return NULL;
		if (fact == NULL || rel->tuples > fact->tuples)
			fact = rel;
	}
	return fact;
}

static bool
fits(RelOptInfo *dimension)
{
	return dimension->rows <= MAX_DIMENSION_ROWS &&
		dimension->rows * (dimension->reltarget->width + 32) <= (double) get_hash_memory_limit() / 2;
}

/* Clauses of the table with others that are not those of its dimensions. */
static bool
has_other_clauses(RelOptInfo *fact, int nouter)
{
	return list_length(fact->joininfo) != nouter;
}

/* The dimensions of a join around its fact table; false where it is no star. */
bool
batch_star_source(PlannerInfo *root, RelOptInfo *input, BatchSource *source)
{
	RelOptInfo *fact;
	int			relid = -1;
	int			nouter = 0;

	if ((kpi_batch_generic & GENERIC_JOINS) ||
		(fact = find_fact(root, input)) == NULL || !batch_table_source(root, fact, source))
		return false;
	while ((relid = bms_next_member(input->relids, relid)) >= 0)
	{
		RelOptInfo *dimension = root->simple_rel_array[relid];
		bool		other = false;
		BatchStar  *star;

		if (dimension == fact || dimension == NULL)
			continue;
		if (!fits(dimension) || dimension->cheapest_total_path->param_info != NULL)
			return false;
		star = join_dimension(root, fact, dimension, is_left_joined(root, dimension, &other));
		if (star == NULL || other)
			return false;
		nouter += star->outer;
		source->dimensions = lappend(source->dimensions,
									 list_make3(star->table_key, star->key, makeInteger(star->outer)));
		source->dimension_paths = lappend(source->dimension_paths, dimension->cheapest_total_path);
	}
	return !has_other_clauses(fact, nouter);
}

/* ---------- the plan ---------- */

/* The position of a Var among the entries, at whose end it is added where it is new. */
static int
position_of(List **entries, Var *var)
{
	ListCell   *lc;

	foreach(lc, *entries)
	{
		if (equal(lfirst(lc), var))
			return foreach_current_index(lc);
	}
	*entries = lappend(*entries, var);
	return list_length(*entries) - 1;
}

/* The column in which a dimension's plan returns a Var. */
static int
resno_of(Plan *child, Var *var)
{
	ListCell   *lc;

	foreach(lc, child->targetlist)
	{
		TargetEntry *entry = lfirst(lc);
		Var		   *known = plain_var((Node *) entry->expr);

		if (known && known->varno == var->varno && known->varattno == var->varattno)
			return entry->resno;
	}
	elog(ERROR, "column %d.%d of a dimension is not in its plan", var->varno, var->varattno);
	return 0;
}

/*
 * What the executor needs of each dimension, as integers: the position of the
 * table's key among the entries, the dimension's key in its plan, whether rows
 * without a partner stay, and then position and column of each Var of the
 * dimension.
 */
List *
batch_plan_dimensions(List *dimensions, List *keys, List *partials, List *children, List **entries)
{
	List	   *vars = pull_var_clause((Node *) list_concat_copy(keys, partials), PVC_RECURSE_AGGREGATES);
	List	   *result = NIL;
	ListCell   *d;
	ListCell   *c;

	forboth(d, dimensions, c, children)
	{
		Var		   *fact_key = linitial((List *) lfirst(d));
		Var		   *key = lsecond((List *) lfirst(d));
		List	   *numbers = list_make3_int(position_of(entries, fact_key), resno_of(lfirst(c), key),
											  intVal(lthird((List *) lfirst(d))));
		ListCell   *lc;

		foreach(lc, vars)
		{
			Var		   *var = lfirst(lc);

			if (var->varno != key->varno)
				continue;
			numbers = lappend_int(numbers, position_of(entries, var));
			numbers = lappend_int(numbers, resno_of(lfirst(c), var));
		}
		result = lappend(result, numbers);
	}
	return result;
}
