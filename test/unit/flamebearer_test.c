/*-------------------------------------------------------------------------
 *
 * flamebearer_test.c
 *		Flamebearers in and out, against a writer that knows the format's words
 *		only.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "flamebearer.h"
#include "json_text.h"

/* ---- the naive writer ---- */

#define LEVELS_MOST		(STACK_MOST + 2)

typedef struct Writer
{
	const Oracle *oracle;
	Random	   *random;
	StringInfoData names;
	int			name_count;
	StringInfoData level[LEVELS_MOST];
	int64		end[LEVELS_MOST];	/* of the bar written last */
	int			levels;
} Writer;

/* a whole number, not always written as one */
static void
write_whole(StringInfo json, int64 number, Random *random)
{
	switch (random_below(random, 10))
	{
		case 0:
			appendStringInfo(json, INT64_FORMAT ".0", number);
			break;
		case 1:
			appendStringInfo(json, INT64_FORMAT "%se-2", number, number == 0 ? "" : "00");
			break;
		default:
			appendStringInfo(json, INT64_FORMAT, number);
	}
}

/* a name's number; equal names may have several */
static int
write_name(Writer *writer, const char *text, size_t length)
{
	if (writer->name_count > 0)
		appendStringInfoChar(&writer->names, ',');
	pt_append_json(&writer->names, text, length, pt_core_encoding);
	return writer->name_count++;
}

static void
write_bar(Writer *writer, int level, int64 x, int64 total, int64 self, int name_number)
{
	StringInfo	json = &writer->level[level];

	if (level == writer->levels)
	{
		initStringInfo(json);
		writer->end[level] = 0;
		writer->levels++;
	}
	if (json->len > 0)
		appendStringInfoString(json, " , ");
	write_whole(json, x - writer->end[level], writer->random);
	appendStringInfoChar(json, ',');
	write_whole(json, total, writer->random);
	appendStringInfoChar(json, ',');
	write_whole(json, self, writer->random);
	appendStringInfo(json, ",%d", name_number);
	writer->end[level] = x + total;
}

/* The children of a node (-1: of the root) in any order, from x on. */
static void
write_children(Writer *writer, long node, int64 x)
{
	const Oracle *oracle = writer->oracle;
	uint32		level = node < 0 ? 0 : oracle_level(&oracle->node[node]);
	size_t	   *child = pg_malloc((oracle->count + 1) * sizeof(size_t));
	int			children = 0;

	for (size_t i = node + 1; i < oracle->count && oracle_level(&oracle->node[i]) > level; i++)
	{
		if (oracle_level(&oracle->node[i]) == level + 1)
			child[children++] = i;
	}
	for (int i = 0; i < children; i++)
	{
		int			j = i + random_below(writer->random, children - i);
		size_t		swap = child[i];
		const OracleNode *next;
		size_t		length;
		const char *symbol;

		child[i] = child[j];
		child[j] = swap;
		next = &oracle->node[child[i]];
		symbol = oracle_symbol(next, &length);
		write_bar(writer, level + 1, x, oracle_total(oracle, child[i]), next->weight,
				  write_name(writer, symbol, length));
		write_children(writer, child[i], x + next->weight);
		x += oracle_total(oracle, child[i]);
	}
	pg_free(child);
}

static int64
oracle_sum(const Oracle *oracle)
{
	int64		sum = 0;

	for (size_t i = 0; i < oracle->count; i++)
		sum += oracle->node[i].weight;
	return sum;
}

