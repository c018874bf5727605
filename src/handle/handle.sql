-- Handling: type handle_summary

@summary handle_summary 64
    contacts handled and held with their sums of talk, hold and wrap-up time in microseconds: the summary behind aht

-- Accessors, some of which are also the final functions of the aggregates

@function handled(handle_summary) RETURNS bigint AS handle_handled
    contacts that were handled
@function aht(handle_summary) RETURNS interval AS handle_aht_interval
    average handle time: (talk + hold + wrap) / handled, rounded to the microsecond; NULL when there are none
@function average_talk(handle_summary) RETURNS interval AS handle_average_talk
    talk / handled, rounded to the microsecond; NULL when there are none
@function average_hold(handle_summary) RETURNS interval AS handle_average_hold
    hold / handled, the contacts that were not held included, rounded to the microsecond; NULL when there are none
@function average_hold_when_held(handle_summary) RETURNS interval AS handle_average_hold_when_held
    hold / contacts with a hold time above 0, rounded to the microsecond; NULL when there are none
@function average_wrap(handle_summary) RETURNS interval AS handle_average_wrap
    wrap-up (after-contact work) / handled, rounded to the microsecond; NULL when there are none
@function total_handle_time(handle_summary) RETURNS interval AS handle_total_handle_time
    talk + hold + wrap of all contacts, in hours, minutes and seconds; 0 when none was handled: the workload, for occupancy and cost
@function handle_kpis(handle_summary, OUT handled bigint, OUT held bigint, OUT aht_seconds double precision, OUT average_talk_seconds double precision, OUT average_hold_seconds double precision, OUT average_hold_when_held_seconds double precision, OUT average_wrap_seconds double precision, OUT total_handle_time_seconds double precision) RETURNS record
    all KPIs of handling as one row of plain numbers for reporting tools, durations in seconds; FROM hourly, handle_kpis(h)
@function handle_summary(handled bigint DEFAULT 0, talk interval DEFAULT '0', hold interval DEFAULT '0', wrap interval DEFAULT '0', held bigint DEFAULT 0) RETURNS handle_summary AS handle_summary_from_counts
    contacts that an ACD has already counted, with the sums of their times and how many were held; NULL gives NULL

-- Support functions of the aggregates

@final _handle_aht_seconds(handle_summary) RETURNS double precision STRICT
@merge _handle_summary_merge(handle_summary, handle_summary) STRICT
    merge: counts and times are added
@subtract _handle_summary_subtract(handle_summary, handle_summary) STRICT
    remove what was added before; an error when a count or time would become negative
@each duration
@transition _handle_accum(handle_summary, @T@) STRICT AS handle_accum_@C@
@inverse _handle_accum_inv(handle_summary, @T@) STRICT AS handle_accum_inv_@C@
@transition _handle_accum(handle_summary, @T@, @T@, @T@) AS handle_accum_@C@_3
@inverse _handle_accum_inv(handle_summary, @T@, @T@, @T@) AS handle_accum_inv_@C@_3
@end

-- Aggregates

-- The final function gives back what came in: an interval, or seconds
@table duration
T                | aht
interval         | aht
integer          | _handle_aht_seconds
double precision | _handle_aht_seconds
@end

@each duration
@aggregate aht(handle @T@) OF handle_summary BY _handle_accum FINAL @aht@
    average handle time: mean of the handle times, @as@; NULL rows were not handled and are ignored; NULL when there are none
@aggregate aht(talk @T@, hold @T@, wrap @T@) OF handle_summary BY _handle_accum FINAL @aht@
    average handle time: mean of talk + hold + wrap, @as@; a NULL part counts 0, rows where all are NULL are ignored
@aggregate handle_agg(handle @T@) OF handle_summary BY _handle_accum
    contacts with their handle time in @in@, all of it counted as talk, as a handle_summary; NULL rows are ignored
@aggregate handle_agg(talk @T@, hold @T@, wrap @T@) OF handle_summary BY _handle_accum
    contacts with talk, hold and wrap-up time in @in@ as a handle_summary; a NULL part counts 0, rows where all are NULL are ignored
@end

@aggregate rollup(summary handle_summary) OF handle_summary BY _handle_summary_merge
    merges handle summaries: counts and times are added, so the mean is weighted; NULLs are ignored; the empty summary when there are none
