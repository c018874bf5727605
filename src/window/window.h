/*
 * window.h
 *		Window execution: what the files of this wing share.  README.md leads a row
 *		through them.
 */
#ifndef WINDOW_H
#define WINDOW_H

#include "base/deque.h"
#include "base/settings.h"
#include "base/window_call.h"
#include "window/mutant.h"

#include "executor/executor.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
#include "optimizer/planner.h"
#include "storage/buffile.h"
#include "utils/memutils.h"
#include "utils/sortsupport.h"

/* ---------- settings ---------- */

extern bool kpi_windows;
extern int	kpi_window_cost;
extern int	kpi_window_generic;
extern int	kpi_window_rows;

extern void window_define_settings(void);

/* Bits of kpi.window_generic: what is to go its generic way. */
enum
{
	GENERIC_ORDER = 1,			/* rows come sorted by the server */
	GENERIC_RANGE = 2,			/* RANGE by in_range functions only */
	GENERIC_PLACES = 4,			/* rows are sorted by all digits of their keys */
	GENERIC_EXTREMES = 8		/* min and max begin anew, as in the server */
};

typedef struct WindowState WindowState;

/* ---------- rows ---------- */

typedef enum WindowStorage
{
	STORED_NOT,
	STORED_1,
	STORED_2,
	STORED_4,
	STORED_8,
	STORED_INLINE,				/* by reference, of a small fixed length: lies in the row */
	STORED_POINTER				/* to memory of its own */
} WindowStorage;

/* A column of the rows that the child returns. */
typedef struct WindowColumn
{
	Oid			type;
	Oid			collation;
	int16		len;
	bool		byval;
	bool		emitted;
	WindowStorage storage;
	int			offset;			/* in the row */
	int			null_bit;		/* in the row's head */
} WindowColumn;

/*
 * A row begins with a head: flags, then a bit for each stored column that is
 * NULL.  The columns follow.
 */
#define ROW_BEGINS_PARTITION 1
#define ROW_BEGINS_PEERS 2
#define ROW_FLAGS 8				/* bits */
#define WINDOW_MAX_COLUMNS (64 - ROW_FLAGS)

#define ROW_HEAD(row) (*(uint64 *) (row))

static inline bool
window_is_null(const WindowColumn *column, const char *row)
{
	return (*(const uint64 *) row >> column->null_bit) & 1;
}

static inline Datum
window_value(const WindowColumn *column, const char *row)
{
	const char *at = row + column->offset;

	switch (column->storage)
	{
		case STORED_1:
			return CharGetDatum(*at);
		case STORED_2:
			return Int16GetDatum(*(const int16 *) at);
		case STORED_4:
			return Int32GetDatum(*(const int32 *) at);
		case STORED_8:
		case STORED_POINTER:
			return *(const Datum *) at;
		case STORED_INLINE:
			return PointerGetDatum(at);
		case STORED_NOT:
			break;
	}
	return (Datum) 0;
}

#define BLOCK_BITS 7
#define BLOCK_ROWS (1 << BLOCK_BITS)

typedef struct WindowBlock
{
	char	   *rows;			/* NULL: on disk */
	bool		used;			/* since the last look for one to write out */
	bool		on_disk;
	int			fileno;
	off_t		offset;
} WindowBlock;

/*
 * Rows in order, numbered from 0.  Either all of them lie in one piece of memory
 * ("flat"), or they come one after the other into blocks, of which those are
 * kept that may still be looked at, in memory or on disk.
 */
typedef struct WindowRows
{
	int			ncolumns;
	WindowColumn *columns;
	int			width;			/* of a row */
	int			nstored;
	int		   *stored;			/* the columns that rows keep, in the child's order */
	int			npointers;
	int		   *pointers;		/* the columns with memory of their own */
	int64		count;			/* rows that have come */
	char	   *flat;
	MemoryContext context;
	MemoryContext values;		/* what pointers point to */

	WindowBlock *blocks;
	int64		first_block;	/* the number of blocks[0] */
	int			nblocks;
	int			max_blocks;
	int64		current;		/* a row whose block must stay in memory */
	int			hand;			/* where to look for a block to write out */
	int			in_memory;
	char	   *spare;			/* memory of a block */
	BufFile    *file;
	int			end_fileno;		/* where the file ends */
	off_t		end_offset;
	Size		limit;
	Size		memory;
	Size		peak;
	int64		disk;			/* bytes of the file, once it is closed */
} WindowRows;

extern void window_rows_init(WindowRows *rows, int ncolumns, MemoryContext context);
extern void window_rows_layout(WindowRows *rows);
extern void window_store(WindowRows *rows, char *row, TupleTableSlot *slot);
extern char *window_add(WindowRows *rows);
extern void window_forget_before(WindowRows *rows, int64 position);
extern char *window_load(WindowRows *rows, WindowBlock *block);
extern int64 window_rows_disk(const WindowRows *rows);
extern void window_rows_reset(WindowRows *rows);
extern void window_write_row(WindowRows *rows, BufFile *file, const char *row);
extern bool window_read_row(WindowRows *rows, BufFile *file, char *row, MemoryContext values);
extern void window_free_values(WindowRows *rows, char *row);
extern Size window_row_memory(WindowRows *rows, const char *row);

