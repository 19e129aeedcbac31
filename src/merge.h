/*-------------------------------------------------------------------------
 *
 * merge.h
 *		Two flat trees to one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_MERGE_H
#define PYROTREE_MERGE_H

#include "codec.h"

/*
 * result = a + b.  result is an initialised tree that owns what it gets.
 * PT_OUT_OF_RANGE when the total passes 2^63-1.  O(nodes + symbol bytes).
 */
extern bool pt_merge(const PtTree *a, const PtTree *b, PtTree *result, PtError *error);

/*
 * What grew from "previous" to "current", two snapshots of a cumulative
 * profile: per stack current - previous, 0 where it did not grow; nodes
 * below and at which nothing grew are left out.
 */
extern void pt_delta(const PtTree *previous, const PtTree *current, PtTree *result);

/*
 * Two trees side by side, for what compares them: one shape, each node with
 * the weights of both.
 */
typedef struct PtPair
{
	PtTree		tree;			/* the nodes of either; self and total are a's */
	int64	   *b_self;			/* [node_count], 0 where b lacks the node */
	int64		b_total;
} PtPair;

/* allocates in "memory".  O(nodes + symbol bytes). */
extern void pt_pair(const PtTree *a, const PtTree *b, PtMemory memory, PtPair *pair);
extern void pt_pair_free(PtPair *pair);

#endif							/* PYROTREE_MERGE_H */
