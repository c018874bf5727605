/*
 * kpi.h
 *		What every family of KPIs shares: duration arguments, checked sums, means,
 *		the state of an aggregate, and the differences between server versions.
 *
 * Durations are int64 microseconds everywhere inside the extension.  No sum is
 * ever kept in floating point: integers make a result the same in any order,
 * with any number of parallel workers, and after any number of removals.
 */
#ifndef KPI_H
#define KPI_H

#include "common/int.h"
#include "fmgr.h"
#include "nodes/execnodes.h"
#include "utils/timestamp.h"

#include <float.h>
#include <math.h>

/* ---------- differences between server versions ---------- */

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#else
/* Before 16 an input function cannot report an error softly: it raises it. */
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#endif

#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

#if PG_VERSION_NUM >= 160000
#define kpi_make_range(type, lower, upper) make_range(type, lower, upper, false, NULL)
#else
#define kpi_make_range(type, lower, upper) make_range(type, lower, upper, false)
#endif

#ifndef INTERVAL_NOT_FINITE		/* intervals are always finite before 17 */
#define INTERVAL_NOT_FINITE(i) ((void) (i), false)
#endif

/* ---------- durations ---------- */

/* The SQL type in which a duration arrives; an aggregate has one overload for each. */
typedef enum DurationType
{
	DURATION_INTERVAL,
	DURATION_INT4,				/* whole seconds */
	DURATION_FLOAT8				/* seconds */
} DurationType;

extern int64 kpi_interval_to_usec(const Interval *value, const char *argument);
extern int64 kpi_signed_interval_to_usec(const Interval *value, const char *argument);
extern int64 kpi_seconds_to_usec_slow(double seconds, const char *argument);
pg_noreturn extern void kpi_negative_duration_error(const char *argument, const char *value);
extern Interval *kpi_usec_to_interval(int64 usec);

static inline Datum
kpi_interval_datum(int64 usec)
{
	return IntervalPGetDatum(kpi_usec_to_interval(usec));
}

extern int64 kpi_mean(int64 sum, int64 count);
pg_noreturn extern void kpi_null_argument_error(const char *argument);
pg_noreturn extern void kpi_null_state_error(void);
pg_noreturn extern void kpi_overflow_error(const char *what);
pg_noreturn extern void kpi_negative_result_error(const char *type);
extern double kpi_checked_confidence(double confidence);
extern double kpi_confidence_z(double confidence);

#define KPI_DEFAULT_CONFIDENCE 0.95

/* Argument n, or the default of the function that has no such argument. */
#define kpi_getarg_confidence(fcinfo, n) \
	((fcinfo)->nargs > (n) ? kpi_checked_confidence(PG_GETARG_FLOAT8(n)) : KPI_DEFAULT_CONFIDENCE)

#define kpi_usec_to_seconds(usec) ((double) (usec) / USECS_PER_SEC)

static inline int64
kpi_int4_to_usec(int32 seconds, const char *argument)
{
	if (unlikely(seconds < 0))
		kpi_negative_duration_error(argument, psprintf("%d", seconds));
	return (int64) seconds * USECS_PER_SEC;
}

/* Seconds are rounded to the microsecond, as in make_interval(secs => ...). */
static inline int64
kpi_float8_to_usec(double seconds, const char *argument)
{
	/*
	 * Below 2^51 adding and taking off 1.5 * 2^52 rounds to even, inline: where each
	 * operation rounds to double.  x87 keeps more digits in between and rounds nothing.
	 */
#if FLT_EVAL_METHOD == 0
	if (likely(seconds >= 0 && seconds < 2e9))
		return (int64) ((seconds * 1e6 + 6755399441055744.0) - 6755399441055744.0);
#endif
	return kpi_seconds_to_usec_slow(seconds, argument);
}

/* Most intervals have neither days nor months. */
static inline int64
kpi_interval_to_usec_inline(const Interval *value, const char *argument)
{
	if (likely(value->month == 0 && value->day == 0 && value->time >= 0))
		return value->time;
	return kpi_interval_to_usec(value, argument);
}

/* An argument of a transition function, not NULL, as microseconds. */
static inline int64
kpi_getarg_duration(FunctionCallInfo fcinfo, int n, DurationType type, const char *argument)
{
	switch (type)
	{
		case DURATION_INT4:
			return kpi_int4_to_usec(PG_GETARG_INT32(n), argument);
		case DURATION_FLOAT8:
			return kpi_float8_to_usec(PG_GETARG_FLOAT8(n), argument);
		case DURATION_INTERVAL:
			break;
	}
	return kpi_interval_to_usec_inline(PG_GETARG_INTERVAL_P(n), argument);
}

/* A duration goes out as it came in: interval, or seconds. */
#define KPI_RETURN_DURATION(usec, type) \
	do { \
		if ((type) == DURATION_INTERVAL) \
			PG_RETURN_INTERVAL_P(kpi_usec_to_interval(usec)); \
		PG_RETURN_FLOAT8(kpi_usec_to_seconds(usec)); \
	} while (0)

/* ---------- checked sums ---------- */

/* *sum += value; "what" names the sum in the error */
static inline void
kpi_add(int64 *sum, int64 value, const char *what)
{
	if (unlikely(pg_add_s64_overflow(*sum, value, sum)))
		kpi_overflow_error(what);
}

/* *sum -= value; a result below zero means that value was never in the sum */
static inline void
kpi_subtract(int64 *sum, int64 value, const char *type)
{
	if (unlikely(pg_sub_s64_overflow(*sum, value, sum) || *sum < 0))
		kpi_negative_result_error(type);
}

/* ---------- functions ---------- */

/* A function of one expression: most wrappers are one. */
#define KPI_FUNCTION(function, expression) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		return (expression); \
	} \
	extern int	no_such_variable

/* ---------- the state of an aggregate ---------- */

static inline bool
kpi_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL &&
		(IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/*
 * The first argument of a transition, combine or inverse function whose state
 * is a fixed-length type.  Inside an aggregate the state is ours and is changed
 * in place; anywhere else it is the caller's value, and we change a copy.
 */
static inline void *
kpi_getarg_state(FunctionCallInfo fcinfo, Size size)
{
	void	   *copy;

	if (unlikely(PG_ARGISNULL(0)))
		kpi_null_state_error();
	if (likely(kpi_in_aggregate(fcinfo)))
		return PG_GETARG_POINTER(0);
	copy = palloc(size);
	memcpy(copy, PG_GETARG_POINTER(0), size);
	return copy;
}

/*
 * Whether the state that an inverse transition leaves must be checked.  A window
 * removes only what it added, so a check a row would be for nothing; but that
 * holds for the aggregates of this extension.  A user's own may call the same
 * functions in any order, and what it leaves can be stored.
 */
extern const char kpi_window_is_own;
extern void kpi_check_execute(Oid function, Oid user);
extern Oid	kpi_function_owner(Oid function);
extern bool kpi_is_function(Oid function);
extern bool kpi_is_aggregate(Oid aggregate);
extern bool kpi_window_may_be_impossible(FunctionCallInfo fcinfo);

static inline bool
kpi_may_be_impossible(FunctionCallInfo fcinfo)
{
	if (unlikely(fcinfo->context == NULL || !IsA(fcinfo->context, WindowAggState)))
		return true;
	return fcinfo->flinfo->fn_extra != &kpi_window_is_own && kpi_window_may_be_impossible(fcinfo);
}

#endif							/* KPI_H */
