/*-------------------------------------------------------------------------
 *
 * block_oracle.h
 *		What the unit tests of blocks share: a block so simple that it can be
 *		trusted, random ones, and what the core makes of them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef UNIT_BLOCK_ORACLE_H
#define UNIT_BLOCK_ORACLE_H

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

static inline void
block_free(OracleBlock *block)
{
	for (int i = 0; i < block->count; i++)
		oracle_free(&block->lane[i].tree);
	block->count = 0;
}

/* Rows of some lanes out of the samples of one profile, so that they share much. */
static inline void
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
static inline void
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
static inline void
block_sum(const OracleBlock *block, Oracle *sum)
{
	oracle_init(sum);
	for (int i = 0; i < block->count; i++)
		oracle_add_oracle(sum, &block->lane[i].tree);
}

static inline bool
oracle_is_leaf(const Oracle *oracle, size_t node)
{
	return node + 1 == oracle->count ||
		oracle_level(&oracle->node[node + 1]) <= oracle_level(&oracle->node[node]);
}

/* the node with the same stack, or NULL */
static inline const OracleNode *
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

static inline uint64
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
static inline void
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

static inline bool
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

static inline void
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

static inline bool
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
static inline bool
unpack(const StringInfoData *bytes, PtBlock *block)
{
	PtError		error;

	pt_block_init(block, NULL);
	return pt_block_decode((uint8 *) bytes->data, bytes->len, block, &error);
}

static inline bool
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

#endif							/* UNIT_BLOCK_ORACLE_H */
