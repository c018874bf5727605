/*
 * compile.c
 *		What way an expression over the columns of a batch goes.
 *
 * Every expression has its generic way: the server's own ExprState, evaluated
 * row by row over a slot of the batch's columns.  This file knows the faster ones
 * and chooses: a form for whole columns (vector.c), or one value for all rows of
 * the same text or hour (memo.c).  They only evaluate, and know nothing of each
 * other.
 *
 * An expression has a vector form whole or not at all: a part that could raise
 * an error must not be evaluated where AND, OR or CASE would not reach it.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "batch/vector.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define FEW_MEMBERS 16			/* of a list that is looked through */

/* ---------- the generic way ---------- */

typedef struct CompileContext
{
	BatchColumns *columns;
	BatchExpr  *expr;
} CompileContext;

/* The column of a Var that was collected before. */
static int
find_column(BatchColumns *columns, Var *var)
{
	for (int i = 0; i < columns->ncolumns; i++)
	{
		Var		   *known = columns->columns[i].var;

		if (known->varno == var->varno && known->varattno == var->varattno)
			return i;
	}
	elog(ERROR, "column %d.%d was not collected for batch execution", var->varno, var->varattno);
	return -1;
}

/* The expression over the batch's slot, whose attributes are its columns. */
static Node *
over_slot(Node *node, CompileContext *context)
{
	BatchExpr  *expr = context->expr;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *var = (Var *) node;
		int			column = find_column(context->columns, var);
		bool		known = false;

		for (int i = 0; i < expr->nused; i++)
			known |= expr->used[i] == column;
		if (!known)
			expr->used[expr->nused++] = column;
		return (Node *) makeVar(INDEX_VAR, column + 1, var->vartype, var->vartypmod, var->varcollid, 0);
	}
	return expression_tree_mutator(node, over_slot, context);
}

static void
compile_generic(BatchColumns *columns, BatchExpr *e)
{
	CompileContext context = {columns, e};
	Node	   *node;

	e->used = palloc0(sizeof(int) * Max(columns->ncolumns, 1));
	node = over_slot((Node *) e->expr, &context);
	e->state = ExecInitExpr((Expr *) node, columns->parent);
}

/* Results of the expression's own go here; one value for each row. */
static void
make_result(BatchColumns *columns, BatchExpr *e, BatchClass class)
{
	e->vector.class = class;
	e->vector.values = palloc0((Size) columns->capacity * sizeof(int64));
	e->nulls = palloc0(columns->capacity);
	e->doubt_space = palloc0(columns->capacity);
}

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

/* ---------- vector forms ---------- */

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
	form->op = leaf->kind == EXPR_COLUMN ? VECTOR_COLUMN : VECTOR_CONSTANT;
	form->column = leaf->column;
	form->constant = leaf;
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

static void
hash_members(BatchVectorForm *form)
{
	form->nslots = pg_nextpower2_32((uint32) form->nmembers * 2);
	form->slots = palloc0(sizeof(int32) * form->nslots);
	for (int m = 0; m < form->nmembers; m++)
	{
		uint32		s = batch_hash_member(form->members[m]) & (form->nslots - 1);

		while (form->slots[s] != 0)
			s = (s + 1) & (form->nslots - 1);
		form->slots[s] = m + 1;
	}
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
	/* nothing is in an empty list, not even NULL */
	if (n == 0)
		return NULL;
	form->members = palloc(sizeof(int64) * n);
	for (int i = 0; i < n - (n > 1 && MUTANT(LOST_MEMBER)); i++)
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
	if (form->nmembers > FEW_MEMBERS)
		hash_members(form);
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

/* The form of an expression that is more than a column or a constant, or NULL. */
static BatchVectorForm *
vector_form(BatchColumns *columns, Expr *expr)
{
	BatchVectorForm *form = compile(columns, expr, true);

	return form == NULL || form->op == VECTOR_COLUMN || form->op == VECTOR_CONSTANT ? NULL : form;
}

/* The difference of two timestamps as a duration: no interval is made on the way. */
static BatchVectorForm *
duration_form(BatchColumns *columns, Expr *expr)
{
	BatchVectorForm *difference = compile_time_difference(columns, expr, true);

	return difference ? new_form(columns, VECTOR_DURATION, BATCH_INT8, difference, NULL) : NULL;
}

/* The constants of a form, which are evaluated before it is. */
static List *
constants_of(BatchVectorForm *form)
{
	if (form == NULL)
		return NIL;
	if (form->op == VECTOR_CONSTANT)
		return list_make1(form->constant);
	return list_concat(constants_of(form->left), constants_of(form->right));
}

/* ---------- the whole expression ---------- */

static Expr *
without_relabel(Expr *expr)
{
	while (IsA(expr, RelabelType))
		expr = ((RelabelType *) expr)->arg;
	return expr;
}

static void
use_form(BatchExpr *e)
{
	e->kind = EXPR_VECTOR;
	e->constants = constants_of(e->form);
}

/* Microseconds from one of the types in which durations arrive; false for any other. */
static bool
compile_duration(BatchColumns *columns, BatchExpr *e)
{
	Oid			type = getBaseType(e->type);

	if (type != INTERVALOID && type != INT4OID && type != FLOAT8OID)
		return false;
	if ((kpi_batch_generic & GENERIC_EXPRESSIONS) == 0 &&
		(e->form = duration_form(columns, e->expr)) != NULL)
		use_form(e);
	else
	{
		e->kind = EXPR_DURATION;
		e->source = batch_compile(columns, e->expr, false);
	}
	make_result(columns, e, BATCH_INT8);
	return true;
}

/*
 * The compiled form of an expression; the same for equal ones.  "duration" asks
 * for microseconds: NULL where the type is none of a duration's.
 */
BatchExpr *
batch_compile(BatchColumns *columns, Expr *expr, bool duration)
{
	MemoryContext old;
	BatchExpr  *e;
	ListCell   *lc;
	BatchClass	class;

	foreach(lc, columns->exprs)
	{
		e = lfirst(lc);
		if (e->duration == duration && equal(e->expr, expr))
			return e;
	}
	old = MemoryContextSwitchTo(columns->context);
	e = palloc0(sizeof(BatchExpr));
	e->expr = expr;
	e->duration = duration;
	e->type = exprType((Node *) expr);
	get_typlenbyval(e->type, &e->len, &e->byval);
	class = batch_class_of(e->type);
	if (duration)
	{
		if (!compile_duration(columns, e))
			e = NULL;
		else
			columns->exprs = lappend(columns->exprs, e);
		MemoryContextSwitchTo(old);
		return e;
	}
	if (IsA(without_relabel(expr), Var))
	{
		/* another name for the same bytes */
		e->kind = EXPR_COLUMN;
		e->column = find_column(columns, (Var *) without_relabel(expr));
		columns->exprs = lappend(columns->exprs, e);
		MemoryContextSwitchTo(old);
		return e;
	}
	compile_generic(columns, e);
	if (e->nused == 0)
		e->kind = EXPR_CONSTANT;
	else if ((kpi_batch_generic & GENERIC_EXPRESSIONS) == 0 &&
			 (e->form = vector_form(columns, expr)) != NULL)
	{
		use_form(e);
		class = e->form->vector.class;
	}
	else if ((e->memo = batch_memo(columns, e)) != NULL)
		e->kind = EXPR_MEMO;
	else
		e->kind = EXPR_GENERIC;
	make_result(columns, e, class);
	columns->exprs = lappend(columns->exprs, e);
	MemoryContextSwitchTo(old);
	return e;
}
