/*-------------------------------------------------------------------------
 *
 * spread_test.c
 *		A profile over many slots: parts by the definition, node by node, and
 *		their sum; averages.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "spread.h"

/*
 * What a node has been given by the end of each slot, for all nodes and
 * slots: node by node, where the code goes slot by slot.  given[slot *
 * nodes + node], slots from 1.
 */
static int64 *
naive_given(const PtTree *tree, const int64 *end, int slots)
{
	size_t		nodes = tree->node_count;
	int64	   *given = pt_alloc(NULL, (nodes * (slots + 1) + 1) * sizeof(int64));
	int64	   *before = pt_alloc(NULL, (slots + 1) * sizeof(int64));
	int64		weights = 0;

	memset(given, 0, nodes * sizeof(int64));
	memset(before, 0, (slots + 1) * sizeof(int64));
	for (size_t i = 0; i < nodes; i++)
	{
		weights += tree->self[i];
		for (int slot = 1; slot <= slots; slot++)
		{
			/* weights * end / span in two steps that fit 64 bits each */
			uint64		span = end[slots];
			uint64		high = (uint64) weights / span;
			uint64		low = (uint64) weights % span;
			int64		share = (int64) (high * end[slot] +
										 (uint64) (((unsigned __int128) low * end[slot]) / span));
			int64		due = share - before[slot];
			int64		has = given[(slot - 1) * nodes + i];

			if (due < has)
				due = has;
			if (due > tree->self[i])
				due = tree->self[i];
			given[slot * nodes + i] = due;
			before[slot] += due;
		}
	}
	pt_free(before);
	return given;
}

/* ends of slots within a profile, the last the profile's */
static int
random_ends(Random *random, int64 *end, int most)
{
	int			slots = 1 + (int) random_below(random, most);
	int64		step = 1 + random_below(random, one_in(random, 2) ? 3 : 1000000);

	end[0] = 0;
	end[1] = 1 + random_below(random, (uint32) step);
	for (int i = 2; i < slots; i++)
		end[i] = end[i - 1] + step;
	if (slots > 1)
		end[slots] = end[slots - 1] + 1 + random_below(random, (uint32) step);
	return slots;
}

static bool
spread_is_right(const PtTree *tree, const int64 *end, int slots)
{
	int64	   *given = naive_given(tree, end, slots);
	size_t		nodes = tree->node_count;
	PtSpread	spread;
	PtTree		part;
	PtTree		again;
	PtBuilder	sum;
	PtBuilder	expected;
	PtTree		flat;
	StringInfoData whole;
	StringInfoData added;
	PtError		error;

	pt_tree_init(&part, NULL);
	pt_tree_init(&again, NULL);
	pt_builder_init(&sum, NULL, 1);
	pt_spread_init(&spread, tree, end[slots], NULL);
	for (int slot = 1; slot <= slots; slot++)
	{
		StringInfoData bytes;
		StringInfoData naive;
		PtFrame		stack[STACK_MOST + 1];
		int64		total = 0;
		int64		share;

		pt_spread_next(&spread, end[slot], &part);
		/* canonical, by the validator */
		encode_tree(&part, &bytes);
		require(pt_decode((uint8 *) bytes.data, bytes.len, &again, &error));
		require(pt_builder_add_encoded(&sum, (uint8 *) bytes.data, bytes.len, NULL, &error));

		/* node by node */
		pt_builder_init(&expected, NULL, 2);
		for (size_t i = 0; i < nodes; i++)
		{
			int64		weight = given[slot * nodes + i] - given[(slot - 1) * nodes + i];

			require(tree->level[i] <= STACK_MOST);
			stack[tree->level[i] - 1].text = pt_symbol_text(&tree->dictionary, tree->symbol[i],
															&stack[tree->level[i] - 1].length);
			if (weight > 0 || (slot == 1 && tree->self[i] == 0 && pt_is_leaf(tree, i)))
			{
				require(pt_builder_add(&expected, 0, stack, tree->level[i], weight, &error));
				total += weight;
			}
		}
		require(total == part.total);
		encode_builder(&expected, &naive);
		require(same_bytes(&bytes, &naive));
		pt_builder_free(&expected);

		/* as much as falls into the time of the slot */
		share = (int64) ((long double) tree->total * (end[slot] - end[slot - 1]) / end[slots]);
		require(tree->total > (INT64CONST(1) << 60) ||
				(total >= share - 3 && total <= share + 3));
		pfree(bytes.data);
		pfree(naive.data);
	}
	pt_tree_init(&flat, NULL);
	pt_builder_flatten(&sum, &flat);
	encode_tree(&flat, &added);
	encode_tree(tree, &whole);
	require(same_bytes(&whole, &added));
	pfree(whole.data);
	pfree(added.data);
	pt_tree_free(&flat);
	pt_builder_free(&sum);
	pt_tree_free(&part);
	pt_tree_free(&again);
	pt_spread_free(&spread);
	pt_free(given);
	return true;
}

