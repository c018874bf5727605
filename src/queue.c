/*
 * queue.c
 *		Type queue_summary: service level, abandonment, speed of answer.
 */
#include "postgres.h"

#include "deque.h"
#include "kpi.h"
#include "queue.h"
#include "row.h"
#include "summary.h"

#include "utils/builtins.h"

#define PG_GETARG_QUEUE_P(n) ((QueueSummary *) PG_GETARG_POINTER(n))

/* ---------- type ---------- */

static const char *const queue_fields[] = {
	"answered_within", "answered_late", "answered_unknown",
	"abandoned_short", "abandoned_within", "abandoned_late", "abandoned_unknown",
	"waiting_within", "waiting_late", "flowed_out_within", "flowed_out_late",
	"answered_wait", "abandoned_wait", "longest_wait",
};

static const char *
queue_words_complaint(const int64 *words)
{
	return queue_complaint((const QueueSummary *) words);
}

static const SummaryType queue_type = {
	.name = "queue_summary",
	.fields = queue_fields,
	.nfields = lengthof(queue_fields),
	.nullable = SUMMARY_NULLABLE(13),
	.nreserved = 2,
	.complaint = queue_words_complaint,
};

SUMMARY_FUNCTIONS(queue_summary, queue_type);

/* ---------- contacts ---------- */

pg_noreturn static void
short_abandon_error(int64 short_abandon, int64 threshold)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("short_abandon must not exceed the threshold: %g s, %g s",
					kpi_usec_to_seconds(short_abandon), kpi_usec_to_seconds(threshold)),
			 errhint("The arguments are (wait, threshold, answered, short_abandon).")));
}

/*
 * The contact that the arguments (state, wait, threshold [, answered
 * [, short_abandon [, flowed_out]]]) describe; false when nothing is known about
 * it.  The type and the number of arguments are constants where this is inlined.
 */
static pg_attribute_always_inline bool
getarg_contact(FunctionCallInfo fcinfo, DurationType type, int nargs, QueueContact *c)
{
	c->wait = PG_ARGISNULL(1) ? QUEUE_UNKNOWN : kpi_getarg_duration(fcinfo, 1, type, "wait");
	if (nargs >= 6 && !PG_ARGISNULL(5) && PG_GETARG_BOOL(5))
		c->fate = QUEUE_FLOWED_OUT;
	else if (nargs == 3)
		c->fate = PG_ARGISNULL(1) ? QUEUE_ABANDONED : QUEUE_ANSWERED;
	else if (likely(!PG_ARGISNULL(3)))
		c->fate = PG_GETARG_BOOL(3) ? QUEUE_ANSWERED : QUEUE_ABANDONED;
	else if (PG_ARGISNULL(1))
		return false;			/* not even its threshold has to be known */
	else
		c->fate = QUEUE_WAITING;

	if (unlikely(PG_ARGISNULL(2)))
		kpi_null_argument_error("threshold");
	c->threshold = kpi_getarg_duration(fcinfo, 2, type, "threshold");
	c->short_abandon = QUEUE_UNKNOWN;
	if (nargs >= 5 && !PG_ARGISNULL(4))
	{
		c->short_abandon = kpi_getarg_duration(fcinfo, 4, type, "short_abandon");
		if (unlikely(c->short_abandon > c->threshold))
			short_abandon_error(c->short_abandon, c->threshold);
	}
	return true;
}

/* ---------- aggregates whose state is a queue_summary ---------- */

static pg_attribute_always_inline Datum
queue_accum(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
		queue_add(state, &contact);
	PG_RETURN_POINTER(state);
}

/*
 * The state of a moving aggregate that reads no maximum never leaves the window.
 * That of any other call does: its longest wait is an upper bound, and all else
 * must be possible.
 */
