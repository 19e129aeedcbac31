/*-------------------------------------------------------------------------
 *
 * fuzz_block.c
 *		Any bytes as a stored block, and as its wire form with the checksum
 *		made right.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"
#include "block.h"

static void
encode(PtBlock *block, StringInfo bytes)
{
	uint8	   *encoded;
	size_t		length;
	PtError		error;

	check(pt_block_encode(block, NULL, 0, &encoded, &length, &error));
	initStringInfo(bytes);
	appendBinaryStringInfo(bytes, (char *) encoded, (int) length);
	pt_free(encoded);
}

static void
check_bytes(const StringInfoData *bytes, const uint8 *expected, size_t length)
{
	check(bytes->len == (int) length && memcmp(bytes->data, expected, length) == 0);
}

/* The sum of some lanes, in whatever state the other lanes are. */
static bool
check_sum(const uint8 *data, size_t size, int64 first, int64 last, bool whole)
{
	PtTree		tree;
	PtTree		back;
	PtError		error;
	StringInfoData bytes;
	bool		ok;

	memset(&error, 0, sizeof(error));
	pt_tree_init(&tree, NULL);
	ok = pt_block_sum(data, size, first, last, &tree, &error);
	if (ok)
	{
		encode_tree(&tree, &bytes);
		pt_tree_init(&back, NULL);
		check(pt_decode((uint8 *) bytes.data, bytes.len, &back, &error));
		check(back.total == tree.total && back.node_count == tree.node_count);
		pt_tree_free(&back);
		pfree(bytes.data);
	}
	else
	{
		check_error(&error);
		check(error.code == PT_OUT_OF_RANGE || (error.code == PT_DAMAGED && !whole));
	}
	pt_tree_free(&tree);
	return ok;
}

/* two letters become one: symbols change their order, and some become equal */
static const char *
join_letters(PtConverter *self, const char *text, size_t *length)
{
	static char *converted = NULL;

	free(converted);
	converted = pg_malloc(*length + 1);
	for (size_t i = 0; i < *length; i++)
		converted[i] = (char) (text[i] >= 'a' && text[i] <= 'z' ? 'a' + ('z' - text[i]) / 2 : text[i]);
	return converted;
}

/* A wire form read with conversion: each lane is what it was without, in sum. */
static void
check_converted(const uint8 *data, size_t size, const PtLanes *lanes)
{
	PtBlockBuilder builder;
	PtBlock		block;
	PtBlock		flat;
	PtError		error;
	StringInfoData bytes;
	bool		sorted;

	pt_block_init(&block, NULL);
	pt_block_init(&flat, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	check(pt_block_read_wire(data, size, &(PtConverter) {join_letters}, &block, &builder, &sorted, &error));
	if (!sorted)
	{
		pt_block_free(&block);
		check(pt_block_builder_flatten(&builder, &flat, &error));
		encode(&flat, &bytes);
	}
	else
		encode(&block, &bytes);
	pt_block_free(&block);
	check(pt_block_decode((uint8 *) bytes.data, bytes.len, &block, &error));
	check(block.lanes.count == lanes->count);
	for (uint32 i = 0; i < lanes->count; i++)
		check(block.lanes.lane[i].lane == lanes->lane[i].lane &&
			  block.lanes.lane[i].total == lanes->lane[i].total &&
			  block.lanes.lane[i].profiles == lanes->lane[i].profiles &&
			  block.lanes.lane[i].covered == lanes->lane[i].covered);
	pfree(bytes.data);
	pt_block_free(&block);
	pt_block_free(&flat);
	pt_block_builder_free(&builder);
}

/* a block that was taken apart, and the bytes it has */
static void
check_block(PtBlock *block, const uint8 *data, size_t size)
{
	PtBlockBuilder builder;
	PtBlock		again;
	PtBlock		twice;
	PtTree		scratch;
	PtError		error;
	StringInfoData bytes;
	StringInfoData wire;
	bool		sorted;

	encode(block, &bytes);
	check_bytes(&bytes, data, size);
	pfree(bytes.data);

	/* every lane's tree put together */
	pt_tree_init(&scratch, NULL);
	pt_block_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < block->lanes.count; i++)
	{
		const PtLane *lane = &block->lanes.lane[i];
		PtTree		tree;

		pt_tree_init(&tree, NULL);
		check(pt_block_sum(data, size, lane->lane, lane->lane, &tree, &error));
		check(tree.total == lane->total);
		encode_tree(&tree, &bytes);
		check(pt_block_builder_add(&builder, lane->lane, (uint8 *) bytes.data, bytes.len,
								   lane->profiles, lane->covered, &scratch, &error));
		pfree(bytes.data);
		pt_tree_free(&tree);
	}
	pt_block_init(&again, NULL);
	check(pt_block_builder_flatten(&builder, &again, &error));
	encode(&again, &bytes);
	check_bytes(&bytes, data, size);
	pfree(bytes.data);
	pt_block_free(&again);
	pt_tree_free(&scratch);

	/* added to itself, if it can be */
	pt_block_init(&twice, NULL);
	if (pt_block_builder_add_block(&builder, block, true, &error) &&
		pt_block_builder_flatten(&builder, &twice, &error))
	{
		encode(&twice, &bytes);
		pt_block_init(&again, NULL);
		check(pt_block_decode((uint8 *) bytes.data, bytes.len, &again, &error));
		check(again.tree.node_count == block->tree.node_count);
		pt_block_free(&again);
		pfree(bytes.data);
	}
	else
		check(error.code == PT_OUT_OF_RANGE);
	pt_block_free(&twice);
	pt_block_builder_free(&builder);

	/* there and back */
	initStringInfo(&wire);
	check(pt_block_write_wire(block, &wire, NULL, NULL, &error));
	pt_block_init(&again, NULL);
	check(pt_block_read_wire((uint8 *) wire.data, wire.len, NULL, &again, NULL, &sorted, &error) && sorted);
	encode(&again, &bytes);
	check_bytes(&bytes, data, size);
	pt_block_free(&again);
	pfree(bytes.data);
	check_converted((uint8 *) wire.data, wire.len, &block->lanes);
	pfree(wire.data);

	/* a part of it, at last, as this changes it */
	pt_block_cut(block, 1, 2);
	if (block->lanes.count > 0)
	{
		encode(block, &bytes);
		pt_block_init(&again, NULL);
		check(pt_block_decode((uint8 *) bytes.data, bytes.len, &again, &error));
		pt_block_free(&again);
		pfree(bytes.data);
	}
}