static bool
spread_of_profiles(Random *random)
{
	Profile		profile;
	PtBuilder	builder;
	PtTree		tree;
	int64		end[42];
	int			slots;

	profile_make(&profile, random);
	pt_builder_init(&builder, NULL, random_bits(random));
	/* the sum of a profile may be past bigint */
	if (profile_build(&profile, 0, profile.count, &builder))
	{
		pt_tree_init(&tree, NULL);
		pt_builder_flatten(&builder, &tree);
		slots = random_ends(random, end, 40);
		require(spread_is_right(&tree, end, slots));
		pt_tree_free(&tree);
	}
	pt_builder_free(&builder);
	profile_free(&profile);
	return true;
}

/* a comb: many nodes of small weights, of which most slots get none */
static bool
spread_of_combs(Random *random)
{
	PtBuilder	builder;
	PtTree		tree;
	int64		end[202];
	int			slots;
	int64		most = one_in(random, 2) ? 3 : one_in(random, 2) ? 1000 : PG_INT64_MAX / 1000;
	PtError		error;

	pt_builder_init(&builder, NULL, random_bits(random));
	for (int i = 0; i < 500; i++)
	{
		char		text[3][4];
		PtFrame		stack[3];
		uint32		count = 1 + random_below(random, 3);
		int64		weight = (int64) (random_bits(random) % (uint64) most);

		for (uint32 j = 0; j < count; j++)
		{
			stack[j].text = text[j];
			stack[j].length = snprintf(text[j], sizeof(text[j]), "%u", random_below(random, 8));
		}
		require(pt_builder_add(&builder, 0, stack, count, weight, &error));
	}
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	slots = random_ends(random, end, 200);
	require(spread_is_right(&tree, end, slots));
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

static bool
spread_at_the_limits(void)
{
	PtBuilder	builder;
	PtTree		tree;
	PtFrame		stack[3];
	int64		day[] = {0, 1, PT_MAX_SPAN / 2, PT_MAX_SPAN - 1, PT_MAX_SPAN};
	int64		all[] = {0, 1};
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	require(spread_is_right(&tree, day, 4));
	require(pt_builder_add(&builder, 0, stack, frames_of(stack, "a", "b", NULL), PG_INT64_MAX - 1, &error));
	require(pt_builder_add(&builder, 0, stack, frames_of(stack, "a", NULL), 1, &error));
	require(pt_builder_add(&builder, 0, stack, frames_of(stack, "c", NULL), 0, &error));
	pt_builder_flatten(&builder, &tree);
	require(spread_is_right(&tree, day, 4));
	require(spread_is_right(&tree, all, 1));
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

static bool
averages(Random *random)
{
	PtBuilder	builder;
	PtTree		tree;
	PtTree		average;
	PtFrame		stack[2];
	int64		slots = 1 + (int64) (random_bits(random) >> (1 + random_below(random, 62)));
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	require(pt_builder_add(&builder, 0, stack, frames_of(stack, "a", NULL),
						   (int64) (random_bits(random) >> (2 + random_below(random, 60))), &error));
	require(pt_builder_add(&builder, 0, stack, frames_of(stack, "b", NULL),
						   (int64) (random_bits(random) >> (2 + random_below(random, 60))), &error));
	pt_tree_init(&tree, NULL);
	pt_tree_init(&average, NULL);
	pt_builder_flatten(&builder, &tree);
	pt_builder_flatten(&builder, &average);
	pt_average(&average, slots);
	require(average.node_count == tree.node_count);
	require(average.total == average.self[0] + average.self[1]);
	for (int i = 0; i < 2; i++)
	{
		/* 2 w < (2 a + 1) s, and not for a - 1 */
		__int128	twice = 2 * (__int128) tree.self[i];

		require(twice < (2 * (__int128) average.self[i] + 1) * slots);
		require(twice >= (2 * (__int128) average.self[i] - 1) * slots);
	}
	pt_tree_free(&tree);
	pt_tree_free(&average);
	pt_builder_free(&builder);
	return true;
}

int
main(void)
{
	run_cases("parts of profiles", CASES(400), spread_of_profiles);
	run_cases("parts of combs", CASES(200), spread_of_combs);
	report(spread_at_the_limits(), "the greatest weight, the longest profile, no node");
	run_cases("averages", CASES(20000), averages);
	return finish();
}
