/*
 * deform.c
 *		From tuples to columns.
 *
 * Where the columns of a tuple lie follows from which of its attributes are
 * NULL, up to the first attribute of variable length.  Few patterns of NULLs
 * occur in a table, so the places are worked out once for each, and a page is
 * then read column by column.  What lies behind an attribute of variable length
 * is found by walking along the tuple.
 *
 * Tuples that lack columns added later, tables with more attributes than a
 * pattern has bits, and more patterns than are worth remembering go through the
 * server's own slots.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#define MAX_ATTRIBUTES 64		/* bits of a pattern */
#define MAX_PATTERNS 256
#define DIRECT_BITS 12			/* patterns of so few attributes are found by themselves */
#define HASH_SIZE (1 << DIRECT_BITS)

typedef struct Attribute
{
	int16		len;
	uint8		align;			/* mask */
	int16		column;			/* which wants it, or -1 */
} Attribute;

/* Where a column before the first attribute of variable length lies. */
typedef struct Place
{
	int16		offset;
	uint16		null;			/* 1: nowhere */
} Place;

/* Where a NULL is read, without a look at what it is: the end of the tuple's header. */
#define NOWHERE (-(int) sizeof(int64))

typedef struct Pattern
{
	uint64		present;		/* bit n: attribute n is not NULL */
	int			walk_from;		/* offset at which the walk begins */
} Pattern;

struct BatchLayout
{
	int			natts;			/* attributes up to the last that is wanted */
	int			first_walked;	/* the first attribute of variable length, or natts */
	int			nfixed;			/* columns before it: the first so many */
	bool		fast;
	Attribute	atts[MAX_ATTRIBUTES];
	uint64		all;			/* the pattern without NULLs */
	int			npatterns;
	Pattern		patterns[MAX_PATTERNS]; /* the first is "all" */
	Place		(*places)[MAX_PATTERNS];	/* by column */
	bool		moves[BATCH_MAX_COLUMNS];	/* not at the same place in every pattern */
	int16		hash[HASH_SIZE];
	TupleTableSlot *slot;		/* for the server's way */
};

/* ---------- classes ---------- */

BatchClass
batch_class_of(Oid type)
{
	Oid			base = getBaseType(type);

	switch (base)
	{
		case BOOLOID:
			return BATCH_BOOL;
		case INT2OID:
			return BATCH_INT2;
		case INT4OID:
		case DATEOID:
		case OIDOID:
			return BATCH_INT4;
		case INT8OID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case TIMEOID:
		case CASHOID:
			return BATCH_INT8;
		case FLOAT8OID:
			return BATCH_FLOAT8;
	}
	return type_is_enum(base) ? BATCH_INT4 : BATCH_DATUM;
}

int
batch_class_size(BatchClass class)
{
	static const int sizes[] = {
		[BATCH_BOOL] = sizeof(uint8),
		[BATCH_INT2] = sizeof(int16),
		[BATCH_INT4] = sizeof(int32),
		[BATCH_INT8] = sizeof(int64),
		[BATCH_FLOAT8] = sizeof(double),
		[BATCH_DATUM] = sizeof(Datum),
	};

	return sizes[class];
}

/* ---------- the set of columns ---------- */

void
batch_columns_init(BatchColumns *columns, PlanState *parent, int capacity, MemoryContext context)
{
	columns->parent = parent;
	columns->columns = MemoryContextAllocZero(context, sizeof(BatchColumn) * BATCH_MAX_COLUMNS);
	columns->context = context;
	columns->capacity = capacity;
	columns->batch = 1;
	columns->econtext = CreateExprContext(parent->state);
	columns->constants = AllocSetContextCreate(context, "kpi batch constants", ALLOCSET_SMALL_SIZES);
	columns->row_memory = AllocSetContextCreate(context, "kpi batch row", ALLOCSET_DEFAULT_SIZES);
	columns->strip_memory = AllocSetContextCreate(context, "kpi batch strip", ALLOCSET_DEFAULT_SIZES);
}

/* The number of a column, which is made when it is asked for the first time. */
int
batch_column_of(BatchColumns *columns, Var *var)
{
	BatchColumn *column;

	for (int i = 0; i < columns->ncolumns; i++)
	{
		column = &columns->columns[i];
		if (column->var->varno == var->varno && column->var->varattno == var->varattno)
			return i;
	}
	if (columns->ncolumns == BATCH_MAX_COLUMNS)
		elog(ERROR, "too many columns for batch execution");
	column = &columns->columns[columns->ncolumns];
	column->var = var;
	column->att = (Index) var->varno == columns->relid ? var->varattno : 0;
	get_typlenbyval(var->vartype, &column->len, &column->byval);
	column->vector.class = batch_class_of(var->vartype);
	return columns->ncolumns++;
}

