/*-------------------------------------------------------------------------
 *
 * wire.h
 *		The form in which a tree travels: binary COPY, drivers, hex text.
 *
 *	byte	wire version, 1
 *	...		the stored form (format.h), but in the dictionary section each
 *			symbol is whole: varint length, bytes
 *	4 bytes	CRC-32C of all before, big end first
 *
 * Whole symbols can be converted between the encodings of client and server;
 * the checksum makes every flipped bit and every cut show.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_WIRE_H
#define PYROTREE_WIRE_H

#include "builder.h"

#define PT_WIRE_VERSION		1

/*
 * Converts one symbol between encodings: gives the text, possibly the one
 * handed in, and sets *length.  What it allocates is its own business.
 */
typedef const char *(*PtConvert) (const char *text, size_t *length);

/* Append the wire form; convert may be NULL. */
extern void pt_write_wire(const PtTree *tree, StringInfo wire, PtConvert convert, PtMemory memory);

/*
 * Read a wire form.  The result is in *tree, and *sorted is true, when the
 * symbols are in order; without conversion they have to be.  When conversion
 * changed their order the result is in *builder and *sorted is false.  Both
 * are the caller's, initialised and empty.  PT_BAD_BINARY for whatever is not
 * a wire form.
 */
extern bool pt_read_wire(const uint8 *bytes, size_t length, PtConvert convert,
						 PtTree *tree, PtBuilder *builder, bool *sorted, PtError *error);

#endif							/* PYROTREE_WIRE_H */
