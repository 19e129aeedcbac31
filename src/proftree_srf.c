/*-------------------------------------------------------------------------
 *
 * proftree_srf.c
 *		The rows of a proftree: iterate, nodes, flamegraph, top, symbols.
 *
 * Those of nodes are given one by one, so that LIMIT in a query that has the
 * function in its target list stops it early; it holds the flat tree, the
 * totals and one path.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "merge.h"
#include "proftree.h"
#include "top.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_iterate);
PG_FUNCTION_INFO_V1(proftree_nodes);
PG_FUNCTION_INFO_V1(proftree_flamegraph);
PG_FUNCTION_INFO_V1(proftree_flamegraph_diff);
PG_FUNCTION_INFO_V1(proftree_top);
PG_FUNCTION_INFO_V1(proftree_symbols);

/* A walk over a tree's nodes; lives from the first call to the last. */
typedef struct Walk
{
	PtTree		tree;
	int64	   *totals;
	uint32		next;			/* node of the next row */
	uint32		max_depth;
	PtPathWriter path;			/* iterate */
	uint32	   *open;			/* nodes: by level, number from 1 */
	int64	   *right_self;		/* flamegraph_diff: of the tree compared with */
	int64	   *right_totals;
	int64		right_total;
} Walk;

/* Weights of every node with all below it, in the current context. */
static int64 *
totals_of(const PtTree *tree, const int64 *self)
{
	int64	   *totals = palloc_extended(((Size) tree->node_count + 1) * sizeof(int64), MCXT_ALLOC_HUGE);

	pt_totals_of(tree, self, totals);
	return totals;
}

static FuncCallContext *
start_walk(FunctionCallInfo fcinfo, Walk **walk)
{
	FuncCallContext *call = SRF_FIRSTCALL_INIT();
	MemoryContext caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);

	*walk = palloc0(sizeof(Walk));
	if (get_call_result_type(fcinfo, NULL, &call->tuple_desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	call->tuple_desc = BlessTupleDesc(call->tuple_desc);
	proftree_decode(PG_GETARG_DATUM(0), &(*walk)->tree);
	(*walk)->totals = totals_of(&(*walk)->tree, (*walk)->tree.self);
	call->user_fctx = *walk;
	MemoryContextSwitchTo(caller);
	return call;
}

text *
proftree_symbol_text(const PtTree *tree, uint32 symbol)
{
	size_t		length;
	const char *bytes = pt_symbol_text(&tree->dictionary, symbol, &length);

	return cstring_to_text_with_len(bytes, (int) length);
}

/*
 * proftree_iterate(tree proftree, max_depth integer DEFAULT NULL)
 *		returns setof (depth integer, stack text, self bigint, total bigint)
 *
 * A row for every node down to max_depth (>= 1), in preorder, siblings by
 * symbol; stack in the text form's syntax.  O(nodes) before the first row,
 * then O(length of the stack) a row.  Errors: 22023 max_depth.
 */
Datum
proftree_iterate(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Walk	   *walk;
	const PtTree *tree;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		int			max_depth = PG_ARGISNULL(1) ? PT_MAX_DEPTH : PG_GETARG_INT32(1);

		if (max_depth < 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("max_depth must be at least 1")));
		if (PG_ARGISNULL(0))
		{
			call = SRF_FIRSTCALL_INIT();
			SRF_RETURN_DONE(call);
		}
		call = start_walk(fcinfo, &walk);
		walk->max_depth = max_depth;
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		pt_path_writer_init(&walk->path, &walk->tree, CurrentMemoryContext);
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	tree = &walk->tree;

	while (walk->next < tree->node_count && tree->level[walk->next] > walk->max_depth)
	{
		PT_CHECK_INTERRUPTS(walk->next + 1);
		walk->next++;
	}
	if (walk->next < tree->node_count)
	{
		uint32		node = walk->next++;
		bool		nulls[4] = {false, false, false, false};
		Datum		values[4];
		Datum		row;

		pt_path_writer_move(&walk->path, node);
		values[0] = Int32GetDatum((int32) tree->level[node]);
		values[1] = PointerGetDatum(cstring_to_text_with_len(walk->path.path.data, walk->path.path.len));
		values[2] = Int64GetDatum(tree->self[node]);
		values[3] = Int64GetDatum(walk->totals[node]);
		row = HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls));
		SRF_RETURN_NEXT(call, row);
	}
	SRF_RETURN_DONE(call);
}

/*
 * proftree_nodes(tree proftree) returns setof (node integer, parent integer,
 *		depth integer, symbol text, self bigint, total bigint)
 *
 * A row for every node in preorder, numbered from 1; parent is NULL at the
 * top.  O(nodes).
 */
Datum
proftree_nodes(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Walk	   *walk;

	if (SRF_IS_FIRSTCALL())
	{
		call = start_walk(fcinfo, &walk);
		walk->open = MemoryContextAllocZero(call->multi_call_memory_ctx,
											((Size) walk->tree.depth + 1) * sizeof(uint32));
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;

	if (walk->next < walk->tree.node_count)
	{
		const PtTree *tree = &walk->tree;
		uint32		node = walk->next++;
		uint32		level = tree->level[node];
		bool		nulls[6] = {false, level == 1, false, false, false, false};
		Datum		values[6];
		Datum		row;

		walk->open[level] = node + 1;
		values[0] = Int32GetDatum((int32) node + 1);
		values[1] = Int32GetDatum((int32) walk->open[level - 1]);
		values[2] = Int32GetDatum((int32) level);
		values[3] = PointerGetDatum(proftree_symbol_text(tree, tree->symbol[node]));
		values[4] = Int64GetDatum(tree->self[node]);
		values[5] = Int64GetDatum(walk->totals[node]);
		row = HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls));
		SRF_RETURN_NEXT(call, row);
	}
	SRF_RETURN_DONE(call);
}

