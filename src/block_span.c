/*-------------------------------------------------------------------------
 *
 * block_span.c
 *		What a run of lanes of a block says of each symbol.
 *
 * Which lanes hold a node with weight is known from the entries, first and
 * last of them are carried up to the nodes above, and a symbol has the first
 * and the last of all its nodes.
 *
 *-------------------------------------------------------------------------
 */
#include "block_span.h"

#define NO_LANE		PG_UINT32_MAX

/*
 * Sum the lanes into the tree's weights, and note the first and the last lane
 * in which each node has weight itself.
 */
static bool
sum_lanes(PtBlock *block, int64 first, int64 last, uint32 *first_lane, uint32 *last_lane, PtError *error)
{
	PtTree	   *tree = &block->tree;
	const PtLanes *lanes = &block->lanes;

	tree->total = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		tree->self[i] = 0;
		first_lane[i] = NO_LANE;
		last_lane[i] = 0;
	}
	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		if (lane->lane < first || lane->lane > last)
			continue;
		/* so no sum below passes it */
		if (!pt_add_weight(&tree->total, lane->total, error))
			return false;
		for (uint32 j = 0; j < lane->count; j++)
		{
			uint32		node = lanes->node[lane->first + j];
			int64		weight = lanes->weight[lane->first + j];

			PT_CHECK_INTERRUPTS(j + 1);
			if (weight == 0)
				continue;
			tree->self[node] += weight;
			first_lane[node] = Min(first_lane[node], lane->lane);
			last_lane[node] = lane->lane;
		}
	}
	return true;
}

/* Carry lanes up: a node has weight where one below it has. */
static void
carry_up(const PtTree *tree, uint32 *first_lane, uint32 *last_lane)
{
	/* by level: of the finished subtrees not yet taken by a parent */
	uint32	   *first = pt_alloc(tree->memory, 2 * ((size_t) tree->depth + 2) * sizeof(uint32));
	uint32	   *last = first + tree->depth + 2;

	for (uint32 level = 0; level < tree->depth + 2; level++)
	{
		first[level] = NO_LANE;
		last[level] = 0;
	}
	for (uint32 i = tree->node_count; i-- > 0;)
	{
		uint32		level = tree->level[i];

		PT_CHECK_INTERRUPTS(i);
		first_lane[i] = Min(first_lane[i], first[level + 1]);
		last_lane[i] = Max(last_lane[i], last[level + 1]);
		first[level + 1] = NO_LANE;
		last[level + 1] = 0;
		first[level] = Min(first[level], first_lane[i]);
		last[level] = Max(last[level], last_lane[i]);
	}
	pt_free(first);
}

bool
pt_block_spans(PtBlock *block, int64 first, int64 last, PtSpan *span, PtError *error)
{
	PtTree	   *tree = &block->tree;
	uint32		symbols = tree->dictionary.count;
	PtSymbolWeights *weights;
	uint32	   *first_lane = pt_alloc(tree->memory, 2 * ((size_t) tree->node_count + 1) * sizeof(uint32));
	uint32	   *last_lane = first_lane + tree->node_count;

	if (!sum_lanes(block, first, last, first_lane, last_lane, error))
	{
		pt_free(first_lane);
		return false;
	}
	carry_up(tree, first_lane, last_lane);
	weights = pt_alloc(tree->memory, ((size_t) symbols + 1) * sizeof(PtSymbolWeights));
	pt_symbol_weights(tree, tree->self, weights);
	for (uint32 i = 0; i < symbols; i++)
	{
		span[i].weights = weights[i];
		span[i].first_lane = NO_LANE;
		span[i].last_lane = 0;
	}
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PtSpan	   *here = &span[tree->symbol[i]];

		PT_CHECK_INTERRUPTS(i + 1);
		here->first_lane = Min(here->first_lane, first_lane[i]);
		here->last_lane = Max(here->last_lane, last_lane[i]);
	}
	pt_free(weights);
	pt_free(first_lane);
	return true;
}
