/*
 * batch.h
 *		Batch execution: what the files of this wing share.  README.md leads a
 *		page of the heap through them.
 */
#ifndef BATCH_H
#define BATCH_H

#include "base/kernel.h"
#include "base/settings.h"
#include "batch/mutant.h"

#include "access/heapam.h"
#include "access/relscan.h"
#include "executor/executor.h"
#include "nodes/extensible.h"
#include "nodes/pathnodes.h"
#include "utils/memutils.h"

/* ---------- settings ---------- */

extern bool kpi_batch;
extern int	kpi_batch_rows;
extern int	kpi_batch_generic;
extern int	kpi_batch_cost;

extern void batch_define_settings(void);

/* Bits of kpi.batch_generic: what is to go its generic way. */
enum
{
	GENERIC_AGGREGATES = 1,		/* no kernels */
	GENERIC_EXPRESSIONS = 2,	/* no vector forms */
	GENERIC_KEYS = 4,			/* no packed keys */
	GENERIC_STATES = 8,			/* no states inside the group's memory */
	GENERIC_JOINS = 16,			/* no star joins */
	GENERIC_TEXTS = 32,			/* no dictionary of texts */
	GENERIC_CLOCK = 64,			/* no memo of local time */
	GENERIC_COLUMNS = 128,		/* rows are taken apart by the server */
	GENERIC_INDEXES = 256,		/* no pages that an index names */
	GENERIC_DIMENSIONS = 512	/* dimensions are read in small parts */
};

#define BATCH_MAX_JOIN_KEYS 4	/* by which one dimension is looked up */
#define BATCH_MAX_KEYS 16		/* group keys and columns that depend on them */
#define BATCH_MAX_AGGREGATES 64
#define BATCH_MAX_COLUMNS 64
#define BATCH_MAX_ROWS KERNEL_MAX_ROWS
#define BATCH_STRIP 64			/* rows after which memory of single evaluations is given back, */
#define BATCH_STRIP_BYTES (64 * 1024)	/* or bytes */
#define BATCH_SLICE_BYTES (1024 * 1024)	/* that groups take before the limit of their memory is looked at */
#define BATCH_LONG 1024			/* bytes of a text that is not remembered */
#define BATCH_FREE_MISSES 4096	/* values that may be new before it counts how many are */
#define BATCH_MAX_PINS 32		/* pages whose values one batch points into, if there are enough */

/* Most texts are short: eight bytes at a time, the last of them zero-filled. */
static inline uint32
batch_hash_bytes(const char *bytes, uint32 length)
{
	uint64		hash = length;
	uint64		word;

	for (; length >= sizeof(word); bytes += sizeof(word), length -= sizeof(word))
	{
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * UINT64CONST(0x9E3779B97F4A7C15);
		hash ^= hash >> 32;
	}
	word = 0;
	for (uint32 i = 0; i < length; i++)
		word = word << 8 | (uint8) bytes[i];
	hash = (hash ^ word) * UINT64CONST(0x9E3779B97F4A7C15);
	return (uint32) (hash >> 32);
}

/* ---------- columns ---------- */

typedef struct BatchDictionary BatchDictionary; /* dictionary.c */

typedef struct BatchDimension BatchDimension; /* star.c */

/* A column of the table, or of a dimension that it is joined to. */
typedef struct BatchColumn
{
	Var		   *var;
	AttrNumber	att;			/* in the table; 0 in a dimension */
	int16		len;
	bool		byval;
	BatchVector vector;
	uint8	   *nulls;			/* memory for vector.nulls */
	BatchDictionary *dictionary;	/* of a text column, or NULL */
	BatchDimension *dimension;	/* whose column it is, or NULL */
} BatchColumn;

typedef struct BatchLayout BatchLayout; /* deform.c */
typedef struct BatchExpr BatchExpr; /* expr.c */

/*
 * The columns that one stage of the node works on, and one slot in which
 * expressions of the generic way find them.
 */
