/*
 * mend.c
 *		Marking what no writer has marked: all of a rollup, for what leaves no trace
 *		(a function that reads what it should not, a dictionary or a collation that
 *		has changed), and partitions that have come, gone, or lost their rows.  And
 *		what is never computed anew: a past that is kept when its rows go.
 *
 * The caller has the rights of the rollup's owner; what runs has no others.
 */
#include "postgres.h"

#include "rollup/rollup.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

static char *
qualified(Oid relid)
{
	char	   *name = OidIsValid(relid) ? get_rel_name(relid) : NULL;

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a table of the rollup has been renamed or dropped"),
				 errhint("Give it back its name, or make the rollup anew.")));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
}

static void
execute(const char *statement, int nargs, Oid *types, Datum *values)
{
	int			result = SPI_execute_with_args(statement, nargs, types, values, NULL, false, 0);

	if (result < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(result));
}

/* The only row and column of a query; returns false if it is NULL or not there. */
static bool
ask(const char *statement, int nargs, Oid *types, Datum *values, Datum *answer)
{
	bool		isnull = true;

	execute(statement, nargs, types, values);
	*answer = (Datum) 0;
	if (SPI_processed == 1 && SPI_tuptable != NULL)
		*answer = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	return !isnull;
}

static char *
ask_text(const char *statement, int nargs, Oid *types, Datum *values)
{
	Datum		answer;

	return ask(statement, nargs, types, values, &answer) ? TextDatumGetCString(answer) : NULL;
}

static char *
state_of(RollupSource *source)
{
	Oid			state = rollup_state_of(source);

	/* (what 1.0.0 made has no such column) */
	if (OidIsValid(state) && get_attnum(state, "kept") == InvalidAttrNumber)
		return NULL;
	return qualified(state);
}

/*
 * What a rebuild must not lose: an error, unless nothing of it is kept.  "where"
 * limits it to some buckets.
 */
static void
check_kept(RollupSource *source, const char *name, Oid range, Datum within)
{
	char	   *state = state_of(source);
	char	   *extent = qualified(source->extent);
	char	   *kept;
	char	   *count;
	char	   *gone;
	const char *inside = OidIsValid(range) ? " AND e.bucket <@ $1" : "";

	kept = state == NULL ? NULL : ask_text(psprintf("SELECT s.kept::text FROM %s AS s", state), 0, NULL, NULL);
	if (kept == NULL)
		return;
	count = ask_text(psprintf("SELECT count(*)::text FROM %s AS e, %s AS s WHERE e.bucket < s.kept%s", extent, state, inside),
					 OidIsValid(range), &range, &within);
	if (OidIsValid(range) && strcmp(count, "0") == 0)
		return;
	gone = ask_text(psprintf("SELECT count(*)::text FROM %s AS e, %s AS s WHERE e.bucket < s.kept%s AND NOT EXISTS "
							 "(SELECT FROM %s AS b WHERE b.bucket = e.bucket AND b.along BETWEEN e.lo AND e.hi)",
							 extent, state, inside, qualified(source->view)), OidIsValid(range), &range, &within);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("a rebuild of the rollup \"%s\" would lose what it keeps of before %s", name, kept),
			 errdetail("It keeps %s buckets, of which %s have no rows in its tables any more.", count, gone),
			 errhint("To rebuild the rest, name its range. To give up the past: SELECT rollup_rebuild_kept('%s').", name)));
}

static void
check_range(RollupSource *source, Oid range)
{
	Oid			bucket = exprType(source->bucket);

	if (get_range_subtype(range) != bucket)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("within must be a range of %s, and is a range of %s",
						format_type_be(bucket), format_type_be(get_range_subtype(range))),
				 errhint("The buckets of the rollup are of type %s. Leave within out to compute all of them.", format_type_be(bucket))));
}

/* Marks everything, or the buckets in a range: those that are stored, and those that the tables have. */
static void
mark_again(RollupSource *source, Oid range, Datum within)
{
	char	   *dirty = qualified(source->dirty);

	if (!OidIsValid(range))
	{
		execute(psprintf("INSERT INTO %s (bucket, lo, hi, marked_at) VALUES (NULL, NULL, NULL, now())", dirty), 0, NULL, NULL);
		return;
	}
	execute(psprintf("INSERT INTO %s (bucket, lo, hi, marked_at) SELECT p.bucket, min(p.lo), max(p.hi), now() FROM ("
					 "SELECT b.bucket, b.along AS lo, b.along AS hi FROM %s AS b UNION ALL SELECT e.bucket, e.lo, e.hi FROM %s AS e) AS p "
					 "WHERE p.bucket <@ $1 GROUP BY p.bucket", dirty, qualified(source->view), qualified(source->extent)),
			1, &range, &within);
}

