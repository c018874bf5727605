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
 *
 * Where the fact is partitioned by ranges of the column that goes with time, a
 * partition that comes, goes or is truncated concerns its own range alone: what is
 * kept of it tells which, for it may be gone when that is asked.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_partitioned_table.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
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

/* Rows of a catalog by an OID, one after another by one scan: there may be a thousand partitions. */
typedef struct Lookup
{
	Relation	catalog;
	Oid			index;
	AttrNumber	column;
	SysScanDesc scan;			/* NULL before the first */
	HeapTuple	row;			/* where it is; NULL at the end */
} Lookup;

/* The catalogs, open, and the moment at which they are read */
typedef struct Catalogs
{
	Snapshot	snapshot;
	Relation	depend;
	Relation	attribute;
	Lookup		trigger;
	Lookup		class;
	Lookup		inherits;
} Catalogs;

/* What is kept of a trigger: the table and itself; the version of its row; the file of the table and since when it is a partition; its range */
enum
{
	TRACE_TRIGGER, TRACE_VERSION, TRACE_TABLE, TRACE_LO, TRACE_HI, TRACE_WORDS
};

typedef struct Traces
{
	RollupSource *source;
	Datum	   *values;			/* int8: how many triggers, TRACE_WORDS of each, then one of each other thing */
	int			count;
	int			capacity;
	int			triggers;
	List	   *tables;			/* OIDs of the tables whose triggers were found */
	bool		ranges;			/* those of partitions are wanted */
	bool		mine;			/* this transaction has changed one of them */
	bool		broken;			/* some changes leave no mark */
	RollupReport *report;		/* to be filled, or NULL */
} Traces;

static void
open_catalogs(Catalogs *catalogs)
{
	memset(catalogs, 0, sizeof(Catalogs));
	catalogs->depend = table_open(DependRelationId, AccessShareLock);
	catalogs->attribute = table_open(AttributeRelationId, AccessShareLock);
	catalogs->trigger.catalog = table_open(TriggerRelationId, AccessShareLock);
	catalogs->trigger.index = TriggerOidIndexId;
	catalogs->trigger.column = Anum_pg_trigger_oid;
	catalogs->class.catalog = table_open(RelationRelationId, AccessShareLock);
	catalogs->class.index = ClassOidIndexId;
	catalogs->class.column = Anum_pg_class_oid;
	catalogs->inherits.catalog = table_open(InheritsRelationId, AccessShareLock);
	catalogs->inherits.index = InheritsRelidSeqnoIndexId;
	catalogs->inherits.column = Anum_pg_inherits_inhrelid;
}

static void
close_catalogs(Catalogs *catalogs)
{
	table_close(catalogs->depend, AccessShareLock);
	table_close(catalogs->attribute, AccessShareLock);
	table_close(catalogs->trigger.catalog, AccessShareLock);
	table_close(catalogs->class.catalog, AccessShareLock);
	table_close(catalogs->inherits.catalog, AccessShareLock);
}

static void
end_look_up(Lookup *lookup)
{
	if (lookup->scan != NULL)
		systable_endscan(lookup->scan);
	lookup->scan = NULL;
	lookup->row = NULL;
}

/* Further than this it is cheaper to go down the index again than to step through it. */
#define MAX_STEPS 8

/* The catalogs that are looked up have the OID in front. */
static inline Oid
oid_of_row(HeapTuple tuple)
{
	return *(Oid *) GETSTRUCT(tuple);
}

/*
 * A row of a catalog by an OID, or NULL; there until the next look-up in that
 * catalog.  Partitions are mostly made one after another, and asked for in that order:
 * the next is found a few rows on.
 */
