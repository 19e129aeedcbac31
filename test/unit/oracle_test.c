/*-------------------------------------------------------------------------
 *
 * oracle_test.c
 *		Long random sequences of everything that can be done to a builder, and
 *		to pairs of trees, compared with the oracle.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/* the trees that sequences add again and again */
#define TREES 4

typedef struct State
{
	Random	   *random;
	Pool		pool;
	PtBuilder	builder;
	PtStackReader reader;
	Oracle		oracle;
	PtFrame		frames[STACK_MOST];
	uint32		count;
	Oracle		tree[TREES];
	StringInfoData encoded[TREES];
} State;

static void
make_trees(State *state)
{
	for (int i = 0; i < TREES; i++)
	{
		PtFrame		frames[STACK_MOST];
		uint32		count = 0;

		oracle_init(&state->tree[i]);
		for (int n = random_below(state->random, 15); n > 0; n--)
		{
			count = next_stack(&state->pool, state->random, frames, count);
			oracle_add(&state->tree[i], frames, count, random_below(state->random, 1000));
		}
		/* the same dictionary with other weights, for the map that is kept */
		if (i > 0 && one_in(state->random, 2))
		{
			oracle_free(&state->tree[i]);
			oracle_copy(&state->tree[i], &state->tree[i - 1]);
			if (state->tree[i].count > 0)
				state->tree[i].node[random_below(state->random, (uint32) state->tree[i].count)].weight += 5;
		}
		oracle_encode(&state->tree[i], &state->encoded[i]);
	}
}

static bool
step(State *state)
{
	Random	   *random = state->random;
	PtBuilder  *builder = &state->builder;
	PtError		error;
	int			i = random_below(random, TREES);
	int64		weight = random_below(random, 100);

	switch (random_below(random, 8))
	{
		case 0:
			/* frames, with as many kept as can be, or fewer */
			{
				uint32		kept;

				state->count = next_stack(&state->pool, random, state->frames, state->count);
				kept = pt_builder_kept(builder, 0, state->frames, state->count);
				if (one_in(random, 3))
					kept = random_below(random, kept + 1);
				require(pt_builder_add(builder, kept, state->frames + kept, state->count - kept, weight, &error));
				oracle_add(&state->oracle, state->frames, state->count, weight);
				return true;
			}
		case 1:
		case 2:
			/* text */
			{
				StringInfoData text;
				size_t		error_at;

				state->count = next_stack(&state->pool, random, state->frames, state->count);
				initStringInfo(&text);
				write_stack(&text, state->frames, state->count, random);
				require(pt_add_stack(&state->reader, builder, text.data, text.len, weight, &error_at, &error));
				oracle_add(&state->oracle, state->frames, state->count, weight);
				pfree(text.data);
				return true;
			}
		case 3:
			require(add_encoded(builder, (uint8 *) state->encoded[i].data, state->encoded[i].len, &error));
			oracle_add_oracle(&state->oracle, &state->tree[i]);
			return true;
		case 4:
			{
				PtTree		tree;

				pt_tree_init(&tree, NULL);
				require(pt_decode((uint8 *) state->encoded[i].data, state->encoded[i].len, &tree, &error));
				require(pt_builder_add_tree(builder, &tree, &error));
				oracle_add_oracle(&state->oracle, &state->tree[i]);
				pt_tree_free(&tree);
				return true;
			}
		case 5:
			/* damaged bytes: refused, or some tree, which a copy shows */
			{
				StringInfoData copy;

				initStringInfo(&copy);
				appendBinaryStringInfo(&copy, state->encoded[i].data, state->encoded[i].len);
				copy.data[random_below(random, copy.len)] ^= 1 << random_below(random, 8);
				if (add_encoded(builder, (uint8 *) copy.data, copy.len, &error))
				{
					PtTree		tree;
					PtFrame		frames[STACK_MOST];

					pt_tree_init(&tree, NULL);
					require(pt_decode((uint8 *) copy.data, copy.len, &tree, &error));
					for (uint32 node = 0; node < tree.node_count; node++)
					{
						frames[tree.level[node] - 1].text =
							pt_symbol_text(&tree.dictionary, tree.symbol[node], &frames[tree.level[node] - 1].length);
						oracle_add(&state->oracle, frames, tree.level[node], tree.self[node]);
					}
					pt_tree_free(&tree);
				}
				else
					require(error.code == PT_DAMAGED || error.code == PT_OUT_OF_RANGE);
				pfree(copy.data);
				return true;
			}
		case 6:
			/* a sum that is refused changes nothing */
			{
				if (builder->total == 0)
					return true;
				if (one_in(random, 2))
					require(!pt_builder_add(builder, 0, state->pool.symbol, 1, PG_INT64_MAX, &error));
				else
				{
					Oracle		heavy;
					StringInfoData bytes;

					oracle_init(&heavy);
					oracle_add(&heavy, state->pool.symbol, state->pool.count, PG_INT64_MAX);
					oracle_encode(&heavy, &bytes);
					require(!add_encoded(builder, (uint8 *) bytes.data, bytes.len, &error));
					oracle_free(&heavy);
					pfree(bytes.data);
				}
				require(error.code == PT_OUT_OF_RANGE);
				return true;
			}
		default:
			require(builder_is(builder, &state->oracle));
			return true;
	}
}

