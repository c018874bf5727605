/*
 * window_call.h
 *		What a window function sees of its window: the server's WindowObject, which
 *		only a WindowAgg can make, or a WindowCall of window execution (src/window).
 */
#ifndef WINDOW_CALL_H
#define WINDOW_CALL_H

#include "fmgr.h"
#include "nodes/extensible.h"
#include "windowapi.h"

typedef struct WindowCall WindowCall;

struct WindowCall
{
	ExtensibleNode node;		/* its tag tells it from the server's */
	MemoryContext context;		/* of the partition */
	void	   *memory;
	/* the argument of a row, 0 is the current one, 1 the next; false beyond the partition */
	bool		(*argument) (WindowCall *call, int n, int row, Datum *value, bool *is_null);
};

/* The call, or NULL where the server runs the window. */
static inline WindowCall *
window_call(FunctionCallInfo fcinfo)
{
	Node	   *context = fcinfo->context;

	if (context != NULL && IsA(context, ExtensibleNode))
		return (WindowCall *) context;
	if (!WindowObjectIsValid(PG_WINDOW_OBJECT()))
		elog(ERROR, "window function called without a window");
	return NULL;
}

static inline bool
window_call_argument(FunctionCallInfo fcinfo, int n, int row, Datum *value, bool *is_null)
{
	WindowCall *call = window_call(fcinfo);
	bool		is_out = false;

	if (call != NULL)
		return call->argument(call, n, row, value, is_null);
	if (row == 0)
		*value = WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), n, is_null);
	else
		*value = WinGetFuncArgInPartition(PG_WINDOW_OBJECT(), n, row, WINDOW_SEEK_CURRENT, false,
										  is_null, &is_out);
	return !is_out;
}

/* Memory of the partition, zeros at its first row. */
static inline void *
window_call_memory(FunctionCallInfo fcinfo, Size size)
{
	WindowCall *call = window_call(fcinfo);

	if (call == NULL)
		return WinGetPartitionLocalMemory(PG_WINDOW_OBJECT(), size);
	if (call->memory == NULL)
		call->memory = MemoryContextAllocZero(call->context, size);
	return call->memory;
}

/* No row before the current one will be asked for. */
static inline void
window_call_forget(FunctionCallInfo fcinfo)
{
	/* window execution asks window_functions_need */
	if (window_call(fcinfo) == NULL)
		WinSetMarkPosition(PG_WINDOW_OBJECT(), WinGetCurrentPosition(PG_WINDOW_OBJECT()));
}

#endif							/* WINDOW_CALL_H */
