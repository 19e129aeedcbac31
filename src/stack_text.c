/*-------------------------------------------------------------------------
 *
 * stack_text.c
 *		Parse and print stacks as text; see stack_text.h for the grammar.
 *
 *-------------------------------------------------------------------------
 */
#include "stack_text.h"

void
pt_reader_init(PtStackReader *reader, PtMemory memory, PtStackSyntax syntax)
{
	memset(reader, 0, sizeof(*reader));
	reader->memory = memory;
	reader->syntax = syntax;
}

void
pt_reader_free(PtStackReader *reader)
{
	if (reader->last_capacity > 0)
		pt_free(reader->last);
	if (reader->frame_capacity > 0)
		pt_free(reader->frame_end);
	if (reader->frames_capacity > 0)
		pt_free(reader->frames);
	if (reader->unquoted_capacity > 0)
		pt_free(reader->unquoted);
	pt_reader_init(reader, reader->memory, reader->syntax);
}

/* ---- one stack ---- */

static void
reserve_frames(PtStackReader *reader, size_t frames)
{
	size_t		capacity = reader->frames_capacity;

	reader->frames = pt_grow(reader->memory, reader->frames, &capacity, frames, sizeof(PtFrame));
	reader->frames_capacity = (uint32) capacity;
}

/*
 * How many leading frames of text are those of the stack added last, and
 * where the rest starts (length + 1 when nothing is left).
 */
static uint32
frames_kept(const PtStackReader *reader, const PtBuilder *builder,
			const char *text, size_t length, size_t *rest)
{
	size_t		same;
	uint32		low = 0;
	uint32		high = reader->frame_count;
	size_t		end;

	*rest = 0;
	if (reader->changes != builder->changes || reader->frame_count == 0)
		return 0;
	same = pt_shared_prefix(reader->last, text, Min(reader->last_length, length));

	/* the frames that end within what is the same */
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (reader->frame_end[middle] <= same)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	/* the last of them has to end there in this text too */
	end = reader->frame_end[low - 1];
	if (end < length && text[end] != ';')
	{
		if (--low == 0)
			return 0;
		end = reader->frame_end[low - 1];
	}
	*rest = end + 1;
	return low;
}

static bool
bad_stack(PtError *error, size_t *error_at, size_t at, const char *message)
{
	*error_at = at;
	return pt_fail(error, PT_BAD_TEXT, "%s", message);
}

/* What raw profiler output runs into when it is taken for the text form. */
static bool
bad_quote(PtError *error, size_t *error_at, size_t at, const char *message)
{
	bad_stack(error, error_at, at, message);
	return pt_fail_hint(error, "A frame that begins with a double quote is quoted; for a profiler's raw output use proftree_from_folded(), or give the frames as text[].");
}

/*
 * Read a quoted frame that starts at *at, after the quote, and leave *at
 * behind the closing one.
 */
static bool
read_quoted(PtStackReader *reader, const char *text, size_t length, size_t *at,
			PtFrame *frame, size_t *unquoted_used)
{
	const char *start = text + *at;
	const char *from = start;
	const char *end = text + length;
	char	   *to = NULL;

	for (;;)
	{
		const char *quote = memchr(from, '"', end - from);

		if (quote == NULL)
			return false;
		if (quote + 1 == end || quote[1] != '"')
		{
			*at = quote + 1 - text;
			if (to == NULL)
			{
				frame->text = start;
				frame->length = quote - start;
				return true;
			}
			memcpy(to, from, quote - from);
			to += quote - from;
			frame->length = to - frame->text;
			*unquoted_used += frame->length;
			return true;
		}
		/* a doubled quote: from here on the frame is a copy */
		if (to == NULL)
			frame->text = to = reader->unquoted + *unquoted_used;
		memcpy(to, from, quote + 1 - from);
		to += quote + 1 - from;
		from = quote + 2;
	}
}

