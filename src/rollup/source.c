/*
 * source.c
 *		What a rollup consists of, read from its views.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#if PG_VERSION_NUM >= 180000
#include "catalog/pg_constraint.h"
#endif
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "pgtime.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#if PG_VERSION_NUM >= 180000
#include "utils/fmgroids.h"
#endif
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

/* What was read once a session, by hourly_bucket */
typedef struct SourceEntry
{
	Oid			view;
	RollupSource *source;
} SourceEntry;

static HTAB *sources;

/* ---------- the owner ---------- */

/*
 * Whatever a rollup evaluates, expressions and queries, runs with the rights of
 * its owner, binds names as its refresh does, and leaves nothing behind that
 * would run with the rights of somebody else.
 */
void
rollup_become_owner(Oid owner, Caller *caller)
{
	GetUserIdAndSecContext(&caller->role, &caller->security);
	caller->nestlevel = NewGUCNestLevel();
	SetUserIdAndSecContext(owner, caller->security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* "failed": after a rollback of the subtransaction that became the owner, which has reset the settings. */
void
rollup_become_caller(Caller *caller, bool failed)
{
	if (!failed)
		AtEOXact_GUC(false, caller->nestlevel);
	SetUserIdAndSecContext(caller->role, caller->security);
}

/* ---------- queries ---------- */

/* A copy of a view's query, or NULL where there is no such view. */
Query *
rollup_view_query(Oid view)
{
	Relation	relation = try_relation_open(view, AccessShareLock);
	Query	   *query = NULL;

	if (relation == NULL)
		return NULL;
	if (relation->rd_rel->relkind == RELKIND_VIEW && relation->rd_rules != NULL)
		query = copyObject(get_view_query(relation));
	relation_close(relation, NoLock);
	return query;
}

typedef struct TablesOf
{
	Oid			view;			/* itself among the range table entries before 16 */
	List	   *tables;
} TablesOf;

static bool
tables_of_walker(Node *node, void *arg)
{
	TablesOf   *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = (RangeTblEntry *) node;

		if (rte->rtekind == RTE_RELATION && rte->relid != context->view)
			context->tables = list_append_unique_oid(context->tables, rte->relid);
		return false;			/* the query's walker goes on into it */
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, tables_of_walker, context, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, tables_of_walker, context);
}

/* The relations that a view's query names, at any depth. */
List *
rollup_tables_of(Query *query, Oid view)
{
	TablesOf	context = {view, NIL};

	tables_of_walker((Node *) query, &context);
	return context.tables;
}

static bool columns_read_walker(Node *node, void *arg);

/* A Var of the query that is "up" levels up, as seen from inside that query. */
static void
columns_read_var(ColumnsRead *read, Var *var)
{
	RangeTblEntry *rte;
	List	   *rtables = read->rtables;

	if (var->varlevelsup >= (Index) list_length(rtables))
		return;
	rte = rt_fetch(var->varno, (List *) list_nth(rtables, var->varlevelsup));
	if (rte->rtekind == RTE_RELATION && rte->relid == read->relid)
	{
		if (var->varattno == InvalidAttrNumber)
			read->all = true;
		else if (var->varattno > 0)
			read->columns = bms_add_member(read->columns, var->varattno);
	}
	else if (rte->rtekind == RTE_JOIN)
	{
		if (var->varattno <= 0)
		{
			read->all = true;
			return;
		}
		read->rtables = list_copy_tail(rtables, var->varlevelsup);
		columns_read_walker(list_nth(rte->joinaliasvars, var->varattno - 1), read);
		read->rtables = rtables;
	}
}

static bool
columns_read_walker(Node *node, void *arg)
{
	ColumnsRead *read = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		columns_read_var(read, (Var *) node);
		return false;
	}
	if (IsA(node, Query))
	{
		List	   *outer = read->rtables;

		read->rtables = lcons(((Query *) node)->rtable, list_copy(outer));
		query_tree_walker((Query *) node, columns_read_walker, read, QTW_IGNORE_JOINALIASES);
		read->rtables = outer;
		return false;
	}
	return expression_tree_walker(node, columns_read_walker, read);
}

/* Adds the columns of read->relid that a query or an expression reads. */
void
rollup_columns_read(Node *node, ColumnsRead *read)
{
	columns_read_walker(node, read);
}

/* ---------- hourly_bucket ---------- */

