/*-------------------------------------------------------------------------
 *
 * block.c
 *		Bytes of a block to sums, rows and a flat block; a flat block to bytes.
 *
 * What a block shares with a tree (dictionary, symbols, shape) is read and
 * written by codec.c.  Here are the lanes.
 *
 * Two ways to read.  pt_block_sum() adds the entries of the lanes it is asked
 * for straight from their bytes into an array by rank; nothing is compared or
 * looked up, and the nodes no lane has are dropped at the end.  It checks what
 * it reads.  pt_block_decode() takes all apart and checks all of it.
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"

static bool
damaged(PtError *error, const char *section, const char *what)
{
	return pt_damaged(error, "profblock", section, what);
}

/* ---- memory ---- */

void
pt_lanes_init(PtLanes *lanes, PtMemory memory)
{
	memset(lanes, 0, sizeof(*lanes));
	lanes->memory = memory;
}

void
pt_lanes_free(PtLanes *lanes)
{
	if (lanes->capacity > 0)
		pt_free(lanes->lane);
	if (lanes->entry_capacity > 0)
	{
		pt_free(lanes->node);
		pt_free(lanes->weight);
	}
	pt_lanes_init(lanes, lanes->memory);
}

PtLane *
pt_lanes_next(PtLanes *lanes)
{
	if (lanes->count == lanes->capacity)
	{
		uint32		capacity = Max(16, 2 * lanes->capacity);

		if (lanes->capacity == 0)
			lanes->lane = pt_alloc(lanes->memory, capacity * sizeof(PtLane));
		else
			lanes->lane = pt_realloc(lanes->lane, capacity * sizeof(PtLane));
		lanes->capacity = capacity;
	}
	return &lanes->lane[lanes->count];
}

size_t
pt_lanes_reserve(PtLanes *lanes, size_t more)
{
	/* one more, so that there is memory to point to in any case */
	size_t		needed = lanes->entry_count + more + 1;

	if (needed > lanes->entry_capacity)
	{
		/* the first time as many as asked for: it may be all there are */
		size_t		capacity = Max(needed, 2 * lanes->entry_capacity);

		if (lanes->entry_capacity == 0)
		{
			lanes->node = pt_alloc(lanes->memory, capacity * sizeof(uint32));
			lanes->weight = pt_alloc(lanes->memory, capacity * sizeof(int64));
		}
		else
		{
			lanes->node = pt_realloc(lanes->node, capacity * sizeof(uint32));
			lanes->weight = pt_realloc(lanes->weight, capacity * sizeof(int64));
		}
		lanes->entry_capacity = capacity;
	}
	return lanes->entry_count;
}

void
pt_block_init(PtBlock *block, PtMemory memory)
{
	pt_tree_init(&block->tree, memory);
	pt_lanes_init(&block->lanes, memory);
}

void
pt_block_free(PtBlock *block)
{
	pt_tree_free(&block->tree);
	pt_lanes_free(&block->lanes);
}

/* ---- header and directory ---- */

static bool
decode_header(PtCursor *at, PtBlockHeader *header, PtError *error)
{
	PtHeader   *tree = &header->tree;
	uint64		quantum;

	if (at->end - at->at < 2)
		return damaged(error, "header", "cut off");
	if (at->at[0] != PT_BLOCK_VERSION)
	{
		pt_fail(error, PT_DAMAGED, "invalid profblock value: unknown version %d", at->at[0]);
		return pt_fail_hint(error, "A value written by a newer version of pyrotree needs that version to be read.");
	}
	if (at->at[1] != 0)
		return damaged(error, "header", "reserved bits set");
	at->at += 2;
	memset(header, 0, sizeof(*header));
	if (!pt_read_varint_up_to(at, PT_MAX_LANES, &header->lane_count) ||
		!pt_read_varint_up_to(at, PT_MAX_NODES, &tree->node_count) ||
		!pt_read_varint_up_to(at, PT_MAX_NODES, &tree->symbol_count) ||
		!pt_read_varint_up_to(at, PT_MAX_DEPTH, &tree->depth) ||
		!pt_read_varint_up_to(at, PT_MAX_LANES * PT_LANE_MAX, &header->directory_bytes) ||
		!pt_read_varint_up_to(at, PT_WIRE_MAX_BYTES, &tree->dictionary_bytes) ||
		!pt_read_varint_up_to(at, PT_MAX_BYTES, &tree->symbols_bytes) ||
		!pt_read_varint_up_to(at, PT_MAX_BYTES, &tree->shape_bytes) ||
		!pt_read_varint(at, &quantum))
		return damaged(error, "header", "bad number");
	if (quantum == 0)
		return damaged(error, "header", "bad quantum");
	if (header->lane_count == 0 || !pt_counts_agree(tree))
		return damaged(error, "header", "counts do not agree");
	tree->quantum = (int64) quantum;
	return true;
}

