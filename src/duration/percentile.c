/*
 * percentile.c
 *		The aggregate percentile.  Its state, percentile_state, is a set of durations
 *		with the fraction filled in.
 */
#include "postgres.h"

#include "duration/duration_state.h"
#include "duration/duration_text.h"

#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "utils/float.h"

/* ---------- fraction ---------- */

static void
fraction_changes_error(double a, double b)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("fraction must be the same for all rows of a group: %s and %s",
					float8out_internal(Min(a, b)), float8out_internal(Max(a, b))),
			 errhint("For several percentiles use percentiles(duration_agg(x), '{0.5,0.9}').")));
}

/* A state has a fraction once it has samples. */
static inline void
take_fraction(Durations *d, double fraction)
{
	if (likely(d->fraction == fraction))
		return;
	fraction = duration_checked_fraction(fraction);
	if (d->samples > 0 || d->pending > 0)
		fraction_changes_error(d->fraction, fraction);
	d->fraction = fraction;
}

/* The fraction of a row, checked against those before. */
static inline void
take_fraction_argument(FunctionCallInfo fcinfo, Durations *d)
{
	if (unlikely(PG_ARGISNULL(2)))
		kpi_null_argument_error("fraction");
	take_fraction(d, PG_GETARG_FLOAT8(2));
}

/* ---------- text ---------- */

/* How many bytes are a JSON number without sign; 0 when they are none.  (strtod takes more.) */
static int
json_number_length(const char *text)
{
	int			length = strspn(text, "0123456789");
	int			digits;

	if (length == 0 || (length > 1 && text[0] == '0'))
		return 0;
	if (text[length] == '.')
	{
		digits = strspn(text + length + 1, "0123456789");
		if (digits == 0)
			return 0;
		length += 1 + digits;
	}
	if (text[length] == 'e' || text[length] == 'E')
	{
		int			sign = text[length + 1] == '-' || text[length + 1] == '+';

		digits = strspn(text + length + 1 + sign, "0123456789");
		if (digits == 0)
			return 0;
		length += 1 + sign + digits;
	}
	return length;
}

static bool
scan_fraction(SummaryScanner *s, double *fraction)
{
	int			length;

	(void) summary_scan_next_is(s, '0');	/* skips space */
	length = json_number_length(s->at);
	*fraction = length > 0 ? strtod(s->at, NULL) : -1;
	if (!(*fraction >= 0 && *fraction <= 1))
		return summary_scan_error(s, psprintf("Expected a fraction from 0 to 1 at byte %d.",
											  (int) (s->at - s->text) + 1));
	s->at += length;
	return true;
}

/* The fewest digits that give the same number back, whatever extra_float_digits is. */
static void
print_fraction(StringInfo buf, const Durations *d)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (d->samples > 0)
		double_to_shortest_decimal_buf(d->fraction, digits);
	appendStringInfoString(buf, d->samples > 0 ? digits : "null");
}

/* {"fraction":0.9,"summary":{...}}; without samples there is no fraction */
PG_FUNCTION_INFO_V1(percentile_state_in);
Datum
percentile_state_in(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"fraction", "summary"};
	SummaryScanner s;
	Durations  *d = NULL;
	double		fraction = -1;
	uint64		seen = 0;

	summary_scan_start(&s, "percentile_state", PG_GETARG_CSTRING(0), fcinfo->context);
	if (!summary_scan_char(&s, '{'))
		PG_RETURN_NULL();
	while (!summary_scan_next_is(&s, '}'))
	{
		switch (summary_scan_field(&s, names, lengthof(names), &seen))
		{
			case 0:
				if (!summary_scan_null(&s) && !scan_fraction(&s, &fraction))
					PG_RETURN_NULL();
				break;
			case 1:
				d = duration_scan(&s);
				if (d == NULL)
					PG_RETURN_NULL();
				break;
			default:
				PG_RETURN_NULL();
		}
	}
	if (!summary_scan_char(&s, '}') || !summary_scan_end(&s))
		PG_RETURN_NULL();
	if (d == NULL)
		d = duration_pack(duration_new());
	if ((fraction >= 0) != (d->samples > 0))
	{
		summary_scan_error(&s, "There must be a fraction if there are samples, and none otherwise.");
		PG_RETURN_NULL();
	}
	if (fraction >= 0)
		d->fraction = fraction;
	PG_RETURN_POINTER(d);
}

