-- Reaching an agent: type queue_summary

@summary queue_summary 128

COMMENT ON TYPE queue_summary IS
'contacts of a queue in exact classes (answered, abandoned, waiting, flowed out; within or late) with sums of waits and the longest in microseconds: the summary behind service_level, asa and abandonment_rate; the rule of the service level is chosen when it is read';

-- Accessors, some of which are also the final functions of the aggregates

@function offered(queue_summary) RETURNS bigint AS queue_offered
    contacts that reached the queue and whose fate is known or missed: answered, abandoned, waiting beyond the threshold, flowed out; who still waits within the threshold is not yet offered to any rate

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
    the service level by a rule, 0 to 1; NULL when no contact counts or an argument is NULL; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors

@function proportion(queue_summary) RETURNS proportion AS queue_to_proportion
    the two counts whose ratio is service_level(queue_summary), for wilson_low, wilson_high and p_value
@function proportion(queue_summary, rule text) RETURNS proportion AS queue_to_proportion
    the two counts whose ratio is the service level by this rule, for wilson_low, wilson_high and p_value; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors

@function answer_rate(queue_summary) RETURNS double precision AS queue_answer_rate
    answered / offered, 0 to 1; NULL when nothing was offered

@function abandonment_rate(queue_summary) RETURNS double precision AS queue_abandonment
    abandoned / offered, 0 to 1; NULL when nothing was offered (Genesys Cloud, Amazon Connect)
@function abandonment_rate(queue_summary, rule text) RETURNS double precision AS queue_abandonment
    abandoned / offered by a rule, 0 to 1; NULL when no contact counts or an argument is NULL; the rule is a list of words, separated by commas: offered (also the default), short_excluded (short abandons leave numerator and denominator), flowouts_excluded (who flowed out leaves the denominator); unknown and repeated words are errors

@function asa(queue_summary) RETURNS interval AS queue_asa_interval
    average speed of answer: mean known wait of the answered; NULL when no such wait is known; means are rounded to the microsecond

@function average_wait(queue_summary) RETURNS interval AS queue_average_wait_interval
    mean known wait of the answered and the abandoned; NULL when no such wait is known; means are rounded to the microsecond

@function average_time_to_abandon(queue_summary) RETURNS interval AS queue_average_time_to_abandon_interval
    mean known wait of the abandoned; NULL when no such wait is known; means are rounded to the microsecond

@function average_patience(queue_summary) RETURNS interval AS queue_average_patience_interval
    how long customers are willing to wait, for erlang_a: all known waits of the answered and the abandoned / the abandoned with a known wait (maximum likelihood for an exponential patience, the answered censored); who flowed out or still waits is left out; NULL when nobody abandoned after a known wait; rounded to the microsecond

@function longest_wait(queue_summary) RETURNS interval AS queue_longest_wait_interval
    the longest known wait of all contacts, waiting and flowed out included; NULL when no such wait is known

@table rule
arguments
queue_summary
queue_summary, rule text
@end

@each rule
CREATE FUNCTION queue_kpis(@arguments@,
    OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint,
    OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint,
    OUT waiting bigint, OUT flowed_out bigint,
    OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision,
    OUT asa_seconds double precision, OUT average_wait_seconds double precision,
    OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision,
    OUT longest_wait_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
@end
COMMENT ON FUNCTION queue_kpis(queue_summary) IS
'all KPIs of a queue as one row of plain numbers for reporting tools: counts, rates 0 to 1, durations in seconds; FROM hourly, queue_kpis(q)';
COMMENT ON FUNCTION queue_kpis(queue_summary, text) IS
'all KPIs of a queue as one row of plain numbers, the service level by this rule; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors';

-- Support functions of the aggregates

@final _queue_asa_seconds(queue_summary) RETURNS double precision STRICT
@final _queue_average_time_to_abandon_seconds(queue_summary) RETURNS double precision STRICT
@merge _queue_summary_merge(queue_summary, queue_summary) STRICT
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

CREATE OPERATOR + (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (queue_summary, queue_summary) IS 'merge: counts and waits are added, the longest wait is the longer one';

-- Aggregates

-- The final functions give back what came in: an interval, or seconds
@table duration
asa                | average_time_to_abandon
asa                | average_time_to_abandon
_queue_asa_seconds | _queue_average_time_to_abandon_seconds
_queue_asa_seconds | _queue_average_time_to_abandon_seconds
@end

@each duration
@aggregate service_level(wait @T@, threshold @T@) OF queue_summary BY _queue_accum FINAL service_level
    share of contacts answered within the threshold (in @in@), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; @bad@ are errors, and so is a NULL threshold

@aggregate service_level(wait @T@, threshold @T@, answered boolean) OF queue_summary BY _queue_accum FINAL service_level
    answered within the threshold / offered: answered, abandoned or waiting beyond the threshold (in @in@), 0 to 1 (ICMI 3); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; @bad@ are errors, and so is a NULL threshold

@aggregate queue_agg(wait @T@, threshold @T@) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts of a queue as a queue_summary, waits in @in@; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; @bad@ are errors, and so is a NULL threshold

@aggregate queue_agg(wait @T@, threshold @T@, answered boolean) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts of a queue as a queue_summary, waits in @in@; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; @bad@ are errors, and so is a NULL threshold

@aggregate queue_agg(wait @T@, threshold @T@, answered boolean, short_abandon @T@) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts of a queue as a queue_summary, waits in @in@; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; @bad@ are errors, and so are a NULL threshold and a short_abandon above the threshold

@aggregate queue_agg(wait @T@, threshold @T@, answered boolean, short_abandon @T@, flowed_out boolean) OF queue_summary BY _queue_accum SLIDING internal 512 BY _queue_moving_accum REMOVE _queue_moving_accum_inv FINAL _queue_moving_final
    contacts of a queue as a queue_summary, waits in @in@; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; @bad@ are errors, and so are a NULL threshold and a short_abandon above the threshold

@aggregate asa(wait @T@) OF queue_summary BY _queue_wait_accum FINAL @asa@
    average speed of answer: mean wait, @as@, rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; @bad@ are errors

@aggregate asa(wait @T@, answered boolean) OF queue_summary BY _queue_wait_accum FINAL @asa@
    average speed of answer: mean known wait of the answered, @as@, rounded to the microsecond; NULL when no such wait is known; @bad@ are errors

@aggregate average_time_to_abandon(wait @T@, answered boolean) OF queue_summary BY _queue_wait_accum FINAL @average_time_to_abandon@
    mean known wait of the abandoned (answered false), @as@, rounded to the microsecond; NULL when no such wait is known; @bad@ are errors
@end

@aggregate rollup(summary queue_summary) OF queue_summary BY _queue_summary_merge SLIDING internal 512 BY _queue_moving_merge REMOVE _queue_moving_merge_inv FINAL _queue_moving_final
    merges queue summaries, hours into days and months: exact, no average of averages; NULLs are ignored; the empty summary when there are none
