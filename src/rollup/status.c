/*
 * status.c
 *		What the rollups of a database have to do.
 *
 * Monitoring runs as a superuser or as a member of many roles, over rollups that
 * belong to anybody.  So nothing of theirs is executed here, no view, no policy,
 * no rule and no function: the objects of a rollup are found by dependencies,
 * and read row by row.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

/* A rollup of this database */
typedef struct Found
{
	Oid			view;			/* hourly_bucket */
	Oid			state;
	char	   *schema;
	char	   *name;
} Found;

/* The columns of rollup_status */
enum
{
	COLUMN_ROLLUP, COLUMN_BUCKETS, COLUMN_DIRTY, COLUMN_EVERYTHING, COLUMN_MARKS, COLUMN_OLDEST, COLUMN_OFF,
	COLUMN_REFRESHED, COLUMN_ERROR, COLUMN_ROWS, COLUMN_SIZE, COLUMN_SHARE, COLUMN_TOOK, COLUMN_CHANGED,
	COLUMN_KEPT, COLUMN_LATE, COLUMN_COLUMNS
};

typedef struct Row
{
	Datum		values[COLUMN_COLUMNS];
	bool		nulls[COLUMN_COLUMNS];
} Row;

static void
put(Row *row, int column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

/* ---------- finding rollups ---------- */

static bool
calls_rollup_tables(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
	{
		HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(((FuncExpr *) node)->funcid));
		bool		found = false;

		if (HeapTupleIsValid(tuple))
		{
			Form_pg_proc function = (Form_pg_proc) GETSTRUCT(tuple);

			found = function->prolang == ClanguageId && strcmp(NameStr(function->proname), "_rollup_tables") == 0;
			ReleaseSysCache(tuple);
		}
		if (found)
			return true;
	}
	return expression_tree_walker(node, calls_rollup_tables, arg);
}

/* The table whose column has the default, if that is what a refresh keeps of its rollup; InvalidOid otherwise. */
static Oid
state_of_default(Relation defaults, Oid attrdef)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			table = InvalidOid;

	ScanKeyInit(&key, Anum_pg_attrdef_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(attrdef));
	scan = systable_beginscan(defaults, AttrDefaultOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		bool		isnull;
		Datum		stored = heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(defaults), &isnull);

		if (!isnull && calls_rollup_tables(stringToNode(TextDatumGetCString(stored)), NULL))
			table = ((Form_pg_attrdef) GETSTRUCT(tuple))->adrelid;
	}
	systable_endscan(scan);
	return table;
}

static Form_pg_class
class_of(HeapTuple tuple)
{
	return (Form_pg_class) GETSTRUCT(tuple);
}

/* Adds the rollup of a view, if it is one that the user may see. */
static List *
add_rollup(List *rollups, Relation defaults, Oid view, Oid attrdef)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	ListCell   *cell;
	Oid			state;

	if (!HeapTupleIsValid(tuple))
		return rollups;
	if (class_of(tuple)->relkind == RELKIND_VIEW && has_privs_of_role(GetUserId(), class_of(tuple)->relowner))
	{
		state = state_of_default(defaults, attrdef);
		foreach(cell, rollups)
			if (((Found *) lfirst(cell))->view == view)
				state = InvalidOid;
		if (OidIsValid(state))
		{
			Found	   *found = palloc(sizeof(Found));
			char	   *name = pstrdup(NameStr(class_of(tuple)->relname));
			size_t		length = strlen(name);

			if (length > 7 && strcmp(name + length - 7, "_bucket") == 0)
				name[length - 7] = '\0';
			found->view = view;
			found->state = state;
			found->schema = get_namespace_name(class_of(tuple)->relnamespace);
			found->name = name;
			if (found->schema != NULL)
				rollups = lappend(rollups, found);
		}
	}
	ReleaseSysCache(tuple);
	return rollups;
}

static int
compare_found(const ListCell *a, const ListCell *b)
{
	const Found *x = lfirst(a);
	const Found *y = lfirst(b);
	int			result = strcmp(x->schema, y->schema);

	return result != 0 ? result : strcmp(x->name, y->name);
}

