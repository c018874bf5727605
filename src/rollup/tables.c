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
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

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
	Datum	   *values;			/* int8, three of each trigger */
	int			count;
	int			capacity;
	List	   *tables;			/* OIDs of the tables whose triggers were found */
	bool		mine;			/* this transaction has changed one of them */
	bool		broken;			/* some changes leave no mark */
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
		/* Children of an ordinary table have no triggers, and a crash empties an unlogged one. */
		if ((class->relkind == RELKIND_RELATION && class->relhassubclass) ||
			class->relpersistence != RELPERSISTENCE_PERMANENT)
			traces->broken = true;
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

static void
trace_trigger(Catalogs *catalogs, Traces *traces, Oid oid)
{
	SysScanDesc scan;
	HeapTuple	tuple = row_by_oid(catalogs, catalogs->trigger, TriggerOidIndexId, Anum_pg_trigger_oid, oid, &scan);

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_trigger trigger = (Form_pg_trigger) GETSTRUCT(tuple);

		if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
			traces->broken = true;
		add_trace(traces, trigger->tgrelid, oid);
		add_trace(traces, version_of(traces, tuple), 0);
		traces->tables = lappend_oid(traces->tables, trigger->tgrelid);
		trace_table(catalogs, traces, trigger->tgrelid, OidIsValid(trigger->tgparentid));
	}
	systable_endscan(scan);
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

/*
 * The triggers that name hourly_bucket in their WHEN clause, and those that
 * partitions have of them: of these the server knows only whose copies they are.
 */
static List *
triggers_of(Catalogs *catalogs, Oid view)
{
	List	   *triggers = add_triggers_on(catalogs, NIL, RelationRelationId, view);

	for (int i = 0; i < list_length(triggers); i++)
		triggers = add_triggers_on(catalogs, triggers, TriggerRelationId, list_nth_oid(triggers, i));
	list_sort(triggers, compare_oid);
	return triggers;
}

/* The column along which ranges are read: a row without it would never be found. */
static void
check_along(Catalogs *catalogs, RollupSource *source)
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
	if (!notnull)
	{
		char	   *table = get_rel_name(source->fact);
		char	   *column = get_attname(source->fact, source->along, false);

		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("column \"%s\" of table \"%s\" is not NOT NULL any more, and a rollup finds its rows by it",
						column, table),
				 errhint("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", table, column)));
	}
}

/* What a snapshot sees, as an array; NULL if changes could go unmarked. */
static ArrayType *
tables_seen(Catalogs *catalogs, RollupSource *source, Snapshot snapshot, bool *mine)
{
	Traces		traces = {0};
	ListCell   *cell;

	catalogs->snapshot = snapshot;
	check_along(catalogs, source);
	foreach(cell, triggers_of(catalogs, source->view))
		trace_trigger(catalogs, &traces, lfirst_oid(cell));
	foreach(cell, source->tables)
		if (!list_member_oid(traces.tables, lfirst_oid(cell)))
			traces.broken = true;
	if (!list_member_oid(traces.tables, source->dirty))
		traces.broken = true;
	*mine = traces.mine;
	if (traces.broken)
		return NULL;
	return construct_array(traces.values, traces.count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
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
	Snapshot	latest = RegisterSnapshot(GetLatestSnapshot());
	Catalogs	catalogs;
	ArrayType  *newest;
	bool		mine;

	open_catalogs(&catalogs);
	newest = tables_seen(&catalogs, source, latest, &mine);
	if (seen && newest != NULL)
	{
		ArrayType  *here = tables_seen(&catalogs, source, GetActiveSnapshot(), &mine);

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
