/*-------------------------------------------------------------------------
 *
 * filter.h
 *		Parts of a tree by the symbols on its stacks, as the options of pprof
 *		choose them.
 *
 * matches[] says for each number of the dictionary whether the symbol matches;
 * who asks decides how.  The tree is changed in place and stays canonical.  A
 * stack is what is a line of the text form: a node that has weight, or a leaf.
 * O(nodes + symbols), of the last three O(nodes log siblings).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_FILTER_H
#define PYROTREE_FILTER_H

#include "codec.h"

/* only the stacks that hold a match */
extern void pt_focus(PtTree *tree, const bool *matches);
/* only the stacks that hold none */
extern void pt_ignore(PtTree *tree, const bool *matches);

/* no frames that match; a stack of which none is left is dropped */
extern void pt_hide(PtTree *tree, const bool *matches);
/* only the frames that match */
extern void pt_show(PtTree *tree, const bool *matches);
/* only the stacks that hold a match, without the frames above the outermost */
extern void pt_show_from(PtTree *tree, const bool *matches);

#endif							/* PYROTREE_FILTER_H */
