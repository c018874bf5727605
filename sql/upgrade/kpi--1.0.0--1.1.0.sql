\echo Use "ALTER EXTENSION kpi UPDATE TO '1.1.0'" to load this file. \quit

-- What 1.0.0 had and 1.1.0 changes or has no more.

-- What is new.