/* The rollups whose owner's rights the user has: the views that the default of a state names. */
static List *
find_rollups(Oid only)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	Relation	defaults = table_open(AttrDefaultRelationId, AccessShareLock);
	List	   *rollups = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(AttrDefaultRelationId));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);

		if (row->refclassid == RelationRelationId && (!OidIsValid(only) || row->refobjid == only))
			rollups = add_rollup(rollups, defaults, row->refobjid, row->objid);
	}
	systable_endscan(scan);
	table_close(defaults, AccessShareLock);
	table_close(depend, AccessShareLock);
	list_sort(rollups, compare_found);
	return rollups;
}

/* What a rewrite rule belongs to */
static Oid
relation_of_rule(Relation rewrite, Oid rule)
{
	Oid			relid = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(rewrite, RewriteOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		relid = ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_class;
	systable_endscan(scan);
	return relid;
}

/* The view that users read: it reads the state; InvalidOid if there is none. */
static Oid
reading_view(Found *found)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	Relation	rewrite = table_open(RewriteRelationId, AccessShareLock);
	Oid			result = InvalidOid;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(found->state));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);
		Oid			view = row->classid == RewriteRelationId ? relation_of_rule(rewrite, row->objid) : InvalidOid;
		char	   *name = OidIsValid(view) ? get_rel_name(view) : NULL;

		/* others may look at the state, too */
		if (name != NULL && (!OidIsValid(result) || strcmp(name, found->name) == 0))
			result = view;
	}
	systable_endscan(scan);
	table_close(rewrite, AccessShareLock);
	table_close(depend, AccessShareLock);
	return result;
}

/* The table of stored rows: the view that users read depends on it; InvalidOid if there is none. */
static Oid
stored_of(Found *found, Oid reading)
{
	Relation	depend;
	Relation	rewrite;
	Oid			result = InvalidOid;
	char	   *stored = psprintf("%s_stored", found->name);
	ScanKeyData keys[1];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (!OidIsValid(reading))
		return InvalidOid;
	depend = table_open(DependRelationId, AccessShareLock);
	rewrite = table_open(RewriteRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_rewrite_ev_class, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(reading));
	scan = systable_beginscan(rewrite, RewriteRelRulenameIndexId, true, NULL, 1, keys);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		ScanKeyData of_rule[2];
		SysScanDesc uses;
		HeapTuple	use;

		ScanKeyInit(&of_rule[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RewriteRelationId));
		ScanKeyInit(&of_rule[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(((Form_pg_rewrite) GETSTRUCT(tuple))->oid));
		uses = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, of_rule);
		while (HeapTupleIsValid(use = systable_getnext(uses)))
		{
			Form_pg_depend row = (Form_pg_depend) GETSTRUCT(use);
			char	   *name = row->refclassid == RelationRelationId ? get_rel_name(row->refobjid) : NULL;

			if (name != NULL && strcmp(name, stored) == 0)
				result = row->refobjid;
		}
		systable_endscan(uses);
	}
	systable_endscan(scan);
	table_close(rewrite, AccessShareLock);
	table_close(depend, AccessShareLock);
	return result;
}

/* ---------- reading tables ---------- */

/* A table of a rollup, open for reading row by row */
typedef struct Reading
{
	Relation	relation;
	TableScanDesc scan;
	TupleTableSlot *slot;
} Reading;

/* False if it is no table, or not one that the user may read. */
static bool
begin_reading(Reading *reading, Oid relid)
{
	reading->relation = OidIsValid(relid) ? try_relation_open(relid, AccessShareLock) : NULL;
	if (reading->relation == NULL)
		return false;
	if (reading->relation->rd_rel->relkind != RELKIND_RELATION ||
		!(has_privs_of_role(GetUserId(), reading->relation->rd_rel->relowner) ||
		  (pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		   !reading->relation->rd_rel->relrowsecurity)))
	{
		relation_close(reading->relation, AccessShareLock);
		return false;
	}
	reading->scan = table_beginscan(reading->relation, GetActiveSnapshot(), 0, NULL);
	reading->slot = table_slot_create(reading->relation, NULL);
	return true;
}

