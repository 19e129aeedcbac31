/*-------------------------------------------------------------------------
 *
 * fuzz_text.c
 *		Any text in the text form: read or refused as by the naive reader, and
 *		what is read prints and reads back.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

/*
 * The server hands over valid text without NUL: bytes that are none of it
 * become something that is.
 */
static char *
valid_text(const uint8 *data, size_t size)
{
	char	   *text = malloc(size + 1);
	size_t		at = 0;

	while (at < size)
	{
		int			n = data[at] == 0 ? -1 :
		pg_encoding_verifymbchar(PG_UTF8, (const char *) data + at, (int) Min(size - at, MAX_MULTIBYTE_CHAR_LEN));

		if (n > 0)
			memcpy(text + at, data + at, n);
		else
		{
			text[at] = "?;\n\""[data[at] & 3];
			n = 1;
		}
		at += n;
	}
	return text;
}

/* every line with a reader of its own, so that nothing is kept from the last */
static void
check_single_stacks(const char *text, size_t length)
{
	PtBuilder	together;
	PtBuilder	apart;
	PtStackReader reader;
	size_t		start = 0;
	PtError		error;
	PtError		other_error;
	size_t		at;
	size_t		other_at;
	StringInfoData a;
	StringInfoData b;

	pt_builder_init(&together, NULL, 1);
	pt_builder_init(&apart, NULL, 2);
	pt_reader_init(&reader, NULL, PT_STACK);
	for (size_t i = 0; i <= length; i++)
	{
		PtStackReader fresh;
		bool		added;

		if (i < length && text[i] != '\n')
			continue;
		pt_reader_init(&fresh, NULL, PT_STACK);
		added = pt_add_stack(&reader, &together, text + start, i - start, 1, &at, &error);
		check(pt_add_stack(&fresh, &apart, text + start, i - start, 1, &other_at, &other_error) == added);
		if (!added)
		{
			check_error(&error);
			check(at <= i - start && at == other_at && strcmp(error.message, other_error.message) == 0);
		}
		pt_reader_free(&fresh);
		start = i + 1;
	}
	encode_builder(&together, &a);
	encode_builder(&apart, &b);
	check(same_bytes(&a, &b));
	pfree(a.data);
	pfree(b.data);
	pt_reader_free(&reader);
	pt_builder_free(&together);
	pt_builder_free(&apart);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	char	   *text;
	PtBuilder	builder;
	Oracle		oracle;
	PtError		error;
	bool		parsed;

	/* the naive reader takes square time */
	if (size > 4096)
		return 0;
	pt_core_encoding = PG_UTF8;
	memset(&error, 0, sizeof(error));
	text = valid_text(data, size);
	/* no byte behind it may be read */
	text = realloc(text, size + (size == 0));
	oracle_init(&oracle);
	pt_builder_init(&builder, NULL, 1);
	parsed = pt_parse_text(&builder, text, size, &error);
	check(naive_parse(text, size, true, &oracle) == parsed);
	check(builder_is(&builder, &oracle));
	if (parsed)
	{
		StringInfoData bytes;
		PtTree		tree;

		encode_builder(&builder, &bytes);
		pt_tree_init(&tree, NULL);
		check(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
		check_tree(&tree, (uint8 *) bytes.data, bytes.len);
		pt_tree_free(&tree);
		pfree(bytes.data);
	}
	else
	{
		check_error(&error);
		check(error.code == PT_BAD_TEXT || error.code == PT_OUT_OF_RANGE);
		check(strstr(error.message, " at line ") != NULL);
	}
	check_single_stacks(text, size);
	pt_builder_free(&builder);
	oracle_free(&oracle);
	free(text);
	return 0;
}
