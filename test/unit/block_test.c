/*-------------------------------------------------------------------------
 *
 * block_test.c
 *		Blocks: what goes in comes out, in one encoding, and damage shows.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"
#include "block.h"

/* ---- the oracle ---- */

#define LANES_MOST	12

/* A row that goes in, or all rows of a lane. */
typedef struct OracleLane
{
	uint32		lane;
	int64		profiles;
	int64		covered;
	Oracle		tree;
} OracleLane;

/* Lanes ascend, each with a tree of its own. */
typedef struct OracleBlock
{
	int			count;
	OracleLane	lane[3 * LANES_MOST];
} OracleBlock;

static void
block_free(OracleBlock *block)
{
	for (int i = 0; i < block->count; i++)
		oracle_free(&block->lane[i].tree);
	block->count = 0;
}

/* Rows of some lanes out of the samples of one profile, so that they share much. */
static void
rows_make(OracleBlock *rows, Random *random)
{
	Profile		profile;
	uint32		lane[LANES_MOST];
	int			lanes = 1 + random_below(random, LANES_MOST);
	uint32		most = one_in(random, 2) ? PT_MAX_LANES : 20;

	profile_make(&profile, random);
	for (int i = 0; i < lanes; i++)
		lane[i] = random_below(random, most);
	rows->count = 1 + random_below(random, one_in(random, 2) ? lanes : 3 * LANES_MOST);
	for (int i = 0; i < rows->count; i++)
	{
		OracleLane *row = &rows->lane[i];

		row->lane = lane[random_below(random, lanes)];
		row->profiles = one_in(random, 3) ? (int64) (random_bits(random) >> 10) : 1;
		row->covered = one_in(random, 3) ? random_below(random, 200) : 1;
		oracle_init(&row->tree);
	}
	for (int i = 0; i < profile.count; i++)
	{
		Sample	   *sample = &profile.sample[i];

		/* in several rows with a part of its weight, so that the sum is in range */
		for (int copies = 1 + random_below(random, 4); copies > 0; copies--)
			oracle_add(&rows->lane[random_below(random, rows->count)].tree, sample->frames, sample->count,
					   sample->weight / (one_in(random, 4) ? 8 : 4));
	}
	profile_free(&profile);
}

/* Lanes first to last of rows. */
static void
rows_to_block(const OracleBlock *rows, uint32 first, uint32 last, OracleBlock *block)
{
	block->count = 0;
	for (uint32 lane = first; lane <= last && lane < PT_MAX_LANES; lane++)
	{
		OracleLane *into = NULL;

		for (int i = 0; i < rows->count; i++)
		{
			const OracleLane *row = &rows->lane[i];

			if (row->lane != lane)
				continue;
			if (into == NULL)
			{
				into = &block->lane[block->count++];
				into->lane = lane;
				into->profiles = into->covered = 0;
				oracle_init(&into->tree);
			}
			into->profiles += row->profiles;
			into->covered += row->covered;
			oracle_add_oracle(&into->tree, &row->tree);
		}
	}
}

/* all lanes in one */
static void
block_sum(const OracleBlock *block, Oracle *sum)
{
	oracle_init(sum);
	for (int i = 0; i < block->count; i++)
		oracle_add_oracle(sum, &block->lane[i].tree);
}

static bool
oracle_is_leaf(const Oracle *oracle, size_t node)
{
	return node + 1 == oracle->count ||
		oracle_level(&oracle->node[node + 1]) <= oracle_level(&oracle->node[node]);
}

/* the node with the same stack, or NULL */
static const OracleNode *
oracle_find(const Oracle *oracle, const OracleNode *node, size_t *at)
{
	for (*at = 0; *at < oracle->count; (*at)++)
	{
		const OracleNode *other = &oracle->node[*at];

		if (other->length == node->length && memcmp(other->key, node->key, node->length) == 0)
			return other;
	}
	return NULL;
}

static uint64
take_varint(const uint8 **at)
{
	uint64		value = 0;

	for (int shift = 0;; shift += 7)
	{
		uint8		byte = *(*at)++;

		value |= (uint64) (byte & 127) << shift;
		if (byte < 128)
			return value;
	}
}

/*
 * The stored form, by block.h's description alone; dictionary and symbols are
 * those of the sum's stored form.
 */
