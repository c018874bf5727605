-- Surveys: type rating_summary

@summary rating_summary 112

COMMENT ON TYPE rating_summary IS
'survey answers counted by score, 0 to 10, printed as {"0":2,...,"10":5}: the summary behind nps, csat, ces and net_score';

-- Accessors, which are also the final functions of the aggregates

CREATE FUNCTION responses(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_responses_of';
COMMENT ON FUNCTION responses(rating_summary) IS
'answers in all; surveys without a score are not answers';

CREATE FUNCTION promoters(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_promoters';
COMMENT ON FUNCTION promoters(rating_summary) IS
'answers of 9 and 10, those that count for the net promoter score';

CREATE FUNCTION passives(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_passives';
COMMENT ON FUNCTION passives(rating_summary) IS
'answers of 7 and 8';

CREATE FUNCTION detractors(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_detractors';
COMMENT ON FUNCTION detractors(rating_summary) IS
'answers of 0 to 6, those that count against the net promoter score';

CREATE FUNCTION average(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_average_of';
COMMENT ON FUNCTION average(rating_summary) IS
'mean score on the survey''s own scale; NULL without answers';

CREATE FUNCTION nps(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps';
COMMENT ON FUNCTION nps(rating_summary) IS
'net promoter score, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers';

CREATE FUNCTION csat(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat';
COMMENT ON FUNCTION csat(rating_summary) IS
'customer satisfaction, 0 to 1: share of 4 and 5 on a scale from 1 to 5 (top two boxes); NULL without answers; an error when a score lies outside 1 to 5';

CREATE FUNCTION csat(rating_summary, satisfied_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_from';
COMMENT ON FUNCTION csat(rating_summary, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; NULL without answers; an error when satisfied_from lies outside 0 to 10';

CREATE FUNCTION ces(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_ces';
COMMENT ON FUNCTION ces(rating_summary) IS
'customer effort score: the mean on a scale from 1 to 7; NULL without answers; an error when a score lies outside 1 to 7';

CREATE FUNCTION net_score(rating_summary, negative_to integer, positive_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_net_score';
COMMENT ON FUNCTION net_score(rating_summary, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; NULL without answers; an error unless 0 <= negative_to < positive_from <= 10';

CREATE FUNCTION proportion(rating_summary, low integer, high integer) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_proportion';
COMMENT ON FUNCTION proportion(rating_summary, integer, integer) IS
'answers with low <= score <= high among all answers, for rate, wilson_low, wilson_high and p_value; an error unless 0 <= low <= high <= 10';

CREATE FUNCTION nps_low(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_low';
COMMENT ON FUNCTION nps_low(rating_summary) IS
'lower end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100: 3/4 promoter, 3/4 detractor and 3/2 passives are added (Rocks 2016; Lewis and Sauro 2021); NULL without answers';

CREATE FUNCTION nps_low(rating_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_low';
COMMENT ON FUNCTION nps_low(rating_summary, double precision) IS
'lower end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';

CREATE FUNCTION nps_high(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_high';
COMMENT ON FUNCTION nps_high(rating_summary) IS
'upper end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100: 3/4 promoter, 3/4 detractor and 3/2 passives are added (Rocks 2016; Lewis and Sauro 2021); NULL without answers';

CREATE FUNCTION nps_high(rating_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_high';
COMMENT ON FUNCTION nps_high(rating_summary, double precision) IS
'upper end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';

CREATE FUNCTION nps_p_value(a rating_summary, b rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_p_value';
COMMENT ON FUNCTION nps_p_value(rating_summary, rating_summary) IS
'two-sided z-test: how probable a difference of the net promoter scores at least this large is if both are equal, with variances from the adjusted-Wald counts; NULL when a summary has no answers';

CREATE FUNCTION rating_kpis(rating_summary,
    OUT responses bigint, OUT nps double precision, OUT nps_low double precision, OUT nps_high double precision,
    OUT csat double precision, OUT ces double precision, OUT average double precision,
    OUT promoters bigint, OUT passives bigint, OUT detractors bigint) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_kpis';
COMMENT ON FUNCTION rating_kpis(rating_summary) IS
'the KPIs of a rating_summary as one row of plain numbers, for FROM surveys, rating_kpis(r): csat is NULL when a score lies outside 1 to 5, ces when one lies outside 1 to 7; read the columns that fit the question asked';

-- Support functions of the aggregates

CREATE FUNCTION rating_accum_int2(rating_summary, smallint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_accum_int2_inv(rating_summary, smallint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_accum_int2(rating_summary, smallint) IS 'transition function';
COMMENT ON FUNCTION rating_accum_int2_inv(rating_summary, smallint) IS 'inverse transition function';
CREATE FUNCTION rating_accum_int4(rating_summary, integer) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_accum_int4_inv(rating_summary, integer) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_accum_int4(rating_summary, integer) IS 'transition function';
COMMENT ON FUNCTION rating_accum_int4_inv(rating_summary, integer) IS 'inverse transition function';
CREATE FUNCTION rating_accum_int8(rating_summary, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_accum_int8_inv(rating_summary, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_accum_int8(rating_summary, bigint) IS 'transition function';
COMMENT ON FUNCTION rating_accum_int8_inv(rating_summary, bigint) IS 'inverse transition function';
CREATE FUNCTION rating_accum_float8(rating_summary, double precision) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_accum_float8_inv(rating_summary, double precision) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_accum_float8(rating_summary, double precision) IS 'transition function';
COMMENT ON FUNCTION rating_accum_float8_inv(rating_summary, double precision) IS 'inverse transition function';

CREATE FUNCTION rating_summary_merge(rating_summary, rating_summary) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_summary_subtract(rating_summary, rating_summary) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_summary_merge(rating_summary, rating_summary) IS 'implementation of + operator, and combine function';
COMMENT ON FUNCTION rating_summary_subtract(rating_summary, rating_summary) IS 'implementation of - operator, and inverse transition function';

CREATE OPERATOR + (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = rating_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = rating_summary_subtract);
COMMENT ON OPERATOR + (rating_summary, rating_summary) IS 'merge: the counts of each score are added';
COMMENT ON OPERATOR - (rating_summary, rating_summary) IS 'remove what was added before; an error when a count would become negative';

-- Aggregates over a column of scores share one transition: nps, csat, ces and
-- rating_agg of the same column cost one pass and one state.

CREATE AGGREGATE nps(score smallint) (
    SFUNC = rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int2, MINVFUNC = rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(smallint) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score integer) (
    SFUNC = rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int4, MINVFUNC = rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(integer) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score bigint) (
    SFUNC = rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int8, MINVFUNC = rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(bigint) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score double precision) (
    SFUNC = rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_float8, MINVFUNC = rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(double precision) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score smallint) (
    SFUNC = rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int2, MINVFUNC = rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(smallint) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score integer) (
    SFUNC = rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int4, MINVFUNC = rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(integer) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score bigint) (
    SFUNC = rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int8, MINVFUNC = rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(bigint) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score double precision) (
    SFUNC = rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_float8, MINVFUNC = rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(double precision) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score smallint) (
    SFUNC = rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int2, MINVFUNC = rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(smallint) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score integer) (
    SFUNC = rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int4, MINVFUNC = rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(integer) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score bigint) (
    SFUNC = rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int8, MINVFUNC = rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(bigint) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score double precision) (
    SFUNC = rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_float8, MINVFUNC = rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(double precision) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score smallint) (
    SFUNC = rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int2, MINVFUNC = rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(smallint) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score integer) (
    SFUNC = rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int4, MINVFUNC = rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(integer) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score bigint) (
    SFUNC = rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_int8, MINVFUNC = rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(bigint) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score double precision) (
    SFUNC = rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_accum_float8, MINVFUNC = rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(double precision) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rollup(summary rating_summary) (
    SFUNC = rating_summary_merge, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = rating_summary_merge,
    MSFUNC = rating_summary_merge, MINVFUNC = rating_summary_subtract, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rating_summary) IS
'merges rating summaries: the counts of each score are added; NULLs are ignored; all 0 when there are none';

-- One-step aggregates that take the cuts of the scale: their state, a type of
-- its own, keeps the cuts so that partial results know them

@summary rating_split 64

COMMENT ON TYPE rating_split IS
'state of csat(score, satisfied_from) and net_score(score, negative_to, positive_from): the cuts of the scale and the answers on either side';

CREATE FUNCTION csat(rating_split) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_csat';
CREATE FUNCTION net_score(rating_split) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_net_score';
CREATE FUNCTION rating_split_merge(rating_split, rating_split) RETURNS rating_split
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION csat(rating_split) IS 'final function of csat(score, satisfied_from)';
COMMENT ON FUNCTION net_score(rating_split) IS 'final function of net_score(score, negative_to, positive_from)';
COMMENT ON FUNCTION rating_split_merge(rating_split, rating_split) IS 'combine function';

CREATE FUNCTION rating_split_accum_int2(rating_split, smallint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int2_inv(rating_split, smallint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int2(rating_split, smallint, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int2_inv(rating_split, smallint, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_int2(rating_split, smallint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int2_inv(rating_split, smallint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int2(rating_split, smallint, integer, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int2_inv(rating_split, smallint, integer, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_int4(rating_split, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int4_inv(rating_split, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int4(rating_split, integer, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int4_inv(rating_split, integer, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_int4(rating_split, integer, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int4_inv(rating_split, integer, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int4(rating_split, integer, integer, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int4_inv(rating_split, integer, integer, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_int8(rating_split, bigint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int8_inv(rating_split, bigint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int8(rating_split, bigint, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int8_inv(rating_split, bigint, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_int8(rating_split, bigint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_int8_inv(rating_split, bigint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_int8(rating_split, bigint, integer, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_int8_inv(rating_split, bigint, integer, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_float8(rating_split, double precision, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_float8_inv(rating_split, double precision, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_float8(rating_split, double precision, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_float8_inv(rating_split, double precision, integer) IS 'inverse transition function';
CREATE FUNCTION rating_split_accum_float8(rating_split, double precision, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION rating_split_accum_float8_inv(rating_split, double precision, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION rating_split_accum_float8(rating_split, double precision, integer, integer) IS 'transition function';
COMMENT ON FUNCTION rating_split_accum_float8_inv(rating_split, double precision, integer, integer) IS 'inverse transition function';

CREATE AGGREGATE csat(score smallint, satisfied_from integer) (
    SFUNC = rating_split_accum_int2, STYPE = rating_split, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int2, MINVFUNC = rating_split_accum_int2_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(smallint, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score integer, satisfied_from integer) (
    SFUNC = rating_split_accum_int4, STYPE = rating_split, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int4, MINVFUNC = rating_split_accum_int4_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(integer, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score bigint, satisfied_from integer) (
    SFUNC = rating_split_accum_int8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int8, MINVFUNC = rating_split_accum_int8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(bigint, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score double precision, satisfied_from integer) (
    SFUNC = rating_split_accum_float8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_float8, MINVFUNC = rating_split_accum_float8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(double precision, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score smallint, negative_to integer, positive_from integer) (
    SFUNC = rating_split_accum_int2, STYPE = rating_split, INITCOND = '{}', FINALFUNC = net_score, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int2, MINVFUNC = rating_split_accum_int2_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(smallint, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score integer, negative_to integer, positive_from integer) (
    SFUNC = rating_split_accum_int4, STYPE = rating_split, INITCOND = '{}', FINALFUNC = net_score, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int4, MINVFUNC = rating_split_accum_int4_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(integer, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score bigint, negative_to integer, positive_from integer) (
    SFUNC = rating_split_accum_int8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = net_score, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_int8, MINVFUNC = rating_split_accum_int8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(bigint, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score double precision, negative_to integer, positive_from integer) (
    SFUNC = rating_split_accum_float8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = net_score, COMBINEFUNC = rating_split_merge,
    MSFUNC = rating_split_accum_float8, MINVFUNC = rating_split_accum_float8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(double precision, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';