static bool
next_row(Reading *reading)
{
	CHECK_FOR_INTERRUPTS();
	return table_scan_getnextslot(reading->scan, ForwardScanDirection, reading->slot);
}

static void
end_reading(Reading *reading)
{
	ExecDropSingleTupleTableSlot(reading->slot);
	table_endscan(reading->scan);
	relation_close(reading->relation, AccessShareLock);
}

/* The number of a column, 0 if there is none of this name and type. */
static AttrNumber
column_named(Reading *reading, const char *name, Oid type)
{
	TupleDesc	desc = RelationGetDescr(reading->relation);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped && strcmp(NameStr(attribute->attname), name) == 0 &&
			(!OidIsValid(type) || attribute->atttypid == type))
			return attribute->attnum;
	}
	return InvalidAttrNumber;
}

static Datum
value_of(Reading *reading, AttrNumber column, bool *isnull)
{
	*isnull = true;
	return column == InvalidAttrNumber ? (Datum) 0 : slot_getattr(reading->slot, column, isnull);
}

/* ---------- marks ---------- */

typedef struct BucketType
{
	bool		byval;
	int16		length;
} BucketType;

typedef struct Bucket
{
	Datum		bucket;
	uint32		hash;
	char		status;
} Bucket;

#define SH_PREFIX buckets
#define SH_ELEMENT_TYPE Bucket
#define SH_KEY_TYPE Datum
#define SH_KEY bucket
#define SH_HASH_KEY(table, key) \
	datum_image_hash(key, ((BucketType *) (table)->private_data)->byval, ((BucketType *) (table)->private_data)->length)
#define SH_EQUAL(table, a, b) \
	datum_image_eq(a, b, ((BucketType *) (table)->private_data)->byval, ((BucketType *) (table)->private_data)->length)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct Marks
{
	int64		count;
	bool		everything;
	bool		readable;
	TimestampTz oldest;			/* of any */
	TimestampTz told;			/* when "error" was told */
	char	   *error;
	buckets_hash *seen;
	BucketType	type;
} Marks;

/* The moment before which all is kept, whatever is marked */
typedef struct Kept
{
	bool		is;
	Oid			type;
	Datum		value;
} Kept;

static bool
is_kept(Kept *kept, Form_pg_attribute column, Datum bucket)
{
	TypeCacheEntry *type;

	if (!kept->is || kept->type != column->atttypid)
		return false;
	type = lookup_type_cache(kept->type, TYPECACHE_CMP_PROC_FINFO);
	return OidIsValid(type->cmp_proc) &&
		DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo, column->attcollation, bucket, kept->value)) < 0;
}

static void
add_bucket(Marks *marks, Datum bucket)
{
	bool		found;

	/* compressed or short values would have other bytes */
	if (marks->type.length == -1)
		bucket = PointerGetDatum(PG_DETOAST_DATUM(bucket));
	if (buckets_lookup(marks->seen, bucket) == NULL)
		buckets_insert(marks->seen, datumCopy(bucket, marks->type.byval, marks->type.length), &found);
}

