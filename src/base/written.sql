-- Durations as exports write them

@function duration(value text, format text) RETURNS interval AS kpi_duration_of_text
    reads h:m:s, m:s, d.h:m:s, hhmmss, iso (PT3M10S) or words (3m 10s); NULL and '' give NULL; what does not fit is an error
@function duration(value integer, unit text) RETURNS interval AS kpi_duration_of_int4
    a number of ms, s, min, h, days or excel (fractions of a day); NULL gives NULL
@function duration(value double precision, unit text) RETURNS interval AS kpi_duration_of_float8
    a number of ms, s, min, h, days or excel (fractions of a day), rounded to the microsecond; NULL gives NULL
