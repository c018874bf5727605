/*
 * rows.c
 *		The rows that a window looks at: how they lie in memory and on disk.
 *
 * A row has a fixed width.  Values of variable length have memory of their own.
 * Blocks that find no room in work_mem are written to a temporary file and come
 * back when they are looked at; those before all that is still needed are
 * forgotten.
 */
#include "postgres.h"

#include "window/window.h"

#include "utils/datum.h"

#define INLINE_MAX 64			/* bytes of a value by reference that lies in the row */
#define FILE_SIZE INT64CONST(0x40000000)	/* after which a temporary file goes on in another one */
#define MIN_BLOCKS 8			/* in memory: more than there are places that rows are read from */
#define MIN_TEST_BLOCKS 3		/* those that must not go */

/* ---------- layout ---------- */

void
window_rows_init(WindowRows *rows, int ncolumns, MemoryContext context)
{
	rows->ncolumns = ncolumns;
	rows->columns = palloc0(sizeof(WindowColumn) * ncolumns);
	rows->stored = palloc(sizeof(int) * ncolumns);
	rows->pointers = palloc(sizeof(int) * ncolumns);
	rows->context = AllocSetContextCreate(context, "kpi window rows", ALLOCSET_DEFAULT_SIZES);
	rows->values = AllocSetContextCreate(context, "kpi window values", ALLOCSET_DEFAULT_SIZES);
}

static int
storage_size(const WindowColumn *column)
{
	switch (column->storage)
	{
		case STORED_1:
			return 1;
		case STORED_2:
			return 2;
		case STORED_4:
			return 4;
		case STORED_8:
		case STORED_POINTER:
			return 8;
		case STORED_INLINE:
			return MAXALIGN(column->len);
		case STORED_NOT:
			break;
	}
	return 0;
}

static WindowStorage
storage_of(const WindowColumn *column)
{
	if (!column->byval)
		return column->len > 0 && column->len <= INLINE_MAX ? STORED_INLINE : STORED_POINTER;
	switch (column->len)
	{
		case 1:
			return STORED_1;
		case 2:
			return STORED_2;
		case 4:
			return STORED_4;
		default:
			return STORED_8;
	}
}

/* Gives a place to the columns that somebody has asked for: wide ones first, so that all are aligned. */
void
window_rows_layout(WindowRows *rows)
{
	static const WindowStorage order[] = {STORED_INLINE, STORED_POINTER, STORED_8, STORED_4, STORED_2, STORED_1};
	int			null_bit = ROW_FLAGS;

	for (int c = 0; c < rows->ncolumns; c++)
	{
		WindowColumn *column = &rows->columns[c];

		if (column->storage == STORED_NOT)
			continue;
		column->storage = storage_of(column);
		rows->stored[rows->nstored++] = c;
		column->null_bit = null_bit++;
		if (column->storage == STORED_POINTER)
			rows->pointers[rows->npointers++] = c;
	}
	rows->width = sizeof(uint64);
	for (size_t o = 0; o < lengthof(order); o++)
	{
		for (int c = 0; c < rows->ncolumns; c++)
		{
			WindowColumn *column = &rows->columns[c];

			if (column->storage != order[o])
				continue;
			column->offset = rows->width;
			rows->width += storage_size(column);
		}
	}
	rows->width = MAXALIGN(rows->width);
}

/* A row of the child as it is kept. */
void
window_store(WindowRows *rows, char *row, TupleTableSlot *slot)
{
	uint64		head = 0;

	if (rows->nstored > 0)
		slot_getsomeattrs(slot, rows->stored[rows->nstored - 1] + 1);
	for (int i = 0; i < rows->nstored; i++)
	{
		int			c = rows->stored[i];
		WindowColumn *column = &rows->columns[c];
		char	   *at = row + column->offset;
		Datum		value = slot->tts_values[c];

		if (slot->tts_isnull[c])
		{
			head |= UINT64CONST(1) << column->null_bit;
			memset(at, 0, storage_size(column));
			continue;
		}
		switch (column->storage)
		{
			case STORED_1:
				*at = DatumGetChar(value);
				break;
			case STORED_2:
				*(int16 *) at = DatumGetInt16(value);
				break;
			case STORED_4:
				*(int32 *) at = DatumGetInt32(value);
				break;
			case STORED_8:
				*(Datum *) at = value;
				break;
			case STORED_INLINE:
				memcpy(at, DatumGetPointer(value), column->len);
				break;
			case STORED_POINTER:
				{
					MemoryContext old = MemoryContextSwitchTo(rows->values);

					*(Datum *) at = datumCopy(value, false, column->len);
					MemoryContextSwitchTo(old);
					break;
				}
			case STORED_NOT:
				break;
		}
	}
	ROW_HEAD(row) = head;
}

