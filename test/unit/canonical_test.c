/*-------------------------------------------------------------------------
 *
 * canonical_test.c
 *		One tree, one encoding: the bytes depend on the stacks and weights
 *		alone, not on how they came together.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/*
 * Every sample's weight is split in two, all are shuffled, and the sum is
 * made in the way that "build" does; the bytes have to be the oracle's.
 */
typedef bool (*Build) (const Profile *profile, Random *random, StringInfo bytes);

static void
split_and_shuffle(Profile *profile, Random *random)
{
	int			count = profile->count;

	profile->sample = pg_realloc(profile->sample, (2 * count + 1) * sizeof(Sample));
	for (int i = 0; i < count; i++)
	{
		Sample	   *a = &profile->sample[i];
		Sample	   *b = &profile->sample[count + i];

		*b = *a;
		b->frames = pg_malloc(b->count * sizeof(PtFrame));
		memcpy(b->frames, a->frames, b->count * sizeof(PtFrame));
		b->weight = a->weight == 0 ? 0 : random_bits(random) % (a->weight + 1);
		a->weight -= b->weight;
	}
	profile->count = 2 * count;
	profile_shuffle(profile, random);
}

static bool
any_build(Random *random, Build build)
{
	Profile		profile;
	Oracle		oracle;
	StringInfoData bytes;
	StringInfoData expected;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &expected);
	split_and_shuffle(&profile, random);
	require(build(&profile, random, &bytes));
	require(same_bytes(&bytes, &expected));
	pfree(bytes.data);
	pfree(expected.data);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* ---- ways ---- */

static bool
in_one_builder(const Profile *profile, Random *random, StringInfo bytes)
{
	PtBuilder	builder;

	pt_builder_init(&builder, NULL, random_bits(random));
	require(profile_build(profile, 0, profile->count, &builder));
	encode_builder(&builder, bytes);
	/* and again, after its lists have been sorted */
	if (one_in(random, 4))
	{
		pfree(bytes->data);
		encode_builder(&builder, bytes);
	}
	pt_builder_free(&builder);
	return true;
}

/* the samples cut into parts, one tree each */
static int
make_parts(const Profile *profile, Random *random, PtTree *part, int most)
{
	int			count = 1 + random_below(random, most);
	int			from = 0;

	for (int i = 0; i < count; i++)
	{
		int			to = i + 1 == count ? profile->count : from + (int) random_below(random, profile->count - from + 1);
		PtBuilder	builder;
		StringInfoData bytes;
		PtError		error;

		pt_builder_init(&builder, NULL, random_bits(random));
		if (!profile_build(profile, from, to, &builder))
			abort();
		encode_builder(&builder, &bytes);
		pt_tree_init(&part[i], NULL);
		if (!pt_decode((uint8 *) bytes.data, bytes.len, &part[i], &error))
			abort();
		pfree(bytes.data);
		pt_builder_free(&builder);
		from = to;
	}
	return count;
}

#define PARTS 9

static void
free_parts(PtTree *part, int count)
{
	for (int i = 0; i < count; i++)
		pt_tree_free(&part[i]);
}

/* merged two by two, in a random order of pairs and sides */
static bool
by_merges(const Profile *profile, Random *random, StringInfo bytes)
{
	PtTree		part[PARTS];
	int			count = make_parts(profile, random, part, PARTS);
	PtError		error;

	while (count > 1)
	{
		int			i = random_below(random, count);
		int			j = random_below(random, count - 1);
		PtTree		sum;

		j += j >= i;
		pt_tree_init(&sum, NULL);
		require(pt_merge(&part[i], &part[j], &sum, &error));
		pt_tree_free(&part[i]);
		pt_tree_free(&part[j]);
		part[Min(i, j)] = sum;
		part[Max(i, j)] = part[--count];
	}
	encode_tree(&part[0], bytes);
	pt_tree_free(&part[0]);
	return true;
}

