/*-------------------------------------------------------------------------
 *
 * stack_text_test.c
 *		Stacks as text: what is read, how it is written, where errors are.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/* ---- the reader keeps what is the same as in the stack before ---- */

/*
 * Stacks of few characters, each a mutation of one of those before, so that
 * shared prefixes end everywhere: in names, at and in quotes, behind ';'.
 */
static void
mutate_stack(StringInfo stack, const char *alphabet, Random *random)
{
	uint32		letters = (uint32) strlen(alphabet);

	for (int n = random_below(random, 4); n >= 0; n--)
	{
		char		letter = alphabet[random_below(random, letters)];
		int			at = random_below(random, stack->len + 1);

		switch (random_below(random, 5))
		{
			case 0:
				if (stack->len > at)
					stack->data[at] = letter;
				break;
			case 1:
				stack->len = Max(at, 0);
				break;
			case 2:
				if (stack->len > at)
				{
					memmove(stack->data + at, stack->data + at + 1, stack->len - at - 1);
					stack->len--;
				}
				break;
			case 3:
				appendStringInfoChar(stack, letter);
				break;
			default:
				appendStringInfoChar(stack, letter);
				memmove(stack->data + at + 1, stack->data + at, stack->len - 1 - at);
				stack->data[at] = letter;
		}
	}
	if (stack->len > 40)
		stack->len = random_below(random, 40);
}

/*
 * One reader over many stacks gives what the naive splitter gives for each
 * stack alone, also when the builder is changed behind the reader's back.
 */
static bool
one_reader(Random *random, bool quoting, const char *alphabet)
{
	PtBuilder	builder;
	PtStackReader reader;
	Oracle		oracle;
	PtFrame		frames[64];
	StringInfoData stack;
	StringInfoData earlier;
	StringInfoData unquoted;
	PtError		error;
	size_t		error_at;

	oracle_init(&oracle);
	initStringInfo(&stack);
	initStringInfo(&earlier);
	initStringInfo(&unquoted);
	pt_builder_init(&builder, NULL, random_bits(random));
	pt_reader_init(&reader, NULL, quoting ? PT_STACK : PT_STACK_FOLDED);
	for (int i = 0; i < 60; i++)
	{
		uint32		count;
		/* in a block of its own, so that reading past it shows */
		char	   *exact;
		bool		added;

		mutate_stack(&stack, alphabet, random);
		if (one_in(random, 5))
		{
			/* back to where it was */
			resetStringInfo(&stack);
			appendBinaryStringInfo(&stack, earlier.data, earlier.len);
		}
		if (one_in(random, 4))
		{
			resetStringInfo(&earlier);
			appendBinaryStringInfo(&earlier, stack.data, stack.len);
		}
		exact = pg_malloc(stack.len);
		memcpy(exact, stack.data, stack.len);
		added = pt_add_stack(&reader, &builder, exact, stack.len, i, &error_at, &error);
		pg_free(exact);
		resetStringInfo(&unquoted);
		count = naive_stack(stack.data, stack.len, quoting, frames, lengthof(frames), &unquoted);
		require(added == (count > 0));
		if (added)
			oracle_add(&oracle, frames, count, i);
		else
			require(error.code == PT_BAD_TEXT && error_at <= (size_t) stack.len);
		if (one_in(random, 15))
		{
			static const PtFrame other[] = {{"a", 1}, {"b", 1}};

			require(pt_builder_add(&builder, 0, other, 2, 1, &error));
			oracle_add(&oracle, other, 2, 1);
		}
		if (one_in(random, 15))
			require(builder_is(&builder, &oracle));
	}
	require(builder_is(&builder, &oracle));
	pt_reader_free(&reader);
	pt_builder_free(&builder);
	oracle_free(&oracle);
	pfree(stack.data);
	pfree(earlier.data);
	pfree(unquoted.data);
	return true;
}

static bool
one_reader_quoting(Random *random)
{
	static const char *const alphabets[] = {"a;", "ab;", "a;\"", "ab;;\"\"", "a;\" \n", "a;\"\303\251"};

	return one_reader(random, true, alphabets[random_below(random, lengthof(alphabets))]);
}

static bool
one_reader_folded(Random *random)
{
	static const char *const alphabets[] = {"a;", "ab;", "a;\"", "ab;;\"\""};

	return one_reader(random, false, alphabets[random_below(random, lengthof(alphabets))]);
}

