/*-------------------------------------------------------------------------
 *
 * json_read_test.c
 *		Documents of a known shape, and numbers, each against what is naive.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "json_read.h"

/* ---- places ---- */

enum
{
	DOCUMENT, LIST, ROW, NUMBER, OBJECT, NAME, INNER, DEEP
};

static const PtJsonPlace number = {NULL, PT_JSON_NUMBER, NUMBER, NULL};
static const PtJsonPlace row = {NULL, PT_JSON_ARRAY, ROW, &number};
static const PtJsonPlace inner_keys[] = {{"deep", PT_JSON_STRING, DEEP, NULL}, {NULL, PT_JSON_NOTHING, 0, NULL}};
static const PtJsonPlace object_keys[] = {
	{"name", PT_JSON_STRING, NAME, NULL}, {"inner", PT_JSON_OBJECT, INNER, inner_keys}, {NULL, PT_JSON_NOTHING, 0, NULL}
};
static const PtJsonPlace keys[] = {
	{"list", PT_JSON_ARRAY, LIST, &row}, {"object", PT_JSON_OBJECT, OBJECT, object_keys}, {NULL, PT_JSON_NOTHING, 0, NULL}
};
static const PtJsonPlace document = {"thing", PT_JSON_OBJECT, DOCUMENT, keys};

/* Writes what it is told, and fails at the number 13. */
static bool
take(void *state, int id, PtJsonEvent event, const char *value, PtError *error)
{
	static const char *const names[] = {"document", "list", "row", "number", "object", "name", "inner", "deep"};

	appendStringInfo((StringInfo) state, "%s%s%s ", event == PT_JSON_END ? "/" : "", names[id], event == PT_JSON_VALUE ? "=" : "");
	if (value != NULL)
	{
		appendStringInfo((StringInfo) state, "%s ", value);
		if (strcmp(value, "13") == 0)
			return pt_fail(error, PT_BAD_ARGUMENT, "thirteen");
	}
	return true;
}

static bool
reads(const char *json, const char *expected)
{
	StringInfoData told;
	PtError		error;
	bool		same;
	/* exactly as large, so that reading past it shows */
	size_t		length = strlen(json);
	char	   *exact = pg_malloc(Max(length, 1));

	memcpy(exact, json, length);
	initStringInfo(&told);
	error.message[0] = '\0';
	same = pt_read_json(exact, length, &document, take, &told, &error) && strcmp(told.data, expected) == 0;
	if (!same)
		diagnose("%s: told \"%s\", %s", json, told.data, error.message);
	pfree(told.data);
	pg_free(exact);
	return same;
}

static bool
fails(const char *json, PtErrorCode code, const char *message)
{
	StringInfoData told;
	PtError		error;
	bool		failed;
	size_t		length = strlen(json);
	char	   *exact = pg_malloc(Max(length, 1));

	memcpy(exact, json, length);
	initStringInfo(&told);
	failed = !pt_read_json(exact, length, &document, take, &told, &error);
	if (!failed || error.code != code || strcmp(error.message, message) != 0)
	{
		diagnose("%s: %s", json, failed ? error.message : "no error");
		failed = false;
	}
	pfree(told.data);
	pg_free(exact);
	return failed;
}

static bool
places(void)
{
	require(reads("{}", "document /document "));
	require(reads(" { \"list\" : [ ] } ", "document list /list /document "));
	require(reads("{\"list\":[[1,2.50],[],[-3e7]],\"object\":{\"name\":\"a\\n\\u0041\"}}",
				  "document list row number= 1 number= 2.50 /row row /row row number= -3e7 /row /list "
				  "object name= a\nA /object /document "));
	/* in any order, among what nobody wants, however it looks like something wanted */
	require(reads("{\"x\":{\"list\":[1],\"object\":{}},\"object\":{\"y\":[{\"name\":2,\"name\":3}],\"inner\":{\"deep\":\"d\",\"deeper\":{\"deep\":0}}},"
				  "\"z\":[[[[[[[[[[{\"list\":0}]]]]]]]]]],\"list\":[]}",
				  "document object inner deep= d /inner /object list /list /document "));
	/* null is absent */
	require(reads("{\"list\":null,\"object\":{\"name\":null}}", "document object /object /document "));
	return true;
}

