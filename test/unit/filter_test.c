/*-------------------------------------------------------------------------
 *
 * filter_test.c
 *		Filters by symbol and the grouping anew they need, each stack of the
 *		oracle filtered by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "filter.h"
#include "regroup.h"

/* ---- stack by stack ---- */

typedef enum Filter
{
	FOCUS,
	IGNORE,
	HIDE,
	SHOW,
	SHOW_FROM,
	FILTERS
} Filter;

static void (*const filters[FILTERS]) (PtTree *, const bool *) = {
	pt_focus, pt_ignore, pt_hide, pt_show, pt_show_from
};

static bool
matches_frame(const PtTree *tree, const bool *matches, const PtFrame *frame)
{
	uint32		number;

	if (!pt_find_symbol(&tree->dictionary, frame->text, frame->length, &number))
		abort();
	return matches[number];
}

/* What a filter leaves of a stack: frames moved to the front, and their number. */
static uint32
filter_stack(Filter filter, const PtTree *tree, const bool *matches, PtFrame *frames, uint32 count)
{
	uint32		first = 0;
	uint32		left = 0;

	while (first < count && !matches_frame(tree, matches, &frames[first]))
		first++;
	switch (filter)
	{
		case FOCUS:
			return first < count ? count : 0;
		case IGNORE:
			return first < count ? 0 : count;
		case SHOW_FROM:
			memmove(frames, frames + first, (count - first) * sizeof(PtFrame));
			return count - first;
		default:
			for (uint32 i = 0; i < count; i++)
			{
				if (matches_frame(tree, matches, &frames[i]) == (filter == SHOW))
					frames[left++] = frames[i];
			}
			return left;
	}
}

static void
filter_oracle(Filter filter, const Oracle *oracle, const PtTree *tree, const bool *matches, Oracle *result)
{
	oracle_init(result);
	for (size_t i = 0; i < oracle->count; i++)
	{
		PtFrame		frames[STACK_MOST];
		uint32		count;

		if (!oracle_is_stack(oracle, i))
			continue;
		count = oracle_frames(&oracle->node[i], frames, STACK_MOST);
		count = filter_stack(filter, tree, matches, frames, count);
		if (count > 0)
			oracle_add(result, frames, count, oracle->node[i].weight);
	}
}

