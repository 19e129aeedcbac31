/*-------------------------------------------------------------------------
 *
 * draft.c
 *		A tree as a file tells it, before it is put in order.
 *
 *-------------------------------------------------------------------------
 */
#include "draft.h"

#define PT_FIRST_NAMES_BYTES	1024
#define PT_FIRST_DRAFT_NODES	256

bool
pt_draft_name(PtTree *draft, const char *text, size_t length, PtError *error)
{
	PtDictionary *names = &draft->dictionary;
	PtSymbol   *name;

	if (length > PT_MAX_SYMBOL)
		return pt_too_long(length, error);
	/* as many as a builder takes in */
	if (names->used + length > 2 * (size_t) PT_MAX_BYTES)
		return pt_too_large(error);
	pt_dictionary_reserve(names, names->count + 1,
						  names->used + length <= names->capacity && names->capacity > 0 ? 0 :
						  Max(2 * (names->used + length), PT_FIRST_NAMES_BYTES));
	name = &names->symbol[names->count++];
	name->start = (uint32) names->used;
	name->length = (uint32) length;
	name->shared = 0;
	memcpy(names->bytes + names->used, text, length);
	names->used += length;
	return true;
}

bool
pt_draft_node(PtTree *draft, uint32 level, uint32 name, PtError *error)
{
	uint32		node = draft->node_count;

	if (level > PT_MAX_DEPTH)
		return pt_too_deep(error);
	if (node >= PT_MAX_NODES)
		return pt_too_large(error);
	if (node == draft->capacity)
		pt_tree_reserve(draft, Max(node + 1, PT_FIRST_DRAFT_NODES));
	draft->symbol[node] = name;
	draft->level[node] = level;
	draft->self[node] = 0;
	draft->depth = Max(draft->depth, level);
	draft->node_count++;
	return true;
}

bool
pt_draft_weight(PtTree *draft, uint32 node, int64 weight, PtError *error)
{
	if (!pt_add_weight(&draft->total, weight, error))
		return false;
	draft->self[node] += weight;
	return true;
}

bool
pt_draft_finish(PtTree *draft, PtBuilder *builder, PtError *error)
{
	pt_tree_prune_weightless(draft);
	return pt_builder_add_tree(builder, draft, error);
}
