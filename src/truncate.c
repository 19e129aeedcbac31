/*-------------------------------------------------------------------------
 *
 * truncate.c
 *		A tree cut down to a number of nodes.
 *
 * No node has a greater total than its parent, and in preorder it comes behind
 * it.  So when nodes are taken by total, then preorder, the parent of each has
 * been taken before.
 *
 *-------------------------------------------------------------------------
 */
#include "truncate.h"

#include "shuffle.h"

typedef struct Candidate
{
	int64		total;
	uint32		node;
} Candidate;

static inline int
compare_candidates(const Candidate *x, const Candidate *y)
{
	if (x->total != y->total)
		return x->total < y->total ? 1 : -1;
	return x->node < y->node ? -1 : x->node > y->node;
}

#define ST_SORT sort_candidates
#define ST_ELEMENT_TYPE Candidate
#define ST_COMPARE(a, b) compare_candidates(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Move the first "wanted" candidates of their order to the front, in any order:
 * Hoare's quickselect, O(count) as they come shuffled.
 */
static void
select_candidates(Candidate *candidates, uint32 count, uint32 wanted)
{
	uint32		first = 0;
	uint32		last = count;

	/* what lies before first is in front of all the rest, what from last on behind */
	while (first < wanted && wanted < last)
	{
		Candidate	pivot = candidates[first];
		uint32		place = first;

		for (uint32 i = first + 1; i < last; i++)
		{
			PT_CHECK_INTERRUPTS(i);
			if (compare_candidates(&candidates[i], &pivot) < 0)
			{
				candidates[place] = candidates[i];
				place++;
				candidates[i] = candidates[place];
			}
		}
		candidates[place] = pivot;
		if (place < wanted)
			first = place + 1;
		else
			last = place;
	}
}

/*
 * Mark the nodes to keep.  Of nodes already taken, those with cut children
 * have a child "other" each, and so has the root: taking one more node adds
 * it, adds an "other" below it when it has children, and takes one away when
 * it was the last child to be taken.  So what they need never shrinks, and is
 * never less than what has been taken.
 */
static void
choose(const PtTree *tree, const int64 *totals, uint32 max_nodes, bool *keep)
{
	uint32		count = tree->node_count;
	Candidate  *candidates = pt_alloc(tree->memory, (size_t) count * sizeof(Candidate));
	uint32	   *parents = pt_alloc(tree->memory, (size_t) count * sizeof(uint32));
	/* not taken yet, of the nodes numbered as in parents */
	uint32	   *children = pt_alloc(tree->memory, ((size_t) count + 1) * sizeof(uint32));
	uint64		needed = 1;

	memset(children, 0, ((size_t) count + 1) * sizeof(uint32));
	pt_parents(tree, parents);
	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		candidates[i] = (Candidate) {totals[i], i};
		children[parents[i]]++;
	}
	memset(keep, 0, count);
	pt_shuffle(candidates, count, sizeof(Candidate));
	select_candidates(candidates, count, max_nodes);
	sort_candidates(candidates, max_nodes);
	for (uint32 i = 0; i < max_nodes; i++)
	{
		uint32		node = candidates[i].node;
		uint32		left = --children[parents[node]];

		PT_CHECK_INTERRUPTS(i + 1);
		needed += 1 + (children[node + 1] > 0) - (left == 0);
		if (needed > max_nodes)
			break;
		keep[node] = true;
	}
	pt_free(candidates);
	pt_free(parents);
	pt_free(children);
}

/* "other", or that with a number behind it; in "name" */
static PtFrame
free_symbol(const PtDictionary *dictionary, const PtFrame *other, StringInfo name)
{
	uint32		number;

	initStringInfo(name);
	appendBinaryStringInfo(name, other->text, (int) other->length);
	for (uint32 i = 2; pt_find_symbol(dictionary, name->data, name->len, &number); i++)
	{
		PT_CHECK_INTERRUPTS(i);
		name->len = (int) other->length;
		appendStringInfo(name, " %u", i);
	}
	return (PtFrame) {name->data, name->len};
}

bool
pt_truncate(const PtTree *tree, uint32 max_nodes, const PtFrame *other,
			PtBuilder *builder, PtError *error)
{
	int64	   *totals;
	bool	   *keep;
	StringInfoData name;
	PtFrame		rest;
	uint32		cut = 0;		/* level of the cut node that we are below */
	bool		ok = true;

	if (tree->node_count <= max_nodes)
		return pt_builder_add_tree(builder, tree, error);
	totals = pt_alloc(tree->memory, (size_t) tree->node_count * sizeof(int64));
	keep = pt_alloc(tree->memory, tree->node_count);
	pt_totals(tree, totals);
	choose(tree, totals, max_nodes, keep);
	rest = free_symbol(&tree->dictionary, other, &name);

	/* its parent's frames are those of the stack added last, or lead to it */
	for (uint32 i = 0; i < tree->node_count && ok; i++)
	{
		uint32		level = tree->level[i];

		PT_CHECK_INTERRUPTS(i + 1);
		if (cut > 0 && level > cut)
			continue;
		cut = keep[i] ? 0 : level;
		if (keep[i])
		{
			PtFrame		frame;

			frame.text = pt_symbol_text(&tree->dictionary, tree->symbol[i], &frame.length);
			ok = pt_builder_add(builder, level - 1, &frame, 1, tree->self[i], error);
		}
		else
			ok = pt_builder_add(builder, level - 1, &rest, 1, totals[i], error);
	}
	pfree(name.data);
	pt_free(totals);
	pt_free(keep);
	return ok;
}
