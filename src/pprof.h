/*-------------------------------------------------------------------------
 *
 * pprof.h
 *		Profiles in the pprof format (pprof.proto), in and out.
 *
 * Reading goes in two steps.  pt_pprof_open() unpacks and checks everything
 * but the samples (pprof_read.c).  The samples stay in the file's bytes and
 * are unpacked, checked and forgotten one by one, in each pass that asks for
 * them (pprof_samples.c).  Writing is in pprof_write.c.
 *
 * The rules are those of the reference implementation, github.com/google/pprof
 * (package profile): what its parser and its CheckValid() refuse is refused
 * here too.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PPROF_H
#define PYROTREE_PPROF_H

#include "arena.h"
#include "builder.h"
#include "convert.h"

/*
 * Limits.  Passing one is error 54000.
 *
 * PT_PPROF_MAX_BYTES bounds a file once it is unpacked; a tree has at most as
 * many bytes, and the tables made of a file take a small multiple of it.
 *
 * PT_PPROF_MAX_UNPACKED bounds what so many bytes of gzip may unpack to.  That
 * is 3 to 10 times as much for what profilers write, hundreds of times when
 * many samples have one deep stack, and 1,030 times at most.
 *
 * PT_PPROF_SIZE is the size of a file for the two limits behind it, that on
 * what its stacks may come to: the unpacked bytes, as far as those that were
 * sent warrant them.  So padding and repetition, which pack to nothing, do not
 * buy what they would buy as they are.
 *
 * PT_PPROF_MAX_NODES bounds the tree.  A node comes of a frame on some stack,
 * which takes a byte there unless it is inlined, and stacks that differ take
 * some bytes of gzip each; no profile comes near, but one byte that stands for
 * a location of a million inlined frames could make a gigabyte.  One stack as
 * deep as any is always within it.
 *
 * PT_PPROF_MAX_WORK bounds the time that a file takes, all passes over it
 * together.  PT_PPROF_BYTE_COST is that of a byte of a message unpacked; a frame
 * that is not on the stack before, by its location, costs PT_PPROF_FRAME_COST
 * and the bytes of its name.  A file with a handful of types costs some 200 for
 * each of its bytes; what any may cost takes a second or two.
 *
 * PT_PPROF_MAX_MESSAGE bounds what one message may take while it is looked
 * at: a stack of PT_MAX_DEPTH frames fits when its numbers are packed.
 *
 * PT_PPROF_MAX_LABELS bounds the values of a label, all together.
 *
 * PT_PPROF_MAX_TYPES bounds the sample types: each costs a pass over all
 * samples, and each sample has a value of each.  Profilers have a handful,
 * converters one or two for each event that a processor counts.
 */
#define PT_PPROF_MAX_BYTES		PT_MAX_BYTES
#define PT_PPROF_MAX_UNPACKED(packed) \
	Min((size_t) PT_PPROF_MAX_BYTES, 16 * 1024 * 1024 + 200 * (size_t) (packed))
#define PT_PPROF_SIZE(unpacked, packed)	Min((size_t) (unpacked), 16 * (size_t) (packed))
#define PT_PPROF_MAX_NODES(size)	((size_t) (size) + 1024 * 1024)
#define PT_PPROF_MAX_WORK(size)	(UINT64CONST(2) * 1024 * 1024 * 1024 + 2048 * (uint64) (size))
#define PT_PPROF_BYTE_COST		16
#define PT_PPROF_FRAME_COST		32
#define PT_PPROF_MAX_MESSAGE	(64 * 1024 * 1024)
#define PT_PPROF_MAX_LABELS		(64 * 1024 * 1024)
#define PT_PPROF_MAX_TYPES		128

/* the fields of a Profile, by their numbers in pprof.proto */
typedef enum PtPprofField
{
	PT_PPROF_SAMPLE_TYPE = 1,
	PT_PPROF_SAMPLE,
	PT_PPROF_MAPPING,
	PT_PPROF_LOCATION,
	PT_PPROF_FUNCTION,
	PT_PPROF_STRING_TABLE,
	PT_PPROF_DROP_FRAMES,
	PT_PPROF_KEEP_FRAMES,
	PT_PPROF_TIME_NANOS,
	PT_PPROF_DURATION_NANOS,
	PT_PPROF_PERIOD_TYPE,
	PT_PPROF_PERIOD,
	PT_PPROF_COMMENT,
	PT_PPROF_DEFAULT_SAMPLE_TYPE,
	PT_PPROF_DOC_URL
} PtPprofField;

#define PT_PPROF_FIELDS		(PT_PPROF_DOC_URL + 1)

/*
 * What there is of a repeated field: where in the file each begins, at its
 * length; of comments, which are numbers themselves, these.
 */
