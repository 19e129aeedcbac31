/*-------------------------------------------------------------------------
 *
 * proftree_io.c
 *		Text and binary input and output of proftree.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"
#include "proftree.h"
#include "utils/builtins.h"
#include "wire.h"

/* a text form longer than this is written as hex of the wire form */
#define PROFTREE_TEXT_MAX	(16 * 1024 * 1024)

PG_FUNCTION_INFO_V1(proftree_in);
PG_FUNCTION_INFO_V1(proftree_out);
PG_FUNCTION_INFO_V1(proftree_recv);
PG_FUNCTION_INFO_V1(proftree_send);

/* ---- conversion of symbols ---- */

/* One conversion of the server's; "buffer" holds the result until the next. */
typedef struct ConversionStep
{
	int			from;
	int			to;
	Oid			procedure;
	char	   *buffer;
	size_t		capacity;
} ConversionStep;

typedef struct EncodingConverter
{
	PtConverter converter;
	bool		soft;			/* give NULL where the server would throw */
	int			count;
	ConversionStep step[2];		/* the second where the way leads over UTF-8 */
} EncodingConverter;

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
			step->buffer = palloc(needed);
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

/*
 * Prepare to convert symbols.  *converter is NULL when there is nothing to
 * do: the encodings are the same, or one is SQL_ASCII, which says nothing
 * about the bytes.  PT_BAD_BINARY when the server has no conversion.
 */
static bool
start_conversion(EncodingConverter *state, int from, int to, bool soft,
				 PtConverter **converter, PtError *error)
{
	*converter = NULL;
	if (from == to || from == PG_SQL_ASCII || to == PG_SQL_ASCII)
		return true;
	memset(state, 0, sizeof(*state));
	state->converter.convert = convert_symbol;
	state->soft = soft;
	if (!add_step(state, from, to) &&
		!(add_step(state, from, PG_UTF8) && add_step(state, PG_UTF8, to)))
		return pt_fail(error, PT_BAD_BINARY, "invalid binary proftree: encoding \"%s\" cannot be converted to \"%s\"",
					   pg_encoding_to_char(from), pg_encoding_to_char(to));
	*converter = &state->converter;
	return true;
}

/* ---- wire form ---- */

static bool
from_wire(const uint8 *bytes, size_t length, PtConverter *converter, Datum *result, PtError *error)
{
	PtTree		tree;
	PtBuilder	builder;
	bool		sorted;
	bool		ok;

	pt_tree_init(&tree, CurrentMemoryContext);
	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	ok = pt_read_wire(bytes, length, converter, &tree, &builder, &sorted, error) &&
		(sorted ? proftree_try_encode(&tree, result, error) :
		 proftree_try_encode_builder(&builder, result, error));
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return ok;
}

static void
append_wire(StringInfo wire, const PtTree *tree, PtConverter *converter)
{
	PtError		error;

	if (!pt_write_wire(tree, wire, converter, CurrentMemoryContext, &error))
		proftree_raise(&error);
}

/*
 * proftree_recv(internal) returns proftree
 *
 * The wire form (wire.h), symbols in the client's encoding.  Errors: 22P03,
 * 22021 and 22P05 for symbols that are no text or have no equivalent.
 */