static bool
sequence(Random *random)
{
	State		state;

	memset(&state, 0, sizeof(state));
	state.random = random;
	pt_core_encoding = one_in(random, 4) ? PG_SQL_ASCII : PG_UTF8;
	pool_make(&state.pool, random);
	make_trees(&state);
	pt_builder_init(&state.builder, NULL, random_bits(random));
	pt_reader_init(&state.reader, NULL, PT_STACK_OF_LINE);
	oracle_init(&state.oracle);
	for (int n = 60; n > 0; n--)
	{
		if (!step(&state))
			return false;
	}
	require(builder_is(&state.builder, &state.oracle));
	pt_reader_free(&state.reader);
	pt_builder_free(&state.builder);
	oracle_free(&state.oracle);
	for (int i = 0; i < TREES; i++)
	{
		oracle_free(&state.tree[i]);
		pfree(state.encoded[i].data);
	}
	return true;
}

/* ---- two trees ---- */

static bool
merge(Random *random)
{
	Profile		profile;
	Oracle		a;
	Oracle		b;
	PtTree		x;
	PtTree		y;
	PtTree		sum;
	PtError		error;

	pair_make(random, &profile, &a, &b, &x, &y);
	pt_tree_init(&sum, NULL);
	require(pt_merge(&x, &y, &sum, &error));
	/* the operands are as before */
	require(tree_is(&x, &a) && tree_is(&y, &b));
	oracle_add_oracle(&a, &b);
	require(tree_is(&sum, &a));
	pt_tree_free(&x);
	pt_tree_free(&y);
	pt_tree_free(&sum);
	oracle_free(&a);
	oracle_free(&b);
	profile_free(&profile);
	return true;
}

static bool
delta(Random *random)
{
	Profile		profile;
	Oracle		a;
	Oracle		b;
	Oracle		expected;
	PtTree		x;
	PtTree		y;
	PtTree		growth;

	pair_make(random, &profile, &a, &b, &x, &y);
	oracle_delta(&expected, &a, &b);
	pt_tree_init(&growth, NULL);
	pt_delta(&x, &y, &growth);
	require(tree_is(&growth, &expected));
	pt_tree_free(&growth);
	oracle_free(&expected);

	/* nothing grows from a tree to itself */
	oracle_init(&expected);
	pt_tree_init(&growth, NULL);
	pt_delta(&x, &x, &growth);
	require(tree_is(&growth, &expected));
	pt_tree_free(&growth);

	pt_tree_free(&x);
	pt_tree_free(&y);
	oracle_free(&a);
	oracle_free(&b);
	profile_free(&profile);
	return true;
}

