/*
 * catalog.c
 *		What planning asks of functions again and again, remembered for the session.
 *
 * A change of any function makes all of it be forgotten.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "batch/batch.h"
#include "batch/plan.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/syscache.h"

typedef struct Remembered
{
	Oid			function;
	bool		valid;
	BatchFunction what;
} Remembered;

static HTAB *functions;
static bool changed = true;

static void
forget_functions(Datum arg, int cache, uint32 hash)
{
	(void) arg;
	(void) cache;
	(void) hash;
	changed = true;
}

static void
begin_anew(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Remembered)};

	if (functions == NULL)
		CacheRegisterSyscacheCallback(PROCOID, forget_functions, (Datum) 0);
	else
		hash_destroy(functions);
	functions = NULL;
	functions = hash_create("kpi batch functions", 64, &control, HASH_ELEM | HASH_BLOBS);
	changed = false;
}

static BatchFunction
look_up(Oid function)
{
	BatchFunction result = {0};
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	FmgrInfo	info;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	form = (Form_pg_proc) GETSTRUCT(tuple);
	result.cost = form->procost;
	result.says_cost = OidIsValid(form->prosupport);
	ReleaseSysCache(tuple);
	result.kpi = kpi_is_function(function);
	/* the support function of this extension's has nothing to say of it */
	result.says_cost &= !result.kpi;
	fmgr_info(function, &info);
	result.kernel = batch_find_kernel(info.fn_addr) != NULL;
	return result;
}

BatchFunction
batch_function(Oid function)
{
	Remembered *known;
	bool		found;

	if (changed)
		begin_anew();
	known = hash_search(functions, &function, HASH_ENTER, &found);
	if (!found)
		known->valid = false;
	if (!known->valid)
	{
		known->what = look_up(function);
		known->valid = true;
	}
	return known->what;
}

/* Of a call, as the server reckons it. */
Cost
batch_function_cost(PlannerInfo *root, Oid function)
{
	BatchFunction known = batch_function(function);
	QualCost	cost = {0, 0};

	if (!known.says_cost)
		return known.cost * cpu_operator_cost;
	add_function_cost(root, function, NULL, &cost);
	return cost.per_tuple;
}
