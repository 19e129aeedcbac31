/*-------------------------------------------------------------------------
 *
 * proftree_expanded.c
 *		The expanded form of proftree, and the ways to take an argument.
 *
 * A proftree that is changed again and again, by PL/pgSQL or by calls inside
 * calls, stays a builder in between and is encoded where it has to be stored.
 * See src/backend/utils/adt/array_expanded.c for the model.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/pg_prng.h"
#include "fmgr.h"
#include "proftree.h"
#include "utils/memutils.h"

static Size get_flat_size(ExpandedObjectHeader *header);
static void flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size);

static const ExpandedObjectMethods methods = {get_flat_size, flatten_into};

uint64
proftree_seed(void)
{
	return pg_prng_uint64(&pg_global_prng_state);
}

static ExpandedProftree *
expanded_of(ExpandedObjectHeader *header)
{
	ExpandedProftree *expanded = (ExpandedProftree *) header;

	/* a superuser's cast may bring some other type's object here */
	if (header->eoh_methods != &methods)
		elog(ERROR, "expanded object is not a proftree");
	Assert(expanded->magic == PROFTREE_EXPANDED_MAGIC);
	return expanded;
}

void
proftree_state_init(ProftreeState *state, MemoryContext context)
{
	pt_builder_init(&state->builder, context, proftree_seed());
	pt_reader_init(&state->reader, context, PT_STACK);
}

/* ---- encoding ---- */

/* The encoding as a varlena in "context"; false with *error set. */
static bool
encode_builder(PtBuilder *builder, MemoryContext context, struct varlena **result, PtError *error)
{
	uint8	   *bytes;
	size_t		length;

	if (!pt_builder_encode(builder, context, VARHDRSZ, &bytes, &length, error))
		return false;
	SET_VARSIZE(bytes, length + VARHDRSZ);
	*result = (struct varlena *) bytes;
	return true;
}

bool
proftree_try_encode_builder(PtBuilder *builder, Datum *result, PtError *error)
{
	struct varlena *value;

	if (!encode_builder(builder, CurrentMemoryContext, &value, error))
		return false;
	*result = PointerGetDatum(value);
	return true;
}

Datum
proftree_encode_builder(PtBuilder *builder)
{
	Datum		result;
	PtError		error;

	if (!proftree_try_encode_builder(builder, &result, &error))
		proftree_raise(&error);
	return result;
}

bool
proftree_try_encode(const PtTree *tree, Datum *result, PtError *error)
{
	uint8	   *bytes;
	size_t		length;

	if (!pt_encode(tree, CurrentMemoryContext, VARHDRSZ, &bytes, &length, error))
		return false;
	SET_VARSIZE(bytes, length + VARHDRSZ);
	*result = PointerGetDatum(bytes);
	return true;
}

Datum
proftree_encode(const PtTree *tree)
{
	Datum		result;
	PtError		error;

	if (!proftree_try_encode(tree, &result, &error))
		proftree_raise(&error);
	return result;
}

/* ---- the expanded object ---- */

/* Encode unless that has been done since the last change. */
static void
make_flat(ExpandedProftree *expanded)
{
	PtBuilder  *builder = &expanded->state.builder;
	struct varlena *flat;
	PtError		error;

	if (expanded->flat != NULL && expanded->flat_changes == builder->changes)
		return;
	if (!encode_builder(builder, expanded->hdr.eoh_context, &flat, &error))
		proftree_raise(&error);
	if (expanded->flat != NULL)
		pfree(expanded->flat);
	expanded->flat = flat;
	expanded->flat_changes = builder->changes;
}

static Size
get_flat_size(ExpandedObjectHeader *header)
{
	ExpandedProftree *expanded = expanded_of(header);

	make_flat(expanded);
	return VARSIZE(expanded->flat);
}

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	ExpandedProftree *expanded = expanded_of(header);

	make_flat(expanded);
	Assert(allocated_size == VARSIZE(expanded->flat));
	memcpy(result, expanded->flat, allocated_size);
}

ExpandedProftree *
proftree_expand(Datum datum, MemoryContext parent)
{
	MemoryContext context;
	ExpandedProftree *expanded;
	const uint8 *bytes;
	size_t		length;
	PtError		error;

	if (VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(datum)))
		return expanded_of(DatumGetEOHP(datum));

	context = AllocSetContextCreate(parent, "expanded proftree", ALLOCSET_START_SMALL_SIZES);
	expanded = MemoryContextAllocZero(context, sizeof(ExpandedProftree));
	EOH_init_header(&expanded->hdr, &methods, context);
	expanded->magic = PROFTREE_EXPANDED_MAGIC;
	proftree_state_init(&expanded->state, context);

	bytes = proftree_bytes(datum, &length);
	if (!pt_builder_add_encoded(&expanded->state.builder, bytes, length, NULL, &error))
		proftree_raise(&error);
	proftree_free_bytes(datum, bytes);
	return expanded;
}

ExpandedProftree *
proftree_expanded_or_null(Datum datum)
{
	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(datum)))
		return expanded_of(DatumGetEOHP(datum));
	return NULL;
}

const uint8 *
proftree_bytes(Datum datum, size_t *length)
{
	ExpandedProftree *expanded = proftree_expanded_or_null(datum);
	struct varlena *value;

	if (expanded != NULL)
	{
		make_flat(expanded);
		value = expanded->flat;
	}
	else
		value = PG_DETOAST_DATUM_PACKED(datum);
	*length = VARSIZE_ANY_EXHDR(value);
	return (const uint8 *) VARDATA_ANY(value);
}

void
proftree_free_bytes(Datum datum, const uint8 *bytes)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	/* only of these two does detoasting always make a copy, with a full header */
	if (VARATT_IS_EXTERNAL_ONDISK(value) || VARATT_IS_COMPRESSED(value))
		pfree(unconstify(uint8 *, bytes) - VARHDRSZ);
}

void
proftree_decode(Datum datum, PtTree *tree)
{
	size_t		length;
	const uint8 *bytes = proftree_bytes(datum, &length);
	PtError		error;

	pt_tree_init(tree, CurrentMemoryContext);
	if (!pt_decode(bytes, length, tree, &error))
		proftree_raise(&error);
	proftree_free_bytes(datum, bytes);
}

void
proftree_header(Datum datum, PtHeader *header)
{
	ExpandedProftree *expanded = proftree_expanded_or_null(datum);
	struct varlena *slice;
	PtCursor	at;
	PtError		error;

	if (expanded != NULL)
	{
		const PtBuilder *builder = &expanded->state.builder;

		memset(header, 0, sizeof(*header));
		header->node_count = builder->node_count - 1;
		header->symbol_count = builder->symbol_count;
		header->depth = builder->depth;
		header->total = builder->total;
		return;
	}
	slice = PG_DETOAST_DATUM_SLICE(datum, 0, PT_HEADER_MAX);
	at.at = (const uint8 *) VARDATA_ANY(slice);
	at.end = at.at + VARSIZE_ANY_EXHDR(slice);
	if (!pt_decode_header(&at, header, &error))
		proftree_raise(&error);
}