static Node *
column_of(Query *query, const char *name)
{
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst(cell);

		if (!entry->resjunk && strcmp(entry->resname, name) == 0)
			return (Node *) entry->expr;
	}
	return NULL;
}

static Oid
regclass_of(Query *query, const char *name)
{
	Const	   *constant = (Const *) column_of(query, name);

	if (constant == NULL || !IsA(constant, Const) || constant->consttype != REGCLASSOID ||
		constant->constisnull)
		return InvalidOid;
	return DatumGetObjectId(constant->constvalue);
}

static AttrNumber
position_of(Query *query)
{
	Const	   *constant = (Const *) column_of(query, "position");

	if (constant == NULL || !IsA(constant, Const) || constant->consttype != INT2OID || constant->constisnull)
		return InvalidAttrNumber;
	return DatumGetInt16(constant->constvalue);
}

Oid
rollup_owner_of(Oid relid)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Oid			owner;

	if (relation == NULL)
		return InvalidOid;
	owner = relation->rd_rel->relowner;
	relation_close(relation, NoLock);
	return owner;
}

/* The view that the WHEN clause of a rollup's trigger names: WHEN ('hourly_bucket'::regclass IS NOT NULL) */
static Oid
rollup_of_trigger(Node *when)
{
	NullTest   *test = (NullTest *) when;
	Const	   *view;

	if (test == NULL || !IsA(test, NullTest) || test->nulltesttype != IS_NOT_NULL || !IsA(test->arg, Const))
		return InvalidOid;
	view = (Const *) test->arg;
	return view->consttype == REGCLASSOID && !view->constisnull ? DatumGetObjectId(view->constvalue) : InvalidOid;
}

bool
rollup_is_trigger_of(Node *when, Oid view)
{
	return OidIsValid(view) && rollup_of_trigger(when) == view;
}

/*
 * Triggers write to the table of marks with no further check of rights.  So it
 * belongs to the owner of the view that names it, or names the view itself, in
 * a trigger that its owner has made: owners may change one by one.
 */
static bool
agrees_to_marks(Oid dirty, Oid view, Oid owner)
{
	Relation	relation = try_relation_open(dirty, AccessShareLock);
	bool		agrees;

	if (relation == NULL)
		return false;
	agrees = relation->rd_rel->relowner == owner;
	for (int i = 0; !agrees && relation->trigdesc != NULL && i < relation->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &relation->trigdesc->triggers[i];
		char	   *function = get_func_name(trigger->tgfoid);

		agrees = function != NULL && strcmp(function, "_rollup_forget") == 0 && trigger->tgqual != NULL &&
			rollup_is_trigger_of(stringToNode(trigger->tgqual), view);
	}
	relation_close(relation, AccessShareLock);
	return agrees;
}

/* Where the places of the buckets are kept: the view says so, or (as 1.0.0 made it) its name does. */
static Oid
extent_of(Query *query, Oid view)
{
	Oid			extent = regclass_of(query, "extent");
	char	   *name = get_rel_name(view);
	size_t		length = name == NULL ? 0 : strlen(name);

	if (OidIsValid(extent) || length <= 7 || strcmp(name + length - 7, "_bucket") != 0)
		return extent;
	name[length - 7] = '\0';
	return get_relname_relid(psprintf("%s_extent", name), get_rel_namespace(view));
}

/* Reads the view into *source; false if it is no such view. */
static bool
read_source(RollupSource *source)
{
	Query	   *query = rollup_view_query(source->view);
	Query	   *direct;
	Node	   *along;
	RangeTblRef *from;
	RangeTblEntry *fact;

	if (query == NULL || query->jointree == NULL || list_length(query->jointree->fromlist) != 1)
		return false;
	from = linitial(query->jointree->fromlist);
	if (!IsA(from, RangeTblRef))
		return false;
	fact = rt_fetch(from->rtindex, query->rtable);
	source->dirty = regclass_of(query, "dirty");
	source->direct = regclass_of(query, "direct");
	source->position = position_of(query);
	source->bucket = column_of(query, "bucket");
	source->where = query->jointree->quals;
	along = column_of(query, "along");
	if (fact->rtekind != RTE_RELATION || !OidIsValid(source->dirty) || !OidIsValid(source->direct) ||
		source->bucket == NULL || along == NULL || !IsA(along, Var) ||
		((Var *) along)->varattno <= 0 || ((Var *) along)->varlevelsup != 0)
		return false;
	ChangeVarNodes(source->bucket, from->rtindex, 1, 0);
	if (source->where != NULL)
		ChangeVarNodes(source->where, from->rtindex, 1, 0);
	source->fact = fact->relid;
	source->along = ((Var *) along)->varattno;
	source->owner = rollup_owner_of(source->view);
	source->extent = extent_of(query, source->view);
	if (!agrees_to_marks(source->dirty, source->view, source->owner))
		return false;
	if (OidIsValid(source->extent) && rollup_owner_of(source->extent) != source->owner)
		source->extent = InvalidOid;
	direct = rollup_view_query(source->direct);
	if (direct == NULL)
		return false;
	source->tables = rollup_tables_of(direct, source->direct);
	return true;
}

