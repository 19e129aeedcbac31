/*-------------------------------------------------------------------------
 *
 * compare_test.c
 *		Weights by symbol, and what grew between two trees, against their
 *		definitions.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "compare.h"
#include "top.h"

/* ---- by symbol ---- */

/* self and total of a symbol, stack by stack */
static void
weights_of(const Oracle *oracle, const char *text, size_t length, int64 *self, int64 *total)
{
	*self = *total = 0;
	for (size_t i = 0; i < oracle->count; i++)
	{
		PtFrame		frames[STACK_MOST];
		uint32		count = oracle_frames(&oracle->node[i], frames, STACK_MOST);
		bool		there = false;

		for (uint32 f = 0; f < count; f++)
		{
			if (frames[f].length != length || memcmp(frames[f].text, text, length) != 0)
				continue;
			there = true;
			if (f + 1 == count)
				*self += oracle->node[i].weight;
		}
		if (there)
			*total += oracle->node[i].weight;
	}
}

static bool
symbol_weights(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	PtSymbolWeights *weights;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	weights = pg_malloc((tree.dictionary.count + 1) * sizeof(PtSymbolWeights));
	pt_symbol_weights(&tree, tree.self, weights);
	for (uint32 i = 0; i < tree.dictionary.count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(&tree.dictionary, i, &length);
		int64		self;
		int64		total;

		weights_of(&oracle, text, length, &self, &total);
		require(weights[i].symbol == i && weights[i].self == self && weights[i].total == total &&
				weights[i].open == 0);
	}
	pt_sort_symbol_weights(weights, tree.dictionary.count);
	for (uint32 i = 1; i < tree.dictionary.count; i++)
	{
		const PtSymbolWeights *x = &weights[i - 1];
		const PtSymbolWeights *y = &weights[i];

		require(x->self > y->self || (x->self == y->self &&
									  (x->total > y->total || (x->total == y->total && x->symbol < y->symbol))));
	}
	pg_free(weights);
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

static bool
symbol_diffs(Random *random)
{
	Profile		profile;
	Oracle		a;
	Oracle		b;
	PtTree		x;
	PtTree		y;
	PtPair		pair;
	PtSymbolDiff *diffs;
	uint32		count;

	pair_make(random, &profile, &a, &b, &x, &y);
	pt_pair(&x, &y, NULL, &pair);
	count = pair.tree.dictionary.count;
	diffs = pg_malloc((count + 1) * sizeof(PtSymbolDiff));
	pt_symbol_diffs(&pair, diffs);
	for (uint32 i = 0; i < count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(&pair.tree.dictionary, i, &length);
		int64		self;
		int64		total;

		require(diffs[i].symbol == i);
		weights_of(&a, text, length, &self, &total);
		require(diffs[i].a_self == self && diffs[i].a_total == total);
		weights_of(&b, text, length, &self, &total);
		require(diffs[i].b_self == self && diffs[i].b_total == total);
	}
	pt_sort_symbol_diffs(diffs, count);
	for (uint32 i = 1; i < count; i++)
	{
		const PtSymbolDiff *d = &diffs[i - 1];
		const PtSymbolDiff *e = &diffs[i];
		int64		self = llabs(d->b_self - d->a_self) - llabs(e->b_self - e->a_self);
		int64		total = llabs(d->b_total - d->a_total) - llabs(e->b_total - e->a_total);

		require(self > 0 || (self == 0 && (total > 0 || (total == 0 && d->symbol < e->symbol))));
	}
	pg_free(diffs);
	pt_pair_free(&pair);
	pt_tree_free(&x);
	pt_tree_free(&y);
	oracle_free(&a);
	oracle_free(&b);
	profile_free(&profile);
	return true;
}

/* weight * to / from, half up, bit by bit: 64 steps of a long division of the product */
static int64
divided(int64 weight, int64 to, int64 from)
{
	int64		quotient = 0;
	uint64		rest = 0;

	for (int bit = 62; bit >= 0; bit--)
	{
		/* (quotient, rest) times 2, plus "to" for a bit of the weight */
		int64		add = (weight >> bit) & 1 ? to : 0;

		quotient *= 2;
		rest *= 2;
		if (rest >= (uint64) from)
		{
			rest -= from;
			quotient++;
		}
		quotient += add / from;
		rest += add % from;
		if (rest >= (uint64) from)
		{
			rest -= from;
			quotient++;
		}
	}
	return quotient + (rest >= (uint64) from - rest);
}

static bool
scale_weight(Random *random)
{
	int64		from = (int64) (random_bits(random) >> (1 + random_below(random, 63)));
	int64		to = (int64) (random_bits(random) >> (1 + random_below(random, 63)));
	int64		weight;

	if (one_in(random, 5))
		from = PG_INT64_MAX - random_below(random, 3);
	if (one_in(random, 5))
		to = PG_INT64_MAX - random_below(random, 3);
	weight = from == 0 ? 0 : one_in(random, 3) ? from - random_below(random, 2) :
		(int64) (random_bits(random) % from);
	require(pt_scale_weight(weight, from, to) == (from == 0 ? 0 : divided(weight, to, from)));
	require(pt_scale_weight(from, from, to) == (from == 0 ? 0 : to));
	return true;
}

/* ---- by path ---- */

/* growth of the topmost named nodes below a node that ends before "end" */
static int128
named_below(const PtTree *tree, uint32 node, const bool *named, const int128 *growth)
{
	int128		sum = 0;
	uint32		inside = 0;

	for (uint32 i = node + 1; i < tree->node_count && tree->level[i] > tree->level[node]; i++)
	{
		if (tree->level[i] <= inside)
			inside = 0;
		if (inside == 0 && named[i])
		{
			inside = tree->level[i];
			sum += growth[i];
		}
	}
	return sum;
}

static bool
regressions(Random *random)
{
	Profile		profile;
	Oracle		a;
	Oracle		b;
	PtTree		x;
	PtTree		y;
	PtPair		pair;
	const PtTree *tree = &pair.tree;
	int64	   *a_totals;
	int64	   *b_totals;
	int128	   *growth;
	int128	   *own;
	bool	   *named;
	PtRegression *rows;
	uint32		count;
	uint32		expected = 0;
	int128		sum = 0;
	int128		top = 0;
	int128		unit;
	int128		least;

	pair_make(random, &profile, &a, &b, &x, &y);
	pt_pair(&x, &y, NULL, &pair);
	unit = (int128) Max(x.total, 1) * Max(y.total, 1);
	require(pt_growth_unit(&pair) == unit);
	least = one_in(random, 3) ? 1 : unit / (1 + random_below(random, 300));
	least = Max(least, 1);
	a_totals = pg_malloc((tree->node_count + 1) * sizeof(int64));
	b_totals = pg_malloc((tree->node_count + 1) * sizeof(int64));
	growth = pg_malloc((tree->node_count + 1) * sizeof(int128));
	own = pg_malloc((tree->node_count + 1) * sizeof(int128));
	named = pg_malloc0(tree->node_count + 1);
	pt_totals_of(tree, tree->self, a_totals);
	pt_totals_of(tree, pair.b_self, b_totals);
	for (uint32 i = tree->node_count; i-- > 0;)
	{
		growth[i] = (int128) b_totals[i] * Max(x.total, 1) - (int128) a_totals[i] * Max(y.total, 1);
		own[i] = growth[i] - named_below(tree, i, named, growth);
		named[i] = own[i] >= least;
		expected += named[i];
	}
	count = pt_regressions(&pair, least, &rows);
	require(count == expected);
	for (uint32 i = 0; i < count; i++)
	{
		const PtRegression *row = &rows[i];

		require(named[row->node] && row->own == own[row->node] && row->growth == growth[row->node]);
		require(row->a_total == a_totals[row->node] && row->b_total == b_totals[row->node]);
		named[row->node] = false;
		sum += row->own;
		if (i == 0)
			continue;
		require(row[-1].own >= row->own);
		if (row[-1].own == row->own)
			require(tree->level[row[-1].node] > tree->level[row->node] ||
					(tree->level[row[-1].node] == tree->level[row->node] && row[-1].node < row->node));
	}
	/* what is named is all the growth of the topmost named nodes, and no more than the whole */
	for (uint32 i = 0; i < count; i++)
		named[rows[i].node] = true;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		if (tree->level[i] == 1)
			top += named[i] ? growth[i] : named_below(tree, i, named, growth);
	}
	require(sum == top && sum <= unit);

	pt_free(rows);
	pg_free(a_totals);
	pg_free(b_totals);
	pg_free(growth);
	pg_free(own);
	pg_free(named);
	pt_pair_free(&pair);
	pt_tree_free(&x);
	pt_tree_free(&y);
	oracle_free(&a);
	oracle_free(&b);
	profile_free(&profile);
	return true;
}

