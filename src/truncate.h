/*-------------------------------------------------------------------------
 *
 * truncate.h
 *		A tree cut down to a number of nodes, for display.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_TRUNCATE_H
#define PYROTREE_TRUNCATE_H

#include "builder.h"

/*
 * Add the nodes of a tree with the greatest totals, of equal ones the first in
 * preorder, to an empty builder, and for each node of which children are cut,
 * also the root above all, one child "other" with the sum of their totals; as
 * many as max_nodes (at least 1) allow.  A tree of no more nodes is added
 * whole.  When "other" is a symbol of the tree a number is put behind it, the
 * first from 2 on that makes it none.  Errors are those of pt_builder_add().
 * O(nodes log nodes).
 */
extern bool pt_truncate(const PtTree *tree, uint32 max_nodes, const PtFrame *other,
						PtBuilder *builder, PtError *error);

#endif							/* PYROTREE_TRUNCATE_H */
