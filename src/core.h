/*-------------------------------------------------------------------------
 *
 * core.h
 *		What the fmgr-free core stands on: memory, errors, interrupts.
 *
 * The core (format, codec, builder, merge, stack text, wire form) is compiled
 * twice: into the extension, where memory comes from memory contexts, and
 * with -DFRONTEND against libpgcommon, where unit tests, fuzzers and
 * benchmarks drive it without a server.  This header is the only place where
 * the two differ.
 *
 * Error convention.  A core function that can fail because of its input
 * returns bool; on false it has filled the caller's PtError and changed
 * nothing else.  It never throws for bad input, so that the callers can
 * report softly (PostgreSQL 16 and later) or count and go on.  Only running
 * out of memory and a query cancel leave a core function by another way.
 *
 * Memory convention.  An object remembers the context it was made in and
 * grows there; whoever made it frees it (or, in the server, drops the
 * context).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_CORE_H
#define PYROTREE_CORE_H

#ifdef FRONTEND
#include "postgres_fe.h"
#else
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#endif

#include "common/int.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

/*
 * Memory.  Blocks may pass the 1 GB of palloc: a tree of the largest encoded
 * size takes more than that while it is taken apart.  Sizes are products of
 * counts below 2^29 and elements of at most 24 bytes, which size_t has to hold.
 */
StaticAssertDecl(sizeof(size_t) >= 8, "pyrotree needs a 64-bit machine");

/* Weights and widths of lanes reach 2^63, products with shares of time 2^100. */
#ifndef HAVE_INT128
#error "pyrotree needs a compiler that has 128-bit integers"
#endif

#ifdef FRONTEND

typedef void *PtMemory;

/* what the tests and benchmarks read: calls, bytes asked for, blocks not freed */
extern PGDLLIMPORT uint64 pt_alloc_calls;
extern PGDLLIMPORT uint64 pt_alloc_bytes;
extern PGDLLIMPORT int64 pt_alloc_blocks;

extern void *pt_alloc(PtMemory memory, size_t size);
extern void *pt_realloc(void *block, size_t size);
extern void pt_free(void *block);

/* the encoding symbols are in; the tests set it */
extern PGDLLIMPORT int pt_core_encoding;
#define pt_encoding()		pt_core_encoding

#define CHECK_FOR_INTERRUPTS()	((void) 0)

#else

typedef MemoryContext PtMemory;

static inline void *
pt_alloc(PtMemory memory, size_t size)
{
	return MemoryContextAllocHuge(memory, size);
}

static inline void *
pt_realloc(void *block, size_t size)
{
	return repalloc_huge(block, size);
}

static inline void
pt_free(void *block)
{
	if (block != NULL)
		pfree(block);
}

#define pt_encoding()		GetDatabaseEncoding()

#endif

/*
 * Room in an array for "needed" elements: allocated at first (*capacity 0),
 * then doubled, from 256 on; keeps what it has.  Gives the array, to be freed
 * once *capacity > 0.
 */
extern void *pt_grow(PtMemory memory, void *block, size_t *capacity, size_t needed, size_t element);

/* Loops over user-sized data look for a cancel once in so many turns. */
#define PT_INTERRUPT_MASK	0xFFF
#define PT_CHECK_INTERRUPTS(i) \
	do { \
		if (unlikely(((i) & PT_INTERRUPT_MASK) == 0)) \
			CHECK_FOR_INTERRUPTS(); \
	} while (0)

/*
 * Kinds of error; pyrotree.c gives each its SQLSTATE.
 */
typedef enum PtErrorCode
{
	PT_OK = 0,
	PT_BAD_TEXT,				/* 22P02: text that is not a tree */
	PT_BAD_BINARY,				/* 22P03: wire form that is not a tree */
	PT_OUT_OF_RANGE,			/* 22003: a sum past bigint */
	PT_BAD_ARGUMENT,			/* 22023 */
	PT_NULL_ELEMENT,			/* 22004 */
	PT_BEYOND_LIMIT,			/* 54000: one of format.h's limits */
	PT_DAMAGED,					/* XX001: stored bytes that are not a tree */
	PT_BAD_ENCODING,			/* 22021 */
	PT_UNTRANSLATABLE			/* 22P05: a character the encoding lacks */
} PtErrorCode;

typedef struct PtError
{
	PtErrorCode code;
	char		message[256];	/* primary message, always set */
	char		detail[256];	/* full sentence, or empty */
	char		hint[256];		/* full sentence, or empty */
} PtError;

/* fill *error; always returns false, so that callers can return it */
extern bool pt_fail(PtError *error, PtErrorCode code, const char *format,...)
			pg_attribute_printf(3, 4);
extern bool pt_fail_hint(PtError *error, const char *format,...)
			pg_attribute_printf(2, 3);
extern bool pt_fail_detail(PtError *error, const char *format,...)
			pg_attribute_printf(2, 3);

/*
 * A piece of user text for a message: at most PT_CLIP characters of it, with
 * "..." when cut.  "buffer" takes PT_CLIP_SIZE bytes; gives buffer.
 */
#define PT_CLIP			40
#define PT_CLIP_SIZE	(PT_CLIP * MAX_MULTIBYTE_CHAR_LEN + 4)
extern char *pt_clip(char *buffer, const char *text, size_t length);

/* characters in text, an invalid byte counting as one; for column numbers */
extern size_t pt_count_characters(const char *text, size_t length);

/* is text valid in the encoding symbols are in, and free of NUL? */
extern bool pt_valid_encoding(const char *text, size_t length);

/* add two weights or sums of weights (both >= 0); false past 2^63-1 */
extern bool pt_add_weight(int64 *sum, int64 weight, PtError *error);

#endif							/* PYROTREE_CORE_H */
