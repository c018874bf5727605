/*
 * kpi_fuzz.c
 *		Mutates values of a type and feeds them to its input functions, inside a
 *		server, each in a subtransaction as PL/pgSQL would run it.
 *
 * fuzz(type, binary, seeds, runs, seed) tries "runs" mutations of the seeds
 * (texts or binaries of valid values) and returns how many were accepted.  What
 * is accepted must survive text and binary output and input without a change;
 * what is rejected must be rejected with an SQLSTATE for bad input.  Anything
 * else is an error that shows the input.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

PG_MODULE_MAGIC;

#define MAX_INPUT (256 * 1024)

typedef struct Fuzzer
{
	Oid			type;
	int16		typlen;
	bool		typbyval;
	Oid			typioparam;
	Oid			recvparam;
	FmgrInfo	in;
	FmgrInfo	out;
	FmgrInfo	recv;
	FmgrInfo	send;
	uint64		random;			/* state of the generator */
	StringInfoData input;		/* the mutated value */
} Fuzzer;

/* ---------- chance ---------- */

static uint64
next_random(Fuzzer *f)
{
	/* xorshift64* */
	f->random ^= f->random >> 12;
	f->random ^= f->random << 25;
	f->random ^= f->random >> 27;
	return f->random * UINT64CONST(2685821657736338717);
}

/* 0 .. n - 1 */
static uint32
below(Fuzzer *f, uint32 n)
{
	return (uint32) ((next_random(f) >> 32) * (uint64) n >> 32);
}

/* ---------- mutations ---------- */

/* Replaces length bytes at offset by others. */
static void
replace_part(StringInfo s, int offset, int length, const char *bytes, int count)
{
	int			rest = s->len - offset - length;
	char	   *tail;

	if (s->len - length + count > MAX_INPUT)
		return;
	tail = palloc(rest + 1);
	memcpy(tail, s->data + offset + length, rest);
	s->len = offset;
	s->data[offset] = '\0';
	appendBinaryStringInfo(s, bytes, count);
	appendBinaryStringInfo(s, tail, rest);
	pfree(tail);
}

static const char *const tokens[] = {
	"0", "1", "-1", "00", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"18446744073709551616", "999999999999999999999999999999", "4294967296", "2147483648", "1e9", "1.5", "0x10",
	"null", "true", "NaN", "Infinity", "\"\"", "\"", "'", "\\", "\\u0000", "{", "}", "[", "]", "[[", "]]", ",", ",,", ":",
	"/", "//", ";", " ", "\t", "\n", "-", "..", "24:00", "25:00", "00:00", "23:59", "24x7", "closed", "Mon", "Sun-Sat",
	"2026-02-29", "2024-02-29", "9999-12-31", "Europe/Istanbul", "UTC", "Foo+5", "../etc", "infinity", "\303\244", "\360\237\230\200"
};

static const int64 numbers[] = {
	0, 1, -1, 2, 255, 256, 65535, 65536, PG_INT32_MAX, PG_INT32_MIN, PG_INT64_MAX, PG_INT64_MIN,
	PG_INT64_MAX - 1, INT64CONST(1) << 62, INT64CONST(1) << 53, INT64CONST(1) << 40, -2
};

static void
put_number(char *bytes, int64 value, int size)
{
	for (int i = 0; i < size; i++)
		bytes[i] = (char) ((uint64) value >> (8 * (size - 1 - i)));
}