static HeapTuple
look_up(Catalogs *catalogs, Lookup *lookup, Oid oid)
{
	ScanKeyData key;

	if (lookup->scan != NULL && lookup->scan->iscan != NULL)
	{
		for (int i = 0; i < MAX_STEPS && lookup->row != NULL && oid_of_row(lookup->row) < oid; i++)
			lookup->row = systable_getnext(lookup->scan);
		if (lookup->row == NULL || oid_of_row(lookup->row) != oid)
		{
			/* the first column of the index */
			ScanKeyInit(&key, 1, BTGreaterEqualStrategyNumber, F_OIDGE, ObjectIdGetDatum(oid));
			index_rescan(lookup->scan->iscan, &key, 1, NULL, 0);
			lookup->row = systable_getnext(lookup->scan);
		}
	}
	else
	{
		/* the first, or all where indexes of the system are not to be used */
		end_look_up(lookup);
		ScanKeyInit(&key, lookup->column, BTGreaterEqualStrategyNumber, F_OIDGE, ObjectIdGetDatum(oid));
		lookup->scan = systable_beginscan(lookup->catalog, lookup->index, true, catalogs->snapshot, 1, &key);
		do
			lookup->row = systable_getnext(lookup->scan);
		while (lookup->scan->iscan == NULL && lookup->row != NULL && oid_of_row(lookup->row) != oid);
	}
	return lookup->row != NULL && oid_of_row(lookup->row) == oid ? lookup->row : NULL;
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
add_number(Traces *traces, int64 number)
{
	if (traces->count == traces->capacity)
	{
		traces->capacity = Max(12, traces->capacity * 2);
		traces->values = traces->values == NULL ? palloc(traces->capacity * sizeof(Datum)) :
			repalloc(traces->values, traces->capacity * sizeof(Datum));
	}
	traces->values[traces->count++] = Int64GetDatum(number);
}

static void
add_trace(Traces *traces, uint32 high, uint32 low)
{
	add_number(traces, (int64) (((uint64) high << 32) | low));
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

/* ---------- ranges of partitions ---------- */

/* Types whose values are numbers, one after another */
bool
rollup_is_numbered(Oid type)
{
	return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == INT8OID || type == DATEOID ||
		type == INT4OID || type == INT2OID;
}

int64
rollup_number(Oid type, Datum value)
{
	switch (type)
	{
		case DATEOID:
		case INT4OID:
			return DatumGetInt32(value);
		case INT2OID:
			return DatumGetInt16(value);
		default:
			return DatumGetInt64(value);
	}
}

Datum
rollup_from_number(Oid type, int64 number)
{
	switch (type)
	{
		case DATEOID:
		case INT4OID:
			return Int32GetDatum((int32) number);
		case INT2OID:
			return Int16GetDatum((int16) number);
		default:
			return Int64GetDatum(number);
	}
}

/*
 * The numbers between which a column of the fact lies in a partition, both
 * included; by the first column of a partition key.
 */
static bool
number_of_bound(Oid type, PartitionRangeDatum *bound, int64 *number)
{
	Const	   *value = (Const *) bound->value;

	if (bound->kind != PARTITION_RANGE_DATUM_VALUE || !IsA(value, Const) || value->constisnull || value->consttype != type)
		return false;
	*number = rollup_number(type, value->constvalue);
	return true;
}

static bool
is_partitioned_by(Oid parent, Oid type, const char *column, bool *alone)
{
	HeapTuple	tuple = SearchSysCache1(PARTRELID, ObjectIdGetDatum(parent));
	Form_pg_partitioned_table form;
	bool		result = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_partitioned_table) GETSTRUCT(tuple);
	if (form->partstrat == PARTITION_STRATEGY_RANGE && form->partattrs.values[0] > 0)
	{
		char	   *name = get_attname(parent, form->partattrs.values[0], true);
		bool		isnull;
		Datum		classes = SysCacheGetAttr(PARTRELID, tuple, Anum_pg_partitioned_table_partclass, &isnull);

		result = name != NULL && strcmp(name, column) == 0 && get_atttype(parent, form->partattrs.values[0]) == type &&
			!isnull && ((oidvector *) DatumGetPointer(classes))->values[0] == GetDefaultOpClass(type, BTREE_AM_OID);
		*alone = form->partnatts == 1;
	}
	ReleaseSysCache(tuple);
	return result;
}

/* Where the rows of a table lie, as far as its bounds and those of its ancestors say */
static RollupRange
range_of(Catalogs *catalogs, RollupSource *source, Oid relid)
{
	RollupRange range = {PG_INT64_MIN, PG_INT64_MAX};
	Oid			type = get_atttype(source->fact, source->along);
	char	   *column = get_attname(source->fact, source->along, true);

	if (!rollup_is_numbered(type) || column == NULL)
		return range;
	while (relid != source->fact)
	{
		HeapTuple	tuple = look_up(catalogs, &catalogs->inherits, relid);
		Oid			parent = HeapTupleIsValid(tuple) ? ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent : InvalidOid;
		bool		alone = false;

		/* no partition of the fact */
		if (!OidIsValid(parent))
			return (RollupRange)
			{
				PG_INT64_MIN, PG_INT64_MAX
			};
		if (is_partitioned_by(parent, type, column, &alone) &&
			HeapTupleIsValid(tuple = look_up(catalogs, &catalogs->class, relid)))
		{
			bool		isnull;
			Datum		bound = heap_getattr(tuple, Anum_pg_class_relpartbound, RelationGetDescr(catalogs->class.catalog), &isnull);
			PartitionBoundSpec *spec = isnull ? NULL : castNode(PartitionBoundSpec, stringToNode(TextDatumGetCString(bound)));
			int64		number;

			if (spec != NULL && !spec->is_default && spec->lowerdatums != NIL && spec->upperdatums != NIL)
			{
				if (number_of_bound(type, linitial(spec->lowerdatums), &number))
					range.lo = Max(range.lo, number);
				/* the upper bound is not included, unless other columns follow */
				if (number_of_bound(type, linitial(spec->upperdatums), &number))
					range.hi = Min(range.hi, alone ? number - 1 : number);
			}
		}
		relid = parent;
	}
	return range;
}

/* The table that a trigger is on: its file, and since when it is a partition. */
static void
trace_table(Catalogs *catalogs, Traces *traces, Oid relid, bool inherited)
{
	HeapTuple	tuple = look_up(catalogs, &catalogs->class, relid);
	RollupRange range = {0, 0};
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
	if (inherited)
	{
		tuple = look_up(catalogs, &catalogs->inherits, relid);
		if (HeapTupleIsValid(tuple))
			attached = version_of(traces, tuple);
	}
	add_trace(traces, file, attached);
	if (traces->ranges)
		range = range_of(catalogs, traces->source, relid);
	add_number(traces, range.lo);
	add_number(traces, range.hi);
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
	when = heap_getattr(tuple, Anum_pg_trigger_tgqual, RelationGetDescr(catalogs->trigger.catalog), &isnull);
	return !isnull && rollup_is_trigger_of(stringToNode(TextDatumGetCString(when)), traces->source->view);
}

static void
trace_trigger(Catalogs *catalogs, Traces *traces, Oid oid)
{
	HeapTuple	tuple = look_up(catalogs, &catalogs->trigger, oid);

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
		traces->triggers++;
	}
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
			triggers = lappend_oid(triggers, depend->objid);
	}
	systable_endscan(scan);
	return triggers;
}

