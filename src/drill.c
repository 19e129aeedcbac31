/*-------------------------------------------------------------------------
 *
 * drill.c
 *		A closer look at one place of a tree.
 *
 *-------------------------------------------------------------------------
 */
#include "drill.h"

#include "filter.h"
#include "regroup.h"

bool
pt_find_node(const PtTree *tree, const PtFrame *frames, uint32 count, uint32 *node)
{
	uint32		at = 0;

	for (uint32 level = 1; level <= count; level++)
	{
		uint32		symbol;

		PT_CHECK_INTERRUPTS(level);
		if (!pt_find_symbol(&tree->dictionary, frames[level - 1].text, frames[level - 1].length, &symbol))
			return false;
		/* among the nodes below the one found last, which end where levels do */
		while (at < tree->node_count && tree->level[at] >= level &&
			   (tree->level[at] > level || tree->symbol[at] != symbol))
		{
			PT_CHECK_INTERRUPTS(at + 1);
			at++;
		}
		if (at == tree->node_count || tree->level[at] < level)
			return false;
		*node = at++;
	}
	return count > 0;
}

void
pt_subtree(PtTree *tree, uint32 node)
{
	bool	   *keep = pt_alloc(tree->memory, (size_t) tree->node_count + 1);
	uint32		top = tree->level[node];
	bool		inside = false;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		inside = i == node || (inside && tree->level[i] > top);
		keep[i] = inside;
		if (inside)
			tree->level[i] -= top - 1;
	}
	pt_tree_prune(tree, keep);
	pt_free(keep);
}

void
pt_callees(PtTree *tree, uint32 symbol)
{
	bool	   *matches = pt_alloc(tree->memory, tree->dictionary.count);

	memset(matches, 0, tree->dictionary.count);
	matches[symbol] = true;
	pt_show_from(tree, matches);
	pt_free(matches);
}

bool
pt_callers(PtTree *tree, uint32 symbol, PtError *error)
{
	int64	   *totals = pt_alloc(tree->memory, (size_t) tree->node_count * sizeof(int64));
	uint32		inside = 0;		/* level of the outermost open frame */

	/* each of the outermost frames as a stack that ends there */
	pt_totals(tree, totals);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (tree->level[i] <= inside)
			inside = 0;
		tree->self[i] = 0;
		if (inside == 0 && tree->symbol[i] == symbol)
		{
			inside = tree->level[i];
			tree->self[i] = totals[i];
		}
	}
	pt_free(totals);
	return pt_invert(tree, error);
}
