/*-------------------------------------------------------------------------
 *
 * builder_test.c
 *		The builder: refused adds, allocations, memory, wide and deep nodes.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "hash.h"

/* ---- refused adds ---- */

typedef struct Refused
{
	PtBuilder	builder;
	StringInfoData before;
	PtFrame		frames[3];
} Refused;

/* the tree, the path and the counts are what they were */
static bool
is_unchanged(Refused *test, const PtBuilder *was)
{
	PtBuilder  *builder = &test->builder;
	StringInfoData bytes;
	bool		same = builder->node_count == was->node_count &&
		builder->symbol_count == was->symbol_count && builder->total == was->total &&
		builder->depth == was->depth && builder->changes == was->changes &&
		builder->path_length == was->path_length &&
		pt_builder_bytes(builder) == pt_builder_bytes(was);

	encode_builder(builder, &bytes);
	same &= same_bytes(&bytes, &test->before);
	pfree(bytes.data);
	return same;
}

static bool
refused_adds(void)
{
	Refused		test;
	PtBuilder  *builder = &test.builder;
	PtBuilder	was;
	PtError		error;
	PtTree		tree;
	char	   *megabytes = pg_malloc(PT_MAX_SYMBOL + 1);
	PtFrame    *many = pg_malloc((PT_MAX_DEPTH + 1) * sizeof(PtFrame));
	static const char text[] = "a;b;c 5\na;d 7\nb 9223372036854775000";

	memset(megabytes, 'x', PT_MAX_SYMBOL + 1);
	pt_builder_init(builder, NULL, 1);
	require(pt_parse_text(builder, text, strlen(text), &error));
	encode_builder(builder, &test.before);
	was = *builder;
	frames_of(test.frames, "a", "new", "newer", NULL);

	/* a sum past 2^63-1, with new frames and with none */
	require(!pt_builder_add(builder, 0, test.frames, 3, 1000, &error) && error.code == PT_OUT_OF_RANGE);
	require(is_unchanged(&test, &was));
	require(!pt_builder_add(builder, builder->path_length, NULL, 0, PG_INT64_MAX, &error) && error.code == PT_OUT_OF_RANGE);
	require(is_unchanged(&test, &was));

	/* a symbol of a byte too much, in front, in the middle, last */
	for (int i = 0; i < 3; i++)
	{
		frames_of(test.frames, "a", "new", "newer", NULL);
		test.frames[i].text = megabytes;
		test.frames[i].length = PT_MAX_SYMBOL + 1;
		require(!pt_builder_add(builder, 0, test.frames, 3, 1, &error) && error.code == PT_BEYOND_LIMIT);
		require(strstr(error.detail, "1048577") != NULL);
		require(is_unchanged(&test, &was));
	}

	/* a frame too many, behind a prefix and without one */
	for (int i = 0; i <= PT_MAX_DEPTH; i++)
		many[i].text = "n", many[i].length = 1;
	require(!pt_builder_add(builder, 0, many, PT_MAX_DEPTH + 1, 1, &error) && error.code == PT_BEYOND_LIMIT);
	require(is_unchanged(&test, &was));
	require(!pt_builder_add(builder, 1, many, PT_MAX_DEPTH, 1, &error) && error.code == PT_BEYOND_LIMIT);
	require(is_unchanged(&test, &was));

	/* symbols of 513 MB in all */
	for (int i = 0; i < 513; i++)
		many[i].text = megabytes, many[i].length = PT_MAX_SYMBOL;
	require(!pt_builder_add(builder, 0, many, 513, 1, &error) && error.code == PT_BEYOND_LIMIT);
	require(is_unchanged(&test, &was));

	/* trees that would be too large; nobody looks further than at the counts */
	pt_tree_init(&tree, NULL);
	tree.dictionary.used = 2 * (size_t) PT_MAX_BYTES;
	require(!pt_builder_add_tree(builder, &tree, &error) && error.code == PT_BEYOND_LIMIT);
	require(is_unchanged(&test, &was));
	tree.dictionary.used = 0;
	tree.node_count = 2 * PT_MAX_NODES;
	require(!pt_builder_add_tree(builder, &tree, &error) && error.code == PT_BEYOND_LIMIT);
	require(is_unchanged(&test, &was));

	/* and it still takes what it can */
	frames_of(test.frames, "a", "new", "newer", NULL);
	require(pt_builder_add(builder, 0, test.frames, 3, 1, &error));
	require(builder->node_count == was.node_count + 2);
	pt_builder_free(builder);
	pg_free(megabytes);
	pg_free(many);
	pfree(test.before.data);
	return true;
}

