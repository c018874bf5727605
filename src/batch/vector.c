/*
 * vector.c
 *		Expressions that are worked out for all rows of a batch at once.
 *
 * A vector form knows the plain cases of arithmetic, comparisons and logic.
 * Where the server's function would raise an error or treats a value in a way of
 * its own (overflow, division by zero, NaN, infinity), the row is "in doubt" and
 * left to the generic way.  So a form may run over rows that nobody asks for.
 * Which expressions have a form is known to compile.c.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/vector.h"

#include "common/int.h"
#include "datatype/timestamp.h"

#include <math.h>

/* ---------- evaluating ---------- */

/* The NULLs of a strict function's result: those of its arguments. */
static void
unite_nulls(BatchVectorForm *form, int n)
{
	uint8	   *left = form->left->vector.nulls;
	uint8	   *right = form->right ? form->right->vector.nulls : NULL;

	if (left && right)
	{
		for (int i = 0; i < n; i++)
			form->nulls[i] = left[i] | right[i];
		form->vector.nulls = form->nulls;
	}
	else
		form->vector.nulls = left ? left : right;
}

/* A row in doubt stays so upwards. */
static void
unite_doubts(BatchVectorForm *form, int n)
{
	uint8	   *left = form->left->doubts;
	uint8	   *right = form->right ? form->right->doubts : NULL;

	form->doubts = NULL;
	if (left == NULL && right == NULL)
		return;
	for (int i = 0; i < n; i++)
		form->doubt_space[i] = (left ? left[i] : 0) | (right ? right[i] : 0);
	form->doubts = form->doubt_space;
}

/*
 * After a loop that found some row doubtful: "doubtful" says of each row i
 * whether it is.  A NULL is no reason for doubt.
 */
#define MARK_DOUBTS(form, n, doubtful) \
	do { \
		const uint8 *nulls_ = (form)->vector.nulls; \
		\
		if ((form)->doubts == NULL) \
			memset((form)->doubt_space, 0, n); \
		(form)->doubts = (form)->doubt_space; \
		for (int i = 0; i < (n); i++) \
		{ \
			if ((nulls_ == NULL || !nulls_[i]) && (doubtful)) \
				(form)->doubts[i] = 1; \
		} \
	} while (0)

#define VALUES(form, type) ((type *) (form)->vector.values)

/* integers: the overflow of any row raises doubt */
#define INTEGER_ARITHMETIC(form, n, type, function) \
	do { \
		const type *a = VALUES((form)->left, type); \
		const type *b = VALUES((form)->right, type); \
		type	   *to = VALUES(form, type); \
		bool		any = false; \
		\
		for (int i = 0; i < (n); i++) \
			any |= function(a[i], b[i], &to[i]); \
		if (unlikely(any) && !MUTANT(INTEGER_OVERFLOW)) \
			MARK_DOUBTS(form, n, function(a[i], b[i], &to[i])); \
	} while (0)

static void
eval_integers(BatchVectorForm *form, int n)
{
	bool		wide = form->vector.class == BATCH_INT8;

	switch (form->op)
	{
		case VECTOR_ADD:
			if (wide)
				INTEGER_ARITHMETIC(form, n, int64, pg_add_s64_overflow);
			else
				INTEGER_ARITHMETIC(form, n, int32, pg_add_s32_overflow);
			break;
		case VECTOR_SUBTRACT:
			if (wide)
				INTEGER_ARITHMETIC(form, n, int64, pg_sub_s64_overflow);
			else
				INTEGER_ARITHMETIC(form, n, int32, pg_sub_s32_overflow);
			break;
		default:
			if (wide)
				INTEGER_ARITHMETIC(form, n, int64, pg_mul_s64_overflow);
			else
				INTEGER_ARITHMETIC(form, n, int32, pg_mul_s32_overflow);
			break;
	}
}

/*
 * Doubles: whatever is not finite is in doubt, and a zero that may be an
 * underflow.  x - x is 0 for finite x and NaN otherwise.
 */