bool
pt_add_stack(PtStackReader *reader, PtBuilder *builder, const char *text, size_t length,
			 int64 weight, size_t *error_at, PtError *error)
{
	size_t		rest;
	uint32		kept = frames_kept(reader, builder, text, length, &rest);
	bool		quoting = reader->syntax != PT_STACK_FOLDED;
	const char *newline = NULL;
	size_t		unquoted_used = 0;
	size_t		capacity;
	uint32		count = 0;
	size_t		at = rest;

	if (length == 0)
	{
		bad_stack(error, error_at, 0, "a stack cannot be empty");
		if (quoting)
			pt_fail_hint(error, "Write \"\" for a frame whose symbol is the empty string.");
		return false;
	}
	if (length > PG_UINT32_MAX / 2)
	{
		*error_at = 0;
		return pt_fail(error, PT_BEYOND_LIMIT, "stack too long");
	}
	if (reader->syntax == PT_STACK && rest < length)
		newline = memchr(text + rest, '\n', length - rest);

	/*
	 * at == length is an empty last frame, behind a ";".  One frame too many is
	 * enough for the builder to refuse them.
	 */
	while (at <= length && (size_t) kept + count <= PT_MAX_DEPTH)
	{
		PtFrame    *frame;

		PT_CHECK_INTERRUPTS(count + 1);
		if (count == reader->frames_capacity)
			reserve_frames(reader, (size_t) count + 1);
		frame = &reader->frames[count++];
		if (quoting && at < length && text[at] == '"')
		{
			size_t		start = at++;

			if (unquoted_used == 0)
				reader->unquoted = pt_grow(reader->memory, reader->unquoted,
										   &reader->unquoted_capacity, length - start, 1);
			if (!read_quoted(reader, text, length, &at, frame, &unquoted_used))
				return bad_quote(error, error_at, start, "unterminated quoted frame");
			if (at < length && text[at] != ';')
				return bad_quote(error, error_at, at, "unexpected character after a quoted frame");
			if (newline != NULL && newline < text + at)
				newline = memchr(text + at, '\n', length - at);
		}
		else
		{
			const char *end = memchr(text + at, ';', length - at);

			if (end == NULL)
				end = text + length;
			if (newline != NULL && newline < end)
			{
				bad_stack(error, error_at, newline - text, "line break in a frame");
				return pt_fail_hint(error, "Put the frame in double quotes, or give the frames as text[].");
			}
			frame->text = text + at;
			frame->length = end - frame->text;
			at = end - text;
		}
		at++;
	}

	/* all that can run out of memory comes before the stack is added */
	reader->last = pt_grow(reader->memory, reader->last, &reader->last_capacity, length, 1);
	capacity = reader->frame_capacity;
	reader->frame_end = pt_grow(reader->memory, reader->frame_end, &capacity,
								(size_t) kept + count, sizeof(uint32));
	reader->frame_capacity = (uint32) capacity;
	if (!pt_builder_add(builder, kept, reader->frames, count, weight, error))
	{
		*error_at = rest > length ? 0 : rest;
		return false;
	}

	/*
	 * Remember it, from the ";" on that the rest follows: the stack before may
	 * have ended there.
	 */
	if (rest <= length)
	{
		size_t		from = rest > 0 ? rest - 1 : 0;

		memcpy(reader->last + from, text + from, length - from);
	}
	at = rest;
	for (uint32 i = 0; i < count; i++)
	{
		if (quoting && at < length && text[at] == '"')
		{
			/* behind its closing quote: skip pairs */
			at++;
			for (;;)
			{
				at = (const char *) memchr(text + at, '"', length - at) - text + 1;
				if (at == length || text[at] != '"')
					break;
				at++;
			}
		}
		else
			at += reader->frames[i].length;
		reader->frame_end[kept + i] = (uint32) at++;
	}
	reader->frame_count = kept + count;
	reader->last_length = length;
	reader->changes = builder->changes;
	return true;
}

/* ---- lines ---- */

void
pt_locate_error(PtError *error, const char *text, size_t at)
{
	size_t		line = 1;
	const char *start = text;
	const char *newline;
	char		message[sizeof(error->message)];

	while ((newline = memchr(start, '\n', text + at - start)) != NULL)
	{
		PT_CHECK_INTERRUPTS(line);
		line++;
		start = newline + 1;
	}
	strlcpy(message, error->message, sizeof(message));
	snprintf(error->message, sizeof(error->message), "%.200s at line %zu, column %zu",
			 message, line, pt_count_characters(start, text + at - start) + 1);
}

/* does a word that is no weight look like a number all the same? */
static bool
looks_numeric(const char *word, const char *stop)
{
	if (*word < '0' || *word > '9')
		return false;
	while (word < stop && ((*word >= '0' && *word <= '9') || *word == '.' ||
						   *word == 'e' || *word == 'E' || *word == '+' || *word == '-'))
		word++;
	return word == stop;
}