static void
read_marks(Oid dirty, Kept *kept, Marks *marks)
{
	Reading		reading;
	AttrNumber	bucket;
	AttrNumber	marked_at;
	AttrNumber	error;
	Form_pg_attribute attribute;

	marks->oldest = DT_NOEND;
	marks->readable = begin_reading(&reading, dirty);
	if (!marks->readable)
		return;
	bucket = column_named(&reading, "bucket", InvalidOid);
	marked_at = column_named(&reading, "marked_at", TIMESTAMPTZOID);
	error = column_named(&reading, "error", TEXTOID);
	marks->readable = bucket != InvalidAttrNumber;
	if (marks->readable)
	{
		attribute = TupleDescAttr(RelationGetDescr(reading.relation), bucket - 1);
		marks->type.byval = attribute->attbyval;
		marks->type.length = attribute->attlen;
		marks->seen = buckets_create(CurrentMemoryContext, 64, &marks->type);
		while (next_row(&reading))
		{
			bool		isnull;
			Datum		value = value_of(&reading, bucket, &isnull);
			TimestampTz at;

			marks->count++;
			if (isnull)
				marks->everything = true;
			else if (!is_kept(kept, attribute, value))
				add_bucket(marks, value);
			at = DatumGetTimestampTz(value_of(&reading, marked_at, &isnull));
			if (isnull)
				at = DT_NOBEGIN;
			else if (at < marks->oldest)
				marks->oldest = at;
			value = value_of(&reading, error, &isnull);
			if (!isnull && (marks->error == NULL || at > marks->told))
			{
				marks->error = TextDatumGetCString(value);
				marks->told = at;
			}
		}
	}
	end_reading(&reading);
}

/* ---------- the answer ---------- */

/* Counts the rows of hourly_extent, and adds those buckets to the dirty ones whose rows lay in some ranges. */
static int64
read_extents(RollupSource *source, Kept *kept, Marks *marks, List *ranges, bool *readable)
{
	Reading		reading;
	int64		rows = 0;
	Oid			type = get_atttype(source->fact, source->along);
	AttrNumber	bucket;
	AttrNumber	lo;
	AttrNumber	hi;

	*readable = begin_reading(&reading, source->extent);
	if (!*readable)
		return 0;
	bucket = column_named(&reading, "bucket", InvalidOid);
	lo = column_named(&reading, "lo", type);
	hi = column_named(&reading, "hi", type);
	while (next_row(&reading))
	{
		bool		no_bucket;
		bool		no_lo;
		bool		no_hi;
		Datum		value = value_of(&reading, bucket, &no_bucket);
		Datum		low = value_of(&reading, lo, &no_lo);
		Datum		high = value_of(&reading, hi, &no_hi);
		ListCell   *cell;

		rows++;
		if (no_bucket || no_lo || no_hi || marks->seen == NULL ||
			is_kept(kept, TupleDescAttr(RelationGetDescr(reading.relation), bucket - 1), value))
			continue;
		foreach(cell, ranges)
		{
			RollupRange *range = lfirst(cell);

			if (rollup_number(type, low) <= range->hi && rollup_number(type, high) >= range->lo)
				add_bucket(marks, value);
		}
	}
	end_reading(&reading);
	return rows;
}

static int64
count_rows(Oid relid, bool *readable)
{
	Reading		reading;
	int64		rows = 0;

	*readable = begin_reading(&reading, relid);
	if (!*readable)
		return 0;
	while (next_row(&reading))
		rows++;
	end_reading(&reading);
	return rows;
}

/* A table of more pages than this is not counted, but estimated. */
#define MAX_COUNTED_PAGES 1024

/* The bytes of a table with its indexes; 0 if it is gone */
static int64
size_of(Oid relid)
{
	LOCAL_FCINFO(fcinfo, 1);
	Datum		size;

	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = ObjectIdGetDatum(relid);
	fcinfo->args[0].isnull = false;
	size = pg_total_relation_size(fcinfo);
	return fcinfo->isnull ? 0 : DatumGetInt64(size);
}

/* What is stored: its rows (of a large table about), and the bytes of all tables with their indexes */
static void
read_store(Oid stored, Oid others[], int count, Row *row)
{
	Relation	relation = OidIsValid(stored) ? try_relation_open(stored, AccessShareLock) : NULL;
	BlockNumber pages;
	double		rows;
	double		visible;
	bool		readable = true;
	int64		size;

	if (relation == NULL)
		return;
	if (relation->rd_rel->relkind != RELKIND_RELATION)
	{
		relation_close(relation, AccessShareLock);
		return;
	}
	table_relation_estimate_size(relation, NULL, &pages, &rows, &visible);
	relation_close(relation, AccessShareLock);
	if (pages <= MAX_COUNTED_PAGES)
		rows = count_rows(stored, &readable);
	if (readable)
		put(row, COLUMN_ROWS, Int64GetDatum((int64) rows));
	size = size_of(stored);
	for (int i = 0; i < count; i++)
		if (OidIsValid(others[i]) && get_rel_relkind(others[i]) == RELKIND_RELATION)
			size += size_of(others[i]);
	put(row, COLUMN_SIZE, Int64GetDatum(size));
}

