/*
 * tables.c
 *		The tables of a rollup as they are: which they are, where their rows lie
 *		and whether their triggers are on.
 *
 * Marks tell of changed rows.  Other changes fire no trigger, or are seen by old
 * snapshots too: ATTACH and DETACH of a partition, TRUNCATE (of a partition by
 * its name, in the eyes of a transaction that began before), a trigger switched
 * off for a while.  Each of them leaves a trace in the catalogs that never
 * comes back: a partition gets a trigger with a new OID, TRUNCATE a new file,
 * switching a trigger off and on a new version of its row.  A refresh keeps what
 * it saw; a reader compares, and finds everything dirty when something differs.
 * The table of marks is one of the tables that are watched.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "rewrite/rewriteSupport.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* The catalogs, open, and the moment at which they are read */
typedef struct Catalogs
{
	Snapshot	snapshot;
	Relation	depend;
	Relation	trigger;
	Relation	class;
	Relation	inherits;
	Relation	attribute;
} Catalogs;

typedef struct Traces
{
	RollupSource *source;
	Datum	   *values;			/* int8, three of each trigger, then one of each other thing */
	int			count;
	int			capacity;
	List	   *tables;			/* OIDs of the tables whose triggers were found */
	bool		mine;			/* this transaction has changed one of them */
	bool		broken;			/* some changes leave no mark */
	RollupReport *report;		/* to be filled, or NULL */
} Traces;

static void
open_catalogs(Catalogs *catalogs)
{
	catalogs->depend = table_open(DependRelationId, AccessShareLock);
	catalogs->trigger = table_open(TriggerRelationId, AccessShareLock);
	catalogs->class = table_open(RelationRelationId, AccessShareLock);
	catalogs->inherits = table_open(InheritsRelationId, AccessShareLock);
	catalogs->attribute = table_open(AttributeRelationId, AccessShareLock);
}

static void
close_catalogs(Catalogs *catalogs)
{
	table_close(catalogs->depend, AccessShareLock);
	table_close(catalogs->trigger, AccessShareLock);
	table_close(catalogs->class, AccessShareLock);
	table_close(catalogs->inherits, AccessShareLock);
	table_close(catalogs->attribute, AccessShareLock);
}

/* A row of a catalog by an OID in its first key column, or NULL; ends with the scan. */
static HeapTuple
row_by_oid(Catalogs *catalogs, Relation catalog, Oid index, AttrNumber column, Oid oid, SysScanDesc *scan)
{
	ScanKeyData key;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	*scan = systable_beginscan(catalog, index, true, catalogs->snapshot, 1, &key);
	return systable_getnext(*scan);
}

static uint32
version_of(Traces *traces, HeapTuple tuple)
{
	TransactionId xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);

	if (TransactionIdIsCurrentTransactionId(xmin))
		traces->mine = true;
	return xmin;
}

static void
add_trace(Traces *traces, uint32 high, uint32 low)
{
	if (traces->count == traces->capacity)
	{
		traces->capacity = Max(12, traces->capacity * 2);
		traces->values = traces->values == NULL ? palloc(traces->capacity * sizeof(Datum)) :
			repalloc(traces->values, traces->capacity * sizeof(Datum));
	}
	traces->values[traces->count++] = Int64GetDatum((int64) (((uint64) high << 32) | low));
}

/* ---------- why a rollup is broken ---------- */

static char *
table_name(Oid relid)
{
	char	   *schema = get_namespace_name(get_rel_namespace(relid));
	char	   *name = get_rel_name(relid);

	return name == NULL ? psprintf("%u", relid) : quote_qualified_identifier(schema, name);
}

/* Changes could go unmarked; "why" is about a table. */
static void
broken(Traces *traces, const char *why, Oid relid)
{
	traces->broken = true;
	if (traces->report != NULL)
		traces->report->problems = lappend(traces->report->problems, psprintf(why, table_name(relid)));
}

static void
broken_trigger(Traces *traces, const char *trigger, Oid relid, const char *remark)
{
	traces->broken = true;
	if (traces->report != NULL)
		traces->report->off = lappend(traces->report->off,
									  psprintf("trigger %s on %s%s", quote_identifier(trigger), table_name(relid), remark));
}

