/*
 * kernel.h
 *		What a family of KPIs knows of batch execution: how to add up a thousand
 *		rows in one call.
 *
 * A kernel stands for a transition function.  It finds the arguments of many
 * rows in columns and adds each row to the state of its group, with the
 * family's own arithmetic, so that it leaves the same bytes as the transition
 * function would.  It must raise what the transition function raises about
 * sums; rows whose arguments might be refused never reach it.
 *
 * A KPI without a kernel is batched all the same, through its transition
 * function.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "fmgr.h"

/* How the values of a column lie in memory. */
typedef enum BatchClass
{
	BATCH_BOOL,					/* uint8, 0 or 1 */
	BATCH_INT2,
	BATCH_INT4,					/* date and enum, too */
	BATCH_INT8,					/* timestamps, and durations in microseconds, too */
	BATCH_FLOAT8,
	BATCH_DATUM					/* anything else, as the server passes it */
} BatchClass;

/* One value for each row of the batch. */
typedef struct BatchVector
{
	BatchClass	class;
	void	   *values;			/* where a row is NULL: any value, no pointer to follow */
	uint8	   *nulls;			/* 1 where the row is NULL, or NULL when no row is */
} BatchVector;

#define BATCH_IS_NULL(vector, i) ((vector)->nulls != NULL && (vector)->nulls[i])

#define KERNEL_MAX_ARGS 6
#define KERNEL_MAX_ROWS 4096	/* greatest kpi.batch_rows */

/* The rows that a kernel adds up. */
typedef struct KernelRows
{
	int			count;
	const int32 *rows;			/* their numbers in the batch; NULL: 0 to count - 1 */
	char	  **groups;			/* by row number: the memory of the row's group */
	Size		offset;			/* where the state lies in that memory */
	const BatchVector *args;
	int			nargs;
} KernelRows;

extern const uint8 kernel_no_nulls[KERNEL_MAX_ROWS];

/* The NULLs of argument n, for loops without a branch: zeros where no row is NULL. */
static inline const uint8 *
kernel_nulls(const KernelRows *call, int n)
{
	return call->args[n].nulls ? call->args[n].nulls : kernel_no_nulls;
}

/* The state of row i's group. */
#define KERNEL_STATE(call, i, type) ((type *) ((call)->groups[i] + (call)->offset))

/*
 * for (each row i) { ... }, once for all rows of a batch and once for some of
 * them: the compiler makes a loop without a look at "rows" of the first.
 */
#define KERNEL_LOOP(call, i, ...) \
	do { \
		const int	count_ = (call)->count; \
		const int32 *rows_ = (call)->rows; \
		\
		if (rows_ == NULL) \
		{ \
			for (int i = 0; i < count_; i++) \
			{ \
				__VA_ARGS__ \
			} \
		} \
		else \
		{ \
			for (int k_ = 0; k_ < count_; k_++) \
			{ \
				const int	i = rows_[k_]; \
				\
				__VA_ARGS__ \
			} \
		} \
	} while (0)

typedef void (*KernelFunction) (const KernelRows *call);

/*
 * A transition function and its kernel.  KERNEL_ARG(n) says that argument n, the
 * state not counted, is a duration: whatever its SQL type, it reaches the kernel
 * as a BATCH_INT8 column of microseconds that are not negative.  Rows in which
 * an argument of a strict function is NULL are left out before, unless the kernel
 * says with KERNEL_SEES_NULLS that it passes over them faster by itself.
 */
#define KERNEL_ARG(n) (1U << (n))
#define KERNEL_SEES_NULLS (1U << KERNEL_MAX_ARGS)

typedef struct BatchKernel
{
	PGFunction	transition;
	KernelFunction add;
	uint32		flags;
} BatchKernel;

/* The kernels of a family; a transition function of NULL ends the list. */
extern const BatchKernel queue_kernels[];
extern const BatchKernel handle_kernels[];
extern const BatchKernel proportion_kernels[];
extern const BatchKernel rating_kernels[];
extern const BatchKernel number_kernels[];
extern const BatchKernel time_share_kernels[];

#endif							/* KERNEL_H */
