/*-------------------------------------------------------------------------
 *
 * selector_test.c
 *		Names of series and selectors: parse, print, refuse.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "selector.h"

/* ---- examples ---- */

/*
 * What was parsed, a line a part, as in "name|label!~value"; written without
 * anything of selector.c, and ambiguous only where the tests are not.
 */
static void
describe(const PtSelector *selector, StringInfo text)
{
	static const char *const match[] = {"=", "!=", "=~", "!~"};

	appendBinaryStringInfo(text, selector->name.text, (int) selector->name.length);
	for (uint32 i = 0; i < selector->count; i++)
	{
		const PtMatcher *matcher = &selector->matcher[i];

		appendStringInfoChar(text, '|');
		appendBinaryStringInfo(text, matcher->label.text, (int) matcher->label.length);
		appendStringInfoString(text, match[matcher->match]);
		appendBinaryStringInfo(text, matcher->value.text, (int) matcher->value.length);
	}
}

/* Parse exactly these bytes, so that reading past them shows. */
static bool
parse(bool series, const char *input, StringInfo text, StringInfo key, PtError *error)
{
	size_t		length = strlen(input);
	char	   *bytes = malloc(Max(length, 1));
	PtSelector	selector;
	bool		parsed;

	memcpy(bytes, input, length);
	pt_selector_init(&selector, NULL);
	error->code = PT_OK;
	error->message[0] = error->hint[0] = '\0';
	parsed = series ? pt_parse_series(&selector, bytes, length, error) :
		pt_parse_selector(&selector, bytes, length, error);
	if (parsed)
		describe(&selector, text);
	if (parsed && key != NULL && !pt_print_key(&selector, key, error))
		parsed = false;
	pt_selector_free(&selector);
	free(bytes);
	return parsed;
}

static bool
reads(bool series, const char *input, const char *parts, const char *key)
{
	StringInfoData text;
	StringInfoData printed;
	PtError		error;
	bool		good;

	initStringInfo(&text);
	initStringInfo(&printed);
	good = parse(series, input, &text, key != NULL ? &printed : NULL, &error) &&
		strcmp(text.data, parts) == 0 && (key == NULL || strcmp(printed.data, key) == 0);
	if (!good)
		diagnose("%s gives %s, %s; %s", input, text.data, printed.data, error.message);
	pfree(text.data);
	pfree(printed.data);
	return good;
}

static bool
fails(bool series, const char *input, PtErrorCode code, const char *message)
{
	StringInfoData text;
	PtError		error;
	bool		good;

	initStringInfo(&text);
	good = !parse(series, input, &text, NULL, &error) && error.code == code &&
		strcmp(error.message, message) == 0 && error.hint[0] != '\0';
	if (!good)
		diagnose("%s gives %s; %s", input, text.data, error.message);
	pfree(text.data);
	return good;
}

#define SERIES(input, parts, key)	require(reads(true, input, parts, key))
#define SELECTOR(input, parts)		require(reads(false, input, parts, NULL))
#define NO_SERIES(input, message) \
	require(fails(true, input, PT_BAD_TEXT, "invalid series: " message))
#define NO_SELECTOR(input, message) \
	require(fails(false, input, PT_BAD_TEXT, "invalid selector: " message))

