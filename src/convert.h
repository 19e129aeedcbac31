/*-------------------------------------------------------------------------
 *
 * convert.h
 *		Text from outside: its encoding, and what becomes of bad text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_CONVERT_H
#define PYROTREE_CONVERT_H

#include "core.h"

/* What a reader does with a piece of its input that cannot be taken. */
typedef enum PtOnError
{
	PT_ON_ERROR_FAIL,			/* stop there */
	PT_ON_ERROR_SKIP,			/* pass over it */
	PT_ON_ERROR_REPLACE			/* mend invalid encoding; else stop */
} PtOnError;

/*
 * Converts text between encodings; the head of a caller's struct.  Gives the
 * text, valid until the next call, and sets *length; NULL when it cannot be
 * converted.
 */
typedef struct PtConverter PtConverter;
typedef const char *(*PtConvert) (PtConverter *self, const char *text, size_t *length);
struct PtConverter
{
	PtConvert	convert;
};

/*
 * Append a text with what is invalid replaced, byte by byte: by U+FFFD where
 * the result is in UTF-8, else by '?'.  A converter takes text in encoding to
 * that of symbols, and what it cannot convert is replaced too; without one the
 * text stays in encoding.  O(length).
 */
extern void pt_append_mended(StringInfo mended, const char *text, size_t length,
							 int encoding, PtConverter *converter);

#endif							/* PYROTREE_CONVERT_H */
