/*-------------------------------------------------------------------------
 *
 * pprof_read.c
 *		A pprof file: its bytes to tables, all but the samples.
 *
 * The messages in a file are unpacked by protobuf-c, but not the file as a
 * whole: what protobuf-c makes of a message takes 10 to 50 times the bytes
 * that it has, which would be gigabytes for what a gzip of some kilobytes can
 * hold.  So the file is cut here along its top level into the messages it
 * consists of, four bytes kept for each, and each is unpacked by itself when
 * its turn comes, into an arena that has a bound and is used for the next one
 * again.
 *
 * The turns come in the order in which messages refer to each other, whatever
 * their order in the file: strings, mappings, functions, locations; then,
 * pass by pass, samples (pprof_samples.c).
 *
 *-------------------------------------------------------------------------
 */
#include "pprof.h"

#include "gzip.h"
#include "hash.h"
#include "pprof.pb-c.h"
#ifdef FRONTEND
#include "common/logging.h"		/* simplehash has no errors of its own */
#endif

/* ---- errors ---- */

bool
pt_pprof_bad(PtError *error, const char *format,...)
{
	char		what[sizeof(error->message)];
	va_list		args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return pt_fail(error, PT_BAD_BINARY, "invalid pprof: %s", what);
}

/* ---- ids ---- */

typedef struct PtId
{
	uint64		id;
	uint32		place;
	uint32		status;			/* simplehash's */
} PtId;

static inline uint32
hash_id(uint64 id, uint64 seed)
{
	uint64		state = pt_fold(id ^ seed, PT_HASH_A);

	return (uint32) (state ^ state >> 32);
}

#define SH_PREFIX pt_ids
#define SH_ELEMENT_TYPE PtId
#define SH_KEY_TYPE uint64
#define SH_KEY id
#define SH_HASH_KEY(table, key) hash_id(key, *(uint64 *) (table)->private_data)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#ifdef FRONTEND
#define SH_RAW_ALLOCATOR pg_malloc0
#endif
#include "lib/simplehash.h"

static void
start_hash(PtPprof *file, PtPprofIds *ids)
{
#ifdef FRONTEND
	ids->other = pt_ids_create(ids->count + 1, &file->seed);
#else
	ids->other = pt_ids_create(file->memory, ids->count + 1, &file->seed);
#endif
	for (uint32 i = 0; i < ids->count; i++)
	{
		bool		found;

		PT_CHECK_INTERRUPTS(i + 1);
		pt_ids_insert(ids->other, i + 1, &found)->place = i;
	}
}

/* Give the next message its id. */
static bool
add_id(PtPprof *file, PtPprofIds *ids, uint64 id, PtError *error)
{
	bool		found;
	PtId	   *entry;

	if (id == 0)
		return pt_pprof_bad(error, "%s %u has id 0", ids->what, ids->count + 1);
	if (ids->other == NULL && id != (uint64) ids->count + 1)
		start_hash(file, ids);
	if (ids->other != NULL)
	{
		entry = pt_ids_insert(ids->other, id, &found);
		if (found)
			return pt_pprof_bad(error, "two %ss with id " UINT64_FORMAT, ids->what, id);
		entry->place = ids->count;
	}
	ids->count++;
	return true;
}

bool
pt_pprof_find_id(const PtPprofIds *ids, uint64 id, uint32 *place)
{
	PtId	   *entry;

	if (ids->other == NULL)
	{
		*place = (uint32) (id - 1);
		return id >= 1 && id <= ids->count;
	}
	entry = pt_ids_lookup(ids->other, id);
	if (entry == NULL)
		return false;
	*place = entry->place;
	return true;
}

/* ---- the top level ---- */

typedef enum FieldKind
{
	UNKNOWN = 0,
	NUMBER,
	NUMBERS,
	MESSAGES
} FieldKind;

