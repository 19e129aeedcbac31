/*-------------------------------------------------------------------------
 *
 * stack_text.h
 *		Stacks as text: the text form of proftree, and folded stacks.
 *
 *	text	= { line }
 *	line	= stack blanks digits [ blanks ] ( LF | CR LF | end )
 *	stack	= frame { ";" frame }
 *	frame	= bare | quoted
 *	bare	= any characters but ";" and LF, not beginning with a double quote
 *	quoted	= '"' { any character but '"' | '""' } '"'
 *
 * A stack that is one bare frame may not be empty.  Blanks (space, tab) at
 * the start of a frame and inside belong to it; backslash and percent are
 * ordinary.  Empty lines are skipped, repeated stacks add up.  Folded stacks
 * (folded.c) are the same without quoting.
 *
 * doc/format.md and the reference have the rules for output.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_STACK_TEXT_H
#define PYROTREE_STACK_TEXT_H

#include "builder.h"

/*
 * The reader keeps the text of the stack it added last, so that the next one
 * is only parsed from where it differs; consecutive stacks of a profile share
 * most of their frames.
 */
typedef enum PtStackSyntax
{
	PT_STACK,					/* a stack by itself: a LF must be in quotes */
	PT_STACK_OF_LINE,			/* cut out of a line, so every LF is in quotes */
	PT_STACK_FOLDED				/* cut out of a line; quotes mean nothing */
} PtStackSyntax;

typedef struct PtStackReader
{
	PtMemory	memory;
	PtStackSyntax syntax;

	char	   *last;			/* text of the stack added last */
	size_t		last_length;
	size_t		last_capacity;
	uint32	   *frame_end;		/* [frame_count] offsets behind its frames */
	uint32		frame_count;
	uint32		frame_capacity;
	uint64		changes;		/* the builder's count after that */

	PtFrame    *frames;			/* scratch: frames being added */
	uint32		frames_capacity;
	char	   *unquoted;		/* scratch: frames that held doubled quotes */
	size_t		unquoted_capacity;
} PtStackReader;

extern void pt_reader_init(PtStackReader *reader, PtMemory memory, PtStackSyntax syntax);
extern void pt_reader_free(PtStackReader *reader);

/*
 * Add one stack, without weight, to a builder.  On error *error_at is the
 * offset in text where it was met, and the builder is unchanged.
 * O(bytes that differ from the stack before).
 */
extern bool pt_add_stack(PtStackReader *reader, PtBuilder *builder,
						 const char *text, size_t length, int64 weight,
						 size_t *error_at, PtError *error);

/* Add all lines of a text in the text form.  Errors name line and column. */
extern bool pt_parse_text(PtBuilder *builder, const char *text, size_t length, PtError *error);

/*
 * The weight at the end of a line: strips it, the blanks around it and the
 * line's CR from [line, *end), leaving the stack.
 */
extern bool pt_parse_weight(const char *line, const char **end, int64 *weight,
							const char **error_at, PtError *error);

/* Say where in a text an error was met: "line 3, column 7". */
extern void pt_locate_error(PtError *error, const char *text, size_t at);

/*
 * Writing.  A path writer walks a tree in preorder and holds the stack of the
 * node it stands on in the syntax above, changing only what differs from the
 * node before: one path in memory, whatever the tree.
 */
typedef struct PtPathWriter
{
	const PtTree *tree;
	StringInfoData path;		/* the stack of the node last moved to */
	uint32	   *inner_end;		/* by level: where path ends with that frame in it */
	uint32		level;
	uint32		symbol;
	bool		last_differs;	/* the frame is quoted only because it is last */
} PtPathWriter;

extern void pt_path_writer_init(PtPathWriter *writer, const PtTree *tree, PtMemory memory);
extern void pt_path_writer_free(PtPathWriter *writer);
/* move to a node; the nodes before it have been moved to, or are below a cut */
extern void pt_path_writer_move(PtPathWriter *writer, uint32 node);

/*
 * Append the canonical text form to an empty buffer: a line for every node
 * that has weight and every leaf, in preorder, no line break after the last.
 * Gives false, with text half written, once it would pass "most" bytes.
 */
extern bool pt_print_text(const PtTree *tree, StringInfo text, size_t most, PtMemory memory);

static inline bool
pt_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

#endif							/* PYROTREE_STACK_TEXT_H */