/* Encoded trees: a sum too large, and damage in each section. */
static bool
refused_trees(Random *random)
{
	Refused		test;
	PtBuilder  *builder = &test.builder;
	Profile		profile;
	Oracle		oracle;
	StringInfoData bytes;
	PtError		error;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_builder_init(builder, NULL, random_bits(random));
	require(profile_build(&profile, 0, profile.count / 2, builder));
	encode_builder(builder, &test.before);
	for (int i = 0; i < 30; i++)
	{
		StringInfoData copy;
		StringInfoData after;

		initStringInfo(&copy);
		appendBinaryStringInfo(&copy, bytes.data, bytes.len);
		copy.data[random_below(random, copy.len)] ^= 1 << random_below(random, 8);
		if (!add_encoded(builder, (uint8 *) copy.data, copy.len, &error))
		{
			encode_builder(builder, &after);
			require(same_bytes(&after, &test.before));
			pfree(after.data);
		}
		else
		{
			pfree(test.before.data);
			encode_builder(builder, &test.before);
		}
		pfree(copy.data);
	}
	pt_builder_free(builder);
	pfree(bytes.data);
	pfree(test.before.data);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/*
 * The map that is kept of the dictionary before is for the same bytes and the
 * same count: not for these bytes with a count that is a lie.
 */
static bool
same_dictionary_other_count(void)
{
	/* a 5, a;b 6 */
	static const char good[] = "\1\0" "\2\2\2" "\6\2\2" "\1\13" "\0\1a\0\1b" "\0\1" "\1\1" "\5\6";
	static const char more[] = "\1\0" "\3\3\2" "\6\3\3" "\1\13" "\0\1a\0\1b" "\0\1\2" "\1\1\2" "\5\6";
	static const char fewer[] = "\1\0" "\2\1\2" "\6\2\2" "\1\13" "\0\1a\0\1b" "\0\0" "\1\1" "\5\6";
	PtBuilder	builder;
	PtError		error;

	pt_builder_init(&builder, NULL, 1);
	for (int i = 0; i < 3; i++)
	{
		require(add_encoded(&builder, (const uint8 *) good, sizeof(good) - 1, &error));
		require(!add_encoded(&builder, (const uint8 *) more, sizeof(more) - 1, &error) && error.code == PT_DAMAGED);
		require(add_encoded(&builder, (const uint8 *) good, sizeof(good) - 1, &error));
		require(!add_encoded(&builder, (const uint8 *) fewer, sizeof(fewer) - 1, &error) && error.code == PT_DAMAGED);
	}
	require(builder.node_count == 3 && builder.total == 66);
	pt_builder_free(&builder);
	return true;
}

/* ---- allocations ---- */

/* a tree that grows to a million nodes, of stacks as profilers give them */
static bool
few_allocations(void)
{
	uint32		nodes = UNDER_SANITIZER ? 100000 : 1000000;
	PtBuilder	builder;
	PtStackReader reader;
	PtError		error;
	size_t		at;
	Random		random = {42};
	uint64		before;
	uint64		calls;
	StringInfoData stack;

	initStringInfo(&stack);
	pt_builder_init(&builder, NULL, 1);
	pt_reader_init(&reader, NULL, PT_STACK);
	before = pt_alloc_calls;
	while (builder.node_count < nodes)
	{
		resetStringInfo(&stack);
		for (int i = 0; i < 25; i++)
			appendStringInfo(&stack, "%sjava.util.concurrent.Class%d.run", i > 0 ? ";" : "",
							 random_below(&random, i < 10 ? 2 : 20000));
		require(pt_add_stack(&reader, &builder, stack.data, stack.len, 1, &at, &error));
	}
	calls = pt_alloc_calls - before;
	diagnose("%u nodes, %u symbols: %u allocations, %.1f bytes a node", builder.node_count, builder.symbol_count,
			 (uint32) calls, (double) pt_builder_bytes(&builder) / builder.node_count);
	require(calls <= 70);

	/* what is there already takes no allocation, in whatever order */
	before = pt_alloc_calls;
	for (int i = 0; i < 1000; i++)
		require(pt_add_stack(&reader, &builder, stack.data, stack.len, 1, &at, &error));
	require(pt_alloc_calls == before);
	pt_reader_free(&reader);
	pt_builder_free(&builder);
	pfree(stack.data);
	return true;
}

/*
 * 200 branches of 500 frames of 80 random hex digits, each inserted as it
 * grows: 100,200 inserts, 2 GB of text.
 */
static bool
growing_stacks(void)
{
	int			branches = UNDER_SANITIZER ? 20 : 200;
	PtBuilder	builder;
	PtStackReader reader;
	PtError		error;
	size_t		at;
	Random		random = {7};
	uint64		before;
	uint64		calls;
	size_t		bytes;
	int			inserts = 0;
	StringInfoData stack;

	initStringInfo(&stack);
	pt_builder_init(&builder, NULL, 1);
	pt_reader_init(&reader, NULL, PT_STACK);
	before = pt_alloc_calls;
	for (int i = 0; i < branches; i++)
	{
		resetStringInfo(&stack);
		appendStringInfoString(&stack, "root");
		for (int frame = 0; frame <= 500; frame++)
		{
			require(pt_add_stack(&reader, &builder, stack.data, stack.len, 1, &at, &error));
			inserts++;
			appendStringInfoChar(&stack, ';');
			for (int word = 0; word < 5; word++)
				appendStringInfo(&stack, "%016llx", (unsigned long long) random_bits(&random));
		}
	}
	calls = pt_alloc_calls - before;
	bytes = pt_builder_bytes(&builder) + reader.last_capacity + reader.frame_capacity * sizeof(uint32) +
		reader.frames_capacity * sizeof(PtFrame) + reader.unquoted_capacity;
	diagnose("%d inserts: %u allocations, %.1f MB", inserts, (uint32) calls, bytes / 1e6);
	require(builder.total == inserts && builder.node_count == (uint32) branches * 500 + 2);
	require(calls <= 70);
	require(bytes <= 25 * 1000 * 1000);
	pt_reader_free(&reader);
	pt_builder_free(&builder);
	pfree(stack.data);
	return true;
}

/* Trees that each are a little greater than the one before. */
static bool
growing_trees(void)
{
	PtBuilder	builder;
	PtBuilder	sum;
	PtTree		scratch;
	PtError		error;
	uint64		calls = 0;
	char		name[30];

	pt_builder_init(&builder, NULL, 1);
	pt_builder_init(&sum, NULL, 1);
	pt_tree_init(&scratch, NULL);
	for (int i = 0; i < 1000; i++)
	{
		PtFrame		frame = {name, snprintf(name, sizeof(name), "function_%d", i)};
		StringInfoData bytes;
		uint64		before;

		require(pt_builder_add(&builder, 0, &frame, 1, 1, &error));
		encode_builder(&builder, &bytes);
		before = pt_alloc_calls;
		require(pt_builder_add_encoded(&sum, (uint8 *) bytes.data, bytes.len, &scratch, &error));
		calls += pt_alloc_calls - before;
		pfree(bytes.data);
	}
	diagnose("1000 growing trees: %u allocations", (uint32) calls);
	require(calls <= 250);
	pt_builder_free(&builder);
	pt_builder_free(&sum);
	pt_tree_free(&scratch);
	return true;
}

/* ---- wide nodes ---- */

static double
time_to_widen(uint32 children, bool descending, uint32 grandchildren)
{
	PtBuilder	builder;
	PtError		error;
	double		start = cpu_seconds();
	uint8	   *bytes;
	size_t		length;

	pt_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < children; i++)
	{
		char		name[16];
		uint32		number = descending ? children - i : i;
		PtFrame		frames[3] = {{"main", 4}, {name, 8}, {"x", 1}};

		/* digits in fixed width, so that their order is that of the numbers */
		for (int digit = 7; digit >= 0; digit--, number /= 10)
			name[digit] = (char) ('0' + number % 10);
		if (!pt_builder_add(&builder, 0, frames, i < grandchildren ? 3 : 2, 1, &error))
			abort();
	}
	if (!pt_builder_encode(&builder, NULL, 0, &bytes, &length, &error))
		abort();
	/* merging wide trees too */
	if (!add_encoded(&builder, bytes, length, &error) || builder.total != 2 * (int64) children ||
		builder.node_count != children + grandchildren + 2)
		abort();
	pt_free(bytes);
	pt_builder_free(&builder);
	return cpu_seconds() - start;
}