typedef struct BatchColumns
{
	Index		relid;			/* the table: Vars of others belong to dimensions */
	int			ncolumns;
	BatchColumn *columns;
	int			nrows;
	int			capacity;
	bool		byref;			/* some values point into the pages */
	uint64		batch;			/* number of the batch; expressions remember theirs */
	TupleDesc	table;
	BatchLayout *layout;
	TupleTableSlot *row;		/* virtual: the columns of one row */
	ExprContext *econtext;
	PlanState  *parent;
	List	   *exprs;			/* BatchExpr: what was compiled for these columns */
	List	   *dictionaries;
	List	   *memos;
	MemoryContext context;
	MemoryContext constants;	/* by-reference values of the scan */
	MemoryContext row_memory;	/* of single evaluations */
	MemoryContext strip_memory; /* of a few rows' by-reference values */
} BatchColumns;

/* Rows of a batch, by number; rows == NULL stands for 0 to count - 1. */
typedef struct BatchRows
{
	int			count;
	const int32 *rows;
} BatchRows;

static inline int
batch_row(const BatchRows *rows, int k)
{
	return rows->rows ? rows->rows[k] : k;
}

static inline Datum
batch_datum(const BatchVector *v, int i)
{
	switch (v->class)
	{
		case BATCH_BOOL:
			return BoolGetDatum(((uint8 *) v->values)[i]);
		case BATCH_INT2:
			return Int16GetDatum(((int16 *) v->values)[i]);
		case BATCH_INT4:
			return Int32GetDatum(((int32 *) v->values)[i]);
		case BATCH_INT8:
			return Int64GetDatum(((int64 *) v->values)[i]);
		case BATCH_FLOAT8:
			return Float8GetDatum(((double *) v->values)[i]);
		case BATCH_DATUM:
			break;
	}
	return ((Datum *) v->values)[i];
}

static inline void
batch_set_datum(BatchVector *v, int i, Datum value)
{
	switch (v->class)
	{
		case BATCH_BOOL:
			((uint8 *) v->values)[i] = DatumGetBool(value);
			break;
		case BATCH_INT2:
			((int16 *) v->values)[i] = DatumGetInt16(value);
			break;
		case BATCH_INT4:
			((int32 *) v->values)[i] = DatumGetInt32(value);
			break;
		case BATCH_INT8:
			((int64 *) v->values)[i] = DatumGetInt64(value);
			break;
		case BATCH_FLOAT8:
			((double *) v->values)[i] = DatumGetFloat8(value);
			break;
		case BATCH_DATUM:
			((Datum *) v->values)[i] = value;
			break;
	}
}

/* Memory that will be looked at soon, from its end to its beginning, as tuples lie in a page. */
typedef struct BatchPrefetch
{
	const char *begin;
	const char *end;
} BatchPrefetch;

#define CACHE_LINE 64

/* Asks for 1 of n equal parts of what is left. */
static inline void
batch_prefetch(BatchPrefetch *prefetch, int n)
{
	const char *until = prefetch->end - (prefetch->end - prefetch->begin) / n;

	for (; prefetch->end > until; prefetch->end -= CACHE_LINE)
		__builtin_prefetch(prefetch->end - 1);
}

extern BatchClass batch_class_of(Oid type);
extern int	batch_class_size(BatchClass class);
extern void batch_columns_init(BatchColumns *columns, PlanState *parent, int capacity, MemoryContext context);
extern int	batch_column_of(BatchColumns *columns, Var *var);
extern void batch_columns_ready(BatchColumns *columns, TupleDesc table);
extern void batch_columns_end(BatchColumns *columns);
extern void batch_columns_next(BatchColumns *columns);
extern void batch_columns_changed(BatchColumns *columns);
extern void batch_deform(BatchColumns *columns, Relation rel, HeapTupleHeader *tuples, int n,
						 BatchPrefetch *ahead);

/* ---------- expressions ---------- */

