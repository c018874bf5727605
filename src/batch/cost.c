/*
 * cost.c
 *		What a batch node costs, in the planner's units, and how many groups it
 *		makes.
 *
 * The factors say which part of the server's cost for the same work is left;
 * they were measured (docs/batch.md).  Pages cost what they cost everybody, so
 * that an index wins where it should.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/plan.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/spccache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#define SETUP_COST 10.0			/* vectors, expressions: a thousand rows of the server's */
#define TUPLE_FACTOR 0.2		/* of cpu_tuple_cost */
#define SPARSE_FACTOR 1.0		/* of cpu_tuple_cost, where few tuples of a page are looked up one by one */
#define VECTOR_FACTOR 0.1		/* of an expression's cost, in its vector form */
#define GENERIC_FACTOR 0.9		/* in its generic way */
#define KERNEL_FACTOR 0.2		/* of a transition's cost */
#define TRANSITION_FACTOR 0.7
#define KEY_FACTOR 0.5			/* of cpu_operator_cost, packed */
#define GENERIC_KEY_FACTOR 1.5

/* ---------- expressions ---------- */

static Cost
full_cost(PlannerInfo *root, Node *expr)
{
	QualCost	cost;

	cost_qual_eval_node(&cost, expr, root);
	return cost.per_tuple;
}

/* Of a clause that costs the server so much. */
Cost
batch_clause_cost(Expr *clause, Cost full)
{
	return full * (batch_has_fast_way(clause) ? VECTOR_FACTOR : GENERIC_FACTOR);
}

/* Per row. */
static Cost
expression_cost(PlannerInfo *root, Expr *expr)
{
	if (IsA(expr, Var) || IsA(expr, Const) || IsA(expr, Param))
		return VECTOR_FACTOR * cpu_operator_cost;
	return batch_clause_cost(expr, full_cost(root, (Node *) expr));
}

/* On average. */
static int
type_width(Oid type, int16 len)
{
	return len > 0 ? len : get_typavgwidth(type, -1);
}

static AggTransInfo *
transition_of(PlannerInfo *root, Aggref *aggref)
{
	return list_nth(root->aggtransinfos, aggref->aggtransno);
}

int
batch_state_width(PlannerInfo *root, Aggref *partial)
{
	AggTransInfo *transition = transition_of(root, partial);

	return type_width(partial->aggtype, partial->aggtype == transition->aggtranstype ? transition->transtypeLen : -1);
}

static Cost
transition_cost(PlannerInfo *root, Aggref *aggref)
{
	Oid			transition = transition_of(root, aggref)->transfn_oid;
	Cost		result = batch_function_cost(root, transition) *
		(batch_function(transition).kernel ? KERNEL_FACTOR : TRANSITION_FACTOR);
	ListCell   *lc;

	foreach(lc, aggref->args)
		result += expression_cost(root, ((TargetEntry *) lfirst(lc))->expr);
	if (aggref->aggfilter)
		result += expression_cost(root, aggref->aggfilter);
	return result;
}

/* What the server does above, as its get_agg_clause_costs reckons it. */
void
batch_final_costs(BatchQuery *q)
{
	AggClauseCosts *costs = &q->final_costs;
	ListCell   *lc;

	foreach(lc, q->root->aggtransinfos)
	{
		AggTransInfo *transition = lfirst(lc);

		costs->transCost.per_tuple += batch_function_cost(q->root, transition->combinefn_oid);
		if (OidIsValid(transition->deserialfn_oid))
			costs->transCost.per_tuple += batch_function_cost(q->root, transition->deserialfn_oid);
		if (transition->aggtranstype == INTERNALOID)
			costs->transitionSpace += transition->aggtransspace > 0 ? transition->aggtransspace : ALLOCSET_DEFAULT_INITSIZE;
		else if (!transition->transtypeByVal)
			costs->transitionSpace += 2 * sizeof(void *) +
				MAXALIGN(transition->aggtransspace > 0 ? transition->aggtransspace :
						 type_width(transition->aggtranstype, transition->transtypeLen));
	}
	foreach(lc, q->root->agginfos)
	{
		Oid			finalize = ((AggInfo *) lfirst(lc))->finalfn_oid;

		if (OidIsValid(finalize))
			costs->finalCost.per_tuple += batch_function_cost(q->root, finalize);
	}
}