static void
block_encode(const OracleBlock *block, StringInfo bytes)
{
	int			padded = padded_number;
	Oracle		all;
	StringInfoData tree;
	StringInfoData directory;
	StringInfoData shape;
	StringInfoData lanes;
	const uint8 *at;
	uint64		header[8];
	uint64		quantum = 0;
	uint32		level = 0;
	size_t	   *rank;
	size_t		flagged = 0;
	size_t		found;

	block_sum(block, &all);
	padded_number = -1;
	oracle_encode(&all, &tree);
	padded_number = padded;
	at = (uint8 *) tree.data + 2;
	for (int i = 0; i < 8; i++)
		header[i] = take_varint(&at);

	initStringInfo(&directory);
	initStringInfo(&shape);
	initStringInfo(&lanes);
	rank = pg_malloc((all.count + 1) * sizeof(size_t));
	for (size_t i = 0; i < all.count; i++)
	{
		const OracleNode *node = &all.node[i];
		bool		flag = false;

		for (int j = 0; j < block->count; j++)
		{
			const Oracle *lane = &block->lane[j].tree;
			const OracleNode *here = oracle_find(lane, node, &found);
			uint64		a;

			if (here == NULL || (here->weight == 0 && !oracle_is_leaf(lane, found)))
				continue;
			flag = true;
			for (a = here->weight; a != 0;)
			{
				uint64		rest = quantum % a;

				quantum = a;
				a = rest;
			}
		}
		append_varint(&shape, (uint64) (level + 1 - oracle_level(node)) * 2 + flag);
		level = oracle_level(node);
		rank[i] = flagged;
		flagged += flag;
	}
	if (quantum == 0)
		quantum = 1;

	for (int j = 0; j < block->count; j++)
	{
		const OracleLane *lane = &block->lane[j];
		int			start = lanes.len;
		size_t		next = 0;
		int64		total = 0;

		for (size_t i = 0; i < all.count; i++)
		{
			const OracleNode *here = oracle_find(&lane->tree, &all.node[i], &found);

			if (here == NULL || (here->weight == 0 && !oracle_is_leaf(&lane->tree, found)))
				continue;
			total += here->weight;
			append_varint(&lanes, (rank[i] - next) * 2 + (here->weight != (int64) quantum));
			if (here->weight != (int64) quantum)
				append_varint(&lanes, here->weight / quantum);
			next = rank[i] + 1;
		}
		append_varint(&directory, j == 0 ? lane->lane : lane->lane - block->lane[j - 1].lane - 1);
		append_varint(&directory, total);
		append_varint(&directory, lane->profiles);
		append_varint(&directory, lane->covered);
		append_varint(&directory, lanes.len - start);
	}

	initStringInfo(bytes);
	appendBinaryStringInfo(bytes, "\001\000", 2);
	append_varint(bytes, block->count);
	append_varint(bytes, header[0]);	/* nodes */
	append_varint(bytes, header[1]);	/* symbols */
	append_varint(bytes, header[2]);	/* depth */
	append_varint(bytes, directory.len);
	append_varint(bytes, header[3]);	/* bytes of the dictionary */
	append_varint(bytes, header[4]);	/* and of symbols */
	append_varint(bytes, shape.len);
	append_varint(bytes, quantum);
	appendBinaryStringInfo(bytes, directory.data, directory.len);
	appendBinaryStringInfo(bytes, (const char *) at, (int) (header[3] + header[4]));
	appendBinaryStringInfo(bytes, shape.data, shape.len);
	appendBinaryStringInfo(bytes, lanes.data, lanes.len);
	pfree(tree.data);
	pfree(directory.data);
	pfree(shape.data);
	pfree(lanes.data);
	pg_free(rank);
	oracle_free(&all);
}

/* ---- the block ---- */

static bool
add_rows(PtBlockBuilder *builder, const OracleBlock *rows, int from, int to, PtError *error)
{
	PtTree		scratch;
	bool		ok = true;

	pt_tree_init(&scratch, NULL);
	for (int i = from; ok && i < to; i++)
	{
		const OracleLane *row = &rows->lane[i];
		StringInfoData tree;

		oracle_encode(&row->tree, &tree);
		ok = pt_block_builder_add(builder, row->lane, (uint8 *) tree.data, tree.len,
								  row->profiles, row->covered, &scratch, error);
		pfree(tree.data);
	}
	pt_tree_free(&scratch);
	return ok;
}

static void
encode(PtBlock *block, StringInfo bytes)
{
	uint8	   *encoded;
	size_t		length;
	PtError		error;

	if (!pt_block_encode(block, NULL, 4, &encoded, &length, &error))
		abort();
	initStringInfo(bytes);
	appendBinaryStringInfo(bytes, (char *) encoded + 4, (int) length);
	pt_free(encoded);
}

static bool
builder_gives(PtBlockBuilder *builder, const StringInfoData *expected)
{
	PtBlock		block;
	StringInfoData bytes;
	PtError		error;
	bool		same;

	pt_block_init(&block, NULL);
	if (!pt_block_builder_flatten(builder, &block, &error))
		return false;
	encode(&block, &bytes);
	same = same_bytes(&bytes, expected);
	pfree(bytes.data);
	pt_block_free(&block);
	return same;
}

/* a block of the oracle's bytes, taken apart */
static bool
unpack(const StringInfoData *bytes, PtBlock *block)
{
	PtError		error;

	pt_block_init(block, NULL);
	return pt_block_decode((uint8 *) bytes->data, bytes->len, block, &error);
}

