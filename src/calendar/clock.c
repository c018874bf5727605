/*
 * clock.c
 *		The local clock of a time zone.
 */
#include "postgres.h"

#include "calendar/clock.h"

#include "miscadmin.h"

/* At first the changes up to here are looked up: 2051-01-01 */
#define FIRST_COVERED (INT64CONST(18628) * USECS_PER_DAY)

/*
 * The names of the database that look like POSIX zones; no new ones are made.
 * Whether a database has them is looked up once a session: that reads all of it.
 */
static const char *const legacy_names[] = {
	"CST6CDT", "EST5EDT", "GMT+0", "GMT-0", "GMT0", "MST7MDT", "PST8PDT"
};

static int8 legacy_known[lengthof(legacy_names)];	/* 1: it is there, -1: it is not */

/* The place of a name among them, in any case, or -1. */
static int
legacy_number(const char *name)
{
	for (int i = 0; i < (int) lengthof(legacy_names); i++)
	{
		if (pg_strcasecmp(name, legacy_names[i]) == 0)
			return i;
	}
	return -1;
}

/* Is there a file of this name in the zone database?  Reads the whole of it. */
static bool
in_zone_database(const char *name)
{
	pg_tzenum  *names = pg_tzenumerate_start();
	pg_tz	   *zone;
	bool		found = false;

	while (!found && (zone = pg_tzenumerate_next(names)) != NULL)
		found = strcmp(pg_get_timezone_name(zone), name) == 0;
	pg_tzenumerate_end(names);
	return found;
}

static bool
legacy_exists(int number)
{
	if (legacy_known[number] == 0)
		legacy_known[number] = in_zone_database(legacy_names[number]) ? 1 : -1;
	return legacy_known[number] > 0;
}

/* Etc/GMT+5 or Etc/GMT-14 */
static bool
is_fixed_offset(const char *name)
{
	if (pg_strncasecmp(name, "Etc/GMT", 7) != 0)
		return false;
	name += 7;
	if (*name == '+' || *name == '-')
		name++;
	return strspn(name, "0123456789") == strlen(name) && strlen(name) <= 2;
}

/*
 * The zone of an IANA name in any case, or NULL.  Refused are POSIX forms such
 * as Foo+5, leap seconds, and files of the database that are no names of zones.
 *
 * All POSIX forms have digits, and few names do.  Other names with digits never
 * reach pg_tzset, which keeps every form that it has read until the session ends.
 */
pg_tz *
clock_zone(const char *name)
{
	bool		digits = strpbrk(name, "0123456789") != NULL;
	int			legacy = digits ? legacy_number(name) : -1;
	pg_tz	   *zone;
	const char *canonical;

	if (legacy >= 0 ? !legacy_exists(legacy) : digits && !is_fixed_offset(name))
		return NULL;
	zone = pg_tzset(name);
	if (zone == NULL || !pg_tz_acceptable(zone))
		return NULL;
	canonical = pg_get_timezone_name(zone);
	if (strncmp(canonical, "posix/", 6) == 0 || strncmp(canonical, "right/", 6) == 0 ||
		strcmp(canonical, "posixrules") == 0 || strcmp(canonical, "localtime") == 0)
		return NULL;
	/* names come as the database spells them, but Etc/GMT+99, read as a POSIX form, in capitals */
	if (digits && legacy < 0 && strncmp(canonical, "Etc/", 4) != 0)
		return NULL;
	return zone;
}

void
clock_zone_error(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("time zone \"%s\" is not known", name),
			 errhint("Use an IANA name such as Europe/Istanbul, see pg_timezone_names. POSIX forms such as Foo+5 are refused.")));
}

static int64
offset_at(const Clock *clock, pg_time_t time)
{
	const struct pg_tm *tm = pg_localtime(&time, clock->zone);

	if (tm != NULL)
		return (int64) tm->tm_gmtoff * USECS_PER_SEC;
	elog(ERROR, "no local time in zone %s", pg_get_timezone_name(clock->zone));
	return 0;
}

static void
add_stretch(Clock *clock, TimestampTz since, int64 offset)
{
	if (clock->nstretches == clock->capacity)
	{
		int			capacity = clock->capacity * 2;

		clock->since = repalloc(clock->since, capacity * sizeof(TimestampTz));
		clock->offset = repalloc(clock->offset, capacity * sizeof(int64));
		clock->capacity = capacity; /* last: memory may have run out */
	}
	clock->since[clock->nstretches] = since;
	clock->offset[clock->nstretches] = offset;
	clock->nstretches++;
}

/* Allocates in the current memory context, and later in the same one. */
void
clock_init(Clock *clock, pg_tz *zone)
{
	clock->zone = zone;
	clock->nstretches = 0;
	clock->capacity = 64;
	clock->last = 0;
	clock->since = palloc(clock->capacity * sizeof(TimestampTz));
	clock->offset = palloc(clock->capacity * sizeof(int64));
	add_stretch(clock, MIN_TIMESTAMP, offset_at(clock, timestamptz_to_time_t(MIN_TIMESTAMP)));
	clock->covered = MIN_TIMESTAMP;
	clock_cover(clock, FIRST_COVERED);
}

/* Looks up the changes before "until". */
void
clock_cover(Clock *clock, TimestampTz until)
{
	pg_time_t	time;

	if (until <= clock->covered)
		return;
	time = timestamptz_to_time_t(clock->since[clock->nstretches - 1]) + 1;
	for (;;)
	{
		pg_time_t	boundary;
		long		before,
					after;
		int			before_isdst,
					after_isdst;
		TimestampTz since;

		CHECK_FOR_INTERRUPTS();
		if (pg_next_dst_boundary(&time, &before, &before_isdst, &boundary, &after, &after_isdst,
								 clock->zone) <= 0)
		{
			clock->covered = PG_INT64_MAX;
			return;
		}
		since = time_t_to_timestamptz(boundary);
		if (since >= until)
			break;
		/* not the boundary itself: the server finds nothing after the last in its table */
		time = Max(boundary, time) + 1;
		if (since > clock->since[clock->nstretches - 1] &&
			offset_at(clock, boundary) != clock->offset[clock->nstretches - 1])
			add_stretch(clock, since, offset_at(clock, boundary));
	}
	clock->covered = until;
}

/* The stretch of any moment; at every 400 years from the horizon a new one begins. */
ClockStretch
clock_stretch(Clock *clock, TimestampTz moment)
{
	ClockStretch result;
	int64		shift = 0;
	int			i;

	if (moment >= clock->covered)
	{
		clock_cover(clock, CLOCK_HORIZON + CLOCK_PERIOD);
		if (moment >= clock->covered)
			shift = (moment - CLOCK_HORIZON) / CLOCK_PERIOD * CLOCK_PERIOD;
	}
	i = clock_find(clock, moment - shift);
	result.offset = clock->offset[i];
	result.since = clock->since[i];
	result.until = i + 1 < clock->nstretches ? clock->since[i + 1] : clock->covered;
	if (shift != 0)
	{
		result.since = Max(result.since, CLOCK_HORIZON) + shift;
		if (pg_add_s64_overflow(result.until, shift, &result.until))
			result.until = PG_INT64_MAX;
	}
	return result;
}
