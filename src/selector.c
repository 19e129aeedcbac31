/*-------------------------------------------------------------------------
 *
 * selector.c
 *		Parse names of series and selectors, print keys; selector.h has the
 *		grammar.
 *
 * All characters that mean something are ASCII, which in the server's
 * encodings are never part of another character, so that text is read byte by
 * byte.
 *
 *-------------------------------------------------------------------------
 */
#include "selector.h"

#include "stack_text.h"

void
pt_selector_init(PtSelector *selector, PtMemory memory)
{
	memset(selector, 0, sizeof(*selector));
	selector->memory = memory;
}

void
pt_selector_free(PtSelector *selector)
{
	if (selector->capacity > 0)
		pt_free(selector->matcher);
	if (selector->unescaped != NULL)
		pt_free(selector->unescaped);
	pt_selector_init(selector, selector->memory);
}

static PtMatcher *
add_matcher(PtSelector *selector)
{
	if (selector->count == selector->capacity)
	{
		uint32		capacity = selector->capacity == 0 ? 8 : selector->capacity * 2;
		size_t		size = capacity * sizeof(PtMatcher);

		selector->matcher = selector->capacity == 0 ?
			pt_alloc(selector->memory, size) : pt_realloc(selector->matcher, size);
		selector->capacity = capacity;
	}
	return &selector->matcher[selector->count++];
}

/* ---- characters ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_space(char c)
{
	return pt_is_blank(c) || c == '\n' || c == '\r';
}

static bool
is_label(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '.';
}

static bool
is_word(char c)
{
	return is_label(c) || IS_HIGHBIT_SET(c) || c == ':' || c == '/' || c == '@' || c == '+' || c == '-';
}

static bool
is_name(char c)
{
	return (unsigned char) c > ' ' && c != 0x7F && strchr("{},=!~\"'", c) == NULL;
}

/* bytes at the start of text, from "at" on, that are of a kind */
static size_t
run_of(bool (*kind) (char), const char *at, const char *end)
{
	const char *start = at;

	while (at < end && kind(*at))
		at++;
	return at - start;
}

/* ---- what holds of a name and a label, wherever they come from ---- */

static bool
check_name_length(size_t length, PtError *error)
{
	if (length <= PT_MAX_NAME)
		return true;
	return pt_fail(error, PT_BEYOND_LIMIT, "the name of a series cannot be longer than %d bytes", PT_MAX_NAME);
}

static bool
check_label_length(size_t length, PtError *error)
{
	if (length <= PT_MAX_LABEL)
		return true;
	return pt_fail(error, PT_BEYOND_LIMIT, "the name of a label cannot be longer than %d bytes", PT_MAX_LABEL);
}

#define NAME_HINT	"A name has at least one character and holds no blanks, control characters or any of { } , = ! ~ \" '."
#define LABEL_HINT	"The name of a label begins with a letter or underscore and goes on with letters, digits, underscores and periods."
#define NAME_LABEL_HINT	"The name of a series stands before the braces; only a selector has this label."

static int
compare_labels(const void *a, const void *b)
{
	PtText		x = ((const PtMatcher *) a)->label;
	PtText		y = ((const PtMatcher *) b)->label;
	int			order = memcmp(x.text, y.text, Min(x.length, y.length));

	if (order == 0 && x.length != y.length)
		order = x.length < y.length ? -1 : 1;
	/* of the same, the one that comes later in the text last */
	if (order == 0)
		order = x.text < y.text ? -1 : x.text > y.text;
	return order;
}

/*
 * Bring the labels of a series into byte order and drop those that are empty.
 * Gives one that is there twice, else NULL.
 */
static const PtMatcher *
sort_labels(PtSelector *series)
{
	PtMatcher  *label = series->matcher;
	uint32		kept = 0;

	if (series->count > 1)
		qsort(label, series->count, sizeof(PtMatcher), compare_labels);
	for (uint32 i = 0; i < series->count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (i + 1 < series->count && pt_same_text(label[i].label, label[i + 1].label))
			return &label[i + 1];
		if (label[i].value.length > 0)
			label[kept++] = label[i];
	}
	series->count = kept;
	return NULL;
}

/* ---- parsing ---- */

