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
 * Merge the dictionaries into result's; a_map and b_map give the new number
 * of each old one.
 */
static void
merge_dictionaries(const PtDictionary *a, const PtDictionary *b, PtDictionary *result,
				   uint32 *a_map, uint32 *b_map)
{
	uint32		i = 0;
	uint32		j = 0;
	uint32		count = 0;
	size_t		used = 0;

	pt_dictionary_reserve(result, a->count + b->count, a->used + b->used + 1);
	while (i < a->count || j < b->count)
	{
		const char *a_text = NULL;
		const char *b_text = NULL;
		size_t		a_length = 0;
		size_t		b_length = 0;
		int			order;

		PT_CHECK_INTERRUPTS(count + 1);
		if (i < a->count)
			a_text = pt_symbol_text(a, i, &a_length);
		if (j < b->count)
			b_text = pt_symbol_text(b, j, &b_length);
		if (a_text == NULL)
			order = 1;
		else if (b_text == NULL)
			order = -1;
		else
			order = pt_compare_symbols(a_text, a_length, b_text, b_length);

		result->symbol[count].start = (uint32) used;
		if (order <= 0)
		{
			memcpy(result->bytes + used, a_text, a_length);
			result->symbol[count].length = (uint32) a_length;
			a_map[i++] = count;
		}
		else
		{
			memcpy(result->bytes + used, b_text, b_length);
			result->symbol[count].length = (uint32) b_length;
		}
		if (order >= 0)
			b_map[j++] = count;
		used += result->symbol[count].length;
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

static pg_attribute_always_inline void
merge_nodes(const PtTree *a, const PtTree *b, const uint32 *a_map, const uint32 *b_map,
			PtTree *result, CombineWeights combine)
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
	merge_nodes(a, b, map, map + a->dictionary.count, result, add_weights);
	result->total = total;
	pt_free(map);
	return true;
}

void
pt_delta(const PtTree *previous, const PtTree *current, PtTree *result)
{
	uint32	   *map = map_and_merge_dictionaries(previous, current, result);
	int64	   *totals;
	bool	   *keep;

	merge_nodes(previous, current, map, map + previous->dictionary.count, result, growth);
	pt_free(map);

	totals = pt_alloc(result->memory, ((size_t) result->node_count + 1) * sizeof(int64));
	keep = pt_alloc(result->memory, (size_t) result->node_count + 1);
	pt_totals(result, totals);
	for (uint32 i = 0; i < result->node_count; i++)
		keep[i] = totals[i] > 0;
	pt_tree_prune(result, keep);
	pt_free(totals);
	pt_free(keep);
}
