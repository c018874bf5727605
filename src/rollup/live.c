/*
 * live.c
 *		Reading a rollup: which buckets are dirty, and what the query gives for them.
 *
 * The view of a rollup reads the list of what is dirty once (_rollup_dirty), takes
 * clean rows from the store (_rollup_clean) and the others from the query
 * (_rollup_live).  All three see the statement's snapshot.  The list is a value of
 * a type that nobody can write down, so it can be trusted.
 *
 * What is computed is planned when it is needed, with the ranges that are needed:
 * a clean reading plans nothing but the store, and one that is mostly dirty
 * runs the query itself.  Conditions of the reader on columns of the view are
 * found in his plan and given to the query, which may heed them or not: the
 * server checks them again.
 *
 * The query runs with the rights of the rollup's owner, as it would in any view.
 * That somebody came through the view is proved by a key that only the view
 * can read, in hourly_state; who calls the function himself must be allowed to
 * read hourly_direct.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

/*
 * Beyond this share of what lies between the first and the last dirty bucket, reading
 * all of that is cheaper than one index range a dirty bucket (measured; see docs/rollup.md).
 */
#define MOSTLY_DIRTY 0.10

/* Beyond this share of all buckets, the query itself runs. */
#define NEARLY_ALL 0.50

/* So many pages of marks are read at once rather than looked up. */
#define FEW_PAGES 4

/* After so many look-ups in the index of the marks, all of them are read. */
#define MAX_LOOK_UPS 32

/* How many marks the first look-up reads ahead; each further one reads twice as many. */
#define READ_AHEAD 32

#if PG_VERSION_NUM >= 180000
#define begin_index_scan(heap, index, keys) index_beginscan(heap, index, GetActiveSnapshot(), NULL, keys, 0)
#else
#define begin_index_scan(heap, index, keys) index_beginscan(heap, index, GetActiveSnapshot(), keys, 0)
#endif

/* ---------- places: buckets, and where their rows lie ---------- */

typedef struct PlaceType
{
	Oid			type;
	int16		length;
	bool		byval;
} PlaceType;

typedef struct Place
{
	Datum		bucket;
	Datum		lo;
	Datum		hi;
	uint32		hash;
	char		status;
} Place;

typedef struct Places Places;

#define SH_PREFIX place
#define SH_ELEMENT_TYPE Place
#define SH_KEY_TYPE Datum
#define SH_KEY bucket
#define SH_HASH_KEY(table, key) hash_place((Places *) (table)->private_data, key)
#define SH_EQUAL(table, a, b) same_place((Places *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#include "lib/simplehash.h"

struct Places
{
	PlaceType	bucket;			/* equal buckets have equal bytes (query.c sees to it) */
	PlaceType	along;
	Oid			collation;		/* of along */
	FmgrInfo   *compare;		/* of along; NULL where places do not matter */
	bool		keeps;			/* buckets before "kept" are read from the store, whatever happened to their rows */
	Datum		kept;
	FmgrInfo   *compare_buckets;
	Oid			bucket_collation;
	bool		anywhere;		/* of some it is not known where they lie */
	MemoryContext context;
	place_hash *hash;
};

static inline uint32
hash_place(Places *places, Datum bucket)
{
	if (places->bucket.byval)
	{
		uint64		bits = (uint64) bucket * UINT64CONST(0x9E3779B97F4A7C15);

		return (uint32) (bits >> 32);
	}
	return datum_image_hash(bucket, false, places->bucket.length);
}

static inline bool
same_place(Places *places, Datum a, Datum b)
{
	return places->bucket.byval ? a == b : datum_image_eq(a, b, false, places->bucket.length);
}

#define SH_PREFIX place
#define SH_ELEMENT_TYPE Place
#define SH_KEY_TYPE Datum
#define SH_KEY bucket
#define SH_HASH_KEY(table, key) hash_place((Places *) (table)->private_data, key)
#define SH_EQUAL(table, a, b) same_place((Places *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DEFINE
#include "lib/simplehash.h"

static inline bool
all_by_value(Places *places)
{
	return places->bucket.byval && places->along.byval;
}

static PlaceType
place_type(Oid type)
{
	PlaceType	result = {.type = type};

	get_typlenbyval(type, &result.length, &result.byval);
	return result;
}

static Places *
make_places(Oid bucket, Oid along, Oid collation, double expected)
{
	Places	   *places = palloc0(sizeof(Places));

	places->bucket = place_type(bucket);
	places->along = place_type(along);
	places->collation = collation;
	places->context = CurrentMemoryContext;
	places->hash = place_create(CurrentMemoryContext, (uint32) Min(expected, 1e6) + 8, places);
	return places;
}

static Places *
places_of(RollupSource *source, double expected)
{
	Oid			type;
	int32		typmod;
	Oid			collation;
	Places	   *places;
	TypeCacheEntry *typcache;

	get_atttypetypmodcoll(source->fact, source->along, &type, &typmod, &collation);
	places = make_places(exprType(source->bucket), type, collation, expected);
	typcache = lookup_type_cache(type, TYPECACHE_CMP_PROC_FINFO);
	if (!OidIsValid(typcache->cmp_proc))
		elog(ERROR, "type %u has no order", type);
	places->compare = palloc(sizeof(FmgrInfo));
	fmgr_info_copy(places->compare, &typcache->cmp_proc_finfo, CurrentMemoryContext);
	return places;
}

static void
keep_before(Places *places, Datum kept, Oid collation)
{
	TypeCacheEntry *typcache = lookup_type_cache(places->bucket.type, TYPECACHE_CMP_PROC_FINFO);

	if (!OidIsValid(typcache->cmp_proc))
		elog(ERROR, "type %u has no order", places->bucket.type);
	places->keeps = true;
	places->kept = kept;
	places->bucket_collation = collation;
	places->compare_buckets = palloc(sizeof(FmgrInfo));
	fmgr_info_copy(places->compare_buckets, &typcache->cmp_proc_finfo, CurrentMemoryContext);
}

static inline bool
is_kept(Places *places, Datum bucket)
{
	return places->keeps &&
		DatumGetInt32(FunctionCall2Coll(places->compare_buckets, places->bucket_collation, bucket, places->kept)) < 0;
}

static inline int
compare_places(Places *places, Datum a, Datum b)
{
	return DatumGetInt32(FunctionCall2Coll(places->compare, places->collation, a, b));
}

static Datum
copy_place(Places *places, PlaceType *type, Datum value)
{
	MemoryContext caller;

	if (type->byval)
		return value;
	caller = MemoryContextSwitchTo(places->context);
	value = datumCopy(value, false, type->length);
	MemoryContextSwitchTo(caller);
	return value;
}

/* Adds a range to that of a bucket. */
static void
widen_place(Places *places, Place *place, Datum lo, Datum hi)
{
	if (compare_places(places, lo, place->lo) < 0)
		place->lo = copy_place(places, &places->along, lo);
	if (compare_places(places, hi, place->hi) > 0)
		place->hi = copy_place(places, &places->along, hi);
}

static void
add_place(Places *places, Datum bucket, Datum lo, Datum hi)
{
	bool		found;
	Place	   *place;

	if (is_kept(places, bucket))
		return;
	place = place_insert(places->hash, bucket, &found);
	if (found)
	{
		if (!places->anywhere)
			widen_place(places, place, lo, hi);
		return;
	}
	place->bucket = copy_place(places, &places->bucket, bucket);
	place->lo = copy_place(places, &places->along, lo);
	place->hi = copy_place(places, &places->along, hi);
}

