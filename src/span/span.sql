-- Agents' time, concurrency and backlog: type span_summary

@summary span_summary variable
    how many spans were open at each moment, as edges [time,change]: the summary behind covered, peak_concurrency and backlog

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
    total / covered: how many spans were open on average while any was, 1 or more; NULL for an empty summary
@function average_concurrency(span_summary, within tstzrange) RETURNS double precision AS span_summary_average_within
    total time within the range / its length: the average queue length, load in Erlang or backlog; NULL for NULL or an empty range
@function concurrency_series(s span_summary, step interval, zone text, within tstzrange, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) RETURNS SETOF record AS span_summary_concurrency_series COST 10 ROWS 100
    a row for each reporting interval of the range: open at its start, the most at a time, the average, how long any was open
@function concurrency_series(s span_summary, step interval, zone text, within tstzrange, origin timestamp, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) RETURNS SETOF record AS span_summary_concurrency_series COST 10 ROWS 100
    the same, with intervals counted from a local time: weeks from Sunday, days from 06:00
@function span_kpis(span_summary, OUT covered_seconds double precision, OUT total_seconds double precision, OUT peak_concurrency bigint, OUT average_concurrency double precision) RETURNS record
    covered, total, peak and average concurrency as one row of plain numbers, durations in seconds; NULLs for an empty summary
@function concurrency_at(span_summary, moment timestamptz) RETURNS bigint AS span_summary_concurrency_at
    how many spans were open at a moment, starts included, ends not: the backlog as of then; NULL when an argument is NULL

@no_moment concurrency_at
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
    the time that part and whole of one agent have in common over that of whole, for share(rollup(...)); NULL when an argument is NULL
@function utilization(busy span_summary, worked span_summary) RETURNS double precision AS span_summary_utilization
    share of one agent's worked time in which he was busy, 0 to 1; parallel contacts count once; NULL when nothing was worked
@function adherence(actual span_summary, scheduled span_summary) RETURNS double precision AS span_summary_adherence
    share of one agent's scheduled time that was worked as scheduled, 0 to 1; NULL when nothing was scheduled or actual is NULL
@function adherence(actual span_summary, scheduled span_summary, grace interval) RETURNS double precision AS span_summary_adherence_grace
    adherence where an absence shorter than grace is none, 0 to 1; NULL when nothing was scheduled or an argument is NULL
@function conformance(actual span_summary, scheduled span_summary) RETURNS double precision AS span_summary_conformance
    time that one agent worked / was scheduled, whenever it was: may pass 1; NULL when nothing was scheduled or actual is NULL

-- Rows as systems write them

@function plausible_span(start_at timestamptz, end_at timestamptz) RETURNS tstzrange AS span_plausible OPEN TO NULL
    the span from start_at to end_at, or NULL where the end is earlier or the start NULL; a NULL end is still open
@function plausible_span(start_at timestamptz, end_at timestamptz, longest interval) RETURNS tstzrange AS span_plausible OPEN TO NULL
    the same, and NULL where the span is longer than longest; a NULL end is still open

@no_moment plausible_span
    always an error: say which moments are meant with AT TIME ZONE

-- Support functions of the aggregates

@transition _span_summary_accum(span_summary, tstzrange) STRICT
@inverse _span_summary_accum_inv(span_summary, tstzrange) STRICT
@merge _span_summary_merge(span_summary, span_summary) STRICT
    merge: the spans of both
@subtract _span_summary_subtract(span_summary, span_summary) STRICT
    remove what was added before; an error when fewer than 0 spans would be open at some time
@final _span_summary_final(span_summary) STRICT -- brings the state of an aggregate into its canonical form

-- Aggregates.  A state of 1 kB holds 31 spans or more, as an agent has in a day.

@aggregate covered(span tstzrange) OF span_summary BY _span_summary_accum FINAL covered SIZE 1024
    how long at least one span was open: overlapping spans count once, so group by agent; NULLs are ignored; NULL when there are none
@aggregate peak_concurrency(span tstzrange) OF span_summary BY _span_summary_accum FINAL peak_concurrency SIZE 1024
    the most spans open at the same time; one that ends when another begins does not overlap it; NULLs are ignored; NULL without any
@aggregate span_agg(span tstzrange) OF span_summary BY _span_summary_accum FINAL _span_summary_final SIZE 1024
    how many spans were open at each moment, as a span_summary; an unbounded end is still open; NULLs are ignored
@aggregate rollup(summary span_summary) OF span_summary BY _span_summary_merge FINAL _span_summary_final SIZE 1024
    merges span_summaries: the spans of all of them; NULLs are ignored; for a share of time over agents roll up time_share instead
