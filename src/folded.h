/*-------------------------------------------------------------------------
 *
 * folded.h
 *		Folded stacks as profilers write them: stack, blank, weight; no quoting.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_FOLDED_H
#define PYROTREE_FOLDED_H

#include "convert.h"
#include "stack_text.h"

typedef struct PtFoldedCounts
{
	uint64		skipped;		/* lines passed over */
	uint64		replaced;		/* lines in which bytes were replaced */
} PtFoldedCounts;

/*
 * Add all lines of folded text, known to be in a valid encoding when it is
 * trusted (the server has checked every text value), else perhaps not.  A byte
 * order mark is stripped, empty lines are skipped, blanks before the weight
 * do not belong to the last frame.  Errors name line and column; a sum past
 * 2^63-1 or a limit always fails.
 */
extern bool pt_parse_folded(PtBuilder *builder, const char *text, size_t length, bool trusted,
							PtOnError on_error, PtFoldedCounts *counts, PtError *error);

/*
 * Append a tree as folded stacks.  What the format cannot say is replaced:
 * ';' by '|', line breaks, outer blanks and a lone empty frame by '_'.
 * Gives how many written frames were changed.
 */
extern uint64 pt_print_folded(const PtTree *tree, StringInfo text, PtMemory memory);

#endif							/* PYROTREE_FOLDED_H */