/* ---------- the list ---------- */

/* A value of the type _rollup_dirty_list; what is kept, buckets and their ranges follow. */
typedef struct DirtyList
{
	int32		vl_len_;
	Oid			view;			/* hourly_bucket */
	Oid			bucket;			/* types */
	Oid			along;
	bool		everything;
	bool		through_view;	/* the key was right */
	int32		count;
	uint64		id;				/* a random number */
	Oid			marks;			/* the table of marks, and its index, if marks are looked up there: they are not in the list */
	Oid			index;
	uint64		ranges;			/* of partitions that have come or gone: a hash; 0: none have */
	Size		kept_size;		/* of the moment before which all is kept; 0: none is */
	Oid			collation;		/* of buckets, where that matters */
	char		places[FLEXIBLE_ARRAY_MEMBER];
} DirtyList;

static Size
serialized_size(Places *places)
{
	Size		size = 0;
	place_iterator i;
	Place	   *place;

	if (all_by_value(places))
		return places->hash->members * 3 * sizeof(Datum);
	place_start_iterate(places->hash, &i);
	while ((place = place_iterate(places->hash, &i)) != NULL)
		size += datumEstimateSpace(place->bucket, false, places->bucket.byval, places->bucket.length) +
			datumEstimateSpace(place->lo, false, places->along.byval, places->along.length) +
			datumEstimateSpace(place->hi, false, places->along.byval, places->along.length);
	return size;
}

static uint64
hash_ranges(List *ranges)
{
	uint64		hash = 0;
	ListCell   *cell;

	foreach(cell, ranges)
		hash = hash_bytes_extended(lfirst(cell), sizeof(RollupRange), hash);
	return hash;
}

static bytea *
write_list(RollupSource *source, Places *places, bool everything, bool through_view, Oid index, List *ranges)
{
	Size		kept_size = places->keeps ? datumEstimateSpace(places->kept, false, places->bucket.byval, places->bucket.length) : 0;
	Size		size = everything ? 0 : serialized_size(places);
	DirtyList  *list;
	char	   *end;
	place_iterator i;
	Place	   *place;

	/* a list that no value can hold */
	if (!AllocSizeIsValid(offsetof(DirtyList, places) + kept_size + size))
	{
		everything = true;
		size = 0;
	}
	size += offsetof(DirtyList, places) + kept_size;
	list = palloc0(size);
	SET_VARSIZE(list, size);
	if (!pg_strong_random(&list->id, sizeof(list->id)))
		elog(ERROR, "no random number");
	list->view = source->view;
	list->bucket = places->bucket.type;
	list->along = places->along.type;
	list->everything = everything;
	list->through_view = through_view;
	list->marks = source->dirty;
	list->index = everything ? InvalidOid : index;
	list->ranges = hash_ranges(ranges);
	list->kept_size = kept_size;
	list->collation = places->bucket_collation;
	end = list->places;
	if (places->keeps)
		datumSerialize(places->kept, false, places->bucket.byval, places->bucket.length, &end);
	if (everything)
		return (bytea *) list;
	list->count = places->hash->members;
	place_start_iterate(places->hash, &i);
	while ((place = place_iterate(places->hash, &i)) != NULL)
	{
		if (all_by_value(places))
		{
			memcpy(end, &place->bucket, sizeof(Datum));
			memcpy(end + sizeof(Datum), &place->lo, sizeof(Datum));
			memcpy(end + 2 * sizeof(Datum), &place->hi, sizeof(Datum));
			end += 3 * sizeof(Datum);
			continue;
		}
		datumSerialize(place->bucket, false, places->bucket.byval, places->bucket.length, &end);
		datumSerialize(place->lo, false, places->along.byval, places->along.length, &end);
		datumSerialize(place->hi, false, places->along.byval, places->along.length, &end);
	}
	return (bytea *) list;
}

/* The moment before which all is kept */
static void
read_kept(DirtyList *list, Places *places)
{
	char	   *start = list->places;
	bool		isnull;

	if (list->kept_size > 0)
		keep_before(places, datumRestore(&start, &isnull), list->collation);
}

/* Takes the next place from a list. */
static Place
next_place(Places *places, char **end)
{
	Place		place = {0};
	bool		isnull;

	if (all_by_value(places))
	{
		memcpy(&place.bucket, *end, sizeof(Datum));
		memcpy(&place.lo, *end + sizeof(Datum), sizeof(Datum));
		memcpy(&place.hi, *end + 2 * sizeof(Datum), sizeof(Datum));
		*end += 3 * sizeof(Datum);
		return place;
	}
	place.bucket = datumRestore(end, &isnull);
	place.lo = datumRestore(end, &isnull);
	place.hi = datumRestore(end, &isnull);
	return place;
}

PG_FUNCTION_INFO_V1(rollup_list_in);
Datum
rollup_list_in(PG_FUNCTION_ARGS)
{
	ereturn(fcinfo->context, (Datum) 0,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot accept a value of type %s", "_rollup_dirty_list"),
			 errhint("The views of rollups make such values, and use them.")));
}

PG_FUNCTION_INFO_V1(rollup_list_out);
Datum
rollup_list_out(PG_FUNCTION_ARGS)
{
	DirtyList  *list = (DirtyList *) PG_GETARG_VARLENA_P(0);

	if (list->everything)
		PG_RETURN_CSTRING(pstrdup("everything"));
	PG_RETURN_CSTRING(psprintf("%d buckets", list->count));
}

/* ---------- what is dirty ---------- */

/* Reads a column of hourly_state; false if there is nothing. */
static bool
read_state(RollupSource *source, const char *name, Oid type, Datum *value)
{
	Oid			state = rollup_state_of(source);
	Relation	relation = OidIsValid(state) ? try_relation_open(state, AccessShareLock) : NULL;
	AttrNumber	column;
	bool		found = false;

	if (relation == NULL)
		return false;
	column = get_attnum(state, name);
	if (column > 0 && get_atttype(state, column) == type)
	{
		TableScanDesc scan = table_beginscan(relation, GetActiveSnapshot(), 0, NULL);
		TupleTableSlot *slot = table_slot_create(relation, NULL);

		while (!found && table_scan_getnextslot(scan, ForwardScanDirection, slot))
		{
			bool		isnull;

			*value = slot_getattr(slot, column, &isnull);
			found = !isnull;
			if (found)
				*value = datumCopy(*value, false, get_typlen(type));
		}
		ExecDropSingleTupleTableSlot(slot);
		table_endscan(scan);
	}
	relation_close(relation, NoLock);
	return found;
}

/* Whether a key is that of the rollup, which its owner's view alone can read */
static bool
key_is_right(RollupSource *source, pg_uuid_t *key)
{
	Datum		value;

	return read_state(source, "key", UUIDOID, &value) && memcmp(DatumGetUUIDP(value), key, sizeof(pg_uuid_t)) == 0;
}

/* Whether the user may read what a rollup computes without coming through its view */
static bool
may_read(RollupSource *source)
{
	return pg_class_aclcheck(source->direct, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
}

/* The table of marks, which must be one */
static Relation
open_marks(Oid relid, Places *places)
{
	Relation	dirty = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(dirty);

	if (dirty->rd_rel->relkind != RELKIND_RELATION || desc->natts < 3 ||
		TupleDescAttr(desc, 0)->atttypid != places->bucket.type ||
		TupleDescAttr(desc, 1)->atttypid != places->along.type ||
		TupleDescAttr(desc, 2)->atttypid != places->along.type)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" does not hold the marks of a rollup", RelationGetRelationName(dirty)),
				 errhint("It must stay as rollup_create made it.")));
	return dirty;
}

