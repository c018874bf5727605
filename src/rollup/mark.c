/*
 * mark.c
 *		The trigger functions of a rollup: every changed row leaves a mark.
 *
 * A mark says in which bucket a row lies and where along the indexed column.  It
 * is appended to a table, and to its index by bucket, in the writer's own transaction,
 * so no writer waits for another, and only a refresh that saw it takes it away.
 *
 * Row triggers, because partitions inherit them and the apply workers of logical
 * replication fire them.  A transaction that has marked a bucket need not mark
 * it again as long as that mark is there and spans the row's place: what was
 * marked is remembered until the transaction ends, a subtransaction is rolled
 * back, or marks are deleted.
 *
 * A writer's statement must not fail because of a rollup.  Where the bucket of a
 * row cannot be computed (infinity, mostly), everything is marked, and the mark
 * says why.  Where no mark can be left at all, because something of the rollup is
 * not as it was made, readers see that by themselves (tables.c): they read
 * everything from the tables, or say what is wrong.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_am.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#if PG_VERSION_NUM >= 160000
#define insert_index_tuples(info, slot, estate) ExecInsertIndexTuples(info, slot, estate, false, true, NULL, NIL, false)
#else
#define insert_index_tuples(info, slot, estate) ExecInsertIndexTuples(info, slot, estate, false, true, NULL, NIL)
#endif

/* The columns of a table of marks */
enum
{
	MARK_BUCKET, MARK_LO, MARK_HI, MARK_AT, MARK_COLUMNS,
	MARK_ERROR = MARK_COLUMNS	/* since 1.1.0 */
};

/* More remembered marks than this are forgotten: a bucket may be marked twice.  (They take about 10 MB.) */
#define MAX_REMEMBERED 100000

/*
 * A bucket whose mark had to be widened this often, by values of a type that we
 * know nothing of: everything is marked instead.
 */
#define MAX_WIDENED 1000

typedef struct Remembered
{
	Datum		bucket;
	Datum		lo;
	Datum		hi;
	uint32		hash;
	int			widened;
	char		status;
} Remembered;

typedef struct MarkTarget MarkTarget;

#define SH_PREFIX remembered
#define SH_ELEMENT_TYPE Remembered
#define SH_KEY_TYPE Datum
#define SH_KEY bucket
#define SH_HASH_KEY(table, key) hash_bucket((MarkTarget *) (table)->private_data, key)
#define SH_EQUAL(table, a, b) same_bucket((MarkTarget *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#include "lib/simplehash.h"

typedef struct ColumnType
{
	Oid			type;
	int16		length;
	bool		byval;
} ColumnType;

/* What a trigger needs, prepared once a session */
struct MarkTarget
{
	Oid			trigger;		/* the key */
	bool		valid;
	MemoryContext context;
	Oid			relid;			/* the table that the trigger is on */
	Oid			view;			/* hourly_bucket */
	Oid			dirty;
	TupleTableSlot *slot;		/* of a mark; NULL before the first */
	Oid			owner;
	bool		is_fact;
	bool		idle;			/* there is nothing to mark */
	char	   *error;			/* buckets cannot be computed, and why */

	/* what an UPDATE must change to matter */
	int			nread;
	AttrNumber *read;
	/* of these, what decides where a row lies */
	int			nplace;
	AttrNumber *place;

	/* of the fact */
	ExprContext *econtext;
	ExprState  *where;
	ExprState  *bucket;
	AttrNumber	along;
	bool		harmless;		/* only C functions: an error leaves nothing behind */
	ColumnType	bucket_type;
	ColumnType	along_type;
	Oid			along_collation;
	FmgrInfo	compare;		/* of along */

	/* what this transaction has marked */
	uint64		generation;
	bool		everything;
	MemoryContext marks_context;
	remembered_hash *marks;

	/* rows that come one after another in one bucket, where along is a number: how far they reach, and did in the bucket before */
	bool		numbered;
	Datum		current;
	int64		first;
	int64		last;
	int64		span;
};

static inline uint32
hash_bucket(MarkTarget *target, Datum bucket)
{
	if (target->bucket_type.byval)
		return (uint32) (((uint64) bucket * UINT64CONST(0x9E3779B97F4A7C15)) >> 32);
	return datum_image_hash(bucket, false, target->bucket_type.length);
}

