/*
 * excess_precision.c
 *		Seconds are rounded to the microsecond on every processor: test/run.sh
 *		compiles this for x87, which keeps more digits than a double has.
 */
#include "postgres.h"

#include "../src/base/kpi.h"

#undef printf					/* the server's is not linked */
#include <stdio.h>

/* What the path for most values leaves, as in kpi.c. */
int64
kpi_seconds_to_usec_slow(double seconds, const char *argument)
{
	double		usec = rint(seconds * 1e6);

	(void) argument;
	return (int64) usec;
}

int
main(void)
{
	static const struct
	{
		double		seconds;
		int64		usec;
	}			cases[] = {
		{0, 0}, {1e-7, 0}, {5e-7, 0}, {6e-7, 1}, {1.4999999, 1500000}, {1.9999999, 2000000},
		{86399.9999996, INT64CONST(86400000000)}, {1999999999.9999998, INT64CONST(2000000000000000)},
		{3e9, INT64CONST(3000000000000000)}
	};
	int			wrong = 0;

	for (int i = 0; i < (int) lengthof(cases); i++)
	{
		volatile double seconds = cases[i].seconds;
		int64		usec = kpi_float8_to_usec(seconds, "seconds");

		if (usec == cases[i].usec)
			continue;
		printf("%.17g s: " INT64_FORMAT " us, not " INT64_FORMAT "\n", seconds, usec, cases[i].usec);
		wrong++;
	}
	return wrong > 0;
}
