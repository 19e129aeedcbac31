/*-------------------------------------------------------------------------
 *
 * codec.h
 *		Bytes to a flat tree in memory and back.
 *
 * PtTree is the one form in which trees pass from room to room: nodes in
 * preorder as three parallel arrays, symbols in ascending order.  The decoder
 * makes it from bytes and is at the same time the only validator; the builder
 * and the merge make it too; the encoder writes it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_CODEC_H
#define PYROTREE_CODEC_H

#include "format.h"
#include "port/pg_bitutils.h"

/*
 * One symbol: length bytes at bytes + start, no terminator, no NUL inside;
 * the first "shared" of them are those of the symbol before, as many as there
 * are.  Knowing these makes merging dictionaries and encoding them cheap.
 */
typedef struct PtSymbol
{
	uint32		start;
	uint32		length;
	uint32		shared;
} PtSymbol;

/*
 * Symbols in ascending byte order.  "bytes" belongs to the dictionary when
 * capacity > 0, else to somebody who outlives it.
 */
typedef struct PtDictionary
{
	PtMemory	memory;
	uint32		count;
	PtSymbol   *symbol;			/* [count] */
	char	   *bytes;
	size_t		used;			/* sum of all lengths */
	uint32		symbol_capacity;
	size_t		capacity;		/* of bytes, when owned */
} PtDictionary;

/*
 * A canonical tree, flat.  Nodes in preorder from 0; siblings ascending by
 * symbol number; every symbol used.  16 bytes a node.
 */
typedef struct PtTree
{
	PtMemory	memory;
	uint32		node_count;
	uint32		depth;			/* greatest level, 0 when empty */
	int64		total;			/* sum of self, at most 2^63-1 */
	uint32	   *symbol;			/* [node_count] number in the dictionary */
	uint32	   *level;			/* [node_count] 1 at the top */
	int64	   *self;			/* [node_count] weight of exactly this stack */
	uint32		capacity;		/* nodes the arrays have room for */
	PtDictionary dictionary;
	/* the validator's, by level and by symbol */
	uint32	   *scratch;
	size_t		scratch_capacity;
} PtTree;

static inline const char *
pt_symbol_text(const PtDictionary *dictionary, uint32 number, size_t *length)
{
	*length = dictionary->symbol[number].length;
	return dictionary->bytes + dictionary->symbol[number].start;
}

/* a node is a leaf when the next one is not deeper */
static inline bool
pt_is_leaf(const PtTree *tree, uint32 node)
{
	return node + 1 == tree->node_count || tree->level[node + 1] <= tree->level[node];
}

/*
 * An empty tree that will allocate in "memory"; it can be decoded or built
 * into again and again, its arrays are kept.
 */
extern void pt_tree_init(PtTree *tree, PtMemory memory);
extern void pt_tree_free(PtTree *tree);
/* room for so many nodes; what is in the arrays is kept */
extern void pt_tree_reserve(PtTree *tree, uint32 nodes);
/* room for so many symbols and bytes of them; what is there is kept */
extern void pt_dictionary_reserve(PtDictionary *dictionary, uint32 symbols, size_t bytes);

/*
 * Read the header alone, of a value or of its first PT_HEADER_MAX bytes; *at
 * is left behind it.  PT_DAMAGED when it is not one.
 */
extern bool pt_decode_header(PtCursor *at, PtHeader *header, PtError *error);

/*
 * Take a value apart in three steps, for readers that can skip one: the
 * sections (their lengths agree with the bytes there are, at most "most"), the
 * dictionary, the nodes.  Each checks all it reads; a value all three accept is
 * canonical.  O(bytes of the unfolded value) time and memory.  A tree or
 * dictionary for which false came back may only be decoded into again or freed.
 */
typedef struct PtSections
{
	const char *type;			/* whose they are, for messages */
	PtHeader	header;
	PtCursor	dictionary;
	PtCursor	symbols;
	PtCursor	shape;
	PtCursor	weights;
} PtSections;

extern bool pt_decode_sections(const uint8 *bytes, size_t length, size_t most,
							   PtSections *sections, PtError *error);
extern bool pt_decode_dictionary(const PtSections *sections, PtDictionary *dictionary, PtError *error);
extern bool pt_decode_nodes(const PtSections *sections, PtTree *tree, PtError *error);

/*
 * The nodes of a shape without weights (block.h): "has weight" is a flag, which
 * every leaf has, and self tells it, 1 or 0; total counts them.  The weights
 * section is not looked at.
 */
extern bool pt_decode_shape(const PtSections *sections, PtTree *tree, PtError *error);

/*
 * Parts of pt_decode_sections() for values with another header: can these
 * counts be; where the sections lie that begin at "at".
 */
extern bool pt_counts_agree(const PtHeader *header);
extern bool pt_cut_sections(PtCursor at, PtSections *sections, PtError *error);
/* fill *error with PT_DAMAGED; returns false */
extern bool pt_damaged(PtError *error, const char *type, const char *section, const char *what);

/* All three. */
extern bool pt_decode(const uint8 *bytes, size_t length, PtTree *tree, PtError *error);