static inline bool
same_bucket(MarkTarget *target, Datum a, Datum b)
{
	return target->bucket_type.byval ? a == b : datum_image_eq(a, b, false, target->bucket_type.length);
}

#define SH_PREFIX remembered
#define SH_ELEMENT_TYPE Remembered
#define SH_KEY_TYPE Datum
#define SH_KEY bucket
#define SH_HASH_KEY(table, key) hash_bucket((MarkTarget *) (table)->private_data, key)
#define SH_EQUAL(table, a, b) same_bucket((MarkTarget *) (table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct TargetEntryOf
{
	Oid			trigger;
	MarkTarget *target;
} TargetEntryOf;

static HTAB *targets;

/* The one of the row before, or NULL */
static MarkTarget *last_target = NULL;

/* Grows when marks that were written may not be there any more. */
static uint64 generation = 1;

/* The subtransaction that is rolled back has written no marks. */
static bool nothing_marked = false;

/* ---------- remembering ---------- */

static void
forget_at_end(XactEvent event, void *arg)
{
	(void) event;
	(void) arg;
	nothing_marked = false;
	generation++;
}

static void
forget_rolled_back(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	(void) mine;
	(void) parent;
	(void) arg;
	if (event == SUBXACT_EVENT_ABORT_SUB && !nothing_marked)
		generation++;
}

/* Rolls back a subtransaction of ours, in which no mark was written. */
static void
roll_back(void)
{
	nothing_marked = true;
	RollbackAndReleaseCurrentSubTransaction();
	nothing_marked = false;
}

static void
invalidate_targets(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	TargetEntryOf *entry;

	(void) arg;
	hash_seq_init(&status, targets);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		MarkTarget *target = entry->target;

		if (!OidIsValid(relid) || relid == target->relid || relid == target->view || relid == target->dirty)
			target->valid = false;
	}
}

static void
invalidate_functions(Datum arg, int cache, uint32 hash)
{
	(void) cache;
	(void) hash;
	invalidate_targets(arg, InvalidOid);
}

/* ---------- preparing ---------- */

static ColumnType
column_type(Oid type)
{
	ColumnType	result = {.type = type};

	get_typlenbyval(type, &result.length, &result.byval);
	return result;
}

/* The hourly_bucket that a trigger names in its WHEN clause */
static bool
find_regclass(Node *node, void *arg)
{
	Oid		   *view = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Const) && ((Const *) node)->consttype == REGCLASSOID && !((Const *) node)->constisnull)
	{
		*view = DatumGetObjectId(((Const *) node)->constvalue);
		return true;
	}
	return expression_tree_walker(node, find_regclass, view);
}

/* Whether a function could leave something behind when it fails */
static bool
not_in_c(Oid function, void *arg)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			language;

	(void) arg;
	if (!HeapTupleIsValid(tuple))
		return true;
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return language != INTERNALlanguageId && language != ClanguageId;
}

static bool
contains_other_than_c(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, CoerceToDomain) || check_functions_in_node(node, not_in_c, NULL))
		return true;
	return expression_tree_walker(node, contains_other_than_c, arg);
}

typedef struct Renumber
{
	Oid			fact;
	Oid			relid;
} Renumber;

/* A partition's column that corresponds to a column of the fact */
static AttrNumber
column_in(Oid fact, Oid relid, AttrNumber column)
{
	AttrNumber	result = column;

	if (relid != fact)
		result = get_attnum(relid, get_attname(fact, column, false));
	if (result <= 0)
		elog(ERROR, "table %u lacks column %d of table %u", relid, column, fact);
	return result;
}

static Node *
renumber(Node *node, void *arg)
{
	Renumber   *context = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var		   *var = copyObject((Var *) node);

		var->varattno = column_in(context->fact, context->relid, var->varattno);
		return (Node *) var;
	}
	return expression_tree_mutator(node, renumber, context);
}

/* An expression over the fact, for the rows of the trigger's table */
static Expr *
expression_for(MarkTarget *target, RollupSource *source, Node *node)
{
	Renumber	context = {source->fact, target->relid};
	/* a copy of its own, constants too: the source may be read anew and be gone before the trigger is */
	Expr	   *expression = expression_planner((Expr *) renumber(copyObject(node), &context));

	if (contains_other_than_c((Node *) expression, NULL))
		target->harmless = false;
	return expression;
}

