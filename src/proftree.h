/*-------------------------------------------------------------------------
 *
 * proftree.h
 *		The SQL type proftree as C functions meet it.
 *
 * Three ways to take an argument: its bytes (proftree_bytes), its flat tree
 * (proftree_decode), or its header alone (proftree_header); and one to change
 * it: an expanded object around a builder (proftree_expanded.c).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PROFTREE_H
#define PYROTREE_PROFTREE_H

#include "postgres.h"

#include "compat.h"
#include "builder.h"
#include "convert.h"
#include "fmgr.h"
#include "stack_text.h"
#include "utils/expandeddatum.h"

/* throw a core error with its SQLSTATE */
pg_noreturn extern void proftree_raise(const PtError *error);
/* the same, softly where the server and the caller can */
extern void proftree_save_error(const PtError *error, struct Node *escontext);
/* the on_error argument of a function that reads a format; throws 22023 */
extern PtOnError proftree_on_error(text *argument);

/* A tree that grows, and the reader of stacks given to it as text. */
typedef struct ProftreeState
{
	PtBuilder	builder;
	PtStackReader reader;
} ProftreeState;

extern void proftree_state_init(ProftreeState *state, MemoryContext context);

#define PROFTREE_EXPANDED_MAGIC 0x70726F66	/* "prof" */

/*
 * A proftree that can be changed.  All it owns is in hdr.eoh_context.
 */
typedef struct ExpandedProftree
{
	ExpandedObjectHeader hdr;
	int			magic;
	ProftreeState state;

	/* the encoding with its varlena header, as long as nothing changed */
	struct varlena *flat;
	uint64		flat_changes;	/* state.builder.changes when it was made */
} ExpandedProftree;

/*
 * One that may be changed: the argument itself when it is a read-write
 * pointer to one, else a copy in a child of "parent".  Checks the value.
 */
extern ExpandedProftree *proftree_expand(Datum datum, MemoryContext parent);
/* the one a datum points to, else NULL; for reading */
extern ExpandedProftree *proftree_expanded_or_null(Datum datum);

/*
 * The encoded bytes of an argument, detoasted, not checked.  They live as
 * long as the argument, or in the current context.
 */
extern const uint8 *proftree_bytes(Datum datum, size_t *length);
/* give them back where they are a copy; for functions called in long loops */
extern void proftree_free_bytes(Datum datum, const uint8 *bytes);
/* the argument as a flat tree in the current context, checked (XX001) */
extern void proftree_decode(Datum datum, PtTree *tree);
/* the header alone: of a toasted value only the first bytes are fetched */
extern void proftree_header(Datum datum, PtHeader *header);
/* a new value in the current context */
extern Datum proftree_encode(const PtTree *tree);
extern Datum proftree_encode_builder(PtBuilder *builder);
/* the same for callers that report errors softly */
extern bool proftree_try_encode(const PtTree *tree, Datum *result, PtError *error);
extern bool proftree_try_encode_builder(PtBuilder *builder, Datum *result, PtError *error);

/* a symbol, by its number, as a new text */
extern text *proftree_symbol_text(const PtTree *tree, uint32 symbol);

/* aggregates: where the state lives; throws outside of an aggregate */
extern MemoryContext proftree_aggregate_context(FunctionCallInfo fcinfo);
/* the tree into which a transition takes encoded ones apart, shared by all groups */
extern PtTree *proftree_aggregate_scratch(FunctionCallInfo fcinfo);

/* a seed for a builder that takes symbols from outside */
extern uint64 proftree_seed(void);

#endif							/* PYROTREE_PROFTREE_H */
