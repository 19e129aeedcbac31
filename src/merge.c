/*-------------------------------------------------------------------------
 *
 * merge.c
 *		Two flat trees to one, as two sorted lists are merged.
 *
 * Both trees are in preorder with siblings ascending by symbol.  Take the
 * symbols of both in one numbering that keeps their order.  Then the next
 * nodes of the two, both hanging on the path written so far, compare by
 * (deeper first, then smaller symbol): the deeper one still belongs below
 * what was written last, where the other tree has nothing more to say; at
 * equal depth they are siblings, or the same node.  So one pass with two
 * cursors merges them, without a stack, a look-up or recursion.
 *
 * For more than a few trees a builder is cheaper (builder.c): it does not
 * write the intermediate sums.
 *
 *-------------------------------------------------------------------------
 */
#include "merge.h"

/*
 * The symbols of two dictionaries in one, an initialised one that owns what it
 * gets; a_map[a->count] and b_map[b->count] give the new number of each old
 * one.  O(symbol bytes).
 *
 * Both heads know how many bytes they share with the symbol written last
 * (shared, as that is the one before them or sorts between).  The one that
 * shares more is the smaller one, and only when they share equally many are
 * their bytes compared, from there on: each byte is looked at about once, and
 * what the result shares falls out.  (Ng and Kakehi, "Merging string
 * sequences by longest common prefixes", 2008.)
 */
static void
merge_dictionaries(const PtDictionary *a, const PtDictionary *b, PtDictionary *result,
				   uint32 *a_map, uint32 *b_map)
{
	uint32		i = 0;
	uint32		j = 0;
	uint32		a_shared = 0;
	uint32		b_shared = 0;
	uint32		count = 0;
	size_t		used = 0;

	pt_dictionary_reserve(result, a->count + b->count, a->used + b->used + 1);
	while (i < a->count || j < b->count)
	{
		PtSymbol   *symbol = &result->symbol[count];
		bool		take_a;
		bool		take_b;
		const char *text;

		PT_CHECK_INTERRUPTS(count + 1);
		/* a side that has ended shares nothing */
		symbol->shared = Max(a_shared, b_shared);
		if (i == a->count || j == b->count || a_shared != b_shared)
		{
			take_a = j == b->count || (i < a->count && a_shared > b_shared);
			take_b = !take_a;
		}
		else
		{
			const PtSymbol *x = &a->symbol[i];
			const PtSymbol *y = &b->symbol[j];
			const char *x_text = a->bytes + x->start;
			const char *y_text = b->bytes + y->start;
			uint32		most = Min(x->length, y->length);
			uint32		common = a_shared +
				(uint32) pt_shared_prefix(x_text + a_shared, y_text + a_shared, most - a_shared);

			if (common < most)
			{
				take_a = (uint8) x_text[common] < (uint8) y_text[common];
				take_b = !take_a;
			}
			else
			{
				take_a = x->length <= y->length;
				take_b = y->length <= x->length;
			}
			/* what the one left behind shares with the one written now */
			if (!take_a)
				a_shared = common;
			if (!take_b)
				b_shared = common;
		}

		if (take_a)
		{
			text = a->bytes + a->symbol[i].start;
			symbol->length = a->symbol[i].length;
			a_map[i++] = count;
			a_shared = i < a->count ? a->symbol[i].shared : 0;
		}
		else
		{
			text = b->bytes + b->symbol[j].start;
			symbol->length = b->symbol[j].length;
		}
		if (take_b)
		{
			b_map[j++] = count;
			b_shared = j < b->count ? b->symbol[j].shared : 0;
		}
		symbol->start = (uint32) used;
		pt_copy_symbol(result->bytes + used, text, symbol->length);
		used += symbol->length;
		count++;
	}
	result->count = count;
	result->used = used;
}

/* weight of a node that is in both; a tree may lack it, then it has 0 there */
typedef int64 (*CombineWeights) (int64 a, int64 b);

