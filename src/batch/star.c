/*
 * star.c
 *		Dimensions: small tables that each row of the scanned table is looked up
 *		in.
 *
 * A dimension is read once, into arrays by row number.  The rows of a batch are
 * looked up by their key; those that have no partner are dropped, and the
 * dimension's columns are gathered, so that a threshold that stands in the table
 * of queues is a column like any other.  Where a dimension is looked up from
 * another one (agents have teams), each row of that is looked up once.  Clauses of
 * the join that are no keys are evaluated when all columns are there.
 *
 * The planner takes small tables for dimensions, and may be wrong.  One that fills
 * the memory of a hash join is read a part at a time, and the table is scanned once
 * for each part: keys are unique, so each of its rows finds its partner in one part
 * at most.  In an outer join a row without a partner must stay, once: there the
 * parts are made by the hash of the keys, and a row waits for the part where its
 * partner would be.  The parts of several dimensions multiply, so where they would be
 * too many all of them get more memory.  What parallel workers read is not read
 * again: there all of it is kept, and the planner takes only what is small without
 * its clauses too.
 */
#include "postgres.h"

#include <math.h>

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#define FIRST_ROWS 64
#define MAX_DENSE 1000000		/* greatest key of a table by key */
#define PART_ROWS 3				/* of a part, where tests want many of them */
#define MAX_PASSES 16			/* over the table, while more memory can prevent more of them */
#define MAX_SHARE 16			/* times the memory of a hash join that a dimension gets for that */
#define SHARE_STEP 0.25
#define PART_EXCESS 1.1			/* parts are not equally large, */
#define OUTER_PART_EXCESS 1.25	/* those by hash even less */
#define VALUE_BYTES (32 * 1024)	/* room that is made for values by reference at a time */
#define NO_ROW (-1)
#define OTHER_PART (-2)			/* the row's partner, if there is one, comes later or has been there */

typedef struct DimensionColumn
{
	int			column;			/* of the batch; -1: only other dimensions are looked up by it */
	AttrNumber	resno;
	Oid			type;
	int16		len;
	bool		byval;
	Datum	   *values;			/* by row of the dimension */
	uint8	   *nulls;
	bool		any_null;
	int32	   *value_codes;	/* equal bytes, equal codes; 0 is NULL */
	int32	   *codes;			/* of the rows of the batch */
	uint64		batch;			/* for which they are known */
} DimensionColumn;

typedef struct DimensionKey
{
	BatchKeyKind kind;
	AttrNumber	resno;
	int			column;			/* of the batch, which it is looked up by, or */
	AttrNumber	source;			/* the column of the plan of the dimension that it is looked up from */
	int64	   *numbers;		/* by row: whole numbers, */
	Datum	   *values;			/* or texts and the like */
} DimensionKey;

struct BatchDimension
{
	PlanState  *child;
	BatchDimension *from;		/* looked up from that one, or from the scanned table */
	int			nkeys;
	DimensionKey keys[BATCH_MAX_JOIN_KEYS];
	int			ncolumns;
	DimensionColumn *columns;
	bool		outer;			/* rows without a partner get the row of NULLs behind the last */
	Size		limit;			/* of memory; 0: all of it is kept */
	double		share;			/* times the memory of a hash join */
	double		size;			/* times what fills that memory */
	bool		in_parts;		/* not all rows are there at once, */
	bool		more;			/* and these may not be the last */
	int			nparts;			/* of an outer join, by the keys' hash; 0: one part */
	int			part;
	bool		built;
	uint64		builds;			/* how often */
	MemoryContext context;
	int			nrows;
	int			space;
	char	   *bytes;			/* room for values by reference, */
	Size		nbytes;			/* so much of it */
	uint32	   *hashes;
	int64		ndense;			/* keys from 0 to ndense - 1 by themselves ... */
	int32	   *dense;
	uint32		nslots;			/* ... or all keys by their hash */
	int32	   *slots;
	int32	   *map;			/* rows by row of the dimension that it is looked up from, */
	uint64		map_builds;		/* which was read so many times */
	int32	   *row_of;			/* by row of the batch */
};

/* What a key is compared by. */
typedef struct KeyValue
{
	int64		number;
	const char *bytes;
	uint32		length;
	void	   *copy;			/* of what was compressed or stored elsewhere */
} KeyValue;

/*
 * The kind of a column that a dimension can be looked up by: planner and executor
 * ask here.  Texts are compared by their bytes, under whatever deterministic
 * collation the clause has.
 */
BatchKeyKind
batch_key_kind(Oid type)
{
	switch (getBaseType(type))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case DATEOID:
			return BATCH_KEY_NUMBER;
		case UUIDOID:
			return BATCH_KEY_UUID;
		case TEXTOID:
		case VARCHAROID:
			return BATCH_KEY_TEXT;
	}
	return BATCH_KEY_NONE;
}