static void
mutate(Fuzzer *f, bool binary, const char *other, int other_length)
{
	StringInfo	s = &f->input;
	int			offset = below(f, s->len + 1);
	int			most = below(f, 4) == 0 ? s->len : 16;
	int			length = below(f, Min(s->len - offset, most) + 1);
	char		bytes[16];

	switch (below(f, 9))
	{
		case 0:					/* another byte */
			if (offset < s->len)
				s->data[offset] = (char) below(f, binary ? 256 : 128);
			break;
		case 1:					/* another bit */
			if (offset < s->len)
				s->data[offset] ^= 1 << below(f, binary ? 8 : 7);
			break;
		case 2:					/* less */
			replace_part(s, offset, length, "", 0);
			break;
		case 3:					/* the same again, here or elsewhere */
			{
				char	   *again = palloc(length + 1);

				memcpy(again, s->data + offset, length);
				replace_part(s, below(f, 2) ? offset : (int) below(f, s->len + 1), 0, again, length);
				pfree(again);
				break;
			}
		case 4:					/* cut off */
			s->len = offset;
			s->data[offset] = '\0';
			break;
		case 5:					/* a part of another value */
			if (other_length > 0)
			{
				int			start = below(f, other_length);
				int			count = 1 + below(f, other_length - start);

				replace_part(s, offset, below(f, 2) ? length : 0, other + start, count);
			}
			break;
		case 6:					/* a number at its limits */
			if (binary)
			{
				int			size = 1 << below(f, 4);
				int			at = offset - offset % (below(f, 2) ? size : 1);

				put_number(bytes, numbers[below(f, lengthof(numbers))], size);
				replace_part(s, at, Min(size, s->len - at), bytes, size);
				break;
			}
			/* FALLTHROUGH */
		case 7:					/* a word */
			if (!binary)
			{
				const char *token = tokens[below(f, lengthof(tokens))];

				replace_part(s, offset, below(f, 2) ? length : 0, token, strlen(token));
				break;
			}
			/* FALLTHROUGH */
		default:				/* a number that is one off, or a digit */
			if (binary)
			{
				if (offset < s->len)
					s->data[offset] += below(f, 2) ? 1 : -1;
			}
			else
			{
				bytes[0] = '0' + below(f, 10);
				replace_part(s, offset, below(f, 2) ? Min(length, 1) : 0, bytes, 1);
			}
			break;
	}
}

/* ---------- running ---------- */

/* What may be said of bad input; text must be rejected softly where that can be. */
static bool
is_rejection(int sqlerrcode, bool binary pg_attribute_unused())
{
#if PG_VERSION_NUM >= 160000
	if (!binary)
		return false;
#endif
	return ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_DATA_EXCEPTION ||
		sqlerrcode == ERRCODE_PROTOCOL_VIOLATION ||		/* "insufficient data left in message" */
		ERRCODE_TO_CATEGORY(sqlerrcode) == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		sqlerrcode == ERRCODE_UNTRANSLATABLE_CHARACTER;
}

static bool
same(Fuzzer *f, Datum a, Datum b)
{
	return datum_image_eq(a, b, f->typbyval, f->typlen);
}

/* Text and binary output and input must give the value back. */
static void
check_round_trip(Fuzzer *f, Datum value)
{
	char	   *text = OutputFunctionCall(&f->out, value);
	Datum		from_text = InputFunctionCall(&f->in, pstrdup(text), f->typioparam, -1);
	bytea	   *binary = SendFunctionCall(&f->send, value);
	StringInfoData buf;
	Datum		from_binary;

	if (!same(f, value, from_text))
		elog(ERROR, "text does not round-trip: \"%s\" becomes \"%s\"", text,
			 OutputFunctionCall(&f->out, from_text));
	initStringInfo(&buf);
	appendBinaryStringInfo(&buf, VARDATA_ANY(binary), VARSIZE_ANY_EXHDR(binary));
	from_binary = ReceiveFunctionCall(&f->recv, &buf, f->recvparam, -1);
	if (buf.cursor != buf.len)
		elog(ERROR, "binary of \"%s\" is not read to its end", text);
	if (!same(f, value, from_binary))
		elog(ERROR, "binary does not round-trip: \"%s\" becomes \"%s\"", text,
			 OutputFunctionCall(&f->out, from_binary));
}

/* One input.  True when it is accepted; an error when that breaks a promise. */
static bool
try_input(Fuzzer *f, bool binary)
{
	Datum		value;

	if (binary)
	{
		StringInfoData buf;

		initStringInfo(&buf);
		appendBinaryStringInfo(&buf, f->input.data, f->input.len);
		value = ReceiveFunctionCall(&f->recv, &buf, f->recvparam, -1);
		if (buf.cursor != buf.len)
			return false;		/* the server rejects it: "incorrect binary data format" */
	}
	else
	{
#if PG_VERSION_NUM >= 160000
		ErrorSaveContext escontext;

		memset(&escontext, 0, sizeof(escontext));
		escontext.type = T_ErrorSaveContext;
		if (!InputFunctionCallSafe(&f->in, pstrdup(f->input.data), f->typioparam, -1,
								   (Node *) &escontext, &value))
			return false;
#endif
		value = InputFunctionCall(&f->in, pstrdup(f->input.data), f->typioparam, -1);
	}
	check_round_trip(f, value);
	return true;
}

