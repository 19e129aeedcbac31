/*-------------------------------------------------------------------------
 *
 * builder.h
 *		A call tree that can still grow.
 *
 * A few growing arrays, whatever the size of the tree: nodes of 24 bytes,
 * symbol ends and symbol bytes, a hash index over the symbols and one over
 * the children of wide nodes.  The number of allocations is logarithmic in
 * the size; an insert that meets no new frame allocates nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_BUILDER_H
#define PYROTREE_BUILDER_H

#include "codec.h"

/*
 * Node 0 is the root above all stacks and has no symbol; 0 as a child or
 * sibling means "none".
 */
typedef struct PtNode
{
	uint32		symbol;
	uint32		parent;
	uint32		first_child;	/* top bit: children are in the child index */
	uint32		next_sibling;
	int64		self;
} PtNode;

StaticAssertDecl(sizeof(PtNode) == 24, "a node takes 24 bytes");

/* One place of a hash index: id 0 means free. */
typedef struct PtSlot
{
	uint32		hash;
	uint32		id;
} PtSlot;

/* Open addressing with linear probing; size a power of two, at most 3/4 full. */
typedef struct PtIndex
{
	PtSlot	   *slot;
	uint32		mask;			/* size - 1; no slots yet when slot is NULL */
	uint32		used;
} PtIndex;

/*
 * One frame handed in: length bytes, no terminator, and no NUL inside, which
 * the sort of symbols relies on (pt_valid_encoding() tells).
 */
typedef struct PtFrame
{
	const char *text;
	size_t		length;
} PtFrame;

typedef struct PtBuilder
{
	PtMemory	memory;
	uint64		seed;			/* of the hashes of outside symbols */
	int64		total;			/* sum of all weights, at most 2^63-1 */
	uint32		depth;

	PtNode	   *node;
	uint32		node_count;		/* node 0 included */
	uint32		node_capacity;

	uint32	   *symbol_end;		/* [symbol_count] offset behind its bytes */
	uint32		symbol_count;
	uint32		symbol_capacity;
	char	   *symbol_bytes;	/* one symbol behind the other */
	size_t		bytes_capacity;
	PtIndex		symbol_index;	/* id: symbol number + 1 */

	PtIndex		child_index;	/* id: node; children of wide nodes only */

	/* the stack added last: its node at each level, [0] the root */
	uint32	   *path;
	uint32		path_length;	/* frames */
	uint32		path_capacity;

	/* the dictionary mapped last, and what it was mapped to */
	uint8	   *mapped_bytes;
	size_t		mapped_length;
	size_t		mapped_capacity;
	uint32		mapped_count;
	uint32	   *map;
	uint32		map_capacity;

	uint64		changes;		/* calls that added something */
} PtBuilder;

/*
 * An empty builder that allocates in "memory".  seed should differ from run
 * to run where symbols come from outside: it keeps the hash indexes from
 * being filled with chosen collisions.
 */
extern void pt_builder_init(PtBuilder *builder, PtMemory memory, uint64 seed);
extern void pt_builder_free(PtBuilder *builder);

/*
 * Add weight (>= 0) to one stack.  The first "kept" frames are those of the
 * stack added last (0 <= kept <= path_length); "frames" are the ones behind
 * them.  kept + count must be at least 1.  The builder is unchanged on error:
 * PT_BEYOND_LIMIT (depth, symbol length, size), PT_OUT_OF_RANGE (total).
 * O(bytes of frames) expected.
 */
extern bool pt_builder_add(PtBuilder *builder, uint32 kept, const PtFrame *frames,
						   uint32 count, int64 weight, PtError *error);

/*
 * PT_BEYOND_LIMIT for a stack of more than PT_MAX_DEPTH frames, a symbol of
 * "length" bytes, a tree; also for those who collect what they will add.  All
 * return false.
 */
extern bool pt_too_deep(PtError *error);
extern bool pt_too_long(size_t length, PtError *error);
extern bool pt_too_large(PtError *error);

/*
 * How many leading frames are those of the stack added last, when the first
 * "kept" are known to be and "frames" are the ones behind them; as
 * pt_builder_add() wants it.
 */
extern uint32 pt_builder_kept(const PtBuilder *builder, uint32 kept, const PtFrame *frames, uint32 count);

/*
 * Add a tree, flat or encoded; scratch is an initialised tree into which the
 * encoded one is taken apart, to be used again, or NULL.  When refused the builder is
 * unchanged, but for symbols that no node uses.  When left by a cancel or for
 * want of memory it may only be freed: part of the weights may be in it.
 * O(nodes + symbol bytes) expected.
 */
extern bool pt_builder_add_tree(PtBuilder *builder, const PtTree *tree, PtError *error);
extern bool pt_builder_add_encoded(PtBuilder *builder, const uint8 *bytes, size_t length,
								   PtTree *scratch, PtError *error);

/*
 * Add the nodes of a tree without its weights, and tell which node of the
 * builder each became; "became" has room for them.  What pt_builder_add_tree()
 * and pt_builder_add_encoded() do at once is in two steps here: first the
 * symbols are mapped (and an encoded tree taken apart into scratch), then the
 * nodes of the same tree are added.
 */
extern bool pt_builder_map_tree(PtBuilder *builder, const PtTree *tree, PtError *error);
extern bool pt_builder_map_encoded(PtBuilder *builder, const uint8 *bytes, size_t length,
								   PtTree *scratch, PtError *error);
extern bool pt_builder_add_shape(PtBuilder *builder, const PtTree *tree, uint32 *became,
								 PtError *error);

/*
 * Make the flat canonical tree.  Its arrays are allocated in the tree's
 * memory; its symbols stay in the builder, which must outlive it and not grow
 * meanwhile.  The builder stays as it is.
 */
extern void pt_builder_flatten(PtBuilder *builder, PtTree *tree);
/* and tell the place in it of each node of the builder ([node_count]; not [0]) */
extern void pt_builder_flatten_places(PtBuilder *builder, PtTree *tree, uint32 *places);

/* Flatten and encode; see pt_encode(). */
extern bool pt_builder_encode(PtBuilder *builder, PtMemory memory, size_t reserve,
							  uint8 **bytes, size_t *length, PtError *error);

/* bytes allocated at present */
extern size_t pt_builder_bytes(const PtBuilder *builder);

/* symbol_sort.c: sort symbol numbers by the bytes of their symbols */
typedef struct PtSortItem
{
	uint64		word;			/* 8 bytes from the current offset, big end first */
	uint32		symbol;
} PtSortItem;

extern void pt_sort_symbols(PtSortItem *items, uint32 count, const PtBuilder *builder);

static inline const char *
pt_builder_symbol(const PtBuilder *builder, uint32 symbol, size_t *length)
{
	uint32		start = symbol == 0 ? 0 : builder->symbol_end[symbol - 1];

	*length = builder->symbol_end[symbol] - start;
	return builder->symbol_bytes + start;
}

#endif							/* PYROTREE_BUILDER_H */
