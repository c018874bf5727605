/*
 * duration.c
 *		Type duration_summary: percentiles, means and shares of durations that
 *		merge, and percentiles over sliding windows.
 *
 * See duration_histogram.h for what is kept.  percentile_state, the state of the
 * one-step percentile, is the same with the fraction filled in.
 */
#include "postgres.h"

#include "deque.h"
#include "duration_histogram.h"
#include "kpi.h"
#include "row.h"
#include "summary.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/numeric.h"

/* ---------- arguments ---------- */

/* For reading, in whichever form it comes. */
static Durations *
durations_from_datum(Datum datum)
{
	Durations  *d = (Durations *) PG_DETOAST_DATUM(datum);

	if (VARSIZE(d) < DURATION_HEADER || d->form < DURATION_PACKED || d->form > DURATION_DENSE8 ||
		(d->pending > 0 && (d->form < DURATION_DENSE1 || d->pending >= DURATION_PENDING)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a duration_summary of an unknown version: it was stored by a newer kpi, or is corrupt")));
	if (d->pending > 0)
		return duration_settled_copy(d);
	return d;
}

#define PG_GETARG_DURATIONS_P(n) durations_from_datum(PG_GETARG_DATUM(n))

/*
 * The state of a transition or combine function, to be changed in place.
 * Inside an aggregate it is ours; anywhere else it is the caller's value, and we
 * change a copy.
 */
static inline Durations *
getarg_state(FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(0)))
		kpi_null_state_error();
	if (likely(kpi_in_aggregate(fcinfo) && !VARATT_IS_EXTENDED(PG_GETARG_POINTER(0))))
		return (Durations *) PG_GETARG_POINTER(0);
	return duration_with_room(PG_GETARG_DURATIONS_P(0), 0, 0);
}

/* The state goes back as it is; to anybody else only the canonical form is shown. */
static inline Datum
state_datum(FunctionCallInfo fcinfo, Durations *d)
{
	if (likely(kpi_in_aggregate(fcinfo)))
		PG_RETURN_POINTER(d);
	if (d->samples >= DURATION_TOO_MANY_SAMPLES)
		kpi_overflow_error("samples of a duration_summary");
	PG_RETURN_POINTER(duration_pack(d));
}

static double
checked_fraction(double fraction)
{
	if (!(fraction >= 0 && fraction <= 1))	/* NaN too */
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("fraction must lie between 0 and 1: %s", float8out_internal(fraction)),
				 errhint("90 percent is written 0.9.")));
	return fraction + 0.0;		/* no negative zero */
}

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
	fraction = checked_fraction(fraction);
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

static void
print_durations(StringInfo buf, const Durations *d)
{
	char		squares[UINT128_DIGITS];
	DurationCursor c;
	bool		first = true;

	appendStringInfo(buf, "{\"samples\":" INT64_FORMAT ",\"total\":" INT64_FORMAT ",\"squares\":%s",
					 d->samples, d->total, uint128_to_text(d->squares, squares));
	if (d->samples > 0)
		appendStringInfo(buf, ",\"shortest\":" INT64_FORMAT ",\"longest\":" INT64_FORMAT,
						 d->shortest, d->longest);
	else
		appendStringInfoString(buf, ",\"shortest\":null,\"longest\":null");
	appendStringInfoString(buf, ",\"buckets\":[");
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		appendStringInfo(buf, "%s[" INT64_FORMAT "," INT64_FORMAT "]", first ? "" : ",",
						 duration_bucket_low(c.bucket), c.count);
		first = false;
	}
	appendStringInfoString(buf, "]}");
}

static bool
scan_null(SummaryScanner *s)
{
	if (!summary_scan_next_is(s, 'n') || strncmp(s->at, "null", 4) != 0)
		return false;
	s->at += 4;
	return true;
}

static bool
scan_squares(SummaryScanner *s, Uint128 *squares)
{
	int			digits;

	squares->high = squares->low = 0;
	(void) summary_scan_next_is(s, '0');	/* skips space */
	digits = strspn(s->at, "0123456789");
	if (digits == 0 || (digits > 1 && *s->at == '0'))
		return summary_scan_error(s, psprintf("Expected a whole number, 0 or more, at byte %d.",
											  (int) (s->at - s->text) + 1));
	for (; digits > 0; digits--)
	{
		if (!uint128_append_digit(squares, *s->at++ - '0'))
			return summary_scan_range_error(s);
	}
	return true;
}