static bool
sum_is(const StringInfoData *bytes, int64 first, int64 last, const Oracle *expected)
{
	PtTree		tree;
	PtError		error;
	bool		same;

	pt_tree_init(&tree, NULL);
	same = pt_block_sum((uint8 *) bytes->data, bytes->len, first, last, &tree, &error) &&
		tree_is(&tree, expected);
	pt_tree_free(&tree);
	return same;
}

/* ---- round trips ---- */

/* Built in one go, in two blocks, and on a builder that gave a block before. */
static bool
round_trip(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	OracleBlock half;
	StringInfoData expected;
	StringInfoData bytes;
	PtBlockBuilder builder;
	PtBlock		taken;
	PtError		error;
	int			cut;

	rows_make(&rows, random);
	cut = random_below(random, rows.count + 1);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &expected);

	pt_block_builder_init(&builder, NULL, random_bits(random));
	require(add_rows(&builder, &rows, 0, cut, &error));
	if (cut > 0)
	{
		int			count = rows.count;
		StringInfoData before;

		rows.count = cut;
		rows_to_block(&rows, 0, PT_MAX_LANES, &half);
		rows.count = count;
		block_encode(&half, &before);
		require(builder_gives(&builder, &before));
		pfree(before.data);
		block_free(&half);
	}
	require(add_rows(&builder, &rows, cut, rows.count, &error));
	require(builder_gives(&builder, &expected));
	/* and again */
	require(builder_gives(&builder, &expected));
	pt_block_builder_free(&builder);

	require(unpack(&expected, &taken));
	encode(&taken, &bytes);
	require(same_bytes(&bytes, &expected));

	/* twice the block: each weight twice, in the same places */
	pt_block_builder_init(&builder, NULL, random_bits(random));
	require(pt_block_builder_add_block(&builder, &taken, one_in(random, 2), &error));
	require(builder_gives(&builder, &expected));
	pt_block_builder_free(&builder);

	pfree(bytes.data);
	pfree(expected.data);
	pt_block_free(&taken);
	block_free(&block);
	block_free(&rows);
	return true;
}

/* Two blocks added are the block of the rows of both. */
static bool
merge(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData expected;
	StringInfoData bytes;
	PtBlockBuilder builder;
	PtBlock		part;
	PtError		error;
	int			cut;

	rows_make(&rows, random);
	cut = random_below(random, rows.count + 1);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &expected);
	block_free(&block);
	pt_block_builder_init(&builder, NULL, random_bits(random));
	for (int i = 0; i < 2; i++)
	{
		OracleBlock some = rows;

		some.count = i == 0 ? cut : rows.count - cut;
		if (some.count == 0)
			continue;
		memcpy(some.lane, rows.lane + (i == 0 ? 0 : cut), some.count * sizeof(OracleLane));
		rows_to_block(&some, 0, PT_MAX_LANES, &block);
		block_encode(&block, &bytes);
		require(unpack(&bytes, &part));
		require(pt_block_builder_add_block(&builder, &part, true, &error));
		pt_block_free(&part);
		pfree(bytes.data);
		block_free(&block);
	}
	require(builder_gives(&builder, &expected));
	pt_block_builder_free(&builder);
	pfree(expected.data);
	block_free(&rows);
	return true;
}

/* Every lane gives back its tree, every run of lanes the sum of theirs. */
static bool
sums(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	Oracle		expected;

	rows_make(&rows, random);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &bytes);
	for (int i = 0; i < block.count; i++)
		require(sum_is(&bytes, block.lane[i].lane, block.lane[i].lane, &block.lane[i].tree));
	for (int i = 0; i < 10; i++)
	{
		OracleBlock part;
		int64		first = (int64) random_below(random, one_in(random, 2) ? 1030 : 25) - 3;
		int64		last = (int64) random_below(random, one_in(random, 2) ? 1030 : 25) - 3;

		part.count = 0;
		if (last >= 0 && first <= last)
			rows_to_block(&rows, (uint32) Max(first, 0), (uint32) last, &part);
		block_sum(&part, &expected);
		require(sum_is(&bytes, first, last, &expected));
		oracle_free(&expected);
		block_free(&part);
	}
	block_sum(&block, &expected);
	require(sum_is(&bytes, PG_INT64_MIN, PG_INT64_MAX, &expected));
	oracle_free(&expected);
	pfree(bytes.data);
	block_free(&block);
	block_free(&rows);
	return true;
}

static bool
cuts(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	OracleBlock part;
	StringInfoData whole;
	StringInfoData expected;
	StringInfoData bytes;
	PtBlock		taken;
	uint32		first = random_below(random, 15);
	uint32		last = random_below(random, one_in(random, 2) ? 1100 : 20);

	rows_make(&rows, random);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	rows_to_block(&rows, first, last, &part);
	block_encode(&block, &whole);
	require(unpack(&whole, &taken));
	pt_block_cut(&taken, first, last);
	require((int) taken.lanes.count == part.count);
	if (part.count > 0)
	{
		block_encode(&part, &expected);
		encode(&taken, &bytes);
		require(same_bytes(&bytes, &expected));
		pfree(expected.data);
		pfree(bytes.data);
	}
	pfree(whole.data);
	pt_block_free(&taken);
	block_free(&part);
	block_free(&block);
	block_free(&rows);
	return true;
}