/* "root_self" is what the root itself weighs */
static void
naive_write(const Oracle *oracle, int64 root_self, Random *random, StringInfo json)
{
	Writer	   *writer = pg_malloc(sizeof(Writer));
	StringInfoData part[2];
	bool		wrapped = one_in(random, 2);
	int			first = random_below(random, 2);

	writer->oracle = oracle;
	writer->random = random;
	writer->name_count = 0;
	writer->levels = 0;
	initStringInfo(&writer->names);
	write_name(writer, "root", 4);
	write_bar(writer, 0, one_in(random, 3) ? 5 : 0, oracle_sum(oracle) + root_self, root_self, 0);
	write_name(writer, "not used", 8);
	write_children(writer, -1, writer->end[0] - oracle_sum(oracle));

	initStringInfo(&part[0]);
	appendStringInfo(&part[0], "\"names\":[%s]", writer->names.data);
	initStringInfo(&part[1]);
	appendStringInfoString(&part[1], "\"levels\":[");
	for (int i = 0; i < writer->levels; i++)
	{
		appendStringInfo(&part[1], "%s[%s]", i > 0 ? "," : "", writer->level[i].data);
		pfree(writer->level[i].data);
	}
	appendStringInfoString(&part[1], one_in(random, 3) ? ",[]]" : "]");
	appendStringInfo(json, "%s%s,\"maxSelf\":{},%s%s", wrapped ? "{\"version\":1,\"flamebearer\":{" : "{",
					 part[first].data, part[1 - first].data, wrapped ? "},\"metadata\":{\"units\":\"x\",\"format\":\"single\"}}" : "}");
	pfree(part[0].data);
	pfree(part[1].data);
	pfree(writer->names.data);
	pg_free(writer);
}

/* ---- round trips ---- */

static bool
both_ways(Random *random)
{
	Profile		profile;
	Oracle		all;
	Oracle		nothing;
	Oracle		expected;	/* without what has no weight */
	PtBuilder	builder;
	PtTree		tree;
	PtError		error;
	StringInfoData bytes;
	StringInfoData json;
	PtFrame		root = {"root", 4};
	int64		root_self = one_in(random, 4) ? 1 + random_below(random, 9) : 0;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &all);
	oracle_init(&nothing);
	oracle_delta(&expected, &nothing, &all);

	/* what we write, of nodes without weight, too */
	oracle_encode(&all, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	initStringInfo(&json);
	pt_print_flamebearer(&tree, &json, NULL);
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_flamebearer(&builder, json.data, json.len, &error));
	require(builder_is(&builder, &expected));
	pt_builder_free(&builder);

	/* what others write */
	resetStringInfo(&json);
	naive_write(&all, root_self, random, &json);
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_flamebearer(&builder, json.data, json.len, &error));
	if (root_self > 0)
		oracle_add(&expected, &root, 1, root_self);
	require(builder_is(&builder, &expected));

	/* and once more on top of it */
	if (oracle_sum(&expected) < PG_INT64_MAX / 2)
	{
		Oracle		twice;

		oracle_copy(&twice, &expected);
		oracle_add_oracle(&twice, &expected);
		require(pt_parse_flamebearer(&builder, json.data, json.len, &error));
		require(builder_is(&builder, &twice));
		oracle_free(&twice);
	}
	pt_builder_free(&builder);
	pt_tree_free(&tree);
	oracle_free(&all);
	oracle_free(&expected);
	profile_free(&profile);
	pfree(bytes.data);
	pfree(json.data);
	return true;
}

/* ---- by hand ---- */

static bool
reads(const char *json, const char *expected)
{
	PtBuilder	builder;
	PtTree		tree;
	StringInfoData text;
	PtError		error;
	bool		same = false;

	pt_builder_init(&builder, NULL, 1);
	pt_tree_init(&tree, NULL);
	initStringInfo(&text);
	error.message[0] = '\0';
	if (pt_parse_flamebearer(&builder, json, strlen(json), &error))
	{
		pt_builder_flatten(&builder, &tree);
		same = pt_print_text(&tree, &text, 1 << 30, NULL) && strcmp(text.data, expected) == 0;
	}
	if (!same)
		diagnose("%s gives \"%s\", %s", json, text.data, error.message);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pfree(text.data);
	return same;
}

static bool
fails(const char *json, PtErrorCode code, const char *message)
{
	int64		blocks = pt_alloc_blocks;
	PtBuilder	builder;
	PtError		error;
	bool		failed;

	pt_builder_init(&builder, NULL, 1);
	failed = !pt_parse_flamebearer(&builder, json, strlen(json), &error);
	if (!failed || error.code != code || strcmp(error.message, message) != 0 || builder.node_count != 1)
	{
		diagnose("%s: %s", json, failed ? error.message : "no error");
		failed = false;
	}
	pt_builder_free(&builder);
	/* nothing is left behind where it stopped */
	return failed && pt_alloc_blocks == blocks;
}