static bool
errors(void)
{
	require(fails("[]", PT_BAD_TEXT, "invalid thing: it must be an object"));
	require(fails("null", PT_BAD_TEXT, "invalid thing: it must be an object"));
	require(fails("{\"list\":{}}", PT_BAD_TEXT, "invalid thing: \"list\" must be an array"));
	require(fails("{\"list\":1}", PT_BAD_TEXT, "invalid thing: \"list\" must be an array"));
	require(fails("{\"list\":[1]}", PT_BAD_TEXT, "invalid thing: an element of \"list\" must be an array"));
	require(fails("{\"list\":[null]}", PT_BAD_TEXT, "invalid thing: an element of \"list\" must be an array"));
	require(fails("{\"list\":[[[]]]}", PT_BAD_TEXT, "invalid thing: an element of \"list\" must be a number"));
	require(fails("{\"list\":[[true]]}", PT_BAD_TEXT, "invalid thing: an element of \"list\" must be a number"));
	require(fails("{\"list\":[[\"1\"]]}", PT_BAD_TEXT, "invalid thing: an element of \"list\" must be a number"));
	require(fails("{\"object\":{\"inner\":{\"deep\":{}}}}", PT_BAD_TEXT, "invalid thing: \"deep\" must be a string"));
	require(fails("{\"object\":{\"name\":3}}", PT_BAD_TEXT, "invalid thing: \"name\" must be a string"));
	/* the same key twice, also with null */
	require(fails("{\"list\":[],\"list\":[]}", PT_BAD_TEXT, "invalid thing: key \"list\" is twice in one object"));
	require(fails("{\"object\":{\"name\":null,\"name\":\"a\"}}", PT_BAD_TEXT, "invalid thing: key \"name\" is twice in one object"));
	/* what take() says */
	require(fails("{\"list\":[[12,13,14],{}]}", PT_BAD_ARGUMENT, "thirteen"));
	require(fails("{\"list\":[[13],,", PT_BAD_ARGUMENT, "thirteen"));
	/* what is no JSON */
	require(fails("", PT_BAD_TEXT, "invalid JSON at line 1, column 1"));
	require(fails("{\"list\":[[1,\n 2,]]}", PT_BAD_TEXT, "invalid JSON at line 2, column 4"));
	require(fails("{\"list\":[[1", PT_BAD_TEXT, "invalid JSON at line 1, column 12"));
	require(fails("{} {}", PT_BAD_TEXT, "invalid JSON at line 1, column 4"));
	require(fails("{\"\303\251\":tru}", PT_BAD_TEXT, "invalid JSON at line 1, column 6"));
	require(fails("{\"a\":\"\\ud800\"}", PT_BAD_TEXT, "invalid JSON at line 1, column 6"));
	require(fails("{\"a\":01}", PT_BAD_TEXT, "invalid JSON at line 1, column 6"));
	/* escapes that no symbol can hold, wherever they stand */
	require(fails("{\"a\":\"\\u0000\"}", PT_UNTRANSLATABLE, "unsupported Unicode escape sequence at line 1, column 6"));
	pt_core_encoding = PG_LATIN1;
	require(fails("{\"a\":\"\\u20ac\"}", PT_UNTRANSLATABLE, "unsupported Unicode escape sequence at line 1, column 6"));
	pt_core_encoding = PG_UTF8;
	return true;
}

/* ---- numbers ---- */

/* digits of a number >= 0 */
static void
append_wide(StringInfo text, PtDecimal value)
{
	if (value >= 10)
		append_wide(text, value / 10);
	appendStringInfoChar(text, (char) ('0' + value % 10));
}

/*
 * A number of so many 10^-18 as JSON may write it: the point anywhere, zeros
 * before and behind, an exponent that makes up for it.
 */
static void
write_number(StringInfo text, PtDecimal value, Random *random)
{
	StringInfoData digits;
	bool		negative = value < 0;
	int			zeros = random_below(random, 4);
	int			point;
	int			exponent;

	initStringInfo(&digits);
	append_wide(&digits, negative ? -value : value);
	for (int i = 0; i < zeros; i++)
		appendStringInfoChar(&digits, '0');
	/* the point stands before the last "point" digits */
	point = random_below(random, digits.len + 10);
	while (digits.len <= point)
	{
		appendStringInfoChar(&digits, ' ');
		memmove(digits.data + 1, digits.data, digits.len - 1);
		digits.data[0] = '0';
	}
	exponent = point - 18 - zeros;
	appendStringInfo(text, "%s%.*s", negative ? "-" : "", digits.len - point, digits.data);
	if (point > 0)
		appendStringInfo(text, ".%s", digits.data + digits.len - point);
	if (exponent != 0 || one_in(random, 4))
		appendStringInfo(text, "%c%s%d", one_in(random, 2) ? 'e' : 'E', exponent >= 0 && one_in(random, 2) ? "+" : "", exponent);
	pfree(digits.data);
}