/* A column of the state, if it is there, of this type and not NULL */
static void
put_state(Reading *reading, Row *row, int column, const char *name, Oid type)
{
	bool		isnull;
	AttrNumber	number = column_named(reading, name, type);
	Datum		value = value_of(reading, number, &isnull);
	Form_pg_attribute attribute;

	if (isnull)
		return;
	attribute = TupleDescAttr(RelationGetDescr(reading->relation), number - 1);
	put(row, column, datumCopy(value, attribute->attbyval, attribute->attlen));
}

static void
put_kept(Reading *reading, Row *row, Kept *kept)
{
	AttrNumber	number = column_named(reading, "kept", InvalidOid);
	bool		isnull;
	Datum		value = value_of(reading, number, &isnull);
	Form_pg_attribute attribute;
	Oid			output;
	bool		varlena;

	if (isnull)
		return;
	attribute = TupleDescAttr(RelationGetDescr(reading->relation), number - 1);
	getTypeOutputInfo(attribute->atttypid, &output, &varlena);
	put(row, COLUMN_KEPT, CStringGetTextDatum(OidOutputFunctionCall(output, value)));
	kept->is = true;
	kept->type = attribute->atttypid;
	kept->value = datumCopy(value, attribute->attbyval, attribute->attlen);
}

/* What the last refresh kept: whether it still holds, and when it was. */
static void
read_state(Found *found, RollupSource *source, RollupReport *report, bool *everything, List **ranges, Kept *past, Row *row)
{
	Reading		reading;
	ArrayType  *kept = NULL;

	if (begin_reading(&reading, found->state))
	{
		if (next_row(&reading))
		{
			bool		isnull;
			Datum		value = value_of(&reading, column_named(&reading, "tables", INT8ARRAYOID), &isnull);

			if (!isnull)
				kept = DatumGetArrayTypePCopy(value);
			put_state(&reading, row, COLUMN_REFRESHED, "refreshed_at", TIMESTAMPTZOID);
			put_state(&reading, row, COLUMN_TOOK, "took", INTERVALOID);
			put_state(&reading, row, COLUMN_CHANGED, "changed", INT8OID);
			put_kept(&reading, row, past);
			put_state(&reading, row, COLUMN_LATE, "late", INT8OID);
		}
		end_reading(&reading);
	}
	*everything = source == NULL || rollup_changed(source, kept, ranges, report) == ROLLUP_ALL;
}

