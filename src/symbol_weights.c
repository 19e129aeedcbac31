/*-------------------------------------------------------------------------
 *
 * symbol_weights.c
 *		The weights of symbols, over all nodes that have them.
 *
 * A stack counts once in a symbol's total however often the symbol recurs on
 * it: only the outermost frame of a symbol adds its node's total.
 *
 *-------------------------------------------------------------------------
 */
#include "symbol_weights.h"

void
pt_symbol_weights(const PtTree *tree, const int64 *self, PtSymbolWeights *weights)
{
	uint32		count = tree->dictionary.count;
	/* frames of each symbol on the path at present, and the symbol by level */
	uint32	   *frames = pt_alloc(tree->memory, ((size_t) count + tree->depth + 1) * sizeof(uint32));
	uint32	   *open = frames + count;
	int64	   *totals = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	uint32		level = 0;

	memset(frames, 0, (size_t) count * sizeof(uint32));
	memset(weights, 0, (size_t) count * sizeof(PtSymbolWeights));
	pt_totals_of(tree, self, totals);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		symbol = tree->symbol[i];

		PT_CHECK_INTERRUPTS(i + 1);
		while (level >= tree->level[i])
			frames[open[level--]]--;
		level = tree->level[i];
		open[level] = symbol;
		weights[symbol].self += self[i];
		if (frames[symbol]++ == 0)
			weights[symbol].total += totals[i];
	}
	pt_free(frames);
	pt_free(totals);
}