static void
setup(Fuzzer *f, Oid type, int64 seed)
{
	Oid			function;
	bool		isvarlena;
	Oid			ioparam;

	memset(f, 0, sizeof(*f));
	f->type = type;
	f->random = (uint64) seed * UINT64CONST(0x9E3779B97F4A7C15) | 1;
	get_typlenbyval(type, &f->typlen, &f->typbyval);
	getTypeInputInfo(type, &function, &f->typioparam);
	fmgr_info(function, &f->in);
	getTypeOutputInfo(type, &function, &isvarlena);
	fmgr_info(function, &f->out);
	getTypeBinaryInputInfo(type, &function, &ioparam);
	f->recvparam = ioparam;
	fmgr_info(function, &f->recv);
	getTypeBinaryOutputInfo(type, &function, &isvarlena);
	fmgr_info(function, &f->send);
	initStringInfo(&f->input);
}

PG_FUNCTION_INFO_V1(fuzz);
Datum
fuzz(PG_FUNCTION_ARGS)
{
	Oid			type = PG_GETARG_OID(0);
	bool		binary = PG_GETARG_BOOL(1);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(2);
	int64		runs = PG_GETARG_INT64(3);
	Datum	   *seeds;
	bool	   *nulls;
	int			nseeds;
	volatile int64 accepted = 0;
	Fuzzer		f;
	MemoryContext outer = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext scratch = AllocSetContextCreate(outer, "fuzz", ALLOCSET_DEFAULT_SIZES);

	setup(&f, type, PG_GETARG_INT64(4));
	deconstruct_array(array, BYTEAOID, -1, false, TYPALIGN_INT, &seeds, &nulls, &nseeds);
	if (nseeds == 0)
		elog(ERROR, "no seeds");

	for (int64 run = 0; run < runs; run++)
	{
		bytea	   *seed = DatumGetByteaPP(seeds[below(&f, nseeds)]);
		bytea	   *other = DatumGetByteaPP(seeds[below(&f, nseeds)]);
		int			mutations = below(&f, 2) ? 1 : 1 + below(&f, 6);

		CHECK_FOR_INTERRUPTS();
		resetStringInfo(&f.input);
		appendBinaryStringInfo(&f.input, VARDATA_ANY(seed), VARSIZE_ANY_EXHDR(seed));
		/* the first runs take the seeds as they are */
		for (int i = 0; run >= 2 * nseeds && i < mutations; i++)
			mutate(&f, binary, VARDATA_ANY(other), VARSIZE_ANY_EXHDR(other));
		/* text comes to an input function without zero bytes and in the server's encoding */
		if (!binary)
			for (int i = 0; i < f.input.len; i++)
				if (f.input.data[i] == '\0')
					f.input.data[i] = ' ';
		if (!binary && !pg_verifymbstr(f.input.data, f.input.len, true))
			continue;

		BeginInternalSubTransaction(NULL);
		MemoryContextSwitchTo(scratch);
		PG_TRY();
		{
			if (try_input(&f, binary))
				accepted++;
			ReleaseCurrentSubTransaction();
		}
		PG_CATCH();
		{
			ErrorData  *error;

			MemoryContextSwitchTo(scratch);
			error = CopyErrorData();
			FlushErrorState();
			RollbackAndReleaseCurrentSubTransaction();
			if (!is_rejection(error->sqlerrcode, binary))
			{
				bytea	   *shown = palloc(VARHDRSZ + f.input.len);

				SET_VARSIZE(shown, VARHDRSZ + f.input.len);
				memcpy(VARDATA(shown), f.input.data, f.input.len);
				CurrentResourceOwner = owner;
				ereport(ERROR,
						(errcode(error->sqlerrcode),
						 errmsg("%s of %s: %s", binary ? "binary" : "text", format_type_be(type), error->message),
						 errdetail("Run " INT64_FORMAT ", SQLSTATE %s, input %s.", run,
								   unpack_sql_state(error->sqlerrcode),
								   DatumGetCString(DirectFunctionCall1(byteaout, PointerGetDatum(shown))))));
			}
		}
		PG_END_TRY();
		MemoryContextSwitchTo(outer);
		CurrentResourceOwner = owner;
		MemoryContextReset(scratch);
	}
	PG_RETURN_INT64(accepted);
}
