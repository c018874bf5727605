/*
 * calendar_text.c
 *		Business calendars as text.
 *
 *	calendar	zone { ";" part }
 *	part		"24x7" | days | dates ( hours | days )
 *	days		weekdays hours { "," weekdays hours }
 *	weekdays	day [ "-" day ] { "," day [ "-" day ] }
 *	dates		range { "," range }
 *	range		date [ ".." [ date ] ] | yearly [ ".." yearly ]
 *	hours		"closed" | time "-" time { "," time "-" time }
 *
 * Case and white space do not matter, a colon may follow the days, minutes and
 * seconds may be left out, "off" is closed, and a dash may be a long one, as
 * OpenStreetMap and schema.org write them.
 */
#include "postgres.h"

#include "calendar/calendar_rules.h"
#include "calendar/clock.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/datetime.h"

/* ---------- input ---------- */

typedef struct CalendarScanner
{
	const char *part;			/* where the part begins that is being read */
	const char *at;
	Node	   *escontext;
	CalendarDraft *draft;
	CalendarRules rules;
	bool		as_stored;		/* read what 1.0.0 took, see calendar_parse */
	int			nslots;			/* read so far */
} CalendarScanner;

static const char *const weekday_names[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
};

static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Every loop over the text comes by here: it may be long. */
static void
skip_space(CalendarScanner *s)
{
	CHECK_FOR_INTERRUPTS();
	for (; is_space(*s->at); s->at++)
		CHECK_FOR_INTERRUPTS();
}

/* The character that comes next, past white space: is it this one?  Reads it if so. */
static bool
accept_char(CalendarScanner *s, char c)
{
	skip_space(s);
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

/* The same for a hyphen, or one of the dashes that are typed for it. */
static bool
accept_dash(CalendarScanner *s)
{
	const unsigned char *at;

	if (accept_char(s, '-'))
		return true;
	at = (const unsigned char *) s->at;
	if (GetDatabaseEncoding() != PG_UTF8 || at[0] != 0xE2)
		return false;
	/* U+2010 to U+2014: hyphens, en dash, em dash; U+2212: minus */
	if (!(at[1] == 0x80 && at[2] >= 0x90 && at[2] <= 0x94) && !(at[1] == 0x88 && at[2] == 0x92))
		return false;
	s->at += 3;
	return true;
}

static char *
excerpt(const char *text, int length)
{
	int			clipped = pg_mbcliplen(text, length, 60);

	while (clipped == length && clipped > 0 && is_space(text[clipped - 1]))
		clipped = --length;
	return psprintf("%.*s%s", clipped, text, clipped < length ? "..." : "");
}

/* Names the part of the calendar that is wrong; "detail" says why. */
static bool
part_error(CalendarScanner *s, const char *detail)
{
	const char *part = s->part;

	while (is_space(*part))
		part++;
	ereturn(s->escontext, false,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type business_calendar: \"%s\"",
					excerpt(part, strcspn(part, ";"))),
			 errdetail("%s", detail)));
}

/* The word at "token", as far as a reader would quote it. */
static char *
token_text(const char *token)
{
	return excerpt(token, strcspn(token, " \t\n\r,;"));
}

static bool
expected(CalendarScanner *s, const char *what)
{
	skip_space(s);
	if (*s->at == '\0' || *s->at == ';')
		return part_error(s, psprintf("The part ends where %s is expected.", what));
	return part_error(s, psprintf("Expected %s instead of \"%s\".", what, token_text(s->at)));
}

/* Reads exactly or at most this many digits; -1 when there is none, or too few. */
static int
scan_digits(CalendarScanner *s, int least, int most)
{
	int			value = 0;
	int			n;

	for (n = 0; n < most && is_digit(s->at[n]); n++)
		value = value * 10 + s->at[n] - '0';
	if (n < least)
		return -1;
	s->at += n;
	return value;
}

/* 9, 9:00, 09:00, 09:00:30, 24:00, as seconds */
static bool
scan_time(CalendarScanner *s, int32 *seconds)
{
	const char *token;
	int			hour,
				minute = 0,
				second = 0;

	skip_space(s);
	token = s->at;
	if (!is_digit(*token))
		return expected(s, "a time such as 09:00");
	hour = scan_digits(s, 1, 2);
	if (*s->at == ':')
	{
		s->at++;
		minute = scan_digits(s, 2, 2);
		if (minute >= 0 && *s->at == ':')
		{
			s->at++;
			second = scan_digits(s, 2, 2);
		}
	}
	if (minute < 0 || minute > 59 || second < 0 || second > 59 || is_digit(*s->at) ||
		*s->at == ':' || *s->at == '.' || is_letter(*s->at) ||
		hour > 24 || (hour == 24 && minute + second > 0))
		return part_error(s, psprintf("\"%s\" is not a time of day.",
									  excerpt(token, strcspn(token, " \t\n\r,;-"))));
	*seconds = (hour * 60 + minute) * 60 + second;
	return true;
}

