/*
 * aggregate.c
 *		The states of the aggregates: adding the rows of a batch, and handing out
 *		partial results.
 *
 * The generic way calls the aggregate's transition function as the server's Agg
 * node does, with an AggState of our making as its caller.  A kernel adds up
 * all rows of a batch in one call; rows with an argument that the transition
 * function may refuse still go to that function, which knows the error.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "batch/batch.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/nodeAgg.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_agg.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* ---------- kernels ---------- */

static const BatchKernel *const families[] = {
	queue_kernels,
	handle_kernels,
	proportion_kernels,
	rating_kernels,
	number_kernels,
	time_share_kernels,
	builtin_kernels,
};

/* By its address: a function that has been replaced, or that runs as its owner, has another. */
const BatchKernel *
batch_find_kernel(PGFunction transition)
{
	for (size_t f = 0; f < lengthof(families); f++)
	{
		for (const BatchKernel *k = families[f]; k->transition != NULL; k++)
		{
			if (k->transition == transition)
				return k;
		}
	}
	return NULL;
}

/* ---------- preparing ---------- */

/* As the server's Agg node does it: the aggregate's owner must be allowed to call its parts. */
static void
check_privileges(Oid aggregate, Oid transfn, Oid serialfn)
{
	Oid			owner = kpi_function_owner(aggregate);

	kpi_check_execute(transfn, owner);
	if (OidIsValid(serialfn))
		kpi_check_execute(serialfn, owner);
}

static Datum
initial_value(Datum initval, Oid type)
{
	Oid			input;
	Oid			ioparam;

	getTypeInputInfo(type, &input, &ioparam);
	return OidInputFunctionCall(input, TextDatumGetCString(initval), ioparam, -1);
}

static void
prepare_functions(BatchAggregates *aggregates, BatchAggregate *agg)
{
	Aggref	   *aggref = agg->aggref;
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggref->aggfnoid));
	Form_pg_aggregate form;
	Oid			inputs[FUNC_MAX_ARGS];
	Expr	   *expr;
	Datum		initval;
	int			n;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", aggref->aggfnoid);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	agg->serialize = aggref->aggtranstype == INTERNALOID;
	check_privileges(aggref->aggfnoid, form->aggtransfn, agg->serialize ? form->aggserialfn : InvalidOid);
	get_typlenbyval(aggref->aggtranstype, &agg->translen, &agg->transbyval);
	initval = SysCacheGetAttr(AGGFNOID, tuple, Anum_pg_aggregate_agginitval, &agg->initial_null);
	if (!agg->initial_null)
		agg->initial = initial_value(initval, aggref->aggtranstype);

	n = get_aggregate_argtypes(aggref, inputs);
	build_aggregate_transfn_expr(inputs, n, 0, aggref->aggvariadic, aggref->aggtranstype,
								 aggref->inputcollid, form->aggtransfn, InvalidOid, &expr, NULL);
	fmgr_info(form->aggtransfn, &agg->transfn);
	fmgr_info_set_expr((Node *) expr, &agg->transfn);
	if (agg->serialize)
	{
		build_aggregate_serialfn_expr(form->aggserialfn, &expr);
		fmgr_info(form->aggserialfn, &agg->serialfn);
		fmgr_info_set_expr((Node *) expr, &agg->serialfn);
	}
	ReleaseSysCache(tuple);

	agg->fcinfo = palloc0(SizeForFunctionCallInfo(agg->nargs + 1));
	InitFunctionCallInfoData(*agg->fcinfo, &agg->transfn, agg->nargs + 1, aggref->inputcollid,
							 (Node *) aggregates->aggstate, NULL);
	agg->pertrans = palloc0(sizeof(*agg->pertrans));
	agg->pertrans->aggref = aggref;
	agg->in_place = !agg->transbyval && agg->translen > 0 && !agg->initial_null &&
		(kpi_batch_generic & GENERIC_STATES) == 0;
}

/*
 * Kernels of the server's transition functions trust their state: only the
 * server's own aggregates are known to begin with the right one.
 */
static bool
is_trusted(const BatchKernel *kernel, Oid aggregate)
{
	for (const BatchKernel *k = builtin_kernels; k->transition != NULL; k++)
	{
		if (k == kernel)
			return aggregate < FirstNormalObjectId;
	}
	return true;
}

