/*
 * aggregate.c
 *		Aggregates over frames, called as the server's nodeWindowAgg.c calls them: the
 *		same transition, inverse and final functions, for the same rows in the same
 *		order, with a WindowAggState of our making as their caller.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "window/window.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_agg.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/expandeddatum.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

/* ---------- preparing ---------- */

/* The user must be allowed to call the function, and an aggregate's owner to call its parts. */
void
window_check_call(Oid function)
{
	kpi_check_execute(function, GetUserId());
}

/*
 * Moving states, unless the head of the frame never moves, or the aggregate's
 * plain final function cannot be called again and again.
 */
static bool
uses_moving_state(WindowState *state, Form_pg_aggregate form)
{
	if (!OidIsValid(form->aggminvtransfn))
		return false;
	if (form->aggmfinalmodify == AGGMODIFY_READ_ONLY && form->aggfinalmodify != AGGMODIFY_READ_ONLY)
		return true;
	return (state->info.frame & FRAMEOPTION_START_UNBOUNDED_PRECEDING) == 0;
}

static FunctionCallInfo
prepare_call(WindowState *state, FmgrInfo *function, Oid oid, Expr *expr, int nargs, Oid collation)
{
	FunctionCallInfo fcinfo = palloc0(SizeForFunctionCallInfo(nargs));

	fmgr_info(oid, function);
	fmgr_info_set_expr((Node *) expr, function);
	InitFunctionCallInfoData(*fcinfo, function, nargs, collation, (Node *) state->caller, NULL);
	return fcinfo;
}

/* Arguments that are constants are set once. */
static void
set_constants(WindowFunction *f, FunctionCallInfo fcinfo)
{
	for (int i = 0; i < f->nargs; i++)
	{
		fcinfo->args[i + 1].value = f->args[i].value;
		fcinfo->args[i + 1].isnull = f->args[i].isnull;
		f->null_constant |= f->args[i].isnull;
	}
}

/*
 * The greatest and the least have no inverse in the catalog.  Of integers, and what
 * is stored as one, a deque gives it: a row takes amortized constant time where the
 * server adds up the whole frame anew.
 */
static int
extreme_of(WindowState *state, WindowFunction *f)
{
	static const PGFunction greatest[] = {int2larger, int4larger, int8larger, date_larger, timestamp_larger};
	static const PGFunction least[] = {int2smaller, int4smaller, int8smaller, date_smaller, timestamp_smaller};

	if (f->has_inverse || f->has_final || !f->transbyval || !f->initial_null || (kpi_window_generic & GENERIC_EXTREMES) != 0 ||
		(state->info.frame & (FRAMEOPTION_START_UNBOUNDED_PRECEDING | FRAMEOPTION_EXCLUSION)) != 0)
		return 0;
	for (size_t i = 0; i < lengthof(greatest); i++)
	{
		if (f->transition.fn_addr == greatest[i])
			return 1;
		if (f->transition.fn_addr == least[i])
			return -1;
	}
	return 0;
}

static void
read_initial(WindowFunction *f, HeapTuple tuple, AttrNumber column, Oid type)
{
	Datum		literal = SysCacheGetAttr(AGGFNOID, tuple, column, &f->initial_null);
	Oid			input;
	Oid			param;

	if (f->initial_null)
		return;
	getTypeInputInfo(type, &input, &param);
	f->initial = OidInputFunctionCall(input, TextDatumGetCString(literal), param, -1);
}

