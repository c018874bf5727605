/*
 * rollup.h
 *		Rollups that stay fresh: what the trigger functions, the reading view and
 *		the generator share.
 *
 * A rollup "hourly" is a set of ordinary objects (rollup.sql makes them).  Two
 * of its views tell the C code all that it must know, by OID, so that objects
 * may be renamed and databases dumped and restored:
 *
 *		hourly_direct	the query
 *		hourly_bucket	bucket and place of every row of the fact table that the
 *						query reads, and, as constants, hourly_dirty, hourly_direct,
 *						hourly_extent and which column of the query is the bucket
 *
 * docs/rollup.md tells why the whole is right.
 */
#ifndef KPI_ROLLUP_H
#define KPI_ROLLUP_H

#include "base/kpi.h"

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/snapshot.h"

/* What hourly_bucket says.  Vars of the fact have varno 1. */
typedef struct RollupSource
{
	Oid			view;			/* hourly_bucket, the key */
	bool		valid;
	MemoryContext context;		/* holds what the pointers below point to */
	Oid			owner;
	Oid			fact;
	Oid			dirty;
	Oid			direct;
	Oid			extent;
	AttrNumber	position;		/* of the bucket among the columns of direct; 0 in what 1.0.0 made */
	Node	   *bucket;
	Node	   *where;			/* rows that the query leaves out, or NULL */
	AttrNumber	along;
	List	   *tables;			/* OIDs of all tables of the query, the fact among them */

	/* what else a result depends on; see rollup_dependencies() */
	bool		dependencies_read;
	List	   *functions;		/* OIDs of those that were not made by initdb */
	List	   *extensions;		/* OIDs of those that these functions belong to */
	uint32		zones;			/* the rules of the time zones that the query names */
} RollupSource;

/* Why changes of a rollup's tables could go unmarked, texts */
typedef struct RollupReport
{
	List	   *off;			/* triggers that are switched off or missing */
	List	   *problems;		/* all else */
} RollupReport;

/* Where rows lie along a column whose type is numbers, both ends included */
typedef struct RollupRange
{
	int64		lo;
	int64		hi;
} RollupRange;

/* What has changed without leaving marks */
typedef enum RollupChange
{
	ROLLUP_NOTHING,
	ROLLUP_PARTITIONS,			/* rows within some ranges */
	ROLLUP_ALL					/* anything */
} RollupChange;

/* The columns of a table that a query reads */
typedef struct ColumnsRead
{
	Oid			relid;
	bool		all;			/* as a whole row, or in a way that was not followed */
	Bitmapset  *columns;		/* attribute numbers, of user columns */
	List	   *rtables;		/* of the queries that we are in, innermost first */
} ColumnsRead;

/* Who was there before the owner of a rollup */
typedef struct Caller
{
	Oid			role;
	int			security;
	int			nestlevel;
} Caller;

/* The text of the query around the name of the fact */
typedef struct RollupPart
{
	char	   *before;
	char	   *fact;			/* qualified */
	char	   *along;			/* quoted */
	char	   *after;
} RollupPart;

extern void rollup_become_owner(Oid owner, Caller *caller);
extern void rollup_become_caller(Caller *caller, bool failed);
extern Query *rollup_view_query(Oid view);
extern RollupSource *rollup_source(Oid view);
extern RollupSource *rollup_source_if_any(Oid view);
extern void rollup_dependencies(RollupSource *source);
extern List *rollup_functions_of(Node *node);
extern Node *rollup_body_of(Oid function);
extern bool rollup_is_trigger_of(Node *when, Oid view);
extern RollupChange rollup_changed(RollupSource *source, ArrayType *kept, List **ranges, RollupReport *report);
extern RollupChange rollup_changed_between(RollupSource *source, ArrayType *kept, ArrayType *seen, List **ranges);
extern bool rollup_is_numbered(Oid type);
extern int64 rollup_number(Oid type, Datum value);
extern Datum rollup_from_number(Oid type, int64 number);
extern bool rollup_must_fail(int sqlerrcode);
extern text *rollup_joined(List *texts);
extern List *rollup_tables_of(Query *query, Oid view);
extern void rollup_columns_read(Node *node, ColumnsRead *read);
#if PG_VERSION_NUM >= 180000
extern bool rollup_not_null_is_valid(Oid relid, AttrNumber column, Snapshot snapshot);
#else
#define rollup_not_null_is_valid(relid, column, snapshot) true
#endif
extern Oid	rollup_state_of(RollupSource *source);
extern Oid	rollup_owner_of(Oid relid);
extern bool rollup_keeps(RollupSource *source);
extern void rollup_part(RollupSource *source, RollupPart *part);

#endif							/* KPI_ROLLUP_H */
