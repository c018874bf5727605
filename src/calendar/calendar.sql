-- Business time: type business_calendar

@type business_calendar variable
    opening hours: a zone by its region (America/New_York, not EST), weekly slots, dates, such as 'UTC; Mon-Fri 09:00-18:00; 12-25 closed'

@function closed_on(calendar business_calendar, dates date[]) RETURNS business_calendar AS business_closed_on OPEN TO NULL
    the calendar, closed on these dates too: holidays from a table; NULL dates are ignored, a NULL array closes nothing
@function closed_on(calendar business_calendar, dates datemultirange) RETURNS business_calendar AS business_closed_on_ranges OPEN TO NULL
    the calendar, closed on all dates of these ranges too; NULL closes nothing; a range without an end is an error
@function closed_on(calendar business_calendar, dates text) RETURNS business_calendar AS business_closed_on_text OPEN TO NULL STABLE
    the same for a literal: '{2026-12-25}' is read as date[], '{[2026-12-24,2026-12-26]}' as datemultirange
@function business_time(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS interval AS business_time
    open time between two moments, in hours, minutes and seconds; negative when end_at is before start_at; NULL gives NULL
@function business_deadline(calendar business_calendar, start_at timestamptz, duration interval) RETURNS timestamptz AS business_deadline
    the first moment at which this much open time has passed; negative: the last from which so much remains; NULL when there is none
@function next_open(calendar business_calendar, moment timestamptz) RETURNS timestamptz AS business_next_open
    the moment itself when the calendar is open then, else the next opening; NULL when there is none
@function business_days(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS integer AS business_days
    working days from the date of start_at on and before that of end_at: dates with open hours; negative when end_at is earlier
@function business_days_later(calendar business_calendar, moment timestamptz, days integer) RETURNS timestamptz AS business_days_later
    the same time of day so many working days later, or earlier; a closed date counts as the start of the next open one; NULL: never
@function is_open(calendar business_calendar, moment timestamptz) RETURNS boolean AS business_is_open
    does the zone's wall clock read a time inside a slot at this moment? Starts are inside, ends are not; NULL gives NULL
@function business_spans(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS tstzmultirange AS business_spans COST 100
    the times between two moments in which the calendar is open, at most a million; NULL gives NULL
@function business_time(calendar business_calendar, spans tstzmultirange) RETURNS interval AS business_time_of_spans COST 10
    open time of all pieces together: requester wait, time in a status; 0 for none, NULL for NULL; an unbounded piece is an error
@function business_deadline(calendar business_calendar, start_at timestamptz, duration interval, paused tstzmultirange) RETURNS timestamptz AS business_deadline_paused OPEN TO NULL COST 10
    the same while the clock stands still in the pauses (NULL: none); NULL when a pause without end comes first

@no_moment business_time business_spans business_days
    always an error: say which moments are meant with AT TIME ZONE
@no_moment business_deadline business_days_later next_open is_open
    always an error: say which moment is meant with AT TIME ZONE