/* ---- lanes and symbols ---- */

static bool
lanes_are(const PtLanes *lanes, const OracleBlock *block)
{
	if ((int) lanes->count != block->count)
		return false;
	for (int i = 0; i < block->count; i++)
	{
		const OracleLane *expected = &block->lane[i];
		const PtLane *lane = &lanes->lane[i];
		int64		total = 0;

		for (size_t j = 0; j < expected->tree.count; j++)
			total += expected->tree.node[j].weight;
		if (lane->lane != expected->lane || lane->total != total ||
			lane->profiles != expected->profiles || lane->covered != expected->covered)
			return false;
	}
	return true;
}

/* The directory, of the whole value, of its first bytes, and by itself. */
static bool
directory(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	PtLanes		lanes;
	PtLanes		back;
	uint8	   *alone;
	size_t		length;
	PtError		error;

	rows_make(&rows, random);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &bytes);
	pt_lanes_init(&lanes, NULL);
	pt_lanes_init(&back, NULL);
	require(pt_block_decode_directory((uint8 *) bytes.data, Min(bytes.len, PT_BLOCK_FRONT_MAX), &lanes, &error));
	require(lanes_are(&lanes, &block));

	alone = pg_malloc(pt_directory_bound(&lanes));
	length = pt_write_directory(&lanes, alone) - alone;
	require(pt_read_directory(alone, length, &back, &error));
	require(lanes_are(&back, &block));
	for (size_t cut = 0; cut < length; cut++)
	{
		uint8	   *exact = pg_malloc(cut);

		memcpy(exact, alone, cut);
		require(!pt_read_directory(exact, cut, &back, &error) && error.code == PT_DAMAGED);
		pg_free(exact);
	}
	for (size_t bit = 0; bit < 8 * length; bit++)
	{
		alone[bit / 8] ^= 1 << (bit % 8);
		if (pt_read_directory(alone, length, &back, &error))
		{
			/* other numbers, but the only bytes of those */
			uint8	   *again = pg_malloc(pt_directory_bound(&back));

			require(pt_write_directory(&back, again) - again == (ptrdiff_t) length);
			require(memcmp(again, alone, length) == 0);
			pg_free(again);
		}
		else
			require(error.code == PT_DAMAGED);
		alone[bit / 8] ^= 1 << (bit % 8);
	}
	pg_free(alone);
	pt_lanes_free(&lanes);
	pt_lanes_free(&back);
	pfree(bytes.data);
	block_free(&block);
	block_free(&rows);
	return true;
}

static bool
symbols(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	Oracle		all;
	PtFrame		frames[STACK_MOST];
	PtFrame		symbol = {"nowhere to be found", 19};
	PtLanes		lanes;
	int64	   *self = pg_malloc(PT_MAX_LANES * sizeof(int64));
	int64	   *total = pg_malloc(PT_MAX_LANES * sizeof(int64));
	PtError		error;

	rows_make(&rows, random);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &bytes);
	block_sum(&block, &all);
	if (all.count > 0 && !one_in(random, 8))
		symbol.text = oracle_symbol(&all.node[random_below(random, (uint32) all.count)], &symbol.length);
	pt_lanes_init(&lanes, NULL);
	require(pt_block_symbol((uint8 *) bytes.data, bytes.len, symbol.text, symbol.length, &lanes, self, total,
							NULL, &error));
	require(lanes_are(&lanes, &block));
	for (int i = 0; i < block.count; i++)
	{
		const Oracle *tree = &block.lane[i].tree;

		for (size_t j = 0; j < tree->count; j++)
		{
			uint32		count = oracle_frames(&tree->node[j], frames, STACK_MOST);
			bool		inside = false;

			for (uint32 k = 0; k < count; k++)
			{
				bool		here = frames[k].length == symbol.length &&
					memcmp(frames[k].text, symbol.text, symbol.length) == 0;

				inside |= here;
				if (here && k == count - 1)
					self[i] -= tree->node[j].weight;
			}
			if (inside)
				total[i] -= tree->node[j].weight;
		}
		require(self[i] == 0 && total[i] == 0);
	}
	pg_free(self);
	pg_free(total);
	pt_lanes_free(&lanes);
	oracle_free(&all);
	pfree(bytes.data);
	block_free(&block);
	block_free(&rows);
	return true;
}

/* ---- the wire form ---- */

/* 0: refused, 1: in order, 2: in the builder */
static int
read_wire(const char *bytes, size_t length, PtConvert convert, PtBlock *block, PtBlockBuilder *builder, PtError *error)
{
	/* in a block of its own, so that reading past it shows */
	uint8	   *exact = pg_malloc(length);
	bool		sorted;
	bool		ok;

	memcpy(exact, bytes, length);
	pt_block_init(block, NULL);
	pt_block_builder_init(builder, NULL, 1);
	ok = pt_block_read_wire(exact, length, convert != NULL ? &(PtConverter) {convert} : NULL,
							block, builder, &sorted, error);
	pg_free(exact);
	return ok ? (sorted ? 1 : 2) : 0;
}

