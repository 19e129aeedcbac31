/*-------------------------------------------------------------------------
 *
 * profblock.h
 *		The SQL type profblock as C functions meet it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PROFBLOCK_H
#define PYROTREE_PROFBLOCK_H

#include "proftree.h"
#include "block.h"

/*
 * The encoded bytes of an argument, detoasted, not checked; they live as long
 * as the argument, or in the current context.
 */
static inline const uint8 *
profblock_bytes(Datum datum, size_t *length)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);

	*length = VARSIZE_ANY_EXHDR(value);
	return (const uint8 *) VARDATA_ANY(value);
}

/* the argument as a flat block in the current context, checked (XX001) */
extern void profblock_decode(Datum datum, PtBlock *block);
/* its directory alone: of a toasted value only the first bytes are fetched */
extern void profblock_lanes_of(Datum datum, PtLanes *lanes);
/* a new value in the current context */
extern Datum profblock_encode(PtBlock *block);
extern Datum profblock_encode_builder(PtBlockBuilder *builder);
/* the same for callers that report errors softly */
extern bool profblock_try_encode(PtBlock *block, Datum *result, PtError *error);
extern bool profblock_try_encode_builder(PtBlockBuilder *builder, Datum *result, PtError *error);

#endif							/* PYROTREE_PROFBLOCK_H */