typedef enum BatchExprKind
{
	EXPR_COLUMN,				/* the column itself */
	EXPR_CONSTANT,				/* no columns: evaluated once a scan, when first needed */
	EXPR_VECTOR,				/* a vector form, see vector.c */
	EXPR_DURATION,				/* another expression as microseconds */
	EXPR_MEMO,					/* remembered by the value of its only column, see memo.c */
	EXPR_GENERIC				/* row by row, by the server */
} BatchExprKind;

typedef struct BatchVectorForm BatchVectorForm; /* vector.c */
typedef struct BatchMemo BatchMemo; /* memo.c */

struct BatchExpr
{
	Expr	   *expr;			/* as compiled, over the table's columns */
	BatchExprKind kind;
	bool		duration;		/* asked for as microseconds */
	Oid			type;
	int16		len;
	bool		byval;
	int			column;			/* EXPR_COLUMN */
	int			nused;			/* columns that the generic way reads */
	int		   *used;
	ExprState  *state;			/* the generic way; NULL for a column */
	BatchVectorForm *form;		/* EXPR_VECTOR */
	List	   *constants;		/* that it reads */
	BatchExpr  *source;			/* EXPR_DURATION */
	BatchMemo  *memo;			/* EXPR_MEMO */
	bool		once;			/* EXPR_CONSTANT has its value */
	BatchVector vector;			/* the result */
	uint8	   *nulls;			/* memory for vector.nulls */
	uint8	   *doubts;			/* rows that a vector form could not decide, or NULL */
	uint8	   *doubt_space;
	uint64		batch;			/* the batch for which all rows are known */
};

/*
 * May it be evaluated for a whole batch?  What calls functions row by row and makes
 * values of any length is evaluated in strips.
 */
static inline bool
batch_is_plain(const BatchExpr *expr)
{
	return expr->kind != EXPR_GENERIC || expr->byval || expr->len > 0;
}

/* Is it time to give back the memory of single evaluations, after the row k? */
static inline bool
batch_strip_is_full(MemoryContext memory, int k)
{
	return k % BATCH_STRIP == BATCH_STRIP - 1 || MemoryContextMemAllocated(memory, false) > BATCH_STRIP_BYTES;
}

/* compile.c */
extern BatchExpr *batch_compile(BatchColumns *columns, Expr *expr, bool duration);
extern bool batch_has_fast_way(Expr *expr);

/* expr.c */
extern void batch_eval(BatchColumns *columns, BatchExpr *expr, const BatchRows *rows);
extern void batch_forget_constants(BatchColumns *columns);
extern int	batch_select(BatchColumns *columns, List *predicates, const BatchRows *rows, int32 *selected,
						 uint8 *unknown);

/* generic.c */
extern Datum batch_eval_row(BatchColumns *columns, BatchExpr *expr, int row, bool *isnull);
extern void batch_eval_generic(BatchColumns *columns, BatchExpr *expr, const BatchRows *rows);
extern void batch_eval_doubtful(BatchColumns *columns, BatchExpr *expr, const BatchRows *rows);
extern int	batch_eval_strip(BatchColumns *columns, BatchExpr **exprs, int nexprs, const BatchRows *rows);

/* memo.c */
extern BatchMemo *batch_memo(BatchColumns *columns, BatchExpr *expr);
extern bool batch_memo_eval(BatchColumns *columns, BatchExpr *expr, const BatchRows *rows);
extern bool batch_memo_is_over(BatchMemo *memo);
extern const int32 *batch_memo_codes(BatchMemo *memo);
extern Size batch_memo_memory(BatchColumns *columns);
extern void batch_memo_give_up(BatchColumns *columns);
extern void batch_memo_sweep(BatchColumns *columns);
extern void batch_memo_reset(BatchColumns *columns);

/* clock.c */
typedef struct BatchClock BatchClock;
extern BatchClock *batch_clock(Expr *expr);
extern bool batch_clock_cell(BatchClock *clock, int64 moment, int64 *start, int64 *end);
extern double batch_interval_start_unit(FuncExpr *call);

