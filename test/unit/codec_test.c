/*-------------------------------------------------------------------------
 *
 * codec_test.c
 *		The stored form: what the encoder writes, what the decoder accepts.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

static bool
decode(const StringInfoData *bytes, PtTree *tree, PtError *error)
{
	return pt_decode((const uint8 *) bytes->data, bytes->len, tree, error);
}

/* ---- round trip ---- */

/*
 * The builder's bytes are those the format's description gives, and the
 * decoded tree is the oracle's in every field and encodes to them again.
 */
static bool
round_trip(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtBuilder	builder;
	PtTree		tree;
	StringInfoData bytes;
	PtError		error;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	pt_builder_init(&builder, NULL, random_bits(random));
	require(profile_build(&profile, 0, profile.count, &builder));
	require(builder_is(&builder, &oracle));

	encode_builder(&builder, &bytes);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error));
	require(tree_is(&tree, &oracle));

	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pfree(bytes.data);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* One PtTree decodes one value after the other, greater and smaller. */
static bool
tree_is_reused(Random *random)
{
	PtTree		tree;
	PtError		error;

	pt_tree_init(&tree, NULL);
	for (int i = 0; i < 20; i++)
	{
		Profile		profile;
		Oracle		oracle;
		StringInfoData bytes;

		profile_make(&profile, random);
		profile_to_oracle(&profile, &oracle);
		oracle_encode(&oracle, &bytes);
		if (one_in(random, 3))
		{
			/* and a damaged one in between */
			bytes.data[random_below(random, bytes.len)] ^= 1 + random_below(random, 255);
			if (!decode(&bytes, &tree, &error))
				require(error.code == PT_DAMAGED);
		}
		else
		{
			require(decode(&bytes, &tree, &error));
			require(tree_is(&tree, &oracle));
		}
		pfree(bytes.data);
		oracle_free(&oracle);
		profile_free(&profile);
	}
	pt_tree_free(&tree);
	return true;
}

/* The bytes of the example in doc/format.md. */
static bool
worked_example(void)
{
	FILE	   *file = fopen("doc/format.md", "r");
	char		line[1000];
	bool		inside = false;
	StringInfoData expected;
	StringInfoData bytes;
	PtBuilder	builder;
	PtError		error;
	static const char text[] = "main;parse 600\nmain;parse;parse_list 400\nmain;print 0";

	require(file != NULL);
	initStringInfo(&expected);
	while (fgets(line, sizeof(line), file) != NULL)
	{
		unsigned int byte;
		int			length;

		/* the page's first one */
		if (strncmp(line, "```", 3) == 0)
		{
			if (inside)
				break;
			inside = strncmp(line, "```hex", 6) == 0;
		}
		else if (inside)
		{
			/* pairs of digits a blank apart, then two blanks and words */
			for (char *at = line; sscanf(at, "%2x%n", &byte, &length) == 1 && length == 2; at += 3)
			{
				appendStringInfoChar(&expected, (char) byte);
				if (at[2] != ' ' || at[3] == ' ')
					break;
			}
		}
	}
	fclose(file);
	pt_builder_init(&builder, NULL, 1);
	require(pt_parse_text(&builder, text, strlen(text), &error));
	encode_builder(&builder, &bytes);
	require(expected.len == 47);
	require(same_bytes(&bytes, &expected));
	pt_builder_free(&builder);
	pfree(bytes.data);
	pfree(expected.data);
	return true;
}

static bool
empty_tree(void)
{
	static const uint8 expected[] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0};
	PtBuilder	builder;
	PtTree		tree;
	StringInfoData bytes;
	PtError		error;
	Oracle		oracle;
	StringInfoData text;
	uint32		number;

	oracle_init(&oracle);
	pt_builder_init(&builder, NULL, 1);
	encode_builder(&builder, &bytes);
	require(bytes.len == sizeof(expected) && memcmp(bytes.data, expected, bytes.len) == 0);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error));
	require(tree_is(&tree, &oracle));
	require(!pt_find_symbol(&tree.dictionary, "", 0, &number));
	pt_totals(&tree, NULL);
	pt_tree_prune(&tree, NULL);
	initStringInfo(&text);
	require(pt_print_text(&tree, &text, 100, NULL) && text.len == 0);
	require(pt_print_folded(&tree, &text, NULL) == 0 && text.len == 0);
	/* an empty tree adds nothing, twice */
	require(add_encoded(&builder, expected, sizeof(expected), &error));
	require(add_encoded(&builder, expected, sizeof(expected), &error));
	require(builder_is(&builder, &oracle));
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pfree(bytes.data);
	pfree(text.data);
	return true;
}