static const uint8 kind_of[PT_PPROF_FIELDS] = {
	[PT_PPROF_SAMPLE_TYPE] = MESSAGES,
	[PT_PPROF_SAMPLE] = MESSAGES,
	[PT_PPROF_MAPPING] = MESSAGES,
	[PT_PPROF_LOCATION] = MESSAGES,
	[PT_PPROF_FUNCTION] = MESSAGES,
	[PT_PPROF_STRING_TABLE] = MESSAGES,
	[PT_PPROF_DROP_FRAMES] = NUMBER,
	[PT_PPROF_KEEP_FRAMES] = NUMBER,
	[PT_PPROF_TIME_NANOS] = NUMBER,
	[PT_PPROF_DURATION_NANOS] = NUMBER,
	[PT_PPROF_PERIOD_TYPE] = MESSAGES,
	[PT_PPROF_PERIOD] = NUMBER,
	[PT_PPROF_COMMENT] = NUMBERS,
	[PT_PPROF_DEFAULT_SAMPLE_TYPE] = NUMBER,
	[PT_PPROF_DOC_URL] = NUMBER
};

/*
 * A varint of protobuf: up to ten bytes, not always as few as possible; what
 * passes 64 bits is lost.
 */
static bool
read_number(PtCursor *cursor, uint64 *value)
{
	*value = 0;
	for (int shift = 0; shift < 70 && cursor->at < cursor->end; shift += 7)
	{
		uint8		byte = *cursor->at++;

		*value |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
			return true;
	}
	return false;
}

static void
add_item(PtPprof *file, PtPprofList *list, uint32 item)
{
	if (list->count == list->capacity)
	{
		uint32		capacity = Max(64, 2 * list->capacity);

		list->item = list->item == NULL ? pt_alloc(file->memory, capacity * sizeof(uint32)) :
			pt_realloc(list->item, capacity * sizeof(uint32));
		list->capacity = capacity;
	}
	list->item[list->count++] = item;
}

/* A number of a repeated field, which is a string's; no file has 2^32 - 1. */
static void
add_number(PtPprof *file, PtPprofList *list, uint64 number)
{
	add_item(file, list, (uint32) Min(number, PG_UINT32_MAX));
}

static bool
add_numbers(PtPprof *file, PtPprofList *list, PtCursor packed)
{
	uint64		number;

	while (packed.at < packed.end)
	{
		PT_CHECK_INTERRUPTS(list->count + 1);
		if (!read_number(&packed, &number))
			return false;
		add_number(file, list, number);
	}
	return true;
}