static void
prepare_fact(MarkTarget *target, RollupSource *source)
{
	Oid			type;
	int32		typmod;
	TypeCacheEntry *typcache;

	target->harmless = true;
	target->econtext = CreateStandaloneExprContext();
	if (source->where != NULL)
	{
		Expr	   *where = expression_for(target, source, source->where);

		target->where = ExecInitQual(make_ands_implicit(where), NULL);
	}
	target->bucket = ExecInitExpr(expression_for(target, source, source->bucket), NULL);
	target->bucket_type = column_type(exprType(source->bucket));
	get_atttypetypmodcoll(source->fact, source->along, &type, &typmod, &target->along_collation);
	target->along = column_in(source->fact, target->relid, source->along);
	target->along_type = column_type(type);
	target->numbered = target->bucket_type.byval && rollup_is_numbered(type);
	target->first = 1;
	target->last = 0;
	typcache = lookup_type_cache(type, TYPECACHE_CMP_PROC);
	fmgr_info_cxt(typcache->cmp_proc, &target->compare, target->context);
}

/* The columns in which the two rows of an UPDATE must differ to matter */
static void
prepare_columns(MarkTarget *target, RollupSource *source, Oid table)
{
	ColumnsRead read = {.relid = table};
	Query	   *direct = rollup_view_query(source->direct);
	int			column = -1;

	if (direct == NULL)
		elog(ERROR, "view %u of a rollup is missing", source->direct);
	rollup_columns_read((Node *) direct, &read);
	if (target->is_fact)
		read.columns = bms_add_member(read.columns, source->along);
	target->nread = read.all ? -1 : 0;
	target->read = palloc(sizeof(AttrNumber) * (bms_num_members(read.columns) + 1));
	if (read.all)
		return;
	while ((column = bms_next_member(read.columns, column)) >= 0)
		target->read[target->nread++] = column_in(table, target->relid, column);
}

/* The columns that decide whether, and where, the fact's row is counted; none where a row as a whole does */
static void
prepare_place(MarkTarget *target, RollupSource *source)
{
	Bitmapset  *columns = NULL;
	int			column = -1;

	pull_varattnos(source->bucket, 1, &columns);
	pull_varattnos(source->where, 1, &columns);
	columns = bms_add_member(columns, source->along - FirstLowInvalidHeapAttributeNumber);
	target->nplace = 0;
	target->place = palloc(sizeof(AttrNumber) * bms_num_members(columns));
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		AttrNumber	number = column + FirstLowInvalidHeapAttributeNumber;

		if (number <= 0)
		{
			target->nplace = -1;
			return;
		}
		target->place[target->nplace++] = column_in(source->fact, target->relid, number);
	}
}

/*
 * The table of the query that the trigger's table is, or is a partition of, or
 * a child; also while it is being detached.
 */
static Oid
table_in_query(RollupSource *source, Oid relid)
{
	Relation	inherits;
	Oid			parent = relid;

	if (list_member_oid(source->tables, relid))
		return relid;
	inherits = table_open(InheritsRelationId, AccessShareLock);
	while (OidIsValid(parent) && !list_member_oid(source->tables, parent))
	{
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple	tuple;

		ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(parent));
		scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, NULL, 1, &key);
		tuple = systable_getnext(scan);
		parent = HeapTupleIsValid(tuple) ? ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent : InvalidOid;
		systable_endscan(scan);
	}
	table_close(inherits, AccessShareLock);
	return parent;
}

/* Errors that say nothing about the row, or the rollup */
bool
rollup_must_fail(int sqlerrcode)
{
	return ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION ||
		ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_INSUFFICIENT_RESOURCES ||
		ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK ||
		sqlerrcode == ERRCODE_DATA_CORRUPTED || sqlerrcode == ERRCODE_INDEX_CORRUPTED;
}

/* Ends an error that is told in a mark; returns its text. */
static char *
end_error(MemoryContext context)
{
	ErrorData  *error;
	char	   *message;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	message = pstrdup(error->message);
	FreeErrorData(error);
	FlushErrorState();
	return message;
}

