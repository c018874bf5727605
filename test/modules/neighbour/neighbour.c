/*
 * neighbour.c
 *		Plays the other extensions that a server may have loaded.
 *
 * neighbour.scan says what happens to a table NAME beside which there is a table
 * NAME_elsewhere with the same columns:
 *
 *   replace   the only path reads the rows of NAME_elsewhere (as for compressed chunks)
 *   wrap      every path goes through a node that drops each second row
 *
 * neighbour.upper: an "offer" of a path for groups that costs nothing, or, of those
 * that are there, "keep" the server's own only.
 *
 * neighbour.wrap: hooks of planner, joins, indexes, executor and utility commands
 * call the next one, write plans out and read them in again, ask for instrumentation and
 * explain what has run.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/extensible.h"
#include "nodes/nodeFuncs.h"
#include "nodes/readfuncs.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/planner.h"
#include "optimizer/plancat.h"
#include "optimizer/restrictinfo.h"
#include "parser/analyze.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif

PG_MODULE_MAGIC;

void		_PG_init(void);

enum
{
	SCAN_OFF, SCAN_REPLACE, SCAN_WRAP
};

enum
{
	UPPER_OFF, UPPER_OFFER, UPPER_KEEP
};

static const struct config_enum_entry scan_options[] = {
	{"off", SCAN_OFF, false},
	{"replace", SCAN_REPLACE, false},
	{"wrap", SCAN_WRAP, false},
	{NULL, 0, false}
};

static const struct config_enum_entry upper_options[] = {
	{"off", UPPER_OFF, false},
	{"offer", UPPER_OFFER, false},
	{"keep", UPPER_KEEP, false},
	{NULL, 0, false}
};

static int	neighbour_scan = SCAN_OFF;
static int	neighbour_upper = UPPER_OFF;
static bool neighbour_wrap = false;

static set_rel_pathlist_hook_type next_rel_pathlist;
static set_join_pathlist_hook_type next_join_pathlist;
static join_search_hook_type next_join_search;
static get_relation_info_hook_type next_relation_info;
static create_upper_paths_hook_type next_upper_paths;
static planner_hook_type next_planner;
static post_parse_analyze_hook_type next_analyze;
static ExecutorStart_hook_type next_start;
static ExecutorRun_hook_type next_run;
static ExecutorFinish_hook_type next_finish;
static ExecutorEnd_hook_type next_end;
static ProcessUtility_hook_type next_utility;

/* ---------- a node that reads another table, or passes on what its child returns ---------- */

typedef struct NeighbourState
{
	CustomScanState css;
	Relation	elsewhere;
	TableScanDesc scan;
	TupleTableSlot *row;		/* of elsewhere */
	bool		each_second;
	bool		drop;			/* the next row, of each second one */
} NeighbourState;

static Node *create_state(CustomScan *plan);
static Plan *plan_path(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *custom_plans);
static void begin(CustomScanState *node, EState *estate, int eflags);
static TupleTableSlot *execute(CustomScanState *node);
static void end(CustomScanState *node);
static void rescan(CustomScanState *node);

static const CustomPathMethods path_methods = {
	.CustomName = "Neighbour",
	.PlanCustomPath = plan_path,
};
static const CustomScanMethods scan_methods = {
	.CustomName = "Neighbour",
	.CreateCustomScanState = create_state,
};
static const CustomExecMethods exec_methods = {
	.CustomName = "Neighbour",
	.BeginCustomScan = begin,
	.ExecCustomScan = execute,
	.EndCustomScan = end,
	.ReScanCustomScan = rescan,
};

/* The rows of "elsewhere", or those of "child", all or each second. */
static CustomPath *
make_path(RelOptInfo *rel, Path *child, Oid elsewhere, bool each_second)
{
	CustomPath *path = makeNode(CustomPath);

	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	path->path.rows = rel->rows;
	if (child != NULL)
	{
		path->path.pathtarget = child->pathtarget;
		path->path.param_info = child->param_info;
		path->path.pathkeys = child->pathkeys;
		path->path.rows = child->rows;
		path->path.startup_cost = child->startup_cost;
		path->path.total_cost = child->total_cost;
#if PG_VERSION_NUM >= 180000
		path->path.disabled_nodes = child->disabled_nodes;
#endif
		path->custom_paths = list_make1(child);
	}
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->custom_private = list_make2_oid(elsewhere, each_second ? 1 : 0);
	path->methods = &path_methods;
	return path;
}