/*
 * _rollup_touch(hourly_bucket, kept, seen): marks what has changed between two
 * traces without leaving marks; false where that could be anything.
 */
PG_FUNCTION_INFO_V1(rollup_touch);
Datum
rollup_touch(PG_FUNCTION_ARGS)
{
	RollupSource *source = rollup_source(PG_GETARG_OID(0));
	Oid			along = get_atttype(source->fact, source->along);
	List	   *ranges;
	ListCell   *cell;
	char	   *statement;
	Caller		caller;

	if (!has_privs_of_role(GetUserId(), source->owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(source->view));
	if (!OidIsValid(source->extent) ||
		rollup_changed_between(source, PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_ARRAYTYPE_P(2), &ranges) == ROLLUP_ALL)
		PG_RETURN_BOOL(false);
	if (ranges == NIL)
		PG_RETURN_BOOL(true);
	statement = psprintf("INSERT INTO %s (bucket, lo, hi, marked_at) SELECT p.bucket, min(p.lo), max(p.hi), now() FROM ("
						 "SELECT e.bucket, e.lo, e.hi FROM %s AS e WHERE e.lo <= $2 AND e.hi >= $1 UNION ALL "
						 "SELECT b.bucket, b.along AS lo, b.along AS hi FROM %s AS b WHERE b.along BETWEEN $1 AND $2) AS p GROUP BY p.bucket",
						 qualified(source->dirty), qualified(source->extent), qualified(source->view));
	rollup_become_owner(source->owner, &caller);
	SPI_connect();
	foreach(cell, ranges)
	{
		RollupRange *range = lfirst(cell);
		Oid			types[2] = {along, along};
		Datum		values[2] = {rollup_from_number(along, range->lo), rollup_from_number(along, range->hi)};

		execute(statement, 2, types, values);
	}
	SPI_finish();
	rollup_become_caller(&caller, false);
	PG_RETURN_BOOL(true);
}

/* The rollup that the search_path finds by a name */
static RollupSource *
find_rollup(char *name)
{
	Oid			view = RangeVarGetRelid(makeRangeVar(NULL, psprintf("%s_bucket", name), -1), NoLock, true);
	RollupSource *source = OidIsValid(view) ? rollup_source_if_any(view) : NULL;

	if (source == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no rollup \"%s\"", name),
				 errhint("SELECT * FROM rollup_status() lists yours. Its schema must be on the search_path.")));
	return source;
}

/* Computes all buckets anew, or those in a range; gives up what is kept ("lose"), or fails if there is any. */
static int64
rebuild(char *name, Oid range, Datum within, bool lose)
{
	RollupSource *source = find_rollup(name);
	char	   *refresh = quote_qualified_identifier(get_namespace_name(get_rel_namespace(source->view)), psprintf("%s_refresh", name));
	Caller		caller;
	bool		isnull;
	int64		changed;

	if (!has_privs_of_role(GetUserId(), source->owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(source->view));
	if (OidIsValid(range))
		check_range(source, range);
	rollup_become_owner(source->owner, &caller);
	SPI_connect();
	if (!lose)
		check_kept(source, name, range, within);
	else if (state_of(source) != NULL)
		execute(psprintf("UPDATE %s AS s SET kept = NULL, late = NULL", state_of(source)), 0, NULL, NULL);
	mark_again(source, range, within);
	execute(psprintf("SELECT %s()", refresh), 0, NULL, NULL);
	changed = SPI_processed == 1 ? DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)) : 0;
	SPI_finish();
	rollup_become_caller(&caller, false);
	return changed;
}

/* rollup_rebuild(name [, within]): the number of rows changed */
PG_FUNCTION_INFO_V1(rollup_rebuild);
Datum
rollup_rebuild(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (PG_NARGS() == 1)
		PG_RETURN_INT64(rebuild(name, InvalidOid, (Datum) 0, false));
	PG_RETURN_INT64(rebuild(name, get_fn_expr_argtype(fcinfo->flinfo, 1), PG_GETARG_DATUM(1), false));
}