/* As the owner, in a subtransaction: what the fact's expressions call may fail when it is planned. */
static void
prepare_fact_safely(MarkTarget *target, RollupSource *source)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner resources = CurrentResourceOwner;
	Caller		caller;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		rollup_become_owner(target->owner, &caller);
		prepare_fact(target, source);
		rollup_become_caller(&caller, false);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		if (rollup_must_fail(geterrcode()))
			PG_RE_THROW();
		target->error = end_error(context);
		roll_back();
		/* try again in the next transaction */
		target->harmless = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = resources;
}

/*
 * The triggers of rollup_create stay silent where the rollup has become
 * something else: its readers see that.  Others are errors of their makers.
 */
static bool
is_of_generator(Trigger *trigger)
{
	return strncmp(trigger->tgname, "0rollup", 7) == 0;
}

static void
prepare_target(MarkTarget *target, Trigger *trigger)
{
	Node	   *when = trigger->tgqual ? stringToNode(trigger->tgqual) : NULL;
	RollupSource *source;
	Oid			table;

	if (!find_regclass(when, &target->view))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("trigger \"%s\" on table \"%s\" does not name a rollup in its WHEN clause",
						trigger->tgname, get_rel_name(target->relid)),
				 errhint("Drop the trigger. rollup_create makes those that a rollup needs.")));
	source = is_of_generator(trigger) ? rollup_source_if_any(target->view) : rollup_source(target->view);
	table = source != NULL ? table_in_query(source, target->relid) : InvalidOid;
	if (!OidIsValid(table) && !is_of_generator(trigger))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not part of the rollup that trigger \"%s\" belongs to",
						get_rel_name(target->relid), trigger->tgname),
				 errhint("Drop the trigger. rollup_create makes those that a rollup needs.")));
	if (!OidIsValid(table))
	{
		target->idle = true;
		/* look again in the next transaction */
		target->harmless = false;
		return;
	}
	target->dirty = source->dirty;
	target->owner = source->owner;
	target->is_fact = table == source->fact;
	target->marks_context = AllocSetContextCreate(target->context, "kpi marks", ALLOCSET_SMALL_SIZES);
	prepare_columns(target, source, table);
	if (target->is_fact)
	{
		prepare_place(target, source);
		prepare_fact_safely(target, source);
	}
}

static void
begin_targets(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(TargetEntryOf)};

	targets = hash_create("kpi rollup triggers", 32, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(invalidate_targets, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, invalidate_functions, (Datum) 0);
	RegisterXactCallback(forget_at_end, NULL);
	RegisterSubXactCallback(forget_rolled_back, NULL);
}

static MarkTarget *
get_target(TriggerData *trigdata)
{
	Oid			trigger = trigdata->tg_trigger->tgoid;
	TargetEntryOf *entry;
	MarkTarget *target;
	MemoryContext context;
	MemoryContext caller;
	bool		found;

	if (last_target != NULL && last_target->trigger == trigger && last_target->valid &&
		(last_target->harmless || last_target->generation == generation))
		return last_target;
	if (targets == NULL)
		begin_targets();
	last_target = NULL;
	entry = hash_search(targets, &trigger, HASH_FIND, NULL);
	/* what a procedural language keeps of a function may not outlive the transaction */
	if (entry != NULL && entry->target->valid &&
		(entry->target->harmless || entry->target->generation == generation))
		return last_target = entry->target;

	context = AllocSetContextCreate(CurrentMemoryContext, "kpi rollup trigger", ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	target = palloc0(sizeof(MarkTarget));
	target->trigger = trigger;
	target->context = context;
	target->relid = RelationGetRelid(trigdata->tg_relation);
	target->harmless = true;
	target->generation = generation;
	prepare_target(target, trigdata->tg_trigger);
	MemoryContextSwitchTo(caller);
	target->valid = true;
	MemoryContextSetParent(context, CacheMemoryContext);
	entry = hash_search(targets, &trigger, HASH_ENTER, &found);
	/* a function of the query that writes may have brought us here: who called it still uses the old one */
	if (found)
		MemoryContextSetParent(entry->target->context, TopTransactionContext);
	entry->target = target;
	return last_target = target;
}

/* ---------- marks ---------- */

/* Whether a table can take marks, as rollup_create made it.  (If not, its file is another one than it was.) */
static bool
holds_marks(MarkTarget *target, Relation dirty)
{
	TupleDesc	desc = RelationGetDescr(dirty);

	return desc->natts >= MARK_COLUMNS && TupleDescAttr(desc, MARK_AT)->atttypid == TIMESTAMPTZOID &&
		(!target->is_fact || target->error != NULL ||
		 (TupleDescAttr(desc, MARK_BUCKET)->atttypid == target->bucket_type.type &&
		  TupleDescAttr(desc, MARK_LO)->atttypid == target->along_type.type &&
		  TupleDescAttr(desc, MARK_HI)->atttypid == target->along_type.type)) &&
		dirty->rd_rel->relkind == RELKIND_RELATION;
}

/* Whether an index is that of the buckets, as rollup_create makes it */
static bool
is_by_bucket(Relation index)
{
	Form_pg_index form = index->rd_index;

	return index->rd_rel->relam == BTREE_AM_OID && form->indnatts == 1 && form->indkey.values[0] == MARK_BUCKET + 1 &&
		form->indisready && !form->indisunique && rollup_is_numbered(index->rd_opcintype[0]) &&
		heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);
}

