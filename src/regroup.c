/*-------------------------------------------------------------------------
 *
 * regroup.c
 *		Trees whose nodes have to be grouped by symbol anew.
 *
 * Both ways here keep a stack of what waits to become a node: entries of which
 * those at the top are siblings-to-be, the smallest symbol last.  A step takes
 * all entries of that symbol off the top and writes one node for them, then
 * puts there what comes below it, sorted, one level deeper.  So nodes are
 * written in preorder with siblings ascending, which is the canonical order,
 * and neither hashing nor recursion is needed.
 *
 * In pt_regroup() an entry is a node, and what comes below are its children.
 * In pt_invert() an entry is a stack, and what comes below is its next frame
 * on the way up to the root: an entry takes the place it had.
 *
 *-------------------------------------------------------------------------
 */
#include "regroup.h"

#include "builder.h"
#include "shuffle.h"

/* An entry: a symbol, turned round so that the smallest sorts last, and a number. */
static inline uint64
entry_of(uint32 symbol, uint32 number)
{
	return (uint64) ~symbol << 32 | number;
}

static inline uint32
symbol_of(uint64 entry)
{
	return ~(uint32) (entry >> 32);
}

static inline uint32
number_of(uint64 entry)
{
	return (uint32) entry;
}

#define ST_SORT sort_entries
#define ST_ELEMENT_TYPE uint64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* quicksort of fewer cannot take long, whatever their order */
#define SHUFFLE_LEAST	32

static void
sort(uint64 *entries, uint32 count)
{
	uint32		i = 1;

	/* children of one node already are in order */
	while (i < count && entries[i - 1] < entries[i])
	{
		PT_CHECK_INTERRUPTS(i);
		i++;
	}
	if (i >= count)
		return;
	if (count >= SHUFFLE_LEAST)
		pt_shuffle(entries, count, sizeof(uint64));
	sort_entries(entries, count);
}

static inline void
write_node(PtTree *result, uint32 symbol, uint32 level, int64 self)
{
	result->symbol[result->node_count] = symbol;
	result->level[result->node_count] = level;
	result->self[result->node_count] = self;
	result->node_count++;
}

/* Give the tree the nodes of the result, which goes. */
static void
take_nodes(PtTree *tree, PtTree *result)
{
	PtTree		old = *tree;

	tree->node_count = result->node_count;
	tree->symbol = result->symbol;
	tree->level = result->level;
	tree->self = result->self;
	tree->capacity = result->capacity;
	result->symbol = old.symbol;
	result->level = old.level;
	result->self = old.self;
	result->capacity = old.capacity;
	pt_tree_free(result);
}

void
pt_regroup(PtTree *tree)
{
	/* nodes are numbered from 1 here, and 0 is the root above them or none */
	size_t		numbers = (size_t) tree->node_count + 1;
	uint64	   *waiting = pt_alloc(tree->memory, numbers * sizeof(uint64));
	uint32	   *last_child = pt_alloc(tree->memory, numbers * sizeof(uint32));
	uint32	   *before = pt_alloc(tree->memory, numbers * sizeof(uint32));	/* the sibling before */
	uint32		count = 0;
	PtTree		result;

	memset(last_child, 0, numbers * sizeof(uint32));
	pt_parents(tree, before + 1);
	for (uint32 node = 1; node < numbers; node++)
	{
		uint32		parent = before[node];

		PT_CHECK_INTERRUPTS(node);
		before[node] = last_child[parent];
		last_child[parent] = node;
	}

	pt_tree_init(&result, tree->memory);
	pt_tree_reserve(&result, tree->node_count);
	for (uint32 child = last_child[0]; child != 0; child = before[child])
		waiting[count++] = entry_of(tree->symbol[child - 1], child);
	sort(waiting, count);
	while (count > 0)
	{
		uint32		symbol = symbol_of(waiting[count - 1]);
		uint32		level = tree->level[number_of(waiting[count - 1]) - 1];
		uint32		merged = 0;
		uint32		first;
		int64		self = 0;

		PT_CHECK_INTERRUPTS(result.node_count + 1);
		do
		{
			uint32		node = number_of(waiting[--count]);

			/* a list of those that become one; which was before it is not needed any more */
			self += tree->self[node - 1];
			before[node] = merged;
			merged = node;
		} while (count > 0 && symbol_of(waiting[count - 1]) == symbol &&
				 tree->level[number_of(waiting[count - 1]) - 1] == level);
		write_node(&result, symbol, level, self);

		first = count;
		for (uint32 node = merged; node != 0; node = before[node])
		{
			PT_CHECK_INTERRUPTS(count + 1);
			for (uint32 child = last_child[node]; child != 0; child = before[child])
				waiting[count++] = entry_of(tree->symbol[child - 1], child);
		}
		sort(waiting + first, count - first);
	}
	take_nodes(tree, &result);
	pt_free(waiting);
	pt_free(last_child);
	pt_free(before);
}