static Plan *
plan_path(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *tlist, List *clauses, List *custom_plans)
{
	CustomScan *scan = makeNode(CustomScan);

	scan->scan.plan.targetlist = tlist;
	scan->flags = path->flags;
	scan->custom_private = path->custom_private;
	scan->methods = &scan_methods;
	scan->custom_plans = custom_plans;
	if (custom_plans == NIL)
	{
		scan->scan.scanrelid = rel->relid;
		scan->scan.plan.qual = extract_actual_clauses(clauses, false);
	}
	else
	{
		Plan	   *child = linitial(custom_plans);

		/* the child has filtered, and what it computes is not computed again */
		scan->custom_scan_tlist = copyObject(child->targetlist);
	}
	return &scan->scan.plan;
}

static Node *
create_state(CustomScan *plan)
{
	NeighbourState *state = (NeighbourState *) newNode(sizeof(NeighbourState), T_CustomScanState);

	state->css.methods = &exec_methods;
	return (Node *) state;
}

static void
begin(CustomScanState *node, EState *estate, int eflags)
{
	NeighbourState *state = (NeighbourState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	Oid			elsewhere = linitial_oid(plan->custom_private);

	state->each_second = lsecond_oid(plan->custom_private) != 0;
	if (plan->custom_plans != NIL)
		node->custom_ps = list_make1(ExecInitNode(linitial(plan->custom_plans), estate, eflags));
	else
	{
		state->elsewhere = table_open(elsewhere, AccessShareLock);
		state->row = ExecInitExtraTupleSlot(estate, RelationGetDescr(state->elsewhere), table_slot_callbacks(state->elsewhere));
	}
}

static TupleTableSlot *
next_row(ScanState *node)
{
	NeighbourState *state = (NeighbourState *) node;
	TupleTableSlot *slot = node->ss_ScanTupleSlot;
	TupleTableSlot *row;

	if (state->elsewhere != NULL)
	{
		if (state->scan == NULL)
			state->scan = table_beginscan(state->elsewhere, node->ps.state->es_snapshot, 0, NULL);
		row = table_scan_getnextslot(state->scan, ForwardScanDirection, state->row) ? state->row : NULL;
	}
	else
	{
		do
		{
			row = ExecProcNode(linitial(state->css.custom_ps));
			state->drop = state->each_second && !state->drop;
		} while (!TupIsNull(row) && state->each_second && state->drop);
	}
	if (TupIsNull(row))
		return ExecClearTuple(slot);
	ExecClearTuple(slot);
	slot_getallattrs(row);
	memcpy(slot->tts_values, row->tts_values, sizeof(Datum) * slot->tts_tupleDescriptor->natts);
	memcpy(slot->tts_isnull, row->tts_isnull, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	return ExecStoreVirtualTuple(slot);
}

static bool
recheck(ScanState *node, TupleTableSlot *slot)
{
	return true;
}

static TupleTableSlot *
execute(CustomScanState *node)
{
	return ExecScan(&node->ss, next_row, recheck);
}

static void
end(CustomScanState *node)
{
	NeighbourState *state = (NeighbourState *) node;

	if (state->scan != NULL)
		table_endscan(state->scan);
	if (state->elsewhere != NULL)
		table_close(state->elsewhere, NoLock);
	if (node->custom_ps != NIL)
		ExecEndNode(linitial(node->custom_ps));
}

static void
rescan(CustomScanState *node)
{
	NeighbourState *state = (NeighbourState *) node;

	if (state->scan != NULL)
		table_rescan(state->scan, NULL);
	if (node->custom_ps != NIL)
	{
		PlanState  *child = linitial(node->custom_ps);

		if (node->ss.ps.chgParam != NULL)
			UpdateChangedParamSet(child, node->ss.ps.chgParam);
		if (child->chgParam == NULL)
			ExecReScan(child);
	}
	state->drop = false;
	ExecScanReScan(&node->ss);
}

/* ---------- planning ---------- */

static void
rel_pathlist(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	Oid			elsewhere;

	if (next_rel_pathlist)
		next_rel_pathlist(root, rel, rti, rte);
	if (neighbour_scan == SCAN_OFF || rte->rtekind != RTE_RELATION || rte->tablesample != NULL ||
		rti == (Index) root->parse->resultRelation || rel->pathlist == NIL)
		return;
	elsewhere = get_relname_relid(psprintf("%s_elsewhere", get_rel_name(rte->relid)), get_rel_namespace(rte->relid));
	if (!OidIsValid(elsewhere))
		return;
	if (neighbour_scan == SCAN_REPLACE)
	{
		CustomPath *path = make_path(rel, NULL, elsewhere, false);

		path->path.param_info = get_baserel_parampathinfo(root, rel, rel->lateral_relids);
		path->path.total_cost = 2 * ((Path *) linitial(rel->pathlist))->total_cost;
		rel->pathlist = list_make1(path);
		rel->partial_pathlist = NIL;
	}
	else
	{
		ListCell   *cell;

		foreach(cell, rel->pathlist)
			lfirst(cell) = make_path(rel, lfirst(cell), elsewhere, true);
		rel->partial_pathlist = NIL;
	}
}

static bool
is_foreign(Path *path)
{
	return IsA(path, CustomPath) && ((CustomPath *) path)->methods != &path_methods;
}

/* Whether a node that is neither the server's nor ours takes part. */
static bool
has_foreign(Path *path)
{
	switch (nodeTag(path))
	{
		case T_CustomPath:
			return is_foreign(path);
		case T_AggPath:
			return has_foreign(((AggPath *) path)->subpath);
		case T_SortPath:
			return has_foreign(((SortPath *) path)->subpath);
		case T_ProjectionPath:
			return has_foreign(((ProjectionPath *) path)->subpath);
		case T_GatherPath:
			return has_foreign(((GatherPath *) path)->subpath);
		case T_GatherMergePath:
			return has_foreign(((GatherMergePath *) path)->subpath);
		case T_AppendPath:
			{
				ListCell   *cell;

				foreach(cell, ((AppendPath *) path)->subpaths)
				{
					if (has_foreign(lfirst(cell)))
						return true;
				}
				return false;
			}
		default:
			return false;
	}
}

static void
upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	if (next_upper_paths)
		next_upper_paths(root, stage, input, output, extra);
	if (stage != UPPERREL_GROUP_AGG || output->pathlist == NIL)
		return;
	if (neighbour_upper == UPPER_OFFER)
	{
		CustomPath *path = make_path(output, linitial(output->pathlist), InvalidOid, false);

		path->path.startup_cost = path->path.total_cost = 0;
		/* add_path frees what costs more */
		output->pathlist = list_delete_first(output->pathlist);
		add_path(output, &path->path);
	}
	else if (neighbour_upper == UPPER_KEEP)
	{
		List	   *kept = NIL;
		ListCell   *cell;

		foreach(cell, output->pathlist)
		{
			if (!has_foreign(lfirst(cell)))
				kept = lappend(kept, lfirst(cell));
		}
		if (kept != NIL)
			output->pathlist = kept;
	}
}

static void
join_pathlist(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outer, RelOptInfo *inner, JoinType type, JoinPathExtraData *extra)
{
	if (next_join_pathlist)
		next_join_pathlist(root, joinrel, outer, inner, type, extra);
}

static RelOptInfo *
join_search(PlannerInfo *root, int levels, List *rels)
{
	List	   *reversed = NIL;
	ListCell   *cell;

	if (!neighbour_wrap)
		return next_join_search ? next_join_search(root, levels, rels) : standard_join_search(root, levels, rels);
	foreach(cell, rels)
		reversed = lcons(lfirst(cell), reversed);
	return next_join_search ? next_join_search(root, levels, reversed) : standard_join_search(root, levels, reversed);
}

/* Hides each second index, as hints do. */
static void
relation_info(PlannerInfo *root, Oid table, bool inh, RelOptInfo *rel)
{
	if (next_relation_info)
		next_relation_info(root, table, inh, rel);
	if (neighbour_wrap && list_length(rel->indexlist) > 1)
		rel->indexlist = list_delete_first(rel->indexlist);
}

static PlannedStmt *
plan(Query *parse, const char *query, int options, ParamListInfo params)
{
	PlannedStmt *planned = next_planner ? next_planner(parse, query, options, params) : standard_planner(parse, query, options, params);

	if (!neighbour_wrap)
		return planned;
	/* as extensions do that log plans or keep them */
	(void) nodeToString(planned);
	return copyObject(planned);
}

static void
analyze(ParseState *pstate, Query *query, JumbleState *jumble)
{
	if (next_analyze)
		next_analyze(pstate, query, jumble);
}

/* ---------- execution ---------- */

static void
start(QueryDesc *query, int eflags)
{
	if (neighbour_wrap && !(eflags & EXEC_FLAG_EXPLAIN_ONLY))
		query->instrument_options |= INSTRUMENT_ALL;
	if (next_start)
		next_start(query, eflags);
	else
		standard_ExecutorStart(query, eflags);
}

#if PG_VERSION_NUM >= 180000
static void
run(QueryDesc *query, ScanDirection direction, uint64 count)
{
	if (next_run)
		next_run(query, direction, count);
	else
		standard_ExecutorRun(query, direction, count);
}
#else
static void
run(QueryDesc *query, ScanDirection direction, uint64 count, bool once)
{
	if (next_run)
		next_run(query, direction, count, once);
	else
		standard_ExecutorRun(query, direction, count, once);
}
#endif

static void
finish(QueryDesc *query)
{
	if (next_finish)
		next_finish(query);
	else
		standard_ExecutorFinish(query);
}

static bool
count_nodes(PlanState *state, void *count)
{
	(*(int *) count)++;
	return planstate_tree_walker(state, count_nodes, count);
}

static void
finished(QueryDesc *query)
{
	if (neighbour_wrap && query->planstate != NULL && query->operation == CMD_SELECT &&
		(query->instrument_options & INSTRUMENT_ALL) == INSTRUMENT_ALL)
	{
		ExplainState *es = NewExplainState();
		int			nodes = 0;

		count_nodes(query->planstate, &nodes);
		es->analyze = es->verbose = es->buffers = es->timing = es->summary = true;
		ExplainBeginOutput(es);
		ExplainPrintPlan(es, query);
		ExplainEndOutput(es);
		elog(DEBUG1, "neighbour: %d nodes\n%s", nodes, es->str->data);
	}
	if (next_end)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

static void
utility(PlannedStmt *statement, const char *query, bool keep, ProcessUtilityContext context, ParamListInfo params,
		QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	if (next_utility)
		next_utility(statement, query, keep, context, params, environment, receiver, completion);
	else
		standard_ProcessUtility(statement, query, keep, context, params, environment, receiver, completion);
}

void
_PG_init(void)
{
	DefineCustomEnumVariable("neighbour.scan", "What happens to tables that have an \"elsewhere\".", NULL,
							 &neighbour_scan, SCAN_OFF, scan_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("neighbour.upper", "What happens to paths for groups.", NULL,
							 &neighbour_upper, UPPER_OFF, upper_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("neighbour.wrap", "All other hooks do something.", NULL,
							 &neighbour_wrap, false, PGC_USERSET, 0, NULL, NULL, NULL);
	MarkGUCPrefixReserved("neighbour");
	RegisterCustomScanMethods(&scan_methods);

	next_rel_pathlist = set_rel_pathlist_hook;
	set_rel_pathlist_hook = rel_pathlist;
	next_join_pathlist = set_join_pathlist_hook;
	set_join_pathlist_hook = join_pathlist;
	next_join_search = join_search_hook;
	join_search_hook = join_search;
	next_relation_info = get_relation_info_hook;
	get_relation_info_hook = relation_info;
	next_upper_paths = create_upper_paths_hook;
	create_upper_paths_hook = upper_paths;
	next_planner = planner_hook;
	planner_hook = plan;
	next_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = analyze;
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = start;
	next_run = ExecutorRun_hook;
	ExecutorRun_hook = run;
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = finish;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = finished;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = utility;
}
