/*
 * star_plan.c
 *		Stars: which joins the node does by itself.
 *
 * Contacts join queues, agents, sites, and agents join teams: each contact has
 * one row in each of them at most, since their keys are unique.  The largest table
 * is scanned; all others are looked up.  How a dimension is read (its filters,
 * its indexes) is the server's plan.
 *
 * That no clause is lost follows from how the join is built: one table after the
 * other is placed, as the server would join them in that order, and at each step
 * we take exactly what its own build_joinrel_restrictlist takes: what the
 * equivalence classes imply there, and the clauses of joininfo whose tables are
 * all placed now, which leave the list of those pending.  Some of a step's
 * clauses are the key by which the table is looked up; all others become filters.
 * A clause that can be neither, a table that finds no place, a clause that is
 * still pending at the end: the server's plan.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/plan.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define MAX_DIMENSION_ROWS 1000000
#define MAX_OUTER_PARTS 4
#define MAX_PASSES 256			/* over the table, were no clause of the dimensions selective */

typedef struct Star
{
	PlannerInfo *root;
	RelOptInfo *fact;
	Relids		placed;
	List	   *pending;		/* clauses that wait for their tables */
	List	   *filters;		/* clauses that are no keys */
	List	   *joins;			/* BatchJoin */
	int			nclauses;		/* that the planner has given us for all steps */
} Star;

/* A clause by which a table may be looked up, its sides sorted out. */
typedef struct KeyClause
{
	RestrictInfo *info;
	Var		   *source;			/* of a table that is placed */
	Var		   *key;			/* of the one that is not */
} KeyClause;

/* ---------- keys ---------- */

/* Is the function equality of two keys of this kind, and is it equality of their bytes? */
static bool
is_key_equality(Oid function, Oid collation, BatchKeyKind kind)
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
		case F_DATE_EQ:
			return kind == BATCH_KEY_NUMBER;
		case F_UUID_EQ:
			return kind == BATCH_KEY_UUID;
		case F_TEXTEQ:
			return kind == BATCH_KEY_TEXT && get_collation_isdeterministic(collation);
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

/* A column of the scanned table that is equal to one of a dimension anyway, or that column itself. */
static Var *
source_of(Star *star, Var *source, EquivalenceClass *class)
{
	ListCell   *lc;

	if ((Index) source->varno == star->fact->relid || class == NULL)
		return source;
	foreach(lc, class->ec_members)
	{
		EquivalenceMember *member = lfirst(lc);
		Var		   *var = plain_var((Node *) member->em_expr);

		if (!member->em_is_child && var != NULL && (Index) var->varno == star->fact->relid &&
			batch_key_kind(var->vartype) == batch_key_kind(source->vartype))
			return var;
	}
	return source;
}

/* Sorts out the sides of a clause; NULL where it is no key of the table. */
static KeyClause *
key_clause(Star *star, RelOptInfo *rel, RestrictInfo *info)
{
	OpExpr	   *op = (OpExpr *) info->clause;
	KeyClause  *clause;
	Var		   *source;
	Var		   *key;

	if (!IsA(op, OpExpr) || list_length(op->args) != 2 || info->mergeopfamilies == NIL)
		return NULL;
	source = plain_var(linitial(op->args));
	key = plain_var(lsecond(op->args));
	if (source == NULL || key == NULL)
		return NULL;
	if ((Index) source->varno == rel->relid)
	{
		Var		   *other = source;

		source = key;
		key = other;
	}
	if (!bms_is_member(source->varno, star->placed) || (Index) key->varno != rel->relid ||
		batch_key_kind(source->vartype) != batch_key_kind(key->vartype) ||
		!is_key_equality(get_opcode(op->opno), op->inputcollid, batch_key_kind(key->vartype)))
		return NULL;
	info->outer_is_left = bms_is_subset(info->left_relids, star->placed);
	clause = palloc(sizeof(KeyClause));
	*clause = (KeyClause) {info, source_of(star, source, info->parent_ec), key};
	return clause;
}

