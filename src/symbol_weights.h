/*-------------------------------------------------------------------------
 *
 * symbol_weights.h
 *		The weights of symbols, over all nodes that have them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SYMBOL_WEIGHTS_H
#define PYROTREE_SYMBOL_WEIGHTS_H

#include "codec.h"

typedef struct PtSymbolWeights
{
	int64		self;			/* of the stacks that end in the symbol */
	int64		total;			/* of those that hold it, each stack once */
} PtSymbolWeights;

/*
 * Weights of every symbol of a tree, by number: weights has dictionary.count
 * entries.  "self" are the nodes' weights, the tree's own or others.
 * O(nodes + symbols).
 */
extern void pt_symbol_weights(const PtTree *tree, const int64 *self, PtSymbolWeights *weights);

#endif							/* PYROTREE_SYMBOL_WEIGHTS_H */