/*
 * The text kept of the stack before is that stack, whatever it was longer or
 * shorter than: "abx" is not "a;x", though what was kept of "abx" was.
 */
static bool
shorter_then_longer(void)
{
	static const char *const sequences[][6] = {
		{"ab;c", "a", "a;x", "abx", NULL},
		{"ab;c", "a", "a;", "ab", NULL},
		{"a\"b;c", "a", "a;b", "a\"b", NULL},
		{"a;b;c", "a;b", "a;b;", "a;b;c", NULL},
		{"a;b;c", "a", "a;b", "a;b;c", NULL}
	};

	for (size_t i = 0; i < lengthof(sequences); i++)
	{
		PtBuilder	builder;
		PtStackReader reader;
		Oracle		oracle;
		size_t		error_at;
		PtError		error;

		oracle_init(&oracle);
		pt_builder_init(&builder, NULL, 1);
		pt_reader_init(&reader, NULL, PT_STACK);
		for (int j = 0; sequences[i][j] != NULL; j++)
		{
			const char *stack = sequences[i][j];
			PtFrame		frames[10];
			StringInfoData unquoted;
			uint32		count;

			initStringInfo(&unquoted);
			require(pt_add_stack(&reader, &builder, stack, strlen(stack), 1, &error_at, &error));
			count = naive_stack(stack, strlen(stack), true, frames, 10, &unquoted);
			oracle_add(&oracle, frames, count, 1);
			pfree(unquoted.data);
			if (!builder_is(&builder, &oracle))
			{
				diagnose("wrong after stack %d, %s, of sequence %d", j, stack, (int) i);
				return false;
			}
		}
		pt_reader_free(&reader);
		pt_builder_free(&builder);
		oracle_free(&oracle);
	}
	return true;
}

/* ---- whole texts ---- */

/*
 * Random characters of those with a meaning: read or refused as the naive
 * reader does, and the lines before a bad one are in.
 */
static bool
random_text(Random *random)
{
	static const char *const pieces[] = {
		"a", "b", ";", ";", "\"", "\"\"", " ", "\t", "\n", "\n", "\r\n", "\r", " 1\n", " 2\n", "\t30 \n", " 5",
		"7", "\303\251", "\\", "-", ".", "\"a\"", "\"a;b\"", " 9223372036854775807\n", " 9223372036854775808\n", "a;b;c"
	};
	StringInfoData text;
	PtBuilder	builder;
	Oracle		oracle;
	PtError		error;
	bool		parsed;
	char	   *exact;

	initStringInfo(&text);
	oracle_init(&oracle);
	pt_builder_init(&builder, NULL, random_bits(random));
	for (int n = random_below(random, 40); n > 0; n--)
	{
		appendStringInfoString(&text, pieces[random_below(random, lengthof(pieces))]);
		/* enough good lines to come to something */
		if (one_in(random, 3))
			appendStringInfoString(&text, " 1\n");
	}
	exact = pg_malloc(text.len);
	memcpy(exact, text.data, text.len);
	parsed = pt_parse_text(&builder, exact, text.len, &error);
	pg_free(exact);
	require(naive_parse(text.data, text.len, true, &oracle) == parsed);
	require(builder_is(&builder, &oracle));
	if (!parsed)
	{
		require(error.code == PT_BAD_TEXT || error.code == PT_OUT_OF_RANGE);
		require(strstr(error.message, " at line ") != NULL && strstr(error.message, ", column ") != NULL);
	}
	pt_builder_free(&builder);
	oracle_free(&oracle);
	pfree(text.data);
	return true;
}

/* any profile, in any of the ways to write it */
static bool
written_any_way(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtBuilder	builder;
	PtError		error;
	StringInfoData text;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	initStringInfo(&text);
	for (int i = 0; i < profile.count; i++)
	{
		const Sample *sample = &profile.sample[i];

		write_stack(&text, sample->frames, sample->count, random);
		appendStringInfoString(&text, one_in(random, 4) ? " \t" : " ");
		appendStringInfo(&text, "%s" INT64_FORMAT, one_in(random, 8) ? "000" : "", sample->weight);
		if (one_in(random, 8))
			appendStringInfoString(&text, " \t ");
		if (i + 1 < profile.count || one_in(random, 2))
			appendStringInfoString(&text, one_in(random, 8) ? "\r\n" : "\n");
		if (one_in(random, 10) && text.data[text.len - 1] == '\n')
			appendStringInfoString(&text, one_in(random, 2) ? "\n \t\n" : "\r\n");
	}
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_text(&builder, text.data, text.len, &error));
	require(builder_is(&builder, &oracle));
	pt_builder_free(&builder);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(text.data);
	return true;
}