/* dictionary.c */
extern BatchDictionary *batch_dictionary(BatchColumns *columns, int column);
extern const int32 *batch_dictionary_codes(BatchColumns *columns, BatchDictionary *dictionary);
extern int	batch_dictionary_size(BatchDictionary *dictionary);
extern bool batch_dictionary_is_over(BatchDictionary *dictionary);
extern void batch_dictionary_give_up(BatchDictionary *dictionary);
extern Size batch_dictionary_memory(BatchDictionary *dictionary);
extern void batch_dictionary_reset(BatchDictionary *dictionary);

/* ---------- groups ---------- */

/*
 * The memory of a group: this head, its keys, then the states of the
 * aggregates.  It never moves.
 */
typedef struct BatchGroup
{
	uint32		hash;
	uint32		nulls;			/* bit n: key n is NULL */
	uint64		words[2];		/* packed keys, */
	uint32		word_nulls;		/* and which of them are NULL */
	Datum		keys[FLEXIBLE_ARRAY_MEMBER];
} BatchGroup;

typedef struct BatchGroups BatchGroups; /* group.c */

extern BatchGroups *batch_groups_create(BatchColumns *columns, List *keys, bool distinguish, Size state_size);
extern Size batch_groups_state_offset(BatchGroups *groups);
extern void batch_groups_on_new(BatchGroups *groups, void (*init) (void *arg, char *group), void *arg);
extern int	batch_groups_find(BatchGroups *groups, int from, int n, char **group);
extern void batch_groups_ensure_one(BatchGroups *groups);
extern BatchGroup *batch_groups_blank(BatchGroups *groups);
extern BatchGroup *batch_groups_next(BatchGroups *groups);
extern void batch_groups_rewind(BatchGroups *groups, bool all);
extern void batch_groups_reset(BatchGroups *groups, bool all);
extern void batch_groups_close(BatchGroups *groups);
extern bool batch_groups_closed(BatchGroups *groups);
extern Size batch_groups_memory(BatchGroups *groups);
extern Size batch_groups_passing_memory(BatchGroups *groups);
extern const char *batch_groups_way(BatchGroups *groups);

/* ---------- aggregates ---------- */

/* A filter that one or several aggregates share, and the rows it lets pass. */
typedef struct BatchFilter
{
	Expr	   *expr;
	List	   *predicates;
	int32	   *selected;
	uint8	   *unknown;		/* rows of which a predicate was NULL, while they are selected */
	BatchRows	rows;
} BatchFilter;

/* The state of a group that is not kept in place, as the server's Agg node keeps it. */
typedef struct BatchDatumState
{
	Datum		value;
	bool		isnull;
	bool		no_value;		/* strict, and no row has given a first value yet */
} BatchDatumState;

/* One state for each group: a transition function and its arguments. */
typedef struct BatchAggregate
{
	Aggref	   *aggref;
	int			nargs;
	BatchExpr **args;
	BatchFilter *filter;
	const BatchKernel *kernel;
	BatchExpr **kernel_args;	/* as args, with durations in microseconds */
	FmgrInfo	transfn;
	FmgrInfo	serialfn;
	bool		serialize;
	FunctionCallInfo fcinfo;
	AggStatePerTrans pertrans;	/* tells transition functions which aggregate they serve */
	Datum		initial;
	bool		initial_null;
	int16		translen;
	bool		transbyval;
	bool		in_place;		/* the state's bytes lie in the group's memory */
	Size		offset;
} BatchAggregate;

typedef struct BatchAggregates
{
	int			count;
	BatchAggregate aggs[BATCH_MAX_AGGREGATES];
	int			noutputs;
	int			output[BATCH_MAX_AGGREGATES];	/* which state goes into which column of the result */
	List	   *filters;
	AggState   *aggstate;		/* what transition functions see as their caller */
	ExprContext *states;		/* its memory holds what the states point to */
	BatchColumns *columns;
	Size		state_size;		/* of all states of a group */
	Size		base;			/* where they begin in its memory */
	int32	   *numbers;		/* 0, 1, 2 ... */
	int32	   *selected;		/* rows of the batch, for one aggregate at a time */
	int32	   *doubtful;
} BatchAggregates;