/* Adds the place of a mark; false if it means everything. */
static bool
add_mark(Places *places, TupleTableSlot *slot, MemoryContext row)
{
	MemoryContext caller;
	Datum		bucket;

	slot_getsomeattrs(slot, 3);
	if (slot->tts_isnull[0] || slot->tts_isnull[1] || slot->tts_isnull[2])
		return false;
	bucket = slot->tts_values[0];
	if (all_by_value(places))
	{
		add_place(places, bucket, slot->tts_values[1], slot->tts_values[2]);
		return true;
	}
	caller = MemoryContextSwitchTo(row);
	/* compressed or short values would have other bytes */
	if (places->bucket.length == -1)
		bucket = PointerGetDatum(PG_DETOAST_DATUM(bucket));
	add_place(places, bucket, slot->tts_values[1], slot->tts_values[2]);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(row);
	return true;
}

/* Reads the marks that a snapshot sees; true if one of them means everything. */
static bool
read_marks(Relation dirty, Places *places)
{
	TableScanDesc scan = table_beginscan(dirty, GetActiveSnapshot(), 0, NULL);
	TupleTableSlot *slot = table_slot_create(dirty, NULL);
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "kpi mark", ALLOCSET_SMALL_SIZES);
	bool		everything = false;

	while (!everything && table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		everything = !add_mark(places, slot, row);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
	MemoryContextDelete(row);
	return everything;
}

/* The same, of marks that can be looked up: which buckets they name. */
static void
read_buckets(Relation dirty, Places *places)
{
	TableScanDesc scan = table_beginscan(dirty, GetActiveSnapshot(), 0, NULL);
	TupleTableSlot *slot = table_slot_create(dirty, NULL);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		isnull;
		bool		found;
		Datum		bucket = slot_getattr(slot, 1, &isnull);

		CHECK_FOR_INTERRUPTS();
		if (!isnull)
			(void) place_insert(places->hash, bucket, &found);
	}
	ExecDropSingleTupleTableSlot(slot);
	table_endscan(scan);
}

/*
 * The index of the marks by bucket: one that has all of them, in the order of
 * numbers.  (A rollup has one where its buckets are numbers, unless 1.0.0 made it.)
 */
static Oid
index_of_marks(Relation dirty, Places *places)
{
	Oid			result = InvalidOid;
	ListCell   *cell;

	if (!dirty->rd_rel->relhasindex || !places->bucket.byval || !rollup_is_numbered(places->bucket.type))
		return InvalidOid;
	foreach(cell, RelationGetIndexList(dirty))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		Form_pg_index form = index->rd_index;

		if (!OidIsValid(result) && index->rd_rel->relam == BTREE_AM_OID && form->indisvalid && form->indisready && !form->indcheckxmin &&
			form->indkey.values[0] == 1 && index->rd_opcintype[0] == places->bucket.type && index->rd_indoption[0] == 0 &&
			heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL) &&
			OidIsValid(get_opfamily_member(index->rd_opfamily[0], places->bucket.type, places->bucket.type, BTGreaterEqualStrategyNumber)) &&
			index->rd_opfamily[0] == lookup_type_cache(places->bucket.type, TYPECACHE_BTREE_OPFAMILY)->btree_opf)
			result = RelationGetRelid(index);
		index_close(index, result == RelationGetRelid(index) ? NoLock : AccessShareLock);
	}
	return result;
}

static Relation
open_index_of_marks(Relation dirty, Oid index)
{
	Relation	result = index_open(index, AccessShareLock);

	if (result->rd_index->indrelid != RelationGetRelid(dirty))
		elog(ERROR, "index %u is not one of the marks", index);
	return result;
}

/* Whether a mark of everything can be seen */
static bool
all_is_marked(Relation dirty, Oid index)
{
	Relation	relation = open_index_of_marks(dirty, index);
	TupleTableSlot *slot = table_slot_create(dirty, NULL);
	IndexScanDesc scan = begin_index_scan(dirty, relation, 1);
	ScanKeyData key;
	bool		found;

	ScanKeyEntryInitialize(&key, SK_ISNULL | SK_SEARCHNULL, 1, InvalidStrategy, InvalidOid, InvalidOid, InvalidOid, (Datum) 0);
	index_rescan(scan, &key, 1, NULL, 0);
	found = index_getnext_slot(scan, ForwardScanDirection, slot);
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(relation, NoLock);
	return found;
}

static bool add_ranges_safely(RollupSource *source, Places *places, List *ranges);

/* _rollup_dirty(hourly_bucket, tables, key, kept): the list; what is in hourly_state, or NULL */
PG_FUNCTION_INFO_V1(rollup_dirty);
Datum
rollup_dirty(PG_FUNCTION_ARGS)
{
	RollupSource *source;
	Places	   *places;
	bool		through_view;
	bool		everything;
	List	   *ranges = NIL;
	Relation	marks;
	Oid			index = InvalidOid;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	source = rollup_source(PG_GETARG_OID(0));
	through_view = !PG_ARGISNULL(2) && key_is_right(source, PG_GETARG_UUID_P(2));
	/* others could ask by ranges of their own where rows lie */
	everything = PG_ARGISNULL(1) || !(through_view || may_read(source)) ||
		rollup_changed(source, PG_GETARG_ARRAYTYPE_P(1), &ranges, NULL) == ROLLUP_ALL;
	places = places_of(source, 0);
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
	{
		if (get_fn_expr_argtype(fcinfo->flinfo, 3) != places->bucket.type)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("the buckets of the rollup are of type %s", format_type_be(places->bucket.type)),
					 errhint("The views of rollups use this function.")));
		keep_before(places, places->bucket.length == -1 ? PointerGetDatum(PG_DETOAST_DATUM(PG_GETARG_DATUM(3))) : PG_GETARG_DATUM(3),
					exprCollation(source->bucket));
	}
	marks = open_marks(source->dirty, places);
	if (!everything && RelationGetNumberOfBlocks(marks) > FEW_PAGES)
		index = index_of_marks(marks, places);
	everything = everything || (OidIsValid(index) ? all_is_marked(marks, index) : read_marks(marks, places));
	table_close(marks, NoLock);
	if (!everything && ranges != NIL)
		everything = !add_ranges_safely(source, places, ranges);
	PG_RETURN_BYTEA_P(write_list(source, places, everything, through_view, index, ranges));
}

typedef struct CleanCache
{
	uint64		id;				/* of the list that was read */
	Places	   *places;			/* buckets that are known to be dirty */

	/* where marks are looked up: all of them between two numbers are known, both included */
	int64		from;
	int64		to;				/* less than "from": none are */
	int			look_ups;
} CleanCache;

/*
 * Reads marks from a bucket upwards, some way: then all are known up to where it
 * ends, or to where others were read before.
 */
