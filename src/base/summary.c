/*
 * summary.c
 *		The text, binary, JSON and comparison functions that summary types share.
 */
#include "postgres.h"

#include "base/kpi.h"
#include "base/summary.h"
#include "base/wide.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#define MAX_FIELDS 64			/* the fields already seen are kept in one word */

/* ---------- scanner ---------- */

void
summary_scan_start(SummaryScanner *s, const char *type, const char *text, Node *escontext)
{
	s->type = type;
	s->text = text;
	s->at = text;
	s->escontext = escontext;
}

/* The start of the input, short enough for a message. */
static char *
input_excerpt(SummaryScanner *s)
{
	int			length = strlen(s->text);
	int			clipped = pg_mbcliplen(s->text, length, 80);

	return clipped == length ? pstrdup(s->text)
		: psprintf("%.*s...", clipped, s->text);
}

bool
summary_scan_error(SummaryScanner *s, const char *detail)
{
	ereturn(s->escontext, false,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", s->type, input_excerpt(s)),
			 errdetail("%s", detail)));
}

bool
summary_scan_range_error(SummaryScanner *s)
{
	ereturn(s->escontext, false,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value out of range for type %s: \"%s\"", s->type, input_excerpt(s)),
			 errdetail("Counts and sums must stay below 2^63.")));
}

static void
skip_space(SummaryScanner *s)
{
	while (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')
		s->at++;
}

bool
summary_scan_next_is(SummaryScanner *s, char c)
{
	skip_space(s);
	return *s->at == c;
}

static bool
scan_expected(SummaryScanner *s, const char *what)
{
	if (*s->at == '\0')
		return summary_scan_error(s, psprintf("The input ends where %s is expected.", what));
	return summary_scan_error(s, psprintf("Expected %s at byte %d.", what,
										  (int) (s->at - s->text) + 1));
}

bool
summary_scan_char(SummaryScanner *s, char c)
{
	if (!summary_scan_next_is(s, c))
		return scan_expected(s, c == '"' ? "a double quote" : psprintf("\"%c\"", c));
	s->at++;
	return true;
}

bool
summary_scan_end(SummaryScanner *s)
{
	skip_space(s);
	if (*s->at != '\0')
		return summary_scan_error(s, psprintf("Junk after the value at byte %d.",
											  (int) (s->at - s->text) + 1));
	return true;
}

/* "name": of a JSON object; names of ours need no escapes */
static bool
scan_name(SummaryScanner *s, char *name, Size size)
{
	Size		length;

	if (!summary_scan_char(s, '"'))
		return false;
	length = strcspn(s->at, "\"\\");
	if (s->at[length] != '"' || length >= size)
		return scan_expected(s, "a field name");
	memcpy(name, s->at, length);
	name[length] = '\0';
	s->at += length + 1;
	return summary_scan_char(s, ':');
}

/* a whole number, not negative, without sign, leading zeros or exponent */
bool
summary_scan_count(SummaryScanner *s, int64 *value)
{
	skip_space(s);
	if (*s->at < '0' || *s->at > '9' ||
		(s->at[0] == '0' && s->at[1] >= '0' && s->at[1] <= '9'))
		return scan_expected(s, "a whole number, 0 or more,");
	for (*value = 0; *s->at >= '0' && *s->at <= '9'; s->at++)
	{
		if (pg_mul_s64_overflow(*value, 10, value) ||
			pg_add_s64_overflow(*value, *s->at - '0', value))
			return summary_scan_range_error(s);
	}
	return true;
}

bool
summary_scan_null(SummaryScanner *s)
{
	if (!summary_scan_next_is(s, 'n') || strncmp(s->at, "null", 4) != 0)
		return false;
	s->at += 4;
	return true;
}

/* a whole number of several words, with a sign only where that may be; -0 is none */
bool
summary_scan_wide(SummaryScanner *s, bool may_be_negative, int64 *words, int nwords)
{
	Wide		value = {{0}};
	bool		negative = may_be_negative && summary_scan_next_is(s, '-');

	skip_space(s);
	s->at += negative;
	if (*s->at < '0' || *s->at > '9' || (s->at[0] == '0' && s->at[1] >= '0' && s->at[1] <= '9') ||
		(negative && *s->at == '0'))
		return scan_expected(s, may_be_negative ? "a whole number" : "a whole number, 0 or more,");
	for (; *s->at >= '0' && *s->at <= '9'; s->at++)
	{
		if (!wide_append_digit(&value, *s->at - '0') || !wide_fits(value, nwords))
			ereturn(s->escontext, false,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value out of range for type %s: \"%s\"", s->type, input_excerpt(s))));
	}
	wide_to_words(negative ? wide_negate(value) : value, words, nwords);
	return true;
}

