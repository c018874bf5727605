/*
 * group.c
 *		Which group each row belongs to.
 *
 * The memory of a group holds its keys and the states of its aggregates, one
 * beside the other, in chunks that never move: states are changed in place, and
 * a row touches one place in memory however many aggregates there are.
 *
 * Keys whose equality is that of their bytes are packed into two words and
 * looked up in a table of ours.  Any other key goes the generic way: the hash
 * and equality functions of its type.
 *
 * Groups may be finer than the query asks for: what we make are partial groups,
 * which the server's Finalize Aggregate unites.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_oper.h"
#include "port/pg_bitutils.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#define FIRST_CHUNK (8 * 1024)
#define LARGEST_CHUNK (1024 * 1024)
#define FIRST_SLOTS 256
#define FITS_INTO_CACHE (256 * 1024)
#define MAX_DENSE 65536

typedef struct GroupKey
{
	BatchExpr  *expr;
	int16		len;
	bool		byval;
	Oid			collation;
	FmgrInfo	hash;			/* the generic way */
	FmgrInfo	equal;
	BatchDictionary *dictionary;	/* packed: the number of its text stands for it */
	BatchDimension *dimension;	/* packed: the number of its value in the dimension does */
	BatchMemo  *memo;			/* packed: the code of its result does */
	int			word;			/* packed: where its bits go */
	int			shift;
} GroupKey;

typedef struct Slot
{
	uint32		hash;
	BatchGroup *group;
} Slot;

typedef struct Chunk
{
	char	   *memory;
	int			used;			/* groups in it */
} Chunk;

typedef struct GroupTable
{
	MemoryContext context;		/* groups, and what their keys point to */
	int64		ngroups;
	int			nchunks;
	int			chunk_space;
	Chunk	   *chunks;
	uint32		nslots;			/* a power of two */
	Slot	   *slots;
} GroupTable;

/*
 * Queues, agents, days and the numbers of texts are small: the group of such a
 * key stands in an array.
 */
typedef struct DenseGroups
{
	bool		usable;			/* there is one key, of at most four bytes */
	uint32		size;			/* a power of two, or 0 */
	BatchGroup **groups;		/* by key; one more, which is NULL, for any other key */
} DenseGroups;

struct BatchGroups
{
	BatchColumns *columns;
	bool		single;			/* no keys at all */
	bool		packed;
	int			nwords;			/* that keys are packed into */
	DenseGroups dense;
	int			nkeys;
	GroupKey	keys[BATCH_MAX_KEYS];
	Size		state_offset;
	Size		group_size;
	void		(*init) (void *arg, char *group);
	void	   *init_arg;
	GroupTable	table;
	bool		closed;			/* new groups go into the passing table */
	GroupTable	passing;
	GroupTable *next_table;		/* of batch_groups_next */
	int			next_chunk;
	int			next_group;
	/* of one batch */
	uint64	   *words[2];
	uint32	   *nulls;
	bool		any_null;
	uint32	   *hashes;
};

/* ---------- keys ---------- */

static bool
equal_by_bytes(BatchClass class)
{
	return class <= BATCH_INT8;
}

/* The class of what is packed of a key; keys that differ in bytes may go by a number. */
static BatchClass
packed_class(BatchGroups *groups, GroupKey *key)
{
	BatchExpr  *e = key->expr;
	BatchClass	class = e->kind == EXPR_COLUMN ?
		groups->columns->columns[e->column].vector.class : e->vector.class;

	if (equal_by_bytes(class))
		return class;
	/* -0 and 0, and NaNs, differ in bytes: their sums would be added up apart */
	if (class == BATCH_FLOAT8)
		return class;
	if (e->kind == EXPR_COLUMN && groups->columns->columns[e->column].dimension != NULL)
		key->dimension = groups->columns->columns[e->column].dimension;
	else if (e->kind == EXPR_COLUMN)
		key->dictionary = batch_dictionary(groups->columns, e->column);
	else if (e->kind == EXPR_MEMO)
		key->memo = e->memo;
	return key->dictionary || key->dimension || key->memo ? BATCH_INT4 : class;
}