static int
compare_texts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Texts, sorted, with commas between them */
text *
rollup_joined(List *texts)
{
	StringInfoData joined;
	ListCell   *cell;

	initStringInfo(&joined);
	list_sort(texts, compare_texts);
	foreach(cell, texts)
		appendStringInfo(&joined, "%s%s", joined.len > 0 ? ", " : "", (char *) lfirst(cell));
	return cstring_to_text_with_len(joined.data, joined.len);
}

/* ---------- tables and triggers ---------- */

/* Whether it can be trusted that each change of a table's rows fires its trigger, and that the owner reads all of them. */
static void
check_table(Traces *traces, Form_pg_class class)
{
	bool		marks = class->oid == traces->source->dirty;

	if (class->relkind != RELKIND_RELATION && class->relkind != RELKIND_PARTITIONED_TABLE)
		broken(traces, class->relkind == RELKIND_FOREIGN_TABLE ?
			   "foreign table %s, whose changes on its own server fire no trigger" : "%s is no table", class->oid);
	/* Children of an ordinary table have no triggers, and a crash empties an unlogged one. */
	if (class->relkind == RELKIND_RELATION && class->relhassubclass)
		broken(traces, "table %s has child tables, whose changes fire no trigger", class->oid);
	if (class->relpersistence != RELPERSISTENCE_PERMANENT)
		broken(traces, "table %s is unlogged", class->oid);
	if (!marks && class->relrowsecurity &&
		check_enable_rls(class->oid, traces->source->owner, true) == RLS_ENABLED)
		broken(traces, "row-level security of table %s hides rows from the owner of the rollup", class->oid);
}

/* The table that a trigger is on: its file, and since when it is a partition. */
static void
trace_table(Catalogs *catalogs, Traces *traces, Oid relid, bool inherited)
{
	SysScanDesc scan;
	HeapTuple	tuple = row_by_oid(catalogs, catalogs->class, ClassOidIndexId, Anum_pg_class_oid, relid, &scan);
	uint32		file = 0;
	uint32		attached = 0;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);

		file = class->relfilenode;
		(void) version_of(traces, tuple);
		check_table(traces, class);
	}
	else
		traces->broken = true;
	systable_endscan(scan);
	if (inherited)
	{
		tuple = row_by_oid(catalogs, catalogs->inherits, InheritsRelidSeqnoIndexId,
						   Anum_pg_inherits_inhrelid, relid, &scan);
		if (HeapTupleIsValid(tuple))
			attached = version_of(traces, tuple);
		systable_endscan(scan);
	}
	add_trace(traces, file, attached);
}

/* Whether a trigger fires as rollup_create made it.  Those of partitions are copies that nobody can change. */
static bool
is_as_made(Catalogs *catalogs, Traces *traces, Form_pg_trigger trigger, HeapTuple tuple)
{
	bool		marks = trigger->tgrelid == traces->source->dirty;
	int16		type = marks ? TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_TRUNCATE :
		TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_UPDATE;
	char	   *function = get_func_name(trigger->tgfoid);
	bool		isnull;
	Datum		when;

	if (trigger->tgtype != type || trigger->tgattr.dim1 != 0 || function == NULL ||
		strcmp(function, marks ? "_rollup_forget" : "_rollup_mark") != 0)
		return false;
	if (OidIsValid(trigger->tgparentid))
		return true;
	when = heap_getattr(tuple, Anum_pg_trigger_tgqual, RelationGetDescr(catalogs->trigger), &isnull);
	return !isnull && rollup_is_trigger_of(stringToNode(TextDatumGetCString(when)), traces->source->view);
}

static void
trace_trigger(Catalogs *catalogs, Traces *traces, Oid oid)
{
	SysScanDesc scan;
	HeapTuple	tuple = row_by_oid(catalogs, catalogs->trigger, TriggerOidIndexId, Anum_pg_trigger_oid, oid, &scan);

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);
		const char *name = NameStr(trigger->tgname);

		if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
			broken_trigger(traces, name, trigger->tgrelid,
						   trigger->tgenabled == TRIGGER_DISABLED ? "" : " (fires not always)");
		else if (!is_as_made(catalogs, traces, trigger, tuple))
			broken_trigger(traces, name, trigger->tgrelid, " (not as rollup_create makes it)");
		add_trace(traces, trigger->tgrelid, oid);
		add_trace(traces, version_of(traces, tuple), 0);
		traces->tables = lappend_oid(traces->tables, trigger->tgrelid);
		trace_table(catalogs, traces, trigger->tgrelid, OidIsValid(trigger->tgparentid));
	}
	systable_endscan(scan);
}

