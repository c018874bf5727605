-- Durations: type duration_summary

@summary duration_summary variable
    durations as exact sums and a histogram on round times, as JSON in microseconds: percentiles that merge, exact on the grid, else within 0.4 %

-- The state of the one-step percentile

@state percentile_state variable
    the state of the aggregate percentile: a fraction and a duration_summary

-- Accessors

@function samples(duration_summary) RETURNS bigint AS duration_samples
    how many durations there are
@function total(duration_summary) RETURNS interval AS duration_total
    sum of the durations, exact; 0 when there are none
@function average(duration_summary) RETURNS interval AS duration_average
    total / samples, exact, rounded half away from zero to the microsecond; NULL without samples
@function stddev(duration_summary) RETURNS interval AS duration_stddev
    sample standard deviation, exact to the microsecond; NULL for fewer than two samples

@each end
@function average_@end@(duration_summary) RETURNS interval AS duration_average_@end@
    @side@ end of the 95 % confidence interval of the average (Student)@clamped@; NULL for fewer than two samples
@function average_@end@(duration_summary, confidence double precision) RETURNS interval AS duration_average_@end@
    @side@ end of the confidence interval of the average (Student)@clamped@; NULL for fewer than two samples
@end

@function average_p_value(a duration_summary, b duration_summary) RETURNS double precision AS duration_average_p_value
    how probable a difference of two averages this large is if both are equal (Welch); NULL for fewer than two samples in either
@function shortest(duration_summary) RETURNS interval AS duration_shortest
    the shortest duration, exact; NULL without samples
@function longest(duration_summary) RETURNS interval AS duration_longest
    the longest duration, exact; NULL without samples
@function percentile(duration_summary, fraction double precision) RETURNS interval AS duration_percentile_of
    duration that this share (0 to 1) does not exceed; exact on the grid, else at most 0.4 % above; NULL without samples
@function median(duration_summary) RETURNS interval AS duration_median_interval
    percentile(summary, 0.5); NULL without samples
@function percentiles(duration_summary, fractions double precision[]) RETURNS interval[] AS duration_percentiles_of
    percentile(summary, fraction) for each fraction, in an array of the same shape; NULL for NULL and without samples
@function rate_within(duration_summary, threshold interval) RETURNS double precision AS duration_rate_within
    share of samples up to the threshold, 0 to 1; exact where is_exact(summary, threshold), else within 0.4 %; NULL without samples
@function is_exact(duration_summary, threshold interval) RETURNS boolean AS duration_is_exact
    whether rate_within, histogram and abandonment_curve are exact at this threshold: true for 20 s, 15 min, 4 h, 2 days
@function histogram(duration_summary, edges interval[]) RETURNS bigint[] AS duration_histogram_of
    samples up to the first edge, above it up to the second, ..., above the last; exact as rate_within is
@function histogram_rows(duration_summary, edges interval[], OUT low interval, OUT high interval, OUT samples bigint, OUT share double precision, OUT cumulative_share double precision) RETURNS SETOF record AS duration_histogram_rows ROWS 10
    histogram(summary, edges) as rows: above low, up to high (NULL: open); shares 0 to 1, NULL without samples
@function abandonment_curve(abandoned_waits duration_summary, answered_waits duration_summary, edges interval[], OUT wait interval, OUT at_risk bigint, OUT abandoned bigint, OUT share_gone double precision) RETURNS SETOF record AS duration_abandonment_curve ROWS 10
    share of callers gone by each wait if nobody answers, 0 to 1 (Kaplan and Meier); NULL without samples
@function duration_kpis(duration_summary, OUT samples bigint, OUT total_seconds double precision, OUT average_seconds double precision, OUT stddev_seconds double precision, OUT shortest_seconds double precision, OUT p50_seconds double precision, OUT p90_seconds double precision, OUT p95_seconds double precision, OUT p99_seconds double precision, OUT longest_seconds double precision) RETURNS record
    one row of plain numbers for reporting tools, durations in seconds; what needs samples is NULL where there are none

-- Support functions of the aggregates

