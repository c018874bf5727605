/*
 * duration_text.c
 *		The text and binary forms of a set of durations.
 */
#include "postgres.h"

#include "duration/duration_older.h"
#include "duration/duration_state.h"
#include "duration/duration_text.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

/* ---------- text ---------- */

void
duration_print(StringInfo buf, const Durations *d)
{
	int64		squares[2] = {d->squares.high, d->squares.low};
	DurationCursor c;
	bool		first = true;

	appendStringInfo(buf, "{\"samples\":" INT64_FORMAT ",\"total\":" INT64_FORMAT ",\"squares\":", d->samples, d->total);
	summary_print_wide(buf, squares, 2);
	if (d->samples > 0)
		appendStringInfo(buf, ",\"shortest\":" INT64_FORMAT ",\"longest\":" INT64_FORMAT,
						 d->shortest, d->longest);
	else
		appendStringInfoString(buf, ",\"shortest\":null,\"longest\":null");
	if (d->coarse > 0)
		appendStringInfo(buf, ",\"coarse\":" INT64_FORMAT, d->coarse);
	appendStringInfoString(buf, ",\"ends\":[");
	duration_cursor(&c, d);
	while (duration_next(&c))
	{
		appendStringInfo(buf, "%s[" INT64_FORMAT "," INT64_FORMAT "]", first ? "" : ",",
						 duration_bucket_end(c.bucket), c.count);
		first = false;
	}
	appendStringInfoString(buf, "]}");
}

static bool
scan_squares(SummaryScanner *s, Uint128 *squares)
{
	int64		words[2];

	if (!summary_scan_wide(s, false, words, 2))
		return false;
	squares->high = words[0];
	squares->low = words[1];
	return squares->high < UINT64CONST(1) << 62 || summary_scan_range_error(s);
}

/*
 * [[microseconds,count],...], ascending: so there are never more than exist.  A
 * bucket is told by its end, an older one by its start.
 */
static bool
scan_buckets(SummaryScanner *s, bool older, DurationBuckets *buckets)
{
	if (!summary_scan_char(s, '['))
		return false;
	while (!summary_scan_next_is(s, ']'))
	{
		int64		usec;
		int64		count;
		int			bucket;

		if (buckets->n > 0 && !summary_scan_char(s, ','))
			return false;
		if (!summary_scan_char(s, '[') || !summary_scan_count(s, &usec) ||
			!summary_scan_char(s, ',') || !summary_scan_count(s, &count) ||
			!summary_scan_char(s, ']'))
			return false;
		bucket = older ? duration_older_bucket(usec) : duration_bucket(usec);
		if ((older ? duration_older_start(bucket) : duration_bucket_end(bucket)) != usec)
			return summary_scan_error(s, psprintf("No bucket %s at " INT64_FORMAT " microseconds.",
												  older ? "of kpi 1.0.0 starts" : "ends", usec));
		if (buckets->n > 0 && bucket <= buckets->list[buckets->n - 1].bucket)
			return summary_scan_error(s, psprintf("Bucket " INT64_FORMAT " is not above the one before it.",
												  usec));
		duration_buckets_append(buckets, bucket, count);
	}
	return summary_scan_char(s, ']');
}

/*
 * The packed value that an object describes, or NULL after an error.  Where 1.0.0
 * wrote "buckets" there is "ends" today, so neither is taken for the other.
 */
