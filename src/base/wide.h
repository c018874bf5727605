/*
 * wide.h
 *		Whole numbers of up to 256 bits: sums of squares, and what an exact
 *		variance is made of.
 *
 * Unsigned; nothing here is fast, and nothing is used row by row.
 */
#ifndef WIDE_H
#define WIDE_H

#include "base/uint128.h"

#include "port/pg_bitutils.h"

#include <math.h>

#define WIDE_WORDS 4

typedef struct Wide
{
	uint64		word[WIDE_WORDS];	/* the lowest first */
} Wide;

static inline Wide
wide_from(uint64 value)
{
	Wide		result = {{value}};

	return result;
}

/* The words of a summary's field, the highest first, with the sign of that. */
static inline Wide
wide_from_words(const int64 *words, int n)
{
	uint64		sign = words[0] < 0 ? PG_UINT64_MAX : 0;
	Wide		result = {{sign, sign, sign, sign}};

	for (int i = 0; i < n; i++)
		result.word[i] = (uint64) words[n - 1 - i];
	return result;
}

/* Has a field of n words room for it and a sign? */
static inline bool
wide_fits(Wide value, int n)
{
	for (int i = n; i < WIDE_WORDS; i++)
	{
		if (value.word[i] != 0)
			return false;
	}
	return value.word[n - 1] >> 63 == 0;
}

static inline void
wide_to_words(Wide value, int64 *words, int n)
{
	for (int i = 0; i < n; i++)
		words[n - 1 - i] = (int64) value.word[i];
}

static inline int
wide_compare(Wide a, Wide b)
{
	for (int i = WIDE_WORDS - 1; i >= 0; i--)
	{
		if (a.word[i] != b.word[i])
			return a.word[i] < b.word[i] ? -1 : 1;
	}
	return 0;
}

static inline bool
wide_is_zero(Wide a)
{
	return (a.word[0] | a.word[1] | a.word[2] | a.word[3]) == 0;
}

/* modulo 2^256, as all that follow */
static inline Wide
wide_add(Wide a, Wide b)
{
	uint64		carry = 0;

	for (int i = 0; i < WIDE_WORDS; i++)
	{
		uint64		sum = a.word[i] + carry;

		carry = sum < carry;
		a.word[i] = sum + b.word[i];
		carry += a.word[i] < sum;
	}
	return a;
}

static inline Wide
wide_subtract(Wide a, Wide b)
{
	uint64		borrow = 0;

	for (int i = 0; i < WIDE_WORDS; i++)
	{
		uint64		rest = a.word[i] - borrow;

		borrow = rest > a.word[i];
		borrow += rest < b.word[i];
		a.word[i] = rest - b.word[i];
	}
	return a;
}

static inline Wide
wide_negate(Wide a)
{
	return wide_subtract(wide_from(0), a);
}

static inline Wide
wide_product(Wide a, Wide b)
{
	Wide		result = {{0}};

	for (int i = 0; i < WIDE_WORDS; i++)
	{
		uint64		carry = 0;

		for (int j = 0; i + j < WIDE_WORDS; j++)
		{
			/* at most (2^64-1)^2 + 2 (2^64-1), which fits */
			Uint128		sum = uint128_product(a.word[i], b.word[j]);
			Uint128		there = {0, result.word[i + j]};
			Uint128		carried = {0, carry};

			uint128_add(&sum, there);
			uint128_add(&sum, carried);
			result.word[i + j] = sum.low;
			carry = sum.high;
		}
	}
	return result;
}

/* The nearest double, ties to even. */
static inline double
wide_to_double(Wide a)
{
	int			top = WIDE_WORDS - 1;
	uint64		value;
	int			shift;

	while (top > 0 && a.word[top] == 0)
		top--;
	value = a.word[top];
	if (top == 0)
		return (double) value;

	/* 64 bits, of which the last tells whether there is anything below */
	shift = 63 - pg_leftmost_one_pos64(value);
	if (shift > 0)
	{
		value = (value << shift) | (a.word[top - 1] >> (64 - shift));
		a.word[top - 1] <<= shift;
	}
	for (int i = 0; i < top; i++)
	{
		if (a.word[i] != 0)
			value |= 1;
	}
	return ldexp((double) value, 64 * top - shift);
}

/* value = value * 10 + digit; false, and nonsense, where that is too large */
static inline bool
wide_append_digit(Wide *value, int digit)
{
	if (value->word[WIDE_WORDS - 1] > PG_UINT64_MAX / 10 - 1)
		return false;
	*value = wide_add(wide_product(*value, wide_from(10)), wide_from(digit));
	return true;
}

#define WIDE_DIGITS 80			/* room for the text of one */

/* Decimal digits, written from the end of the buffer; the result points at the first. */
static inline char *
wide_to_text(Wide value, char *buffer)
{
	char	   *at = buffer + (WIDE_DIGITS - 1);

	*at = '\0';
	do
	{
		uint64		rest = 0;

		for (int i = WIDE_WORDS - 1; i >= 0; i--)
		{
			uint64		high = (rest << 32) | (value.word[i] >> 32);
			uint64		low = ((high % 10) << 32) | (value.word[i] & 0xFFFFFFFF);

			value.word[i] = ((high / 10) << 32) | (low / 10);
			rest = low % 10;
		}
		*--at = '0' + (char) rest;
	} while (!wide_is_zero(value));
	return at;
}

#endif							/* WIDE_H */