bool
pt_parse_weight(const char *line, const char **end, int64 *weight,
				const char **error_at, PtError *error)
{
	const char *stop = *end;
	const char *digits;
	const char *stack_end;
	int64		value = 0;
	char		clipped[PT_CLIP_SIZE];

	if (stop > line && stop[-1] == '\r')
		stop--;
	while (stop > line && pt_is_blank(stop[-1]))
		stop--;
	digits = stop;
	while (digits > line && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	stack_end = digits;
	while (stack_end > line && pt_is_blank(stack_end[-1]))
		stack_end--;

	if (digits == stop || stack_end == digits)
	{
		/* the last word is no weight; say why */
		const char *word = stop;

		while (word > line && !pt_is_blank(word[-1]))
			word--;
		*error_at = word;
		if (word > line && stop - word >= 2 && (*word == '-' || *word == '+') && digits == word + 1)
		{
			pt_fail(error, PT_BAD_TEXT, "invalid weight \"%s\"", pt_clip(clipped, word, stop - word));
			if (*word == '-')
				return pt_fail_hint(error, "Weights cannot be negative; proftree_delta(previous, current) gives the growth between two profiles.");
			return pt_fail_hint(error, "A weight is written as digits only.");
		}
		if (word > line && word < stop && looks_numeric(word, stop))
		{
			pt_fail(error, PT_BAD_TEXT, "invalid weight \"%s\"", pt_clip(clipped, word, stop - word));
			return pt_fail_hint(error, "Weights are whole numbers; store a smaller unit, for example nanoseconds.");
		}
		*error_at = stop;
		pt_fail(error, PT_BAD_TEXT, "missing weight");
		return pt_fail_hint(error, "A line is a stack, a blank and a whole number: main;parse 3");
	}
	for (const char *at = digits; at < stop; at++)
	{
		if (pg_mul_s64_overflow(value, 10, &value) ||
			pg_add_s64_overflow(value, *at - '0', &value))
		{
			*error_at = digits;
			return pt_fail(error, PT_OUT_OF_RANGE, "weight \"%s\" is out of range for type bigint",
						   pt_clip(clipped, digits, stop - digits));
		}
	}
	*weight = value;
	*end = stack_end;
	return true;
}

/*
 * Where the line ends that starts at "line", quoted frames considered: the LF
 * or the end of the text.  False, with *stop where it starts, for a quoted
 * frame that does not end.
 */
static bool
find_line_end(const char *line, const char *end, const char **stop)
{
	const char *newline = memchr(line, '\n', end - line);
	const char *at = line;
	uint64		frames = 0;

	*stop = newline != NULL ? newline : end;
	if (memchr(line, '"', *stop - line) == NULL)
		return true;
	for (;;)
	{
		if (at < end && *at == '"')
		{
			const char *start = at++;

			for (;;)
			{
				at = memchr(at, '"', end - at);
				if (at == NULL)
				{
					*stop = start;
					return false;
				}
				at++;
				if (at == end || *at != '"')
					break;
				at++;
			}
			if (*stop < at)
			{
				newline = memchr(at, '\n', end - at);
				*stop = newline != NULL ? newline : end;
			}
		}
		/* the rest of a bare frame, or of what follows a quoted one */
		at = memchr(at, ';', *stop - at);
		if (at == NULL)
			return true;
		at++;
		frames++;
		PT_CHECK_INTERRUPTS(frames);
	}
}

bool
pt_parse_text(PtBuilder *builder, const char *text, size_t length, PtError *error)
{
	const char *end = text + length;
	const char *line = text;
	PtStackReader reader;
	size_t		error_at = 0;
	uint64		lines = 0;

	pt_reader_init(&reader, builder->memory, PT_STACK_OF_LINE);
	while (line < end)
	{
		const char *stop;
		const char *next;
		const char *first = line;
		const char *weight_at;
		int64		weight;
		size_t		at;

		lines++;
		PT_CHECK_INTERRUPTS(lines);
		if (!find_line_end(line, end, &stop))
		{
			bad_quote(error, &error_at, stop - text, "unterminated quoted frame");
			break;
		}
		next = stop < end ? stop + 1 : end;
		while (first < stop && (pt_is_blank(*first) || (*first == '\r' && first + 1 == stop)))
			first++;
		if (first == stop)
		{
			line = next;
			continue;
		}
		if (!pt_parse_weight(line, &stop, &weight, &weight_at, error))
		{
			error_at = weight_at - text;
			break;
		}
		if (!pt_add_stack(&reader, builder, line, stop - line, weight, &at, error))
		{
			error_at = line + at - text;
			break;
		}
		line = next;
	}
	pt_reader_free(&reader);
	if (line >= end)
		return true;

	pt_locate_error(error, text, error_at);
	return false;
}

/* ---- writing ---- */

static void
append_quoted_frame(StringInfo text, const char *symbol, size_t length, bool last, bool *last_differs)
{
	bool		quote = length > 0 &&
		(symbol[0] == '"' ||
		 memchr(symbol, ';', length) != NULL ||
		 memchr(symbol, '\n', length) != NULL ||
		 memchr(symbol, '\r', length) != NULL);
	const char *end = symbol + length;
	const char *at;

	*last_differs = !quote && (length == 0 || pt_is_blank(symbol[length - 1]));
	if (last)
		quote |= *last_differs;
	if (!quote)
	{
		appendBinaryStringInfo(text, symbol, (int) length);
		return;
	}
	appendStringInfoChar(text, '"');
	while ((at = memchr(symbol, '"', end - symbol)) != NULL)
	{
		appendBinaryStringInfo(text, symbol, (int) (at + 1 - symbol));
		appendStringInfoChar(text, '"');
		symbol = at + 1;
	}
	appendBinaryStringInfo(text, symbol, (int) (end - symbol));
	appendStringInfoChar(text, '"');
}

void
pt_path_writer_init(PtPathWriter *writer, const PtTree *tree, PtMemory memory)
{
	memset(writer, 0, sizeof(*writer));
	writer->tree = tree;
	initStringInfo(&writer->path);
	writer->inner_end = pt_alloc(memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	writer->inner_end[0] = 0;
}

void
pt_path_writer_free(PtPathWriter *writer)
{
	pfree(writer->path.data);
	pt_free(writer->inner_end);
}

static void
truncate_path(StringInfo path, uint32 length)
{
	path->len = (int) length;
	path->data[length] = '\0';
}

void
pt_path_writer_move(PtPathWriter *writer, uint32 node)
{
	const PtTree *tree = writer->tree;
	uint32		level = tree->level[node];
	size_t		length;
	const char *symbol;

	if (level > writer->level && writer->level > 0 && writer->last_differs)
	{
		/* the frame above was written as the last one; now it is not */
		bool		ignored;

		symbol = pt_symbol_text(&tree->dictionary, writer->symbol, &length);
		truncate_path(&writer->path, writer->inner_end[writer->level - 1]);
		if (writer->level > 1)
			appendStringInfoChar(&writer->path, ';');
		append_quoted_frame(&writer->path, symbol, length, false, &ignored);
		writer->inner_end[writer->level] = writer->path.len;
	}
	truncate_path(&writer->path, writer->inner_end[level - 1]);
	if (level > 1)
		appendStringInfoChar(&writer->path, ';');
	symbol = pt_symbol_text(&tree->dictionary, tree->symbol[node], &length);
	append_quoted_frame(&writer->path, symbol, length, true, &writer->last_differs);
	writer->inner_end[level] = writer->path.len;
	writer->level = level;
	writer->symbol = tree->symbol[node];
}

bool
pt_print_text(const PtTree *tree, StringInfo text, size_t most, PtMemory memory)
{
	PtPathWriter writer;
	uint32		i;

	pt_path_writer_init(&writer, tree, memory);
	for (i = 0; i < tree->node_count; i++)
	{
		size_t		symbol_length = tree->dictionary.symbol[tree->symbol[i]].length;

		PT_CHECK_INTERRUPTS(i + 1);
		/* a path alone can pass what fits into memory */
		if (text->len + writer.inner_end[tree->level[i] - 1] + 2 * symbol_length + 32 > most)
			break;
		pt_path_writer_move(&writer, i);
		if (tree->self[i] == 0 && !pt_is_leaf(tree, i))
			continue;
		if (text->len > 0)
			appendStringInfoChar(text, '\n');
		appendBinaryStringInfo(text, writer.path.data, writer.path.len);
		appendStringInfo(text, " " INT64_FORMAT, tree->self[i]);
	}
	pt_path_writer_free(&writer);
	return i == tree->node_count;
}