static bool
series_that_are(void)
{
	SERIES("a", "a", "a");
	SERIES("a{}", "a", "a");
	SERIES(" \t\r\na { \n} ", "a", "a");
	SERIES("web.cpu{env=prod}", "web.cpu|env=prod", "web.cpu{env=\"prod\"}");
	SERIES("a{b=\"c\",}", "a|b=c", "a{b=\"c\"}");
	SERIES(" a { b = \"c\" , d = e , } ", "a|b=c|d=e", "a{b=\"c\",d=\"e\"}");
	/* byte order, a prefix first, capitals before small letters */
	SERIES("a{b=1,B=2,_=3,ab=4,a=5,a.b=6,a_b=7}", "a|B=2|_=3|a=5|a.b=6|a_b=7|ab=4|b=1",
		   "a{B=\"2\",_=\"3\",a=\"5\",a.b=\"6\",a_b=\"7\",ab=\"4\",b=\"1\"}");
	/* an empty value is none */
	SERIES("a{b=\"\"}", "a", "a");
	SERIES("a{b=\"\",c=d,e=\"\"}", "a|c=d", "a{c=\"d\"}");
	/* escapes */
	SERIES("a{b=\"\\\"\\\\\\n\"}", "a|b=\"\\\n", "a{b=\"\\\"\\\\\\n\"}");
	SERIES("a{b=\"x\\\\y\",c=\"\\\\\",d=\"z\"}", "a|b=x\\y|c=\\|d=z", "a{b=\"x\\\\y\",c=\"\\\\\",d=\"z\"}");
	SERIES("a{b=\"\n\t\001\177\"}", "a|b=\n\t\001\177", "a{b=\"\\n\t\001\177\"}");
	SERIES("a{b=\"{},=!~'\"}", "a|b={},=!~'", "a{b=\"{},=!~'\"}");
	/* words */
	SERIES("a{b=azAZ09_.:/@+-}", "a|b=azAZ09_.:/@+-", "a{b=\"azAZ09_.:/@+-\"}");
	SERIES("a{b=\303\251}", "a|b=\303\251", "a{b=\"\303\251\"}");
	SERIES("a{b=-}", "a|b=-", "a{b=\"-\"}");
	/* names */
	SERIES("0;/\\$%&()[]<>|*?#^`\303\251", "0;/\\$%&()[]<>|*?#^`\303\251", "0;/\\$%&()[]<>|*?#^`\303\251");
	/* labels that are only like __name__ */
	SERIES("a{__name=b,__name___=c}", "a|__name=b|__name___=c", "a{__name=\"b\",__name___=\"c\"}");
	return true;
}

