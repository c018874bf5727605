/*
 * activate.c
 *		How batch execution comes into a session: nothing is preloaded.
 *
 * The transition functions of the extension have a planner support function.
 * When the planner works out the cost of the first KPI of a session it calls it,
 * the library is loaded, _PG_init hooks into the planner, and the hook is
 * reached by the very query that is being planned.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "optimizer/planner.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/kpi.h"
#include "window/window.h"

bool		kpi_batch = true;
int			kpi_batch_rows = 1024;
int			kpi_batch_generic = 0;
int			kpi_batch_cost = BATCH_COST_HONEST;

static const struct config_enum_entry cost_options[] = {
	{"honest", BATCH_COST_HONEST, false},
	{"always", BATCH_COST_ALWAYS, false},
	{NULL, 0, false}
};

#ifdef KPI_BATCH_MUTANTS
int			kpi_batch_mutant = NO_MUTANT;
#endif

static create_upper_paths_hook_type next_upper_paths_hook;

static void
upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	if (next_upper_paths_hook)
		next_upper_paths_hook(root, stage, input, output, extra);
	batch_upper_paths(root, stage, input, output, extra);
}

/* Answers no request: its call has loaded the library, and it marks our aggregates. */
PG_FUNCTION_INFO_V1(kpi_batch_support);
Datum
kpi_batch_support(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_POINTER(NULL);
}

/* Does the function come with this wing's support function? */
bool
batch_is_kpi_function(Oid function)
{
	Oid			support = get_func_support(function);
	FmgrInfo	info;

	if (!OidIsValid(support))
		return false;
	fmgr_info(support, &info);
	return info.fn_addr == kpi_batch_support;
}

/* Does the aggregate's transition function? */
bool
batch_is_kpi_aggregate(Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Oid			transition;

	if (!HeapTupleIsValid(tuple))
		return false;
	transition = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggtransfn;
	ReleaseSysCache(tuple);
	return batch_is_kpi_function(transition);
}

static void
define_settings(void)
{
	DefineCustomBoolVariable("kpi.batch",
							 "Aggregates KPIs a thousand rows at a time where the query allows it.",
							 NULL, &kpi_batch, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("kpi.batch_rows",
							"Rows that are aggregated at a time.",
							"For tests of this extension.",
							&kpi_batch_rows, 1024, 1, BATCH_MAX_ROWS,
							PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
	DefineCustomIntVariable("kpi.batch_generic",
							"Bits of the parts of batch execution that go their generic way.",
							"For tests of this extension.",
							&kpi_batch_generic, 0, -1, PG_INT32_MAX,
							PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
	DefineCustomEnumVariable("kpi.batch_cost",
							 "Whether batch execution competes by its cost or is always chosen.",
							 "For tests of this extension.",
							 &kpi_batch_cost, BATCH_COST_HONEST, cost_options,
							 PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
#ifdef KPI_BATCH_MUTANTS
	DefineCustomIntVariable("kpi.batch_mutant", "The seeded bug that is alive.", NULL, &kpi_batch_mutant,
							NO_MUTANT, NO_MUTANT, MUTANTS - 1, PGC_USERSET, 0, NULL, NULL, NULL);
#endif
}

void		_PG_init(void);

void
_PG_init(void)
{
	define_settings();
	RegisterCustomScanMethods(&batch_scan_methods);
	window_init();
#if SIZEOF_DATUM >= 8
	/* columns of eight bytes are Datums as they are: elsewhere nothing is batched */
	next_upper_paths_hook = create_upper_paths_hook;
	create_upper_paths_hook = upper_paths;
#endif
}