/* ---------- what else a result depends on ---------- */

/*
 * Views, functions and extensions have the version that is in force, whatever
 * a snapshot sees: queries are bound to it.
 */
static void
trace_view(Traces *traces, Oid view)
{
	HeapTuple	tuple = SearchSysCache2(RULERELNAME, ObjectIdGetDatum(view), PointerGetDatum(ViewSelectRuleName));

	if (HeapTupleIsValid(tuple))
	{
		add_trace(traces, view, version_of(traces, tuple));
		ReleaseSysCache(tuple);
	}
}

static void
trace_function(Traces *traces, Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));

	if (HeapTupleIsValid(tuple))
	{
		add_trace(traces, function, version_of(traces, tuple));
		ReleaseSysCache(tuple);
	}
}

static void
trace_extension(Traces *traces, Oid extension)
{
	Relation	catalog = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(extension));
	scan = systable_beginscan(catalog, ExtensionOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		add_trace(traces, extension, version_of(traces, tuple));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static void
trace_dependencies(Traces *traces)
{
	RollupSource *source = traces->source;
	ListCell   *cell;

	rollup_dependencies(source);
	trace_view(traces, source->view);
	trace_view(traces, source->direct);
	foreach(cell, source->functions)
		trace_function(traces, lfirst_oid(cell));
	foreach(cell, source->extensions)
		trace_extension(traces, lfirst_oid(cell));
	add_trace(traces, 0, source->zones);
}

static int
compare_oid(const ListCell *a, const ListCell *b)
{
	return lfirst_oid(a) < lfirst_oid(b) ? -1 : lfirst_oid(a) > lfirst_oid(b);
}

/* Adds the triggers that depend on an object. */
static List *
add_triggers_on(Catalogs *catalogs, List *triggers, Oid catalog, Oid oid)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(catalog));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(catalogs->depend, DependReferenceIndexId, true, catalogs->snapshot, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend depend = (Form_pg_depend) GETSTRUCT(tuple);

		if (depend->classid == TriggerRelationId)
			triggers = list_append_unique_oid(triggers, depend->objid);
	}
	systable_endscan(scan);
	return triggers;
}

/* A trigger on somebody else's table may name the rollup, too: it says nothing. */
static bool
is_on_its_tables(Catalogs *catalogs, RollupSource *source, Oid oid)
{
	SysScanDesc scan;
	HeapTuple	tuple = row_by_oid(catalogs, catalogs->trigger, TriggerOidIndexId, Anum_pg_trigger_oid, oid, &scan);
	Oid			table = HeapTupleIsValid(tuple) ? ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid : InvalidOid;

	systable_endscan(scan);
	return table == source->dirty || list_member_oid(source->tables, table);
}

/*
 * The triggers that name hourly_bucket in their WHEN clause, and those that
 * partitions have of them: of these the server knows only whose copies they are.
 */
static List *
triggers_of(Catalogs *catalogs, RollupSource *source)
{
	List	   *triggers = NIL;
	ListCell   *cell;

	foreach(cell, add_triggers_on(catalogs, NIL, RelationRelationId, source->view))
		if (is_on_its_tables(catalogs, source, lfirst_oid(cell)))
			triggers = lappend_oid(triggers, lfirst_oid(cell));
	for (int i = 0; i < list_length(triggers); i++)
		triggers = add_triggers_on(catalogs, triggers, TriggerRelationId, list_nth_oid(triggers, i));
	list_sort(triggers, compare_oid);
	return triggers;
}

/* The column along which ranges are read: a row without it would never be found. */
static bool
has_along(Catalogs *catalogs, RollupSource *source)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		notnull;

	ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(source->fact));
	ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(source->along));
	scan = systable_beginscan(catalogs->attribute, AttributeRelidNumIndexId, true, catalogs->snapshot, 2, keys);
	tuple = systable_getnext(scan);
	notnull = HeapTupleIsValid(tuple) && ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	systable_endscan(scan);
	return notnull;
}

