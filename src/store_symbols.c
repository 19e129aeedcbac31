/*-------------------------------------------------------------------------
 *
 * store_symbols.c
 *		Sets of symbols, by which the store finds the series that have one.
 *
 * A set is a proftree with a stack of one frame, without weight, for each of
 * its symbols: it is sorted and front-coded, sets are added by sum(), and the
 * GIN class indexes them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "block_span.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "merge.h"
#include "profblock.h"
#include "proftree_has.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pyrotree_new_symbols);
PG_FUNCTION_INFO_V1(pyrotree_tree_symbols);
PG_FUNCTION_INFO_V1(pyrotree_block_symbols);

/*
 * pyrotree.new_symbols(tree proftree, known proftree) returns proftree
 *
 * The symbols of a tree that the tree "known" does not have, as a set; NULL
 * when there are none, as for most profiles of a series that is known.  The
 * trees' nodes are not looked at.  O(bytes of symbols).
 */
Datum
pyrotree_new_symbols(PG_FUNCTION_ARGS)
{
	PtDictionary symbols;
	PtDictionary known;
	PtDictionary both = {.memory = CurrentMemoryContext};
	PtTree		set;
	uint32	   *symbols_map;
	uint32	   *known_map;
	bool	   *is_known;
	uint32		shared = PG_UINT32_MAX;

	proftree_dictionary(PG_GETARG_DATUM(0), &symbols);
	proftree_dictionary(PG_GETARG_DATUM(1), &known);
	symbols_map = palloc_extended(((Size) symbols.count + known.count + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	known_map = symbols_map + symbols.count;
	pt_merge_dictionaries(&symbols, &known, &both, symbols_map, known_map);
	if (both.count == known.count)
		PG_RETURN_NULL();

	is_known = palloc_extended((Size) both.count + 1, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < known.count; i++)
		is_known[known_map[i]] = true;
	pt_tree_init(&set, CurrentMemoryContext);
	pt_tree_reserve(&set, both.count - known.count);
	pt_dictionary_reserve(&set.dictionary, both.count - known.count, 0);
	/* lent by the other dictionary: the tree does not free them */
	set.dictionary.bytes = symbols.bytes;
	set.depth = 1;
	for (uint32 i = 0; i < symbols.count; i++)
	{
		PtSymbol   *symbol = &set.dictionary.symbol[set.dictionary.count];

		PT_CHECK_INTERRUPTS(i + 1);
		/* what all since the last one taken share with their neighbours */
		shared = Min(shared, symbols.symbol[i].shared);
		if (is_known[symbols_map[i]])
			continue;
		*symbol = symbols.symbol[i];
		symbol->shared = set.dictionary.count == 0 ? 0 : shared;
		shared = PG_UINT32_MAX;
		set.symbol[set.node_count] = set.dictionary.count++;
		set.level[set.node_count] = 1;
		set.self[set.node_count++] = 0;
		set.dictionary.used += symbol->length;
	}
	PG_RETURN_DATUM(proftree_encode(&set));
}

/*
 * Calls "take" for each symbol of a dictionary that is also in "wanted", with
 * its number: goes through the smaller and looks into the larger.
 */
typedef void (*TakeSymbol) (void *argument, uint32 number);

static void
for_each_wanted(const PtDictionary *dictionary, const PtDictionary *wanted, TakeSymbol take, void *argument)
{
	bool		by_wanted = wanted->count < dictionary->count;
	const PtDictionary *smaller = by_wanted ? wanted : dictionary;
	const PtDictionary *larger = by_wanted ? dictionary : wanted;

	for (uint32 i = 0; i < smaller->count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(smaller, i, &length);
		uint32		number;

		PT_CHECK_INTERRUPTS(i + 1);
		if (pt_find_symbol(larger, text, length, &number))
			take(argument, by_wanted ? number : i);
	}
}

/* Rows of symbols, in the making. */
typedef struct SymbolRows
{
	ReturnSetInfo *result;
	const PtDictionary *dictionary;
	const PtSymbolWeights *weights; /* of a tree */
	const PtSpan *span;			/* or of a block */
	MemoryContext each;
} SymbolRows;

static void
put_row(void *argument, uint32 number)
{
	SymbolRows *rows = argument;
	const PtSymbolWeights *weights = rows->span != NULL ? &rows->span[number].weights : &rows->weights[number];
	MemoryContext caller = MemoryContextSwitchTo(rows->each);
	bool		nulls[5] = {false, false, false, false, false};
	Datum		values[5];
	size_t		length;
	const char *text = pt_symbol_text(rows->dictionary, number, &length);

	if (weights->total > 0)
	{
		values[0] = PointerGetDatum(cstring_to_text_with_len(text, (int) length));
		values[1] = Int64GetDatum(weights->self);
		values[2] = Int64GetDatum(weights->total);
		if (rows->span != NULL)
		{
			values[3] = Int32GetDatum((int32) rows->span[number].first_lane);
			values[4] = Int32GetDatum((int32) rows->span[number].last_lane);
		}
		tuplestore_putvalues(rows->result->setResult, rows->result->setDesc, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(rows->each);
}

static void
put_rows(SymbolRows *rows, const PtDictionary *dictionary, Datum wanted)
{
	PtDictionary wanted_dictionary;

	rows->dictionary = dictionary;
	rows->each = AllocSetContextCreate(CurrentMemoryContext, "symbol rows", ALLOCSET_SMALL_SIZES);
	proftree_dictionary(wanted, &wanted_dictionary);
	for_each_wanted(dictionary, &wanted_dictionary, put_row, rows);
}

/*
 * pyrotree.tree_symbols(tree proftree, wanted proftree) returns setof
 *		(symbol text, self bigint, total bigint)
 *
 * A row for each symbol of the set "wanted" that stacks with weight of the
 * tree hold, as proftree_top() gives it.  O(nodes + bytes of symbols).
 */
Datum
pyrotree_tree_symbols(PG_FUNCTION_ARGS)
{
	SymbolRows	rows = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	PtSymbolWeights *weights;
	PtTree		tree;

	InitMaterializedSRF(fcinfo, 0);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	weights = palloc_extended(((Size) tree.dictionary.count + 1) * sizeof(PtSymbolWeights), MCXT_ALLOC_HUGE);
	pt_symbol_weights(&tree, tree.self, weights);
	rows.weights = weights;
	put_rows(&rows, &tree.dictionary, PG_GETARG_DATUM(1));
	return (Datum) 0;
}

/*
 * pyrotree.block_symbols(block profblock, wanted proftree, first_lane integer,
 *		last_lane integer) returns setof (symbol text, self bigint,
 *		total bigint, first integer, last integer)
 *
 * The same of lanes first_lane to last_lane of a block, inclusive, together;
 * first and last are the lanes between which stacks with weight hold the
 * symbol.  O(nodes + entries + bytes of symbols).  Errors: 22003.
 */
Datum
pyrotree_block_symbols(PG_FUNCTION_ARGS)
{
	SymbolRows	rows = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	PtSpan	   *span;
	PtBlock		block;
	PtError		error;

	InitMaterializedSRF(fcinfo, 0);
	profblock_decode(PG_GETARG_DATUM(0), &block);
	span = palloc_extended(((Size) block.tree.dictionary.count + 1) * sizeof(PtSpan), MCXT_ALLOC_HUGE);
	if (!pt_block_spans(&block, PG_GETARG_INT32(2), PG_GETARG_INT32(3), span, &error))
		proftree_raise(&error);
	rows.span = span;
	put_rows(&rows, &block.tree.dictionary, PG_GETARG_DATUM(1));
	return (Datum) 0;
}
