/*-------------------------------------------------------------------------
 *
 * proftree_info.c
 *		Single figures of a proftree.
 *
 * Those in the header are answered from the first bytes of a toasted value.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "proftree.h"

PG_FUNCTION_INFO_V1(proftree_total);
PG_FUNCTION_INFO_V1(proftree_total_symbol);
PG_FUNCTION_INFO_V1(proftree_self_symbol);
PG_FUNCTION_INFO_V1(proftree_node_count);
PG_FUNCTION_INFO_V1(proftree_symbol_count);
PG_FUNCTION_INFO_V1(proftree_depth);

/*
 * proftree_total(tree proftree) returns bigint
 *
 * The sum of all weights.  O(1).
 */
Datum
proftree_total(PG_FUNCTION_ARGS)
{
	PtHeader	header;

	proftree_header(PG_GETARG_DATUM(0), &header);
	PG_RETURN_INT64(header.total);
}

/*
 * proftree_node_count(tree proftree) returns integer.  O(1).
 */
Datum
proftree_node_count(PG_FUNCTION_ARGS)
{
	PtHeader	header;

	proftree_header(PG_GETARG_DATUM(0), &header);
	PG_RETURN_INT32((int32) header.node_count);
}

/*
 * proftree_symbol_count(tree proftree) returns integer.  O(1).
 */
Datum
proftree_symbol_count(PG_FUNCTION_ARGS)
{
	PtHeader	header;

	proftree_header(PG_GETARG_DATUM(0), &header);
	PG_RETURN_INT32((int32) header.symbol_count);
}

/*
 * proftree_depth(tree proftree) returns integer
 *
 * Frames of the longest stack, 0 for the empty tree.  O(1).
 */
Datum
proftree_depth(PG_FUNCTION_ARGS)
{
	PtHeader	header;

	proftree_header(PG_GETARG_DATUM(0), &header);
	PG_RETURN_INT32((int32) header.depth);
}

/*
 * Weights of one symbol, 0 when it does not occur.  O(nodes).
 */
static void
weights_of(FunctionCallInfo fcinfo, int64 *self, int64 *total)
{
	text	   *symbol = PG_GETARG_TEXT_PP(1);
	PtTree		tree;
	uint32		number;
	uint32		inside = 0;		/* level of the outermost open frame */

	*self = *total = 0;
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	if (pt_find_symbol(&tree.dictionary, VARDATA_ANY(symbol), VARSIZE_ANY_EXHDR(symbol), &number))
	{
		for (uint32 i = 0; i < tree.node_count; i++)
		{
			PT_CHECK_INTERRUPTS(i + 1);
			if (tree.level[i] <= inside)
				inside = 0;
			if (tree.symbol[i] == number)
			{
				*self += tree.self[i];
				if (inside == 0)
					inside = tree.level[i];
			}
			if (inside > 0)
				*total += tree.self[i];
		}
	}
	pt_tree_free(&tree);
}

/*
 * proftree_total(tree proftree, symbol text) returns bigint
 *
 * Weight of all stacks that hold the symbol, each counted once.
 */
Datum
proftree_total_symbol(PG_FUNCTION_ARGS)
{
	int64		self;
	int64		total;

	weights_of(fcinfo, &self, &total);
	PG_RETURN_INT64(total);
}

/*
 * proftree_self(tree proftree, symbol text) returns bigint
 *
 * Weight of all stacks that end in the symbol.
 */
Datum
proftree_self_symbol(PG_FUNCTION_ARGS)
{
	int64		self;
	int64		total;

	weights_of(fcinfo, &self, &total);
	PG_RETURN_INT64(self);
}