typedef struct BucketList
{
	DurationBucket *buckets;
	int			n;
	int			room;
} BucketList;

static void
append_bucket(BucketList *list, int bucket, int64 count)
{
	if (list->n == list->room)
	{
		list->room = list->room == 0 ? 64 : list->room * 2;
		list->buckets = list->buckets == NULL
			? palloc(list->room * sizeof(DurationBucket))
			: repalloc(list->buckets, list->room * sizeof(DurationBucket));
	}
	list->buckets[list->n].bucket = bucket;
	list->buckets[list->n].count = count;
	list->n++;
}

/* [[lowest microsecond,count],...], ascending: so there are never more than exist */
static bool
scan_buckets(SummaryScanner *s, BucketList *list)
{
	if (!summary_scan_char(s, '['))
		return false;
	while (!summary_scan_next_is(s, ']'))
	{
		int64		low;
		int64		count;
		int			bucket;

		if (list->n > 0 && !summary_scan_char(s, ','))
			return false;
		if (!summary_scan_char(s, '[') || !summary_scan_count(s, &low) ||
			!summary_scan_char(s, ',') || !summary_scan_count(s, &count) ||
			!summary_scan_char(s, ']'))
			return false;
		bucket = duration_bucket(low);
		if (duration_bucket_low(bucket) != low)
			return summary_scan_error(s, psprintf("No bucket starts at " INT64_FORMAT " microseconds.",
												  low));
		if (list->n > 0 && bucket <= list->buckets[list->n - 1].bucket)
			return summary_scan_error(s, psprintf("Bucket " INT64_FORMAT " is not above the one before it.",
												  low));
		append_bucket(list, bucket, count);
	}
	return summary_scan_char(s, ']');
}

/* A name and its place in the list, which must be new; -1 after an error. */
static int
scan_field(SummaryScanner *s, const char *const *names, int n, uint32 *seen)
{
	char		name[NAMEDATALEN];

	if (*seen != 0 && !summary_scan_char(s, ','))
		return -1;
	if (!summary_scan_name(s, name, sizeof(name)))
		return -1;
	for (int i = 0; i < n; i++)
	{
		if (strcmp(name, names[i]) != 0)
			continue;
		if (*seen & (1U << i))
		{
			summary_scan_error(s, psprintf("Field \"%s\" occurs twice.", name));
			return -1;
		}
		*seen |= 1U << i;
		return i;
	}
	summary_scan_error(s, psprintf("Unknown field \"%s\".", name));
	return -1;
}

/* The packed value that an object describes, or NULL after an error. */
static Durations *
scan_durations(SummaryScanner *s)
{
	static const char *const names[] = {"samples", "total", "squares", "shortest", "longest", "buckets"};
	Durations	header;
	BucketList	list = {NULL, 0, 0};
	uint32		seen = 0;
	const char *complaint;

	memset(&header, 0, sizeof(header));
	header.shortest = PG_INT64_MAX;
	header.longest = -1;
	if (!summary_scan_char(s, '{'))
		return NULL;
	while (!summary_scan_next_is(s, '}'))
	{
		bool		fine = true;

		switch (scan_field(s, names, lengthof(names), &seen))
		{
			case 0:
				fine = summary_scan_count(s, &header.samples);
				break;
			case 1:
				fine = summary_scan_count(s, &header.total);
				break;
			case 2:
				fine = scan_squares(s, &header.squares);
				break;
			case 3:
				fine = scan_null(s) || summary_scan_count(s, &header.shortest);
				break;
			case 4:
				fine = scan_null(s) || summary_scan_count(s, &header.longest);
				break;
			case 5:
				fine = scan_buckets(s, &list);
				break;
			default:
				fine = false;
		}
		if (!fine)
			return NULL;
	}
	if (!summary_scan_char(s, '}'))
		return NULL;
	complaint = duration_complaint(&header, list.buckets, list.n);
	if (complaint)
	{
		summary_scan_error(s, complaint);
		return NULL;
	}
	return duration_pack_buckets(&header, list.buckets, list.n);
}

PG_FUNCTION_INFO_V1(duration_summary_in);
Datum
duration_summary_in(PG_FUNCTION_ARGS)
{
	SummaryScanner s;
	Durations  *d;

	summary_scan_start(&s, "duration_summary", PG_GETARG_CSTRING(0), fcinfo->context);
	d = scan_durations(&s);
	if (d == NULL || !summary_scan_end(&s))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(d);
}