static uint8 *
write_header(uint8 *at, const PtBlockHeader *header)
{
	const PtHeader *tree = &header->tree;

	*at++ = PT_BLOCK_VERSION;
	*at++ = 0;
	at = pt_write_varint(at, header->lane_count);
	at = pt_write_varint(at, tree->node_count);
	at = pt_write_varint(at, tree->symbol_count);
	at = pt_write_varint(at, tree->depth);
	at = pt_write_varint(at, header->directory_bytes);
	at = pt_write_varint(at, tree->dictionary_bytes);
	at = pt_write_varint(at, tree->symbols_bytes);
	at = pt_write_varint(at, tree->shape_bytes);
	return pt_write_varint(at, tree->quantum);
}

bool
pt_block_decode_sections(const uint8 *bytes, size_t length, size_t most,
						 PtBlockSections *sections, PtError *error)
{
	PtCursor	at = {bytes, bytes + length};
	PtBlockHeader header;

	if (!decode_header(&at, &header, error))
		return false;
	if ((size_t) (at.end - at.at) > most)
		return damaged(error, "header", "value too large");
	if ((size_t) (at.end - at.at) < header.directory_bytes)
		return damaged(error, "header", "sections pass the end of the value");
	sections->lane_count = header.lane_count;
	sections->directory.at = at.at;
	sections->directory.end = at.at += header.directory_bytes;
	sections->sections.type = "profblock";
	sections->sections.header = header.tree;
	return pt_cut_sections(at, &sections->sections, error);
}

/*
 * Numbers of "count" lanes, each with the bytes of its entries when
 * with_bytes, up to the end of the cursor.
 */
static bool
read_lanes(PtCursor at, uint32 count, bool with_bytes, PtLanes *lanes, PtError *error)
{
	uint32		next = 0;

	lanes->count = 0;
	lanes->entry_count = 0;
	for (uint32 i = 0; i < count; i++)
	{
		PtLane	   *lane = pt_lanes_next(lanes);
		uint32		skip;
		uint64		total;
		uint64		profiles;
		uint64		covered;

		memset(lane, 0, sizeof(*lane));
		if (!pt_read_varint_up_to(&at, PT_MAX_LANES, &skip) ||
			!pt_read_varint(&at, &total) ||
			!pt_read_varint(&at, &profiles) ||
			!pt_read_varint(&at, &covered) ||
			(with_bytes && !pt_read_varint_up_to(&at, PT_MAX_BYTES, &lane->bytes)))
			return damaged(error, "directory", "bad number");
		lane->lane = next + skip;
		if (lane->lane >= PT_MAX_LANES)
			return damaged(error, "directory", "lane out of range");
		next = lane->lane + 1;
		lane->total = (int64) total;
		lane->profiles = (int64) profiles;
		lane->covered = (int64) covered;
		lanes->count++;
	}
	if (at.at != at.end)
		return damaged(error, "directory", "bytes left over");
	return true;
}

static uint8 *
write_lanes(const PtLanes *lanes, bool with_bytes, uint8 *at)
{
	uint32		next = 0;

	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		at = pt_write_varint(at, lane->lane - next);
		at = pt_write_varint(at, lane->total);
		at = pt_write_varint(at, lane->profiles);
		at = pt_write_varint(at, lane->covered);
		if (with_bytes)
			at = pt_write_varint(at, lane->bytes);
		next = lane->lane + 1;
	}
	return at;
}

/* bytes of the directory section */
static uint32
lanes_bytes(const PtLanes *lanes)
{
	size_t		bytes = 0;
	uint32		next = 0;

	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		bytes += pt_varint_size(lane->lane - next) + pt_varint_size(lane->total) +
			pt_varint_size(lane->profiles) + pt_varint_size(lane->covered) + pt_varint_size(lane->bytes);
		next = lane->lane + 1;
	}
	return (uint32) bytes;
}