/* ---- damage ---- */

/*
 * Bytes either are refused or are a tree that encodes to exactly these bytes:
 * no second encoding of any tree is accepted.
 */
static bool
refused_or_canonical(const uint8 *bytes, size_t length, bool *accepted)
{
	PtTree		tree;
	PtError		error;
	StringInfoData again;
	bool		same;
	/* in a block of its own, so that reading past it shows */
	uint8	   *copy = pg_malloc(length);

	memcpy(copy, bytes, length);
	memset(&error, 0, sizeof(error));
	pt_tree_init(&tree, NULL);
	*accepted = pt_decode(copy, length, &tree, &error);
	if (*accepted)
	{
		encode_tree(&tree, &again);
		same = again.len == (int) length && memcmp(again.data, bytes, length) == 0;
		pfree(again.data);
	}
	else
		same = error.code == PT_DAMAGED && strncmp(error.message, "invalid proftree value: ", 24) == 0;
	pt_tree_free(&tree);
	pg_free(copy);
	return same;
}

static bool
small_profile(Random *random, StringInfo bytes, int most)
{
	Profile		profile;
	Oracle		oracle;

	do
	{
		profile_make(&profile, random);
		profile_to_oracle(&profile, &oracle);
		oracle_encode(&oracle, bytes);
		oracle_free(&oracle);
		profile_free(&profile);
		if (bytes->len <= most)
			return true;
		pfree(bytes->data);
	} while (true);
}

/* Every byte of a value replaced by every other. */
static bool
every_byte(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_profile(random, &bytes, 400);
	for (int i = 0; i < bytes.len; i++)
	{
		char		right = bytes.data[i];

		for (int value = 0; value < 256; value++)
		{
			bytes.data[i] = (char) value;
			require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
			require(accepted || bytes.data[i] != right);
		}
		bytes.data[i] = right;
	}
	pfree(bytes.data);
	return true;
}

/* Cut anywhere, or with a byte more. */
static bool
every_length(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_profile(random, &bytes, 2000);
	for (int length = 0; length < bytes.len; length++)
	{
		require(refused_or_canonical((uint8 *) bytes.data, length, &accepted));
		require(!accepted);
	}
	for (int value = 0; value < 256; value++)
	{
		appendStringInfoChar(&bytes, (char) value);
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
		require(!accepted);
		bytes.len--;
	}
	pfree(bytes.data);
	return true;
}

/* Bytes changed, inserted, removed, moved, several at once. */
static bool
mutations(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_profile(random, &bytes, 300);
	for (int round = 0; round < 200; round++)
	{
		uint8		mutant[400];
		size_t		length = bytes.len;

		memcpy(mutant, bytes.data, length);
		for (int n = 1 + random_below(random, 4); n > 0 && length > 0; n--)
		{
			size_t		at = random_below(random, (uint32) length);
			size_t		from = random_below(random, (uint32) length);

			switch (random_below(random, 6))
			{
				case 0:
					mutant[at] = (uint8) random_bits(random);
					break;
				case 1:
					mutant[at] += one_in(random, 2) ? 1 : -1;
					break;
				case 2:
					mutant[at] ^= 1 << random_below(random, 8);
					break;
				case 3:
					memmove(mutant + at, mutant + at + 1, length - at - 1);
					length--;
					break;
				case 4:
					memmove(mutant + at + 1, mutant + at, length - at);
					mutant[at] = (uint8) random_below(random, 4);
					length++;
					break;
				default:
					mutant[at] = mutant[from];
			}
		}
		require(refused_or_canonical(mutant, length, &accepted));
	}
	pfree(bytes.data);
	return true;
}

/*
 * Every number of a value, one at a time, with a superfluous byte; lengths in
 * the header that depend on it are right.
 */