/*
 * What is printed reads back to the same bytes, has a line for every weight
 * and leaf, and nothing shorter than it is printed when it may not be longer.
 */
static bool
printed(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		back;
	PtBuilder	builder;
	PtTree		tree;
	PtError		error;
	StringInfoData text;
	StringInfoData bytes;
	StringInfoData again;
	size_t		lines = 0;
	size_t		expected = 0;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	initStringInfo(&text);
	require(pt_print_text(&tree, &text, 1 << 30, NULL));

	/* the naive reader, and the real one */
	oracle_init(&back);
	require(naive_parse(text.data, text.len, true, &back));
	oracle_encode(&back, &again);
	require(same_bytes(&bytes, &again));
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_text(&builder, text.data, text.len, &error));
	require(builder_is(&builder, &oracle));

	for (uint32 i = 0; i < tree.node_count; i++)
		expected += tree.self[i] > 0 || pt_is_leaf(&tree, i);
	for (int i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	/* line breaks within quotes count too, so at least these */
	require(expected == 0 ? text.len == 0 : lines + 1 >= expected);
	require(text.len == 0 || text.data[text.len - 1] != '\n');

	if (text.len > 0)
	{
		StringInfoData cut;

		initStringInfo(&cut);
		require(!pt_print_text(&tree, &cut, random_below(random, text.len), NULL));
		pfree(cut.data);
	}
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	oracle_free(&oracle);
	oracle_free(&back);
	profile_free(&profile);
	pfree(text.data);
	pfree(bytes.data);
	pfree(again.data);
	return true;
}

/*
 * A path writer that skips what is below some nodes still gives each node's
 * own stack.
 */
static bool
path_writer(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	PtError		error;
	StringInfoData bytes;
	PtPathWriter writer;
	PtFrame		frames[STACK_MOST];
	PtFrame		read[STACK_MOST];
	StringInfoData unquoted;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	initStringInfo(&unquoted);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	pt_path_writer_init(&writer, &tree, NULL);
	for (uint32 i = 0; i < tree.node_count;)
	{
		uint32		count = oracle_frames(&oracle.node[i], frames, STACK_MOST);

		pt_path_writer_move(&writer, i);
		resetStringInfo(&unquoted);
		require(naive_stack(writer.path.data, writer.path.len, true, read, STACK_MOST, &unquoted) == count);
		for (uint32 j = 0; j < count; j++)
			require(frames[j].length == read[j].length &&
					memcmp(frames[j].text, read[j].text, read[j].length) == 0);
		i++;
		if (one_in(random, 5))
		{
			/* cut here */
			while (i < tree.node_count && tree.level[i] > count)
				i++;
		}
	}
	pt_path_writer_free(&writer);
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(bytes.data);
	pfree(unquoted.data);
	return true;
}