bool
pt_block_decode_directory(const uint8 *bytes, size_t length, PtLanes *lanes, PtError *error)
{
	PtCursor	at = {bytes, bytes + length};
	PtBlockHeader header;

	if (!decode_header(&at, &header, error))
		return false;
	if ((size_t) (at.end - at.at) < header.directory_bytes)
		return damaged(error, "header", "sections pass the end of the value");
	at.end = at.at + header.directory_bytes;
	return read_lanes(at, header.lane_count, true, lanes, error);
}

uint8 *
pt_write_directory(const PtLanes *lanes, uint8 *at)
{
	return write_lanes(lanes, false, pt_write_varint(at, lanes->count));
}

bool
pt_read_directory(const uint8 *bytes, size_t length, PtLanes *lanes, PtError *error)
{
	PtCursor	at = {bytes, bytes + length};
	uint32		count;

	if (!pt_read_varint_up_to(&at, PT_MAX_LANES, &count) || count == 0)
		return damaged(error, "directory", "bad number");
	return read_lanes(at, count, false, lanes, error);
}

/*
 * The directory of a block whose lanes are there: where the entries of each
 * are, and that its total can be one.
 */
static bool
find_lanes(const PtBlockSections *sections, PtLanes *lanes, PtError *error)
{
	const PtSections *all = &sections->sections;
	const uint8 *at = all->weights.at;

	if (!read_lanes(sections->directory, sections->lane_count, true, lanes, error))
		return false;
	for (uint32 i = 0; i < lanes->count; i++)
	{
		PtLane	   *lane = &lanes->lane[i];

		if (lane->bytes > (size_t) (all->weights.end - at))
			return damaged(error, "directory", "lanes pass the end of the value");
		if (lane->total % all->header.quantum != 0)
			return damaged(error, "directory", "total does not fit the quantum");
		lane->at = at;
		at += lane->bytes;
	}
	if (at != all->weights.end)
		return damaged(error, "lanes", "bytes left over");
	return true;
}

/* ---- the entries of a lane ---- */

/* A walk over them; what is wrong with them, if anything, is in "problem". */
typedef struct EntryReader
{
	const uint8 *at;
	const uint8 *end;
	uint32		flagged;		/* ranks there are */
	uint32		next;			/* rank of the last one + 1 */
	uint64		left;			/* of the lane's total, in units of the quantum */
	const char *problem;
} EntryReader;

static inline EntryReader
read_lane(const PtLane *lane, int64 quantum, uint32 flagged)
{
	EntryReader reader = {lane->at, lane->at + lane->bytes, flagged, 0,
	(uint64) (lane->total / quantum), NULL};

	return reader;
}

/* the numbers of an entry, where they are long or the last of the lane */
static pg_noinline bool
read_entry_slow(PtCursor *at, uint32 *step, uint64 *units)
{
	*units = 1;
	return pt_read_varint_up_to(at, 2 * PT_MAX_NODES + 1, step) &&
		((*step & 1) == 0 || (pt_read_varint(at, units) && *units != 1));
}

/*
 * The next entry: its rank, and its weight in units of the quantum.  False
 * behind the last one, or where one is wrong.
 */
static inline bool
next_entry(EntryReader *reader, uint32 *rank, uint64 *units)
{
	const uint8 *at = reader->at;
	uint32		differs;
	uint32		step;
	uint64		weight;

	if (at == reader->end)
		return false;
	/* the numbers are mostly of one byte; which weights there are, no predictor knows */
	differs = at[0] & 1;
	if (likely(reader->end - at >= 2) &&
		likely(((at[0] | (at[1] & -differs)) & 0x80) == 0 && ((at[1] == 1) & differs) == 0))
	{
		step = at[0];
		weight = differs ? at[1] : 1;
		reader->at = at + 1 + differs;
	}
	else
	{
		PtCursor	slow = {at, reader->end};

		if (!read_entry_slow(&slow, &step, &weight))
		{
			reader->problem = "bad entry";
			return false;
		}
		reader->at = slow.at;
	}
	*rank = reader->next + (step >> 1);
	*units = weight;
	if (unlikely(*rank >= reader->flagged))
	{
		reader->problem = "bad entry";
		return false;
	}
	if (unlikely(weight > reader->left))
	{
		reader->problem = "sum differs from the directory's";
		return false;
	}
	reader->next = *rank + 1;
	reader->left -= weight;
	return true;
}

