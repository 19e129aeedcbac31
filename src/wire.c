/*-------------------------------------------------------------------------
 *
 * wire.c
 *		The form in which a tree travels.
 *
 *-------------------------------------------------------------------------
 */
#include "wire.h"

#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"

static uint32
checksum(const char *bytes, size_t length)
{
	pg_crc32c	crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, bytes, length);
	FIN_CRC32C(crc);
	return pg_hton32(crc);
}

static bool
cannot_convert(PtError *error)
{
	return pt_fail(error, PT_BAD_ENCODING, "a symbol is invalid or has no equivalent in the other encoding");
}

bool
pt_append_symbols(const PtDictionary *dictionary, StringInfo symbols, PtConverter *converter,
				  PtError *error)
{
	uint8		small[PT_VARINT_MAX];

	for (uint32 i = 0; i < dictionary->count; i++)
	{
		size_t		length;
		const char *text = pt_symbol_text(dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		if (converter != NULL && (text = converter->convert(converter, text, &length)) == NULL)
			return cannot_convert(error);
		appendBinaryStringInfo(symbols, (char *) small,
							   (int) (pt_write_varint(small, length) - small));
		appendBinaryStringInfo(symbols, text, (int) length);
	}
	return true;
}

void
pt_append_checksum(StringInfo wire, int start)
{
	uint32		crc = checksum(wire->data + start, wire->len - start);

	appendBinaryStringInfo(wire, (char *) &crc, sizeof(crc));
}

bool
pt_write_wire(const PtTree *tree, StringInfo wire, PtConverter *converter,
			  PtMemory memory, PtError *error)
{
	PtHeader	header;
	size_t		bound = pt_columns_bound(tree, &header);
	uint8	   *columns = pt_alloc(memory, bound + 1);
	uint8	   *columns_end = pt_write_columns(tree, columns, &header);
	uint8		small[PT_HEADER_MAX];
	StringInfoData symbols;
	int			start = wire->len;
	bool		ok;

	initStringInfo(&symbols);
	ok = pt_append_symbols(&tree->dictionary, &symbols, converter, error);
	if (ok)
	{
		header.dictionary_bytes = symbols.len;
		appendStringInfoChar(wire, PT_WIRE_VERSION);
		appendBinaryStringInfo(wire, (char *) small, (int) (pt_write_header(small, &header) - small));
		appendBinaryStringInfo(wire, symbols.data, symbols.len);
		appendBinaryStringInfo(wire, (char *) columns, (int) (columns_end - columns));
		pt_append_checksum(wire, start);
	}
	pfree(symbols.data);
	pt_free(columns);
	return ok;
}

static bool
bad_wire(PtError *error, const char *type, const char *what)
{
	return pt_fail(error, PT_BAD_BINARY, "invalid binary %s: %s", type, what);
}

bool
pt_open_wire(const uint8 *bytes, size_t *length, const char *type, uint8 version, PtError *error)
{
	uint32		crc;

	if (*length < 1 + sizeof(crc))
		return bad_wire(error, type, "cut off");
	if (bytes[0] != version)
		return pt_fail(error, PT_BAD_BINARY, "unsupported %s wire version %d", type, bytes[0]);
	*length -= sizeof(crc);
	memcpy(&crc, bytes + *length, sizeof(crc));
	if (crc != checksum((const char *) bytes, *length))
		return bad_wire(error, type, "checksum does not match");
	return true;
}

bool
pt_read_symbols(const PtSections *sections, PtConverter *converter, PtDictionary *dictionary,
				bool *sorted, PtError *error)
{
	PtCursor	at = sections->dictionary;
	uint32		count = sections->header.symbol_count;
	const char *last;
	size_t		last_length = 0;

	*sorted = true;
	pt_dictionary_reserve(dictionary, count, (size_t) (at.end - at.at) + 1);
	dictionary->count = 0;
	dictionary->used = 0;
	for (uint32 i = 0; i < count; i++)
	{
		uint32		stored_length;
		size_t		length;
		size_t		shared;
		const char *text;
		char	   *copy;

		PT_CHECK_INTERRUPTS(i + 1);
		/* the other encoding may have taken more bytes for it */
		if (!pt_read_varint_up_to(&at, converter == NULL ? PT_MAX_SYMBOL : MAX_CONVERSION_GROWTH * PT_MAX_SYMBOL,
								  &stored_length) ||
			stored_length > (size_t) (at.end - at.at))
			return bad_wire(error, sections->type, "bad length of a symbol");
		text = (const char *) at.at;
		length = stored_length;
		at.at += stored_length;
		if (converter != NULL && (text = converter->convert(converter, text, &length)) == NULL)
			return cannot_convert(error);
		if (length > PT_MAX_SYMBOL || dictionary->used + length > PT_MAX_BYTES)
			return pt_fail(error, PT_BEYOND_LIMIT, "symbols of a %s too long", sections->type);
		if (!pt_valid_encoding(text, length))
			return pt_fail(error, PT_BAD_ENCODING, "invalid byte sequence for encoding \"%s\" in a symbol",
						   pg_encoding_to_char(pt_encoding()));
		if (dictionary->used + length > dictionary->capacity)
			pt_dictionary_reserve(dictionary, count, 2 * (dictionary->used + length));
		copy = dictionary->bytes + dictionary->used;
		if (length > 0)
			memcpy(copy, text, length);
		/* the block may have moved; the symbol before is right in front */
		last = copy - last_length;
		shared = pt_shared_prefix(last, copy, Min(last_length, length));
		if (i > 0 &&
			(shared == length || (shared < last_length && (uint8) copy[shared] < (uint8) last[shared])))
			*sorted = false;
		dictionary->symbol[i].start = (uint32) dictionary->used;
		dictionary->symbol[i].length = (uint32) length;
		dictionary->symbol[i].shared = (uint32) shared;
		dictionary->used += length;
		last_length = length;
	}
	if (at.at != at.end)
		return bad_wire(error, sections->type, "bytes left over behind the symbols");
	/* only a conversion can have changed their order */
	if (!*sorted && converter == NULL)
		return bad_wire(error, sections->type, "symbols out of order");
	dictionary->count = count;
	return true;
}

bool
pt_read_wire(const uint8 *bytes, size_t length, PtConverter *converter,
			 PtTree *tree, PtBuilder *builder, bool *sorted, PtError *error)
{
	PtSections	sections;

	if (!pt_open_wire(bytes, &length, "proftree", PT_WIRE_VERSION, error))
		return false;
	if (!pt_decode_sections(bytes + 1, length - 1, PT_WIRE_MAX_BYTES, &sections, error) ||
		!pt_decode_nodes(&sections, tree, error))
	{
		error->code = PT_BAD_BINARY;
		return false;
	}
	if (!pt_read_symbols(&sections, converter, &tree->dictionary, sorted, error))
		return false;
	return *sorted || pt_builder_add_tree(builder, tree, error);
}
