/*
 * activate.c
 *		How window execution comes into a session: the planner's hook.
 */
#include "postgres.h"

#include "window/window.h"

#if SIZEOF_DATUM >= 8
static create_upper_paths_hook_type next_upper_paths_hook;

static void
upper_paths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	if (next_upper_paths_hook)
		next_upper_paths_hook(root, stage, input, output, extra);
	window_upper_paths(root, stage, input, output);
}
#endif

void
window_init(void)
{
	window_define_settings();
	RegisterCustomScanMethods(&window_scan_methods);
#if SIZEOF_DATUM >= 8
	/* values of eight bytes lie in rows as they are: elsewhere the server runs its windows */
	next_upper_paths_hook = create_upper_paths_hook;
	create_upper_paths_hook = upper_paths;
#endif
}
