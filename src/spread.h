/*-------------------------------------------------------------------------
 *
 * spread.h
 *		One profile over many slots, and the average of many slots.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SPREAD_H
#define PYROTREE_SPREAD_H

#include "codec.h"

/*
 * A profile on its way over slots.  By the end of a slot each node has been
 * given a share of its weight, which only grows and in the end is all of it.
 */
typedef struct PtSpread
{
	const PtTree *tree;
	int64		span;			/* length of the profile */
	int64		elapsed;		/* of it, up to the end of the last slot */
	int64	   *given;			/* [node_count] weight in the slots so far */
	bool	   *keep;			/* [node_count] */
} PtSpread;

/* Profiles are at most a day long, in microseconds; so products fit 128 bits. */
#define PT_MAX_SPAN		INT64CONST(86400000000)

/*
 * Begin to spread a tree, which outlives this, over "span" (1 to PT_MAX_SPAN)
 * units of time.  O(nodes) memory.
 */
extern void pt_spread_init(PtSpread *spread, const PtTree *tree, int64 span, PtMemory memory);
extern void pt_spread_free(PtSpread *spread);

/*
 * The part of the next slot, which ends "elapsed" units after the profile
 * began: more than the one before, and span at last.  Leaves of weight 0 are
 * in the first part.  The sum of all parts is the tree, node by node.  part
 * is an initialised tree, to be used again and again.  O(nodes + symbol bytes).
 */
extern void pt_spread_next(PtSpread *spread, int64 elapsed, PtTree *part);

/*
 * Every weight divided by slots (>= 1), half up; no node is dropped.  O(nodes).
 */
extern void pt_average(PtTree *tree, int64 slots);

#endif							/* PYROTREE_SPREAD_H */