/* ---------- preparing ---------- */

/* What batch_plan_dimensions says, number by number. */
typedef struct PlanReader
{
	List	   *numbers;
	int			next;
} PlanReader;

static int
read_number(PlanReader *reader)
{
	return list_nth_int(reader->numbers, reader->next++);
}

static Var *
var_at(List *tlist, int position)
{
	return (Var *) ((TargetEntry *) list_nth(tlist, position))->expr;
}

/* Collects the columns of a dimension, and those that it is looked up by. */
void
batch_dimension_columns(BatchColumns *columns, List *tlist, List *plan)
{
	PlanReader	reader = {plan, 1};
	int			from = read_number(&reader);
	int			nkeys = read_number(&reader);

	for (int k = 0; k < nkeys; k++)
	{
		int			source = read_number(&reader);

		(void) read_number(&reader);
		if (from < 0)
			batch_column_of(columns, var_at(tlist, source));
	}
	while (reader.next < list_length(plan))
	{
		int			position = read_number(&reader);

		(void) read_number(&reader);
		if (position >= 0)
			batch_column_of(columns, var_at(tlist, position));
	}
}

static void
read_keys(BatchDimension *d, BatchColumns *columns, List *tlist, PlanReader *reader)
{
	TupleDesc	row = ExecGetResultType(d->child);

	for (int k = 0; k < d->nkeys; k++)
	{
		DimensionKey *key = &d->keys[k];
		int			source = read_number(reader);
		Oid			type;

		key->resno = read_number(reader);
		key->kind = batch_key_kind(TupleDescAttr(row, key->resno - 1)->atttypid);
		if (d->from != NULL)
		{
			key->source = source;
			type = TupleDescAttr(ExecGetResultType(d->from->child), source - 1)->atttypid;
		}
		else
		{
			key->column = batch_column_of(columns, var_at(tlist, source));
			type = columns->columns[key->column].var->vartype;
		}
		if (key->kind == BATCH_KEY_NONE || key->kind != batch_key_kind(type))
			elog(ERROR, "batch execution cannot join by a key of type %u", type);
	}
}

static void
read_columns(BatchDimension *d, BatchColumns *columns, List *tlist, PlanReader *reader)
{
	TupleDesc	row = ExecGetResultType(d->child);

	d->columns = palloc0(sizeof(DimensionColumn) * list_length(reader->numbers));
	while (reader->next < list_length(reader->numbers))
	{
		DimensionColumn *c = &d->columns[d->ncolumns++];
		int			position = read_number(reader);
		Form_pg_attribute attribute;

		c->resno = read_number(reader);
		attribute = TupleDescAttr(row, c->resno - 1);
		c->type = getBaseType(attribute->atttypid);
		c->len = attribute->attlen;
		c->byval = attribute->attbyval;
		c->column = -1;
		if (position < 0)
			continue;
		c->column = batch_column_of(columns, var_at(tlist, position));
		c->codes = palloc(sizeof(int32) * columns->capacity);
		columns->columns[c->column].dimension = d;
	}
}

/* "before" are the dimensions that were created before it. */
BatchDimension *
batch_dimension_create(BatchColumns *columns, List *tlist, List *plan, PlanState *child, List *before)
{
	BatchDimension *d = palloc0(sizeof(BatchDimension));
	PlanReader	reader = {plan, 0};
	int			from;

	d->child = child;
	d->outer = read_number(&reader);
	from = read_number(&reader);
	if (from >= 0)
		d->from = list_nth(before, from);
	d->nkeys = read_number(&reader);
	read_keys(d, columns, tlist, &reader);
	read_columns(d, columns, tlist, &reader);
	d->row_of = palloc(sizeof(int32) * columns->capacity);
	d->context = AllocSetContextCreate(columns->context, "kpi batch dimension", ALLOCSET_DEFAULT_SIZES);
	return d;
}

/* ---------- keys ---------- */

static int64
whole_number(Datum value, Oid type)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case DATEOID:
			return DatumGetInt32(value);
	}
	return DatumGetInt64(value);
}

/* The value of a key that is no number. */
static void
key_bytes(KeyValue *key, BatchKeyKind kind, Datum value)
{
	text	   *t;

	key->copy = NULL;
	if (kind == BATCH_KEY_UUID)
	{
		key->bytes = DatumGetPointer(value);
		key->length = UUID_LEN;
		return;
	}
	t = DatumGetTextPP(value);
	if ((Pointer) t != DatumGetPointer(value))
		key->copy = t;
	key->bytes = VARDATA_ANY(t);
	key->length = VARSIZE_ANY_EXHDR(t);
}

