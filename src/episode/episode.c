/*
 * episode.c
 *		Repeat contacts: window functions over the contacts of one customer in order
 *		of time.
 *
 * Each row is read once, in order, and what is known of those before it is one
 * Episode in the memory of the partition.  first_contact_resolved also reads the
 * rows after the first contact of an episode, no further than to the next
 * contact that is not a continuation of it.  The mark moves along with the
 * current row, so the server keeps no row longer than that.
 */
#include "postgres.h"

#include "episode/episode.h"
#include "base/kpi.h"
#include "base/window_call.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* The arguments, in their order; first_contact_resolved has as_of before min_gap. */
#define ARG_CUSTOMER 0
#define ARG_AT 1
#define ARG_GAP 2
#define ARG_AS_OF 3

/* What a query needs to know once */
typedef struct EpisodeCache
{
	TypeCacheEntry *customer_type;
	Oid			at_type;
	TypeCacheEntry *range_type; /* of at, when that is a span */
	MemoryContext ahead;		/* for values of rows ahead */
} EpisodeCache;

/* What is known of the rows of a partition so far; zeros before the first */
typedef struct EpisodeHistory
{
	bool		have_gaps;
	int64		gap;
	int64		min_gap;
	bool		have_customer;
	Datum		customer;
	bool		have_start;
	int64		start;			/* of the row before */
	Episode		episode;
} EpisodeHistory;

/* A row */
typedef struct EpisodeContact
{
	bool		has_time;
	bool		has_customer;
	int64		start;
	int64		end;
} EpisodeContact;

/* ---------- errors ---------- */

static char *
customer_text(const EpisodeCache *cache, Datum customer)
{
	Oid			output;
	bool		is_varlena;

	getTypeOutputInfo(cache->customer_type->type_id, &output, &is_varlena);
	return OidOutputFunctionCall(output, customer);
}

static char *
moment_text(const EpisodeCache *cache, int64 moment)
{
	if (cache->at_type == TIMESTAMPOID)
		return DatumGetCString(DirectFunctionCall1(timestamp_out, TimestampGetDatum(moment)));
	return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(moment)));
}

static void
another_customer_error(const EpisodeCache *cache, Datum before, Datum customer)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("customer must be the same in all rows of a partition: %s after %s",
					customer_text(cache, customer), customer_text(cache, before)),
			 errhint("Write OVER (PARTITION BY customer ORDER BY at).")));
}

static void
unsorted_error(const EpisodeCache *cache, int64 before, int64 start)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("at must not descend within a partition: %s after %s",
					moment_text(cache, start), moment_text(cache, before)),
			 errhint("Write OVER (PARTITION BY customer ORDER BY at).")));
}

static void
null_gap_error(const char *argument)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be null", argument)));
}

/* ---------- arguments ---------- */

static EpisodeCache *
get_cache(FunctionCallInfo fcinfo)
{
	EpisodeCache *cache = fcinfo->flinfo->fn_extra;
	TypeCacheEntry *customer_type;

	if (likely(cache != NULL))
		return cache;

	customer_type = lookup_type_cache(get_fn_expr_argtype(fcinfo->flinfo, ARG_CUSTOMER),
									  TYPECACHE_EQ_OPR_FINFO);
	if (!OidIsValid(customer_type->eq_opr_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an equality operator for type %s",
						format_type_be(customer_type->type_id)),
				 errhint("Customers are compared: cast them to a type that has an = operator.")));

	cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(EpisodeCache));
	cache->customer_type = customer_type;
	cache->at_type = get_fn_expr_argtype(fcinfo->flinfo, ARG_AT);
	if (cache->at_type == TSTZRANGEOID)
		cache->range_type = lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO);
	cache->ahead = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "kpi contacts ahead",
										 ALLOCSET_SMALL_SIZES);
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

