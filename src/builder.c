/*-------------------------------------------------------------------------
 *
 * builder.c
 *		A call tree that can still grow.
 *
 * Children.  A node's children are a linked list, in the order they came.
 * Nearly all inner nodes of real profiles have one to three children, and a
 * list in memory order beats any hash there.  The few wide nodes (and hostile
 * input can make them very wide) get their children into a hash index when
 * the list passes PT_LIST_MAX; the list stays, for walking.
 *
 * Adding a stack walks only the frames that differ from the stack before.
 * Adding a whole tree walks its preorder with a cursor per level: the sibling
 * behind the child matched last is tried first, and a new child is linked in
 * behind it, so that lists stay in the order of canonical input and the try
 * nearly always hits.
 *
 * Mapping symbols is half of the cost of adding a small tree.  Trees of one
 * series often carry the same dictionary, so its bytes are kept with the map
 * they gave, and equal bytes skip both decoding and mapping.
 *
 * All-or-nothing: what can be refused is looked at first, and for one stack
 * all that has to grow is grown before anything is linked.
 *
 *-------------------------------------------------------------------------
 */
#include "builder.h"

#include "hash.h"

#define PT_LIST_MAX		8		/* children found by walking the list */
#define PT_WIDE			0x80000000U

/* initial sizes; small, as an aggregate makes a builder for each group */
#define PT_FIRST_NODES		64
#define PT_FIRST_SYMBOLS	64
#define PT_FIRST_BYTES		(2048 - PT_PADDING)	/* a power of 2 with its padding */
#define PT_FIRST_SLOTS		128
#define PT_FIRST_PATH		64

void
pt_builder_init(PtBuilder *builder, PtMemory memory, uint64 seed)
{
	memset(builder, 0, sizeof(*builder));
	builder->memory = memory;
	builder->seed = seed;
	builder->node_capacity = PT_FIRST_NODES;
	builder->node = pt_alloc(memory, PT_FIRST_NODES * sizeof(PtNode));
	memset(&builder->node[0], 0, sizeof(PtNode));
	builder->node_count = 1;
	builder->symbol_capacity = PT_FIRST_SYMBOLS;
	builder->symbol_end = pt_alloc(memory, PT_FIRST_SYMBOLS * sizeof(uint32));
	builder->bytes_capacity = PT_FIRST_BYTES;
	builder->symbol_bytes = pt_alloc(memory, PT_FIRST_BYTES + PT_PADDING);
	builder->path_capacity = PT_FIRST_PATH;
	builder->path = pt_alloc(memory, PT_FIRST_PATH * sizeof(uint32));
	builder->path[0] = 0;
}

void
pt_builder_free(PtBuilder *builder)
{
	pt_free(builder->node);
	pt_free(builder->symbol_end);
	pt_free(builder->symbol_bytes);
	pt_free(builder->path);
	if (builder->symbol_index.slot != NULL)
		pt_free(builder->symbol_index.slot);
	if (builder->child_index.slot != NULL)
		pt_free(builder->child_index.slot);
	if (builder->mapped_capacity > 0)
		pt_free(builder->mapped_bytes);
	if (builder->map_capacity > 0)
		pt_free(builder->map);
	memset(builder, 0, sizeof(*builder));
}

size_t
pt_builder_bytes(const PtBuilder *builder)
{
	return builder->node_capacity * sizeof(PtNode) +
		builder->symbol_capacity * sizeof(uint32) +
		builder->bytes_capacity +
		builder->path_capacity * sizeof(uint32) +
		(builder->symbol_index.slot ? ((size_t) builder->symbol_index.mask + 1) * sizeof(PtSlot) : 0) +
		(builder->child_index.slot ? ((size_t) builder->child_index.mask + 1) * sizeof(PtSlot) : 0) +
		builder->mapped_capacity +
		builder->map_capacity * sizeof(uint32);
}

/* ---- growing ---- */

static uint32
grown(uint32 capacity, size_t needed)
{
	size_t		result = capacity;

	while (result < needed)
		result *= 2;
	return (uint32) Min(result, PG_UINT32_MAX);
}

static void
reserve_nodes(PtBuilder *builder, size_t more)
{
	size_t		needed = builder->node_count + more;

	if (needed > builder->node_capacity)
	{
		uint32		capacity = grown(builder->node_capacity, needed);

		/* which may leave by running out of memory: the capacity last */
		builder->node = pt_realloc(builder->node, capacity * sizeof(PtNode));
		builder->node_capacity = capacity;
	}
}