/* The stacks that pt_invert() turns round, each known by the number of its node. */
typedef struct Stacks
{
	const PtTree *tree;
	uint32	   *parents;		/* pt_parents() */
	uint32	   *at;				/* the node that a stack has come to */
} Stacks;

/* the level of the node that an entry is to become */
static inline uint32
level_of(const Stacks *stacks, uint64 entry)
{
	const uint32 *level = stacks->tree->level;
	uint32		stack = number_of(entry);

	return level[stack] - level[stacks->at[stack]] + 1;
}

/*
 * Move entries, all at one symbol and level, to the next frame up; first come
 * those that have one, and their number is given.  What the others weigh is
 * added to *self.
 */
static uint32
move_up(Stacks *stacks, uint64 *entries, uint32 count, int64 *self)
{
	const PtTree *tree = stacks->tree;
	uint32		left = 0;

	for (uint32 i = 0; i < count; i++)
	{
		uint32		stack = number_of(entries[i]);
		uint32		parent = stacks->parents[stacks->at[stack]];

		PT_CHECK_INTERRUPTS(i + 1);
		if (parent == 0)
			*self += tree->self[stack];
		else
		{
			stacks->at[stack] = parent - 1;
			entries[left++] = entry_of(tree->symbol[parent - 1], stack);
		}
	}
	return left;
}

bool
pt_invert(PtTree *tree, PtError *error)
{
	uint64	   *waiting;
	uint32		count = 0;
	bool		fits = true;
	Stacks		stacks;
	PtTree		result;

	pt_tree_prune_weightless(tree);
	waiting = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint64));
	stacks.tree = tree;
	stacks.parents = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	stacks.at = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	pt_parents(tree, stacks.parents);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		stacks.at[i] = i;
		if (tree->self[i] > 0)
			waiting[count++] = entry_of(tree->symbol[i], i);
	}
	sort(waiting, count);

	pt_tree_init(&result, tree->memory);
	pt_tree_reserve(&result, tree->node_count);
	while (count > 0)
	{
		uint32		symbol = symbol_of(waiting[count - 1]);
		uint32		level = level_of(&stacks, waiting[count - 1]);
		uint32		first = count - 1;
		int64		self = 0;

		PT_CHECK_INTERRUPTS(result.node_count + 1);
		while (first > 0 && symbol_of(waiting[first - 1]) == symbol &&
			   level_of(&stacks, waiting[first - 1]) == level)
			first--;
		count = first + move_up(&stacks, waiting + first, count - first, &self);
		sort(waiting + first, count - first);

		if (result.node_count == PT_MAX_NODES)
		{
			fits = pt_too_large(error);
			break;
		}
		pt_tree_reserve(&result, result.node_count + 1);
		write_node(&result, symbol, level, self);
		result.depth = Max(result.depth, level);
	}
	tree->depth = result.depth;
	take_nodes(tree, &result);
	pt_free(waiting);
	pt_free(stacks.parents);
	pt_free(stacks.at);
	return fits;
}