static int64
get_gap(FunctionCallInfo fcinfo, int n, const char *argument)
{
	bool		is_null;
	Datum		datum;
	Interval   *gap;
	int64		usec;

	window_call_argument(fcinfo, n, 0, &datum, &is_null);
	if (is_null)
		null_gap_error(argument);
	gap = DatumGetIntervalP(datum);
	if (unlikely(gap->month != 0 && !INTERVAL_NOT_FINITE(gap)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not contain months: %s", argument,
						DatumGetCString(DirectFunctionCall1(interval_out, datum))),
				 errdetail("A month has no fixed length."),
				 errhint("Give it in days: '30 days'.")));
	usec = kpi_signed_interval_to_usec(gap, argument);
	if (unlikely(usec < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: %s", argument,
						DatumGetCString(DirectFunctionCall1(interval_out, datum)))));
	return usec;
}

/* gap and min_gap; min_gap is the argument after the required ones, if given */
static void
get_gaps(FunctionCallInfo fcinfo, EpisodeHistory *history, int required)
{
	int64		gap = get_gap(fcinfo, ARG_GAP, "gap");
	int64		min_gap = PG_NARGS() > required ?
		get_gap(fcinfo, required, "min_gap") : EPISODE_NO_MIN_GAP;

	if (likely(history->have_gaps && history->gap == gap && history->min_gap == min_gap))
		return;
	if (min_gap > gap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_gap must not exceed gap: %s, %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															kpi_interval_datum(min_gap))),
						DatumGetCString(DirectFunctionCall1(interval_out,
															kpi_interval_datum(gap))))));
	/* Between two contacts with different gaps, either could decide. */
	if (history->have_gaps)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gap and min_gap must be the same in all rows of a partition"),
				 errhint("Add the column on which they depend to PARTITION BY.")));
	history->have_gaps = true;
	history->gap = gap;
	history->min_gap = min_gap;
}

/* A date is the midnight of the clock that a timestamp shows; beside a moment it is refused. */
static int64
get_as_of(FunctionCallInfo fcinfo)
{
	bool		is_null;
	Datum		as_of;

	window_call_argument(fcinfo, ARG_AS_OF, 0, &as_of, &is_null);
	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("as_of must not be null"),
				 errhint("Give the moment up to which the contacts are complete.")));
	if (get_fn_expr_argtype(fcinfo->flinfo, ARG_AS_OF) == DATEOID)
		return DatumGetTimestamp(DirectFunctionCall1(date_timestamp, as_of));
	return DatumGetTimestampTz(as_of);	/* or timestamp: the same microseconds */
}

/* When a row's contact began and ended; false when the row does not say */
static inline bool
get_times(const EpisodeCache *cache, Datum at, int64 *start, int64 *end)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		is_empty;

	if (cache->range_type == NULL)
	{
		*start = *end = DatumGetTimestampTz(at);
		return true;
	}
	range_deserialize(cache->range_type, DatumGetRangeTypeP(at), &lower, &upper, &is_empty);
	if (is_empty)
		return false;
	*start = lower.infinite ? DT_NOBEGIN : DatumGetTimestampTz(lower.val);
	*end = upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val);
	return true;
}

/* Reads and checks a row, which follows those in the history; false beyond the partition */
static bool
get_contact(FunctionCallInfo fcinfo, EpisodeCache *cache, int row, EpisodeHistory *history,
			EpisodeContact *contact)
{
	Datum		at;
	Datum		customer;
	bool		is_null;

	if (!window_call_argument(fcinfo, ARG_AT, row, &at, &is_null))
		return false;
	contact->has_time = !is_null && get_times(cache, at, &contact->start, &contact->end);
	if (contact->has_time)
	{
		if (unlikely(history->have_start && contact->start < history->start))
			unsorted_error(cache, history->start, contact->start);
		history->have_start = true;
		history->start = contact->start;
	}

	window_call_argument(fcinfo, ARG_CUSTOMER, row, &customer, &is_null);
	contact->has_customer = !is_null;
	if (is_null)
		return true;
	if (likely(history->have_customer))
	{
		if (cache->customer_type->typbyval && history->customer == customer)
			return true;
		if (unlikely(!DatumGetBool(FunctionCall2Coll(&cache->customer_type->eq_opr_finfo,
													 PG_GET_COLLATION(),
													 history->customer, customer))))
			another_customer_error(cache, history->customer, customer);
	}
	else
	{
		/* the history lies in the memory of the partition: the copy goes with it */
		MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(history));

		history->customer = datumCopy(customer, cache->customer_type->typbyval,
									  cache->customer_type->typlen);
		history->have_customer = true;
		MemoryContextSwitchTo(old);
	}
	return true;
}

