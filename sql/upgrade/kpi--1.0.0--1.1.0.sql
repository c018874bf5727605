\echo Use "ALTER EXTENSION kpi UPDATE TO '1.1.0'" to load this file. \quit

-- What 1.0.0 had and 1.1.0 changes or has no more.

DROP FUNCTION queue_kpis(queue_summary);
DROP FUNCTION queue_kpis(queue_summary, text);

-- What is new, as the install script has it.

COMMENT ON FUNCTION seconds(duration interval) IS 'a duration in seconds, for reporting tools that do not read intervals; a day counts 24 hours; NULL gives NULL; months are an error';
COMMENT ON FUNCTION percent(rate double precision) IS 'a rate from 0 to 1 as a percentage with one decimal, rounded half away from zero: percent(0.8337) = 83.4; NULL gives NULL';
COMMENT ON FUNCTION percent(rate double precision, digits integer) IS 'a rate from 0 to 1 as a percentage with 0 to 15 decimals, rounded half away from zero; NULL gives NULL';
COMMENT ON FUNCTION ratio(numerator double precision, denominator double precision) IS 'numerator / denominator; NULL when the denominator is 0 or an argument is NULL: cost or articles read per contact';
COMMENT ON FUNCTION plausible(value integer, low integer, high integer) IS 'the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL';
COMMENT ON FUNCTION plausible(value bigint, low bigint, high bigint) IS 'the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL';
COMMENT ON FUNCTION plausible(value numeric, low numeric, high numeric) IS 'the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL';
COMMENT ON FUNCTION plausible(value double precision, low double precision, high double precision) IS 'the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL';
COMMENT ON FUNCTION plausible(value interval, low interval, high interval) IS 'the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL';
CREATE FUNCTION duration(value text, format text) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_duration_of_text';
COMMENT ON FUNCTION duration(value text, format text) IS 'reads h:m:s, m:s, d.h:m:s, hhmmss, iso (PT3M10S) or words (3m 10s); NULL and '''' give NULL; what does not fit is an error';
CREATE FUNCTION duration(value integer, unit text) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_duration_of_int4';
COMMENT ON FUNCTION duration(value integer, unit text) IS 'a number of ms, s, min, h, days or excel (fractions of a day); NULL gives NULL';
CREATE FUNCTION duration(value double precision, unit text) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_duration_of_float8';
COMMENT ON FUNCTION duration(value double precision, unit text) IS 'a number of ms, s, min, h, days or excel (fractions of a day), rounded to the microsecond; NULL gives NULL';
COMMENT ON FUNCTION proportion(hits bigint, total bigint) IS 'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
COMMENT ON FUNCTION proportion(hits numeric, total numeric) IS 'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
COMMENT ON FUNCTION proportion(hits double precision, total double precision) IS 'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
COMMENT ON FUNCTION wilson_low(proportion, confidence double precision) IS 'lower end of the Wilson score interval of the rate at this confidence (above 0, below 1), 0 to 1; NULL when the total is 0';
COMMENT ON FUNCTION wilson_high(proportion, confidence double precision) IS 'upper end of the Wilson score interval of the rate at this confidence (above 0, below 1), 0 to 1; NULL when the total is 0';
COMMENT ON FUNCTION p_value(a proportion, b proportion) IS 'two-sided pooled z-test of two rates: how probable so large a difference is if they are equal; NULL when a total is 0';
CREATE OR REPLACE FUNCTION proportion_kpis(proportion, OUT hits bigint, OUT total bigint, OUT rate double precision, OUT low double precision, OUT high double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_kpis';
COMMENT ON FUNCTION proportion_kpis(proportion, OUT hits bigint, OUT total bigint, OUT rate double precision, OUT low double precision, OUT high double precision) IS 'one row of plain numbers for reporting tools: counts, the rate 0 to 1 and its 95 % Wilson interval, NULL when the total is 0';
COMMENT ON AGGREGATE contacts_per_resolution(resolved boolean) IS 'contacts that it takes to resolve one case: rows that are not NULL / rows that are true; NULL when nothing was resolved';
COMMENT ON AGGREGATE proportion_agg(hit boolean) IS 'the rows that are true and those that are not NULL, as a proportion; 0/0 when there are none';
COMMENT ON AGGREGATE rate(hits bigint, total bigint) IS 'sum of hits / sum of total of rows that are already counted, 0 to 1; rows with a NULL are ignored; NULL when the total is 0';
COMMENT ON AGGREGATE proportion_agg(hits bigint, total bigint) IS 'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none';
COMMENT ON AGGREGATE rate(hits numeric, total numeric) IS 'sum of hits / sum of total of rows that are already counted, 0 to 1; rows with a NULL are ignored; NULL when the total is 0';
COMMENT ON AGGREGATE proportion_agg(hits numeric, total numeric) IS 'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none';
COMMENT ON AGGREGATE rate(hits double precision, total double precision) IS 'sum of hits / sum of total of rows that are already counted, 0 to 1; rows with a NULL are ignored; NULL when the total is 0';
COMMENT ON AGGREGATE proportion_agg(hits double precision, total double precision) IS 'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none';
COMMENT ON AGGREGATE rollup(summary proportion) IS 'merges proportions: hits and totals are added; NULLs are ignored; 0/0 when there are none';
COMMENT ON TYPE queue_summary IS
'contacts of a queue in exact classes, with sums of waits and the longest: the summary behind service_level, asa and abandonment_rate';
COMMENT ON FUNCTION offered(queue_summary) IS 'contacts that count: answered, abandoned, waiting beyond the threshold, flowed out; not who still waits within the threshold';
COMMENT ON FUNCTION service_level(queue_summary, rule text) IS 'the service level by a rule, a list of words such as ''abandons_met, short_excluded'', 0 to 1; NULL when no contact counts';
COMMENT ON FUNCTION proportion(queue_summary, rule text) IS 'the two counts whose ratio is the service level by this rule, for wilson_low, wilson_high and p_value';
COMMENT ON FUNCTION abandonment_rate(queue_summary, rule text) IS 'abandoned / offered by a rule of the words short_excluded and flowouts_excluded, 0 to 1; NULL when no contact counts';
COMMENT ON FUNCTION average_patience(queue_summary) IS 'how long customers are willing to wait: waits of answered and abandoned / abandoned; NULL when nobody abandoned after a known wait';
CREATE FUNCTION queue_kpis(queue_summary, OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint, OUT answered_unknown bigint, OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint, OUT abandoned_unknown bigint, OUT waiting bigint, OUT flowed_out bigint, OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision, OUT answered_wait_seconds double precision, OUT asa_seconds double precision, OUT average_wait_seconds double precision, OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision, OUT longest_wait_seconds double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
COMMENT ON FUNCTION queue_kpis(queue_summary, OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint, OUT answered_unknown bigint, OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint, OUT abandoned_unknown bigint, OUT waiting bigint, OUT flowed_out bigint, OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision, OUT answered_wait_seconds double precision, OUT asa_seconds double precision, OUT average_wait_seconds double precision, OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision, OUT longest_wait_seconds double precision) IS 'all KPIs of a queue as one row of plain numbers for reporting tools; durations in seconds; FROM hourly, queue_kpis(q)';
CREATE FUNCTION queue_kpis(queue_summary, rule text, OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint, OUT answered_unknown bigint, OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint, OUT abandoned_unknown bigint, OUT waiting bigint, OUT flowed_out bigint, OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision, OUT answered_wait_seconds double precision, OUT asa_seconds double precision, OUT average_wait_seconds double precision, OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision, OUT longest_wait_seconds double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
COMMENT ON FUNCTION queue_kpis(queue_summary, rule text, OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint, OUT answered_unknown bigint, OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint, OUT abandoned_unknown bigint, OUT waiting bigint, OUT flowed_out bigint, OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision, OUT answered_wait_seconds double precision, OUT asa_seconds double precision, OUT average_wait_seconds double precision, OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision, OUT longest_wait_seconds double precision) IS 'all KPIs of a queue as one row of plain numbers for reporting tools, by this rule; durations in seconds; FROM hourly, queue_kpis(q)';
CREATE FUNCTION queue_summary(answered_within bigint DEFAULT 0, answered_late bigint DEFAULT 0, abandoned_within bigint DEFAULT 0, abandoned_late bigint DEFAULT 0, answered_wait interval DEFAULT '0', abandoned_wait interval DEFAULT '0') RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_from_counts';
COMMENT ON FUNCTION queue_summary(answered_within bigint, answered_late bigint, abandoned_within bigint, abandoned_late bigint, answered_wait interval, abandoned_wait interval) IS 'contacts that an ACD has already counted, with the sums of their waits; the longest wait is unknown; NULL gives NULL';
COMMENT ON AGGREGATE service_level(wait interval, threshold interval) IS 'share answered within the threshold (in intervals), 0 to 1; a NULL wait was never answered: else pass answered; NULL without contacts';
COMMENT ON AGGREGATE service_level(wait interval, threshold interval, answered boolean) IS 'answered within the threshold (in intervals) / offered, 0 to 1; answered NULL still waits; NULL when no contact counts';
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval) IS 'contacts as a queue_summary, waits in intervals; a NULL wait was never answered: pass answered where others have a wait, too';
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean) IS 'contacts as a queue_summary, waits in intervals; answered NULL still waits; rows whose wait and answered are NULL are ignored';
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval) IS 'contacts as a queue_summary, waits in intervals; answered NULL still waits; an abandon within short_abandon is a short one (NULL: none)';
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval, flowed_out boolean) IS 'contacts as a queue_summary, waits in intervals; flowed_out true overrides answered; answered NULL still waits; short_abandon NULL: none';
COMMENT ON AGGREGATE asa(wait interval) IS 'average speed of answer: mean wait, as an interval; where others have a wait, too, pass answered; NULL rows are ignored';
COMMENT ON AGGREGATE asa(wait interval, answered boolean) IS 'average speed of answer: mean known wait of the answered, as an interval; NULL when no such wait is known';
COMMENT ON AGGREGATE average_time_to_abandon(wait interval, answered boolean) IS 'mean known wait of the abandoned (answered false), as an interval; NULL when no such wait is known';
COMMENT ON AGGREGATE service_level(wait integer, threshold integer) IS 'share answered within the threshold (in whole seconds), 0 to 1; a NULL wait was never answered: else pass answered; NULL without contacts';
COMMENT ON AGGREGATE service_level(wait integer, threshold integer, answered boolean) IS 'answered within the threshold (in whole seconds) / offered, 0 to 1; answered NULL still waits; NULL when no contact counts';
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer) IS 'contacts as a queue_summary, waits in whole seconds; a NULL wait was never answered: pass answered where others have a wait, too';
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean) IS 'contacts as a queue_summary, waits in whole seconds; answered NULL still waits; rows whose wait and answered are NULL are ignored';
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer) IS 'contacts as a queue_summary, waits in whole seconds; answered NULL still waits; an abandon within short_abandon is a short one (NULL: none)';
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer, flowed_out boolean) IS 'contacts as a queue_summary, waits in whole seconds; flowed_out true overrides answered; answered NULL still waits; short_abandon NULL: none';
COMMENT ON AGGREGATE asa(wait integer) IS 'average speed of answer: mean wait, in seconds (double precision); where others have a wait, too, pass answered; NULL rows are ignored';
COMMENT ON AGGREGATE asa(wait integer, answered boolean) IS 'average speed of answer: mean known wait of the answered, in seconds (double precision); NULL when no such wait is known';
COMMENT ON AGGREGATE average_time_to_abandon(wait integer, answered boolean) IS 'mean known wait of the abandoned (answered false), in seconds (double precision); NULL when no such wait is known';
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision) IS 'share answered within the threshold (in seconds), 0 to 1; a NULL wait was never answered: else pass answered; NULL without contacts';
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision, answered boolean) IS 'answered within the threshold (in seconds) / offered, 0 to 1; answered NULL still waits; NULL when no contact counts';
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision) IS 'contacts as a queue_summary, waits in seconds; a NULL wait was never answered: pass answered where others have a wait, too';
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean) IS 'contacts as a queue_summary, waits in seconds; answered NULL still waits; rows whose wait and answered are NULL are ignored';
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision) IS 'contacts as a queue_summary, waits in seconds; answered NULL still waits; an abandon within short_abandon is a short one (NULL: none)';
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision, flowed_out boolean) IS 'contacts as a queue_summary, waits in seconds; flowed_out true overrides answered; answered NULL still waits; short_abandon NULL: none';
COMMENT ON AGGREGATE asa(wait double precision) IS 'average speed of answer: mean wait, in seconds (double precision); where others have a wait, too, pass answered; NULL rows are ignored';
COMMENT ON AGGREGATE asa(wait double precision, answered boolean) IS 'average speed of answer: mean known wait of the answered, in seconds (double precision); NULL when no such wait is known';
COMMENT ON AGGREGATE average_time_to_abandon(wait double precision, answered boolean) IS 'mean known wait of the abandoned (answered false), in seconds (double precision); NULL when no such wait is known';
COMMENT ON AGGREGATE rollup(summary queue_summary) IS 'merges queue summaries, hours into days and months: exact, no average of averages; NULLs are ignored; the empty summary when there are none';
CREATE OR REPLACE FUNCTION handle_kpis(handle_summary, OUT handled bigint, OUT held bigint, OUT aht_seconds double precision, OUT average_talk_seconds double precision, OUT average_hold_seconds double precision, OUT average_hold_when_held_seconds double precision, OUT average_wrap_seconds double precision, OUT total_handle_time_seconds double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_kpis';
COMMENT ON FUNCTION handle_kpis(handle_summary, OUT handled bigint, OUT held bigint, OUT aht_seconds double precision, OUT average_talk_seconds double precision, OUT average_hold_seconds double precision, OUT average_hold_when_held_seconds double precision, OUT average_wrap_seconds double precision, OUT total_handle_time_seconds double precision) IS 'all KPIs of handling as one row of plain numbers for reporting tools, durations in seconds; FROM hourly, handle_kpis(h)';
CREATE FUNCTION handle_summary(handled bigint DEFAULT 0, talk interval DEFAULT '0', hold interval DEFAULT '0', wrap interval DEFAULT '0', held bigint DEFAULT 0) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_from_counts';
COMMENT ON FUNCTION handle_summary(handled bigint, talk interval, hold interval, wrap interval, held bigint) IS 'contacts that an ACD has already counted, with the sums of their times and how many were held; NULL gives NULL';
COMMENT ON AGGREGATE aht(handle interval) IS 'average handle time: mean of the handle times, as an interval; NULL rows were not handled and are ignored; NULL when there are none';
COMMENT ON AGGREGATE aht(talk interval, hold interval, wrap interval) IS 'average handle time: mean of talk + hold + wrap, as an interval; a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON AGGREGATE handle_agg(handle interval) IS 'contacts with their handle time in intervals, all of it counted as talk, as a handle_summary; NULL rows are ignored';
COMMENT ON AGGREGATE handle_agg(talk interval, hold interval, wrap interval) IS 'contacts with talk, hold and wrap-up time in intervals as a handle_summary; a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON AGGREGATE aht(handle integer) IS 'average handle time: mean of the handle times, in seconds (double precision); NULL rows were not handled and are ignored; NULL when there are none';
COMMENT ON AGGREGATE aht(talk integer, hold integer, wrap integer) IS 'average handle time: mean of talk + hold + wrap, in seconds (double precision); a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON AGGREGATE handle_agg(handle integer) IS 'contacts with their handle time in whole seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored';
COMMENT ON AGGREGATE handle_agg(talk integer, hold integer, wrap integer) IS 'contacts with talk, hold and wrap-up time in whole seconds as a handle_summary; a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON AGGREGATE aht(handle double precision) IS 'average handle time: mean of the handle times, in seconds (double precision); NULL rows were not handled and are ignored; NULL when there are none';
COMMENT ON AGGREGATE aht(talk double precision, hold double precision, wrap double precision) IS 'average handle time: mean of talk + hold + wrap, in seconds (double precision); a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON AGGREGATE handle_agg(handle double precision) IS 'contacts with their handle time in seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored';
COMMENT ON AGGREGATE handle_agg(talk double precision, hold double precision, wrap double precision) IS 'contacts with talk, hold and wrap-up time in seconds as a handle_summary; a NULL part counts 0, rows where all are NULL are ignored';
COMMENT ON FUNCTION csat(rating_summary) IS 'customer satisfaction, 0 to 1: share of 4 and 5 on a scale from 1 to 5; NULL without answers';
COMMENT ON FUNCTION csat(rating_summary, satisfied_from integer) IS 'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; NULL without answers';
COMMENT ON FUNCTION net_score(rating_summary, negative_to integer, positive_from integer) IS 'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to); NULL without answers';
COMMENT ON FUNCTION proportion(rating_summary, low integer, high integer) IS 'answers with low <= score <= high among all answers, for rate, wilson_low, wilson_high and p_value; an error unless 0 <= low <= high <= 10';
COMMENT ON FUNCTION nps_low(rating_summary) IS 'lower end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100; NULL without answers';
COMMENT ON FUNCTION nps_low(rating_summary, confidence double precision) IS 'lower end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';
COMMENT ON FUNCTION nps_high(rating_summary) IS 'upper end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100; NULL without answers';
COMMENT ON FUNCTION nps_high(rating_summary, confidence double precision) IS 'upper end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';
CREATE FUNCTION csat_low(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_low';
COMMENT ON FUNCTION csat_low(rating_summary) IS 'lower end of the 95 % Wilson interval of csat on a scale from 1 to 5, 0 to 1; NULL without answers';
CREATE FUNCTION csat_low(rating_summary, satisfied_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_low';
COMMENT ON FUNCTION csat_low(rating_summary, satisfied_from integer) IS 'lower end of the 95 % Wilson interval of csat(r, satisfied_from), 0 to 1; NULL without answers';
CREATE FUNCTION csat_low(rating_summary, satisfied_from integer, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_low';
COMMENT ON FUNCTION csat_low(rating_summary, satisfied_from integer, confidence double precision) IS 'lower end of the Wilson interval of csat(r, satisfied_from) at this confidence, 0 to 1; NULL without answers';
CREATE FUNCTION csat_high(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_high';
COMMENT ON FUNCTION csat_high(rating_summary) IS 'upper end of the 95 % Wilson interval of csat on a scale from 1 to 5, 0 to 1; NULL without answers';
CREATE FUNCTION csat_high(rating_summary, satisfied_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_high';
COMMENT ON FUNCTION csat_high(rating_summary, satisfied_from integer) IS 'upper end of the 95 % Wilson interval of csat(r, satisfied_from), 0 to 1; NULL without answers';
CREATE FUNCTION csat_high(rating_summary, satisfied_from integer, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_high';
COMMENT ON FUNCTION csat_high(rating_summary, satisfied_from integer, confidence double precision) IS 'upper end of the Wilson interval of csat(r, satisfied_from) at this confidence, 0 to 1; NULL without answers';
COMMENT ON FUNCTION nps_p_value(a rating_summary, b rating_summary) IS 'two-sided z-test of two net promoter scores, from the adjusted-Wald counts; NULL when a summary has no answers';
COMMENT ON FUNCTION rating_kpis(rating_summary, OUT responses bigint, OUT nps double precision, OUT nps_low double precision, OUT nps_high double precision, OUT csat double precision, OUT csat_low double precision, OUT csat_high double precision, OUT ces double precision, OUT average double precision, OUT promoters bigint, OUT passives bigint, OUT detractors bigint) IS 'one row of plain numbers for reporting tools; csat and ces are NULL when a score lies outside their scale; read what fits the question';
CREATE FUNCTION _rating_accum_counted_int2(rating_summary, smallint, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_counted_int2';
COMMENT ON FUNCTION _rating_accum_counted_int2(rating_summary, smallint, bigint) IS 'transition function';
CREATE FUNCTION _rating_accum_counted_int2_inv(rating_summary, smallint, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_counted_int2_inv';
COMMENT ON FUNCTION _rating_accum_counted_int2_inv(rating_summary, smallint, bigint) IS 'inverse transition function';
CREATE FUNCTION _rating_accum_counted_int4(rating_summary, integer, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_counted_int4';
COMMENT ON FUNCTION _rating_accum_counted_int4(rating_summary, integer, bigint) IS 'transition function';
CREATE FUNCTION _rating_accum_counted_int4_inv(rating_summary, integer, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_counted_int4_inv';
COMMENT ON FUNCTION _rating_accum_counted_int4_inv(rating_summary, integer, bigint) IS 'inverse transition function';
CREATE FUNCTION _rating_accum_counted_int8(rating_summary, bigint, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_counted_int8';
COMMENT ON FUNCTION _rating_accum_counted_int8(rating_summary, bigint, bigint) IS 'transition function';
CREATE FUNCTION _rating_accum_counted_int8_inv(rating_summary, bigint, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_counted_int8_inv';
COMMENT ON FUNCTION _rating_accum_counted_int8_inv(rating_summary, bigint, bigint) IS 'inverse transition function';
CREATE FUNCTION _rating_accum_counted_float8(rating_summary, double precision, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_counted_float8';
COMMENT ON FUNCTION _rating_accum_counted_float8(rating_summary, double precision, bigint) IS 'transition function';
CREATE FUNCTION _rating_accum_counted_float8_inv(rating_summary, double precision, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_counted_float8_inv';
COMMENT ON FUNCTION _rating_accum_counted_float8_inv(rating_summary, double precision, bigint) IS 'inverse transition function';
COMMENT ON AGGREGATE nps(score smallint) IS 'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6); NULLs are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score smallint) IS 'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE ces(score smallint) IS 'customer effort score: the mean of answers from 1 to 7; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE rating_agg(score smallint) IS 'answers counted by score, 0 to 10, as a rating_summary; NULL scores are ignored; all 0 without answers';
COMMENT ON AGGREGATE nps(score integer) IS 'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6); NULLs are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score integer) IS 'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE ces(score integer) IS 'customer effort score: the mean of answers from 1 to 7; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE rating_agg(score integer) IS 'answers counted by score, 0 to 10, as a rating_summary; NULL scores are ignored; all 0 without answers';
COMMENT ON AGGREGATE nps(score bigint) IS 'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6); NULLs are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score bigint) IS 'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE ces(score bigint) IS 'customer effort score: the mean of answers from 1 to 7; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE rating_agg(score bigint) IS 'answers counted by score, 0 to 10, as a rating_summary; NULL scores are ignored; all 0 without answers';
COMMENT ON AGGREGATE nps(score double precision) IS 'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6); NULLs are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score double precision) IS 'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE ces(score double precision) IS 'customer effort score: the mean of answers from 1 to 7; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE rating_agg(score double precision) IS 'answers counted by score, 0 to 10, as a rating_summary; NULL scores are ignored; all 0 without answers';
CREATE AGGREGATE rating_agg(score smallint, answers bigint) (
    SFUNC = _rating_accum_counted_int2, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_counted_int2, MINVFUNC = _rating_accum_counted_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(score smallint, answers bigint) IS 'scores that come with their number of answers, as a rating_summary; rows with a NULL are ignored; all 0 without answers';
CREATE AGGREGATE rating_agg(score integer, answers bigint) (
    SFUNC = _rating_accum_counted_int4, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_counted_int4, MINVFUNC = _rating_accum_counted_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(score integer, answers bigint) IS 'scores that come with their number of answers, as a rating_summary; rows with a NULL are ignored; all 0 without answers';
CREATE AGGREGATE rating_agg(score bigint, answers bigint) (
    SFUNC = _rating_accum_counted_int8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_counted_int8, MINVFUNC = _rating_accum_counted_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(score bigint, answers bigint) IS 'scores that come with their number of answers, as a rating_summary; rows with a NULL are ignored; all 0 without answers';
CREATE AGGREGATE rating_agg(score double precision, answers bigint) (
    SFUNC = _rating_accum_counted_float8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_counted_float8, MINVFUNC = _rating_accum_counted_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(score double precision, answers bigint) IS 'scores that come with their number of answers, as a rating_summary; rows with a NULL are ignored; all 0 without answers';
COMMENT ON AGGREGATE rollup(summary rating_summary) IS 'merges rating summaries: the counts of each score are added; NULLs are ignored; all 0 when there are none';
COMMENT ON AGGREGATE csat(score smallint, satisfied_from integer) IS 'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE net_score(score smallint, negative_to integer, positive_from integer) IS 'net score, -100 to 100: 100 * (share from positive_from upwards - share up to negative_to); NULL scores are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score integer, satisfied_from integer) IS 'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE net_score(score integer, negative_to integer, positive_from integer) IS 'net score, -100 to 100: 100 * (share from positive_from upwards - share up to negative_to); NULL scores are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score bigint, satisfied_from integer) IS 'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE net_score(score bigint, negative_to integer, positive_from integer) IS 'net score, -100 to 100: 100 * (share from positive_from upwards - share up to negative_to); NULL scores are ignored; NULL without any';
COMMENT ON AGGREGATE csat(score double precision, satisfied_from integer) IS 'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards; NULL scores are ignored; NULL without answers';
COMMENT ON AGGREGATE net_score(score double precision, negative_to integer, positive_from integer) IS 'net score, -100 to 100: 100 * (share from positive_from upwards - share up to negative_to); NULL scores are ignored; NULL without any';
COMMENT ON TYPE duration_summary IS
'durations as exact sums and a histogram on round times, as JSON in microseconds: percentiles that merge, exact on the grid, else within 0.4 %';
COMMENT ON TYPE percentile_state IS
'the state of the aggregate percentile: a fraction and a duration_summary';
COMMENT ON FUNCTION total(duration_summary) IS
'sum of the durations, exact; 0 when there are none';
COMMENT ON FUNCTION average(duration_summary) IS
'total / samples, exact, rounded half away from zero to the microsecond; NULL without samples';
COMMENT ON FUNCTION stddev(duration_summary) IS
'sample standard deviation, exact to the microsecond; NULL for fewer than two samples';
COMMENT ON FUNCTION average_low(duration_summary) IS
'lower end of the 95 % confidence interval of the average (Student), never below 0; NULL for fewer than two samples';
COMMENT ON FUNCTION average_low(duration_summary, double precision) IS
'lower end of the confidence interval of the average (Student), never below 0; NULL for fewer than two samples';
COMMENT ON FUNCTION average_high(duration_summary) IS
'upper end of the 95 % confidence interval of the average (Student); NULL for fewer than two samples';
COMMENT ON FUNCTION average_high(duration_summary, double precision) IS
'upper end of the confidence interval of the average (Student); NULL for fewer than two samples';
COMMENT ON FUNCTION average_p_value(duration_summary, duration_summary) IS
'how probable a difference of two averages this large is if both are equal (Welch); NULL for fewer than two samples in either';
COMMENT ON FUNCTION shortest(duration_summary) IS
'the shortest duration, exact; NULL without samples';
COMMENT ON FUNCTION longest(duration_summary) IS
'the longest duration, exact; NULL without samples';
COMMENT ON FUNCTION percentile(duration_summary, double precision) IS
'duration that this share (0 to 1) does not exceed; exact on the grid, else at most 0.4 % above; NULL without samples';
CREATE FUNCTION median(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_median_interval';
COMMENT ON FUNCTION median(duration_summary) IS
'percentile(summary, 0.5); NULL without samples';
COMMENT ON FUNCTION percentiles(duration_summary, double precision[]) IS
'percentile(summary, fraction) for each fraction, in an array of the same shape; NULL for NULL and without samples';
COMMENT ON FUNCTION rate_within(duration_summary, interval) IS
'share of samples up to the threshold, 0 to 1; exact where is_exact(summary, threshold), else within 0.4 %; NULL without samples';
CREATE FUNCTION is_exact(duration_summary, threshold interval) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_is_exact';
COMMENT ON FUNCTION is_exact(duration_summary, interval) IS
'whether rate_within, histogram and abandonment_curve are exact at this threshold: true for 20 s, 15 min, 4 h, 2 days';
COMMENT ON FUNCTION histogram(duration_summary, interval[]) IS
'samples up to the first edge, above it up to the second, ..., above the last; exact as rate_within is';
COMMENT ON FUNCTION histogram_rows(duration_summary, interval[]) IS
'histogram(summary, edges) as rows: above low, up to high (NULL: open); shares 0 to 1, NULL without samples';
COMMENT ON FUNCTION abandonment_curve(duration_summary, duration_summary, interval[]) IS
'share of callers gone by each wait if nobody answers, 0 to 1 (Kaplan and Meier); NULL without samples';
COMMENT ON FUNCTION duration_kpis(duration_summary) IS
'one row of plain numbers for reporting tools, durations in seconds; what needs samples is NULL where there are none';
CREATE FUNCTION _duration_median_interval(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_median_interval';
COMMENT ON FUNCTION _duration_median_interval(duration_summary) IS 'final function';
CREATE FUNCTION _duration_median_seconds(duration_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_median_seconds';
COMMENT ON FUNCTION _duration_median_seconds(duration_summary) IS 'final function';
CREATE FUNCTION _duration_window_median_interval(internal) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_median_interval';
COMMENT ON FUNCTION _duration_window_median_interval(internal) IS 'moving final function';
CREATE FUNCTION _duration_window_median_seconds(internal) RETURNS double precision
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_median_seconds';
COMMENT ON FUNCTION _duration_window_median_seconds(internal) IS 'moving final function';
CREATE FUNCTION _duration_accum_times_interval(duration_summary, interval, bigint) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_times_interval';
COMMENT ON FUNCTION _duration_accum_times_interval(duration_summary, interval, bigint) IS 'transition function';
CREATE FUNCTION _duration_window_add_times_interval(internal, interval, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_times_interval';
COMMENT ON FUNCTION _duration_window_add_times_interval(internal, interval, bigint) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_times_interval(internal, interval, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_times_interval';
COMMENT ON FUNCTION _duration_window_remove_times_interval(internal, interval, bigint) IS 'moving inverse transition function';
CREATE FUNCTION _duration_accum_times_int4(duration_summary, integer, bigint) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_times_int4';
COMMENT ON FUNCTION _duration_accum_times_int4(duration_summary, integer, bigint) IS 'transition function';
CREATE FUNCTION _duration_window_add_times_int4(internal, integer, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_times_int4';
COMMENT ON FUNCTION _duration_window_add_times_int4(internal, integer, bigint) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_times_int4(internal, integer, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_times_int4';
COMMENT ON FUNCTION _duration_window_remove_times_int4(internal, integer, bigint) IS 'moving inverse transition function';
CREATE FUNCTION _duration_accum_times_float8(duration_summary, double precision, bigint) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_times_float8';
COMMENT ON FUNCTION _duration_accum_times_float8(duration_summary, double precision, bigint) IS 'transition function';
CREATE FUNCTION _duration_window_add_times_float8(internal, double precision, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_times_float8';
COMMENT ON FUNCTION _duration_window_add_times_float8(internal, double precision, bigint) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_times_float8(internal, double precision, bigint) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_times_float8';
COMMENT ON FUNCTION _duration_window_remove_times_float8(internal, double precision, bigint) IS 'moving inverse transition function';
COMMENT ON OPERATOR + (duration_summary, duration_summary) IS
'merge: the summary of both; there is no -, because the longest before cannot be told';
COMMENT ON AGGREGATE percentile(interval, double precision) IS
'duration that this share (0 to 1) does not exceed, as an interval; exact on the grid, else at most 0.4 % above; NULLs are ignored';
CREATE AGGREGATE median(duration interval) (
    SFUNC = _duration_accum_interval, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_median_interval, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_interval, MINVFUNC = _duration_window_remove_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_median_interval,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE median(interval) IS
'percentile(duration, 0.5), as an interval: half of the durations do not exceed it; NULLs are ignored; NULL when there are none';
COMMENT ON AGGREGATE duration_agg(interval) IS
'summary of durations (intervals), for percentile, rate_within, average and the like; NULLs are ignored; empty when there are none';
CREATE AGGREGATE duration_agg(duration interval, times bigint) (
    SFUNC = _duration_accum_times_interval, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_times_interval, MINVFUNC = _duration_window_remove_times_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(interval, bigint) IS
'summary of durations (intervals) that come with their number; a row with a NULL in either is ignored; empty when there are none';
COMMENT ON AGGREGATE percentile(integer, double precision) IS
'duration that this share (0 to 1) does not exceed, in seconds (double precision); exact on the grid, else at most 0.4 % above; NULLs are ignored';
CREATE AGGREGATE median(duration integer) (
    SFUNC = _duration_accum_int4, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_median_seconds, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_int4, MINVFUNC = _duration_window_remove_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_median_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE median(integer) IS
'percentile(duration, 0.5), in seconds (double precision): half of the durations do not exceed it; NULLs are ignored; NULL when there are none';
COMMENT ON AGGREGATE duration_agg(integer) IS
'summary of durations (whole seconds), for percentile, rate_within, average and the like; NULLs are ignored; empty when there are none';
CREATE AGGREGATE duration_agg(duration integer, times bigint) (
    SFUNC = _duration_accum_times_int4, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_times_int4, MINVFUNC = _duration_window_remove_times_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(integer, bigint) IS
'summary of durations (whole seconds) that come with their number; a row with a NULL in either is ignored; empty when there are none';
COMMENT ON AGGREGATE percentile(double precision, double precision) IS
'duration that this share (0 to 1) does not exceed, in seconds (double precision); exact on the grid, else at most 0.4 % above; NULLs are ignored';
CREATE AGGREGATE median(duration double precision) (
    SFUNC = _duration_accum_float8, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_median_seconds, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_float8, MINVFUNC = _duration_window_remove_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_median_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE median(double precision) IS
'percentile(duration, 0.5), in seconds (double precision): half of the durations do not exceed it; NULLs are ignored; NULL when there are none';
COMMENT ON AGGREGATE duration_agg(double precision) IS
'summary of durations (seconds), for percentile, rate_within, average and the like; NULLs are ignored; empty when there are none';
CREATE AGGREGATE duration_agg(duration double precision, times bigint) (
    SFUNC = _duration_accum_times_float8, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_times_float8, MINVFUNC = _duration_window_remove_times_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(double precision, bigint) IS
'summary of durations (seconds) that come with their number; a row with a NULL in either is ignored; empty when there are none';
COMMENT ON AGGREGATE rollup(duration_summary) IS
'the summary of all durations of these summaries: hours into days and months; NULLs are ignored; empty when there are none';
COMMENT ON TYPE number_summary IS
'numbers as exact sums (samples, total, squares) in millionths: the summary behind average, stddev and their intervals';
COMMENT ON FUNCTION average_p_value(a number_summary, b number_summary) IS 'two-sided t-test of two averages whose variances may differ (Welch); NULL when a side has fewer than two samples';
CREATE OR REPLACE FUNCTION number_kpis(number_summary, OUT samples bigint, OUT total double precision, OUT average double precision, OUT stddev double precision, OUT average_low double precision, OUT average_high double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_kpis';
COMMENT ON FUNCTION number_kpis(number_summary, OUT samples bigint, OUT total double precision, OUT average double precision, OUT stddev double precision, OUT average_low double precision, OUT average_high double precision) IS 'one row of plain numbers for reporting tools, with the 95 % interval of the average; NULL where there are too few samples';
COMMENT ON AGGREGATE number_agg(value integer) IS 'summary of numbers, each rounded to six decimals, half away from zero; NULLs are ignored; an empty summary when there are none';
COMMENT ON AGGREGATE number_agg(value bigint) IS 'summary of numbers, each rounded to six decimals, half away from zero; NULLs are ignored; an empty summary when there are none';
COMMENT ON AGGREGATE number_agg(value double precision) IS 'summary of numbers, each rounded to six decimals, half away from zero; NULLs are ignored; an empty summary when there are none';
COMMENT ON AGGREGATE number_agg(value numeric) IS 'summary of numbers, each rounded to six decimals, half away from zero; NULLs are ignored; an empty summary when there are none';
COMMENT ON AGGREGATE rollup(summary number_summary) IS 'merges number summaries into the one of all their numbers: hours into days and months; NULLs are ignored; an empty summary when there are none';
COMMENT ON FUNCTION adjusted_p_value(p double precision) IS 'the p-value adjusted for the number of tests in the partition (Benjamini and Hochberg); NULL p-values stay NULL and do not count';
COMMENT ON FUNCTION adjusted_p_value(p double precision, method text) IS 'the p-value adjusted for the number of tests in the partition by method bh or holm; NULL p-values stay NULL and do not count';
COMMENT ON FUNCTION control_low(double precision, double precision) IS
'lower control limit of the rate of a group of n: centre - 3 sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0';
COMMENT ON FUNCTION control_low(double precision, double precision, double precision) IS
'lower control limit of the rate of a group of n: centre - sigmas sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0';
COMMENT ON FUNCTION control_high(double precision, double precision) IS
'upper control limit of the rate of a group of n: centre + 3 sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0';
COMMENT ON FUNCTION control_high(double precision, double precision, double precision) IS
'upper control limit of the rate of a group of n: centre + sigmas sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0';
COMMENT ON TYPE time_share IS
'a part of time over a whole, two exact sums, printed as 01:30:00/08:00:00: the summary behind utilization and occupancy';
CREATE OR REPLACE FUNCTION time_share_kpis(time_share, OUT share double precision, OUT part_seconds double precision, OUT whole_seconds double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_kpis';
COMMENT ON FUNCTION time_share_kpis(time_share, OUT share double precision, OUT part_seconds double precision, OUT whole_seconds double precision) IS 'share, part and whole as one row of plain numbers for reporting tools, durations in seconds; share is NULL when the whole is 0';
COMMENT ON AGGREGATE utilization(active interval, worked interval) IS 'sum of active / sum of worked time; a NULL active counts 0, a row whose worked is NULL is ignored; NULL without worked time';
COMMENT ON AGGREGATE shrinkage(lost interval, scheduled interval) IS 'sum of lost / sum of scheduled time; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL without scheduled time';
COMMENT ON AGGREGATE time_share_agg(part interval, whole interval) IS 'sum of parts and of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored';
COMMENT ON AGGREGATE occupancy(handling interval, idle interval) IS 'sum of handling / sum of handling and idle time, 0 to 1; one NULL counts 0, rows of two are ignored; NULL without time';
COMMENT ON AGGREGATE occupancy_agg(handling interval, idle interval) IS 'handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows of two are ignored';
COMMENT ON AGGREGATE utilization(active integer, worked integer) IS 'sum of active / sum of worked time; a NULL active counts 0, a row whose worked is NULL is ignored; NULL without worked time; in seconds';
COMMENT ON AGGREGATE shrinkage(lost integer, scheduled integer) IS 'sum of lost / sum of scheduled time; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL without scheduled time; in seconds';
COMMENT ON AGGREGATE time_share_agg(part integer, whole integer) IS 'sum of parts and of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; in seconds';
COMMENT ON AGGREGATE occupancy(handling integer, idle integer) IS 'sum of handling / sum of handling and idle time, 0 to 1; one NULL counts 0, rows of two are ignored; NULL without time; in seconds';
COMMENT ON AGGREGATE occupancy_agg(handling integer, idle integer) IS 'handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows of two are ignored; in seconds';
COMMENT ON AGGREGATE utilization(active double precision, worked double precision) IS 'sum of active / sum of worked time; a NULL active counts 0, a row whose worked is NULL is ignored; NULL without worked time; in seconds';
COMMENT ON AGGREGATE shrinkage(lost double precision, scheduled double precision) IS 'sum of lost / sum of scheduled time; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL without scheduled time; in seconds';
COMMENT ON AGGREGATE time_share_agg(part double precision, whole double precision) IS 'sum of parts and of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; in seconds';
COMMENT ON AGGREGATE occupancy(handling double precision, idle double precision) IS 'sum of handling / sum of handling and idle time, 0 to 1; one NULL counts 0, rows of two are ignored; NULL without time; in seconds';
COMMENT ON AGGREGATE occupancy_agg(handling double precision, idle double precision) IS 'handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows of two are ignored; in seconds';
COMMENT ON AGGREGATE rollup(summary time_share) IS 'merges time_shares: parts and wholes are added; NULLs are ignored; 00:00:00/00:00:00 when there are none';
COMMENT ON TYPE span_summary IS
'how many spans were open at each moment, as edges [time,change]: the summary behind covered, peak_concurrency and backlog';
COMMENT ON FUNCTION span_summary(spans tstzmultirange) IS 'the ranges of a multirange as spans, each open once; NULL gives NULL; a range without a start is an error';
COMMENT ON FUNCTION average_concurrency(span_summary) IS 'total / covered: how many spans were open on average while any was, 1 or more; NULL for an empty summary';
COMMENT ON FUNCTION average_concurrency(span_summary, within tstzrange) IS 'total time within the range / its length: the average queue length, load in Erlang or backlog; NULL for NULL or an empty range';
COMMENT ON FUNCTION concurrency_series(s span_summary, step interval, zone text, within tstzrange, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) IS 'a row for each reporting interval of the range: open at its start, the most at a time, the average, how long any was open';
CREATE FUNCTION concurrency_series(s span_summary, step interval, zone text, within tstzrange, origin timestamp, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 100 AS 'MODULE_PATHNAME', 'span_summary_concurrency_series';
COMMENT ON FUNCTION concurrency_series(s span_summary, step interval, zone text, within tstzrange, origin timestamp, OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) IS 'the same, with intervals counted from a local time: weeks from Sunday, days from 06:00';
CREATE OR REPLACE FUNCTION span_kpis(span_summary, OUT covered_seconds double precision, OUT total_seconds double precision, OUT peak_concurrency bigint, OUT average_concurrency double precision) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_kpis';
COMMENT ON FUNCTION span_kpis(span_summary, OUT covered_seconds double precision, OUT total_seconds double precision, OUT peak_concurrency bigint, OUT average_concurrency double precision) IS 'covered, total, peak and average concurrency as one row of plain numbers, durations in seconds; NULLs for an empty summary';
COMMENT ON FUNCTION concurrency_at(span_summary, moment timestamptz) IS 'how many spans were open at a moment, starts included, ends not: the backlog as of then; NULL when an argument is NULL';
COMMENT ON FUNCTION concurrency_at(span_summary, moment timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION concurrency_at(span_summary, moment date) RETURNS bigint
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION concurrency_at(span_summary, moment date) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION time_at_least(span_summary, n bigint) IS 'how long n or more spans were open at the same time, n from 1 on; NULL for an empty summary; an error when that time is infinite (clip it first)';
COMMENT ON FUNCTION overlap(a span_summary, b span_summary) IS 'how long a and b both had a span open; 0 when never; an error when that time is infinite (clip them first)';
COMMENT ON FUNCTION clip(span_summary, within tstzrange) IS 'what of the spans lies within a range, its bounds taken as half-open; cuts those that reach over its ends; NULL when an argument is NULL';
COMMENT ON FUNCTION time_share(part span_summary, whole span_summary) IS 'the time that part and whole of one agent have in common over that of whole, for share(rollup(...)); NULL when an argument is NULL';
COMMENT ON FUNCTION utilization(busy span_summary, worked span_summary) IS 'share of one agent''s worked time in which he was busy, 0 to 1; parallel contacts count once; NULL when nothing was worked';
COMMENT ON FUNCTION adherence(actual span_summary, scheduled span_summary) IS 'share of one agent''s scheduled time that was worked as scheduled, 0 to 1; NULL when nothing was scheduled or actual is NULL';
CREATE FUNCTION adherence(actual span_summary, scheduled span_summary, grace interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_adherence_grace';
COMMENT ON FUNCTION adherence(actual span_summary, scheduled span_summary, grace interval) IS 'adherence where an absence shorter than grace is none, 0 to 1; NULL when nothing was scheduled or an argument is NULL';
COMMENT ON FUNCTION conformance(actual span_summary, scheduled span_summary) IS 'time that one agent worked / was scheduled, whenever it was: may pass 1; NULL when nothing was scheduled or actual is NULL';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at timestamptz) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_plausible';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at timestamptz) IS 'the span from start_at to end_at, or NULL where the end is earlier or the start NULL; a NULL end is still open';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at timestamptz, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_plausible';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at timestamptz, longest interval) IS 'the same, and NULL where the span is longer than longest; a NULL end is still open';
CREATE FUNCTION plausible_span(start_at timestamp, end_at timestamp) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamp, end_at timestamp, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at timestamp, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamp, end_at timestamptz) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamp, end_at timestamptz, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at timestamptz, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at timestamp) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at timestamp, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at timestamp, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at date) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at date, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at date, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at timestamp) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at timestamp, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at timestamp, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at timestamptz) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at date, end_at timestamptz, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at date, end_at timestamptz, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamp, end_at date) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamp, end_at date, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at timestamp, end_at date, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at date) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION plausible_span(start_at timestamptz, end_at date, longest interval) RETURNS tstzrange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION plausible_span(start_at timestamptz, end_at date, longest interval) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON AGGREGATE covered(span tstzrange) IS 'how long at least one span was open: overlapping spans count once, so group by agent; NULLs are ignored; NULL when there are none';
COMMENT ON AGGREGATE peak_concurrency(span tstzrange) IS 'the most spans open at the same time; one that ends when another begins does not overlap it; NULLs are ignored; NULL without any';
COMMENT ON AGGREGATE span_agg(span tstzrange) IS 'how many spans were open at each moment, as a span_summary; an unbounded end is still open; NULLs are ignored';
COMMENT ON AGGREGATE rollup(summary span_summary) IS 'merges span_summaries: the spans of all of them; NULLs are ignored; for a share of time over agents roll up time_share instead';
COMMENT ON FUNCTION contact_number(customer anyelement, at timestamptz, gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and for NULL at';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at gives NULL';
COMMENT ON FUNCTION contact_number(customer anyelement, at timestamptz, gap interval, min_gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval, min_gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and where min_gap continues one, and for NULL at';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz, min_gap interval) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at gives NULL';
COMMENT ON FUNCTION contact_number(customer anyelement, at timestamp, gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and for NULL at';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at gives NULL';
COMMENT ON FUNCTION contact_number(customer anyelement, at timestamp, gap interval, min_gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval, min_gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and where min_gap continues one, and for NULL at';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp, min_gap interval) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at gives NULL';
COMMENT ON FUNCTION contact_number(customer anyelement, at tstzrange, gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at or an empty span gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and for NULL at or an empty span';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at or an empty span gives NULL';
COMMENT ON FUNCTION contact_number(customer anyelement, at tstzrange, gap interval, min_gap interval) IS 'which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; NULL at or an empty span gives NULL';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval, min_gap interval) IS 'true when the contact before lies within gap, else false; NULL for a NULL customer, and where min_gap continues one, and for NULL at or an empty span';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz, min_gap interval) IS 'for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; NULL at or an empty span gives NULL';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamp) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamp, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamp, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of date) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of date) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of date, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of date, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamptz) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamptz, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamp) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamp, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamp, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of date) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of date) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of date, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of date, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamptz) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamptz, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamp) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamp, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of timestamp, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of date) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of date) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of date, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at date, gap interval, as_of date, min_gap interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of date) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of date) IS 'the same, known until the midnight with which the date begins';
CREATE FUNCTION contact_number(customer anyelement, at date, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION contact_number(customer anyelement, at date, gap interval) IS 'always an error: say which moment is meant, as a timestamp or with AT TIME ZONE';
CREATE FUNCTION repeat_contact(customer anyelement, at date, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at date, gap interval) IS 'always an error: say which moment is meant, as a timestamp or with AT TIME ZONE';
CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of date, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of date, min_gap interval) IS 'the same, known until the midnight with which the date begins';
CREATE FUNCTION contact_number(customer anyelement, at date, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION contact_number(customer anyelement, at date, gap interval, min_gap interval) IS 'always an error: say which moment is meant, as a timestamp or with AT TIME ZONE';
CREATE FUNCTION repeat_contact(customer anyelement, at date, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION repeat_contact(customer anyelement, at date, gap interval, min_gap interval) IS 'always an error: say which moment is meant, as a timestamp or with AT TIME ZONE';
COMMENT ON TYPE business_calendar IS
'opening hours: a zone by its region (America/New_York, not EST), weekly slots, dates, such as ''UTC; Mon-Fri 09:00-18:00; 12-25 closed''';
COMMENT ON FUNCTION closed_on(calendar business_calendar, dates date[]) IS 'the calendar, closed on these dates too: holidays from a table; NULL dates are ignored, a NULL array closes nothing';
CREATE FUNCTION closed_on(calendar business_calendar, dates datemultirange) RETURNS business_calendar
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_closed_on_ranges';
COMMENT ON FUNCTION closed_on(calendar business_calendar, dates datemultirange) IS 'the calendar, closed on all dates of these ranges too; NULL closes nothing; a range without an end is an error';
CREATE FUNCTION closed_on(calendar business_calendar, dates text) RETURNS business_calendar
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_closed_on_text';
COMMENT ON FUNCTION closed_on(calendar business_calendar, dates text) IS 'the same for a literal: ''{2026-12-25}'' is read as date[], ''{[2026-12-24,2026-12-26]}'' as datemultirange';
CREATE OR REPLACE FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_time';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at timestamptz) IS 'open time between two moments, in hours, minutes and seconds; negative when end_at is before start_at; NULL gives NULL';
CREATE OR REPLACE FUNCTION business_deadline(calendar business_calendar, start_at timestamptz, duration interval) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_deadline';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at timestamptz, duration interval) IS 'the first moment at which this much open time has passed; negative: the last from which so much remains; NULL when there is none';
CREATE FUNCTION next_open(calendar business_calendar, moment timestamptz) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_next_open';
COMMENT ON FUNCTION next_open(calendar business_calendar, moment timestamptz) IS 'the moment itself when the calendar is open then, else the next opening; NULL when there is none';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_days';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at timestamptz) IS 'working days from the date of start_at on and before that of end_at: dates with open hours; negative when end_at is earlier';
CREATE FUNCTION business_days_later(calendar business_calendar, moment timestamptz, days integer) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_days_later';
COMMENT ON FUNCTION business_days_later(calendar business_calendar, moment timestamptz, days integer) IS 'the same time of day so many working days later, or earlier; a closed date counts as the start of the next open one; NULL: never';
COMMENT ON FUNCTION is_open(calendar business_calendar, moment timestamptz) IS 'does the zone''s wall clock read a time inside a slot at this moment? Starts are inside, ends are not; NULL gives NULL';
CREATE OR REPLACE FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'business_spans';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at timestamptz) IS 'the times between two moments in which the calendar is open, at most a million; NULL gives NULL';
COMMENT ON FUNCTION business_time(calendar business_calendar, spans tstzmultirange) IS 'open time of all pieces together: requester wait, time in a status; 0 for none, NULL for NULL; an unbounded piece is an error';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at timestamptz, duration interval, paused tstzmultirange) IS 'the same while the clock stands still in the pauses (NULL: none); NULL when a pause without end comes first';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at timestamp) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at timestamptz) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at timestamp) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at date, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at date, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at date, end_at date) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at date, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at date, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at date, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at date, end_at timestamp) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at date, end_at timestamp) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at date, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at date, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at date, end_at timestamptz) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at date, end_at timestamptz) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at date) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamp, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at date) RETURNS integer
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days(calendar business_calendar, start_at timestamptz, end_at date) IS 'always an error: say which moments are meant with AT TIME ZONE';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at timestamp, duration interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at timestamp, duration interval, paused tstzmultirange) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION business_days_later(calendar business_calendar, moment timestamp, days integer) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_days_later(calendar business_calendar, moment timestamp, days integer) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION next_open(calendar business_calendar, moment timestamp) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION next_open(calendar business_calendar, moment timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION is_open(calendar business_calendar, moment timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at date, duration interval) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION business_deadline(calendar business_calendar, start_at date, duration interval, paused tstzmultirange) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION business_days_later(calendar business_calendar, moment date, days integer) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_days_later(calendar business_calendar, moment date, days integer) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION next_open(calendar business_calendar, moment date) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION next_open(calendar business_calendar, moment date) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION is_open(calendar business_calendar, moment date) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION interval_start(moment timestamptz, step interval, zone text) IS 'start of the reporting interval on the zone''s clock: steps from midnight, days, weeks from Monday, months, or counted from origin';
CREATE FUNCTION interval_start(moment timestamptz, step interval, zone text, origin timestamp) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'reporting_interval_start';
COMMENT ON FUNCTION interval_start(moment timestamptz, step interval, zone text, origin timestamp) IS 'start of the reporting interval on the zone''s clock: steps from midnight, days, weeks from Monday, months, or counted from origin';
COMMENT ON FUNCTION interval_start(moment timestamp, step interval, zone text) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION interval_start(moment timestamp, step interval, zone text, origin timestamp) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION interval_start(moment timestamp, step interval, zone text, origin timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION interval_start(moment date, step interval, zone text) IS 'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION interval_start(moment date, step interval, zone text, origin timestamp) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION interval_start(moment date, step interval, zone text, origin timestamp) IS 'always an error: say which moment is meant with AT TIME ZONE';
COMMENT ON FUNCTION split_span(span tstzrange, step interval, zone text, OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) IS 'a span by the reporting intervals that it touches: their starts, the parts in them and their lengths; no rows for NULL or an empty span';
CREATE FUNCTION split_span(span tstzrange, step interval, zone text, origin timestamp, OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4 AS 'MODULE_PATHNAME', 'reporting_split_span';
COMMENT ON FUNCTION split_span(span tstzrange, step interval, zone text, origin timestamp, OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) IS 'a span by the reporting intervals that it touches: their starts, the parts in them and their lengths; no rows for NULL or an empty span';
COMMENT ON FUNCTION erlang_load(contacts double precision, aht interval, period interval) IS 'load in Erlangs: contacts * aht / period, the mean number of agents busy if nobody is lost; NULL gives NULL';
COMMENT ON FUNCTION erlang_b(agents double precision, load double precision) IS 'Erlang B: probability that all agents or lines are busy when whoever finds them so is lost, 0 to 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_c(agents double precision, load double precision) IS 'Erlang C: probability of having to wait when nobody hangs up, 0 to 1; 1 when load >= agents; NULL gives NULL';
COMMENT ON FUNCTION erlang_c_service_level(agents double precision, load double precision, aht interval, threshold interval) IS 'Erlang C: share answered within the threshold (included), 0 to 1; 0 when load >= agents; NULL gives NULL';
COMMENT ON FUNCTION erlang_c_asa(agents double precision, load double precision, aht interval) IS 'Erlang C: average speed of answer, C aht / (agents - load), to the microsecond; NULL when load >= agents: the queue grows without end; NULL gives NULL';
COMMENT ON FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval) IS 'Erlang C: fewest agents of whom erlang_c_service_level reaches the target; target at least 0 and below 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision) IS 'Erlang C: fewest agents who reach the target and whose occupancy, load / agents, does not pass max_occupancy; NULL gives NULL';
COMMENT ON FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) IS 'Erlang C: agents to schedule: those of erlang_c_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_a(agents double precision, load double precision, aht interval, patience interval) IS 'Erlang A: probability of having to wait when customers hang up after an exponential patience of this mean, 0 to 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_service_level(agents double precision, load double precision, aht interval, patience interval, threshold interval) IS 'Erlang A: share of all contacts answered within the threshold (included), 0 to 1, abandoned ones counted against it; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_asa(agents double precision, load double precision, aht interval, patience interval) IS 'Erlang A: average speed of answer, the mean wait of those who are answered, to the microsecond; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_abandonment(agents double precision, load double precision, aht interval, patience interval) IS 'Erlang A: share of all who come that hangs up, 0 to 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval) IS 'Erlang A: fewest agents of whom erlang_a_service_level reaches the target; target at least 0 and below 1; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision) IS 'Erlang A: fewest agents who reach the target and whose occupancy does not pass max_occupancy; NULL gives NULL';
COMMENT ON FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) IS 'Erlang A: agents to schedule: those of erlang_a_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL';
CREATE FUNCTION _rollup_touch(bucket regclass, kept bigint[], seen bigint[]) RETURNS boolean
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_touch';
COMMENT ON FUNCTION _rollup_touch(regclass, bigint[], bigint[]) IS
'support function of rollups: marks where partitions have come or gone between two traces; false if anything else has changed';