static bool
decimals(Random *random)
{
	StringInfoData text;
	PtDecimal	value = 0;
	PtDecimal	read;
	bool		exact;
	int64		whole;
	PtJsonWhole outcome;

	initStringInfo(&text);
	switch (random_below(random, 4))
	{
		case 0:
			value = random_below(random, 1000);
			break;
		case 1:
			value = PT_DECIMAL_ONE * random_below(random, 1000);
			break;
		case 2:
			value = PT_DECIMAL_ONE * (int64) (random_bits(random) >> 1);
			break;
		default:
			value = PT_DECIMAL_ONE * (int64) (random_bits(random) >> (1 + random_below(random, 60))) +
				(int64) (random_bits(random) % PT_DECIMAL_ONE);
	}
	if (one_in(random, 4))
		value = -value;
	write_number(&text, value, random);
	require(pt_json_decimal(text.data, 0, &read, &exact));
	require(read == value && exact);
	/* shifted, where there is room for it */
	if (value < PT_DECIMAL_ONE && value > -PT_DECIMAL_ONE)
	{
		require(pt_json_decimal(text.data, 3, &read, &exact));
		require(read == value * 1000 && exact);
	}
	require(pt_json_decimal(text.data, -3, &read, &exact));
	require(read == value / 1000 && exact == (value % 1000 == 0));
	outcome = pt_json_whole(text.data, &whole);
	require(outcome == (value % PT_DECIMAL_ONE == 0 ? PT_WHOLE : PT_WHOLE_FRACTION));
	require(outcome != PT_WHOLE || (PtDecimal) whole * PT_DECIMAL_ONE == value);
	pfree(text.data);
	return true;
}

static bool
is_whole(const char *number, PtJsonWhole outcome, int64 expected)
{
	int64		value = 0;

	if (pt_json_whole(number, &value) == outcome && (outcome != PT_WHOLE || value == expected))
		return true;
	diagnose("%s", number);
	return false;
}

static bool
edges(void)
{
	StringInfoData text;
	PtDecimal	value;
	bool		exact;

	require(is_whole("9223372036854775807", PT_WHOLE, PG_INT64_MAX));
	require(is_whole("9223372036854775808", PT_WHOLE_RANGE, 0));
	require(is_whole("922337203685477580.7e1", PT_WHOLE, PG_INT64_MAX));
	require(is_whole("922337203685477580.8e1", PT_WHOLE_RANGE, 0));
	require(is_whole("9223372036854775807.5", PT_WHOLE_FRACTION, 0));
	require(is_whole("-9223372036854775807", PT_WHOLE, -PG_INT64_MAX));
	require(is_whole("-9223372036854775808", PT_WHOLE_RANGE, 0));
	require(is_whole("1e18", PT_WHOLE, INT64CONST(1000000000000000000)));
	require(is_whole("1e19", PT_WHOLE_RANGE, 0));
	require(is_whole("1E+400", PT_WHOLE_RANGE, 0));
	require(is_whole("1e99999999999999999999999999", PT_WHOLE_RANGE, 0));
	require(is_whole("1e-99999999999999999999999999", PT_WHOLE_FRACTION, 0));
	require(is_whole("0e99999999999999999999999999", PT_WHOLE, 0));
	require(is_whole("0.000e-7", PT_WHOLE, 0));
	require(is_whole("-0", PT_WHOLE, 0));
	require(is_whole("1e-1", PT_WHOLE_FRACTION, 0));
	require(is_whole("10e-1", PT_WHOLE, 1));
	/* a fraction beyond what is kept is one all the same */
	require(is_whole("1.0000000000000000000000000000001", PT_WHOLE_FRACTION, 0));
	require(pt_json_decimal("1.0000000000000000019", 0, &value, &exact) && value == PT_DECIMAL_ONE + 1 && !exact);
	require(pt_json_decimal("1.0000000000000000010", 0, &value, &exact) && value == PT_DECIMAL_ONE + 1 && exact);
	/* more zeros than an exponent can say */
	initStringInfo(&text);
	appendStringInfoString(&text, "7");
	for (int i = 0; i < 5000; i++)
		appendStringInfoChar(&text, '0');
	appendStringInfoString(&text, "e-5000");
	require(is_whole(text.data, PT_WHOLE, 7));
	resetStringInfo(&text);
	appendStringInfoString(&text, "0.");
	for (int i = 0; i < 5000; i++)
		appendStringInfoChar(&text, '0');
	appendStringInfoString(&text, "7e5001");
	require(is_whole(text.data, PT_WHOLE, 7));
	pfree(text.data);
	return true;
}

int
main(void)
{
	report(places(), "wanted places are told in order, all else is passed over");
	report(errors(), "what is not as wanted is named");
	report(edges(), "numbers at the edges");
	run_cases("numbers written in any way are read exactly", CASES(20000), decimals);
	return finish();
}
