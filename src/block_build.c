/*-------------------------------------------------------------------------
 *
 * block_build.c
 *		Trees of lanes to one block.
 *
 * Rows come in any order.  Each row's tree adds its shape to one builder, the
 * union of all, and its weights to a log: (node of the builder, weight), row
 * behind row.  At the end the union is flattened once, and the nodes of the
 * log become places in it.
 *
 * A row's nodes are in preorder, siblings by their symbols, and so is the
 * union; the order of two nodes depends on their stacks alone.  So the places
 * of a row ascend by themselves, and a lane that came in one row, as nearly
 * all do, needs no sorting.  The rows of other lanes are added up in an array
 * by place, with a bitmap of the places that are taken.
 *
 * The same adding up, by builder nodes, packs the log when it has doubled, so
 * that it grows with what the lanes hold and not with the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"

#include "port/pg_bitutils.h"

/* entries before the log is packed for the first time: 3 MB */
#define PT_PACK_ENTRIES		(256 * 1024)

#define WORD_BITS			64

void
pt_block_builder_init(PtBlockBuilder *builder, PtMemory memory, uint64 seed)
{
	memset(builder, 0, sizeof(*builder));
	builder->memory = memory;
	pt_builder_init(&builder->builder, memory, seed);
	pt_lanes_init(&builder->rows, memory);
}

void
pt_block_builder_free(PtBlockBuilder *builder)
{
	pt_builder_free(&builder->builder);
	pt_lanes_free(&builder->rows);
	if (builder->became_capacity > 0)
		pt_free(builder->became);
	memset(builder, 0, sizeof(*builder));
}

/* ---- rows to lanes ---- */

/* Adds up the rows of a lane; made when the first lane of several rows comes. */
typedef struct Adder
{
	uint32		count;			/* places */
	int64	   *sum;			/* by place; all 0 between lanes */
	uint64	   *taken;			/* bitmap of places; all 0 between lanes */
	uint32	   *end;			/* by place, where its subtree ends; or NULL */
} Adder;

static void
adder_start(Adder *adder, PtMemory memory, uint32 count, const PtTree *tree)
{
	size_t		words = count / WORD_BITS + 1;

	adder->count = count;
	adder->sum = pt_alloc(memory, ((size_t) count + 1) * sizeof(int64));
	memset(adder->sum, 0, count * sizeof(int64));
	adder->taken = pt_alloc(memory, words * sizeof(uint64));
	memset(adder->taken, 0, words * sizeof(uint64));
	if (tree != NULL)
	{
		adder->end = pt_alloc(memory, ((size_t) count + 1) * sizeof(uint32));
		pt_subtree_ends(tree, adder->end);
	}
}

static void
adder_free(Adder *adder)
{
	pt_free(adder->sum);
	pt_free(adder->taken);
	pt_free(adder->end);
}

/* where an entry of the builder's log goes */
static inline uint32
place_of(const uint32 *places, uint32 node)
{
	return places == NULL ? node : places[node];
}

static void
adder_add(Adder *adder, const PtLanes *rows, const PtLane *row, const uint32 *places)
{
	for (uint32 i = 0; i < row->count; i++)
	{
		uint32		place = place_of(places, rows->node[row->first + i]);

		PT_CHECK_INTERRUPTS(i + 1);
		/* the lane's total is in range, so parts of it are */
		adder->sum[place] += rows->weight[row->first + i];
		adder->taken[place / WORD_BITS] |= UINT64CONST(1) << (place % WORD_BITS);
	}
}

/*
 * Append what was added up to the entries of "lanes", in the order of places,
 * and empty the adder.  Where places are known to be in preorder, a node
 * without weight stays only as a leaf: one that is on the way to another
 * entry is told by that one.
 */
static uint32
adder_take(Adder *adder, PtLanes *lanes, size_t most)
{
	size_t		to = pt_lanes_reserve(lanes, Min(most, adder->count));
	uint32	   *node = lanes->node + to;
	int64	   *weight = lanes->weight + to;
	uint32		count = 0;

	for (uint32 word = 0; word <= adder->count / WORD_BITS; word++)
	{
		uint64		bits = adder->taken[word];

		PT_CHECK_INTERRUPTS(word + 1);
		adder->taken[word] = 0;
		for (; bits != 0; bits &= bits - 1)
		{
			uint32		place = word * WORD_BITS + pg_rightmost_one_pos64(bits);

			/* the entry before may turn out to lead here */
			if (adder->end != NULL && count > 0 && weight[count - 1] == 0 &&
				place < adder->end[node[count - 1]])
				count--;
			node[count] = place;
			weight[count] = adder->sum[place];
			adder->sum[place] = 0;
			count++;
		}
	}
	return count;
}

