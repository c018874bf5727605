/*
 * star.c
 *		Dimensions: small tables that each row of the scanned table is looked up
 *		in.
 *
 * A dimension is read once, into arrays by row number.  The rows of a batch are
 * looked up by their key; those that have no partner are dropped, and the
 * dimension's columns are gathered, so that a threshold that stands in the table
 * of queues is a column like any other.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"

#define FIRST_ROWS 64
#define MAX_DENSE 1000000		/* greatest key of a table by key */
#define NO_ROW (-1)
#define UNKNOWN_ROW (-2)
#define FIRST_COLUMN 3			/* in what batch_plan_dimensions says */

typedef struct DimensionColumn
{
	int			column;			/* of the batch */
	AttrNumber	resno;
	int16		len;
	bool		byval;
	Datum	   *values;			/* by row of the dimension */
	uint8	   *nulls;
	bool		any_null;
	int32	   *value_codes;	/* equal bytes, equal codes; 0 is NULL */
	int32	   *codes;			/* of the rows of the batch */
	uint64		batch;			/* for which they are known */
} DimensionColumn;

struct BatchDimension
{
	PlanState  *child;
	int			key;			/* the column of the batch */
	AttrNumber	key_resno;
	BatchDictionary *dictionary;	/* of a key that is a text */
	int			ncolumns;
	DimensionColumn *columns;
	bool		outer;			/* rows without a partner get the row of NULLs behind the last */
	bool		built;
	MemoryContext context;
	int			nrows;
	int			space;
	int64	   *keys;			/* whole numbers */
	Datum	   *texts;
	uint32	   *hashes;
	int64		ndense;			/* keys from 0 to ndense - 1 by themselves ... */
	int32	   *dense;
	uint32		nslots;			/* ... or all keys by their hash */
	int32	   *slots;
	int			nby_code;		/* rows by number of the text */
	int32	   *by_code;
	int32	   *row_of;			/* by row of the batch */
};

/* ---------- preparing ---------- */

static Var *
var_at(List *tlist, int position)
{
	return (Var *) ((TargetEntry *) list_nth(tlist, position))->expr;
}

/* Collects the columns of a dimension, as batch_plan_dimensions describes it. */
void
batch_dimension_columns(BatchColumns *columns, List *tlist, List *plan)
{
	batch_column_of(columns, var_at(tlist, linitial_int(plan)));
	for (int i = FIRST_COLUMN; i < list_length(plan); i += 2)
		batch_column_of(columns, var_at(tlist, list_nth_int(plan, i)));
}

BatchDimension *
batch_dimension_create(BatchColumns *columns, List *tlist, List *plan, PlanState *child)
{
	BatchDimension *d = palloc0(sizeof(BatchDimension));

	d->child = child;
	d->key = batch_column_of(columns, var_at(tlist, linitial_int(plan)));
	d->key_resno = lsecond_int(plan);
	d->outer = lthird_int(plan);
	if (columns->columns[d->key].vector.class == BATCH_DATUM)
		d->dictionary = batch_dictionary(columns, d->key);
	d->columns = palloc0(sizeof(DimensionColumn) * list_length(plan));
	for (int i = FIRST_COLUMN; i < list_length(plan); i += 2)
	{
		DimensionColumn *c = &d->columns[d->ncolumns++];
		BatchColumn *column;

		c->column = batch_column_of(columns, var_at(tlist, list_nth_int(plan, i)));
		c->resno = list_nth_int(plan, i + 1);
		column = &columns->columns[c->column];
		c->len = column->len;
		c->byval = column->byval;
		c->codes = palloc(sizeof(int32) * columns->capacity);
		column->dimension = d;
	}
	d->row_of = palloc(sizeof(int32) * columns->capacity);
	d->context = AllocSetContextCreate(columns->context, "kpi batch dimension", ALLOCSET_DEFAULT_SIZES);
	return d;
}

/* ---------- reading a dimension ---------- */

static void
grow(BatchDimension *d)
{
	int			space = d->space ? d->space * 2 : FIRST_ROWS;
	MemoryContext old = MemoryContextSwitchTo(d->context);

#define GROW(array, type) \
	array = d->space ? repalloc_huge(array, sizeof(type) * space) : palloc(sizeof(type) * space)

	GROW(d->keys, int64);
	GROW(d->texts, Datum);
	GROW(d->hashes, uint32);
	for (int c = 0; c < d->ncolumns; c++)
	{
		GROW(d->columns[c].values, Datum);
		GROW(d->columns[c].nulls, uint8);
	}
	d->space = space;
	MemoryContextSwitchTo(old);
}

