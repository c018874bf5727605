/*
 * handle.c
 *		Type handle_summary: average handle time and its parts.
 */
#include "postgres.h"

#include "base/kernel.h"
#include "handle/handle.h"
#include "base/kpi.h"
#include "base/row.h"
#include "base/summary.h"

#define PG_GETARG_HANDLE_P(n) ((HandleSummary *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const handle_fields[] = {"handled", "held", "talk", "hold", "wrap"};

static const char *
handle_words_complaint(const int64 *words)
{
	return handle_complaint((const HandleSummary *) words);
}

static const SummaryType handle_type = {
	.name = "handle_summary",
	.fields = handle_fields,
	.nfields = lengthof(handle_fields),
	.nreserved = 3,
	.complaint = handle_words_complaint,
};

SUMMARY_FUNCTIONS(handle_summary, handle_type);

/* ---------- contacts ---------- */

/* (state, handle): all of it talk */
static pg_attribute_always_inline HandleSummary
getarg_talk(FunctionCallInfo fcinfo, DurationType type)
{
	return handle_contact(kpi_getarg_duration(fcinfo, 1, type, "handle"), 0, 0);
}

/* A component that is NULL counts 0. */
static pg_attribute_always_inline int64
getarg_component(FunctionCallInfo fcinfo, int n, DurationType type, const char *argument)
{
	if (type == DURATION_INT4)
	{
		/* without a branch: whether a contact was held is hard to predict */
		int32		known = -(int32) !PG_ARGISNULL(n);

		return kpi_int4_to_usec(PG_GETARG_INT32(n) & known, argument);
	}
	return PG_ARGISNULL(n) ? 0 : kpi_getarg_duration(fcinfo, n, type, argument);
}

/* (state, talk, hold, wrap): nothing where all are NULL, with handled 0 */
static pg_attribute_always_inline HandleSummary
getarg_components(FunctionCallInfo fcinfo, DurationType type)
{
	int64		talk = getarg_component(fcinfo, 1, type, "talk");
	int64		hold = getarg_component(fcinfo, 2, type, "hold");
	int64		wrap = getarg_component(fcinfo, 3, type, "wrap");
	HandleSummary contact = handle_contact(talk, hold, wrap);

	contact.handled = !(PG_ARGISNULL(1) & PG_ARGISNULL(2) & PG_ARGISNULL(3));
	return contact;
}

/* ---------- aggregates ---------- */

