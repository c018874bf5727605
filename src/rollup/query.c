/*
 * query.c
 *		Reading the query of a rollup: what it must be, and the texts that the
 *		generator (rollup.sql) makes objects of.
 *
 * The query has become the view hourly_direct, so names are bound and rights
 * checked.  What is accepted: the groups of a bucket depend on the fact's rows of
 * that bucket and on other tables, and on nothing else.  All texts are printed
 * by the server with every name qualified.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "pgtime.h"
#include "rewrite/rewriteManip.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/regproc.h"
#include "utils/relcache.h"
#include "utils/rls.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* The query, and what was found in it */
typedef struct Reading
{
	Oid			direct;
	Query	   *query;
	List	   *bases;			/* what columns come from, through joins and subqueries; expressions number them from 1 */
	Oid			fact;			/* InvalidOid until it is known */
	Index		varno;			/* the fact's number */
	List	   *path;			/* the queries, outermost first, in whose FROM it stands */
	char	   *alias;			/* the fact's name in the query */
	List	   *groups;			/* expressions of the GROUP BY items, in order */
	List	   *names;			/* and the names of their columns */
	int			bucket;			/* which of them is the bucket */
	AttrNumber	along;
} Reading;

/* An entry of a range table, in the query itself or in a subquery */
typedef struct Base
{
	Query	   *query;
	Index		varno;
	RangeTblEntry *rte;
} Base;

/* ---------- refusing ---------- */

static void
refuse(bool offends, const char *what, const char *hint)
{
	if (offends)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup must not have %s", what),
				 errhint("%s", hint)));
}

static void
check_features(Query *query)
{
	refuse(query->commandType != CMD_SELECT || query->hasModifyingCTE, "anything but a SELECT",
		   "Write SELECT ... FROM ... GROUP BY ...");
	refuse(query->setOperations != NULL, "UNION, INTERSECT or EXCEPT",
		   "Make a rollup of each part, and unite them where they are read.");
	refuse(query->groupingSets != NIL, "grouping sets, ROLLUP or CUBE",
		   "Group by all columns here, and merge the summaries with rollup(...) where the view is read.");
	if (query->groupClause == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup must have a GROUP BY"),
				 errhint("Group by the bucket first: SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, ... GROUP BY 1.")));
	refuse(query->hasWindowFuncs, "window functions", "Use them where the view is read.");
	refuse(query->hasTargetSRFs, "set-returning functions in the SELECT list",
		   "Move the function to FROM, or use it where the view is read.");
	refuse(query->distinctClause != NIL, "DISTINCT", "GROUP BY makes rows distinct.");
	refuse(query->limitCount != NULL || query->limitOffset != NULL, "LIMIT or OFFSET",
		   "Use it where the view is read.");
	refuse(query->sortClause != NIL, "ORDER BY", "Use it where the view is read.");
	refuse(query->rowMarks != NIL, "FOR UPDATE or FOR SHARE", "Leave it out.");
}

/* Output functions that heed a setting (extra_float_digits, bytea_output), and are "immutable" */
static bool
heeds_a_setting(Oid function)
{
	switch (function)
	{
		case F_BYTEAOUT:
		case F_FLOAT4OUT:
		case F_FLOAT8OUT:
		case F_POINT_OUT:
		case F_LSEG_OUT:
		case F_PATH_OUT:
		case F_BOX_OUT:
		case F_POLY_OUT:
		case F_LINE_OUT:
		case F_CIRCLE_OUT:
			return true;
	}
	return false;
}

/* A function that is not immutable: the innermost, which the author knows by name */
static bool
is_mutable(Oid function, void *arg)
{
	if (func_volatile(function) == PROVOLATILE_IMMUTABLE && !heeds_a_setting(function))
		return false;
	*(Oid *) arg = function;
	return true;
}

/* AT TIME ZONE 'IST': what an abbreviation means is up to the session, whereas the name of a zone is not. */
static void
check_zone(FuncExpr *call)
{
	Const	   *zone;
	char	   *name;

	if (call->funcid != F_TIMEZONE_TEXT_TIMESTAMPTZ && call->funcid != F_TIMEZONE_TEXT_TIMESTAMP)
		return;
	zone = linitial(call->args);
	if (!IsA(zone, Const) || zone->constisnull)
		return;
	name = TextDatumGetCString(zone->constvalue);
	if (strlen(name) <= TZ_STRLEN_MAX && pg_tzset(name) != NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the query of a rollup must not depend on the session, and the time zone abbreviation \"%s\" does", name),
			 errdetail("Writers, refreshes and readers may have different time zones and abbreviations."),
			 errhint("Use the name of a zone, such as Europe/Istanbul: see pg_timezone_names.")));
}

static bool
find_mutable(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
		check_zone((FuncExpr *) node);
	/* (they heed xmlbinary, and the time zone) */
	refuse(IsA(node, XmlExpr), "XML expressions", "Use text.");
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, find_mutable, arg, 0);
	return expression_tree_walker(node, find_mutable, arg) ||
		IsA(node, SQLValueFunction) || check_functions_in_node(node, is_mutable, arg);
}

