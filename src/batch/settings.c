/*
 * settings.c
 *		The settings of batch execution.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "utils/guc.h"

bool		kpi_batch = true;
int			kpi_batch_rows = 1024;
int			kpi_batch_generic = 0;
int			kpi_batch_cost = BATCH_COST_HONEST;

static const struct config_enum_entry cost_options[] = {
	{"honest", BATCH_COST_HONEST, false},
	{"always", BATCH_COST_ALWAYS, false},
	{NULL, 0, false}
};

#ifdef KPI_BATCH_MUTANTS
int			kpi_batch_mutant = NO_MUTANT;
#endif

void
batch_define_settings(void)
{
	DefineCustomBoolVariable("kpi.batch",
							 "Aggregates KPIs a thousand rows at a time where the query allows it.",
							 NULL, &kpi_batch, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("kpi.batch_rows",
							"Rows that are aggregated at a time.",
							"For tests of this extension.",
							&kpi_batch_rows, 1024, 1, BATCH_MAX_ROWS,
							PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
	DefineCustomIntVariable("kpi.batch_generic",
							"Bits of the parts of batch execution that go their generic way.",
							"For tests of this extension.",
							&kpi_batch_generic, 0, -1, PG_INT32_MAX,
							PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
	DefineCustomEnumVariable("kpi.batch_cost",
							 "Whether batch execution competes by its cost or is always chosen.",
							 "For tests of this extension.",
							 &kpi_batch_cost, BATCH_COST_HONEST, cost_options,
							 PGC_USERSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL, NULL, NULL);
#ifdef KPI_BATCH_MUTANTS
	DefineCustomIntVariable("kpi.batch_mutant", "The seeded bug that is alive.", NULL, &kpi_batch_mutant,
							NO_MUTANT, NO_MUTANT, MUTANTS - 1, PGC_USERSET, 0, NULL, NULL, NULL);
#endif
}