static void
reserve_symbols(PtBuilder *builder, size_t more)
{
	size_t		needed = builder->symbol_count + more;

	if (needed > builder->symbol_capacity)
	{
		uint32		capacity = grown(builder->symbol_capacity, needed);

		builder->symbol_end = pt_realloc(builder->symbol_end, capacity * sizeof(uint32));
		builder->symbol_capacity = capacity;
	}
}

static size_t
symbol_bytes_used(const PtBuilder *builder)
{
	return builder->symbol_count == 0 ? 0 : builder->symbol_end[builder->symbol_count - 1];
}

static void
reserve_bytes(PtBuilder *builder, size_t more)
{
	size_t		needed = symbol_bytes_used(builder) + more;

	if (needed > builder->bytes_capacity)
	{
		size_t		capacity = builder->bytes_capacity;

		while (capacity < needed)
			capacity *= 2;
		builder->symbol_bytes = pt_realloc(builder->symbol_bytes, capacity + PT_PADDING);
		builder->bytes_capacity = capacity;
	}
}

static void
reserve_path(PtBuilder *builder, size_t levels)
{
	if (levels + 1 > builder->path_capacity)
	{
		uint32		capacity = grown(builder->path_capacity, levels + 1);

		builder->path = pt_realloc(builder->path, capacity * sizeof(uint32));
		builder->path_capacity = capacity;
	}
}

/* Put an entry that is not there yet where it belongs. */
static inline void
place(PtSlot *slot, uint32 mask, uint32 hash, uint32 id)
{
	uint32		at = hash & mask;

	while (slot[at].id != 0)
		at = (at + 1) & mask;
	slot[at].hash = hash;
	slot[at].id = id;
}

/* Room for "more" entries; the index is as before until it is done. */
static void
index_reserve(PtBuilder *builder, PtIndex *index, size_t more)
{
	size_t		needed = index->used + more;
	size_t		old_size = index->slot == NULL ? 0 : (size_t) index->mask + 1;
	size_t		size = Max(old_size, PT_FIRST_SLOTS);
	PtSlot	   *old = index->slot;
	PtSlot	   *slot;

	if (needed * 4 <= old_size * 3)
		return;
	while (needed * 4 > size * 3)
		size *= 2;
	slot = pt_alloc(builder->memory, size * sizeof(PtSlot));
	memset(slot, 0, size * sizeof(PtSlot));
	for (size_t i = 0; i < old_size; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (old[i].id != 0)
			place(slot, (uint32) (size - 1), old[i].hash, old[i].id);
	}
	index->slot = slot;
	index->mask = (uint32) (size - 1);
	pt_free(old);
}

/* ---- symbols ---- */

/*
 * Number of a symbol, made when it is new.  Room has been reserved.
 */
static uint32
intern_symbol(PtBuilder *builder, const char *text, size_t length)
{
	PtIndex    *index = &builder->symbol_index;
	uint32		hash = pt_hash_symbol(text, length, builder->seed);
	uint32		at = hash & index->mask;
	size_t		used;

	for (; index->slot[at].id != 0; at = (at + 1) & index->mask)
	{
		size_t		there_length;
		const char *there;

		if (index->slot[at].hash != hash)
			continue;
		there = pt_builder_symbol(builder, index->slot[at].id - 1, &there_length);
		if (there_length == length && memcmp(there, text, length) == 0)
			return index->slot[at].id - 1;
	}

	used = symbol_bytes_used(builder);
	if (length > 0)
		memcpy(builder->symbol_bytes + used, text, length);
	builder->symbol_end[builder->symbol_count++] = (uint32) (used + length);
	index->slot[at].hash = hash;
	index->slot[at].id = builder->symbol_count;
	index->used++;
	return builder->symbol_count - 1;
}

/* ---- children ---- */

static inline uint32
first_child(const PtBuilder *builder, uint32 node)
{
	return builder->node[node].first_child & ~PT_WIDE;
}