/* The rows of one lane, to one lane of the result. */
static bool
add_rows(const PtLanes *rows, const uint32 *order, uint32 count, PtLane *lane, PtError *error)
{
	memset(lane, 0, sizeof(*lane));
	lane->lane = rows->lane[order[0]].lane;
	for (uint32 i = 0; i < count; i++)
	{
		const PtLane *row = &rows->lane[order[i]];

		PT_CHECK_INTERRUPTS(i + 1);
		if (!pt_add_weight(&lane->total, row->total, error))
			return false;
		if (!pt_add_weight(&lane->profiles, row->profiles, error) ||
			!pt_add_weight(&lane->covered, row->covered, error))
			return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: the profiles or covered slots of lane %u pass 9223372036854775807",
						   lane->lane);
	}
	return true;
}

/*
 * Rows to lanes, ascending, each once, with places (NULL: builder nodes) for
 * nodes; "tree" is the flat union, or NULL.
 */
static bool
collect(const PtLanes *rows, const uint32 *places, uint32 place_count, const PtTree *tree,
		PtLanes *lanes, PtError *error)
{
	uint32		start[PT_MAX_LANES + 1] = {0};
	uint32	   *order = pt_alloc(rows->memory, ((size_t) rows->count + 1) * sizeof(uint32));
	Adder		adder = {0};
	bool		ok = true;

	/* rows by lane, a counting sort */
	for (uint32 i = 0; i < rows->count; i++)
		start[rows->lane[i].lane + 1]++;
	for (uint32 i = 0; i < PT_MAX_LANES; i++)
		start[i + 1] += start[i];
	for (uint32 i = 0; i < rows->count; i++)
		order[start[rows->lane[i].lane]++] = i;
	/* start[lane] is now where the lane ends */

	for (uint32 at = 0; ok && at < rows->count;)
	{
		const PtLane *row = &rows->lane[order[at]];
		uint32		count = start[row->lane] - at;
		PtLane	   *lane = pt_lanes_next(lanes);

		ok = add_rows(rows, order + at, count, lane, error);
		if (!ok)
			break;
		lane->first = lanes->entry_count;
		if (count == 1 && row->sorted)
		{
			size_t		to = pt_lanes_reserve(lanes, row->count);

			for (uint32 i = 0; i < row->count; i++)
			{
				PT_CHECK_INTERRUPTS(i + 1);
				lanes->node[to + i] = place_of(places, rows->node[row->first + i]);
			}
			if (row->count > 0)
				memcpy(lanes->weight + to, rows->weight + row->first, row->count * sizeof(int64));
			lane->count = row->count;
			lane->sorted = true;
		}
		else
		{
			size_t		most = 0;

			if (adder.sum == NULL)
				adder_start(&adder, rows->memory, place_count, tree);
			for (uint32 i = 0; i < count; i++)
			{
				adder_add(&adder, rows, &rows->lane[order[at + i]], places);
				most += rows->lane[order[at + i]].count;
			}
			lane->count = adder_take(&adder, lanes, most);
			/* by builder nodes they are not in preorder */
			lane->sorted = tree != NULL;
		}
		lanes->entry_count += lane->count;
		lanes->count++;
		at += count;
	}
	adder_free(&adder);
	pt_free(order);
	return ok;
}

/* ---- adding ---- */

/* Pack the log when it is twice what it was, and holds several rows of a lane. */
static bool
pack(PtBlockBuilder *builder, PtError *error)
{
	PtLanes    *rows = &builder->rows;
	PtLanes		packed;

	if (rows->entry_count < 2 * builder->packed + PT_PACK_ENTRIES &&
		rows->count < 16 * PT_MAX_LANES)
		return true;
	pt_lanes_init(&packed, rows->memory);
	if (!collect(rows, NULL, builder->builder.node_count, NULL, &packed, error))
	{
		pt_lanes_free(&packed);
		return false;
	}
	pt_lanes_free(rows);
	*rows = packed;
	builder->packed = rows->entry_count;
	return true;
}