void
window_aggregate_init(WindowState *state, WindowFunction *f)
{
	WindowFunc *call = f->call;
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(call->winfnoid));
	Form_pg_aggregate form;
	Oid			owner;
	Oid			types[FUNC_MAX_ARGS];
	Oid			transition;
	Oid			inverse;
	Oid			final;
	Oid			type;
	bool		moving;
	Expr	   *expr;
	Expr	   *inverse_expr;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", call->winfnoid);
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	moving = uses_moving_state(state, form);
	transition = moving ? form->aggmtransfn : form->aggtransfn;
	inverse = moving ? form->aggminvtransfn : InvalidOid;
	final = moving ? form->aggmfinalfn : form->aggfinalfn;
	type = moving ? form->aggmtranstype : form->aggtranstype;
	if ((moving ? form->aggmfinalmodify : form->aggfinalmodify) != AGGMODIFY_READ_ONLY)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("aggregate function %s does not support use as a window function",
						format_procedure(call->winfnoid))));
	owner = kpi_function_owner(call->winfnoid);
	kpi_check_execute(transition, owner);
	if (OidIsValid(inverse))
		kpi_check_execute(inverse, owner);
	if (OidIsValid(final))
		kpi_check_execute(final, owner);

	foreach(lc, call->args)
		types[foreach_current_index(lc)] = exprType(lfirst(lc));
	f->nfinal = (moving ? form->aggmfinalextra : form->aggfinalextra) ? f->nargs + 1 : 1;
	type = resolve_aggregate_transtype(call->winfnoid, type, types, f->nargs);
	get_typlenbyval(type, &f->translen, &f->transbyval);
	read_initial(f, tuple, moving ? Anum_pg_aggregate_aggminitval : Anum_pg_aggregate_agginitval, type);
	ReleaseSysCache(tuple);

	build_aggregate_transfn_expr(types, f->nargs, 0, false, type, call->inputcollid, transition, inverse,
								 &expr, &inverse_expr);
	f->call_transition = prepare_call(state, &f->transition, transition, expr, f->nargs + 1, call->inputcollid);
	set_constants(f, f->call_transition);
	f->has_inverse = OidIsValid(inverse);
	if (f->has_inverse)
	{
		f->call_inverse = prepare_call(state, &f->inverse, inverse, inverse_expr, f->nargs + 1, call->inputcollid);
		set_constants(f, f->call_inverse);
	}
	f->has_final = OidIsValid(final);
	if (f->has_final)
	{
		build_aggregate_finalfn_expr(types, f->nfinal, type, call->wintype, call->inputcollid, final, &expr);
		f->call_final = prepare_call(state, &f->final, final, expr, f->nfinal, call->inputcollid);
		for (int i = 1; i < f->nfinal; i++)
			f->call_final->args[i].isnull = true;
	}
	if (f->transition.fn_strict && f->initial_null && (f->nargs < 1 || !IsBinaryCoercible(types[0], type)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				 errmsg("aggregate %u needs to have compatible input type and transition type", call->winfnoid)));
	if (OidIsValid(inverse) && f->transition.fn_strict != f->inverse.fn_strict)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				 errmsg("strictness of aggregate's forward and inverse transition functions must match")));
	f->extreme = extreme_of(state, f);
	if (f->extreme != 0)
		f->has_inverse = true;
	f->context = AllocSetContextCreate(CurrentMemoryContext, "kpi window aggregate", ALLOCSET_DEFAULT_SIZES);
}

/* ---------- the state ---------- */

static void
begin_state(WindowFunction *f)
{
	MemoryContextReset(f->context);
	f->value = f->initial;
	f->isnull = f->initial_null;
	if (!f->initial_null)
	{
		MemoryContext old = MemoryContextSwitchTo(f->context);

		f->value = datumCopy(f->initial, f->transbyval, f->translen);
		MemoryContextSwitchTo(old);
	}
	f->count = 0;
	f->deque.ring = NULL;		/* went with the context */
}

/* ---------- the greatest and the least ---------- */

static void
show_extreme(WindowFunction *f)
{
	int64		value;

	f->isnull = deque_is_empty(&f->deque);
	value = f->isnull ? 0 : deque_max(&f->deque);
	if (f->extreme < 0)
		value = ~value;
	f->value = f->translen == 8 ? Int64GetDatum(value) :
		f->translen == 4 ? Int32GetDatum((int32) value) : Int16GetDatum((int16) value);
}

static void
enter_extreme(WindowFunction *f, Datum argument)
{
	int64		value = f->translen == 8 ? DatumGetInt64(argument) :
		f->translen == 4 ? DatumGetInt32(argument) : DatumGetInt16(argument);

	if (f->deque.ring == NULL)
		deque_init(&f->deque, f->context);
	/* the complement turns the order around, without an overflow */
	deque_push(&f->deque, f->extreme > 0 ? value : ~value);
	f->count++;
	show_extreme(f);
}

static void
leave_extreme(WindowFunction *f)
{
	deque_remove(&f->deque);
	f->count--;
	show_extreme(f);
}

/* ---------- rows ---------- */

