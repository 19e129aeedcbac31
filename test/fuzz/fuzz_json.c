/*-------------------------------------------------------------------------
 *
 * fuzz_json.c
 *		What the targets that read JSON share: the properties of reading, and
 *		mutations that leave it JSON, as they are of values as a whole.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

/* ---- properties ---- */

bool
read_document(ParseDocument parse, const uint8 *data, size_t size, PtTree *tree, StringInfo bytes)
{
	static const int encodings[] = {PG_UTF8, PG_UTF8, PG_UTF8, PG_SQL_ASCII, PG_EUC_JP, PG_LATIN1};
	const char *json = (const char *) data;
	int64		blocks = pt_alloc_blocks;
	PtBuilder	builder;
	PtError		error;
	bool		parsed;

	pt_core_encoding = encodings[size % lengthof(encodings)];
	if (size > 8192 || !pt_valid_encoding(json, size))
		return false;
	/* nothing is left behind, wherever it stops */
	pt_builder_init(&builder, NULL, 1);
	parsed = parse(&builder, json, size, &error);
	pt_builder_free(&builder);
	check(pt_alloc_blocks == blocks);

	memset(&error, 0, sizeof(error));
	pt_builder_init(&builder, NULL, 2);
	check(parse(&builder, json, size, &error) == parsed);
	if (parsed)
	{
		encode_builder(&builder, bytes);
		pt_tree_init(tree, NULL);
		check(pt_decode((uint8 *) bytes->data, bytes->len, tree, &error));
		check_tree(tree, (uint8 *) bytes->data, bytes->len);
		for (uint32 i = 0; i < tree->node_count; i++)
			check(tree->self[i] > 0 || !pt_is_leaf(tree, i));
	}
	else
	{
		check_error(&error);
		check(pt_core_encoding != PG_UTF8 || pt_valid_encoding(error.hint, strlen(error.hint)));
		check(error.code == PT_BAD_TEXT || error.code == PT_OUT_OF_RANGE || error.code == PT_BAD_ARGUMENT ||
			  error.code == PT_UNTRANSLATABLE);
		check(builder.node_count == 1 && builder.total == 0);
	}
	pt_builder_free(&builder);
	return parsed;
}

void
check_reads_as(ParseDocument parse, const StringInfoData *json, const StringInfoData *bytes)
{
	PtBuilder	builder;
	StringInfoData again;
	PtError		error;

	pt_builder_init(&builder, NULL, 3);
	check(parse(&builder, json->data, json->len, &error));
	encode_builder(&builder, &again);
	check(same_bytes(&again, bytes));
	pfree(again.data);
	pt_builder_free(&builder);
}

/* ---- mutations ---- */

#ifndef FUZZ_REPLAY

#define VALUES	1000
#define NESTED	100

/* one value of a document, with its key when it stands in an object */
typedef struct Value
{
	size_t		start;
	size_t		end;
	size_t		with_key;		/* start of the key, else start */
	bool		in_object;
} Value;

typedef struct Document
{
	const char *text;
	size_t		length;
	Value		value[VALUES];
	int			values;
} Document;

static size_t
string_end(const Document *document, size_t at)
{
	for (at++; at < document->length && document->text[at] != '"'; at++)
	{
		if (document->text[at] == '\\')
			at++;
	}
	return Min(at + 1, document->length);
}

/*
 * Where the values are, without asking whether it is JSON.
 */
static void
find_values(Document *document)
{
	int			open[NESTED];	/* values, by depth */
	bool		object[NESTED];
	int			depth = 0;
	size_t		key = 0;
	bool		has_key = false;

	document->values = 0;
	for (size_t at = 0; at < document->length && document->values < VALUES;)
	{
		char		c = document->text[at];
		Value	   *value = &document->value[document->values];

		if (c == ',' || c == ':' || c == ' ' || c == '\n' || c == '\t' || c == '\r')
		{
			at++;
			continue;
		}
		if (c == '}' || c == ']')
		{
			at++;
			if (depth > 0)
				document->value[open[--depth]].end = at;
			has_key = false;
			continue;
		}
		if (c == '"' && depth > 0 && object[depth - 1] && !has_key)
		{
			key = at;
			has_key = true;
			at = string_end(document, at);
			continue;
		}
		value->start = at;
		value->with_key = has_key ? key : at;
		value->in_object = has_key;
		has_key = false;
		if (c == '{' || c == '[')
		{
			if (depth == NESTED)
				return;
			open[depth] = document->values;
			object[depth++] = c == '{';
			at++;
		}
		else if (c == '"')
			at = string_end(document, at);
		else
		{
			while (at < document->length && strchr(",:]}{[\" \n\t\r", document->text[at]) == NULL)
				at++;
			at = Max(at, value->start + 1);
		}
		value->end = at;
		document->values++;
	}
	/* those never closed end with the document */
	while (depth > 0)
		document->value[open[--depth]].end = document->length;
}

