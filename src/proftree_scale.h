/*-------------------------------------------------------------------------
 *
 * proftree_scale.h
 *		Weights times a factor.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PROFTREE_SCALE_H
#define PYROTREE_PROFTREE_SCALE_H

#include "postgres.h"

#include "utils/numeric.h"

typedef struct ProftreeScale
{
	Numeric		factor;
	MemoryContext each;			/* for one product */
	int64		last_weight;	/* profiles repeat few weights */
	int64		last_result;
} ProftreeScale;

/* throws 22023 when the factor is negative, infinite or NaN */
extern void proftree_scale_init(ProftreeScale *scale, Numeric factor);
extern void proftree_scale_free(ProftreeScale *scale);
/* weight (>= 0) * factor, exact, then rounded half up; throws 22003 past bigint */
extern int64 proftree_scale_weight(ProftreeScale *scale, int64 weight);

#endif							/* PYROTREE_PROFTREE_SCALE_H */