static inline Datum
queue_inverse_result(FunctionCallInfo fcinfo, QueueSummary *state)
{
	if (unlikely(fcinfo->context == NULL || !IsA(fcinfo->context, WindowAggState)))
	{
		queue_bound_longest(state);
		if (queue_complaint(state) != NULL)
			kpi_negative_result_error("queue_summary");
	}
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_accum_inv(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
		queue_remove(state, &contact);
	return queue_inverse_result(fcinfo, state);
}

/* (state, wait [, answered]), strict: mean waits need no threshold */
static pg_attribute_always_inline Datum
queue_wait_accum(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	int64		wait = kpi_getarg_duration(fcinfo, 1, type, "wait");
	bool		answered = nargs < 3 || PG_GETARG_BOOL(2);

	queue_add_class(state, answered ? ANSWERED_WITHIN : ABANDONED_WITHIN, wait);
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_wait_accum_inv(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));
	int64		wait = kpi_getarg_duration(fcinfo, 1, type, "wait");
	bool		answered = nargs < 3 || PG_GETARG_BOOL(2);

	queue_remove_class(state, answered ? ANSWERED_WITHIN : ABANDONED_WITHIN, wait);
	return queue_inverse_result(fcinfo, state);
}

/* a + b, and the transition and combine function of rollup */
PG_FUNCTION_INFO_V1(queue_summary_merge);
Datum
queue_summary_merge(PG_FUNCTION_ARGS)
{
	QueueSummary *state = kpi_getarg_state(fcinfo, sizeof(QueueSummary));

	queue_merge(state, PG_GETARG_QUEUE_P(1));
	PG_RETURN_POINTER(state);
}

/* ---------- moving aggregates that know the longest wait ---------- */

typedef struct QueueMoving
{
	QueueSummary sums;			/* its longest wait is not kept */
	MaxDeque	longest;
} QueueMoving;

/* The moving state, made on the first row of a frame that starts anew. */
static QueueMoving *
moving_start(FunctionCallInfo fcinfo)
{
	static const QueueSummary empty = QUEUE_EMPTY;
	MemoryContext context;
	QueueMoving *state;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a moving transition function was called outside an aggregate"),
				 errhint("This function serves an aggregate. Call the aggregate instead.")));
	state = MemoryContextAlloc(context, sizeof(QueueMoving));
	state->sums = empty;
	deque_init(&state->longest, context);
	return state;
}

#define PG_GETARG_MOVING_P(fcinfo) \
	(likely(!PG_ARGISNULL(0)) ? (QueueMoving *) PG_GETARG_POINTER(0) : moving_start(fcinfo))

static pg_attribute_always_inline Datum
queue_moving_accum(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
	{
		queue_add(&state->sums, &contact);
		if (contact.wait != QUEUE_UNKNOWN)
			deque_push(&state->longest, contact.wait);
	}
	PG_RETURN_POINTER(state);
}

