/*-------------------------------------------------------------------------
 *
 * proftree_compare.c
 *		What changed between two trees: proftree_top_diff() and
 *		proftree_regressions().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "compare.h"
#include "fmgr.h"
#include "funcapi.h"
#include "proftree.h"
#include "proftree_scale.h"
#include "top.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_top_diff);
PG_FUNCTION_INFO_V1(proftree_top_diff_factor);
PG_FUNCTION_INFO_V1(proftree_regressions);

/* The first two arguments side by side. */
static void
get_pair(FunctionCallInfo fcinfo, PtPair *pair)
{
	PtTree		baseline;
	PtTree		comparison;

	proftree_decode(PG_GETARG_DATUM(0), &baseline);
	proftree_decode(PG_GETARG_DATUM(1), &comparison);
	pt_pair(&baseline, &comparison, CurrentMemoryContext, pair);
	pt_tree_free(&baseline);
	pt_tree_free(&comparison);
}

/* ---- by symbol ---- */

/* What the baseline's figures are multiplied by. */
typedef enum Scaling
{
	SCALE_NONE,
	SCALE_TO_TOTAL,				/* comparison's total / baseline's */
	SCALE_BY_FACTOR
} Scaling;

static int64
scaled(const PtPair *pair, Scaling scaling, ProftreeScale *factor, int64 weight)
{
	switch (scaling)
	{
		case SCALE_TO_TOTAL:
			return pt_scale_weight(weight, pair->tree.total, pair->b_total);
		case SCALE_BY_FACTOR:
			return proftree_scale_weight(factor, weight);
		default:
			return weight;
	}
}

static Datum
top_diff(FunctionCallInfo fcinfo, Scaling scaling, ProftreeScale *factor)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PtPair		pair;
	const PtTree *tree = &pair.tree;
	PtSymbolDiff *diffs;
	double	   *self_percent;	/* of the baseline as it was, by symbol */
	double	   *total_percent;
	uint32		count;

	InitMaterializedSRF(fcinfo, 0);
	get_pair(fcinfo, &pair);
	count = tree->dictionary.count;
	diffs = palloc_extended(((Size) count + 1) * sizeof(PtSymbolDiff), MCXT_ALLOC_HUGE);
	self_percent = palloc_extended(2 * ((Size) count + 1) * sizeof(double), MCXT_ALLOC_HUGE);
	total_percent = self_percent + count;
	pt_symbol_diffs(&pair, diffs);
	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		self_percent[i] = pt_percent(diffs[i].a_self, tree->total);
		total_percent[i] = pt_percent(diffs[i].a_total, tree->total);
		diffs[i].a_self = scaled(&pair, scaling, factor, diffs[i].a_self);
		diffs[i].a_total = scaled(&pair, scaling, factor, diffs[i].a_total);
	}
	pt_sort_symbol_diffs(diffs, count);
	for (uint32 i = 0; i < count; i++)
	{
		const PtSymbolDiff *diff = &diffs[i];
		text	   *symbol = proftree_symbol_text(tree, diff->symbol);
		bool		nulls[11] = {false};
		Datum		values[11];

		PT_CHECK_INTERRUPTS(i + 1);
		values[0] = PointerGetDatum(symbol);
		values[1] = Int64GetDatum(diff->a_self);
		values[2] = Int64GetDatum(diff->b_self);
		values[3] = Int64GetDatum(diff->b_self - diff->a_self);
		values[4] = Float8GetDatum(self_percent[diff->symbol]);
		values[5] = Float8GetDatum(pt_percent(diff->b_self, pair.b_total));
		values[6] = Int64GetDatum(diff->a_total);
		values[7] = Int64GetDatum(diff->b_total);
		values[8] = Int64GetDatum(diff->b_total - diff->a_total);
		values[9] = Float8GetDatum(total_percent[diff->symbol]);
		values[10] = Float8GetDatum(pt_percent(diff->b_total, pair.b_total));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(symbol);
	}
	return (Datum) 0;
}

/*
 * proftree_top_diff(baseline proftree, comparison proftree, normalize text)
 *		returns setof (symbol text, baseline_self bigint, comparison_self bigint,
 *		self_delta bigint, baseline_self_percent double precision,
 *		comparison_self_percent double precision, baseline_total bigint,
 *		comparison_total bigint, total_delta bigint,
 *		baseline_total_percent double precision,
 *		comparison_total_percent double precision)
 *
 * A row for every symbol of either, greatest change of self first, then of
 * total, then by symbol.  normalize 'total' scales the baseline's weights to
 * the comparison's total, rounded half up; percents are of each side's own
 * total and are not scaled.  O(nodes + symbols log symbols).  Errors: 22023
 * normalize.
 */
Datum
proftree_top_diff(PG_FUNCTION_ARGS)
{
	char	   *normalize = text_to_cstring(PG_GETARG_TEXT_PP(2));

	if (strcmp(normalize, "none") == 0)
		return top_diff(fcinfo, SCALE_NONE, NULL);
	if (strcmp(normalize, "total") == 0)
		return top_diff(fcinfo, SCALE_TO_TOTAL, NULL);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid normalize \"%s\"",
					pt_clip(palloc(PT_CLIP_SIZE), normalize, strlen(normalize))),
			 errhint("It can be \"none\" or \"total\"; a factor is given as a number.")));
}

