/*-------------------------------------------------------------------------
 *
 * selector.h
 *		Names of series and selectors of series, as text.
 *
 *	series   = name [ "{" [ label "=" value { "," label "=" value } [ "," ] ] "}" ]
 *	selector = [ name ] [ "{" [ matcher { "," matcher } [ "," ] ] "}" ]
 *	matcher  = label ( "=" | "!=" ) value | label ( "=~" | "!~" ) quoted
 *	label    = ( letter | "_" ) { letter | digit | "_" | "." }
 *	value    = quoted | word
 *	quoted   = '"' { any but '"' and "\" | '\"' | "\\" | "\n" } '"'
 *	word     = one or more of: letter digit _ . : / @ + - non-ASCII
 *	name     = one or more of: any but blank, control and { } , = ! ~ " '
 *
 * Letters and digits are those of ASCII.  Blanks (space, tab, CR, LF) may
 * stand around every token.  A selector has a name, braces or both; in it the
 * label __name__ stands for the name, which in a series is no label.
 *
 * The key of a series is its one canonical writing: labels in byte order, each
 * once, none with an empty value (which is the same as no label), all values
 * quoted, no blanks, no braces without labels.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SELECTOR_H
#define PYROTREE_SELECTOR_H

#include "core.h"

/*
 * Limits.  Passing one is error 54000.
 *
 * PT_MAX_KEY bounds a key, and the text of a series or selector: far beyond
 * what people name things, and an error message or a hash of it stays cheap.
 * Names and labels end up in lists that people read.
 */
#define PT_MAX_KEY			(1024 * 1024)
#define PT_MAX_NAME			1000
#define PT_MAX_LABEL		200

/* The label that stands for the name. */
#define PT_NAME_LABEL		"__name__"

/* length bytes, no terminator */
typedef struct PtText
{
	const char *text;
	size_t		length;
} PtText;

typedef enum PtMatch
{
	PT_EQUAL,					/* = */
	PT_NOT_EQUAL,				/* != */
	PT_REGEXP,					/* =~ */
	PT_NOT_REGEXP				/* !~ */
} PtMatch;

typedef struct PtMatcher
{
	PtText		label;
	PtMatch		match;
	PtText		value;			/* without quotes and escapes */
} PtMatcher;

/*
 * A selector taken apart, or a series: then all match is PT_EQUAL.  Labels and
 * values lie in the text it was made from, which has to outlive it, or in
 * "unescaped".
 */
typedef struct PtSelector
{
	PtMemory	memory;
	PtText		name;			/* length 0: none */
	uint32		count;
	uint32		capacity;
	PtMatcher  *matcher;
	char	   *unescaped;		/* values in which there were escapes */
	size_t		unescaped_used;
} PtSelector;

/* An empty one that allocates in "memory". */
extern void pt_selector_init(PtSelector *selector, PtMemory memory);
extern void pt_selector_free(PtSelector *selector);

/*
 * Take a selector, or the name of a series, apart into an initialised
 * PtSelector; matchers in the order of the text, the labels of a series as in
 * its key.  PT_BAD_TEXT names line and column; PT_BEYOND_LIMIT.  When false
 * came back it may only be freed.  O(length), for a series with n labels also
 * O(n log n).
 */
extern bool pt_parse_selector(PtSelector *selector, const char *text, size_t length, PtError *error);
extern bool pt_parse_series(PtSelector *series, const char *text, size_t length, PtError *error);

/*
 * A series of parts: set the name, add labels, then sort them.  Each checks
 * what it is given: PT_BAD_ARGUMENT, PT_BEYOND_LIMIT.  The bytes are not
 * copied.
 */
extern bool pt_series_name(PtSelector *series, PtText name, PtError *error);
extern bool pt_series_label(PtSelector *series, PtText label, PtText value, PtError *error);
extern bool pt_series_sort(PtSelector *series, PtError *error);

/* Append the key of a series.  PT_BEYOND_LIMIT past PT_MAX_KEY. */
extern bool pt_print_key(const PtSelector *series, StringInfo key, PtError *error);

/*
 * Append a regular expression (an ARE) that matches where this one, which has
 * been found to be valid, matches the whole text.  False when it begins with
 * options that turn it into something else than an ARE.
 */
extern bool pt_anchor_regexp(PtText regexp, StringInfo anchored);

static inline bool
pt_same_text(PtText a, PtText b)
{
	return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static inline bool
pt_is_name_label(PtText label)
{
	return label.length == strlen(PT_NAME_LABEL) &&
		memcmp(label.text, PT_NAME_LABEL, label.length) == 0;
}

#endif							/* PYROTREE_SELECTOR_H */