static void
check_immutable(Query *query)
{
	Oid			function = InvalidOid;

	if (!find_mutable((Node *) query, &function) && !contain_mutable_functions((Node *) query))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 OidIsValid(function) ?
			 errmsg("the query of a rollup must not depend on the session or the clock, and %s does",
					format_procedure(function)) :
			 errmsg("the query of a rollup must not depend on the session or the clock, and CURRENT_DATE and its like do"),
			 errdetail("Writers, refreshes and readers may have different time zones, formats and moments."),
			 errhint("Name the time zone: interval_start(moment, '1 h', 'Europe/Istanbul') instead of date_trunc('hour', moment), (moment AT TIME ZONE 'Europe/Istanbul')::date instead of moment::date. Filter by the clock where the view is read.")));
}

/*
 * What an aggregate is made of, which is "immutable" whatever that is.  (Of the
 * server's own all parts are.)
 */
static Oid
mutable_part(Oid aggregate)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Oid			found = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_aggregate form = (Form_pg_aggregate) GETSTRUCT(tuple);
		Oid			parts[] = {form->aggtransfn, form->aggfinalfn, form->aggcombinefn, form->aggserialfn, form->aggdeserialfn};

		for (int i = 0; i < (int) lengthof(parts); i++)
			if (OidIsValid(parts[i]) && func_volatile(parts[i]) != PROVOLATILE_IMMUTABLE)
				found = parts[i];
		ReleaseSysCache(tuple);
	}
	return found;
}

/* ---------- functions that read tables ---------- */

static bool
reads_table_parsed(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
		return ((RangeTblEntry *) node)->rtekind == RTE_RELATION;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, reads_table_parsed, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, reads_table_parsed, arg);
}

static bool
find_with_names(Node *node, void *arg)
{
	List	  **names = arg;

	if (node == NULL)
		return false;
	if (IsA(node, CommonTableExpr))
		*names = lappend(*names, ((CommonTableExpr *) node)->ctename);
	return raw_expression_tree_walker(node, find_with_names, arg);
}

/* Whether a name in FROM is none that a WITH has given */
static bool
reads_table_raw(Node *node, void *arg)
{
	List	  **names = arg;
	ListCell   *cell;

	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
	{
		foreach(cell, *names)
			if (((RangeVar *) node)->schemaname == NULL && strcmp(lfirst(cell), ((RangeVar *) node)->relname) == 0)
				return false;
		return true;
	}
	return raw_expression_tree_walker(node, reads_table_raw, arg);
}

/* Whether a function in SQL reads a table.  What other languages read nobody can see. */
static bool
reads_table(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Node	   *body = rollup_body_of(function);
	bool		reads = body != NULL && reads_table_parsed(body, NULL);

	if (!HeapTupleIsValid(tuple))
		return false;
	if (body == NULL && ((Form_pg_proc) GETSTRUCT(tuple))->prolang == SQLlanguageId)
	{
		bool		isnull;
		Datum		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
		ListCell   *cell;

		if (!isnull)
			foreach(cell, raw_parser(TextDatumGetCString(source), RAW_PARSE_DEFAULT))
			{
				List	   *names = NIL;
				Node	   *statement = ((RawStmt *) lfirst(cell))->stmt;

				find_with_names(statement, &names);
				reads |= reads_table_raw(statement, &names);
			}
	}
	ReleaseSysCache(tuple);
	return reads;
}

static void
check_functions(Query *query)
{
	ListCell   *cell;

	foreach(cell, rollup_functions_of((Node *) query))
	{
		Oid			function = lfirst_oid(cell);
		Oid			culprit = func_volatile(function) != PROVOLATILE_IMMUTABLE ? function : mutable_part(function);

		if (OidIsValid(culprit))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("the query of a rollup must not depend on the session or the clock, and %s does",
							format_procedure(culprit)),
					 culprit == function ?
					 errdetail("A function of the query, or one that it calls, is not IMMUTABLE.") :
					 errdetail("It is a part of the aggregate %s.", format_procedure(function)),
					 errhint("If its result depends on its arguments alone: ALTER FUNCTION %s IMMUTABLE", format_procedure(culprit))));
		if (reads_table(function))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("the query of a rollup must not read tables in functions, and %s does",
							format_procedure(function)),
					 errdetail("Changes of such a table would not be noticed."),
					 errhint("Join the table in the query.")));
	}
}

/* ---------- what no table of the query may be read by ---------- */

static void
check_input(Oid type)
{
	Oid			input;
	Oid			param;

	getTypeInputInfo(type, &input, &param);
	if (func_volatile(input) != PROVOLATILE_IMMUTABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup must not depend on the session, and the input of type %s does",
						format_type_be(type)),
				 errhint("Declare the column of the table function as text, and convert it by an immutable function.")));
}

static bool
check_reading(Node *node, void *arg)
{
	ListCell   *cell;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		refuse(rte->tablesample != NULL, "TABLESAMPLE", "Take a sample by a WHERE clause over a hash of the key.");
		if (rte->rtekind == RTE_TABLEFUNC)
			foreach(cell, rte->tablefunc->coltypes)
				check_input(lfirst_oid(cell));
		return false;
	}
	if (IsA(node, Var))
	{
		refuse(((Var *) node)->varattno < 0, "system columns, such as ctid or xmin",
			   "They change when rows do not. Use columns of the table.");
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, check_reading, arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, check_reading, arg);
}