/* two texts compared: the nodes named, as "level:symbol own" in percent of the whole */
static bool
names(const char *a, const char *b, int percent, const char *expected)
{
	const char *text[2] = {a, b};
	PtBuilder	builder[2];
	PtTree		tree[2];
	PtPair		pair;
	PtRegression *rows;
	int128		least;
	uint32		count;
	StringInfoData found;
	PtError		error;
	bool		same;

	for (int i = 0; i < 2; i++)
	{
		pt_builder_init(&builder[i], NULL, 1);
		if (!pt_parse_text(&builder[i], text[i], strlen(text[i]), &error))
			abort();
		pt_tree_init(&tree[i], NULL);
		pt_builder_flatten(&builder[i], &tree[i]);
	}
	pt_pair(&tree[0], &tree[1], NULL, &pair);
	least = pt_growth_unit(&pair) / 100 * percent;
	count = pt_regressions(&pair, Max(least, 1), &rows);
	initStringInfo(&found);
	for (uint32 i = 0; i < count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&pair.tree.dictionary, pair.tree.symbol[rows[i].node], &length);

		appendStringInfo(&found, "%s%u:%.*s %.1f", i > 0 ? ", " : "", pair.tree.level[rows[i].node],
						 (int) length, symbol, 100 * (double) rows[i].own / (double) pt_growth_unit(&pair));
	}
	same = strcmp(found.data, expected) == 0;
	if (!same)
		diagnose("%s", found.data);
	pfree(found.data);
	pt_free(rows);
	pt_pair_free(&pair);
	for (int i = 0; i < 2; i++)
	{
		pt_tree_free(&tree[i]);
		pt_builder_free(&builder[i]);
	}
	return same;
}