static inline int64
add_weights(int64 a, int64 b)
{
	/* the totals were added without overflow, so parts of them can be */
	return a + b;
}

static inline int64
growth(int64 a, int64 b)
{
	return Max(b - a, 0);
}

static inline int64
first_of(int64 a, int64 b)
{
	(void) b;
	return a;
}

/* b_self gets b's weights beside what "combine" makes of both, unless NULL */
static pg_attribute_always_inline void
merge_nodes(const PtTree *a, const PtTree *b, const uint32 *a_map, const uint32 *b_map,
			PtTree *result, CombineWeights combine, int64 *b_self)
{
	uint32		i = 0;
	uint32		j = 0;
	uint32		count = 0;

	pt_tree_reserve(result, a->node_count + b->node_count);
	while (i < a->node_count || j < b->node_count)
	{
		/* level 0 and symbol 0 sort behind all nodes */
		uint32		a_level = i < a->node_count ? a->level[i] : 0;
		uint32		b_level = j < b->node_count ? b->level[j] : 0;
		uint32		a_symbol = a_level > 0 ? a_map[a->symbol[i]] : 0;
		uint32		b_symbol = b_level > 0 ? b_map[b->symbol[j]] : 0;
		bool		take_a = a_level > b_level || (a_level == b_level && a_symbol <= b_symbol);
		bool		take_b = b_level > a_level || (a_level == b_level && b_symbol <= a_symbol);

		PT_CHECK_INTERRUPTS(count + 1);
		result->level[count] = take_a ? a_level : b_level;
		result->symbol[count] = take_a ? a_symbol : b_symbol;
		result->self[count] = combine(take_a ? a->self[i] : 0, take_b ? b->self[j] : 0);
		if (b_self != NULL)
			b_self[count] = take_b ? b->self[j] : 0;
		i += take_a;
		j += take_b;
		count++;
	}
	result->node_count = count;
	result->depth = Max(a->depth, b->depth);
}

static uint32 *
map_and_merge_dictionaries(const PtTree *a, const PtTree *b, PtTree *result)
{
	uint32	   *map = pt_alloc(result->memory,
							   ((size_t) a->dictionary.count + b->dictionary.count + 1) * sizeof(uint32));

	merge_dictionaries(&a->dictionary, &b->dictionary, &result->dictionary,
					   map, map + a->dictionary.count);
	return map;
}

bool
pt_merge(const PtTree *a, const PtTree *b, PtTree *result, PtError *error)
{
	int64		total = a->total;
	uint32	   *map;

	if (!pt_add_weight(&total, b->total, error))
		return false;
	map = map_and_merge_dictionaries(a, b, result);
	merge_nodes(a, b, map, map + a->dictionary.count, result, add_weights, NULL);
	result->total = total;
	pt_free(map);
	return true;
}

void
pt_delta(const PtTree *previous, const PtTree *current, PtTree *result)
{
	uint32	   *map = map_and_merge_dictionaries(previous, current, result);

	merge_nodes(previous, current, map, map + previous->dictionary.count, result, growth, NULL);
	pt_free(map);
	pt_tree_prune_weightless(result);
}

void
pt_pair(const PtTree *a, const PtTree *b, PtMemory memory, PtPair *pair)
{
	PtTree	   *tree = &pair->tree;
	uint32	   *map;

	pt_tree_init(tree, memory);
	map = map_and_merge_dictionaries(a, b, tree);
	pair->b_self = pt_alloc(memory, ((size_t) a->node_count + b->node_count + 1) * sizeof(int64));
	merge_nodes(a, b, map, map + a->dictionary.count, tree, first_of, pair->b_self);
	tree->total = a->total;
	pair->b_total = b->total;
	pt_free(map);
}

void
pt_pair_free(PtPair *pair)
{
	pt_tree_free(&pair->tree);
	pt_free(pair->b_self);
}
