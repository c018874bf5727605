-- Repeat contacts: window functions over PARTITION BY customer ORDER BY at

-- at is a moment, or a span from a contact's start to its end
@table contact
T           | clock       | nothing                  | distances
timestamptz | timestamptz | NULL at                  |
timestamp   | timestamp   | NULL at                  |
tstzrange   | timestamptz | NULL at or an empty span | ; distances run from the latest end so far to the next start, an unbounded end is still open
@end

-- a contact within min_gap continues the one before
@table min_gap
argument           | type       | bad                 | same_number | no_answer
                   |            |                     |             |
, min_gap interval | , interval | , min_gap above gap | ; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end | ; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end
@end

@each contact min_gap
CREATE FUNCTION contact_number(customer anyelement, at @T@, gap interval@argument@) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, @T@, interval@type@) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last@same_number@@distances@; 1 for an unknown (NULL) customer; @nothing@ gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap@bad@ and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at @T@, gap interval@argument@) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, @T@, interval@type@) IS
'true when the contact before lies within gap (included), else false@no_answer@@distances@; NULL for an unknown (NULL) customer; @nothing@ gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap@bad@ and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at @T@, gap interval, as_of @clock@@argument@) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, @T@, interval, @clock@@type@) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward@no_answer@@distances@; NULL for an unknown (NULL) customer; NULL as_of is an error; @nothing@ gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap@bad@ and months are errors; a day counts 24 hours';
@end