static bool
count_slot(CalendarScanner *s)
{
	if (++s->nslots > CALENDAR_MAX_SLOTS)
		return calendar_too_large("slots", CALENDAR_MAX_SLOTS, s->escontext);
	return true;
}

/* 09:00-18:00; 22:00-06:00 runs past midnight */
static bool
scan_slot(CalendarScanner *s, CalendarSlot *slot)
{
	const char *token;

	skip_space(s);
	token = s->at;
	if (!scan_time(s, &slot->start))
		return false;
	if (!accept_dash(s))
		return expected(s, "\"-\" and the end of the slot");
	if (!scan_time(s, &slot->end))
		return false;
	if (slot->start == CALENDAR_DAY_SECONDS)
		return part_error(s, psprintf("Slot %s starts where its day ends.",
									  excerpt(token, s->at - token)));
	if (slot->start == slot->end)
		return part_error(s, psprintf("Slot %s is empty; a whole day is written 00:00-24:00.",
									  excerpt(token, s->at - token)));
	if (slot->end < slot->start)
		slot->end += CALENDAR_DAY_SECONDS;
	return count_slot(s);
}

/* A word of letters, in lower case; empty when there is none or it is too long. */
static void
scan_word(CalendarScanner *s, char *word, Size size)
{
	Size		n = 0;

	skip_space(s);
	while (is_letter(s->at[n]) && n + 1 < size)
	{
		word[n] = pg_tolower((unsigned char) s->at[n]);
		n++;
	}
	if (is_letter(s->at[n]))
		n = 0;
	word[n] = '\0';
	s->at += n;
}

/*
 * Slots of one entry that overlap are a slip, and so is an end of 23:59: a day
 * ends at 24:00.
 */
static bool
check_slots(CalendarScanner *s, DraftPlan *hours)
{
	CalendarSlot first,
				second;

	if (s->as_stored)
		return true;
	if (calendar_slots_overlap(hours->slots, hours->nslots, &first, &second))
		return part_error(s, psprintf("Slots %s and %s overlap.", calendar_slot_text(first),
									  calendar_slot_text(second)));
	for (int i = 0; i < hours->nslots; i++)
	{
		CalendarSlot slot = hours->slots[i];
		int32		end = slot.end % CALENDAR_DAY_SECONDS;

		if (end != CALENDAR_DAY_SECONDS - 60 && end != CALENDAR_DAY_SECONDS - 1)
			continue;
		if (i + 1 == hours->nslots || hours->slots[i + 1].start != slot.end)
			return part_error(s, psprintf("Slot %s leaves out the end of the day: a day ends at 24:00.",
										  calendar_slot_text(slot)));
	}
	return true;
}

/* Does a word come next, past white space? */
static bool
next_is_letter(CalendarScanner *s)
{
	skip_space(s);
	return is_letter(*s->at);
}

/* "closed", or slots; "more": weekdays with hours of their own follow */
static bool
scan_hours(CalendarScanner *s, int *plan, bool *more)
{
	DraftPlan  *hours;
	char		word[16];

	*plan = calendar_draft_plan(s->draft);
	*more = false;
	accept_char(s, ':');
	skip_space(s);
	if (!is_digit(*s->at))
	{
		const char *token = s->at;

		scan_word(s, word, sizeof(word));
		if (strcmp(word, "closed") != 0 && strcmp(word, "off") != 0)
		{
			s->at = token;
			return expected(s, "\"closed\" or a slot such as 09:00-18:00");
		}
		*more = accept_char(s, ',');
		if (*more && !next_is_letter(s))
			return expected(s, "a weekday");
		return true;
	}
	do
	{
		CalendarSlot slot;

		if (!scan_slot(s, &slot))
			return false;
		calendar_draft_slot(&s->draft->plans[*plan], slot);
		if (!accept_char(s, ','))
			break;
		*more = next_is_letter(s);
	} while (!*more);
	hours = &s->draft->plans[*plan];
	return check_slots(s, hours);
}