/* Were they what the directory says? */
static inline bool
end_lane(const EntryReader *reader, PtError *error)
{
	if (unlikely(reader->problem != NULL))
		return damaged(error, "lanes", reader->problem);
	if (unlikely(reader->left != 0))
		return damaged(error, "lanes", "sum differs from the directory's");
	return true;
}

/* ---- the sum of some lanes ---- */

/* in a sum: an entry of weight 0 was there */
#define PT_TOUCHED		(UINT64CONST(1) << 63)

/* Add a lane's entries, in units of the quantum, to sum[] by rank. */
static bool
add_lane(const PtLane *lane, int64 quantum, uint32 flagged, uint64 *sum, PtError *error)
{
	EntryReader reader = read_lane(lane, quantum, flagged);
	uint32		rank;
	uint64		units;

	while (next_entry(&reader, &rank, &units))
	{
		PT_CHECK_INTERRUPTS(rank + 1);
		sum[rank] += units;
		if (unlikely(units == 0))
			sum[rank] |= PT_TOUCHED;
	}
	return end_lane(&reader, error);
}

/*
 * Give the nodes of a shape their sums, by rank, and drop those that have
 * none and lead to none that has.
 */
static void
sums_to_tree(PtTree *tree, const uint64 *sum, int64 quantum, int64 total, bool *keep)
{
	uint32		rank = 0;
	uint32		kept = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		/* sum[] has a place more than there are ranks */
		uint32		flag = (uint32) tree->self[i];
		uint64		here = sum[rank] & -(uint64) flag;

		PT_CHECK_INTERRUPTS(i + 1);
		keep[i] = here != 0;
		tree->self[i] = (int64) (here & ~PT_TOUCHED) * quantum;
		rank += flag;
	}
	tree->total = total;
	pt_keep_paths(tree, keep);
	for (uint32 i = 0; i < tree->node_count; i++)
		kept += keep[i];
	if (kept < tree->node_count)
		pt_tree_prune(tree, keep);
}

bool
pt_block_sum(const uint8 *bytes, size_t length, int64 first, int64 last,
			 PtTree *result, PtError *error)
{
	PtBlockSections sections;
	PtLanes		lanes;
	int64		quantum;
	uint32		flagged;
	uint64	   *sum = NULL;
	bool	   *keep = NULL;
	int64		total = 0;
	bool		ok;

	if (!pt_block_decode_sections(bytes, length, PT_MAX_BYTES, &sections, error) ||
		!pt_decode_dictionary(&sections.sections, &result->dictionary, error) ||
		!pt_decode_shape(&sections.sections, result, error))
		return false;
	quantum = sections.sections.header.quantum;
	flagged = (uint32) result->total;

	pt_lanes_init(&lanes, result->memory);
	ok = find_lanes(&sections, &lanes, error);
	if (ok)
	{
		sum = pt_alloc(result->memory, ((size_t) flagged + 1) * sizeof(uint64));
		memset(sum, 0, ((size_t) flagged + 1) * sizeof(uint64));
	}
	for (uint32 i = 0; ok && i < lanes.count; i++)
	{
		const PtLane *lane = &lanes.lane[i];

		if (lane->lane >= first && lane->lane <= last)
			/* the totals bound the sums of all nodes */
			ok = pt_add_weight(&total, lane->total, error) &&
				add_lane(lane, quantum, flagged, sum, error);
	}
	if (ok)
	{
		keep = pt_alloc(result->memory, (size_t) result->node_count + 1);
		sums_to_tree(result, sum, quantum, total, keep);
	}
	pt_free(keep);
	pt_free(sum);
	pt_lanes_free(&lanes);
	return ok;
}

/* ---- one symbol ---- */

/* what a node is to a symbol */
#define INSIDE		1			/* its stack holds it */
#define ENDS		2			/* its stack ends in it */

