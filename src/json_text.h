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
 * Append a text, in an encoding of the server, as a JSON string with its
 * quotes.  Besides what JSON asks for, "<", ">" and "&" are escaped, and in
 * UTF-8 the two characters that XML cannot hold (U+FFFE, U+FFFF), so that the
 * whole may stand within a script of a page, or in XML, as it is: no symbol can
 * end the script or begin another.  O(length).
 */
extern void pt_append_json(StringInfo json, const char *text, size_t length, int encoding);

/* Append a number, all digits of it. */
extern void pt_append_number(StringInfo json, uint64 number);

#endif							/* PYROTREE_JSON_TEXT_H */
