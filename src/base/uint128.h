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

#endif							/* KPI_UINT128_H */
