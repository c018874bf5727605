/*
 * calendar_text.c
 *		Business calendars as text, and drafts of them that become canonical.
 *
 *	calendar	zone { ";" part }
 *	part		"24x7" | weekdays hours | dates hours
 *	weekdays	day [ "-" day ] { "," day [ "-" day ] }
 *	dates		date [ ".." date ] { "," date [ ".." date ] }
 *	hours		"closed" | time "-" time { "," time "-" time }
 *
 * Case and white space do not matter, a colon may follow the days, minutes and
 * seconds may be left out.
 */
#include "postgres.h"

#include "calendar/calendar.h"
#include "calendar/clock.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/datetime.h"

/* ---------- drafts ---------- */

#define FIRST_CAPACITY 4

/* Adds an empty plan; returns its number. */
int
calendar_draft_plan(CalendarDraft *draft)
{
	if (draft->nplans == draft->capacity)
	{
		draft->capacity = Max(draft->capacity * 2, FIRST_CAPACITY * 4);
		draft->plans = draft->plans == NULL
			? palloc(draft->capacity * sizeof(DraftPlan))
			: repalloc(draft->plans, draft->capacity * sizeof(DraftPlan));
	}
	memset(&draft->plans[draft->nplans], 0, sizeof(DraftPlan));
	return draft->nplans++;
}

static void
plan_add(DraftPlan *plan, CalendarSlot slot)
{
	if (plan->nslots == plan->capacity)
	{
		plan->capacity = Max(plan->capacity * 2, FIRST_CAPACITY);
		plan->slots = plan->slots == NULL
			? palloc(plan->capacity * sizeof(CalendarSlot))
			: repalloc(plan->slots, plan->capacity * sizeof(CalendarSlot));
	}
	plan->slots[plan->nslots++] = slot;
}