int
main(void)
{
	run_cases("weights by symbol", CASES(300), symbol_weights);
	run_cases("both sides by symbol", CASES(300), symbol_diffs);
	run_cases("weights scaled", CASES(20000), scale_weight);
	run_cases("regressions", CASES(1500), regressions);
	report(names("a;b;c 10\nd 90", "a;b;c 30\nd 70", 1, "3:c 20.0"), "of a chain the last is named");
	report(names("a;b;c 10\na;b 10\nd 80", "a;b;c 20\na;b 20\nd 60", 1, "3:c 10.0, 2:b 10.0"), "own growth above the named one");
	report(names("a;b;x 1\na;b;y 1\na;b;z 1\nd 97", "a;b;x 2\na;b;y 2\na;b;z 2\nd 94", 2, "2:b 3.0"),
		   "growth spread over small children is named at their parent");
	report(names("a;b 10\na;c 40\nd 50", "a;b 30\na;c 20\nd 50", 1, "2:b 20.0"), "a sibling that shrank hides nothing");
	report(names("a;b;c 10\na;b;d 40\ne 50", "a;b;c 30\na;b;d 21\ne 49", 1, "3:c 20.0"),
		   "nor is its parent named for what it did not grow");
	report(names("f;g;f 10\nx 90", "f;g;f 20\nx 80", 1, "3:f 10.0"), "recursion: nodes, not symbols");
	report(names("", "a;b 5\na;c 95", 50, "2:c 95.0"), "an empty baseline: shares grew from nothing");
	report(names("a;b 5", "", 1, ""), "an empty comparison: nothing grew");
	report(names("", "", 1, ""), "two empty trees");
	report(names("a;b 1\nc 1", "a;b 1000\nc 1000", 1, ""), "twice as much of everything");
	report(names("a 9223372036854775806\nb;c 1", "a 1\nb;c 9223372036854775806", 1, "2:c 100.0"), "totals near 2^63");
	report(names("a 9223372036854775807", "b;c;d 9223372036854775807", 100, "3:d 100.0"), "from nothing to all");
	return finish();
}
