/*
 * moments.c
 *		The standard deviation of exact sums, in exact arithmetic.
 */
#include "postgres.h"

#include "base/moments.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

#define DECIMALS 40

Datum
moments_wide_to_numeric(Wide value)
{
	Datum		two32 = NumericGetDatum(int64_to_numeric(INT64CONST(1) << 32));
	Datum		result = NumericGetDatum(int64_to_numeric(0));
	bool		started = false;

	for (int i = 2 * WIDE_WORDS - 1; i >= 0; i--)
	{
		uint64		piece = (value.word[i / 2] >> (i % 2 * 32)) & 0xFFFFFFFF;

		if (started)
			result = DirectFunctionCall2(numeric_mul, result, two32);
		if (piece != 0)
			result = DirectFunctionCall2(numeric_add, result,
										 NumericGetDatum(int64_to_numeric((int64) piece)));
		started = started || piece != 0;
	}
	return result;
}

/*
 * sqrt((n * squares - total^2) / (n * (n - 1))): the difference is exact, and forty
 * decimals are kept until the caller rounds.
 */
Datum
moments_stddev(const Moments *m)
{
	Datum		n = NumericGetDatum(int64_to_numeric(m->samples));
	Datum		n1 = NumericGetDatum(int64_to_numeric(m->samples - 1));
	Datum		x = moments_wide_to_numeric(moments_deviation(m));

	x = DirectFunctionCall2(numeric_round, x, Int32GetDatum(DECIMALS));
	x = DirectFunctionCall2(numeric_div, x, DirectFunctionCall2(numeric_mul, n, n1));
	return DirectFunctionCall1(numeric_sqrt, x);
}