/* An index that somebody has made makes writers slower, and must not make them fail, unique or not. */
static void
append_to_any_indexes(Relation dirty, TupleTableSlot *slot)
{
	EState	   *estate = CreateExecutorState();
	ResultRelInfo *info = makeNode(ResultRelInfo);

	InitResultRelInfo(info, dirty, 1, NULL, 0);
	ExecOpenIndices(info, false);
	(void) insert_index_tuples(info, slot, estate);
	ExecCloseIndices(info);
	FreeExecutorState(estate);
}

static void
append_to_indexes(Relation dirty, TupleTableSlot *slot)
{
	List	   *indexes = RelationGetIndexList(dirty);
	Relation	index = list_length(indexes) == 1 ? index_open(linitial_oid(indexes), RowExclusiveLock) : NULL;

	if (index != NULL && is_by_bucket(index))
		index_insert(index, &slot->tts_values[MARK_BUCKET], &slot->tts_isnull[MARK_BUCKET], &slot->tts_tid, dirty,
					 UNIQUE_CHECK_NO, false, BuildIndexInfo(index));
	else
		append_to_any_indexes(dirty, slot);
	if (index != NULL)
		index_close(index, NoLock);
	list_free(indexes);
}

/* Appends a mark; bucket, lo and hi are NULL in a mark of everything, which tells why ("error" may be NULL). */
static void
append_mark(MarkTarget *target, bool everything, Datum bucket, Datum lo, Datum hi, const char *error)
{
	Relation	dirty = table_open(target->dirty, RowExclusiveLock);
	TupleDesc	desc = RelationGetDescr(dirty);
	TupleTableSlot *slot;

	/* readers see this table, too, and rely on nothing; the lock makes whoever mends it wait */
	if (!holds_marks(target, dirty))
	{
		table_close(dirty, NoLock);
		return;
	}
	if (target->slot == NULL || target->slot->tts_tupleDescriptor->natts != desc->natts)
	{
		MemoryContext caller = MemoryContextSwitchTo(target->context);

		target->slot = MakeSingleTupleTableSlot(CreateTupleDescCopy(desc), &TTSOpsVirtual);
		MemoryContextSwitchTo(caller);
	}
	slot = target->slot;
	ExecClearTuple(slot);
	slot->tts_values[MARK_BUCKET] = bucket;
	slot->tts_values[MARK_LO] = lo;
	slot->tts_values[MARK_HI] = hi;
	slot->tts_values[MARK_AT] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	slot->tts_isnull[MARK_BUCKET] = slot->tts_isnull[MARK_LO] = slot->tts_isnull[MARK_HI] = everything;
	slot->tts_isnull[MARK_AT] = false;
	for (int i = MARK_COLUMNS; i < desc->natts; i++)
		slot->tts_isnull[i] = true;
	if (error != NULL && desc->natts > MARK_ERROR && TupleDescAttr(desc, MARK_ERROR)->atttypid == TEXTOID)
	{
		slot->tts_values[MARK_ERROR] = CStringGetTextDatum(error);
		slot->tts_isnull[MARK_ERROR] = false;
	}
	ExecStoreVirtualTuple(slot);
	table_tuple_insert(dirty, slot, GetCurrentCommandId(true), 0, NULL);
	if (dirty->rd_rel->relhasindex)
		append_to_indexes(dirty, slot);
	table_close(dirty, NoLock);
}

