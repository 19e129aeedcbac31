/*-------------------------------------------------------------------------
 *
 * draft.h
 *		A tree as a file tells it, before it is put in order.
 *
 * Formats that number their names and repeat the numbers give a draft: a
 * PtTree that is not canonical.  Its names stand in the order of the file, may
 * be equal, and need not be used; its nodes are in preorder, but siblings come
 * in any order and repeat.  Each name is hashed once, however often the file
 * refers to it, when the draft is added to a builder.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_DRAFT_H
#define PYROTREE_DRAFT_H

#include "builder.h"

/*
 * Add a name (text in the encoding symbols are in, no NUL inside); its number
 * is the count of those before.  PT_BEYOND_LIMIT.  Amortised O(length).
 */
extern bool pt_draft_name(PtTree *draft, const char *text, size_t length, PtError *error);

/*
 * Add a node behind the last one, at most one level deeper than that, with
 * one of the names so far or to come; it has no weight yet.  PT_BEYOND_LIMIT.
 * Amortised O(1).
 */
extern bool pt_draft_node(PtTree *draft, uint32 level, uint32 name, PtError *error);

/* Add weight (>= 0) to a node.  PT_OUT_OF_RANGE when the total passes 2^63-1. */
extern bool pt_draft_weight(PtTree *draft, uint32 node, int64 weight, PtError *error);

/*
 * Add all of a draft to a builder, but for the nodes at and below which
 * nothing has weight; the draft is of no further use.  O(nodes + bytes of
 * names) expected.
 */
extern bool pt_draft_finish(PtTree *draft, PtBuilder *builder, PtError *error);

#endif							/* PYROTREE_DRAFT_H */
