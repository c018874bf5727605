-- One queue with constant rates, long enough for statistics: M/M/n, or M/M/n+M when customers have
-- patience. To hold Erlang C and Erlang A against something that knows neither.
--
--   psql -v lambda=240 -v aht='180 s' -v agents=14 -v patience='120 s' -v calls=200000 -v seed=1 \
--        -f test/simulate/mmn.sql
--
-- lambda   arrivals an hour (Poisson)
-- aht      mean of the handle times (exponential)
-- agents   how many serve the queue, first come, first served
-- patience mean of the patience (exponential); not set, empty or null: nobody hangs up
-- calls    how many are kept, after a tenth as many that warm the queue up
--
-- replaces the table mmn. Waits come out of the queueing: a call is answered when the first agent is
-- free of the calls that came before it, unless its patience ends first. Successive waits depend on
-- each other, so a confidence interval must come from the means of the batches (100 of them, in
-- order), not from single calls. The same seed gives the same rows on every server.

\if :{?seed}
\else
  \set seed 1
\endif
\if :{?calls}
\else
  \set calls 200000
\endif
\if :{?patience}
\else
  \set patience ''
\endif
\set mmn_quiet :QUIET
\set QUIET on
\set ON_ERROR_STOP on

BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;

CREATE FUNCTION pg_temp.mmn_run(
  lambda float8, aht interval, agents int, patience interval, calls int, seed int)
RETURNS TABLE (
  call int, batch int, at timestamptz, answered boolean, wait interval, wait_s float8, handle interval)
LANGUAGE plpgsql AS $$
DECLARE
  -- times in milliseconds
  gap constant float8 := 3600000 / lambda;
  service constant float8 := extract(epoch FROM aht) * 1000;
  endures constant float8 := extract(epoch FROM patience) * 1000;
  warm_up constant int := calls / 10;
  start constant timestamptz := '2026-03-01 00:00+03';
  -- when each agent is free: a heap, the first to be free on top
  free bigint[] := array_fill(0::bigint, ARRAY[agents]);
  now bigint := 0;
  w bigint;
  s bigint;
  p bigint;
  i int;
  j int;
  -- L'Ecuyer's combination of two Lehmer generators
  r1 bigint := 1 + (seed * 69621::bigint + 12345) % 2147483562;
  r2 bigint := 1 + (seed * 48271::bigint + 54321) % 2147483398;
  r bigint;
BEGIN
  FOR n IN 1 - warm_up .. calls LOOP
    r1 := r1 * 40014 % 2147483563;
    r2 := r2 * 40692 % 2147483399;
    r := r1 - r2 + CASE WHEN r1 > r2 THEN 0 ELSE 2147483562 END;
    now := now + round(-ln(r / 2147483563::float8) * gap);

    w := greatest(0, free[1] - now);
    p := NULL;
    IF endures IS NOT NULL THEN
      r1 := r1 * 40014 % 2147483563;
      r2 := r2 * 40692 % 2147483399;
      r := r1 - r2 + CASE WHEN r1 > r2 THEN 0 ELSE 2147483562 END;
      p := round(-ln(r / 2147483563::float8) * endures);
    END IF;
    IF p < w THEN
      w := p;
      s := NULL;
    ELSE
      r1 := r1 * 40014 % 2147483563;
      r2 := r2 * 40692 % 2147483399;
      r := r1 - r2 + CASE WHEN r1 > r2 THEN 0 ELSE 2147483562 END;
      s := round(-ln(r / 2147483563::float8) * service);
      -- the agent on top takes it and sinks to the new place
      p := now + w + s;
      i := 1;
      LOOP
        j := 2 * i;
        EXIT WHEN j > agents;
        IF j < agents AND free[j + 1] < free[j] THEN
          j := j + 1;
        END IF;
        EXIT WHEN free[j] >= p;
        free[i] := free[j];
        i := j;
      END LOOP;
      free[i] := p;
    END IF;

    IF n > 0 THEN
      call := n;
      batch := 1 + (n - 1::bigint) * 100 / calls;
      at := start + now * interval '1 ms';
      answered := s IS NOT NULL;
      wait := w * interval '1 ms';
      wait_s := w / 1000::float8;
      handle := s * interval '1 ms';
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

DROP TABLE IF EXISTS mmn;
CREATE UNLOGGED TABLE mmn AS
SELECT * FROM pg_temp.mmn_run(:lambda, :'aht', :agents,
  nullif(nullif(lower(:'patience'), 'null'), '')::interval, :calls, :seed);
DROP FUNCTION pg_temp.mmn_run;
COMMIT;
ANALYZE mmn;
\set QUIET :mmn_quiet