static int
compare_columns(const void *a, const void *b)
{
	AttrNumber	x = ((const BatchColumn *) a)->att;
	AttrNumber	y = ((const BatchColumn *) b)->att;

	/* those of dimensions last */
	if ((x == 0) != (y == 0))
		return x == 0 ? 1 : -1;
	return (x > y) - (x < y);
}

static uint8
alignment_mask(char align)
{
	switch (align)
	{
		case TYPALIGN_CHAR:
			return 0;
		case TYPALIGN_SHORT:
			return ALIGNOF_SHORT - 1;
		case TYPALIGN_INT:
			return ALIGNOF_INT - 1;
	}
	return ALIGNOF_DOUBLE - 1;
}

/* The number of a new pattern. */
static int
make_pattern(BatchLayout *layout, uint64 present)
{
	int			number = layout->npatterns++;
	Pattern    *p = &layout->patterns[number];
	int			offset = 0;

	p->present = present;
	for (int a = 0; a < layout->first_walked; a++)
	{
		Attribute  *att = &layout->atts[a];
		bool		null = ((present >> a) & 1) == 0;

		if (!null)
			offset = (offset + att->align) & ~att->align;
		if (att->column >= 0)
		{
			Place	   *places = layout->places[att->column];

			places[number] = (Place) {null ? NOWHERE : offset, null};
			layout->moves[att->column] |= null || offset != places[0].offset;
		}
		if (!null)
			offset += att->len;
	}
	p->walk_from = offset;
	return number;
}

static BatchLayout *
make_layout(BatchColumns *columns, int ntable)
{
	BatchLayout *layout = palloc0(sizeof(BatchLayout));
	TupleDesc	table = columns->table;

	layout->natts = ntable > 0 ? columns->columns[ntable - 1].att : 0;
	layout->fast = layout->natts <= MAX_ATTRIBUTES && (kpi_batch_generic & GENERIC_COLUMNS) == 0;
	layout->slot = MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(table), &TTSOpsHeapTuple);
	if (!layout->fast)
		return layout;
	layout->places = palloc0(sizeof(*layout->places) * Max(ntable, 1));
	layout->first_walked = layout->natts;
	for (int a = 0; a < layout->natts; a++)
	{
		Form_pg_attribute att = TupleDescAttr(table, a);

		layout->atts[a].len = att->attlen;
		layout->atts[a].align = alignment_mask(att->attalign);
		layout->atts[a].column = -1;
		if (att->attlen < 0 && layout->first_walked == layout->natts)
			layout->first_walked = a;
	}
	for (int c = 0; c < ntable; c++)
	{
		int			a = columns->columns[c].att - 1;

		layout->atts[a].column = c;
		if (a < layout->first_walked)
			layout->nfixed = c + 1;
	}
	layout->all = layout->natts == 64 ? ~UINT64CONST(0) : (UINT64CONST(1) << layout->natts) - 1;
	memset(layout->hash, -1, sizeof(layout->hash));
	layout->hash[layout->natts <= DIRECT_BITS ? layout->all :
				 (layout->all * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - DIRECT_BITS)] =
		make_pattern(layout, layout->all);
	return layout;
}

/*
 * All columns are known: memory for them, and the slot of the generic way.
 * Nothing may be compiled before, since the columns change places here.
 */
void
batch_columns_ready(BatchColumns *columns, TupleDesc table)
{
	TupleDesc	desc = CreateTemplateTupleDesc(Max(columns->ncolumns, 1));
	int			ntable = 0;

	columns->table = table;
	qsort(columns->columns, columns->ncolumns, sizeof(BatchColumn), compare_columns);
	if (columns->ncolumns == 0)
		TupleDescInitEntry(desc, 1, "none", INT4OID, -1, 0);
	for (int i = 0; i < columns->ncolumns; i++)
	{
		BatchColumn *column = &columns->columns[i];

		TupleDescInitEntry(desc, i + 1, "column", column->var->vartype, column->var->vartypmod, 0);
		TupleDescInitEntryCollation(desc, i + 1, column->var->varcollid);
		/* a value may be read as eight bytes whatever its class */
		column->vector.values = palloc0((Size) columns->capacity * sizeof(int64));
		column->nulls = palloc0(columns->capacity);
		if (column->att > 0)
		{
			ntable++;
			columns->byref |= !column->byval;
		}
	}
	columns->row = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
	ExecStoreAllNullTuple(columns->row);
	columns->layout = make_layout(columns, ntable);
}

/* What is not in the memory context of the columns. */
void
batch_columns_end(BatchColumns *columns)
{
	FreeExprContext(columns->econtext, true);
}

/* Begin the next batch. */
void
batch_columns_next(BatchColumns *columns)
{
	columns->nrows = 0;
	columns->batch++;
	for (int i = 0; i < columns->ncolumns; i++)
		columns->columns[i].vector.nulls = NULL;
	ResetExprContext(columns->econtext);
}

