/*
 * mutant.h
 *		Seeded bugs, which the test of the tests must find: test/t/210_mutants.pl
 *		compiles them in.  Everywhere else MUTANT() is false and costs nothing.
 */
#ifndef BATCH_MUTANT_H
#define BATCH_MUTANT_H

typedef enum BatchMutant
{
	NO_MUTANT,
	STALE_CONSTANT,				/* a parameter keeps its value in a rescan */
	STALE_END,					/* a rescan finds the table read already */
	LOST_NULLS,					/* values beside a NULL count as values */
	LOST_ROW,					/* the row behind a full batch is skipped */
	LOST_FLUSH,					/* what did not fit into memory is forgotten */
	NULL_KEY,					/* NULL and 0 are one group */
	NULL_ARGUMENT,				/* a strict function sees NULLs */
	SHARED_STATE,				/* two calls of one aggregate share a state */
	NEW_POINTER,				/* the state that a function returns elsewhere is dropped */
	UNSELECTED_ROWS,			/* what was computed for some rows is taken for all */
	INTEGER_OVERFLOW,			/* wraps around */
	DOUBLE_OVERFLOW,			/* becomes infinity */
	DOUBTFUL_DURATION,			/* is ignored instead of refused */
	WHOLE_TABLE,				/* each parallel worker reads all of it */
	CLAUSE_ORDER,				/* the dearest clause of WHERE comes first */
	LOST_CLAUSE,				/* of a join is not evaluated */
	LOST_SET,					/* all groups of grouping sets keep all keys */
	LOST_MEMBER,				/* of a list of constants */
	LOST_SLICE,					/* the rows of a batch behind a pause are forgotten */
	LONG_TEXT,					/* long texts share a number */
	LOST_PART,					/* of a dimension that is read in parts only the first is looked up */
	LEAK_AT_RESCAN,				/* constants of a scan stay in memory */
	MUTANTS
} BatchMutant;

#ifdef KPI_BATCH_MUTANTS
extern int	kpi_batch_mutant;
#define MUTANT(name) unlikely(kpi_batch_mutant == (name))
#else
#define MUTANT(name) false
#endif

#endif							/* BATCH_MUTANT_H */
