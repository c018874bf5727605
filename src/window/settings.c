/*
 * settings.c
 *		The settings of window execution.
 */
#include "postgres.h"

#include "window/window.h"

#include "utils/guc.h"

bool		kpi_windows = true;
int			kpi_window_cost = COST_HONEST;
int			kpi_window_generic = 0;
int			kpi_window_rows = 0;

#ifdef KPI_BATCH_MUTANTS
int			kpi_window_mutant = NO_WINDOW_MUTANT;
#endif

void
window_define_settings(void)
{
	DefineCustomBoolVariable("kpi.windows",
							 "Runs windows that hold KPIs over rows kept in columns of memory, sorted by packed keys.",
							 NULL, &kpi_windows, true, PGC_USERSET, 0, NULL, NULL, NULL);
	kpi_define_cost("kpi.window_cost", "Whether window execution competes by its cost or is always chosen.",
					&kpi_window_cost);
	kpi_define_number("kpi.window_generic", "Bits of the parts of window execution that go their generic way.",
					  &kpi_window_generic, 0, -1, PG_INT32_MAX);
	kpi_define_number("kpi.window_rows", "Rows that are sorted or kept in memory at a time; 0: as many as work_mem holds.",
					  &kpi_window_rows, 0, 0, PG_INT32_MAX);
#ifdef KPI_BATCH_MUTANTS
	DefineCustomIntVariable("kpi.window_mutant", "The seeded bug that is alive.", NULL, &kpi_window_mutant,
							NO_WINDOW_MUTANT, NO_WINDOW_MUTANT, WINDOW_MUTANTS - 1, PGC_USERSET, 0, NULL, NULL, NULL);
#endif
}