/* Whole rows: they change when a column is added, which fires no trigger. */
static void
check_whole_rows(Query *query, List *tables)
{
	ListCell   *cell;

	foreach(cell, tables)
	{
		ColumnsRead read = {.relid = lfirst_oid(cell)};

		rollup_columns_read((Node *) query, &read);
		if (read.all)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("the query of a rollup must not use whole rows of the table \"%s\"", get_rel_name(read.relid)),
					 errhint("Name the columns.")));
	}
}

/* ---------- tables ---------- */

static const char *
kind_of(char relkind)
{
	switch (relkind)
	{
		case RELKIND_VIEW:
			return "view";
		case RELKIND_MATVIEW:
			return "materialized view";
		case RELKIND_FOREIGN_TABLE:
			return "foreign table";
	}
	return "relation";
}

static void
check_generated(Relation relation, Query *query)
{
#ifdef ATTRIBUTE_GENERATED_VIRTUAL
	ColumnsRead read = {.relid = RelationGetRelid(relation)};

	rollup_columns_read((Node *) query, &read);
	for (int i = 0; i < RelationGetDescr(relation)->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), i);

		if (attribute->attgenerated == ATTRIBUTE_GENERATED_VIRTUAL &&
			(read.all || bms_is_member(attribute->attnum, read.columns)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("column \"%s\" of table \"%s\" is generated and not stored, and triggers do not see it",
							NameStr(attribute->attname), RelationGetRelationName(relation)),
					 errhint("Write its expression in the query, or generate it STORED.")));
	}
#else
	(void) relation;
	(void) query;
#endif
}

static void
check_table(Oid relid, Query *query)
{
	Relation	relation = relation_open(relid, AccessShareLock);
	Form_pg_class form = relation->rd_rel;
	const char *name = RelationGetRelationName(relation);

	if (form->relkind != RELKIND_RELATION && form->relkind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the query of a rollup must read tables only, and \"%s\" is a %s", name, kind_of(form->relkind)),
				 errhint("Changes are noticed by triggers on tables. Write the query over the tables below it.")));
	if (IsCatalogNamespace(form->relnamespace))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the query of a rollup must not read system catalogs: %s", name),
				 errhint("Catalogs take no triggers. Join them where the view is read.")));
	if (form->relpersistence == RELPERSISTENCE_TEMP)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the query of a rollup must not read temporary tables: %s", name),
				 errhint("Other sessions must see what the rollup reads. Use a permanent table.")));
	if (form->relpersistence == RELPERSISTENCE_UNLOGGED)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the query of a rollup must not read unlogged tables: %s", name),
				 errdetail("A crash empties them, and the rollup would not notice."),
				 errhint("ALTER TABLE %s SET LOGGED", name)));
	if (form->relkind == RELKIND_RELATION && form->relhassubclass)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" has child tables, whose changes a rollup does not notice", name),
				 errhint("Use a partitioned table. If there are no children any more, ANALYZE %s.", name)));
	check_generated(relation, query);
	relation_close(relation, AccessShareLock);
}

/* ---------- where columns come from ---------- */

static Index
base_number(Reading *reading, Query *query, Index varno)
{
	ListCell   *cell;
	Base	   *base;

	foreach(cell, reading->bases)
	{
		base = lfirst(cell);
		if (base->query == query && base->varno == varno)
			return foreach_current_index(cell) + 1;
	}
	base = palloc(sizeof(Base));
	base->query = query;
	base->varno = varno;
	base->rte = rt_fetch(varno, query->rtable);
	reading->bases = lappend(reading->bases, base);
	return list_length(reading->bases);
}

static RangeTblEntry *
base_of(Reading *reading, Index number)
{
	return ((Base *) list_nth(reading->bases, number - 1))->rte;
}

typedef struct Resolving
{
	Reading    *reading;
	Query	   *query;
} Resolving;

static Node *resolve(Node *node, void *arg);

static Node *
resolve_var(Var *var, Resolving *context)
{
	RangeTblEntry *rte = rt_fetch(var->varno, context->query->rtable);
	Node	   *source = NULL;
	Query	   *query = context->query;

	if (rte->rtekind == RTE_JOIN && var->varattno > 0)
		source = list_nth(rte->joinaliasvars, var->varattno - 1);
#if PG_VERSION_NUM >= 180000
	else if (rte->rtekind == RTE_GROUP && var->varattno > 0)
		source = list_nth(rte->groupexprs, var->varattno - 1);
#endif
	else if (rte->rtekind == RTE_SUBQUERY && var->varattno > 0 && rte->subquery->setOperations == NULL)
	{
		query = rte->subquery;
		source = (Node *) get_tle_by_resno(query->targetList, var->varattno)->expr;
	}
	if (source != NULL)
	{
		Resolving	inner = {context->reading, query};

		return resolve(source, &inner);
	}
	var = copyObject(var);
	var->varno = base_number(context->reading, context->query, var->varno);
	var->varnosyn = 0;
	var->varattnosyn = 0;
#if PG_VERSION_NUM >= 160000
	var->varnullingrels = NULL;
#endif
	return (Node *) var;
}

/*
 * An expression of a query, over what its columns come from: joins and subqueries
 * are looked through.  (Where it has aggregates or subqueries, it is for nothing
 * but to find them.)
 */
static Node *
resolve(Node *node, void *arg)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && ((Var *) node)->varlevelsup == 0)
		return resolve_var((Var *) node, arg);
	if (IsA(node, Query))
		return copyObject(node);
	return expression_tree_mutator(node, resolve, arg);
}

