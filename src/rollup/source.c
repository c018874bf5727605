/*
 * source.c
 *		What a rollup consists of, read from its views.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* What was read once a session, by hourly_bucket */
typedef struct SourceEntry
{
	Oid			view;
	RollupSource *source;
} SourceEntry;

static HTAB *sources;

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

static Oid
owner_of(Oid relid)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Oid			owner;

	if (relation == NULL)
		return InvalidOid;
	owner = relation->rd_rel->relowner;
	relation_close(relation, NoLock);
	return owner;
}

/*
 * Reads the view into *source; false if it is no such view.  A table of marks
 * that belongs to somebody else is refused: triggers write to it with no
 * further check of rights.
 */
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
	source->owner = owner_of(source->view);
	if (owner_of(source->dirty) != source->owner)
		return false;
	direct = rollup_view_query(source->direct);
	if (direct == NULL)
		return false;
	source->tables = rollup_tables_of(direct, source->direct);
	return true;
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

		if (!OidIsValid(relid) || relid == source->view || relid == source->direct || relid == source->dirty)
			source->valid = false;
	}
}

/* What a hourly_bucket says, remembered until it changes; an error if it is none. */
RollupSource *
rollup_source(Oid view)
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
	}
	entry = hash_search(sources, &view, HASH_FIND, NULL);
	if (entry != NULL && entry->source->valid)
		return entry->source;

	/* "valid" before reading: what changes meanwhile makes it false again */
	context = AllocSetContextCreate(CurrentMemoryContext, "kpi rollup", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	source = palloc0(sizeof(RollupSource));
	source->view = view;
	source->context = context;
	if (!read_source(source))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relation with OID %u does not describe a rollup", view),
				 errhint("Rollups are made by rollup_create of the extension kpi_rollup.")));
	MemoryContextSwitchTo(caller);
	source->valid = true;
	MemoryContextSetParent(context, CacheMemoryContext);
	entry = hash_search(sources, &view, HASH_ENTER, &found);
	if (found)
		MemoryContextDelete(entry->source->context);
	entry->source = source;
	return source;
}