/* A name, behind a comma unless it is the first, and its place in the list, which must be new; -1 after an error. */
int
summary_scan_field(SummaryScanner *s, const char *const *names, int n, uint64 *seen)
{
	char		name[NAMEDATALEN];

	if (*seen != 0)
	{
		if (!summary_scan_next_is(s, ','))
		{
			scan_expected(s, "\",\" or \"}\"");
			return -1;
		}
		s->at++;
	}
	if (!scan_name(s, name, sizeof(name)))
		return -1;
	for (int i = 0; i < n; i++)
	{
		if (strcmp(name, names[i]) != 0)
			continue;
		if (*seen & SUMMARY_FIELD(i))
		{
			summary_scan_error(s, psprintf("Field \"%s\" occurs twice.", name));
			return -1;
		}
		*seen |= SUMMARY_FIELD(i);
		return i;
	}
	summary_scan_error(s, psprintf("Unknown field \"%s\".", name));
	return -1;
}

void
summary_print_wide(StringInfo buf, const int64 *words, int nwords)
{
	char		digits[WIDE_DIGITS];
	Wide		value = wide_from_words(words, nwords);
	bool		negative = words[0] < 0;

	if (negative)
		value = wide_negate(value);
	appendStringInfo(buf, "%s%s", negative ? "-" : "", wide_to_text(value, digits));
}

/* ---------- types of fixed length ---------- */

static int
field_words(const SummaryType *type, int field)
{
	return type->words ? type->words[field] : 1;
}

/* How many words come before a field; of "nfields", all but the reserved ones. */
static int
words_before(const SummaryType *type, int field)
{
	int			words = 0;

	if (type->words == NULL)
		return field;
	for (int i = 0; i < field; i++)
		words += type->words[i];
	return words;
}

static Size
summary_size(const SummaryType *type)
{
	return (words_before(type, type->nfields) + type->nreserved) * sizeof(int64);
}

static bool
is_nullable(const SummaryType *type, int field)
{
	return (type->nullable & SUMMARY_NULLABLE(field)) != 0;
}

static bool
is_signed(const SummaryType *type, int field)
{
	return (type->is_signed & SUMMARY_FIELD(field)) != 0;
}

/* All fields zero or null: the neutral element. */
static int64 *
summary_new(const SummaryType *type)
{
	int64	   *words = palloc0(summary_size(type));

	for (int i = 0; i < type->nfields; i++)
	{
		if (is_nullable(type, i))
			words[words_before(type, i)] = SUMMARY_NULL;
	}
	return words;
}

/* {"field":1,...} in any order; fields that are missing stay 0 */
static bool
scan_object(SummaryScanner *s, const SummaryType *type, int64 *words)
{
	uint64		seen = 0;

	StaticAssertStmt(MAX_FIELDS == 64, "the fields seen are kept in a uint64");
	if (!summary_scan_char(s, '{'))
		return false;
	while (!summary_scan_next_is(s, '}'))
	{
		int			i = summary_scan_field(s, type->fields, type->nfields, &seen);
		int64	   *field;

		if (i < 0)
			return false;
		field = &words[words_before(type, i)];
		if (is_nullable(type, i) && summary_scan_null(s))
			*field = SUMMARY_NULL;
		else if (field_words(type, i) > 1 ? !summary_scan_wide(s, is_signed(type, i), field, field_words(type, i))
				 : !summary_scan_count(s, field))
			return false;
	}
	return summary_scan_char(s, '}');
}

Datum
summary_in(FunctionCallInfo fcinfo, const SummaryType *type)
{
	SummaryScanner scanner;
	int64	   *words = summary_new(type);
	const char *complaint;
	bool		fine;

	summary_scan_start(&scanner, type->name, PG_GETARG_CSTRING(0), fcinfo->context);
	fine = type->scan ? type->scan(&scanner, words) : scan_object(&scanner, type, words);
	if (!fine || !summary_scan_end(&scanner))
		PG_RETURN_NULL();
	complaint = type->complaint ? type->complaint(words) : NULL;
	if (complaint)
	{
		summary_scan_error(&scanner, complaint);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(words);
}

static void
print_object(StringInfo buf, const SummaryType *type, const int64 *words)
{
	for (int i = 0; i < type->nfields; i++)
	{
		const int64 *field = &words[words_before(type, i)];

		appendStringInfo(buf, "%c\"%s\":", i == 0 ? '{' : ',', type->fields[i]);
		if (is_nullable(type, i) && *field == SUMMARY_NULL)
			appendStringInfoString(buf, "null");
		else if (field_words(type, i) > 1)
			summary_print_wide(buf, field, field_words(type, i));
		else
			appendStringInfo(buf, INT64_FORMAT, *field);
	}
	appendStringInfoChar(buf, '}');
}

Datum
summary_out(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const int64 *words = (const int64 *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	initStringInfo(&buf);
	if (type->print)
		type->print(&buf, words);
	else
		print_object(&buf, type, words);
	PG_RETURN_CSTRING(buf.data);
}

Datum
summary_json(FunctionCallInfo fcinfo, const SummaryType *type)
{
	StringInfoData buf;

	initStringInfo(&buf);
	print_object(&buf, type, (const int64 *) PG_GETARG_POINTER(0));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buf.data, buf.len));
}