/* The kernel of the transition function, if its arguments can be had as it wants them. */
static void
prepare_kernel(BatchAggregates *aggregates, BatchAggregate *agg)
{
	const BatchKernel *kernel = batch_find_kernel(agg->transfn.fn_addr);
	int			n = 0;
	ListCell   *lc;

	if (kernel == NULL || (kpi_batch_generic & GENERIC_AGGREGATES) || agg->nargs > KERNEL_MAX_ARGS ||
		!is_trusted(kernel, agg->aggref->aggfnoid))
		return;
	/* a state of fixed length is added to where it lies */
	if (!agg->transbyval && agg->translen > 0 && !agg->in_place)
		return;
	agg->kernel_args = palloc0(sizeof(BatchExpr *) * KERNEL_MAX_ARGS);
	foreach(lc, agg->aggref->args)
	{
		Expr	   *arg = ((TargetEntry *) lfirst(lc))->expr;

		agg->kernel_args[n] = batch_compile(aggregates->columns, arg, kernel->flags & KERNEL_ARG(n));
		if (agg->kernel_args[n++] == NULL)
			return;
	}
	agg->kernel = kernel;
}

/*
 * Of a state in place, the byte behind it tells whether it is NULL.  Functions
 * that have a kernel never return NULL, and their states need no such byte.
 */
static inline bool
never_null(const BatchAggregate *agg)
{
	return agg->kernel != NULL;
}

static inline bool
is_null_in_place(const BatchAggregate *agg, const char *state)
{
	return !never_null(agg) && state[agg->translen];
}

/* The expressions of a filter: AND stands for one after the other. */
static BatchFilter *
find_filter(BatchAggregates *aggregates, Expr *expr)
{
	ListCell   *lc;
	BatchFilter *filter;

	foreach(lc, aggregates->filters)
	{
		filter = lfirst(lc);
		if (equal(filter->expr, expr))
			return filter;
	}
	filter = palloc0(sizeof(BatchFilter));
	filter->expr = expr;
	foreach(lc, make_ands_implicit(expr))
		filter->predicates = lappend(filter->predicates,
									 batch_compile(aggregates->columns, lfirst(lc), false));
	filter->selected = palloc(sizeof(int32) * aggregates->columns->capacity);
	filter->unknown = palloc0(aggregates->columns->capacity);
	aggregates->filters = lappend(aggregates->filters, filter);
	return filter;
}

static void
prepare_aggregate(BatchAggregates *aggregates, Aggref *aggref)
{
	BatchAggregate *agg = &aggregates->aggs[aggregates->count++];
	ListCell   *lc;
	Size		size;

	agg->aggref = aggref;
	agg->args = palloc0(sizeof(BatchExpr *) * Max(list_length(aggref->args), 1));
	foreach(lc, aggref->args)
		agg->args[agg->nargs++] = batch_compile(aggregates->columns,
												((TargetEntry *) lfirst(lc))->expr, false);
	if (aggref->aggfilter)
		agg->filter = find_filter(aggregates, aggref->aggfilter);
	prepare_functions(aggregates, agg);
	prepare_kernel(aggregates, agg);
	size = !agg->in_place ? sizeof(BatchDatumState) : (Size) agg->translen + !never_null(agg);
	agg->offset = aggregates->state_size;
	aggregates->state_size += MAXALIGN(size);
}

/* Aggregates with one transition share its state. */
static int
find_shared(BatchAggregates *aggregates, Aggref *aggref)
{
	for (int i = 0; i < aggregates->count; i++)
	{
		if (aggregates->aggs[i].aggref->aggtransno == aggref->aggtransno ||
			(MUTANT(SHARED_STATE) && aggregates->aggs[i].aggref->aggfnoid == aggref->aggfnoid))
			return i;
	}
	return -1;
}

BatchAggregates *
batch_aggregates_create(BatchColumns *columns, List *aggrefs)
{
	BatchAggregates *aggregates = palloc0(sizeof(BatchAggregates));
	EState	   *estate = columns->parent->state;
	AggState   *aggstate = makeNode(AggState);
	ListCell   *lc;

	aggregates->columns = columns;
	aggregates->aggstate = aggstate;
	aggregates->states = CreateExprContext(estate);
	aggregates->numbers = palloc(sizeof(int32) * columns->capacity);
	for (int i = 0; i < columns->capacity; i++)
		aggregates->numbers[i] = i;
	aggregates->selected = palloc(sizeof(int32) * columns->capacity);
	aggregates->doubtful = palloc(sizeof(int32) * columns->capacity);
	aggstate->ss.ps.state = estate;
	aggstate->curaggcontext = aggregates->states;
	aggstate->aggcontexts = palloc(sizeof(ExprContext *));
	aggstate->aggcontexts[0] = aggregates->states;
	aggstate->tmpcontext = CreateExprContext(estate);
	foreach(lc, aggrefs)
	{
		int			shared = find_shared(aggregates, lfirst(lc));

		if (shared < 0)
		{
			shared = aggregates->count;
			prepare_aggregate(aggregates, lfirst(lc));
		}
		aggregates->output[aggregates->noutputs++] = shared;
	}
	return aggregates;
}