static void
read_stored(const uint8 *data, size_t size)
{
	static int64 self[PT_MAX_LANES];
	static int64 total[PT_MAX_LANES];
	PtBlock		block;
	PtLanes		lanes;
	PtError		error;
	bool		whole;

	memset(&error, 0, sizeof(error));
	pt_block_init(&block, NULL);
	whole = pt_block_decode(data, size, &block, &error);
	if (!whole)
	{
		check_error(&error);
		check(error.code == PT_DAMAGED);
	}
	(void) check_sum(data, size, 0, PT_MAX_LANES, whole);
	(void) check_sum(data, size, 1, 1, whole);
	pt_lanes_init(&lanes, NULL);
	check(pt_block_symbol(data, size, "a", 1, &lanes, self, total, NULL, &error) || !whole);
	if (pt_block_decode_directory(data, Min(size, PT_BLOCK_FRONT_MAX), &lanes, &error))
	{
		uint8	   *alone = pg_malloc(pt_directory_bound(&lanes));
		size_t		length = pt_write_directory(&lanes, alone) - alone;
		PtLanes		back;

		pt_lanes_init(&back, NULL);
		check(pt_read_directory(alone, length, &back, &error));
		check(back.count == lanes.count);
		pt_lanes_free(&back);
		pg_free(alone);
	}
	else
		check(!whole);
	(void) (pt_read_directory(data, size, &lanes, &error));
	pt_lanes_free(&lanes);
	if (whole)
		check_block(&block, data, size);
	pt_block_free(&block);
}

static void
read_wire(const uint8 *data, size_t size)
{
	PtBlock		block;
	PtError		error;
	StringInfoData bytes;
	bool		sorted;

	memset(&error, 0, sizeof(error));
	pt_block_init(&block, NULL);
	if (pt_block_read_wire(data, size, NULL, &block, NULL, &sorted, &error))
	{
		StringInfoData wire;

		initStringInfo(&wire);
		check(pt_block_write_wire(&block, &wire, NULL, NULL, &error));
		check_bytes(&wire, data, size);
		pfree(wire.data);
		encode(&block, &bytes);
		check_block(&block, (uint8 *) bytes.data, bytes.len);
		pfree(bytes.data);
	}
	else
	{
		check_error(&error);
		check(error.code == PT_BAD_BINARY || error.code == PT_BAD_ENCODING || error.code == PT_BEYOND_LIMIT);
	}
	pt_block_free(&block);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	StringInfoData wire;

	pt_core_encoding = PG_UTF8;
	read_stored(data, size);
	/* the same as what a wire form holds between its version and its checksum */
	initStringInfo(&wire);
	appendStringInfoChar(&wire, PT_BLOCK_WIRE_VERSION);
	appendBinaryStringInfo(&wire, (const char *) data, (int) size);
	add_checksum(&wire);
	read_wire((uint8 *) wire.data, wire.len);
	pfree(wire.data);
	return 0;
}