static bool
every_number_padded(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	StringInfoData bytes;
	bool		accepted;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	for (int number = 0;; number++)
	{
		bool		all;

		padded_number = number;
		oracle_encode(&oracle, &bytes);
		all = padded_number >= 0;
		padded_number = -1;
		if (!all)
		{
			require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
			require(!accepted);
		}
		pfree(bytes.data);
		if (all)
			break;
	}
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

static bool
fails_with(const char *bytes, size_t length, const char *part)
{
	PtTree		tree;
	PtError		error;
	bool		fails;

	pt_tree_init(&tree, NULL);
	fails = !pt_decode((const uint8 *) bytes, length, &tree, &error);
	pt_tree_free(&tree);
	if (fails && error.code == PT_DAMAGED && strstr(error.message, part) != NULL)
		return true;
	diagnose("expected \"%s\", got \"%s\"", part, fails ? error.message : "no error");
	return false;
}

/*
 * Each rule of the format broken by itself, in a value that is otherwise in
 * order; the message names section and rule.  The trees are of the symbols
 * a, b.
 */
static bool
each_rule(void)
{
#define BROKEN(bytes, part) require(fails_with(bytes, sizeof(bytes) - 1, part))
	/* right: a;b 6, a 4, so quantum 2, units 5 */
	static const char good[] = "\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3";
	bool		accepted;

	require(refused_or_canonical((const uint8 *) good, sizeof(good) - 1, &accepted) && accepted);

	BROKEN("", "cut off");
	BROKEN("\2\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "unknown version 2");
	BROKEN("\1\1" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "reserved bits");
	BROKEN("\1\0" "\202\0\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "bad number");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\0\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "bad quantum");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\0" "\0\1a\0\1b" "\0\1" "\0\0", "bad quantum");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\377\377\377\377\377\377\377\377\177" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3",
		   "total out of range");
	BROKEN("\1\0" "\2\3\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "counts do not agree");
	BROKEN("\1\0" "\2\2\3" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "counts do not agree");
	BROKEN("\1\0" "\2\2\0" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "counts do not agree");
	BROKEN("\1\0" "\2\0\2" "\0\2\2" "\2\5" "\0\1" "\1\1" "\2\3", "counts do not agree");
	BROKEN("\1\0" "\2\2\2" "\7\2\7" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "pass the end");
	BROKEN("\1\0" "\3\2\2" "\6\2\3" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1\2" "\2\3", "counts pass");
	BROKEN("\1\0" "\3\2\2" "\6\3\2" "\2\5" "\0\1a\0\1b" "\0\1\1" "\1\1" "\2\3", "counts pass");
	BROKEN("\1\0" "\2\2\2" "\1\2\2" "\2\5" "\0" "\0\1" "\1\1" "\2\3", "counts pass");

	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\1\1a\0\1b" "\0\1" "\1\1" "\2\3", "dictionary section: bad length");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\2b" "\0\1" "\1\1" "\2\3", "dictionary section: bad length");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1b\0\1a" "\0\1" "\1\1" "\2\3", "dictionary section: symbols out of order");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1a" "\0\1" "\1\1" "\2\3", "dictionary section: symbols out of order");
	/* a, ab with nothing shared; a twice by sharing all of it */
	BROKEN("\1\0" "\2\2\2" "\7\2\2" "\2\5" "\0\1a\0\2ab" "\0\1" "\1\1" "\2\3", "dictionary section: symbols out of order");
	BROKEN("\1\0" "\2\2\2" "\5\2\2" "\2\5" "\0\1a\1\0" "\0\1" "\1\1" "\2\3", "dictionary section: symbols out of order");
	BROKEN("\1\0" "\2\2\2" "\7\2\2" "\2\5" "\0\1a\0\1bx" "\0\1" "\1\1" "\2\3", "dictionary section: bytes left over");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1\377" "\0\1" "\1\1" "\2\3", "dictionary section: invalid text");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1\0\0\1b" "\0\1" "\1\1" "\2\3", "dictionary section: invalid text");
	/* U+00E9 cut in two symbols: each has to be valid by itself */
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1\303\1\1\251" "\0\1" "\1\1" "\2\3", "dictionary section: invalid text");

	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\2" "\1\1" "\2\3", "symbols section: bad symbol number");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\0" "\1\1" "\2\3", "symbols section: a symbol is not used");
	BROKEN("\1\0" "\2\2\2" "\6\3\2" "\2\5" "\0\1a\0\1b" "\0\1\1" "\1\1" "\2\3", "symbols section: bytes left over");
	BROKEN("\1\0" "\2\2\1" "\6\2\2" "\2\5" "\0\1a\0\1b" "\1\0" "\1\3" "\2\3", "symbols section: siblings out of order");
	BROKEN("\1\0" "\3\2\2" "\6\3\3" "\2\5" "\0\1a\0\1b" "\0\1\1" "\1\1\2" "\2\3", "symbols section: siblings out of order");

	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\5" "\2\3", "shape section: closes more");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\3\1" "\2\3", "shape section: closes more");
	BROKEN("\1\0" "\2\2\1" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "shape section: deeper");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\3" "\2\3", "shape section: less deep");
	BROKEN("\1\0" "\2\2\2" "\6\2\3" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1\2" "\2\3", "shape section: bytes left over");

	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\0", "weights section: bad weight");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2", "weights section: bad weight");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\4" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "weights section: sum differs");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\6" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3", "weights section: sum differs");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\6" "\0\1a\0\1b" "\0\1" "\1\1" "\2\4", "weights section: quantum too small");
	BROKEN("\1\0" "\2\2\2" "\6\2\2" "\2\5" "\0\1a\0\1b" "\0\1" "\1\1" "\2\3\1", "weights section: bytes left over");
	/* without nodes nothing can weigh */
	BROKEN("\1\0" "\0\0\0" "\0\0\0" "\1\1", "weights section: sum differs");
	BROKEN("\1\0" "\0\0\0" "\0\0\0" "\1\0\1", "weights section: bytes left over");
	return true;
}