/* Mo, Mon, monday, Thurs: any start of the name from two letters on */
static bool
scan_weekday(CalendarScanner *s, int *weekday)
{
	const char *token;
	char		word[16];

	skip_space(s);
	token = s->at;
	scan_word(s, word, sizeof(word));
	if (strlen(word) >= 2)
	{
		for (*weekday = 0; *weekday < 7; (*weekday)++)
		{
			if (strncmp(word, weekday_names[*weekday], strlen(word)) == 0)
				return true;
		}
	}
	if (strcmp(word, "ph") == 0 || strcmp(word, "sh") == 0)
		return part_error(s, "Holidays are dates here: give them, or take them from a table with closed_on.");
	s->at = token;
	return expected(s, "a weekday, a date or 24x7");
}

/* Mon-Wed,Fri */
static bool
scan_weekdays(CalendarScanner *s, uint8 *weekdays)
{
	*weekdays = 0;
	do
	{
		int			first,
					last;

		if (!scan_weekday(s, &first))
			return false;
		last = first;
		if (accept_dash(s) && !scan_weekday(s, &last))
			return false;
		for (int day = first;; day = (day + 1) % 7)
		{
			*weekdays |= 1 << day;
			if (day == last)
				break;
		}
	} while (accept_char(s, ','));
	return true;
}