/* Take note of one field whose bytes are [start, end). */
static bool
take_field(PtPprof *file, uint32 field, int wire_type, uint64 number, const uint8 *start, const uint8 *end)
{
	PtPprofList *list = &file->list[field];

	switch (kind_of[field])
	{
		case NUMBER:
			file->number[field] = (int64) number;
			return wire_type == PROTOBUF_C_WIRE_TYPE_VARINT;
		case NUMBERS:
			if (wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
				return add_numbers(file, list, (PtCursor) {end - number, end});
			add_number(file, list, number);
			return wire_type == PROTOBUF_C_WIRE_TYPE_VARINT;
		case MESSAGES:
			add_item(file, list, (uint32) (start - file->bytes));
			return wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
		default:
			return true;
	}
}

/*
 * Move behind a field; "number" is its value, or its length.  Groups, which
 * nobody writes, the reference does not know either.
 */
static bool
skip_field(PtCursor *at, int wire_type, uint64 *number)
{
	size_t		size;

	*number = 0;
	switch (wire_type)
	{
		case PROTOBUF_C_WIRE_TYPE_VARINT:
			return read_number(at, number);
		case PROTOBUF_C_WIRE_TYPE_64BIT:
			size = 8;
			break;
		case PROTOBUF_C_WIRE_TYPE_32BIT:
			size = 4;
			break;
		case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
			if (!read_number(at, number) || *number > (uint64) (at->end - at->at))
				return false;
			size = (size_t) *number;
			break;
		default:
			return false;
	}
	if (size > (size_t) (at->end - at->at))
		return false;
	at->at += size;
	return true;
}

static bool
cut(PtPprof *file, PtError *error)
{
	PtCursor	at = {file->bytes, file->bytes + file->length};
	uint64		fields = 0;

	while (at.at < at.end)
	{
		const uint8 *start = at.at;
		const uint8 *value;
		uint64		tag;
		uint64		number;
		bool		ok;

		fields++;
		PT_CHECK_INTERRUPTS(fields);
		ok = read_number(&at, &tag) && tag >> 3 != 0;
		value = at.at;
		ok = ok && skip_field(&at, (int) (tag & 7), &number);
		if (ok && tag >> 3 == PT_PPROF_TIME_NANOS && file->number[PT_PPROF_TIME_NANOS] != 0)
		{
			pt_pprof_bad(error, "several profiles behind each other");
			return pt_fail_hint(error, "Give each by itself; sum() adds their trees.");
		}
		if (!ok ||
			(tag >> 3 < PT_PPROF_FIELDS &&
			 !take_field(file, (uint32) (tag >> 3), (int) (tag & 7), number, value, at.at)))
			return pt_pprof_bad(error, "no field of a profile at byte %zu", (size_t) (start - file->bytes));
	}
	return true;
}

/* A message, or a string. */
static PtFrame
piece(const PtPprof *file, uint32 start)
{
	PtCursor	at = {file->bytes + start, file->bytes + file->length};
	uint64		length;

	/* cut() has read it */
	if (!read_number(&at, &length))
		length = 0;
	return (PtFrame) {(const char *) at.at, (size_t) length};
}

/* ---- messages ---- */

static void *
allocate(void *arena, size_t size)
{
	return pt_arena_alloc(arena, size);
}

static void
release(void *arena, void *block)
{
	/* the arena takes all back at once */
}

static const char *const name_of[PT_PPROF_FIELDS] = {
	[PT_PPROF_SAMPLE_TYPE] = "sample type",
	[PT_PPROF_SAMPLE] = "sample",
	[PT_PPROF_MAPPING] = "mapping",
	[PT_PPROF_LOCATION] = "location",
	[PT_PPROF_FUNCTION] = "function",
	[PT_PPROF_PERIOD_TYPE] = "period type"
};

bool
pt_pprof_work(PtPprof *file, uint64 cost, PtError *error)
{
	file->work += cost;
	if (file->work <= PT_PPROF_MAX_WORK(file->size))
		return true;
	pt_fail(error, PT_BEYOND_LIMIT, "samples of a pprof too large");
	return pt_fail_detail(error, "To read their bytes once for each sample type, and the frames of their stacks, is too much for a file of this size.");
}

void *
pt_pprof_unpack(PtPprof *file, PtPprofField field, uint32 i,
				const struct ProtobufCMessageDescriptor *descriptor, PtError *error)
{
	ProtobufCAllocator allocator = {allocate, release, &file->message};
	PtFrame		bytes = piece(file, file->list[field].item[i]);
	void	   *message;

	pt_arena_reset(&file->message);
	if (!pt_pprof_work(file, PT_PPROF_BYTE_COST * (uint64) bytes.length, error))
		return NULL;
	message = protobuf_c_message_unpack(descriptor, &allocator, bytes.length, (const uint8 *) bytes.text);
	if (message == NULL)
	{
		if (file->message.exhausted)
			pt_fail(error, PT_BEYOND_LIMIT, "%s %u of a pprof too large", name_of[field], i + 1);
		else
			pt_pprof_bad(error, "%s %u is malformed", name_of[field], i + 1);
		pt_fail_detail(error, "Its length is %zu, and it begins at byte %zu of the unpacked file.",
					   bytes.length, (size_t) ((const uint8 *) bytes.text - file->bytes));
	}
	return message;
}

bool
pt_pprof_check_string(const PtPprof *file, int64 string, const char *whose, uint64 number, PtError *error)
{
	char		name[64];

	if (string >= 0 && string < pt_pprof_count(file, PT_PPROF_STRING_TABLE))
		return true;
	if (number > 0)
		snprintf(name, sizeof(name), "%s " UINT64_FORMAT, whose, number);
	else
		strlcpy(name, whose, sizeof(name));
	return pt_pprof_bad(error, "%s uses string " INT64_FORMAT ", which is not there", name, string);
}

/* ---- tables ---- */

static void *
make_table(PtPprof *file, PtPprofField field, size_t size)
{
	return pt_alloc(file->memory, ((size_t) pt_pprof_count(file, field) + 1) * size);
}

static bool
read_strings(PtPprof *file, PtError *error)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_STRING_TABLE);
	uint32		comments = pt_pprof_count(file, PT_PPROF_COMMENT);

	if (count == 0)
		return pt_pprof_bad(error, "it has no string table");
	if (pt_pprof_raw_text(file, 0).length != 0)
		return pt_pprof_bad(error, "the first string is not empty");
	file->text_state = make_table(file, PT_PPROF_STRING_TABLE, sizeof(uint8));
	memset(file->text_state, PT_PPROF_RAW, count);
	for (uint32 i = 0; i < comments; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (file->list[PT_PPROF_COMMENT].item[i] >= count)
			return pt_pprof_bad(error, "comment %u uses a string that is not there", i + 1);
	}
	return pt_pprof_check_string(file, file->number[PT_PPROF_DROP_FRAMES], "drop_frames", 0, error) &&
		pt_pprof_check_string(file, file->number[PT_PPROF_KEEP_FRAMES], "keep_frames", 0, error) &&
		pt_pprof_check_string(file, file->number[PT_PPROF_DEFAULT_SAMPLE_TYPE], "default_sample_type", 0, error) &&
		pt_pprof_check_string(file, file->number[PT_PPROF_DOC_URL], "doc_url", 0, error);
}