typedef struct Parser
{
	PtSelector *selector;
	bool		series;			/* no selector */
	const char *start;
	const char *at;
	const char *end;
	PtError    *error;
} Parser;

/* Fail at the place reached; a caller that knows more changes the hint. */
static bool
fail_here(Parser *parser, const char *what)
{
	pt_fail(parser->error, PT_BAD_TEXT, "invalid %s: %s", parser->series ? "series" : "selector", what);
	pt_locate_error(parser->error, parser->start, parser->at - parser->start);
	return pt_fail_hint(parser->error, "%s", parser->series ?
						"A series is written like web.cpu{env=\"prod\",region=\"eu\"}." :
						"A selector is written like web.cpu{env=\"prod\",host=~\"web-.*\"}.");
}

static void
skip_space(Parser *parser)
{
	parser->at += run_of(is_space, parser->at, parser->end);
}

/* Take a character if it comes next, and the blanks behind it. */
static bool
take(Parser *parser, char c)
{
	if (parser->at == parser->end || *parser->at != c)
		return false;
	parser->at++;
	skip_space(parser);
	return true;
}

/* Take a piece of a kind, and the blanks behind it. */
static PtText
take_run(Parser *parser, bool (*kind) (char))
{
	PtText		piece = {parser->at, run_of(kind, parser->at, parser->end)};

	parser->at += piece.length;
	skip_space(parser);
	return piece;
}

static bool
parse_label(Parser *parser, PtText *label)
{
	const char *start = parser->at;

	if (start == parser->end || !(is_letter(*start) || *start == '_'))
	{
		fail_here(parser, "expected a label");
		return pt_fail_hint(parser->error, "%s", LABEL_HINT);
	}
	*label = take_run(parser, is_label);
	if (parser->series && pt_is_name_label(*label))
	{
		parser->at = start;
		fail_here(parser, "label " PT_NAME_LABEL);
		return pt_fail_hint(parser->error, "%s", NAME_LABEL_HINT);
	}
	return check_label_length(label->length, parser->error);
}

static bool
parse_match(Parser *parser, PtMatch *match)
{
	char		first = parser->at < parser->end ? parser->at[0] : '\0';
	char		second = parser->at + 1 < parser->end ? parser->at[1] : '\0';

	if (first == '=')
		*match = second == '~' ? PT_REGEXP : PT_EQUAL;
	else if (first == '!' && (second == '=' || second == '~'))
		*match = second == '~' ? PT_NOT_REGEXP : PT_NOT_EQUAL;
	else
		return fail_here(parser, parser->series ? "expected \"=\"" : "expected \"=\", \"!=\", \"=~\" or \"!~\"");
	if (parser->series && *match != PT_EQUAL)
	{
		fail_here(parser, "expected \"=\"");
		return pt_fail_hint(parser->error, "!=, =~ and !~ are for selectors; a series has one value for each label.");
	}
	parser->at += *match == PT_EQUAL ? 1 : 2;
	skip_space(parser);
	return true;
}

/*
 * A quoted value, from behind its quote.  It stays in the text as long as no
 * escape comes; from then on it is a copy, for which the first such value
 * gets as much room as all of them can need.
 */
static bool
parse_quoted(Parser *parser, PtText *value)
{
	PtSelector *selector = parser->selector;
	const char *quote = parser->at - 1;
	const char *from = parser->at;
	char	   *copy = NULL;
	size_t		used = 0;

	for (const char *at = from;; at++)
	{
		if (at == parser->end)
		{
			parser->at = quote;
			return fail_here(parser, "unterminated quoted value");
		}
		if (*at != '"' && *at != '\\')
			continue;
		if (*at == '\\' && copy == NULL)
		{
			if (selector->unescaped == NULL)
				selector->unescaped = pt_alloc(selector->memory, parser->end - from);
			copy = selector->unescaped + selector->unescaped_used;
		}
		if (copy != NULL)
		{
			memcpy(copy + used, from, at - from);
			used += at - from;
		}
		if (*at == '"')
		{
			if (copy != NULL)
				*value = (PtText) {copy, used};
			else
				*value = (PtText) {from, at - from};
			selector->unescaped_used += used;
			parser->at = at + 1;
			skip_space(parser);
			return true;
		}
		if (at + 1 == parser->end || at[1] == '\0' || strchr("\"\\n", at[1]) == NULL)
		{
			parser->at = at;
			fail_here(parser, "invalid escape in a quoted value");
			return pt_fail_hint(parser->error, "Escapes are \\\" \\\\ and \\n; write a backslash as \\\\.");
		}
		at++;
		copy[used++] = *at == 'n' ? '\n' : *at;
		from = at + 1;
	}
}

