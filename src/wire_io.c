/*-------------------------------------------------------------------------
 *
 * wire_io.c
 *		Around the wire forms: conversion of symbols between encodings, and
 *		the hex form.
 *
 *-------------------------------------------------------------------------
 */
#include "wire_io.h"

#include "catalog/namespace.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* ---- conversion of symbols ---- */

static const char *
convert_symbol(PtConverter *self, const char *text, size_t *length)
{
	EncodingConverter *state = (EncodingConverter *) self;

	for (int i = 0; i < state->count && *length > 0; i++)
	{
		ConversionStep *step = &state->step[i];
		size_t		needed = *length * MAX_CONVERSION_GROWTH + 1;
		int			done;

		if (needed > step->capacity)
		{
			if (step->buffer != NULL)
				pfree(step->buffer);
			step->buffer = MemoryContextAlloc(state->context, needed);
			step->capacity = needed;
		}
		done = pg_do_encoding_conversion_buf(step->procedure, step->from, step->to,
											 (unsigned char *) unconstify(char *, text), (int) *length,
											 (unsigned char *) step->buffer, (int) needed, state->soft);
		if (done < (int) *length)
			return NULL;
		text = step->buffer;
		*length = strlen(text);
	}
	return text;
}

static bool
add_step(EncodingConverter *state, int from, int to)
{
	ConversionStep *step = &state->step[state->count];

	step->from = from;
	step->to = to;
	step->procedure = FindDefaultConversionProc(from, to);
	if (!OidIsValid(step->procedure))
		return false;
	state->count++;
	return true;
}

bool
pyrotree_start_conversion(EncodingConverter *state, const char *type, int from, int to, bool soft,
					  PtConverter **converter, PtError *error)
{
	*converter = NULL;
	if (from == to || from == PG_SQL_ASCII || to == PG_SQL_ASCII)
		return true;
	memset(state, 0, sizeof(*state));
	state->converter.convert = convert_symbol;
	state->context = CurrentMemoryContext;
	state->soft = soft;
	if (!add_step(state, from, to) &&
		!(add_step(state, from, PG_UTF8) && add_step(state, PG_UTF8, to)))
		return pt_fail(error, PT_BAD_BINARY, "invalid binary %s: encoding \"%s\" cannot be converted to \"%s\"",
					   type, pg_encoding_to_char(from), pg_encoding_to_char(to));
	*converter = &state->converter;
	return true;
}

/* ---- hex ---- */

bool
pyrotree_is_hex(const char *text, size_t length, size_t *digits)
{
	size_t		at = 2;

	if (length < 4 || text[0] != '\\' || text[1] != 'x')
		return false;
	at += strspn(text + at, "0123456789abcdefABCDEF");
	*digits = at - 2;
	at += strspn(text + at, " \t\r\n");
	return at == length && *digits % 2 == 0;
}

/*
 * The hex form holds the wire form, symbols in UTF-8.  A database in another
 * encoding writes its own symbols as they are, since not all text can be
 * converted, and names the encoding: HEX_NAMED, length of the name, name, wire
 * form, and a CRC-32C of all of this.
 */
#define HEX_NAMED	2

/*
 * Take the name off: gives the encoding and leaves [*at, *at + *length) the
 * wire form.
 */
static bool
read_name(const char *type, const uint8 **at, size_t *length, int *encoding, PtError *error)
{
	const uint8 *bytes = *at;
	char		name[NAMEDATALEN];

	if (!pt_open_wire(bytes, length, type, HEX_NAMED, error))
		return false;
	if (*length < 2 || bytes[1] >= sizeof(name) || *length < (size_t) 2 + bytes[1])
		return pt_fail(error, PT_BAD_BINARY, "invalid binary %s: cut off", type);
	memcpy(name, bytes + 2, bytes[1]);
	name[bytes[1]] = '\0';
	*encoding = pg_char_to_encoding(name);
	if (!PG_VALID_BE_ENCODING(*encoding))
		return pt_fail(error, PT_BAD_BINARY, "invalid binary %s: unknown encoding", type);
	*at += 2 + bytes[1];
	*length -= 2 + bytes[1];
	return true;
}

bool
pyrotree_from_hex(const char *digits, size_t count, const char *type, bool soft, EncodingConverter *state,
			  const uint8 **wire, size_t *length, PtConverter **converter, PtError *error)
{
	uint8	   *bytes = palloc(count / 2);
	int			encoding = PG_UTF8;

	*wire = bytes;
	*length = count / 2;
	/* only called with hex digits, so this does not fail */
	hex_decode(digits, count, (char *) bytes);
	if (bytes[0] == HEX_NAMED && !read_name(type, wire, length, &encoding, error))
		return false;
	return pyrotree_start_conversion(state, type, encoding, GetDatabaseEncoding(), soft, converter, error);
}

char *
pyrotree_to_hex(StringInfo wire)
{
	char	   *hex;

	if (GetDatabaseEncoding() != PG_UTF8)
	{
		const char *name = GetDatabaseEncodingName();
		StringInfoData named;

		initStringInfo(&named);
		appendStringInfoChar(&named, HEX_NAMED);
		appendStringInfoChar(&named, (char) strlen(name));
		appendStringInfoString(&named, name);
		appendBinaryStringInfo(&named, wire->data, wire->len);
		pt_append_checksum(&named, 0);
		pfree(wire->data);
		*wire = named;
	}
	hex = palloc((Size) wire->len * 2 + 3);
	hex[0] = '\\';
	hex[1] = 'x';
	hex[2 + hex_encode(wire->data, wire->len, hex + 2)] = '\0';
	pfree(wire->data);
	return hex;
}
