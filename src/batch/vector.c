/*
 * vector.c
 *		Expressions that are worked out for all rows of a batch at once.
 *
 * A vector form knows the plain cases of arithmetic, comparisons and logic.
 * Where the server's function would raise an error or treats a value in a way of
 * its own (overflow, division by zero, NaN, infinity), the row is "in doubt" and
 * left to the generic way.  So a form may run over rows that nobody asks for.
 *
 * An expression has a vector form whole or not at all: a part that could raise
 * an error must not be evaluated where AND, OR or CASE would not reach it.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "datatype/timestamp.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include <math.h>

typedef enum VectorOp
{
	VECTOR_LEAF,				/* a column or a constant */
	VECTOR_CAST,				/* to a wider class */
	VECTOR_ADD,
	VECTOR_SUBTRACT,
	VECTOR_MULTIPLY,
	VECTOR_DIVIDE,
	VECTOR_TIME_DIFFERENCE,		/* of timestamps, in microseconds */
	VECTOR_SECONDS,				/* microseconds to seconds, as extract(epoch) gives them */
	VECTOR_SECONDS_BY_DAY,		/* as date_part('epoch') gives them */
	VECTOR_DATE,				/* of a timestamp without zone */
	VECTOR_DURATION,			/* microseconds that must not be negative */
	VECTOR_LT,
	VECTOR_LE,
	VECTOR_EQ,
	VECTOR_NE,
	VECTOR_GE,
	VECTOR_GT,
	VECTOR_IN,
	VECTOR_IS_NULL,
	VECTOR_IS_NOT_NULL,
	VECTOR_NOT,
	VECTOR_AND,
	VECTOR_OR
} VectorOp;

struct BatchVectorForm
{
	VectorOp	op;
	BatchExpr  *leaf;
	BatchVectorForm *left;
	BatchVectorForm *right;
	int			nmembers;		/* of IN */
	int64	   *members;
	BatchVector vector;			/* the result */
	uint8	   *nulls;			/* memory for vector.nulls */
	uint8	   *doubts;			/* NULL: no row is in doubt */
	uint8	   *doubt_space;
};

/* ---------- which functions have a form ---------- */

typedef struct VectorFunction
{
	Oid			function;
	VectorOp	op;
	BatchClass	class;			/* of the result */
} VectorFunction;

