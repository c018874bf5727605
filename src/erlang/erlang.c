/*
 * erlang.c
 *		Staffing: Erlang B, C and A.
 */
#include "postgres.h"

#include "erlang/erlang.h"
#include "base/kpi.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

/* ---------- arguments ---------- */

static void
domain_error(const char *argument, const char *must, double value)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must %s: %s", argument, must, float8out_internal(value))));
}

static void
too_large_error(const char *argument, double value)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s must not exceed %.0f: %s", argument, ERLANG_MAX,
					float8out_internal(value))));
}

static double
getarg_agents(FunctionCallInfo fcinfo, int n)
{
	double		agents = PG_GETARG_FLOAT8(n);

	if (!(agents >= 1))			/* NaN too */
		domain_error("agents", "be 1 or more", agents);
	if (agents > ERLANG_MAX)
		too_large_error("agents", agents);
	return agents;
}

static double
getarg_count(FunctionCallInfo fcinfo, int n, const char *argument)
{
	double		count = PG_GETARG_FLOAT8(n);

	if (!(count >= 0) || isinf(count))
		domain_error(argument, "be a finite number, 0 or more", count);
	return count;
}

static double
getarg_load(FunctionCallInfo fcinfo, int n)
{
	double		load = getarg_count(fcinfo, n, "load");

	if (load > ERLANG_MAX)
		too_large_error("load", load);
	return load;
}

/* A duration in microseconds, 0 or more; a double, to be divided by another one */
static double
getarg_time(FunctionCallInfo fcinfo, int n, const char *argument)
{
	Interval   *time = PG_GETARG_INTERVAL_P(n);
	int64		usec = kpi_signed_interval_to_usec(time, argument);

	if (usec < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative: %s", argument,
						DatumGetCString(DirectFunctionCall1(interval_out,
															IntervalPGetDatum(time))))));
	return (double) usec;
}

static double
getarg_positive_time(FunctionCallInfo fcinfo, int n, const char *argument)
{
	double		time = getarg_time(fcinfo, n, argument);

	if (time == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be longer than 0", argument)));
	return time;
}

/* Microseconds, rounded half away from zero */
static Datum
time_datum(double usec)
{
	usec = round(usec);
	if (!FLOAT8_FITS_IN_INT64(usec))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the mean wait is out of range"),
				 errdetail("It is longer than 292 thousand years.")));
	return kpi_interval_datum((int64) usec);
}

/* ---------- load, Erlang B and C ---------- */

PG_FUNCTION_INFO_V1(erlang_load);
Datum
erlang_load(PG_FUNCTION_ARGS)
{
	double		contacts = getarg_count(fcinfo, 0, "contacts");
	double		aht = getarg_time(fcinfo, 1, "aht");
	double		period = getarg_positive_time(fcinfo, 2, "period");
	double		load = contacts * (aht / period);

	if (isinf(load))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the load is out of range"),
				 errdetail("It is contacts * aht / period.")));
	PG_RETURN_FLOAT8(load);
}

KPI_FUNCTION(erlang_b, Float8GetDatum(erlang_b_blocking(getarg_agents(fcinfo, 0),
														getarg_load(fcinfo, 1))));
KPI_FUNCTION(erlang_c, Float8GetDatum(erlang_c_waiting(getarg_agents(fcinfo, 0),
													   getarg_load(fcinfo, 1))));

PG_FUNCTION_INFO_V1(erlang_c_service_level);
Datum
erlang_c_service_level(PG_FUNCTION_ARGS)
{
	double		agents = getarg_agents(fcinfo, 0);
	double		load = getarg_load(fcinfo, 1);
	double		aht = getarg_positive_time(fcinfo, 2, "aht");
	double		threshold = getarg_time(fcinfo, 3, "threshold");

	PG_RETURN_FLOAT8(erlang_c_within(agents, load, threshold / aht));
}

PG_FUNCTION_INFO_V1(erlang_c_asa);
Datum
erlang_c_asa(PG_FUNCTION_ARGS)
{
	double		agents = getarg_agents(fcinfo, 0);
	double		load = getarg_load(fcinfo, 1);
	double		aht = getarg_positive_time(fcinfo, 2, "aht");

	if (load >= agents)
		PG_RETURN_NULL();		/* the queue grows without end */
	return time_datum(erlang_c_waiting(agents, load) * aht / (agents - load));
}

/* ---------- Erlang A ---------- */

/* The arguments that all of them have: agents, load, aht, patience */
typedef struct ErlangAArguments
{
	double		agents;
	double		load;
	double		aht;			/* microseconds */
	double		patience;		/* handle times */
} ErlangAArguments;

static ErlangAArguments
getargs_erlang_a(FunctionCallInfo fcinfo)
{
	ErlangAArguments a;

	a.agents = getarg_agents(fcinfo, 0);
	if (a.agents != floor(a.agents))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("agents must be a whole number: %s", float8out_internal(a.agents)),
				 errhint("Interpolate between the whole numbers on either side. Erlang B and C take fractions.")));
	a.load = getarg_load(fcinfo, 1);
	a.aht = getarg_positive_time(fcinfo, 2, "aht");
	a.patience = getarg_positive_time(fcinfo, 3, "patience") / a.aht;
	return a;
}

