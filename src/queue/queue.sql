-- Reaching an agent: type queue_summary

@summary queue_summary 128
    contacts of a queue in exact classes, with sums of waits and the longest: the summary behind service_level, asa and abandonment_rate

-- Accessors, some of which are also the final functions of the aggregates

@function offered(queue_summary) RETURNS bigint AS queue_offered
    contacts that count: answered, abandoned, waiting beyond the threshold, flowed out; not who still waits within the threshold
@function answered(queue_summary) RETURNS bigint AS queue_answered
    contacts that an agent answered, with a known wait or not
@function abandoned(queue_summary) RETURNS bigint AS queue_abandoned
    contacts that left without an answer, short ones included; who flowed out is not among them
@function waiting(queue_summary) RETURNS bigint AS queue_waiting
    contacts that were still waiting, within the threshold or beyond it
@function flowed_out(queue_summary) RETURNS bigint AS queue_flowed_out
    contacts that left the queue for a callback, another queue or voicemail
@function service_level(queue_summary) RETURNS double precision AS queue_service_level
    answered within the threshold / offered (answered, abandoned, waiting beyond the threshold, flowed out), 0 to 1; NULL when there are none (ICMI 3)
@function service_level(queue_summary, rule text) RETURNS double precision AS queue_service_level
    the service level by a rule, a list of words such as 'abandons_met, short_excluded', 0 to 1; NULL when no contact counts
@function proportion(queue_summary) RETURNS proportion AS queue_to_proportion
    the two counts whose ratio is service_level(queue_summary), for wilson_low, wilson_high and p_value
@function proportion(queue_summary, rule text) RETURNS proportion AS queue_to_proportion
    the two counts whose ratio is the service level by this rule, for wilson_low, wilson_high and p_value
@function answer_rate(queue_summary) RETURNS double precision AS queue_answer_rate
    answered / offered, 0 to 1; NULL when nothing was offered
@function abandonment_rate(queue_summary) RETURNS double precision AS queue_abandonment
    abandoned / offered, 0 to 1; NULL when nothing was offered (Genesys Cloud, Amazon Connect)
@function abandonment_rate(queue_summary, rule text) RETURNS double precision AS queue_abandonment
    abandoned / offered by a rule of the words short_excluded and flowouts_excluded, 0 to 1; NULL when no contact counts
@function asa(queue_summary) RETURNS interval AS queue_asa_interval
    average speed of answer: mean known wait of the answered; NULL when no such wait is known; means are rounded to the microsecond
@function average_wait(queue_summary) RETURNS interval AS queue_average_wait_interval
    mean known wait of the answered and the abandoned; NULL when no such wait is known; means are rounded to the microsecond
@function average_time_to_abandon(queue_summary) RETURNS interval AS queue_average_time_to_abandon_interval
    mean known wait of the abandoned; NULL when no such wait is known; means are rounded to the microsecond
@function average_patience(queue_summary) RETURNS interval AS queue_average_patience_interval
    how long customers are willing to wait: waits of answered and abandoned / abandoned; NULL when nobody abandoned after a known wait
@function longest_wait(queue_summary) RETURNS interval AS queue_longest_wait_interval
    the longest known wait of all contacts, waiting and flowed out included; NULL when no such wait is known

@table rule
arguments                | by
queue_summary            | -
queue_summary, rule text | , by this rule
@end

@each rule
@function queue_kpis(@arguments@, OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint, OUT answered_unknown bigint, OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint, OUT abandoned_unknown bigint, OUT waiting bigint, OUT flowed_out bigint, OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision, OUT answered_wait_seconds double precision, OUT asa_seconds double precision, OUT average_wait_seconds double precision, OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision, OUT longest_wait_seconds double precision) RETURNS record AS queue_kpis
    all KPIs of a queue as one row of plain numbers for reporting tools@by@; durations in seconds; FROM hourly, queue_kpis(q)
@end

@function queue_summary(answered_within bigint DEFAULT 0, answered_late bigint DEFAULT 0, abandoned_within bigint DEFAULT 0, abandoned_late bigint DEFAULT 0, answered_wait interval DEFAULT '0', abandoned_wait interval DEFAULT '0') RETURNS queue_summary AS queue_summary_from_counts
    contacts that an ACD has already counted, with the sums of their waits; the longest wait is unknown; NULL gives NULL

-- Support functions of the aggregates

@final _queue_asa_seconds(queue_summary) RETURNS double precision STRICT
@final _queue_average_time_to_abandon_seconds(queue_summary) RETURNS double precision STRICT
@merge _queue_summary_merge(queue_summary, queue_summary) STRICT
    merge: counts and waits are added, the longest wait is the longer one
@moving _queue_moving_merge(internal, queue_summary)
@moving_inverse _queue_moving_merge_inv(internal, queue_summary)
@moving_final _queue_moving_final(internal) RETURNS queue_summary -- the summary with the longest wait of the frame

