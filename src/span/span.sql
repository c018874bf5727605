-- Agents' time, concurrency and backlog: type span_summary

@summary span_summary variable

COMMENT ON TYPE span_summary IS
'how many spans were open at each moment: {"edges":[[time,change],...]}, times in microseconds since 2000-01-01 00:00 UTC, null for an edge without a time (first: at -infinity, last: still open); the summary behind covered, peak_concurrency and backlog';

@function span_summary(spans tstzmultirange) RETURNS span_summary AS span_summary_from_multirange
    the ranges of a multirange as spans, each open once; NULL gives NULL; a range without a start is an error
CREATE CAST (tstzmultirange AS span_summary) WITH FUNCTION span_summary(tstzmultirange);

-- Accessors; the first two are also final functions of aggregates

@function covered(span_summary) RETURNS interval AS span_summary_covered
    how long at least one span was open: overlapping spans count once; NULL for an empty summary; an error when a span has no end (clip it first)

@function peak_concurrency(span_summary) RETURNS bigint AS span_summary_peak_concurrency
    the most spans open at the same time; a span that ends when another begins does not overlap it; NULL for an empty summary

@function total(span_summary) RETURNS interval AS span_summary_total
    the sum of the lengths of all spans: overlapping spans count each; NULL for an empty summary; an error when a span has no end (clip it first)

@function average_concurrency(span_summary) RETURNS double precision AS span_summary_average_concurrency
    total / covered: how many spans were open on average while any was, 1 or more; for the average queue length or load pass the range too; NULL for an empty summary; an error when a span has no end (clip it first)

@function average_concurrency(span_summary, within tstzrange) RETURNS double precision AS span_summary_average_within
    total time within the range / length of the range: how many spans were open on average, also while none was: the average queue length, the load in Erlang, the average backlog; 0 for an empty summary; NULL when an argument is NULL or the range is empty; a range without start or end is an error

@function concurrency_series(s span_summary, step interval, zone text, within tstzrange, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) RETURNS SETOF record AS span_summary_concurrency_series COST 10 ROWS 100
    a row for each reporting interval of the range, without gaps: its start, how many spans were open then (the backlog), the most at a time, the average over the whole interval, and how long any was open; intervals as in interval_start, of the first and last only what lies in the range; no rows for NULL or an empty range; a range without start or end, and the step and zone as in interval_start, are errors

@function span_kpis(span_summary, OUT covered_seconds double precision, OUT total_seconds double precision, OUT peak_concurrency bigint, OUT average_concurrency double precision) RETURNS record
    covered, total, peak_concurrency and average_concurrency as one row of plain numbers for reporting tools, durations in seconds; NULLs for an empty summary; an error when a span has no end (clip it first); FROM hourly, span_kpis(s)

@function concurrency_at(span_summary, moment timestamptz) RETURNS bigint AS span_summary_concurrency_at
    how many spans were open at a moment: the backlog as of then; a span is open from its start until just before its end; at infinity those that are still open; NULL when an argument is NULL

@function concurrency_at(span_summary, moment timestamp) RETURNS bigint AS business_timestamp_error OPEN TO NULL
    always an error: say which moment is meant with AT TIME ZONE

@function time_at_least(span_summary, n bigint) RETURNS interval AS span_summary_time_at_least
    how long n or more spans were open at the same time, n from 1 on; NULL for an empty summary; an error when that time is infinite (clip it first)

@function overlap(a span_summary, b span_summary) RETURNS interval AS span_summary_overlap
    how long a and b both had a span open; 0 when never; an error when that time is infinite (clip them first)

@function clip(span_summary, within tstzrange) RETURNS span_summary AS span_summary_clip
    what of the spans lies within a range, its bounds taken as half-open; cuts those that reach over its ends; NULL when an argument is NULL

@function spans(span_summary) RETURNS tstzmultirange AS span_summary_spans
    the union of the spans: when at least one was open

-- One summary against another

@function time_share(part span_summary, whole span_summary) RETURNS time_share AS span_summary_time_share
    the time that part and whole have in common over the covered time of whole, to be rolled up over agents: share(rollup(time_share(actual, scheduled))); NULL when an argument is NULL; an error when the whole, or what they have in common, has no end (clip it first), and when several spans of the whole are open at once: that is several agents' time

@function utilization(busy span_summary, worked span_summary) RETURNS double precision AS span_summary_utilization
    share of the worked time in which the agent was busy, 0 to 1; contacts in parallel count once, busy time outside worked time does not count; NULL when nothing was worked; an error when several spans of worked are open at once: that is a team, whose utilization is share(rollup(time_share(busy, worked))) over its agents

@function adherence(actual span_summary, scheduled span_summary) RETURNS double precision AS span_summary_adherence
    share of the scheduled time that was worked as scheduled, 0 to 1: the time of day matters; work outside the schedule does not count; NULL when nothing was scheduled, or when actual is NULL; an error when several spans of scheduled are open at once: that is a team, whose adherence is share(rollup(time_share(actual, scheduled))) over its agents

@function conformance(actual span_summary, scheduled span_summary) RETURNS double precision AS span_summary_conformance
    time worked / time scheduled, whenever it was: may pass 1; NULL when nothing was scheduled, or when actual is NULL; an error when several spans of scheduled are open at once: that is several agents' time

-- Support functions of the aggregates

@transition _span_summary_accum(span_summary, tstzrange) STRICT
@inverse _span_summary_accum_inv(span_summary, tstzrange) STRICT
@merge _span_summary_merge(span_summary, span_summary) STRICT
@subtract _span_summary_subtract(span_summary, span_summary) STRICT
@final _span_summary_final(span_summary) STRICT -- brings the state of an aggregate into its canonical form

CREATE OPERATOR + (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_subtract);
COMMENT ON OPERATOR + (span_summary, span_summary) IS 'merge: the spans of both';
COMMENT ON OPERATOR - (span_summary, span_summary) IS 'remove what was added before; an error when fewer than 0 spans would be open at some time';

-- Aggregates.  A state of 1 kB holds 31 spans or more, as an agent has in a day.

@aggregate covered(span tstzrange) OF span_summary BY _span_summary_accum FINAL covered SIZE 1024
    how long at least one span was open: overlapping spans count once; NULL, empty and zero-length spans are ignored; NULL when there are none; a span without a start is an error; an error when a span has no end (clip it first). Group by agent: a union over several agents merges their time

@aggregate peak_concurrency(span tstzrange) OF span_summary BY _span_summary_accum FINAL peak_concurrency SIZE 1024
    the most spans open at the same time; bounds count as half-open, so a span that ends when another begins does not overlap it; NULL, empty and zero-length spans are ignored; NULL when there are none; a span without a start is an error

@aggregate span_agg(span tstzrange) OF span_summary BY _span_summary_accum FINAL _span_summary_final SIZE 1024
    how many spans were open at each moment, as a span_summary; bounds count as half-open, an unbounded or infinite end means still open, a start at -infinity open since ever, and no start is an error; NULL, empty and zero-length spans are ignored; {"edges":[]} when there are none

@aggregate rollup(summary span_summary) OF span_summary BY _span_summary_merge FINAL _span_summary_final SIZE 1024
    merges span_summaries: the spans of all of them; NULLs are ignored; {"edges":[]} when there are none. Right for concurrency and backlog; for a share of time roll up time_share instead