/*
 * The next row of the flame graph panel of Grafana: the root first, which is
 * no node, then the nodes in preorder.
 */
static Datum
flamegraph_row(FuncCallContext *call, Walk *walk, bool diff)
{
	bool		nulls[6] = {false, false, false, false, false, false};
	Datum		values[6];

	if (call->call_cntr == 0)
	{
		values[0] = Int32GetDatum(0);
		values[1] = Int64GetDatum(walk->tree.total);
		values[2] = Int64GetDatum(0);
		values[3] = PointerGetDatum(cstring_to_text("total"));
		values[4] = Int64GetDatum(walk->right_total);
		values[5] = Int64GetDatum(0);
	}
	else
	{
		const PtTree *tree = &walk->tree;
		uint32		node = walk->next++;

		values[0] = Int32GetDatum((int32) tree->level[node]);
		values[1] = Int64GetDatum(walk->totals[node]);
		values[2] = Int64GetDatum(tree->self[node]);
		values[3] = PointerGetDatum(proftree_symbol_text(tree, tree->symbol[node]));
		if (diff)
		{
			values[4] = Int64GetDatum(walk->right_totals[node]);
			values[5] = Int64GetDatum(walk->right_self[node]);
		}
	}
	return HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls));
}

/*
 * proftree_flamegraph(tree proftree) returns setof (level integer,
 *		value bigint, self bigint, label text)
 *
 * A nested set as the panel takes it: one row "total" of level 0, then a row
 * for every node in preorder, children by symbol; value is the node's total.
 * O(nodes).
 */
Datum
proftree_flamegraph(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Walk	   *walk;
	Datum		row;

	if (SRF_IS_FIRSTCALL())
		start_walk(fcinfo, &walk);
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	if (call->call_cntr > walk->tree.node_count)
		SRF_RETURN_DONE(call);
	row = flamegraph_row(call, walk, false);
	SRF_RETURN_NEXT(call, row);
}

/*
 * proftree_flamegraph_diff(baseline proftree, comparison proftree)
 *		returns setof (level integer, value bigint, self bigint, label text,
 *		"valueRight" bigint, "selfRight" bigint)
 *
 * The same of the nodes of either tree: value and self are the baseline's,
 * those of the right the comparison's; a bar is as wide as both together.
 * O(nodes of both).
 */
Datum
proftree_flamegraph_diff(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	Walk	   *walk;
	Datum		row;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		PtTree		comparison;
		PtPair		pair;

		call = start_walk(fcinfo, &walk);
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		proftree_decode(PG_GETARG_DATUM(1), &comparison);
		pt_pair(&walk->tree, &comparison, CurrentMemoryContext, &pair);
		pt_tree_free(&comparison);
		pt_tree_free(&walk->tree);
		pfree(walk->totals);
		walk->tree = pair.tree;
		walk->totals = totals_of(&pair.tree, pair.tree.self);
		walk->right_self = pair.b_self;
		walk->right_totals = totals_of(&pair.tree, pair.b_self);
		walk->right_total = pair.b_total;
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	walk = call->user_fctx;
	if (call->call_cntr > walk->tree.node_count)
		SRF_RETURN_DONE(call);
	row = flamegraph_row(call, walk, true);
	SRF_RETURN_NEXT(call, row);
}

/* ---- per symbol ---- */

/*
 * proftree_top(tree proftree) returns setof (symbol text, self bigint,
 *		self_percent double precision, total bigint, total_percent double precision)
 *
 * A row for every symbol, self descending.  Percents are of the tree's total,
 * 0 when that is 0.  O(nodes + symbols log symbols).
 */
Datum
proftree_top(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PtTree		tree;
	PtSymbolWeights *weights;

	InitMaterializedSRF(fcinfo, 0);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	weights = palloc_extended(((Size) tree.dictionary.count + 1) * sizeof(PtSymbolWeights),
							  MCXT_ALLOC_HUGE);
	pt_symbol_weights(&tree, tree.self, weights);
	pt_sort_symbol_weights(weights, tree.dictionary.count);
	for (uint32 i = 0; i < tree.dictionary.count; i++)
	{
		text	   *symbol = proftree_symbol_text(&tree, weights[i].symbol);
		bool		nulls[5] = {false, false, false, false, false};
		Datum		values[5];

		PT_CHECK_INTERRUPTS(i + 1);
		values[0] = PointerGetDatum(symbol);
		values[1] = Int64GetDatum(weights[i].self);
		values[2] = Float8GetDatum(pt_percent(weights[i].self, tree.total));
		values[3] = Int64GetDatum(weights[i].total);
		values[4] = Float8GetDatum(pt_percent(weights[i].total, tree.total));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(symbol);
	}
	return (Datum) 0;
}

/*
 * proftree_symbols(tree proftree) returns setof text
 *
 * Its symbols in byte order.  O(bytes of symbols).
 */
Datum
proftree_symbols(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	PtTree	   *tree;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		tree = palloc(sizeof(PtTree));
		proftree_decode(PG_GETARG_DATUM(0), tree);
		call->user_fctx = tree;
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	tree = call->user_fctx;
	if (call->call_cntr < tree->dictionary.count)
	{
		text	   *symbol = proftree_symbol_text(tree, (uint32) call->call_cntr);

		SRF_RETURN_NEXT(call, PointerGetDatum(symbol));
	}
	SRF_RETURN_DONE(call);
}