static bool
series_that_are_not(void)
{
	NO_SERIES("", "expected a name at line 1, column 1");
	NO_SERIES("  ", "expected a name at line 1, column 3");
	NO_SERIES("{b=c}", "expected a name before the braces at line 1, column 1");
	NO_SERIES("\"a\"", "expected a name at line 1, column 1");
	NO_SERIES("a b", "expected \"{\" or the end at line 1, column 3");
	NO_SERIES("a\001", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a\177", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a}", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a=b", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a,b", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a!", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a~", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a'", "expected \"{\" or the end at line 1, column 2");
	NO_SERIES("a{", "expected a label at line 1, column 3");
	NO_SERIES("a{,}", "expected a label at line 1, column 3");
	NO_SERIES("a{b=c,,}", "expected a label at line 1, column 7");
	NO_SERIES("a{b=c,", "expected a label at line 1, column 7");
	NO_SERIES("a{1=c}", "expected a label at line 1, column 3");
	NO_SERIES("a{.b=c}", "expected a label at line 1, column 3");
	NO_SERIES("a{\303\251=c}", "expected a label at line 1, column 3");
	NO_SERIES("a{b-c=d}", "expected \"=\" at line 1, column 4");
	NO_SERIES("a{b}", "expected \"=\" at line 1, column 4");
	NO_SERIES("a{b", "expected \"=\" at line 1, column 4");
	NO_SERIES("a{b!=c}", "expected \"=\" at line 1, column 4");
	NO_SERIES("a{b=~\"c\"}", "expected \"=\" at line 1, column 4");
	NO_SERIES("a{b !~\"c\"}", "expected \"=\" at line 1, column 5");
	NO_SERIES("a{b=}", "expected a value at line 1, column 5");
	NO_SERIES("a{b=", "expected a value at line 1, column 5");
	NO_SERIES("a{b='c'}", "expected a value at line 1, column 5");
	NO_SERIES("a{b=c d}", "expected \",\" or \"}\" at line 1, column 7");
	NO_SERIES("a{b=c", "expected \",\" or \"}\" at line 1, column 6");
	NO_SERIES("a{b=\"c\"\"d\"}", "expected \",\" or \"}\" at line 1, column 8");
	NO_SERIES("a{b=\"c}", "unterminated quoted value at line 1, column 5");
	NO_SERIES("a{b=\"", "unterminated quoted value at line 1, column 5");
	NO_SERIES("a{b=\"c\\\"}", "unterminated quoted value at line 1, column 5");
	NO_SERIES("a{b=\"c\\d\"}", "invalid escape in a quoted value at line 1, column 7");
	NO_SERIES("a{b=\"c\\", "invalid escape in a quoted value at line 1, column 7");
	NO_SERIES("a{b=c}d", "unexpected text behind the closing brace at line 1, column 7");
	NO_SERIES("a{b=c} {", "unexpected text behind the closing brace at line 1, column 8");
	NO_SERIES("a{__name__=b}", "label __name__ at line 1, column 3");
	NO_SERIES("a{b=1,c=2,b=3}", "the same label twice at line 1, column 11");
	NO_SERIES("a{b=1,b=\"\"}", "the same label twice at line 1, column 7");
	/* lines and characters are counted */
	NO_SERIES("\303\251{\n\tb=\"\303\251\n\", c d}", "expected \"=\" at line 3, column 6");
	return true;
}

static bool
selectors(void)
{
	SELECTOR("a", "a");
	SELECTOR("{}", "");
	SELECTOR(" { } ", "");
	SELECTOR("a{}", "a");
	SELECTOR("{a=b}", "|a=b");
	SELECTOR("x{a=b,a!=c,a=~\"d.*\",a!~\"e|f\",}", "x|a=b|a!=c|a=~d.*|a!~e|f");
	SELECTOR("x { a = b , a != c , a =~ \"d\" , a !~ \"e\" } ", "x|a=b|a!=c|a=~d|a!~e");
	/* order and empty values stay */
	SELECTOR("{b=\"\",a!=\"\",a=~\"\"}", "|b=|a!=|a=~");
	SELECTOR("{__name__=~\"web\\\\..*\"}", "|__name__=~web\\..*");
	SELECTOR("a{__name__!=b}", "a|__name__!=b");

	NO_SELECTOR("", "expected a name at line 1, column 1");
	NO_SELECTOR(" ", "expected a name at line 1, column 2");
	NO_SELECTOR("}", "expected a name at line 1, column 1");
	NO_SELECTOR("a b", "expected \"{\" or the end at line 1, column 3");
	NO_SELECTOR("{", "expected a label at line 1, column 2");
	NO_SELECTOR("{,}", "expected a label at line 1, column 2");
	NO_SELECTOR("{a}", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a!b}", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a~\"b\"}", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a! =b}", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a! ~\"b\"}", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a!", "expected \"=\", \"!=\", \"=~\" or \"!~\" at line 1, column 3");
	NO_SELECTOR("{a= ~\"b\"}", "expected a value at line 1, column 5");
	NO_SELECTOR("{a==b}", "expected a value at line 1, column 4");
	NO_SELECTOR("{a!=}", "expected a value at line 1, column 5");
	NO_SELECTOR("{a=~b}", "expected a regular expression in double quotes at line 1, column 5");
	NO_SELECTOR("{a!~}", "expected a regular expression in double quotes at line 1, column 5");
	NO_SELECTOR("{a=~\"\\d\"}", "invalid escape in a quoted value at line 1, column 6");
	NO_SELECTOR("{a=b}}", "unexpected text behind the closing brace at line 1, column 6");
	return true;
}

static bool
regexps(void)
{
	static const char *const example[][2] = {
		{"", "\\A(?:)\\Z"}, {"a|b", "\\A(?:a|b)\\Z"}, {"(?:a)", "\\A(?:(?:a))\\Z"}, {"(?=a)", "\\A(?:(?=a))\\Z"},
		{"(a)", "\\A(?:(a))\\Z"}, {"(?i)", "(?i)\\A(?:)\\Z"}, {"(?i)a|b", "(?i)\\A(?:a|b)\\Z"}, {"(?ins)a", "(?ins)\\A(?:a)\\Z"},
		{"(?x)a #b", "(?x)\\A(?:a #b\n)\\Z"}, {"(?xt)a", "(?xt)\\A(?:a)\\Z"}, {"(?tx)a", "(?tx)\\A(?:a\n)\\Z"},
		{"(?e)a", NULL}, {"(?b)a", NULL}, {"(?iq)a", NULL}, {"(?i", NULL}
	};

	for (size_t i = 0; i < lengthof(example); i++)
	{
		PtText		regexp = {example[i][0], strlen(example[i][0])};
		StringInfoData anchored;
		bool		good;

		initStringInfo(&anchored);
		good = pt_anchor_regexp(regexp, &anchored);
		require(good == (example[i][1] != NULL));
		require(!good || strcmp(anchored.data, example[i][1]) == 0);
		pfree(anchored.data);
	}
	return true;
}

