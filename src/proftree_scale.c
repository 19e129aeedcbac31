/*-------------------------------------------------------------------------
 *
 * proftree_scale.c
 *		Weights times a factor, and proftree_scale().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "proftree.h"
#include "proftree_scale.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(proftree_scale);

void
proftree_scale_init(ProftreeScale *scale, Numeric factor)
{
	Datum		zero = NumericGetDatum(int64_to_numeric(0));

	if (numeric_is_nan(factor) || numeric_is_inf(factor) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, NumericGetDatum(factor), zero)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("factor must be a finite number of at least 0")));
	scale->factor = factor;
	scale->each = AllocSetContextCreate(CurrentMemoryContext, "proftree_scale", ALLOCSET_SMALL_SIZES);
	scale->last_weight = 0;
	scale->last_result = 0;
}

void
proftree_scale_free(ProftreeScale *scale)
{
	MemoryContextDelete(scale->each);
}

int64
proftree_scale_weight(ProftreeScale *scale, int64 weight)
{
	if (weight == 0)
		return 0;
	if (weight != scale->last_weight)
	{
		MemoryContext caller = MemoryContextSwitchTo(scale->each);
		Datum		product = DirectFunctionCall2(numeric_mul,
												  NumericGetDatum(int64_to_numeric(weight)),
												  NumericGetDatum(scale->factor));

		scale->last_result = DatumGetInt64(DirectFunctionCall1(numeric_int8, product));
		scale->last_weight = weight;
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scale->each);
	}
	return scale->last_result;
}

/*
 * proftree_scale(tree proftree, factor numeric) returns proftree
 *
 * Every weight times factor (>= 0), rounded half up; no node is dropped.
 * Computed in numeric, so exact before rounding.  Errors: 22023 for a
 * negative, infinite or NaN factor, 22003 when a sum passes bigint.
 */
Datum
proftree_scale(PG_FUNCTION_ARGS)
{
	ProftreeScale scale;
	PtTree		tree;
	PtError		error;

	proftree_scale_init(&scale, PG_GETARG_NUMERIC(1));
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	tree.total = 0;
	for (uint32 i = 0; i < tree.node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		tree.self[i] = proftree_scale_weight(&scale, tree.self[i]);
		if (!pt_add_weight(&tree.total, tree.self[i], &error))
			proftree_raise(&error);
	}
	proftree_scale_free(&scale);
	PG_RETURN_DATUM(proftree_encode(&tree));
}
