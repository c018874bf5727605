-- What rollups call while they run (the extension kpi_rollup makes them, and may be dropped)

@function _rollup_mark() RETURNS trigger VOLATILE OPEN TO NULL
    trigger function of a rollup: marks the buckets of a changed row, or everything; see rollup_create of the extension kpi_rollup
@function _rollup_forget() RETURNS trigger VOLATILE OPEN TO NULL
    trigger function on the marks of a rollup: what this transaction has marked may be deleted
@function _rollup_tables(bucket regclass, seen boolean) RETURNS bigint[] STABLE
    support function of rollups: traces of what changes a rollup's tables without its triggers; NULL if changes could go unmarked

CREATE FUNCTION _rollup_touch(bucket regclass, kept bigint[], seen bigint[]) RETURNS boolean
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_touch';
COMMENT ON FUNCTION _rollup_touch(regclass, bigint[], bigint[]) IS
'support function of rollups: marks where partitions have come or gone between two traces; false if anything else has changed';

CREATE FUNCTION _rollup_list(list anyarray) RETURNS SETOF anyelement
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'array_unnest';
COMMENT ON FUNCTION _rollup_list(anyarray) IS
'support function of rollups: unnest, of which the planner expects one row';

-- The list of what is dirty: nobody can write such a value down, so who gets one can trust it.

CREATE TYPE _rollup_dirty_list;
@support _rollup_list_in(cstring) RETURNS _rollup_dirty_list STRICT -- input function: none is accepted
@support _rollup_list_out(_rollup_dirty_list) RETURNS cstring STRICT -- output function: how many buckets
CREATE TYPE _rollup_dirty_list (INPUT = _rollup_list_in, OUTPUT = _rollup_list_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE _rollup_dirty_list IS 'the dirty buckets of a rollup, as its view sees them';

@support _rollup_clean_support(internal) RETURNS internal STRICT -- planner support of _rollup_clean: nearly all is clean
@function _rollup_dirty(bucket regclass, tables bigint[], key uuid, kept anyelement) RETURNS _rollup_dirty_list STABLE OPEN TO NULL COST 1000
    support function of rollups: the buckets that a reader must not take from the store
@function _rollup_clean(list _rollup_dirty_list, bucket anyelement) RETURNS boolean STABLE SUPPORT _rollup_clean_support COST 2
    support function of rollups: whether a bucket may be taken from the store
@function _rollup_live(stored anyelement, list _rollup_dirty_list) RETURNS SETOF anyelement STABLE OPEN TO NULL COST 1000 ROWS 10
    support function of rollups: what the query gives for the dirty buckets
@function _rollup_compute(stored anyelement, bucket regclass, places anycompatiblearray) RETURNS SETOF anyelement STABLE OPEN TO NULL COST 1000 ROWS 1000
    support function of rollups: what the query gives for the buckets in an array of places