/* with some names, the levels alone */
#define LEVELS(levels)	"{\"names\":[\"total\",\"a\",\"b\"],\"levels\":" levels "}"

static bool
by_hand(void)
{
	require(reads(LEVELS("[]"), ""));
	require(reads("{\"flamebearer\":{\"names\":null,\"levels\":[]},\"version\":0}", ""));
	require(reads(LEVELS("[[0,0,0,0]]"), ""));
	require(reads(LEVELS("[[0,3,0,0],[0,3,3,1]]"), "a 3"));
	require(reads(LEVELS("[[0,3,1,0],[1,2,2,1]]"), "a 2\ntotal 1"));
	require(reads(LEVELS("[[0,3,3,0]]"), "total 3"));
	/* several bars of one name side by side, and children below some of them */
	require(reads(LEVELS("[[0,9,0,0],[0,4,1,1,0,5,2,1],[1,3,3,2,2,3,3,2]]"), "a 3\na;b 6"));
	/* bars of no width, before, between and behind, and below each other */
	require(reads(LEVELS("[[0,4,0,0],[0,0,0,1,0,2,2,1,0,0,0,2,0,2,2,2,0,0,0,1],[0,0,0,1,2,0,0,2,2,0,0,1]]"), "a 2\nb 2"));
	/* the root may stand anywhere */
	require(reads(LEVELS("[[7,3,0,0],[7,3,3,1]]"), "a 3"));
	require(reads(LEVELS("[[0,9223372036854775807,0,0],[0,9223372036854775807,9223372036854775807,2]]"), "b 9223372036854775807"));
	return true;
}