static inline char *
window_row(WindowRows *rows, int64 position)
{
	WindowBlock *block;
	char	   *memory;

	if (rows->flat != NULL)
		return rows->flat + position * rows->width;
	block = &rows->blocks[(position >> BLOCK_BITS) - rows->first_block];
	block->used = true;
	memory = block->rows;
	if (unlikely(memory == NULL))
		memory = window_load(rows, block);
	return memory + (position & (BLOCK_ROWS - 1)) * rows->width;
}

/* ---------- order ---------- */

typedef struct WindowKey
{
	int			column;
	Oid			type;			/* a domain's base type */
	Oid			sort_operator;
	Oid			equality;
	bool		descending;
	bool		nulls_first;
	FmgrInfo	equals;
	SortSupportData sort;
} WindowKey;

typedef struct WindowRuns WindowRuns; /* runs.c */

extern bool window_can_pack(Oid type, Oid collation);
extern uint64 window_encode(Oid type, Datum value);
extern uint8 window_key_code(const WindowKey *key, const WindowColumn *column, const char *row, uint64 *code);
extern void window_collect(WindowState *state);

/* ---------- functions ---------- */

typedef enum WindowKind
{
	KIND_NONE,					/* of others: not ours to run */
	KIND_AGGREGATE,
	KIND_ROW_NUMBER,
	KIND_RANK,
	KIND_DENSE_RANK,
	KIND_LAG,
	KIND_LEAD,
	KIND_FIRST_VALUE,
	KIND_LAST_VALUE,
	KIND_KPI					/* a window function of this extension: called as the server would */
} WindowKind;

typedef struct WindowArgument
{
	int			column;			/* of the row, or -1 */
	ExprState  *state;			/* what is computed; NULL with a column or a constant */
	Datum		value;			/* the constant */
	bool		isnull;
} WindowArgument;

/* A window function: its call, and its value for the row at hand. */
typedef struct WindowFunction
{
	WindowFunc *call;
	WindowKind	kind;
	int			nargs;
	WindowArgument *args;
	WindowArgument filter;
	bool		has_filter;
	bool		computes;		/* an argument or the filter */
	int			nvaried;		/* arguments that are no constants */
	int		   *varied;
	bool		null_constant;
	int			nused;			/* columns that those read */
	int		   *used;
	int16		reslen;
	bool		resbyval;
	Datum		result;
	bool		result_null;
	bool		result_kept;	/* in memory of its own */

	/* KIND_KPI: what the function sees of its window */
	WindowCall	seen;
	FmgrInfo	function;
	FunctionCallInfo call_function;
	WindowState *state;

	/* aggregates */
	FmgrInfo	transition;
	FmgrInfo	inverse;
	FmgrInfo	final;
	bool		has_inverse;
	bool		has_final;
	FunctionCallInfo call_transition;
	FunctionCallInfo call_inverse;
	FunctionCallInfo call_final;
	int			nfinal;
	int16		translen;
	bool		transbyval;
	Datum		initial;
	bool		initial_null;
	Datum		value;
	bool		isnull;
	int64		count;			/* rows in the state */
	bool		restarts;
	MemoryContext context;
	int			extreme;		/* 1: the greatest, -1: the least of integers, by a deque; else 0 */
	MaxDeque	deque;
} WindowFunction;

extern WindowKind window_kind(WindowFunc *call);
extern bool window_is_kpi(WindowFunc *call);
extern void window_function_init(WindowState *state, WindowFunction *f, WindowFunc *call, List *args, Expr *filter);
extern void window_functions_eval(WindowState *state);
extern int64 window_functions_need(WindowState *state);

extern void window_check_call(Oid function);
extern void window_aggregate_init(WindowState *state, WindowFunction *f);
extern void window_aggregates_eval(WindowState *state);

/* ---------- frames ---------- */

typedef struct WindowBound
{
	ExprState  *offset;
	Datum		value;
	int64		count;			/* of rows or groups */
	FmgrInfo	in_range;
	int64		usec;			/* where fast_range */
} WindowBound;

/* What the planner hands to the executor beside expressions. */
typedef struct WindowPlanInfo
{
	bool		own_sort;
	int			ncolumns;		/* of the child */
	int			npartition;
	int			norder;
	int			frame;			/* FRAMEOPTION_ bits */
	bool		range_ascending;
	bool		range_nulls_first;
	Oid			start_in_range;
	Oid			end_in_range;
	Oid			range_collation;
} WindowPlanInfo;

/* A column of what the node returns: of the row, or the value of a function. */
typedef struct WindowOutput
{
	const WindowColumn *column;	/* or NULL */
	const WindowFunction *function;
	int			to;				/* in the slot */
} WindowOutput;