@each duration
@transition _queue_accum(queue_summary, @T@, @T@) AS queue_accum_@C@_3
@transition _queue_accum(queue_summary, @T@, @T@, boolean) AS queue_accum_@C@_4
@transition _queue_accum(queue_summary, @T@, @T@, boolean, @T@) AS queue_accum_@C@_5
@transition _queue_accum(queue_summary, @T@, @T@, boolean, @T@, boolean) AS queue_accum_@C@_6
@inverse _queue_accum_inv(queue_summary, @T@, @T@) AS queue_accum_inv_@C@_3 -- the longest wait stays an upper bound
@inverse _queue_accum_inv(queue_summary, @T@, @T@, boolean) AS queue_accum_inv_@C@_4 -- the longest wait stays an upper bound
@moving _queue_moving_accum(internal, @T@, @T@) AS queue_moving_accum_@C@_3
@moving _queue_moving_accum(internal, @T@, @T@, boolean) AS queue_moving_accum_@C@_4
@moving _queue_moving_accum(internal, @T@, @T@, boolean, @T@) AS queue_moving_accum_@C@_5
@moving _queue_moving_accum(internal, @T@, @T@, boolean, @T@, boolean) AS queue_moving_accum_@C@_6
@moving_inverse _queue_moving_accum_inv(internal, @T@, @T@) AS queue_moving_accum_inv_@C@_3
@moving_inverse _queue_moving_accum_inv(internal, @T@, @T@, boolean) AS queue_moving_accum_inv_@C@_4
@moving_inverse _queue_moving_accum_inv(internal, @T@, @T@, boolean, @T@) AS queue_moving_accum_inv_@C@_5
@moving_inverse _queue_moving_accum_inv(internal, @T@, @T@, boolean, @T@, boolean) AS queue_moving_accum_inv_@C@_6
@transition _queue_wait_accum(queue_summary, @T@) STRICT AS queue_wait_accum_@C@_2
@transition _queue_wait_accum(queue_summary, @T@, boolean) STRICT AS queue_wait_accum_@C@_3
@inverse _queue_wait_accum_inv(queue_summary, @T@) STRICT AS queue_wait_accum_inv_@C@_2 -- the longest wait stays an upper bound
@inverse _queue_wait_accum_inv(queue_summary, @T@, boolean) STRICT AS queue_wait_accum_inv_@C@_3 -- the longest wait stays an upper bound
@end

-- Aggregates

-- The final functions give back what came in: an interval, or seconds
@table duration
T                | asa                | average_time_to_abandon
interval         | asa                | average_time_to_abandon
integer          | _queue_asa_seconds | _queue_average_time_to_abandon_seconds
double precision | _queue_asa_seconds | _queue_average_time_to_abandon_seconds
@end

@each duration
@aggregate service_level(wait @T@, threshold @T@) OF queue_summary BY _queue_accum FINAL service_level
    share answered within the threshold (in @in@), 0 to 1; a NULL wait was never answered: else pass answered; NULL without contacts
@aggregate service_level(wait @T@, threshold @T@, answered boolean) OF queue_summary BY _queue_accum FINAL service_level
    answered within the threshold (in @in@) / offered, 0 to 1; answered NULL still waits; NULL when no contact counts
@aggregate queue_agg(wait @T@, threshold @T@) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts as a queue_summary, waits in @in@; a NULL wait was never answered: pass answered where others have a wait, too
@aggregate queue_agg(wait @T@, threshold @T@, answered boolean) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts as a queue_summary, waits in @in@; answered NULL still waits; rows whose wait and answered are NULL are ignored
@aggregate queue_agg(wait @T@, threshold @T@, answered boolean, short_abandon @T@) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts as a queue_summary, waits in @in@; answered NULL still waits; an abandon within short_abandon is a short one (NULL: none)
@aggregate queue_agg(wait @T@, threshold @T@, answered boolean, short_abandon @T@, flowed_out boolean) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts as a queue_summary, waits in @in@; flowed_out true overrides answered; answered NULL still waits; short_abandon NULL: none
@aggregate asa(wait @T@) OF queue_summary BY _queue_wait_accum FINAL @asa@
    average speed of answer: mean wait, @as@; where others have a wait, too, pass answered; NULL rows are ignored
@aggregate asa(wait @T@, answered boolean) OF queue_summary BY _queue_wait_accum FINAL @asa@
    average speed of answer: mean known wait of the answered, @as@; NULL when no such wait is known
@aggregate average_time_to_abandon(wait @T@, answered boolean) OF queue_summary BY _queue_wait_accum FINAL @average_time_to_abandon@
    mean known wait of the abandoned (answered false), @as@; NULL when no such wait is known
@end

@aggregate rollup(summary queue_summary) OF queue_summary BY _queue_summary_merge SLIDING internal 512 BY _queue_moving_merge REMOVE _queue_moving_merge_inv FINAL _queue_moving_final
    merges queue summaries, hours into days and months: exact, no average of averages; NULLs are ignored; the empty summary when there are none
