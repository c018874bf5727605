/*
 * mutant.h
 *		Seeded bugs, which the test of the tests must find: test/t/210_mutants.pl
 *		compiles them in.  Everywhere else WINDOW_MUTANT() is false and costs nothing.
 */
#ifndef WINDOW_MUTANT_H
#define WINDOW_MUTANT_H

typedef enum WindowMutant
{
	NO_WINDOW_MUTANT,
	LOST_PEER,					/* the last peer of the current row is not in the frame */
	LOST_RESTART,				/* states go on where the frame has jumped */
	EAGER_ARGUMENT,				/* arguments are evaluated before their FILTER */
	UNFILTERED_LEAVE,			/* what FILTER kept out leaves */
	NULL_LEAVES,				/* a strict function removes NULLs */
	LAST_ROW_LEAVES,			/* the inverse takes away the last row too */
	SAME_FRAME,					/* a frame with the same bounds excludes the same rows */
	OTHER_PARTITION,			/* the last row of the partition before counts */
	WRONG_GROUPS,				/* a group too few */
	WRONG_RANGE,				/* a descending order is taken for an ascending one */
	NULLS_ASIDE,				/* NULLs are near to everything */
	NULL_IS_EQUAL,				/* NULL and 0 are peers */
	STALE_OFFSET,				/* a rescan keeps the frame's offset */
	LOST_TIES,					/* EXCLUDE TIES keeps them */
	OLD_MEMORY,					/* a function goes on with what it knows of the partition before */
	UPWARD_RUNS,				/* runs of a descending key are merged as ascending ones */
	FIRST_BLOCK,				/* the first block of the file comes back in place of the one asked for */
	WINDOW_MUTANTS
} WindowMutant;

#ifdef KPI_BATCH_MUTANTS
extern int	kpi_window_mutant;
#define WINDOW_MUTANT(name) unlikely(kpi_window_mutant == (name))
#else
#define WINDOW_MUTANT(name) false
#endif

#endif							/* WINDOW_MUTANT_H */
