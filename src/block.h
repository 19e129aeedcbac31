/*-------------------------------------------------------------------------
 *
 * block.h
 *		The bytes of a stored profblock, and what can be done with them.
 *
 * A block holds the call trees of up to 1,024 lanes (consecutive spans of
 * time) over one shared dictionary and one shared shape, the union of theirs.
 * Neighbouring lanes are much alike, so a lane costs little more than its
 * weights, and lanes are summed without comparing a symbol.
 *
 *	header
 *		byte	version, 1
 *		byte	flags, reserved, always zero
 *		varint	lane count, at least 1
 *		varint	node count
 *		varint	symbol count
 *		varint	depth
 *		varint	bytes of the directory section
 *		varint	bytes of the dictionary section
 *		varint	bytes of the symbols section
 *		varint	bytes of the shape section
 *		varint	quantum, the greatest common divisor of all weights of all
 *				lanes, 1 when nothing has weight
 *	directory, per lane in ascending order
 *		varint	lane - (lane before + 1); the first counts from 0
 *		varint	total, the sum of its weights
 *		varint	profiles, how many went into it
 *		varint	covered, how many slots of time have data in it
 *		varint	bytes of its entries
 *	dictionary, symbols
 *		as in a tree (format.h), of the union of all lanes' trees
 *	shape
 *		varint	(levels closed before this node) << 1 | has an entry in a lane
 *	lanes, to the end of the value, per lane, per entry in preorder
 *		varint	(rank - (rank before + 1)) << 1 | differs, where rank counts the
 *				nodes that have an entry in some lane, from 0
 *		varint	only when it differs: weight / quantum, 0 or at least 2; else
 *				the weight is the quantum
 *
 * A lane has an entry for each node of its own tree that has weight, and one of
 * weight 0 for each leaf of its own tree that has none.  So each lane gives
 * back exactly the tree that went in.  A lane with an empty tree has no entry.
 *
 * The encoding is canonical in the way a tree's is: what format.h says, and no
 * shape node without an entry at or below it, no lane's entry of weight 0 with
 * another of that lane below it, exact totals, lengths and quantum.
 *
 * doc/format.md has a worked example.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_BLOCK_H
#define PYROTREE_BLOCK_H

#include "builder.h"
#include "wire.h"

#define PT_BLOCK_VERSION		1
#define PT_BLOCK_WIRE_VERSION	1

/*
 * Lanes are numbered 0 to 1,023: the greatest fan-out of a store, and small
 * enough that the directory is fetched in one piece.
 */
#define PT_MAX_LANES		1024

/* bytes of the longest entry of the directory, header, and both together */
#define PT_LANE_MAX			(2 + 3 * PT_VARINT_MAX + 5)
#define PT_BLOCK_HEADER_MAX	(2 + 2 + 7 * 5 + PT_VARINT_MAX)
#define PT_BLOCK_FRONT_MAX	(PT_BLOCK_HEADER_MAX + PT_MAX_LANES * PT_LANE_MAX)

/* One lane, or one of the rows that become one. */
typedef struct PtLane
{
	uint32		lane;
	int64		total;
	int64		profiles;
	int64		covered;
	/* its entries, where they are in bytes: */
	uint32		bytes;
	const uint8 *at;
	/* and where they have been taken apart: */
	uint32		count;
	size_t		first;
	bool		sorted;			/* each node once, in preorder */
} PtLane;

/*
 * Lanes and their entries, lane by lane.  What "node" counts, whoever fills
 * it says.
 */
typedef struct PtLanes
{
	PtMemory	memory;
	uint32		count;
	uint32		capacity;
	PtLane	   *lane;
	size_t		entry_count;
	size_t		entry_capacity;
	uint32	   *node;
	int64	   *weight;
} PtLanes;

/*
 * A block, flat.  self of a tree's node is 1 when it has an entry in some
 * lane, else 0, and tree.total counts those.  Lanes ascend; the nodes of their
 * entries are numbers in the tree.
 */
typedef struct PtBlock
{
	PtTree		tree;
	PtLanes		lanes;
} PtBlock;

extern void pt_block_init(PtBlock *block, PtMemory memory);
extern void pt_block_free(PtBlock *block);
extern void pt_lanes_init(PtLanes *lanes, PtMemory memory);
extern void pt_lanes_free(PtLanes *lanes);
/* room for one more lane; its place is not counted yet */
extern PtLane *pt_lanes_next(PtLanes *lanes);
/* room for so many more entries; gives where they go */
extern size_t pt_lanes_reserve(PtLanes *lanes, size_t more);

/* ---- reading ---- */

typedef struct PtBlockHeader
{
	PtHeader	tree;			/* without units and total */
	uint32		lane_count;
	uint32		directory_bytes;
} PtBlockHeader;

typedef struct PtBlockSections
{
	PtSections	sections;		/* its weights are the lanes */
	uint32		lane_count;
	PtCursor	directory;
} PtBlockSections;

extern bool pt_block_decode_sections(const uint8 *bytes, size_t length, size_t most,
									 PtBlockSections *sections, PtError *error);
/*
 * The directory alone, of a value or of its first PT_BLOCK_FRONT_MAX bytes:
 * fills lanes but for the entries.
 */
