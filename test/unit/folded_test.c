/*-------------------------------------------------------------------------
 *
 * folded_test.c
 *		Folded stacks in, whatever bytes they are, and out.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/* Parse; the result as canonical text in *text, which is freed and made. */
static bool
parse(const char *input, size_t length, PtOnError on_error, PtFoldedCounts *counts, PtError *error, StringInfo text)
{
	PtBuilder	builder;
	PtTree		tree;
	bool		parsed;

	pt_builder_init(&builder, NULL, 1);
	pt_tree_init(&tree, NULL);
	parsed = pt_parse_folded(&builder, input, length, false, on_error, counts, error);
	pt_builder_flatten(&builder, &tree);
	initStringInfo(text);
	if (!pt_print_text(&tree, text, 1 << 30, NULL))
		abort();
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return parsed;
}

static bool
reads(const char *input, size_t length, PtOnError on_error, const char *expected, int skipped, int replaced)
{
	PtFoldedCounts counts;
	PtError		error;
	StringInfoData text;
	bool		same;

	error.message[0] = '\0';
	same = parse(input, length, on_error, &counts, &error, &text) &&
		strcmp(text.data, expected) == 0 &&
		counts.skipped == (uint64) skipped && counts.replaced == (uint64) replaced;
	if (!same)
		diagnose("\"%s\" gives \"%s\", skipped %d, replaced %d, %s", input, text.data,
				 (int) counts.skipped, (int) counts.replaced, error.message);
	pfree(text.data);
	return same;
}

static bool
fails(const char *input, size_t length, PtOnError on_error, PtErrorCode code, const char *message)
{
	PtFoldedCounts counts;
	PtError		error;
	StringInfoData text;
	bool		parsed = parse(input, length, on_error, &counts, &error, &text);

	pfree(text.data);
	if (!parsed && error.code == code && strcmp(error.message, message) == 0)
		return true;
	diagnose("\"%s\": %s", input, parsed ? "no error" : error.message);
	return false;
}