static bool
parse_value(Parser *parser, PtMatch match, PtText *value)
{
	if (parser->at < parser->end && *parser->at == '"')
	{
		parser->at++;
		return parse_quoted(parser, value);
	}
	if (match == PT_REGEXP || match == PT_NOT_REGEXP)
		return fail_here(parser, "expected a regular expression in double quotes");
	if (parser->at == parser->end || !is_word(*parser->at))
	{
		fail_here(parser, "expected a value");
		return pt_fail_hint(parser->error, "Put it in double quotes, unless it is a word of letters, digits and _ . : / @ + -.");
	}
	*value = take_run(parser, is_word);
	return true;
}

/* What stands between the braces, and the closing one. */
static bool
parse_matchers(Parser *parser)
{
	for (uint32 i = 1; !take(parser, '}'); i++)
	{
		PtMatcher	matcher;

		PT_CHECK_INTERRUPTS(i);
		if (!parse_label(parser, &matcher.label) ||
			!parse_match(parser, &matcher.match) ||
			!parse_value(parser, matcher.match, &matcher.value))
			return false;
		*add_matcher(parser->selector) = matcher;
		if (take(parser, ','))
			continue;
		if (parser->at == parser->end || *parser->at != '}')
			return fail_here(parser, "expected \",\" or \"}\"");
	}
	return true;
}

static bool
parse(Parser *parser)
{
	PtSelector *selector = parser->selector;

	if (parser->end - parser->start > PT_MAX_KEY)
		return pt_fail(parser->error, PT_BEYOND_LIMIT, "%s longer than %d bytes",
					   parser->series ? "series" : "selector", PT_MAX_KEY);
	skip_space(parser);
	selector->name = take_run(parser, is_name);
	if (!check_name_length(selector->name.length, parser->error))
		return false;
	if (take(parser, '{'))
	{
		if (selector->name.length == 0 && parser->series)
		{
			parser->at = parser->start;
			fail_here(parser, "expected a name before the braces");
			return pt_fail_hint(parser->error, "%s", NAME_HINT);
		}
		if (!parse_matchers(parser))
			return false;
		if (parser->at < parser->end)
			return fail_here(parser, "unexpected text behind the closing brace");
		return true;
	}
	if (selector->name.length > 0 && parser->at == parser->end)
		return true;
	if (selector->name.length > 0)
		fail_here(parser, "expected \"{\" or the end");
	else
		fail_here(parser, "expected a name");
	if (parser->series || parser->at < parser->end)
		return pt_fail_hint(parser->error, "%s", NAME_HINT);
	return pt_fail_hint(parser->error, "A selector has a name, matchers in braces, or both; {} selects every series.");
}

bool
pt_parse_selector(PtSelector *selector, const char *text, size_t length, PtError *error)
{
	Parser		parser = {selector, false, text, text, text + length, error};

	return parse(&parser);
}

bool
pt_parse_series(PtSelector *series, const char *text, size_t length, PtError *error)
{
	Parser		parser = {series, true, text, text, text + length, error};
	const PtMatcher *twice;

	if (!parse(&parser))
		return false;
	twice = sort_labels(series);
	if (twice == NULL)
		return true;
	parser.at = twice->label.text;
	fail_here(&parser, "the same label twice");
	return pt_fail_hint(error, "A series has one value for each label.");
}

/* ---- a series of parts ---- */

bool
pt_series_name(PtSelector *series, PtText name, PtError *error)
{
	char		clipped[PT_CLIP_SIZE];

	if (name.length == 0 || run_of(is_name, name.text, name.text + name.length) < name.length)
	{
		pt_fail(error, PT_BAD_ARGUMENT, "invalid name of a series: \"%s\"", pt_clip(clipped, name.text, name.length));
		return pt_fail_hint(error, "%s", NAME_HINT);
	}
	if (!check_name_length(name.length, error))
		return false;
	series->name = name;
	return true;
}

