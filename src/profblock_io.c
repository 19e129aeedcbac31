/*-------------------------------------------------------------------------
 *
 * profblock_io.c
 *		Text and binary input and output of profblock, and the ways to take an
 *		argument and give a result.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "profblock.h"
#include "wire_io.h"

PG_FUNCTION_INFO_V1(profblock_in);
PG_FUNCTION_INFO_V1(profblock_out);
PG_FUNCTION_INFO_V1(profblock_recv);
PG_FUNCTION_INFO_V1(profblock_send);

/* ---- arguments and results ---- */

void
profblock_decode(Datum datum, PtBlock *block)
{
	size_t		length;
	const uint8 *bytes = profblock_bytes(datum, &length);
	PtError		error;

	pt_block_init(block, CurrentMemoryContext);
	if (!pt_block_decode(bytes, length, block, &error))
		proftree_raise(&error);
	/* the lanes still point into the bytes, but that is not looked at again */
	proftree_free_bytes(datum, bytes);
}

void
profblock_lanes_of(Datum datum, PtLanes *lanes)
{
	struct varlena *slice = PG_DETOAST_DATUM_SLICE(datum, 0, PT_BLOCK_FRONT_MAX);
	PtError		error;

	pt_lanes_init(lanes, CurrentMemoryContext);
	if (!pt_block_decode_directory((const uint8 *) VARDATA_ANY(slice), VARSIZE_ANY_EXHDR(slice),
								   lanes, &error))
		proftree_raise(&error);
}

bool
profblock_try_encode(PtBlock *block, Datum *result, PtError *error)
{
	uint8	   *bytes;
	size_t		length;

	if (!pt_block_encode(block, CurrentMemoryContext, VARHDRSZ, &bytes, &length, error))
		return false;
	SET_VARSIZE(bytes, length + VARHDRSZ);
	*result = PointerGetDatum(bytes);
	return true;
}

Datum
profblock_encode(PtBlock *block)
{
	Datum		result;
	PtError		error;

	if (!profblock_try_encode(block, &result, &error))
		proftree_raise(&error);
	return result;
}

bool
profblock_try_encode_builder(PtBlockBuilder *builder, Datum *result, PtError *error)
{
	PtBlock		block;
	bool		ok;

	pt_block_init(&block, CurrentMemoryContext);
	ok = pt_block_builder_flatten(builder, &block, error) &&
		profblock_try_encode(&block, result, error);
	pt_block_free(&block);
	return ok;
}

Datum
profblock_encode_builder(PtBlockBuilder *builder)
{
	Datum		result;
	PtError		error;

	if (!profblock_try_encode_builder(builder, &result, &error))
		proftree_raise(&error);
	return result;
}

/* ---- wire form ---- */

static bool
from_wire(const uint8 *bytes, size_t length, PtConverter *converter, Datum *result, PtError *error)
{
	PtBlock		block;
	PtBlockBuilder builder;
	bool		sorted;
	bool		ok;

	pt_block_init(&block, CurrentMemoryContext);
	pt_block_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	ok = pt_block_read_wire(bytes, length, converter, &block, &builder, &sorted, error) &&
		(sorted ? profblock_try_encode(&block, result, error) :
		 profblock_try_encode_builder(&builder, result, error));
	pt_block_free(&block);
	pt_block_builder_free(&builder);
	return ok;
}

static void
append_wire(StringInfo wire, Datum datum, PtConverter *converter)
{
	PtBlock		block;
	PtError		error;

	profblock_decode(datum, &block);
	if (!pt_block_write_wire(&block, wire, converter, CurrentMemoryContext, &error))
		proftree_raise(&error);
	pt_block_free(&block);
}

/*
 * profblock_recv(internal) returns profblock
 *
 * The wire form (block_wire.c), symbols in the client's encoding.  Errors:
 * 22P03, 22021 and 22P05 for symbols that are no text or have no equivalent.
 */
Datum
profblock_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			length = message->len - message->cursor;
	const uint8 *bytes = (const uint8 *) pq_getmsgbytes(message, length);
	EncodingConverter conversion;
	PtConverter *converter;
	Datum		result;
	PtError		error;

	if (!pyrotree_start_conversion(&conversion, "profblock", pg_get_client_encoding(), GetDatabaseEncoding(),
							   false, &converter, &error) ||
		!from_wire(bytes, length, converter, &result, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(result);
}

/*
 * profblock_send(profblock) returns bytea
 *
 * The wire form (block_wire.c), symbols in the client's encoding.  Errors:
 * 22P05 for a symbol that has no equivalent there.
 */
Datum
profblock_send(PG_FUNCTION_ARGS)
{
	EncodingConverter conversion;
	PtConverter *converter;
	StringInfoData message;
	PtError		error;

	if (!pyrotree_start_conversion(&conversion, "profblock", GetDatabaseEncoding(), pg_get_client_encoding(),
							   false, &converter, &error))
		proftree_raise(&error);
	pq_begintypsend(&message);
	append_wire(&message, PG_GETARG_DATUM(0), converter);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* ---- text form ---- */

/*
 * profblock_in(cstring) returns profblock
 *
 * \x and the hex form, which is that of a tree around the wire form.  Errors:
 * 22P02 for what is not hex, 22P03 within; soft on PostgreSQL 16 and later.
 */
Datum
profblock_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	struct Node *escontext = (struct Node *) fcinfo->context;
	EncodingConverter conversion;
	PtConverter *converter;
	const uint8 *wire;
	size_t		digits;
	Datum		result;
	PtError		error;
	bool		ok;

	if (pyrotree_is_hex(text, length, &digits))
		ok = pyrotree_from_hex(text + 2, digits, "profblock", escontext != NULL, &conversion,
						   &wire, &length, &converter, &error) &&
			from_wire(wire, length, converter, &result, &error);
	else
	{
		char		clipped[PT_CLIP_SIZE];

		ok = pt_fail(&error, PT_BAD_TEXT, "invalid input syntax for type profblock: \"%s\"",
					 pt_clip(clipped, text, length));
		pt_fail_hint(&error, "A block is written as \\x and hex digits; profblock_agg(lane, tree) makes one of trees.");
	}
	if (!ok)
	{
		proftree_save_error(&error, escontext);
		PG_RETURN_NULL();
	}
	PG_RETURN_DATUM(result);
}

/*
 * profblock_out(profblock) returns cstring
 *
 * \x and the hex form, which profblock_in() reads back to the identical value.
 */
Datum
profblock_out(PG_FUNCTION_ARGS)
{
	StringInfoData wire;

	initStringInfo(&wire);
	append_wire(&wire, PG_GETARG_DATUM(0), NULL);
	PG_RETURN_CSTRING(pyrotree_to_hex(&wire));
}