typedef struct PtPprofList
{
	uint32	   *item;
	uint32		count;
	uint32		capacity;
} PtPprofList;

typedef struct PtPprofType
{
	uint32		type;			/* strings */
	uint32		unit;
} PtPprofType;

typedef struct PtPprofFunction
{
	uint32		name;			/* strings, 0 when empty */
	uint32		system_name;
} PtPprofFunction;

/* What prune does to a sample that is here. */
typedef enum PtPprofPrune
{
	PT_PPROF_KEEP,
	PT_PPROF_DROP_BELOW,		/* drop what is called from here */
	PT_PPROF_DROP				/* and the place itself */
} PtPprofPrune;

typedef struct PtPprofLocation
{
	uint64		address;
	uint32		binary;			/* string: the file mapped there, 0 when not known */
	uint32		first_line;		/* its lines, innermost frame first: functions in "line" */
	uint32		line_count;
	PtPprofPrune prune;
} PtPprofLocation;

/*
 * The places of messages by their ids.  Nearly all writers number from 1 in
 * the order of the file; only when one does not there is a hash.
 */
typedef struct PtPprofIds
{
	const char *what;			/* "location" */
	uint32		count;
	struct pt_ids_hash *other;
} PtPprofIds;

/* How far the text of a string has been looked at. */
typedef enum PtPprofTextState
{
	PT_PPROF_RAW,				/* not yet */
	PT_PPROF_VALID,				/* valid as it is in the file */
	PT_PPROF_INVALID,
	PT_PPROF_OWN				/* converted or mended: "text_place" tells where in "text" */
} PtPprofTextState;

/*
 * An open file.  "Strings" are places in its string table.  All but the
 * bytes is its own and goes with pt_pprof_close().
 */
typedef struct PtPprof
{
	PtMemory	memory;
	uint64		seed;			/* of the hashes of ids and of labels */
	PtConverter *converter;		/* from UTF-8, or NULL */
	PtOnError	on_error;

	const uint8 *bytes;			/* unpacked */
	size_t		length;
	uint8	   *unpacked;		/* these, when they came as gzip */
	size_t		size;			/* PT_PPROF_SIZE */

	PtPprofList list[PT_PPROF_FIELDS];	/* repeated fields and period_type */
	int64		number[PT_PPROF_FIELDS];	/* the others; strings are in range */

	uint8	   *text_state;		/* [strings] a PtPprofTextState */
	uint32	   *text_place;		/* [strings], of those that are PT_PPROF_OWN; NULL before the first */
	PtFrame    *text;
	uint32		text_count;
	uint32		text_capacity;
	PtArena		text_arena;

	PtPprofType *type;			/* [sample types] */
	PtPprofType period_type;
	uint32	   *mapping;		/* [mappings] string: the file, 0 when that has no name */
	PtPprofFunction *function;
	PtPprofLocation *location;
	uint32	   *line;			/* functions of all locations */
	uint32		line_count;
	uint32		line_capacity;
	PtPprofIds	mapping_ids;
	PtPprofIds	function_ids;
	PtPprofIds	location_ids;

	PtArena		message;		/* the message unpacked last, and the names made for it */
	PtFrame    *frames;			/* scratch: frames of a sample's stack */
	uint32		frames_capacity;
	uint32	   *stack;			/* the locations of the stack added last, root first */
	uint32		stack_count;
	size_t		stack_capacity;
	uint64		work;			/* done so far; PT_PPROF_MAX_WORK bounds it */
	bool	   *skipped;		/* [samples] which were passed over */
	uint64		skipped_count;
	uint64		replaced_count;	/* strings that were mended */
} PtPprof;

/*
 * Open a file, gzip or plain.  converter leads from UTF-8 to the encoding of
 * symbols, and is NULL when that is UTF-8 or says nothing; it must not throw.
 * Close it in any case.  PT_BAD_BINARY, with a hint for the older text
 * formats; PT_BEYOND_LIMIT.  O(bytes unpacked) time and memory.
 */
extern bool pt_pprof_open(PtPprof *file, const uint8 *bytes, size_t length,
						  PtConverter *converter, PtOnError on_error,
						  PtMemory memory, uint64 seed, PtError *error);
extern void pt_pprof_close(PtPprof *file);

static inline uint32
pt_pprof_count(const PtPprof *file, PtPprofField field)
{
	return file->list[field].count;
}

/* a string as the file has it, in UTF-8 or not */
extern PtFrame pt_pprof_raw_text(const PtPprof *file, uint32 string);

/*
 * A string in the encoding of symbols, valid until the file is closed.
 * PT_BAD_ENCODING when it cannot be had (unless on_error is to replace),
 * PT_BEYOND_LIMIT.
 */
