/*-------------------------------------------------------------------------
 *
 * callgrind.c
 *		A fixed amount of work, of which valgrind counts the instructions.
 *
 * Each work is dumped by itself under its name; callgrind.sh reads the dumps.
 * Counts repeat to the instruction, where times on shared machines do not.
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"
#include "data.h"
#include "merge.h"
#include "wire.h"

#include <valgrind/callgrind.h>

#define SEED		UINT64CONST(7)
#define TREES		12
#define BLOCK_LANES	(2 * TREES)

static StringInfoData sorted[TREES];
static StringInfoData shuffled[TREES];
static StringInfoData lines[TREES];
static StringInfoData wire[TREES];
static uint8 *bytes[TREES];
static size_t length[TREES];
static PtTree tree[TREES];
static uint8 *block;
static size_t block_length;

static void
check(bool ok, const PtError *error)
{
	if (!ok)
	{
		fprintf(stderr, "callgrind: %s\n", error->message);
		exit(1);
	}
}

static void
parse(PtBuilder *builder, StringInfo folded)
{
	PtFoldedCounts counts;
	PtError		error;

	pt_builder_init(builder, NULL, SEED);
	check(pt_parse_folded(builder, folded->data, folded->len, true, PT_ON_ERROR_FAIL, &counts, &error), &error);
}

static void
encode(PtBuilder *builder, uint8 **to, size_t *to_length)
{
	PtError		error;

	check(pt_builder_encode(builder, NULL, 0, to, to_length, &error), &error);
}

static void
parse_sorted(int i)
{
	PtBuilder	builder;

	parse(&builder, &sorted[i]);
	pt_builder_free(&builder);
}

static void
parse_unsorted(int i)
{
	PtBuilder	builder;

	parse(&builder, &shuffled[i]);
	pt_builder_free(&builder);
}

static void
parse_text(int i)
{
	PtBuilder	builder;
	PtError		error;

	pt_builder_init(&builder, NULL, SEED);
	check(pt_parse_text(&builder, lines[i].data, lines[i].len, &error), &error);
	pt_builder_free(&builder);
}

static void
print_text(int i)
{
	StringInfoData to;

	initStringInfo(&to);
	pt_print_text(&tree[i], &to, 1 << 24, NULL);
	pfree(to.data);
}

static PtBuilder built[TREES];

static void
serialize(int i)
{
	uint8	   *to;
	size_t		to_length;

	encode(&built[i], &to, &to_length);
	free(to);
}

static void
decode(int i)
{
	PtTree		to;
	PtError		error;

	pt_tree_init(&to, NULL);
	check(pt_decode(bytes[i], length[i], &to, &error), &error);
	pt_tree_free(&to);
}

static void
merge(int i)
{
	PtTree		sum;
	uint8	   *to;
	size_t		to_length;
	PtError		error;

	pt_tree_init(&sum, NULL);
	check(pt_merge(&tree[i], &tree[(i + 1) % TREES], &sum, &error), &error);
	check(pt_encode(&sum, NULL, 0, &to, &to_length, &error), &error);
	pt_tree_free(&sum);
	free(to);
}

static void
sum(int i)
{
	PtBuilder	builder;
	PtError		error;

	/* all of them, of which the last two are the same */
	if (i > 0)
		return;
	pt_builder_init(&builder, NULL, SEED);
	for (int each = 0; each <= TREES; each++)
	{
		int			at = Min(each, TREES - 1);

		check(pt_builder_add_encoded(&builder, bytes[at], length[at], NULL, &error), &error);
	}
	pt_builder_free(&builder);
}

static void
write_wire(int i)
{
	StringInfoData to;

	initStringInfo(&to);
	pt_write_wire(&tree[i], &to, NULL, NULL, NULL);
	pfree(to.data);
}