/* ---- limits ---- */

static char *
filled(const char *before, char c, size_t count, const char *after)
{
	char	   *text = malloc(strlen(before) + count + strlen(after) + 1);

	strcpy(text, before);
	memset(text + strlen(before), c, count);
	strcpy(text + strlen(before) + count, after);
	return text;
}

/* How a text of "count" times "c" is taken. */
static PtErrorCode
outcome(bool series, const char *before, char c, size_t count, const char *after)
{
	char	   *input = filled(before, c, count, after);
	StringInfoData text;
	StringInfoData key;
	PtError		error;

	initStringInfo(&text);
	initStringInfo(&key);
	(void) parse(series, input, &text, series ? &key : NULL, &error);
	pfree(text.data);
	pfree(key.data);
	free(input);
	return error.code;
}

static bool
limits(void)
{
	PtSelector	series;
	PtError		error;
	StringInfoData key;
	char	   *long_text = filled("", 'x', PT_MAX_KEY + 1, "");

	for (int is_series = 0; is_series < 2; is_series++)
	{
		require(outcome(is_series, "", 'a', PT_MAX_NAME, "") == PT_OK);
		require(outcome(is_series, "", 'a', PT_MAX_NAME + 1, "") == PT_BEYOND_LIMIT);
		require(outcome(is_series, "a{", 'b', PT_MAX_LABEL, "=c}") == PT_OK);
		require(outcome(is_series, "a{", 'b', PT_MAX_LABEL + 1, "=c}") == PT_BEYOND_LIMIT);
		/* the text itself */
		require(outcome(is_series, "a", ' ', PT_MAX_KEY - 1, "") == PT_OK);
		require(outcome(is_series, "a", ' ', PT_MAX_KEY, "") == PT_BEYOND_LIMIT);
		require(outcome(is_series, "a{b=\"", 'c', PT_MAX_KEY - 7, "\"}") == PT_OK);
		require(outcome(is_series, "a{b=\"", 'c', PT_MAX_KEY - 6, "\"}") == PT_BEYOND_LIMIT);
	}
	/* the key, longer than the text by the quotes and by escapes */
	require(outcome(true, "a{b=", 'c', PT_MAX_KEY - 7, "}") == PT_OK);
	require(outcome(true, "a{b=", 'c', PT_MAX_KEY - 6, "}") == PT_BEYOND_LIMIT);
	require(outcome(true, "a{b=\"", '\n', (PT_MAX_KEY - 7) / 2, "\"}") == PT_OK);
	require(outcome(true, "a{b=\"", '\n', (PT_MAX_KEY - 7) / 2 + 1, "\"}") == PT_BEYOND_LIMIT);

	/* of parts */
	pt_selector_init(&series, NULL);
	initStringInfo(&key);
	require(pt_series_name(&series, (PtText) {long_text, PT_MAX_NAME}, &error));
	require(!pt_series_name(&series, (PtText) {long_text, PT_MAX_NAME + 1}, &error) && error.code == PT_BEYOND_LIMIT);
	require(!pt_series_name(&series, (PtText) {"", 0}, &error) && error.code == PT_BAD_ARGUMENT);
	require(!pt_series_name(&series, (PtText) {"a b", 3}, &error) && error.code == PT_BAD_ARGUMENT);
	require(pt_series_name(&series, (PtText) {"a", 1}, &error));
	require(!pt_series_label(&series, (PtText) {long_text, PT_MAX_LABEL + 1}, (PtText) {"", 0}, &error) &&
			error.code == PT_BEYOND_LIMIT);
	require(!pt_series_label(&series, (PtText) {"", 0}, (PtText) {"x", 1}, &error) && error.code == PT_BAD_ARGUMENT);
	require(!pt_series_label(&series, (PtText) {"1", 1}, (PtText) {"x", 1}, &error) && error.code == PT_BAD_ARGUMENT);
	require(!pt_series_label(&series, (PtText) {"a-b", 3}, (PtText) {"x", 1}, &error) && error.code == PT_BAD_ARGUMENT);
	require(!pt_series_label(&series, (PtText) {"__name__", 8}, (PtText) {"x", 1}, &error) && error.code == PT_BAD_ARGUMENT);
	require(series.count == 0);
	require(pt_series_label(&series, (PtText) {"b", 1}, (PtText) {long_text, PT_MAX_KEY + 1}, &error));
	require(!pt_print_key(&series, &key, &error) && error.code == PT_BEYOND_LIMIT);
	require(pt_series_label(&series, (PtText) {"b", 1}, (PtText) {"c", 1}, &error));
	require(!pt_series_sort(&series, &error) && error.code == PT_BAD_ARGUMENT);
	pt_selector_free(&series);
	pfree(key.data);
	free(long_text);
	return true;
}

