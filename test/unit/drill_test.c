/*-------------------------------------------------------------------------
 *
 * drill_test.c
 *		Subtrees, callers, callees and inverted trees, each stack of the oracle
 *		by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "drill.h"
#include "regroup.h"

static bool
same_frame(const PtFrame *a, const PtFrame *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void
turn_round(PtFrame *frames, uint32 count)
{
	for (uint32 i = 0; i < count / 2; i++)
	{
		PtFrame		swap = frames[i];

		frames[i] = frames[count - 1 - i];
		frames[count - 1 - i] = swap;
	}
}

/* A node that is there; or one that is not, perhaps for its last frame only. */
static uint32
choose_stack(Random *random, const Oracle *oracle, const Pool *pool, PtFrame *frames)
{
	uint32		count = 0;

	if (oracle->count > 0)
		count = oracle_frames(&oracle->node[random_below(random, (uint32) oracle->count)], frames, STACK_MOST);
	if (count == 0 || one_in(random, 3))
		count = next_stack(pool, random, frames, count);
	return count;
}

static bool
subtree(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		expected;
	PtTree		tree;
	PtFrame		stack[STACK_MOST];
	uint32		count;
	uint32		node;
	bool		there = false;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	count = choose_stack(random, &oracle, &profile.pool, stack);
	oracle_init(&expected);
	for (size_t i = 0; i < oracle.count; i++)
	{
		PtFrame		frames[STACK_MOST];
		uint32		length = oracle_frames(&oracle.node[i], frames, STACK_MOST);
		uint32		same = 0;

		while (same < Min(length, count) && same_frame(&frames[same], &stack[same]))
			same++;
		if (same < count)
			continue;
		oracle_add(&expected, frames + count - 1, length - count + 1, oracle.node[i].weight);
		if (length == count)
		{
			there = true;
			require(pt_find_node(&tree, stack, count, &node) && node == i);
		}
	}
	require(pt_find_node(&tree, stack, count, &node) == there);
	if (there)
	{
		pt_subtree(&tree, node);
		require(tree_is(&tree, &expected));
	}
	pt_tree_free(&tree);
	oracle_free(&oracle);
	oracle_free(&expected);
	profile_free(&profile);
	return true;
}