/* The rows have other numbers now: what was worked out for them is void. */
void
batch_columns_changed(BatchColumns *columns)
{
	columns->batch++;
}

/* Row i is the first that is NULL, or not: the flags of all rows count from now on. */
static inline void
have_nulls(BatchColumn *column, int nrows)
{
	if (column->vector.nulls == NULL)
	{
		memset(column->nulls, 0, nrows);
		column->vector.nulls = column->nulls;
	}
}

/* ---------- the server's way ---------- */

static void
deform_by_server(BatchColumns *columns, Relation rel, HeapTupleHeader *tuples, int n)
{
	TupleTableSlot *slot = columns->layout->slot;
	int			base = columns->nrows;

	for (int i = 0; i < n; i++)
	{
		HeapTupleData tuple = {.t_data = tuples[i], .t_tableOid = RelationGetRelid(rel)};

		ExecStoreHeapTuple(&tuple, slot, false);
		slot_getsomeattrs(slot, columns->layout->natts);
		for (int c = 0; c < columns->ncolumns && columns->columns[c].att > 0; c++)
		{
			BatchColumn *column = &columns->columns[c];
			int			a = column->att - 1;

			if (slot->tts_isnull[a])
			{
				have_nulls(column, base + i);
				column->nulls[base + i] = 1;
				batch_set_datum(&column->vector, base + i, (Datum) 0);
			}
			else
			{
				if (column->vector.nulls)
					column->nulls[base + i] = 0;
				batch_set_datum(&column->vector, base + i, slot->tts_values[a]);
			}
		}
	}
	ExecClearTuple(slot);
}

/* ---------- the columns before the first of variable length ---------- */

/* Which attributes of a tuple are not NULL. */
static inline uint64
present_attributes(BatchLayout *layout, HeapTupleHeader tuple)
{
	uint64		present = 0;

	/* bytes that are copied one by one are slow to read as a whole */
	if (layout->natts <= 8)
		present = tuple->t_bits[0];
	else if (layout->natts <= 16)
		present = tuple->t_bits[0] | (uint64) tuple->t_bits[1] << 8;
	else
	{
		for (int byte = 0; byte < (layout->natts + 7) / 8; byte++)
			present |= (uint64) tuple->t_bits[byte] << (8 * byte);
	}
	return present & layout->all;
}

/* The number of a tuple's pattern, or -1 when it has to go the server's way. */
static inline int
pattern_of(BatchLayout *layout, HeapTupleHeader tuple)
{
	uint64		present;
	uint32		slot;

	if (unlikely(HeapTupleHeaderGetNatts(tuple) < layout->natts))
		return -1;
	if ((tuple->t_infomask & HEAP_HASNULL) == 0)
		return 0;
	present = present_attributes(layout, tuple);
	slot = layout->natts <= DIRECT_BITS ? present :
		(present * UINT64CONST(0x9E3779B97F4A7C15)) >> (64 - DIRECT_BITS);
	for (;; slot = (slot + 1) % HASH_SIZE)
	{
		int			number = layout->hash[slot];

		if (number < 0)
			break;
		if (likely(layout->patterns[number].present == present))
			return number;
	}
	if (layout->npatterns == MAX_PATTERNS)
		return -1;
	layout->hash[slot] = layout->npatterns;
	return make_pattern(layout, present);
}

/* A value of one attribute as a Datum; by reference it stays where it is. */
static inline Datum
fetch_datum(const BatchColumn *column, char *from)
{
	return fetch_att(from, column->byval, column->len);
}

/* Tuples need not lie aligned for us only where the server's attributes do: they always do. */
#define READ(type, place) (*(const type *) (place))

/* all rows have the value at the same place, and none is NULL */
#define COLUMN_AT_ONE_PLACE(type) \
	do { \
		type	   *to = (type *) column->vector.values + base; \
		\
		for (int i = 0; i < n; i++) \
			to[i] = READ(type, data[i] + offset); \
	} while (0)

/*
 * The place and the NULL differ from row to row, and no branch could foresee
 * them: a NULL is read, too, and masked.
 */
#define COLUMN_BY_PATTERN(type) \
	do { \
		type	   *to = (type *) column->vector.values + base; \
		\
		for (int i = 0; i < n; i++) \
		{ \
			Place		place = places[patterns[i]]; \
			\
			to[i] = READ(type, data[i] + place.offset) & (type) (place.null - 1); \
			nulls[i] = place.null; \
			any |= place.null; \
		} \
	} while (0)

