-- Fails unless the rollup of rollup_stored.sql is right: at once, after a write and after a refresh.
-- Changes nothing.
CREATE FUNCTION pg_temp.check_kept_fresh() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS ((TABLE kept_fresh EXCEPT ALL TABLE kept_fresh_direct) UNION ALL (TABLE kept_fresh_direct EXCEPT ALL TABLE kept_fresh)) THEN
		RAISE 'the rollup differs from its query';
	END IF;
END $$;
BEGIN;
SELECT pg_temp.check_kept_fresh();
UPDATE contacts SET talk = talk + interval '1 s' WHERE contact_id % 300 = 0;
SELECT pg_temp.check_kept_fresh();
SELECT kept_fresh_refresh();
SELECT pg_temp.check_kept_fresh();
UPDATE contacts SET talk = talk + interval '1 s' WHERE contact_id % 200 = 0;
SELECT pg_temp.check_kept_fresh();
SELECT dirty_buckets > 0 AND switched_off IS NULL FROM rollup_status('kept_fresh');
ROLLBACK;