/* 2026-12-31 */
static bool
scan_date(CalendarScanner *s, DateADT *date)
{
	const char *token;
	int			year,
				month = -1,
				day = -1;

	skip_space(s);
	token = s->at;
	if (!is_digit(*token))
		return expected(s, "a date such as 2026-12-31");
	year = scan_digits(s, 4, 4);
	if (year >= 0 && *s->at == '-')
	{
		s->at++;
		month = scan_digits(s, 2, 2);
		if (month >= 0 && *s->at == '-')
		{
			s->at++;
			day = scan_digits(s, 2, 2);
		}
	}
	if (day < 0 || is_digit(*s->at) || is_letter(*s->at))
		return part_error(s, psprintf("\"%s\" is not a date of the form 2026-12-31.",
									  token_text(token)));
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > day_tab[isleap(year)][month - 1])
		return part_error(s, psprintf("There is no date %04d-%02d-%02d.", year, month, day));
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/* 12-25: a day of a leap year */
static bool
scan_yearly(CalendarScanner *s, DateADT *day_of_year)
{
	const char *token;
	int			month,
				day = -1;

	skip_space(s);
	token = s->at;
	month = scan_digits(s, 2, 2);
	if (month >= 0 && *s->at == '-')
	{
		s->at++;
		day = scan_digits(s, 2, 2);
	}
	if (day < 0 || is_digit(*s->at) || is_letter(*s->at) || *s->at == '-')
		return part_error(s, psprintf("\"%s\" is not a date of every year of the form 12-31.",
									  token_text(token)));
	if (month < 1 || month > 12 || day < 1 || day > day_tab[1][month - 1])
		return part_error(s, psprintf("There is no date %02d-%02d.", month, day));
	*day_of_year = date2j(2000, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/* Is it a year that comes next, or only a month or an hour? */
static bool
next_is_year(const CalendarScanner *s)
{
	return strspn(s->at, "0123456789") >= 4;
}

/* 2026-12-31, 2026-02-18..2026-03-19, 2027-01-01.., 12-25, 12-24..12-31 */
static bool
scan_range(CalendarScanner *s, CalendarRule *rule)
{
	bool		yearly;

	skip_space(s);
	yearly = strspn(s->at, "0123456789") == 2 && s->at[2] == '-';
	if (yearly ? !scan_yearly(s, &rule->first) : !scan_date(s, &rule->first))
		return false;
	rule->last = rule->first;
	rule->kind = yearly ? RULE_YEARLY : RULE_DATE;
	skip_space(s);
	if (s->at[0] != '.' || s->at[1] != '.')
		return true;
	s->at += 2;
	if (yearly)
		return scan_yearly(s, &rule->last);
	if (is_space(*s->at))
	{
		skip_space(s);
		if (!next_is_year(s))
			rule->last = DATEVAL_NOEND;
	}
	else if (!is_digit(*s->at))
		rule->last = DATEVAL_NOEND;
	if (rule->last != DATEVAL_NOEND && !scan_date(s, &rule->last))
		return false;
	if (rule->last < rule->first)
		return part_error(s, psprintf("The range %s..%s ends before it starts.",
									  calendar_date_text(rule->first),
									  calendar_date_text(rule->last)));
	if (rule->last > rule->first)
		rule->kind = RULE_RANGE;
	return true;
}

/* The weekdays that occur in the dates of a rule. */
static uint8
weekdays_of(const CalendarRule *rule)
{
	uint8		weekdays = 0;

	if (rule->kind == RULE_YEARLY || calendar_rule_days(rule) >= 7)
		return RULE_ALL_WEEKDAYS;
	for (DateADT date = rule->first; date <= rule->last; date++)
		weekdays |= 1 << calendar_weekday(date);
	return weekdays;
}

/* Dates whose weekdays none of the parts names have no hours. */
static bool
check_weekdays(CalendarScanner *s, const CalendarRule *days, int ndays, uint8 weekdays)
{
	for (int i = 0; i < ndays; i++)
	{
		if (!(weekdays_of(&days[i]) & weekdays))
			return part_error(s, psprintf("No weekday that is named occurs in %s.",
										  calendar_days_text(days[i].kind, days[i].first,
															 days[i].last)));
	}
	return true;
}

/*
 * Hours, or weekdays with hours of their own, for the week or for dates, to the
 * end of the part.
 */
static bool
scan_days(CalendarScanner *s, CalendarRule *days, int ndays)
{
	uint8		all = 0;
	bool		more;

	do
	{
		uint8		weekdays;
		bool		bare;
		int			plan;

		accept_char(s, ':');
		bare = days[0].kind != RULE_WEEK && all == 0 &&
			(!next_is_letter(s) || pg_strncasecmp(s->at, "closed", 6) == 0 ||
			 pg_strncasecmp(s->at, "off", 3) == 0);
		if (bare)
			weekdays = RULE_ALL_WEEKDAYS;
		else if (!scan_weekdays(s, &weekdays))
			return false;
		if (!scan_hours(s, &plan, &more))
			return false;
		all |= weekdays;
		for (int i = 0; i < ndays; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (days[i].kind == RULE_DATE && !(weekdays & weekdays_of(&days[i])))
				continue;
			days[i].weekdays = weekdays;
			days[i].bare = bare;
			days[i].plan = plan;
			if (!calendar_rules_add(&s->rules, &days[i], s->escontext))
				return false;
		}
	} while (more);
	skip_space(s);
	if (*s->at != ';' && *s->at != '\0')
		return expected(s, "\",\" or \";\"");
	return check_weekdays(s, days, ndays, all);
}

/* 2026-02-18..2026-03-19 Mon-Fri 10:00-16:00, Sat closed */
static bool
scan_dates(CalendarScanner *s)
{
	int			capacity = 4;
	int			ndays = 0;
	CalendarRule *days = palloc(capacity * sizeof(CalendarRule));

	do
	{
		if (ndays == CALENDAR_MAX_DATES)
			return calendar_too_large("dates with hours of their own", CALENDAR_MAX_DATES,
									  s->escontext);
		if (ndays == capacity)
			days = repalloc(days, (capacity *= 2) * sizeof(CalendarRule));
		if (!scan_range(s, &days[ndays++]))
			return false;
	} while (accept_char(s, ','));
	return scan_days(s, days, ndays);
}

/* Mon-Fri 09:00-18:00 */
static bool
scan_week(CalendarScanner *s)
{
	CalendarRule week = {RULE_WEEK, 0, 6, 0, 0, false};

	return scan_days(s, &week, 1);
}

/* Does 24x7 or 24/7 come next? */
static bool
next_is_always(const CalendarScanner *s)
{
	return pg_strncasecmp(s->at, "24x7", 4) == 0 || strncmp(s->at, "24/7", 4) == 0;
}

static bool
scan_always(CalendarScanner *s)
{
	CalendarSlot whole_day = {0, CALENDAR_DAY_SECONDS};
	CalendarRule week = {RULE_WEEK, 0, 6, calendar_draft_plan(s->draft), RULE_ALL_WEEKDAYS, false};

	s->at += strlen("24x7");
	calendar_draft_slot(&s->draft->plans[week.plan], whole_day);
	skip_space(s);
	if (*s->at != ';' && *s->at != '\0')
		return expected(s, "\";\"");
	return count_slot(s) && calendar_rules_add(&s->rules, &week, s->escontext);
}

static bool
scan_part(CalendarScanner *s)
{
	if (!is_digit(*s->at))
		return scan_week(s);
	return next_is_always(s) ? scan_always(s) : scan_dates(s);
}

static bool
scan_zone(CalendarScanner *s)
{
	const char *start;
	int			length;
	pg_tz	   *zone;

	skip_space(s);
	start = s->at;
	s->at += strcspn(s->at, ";");
	for (length = s->at - start; length > 0 && is_space(start[length - 1]);)
		length--;
	if (length == 0)
		return part_error(s, "A calendar begins with a time zone such as Europe/Istanbul.");
	zone = length <= TZ_STRLEN_MAX ? clock_zone(pnstrdup(start, length)) : NULL;
	if (zone == NULL)
		ereturn(s->escontext, false,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not known", excerpt(start, length)),
				 errhint("A calendar begins with an IANA zone such as Europe/Istanbul, see pg_timezone_names. POSIX forms such as Foo+5 are refused.")));
	s->draft->zone = pg_get_timezone_name(zone);
	return true;
}

static bool
scan_calendar(CalendarScanner *s)
{
	if (!scan_zone(s))
		return false;
	while (accept_char(s, ';'))
	{
		s->part = s->at;
		skip_space(s);
		if (*s->at == '\0')		/* a semicolon may end the calendar */
			break;
		if (!scan_part(s))
			return false;
	}
	if (*s->at != '\0')
		return expected(s, "\";\"");
	return calendar_rules_settle(&s->rules, s->draft, s->as_stored, s->escontext);
}

/* The calendar of a text; NULL after a soft error. */
BusinessCalendar *
calendar_parse(const char *text, bool as_stored, Node *escontext)
{
	CalendarDraft draft = {0};
	CalendarScanner scanner = {0};

	scanner.part = text;
	scanner.at = text;
	scanner.escontext = escontext;
	scanner.draft = &draft;
	scanner.as_stored = as_stored;
	if (!scan_calendar(&scanner))
		return NULL;
	return calendar_draft_finish(&draft, escontext);
}

/* ---------- output ---------- */

static void
print_time(StringInfo buf, int32 seconds)
{
	appendStringInfo(buf, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
	if (seconds % 60 != 0)
		appendStringInfo(buf, ":%02d", seconds % 60);
}

static void
print_slot(StringInfo buf, int32 start, int32 end)
{
	if (buf->data[buf->len - 1] != ' ')
		appendStringInfoChar(buf, ',');
	print_time(buf, start);
	appendStringInfoChar(buf, '-');
	print_time(buf, end);
}

static void
print_plan(StringInfo buf, const CalendarView *view, int plan)
{
	appendStringInfoChar(buf, ' ');
	if (!calendar_plan_is_open(view, plan))
		appendStringInfoString(buf, "closed");
	for (int i = calendar_plan_start(view, plan); i < view->plan_ends[plan]; i++)
	{
		CalendarSlot slot = view->slots[i];
		int32		spill = slot.end - CALENDAR_DAY_SECONDS;

		if (spill <= 0)
			print_slot(buf, slot.start, slot.end);
		else if (spill < slot.start)
			print_slot(buf, slot.start, spill);
		else
		{
			/* longer than a day: no one slot says so, two that touch do */
			int32		middle = spill < 23 * 3600 ? 23 * 3600 : CALENDAR_DAY_SECONDS - 1;

			print_slot(buf, slot.start, middle);
			print_slot(buf, middle, spill);
		}
	}
}

static bool
is_whole_day(const CalendarView *view, int plan)
{
	int			start = calendar_plan_start(view, plan);

	return view->plan_ends[plan] == start + 1 &&
		view->slots[start].start == 0 &&
		view->slots[start].end == CALENDAR_DAY_SECONDS;
}

/* Mon-Wed,Fri: the weekdays of a plan, in runs */
static void
print_weekdays(StringInfo buf, const int32 *week, int plan)
{
	const char *separator = "";

	for (int day = 0; day < 7; day++)
	{
		int			last = day;

		if (week[day] != plan)
			continue;
		while (last < 6 && week[last + 1] == plan)
			last++;
		appendStringInfo(buf, "%s%s", separator, calendar_weekday_names[day]);
		if (last > day)
			appendStringInfo(buf, "-%s", calendar_weekday_names[last]);
		separator = ",";
		day = last;
	}
}

/* How many weekdays have the plan of this one; 0 when an earlier one has it, too. */
static int
days_with_plan_of(const int32 *week, int day)
{
	int			count = 0;

	for (int other = 0; other < 7; other++)
	{
		if (week[other] != week[day])
			continue;
		if (other < day)
			return 0;
		count++;
	}
	return count;
}

static void
print_week(StringInfo buf, const CalendarView *view)
{
	const int32 *week = view->week;

	for (int day = 0; day < 7; day++)
	{
		int			count = days_with_plan_of(week, day);

		if (count == 0 || !calendar_plan_is_open(view, week[day]))
			continue;			/* printed with an earlier day, or closed */
		appendStringInfoString(buf, "; ");
		if (count == 7 && is_whole_day(view, week[day]))
			appendStringInfoString(buf, "24x7");
		else
		{
			print_weekdays(buf, week, week[day]);
			print_plan(buf, view, week[day]);
		}
	}
}

/* Mon-Fri 10:00-16:00, Sat closed */
static void
print_named_weekdays(StringInfo buf, const CalendarView *view, const CalendarWeek *week)
{
	const char *separator = " ";

	for (int day = 0; day < 7; day++)
	{
		if (week->plan[day] == CALENDAR_KEEP || days_with_plan_of(week->plan, day) == 0)
			continue;
		appendStringInfoString(buf, separator);
		print_weekdays(buf, week->plan, week->plan[day]);
		print_plan(buf, view, week->plan[day]);
		separator = ", ";
	}
}

/* From a date on the weekdays that differ from before. */
static void
print_changes(StringInfo buf, const CalendarView *view)
{
	const int32 *before = view->week;

	for (int i = 0; i < view->nchanges; i++)
	{
		const CalendarWeek *week = &view->weeks[view->changes[i].week];
		CalendarWeek changed = *week;

		for (int day = 0; day < 7; day++)
		{
			if (changed.plan[day] == before[day])
				changed.plan[day] = CALENDAR_KEEP;
		}
		appendStringInfo(buf, "; %s..", calendar_date_text(view->changes[i].first));
		print_named_weekdays(buf, view, &changed);
		before = week->plan;
	}
}

/* Is any of these weekdays open? */
static bool
week_is_open(const CalendarView *view, const int32 *week)
{
	for (int day = 0; day < 7; day++)
	{
		if (calendar_plan_is_open(view, week[day]))
			return true;
	}
	return false;
}

/* Does the week close a weekday of these dates?  Then they must be named: see calendar_rules.c. */
static bool
must_name_weekdays(const CalendarView *view, CalendarRuleKind kind, const CalendarRun *run)
{
	CalendarRule rule = {kind, run->first, run->last, 0, 0, false};
	uint8		weekdays = weekdays_of(&rule);
	const int32 *week = view->week;
	bool		has_week = week_is_open(view, week);
	bool		closed = false;

	for (int i = 0; i <= view->nchanges; i++)
	{
		DateADT		until = i < view->nchanges ? view->changes[i].first : DATEVAL_NOEND;

		for (int day = 0; day < 7; day++)
		{
			if ((weekdays & 1 << day) && !calendar_plan_is_open(view, week[day]) &&
				(kind == RULE_YEARLY || until > run->first))
				closed = true;
		}
		if (i == view->nchanges || (kind != RULE_YEARLY && until > run->last))
			break;
		week = view->weeks[view->changes[i].week].plan;
		has_week |= week_is_open(view, week);
	}
	for (int i = 0; i < view->nchanges; i++)
		has_week |= week_is_open(view, view->weeks[view->changes[i].week].plan);
	return has_week && closed;
}

static void
print_runs(StringInfo buf, const CalendarView *view, CalendarRuleKind kind, const CalendarRun *runs,
		   int nruns)
{
	for (int i = 0; i < nruns; i++)
	{
		const CalendarRun *run = &runs[i];

		appendStringInfo(buf, "; %s", calendar_days_text(kind, run->first, run->last));
		if (run->plan < 0)
		{
			print_named_weekdays(buf, view, &view->weeks[-1 - run->plan]);
			continue;
		}
		if (calendar_plan_is_open(view, run->plan) &&
			(kind == RULE_YEARLY || run->first < run->last) && must_name_weekdays(view, kind, run))
			appendStringInfoString(buf, " Mon-Sun");
		print_plan(buf, view, run->plan);
	}
}

char *
calendar_print(const BusinessCalendar *calendar)
{
	StringInfoData buf;
	CalendarView view;

	calendar_view(calendar, &view);
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, view.zone, view.zone_length);
	print_week(&buf, &view);
	print_changes(&buf, &view);
	print_runs(&buf, &view, RULE_YEARLY, view.yearly, view.nyearly);
	print_runs(&buf, &view, RULE_RANGE, view.runs, view.nruns);
	return buf.data;
}