static void
look_up(CleanCache *cache, DirtyList *list, Datum bucket)
{
	Places	   *places = cache->places;
	Oid			type = places->bucket.type;
	int64		start = rollup_number(type, bucket);
	int64		end = PG_INT64_MAX;
	int64		before = start;
	int			ahead = READ_AHEAD << Min(cache->look_ups, 16);
	int			seen = 0;
	Relation	dirty = open_marks(list->marks, places);
	Relation	index = open_index_of_marks(dirty, list->index);
	TupleTableSlot *slot = table_slot_create(dirty, NULL);
	IndexScanDesc scan = begin_index_scan(dirty, index, 1);
	RegProcedure function = get_opcode(get_opfamily_member(index->rd_opfamily[0], type, type, BTGreaterEqualStrategyNumber));
	ScanKeyData key;
	ItemPointer place;

	/* the keys tell how far, whether or not the marks can be seen */
	scan->xs_want_itup = true;
	ScanKeyEntryInitialize(&key, 0, 1, BTGreaterEqualStrategyNumber, type, InvalidOid, function, bucket);
	index_rescan(scan, &key, 1, NULL, 0);
	while ((place = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		bool		isnull;
		bool		found;
		Datum		marked = index_getattr(scan->xs_itup, 1, scan->xs_itupdesc, &isnull);
		int64		number = rollup_number(type, marked);

		CHECK_FOR_INTERRUPTS();
		if (number > before && cache->from <= cache->to && start < cache->from && number >= cache->from)
		{
			end = Max(cache->to, number - 1);
			break;
		}
		if (number > before && seen >= ahead)
		{
			end = number - 1;
			break;
		}
		before = number;
		seen++;
		if (place_lookup(places->hash, marked) == NULL)
		{
			if (index_fetch_heap(scan, slot))
				(void) place_insert(places->hash, marked, &found);
		}
		else if (seen >= ahead)
		{
			end = number;
			break;
		}
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, NoLock);
	table_close(dirty, NoLock);
	cache->from = start;
	cache->to = end;
}

/* Whether a bucket has a mark, where marks are looked up */
static bool
is_marked(CleanCache *cache, DirtyList *list, Datum bucket)
{
	Places	   *places = cache->places;
	int64		number = rollup_number(places->bucket.type, bucket);
	MemoryContext caller;

	if ((number < cache->from || number > cache->to) && place_lookup(places->hash, bucket) == NULL)
	{
		caller = MemoryContextSwitchTo(places->context);
		if (++cache->look_ups <= MAX_LOOK_UPS)
			look_up(cache, list, bucket);
		else
		{
			/* (the place of a mark does not matter here) */
			Relation	dirty = open_marks(list->marks, places);

			read_buckets(dirty, places);
			table_close(dirty, NoLock);
			cache->from = PG_INT64_MIN;
			cache->to = PG_INT64_MAX;
		}
		MemoryContextSwitchTo(caller);
	}
	return place_lookup(places->hash, bucket) != NULL;
}

/* _rollup_clean(list, bucket): whether a bucket is not in the list */
PG_FUNCTION_INFO_V1(rollup_clean);
Datum
rollup_clean(PG_FUNCTION_ARGS)
{
	DirtyList  *list = (DirtyList *) PG_GETARG_POINTER(0);
	CleanCache *cache = fcinfo->flinfo->fn_extra;
	Datum		bucket = PG_GETARG_DATUM(1);

	if (VARATT_IS_EXTENDED(list))
		list = (DirtyList *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	if (list->everything && list->kept_size == 0)
		PG_RETURN_BOOL(false);
	if (!list->everything && list->count == 0 && !OidIsValid(list->index))
		PG_RETURN_BOOL(true);
	if (cache == NULL || cache->id != list->id)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		char	   *end;
		bool		found;

		if (get_fn_expr_argtype(fcinfo->flinfo, 1) != list->bucket)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("the buckets of the list are of type %s", format_type_be(list->bucket)),
					 errhint("The views of rollups use this function.")));
		cache = palloc0(sizeof(CleanCache));
		cache->id = list->id;
		cache->from = 1;
		cache->places = make_places(list->bucket, list->along, InvalidOid, list->count);
		read_kept(list, cache->places);
		end = list->places + list->kept_size;
		for (int i = 0; i < list->count; i++)
			(void) place_insert(cache->places->hash, next_place(cache->places, &end).bucket, &found);
		fcinfo->flinfo->fn_extra = cache;
		MemoryContextSwitchTo(caller);
	}
	if (cache->places->bucket.length == -1)
		bucket = PointerGetDatum(PG_DETOAST_DATUM(bucket));
	if (list->everything)
		PG_RETURN_BOOL(is_kept(cache->places, bucket));
	if (OidIsValid(list->index))
		PG_RETURN_BOOL(is_kept(cache->places, bucket) || !is_marked(cache, list, bucket));
	PG_RETURN_BOOL(place_lookup(cache->places->hash, bucket) == NULL);
}

/* The planner is told that nearly all is clean. */
PG_FUNCTION_INFO_V1(rollup_clean_support);
Datum
rollup_clean_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = 0.99;
	PG_RETURN_POINTER(request);
}

/* ---------- the reader's conditions ---------- */

typedef struct Condition
{
	AttrNumber	column;
	Oid			left;			/* the type of the column as the operator sees it */
	Oid			operator;
	Oid			collation;
	bool		any;			/* = ANY (array) */
	bool		reversed;		/* value operator column */
	Oid			type;
	Datum		value;
} Condition;

/* The scan of the function in the plan that runs: it has this very expression. */
static FunctionScan *
find_scan(Plan *plan, Node *call)
{
	List	   *children = NIL;
	FunctionScan *found;
	ListCell   *cell;

	if (plan == NULL)
		return NULL;
	check_stack_depth();
	switch (nodeTag(plan))
	{
		case T_FunctionScan:
			foreach(cell, ((FunctionScan *) plan)->functions)
				if (((RangeTblFunction *) lfirst(cell))->funcexpr == call)
					return (FunctionScan *) plan;
			break;
		case T_Append:
			children = ((Append *) plan)->appendplans;
			break;
		case T_MergeAppend:
			children = ((MergeAppend *) plan)->mergeplans;
			break;
		case T_SubqueryScan:
			children = list_make1(((SubqueryScan *) plan)->subplan);
			break;
		case T_CustomScan:
			children = ((CustomScan *) plan)->custom_plans;
			break;
		default:
			break;
	}
	foreach(cell, children)
		if ((found = find_scan(lfirst(cell), call)) != NULL)
			return found;
	if ((found = find_scan(outerPlan(plan), call)) != NULL)
		return found;
	return find_scan(innerPlan(plan), call);
}

/* The server's own types, of which no operator runs code of users */
static bool
is_plain_type(Oid type)
{
	Oid			collation = get_typcollation(type);

	return type < FirstNormalObjectId && get_typtype(type) == TYPTYPE_BASE && !OidIsValid(get_element_type(type)) &&
		(!OidIsValid(collation) || collation == DEFAULT_COLLATION_OID);
}

static bool
is_plain_operator(Oid operator)
{
	Oid			function = get_opcode(operator);
	HeapTuple	tuple;
	bool		result;

	if (operator >= FirstNormalObjectId || function >= FirstNormalObjectId)
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_proc) GETSTRUCT(tuple))->prolang == INTERNALlanguageId &&
		((Form_pg_proc) GETSTRUCT(tuple))->provolatile == PROVOLATILE_IMMUTABLE &&
		((Form_pg_proc) GETSTRUCT(tuple))->proisstrict;
	ReleaseSysCache(tuple);
	return result;
}

static bool
varies(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) ||
		(IsA(node, Param) && ((Param *) node)->paramkind != PARAM_EXTERN))
		return true;
	return expression_tree_walker(node, varies, arg);
}