Datum
proftree_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const uint8 *bytes = (const uint8 *) pq_getmsgbytes(message, length);
	EncodingConverter conversion;
	PtConverter *converter;
	Datum		result;
	PtError		error;

	if (!start_conversion(&conversion, pg_get_client_encoding(), GetDatabaseEncoding(), false,
						  &converter, &error) ||
		!from_wire(bytes, length, converter, &result, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(result);
}

/*
 * proftree_send(proftree) returns bytea
 *
 * The wire form (wire.h), symbols in the client's encoding.  Errors: 22P05
 * for a symbol that has no equivalent there.
 */
Datum
proftree_send(PG_FUNCTION_ARGS)
{
	EncodingConverter conversion;
	PtConverter *converter;
	PtTree		tree;
	StringInfoData message;
	PtError		error;

	if (!start_conversion(&conversion, GetDatabaseEncoding(), pg_get_client_encoding(), false,
						  &converter, &error))
		proftree_raise(&error);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	pq_begintypsend(&message);
	append_wire(&message, &tree, converter);
	pt_tree_free(&tree);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---- text form ---- */

/* Is a text the hex form: \x, an even number of hex digits, blanks? */
static bool
is_hex_form(const char *text, size_t length, size_t *digits)
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

static pg_crc32c
named_checksum(const void *bytes, size_t length)
{
	pg_crc32c	crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, bytes, length);
	FIN_CRC32C(crc);
	return pg_hton32(crc);
}

/*
 * Take the name off: gives the encoding and leaves [*at, *at + *length) the
 * wire form.
 */
static bool
read_name(const uint8 **at, size_t *length, int *encoding, PtError *error)
{
	const uint8 *bytes = *at;
	pg_crc32c	crc;
	char		name[NAMEDATALEN];

	if (*length < 2 || bytes[1] >= sizeof(name) || *length < 2 + sizeof(crc) + bytes[1])
		return pt_fail(error, PT_BAD_BINARY, "invalid binary proftree: cut off");
	*length -= sizeof(crc);
	memcpy(&crc, bytes + *length, sizeof(crc));
	if (crc != named_checksum(bytes, *length))
		return pt_fail(error, PT_BAD_BINARY, "invalid binary proftree: checksum does not match");
	memcpy(name, bytes + 2, bytes[1]);
	name[bytes[1]] = '\0';
	*encoding = pg_char_to_encoding(name);
	if (!PG_VALID_BE_ENCODING(*encoding))
		return pt_fail(error, PT_BAD_BINARY, "invalid binary proftree: unknown encoding");
	*at += 2 + bytes[1];
	*length -= 2 + bytes[1];
	return true;
}

static bool
from_hex(const char *digits, size_t count, bool soft, Datum *result, PtError *error)
{
	size_t		length = count / 2;
	uint8	   *bytes = palloc(length);
	const uint8 *wire = bytes;
	int			encoding = PG_UTF8;
	EncodingConverter conversion;
	PtConverter *converter;

	/* only called with hex digits, so this does not fail */
	hex_decode(digits, count, (char *) bytes);
	if (bytes[0] == HEX_NAMED && !read_name(&wire, &length, &encoding, error))
		return false;
	return start_conversion(&conversion, encoding, GetDatabaseEncoding(), soft, &converter, error) &&
		from_wire(wire, length, converter, result, error);
}

static char *
to_hex(const PtTree *tree)
{
	StringInfoData wire;
	char	   *hex;

	initStringInfo(&wire);
	if (GetDatabaseEncoding() == PG_UTF8)
		append_wire(&wire, tree, NULL);
	else
	{
		const char *name = GetDatabaseEncodingName();
		pg_crc32c	crc;

		appendStringInfoChar(&wire, HEX_NAMED);
		appendStringInfoChar(&wire, (char) strlen(name));
		appendStringInfoString(&wire, name);
		append_wire(&wire, tree, NULL);
		crc = named_checksum(wire.data, wire.len);
		appendBinaryStringInfo(&wire, (char *) &crc, sizeof(crc));
	}
	hex = palloc((Size) wire.len * 2 + 3);
	hex[0] = '\\';
	hex[1] = 'x';
	hex[2 + hex_encode(wire.data, wire.len, hex + 2)] = '\0';
	pfree(wire.data);
	return hex;
}

/*
 * proftree_in(cstring) returns proftree
 *
 * The text form (stack_text.h), or \x and the hex form.  Errors: 22P02 with
 * line and column, 22003, 54000, 22P03 within hex; soft on PostgreSQL 16 and
 * later.
 */
Datum
proftree_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	struct Node *escontext = (struct Node *) fcinfo->context;
	size_t		digits;
	PtError		error;
	Datum		result;
	bool		ok;

	if (is_hex_form(text, length, &digits))
		ok = from_hex(text + 2, digits, escontext != NULL, &result, &error);
	else
	{
		PtBuilder	builder;

		pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
		ok = pt_parse_text(&builder, text, length, &error) &&
			proftree_try_encode_builder(&builder, &result, &error);
		pt_builder_free(&builder);
	}
	if (!ok)
	{
		proftree_save_error(&error, escontext);
		PG_RETURN_NULL();
	}
	PG_RETURN_DATUM(result);
}

/*
 * proftree_out(proftree) returns cstring
 *
 * The canonical text form, which proftree_in() reads back to the identical
 * value; beyond 16 MB the hex form.
 */
Datum
proftree_out(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData text;
	char	   *hex;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&text);
	if (pt_print_text(&tree, &text, PROFTREE_TEXT_MAX, CurrentMemoryContext))
	{
		pt_tree_free(&tree);
		PG_RETURN_CSTRING(text.data);
	}
	pfree(text.data);
	hex = to_hex(&tree);
	pt_tree_free(&tree);
	PG_RETURN_CSTRING(hex);
}
