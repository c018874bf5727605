/*
 * sort.c
 *		Collects the rows of a child that come in any order, and sorts them.
 *
 * The keys of a row become one number, or a few: each key's values are mapped to
 * integers of the same order, less the smallest of them, and take as many bits as
 * the range needs.  Mostly the rows come in order of time, as each one's comparison
 * with the one before shows, so that the keys of their partitions suffice, or none
 * at all.  The sort is stable.
 *
 * Rows that find no room in work_mem are sorted and written out as a run.
 */
#include "postgres.h"

#include "window/window.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#define DIGIT_BITS 11
#define MIN_COLLECTED 64		/* rows, however small work_mem is */
#define MAX_DEALT_BITS 16		/* of partitions that rows are dealt out to in one pass */
#define ROWS_AHEAD 16			/* that are on their way from memory */

static bool
is_text(Oid type)
{
	return type == TEXTOID || type == VARCHAROID;
}

/* ---------- texts ---------- */

/* The different texts of a column, numbered as they come. */
typedef struct Text
{
	Datum		value;
	uint32		hash;
	uint32		number;
} Text;

typedef struct Texts
{
	Text	   *texts;
	uint32		count;
	uint32		capacity;
	uint32	   *table;			/* number + 1 of a text, or 0 */
	uint32		mask;
} Texts;

static void
grow_texts(Texts *t)
{
	t->capacity = Max(1024, t->capacity * 2);
	t->texts = t->texts == NULL ? palloc(sizeof(Text) * t->capacity) :
		repalloc_huge(t->texts, sizeof(Text) * t->capacity);
	if (t->table != NULL)
		pfree(t->table);
	t->mask = t->capacity * 2 - 1;
	t->table = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint32) * (t->mask + 1),
										  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < t->count; i++)
	{
		uint32		at = t->texts[i].hash & t->mask;

		while (t->table[at] != 0)
			at = (at + 1) & t->mask;
		t->table[at] = i + 1;
	}
}

static uint32
text_number(Texts *t, Datum value)
{
	const char *bytes = VARDATA_ANY(DatumGetPointer(value));
	int			len = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
	uint32		hash = hash_bytes((const unsigned char *) bytes, len);
	uint32		at;

	if (t->count == t->capacity)
		grow_texts(t);
	for (at = hash & t->mask; t->table[at] != 0; at = (at + 1) & t->mask)
	{
		Text	   *text = &t->texts[t->table[at] - 1];

		if (text->hash == hash && VARSIZE_ANY_EXHDR(DatumGetPointer(text->value)) == (Size) len &&
			memcmp(VARDATA_ANY(DatumGetPointer(text->value)), bytes, len) == 0)
			return t->table[at] - 1;
	}
	t->table[at] = t->count + 1;
	t->texts[t->count].value = value;
	t->texts[t->count].hash = hash;
	t->texts[t->count].number = t->count;
	return t->count++;
}

static int
compare_texts(const void *a, const void *b, void *sort)
{
	CHECK_FOR_INTERRUPTS();
	return ((SortSupport) sort)->comparator(((const Text *) a)->value, ((const Text *) b)->value, sort);
}

/* Texts become their ranks among the different ones. */
static void
encode_texts(WindowState *state, WindowKey *key, const char *rows, int64 n, uint64 *codes)
{
	WindowColumn *column = &state->rows.columns[key->column];
	int			width = state->rows.width;
	Texts		t = {0};
	uint32	   *rank;

	grow_texts(&t);
	for (int64 i = 0; i < n; i++)
	{
		const char *row = rows + i * width;

		if (!window_is_null(column, row))
			codes[i] = text_number(&t, PointerGetDatum(PG_DETOAST_DATUM_PACKED(window_value(column, row))));
	}
	qsort_arg(t.texts, t.count, sizeof(Text), compare_texts, &key->sort);
	rank = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * Max(t.count, 1));
	for (uint32 i = 0; i < t.count; i++)
		rank[t.texts[i].number] = i;
	for (int64 i = 0; i < n; i++)
	{
		if (!window_is_null(column, rows + i * width))
			codes[i] = rank[codes[i]];
	}
}

/* ---------- packing ---------- */

typedef struct Packed
{
	int			nwords;
	int			capacity;
	uint64	  **words;			/* the most significant first */
	int		   *bits;
	int		   *order_bits;		/* of them, the lowest: not of PARTITION BY */
} Packed;