static bool
random_filters(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	bool	   *matches;
	uint32		many = 1 + random_below(random, 5);

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	matches = pg_malloc(tree.dictionary.count + 1);
	for (uint32 i = 0; i < tree.dictionary.count; i++)
		matches[i] = one_in(random, many);
	for (Filter filter = 0; filter < FILTERS; filter++)
	{
		PtTree		filtered;
		Oracle		expected;

		filter_oracle(filter, &oracle, &tree, matches, &expected);
		oracle_to_tree(&oracle, &filtered);
		filters[filter] (&filtered, matches);
		require(tree_is(&filtered, &expected));
		pt_tree_free(&filtered);
		oracle_free(&expected);
	}
	pg_free(matches);
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* What a filter drops and what it leaves are the whole tree, weightless leaves too. */
static bool
parts_of_the_whole(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		focused;
	PtTree		ignored;
	PtTree		whole;
	bool	   *matches;
	PtError		error;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &focused);
	oracle_to_tree(&oracle, &ignored);
	matches = pg_malloc(focused.dictionary.count + 1);
	for (uint32 i = 0; i < focused.dictionary.count; i++)
		matches[i] = one_in(random, 3);
	pt_focus(&focused, matches);
	pt_ignore(&ignored, matches);
	pt_tree_init(&whole, NULL);
	require(pt_merge(&focused, &ignored, &whole, &error));
	require(tree_is(&whole, &oracle));
	pg_free(matches);
	pt_tree_free(&focused);
	pt_tree_free(&ignored);
	pt_tree_free(&whole);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* ---- grouping anew ---- */

/*
 * The stacks of a profile as they come, each a path of its own under the root
 * or below some of the one before, make a tree that is only in preorder.
 */
static bool
unordered(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	const Sample *before = NULL;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	tree.node_count = 0;
	for (int i = 0; i < profile.count; i++)
	{
		const Sample *sample = &profile.sample[i];
		uint32		shared = 0;

		while (before != NULL && shared + 1 < Min(sample->count, before->count) && !one_in(random, 9) &&
			   sample->frames[shared].length == before->frames[shared].length &&
			   memcmp(sample->frames[shared].text, before->frames[shared].text,
					  sample->frames[shared].length) == 0)
			shared++;
		for (uint32 level = shared + 1; level <= sample->count; level++)
		{
			const PtFrame *frame = &sample->frames[level - 1];
			uint32		node = tree.node_count;

			pt_tree_reserve(&tree, node + 1);
			require(pt_find_symbol(&tree.dictionary, frame->text, frame->length, &tree.symbol[node]));
			tree.level[node] = level;
			tree.self[node] = level == sample->count ? sample->weight : 0;
			tree.node_count++;
		}
		before = sample;
	}
	pt_regroup(&tree);
	require(tree_is(&tree, &oracle));
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* ---- sizes ---- */

/* A tree of "wide" children below a chain of "deep" frames, every second of which is "x". */
static void
chain(PtTree *tree, PtBuilder *builder, uint32 deep, uint32 wide)
{
	PtFrame    *frames = pg_malloc((deep + 1) * sizeof(PtFrame));
	char		name[16];
	PtError		error;

	pt_builder_init(builder, NULL, 1);
	for (uint32 i = 0; i < deep; i++)
		frames[i] = i % 2 == 0 ? (PtFrame) {"f", 1} : (PtFrame) {"x", 1};
	for (uint32 i = 0; i < wide; i++)
	{
		/* in an order that is neither up nor down */
		snprintf(name, sizeof(name), "w%u", (uint32) ((uint64) i * 7919 % wide));
		frames[deep] = (PtFrame) {name, strlen(name)};
		if (!pt_builder_add(builder, i == 0 ? 0 : deep, i == 0 ? frames : frames + deep,
							i == 0 ? deep + 1 : 1, 1, &error))
			abort();
	}
	pt_tree_init(tree, NULL);
	pt_builder_flatten(builder, tree);
	pg_free(frames);
}

/* frames of the deepest stack, and under a sanitizer some of them */
#define DEEP	(UNDER_SANITIZER ? 100000 : PT_MAX_DEPTH)

static bool
deep_and_wide(void)
{
	for (Filter filter = 0; filter < FILTERS; filter++)
	{
		bool	   *matches;
		PtBuilder	builder;
		PtTree		tree;
		PtTree		left;
		uint32		number;

		chain(&tree, &builder, DEEP - 1, 50000);
		pt_tree_init(&left, NULL);
		matches = pg_malloc0(tree.dictionary.count);
		require(pt_find_symbol(&tree.dictionary, "x", 1, &number));
		matches[number] = true;
		filters[filter] (&tree, matches);
		switch (filter)
		{
			case FOCUS:
				require(tree.node_count == DEEP - 1 + 50000 && tree.total == 50000);
				break;
			case IGNORE:
				require(tree.node_count == 0);
				break;
			case HIDE:
				require(tree.depth == DEEP / 2 + 1 && tree.total == 50000 &&
						tree.dictionary.count == 50001);
				break;
			case SHOW:
				require(tree.depth == DEEP / 2 - 1 && tree.node_count == tree.depth &&
						tree.self[tree.depth - 1] == 50000);
				break;
			default:
				require(tree.depth == DEEP - 1 && tree.total == 50000);
		}
		pg_free(matches);
		pt_tree_free(&tree);
		pt_builder_free(&builder);
	}
	return true;
}

int
main(void)
{
	run_cases("filters", CASES(800), random_filters);
	run_cases("focus and ignore are the whole", CASES(400), parts_of_the_whole);
	run_cases("stacks in any order", CASES(1000), unordered);
	report(deep_and_wide(), "the deepest stack there can be, with 50,000 leaves");
	return finish();
}