static uint32
find_wide_child(const PtBuilder *builder, uint32 parent, uint32 symbol)
{
	const PtIndex *index = &builder->child_index;
	uint32		hash = pt_hash_edge(parent, symbol, builder->seed);

	for (uint32 at = hash & index->mask; index->slot[at].id != 0; at = (at + 1) & index->mask)
	{
		const PtNode *child = &builder->node[index->slot[at].id];

		if (index->slot[at].hash == hash && child->parent == parent && child->symbol == symbol)
			return index->slot[at].id;
	}
	return 0;
}

static void
index_child(PtBuilder *builder, uint32 child)
{
	const PtNode *node = &builder->node[child];

	place(builder->child_index.slot, builder->child_index.mask,
		  pt_hash_edge(node->parent, node->symbol, builder->seed), child);
	builder->child_index.used++;
}

/*
 * The child of a node with a symbol, made when there is none; a new one is
 * linked in behind "behind" (0: as the first).  Room for the node has been
 * reserved; the child index grows here, before anything is linked.
 */
static uint32
find_or_add_child(PtBuilder *builder, uint32 parent, uint32 symbol, uint32 behind)
{
	bool		wide = (builder->node[parent].first_child & PT_WIDE) != 0;
	uint32		child;
	PtNode	   *node;

	if (wide)
	{
		child = find_wide_child(builder, parent, symbol);
		if (child != 0)
			return child;
		index_reserve(builder, &builder->child_index, 1);
	}
	else
	{
		int			count = 0;

		for (child = builder->node[parent].first_child; child != 0;
			 child = builder->node[child].next_sibling)
		{
			if (builder->node[child].symbol == symbol)
				return child;
			count++;
		}
		if (count == PT_LIST_MAX)
		{
			index_reserve(builder, &builder->child_index, PT_LIST_MAX + 1);
			for (child = builder->node[parent].first_child; child != 0;
				 child = builder->node[child].next_sibling)
				index_child(builder, child);
			builder->node[parent].first_child |= PT_WIDE;
			wide = true;
		}
	}

	child = builder->node_count++;
	node = &builder->node[child];
	node->symbol = symbol;
	node->parent = parent;
	node->first_child = 0;
	node->self = 0;
	if (behind == 0)
	{
		uint32		flag = builder->node[parent].first_child & PT_WIDE;

		node->next_sibling = first_child(builder, parent);
		builder->node[parent].first_child = child | flag;
	}
	else
	{
		node->next_sibling = builder->node[behind].next_sibling;
		builder->node[behind].next_sibling = child;
	}
	if (wide)
		index_child(builder, child);
	return child;
}

/* ---- adding ---- */

bool
pt_too_deep(PtError *error)
{
	pt_fail(error, PT_BEYOND_LIMIT, "stack too deep");
	return pt_fail_detail(error, "A stack can have at most %d frames.", PT_MAX_DEPTH);
}

bool
pt_too_long(size_t length, PtError *error)
{
	pt_fail(error, PT_BEYOND_LIMIT, "symbol too long");
	return pt_fail_detail(error, "A symbol can have at most %d bytes; this one has %zu.",
						  PT_MAX_SYMBOL, length);
}

bool
pt_too_large(PtError *error)
{
	pt_fail(error, PT_BEYOND_LIMIT, "proftree too large");
	pt_fail_detail(error, "The symbols of a tree can take at most %d bytes, and its nodes as many.", PT_MAX_BYTES);
	return pt_fail_hint(error, "Keep one tree per service or per span of time.");
}

/* is this the symbol of a node? */
static inline bool
has_symbol(const PtBuilder *builder, uint32 node, const PtFrame *frame)
{
	size_t		length;
	const char *text = pt_builder_symbol(builder, builder->node[node].symbol, &length);

	return length == frame->length && memcmp(text, frame->text, length) == 0;
}

uint32
pt_builder_kept(const PtBuilder *builder, uint32 kept, const PtFrame *frames, uint32 count)
{
	uint32		most = Min(kept + count, builder->path_length);

	for (uint32 i = kept; i < most; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (!has_symbol(builder, builder->path[i + 1], &frames[i - kept]))
			return i;
	}
	return most;
}

