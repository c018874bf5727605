/*
 * comparison.c
 *		adjusted_p_value, a window function over the whole partition, and the
 *		control limits of a rate.
 */
#include "postgres.h"

#include "comparison/comparison.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "windowapi.h"

#define ARG_P 0
#define ARG_METHOD 1

/* ---------- adjusted p-values ---------- */

/* The results of a partition, which its first row computes; NaN where there is no p-value */
typedef struct AdjustedPValues
{
	bool		ready;
	double		p[FLEXIBLE_ARRAY_MEMBER];
} AdjustedPValues;

static double
get_p_value(WindowObject window, int64 row, bool *is_null)
{
	bool		is_out;
	Datum		datum = WinGetFuncArgInPartition(window, ARG_P, (int) row, WINDOW_SEEK_HEAD, false,
												 is_null, &is_out);
	double		p = *is_null ? 0 : DatumGetFloat8(datum);

	if (!(p >= 0 && p <= 1))	/* NaN too */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("p must lie between 0 and 1: %s", float8out_internal(p)),
				 errhint("The argument is a p-value, such as p_value(a, b) returns.")));
	return p;
}

/* The method of a row; all rows must have that of the first. */
static ComparisonMethod
get_method(WindowObject window, int64 row)
{
	bool		is_null;
	bool		is_out;
	Datum		datum = WinGetFuncArgInPartition(window, ARG_METHOD, (int) row, WINDOW_SEEK_HEAD, false,
												 &is_null, &is_out);
	char	   *name;
	ComparisonMethod method;

	if (is_null)
		kpi_null_argument_error("method");
	name = text_to_cstring(DatumGetTextPP(datum));
	if (strcmp(name, "bh") == 0)
		method = COMPARISON_BH;
	else if (strcmp(name, "holm") == 0)
		method = COMPARISON_HOLM;
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method: \"%s\"", name),
				 errhint("The methods are: bh, holm.")));
	return method;
}

static int
compare_tests(const void *a, const void *b)
{
	double		left = ((const ComparisonTest *) a)->p;
	double		right = ((const ComparisonTest *) b)->p;

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

static void
adjust_partition(FunctionCallInfo fcinfo, WindowObject window, AdjustedPValues *result, int64 rows)
{
	ComparisonTest *tests = MemoryContextAllocHuge(CurrentMemoryContext, rows * sizeof(ComparisonTest));
	ComparisonMethod method = PG_NARGS() > ARG_METHOD ? get_method(window, 0) : COMPARISON_BH;
	int64		n = 0;

	/* what the arguments of a row allocate goes before those of the next */
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "kpi adjusted p-values", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(row_context);

	for (int64 row = 0; row < rows; row++)
	{
		bool		is_null;
		double		p = get_p_value(window, row, &is_null);

		CHECK_FOR_INTERRUPTS();
		if (row > 0 && PG_NARGS() > ARG_METHOD && get_method(window, row) != method)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("method must be the same in all rows of a partition"),
					 errhint("Write adjusted_p_value(p, 'bh') or adjusted_p_value(p, 'holm').")));
		MemoryContextReset(row_context);
		result->p[row] = get_float8_nan();
		if (is_null)
			continue;
		tests[n].p = p;
		tests[n].row = row;
		n++;
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(row_context);
	qsort(tests, n, sizeof(ComparisonTest), compare_tests);
	comparison_adjust(tests, n, method);
	for (int64 i = 0; i < n; i++)
		result->p[tests[i].row] = tests[i].p;
	pfree(tests);
}

PG_FUNCTION_INFO_V1(adjusted_p_value);
Datum
adjusted_p_value(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	AdjustedPValues *result;
	int64		rows;
	double		p;

	if (!WindowObjectIsValid(window))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("adjusted_p_value must be called as a window function"),
				 errhint("Write adjusted_p_value(p) OVER ().")));
	rows = WinGetPartitionRowCount(window);
	if (rows > (int64) ((MaxAllocSize - offsetof(AdjustedPValues, p)) / sizeof(double)))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows in a partition of adjusted_p_value: " INT64_FORMAT, rows)));
	result = WinGetPartitionLocalMemory(window, offsetof(AdjustedPValues, p) + rows * sizeof(double));
	if (!result->ready)
	{
		adjust_partition(fcinfo, window, result, rows);
		result->ready = true;
	}
	p = result->p[WinGetCurrentPosition(window)];
	if (isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}

/* ---------- control limits ---------- */

/* control_low, control_high (centre, n [, sigmas]); NULL where n is 0 */
static Datum
control_limit(FunctionCallInfo fcinfo, int side)
{
	double		centre = PG_GETARG_FLOAT8(0);
	double		n = PG_GETARG_FLOAT8(1);
	double		sigmas = PG_NARGS() > 2 ? PG_GETARG_FLOAT8(2) : 3;

	if (!(centre >= 0 && centre <= 1))	/* NaN too, here and below */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("centre must lie between 0 and 1: %s", float8out_internal(centre)),
				 errhint("83.4 percent is written 0.834.")));
	if (!(n == 0 || n >= 1) || isinf(n))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must be the size of a group, 0, or 1 or more: %s", float8out_internal(n)),
				 errhint("The arguments are (centre, n, sigmas).")));
	if (!(sigmas >= 0) || isinf(sigmas))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sigmas must be 0 or more, and finite: %s", float8out_internal(sigmas)),
				 errhint("Three standard errors are usual.")));
	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(comparison_control_limit(centre, n, side * sigmas));
}

KPI_FUNCTION(comparison_control_low, control_limit(fcinfo, -1));
KPI_FUNCTION(comparison_control_high, control_limit(fcinfo, 1));