static bool
read_side(Node *column, Node *value, Index varno, ExprContext *econtext, Condition *condition)
{
	Var		   *var = (Var *) column;
	bool		isnull;

	if (IsA(column, RelabelType))
		var = (Var *) ((RelabelType *) column)->arg;
	if (!IsA(var, Var) || (Index) var->varno != varno || var->varattno <= 0 || varies(value, NULL) ||
		contain_volatile_functions(value) || !is_plain_type(var->vartype) || !is_plain_type(exprType(column)) ||
		var->varcollid != exprCollation(column))
		return false;
	condition->column = var->varattno;
	condition->left = exprType(column);
	condition->type = exprType(value);
	if (!is_plain_type(condition->any ? get_element_type(condition->type) : condition->type))
		return false;
	if (OidIsValid(condition->collation) && condition->collation != var->varcollid)
		return false;
	/* here and now, as the reader */
	condition->value = ExecEvalExpr(ExecInitExpr((Expr *) value, NULL), econtext, &isnull);
	return !isnull;
}

/* The conditions column operator value on what the function returns; others are left out. */
static List *
conditions_of(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	EState	   *estate = result->econtext != NULL ? result->econtext->ecxt_estate : NULL;
	PlannedStmt *statement = estate != NULL ? estate->es_plannedstmt : NULL;
	FunctionScan *scan;
	List	   *conditions = NIL;
	ListCell   *cell;

	if (statement == NULL || fcinfo->flinfo->fn_expr == NULL)
		return NIL;
	scan = find_scan(statement->planTree, fcinfo->flinfo->fn_expr);
	foreach(cell, statement->subplans)
		if (scan == NULL)
			scan = find_scan(lfirst(cell), fcinfo->flinfo->fn_expr);
	if (scan == NULL)
		return NIL;
	foreach(cell, scan->scan.plan.qual)
	{
		Node	   *node = lfirst(cell);
		Condition	condition = {0};
		List	   *args;
		bool		understood;

		if (IsA(node, OpExpr))
		{
			condition.operator = ((OpExpr *) node)->opno;
			condition.collation = ((OpExpr *) node)->inputcollid;
			args = ((OpExpr *) node)->args;
		}
		else if (IsA(node, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) node)->useOr)
		{
			condition.operator = ((ScalarArrayOpExpr *) node)->opno;
			condition.collation = ((ScalarArrayOpExpr *) node)->inputcollid;
			condition.any = true;
			args = ((ScalarArrayOpExpr *) node)->args;
		}
		else
			continue;
		if (list_length(args) != 2 || !is_plain_operator(condition.operator))
			continue;
		understood = read_side(linitial(args), lsecond(args), scan->scan.scanrelid, result->econtext, &condition);
		if (!understood && !condition.any)
		{
			condition.reversed = true;
			understood = read_side(lsecond(args), linitial(args), scan->scan.scanrelid, result->econtext, &condition);
		}
		if (understood)
		{
			Condition  *kept = palloc(sizeof(Condition));

			*kept = condition;
			conditions = lappend(conditions, kept);
		}
	}
	return conditions;
}

/* Whether a value of the column fulfils the condition */
static bool
fulfils(Condition *condition, FmgrInfo *function, Datum column)
{
	ArrayType  *array;
	ArrayIterator i;
	Datum		value;
	bool		isnull;
	bool		result = false;

	if (!condition->any)
		return DatumGetBool(condition->reversed ?
							FunctionCall2Coll(function, condition->collation, condition->value, column) :
							FunctionCall2Coll(function, condition->collation, column, condition->value));
	array = DatumGetArrayTypeP(condition->value);
	i = array_create_iterator(array, 0, NULL);
	while (!result && array_iterate(i, &value, &isnull))
		result = !isnull && DatumGetBool(FunctionCall2Coll(function, condition->collation, column, value));
	array_free_iterator(i);
	return result;
}

/* What a reader asks for of the buckets */
typedef struct Asked
{
	int			count;
	Condition **conditions;
	FmgrInfo   *functions;
	bool	   *by_index;		/* the index sees to it */
} Asked;

static Asked
asked_of(List *conditions, AttrNumber position)
{
	int			length = Max(list_length(conditions), 1);
	Asked		asked = {.count = 0, .conditions = palloc(sizeof(Condition *) * length),
	.functions = palloc(sizeof(FmgrInfo) * length), .by_index = palloc0(sizeof(bool) * length)};
	ListCell   *cell;

	foreach(cell, conditions)
	{
		Condition  *condition = lfirst(cell);

		if (condition->column != position)
			continue;
		fmgr_info(get_opcode(condition->operator), &asked.functions[asked.count]);
		asked.conditions[asked.count++] = condition;
	}
	return asked;
}

static bool
is_asked_for(Asked *asked, Datum bucket)
{
	for (int i = 0; i < asked->count; i++)
		if (!asked->by_index[i] && !fulfils(asked->conditions[i], &asked->functions[i], bucket))
			return false;
	return true;
}

/* Those places of a list that the reader asks for */
static void
read_list(DirtyList *list, Places *places, Asked *asked)
{
	char	   *end = list->places + list->kept_size;

	for (int i = 0; i < list->count; i++)
	{
		Place		place = next_place(places, &end);
		bool		found;
		Place	   *copy;

		CHECK_FOR_INTERRUPTS();
		if (!is_asked_for(asked, place.bucket))
			continue;
		copy = place_insert(places->hash, place.bucket, &found);
		copy->lo = place.lo;
		copy->hi = place.hi;
	}
}

/* The conditions that the index can heed, as its keys; how many these are */
static int
keys_of(Asked *asked, Relation index, ScanKeyData *keys)
{
	int			count = 0;

	for (int i = 0; i < asked->count; i++)
	{
		Condition  *condition = asked->conditions[i];
		Oid			operator = condition->reversed ? get_commutator(condition->operator) : condition->operator;
		Oid			type = condition->any ? get_element_type(condition->type) : condition->type;
		int			strategy;
		Oid			left;
		Oid			right;

		if (!OidIsValid(operator) || !op_in_opfamily(operator, index->rd_opfamily[0]))
			continue;
		get_op_opfamily_properties(operator, index->rd_opfamily[0], false, &strategy, &left, &right);
		if (left != index->rd_opcintype[0] || right != type || (condition->any && strategy != BTEqualStrategyNumber))
			continue;
		ScanKeyEntryInitialize(&keys[count++], condition->any ? SK_SEARCHARRAY : 0, 1, strategy, right, InvalidOid,
							   get_opcode(operator), condition->value);
		asked->by_index[i] = true;
	}
	return count;
}

/* The marks that the reader asks for, where they are looked up */
static void
read_marks_asked_for(DirtyList *list, Places *places, Asked *asked)
{
	Relation	dirty = open_marks(list->marks, places);
	Relation	index = open_index_of_marks(dirty, list->index);
	ScanKeyData *keys = palloc(sizeof(ScanKeyData) * Max(asked->count, 1));
	int			count = keys_of(asked, index, keys);
	IndexScanDesc by_index = count > 0 ? begin_index_scan(dirty, index, count) : NULL;
	TableScanDesc scan = count > 0 ? NULL : table_beginscan(dirty, GetActiveSnapshot(), 0, NULL);
	TupleTableSlot *slot = table_slot_create(dirty, NULL);
	MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "kpi mark", ALLOCSET_SMALL_SIZES);

	if (by_index != NULL)
		index_rescan(by_index, keys, count, NULL, 0);
	while (by_index != NULL ? index_getnext_slot(by_index, ForwardScanDirection, slot) :
		   table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		bool		isnull;
		bool		found;
		Datum		bucket = slot_getattr(slot, 1, &isnull);

		CHECK_FOR_INTERRUPTS();
		if (isnull || !is_asked_for(asked, bucket) || add_mark(places, slot, row) || is_kept(places, bucket))
			continue;
		/* no refresh, no trigger makes such a mark */
		(void) place_insert(places->hash, bucket, &found);
		places->anywhere = true;
	}
	ExecDropSingleTupleTableSlot(slot);
	MemoryContextDelete(row);
	if (by_index != NULL)
		index_endscan(by_index);
	else
		table_endscan(scan);
	index_close(index, NoLock);
	table_close(dirty, NoLock);
}