static void
free_keys(BatchDimension *d, KeyValue *keys)
{
	for (int k = 0; k < d->nkeys; k++)
	{
		if (d->keys[k].kind == BATCH_KEY_TEXT && keys[k].copy != NULL)
			pfree(keys[k].copy);
	}
}

static uint32
hash_number(int64 key)
{
	return murmurhash32((uint32) key ^ (uint32) (key >> 32));
}

static uint32
hash_keys(BatchDimension *d, const KeyValue *keys)
{
	uint32		hash = 0;

	for (int k = 0; k < d->nkeys; k++)
	{
		uint32		h = d->keys[k].kind == BATCH_KEY_NUMBER ? hash_number(keys[k].number) :
			batch_hash_bytes(keys[k].bytes, keys[k].length);

		hash = k == 0 ? h : hash_combine(hash, h);
	}
	return hash;
}

/* Are these the keys of a row? */
static bool
are_keys_of(BatchDimension *d, const KeyValue *keys, int32 row)
{
	for (int k = 0; k < d->nkeys; k++)
	{
		const DimensionKey *key = &d->keys[k];
		KeyValue	known;

		if (key->kind == BATCH_KEY_NUMBER)
		{
			if (key->numbers[row] != keys[k].number)
				return false;
			continue;
		}
		/* stored as it is compared */
		key_bytes(&known, key->kind, key->values[row]);
		if (known.length != keys[k].length || memcmp(known.bytes, keys[k].bytes, known.length) != 0)
			return false;
	}
	return true;
}

static int32
find_keys(BatchDimension *d, const KeyValue *keys)
{
	uint32		hash;

	if (d->nkeys == 0)
		return d->nrows > 0 ? 0 : NO_ROW;
	if (d->dense)
		return keys[0].number >= 0 && keys[0].number < d->ndense ? d->dense[keys[0].number] : NO_ROW;
	hash = hash_keys(d, keys);
	for (uint32 s = hash & (d->nslots - 1); d->slots[s] != NO_ROW; s = (s + 1) & (d->nslots - 1))
	{
		int32		row = d->slots[s];

		if (d->hashes[row] == hash && are_keys_of(d, keys, row))
			return row;
	}
	return NO_ROW;
}

/* ---------- reading a dimension ---------- */

static void
grow(BatchDimension *d)
{
	int			space = d->space ? d->space * 2 : FIRST_ROWS;
	Size		allocated = MemoryContextMemAllocated(d->context, false);
	MemoryContext old = MemoryContextSwitchTo(d->context);

	/* no more than will find room */
	if (d->limit > 0 && allocated * 2 > d->limit)
		space = Min(space, d->space + Max(FIRST_ROWS, (int) ((double) d->limit / allocated * d->space) - d->space));

#define GROW(array, type) \
	array = d->space ? repalloc_huge(array, sizeof(type) * space) : palloc(sizeof(type) * space)

	for (int k = 0; k < d->nkeys; k++)
	{
		if (d->keys[k].kind == BATCH_KEY_NUMBER)
			GROW(d->keys[k].numbers, int64);
		else
			GROW(d->keys[k].values, Datum);
	}
	GROW(d->hashes, uint32);
	for (int c = 0; c < d->ncolumns; c++)
	{
		GROW(d->columns[c].values, Datum);
		GROW(d->columns[c].nulls, uint8);
	}
	d->space = space;
	MemoryContextSwitchTo(old);
}

/* A copy of a value by reference, without what palloc puts around it. */
static Datum
copy_value(BatchDimension *d, Datum value, bool byval, int16 len)
{
	Size		size;
	char	   *copy;

	if (byval || (len == -1 && VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value))))
		return datumCopy(value, byval, len);
	size = datumGetSize(value, byval, len);
	if (size > VALUE_BYTES / 4)
		return datumCopy(value, byval, len);
	if (MAXALIGN(size) > d->nbytes)
	{
		d->bytes = MemoryContextAlloc(d->context, VALUE_BYTES);
		d->nbytes = VALUE_BYTES;
	}
	copy = d->bytes;
	memcpy(copy, DatumGetPointer(value), size);
	d->bytes += MAXALIGN(size);
	d->nbytes -= MAXALIGN(size);
	return PointerGetDatum(copy);
}

/* Do keys of this hash belong to the part that is there? */
static bool
is_of_part(BatchDimension *d, uint32 hash)
{
	return d->nparts == 0 || murmurhash32(hash) % d->nparts == (uint32) d->part;
}

/*
 * The keys of a row; false where one is NULL, which equals nothing, or where the
 * row belongs to another part.
 */