static Oid
table_of_trigger(Catalogs *catalogs, Oid oid)
{
	HeapTuple	tuple = look_up(catalogs, &catalogs->trigger, oid);

	return HeapTupleIsValid(tuple) ? ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid : InvalidOid;
}

/*
 * The triggers that name hourly_bucket in their WHEN clause, and those that
 * partitions have of them: of these the server knows only whose copies they are.
 * A trigger on somebody else's table may name the rollup, too: it says nothing.
 */
static List *
triggers_of(Catalogs *catalogs, RollupSource *source)
{
	List	   *triggers = NIL;
	ListCell   *cell;

	foreach(cell, add_triggers_on(catalogs, NIL, RelationRelationId, source->view))
	{
		Oid			table = table_of_trigger(catalogs, lfirst_oid(cell));

		if (table == source->dirty || list_member_oid(source->tables, table))
			triggers = list_append_unique_oid(triggers, lfirst_oid(cell));
	}
	for (int i = 0; i < list_length(triggers); i++)
	{
		/* only those of partitioned tables have copies */
		if (get_rel_relkind(table_of_trigger(catalogs, list_nth_oid(triggers, i))) == RELKIND_PARTITIONED_TABLE)
			triggers = add_triggers_on(catalogs, triggers, TriggerRelationId, list_nth_oid(triggers, i));
	}
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
	return notnull && rollup_not_null_is_valid(source->fact, source->along, catalogs->snapshot);
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
tables_seen(Catalogs *catalogs, RollupSource *source, Snapshot snapshot, bool ranges, bool *mine, RollupReport *report)
{
	Traces		traces = {.source = source, .ranges = ranges, .report = report};
	ListCell   *cell;

	catalogs->snapshot = snapshot;
	check_along(catalogs, &traces);
	add_number(&traces, 0);
	foreach(cell, triggers_of(catalogs, source))
		trace_trigger(catalogs, &traces, lfirst_oid(cell));
	foreach(cell, list_append_unique_oid(list_copy(source->tables), source->dirty))
		if (!list_member_oid(traces.tables, lfirst_oid(cell)))
		{
			traces.broken = true;
			if (report != NULL)
				report->off = lappend(report->off, psprintf("no trigger on %s", table_name(lfirst_oid(cell))));
		}
	traces.values[0] = Int64GetDatum(traces.triggers);
	end_look_up(&catalogs->trigger);
	end_look_up(&catalogs->class);
	end_look_up(&catalogs->inherits);
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

/* ---------- what has changed ---------- */

static int
compare_range(const ListCell *a, const ListCell *b)
{
	const RollupRange *x = lfirst(a);
	const RollupRange *y = lfirst(b);

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Ranges in order, those that touch made one */
static List *
joined_ranges(List *ranges)
{
	List	   *result = NIL;
	RollupRange *last = NULL;
	ListCell   *cell;

	list_sort(ranges, compare_range);
	foreach(cell, ranges)
	{
		RollupRange *range = lfirst(cell);

		if (last != NULL && range->lo - 1 <= last->hi)
			last->hi = Max(last->hi, range->hi);
		else
			result = lappend(result, last = range);
	}
	return result;
}

/* Adds the range of a partition; false if it is no partition, or has no bounds on both sides. */
static bool
add_range(List **ranges, RollupRange range)
{
	RollupRange *copy;

	if (range.lo == PG_INT64_MIN || range.hi == PG_INT64_MAX)
		return false;
	/* one that takes no rows */
	if (range.lo > range.hi)
		return true;
	copy = palloc(sizeof(RollupRange));
	*copy = range;
	*ranges = lappend(*ranges, copy);
	return true;
}

static RollupRange
range_kept(int64 *words)
{
	return (RollupRange)
	{
		words[TRACE_LO], words[TRACE_HI]
	};
}

/* The words of traces, and how many triggers are among them; NULL if it is not what tables_seen has made. */
static int64 *
words_of(ArrayType *array, int *count, int *triggers)
{
	int64	   *words = (int64 *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) != 1 || ARR_ELEMTYPE(array) != INT8OID || ARR_HASNULL(array) || ARR_DIMS(array)[0] < 1)
		return NULL;
	*count = ARR_DIMS(array)[0];
	if (words[0] < 0 || words[0] > (*count - 1) / TRACE_WORDS)
		return NULL;
	*triggers = (int) words[0];
	return words + 1;
}

/*
 * What differs between the traces that the last refresh kept and others: nothing,
 * partitions alone (in "ranges" is where their rows lie), or anything else.
 * "catalogs" is where the ranges of the new ones are looked up; NULL if they
 * are among the words.
 */
static RollupChange
what_changed(Catalogs *catalogs, RollupSource *source, ArrayType *kept, ArrayType *newest, List **ranges)
{
	int			kept_count;
	int			newest_count;
	int			kept_triggers;
	int			newest_triggers;
	int64	   *a = words_of(kept, &kept_count, &kept_triggers);
	int64	   *b = words_of(newest, &newest_count, &newest_triggers);
	int64	   *a_end;
	int64	   *b_end;
	int			changed = 0;

	*ranges = NIL;
	if (a == NULL || b == NULL)
		return ROLLUP_ALL;
	a_end = a + kept_triggers * TRACE_WORDS;
	b_end = b + newest_triggers * TRACE_WORDS;
	/* all but triggers */
	if (kept_count - kept_triggers * TRACE_WORDS != newest_count - newest_triggers * TRACE_WORDS ||
		memcmp(a_end, b_end, sizeof(int64) * (kept_count - 1 - kept_triggers * TRACE_WORDS)) != 0)
		return ROLLUP_ALL;
	/* triggers, in the order of their OIDs */
	while (a < a_end || b < b_end)
	{
		bool		in_a = a < a_end && (b == b_end || (uint32) a[TRACE_TRIGGER] <= (uint32) b[TRACE_TRIGGER]);
		bool		in_b = b < b_end && (a == a_end || (uint32) b[TRACE_TRIGGER] <= (uint32) a[TRACE_TRIGGER]);

		if (!in_a || !in_b || memcmp(a, b, sizeof(int64) * TRACE_LO) != 0)
		{
			changed++;
			if (in_a && !add_range(ranges, range_kept(a)))
				return ROLLUP_ALL;
			if (in_b && !add_range(ranges, catalogs == NULL ? range_kept(b) :
								   range_of(catalogs, source, (Oid) ((uint64) b[TRACE_TRIGGER] >> 32))))
				return ROLLUP_ALL;
		}
		if (in_a)
			a += TRACE_WORDS;
		if (in_b)
			b += TRACE_WORDS;
	}
	/* most of the table is as good as all of it */
	if (changed > 2 && changed > newest_triggers / 2)
		return ROLLUP_ALL;
	*ranges = joined_ranges(*ranges);
	return changed == 0 ? ROLLUP_NOTHING : ROLLUP_PARTITIONS;
}

/*
 * For readers and rollup_status: what has changed by now since the traces "kept"
 * (NULL: there are none), and why changes could go unmarked.
 */
RollupChange
rollup_changed(RollupSource *source, ArrayType *kept, List **ranges, RollupReport *report)
{
	Snapshot	latest = newest_snapshot();
	Catalogs	catalogs;
	ArrayType  *newest;
	RollupChange result = ROLLUP_ALL;
	bool		mine;

	*ranges = NIL;
	open_catalogs(&catalogs);
	newest = tables_seen(&catalogs, source, latest, false, &mine, report);
	if (kept != NULL && newest != NULL)
	{
		result = what_changed(&catalogs, source, kept, newest, ranges);
		end_look_up(&catalogs.class);
		end_look_up(&catalogs.inherits);
	}
	close_catalogs(&catalogs);
	UnregisterSnapshot(latest);
	return result;
}

/* For refreshes: between two traces */
RollupChange
rollup_changed_between(RollupSource *source, ArrayType *kept, ArrayType *seen, List **ranges)
{
	return what_changed(NULL, source, kept, seen, ranges);
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
	newest = tables_seen(&catalogs, source, latest, true, &mine, NULL);
	if (seen && newest != NULL)
	{
		ArrayType  *here = tables_seen(&catalogs, source, GetActiveSnapshot(), true, &mine, NULL);

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
