/*
 * mend.c
 *		Marking what no writer has marked: all of a rollup, for what leaves no trace
 *		(a function that reads what it should not, a dictionary or a collation that
 *		has changed), and partitions that have come, gone, or lost their rows.
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
#include "utils/lsyscache.h"

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

/* Marks everything, or the buckets in a range: those that are stored, and those that the tables have. */
static void
mark_again(RollupSource *source, Oid range, Datum within)
{
	char	   *dirty = qualified(source->dirty);
	Oid			bucket = exprType(source->bucket);

	if (!OidIsValid(range))
	{
		execute(psprintf("INSERT INTO %s (bucket, lo, hi, marked_at) VALUES (NULL, NULL, NULL, now())", dirty), 0, NULL, NULL);
		return;
	}
	if (get_range_subtype(range) != bucket)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("within must be a range of %s, and is a range of %s",
						format_type_be(bucket), format_type_be(get_range_subtype(range))),
				 errhint("The buckets of the rollup are of type %s. Leave within out to compute all of them.", format_type_be(bucket))));
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

/* rollup_rebuild(name [, within]): the number of rows changed */
PG_FUNCTION_INFO_V1(rollup_rebuild);
Datum
rollup_rebuild(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	RollupSource *source = find_rollup(name);
	Oid			range = PG_NARGS() > 1 ? get_fn_expr_argtype(fcinfo->flinfo, 1) : InvalidOid;
	Datum		within = PG_NARGS() > 1 ? PG_GETARG_DATUM(1) : (Datum) 0;
	char	   *refresh = quote_qualified_identifier(get_namespace_name(get_rel_namespace(source->view)), psprintf("%s_refresh", name));
	Caller		caller;
	bool		isnull;
	int64		changed;

	if (!has_privs_of_role(GetUserId(), source->owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_VIEW, get_rel_name(source->view));
	rollup_become_owner(source->owner, &caller);
	SPI_connect();
	mark_again(source, range, within);
	execute(psprintf("SELECT %s()", refresh), 0, NULL, NULL);
	changed = SPI_processed == 1 ? DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)) : 0;
	SPI_finish();
	rollup_become_caller(&caller, false);
	PG_RETURN_INT64(changed);
}
