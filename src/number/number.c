/*
 * number.c
 *		Type number_summary: means and deviations of any number, such as QA scores,
 *		sentiment or cost.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "number/number.h"
#include "base/row.h"
#include "base/summary.h"

#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

#define PG_GETARG_NUMBER_P(n) ((NumberSummary *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const number_fields[] = {"samples", "total", "squares"};
static const uint8 number_field_words[] = {1, 2, 3};

static const char *
number_words_complaint(const int64 *words)
{
	return number_complaint((const NumberSummary *) words);
}

static const SummaryType number_type = {
	.name = "number_summary",
	.fields = number_fields,
	.nfields = lengthof(number_fields),
	.words = number_field_words,
	.is_signed = SUMMARY_FIELD(1),
	.nreserved = 2,
	.complaint = number_words_complaint,
};

SUMMARY_FUNCTIONS(number_summary, number_type);

/* ---------- arguments, as millionths ---------- */

pg_noreturn static void
value_error(const char *value)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("value must lie between -1000000000 and 1000000000: %.40s%s", value,
					strlen(value) > 40 ? "..." : ""),
			 errhint("Leave such values out with plausible(value, low, high), or count in a larger unit.")));
}

static inline int64
number_from_int8(int64 value)
{
	if (unlikely(value < -(NUMBER_LARGEST / NUMBER_UNIT) || value > NUMBER_LARGEST / NUMBER_UNIT))
		value_error(psprintf(INT64_FORMAT, value));
	return value * NUMBER_UNIT;
}

/* Half away from zero: adding a half would round what is just below one, too. */
static inline int64
number_from_float8(double value)
{
	double		micro = value * NUMBER_UNIT;
	int64		whole;
	double		rest;

	if (unlikely(!(micro >= -NUMBER_LARGEST && micro <= NUMBER_LARGEST)))	/* NaN too */
		value_error(float8out_internal(value));
	whole = (int64) micro;
	rest = micro - (double) whole;
	return whole + (rest >= 0.5) - (rest <= -0.5);
}

/*
 * A numeric as it is stored: a header of one or two 16-bit words with sign and
 * weight, then digits to the base of 10000, of which the first stands for
 * 10000^weight.  Reading it costs a fraction of what numeric_mul would.
 */
#define NUMERIC_IS_SHORT 0x8000
#define NUMERIC_IS_SPECIAL 0xC000	/* NaN, infinity: both bits */
#define NUMERIC_NEGATIVE 0x4000
#define NUMERIC_SHORT_NEGATIVE 0x2000
#define NUMERIC_SHORT_WEIGHT_NEGATIVE 0x0040
#define NUMERIC_SHORT_WEIGHT 0x003F

static inline uint16
numeric_word(const char *data, int n)
{
	uint16		word;

	memcpy(&word, data + n * sizeof(word), sizeof(word));	/* may be unaligned */
	return word;
}

/* Millionths, rounded half away from zero, or PG_INT64_MAX outside what fits. */
static int64
numeric_to_micro(const char *data, int words)
{
	/* what a digit at 10000^2, ..., 10000^-1 is worth */
	static const int64 worth[] = {INT64CONST(100000000000000), INT64CONST(10000000000), 1000000, 100};
	uint16		header = numeric_word(data, 0);
	bool		negative;
	int			weight;
	int			first;
	int64		micro = 0;

	if ((header & NUMERIC_IS_SPECIAL) == NUMERIC_IS_SPECIAL)
		return PG_INT64_MAX;
	if (header & NUMERIC_IS_SHORT)
	{
		negative = (header & NUMERIC_SHORT_NEGATIVE) != 0;
		weight = (header & NUMERIC_SHORT_WEIGHT) -
			(header & NUMERIC_SHORT_WEIGHT_NEGATIVE ? NUMERIC_SHORT_WEIGHT + 1 : 0);
		first = 1;
	}
	else
	{
		negative = (header & NUMERIC_NEGATIVE) != 0;
		weight = (int16) numeric_word(data, 1);
		first = 2;
	}
	if (first == words)			/* zero has no digits */
		return 0;
	if (weight > 2)
		return PG_INT64_MAX;
	for (int i = first; i < words; i++, weight--)
	{
		int			digit = (int16) numeric_word(data, i);

		if (weight >= -1)
			micro += digit * worth[2 - weight];
		else
		{
			/* of 10^-8 the first two decimals count, the third decides */
			if (weight == -2)
				micro += digit / 100 + (digit % 100 >= 50);
			break;
		}
	}
	return negative ? -micro : micro;
}