/* rollup_rebuild_kept(name): the number of rows changed */
PG_FUNCTION_INFO_V1(rollup_rebuild_kept);
Datum
rollup_rebuild_kept(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(rebuild(text_to_cstring(PG_GETARG_TEXT_PP(0)), InvalidOid, (Datum) 0, true));
}

/* ---------- the past ---------- */

/* The moment as the buckets have it; an unknown literal is read as one. */
static Datum
moment_of(RollupSource *source, Oid type, Datum value)
{
	Oid			bucket = exprType(source->bucket);

	if (type == UNKNOWNOID)
	{
		Oid			input;
		Oid			param;

		getTypeInputInfo(bucket, &input, &param);
		value = OidInputFunctionCall(input, DatumGetCString(value), param, exprTypmod(source->bucket));
	}
	else if (type != bucket)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("before must be of type %s, and is of type %s", format_type_be(bucket), format_type_be(type)),
				 errhint("It is compared with the buckets of the rollup: convert it, before::%s.", format_type_be(bucket))));
	if (((bucket == TIMESTAMPTZOID || bucket == TIMESTAMPOID) && TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value))) ||
		(bucket == DATEOID && DATE_NOT_FINITE(DatumGetDateADT(value))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("before must be finite"),
				 errhint("Name the first bucket that is still to follow its rows.")));
	return value;
}

/*
 * rollup_keep(name, before): the buckets before a moment are refreshed once more,
 * and stay as they are from then on.  The number of buckets that are kept.
 */
PG_FUNCTION_INFO_V1(rollup_keep);
Datum
rollup_keep(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	RollupSource *source = find_rollup(name);
	Oid			type = exprType(source->bucket);
	Datum		before;
	char	   *refresh = quote_qualified_identifier(get_namespace_name(get_rel_namespace(source->view)), psprintf("%s_refresh", name));
	Caller		caller;
	char	   *state;
	char	   *dirty;
	char	   *extent;
	char	   *found;
	Datum		answer;
	Datum		kept;

	if (!has_privs_of_role(GetUserId(), source->owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(source->view));
	before = moment_of(source, get_fn_expr_argtype(fcinfo->flinfo, 1), PG_GETARG_DATUM(1));
	rollup_become_owner(source->owner, &caller);
	SPI_connect();
	state = state_of(source);
	if (state == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the rollup \"%s\" was made by an older version of kpi_rollup", name),
				 errhint("CALL rollup_replace('%s', query) with the query that it has.", name)));
	dirty = qualified(source->dirty);
	extent = qualified(source->extent);
	/* no other refresh from here on */
	found = ask_text(psprintf("SELECT s.kept::text FROM %s AS s FOR UPDATE", state), 0, NULL, NULL);
	if (found != NULL && ask_text(psprintf("SELECT 'earlier' FROM %s AS s WHERE $1 < s.kept", state), 1, &type, &before) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the rollup \"%s\" keeps what is before %s, and an earlier moment would lose some of it", name, found),
				 errhint("SELECT rollup_rebuild_kept('%s') gives up all of it. Then keep what is to be kept.", name)));
	execute(psprintf("SELECT %s()", refresh), 0, NULL, NULL);
	found = ask_text(psprintf("SELECT coalesce(m.error, 'all of it is dirty') FROM %s AS m WHERE m.bucket IS NULL OR m.error IS NOT NULL AND m.bucket < $1 LIMIT 1", dirty),
					 1, &type, &before);
	if (found == NULL && !ask(psprintf("SELECT s.tables FROM %s AS s", state), 0, NULL, NULL, &answer))
		found = "changes of its tables could go unmarked, see rollup_status";
	if (found != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the rollup \"%s\" cannot keep what it could not store: %s", name, found),
				 errhint("Mend that, and refresh.")));
	execute(psprintf("UPDATE %s AS s SET kept = $1, late = coalesce(s.late, 0)", state), 1, &type, &before);
	(void) ask(psprintf("SELECT count(*) FROM %s AS e WHERE e.bucket < $1", extent), 1, &type, &before, &kept);
	SPI_finish();
	rollup_become_caller(&caller, false);
	PG_RETURN_INT64(DatumGetInt64(kept));
}
