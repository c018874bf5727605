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
