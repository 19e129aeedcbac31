/*-------------------------------------------------------------------------
 *
 * profblock_agg.c
 *		profblock_agg: trees and their lanes to a block.
 *
 * The state is a block builder whose memory lies in the aggregate's own
 * context, for the reason that proftree_agg.c gives.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "profblock.h"

PG_FUNCTION_INFO_V1(profblock_agg_transition);
PG_FUNCTION_INFO_V1(profblock_agg_combine);
PG_FUNCTION_INFO_V1(profblock_agg_serialize);
PG_FUNCTION_INFO_V1(profblock_agg_deserialize);
PG_FUNCTION_INFO_V1(profblock_agg_final);

static PtBlockBuilder *
new_state(MemoryContext context)
{
	PtBlockBuilder *state = MemoryContextAlloc(context, sizeof(PtBlockBuilder));

	pt_block_builder_init(state, context, proftree_seed());
	return state;
}

/* An argument that counts something; 1 where the aggregate has none. */
static int64
count_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	int64		count;

	if (PG_NARGS() <= number)
		return 1;
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s cannot be NULL", name)));
	count = PG_GETARG_INT64(number);
	if (count < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot be negative: " INT64_FORMAT, name, count)));
	return count;
}

/*
 * profblock_agg_transition(state internal, lane integer, tree proftree
 *		[, profiles bigint, covered bigint]) returns internal
 *
 * A row without lane or tree does not count.  Errors: 22004 NULL profiles or
 * covered, 22023 lane out of range or negative counts, 22003, 54000, XX001.
 */
Datum
profblock_agg_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context = proftree_aggregate_context(fcinfo);
	PtBlockBuilder *state = PG_ARGISNULL(0) ? NULL : (PtBlockBuilder *) PG_GETARG_POINTER(0);
	int32		lane;
	int64		profiles;
	int64		covered;
	const uint8 *bytes;
	size_t		length;
	PtError		error;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	lane = PG_GETARG_INT32(1);
	profiles = count_argument(fcinfo, 3, "profiles");
	covered = count_argument(fcinfo, 4, "covered");
	if (lane < 0 || lane >= PT_MAX_LANES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("lane out of range: %d", lane),
				 errdetail("A block has lanes 0 to %d.", PT_MAX_LANES - 1)));
	if (state == NULL)
		state = new_state(context);
	bytes = proftree_bytes(PG_GETARG_DATUM(2), &length);
	if (!pt_block_builder_add(state, lane, bytes, length, profiles, covered,
							  proftree_aggregate_scratch(fcinfo), &error))
		proftree_raise(&error);
	PG_RETURN_POINTER(state);
}

/*
 * profblock_agg_combine(a internal, b internal) returns internal
 *
 * b's lanes added to a.  a is NULL for the first partial state, and b then is
 * copied: it may lie in a context that does not last.
 */
Datum
profblock_agg_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = proftree_aggregate_context(fcinfo);
	PtBlockBuilder *state = PG_ARGISNULL(0) ? NULL : (PtBlockBuilder *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1))
	{
		PtBlockBuilder *other = (PtBlockBuilder *) PG_GETARG_POINTER(1);
		PtBlock		block;
		PtError		error;

		if (state == NULL)
			state = new_state(context);
		pt_block_init(&block, CurrentMemoryContext);
		if (!pt_block_builder_flatten(other, &block, &error) ||
			!pt_block_builder_add_block(state, &block, true, &error))
			proftree_raise(&error);
		pt_block_free(&block);
	}
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/*
 * profblock_agg_serialize(state internal) returns bytea: the encoded block
 */
Datum
profblock_agg_serialize(PG_FUNCTION_ARGS)
{
	(void) proftree_aggregate_context(fcinfo);
	PG_RETURN_DATUM(profblock_encode_builder((PtBlockBuilder *) PG_GETARG_POINTER(0)));
}

/*
 * profblock_agg_deserialize(block bytea, internal) returns internal
 */
Datum
profblock_agg_deserialize(PG_FUNCTION_ARGS)
{
	PtBlockBuilder *state;
	PtBlock		block;
	PtError		error;

	(void) proftree_aggregate_context(fcinfo);
	state = new_state(CurrentMemoryContext);
	profblock_decode(PG_GETARG_DATUM(0), &block);
	if (!pt_block_builder_add_block(state, &block, true, &error))
		proftree_raise(&error);
	pt_block_free(&block);
	PG_RETURN_POINTER(state);
}

/*
 * profblock_agg_final(state internal) returns profblock
 *
 * Leaves the state as it was, so a window may go on from there.
 */
Datum
profblock_agg_final(PG_FUNCTION_ARGS)
{
	(void) proftree_aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(profblock_encode_builder((PtBlockBuilder *) PG_GETARG_POINTER(0)));
}
