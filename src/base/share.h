/*
 * share.h
 *		The order of shares: proportion and time_share.
 */
#ifndef SHARE_H
#define SHARE_H

#include "base/kpi.h"
#include "base/uint128.h"

/*
 * Compares a part of a whole with another by value, exactly: a/b < c/d where
 * ad < cb.  Where the values are equal the smaller whole comes first, and what
 * has no whole comes before everything.  Only equal pairs compare equal.
 */
static int
share_compare(const int64 *a, const int64 *b)
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

#endif							/* SHARE_H */