/* Finds room for the bits of every key in two words, or says that there is none. */
static bool
pack_keys(BatchGroups *groups)
{
	int			used[2] = {0, 0};

	if (kpi_batch_generic & GENERIC_KEYS)
		return false;
	for (int k = 0; k < groups->nkeys; k++)
	{
		GroupKey   *key = &groups->keys[k];
		BatchClass	class = packed_class(groups, key);
		int			bits = batch_class_size(class) * 8;
		int			word = used[0] + bits <= 64 ? 0 : 1;

		if (!equal_by_bytes(class) || used[word] + bits > 64)
			return false;
		key->word = word;
		key->shift = used[word];
		used[word] += bits;
	}
	groups->nwords = used[1] > 0 ? 2 : 1;
	groups->dense.usable = groups->nkeys == 1 && used[0] <= 32;
	return true;
}

static void
find_key_functions(GroupKey *key, MemoryContext context)
{
	TypeCacheEntry *type = lookup_type_cache(key->expr->type, TYPECACHE_EQ_OPR_FINFO | TYPECACHE_HASH_PROC_FINFO);

	if (!OidIsValid(type->eq_opr_finfo.fn_oid) || !OidIsValid(type->hash_proc_finfo.fn_oid))
		elog(ERROR, "type %u cannot be hashed", key->expr->type);
	fmgr_info_cxt(type->eq_opr_finfo.fn_oid, &key->equal, context);
	fmgr_info_cxt(type->hash_proc_finfo.fn_oid, &key->hash, context);
}

/* ---------- memory ---------- */

