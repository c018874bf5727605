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
int			kpi_batch_cost = COST_HONEST;

#ifdef KPI_BATCH_MUTANTS
int			kpi_batch_mutant = NO_MUTANT;
#endif

void
batch_define_settings(void)
{
	DefineCustomBoolVariable("kpi.batch",
							 "Aggregates KPIs a thousand rows at a time where the query allows it.",
							 NULL, &kpi_batch, true, PGC_USERSET, 0, NULL, NULL, NULL);
	kpi_define_number("kpi.batch_rows", "Rows that are aggregated at a time.",
					  &kpi_batch_rows, 1024, 1, BATCH_MAX_ROWS);
	kpi_define_number("kpi.batch_generic", "Bits of the parts of batch execution that go their generic way.",
					  &kpi_batch_generic, 0, -1, PG_INT32_MAX);
	kpi_define_cost("kpi.batch_cost", "Whether batch execution competes by its cost or is always chosen.",
					&kpi_batch_cost);
#ifdef KPI_BATCH_MUTANTS
	DefineCustomIntVariable("kpi.batch_mutant", "The seeded bug that is alive.", NULL, &kpi_batch_mutant,
							NO_MUTANT, NO_MUTANT, MUTANTS - 1, PGC_USERSET, 0, NULL, NULL, NULL);
#endif
}