static bool
errors(void)
{
	/* what it consists of */
	require(fails("[]", PT_BAD_TEXT, "invalid flamebearer: it must be an object"));
	require(fails("{}", PT_BAD_TEXT, "invalid flamebearer: it has no \"levels\""));
	require(fails("{\"names\":[],\"levels\":null}", PT_BAD_TEXT, "invalid flamebearer: it has no \"levels\""));
	require(fails("{\"levels\":[],\"flamebearer\":{\"levels\":[]}}", PT_BAD_TEXT, "invalid flamebearer: it has \"levels\" twice"));
	require(fails("{\"names\":[],\"flamebearer\":{\"names\":[]}}", PT_BAD_TEXT, "invalid flamebearer: it has \"names\" twice"));
	require(fails("{\"names\":[1]}", PT_BAD_TEXT, "invalid flamebearer: an element of \"names\" must be a string"));
	require(fails(LEVELS("[[0,1.5,0,0]]"), PT_BAD_TEXT, "invalid flamebearer: number 2 of level 0 is not whole"));
	require(fails(LEVELS("[[0,1,0,0],[0,1,9223372036854775808,0]]"), PT_OUT_OF_RANGE,
				  "bigint out of range: number 3 of level 1 of a flamebearer"));
	require(fails(LEVELS("[[0,1,0]]"), PT_BAD_TEXT, "invalid flamebearer: level 0 has 3 numbers, which are not four a bar"));
	require(fails(LEVELS("[[0,1,0,0,0,1,0]]"), PT_BAD_TEXT, "invalid flamebearer: level 0 has 7 numbers, which are not four a bar"));
	require(fails(LEVELS("[[0,1,1,0,0,1,1,0]]"), PT_BAD_TEXT, "invalid flamebearer: level 0 must have one bar, and has 2"));
	require(fails(LEVELS("[[],[0,1,1,0]]"), PT_BAD_TEXT, "invalid flamebearer: level 0 must have one bar, and has 0"));
	/* what is not read */
	require(fails("{\"levels\":[],\"metadata\":{\"format\":\"double\"}}", PT_BAD_ARGUMENT,
				  "flamebearer of format \"double\" cannot be read as one tree"));
	require(fails("{\"levels\":[],\"format\":\"triple\"}", PT_BAD_ARGUMENT,
				  "flamebearer of format \"triple\" cannot be read as one tree"));
	require(fails("{\"version\":2}", PT_BAD_ARGUMENT, "flamebearer of unknown version"));
	require(fails("{\"version\":0.5}", PT_BAD_ARGUMENT, "flamebearer of unknown version"));
	/* a bar by itself */
	require(fails(LEVELS("[[0,3,0,3],[0,3,3,1]]"), PT_BAD_TEXT, "invalid flamebearer: level 0, bar 0 has a name that is not in \"names\""));
	require(fails(LEVELS("[[0,3,0,0],[0,3,3,-1]]"), PT_BAD_TEXT, "invalid flamebearer: level 1, bar 0 has a name that is not in \"names\""));
	require(fails(LEVELS("[[0,3,0,0],[0,-3,0,1]]"), PT_BAD_ARGUMENT, "invalid flamebearer: level 1, bar 0 has a negative weight"));
	require(fails(LEVELS("[[0,3,0,0],[0,3,-3,1]]"), PT_BAD_ARGUMENT, "invalid flamebearer: level 1, bar 0 has a negative weight"));
	require(fails(LEVELS("[[0,3,0,0],[0,3,4,1]]"), PT_BAD_TEXT, "invalid flamebearer: level 1, bar 0 has a self greater than its total"));
	require(fails(LEVELS("[[9223372036854775807,1,1,0]]"), PT_OUT_OF_RANGE, "bigint out of range: level 0, bar 0 ends past 9223372036854775807"));
	require(fails(LEVELS("[[0,3,0,0],[9223372036854775807,0,0,1,1,0,0,1]]"), PT_OUT_OF_RANGE,
				  "bigint out of range: level 1, bar 1 ends past 9223372036854775807"));
	/* bars among others */
	require(fails(LEVELS("[[0,4,0,0],[0,3,3,1,-1,2,2,1]]"), PT_BAD_TEXT, "invalid flamebearer: level 1, bar 1 overlaps the one before"));
#define AMISS(levels, bar) \
	require(fails(LEVELS(levels), PT_BAD_TEXT, "invalid flamebearer: level " bar \
				  " is not where its parent's self or the bar before ends, or is wider than its parent"))
	AMISS("[[0,3,0,0],[1,2,2,1]]", "1, bar 0");			/* a gap */
	AMISS("[[0,3,1,0],[0,2,2,1]]", "1, bar 0");			/* before the self's end */
	AMISS("[[0,3,1,0],[2,1,1,1]]", "1, bar 0");			/* behind it */
	AMISS("[[0,3,1,0],[1,3,3,1]]", "1, bar 0");			/* too wide */
	AMISS("[[0,3,0,0],[0,1,1,1,1,1,1,1]]", "1, bar 1");	/* a gap between two */
	AMISS("[[0,3,0,0],[0,3,3,1,0,1,1,1]]", "1, bar 1");	/* behind the last parent */
	AMISS("[[0,4,0,0],[0,2,1,1,0,2,1,1],[1,2,2,2]]", "2, bar 0");	/* of two parents */
	AMISS("[[0,3,3,0],[1,0,0,1]]", "1, bar 0");			/* no width, but in the middle */
	AMISS("[[0,3,0,0],[0,3,3,1],[4,0,0,1]]", "2, bar 0");
	AMISS("[[0,3,0,0],[0,3,3,1],[],[3,1,1,1]]", "3, bar 0");	/* no parent at all */
#define UNFILLED(levels, bar) \
	require(fails(LEVELS(levels), PT_BAD_TEXT, "invalid flamebearer: level " bar " is not as wide as its self and the bars below it"))
	UNFILLED("[[0,3,2,0]]", "0, bar 0");
	UNFILLED("[[0,3,0,0],[0,2,2,1]]", "0, bar 0");
	UNFILLED("[[0,3,0,0],[0,3,1,1],[]]", "1, bar 0");
	UNFILLED("[[0,4,0,0],[0,2,1,1,0,2,1,1],[1,1,1,2]]", "1, bar 1");
	return true;
}

/* ---- two trees ---- */