/* Columns of the queries around a LATERAL subquery */
static bool
has_outer_columns(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var))
		return ((Var *) node)->varlevelsup > 0;
	return expression_tree_walker(node, has_outer_columns, arg);
}

static bool
is_plain(Node *expression)
{
	return !has_outer_columns(expression, NULL) && !checkExprHasSubLink(expression) && !contain_agg_clause(expression) && !contain_window_function(expression);
}

/* ---------- FROM ---------- */

typedef struct InFrom
{
	Query	   *query;			/* in whose FROM we are */
	Oid			relid;
	Index		varno;			/* of the relation in the last query of the path, 0 if it is not there */
	bool		optional;		/* on the side of an outer join that may be missing */
	List	   *path;			/* from the query itself to the one that reads it */
	List	   *names;			/* of the subqueries on the way */
} InFrom;

/* Looks for a relation in FROM, and in the subqueries that stand there. */
static void
find_in_from(Node *node, bool optional, InFrom *found)
{
	ListCell   *cell;

	if (node == NULL)
		return;
	if (IsA(node, RangeTblRef))
	{
		RangeTblEntry *rte = rt_fetch(((RangeTblRef *) node)->rtindex, found->query->rtable);

		if (rte->rtekind == RTE_RELATION && rte->relid == found->relid)
		{
			found->varno = ((RangeTblRef *) node)->rtindex;
			found->optional = optional;
			found->path = list_make1(found->query);
		}
		else if (rte->rtekind == RTE_SUBQUERY && !rte->lateral)
		{
			InFrom		inner = {.query = rte->subquery, .relid = found->relid};

			find_in_from((Node *) rte->subquery->jointree, optional, &inner);
			if (inner.varno == 0)
				return;
			found->varno = inner.varno;
			found->optional = inner.optional;
			found->path = lcons(found->query, inner.path);
			found->names = lcons(rte->eref->aliasname, inner.names);
		}
	}
	else if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			find_in_from(lfirst(cell), optional, found);
	}
	else if (IsA(node, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) node;

		find_in_from(join->larg, optional || join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL, found);
		find_in_from(join->rarg, optional || join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL, found);
	}
}

/*
 * A subquery, or what a view has become, that reads the fact: the groups of a
 * bucket must depend on the rows of that bucket in it too.
 */
static void
check_way(Query *query, const char *name, const char *table)
{
	const char *what = query->setOperations != NULL ? "UNION, INTERSECT or EXCEPT" :
		query->groupingSets != NIL ? "grouping sets, ROLLUP or CUBE" :
		query->hasWindowFuncs ? "window functions" :
		query->hasTargetSRFs ? "set-returning functions in its SELECT list" :
		query->distinctClause != NIL ? "DISTINCT" :
		query->limitCount != NULL || query->limitOffset != NULL ? "LIMIT or OFFSET" :
		query->rowMarks != NIL ? "FOR UPDATE or FOR SHARE" : NULL;

	if (what != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup reads the table \"%s\" through \"%s\", which has %s", table, name, what),
				 errdetail("The groups of a bucket may depend on the rows of that bucket alone."),
				 errhint("Write the query over the table itself, or over a view without that.")));
}

typedef struct Mentions
{
	Oid			relid;
	Oid			view;
	int			count;
} Mentions;

static bool
count_mentions(Node *node, void *arg)
{
	Mentions   *mentions = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		if (rte->rtekind == RTE_RELATION && rte->relid == mentions->relid)
			mentions->count++;
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, count_mentions, mentions, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, count_mentions, mentions);
}

static void
check_fact(Reading *reading)
{
	const char *name = get_rel_name(reading->fact);
	InFrom		found = {.query = reading->query, .relid = reading->fact};
	Mentions	mentions = {.relid = reading->fact};
	ColumnsRead read = {.relid = reading->fact};
	RangeTblEntry *rte;

	count_mentions((Node *) reading->query, &mentions);
	if (mentions.count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the query does not read the table \"%s\"", name),
				 errhint("fact names the table whose rows are counted.")));
	if (mentions.count > 1)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup must name the table \"%s\" only once", name),
				 errdetail("The groups of a bucket may depend on the rows of that bucket alone."),
				 errhint("Make a rollup of each part, and join them where they are read.")));
	find_in_from((Node *) reading->query->jointree, false, &found);
	if (found.varno == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the table \"%s\" must stand in FROM, not in WITH or in a condition", name),
				 errhint("Write FROM %s JOIN ... WHERE ... GROUP BY ... in one SELECT.", name)));
	for (int i = 1; i < list_length(found.path); i++)
		check_way(list_nth(found.path, i), list_nth(found.names, i - 1), name);
	if (found.optional)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the table \"%s\" must not be on the optional side of an outer join", name),
				 errhint("Write FROM %s LEFT JOIN ..., and add what has no rows where the view is read.", name)));
	reading->path = found.path;
	reading->varno = base_number(reading, llast(found.path), found.varno);
	rte = base_of(reading, reading->varno);
	reading->alias = rte->eref->aliasname;
	if (!rte->inh && get_rel_relkind(reading->fact) == RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query must not read ONLY the table \"%s\"", name),
				 errhint("A partitioned table has no rows of its own. Leave ONLY out.")));
	refuse(!rte->inh, "ONLY", "Leave it out: the table has no children.");
	refuse(rte->tablesample != NULL, "TABLESAMPLE", "Take a sample by a WHERE clause over a hash of the key.");
	rollup_columns_read((Node *) reading->query, &read);
	if (read.all)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the query of a rollup must not use whole rows of the table \"%s\"", name),
				 errhint("Name the columns: count(*) instead of count(%s).", reading->alias)));
}