struct WindowState
{
	CustomScanState css;
	WindowPlanInfo info;
	WindowRows	rows;
	WindowKey  *keys;
	int			nkeys;
	int			nfunctions;
	WindowFunction *functions;
	WindowAggState *caller;		/* whom aggregates see */
	ExprContext *tmp;			/* for arguments of a row */
	TupleTableSlot *slot;		/* a row of the child, for expressions */
	const char *arguments_of;	/* the row whose arguments are asked for */
	MemoryContext results;
	TupleTableSlot *returned;
	bool		projects;		/* it is what expressions of the target list read */
	int			noutputs;
	WindowOutput *outputs;

	/* where rows come from */
	bool		begun;
	bool		ended;
	WindowRuns *runs;			/* being merged, or NULL */
	const char *way;			/* how they were ordered */
	int			nruns;
	int64		runs_disk;
	Size		peak;

	/* the current row; positions count from the first row of all */
	int64		row;
	int64		partition;		/* its first row */
	int64		partition_end;	/* behind its last one, PG_INT64_MAX while unknown */
	bool		first;			/* of its partition */
	int64		peers;			/* the first of them */
	int64		peers_end;		/* behind the last, or <= row while unknown */
	int64		group;

	/* its frame */
	bool		offsets_known;
	bool		needs_frame;
	bool		fast_range;
	WindowBound start;
	WindowBound end;
	int64		head;
	int64		tail;
	int64		head_group;
	int64		tail_group;

	/* the rows in the aggregates */
	int			naggregates;
	int64		base;
	int64		upto;
	int64		last_tail;
};

extern void window_offsets(WindowState *state);
extern void window_frame(WindowState *state);
extern int64 window_peers_end(WindowState *state);

/* fetch.c */
extern TupleTableSlot *window_child_row(WindowState *state);
extern bool window_fetch(WindowState *state);

/* The arguments of this row are asked for next. */
static inline void
window_begin_arguments(WindowState *state, WindowFunction *f, int64 position)
{
	const char *row = window_row(&state->rows, position);

	state->arguments_of = row;
	if (!f->computes)
		return;
	for (int i = 0; i < f->nused; i++)
	{
		WindowColumn *column = &state->rows.columns[f->used[i]];

		state->slot->tts_values[f->used[i]] = window_value(column, row);
		state->slot->tts_isnull[f->used[i]] = window_is_null(column, row);
	}
	state->tmp->ecxt_scantuple = state->slot;
}

/* The memory of a row's arguments is mostly empty. */
static inline void
window_reset_tmp(WindowState *state)
{
	MemoryContext context = state->tmp->ecxt_per_tuple_memory;

	if (!context->isReset || context->firstchild != NULL)
		MemoryContextReset(context);
}

static inline Datum
window_evaluate(WindowState *state, WindowArgument *arg, bool *isnull)
{
	if (arg->column >= 0)
	{
		WindowColumn *column = &state->rows.columns[arg->column];

		*isnull = window_is_null(column, state->arguments_of);
		return window_value(column, state->arguments_of);
	}
	if (arg->state != NULL)
		return ExecEvalExpr(arg->state, state->tmp, isnull);
	*isnull = arg->isnull;
	return arg->value;
}

/* An argument of the row that window_begin_arguments has named, in the memory of a row. */
static inline Datum
window_argument(WindowState *state, WindowFunction *f, int n, bool *isnull)
{
	return window_evaluate(state, &f->args[n], isnull);
}

static inline bool
window_passes(WindowState *state, WindowFunction *f)
{
	bool		isnull;
	Datum		passes = window_evaluate(state, &f->filter, &isnull);

	return !isnull && DatumGetBool(passes);
}

/* Is there such a row in the partition? */
static inline bool
window_exists(WindowState *state, int64 position)
{
	while (position >= state->rows.count && position < state->partition_end)
	{
		int64		next = state->rows.count;

		if (!window_fetch(state))
			state->partition_end = state->rows.count;
		else if (next > state->partition && (ROW_HEAD(window_row(&state->rows, next)) & ROW_BEGINS_PARTITION))
			state->partition_end = next;
	}
	return position < state->partition_end;
}

/* runs.c */
extern WindowRuns *window_runs_create(WindowState *state);
extern void window_runs_write(WindowRuns *runs, const char *rows, const uint32 *order, int64 n);
extern void window_runs_merge(WindowRuns *runs);
extern bool window_runs_next(WindowRuns *runs, char *row);
extern void window_runs_end(WindowRuns *runs);
extern int	window_runs_count(WindowRuns *runs);

/* ---------- the plan ---------- */

#define WINDOW_NODE "KpiWindow"	/* by this name the planner finds the methods of the node */

extern const CustomScanMethods window_scan_methods;
extern void window_init(void);
extern void window_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output);
extern void window_info_from_private(List *private, WindowPlanInfo *info);
extern void window_keys_from_private(List *private, WindowKey *keys);
extern List *window_calls_from_private(List *private);
extern void window_explain(CustomScanState *node, List *ancestors, ExplainState *es);

#endif							/* WINDOW_H */
