/*-------------------------------------------------------------------------
 *
 * proftree_op.c
 *		Insert, merge, delta; equality, order and hash of proftree.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "merge.h"
#include "nodes/supportnodes.h"
#include "proftree.h"
#include "proftree_stack.h"
#include "utils/array.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_insert_text);
PG_FUNCTION_INFO_V1(proftree_insert_frames);
PG_FUNCTION_INFO_V1(proftree_insert_support);
PG_FUNCTION_INFO_V1(proftree_merge);
PG_FUNCTION_INFO_V1(proftree_delta);
PG_FUNCTION_INFO_V1(proftree_eq);
PG_FUNCTION_INFO_V1(proftree_ne);
PG_FUNCTION_INFO_V1(proftree_lt);
PG_FUNCTION_INFO_V1(proftree_le);
PG_FUNCTION_INFO_V1(proftree_gt);
PG_FUNCTION_INFO_V1(proftree_ge);
PG_FUNCTION_INFO_V1(proftree_cmp);
PG_FUNCTION_INFO_V1(proftree_hash);
PG_FUNCTION_INFO_V1(proftree_hash_extended);

/* ---- adding one stack ---- */

static void
check_weight(int64 weight)
{
	if (weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight cannot be negative: " INT64_FORMAT, weight),
				 errhint("proftree_delta(previous, current) gives the growth between two profiles.")));
}

void
proftree_add_text(ProftreeState *state, text *stack, int64 weight)
{
	const char *bytes = VARDATA_ANY(stack);
	size_t		length = VARSIZE_ANY_EXHDR(stack);
	size_t		error_at;
	PtError		error;

	check_weight(weight);
	if (!pt_add_stack(&state->reader, &state->builder, bytes, length, weight,
					  &error_at, &error))
	{
		pt_locate_error(&error, bytes, error_at);
		proftree_raise(&error);
	}
}

void
proftree_add_frames(ProftreeState *state, ArrayType *array, int64 weight)
{
	PtBuilder  *builder = &state->builder;
	Datum	   *elements;
	bool	   *nulls;
	int			count;
	uint32		kept;
	PtFrame    *frames;
	PtError		error;

	check_weight(weight);
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("frames must be a one-dimensional array")));
	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a stack cannot be empty"),
				 errhint("Give at least one frame.")));
	frames = palloc_extended(count * sizeof(PtFrame), MCXT_ALLOC_HUGE);
	for (int i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("frame %d is NULL", i + 1),
					 errhint("A frame whose symbol is not known needs a name, for example [unknown].")));
		/* array elements are detoasted, if perhaps packed */
		frames[i].text = VARDATA_ANY(DatumGetPointer(elements[i]));
		frames[i].length = VARSIZE_ANY_EXHDR(DatumGetPointer(elements[i]));
	}
	kept = pt_builder_kept(builder, 0, frames, count);
	if (!pt_builder_add(builder, kept, frames + kept, count - kept, weight, &error))
		proftree_raise(&error);
	pfree(frames);
	pfree(elements);
	pfree(nulls);
}

/*
 * proftree_insert(tree proftree, stack text, weight bigint) returns proftree
 *
 * The tree with weight (>= 0) added to one stack in the text form's syntax.
 * An expanded tree is changed in place, else O(size of the tree).  Errors:
 * 22P02 with the column, 22023 negative weight, 22003 sum past bigint, 54000.
 */
Datum
proftree_insert_text(PG_FUNCTION_ARGS)
{
	ExpandedProftree *expanded = proftree_expand(PG_GETARG_DATUM(0), CurrentMemoryContext);

	proftree_add_text(&expanded->state, PG_GETARG_TEXT_PP(1), PG_GETARG_INT64(2));
	PG_RETURN_DATUM(EOHPGetRWDatum(&expanded->hdr));
}

/*
 * proftree_insert(tree proftree, frames text[], weight bigint) returns proftree
 *
 * The same with the frames one by one, root first, any characters.  Errors:
 * 22004 NULL frame, 22023 no frame or negative weight, 2202E, 22003, 54000.
 */
Datum
proftree_insert_frames(PG_FUNCTION_ARGS)
{
	ExpandedProftree *expanded = proftree_expand(PG_GETARG_DATUM(0), CurrentMemoryContext);

	proftree_add_frames(&expanded->state, PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_INT64(2));
	PG_RETURN_DATUM(EOHPGetRWDatum(&expanded->hdr));
}

