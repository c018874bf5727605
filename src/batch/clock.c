/*
 * clock.c
 *		Expressions that cut a moment to a unit of local time: the local day, the
 *		hour, the weekday.
 *
 * Such an expression has one value for a whole quarter of an hour, provided that
 * the zone's offset is a multiple of a quarter of an hour throughout.  So it is
 * evaluated once for each quarter hour that occurs (memo.c), and not once a row.
 * Expressions that ask for minutes have one value for each minute.
 */
#include "postgres.h"

#include "batch/batch.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "calendar/reporting.h"

#define QUARTER (15 * USECS_PER_MINUTE)
#define MAX_ZONES 4

struct BatchClock
{
	int64		cell;			/* microseconds for which the value is the same */
	bool		session_zone;	/* the session's zone takes part */
	int			nzones;
	pg_tz	   *zones[MAX_ZONES];
	bool		fails;			/* while an expression is examined */
	int			ncuts;
};

/* ---------- functions that cut ---------- */

typedef struct CutFunction
{
	Oid			function;
	int			unit;			/* the argument that names the unit, or -1 */
	int			moment;
	int			zone;			/* the argument that names the zone, or -1 */
	bool		session_zone;
} CutFunction;

static const CutFunction cuts[] = {
	{F_DATE_TIMESTAMP, -1, 0, -1, false},
	{F_DATE_TIMESTAMPTZ, -1, 0, -1, true},
	{F_DATE_TRUNC_TEXT_TIMESTAMP, 0, 1, -1, false},
	{F_DATE_TRUNC_TEXT_TIMESTAMPTZ, 0, 1, -1, true},
	{F_DATE_TRUNC_TEXT_TIMESTAMPTZ_TEXT, 0, 1, 2, false},
	{F_EXTRACT_TEXT_TIMESTAMP, 0, 1, -1, false},
	{F_EXTRACT_TEXT_TIMESTAMPTZ, 0, 1, -1, true},
	{F_DATE_PART_TEXT_TIMESTAMP, 0, 1, -1, false},
	{F_DATE_PART_TEXT_TIMESTAMPTZ, 0, 1, -1, true},
};

/* The time for which a unit keeps its value: a quarter hour, a minute; 0: not known. */
static int64
cell_of_unit(Node *unit)
{
	static const char *const coarse[] = {
		"hour", "hours", "day", "days", "week", "weeks", "month", "months", "quarter", "year", "years",
		"dow", "isodow", "doy", "isoyear", "decade", "century", "millennium",
	};
	char	   *name;

	if (!IsA(unit, Const) || ((Const *) unit)->constisnull)
		return 0;
	name = TextDatumGetCString(((Const *) unit)->constvalue);
	for (size_t i = 0; i < lengthof(coarse); i++)
	{
		if (pg_strcasecmp(name, coarse[i]) == 0)
			return QUARTER;
	}
	return pg_strcasecmp(name, "minute") == 0 ? USECS_PER_MINUTE : 0;
}

/* A full name only: abbreviations mean what a setting says. */
static void
add_zone(BatchClock *clock, Node *zone)
{
	char	   *name;
	pg_tz	   *tz;

	if (!IsA(zone, Const) || ((Const *) zone)->constisnull ||
		((Const *) zone)->consttype != TEXTOID || clock->nzones == MAX_ZONES)
	{
		clock->fails = true;
		return;
	}
	name = TextDatumGetCString(((Const *) zone)->constvalue);
	tz = strchr(name, '/') != NULL || strcmp(name, "UTC") == 0 ? pg_tzset(name) : NULL;
	if (tz == NULL)
		clock->fails = true;
	else
		clock->zones[clock->nzones++] = tz;
}

/* The moment that is cut: a column, perhaps moved to a zone's local clock. */
static void
examine_moment(BatchClock *clock, Node *node)
{
	if (IsA(node, RelabelType))
		examine_moment(clock, (Node *) ((RelabelType *) node)->arg);
	else if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_TIMEZONE_TEXT_TIMESTAMPTZ)
	{
		add_zone(clock, linitial(((FuncExpr *) node)->args));
		examine_moment(clock, lsecond(((FuncExpr *) node)->args));
	}
	else if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == F_TIMESTAMP_TIMESTAMPTZ)
	{
		clock->session_zone = true;
		examine_moment(clock, linitial(((FuncExpr *) node)->args));
	}
	else if (!IsA(node, Var))
		clock->fails = true;
}