static void
make_slots(BatchGroups *groups, GroupTable *table, uint32 nslots)
{
	table->nslots = nslots;
	table->slots = MemoryContextAllocExtended(groups->columns->context, sizeof(Slot) * nslots,
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static void
make_table(BatchGroups *groups, GroupTable *table)
{
	table->context = AllocSetContextCreate(groups->columns->context, "kpi batch groups", ALLOCSET_DEFAULT_SIZES);
	table->chunk_space = 16;
	table->chunks = palloc(sizeof(Chunk) * table->chunk_space);
	make_slots(groups, table, FIRST_SLOTS);
}

static void
clear_table(GroupTable *table)
{
	MemoryContextReset(table->context);
	table->nchunks = 0;
	table->ngroups = 0;
	memset(table->slots, 0, sizeof(Slot) * table->nslots);
}

/* The group of a small key can be found in the array from now on. */
static void
note_dense(BatchGroups *groups, BatchGroup *group)
{
	DenseGroups *dense = &groups->dense;
	uint64		key = group->words[0];

	if (!dense->usable || group->word_nulls != 0 || key >= MAX_DENSE)
		return;
	if (key >= dense->size)
	{
		uint32		size = Max(pg_nextpower2_32((uint32) key + 1), FIRST_SLOTS);
		BatchGroup **larger = MemoryContextAllocZero(groups->columns->context, sizeof(BatchGroup *) * (size + 1));

		if (dense->size > 0)
		{
			memcpy(larger, dense->groups, sizeof(BatchGroup *) * dense->size);
			pfree(dense->groups);
		}
		dense->groups = larger;
		dense->size = size;
	}
	dense->groups[key] = group;
}

static void
clear_dense(DenseGroups *dense)
{
	if (dense->size > 0)
		memset(dense->groups, 0, sizeof(BatchGroup *) * dense->size);
}

static Size
table_memory(GroupTable *table)
{
	return MemoryContextMemAllocated(table->context, true) + sizeof(Slot) * table->nslots;
}

static Size
chunk_size(int chunk)
{
	return Min((Size) FIRST_CHUNK << Min(chunk, 10), LARGEST_CHUNK);
}

static int
chunk_capacity(BatchGroups *groups, int chunk)
{
	return Max(chunk_size(chunk) / groups->group_size, 1);
}

static void
new_chunk(BatchGroups *groups, GroupTable *table)
{
	Chunk	   *chunk;

	if (table->nchunks == table->chunk_space)
	{
		table->chunk_space *= 2;
		table->chunks = repalloc(table->chunks, sizeof(Chunk) * table->chunk_space);
	}
	chunk = &table->chunks[table->nchunks];
	chunk->memory = MemoryContextAlloc(table->context, Max(chunk_size(table->nchunks), groups->group_size));
	chunk->used = 0;
	table->nchunks++;
}

/* Room for a group with the keys of a row. */
static BatchGroup *
new_group(BatchGroups *groups, GroupTable *table, uint32 hash, int row)
{
	Chunk	   *chunk;
	BatchGroup *group;
	MemoryContext old;

	if (table->nchunks == 0 ||
		table->chunks[table->nchunks - 1].used == chunk_capacity(groups, table->nchunks - 1))
		new_chunk(groups, table);
	chunk = &table->chunks[table->nchunks - 1];
	group = (BatchGroup *) (chunk->memory + chunk->used * groups->group_size);
	group->hash = hash;
	group->nulls = 0;
	group->words[0] = groups->packed ? groups->words[0][row] : 0;
	group->words[1] = groups->packed ? groups->words[1][row] : 0;
	group->word_nulls = groups->packed ? groups->nulls[row] : 0;
	old = MemoryContextSwitchTo(table->context);
	for (int k = 0; k < groups->nkeys; k++)
	{
		GroupKey   *key = &groups->keys[k];
		BatchVector *v = &key->expr->vector;

		if (BATCH_IS_NULL(v, row))
			group->nulls |= 1U << k;
		else
			group->keys[k] = datumCopy(batch_datum(v, row), key->byval, key->len);
	}
	MemoryContextSwitchTo(old);
	groups->init(groups->init_arg, (char *) group);
	/* only now: an error in between must not leave half a group */
	chunk->used++;
	table->ngroups++;
	return group;
}

static void
put_into_slot(GroupTable *table, BatchGroup *group)
{
	uint32		s = group->hash & (table->nslots - 1);

	while (table->slots[s].group != NULL)
		s = (s + 1) & (table->nslots - 1);
	table->slots[s] = (Slot) {group->hash, group};
}

/* A new group, and a slot for it. */
static BatchGroup *
add_group(BatchGroups *groups, uint32 hash, int row)
{
	GroupTable *table = groups->closed ? &groups->passing : &groups->table;
	BatchGroup *group = new_group(groups, table, hash, row);

	if (table == &groups->table)
		note_dense(groups, group);
	if (table->ngroups > table->nslots / 2)
	{
		Slot	   *old = table->slots;
		uint32		nold = table->nslots;

		make_slots(groups, table, nold * 2);
		for (uint32 i = 0; i < nold; i++)
		{
			if (old[i].group != NULL)
				put_into_slot(table, old[i].group);
		}
		pfree(old);
	}
	put_into_slot(table, group);
	return group;
}

/* ---------- packed keys ---------- */

static inline uint32
hash_words(uint64 a, uint64 b, uint32 nulls)
{
	uint64		h = a * UINT64CONST(0x9E3779B97F4A7C15);

	h ^= h >> 32;
	h = (h + b + nulls) * UINT64CONST(0xD6E8FEB86659FD93);
	return (uint32) (h >> 32);
}

#define PACK(type) \
	do { \
		const type *values = v->values; \
		const int	shift = key->shift; \
		\
		for (int i = 0; i < n; i++) \
			words[i] |= (uint64) values[i] << shift; \
	} while (0)

/* A NULL leaves its bits zero and is told by its own. */
static void
pack_key(BatchGroups *groups, int k, int n)
{
	GroupKey   *key = &groups->keys[k];
	const BatchVector *v = &key->expr->vector;
	uint64	   *words = groups->words[key->word];
	const int32 *codes = key->dictionary ? batch_dictionary_codes(groups->columns, key->dictionary) :
		key->dimension ? batch_dimension_codes(key->dimension, groups->columns, key->expr->column) :
		key->memo ? batch_memo_codes(key->memo) : NULL;

	if (codes)
	{
		/* NULL has a number, too */
		for (int i = 0; i < n; i++)
			words[i] |= (uint64) (uint32) codes[i] << key->shift;
		return;
	}
	switch (v->class)
	{
		case BATCH_BOOL:
			PACK(uint8);
			break;
		case BATCH_INT2:
			PACK(uint16);
			break;
		case BATCH_INT4:
			PACK(uint32);
			break;
		default:
			PACK(uint64);
			break;
	}
	if (v->nulls)
	{
		uint64		bits = batch_class_size(v->class) == 8 ? ~UINT64CONST(0) :
			((UINT64CONST(1) << batch_class_size(v->class) * 8) - 1) << key->shift;

		for (int i = 0; i < n; i++)
		{
			if (v->nulls[i])
			{
				words[i] &= ~bits;
				groups->nulls[i] |= MUTANT(NULL_KEY) ? 0 : 1U << k;
			}
		}
		groups->any_null = true;
	}
}

static inline bool
same_words(const BatchGroup *group, uint64 a, uint64 b, uint32 nulls)
{
	return ((group->words[0] ^ a) | (group->words[1] ^ b) | (group->word_nulls ^ nulls)) == 0;
}

static BatchGroup *
look_up_words(BatchGroups *groups, GroupTable *table, uint32 hash, int row)
{
	uint32		s = hash & (table->nslots - 1);

	for (; table->slots[s].group != NULL; s = (s + 1) & (table->nslots - 1))
	{
		if (table->slots[s].hash == hash &&
			same_words(table->slots[s].group, groups->words[0][row], groups->words[1][row], groups->nulls[row]))
			return table->slots[s].group;
	}
	return NULL;
}

static BatchGroup *
find_or_add_words(BatchGroups *groups, uint32 hash, int row)
{
	BatchGroup *group = look_up_words(groups, &groups->table, hash, row);

	if (group == NULL && groups->closed)
		group = look_up_words(groups, &groups->passing, hash, row);
	return group ? group : add_group(groups, hash, row);
}

/* The group of every row whose key is small and not NULL, if there is one yet. */
static void
guess_dense(BatchGroups *groups, int n, char **group)
{
	BatchGroup *const *dense = groups->dense.groups;
	const uint64 size = groups->dense.size;
	const uint64 *keys = groups->words[0];

	for (int i = 0; i < n; i++)
		group[i] = (char *) dense[Min(keys[i], size)];
	for (int i = 0; groups->any_null && i < n; i++)
	{
		if (groups->nulls[i])
			group[i] = NULL;
	}
}

/* The group in the slot in which every row's should stand. */
static void
guess_hashed(BatchGroups *groups, int n, char **group, bool many)
{
	const Slot *slots = groups->table.slots;
	const uint32 mask = groups->table.nslots - 1;
	const uint64 *a = groups->words[0];
	const uint64 *b = groups->words[1];
	const uint32 *nulls = groups->nulls;
	uint32	   *hashes = groups->hashes;

	for (int i = 0; i < n; i++)
		hashes[i] = hash_words(a[i], b[i], nulls[i]);
	for (int i = 0; many && i < n; i++)
		__builtin_prefetch(&slots[hashes[i] & mask]);
	for (int i = 0; i < n; i++)
		group[i] = (char *) slots[hashes[i] & mask].group;
}

/*
 * With many groups most of the time goes by waiting for memory: so first all
 * slots are asked for, then the groups that stand in them, then both are looked
 * at.
 */
static void
prefetch_groups(BatchGroups *groups, int n, char **group)
{
	for (int i = 0; i < n; i++)
	{
		for (Size line = 0; group[i] != NULL && line < groups->group_size; line += CACHE_LINE)
			__builtin_prefetch(group[i] + line, 1);
	}
}

static void
pack_keys_of_rows(BatchGroups *groups, int n)
{
	for (int w = 0; w < groups->nwords; w++)
		memset(groups->words[w], 0, sizeof(uint64) * n);
	if (groups->any_null)
		memset(groups->nulls, 0, sizeof(uint32) * groups->columns->capacity);
	groups->any_null = false;
	for (int k = 0; k < groups->nkeys; k++)
		pack_key(groups, k, n);
}

static void
find_packed(BatchGroups *groups, int from, int n, char **group)
{
	const uint64 *a = groups->words[0];
	const uint64 *b = groups->words[1];
	const uint32 *nulls = groups->nulls;
	const bool	many = table_memory(&groups->table) > FITS_INTO_CACHE;

	pack_keys_of_rows(groups, groups->columns->nrows);
	if (groups->dense.size > 0)
		guess_dense(groups, n, group);
	else
		guess_hashed(groups, n, group, many);
	if (many)
		prefetch_groups(groups, n, group);
	if (groups->dense.size > 0)
	{
		for (int i = from; i < n; i++)
		{
			if (unlikely(group[i] == NULL))
				group[i] = (char *) find_or_add_words(groups, hash_words(a[i], b[i], nulls[i]), i);
		}
		return;
	}
	for (int i = from; i < n; i++)
	{
		if (unlikely(group[i] == NULL || !same_words((BatchGroup *) group[i], a[i], b[i], nulls[i])))
			group[i] = (char *) find_or_add_words(groups, groups->hashes[i], i);
	}
}

/* ---------- keys of any type ---------- */

static uint32
hash_key(GroupKey *key, uint32 hash, Datum value, bool null)
{
	hash = pg_rotate_left32(hash, 1);
	if (!null)
		hash ^= DatumGetUInt32(FunctionCall1Coll(&key->hash, key->collation, value));
	return hash;
}

static uint32
hash_row(BatchGroups *groups, int row)
{
	uint32		hash = 0;

	for (int k = 0; k < groups->nkeys; k++)
	{
		GroupKey   *key = &groups->keys[k];
		BatchVector *v = &key->expr->vector;
		bool		null = BATCH_IS_NULL(v, row);

		hash = hash_key(key, hash, null ? (Datum) 0 : batch_datum(v, row), null);
	}
	return murmurhash32(hash);
}

static uint32
hash_group(BatchGroups *groups, BatchGroup *group)
{
	uint32		hash = 0;

	for (int k = 0; k < groups->nkeys; k++)
		hash = hash_key(&groups->keys[k], hash, group->keys[k], (group->nulls >> k) & 1);
	return murmurhash32(hash);
}

static bool
same_keys(BatchGroups *groups, BatchGroup *group, int row)
{
	for (int k = 0; k < groups->nkeys; k++)
	{
		GroupKey   *key = &groups->keys[k];
		BatchVector *v = &key->expr->vector;
		bool		null = BATCH_IS_NULL(v, row);

		if (null != ((group->nulls >> k) & 1))
			return false;
		if (!null && !DatumGetBool(FunctionCall2Coll(&key->equal, key->collation, group->keys[k],
													 batch_datum(v, row))))
			return false;
	}
	return true;
}

static BatchGroup *
look_up_keys(BatchGroups *groups, GroupTable *table, uint32 hash, int row)
{
	uint32		s = hash & (table->nslots - 1);

	for (; table->slots[s].group != NULL; s = (s + 1) & (table->nslots - 1))
	{
		if (table->slots[s].hash == hash && same_keys(groups, table->slots[s].group, row))
			return table->slots[s].group;
	}
	return NULL;
}

static BatchGroup *
find_or_add_keys(BatchGroups *groups, int row)
{
	uint32		hash = hash_row(groups, row);
	BatchGroup *group = look_up_keys(groups, &groups->table, hash, row);

	if (group == NULL && groups->closed)
		group = look_up_keys(groups, &groups->passing, hash, row);
	return group ? group : add_group(groups, hash, row);
}

/*
 * In strips: keys may be made by expressions, and hash functions may unpack long
 * values.  Ends early where new groups take much memory; how many rows are done.
 */
static int
find_generic(BatchGroups *groups, int from, int n, char **group)
{
	BatchColumns *columns = groups->columns;
	MemoryContext memory = columns->row_memory;
	BatchExpr  *exprs[BATCH_MAX_KEYS];
	int32		rows[BATCH_STRIP];
	BatchRows	all = {columns->nrows, NULL};
	Size		before = table_memory(&groups->table) + table_memory(&groups->passing);

	for (int k = 0; k < groups->nkeys; k++)
	{
		exprs[k] = groups->keys[k].expr;
		if (batch_is_plain(exprs[k]))
			batch_eval(columns, exprs[k], &all);
	}
	while (from < n)
	{
		BatchRows	strip = {Min(BATCH_STRIP, n - from), rows};
		MemoryContext old;

		for (int k = 0; k < strip.count; k++)
			rows[k] = from + k;
		strip.count = batch_eval_strip(columns, exprs, groups->nkeys, &strip);
		old = MemoryContextSwitchTo(memory);
		for (int k = 0; k < strip.count; k++)
		{
			CHECK_FOR_INTERRUPTS();
			group[from + k] = (char *) find_or_add_keys(groups, from + k);
			if (batch_strip_is_full(memory, k))
				MemoryContextReset(memory);
		}
		MemoryContextSwitchTo(old);
		MemoryContextReset(memory);
		MemoryContextReset(columns->strip_memory);
		from += strip.count;
		if (table_memory(&groups->table) + table_memory(&groups->passing) > before + BATCH_SLICE_BYTES)
			break;
	}
	return from;
}

/* ---------- from packed keys to those of any type ---------- */

/* Do numbers that keys are packed by mean nothing any more? */
static bool
numbers_are_over(BatchGroups *groups)
{
	for (int k = 0; k < groups->nkeys; k++)
	{
		GroupKey   *key = &groups->keys[k];

		if ((key->dictionary && batch_dictionary_is_over(key->dictionary)) ||
			(key->memo && batch_memo_is_over(key->memo)))
			return true;
	}
	return false;
}

static void
hash_anew(BatchGroups *groups, GroupTable *table)
{
	MemoryContext memory = groups->columns->row_memory;
	MemoryContext old = MemoryContextSwitchTo(memory);

	memset(table->slots, 0, sizeof(Slot) * table->nslots);
	for (int c = 0; c < table->nchunks; c++)
	{
		for (int g = 0; g < table->chunks[c].used; g++)
		{
			BatchGroup *group = (BatchGroup *) (table->chunks[c].memory + g * groups->group_size);

			CHECK_FOR_INTERRUPTS();
			group->hash = hash_group(groups, group);
			put_into_slot(table, group);
			if (batch_strip_is_full(memory, g))
				MemoryContextReset(memory);
		}
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(memory);
}

/* The groups that are there stay; some may be finer than asked. */
static void
unpack(BatchGroups *groups)
{
	groups->packed = false;
	groups->dense.usable = false;
	for (int k = 0; k < groups->nkeys; k++)
		find_key_functions(&groups->keys[k], groups->columns->context);
	hash_anew(groups, &groups->table);
	hash_anew(groups, &groups->passing);
}

/* ---------- interface ---------- */

/*
 * keys: expressions, compiled by us.  "distinguish" is false where the query has
 * no GROUP BY: there is one group then, even without rows.
 */
BatchGroups *
batch_groups_create(BatchColumns *columns, List *keys, bool distinguish, Size state_size)
{
	BatchGroups *groups = palloc0(sizeof(BatchGroups));
	ListCell   *lc;

	groups->columns = columns;
	groups->single = !distinguish;
	foreach(lc, keys)
	{
		GroupKey   *key = &groups->keys[groups->nkeys++];

		key->expr = batch_compile(columns, lfirst(lc), false);
		key->collation = exprCollation(lfirst(lc));
		key->len = key->expr->len;
		key->byval = key->expr->byval;
	}
	groups->packed = pack_keys(groups);
	if (!groups->packed)
	{
		for (int k = 0; k < groups->nkeys; k++)
			find_key_functions(&groups->keys[k], columns->context);
	}
	groups->state_offset = MAXALIGN(offsetof(BatchGroup, keys) + sizeof(Datum) * groups->nkeys);
	groups->group_size = MAXALIGN(groups->state_offset + state_size);
	make_table(groups, &groups->table);
	make_table(groups, &groups->passing);
	for (int w = 0; w < 2; w++)
		groups->words[w] = palloc0(sizeof(uint64) * columns->capacity);
	groups->nulls = palloc0(sizeof(uint32) * columns->capacity);
	groups->hashes = palloc(sizeof(uint32) * columns->capacity);
	return groups;
}

Size
batch_groups_state_offset(BatchGroups *groups)
{
	return groups->state_offset;
}

void
batch_groups_on_new(BatchGroups *groups, void (*init) (void *arg, char *group), void *arg)
{
	groups->init = init;
	groups->init_arg = arg;
}

/* The one group of a query without GROUP BY. */
void
batch_groups_ensure_one(BatchGroups *groups)
{
	if (groups->single && groups->table.ngroups == 0)
		new_group(groups, &groups->table, 0, 0);
}

/* A group without rows, which no row finds. */
BatchGroup *
batch_groups_blank(BatchGroups *groups)
{
	BatchGroup *group = MemoryContextAllocZero(groups->table.context, groups->group_size);

	group->nulls = ~(uint32) 0;
	groups->init(groups->init_arg, (char *) group);
	return group;
}

/*
 * The groups of the rows from "from" to n - 1 of the batch, made where they are
 * new.  Returns the first row that is not done: new groups may have taken much
 * memory, and their limit should be looked at.
 */
int
batch_groups_find(BatchGroups *groups, int from, int n, char **group)
{
	BatchRows	all = {groups->columns->nrows, NULL};

	if (groups->single)
	{
		batch_groups_ensure_one(groups);
		for (int i = from; i < n; i++)
			group[i] = groups->table.chunks[0].memory;
		return n;
	}
	for (int k = 0; groups->packed && k < groups->nkeys; k++)
		batch_eval(groups->columns, groups->keys[k].expr, &all);
	if (groups->packed && numbers_are_over(groups))
		unpack(groups);
	if (!groups->packed)
		return find_generic(groups, from, n, group);
	find_packed(groups, from, n, group);
	return n;
}

/* New groups are only passed on from now on: those that are there fill the memory. */
void
batch_groups_close(BatchGroups *groups)
{
	groups->closed = true;
}

bool
batch_groups_closed(BatchGroups *groups)
{
	return groups->closed;
}

/* Begins with the first group of all, or of those that are passed on. */
void
batch_groups_rewind(BatchGroups *groups, bool all)
{
	groups->next_table = all ? &groups->table : &groups->passing;
	groups->next_chunk = 0;
	groups->next_group = 0;
}

/* The groups one after the other, as they were made; NULL at the end. */
BatchGroup *
batch_groups_next(BatchGroups *groups)
{
	for (;;)
	{
		GroupTable *table = groups->next_table;
		Chunk	   *chunk = &table->chunks[groups->next_chunk];

		if (groups->next_chunk == table->nchunks)
		{
			if (table == &groups->passing)
				return NULL;
			batch_groups_rewind(groups, false);
		}
		else if (groups->next_group < chunk->used)
			return (BatchGroup *) (chunk->memory + groups->next_group++ * groups->group_size);
		else
		{
			groups->next_chunk++;
			groups->next_group = 0;
		}
	}
}

/* Forgets all groups, or those that are passed on. */
void
batch_groups_reset(BatchGroups *groups, bool all)
{
	clear_table(&groups->passing);
	if (!all)
		return;
	clear_table(&groups->table);
	clear_dense(&groups->dense);
	groups->closed = false;
}

Size
batch_groups_memory(BatchGroups *groups)
{
	return table_memory(&groups->table) + sizeof(BatchGroup *) * groups->dense.size;
}

Size
batch_groups_passing_memory(BatchGroups *groups)
{
	return table_memory(&groups->passing);
}

const char *
batch_groups_way(BatchGroups *groups)
{
	return groups->single ? "none" : groups->packed ? "packed" : "generic";
}