static uint32
hash_key(int64 key)
{
	return murmurhash32((uint32) key ^ (uint32) (key >> 32));
}

static int64
whole_number(Datum value, Oid type)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
	}
	return DatumGetInt64(value);
}

static void
read_key(BatchDimension *d, Datum value, Oid type)
{
	if (d->dictionary)
	{
		text	   *t = DatumGetTextPP(value);

		d->texts[d->nrows] = datumCopy(PointerGetDatum(t), false, -1);
		d->hashes[d->nrows] = hash_bytes((unsigned char *) VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
	}
	else
	{
		d->keys[d->nrows] = whole_number(value, type);
		d->hashes[d->nrows] = hash_key(d->keys[d->nrows]);
	}
}

static void
read_row(BatchDimension *d, TupleTableSlot *slot)
{
	bool		isnull;
	Datum		key = slot_getattr(slot, d->key_resno, &isnull);
	Oid			type = getBaseType(TupleDescAttr(slot->tts_tupleDescriptor, d->key_resno - 1)->atttypid);
	MemoryContext old;

	/* NULL equals no key */
	if (isnull)
		return;
	if (d->nrows == d->space)
		grow(d);
	old = MemoryContextSwitchTo(d->context);
	read_key(d, key, type);
	for (int i = 0; i < d->ncolumns; i++)
	{
		DimensionColumn *c = &d->columns[i];
		Datum		value = slot_getattr(slot, c->resno, &isnull);

		c->nulls[d->nrows] = isnull;
		c->any_null |= isnull;
		c->values[d->nrows] = isnull ? (Datum) 0 : datumCopy(value, c->byval, c->len);
	}
	MemoryContextSwitchTo(old);
	d->nrows++;
}

/* Rows by key: by the key itself where keys are small, else by its hash. */
static void
make_index(BatchDimension *d)
{
	bool		dense = d->dictionary == NULL;
	int64		largest = -1;

	for (int r = 0; r < d->nrows && dense; r++)
	{
		dense = d->keys[r] >= 0 && d->keys[r] < MAX_DENSE;
		largest = Max(largest, d->keys[r]);
	}
	if (dense)
	{
		d->ndense = largest + 1;
		d->dense = MemoryContextAlloc(d->context, sizeof(int32) * Max(d->ndense, 1));
		for (int64 k = 0; k < d->ndense; k++)
			d->dense[k] = NO_ROW;
		for (int r = 0; r < d->nrows; r++)
			d->dense[d->keys[r]] = r;
		return;
	}
	d->dense = NULL;
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

void
batch_dimension_build(BatchDimension *d)
{
	TupleTableSlot *slot;

	if (d->built)
		return;
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		slot = ExecProcNode(d->child);
		if (TupIsNull(slot))
			break;
		read_row(d, slot);
	}
	make_index(d);
	if (d->outer)
		add_row_of_nulls(d);
	d->built = true;
}

/* Does no row at all come through the join? */
bool
batch_dimension_has_no_partners(BatchDimension *d)
{
	return d->nrows == 0 && !d->outer;
}

/* Parameters of its plan have changed. */
void
batch_dimension_reset(BatchDimension *d)
{
	MemoryContextReset(d->context);
	d->built = false;
	d->nrows = 0;
	d->space = 0;
	d->nby_code = 0;
	d->by_code = NULL;
	for (int c = 0; c < d->ncolumns; c++)
	{
		d->columns[c].any_null = false;
		d->columns[c].value_codes = NULL;
		d->columns[c].batch = 0;
	}
}

/* The numbers of texts mean nothing any more. */
void
batch_dimension_forget_texts(BatchDimension *d)
{
	for (int c = 0; c < d->nby_code; c++)
		d->by_code[c] = UNKNOWN_ROW;
}

/* ---------- looking up ---------- */

static int32
find_number(BatchDimension *d, int64 key)
{
	uint32		s;

	if (d->dense)
		return key >= 0 && key < d->ndense ? d->dense[key] : NO_ROW;
	for (s = hash_key(key) & (d->nslots - 1); d->slots[s] != NO_ROW; s = (s + 1) & (d->nslots - 1))
	{
		if (d->keys[d->slots[s]] == key)
			return d->slots[s];
	}
	return NO_ROW;
}

static int32
find_text(BatchDimension *d, Datum value)
{
	text	   *t = DatumGetTextPP(value);
	uint32		hash = hash_bytes((unsigned char *) VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
	uint32		s;

	for (s = hash & (d->nslots - 1); d->slots[s] != NO_ROW; s = (s + 1) & (d->nslots - 1))
	{
		int32		r = d->slots[s];
		text	   *known = (text *) DatumGetPointer(d->texts[r]);

		if (d->hashes[r] == hash && VARSIZE_ANY_EXHDR(known) == VARSIZE_ANY_EXHDR(t) &&
			memcmp(VARDATA_ANY(known), VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)) == 0)
			return r;
	}
	return NO_ROW;
}

#define FIND_LOOP(type) \
	do { \
		const type *values = v->values; \
		\
		for (int i = 0; i < n; i++) \
		{ \
			d->row_of[i] = BATCH_IS_NULL(v, i) ? NO_ROW : find_number(d, values[i]); \
			missing |= d->row_of[i]; \
		} \
	} while (0)

/* Each text is looked up once, and then by its number. */
static int32
find_by_code(BatchDimension *d, BatchColumns *columns)
{
	const BatchVector *v = &columns->columns[d->key].vector;
	const int32 *codes = batch_dictionary_codes(columns, d->dictionary);
	int			ncodes = batch_dictionary_size(d->dictionary);
	int32		missing = 0;

	if (ncodes > d->nby_code)
	{
		int			space = Max(ncodes, d->nby_code * 2);

		d->by_code = d->by_code ? repalloc(d->by_code, sizeof(int32) * space) :
			MemoryContextAlloc(d->context, sizeof(int32) * space);
		for (int c = d->nby_code; c < space; c++)
			d->by_code[c] = UNKNOWN_ROW;
		d->nby_code = space;
	}
	for (int i = 0; i < columns->nrows; i++)
	{
		int32	   *row = &d->by_code[codes[i]];

		CHECK_FOR_INTERRUPTS();
		if (unlikely(*row == UNKNOWN_ROW))
			*row = codes[i] == 0 ? NO_ROW : find_text(d, ((Datum *) v->values)[i]);
		d->row_of[i] = *row;
		missing |= *row;
	}
	return missing;
}

/* Finds the dimension's row for each row of the batch; true where some have none. */
static bool
find_rows(BatchDimension *d, BatchColumns *columns)
{
	const BatchVector *v = &columns->columns[d->key].vector;
	int			n = columns->nrows;
	int32		missing = 0;

	if (d->dictionary)
		missing = find_by_code(d, columns);
	else if (v->class == BATCH_INT2)
		FIND_LOOP(int16);
	else if (v->class == BATCH_INT4)
		FIND_LOOP(int32);
	else
		FIND_LOOP(int64);
	/* NO_ROW has the sign bit */
	if (missing < 0 && d->outer)
	{
		for (int i = 0; i < n; i++)
			d->row_of[i] = d->row_of[i] < 0 ? d->nrows : d->row_of[i];
		return false;
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

/* Takes the rows that lack a partner out of the batch. */
static void
drop_rows(List *dimensions, BatchColumns *columns)
{
	int			n = columns->nrows;
	uint8	   *keep = MemoryContextAlloc(columns->econtext->ecxt_per_tuple_memory, n);
	int			left = 0;
	ListCell   *lc;

	memset(keep, 1, n);
	foreach(lc, dimensions)
	{
		const int32 *row_of = ((BatchDimension *) lfirst(lc))->row_of;

		for (int i = 0; i < n; i++)
			keep[i] &= row_of[i] >= 0;
	}
	for (int c = 0; c < columns->ncolumns; c++)
	{
		if (columns->columns[c].att > 0)
			compact_column(&columns->columns[c], keep, n);
	}
	foreach(lc, dimensions)
		COMPACT(int32, ((BatchDimension *) lfirst(lc))->row_of);
	for (int i = 0; i < n; i++)
		left += keep[i];
	columns->nrows = left;
	batch_columns_changed(columns);
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

/* Joins the rows of the batch to all dimensions; how many were dropped. */
int
batch_dimensions_join(List *dimensions, BatchColumns *columns)
{
	int			before = columns->nrows;
	bool		missing = false;
	ListCell   *lc;

	foreach(lc, dimensions)
		missing |= find_rows(lfirst(lc), columns);
	if (missing)
		drop_rows(dimensions, columns);
	foreach(lc, dimensions)
	{
		BatchDimension *d = lfirst(lc);

		for (int c = 0; c < d->ncolumns; c++)
			gather(d, &d->columns[c], columns);
	}
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
