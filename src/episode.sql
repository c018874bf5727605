-- Repeat contacts: window functions over PARTITION BY customer ORDER BY at

CREATE FUNCTION contact_number(customer anyelement, at timestamptz, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamptz, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamptz, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamptz, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamp, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamp, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamp, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamp, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at tstzrange, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, tstzrange, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; distances run from the latest end so far to the next start, an unbounded end is still open; 1 for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at tstzrange, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, tstzrange, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; 1 for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamptz, interval) IS
'true when the contact before lies within gap (included), else false; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamptz, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamp, interval) IS
'true when the contact before lies within gap (included), else false; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamp, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, tstzrange, interval) IS
'true when the contact before lies within gap (included), else false; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, tstzrange, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamptz, interval, timestamptz) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamptz, interval, timestamptz, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamp, interval, timestamp) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamp, interval, timestamp, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, tstzrange, interval, timestamptz) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, tstzrange, interval, timestamptz, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';
