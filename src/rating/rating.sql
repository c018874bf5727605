-- Surveys: type rating_summary

@summary rating_summary 112
    survey answers counted by score, 0 to 10, printed as {"0":2,...,"10":5}: the summary behind nps, csat, ces and net_score

-- Accessors, which are also the final functions of the aggregates

@function responses(rating_summary) RETURNS bigint AS rating_responses_of
    answers in all; surveys without a score are not answers
@function promoters(rating_summary) RETURNS bigint AS rating_promoters
    answers of 9 and 10, those that count for the net promoter score
@function passives(rating_summary) RETURNS bigint AS rating_passives
    answers of 7 and 8
@function detractors(rating_summary) RETURNS bigint AS rating_detractors
    answers of 0 to 6, those that count against the net promoter score
@function average(rating_summary) RETURNS double precision AS rating_average_of
    mean score on the survey's own scale; NULL without answers
@function nps(rating_summary) RETURNS double precision AS rating_nps
    net promoter score, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers
@function csat(rating_summary) RETURNS double precision AS rating_csat
    customer satisfaction, 0 to 1: share of 4 and 5 on a scale from 1 to 5; NULL without answers
@function csat(rating_summary, satisfied_from integer) RETURNS double precision AS rating_csat_from
    customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; NULL without answers
@function ces(rating_summary) RETURNS double precision AS rating_ces
    customer effort score: the mean on a scale from 1 to 7; NULL without answers; an error when a score lies outside 1 to 7
@function net_score(rating_summary, negative_to integer, positive_from integer) RETURNS double precision AS rating_net_score
    net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to); NULL without answers
@function proportion(rating_summary, low integer, high integer) RETURNS proportion AS rating_proportion
    answers with low <= score <= high among all answers, for rate, wilson_low, wilson_high and p_value; an error unless 0 <= low <= high <= 10

@each end
@function nps_@end@(rating_summary) RETURNS double precision AS rating_nps_@end@
    @side@ end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100; NULL without answers
@function nps_@end@(rating_summary, confidence double precision) RETURNS double precision AS rating_nps_@end@
    @side@ end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers
@function csat_@end@(rating_summary) RETURNS double precision AS rating_csat_@end@
    @side@ end of the 95 % Wilson interval of csat on a scale from 1 to 5, 0 to 1; NULL without answers
@function csat_@end@(rating_summary, satisfied_from integer) RETURNS double precision AS rating_csat_@end@
    @side@ end of the 95 % Wilson interval of csat(r, satisfied_from), 0 to 1; NULL without answers
@function csat_@end@(rating_summary, satisfied_from integer, confidence double precision) RETURNS double precision AS rating_csat_@end@
    @side@ end of the Wilson interval of csat(r, satisfied_from) at this confidence, 0 to 1; NULL without answers
@end

@function nps_p_value(a rating_summary, b rating_summary) RETURNS double precision AS rating_nps_p_value
    two-sided z-test of two net promoter scores, from the adjusted-Wald counts; NULL when a summary has no answers
@function rating_kpis(rating_summary, OUT responses bigint, OUT nps double precision, OUT nps_low double precision, OUT nps_high double precision, OUT csat double precision, OUT csat_low double precision, OUT csat_high double precision, OUT ces double precision, OUT average double precision, OUT promoters bigint, OUT passives bigint, OUT detractors bigint) RETURNS record
    one row of plain numbers for reporting tools; csat and ces are NULL when a score lies outside their scale; read what fits the question

-- Support functions of the aggregates

@table score
T                | C
smallint         | int2
integer          | int4
bigint           | int8
double precision | float8
@end

@each score
@transition _rating_accum_@C@(rating_summary, @T@) STRICT
@inverse _rating_accum_@C@_inv(rating_summary, @T@) STRICT
@transition _rating_accum_counted_@C@(rating_summary, @T@, bigint) STRICT
@inverse _rating_accum_counted_@C@_inv(rating_summary, @T@, bigint) STRICT
@end
@merge _rating_summary_merge(rating_summary, rating_summary) STRICT
    merge: the counts of each score are added
@subtract _rating_summary_subtract(rating_summary, rating_summary) STRICT
    remove what was added before; an error when a count would become negative

-- Aggregates over a column of scores share one transition: nps, csat, ces and
-- rating_agg of the same column cost one pass and one state.

@each score
@aggregate nps(score @T@) OF rating_summary BY _rating_accum_@C@ FINAL nps
    net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6); NULLs are ignored; NULL without any
@aggregate csat(score @T@) OF rating_summary BY _rating_accum_@C@ FINAL csat
    customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5; NULL scores are ignored; NULL without answers
@aggregate ces(score @T@) OF rating_summary BY _rating_accum_@C@ FINAL ces
    customer effort score: the mean of answers from 1 to 7; NULL scores are ignored; NULL without answers
@aggregate rating_agg(score @T@) OF rating_summary BY _rating_accum_@C@
    answers counted by score, 0 to 10, as a rating_summary; NULL scores are ignored; all 0 without answers
@end

@each score
@aggregate rating_agg(score @T@, answers bigint) OF rating_summary BY _rating_accum_counted_@C@
    scores that come with their number of answers, as a rating_summary; rows with a NULL are ignored; all 0 without answers
@end

@aggregate rollup(summary rating_summary) OF rating_summary BY _rating_summary_merge
    merges rating summaries: the counts of each score are added; NULLs are ignored; all 0 when there are none

-- One-step aggregates that take the cuts of the scale: their state, a type of
-- its own, keeps the cuts so that partial results know them

@summary rating_split 64
    state of csat(score, satisfied_from) and net_score(score, negative_to, positive_from): the cuts of the scale and the answers on either side

@final _rating_split_csat(rating_split) RETURNS double precision STRICT
@final _rating_split_net_score(rating_split) RETURNS double precision STRICT
@combine _rating_split_merge(rating_split, rating_split) STRICT
@each score
@transition _rating_split_accum_@C@(rating_split, @T@, integer)
@inverse _rating_split_accum_@C@_inv(rating_split, @T@, integer)
@transition _rating_split_accum_@C@(rating_split, @T@, integer, integer)
@inverse _rating_split_accum_@C@_inv(rating_split, @T@, integer, integer)
@end

@each score
@aggregate csat(score @T@, satisfied_from integer) OF rating_split BY _rating_split_accum_@C@ FINAL _rating_split_csat
    customer satisfaction, 0 to 1: share of scores from satisfied_from upwards; NULL scores are ignored; NULL without answers
@aggregate net_score(score @T@, negative_to integer, positive_from integer) OF rating_split BY _rating_split_accum_@C@ FINAL _rating_split_net_score
    net score, -100 to 100: 100 * (share from positive_from upwards - share up to negative_to); NULL scores are ignored; NULL without any
@end