#define COMPARISONS(name) \
	{F_##name##LT, VECTOR_LT, BATCH_BOOL}, \
	{F_##name##LE, VECTOR_LE, BATCH_BOOL}, \
	{F_##name##EQ, VECTOR_EQ, BATCH_BOOL}, \
	{F_##name##NE, VECTOR_NE, BATCH_BOOL}, \
	{F_##name##GE, VECTOR_GE, BATCH_BOOL}, \
	{F_##name##GT, VECTOR_GT, BATCH_BOOL}

static const VectorFunction vector_functions[] = {
	COMPARISONS(INT2), COMPARISONS(INT4), COMPARISONS(INT8),
	COMPARISONS(INT24), COMPARISONS(INT42), COMPARISONS(INT28),
	COMPARISONS(INT82), COMPARISONS(INT48), COMPARISONS(INT84),
	COMPARISONS(FLOAT8), COMPARISONS(DATE_),
	COMPARISONS(TIMESTAMP_), COMPARISONS(TIMESTAMPTZ_),
	{F_BOOLEQ, VECTOR_EQ, BATCH_BOOL},
	{F_BOOLNE, VECTOR_NE, BATCH_BOOL},
	{F_ENUM_EQ, VECTOR_EQ, BATCH_BOOL},
	{F_ENUM_NE, VECTOR_NE, BATCH_BOOL},
	{F_INT4PL, VECTOR_ADD, BATCH_INT4},
	{F_INT4MI, VECTOR_SUBTRACT, BATCH_INT4},
	{F_INT4MUL, VECTOR_MULTIPLY, BATCH_INT4},
	{F_INT8PL, VECTOR_ADD, BATCH_INT8},
	{F_INT8MI, VECTOR_SUBTRACT, BATCH_INT8},
	{F_INT8MUL, VECTOR_MULTIPLY, BATCH_INT8},
	{F_FLOAT8PL, VECTOR_ADD, BATCH_FLOAT8},
	{F_FLOAT8MI, VECTOR_SUBTRACT, BATCH_FLOAT8},
	{F_FLOAT8MUL, VECTOR_MULTIPLY, BATCH_FLOAT8},
	{F_FLOAT8DIV, VECTOR_DIVIDE, BATCH_FLOAT8},
	{F_INT4_INT2, VECTOR_CAST, BATCH_INT4},
	{F_INT8_INT2, VECTOR_CAST, BATCH_INT8},
	{F_INT8_INT4, VECTOR_CAST, BATCH_INT8},
	{F_FLOAT8_INT2, VECTOR_CAST, BATCH_FLOAT8},
	{F_FLOAT8_INT4, VECTOR_CAST, BATCH_FLOAT8},
	{F_FLOAT8_INT8, VECTOR_CAST, BATCH_FLOAT8},
	{F_INT4_BOOL, VECTOR_CAST, BATCH_INT4},
	{F_DATE_TIMESTAMP, VECTOR_DATE, BATCH_INT4},
};

static const VectorFunction *
find_function(Oid function)
{
	for (size_t i = 0; i < lengthof(vector_functions); i++)
	{
		if (vector_functions[i].function == function)
			return &vector_functions[i];
	}
	return NULL;
}

/* ---------- compiling ---------- */

static BatchVectorForm *compile(BatchColumns *columns, Expr *expr, bool reached);

static BatchVectorForm *
new_form(BatchColumns *columns, VectorOp op, BatchClass class, BatchVectorForm *left, BatchVectorForm *right)
{
	BatchVectorForm *form = palloc0(sizeof(BatchVectorForm));

	form->op = op;
	form->left = left;
	form->right = right;
	form->vector.class = class;
	form->vector.values = palloc0((Size) columns->capacity * sizeof(int64));
	form->nulls = palloc0(columns->capacity);
	form->doubt_space = palloc0(columns->capacity);
	return form;
}

/*
 * A column, or a constant.  One that has to be computed may raise an error:
 * only where the row reaches it for certain.
 */
static BatchVectorForm *
compile_leaf(BatchColumns *columns, Expr *expr, bool reached)
{
	BatchExpr  *leaf = batch_compile(columns, expr, false);
	BatchVectorForm *form;

	if (leaf->kind == EXPR_CONSTANT)
	{
		/* a Param of another kind is the result of a plan, which is run when it is asked for */
		if (!reached && !IsA(expr, Const) &&
			!(IsA(expr, Param) && ((Param *) expr)->paramkind == PARAM_EXTERN))
			return NULL;
	}
	else if (leaf->kind != EXPR_COLUMN)
		return NULL;
	form = palloc0(sizeof(BatchVectorForm));
	form->op = VECTOR_LEAF;
	form->leaf = leaf;
	form->vector.class = leaf->kind == EXPR_COLUMN ?
		columns->columns[leaf->column].vector.class : leaf->vector.class;
	return form;
}

/* The arguments of a call, or false. */
static bool
compile_arguments(BatchColumns *columns, List *args, bool reached, BatchVectorForm **left, BatchVectorForm **right)
{
	*left = compile(columns, linitial(args), reached);
	if (*left == NULL)
		return false;
	*right = NULL;
	if (list_length(args) == 1)
		return true;
	*right = compile(columns, lsecond(args), reached);
	return *right != NULL;
}

/* x IN (constants), for classes of whole numbers */
static BatchVectorForm *
compile_in(BatchColumns *columns, ScalarArrayOpExpr *op, bool reached)
{
	Oid			function = OidIsValid(op->opfuncid) ? op->opfuncid : get_opcode(op->opno);
	const VectorFunction *known = find_function(function);
	Const	   *array = (Const *) lsecond(op->args);
	BatchVectorForm *form;
	BatchVectorForm *left;
	BatchVector element;
	ArrayType  *values;
	Datum	   *members;
	bool	   *nulls;
	int16		len;
	bool		byval;
	char		align;
	int64		member = 0;
	int			n;

	if (!op->useOr || known == NULL || known->op != VECTOR_EQ || !IsA(array, Const) || array->constisnull)
		return NULL;
	values = DatumGetArrayTypeP(array->constvalue);
	element.class = batch_class_of(ARR_ELEMTYPE(values));
	element.values = &member;
	if (element.class > BATCH_INT8 || (left = compile(columns, linitial(op->args), reached)) == NULL)
		return NULL;
	form = new_form(columns, VECTOR_IN, BATCH_BOOL, left, NULL);
	get_typlenbyvalalign(ARR_ELEMTYPE(values), &len, &byval, &align);
	deconstruct_array(values, ARR_ELEMTYPE(values), len, byval, align, &members, &nulls, &n);
	form->members = palloc(sizeof(int64) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		/* no row equals NULL, but then none is certainly unequal */
		if (nulls[i])
			return NULL;
		batch_set_datum(&element, 0, members[i]);
		switch (element.class)
		{
			case BATCH_BOOL:
				member = *(uint8 *) element.values;
				break;
			case BATCH_INT2:
				member = *(int16 *) element.values;
				break;
			case BATCH_INT4:
				member = *(int32 *) element.values;
				break;
			default:
				break;
		}
		form->members[form->nmembers++] = member;
	}
	return form;
}

static BatchVectorForm *
compile_bool(BatchColumns *columns, BoolExpr *expr, bool reached)
{
	BatchVectorForm *form = NULL;
	ListCell   *lc;

	foreach(lc, expr->args)
	{
		BatchVectorForm *arm = compile(columns, lfirst(lc), expr->boolop == NOT_EXPR && reached);

		if (arm == NULL || arm->vector.class != BATCH_BOOL)
			return NULL;
		if (expr->boolop == NOT_EXPR)
			form = new_form(columns, VECTOR_NOT, BATCH_BOOL, arm, NULL);
		else if (form == NULL)
			form = arm;
		else
			form = new_form(columns, expr->boolop == AND_EXPR ? VECTOR_AND : VECTOR_OR, BATCH_BOOL, form, arm);
	}
	return form;
}

/* the microseconds of an interval that is the difference of two timestamps */
static BatchVectorForm *
compile_time_difference(BatchColumns *columns, Expr *expr, bool reached)
{
	OpExpr	   *op = (OpExpr *) expr;
	BatchVectorForm *left;
	BatchVectorForm *right;
	Oid			function;

	if (!IsA(expr, OpExpr))
		return NULL;
	function = OidIsValid(op->opfuncid) ? op->opfuncid : get_opcode(op->opno);
	if (function != F_TIMESTAMPTZ_MI && function != F_TIMESTAMP_MI)
		return NULL;
	if (!compile_arguments(columns, op->args, reached, &left, &right) ||
		left->vector.class != BATCH_INT8 || right->vector.class != BATCH_INT8)
		return NULL;
	return new_form(columns, VECTOR_TIME_DIFFERENCE, BATCH_INT8, left, right);
}

/* extract(epoch from later - earlier)::float8, and date_part('epoch', ...) */
static BatchVectorForm *
compile_epoch(BatchColumns *columns, FuncExpr *call, bool reached)
{
	VectorOp	op = VECTOR_SECONDS_BY_DAY;
	BatchVectorForm *difference;
	Const	   *field;
	char	   *name;

	if (call->funcid == F_FLOAT8_NUMERIC)
	{
		op = VECTOR_SECONDS;
		call = linitial(call->args);
		if (!IsA(call, FuncExpr) || call->funcid != F_EXTRACT_TEXT_INTERVAL)
			return NULL;
	}
	else if (call->funcid != F_DATE_PART_TEXT_INTERVAL)
		return NULL;
	field = linitial(call->args);
	if (!IsA(field, Const) || field->constisnull)
		return NULL;
	name = TextDatumGetCString(field->constvalue);
	if (pg_strcasecmp(name, "epoch") != 0)
		return NULL;
	difference = compile_time_difference(columns, lsecond(call->args), reached);
	if (difference == NULL)
		return NULL;
	return new_form(columns, op, BATCH_FLOAT8, difference, NULL);
}

/* a call or an operator of the table above */
static BatchVectorForm *
compile_call(BatchColumns *columns, Oid function, List *args, bool reached)
{
	const VectorFunction *known = find_function(function);
	BatchVectorForm *left;
	BatchVectorForm *right;

	if (known == NULL || !compile_arguments(columns, args, reached, &left, &right))
		return NULL;
	if (left->vector.class == BATCH_DATUM || (right && right->vector.class == BATCH_DATUM))
		return NULL;
	return new_form(columns, known->op, known->class, left, right);
}

/* "reached": the row's evaluation cannot end before it comes here */
static BatchVectorForm *
compile(BatchColumns *columns, Expr *expr, bool reached)
{
	BatchVectorForm *form;

	if (!contain_var_clause((Node *) expr))
		return compile_leaf(columns, expr, reached);
	switch (nodeTag(expr))
	{
		case T_Var:
			return compile_leaf(columns, expr, reached);
		case T_RelabelType:
			return compile(columns, ((RelabelType *) expr)->arg, reached);
		case T_OpExpr:
			{
				OpExpr	   *op = (OpExpr *) expr;

				return compile_call(columns, OidIsValid(op->opfuncid) ? op->opfuncid : get_opcode(op->opno),
									op->args, reached);
			}
		case T_FuncExpr:
			form = compile_epoch(columns, (FuncExpr *) expr, reached);
			if (form)
				return form;
			return compile_call(columns, ((FuncExpr *) expr)->funcid, ((FuncExpr *) expr)->args, reached);
		case T_BoolExpr:
			return compile_bool(columns, (BoolExpr *) expr, reached);
		case T_ScalarArrayOpExpr:
			return compile_in(columns, (ScalarArrayOpExpr *) expr, reached);
		case T_NullTest:
			{
				NullTest   *test = (NullTest *) expr;

				if (test->argisrow || !IsA(test->arg, Var))
					return NULL;
				return new_form(columns, test->nulltesttype == IS_NULL ? VECTOR_IS_NULL : VECTOR_IS_NOT_NULL,
								BATCH_BOOL, compile_leaf(columns, test->arg, reached), NULL);
			}
		default:
			return NULL;
	}
}

BatchVectorForm *
batch_vector_form(BatchColumns *columns, Expr *expr, BatchClass *class)
{
	BatchVectorForm *form = compile(columns, expr, true);

	if (form == NULL || form->op == VECTOR_LEAF)
		return NULL;
	*class = form->vector.class;
	return form;
}

/* For the planner, which has no columns yet: would the expression have a fast way? */
static bool
slow_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_OpExpr:
			{
				Oid			function = OidIsValid(((OpExpr *) node)->opfuncid) ?
					((OpExpr *) node)->opfuncid : get_opcode(((OpExpr *) node)->opno);

				if (find_function(function) == NULL && function != F_TIMESTAMPTZ_MI && function != F_TIMESTAMP_MI)
					return true;
			}
			break;
		case T_FuncExpr:
			if (find_function(((FuncExpr *) node)->funcid) == NULL &&
				((FuncExpr *) node)->funcid != F_EXTRACT_TEXT_INTERVAL &&
				((FuncExpr *) node)->funcid != F_FLOAT8_NUMERIC)
				return true;
			break;
		case T_CaseExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_CoerceViaIO:
			return true;
		default:
			break;
	}
	return expression_tree_walker(node, slow_walker, context);
}

bool
batch_has_fast_way(Expr *expr)
{
	return !slow_walker((Node *) expr, NULL);
}

/* The difference of two timestamps as a duration: no interval is made on the way. */
BatchVectorForm *
batch_duration_form(BatchColumns *columns, Expr *expr)
{
	BatchVectorForm *difference = compile_time_difference(columns, expr, true);

	return difference ? new_form(columns, VECTOR_DURATION, BATCH_INT8, difference, NULL) : NULL;
}

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

#define IN_LOOP(type) \
	do { \
		const type *a = VALUES(form->left, type); \
		\
		for (int i = 0; i < n; i++) \
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

static void
eval_leaf(BatchColumns *columns, BatchVectorForm *form)
{
	/* any one row: a constant is the same for all, a column is there */
	static const BatchRows one = {1, NULL};

	batch_eval(columns, form->leaf, &one);
	form->vector = form->leaf->vector;
}

static void
eval_form(BatchColumns *columns, BatchVectorForm *form)
{
	int			n = columns->nrows;

	if (form->op == VECTOR_LEAF)
	{
		eval_leaf(columns, form);
		return;
	}
	eval_form(columns, form->left);
	if (form->right)
		eval_form(columns, form->right);
	unite_doubts(form, n);
	unite_nulls(form, n);
	switch (form->op)
	{
		case VECTOR_LEAF:
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

void
batch_vector_eval(BatchColumns *columns, BatchExpr *e)
{
	eval_form(columns, e->form);
	e->vector = e->form->vector;
	e->doubts = e->form->doubts;
}