/*
 * proftree_top_diff(baseline proftree, comparison proftree, factor numeric)
 *
 * The same with the baseline's weights times factor (>= 0), rounded half up.
 * Errors: 22023 factor, 22003 when a product passes bigint.
 */
Datum
proftree_top_diff_factor(PG_FUNCTION_ARGS)
{
	ProftreeScale factor;

	proftree_scale_init(&factor, PG_GETARG_NUMERIC(2));
	return top_diff(fcinfo, SCALE_BY_FACTOR, &factor);
}

/* ---- by path ---- */

/*
 * min_percent of a whole in units of growth (compare.h), rounded up: as
 * growth comes in whole units, one is at least min_percent when it is at least
 * this.  In numeric, where 0.1 % is what it says and not the double nearest to
 * it.  min_percent is at most 100, so the result is at most 2^126.
 */
static int128
least_growth(const PtPair *pair, double min_percent)
{
	Datum		product = DirectFunctionCall2(numeric_mul,
											  NumericGetDatum(int64_to_numeric(Max(pair->tree.total, 1))),
											  NumericGetDatum(int64_to_numeric(Max(pair->b_total, 1))));
	int128		result = 0;
	char	   *digits;

	product = DirectFunctionCall2(numeric_mul, product,
								  DirectFunctionCall1(float8_numeric, Float8GetDatum(min_percent)));
	product = DirectFunctionCall2(numeric_mul, product,
								  NumericGetDatum(int64_div_fast_to_numeric(1, 2)));
	product = DirectFunctionCall1(numeric_ceil, product);
	digits = DatumGetCString(DirectFunctionCall1(numeric_out, product));
	for (; *digits != '\0'; digits++)
		result = result * 10 + (*digits - '0');
	return result;
}

/*
 * proftree_regressions(baseline proftree, comparison proftree,
 *		min_percent double precision)
 *		returns setof (stack text, depth integer, baseline_self bigint,
 *		comparison_self bigint, baseline_total bigint, comparison_total bigint,
 *		baseline_percent double precision, comparison_percent double precision,
 *		growth double precision, own_growth double precision)
 *
 * The paths at which the share of the whole grew by at least min_percent
 * percentage points, less what the paths below them that are named grew
 * (compare.h); greatest own_growth first, then deepest first, then in
 * preorder.  O(nodes + length of the stacks given).  Errors: 22023
 * min_percent.
 */
Datum
proftree_regressions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	double		min_percent = PG_GETARG_FLOAT8(2);
	PtPair		pair;
	const PtTree *tree = &pair.tree;
	PtRegression *rows;
	double		whole;
	uint32		count;
	uint32	   *parents;
	uint32	   *way;			/* to a node, by level */
	PtPathWriter path;

	if (isnan(min_percent) || isinf(min_percent) || min_percent <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_percent must be a finite number greater than 0")));
	InitMaterializedSRF(fcinfo, 0);
	/* no share can grow by more */
	if (min_percent > 100)
		return (Datum) 0;
	get_pair(fcinfo, &pair);
	count = pt_regressions(&pair, least_growth(&pair, min_percent), &rows);
	whole = (double) pt_growth_unit(&pair);

	parents = palloc_extended(((Size) tree->node_count + 1) * sizeof(uint32), MCXT_ALLOC_HUGE);
	way = palloc(((Size) tree->depth + 1) * sizeof(uint32));
	pt_parents(tree, parents);
	pt_path_writer_init(&path, tree, CurrentMemoryContext);
	for (uint32 i = 0; i < count; i++)
	{
		const PtRegression *row = &rows[i];
		uint32		depth = tree->level[row->node];
		text	   *stack;
		bool		nulls[10] = {false};
		Datum		values[10];

		way[depth] = row->node;
		for (uint32 level = depth; level > 1; level--)
			way[level - 1] = parents[way[level]] - 1;
		for (uint32 level = 1; level <= depth; level++)
		{
			PT_CHECK_INTERRUPTS(level);
			pt_path_writer_move(&path, way[level]);
		}
		stack = cstring_to_text_with_len(path.path.data, path.path.len);
		values[0] = PointerGetDatum(stack);
		values[1] = Int32GetDatum((int32) depth);
		values[2] = Int64GetDatum(tree->self[row->node]);
		values[3] = Int64GetDatum(pair.b_self[row->node]);
		values[4] = Int64GetDatum(row->a_total);
		values[5] = Int64GetDatum(row->b_total);
		values[6] = Float8GetDatum(pt_percent(row->a_total, tree->total));
		values[7] = Float8GetDatum(pt_percent(row->b_total, pair.b_total));
		values[8] = Float8GetDatum(100.0 * ((double) row->growth / whole));
		values[9] = Float8GetDatum(100.0 * ((double) row->own / whole));
		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(stack);
	}
	return (Datum) 0;
}