/*
 * Planner support of proftree_insert: it may change its first argument in
 * place when PL/pgSQL assigns the result to that variable.  A failing insert
 * leaves the tree as it was, so this is safe.
 */
Datum
proftree_insert_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	(void) request;
#ifdef PYROTREE_HAVE_MODIFY_IN_PLACE
	if (IsA(request, SupportRequestModifyInPlace))
	{
		SupportRequestModifyInPlace *modify = (SupportRequestModifyInPlace *) request;
		Param	   *first = (Param *) linitial(modify->args);

		if (first && IsA(first, Param) && first->paramkind == PARAM_EXTERN &&
			first->paramid == modify->paramid)
			answer = (Node *) first;
	}
#endif
	PG_RETURN_POINTER(answer);
}

/* ---- two trees ---- */

/*
 * proftree_merge(a proftree, b proftree) returns proftree; operator +
 *
 * The sum of two trees: every stack of either with its weights added.
 * O(nodes + symbol bytes).  Errors: 22003, 54000, XX001.
 */
Datum
proftree_merge(PG_FUNCTION_ARGS)
{
	PtTree		a;
	PtTree		b;
	PtTree		sum;
	Datum		result;
	PtError		error;

	proftree_decode(PG_GETARG_DATUM(0), &a);
	proftree_decode(PG_GETARG_DATUM(1), &b);
	pt_tree_init(&sum, CurrentMemoryContext);
	if (!pt_merge(&a, &b, &sum, &error))
		proftree_raise(&error);
	pt_tree_free(&a);
	pt_tree_free(&b);
	result = proftree_encode(&sum);
	pt_tree_free(&sum);
	PG_RETURN_DATUM(result);
}

/*
 * proftree_delta(previous proftree, current proftree) returns proftree
 *
 * What grew between two snapshots of a cumulative profile (a Go heap or mutex
 * profile): per stack current - previous, where that is positive; nodes that
 * did not grow and lead to none that did are left out.  Errors: XX001.
 */
Datum
proftree_delta(PG_FUNCTION_ARGS)
{
	PtTree		previous;
	PtTree		current;
	PtTree		growth;

	proftree_decode(PG_GETARG_DATUM(0), &previous);
	proftree_decode(PG_GETARG_DATUM(1), &current);
	pt_tree_init(&growth, CurrentMemoryContext);
	pt_delta(&previous, &current, &growth);
	PG_RETURN_DATUM(proftree_encode(&growth));
}

/*
 * ---- equality, order, hash: of the canonical bytes ----
 *
 * These are also those of profblock, for the same reason.
 */

/*
 * < 0, 0, > 0.  Two values are equal when they are the same tree; the order
 * has no meaning but is the same everywhere and for ever.
 */
static int
compare(FunctionCallInfo fcinfo)
{
	size_t		a_length;
	size_t		b_length;
	const uint8 *a = proftree_bytes(PG_GETARG_DATUM(0), &a_length);
	const uint8 *b = proftree_bytes(PG_GETARG_DATUM(1), &b_length);
	int			order = pt_compare_symbols((const char *) a, a_length, (const char *) b, b_length);

	/* index builds and sorts call this in a context that lives long */
	proftree_free_bytes(PG_GETARG_DATUM(0), a);
	proftree_free_bytes(PG_GETARG_DATUM(1), b);
	return order;
}

Datum
proftree_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) == 0);
}

Datum
proftree_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) != 0);
}

Datum
proftree_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) < 0);
}

Datum
proftree_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

Datum
proftree_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) > 0);
}

Datum
proftree_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

Datum
proftree_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

Datum
proftree_hash(PG_FUNCTION_ARGS)
{
	size_t		length;
	const uint8 *bytes = proftree_bytes(PG_GETARG_DATUM(0), &length);
	uint32		hash = hash_bytes(bytes, (int) length);

	proftree_free_bytes(PG_GETARG_DATUM(0), bytes);
	PG_RETURN_UINT32(hash);
}

Datum
proftree_hash_extended(PG_FUNCTION_ARGS)
{
	size_t		length;
	const uint8 *bytes = proftree_bytes(PG_GETARG_DATUM(0), &length);
	uint64		hash = hash_bytes_extended(bytes, (int) length, PG_GETARG_INT64(1));

	proftree_free_bytes(PG_GETARG_DATUM(0), bytes);
	PG_RETURN_UINT64(hash);
}
