/*-------------------------------------------------------------------------
 *
 * drill.h
 *		A closer look at one place of a tree: what is below it, what calls it.
 *
 * The tree is changed in place and stays canonical.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_DRILL_H
#define PYROTREE_DRILL_H

#include "builder.h"

/* The node of a stack, given root first; false when there is none.  O(nodes + frames log symbols). */
extern bool pt_find_node(const PtTree *tree, const PtFrame *frames, uint32 count, uint32 *node);

/* Leave a node, now at the top, and all below it.  O(nodes). */
extern void pt_subtree(PtTree *tree, uint32 node);

/*
 * What a symbol, by its number, calls, and who calls it: the stacks that hold
 * it from its outermost frame on downwards, or from there on upwards, each
 * with the weight of all it leads to.  So a stack counts once however often
 * the symbol recurs on it.  Both begin with the symbol.  Callers are inverted
 * stacks: those without weight are left out, and pt_invert()'s limit holds.
 * O(nodes log siblings), and for callers the lengths of their stacks.
 */
extern void pt_callees(PtTree *tree, uint32 symbol);
extern bool pt_callers(PtTree *tree, uint32 symbol, PtError *error);

#endif							/* PYROTREE_DRILL_H */