extern bool pt_block_decode_directory(const uint8 *bytes, size_t length, PtLanes *lanes,
									  PtError *error);

/*
 * All of a block.  This is the validator: what it accepts is canonical.
 * O(bytes of the unfolded value) time and memory, and 12 bytes an entry.
 */
extern bool pt_block_decode(const uint8 *bytes, size_t length, PtBlock *block, PtError *error);
/* the same but for the dictionary, which is left empty; sections are at hand */
extern bool pt_block_decode_lanes(const PtBlockSections *sections, PtBlock *block, PtError *error);

/*
 * The sum of lanes first to last, both inclusive, as a canonical tree.  Checks
 * all it reads, which is not the entries of the other lanes.  "result" is
 * an initialised tree.  PT_OUT_OF_RANGE when the total passes 2^63-1.
 * O(nodes + symbol bytes + entries of these lanes).
 */
extern bool pt_block_sum(const uint8 *bytes, size_t length, int64 first, int64 last,
						 PtTree *result, PtError *error);

/*
 * For each lane the weight of the stacks that end in a symbol and of those
 * that hold it, each stack once: self[] and total[] of PT_MAX_LANES, in the
 * order of lanes.  O(nodes + symbol bytes + entries up to the last that holds
 * it); a block that does not have it costs its dictionary.
 */
extern bool pt_block_symbol(const uint8 *bytes, size_t length, const char *symbol, size_t symbol_length,
							PtLanes *lanes, int64 *self, int64 *total, PtMemory memory, PtError *error);

/* for each node the first one behind its subtree.  O(nodes). */
extern void pt_subtree_ends(const PtTree *tree, uint32 *end);

/* ---- changing and writing ---- */

/* Keep lanes first to last; there may be none left. */
extern void pt_block_cut(PtBlock *block, int64 first, int64 last);

/* Encode, as pt_encode() does. */
extern bool pt_block_encode(PtBlock *block, PtMemory memory, size_t reserve,
							uint8 **bytes, size_t *length, PtError *error);

/*
 * Its parts, for the wire form: first symbols, shape and lanes at "at", which
 * has room for the bound; then, when all lengths are known, header and
 * directory, at most PT_BLOCK_FRONT_MAX bytes.  Each gives the place behind.
 */
extern size_t pt_block_columns_bound(const PtBlock *block, PtBlockHeader *header);
extern uint8 *pt_block_write_columns(PtBlock *block, uint8 *at, PtBlockHeader *header);
extern uint8 *pt_block_write_front(const PtBlock *block, uint8 *at, PtBlockHeader *header);

/* block_wire.c: as wire.h's for trees; *sorted false: the result is in *builder */
typedef struct PtBlockBuilder PtBlockBuilder;
extern bool pt_block_write_wire(PtBlock *block, StringInfo wire, PtConverter *converter,
								PtMemory memory, PtError *error);
extern bool pt_block_read_wire(const uint8 *bytes, size_t length, PtConverter *converter,
							   PtBlock *block, PtBlockBuilder *builder, bool *sorted, PtError *error);

/* ---- a directory by itself ---- */

/*
 * varint lane count, then per lane the directory's numbers without the last.
 * "at" has room for pt_directory_bound() bytes; gives the place behind.
 */
#define pt_directory_bound(lanes)	(PT_VARINT_MAX + (size_t) (lanes)->count * PT_LANE_MAX)
extern uint8 *pt_write_directory(const PtLanes *lanes, uint8 *at);
extern bool pt_read_directory(const uint8 *bytes, size_t length, PtLanes *lanes, PtError *error);

/* ---- building (block_build.c) ---- */

/*
 * Trees come in with their lanes, in any order and several a lane; the block
 * is made at the end.  "builder" holds the union of the trees' shapes, "rows"
 * the weights of each tree by the builder's nodes.
 */
struct PtBlockBuilder
{
	PtMemory	memory;
	PtBuilder	builder;
	PtLanes		rows;
	size_t		packed;			/* entries when rows were last packed */
	uint32	   *became;			/* for one tree */
	uint32		became_capacity;
};

extern void pt_block_builder_init(PtBlockBuilder *builder, PtMemory memory, uint64 seed);
extern void pt_block_builder_free(PtBlockBuilder *builder);

/*
 * Add an encoded tree to a lane (0 to 1,023); scratch is an initialised tree
 * to be used again and again.  Or all of a block that has been taken apart, of
 * which the symbols may be out of order when "sorted" is false.  A builder for
 * which false came back may only be freed.  Sums of one lane that pass 2^63-1 may
 * be refused here or at the end.
 */
extern bool pt_block_builder_add(PtBlockBuilder *builder, uint32 lane, const uint8 *bytes, size_t length,
								 int64 profiles, int64 covered, PtTree *scratch, PtError *error);
extern bool pt_block_builder_add_block(PtBlockBuilder *builder, const PtBlock *block, bool sorted,
									   PtError *error);

/*
 * The block so far, into an initialised one.  Its symbols stay in the builder,
 * which must outlive it and not grow meanwhile, and may grow afterwards.
 */
extern bool pt_block_builder_flatten(PtBlockBuilder *builder, PtBlock *block, PtError *error);

#endif							/* PYROTREE_BLOCK_H */