static bool
read_row_keys(BatchDimension *d, TupleTableSlot *slot)
{
	KeyValue	keys[BATCH_MAX_JOIN_KEYS];
	Datum		values[BATCH_MAX_JOIN_KEYS];
	uint32		hash;

	for (int k = 0; k < d->nkeys; k++)
	{
		bool		isnull;

		values[k] = slot_getattr(slot, d->keys[k].resno, &isnull);
		if (isnull)
			return false;
	}
	for (int k = 0; k < d->nkeys; k++)
	{
		if (d->keys[k].kind == BATCH_KEY_NUMBER)
		{
			Form_pg_attribute attribute = TupleDescAttr(slot->tts_tupleDescriptor, d->keys[k].resno - 1);

			keys[k].number = whole_number(values[k], getBaseType(attribute->atttypid));
		}
		else
			key_bytes(&keys[k], d->keys[k].kind, values[k]);
	}
	hash = hash_keys(d, keys);
	if (is_of_part(d, hash))
	{
		for (int k = 0; k < d->nkeys; k++)
		{
			DimensionKey *key = &d->keys[k];

			if (key->kind == BATCH_KEY_NUMBER)
				key->numbers[d->nrows] = keys[k].number;
			else if (key->kind == BATCH_KEY_UUID)
				key->values[d->nrows] = copy_value(d, values[k], false, UUID_LEN);
			else
				key->values[d->nrows] = copy_value(d, keys[k].copy ? PointerGetDatum(keys[k].copy) : values[k], false, -1);
		}
		d->hashes[d->nrows] = hash;
	}
	free_keys(d, keys);
	return is_of_part(d, hash);
}

static void
read_row(BatchDimension *d, TupleTableSlot *slot)
{
	MemoryContext old;

	if (d->nrows == d->space)
		grow(d);
	old = MemoryContextSwitchTo(d->context);
	if (!read_row_keys(d, slot))
	{
		MemoryContextSwitchTo(old);
		return;
	}
	for (int i = 0; i < d->ncolumns; i++)
	{
		DimensionColumn *c = &d->columns[i];
		bool		isnull;
		Datum		value = slot_getattr(slot, c->resno, &isnull);

		c->nulls[d->nrows] = isnull;
		c->any_null |= isnull;
		c->values[d->nrows] = isnull ? (Datum) 0 : copy_value(d, value, c->byval, c->len);
	}
	MemoryContextSwitchTo(old);
	d->nrows++;
}

/* The planner has found a unique key: two rows of it would be joined to one. */
static void
refuse_second_row(void)
{
	elog(ERROR, "batch execution found a key of a dimension twice");
}

/* Rows by their only key, a small number. */
static bool
make_dense(BatchDimension *d)
{
	const int64 *keys = d->keys[0].numbers;
	int64		largest = -1;

	if (d->nkeys != 1 || d->keys[0].kind != BATCH_KEY_NUMBER)
		return false;
	for (int r = 0; r < d->nrows; r++)
	{
		if (keys[r] < 0 || keys[r] >= MAX_DENSE)
			return false;
		largest = Max(largest, keys[r]);
	}
	if (d->limit > 0 && sizeof(int32) * (largest + 1) > Max(d->limit / 4, sizeof(int32) * (Size) d->nrows * 2))
		return false;
	d->ndense = largest + 1;
	d->dense = MemoryContextAlloc(d->context, sizeof(int32) * Max(d->ndense, 1));
	for (int64 k = 0; k < d->ndense; k++)
		d->dense[k] = NO_ROW;
	for (int r = 0; r < d->nrows; r++)
	{
		if (d->dense[keys[r]] != NO_ROW)
			refuse_second_row();
		d->dense[keys[r]] = r;
	}
	return true;
}

static void
make_slots(BatchDimension *d)
{
	for (d->nslots = FIRST_ROWS; d->nslots < (uint32) d->nrows * 2;)
		d->nslots *= 2;
	d->slots = MemoryContextAllocExtended(d->context, sizeof(int32) * d->nslots, MCXT_ALLOC_HUGE);
	for (uint32 s = 0; s < d->nslots; s++)
		d->slots[s] = NO_ROW;
	for (int r = 0; r < d->nrows; r++)
	{
		uint32		s = d->hashes[r] & (d->nslots - 1);

		while (d->slots[s] != NO_ROW)
			s = (s + 1) & (d->nslots - 1);
		d->slots[s] = r;
	}
}

/* Behind the last row, which counts no row more. */
static void
add_row_of_nulls(BatchDimension *d)
{
	if (d->nrows == d->space)
		grow(d);
	for (int i = 0; i < d->ncolumns; i++)
	{
		d->columns[i].values[d->nrows] = (Datum) 0;
		d->columns[i].nulls[d->nrows] = 1;
		d->columns[i].any_null = true;
	}
}

static int32
find_in_part(BatchDimension *d, const KeyValue *keys)
{
	if (d->nparts > 0 && !is_of_part(d, hash_keys(d, keys)))
		return OTHER_PART;
	return find_keys(d, keys);
}

