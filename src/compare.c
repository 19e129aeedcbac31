/*-------------------------------------------------------------------------
 *
 * compare.c
 *		What changed between two trees.
 *
 *-------------------------------------------------------------------------
 */
#include "compare.h"

#include "shuffle.h"
#include "top.h"

/* ---- by symbol ---- */

void
pt_symbol_diffs(const PtPair *pair, PtSymbolDiff *diffs)
{
	const PtTree *tree = &pair->tree;
	uint32		count = tree->dictionary.count;
	PtSymbolWeights *weights = pt_alloc(tree->memory, ((size_t) count + 1) * sizeof(PtSymbolWeights));

	pt_symbol_weights(tree, tree->self, weights);
	for (uint32 i = 0; i < count; i++)
	{
		diffs[i].symbol = i;
		diffs[i].a_self = weights[i].self;
		diffs[i].a_total = weights[i].total;
	}
	pt_symbol_weights(tree, pair->b_self, weights);
	for (uint32 i = 0; i < count; i++)
	{
		diffs[i].b_self = weights[i].self;
		diffs[i].b_total = weights[i].total;
	}
	pt_free(weights);
}

/* of weights, which are at least 0, so neither side overflows */
static inline int64
change(int64 a, int64 b)
{
	return a < b ? b - a : a - b;
}

static inline int
compare_diffs(const PtSymbolDiff *x, const PtSymbolDiff *y)
{
	int64		x_self = change(x->a_self, x->b_self);
	int64		y_self = change(y->a_self, y->b_self);
	int64		x_total = change(x->a_total, x->b_total);
	int64		y_total = change(y->a_total, y->b_total);

	if (x_self != y_self)
		return x_self < y_self ? 1 : -1;
	if (x_total != y_total)
		return x_total < y_total ? 1 : -1;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

#define ST_SORT sort_diffs
#define ST_ELEMENT_TYPE PtSymbolDiff
#define ST_COMPARE(a, b) compare_diffs(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
pt_sort_symbol_diffs(PtSymbolDiff *diffs, uint32 count)
{
	pt_shuffle(diffs, count, sizeof(*diffs));
	sort_diffs(diffs, count);
}

int64
pt_scale_weight(int64 weight, int64 from, int64 to)
{
	Assert(weight >= 0 && weight <= from && to >= 0);
	if (from == 0)
		return 0;
	return (int64) ((2 * (uint128) weight * to + from) / (2 * (uint128) from));
}

/* ---- by path ---- */

int128
pt_growth_unit(const PtPair *pair)
{
	return (int128) Max(pair->tree.total, 1) * Max(pair->b_total, 1);
}

static inline int
compare_regressions(const PtRegression *x, const PtRegression *y, const uint32 *level)
{
	if (x->own != y->own)
		return x->own < y->own ? 1 : -1;
	if (level[x->node] != level[y->node])
		return level[x->node] < level[y->node] ? 1 : -1;
	return x->node < y->node ? -1 : x->node > y->node;
}

#define ST_SORT sort_regressions
#define ST_ELEMENT_TYPE PtRegression
#define ST_COMPARE(a, b, level) compare_regressions(a, b, level)
#define ST_COMPARE_ARG_TYPE const uint32
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

uint32
pt_regressions(const PtPair *pair, int128 least, PtRegression **result)
{
	const PtTree *tree = &pair->tree;
	size_t		nodes = (size_t) tree->node_count + 1;
	int64	   *a_totals = pt_alloc(tree->memory, nodes * sizeof(int64));
	int64	   *b_totals = pt_alloc(tree->memory, nodes * sizeof(int64));
	/* by level: growth of the named nodes not yet taken by a parent, as in pt_totals_of() */
	int128	   *named = pt_alloc(tree->memory, ((size_t) tree->depth + 2) * sizeof(int128));
	PtRegression *rows;
	uint32		capacity = 64;
	uint32		count = 0;

	Assert(least > 0);
	rows = pt_alloc(tree->memory, capacity * sizeof(PtRegression));
	pt_totals_of(tree, tree->self, a_totals);
	pt_totals_of(tree, pair->b_self, b_totals);
	memset(named, 0, ((size_t) tree->depth + 2) * sizeof(int128));
	for (uint32 i = tree->node_count; i-- > 0;)
	{
		uint32		level = tree->level[i];
		/* the products are below 2^126 */
		int128		growth = (int128) b_totals[i] * Max(tree->total, 1) -
			(int128) a_totals[i] * Max(pair->b_total, 1);
		/*
		 * The named nodes below are disjoint, so their growth too is within
		 * 2^126; each grew, as its own growth is more than 0.
		 */
		int128		own = growth - named[level + 1];

		PT_CHECK_INTERRUPTS(i);
		if (own >= least)
		{
			if (count == capacity)
			{
				capacity *= 2;
				rows = pt_realloc(rows, capacity * sizeof(PtRegression));
			}
			rows[count++] = (PtRegression) {i, a_totals[i], b_totals[i], growth, own};
			named[level] += growth;
		}
		else
			named[level] += named[level + 1];
		named[level + 1] = 0;
	}
	pt_free(a_totals);
	pt_free(b_totals);
	pt_free(named);
	pt_shuffle(rows, count, sizeof(PtRegression));
	sort_regressions(rows, count, tree->level);
	*result = rows;
	return count;
}