/* Has the table one row at most for which these clauses, and those with constants, hold? */
static bool
are_unique(Star *star, RelOptInfo *rel, List *key_clauses)
{
	List	   *infos = NIL;
	ListCell   *lc;

	foreach(lc, key_clauses)
		infos = lappend(infos, ((KeyClause *) lfirst(lc))->info);
	return relation_has_unique_index_for(star->root, rel, infos, NIL, NIL);
}

/* All columns that the keys equal must come from one table: the scanned one, or one dimension. */
static bool
have_one_source(List *key_clauses)
{
	ListCell   *lc;

	foreach(lc, key_clauses)
	{
		KeyClause  *first = linitial(key_clauses);

		if (((KeyClause *) lfirst(lc))->source->varno != first->source->varno)
			return false;
	}
	return list_length(key_clauses) <= BATCH_MAX_JOIN_KEYS;
}

/*
 * Chooses the clauses by which a table is looked up in an inner join: none where
 * constants choose its row, one, or all that come from one table.  False where
 * they do not make it one row.
 */
static bool
choose_keys(Star *star, RelOptInfo *rel, List *candidates, List **chosen)
{
	ListCell   *lc;
	ListCell   *other;

	*chosen = NIL;
	if (are_unique(star, rel, NIL))
		return true;
	foreach(lc, candidates)
	{
		*chosen = list_make1(lfirst(lc));
		if (are_unique(star, rel, *chosen))
			return true;
	}
	foreach(lc, candidates)
	{
		KeyClause  *first = lfirst(lc);

		*chosen = NIL;
		foreach(other, candidates)
		{
			KeyClause  *clause = lfirst(other);

			if (clause->source->varno == first->source->varno && list_length(*chosen) < BATCH_MAX_JOIN_KEYS)
				*chosen = lappend(*chosen, clause);
		}
		if (are_unique(star, rel, *chosen))
			return true;
	}
	return false;
}

/* ---------- one table more ---------- */

static bool
is_clone(RestrictInfo *info)
{
#if PG_VERSION_NUM >= 160000
	return info->has_clone || info->is_clone;
#else
	(void) info;
	return false;
#endif
}

/* Of an outer join's clause there are several forms, for different orders: all of them but one go. */
static List *
without_clones(List *pending, RestrictInfo *info)
{
#if PG_VERSION_NUM >= 160000
	ListCell   *lc;

	foreach(lc, pending)
	{
		if (is_clone(lfirst(lc)) && ((RestrictInfo *) lfirst(lc))->rinfo_serial == info->rinfo_serial)
			pending = foreach_delete_current(pending, lc);
	}
#else
	(void) info;
#endif
	return pending;
}

/* Can this form be evaluated where just these tables are joined? */
static bool
is_timely(RestrictInfo *info, Relids inputs)
{
#if PG_VERSION_NUM >= 160000
	if (is_clone(info))
		return bms_is_subset(info->required_relids, inputs) && !bms_overlap(info->incompatible_relids, inputs);
#else
	(void) info;
	(void) inputs;
#endif
	return true;
}

static bool
is_true(Expr *clause)
{
	return IsA(clause, Const) && !((Const *) clause)->constisnull && DatumGetBool(((Const *) clause)->constvalue);
}

/*
 * The clauses that the server would apply where it joins the table to those that
 * are placed.  They leave "pending".  The clauses of the join above an outer join
 * wait for that one's number, from version 16 on.
 */
