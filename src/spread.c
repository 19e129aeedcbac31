/*-------------------------------------------------------------------------
 *
 * spread.c
 *		One profile over many slots, and the average of many slots.
 *
 * Rounding each node's share of each slot by itself would lose or make up
 * weight: most nodes of a short slot round to 0.  Instead the weights of all
 * nodes are laid end to end in the order of nodes.  At a time that is the
 * fraction f of the profile, the nodes up to one whose weights sum to C are
 * to have got floor(C f) together; so a node is given what of that the nodes
 * before it have not, within 0 and its weight and never less than it already
 * has.  The errors do not add up over nodes, nor over slots, and at f = 1
 * every node has its weight.
 *
 *-------------------------------------------------------------------------
 */
#include "spread.h"

void
pt_spread_init(PtSpread *spread, const PtTree *tree, int64 span, PtMemory memory)
{
	size_t		nodes = (size_t) tree->node_count + 1;

	Assert(span > 0 && span <= PT_MAX_SPAN);
	spread->tree = tree;
	spread->span = span;
	spread->elapsed = 0;
	spread->given = pt_alloc(memory, nodes * sizeof(int64));
	memset(spread->given, 0, nodes * sizeof(int64));
	spread->keep = pt_alloc(memory, nodes * sizeof(bool));
}

void
pt_spread_free(PtSpread *spread)
{
	pt_free(spread->given);
	pt_free(spread->keep);
}

static void
copy_dictionary(const PtDictionary *from, PtDictionary *to)
{
	pt_dictionary_reserve(to, from->count, from->used + 1);
	to->count = from->count;
	to->used = 0;
	for (uint32 i = 0; i < from->count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		to->symbol[i] = from->symbol[i];
		to->symbol[i].start = (uint32) to->used;
		pt_copy_symbol(to->bytes + to->used, from->bytes + from->symbol[i].start,
					   from->symbol[i].length);
		to->used += from->symbol[i].length;
	}
}

void
pt_spread_next(PtSpread *spread, int64 elapsed, PtTree *part)
{
	const PtTree *tree = spread->tree;
	bool		first = spread->elapsed == 0;
	int64		weights = 0;	/* of the nodes up to this one: C */
	int64		assigned = 0;	/* to those before it, up to this slot */

	Assert(elapsed > spread->elapsed && elapsed <= spread->span);
	spread->elapsed = elapsed;
	pt_tree_reserve(part, tree->node_count);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		int64		given = spread->given[i];
		int64		due;

		PT_CHECK_INTERRUPTS(i + 1);
		part->symbol[i] = tree->symbol[i];
		part->level[i] = tree->level[i];
		/* no sum passes the tree's total, so none overflows */
		weights += tree->self[i];
		due = (int64) ((int128) weights * elapsed / spread->span) - assigned;
		due = Min(tree->self[i], Max(given, due));
		part->self[i] = due - given;
		spread->given[i] = due;
		assigned += due;
		spread->keep[i] = due > given || (first && tree->self[i] == 0 && pt_is_leaf(tree, i));
	}
	part->node_count = tree->node_count;
	pt_keep_paths(tree, spread->keep);
	copy_dictionary(&tree->dictionary, &part->dictionary);
	pt_tree_prune(part, spread->keep);
}

void
pt_average(PtTree *tree, int64 slots)
{
	Assert(slots > 0);
	tree->total = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		int64		rest = tree->self[i] % slots;

		PT_CHECK_INTERRUPTS(i + 1);
		/* a weight above 0 never grows, so neither does the total */
		tree->self[i] = tree->self[i] / slots + (rest > 0 && rest >= slots - rest);
		tree->total += tree->self[i];
	}
}