static Oid
owner_of_table(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = class_of(tuple)->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* What the owner of the rollup does not own, or may not read any more */
static void
check_owners(RollupSource *source, Oid state, Oid reading, RollupReport *report)
{
	Oid			objects[] = {source->dirty, source->extent, source->direct, state, reading};
	ListCell   *cell;

	for (int i = 0; i < (int) lengthof(objects); i++)
	{
		Oid			owner = OidIsValid(objects[i]) ? owner_of_table(objects[i]) : InvalidOid;

		if (OidIsValid(owner) && owner != source->owner)
			report->problems = lappend(report->problems,
									   psprintf("%s belongs to %s, and the rollup to %s: call rollup_enable", get_rel_name(objects[i]),
												GetUserNameFromId(owner, true), GetUserNameFromId(source->owner, true)));
	}
	foreach(cell, source->tables)
	{
		bool		missing = false;

		if (pg_class_aclcheck_ext(lfirst_oid(cell), source->owner, ACL_SELECT, &missing) != ACLCHECK_OK && !missing)
		{
			/* rights on all columns that it reads are enough, but rare */
			if (pg_attribute_aclcheck_all(lfirst_oid(cell), source->owner, ACL_SELECT, ACLMASK_ANY) != ACLCHECK_OK)
				report->problems = lappend(report->problems,
										   psprintf("%s may not read table %s: call rollup_enable",
													GetUserNameFromId(source->owner, true), get_rel_name(lfirst_oid(cell))));
		}
	}
}

/* False if the rollup has been dropped meanwhile. */
static bool
describe(Found *found, Row *row)
{
	RollupSource *source = rollup_source_if_any(found->view);
	RollupReport report = {NIL, NIL};
	List	   *ranges = NIL;
	Marks		marks = {0};
	Kept		kept = {false};
	bool		everything;
	bool		readable = false;
	char	   *view = get_rel_name(found->view);
	Oid			reading = reading_view(found);
	int64		buckets = 0;
	int64		dirty;

	if (source == NULL && view == NULL)
		return false;
	memset(row->nulls, true, sizeof(row->nulls));
	if (OidIsValid(reading))
		put(row, COLUMN_ROLLUP, ObjectIdGetDatum(reading));
	read_state(found, source, &report, &everything, &ranges, &kept, row);
	if (source != NULL)
	{
		check_owners(source, found->state, reading, &report);
		read_marks(source->dirty, &kept, &marks);
		buckets = read_extents(source, &kept, &marks, ranges, &readable);
	}
	else
		report.problems = lappend(report.problems, psprintf("view %s.%s does not describe a rollup any more",
															quote_identifier(found->schema), quote_identifier(view)));
	everything = everything || marks.everything || !marks.readable;
	dirty = marks.readable ? marks.seen->members : 0;
	put(row, COLUMN_EVERYTHING, BoolGetDatum(everything));
	if (everything || (readable && dirty > 0))
		put(row, COLUMN_SHARE, Float8GetDatum(everything ? 1 : Min(1, dirty / Max(buckets, 1.0))));
	else if (readable)
		put(row, COLUMN_SHARE, Float8GetDatum(0));
	read_store(stored_of(found, reading), (Oid[]) {found->state, source != NULL ? source->dirty : InvalidOid, source != NULL ? source->extent : InvalidOid}, 3, row);
	if (readable)
		put(row, COLUMN_BUCKETS, Int64GetDatum(buckets));
	if (marks.readable)
	{
		put(row, COLUMN_DIRTY, Int64GetDatum(dirty));
		put(row, COLUMN_MARKS, Int64GetDatum(marks.count));
	}
	if (marks.oldest != DT_NOEND)
		put(row, COLUMN_OLDEST, TimestampTzGetDatum(marks.oldest));
	if (report.off != NIL)
		put(row, COLUMN_OFF, PointerGetDatum(rollup_joined(report.off)));
	if (report.problems != NIL)
		put(row, COLUMN_ERROR, PointerGetDatum(rollup_joined(report.problems)));
	else if (marks.error != NULL)
		put(row, COLUMN_ERROR, CStringGetTextDatum(marks.error));
	return true;
}

/* _rollup_status(hourly_bucket): the rollup of a view, or all whose owner's rights the user has */
PG_FUNCTION_INFO_V1(rollup_status_rows);
Datum
rollup_status_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "kpi rollup status", ALLOCSET_DEFAULT_SIZES);
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	if (result->setDesc->natts != COLUMN_COLUMNS)
		elog(ERROR, "_rollup_status must return rows of %d columns", COLUMN_COLUMNS);
	foreach(cell, find_rollups(PG_ARGISNULL(0) ? InvalidOid : PG_GETARG_OID(0)))
	{
		MemoryContext caller = MemoryContextSwitchTo(context);
		Row			row;
		bool		there = describe(lfirst(cell), &row);

		MemoryContextSwitchTo(caller);
		if (there)
			tuplestore_putvalues(result->setResult, result->setDesc, row.values, row.nulls);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	return (Datum) 0;
}