/* ---------- states ---------- */

void
batch_aggregates_init_group(void *arg, char *group)
{
	BatchAggregates *aggregates = arg;

	for (int i = 0; i < aggregates->count; i++)
	{
		BatchAggregate *agg = &aggregates->aggs[i];
		char	   *state = group + aggregates->base + agg->offset;

		if (agg->in_place)
		{
			memcpy(state, DatumGetPointer(agg->initial), agg->translen);
			if (!never_null(agg))
				state[agg->translen] = false;
		}
		else
		{
			BatchDatumState *s = (BatchDatumState *) state;
			MemoryContext old = MemoryContextSwitchTo(aggregates->states->ecxt_per_tuple_memory);

			s->isnull = agg->initial_null;
			s->no_value = agg->initial_null;
			s->value = agg->initial_null ? (Datum) 0 :
				datumCopy(agg->initial, agg->transbyval, agg->translen);
			MemoryContextSwitchTo(old);
		}
	}
}

/* The new value of a state by reference replaces the old, as in the server's Agg node. */
static Datum
adopt(BatchAggregates *aggregates, BatchAggregate *agg, BatchDatumState *s, Datum value, bool isnull)
{
	MemoryContext memory = aggregates->states->ecxt_per_tuple_memory;

	if (!isnull &&
		!(DatumIsReadWriteExpandedObject(value, false, agg->translen) &&
		  MemoryContextGetParent(DatumGetEOHP(value)->eoh_context) == memory))
	{
		MemoryContext old = MemoryContextSwitchTo(memory);

		value = datumCopy(value, agg->transbyval, agg->translen);
		MemoryContextSwitchTo(old);
	}
	if (!s->isnull)
	{
		if (DatumIsReadWriteExpandedObject(s->value, false, agg->translen))
			DeleteExpandedObject(s->value);
		else
			pfree(DatumGetPointer(s->value));
	}
	return isnull ? (Datum) 0 : value;
}

/* Of a strict function without initial value: the first row's argument becomes the state. */
static void
take_first_value(BatchAggregates *aggregates, BatchAggregate *agg, BatchDatumState *s)
{
	MemoryContext old = MemoryContextSwitchTo(aggregates->states->ecxt_per_tuple_memory);

	s->value = datumCopy(agg->fcinfo->args[1].value, agg->transbyval, agg->translen);
	s->isnull = false;
	s->no_value = false;
	MemoryContextSwitchTo(old);
}

static void
advance_datum(BatchAggregates *aggregates, BatchAggregate *agg, BatchDatumState *s)
{
	FunctionCallInfo fcinfo = agg->fcinfo;
	Datum		value;

	if (agg->transfn.fn_strict)
	{
		if (s->no_value)
		{
			take_first_value(aggregates, agg, s);
			return;
		}
		if (s->isnull)
			return;
	}
	fcinfo->args[0].value = s->value;
	fcinfo->args[0].isnull = s->isnull;
	fcinfo->isnull = false;
	value = FunctionCallInvoke(fcinfo);
	if (!agg->transbyval && DatumGetPointer(value) != DatumGetPointer(s->value))
		value = adopt(aggregates, agg, s, value, fcinfo->isnull);
	s->value = value;
	s->isnull = fcinfo->isnull;
}

/* The state stays where it is, whatever the function returns. */
static void
advance_in_place(BatchAggregate *agg, char *state)
{
	FunctionCallInfo fcinfo = agg->fcinfo;
	bool		isnull = is_null_in_place(agg, state);
	Datum		value;

	if (isnull && agg->transfn.fn_strict)
		return;
	fcinfo->args[0].value = isnull ? (Datum) 0 : PointerGetDatum(state);
	fcinfo->args[0].isnull = isnull;
	fcinfo->isnull = false;
	value = FunctionCallInvoke(fcinfo);
	if (!never_null(agg))
		state[agg->translen] = fcinfo->isnull;
	if (fcinfo->isnull)
		return;
	if (DatumGetPointer(value) != state && !MUTANT(NEW_POINTER))
		memmove(state, DatumGetPointer(value), agg->translen);
}

/* ---------- adding rows ---------- */