/* ---------- GROUP BY ---------- */

static void
read_groups(Reading *reading)
{
	ListCell   *cell;
	Resolving	context = {reading, reading->query};

	foreach(cell, reading->query->groupClause)
	{
		TargetEntry *entry = get_sortgroupclause_tle(lfirst(cell), reading->query->targetList);
		Node	   *expression = resolve((Node *) entry->expr, &context);

		if (entry->resjunk)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("GROUP BY item %d of the query is not in its SELECT list",
							list_cell_number(reading->query->groupClause, cell) + 1),
					 errhint("Select all that you group by: rows are found again by it.")));
		reading->groups = lappend(reading->groups, expression);
		reading->names = lappend(reading->names, entry->resname);
	}
}

/* The only column that an expression is over: varno and attribute, or 0 */
static bool
single_column(Node *expression, Index *varno, AttrNumber *column)
{
	ListCell   *cell;

	*varno = 0;
	*column = 0;
	if (!is_plain(expression))
		return false;
	foreach(cell, pull_var_clause(expression, PVC_RECURSE_PLACEHOLDERS))
	{
		Var		   *var = lfirst(cell);

		if (var->varlevelsup != 0 || (*varno != 0 && ((Index) var->varno != *varno || var->varattno != *column)))
			return false;
		*varno = var->varno;
		*column = var->varattno;
	}
	return *varno != 0;
}

/* Whether an expression is over the columns of one relation alone */
static bool
is_over(Node *expression, Index varno)
{
	return bms_equal(pull_varnos(NULL, expression), bms_make_singleton(varno)) && is_plain(expression);
}

static bool
is_table(Reading *reading, Index varno, Oid fact)
{
	RangeTblEntry *rte = base_of(reading, varno);

	return rte->rtekind == RTE_RELATION && (!OidIsValid(fact) || rte->relid == fact);
}

/* What stands between a GROUP BY item and a column of a table */
static char *
obstacle(Reading *reading)
{
	ListCell   *cell;
	ListCell   *of_expression;

	foreach(cell, reading->groups)
	{
		const char *name = list_nth(reading->names, foreach_current_index(cell));

		if (!is_plain(lfirst(cell)))
			return psprintf("\"%s\" is made of an aggregate, a window function or a subquery.", name);
		foreach(of_expression, pull_var_clause(lfirst(cell), PVC_RECURSE_PLACEHOLDERS))
		{
			Var		   *var = lfirst(of_expression);
			RangeTblEntry *rte;

			if (var->varlevelsup > 0)
				continue;
			rte = base_of(reading, var->varno);
			if (rte->rtekind != RTE_RELATION && var->varattno > 0 && var->varattno <= list_length(rte->eref->colnames))
				return psprintf("\"%s\" is made of the column \"%s\" of \"%s\", which is %s.", name,
								strVal(list_nth(rte->eref->colnames, var->varattno - 1)), rte->eref->aliasname,
								rte->rtekind == RTE_SUBQUERY ? "a UNION, INTERSECT or EXCEPT" :
								rte->rtekind == RTE_CTE ? "a WITH" : "no table");
		}
	}
	return pstrdup("The table must stand in FROM.");
}

/*
 * The bucket: the named column, or the first GROUP BY item over one column (of
 * the fact, if that is known).  It tells the fact, and the column along which
 * the rows of a bucket are found.
 */
static void
find_bucket(Reading *reading, const char *name)
{
	Index		varno;

	reading->bucket = -1;
	for (int i = 0; i < list_length(reading->groups) && reading->bucket < 0; i++)
	{
		Node	   *expression = list_nth(reading->groups, i);

		if (name != NULL ? strcmp(name, list_nth(reading->names, i)) != 0 :
			!single_column(expression, &varno, &reading->along) || !is_table(reading, varno, reading->fact))
			continue;
		reading->bucket = i;
		if (single_column(expression, &varno, &reading->along) && is_table(reading, varno, reading->fact))
			reading->fact = base_of(reading, varno)->relid;
		else
			reading->along = 0;
	}
	if (reading->bucket < 0 && name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the query does not group by a column \"%s\"", name),
				 errhint("bucket names a column of the query that stands in its GROUP BY.")));
	if (reading->bucket < 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("no GROUP BY item of the query is an expression over one column of a table"),
				 errdetail("That item would be the bucket, which changes make dirty. %s", obstacle(reading)),
				 errhint("Group by one, such as interval_start(arrived_at, '1 h', 'Europe/Istanbul'), or name it: bucket => 'hour', along => 'arrived_at'.")));
	if (!OidIsValid(reading->fact))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the bucket \"%s\" is not an expression over one column of a table", name),
				 errhint("Name the table and the column along which its rows are found: fact => 'contacts', along => 'arrived_at'.")));
}

static bool
has_not_null(Oid relid, AttrNumber column)
{
	HeapTuple	tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(column));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull && rollup_not_null_is_valid(relid, column, NULL);
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Marks and rows are matched by =, and the view shows what the marks say: equal
 * buckets must have equal bytes.
 */