static bool
read_type(PtPprof *file, PtPprofField field, uint32 i, PtPprofType *type, PtError *error)
{
	PtPprof__ValueType *message = pt_pprof_unpack(file, field, i, &pt_pprof__value_type__descriptor, error);

	if (message == NULL ||
		!pt_pprof_check_string(file, message->type, name_of[field], i + 1, error) ||
		!pt_pprof_check_string(file, message->unit, name_of[field], i + 1, error))
		return false;
	type->type = (uint32) message->type;
	type->unit = (uint32) message->unit;
	return true;
}

static bool
read_types(PtPprof *file, PtError *error)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE);

	if (count > PT_PPROF_MAX_TYPES)
	{
		pt_fail(error, PT_BEYOND_LIMIT, "too many sample types in a pprof");
		return pt_fail_detail(error, "It has %u, and can have at most %d.", count, PT_PPROF_MAX_TYPES);
	}
	if (count == 0 && pt_pprof_count(file, PT_PPROF_SAMPLE) > 0)
		return pt_pprof_bad(error, "it has samples, but no sample type");
	file->type = make_table(file, PT_PPROF_SAMPLE_TYPE, sizeof(PtPprofType));
	for (uint32 i = 0; i < count; i++)
	{
		if (!read_type(file, PT_PPROF_SAMPLE_TYPE, i, &file->type[i], error))
			return false;
	}
	/* there should be one; the last counts */
	for (uint32 i = 0; i < pt_pprof_count(file, PT_PPROF_PERIOD_TYPE); i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (!read_type(file, PT_PPROF_PERIOD_TYPE, i, &file->period_type, error))
			return false;
	}
	return true;
}

/* the string, or 0 for every empty one */
static uint32
unless_empty(const PtPprof *file, int64 string)
{
	return pt_pprof_raw_text(file, (uint32) string).length == 0 ? 0 : (uint32) string;
}

/* the string of a path, or 0 when that has no last part */
static uint32
unless_folder(const PtPprof *file, int64 string)
{
	PtFrame		path = pt_pprof_raw_text(file, (uint32) string);

	return path.length == 0 || path.text[path.length - 1] == '/' ? 0 : (uint32) string;
}