static int
bits_of(uint64 range)
{
	return range == 0 ? 0 : pg_leftmost_one_pos64(range) + 1;
}

static void
append_field(Packed *p, const uint64 *values, int64 n, int bits, bool partition)
{
	uint64	   *word;

	if (bits == 0)
		return;
	if (p->nwords == 0 || p->bits[p->nwords - 1] + bits > 64)
	{
		p->words[p->nwords] = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * n,
														 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
		p->bits[p->nwords] = p->order_bits[p->nwords] = 0;
		p->nwords++;
	}
	word = p->words[p->nwords - 1];
	p->bits[p->nwords - 1] += bits;
	if (!partition)
		p->order_bits[p->nwords - 1] += bits;
	if (bits == 64)
		memcpy(word, values, sizeof(uint64) * n);
	else
	{
		for (int64 i = 0; i < n; i++)
			word[i] = (word[i] << bits) | values[i];
	}
}

static void
pack_key(WindowState *state, int k, const char *rows, int64 n, uint64 *codes, Packed *p)
{
	WindowKey  *key = &state->keys[k];
	WindowColumn *column = &state->rows.columns[key->column];
	int			width = state->rows.width;
	bool		partition = k < state->info.npartition;
	uint64		low = PG_UINT64_MAX;
	uint64		high = 0;
	uint64		null_code;
	uint64		first;
	bool		nulls = false;

	if (is_text(key->type))
		encode_texts(state, key, rows, n, codes);
	for (int64 i = 0; i < n; i++)
	{
		const char *row = rows + i * width;

		if (window_is_null(column, row))
		{
			nulls = true;
			continue;
		}
		if (!is_text(key->type))
			codes[i] = window_encode(key->type, window_value(column, row));
		low = Min(low, codes[i]);
		high = Max(high, codes[i]);
	}
	if (low > high)
		low = high = 0;
	if (nulls && high - low == PG_UINT64_MAX)
	{
		/* no number is left for NULL: a bit of its own */
		uint64	   *bit = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint64) * n);

		for (int64 i = 0; i < n; i++)
			bit[i] = window_is_null(column, rows + i * width) != key->nulls_first;
		append_field(p, bit, n, 1, partition);
		pfree(bit);
		nulls = false;
		null_code = first = 0;
	}
	else
	{
		first = nulls && key->nulls_first;
		null_code = key->nulls_first ? 0 : high - low + 1;
	}
	for (int64 i = 0; i < n; i++)
	{
		if (window_is_null(column, rows + i * width))
			codes[i] = null_code;
		else
			codes[i] = (key->descending ? high - codes[i] : codes[i] - low) + first;
	}
	append_field(p, codes, n, bits_of(high - low + nulls), partition);
}

static void
pack_keys(WindowState *state, int nkeys, const char *rows, int64 n, Packed *p)
{
	uint64	   *codes = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * n,
												   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	p->capacity = Max(nkeys, 1) * 2;
	p->words = palloc(sizeof(uint64 *) * p->capacity);
	p->bits = palloc(sizeof(int) * p->capacity);
	p->order_bits = palloc(sizeof(int) * p->capacity);
	for (int k = 0; k < nkeys; k++)
	{
		CHECK_FOR_INTERRUPTS();
		pack_key(state, k, rows, n, codes, p);
	}
	pfree(codes);
}

/* ---------- sorting ---------- */

typedef struct SortedItem
{
	uint64		word;
	uint32		row;
} __attribute__((packed, aligned(4))) SortedItem;

static bool
is_sorted(const Packed *p, int64 n)
{
	if (p->nwords > 1)
		return false;
	for (int64 i = 1; p->nwords == 1 && i < n; i++)
	{
		if (p->words[0][i] < p->words[0][i - 1])
			return false;
	}
	return true;
}

/* Deals the rows out to their partitions, in one pass. */
static void
deal_out(const Packed *p, int64 n, int64 from, uint32 *order)
{
	const uint64 *word = p->words[0];
	uint32	   *next = palloc0(sizeof(uint32) << p->bits[0]);
	uint32		sum = 0;

	for (int64 i = 0; i < n; i++)
		next[word[i]]++;
	for (int64 i = 0; i < INT64CONST(1) << p->bits[0]; i++)
	{
		uint32		count = next[i];

		next[i] = sum;
		sum += count;
	}
	for (int64 i = from; i < n; i++)
		order[next[word[i]]++] = i;
	for (int64 i = 0; i < from; i++)
		order[next[word[i]]++] = i;
	pfree(next);
}