PG_FUNCTION_INFO_V1(duration_summary_out);
Datum
duration_summary_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	initStringInfo(&buf);
	print_durations(&buf, PG_GETARG_DURATIONS_P(0));
	PG_RETURN_CSTRING(buf.data);
}

static bool
scan_fraction(SummaryScanner *s, double *fraction)
{
	char	   *end = NULL;

	(void) summary_scan_next_is(s, '0');	/* skips space */
	*fraction = *s->at >= '0' && *s->at <= '9' ? strtod(s->at, &end) : -1;
	if (!(*fraction >= 0 && *fraction <= 1))
		return summary_scan_error(s, psprintf("Expected a fraction from 0 to 1 at byte %d.",
											  (int) (s->at - s->text) + 1));
	s->at = end;
	return true;
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
	uint32		seen = 0;

	summary_scan_start(&s, "percentile_state", PG_GETARG_CSTRING(0), fcinfo->context);
	if (!summary_scan_char(&s, '{'))
		PG_RETURN_NULL();
	while (!summary_scan_next_is(&s, '}'))
	{
		switch (scan_field(&s, names, lengthof(names), &seen))
		{
			case 0:
				if (!scan_null(&s) && !scan_fraction(&s, &fraction))
					PG_RETURN_NULL();
				break;
			case 1:
				d = scan_durations(&s);
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
	appendStringInfo(&buf, "{\"fraction\":%s,\"summary\":",
					 d->samples > 0 ? float8out_internal(d->fraction) : "null");
	print_durations(&buf, d);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

/* ---------- binary ---------- */

#define BINARY_BUCKET_BYTES (2 + 8)

static void
send_durations(StringInfo buf, const Durations *d)
{
	DurationCursor c;
	int			n = 0;

	pq_sendbyte(buf, DURATION_VERSION);
	pq_sendint64(buf, d->samples);
	pq_sendint64(buf, d->total);
	pq_sendint64(buf, d->squares.high);
	pq_sendint64(buf, d->squares.low);
	pq_sendint64(buf, d->shortest);
	pq_sendint64(buf, d->longest);
	duration_cursor(&c, d);
	while (duration_next(&c))
		n++;
	pq_sendint32(buf, n);
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		pq_sendint16(buf, c.bucket);
		pq_sendint64(buf, c.count);
	}
}

static Durations *
recv_durations(StringInfo buf, const char *type)
{
	Durations	header;
	BucketList	list = {NULL, 0, 0};
	int			version = pq_getmsgbyte(buf);
	uint32		n;
	const char *complaint;

	if (version != DURATION_VERSION)
		summary_binary_error(type, psprintf("Unknown version %d.", version));
	memset(&header, 0, sizeof(header));
	header.samples = pq_getmsgint64(buf);
	header.total = pq_getmsgint64(buf);
	header.squares.high = pq_getmsgint64(buf);
	header.squares.low = pq_getmsgint64(buf);
	header.shortest = pq_getmsgint64(buf);
	header.longest = pq_getmsgint64(buf);
	n = pq_getmsgint(buf, 4);
	if (header.samples < 0 || header.total < 0 || header.squares.high >= UINT64CONST(1) << 62)
		summary_binary_error(type, "A sum is out of range.");
	if (n > DURATION_BUCKETS || buf->len - buf->cursor != (int) n * BINARY_BUCKET_BYTES)
		summary_binary_error(type, psprintf("%u buckets announced, %d bytes left.", n,
											buf->len - buf->cursor));
	for (uint32 i = 0; i < n; i++)
	{
		int			bucket = pq_getmsgint(buf, 2);
		int64		count = pq_getmsgint64(buf);

		if (bucket >= DURATION_BUCKETS || (i > 0 && bucket <= list.buckets[i - 1].bucket))
			summary_binary_error(type, "The buckets are not in ascending order.");
		append_bucket(&list, bucket, count);
	}
	complaint = duration_complaint(&header, list.buckets, list.n);
	if (complaint)
		summary_binary_error(type, complaint);
	return duration_pack_buckets(&header, list.buckets, list.n);
}

KPI_FUNCTION(duration_summary_recv,
			 PointerGetDatum(recv_durations((StringInfo) PG_GETARG_POINTER(0), "duration_summary")));

PG_FUNCTION_INFO_V1(duration_summary_send);
Datum
duration_summary_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	send_durations(&buf, PG_GETARG_DURATIONS_P(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

PG_FUNCTION_INFO_V1(percentile_state_recv);
Datum
percentile_state_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	double		fraction = pq_getmsgfloat8(buf);
	Durations  *d = recv_durations(buf, "percentile_state");

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
	send_durations(&buf, d);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

SUMMARY_VARLENA_FUNCTIONS(duration_summary);

/* ---------- aggregates ---------- */

/* In a window, where each row's result is read, noting would not pay. */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, Durations *d, int64 usec)
{
	if (likely(d->form >= DURATION_DENSE1 && fcinfo->context != NULL && IsA(fcinfo->context, AggState)))
	{
		if (unlikely(duration_note(d, usec)))
			d = duration_settle(d);
		PG_RETURN_POINTER(d);
	}
	if (unlikely(!duration_add(d, usec)))
		d = duration_add_anyhow(d, usec);
	return state_datum(fcinfo, d);
}

static pg_attribute_always_inline Datum
duration_accumulate(FunctionCallInfo fcinfo, DurationType type)
{
	return accumulate(fcinfo, getarg_state(fcinfo),
					  kpi_getarg_duration(fcinfo, 1, type, "duration"));
}

KPI_FUNCTION(duration_accum_interval, duration_accumulate(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(duration_accum_int4, duration_accumulate(fcinfo, DURATION_INT4));
KPI_FUNCTION(duration_accum_float8, duration_accumulate(fcinfo, DURATION_FLOAT8));

/* a + b, the transition function of rollup, and the combine function */
KPI_FUNCTION(duration_merge,
			 state_datum(fcinfo, duration_merge_into(getarg_state(fcinfo), PG_GETARG_DURATIONS_P(1))));

/* Final function: without spare room, so that equal values have equal bytes. */
KPI_FUNCTION(duration_trim, PointerGetDatum(duration_pack(PG_GETARG_DURATIONS_P(0))));

/* Not strict: a NULL fraction is an error, a NULL duration is not. */
static pg_attribute_always_inline Datum
percentile_accumulate(FunctionCallInfo fcinfo, DurationType type)
{
	Durations  *d = getarg_state(fcinfo);

	if (PG_ARGISNULL(1))
		return state_datum(fcinfo, d);
	take_fraction_argument(fcinfo, d);
	return accumulate(fcinfo, d, kpi_getarg_duration(fcinfo, 1, type, "duration"));
}

KPI_FUNCTION(percentile_accum_interval, percentile_accumulate(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(percentile_accum_int4, percentile_accumulate(fcinfo, DURATION_INT4));
KPI_FUNCTION(percentile_accum_float8, percentile_accumulate(fcinfo, DURATION_FLOAT8));

PG_FUNCTION_INFO_V1(percentile_merge);
Datum
percentile_merge(PG_FUNCTION_ARGS)
{
	Durations  *d = getarg_state(fcinfo);
	const Durations *other = PG_GETARG_DURATIONS_P(1);

	if (other->samples > 0)
	{
		take_fraction(d, other->fraction);
		d = duration_merge_into(d, other);
	}
	return state_datum(fcinfo, d);
}

/* ---------- sliding windows ---------- */

/*
 * The state of a moving aggregate: a set that can also lose samples, and the
 * extremes, which a histogram does not give exactly.
 */
typedef struct DurationWindow
{
	Durations  *d;
	MaxDeque	longest;
	MaxDeque	shortest;		/* negated */
} DurationWindow;

/*
 * A moving state is of type internal, so nobody can hand in one of his own; but
 * anybody can call these functions with NULL.  The caller goes on in the memory
 * context of the aggregate, where states grow, and has to switch back.
 */
static inline DurationWindow *
getarg_window(FunctionCallInfo fcinfo, MemoryContext *before)
{
	MemoryContext context;
	DurationWindow *w;

	if (!AggCheckCallContext(fcinfo, &context))
		kpi_null_state_error();
	*before = MemoryContextSwitchTo(context);
	if (likely(!PG_ARGISNULL(0)))
		return (DurationWindow *) PG_GETARG_POINTER(0);
	w = palloc(sizeof(DurationWindow));
	w->d = duration_new();
	deque_init(&w->longest, context);
	deque_init(&w->shortest, context);
	return w;
}

static inline void
replace_durations(DurationWindow *w, Durations *d)
{
	if (unlikely(d != w->d))
	{
		pfree(w->d);
		w->d = d;
	}
}

static inline void
window_add(DurationWindow *w, int64 usec)
{
	if (unlikely(!duration_add(w->d, usec)))
		replace_durations(w, duration_add_anyhow(w->d, usec));
	deque_push(&w->longest, usec);
	deque_push(&w->shortest, -usec);
}

static inline void
window_remove(DurationWindow *w, int64 usec)
{
	Durations  *d = w->d;

	if (!duration_uncount(d, duration_bucket(usec), 1))
		kpi_negative_result_error("duration_summary");
	d->samples--;
	d->total -= usec;
	uint128_subtract(&d->squares, uint128_product(usec, usec));
	deque_remove(&w->longest);
	deque_remove(&w->shortest);
}

/* What is in the window now, or NULL if nothing is. */
static const Durations *
getarg_window_contents(FunctionCallInfo fcinfo)
{
	DurationWindow *w = PG_ARGISNULL(0) ? NULL : (DurationWindow *) PG_GETARG_POINTER(0);

	if (w == NULL || w->d->samples == 0)
		return NULL;
	w->d->longest = deque_max(&w->longest);
	w->d->shortest = -deque_max(&w->shortest);
	return w->d;
}

static pg_attribute_always_inline Datum
duration_window_step(FunctionCallInfo fcinfo, DurationType type, bool add)
{
	MemoryContext before;
	DurationWindow *w = getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		int64		usec = kpi_getarg_duration(fcinfo, 1, type, "duration");

		if (add)
			window_add(w, usec);
		else
			window_remove(w, usec);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

KPI_FUNCTION(duration_window_add_interval, duration_window_step(fcinfo, DURATION_INTERVAL, true));
KPI_FUNCTION(duration_window_add_int4, duration_window_step(fcinfo, DURATION_INT4, true));
KPI_FUNCTION(duration_window_add_float8, duration_window_step(fcinfo, DURATION_FLOAT8, true));
KPI_FUNCTION(duration_window_remove_interval, duration_window_step(fcinfo, DURATION_INTERVAL, false));
KPI_FUNCTION(duration_window_remove_int4, duration_window_step(fcinfo, DURATION_INT4, false));
KPI_FUNCTION(duration_window_remove_float8, duration_window_step(fcinfo, DURATION_FLOAT8, false));

static pg_attribute_always_inline Datum
percentile_window_step(FunctionCallInfo fcinfo, DurationType type)
{
	MemoryContext before;
	DurationWindow *w = getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		take_fraction_argument(fcinfo, w->d);
		window_add(w, kpi_getarg_duration(fcinfo, 1, type, "duration"));
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

/* Rows leave as they came, with their fraction: duration_window_step removes them. */
KPI_FUNCTION(percentile_window_add_interval, percentile_window_step(fcinfo, DURATION_INTERVAL));
KPI_FUNCTION(percentile_window_add_int4, percentile_window_step(fcinfo, DURATION_INT4));
KPI_FUNCTION(percentile_window_add_float8, percentile_window_step(fcinfo, DURATION_FLOAT8));

PG_FUNCTION_INFO_V1(duration_window_merge);
Datum
duration_window_merge(PG_FUNCTION_ARGS)
{
	MemoryContext before;
	DurationWindow *w = getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		const Durations *row = PG_GETARG_DURATIONS_P(1);

		replace_durations(w, duration_merge_into(w->d, row));
		if (row->samples > 0)
		{
			deque_push(&w->longest, row->longest);
			deque_push(&w->shortest, -row->shortest);
		}
		if ((Pointer) row != PG_GETARG_POINTER(1))
			pfree((void *) row);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

PG_FUNCTION_INFO_V1(duration_window_unmerge);
Datum
duration_window_unmerge(PG_FUNCTION_ARGS)
{
	MemoryContext before;
	DurationWindow *w = getarg_window(fcinfo, &before);

	if (!PG_ARGISNULL(1))
	{
		const Durations *row = PG_GETARG_DURATIONS_P(1);
		DurationCursor c;

		duration_cursor(&c, row);
		while (duration_next(&c))
		{
			if (!duration_uncount(w->d, c.bucket, c.count))
				kpi_negative_result_error("duration_summary");
		}
		w->d->samples -= row->samples;
		w->d->total -= row->total;
		uint128_subtract(&w->d->squares, row->squares);
		if (row->samples > 0)
		{
			deque_remove(&w->longest);
			deque_remove(&w->shortest);
		}
		if ((Pointer) row != PG_GETARG_POINTER(1))
			pfree((void *) row);
	}
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(w);
}

PG_FUNCTION_INFO_V1(duration_window_summary);
Datum
duration_window_summary(PG_FUNCTION_ARGS)
{
	const Durations *d = getarg_window_contents(fcinfo);

	PG_RETURN_POINTER(duration_pack(d ? d : duration_new()));
}

/* ---------- percentiles ---------- */

/* Final functions: the percentile of a state's own fraction */
static Datum
percentile_result(FunctionCallInfo fcinfo, const Durations *d, DurationType type)
{
	if (d == NULL || d->samples == 0)
		PG_RETURN_NULL();
	KPI_RETURN_DURATION(duration_percentile(d, d->fraction), type);
}

KPI_FUNCTION(percentile_interval,
			 percentile_result(fcinfo, PG_GETARG_DURATIONS_P(0), DURATION_INTERVAL));
KPI_FUNCTION(percentile_seconds,
			 percentile_result(fcinfo, PG_GETARG_DURATIONS_P(0), DURATION_FLOAT8));
KPI_FUNCTION(percentile_window_interval,
			 percentile_result(fcinfo, getarg_window_contents(fcinfo), DURATION_INTERVAL));
KPI_FUNCTION(percentile_window_seconds,
			 percentile_result(fcinfo, getarg_window_contents(fcinfo), DURATION_FLOAT8));

PG_FUNCTION_INFO_V1(duration_percentile_of);
Datum
duration_percentile_of(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	double		fraction = checked_fraction(PG_GETARG_FLOAT8(1));

	if (d->samples == 0)
		PG_RETURN_NULL();
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(duration_percentile(d, fraction)));
}

/* One for each fraction, in an array of the same shape; NULL for a NULL one */
PG_FUNCTION_INFO_V1(duration_percentiles_of);
Datum
duration_percentiles_of(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	ArrayType  *fractions = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *values;
	bool	   *nulls;
	int			n;

	deconstruct_array(fractions, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
					  &values, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		double		fraction;

		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			continue;
		fraction = checked_fraction(DatumGetFloat8(values[i]));
		if (d->samples > 0)
			values[i] = IntervalPGetDatum(kpi_usec_to_interval(duration_percentile(d, fraction)));
		else
			nulls[i] = true;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, nulls, ARR_NDIM(fractions),
											 ARR_DIMS(fractions), ARR_LBOUND(fractions),
											 INTERVALOID, sizeof(Interval), false,
											 TYPALIGN_DOUBLE));
}

/* ---------- shares ---------- */

PG_FUNCTION_INFO_V1(duration_rate_within);
Datum
duration_rate_within(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	int64		threshold = kpi_interval_to_usec(PG_GETARG_INTERVAL_P(1), "threshold");

	if (d->samples == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) duration_samples_within(d, threshold) / (double) d->samples);
}

/* The edges of a histogram as microseconds, ascending. */
static int64 *
getarg_edges(FunctionCallInfo fcinfo, int arg, int *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	Datum	   *values;
	bool	   *nulls;
	int64	   *edges;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("edges must be an array of one dimension")));
	deconstruct_array(array, INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE,
					  &values, &nulls, n);
	edges = palloc(Max(*n, 1) * sizeof(int64));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("edges must not contain nulls")));
		edges[i] = kpi_interval_to_usec(DatumGetIntervalP(values[i]), "an edge");
		if (i > 0 && edges[i] <= edges[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("edges must ascend: %s follows %s",
							DatumGetCString(DirectFunctionCall1(interval_out, values[i])),
							DatumGetCString(DirectFunctionCall1(interval_out, values[i - 1])))));
	}
	return edges;
}

/*
 * n edges give n + 1 counts: up to the first edge, up to the second, ..., above
 * the last.  As in rate_within, an edge counts as within, with its whole bucket.
 */
PG_FUNCTION_INFO_V1(duration_histogram_of);
Datum
duration_histogram_of(PG_FUNCTION_ARGS)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	int			n;
	int64	   *edges = getarg_edges(fcinfo, 1, &n);
	int64	   *counts = palloc0((n + 1) * sizeof(int64));
	Datum	   *values = palloc((n + 1) * sizeof(Datum));
	DurationCursor c;
	int			cell = 0;

	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		while (cell < n && c.bucket > duration_bucket(edges[cell]))
			cell++;
		counts[cell] += c.count;
	}
	for (int i = 0; i <= n; i++)
		values[i] = Int64GetDatum(counts[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, n + 1, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* ---------- sums ---------- */

static Datum
numeric_from_uint128(Uint128 value)
{
	Datum		two32 = NumericGetDatum(int64_to_numeric(INT64CONST(1) << 32));
	Datum		result = NumericGetDatum(int64_to_numeric((int64) value.high));

	/* the high half is below 2^63; the low one comes in two pieces */
	result = DirectFunctionCall2(numeric_mul, result, two32);
	result = DirectFunctionCall2(numeric_add, result,
								 NumericGetDatum(int64_to_numeric((int64) (value.low >> 32))));
	result = DirectFunctionCall2(numeric_mul, result, two32);
	return DirectFunctionCall2(numeric_add, result,
							   NumericGetDatum(int64_to_numeric((int64) (value.low & 0xFFFFFFFF))));
}

/*
 * Sample standard deviation in microseconds, samples > 1:
 *		sqrt((n * squares - total^2) / (n * (n - 1)))
 * The differences are exact, and twenty decimals are kept until the rounding.
 */
static int64
duration_stddev_usec(const Durations *d)
{
	Datum		n = NumericGetDatum(int64_to_numeric(d->samples));
	Datum		n1 = NumericGetDatum(int64_to_numeric(d->samples - 1));
	Datum		total = NumericGetDatum(int64_to_numeric(d->total));
	Datum		x;

	x = DirectFunctionCall2(numeric_sub,
							DirectFunctionCall2(numeric_mul, n, numeric_from_uint128(d->squares)),
							DirectFunctionCall2(numeric_mul, total, total));
	x = DirectFunctionCall2(numeric_round, x, Int32GetDatum(20));
	x = DirectFunctionCall2(numeric_div, x, DirectFunctionCall2(numeric_mul, n, n1));
	x = DirectFunctionCall1(numeric_sqrt, x);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, x));
}

static int64
duration_average_usec(const Durations *d)
{
	return kpi_mean(d->total, d->samples);
}

static int64
duration_shortest_usec(const Durations *d)
{
	return d->shortest;
}

static int64
duration_longest_usec(const Durations *d)
{
	return d->longest;
}

/* NULL below this many samples */
static Datum
duration_result(FunctionCallInfo fcinfo, int64 (*usec) (const Durations *), int64 least_samples)
{
	const Durations *d = PG_GETARG_DURATIONS_P(0);

	if (d->samples < least_samples)
		PG_RETURN_NULL();
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(usec(d)));
}