/* ---------- what a result depends on beside its tables ---------- */

typedef struct Dependencies
{
	List	   *functions;
	uint32		zones;
} Dependencies;

/* The rules of a time zone, if the text names one: they change with the server's time zone data. */
static uint32
rules_of_zone(const char *name)
{
	pg_tz	   *zone = strlen(name) <= TZ_STRLEN_MAX ? pg_tzset(name) : NULL;
	pg_time_t	moment = -(INT64CONST(1) << 31);
	uint32		rules = 0;

	/* until the end of what zone files tell */
	for (int i = 0; zone != NULL && i < 400; i++)
	{
		long		before;
		long		after;
		int			summer_before;
		int			summer_after;
		pg_time_t	boundary;

		if (pg_next_dst_boundary(&moment, &before, &summer_before, &boundary, &after, &summer_after, zone) <= 0)
			break;
		rules = hash_combine(rules, hash_bytes_uint32((uint32) before));
		rules = hash_combine(rules, hash_bytes_uint32((uint32) after));
		rules = hash_combine(rules, hash_bytes((const unsigned char *) &boundary, sizeof(boundary)));
		moment = boundary;
	}
	return rules;
}

/* Functions that came with the server stay as they are. */
static bool
add_function(Oid function, void *arg)
{
	Dependencies *dependencies = arg;

	if (function >= FirstNormalObjectId)
		dependencies->functions = list_append_unique_oid(dependencies->functions, function);
	return false;
}

static bool
dependencies_walker(Node *node, void *arg)
{
	Dependencies *dependencies = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, dependencies_walker, arg, QTW_EXAMINE_SORTGROUP);
	if (IsA(node, SortGroupClause))
	{
		SortGroupClause *clause = (SortGroupClause *) node;

		add_function(get_opcode(clause->eqop), arg);
		if (OidIsValid(clause->sortop))
			add_function(get_opcode(clause->sortop), arg);
		return false;
	}
	if (IsA(node, Const) && ((Const *) node)->consttype == TEXTOID && !((Const *) node)->constisnull)
	{
		char	   *name = TextDatumGetCString(((Const *) node)->constvalue);

		dependencies->zones = hash_combine(dependencies->zones, rules_of_zone(name));
		pfree(name);
		return false;
	}
	check_functions_in_node(node, add_function, arg);
	return expression_tree_walker(node, dependencies_walker, arg);
}

/* Adds what an aggregate calls. */
static void
add_parts_of_aggregate(Oid aggregate, Dependencies *dependencies)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Form_pg_aggregate form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_aggregate) GETSTRUCT(tuple);
	add_function(form->aggtransfn, dependencies);
	add_function(form->aggfinalfn, dependencies);
	add_function(form->aggcombinefn, dependencies);
	add_function(form->aggserialfn, dependencies);
	add_function(form->aggdeserialfn, dependencies);
	add_function(form->aggmtransfn, dependencies);
	add_function(form->aggminvtransfn, dependencies);
	add_function(form->aggmfinalfn, dependencies);
	ReleaseSysCache(tuple);
}

/* Adds what a function in SQL calls whose body was parsed when it was made. */
static void
add_parts_of_function(Oid function, Dependencies *dependencies)
{
	Node	   *body = rollup_body_of(function);

	if (body != NULL)
		dependencies_walker(body, dependencies);
}

/* The parsed body of a function in SQL, or NULL */
Node *
rollup_body_of(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Node	   *body = NULL;
	Datum		stored;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	stored = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &isnull);
	if (!isnull)
		body = stringToNode(TextDatumGetCString(stored));
	ReleaseSysCache(tuple);
	return body;
}

