/*
 * kernel.c
 *		What kernels share that is no inline function.
 */
#include "postgres.h"

#include "base/kernel.h"

const uint8 kernel_no_nulls[KERNEL_MAX_ROWS] = {0};
