-- Numbers: type number_summary

@summary number_summary 64
    numbers as exact sums (samples, total, squares) in millionths: the summary behind average, stddev and their intervals

-- Accessors

@function samples(number_summary) RETURNS bigint AS number_samples
    how many numbers there are
@function total(number_summary) RETURNS double precision AS number_total
    the sum of the numbers, rounded once from the exact one; 0 when there are none
@function average(number_summary) RETURNS double precision AS number_average
    total / samples, rounded once from the exact sums; NULL when there are no samples
@function stddev(number_summary) RETURNS double precision AS number_stddev
    sample standard deviation, as stddev() computes it, rounded once from the exact sums; NULL for fewer than two samples

@each end
@function average_@end@(number_summary) RETURNS double precision AS number_average_@end@
    @side@ end of the 95 % confidence interval of the average (Student 1908); NULL for fewer than two samples
@function average_@end@(number_summary, confidence double precision) RETURNS double precision AS number_average_@end@
    @side@ end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908); NULL for fewer than two samples
@end

@function average_p_value(a number_summary, b number_summary) RETURNS double precision AS number_average_p_value
    two-sided t-test of two averages whose variances may differ (Welch); NULL when a side has fewer than two samples
@function number_kpis(number_summary, OUT samples bigint, OUT total double precision, OUT average double precision, OUT stddev double precision, OUT average_low double precision, OUT average_high double precision) RETURNS record
    one row of plain numbers for reporting tools, with the 95 % interval of the average; NULL where there are too few samples

-- Aggregates

@merge _number_summary_merge(number_summary, number_summary) STRICT
    merge: the summary of both sets of numbers
@subtract _number_summary_subtract(number_summary, number_summary) STRICT
    remove what was added before; an error when the result cannot be a set of numbers

@table number
T                | C
integer          | int4
bigint           | int8
double precision | float8
numeric          | numeric
@end

@each number
@transition _number_accum(number_summary, @T@) STRICT AS number_accum_@C@
@inverse _number_accum_inv(number_summary, @T@) STRICT AS number_accum_inv_@C@

@aggregate number_agg(value @T@) OF number_summary BY _number_accum
    summary of numbers, each rounded to six decimals, half away from zero; NULLs are ignored; an empty summary when there are none
@end

@aggregate rollup(summary number_summary) OF number_summary BY _number_summary_merge
    merges number summaries into the one of all their numbers: hours into days and months; NULLs are ignored; an empty summary when there are none