Durations *
duration_scan(SummaryScanner *s)
{
	static const char *const names[] = {"samples", "total", "squares", "shortest", "longest", "coarse", "ends", "buckets"};
	Durations	header;
	DurationBuckets buckets = {NULL, 0, 0};
	DurationBuckets older = {NULL, 0, 0};
	uint64		seen = 0;
	const char *complaint = NULL;

	memset(&header, 0, sizeof(header));
	header.shortest = PG_INT64_MAX;
	header.longest = -1;
	if (!summary_scan_char(s, '{'))
		return NULL;
	while (!summary_scan_next_is(s, '}'))
	{
		bool		fine = true;

		switch (summary_scan_field(s, names, lengthof(names), &seen))
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
				fine = summary_scan_null(s) || summary_scan_count(s, &header.shortest);
				break;
			case 4:
				fine = summary_scan_null(s) || summary_scan_count(s, &header.longest);
				break;
			case 5:
				fine = summary_scan_count(s, &header.coarse);
				break;
			case 6:
				fine = scan_buckets(s, false, &buckets);
				break;
			case 7:
				fine = scan_buckets(s, true, &older);
				break;
			default:
				fine = false;
		}
		if (!fine)
			return NULL;
	}
	if (!summary_scan_char(s, '}'))
		return NULL;
	if (older.n > 0)
		complaint = buckets.n > 0 || header.coarse > 0
			? "There are buckets of kpi 1.0.0 beside those of today."
			: duration_renew(&header, &older, &buckets);
	if (complaint == NULL)
		complaint = duration_complaint(&header, &buckets);
	if (complaint != NULL)
	{
		summary_scan_error(s, complaint);
		return NULL;
	}
	return duration_pack_buckets(&header, &buckets);
}

PG_FUNCTION_INFO_V1(duration_summary_in);
Datum
duration_summary_in(PG_FUNCTION_ARGS)
{
	SummaryScanner s;
	Durations  *d;

	summary_scan_start(&s, "duration_summary", PG_GETARG_CSTRING(0), fcinfo->context);
	d = duration_scan(&s);
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
	duration_print(&buf, PG_GETARG_DURATIONS_P(0));
	PG_RETURN_CSTRING(buf.data);
}

/* ---------- binary ---------- */

#define BINARY_BUCKET_BYTES (2 + 8)

void
duration_send(StringInfo buf, const Durations *d)
{
	DurationCursor c;
	int			n = 0;

	pq_sendbyte(buf, DURATION_VERSION);
	pq_sendint64(buf, d->samples);
	pq_sendint64(buf, d->coarse);
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

Durations *
duration_recv(StringInfo buf, const char *type)
{
	Durations	header;
	DurationBuckets buckets = {NULL, 0, 0};
	DurationBuckets older = {NULL, 0, 0};
	int			version = pq_getmsgbyte(buf);
	bool		is_older = version == DURATION_OLDER_VERSION;
	DurationBuckets *read = is_older ? &older : &buckets;
	uint32		n;
	const char *complaint = NULL;

	if (version != DURATION_VERSION && !is_older)
		summary_binary_error(type, psprintf("Unknown version %d.", version));
	memset(&header, 0, sizeof(header));
	header.samples = pq_getmsgint64(buf);
	if (!is_older)
		header.coarse = pq_getmsgint64(buf);
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

		if (bucket >= (is_older ? DURATION_OLDER_BUCKETS : DURATION_BUCKETS) ||
			(i > 0 && bucket <= read->list[i - 1].bucket))
			summary_binary_error(type, "The buckets are not in ascending order.");
		duration_buckets_append(read, bucket, count);
	}
	if (is_older)
		complaint = duration_renew(&header, &older, &buckets);
	if (complaint == NULL)
		complaint = duration_complaint(&header, &buckets);
	if (complaint != NULL)
		summary_binary_error(type, complaint);
	return duration_pack_buckets(&header, &buckets);
}

KPI_FUNCTION(duration_summary_recv,
			 PointerGetDatum(duration_recv((StringInfo) PG_GETARG_POINTER(0), "duration_summary")));

PG_FUNCTION_INFO_V1(duration_summary_send);
Datum
duration_summary_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	duration_send(&buf, PG_GETARG_DURATIONS_P(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * What was stored by 1.0.0 compares and hashes as it always has, by its own bytes,
 * so that no index needs to be built anew; it equals no newer value.
 */
static struct varlena *
canonical(Datum value)
{
	Durations  *stored = (Durations *) PG_DETOAST_DATUM(value);
	Durations  *d;
	Durations  *packed;

	if (unlikely(duration_is_older(stored)))
		return (struct varlena *) stored;
	d = durations_from_datum(PointerGetDatum(stored));
	packed = duration_pack(d);
	if (d != packed && PointerGetDatum(d) != value)
		pfree(d);
	if (stored != d && stored != packed && PointerGetDatum(stored) != value)
		pfree(stored);
	return (struct varlena *) packed;
}

SUMMARY_VARLENA_FUNCTIONS(duration_summary, canonical);
