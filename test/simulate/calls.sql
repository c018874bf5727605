-- Many calls, fast: a table for benchmarks.
--
--   psql -v rows=2000000 -v seed=1 -f test/simulate/calls.sql
--
-- creates the unlogged table calls with that many rows over 30 days, in order of time, about three
-- seconds a million. 20 queues, 1000 agents, a tenth of the calls abandoned, half of the waits zero.
-- Here the waits are drawn (contact_centre.sql lets them come out of queueing); what matters is
-- speed and plausible distributions. The same seed gives the same rows on every server.
--
-- at timestamptz, wait interval, wait_f double precision, wait_s int, queue_id int (20), agent_id int
-- (1000), customer_id int, answered boolean; then resolved, talk_s, hold_s, wrap_s, nps, csat, ces,
-- talk, hold, wrap, some of them NULL; last queue text. What benchmarks read most and what is never NULL
-- comes first, so that reaching it costs every query the same and little.

\if :{?seed}
\else
  \set seed 1
\endif
\if :{?rows}
\else
  \set rows 2000000
\endif
\set calls_quiet :QUIET
\set QUIET on
\set ON_ERROR_STOP on

BEGIN;
SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 0;

-- Each OFFSET 0 keeps the planner from repeating the expressions of one layer in the next. Chance is
-- a hash of (seed, row): four words of 31 bits, mixed by multiplying and shifting.
-- CREATE TABLE AS, because an INSERT would fill gaps in earlier pages and so spoil the order.
CREATE UNLOGGED TABLE calls AS
SELECT '2026-03-01 00:00+03'::timestamptz + (i * 2592000000::float8 / :rows) * interval '1 ms' AS at,
  -- the same wait three times: exact, in seconds, in whole seconds
  wait_ms * interval '1 ms' AS wait, wait_ms / 1000::float8 AS wait_f, wait_ms / 1000 AS wait_s,
  1 + queue AS queue_id, 1 + (c % 1000)::int AS agent_id,
  -- about six calls a customer, 0 where withheld
  CASE WHEN c % 13 = 0 THEN 0 ELSE 1 + (c >> 3) % greatest(1, :rows / 6) END::int AS customer_id,
  -- what follows is NULL unless answered
  answered, CASE WHEN answered THEN b % 100 < 76 END AS resolved,
  talk_s, hold_s, wrap_s,
  -- one in six answers the survey
  CASE WHEN surveyed
    THEN ('{10,10,10,9,9,9,8,8,7,10,9,6,5,3,0,10,8,9,2,4}'::smallint[])[1 + (b >> 9) % 20] END AS nps,
  CASE WHEN surveyed THEN ('{5,5,5,4,4,4,3,2,1,5}'::smallint[])[1 + (b >> 9) % 10] END AS csat,
  CASE WHEN surveyed THEN ('{7,7,6,6,5,5,4,3,2,1}'::smallint[])[1 + (b >> 10) % 10] END AS ces,
  talk_s * interval '1 s' AS talk, hold_s * interval '1 s' AS hold, wrap_s * interval '1 s' AS wrap,
  ('{sales,support,billing,premium,claims,returns,delivery,orders,loyalty,technical,roaming,cards,loans,'
    'insurance,travel,booking,partners,retention,complaints,general}'::text[])[1 + queue] AS queue
FROM (
  SELECT i, b, c, queue, wait_ms, answered, answered AND b % 6 = 0 AS surveyed,
    CASE WHEN answered THEN 10 + (log_c * (200 + 10 * queue))::int END AS talk_s,
    CASE WHEN answered AND b % 4 = 0 THEN 1 + (log_d * 40)::int END AS hold_s,
    CASE WHEN answered THEN ((a >> 12) % 90)::int END AS wrap_s
  FROM (
    -- busy queues are the low numbers; waits are exponential with a mean that depends on the queue
    SELECT i, a, b, c, queue, ((a >> 4) % 10) > 0 AS answered, log_c, log_d,
      CASE WHEN a & 1 = 0 AND (a >> 4) % 10 > 0 THEN 0
        ELSE (log_b * (15000 + 1500 * queue))::int END AS wait_ms
    FROM (
      SELECT i, a, b, c, d,
        ('{0,0,0,0,0,0,1,1,1,1,1,2,2,2,2,3,3,3,4,4,4,5,5,6,6,7,7,8,8,9,10,11,12,13,14,15,16,17,18,19}'::int[])
          [1 + (d >> 3) % 40] AS queue,
        -ln((b + 0.5::float8) / 2147483648::float8) AS log_b,
        -ln((c + 0.5::float8) / 2147483648::float8) AS log_c,
        -ln((d + 0.5::float8) / 2147483648::float8) AS log_d
      FROM (
        SELECT i, a, b, c, ((c # (c >> 14)) * 1103515245 + a) & 2147483647 AS d
        FROM (
          SELECT i, a, b, ((b # (b >> 15)) * 73244475 + i) & 2147483647 AS c
          FROM (
            SELECT i, a, ((a # (a >> 16)) * 668265263 + 374761393) & 2147483647 AS b
            FROM (
              SELECT i, ((x # (x >> 15)) * 73244475) & 2147483647 AS a
              FROM (
                SELECT i, ((x # (x >> 16)) * 668265263) & 2147483647 AS x
                FROM (
                  SELECT i, (i * 2654435761 + :seed * 1013904223) & 2147483647 AS x
                  FROM generate_series(0, :rows::bigint - 1) i
                  OFFSET 0
                ) h OFFSET 0
              ) h OFFSET 0
            ) h OFFSET 0
          ) h OFFSET 0
        ) h OFFSET 0
      ) h OFFSET 0
    ) h OFFSET 0
  ) h OFFSET 0
) h;

COMMIT;
ANALYZE calls;
\set QUIET :calls_quiet
