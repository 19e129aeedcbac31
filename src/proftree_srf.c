/*-------------------------------------------------------------------------
 *
 * proftree_srf.c
 *		The rows of a proftree: iterate, nodes, top, symbols.
 *
 * The first two give their rows one by one, so that LIMIT in a query that has
 * them in its target list stops them early; they hold the flat tree, the
 * totals and one path.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/pg_prng.h"
#include "fmgr.h"
#include "funcapi.h"
#include "proftree.h"
#include "symbol_weights.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_iterate);
PG_FUNCTION_INFO_V1(proftree_nodes);
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
} Walk;

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
	(*walk)->totals = palloc_extended(((Size) (*walk)->tree.node_count + 1) * sizeof(int64),
									  MCXT_ALLOC_HUGE);
	pt_totals(&(*walk)->tree, (*walk)->totals);
	call->user_fctx = *walk;
	MemoryContextSwitchTo(caller);
	return call;
}

static text *
symbol_text(const PtTree *tree, uint32 symbol)
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
		values[3] = PointerGetDatum(symbol_text(tree, tree->symbol[node]));
		values[4] = Int64GetDatum(tree->self[node]);
		values[5] = Int64GetDatum(walk->totals[node]);
		row = HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, values, nulls));
		SRF_RETURN_NEXT(call, row);
	}
	SRF_RETURN_DONE(call);
}

/* ---- per symbol ---- */

/* A symbol with its weights, for sorting. */
typedef struct TopRow
{
	uint32		symbol;
	PtSymbolWeights weights;
} TopRow;

static TopRow *
top_rows(const PtTree *tree)
{
	uint32		count = tree->dictionary.count;
	PtSymbolWeights *weights = palloc_extended(((Size) count + 1) * sizeof(PtSymbolWeights), MCXT_ALLOC_HUGE);
	TopRow	   *rows = palloc_extended(((Size) count + 1) * sizeof(TopRow), MCXT_ALLOC_HUGE);

	pt_symbol_weights(tree, tree->self, weights);
	for (uint32 i = 0; i < count; i++)
	{
		rows[i].symbol = i;
		rows[i].weights = weights[i];
	}
	pfree(weights);
	return rows;
}

/* self descending, then total descending, then symbol ascending */
static inline int
compare_rows(const TopRow *x, const TopRow *y)
{
	if (x->weights.self != y->weights.self)
		return x->weights.self < y->weights.self ? 1 : -1;
	if (x->weights.total != y->weights.total)
		return x->weights.total < y->weights.total ? 1 : -1;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE TopRow
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Weights come from outside and could be chosen to make quicksort quadratic,
 * so it gets them in random order.
 */
static void
shuffle_rows(TopRow *rows, uint32 count)
{
	for (uint32 i = 1; i < count; i++)
	{
		uint32		other = (uint32) pg_prng_uint64_range(&pg_global_prng_state, 0, i);
		TopRow		swap = rows[i];

		rows[i] = rows[other];
		rows[other] = swap;
	}
}

static double
percent(int64 part, int64 whole)
{
	return whole == 0 ? 0 : 100.0 * part / whole;
}

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
	TopRow	   *rows;
	MemoryContext each;

	InitMaterializedSRF(fcinfo, 0);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	rows = top_rows(&tree);
	shuffle_rows(rows, tree.dictionary.count);
	sort_rows(rows, tree.dictionary.count);
	each = AllocSetContextCreate(CurrentMemoryContext, "proftree_top", ALLOCSET_SMALL_SIZES);
	for (uint32 i = 0; i < tree.dictionary.count; i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(each);
		bool		nulls[5] = {false, false, false, false, false};
		Datum		values[5];

		CHECK_FOR_INTERRUPTS();
		values[0] = PointerGetDatum(symbol_text(&tree, rows[i].symbol));
		values[1] = Int64GetDatum(rows[i].weights.self);
		values[2] = Float8GetDatum(percent(rows[i].weights.self, tree.total));
		values[3] = Int64GetDatum(rows[i].weights.total);
		values[4] = Float8GetDatum(percent(rows[i].weights.total, tree.total));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
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
		text	   *symbol = symbol_text(tree, (uint32) call->call_cntr);

		SRF_RETURN_NEXT(call, PointerGetDatum(symbol));
	}
	SRF_RETURN_DONE(call);
}