Datum
summary_json_to_jsonb(Datum json)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(json)));
}

void
summary_binary_error(const char *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary representation of type %s", type),
			 errdetail("%s", detail)));
}

Datum
summary_recv(FunctionCallInfo fcinfo, const SummaryType *type)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int64	   *words = summary_new(type);
	const char *complaint;

	if (buf->len - buf->cursor != (int) summary_size(type))
		summary_binary_error(type->name, psprintf("Expected %d bytes, got %d.",
												  (int) summary_size(type),
												  buf->len - buf->cursor));
	for (int i = 0; i < type->nfields; i++)
	{
		int64	   *field = &words[words_before(type, i)];

		for (int word = 0; word < field_words(type, i); word++)
			field[word] = pq_getmsgint64(buf);
		if (*field < 0 && !is_signed(type, i) && !(is_nullable(type, i) && *field == SUMMARY_NULL))
			summary_binary_error(type->name, psprintf("Field \"%s\" is negative.",
													  type->fields[i]));
	}
	for (int i = 0; i < type->nreserved; i++)
	{
		if (pq_getmsgint64(buf) != 0)
			summary_binary_error(type->name, "A reserved field is not zero.");
	}
	complaint = type->complaint ? type->complaint(words) : NULL;
	if (complaint)
		summary_binary_error(type->name, complaint);
	PG_RETURN_POINTER(words);
}

Datum
summary_send(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const int64 *words = (const int64 *) PG_GETARG_POINTER(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	for (int i = 0; i < words_before(type, type->nfields) + type->nreserved; i++)
		pq_sendint64(&buf, words[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * Compares a part of a whole with another by value, exactly: a/b < c/d where
 * ad < cb.  Where the values are equal the smaller whole comes first, and what
 * has no whole comes before everything.  Only equal pairs compare equal.
 */
int
summary_compare_shares(const int64 *a, const int64 *b)
{
	int			result = 0;

	if (a[1] > 0 && b[1] > 0)
		result = uint128_compare(uint128_product(a[0], b[1]), uint128_product(b[0], a[1]));
	if (result == 0 && a[1] != b[1])
		result = a[1] < b[1] ? -1 : 1;
	if (result == 0 && a[0] != b[0])
		result = a[0] < b[0] ? -1 : 1;
	return result;
}

int
summary_cmp(FunctionCallInfo fcinfo, const SummaryType *type)
{
	const int64 *a = (const int64 *) PG_GETARG_POINTER(0);
	const int64 *b = (const int64 *) PG_GETARG_POINTER(1);

	if (type->compare)
		return type->compare(a, b);
	for (int i = 0; i < words_before(type, type->nfields); i++)
	{
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

Datum
summary_hash(FunctionCallInfo fcinfo, const SummaryType *type)
{
	return hash_any((unsigned char *) PG_GETARG_POINTER(0), summary_size(type));
}

Datum
summary_hash_extended(FunctionCallInfo fcinfo, const SummaryType *type)
{
	return hash_any_extended((unsigned char *) PG_GETARG_POINTER(0), summary_size(type),
							 PG_GETARG_INT64(1));
}

/* ---------- types of variable length ---------- */

/*
 * Argument n as it is stored.  An aggregate of a user's own may leave a working
 * form of a state as its result: that compares and hashes as its packed form.
 */
static struct varlena *
getarg_canonical(FunctionCallInfo fcinfo, int n, SummaryCanonical canonical)
{
	return canonical ? canonical(PG_GETARG_DATUM(n)) : PG_GETARG_VARLENA_PP(n);
}

/* Nothing interrupts this: values near 1 GB, the largest there are, take some tenths of a second. */
int
summary_varlena_cmp(FunctionCallInfo fcinfo, SummaryCanonical canonical)
{
	struct varlena *a = getarg_canonical(fcinfo, 0, canonical);
	struct varlena *b = getarg_canonical(fcinfo, 1, canonical);
	Size		a_size = VARSIZE_ANY_EXHDR(a);
	Size		b_size = VARSIZE_ANY_EXHDR(b);
	int			result = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_size, b_size));

	if (result == 0 && a_size != b_size)
		result = a_size < b_size ? -1 : 1;
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

Datum
summary_varlena_hash(FunctionCallInfo fcinfo, SummaryCanonical canonical)
{
	struct varlena *value = getarg_canonical(fcinfo, 0, canonical);
	Datum		result = hash_any((unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));

	PG_FREE_IF_COPY(value, 0);
	return result;
}

Datum
summary_varlena_hash_extended(FunctionCallInfo fcinfo, SummaryCanonical canonical)
{
	struct varlena *value = getarg_canonical(fcinfo, 0, canonical);
	Datum		result = hash_any_extended((unsigned char *) VARDATA_ANY(value),
										   VARSIZE_ANY_EXHDR(value), PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return result;
}
