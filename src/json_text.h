/*-------------------------------------------------------------------------
 *
 * json_text.h
 *		Strings and numbers in the JSON that we write.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_JSON_TEXT_H
#define PYROTREE_JSON_TEXT_H

#include "core.h"

/*
 * Append a text, in the server's encoding, as a JSON string with its quotes.
 * Besides what JSON asks for, "<", ">" and "&" are escaped, and the two
 * characters that XML cannot hold (U+FFFE, U+FFFF), so that the whole may stand
 * within a script of a page, or in XML, as it is: no symbol can end the script
 * or begin another.  O(length).
 */
extern void pt_append_json(StringInfo json, const char *text, size_t length);

/* Append a number, all digits of it. */
extern void pt_append_number(StringInfo json, uint64 number);

#endif							/* PYROTREE_JSON_TEXT_H */