/* What a function has returned is the state now. */
static void
adopt(WindowFunction *f, Datum value, bool isnull)
{
	if (!f->transbyval && DatumGetPointer(value) != DatumGetPointer(f->value))
	{
		if (!isnull)
		{
			MemoryContext old = MemoryContextSwitchTo(f->context);

			/* an expanded object that lives in our memory is not copied */
			if (!DatumIsReadWriteExpandedObject(value, false, f->translen) ||
				MemoryContextGetParent(DatumGetEOHP(value)->eoh_context) != CurrentMemoryContext)
				value = datumCopy(value, false, f->translen);
			MemoryContextSwitchTo(old);
		}
		if (!f->isnull)
		{
			if (DatumIsReadWriteExpandedObject(f->value, false, f->translen))
				DeleteExpandedObject(f->value);
			else
				pfree(DatumGetPointer(f->value));
		}
	}
	f->value = value;
	f->isnull = isnull;
}

static inline Datum
call_function(WindowState *state, WindowFunction *f, FunctionCallInfo fcinfo, bool *isnull)
{
	Datum		value;

	fcinfo->args[0].value = f->value;
	fcinfo->args[0].isnull = f->isnull;
	fcinfo->isnull = false;
	state->caller->curaggcontext = f->context;
	value = FunctionCallInvoke(fcinfo);
	state->caller->curaggcontext = NULL;
	*isnull = fcinfo->isnull;
	return value;
}

/* Puts the arguments of a row into a call: false when FILTER keeps the row out, or a strict function has a NULL. */
static pg_attribute_always_inline bool
prepare_row(WindowState *state, WindowFunction *f, FunctionCallInfo fcinfo, bool strict, int64 position, bool leaves)
{
	bool		any_null = f->null_constant;

	window_begin_arguments(state, f, position);
	if (WINDOW_MUTANT(EAGER_ARGUMENT))
	{
		for (int i = 0; i < f->nargs; i++)
			window_argument(state, f, i, &any_null);
		any_null = f->null_constant;
	}
	if (f->has_filter && !(leaves && WINDOW_MUTANT(UNFILTERED_LEAVE)) && !window_passes(state, f))
		return false;
	for (int v = 0; v < f->nvaried; v++)
	{
		int			i = f->varied[v];

		fcinfo->args[i + 1].value = window_argument(state, f, i, &fcinfo->args[i + 1].isnull);
		any_null |= fcinfo->args[i + 1].isnull;
	}
	return !strict || !any_null;
}

/* A row enters the frame. */
static void
enter(WindowState *state, WindowFunction *f, int64 position)
{
	FunctionCallInfo fcinfo = f->call_transition;
	bool		isnull;
	Datum		value;

	if (!prepare_row(state, f, fcinfo, f->transition.fn_strict, position, false))
		return;
	if (f->extreme != 0)
	{
		enter_extreme(f, fcinfo->args[1].value);
		return;
	}
	if (f->transition.fn_strict && f->isnull)
	{
		/* the first value is the state; a state that has become NULL stays so */
		if (f->count == 0)
		{
			MemoryContext old = MemoryContextSwitchTo(f->context);

			f->value = datumCopy(fcinfo->args[1].value, f->transbyval, f->translen);
			f->isnull = false;
			f->count = 1;
			MemoryContextSwitchTo(old);
		}
		return;
	}
	value = call_function(state, f, fcinfo, &isnull);
	if (isnull && f->has_inverse)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("moving-aggregate transition function must not return null")));
	f->count++;
	adopt(f, value, isnull);
}

/* A row leaves the frame; false when the inverse function cannot take it away. */
static bool
leave(WindowState *state, WindowFunction *f, int64 position)
{
	FunctionCallInfo fcinfo = f->extreme != 0 ? f->call_transition : f->call_inverse;
	bool		isnull;
	Datum		value;

	if (!prepare_row(state, f, fcinfo, f->transition.fn_strict && !WINDOW_MUTANT(NULL_LEAVES), position, true))
		return true;
	if (f->extreme != 0)
	{
		leave_extreme(f);
		return true;
	}
	if (f->isnull)
		elog(ERROR, "aggregate transition value is NULL before inverse transition");
	/* without its last row the state is the initial one, which inverse functions need not give */
	if (f->count == 1 && !WINDOW_MUTANT(LAST_ROW_LEAVES))
	{
		begin_state(f);
		return true;
	}
	value = call_function(state, f, fcinfo, &isnull);
	if (isnull)
		return false;
	f->count--;
	adopt(f, value, false);
	return true;
}

static void
drop_result(WindowFunction *f)
{
	if (f->result_kept && !f->resbyval && !f->result_null)
		pfree(DatumGetPointer(f->result));
	f->result_kept = false;
	f->result = (Datum) 0;
	f->result_null = true;
}