static void
radix_pass(const SortedItem *from, SortedItem *to, int64 n, int shift, uint64 mask, int64 *next)
{
	for (int64 i = 0; i < n; i++)
		to[next[(from[i].word >> shift) & mask]++] = from[i];
}

/* Sorts by one word; the items and the room for others may have changed places. */
static void
radix_sort(SortedItem **items, SortedItem **others, int64 n, int bits)
{
	for (int shift = 0; shift < bits; shift += DIGIT_BITS)
	{
		int64		next[1 << DIGIT_BITS] = {0};
		uint64		mask = (UINT64CONST(1) << Min(DIGIT_BITS, bits - shift)) - 1;
		SortedItem	   *from = *items;
		int64		sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < n; i++)
			next[(from[i].word >> shift) & mask]++;
		if (next[(from[0].word >> shift) & mask] == n)
			continue;
		for (uint64 d = 0; d <= mask; d++)
		{
			int64		count = next[d];

			next[d] = sum;
			sum += count;
		}
		radix_pass(from, *others, n, shift, mask, next);
		*items = *others;
		*others = from;
	}
}

/* Rows of equal words come in the order in which they lie from one of them on, and around. */
static void
sort_by_words(const Packed *p, int64 n, int64 from, uint32 *order)
{
	SortedItem	   *items = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SortedItem) * n);
	SortedItem	   *others = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SortedItem) * n);
	int64		next = from;

	for (int64 i = 0; i < n; i++, next++)
		items[i].row = next < n ? next : next - n;
	for (int w = p->nwords - 1; w >= 0; w--)
	{
		for (int64 i = 0; i < n; i++)
			items[i].word = p->words[w][items[i].row];
		radix_sort(&items, &others, n, p->bits[w]);
	}
	for (int64 i = 0; i < n; i++)
		order[i] = items[i].row;
	pfree(items);
	pfree(others);
}

/*
 * The order of the rows; NULL when they lie in it.  "from" is where the columns of
 * ORDER BY begin to rise, if they do and only partitions have been packed, else -1.
 */
static uint32 *
sort_rows(WindowState *state, const Packed *p, int64 n, int64 from)
{
	uint32	   *order;

	if (from <= 0 && is_sorted(p, n))
	{
		state->way = "sorted";
		return NULL;
	}
	order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * n);
	if (from >= 0 && p->nwords == 1 && p->bits[0] <= MAX_DEALT_BITS)
	{
		state->way = "scattered";
		deal_out(p, n, from, order);
	}
	else
	{
		state->way = "radix";
		sort_by_words(p, n, Max(from, 0), order);
	}
	return order;
}

/* ---------- collecting ---------- */

typedef struct Collection
{
	char	   *rows;
	int64		n;
	int64		capacity;
	int64		most;			/* rows, however short they are */
	Size		per_row;
	Size		values;			/* bytes that the rows point to */
	bool		rises;			/* the rows have come in order so far, and are marked */
	int			falls;			/* how often the columns of ORDER BY have fallen; MANY: too often, or nobody knows */
	int64		from;			/* the row with which they fell */
	uint64	   *codes;			/* of the last row's keys, then of the first one's */
	uint8	   *ranks;
} Collection;

#define MANY 2

/* For each row: the row itself, twice while it changes places, and its keys. */
static Size
memory_per_row(WindowState *state)
{
	return 2 * state->rows.width + sizeof(uint64) * (state->nkeys + 1) + 2 * sizeof(SortedItem) + sizeof(uint32);
}

/* Makes room for one more row, if work_mem allows. */
static bool
make_room(WindowState *state, Collection *c)
{
	Size		limit = state->rows.limit;

	if (c->n >= c->most || (c->n >= MIN_COLLECTED && c->n * c->per_row + c->values > limit))
		return false;
	if (c->n == c->capacity)
	{
		int64		fit = c->values < limit ? (limit - c->values) / c->per_row : 0;

		c->capacity = Max(c->capacity * 2, 1024);
		c->capacity = Min(Min(c->capacity, Max(fit, c->n + 1)), c->most);
		c->rows = c->rows == NULL ?
			MemoryContextAllocHuge(state->rows.context, c->capacity * state->rows.width) :
			repalloc_huge(c->rows, c->capacity * state->rows.width);
	}
	return true;
}

