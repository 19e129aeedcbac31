/*-------------------------------------------------------------------------
 *
 * fuzz_selector.c
 *		Any bytes as the name of a series and as a selector.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "selector.h"

static bool
is_inside(PtText piece, const char *bytes, size_t length)
{
	return piece.text >= bytes && piece.text + piece.length <= bytes + length;
}

/* every piece lies in the text or in what was unescaped */
static void
check_pieces(const PtSelector *selector, const char *text, size_t length)
{
	check(is_inside(selector->name, text, length) && selector->name.length <= PT_MAX_NAME);
	for (uint32 i = 0; i < selector->count; i++)
	{
		const PtMatcher *matcher = &selector->matcher[i];

		check(is_inside(matcher->label, text, length));
		check(matcher->label.length > 0 && matcher->label.length <= PT_MAX_LABEL);
		check(is_inside(matcher->value, text, length) ||
			  is_inside(matcher->value, selector->unescaped, selector->unescaped_used));
	}
}

static bool
same_parts(const PtSelector *a, const PtSelector *b)
{
	if (!pt_same_text(a->name, b->name) || a->count != b->count)
		return false;
	for (uint32 i = 0; i < a->count; i++)
	{
		if (!pt_same_text(a->matcher[i].label, b->matcher[i].label) ||
			a->matcher[i].match != b->matcher[i].match ||
			!pt_same_text(a->matcher[i].value, b->matcher[i].value))
			return false;
	}
	return true;
}

/* A series has one key, which is a series, a selector, and its own key. */
static void
check_series(const PtSelector *series)
{
	PtSelector	again;
	PtSelector	parts;
	StringInfoData key;
	StringInfoData printed;
	PtError		error;

	initStringInfo(&key);
	initStringInfo(&printed);
	check(series->name.length > 0);
	check(pt_print_key(series, &key, &error));

	pt_selector_init(&again, NULL);
	check(pt_parse_series(&again, key.data, key.len, &error));
	check(same_parts(series, &again));
	check(pt_print_key(&again, &printed, &error));
	check(same_bytes(&key, &printed));
	pt_selector_free(&again);
	check(pt_parse_selector(&again, key.data, key.len, &error));
	check(same_parts(series, &again));
	pt_selector_free(&again);

	/* the same of its parts, given in the wrong order */
	pt_selector_init(&parts, NULL);
	check(pt_series_name(&parts, series->name, &error));
	for (uint32 i = series->count; i-- > 0;)
	{
		check(series->matcher[i].value.length > 0);
		check(pt_series_label(&parts, series->matcher[i].label, series->matcher[i].value, &error));
	}
	check(pt_series_sort(&parts, &error));
	check(same_parts(series, &parts));
	pt_selector_free(&parts);
	pfree(key.data);
	pfree(printed.data);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	const char *text = (const char *) data;
	PtSelector	series;
	PtSelector	selector;
	PtError		error;
	bool		is_series;

	if (size > 8192)
		return 0;
	pt_core_encoding = PG_UTF8;
	/* the server gives only text that is valid, and without NUL */
	if (!pt_valid_encoding(text, size))
		pt_core_encoding = PG_LATIN1;

	memset(&error, 0, sizeof(error));
	pt_selector_init(&series, NULL);
	is_series = pt_parse_series(&series, text, size, &error);
	if (is_series)
	{
		check_pieces(&series, text, size);
		check_series(&series);
	}
	else
		check_error(&error);
	pt_selector_free(&series);

	memset(&error, 0, sizeof(error));
	pt_selector_init(&selector, NULL);
	if (pt_parse_selector(&selector, text, size, &error))
	{
		check_pieces(&selector, text, size);
		for (uint32 i = 0; i < selector.count; i++)
		{
			StringInfoData anchored;

			initStringInfo(&anchored);
			if (pt_anchor_regexp(selector.matcher[i].value, &anchored))
				check((size_t) anchored.len >= selector.matcher[i].value.length + strlen("\\A(?:)\\Z"));
			pfree(anchored.data);
		}
	}
	else
	{
		/* whatever is a series is a selector */
		check(!is_series);
		check_error(&error);
	}
	check(error.code == PT_OK || error.code == PT_BAD_TEXT || error.code == PT_BEYOND_LIMIT);
	pt_selector_free(&selector);
	return 0;
}
