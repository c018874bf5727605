/*
 * uint128.h
 *		Unsigned 128-bit integers in two halves, with or without the compiler's
 *		help: sums of squared microseconds do not fit in 64 bits.
 */
#ifndef KPI_UINT128_H
#define KPI_UINT128_H

typedef struct Uint128
{
	uint64		high;
	uint64		low;
} Uint128;

static inline Uint128
uint128_product(uint64 a, uint64 b)
{
	Uint128		result;
#ifdef HAVE_INT128
	uint128		product = (uint128) a * b;

	result.high = (uint64) (product >> 64);
	result.low = (uint64) product;
#else
	uint64		low = (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
	uint64		middle = (a >> 32) * (b & 0xFFFFFFFF) + (low >> 32);
	uint64		middle2 = (a & 0xFFFFFFFF) * (b >> 32) + (middle & 0xFFFFFFFF);

	result.high = (a >> 32) * (b >> 32) + (middle >> 32) + (middle2 >> 32);
	result.low = (middle2 << 32) | (low & 0xFFFFFFFF);
#endif
	return result;
}

/* The callers' sums stay below 2^127, so neither of these wraps. */
static inline void
uint128_add(Uint128 *sum, Uint128 value)
{
	sum->low += value.low;
	sum->high += value.high + (sum->low < value.low ? 1 : 0);
}

static inline void
uint128_subtract(Uint128 *sum, Uint128 value)
{
	sum->high -= value.high + (sum->low < value.low ? 1 : 0);
	sum->low -= value.low;
}

static inline int
uint128_compare(Uint128 a, Uint128 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	if (a.low != b.low)
		return a.low < b.low ? -1 : 1;
	return 0;
}

/* Is a * b less than c?  a < 2^127, b < 2^63 */
static inline bool
uint128_product_is_less(Uint128 a, uint64 b, Uint128 c)
{
	Uint128		low = uint128_product(a.low, b);
	Uint128		high = uint128_product(a.high, b);
	Uint128		carry = {0, low.high};
	Uint128		rest = {0, low.low};

	uint128_add(&high, carry);
	if (high.high != 0)
		return false;			/* c has no third word */
	rest.high = high.low;
	return uint128_compare(rest, c) < 0;
}

/* value = value * 10 + digit; false from 2^126 on */
static inline bool
uint128_append_digit(Uint128 *value, int digit)
{
	Uint128		low = uint128_product(value->low, 10);
	Uint128		rest = {0, digit};

	if (value->high > (UINT64CONST(1) << 62) / 10)
		return false;
	low.high += value->high * 10;
	uint128_add(&low, rest);
	*value = low;
	return value->high < UINT64CONST(1) << 62;
}

#define UINT128_DIGITS 40		/* room for the text of one */

/* Decimal digits, written from the end of the buffer; the result points at the first. */
static inline char *
uint128_to_text(Uint128 value, char *buffer)
{
	uint32		words[4] = {(uint32) (value.high >> 32), (uint32) value.high,
	(uint32) (value.low >> 32), (uint32) value.low};
	char	   *at = buffer + (UINT128_DIGITS - 1);

	*at = '\0';
	do
	{
		uint64		rest = 0;

		for (int i = 0; i < 4; i++)
		{
			rest = (rest << 32) | words[i];
			words[i] = (uint32) (rest / 10);
			rest %= 10;
		}
		*--at = '0' + (char) rest;
	} while (words[0] != 0 || words[1] != 0 || words[2] != 0 || words[3] != 0);
	return at;
}

#endif							/* KPI_UINT128_H */