static void
mark_everything(MarkTarget *target, const char *error)
{
	if (target->everything)
		return;
	append_mark(target, true, (Datum) 0, (Datum) 0, (Datum) 0, error);
	target->everything = true;
}

static inline int
compare_along(MarkTarget *target, Datum a, Datum b)
{
	return DatumGetInt32(FunctionCall2Coll(&target->compare, target->along_collation, a, b));
}

static bool
in_range(Oid type, int64 number)
{
	switch (type)
	{
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return IS_VALID_TIMESTAMP(number);
		case DATEOID:
			return number == (int32) number && IS_VALID_DATE(number);
		case INT4OID:
			return number == (int32) number;
		case INT2OID:
			return number == (int16) number;
		default:
			return true;
	}
}

/* Numbers, a quarter of the span beyond "to"; false where that is out of range, or the type has no numbers. */
static bool
number_beyond(Oid type, Datum from, Datum to, Datum *result)
{
	int64		end = rollup_number(type, to);
	int64		step;

	if (pg_sub_s64_overflow(end, rollup_number(type, from), &step) ||
		pg_add_s64_overflow(end, step / 4, &end) || !in_range(type, end))
		return false;
	*result = rollup_from_number(type, end);
	return true;
}

/*
 * A text beyond "to": what it has in common with "from", and, upwards, letters at the
 * end of the alphabet.  Keys that are counted up in digits or letters move
 * leftwards by it, one place at a time.  (The caller sees whether the collation agrees.)
 */
static Datum
text_beyond(Datum from, Datum to, bool upwards)
{
	text	   *a = DatumGetTextPP(from);
	text	   *b = DatumGetTextPP(to);
	int			length = VARSIZE_ANY_EXHDR(b);
	int			limit = Min((int) VARSIZE_ANY_EXHDR(a), length);
	int			common = 0;
	StringInfoData result;

	while (common < limit && VARDATA_ANY(a)[common] == VARDATA_ANY(b)[common])
		common++;
	initStringInfo(&result);
	appendBinaryStringInfo(&result, VARDATA_ANY(b), pg_mbcliplen(VARDATA_ANY(b), length, common));
	if (upwards)
		appendStringInfoString(&result, "zzzz");
	return PointerGetDatum(cstring_to_text_with_len(result.data, result.len));
}

/*
 * A place beyond "to", away from "from": rows that come in order would else need a
 * mark each.  What is marked may be too wide, at the cost of reading a few more
 * rows, never too narrow.  Types without such arithmetic, and places out of the
 * type's range, stay as they are.
 */
static Datum
beyond(MarkTarget *target, Datum from, Datum to)
{
	Oid			type = target->along_type.type;
	bool		upwards = compare_along(target, to, from) > 0;
	Datum		result;
	double		end;
	int			side;

	switch (type)
	{
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case INT8OID:
		case DATEOID:
		case INT4OID:
		case INT2OID:
			return number_beyond(type, from, to, &result) ? result : to;
		case FLOAT8OID:
			end = DatumGetFloat8(to);
			result = Float8GetDatum(end + (end - DatumGetFloat8(from)) / 4);
			break;
		case FLOAT4OID:
			end = DatumGetFloat4(to);
			result = Float4GetDatum((float4) (end + (end - DatumGetFloat4(from)) / 4));
			break;
		case NUMERICOID:
			result = DirectFunctionCall2(numeric_div, DirectFunctionCall2(numeric_sub, to, from),
										 NumericGetDatum(int64_to_numeric(4)));
			result = DirectFunctionCall2(numeric_add, to, result);
			break;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			result = text_beyond(from, to, upwards);
			break;
		default:
			return to;
	}
	/* not a number, rounded, or in the order of some collation: never narrower */
	side = compare_along(target, result, to);
	return (upwards ? side > 0 : side < 0) ? result : to;
}

/*
 * Rows that come in order fill a bucket as far as they filled the one before:
 * its mark is widened by that at once.
 */