static bool
too_large(const char *what, int limit, Node *escontext)
{
	ereturn(escontext, false,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a business calendar cannot have more than %d %s", limit, what)));
}

/* Adds dates with a plan of their own. */
bool
calendar_draft_run(DraftRuns *runs, DateADT first, DateADT last, int plan, Node *escontext)
{
	if (runs->nruns == CALENDAR_MAX_DATES)
		return too_large("dates with hours of their own", CALENDAR_MAX_DATES, escontext);
	if (runs->nruns == runs->capacity)
	{
		runs->capacity = Max(runs->capacity * 2, FIRST_CAPACITY);
		runs->runs = runs->runs == NULL
			? palloc(runs->capacity * sizeof(CalendarRun))
			: repalloc(runs->runs, runs->capacity * sizeof(CalendarRun));
	}
	runs->runs[runs->nruns].first = first;
	runs->runs[runs->nruns].last = last;
	runs->runs[runs->nruns].plan = plan;
	runs->nruns++;
	return true;
}

static char *
date_text(DateADT date)
{
	int			year,
				month,
				day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return psprintf("%04d-%02d-%02d", year, month, day);
}

static int
compare_runs(const void *a, const void *b)
{
	DateADT		first_a = ((const CalendarRun *) a)->first;
	DateADT		first_b = ((const CalendarRun *) b)->first;

	return first_a < first_b ? -1 : first_a > first_b;
}

static void
sort_runs(DraftRuns *runs)
{
	if (runs->nruns > 1)
		qsort(runs->runs, runs->nruns, sizeof(CalendarRun), compare_runs);
}

/* A calendar as a draft, to change it. */
void
calendar_draft_open(CalendarDraft *draft, const BusinessCalendar *calendar)
{
	const CalendarSlot *slots = calendar_slots(calendar);
	const CalendarRun *runs = calendar_runs(calendar);

	memset(draft, 0, sizeof(CalendarDraft));
	draft->zone = pnstrdup(calendar_zone(calendar), calendar->zone_length);
	for (int p = 0; p < calendar->nplans; p++)
	{
		calendar_draft_plan(draft);
		for (int i = calendar_plan_start(calendar, p); i < calendar_plan_ends(calendar)[p]; i++)
			plan_add(&draft->plans[p], slots[i]);
	}
	for (int weekday = 0; weekday < 7; weekday++)
		draft->week[weekday] = calendar->week[weekday];
	for (int i = 0; i < calendar->nruns; i++)
		calendar_draft_run(&draft->ranges, runs[i].first, runs[i].last, runs[i].plan, NULL);
}

/* ---------- the canonical form ---------- */

static int
compare_slots(const void *a, const void *b)
{
	int32		start_a = ((const CalendarSlot *) a)->start;
	int32		start_b = ((const CalendarSlot *) b)->start;

	return start_a < start_b ? -1 : start_a > start_b;
}

/* Sorts slots and unites those that overlap or touch. */
static void
plan_normalize(DraftPlan *plan)
{
	int			n = 0;

	if (plan->nslots < 2)
		return;
	qsort(plan->slots, plan->nslots, sizeof(CalendarSlot), compare_slots);
	for (int i = 1; i < plan->nslots; i++)
	{
		if (plan->slots[i].start <= plan->slots[n].end)
			plan->slots[n].end = Max(plan->slots[n].end, plan->slots[i].end);
		else
			plan->slots[++n] = plan->slots[i];
	}
	plan->nslots = n + 1;
}

/* Any total order of plans will do, so long as it depends on nothing but their slots. */
static int
compare_plans(const void *a, const void *b)
{
	const DraftPlan *plan_a = *(DraftPlan *const *) a;
	const DraftPlan *plan_b = *(DraftPlan *const *) b;

	for (int i = 0; i < plan_a->nslots && i < plan_b->nslots; i++)
	{
		if (plan_a->slots[i].start != plan_b->slots[i].start)
			return plan_a->slots[i].start < plan_b->slots[i].start ? -1 : 1;
		if (plan_a->slots[i].end != plan_b->slots[i].end)
			return plan_a->slots[i].end < plan_b->slots[i].end ? -1 : 1;
	}
	return plan_a->nslots < plan_b->nslots ? -1 : plan_a->nslots > plan_b->nslots;
}

/*
 * Sorts the plans and drops repeated ones.  Returns them in order; number[p] is
 * the place of the draft's plan p.
 */
static DraftPlan **
distinct_plans(CalendarDraft *draft, int *nplans, int *number)
{
	DraftPlan **plans = palloc(draft->nplans * sizeof(DraftPlan *));
	int			n = 0;

	for (int p = 0; p < draft->nplans; p++)
	{
		plan_normalize(&draft->plans[p]);
		plans[p] = &draft->plans[p];
	}
	qsort(plans, draft->nplans, sizeof(DraftPlan *), compare_plans);
	for (int i = 0; i < draft->nplans; i++)
	{
		int			draft_number = plans[i] - draft->plans;

		if (n == 0 || compare_plans(&plans[n - 1], &plans[i]) != 0)
			plans[n++] = plans[i];
		number[draft_number] = n - 1;
	}
	*nplans = n;
	return plans;
}

/* Appends dates to a sorted list, to the last entry where that means the same. */
static bool
append_run(DraftRuns *runs, DateADT first, DateADT last, int plan, Node *escontext)
{
	if (runs->nruns > 0)
	{
		CalendarRun *previous = &runs->runs[runs->nruns - 1];

		if (previous->plan == plan && previous->last + 1 == first)
		{
			previous->last = last;
			return true;
		}
	}
	return calendar_draft_run(runs, first, last, plan, escontext);
}

/* Lays the single dates over the ranges: a date beats a range. */
static bool
overlay(const DraftRuns *ranges, const DraftRuns *dates, const int *number, DraftRuns *result,
		Node *escontext)
{
	int			d = 0;

	for (int r = 0; r <= ranges->nruns; r++)
	{
		const CalendarRun *range = r < ranges->nruns ? &ranges->runs[r] : NULL;
		DateADT		next = range ? range->first : 0;

		for (; d < dates->nruns && (range == NULL || dates->runs[d].first <= range->last); d++)
		{
			const CalendarRun *date = &dates->runs[d];

			if (range && next < date->first &&
				!append_run(result, next, date->first - 1, number[range->plan], escontext))
				return false;
			if (!append_run(result, date->first, date->last, number[date->plan], escontext))
				return false;
			next = Max(next, date->last + 1);
		}
		if (range && next <= range->last &&
			!append_run(result, next, range->last, number[range->plan], escontext))
			return false;
	}
	return true;
}

/* The calendar of a draft; NULL after a soft error. */
BusinessCalendar *
calendar_draft_finish(CalendarDraft *draft, Node *escontext)
{
	int		   *number = palloc(draft->nplans * sizeof(int));
	int		   *used;			/* 0, or 1 + the place of a distinct plan in the calendar */
	DraftRuns	runs = {0};
	DraftPlan **plans;
	BusinessCalendar *calendar;
	int			ndistinct,
				nplans = 0,
				nslots = 0;
	Size		size;

	plans = distinct_plans(draft, &ndistinct, number);
	if (!overlay(&draft->ranges, &draft->dates, number, &runs, escontext))
		return NULL;
	used = palloc0(ndistinct * sizeof(int));
	for (int weekday = 0; weekday < 7; weekday++)
		used[number[draft->week[weekday]]] = 1;
	for (int i = 0; i < runs.nruns; i++)
		used[runs.runs[i].plan] = 1;
	for (int p = 0; p < ndistinct; p++)
	{
		if (!used[p])
			continue;
		used[p] = ++nplans;
		nslots += plans[p]->nslots;
		if (nslots > CALENDAR_MAX_SLOTS)
		{
			too_large("slots", CALENDAR_MAX_SLOTS, escontext);
			return NULL;
		}
	}

	size = offsetof(BusinessCalendar, words) + nplans * sizeof(int32) +
		nslots * sizeof(CalendarSlot) + runs.nruns * sizeof(CalendarRun) + strlen(draft->zone);
	calendar = palloc0(size);
	SET_VARSIZE(calendar, size);
	calendar->version = CALENDAR_VERSION;
	calendar->zone_length = strlen(draft->zone);
	calendar->nplans = nplans;
	calendar->nslots = nslots;
	calendar->nruns = runs.nruns;
	for (int weekday = 0; weekday < 7; weekday++)
		calendar->week[weekday] = used[number[draft->week[weekday]]] - 1;
	nslots = 0;
	for (int p = 0; p < ndistinct; p++)
	{
		if (!used[p])
			continue;
		for (int i = 0; i < plans[p]->nslots; i++)
			calendar_slots(calendar)[nslots++] = plans[p]->slots[i];
		calendar_plan_ends(calendar)[used[p] - 1] = nslots;
	}
	for (int i = 0; i < runs.nruns; i++)
	{
		calendar_runs(calendar)[i] = runs.runs[i];
		calendar_runs(calendar)[i].plan = used[runs.runs[i].plan] - 1;
	}
	memcpy(calendar_zone(calendar), draft->zone, calendar->zone_length);
	return calendar;
}

/* ---------- input ---------- */

typedef struct CalendarScanner
{
	const char *part;			/* where the part begins that is being read */
	const char *at;
	Node	   *escontext;
	CalendarDraft *draft;
	int			nslots;			/* read so far */
	bool		closed[7];		/* weekdays said to be closed */
} CalendarScanner;

static const char *const weekday_names[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
};

static const char *const weekday_short[] = {
	"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
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
		return too_large("slots", CALENDAR_MAX_SLOTS, s->escontext);
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
	if (!accept_char(s, '-'))
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

/* "closed" or slots, to the end of the part */
static bool
scan_hours(CalendarScanner *s, DraftPlan *hours)
{
	char		word[16];

	memset(hours, 0, sizeof(DraftPlan));
	accept_char(s, ':');
	skip_space(s);
	if (!is_digit(*s->at))
	{
		const char *token = s->at;

		scan_word(s, word, sizeof(word));
		if (strcmp(word, "closed") != 0)
		{
			s->at = token;
			return expected(s, "\"closed\" or a slot such as 09:00-18:00");
		}
	}
	else
	{
		do
		{
			CalendarSlot slot;

			if (!scan_slot(s, &slot))
				return false;
			plan_add(hours, slot);
		} while (accept_char(s, ','));
	}
	skip_space(s);
	if (*s->at != ';' && *s->at != '\0')
		return expected(s, "\",\" or \";\"");
	return true;
}

/* Mon, monday, Thurs: any start of the name from three letters on */
static bool
scan_weekday(CalendarScanner *s, int *weekday)
{
	const char *token;
	char		word[16];

	skip_space(s);
	token = s->at;
	scan_word(s, word, sizeof(word));
	if (strlen(word) >= 3)
	{
		for (*weekday = 0; *weekday < 7; (*weekday)++)
		{
			if (strncmp(word, weekday_names[*weekday], strlen(word)) == 0)
				return true;
		}
	}
	s->at = token;
	return expected(s, "a weekday, a date or 24x7");
}

/* The slots join those that a weekday has already. */
static bool
add_to_week(CalendarScanner *s, const bool *days, const DraftPlan *hours)
{
	for (int day = 0; day < 7; day++)
	{
		DraftPlan  *plan = &s->draft->plans[day];

		if (!days[day])
			continue;
		if (hours->nslots == 0)
			s->closed[day] = true;
		for (int i = 0; i < hours->nslots; i++)
			plan_add(plan, hours->slots[i]);
		if (s->closed[day] && plan->nslots > 0)
			return part_error(s, psprintf("%s is said to be both open and closed.",
										  weekday_short[day]));
	}
	return true;
}

/* Mon-Fri 09:00-18:00 */
static bool
scan_weekdays(CalendarScanner *s)
{
	bool		days[7] = {false};
	DraftPlan	hours;

	do
	{
		int			first,
					last;

		if (!scan_weekday(s, &first))
			return false;
		last = first;
		if (accept_char(s, '-') && !scan_weekday(s, &last))
			return false;
		for (int day = first;; day = (day + 1) % 7)
		{
			days[day] = true;
			if (day == last)
				break;
		}
	} while (accept_char(s, ','));
	if (!scan_hours(s, &hours))
		return false;
	return add_to_week(s, days, &hours);
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

/* 2026-02-18..2026-03-19 10:00-16:00 */
static bool
scan_dates(CalendarScanner *s)
{
	int			plan = calendar_draft_plan(s->draft);

	do
	{
		DateADT		first,
					last;

		if (!scan_date(s, &first))
			return false;
		last = first;
		skip_space(s);
		if (s->at[0] == '.' && s->at[1] == '.')
		{
			s->at += 2;
			if (!scan_date(s, &last))
				return false;
			if (last < first)
				return part_error(s, psprintf("The range %s..%s ends before it starts.",
											  date_text(first),
											  date_text(last)));
		}
		if (!calendar_draft_run(first == last ? &s->draft->dates : &s->draft->ranges,
								first, last, plan, s->escontext))
			return false;
	} while (accept_char(s, ','));
	return scan_hours(s, &s->draft->plans[plan]);
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
	const bool	days[7] = {true, true, true, true, true, true, true};
	CalendarSlot whole_day = {0, CALENDAR_DAY_SECONDS};
	DraftPlan	hours = {1, 1, &whole_day};

	s->at += strlen("24x7");
	return count_slot(s) && add_to_week(s, days, &hours);
}

static bool
scan_part(CalendarScanner *s)
{
	if (!is_digit(*s->at))
		return scan_weekdays(s);
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

/* A date twice, or two ranges that overlap, leave open which one holds. */
static bool
check_dates(CalendarScanner *s)
{
	const DraftRuns *dates = &s->draft->dates;
	const DraftRuns *ranges = &s->draft->ranges;

	for (int i = 1; i < dates->nruns; i++)
	{
		if (dates->runs[i - 1].first == dates->runs[i].first)
			ereturn(s->escontext, false,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("date %s occurs twice in a business calendar",
							date_text(dates->runs[i].first)),
					 errhint("Give all slots of a date together, separated by commas.")));
	}
	for (int i = 1; i < ranges->nruns; i++)
	{
		if (ranges->runs[i - 1].last >= ranges->runs[i].first)
			ereturn(s->escontext, false,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("ranges %s..%s and %s..%s overlap in a business calendar",
							date_text(ranges->runs[i - 1].first),
							date_text(ranges->runs[i - 1].last),
							date_text(ranges->runs[i].first),
							date_text(ranges->runs[i].last)),
					 errhint("Only single dates may lie within a range.")));
	}
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
	sort_runs(&s->draft->dates);
	sort_runs(&s->draft->ranges);
	return check_dates(s);
}

/* The calendar of a text; NULL after a soft error. */
BusinessCalendar *
calendar_parse(const char *text, Node *escontext)
{
	CalendarDraft draft = {0};
	CalendarScanner scanner = {0};

	for (int weekday = 0; weekday < 7; weekday++)
		draft.week[weekday] = calendar_draft_plan(&draft);
	scanner.part = text;
	scanner.at = text;
	scanner.escontext = escontext;
	scanner.draft = &draft;
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
print_plan(StringInfo buf, const BusinessCalendar *calendar, int plan)
{
	int			start = calendar_plan_start(calendar, plan);
	int			end = calendar_plan_ends(calendar)[plan];

	appendStringInfoChar(buf, ' ');
	if (start == end)
		appendStringInfoString(buf, "closed");
	for (int i = start; i < end; i++)
	{
		CalendarSlot slot = calendar_slots(calendar)[i];
		int32		spill = slot.end - CALENDAR_DAY_SECONDS;

		if (spill <= 0)
			print_slot(buf, slot.start, slot.end);
		else if (spill < slot.start)
			print_slot(buf, slot.start, spill);
		else
		{
			/* longer than a day: no one slot says so, an overlapping second one does */
			print_slot(buf, slot.start, CALENDAR_DAY_SECONDS);
			print_slot(buf, spill < 23 * 3600 ? 23 * 3600 : CALENDAR_DAY_SECONDS - 1, spill);
		}
	}
}

static bool
is_whole_day(const BusinessCalendar *calendar, int plan)
{
	int			start = calendar_plan_start(calendar, plan);

	return calendar_plan_ends(calendar)[plan] == start + 1 &&
		calendar_slots(calendar)[start].start == 0 &&
		calendar_slots(calendar)[start].end == CALENDAR_DAY_SECONDS;
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
		appendStringInfo(buf, "%s%s", separator, weekday_short[day]);
		if (last > day)
			appendStringInfo(buf, "-%s", weekday_short[last]);
		separator = ",";
		day = last;
	}
}

static void
print_week(StringInfo buf, const BusinessCalendar *calendar)
{
	const int32 *week = calendar->week;

	for (int day = 0; day < 7; day++)
	{
		int			plan = week[day];
		bool		seen = false;
		int			count = 0;

		for (int other = 0; other < 7; other++)
		{
			if (week[other] != plan)
				continue;
			seen = seen || other < day;
			count++;
		}
		if (seen || calendar_plan_start(calendar, plan) == calendar_plan_ends(calendar)[plan])
			continue;			/* printed with an earlier day, or closed */
		appendStringInfoString(buf, "; ");
		if (count == 7 && is_whole_day(calendar, plan))
			appendStringInfoString(buf, "24x7");
		else
		{
			print_weekdays(buf, week, plan);
			print_plan(buf, calendar, plan);
		}
	}
}

char *
calendar_print(const BusinessCalendar *calendar)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, calendar_zone(calendar), calendar->zone_length);
	print_week(&buf, calendar);
	for (int i = 0; i < calendar->nruns; i++)
	{
		const CalendarRun *run = &calendar_runs(calendar)[i];

		appendStringInfo(&buf, "; %s", date_text(run->first));
		if (run->last > run->first)
			appendStringInfo(&buf, "..%s", date_text(run->last));
		print_plan(&buf, calendar, run->plan);
	}
	return buf.data;
}