extern bool pt_pprof_text(PtPprof *file, uint32 string, PtFrame *text, PtError *error);

/*
 * The number of a sample type: of the first with this name (in UTF-8); the
 * one that is taken by default, which is the file's default_sample_type or,
 * when it has none of that name, the last.  -1 when there is none.
 */
extern int	pt_pprof_find_type(const PtPprof *file, const char *name, size_t length);
extern int	pt_pprof_default_type(const PtPprof *file);

/* Check all samples, and take none.  PT_BAD_BINARY, PT_BEYOND_LIMIT. */
extern bool pt_pprof_check_samples(PtPprof *file, PtError *error);

/*
 * Add samples to a builder with their values of one type; "samples" NULL
 * means all.  Root first, every inlined frame by itself.  A value of 0 adds
 * nothing.  A location without lines is named binary+0xaddress, a sample
 * without locations "[no stack]".  PT_BAD_BINARY, PT_BEYOND_LIMIT,
 * PT_OUT_OF_RANGE; PT_BAD_BINARY for a negative value and PT_BAD_ENCODING,
 * unless on_error is to skip such samples.
 */
extern bool pt_pprof_add(PtPprof *file, uint32 type, const uint32 *samples, uint32 count,
						 PtBuilder *builder, PtError *error);

/*
 * Which functions drop_frames and keep_frames mean is for the caller to say,
 * who has regular expressions; the head of a caller's struct.  Asked once for
 * each string that is the name of functions, simplified as the rule wants it.
 */
typedef struct PtPprofMatcher PtPprofMatcher;
typedef bool (*PtPprofDrops) (PtPprofMatcher *self, const char *name, size_t length);
struct PtPprofMatcher
{
	PtPprofDrops drops;
};

/*
 * From now on leave out of stacks what drop_frames drops: a frame that
 * matches and all that it calls, but no frame before the first that does not.
 */
extern void pt_pprof_prune(PtPprof *file, PtPprofMatcher *matcher);

/*
 * The samples by the value of a label.  Group i < values->dictionary.count
 * has the samples with value i of the dictionary, in byte order; one more
 * group has those that lack the label, when there are any.
 */
typedef struct PtPprofGroups
{
	PtBuilder	builder;		/* has the bytes of the dictionary */
	PtTree		values;			/* a node for each value */
	uint32		count;
	uint32	   *start;			/* [count + 1] */
	uint32	   *sample;
} PtPprofGroups;

/*
 * Group them by the label "key" (in UTF-8).  A number counts with its unit;
 * several values in a sample are joined by commas.  Also checks all samples.
 * Free the groups in any case.  Errors as of pt_pprof_add().
 */
extern bool pt_pprof_group(PtPprof *file, const char *key, size_t length,
						   PtPprofGroups *groups, PtError *error);
extern void pt_pprof_groups_free(PtPprofGroups *groups);

/* What a file tells besides the tree. */
typedef struct PtPprofHeader
{
	PtFrame		sample_type;	/* in the encoding of symbols */
	PtFrame		unit;
	int64		time_nanos;		/* since 1970; 0: not told */
	int64		duration_nanos;
	int64		period;
	bool		has_period;
} PtPprofHeader;

/*
 * Append a tree as a gzipped file: one function and one location for each
 * symbol, numbered from 1 in byte order, and a sample for each node that has
 * weight, in preorder.  converter leads from the encoding of symbols to
 * UTF-8, or is NULL.  PT_BAD_ENCODING, PT_BEYOND_LIMIT.  O(frames written)
 * time; memory for one stack.
 */
extern bool pt_write_pprof(const PtTree *tree, const PtPprofHeader *header, PtConverter *converter,
						   StringInfo gzip, PtMemory memory, PtError *error);

/* ---- between the files of this room ---- */

struct ProtobufCMessageDescriptor;

/*
 * Unpack one message of a field; it and what belongs to it live until the
 * next.  Counts the work.  NULL on error.
 */
extern void *pt_pprof_unpack(PtPprof *file, PtPprofField field, uint32 i,
							 const struct ProtobufCMessageDescriptor *descriptor, PtError *error);
/* count work; PT_BEYOND_LIMIT when it is too much */
extern bool pt_pprof_work(PtPprof *file, uint64 cost, PtError *error);
/* is this one of the strings?  "whose" and "number" name what has it */
extern bool pt_pprof_check_string(const PtPprof *file, int64 string, const char *whose, uint64 number,
								  PtError *error);
/* the place of a message by its id */
extern bool pt_pprof_find_id(const PtPprofIds *ids, uint64 id, uint32 *place);
/* fail for what the file is */
extern bool pt_pprof_bad(PtError *error, const char *format,...) pg_attribute_printf(2, 3);

#endif							/* PYROTREE_PPROF_H */