static void
follow(MarkTarget *target, Datum bucket, Datum along)
{
	int64		number = rollup_number(target->along_type.type, along);

	if (bucket != target->current || target->first > target->last)
	{
		if (target->first > target->last || pg_sub_s64_overflow(target->last, target->first, &target->span))
			target->span = 0;
		target->current = bucket;
		target->first = target->last = number;
	}
	else if (number < target->first)
		target->first = number;
	else if (number > target->last)
		target->last = number;
}

/* The place that is "span" away from "from", if that is beyond "to"; otherwise "to" */
static Datum
further(MarkTarget *target, Datum from, Datum to, bool upwards)
{
	Oid			type = target->along_type.type;
	int64		start = rollup_number(type, from);
	int64		number;

	if (upwards ? pg_add_s64_overflow(start, target->span, &number) : pg_sub_s64_overflow(start, target->span, &number))
		return to;
	if (upwards ? number <= rollup_number(type, to) : number >= rollup_number(type, to))
		return to;
	return in_range(type, number) ? rollup_from_number(type, number) : to;
}

static Datum
keep(MarkTarget *target, ColumnType *type, Datum value)
{
	MemoryContext caller = MemoryContextSwitchTo(target->marks_context);

	value = datumCopy(value, type->byval, type->length);
	MemoryContextSwitchTo(caller);
	return value;
}

/* Remembers another place instead of one. */
static void
keep_instead(MarkTarget *target, Datum *kept, Datum value)
{
	Datum		before = *kept;

	if (value == before)
		return;
	*kept = keep(target, &target->along_type, value);
	if (!target->along_type.byval)
		pfree(DatumGetPointer(before));
}

static void
mark_bucket(MarkTarget *target, Datum bucket, Datum along)
{
	Remembered *mark;
	bool		found;
	Datum		lo;
	Datum		hi;
	MemoryContext caller;

	if (target->everything)
		return;
	if (target->marks == NULL || target->marks->members >= MAX_REMEMBERED)
	{
		MemoryContextReset(target->marks_context);
		target->marks = remembered_create(target->marks_context, 8, target);
	}
	if (target->numbered)
		follow(target, bucket, along);
	mark = remembered_lookup(target->marks, bucket);
	if (mark == NULL)
	{
		append_mark(target, false, bucket, along, along, NULL);
		mark = remembered_insert(target->marks, keep(target, &target->bucket_type, bucket), &found);
		mark->lo = keep(target, &target->along_type, along);
		mark->hi = keep(target, &target->along_type, along);
		mark->widened = 0;
		return;
	}
	lo = mark->lo;
	hi = mark->hi;
	caller = MemoryContextSwitchTo(target->econtext->ecxt_per_tuple_memory);
	if (compare_along(target, along, lo) < 0)
	{
		lo = beyond(target, hi, along);
		if (target->numbered)
			lo = further(target, hi, lo, false);
	}
	else if (compare_along(target, along, hi) > 0)
	{
		hi = beyond(target, lo, along);
		if (target->numbered)
			hi = further(target, lo, hi, true);
	}
	MemoryContextSwitchTo(caller);
	if (lo == mark->lo && hi == mark->hi)
		return;
	if (++mark->widened > MAX_WIDENED)
	{
		mark_everything(target, NULL);
		return;
	}
	append_mark(target, false, bucket, lo, hi, NULL);
	keep_instead(target, &mark->lo, lo);
	keep_instead(target, &mark->hi, hi);
}

/* ---------- rows ---------- */

typedef enum RowPlace
{
	ROW_NOT_READ,				/* the query leaves it out */
	ROW_IN_BUCKET,
	ROW_ANYWHERE				/* its bucket cannot be computed */
} RowPlace;

static RowPlace
place_of(MarkTarget *target, TupleTableSlot *slot, Datum *bucket, Datum *along)
{
	bool		isnull;

	target->econtext->ecxt_scantuple = slot;
	if (target->where != NULL && !ExecQual(target->where, target->econtext))
		return ROW_NOT_READ;
	*bucket = ExecEvalExprSwitchContext(target->bucket, target->econtext, &isnull);
	if (isnull)
		return ROW_ANYWHERE;
	*along = slot_getattr(slot, target->along, &isnull);
	return isnull ? ROW_ANYWHERE : ROW_IN_BUCKET;
}

