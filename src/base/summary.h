/*
 * summary.h
 *		The text, binary, JSON and comparison functions that summary types share.
 *
 * A summary of fixed length is an array of int64 words: its fields in the order
 * of the design, then reserved words that are zero.  A field has one word, or
 * several, the highest first, where 63 bits are too few.  A SummaryType describes
 * one; SUMMARY_FUNCTIONS defines all of its support functions, and the line
 * "@summary" in the family's SQL file (see summary.template) declares them.
 *
 * Equal values have equal bytes and equal text.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "base/kpi.h"
#include "lib/stringinfo.h"

/* A cursor over the text form of a value. */
typedef struct SummaryScanner
{
	const char *type;			/* SQL name of the type, for messages */
	const char *text;			/* the whole input */
	const char *at;				/* what is still to be read */
	Node	   *escontext;		/* where soft errors go */
} SummaryScanner;

typedef struct SummaryType
{
	const char *name;
	const char *const *fields;	/* their names */
	int			nfields;
	uint64		nullable;		/* the fields that may be null, a bit each */
	uint64		is_signed;		/* the fields that may be negative, a bit each */
	const uint8 *words;			/* how many words each field has, or NULL: one */
	int			nreserved;
	/* what is wrong with these words, or NULL; NULL where fields are independent */
	const char *(*complaint) (const int64 *words);
	/* an order by value, where only equal words are equal; else that of the fields */
	int			(*compare) (const int64 *a, const int64 *b);
	/* a text form other than JSON */
	bool		(*scan) (SummaryScanner *scanner, int64 *words);
	void		(*print) (StringInfo buf, const int64 *words);
} SummaryType;

#define SUMMARY_NULL (-1)
#define SUMMARY_FIELD(field) (UINT64CONST(1) << (field))
#define SUMMARY_NULLABLE(field) SUMMARY_FIELD(field)

/* The scanner: every function returns false once it has reported a (soft) error. */
extern void summary_scan_start(SummaryScanner *s, const char *type, const char *text, Node *escontext);
extern bool summary_scan_error(SummaryScanner *s, const char *detail);
extern bool summary_scan_range_error(SummaryScanner *s);
extern bool summary_scan_end(SummaryScanner *s);
extern bool summary_scan_char(SummaryScanner *s, char c);
extern bool summary_scan_next_is(SummaryScanner *s, char c);
extern bool summary_scan_null(SummaryScanner *s);	/* false, and no error, where something else stands */
extern bool summary_scan_count(SummaryScanner *s, int64 *value);
extern bool summary_scan_wide(SummaryScanner *s, bool may_be_negative, int64 *words, int nwords);
extern int	summary_scan_field(SummaryScanner *s, const char *const *names, int n, uint64 *seen);
extern void summary_print_wide(StringInfo buf, const int64 *words, int nwords);

extern Datum summary_in(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_out(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_recv(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_send(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_json(FunctionCallInfo fcinfo, const SummaryType *type);
extern int	summary_cmp(FunctionCallInfo fcinfo, const SummaryType *type);
extern int	summary_compare_shares(const int64 *a, const int64 *b);
extern Datum summary_hash(FunctionCallInfo fcinfo, const SummaryType *type);
extern Datum summary_hash_extended(FunctionCallInfo fcinfo, const SummaryType *type);

/*
 * The same for types of variable length: bytes are compared, text is JSON.  A
 * type whose values come in other forms than the one that is stored says how to
 * make that of them; NULL where there is only one.
 */
typedef struct varlena *(*SummaryCanonical) (Datum value);

extern int	summary_varlena_cmp(FunctionCallInfo fcinfo, SummaryCanonical canonical);
extern Datum summary_varlena_hash(FunctionCallInfo fcinfo, SummaryCanonical canonical);
extern Datum summary_varlena_hash_extended(FunctionCallInfo fcinfo, SummaryCanonical canonical);

extern Datum summary_json_to_jsonb(Datum json);
pg_noreturn extern void summary_binary_error(const char *type, const char *detail);

/* The comparison operators of a type, from a function like memcmp over (fcinfo). */
#define SUMMARY_COMPARISONS(type, cmp) \
	KPI_FUNCTION(type##_eq, BoolGetDatum((cmp) == 0)); \
	KPI_FUNCTION(type##_ne, BoolGetDatum((cmp) != 0)); \
	KPI_FUNCTION(type##_lt, BoolGetDatum((cmp) < 0)); \
	KPI_FUNCTION(type##_le, BoolGetDatum((cmp) <= 0)); \
	KPI_FUNCTION(type##_gt, BoolGetDatum((cmp) > 0)); \
	KPI_FUNCTION(type##_ge, BoolGetDatum((cmp) >= 0)); \
	KPI_FUNCTION(type##_cmp, Int32GetDatum(cmp))

/* Everything that summary.template declares, for a type of fixed length. */
#define SUMMARY_FUNCTIONS(type, descriptor) \
	KPI_FUNCTION(type##_in, summary_in(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_out, summary_out(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_recv, summary_recv(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_send, summary_send(fcinfo, &descriptor)); \
	SUMMARY_COMPARISONS(type, summary_cmp(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_hash, summary_hash(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_hash_extended, summary_hash_extended(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_to_json, summary_json(fcinfo, &descriptor)); \
	KPI_FUNCTION(type##_to_jsonb, summary_json_to_jsonb(summary_json(fcinfo, &descriptor)))

/* Of a type of variable length: what "@type" declares beside input and output. */
#define SUMMARY_VARLENA_COMPARISONS(type, canonical) \
	SUMMARY_COMPARISONS(type, summary_varlena_cmp(fcinfo, canonical)); \
	KPI_FUNCTION(type##_hash, summary_varlena_hash(fcinfo, canonical)); \
	KPI_FUNCTION(type##_hash_extended, summary_varlena_hash_extended(fcinfo, canonical))

/*
 * The same for a type of variable length, which defines type_in, _out, _recv
 * and _send itself.  type_out's text is JSON.
 */
#define SUMMARY_VARLENA_FUNCTIONS(type, canonical) \
	SUMMARY_VARLENA_COMPARISONS(type, canonical); \
	KPI_FUNCTION(type##_to_json, CStringGetTextDatum(DatumGetCString(type##_out(fcinfo)))); \
	KPI_FUNCTION(type##_to_jsonb, summary_json_to_jsonb(type##_to_json(fcinfo)))

#endif							/* SUMMARY_H */