#define READS(input, mode, expected, skipped, replaced) \
	require(reads(input, sizeof(input) - 1, PT_ON_ERROR_##mode, expected, skipped, replaced))
#define FAILS(input, mode, code, message) \
	require(fails(input, sizeof(input) - 1, PT_ON_ERROR_##mode, code, message))

static bool
three_modes(void)
{
	READS("", FAIL, "", 0, 0);
	READS("main;parse 3\nmain 1\n", FAIL, "main 1\nmain;parse 3", 0, 0);
	/* a mark, empty lines, line ends of three kinds, blanks, a number in a name */
	READS("\357\273\277a;b 1\r\n\n \t\r\nc 7 2", FAIL, "a;b 1\nc 7 2", 0, 0);
	READS("a  \t 5 \t\n", FAIL, "a 5", 0, 0);
	/* quotes mean nothing */
	READS("\"a;b\" 1\n\"\" 2\n\"x 3", FAIL, "\"\"\"\"\"\" 2\n\"\"\"a\";b\" 1\n\"\"\"x\" 3", 0, 0);
	READS("a;;b 1\n;a 2\n; 3\na; 4", FAIL, ";\"\" 3\n;a 2\na;\"\" 4\na;;b 1", 0, 0);
	/* the mark is one only at the start */
	READS("a 1\n\357\273\277b 2", FAIL, "a 1\n\357\273\277b 2", 0, 0);
	READS("\357\273\277\357\273\277a 1", FAIL, "\357\273\277a 1", 0, 0);
	READS("\357\273\277", FAIL, "", 0, 0);

	FAILS("a 1\nb", FAIL, PT_BAD_TEXT, "missing weight at line 2, column 2");
	FAILS("a 1\nb", REPLACE, PT_BAD_TEXT, "missing weight at line 2, column 2");
	READS("a 1\nb\nc 2", SKIP, "a 1\nc 2", 1, 0);
	READS("a 1.5\nb -3\nc +3\n 4\n5\nd 99999999999999999999\ne 1", SKIP, "e 1", 6, 0);
	FAILS(" 4", FAIL, PT_BAD_TEXT, "a stack cannot be empty at line 1, column 1");

	/* bytes that are no characters, and NUL */
	FAILS("a 1\nb\377c 2", FAIL, PT_BAD_ENCODING, "invalid byte sequence for encoding \"UTF8\" at line 2, column 1");
	READS("a 1\nb\377c 2", SKIP, "a 1", 1, 0);
	READS("a 1\nb\377c 2\nd\303 3", REPLACE, "a 1\nb\357\277\275c 2\nd\357\277\275 3", 0, 2);
	READS("a\0b 1", REPLACE, "a\357\277\275b 1", 0, 1);
	READS("a\0b 1\nc 2", SKIP, "c 2", 1, 0);
	FAILS("a\0b 1", FAIL, PT_BAD_ENCODING, "invalid byte sequence for encoding \"UTF8\" at line 1, column 1");
	/* cut in a character of three bytes, of four, an overlong one, a surrogate */
	READS("\342\202 1\n\360\237\230 1\n\300\200 1\n\355\240\200 1", REPLACE,
		  "\357\277\275\357\277\275 2\n\357\277\275\357\277\275\357\277\275 2", 0, 4);
	/* a line that is mended and still none */
	FAILS("a 1\n\377", REPLACE, PT_BAD_TEXT, "missing weight at line 2, column 1");
	/* replaced bytes do not turn into a line break, a blank or a digit */
	READS("\377\377 1", REPLACE, "\357\277\275\357\277\275 1", 0, 1);

	/* sums and limits are no lines to skip */
	FAILS("a 9223372036854775807\nb 1", SKIP, PT_OUT_OF_RANGE,
		  "bigint out of range: the sum of weights passes 9223372036854775807 at line 2, column 1");
	return true;
}

static bool
other_encodings(void)
{
	pt_core_encoding = PG_LATIN1;
	READS("a\377 1\n\0 2", REPLACE, "? 2\na\377 1", 0, 1);
	pt_core_encoding = PG_EUC_JP;
	READS("a\244\242;b\244 1\n", REPLACE, "a\244\242;b? 1", 0, 1);
	READS("a\244\n\242 1\nb 1", SKIP, "b 1", 2, 0);
	pt_core_encoding = PG_SQL_ASCII;
	READS("a\377 1", FAIL, "a\377 1", 0, 0);
	FAILS("a\0 1", FAIL, PT_BAD_ENCODING, "invalid byte sequence for encoding \"SQL_ASCII\" at line 1, column 1");
	/* a mark where it cannot be text, and bytes of two characters where it can */
	READS("\357\273\277a 1", FAIL, "a 1", 0, 0);
	pt_core_encoding = PG_EUC_JP;
	READS("\357\273\277\344 1", FAIL, "\357\273\277\344 1", 0, 0);
	pt_core_encoding = PG_UTF8;
	return true;
}

/* ---- any bytes ---- */

/* what each mode has to make of text, a line at a time */
static bool
naive_folded(const char *text, size_t length, PtOnError on_error, Oracle *oracle, PtFoldedCounts *counts)
{
	size_t		at = 0;

	memset(counts, 0, sizeof(*counts));
	if (length >= 3 && memcmp(text, "\357\273\277", 3) == 0)
		at = 3;
	while (at < length)
	{
		StringInfoData line;
		bool		valid = true;
		Oracle		one;
		bool		ok;

		initStringInfo(&line);
		while (at < length && text[at] != '\n')
		{
			int			n = text[at] == '\0' ? -1 :
			pg_utf_mblen((const unsigned char *) text + at);

			if (n > 0 && (size_t) n <= length - at && memchr(text + at, '\n', n) == NULL &&
				pg_utf8_islegal((const unsigned char *) text + at, n))
			{
				appendBinaryStringInfo(&line, text + at, n);
				at += n;
			}
			else
			{
				appendStringInfoString(&line, "\357\277\275");
				at++;
				valid = false;
			}
		}
		at++;
		oracle_init(&one);
		if (!valid && on_error != PT_ON_ERROR_REPLACE)
			ok = false;
		else
		{
			counts->replaced += !valid;
			ok = naive_parse(line.data, line.len, false, &one);
		}
		pfree(line.data);
		if (ok)
			oracle_add_oracle(oracle, &one);
		else if (on_error == PT_ON_ERROR_SKIP)
			counts->skipped++;
		oracle_free(&one);
		if (!ok && on_error != PT_ON_ERROR_SKIP)
			return false;
	}
	return true;
}

static bool
any_bytes(Random *random)
{
	static const char *const pieces[] = {
		"a", "b", ";", " ", "\t", "\n", "\r\n", " 1\n", " 2\n", " 3", "\303\251", "\303", "\251", "\377", "\342\202",
		"\357\273\277", "\"", "a;b;c 4\n", "a;b 5\n", "12", "\360\237\230\200"
	};
	StringInfoData text;
	char	   *exact;

	initStringInfo(&text);
	for (int n = random_below(random, 30); n > 0; n--)
	{
		appendStringInfoString(&text, pieces[random_below(random, lengthof(pieces))]);
		if (one_in(random, 40))
			appendStringInfoChar(&text, '\0');
		if (one_in(random, 4))
			appendStringInfoString(&text, " 1\n");
	}
	exact = pg_malloc(text.len);
	memcpy(exact, text.data, text.len);
	for (PtOnError mode = PT_ON_ERROR_FAIL; mode <= PT_ON_ERROR_REPLACE; mode++)
	{
		Oracle		oracle;
		PtBuilder	builder;
		PtFoldedCounts counts;
		PtFoldedCounts expected;
		PtError		error;
		bool		parsed;

		oracle_init(&oracle);
		pt_builder_init(&builder, NULL, random_bits(random));
		parsed = pt_parse_folded(&builder, exact, text.len, false, mode, &counts, &error);
		require(naive_folded(text.data, text.len, mode, &oracle, &expected) == parsed);
		require(builder_is(&builder, &oracle));
		require(counts.skipped == expected.skipped && counts.replaced == expected.replaced);
		if (!parsed)
			require(strstr(error.message, " at line ") != NULL);
		/* what the server has checked is read the same unchecked */
		if (pt_valid_encoding(exact, text.len))
		{
			PtBuilder	trusted;

			pt_builder_init(&trusted, NULL, random_bits(random));
			require(pt_parse_folded(&trusted, exact, text.len, true, mode, &counts, &error) == parsed);
			require(builder_is(&trusted, &oracle));
			pt_builder_free(&trusted);
		}
		pt_builder_free(&builder);
		oracle_free(&oracle);
	}
	pg_free(exact);
	pfree(text.data);
	return true;
}

/* ---- out ---- */

/* the tree with the frames replaced that folded stacks cannot hold */
static uint64
replaceable(const Oracle *oracle, Oracle *result)
{
	uint64		changed = 0;

	oracle_init(result);
	for (size_t i = 0; i < oracle->count; i++)
	{
		PtFrame		frames[STACK_MOST];
		char		bytes[STACK_MOST][SYMBOL_MOST];
		uint32		count = oracle_frames(&oracle->node[i], frames, STACK_MOST);
		bool		leaf = i + 1 == oracle->count || oracle_level(&oracle->node[i + 1]) <= count;

		if (oracle->node[i].weight == 0 && !leaf)
			continue;
		for (uint32 j = 0; j < count; j++)
		{
			char	   *symbol = bytes[j];
			size_t		length = frames[j].length;
			bool		differs = false;

			memcpy(symbol, frames[j].text, length);
			if (length == 0 && count == 1)
			{
				symbol[0] = '_';
				length = 1;
				differs = true;
			}
			for (size_t at = 0; at < length; at++)
			{
				char		c = symbol[at];
				bool		outer = (j == 0 && at == 0) || (j + 1 == count && at + 1 == length);

				if (c == ';')
					symbol[at] = '|';
				else if (c == '\n' || c == '\r' || (outer && (c == ' ' || c == '\t')))
					symbol[at] = '_';
				differs |= symbol[at] != c;
			}
			changed += differs;
			frames[j].text = symbol;
			frames[j].length = length;
		}
		oracle_add(result, frames, count, oracle->node[i].weight);
	}
	return changed;
}

/*
 * What is written reads back, to the same tree when nothing had to be
 * replaced, else to the tree of the replaced frames.
 */
static bool
written(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		expected;
	Oracle		naive;
	PtTree		tree;
	PtBuilder	builder;
	PtFoldedCounts counts;
	PtError		error;
	StringInfoData bytes;
	StringInfoData text;
	uint64		changed;
	int			mark;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	initStringInfo(&text);
	changed = pt_print_folded(&tree, &text, NULL);
	require(changed == replaceable(&oracle, &expected));

	/* before a first symbol that looks like one there is a byte order mark */
	mark = text.len >= 3 && memcmp(text.data, "\357\273\277", 3) == 0 ? 3 : 0;
	oracle_init(&naive);
	require(naive_parse(text.data + mark, text.len - mark, false, &naive));
	pt_builder_init(&builder, NULL, random_bits(random));
	require(pt_parse_folded(&builder, text.data, text.len, false, PT_ON_ERROR_FAIL, &counts, &error));
	require(builder_is(&builder, &expected));
	if (changed == 0)
		require(builder_is(&builder, &oracle));
	require(builder_is(&builder, &naive));
	pt_builder_free(&builder);
	pt_tree_free(&tree);
	oracle_free(&oracle);
	oracle_free(&expected);
	oracle_free(&naive);
	profile_free(&profile);
	pfree(bytes.data);
	pfree(text.data);
	return true;
}

int
main(void)
{
	report(three_modes(), "lines good and bad, in three modes");
	report(other_encodings(), "encodings other than UTF-8");
	run_cases("any bytes are read as a line at a time by the naive reader", CASES(10000), any_bytes);
	run_cases("what is written reads back, replaced frames counted", CASES(1000), written);
	return finish();
}