/* ---------- values of variable length ---------- */

Size
window_row_memory(WindowRows *rows, const char *row)
{
	Size		size = 0;

	for (int i = 0; i < rows->npointers; i++)
	{
		WindowColumn *column = &rows->columns[rows->pointers[i]];

		if (!window_is_null(column, row))
			size += GetMemoryChunkSpace(DatumGetPointer(window_value(column, row)));
	}
	return size;
}

void
window_free_values(WindowRows *rows, char *row)
{
	for (int i = 0; i < rows->npointers; i++)
	{
		WindowColumn *column = &rows->columns[rows->pointers[i]];

		if (!window_is_null(column, row))
			pfree(DatumGetPointer(window_value(column, row)));
	}
}

/* A row as it goes to a file: behind it the values that it points to, each with its length. */
void
window_write_row(WindowRows *rows, BufFile *file, const char *row)
{
	BufFileWrite(file, (char *) row, rows->width);
	for (int i = 0; i < rows->npointers; i++)
	{
		WindowColumn *column = &rows->columns[rows->pointers[i]];
		Datum		value;
		Size		size;

		if (window_is_null(column, row))
			continue;
		value = window_value(column, row);
		size = datumGetSize(value, false, column->len);
		BufFileWrite(file, (char *) &size, sizeof(size));
		BufFileWrite(file, DatumGetPointer(value), size);
	}
}

static bool
read_bytes(BufFile *file, void *to, Size size, bool may_end)
{
	Size		n = BufFileRead(file, to, size);

	if (n == 0 && may_end)
		return false;
	if (n != size)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read from window temporary file: read only %zu of %zu bytes", n, size)));
	return true;
}

/* The next row of a file; false at its end. */
bool
window_read_row(WindowRows *rows, BufFile *file, char *row, MemoryContext values)
{
	if (!read_bytes(file, row, rows->width, true))
		return false;
	for (int i = 0; i < rows->npointers; i++)
	{
		WindowColumn *column = &rows->columns[rows->pointers[i]];
		Size		size;
		char	   *value;

		if (window_is_null(column, row))
			continue;
		read_bytes(file, &size, sizeof(size), false);
		value = MemoryContextAllocHuge(values, size);
		read_bytes(file, value, size, false);
		*(Datum *) (row + column->offset) = PointerGetDatum(value);
	}
	return true;
}

/* ---------- blocks ---------- */

static Size
block_size(WindowRows *rows)
{
	return (Size) rows->width * BLOCK_ROWS;
}

static int
rows_in_block(WindowRows *rows, WindowBlock *block)
{
	int64		first = (rows->first_block + (block - rows->blocks)) * BLOCK_ROWS;

	return (int) Min(BLOCK_ROWS, rows->count - first);
}

/* Frees what the rows of a block point to; its own memory is the next block's. */
static void
empty_block(WindowRows *rows, WindowBlock *block)
{
	char	   *row = block->rows;

	if (rows->npointers > 0)
	{
		for (int i = rows_in_block(rows, block); i > 0; i--, row += rows->width)
		{
			rows->memory -= window_row_memory(rows, row);
			window_free_values(rows, row);
		}
	}
	if (rows->spare == NULL)
		rows->spare = block->rows;
	else
	{
		pfree(block->rows);
		rows->memory -= block_size(rows);
	}
	block->rows = NULL;
	rows->in_memory--;
}