/* ---- limits ---- */

static void
start_value(StringInfo bytes, uint32 nodes, uint32 symbols, uint32 depth, uint32 dictionary,
			uint32 numbers, uint32 shape)
{
	PtHeader	header = {nodes, symbols, depth, dictionary, numbers, shape, 1, 0, 0};
	uint8		start[PT_HEADER_MAX];

	initStringInfo(bytes);
	appendBinaryStringInfo(bytes, (char *) start, (int) (pt_write_header(start, &header) - start));
}

/*
 * 1,311 bytes of dictionary behind its first symbol of 1 MB unfold to 263
 * symbols of 1 MB, which is past the limit; the decoder says so before it
 * has copied them all, and never asks for more than the limit.
 */
static bool
unfolding(int symbols, bool fits)
{
	StringInfoData dictionary;
	StringInfoData bytes;
	uint8		varint[PT_VARINT_MAX];
	char	   *text = pg_malloc(PT_MAX_SYMBOL);
	PtTree		tree;
	PtError		error;
	uint64		before;
	bool		ok;

	memset(text, 'a', PT_MAX_SYMBOL);
	initStringInfo(&dictionary);
	appendBinaryStringInfo(&dictionary, "\0", 1);
	appendBinaryStringInfo(&dictionary, (char *) varint, (int) (pt_write_varint(varint, PT_MAX_SYMBOL) - varint));
	appendBinaryStringInfo(&dictionary, text, PT_MAX_SYMBOL);
	for (int i = 1; i < symbols; i++)
	{
		/* ...ab, ...ac, ..., then ...b, ...bb */
		bool		carry = i % 20 == 0;
		uint32		shared = PT_MAX_SYMBOL - (carry ? 2 : 1);

		appendBinaryStringInfo(&dictionary, (char *) varint, (int) (pt_write_varint(varint, shared) - varint));
		appendStringInfoChar(&dictionary, carry ? 2 : 1);
		if (carry)
			appendStringInfoChar(&dictionary, (char) ('a' + i / 20));
		appendStringInfoChar(&dictionary, (char) ('a' + i % 20));
	}
	start_value(&bytes, symbols, symbols, 1, dictionary.len,
				symbols <= 128 ? symbols : 128 + 2 * (symbols - 128), symbols);
	appendBinaryStringInfo(&bytes, dictionary.data, dictionary.len);
	for (int i = 0; i < symbols; i++)
		appendBinaryStringInfo(&bytes, (char *) varint, (int) (pt_write_varint(varint, i) - varint));
	for (int i = 0; i < symbols; i++)
		appendStringInfoChar(&bytes, i == 0 ? 0 : 2);

	pt_tree_init(&tree, NULL);
	before = pt_alloc_bytes;
	ok = decode(&bytes, &tree, &error);
	require(ok == fits);
	require(tree.dictionary.capacity <= PT_MAX_BYTES);
	/* a block that doubles up to a bound asks for less than three times that in all */
	require(pt_alloc_bytes - before < 3 * (uint64) PT_MAX_BYTES);
	if (fits)
	{
		StringInfoData again;

		encode_tree(&tree, &again);
		require(same_bytes(&bytes, &again));
		pfree(again.data);
	}
	else
		require(error.code == PT_DAMAGED && strstr(error.message, "symbols too large") != NULL);
	pt_tree_free(&tree);
	pfree(bytes.data);
	pfree(dictionary.data);
	pg_free(text);
	return true;
}