bool
pt_builder_add(PtBuilder *builder, uint32 kept, const PtFrame *frames, uint32 count,
			   int64 weight, PtError *error)
{
	int64		total = builder->total;
	size_t		bytes = 0;
	uint32		node;

	Assert(kept <= builder->path_length && kept + count > 0 && weight >= 0);
	if (!pt_add_weight(&total, weight, error))
		return false;
	if ((size_t) kept + count > PT_MAX_DEPTH)
		return pt_too_deep(error);
	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (frames[i].length > PT_MAX_SYMBOL)
			return pt_too_long(frames[i].length, error);
		bytes += frames[i].length;
	}
	if (symbol_bytes_used(builder) + bytes > 2 * (size_t) PT_MAX_BYTES ||
		builder->node_count + (size_t) count > PT_MAX_NODES)
		return pt_too_large(error);

	if (count > 0)
	{
		/* all arrays grow before anything is linked */
		reserve_nodes(builder, count);
		reserve_symbols(builder, count);
		reserve_bytes(builder, bytes);
		index_reserve(builder, &builder->symbol_index, count);
		reserve_path(builder, kept + count);

		/* from here on path is not that of the stack added last */
		builder->changes++;

		/*
		 * A stack that goes beyond the one before adds its first new child
		 * behind the sibling that one took, which keeps the order of sorted
		 * input.
		 */
		node = builder->path[kept];
		for (uint32 i = 0; i < count; i++)
		{
			uint32		child = first_child(builder, node);

			/*
			 * Most inner nodes have one child, and most frames are there
			 * already: a look at the first child saves hashing the symbol.
			 */
			if (child == 0 || !has_symbol(builder, child, &frames[i]))
			{
				uint32		symbol = intern_symbol(builder, frames[i].text, frames[i].length);
				uint32		behind = i == 0 && kept < builder->path_length ? builder->path[kept + 1] : 0;

				child = find_or_add_child(builder, node, symbol, behind);
			}
			node = child;
			builder->path[kept + i + 1] = node;
			if (i == 0)
				builder->path_length = kept + 1;
			else
				builder->path_length++;
		}
	}
	builder->path_length = kept + count;
	builder->depth = Max(builder->depth, builder->path_length);
	builder->node[builder->path[builder->path_length]].self += weight;
	builder->total = total;
	builder->changes++;
	return true;
}

/*
 * Map a dictionary to the builder's symbols.
 */
static bool
map_dictionary(PtBuilder *builder, const PtDictionary *dictionary, PtError *error)
{
	if (symbol_bytes_used(builder) + dictionary->used > 2 * (size_t) PT_MAX_BYTES)
		return pt_too_large(error);
	reserve_symbols(builder, dictionary->count);
	reserve_bytes(builder, dictionary->used);
	index_reserve(builder, &builder->symbol_index, dictionary->count);
	if (dictionary->count > builder->map_capacity)
	{
		uint32		capacity = grown(Max(builder->map_capacity, PT_FIRST_SYMBOLS), dictionary->count);

		if (builder->map_capacity > 0)
			pt_free(builder->map);
		builder->map_capacity = 0;
		builder->map = pt_alloc(builder->memory, capacity * sizeof(uint32));
		builder->map_capacity = capacity;
	}
	for (uint32 i = 0; i < dictionary->count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		builder->map[i] = intern_symbol(builder, text, length);
	}
	return true;
}

/*
 * Add the nodes of a tree whose dictionary is mapped: with their weights, or,
 * when "became" is given, without, telling there what each became.
 */
static pg_attribute_always_inline bool
add_nodes(PtBuilder *builder, const PtTree *tree, uint32 *became, PtError *error)
{
	const uint32 *map = builder->map;
	uint32	   *path;
	uint32		last_level = 0;
	int64		total = builder->total;

	if (became == NULL && !pt_add_weight(&total, tree->total, error))
		return false;
	/* nodes in both trees count twice here; the encoder looks at the true count */
	if (builder->node_count + (size_t) tree->node_count > 2 * (size_t) PT_MAX_NODES)
		return pt_too_large(error);
	reserve_path(builder, tree->depth);
	builder->path_length = 0;
	builder->changes++;
	path = builder->path;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		level = tree->level[i];
		uint32		symbol = map[tree->symbol[i]];
		uint32		parent = path[level - 1];
		uint32		behind = 0;
		uint32		child;

		PT_CHECK_INTERRUPTS(i + 1);
		if (level > last_level)
			child = first_child(builder, parent);
		else
		{
			behind = path[level];
			child = builder->node[behind].next_sibling;
		}
		if (child == 0 || builder->node[child].symbol != symbol)
		{
			if (unlikely(builder->node_count == builder->node_capacity))
				reserve_nodes(builder, 1);
			child = find_or_add_child(builder, parent, symbol, behind);
		}
		if (became == NULL)
			builder->node[child].self += tree->self[i];
		else
			became[i] = child;
		path[level] = child;
		last_level = level;
	}
	builder->depth = Max(builder->depth, tree->depth);
	builder->total = total;
	return true;
}

