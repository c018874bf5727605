-- Many comparisons: adjusted p-values and control limits

@function adjusted_p_value(p double precision) RETURNS double precision WINDOW OPEN TO NULL
    the p-value adjusted for the number of tests in the partition (Benjamini and Hochberg); NULL p-values stay NULL and do not count
@function adjusted_p_value(p double precision, method text) RETURNS double precision WINDOW OPEN TO NULL
    the p-value adjusted for the number of tests in the partition by method bh or holm; NULL p-values stay NULL and do not count

@each end
@function control_@end@(centre double precision, n double precision) RETURNS double precision AS comparison_control_@end@
    @side@ control limit of the rate of a group of n: @away@ 3 sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0
@function control_@end@(centre double precision, n double precision, sigmas double precision) RETURNS double precision AS comparison_control_@end@
    @side@ control limit of the rate of a group of n: @away@ sigmas sqrt(centre (1 - centre) / n), 0 to 1; NULL when n is 0
@end