CREATE TYPE _rollup_dirty_list;
CREATE FUNCTION _rollup_list_in(cstring) RETURNS _rollup_dirty_list
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_list_in';
COMMENT ON FUNCTION _rollup_list_in(cstring) IS 'input function: none is accepted';
CREATE FUNCTION _rollup_list_out(_rollup_dirty_list) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_list_out';
COMMENT ON FUNCTION _rollup_list_out(_rollup_dirty_list) IS 'output function: how many buckets';
CREATE TYPE _rollup_dirty_list (INPUT = _rollup_list_in, OUTPUT = _rollup_list_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain);
COMMENT ON TYPE _rollup_dirty_list IS 'the dirty buckets of a rollup, as its view sees them';
CREATE FUNCTION _rollup_dirty(bucket regclass, tables bigint[], key uuid, kept anyelement) RETURNS _rollup_dirty_list
    LANGUAGE C STABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'rollup_dirty';
COMMENT ON FUNCTION _rollup_dirty(regclass, bigint[], uuid, anyelement) IS
'support function of rollups: the buckets that a reader must not take from the store';
CREATE FUNCTION _rollup_clean_support(internal) RETURNS internal
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_clean_support';
COMMENT ON FUNCTION _rollup_clean_support(internal) IS 'planner support of _rollup_clean: nearly all is clean';
CREATE FUNCTION _rollup_clean(list _rollup_dirty_list, bucket anyelement) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE COST 2 SUPPORT _rollup_clean_support AS 'MODULE_PATHNAME', 'rollup_clean';
COMMENT ON FUNCTION _rollup_clean(_rollup_dirty_list, anyelement) IS
'support function of rollups: whether a bucket may be taken from the store';
CREATE FUNCTION _rollup_live(stored anyelement, list _rollup_dirty_list) RETURNS SETOF anyelement
    LANGUAGE C STABLE PARALLEL SAFE ROWS 10 COST 1000 AS 'MODULE_PATHNAME', 'rollup_live';
