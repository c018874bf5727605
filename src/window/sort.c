/*
 * sort.c
 *		Collects the rows of a child that come in any order, and sorts them.
 *
 * The keys of a row become one number, or a few: each key's values are mapped to
 * integers of the same order, less the smallest of them, and take as many bits as
 * the range needs.  Mostly the rows come in order of time, so that they need only
 * be dealt out to their partitions.  The sort is stable.
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
pack_keys(WindowState *state, const char *rows, int64 n, Packed *p)
{
	uint64	   *codes = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * n,
												   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	p->capacity = state->nkeys * 2;
	p->words = palloc(sizeof(uint64 *) * p->capacity);
	p->bits = palloc(sizeof(int) * p->capacity);
	p->order_bits = palloc(sizeof(int) * p->capacity);
	for (int k = 0; k < state->nkeys; k++)
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

/*
 * Do the columns of ORDER BY rise already?  They may fall in one place: a scan of the
 * table that began in its middle.  Returns the row with which to begin, or -1.
 */
static int64
rising_from(const Packed *p, int64 n)
{
	int			bits = p->order_bits[0];
	uint64		mask = (UINT64CONST(1) << bits) - 1;
	const uint64 *word = p->words[0];
	int64		from = 0;

	for (int64 i = 1; i < n; i++)
	{
		if ((word[i] & mask) >= (word[i - 1] & mask))
			continue;
		if (from > 0)
			return -1;
		from = i;
	}
	if (from > 0 && (word[n - 1] & mask) > (word[0] & mask))
		return -1;
	/* equal rows keep the order in which they came */
	return from > 0 && (word[n - 1] & mask) == (word[0] & mask) ? -1 : from;
}

/* Deals the rows out to their partitions, in one pass. */
static void
deal_out(const Packed *p, int64 n, int64 from, uint32 *order)
{
	int			bits = p->order_bits[0];
	const uint64 *word = p->words[0];
	uint32	   *next = palloc0(sizeof(uint32) << (p->bits[0] - bits));
	uint32		sum = 0;

	for (int64 i = 0; i < n; i++)
		next[word[i] >> bits]++;
	for (int64 i = 0; i < INT64CONST(1) << (p->bits[0] - bits); i++)
	{
		uint32		count = next[i];

		next[i] = sum;
		sum += count;
	}
	for (int64 i = from; i < n; i++)
		order[next[word[i] >> bits]++] = i;
	for (int64 i = 0; i < from; i++)
		order[next[word[i] >> bits]++] = i;
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

static void
sort_by_words(const Packed *p, int64 n, uint32 *order)
{
	SortedItem	   *items = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SortedItem) * n);
	SortedItem	   *others = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(SortedItem) * n);

	for (int64 i = 0; i < n; i++)
		items[i].row = i;
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

/* The order of the rows; NULL when they lie in it. */
static uint32 *
sort_rows(WindowState *state, const Packed *p, int64 n)
{
	uint32	   *order;
	int64		from = -1;

	if (is_sorted(p, n))
	{
		state->way = "sorted";
		return NULL;
	}
	order = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(uint32) * n);
	if (p->nwords == 1 && p->order_bits[0] < 64 && p->bits[0] - p->order_bits[0] <= MAX_DEALT_BITS &&
		(kpi_window_generic & GENERIC_PLACES) == 0)
		from = rising_from(p, n);
	if (from >= 0)
	{
		state->way = "scattered";
		deal_out(p, n, from, order);
	}
	else
	{
		state->way = "radix";
		sort_by_words(p, n, order);
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
} Collection;

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

static void
write_run(WindowState *state, Collection *c)
{
	MemoryContext sorting = AllocSetContextCreate(CurrentMemoryContext, "kpi window sort", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(sorting);
	Packed		p = {0};
	uint32	   *order;

	state->peak = Max(state->peak, c->n * memory_per_row(state) + c->values);
	pack_keys(state, c->rows, c->n, &p);
	order = sort_rows(state, &p, c->n);
	MemoryContextSwitchTo(old);
	if (state->runs == NULL)
		state->runs = window_runs_create(state);
	window_runs_write(state->runs, c->rows, order, c->n);
	MemoryContextDelete(sorting);
	MemoryContextReset(state->rows.values);
	c->n = 0;
	c->values = 0;
}

/* Marks where partitions and peers begin. */
static void
mark_beginnings(WindowState *state, const Packed *p, const uint32 *order, int64 n)
{
	int			width = state->rows.width;
	char	   *row = state->rows.flat;

	for (int64 i = 0; i < n; i++, row += width)
	{
		int64		now = order == NULL ? i : order[i];
		int64		before = i == 0 ? 0 : order == NULL ? i - 1 : order[i - 1];
		uint64		flags = i == 0 ? ROW_BEGINS_PARTITION | ROW_BEGINS_PEERS : 0;

		for (int w = 0; w < p->nwords; w++)
		{
			uint64		differ = p->words[w][now] ^ p->words[w][before];

			if (differ == 0)
				continue;
			flags |= ROW_BEGINS_PEERS;
			if (p->order_bits[w] < 64 && (differ >> p->order_bits[w]) != 0)
				flags |= ROW_BEGINS_PARTITION;
		}
		ROW_HEAD(row) |= flags;
	}
}

/* All rows have found room: brings them into order in one piece of memory. */
static void
lay_out(WindowState *state, Collection *c)
{
	MemoryContext sorting = AllocSetContextCreate(CurrentMemoryContext, "kpi window sort", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(sorting);
	WindowRows *rows = &state->rows;
	Packed		p = {0};
	uint32	   *order;

	state->peak = Max(state->peak, c->n * memory_per_row(state) + c->values);
	pack_keys(state, c->rows, c->n, &p);
	order = sort_rows(state, &p, c->n);
	rows->flat = c->rows;
	if (order != NULL)
	{
		rows->flat = MemoryContextAllocHuge(rows->context, c->n * rows->width);
		for (int64 i = 0; i < c->n; i++)
			memcpy(rows->flat + i * rows->width, c->rows + order[i] * (int64) rows->width, rows->width);
		pfree(c->rows);
	}
	mark_beginnings(state, &p, order, c->n);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(sorting);
	rows->count = c->n;
	state->ended = true;
}

/* Reads all of the child. */
void
window_collect(WindowState *state)
{
	Collection	c = {.most = kpi_window_rows > 0 ? (int64) kpi_window_rows : PG_UINT32_MAX, .per_row = memory_per_row(state)};
	WindowRows *rows = &state->rows;

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