static bool
equal_means_same_bytes(Node *expression)
{
	TypeCacheEntry *type = lookup_type_cache(exprType(expression), TYPECACHE_BTREE_OPFAMILY | TYPECACHE_HASH_OPFAMILY);
	Oid			function;

	if (!OidIsValid(type->btree_opf) || !OidIsValid(type->hash_opf))
		return false;
	function = get_opfamily_proc(type->btree_opf, type->btree_opintype, type->btree_opintype, BTEQUALIMAGE_PROC);
	return OidIsValid(function) &&
		DatumGetBool(OidFunctionCall1Coll(function, exprCollation(expression), ObjectIdGetDatum(type->btree_opintype)));
}

static void
check_bucket(Reading *reading)
{
	Node	   *expression = list_nth(reading->groups, reading->bucket);
	const char *name = list_nth(reading->names, reading->bucket);
	const char *table = get_rel_name(reading->fact);
	ListCell   *cell;

	if (!is_over(expression, reading->varno))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the bucket \"%s\" must be an expression over columns of \"%s\" alone", name, table),
				 errhint("A trigger must be able to tell the bucket from a row of the table. Name another column with bucket => ..., or another table with fact => ...")));
	foreach(cell, pull_var_clause(expression, 0))
	{
		AttrNumber	column = ((Var *) lfirst(cell))->varattno;

		if (!has_not_null(reading->fact, column))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("column \"%s\" of table \"%s\" must be NOT NULL, since the bucket is made of it",
							get_attname(reading->fact, column, false), table),
					 errhint("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
							 quote_identifier(table), quote_identifier(get_attname(reading->fact, column, false)))));
	}
	if (contain_nonstrict_functions(expression))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the bucket \"%s\" could be NULL", name),
				 errhint("Make it of functions and operators that are STRICT, without CASE, COALESCE and the like.")));
	if (!equal_means_same_bytes(expression))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the bucket \"%s\" is of type %s, in which equal values may look different", name,
						format_type_be(exprType(expression))),
				 errhint("Use a timestamp, a date, a whole number or a text.")));
}

/* ---------- along ---------- */

static bool
leads_an_index(Oid relid, AttrNumber column)
{
	Relation	relation = table_open(relid, AccessShareLock);
	ListCell   *cell;
	bool		result = false;

	foreach(cell, RelationGetIndexList(relation))
	{
		HeapTuple	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		HeapTuple	class = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(cell)));

		if (HeapTupleIsValid(tuple) && HeapTupleIsValid(class) &&
			((Form_pg_class) GETSTRUCT(class))->relam == BTREE_AM_OID)
		{
			Form_pg_index index = (Form_pg_index) GETSTRUCT(tuple);

			if (index->indisvalid && index->indkey.values[0] == column &&
				heap_attisnull(tuple, Anum_pg_index_indpred, NULL))
				result = true;
		}
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (HeapTupleIsValid(class))
			ReleaseSysCache(class);
	}
	table_close(relation, AccessShareLock);
	return result;
}

static void
find_along(Reading *reading, const char *name)
{
	const char *table = get_rel_name(reading->fact);
	const char *column;

	if (name != NULL)
	{
		reading->along = get_attnum(reading->fact, name);
		if (reading->along <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("table \"%s\" has no column \"%s\"", table, name),
					 errhint("along names the indexed column by which the rows of a bucket are found.")));
	}
	if (reading->along <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the bucket is made of several columns of \"%s\"", table),
				 errhint("Name the one along which the rows of a bucket are found: along => 'arrived_at'.")));
	column = get_attname(reading->fact, reading->along, false);
	if (!has_not_null(reading->fact, reading->along))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of table \"%s\" must be NOT NULL, since rows are found along it", column, table),
				 errhint("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", quote_identifier(table), quote_identifier(column))));
	if (!leads_an_index(reading->fact, reading->along))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no index on column \"%s\" of table \"%s\"", column, table),
				 errdetail("Every dirty bucket would read the whole table."),
				 errhint("CREATE INDEX ON %s (%s)", quote_identifier(table), quote_identifier(column))));
}

/* ---------- texts ---------- */

/* The conditions of WHERE that concern the fact alone, or NULL */
static Node *
where_of_fact(Reading *reading)
{
	List	   *kept = NIL;
	ListCell   *way;
	ListCell   *cell;

	foreach(way, reading->path)
	{
		Resolving	context = {reading, lfirst(way)};
		Node	   *quals = resolve(context.query->jointree->quals, &context);

		foreach(cell, make_ands_implicit((Expr *) quals))
			if (is_over(lfirst(cell), reading->varno))
				kept = lappend(kept, lfirst(cell));
	}
	return kept == NIL ? NULL : (Node *) make_ands_explicit(kept);
}

/* An expression over the fact's columns, with every other name qualified */
static char *
text_of(Reading *reading, Node *node)
{
	node = copyObject(node);
	ChangeVarNodes(node, reading->varno, 1, 0);
	return deparse_expression(node, deparse_context_for(reading->alias, reading->fact), false, false);
}

typedef struct FindTable
{
	const char *schema;
	const char *table;
	int			count;
	RangeVar   *found;
} FindTable;

static bool
find_table(Node *node, void *arg)
{
	FindTable  *find = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
	{
		RangeVar   *var = (RangeVar *) node;

		if (var->schemaname != NULL && strcmp(var->schemaname, find->schema) == 0 &&
			strcmp(var->relname, find->table) == 0)
		{
			find->count++;
			find->found = var;
		}
		return false;
	}
	return raw_expression_tree_walker(node, find_table, find);
}

