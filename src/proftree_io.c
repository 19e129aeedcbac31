/*-------------------------------------------------------------------------
 *
 * proftree_io.c
 *		Text and binary input and output of proftree.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
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

static const char *
convert_any(const char *text, size_t *length, char *(*convert) (const char *, int))
{
	char	   *result = convert(text, (int) *length);

	if (result != text)
		*length = strlen(result);
	return result;
}

static char *
from_utf8(const char *text, int length)
{
	return pg_any_to_server(text, length, PG_UTF8);
}

static char *
to_utf8(const char *text, int length)
{
	return pg_server_to_any(text, length, PG_UTF8);
}

static const char *
client_to_server(const char *text, size_t *length)
{
	return convert_any(text, length, pg_client_to_server);
}

static const char *
server_to_client(const char *text, size_t *length)
{
	return convert_any(text, length, pg_server_to_client);
}

static const char *
utf8_to_server(const char *text, size_t *length)
{
	return convert_any(text, length, from_utf8);
}

static const char *
server_to_utf8(const char *text, size_t *length)
{
	return convert_any(text, length, to_utf8);
}

/* does text in "encoding" need to be converted to reach the server's? */
static bool
differs(int encoding)
{
	int			server = GetDatabaseEncoding();

	return encoding != server && encoding != PG_SQL_ASCII && server != PG_SQL_ASCII;
}

/* ---- wire form ---- */

static bool
from_wire(const uint8 *bytes, size_t length, PtConvert convert, Datum *result, PtError *error)
{
	PtTree		tree;
	PtBuilder	builder;
	bool		sorted;
	bool		ok;

	pt_tree_init(&tree, CurrentMemoryContext);
	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	ok = pt_read_wire(bytes, length, convert, &tree, &builder, &sorted, error) &&
		(sorted ? proftree_try_encode(&tree, result, error) :
		 proftree_try_encode_builder(&builder, result, error));
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return ok;
}

/*
 * proftree_recv(internal) returns proftree
 *
 * The wire form (wire.h), symbols in the client's encoding.  Errors: 22P03.
 */
Datum
proftree_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const uint8 *bytes = (const uint8 *) pq_getmsgbytes(message, length);
	Datum		result;
	PtError		error;

	if (!from_wire(bytes, length, differs(pg_get_client_encoding()) ? client_to_server : NULL,
				   &result, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(result);
}

/*
 * proftree_send(proftree) returns bytea
 *
 * The wire form (wire.h), symbols in the client's encoding.
 */
Datum
proftree_send(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData message;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	pq_begintypsend(&message);
	pt_write_wire(&tree, &message, differs(pg_get_client_encoding()) ? server_to_client : NULL,
				  CurrentMemoryContext);
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
 * proftree_in(cstring) returns proftree
 *
 * The text form (stack_text.h), or \x and the hex of the wire form in UTF-8.
 * Errors: 22P02 with line and column, 22003, 54000, 22P03 within hex; soft on
 * PostgreSQL 16 and later.
 */
Datum
proftree_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	struct Node *escontext = (struct Node *) fcinfo->context;
	size_t		digits;
	PtBuilder	builder;
	PtError		error;
	Datum		result;

	if (is_hex_form(text, length, &digits))
	{
		uint8	   *bytes = palloc(digits / 2);

		hex_decode(text + 2, digits, (char *) bytes);
		if (!from_wire(bytes, digits / 2, differs(PG_UTF8) ? utf8_to_server : NULL,
					   &result, &error))
		{
			proftree_save_error(&error, escontext);
			PG_RETURN_NULL();
		}
		pfree(bytes);
		PG_RETURN_DATUM(result);
	}

	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if (!pt_parse_text(&builder, text, length, &error) ||
		!proftree_try_encode_builder(&builder, &result, &error))
	{
		proftree_save_error(&error, escontext);
		PG_RETURN_NULL();
	}
	pt_builder_free(&builder);
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
	StringInfoData wire;
	char	   *hex;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&text);
	if (pt_print_text(&tree, &text, PROFTREE_TEXT_MAX, CurrentMemoryContext))
	{
		pt_tree_free(&tree);
		PG_RETURN_CSTRING(text.data);
	}
	pfree(text.data);

	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, differs(PG_UTF8) ? server_to_utf8 : NULL, CurrentMemoryContext);
	pt_tree_free(&tree);
	hex = palloc((Size) wire.len * 2 + 3);
	hex[0] = '\\';
	hex[1] = 'x';
	hex[2 + hex_encode(wire.data, wire.len, hex + 2)] = '\0';
	pfree(wire.data);
	PG_RETURN_CSTRING(hex);
}