static bool
read_mappings(PtPprof *file, PtError *error)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_MAPPING);

	file->mapping = make_table(file, PT_PPROF_MAPPING, sizeof(uint32));
	for (uint32 i = 0; i < count; i++)
	{
		PtPprof__Mapping *mapping = pt_pprof_unpack(file, PT_PPROF_MAPPING, i, &pt_pprof__mapping__descriptor, error);

		PT_CHECK_INTERRUPTS(i + 1);
		if (mapping == NULL ||
			!add_id(file, &file->mapping_ids, mapping->id, error) ||
			!pt_pprof_check_string(file, mapping->filename, "mapping with id", mapping->id, error) ||
			!pt_pprof_check_string(file, mapping->build_id, "mapping with id", mapping->id, error))
			return false;
		file->mapping[i] = unless_folder(file, mapping->filename);
	}
	return true;
}

static bool
read_functions(PtPprof *file, PtError *error)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_FUNCTION);

	file->function = make_table(file, PT_PPROF_FUNCTION, sizeof(PtPprofFunction));
	for (uint32 i = 0; i < count; i++)
	{
		PtPprof__Function *function = pt_pprof_unpack(file, PT_PPROF_FUNCTION, i, &pt_pprof__function__descriptor, error);

		PT_CHECK_INTERRUPTS(i + 1);
		if (function == NULL ||
			!add_id(file, &file->function_ids, function->id, error) ||
			!pt_pprof_check_string(file, function->name, "function with id", function->id, error) ||
			!pt_pprof_check_string(file, function->system_name, "function with id", function->id, error) ||
			!pt_pprof_check_string(file, function->filename, "function with id", function->id, error))
			return false;
		file->function[i].name = unless_empty(file, function->name);
		file->function[i].system_name = unless_empty(file, function->system_name);
	}
	return true;
}

static void
reserve_lines(PtPprof *file, size_t more)
{
	size_t		needed = file->line_count + more;
	size_t		capacity = Max(file->line_capacity, 64);

	if (needed <= file->line_capacity)
		return;
	while (capacity < needed)
		capacity *= 2;
	file->line = file->line == NULL ? pt_alloc(file->memory, capacity * sizeof(uint32)) :
		pt_realloc(file->line, capacity * sizeof(uint32));
	file->line_capacity = (uint32) capacity;
}

static bool
read_lines(PtPprof *file, const PtPprof__Location *message, PtError *error)
{
	/* each line took two bytes of the file at least */
	reserve_lines(file, message->n_line);
	for (size_t i = 0; i < message->n_line; i++)
	{
		uint32		function;

		PT_CHECK_INTERRUPTS(i + 1);
		if (!pt_pprof_find_id(&file->function_ids, message->line[i]->function_id, &function))
			return pt_pprof_bad(error, "location with id " UINT64_FORMAT " has a line of function " UINT64_FORMAT ", which is not there",
								message->id, message->line[i]->function_id);
		file->line[file->line_count++] = function;
	}
	return true;
}

static bool
read_locations(PtPprof *file, PtError *error)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_LOCATION);

	file->location = make_table(file, PT_PPROF_LOCATION, sizeof(PtPprofLocation));
	for (uint32 i = 0; i < count; i++)
	{
		PtPprof__Location *message = pt_pprof_unpack(file, PT_PPROF_LOCATION, i, &pt_pprof__location__descriptor, error);
		PtPprofLocation *location = &file->location[i];
		uint32		mapping;

		PT_CHECK_INTERRUPTS(i + 1);
		if (message == NULL || !add_id(file, &file->location_ids, message->id, error))
			return false;
		location->address = message->address;
		/* the reference takes a mapping that is not there for none */
		location->binary = pt_pprof_find_id(&file->mapping_ids, message->mapping_id, &mapping) ?
			file->mapping[mapping] : 0;
		location->first_line = file->line_count;
		location->line_count = (uint32) message->n_line;
		location->prune = PT_PPROF_KEEP;
		if (!read_lines(file, message, error))
			return false;
	}
	return true;
}

