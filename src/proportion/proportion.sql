-- Rates: type proportion

@summary proportion 16 by value
    hits among a total, two exact counts, printed as 812/1000: the summary behind rate, fcr, transfer_rate and the like

-- Two counts, in a row or a constructor
@table count
T                | C
bigint           | int8
numeric          | numeric
double precision | float8
@end

@each count
@function proportion(hits @T@, total @T@) RETURNS proportion AS proportion_from_@C@
    a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total
@end

-- Accessors, which are also the final functions of the aggregates

@function hits(proportion) RETURNS bigint AS proportion_hits
    how many were true
@function total(proportion) RETURNS bigint AS proportion_total
    how many were true or false
@function rate(proportion) RETURNS double precision AS proportion_rate_of
    hits / total, 0 to 1; NULL when the total is 0
@function contacts_per_resolution(proportion) RETURNS double precision AS proportion_contacts_per_resolution
    total / hits: contacts that it takes to resolve one case; NULL when nothing was resolved

@each end
@function wilson_@end@(proportion) RETURNS double precision AS proportion_wilson_@end@
    @side@ end of the 95 % Wilson score interval of the rate, 0 to 1 (Wilson 1927); NULL when the total is 0
@function wilson_@end@(proportion, confidence double precision) RETURNS double precision AS proportion_wilson_@end@
    @side@ end of the Wilson score interval of the rate at this confidence (above 0, below 1), 0 to 1; NULL when the total is 0
@end

@function p_value(a proportion, b proportion) RETURNS double precision AS proportion_p_value_of
    two-sided pooled z-test of two rates: how probable so large a difference is if they are equal; NULL when a total is 0
@function proportion_kpis(proportion, OUT hits bigint, OUT total bigint, OUT rate double precision, OUT low double precision, OUT high double precision) RETURNS record
    one row of plain numbers for reporting tools: counts, the rate 0 to 1 and its 95 % Wilson interval, NULL when the total is 0

-- Support functions of the aggregates

@transition _proportion_accum(proportion, boolean) STRICT
@inverse _proportion_accum_inv(proportion, boolean) STRICT
@merge _proportion_merge(proportion, proportion) STRICT
    merge: hits and totals are added
@subtract _proportion_subtract(proportion, proportion) STRICT
    remove what was added before; an error when a count would become negative
@each count
@transition _proportion_accum_@C@(proportion, @T@, @T@) STRICT
@inverse _proportion_accum_@C@_inv(proportion, @T@, @T@) STRICT
@end

-- Aggregates.  A rate has many names.

@table rate
name             | hit         | is
rate             | hit         | share of true among the rows that are not NULL, 0 to 1; NULL when there are none
fcr              | resolved    | first contact resolution: share of contacts resolved at once among those that say, 0 to 1; NULL rows are ignored; NULL when there are none
resolution_rate  | resolved    | share of cases resolved, 0 to 1; NULL rows are ignored; NULL when there are none
answer_rate      | answered    | share of contacts answered, 0 to 1; NULL rows are ignored; NULL when there are none
abandonment_rate | abandoned   | share of contacts abandoned, 0 to 1; NULL rows are ignored; NULL when there are none
transfer_rate    | transferred | share of contacts transferred, 0 to 1; NULL rows are ignored; NULL when there are none
repeat_rate      | repeated    | share of contacts that repeat an earlier one, 0 to 1; NULL rows are ignored; NULL when there are none
reopen_rate      | reopened    | share of solved cases that were reopened, 0 to 1; NULL rows are ignored; NULL when there are none
containment_rate | contained   | share of self-service sessions that ended without an agent, 0 to 1; NULL rows are ignored; NULL when there are none
conversion_rate  | converted   | share of contacts that led to a sale or another goal, 0 to 1; NULL rows are ignored; NULL when there are none
complaint_rate   | complained  | share of contacts or customers that complained, 0 to 1; NULL rows are ignored; NULL when there are none
retention_rate   | retained    | share of customers retained, 0 to 1; NULL rows are ignored; NULL when there are none
sla_rate         | met         | share of cases that met their service level agreement, 0 to 1; NULL rows are ignored; NULL when there are none
@end

@each rate
@aggregate @name@(@hit@ boolean) OF proportion BY _proportion_accum FINAL rate
    @is@
@end

@aggregate contacts_per_resolution(resolved boolean) OF proportion BY _proportion_accum FINAL contacts_per_resolution
    contacts that it takes to resolve one case: rows that are not NULL / rows that are true; NULL when nothing was resolved
@aggregate proportion_agg(hit boolean) OF proportion BY _proportion_accum
    the rows that are true and those that are not NULL, as a proportion; 0/0 when there are none

@each count
@aggregate rate(hits @T@, total @T@) OF proportion BY _proportion_accum_@C@ FINAL rate
    sum of hits / sum of total of rows that are already counted, 0 to 1; rows with a NULL are ignored; NULL when the total is 0
@aggregate proportion_agg(hits @T@, total @T@) OF proportion BY _proportion_accum_@C@
    sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none
@end

@aggregate rollup(summary proportion) OF proportion BY _proportion_merge
    merges proportions: hits and totals are added; NULLs are ignored; 0/0 when there are none
