/*-------------------------------------------------------------------------
 *
 * pprof_write.c
 *		A tree as a pprof file.
 *
 * Protobuf messages written behind each other are one message that has the
 * fields of all.  So the Profile is packed by protobuf-c in many parts, each
 * with one element of a repeated field, and every part goes into gzip at
 * once: however large the file gets, no more of it is in memory than that.
 *
 *-------------------------------------------------------------------------
 */
#include "pprof.h"

#include "gzip.h"
#include "pprof.pb-c.h"

/* parts are gathered to this many bytes before they are compressed */
#define PART_BYTES		(64 * 1024)

#define MAPPING_ID		1

typedef struct Writer
{
	const PtTree *tree;
	PtConverter *converter;
	PtMemory	memory;
	PtGzip		gzip;
	StringInfoData parts;
	uint32		first_symbol;	/* its string */
	PtFrame		extra[2];		/* strings that are no symbols */
	uint32		extra_count;
	PtError    *error;
} Writer;

static bool
flush_parts(Writer *writer)
{
	bool		ok = pt_gzip_write(&writer->gzip, (const uint8 *) writer->parts.data, writer->parts.len, writer->error);

	resetStringInfo(&writer->parts);
	return ok;
}

static bool
write_part(Writer *writer, const PtPprof__Profile *part)
{
	size_t		size = pt_pprof__profile__get_packed_size(part);

	if (writer->parts.len + size > PART_BYTES && !flush_parts(writer))
		return false;
	/* the longest is a stack of PT_MAX_DEPTH frames or a symbol */
	enlargeStringInfo(&writer->parts, (int) size);
	pt_pprof__profile__pack(part, (uint8 *) writer->parts.data + writer->parts.len);
	writer->parts.len += (int) size;
	return true;
}

/* ---- parts ---- */

static bool
write_type(Writer *writer, int64 type, int64 unit)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__ValueType value_type = PT_PPROF__VALUE_TYPE__INIT;
	PtPprof__ValueType *value_types[] = {&value_type};

	value_type.type = type;
	value_type.unit = unit;
	part.n_sample_type = 1;
	part.sample_type = value_types;
	return write_part(writer, &part);
}

static bool
write_sample(Writer *writer, uint64_t *stack, uint32 depth, int64 weight)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__Sample sample = PT_PPROF__SAMPLE__INIT;
	PtPprof__Sample *samples[] = {&sample};
	int64_t		value = weight;

	sample.n_location_id = depth;
	sample.location_id = stack;
	sample.n_value = 1;
	sample.value = &value;
	part.n_sample = 1;
	part.sample = samples;
	return write_part(writer, &part);
}

/*
 * A sample for each node that has weight.  The path to the node is kept leaf
 * first, at the end of an array as long as the tree is deep.
 */
static bool
write_samples(Writer *writer)
{
	const PtTree *tree = writer->tree;
	uint64_t   *path = pt_alloc(writer->memory, ((size_t) tree->depth + 1) * sizeof(uint64_t));
	bool		ok = true;

	for (uint32 i = 0; ok && i < tree->node_count; i++)
	{
		uint64_t   *leaf = path + (tree->depth - tree->level[i]);

		PT_CHECK_INTERRUPTS(i + 1);
		*leaf = tree->symbol[i] + 1;
		if (tree->self[i] > 0)
			ok = write_sample(writer, leaf, tree->level[i], tree->self[i]);
	}
	pt_free(path);
	return ok;
}

/*
 * One mapping that says its functions are known keeps the pprof tool from
 * looking for a binary to find their names in.
 */
static bool
write_mapping(Writer *writer)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__Mapping mapping = PT_PPROF__MAPPING__INIT;
	PtPprof__Mapping *mappings[] = {&mapping};

	mapping.id = MAPPING_ID;
	mapping.has_functions = 1;
	part.n_mapping = 1;
	part.mapping = mappings;
	return write_part(writer, &part);
}

static bool
write_locations(Writer *writer)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__Location location = PT_PPROF__LOCATION__INIT;
	PtPprof__Location *locations[] = {&location};
	PtPprof__Line line = PT_PPROF__LINE__INIT;
	PtPprof__Line *lines[] = {&line};

	location.mapping_id = MAPPING_ID;
	location.n_line = 1;
	location.line = lines;
	part.n_location = 1;
	part.location = locations;
	for (uint32 i = 0; i < writer->tree->dictionary.count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		location.id = line.function_id = i + 1;
		if (!write_part(writer, &part))
			return false;
	}
	return true;
}