/* ---------- rows that come in order ---------- */

static void
begin_collection(WindowState *state, Collection *c)
{
	c->n = 0;
	c->values = 0;
	c->falls = 0;
	c->rises = true;
	for (int k = 0; k < state->nkeys; k++)
	{
		if (!is_text(state->keys[k].type))
			continue;
		c->rises = false;
		if (k >= state->info.npartition)
			c->falls = MANY;
	}
	if (kpi_window_generic & GENERIC_PLACES)
	{
		c->rises = false;
		c->falls = MANY;
	}
}

static void
forget_marks(WindowState *state, Collection *c)
{
	for (int64 i = 0; i < c->n; i++)
		ROW_HEAD(c->rows + i * state->rows.width) &= ~(uint64) (ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS);
	c->rises = false;
}

static inline int
compare_codes(uint8 rank, uint64 code, uint8 other_rank, uint64 other_code)
{
	if (rank != other_rank)
		return rank < other_rank ? -1 : 1;
	return code < other_code ? -1 : code > other_code;
}

/* Compares the row that has come with the one before: what begins with it, and what has fallen? */
static void
compare_next(WindowState *state, Collection *c)
{
	char	   *row = c->rows + c->n * state->rows.width;
	int			nkeys = state->nkeys;
	uint64		flags = 0;
	int			all = 0;
	int			order = 0;

	for (int k = 0; k < nkeys; k++)
	{
		uint64		code;
		uint8		rank = window_key_code(&state->keys[k], &state->rows.columns[state->keys[k].column], row, &code);
		int			step = compare_codes(rank, code, c->ranks[k], c->codes[k]);

		if (c->n == 0)
		{
			c->ranks[k] = c->ranks[nkeys + k] = rank;
			c->codes[k] = c->codes[nkeys + k] = code;
			flags = ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS;
			continue;
		}
		if (step == 0)
			continue;
		c->ranks[k] = rank;
		c->codes[k] = code;
		if (all == 0)
		{
			all = step;
			flags = k < state->info.npartition ? ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS : ROW_BEGINS_PEERS;
		}
		if (order == 0 && k >= state->info.npartition)
			order = step;
	}
	if (order < 0 && c->falls < MANY)
	{
		c->falls++;
		c->from = c->n;
	}
	if (all < 0 && c->rises)
		forget_marks(state, c);
	if (c->rises)
		ROW_HEAD(row) |= flags;
}

/*
 * Where the columns of ORDER BY begin to rise, or -1.  They may fall in one place: a
 * scan of the table that began in its middle.
 */
static int64
rise_from(WindowState *state, Collection *c)
{
	int			nkeys = state->nkeys;
	int			order = 0;

	if (c->falls == 0)
		return 0;
	for (int k = state->info.npartition; k < nkeys && c->falls < MANY && order == 0; k++)
		order = compare_codes(c->ranks[k], c->codes[k], c->ranks[nkeys + k], c->codes[nkeys + k]);
	/* equal rows keep the order in which they came */
	return order < 0 ? c->from : -1;
}

/* Packs what the rows' order depends on; how they come is found out beside. */
static uint32 *
order_rows(WindowState *state, Collection *c, int64 from, Packed *p)
{
	pack_keys(state, from < 0 ? state->nkeys : state->info.npartition, c->rows, c->n, p);
	return sort_rows(state, p, c->n, from);
}

/* ---------- runs, or one piece of memory ---------- */

