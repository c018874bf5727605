/*
 * dictionary.c
 *		The texts of a column by number.
 *
 * A text column of a table of contacts holds few different values: channels,
 * queues, teams.  Under a deterministic collation texts are equal when their
 * bytes are, so each text is given a number when it is first met.  Grouping by
 * the column is grouping by an integer then, and an expression over it is
 * evaluated once for each text (memo.c).
 *
 * Long texts are not remembered: each of their rows has a number of its own, which
 * is right for all who use it, only slower.  Where most texts are new the numbers
 * are of no use, and the dictionary is over.  Numbers are forgotten when the groups
 * are passed on: they count against the same memory.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/detoast.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#define FIRST_SLOTS 256

typedef struct Entry
{
	uint32		hash;
	uint32		length;
	const char *text;			/* NULL: a long text, which nothing equals */
} Entry;

struct BatchDictionary
{
	int			column;
	int			nentries;		/* the number of the next text; 0 stands for NULL */
	int			space;
	Entry	   *entries;
	uint32		nslots;
	int32	   *slots;			/* numbers, 0 where free */
	int64		looked_up;
	int64		missed;
	bool		over;
	uint64		batch;			/* the batch whose codes are known */
	int32	   *codes;
	MemoryContext context;		/* the texts */
};

/* The dictionary of a column, or NULL where it can have none. */
BatchDictionary *
batch_dictionary(BatchColumns *columns, int column)
{
	BatchColumn *c = &columns->columns[column];
	Oid			type = getBaseType(c->var->vartype);
	BatchDictionary *d;

	if (c->dictionary != NULL)
		return c->dictionary;
	if ((kpi_batch_generic & GENERIC_TEXTS) || (type != TEXTOID && type != VARCHAROID) ||
		!get_collation_isdeterministic(c->var->varcollid))
		return NULL;
	d = palloc0(sizeof(BatchDictionary));
	d->column = column;
	d->nentries = 1;
	d->space = FIRST_SLOTS;
	d->entries = palloc(sizeof(Entry) * d->space);
	d->nslots = FIRST_SLOTS * 2;
	d->slots = palloc0(sizeof(int32) * d->nslots);
	d->codes = palloc(sizeof(int32) * columns->capacity);
	d->context = AllocSetContextCreate(columns->context, "kpi batch texts", ALLOCSET_DEFAULT_SIZES);
	c->dictionary = d;
	columns->dictionaries = lappend(columns->dictionaries, d);
	return d;
}

static void
grow(BatchDictionary *d)
{
	d->space *= 2;
	d->entries = repalloc(d->entries, sizeof(Entry) * d->space);
	d->nslots *= 2;
	pfree(d->slots);
	d->slots = MemoryContextAllocZero(GetMemoryChunkContext(d->entries), sizeof(int32) * d->nslots);
	for (int code = 1; code < d->nentries; code++)
	{
		uint32		s = d->entries[code].hash & (d->nslots - 1);

		if (d->entries[code].text == NULL)
			continue;
		while (d->slots[s] != 0)
			s = (s + 1) & (d->nslots - 1);
		d->slots[s] = code;
	}
}

static int32
add_entry(BatchDictionary *d, Entry entry)
{
	if (d->nentries == d->space)
		grow(d);
	d->missed++;
	d->entries[d->nentries] = entry;
	return d->nentries++;
}

static int32
add_text(BatchDictionary *d, const char *text, uint32 length, uint32 hash)
{
	char	   *copy = MemoryContextAlloc(d->context, Max(length, 1));

	memcpy(copy, text, length);
	return add_entry(d, (Entry) {hash, length, copy});
}

/* Without unpacking it. */
static inline bool
is_long(Datum value)
{
	struct varlena *v = (struct varlena *) DatumGetPointer(value);

	if (VARATT_IS_EXTERNAL(v) || VARATT_IS_COMPRESSED(v))
		return toast_raw_datum_size(value) > BATCH_LONG;
	return VARSIZE_ANY_EXHDR(v) > BATCH_LONG;
}

static inline int32
code_of(BatchDictionary *d, const char *text, uint32 length)
{
	uint32		hash = batch_hash_bytes(text, length);
	uint32		s = hash & (d->nslots - 1);
	int32		code;

	while ((code = d->slots[s]) != 0)
	{
		Entry	   *e = &d->entries[code];

		if (e->hash == hash && e->length == length && memcmp(e->text, text, length) == 0)
			return code;
		s = (s + 1) & (d->nslots - 1);
	}
	code = add_text(d, text, length, hash);
	for (s = hash & (d->nslots - 1); d->slots[s] != 0 && d->slots[s] != code;)
		s = (s + 1) & (d->nslots - 1);
	d->slots[s] = code;
	return code;
}

/* The numbers of the texts of all rows of the batch. */
const int32 *
batch_dictionary_codes(BatchColumns *columns, BatchDictionary *d)
{
	const BatchVector *v = &columns->columns[d->column].vector;

	if (d->batch == columns->batch)
		return d->codes;
	for (int i = 0; i < columns->nrows; i++)
	{
		Datum		value = ((Datum *) v->values)[i];
		text	   *t;

		if (BATCH_IS_NULL(v, i))
		{
			d->codes[i] = 0;
			continue;
		}
		d->looked_up++;
		if (unlikely(is_long(value)))
		{
			d->codes[i] = MUTANT(LONG_TEXT) ? 1 : add_entry(d, (Entry) {0, 0, NULL});
			continue;
		}
		CHECK_FOR_INTERRUPTS();
		t = DatumGetTextPP(value);
		d->codes[i] = code_of(d, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t));
		if ((Pointer) t != DatumGetPointer(value))
			pfree(t);
	}
	d->batch = columns->batch;
	return d->codes;
}

/* Are the numbers of no use from the next batch on?  Those of this batch stay right. */
bool
batch_dictionary_is_over(BatchDictionary *d)
{
	d->over |= d->missed > BATCH_FREE_MISSES + d->looked_up / 2;
	return d->over;
}

void
batch_dictionary_give_up(BatchDictionary *d)
{
	d->over = true;
}

int
batch_dictionary_size(BatchDictionary *d)
{
	return d->nentries;
}

Size
batch_dictionary_memory(BatchDictionary *d)
{
	return MemoryContextMemAllocated(d->context, true) +
		d->space * sizeof(Entry) + d->nslots * sizeof(int32);
}

/* Forgets all texts; numbers that were handed out mean nothing any more. */
void
batch_dictionary_reset(BatchDictionary *d)
{
	d->nentries = 1;
	d->batch = 0;
	memset(d->slots, 0, sizeof(int32) * d->nslots);
	MemoryContextReset(d->context);
}