/* A header alone cannot make the decoder allocate: 2^27 nodes in 30 bytes. */
static bool
bold_header(void)
{
	PtTree		tree;
	PtError		error;
	StringInfoData bytes;
	uint64		before = pt_alloc_bytes;

	pt_tree_init(&tree, NULL);
	start_value(&bytes, PT_MAX_NODES, PT_MAX_NODES, PT_MAX_DEPTH, PT_MAX_BYTES / 2, PT_MAX_BYTES / 4, PT_MAX_BYTES / 4);
	require(!decode(&bytes, &tree, &error) && error.code == PT_DAMAGED);
	pfree(bytes.data);
	/* sections that are there, but shorter than the counts */
	start_value(&bytes, PT_MAX_NODES, 3, 1, 3, 3, 3);
	appendBinaryStringInfo(&bytes, "\0\0\0\0\0\0\0\0\0", 9);
	require(!decode(&bytes, &tree, &error) && error.code == PT_DAMAGED);
	require(pt_alloc_bytes == before);
	pt_tree_free(&tree);
	pfree(bytes.data);
	return true;
}

/* More bytes than a value may have, whatever is in them. */
static bool
too_many_bytes(void)
{
	size_t		length = (size_t) PT_MAX_BYTES + 100;
	/* untouched pages, so this costs nothing */
	uint8	   *bytes = calloc(length, 1);
	StringInfoData start;
	PtTree		tree;
	PtError		error;

	pt_tree_init(&tree, NULL);
	start_value(&start, 1, 1, 1, 2, 1, 1);
	memcpy(bytes, start.data, start.len);
	require(!pt_decode(bytes, length, &tree, &error) && error.code == PT_DAMAGED);
	require(strstr(error.message, "value too large") != NULL);
	pt_tree_free(&tree);
	pfree(start.data);
	free(bytes);
	return true;
}

/* A chain of nodes of the greatest depth, and one deeper. */
static bool
deepest(uint32 depth, bool fits)
{
	StringInfoData bytes;
	char	   *zeros = pg_malloc0(depth);
	PtTree		tree;
	PtError		error;

	start_value(&bytes, depth, 1, depth, 2, depth, depth);
	appendBinaryStringInfo(&bytes, "\0\0", 2);
	appendBinaryStringInfo(&bytes, zeros, depth);
	appendBinaryStringInfo(&bytes, zeros, depth);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error) == fits);
	if (fits)
	{
		int64	   *totals = pg_malloc(depth * sizeof(int64));
		StringInfoData again;

		require(tree.depth == depth && tree.level[depth - 1] == depth);
		tree.self[depth - 1] = 7;
		pt_totals(&tree, totals);
		require(totals[0] == 7 && totals[depth / 2] == 7);
		tree.self[depth - 1] = 0;
		encode_tree(&tree, &again);
		require(same_bytes(&bytes, &again));
		pfree(again.data);
		pg_free(totals);
	}
	else
		require(error.code == PT_DAMAGED);
	pt_tree_free(&tree);
	pg_free(zeros);
	pfree(bytes.data);
	return true;
}

/* The greatest weight and sum, in one node and in several. */
static bool
greatest_weight(void)
{
	static const char *const texts[] = {
		"a 9223372036854775807",
		"a 9223372036854775806\nb 1",
		"a 4611686018427387903\na;b 4611686018427387903\nc 1",
		"a 9223372036854775807\nb 0"
	};

	for (size_t i = 0; i < lengthof(texts); i++)
	{
		PtBuilder	builder;
		PtTree		tree;
		PtError		error;
		StringInfoData bytes;
		bool		accepted;

		pt_builder_init(&builder, NULL, 1);
		require(pt_parse_text(&builder, texts[i], strlen(texts[i]), &error));
		encode_builder(&builder, &bytes);
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted) && accepted);
		pt_tree_init(&tree, NULL);
		require(decode(&bytes, &tree, &error) && tree.total == PG_INT64_MAX);
		pt_tree_free(&tree);
		pt_builder_free(&builder);
		pfree(bytes.data);
	}
	return true;
}