/*
 * Encode.  The result is allocated in "memory" with "reserve" unused bytes in
 * front (a varlena header); *bytes points at those, *length counts what
 * follows them.  PT_BEYOND_LIMIT when the value would pass PT_MAX_BYTES.
 */
extern bool pt_encode(const PtTree *tree, PtMemory memory, size_t reserve,
					  uint8 **bytes, size_t *length, PtError *error);

/*
 * Write the node columns (symbols, shape, weights) of a tree at "at", which
 * has room for pt_columns_bound() bytes, and fill the header but for
 * dictionary_bytes.  Gives the place behind.  For the encoder and the wire
 * form.
 */
extern size_t pt_columns_bound(const PtTree *tree, PtHeader *header);
extern uint8 *pt_write_columns(const PtTree *tree, uint8 *at, PtHeader *header);
/* the symbols and shape columns alone */
extern uint8 *pt_write_shape(const PtTree *tree, uint8 *at, PtHeader *header);
extern uint8 *pt_write_header(uint8 *at, const PtHeader *header);
/* the dictionary section; "at" has pt_dictionary_bound() bytes and padding */
extern size_t pt_dictionary_bound(const PtDictionary *dictionary);
extern uint8 *pt_write_dictionary(const PtDictionary *dictionary, uint8 *at);

/* of a and b, not both 0; gcd(a, 0) = a */
static inline uint64
pt_common_divisor(uint64 a, uint64 b)
{
	while (b != 0)
	{
		uint64		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * total of every node: its self and all below.  totals has node_count
 * entries.  O(nodes), no stack.
 */
extern void pt_totals(const PtTree *tree, int64 *totals);
/* the same for other weights of the same nodes (merge.h) */
extern void pt_totals_of(const PtTree *tree, const int64 *self, int64 *totals);

/* Number of each node's parent, here from 1 on: 0 at the top.  O(nodes). */
extern void pt_parents(const PtTree *tree, uint32 *parents);

/* Keep also the nodes on the way to those kept.  O(nodes), no stack. */
extern void pt_keep_paths(const PtTree *tree, bool *keep);

/*
 * Drop the nodes for which keep is false (a node whose descendant is kept
 * must be kept too) and the symbols nothing uses any more.
 */
extern void pt_tree_prune(PtTree *tree, const bool *keep);
/* Drop the nodes whose total is 0.  O(nodes + symbols). */
extern void pt_tree_prune_weightless(PtTree *tree);

/* number of a symbol, by binary search; false when it is not there */
extern bool pt_find_symbol(const PtDictionary *dictionary, const char *text, size_t length,
						   uint32 *number);

/*
 * Symbols are copied and compared in whole words, so what holds them has this
 * many bytes more, of any content, than it says.
 */
#define PT_PADDING		64

/*
 * Copy a piece of a symbol, which is hardly ever longer than 32 bytes.  What
 * is written beyond it may lie in what is read beyond it.
 */
static inline void
pt_copy_piece(char *to, const char *from, size_t length)
{
	size_t		i = 0;

	do
	{
		char		words[32];

		memcpy(words, from + i, sizeof(words));
		memcpy(to + i, words, sizeof(words));
		i += sizeof(words);
	} while (unlikely(i < length));
}

/* copy a symbol, which is hardly ever longer than 64 bytes */
static inline void
pt_copy_symbol(char *to, const char *from, size_t length)
{
	size_t		i = 0;

	do
	{
		memcpy(to + i, from + i, 64);
		i += 64;
	} while (unlikely(i < length));
}

/* the first byte, from 0, in which two words differ that do */
static inline uint32
pt_first_difference(uint64 x, uint64 y)
{
#ifdef WORDS_BIGENDIAN
	return (63 - pg_leftmost_one_pos64(x ^ y)) / 8;
#else
	return pg_rightmost_one_pos64(x ^ y) / 8;
#endif
}

/* bytes the two share at their start */
static inline size_t
pt_shared_prefix(const char *a, const char *b, size_t most)
{
	size_t		i = 0;
	uint64		x;
	uint64		y;

	/* long texts by memcmp, which is the fastest compare there is */
	while (i + 256 <= most && memcmp(a + i, b + i, 256) == 0)
		i += 256;
	for (; i + sizeof(uint64) <= most; i += sizeof(uint64))
	{
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return i + pt_first_difference(x, y);
	}
	if (most >= sizeof(uint64))
	{
		/* the rest by a word that begins before it */
		memcpy(&x, a + most - sizeof(x), sizeof(x));
		memcpy(&y, b + most - sizeof(y), sizeof(y));
		return x == y ? most : most - sizeof(x) + pt_first_difference(x, y);
	}
	while (i < most && a[i] == b[i])
		i++;
	return i;
}

/* byte order of two symbols: < 0, 0, > 0 */
static inline int
pt_compare_symbols(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	if (order != 0)
		return order;
	return a_length < b_length ? -1 : a_length > b_length;
}

#endif							/* PYROTREE_CODEC_H */