bool
pt_builder_add_tree(PtBuilder *builder, const PtTree *tree, PtError *error)
{
	return pt_builder_map_tree(builder, tree, error) &&
		add_nodes(builder, tree, NULL, error);
}

bool
pt_builder_map_tree(PtBuilder *builder, const PtTree *tree, PtError *error)
{
	builder->mapped_length = 0;
	return map_dictionary(builder, &tree->dictionary, error);
}

bool
pt_builder_map_encoded(PtBuilder *builder, const uint8 *bytes, size_t length,
					   PtTree *scratch, PtError *error)
{
	PtSections	sections;
	size_t		dictionary_bytes;

	if (!pt_decode_sections(bytes, length, PT_MAX_BYTES, &sections, error))
		return false;
	dictionary_bytes = sections.dictionary.end - sections.dictionary.at;
	if (builder->mapped_length == dictionary_bytes &&
		builder->mapped_count == sections.header.symbol_count &&
		(dictionary_bytes == 0 ||
		 memcmp(builder->mapped_bytes, sections.dictionary.at, dictionary_bytes) == 0))
		return pt_decode_nodes(&sections, scratch, error);

	builder->mapped_length = 0;
	if (!pt_decode_dictionary(&sections, &scratch->dictionary, error) ||
		!pt_decode_nodes(&sections, scratch, error) ||
		!map_dictionary(builder, &scratch->dictionary, error))
		return false;
	if (dictionary_bytes > builder->mapped_capacity)
	{
		if (builder->mapped_capacity > 0)
			pt_free(builder->mapped_bytes);
		builder->mapped_capacity = 0;
		builder->mapped_bytes = pt_alloc(builder->memory, dictionary_bytes + dictionary_bytes / 4);
		builder->mapped_capacity = dictionary_bytes + dictionary_bytes / 4;
	}
	memcpy(builder->mapped_bytes, sections.dictionary.at, dictionary_bytes);
	builder->mapped_length = dictionary_bytes;
	builder->mapped_count = sections.header.symbol_count;
	return true;
}

bool
pt_builder_add_encoded(PtBuilder *builder, const uint8 *bytes, size_t length,
					   PtTree *scratch, PtError *error)
{
	if (scratch == NULL)
	{
		PtTree		own;
		bool		ok;

		pt_tree_init(&own, builder->memory);
		ok = pt_builder_add_encoded(builder, bytes, length, &own, error);
		pt_tree_free(&own);
		return ok;
	}
	return pt_builder_map_encoded(builder, bytes, length, scratch, error) &&
		add_nodes(builder, scratch, NULL, error);
}

bool
pt_builder_add_shape(PtBuilder *builder, const PtTree *tree, uint32 *became, PtError *error)
{
	return add_nodes(builder, tree, became, error);
}

/* ---- flattening ---- */

/*
 * Number the symbols that are in use in the order of their bytes: rank[] by
 * the builder's numbers, and the tree's dictionary, whose bytes stay here.
 */
static void
rank_symbols(PtBuilder *builder, PtTree *tree, uint32 *rank)
{
	PtDictionary *dictionary = &tree->dictionary;
	PtSortItem *items = pt_alloc(builder->memory, ((size_t) builder->symbol_count + 1) * sizeof(PtSortItem));
	uint32		count = 0;
	const char *last = NULL;
	size_t		last_length = 0;

	memset(rank, 0, (size_t) builder->symbol_count * sizeof(uint32));
	for (uint32 i = 1; i < builder->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i);
		rank[builder->node[i].symbol] = 1;
	}
	for (uint32 i = 0; i < builder->symbol_count; i++)
	{
		if (rank[i] != 0)
			items[count++].symbol = i;
	}
	pt_sort_symbols(items, count, builder);

	Assert(dictionary->capacity == 0);
	pt_dictionary_reserve(dictionary, count, 0);
	dictionary->count = count;
	dictionary->used = 0;
	dictionary->bytes = builder->symbol_bytes;
	for (uint32 i = 0; i < count; i++)
	{
		size_t		length;
		const char *text = pt_builder_symbol(builder, items[i].symbol, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		rank[items[i].symbol] = i;
		dictionary->symbol[i].start = (uint32) (text - builder->symbol_bytes);
		dictionary->symbol[i].length = (uint32) length;
		dictionary->symbol[i].shared = (uint32) pt_shared_prefix(last, text, Min(length, last_length));
		dictionary->used += length;
		last = text;
		last_length = length;
	}
	pt_free(items);
}