/* a level's numbers and their number; the level is cut out of "json" */
static int
level_numbers(char **json, int64 *number, int most)
{
	char	   *at = *json;
	int			count = 0;

	if (*at++ != '[')
		return -1;
	for (; count < most; count++)
	{
		number[count] = strtoll(at, &at, 10);
		if (*at != ',')
			break;
		at++;
	}
	*json = at + 2;				/* behind the "]," */
	return *at == ']' ? count + 1 : -1;
}

/*
 * The seven numbers of every bar, from the oracles: a bar for each stack that
 * either has, its place the sum of all before it.
 */
static bool
double_bars(Random *random)
{
	Profile		profile;
	Oracle		side[2];
	Oracle		both;
	StringInfoData bytes;
	StringInfoData json;
	PtTree		tree[2];
	PtPair		pair;
	PtError		error;
	int64	   *number = pg_malloc(100000 * sizeof(int64));
	char	   *levels;
	uint32		depth = 0;

	profile_make(&profile, random);
	for (int s = 0; s < 2; s++)
	{
		PtBuilder	builder;

		oracle_init(&side[s]);
		pt_builder_init(&builder, NULL, 1);
		for (int i = 0; i < profile.count; i++)
		{
			Sample	   *sample = &profile.sample[i];

			if (one_in(random, 2))
				oracle_add(&side[s], sample->frames, sample->count, sample->weight);
		}
		oracle_encode(&side[s], &bytes);
		pt_tree_init(&tree[s], NULL);
		require(pt_decode((uint8 *) bytes.data, bytes.len, &tree[s], &error));
		pfree(bytes.data);
		pt_builder_free(&builder);
	}
	oracle_copy(&both, &side[0]);
	oracle_add_oracle(&both, &side[1]);
	pt_pair(&tree[0], &tree[1], NULL, &pair);
	initStringInfo(&json);
	pt_print_flamebearer_diff(&pair, &json, NULL);

	levels = strstr(json.data, "\"levels\":[") + 10;
	for (size_t i = 0; i < both.count; i++)
		depth = Max(depth, oracle_level(&both.node[i]));
	require(level_numbers(&levels, number, 100000) == 7);
	require(number[0] == 0 && number[1] == tree[0].total && number[2] == 0);
	require(number[3] == 0 && number[4] == tree[1].total && number[5] == 0 && number[6] == 0);
	for (uint32 level = 1; level <= depth; level++)
	{
		int			count = level_numbers(&levels, number, 100000);
		int			at = 0;
		int64		end[2] = {0, 0};
		int64		x[2] = {0, 0};

		for (size_t i = 0; i < both.count; i++)
		{
			const OracleNode *node = &both.node[i];

			for (int s = 0; s < 2; s++)
			{
				int64		total = 0;
				int64		self = 0;

				for (size_t j = 0; j < side[s].count; j++)
				{
					const OracleNode *other = &side[s].node[j];

					if (other->length >= node->length && memcmp(other->key, node->key, node->length) == 0)
						total += other->weight;
					if (other->length == node->length && memcmp(other->key, node->key, node->length) == 0)
						self = other->weight;
				}
				if (oracle_level(node) == level)
				{
					require(at + 7 <= count);
					require(number[at + 3 * s] == x[s] - end[s]);
					require(number[at + 3 * s + 1] == total);
					require(number[at + 3 * s + 2] == self);
					end[s] = x[s] + total;
				}
				x[s] += self;
			}
			if (oracle_level(node) == level)
			{
				size_t		length;
				const char *symbol = oracle_symbol(node, &length);
				size_t		there_length;
				const char *there = pt_symbol_text(&pair.tree.dictionary, (uint32) number[at + 6] - 1, &there_length);

				require(length == there_length && memcmp(symbol, there, length) == 0);
				at += 7;
			}
		}
		require(at == count);
	}
	require(strstr(json.data, "\"format\":\"double\"") != NULL);
	pt_pair_free(&pair);
	for (int s = 0; s < 2; s++)
	{
		pt_tree_free(&tree[s]);
		oracle_free(&side[s]);
	}
	oracle_free(&both);
	profile_free(&profile);
	pfree(json.data);
	pg_free(number);
	return true;
}

