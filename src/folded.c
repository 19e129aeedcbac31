/*-------------------------------------------------------------------------
 *
 * folded.c
 *		Folded stacks in and out.
 *
 * The format has no specification; flamegraph.pl's habits are the rules: one
 * stack a line, root first, frames joined by ';', the weight behind the last
 * blank.
 *
 *-------------------------------------------------------------------------
 */
#include "folded.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

/*
 * Does text begin with a byte order mark?  In encodings of several bytes a
 * character other than UTF-8 these bytes are parts of ordinary characters.
 */
static bool
has_mark(const char *text, size_t length)
{
	return length >= 3 && memcmp(text, byte_order_mark, 3) == 0 &&
		(pt_encoding() == PG_UTF8 || pg_encoding_max_length(pt_encoding()) == 1);
}

/* ---- in ---- */

bool
pt_parse_folded(PtBuilder *builder, const char *text, size_t length, bool trusted,
				PtOnError on_error, PtFoldedCounts *counts, PtError *error)
{
	const char *end = text + length;
	const char *line = text;
	bool		all_valid = trusted || pt_valid_encoding(text, length);
	const char *error_at = NULL;
	PtStackReader reader;
	StringInfoData mended;
	uint64		lines = 0;

	memset(counts, 0, sizeof(*counts));
	pt_reader_init(&reader, builder->memory, PT_STACK_FOLDED);
	mended.data = NULL;
	if (has_mark(text, length))
		line += 3;

	while (line < end)
	{
		const char *newline = memchr(line, '\n', end - line);
		const char *stop = newline != NULL ? newline : end;
		const char *next = newline != NULL ? newline + 1 : end;
		const char *start = line;
		const char *first;
		int64		weight;
		size_t		at;

		lines++;
		PT_CHECK_INTERRUPTS(lines);
		error_at = line;
		if (!all_valid && !pt_valid_encoding(line, stop - line))
		{
			if (on_error == PT_ON_ERROR_REPLACE)
			{
				if (mended.data == NULL)
					initStringInfo(&mended);
				resetStringInfo(&mended);
				pt_append_mended(&mended, line, stop - line, pt_encoding(), NULL);
				start = mended.data;
				stop = mended.data + mended.len;
				counts->replaced++;
			}
			else
			{
				pt_fail(error, PT_BAD_ENCODING, "invalid byte sequence for encoding \"%s\"",
						pg_encoding_to_char(pt_encoding()));
				pt_fail_hint(error, "on_error => 'replace' mends such lines, 'skip' passes over them.");
				goto bad_line;
			}
		}
		first = start;
		while (first < stop && (pt_is_blank(*first) || (*first == '\r' && first + 1 == stop)))
			first++;
		if (first == stop)
		{
			line = next;
			continue;
		}
		if (!pt_parse_weight(start, &stop, &weight, &error_at, error))
			goto bad_line;
		if (stop == start)
		{
			pt_fail(error, PT_BAD_TEXT, "a stack cannot be empty");
			goto bad_line;
		}
		if (!pt_add_stack(&reader, builder, start, stop - start, weight, &at, error))
		{
			error_at = start + at;
			break;
		}
		line = next;
		continue;

bad_line:
		if (on_error != PT_ON_ERROR_SKIP)
			break;
		counts->skipped++;
		line = next;
	}

	if (line < end)
	{
		/* a place in a mended line is not one in the text: name the line */
		if (error_at < line || error_at > end)
			error_at = line;
		pt_locate_error(error, text, error_at - text);
	}
	pt_reader_free(&reader);
	if (mended.data != NULL)
		pfree(mended.data);
	return line >= end;
}

/* ---- out ---- */

static bool
append_folded_frame(StringInfo text, const char *symbol, size_t length, bool first, bool last)
{
	size_t		start = text->len;
	bool		changed = false;
	char	   *frame;

	if (length == 0 && first && last)
	{
		appendStringInfoChar(text, '_');
		return true;
	}
	appendBinaryStringInfo(text, symbol, (int) length);
	frame = text->data + start;
	for (size_t i = 0; i < length; i++)
	{
		if (frame[i] == ';')
			frame[i] = '|';
		else if (frame[i] == '\n' || frame[i] == '\r')
			frame[i] = '_';
		else
			continue;
		changed = true;
	}
	if (first && length > 0 && pt_is_blank(frame[0]))
	{
		frame[0] = '_';
		changed = true;
	}
	if (last && length > 0 && pt_is_blank(frame[length - 1]))
	{
		frame[length - 1] = '_';
		changed = true;
	}
	return changed;
}

uint64
pt_print_folded(const PtTree *tree, StringInfo text, PtMemory memory)
{
	/* the nodes open at present, by level */
	uint32	   *open = pt_alloc(memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	uint64		changed = 0;

	if (tree->node_count > 0)
	{
		size_t		length;
		const char *first = pt_symbol_text(&tree->dictionary, tree->symbol[0], &length);

		/* the reader takes one mark away */
		if (has_mark(first, length))
			appendBinaryStringInfo(text, byte_order_mark, 3);
	}
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		level = tree->level[i];

		PT_CHECK_INTERRUPTS(i + 1);
		open[level] = i;
		if (tree->self[i] == 0 && !pt_is_leaf(tree, i))
			continue;
		for (uint32 at = 1; at <= level; at++)
		{
			size_t		length;
			const char *symbol = pt_symbol_text(&tree->dictionary, tree->symbol[open[at]], &length);

			PT_CHECK_INTERRUPTS(at);
			if (at > 1)
				appendStringInfoChar(text, ';');
			changed += append_folded_frame(text, symbol, length, at == 1, at == level);
		}
		appendStringInfo(text, " " INT64_FORMAT "\n", tree->self[i]);
	}
	pt_free(open);
	return changed;
}
