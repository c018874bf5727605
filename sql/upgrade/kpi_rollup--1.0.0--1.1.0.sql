\echo Use "ALTER EXTENSION kpi_rollup UPDATE TO '1.1.0'" to load this file. \quit

-- What 1.0.0 had and 1.1.0 changes or has no more.
DROP FUNCTION rollup_status(text);
DROP FUNCTION _rollup_status(regclass);

-- What is new.
