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

void
pt_focus(PtTree *tree, const bool *matches)
{
	bool	   *keep = mark_nodes(tree);
	uint32		outermost = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		outermost = outermost_match(tree, matches, i, outermost);
		keep[i] = outermost > 0;
		/* it may still be on the way to a match */
		if (!keep[i])
			tree->self[i] = 0;
	}
	pt_keep_paths(tree, keep);
	pt_tree_prune(tree, keep);
	pt_free(keep);
}

void
pt_ignore(PtTree *tree, const bool *matches)
{
	bool	   *keep = mark_nodes(tree);
	uint32		outermost = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		outermost = outermost_match(tree, matches, i, outermost);
		keep[i] = outermost == 0 && (tree->self[i] > 0 || pt_is_leaf(tree, i));
	}
	pt_keep_paths(tree, keep);
	pt_tree_prune(tree, keep);
	pt_free(keep);
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
	uint32	   *left = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));	/* by level: frames left */
	uint32	   *last = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));	/* by level: the last of them */

	left[0] = last[0] = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		level = tree->level[i];

		PT_CHECK_INTERRUPTS(i + 1);
		keep[i] = matches[tree->symbol[i]] != dropped;
		left[level] = left[level - 1] + keep[i];
		last[level] = keep[i] ? i : last[level - 1];
		if (keep[i])
			tree->level[i] = left[level];
		else if (left[level] > 0)
			tree->self[last[level]] += tree->self[i];
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
