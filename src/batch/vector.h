/*
 * vector.h
 *		Vector forms: made by compile.c, evaluated by vector.c.
 */
#ifndef BATCH_VECTOR_H
#define BATCH_VECTOR_H

#include "batch/batch.h"

typedef enum VectorOp
{
	VECTOR_COLUMN,
	VECTOR_CONSTANT,
	VECTOR_CAST,				/* to a wider class */
	VECTOR_ADD,
	VECTOR_SUBTRACT,
	VECTOR_MULTIPLY,
	VECTOR_DIVIDE,
	VECTOR_TIME_DIFFERENCE,		/* of timestamps, in microseconds */
	VECTOR_SECONDS,				/* microseconds to seconds, as extract(epoch) gives them */
	VECTOR_SECONDS_BY_DAY,		/* as date_part('epoch') gives them */
	VECTOR_DATE,				/* of a timestamp without zone */
	VECTOR_DURATION,			/* microseconds that must not be negative */
	VECTOR_LT,
	VECTOR_LE,
	VECTOR_EQ,
	VECTOR_NE,
	VECTOR_GE,
	VECTOR_GT,
	VECTOR_IN,
	VECTOR_IS_NULL,
	VECTOR_IS_NOT_NULL,
	VECTOR_NOT,
	VECTOR_AND,
	VECTOR_OR
} VectorOp;

struct BatchVectorForm
{
	VectorOp	op;
	int			column;			/* VECTOR_COLUMN */
	BatchExpr  *constant;		/* VECTOR_CONSTANT: evaluated before the form is */
	BatchVectorForm *left;
	BatchVectorForm *right;
	int			nmembers;		/* of IN */
	int64	   *members;
	uint32		nslots;			/* a power of two, or 0 where members are few */
	int32	   *slots;			/* members by their hash, counted from 1 */
	BatchVector vector;			/* the result */
	uint8	   *nulls;			/* memory for vector.nulls */
	uint8	   *doubts;			/* NULL: no row is in doubt */
	uint8	   *doubt_space;
};

static inline uint32
batch_hash_member(int64 member)
{
	uint64		hash = (uint64) member * UINT64CONST(0x9E3779B97F4A7C15);

	return (uint32) (hash >> 32);
}

extern void batch_vector_eval(BatchColumns *columns, BatchVectorForm *form);

#endif							/* BATCH_VECTOR_H */