extern BatchAggregates *batch_aggregates_create(BatchColumns *columns, List *aggrefs);
extern void batch_aggregates_init_group(void *aggregates, char *group);
extern void batch_aggregates_add(BatchAggregates *aggregates, int from, int n, char **groups);
extern Datum batch_aggregates_partial(BatchAggregates *aggregates, int output, char *group, bool *isnull);
extern Size batch_aggregates_memory(BatchAggregates *aggregates);
extern bool batch_aggregates_in_groups(BatchAggregates *aggregates);
extern int	batch_aggregates_kernels(BatchAggregates *aggregates);
extern void batch_aggregates_end(BatchAggregates *aggregates);
extern void batch_aggregates_reset(BatchAggregates *aggregates);
extern const BatchKernel *batch_find_kernel(PGFunction transition);

/* builtin.c */
extern const BatchKernel builtin_kernels[];

/* ---------- star joins ---------- */

/* Keys that dimensions are looked up by. */
typedef enum BatchKeyKind
{
	BATCH_KEY_NONE,
	BATCH_KEY_NUMBER,
	BATCH_KEY_UUID,
	BATCH_KEY_TEXT
} BatchKeyKind;

extern BatchKeyKind batch_key_kind(Oid type);
extern void batch_dimension_columns(BatchColumns *columns, List *tlist, List *plan);
extern BatchDimension *batch_dimension_create(BatchColumns *columns, List *tlist, List *plan, PlanState *child,
											  List *before);
extern bool batch_dimensions_build(List *dimensions, Size limit);
extern bool batch_dimension_is_whole(BatchDimension *dimension);
extern bool batch_dimensions_have_more(List *dimensions);
extern bool batch_dimensions_advance(List *dimensions);
extern void batch_dimension_reset(BatchDimension *dimension);
extern int	batch_dimensions_join(List *dimensions, List *filters, BatchColumns *columns);
extern const int32 *batch_dimension_codes(BatchDimension *dimension, BatchColumns *columns, int column);

/* ---------- the heap ---------- */

/* A page, and its tuples that the query sees. */
typedef struct BatchPage
{
	Buffer		buffer;			/* pinned by us; only of the page that is worked on */
	int			next;			/* the first tuple that is not yet taken */
	int			ntuples;
	HeapTupleHeader tuples[MaxHeapTuplesPerPage];
} BatchPage;

typedef struct BatchBitmap BatchBitmap; /* bitmap.c */

typedef struct BatchScan
{
	BatchBitmap *bitmap;		/* of the tuples that an index names, or NULL */
	Relation	rel;
	Snapshot	snapshot;
	TableScanDesc desc;
	ParallelTableScanDesc parallel;
	bool		begun;			/* "ahead" has been read */
	BatchPage  *page;			/* the page that is worked on, */
	BatchPage  *ahead;			/* and the one behind it; no tuples: the table ends */
	BatchPage  *two_pages;
	BatchPrefetch prefetch;		/* of the page ahead */
	int64		pages;
	int			npins;
	int			max_pins;
	Buffer		pins[BATCH_MAX_PINS];
} BatchScan;

extern void batch_scan_init(BatchScan *scan, Relation rel, Snapshot snapshot);
extern bool batch_scan_page(BatchScan *scan);
extern void batch_scan_pin(BatchScan *scan);
extern void batch_scan_unpin(BatchScan *scan);
extern void batch_scan_rewind(BatchScan *scan);
extern bool batch_scan_is_shared(BatchScan *scan);
extern void batch_scan_end(BatchScan *scan);