/* Looks up each row of the dimension that this one is looked up from. */
static void
make_map(BatchDimension *d)
{
	BatchDimension *from = d->from;
	int			n = from->nrows + from->outer;
	DimensionColumn *sources[BATCH_MAX_JOIN_KEYS];
	MemoryContext old = MemoryContextSwitchTo(d->context);

	for (int k = 0; k < d->nkeys; k++)
	{
		sources[k] = from->columns;
		while (sources[k]->resno != d->keys[k].source)
			sources[k]++;
	}
	if (d->map)
		pfree(d->map);
	d->map = palloc_extended(sizeof(int32) * Max(n, 1), MCXT_ALLOC_HUGE);
	for (int r = 0; r < n; r++)
	{
		KeyValue	keys[BATCH_MAX_JOIN_KEYS];
		bool		any_null = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < d->nkeys; k++)
			any_null |= sources[k]->nulls[r];
		d->map[r] = d->part == 0 ? NO_ROW : OTHER_PART;
		if (!any_null)
		{
			for (int k = 0; k < d->nkeys; k++)
			{
				if (d->keys[k].kind == BATCH_KEY_NUMBER)
					keys[k].number = whole_number(sources[k]->values[r], sources[k]->type);
				else
					key_bytes(&keys[k], d->keys[k].kind, sources[k]->values[r]);
			}
			d->map[r] = find_in_part(d, keys);
			free_keys(d, keys);
		}
		if (d->map[r] == NO_ROW && d->outer)
			d->map[r] = d->nrows;
	}
	d->map_builds = from->builds;
	MemoryContextSwitchTo(old);
}

/* Has a part of the dimension filled the memory?  The slots come on top. */
static bool
is_full(BatchDimension *d)
{
	if (d->limit == 0 || d->nkeys == 0 || d->nparts > 0)
		return false;
	if (kpi_batch_generic & GENERIC_DIMENSIONS)
		return d->nrows >= PART_ROWS * d->share;
	return d->nrows >= FIRST_ROWS &&
		MemoryContextMemAllocated(d->context, false) + sizeof(int32) * 2 * (Size) d->nrows > d->limit;
}

/* Forgets its rows. */
static void
forget_rows(BatchDimension *d)
{
	MemoryContextReset(d->context);
	d->built = false;
	d->nrows = 0;
	d->space = 0;
	d->nbytes = 0;
	d->dense = NULL;
	d->slots = NULL;
	d->map = NULL;
	for (int c = 0; c < d->ncolumns; c++)
	{
		d->columns[c].any_null = false;
		d->columns[c].value_codes = NULL;
		d->columns[c].batch = 0;
	}
}

/* Reads the rest of the rows, or those that find room. */
static void
read_rows(BatchDimension *d)
{
	d->more = false;
	for (;;)
	{
		TupleTableSlot *slot;

		CHECK_FOR_INTERRUPTS();
		d->more = is_full(d);
		if (d->more)
			break;
		slot = ExecProcNode(d->child);
		if (TupIsNull(slot))
			break;
		read_row(d, slot);
	}
}

/* Makes what has been read ready to be looked up. */
static void
finish_part(BatchDimension *d)
{
	d->more |= d->part + 1 < d->nparts;
	if (d->nkeys == 0 && d->nrows > 1)
		refuse_second_row();
	if (d->nkeys > 0 && !make_dense(d))
		make_slots(d);
	if (d->outer)
		add_row_of_nulls(d);
	d->built = true;
	d->builds++;
}

/* Those that it is looked up from come first. */
static void
build(BatchDimension *d)
{
	if (!d->built)
	{
		read_rows(d);
		finish_part(d);
	}
	if (d->from != NULL && (d->map == NULL || d->map_builds != d->from->builds))
		make_map(d);
}

/* ---------- how often the table is read ---------- */

/* Counts the rows that found no room, if there are any. */
static void
measure(BatchDimension *d)
{
	int64		rest = 0;

	for (;;)
	{
		TupleTableSlot *slot;

		CHECK_FOR_INTERRUPTS();
		slot = ExecProcNode(d->child);
		if (TupIsNull(slot))
			break;
		rest++;
	}
	d->in_parts = d->more = rest > 0;
	d->size = ((double) d->nrows + rest) / d->nrows;
}

/* Into how many parts it goes with so many times the memory. */
static int
parts_of(BatchDimension *d, double share)
{
	return (int) ceil(d->size * (d->outer ? OUTER_PART_EXCESS : PART_EXCESS) / share);
}

static double
passes_of(List *dimensions, double share)
{
	double		passes = 1;
	ListCell   *lc;

	foreach(lc, dimensions)
	{
		BatchDimension *d = lfirst(lc);

		if (!d->built && d->in_parts)
			passes *= parts_of(d, share);
	}
	return passes;
}