static void
read_dependencies(Node *node, Dependencies *dependencies)
{
	dependencies_walker(node, dependencies);
	for (int i = 0; i < list_length(dependencies->functions); i++)
	{
		Oid			function = list_nth_oid(dependencies->functions, i);

		add_parts_of_aggregate(function, dependencies);
		add_parts_of_function(function, dependencies);
	}
}

/* The functions that a query calls, aggregates and what they are made of among them, but those of the server. */
List *
rollup_functions_of(Node *node)
{
	Dependencies dependencies = {NIL, 0};

	read_dependencies(node, &dependencies);
	return dependencies.functions;
}

/* Completes a source by what rollup_tables and rollup_status watch beside tables. */
void
rollup_dependencies(RollupSource *source)
{
	Dependencies dependencies = {NIL, 0};
	List	   *extensions = NIL;
	MemoryContext caller;
	ListCell   *cell;

	if (source->dependencies_read)
		return;
	read_dependencies((Node *) rollup_view_query(source->direct), &dependencies);
	foreach(cell, dependencies.functions)
	{
		Oid			extension = getExtensionOfObject(ProcedureRelationId, lfirst_oid(cell));

		if (OidIsValid(extension))
			extensions = list_append_unique_oid(extensions, extension);
	}
	caller = MemoryContextSwitchTo(source->context);
	source->functions = list_copy(dependencies.functions);
	source->extensions = list_copy(extensions);
	MemoryContextSwitchTo(caller);
	source->zones = dependencies.zones;
	source->dependencies_read = true;
}

/* ---------- what was read once ---------- */

static void
invalidate_sources(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	SourceEntry *entry;

	(void) arg;
	hash_seq_init(&status, sources);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		RollupSource *source = entry->source;

		/* a table whose owner or triggers changed, or a function */
		if (!OidIsValid(relid) || relid == source->view || relid == source->direct || relid == source->dirty)
			source->valid = false;
	}
}

static void
invalidate_functions(Datum arg, int cache, uint32 hash)
{
	(void) cache;
	(void) hash;
	invalidate_sources(arg, InvalidOid);
}

/* What a hourly_bucket says, remembered until it changes; NULL if it is none. */
RollupSource *
rollup_source_if_any(Oid view)
{
	SourceEntry *entry;
	RollupSource *source;
	MemoryContext context;
	MemoryContext caller;
	bool		found;

	if (sources == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(SourceEntry)};

		sources = hash_create("kpi rollups", 16, &control, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(invalidate_sources, (Datum) 0);
		CacheRegisterSyscacheCallback(PROCOID, invalidate_functions, (Datum) 0);
	}
	entry = hash_search(sources, &view, HASH_FIND, NULL);
	if (entry != NULL && entry->source->valid)
		return entry->source;

	context = AllocSetContextCreate(CurrentMemoryContext, "kpi rollup", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	source = palloc0(sizeof(RollupSource));
	source->view = view;
	source->context = context;
	if (!read_source(source))
	{
		MemoryContextSwitchTo(caller);
		MemoryContextDelete(context);
		return NULL;
	}
	MemoryContextSwitchTo(caller);
	source->valid = true;
	MemoryContextSetParent(context, CacheMemoryContext);
	entry = hash_search(sources, &view, HASH_ENTER, &found);
	/* who is in the midst of using the old one may do so to the end of the transaction */
	if (found)
		MemoryContextSetParent(entry->source->context, TopTransactionContext);
	entry->source = source;
	return source;
}

/* The same; an error if it is none. */
RollupSource *
rollup_source(Oid view)
{
	RollupSource *source = rollup_source_if_any(view);

	if (source == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relation with OID %u does not describe a rollup", view),
				 errhint("Rollups are made by rollup_create of the extension kpi_rollup.")));
	return source;
}

/* ---------- NOT NULL ---------- */

#if PG_VERSION_NUM >= 180000

/* Since PostgreSQL 18 a column may be NOT NULL for new rows alone: NOT VALID. */
bool
rollup_not_null_is_valid(Oid relid, AttrNumber column, Snapshot snapshot)
{
	bool		result = true;
	Relation	constraints = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	scan = systable_beginscan(constraints, ConstraintRelidTypidNameIndexId, true, snapshot, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->contype == CONSTRAINT_NOTNULL && extractNotNullColumn(tuple) == column)
			result = form->convalidated;
	}
	systable_endscan(scan);
	table_close(constraints, AccessShareLock);
	return result;
}

#endif
