/*
 * reporting.h
 *		Reporting intervals on a zone's local clock, for the rooms that walk them:
 *		from "at" the interval that began at reporting_start(clock, step, at) goes on
 *		until reporting_end(clock, step, at), where another begins, or comes back.
 */
#ifndef REPORTING_H
#define REPORTING_H

#include "calendar/clock.h"

/* Whole months, or microseconds, counted from a local time. */
typedef struct ReportingStep
{
	int64		usec;
	int64		months;			/* 0 where usec counts */
	int64		origin;
} ReportingStep;

/* Arguments of a function: a step that divides a day or is whole days, and a zone. */
/* interval_start, which batch execution knows by its address */
extern Datum reporting_interval_start(PG_FUNCTION_ARGS);

extern ReportingStep reporting_getarg_step(FunctionCallInfo fcinfo, int n, int origin);
extern Clock *reporting_getarg_clock(FunctionCallInfo fcinfo, int n);

/* The first moment of the interval that contains "moment". */
extern TimestampTz reporting_start(Clock *clock, const ReportingStep *step, TimestampTz moment);

/* The first moment after "moment" that lies in another interval. */
extern TimestampTz reporting_end(Clock *clock, const ReportingStep *step, TimestampTz moment);

/* When the interval of "moment" comes back, from "from" on; PG_INT64_MAX: it does not. */
extern TimestampTz reporting_comes_back(Clock *clock, const ReportingStep *step, TimestampTz moment, TimestampTz from);

#endif							/* REPORTING_H */