/* ---------- functions ---------- */

/*
 * Takes the current row into the history of its partition.  *step means nothing
 * when the row has no time or no customer.
 */
static EpisodeHistory *
advance(FunctionCallInfo fcinfo, EpisodeCache *cache, int required, EpisodeContact *contact,
		EpisodeStep *step)
{
	EpisodeHistory *history = window_call_memory(fcinfo, sizeof(EpisodeHistory));

	window_call_forget(fcinfo);
	get_gaps(fcinfo, history, required);
	get_contact(fcinfo, cache, 0, history, contact);
	*step = EPISODE_BEGINS;
	if (contact->has_time && contact->has_customer)
		*step = episode_add(&history->episode, contact->start, contact->end,
							history->gap, history->min_gap);
	return history;
}

PG_FUNCTION_INFO_V1(contact_number);
Datum
contact_number(PG_FUNCTION_ARGS)
{
	EpisodeContact contact;
	EpisodeStep step;
	EpisodeHistory *history = advance(fcinfo, get_cache(fcinfo), ARG_GAP + 1, &contact, &step);

	if (!contact.has_time)
		PG_RETURN_NULL();
	if (!contact.has_customer)
		PG_RETURN_INT64(1);
	PG_RETURN_INT64(history->episode.contacts);
}

PG_FUNCTION_INFO_V1(repeat_contact);
Datum
repeat_contact(PG_FUNCTION_ARGS)
{
	EpisodeContact contact;
	EpisodeStep step;

	advance(fcinfo, get_cache(fcinfo), ARG_GAP + 1, &contact, &step);
	if (!contact.has_time || !contact.has_customer || step == EPISODE_CONTINUES)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(step == EPISODE_REPEATS);
}

/*
 * What follows the current row, the first contact of an episode?  *resolved is
 * set when the answer is true: its window has closed and we know.
 */
static bool
look_ahead(FunctionCallInfo fcinfo, EpisodeCache *cache, const EpisodeHistory *history,
		   int64 as_of, bool *resolved)
{
	EpisodeHistory ahead = *history;
	EpisodeContact contact;

	for (int row = 1;; row++)
	{
		EpisodeStep step;

		/* A window that is open now stays open, whatever continues the contact. */
		if (episode_within(ahead.episode.end, as_of, ahead.gap))
			return false;
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(cache->ahead);
		if (row == PG_INT32_MAX ||
			!get_contact(fcinfo, cache, row, &ahead, &contact))
		{
			*resolved = true;
			return true;
		}
		if (!contact.has_time)
			continue;
		if (!contact.has_customer)
		{
			if (episode_within(ahead.episode.end, contact.start, ahead.gap))
				continue;
			*resolved = true;	/* and so is every row after this one */
			return true;
		}
		step = episode_add(&ahead.episode, contact.start, contact.end, ahead.gap, ahead.min_gap);
		if (step == EPISODE_CONTINUES)
			continue;
		*resolved = (step == EPISODE_BEGINS);
		return true;
	}
}

PG_FUNCTION_INFO_V1(first_contact_resolved);
Datum
first_contact_resolved(PG_FUNCTION_ARGS)
{
	EpisodeCache *cache = get_cache(fcinfo);
	EpisodeContact contact;
	EpisodeStep step;
	EpisodeHistory *history = advance(fcinfo, cache, ARG_AS_OF + 1, &contact, &step);
	int64		as_of = get_as_of(fcinfo);
	MemoryContext old;
	bool		known;
	bool		resolved = false;

	if (!contact.has_time || !contact.has_customer || step != EPISODE_BEGINS)
		PG_RETURN_NULL();
	old = MemoryContextSwitchTo(cache->ahead);
	known = look_ahead(fcinfo, cache, history, as_of, &resolved);
	MemoryContextSwitchTo(old);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(resolved);
}
