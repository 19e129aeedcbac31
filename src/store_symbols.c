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
#include "profblock.h"
#include "proftree_has.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pyrotree_new_symbols);
PG_FUNCTION_INFO_V1(pyrotree_symbols_of_block);
PG_FUNCTION_INFO_V1(pyrotree_tree_symbols);
PG_FUNCTION_INFO_V1(pyrotree_block_symbols);

/*
 * The symbols of one dictionary that another has not, as a set; false when
 * there are none.  O(n log m) comparisons of n symbols with m.
 */
static bool
new_symbols(const PtDictionary *symbols, const PtDictionary *known, Datum *result)
{
	PtTree		set;
	uint32		shared = PG_UINT32_MAX;

	pt_tree_init(&set, CurrentMemoryContext);
	set.depth = 1;
	for (uint32 i = 0; i < symbols->count; i++)
	{
		PtSymbol   *symbol;
		size_t		length;
		const char *text = pt_symbol_text(symbols, i, &length);
		uint32		number;

		PT_CHECK_INTERRUPTS(i + 1);
		/* what all since the last one taken share with their neighbours */
		shared = Min(shared, symbols->symbol[i].shared);
		if (pt_find_symbol(known, text, length, &number))
			continue;
		if (set.node_count == 0)
		{
			pt_tree_reserve(&set, symbols->count - i);
			pt_dictionary_reserve(&set.dictionary, symbols->count - i, 0);
			/* lent by the other dictionary: the tree does not free them */
			set.dictionary.bytes = symbols->bytes;
			shared = 0;
		}
		symbol = &set.dictionary.symbol[set.dictionary.count];
		*symbol = symbols->symbol[i];
		symbol->shared = shared;
		shared = PG_UINT32_MAX;
		set.symbol[set.node_count] = set.dictionary.count++;
		set.level[set.node_count] = 1;
		set.self[set.node_count++] = 0;
		set.dictionary.used += symbol->length;
	}
	if (set.node_count == 0)
		return false;
	*result = proftree_encode(&set);
	return true;
}

/*
 * pyrotree.new_symbols(tree proftree, known proftree) returns proftree
 *
 * The symbols of a tree that the tree "known" does not have, as a set; NULL
 * when there are none, as for most profiles of a series that is known.  The
 * trees' nodes are not looked at.  O(bytes of symbols of both), and the search.
 */
Datum
pyrotree_new_symbols(PG_FUNCTION_ARGS)
{
	PtDictionary symbols;
	PtDictionary known;
	Datum		result;

	proftree_dictionary(PG_GETARG_DATUM(0), &symbols);
	proftree_dictionary(PG_GETARG_DATUM(1), &known);
	if (!new_symbols(&symbols, &known, &result))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

/*
 * pyrotree.symbols_of(block profblock) returns proftree
 *
 * The symbols of all lanes of a block, with weight or without, as a set; NULL
 * when there are none.  Nothing is added up, so that no weight is too large.
 * O(bytes of symbols).  Errors: XX001.
 */
Datum
pyrotree_symbols_of_block(PG_FUNCTION_ARGS)
{
	size_t		length;
	const uint8 *bytes = profblock_bytes(PG_GETARG_DATUM(0), &length);
	PtBlockSections sections;
	PtDictionary symbols = {.memory = CurrentMemoryContext};
	PtDictionary none = {.memory = CurrentMemoryContext};
	Datum		result;
	PtError		error;

	if (!pt_block_decode_sections(bytes, length, PT_MAX_BYTES, &sections, &error) ||
		!pt_decode_dictionary(&sections.sections, &symbols, &error))
		proftree_raise(&error);
	if (!new_symbols(&symbols, &none, &result))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
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
 * The same of lanes first_lane to last_lane of a block, inclusive; first and
 * last are the lanes between which stacks with weight hold the symbol.  Lanes
 * whose total would pass 2^63-1 are not added: of these a symbol has several
 * rows.  O(nodes + entries + bytes of symbols) for each run that is added.
 */
Datum
pyrotree_block_symbols(PG_FUNCTION_ARGS)
{
	SymbolRows	rows = {.result = (ReturnSetInfo *) fcinfo->resultinfo};
	int64		last = PG_GETARG_INT32(3);
	PtSpan	   *span;
	PtBlock		block;
	PtError		error;
	uint32		i = 0;

	InitMaterializedSRF(fcinfo, 0);
	profblock_decode(PG_GETARG_DATUM(0), &block);
	span = palloc_extended(((Size) block.tree.dictionary.count + 1) * sizeof(PtSpan), MCXT_ALLOC_HUGE);
	rows.span = span;
	while (i < block.lanes.count && (int64) block.lanes.lane[i].lane < PG_GETARG_INT32(2))
		i++;
	while (i < block.lanes.count && block.lanes.lane[i].lane <= last)
	{
		uint32		first_lane = block.lanes.lane[i].lane;
		uint32		last_lane = first_lane;
		int64		total = 0;

		for (; i < block.lanes.count && block.lanes.lane[i].lane <= last &&
			 !pg_add_s64_overflow(total, block.lanes.lane[i].total, &total); i++)
			last_lane = block.lanes.lane[i].lane;
		if (!pt_block_spans(&block, first_lane, last_lane, span, &error))
			proftree_raise(&error);
		put_rows(&rows, &block.tree.dictionary, PG_GETARG_DATUM(1));
	}
	return (Datum) 0;
}
