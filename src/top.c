/*-------------------------------------------------------------------------
 *
 * top.c
 *		Weights by symbol.
 *
 *-------------------------------------------------------------------------
 */
#include "top.h"

#include "shuffle.h"

void
pt_symbol_weights(const PtTree *tree, const int64 *self, PtSymbolWeights *weights)
{
	uint32	   *open = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	int64	   *totals = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	uint32		last_level = 0;

	pt_totals_of(tree, self, totals);
	for (uint32 i = 0; i < tree->dictionary.count; i++)
		weights[i] = (PtSymbolWeights) {.symbol = i};

	/*
	 * A stack counts once in a symbol's total however often the symbol recurs
	 * on it: only the outermost frame of a symbol adds its node's total.
	 */
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PtSymbolWeights *symbol = &weights[tree->symbol[i]];

		PT_CHECK_INTERRUPTS(i + 1);
		while (last_level >= tree->level[i])
			weights[open[last_level--]].open--;
		last_level = tree->level[i];
		open[last_level] = tree->symbol[i];
		symbol->self += self[i];
		if (symbol->open++ == 0)
			symbol->total += totals[i];
	}
	while (last_level > 0)
		weights[open[last_level--]].open--;
	pt_free(open);
	pt_free(totals);
}

static inline int
compare_weights(const PtSymbolWeights *x, const PtSymbolWeights *y)
{
	if (x->self != y->self)
		return x->self < y->self ? 1 : -1;
	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

#define ST_SORT sort_weights
#define ST_ELEMENT_TYPE PtSymbolWeights
#define ST_COMPARE(a, b) compare_weights(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
pt_sort_symbol_weights(PtSymbolWeights *weights, uint32 count)
{
	pt_shuffle(weights, count, sizeof(*weights));
	sort_weights(weights, count);
}