static bool
wide_nodes(void)
{
	uint32		many = UNDER_SANITIZER ? 100000 : 400000;

	for (int descending = 0; descending < 2; descending++)
	{
		bool		linear = false;

		/* more than once, as a machine may have other work */
		for (int attempt = 0; attempt < 3 && !linear; attempt++)
		{
			double		few = Min(time_to_widen(many / 10, descending, 0), time_to_widen(many / 10, descending, 0));
			double		all = time_to_widen(many, descending, 1000);

			diagnose("%u children %.3f s, %u children %.3f s", many / 10, few, many, all);
			/* a hundred times as long would be quadratic, and take hours */
			linear = all < 50 * few + 0.01;
		}
		require(linear);
	}
	return true;
}

/* Nodes become wide at nine children: all sizes around that, in any order. */
static bool
becoming_wide(Random *random)
{
	PtBuilder	builder;
	Oracle		oracle;
	PtError		error;
	char		names[40][4];
	PtFrame		frames[4];
	int			count = 1 + random_below(random, 40);

	for (int i = 0; i < count; i++)
		snprintf(names[i], sizeof(names[i]), "%d", i);
	oracle_init(&oracle);
	pt_builder_init(&builder, NULL, random_bits(random));
	for (int i = 0; i < 200; i++)
	{
		uint32		depth = 1 + random_below(random, 4);
		uint32		kept;

		for (uint32 j = 0; j < depth; j++)
		{
			frames[j].text = names[random_below(random, count)];
			frames[j].length = strlen(frames[j].text);
		}
		kept = pt_builder_kept(&builder, 0, frames, depth);
		require(pt_builder_add(&builder, kept, frames + kept, depth - kept, i, &error));
		oracle_add(&oracle, frames, depth, i);
		if (one_in(random, 50))
			require(builder_is(&builder, &oracle));
	}
	require(builder_is(&builder, &oracle));
	pt_builder_free(&builder);
	oracle_free(&oracle);
	return true;
}

