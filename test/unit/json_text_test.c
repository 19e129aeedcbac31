/*-------------------------------------------------------------------------
 *
 * json_text_test.c
 *		Strings in the JSON that we write, each byte against the rule written
 *		once more, and numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "json_text.h"

static bool
is_written(const char *text, size_t length, const char *expected)
{
	StringInfoData json;
	bool		same;

	initStringInfo(&json);
	appendStringInfoString(&json, "before");
	pt_append_json(&json, text, length, pt_core_encoding);
	same = strncmp(json.data, "before", 6) == 0 && strcmp(json.data + 6, expected) == 0;
	if (!same)
		diagnose("%s", json.data + 6);
	pfree(json.data);
	return same;
}

static bool
every_byte(void)
{
	for (int c = 1; c < 256; c++)
	{
		char		text[3] = {'a', (char) c, 'b'};
		char		expected[16];

		if (c == '\n')
			strcpy(expected, "\"a\\nb\"");
		else if (c == '\r')
			strcpy(expected, "\"a\\rb\"");
		else if (c == '\t')
			strcpy(expected, "\"a\\tb\"");
		else if (c == '"' || c == '\\')
			snprintf(expected, sizeof(expected), "\"a\\%cb\"", c);
		else if (c < 32 || strchr("<>&", c) != NULL)
			snprintf(expected, sizeof(expected), "\"a\\u00%02xb\"", c);
		else
			snprintf(expected, sizeof(expected), "\"a%cb\"", c);
		require(is_written(text, 3, expected));
		require(c != 'x' || is_written("x", 1, "\"x\""));
	}
	return true;
}

static bool
numbers(void)
{
	StringInfoData json;

	initStringInfo(&json);
	pt_append_number(&json, 0);
	appendStringInfoChar(&json, ',');
	pt_append_number(&json, 1200345);
	appendStringInfoChar(&json, ',');
	pt_append_number(&json, PG_UINT64_MAX);
	require(strcmp(json.data, "0,1200345,18446744073709551615") == 0);
	pfree(json.data);
	return true;
}

int
main(void)
{
	report(is_written("", 0, "\"\""), "the empty text");
	report(is_written("main", 4, "\"main\""), "nothing to escape");
	report(is_written("</script>]]>&", 13, "\"\\u003c/script\\u003e]]\\u003e\\u0026\""), "nothing ends a script");
	report(is_written("\"\"", 2, "\"\\\"\\\"\""), "escapes side by side");
	report(is_written("caf\303\251 \360\237\230\200", 10, "\"caf\303\251 \360\237\230\200\""), "characters of several bytes");
	report(is_written("\357\277\275\357\277\276\357\277\277\357\274\201", 12, "\"\357\277\275\\ufffe\\uffff\357\274\201\""), "characters XML lacks, and others beside them");
	report(is_written("\357\277", 2, "\"\357\277\""), "the begin of one at the end");
	pt_core_encoding = PG_EUC_KR;
	report(is_written("\357\277\276\277", 4, "\"\357\277\276\277\""), "the same bytes in another encoding");
	pt_core_encoding = PG_SQL_ASCII;
	report(is_written("\357\277\276", 3, "\"\357\277\276\""), "and in none");
	pt_core_encoding = PG_UTF8;
	report(every_byte(), "every byte between two others");
	report(numbers(), "numbers");
	return finish();
}