static bool
refused(const char *bytes, size_t length)
{
	PtBlock		block;
	PtBlockBuilder builder;
	PtError		error;
	int			result = read_wire(bytes, length, NULL, &block, &builder, &error);

	pt_block_free(&block);
	pt_block_builder_free(&builder);
	return result == 0 && error.code == PT_BAD_BINARY;
}

/* bytes turned over, so that the order of symbols changes, twice to what it was */
static const char *
turn_over(PtConverter *self, const char *text, size_t *length)
{
	static char turned[SYMBOL_MOST];

	(void) self;
	for (size_t i = 0; i < *length; i++)
		turned[i] = (char) (text[i] > 0 ? 128 - text[i] : text[i]);
	return turned;
}

static bool
wire(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	StringInfoData wire;
	StringInfoData again;
	StringInfoData turned;
	PtBlock		taken;
	PtBlock		back;
	PtBlockBuilder builder;
	PtError		error;
	int			result;

	rows_make(&rows, random);
	rows_to_block(&rows, 0, PT_MAX_LANES, &block);
	block_encode(&block, &bytes);
	require(unpack(&bytes, &taken));
	initStringInfo(&wire);
	initStringInfo(&turned);
	require(pt_block_write_wire(&taken, &wire, NULL, NULL, &error));
	require(pt_block_write_wire(&taken, &turned, &(PtConverter) {turn_over}, NULL, &error));
	pt_block_free(&taken);

	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 1);
	encode(&back, &again);
	require(same_bytes(&again, &bytes));
	pfree(again.data);
	pt_block_free(&back);
	pt_block_builder_free(&builder);

	result = read_wire(turned.data, turned.len, turn_over, &back, &builder, &error);
	if (result == 1)
	{
		encode(&back, &again);
		require(same_bytes(&again, &bytes));
		pfree(again.data);
	}
	else
		require(result == 2 && builder_gives(&builder, &bytes));
	pt_block_free(&back);
	pt_block_builder_free(&builder);

	for (int i = 0; i < 300; i++)
	{
		int			bit = random_below(random, 8 * wire.len);

		wire.data[bit / 8] ^= 1 << (bit % 8);
		require(refused(wire.data, wire.len));
		wire.data[bit / 8] ^= 1 << (bit % 8);
		require(refused(wire.data, random_below(random, wire.len)));
	}
	appendStringInfoChar(&wire, 0);
	require(refused(wire.data, wire.len));
	pfree(wire.data);
	pfree(turned.data);
	pfree(bytes.data);
	block_free(&block);
	block_free(&rows);
	return true;
}

/* ---- damage ---- */

/*
 * Bytes either are refused or are a block that encodes to exactly these bytes.
 * What reads them without looking at all of them is safe in any case, and
 * gives a tree that is one.
 */
static bool
refused_or_canonical(const uint8 *bytes, size_t length, bool *accepted)
{
	PtBlock		block;
	PtTree		sum;
	PtLanes		lanes;
	PtError		error;
	StringInfoData again;
	bool		same;
	/* in a block of its own, so that reading past it shows */
	uint8	   *copy = pg_malloc(length);
	static int64 self[PT_MAX_LANES];
	static int64 total[PT_MAX_LANES];

	memcpy(copy, bytes, length);
	memset(&error, 0, sizeof(error));
	pt_block_init(&block, NULL);
	*accepted = pt_block_decode(copy, length, &block, &error);
	if (*accepted)
	{
		encode(&block, &again);
		same = again.len == (int) length && memcmp(again.data, bytes, length) == 0;
		pfree(again.data);
	}
	else
		same = error.code == PT_DAMAGED && strncmp(error.message, "invalid profblock value: ", 25) == 0;
	pt_block_free(&block);
	if (!same)
		return false;

	for (int lane = -1; lane < 20; lane += 7)
	{
		pt_tree_init(&sum, NULL);
		if (pt_block_sum(copy, length, lane == -1 ? 0 : lane, lane == -1 ? PT_MAX_LANES : lane + 6, &sum, &error))
		{
			PtTree		back;

			encode_tree(&sum, &again);
			pt_tree_init(&back, NULL);
			same = pt_decode((uint8 *) again.data, again.len, &back, &error) && back.total == sum.total;
			pt_tree_free(&back);
			pfree(again.data);
		}
		else
			same = error.code == PT_OUT_OF_RANGE || (error.code == PT_DAMAGED && !*accepted);
		pt_tree_free(&sum);
		if (!same)
			return false;
	}
	pt_lanes_init(&lanes, NULL);
	same = pt_block_symbol(copy, length, "a", 1, &lanes, self, total, NULL, &error) || !*accepted;
	pt_lanes_free(&lanes);
	pg_free(copy);
	return same;
}

