/*
 * explain.c
 *		What EXPLAIN says of a KpiWindow.
 */
#include "postgres.h"

#include "window/window.h"

#include "commands/explain.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/ruleutils.h"

static void
append_keys(StringInfo text, const char *what, WindowState *state, int from, int n, List *context, bool verbose)
{
	if (n == 0)
		return;
	appendStringInfo(text, "%s%s ", text->len > 0 ? " " : "", what);
	for (int k = from; k < from + n; k++)
	{
		WindowKey  *key = &state->keys[k];
		WindowColumn *column = &state->rows.columns[key->column];
		Var		   *var = makeVar(INDEX_VAR, key->column + 1, column->type, -1, column->collation, 0);

		appendStringInfo(text, "%s%s", k > from ? ", " : "", deparse_expression((Node *) var, context, verbose, false));
		if (from == 0 && n == state->info.npartition)
			continue;
		if (key->descending)
			appendStringInfoString(text, key->nulls_first ? " DESC" : " DESC NULLS LAST");
		else if (key->nulls_first)
			appendStringInfoString(text, " NULLS FIRST");
	}
}

static const char *
bound_text(int frame, int unbounded, int current, int preceding, Node *offset, List *context)
{
	if (frame & unbounded)
		return unbounded == FRAMEOPTION_START_UNBOUNDED_PRECEDING ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
	if (frame & current)
		return "CURRENT ROW";
	return psprintf("%s %s", deparse_expression(offset, context, false, false),
					frame & preceding ? "PRECEDING" : "FOLLOWING");
}

static void
append_frame(StringInfo text, WindowState *state, List *context)
{
	CustomScan *plan = (CustomScan *) state->css.ss.ps.plan;
	int			frame = state->info.frame;

	appendStringInfo(text, "%s%s BETWEEN %s AND %s", text->len > 0 ? " " : "",
					 frame & FRAMEOPTION_ROWS ? "ROWS" : frame & FRAMEOPTION_GROUPS ? "GROUPS" : "RANGE",
					 bound_text(frame, FRAMEOPTION_START_UNBOUNDED_PRECEDING, FRAMEOPTION_START_CURRENT_ROW,
								FRAMEOPTION_START_OFFSET_PRECEDING, lthird(plan->custom_exprs), context),
					 bound_text(frame, FRAMEOPTION_END_UNBOUNDED_FOLLOWING, FRAMEOPTION_END_CURRENT_ROW,
								FRAMEOPTION_END_OFFSET_PRECEDING, lfourth(plan->custom_exprs), context));
	if (frame & FRAMEOPTION_EXCLUDE_CURRENT_ROW)
		appendStringInfoString(text, " EXCLUDE CURRENT ROW");
	else if (frame & FRAMEOPTION_EXCLUDE_GROUP)
		appendStringInfoString(text, " EXCLUDE GROUP");
	else if (frame & FRAMEOPTION_EXCLUDE_TIES)
		appendStringInfoString(text, " EXCLUDE TIES");
}

void
window_explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
	WindowState *state = (WindowState *) node;
	List	   *context = set_deparse_context_plan(es->deparse_cxt, node->ss.ps.plan, ancestors);
	StringInfoData text;
	int64		disk;

	initStringInfo(&text);
	append_keys(&text, "PARTITION BY", state, 0, state->info.npartition, context, es->verbose);
	append_keys(&text, "ORDER BY", state, state->info.npartition, state->info.norder, context, es->verbose);
	append_frame(&text, state, context);
	ExplainPropertyText("Window", text.data, es);
	ExplainPropertyText("Input", state->info.own_sort ? "plan" : "sorted", es);
	if (!es->analyze)
		return;
	if (state->way != NULL)
		ExplainPropertyText("Order", state->nruns > 0 ? psprintf("runs %d", state->nruns) : state->way, es);
	ExplainPropertyInteger("Memory", "kB", (int64) (Max(state->peak, state->rows.peak) + 1023) / 1024, es);
	disk = state->runs_disk + window_rows_disk(&state->rows);
	if (disk > 0)
		ExplainPropertyInteger("Disk", "kB", (disk + 1023) / 1024, es);
}