/* ---- text ---- */

PtFrame
pt_pprof_raw_text(const PtPprof *file, uint32 string)
{
	return piece(file, file->list[PT_PPROF_STRING_TABLE].item[string]);
}

/* Keep a text of our own for a string. */
static bool
own_text(PtPprof *file, uint32 string, const char *text, size_t length, PtError *error)
{
	char	   *copy = pt_arena_alloc(&file->text_arena, length + 1);

	if (copy == NULL)
		return pt_fail(error, PT_BEYOND_LIMIT, "strings of a pprof too large");
	memcpy(copy, text, length);
	if (file->text_count == file->text_capacity)
	{
		uint32		capacity = Max(64, 2 * file->text_capacity);

		file->text = file->text == NULL ? pt_alloc(file->memory, capacity * sizeof(PtFrame)) :
			pt_realloc(file->text, capacity * sizeof(PtFrame));
		file->text_capacity = capacity;
	}
	if (file->text_place == NULL)
		file->text_place = make_table(file, PT_PPROF_STRING_TABLE, sizeof(uint32));
	file->text[file->text_count] = (PtFrame) {copy, length};
	file->text_place[string] = file->text_count++;
	file->text_state[string] = PT_PPROF_OWN;
	return true;
}

/* The first look at a string. */
static bool
make_text(PtPprof *file, uint32 string, PtError *error)
{
	PtFrame		raw = pt_pprof_raw_text(file, string);
	size_t		length = raw.length;
	const char *text = raw.text;

	/* what no symbol can hold, in whichever encoding, is not worth its memory */
	if (length > MAX_CONVERSION_GROWTH * PT_MAX_SYMBOL)
	{
		pt_fail(error, PT_BEYOND_LIMIT, "string %u of a pprof too long", string);
		return pt_fail_detail(error, "It has %zu bytes, and can have at most %d.",
							  length, MAX_CONVERSION_GROWTH * PT_MAX_SYMBOL);
	}
	if (file->converter == NULL && pt_valid_encoding(text, length))
	{
		file->text_state[string] = PT_PPROF_VALID;
		return true;
	}
	if (file->converter != NULL && (text = file->converter->convert(file->converter, text, &length)) != NULL)
		return own_text(file, string, text, length, error);
	if (file->on_error == PT_ON_ERROR_REPLACE)
	{
		StringInfoData mended;
		bool		ok;

		initStringInfo(&mended);
		pt_append_mended(&mended, raw.text, raw.length,
						 file->converter != NULL ? PG_UTF8 : pt_encoding(), file->converter);
		ok = own_text(file, string, mended.data, mended.len, error);
		pfree(mended.data);
		file->replaced_count++;
		return ok;
	}
	file->text_state[string] = PT_PPROF_INVALID;
	return true;
}

bool
pt_pprof_text(PtPprof *file, uint32 string, PtFrame *text, PtError *error)
{
	if (file->text_state[string] == PT_PPROF_RAW && !make_text(file, string, error))
		return false;
	switch (file->text_state[string])
	{
		case PT_PPROF_VALID:
			*text = pt_pprof_raw_text(file, string);
			return true;
		case PT_PPROF_OWN:
			*text = file->text[file->text_place[string]];
			return true;
		default:
			if (file->converter == NULL)
				pt_fail(error, PT_BAD_ENCODING, "invalid byte sequence for encoding \"%s\" in string %u of a pprof",
						pg_encoding_to_char(pt_encoding()), string);
			else
				pt_fail(error, PT_BAD_ENCODING, "string %u of a pprof is invalid or has no equivalent in encoding \"%s\"",
						string, pg_encoding_to_char(pt_encoding()));
			return false;
	}
}

/* ---- sample types ---- */