/*
 * The system name, which is the linker's, is not known; it stays empty, and
 * the pprof tool takes the name as it is instead of demangling it.
 */
static bool
write_functions(Writer *writer)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__Function function = PT_PPROF__FUNCTION__INIT;
	PtPprof__Function *functions[] = {&function};

	part.n_function = 1;
	part.function = functions;
	for (uint32 i = 0; i < writer->tree->dictionary.count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		function.id = i + 1;
		function.name = writer->first_symbol + i;
		if (!write_part(writer, &part))
			return false;
	}
	return true;
}

static bool
write_string(Writer *writer, const char *text, size_t length)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	ProtobufCBinaryData string;

	if (writer->converter != NULL && length > 0 &&
		(text = writer->converter->convert(writer->converter, text, &length)) == NULL)
		return pt_fail(writer->error, PT_BAD_ENCODING, "a symbol, sample type or unit has no equivalent in encoding \"UTF8\"");
	string.data = (uint8_t *) unconstify(char *, text);
	string.len = length;
	part.n_string_table = 1;
	part.string_table = &string;
	return write_part(writer, &part);
}

/* ---- the string table ---- */

/*
 * Strings are "", the symbols (an empty one is that first string), and the
 * extra ones.  Gives the number of a text, which becomes an extra one when it
 * is none of the others.
 */
static uint32
string_of(Writer *writer, PtFrame text)
{
	uint32		symbol;
	uint32		i;

	if (text.length == 0)
		return 0;
	if (pt_find_symbol(&writer->tree->dictionary, text.text, text.length, &symbol))
		return writer->first_symbol + symbol;
	for (i = 0; i < writer->extra_count; i++)
	{
		if (pt_compare_symbols(writer->extra[i].text, writer->extra[i].length, text.text, text.length) == 0)
			break;
	}
	if (i == writer->extra_count)
		writer->extra[writer->extra_count++] = text;
	return writer->first_symbol + writer->tree->dictionary.count + i;
}

static bool
write_strings(Writer *writer)
{
	const PtDictionary *dictionary = &writer->tree->dictionary;

	if (!write_string(writer, "", 0))
		return false;
	for (uint32 i = 1 - writer->first_symbol; i < dictionary->count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		if (!write_string(writer, text, length))
			return false;
	}
	for (uint32 i = 0; i < writer->extra_count; i++)
	{
		if (!write_string(writer, writer->extra[i].text, writer->extra[i].length))
			return false;
	}
	return true;
}

/* What is told once. */
static bool
write_header(Writer *writer, const PtPprofHeader *header, uint32 type, uint32 unit)
{
	PtPprof__Profile part = PT_PPROF__PROFILE__INIT;
	PtPprof__ValueType period_type = PT_PPROF__VALUE_TYPE__INIT;

	part.time_nanos = header->time_nanos;
	part.duration_nanos = header->duration_nanos;
	if (header->has_period)
	{
		period_type.type = type;
		period_type.unit = unit;
		part.period_type = &period_type;
		part.period = header->period;
	}
	return write_part(writer, &part);
}

bool
pt_write_pprof(const PtTree *tree, const PtPprofHeader *header, PtConverter *converter,
			   StringInfo gzip, PtMemory memory, PtError *error)
{
	const PtDictionary *dictionary = &tree->dictionary;
	Writer		writer = {.tree = tree, .converter = converter, .memory = memory, .error = error};
	uint32		type;
	uint32		unit;
	bool		ok;

	writer.first_symbol = dictionary->count > 0 && dictionary->symbol[0].length == 0 ? 0 : 1;
	type = string_of(&writer, header->sample_type);
	unit = string_of(&writer, header->unit);
	initStringInfo(&writer.parts);
	pt_gzip_start(&writer.gzip, gzip, memory);
	ok = write_type(&writer, type, unit) &&
		write_samples(&writer) &&
		write_mapping(&writer) &&
		write_locations(&writer) &&
		write_functions(&writer) &&
		write_strings(&writer) &&
		write_header(&writer, header, type, unit) &&
		flush_parts(&writer) &&
		pt_gzip_finish(&writer.gzip, error);
	pt_gzip_free(&writer.gzip);
	pfree(writer.parts.data);
	return ok;
}