/* The aggregate's value, in memory that stays until the next one. */
static void
finish(WindowState *state, WindowFunction *f)
{
	Datum		result = MakeExpandedObjectReadOnly(f->value, f->isnull, f->translen);
	bool		isnull = f->isnull;

	drop_result(f);
	if (f->has_final)
	{
		FunctionCallInfo fcinfo = f->call_final;

		if (f->final.fn_strict && (f->isnull || f->nfinal > 1))
			isnull = true;
		else
		{
			fcinfo->args[0].value = result;
			fcinfo->args[0].isnull = f->isnull;
			fcinfo->isnull = false;
			state->caller->curaggcontext = f->context;
			result = FunctionCallInvoke(fcinfo);
			state->caller->curaggcontext = NULL;
			isnull = fcinfo->isnull;
		}
	}
	if (!isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(state->results);

		f->result = f->resbyval ? result : datumCopy(result, false, f->reslen);
		MemoryContextSwitchTo(old);
	}
	f->result_null = isnull;
	f->result_kept = true;
}

/* ---------- the frame ---------- */

static void
enter_all(WindowState *state, int64 position, int64 entered)
{
	for (int i = 0; i < state->nfunctions; i++)
	{
		WindowFunction *f = &state->functions[i];

		if (f->kind == KIND_AGGREGATE && (f->restarts || position >= entered))
			enter(state, f, position);
	}
	window_reset_tmp(state);
}

/* Lets all rows enter that are not in the states yet, less those that are excluded. */
static void
enter_frame(WindowState *state, int64 from, int64 entered)
{
	int			frame = state->info.frame;
	int64		out = state->row;
	int64		out_end = state->row + 1;

	if ((frame & FRAMEOPTION_EXCLUSION) == 0)
		out = out_end = state->tail;
	else if (frame & (FRAMEOPTION_EXCLUDE_GROUP | FRAMEOPTION_EXCLUDE_TIES))
	{
		out = state->peers;
		out_end = window_peers_end(state);
	}
	for (int64 position = from; position < state->tail; position++)
	{
		if (position >= out && position < out_end &&
			!(position == state->row && (frame & FRAMEOPTION_EXCLUDE_TIES)) && !WINDOW_MUTANT(LOST_TIES))
			continue;
		if ((position & 1023) == 1023)
			CHECK_FOR_INTERRUPTS();
		enter_all(state, position, entered);
	}
}

/* Takes away the rows before the head; aggregates that cannot begin anew. */
static void
leave_frame(WindowState *state)
{
	for (; state->base < state->head; state->base++)
	{
		bool		any = false;

		for (int i = 0; i < state->nfunctions; i++)
		{
			WindowFunction *f = &state->functions[i];

			if (f->kind != KIND_AGGREGATE || f->restarts)
				continue;
			f->restarts = !leave(state, f, state->base);
			any = true;
		}
		window_reset_tmp(state);
		if (!any)
			break;
	}
	state->base = state->head;
}

void
window_aggregates_eval(WindowState *state)
{
	bool		excludes = (state->info.frame & FRAMEOPTION_EXCLUSION) != 0;
	int64		entered = state->upto;
	int64		from = state->upto;
	MemoryContext old;

	/* the same frame again: the results stand */
	if (!state->first && state->head == state->base && state->tail == state->last_tail &&
		(!excludes || WINDOW_MUTANT(SAME_FRAME)))
		return;
	old = MemoryContextSwitchTo(state->tmp->ecxt_per_tuple_memory);
	for (int i = 0; i < state->nfunctions; i++)
	{
		WindowFunction *f = &state->functions[i];

		f->restarts = state->first || excludes || (state->upto <= state->head && !WINDOW_MUTANT(LOST_RESTART)) ||
			(state->base != state->head && !f->has_inverse);
	}
	leave_frame(state);
	for (int i = 0; i < state->nfunctions; i++)
	{
		WindowFunction *f = &state->functions[i];

		if (f->kind != KIND_AGGREGATE || !f->restarts)
			continue;
		begin_state(f);
		from = state->head;
	}
	enter_frame(state, Max(from, state->head), entered);
	state->upto = Max(state->head, state->tail);
	state->last_tail = state->tail;
	for (int i = 0; i < state->nfunctions; i++)
	{
		if (state->functions[i].kind == KIND_AGGREGATE)
			finish(state, &state->functions[i]);
	}
	MemoryContextSwitchTo(old);
	window_reset_tmp(state);
}