/* Nothing behind the rank "last" is looked at, since nothing there has a role. */
static bool
weigh_lane(const PtLane *lane, int64 quantum, uint32 flagged, const uint8 *role, uint32 last,
		   int64 *self, int64 *total, PtError *error)
{
	EntryReader reader = read_lane(lane, quantum, flagged);
	uint32		rank = 0;
	uint64		units;
	uint64		ends = 0;
	uint64		inside = 0;

	while (next_entry(&reader, &rank, &units) && rank <= last)
	{
		PT_CHECK_INTERRUPTS(rank + 1);
		ends += role[rank] & ENDS ? units : 0;
		inside += role[rank] & INSIDE ? units : 0;
	}
	*self = (int64) ends * quantum;
	*total = (int64) inside * quantum;
	return (reader.problem == NULL && rank > last) || end_lane(&reader, error);
}

bool
pt_block_symbol(const uint8 *bytes, size_t length, const char *symbol, size_t symbol_length,
				PtLanes *lanes, int64 *self, int64 *total, PtMemory memory, PtError *error)
{
	PtBlockSections sections;
	PtTree		tree;
	uint8	   *role = NULL;
	uint32		number = 0;
	bool		ok;

	if (!pt_block_decode_sections(bytes, length, PT_MAX_BYTES, &sections, error))
		return false;
	pt_tree_init(&tree, memory);
	ok = pt_decode_dictionary(&sections.sections, &tree.dictionary, error) &&
		find_lanes(&sections, lanes, error);
	if (ok && !pt_find_symbol(&tree.dictionary, symbol, symbol_length, &number))
	{
		memset(self, 0, lanes->count * sizeof(*self));
		memset(total, 0, lanes->count * sizeof(*total));
	}
	else if (ok && (ok = pt_decode_shape(&sections.sections, &tree, error)))
	{
		uint32		flagged = (uint32) tree.total;
		uint32		outermost = 0;	/* level of the outermost open frame of the symbol */
		uint32		rank = 0;
		uint32		last = 0;		/* rank that has a role */

		role = pt_alloc(memory, (size_t) flagged + 1);
		for (uint32 i = 0; i < tree.node_count; i++)
		{
			bool		here = tree.symbol[i] == number;

			PT_CHECK_INTERRUPTS(i + 1);
			if (tree.level[i] <= outermost)
				outermost = 0;
			if (here && outermost == 0)
				outermost = tree.level[i];
			/* role[] has a place more than there are ranks */
			role[rank] = (uint8) ((outermost != 0 ? INSIDE : 0) | (here ? ENDS : 0));
			if (outermost != 0)
				last = rank;
			rank += (uint32) tree.self[i];
		}
		for (uint32 i = 0; ok && i < lanes->count; i++)
			ok = weigh_lane(&lanes->lane[i], sections.sections.header.quantum, flagged, role, last,
							&self[i], &total[i], error);
	}
	pt_free(role);
	pt_tree_free(&tree);
	return ok;
}

/* ---- all of it ---- */

/* What taking a block apart keeps beside it. */
typedef struct Unpack
{
	uint32	   *node_of;		/* by rank, its node */
	bool	   *used;			/* by rank, a lane has it */
	uint32	   *end;			/* by node, first behind its subtree */
	uint64		divisor;		/* of all weights in units of the quantum */
} Unpack;

void
pt_subtree_ends(const PtTree *tree, uint32 *end)
{
	uint32	   *open = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	uint32		level = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		for (; level >= tree->level[i]; level--)
			end[open[level]] = i;
		level = tree->level[i];
		open[level] = i;
	}
	for (; level > 0; level--)
		end[open[level]] = tree->node_count;
	pt_free(open);
}

static bool
unpack_lane(PtLane *lane, int64 quantum, uint32 flagged, Unpack *unpack, PtLanes *lanes, PtError *error)
{
	EntryReader reader = read_lane(lane, quantum, flagged);
	uint32		rank;
	uint64		units;
	/* the bytes bound the entries */
	size_t		to = pt_lanes_reserve(lanes, Min(lane->bytes, flagged));
	uint32	   *node = lanes->node + to;
	int64	   *weight = lanes->weight + to;
	uint32		count = 0;
	uint32		alone = 0;		/* nothing may come before this node */

	while (next_entry(&reader, &rank, &units))
	{
		uint32		here = unpack->node_of[rank];

		PT_CHECK_INTERRUPTS(count + 1);
		if (unlikely(here < alone))
			return damaged(error, "lanes", "weight 0 above another entry");
		if (units == 0)
			alone = unpack->end[here];
		else if (unpack->divisor != 1)
			unpack->divisor = pt_common_divisor(units, unpack->divisor);
		unpack->used[rank] = true;
		node[count] = here;
		weight[count] = (int64) units * quantum;
		count++;
	}
	lane->first = to;
	lane->count = count;
	lane->sorted = true;
	lanes->entry_count += count;
	return end_lane(&reader, error);
}