/* The deepest stack, and what a walk over it takes. */
static bool
deepest_stack(void)
{
	PtFrame    *frames = pg_malloc(PT_MAX_DEPTH * sizeof(PtFrame));
	PtBuilder	builder;
	PtBuilder	other;
	PtError		error;
	StringInfoData bytes;
	StringInfoData again;
	PtTree		tree;
	PtTree		sum;

	for (int i = 0; i < PT_MAX_DEPTH; i++)
		frames[i].text = &"ab"[i % 2], frames[i].length = 1;
	pt_builder_init(&builder, NULL, 1);
	require(pt_builder_add(&builder, 0, frames, PT_MAX_DEPTH, 3, &error));
	require(pt_builder_add(&builder, PT_MAX_DEPTH - 1, frames, 1, 4, &error));
	encode_builder(&builder, &bytes);
	pt_builder_init(&other, NULL, 1);
	require(add_encoded(&other, (uint8 *) bytes.data, bytes.len, &error));
	encode_builder(&other, &again);
	require(same_bytes(&bytes, &again));
	pt_tree_init(&tree, NULL);
	pt_tree_init(&sum, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	require(pt_merge(&tree, &tree, &sum, &error) && sum.total == 14 && sum.depth == PT_MAX_DEPTH);
	pt_tree_free(&sum);
	pt_delta(&tree, &tree, &sum);
	require(sum.node_count == 0);
	pt_tree_free(&sum);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pt_builder_free(&other);
	pfree(bytes.data);
	pfree(again.data);
	pg_free(frames);
	return true;
}

/* ---- hashing ---- */

static int
compare_uint32(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return (x > y) - (x < y);
}

/*
 * Symbols that whoever knows the code, but not the seed, may hope to collide:
 * hardly any of them do.
 */
static bool
hash_is_spread(const char *what, char (*symbol)[48], size_t length, uint32 count)
{
	for (uint64 seed = 1; seed < 4; seed++)
	{
		uint32	   *hash = pg_malloc(count * sizeof(uint32));
		uint32		same = 0;

		for (uint32 i = 0; i < count; i++)
			hash[i] = pt_hash_symbol(symbol[i], length, seed * UINT64CONST(0x9E3779B97F4A7C15));
		qsort(hash, count, sizeof(uint32), compare_uint32);
		for (uint32 i = 1; i < count; i++)
			same += hash[i] == hash[i - 1];
		pg_free(hash);
		/* of 5,000 random numbers of 32 bits 0.003 pairs are equal */
		if (same > 3)
		{
			diagnose("%s: %u of %u collide", what, same, count);
			return false;
		}
	}
	return true;
}

static bool
no_chosen_collisions(void)
{
	uint32		count = 5000;
	char		(*symbol)[48] = pg_malloc(count * sizeof(*symbol));
	static const uint64 constants[] = {PT_HASH_A, PT_HASH_B, ~PT_HASH_A, ~PT_HASH_B, PT_HASH_A ^ PT_HASH_B};
	char		what[60];

	for (size_t constant = 0; constant < lengthof(constants); constant++)
	{
		/* the constant in each word, a number in each other; 6 words */
		for (int place = 0; place < 6; place++)
		{
			for (int number = 0; number < 6; number++)
			{
				if (number == place)
					continue;
				for (uint32 i = 0; i < count; i++)
				{
					memset(symbol[i], 'x', 48);
					memcpy(symbol[i] + 8 * place, &constants[constant], 8);
					memcpy(symbol[i] + 8 * number, &i, 4);
				}
				for (size_t length = 16; length <= 48; length += 16)
				{
					if (8 * number >= (int) length)
						continue;
					snprintf(what, sizeof(what), "constant %d in word %d, number in word %d, length %d",
							 (int) constant, place, number, (int) length);
					require(hash_is_spread(what, symbol, length, count));
				}
			}
		}
	}
	/* plain names that differ in a number at the end, or at the start */
	for (size_t length = 4; length <= 48; length++)
	{
		for (uint32 i = 0; i < count; i++)
		{
			memset(symbol[i], 'x', 48);
			memcpy(symbol[i] + length - 4, &i, 4);
		}
		require(hash_is_spread("number last", symbol, length, count));
		for (uint32 i = 0; i < count; i++)
		{
			memset(symbol[i], 'x', 48);
			memcpy(symbol[i], &i, 4);
		}
		require(hash_is_spread("number first", symbol, length, count));
	}
	pg_free(symbol);
	return true;
}

/* Reads only its bytes (the sanitizers look), and all of them matter. */
static bool
hash_of_every_length(Random *random)
{
	size_t		length = random_below(random, 70);
	char	   *exact = pg_malloc(length);
	uint64		seed = random_bits(random);
	uint32		hash;

	for (size_t i = 0; i < length; i++)
		exact[i] = (char) random_bits(random);
	hash = pt_hash_symbol(exact, length, seed);
	require(hash == pt_hash_symbol(exact, length, seed));
	for (size_t i = 0; i < length; i++)
	{
		exact[i] ^= 1 << (i % 8);
		require(hash != pt_hash_symbol(exact, length, seed));
		exact[i] ^= 1 << (i % 8);
	}
	require(hash != pt_hash_symbol(exact, length, seed + 1) || length == 0);
	pg_free(exact);
	return true;
}

int
main(void)
{
	report(refused_adds(), "a refused add changes nothing: sum, depth, symbol, size");
	run_cases("refused encoded trees change nothing", CASES(500), refused_trees);
	report(same_dictionary_other_count(), "the map kept of a dictionary is for its count too");
	report(few_allocations(), "a million nodes in at most 70 allocations, none for what is there");
	report(growing_stacks(), "100,200 inserts of growing stacks: at most 70 allocations and 25 MB");
	report(growing_trees(), "trees that grow are summed in few allocations");
	run_cases("nodes that become wide", CASES(500), becoming_wide);
	report(wide_nodes(), "a node of hundreds of thousands of children takes linear time");
	report(deepest_stack(), "a stack of the greatest depth, built, merged, subtracted");
	report(no_chosen_collisions(), "hashes of symbols chosen to collide without the seed do not");
	run_cases("hashes of every length", CASES(5000), hash_of_every_length);
	return finish();
}