static void
append_span(StringInfo out, const Document *document, size_t start, size_t end)
{
	if (end > start)
		appendBinaryStringInfo(out, document->text + start, (int) (end - start));
}

static void
append_number(StringInfo out, Random *random)
{
	static const char *const numbers[] = {
		"-1", "0.5", "1e3", "3.0", "1.000000000000000001", "1e-18", "1e-27", "1e-28", "0e999999999999999999999",
		"9223372036854775807", "9223372036854775808", "9.223372036854775807e18", "-0", "1e400", "0.1", "0.30000000000000004",
		"2147483646", "2147483647", "4294967295", "4294967296", "4611686018427387904", "9223372036.854775807"
	};

	if (one_in(random, 3))
		appendStringInfoString(out, numbers[random_below(random, lengthof(numbers))]);
	else
		appendStringInfo(out, "%u", random_below(random, one_in(random, 4) ? 1000 : 8));
}

static void
append_word(StringInfo out, Random *random)
{
	static const char *const words[] = {
		"names", "levels", "flamebearer", "metadata", "format", "single", "double", "version", "shared", "frames", "frame",
		"name", "profiles", "type", "unit", "samples", "weights", "events", "at", "sampled", "evented", "O", "C", "none",
		"bytes", "seconds", "milliseconds", "microseconds", "nanoseconds", "a", "", "[no stack]", "total", "\\u00e9", "\\u0000",
		"\\ud83d\\ude00", "\\ud83d", "\\\"", "\303\251"
	};

	appendStringInfo(out, "\"%s\"", words[random_below(random, lengthof(words))]);
}

/* What stands at a value's place afterwards. */
static void
append_changed(StringInfo out, const Document *document, const Value *value, Random *random)
{
	static const char *const others[] = {"null", "true", "{}", "[]", "[[]]", "0", "\"\"", "[0,1,1,0]", "{\"type\":\"O\",\"frame\":0,\"at\":0}"};
	const Value *other = &document->value[random_below(random, document->values)];
	char		first = document->text[value->start];

	if (one_in(random, 12))
		appendStringInfoString(out, others[random_below(random, lengthof(others))]);
	else if (first == '"')
		append_word(out, random);
	else if (first != '{' && first != '[')
		append_number(out, random);
	else if (value->end - value->start >= 2 && one_in(random, 4))
	{
		/* nothing in it */
		appendStringInfoChar(out, first);
		appendStringInfoChar(out, first == '{' ? '}' : ']');
	}
	else
		append_span(out, document, other->start, other->end);
}

size_t
mutate_json(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	static Document document;
	Random		random = {seed};
	StringInfoData out;
	Value	   *value;
	size_t		start;
	size_t		end;

	random_bits(&random);
	document.text = (const char *) data;
	document.length = size;
	find_values(&document);
	if (document.values == 0 || one_in(&random, 10))
		return LLVMFuzzerMutate(data, size, most);

	initStringInfo(&out);
	value = &document.value[random_below(&random, document.values)];
	start = value->with_key;
	end = value->end;
	switch (random_below(&random, 6))
	{
		case 0:					/* away with it, and one comma */
			if (end < size && document.text[end] == ',')
				end++;
			else if (start > 0 && document.text[start - 1] == ',')
				start--;
			append_span(&out, &document, 0, start);
			break;
		case 1:					/* once more */
			append_span(&out, &document, 0, end);
			appendStringInfoChar(&out, ',');
			append_span(&out, &document, start, end);
			break;
		case 2:					/* another key */
			append_span(&out, &document, 0, start);
			if (value->in_object)
			{
				append_word(&out, &random);
				appendStringInfoChar(&out, ':');
			}
			append_span(&out, &document, value->start, end);
			break;
		case 3:					/* changed places with one behind it */
			{
				const Value *other = &document.value[random_below(&random, document.values)];

				if (other->with_key < end || other->in_object != value->in_object)
					other = NULL;
				append_span(&out, &document, 0, start);
				if (other != NULL)
				{
					append_span(&out, &document, other->with_key, other->end);
					append_span(&out, &document, end, other->with_key);
					append_span(&out, &document, start, end);
					end = other->end;
				}
				else
					append_span(&out, &document, start, end);
				break;
			}
		default:
			append_span(&out, &document, 0, value->start);
			append_changed(&out, &document, value, &random);
	}
	append_span(&out, &document, end, size);
	if ((size_t) out.len <= most)
	{
		size = out.len;
		memcpy(data, out.data, size);
	}
	pfree(out.data);
	return size;
}

#endif							/* FUZZ_REPLAY */
