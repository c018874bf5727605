/*
 * settings.h
 *		The kinds of settings that the engines have for tests: users neither see
 *		nor need them.
 */
#ifndef KPI_SETTINGS_H
#define KPI_SETTINGS_H

typedef enum CostChoice
{
	COST_HONEST,
	COST_ALWAYS					/* for tests on small tables */
} CostChoice;

extern void kpi_define_cost(const char *name, const char *what, int *variable);
extern void kpi_define_number(const char *name, const char *what, int *variable, int by_default, int least, int greatest);

#endif							/* KPI_SETTINGS_H */