/* ---------- computing ---------- */

/* Takes the rows of a query, and keeps those of the buckets that are wanted. */
typedef struct BucketReceiver
{
	DestReceiver pub;
	Tuplestorestate *store;
	TupleDesc	desc;
	AttrNumber	position;
	Places	   *places;			/* NULL: all of them */
	MemoryContext row;
} BucketReceiver;

static void
receive_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	BucketReceiver *receiver = (BucketReceiver *) self;

	(void) operation;
	if (desc->natts != receiver->desc->natts)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the query of the rollup gives %d columns, not %d", desc->natts, receiver->desc->natts),
				 errhint("Its tables must stay as rollup_create made them. Make the rollup anew.")));
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->atttypid != TupleDescAttr(receiver->desc, i)->atttypid)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of the rollup's query is of type %s, not %s",
							NameStr(TupleDescAttr(desc, i)->attname), format_type_be(TupleDescAttr(desc, i)->atttypid),
							format_type_be(TupleDescAttr(receiver->desc, i)->atttypid)),
					 errhint("Its tables must stay as rollup_create made them. Make the rollup anew.")));
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	BucketReceiver *receiver = (BucketReceiver *) self;
	Places	   *places = receiver->places;

	if (places != NULL)
	{
		bool		isnull;
		Datum		bucket = slot_getattr(slot, receiver->position, &isnull);
		bool		wanted;

		if (isnull)
			return true;
		if (places->bucket.length == -1)
		{
			MemoryContext caller = MemoryContextSwitchTo(receiver->row);

			wanted = place_lookup(places->hash, PointerGetDatum(PG_DETOAST_DATUM(bucket))) != NULL;
			MemoryContextSwitchTo(caller);
			MemoryContextReset(receiver->row);
		}
		else
			wanted = place_lookup(places->hash, bucket) != NULL;
		if (!wanted)
			return true;
	}
	tuplestore_puttupleslot(receiver->store, slot);
	return true;
}

static void
receive_nothing(DestReceiver *self)
{
	(void) self;
}

/* What a statement is made of: its text and the values of $1, $2, ... */
typedef struct Statement
{
	StringInfoData text;
	int			count;
	Oid			types[8];
	Datum		values[8];
	List	   *conditions;		/* their values follow */
} Statement;

static int
add_value(Statement *statement, Oid type, Datum value)
{
	statement->types[statement->count] = type;
	statement->values[statement->count] = value;
	return ++statement->count;
}

static void
run_statement(Statement *statement, DestReceiver *receiver)
{
	int			count = statement->count + list_length(statement->conditions);
	ParamListInfo params = makeParamList(count);
	SPIExecuteOptions options = {0};
	MemoryContext context = CurrentMemoryContext;
	ListCell   *cell;
	int			i;

	for (i = 0; i < statement->count; i++)
	{
		params->params[i].ptype = statement->types[i];
		params->params[i].value = statement->values[i];
	}
	foreach(cell, statement->conditions)
	{
		params->params[i].ptype = ((Condition *) lfirst(cell))->type;
		params->params[i++].value = ((Condition *) lfirst(cell))->value;
	}
	for (i = 0; i < count; i++)
	{
		params->params[i].isnull = false;
		params->params[i].pflags = PARAM_FLAG_CONST;
	}
	options.params = params;
	options.read_only = true;
	options.dest = receiver;
	PG_TRY();
	{
		if (SPI_execute_extended(statement->text.data, &options) != SPI_OK_SELECT)
			elog(ERROR, "not a query: %s", statement->text.data);
	}
	PG_CATCH();
	{
		/* the cause, without the text that we made */
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		error->context = NULL;
		error->internalquery = NULL;
		error->internalpos = 0;
		ReThrowError(error);
	}
	PG_END_TRY();
}

/* WHERE ..., on the columns of q */
static void
add_conditions(Statement *statement, RollupSource *source, List *conditions)
{
	const char *word = "WHERE";
	ListCell   *cell;

	statement->conditions = conditions;
	foreach(cell, conditions)
	{
		Condition  *condition = lfirst(cell);
		char	   *operator = get_opname(condition->operator);
		char	   *column = psprintf("(q.%s)::%s", quote_identifier(get_attname(source->direct, condition->column, false)),
									  format_type_be_qualified(condition->left));
		int			n = statement->count + list_cell_number(conditions, cell) + 1;

		if (condition->any)
			appendStringInfo(&statement->text, " %s %s OPERATOR(pg_catalog.%s) ANY ($%d)", word, column, operator, n);
		else if (condition->reversed)
			appendStringInfo(&statement->text, " %s $%d OPERATOR(pg_catalog.%s) %s", word, n, operator, column);
		else
			appendStringInfo(&statement->text, " %s %s OPERATOR(pg_catalog.%s) $%d", word, column, operator, n);
		word = "AND";
	}
}

/* Conditions without those on a column */
static List *
not_on(List *conditions, AttrNumber column)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, conditions)
		if (((Condition *) lfirst(cell))->column != column)
			result = lappend(result, lfirst(cell));
	return result;
}

static char *
qualified_name(Oid relid)
{
	char	   *name = get_rel_name(relid);

	if (name == NULL)
		elog(ERROR, "relation %u of a rollup is missing", relid);
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

/* A copy: what runs meanwhile may make the session forget its own. */
static RollupSource *
source_with_places(Oid view)
{
	RollupSource *source = palloc(sizeof(RollupSource));

	*source = *rollup_source(view);

	if (!OidIsValid(source->extent) || source->position <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the view \"%s\" was made by an older version of kpi_rollup", get_rel_name(view)),
				 errhint("Make the rollup anew: rollup_drop, rollup_create.")));
	return source;
}

/* Widens the places by where the last refresh saw the rows of the same buckets. */
static void
add_extents(RollupSource *source, Places *places)
{
	Statement	statement = {.count = 0};
	Datum	   *buckets = palloc(sizeof(Datum) * Max(places->hash->members, 1));
	int16		length;
	bool		byval;
	char		align;
	int			n = 0;
	place_iterator i;
	Place	   *place;

	place_start_iterate(places->hash, &i);
	while ((place = place_iterate(places->hash, &i)) != NULL)
		buckets[n++] = place->bucket;
	get_typlenbyvalalign(places->bucket.type, &length, &byval, &align);
	initStringInfo(&statement.text);
	add_value(&statement, get_array_type(places->bucket.type),
			  PointerGetDatum(construct_array(buckets, n, places->bucket.type, length, byval, align)));
	appendStringInfo(&statement.text, "SELECT e.bucket, e.lo, e.hi FROM %s AS e WHERE e.bucket = ANY ($1)",
					 qualified_name(source->extent));
	run_statement(&statement, NULL);
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[row];
		bool		isnull;
		Datum		bucket = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 1, &isnull);
		Datum		lo = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 2, &isnull);
		Datum		hi = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 3, &isnull);

		if (places->bucket.length == -1)
			bucket = PointerGetDatum(PG_DETOAST_DATUM(bucket));
		place = place_lookup(places->hash, bucket);
		if (place != NULL && !isnull)
			widen_place(places, place, lo, hi);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Adds the buckets that have rows in some ranges, or had them when they were
 * stored: partitions have come, gone, or lost their rows.
 */