static void
small_block(Random *random, StringInfo bytes, int most)
{
	for (;;)
	{
		OracleBlock rows;
		OracleBlock block;

		rows_make(&rows, random);
		rows_to_block(&rows, 0, PT_MAX_LANES, &block);
		block_encode(&block, bytes);
		block_free(&block);
		block_free(&rows);
		if (bytes->len <= most)
			return;
		pfree(bytes->data);
	}
}

static bool
every_byte(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_block(random, &bytes, 250);
	for (int i = 0; i < bytes.len; i++)
	{
		char		right = bytes.data[i];

		for (int value = 0; value < 256; value++)
		{
			bytes.data[i] = (char) value;
			require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
			require(accepted || bytes.data[i] != right);
		}
		bytes.data[i] = right;
	}
	pfree(bytes.data);
	return true;
}

static bool
every_length(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_block(random, &bytes, 1000);
	for (int length = 0; length < bytes.len; length++)
	{
		require(refused_or_canonical((uint8 *) bytes.data, length, &accepted));
		require(!accepted);
	}
	for (int value = 0; value < 256; value++)
	{
		appendStringInfoChar(&bytes, (char) value);
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
		require(!accepted);
		bytes.len--;
	}
	pfree(bytes.data);
	return true;
}

static bool
every_number_padded(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	bool		accepted;
	bool		all = false;

	do
	{
		rows_make(&rows, random);
		rows_to_block(&rows, 0, PT_MAX_LANES, &block);
		block_encode(&block, &bytes);
		all = bytes.len > 400;
		pfree(bytes.data);
		if (all)
		{
			block_free(&block);
			block_free(&rows);
		}
	} while (all);
	for (int number = 0; !all; number++)
	{
		padded_number = number;
		block_encode(&block, &bytes);
		all = padded_number >= 0;
		padded_number = -1;
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
		require(accepted == all);
		pfree(bytes.data);
	}
	block_free(&block);
	block_free(&rows);
	return true;
}

static bool
mutations(Random *random)
{
	StringInfoData bytes;
	StringInfoData changed;
	bool		accepted;

	small_block(random, &bytes, 600);
	initStringInfo(&changed);
	for (int i = 0; i < 200; i++)
	{
		resetStringInfo(&changed);
		appendBinaryStringInfo(&changed, bytes.data, bytes.len);
		for (int times = 1 + random_below(random, 4); times > 0; times--)
		{
			char	   *at = changed.data + random_below(random, changed.len);

			switch (random_below(random, 3))
			{
				case 0:
					*at ^= 1 << random_below(random, 8);
					break;
				case 1:
					*at = (char) (*at + (one_in(random, 2) ? 1 : -1));
					break;
				default:
					*at = changed.data[random_below(random, changed.len)];
					break;
			}
		}
		require(refused_or_canonical((uint8 *) changed.data, changed.len, &accepted));
	}
	pfree(changed.data);
	pfree(bytes.data);
	return true;
}

static bool
fails_with(const char *bytes, size_t length, const char *part)
{
	PtBlock		block;
	PtError		error;
	bool		fails;

	pt_block_init(&block, NULL);
	fails = !pt_block_decode((const uint8 *) bytes, length, &block, &error);
	pt_block_free(&block);
	if (fails && error.code == PT_DAMAGED && strstr(error.message, part) != NULL)
		return true;
	diagnose("expected \"%s\", got \"%s\"", part, fails ? error.message : "no error");
	return false;
}

/*
 * Each rule of the format broken by itself, in a value that is otherwise in
 * order.  Lane 0: a;b 6, a 4; lane 2: a;b 0; so quantum 2.
 */