static void
read_at_one_place(BatchColumn *column, int offset, int base, char **data, int n)
{
	switch (column->vector.class)
	{
		case BATCH_BOOL:
			COLUMN_AT_ONE_PLACE(uint8);
			break;
		case BATCH_INT2:
			COLUMN_AT_ONE_PLACE(int16);
			break;
		case BATCH_INT4:
			COLUMN_AT_ONE_PLACE(int32);
			break;
		case BATCH_INT8:
		case BATCH_FLOAT8:
			COLUMN_AT_ONE_PLACE(int64);
			break;
		case BATCH_DATUM:
			for (int i = 0; i < n; i++)
				((Datum *) column->vector.values)[base + i] = fetch_datum(column, data[i] + offset);
			break;
	}
	if (column->vector.nulls)
		memset(column->nulls + base, 0, n);
}

static void
read_by_pattern(BatchColumn *column, const Place *places, int base, char **data, const uint8 *patterns, int n)
{
	uint8	   *nulls = column->nulls + base;
	uint8		any = 0;

	switch (column->vector.class)
	{
		case BATCH_BOOL:
			COLUMN_BY_PATTERN(uint8);
			break;
		case BATCH_INT2:
			COLUMN_BY_PATTERN(int16);
			break;
		case BATCH_INT4:
			COLUMN_BY_PATTERN(int32);
			break;
		case BATCH_INT8:
		case BATCH_FLOAT8:
			COLUMN_BY_PATTERN(int64);
			break;
		case BATCH_DATUM:
			for (int i = 0; i < n; i++)
			{
				Place		place = places[patterns[i]];

				((Datum *) column->vector.values)[base + i] =
					place.null ? (Datum) 0 : fetch_datum(column, data[i] + place.offset);
				nulls[i] = place.null;
				any |= place.null;
			}
			break;
	}
	if (any && !(MUTANT(LOST_NULLS) && column->byval))
		have_nulls(column, base);
}

/* ---------- the columns behind ---------- */

/* Walks along one tuple from the first attribute of variable length on. */
static inline void
walk(BatchColumns *columns, const Pattern *pattern, char *data, int row)
{
	BatchLayout *layout = columns->layout;
	int			offset = pattern->walk_from;

	for (int a = layout->first_walked; a < layout->natts; a++)
	{
		Attribute  *att = &layout->atts[a];
		BatchColumn *column = att->column >= 0 ? &columns->columns[att->column] : NULL;

		if (((pattern->present >> a) & 1) == 0)
		{
			if (column)
			{
				have_nulls(column, row);
				column->nulls[row] = 1;
				batch_set_datum(&column->vector, row, (Datum) 0);
			}
			continue;
		}
		/* a short varlena is not aligned, and never begins with a zero byte */
		if (att->len != -1 || !VARATT_NOT_PAD_BYTE(data + offset))
			offset = (offset + att->align) & ~att->align;
		if (column)
		{
			batch_set_datum(&column->vector, row, fetch_datum(column, data + offset));
			column->nulls[row] = 0;
		}
		if (att->len > 0)
			offset += att->len;
		else if (att->len == -1)
			offset += VARSIZE_ANY(data + offset);
		else
			offset += strlen(data + offset) + 1;
	}
}

/*
 * Appends n tuples of one page to the columns, and asks for the page ahead a
 * part at a time: the memory answers so many questions at once and no more.
 */
void
batch_deform(BatchColumns *columns, Relation rel, HeapTupleHeader *tuples, int n, BatchPrefetch *ahead)
{
	BatchLayout *layout = columns->layout;
	int			base = columns->nrows;
	uint8		patterns[MaxHeapTuplesPerPage];
	char	   *data[MaxHeapTuplesPerPage];
	bool		alike = true;

	columns->nrows += n;
	if (layout->natts == 0)
		return;
	if (!layout->fast)
	{
		columns->nrows = base;
		deform_by_server(columns, rel, tuples, n);
		columns->nrows += n;
		return;
	}
	for (int i = 0; i < n; i++)
	{
		int			number = pattern_of(layout, tuples[i]);

		if (unlikely(number < 0))
		{
			columns->nrows = base;
			deform_by_server(columns, rel, tuples, n);
			columns->nrows += n;
			return;
		}
		patterns[i] = number;
		alike &= number == 0;
		data[i] = (char *) tuples[i] + tuples[i]->t_hoff;
	}
	for (int c = 0; c < layout->nfixed; c++)
	{
		BatchColumn *column = &columns->columns[c];

		batch_prefetch(ahead, layout->nfixed + 1 - c);
		if (alike || !layout->moves[c])
			read_at_one_place(column, layout->places[c][0].offset, base, data, n);
		else
			read_by_pattern(column, layout->places[c], base, data, patterns, n);
	}
	if (layout->first_walked < layout->natts)
	{
		for (int i = 0; i < n; i++)
			walk(columns, &layout->patterns[patterns[i]], data[i], base + i);
	}
}