bool
pt_series_label(PtSelector *series, PtText label, PtText value, PtError *error)
{
	PtMatcher	matcher = {label, PT_EQUAL, value};
	char		clipped[PT_CLIP_SIZE];

	if (label.length == 0 || is_digit(label.text[0]) || label.text[0] == '.' ||
		run_of(is_label, label.text, label.text + label.length) < label.length ||
		pt_is_name_label(label))
	{
		pt_fail(error, PT_BAD_ARGUMENT, "invalid label of a series: \"%s\"", pt_clip(clipped, label.text, label.length));
		return pt_fail_hint(error, "%s", pt_is_name_label(label) ? NAME_LABEL_HINT : LABEL_HINT);
	}
	if (!check_label_length(label.length, error))
		return false;
	*add_matcher(series) = matcher;
	return true;
}

bool
pt_series_sort(PtSelector *series, PtError *error)
{
	const PtMatcher *twice = sort_labels(series);
	char		clipped[PT_CLIP_SIZE];

	if (twice == NULL)
		return true;
	return pt_fail(error, PT_BAD_ARGUMENT, "label \"%s\" twice in a series",
				   pt_clip(clipped, twice->label.text, twice->label.length));
}

/* ---- writing ---- */

static void
append_quoted(StringInfo text, PtText value)
{
	const char *from = value.text;
	const char *end = value.text + value.length;

	appendStringInfoChar(text, '"');
	for (const char *at = from; at < end; at++)
	{
		if (*at != '"' && *at != '\\' && *at != '\n')
			continue;
		appendBinaryStringInfo(text, from, (int) (at - from));
		appendStringInfoChar(text, '\\');
		appendStringInfoChar(text, *at == '\n' ? 'n' : *at);
		from = at + 1;
	}
	appendBinaryStringInfo(text, from, (int) (end - from));
	appendStringInfoChar(text, '"');
}

bool
pt_print_key(const PtSelector *series, StringInfo key, PtError *error)
{
	size_t		start = key->len;
	bool		fits = true;

	appendBinaryStringInfo(key, series->name.text, (int) series->name.length);
	for (uint32 i = 0; i < series->count && fits; i++)
	{
		const PtMatcher *label = &series->matcher[i];

		PT_CHECK_INTERRUPTS(i + 1);
		appendStringInfoChar(key, i == 0 ? '{' : ',');
		appendBinaryStringInfo(key, label->label.text, (int) label->label.length);
		appendStringInfoChar(key, '=');
		/* a value is not written when it alone is too long */
		fits = label->value.length <= PT_MAX_KEY;
		if (fits)
			append_quoted(key, label->value);
		fits = fits && key->len - start < PT_MAX_KEY;
	}
	if (!fits)
		return pt_fail(error, PT_BEYOND_LIMIT, "the key of a series cannot be longer than %d bytes", PT_MAX_KEY);
	if (series->count > 0)
		appendStringInfoChar(key, '}');
	return true;
}

/* ---- regular expressions ---- */

/*
 * "(?options)" at the start has to stay there, and the rest goes into a group
 * of its own.  In the expanded syntax (x) a comment may go on to the end of
 * the line, and a line break means nothing; in no other may one be added.
 */
bool
pt_anchor_regexp(PtText regexp, StringInfo anchored)
{
	const char *at = regexp.text;
	const char *end = regexp.text + regexp.length;
	bool		expanded = false;

	if (regexp.length > 2 && at[0] == '(' && at[1] == '?' && is_letter(at[2]))
	{
		for (at += 2; at < end && *at != ')'; at++)
		{
			/* b, e, q: a BRE, an ERE, a literal text; t is the contrary of x */
			if (strchr("beq", *at) != NULL)
				return false;
			if (*at == 'x' || *at == 't')
				expanded = *at == 'x';
		}
		if (at == end)
			return false;
		at++;
		appendBinaryStringInfo(anchored, regexp.text, (int) (at - regexp.text));
	}
	appendStringInfoString(anchored, "\\A(?:");
	appendBinaryStringInfo(anchored, at, (int) (end - at));
	appendStringInfoString(anchored, expanded ? "\n)\\Z" : ")\\Z");
	return true;
}
