/*
 * runs.c
 *		Sorted runs of rows on disk, and their merge.
 */
#include "postgres.h"

#include "window/window.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#define MIN_MERGED 6			/* runs at a time, however small work_mem is */
#define MEMORY_OF_RUN (2 * BLCKSZ)

typedef struct Run
{
	BufFile    *file;
	int			number;			/* equal rows come in the order of their runs */
	char	   *row;			/* the next one, */
	uint64	   *codes;			/* and its keys as integers; */
	uint8	   *ranks;			/* whether they are NULL, in their order */
} Run;

struct WindowRuns
{
	WindowState *state;
	MemoryContext context;
	Run		  **runs;			/* being merged: a heap */
	int			nruns;
	int			max_runs;
	int64		disk;
};

WindowRuns *
window_runs_create(WindowState *state)
{
	MemoryContext context = AllocSetContextCreate(state->css.ss.ps.state->es_query_cxt, "kpi window runs",
												  ALLOCSET_DEFAULT_SIZES);
	WindowRuns *runs = MemoryContextAllocZero(context, sizeof(WindowRuns));

	runs->state = state;
	runs->context = context;
	return runs;
}

static Run *
new_run(WindowRuns *runs)
{
	MemoryContext old = MemoryContextSwitchTo(runs->context);
	Run		   *run = palloc0(sizeof(Run));

	run->file = BufFileCreateTemp(false);
	run->row = palloc(runs->state->rows.width);
	run->codes = palloc0(sizeof(uint64) * runs->state->nkeys);
	run->ranks = palloc0(runs->state->nkeys);
	MemoryContextSwitchTo(old);
	return run;
}

static void
close_run(Run *run)
{
	BufFileClose(run->file);
	pfree(run->row);
	pfree(run->codes);
	pfree(run->ranks);
	pfree(run);
}

static void
add_to_disk(WindowRuns *runs, Run *run)
{
	int			fileno;
	off_t		offset;

	BufFileTell(run->file, &fileno, &offset);
	runs->disk += fileno * INT64CONST(0x40000000) + offset;
	runs->state->runs_disk = Max(runs->state->runs_disk, runs->disk);
}

void
window_runs_write(WindowRuns *runs, const char *rows, const uint32 *order, int64 n)
{
	WindowRows *layout = &runs->state->rows;
	Run		   *run = new_run(runs);

	for (int64 i = 0; i < n; i++)
	{
		if ((i & 1023) == 0)
			CHECK_FOR_INTERRUPTS();
		window_write_row(layout, run->file, rows + (order == NULL ? i : order[i]) * (int64) layout->width);
	}
	add_to_disk(runs, run);
	if (runs->nruns == runs->max_runs)
	{
		runs->max_runs = Max(16, runs->max_runs * 2);
		runs->runs = runs->runs == NULL ? MemoryContextAlloc(runs->context, sizeof(Run *) * runs->max_runs) :
			repalloc(runs->runs, sizeof(Run *) * runs->max_runs);
	}
	run->number = runs->nruns;
	runs->runs[runs->nruns++] = run;
}

int
window_runs_count(WindowRuns *runs)
{
	return runs->nruns;
}

/* ---------- merging ---------- */

/* Reads the next row of a run; false at its end. */
static bool
advance(WindowRuns *runs, Run *run)
{
	WindowState *state = runs->state;

	if (!window_read_row(&state->rows, run->file, run->row, state->rows.values))
		return false;
	for (int k = 0; k < state->nkeys; k++)
	{
		WindowKey  *key = &state->keys[k];

		run->ranks[k] = window_key_code(key, &state->rows.columns[key->column], run->row, &run->codes[k]);
	}
	return true;
}

static bool
comes_before(WindowRuns *runs, const Run *a, const Run *b)
{
	WindowState *state = runs->state;

	for (int k = 0; k < state->nkeys; k++)
	{
		WindowKey  *key = &state->keys[k];
		WindowColumn *column = &state->rows.columns[key->column];

		if (a->ranks[k] != b->ranks[k])
			return a->ranks[k] < b->ranks[k];
		if (column->byval)
		{
			if (a->codes[k] != b->codes[k])
				return a->codes[k] < b->codes[k];
		}
		else if (a->ranks[k] == 1)
		{
			int			order = key->sort.comparator(window_value(column, a->row), window_value(column, b->row), &key->sort);

			if (order != 0)
				return key->descending ? order > 0 : order < 0;
		}
	}
	return a->number < b->number;
}

static void
sift_down(WindowRuns *runs, Run **heap, int n, int at)
{
	Run		   *run = heap[at];

	for (;;)
	{
		int			child = 2 * at + 1;

		if (child >= n)
			break;
		if (child + 1 < n && comes_before(runs, heap[child + 1], heap[child]))
			child++;
		if (!comes_before(runs, heap[child], run))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = run;
}

/* Makes a heap of runs; returns how many of them have rows. */
static int
begin_merge(WindowRuns *runs, Run **heap, int n)
{
	int			left = 0;

	for (int i = 0; i < n; i++)
	{
		Run		   *run = heap[i];

		if (BufFileSeek(run->file, 0, 0, SEEK_SET) != 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not rewind window temporary file")));
		if (advance(runs, run))
			heap[left++] = run;
		else
			close_run(run);
	}
	for (int i = left / 2; i >= 0 && left > 0; i--)
		sift_down(runs, heap, left, i);
	return left;
}

/* Behind the first row of all; returns how many runs have rows. */
static int
step(WindowRuns *runs, Run **heap, int n)
{
	if (!advance(runs, heap[0]))
	{
		close_run(heap[0]);
		heap[0] = heap[--n];
	}
	if (n > 0)
		sift_down(runs, heap, n, 0);
	return n;
}

/* Several runs become one. */
static Run *
merge_some(WindowRuns *runs, Run **heap, int n)
{
	WindowRows *rows = &runs->state->rows;
	Run		   *merged = new_run(runs);
	int64		count = 0;

	merged->number = heap[0]->number;
	n = begin_merge(runs, heap, n);
	while (n > 0)
	{
		if ((++count & 1023) == 0)
			CHECK_FOR_INTERRUPTS();
		window_write_row(rows, merged->file, heap[0]->row);
		window_free_values(rows, heap[0]->row);
		n = step(runs, heap, n);
	}
	add_to_disk(runs, merged);
	return merged;
}

/* Merges until those that are left can be merged as their rows are asked for. */
void
window_runs_merge(WindowRuns *runs)
{
	int			at_a_time = Max(MIN_MERGED, runs->state->rows.limit / MEMORY_OF_RUN);

	if (kpi_window_rows > 0)
		at_a_time = MIN_MERGED;
	while (runs->nruns > at_a_time)
	{
		int			left = 0;

		for (int i = 0; i < runs->nruns; i += at_a_time)
		{
			int			n = Min(at_a_time, runs->nruns - i);

			runs->runs[left] = n == 1 ? runs->runs[i] : merge_some(runs, runs->runs + i, n);
			left++;
		}
		runs->nruns = left;
	}
	runs->nruns = begin_merge(runs, runs->runs, runs->nruns);
}

/* The next row of all. */
bool
window_runs_next(WindowRuns *runs, char *row)
{
	if (runs->nruns == 0)
		return false;
	/* what the row points to goes along */
	memcpy(row, runs->runs[0]->row, runs->state->rows.width);
	runs->nruns = step(runs, runs->runs, runs->nruns);
	return true;
}

void
window_runs_end(WindowRuns *runs)
{
	for (int i = 0; i < runs->nruns; i++)
		BufFileClose(runs->runs[i]->file);
	MemoryContextDelete(runs->context);
}