static void
read_wire(int i)
{
	PtTree		to;
	PtBuilder	builder;
	bool		in_order;
	PtError		error;

	pt_tree_init(&to, NULL);
	pt_builder_init(&builder, NULL, SEED);
	check(pt_read_wire((uint8 *) wire[i].data, wire[i].len, NULL, &to, &builder, &in_order, &error), &error);
	pt_tree_free(&to);
	pt_builder_free(&builder);
}

static void
build_block(uint8 **to, size_t *to_length)
{
	PtBlockBuilder builder;
	PtBlock		built_block;
	PtTree		scratch;
	PtError		error;

	pt_tree_init(&scratch, NULL);
	pt_block_builder_init(&builder, NULL, SEED);
	for (int each = 0; each < BLOCK_LANES; each++)
		check(pt_block_builder_add(&builder, each, bytes[each % TREES], length[each % TREES], 1, 1, &scratch, &error), &error);
	pt_block_init(&built_block, NULL);
	check(pt_block_builder_flatten(&builder, &built_block, &error), &error);
	check(pt_block_encode(&built_block, NULL, 0, to, to_length, &error), &error);
	pt_block_free(&built_block);
	pt_block_builder_free(&builder);
	pt_tree_free(&scratch);
}

static void
block_build(int i)
{
	uint8	   *to;
	size_t		to_length;

	if (i > 0)
		return;
	build_block(&to, &to_length);
	free(to);
}

static void
sum_lanes(int first, int last)
{
	PtTree		to;
	PtError		error;

	pt_tree_init(&to, NULL);
	check(pt_block_sum(block, block_length, first, last, &to, &error), &error);
	pt_tree_free(&to);
}

static void
block_sum(int i)
{
	sum_lanes(0, BLOCK_LANES);
}

static void
block_lane(int i)
{
	sum_lanes(i, i);
}

static void
block_decode(int i)
{
	PtBlock		to;
	PtError		error;

	pt_block_init(&to, NULL);
	check(pt_block_decode(block, block_length, &to, &error), &error);
	pt_block_free(&to);
}

int
main(void)
{
	static const struct
	{
		const char *name;
		void		(*work) (int i);
	}			works[] = {
		{"parse sorted folded text", parse_sorted},
		{"parse unsorted folded text", parse_unsorted},
		{"parse the text form", parse_text},
		{"print the text form", print_text},
		{"serialize", serialize},
		{"decode", decode},
		{"merge two trees", merge},
		{"sum of trees", sum},
		{"write the wire form", write_wire},
		{"read the wire form", read_wire},
		{"build a block", block_build},
		{"sum of a block's lanes", block_sum},
		{"one lane of a block", block_lane},
		{"take a block apart", block_decode},
	};
	Service    *service = service_make(SEED, 1500, 0.42);

	for (int i = 0; i < TREES; i++)
	{
		PtError		error;

		service_profile(service, SEED + i, 300, &sorted[i]);
		initStringInfo(&shuffled[i]);
		appendBinaryStringInfo(&shuffled[i], sorted[i].data, sorted[i].len);
		shuffle_lines(&shuffled[i], SEED + i);
		parse(&built[i], &shuffled[i]);
		encode(&built[i], &bytes[i], &length[i]);
		pt_builder_free(&built[i]);
		parse(&built[i], &shuffled[i]);
		pt_tree_init(&tree[i], NULL);
		check(pt_decode(bytes[i], length[i], &tree[i], &error), &error);
		initStringInfo(&lines[i]);
		pt_print_text(&tree[i], &lines[i], 1 << 24, NULL);
		initStringInfo(&wire[i]);
		pt_write_wire(&tree[i], &wire[i], NULL, NULL, NULL);
	}

	build_block(&block, &block_length);

	CALLGRIND_START_INSTRUMENTATION;
	for (size_t w = 0; w < lengthof(works); w++)
	{
		CALLGRIND_ZERO_STATS;
		for (int i = 0; i < TREES; i++)
			works[w].work(i);
		CALLGRIND_DUMP_STATS_AT(works[w].name);
	}
	CALLGRIND_STOP_INSTRUMENTATION;
	return 0;
}