#define DOUBLE_ARITHMETIC(operator, may_underflow) \
	do { \
		for (int i = 0; i < n; i++) \
		{ \
			to[i] = a[i] operator b[i]; \
			sum += (to[i] - to[i]) + ((may_underflow) && to[i] == 0); \
		} \
		if (unlikely(!(sum == 0)) && !MUTANT(DOUBLE_OVERFLOW)) \
			MARK_DOUBTS(form, n, !isfinite(to[i]) || ((may_underflow) && to[i] == 0)); \
	} while (0)

static void
eval_doubles(BatchVectorForm *form, int n)
{
	const double *a = VALUES(form->left, double);
	const double *b = VALUES(form->right, double);
	double	   *to = VALUES(form, double);
	double		sum = 0;

	switch (form->op)
	{
		case VECTOR_ADD:
			DOUBLE_ARITHMETIC(+, false);
			break;
		case VECTOR_SUBTRACT:
			DOUBLE_ARITHMETIC(-, false);
			break;
		case VECTOR_MULTIPLY:
			DOUBLE_ARITHMETIC(*, true);
			break;
		default:
			DOUBLE_ARITHMETIC(/, true);
			break;
	}
}

#define CAST_LOOP(from, to) \
	do { \
		const from *a = VALUES(form->left, from); \
		to		   *b = VALUES(form, to); \
		\
		for (int i = 0; i < n; i++) \
			b[i] = a[i]; \
	} while (0)

#define CAST_FROM(from) \
	do { \
		if (form->vector.class == BATCH_INT4) \
			CAST_LOOP(from, int32); \
		else if (form->vector.class == BATCH_INT8) \
			CAST_LOOP(from, int64); \
		else \
			CAST_LOOP(from, double); \
	} while (0)

static void
eval_cast(BatchVectorForm *form, int n)
{
	switch (form->left->vector.class)
	{
		case BATCH_BOOL:
			CAST_FROM(uint8);
			break;
		case BATCH_INT2:
			CAST_FROM(int16);
			break;
		case BATCH_INT4:
			CAST_FROM(int32);
			break;
		default:
			CAST_FROM(int64);
			break;
	}
}

static void
eval_time_difference(BatchVectorForm *form, int n)
{
	const int64 *a = VALUES(form->left, int64);
	const int64 *b = VALUES(form->right, int64);
	int64	   *to = VALUES(form, int64);
	bool		any = false;

	for (int i = 0; i < n; i++)
		any |= pg_sub_s64_overflow(a[i], b[i], &to[i]) |
			TIMESTAMP_NOT_FINITE(a[i]) | TIMESTAMP_NOT_FINITE(b[i]);
	if (unlikely(any))
		MARK_DOUBTS(form, n, pg_sub_s64_overflow(a[i], b[i], &to[i]) ||
					TIMESTAMP_NOT_FINITE(a[i]) || TIMESTAMP_NOT_FINITE(b[i]));
}

/* Exact integers divide to the double nearest to the decimal number. */
#define EXACT_IN_DOUBLE(x) ((x) < (INT64CONST(1) << 53) && (x) > -(INT64CONST(1) << 53))

static void
eval_seconds(BatchVectorForm *form, int n)
{
	const int64 *a = VALUES(form->left, int64);
	double	   *to = VALUES(form, double);
	bool		any = false;

	for (int i = 0; i < n; i++)
	{
		to[i] = (double) a[i] / USECS_PER_SEC;
		any |= !EXACT_IN_DOUBLE(a[i]);
	}
	if (unlikely(any))
		MARK_DOUBTS(form, n, !EXACT_IN_DOUBLE(a[i]));
}

/* in the order in which date_part adds up time and days */
static void
eval_seconds_by_day(BatchVectorForm *form, int n)
{
	const int64 *a = VALUES(form->left, int64);
	double	   *to = VALUES(form, double);

	for (int i = 0; i < n; i++)
		to[i] = (double) (a[i] % USECS_PER_DAY) / 1000000.0 +
			(double) SECS_PER_DAY * (double) (a[i] / USECS_PER_DAY);
}

static void
eval_date(BatchVectorForm *form, int n)
{
	const int64 *a = VALUES(form->left, int64);
	int32	   *to = VALUES(form, int32);
	bool		any = false;

	for (int i = 0; i < n; i++)
	{
		to[i] = (int32) (a[i] / USECS_PER_DAY - (a[i] % USECS_PER_DAY < 0));
		any |= TIMESTAMP_NOT_FINITE(a[i]);
	}
	if (unlikely(any))
		MARK_DOUBTS(form, n, TIMESTAMP_NOT_FINITE(a[i]));
}