static List *
clauses_of_step(Star *star, RelOptInfo *rel, SpecialJoinInfo *outer, List **pending)
{
	Relids		inputs = bms_union(star->placed, rel->relids);
	Relids		joined = bms_copy(inputs);
	List	   *clauses;
	ListCell   *lc;

#if PG_VERSION_NUM >= 160000
	if (outer != NULL && outer->ojrelid != 0)
		joined = bms_add_member(joined, outer->ojrelid);
	clauses = generate_join_implied_equalities(star->root, joined, star->placed, rel, outer);
#else
	(void) outer;
	clauses = generate_join_implied_equalities(star->root, joined, star->placed, rel);
#endif
	foreach(lc, list_copy(*pending))
	{
		RestrictInfo *info = lfirst(lc);

		if (!list_member_ptr(*pending, info) || !bms_is_subset(info->required_relids, joined) ||
			!is_timely(info, inputs))
			continue;
		/* TRUE stands for an outer join's equality with a constant, which is in the tables' own clauses */
		if (!is_true(info->clause))
			clauses = lappend(clauses, info);
		*pending = list_delete_ptr(*pending, info);
		if (is_clone(info))
			*pending = without_clones(*pending, info);
	}
	return clauses;
}

/*
 * Places a table.  Of an outer join all clauses of its ON that are not already in
 * the table's own plan must be keys: a filter would drop what has to stay.
 */
static bool
place(Star *star, RelOptInfo *rel, SpecialJoinInfo *outer)
{
	List	   *pending = list_copy(star->pending);
	List	   *clauses = clauses_of_step(star, rel, outer, &pending);
	List	   *candidates = NIL;
	List	   *chosen = NIL;
	List	   *filters = NIL;
	BatchJoin  *join;
	ListCell   *lc;

	if (!batch_can_restrict(clauses))
		return false;
	foreach(lc, clauses)
	{
		RestrictInfo *info = lfirst(lc);
		KeyClause  *clause = outer == NULL || !info->is_pushed_down ? key_clause(star, rel, info) : NULL;

		if (clause != NULL)
			candidates = lappend(candidates, clause);
		else if (outer != NULL && !info->is_pushed_down)
			return false;
	}
	if (outer != NULL)
	{
		chosen = candidates;
		if (!have_one_source(chosen) || !are_unique(star, rel, chosen))
			return false;
	}
	else if (!choose_keys(star, rel, candidates, &chosen))
		return false;

	join = palloc0(sizeof(BatchJoin));
	join->rel = rel;
	join->path = rel->cheapest_total_path;
	join->outer = outer != NULL;
	filters = list_copy(clauses);
	foreach(lc, chosen)
	{
		KeyClause  *clause = lfirst(lc);

		join->sources = lappend(join->sources, clause->source);
		join->keys = lappend(join->keys, clause->key);
		filters = list_delete_ptr(filters, clause->info);
	}
	star->nclauses += list_length(clauses);
	star->joins = lappend(star->joins, join);
	star->filters = list_concat(star->filters, filters);
	star->pending = pending;
	star->placed = bms_add_member(star->placed, rel->relid);
#if PG_VERSION_NUM >= 160000
	if (outer != NULL && outer->ojrelid != 0)
		star->placed = bms_add_member(star->placed, outer->ojrelid);
#endif
	return true;
}

/* ---------- the star ---------- */

/* Are all joins that are not inner ones LEFT JOINs to a single table? */
static bool
are_left_joins(PlannerInfo *root)
{
	ListCell   *lc;

	foreach(lc, root->join_info_list)
	{
		SpecialJoinInfo *join = lfirst(lc);
		int			relid;

		if (join->jointype != JOIN_LEFT || !bms_get_singleton_member(join->syn_righthand, &relid) ||
			!bms_equal(join->min_righthand, join->syn_righthand))
			return false;
	}
	return true;
}

/* The LEFT JOIN that a table stands on the right of, or NULL. */
static SpecialJoinInfo *
left_join_of(PlannerInfo *root, RelOptInfo *rel)
{
	ListCell   *lc;

	foreach(lc, root->join_info_list)
	{
		SpecialJoinInfo *join = lfirst(lc);

		if (bms_is_member(rel->relid, join->syn_righthand))
			return join;
	}
	return NULL;
}