static void
add_ranges(RollupSource *source, Places *places, List *ranges)
{
	Caller		caller;
	ListCell   *cell;

	source = source_with_places(source->view);
	rollup_become_owner(source->owner, &caller);
	SPI_connect();
	foreach(cell, ranges)
	{
		RollupRange *range = lfirst(cell);
		Statement	statement = {.count = 0};

		initStringInfo(&statement.text);
		add_value(&statement, places->along.type, rollup_from_number(places->along.type, range->lo));
		add_value(&statement, places->along.type, rollup_from_number(places->along.type, range->hi));
		appendStringInfo(&statement.text, "SELECT e.bucket, e.lo, e.hi FROM %s AS e WHERE e.lo <= $2 AND e.hi >= $1 "
						 "UNION ALL SELECT b.bucket, min(b.along), max(b.along) FROM %s AS b WHERE b.along BETWEEN $1 AND $2 GROUP BY b.bucket",
						 qualified_name(source->extent), qualified_name(source->view));
		run_statement(&statement, NULL);
		for (uint64 row = 0; row < SPI_processed; row++)
		{
			HeapTuple	tuple = SPI_tuptable->vals[row];
			bool		isnull;
			Datum		bucket = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 1, &isnull);
			Datum		lo;
			Datum		hi;

			/* in no bucket, the row is in no stored one either */
			if (isnull)
				continue;
			lo = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 2, &isnull);
			hi = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 3, &isnull);
			if (places->bucket.length == -1)
				bucket = PointerGetDatum(PG_DETOAST_DATUM(bucket));
			add_place(places, bucket, lo, hi);
		}
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_finish();
	rollup_become_caller(&caller, false);
}

/*
 * The same; false if a bucket among them cannot be computed.  The query may leave
 * such a row out.
 */
static bool
add_ranges_safely(RollupSource *source, Places *places, List *ranges)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	volatile bool known = true;

	/* no subtransactions there */
	if (IsInParallelMode())
	{
		add_ranges(source, places, ranges);
		return true;
	}
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		add_ranges(source, places, ranges);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		if (rollup_must_fail(geterrcode()))
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		known = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = resources;
	return known;
}

static int
compare_lo(const void *a, const void *b, void *arg)
{
	return compare_places(arg, ((const Place *) a)->lo, ((const Place *) b)->lo);
}

/* A place as a number, for types whose differences mean something */
static bool
place_as_number(Places *places, Datum value, double *number)
{
	switch (places->along.type)
	{
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INT8OID:
			*number = (double) DatumGetInt64(value);
			return true;
		case DATEOID:
		case INT4OID:
			*number = DatumGetInt32(value);
			return true;
		case INT2OID:
			*number = DatumGetInt16(value);
			return true;
	}
	return false;
}

/*
 * The places as disjoint ranges in order.  A gap that is half as wide as a bucket's
 * range, or less, is read too: neighbouring hours become one range.
 */
static int
ranges_of(Places *places, Place *ranges)
{
	int			count = 0;
	int			n = 0;
	double		gap = 0;
	double		lo;
	double		hi;
	place_iterator i;
	Place	   *place;

	place_start_iterate(places->hash, &i);
	while ((place = place_iterate(places->hash, &i)) != NULL)
	{
		if (place_as_number(places, place->lo, &lo) && place_as_number(places, place->hi, &hi))
			gap += hi - lo;
		ranges[count++] = *place;
	}
	gap /= 2.0 * Max(count, 1);
	qsort_arg(ranges, count, sizeof(Place), compare_lo, places);
	for (int k = 0; k < count; k++)
	{
		Place	   *last = n > 0 ? &ranges[n - 1] : NULL;

		if (last != NULL && (compare_places(places, ranges[k].lo, last->hi) <= 0 ||
							 (place_as_number(places, last->hi, &hi) && place_as_number(places, ranges[k].lo, &lo) && lo - hi <= gap)))
		{
			if (compare_places(places, ranges[k].hi, last->hi) > 0)
				last->hi = ranges[k].hi;
		}
		else
			ranges[n++] = ranges[k];
	}
	return n;
}

/* Whether ranges in order cover so much between the first and the last that reading all of that is cheaper */
static bool
are_dense(Places *places, Place *ranges, int count)
{
	double		covered = 0;
	double		first;
	double		last;
	double		lo;
	double		hi;

	if (!place_as_number(places, ranges[0].lo, &first))
		return false;
	last = first;
	for (int i = 0; i < count; i++)
		if (place_as_number(places, ranges[i].lo, &lo) && place_as_number(places, ranges[i].hi, &hi))
		{
			covered += hi - lo;
			last = Max(last, hi);
		}
	return covered > MOSTLY_DIRTY * (last - first);
}

/* Ranges as an array of rows of hourly_extent */
static Datum
array_of_ranges(RollupSource *source, Place *ranges, int count)
{
	Relation	extent = table_open(source->extent, AccessShareLock);
	TupleDesc	desc = BlessTupleDesc(CreateTupleDescCopy(RelationGetDescr(extent)));
	Oid			type = extent->rd_rel->reltype;
	Datum	   *rows = palloc(sizeof(Datum) * count);
	bool		nulls[3] = {false, false, false};

	if (desc->natts != 3)
		elog(ERROR, "table %u does not hold places", source->extent);
	for (int i = 0; i < count; i++)
	{
		Datum		values[3] = {ranges[i].bucket, ranges[i].lo, ranges[i].hi};

		rows[i] = HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
	}
	table_close(extent, NoLock);
	return PointerGetDatum(construct_array(rows, count, type, -1, false, TYPALIGN_DOUBLE));
}

/* About how many buckets there are */
static double
count_buckets(RollupSource *source)
{
	Relation	extent = table_open(source->extent, AccessShareLock);
	BlockNumber pages;
	double		rows;
	double		visible;

	table_relation_estimate_size(extent, NULL, &pages, &rows, &visible);
	table_close(extent, NoLock);
	return rows;
}

/*
 * Puts into the store what the query gives: for places, or for all buckets
 * (places NULL) that are not kept.  Runs as the rollup's owner.  Returns whether the
 * query read all rows; if not, the places tell which.
 */
