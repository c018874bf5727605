/*
 * settings.c
 *		The kinds of settings that the engines have for tests.
 */
#include "postgres.h"

#include "base/settings.h"

#include "utils/guc.h"

#define FOR_TESTS "For tests of this extension."
#define HIDDEN (GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL)

static const struct config_enum_entry cost_options[] = {
	{"honest", COST_HONEST, false},
	{"always", COST_ALWAYS, false},
	{NULL, 0, false}
};

/* Whether an engine competes by its cost or is always chosen. */
void
kpi_define_cost(const char *name, const char *what, int *variable)
{
	DefineCustomEnumVariable(name, what, FOR_TESTS, variable, COST_HONEST, cost_options,
							 PGC_USERSET, HIDDEN, NULL, NULL, NULL);
}

void
kpi_define_number(const char *name, const char *what, int *variable, int by_default, int least, int greatest)
{
	DefineCustomIntVariable(name, what, FOR_TESTS, variable, by_default, least, greatest,
							PGC_USERSET, HIDDEN, NULL, NULL, NULL);
}