/* a node of an oracle by its key, -1 when it is not there */
static int64
find_node(const Oracle *oracle, const OracleNode *node)
{
	for (size_t i = 0; i < oracle->count; i++)
	{
		if (oracle->node[i].length == node->length &&
			memcmp(oracle->node[i].key, node->key, node->length) == 0)
			return (int64) i;
	}
	return -1;
}

/* The nodes of both in order, each with the weights and totals of both sides. */
static bool
pair(Random *random)
{
	Profile		profile;
	Oracle		a;
	Oracle		b;
	Oracle		both;
	PtTree		x;
	PtTree		y;
	PtPair		side_by_side;
	int64	   *totals;

	pair_make(random, &profile, &a, &b, &x, &y);
	pt_pair(&x, &y, NULL, &side_by_side);
	require(tree_is(&x, &a) && tree_is(&y, &b));
	oracle_copy(&both, &a);
	oracle_add_oracle(&both, &b);
	require(side_by_side.tree.node_count == both.count);
	require(side_by_side.tree.total == x.total && side_by_side.b_total == y.total);
	totals = pt_alloc(NULL, (both.count + 1) * sizeof(int64));
	pt_totals_of(&side_by_side.tree, side_by_side.b_self, totals);
	for (size_t i = 0; i < both.count; i++)
	{
		int64		in_a = find_node(&a, &both.node[i]);
		int64		in_b = find_node(&b, &both.node[i]);

		require(side_by_side.tree.self[i] == (in_a < 0 ? 0 : a.node[in_a].weight));
		require(side_by_side.b_self[i] == (in_b < 0 ? 0 : b.node[in_b].weight));
		require(totals[i] == (in_b < 0 ? 0 : oracle_total(&b, in_b)));
		both.node[i].weight = side_by_side.tree.self[i];
	}
	/* shape, symbols and a's weights */
	require(tree_is(&side_by_side.tree, &both));
	pt_free(totals);
	pt_pair_free(&side_by_side);
	pt_tree_free(&x);
	pt_tree_free(&y);
	oracle_free(&a);
	oracle_free(&b);
	oracle_free(&both);
	profile_free(&profile);
	return true;
}

/* A sum past 2^63-1 is refused, one that just reaches it is not. */
static bool
merge_overflow(void)
{
	static const char *const texts[] = {"a 9223372036854775806", "b;c 1", "b 2"};
	PtBuilder	builder[3];
	PtTree		tree[3];
	PtTree		sum;
	PtError		error;

	for (int i = 0; i < 3; i++)
	{
		pt_builder_init(&builder[i], NULL, 1);
		require(pt_parse_text(&builder[i], texts[i], strlen(texts[i]), &error));
		pt_tree_init(&tree[i], NULL);
		pt_builder_flatten(&builder[i], &tree[i]);
	}
	pt_tree_init(&sum, NULL);
	require(!pt_merge(&tree[0], &tree[2], &sum, &error) && error.code == PT_OUT_OF_RANGE);
	require(sum.node_count == 0 && sum.capacity == 0);
	require(pt_merge(&tree[0], &tree[1], &sum, &error) && sum.total == PG_INT64_MAX);
	pt_tree_free(&sum);
	for (int i = 0; i < 3; i++)
	{
		pt_tree_free(&tree[i]);
		pt_builder_free(&builder[i]);
	}
	return true;
}

int
main(void)
{
	run_cases("60 steps of everything a builder can do", CASES(400), sequence);
	run_cases("merge", CASES(2000), merge);
	run_cases("delta", CASES(2000), delta);
	run_cases("pair", CASES(1000), pair);
	report(merge_overflow(), "a merge past 2^63-1 is refused");
	return finish();
}