/*
 * The query over a part of the fact: where the text names it, a subquery may take
 * its place.  To be called where search_path holds nothing but pg_catalog.
 */
void
rollup_part(RollupSource *source, RollupPart *part)
{
	Query	   *query = rollup_view_query(source->direct);
	FindTable	find = {get_namespace_name(get_rel_namespace(source->fact)), get_rel_name(source->fact), 0, NULL};
	const char *alias;
	char	   *text;
	RawStmt    *statement;

	if (query == NULL || find.table == NULL)
		elog(ERROR, "the query of a rollup is missing");
	text = pg_get_querydef(query, false);
	part->fact = quote_qualified_identifier(find.schema, find.table);
	part->along = pstrdup(quote_identifier(get_attname(source->fact, source->along, false)));
	statement = linitial(raw_parser(text, RAW_PARSE_DEFAULT));
	find_table(statement->stmt, &find);
	if (find.count != 1 || find.found->location < 0 ||
		strncmp(text + find.found->location, part->fact, strlen(part->fact)) != 0)
		elog(ERROR, "table %s not found in \"%s\"", part->fact, text);
	part->before = pnstrdup(text, find.found->location);
	alias = find.found->alias == NULL ? psprintf(" AS %s", quote_identifier(find.table)) : "";
	/* the server ends its text of a query without a semicolon */
	part->after = psprintf("%s%s", alias, text + find.found->location + strlen(part->fact));
}

/* ---------- views ---------- */

static bool
find_rollup_of(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && list_length(((FuncExpr *) node)->args) > 1 && IsA(linitial(((FuncExpr *) node)->args), Const))
	{
		char	   *name = get_func_name(((FuncExpr *) node)->funcid);
		Const	   *bucket = linitial(((FuncExpr *) node)->args);

		if (name != NULL && strcmp(name, "_rollup_dirty") == 0 && bucket->consttype == REGCLASSOID && !bucket->constisnull)
		{
			*(Oid *) arg = DatumGetObjectId(bucket->constvalue);
			return true;
		}
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, find_rollup_of, arg, 0);
	return expression_tree_walker(node, find_rollup_of, arg);
}

/* A view of somebody else shows the rows that the policies of its tables let him see, and its tables have more. */
static void
check_policies(Oid view, Query *query)
{
	Relation	relation = relation_open(view, AccessShareLock);
	Oid			owner = RelationHasSecurityInvoker(relation) ? GetUserId() : relation->rd_rel->relowner;
	ListCell   *cell;

	relation_close(relation, NoLock);
	if (owner == GetUserId())
		return;
	foreach(cell, rollup_tables_of(query, view))
		if (check_enable_rls(lfirst_oid(cell), owner, true) == RLS_ENABLED)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("row-level security of table \"%s\" hides rows from %s, who owns the view \"%s\"",
							get_rel_name(lfirst_oid(cell)), GetUserNameFromId(owner, false), get_rel_name(view)),
					 errdetail("Views are looked through to their tables, with the rights of the rollup's owner."),
					 errhint("Write the query over the table, or over a view of its owner.")));
}

/* The query of a view; of one that is a rollup, the query that it stands for */
static Query *
query_to_look_through(Oid view)
{
	Query	   *query = rollup_view_query(view);
	Oid			bucket = InvalidOid;
	RollupSource *source;

	if (query == NULL)
		return NULL;
	find_rollup_of((Node *) query, &bucket);
	source = OidIsValid(bucket) ? rollup_source_if_any(bucket) : NULL;
	if (source == NULL || rollup_owner_of(view) != source->owner)
	{
		check_policies(view, query);
		return query;
	}
	if (rollup_keeps(source))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the rollup \"%s\" keeps a past that its tables do not have any more", get_rel_name(view)),
				 errdetail("A rollup over it reads the same tables."),
				 errhint("Merge its rows with rollup(...) where they are read, or in a materialized view.")));
	return rollup_view_query(source->direct);
}

/* Leaves out columns of a view that its reader does not name: what they are made of does not matter. */
static void
prune_columns(Query *view, ColumnsRead *read)
{
	ListCell   *cell;

	if (read->all || view->setOperations != NULL || view->hasTargetSRFs || (view->hasAggs && view->groupClause == NIL))
		return;
	foreach(cell, view->targetList)
	{
		TargetEntry *column = lfirst(cell);
		Node	   *expr = (Node *) column->expr;

		if (!column->resjunk && column->ressortgroupref == 0 && !bms_is_member(column->resno, read->columns))
			column->expr = (Expr *) makeNullConst(exprType(expr), exprTypmod(expr), exprCollation(expr));
	}
}