/*
 * Begins anew with dimensions that have filled their memory: with so much that the
 * table is not read too often.
 */
static void
share_memory(List *dimensions)
{
	double		share = 1;
	ListCell   *lc;

	while (share < MAX_SHARE && passes_of(dimensions, share) > MAX_PASSES)
		share += SHARE_STEP;
	foreach(lc, dimensions)
	{
		BatchDimension *d = lfirst(lc);

		if (d->built || !d->in_parts)
			continue;
		d->share = share;
		d->limit *= share;
		d->nparts = d->outer ? parts_of(d, share) : 0;
		forget_rows(d);
		ExecReScan(d->child);
	}
}

/*
 * Reads all dimensions that have not been read; of those that take more memory than
 * "limit" only a part; 0: all of it.  False when one has no rows, so that no row of
 * the table has a partner.
 */
bool
batch_dimensions_build(List *dimensions, Size limit)
{
	bool		more = false;
	ListCell   *lc;

	foreach(lc, dimensions)
	{
		BatchDimension *d = lfirst(lc);

		if (!d->built)
		{
			d->limit = limit;
			d->share = 1;
			read_rows(d);
			d->in_parts = d->more;
			more |= d->more;
			if (!d->more)
				finish_part(d);
		}
		if (d->nrows == 0 && !d->outer)
			return false;
	}
	if (more)
	{
		foreach(lc, dimensions)
		{
			BatchDimension *d = lfirst(lc);

			if (d->built || !d->more)
				continue;
			measure(d);
			if (!d->more)
				finish_part(d);
		}
		share_memory(dimensions);
	}
	foreach(lc, dimensions)
		build(lfirst(lc));
	return true;
}

/* Are all of its rows there? */
bool
batch_dimension_is_whole(BatchDimension *d)
{
	return !d->in_parts;
}

/* Its plan will be read from the beginning. */
void
batch_dimension_reset(BatchDimension *d)
{
	forget_rows(d);
	d->in_parts = d->more = false;
	d->nparts = d->part = 0;
}

/* ---------- part by part ---------- */

/* May there be more rows of dimensions than those that are looked up now? */
bool
batch_dimensions_have_more(List *dimensions)
{
	ListCell   *lc;

	foreach(lc, dimensions)
	{
		if (((BatchDimension *) lfirst(lc))->more)
			return true;
	}
	return false;
}

/* Reads the next part in the place of the last; false where there is none. */
static bool
next_part(BatchDimension *d)
{
	if (!d->more)
		return false;
	forget_rows(d);
	if (d->outer)
	{
		d->part++;
		ExecReScan(d->child);
	}
	read_rows(d);
	finish_part(d);
	/* of an outer join also rows without a partner wait for it */
	return d->outer || d->nrows > 0;
}

/*
 * The next parts of the dimensions, so that in the end each part of one has met
 * each part of the others; false when that is done.
 */
bool
batch_dimensions_advance(List *dimensions)
{
	int			n = list_length(dimensions);
	int			next = n - 1;
	ListCell   *lc;

	while (next >= 0 && !next_part(list_nth(dimensions, next)))
		next--;
	if (next < 0)
		return false;
	for (int i = next + 1; i < n; i++)
	{
		BatchDimension *d = list_nth(dimensions, i);

		if (!d->in_parts)
			continue;
		forget_rows(d);
		d->part = 0;
		ExecReScan(d->child);
	}
	foreach(lc, dimensions)
		build(lfirst(lc));
	return true;
}

/* ---------- looking up ---------- */

/* A single whole number, the usual key. */
static inline int32
find_number(BatchDimension *d, int64 key)
{
	const int64 *keys = d->keys[0].numbers;

	if (d->dense)
		return key >= 0 && key < d->ndense ? d->dense[key] : NO_ROW;
	for (uint32 s = hash_number(key) & (d->nslots - 1); d->slots[s] != NO_ROW; s = (s + 1) & (d->nslots - 1))
	{
		if (keys[d->slots[s]] == key)
			return d->slots[s];
	}
	return NO_ROW;
}

#define FIND_LOOP(type) \
	do { \
		const type *values = v->values; \
		\
		for (int i = 0; i < n; i++) \
			d->row_of[i] = BATCH_IS_NULL(v, i) ? NO_ROW : find_number(d, values[i]); \
	} while (0)

static void
find_numbers(BatchDimension *d, BatchColumns *columns)
{
	const BatchVector *v = &columns->columns[d->keys[0].column].vector;
	int			n = columns->nrows;

	if (v->class == BATCH_INT2)
		FIND_LOOP(int16);
	else if (v->class == BATCH_INT4)
		FIND_LOOP(int32);
	else if (v->class == BATCH_INT8)
		FIND_LOOP(int64);
	else
		elog(ERROR, "batch execution cannot join by a column of class %d", (int) v->class);
}