static pg_attribute_always_inline Datum
queue_moving_accum_inv(FunctionCallInfo fcinfo, DurationType type, int nargs)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);
	QueueContact contact;

	if (getarg_contact(fcinfo, type, nargs, &contact))
	{
		queue_remove(&state->sums, &contact);
		if (contact.wait != QUEUE_UNKNOWN)
			deque_remove(&state->longest);
	}
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(queue_moving_merge);
Datum
queue_moving_merge(PG_FUNCTION_ARGS)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		const QueueSummary *summary = PG_GETARG_QUEUE_P(1);

		queue_merge_sums(&state->sums, summary);
		if (summary->longest != QUEUE_UNKNOWN)
			deque_push(&state->longest, summary->longest);
	}
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(queue_moving_merge_inv);
Datum
queue_moving_merge_inv(PG_FUNCTION_ARGS)
{
	QueueMoving *state = PG_GETARG_MOVING_P(fcinfo);

	if (!PG_ARGISNULL(1))
	{
		const QueueSummary *summary = PG_GETARG_QUEUE_P(1);

		queue_subtract_sums(&state->sums, summary);
		if (summary->longest != QUEUE_UNKNOWN)
			deque_remove(&state->longest);
	}
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(queue_moving_final);
Datum
queue_moving_final(PG_FUNCTION_ARGS)
{
	static const QueueSummary empty = QUEUE_EMPTY;
	QueueSummary *result = palloc(sizeof(QueueSummary));

	*result = empty;
	if (!PG_ARGISNULL(0))
	{
		const QueueMoving *state = (const QueueMoving *) PG_GETARG_POINTER(0);

		*result = state->sums;
		result->longest = deque_is_empty(&state->longest) ? QUEUE_UNKNOWN
			: deque_max(&state->longest);
	}
	PG_RETURN_POINTER(result);
}

/* One function for each type of duration and number of arguments, the state among them. */
#define QUEUE_ACCUM_FUNCTIONS(suffix, type, nargs) \
	KPI_FUNCTION(queue_accum_##suffix##_##nargs, queue_accum(fcinfo, type, nargs)); \
	KPI_FUNCTION(queue_moving_accum_##suffix##_##nargs, queue_moving_accum(fcinfo, type, nargs)); \
	KPI_FUNCTION(queue_moving_accum_inv_##suffix##_##nargs, queue_moving_accum_inv(fcinfo, type, nargs))

#define QUEUE_FUNCTIONS(suffix, type) \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 3); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 4); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 5); \
	QUEUE_ACCUM_FUNCTIONS(suffix, type, 6); \
	KPI_FUNCTION(queue_accum_inv_##suffix##_3, queue_accum_inv(fcinfo, type, 3)); \
	KPI_FUNCTION(queue_accum_inv_##suffix##_4, queue_accum_inv(fcinfo, type, 4)); \
	KPI_FUNCTION(queue_wait_accum_##suffix##_2, queue_wait_accum(fcinfo, type, 2)); \
	KPI_FUNCTION(queue_wait_accum_##suffix##_3, queue_wait_accum(fcinfo, type, 3)); \
	KPI_FUNCTION(queue_wait_accum_inv_##suffix##_2, queue_wait_accum_inv(fcinfo, type, 2)); \
	KPI_FUNCTION(queue_wait_accum_inv_##suffix##_3, queue_wait_accum_inv(fcinfo, type, 3))

QUEUE_FUNCTIONS(interval, DURATION_INTERVAL);
QUEUE_FUNCTIONS(int4, DURATION_INT4);
QUEUE_FUNCTIONS(float8, DURATION_FLOAT8);

/* ---------- counts ---------- */

#define QUEUE_COUNT(function, mask) \
	KPI_FUNCTION(function, Int64GetDatum(queue_count(PG_GETARG_QUEUE_P(0), mask)))

QUEUE_COUNT(queue_offered, OFFERED);
QUEUE_COUNT(queue_answered, ANSWERED);
QUEUE_COUNT(queue_abandoned, ABANDONED);
QUEUE_COUNT(queue_waiting, WAITING);
QUEUE_COUNT(queue_flowed_out, FLOWED_OUT);

/* ---------- rates ---------- */

/* The rule of this name, or an error that lists them. */
static const QueueRule *
find_rule(const char *name, const QueueRule *rules, int nrules)
{
	StringInfoData list;

	for (int i = 0; i < nrules; i++)
	{
		if (strcmp(name, rules[i].name) == 0)
			return &rules[i];
	}
	initStringInfo(&list);
	for (int i = 0; i < nrules; i++)
		appendStringInfo(&list, "%s%s", i == 0 ? "" : ", ", rules[i].name);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown rule: \"%s\"", name),
			 errhint("The rules are: %s.", list.data)));
	pg_unreachable();
}

/* The rule that argument n names, or the default where there is no such argument. */
static const QueueRule *
getarg_rule(FunctionCallInfo fcinfo, int n, const QueueRule *rules, int nrules)
{
	if (PG_NARGS() <= n)
		return &rules[0];
	return find_rule(text_to_cstring(PG_GETARG_TEXT_PP(n)), rules, nrules);
}

#define GETARG_SERVICE_LEVEL_RULE() \
	getarg_rule(fcinfo, 1, queue_service_level_rules, lengthof(queue_service_level_rules))
#define GETARG_ABANDONMENT_RULE() \
	getarg_rule(fcinfo, 1, queue_abandonment_rules, lengthof(queue_abandonment_rules))

static Datum
queue_rate(FunctionCallInfo fcinfo, const QueueRule *rule)
{
	Proportion	share = queue_proportion(PG_GETARG_QUEUE_P(0), rule);

	if (share.total == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(proportion_rate(&share));
}

KPI_FUNCTION(queue_service_level, queue_rate(fcinfo, GETARG_SERVICE_LEVEL_RULE()));
KPI_FUNCTION(queue_abandonment_rate, queue_rate(fcinfo, GETARG_ABANDONMENT_RULE()));
KPI_FUNCTION(queue_answer_rate, queue_rate(fcinfo, &queue_answer_rule));

PG_FUNCTION_INFO_V1(queue_to_proportion);
Datum
queue_to_proportion(PG_FUNCTION_ARGS)
{
	Proportion *result = palloc(sizeof(Proportion));

	*result = queue_proportion(PG_GETARG_QUEUE_P(0), GETARG_SERVICE_LEVEL_RULE());
	PG_RETURN_POINTER(result);
}

/* ---------- waits ---------- */

/* Each gives false where no wait of the kind is known. */

static bool
queue_asa(const QueueSummary *q, int64 *usec)
{
	int64		count = queue_count(q, ANSWERED_KNOWN);

	if (count == 0)
		return false;
	*usec = kpi_mean(q->wait[OF_ANSWERED], count);
	return true;
}

static bool
queue_average_time_to_abandon(const QueueSummary *q, int64 *usec)
{
	int64		count = queue_count(q, ABANDONED_KNOWN);

	if (count == 0)
		return false;
	*usec = kpi_mean(q->wait[OF_ABANDONED], count);
	return true;
}

static bool
queue_average_wait(const QueueSummary *q, int64 *usec)
{
	int64		count = queue_count(q, ANSWERED_KNOWN | ABANDONED_KNOWN);
	int64		wait = q->wait[OF_ANSWERED];

	if (count == 0)
		return false;
	kpi_add(&wait, q->wait[OF_ABANDONED], "sum of waits");
	*usec = kpi_mean(wait, count);
	return true;
}

static bool
queue_longest_wait(const QueueSummary *q, int64 *usec)
{
	*usec = q->longest;
	return q->longest != QUEUE_UNKNOWN;
}

typedef bool (*QueueWait) (const QueueSummary *q, int64 *usec);

static inline Datum
queue_wait(FunctionCallInfo fcinfo, QueueWait wait, DurationType type)
{
	int64		usec;

	if (!wait(PG_GETARG_QUEUE_P(0), &usec))
		PG_RETURN_NULL();
	KPI_RETURN_DURATION(usec, type);
}

KPI_FUNCTION(queue_asa_interval, queue_wait(fcinfo, queue_asa, DURATION_INTERVAL));
KPI_FUNCTION(queue_asa_seconds, queue_wait(fcinfo, queue_asa, DURATION_FLOAT8));
KPI_FUNCTION(queue_average_time_to_abandon_interval,
			 queue_wait(fcinfo, queue_average_time_to_abandon, DURATION_INTERVAL));
KPI_FUNCTION(queue_average_time_to_abandon_seconds,
			 queue_wait(fcinfo, queue_average_time_to_abandon, DURATION_FLOAT8));
KPI_FUNCTION(queue_average_wait_interval, queue_wait(fcinfo, queue_average_wait, DURATION_INTERVAL));
KPI_FUNCTION(queue_longest_wait_interval, queue_wait(fcinfo, queue_longest_wait, DURATION_INTERVAL));

/* ---------- all of them in a row ---------- */

static void
row_add_proportion(KpiRow *row, const QueueSummary *q, const QueueRule *rule)
{
	Proportion	share = queue_proportion(q, rule);

	row_add_rate(row, share.hits, share.total);
}

static void
row_add_wait(KpiRow *row, const QueueSummary *q, QueueWait wait)
{
	int64		usec = 0;
	bool		known = wait(q, &usec);

	row_add_seconds(row, known, usec);
}

PG_FUNCTION_INFO_V1(queue_kpis);
Datum
queue_kpis(PG_FUNCTION_ARGS)
{
	const QueueSummary *q = PG_GETARG_QUEUE_P(0);
	KpiRow		row = {0};

	row_add_count(&row, queue_count(q, OFFERED));
	row_add_count(&row, queue_count(q, ANSWERED));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ANSWERED_WITHIN)));
	row_add_count(&row, queue_count(q, ABANDONED));
	row_add_count(&row, queue_count(q, QUEUE_BIT(ABANDONED_SHORT)));
	row_add_count(&row, queue_count(q, WAITING));
	row_add_count(&row, queue_count(q, FLOWED_OUT));
	row_add_proportion(&row, q, GETARG_SERVICE_LEVEL_RULE());
	row_add_proportion(&row, q, &queue_answer_rule);
	row_add_proportion(&row, q, &queue_abandonment_rules[0]);
	row_add_wait(&row, q, queue_asa);
	row_add_wait(&row, q, queue_average_wait);
	row_add_wait(&row, q, queue_average_time_to_abandon);
	row_add_wait(&row, q, queue_longest_wait);
	return row_result(fcinfo, &row);
}