/*
 * A tree past the limit is refused by the encoder and leaves nothing behind:
 * 250 symbols of 1 MB and 7 million nodes are below it each, not together.
 */
static bool
too_large(void)
{
	PtTree		tree;
	PtError		error;
	uint8	   *bytes;
	size_t		length;
	uint32		nodes = 7000000;
	uint32		symbols = 250;

	pt_tree_init(&tree, NULL);
	pt_tree_reserve(&tree, nodes);
	pt_dictionary_reserve(&tree.dictionary, symbols, (size_t) symbols * PT_MAX_SYMBOL);
	memset(tree.dictionary.bytes, 'a', (size_t) symbols * PT_MAX_SYMBOL);
	for (uint32 i = 0; i < symbols; i++)
	{
		tree.dictionary.symbol[i].start = i * PT_MAX_SYMBOL;
		tree.dictionary.symbol[i].length = PT_MAX_SYMBOL;
		tree.dictionary.symbol[i].shared = i > 0 ? PT_MAX_SYMBOL - 1 : 0;
		tree.dictionary.bytes[(size_t) (i + 1) * PT_MAX_SYMBOL - 1] = (char) (i + 1);
	}
	tree.dictionary.count = symbols;
	tree.dictionary.used = (size_t) symbols * PT_MAX_SYMBOL;
	for (uint32 i = 0; i < nodes; i++)
	{
		/* levels 1, 2, 1, 2, ... is no tree; the encoder does not look */
		tree.symbol[i] = i % symbols;
		tree.level[i] = 1 + i % 2;
		tree.self[i] = 0;
	}
	tree.depth = 2;
	tree.total = 0;
	tree.node_count = 1000;
	require(pt_encode(&tree, NULL, 0, &bytes, &length, &error));
	pt_free(bytes);
	tree.node_count = nodes;
	require(!pt_encode(&tree, NULL, 0, &bytes, &length, &error));
	require(error.code == PT_BEYOND_LIMIT && error.detail[0] != '\0' && error.hint[0] != '\0');
	pt_tree_free(&tree);
	return true;
}

/* ---- flat trees ---- */

static bool
totals(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	StringInfoData bytes;
	PtTree		tree;
	PtError		error;
	int64	   *total;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error));
	total = pg_malloc(tree.node_count * sizeof(int64));
	pt_totals(&tree, total);
	for (uint32 i = 0; i < tree.node_count; i++)
		require(total[i] == oracle_total(&oracle, i));
	pg_free(total);
	pt_tree_free(&tree);
	pfree(bytes.data);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

static bool
prune(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		kept;
	StringInfoData bytes;
	PtTree		tree;
	PtError		error;
	bool	   *keep;
	uint32		likely = 1 + random_below(random, 8);
	PtFrame		frames[STACK_MOST];

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error));

	/* random nodes, and what is above them */
	keep = pg_malloc0(tree.node_count + 1);
	for (uint32 i = 0; i < tree.node_count; i++)
		keep[i] = one_in(random, likely);
	for (uint32 i = tree.node_count; i-- > 0;)
	{
		for (uint32 j = i + 1; j < tree.node_count && tree.level[j] > tree.level[i]; j++)
			keep[i] |= keep[j];
	}
	oracle_init(&kept);
	for (uint32 i = 0; i < tree.node_count; i++)
	{
		if (keep[i])
			oracle_add(&kept, frames, oracle_frames(&oracle.node[i], frames, STACK_MOST), oracle.node[i].weight);
	}
	pt_tree_prune(&tree, keep);
	require(tree_is(&tree, &kept));

	pg_free(keep);
	pt_tree_free(&tree);
	pfree(bytes.data);
	oracle_free(&oracle);
	oracle_free(&kept);
	profile_free(&profile);
	return true;
}