/* One row by the transition function; the arguments are in the columns. */
static inline void
add_row(BatchAggregates *aggregates, BatchAggregate *agg, int row, char *group)
{
	FunctionCallInfo fcinfo = agg->fcinfo;
	char	   *state = group + aggregates->base + agg->offset;

	for (int a = 0; a < agg->nargs; a++)
	{
		BatchVector *v = &agg->args[a]->vector;
		bool		null = BATCH_IS_NULL(v, row);

		if (null && agg->transfn.fn_strict)
			return;
		fcinfo->args[a + 1].value = null ? (Datum) 0 : batch_datum(v, row);
		fcinfo->args[a + 1].isnull = null;
	}
	if (agg->in_place)
		advance_in_place(agg, state);
	else
		advance_datum(aggregates, agg, (BatchDatumState *) state);
}

/*
 * In strips of rows, so that what expressions and transition functions leave
 * behind does not pile up.
 */
static void
add_generic(BatchAggregates *aggregates, BatchAggregate *agg, const BatchRows *rows, char **groups)
{
	BatchColumns *columns = aggregates->columns;
	MemoryContext memory = aggregates->aggstate->tmpcontext->ecxt_per_tuple_memory;
	int32		numbers[BATCH_STRIP];
	int			from = 0;

	aggregates->aggstate->curpertrans = agg->pertrans;
	for (int a = 0; a < agg->nargs; a++)
		batch_eval(columns, agg->args[a], rows);
	while (from < rows->count)
	{
		BatchRows	strip = {Min(BATCH_STRIP, rows->count - from), numbers};
		MemoryContext old;

		for (int k = 0; k < strip.count; k++)
		{
			numbers[k] = batch_row(rows, from + k);
			__builtin_prefetch(groups[numbers[k]] + aggregates->base + agg->offset, 1);
		}
		strip.count = batch_eval_strip(columns, agg->args, agg->nargs, &strip);
		old = MemoryContextSwitchTo(memory);
		for (int k = 0; k < strip.count; k++)
		{
			CHECK_FOR_INTERRUPTS();
			add_row(aggregates, agg, numbers[k], groups[numbers[k]]);
			if (batch_strip_is_full(memory, k))
				MemoryContextReset(memory);
		}
		MemoryContextSwitchTo(old);
		MemoryContextReset(memory);
		MemoryContextReset(columns->strip_memory);
		from += strip.count;
	}
}

/* The rows in which no argument of a strict function is NULL. */
static BatchRows
without_nulls(BatchAggregates *aggregates, BatchAggregate *agg, BatchRows rows)
{
	for (int a = 0; a < agg->nargs; a++)
	{
		const uint8 *nulls = agg->kernel_args[a]->vector.nulls;
		int			n = 0;

		if (nulls == NULL || MUTANT(NULL_ARGUMENT))
			continue;
		for (int k = 0; k < rows.count; k++)
		{
			int			row = batch_row(&rows, k);

			aggregates->selected[n] = row;
			n += !nulls[row];
		}
		rows = (BatchRows) {n, aggregates->selected};
	}
	return rows;
}

/* Takes rows of which an argument is in doubt out of rows, into aggregates->doubtful. */
static int
take_doubtful(BatchAggregates *aggregates, BatchAggregate *agg, BatchRows *rows)
{
	bool		any = false;
	int			nclean = 0;
	int			ndoubtful = 0;

	for (int a = 0; a < agg->nargs; a++)
		any |= agg->kernel_args[a]->doubts != NULL;
	if (!any)
		return 0;
	for (int k = 0; k < rows->count; k++)
	{
		int			row = batch_row(rows, k);
		bool		doubt = false;

		for (int a = 0; a < agg->nargs; a++)
		{
			BatchExpr  *e = agg->kernel_args[a];

			doubt |= e->duration && e->doubts != NULL && e->doubts[row];
		}
		if (doubt)
			aggregates->doubtful[ndoubtful++] = row;
		else
			aggregates->selected[nclean++] = row;
	}
	*rows = (BatchRows) {nclean, aggregates->selected};
	return ndoubtful;
}

