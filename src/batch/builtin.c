/*
 * builtin.c
 *		Kernels for the server's aggregates that stand beside KPIs in most
 *		reports: count, sum, avg, stddev, min and max of common types.
 *
 * Their states are the server's own, so that its combine and final functions go
 * on with them.  Sums of doubles are added up in the order of the rows, as the
 * server does it.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "common/int.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/timestamp.h"

#define STATE(call, i) KERNEL_STATE(call, i, BatchDatumState)

static void
bigint_error(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("bigint out of range")));
}

/* ---------- count ---------- */

/* count(*), and count(x) of rows that are not NULL */
static void
count_kernel(const KernelRows *call)
{
	KERNEL_LOOP(call, i,
		int64		count = DatumGetInt64(STATE(call, i)->value);

		if (unlikely(pg_add_s64_overflow(count, 1, &count)))
			bigint_error();
		STATE(call, i)->value = Int64GetDatum(count);
	);
}

/* ---------- sums ---------- */

/* sum(integer), sum(smallint): not strict, NULL until there is a value */
#define SUM_KERNEL(name, type) \
	static void \
	name(const KernelRows *call) \
	{ \
		const type *values = call->args[0].values; \
		\
		KERNEL_LOOP(call, i, \
			BatchDatumState *s = STATE(call, i); \
			\
			if (BATCH_IS_NULL(&call->args[0], i)) \
				continue; \
			/* 2^32 rows of 2^31 do not overflow it */ \
			s->value = Int64GetDatum((s->isnull ? 0 : DatumGetInt64(s->value)) + values[i]); \
			s->isnull = false; \
		); \
	} \
	extern int	no_such_variable

SUM_KERNEL(sum_int2_kernel, int16);
SUM_KERNEL(sum_int4_kernel, int32);

static void
sum_float8_kernel(const KernelRows *call)
{
	const double *values = call->args[0].values;

	KERNEL_LOOP(call, i,
		BatchDatumState *s = STATE(call, i);

		if (unlikely(s->no_value))
		{
			s->value = Float8GetDatum(values[i]);
			s->isnull = s->no_value = false;
		}
		else
			s->value = Float8GetDatum(float8_pl(DatumGetFloat8(s->value), values[i]));
	);
}

/* ---------- means ---------- */

/* The numbers of a state that is an array without NULLs. */
#define ARRAY_STATE(s, type) ((type *) ARR_DATA_PTR((ArrayType *) DatumGetPointer((s)->value)))

/* avg(integer), avg(smallint): {count, sum} */
#define AVG_KERNEL(name, type) \
	static void \
	name(const KernelRows *call) \
	{ \
		const type *values = call->args[0].values; \
		\
		KERNEL_LOOP(call, i, \
			int64	   *sums = ARRAY_STATE(STATE(call, i), int64); \
			\
			sums[0]++; \
			sums[1] += values[i]; \
		); \
	} \
	extern int	no_such_variable

AVG_KERNEL(avg_int2_kernel, int16);
AVG_KERNEL(avg_int4_kernel, int32);

/*
 * avg, stddev and variance of doubles: {n, sum, sum of squared deviations}, by
 * the recurrence of Youngs and Cramer as the server evaluates it.
 */
static inline void
add_deviation(double *state, double value)
{
	double		n = state[0] + 1.0;
	double		sum = state[1] + value;
	double		squares = state[2];

	if (state[0] > 0.0)
	{
		double		deviation = value * n - sum;

		squares += deviation * deviation / (n * state[0]);
		if (isinf(sum) || isinf(squares))
		{
			if (!isinf(state[1]) && !isinf(value))
				float_overflow_error();
			squares = get_float8_nan();
		}
	}
	else if (isnan(value) || isinf(value))
		squares = get_float8_nan();
	state[0] = n;
	state[1] = sum;
	state[2] = squares;
}

static void
moments_float8_kernel(const KernelRows *call)
{
	const double *values = call->args[0].values;

	KERNEL_LOOP(call, i,
		add_deviation(ARRAY_STATE(STATE(call, i), double), values[i]);
	);
}

/* ---------- extremes ---------- */

/* Strict: the first value becomes the state.  Of equal values the later one stays, as with the server. */
#define EXTREME_KERNEL(name, type, from_datum, to_datum, keeps) \
	static void \
	name(const KernelRows *call) \
	{ \
		const type *values = call->args[0].values; \
		\
		KERNEL_LOOP(call, i, \
			BatchDatumState *s = STATE(call, i); \
			type		old = from_datum(s->value); \
			type		new = values[i]; \
			\
			if (unlikely(s->no_value) || !(keeps)) \
				s->value = to_datum(new); \
			s->isnull = s->no_value = false; \
		); \
	} \
	extern int	no_such_variable

EXTREME_KERNEL(max_int2_kernel, int16, DatumGetInt16, Int16GetDatum, old > new);
EXTREME_KERNEL(min_int2_kernel, int16, DatumGetInt16, Int16GetDatum, old < new);
EXTREME_KERNEL(max_int4_kernel, int32, DatumGetInt32, Int32GetDatum, old > new);
EXTREME_KERNEL(min_int4_kernel, int32, DatumGetInt32, Int32GetDatum, old < new);
EXTREME_KERNEL(max_int8_kernel, int64, DatumGetInt64, Int64GetDatum, old > new);
EXTREME_KERNEL(min_int8_kernel, int64, DatumGetInt64, Int64GetDatum, old < new);
EXTREME_KERNEL(max_float8_kernel, double, DatumGetFloat8, Float8GetDatum, float8_gt(old, new));
EXTREME_KERNEL(min_float8_kernel, double, DatumGetFloat8, Float8GetDatum, float8_lt(old, new));

/* Durations are no arguments of these: all come as they are. */
const BatchKernel builtin_kernels[] = {
	{int8inc, count_kernel, 0},
	{int8inc_any, count_kernel, 0},
	{int2_sum, sum_int2_kernel, 0},
	{int4_sum, sum_int4_kernel, 0},
	{float8pl, sum_float8_kernel, 0},
	{int2_avg_accum, avg_int2_kernel, 0},
	{int4_avg_accum, avg_int4_kernel, 0},
	{float8_accum, moments_float8_kernel, 0},
	{int2larger, max_int2_kernel, 0},
	{int2smaller, min_int2_kernel, 0},
	{int4larger, max_int4_kernel, 0},
	{int4smaller, min_int4_kernel, 0},
	{date_larger, max_int4_kernel, 0},
	{date_smaller, min_int4_kernel, 0},
	{int8larger, max_int8_kernel, 0},
	{int8smaller, min_int8_kernel, 0},
	{timestamp_larger, max_int8_kernel, 0},
	{timestamp_smaller, min_int8_kernel, 0},
	{float8larger, max_float8_kernel, 0},
	{float8smaller, min_float8_kernel, 0},
	{NULL, NULL, 0}
};
