-- Repeat contacts: window functions over PARTITION BY customer ORDER BY at

-- at is a moment, or a span from a contact's start to its end
@table contact
T           | clock       | nothing
timestamptz | timestamptz | NULL at
timestamp   | timestamp   | NULL at
tstzrange   | timestamptz | NULL at or an empty span
@end

-- a contact within min_gap continues the one before
@table min_gap
argument           | continued
-                  | -
, min_gap interval | , and where min_gap continues one
@end

@each contact min_gap
@function contact_number(customer anyelement, at @T@, gap interval@argument@) RETURNS bigint WINDOW SUPPORT _batch_support OPEN TO NULL
    which contact of its episode a row is, from 1; an episode ends when nothing follows within gap; @nothing@ gives NULL
@function repeat_contact(customer anyelement, at @T@, gap interval@argument@) RETURNS boolean WINDOW SUPPORT _batch_support OPEN TO NULL
    true when the contact before lies within gap, else false; NULL for a NULL customer@continued@, and for @nothing@
@function first_contact_resolved(customer anyelement, at @T@, gap interval, as_of @clock@@argument@) RETURNS boolean WINDOW SUPPORT _batch_support OPEN TO NULL
    for first contacts: NULL while the window is open, then whether nothing followed within gap; NULL for all others; @nothing@ gives NULL
@end

-- as_of must say when, as at does; a date beside a timestamp is the midnight of its clock

@each min_gap
@function first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of date@argument@) RETURNS boolean AS first_contact_resolved WINDOW SUPPORT _batch_support OPEN TO NULL
    the same, known until the midnight with which the date begins
@end

@no_moment first_contact_resolved
    always an error: say which moment is meant with AT TIME ZONE
@no_moment contact_number repeat_contact
    always an error: say which moment is meant, as a timestamp or with AT TIME ZONE