/* ---------- memory ---------- */

static Size
state_size(AggTransInfo *transition)
{
	int16		len = transition->transtypeLen;
	bool		internal = transition->aggtranstype == INTERNALOID;

	if (transition->transtypeByVal && !internal)
		return sizeof(BatchDatumState);
	if (len > 0 && !transition->transtypeByVal)
		return MAXALIGN(len);
	/* grows: what the aggregate says of itself, or the planner assumes of those that do not */
	return sizeof(BatchDatumState) +
		(transition->aggtransspace > 0 ? transition->aggtransspace : len == -1 ? 64 : 1024);
}

static double
group_size(BatchQuery *q)
{
	double		size = sizeof(BatchGroup) + sizeof(Datum) * list_length(q->keys) + 96;
	ListCell   *lc;

	foreach(lc, q->aggrefs)
		size += state_size(transition_of(q->root, lfirst(lc)));
	return size;
}

/* Whether the state of some aggregate grows with its rows. */
static bool
states_grow(BatchQuery *q)
{
	ListCell   *lc;

	foreach(lc, q->aggrefs)
	{
		AggTransInfo *transition = transition_of(q->root, lfirst(lc));

		if (transition->transtypeLen < 0 || transition->aggtranstype == INTERNALOID)
			return true;
	}
	return false;
}

/*
 * Groups beyond the memory go out in parts that the server unites: no gain where
 * few rows meet in a group.  Where the groups would fill the memory more than
 * twice, or states grow (then all of them go out, however large), that costs more
 * than it saves, by measurement.
 */
bool
batch_memory_suffices(BatchQuery *q)
{
	double		needed = q->nfinest * group_size(q);
	double		limit = (double) get_hash_memory_limit();

	if (needed <= limit)
		return true;
	if (Max(q->input->rows, 1) / q->nfinest < 8)
		return false;
	return kpi_batch_cost == COST_ALWAYS || (needed <= 2 * limit && !states_grow(q));
}

/* ---------- the path ---------- */

static Cost
page_cost(RelOptInfo *rel)
{
	double		seq_page;

	get_tablespace_page_costs(rel->reltablespace, NULL, &seq_page);
	return seq_page * rel->pages;
}

static Cost
row_cost(BatchQuery *q)
{
	Cost		cost = 0;
	ListCell   *lc;

	if (q->row_cost_known)
		return q->row_cost;
	foreach(lc, q->keys)
	{
		bool		packs = batch_class_of(exprType(lfirst(lc))) <= BATCH_INT8;

		cost += expression_cost(q->root, lfirst(lc)) +
			(packs ? KEY_FACTOR : GENERIC_KEY_FACTOR) * cpu_operator_cost;
	}
	foreach(lc, q->partials)
		cost += transition_cost(q->root, lfirst(lc));
	q->row_cost = cost;
	q->row_cost_known = true;
	return cost;
}

/* Of looking up a row in all dimensions, and of the clauses of the join that are no keys. */
static Cost
join_cost(BatchSource *source)
{
	Cost		cost = source->filters_cost;
	ListCell   *lc;

	foreach(lc, source->joins)
		cost += Max(list_length(((BatchJoin *) lfirst(lc))->keys), 1) * KEY_FACTOR * cpu_operator_cost;
	return cost;
}