static pg_attribute_always_inline Datum
handle_accumulate(FunctionCallInfo fcinfo, HandleSummary contact)
{
	HandleSummary *state = kpi_getarg_state(fcinfo, sizeof(HandleSummary));

	handle_add(state, &contact);
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
handle_discard(FunctionCallInfo fcinfo, HandleSummary contact)
{
	HandleSummary *state = kpi_getarg_state(fcinfo, sizeof(HandleSummary));

	handle_remove(state, &contact);
	if (unlikely(kpi_may_be_impossible(fcinfo)) && handle_complaint(state) != NULL)
		kpi_negative_result_error("handle_summary");
	PG_RETURN_POINTER(state);
}

#define HANDLE_FUNCTIONS(suffix, type) \
	KPI_FUNCTION(handle_accum_##suffix, handle_accumulate(fcinfo, getarg_talk(fcinfo, type))); \
	KPI_FUNCTION(handle_accum_inv_##suffix, handle_discard(fcinfo, getarg_talk(fcinfo, type))); \
	KPI_FUNCTION(handle_accum_##suffix##_3, handle_accumulate(fcinfo, getarg_components(fcinfo, type))); \
	KPI_FUNCTION(handle_accum_inv_##suffix##_3, handle_discard(fcinfo, getarg_components(fcinfo, type)))

HANDLE_FUNCTIONS(interval, DURATION_INTERVAL);
HANDLE_FUNCTIONS(int4, DURATION_INT4);
HANDLE_FUNCTIONS(float8, DURATION_FLOAT8);

/* a + b, and the transition and combine function of rollup */
KPI_FUNCTION(handle_summary_merge, handle_accumulate(fcinfo, *PG_GETARG_HANDLE_P(1)));
/* a - b, and the inverse transition of rollup */
KPI_FUNCTION(handle_summary_subtract, handle_discard(fcinfo, *PG_GETARG_HANDLE_P(1)));

/* ---------- accessors ---------- */

KPI_FUNCTION(handle_handled, Int64GetDatum(PG_GETARG_HANDLE_P(0)->handled));

static inline Datum
handle_mean(FunctionCallInfo fcinfo, int64 sum, int64 count, DurationType type)
{
	if (count == 0)
		PG_RETURN_NULL();
	KPI_RETURN_DURATION(kpi_mean(sum, count), type);
}

#define HANDLE_MEAN(function, sum, count, type) \
	PG_FUNCTION_INFO_V1(function); \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		const HandleSummary *h = PG_GETARG_HANDLE_P(0); \
		return handle_mean(fcinfo, sum, count, type); \
	} \
	extern int	no_such_variable

HANDLE_MEAN(handle_aht_interval, handle_total(h), h->handled, DURATION_INTERVAL);
HANDLE_MEAN(handle_aht_seconds, handle_total(h), h->handled, DURATION_FLOAT8);
HANDLE_MEAN(handle_average_talk, h->talk, h->handled, DURATION_INTERVAL);
HANDLE_MEAN(handle_average_hold, h->hold, h->handled, DURATION_INTERVAL);
HANDLE_MEAN(handle_average_hold_when_held, h->hold, h->held, DURATION_INTERVAL);
HANDLE_MEAN(handle_average_wrap, h->wrap, h->handled, DURATION_INTERVAL);

KPI_FUNCTION(handle_total_handle_time,
			 kpi_interval_datum(handle_total(PG_GETARG_HANDLE_P(0))));

/* ---------- contacts that somebody else has counted ---------- */

static int64
getarg_count(FunctionCallInfo fcinfo, int n, const char *argument)
{
	int64		count = PG_GETARG_INT64(n);

	if (count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: " INT64_FORMAT, argument, count)));
	return count;
}

/* handle_summary(handled, talk, hold, wrap, held) */
PG_FUNCTION_INFO_V1(handle_summary_from_counts);
Datum
handle_summary_from_counts(PG_FUNCTION_ARGS)
{
	HandleSummary *h = palloc0(sizeof(HandleSummary));
	const char *complaint;

	h->handled = getarg_count(fcinfo, 0, "handled");
	h->talk = kpi_getarg_duration(fcinfo, 1, DURATION_INTERVAL, "talk");
	h->hold = kpi_getarg_duration(fcinfo, 2, DURATION_INTERVAL, "hold");
	h->wrap = kpi_getarg_duration(fcinfo, 3, DURATION_INTERVAL, "wrap");
	h->held = getarg_count(fcinfo, 4, "held");
	complaint = handle_complaint(h);
	if (complaint != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no set of contacts has these counts and times"),
				 errdetail("%s", complaint),
				 errhint("The arguments are handle_summary(handled, talk, hold, wrap, held), times as sums over all contacts.")));
	PG_RETURN_POINTER(h);
}

/* ---------- all of them in a row ---------- */

static void
row_add_mean(KpiRow *row, int64 sum, int64 count)
{
	row_add_seconds(row, count > 0, count > 0 ? kpi_mean(sum, count) : 0);
}

PG_FUNCTION_INFO_V1(handle_kpis);
Datum
handle_kpis(PG_FUNCTION_ARGS)
{
	const HandleSummary *h = PG_GETARG_HANDLE_P(0);
	KpiRow		row = {0};

	row_add_count(&row, h->handled);
	row_add_count(&row, h->held);
	row_add_mean(&row, handle_total(h), h->handled);
	row_add_mean(&row, h->talk, h->handled);
	row_add_mean(&row, h->hold, h->handled);
	row_add_mean(&row, h->hold, h->held);
	row_add_mean(&row, h->wrap, h->handled);
	row_add_seconds(&row, true, handle_total(h));
	return row_result(fcinfo, &row);
}

/* ---------- batch execution ---------- */

static void
handle_kernel(const KernelRows *call)
{
	const int64 *handle = call->args[0].values;

	KERNEL_LOOP(call, i,
		HandleSummary contact = handle_contact(handle[i], 0, 0);

		handle_add(KERNEL_STATE(call, i, HandleSummary), &contact);
	);
}

/*
 * (talk, hold, wrap): a component that is NULL counts 0, nothing where all are.
 * Without a branch: whether a contact was held is hard to predict.
 */
static void
components_kernel(const KernelRows *call)
{
	const int64 *talk = call->args[0].values;
	const int64 *hold = call->args[1].values;
	const int64 *wrap = call->args[2].values;
	const uint8 *no_talk = kernel_nulls(call, 0);
	const uint8 *no_hold = kernel_nulls(call, 1);
	const uint8 *no_wrap = kernel_nulls(call, 2);

	KERNEL_LOOP(call, i,
		HandleSummary contact = handle_contact(talk[i] & ((int64) no_talk[i] - 1),
											   hold[i] & ((int64) no_hold[i] - 1),
											   wrap[i] & ((int64) no_wrap[i] - 1));

		contact.handled = 1 - (no_talk[i] & no_hold[i] & no_wrap[i]);
		handle_add(KERNEL_STATE(call, i, HandleSummary), &contact);
	);
}

#define HANDLE_KERNELS(suffix) \
	{handle_accum_##suffix, handle_kernel, KERNEL_ARG(0)}, \
	{handle_accum_##suffix##_3, components_kernel, KERNEL_ARG(0) | KERNEL_ARG(1) | KERNEL_ARG(2)}

const BatchKernel handle_kernels[] = {
	HANDLE_KERNELS(interval),
	HANDLE_KERNELS(int4),
	HANDLE_KERNELS(float8),
	{NULL, NULL, 0}
};