/* ---- random series ---- */

#define LABELS_MOST		40

typedef struct Label
{
	char		name[PT_MAX_LABEL + 1];
	char		value[300];
} Label;

static void
random_characters(Random *random, const char *from, size_t count, char *text)
{
	while (count-- > 0)
		*text++ = from[random_below(random, (uint32) strlen(from))];
	*text = '\0';
}

static void
random_spaces(Random *random, StringInfo text)
{
	while (one_in(random, 4))
		appendStringInfoChar(text, " \t\r\n"[random_below(random, 4)]);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const Label *) a)->name, ((const Label *) b)->name);
}

/* one label in the text, quoted where it must be, or by chance */
static void
write_label(Random *random, const Label *label, StringInfo text)
{
	size_t		plain = strspn(label->value, "abcXYZ019_.:/@+-\303\251");

	random_spaces(random, text);
	appendStringInfoString(text, label->name);
	random_spaces(random, text);
	appendStringInfoChar(text, '=');
	random_spaces(random, text);
	if (plain > 0 && label->value[plain] == '\0' && one_in(random, 2))
		appendStringInfoString(text, label->value);
	else
	{
		appendStringInfoChar(text, '"');
		for (const char *c = label->value; *c != '\0'; c++)
		{
			if (*c == '"' || *c == '\\')
				appendStringInfoChar(text, '\\');
			if (*c == '\n' && one_in(random, 2))
				appendStringInfoString(text, "\\n");
			else
				appendStringInfoChar(text, *c);
		}
		appendStringInfoChar(text, '"');
	}
	random_spaces(random, text);
}

/*
 * Labels in any order, written in any way, come back sorted, and the key
 * comes back as itself.
 */
