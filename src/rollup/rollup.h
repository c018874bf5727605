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
 *						query reads, and, as constants, hourly_dirty and hourly_direct
 *
 * docs/rollup.md tells why the whole is right.
 */
#ifndef KPI_ROLLUP_H
#define KPI_ROLLUP_H

#include "base/kpi.h"

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"

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
	Node	   *bucket;
	Node	   *where;			/* rows that the query leaves out, or NULL */
	AttrNumber	along;
	List	   *tables;			/* OIDs of all tables of the query, the fact among them */
} RollupSource;

/* The columns of a table that a query reads */
typedef struct ColumnsRead
{
	Oid			relid;
	bool		all;			/* as a whole row, or in a way that was not followed */
	Bitmapset  *columns;		/* attribute numbers, of user columns */
	List	   *rtables;		/* of the queries that we are in, innermost first */
} ColumnsRead;

extern Query *rollup_view_query(Oid view);
extern RollupSource *rollup_source(Oid view);
extern List *rollup_tables_of(Query *query, Oid view);
extern void rollup_columns_read(Node *node, ColumnsRead *read);

#endif							/* KPI_ROLLUP_H */