/* May it be done now: is all that it needs on its left placed? */
static bool
is_due(Star *star, SpecialJoinInfo *join)
{
	if (!bms_is_subset(join->min_lefthand, star->placed))
		return false;
#if PG_VERSION_NUM >= 160000
	if (!bms_is_subset(join->commute_below_l, star->placed))
		return false;
#endif
	return true;
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

		/* the number of an outer join, not of a table */
		if (rel == NULL)
			continue;
		if (rel->reloptkind != RELOPT_BASEREL || !bms_is_empty(rel->lateral_relids))
			return NULL;
		if (left_join_of(root, rel) == NULL && (fact == NULL || rel->tuples > fact->tuples))
			fact = rel;
	}
	return fact;
}

/*
 * Were the clauses on it not selective at all: how many times the memory of a hash
 * join would it take?  Partitions are not looked at.
 */
static double
worst_parts(PlannerInfo *root, RelOptInfo *rel)
{
	if (rel->baserestrictinfo == NIL || relation_has_unique_index_for(root, rel, NIL, NIL, NIL))
		return 0;
	if (planner_rt_fetch(rel->relid, root)->inh)
		return MAX_OUTER_PARTS + 1;
	return rel->tuples * (rel->reltarget->width + 32) / (double) get_hash_memory_limit();
}

/* Read in parts it may be read again and again, as a volatile clause must not be. */
static bool
is_dimension(PlannerInfo *root, RelOptInfo *rel)
{
	return rel->rtekind == RTE_RELATION && rel->cheapest_total_path != NULL &&
		!contain_volatile_functions((Node *) rel->baserestrictinfo) &&
		rel->cheapest_total_path->param_info == NULL &&
		rel->rows <= MAX_DIMENSION_ROWS &&
		rel->rows * (rel->reltarget->width + 32) <= (double) get_hash_memory_limit() / 2 &&
		batch_read_by_server(root, rel);
}

/* All clauses that wait for more than one table, each once. */
static List *
collect_pending(PlannerInfo *root, RelOptInfo *input)
{
	List	   *pending = NIL;
	int			relid = -1;

	while ((relid = bms_next_member(input->relids, relid)) >= 0)
	{
		if (root->simple_rel_array[relid] != NULL)
			pending = list_union_ptr(pending, root->simple_rel_array[relid]->joininfo);
	}
	return pending;
}

/* Is everything placed, and every clause of every step a key or a filter? */
static bool
is_complete(Star *star, RelOptInfo *input)
{
	int			used = list_length(star->filters);
	ListCell   *lc;

	foreach(lc, star->joins)
		used += list_length(((BatchJoin *) lfirst(lc))->keys);
	Assert(used == star->nclauses);
	return bms_equal(star->placed, input->relids) && star->pending == NIL && used == star->nclauses;
}

/* The dimensions of a join around its fact table; false where it is no star. */
bool
batch_star_source(PlannerInfo *root, RelOptInfo *input, BatchSource *source)
{
	Star		star = {.root = root};
	Relids		waiting;
	double		passes = 1;
	bool		progress = true;

	if ((kpi_batch_generic & GENERIC_JOINS) || !are_left_joins(root) || !batch_joined_by_server(input) ||
		(star.fact = find_fact(root, input)) == NULL || !batch_table_source(root, star.fact, source))
		return false;
	star.placed = bms_copy(star.fact->relids);
	star.pending = collect_pending(root, input);
	waiting = bms_difference(input->relids, star.placed);
	while (progress)
	{
		int			relid = -1;

		progress = false;
		while ((relid = bms_next_member(waiting, relid)) >= 0)
		{
			RelOptInfo *rel = root->simple_rel_array[relid];
			SpecialJoinInfo *outer;
			double		parts;

			if (rel == NULL)
				continue;
			if (!is_dimension(root, rel))
				return false;
			outer = left_join_of(root, rel);
			if (outer != NULL && !is_due(&star, outer))
				continue;
			/*
			 * The executor reads one that is too large in parts: but not in
			 * parallel, and for an outer join the whole plan for each.  The parts
			 * of several multiply.
			 */
			parts = worst_parts(root, rel);
			source->serial |= parts > 1;
			if ((outer != NULL && parts > MAX_OUTER_PARTS) || passes * Max(parts, 1) > MAX_PASSES)
				return false;
			if (!place(&star, rel, outer))
				continue;
			passes *= Max(parts, 1);
			waiting = bms_del_member(waiting, relid);
			progress = true;
		}
	}
	if (!is_complete(&star, input))
		return false;
	source->joins = star.joins;
	source->filters = batch_order_clauses(root, star.filters, &source->filters_cost);
	if (MUTANT(LOST_CLAUSE))
		source->filters = list_copy_tail(source->filters, 1);
	return true;
}

