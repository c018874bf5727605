/*
 * written.c
 *		Durations as exports write them: duration(text, format), duration(value, unit).
 */
#include "postgres.h"

#include "base/kpi.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/float.h"

#define FORMATS "h:m:s, m:s, d.h:m:s, hhmmss, iso, words"
#define UNITS "ms, s, min, h, days, excel"

static const char *
format_of(FunctionCallInfo fcinfo)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(1));
}

/* As much of a text as an error quotes. */
static const char *
clipped(const char *text)
{
	return pnstrdup(text, pg_mbcliplen(text, strlen(text), 60));
}

pg_noreturn static void
does_not_fit(const char *text, const char *format)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("duration \"%s\" does not fit the format \"%s\"", clipped(text), format),
			 errhint("Formats are %s. Turn what is no duration into NULL with nullif or CASE.", FORMATS)));
	pg_unreachable();
}

/* Digits, at least one; false when there is none, or too many. */
static bool
scan_whole(const char **at, int64 *value)
{
	const char *start = *at;

	*value = 0;
	for (; **at >= '0' && **at <= '9'; (*at)++)
	{
		if (pg_mul_s64_overflow(*value, 10, value) || pg_add_s64_overflow(*value, **at - '0', value))
			return false;
	}
	return *at > start;
}

/* A fraction behind a point or a comma, of one unit in microseconds; rounded half away from zero. */
static bool
scan_fraction(const char **at, int64 unit, int64 *usec)
{
	int64		sum = 0;
	int64		scale = 1;

	*usec = 0;
	if (**at != '.' && **at != ',')
		return true;
	(*at)++;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++)
	{
		if (scale <= INT64CONST(400000000000000000) / unit)	/* more digits are below a microsecond, or nearly */
		{
			sum = sum * 10 + (**at - '0');
			scale *= 10;
		}
	}
	*usec = (int64) ((sum * unit * 2 + scale) / (scale * 2));
	return true;
}

static bool
add(int64 *usec, int64 value, int64 unit)
{
	return !pg_mul_s64_overflow(value, unit, &value) && !pg_add_s64_overflow(*usec, value, usec);
}

/* Numbers between colons, the last with a fraction; all but the first below 60. */
static bool
scan_clock(const char **at, int nparts, int64 *usec)
{
	static const int64 units[] = {USECS_PER_SEC, USECS_PER_MINUTE, USECS_PER_HOUR};
	int64		part;

	for (int i = nparts - 1; i >= 0; i--)
	{
		if (!scan_whole(at, &part) || (i < nparts - 1 && part > 59) || !add(usec, part, units[i]))
			return false;
		if (i > 0 && *(*at)++ != ':')
			return false;
	}
	return scan_fraction(at, USECS_PER_SEC, &part) && add(usec, part, 1);
}

/* 1.03:45:00, or 03:45:00 on the first day */
static bool
scan_dotnet(const char **at, int64 *usec)
{
	int64		days = 0;
	const char *dot = *at;

	dot += strspn(dot, "0123456789");
	if (*dot == '.')
	{
		if (!scan_whole(at, &days))
			return false;
		(*at)++;
	}
	return scan_clock(at, 3, usec) && *usec < USECS_PER_DAY && add(usec, days, USECS_PER_DAY);
}

/* 125 is 1:25, 14053 is 1:40:53 */
static bool
scan_hhmmss(const char **at, int64 *usec)
{
	int64		value;
	int64		fraction;

	if (!scan_whole(at, &value) || value % 100 > 59 || value / 100 % 100 > 59 ||
		!scan_fraction(at, USECS_PER_SEC, &fraction))
		return false;
	return add(usec, value / 10000, USECS_PER_HOUR) &&
		add(usec, value / 100 % 100, USECS_PER_MINUTE) &&
		add(usec, value % 100, USECS_PER_SEC) && add(usec, fraction, 1);
}

typedef struct Unit
{
	const char *names;			/* separated by spaces, each with one before and behind */
	int64		usec;
} Unit;

static const Unit words[] = {
	{" w wk wks week weeks ", 7 * USECS_PER_DAY},
	{" d day days ", USECS_PER_DAY},
	{" h hr hrs hour hours ", USECS_PER_HOUR},
	{" m min mins minute minutes ", USECS_PER_MINUTE},
	{" s sec secs second seconds ", USECS_PER_SEC},
	{" ms msec msecs millisecond milliseconds ", 1000}
};

