/*-------------------------------------------------------------------------
 *
 * wire_io.h
 *		Around the wire forms: conversion of symbols between encodings, and
 *		the hex form.  "type" is the name of the SQL type, for messages.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_WIRE_IO_H
#define PYROTREE_WIRE_IO_H

#include "postgres.h"

#include "wire.h"

/* One conversion of the server's; "buffer" holds the result until the next. */
typedef struct ConversionStep
{
	int			from;
	int			to;
	Oid			procedure;
	char	   *buffer;
	size_t		capacity;
} ConversionStep;

typedef struct EncodingConverter
{
	PtConverter converter;
	MemoryContext context;		/* of the buffers: that of pyrotree_start_conversion() */
	bool		soft;			/* give NULL where the server would throw */
	int			count;
	ConversionStep step[2];		/* the second where the way leads over UTF-8 */
} EncodingConverter;

/*
 * Prepare to convert symbols.  *converter is NULL when there is nothing to
 * do: the encodings are the same, or one is SQL_ASCII, which says nothing
 * about the bytes.  PT_BAD_BINARY when the server has no conversion.  Buffers
 * are allocated in the context of the moment, whichever is current later.
 */
extern bool pyrotree_start_conversion(EncodingConverter *state, const char *type, int from, int to,
								  bool soft, PtConverter **converter, PtError *error);

/* Is a text the hex form: \x, an even number of hex digits, blanks? */
extern bool pyrotree_is_hex(const char *text, size_t length, size_t *digits);

/*
 * The wire form in "count" hex digits, in the current context, and the
 * conversion that its symbols need; soft as in pyrotree_start_conversion().
 */
extern bool pyrotree_from_hex(const char *digits, size_t count, const char *type, bool soft,
						  EncodingConverter *state, const uint8 **wire, size_t *length,
						  PtConverter **converter, PtError *error);
/* the hex form of a wire form whose symbols are in the server's encoding; frees it */
extern char *pyrotree_to_hex(StringInfo wire);

#endif							/* PYROTREE_WIRE_IO_H */