/* callers and callees of every symbol of a profile */
static bool
sandwich(Random *random)
{
	Profile		profile;
	Oracle		oracle;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	for (int s = 0; s < profile.pool.count; s++)
	{
		const PtFrame *symbol = &profile.pool.symbol[s];
		Oracle		callers;
		Oracle		callees;
		PtTree		up;
		PtTree		down;
		uint32		number;
		PtError		error;

		oracle_init(&callers);
		oracle_init(&callees);
		for (size_t i = 0; i < oracle.count; i++)
		{
			PtFrame		frames[STACK_MOST];
			uint32		count = oracle_frames(&oracle.node[i], frames, STACK_MOST);
			uint32		first = 0;

			while (first < count && !same_frame(&frames[first], symbol))
				first++;
			if (first == count || !oracle_is_stack(&oracle, i))
				continue;
			oracle_add(&callees, frames + first, count - first, oracle.node[i].weight);
			turn_round(frames, first + 1);
			if (oracle.node[i].weight > 0)
				oracle_add(&callers, frames, first + 1, oracle.node[i].weight);
		}
		oracle_to_tree(&oracle, &up);
		oracle_to_tree(&oracle, &down);
		if (pt_find_symbol(&up.dictionary, symbol->text, symbol->length, &number))
		{
			require(pt_callers(&up, number, &error));
			require(tree_is(&up, &callers));
			pt_callees(&down, number);
			require(tree_is(&down, &callees));
			require(up.total == down.total);
		}
		else
			require(callees.count == 0);
		pt_tree_free(&up);
		pt_tree_free(&down);
		oracle_free(&callers);
		oracle_free(&callees);
	}
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

static bool
invert(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		turned;
	Oracle		weighted;
	PtTree		tree;
	PtError		error;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	oracle_init(&turned);
	oracle_init(&weighted);
	for (size_t i = 0; i < oracle.count; i++)
	{
		PtFrame		frames[STACK_MOST];
		uint32		count = oracle_frames(&oracle.node[i], frames, STACK_MOST);

		if (oracle.node[i].weight == 0)
			continue;
		oracle_add(&weighted, frames, count, oracle.node[i].weight);
		turn_round(frames, count);
		oracle_add(&turned, frames, count, oracle.node[i].weight);
	}
	require(pt_invert(&tree, &error));
	require(tree_is(&tree, &turned));
	/* and back, but for what has no weight */
	require(pt_invert(&tree, &error));
	require(tree_is(&tree, &weighted));
	pt_tree_free(&tree);
	oracle_free(&oracle);
	oracle_free(&turned);
	oracle_free(&weighted);
	profile_free(&profile);
	return true;
}

/* ---- sizes ---- */

/* A chain whose frames are numbered below "symbols", each node with that weight. */
static void
chain(PtTree *tree, PtBuilder *builder, uint32 deep, uint32 symbols, int64 weight)
{
	char	   *names = pg_malloc((size_t) symbols * 8);
	PtError		error;

	pt_builder_init(builder, NULL, 1);
	for (uint32 i = 0; i < symbols; i++)
		snprintf(names + i * 8, 8, "%07u", i);
	for (uint32 i = 0; i < deep; i++)
	{
		PtFrame		frame = {names + (i % symbols) * 8, 7};

		if (!pt_builder_add(builder, i, &frame, 1, i + 1 == deep ? 1 : weight, &error))
			abort();
	}
	pt_tree_init(tree, NULL);
	pt_builder_flatten(builder, tree);
	pg_free(names);
}

static bool
deepest(void)
{
	PtBuilder	builder;
	PtTree		tree;
	PtFrame    *frames = pg_malloc(PT_MAX_DEPTH * sizeof(PtFrame));
	uint32		node;
	PtError		error;

	/* one stack: turned round, found, cut */
	chain(&tree, &builder, PT_MAX_DEPTH, 1000, 0);
	require(pt_invert(&tree, &error));
	require(tree.node_count == PT_MAX_DEPTH && tree.total == 1 && tree.self[PT_MAX_DEPTH - 1] == 1);
	require(tree.symbol[0] == (PT_MAX_DEPTH - 1) % 1000 && tree.symbol[PT_MAX_DEPTH - 1] == 0);
	for (uint32 i = 0; i < PT_MAX_DEPTH; i++)
		frames[i].text = pt_symbol_text(&tree.dictionary, tree.symbol[i], &frames[i].length);
	require(pt_find_node(&tree, frames, PT_MAX_DEPTH, &node) && node == PT_MAX_DEPTH - 1);
	pt_subtree(&tree, PT_MAX_DEPTH - 7);
	require(tree.node_count == 7 && tree.depth == 7 && tree.total == 1);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pg_free(frames);

	/* many stacks of one symbol */
	chain(&tree, &builder, 3000, 1, 5);
	require(pt_invert(&tree, &error));
	require(tree.node_count == 3000 && tree.total == 2999 * 5 + 1 && tree.self[0] == 5 && tree.self[2999] == 1);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

/* of all different symbols, with weight at each: 134 million nodes are too many */
static bool
too_many(void)
{
	PtBuilder	builder;
	PtTree		tree;
	PtError		error;

	chain(&tree, &builder, 17000, 17000, 1);
	require(!pt_invert(&tree, &error));
	require(error.code == PT_BEYOND_LIMIT && strcmp(error.message, "proftree too large") == 0);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

int
main(void)
{
	run_cases("subtree", CASES(1000), subtree);
	run_cases("callers and callees", CASES(200), sandwich);
	run_cases("invert", CASES(1000), invert);
	report(deepest(), "the deepest stack there can be");
	if (!UNDER_SANITIZER)
		report(too_many(), "an inverted tree past the limit is refused");
	return finish();
}
