/*-------------------------------------------------------------------------
 *
 * proftree_analysis.c
 *		Trees made of a tree to look at it closer: drilling down, filters,
 *		truncation.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "drill.h"
#include "filter.h"
#include "fmgr.h"
#include "proftree.h"
#include "proftree_stack.h"
#include "regex/regex.h"
#include "regroup.h"
#include "truncate.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_subtree_text);
PG_FUNCTION_INFO_V1(proftree_subtree_frames);
PG_FUNCTION_INFO_V1(proftree_callees);
PG_FUNCTION_INFO_V1(proftree_callers);
PG_FUNCTION_INFO_V1(proftree_invert);
PG_FUNCTION_INFO_V1(proftree_focus);
PG_FUNCTION_INFO_V1(proftree_ignore);
PG_FUNCTION_INFO_V1(proftree_hide);
PG_FUNCTION_INFO_V1(proftree_show);
PG_FUNCTION_INFO_V1(proftree_show_from);
PG_FUNCTION_INFO_V1(proftree_truncate);

static PtFrame
frame_of(text *symbol)
{
	return (PtFrame) {VARDATA_ANY(symbol), VARSIZE_ANY_EXHDR(symbol)};
}

/* ---- drilling down ---- */

/* The subtree of a tree below the stack added last to a state. */
static Datum
subtree(Datum datum, const ProftreeState *state)
{
	const PtBuilder *builder = &state->builder;
	uint32		count = builder->path_length;
	PtFrame    *frames = palloc_extended(count * sizeof(PtFrame), MCXT_ALLOC_HUGE);
	PtTree		tree;
	uint32		node;

	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		frames[i].text = pt_builder_symbol(builder, builder->node[builder->path[i + 1]].symbol,
										   &frames[i].length);
	}
	proftree_decode(datum, &tree);
	if (pt_find_node(&tree, frames, count, &node))
		pt_subtree(&tree, node);
	else
		pt_tree_free(&tree);
	return proftree_encode(&tree);
}

/*
 * proftree_subtree(tree proftree, stack text) returns proftree
 *
 * The node of a stack, in the text form's syntax, as root, and all below it;
 * the empty tree when there is none.  O(nodes).  Errors: 22P02 with the
 * column, 54000.
 */
Datum
proftree_subtree_text(PG_FUNCTION_ARGS)
{
	ProftreeState state;

	proftree_state_init(&state, CurrentMemoryContext);
	proftree_add_text(&state, PG_GETARG_TEXT_PP(1), 0);
	PG_RETURN_DATUM(subtree(PG_GETARG_DATUM(0), &state));
}

/*
 * proftree_subtree(tree proftree, frames text[]) returns proftree
 *
 * The same with the frames one by one, root first.  Errors: 22004 NULL frame,
 * 22023 no frame, 2202E, 54000.
 */
Datum
proftree_subtree_frames(PG_FUNCTION_ARGS)
{
	ProftreeState state;

	proftree_state_init(&state, CurrentMemoryContext);
	proftree_add_frames(&state, PG_GETARG_ARRAYTYPE_P(1), 0);
	PG_RETURN_DATUM(subtree(PG_GETARG_DATUM(0), &state));
}

/* The tree of the first argument, and the number in it of the symbol that is the second. */
static bool
find_symbol(FunctionCallInfo fcinfo, PtTree *tree, uint32 *number)
{
	PtFrame		symbol = frame_of(PG_GETARG_TEXT_PP(1));

	proftree_decode(PG_GETARG_DATUM(0), tree);
	if (pt_find_symbol(&tree->dictionary, symbol.text, symbol.length, number))
		return true;
	pt_tree_free(tree);
	return false;
}

/*
 * proftree_callees(tree proftree, symbol text) returns proftree
 *
 * What a symbol calls (drill.h), with it as the root; the empty tree when
 * there is no such symbol.  O(nodes log siblings).
 */
Datum
proftree_callees(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	uint32		symbol;

	if (find_symbol(fcinfo, &tree, &symbol))
		pt_callees(&tree, symbol);
	PG_RETURN_DATUM(proftree_encode(&tree));
}

/*
 * proftree_callers(tree proftree, symbol text) returns proftree
 *
 * Who calls a symbol (drill.h), inverted: the symbol is the root, below it are
 * its callers, below them theirs.  O(nodes + lengths of the stacks to it).
 * Errors: 54000.
 */