COMMENT ON FUNCTION _rollup_live(anyelement, _rollup_dirty_list) IS
'support function of rollups: what the query gives for the dirty buckets';
CREATE FUNCTION _rollup_compute(stored anyelement, bucket regclass, places anycompatiblearray) RETURNS SETOF anyelement
    LANGUAGE C STABLE PARALLEL SAFE ROWS 1000 COST 1000 AS 'MODULE_PATHNAME', 'rollup_compute';
COMMENT ON FUNCTION _rollup_compute(anyelement, regclass, anycompatiblearray) IS
'support function of rollups: what the query gives for the buckets in an array of places';
-- The planner calls it for the cost of a window function, and so loads window execution.
DO $$
DECLARE
	f pg_catalog.regprocedure;
BEGIN
	FOR f IN SELECT p.oid FROM pg_catalog.pg_proc AS p WHERE p.prosrc IN ('contact_number', 'repeat_contact', 'first_contact_resolved')
		AND p.oid IN (SELECT objid FROM pg_catalog.pg_depend
			WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND deptype = 'e'
			AND refobjid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'kpi'))
	LOOP
		EXECUTE pg_catalog.format('ALTER FUNCTION %s SUPPORT _batch_support', f);
	END LOOP;
END $$;
UPDATE pg_catalog.pg_proc SET prosupport = '_batch_support(internal)'::pg_catalog.regprocedure
WHERE prokind = 'a' AND oid IN (SELECT objid FROM pg_catalog.pg_depend
    WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'kpi'));