/* A scan that is not wanted costs what the server's own would. */
static void
add_disabled(Path *path, BatchSource *source)
{
#if PG_VERSION_NUM >= 180000
	ListCell   *lc;

	path->disabled_nodes = source->bitmap || enable_seqscan ? 0 : 1;
	foreach(lc, source->joins)
		path->disabled_nodes += ((BatchJoin *) lfirst(lc))->path->disabled_nodes;
#else
	/* that of the dimensions is in their costs */
	Cost		cost = source->bitmap || enable_seqscan ? 0 : disable_cost;

	path->startup_cost += cost;
	path->total_cost += cost;
#endif
}

void
batch_cost_path(BatchQuery *q, BatchPath *batch)
{
	Path	   *path = &batch->custom.path;
	BatchSource *source = batch->source;
	RelOptInfo *rel = source->rel;
	double		divisor = Max(path->parallel_workers, 1) +
		(path->parallel_workers > 0 && parallel_leader_participation ?
		 Max(1.0 - 0.3 * path->parallel_workers, 0) : 0);
	double		rows = Max(rel->rows / divisor, 1);
	double		joined = source->joins == NIL ? rows : Min(rows, Max(q->input->rows / divisor, 1));
	double		tuples = Max(source->bitmap ? source->tuples : rel->tuples, 1);
	Cost		cost = SETUP_COST + (source->bitmap ? source->pages_cost : page_cost(rel));
	ListCell   *lc;

	cost += tuples / divisor *
		((source->sparse ? SPARSE_FACTOR : TUPLE_FACTOR) * cpu_tuple_cost + source->quals_cost);
	foreach(lc, source->joins)
	{
		Path	   *dimension = ((BatchJoin *) lfirst(lc))->path;

		cost += dimension->total_cost + dimension->rows * cpu_tuple_cost;
	}
	cost += rows * join_cost(source);
	cost += joined * row_cost(q);
	path->rows = clamp_row_est(Min(q->nfinest, joined)) * Max(list_length(q->sets), 1);
	path->startup_cost = cost;
	path->total_cost = cost + path->rows * cpu_tuple_cost * 0.5;
	add_disabled(path, source);
}

/* ---------- how many groups ---------- */

/* The name of the field that date_trunc and its like are asked for; NULL where it is no constant. */
static char *
constant_field(FuncExpr *call)
{
	Const	   *field = linitial(call->args);

	return IsA(field, Const) && !field->constisnull ? TextDatumGetCString(field->constvalue) : NULL;
}

/* The unit of time that a key is cut to, in microseconds, and the column that it cuts; or 0. */
static double
unit_of_key(Node *node, Var **column)
{
	static const struct
	{
		const char *name;
		double		unit;
	}			units[] = {
		{"minute", USECS_PER_MINUTE}, {"hour", USECS_PER_HOUR}, {"day", USECS_PER_DAY},
		{"week", 7.0 * USECS_PER_DAY}, {"month", 28.0 * USECS_PER_DAY},
		{"quarter", 90.0 * USECS_PER_DAY}, {"year", 365.0 * USECS_PER_DAY},
	};
	double		unit = 0;

	if (IsA(node, FuncExpr))
	{
		FuncExpr   *call = (FuncExpr *) node;

		if (call->funcid == F_DATE_TIMESTAMP || call->funcid == F_DATE_TIMESTAMPTZ)
			unit = USECS_PER_DAY;
		else if (call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMP || call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMPTZ ||
				 call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMPTZ_TEXT)
		{
			char	   *name = constant_field(call);

			for (size_t i = 0; name && i < lengthof(units); i++)
			{
				if (pg_strcasecmp(name, units[i].name) == 0)
					unit = units[i].unit;
			}
		}
		else
			unit = batch_interval_start_unit(call);
	}
	if (unit > 0)
	{
		List	   *vars = pull_var_clause(node, 0);

		if (list_length(vars) != 1)
			return 0;
		*column = linitial(vars);
	}
	return unit;
}