static int64
number_at(const BatchVector *v, int row)
{
	switch (v->class)
	{
		case BATCH_INT2:
			return ((const int16 *) v->values)[row];
		case BATCH_INT4:
			return ((const int32 *) v->values)[row];
		case BATCH_INT8:
			return ((const int64 *) v->values)[row];
		default:
			elog(ERROR, "batch execution cannot join by a column of class %d", (int) v->class);
	}
	return 0;
}

/* Several keys, texts and the like, or parts by their hash. */
static void
find_any(BatchDimension *d, BatchColumns *columns)
{
	for (int i = 0; i < columns->nrows; i++)
	{
		KeyValue	keys[BATCH_MAX_JOIN_KEYS];
		bool		any_null = false;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < d->nkeys; k++)
			any_null |= BATCH_IS_NULL(&columns->columns[d->keys[k].column].vector, i);
		d->row_of[i] = d->part == 0 ? NO_ROW : OTHER_PART;
		if (any_null)
			continue;
		for (int k = 0; k < d->nkeys; k++)
		{
			const BatchVector *v = &columns->columns[d->keys[k].column].vector;

			if (d->keys[k].kind == BATCH_KEY_NUMBER)
				keys[k].number = number_at(v, i);
			else
				key_bytes(&keys[k], d->keys[k].kind, ((const Datum *) v->values)[i]);
		}
		d->row_of[i] = find_in_part(d, keys);
		free_keys(d, keys);
	}
}

/* Finds the dimension's row for each row of the batch; true where some have none. */
static bool
find_rows(BatchDimension *d, BatchColumns *columns)
{
	int			n = columns->nrows;
	int32		missing = 0;

	if (d->from != NULL)
	{
		/* rows of that one which are missing are dropped: whatever they find here */
		for (int i = 0; i < n; i++)
			d->row_of[i] = d->from->row_of[i] < 0 ? NO_ROW : d->map[d->from->row_of[i]];
	}
	else if (d->nkeys == 1 && d->keys[0].kind == BATCH_KEY_NUMBER && d->nparts == 0)
		find_numbers(d, columns);
	else
		find_any(d, columns);
	/* NO_ROW and OTHER_PART have the sign bit */
	for (int i = 0; i < n; i++)
		missing |= d->row_of[i];
	if (missing < 0 && d->outer)
	{
		for (int i = 0; i < n; i++)
			d->row_of[i] = d->row_of[i] == NO_ROW ? d->nrows : d->row_of[i];
		return d->nparts > 0;
	}
	return missing < 0;
}

/* ---------- dropping rows ---------- */

#define COMPACT(type, array) \
	do { \
		type	   *values_ = (type *) (array); \
		int			to_ = 0; \
		\
		for (int i = 0; i < n; i++) \
		{ \
			values_[to_] = values_[i]; \
			to_ += keep[i]; \
		} \
	} while (0)

static void
compact_column(BatchColumn *column, const uint8 *keep, int n)
{
	switch (batch_class_size(column->vector.class))
	{
		case 1:
			COMPACT(uint8, column->vector.values);
			break;
		case 2:
			COMPACT(uint16, column->vector.values);
			break;
		case 4:
			COMPACT(uint32, column->vector.values);
			break;
		default:
			COMPACT(uint64, column->vector.values);
			break;
	}
	if (column->vector.nulls)
		COMPACT(uint8, column->nulls);
}

/* Takes rows out of the batch: of the table's columns and, where they are gathered, of the dimensions'. */
static void
drop_rows(List *dimensions, BatchColumns *columns, const uint8 *keep, bool gathered)
{
	int			n = columns->nrows;
	int			left = 0;
	ListCell   *lc;

	for (int c = 0; c < columns->ncolumns; c++)
	{
		if (columns->columns[c].att > 0 || (gathered && columns->columns[c].dimension != NULL))
			compact_column(&columns->columns[c], keep, n);
	}
	foreach(lc, dimensions)
		COMPACT(int32, ((BatchDimension *) lfirst(lc))->row_of);
	for (int i = 0; i < n; i++)
		left += keep[i];
	columns->nrows = left;
	batch_columns_changed(columns);
}

static void
drop_unmatched(List *dimensions, BatchColumns *columns)
{
	int			n = columns->nrows;
	uint8	   *keep = MemoryContextAlloc(columns->econtext->ecxt_per_tuple_memory, n);
	ListCell   *lc;

	memset(keep, 1, n);
	foreach(lc, dimensions)
	{
		const int32 *row_of = ((BatchDimension *) lfirst(lc))->row_of;

		for (int i = 0; i < n; i++)
			keep[i] &= row_of[i] >= 0;
	}
	drop_rows(dimensions, columns, keep, false);
}