PG_FUNCTION_INFO_V1(erlang_a);
Datum
erlang_a(PG_FUNCTION_ARGS)
{
	ErlangAArguments a = getargs_erlang_a(fcinfo);

	PG_RETURN_FLOAT8(erlang_a_waiting(a.agents, a.load, a.patience));
}

PG_FUNCTION_INFO_V1(erlang_a_service_level);
Datum
erlang_a_service_level(PG_FUNCTION_ARGS)
{
	ErlangAArguments a = getargs_erlang_a(fcinfo);
	double		threshold = getarg_time(fcinfo, 4, "threshold");

	PG_RETURN_FLOAT8(erlang_a_within(a.agents, a.load, a.patience, threshold / a.aht));
}

PG_FUNCTION_INFO_V1(erlang_a_abandonment);
Datum
erlang_a_abandonment(PG_FUNCTION_ARGS)
{
	ErlangAArguments a = getargs_erlang_a(fcinfo);

	PG_RETURN_FLOAT8(erlang_a_abandoned(a.agents, a.load, a.patience));
}

PG_FUNCTION_INFO_V1(erlang_a_asa);
Datum
erlang_a_asa(PG_FUNCTION_ARGS)
{
	ErlangAArguments a = getargs_erlang_a(fcinfo);

	return time_datum(erlang_a_answered_wait(a.agents, a.load, a.patience) * a.aht);
}

/* ---------- head counts ---------- */

/* What is wanted, and of which queue */
typedef struct Staffing
{
	double		load;
	double		patience;		/* handle times; 0: endless, Erlang C */
	double		target;
	double		threshold;		/* handle times */
	double		max_occupancy;
	double		shrinkage;
} Staffing;

static bool
enough(const Staffing *s, double agents)
{
	double		answered = 1;		/* share of the load that the agents get to handle */

	CHECK_FOR_INTERRUPTS();
	if (s->patience > 0 && s->load > s->max_occupancy * agents)
		answered = erlang_a_within(agents, s->load, s->patience, INFINITY);
	if (s->load * answered > s->max_occupancy * agents * (1 + 1e-9))
		return false;
	if (s->patience > 0)
		return erlang_a_within(agents, s->load, s->patience, s->threshold) >= s->target;
	return erlang_c_within(agents, s->load, s->threshold) >= s->target;
}

/* The smallest number of agents that is enough: more are, fewer are not */
static double
smallest_enough(const Staffing *s)
{
	double		low = 0;		/* too few */
	double		high = Max(1, ceil(s->load));
	double		step = ceil(sqrt(s->load)) + 1;

	while (!enough(s, high))
	{
		if (high == ERLANG_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("more than %.0f agents are needed", ERLANG_MAX)));
		low = high;
		high = Min(high + step, ERLANG_MAX);
		step *= 2;
	}
	while (high - low > 1)
	{
		double		middle = floor((low + high) / 2);

		if (enough(s, middle))
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* The arguments from target on: target, threshold [, max_occupancy [, shrinkage]] */
static Datum
staff(FunctionCallInfo fcinfo, Staffing *s, int first, double aht)
{
	double		agents;

	s->target = PG_GETARG_FLOAT8(first);
	if (!(s->target >= 0 && s->target < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target must be at least 0 and below 1: %s", float8out_internal(s->target)),
				 errhint("80 percent is written 0.8. No number of agents answers everybody in time for certain.")));
	s->threshold = getarg_time(fcinfo, first + 1, "threshold") / aht;
	s->max_occupancy = PG_NARGS() > first + 2 ? PG_GETARG_FLOAT8(first + 2) : 1;
	if (!(s->max_occupancy > 0 && s->max_occupancy <= 1))
		domain_error("max_occupancy", "be above 0 and at most 1", s->max_occupancy);
	s->shrinkage = PG_NARGS() > first + 3 ? PG_GETARG_FLOAT8(first + 3) : 0;
	if (!(s->shrinkage >= 0 && s->shrinkage < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shrinkage must be at least 0 and below 1: %s",
						float8out_internal(s->shrinkage)),
				 errhint("30 percent is written 0.3. Agents who are always away are never enough.")));

	agents = erlang_heads(smallest_enough(s) / (1 - s->shrinkage));
	if (agents > ERLANG_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %.0f agents are needed", ERLANG_MAX)));
	PG_RETURN_INT32((int32) agents);
}

PG_FUNCTION_INFO_V1(erlang_c_agents);
Datum
erlang_c_agents(PG_FUNCTION_ARGS)
{
	Staffing	s = {0};

	s.load = getarg_load(fcinfo, 0);
	return staff(fcinfo, &s, 2, getarg_positive_time(fcinfo, 1, "aht"));
}

PG_FUNCTION_INFO_V1(erlang_a_agents);
Datum
erlang_a_agents(PG_FUNCTION_ARGS)
{
	Staffing	s = {0};
	double		aht;

	s.load = getarg_load(fcinfo, 0);
	aht = getarg_positive_time(fcinfo, 1, "aht");
	s.patience = getarg_positive_time(fcinfo, 2, "patience") / aht;
	return staff(fcinfo, &s, 3, aht);
}
