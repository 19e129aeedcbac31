/*-------------------------------------------------------------------------
 *
 * regroup.h
 *		Trees whose nodes have to be grouped by symbol anew.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_REGROUP_H
#define PYROTREE_REGROUP_H

#include "codec.h"

/*
 * Make a tree canonical again in which siblings are in any order and several
 * may have one symbol: those become one node, with the sum of their weights
 * and the children of all.  What else there is to a canonical tree must hold.
 * O(nodes log siblings), no recursion.
 */
extern void pt_regroup(PtTree *tree);

/*
 * Turn all stacks that have weight round, leaf first.  PT_BEYOND_LIMIT when
 * that makes too many nodes; the tree may then only be freed.  O(sum of the
 * lengths of these stacks) time, and memory for the nodes there were and those
 * there come to be.
 */
extern bool pt_invert(PtTree *tree, PtError *error);

#endif							/* PYROTREE_REGROUP_H */
