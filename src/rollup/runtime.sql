-- What rollups call while they run (the extension kpi_rollup makes them, and may be dropped)

CREATE FUNCTION _rollup_mark() RETURNS trigger
    LANGUAGE C PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_mark';
COMMENT ON FUNCTION _rollup_mark() IS
'trigger function of a rollup: marks the buckets of a changed row, or everything; see rollup_create of the extension kpi_rollup';

CREATE FUNCTION _rollup_forget() RETURNS trigger
    LANGUAGE C PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_forget';
COMMENT ON FUNCTION _rollup_forget() IS
'trigger function on the marks of a rollup: what this transaction has marked may be deleted';

CREATE FUNCTION _rollup_tables(bucket regclass, seen boolean) RETURNS bigint[]
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_tables';
COMMENT ON FUNCTION _rollup_tables(regclass, boolean) IS
'support function of rollups: traces of what changes a rollup''s tables without its triggers; NULL if changes could go unmarked';

CREATE FUNCTION _rollup_list(list anyarray) RETURNS SETOF anyelement
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'array_unnest';
COMMENT ON FUNCTION _rollup_list(anyarray) IS
'support function of rollups: unnest, of which the planner expects one row';

-- The list of what is dirty: nobody can write such a value down, so who gets one can trust it.
CREATE TYPE _rollup_dirty_list;
CREATE FUNCTION _rollup_list_in(cstring) RETURNS _rollup_dirty_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_list_in';
COMMENT ON FUNCTION _rollup_list_in(cstring) IS 'input function: none is accepted';
CREATE FUNCTION _rollup_list_out(_rollup_dirty_list) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_list_out';
COMMENT ON FUNCTION _rollup_list_out(_rollup_dirty_list) IS 'output function: how many buckets';
CREATE TYPE _rollup_dirty_list (INPUT = _rollup_list_in, OUTPUT = _rollup_list_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE _rollup_dirty_list IS 'the dirty buckets of a rollup, as its view sees them';

CREATE FUNCTION _rollup_dirty(bucket regclass, tables bigint[], key uuid) RETURNS _rollup_dirty_list
    LANGUAGE C STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'rollup_dirty';
COMMENT ON FUNCTION _rollup_dirty(regclass, bigint[], uuid) IS
'support function of rollups: the buckets that a reader must not take from the store';

CREATE FUNCTION _rollup_clean_support(internal) RETURNS internal
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_clean_support';
COMMENT ON FUNCTION _rollup_clean_support(internal) IS 'planner support of _rollup_clean: nearly all is clean';
CREATE FUNCTION _rollup_clean(list _rollup_dirty_list, bucket anyelement) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2 SUPPORT _rollup_clean_support AS 'MODULE_PATHNAME', 'rollup_clean';
COMMENT ON FUNCTION _rollup_clean(_rollup_dirty_list, anyelement) IS
'support function of rollups: whether a bucket may be taken from the store';

CREATE FUNCTION _rollup_live(stored anyelement, list _rollup_dirty_list) RETURNS SETOF anyelement
    LANGUAGE C STABLE PARALLEL SAFE ROWS 10 COST 1000 AS 'MODULE_PATHNAME', 'rollup_live';
COMMENT ON FUNCTION _rollup_live(anyelement, _rollup_dirty_list) IS
'support function of rollups: what the query gives for the dirty buckets';

CREATE FUNCTION _rollup_compute(stored anyelement, bucket regclass, places anycompatiblearray) RETURNS SETOF anyelement
    LANGUAGE C STABLE PARALLEL SAFE ROWS 1000 COST 1000 AS 'MODULE_PATHNAME', 'rollup_compute';
COMMENT ON FUNCTION _rollup_compute(anyelement, regclass, anycompatiblearray) IS
'support function of rollups: what the query gives for the buckets in an array of places';