static void
add_cell(BatchClock *clock, int64 cell)
{
	clock->ncuts++;
	if (cell == 0)
		clock->fails = true;
	else
		clock->cell = Min(clock->cell, cell);
}

/* The step of interval_start(moment, step, zone), in microseconds; 0 where it is no constant. */
static int64
interval_start_step(FuncExpr *call)
{
	FmgrInfo	function;
	Const	   *step;
	Interval   *value;

	if (call->funcid < FirstNormalObjectId || list_length(call->args) != 3)
		return 0;
	fmgr_info(call->funcid, &function);
	if (function.fn_addr != reporting_interval_start)
		return 0;
	step = lsecond(call->args);
	if (!IsA(step, Const) || step->constisnull || step->consttype != INTERVALOID)
		return 0;
	value = DatumGetIntervalP(step->constvalue);
	if (value->month != 0 || value->day < 0 || value->day > 100000 || value->time < 0)
		return 0;
	return value->day * USECS_PER_DAY + value->time;
}

static bool
examine_walker(Node *node, BatchClock *clock)
{
	if (node == NULL || clock->fails)
		return false;
	if (IsA(node, Var))
		clock->fails = true;	/* a moment that nothing cuts */
	if (IsA(node, FuncExpr))
	{
		FuncExpr   *call = (FuncExpr *) node;
		int64		step = interval_start_step(call);

		for (size_t i = 0; i < lengthof(cuts); i++)
		{
			if (cuts[i].function != call->funcid)
				continue;
			add_cell(clock, cuts[i].unit < 0 ? QUARTER : cell_of_unit(list_nth(call->args, cuts[i].unit)));
			if (cuts[i].zone >= 0)
				add_zone(clock, list_nth(call->args, cuts[i].zone));
			clock->session_zone |= cuts[i].session_zone;
			examine_moment(clock, list_nth(call->args, cuts[i].moment));
			return false;
		}
		if (step > 0)
		{
			add_cell(clock, step % QUARTER == 0 ? QUARTER : step % USECS_PER_MINUTE == 0 ? USECS_PER_MINUTE : 0);
			add_zone(clock, lthird(call->args));
			examine_moment(clock, linitial(call->args));
			return false;
		}
	}
	return expression_tree_walker(node, examine_walker, clock);
}

/* How the value of an expression over one column of moments repeats, or NULL. */
BatchClock *
batch_clock(Expr *expr)
{
	BatchClock *clock;

	if (kpi_batch_generic & GENERIC_CLOCK)
		return NULL;
	clock = palloc0(sizeof(BatchClock));
	clock->cell = QUARTER;
	examine_walker((Node *) expr, clock);
	return clock->fails || clock->ncuts == 0 ? NULL : clock;
}

/* The step of interval_start(moment, step, zone) for the planner. */
double
batch_interval_start_unit(FuncExpr *call)
{
	return interval_start_step(call);
}

/* ---------- cells ---------- */

/* No change of the zone's clock, and an offset of whole cells, from start to end. */
static bool
zone_is_even(pg_tz *zone, int64 cell, int64 start, int64 end)
{
	const int64 epoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY;
	pg_time_t	from = start / USECS_PER_SEC + epoch;
	pg_time_t	to = end / USECS_PER_SEC + epoch;
	pg_time_t	boundary;
	long		before;
	long		after;
	int			before_dst;
	int			after_dst;
	int			found = pg_next_dst_boundary(&from, &before, &before_dst, &boundary, &after, &after_dst, zone);

	return found >= 0 && before % (cell / USECS_PER_SEC) == 0 && (found == 0 || boundary >= to);
}

/* The cell that a moment lies in; false where the value may change within it. */
bool
batch_clock_cell(BatchClock *clock, int64 moment, int64 *start, int64 *end)
{
	if (!IS_VALID_TIMESTAMP(moment))
		return false;
	*start = moment - ((moment % clock->cell) + clock->cell) % clock->cell;
	*end = *start + clock->cell;
	if (!IS_VALID_TIMESTAMP(*start) || !IS_VALID_TIMESTAMP(*end))
		return false;
	if (clock->session_zone && !zone_is_even(session_timezone, clock->cell, *start, *end))
		return false;
	for (int i = 0; i < clock->nzones; i++)
	{
		if (!zone_is_even(clock->zones[i], clock->cell, *start, *end))
			return false;
	}
	return true;
}
