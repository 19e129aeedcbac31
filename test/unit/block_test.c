/*-------------------------------------------------------------------------
 *
 * block_test.c
 *		Blocks: what goes in comes out, in one encoding.
 *
 *-------------------------------------------------------------------------
 */
#include "block_oracle.h"

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
	report(great_sums(), "sums of 2^63-1");
	report(many_rows(), "many rows of each lane take the memory of a few");
	return finish();
}