/* ---- size ---- */

/* deep, wide, and long names that many bars share: time and memory are linear */
static bool
large(void)
{
	int			sizes[] = {5000, 20000};
	uint64		bytes[2];

	for (int shape = 0; shape < 3; shape++)
	{
		for (int s = 0; s < 2; s++)
		{
			int			size = sizes[s];
			StringInfoData json;
			PtBuilder	builder;
			PtError		error;

			initStringInfo(&json);
			appendStringInfoString(&json, "{\"names\":[\"");
			for (int i = 0; shape == 2 && i < 1000000; i++)
				appendStringInfoChar(&json, 'x');
			appendStringInfo(&json, "\",\"b\"],\"levels\":[[0,%d,0,0]", size);
			if (shape == 0)
			{
				/* a stack of one frame after the other, each with weight 1 */
				for (int i = 0; i < size; i++)
					appendStringInfo(&json, ",[%d,%d,1,%d]", i, size - i, i % 2);
			}
			else
			{
				for (int i = 0; i < size; i++)
					appendStringInfo(&json, "%s0,1,1,%d", i == 0 ? ",[" : ",", i % 2);
				appendStringInfoChar(&json, ']');
			}
			appendStringInfoString(&json, "]}");
			bytes[s] = pt_alloc_bytes;
			pt_builder_init(&builder, NULL, 1);
			require(pt_parse_flamebearer(&builder, json.data, json.len, &error));
			require(builder.total == size);
			require(builder.node_count == 1 + (shape == 0 ? (uint32) size : 2));
			bytes[s] = pt_alloc_bytes - bytes[s];
			pt_builder_free(&builder);
			pfree(json.data);
		}
		/* four times as much, but for growing by doubling */
		require(bytes[1] < 8 * bytes[0]);
	}
	return true;
}

/* the deepest stack and the longest name that there can be, and one beyond */
static bool
limits(void)
{
	StringInfoData json;

	initStringInfo(&json);
	for (int beyond = 0; beyond < 2; beyond++)
	{
		PtBuilder	builder;
		PtError		error;
		bool		parsed;

		/* so many levels take their time */
		if (!UNDER_SANITIZER)
		{
			resetStringInfo(&json);
			appendStringInfoString(&json, "{\"names\":[\"t\"],\"levels\":[[0,1,0,0]");
			for (int i = 1; i < PT_MAX_DEPTH + beyond; i++)
				appendStringInfoString(&json, ",[0,1,0,0]");
			appendStringInfoString(&json, ",[0,1,1,0]]}");
			pt_builder_init(&builder, NULL, 1);
			parsed = pt_parse_flamebearer(&builder, json.data, json.len, &error);
			require(parsed == !beyond);
			require(parsed ? builder.depth == PT_MAX_DEPTH : error.code == PT_BEYOND_LIMIT);
			pt_builder_free(&builder);
		}

		resetStringInfo(&json);
		appendStringInfoString(&json, "{\"levels\":[[0,1,0,0],[0,1,1,0]],\"names\":[\"");
		for (int i = 0; i < PT_MAX_SYMBOL + beyond; i++)
			appendStringInfoChar(&json, 'x');
		appendStringInfoString(&json, "\"]}");
		pt_builder_init(&builder, NULL, 1);
		parsed = pt_parse_flamebearer(&builder, json.data, json.len, &error);
		require(parsed == !beyond);
		require(parsed ? builder.total == 1 : error.code == PT_BEYOND_LIMIT);
		pt_builder_free(&builder);
	}
	pfree(json.data);
	return true;
}

int
main(void)
{
	report(by_hand(), "flamebearers by hand");
	report(errors(), "what is no flamebearer is named by level and bar");
	run_cases("written and read again, also as others write it, a tree is the same without its weightless leaves", CASES(120), both_ways);
	run_cases("two trees: seven numbers of every bar", CASES(40), double_bars);
	report(large(), "deep, wide, long names");
	report(limits(), "limits of depth and of names");
	return finish();
}