static void
add_by_kernel(BatchAggregates *aggregates, BatchAggregate *agg, BatchRows rows, char **groups)
{
	BatchVector args[KERNEL_MAX_ARGS];
	KernelRows	call = {.groups = groups, .args = args, .nargs = agg->nargs};
	int			ndoubtful;

	for (int a = 0; a < agg->nargs; a++)
	{
		batch_eval(aggregates->columns, agg->kernel_args[a], &rows);
		/* values that come in strips (asked after the evaluation, which may give a memo up) */
		if (!batch_is_plain(agg->kernel_args[a]))
		{
			add_generic(aggregates, agg, &rows, groups);
			return;
		}
	}
	if (agg->transfn.fn_strict && (agg->kernel->flags & KERNEL_SEES_NULLS) == 0)
		rows = without_nulls(aggregates, agg, rows);
	ndoubtful = take_doubtful(aggregates, agg, &rows);
	for (int a = 0; a < agg->nargs; a++)
		args[a] = agg->kernel_args[a]->vector;
	call.count = rows.count;
	call.rows = rows.rows;
	call.offset = aggregates->base + agg->offset;
	if (rows.count > 0)
		agg->kernel->add(&call);
	if (ndoubtful > 0 && !MUTANT(DOUBTFUL_DURATION))
	{
		BatchRows	doubtful = {ndoubtful, aggregates->doubtful};

		add_generic(aggregates, agg, &doubtful, groups);
	}
}

/* Adds the rows from "from" to n - 1 of the batch to the states of their groups. */
void
batch_aggregates_add(BatchAggregates *aggregates, int from, int n, char **groups)
{
	BatchRows	all = {n - from, n - from == aggregates->columns->nrows ? NULL : aggregates->numbers + from};
	ListCell   *lc;

	foreach(lc, aggregates->filters)
	{
		BatchFilter *filter = lfirst(lc);

		filter->rows.count = batch_select(aggregates->columns, filter->predicates, &all, filter->selected,
										  filter->unknown);
		filter->rows.rows = filter->selected;
	}
	for (int i = 0; i < aggregates->count; i++)
	{
		BatchAggregate *agg = &aggregates->aggs[i];
		BatchRows  *rows = agg->filter ? &agg->filter->rows : &all;

		if (rows->count == 0)
			continue;
		if (agg->kernel)
			add_by_kernel(aggregates, agg, *rows, groups);
		else
			add_generic(aggregates, agg, rows, groups);
	}
}

/* ---------- results ---------- */

static Datum
serialize(BatchAggregates *aggregates, BatchAggregate *agg, Datum value, bool *isnull)
{
	LOCAL_FCINFO(fcinfo, 1);
	Datum		result;

	if (agg->serialfn.fn_strict && *isnull)
		return (Datum) 0;
	InitFunctionCallInfoData(*fcinfo, &agg->serialfn, 1, InvalidOid, (Node *) aggregates->aggstate, NULL);
	fcinfo->args[0].value = value;
	fcinfo->args[0].isnull = *isnull;
	aggregates->aggstate->curpertrans = agg->pertrans;
	result = FunctionCallInvoke(fcinfo);
	*isnull = fcinfo->isnull;
	return result;
}

/* The partial result of a group; it may point into the group's memory. */
Datum
batch_aggregates_partial(BatchAggregates *aggregates, int output, char *group, bool *isnull)
{
	BatchAggregate *agg = &aggregates->aggs[aggregates->output[output]];
	char	   *state = group + aggregates->base + agg->offset;
	BatchDatumState *s;

	if (agg->in_place)
	{
		*isnull = is_null_in_place(agg, state);
		return *isnull ? (Datum) 0 : PointerGetDatum(state);
	}
	s = (BatchDatumState *) state;
	*isnull = s->isnull;
	if (agg->serialize)
		return serialize(aggregates, agg, s->value, isnull);
	if (s->isnull)
		return (Datum) 0;
	return MakeExpandedObjectReadOnly(s->value, false, agg->translen);
}

/* What is not in the memory context that it was created in; callbacks of states are called. */
void
batch_aggregates_end(BatchAggregates *aggregates)
{
	FreeExprContext(aggregates->states, true);
	FreeExprContext(aggregates->aggstate->tmpcontext, true);
}

/* All groups are gone. */
void
batch_aggregates_reset(BatchAggregates *aggregates)
{
	ReScanExprContext(aggregates->states);
}

Size
batch_aggregates_memory(BatchAggregates *aggregates)
{
	return MemoryContextMemAllocated(aggregates->states->ecxt_per_tuple_memory, true);
}

/* Does no state point to memory of its own? */
bool
batch_aggregates_in_groups(BatchAggregates *aggregates)
{
	for (int i = 0; i < aggregates->count; i++)
	{
		if (!aggregates->aggs[i].in_place &&
			(!aggregates->aggs[i].transbyval || aggregates->aggs[i].serialize))
			return false;
	}
	return true;
}

int
batch_aggregates_kernels(BatchAggregates *aggregates)
{
	int			n = 0;

	for (int i = 0; i < aggregates->count; i++)
		n += aggregates->aggs[i].kernel != NULL;
	return n;
}