/*
 * place_of without an error.  C functions that are immutable ask for no rights
 * and hold nothing when they fail but memory, which goes with the row; others run
 * as the rollup's owner, in a subtransaction.
 */
static RowPlace
place_of_safely(MarkTarget *target, TupleTableSlot *slot, Datum *bucket, Datum *along, char **error)
{
	volatile RowPlace place = ROW_ANYWHERE;
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool failed = false;
	Caller		caller = {.role = InvalidOid};

	if (!target->harmless)
	{
		BeginInternalSubTransaction(NULL);
		rollup_become_owner(target->owner, &caller);
	}
	PG_TRY();
	{
		place = place_of(target, slot, bucket, along);
	}
	PG_CATCH();
	{
		if (rollup_must_fail(geterrcode()))
			PG_RE_THROW();
		failed = true;
		*error = end_error(context);
		if (!target->harmless)
			roll_back();
	}
	PG_END_TRY();
	if (!target->harmless)
	{
		rollup_become_caller(&caller, failed);
		if (!failed)
			ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	return place;
}

static void
mark_row(MarkTarget *target, TupleTableSlot *slot)
{
	Datum		bucket = (Datum) 0;
	Datum		along = (Datum) 0;
	char	   *error = NULL;

	if (target->generation != generation)
	{
		target->marks = NULL;
		MemoryContextReset(target->marks_context);
		target->everything = false;
		target->generation = generation;
		target->first = 1;
		target->last = 0;
	}
	if (!target->is_fact)
		mark_everything(target, NULL);
	else if (target->error != NULL)
		mark_everything(target, target->error);
	else
	{
		switch (place_of_safely(target, slot, &bucket, &along, &error))
		{
			case ROW_NOT_READ:
				break;
			case ROW_ANYWHERE:
				mark_everything(target, error != NULL ? error : "the bucket of a row is NULL");
				break;
			case ROW_IN_BUCKET:
				mark_bucket(target, bucket, along);
				break;
		}
		ResetExprContext(target->econtext);
	}
}

static bool
differ(TupleTableSlot *old, TupleTableSlot *new, AttrNumber *columns, int count)
{
	TupleDesc	desc = old->tts_tupleDescriptor;

	if (count < 0)
		return true;
	for (int i = 0; i < count; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, columns[i] - 1);
		bool		old_null;
		bool		new_null;
		Datum		old_value = slot_getattr(old, columns[i], &old_null);
		Datum		new_value = slot_getattr(new, columns[i], &new_null);

		if (old_null != new_null ||
			(!old_null && !datum_image_eq(old_value, new_value, attribute->attbyval, attribute->attlen)))
			return true;
	}
	return false;
}

PG_FUNCTION_INFO_V1(rollup_mark);
Datum
rollup_mark(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;
	MarkTarget *target;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("_rollup_mark must be called AFTER a change, FOR EACH ROW"),
				 errhint("rollup_create makes the triggers that a rollup needs.")));
	target = get_target(trigdata);
	if (target->idle)
		PG_RETURN_POINTER(NULL);
	if (TRIGGER_FIRED_BY_UPDATE(trigdata->tg_event))
	{
		if (differ(trigdata->tg_trigslot, trigdata->tg_newslot, target->read, target->nread))
		{
			mark_row(target, trigdata->tg_trigslot);
			/* most updates leave a row where it is */
			if (target->is_fact && differ(trigdata->tg_trigslot, trigdata->tg_newslot, target->place, target->nplace))
				mark_row(target, trigdata->tg_newslot);
		}
	}
	else
		mark_row(target, trigdata->tg_trigslot);
	PG_RETURN_POINTER(NULL);
}

/* Before marks are deleted, by a refresh of this transaction: they are gone. */
PG_FUNCTION_INFO_V1(rollup_forget);
Datum
rollup_forget(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo) ||
		TRIGGER_FIRED_FOR_ROW(((TriggerData *) fcinfo->context)->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("_rollup_forget must be called FOR EACH STATEMENT"),
				 errhint("rollup_create makes the triggers that a rollup needs.")));
	generation++;
	PG_RETURN_POINTER(NULL);
}