/* Puts their queries in the place of views, in a query and all that it contains. */
static bool
expand_views(Node *node, void *arg)
{
	bool	   *expanded = arg;
	ListCell   *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, expand_views, arg);
	check_stack_depth();
	foreach(cell, ((Query *) node)->rtable)
	{
		RangeTblEntry *rte = lfirst(cell);
		ColumnsRead read = {0};
		Query	   *query;
		ListCell   *entry;

		/* (before 16 a view is among its own entries, but not in FROM) */
		if (rte->rtekind != RTE_RELATION || rte->relkind != RELKIND_VIEW || !rte->inFromCl)
			continue;
		query = query_to_look_through(rte->relid);
		if (query == NULL)
			continue;
		read.relid = rte->relid;
		rollup_columns_read(node, &read);
		prune_columns(query, &read);
		/* columns are called here as they were when this query was made: they may have other names by now, even each other's */
		foreach(entry, query->targetList)
		{
			TargetEntry *column = lfirst(entry);

			if (!column->resjunk)
				column->resname = column->resno <= list_length(rte->eref->colnames) ?
					strVal(list_nth(rte->eref->colnames, column->resno - 1)) : psprintf("0rollup_%d", column->resno);
		}
		if (rte->alias == NULL)
			rte->alias = makeAlias(rte->eref->aliasname, NIL);
		rte->rtekind = RTE_SUBQUERY;
		rte->subquery = query;
		rte->relid = InvalidOid;
		rte->relkind = 0;
		rte->rellockmode = 0;
		rte->inh = false;
#if PG_VERSION_NUM >= 160000
		rte->perminfoindex = 0;
#endif
		*expanded = true;
	}
	return query_tree_walker((Query *) node, expand_views, arg, 0);
}

/* _rollup_expand(direct): its query with the queries of views in their place; NULL if it reads none */
PG_FUNCTION_INFO_V1(rollup_expand);
Datum
rollup_expand(PG_FUNCTION_ARGS)
{
	Query	   *query = rollup_view_query(PG_GETARG_OID(0));
	bool		expanded = false;
	char	   *text;
	int			nestlevel;

	if (query == NULL)
		PG_RETURN_NULL();
	(void) expand_views((Node *) query, &expanded);
	if (!expanded)
		PG_RETURN_NULL();
	nestlevel = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	text = pg_get_querydef(query, false);
	AtEOXact_GUC(true, nestlevel);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

/* ---------- the answer ---------- */

static Datum
texts_of(List *strings)
{
	Datum	   *values = palloc(sizeof(Datum) * (list_length(strings) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, strings)
		values[n++] = CStringGetTextDatum(lfirst(cell));
	return PointerGetDatum(construct_array(values, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
oids_of(List *oids)
{
	Datum	   *values = palloc(sizeof(Datum) * (list_length(oids) + 1));
	int			n = 0;
	ListCell   *cell;

	foreach(cell, oids)
		values[n++] = ObjectIdGetDatum(lfirst_oid(cell));
	return PointerGetDatum(construct_array(values, n, REGCLASSOID, sizeof(Oid), true, TYPALIGN_INT));
}

static Datum
answer(FunctionCallInfo fcinfo, Reading *reading)
{
	TupleDesc	desc;
	Datum		values[9];
	bool		nulls[9] = {false};
	Node	   *where = where_of_fact(reading);
	RollupSource source = {.direct = reading->direct, .fact = reading->fact, .along = reading->along};
	RollupPart	part;
	int			column = 6;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts < 8 || desc->natts > 9)
		elog(ERROR, "_rollup_read must return a row of 8 columns");
	values[0] = ObjectIdGetDatum(reading->fact);
	values[1] = CStringGetTextDatum(reading->alias);
	values[2] = CStringGetTextDatum(list_nth(reading->names, reading->bucket));
	values[3] = CStringGetTextDatum(text_of(reading, list_nth(reading->groups, reading->bucket)));
	values[4] = CStringGetTextDatum(get_attname(reading->fact, reading->along, false));
	nulls[5] = where == NULL;
	if (where != NULL)
		values[5] = CStringGetTextDatum(text_of(reading, where));
	rollup_part(&source, &part);
	/* before ALTER EXTENSION UPDATE, version 1.0.0 asks for one more: the query over a part of the fact */
	if (desc->natts == 9)
		values[column++] = CStringGetTextDatum(psprintf("%s(SELECT * FROM %s AS t WHERE t.%s BETWEEN \"0\".lo AND \"0\".hi)%s",
														part.before, part.fact, part.along, part.after));
	values[column++] = texts_of(reading->names);
	values[column] = oids_of(rollup_tables_of(reading->query, reading->direct));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* _rollup_read(direct, fact, bucket, along): all but direct may be NULL */
PG_FUNCTION_INFO_V1(rollup_read);
Datum
rollup_read(PG_FUNCTION_ARGS)
{
	Reading		reading = {.direct = PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0)};
	ListCell   *cell;
	Datum		result;
	int			nestlevel;

	reading.query = rollup_view_query(reading.direct);
	if (reading.query == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("relation with OID %u is not a view", reading.direct),
				 errhint("rollup_create makes a view of the query, and calls this function.")));
	check_features(reading.query);
	foreach(cell, rollup_tables_of(reading.query, reading.direct))
		check_table(lfirst_oid(cell), reading.query);
	check_immutable(reading.query);
	reading.fact = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1);
	read_groups(&reading);
	find_bucket(&reading, PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2)));
	check_fact(&reading);
	check_bucket(&reading);
	check_functions(reading.query);
	check_reading((Node *) reading.query, NULL);
	check_whole_rows(reading.query, rollup_tables_of(reading.query, reading.direct));
	find_along(&reading, PG_ARGISNULL(3) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(3)));

	/* nothing but the server's own objects may stand without their schema */
	nestlevel = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	result = answer(fcinfo, &reading);
	AtEOXact_GUC(true, nestlevel);
	return result;
}