/* Keeps the rows for which all clauses of the join that are no keys are true. */
static void
filter_rows(List *dimensions, List *filters, BatchColumns *columns)
{
	MemoryContext memory = columns->econtext->ecxt_per_tuple_memory;
	BatchRows	all = {columns->nrows, NULL};
	int32	   *selected = MemoryContextAlloc(memory, sizeof(int32) * all.count);
	int			n = batch_select(columns, filters, &all, selected, NULL);
	uint8	   *keep;

	if (n == all.count)
		return;
	keep = MemoryContextAllocZero(memory, all.count);
	for (int k = 0; k < n; k++)
		keep[selected[k]] = 1;
	drop_rows(dimensions, columns, keep, true);
}

/* ---------- gathering ---------- */

#define GATHER(type, from_datum) \
	do { \
		type	   *to = v->values; \
		\
		for (int i = 0; i < n; i++) \
			to[i] = from_datum(c->values[d->row_of[i]]); \
	} while (0)

static void
gather(BatchDimension *d, DimensionColumn *c, BatchColumns *columns)
{
	BatchColumn *column = &columns->columns[c->column];
	BatchVector *v = &column->vector;
	int			n = columns->nrows;

	switch (v->class)
	{
		case BATCH_BOOL:
			GATHER(uint8, DatumGetBool);
			break;
		case BATCH_INT2:
			GATHER(int16, DatumGetInt16);
			break;
		case BATCH_INT4:
			GATHER(int32, DatumGetInt32);
			break;
		case BATCH_INT8:
			GATHER(int64, DatumGetInt64);
			break;
		case BATCH_FLOAT8:
			GATHER(double, DatumGetFloat8);
			break;
		case BATCH_DATUM:
			GATHER(Datum, );
			break;
	}
	v->nulls = NULL;
	if (c->any_null)
	{
		for (int i = 0; i < n; i++)
			column->nulls[i] = c->nulls[d->row_of[i]];
		v->nulls = column->nulls;
	}
}

/*
 * Joins the rows of the batch to all dimensions, and evaluates the clauses of the
 * join that are no keys; how many rows were dropped.
 */
int
batch_dimensions_join(List *dimensions, List *filters, BatchColumns *columns)
{
	int			before = columns->nrows;
	bool		missing = false;
	ListCell   *lc;

	foreach(lc, dimensions)
		missing |= find_rows(lfirst(lc), columns);
	if (missing)
		drop_unmatched(dimensions, columns);
	foreach(lc, dimensions)
	{
		BatchDimension *d = lfirst(lc);

		for (int c = 0; c < d->ncolumns; c++)
		{
			if (d->columns[c].column >= 0)
				gather(d, &d->columns[c], columns);
		}
	}
	if (filters != NIL && columns->nrows > 0)
		filter_rows(dimensions, filters, columns);
	return before - columns->nrows;
}

/* ---------- grouping by a dimension's column ---------- */

/* Numbers the different values of a column of the dimension. */
static void
number_values(BatchDimension *d, DimensionColumn *c)
{
	uint32		nslots = FIRST_ROWS;
	int32	   *slots;
	int32		code = 0;

	while (nslots < (uint32) d->nrows * 2)
		nslots *= 2;
	slots = palloc0(sizeof(int32) * nslots);	/* rows, counted from 1 */
	c->value_codes = MemoryContextAllocZero(d->context, sizeof(int32) * (d->nrows + 1));
	for (int r = 0; r < d->nrows; r++)
	{
		uint32		s;

		if (c->nulls[r])
			continue;
		for (s = datum_image_hash(c->values[r], c->byval, c->len) & (nslots - 1);
			 slots[s] != 0 && !datum_image_eq(c->values[slots[s] - 1], c->values[r], c->byval, c->len);)
			s = (s + 1) & (nslots - 1);
		if (slots[s] == 0)
		{
			slots[s] = r + 1;
			c->value_codes[r] = ++code;
		}
		else
			c->value_codes[r] = c->value_codes[slots[s] - 1];
	}
	pfree(slots);
}

/* Numbers for a column of the batch that a dimension fills: equal bytes, equal numbers. */
const int32 *
batch_dimension_codes(BatchDimension *d, BatchColumns *columns, int column)
{
	DimensionColumn *c = d->columns;

	while (c->column != column)
		c++;
	if (c->value_codes == NULL)
		number_values(d, c);
	if (c->batch != columns->batch)
	{
		for (int i = 0; i < columns->nrows; i++)
			c->codes[i] = c->value_codes[d->row_of[i]];
		c->batch = columns->batch;
	}
	return c->codes;
}