/* What a transition function would refuse is in doubt. */
static void
eval_duration(BatchVectorForm *form, int n)
{
	const int64 *a = VALUES(form->left, int64);
	bool		any = false;

	form->vector.values = form->left->vector.values;
	for (int i = 0; i < n; i++)
		any |= a[i] < 0;
	if (unlikely(any))
		MARK_DOUBTS(form, n, a[i] < 0);
}

/* ---------- comparisons ---------- */

#define COMPARE_LOOP(left_type, right_type, operator) \
	do { \
		const left_type *left = VALUES(form->left, left_type); \
		const right_type *right = VALUES(form->right, right_type); \
		\
		for (int i = 0; i < n; i++) \
			to[i] = left[i] operator right[i]; \
	} while (0)

#define COMPARE(left_type, right_type) \
	do { \
		switch (form->op) \
		{ \
			case VECTOR_LT: \
				COMPARE_LOOP(left_type, right_type, <); \
				break; \
			case VECTOR_LE: \
				COMPARE_LOOP(left_type, right_type, <=); \
				break; \
			case VECTOR_EQ: \
				COMPARE_LOOP(left_type, right_type, ==); \
				break; \
			case VECTOR_NE: \
				COMPARE_LOOP(left_type, right_type, !=); \
				break; \
			case VECTOR_GE: \
				COMPARE_LOOP(left_type, right_type, >=); \
				break; \
			default: \
				COMPARE_LOOP(left_type, right_type, >); \
				break; \
		} \
	} while (0)

#define COMPARE_WITH(left_type) \
	do { \
		switch (form->right->vector.class) \
		{ \
			case BATCH_INT2: \
				COMPARE(left_type, int16); \
				break; \
			case BATCH_INT4: \
				COMPARE(left_type, int32); \
				break; \
			default: \
				COMPARE(left_type, int64); \
				break; \
		} \
	} while (0)

/* The server orders NaN above all and equal to itself. */
static void
eval_compare_doubles(BatchVectorForm *form, int n)
{
	uint8	   *to = VALUES(form, uint8);
	const double *a = VALUES(form->left, double);
	const double *b = VALUES(form->right, double);
	bool		any = false;

	COMPARE(double, double);
	for (int i = 0; i < n; i++)
		any |= isnan(a[i]) | isnan(b[i]);
	if (unlikely(any))
		MARK_DOUBTS(form, n, isnan(a[i]) || isnan(b[i]));
}

static void
eval_compare(BatchVectorForm *form, int n)
{
	uint8	   *to = VALUES(form, uint8);

	switch (form->left->vector.class)
	{
		case BATCH_BOOL:
			/* no other comparison of theirs has a form */
			if (form->op == VECTOR_EQ)
				COMPARE_LOOP(uint8, uint8, ==);
			else
				COMPARE_LOOP(uint8, uint8, !=);
			break;
		case BATCH_INT2:
			COMPARE_WITH(int16);
			break;
		case BATCH_INT4:
			COMPARE_WITH(int32);
			break;
		case BATCH_FLOAT8:
			eval_compare_doubles(form, n);
			break;
		default:
			COMPARE_WITH(int64);
			break;
	}
}

/* A long list is looked up, a short one looked through. */
static inline uint8
is_member(const BatchVectorForm *form, int64 value)
{
	for (uint32 s = batch_hash_member(value);; s++)
	{
		int32		m = form->slots[s & (form->nslots - 1)];

		if (m == 0 || form->members[m - 1] == value)
			return m != 0;
	}
}

#define IN_LOOP(type) \
	do { \
		const type *a = VALUES(form->left, type); \
		\
		for (int i = 0; form->nslots > 0 && i < n; i++) \
			to[i] = is_member(form, a[i]); \
		for (int i = 0; form->nslots == 0 && i < n; i++) \
		{ \
			uint8		found = 0; \
			\
			for (int m = 0; m < form->nmembers; m++) \
				found |= a[i] == form->members[m]; \
			to[i] = found; \
		} \
	} while (0)