static void
seek(WindowRows *rows, int fileno, off_t offset)
{
	if (BufFileSeek(rows->file, fileno, offset, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not seek in window temporary file")));
}

static void
write_block(WindowRows *rows, WindowBlock *block)
{
	MemoryContext old = MemoryContextSwitchTo(rows->context);
	char	   *row = block->rows;

	if (rows->file == NULL)
	{
		rows->file = BufFileCreateTemp(false);
		rows->end_fileno = rows->end_offset = 0;
	}
	block->fileno = rows->end_fileno;
	block->offset = rows->end_offset;
	seek(rows, block->fileno, block->offset);
	for (int i = rows_in_block(rows, block); i > 0; i--, row += rows->width)
		window_write_row(rows, rows->file, row);
	BufFileTell(rows->file, &rows->end_fileno, &rows->end_offset);
	block->on_disk = true;
	MemoryContextSwitchTo(old);
}

/* May the block go?  Not the one of the current row, nor the one that is being filled and the one before it. */
static bool
is_needed(WindowRows *rows, int b)
{
	return b >= rows->nblocks - 2 || rows->first_block + b == rows->current >> BLOCK_BITS;
}

/* Makes room by writing out a block that has not been looked at for some time. */
static void
make_room(WindowRows *rows)
{
	int			looked_at = 0;

	if (rows->in_memory <= (kpi_window_rows > 0 ? MIN_TEST_BLOCKS : MIN_BLOCKS) ||
		(rows->memory <= rows->limit && (kpi_window_rows == 0 || rows->in_memory * BLOCK_ROWS < kpi_window_rows)))
		return;
	for (; looked_at < 2 * rows->nblocks; looked_at++)
	{
		WindowBlock *block;

		if (rows->hand >= rows->nblocks)
			rows->hand = 0;
		block = &rows->blocks[rows->hand];
		if (block->rows != NULL && !is_needed(rows, rows->hand))
		{
			if (!block->used)
			{
				if (!block->on_disk)
					write_block(rows, block);
				empty_block(rows, block);
				return;
			}
			block->used = false;
		}
		rows->hand++;
	}
}

static char *
block_memory(WindowRows *rows)
{
	char	   *memory = rows->spare;

	rows->in_memory++;
	if (memory != NULL)
	{
		rows->spare = NULL;
		return memory;
	}
	rows->memory += block_size(rows);
	rows->peak = Max(rows->peak, rows->memory);
	return MemoryContextAlloc(rows->context, block_size(rows));
}

/* Brings a block back from disk. */
char *
window_load(WindowRows *rows, WindowBlock *block)
{
	char	   *row;
	char	   *memory;

	make_room(rows);
	row = memory = block_memory(rows);
	seek(rows, block->fileno, WINDOW_MUTANT(FIRST_BLOCK) ? 0 : block->offset);
	for (int i = rows_in_block(rows, block); i > 0; i--, row += rows->width)
	{
		window_read_row(rows, rows->file, row, rows->values);
		rows->memory += window_row_memory(rows, row);
	}
	rows->peak = Max(rows->peak, rows->memory);
	block->rows = memory;
	block->used = true;
	return memory;
}

static void
add_block(WindowRows *rows)
{
	WindowBlock *block;

	make_room(rows);
	if (rows->nblocks == rows->max_blocks)
	{
		rows->max_blocks = Max(64, rows->max_blocks * 2);
		rows->blocks = rows->blocks == NULL ?
			MemoryContextAlloc(rows->context, sizeof(WindowBlock) * rows->max_blocks) :
			repalloc_huge(rows->blocks, sizeof(WindowBlock) * rows->max_blocks);
	}
	block = &rows->blocks[rows->nblocks++];
	memset(block, 0, sizeof(WindowBlock));
	block->rows = block_memory(rows);
	block->used = true;
}

/* Room for one more row; it counts once rows->count has been raised. */
char *
window_add(WindowRows *rows)
{
	if ((rows->count >> BLOCK_BITS) - rows->first_block >= rows->nblocks)
		add_block(rows);
	return window_row(rows, rows->count);
}

/* Nobody looks at rows before this one any more. */
void
window_forget_before(WindowRows *rows, int64 position)
{
	int64		until = position >> BLOCK_BITS;
	int			gone = 0;

	if (until <= rows->first_block)
		return;
	for (; gone < rows->nblocks && rows->first_block + gone < until; gone++)
	{
		if (rows->blocks[gone].rows != NULL)
			empty_block(rows, &rows->blocks[gone]);
	}
	memmove(rows->blocks, rows->blocks + gone, sizeof(WindowBlock) * (rows->nblocks - gone));
	rows->nblocks -= gone;
	rows->first_block += gone;
}

/* Bytes of the largest file so far. */
int64
window_rows_disk(const WindowRows *rows)
{
	int64		now = rows->file == NULL ? 0 : rows->end_fileno * FILE_SIZE + rows->end_offset;

	return Max(now, rows->disk);
}

void
window_rows_reset(WindowRows *rows)
{
	if (rows->file != NULL)
	{
		rows->disk = Max(rows->disk, window_rows_disk(rows));
		BufFileClose(rows->file);
	}
	rows->file = NULL;
	rows->blocks = NULL;
	rows->first_block = 0;
	rows->nblocks = rows->max_blocks = rows->in_memory = rows->hand = 0;
	rows->flat = rows->spare = NULL;
	rows->count = rows->current = 0;
	rows->memory = 0;
	MemoryContextReset(rows->context);
	MemoryContextReset(rows->values);
}