/* bitmap.c */
extern BatchBitmap *batch_bitmap_create(PlanState *child, EState *estate);
extern void batch_bitmap_begin(BatchBitmap *bitmap, BatchScan *scan);
extern bool batch_bitmap_page(BatchBitmap *bitmap, BatchScan *scan);
extern bool batch_bitmap_is_shared(BatchBitmap *bitmap);
extern bool batch_bitmap_is_sparse(BatchBitmap *bitmap);
extern int64 batch_bitmap_sparse_pages(BatchBitmap *bitmap);
extern void batch_bitmap_end(BatchBitmap *bitmap, BatchScan *scan);
extern void batch_bitmap_rescan(BatchBitmap *bitmap, Bitmapset *changed);
extern Size batch_bitmap_shared_size(void);
extern void batch_bitmap_share(BatchBitmap *bitmap, void *coordinate);
extern void batch_bitmap_share_anew(BatchBitmap *bitmap);
extern void batch_bitmap_attach(BatchBitmap *bitmap, void *coordinate);

/* ---------- the node ---------- */

/* What EXPLAIN tells of a node: how keys are told apart, and how much goes a fast way. */
typedef struct BatchSummary
{
	const char *way;
	int			states;
	int			kernels;
	int			exprs;
	int			fast;
} BatchSummary;

typedef struct BatchState
{
	CustomScanState css;
	int			nkeys;
	int			naggs;
	int			ngroupings;
	List	   *sets;			/* of grouping sets */
	int			set;			/* whose groups are being returned */
	bool		any_group;		/* has been returned */
	BatchScan	scan;
	BatchColumns filter;		/* what the WHERE clause reads, page by page */
	BatchColumns main;			/* what keys and aggregates read, batch by batch */
	List	   *predicates;
	List	   *join_filters;
	List	   *dimensions;
	BatchGroups *groups;
	BatchAggregates *aggregates;
	char	  **group_of;		/* by row of the batch */
	int			batch_rows;		/* kpi.batch_rows when the query began */
	Size		limit;			/* of memory for groups */
	bool		prepared;		/* what follows is there */
	bool		rescanned;		/* and stays there */
	int			added;			/* rows of the batch that are in their groups */
	int			slice;			/* rows that are added at a time */
	Size		states_memory;	/* that states take beside the groups */
	bool		emitting;
	bool		emits_all;		/* and not only what is passed on */
	bool		joining;		/* all dimensions are read, if perhaps in parts */
	bool		turning;		/* when the groups are returned the next parts follow */
	bool		again;			/* the table has been read with other parts before */
	bool		ended;			/* the table is read, */
	bool		finished;		/* and all rows are added, */
	bool		exhausted;		/* and all groups returned */
	MemoryContext context;
	/* for EXPLAIN */
	BatchSummary summary;
	int64		rows;
	int64		filtered;
	int64		unmatched;
	int64		flushes;
	int64		passes;			/* over the table, */
	bool		in_parts;		/* and some of them with other parts of dimensions */
} BatchState;

/* What the planner hands to the executor: custom_private of the plan. */
typedef struct BatchPlanInfo
{
	int			nkeys;
	int			naggs;
	bool		grouped;		/* there is a GROUP BY, if only of constants */
	int			nquals;			/* of the table; the rest of custom_exprs belongs to the join */
	bool		by_index;		/* the last child makes the bitmap of tuples */
	int			ngroupings;		/* columns of GROUPING() between keys and aggregates */
	List	   *sets;			/* of grouping sets, see batch_sets_plan */
	List	   *dimensions;		/* see batch_plan_dimensions */
} BatchPlanInfo;

#define BATCH_NODE "KpiBatch"	/* by this name the planner finds the methods of the node */

extern const CustomScanMethods batch_scan_methods;
extern void batch_info_from_private(List *private, BatchPlanInfo *info);
extern void batch_summarize(BatchState *state);
extern void batch_explain(CustomScanState *node, List *ancestors, ExplainState *es);
extern void batch_upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
							  RelOptInfo *output_rel, void *extra);

#endif							/* BATCH_H */
