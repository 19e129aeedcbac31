/*-------------------------------------------------------------------------
 *
 * truncate_test.c
 *		Truncated trees against the rule followed word by word.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "truncate.h"

/* An oracle's nodes as the rule speaks of them. */
typedef struct Rule
{
	const Oracle *oracle;
	int		   *parent;			/* -1 at the top */
	int64	   *total;
	uint32	   *place;			/* from 0, the greatest total first */
} Rule;

static void
rule_make(Rule *rule, const Oracle *oracle)
{
	int			open[STACK_MOST + 1] = {-1};

	rule->oracle = oracle;
	rule->parent = pg_malloc((oracle->count + 1) * sizeof(int));
	rule->total = pg_malloc((oracle->count + 1) * sizeof(int64));
	rule->place = pg_malloc0((oracle->count + 1) * sizeof(uint32));
	for (size_t i = 0; i < oracle->count; i++)
	{
		uint32		level = oracle_level(&oracle->node[i]);

		rule->parent[i] = open[level - 1];
		open[level] = (int) i;
		rule->total[i] = oracle_total(oracle, i);
	}
	for (size_t i = 0; i < oracle->count; i++)
	{
		for (size_t j = 0; j < oracle->count; j++)
			rule->place[i] += rule->total[j] > rule->total[i] || (rule->total[j] == rule->total[i] && j < i);
	}
}

static void
rule_free(Rule *rule)
{
	pg_free(rule->parent);
	pg_free(rule->total);
	pg_free(rule->place);
}

/* is a node cut, but not its parent, when the first "many" are kept? */
static bool
is_cut(const Rule *rule, size_t node, uint32 many)
{
	int			parent = rule->parent[node];

	return rule->place[node] >= many && (parent < 0 || rule->place[parent] < many);
}

/* how many nodes the first "many" are, with the "others" they need */
static uint32
needed(const Rule *rule, uint32 many)
{
	bool	   *other = pg_malloc0(rule->oracle->count + 1);
	uint32		nodes = many;

	for (size_t i = 0; i < rule->oracle->count; i++)
	{
		if (is_cut(rule, i, many) && !other[rule->parent[i] + 1])
		{
			other[rule->parent[i] + 1] = true;
			nodes++;
		}
	}
	pg_free(other);
	return nodes;
}

static void
truncate_oracle(const Rule *rule, uint32 max_nodes, const PtFrame *other, Oracle *result)
{
	uint32		many = (uint32) rule->oracle->count;

	while (needed(rule, many) > max_nodes)
		many--;
	oracle_init(result);
	for (size_t i = 0; i < rule->oracle->count; i++)
	{
		const OracleNode *node = &rule->oracle->node[i];
		PtFrame		frames[STACK_MOST];
		uint32		count = oracle_frames(node, frames, STACK_MOST);

		if (rule->place[i] < many)
			oracle_add(result, frames, count, node->weight);
		else if (is_cut(rule, i, many))
		{
			frames[count - 1] = *other;
			oracle_add(result, frames, count, rule->total[i]);
		}
	}
}

/* is there such a symbol? */
static bool
is_symbol(const Oracle *oracle, const PtFrame *symbol)
{
	for (size_t i = 0; i < oracle->count; i++)
	{
		size_t		length;
		const char *text = oracle_symbol(&oracle->node[i], &length);

		if (length == symbol->length && memcmp(text, symbol->text, length) == 0)
			return true;
	}
	return false;
}