static void
check_along(Catalogs *catalogs, Traces *traces)
{
	char	   *table = get_rel_name(traces->source->fact);
	char	   *column = get_attname(traces->source->fact, traces->source->along, true);

	if (has_along(catalogs, traces->source))
		return;
	if (traces->report == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("column \"%s\" of table \"%s\" is not NOT NULL any more, and a rollup finds its rows by it",
						column, table),
				 errhint("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, column)));
	broken(traces, "the column along which rows are found is not NOT NULL any more in table %s", traces->source->fact);
}

/* What a snapshot sees, as an array; NULL if changes could go unmarked. */
static ArrayType *
tables_seen(Catalogs *catalogs, RollupSource *source, Snapshot snapshot, bool *mine, RollupReport *report)
{
	Traces		traces = {.source = source, .report = report};
	ListCell   *cell;

	catalogs->snapshot = snapshot;
	check_along(catalogs, &traces);
	foreach(cell, triggers_of(catalogs, source))
		trace_trigger(catalogs, &traces, lfirst_oid(cell));
	foreach(cell, list_append_unique_oid(list_copy(source->tables), source->dirty))
		if (!list_member_oid(traces.tables, lfirst_oid(cell)))
		{
			traces.broken = true;
			if (report != NULL)
				report->off = lappend(report->off, psprintf("no trigger on %s", table_name(lfirst_oid(cell))));
		}
	trace_dependencies(&traces);
	*mine = traces.mine;
	if (traces.broken)
		return NULL;
	return construct_array(traces.values, traces.count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

/* The newest snapshot of the catalogs, which is allowed beside parallel workers and in them */
static Snapshot
newest_snapshot(void)
{
	InvalidateCatalogSnapshot();
	return RegisterSnapshot(GetCatalogSnapshot(RelationRelationId));
}

/* For rollup_status: the newest traces, and why there are none */
ArrayType *
rollup_newest_traces(RollupSource *source, RollupReport *report)
{
	Snapshot	latest = newest_snapshot();
	Catalogs	catalogs;
	ArrayType  *newest;
	bool		mine;

	open_catalogs(&catalogs);
	newest = tables_seen(&catalogs, source, latest, &mine, report);
	close_catalogs(&catalogs);
	UnregisterSnapshot(latest);
	return newest;
}

/*
 * The refresh that asks is SECURITY DEFINER: what follows in it, functions of
 * the query and triggers of the store, leaves nothing behind that would run
 * with the rights of its caller.
 */
static void
restrict_refresh(void)
{
	Oid			role;
	int			security;

	GetUserIdAndSecContext(&role, &security);
	if (security & SECURITY_LOCAL_USERID_CHANGE)
		SetUserIdAndSecContext(role, security | SECURITY_RESTRICTED_OPERATION);
}

/*
 * _rollup_tables(hourly_bucket, seen): the traces, NULL if changes could go
 * unmarked.  A reader asks for the newest (seen false): if they are those that
 * the last refresh kept, nothing happened between.  A refresh keeps them only if
 * its own snapshot sees the same, and if this transaction, which could go on
 * changing things with no new trace, has made none of them.
 */
PG_FUNCTION_INFO_V1(rollup_tables);
Datum
rollup_tables(PG_FUNCTION_ARGS)
{
	RollupSource *source = rollup_source(PG_GETARG_OID(0));
	bool		seen = PG_GETARG_BOOL(1);
	Snapshot	latest = newest_snapshot();
	Catalogs	catalogs;
	ArrayType  *newest;
	bool		mine;

	if (seen)
		restrict_refresh();
	open_catalogs(&catalogs);
	newest = tables_seen(&catalogs, source, latest, &mine, NULL);
	if (seen && newest != NULL)
	{
		ArrayType  *here = tables_seen(&catalogs, source, GetActiveSnapshot(), &mine, NULL);

		if (mine || here == NULL || VARSIZE(here) != VARSIZE(newest) ||
			memcmp(here, newest, VARSIZE(here)) != 0)
			newest = NULL;
	}
	close_catalogs(&catalogs);
	UnregisterSnapshot(latest);
	if (newest == NULL)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(newest);
}