static void
eval_in(BatchVectorForm *form, int n)
{
	uint8	   *to = VALUES(form, uint8);

	switch (form->left->vector.class)
	{
		case BATCH_BOOL:
			IN_LOOP(uint8);
			break;
		case BATCH_INT2:
			IN_LOOP(int16);
			break;
		case BATCH_INT4:
			IN_LOOP(int32);
			break;
		default:
			IN_LOOP(int64);
			break;
	}
}

/* ---------- logic ---------- */

static void
eval_null_test(BatchVectorForm *form, int n)
{
	uint8	   *to = VALUES(form, uint8);
	const uint8 *nulls = form->left->vector.nulls;
	uint8		sought = form->op == VECTOR_IS_NULL;

	form->vector.nulls = NULL;
	for (int i = 0; i < n; i++)
		to[i] = (nulls ? nulls[i] : 0) == sought;
}

/* false AND anything is false, true OR anything is true; else NULL wins */
static void
eval_and_or(BatchVectorForm *form, int n)
{
	const uint8 *a = VALUES(form->left, uint8);
	const uint8 *b = VALUES(form->right, uint8);
	const uint8 *a_null = form->left->vector.nulls;
	const uint8 *b_null = form->right->vector.nulls;
	uint8	   *to = VALUES(form, uint8);
	uint8		decides = form->op == VECTOR_OR;

	if (a_null == NULL && b_null == NULL)
	{
		form->vector.nulls = NULL;
		for (int i = 0; i < n; i++)
			to[i] = decides ? a[i] | b[i] : a[i] & b[i];
		return;
	}
	for (int i = 0; i < n; i++)
	{
		uint8		an = a_null ? a_null[i] : 0;
		uint8		bn = b_null ? b_null[i] : 0;
		uint8		decided = (!an & (a[i] == decides)) | (!bn & (b[i] == decides));

		to[i] = decided ? decides : !decides;
		form->nulls[i] = (an | bn) & !decided;
	}
	form->vector.nulls = form->nulls;
}

/* ---------- the whole form ---------- */

/* The form's values for all rows of the batch; those in doubt are told in form->doubts. */
void
batch_vector_eval(BatchColumns *columns, BatchVectorForm *form)
{
	int			n = columns->nrows;

	if (form->op == VECTOR_COLUMN || form->op == VECTOR_CONSTANT)
	{
		form->vector = form->op == VECTOR_COLUMN ? columns->columns[form->column].vector : form->constant->vector;
		return;
	}
	batch_vector_eval(columns, form->left);
	if (form->right)
		batch_vector_eval(columns, form->right);
	unite_doubts(form, n);
	unite_nulls(form, n);
	switch (form->op)
	{
		case VECTOR_COLUMN:
		case VECTOR_CONSTANT:
			break;
		case VECTOR_CAST:
			eval_cast(form, n);
			break;
		case VECTOR_ADD:
		case VECTOR_SUBTRACT:
		case VECTOR_MULTIPLY:
		case VECTOR_DIVIDE:
			if (form->vector.class == BATCH_FLOAT8)
				eval_doubles(form, n);
			else
				eval_integers(form, n);
			break;
		case VECTOR_TIME_DIFFERENCE:
			eval_time_difference(form, n);
			break;
		case VECTOR_SECONDS:
			eval_seconds(form, n);
			break;
		case VECTOR_SECONDS_BY_DAY:
			eval_seconds_by_day(form, n);
			break;
		case VECTOR_DATE:
			eval_date(form, n);
			break;
		case VECTOR_DURATION:
			eval_duration(form, n);
			break;
		case VECTOR_LT:
		case VECTOR_LE:
		case VECTOR_EQ:
		case VECTOR_NE:
		case VECTOR_GE:
		case VECTOR_GT:
			eval_compare(form, n);
			break;
		case VECTOR_IN:
			eval_in(form, n);
			break;
		case VECTOR_IS_NULL:
		case VECTOR_IS_NOT_NULL:
			eval_null_test(form, n);
			break;
		case VECTOR_NOT:
			for (int i = 0; i < n; i++)
				VALUES(form, uint8)[i] = !VALUES(form->left, uint8)[i];
			break;
		case VECTOR_AND:
		case VECTOR_OR:
			eval_and_or(form, n);
			break;
	}
}
