/*
 * explain.c
 *		What EXPLAIN says of a batch node.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "commands/explain.h"
#include "nodes/makefuncs.h"
#include "utils/ruleutils.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif

/* How many expressions have a way of their own, of those that are more than a column or a constant. */
static void
count_expressions(BatchColumns *columns, int *fast, int *all)
{
	ListCell   *lc;

	foreach(lc, columns->exprs)
	{
		BatchExpr  *e = lfirst(lc);

		if (e->kind == EXPR_VECTOR || e->kind == EXPR_MEMO)
			(*fast)++;
		if (e->kind == EXPR_VECTOR || e->kind == EXPR_MEMO || e->kind == EXPR_GENERIC)
			(*all)++;
	}
}

static void
explain_clauses(const char *label, List *clauses, bool of_join, CustomScanState *node, List *ancestors, ExplainState *es)
{
	List	   *context;

	if (clauses == NIL)
		return;
	context = set_deparse_context_plan(es->deparse_cxt, node->ss.ps.plan, ancestors);
	ExplainPropertyText(label, deparse_expression((Node *) make_ands_explicit(clauses), context,
												  es->verbose || of_join, false), es);
}

/* What the node has made of its expressions, while it has them. */
void
batch_summarize(BatchState *state)
{
	BatchSummary *s = &state->summary;

	*s = (BatchSummary) {.way = batch_groups_way(state->groups)};
	s->states = state->aggregates->count;
	s->kernels = batch_aggregates_kernels(state->aggregates);
	count_expressions(&state->filter, &s->fast, &s->exprs);
	count_expressions(&state->main, &s->fast, &s->exprs);
}

void
batch_explain(CustomScanState *node, List *ancestors, ExplainState *es)
{
	BatchState *state = (BatchState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	const BatchSummary *s = &state->summary;
	BatchPlanInfo info;

	batch_info_from_private(plan->custom_private, &info);
	explain_clauses("Batch Filter", list_truncate(list_copy(plan->custom_exprs), info.nquals), false, node, ancestors, es);
	explain_clauses("Join Filter", list_copy_tail(plan->custom_exprs, info.nquals), true, node, ancestors, es);
	ExplainPropertyText("Group Keys", s->way, es);
	ExplainPropertyText("Kernels", psprintf("%d of %d", s->kernels, s->states), es);
	if (s->exprs > 0)
		ExplainPropertyText("Vector Expressions", psprintf("%d of %d", s->fast, s->exprs), es);
	if (!es->analyze)
		return;
	ExplainPropertyInteger("Rows Aggregated", NULL, state->rows - state->unmatched, es);
	if (info.nquals > 0)
		ExplainPropertyInteger("Rows Removed by Filter", NULL, state->filtered, es);
	if (info.dimensions != NIL)
		ExplainPropertyInteger("Rows Removed by Join", NULL, state->unmatched, es);
	ExplainPropertyInteger("Pages", NULL, state->scan.pages, es);
	if (state->scan.bitmap)
		ExplainPropertyInteger("Sparse Pages", NULL, batch_bitmap_sparse_pages(state->scan.bitmap), es);
	if (state->in_parts)
		ExplainPropertyInteger("Passes", NULL, state->passes, es);
	if (state->flushes > 0)
		ExplainPropertyInteger("Flushes", NULL, state->flushes, es);
}
