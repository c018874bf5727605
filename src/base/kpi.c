/*
 * kpi.c
 *		Duration arguments, errors and small numerics that the families share,
 *		and the helper functions of design section 1.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "base/statistics.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"

#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(.name = "kpi", .version = "1.1.0");
#else
PG_MODULE_MAGIC;
#endif

/* ---------- errors ---------- */

/* Who asks for percentiles of differences may mean them with their sign. */
void
kpi_negative_duration_error(const char *argument, const char *value)
{
	bool		may_have_sign = strcmp(argument, "duration") == 0;

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must not be negative: %s", argument, value),
			 may_have_sign
			 ? errhint("Where early counts as on time use greatest(x, '0') if x is not NULL; to keep the sign, number_agg(seconds(x)) or percentile_cont; to leave wrong values out, plausible(x, low, high).")
			 : errhint("Leave such rows out with FILTER, or turn them into NULL with plausible(%s, low, high).",
					   argument)));
}

void
kpi_null_argument_error(const char *argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be null", argument),
			 errhint("Leave such rows out with FILTER (WHERE %s IS NOT NULL), or give the value with coalesce.",
					 argument)));
}

void
kpi_null_state_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("the state of an aggregate must not be null"),
			 errhint("This function serves an aggregate. Call the aggregate instead.")));
}

void
kpi_overflow_error(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s is out of range", what),
			 errdetail("Sums of durations and counts must stay below 2^63 (292 thousand years in microseconds)."),
			 errhint("Look for implausible values, for example with plausible(value, low, high).")));
}

void
kpi_negative_result_error(const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s would become negative", type),
			 errhint("Subtract only what was added before.")));
}

/* ---------- durations ---------- */

/* An interval of either sign as microseconds; a day counts 24 hours. */
int64
kpi_signed_interval_to_usec(const Interval *value, const char *argument)
{
	int64		usec;

	if (INTERVAL_NOT_FINITE(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be finite", argument),
				 errhint("Leave such rows out with FILTER (WHERE isfinite(%s)).", argument)));
	if (value->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not contain months: %s", argument,
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(value)))),
				 errdetail("A month has no fixed length."),
				 errhint("Subtract timestamps instead of using age().")));
	if (unlikely(pg_mul_s64_overflow(value->day, USECS_PER_DAY, &usec) ||
				 pg_add_s64_overflow(usec, value->time, &usec)))
		kpi_overflow_error(argument);
	return usec;
}

int64
kpi_interval_to_usec(const Interval *value, const char *argument)
{
	int64		usec = kpi_signed_interval_to_usec(value, argument);

	if (unlikely(usec < 0))
		kpi_negative_duration_error(argument,
									DatumGetCString(DirectFunctionCall1(interval_out,
																		IntervalPGetDatum(value))));
	return usec;
}

/* The seconds that the inline path leaves: very long ones, and the errors. */
int64
kpi_seconds_to_usec_slow(double seconds, const char *argument)
{
	double		usec = rint(seconds * 1e6);

	if (isnan(seconds) || isinf(seconds))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number of seconds: %s", argument,
						float8out_internal(seconds)),
				 errhint("Turn such values into NULL with nullif(%s, '%s').", argument,
						 float8out_internal(seconds))));
	if (seconds < 0)
		kpi_negative_duration_error(argument, float8out_internal(seconds));
	if (!FLOAT8_FITS_IN_INT64(usec))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is out of range: %s seconds", argument, float8out_internal(seconds)),
				 errhint("Turn implausible values into NULL with plausible(%s, low, high).", argument)));
	return (int64) usec;
}

/* An interval of hours, minutes and seconds only: 26:30:00, not 1 day 02:30:00. */
Interval *
kpi_usec_to_interval(int64 usec)
{
	Interval   *result = palloc0(sizeof(Interval));

	result->time = usec;
	return result;
}

/* sum / count, rounded half away from zero; count > 0 */
int64
kpi_mean(int64 sum, int64 count)
{
	int64		quotient = sum / count;
	int64		rest = sum % count;

	/* rest and count - |rest| are compared rather than 2 * rest, which overflows */
	if (rest >= 0)
		return rest >= count - rest ? quotient + 1 : quotient;
	return -rest >= count + rest ? quotient - 1 : quotient;
}

/* ---------- confidence ---------- */