@merge _duration_merge(duration_summary, duration_summary) STRICT -- transition function of rollup
    merge: the summary of both; there is no -, because the longest before cannot be told
@final _duration_trim(duration_summary) STRICT -- the canonical form, without spare room
@moving _duration_window_merge(internal, duration_summary)
@moving_inverse _duration_window_unmerge(internal, duration_summary)
@moving_final _duration_window_summary(internal) RETURNS duration_summary
@final _duration_median_interval(duration_summary) RETURNS interval STRICT
@final _duration_median_seconds(duration_summary) RETURNS double precision STRICT
@moving_final _duration_window_median_interval(internal) RETURNS interval
@moving_final _duration_window_median_seconds(internal) RETURNS double precision
@combine _percentile_merge(percentile_state, percentile_state) STRICT
@final _percentile_interval(percentile_state) RETURNS interval STRICT
@final _percentile_seconds(percentile_state) RETURNS double precision STRICT
@moving_final _percentile_window_interval(internal) RETURNS interval
@moving_final _percentile_window_seconds(internal) RETURNS double precision
@each duration
@transition _duration_accum_@C@(duration_summary, @T@) STRICT
@moving _duration_window_add_@C@(internal, @T@)
@moving_inverse _duration_window_remove_@C@(internal, @T@)
@transition _duration_accum_times_@C@(duration_summary, @T@, bigint) STRICT
@moving _duration_window_add_times_@C@(internal, @T@, bigint)
@moving_inverse _duration_window_remove_times_@C@(internal, @T@, bigint)
@transition _percentile_accum_@C@(percentile_state, @T@, double precision)
@moving _percentile_window_add_@C@(internal, @T@, double precision)
@moving_inverse _percentile_window_remove_@C@(internal, @T@, double precision) AS duration_window_remove_@C@
@end

-- Aggregates.  SSPACE is that of a group of about a hundred samples: 128 bytes
-- for the first ones, 4 to 30 kB for thousands.

@each duration
@aggregate percentile(duration @T@, fraction double precision) OF percentile_state BY _percentile_accum_@C@ MERGE _percentile_merge FINAL _percentile_@R@ SIZE 1024 SLIDING internal 8192 BY _percentile_window_add_@C@ REMOVE _percentile_window_remove_@C@ FINAL _percentile_window_@R@
    duration that this share (0 to 1) does not exceed, @as@; exact on the grid, else at most 0.4 % above; NULLs are ignored
@aggregate median(duration @T@) OF duration_summary BY _duration_accum_@C@ MERGE _duration_merge FINAL _duration_median_@R@ SIZE 1024 SLIDING internal 8192 BY _duration_window_add_@C@ REMOVE _duration_window_remove_@C@ FINAL _duration_window_median_@R@
    percentile(duration, 0.5), @as@: half of the durations do not exceed it; NULLs are ignored; NULL when there are none
@aggregate duration_agg(duration @T@) OF duration_summary BY _duration_accum_@C@ MERGE _duration_merge FINAL _duration_trim SIZE 1024 SLIDING internal 8192 BY _duration_window_add_@C@ REMOVE _duration_window_remove_@C@ FINAL _duration_window_summary
    summary of durations (@in@), for percentile, rate_within, average and the like; NULLs are ignored; empty when there are none
@aggregate duration_agg(duration @T@, times bigint) OF duration_summary BY _duration_accum_times_@C@ MERGE _duration_merge FINAL _duration_trim SIZE 1024 SLIDING internal 8192 BY _duration_window_add_times_@C@ REMOVE _duration_window_remove_times_@C@ FINAL _duration_window_summary
    summary of durations (@in@) that come with their number; a row with a NULL in either is ignored; empty when there are none
@end

@aggregate rollup(summary duration_summary) OF duration_summary BY _duration_merge MERGE _duration_merge FINAL _duration_trim SIZE 8192 SLIDING internal 8192 BY _duration_window_merge REMOVE _duration_window_unmerge FINAL _duration_window_summary
    the summary of all durations of these summaries: hours into days and months; NULLs are ignored; empty when there are none
