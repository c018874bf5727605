/*
 * key.c
 *		Keys as integers.
 */
#include "postgres.h"

#include "window/window.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include <math.h>

#define SIGN_BIT (UINT64CONST(1) << 63)

/* Can the sort take the values for numbers, or number its texts? */
bool
window_can_pack(Oid type, Oid collation)
{
	switch (type)
	{
		case BOOLOID:
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case DATEOID:
		case TIMEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case FLOAT4OID:
		case FLOAT8OID:
			return true;
		case TEXTOID:
		case VARCHAROID:
			/* equal texts have the same bytes */
			return OidIsValid(collation) && get_collation_isdeterministic(collation);
	}
	return false;
}

static uint64
encode_double(double value)
{
	uint64		bits;

	if (isnan(value))
		return PG_UINT64_MAX;
	if (value == 0)
		value = 0;				/* -0 is 0 */
	memcpy(&bits, &value, sizeof(bits));
	return bits & SIGN_BIT ? ~bits : bits | SIGN_BIT;
}

/* An integer in the order of the type's values. */
uint64
window_encode(Oid type, Datum value)
{
	switch (type)
	{
		case BOOLOID:
			return DatumGetBool(value);
		case INT2OID:
			return (uint64) (int64) DatumGetInt16(value) ^ SIGN_BIT;
		case INT4OID:
		case DATEOID:
			return (uint64) (int64) DatumGetInt32(value) ^ SIGN_BIT;
		case OIDOID:
			return DatumGetObjectId(value);
		case FLOAT4OID:
			return encode_double(DatumGetFloat4(value));
		case FLOAT8OID:
			return encode_double(DatumGetFloat8(value));
		default:
			return (uint64) DatumGetInt64(value) ^ SIGN_BIT;
	}
}

/*
 * A key of a row as two numbers, in its order: whether it is NULL, and an integer
 * of its value, in what is not sorted as a text.
 */
uint8
window_key_code(const WindowKey *key, const WindowColumn *column, const char *row, uint64 *code)
{
	*code = 0;
	if (window_is_null(column, row))
		return key->nulls_first ? 0 : 2;
	if (key->type == TEXTOID || key->type == VARCHAROID)
		return 1;
	*code = window_encode(key->type, window_value(column, row));
	if (key->descending && !WINDOW_MUTANT(UPWARD_RUNS))
		*code = ~*code;
	return 1;
}
