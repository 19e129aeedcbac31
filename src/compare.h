/*-------------------------------------------------------------------------
 *
 * compare.h
 *		What changed between two trees: by symbol, and which paths grew.
 *
 * Of a pair (merge.h) a is the baseline and b what it is compared with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_COMPARE_H
#define PYROTREE_COMPARE_H

#include "merge.h"

/* ---- by symbol ---- */

typedef struct PtSymbolDiff
{
	uint32		symbol;			/* number in the pair's dictionary */
	int64		a_self;
	int64		a_total;
	int64		b_self;
	int64		b_total;
} PtSymbolDiff;

/*
 * Both sides of every symbol, by number, as pt_symbol_weights() tells them;
 * diffs has room for the pair's symbols.  O(nodes + symbols).
 */
extern void pt_symbol_diffs(const PtPair *pair, PtSymbolDiff *diffs);

/* greatest change of self first, then of total, then by symbol */
extern void pt_sort_symbol_diffs(PtSymbolDiff *diffs, uint32 count);

/*
 * weight * to / from, rounded half up, exactly; 0 when from is 0.  Weight is at
 * most from, all at least 0.
 */
extern int64 pt_scale_weight(int64 weight, int64 from, int64 to);

/* ---- by path ---- */

/*
 * Growth of a node: its share of the whole in b less that in a.  In whole
 * numbers it is b_total * A - a_total * B, where A and B are the totals of the
 * trees (1 instead of 0), and 100 % is pt_growth_unit().
 */
typedef struct PtRegression
{
	uint32		node;			/* in the pair's tree */
	int64		a_total;
	int64		b_total;
	int128		growth;			/* of the node */
	int128		own;			/* less that of the named nodes below */
} PtRegression;

extern int128 pt_growth_unit(const PtPair *pair);

/*
 * The nodes that growth is named at.  From the leaves up: what a node grew
 * less what the topmost named nodes below it grew is its own growth, and it is
 * named when that is at least "least" (> 0).  So of a chain of frames that
 * grew alike the last is named, and growth spread over children too small to
 * be named is named at their parent.  Gives how many there are, greatest own
 * growth first, then deepest first, then in preorder; *result is allocated in
 * the pair's memory.  O(nodes + rows log rows).
 */
extern uint32 pt_regressions(const PtPair *pair, int128 least, PtRegression **result);

#endif							/* PYROTREE_COMPARE_H */
