/*
 * plan.h
 *		What the planner's part of batch execution shares: plan.c, cost.c and
 *		star_plan.c.
 */
#ifndef BATCH_PLAN_H
#define BATCH_PLAN_H

#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"

/* The query level: what it groups by and what it aggregates. */
typedef struct BatchQuery
{
	PlannerInfo *root;
	RelOptInfo *input;
	RelOptInfo *output;
	GroupPathExtraData *extra;
	List	   *keys;
	List	   *key_refs;		/* sortgrouprefs; 0 for a column that depends on the others */
	List	   *aggrefs;
	List	   *partials;		/* their partial forms */
	PathTarget *target;			/* keys, then partials */
	bool		refused;
	double		ngroups;		/* of the result */
	double		nfinest;		/* by all keys */
	double	   *key_groups;		/* by one key, where that is better known here than by the server; or 0 */
	List	   *sets;			/* of grouping sets: Bitmapset of sortgrouprefs */
	List	   *groupings;		/* GroupingFunc: the first tells the sets apart */
	Index		set_ref;		/* its sortgroupref */
	Cost		row_cost;		/* of keys and aggregates for a row; the same for all partitions */
	bool		row_cost_known;
	AggClauseCosts final_costs; /* of what the server does above */
} BatchQuery;

/* A table that rows are looked up in. */
typedef struct BatchJoin
{
	RelOptInfo *rel;
	Path	   *path;			/* how it is read */
	List	   *sources;		/* columns of the scanned table, or of one dimension before it, */
	List	   *keys;			/* and those of its own that equal them: one row at most */
	bool		outer;			/* rows without a partner stay, with NULLs */
} BatchJoin;

/* The table that a node reads, and the dimensions that it looks up. */
typedef struct BatchSource
{
	RelOptInfo *rel;
	List	   *quals;			/* in the order in which they are evaluated */
	List	   *joins;			/* BatchJoin, each after those that it is looked up from */
	List	   *filters;		/* clauses of the joins that are no keys */
	Cost		filters_cost;	/* for a row */
	Cost		quals_cost;		/* for a row */
	bool		serial;			/* not for parallel workers */
	Path	   *bitmap;			/* what makes a bitmap of the tuples that are read; NULL: all pages */
	Cost		pages_cost;		/* of index and heap, */
	double		tuples;			/* of these pages that are looked at, */
	bool		sparse;			/* few of each page */
} BatchSource;

/* A node, and all that its plan is made of. */
typedef struct BatchPath
{
	CustomPath	custom;
	BatchQuery *query;
	BatchSource *source;
	List	   *ancestors;		/* of a partition: AppendRelInfo, from the topmost table down */
} BatchPath;

/* What planning has to know of a function. */
typedef struct BatchFunction
{
	bool		kpi;			/* a transition function of this extension */
	bool		kernel;			/* that has a kernel */
	bool		says_cost;		/* by a support function */
	float4		cost;			/* where it does not */
} BatchFunction;

typedef struct BatchPartitions
{
	List	   *serial;
	List	   *parallel;
	int			workers;
} BatchPartitions;

/* catalog.c */
extern BatchFunction batch_function(Oid function);
extern Cost batch_function_cost(PlannerInfo *root, Oid function);

/* source.c */
extern bool batch_can_evaluate(Node *node);
extern bool batch_columns_fit(PlannerInfo *root, Relids relids, List *exprs);
extern bool batch_can_restrict(List *infos);
extern List *batch_order_clauses(PlannerInfo *root, List *infos, Cost *total);
extern bool batch_appended_by_server(RelOptInfo *rel);
extern bool batch_read_by_server(PlannerInfo *root, RelOptInfo *rel);
extern bool batch_joined_by_server(RelOptInfo *join);
extern bool batch_table_source(PlannerInfo *root, RelOptInfo *rel, BatchSource *source);

/* star_plan.c */
extern bool batch_star_source(PlannerInfo *root, RelOptInfo *input, BatchSource *source);
extern List *batch_star_columns(BatchSource *source);
extern List *batch_plan_dimensions(List *joins, List *exprs, List *children, List **entries);

/* bitmap_plan.c */
extern List *batch_sources(PlannerInfo *root, BatchSource *source);
extern Plan *batch_plan_bitmap(PlannerInfo *root, RelOptInfo *rel, Plan *heap, bool shared, List **quals);

/* sets.c */
extern bool batch_sets_collect(BatchQuery *q);
extern List *batch_sets_plan(BatchQuery *q);
extern SortGroupClause *batch_sets_clause(BatchQuery *q);
extern void batch_sets_prepare(PlannerInfo *root);

/* cost.c */
extern void batch_estimate_groups(BatchQuery *q);
extern bool batch_memory_suffices(BatchQuery *q);
extern int	batch_state_width(PlannerInfo *root, Aggref *partial);
extern void batch_final_costs(BatchQuery *q);
extern Cost batch_clause_cost(Expr *clause, Cost full);
extern void batch_cost_path(BatchQuery *q, BatchPath *path);

#endif							/* BATCH_PLAN_H */