static bool
random_series(Random *random)
{
	static Label label[LABELS_MOST];
	char		name[PT_MAX_NAME + 1];
	int			count = random_below(random, one_in(random, 4) ? LABELS_MOST : 5);
	int			kept = 0;
	StringInfoData text;
	StringInfoData expected;
	StringInfoData key;
	StringInfoData again;
	PtSelector	series;
	PtSelector	parts;
	PtError		error;

	random_characters(random, "ab./:;#%\303\251", 1 + random_below(random, one_in(random, 50) ? PT_MAX_NAME : 12), name);
	for (int i = 0; i < count; i++)
	{
		label[kept].name[0] = "ab_"[random_below(random, 3)];
		random_characters(random, "abA_.0", random_below(random, one_in(random, 10) ? PT_MAX_LABEL : 4), label[kept].name + 1);
		random_characters(random, one_in(random, 2) ? "aX0_.:/@+-\303\251" : "a\"\\n\n {},=!~'\t\001\303\251",
						  one_in(random, 5) ? 0 : random_below(random, one_in(random, 10) ? 299 : 8), label[kept].value);
		kept++;
		for (int j = 0; j < kept - 1; j++)
		{
			if (strcmp(label[j].name, label[kept - 1].name) == 0)
			{
				kept--;
				break;
			}
		}
	}
	initStringInfo(&text);
	initStringInfo(&expected);
	initStringInfo(&key);
	initStringInfo(&again);
	random_spaces(random, &text);
	appendStringInfoString(&text, name);
	random_spaces(random, &text);
	if (kept > 0 || one_in(random, 2))
	{
		appendStringInfoChar(&text, '{');
		for (int i = 0; i < kept; i++)
		{
			if (i > 0)
				appendStringInfoChar(&text, ',');
			write_label(random, &label[i], &text);
		}
		if (kept > 0 && one_in(random, 3))
			appendStringInfoChar(&text, ',');
		random_spaces(random, &text);
		appendStringInfoChar(&text, '}');
	}
	random_spaces(random, &text);

	/* of parts, before they are sorted here */
	pt_selector_init(&parts, NULL);
	require(pt_series_name(&parts, (PtText) {name, strlen(name)}, &error));
	for (int i = 0; i < kept; i++)
		require(pt_series_label(&parts, (PtText) {label[i].name, strlen(label[i].name)},
								(PtText) {label[i].value, strlen(label[i].value)}, &error));
	require(pt_series_sort(&parts, &error));
	require(pt_print_key(&parts, &key, &error));
	pt_selector_free(&parts);

	qsort(label, kept, sizeof(Label), by_name);
	appendStringInfoString(&expected, name);
	for (int i = 0; i < kept; i++)
	{
		if (label[i].value[0] != '\0')
			appendStringInfo(&expected, "|%s=%s", label[i].name, label[i].value);
	}

	pt_selector_init(&series, NULL);
	require(pt_parse_series(&series, text.data, text.len, &error));
	describe(&series, &again);
	require(strcmp(again.data, expected.data) == 0);
	resetStringInfo(&again);
	require(pt_print_key(&series, &again, &error));
	require(same_bytes(&key, &again));
	pt_selector_free(&series);

	/* the key is a series, and its key it */
	require(pt_parse_series(&series, key.data, key.len, &error));
	resetStringInfo(&again);
	describe(&series, &again);
	require(strcmp(again.data, expected.data) == 0);
	resetStringInfo(&again);
	require(pt_print_key(&series, &again, &error));
	require(same_bytes(&key, &again));
	pt_selector_free(&series);

	pfree(text.data);
	pfree(expected.data);
	pfree(key.data);
	pfree(again.data);
	return true;
}

/* Any piece of a series is one or is refused with a place in it. */
static bool
cut_short(Random *random)
{
	static const char input[] = " web.cpu { env = \"a\\\"b\\\\c\\n\" , region=eu, x=\"\",}\t";

	for (size_t length = 0; length <= strlen(input); length++)
	{
		char	   *bytes = malloc(length + 1);
		PtSelector	series;
		PtError		error;
		bool		parsed;

		memcpy(bytes, input, length);
		if (length > 0 && !one_in(random, 10))
			bytes[random_below(random, (uint32) length)] = (char) (1 + random_below(random, 126));
		pt_selector_init(&series, NULL);
		parsed = one_in(random, 2) ? pt_parse_series(&series, bytes, length, &error) :
			pt_parse_selector(&series, bytes, length, &error);
		if (!parsed)
			require(error.code == PT_BAD_TEXT && strstr(error.message, " at line ") != NULL);
		pt_selector_free(&series);
		free(bytes);
	}
	return true;
}

int
main(void)
{
	report(series_that_are(), "series that are");
	report(series_that_are_not(), "series that are not");
	report(selectors(), "selectors");
	report(regexps(), "regular expressions for whole values");
	report(limits(), "limits");
	run_cases("random series, written in any way", CASES(4000), random_series);
	run_cases("cut and changed", CASES(2000), cut_short);
	return finish();
}
