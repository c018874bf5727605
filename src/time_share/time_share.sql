-- Shares of time: type time_share

@summary time_share 16 by value
    a part of time over a whole, two exact sums, printed as 01:30:00/08:00:00: the summary behind utilization and occupancy

-- Accessors; share is also the final function of the aggregates

@function share(time_share) RETURNS double precision AS time_share_share_of
    part / whole, 0 to 1, or above 1 where the part exceeds the whole; NULL when the whole is 0
@function part(time_share) RETURNS interval AS time_share_part
    the sum of the parts, as hours, minutes and seconds
@function whole(time_share) RETURNS interval AS time_share_whole
    the sum of the wholes, as hours, minutes and seconds
@function time_share_kpis(time_share, OUT share double precision, OUT part_seconds double precision, OUT whole_seconds double precision) RETURNS record
    share, part and whole as one row of plain numbers for reporting tools, durations in seconds; share is NULL when the whole is 0

-- Support functions of the aggregates.  They are not strict: a NULL part counts 0.

@merge _time_share_merge(time_share, time_share) STRICT
    merge: parts and wholes are added
@subtract _time_share_subtract(time_share, time_share) STRICT
    remove what was added before; an error when a sum would become negative
@each duration
@transition _time_share_accum_@C@(time_share, @T@, @T@)
@inverse _time_share_accum_@C@_inv(time_share, @T@, @T@)
@transition _time_share_accum_occupancy_@C@(time_share, @T@, @T@)
@inverse _time_share_accum_occupancy_@C@_inv(time_share, @T@, @T@)
@end

-- Aggregates

@table duration
T                | units
interval         | -
integer          | ; in seconds
double precision | ; in seconds
@end

@each duration
@aggregate utilization(active @T@, worked @T@) OF time_share BY _time_share_accum_@C@ FINAL share
    sum of active / sum of worked time; a NULL active counts 0, a row whose worked is NULL is ignored; NULL without worked time@units@
@aggregate shrinkage(lost @T@, scheduled @T@) OF time_share BY _time_share_accum_@C@ FINAL share
    sum of lost / sum of scheduled time; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL without scheduled time@units@
@aggregate time_share_agg(part @T@, whole @T@) OF time_share BY _time_share_accum_@C@
    sum of parts and of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored@units@
@aggregate occupancy(handling @T@, idle @T@) OF time_share BY _time_share_accum_occupancy_@C@ FINAL share
    sum of handling / sum of handling and idle time, 0 to 1; one NULL counts 0, rows of two are ignored; NULL without time@units@
@aggregate occupancy_agg(handling @T@, idle @T@) OF time_share BY _time_share_accum_occupancy_@C@
    handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows of two are ignored@units@
@end

@aggregate rollup(summary time_share) OF time_share BY _time_share_merge
    merges time_shares: parts and wholes are added; NULLs are ignored; 00:00:00/00:00:00 when there are none