PG_FUNCTION_INFO_V1(percentile_state_out);
Datum
percentile_state_out(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "{\"fraction\":");
	print_fraction(&buf, d);
	appendStringInfoString(&buf, ",\"summary\":");
	duration_print(&buf, d);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

/* ---------- binary ---------- */

PG_FUNCTION_INFO_V1(percentile_state_recv);
Datum
percentile_state_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	double		fraction = pq_getmsgfloat8(buf);
	Durations  *d = duration_recv(buf, "percentile_state");

	if (!(fraction >= 0 && fraction <= 1) || (fraction != 0 && d->samples == 0))
		summary_binary_error("percentile_state", "The fraction is out of range.");
	d->fraction = fraction + 0.0;	/* no negative zero */
	PG_RETURN_POINTER(d);
}

PG_FUNCTION_INFO_V1(percentile_state_send);
Datum
percentile_state_send(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendfloat8(&buf, d->samples > 0 ? d->fraction : 0);
	duration_send(&buf, d);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---------- rows ---------- */

/* Not strict: a NULL fraction is an error, a NULL duration is not. */
static pg_attribute_always_inline Datum
percentile_accumulate(FunctionCallInfo fcinfo, DurationType type)
{
	Durations  *d = duration_getarg_state(fcinfo);

	if (PG_ARGISNULL(1))
		return duration_state_datum(fcinfo, d);
	take_fraction_argument(fcinfo, d);
	return duration_accumulate_usec(fcinfo, d, kpi_getarg_duration(fcinfo, 1, type, "duration"));
}

KPI_FUNCTION(percentile_accum_interval, percentile_accumulate(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(percentile_accum_int4, percentile_accumulate(fcinfo, DURATION_INT4));
KPI_FUNCTION(percentile_accum_float8, percentile_accumulate(fcinfo, DURATION_FLOAT8));

PG_FUNCTION_INFO_V1(percentile_merge);
Datum
percentile_merge(PG_FUNCTION_ARGS)
{
	Durations  *d = duration_getarg_state(fcinfo);
	const Durations *other = PG_GETARG_DURATIONS_P(1);

	if (other->samples > 0)
	{
		take_fraction(d, other->fraction);
		d = duration_merge_into(d, other);
	}
	return duration_state_datum(fcinfo, d);
}

/* ---------- sliding windows ---------- */

static pg_attribute_always_inline Datum
percentile_window_step(FunctionCallInfo fcinfo, DurationType type)
{
	MemoryContext before;
	DurationWindow *w = duration_getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		take_fraction_argument(fcinfo, w->d);
		duration_window_add(w, kpi_getarg_duration(fcinfo, 1, type, "duration"), 1);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

/* Rows leave as they came, with their fraction: duration_window_step removes them. */
KPI_FUNCTION(percentile_window_add_interval, percentile_window_step(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(percentile_window_add_int4, percentile_window_step(fcinfo, DURATION_INT4));
KPI_FUNCTION(percentile_window_add_float8, percentile_window_step(fcinfo, DURATION_FLOAT8));

/* ---------- results ---------- */

/* Final functions: the percentile of a state's own fraction */
static inline Datum
percentile_result(FunctionCallInfo fcinfo, const Durations *d, DurationType type)
{
	return duration_percentile_datum(fcinfo, d, d == NULL ? 0 : d->fraction, type);
}

KPI_FUNCTION(percentile_interval,
			 percentile_result(fcinfo, PG_GETARG_DURATIONS_P(0), DURATION_INTERVAL));
KPI_FUNCTION(percentile_seconds,
			 percentile_result(fcinfo, PG_GETARG_DURATIONS_P(0), DURATION_FLOAT8));
KPI_FUNCTION(percentile_window_interval,
			 percentile_result(fcinfo, duration_getarg_window_contents(fcinfo), DURATION_INTERVAL));
KPI_FUNCTION(percentile_window_seconds,
			 percentile_result(fcinfo, duration_getarg_window_contents(fcinfo), DURATION_FLOAT8));
