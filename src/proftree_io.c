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
#include "proftree.h"
#include "wire_io.h"

/* a text form longer than this is written as hex of the wire form */
#define PROFTREE_TEXT_MAX	(16 * 1024 * 1024)

PG_FUNCTION_INFO_V1(proftree_in);
PG_FUNCTION_INFO_V1(proftree_out);
PG_FUNCTION_INFO_V1(proftree_recv);
PG_FUNCTION_INFO_V1(proftree_send);

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

	if (!pyrotree_start_conversion(&conversion, "proftree", pg_get_client_encoding(), GetDatabaseEncoding(), false,
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

	if (!pyrotree_start_conversion(&conversion, "proftree", GetDatabaseEncoding(), pg_get_client_encoding(), false,
						  &converter, &error))
		proftree_raise(&error);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	pq_begintypsend(&message);
	append_wire(&message, &tree, converter);
	pt_tree_free(&tree);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---- text form ---- */

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

	if (pyrotree_is_hex(text, length, &digits))
	{
		EncodingConverter conversion;
		PtConverter *converter;
		const uint8 *wire;

		ok = pyrotree_from_hex(text + 2, digits, "proftree", escontext != NULL, &conversion,
						   &wire, &length, &converter, &error) &&
			from_wire(wire, length, converter, &result, &error);
	}
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

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&text);
	if (pt_print_text(&tree, &text, PROFTREE_TEXT_MAX, CurrentMemoryContext))
	{
		pt_tree_free(&tree);
		PG_RETURN_CSTRING(text.data);
	}
	resetStringInfo(&text);
	append_wire(&text, &tree, NULL);
	pt_tree_free(&tree);
	PG_RETURN_CSTRING(pyrotree_to_hex(&text));
}