/* How many values a field of a moment can have, or 0: extract(), also cast to a whole number. */
static double
values_of_key(Node *node)
{
	static const struct
	{
		const char *name;
		double		values;
	}			fields[] = {
		{"minute", 60}, {"hour", 24}, {"dow", 7}, {"isodow", 7}, {"day", 31}, {"week", 53}, {"month", 12},
		{"quarter", 4}, {"doy", 366},
	};
	FuncExpr   *call = (FuncExpr *) node;
	char	   *name;

	if (!IsA(node, FuncExpr))
		return 0;
	switch (call->funcid)
	{
		case F_INT2_NUMERIC:
		case F_INT4_NUMERIC:
		case F_INT8_NUMERIC:
		case F_FLOAT8_NUMERIC:
		case F_INT2_FLOAT8:
		case F_INT4_FLOAT8:
		case F_INT8_FLOAT8:
			return values_of_key(linitial(call->args));
		case F_EXTRACT_TEXT_TIMESTAMPTZ:
		case F_EXTRACT_TEXT_TIMESTAMP:
		case F_EXTRACT_TEXT_DATE:
		case F_DATE_PART_TEXT_TIMESTAMPTZ:
		case F_DATE_PART_TEXT_TIMESTAMP:
		case F_DATE_PART_TEXT_DATE:
			break;
		default:
			return 0;
	}
	name = constant_field(call);
	for (size_t i = 0; name && i < lengthof(fields); i++)
	{
		if (pg_strcasecmp(name, fields[i].name) == 0)
			return fields[i].values;
	}
	return 0;
}

/* The range of a timestamp column, by its statistics. */
static double
range_of_column(PlannerInfo *root, Var *column)
{
	VariableStatData stats;
	AttStatsSlot slot;
	double		range = 0;

	if (column->vartype != TIMESTAMPTZOID && column->vartype != TIMESTAMPOID)
		return 0;
	examine_variable(root, (Node *) column, 0, &stats);
	if (HeapTupleIsValid(stats.statsTuple) &&
		get_attstatsslot(&slot, stats.statsTuple, STATISTIC_KIND_HISTOGRAM, InvalidOid, ATTSTATSSLOT_VALUES))
	{
		if (slot.nvalues > 1)
			range = (double) DatumGetTimestampTz(slot.values[slot.nvalues - 1]) -
				(double) DatumGetTimestampTz(slot.values[0]);
		free_attstatsslot(&slot);
	}
	ReleaseVariableStats(stats);
	return range;
}

static double values_of_expression(PlannerInfo *root, Node *node, double rows);

/* Of several branches: no more values than all of them have together, whatever chooses among them. */
static double
values_of_branches(PlannerInfo *root, List *branches, double rows)
{
	double		values = 0;
	ListCell   *lc;

	foreach(lc, branches)
	{
		double		more = values_of_expression(root, lfirst(lc), rows);

		values += more > 0 ? more : estimate_num_groups(root, list_make1(lfirst(lc)), rows, NULL, NULL);
	}
	return values;
}

/* How many values an expression can have, where the server's estimate is far off; otherwise 0. */
static double
values_of_expression(PlannerInfo *root, Node *node, double rows)
{
	Var		   *column = NULL;
	double		values = values_of_key(node);
	double		unit;
	double		range;

	check_stack_depth();
	if (values > 0)
		return values;
	unit = unit_of_key(node, &column);
	range = unit > 0 ? range_of_column(root, column) : 0;
	if (range > 0)
		return range / unit + 1;
	switch (nodeTag(node))
	{
		case T_Const:
			return 1;
		case T_RelabelType:
			return values_of_expression(root, (Node *) ((RelabelType *) node)->arg, rows);
		case T_CoerceViaIO:
			return values_of_expression(root, (Node *) ((CoerceViaIO *) node)->arg, rows);
		case T_FuncExpr:
			/* a cast */
			return list_length(((FuncExpr *) node)->args) == 1 ? values_of_expression(root, linitial(((FuncExpr *) node)->args), rows) : 0;
		case T_NullIfExpr:
			return values_of_branches(root, list_make1(linitial(((NullIfExpr *) node)->args)), rows) + 1;
		case T_CoalesceExpr:
			return values_of_branches(root, ((CoalesceExpr *) node)->args, rows);
		case T_MinMaxExpr:
			return values_of_branches(root, ((MinMaxExpr *) node)->args, rows);
		case T_CaseExpr:
			{
				List	   *branches = list_make1(((CaseExpr *) node)->defresult);
				ListCell   *lc;

				foreach(lc, ((CaseExpr *) node)->args)
					branches = lappend(branches, lfirst_node(CaseWhen, lc)->result);
				return values_of_branches(root, branches, rows);
			}
		default:
			return 0;
	}
}