/* What a batch has to hold of a star's columns, beside those of keys and aggregates. */
List *
batch_star_columns(BatchSource *source)
{
	List	   *columns = list_copy(source->filters);
	ListCell   *lc;

	foreach(lc, source->joins)
	{
		BatchJoin  *join = lfirst(lc);

		if (join->sources != NIL && ((Var *) linitial(join->sources))->varno == (int) source->rel->relid)
			columns = list_concat(columns, join->sources);
	}
	return columns;
}

/* ---------- the plan ---------- */

/* The position of a column among the entries, at whose end it is added where it is new. */
static int
position_of(List **entries, Var *var)
{
	ListCell   *lc;

	foreach(lc, *entries)
	{
		Var		   *known = lfirst(lc);

		if (IsA(known, Var) && known->varno == var->varno && known->varattno == var->varattno)
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

/* The dimension whose column a Var is, by its number; -1 for one of the scanned table. */
static int
dimension_of(List *joins, Var *var)
{
	ListCell   *lc;

	foreach(lc, joins)
	{
		if (((BatchJoin *) lfirst(lc))->rel->relid == (Index) var->varno)
			return foreach_current_index(lc);
	}
	return -1;
}

/*
 * What the executor needs of each dimension, as integers:
 *
 *	- whether rows without a partner stay;
 *	- the number of the dimension that its keys are looked up from, or -1 where
 *	  that is the scanned table;
 *	- the number of keys; of each where its value stands (the position among the
 *	  entries, or the column of that dimension's plan), and the column of its own
 *	  plan;
 *	- then position and column of each Var of the dimension, with position -1 for
 *	  one that only serves to look up others.
 */
List *
batch_plan_dimensions(List *joins, List *exprs, List *children, List **entries)
{
	List	   *vars;
	List	   *result = NIL;
	ListCell   *j;
	ListCell   *c;

	if (joins == NIL)
		return NIL;
	vars = pull_var_clause((Node *) exprs, PVC_RECURSE_AGGREGATES);
	forboth(j, joins, c, children)
	{
		BatchJoin  *join = lfirst(j);
		Plan	   *child = lfirst(c);
		int			from = join->sources ? dimension_of(joins, linitial(join->sources)) : -1;
		List	   *numbers = list_make3_int(join->outer, from, list_length(join->keys));
		List	   *done = NIL;
		ListCell   *lc;
		ListCell   *key;

		forboth(lc, join->sources, key, join->keys)
		{
			numbers = lappend_int(numbers, from < 0 ? position_of(entries, lfirst(lc)) :
								  resno_of(list_nth(children, from), lfirst(lc)));
			numbers = lappend_int(numbers, resno_of(child, lfirst(key)));
		}
		foreach(lc, vars)
		{
			Var		   *var = lfirst(lc);

			if ((Index) var->varno != join->rel->relid || list_member_int(done, var->varattno))
				continue;
			done = lappend_int(done, var->varattno);
			numbers = lappend_int(numbers, position_of(entries, var));
			numbers = lappend_int(numbers, resno_of(child, var));
		}
		foreach(key, joins)
		{
			foreach(lc, ((BatchJoin *) lfirst(key))->sources)
			{
				Var		   *var = lfirst(lc);

				if ((Index) var->varno != join->rel->relid || list_member_int(done, var->varattno))
					continue;
				done = lappend_int(done, var->varattno);
				numbers = lappend_int(numbers, -1);
				numbers = lappend_int(numbers, resno_of(child, var));
			}
		}
		result = lappend(result, numbers);
	}
	return result;
}