static bool
prints(const char *input, const char *expected)
{
	PtBuilder	builder;
	PtTree		tree;
	PtError		error;
	StringInfoData text;
	bool		same;

	pt_builder_init(&builder, NULL, 1);
	require(pt_parse_text(&builder, input, strlen(input), &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&builder, &tree);
	initStringInfo(&text);
	require(pt_print_text(&tree, &text, 1000, NULL));
	same = strcmp(text.data, expected) == 0;
	if (!same)
		diagnose("expected %s, got %s", expected, text.data);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pfree(text.data);
	return same;
}

static bool
canonical_text(void)
{
	require(prints("", ""));
	require(prints("\n\r\n \t\n\r", ""));
	require(prints("b 1\na 2", "a 2\nb 1"));
	require(prints("a;b 1\na 2\r\na;b  3  \n", "a 2\na;b 4"));
	require(prints("a;b 0", "a;b 0"));
	require(prints("a 0\na;b 0", "a;b 0"));
	require(prints("\"\" 1", "\"\" 1"));
	require(prints("; 1", ";\"\" 1"));
	require(prints(";a 1", ";a 1"));
	require(prints("a; 1\na;;b 2", "a;\"\" 1\na;;b 2"));
	require(prints("\"a b \" 1\n\"a b \";c 2", "\"a b \" 1\na b ;c 2"));
	require(prints("  a\t1", "  a 1"));
	require(prints("\"a;b\";\"c\nd\";\"e\"\"f\" 1", "\"a;b\";\"c\nd\";e\"f 1"));
	require(prints("\"\"\"a\" 1", "\"\"\"a\" 1"));
	require(prints("a\\n%20\"x 1", "a\\n%20\"x 1"));
	require(prints("\"a\r\" 1\na\rb 2", "\"a\r\" 1\n\"a\rb\" 2"));
	require(prints("\\x41 1", "\\x41 1"));
	return true;
}

/* ---- errors ---- */

static bool
fails(const char *text, PtErrorCode code, const char *message, const char *hint)
{
	PtBuilder	builder;
	PtError		error;
	bool		parsed;

	pt_builder_init(&builder, NULL, 1);
	parsed = pt_parse_text(&builder, text, strlen(text), &error);
	pt_builder_free(&builder);
	if (!parsed && error.code == code && strcmp(error.message, message) == 0 &&
		(hint == NULL ? error.hint[0] == '\0' : strstr(error.hint, hint) != NULL))
		return true;
	diagnose("%s", text);
	if (parsed)
		diagnose("no error");
	else
		diagnose("code %d, %s, hint: %s", error.code, error.message, error.hint);
	return false;
}

static bool
error_places(void)
{
	/* the end of the stack is where the weight is missed */
	require(fails("a", PT_BAD_TEXT, "missing weight at line 1, column 2", "main;parse 3"));
	require(fails("a 1\nb;c\nd 1", PT_BAD_TEXT, "missing weight at line 2, column 4", "main;parse 3"));
	require(fails("7", PT_BAD_TEXT, "missing weight at line 1, column 2", "main;parse 3"));
	require(fails("a7", PT_BAD_TEXT, "missing weight at line 1, column 3", "main;parse 3"));
	require(fails("a -1", PT_BAD_TEXT, "invalid weight \"-1\" at line 1, column 3", "cannot be negative"));
	require(fails("a +1", PT_BAD_TEXT, "invalid weight \"+1\" at line 1, column 3", "digits only"));
	require(fails("a 1.5", PT_BAD_TEXT, "invalid weight \"1.5\" at line 1, column 3", "whole numbers"));
	require(fails("a 1e9", PT_BAD_TEXT, "invalid weight \"1e9\" at line 1, column 3", "whole numbers"));
	require(fails("a 9223372036854775808", PT_OUT_OF_RANGE,
				  "weight \"9223372036854775808\" is out of range for type bigint at line 1, column 3", NULL));
	require(fails("a 9223372036854775807\nb 1", PT_OUT_OF_RANGE,
				  "bigint out of range: the sum of weights passes 9223372036854775807 at line 2, column 1", NULL));
	require(fails(" 1", PT_BAD_TEXT, "a stack cannot be empty at line 1, column 1", "Write \"\""));
	require(fails("a 1\n\n\t 1", PT_BAD_TEXT, "a stack cannot be empty at line 3, column 1", "Write \"\""));
	require(fails("\"a", PT_BAD_TEXT, "unterminated quoted frame at line 1, column 1", "raw output"));
	require(fails("a 1\nb;\"c\n\n 1\n", PT_BAD_TEXT, "unterminated quoted frame at line 2, column 3", "raw output"));
	require(fails("\"a\"b 1", PT_BAD_TEXT, "unexpected character after a quoted frame at line 1, column 4", "raw output"));
	require(fails("\"a\" ;b 1", PT_BAD_TEXT, "unexpected character after a quoted frame at line 1, column 4", "raw output"));
	/* lines within quotes are lines */
	require(fails("\"a\nb\";c 1\nd", PT_BAD_TEXT, "missing weight at line 3, column 2", "main;parse 3"));
	require(fails("\"a\n\nb\"x 1", PT_BAD_TEXT, "unexpected character after a quoted frame at line 3, column 3", "raw output"));
	/* columns count characters */
	require(fails("\303\251\342\202\254;\"x", PT_BAD_TEXT, "unterminated quoted frame at line 1, column 4", "raw output"));
	/* a frame that is the same as before does not move the place */
	require(fails("a;b;c 1\na;b;\"c\"d 1", PT_BAD_TEXT, "unexpected character after a quoted frame at line 2, column 8", "raw output"));
	return true;
}

/* User text in a message is cut at characters, with "...". */
static bool
clipped(void)
{
	char		text[400];
	char		expected[300];
	PtBuilder	builder;
	PtError		error;

	memset(text, '9', sizeof(text));
	memcpy(text, "a ", 2);
	pt_builder_init(&builder, NULL, 1);
	require(!pt_parse_text(&builder, text, sizeof(text), &error));
	strcpy(expected, "weight \"");
	memset(expected + 8, '9', PT_CLIP);
	strcpy(expected + 8 + PT_CLIP, "...\" is out of range for type bigint at line 1, column 3");
	require(strcmp(error.message, expected) == 0);
	pt_builder_free(&builder);

	for (int characters = 0; characters < 60; characters++)
	{
		char		buffer[PT_CLIP_SIZE];
		char	   *exact = pg_malloc(4 * characters);

		for (int i = 0; i < characters; i++)
			memcpy(exact + 4 * i, "\364\217\277\277", 4);
		pt_clip(buffer, exact, 4 * characters);
		require(strlen(buffer) == (size_t) (characters <= PT_CLIP ? 4 * characters : 4 * PT_CLIP + 3));
		require(pt_count_characters(exact, 4 * characters) == (size_t) characters);
		/* a character cut off at the end is one, and nothing behind is read */
		if (characters > 0)
			require(pt_count_characters(exact, 4 * characters - 2) == (size_t) characters);
		pg_free(exact);
	}
	return true;
}

/* A line break in a frame of the API for one stack, which has no lines. */
static bool
line_breaks(void)
{
	PtBuilder	builder;
	PtStackReader reader;
	PtError		error;
	size_t		at;

	pt_builder_init(&builder, NULL, 1);
	pt_reader_init(&reader, NULL, PT_STACK);
	require(!pt_add_stack(&reader, &builder, "a;b\nc", 5, 1, &at, &error) && at == 3 && error.code == PT_BAD_TEXT);
	require(strstr(error.message, "line break") != NULL);
	require(pt_add_stack(&reader, &builder, "a;\"b\nc\"", 7, 1, &at, &error));
	require(!pt_add_stack(&reader, &builder, "a;\"b\nc\";d\n", 10, 1, &at, &error) && at == 9);
	require(!pt_add_stack(&reader, &builder, "a;\"b\nc\"\n", 8, 1, &at, &error) && at == 7);
	require(!pt_add_stack(&reader, &builder, "", 0, 1, &at, &error) && at == 0);
	require(builder.total == 1 && builder.node_count == 3);
	pt_reader_free(&reader);
	pt_builder_free(&builder);
	return true;
}

/* ---- work and memory ---- */

/*
 * A text takes time and memory linear in its size, however it is made: the
 * same shape ten times as large may take at most so many times as long.
 */
typedef void (*Shape) (StringInfo text, int size);

static void
quotes_with_breaks(StringInfo text, int size)
{
	/* one line of many quoted frames, a line break in each */
	for (int i = 0; i < size; i++)
		appendStringInfoString(text, i == 0 ? "\"\n\"" : ";\"\n\"");
	appendStringInfoString(text, " 1");
}

static void
quotes_without_breaks(StringInfo text, int size)
{
	for (int i = 0; i < size; i++)
		appendStringInfoString(text, i == 0 ? "\"\"\"\"" : ";\"\"\"\"");
	appendStringInfoString(text, " 1");
}

static void
long_unquoted_lines(StringInfo text, int size)
{
	/* many lines with a quote that means nothing */
	for (int i = 0; i < size; i++)
		appendStringInfoString(text, "a\" 1\n");
}

static void
doubled_quotes(StringInfo text, int size)
{
	appendStringInfoChar(text, '"');
	for (int i = 0; i < size; i++)
		appendStringInfoString(text, "\"\"");
	appendStringInfoString(text, "\" 1");
}

static void
distinct_lines(StringInfo text, int size)
{
	for (int i = 0; i < size; i++)
		appendStringInfo(text, "%d 1\n", i);
}

static void
empty_lines(StringInfo text, int size)
{
	for (int i = 0; i < size; i++)
		appendStringInfoString(text, "\r\n");
	appendStringInfoString(text, "\"");
}

static void
semicolons(StringInfo text, int size)
{
	for (int i = 0; i < size; i++)
		appendStringInfoChar(text, ';');
	appendStringInfoString(text, " 1");
}

static double
time_of(Shape shape, int size)
{
	StringInfoData text;
	double		best = 1e9;

	initStringInfo(&text);
	shape(&text, size);
	for (int i = 0; i < 3; i++)
	{
		PtBuilder	builder;
		PtError		error;
		double		start = cpu_seconds();

		pt_builder_init(&builder, NULL, 1);
		pt_parse_text(&builder, text.data, text.len, &error);
		pt_builder_free(&builder);
		best = Min(best, cpu_seconds() - start);
	}
	pfree(text.data);
	return best;
}

static bool
linear(Shape shape, const char *name)
{
	/* more than once, as a machine may have other work */
	for (int attempt = 0; attempt < 3; attempt++)
	{
		double		small = time_of(shape, UNDER_SANITIZER ? 10000 : 30000);
		double		large = time_of(shape, UNDER_SANITIZER ? 100000 : 300000);

		/* ten times the text; a hundred times the time would be quadratic */
		if (large < 40 * small + 0.01)
			return true;
		diagnose("%s: %.6f s, ten times as large %.6f s", name, small, large);
	}
	return false;
}

static bool
all_linear(void)
{
#define LINEAR(shape) require(linear(shape, #shape))
	LINEAR(quotes_with_breaks);
	LINEAR(quotes_without_breaks);
	LINEAR(long_unquoted_lines);
	LINEAR(doubled_quotes);
	LINEAR(distinct_lines);
	LINEAR(empty_lines);
	LINEAR(semicolons);
	return true;
}

/*
 * A stack past the depth limit is refused before memory for all its frames
 * has been asked for.
 */
static bool
too_deep(void)
{
	uint32		size = 40 * 1000 * 1000;
	char	   *text = pg_malloc(size);
	PtBuilder	builder;
	PtStackReader reader;
	PtError		error;
	size_t		at;
	uint64		before = pt_alloc_bytes;

	memset(text, ';', size);
	pt_builder_init(&builder, NULL, 1);
	pt_reader_init(&reader, NULL, PT_STACK);
	require(!pt_add_stack(&reader, &builder, text, size, 1, &at, &error));
	require(error.code == PT_BEYOND_LIMIT);
	require(pt_alloc_bytes - before < 200 * 1000 * 1000);

	/* PT_MAX_DEPTH frames are one ';' less; then one more */
	require(pt_add_stack(&reader, &builder, text, PT_MAX_DEPTH - 1, 1, &at, &error));
	require(builder.depth == PT_MAX_DEPTH);
	require(!pt_add_stack(&reader, &builder, text, PT_MAX_DEPTH, 1, &at, &error));
	require(error.code == PT_BEYOND_LIMIT && builder.node_count == PT_MAX_DEPTH + 1);
	require(pt_add_stack(&reader, &builder, text, PT_MAX_DEPTH - 1, 1, &at, &error));
	require(builder.total == 2);
	pt_reader_free(&reader);
	pt_builder_free(&builder);
	pg_free(text);
	return true;
}

int
main(void)
{
	report(shorter_then_longer(), "what is kept of the stack before is that stack");
	run_cases("one reader over many stacks gives what each gives alone", CASES(8000), one_reader_quoting);
	run_cases("the same without quoting", CASES(4000), one_reader_folded);
	run_cases("random characters are read or refused as by the naive reader", CASES(20000), random_text);
	run_cases("profiles written in any of the ways the grammar allows", CASES(1500), written_any_way);
	run_cases("what is printed reads back to the same bytes", CASES(1500), printed);
	run_cases("a path writer that skips subtrees", CASES(1000), path_writer);
	report(canonical_text(), "the canonical text of awkward trees");
	report(error_places(), "errors name line and column");
	report(clipped(), "user text in messages is cut at characters");
	report(line_breaks(), "line breaks in a single stack");
	report(all_linear(), "time is linear in the text, for shapes meant to break that");
	report(too_deep(), "depth is limited, and memory with it");
	return finish();
}
