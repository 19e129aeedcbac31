/*-------------------------------------------------------------------------
 *
 * top.h
 *		Weights by symbol.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_TOP_H
#define PYROTREE_TOP_H

#include "codec.h"

typedef struct PtSymbolWeights
{
	uint32		symbol;			/* number in the dictionary */
	uint32		open;			/* its frames on the path at present; 0 in the end */
	int64		self;			/* of the stacks that end in it */
	int64		total;			/* of the stacks that hold it, each once */
} PtSymbolWeights;

/*
 * The weights of every symbol, by number, where "self" has the weights of the
 * nodes (the tree's own, or others of the same nodes: merge.h).  weights has
 * room for dictionary.count.  O(nodes + symbols).
 */
extern void pt_symbol_weights(const PtTree *tree, const int64 *self, PtSymbolWeights *weights);

/* self descending, then total descending, then symbol ascending */
extern void pt_sort_symbol_weights(PtSymbolWeights *weights, uint32 count);

/* share of the whole in percent, 0 when that is 0 */
static inline double
pt_percent(int64 part, int64 whole)
{
	return whole == 0 ? 0 : 100.0 * part / whole;
}

#endif							/* PYROTREE_TOP_H */