static inline int64
number_from_numeric(Datum value)
{
	struct varlena *numeric = PG_DETOAST_DATUM_PACKED(value);
	int64		micro = numeric_to_micro(VARDATA_ANY(numeric), VARSIZE_ANY_EXHDR(numeric) / sizeof(uint16));

	if (unlikely(micro < -NUMBER_LARGEST || micro > NUMBER_LARGEST))
		value_error(DatumGetCString(DirectFunctionCall1(numeric_out, value)));
	if ((Pointer) numeric != DatumGetPointer(value))
		pfree(numeric);
	return micro;
}

/* ---------- aggregates ---------- */

static pg_attribute_always_inline Datum
number_accumulate(FunctionCallInfo fcinfo, int64 micro)
{
	NumberSummary *state = kpi_getarg_state(fcinfo, sizeof(NumberSummary));

	number_add(state, micro);
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
number_inverse_result(FunctionCallInfo fcinfo, NumberSummary *state)
{
	if (unlikely(kpi_may_be_impossible(fcinfo)) && number_complaint(state) != NULL)
		kpi_negative_result_error("number_summary");
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
number_discard(FunctionCallInfo fcinfo, int64 micro)
{
	NumberSummary *state = kpi_getarg_state(fcinfo, sizeof(NumberSummary));

	number_remove(state, micro);
	return number_inverse_result(fcinfo, state);
}

#define NUMBER_FUNCTIONS(suffix, micro) \
	KPI_FUNCTION(number_accum_##suffix, number_accumulate(fcinfo, micro)); \
	KPI_FUNCTION(number_accum_inv_##suffix, number_discard(fcinfo, micro))

NUMBER_FUNCTIONS(int4, number_from_int8(PG_GETARG_INT32(1)));
NUMBER_FUNCTIONS(int8, number_from_int8(PG_GETARG_INT64(1)));
NUMBER_FUNCTIONS(float8, number_from_float8(PG_GETARG_FLOAT8(1)));
NUMBER_FUNCTIONS(numeric, number_from_numeric(PG_GETARG_DATUM(1)));

/* a + b, and the transition and combine function of rollup */
PG_FUNCTION_INFO_V1(number_summary_merge);
Datum
number_summary_merge(PG_FUNCTION_ARGS)
{
	NumberSummary *state = kpi_getarg_state(fcinfo, sizeof(NumberSummary));

	number_merge(state, PG_GETARG_NUMBER_P(1));
	PG_RETURN_POINTER(state);
}

/* a - b, and the inverse transition of rollup */
PG_FUNCTION_INFO_V1(number_summary_subtract);
Datum
number_summary_subtract(PG_FUNCTION_ARGS)
{
	NumberSummary *state = kpi_getarg_state(fcinfo, sizeof(NumberSummary));

	number_subtract(state, PG_GETARG_NUMBER_P(1));
	return number_inverse_result(fcinfo, state);
}

/* ---------- results ---------- */

/*
 * |total| / (divisor * NUMBER_UNIT), rounded once.  Two whole numbers that a
 * double holds exactly divide so in hardware; others go by numeric, with enough
 * decimals that its quotient and the true one round alike.
 */
static double
number_quotient(const NumberSummary *n, int64 divisor)
{
	Wide		total = moments_total(&n->of);
	double		sign = moments_is_negative(&n->of) ? -1 : 1;
	Wide		most = wide_from(INT64CONST(1) << 53);
	Datum		x;

	if (wide_compare(total, most) <= 0 && divisor <= (INT64CONST(1) << 53) / NUMBER_UNIT)
		return sign * (double) total.word[0] / (double) (divisor * NUMBER_UNIT);
	x = DirectFunctionCall2(numeric_round, moments_wide_to_numeric(total), Int32GetDatum(40));
	x = DirectFunctionCall2(numeric_div, x,
							DirectFunctionCall2(numeric_mul,
												NumericGetDatum(int64_to_numeric(divisor)),
												NumericGetDatum(int64_to_numeric(NUMBER_UNIT))));
	return sign * DatumGetFloat8(DirectFunctionCall1(numeric_float8, x));
}

static double
number_total_of(const NumberSummary *n)
{
	return number_quotient(n, 1) + 0.0; /* no negative zero */
}

/* samples > 0 */
static double
number_average_of(const NumberSummary *n)
{
	return number_quotient(n, n->of.samples) + 0.0;
}

/* samples > 1 */
static double
number_stddev_of(const NumberSummary *n)
{
	Datum		x = DirectFunctionCall2(numeric_div, moments_stddev(&n->of),
										NumericGetDatum(int64_to_numeric(NUMBER_UNIT)));

	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, x));
}

/* One end of the interval of the average, -1 or 1; samples > 1 */
static double
number_average_end_of(const NumberSummary *n, double confidence, int side)
{
	return (moments_mean(&n->of) + side * moments_half_width(&n->of, confidence)) / NUMBER_UNIT;
}

static Datum
number_result(FunctionCallInfo fcinfo, double (*of) (const NumberSummary *), int64 least_samples)
{
	const NumberSummary *n = PG_GETARG_NUMBER_P(0);

	if (n->of.samples < least_samples)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(of(n));
}

static Datum
number_average_end(FunctionCallInfo fcinfo, int side)
{
	const NumberSummary *n = PG_GETARG_NUMBER_P(0);
	double		confidence = kpi_getarg_confidence(fcinfo, 1);

	if (n->of.samples < 2)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(number_average_end_of(n, confidence, side));
}

KPI_FUNCTION(number_samples, Int64GetDatum(PG_GETARG_NUMBER_P(0)->of.samples));
KPI_FUNCTION(number_total, number_result(fcinfo, number_total_of, 0));
KPI_FUNCTION(number_average, number_result(fcinfo, number_average_of, 1));
KPI_FUNCTION(number_stddev, number_result(fcinfo, number_stddev_of, 2));
KPI_FUNCTION(number_average_low, number_average_end(fcinfo, -1));
KPI_FUNCTION(number_average_high, number_average_end(fcinfo, 1));

PG_FUNCTION_INFO_V1(number_average_p_value);
Datum
number_average_p_value(PG_FUNCTION_ARGS)
{
	double		p;

	if (!moments_p_value(&PG_GETARG_NUMBER_P(0)->of, &PG_GETARG_NUMBER_P(1)->of, &p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}

/* One row of plain numbers */
PG_FUNCTION_INFO_V1(number_kpis);
Datum
number_kpis(PG_FUNCTION_ARGS)
{
	const NumberSummary *n = PG_GETARG_NUMBER_P(0);
	bool		some = n->of.samples > 0;
	bool		several = n->of.samples > 1;
	double		confidence = KPI_DEFAULT_CONFIDENCE;
	KpiRow		row = {0};

	row_add_count(&row, n->of.samples);
	row_add_float8(&row, true, number_total_of(n));
	row_add_float8(&row, some, some ? number_average_of(n) : 0);
	row_add_float8(&row, several, several ? number_stddev_of(n) : 0);
	row_add_float8(&row, several, several ? number_average_end_of(n, confidence, -1) : 0);
	row_add_float8(&row, several, several ? number_average_end_of(n, confidence, 1) : 0);
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

#define NUMBER_KERNEL(name, type, micro) \
	static void \
	number_kernel_##name(const KernelRows *call) \
	{ \
		const type *values = call->args[0].values; \
		\
		KERNEL_LOOP(call, i, \
			number_add(KERNEL_STATE(call, i, NumberSummary), micro(values[i])); \
		); \
	} \
	extern int	no_such_variable

NUMBER_KERNEL(int4, int32, number_from_int8);
NUMBER_KERNEL(int8, int64, number_from_int8);
NUMBER_KERNEL(float8, double, number_from_float8);

const BatchKernel number_kernels[] = {
	{number_accum_int4, number_kernel_int4, 0},
	{number_accum_int8, number_kernel_int8, 0},
	{number_accum_float8, number_kernel_float8, 0},
	{NULL, NULL, 0}
};