/* k ways into one builder, as flat trees and as bytes, some stacks as such */
static bool
by_sums(const Profile *profile, Random *random, StringInfo bytes)
{
	PtTree		part[PARTS];
	int			count = make_parts(profile, random, part, PARTS);
	PtBuilder	builder;
	PtError		error;

	pt_builder_init(&builder, NULL, random_bits(random));
	for (int i = 0; i < count; i++)
	{
		if (one_in(random, 3))
			require(pt_builder_add_tree(&builder, &part[i], &error));
		else
		{
			StringInfoData encoded;

			encode_tree(&part[i], &encoded);
			require(add_encoded(&builder, (uint8 *) encoded.data, encoded.len, &error));
			pfree(encoded.data);
		}
		/* a second time, by way of a tree without weight, for the kept map */
		if (one_in(random, 4))
		{
			StringInfoData encoded;

			for (uint32 j = 0; j < part[i].node_count; j++)
				part[i].self[j] = 0;
			part[i].total = 0;
			encode_tree(&part[i], &encoded);
			require(add_encoded(&builder, (uint8 *) encoded.data, encoded.len, &error));
			require(add_encoded(&builder, (uint8 *) encoded.data, encoded.len, &error));
			pfree(encoded.data);
		}
	}
	encode_builder(&builder, bytes);
	pt_builder_free(&builder);
	free_parts(part, count);
	return true;
}

static bool
by_text(const Profile *profile, Random *random, StringInfo bytes)
{
	PtBuilder	builder;
	PtError		error;
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < profile->count; i++)
	{
		write_stack(&text, profile->sample[i].frames, profile->sample[i].count, random);
		appendStringInfo(&text, " " INT64_FORMAT "\n", profile->sample[i].weight);
	}
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_text(&builder, text.data, text.len, &error));
	encode_builder(&builder, bytes);
	pt_builder_free(&builder);
	pfree(text.data);
	return true;
}

/* through the wire form and back, part by part */
static bool
by_wire(const Profile *profile, Random *random, StringInfo bytes)
{
	PtTree		part[PARTS];
	int			count = make_parts(profile, random, part, PARTS);
	PtBuilder	builder;
	PtError		error;

	pt_builder_init(&builder, NULL, random_bits(random));
	for (int i = 0; i < count; i++)
	{
		StringInfoData wire;
		PtTree		tree;
		bool		sorted;

		initStringInfo(&wire);
		pt_write_wire(&part[i], &wire, NULL, NULL, NULL);
		pt_tree_init(&tree, NULL);
		require(pt_read_wire((uint8 *) wire.data, wire.len, NULL, &tree, NULL, &sorted, &error));
		require(sorted);
		require(pt_builder_add_tree(&builder, &tree, &error));
		pt_tree_free(&tree);
		pfree(wire.data);
	}
	encode_builder(&builder, bytes);
	pt_builder_free(&builder);
	free_parts(part, count);
	return true;
}

/* a sum of two minus one of them: what had no weight is pruned everywhere */
static bool
delta_of_sum(Random *random)
{
	Profile		profile;
	PtTree		part[2];
	PtTree		sum;
	PtTree		back;
	PtTree		nothing;
	PtTree		pruned;
	PtError		error;
	StringInfoData a;
	StringInfoData b;

	profile_make(&profile, random);
	while (make_parts(&profile, random, part, 2) != 2)
		pt_tree_free(&part[0]);
	pt_tree_init(&sum, NULL);
	pt_tree_init(&back, NULL);
	pt_tree_init(&nothing, NULL);
	pt_tree_init(&pruned, NULL);
	require(pt_merge(&part[0], &part[1], &sum, &error));
	pt_delta(&part[0], &sum, &back);
	pt_delta(&nothing, &part[1], &pruned);
	encode_tree(&back, &a);
	encode_tree(&pruned, &b);
	require(same_bytes(&a, &b));
	require(back.total == part[1].total);
	pt_tree_free(&sum);
	pt_tree_free(&back);
	pt_tree_free(&pruned);
	free_parts(part, 2);
	pfree(a.data);
	pfree(b.data);
	profile_free(&profile);
	return true;
}

#define WAY(name) \
	static bool \
	way_##name(Random *random) \
	{ \
		return any_build(random, name); \
	}
WAY(in_one_builder)
WAY(by_merges)
WAY(by_sums)
WAY(by_text)
WAY(by_wire)

int
main(void)
{
	run_cases("shuffled and split, one builder", CASES(2000), way_in_one_builder);
	run_cases("merged two by two in any order", CASES(2000), way_by_merges);
	run_cases("summed in one builder, as trees and as bytes", CASES(2000), way_by_sums);
	run_cases("by way of the text form", CASES(1000), way_by_text);
	run_cases("by way of the wire form", CASES(1000), way_by_wire);
	run_cases("(a + b) - a is b, without what weighs nothing", CASES(1000), delta_of_sum);
	return finish();
}
