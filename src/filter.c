/*-------------------------------------------------------------------------
 *
 * filter.c
 *		Parts of a tree by the symbols on its stacks.
 *
 * Each is one walk in preorder that marks the nodes to keep, and sets weights
 * and levels of those to what they are to be.  Where levels change, nodes come
 * to be siblings that were not, so they are grouped anew.
 *
 *-------------------------------------------------------------------------
 */
#include "filter.h"

#include "regroup.h"

static bool *
mark_nodes(const PtTree *tree)
{
	return pt_alloc(tree->memory, (size_t) tree->node_count + 1);
}

/* level of the outermost match on the path to a node, 0 when there is none */
static inline uint32
outermost_match(const PtTree *tree, const bool *matches, uint32 node, uint32 outermost)
{
	if (outermost > 0 && tree->level[node] > outermost)
		return outermost;
	return matches[tree->symbol[node]] ? tree->level[node] : 0;
}

/* Keep the stacks that hold a match, or, when not "wanted", those that hold none. */
static void
keep_stacks(PtTree *tree, const bool *matches, bool wanted)
{
	bool	   *keep = mark_nodes(tree);
	uint32		outermost = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		outermost = outermost_match(tree, matches, i, outermost);
		keep[i] = (outermost > 0) == wanted && (tree->self[i] > 0 || pt_is_leaf(tree, i));
		/* it may still be on the way to one that is kept */
		if (!keep[i])
			tree->self[i] = 0;
	}
	pt_keep_paths(tree, keep);
	pt_tree_prune(tree, keep);
	pt_free(keep);
}

void
pt_focus(PtTree *tree, const bool *matches)
{
	keep_stacks(tree, matches, true);
}

void
pt_ignore(PtTree *tree, const bool *matches)
{
	keep_stacks(tree, matches, false);
}

void
pt_show_from(PtTree *tree, const bool *matches)
{
	bool	   *keep = mark_nodes(tree);
	uint32		outermost = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		outermost = outermost_match(tree, matches, i, outermost);
		keep[i] = outermost > 0;
		if (keep[i])
			tree->level[i] -= outermost - 1;
	}
	pt_tree_prune(tree, keep);
	pt_regroup(tree);
	pt_free(keep);
}

/*
 * Take the frames out for which matches[] is "dropped".  The weight of a stack
 * that ends in such a frame goes to the last frame left above it.
 */
static void
drop_frames(PtTree *tree, const bool *matches, bool dropped)
{
	bool	   *keep = mark_nodes(tree);
	/* by level: how many frames are left of the path, and the last of them */
	uint32	   *left = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	uint32	   *last = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));

	left[0] = last[0] = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		level = tree->level[i];
		bool		kept = matches[tree->symbol[i]] != dropped;

		/* which frames go follows no pattern, so no branch on it */
		PT_CHECK_INTERRUPTS(i + 1);
		keep[i] = kept;
		left[level] = left[level - 1] + kept;
		last[level] = kept ? i : last[level - 1];
		tree->level[i] = left[level];
		tree->self[last[level]] += tree->self[i] & -(int64) (!kept & (left[level] > 0));
	}
	pt_tree_prune(tree, keep);
	pt_regroup(tree);
	pt_free(keep);
	pt_free(left);
	pt_free(last);
}

void
pt_hide(PtTree *tree, const bool *matches)
{
	drop_frames(tree, matches, true);
}

void
pt_show(PtTree *tree, const bool *matches)
{
	drop_frames(tree, matches, false);
}