double
kpi_checked_confidence(double confidence)
{
	if (!(confidence > 0 && confidence < 1))	/* NaN too */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must lie between 0 and 1: %s", float8out_internal(confidence)),
				 errhint("95 percent is written 0.95.")));
	return confidence;
}

/* 0.95 -> 1.959964: the half-width of a two-sided interval in standard errors */
double
kpi_confidence_z(double confidence)
{
	return normal_half_width(kpi_checked_confidence(confidence));
}

/* ---------- helper functions ---------- */

static double
getarg_finite(FunctionCallInfo fcinfo, int n, const char *argument)
{
	double		value = PG_GETARG_FLOAT8(n);

	if (isnan(value) || isinf(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number: %s", argument, float8out_internal(value)),
				 errhint("Turn such values into NULL with nullif(%s, '%s').", argument,
						 float8out_internal(value))));
	return value;
}

KPI_FUNCTION(kpi_seconds,
			 Float8GetDatum(kpi_usec_to_seconds(kpi_signed_interval_to_usec(PG_GETARG_INTERVAL_P(0),
																			"duration"))));

/* 0.8337 -> 83.4, in decimal arithmetic: the digits shown are those of the rate */
static Datum
percent(FunctionCallInfo fcinfo, int32 digits)
{
	double		rate = getarg_finite(fcinfo, 0, "rate");
	Datum		value = DirectFunctionCall1(float8_numeric, Float8GetDatum(rate));

	if (digits < 0 || digits > 15)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("digits must lie between 0 and 15: %d", digits)));
	value = DirectFunctionCall2(numeric_mul, value,
								DirectFunctionCall1(int4_numeric, Int32GetDatum(100)));
	return DirectFunctionCall2(numeric_round, value, Int32GetDatum(digits));
}

KPI_FUNCTION(kpi_percent, percent(fcinfo, 1));
KPI_FUNCTION(kpi_percent_digits, percent(fcinfo, PG_GETARG_INT32(1)));

PG_FUNCTION_INFO_V1(kpi_ratio);
Datum
kpi_ratio(PG_FUNCTION_ARGS)
{
	double		numerator = getarg_finite(fcinfo, 0, "numerator");
	double		denominator = getarg_finite(fcinfo, 1, "denominator");
	double		result;

	if (denominator == 0)
		PG_RETURN_NULL();
	result = numerator / denominator + 0.0; /* 0 / -5 is 0, not -0 */
	if (isinf(result))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("ratio of %s and %s is out of range", float8out_internal(numerator),
						float8out_internal(denominator))));
	PG_RETURN_FLOAT8(result);
}

static void
bounds_error(const char *low, const char *high)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("low must not exceed high: %s, %s", low, high),
			 errhint("The arguments are plausible(value, low, high).")));
}

/* plausible(value, low, high): the value, or NULL outside the bounds and for NaN and infinity, whatever the bounds */
PG_FUNCTION_INFO_V1(kpi_plausible_int4);
Datum
kpi_plausible_int4(PG_FUNCTION_ARGS)
{
	int32		value = PG_GETARG_INT32(0);
	int32		low = PG_GETARG_INT32(1);
	int32		high = PG_GETARG_INT32(2);

	if (low > high)
		bounds_error(psprintf("%d", low), psprintf("%d", high));
	if (value < low || value > high)
		PG_RETURN_NULL();
	PG_RETURN_INT32(value);
}

PG_FUNCTION_INFO_V1(kpi_plausible_int8);
Datum
kpi_plausible_int8(PG_FUNCTION_ARGS)
{
	int64		value = PG_GETARG_INT64(0);
	int64		low = PG_GETARG_INT64(1);
	int64		high = PG_GETARG_INT64(2);

	if (low > high)
		bounds_error(psprintf(INT64_FORMAT, low), psprintf(INT64_FORMAT, high));
	if (value < low || value > high)
		PG_RETURN_NULL();
	PG_RETURN_INT64(value);
}