static bool
compute(FunctionCallInfo fcinfo, RollupSource *source, Places *places, Places *kept, List *conditions)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Statement	statement = {.count = 0};
	BucketReceiver receiver = {
		.pub = {.receiveSlot = receive_row, .rStartup = receive_startup, .rShutdown = receive_nothing,
		.rDestroy = receive_nothing, .mydest = DestTuplestore},
		.store = result->setResult, .desc = result->setDesc, .position = source->position, .places = places};
	Place	   *ranges = NULL;
	int			count = 0;
	bool		all;
	Condition	alone = {0};	/* lives as long as the statement that points to it */
	Caller		caller;

	rollup_become_owner(source->owner, &caller);
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	receiver.row = AllocSetContextCreate(CurrentMemoryContext, "kpi bucket", ALLOCSET_SMALL_SIZES);
	all = places == NULL || places->anywhere || places->hash->members > Max(1, NEARLY_ALL * count_buckets(source));
	if (!all)
	{
		add_extents(source, places);
		ranges = palloc_extended(sizeof(Place) * Max(places->hash->members, 1), MCXT_ALLOC_HUGE);
		count = ranges_of(places, ranges);
		if (count > 1 && (are_dense(places, ranges, count) || count > MOSTLY_DIRTY * count_buckets(source)))
		{
			/* (they are disjoint and in order) */
			ranges[0].hi = ranges[count - 1].hi;
			count = 1;
		}
	}
	initStringInfo(&statement.text);
	if (all)
		appendStringInfo(&statement.text, "SELECT q.* FROM %s AS q", qualified_name(source->direct));
	else
	{
		RollupPart	part;

		rollup_part(source, &part);
		appendStringInfo(&statement.text, "SELECT q.* FROM (%s", part.before);
		if (count == 1)
			appendStringInfo(&statement.text, "(SELECT * FROM %s AS t WHERE t.%s BETWEEN $%d AND $%d)", part.fact, part.along,
							 add_value(&statement, places->along.type, ranges[0].lo),
							 add_value(&statement, places->along.type, ranges[0].hi));
		else
			appendStringInfo(&statement.text, "(SELECT t.* FROM %s._rollup_list($%d) AS r CROSS JOIN LATERAL "
							 "(SELECT * FROM %s AS f WHERE f.%s BETWEEN r.lo AND r.hi) AS t WHERE t.%s BETWEEN $%d AND $%d)",
							 quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid))),
							 add_value(&statement, get_array_type(get_rel_type_id(source->extent)), array_of_ranges(source, ranges, count)),
							 part.fact, part.along, part.along,
							 add_value(&statement, places->along.type, ranges[0].lo),
							 add_value(&statement, places->along.type, ranges[count - 1].hi));
		appendStringInfo(&statement.text, "%s) AS q", part.after);
	}
	/* the places are those that were asked for */
	if (places != NULL)
		conditions = not_on(conditions, source->position);
	add_conditions(&statement, source, conditions);
	/* alone, it is not disturbed by rows of its neighbours */
	if (places != NULL && places->hash->members == 1)
	{
		place_iterator i;
		Place	   *place;

		place_start_iterate(places->hash, &i);
		place = place_iterate(places->hash, &i);
		appendStringInfo(&statement.text, " %s q.%s = $%d", conditions == NIL ? "WHERE" : "AND",
						 quote_identifier(get_attname(source->direct, source->position, false)),
						 statement.count + list_length(conditions) + 1);
		alone.type = places->bucket.type;
		alone.value = place->bucket;
		statement.conditions = lappend(list_copy(conditions), &alone);
	}
	else if (places == NULL && kept->keeps)
	{
		appendStringInfo(&statement.text, " %s (q.%s < $%d) IS NOT TRUE", conditions == NIL ? "WHERE" : "AND",
						 quote_identifier(get_attname(source->direct, source->position, false)),
						 statement.count + list_length(conditions) + 1);
		alone.type = kept->bucket.type;
		alone.value = kept->kept;
		statement.conditions = lappend(list_copy(conditions), &alone);
	}
	run_statement(&statement, &receiver.pub);
	SPI_finish();
	rollup_become_caller(&caller, false);
	return all;
}

/*
 * After computing: TRUNCATE and its like are seen by old snapshots, too.  What was
 * computed is not put beside what the store gave if one came in between; a later
 * one waits for the locks of the computation.
 */
static void
check_unchanged(RollupSource *source, DirtyList *list, Places *places, bool all)
{
	Datum		kept;
	List	   *ranges;
	ListCell   *cell;
	RollupChange change = ROLLUP_ALL;
	place_iterator i;
	Place	   *place;

	if (read_state(source, "tables", INT8ARRAYOID, &kept))
		change = rollup_changed(source, DatumGetArrayTypeP(kept), &ranges, NULL);
	if (change == ROLLUP_NOTHING || (change == ROLLUP_PARTITIONS && hash_ranges(ranges) == list->ranges))
		return;
	place_start_iterate(places->hash, &i);
	while ((place = place_iterate(places->hash, &i)) != NULL)
	{
		bool		touched = change == ROLLUP_ALL || all;

		foreach(cell, touched ? NIL : ranges)
		{
			RollupRange *range = lfirst(cell);

			touched = touched || (rollup_number(places->along.type, place->lo) <= range->hi &&
								  rollup_number(places->along.type, place->hi) >= range->lo);
		}
		if (touched)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("the tables of the rollup have changed while it was read"),
					 errdetail("One was truncated, attached, detached or rewritten, or something else that its result depends on was altered."),
					 errhint("Read it again.")));
	}
}

static void
check_reader(RollupSource *source)
{
	if (!may_read(source))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for view %s", get_rel_name(source->direct)),
				 errhint("Read the view of the rollup. After a restore without data its owner must refresh it first.")));
}

/* _rollup_live(NULL::hourly_stored, list): the rows of the buckets in a list */
PG_FUNCTION_INFO_V1(rollup_live);
Datum
rollup_live(PG_FUNCTION_ARGS)
{
	DirtyList  *list = PG_ARGISNULL(1) ? NULL : (DirtyList *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1));
	RollupSource *source;
	Places	   *places;
	List	   *conditions;
	bool		all;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (list == NULL || (!list->everything && list->count == 0 && !OidIsValid(list->index)))
		PG_RETURN_NULL();
	source = source_with_places(list->view);
	conditions = conditions_of(fcinfo);
	places = places_of(source, 0);
	if (places->bucket.type != list->bucket || places->along.type != list->along)
		elog(ERROR, "the list is not of the rollup %u", list->view);
	read_kept(list, places);
	if (!list->everything)
	{
		Asked		asked = asked_of(conditions, source->position);

		read_list(list, places, &asked);
		if (OidIsValid(list->index))
			read_marks_asked_for(list, places, &asked);
		if (places->hash->members == 0)
			PG_RETURN_NULL();
	}
	if (!list->through_view)
		check_reader(source);
	all = compute(fcinfo, source, list->everything ? NULL : places, places, conditions);
	if (!list->everything)
		check_unchanged(source, list, places, all);
	PG_RETURN_NULL();
}

/* _rollup_compute(NULL::hourly_stored, hourly_bucket, places): the same for an array of rows of hourly_extent */
PG_FUNCTION_INFO_V1(rollup_compute);
Datum
rollup_compute(PG_FUNCTION_ARGS)
{
	RollupSource *source;
	Places	   *places;
	ArrayIterator i;
	Datum		row;
	bool		isnull;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	source = source_with_places(PG_GETARG_OID(1));
	check_reader(source);
	if (get_fn_expr_argtype(fcinfo->flinfo, 2) != get_array_type(get_rel_type_id(source->extent)))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("places must be rows of %s", get_rel_name(source->extent)),
				 errhint("The refresh of a rollup uses this function.")));
	places = places_of(source, 0);
	i = array_create_iterator(PG_GETARG_ARRAYTYPE_P(2), 0, NULL);
	while (array_iterate(i, &row, &isnull))
	{
		HeapTupleHeader header;
		Datum		values[3];
		bool		nulls[3];

		CHECK_FOR_INTERRUPTS();
		if (isnull)
			continue;
		header = DatumGetHeapTupleHeader(row);
		for (int k = 0; k < 3; k++)
			values[k] = GetAttributeByNum(header, k + 1, &nulls[k]);
		if (nulls[0] || nulls[1] || nulls[2])
			continue;
		if (places->bucket.length == -1)
			values[0] = PointerGetDatum(PG_DETOAST_DATUM(values[0]));
		add_place(places, values[0], values[1], values[2]);
	}
	if (places->hash->members > 0)
		(void) compute(fcinfo, source, places, places, NIL);
	PG_RETURN_NULL();
}