Datum
proftree_callers(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	uint32		symbol;
	PtError		error;

	if (find_symbol(fcinfo, &tree, &symbol) && !pt_callers(&tree, symbol, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(proftree_encode(&tree));
}

/*
 * proftree_invert(tree proftree) returns proftree
 *
 * Bottom-up: every stack that has weight, leaf first.  O(lengths of these
 * stacks).  Errors: 54000.
 */
Datum
proftree_invert(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	PtError		error;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	if (!pt_invert(&tree, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(proftree_encode(&tree));
}

/* ---- filters ---- */

/*
 * A filter (filter.h) over the first argument by the regular expression that
 * is the second.  It is compiled once and matched once with each symbol, as
 * the operator ~ does it, not anchored, in the collation of the call.
 */
static Datum
filtered(FunctionCallInfo fcinfo, void (*filter) (PtTree *, const bool *))
{
	text	   *regexp = PG_GETARG_TEXT_PP(1);
	Oid			collation = PG_GET_COLLATION();
	PtTree		tree;
	bool	   *matches;

	/* also without a symbol to match it has to be one */
	RE_compile_and_cache(regexp, REG_ADVANCED | REG_NOSUB, collation);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	matches = palloc_extended((Size) tree.dictionary.count + 1, MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < tree.dictionary.count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&tree.dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		/* which finds what was compiled above, as it remembers the last ones */
		matches[i] = RE_compile_and_execute(regexp, unconstify(char *, symbol), (int) length,
											REG_ADVANCED, collation, 0, NULL);
	}
	filter(&tree, matches);
	PG_RETURN_DATUM(proftree_encode(&tree));
}

/*
 * proftree_focus(tree proftree, regexp text) returns proftree
 *
 * The stacks that hold a symbol that matches.  As all filters O(nodes +
 * matching of each symbol); errors: 2201B.
 */
Datum
proftree_focus(PG_FUNCTION_ARGS)
{
	return filtered(fcinfo, pt_focus);
}

/*
 * proftree_ignore(tree proftree, regexp text) returns proftree
 *
 * The stacks that hold none: what proftree_focus() leaves out.
 */
Datum
proftree_ignore(PG_FUNCTION_ARGS)
{
	return filtered(fcinfo, pt_ignore);
}

/*
 * proftree_hide(tree proftree, regexp text) returns proftree
 *
 * All stacks without the frames that match; their weight goes to the frames
 * that are left.  A stack of which nothing is left is dropped.
 */
Datum
proftree_hide(PG_FUNCTION_ARGS)
{
	return filtered(fcinfo, pt_hide);
}

/*
 * proftree_show(tree proftree, regexp text) returns proftree
 *
 * All stacks with only the frames that match.
 */
Datum
proftree_show(PG_FUNCTION_ARGS)
{
	return filtered(fcinfo, pt_show);
}

/*
 * proftree_show_from(tree proftree, regexp text) returns proftree
 *
 * The stacks that hold a symbol that matches, from the outermost such frame
 * on.
 */
Datum
proftree_show_from(PG_FUNCTION_ARGS)
{
	return filtered(fcinfo, pt_show_from);
}

/* ---- truncation ---- */

/*
 * proftree_truncate(tree proftree, max_nodes integer, other text)
 *		returns proftree
 *
 * At most max_nodes (>= 1) nodes, those with the greatest totals; what is cut
 * below a node becomes one child "other" (truncate.h).  O(nodes log nodes).
 * Errors: 22023 max_nodes, 54000 when "other" is too long for a symbol.
 */
Datum
proftree_truncate(PG_FUNCTION_ARGS)
{
	int32		max_nodes = PG_GETARG_INT32(1);
	PtFrame		other = frame_of(PG_GETARG_TEXT_PP(2));
	PtTree		tree;
	PtBuilder	builder;
	PtError		error;

	if (max_nodes < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_nodes must be at least 1")));
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	if (tree.node_count <= (uint32) max_nodes)
		PG_RETURN_DATUM(proftree_encode(&tree));
	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if (!pt_truncate(&tree, max_nodes, &other, &builder, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(proftree_encode_builder(&builder));
}