PG_FUNCTION_INFO_V1(kpi_plausible_float8);
Datum
kpi_plausible_float8(PG_FUNCTION_ARGS)
{
	double		value = PG_GETARG_FLOAT8(0);
	double		low = PG_GETARG_FLOAT8(1);
	double		high = PG_GETARG_FLOAT8(2);

	if (!(low <= high))
		bounds_error(float8out_internal(low), float8out_internal(high));
	if (!(value >= low && value <= high) || isinf(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(value + 0.0);	/* -0 is 0 */
}

/* plausible for a type that compares through a function of the server */
static Datum
plausible(FunctionCallInfo fcinfo, PGFunction cmp, PGFunction out)
{
	Datum		value = PG_GETARG_DATUM(0);
	Datum		low = PG_GETARG_DATUM(1);
	Datum		high = PG_GETARG_DATUM(2);

	if (DatumGetInt32(DirectFunctionCall2(cmp, low, high)) > 0)
		bounds_error(DatumGetCString(DirectFunctionCall1(out, low)),
					 DatumGetCString(DirectFunctionCall1(out, high)));
	if (DatumGetInt32(DirectFunctionCall2(cmp, value, low)) < 0 ||
		DatumGetInt32(DirectFunctionCall2(cmp, value, high)) > 0)
		PG_RETURN_NULL();
	return value;
}

PG_FUNCTION_INFO_V1(kpi_plausible_numeric);
Datum
kpi_plausible_numeric(PG_FUNCTION_ARGS)
{
	/* NaN sorts above every number: as a bound it would let all pass */
	if (numeric_is_nan(PG_GETARG_NUMERIC(1)) || numeric_is_nan(PG_GETARG_NUMERIC(2)))
		bounds_error(DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(1))),
					 DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(2))));
	if (numeric_is_nan(PG_GETARG_NUMERIC(0)) || numeric_is_inf(PG_GETARG_NUMERIC(0)))
		PG_RETURN_NULL();
	return plausible(fcinfo, numeric_cmp, numeric_out);
}

PG_FUNCTION_INFO_V1(kpi_plausible_interval);
Datum
kpi_plausible_interval(PG_FUNCTION_ARGS)
{
#ifdef INTERVAL_NOT_FINITE
	if (INTERVAL_NOT_FINITE(PG_GETARG_INTERVAL_P(0)))
		PG_RETURN_NULL();
#endif
	return plausible(fcinfo, interval_cmp, interval_out);
}

/* ---------- windows ---------- */

const char	kpi_window_is_own = 0;
static const char window_is_foreign = 0;

/*
 * Looks at the aggregates of the window once: are they all the server's or this
 * extension's?  The answer hangs on fn_extra.
 */
bool
kpi_window_may_be_impossible(FunctionCallInfo fcinfo)
{
	const char *answer = &kpi_window_is_own;
	Oid			extension;
	ListCell   *cell;

	if (fcinfo->flinfo->fn_extra == &window_is_foreign)
		return true;
	extension = getExtensionOfObject(ProcedureRelationId, fcinfo->flinfo->fn_oid);
	foreach(cell, ((WindowAggState *) fcinfo->context)->funcs)
	{
		const WindowFunc *function = ((WindowFuncExprState *) lfirst(cell))->wfunc;

		if (function->winagg && function->winfnoid >= FirstNormalObjectId &&
			getExtensionOfObject(ProcedureRelationId, function->winfnoid) != extension)
			answer = &window_is_foreign;
	}
	fcinfo->flinfo->fn_extra = unconstify(char *, answer);
	return answer == &window_is_foreign;
}

/* ---------- what belongs to this extension ---------- */

/* Answers no request: its call has loaded the library. */
PG_FUNCTION_INFO_V1(kpi_batch_support);
Datum
kpi_batch_support(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_POINTER(NULL);
}

/* Does the function come with this support function? */
bool
kpi_is_function(Oid function)
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
kpi_is_aggregate(Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Oid			transition;

	if (!HeapTupleIsValid(tuple))
		return false;
	transition = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggtransfn;
	ReleaseSysCache(tuple);
	return kpi_is_function(transition);
}

/* ---------- permissions ---------- */

/* As the server's nodes ask before they call a function. */
void
kpi_check_execute(Oid function, Oid user)
{
#if PG_VERSION_NUM >= 160000
	AclResult	result = object_aclcheck(ProcedureRelationId, function, user, ACL_EXECUTE);
#else
	AclResult	result = pg_proc_aclcheck(function, user, ACL_EXECUTE);
#endif

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FUNCTION, get_func_name(function));
	InvokeFunctionExecuteHook(function);
}

Oid
kpi_function_owner(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	owner = ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
	ReleaseSysCache(tuple);
	return owner;
}