static bool
each_rule(void)
{
#define BROKEN(bytes, part) require(fails_with(bytes, sizeof(bytes) - 1, part))
#define NODES		"\0\1a\0\1b" "\0\1" "\1\1"
#define LANES		"\1\2" "\1\3" "\3\0"
#define DIRECTORY	"\0\12\1\1\4" "\1\0\1\1\2"
	static const char good[] = "\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES;
	bool		accepted;

	require(refused_or_canonical((const uint8 *) good, sizeof(good) - 1, &accepted) && accepted);

	BROKEN("", "cut off");
	BROKEN("\2\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "unknown version 2");
	BROKEN("\1\1" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "reserved bits");
	BROKEN("\1\0" "\202\0\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "header section: bad number");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\0" DIRECTORY NODES LANES, "bad quantum");
	BROKEN("\1\0" "\0\2\2\2" "\0\6\2\2" "\2" NODES LANES, "counts do not agree");
	BROKEN("\1\0" "\2\2\3\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "counts do not agree");
	BROKEN("\1\0" "\2\2\2\2" "\177\6\2\2" "\2" DIRECTORY NODES LANES, "pass the end");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\77" "\2" DIRECTORY NODES LANES, "pass the end");

	BROKEN("\1\0" "\3\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "directory section: bad number");
	BROKEN("\1\0" "\1\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "directory section: bytes left over");
	BROKEN("\1\0" "\2\2\2\2" "\13\6\2\2" "\2" "\0\12\1\1\4" "\377\7\0\1\1\2" NODES LANES, "directory section: lane out of range");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\12\1\1\4" "\1\0\1\1\3" NODES LANES, "directory section: lanes pass the end");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\12\1\1\4" "\1\0\1\1\1" NODES LANES, "lanes section: bytes left over");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\13\1\1\4" "\1\0\1\1\2" NODES LANES, "directory section: total does not fit");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\10\1\1\4" "\1\0\1\1\2" NODES LANES, "lanes section: sum differs");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\14\1\1\4" "\1\0\1\1\2" NODES LANES, "lanes section: sum differs");

	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1a" "\0\1" "\1\1" LANES, "profblock value: dictionary section");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\0" "\1\1" LANES, "profblock value: symbols section");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\1" "\1\0" LANES, "shape section: a leaf without a flag");
	BROKEN("\1\0" "\2\2\2\1" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\1" "\0\3" LANES, "shape section: a leaf without a flag");
	/* a flag that no lane uses: lanes of b alone */
	BROKEN("\1\0" "\1\2\2\2" "\5\6\2\2" "\2" "\0\2\1\1\1" NODES "\2", "shape section: a flag without an entry");

	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\3\3" "\3\0", "lanes section: bad entry");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\1\203" "\3\0", "lanes section: bad entry");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\1\3" "\3\1", "lanes section: bad entry");
	/* a weight that is the quantum, written out */
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\10\1\1\4" "\1\0\1\1\2" NODES "\1\1" "\1\3" "\3\0", "lanes section: bad entry");
	/* a 0 above b 3 */
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\6\1\1\4" "\1\0\1\1\2" NODES "\1\0" "\1\3" "\3\0", "lanes section: weight 0 above");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\14\1\1\4" "\1\0\1\1\2" NODES "\1\2" "\1\4" "\3\0", "header section: bad quantum");
	BROKEN("\1\0" "\1\2\2\2" "\5\6\2\2" "\2" "\0\0\1\1\2" "\0\1a\0\1b" "\0\1" "\0\1" "\1\0", "header section: bad quantum");
	BROKEN("\1\0" "\1\0\0\0" "\5\0\0\0" "\1" "\0\1\1\1\0", "lanes section: sum differs");
	return true;
}

/* ---- limits, memory ---- */

static void
tree_of(const char *text, StringInfo bytes)
{
	PtBuilder	builder;
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	if (!pt_parse_text(&builder, text, strlen(text), &error))
		abort();
	encode_builder(&builder, bytes);
	pt_builder_free(&builder);
}