KPI_FUNCTION(duration_samples, Int64GetDatum(PG_GETARG_DURATIONS_P(0)->samples));
KPI_FUNCTION(duration_total,
			 IntervalPGetDatum(kpi_usec_to_interval(PG_GETARG_DURATIONS_P(0)->total)));
KPI_FUNCTION(duration_average, duration_result(fcinfo, duration_average_usec, 1));
KPI_FUNCTION(duration_stddev, duration_result(fcinfo, duration_stddev_usec, 2));
KPI_FUNCTION(duration_shortest, duration_result(fcinfo, duration_shortest_usec, 1));
KPI_FUNCTION(duration_longest, duration_result(fcinfo, duration_longest_usec, 1));

/* One row of plain numbers, durations in seconds */
PG_FUNCTION_INFO_V1(duration_kpis);
Datum
duration_kpis(PG_FUNCTION_ARGS)
{
	static const double fractions[] = {0.5, 0.9, 0.95, 0.99};
	const Durations *d = PG_GETARG_DURATIONS_P(0);
	bool		known = d->samples > 0;
	KpiRow		row = {0};

	row_add_count(&row, d->samples);
	row_add_seconds(&row, true, d->total);
	row_add_seconds(&row, known, known ? duration_average_usec(d) : 0);
	row_add_seconds(&row, d->samples > 1, d->samples > 1 ? duration_stddev_usec(d) : 0);
	row_add_seconds(&row, known, d->shortest);
	for (int i = 0; i < (int) lengthof(fractions); i++)
		row_add_seconds(&row, known, known ? duration_percentile(d, fractions[i]) : 0);
	row_add_seconds(&row, known, d->longest);
	return row_result(fcinfo, &row);
}