/* Of all keys, or of those that a grouping set has. */
static double
estimate_groups(BatchQuery *q, bool all, Bitmapset *set)
{
	double		rows = Max(q->input->rows, 1);
	double		groups = 1;
	List	   *others = NIL;
	ListCell   *key;
	ListCell   *ref;

	forboth(key, q->keys, ref, q->key_refs)
	{
		double		known = q->key_groups[foreach_current_index(key)];

		if (!all && !bms_is_member(lfirst_int(ref), set))
			continue;
		if (known > 0)
			groups *= known;
		else
			others = lappend(others, lfirst(key));
	}
	if (others != NIL)
		groups *= estimate_num_groups(q->root, others, rows, NULL, NULL);
	return clamp_row_est(Min(groups, rows));
}

/* The server's estimates are in its paths: of a plain grouping, */
static bool
read_groups(BatchQuery *q, AggPath *path)
{
	if (path->aggstrategy != AGG_HASHED && path->aggstrategy != AGG_SORTED)
		return false;
	q->ngroups = q->nfinest = path->numGroups;
	return true;
}

/* and of grouping sets, if one has all keys. */
static bool
read_groups_of_sets(BatchQuery *q, GroupingSetsPath *path)
{
	double		groups = 0;
	bool		finest = false;
	ListCell   *lc;
	ListCell   *set;

	foreach(lc, path->rollups)
	{
		foreach(set, lfirst_node(RollupData, lc)->gsets_data)
		{
			GroupingSetData *data = lfirst(set);

			groups += data->numGroups;
			if (list_length(data->set) != list_length(q->keys))
				continue;
			q->nfinest = data->numGroups;
			finest = true;
		}
	}
	q->ngroups = groups;
	return finest;
}

static bool
find_groups(BatchQuery *q)
{
	ListCell   *lc;

	foreach(lc, q->output->pathlist)
	{
		if (q->sets == NIL && IsA(lfirst(lc), AggPath) && read_groups(q, lfirst(lc)))
			return true;
		if (q->sets != NIL && IsA(lfirst(lc), GroupingSetsPath) && read_groups_of_sets(q, lfirst(lc)))
			return true;
	}
	return false;
}

/*
 * How many groups there are of all keys, and in the result.  The server knows
 * nothing of date_trunc and takes every moment for a group of its own, and of a CASE
 * every combination of the columns that its conditions read.
 */
void
batch_estimate_groups(BatchQuery *q)
{
	bool		known = false;
	ListCell   *lc;

	q->ngroups = q->nfinest = 1;
	if (q->keys == NIL)
		return;
	q->key_groups = palloc(sizeof(double) * list_length(q->keys));
	foreach(lc, q->keys)
	{
		double		groups = values_of_expression(q->root, lfirst(lc), Max(q->input->rows, 1));

		q->key_groups[foreach_current_index(lc)] = groups;
		known |= groups > 0;
	}
	if (!known && find_groups(q))
		return;
	q->ngroups = q->nfinest = estimate_groups(q, true, NULL);
	if (q->sets == NIL)
		return;
	q->ngroups = 0;
	foreach(lc, q->sets)
		q->ngroups += estimate_groups(q, false, lfirst(lc));
}