static bool
is_text(const PtPprof *file, uint32 string, const char *text, size_t length)
{
	PtFrame		raw = pt_pprof_raw_text(file, string);

	return raw.length == length && memcmp(raw.text, text, length) == 0;
}

int
pt_pprof_find_type(const PtPprof *file, const char *name, size_t length)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE);

	for (uint32 i = 0; i < count; i++)
	{
		if (is_text(file, file->type[i].type, name, length))
			return (int) i;
	}
	return -1;
}

int
pt_pprof_default_type(const PtPprof *file)
{
	PtFrame		name = pt_pprof_raw_text(file, (uint32) file->number[PT_PPROF_DEFAULT_SAMPLE_TYPE]);
	int			named = name.length == 0 ? -1 : pt_pprof_find_type(file, name.text, name.length);

	return named >= 0 ? named : (int) pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE) - 1;
}

/* ---- opening ---- */

/* Does it look like one of the formats that came before? */
static bool
is_printable(const uint8 *bytes, size_t length)
{
	for (size_t i = 0; i < Min(length, 16); i++)
	{
		if ((bytes[i] < ' ' || bytes[i] > '~') && bytes[i] != '\n')
			return false;
	}
	return true;
}

bool
pt_pprof_open(PtPprof *file, const uint8 *bytes, size_t length, PtConverter *converter,
			  PtOnError on_error, PtMemory memory, uint64 seed, PtError *error)
{
	memset(file, 0, sizeof(*file));
	file->memory = memory;
	file->seed = seed;
	file->converter = converter;
	file->on_error = on_error;
	file->mapping_ids.what = name_of[PT_PPROF_MAPPING];
	file->function_ids.what = name_of[PT_PPROF_FUNCTION];
	file->location_ids.what = name_of[PT_PPROF_LOCATION];
	pt_arena_init(&file->message, memory, PT_PPROF_MAX_MESSAGE);
	/* no text gets longer than by mending, three bytes for one */
	pt_arena_init(&file->text_arena, memory, 4 * (size_t) PT_PPROF_MAX_BYTES);

	file->size = length;
	if (pt_is_gzip(bytes, length))
	{
		size_t		packed = length;

		if (!pt_gunzip(bytes, packed, PT_PPROF_MAX_UNPACKED(packed), memory, &file->unpacked, &length, error))
			return false;
		bytes = file->unpacked;
		file->size = PT_PPROF_SIZE(length, packed);
	}
	if (length > PT_PPROF_MAX_BYTES)
	{
		pt_fail(error, PT_BEYOND_LIMIT, "pprof too large");
		return pt_fail_detail(error, "It can have at most %d bytes.", PT_PPROF_MAX_BYTES);
	}
	file->bytes = bytes;
	file->length = length;
	if (length == 0)
		return pt_pprof_bad(error, "it is empty");
	if (!cut(file, error))
	{
		if (is_printable(bytes, length))
			pt_fail_hint(error, "The text formats that came before are not read; convert them with go tool pprof -proto.");
		return false;
	}
	return read_strings(file, error) && read_types(file, error) && read_mappings(file, error) &&
		read_functions(file, error) && read_locations(file, error);
}

static void
free_ids(PtPprofIds *ids)
{
	if (ids->other != NULL)
		pt_ids_destroy(ids->other);
}

void
pt_pprof_close(PtPprof *file)
{
	pt_free(file->unpacked);
	for (int field = 0; field < PT_PPROF_FIELDS; field++)
		pt_free(file->list[field].item);
	pt_free(file->text_state);
	pt_free(file->text_place);
	pt_free(file->text);
	pt_arena_free(&file->text_arena);
	pt_free(file->type);
	pt_free(file->mapping);
	pt_free(file->function);
	pt_free(file->location);
	pt_free(file->line);
	free_ids(&file->mapping_ids);
	free_ids(&file->function_ids);
	free_ids(&file->location_ids);
	pt_arena_free(&file->message);
	pt_free(file->frames);
	pt_free(file->stack);
	pt_free(file->skipped);
}