/*
 * Put the nodes where preorder has them, children by the ranks of their
 * symbols.  A node comes behind its parent, its smaller siblings and all that
 * is below those; so all that is needed are the sizes of subtrees and one
 * counting sort of all nodes by rank.  No step follows a link or asks for the
 * shape, which is what a walk would wait for.  O(nodes + symbols).
 */
static void
place_nodes(PtBuilder *builder, PtTree *tree, const uint32 *rank, uint32 *places)
{
	const PtNode *node = builder->node;
	uint32		count = builder->node_count;
	uint32		symbols = tree->dictionary.count;
	uint32	   *size = pt_alloc(builder->memory, (4 * (size_t) count + symbols + 1) * sizeof(uint32));
	uint32	   *next = size + count;	/* where its next child goes, behind it */
	uint32	   *place = next + count;	/* first behind its parent */
	uint32	   *order = place + count;
	uint32	   *start = order + count;	/* [symbols + 1] */
	uint32	   *level = size;

	memset(start, 0, ((size_t) symbols + 1) * sizeof(uint32));
	for (uint32 i = 0; i < count; i++)
		size[i] = 1;
	/* children have greater numbers than their parents */
	for (uint32 i = count - 1; i > 0; i--)
	{
		PT_CHECK_INTERRUPTS(i);
		size[node[i].parent] += size[i];
		start[rank[node[i].symbol] + 1]++;
	}
	for (uint32 i = 1; i < symbols; i++)
		start[i] += start[i - 1];
	for (uint32 i = 1; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i);
		order[start[rank[node[i].symbol]]++] = i;
	}
	for (uint32 i = 0; i < count; i++)
		next[i] = 1;
	for (uint32 i = 0; i < count - 1; i++)
	{
		uint32		child = order[i];
		uint32		parent = node[child].parent;

		PT_CHECK_INTERRUPTS(i);
		place[child] = next[parent];
		next[parent] += size[child];
	}
	place[0] = PG_UINT32_MAX;	/* the root has no place; its first child has 0 */
	level[0] = 0;
	for (uint32 i = 1; i < count; i++)
	{
		uint32		parent = node[i].parent;
		uint32		at = place[parent] + place[i];

		PT_CHECK_INTERRUPTS(i);
		place[i] = at;
		level[i] = level[parent] + 1;
		tree->symbol[at] = rank[node[i].symbol];
		tree->level[at] = level[i];
		tree->self[at] = node[i].self;
	}
	if (places != NULL)
		memcpy(places, place, count * sizeof(uint32));
	pt_free(size);
}

void
pt_builder_flatten(PtBuilder *builder, PtTree *tree)
{
	pt_builder_flatten_places(builder, tree, NULL);
}

void
pt_builder_flatten_places(PtBuilder *builder, PtTree *tree, uint32 *places)
{
	uint32	   *rank = pt_alloc(builder->memory, ((size_t) builder->symbol_count + 1) * sizeof(uint32));

	rank_symbols(builder, tree, rank);
	pt_tree_reserve(tree, builder->node_count - 1);
	place_nodes(builder, tree, rank, places);
	tree->node_count = builder->node_count - 1;
	tree->depth = builder->depth;
	tree->total = builder->total;
	pt_free(rank);
}

bool
pt_builder_encode(PtBuilder *builder, PtMemory memory, size_t reserve,
				  uint8 **bytes, size_t *length, PtError *error)
{
	PtTree		tree;
	bool		ok;

	pt_tree_init(&tree, builder->memory);
	pt_builder_flatten(builder, &tree);
	ok = pt_encode(&tree, memory, reserve, bytes, length, error);
	pt_tree_free(&tree);
	return ok;
}
