/*-------------------------------------------------------------------------
 *
 * block_span.h
 *		What a run of lanes of a block says of each symbol.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_BLOCK_SPAN_H
#define PYROTREE_BLOCK_SPAN_H

#include "block.h"
#include "top.h"

/* One symbol in a run of lanes. */
typedef struct PtSpan
{
	PtSymbolWeights weights;	/* in all lanes of the run */
	uint32		first_lane;		/* in which stacks with weight hold it; only when total > 0 */
	uint32		last_lane;
} PtSpan;

/*
 * The spans of all symbols of a decoded block over lanes first to last, both
 * inclusive, by number; "span" has dictionary.count entries.  Takes over self
 * and total of the block's tree.  PT_OUT_OF_RANGE when the total passes 2^63-1.
 * O(nodes + entries of these lanes).
 */
extern bool pt_block_spans(PtBlock *block, int64 first, int64 last, PtSpan *span, PtError *error);

#endif							/* PYROTREE_BLOCK_SPAN_H */
