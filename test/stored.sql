-- Tables with stored values of every type, over the simulated week: what is
-- dumped, replicated and upgraded in the tests.  Needs test/summaries.sql.
CREATE TABLE hourly AS SELECT * FROM hourly_summaries;
ALTER TABLE hourly ADD PRIMARY KEY (hour, queue);
CREATE INDEX ON hourly (resolved);
CREATE INDEX ON hourly USING hash (reached);
CREATE TABLE calendars (name text PRIMARY KEY, hours business_calendar);
INSERT INTO calendars VALUES
	('desk', 'Europe/Istanbul; Mon-Fri 09:00-18:00; Sat 10:00-14:00; 2026-12-31 09:00-13:00; 2027-01-01 closed'),
	('night', 'America/Sao_Paulo; Mon-Sun 22:00-06:00'),
	('always', 'UTC; 24x7');