/* The unit that a word names, after the last one; -1 when none does. */
static int
scan_unit(const char **at, int last)
{
	char		word[20] = " ";
	int			n = 1;

	for (; ((**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z')) && n < 17; (*at)++)
		word[n++] = pg_tolower((unsigned char) **at);
	word[n++] = ' ';
	word[n] = '\0';
	if (n < 3)
		return -1;
	for (int i = last + 1; i < (int) lengthof(words); i++)
	{
		if (strstr(words[i].names, word) != NULL)
			return i;
	}
	return -1;
}

/* 3m 10s, 5 d 14 h, 1 day, 2 hours: from the largest unit to the smallest */
static bool
scan_words(const char **at, int64 *usec)
{
	int			unit = -1;

	do
	{
		int64		value;
		const char *fraction;
		int64		part;

		if (!scan_whole(at, &value))
			return false;
		fraction = *at;
		if (!scan_fraction(at, 1, &part))
			return false;
		while (**at == ' ')
			(*at)++;
		unit = scan_unit(at, unit);
		if (unit < 0 || !add(usec, value, words[unit].usec) ||
			!scan_fraction(&fraction, words[unit].usec, &part) || !add(usec, part, 1))
			return false;
		while (**at == ' ' || **at == ',')
			(*at)++;
	} while (**at != '\0');
	return true;
}

/* P1DT2H3M10.5S, P2W */
static bool
scan_iso(const char **at, int64 *usec)
{
	static const char letters[] = "WDHMS";
	int			last = -1;
	bool		time = false;

	if (pg_toupper((unsigned char) *(*at)++) != 'P')
		return false;
	do
	{
		int64		value;
		int64		part;
		const char *fraction;
		const char *letter;

		if (!time && pg_toupper((unsigned char) **at) == 'T')
		{
			time = true;
			(*at)++;
		}
		if (!scan_whole(at, &value))
			return false;
		fraction = *at;
		if (!scan_fraction(at, 1, &part) || **at == '\0')
			return false;
		letter = strchr(letters, pg_toupper((unsigned char) *(*at)++));
		if (letter == NULL || letter - letters <= last || (letter - letters > 1) != time)
			return false;
		last = letter - letters;
		if (!add(usec, value, words[last].usec) ||
			!scan_fraction(&fraction, words[last].usec, &part) || !add(usec, part, 1))
			return false;
	} while (**at != '\0');
	return true;
}

static bool
scan_format(const char *format, const char **at, int64 *usec)
{
	if (pg_strcasecmp(format, "h:m:s") == 0)
		return scan_clock(at, 3, usec);
	if (pg_strcasecmp(format, "m:s") == 0)
		return scan_clock(at, 2, usec);
	if (pg_strcasecmp(format, "d.h:m:s") == 0)
		return scan_dotnet(at, usec);
	if (pg_strcasecmp(format, "hhmmss") == 0)
		return scan_hhmmss(at, usec);
	if (pg_strcasecmp(format, "iso") == 0)
		return scan_iso(at, usec);
	if (pg_strcasecmp(format, "words") == 0)
		return scan_words(at, usec);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("format \"%s\" is not known", clipped(format)),
			 errhint("Formats are %s. For a number of some unit use duration(value, unit).", FORMATS)));
	return false;
}

PG_FUNCTION_INFO_V1(kpi_duration_of_text);
Datum
kpi_duration_of_text(PG_FUNCTION_ARGS)
{
	char	   *written = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const char *format = format_of(fcinfo);
	const char *at = written + strspn(written, " \t\r\n");
	bool		negative = *at == '-';
	int64		usec = 0;
	int			length = strlen(at);

	while (length > 0 && strchr(" \t\r\n", at[length - 1]) != NULL)
		length--;
	written[at - written + length] = '\0';
	if (*at == '\0')
		PG_RETURN_NULL();
	at += negative;
	if (!scan_format(format, &at, &usec) || *at != '\0')
		does_not_fit(written, format);
	PG_RETURN_INTERVAL_P(kpi_usec_to_interval(negative ? -usec : usec));
}

static Datum
duration_of_number(double value, const char *unit)
{
	static const struct
	{
		const char *name;
		double		usec;
	}			units[] = {
		{"ms", 1e3}, {"s", 1e6}, {"min", 60e6}, {"h", 3600e6}, {"days", 86400e6}, {"excel", 86400e6}
	};

	for (size_t i = 0; i < lengthof(units); i++)
	{
		double		usec;

		if (pg_strcasecmp(unit, units[i].name) != 0)
			continue;
		usec = rint(value * units[i].usec);
		if (isnan(usec) || !FLOAT8_FITS_IN_INT64(usec))
			ereport(ERROR,
					(errcode(isnan(value) || isinf(value) ? ERRCODE_INVALID_PARAMETER_VALUE : ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value is no duration: %s %s", float8out_internal(value), units[i].name),
					 errhint("Turn such values into NULL with plausible(value, low, high).")));
		PG_RETURN_INTERVAL_P(kpi_usec_to_interval((int64) usec));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unit \"%s\" is not known", clipped(unit)),
			 errhint("Units are %s. For a text such as 3:10 use duration(text, format).", UNITS)));
	return (Datum) 0;
}

KPI_FUNCTION(kpi_duration_of_int4, duration_of_number(PG_GETARG_INT32(0), format_of(fcinfo)));
KPI_FUNCTION(kpi_duration_of_float8, duration_of_number(PG_GETARG_FLOAT8(0), format_of(fcinfo)));