/* Room for what the nodes of a tree became. */
static void
reserve_became(PtBlockBuilder *builder, uint32 count)
{
	if (count > builder->became_capacity)
	{
		uint32		capacity = Max(count, builder->became_capacity + builder->became_capacity / 2);

		if (builder->became_capacity > 0)
			pt_free(builder->became);
		builder->became_capacity = 0;
		builder->became = pt_alloc(builder->memory, capacity * sizeof(uint32));
		builder->became_capacity = capacity;
	}
}

/* Append the entries of a tree, whose nodes have been added, to the log. */
static void
log_tree(PtBlockBuilder *builder, const PtTree *tree, PtLane *row)
{
	PtLanes    *rows = &builder->rows;
	size_t		to = pt_lanes_reserve(rows, tree->node_count);
	uint32	   *node = rows->node + to;
	int64	   *weight = rows->weight + to;
	uint32		count = 0;
	uint32		last = tree->node_count - 1;

	/* which nodes have an entry follows no pattern, so no branch on it */
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		next_level = i < last ? tree->level[i + 1] : 0;

		PT_CHECK_INTERRUPTS(i + 1);
		node[count] = builder->became[i];
		weight[count] = tree->self[i];
		count += (tree->self[i] != 0) | (next_level <= tree->level[i]);
	}
	row->first = to;
	row->count = count;
	rows->entry_count += count;
}

bool
pt_block_builder_add(PtBlockBuilder *builder, uint32 lane, const uint8 *bytes, size_t length,
					 int64 profiles, int64 covered, PtTree *scratch, PtError *error)
{
	PtLane	   *row;

	Assert(lane < PT_MAX_LANES && profiles >= 0 && covered >= 0);
	if (!pack(builder, error) ||
		!pt_builder_map_encoded(&builder->builder, bytes, length, scratch, error))
		return false;
	reserve_became(builder, scratch->node_count);
	if (!pt_builder_add_shape(&builder->builder, scratch, builder->became, error))
		return false;

	row = pt_lanes_next(&builder->rows);
	memset(row, 0, sizeof(*row));
	row->lane = lane;
	row->total = scratch->total;
	row->profiles = profiles;
	row->covered = covered;
	row->sorted = true;
	log_tree(builder, scratch, row);
	builder->rows.count++;
	return true;
}

bool
pt_block_builder_add_block(PtBlockBuilder *builder, const PtBlock *block, bool sorted, PtError *error)
{
	const PtLanes *lanes = &block->lanes;
	PtLanes    *rows = &builder->rows;

	if (!pack(builder, error) ||
		!pt_builder_map_tree(&builder->builder, &block->tree, error))
		return false;
	reserve_became(builder, block->tree.node_count);
	if (!pt_builder_add_shape(&builder->builder, &block->tree, builder->became, error))
		return false;
	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];
		size_t		to = pt_lanes_reserve(rows, lane->count);
		PtLane	   *row = pt_lanes_next(rows);

		for (uint32 j = 0; j < lane->count; j++)
		{
			PT_CHECK_INTERRUPTS(j + 1);
			rows->node[to + j] = builder->became[lanes->node[lane->first + j]];
		}
		if (lane->count > 0)
			memcpy(rows->weight + to, lanes->weight + lane->first, lane->count * sizeof(int64));
		*row = *lane;
		row->first = to;
		row->sorted = sorted;
		rows->entry_count += lane->count;
		rows->count++;
	}
	return true;
}

/* ---- the block ---- */

bool
pt_block_builder_flatten(PtBlockBuilder *builder, PtBlock *block, PtError *error)
{
	PtTree	   *tree = &block->tree;
	PtLanes    *lanes = &block->lanes;
	uint32	   *places = pt_alloc(builder->memory, (size_t) builder->builder.node_count * sizeof(uint32));
	bool		ok;

	pt_builder_flatten_places(&builder->builder, tree, places);
	/* all at once: lanes of one row, the usual, do not grow on the way */
	lanes->count = 0;
	lanes->entry_count = 0;
	(void) pt_lanes_reserve(lanes, builder->rows.entry_count);
	ok = collect(&builder->rows, places, tree->node_count, tree, lanes, error);
	pt_free(places);
	if (!ok)
		return false;

	/* the flags */
	tree->total = 0;
	for (size_t i = 0; i < lanes->entry_count; i++)
	{
		int64	   *flag = &tree->self[lanes->node[i]];

		PT_CHECK_INTERRUPTS(i + 1);
		tree->total += 1 - *flag;
		*flag = 1;
	}
	return true;
}
