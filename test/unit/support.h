/*-------------------------------------------------------------------------
 *
 * support.h
 *		What the unit tests of the core share: TAP lines, random profiles, and
 *		the oracle, a call tree so simple that it can be trusted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef UNIT_SUPPORT_H
#define UNIT_SUPPORT_H

#include "builder.h"
#include "folded.h"
#include "merge.h"
#include "stack_text.h"
#include "wire.h"

/* ---- TAP ---- */

/* one line: "ok N - what" or "not ok N - what" */
extern void report(bool passed, const char *what,...) pg_attribute_printf(2, 3);
/* "# ..." */
extern void diagnose(const char *format,...) pg_attribute_printf(1, 2);
/* the plan; gives main()'s result */
extern int	finish(void);

/* processor time of this process */
extern double cpu_seconds(void);

/* random numbers: splitmix64 */
typedef struct Random
{
	uint64		state;
} Random;

extern uint64 random_bits(Random *random);
/* 0 <= result < limit */
extern uint32 random_below(Random *random, uint32 limit);
static inline bool
one_in(Random *random, uint32 n)
{
	return random_below(random, n) == 0;
}

/*
 * One line for "count" random cases.  A case says where it failed with
 * require() and can be run again alone: PT_CASE=<number> <program>.
 */
typedef bool (*Case) (Random *random);
extern void run_cases(const char *what, int count, Case function);

#define require(condition) \
	do { \
		if (!(condition)) \
		{ \
			diagnose("%s:%d: %s", __FILE__, __LINE__, #condition); \
			return false; \
		} \
	} while (0)

/* less work where each step is dear */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif
#define CASES(n)	(UNDER_SANITIZER ? ((n) + 11) / 12 : ((n) + 5) / 6)

/* ---- memory that runs out ---- */

/*
 * The allocation after the next "after" ones does not return but goes to
 * out_of_memory; < 0: never.  (support.c takes the place of pg_malloc() and
 * pg_realloc(); run.sh links with --wrap.)
 */
#include <setjmp.h>
extern int	allocations_left;
extern jmp_buf out_of_memory;

/* ---- the oracle ---- */

/*
 * All nodes as (stack, weight) in one sorted array.  A key is the symbols of
 * the stack, each with a NUL behind it, which no symbol holds.  So the order
 * of the keys is preorder with siblings in the order of their bytes.
 */
typedef struct OracleNode
{
	char	   *key;
	size_t		length;
	int64		weight;
} OracleNode;

typedef struct Oracle
{
	OracleNode *node;
	size_t		count;
	size_t		capacity;
} Oracle;

extern void oracle_init(Oracle *oracle);
extern void oracle_free(Oracle *oracle);
extern void oracle_copy(Oracle *into, const Oracle *from);
extern void oracle_add(Oracle *oracle, const PtFrame *frames, uint32 count, int64 weight);
extern void oracle_add_oracle(Oracle *oracle, const Oracle *other);
extern void oracle_delta(Oracle *result, const Oracle *previous, const Oracle *current);
/* weight of a node and all below */
extern int64 oracle_total(const Oracle *oracle, size_t node);
/* is it a line of the text form: does it have weight, or nothing below it? */
extern bool oracle_is_stack(const Oracle *oracle, size_t node);
extern uint32 oracle_level(const OracleNode *node);
extern const char *oracle_symbol(const OracleNode *node, size_t *length);
/* the stored form, written by format.h's description alone */
extern void oracle_encode(const Oracle *oracle, StringInfo bytes);
extern void oracle_to_tree(const Oracle *oracle, PtTree *tree);
extern void append_varint(StringInfo bytes, uint64 value);
/* the number to which append_varint() adds a superfluous byte, counted from 0 */
extern int	padded_number;
/* the frames of a node; for at most "most" of them */
extern uint32 oracle_frames(const OracleNode *node, PtFrame *frames, uint32 most);

/* Do they hold the same tree?  In the same bytes, in every field? */
extern bool builder_is(PtBuilder *builder, const Oracle *oracle);
extern bool tree_is(const PtTree *tree, const Oracle *oracle);

/* pt_builder_add_encoded(), now with a tree for scratch, now without */
extern bool add_encoded(PtBuilder *builder, const uint8 *bytes, size_t length, PtError *error);

/* bytes of a tree that can be encoded; fresh StringInfo */
extern void encode_builder(PtBuilder *builder, StringInfo bytes);
extern void encode_tree(const PtTree *tree, StringInfo bytes);
extern bool same_bytes(const StringInfoData *a, const StringInfoData *b);

/* ---- random profiles ---- */

#define POOL_MOST		24
#define STACK_MOST		300
#define SYMBOL_MOST		700

/* The symbols a profile draws from. */
typedef struct Pool
{
	int			count;
	PtFrame		symbol[POOL_MOST];
	char		bytes[POOL_MOST][SYMBOL_MOST];
} Pool;

typedef struct Sample
{
	PtFrame	   *frames;
	uint32		count;
	int64		weight;
} Sample;

typedef struct Profile
{
	Pool		pool;
	int			count;
	Sample	   *sample;
} Profile;

/* symbols valid in the encoding of the moment, and as awkward as they get */
extern void pool_make(Pool *pool, Random *random);
/* a stack that shares some of its frames with the one in "frames" */
extern uint32 next_stack(const Pool *pool, Random *random, PtFrame *frames, uint32 count);

/* Also chooses pt_core_encoding: UTF-8 or SQL_ASCII. */
extern void profile_make(Profile *profile, Random *random);
extern void profile_free(Profile *profile);
extern void profile_shuffle(Profile *profile, Random *random);
extern void profile_to_oracle(const Profile *profile, Oracle *oracle);
/* add samples [from, to) */
extern bool profile_build(const Profile *profile, int from, int to, PtBuilder *builder);

/*
 * Two profiles over symbols and stacks that they partly share, as oracles and
 * as trees; "profile" holds their symbols.
 */
extern void pair_make(Random *random, Profile *profile, Oracle *a, Oracle *b, PtTree *x, PtTree *y);

/* A stack in the text form; quotes frames that need none now and then. */
extern void write_stack(StringInfo text, const PtFrame *frames, uint32 count, Random *random);

/* ---- the naive reader of the text form and of folded stacks ---- */

/*
 * Reads the grammar of stack_text.h a character at a time.  Gives false at
 * the first line that is not one, with the lines before it in the oracle.
 */
extern bool naive_parse(const char *text, size_t length, bool quoting, Oracle *oracle);
/* One stack alone; gives the number of frames, 0 when it is not one. */
extern uint32 naive_stack(const char *text, size_t length, bool quoting,
						  PtFrame *frames, uint32 most, StringInfo unquoted);

/* frames out of a list of C strings that ends with NULL */
extern uint32 frames_of(PtFrame *frames,...);

extern void add_checksum(StringInfo wire);

#endif							/* UNIT_SUPPORT_H */