static void
write_run(WindowState *state, Collection *c)
{
	MemoryContext sorting = AllocSetContextCreate(CurrentMemoryContext, "kpi window sort", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(sorting);
	Packed		p = {0};
	uint32	   *order = NULL;

	state->peak = Max(state->peak, c->n * memory_per_row(state) + c->values);
	if (c->rises)
		forget_marks(state, c);
	else
		order = order_rows(state, c, rise_from(state, c), &p);
	MemoryContextSwitchTo(old);
	if (state->runs == NULL)
		state->runs = window_runs_create(state);
	window_runs_write(state->runs, c->rows, order, c->n);
	MemoryContextDelete(sorting);
	MemoryContextReset(state->rows.values);
	begin_collection(state, c);
}

/* What begins with a row, by its words and those of the one before. */
static uint64
beginnings(const Packed *p, int64 before, int64 now)
{
	uint64		flags = 0;

	for (int w = 0; w < p->nwords; w++)
	{
		uint64		differ = p->words[w][now] ^ p->words[w][before];

		if (differ == 0)
			continue;
		flags |= ROW_BEGINS_PEERS;
		if (p->order_bits[w] < 64 && (differ >> p->order_bits[w]) != 0)
			flags |= ROW_BEGINS_PARTITION;
	}
	return flags;
}

static bool
are_peers(WindowState *state, const char *before, const char *row)
{
	for (int k = state->info.npartition; k < state->nkeys; k++)
	{
		WindowKey  *key = &state->keys[k];
		WindowColumn *column = &state->rows.columns[key->column];
		uint64		a;
		uint64		b;

		if (window_key_code(key, column, before, &a) != window_key_code(key, column, row, &b) || a != b)
			return false;
	}
	return true;
}

/* All rows have found room: brings them into order in one piece of memory, and marks where partitions and peers begin. */
static void
lay_out(WindowState *state, Collection *c)
{
	WindowRows *rows = &state->rows;
	int64		from = rise_from(state, c);
	MemoryContext sorting;
	MemoryContext old;
	Packed		p = {0};
	uint32	   *order;

	rows->flat = c->rows;
	rows->count = c->n;
	state->ended = true;
	if (c->rises)
	{
		state->way = "sorted";
		state->peak = Max(state->peak, c->n * (Size) rows->width + c->values);
		return;
	}
	state->peak = Max(state->peak, c->n * memory_per_row(state) + c->values);
	sorting = AllocSetContextCreate(CurrentMemoryContext, "kpi window sort", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(sorting);
	order = order_rows(state, c, from, &p);
	if (order != NULL)
		rows->flat = MemoryContextAllocHuge(rows->context, c->n * rows->width);
	for (int64 i = 0; i < c->n; i++)
	{
		char	   *row = rows->flat + i * rows->width;
		int64		now = order == NULL ? i : order[i];
		uint64		flags = ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS;

		if (order != NULL)
		{
			if (i + ROWS_AHEAD < c->n)
			{
				int64		ahead = order[i + ROWS_AHEAD];

				__builtin_prefetch(c->rows + ahead * rows->width);
				for (int w = 0; w < p.nwords; w++)
					__builtin_prefetch(&p.words[w][ahead]);
			}
			memcpy(row, c->rows + now * rows->width, rows->width);
		}
		if (i > 0)
		{
			flags = beginnings(&p, order == NULL ? i - 1 : order[i - 1], now);
			if (from >= 0 && flags == 0 && !are_peers(state, row - rows->width, row))
				flags = ROW_BEGINS_PEERS;
		}
		ROW_HEAD(row) |= flags;
	}
	if (order != NULL)
		pfree(c->rows);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(sorting);
}

/* Reads all of the child. */
void
window_collect(WindowState *state)
{
	Collection	c = {
		.most = kpi_window_rows > 0 ? (int64) kpi_window_rows : PG_UINT32_MAX,
		.per_row = memory_per_row(state)
	};
	WindowRows *rows = &state->rows;

	c.codes = MemoryContextAllocZero(rows->context, 2 * sizeof(uint64) * state->nkeys);
	c.ranks = MemoryContextAllocZero(rows->context, 2 * sizeof(uint8) * state->nkeys);
	begin_collection(state, &c);
	state->way = NULL;
	state->nruns = 0;
	for (;;)
	{
		TupleTableSlot *slot = window_child_row(state);

		if (slot == NULL)
			break;
		if (!make_room(state, &c))
		{
			write_run(state, &c);
			make_room(state, &c);
		}
		window_store(rows, c.rows + c.n * rows->width, slot);
		if (rows->npointers > 0)
			c.values += window_row_memory(rows, c.rows + c.n * rows->width);
		if (c.rises || c.falls < MANY)
			compare_next(state, &c);
		c.n++;
	}
	if (state->runs == NULL && c.n > 0)
		lay_out(state, &c);
	else if (state->runs != NULL)
	{
		write_run(state, &c);
		pfree(c.rows);
		state->nruns = window_runs_count(state->runs);
		window_runs_merge(state->runs);
	}
	else
		state->ended = true;
}
