/*-------------------------------------------------------------------------
 *
 * proftree_agg.c
 *		Transition functions of proftree_agg and sum(proftree).
 *
 * The state is an expanded proftree in the aggregate's context, created at
 * the first row that counts and changed in place from then on.  It is of type
 * proftree, so there is no final function, and a parallel worker's state
 * travels in encoded form by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "proftree.h"
#include "proftree_stack.h"

PG_FUNCTION_INFO_V1(proftree_agg_text);
PG_FUNCTION_INFO_V1(proftree_agg_frames);
PG_FUNCTION_INFO_V1(proftree_sum);

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate transition function called in non-aggregate context");
	return context;
}

/* the state, empty when there is none yet */
static ExpandedProftree *
state_of(FunctionCallInfo fcinfo, MemoryContext context)
{
	if (PG_ARGISNULL(0))
		return proftree_expand_empty(context);
	return proftree_expand(PG_GETARG_DATUM(0), context);
}

/* no stack or no weight: the row does not count */
static bool
row_is_null(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(1) || (PG_NARGS() > 2 && PG_ARGISNULL(2));
}

static Datum
unchanged(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * proftree_agg_text(state proftree, stack text [, weight bigint])
 */
Datum
proftree_agg_text(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	ExpandedProftree *state;

	if (row_is_null(fcinfo))
		return unchanged(fcinfo);
	state = state_of(fcinfo, context);
	proftree_add_text(state, PG_GETARG_TEXT_PP(1), PG_NARGS() > 2 ? PG_GETARG_INT64(2) : 1);
	PG_RETURN_DATUM(EOHPGetRWDatum(&state->hdr));
}

/*
 * proftree_agg_frames(state proftree, frames text[] [, weight bigint])
 */
Datum
proftree_agg_frames(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	ExpandedProftree *state;

	if (row_is_null(fcinfo))
		return unchanged(fcinfo);
	state = state_of(fcinfo, context);
	proftree_add_frames(state, PG_GETARG_ARRAYTYPE_P(1), PG_NARGS() > 2 ? PG_GETARG_INT64(2) : 1);
	PG_RETURN_DATUM(EOHPGetRWDatum(&state->hdr));
}

/*
 * proftree_sum(state proftree, tree proftree)
 *
 * Transition of sum(proftree) and combine function of all.
 */
Datum
proftree_sum(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	ExpandedProftree *state;
	const uint8 *bytes;
	size_t		length;
	PtError		error;

	if (row_is_null(fcinfo))
		return unchanged(fcinfo);
	state = state_of(fcinfo, context);
	bytes = proftree_bytes(PG_GETARG_DATUM(1), &length);
	if (!pt_builder_add_encoded(&state->builder, bytes, length, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(EOHPGetRWDatum(&state->hdr));
}