bool
pt_block_decode_lanes(const PtBlockSections *sections, PtBlock *block, PtError *error)
{
	PtTree	   *tree = &block->tree;
	PtLanes    *lanes = &block->lanes;
	int64		quantum = sections->sections.header.quantum;
	uint32		flagged;
	uint32		rank = 0;
	Unpack		unpack = {0};
	bool		ok = true;

	if (!pt_decode_shape(&sections->sections, tree, error) ||
		!find_lanes(sections, lanes, error))
		return false;
	flagged = (uint32) tree->total;
	unpack.node_of = pt_alloc(tree->memory, ((size_t) flagged + 1) * sizeof(uint32));
	unpack.used = pt_alloc(tree->memory, (size_t) flagged + 1);
	unpack.end = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	memset(unpack.used, 0, flagged);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		unpack.node_of[rank] = i;
		rank += (uint32) tree->self[i];
	}
	pt_subtree_ends(tree, unpack.end);

	for (uint32 i = 0; ok && i < lanes->count; i++)
		ok = unpack_lane(&lanes->lane[i], quantum, flagged, &unpack, lanes, error);
	if (ok && flagged > 0 && memchr(unpack.used, 0, flagged) != NULL)
		ok = damaged(error, "shape", "a flag without an entry");
	if (ok && (unpack.divisor > 1 || (unpack.divisor == 0 && quantum != 1)))
		ok = damaged(error, "header", "bad quantum");
	pt_free(unpack.node_of);
	pt_free(unpack.used);
	pt_free(unpack.end);
	return ok;
}

bool
pt_block_decode(const uint8 *bytes, size_t length, PtBlock *block, PtError *error)
{
	PtBlockSections sections;

	return pt_block_decode_sections(bytes, length, PT_MAX_BYTES, &sections, error) &&
		pt_decode_dictionary(&sections.sections, &block->tree.dictionary, error) &&
		pt_block_decode_lanes(&sections, block, error);
}

/* ---- writing ---- */

void
pt_block_cut(PtBlock *block, int64 first, int64 last)
{
	PtTree	   *tree = &block->tree;
	PtLanes    *lanes = &block->lanes;
	bool	   *keep = pt_alloc(tree->memory, (size_t) tree->node_count + 1);
	uint32	   *number = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	uint32		count = 0;
	uint32		kept = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		keep[i] = false;
		tree->self[i] = 0;
	}
	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		if (lane->lane < first || lane->lane > last)
			continue;
		for (uint32 j = 0; j < lane->count; j++)
		{
			uint32		node = lanes->node[lane->first + j];

			PT_CHECK_INTERRUPTS(j + 1);
			keep[node] = true;
			tree->self[node] = 1;
		}
		lanes->lane[count++] = *lane;
	}
	lanes->count = count;
	pt_keep_paths(tree, keep);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		number[i] = kept;
		kept += keep[i];
	}
	for (uint32 i = 0; i < count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		for (uint32 j = 0; j < lane->count; j++)
		{
			PT_CHECK_INTERRUPTS(j + 1);
			lanes->node[lane->first + j] = number[lanes->node[lane->first + j]];
		}
	}
	pt_tree_prune(tree, keep);
	pt_free(keep);
	pt_free(number);
}

/*
 * quantum of all entries, and a bound of the bytes they take
 */
static size_t
lanes_bound(const PtBlock *block, int64 *quantum)
{
	const PtLanes *lanes = &block->lanes;
	uint64		divisor = 0;
	int64		greatest = 0;
	size_t		count = 0;

	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];

		for (uint32 j = 0; j < lane->count; j++)
		{
			int64		weight = lanes->weight[lane->first + j];

			PT_CHECK_INTERRUPTS(j + 1);
			greatest = Max(greatest, weight);
			if (divisor != 1 && (divisor == 0 || weight % divisor != 0))
				divisor = pt_common_divisor(weight, divisor);
		}
		count += lane->count;
	}
	*quantum = divisor == 0 ? 1 : (int64) divisor;
	/* one byte more for pt_write_column() */
	return count * (pt_varint_size(2 * block->tree.total + 1) + pt_varint_size(greatest / *quantum)) + 1;
}