/* One builder, trees in text form: lane, text, ... ended by lane -1. */
static bool
gives_error(PtErrorCode code, int64 profiles, int count, const int *lane, const char *const *text)
{
	PtBlockBuilder builder;
	PtBlock		block;
	PtTree		scratch;
	PtError		error;
	bool		ok = true;

	pt_tree_init(&scratch, NULL);
	pt_block_init(&block, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	for (int i = 0; ok && i < count; i++)
	{
		StringInfoData bytes;

		tree_of(text[i], &bytes);
		ok = pt_block_builder_add(&builder, lane[i], (uint8 *) bytes.data, bytes.len, profiles, 0, &scratch, &error);
		pfree(bytes.data);
	}
	ok = ok && pt_block_builder_flatten(&builder, &block, &error);
	if (ok)
	{
		StringInfoData bytes;
		PtTree		sum;

		encode(&block, &bytes);
		pt_tree_init(&sum, NULL);
		ok = pt_block_sum((uint8 *) bytes.data, bytes.len, 0, 2000, &sum, &error);
		pt_tree_free(&sum);
		pfree(bytes.data);
	}
	pt_tree_free(&scratch);
	pt_block_free(&block);
	pt_block_builder_free(&builder);
	return ok ? code == PT_OK : error.code == code;
}

static bool
great_sums(void)
{
	static const char *const max[] = {"a 9223372036854775807", "b 9223372036854775807"};
	static const char *const fits[] = {"a;b 9223372036854775806", "b 1"};
	static const int same[] = {7, 7};
	static const int different[] = {7, 8};

	require(gives_error(PT_OK, 1, 1, same, max));
	require(gives_error(PT_OUT_OF_RANGE, 1, 2, same, max));
	/* as lanes they fit, their sum does not */
	require(gives_error(PT_OUT_OF_RANGE, 1, 2, different, max));
	require(gives_error(PT_OK, 1, 2, same, fits));
	require(gives_error(PT_OK, 1, 2, different, fits));
	require(gives_error(PT_OUT_OF_RANGE, PG_INT64_MAX, 2, same, fits));
	require(gives_error(PT_OK, PG_INT64_MAX, 2, different, fits));
	return true;
}

/* All lanes, several rows each; the log stays within what the lanes hold. */
static bool
many_rows(void)
{
	PtBlockBuilder builder;
	PtBlock		block;
	PtTree		scratch;
	PtError		error;
	StringInfoData text;
	StringInfoData tree[3];
	uint32		rounds = UNDER_SANITIZER ? 20 : 100;
	size_t		most = 0;
	uint64		calls = pt_alloc_calls;

	initStringInfo(&text);
	for (int i = 0; i < 3; i++)
	{
		resetStringInfo(&text);
		for (int j = 0; j < 200; j++)
			appendStringInfo(&text, "root;f%d;g%d %d\n", (7 * i + j) % 100, j, (i + j) % 3);
		tree_of(text.data, &tree[i]);
	}
	pt_tree_init(&scratch, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < rounds * PT_MAX_LANES; i++)
	{
		const StringInfoData *bytes = &tree[i / PT_MAX_LANES % 3];

		require(pt_block_builder_add(&builder, i % PT_MAX_LANES, (uint8 *) bytes->data, bytes->len, 2, 1,
									 &scratch, &error));
		most = Max(most, builder.rows.entry_count);
	}
	/* three trees a lane, 200 to 300 entries each, and as much waiting */
	require(most < 3 * 3 * 300 * (size_t) PT_MAX_LANES);
	require(pt_alloc_calls - calls < 40 * PT_MAX_LANES);
	pt_block_init(&block, NULL);
	require(pt_block_builder_flatten(&builder, &block, &error));
	require(block.lanes.count == PT_MAX_LANES);
	for (uint32 i = 0; i < PT_MAX_LANES; i++)
	{
		require(block.lanes.lane[i].profiles == 2 * rounds && block.lanes.lane[i].covered == rounds);
		require(block.lanes.lane[i].total == block.lanes.lane[0].total);
	}
	pt_tree_free(&scratch);
	pt_block_free(&block);
	pt_block_builder_free(&builder);
	for (int i = 0; i < 3; i++)
		pfree(tree[i].data);
	pfree(text.data);
	return true;
}

/* A header that promises what is not there allocates nothing of that size. */
static bool
bold_header(void)
{
	static const char bold[] = "\1\0" "\1\377\377\377\77\377\377\377\77\2" "\5\377\377\377\77\377\377\377\77\377\377\377\77" "\1" "\0\0\1\1\0";
	PtBlock		block;
	PtError		error;
	uint64		bytes = pt_alloc_bytes;

	pt_block_init(&block, NULL);
	require(!pt_block_decode((const uint8 *) bold, sizeof(bold) - 1, &block, &error));
	require(error.code == PT_DAMAGED);
	require(pt_alloc_bytes - bytes < 10000);
	pt_block_free(&block);
	return true;
}

/* Lanes of empty trees alone. */
static bool
empty_lanes(void)
{
	static const char expected[] = "\1\0" "\2\0\0\0" "\12\0\0\0" "\1" "\5\0\3\0\0" "\371\7\0\3\0\0";
	static const uint8 empty[] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0};
	PtBlockBuilder builder;
	PtBlock		block;
	PtTree		scratch;
	PtError		error;
	StringInfoData bytes;

	pt_tree_init(&scratch, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	require(pt_block_builder_add(&builder, 1023, empty, sizeof(empty), 3, 0, &scratch, &error));
	require(pt_block_builder_add(&builder, 5, empty, sizeof(empty), 3, 0, &scratch, &error));
	pt_block_init(&block, NULL);
	require(pt_block_builder_flatten(&builder, &block, &error));
	encode(&block, &bytes);
	require(bytes.len == sizeof(expected) - 1);
	/* 11 bytes of directory */
	require(memcmp(bytes.data, "\1\0\2\0\0\0\13", 7) == 0);
	require(memcmp(bytes.data + 7, expected + 7, bytes.len - 7) == 0);
	pt_tree_free(&scratch);
	pt_block_free(&block);
	pt_block_builder_free(&builder);
	pfree(bytes.data);
	return true;
}

int
main(void)
{
	report(empty_lanes(), "lanes of empty trees");
	run_cases("blocks have the bytes that the format describes, however they are built", CASES(320), round_trip);
	run_cases("two blocks added", CASES(240), merge);
	run_cases("every lane's tree, and sums of runs of lanes", CASES(300), sums);
	run_cases("lanes cut out", CASES(300), cuts);
	run_cases("the directory, whole, in the first bytes, by itself, damaged", CASES(400), directory);
	run_cases("weights of a symbol by lane", CASES(300), symbols);
	run_cases("the wire form, turned over, flipped and cut", CASES(200), wire);
	report(each_rule(), "each rule of the format broken alone is refused by its name");
	run_cases("every byte replaced by every other: refused, or another block's only encoding", CASES(4), every_byte);
	run_cases("every cut and every byte too much is refused", CASES(40), every_length);
	run_cases("every number with a superfluous byte is refused", CASES(16), every_number_padded);
	run_cases("several mutations at once", CASES(160), mutations);
	report(great_sums(), "sums of 2^63-1");
	report(many_rows(), "many rows of each lane take the memory of a few");
	report(bold_header(), "counts without bytes behind them allocate nothing");
	return finish();
}