static bool
random_trees(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	PtFrame		other = {"(other)", 7};
	StringInfoData name;
	PtFrame		free_name;
	Rule		rule;

	profile_make(&profile, random);
	/* equal totals, and leaves that weigh nothing */
	if (one_in(random, 2))
	{
		for (int i = 0; i < profile.count; i++)
			profile.sample[i].weight = random_below(random, 3);
	}
	profile_to_oracle(&profile, &oracle);
	oracle_to_tree(&oracle, &tree);
	/* a name that may be taken, and of which some numbers may be taken */
	if (one_in(random, 2))
		other = profile.pool.symbol[random_below(random, profile.pool.count)];
	initStringInfo(&name);
	appendBinaryStringInfo(&name, other.text, (int) other.length);
	free_name = (PtFrame) {name.data, name.len};
	for (int i = 2; is_symbol(&oracle, &free_name); i++)
	{
		name.len = (int) other.length;
		appendStringInfo(&name, " %d", i);
		free_name = (PtFrame) {name.data, name.len};
	}
	rule_make(&rule, &oracle);
	for (uint32 max_nodes = 1; max_nodes <= oracle.count + 1; max_nodes += 1 + (uint32) oracle.count / 40)
	{
		PtBuilder	builder;
		Oracle		expected;
		PtError		error;

		pt_builder_init(&builder, NULL, 3);
		require(pt_truncate(&tree, max_nodes, &other, &builder, &error));
		require(builder.node_count - 1 <= max_nodes && builder.total == tree.total);
		truncate_oracle(&rule, max_nodes, &free_name, &expected);
		require(builder_is(&builder, &expected));
		oracle_free(&expected);
		pt_builder_free(&builder);
	}
	pfree(name.data);
	rule_free(&rule);
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* "x" is taken, "x 2" too: in one text or in stacks of it */
static bool
taken_names(void)
{
	static const char text[] = "a;b 1\nx;x 2;x 4 9\nx 3 2\nx;x 5 3";
	PtBuilder	builder;
	PtBuilder	cut;
	PtTree		tree;
	PtFrame		other = {"x", 1};
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	require(pt_parse_text(&builder, text, strlen(text), &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	pt_builder_init(&cut, NULL, 2);
	require(pt_truncate(&tree, 1, &other, &cut, &error));
	/* "x 4" and "x 5" are also there, "x 6" is not */
	require(cut.node_count == 2 && cut.total == tree.total && cut.symbol_count == 1);
	require(cut.symbol_end[0] == 3 && memcmp(cut.symbol_bytes, "x 6", 3) == 0);
	pt_builder_free(&cut);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

static bool
name_too_long(void)
{
	PtBuilder	builder;
	PtBuilder	cut;
	PtTree		tree;
	PtFrame		other = {NULL, PT_MAX_SYMBOL};
	char	   *name = pg_malloc(PT_MAX_SYMBOL + 1);
	PtError		error;

	memset(name, 'x', PT_MAX_SYMBOL + 1);
	other.text = name;
	pt_builder_init(&builder, NULL, 1);
	require(pt_parse_text(&builder, "a;b 1", 5, &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	pt_builder_init(&cut, NULL, 2);
	require(pt_truncate(&tree, 1, &other, &cut, &error) && cut.total == 1);
	pt_builder_free(&cut);
	other.length++;
	pt_builder_init(&cut, NULL, 2);
	require(!pt_truncate(&tree, 1, &other, &cut, &error) && error.code == PT_BEYOND_LIMIT);
	pt_builder_free(&cut);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pg_free(name);
	return true;
}

/* the deepest stack there can be, cut in the middle */
static bool
deepest(void)
{
	PtBuilder	builder;
	PtBuilder	cut;
	PtTree		tree;
	PtFrame		other = {"(other)", 7};
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < PT_MAX_DEPTH; i++)
	{
		PtFrame		frame = {"f", 1};

		require(pt_builder_add(&builder, i, &frame, 1, 1, &error));
	}
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	pt_builder_init(&cut, NULL, 2);
	require(pt_truncate(&tree, PT_MAX_DEPTH / 2, &other, &cut, &error));
	require(cut.node_count == PT_MAX_DEPTH / 2 + 1 && cut.depth == PT_MAX_DEPTH / 2 && cut.total == PT_MAX_DEPTH);
	require(cut.node[cut.node_count - 1].self == PT_MAX_DEPTH / 2 + 1);
	pt_builder_free(&cut);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return true;
}

int
main(void)
{
	run_cases("every number of nodes", CASES(150), random_trees);
	report(taken_names(), "names that are taken");
	report(name_too_long(), "a name too long for a symbol");
	report(deepest(), "the deepest stack there can be");
	return finish();
}