static uint8 *
write_entries(const PtLanes *lanes, const PtLane *lane, const uint32 *rank, int64 quantum, uint8 *at)
{
	uint32		next = 0;

	for (uint32 i = 0; i < lane->count; i++)
	{
		uint32		here = rank[lanes->node[lane->first + i]];
		int64		weight = lanes->weight[lane->first + i];
		uint32		differs = weight != quantum;

		PT_CHECK_INTERRUPTS(i + 1);
		at = pt_write_column(at, (here - next) << 1 | differs);
		if (differs)
			at = pt_write_varint(at, quantum == 1 ? weight : weight / quantum);
		next = here + 1;
	}
	return at;
}

uint8 *
pt_block_write_columns(PtBlock *block, uint8 *at, PtBlockHeader *header)
{
	PtTree	   *tree = &block->tree;
	PtLanes    *lanes = &block->lanes;
	uint32	   *rank = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	uint32		next = 0;

	at = pt_write_shape(tree, at, &header->tree);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		rank[i] = next;
		next += (uint32) tree->self[i];
	}
	for (uint32 i = 0; i < lanes->count; i++)
	{
		PtLane	   *lane = &lanes->lane[i];
		uint8	   *end = write_entries(lanes, lane, rank, header->tree.quantum, at);

		lane->bytes = (uint32) (end - at);
		at = end;
	}
	pt_free(rank);
	return at;
}

size_t
pt_block_columns_bound(const PtBlock *block, PtBlockHeader *header)
{
	size_t		bound;

	memset(header, 0, sizeof(*header));
	bound = pt_columns_bound(&block->tree, &header->tree) + lanes_bound(block, &header->tree.quantum);
	header->lane_count = block->lanes.count;
	return bound;
}

uint8 *
pt_block_write_front(const PtBlock *block, uint8 *at, PtBlockHeader *header)
{
	header->directory_bytes = lanes_bytes(&block->lanes);
	return write_lanes(&block->lanes, true, write_header(at, header));
}

static bool
too_large(const PtBlock *block, PtError *error)
{
	pt_fail(error, PT_BEYOND_LIMIT, "profblock too large");
	pt_fail_detail(error, "A block can take at most %d bytes, not counting what symbols share; this one has %u lanes, %u nodes and %u symbols.",
				   PT_MAX_BYTES, block->lanes.count, block->tree.node_count, block->tree.dictionary.count);
	return pt_fail_hint(error, "Keep fewer lanes in a block.");
}

bool
pt_block_encode(PtBlock *block, PtMemory memory, size_t reserve,
				uint8 **bytes, size_t *length, PtError *error)
{
	const PtDictionary *dictionary = &block->tree.dictionary;
	PtBlockHeader header;
	size_t		columns;
	size_t		front = PT_BLOCK_HEADER_MAX + (size_t) block->lanes.count * PT_LANE_MAX;
	uint8	   *buffer;
	uint8	   *dictionary_at;
	uint8	   *columns_at;
	uint8	   *end;
	uint8	   *at;

	if (dictionary->used > PT_MAX_BYTES || block->tree.node_count > PT_MAX_NODES)
		return too_large(block, error);
	columns = pt_block_columns_bound(block, &header);

	/* header and directory, of a size not known yet, at their greatest */
	buffer = pt_alloc(memory, reserve + front + pt_dictionary_bound(dictionary) + columns + PT_PADDING);
	dictionary_at = buffer + reserve + front;
	columns_at = pt_write_dictionary(dictionary, dictionary_at);
	header.tree.dictionary_bytes = (uint32) (columns_at - dictionary_at);
	end = pt_block_write_columns(block, columns_at, &header);
	at = pt_block_write_front(block, buffer + reserve, &header);
	if (dictionary->used + (end - columns_at) > PT_MAX_BYTES ||
		header.directory_bytes + (end - dictionary_at) > PT_MAX_BYTES)
	{
		pt_free(buffer);
		return too_large(block, error);
	}
	memmove(at, dictionary_at, end - dictionary_at);
	*bytes = buffer;
	*length = (at - buffer - reserve) + (end - dictionary_at);
	return true;
}