static bool
find_symbol(Random *random)
{
	Profile		profile;
	Pool		others;
	Oracle		oracle;
	StringInfoData bytes;
	PtTree		tree;
	PtError		error;
	uint32		number;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(decode(&bytes, &tree, &error));
	for (uint32 i = 0; i < tree.dictionary.count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(&tree.dictionary, i, &length);

		require(pt_find_symbol(&tree.dictionary, text, length, &number) && number == i);
	}
	pool_make(&others, random);
	for (int i = 0; i < others.count; i++)
	{
		const PtFrame *symbol = &others.symbol[i];
		bool		there = false;

		for (size_t j = 0; j < oracle.count; j++)
		{
			size_t		length;
			const char *text = oracle_symbol(&oracle.node[j], &length);

			there |= length == symbol->length && memcmp(text, symbol->text, length) == 0;
		}
		require(pt_find_symbol(&tree.dictionary, symbol->text, symbol->length, &number) == there);
	}
	pt_tree_free(&tree);
	pfree(bytes.data);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/* The first PT_HEADER_MAX bytes are enough for the header of any value. */
static bool
header_of_a_slice(Random *random)
{
	PtHeader	header = {
		random_below(random, PT_MAX_NODES) + 1, 1, 1, random_below(random, PT_WIRE_MAX_BYTES + 1),
		random_below(random, PT_MAX_BYTES + 1), random_below(random, PT_MAX_BYTES + 1), 1, 0, 0
	};
	PtHeader	back;
	uint8		bytes[PT_HEADER_MAX];
	uint8	   *end;
	PtCursor	cursor;
	PtError		error;

	header.symbol_count = header.depth = 1;
	if (one_in(random, 2))
	{
		header.quantum = 1 + (random_bits(random) >> 1) % (PG_INT64_MAX - 1);
		header.units = PG_INT64_MAX / header.quantum;
	}
	else
		header.units = random_bits(random) >> 1;
	header.total = header.units * header.quantum;
	end = pt_write_header(bytes, &header);
	require(end <= bytes + sizeof(bytes));
	cursor.at = bytes;
	cursor.end = end;
	require(pt_decode_header(&cursor, &back, &error));
	require(cursor.at == end);
	require(back.node_count == header.node_count && back.symbol_count == 1 && back.depth == 1 &&
			back.dictionary_bytes == header.dictionary_bytes && back.symbols_bytes == header.symbols_bytes &&
			back.shape_bytes == header.shape_bytes && back.quantum == header.quantum &&
			back.units == header.units && back.total == header.total);
	cursor.at = bytes;
	cursor.end = end - 1;
	require(!pt_decode_header(&cursor, &back, &error));
	return true;
}

int
main(void)
{
	report(empty_tree(), "the empty tree");
	report(worked_example(), "the worked example of doc/format.md, byte for byte");
	run_cases("the stored bytes are the ones the format describes, and decode to the tree", CASES(2500), round_trip);
	run_cases("a tree is decoded into again and again, damage in between", CASES(200), tree_is_reused);
	report(each_rule(), "each rule of the format broken alone is refused by its name");
	run_cases("every byte replaced by every other: refused, or another tree's only encoding", CASES(10), every_byte);
	run_cases("every number with a superfluous byte is refused", CASES(40), every_number_padded);
	run_cases("every cut and every byte too much is refused", CASES(60), every_length);
	run_cases("several mutations at once: refused, or another tree's only encoding", CASES(160), mutations);
	run_cases("a header needs PT_HEADER_MAX bytes at most", CASES(20000), header_of_a_slice);
	report(bold_header(), "counts without bytes behind them allocate nothing");
	report(too_many_bytes(), "more than PT_MAX_BYTES are refused");
	report(deepest(PT_MAX_DEPTH, true), "a chain of the greatest depth");
	report(deepest(PT_MAX_DEPTH + 1, false), "a chain one deeper is refused");
	report(unfolding(255, true), "255 symbols of 1 MB in a dictionary of little more than 1 MB");
	report(unfolding(263, false), "263 symbols of 1 MB pass the limit");
	report(greatest_weight(), "sums of 2^63-1");
	report(too_large(), "a tree past PT_MAX_BYTES is refused by the encoder");
	run_cases("totals against the oracle", CASES(2000), totals);
	run_cases("pruning against the oracle", CASES(2000), prune);
	run_cases("finding symbols", CASES(1000), find_symbol);
	return finish();
}
