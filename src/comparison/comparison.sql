-- Many comparisons: adjusted p-values and control limits

@function adjusted_p_value(p double precision) RETURNS double precision WINDOW OPEN TO NULL
    the p-value adjusted for the number of tests in the partition, so that of those up to 0.05 at most 5 % are expected to be false alarms (Benjamini and Hochberg 1995); NULL p-values stay NULL and do not count; a p outside 0 to 1 is an error; use OVER ()

@function adjusted_p_value(p double precision, method text) RETURNS double precision WINDOW OPEN TO NULL
    the p-value adjusted for the number of tests in the partition; method bh: of those up to 0.05 at most 5 % are expected to be false alarms (Benjamini and Hochberg 1995); method holm: the chance of a single false alarm is at most 5 % (Holm 1979); NULL p-values stay NULL and do not count; a p outside 0 to 1, another method or one that is NULL or changes within a partition is an error; use OVER ()

@table limit
end  | side  | sign
low  | lower | -
high | upper | +
@end

@each limit
CREATE FUNCTION control_@end@(centre double precision, n double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_@end@';
COMMENT ON FUNCTION control_@end@(double precision, double precision) IS
'@side@ control limit of the rate of a group of n around a centre, both 0 to 1: centre @sign@ 3 sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1 or a negative n is an error';

CREATE FUNCTION control_@end@(centre double precision, n double precision, sigmas double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_@end@';
COMMENT ON FUNCTION control_@end@(double precision, double precision, double precision) IS
'@side@ control limit of the rate of a group of n around a centre, both 0 to 1: centre @sign@ sigmas sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1, a negative n or sigmas are errors';
@end
