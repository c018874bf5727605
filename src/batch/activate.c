/*
 * activate.c
 *		How batch execution comes into a session: nothing is preloaded.
 *
 * The transition functions of the extension have a planner support function.
 * When the planner works out the cost of the first KPI of a session it calls it,
 * the library is loaded, _PG_init hooks into the planner, and the hook is
 * reached by the very query that is being planned.
 */
#include "postgres.h"

#include "batch/batch.h"
#include "window/window.h"

#include "optimizer/planner.h"

static create_upper_paths_hook_type next_upper_paths_hook;

static void
upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	if (next_upper_paths_hook)
		next_upper_paths_hook(root, stage, input, output, extra);
	batch_upper_paths(root, stage, input, output, extra);
}

void		_PG_init(void);

void
_PG_init(void)
{
	batch_define_settings();
	RegisterCustomScanMethods(&batch_scan_methods);
	window_init();
#if SIZEOF_DATUM >= 8
	/* columns of eight bytes are Datums as they are: elsewhere nothing is batched */
	next_upper_paths_hook = create_upper_paths_hook;
	create_upper_paths_hook = upper_paths;
#endif
}
