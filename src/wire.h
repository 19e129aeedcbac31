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
#include "convert.h"

#define PT_WIRE_VERSION		1

/*
 * Append the wire form; converter may be NULL.  PT_BAD_ENCODING for a symbol
 * that cannot be converted.
 */
extern bool pt_write_wire(const PtTree *tree, StringInfo wire, PtConverter *converter,
						  PtMemory memory, PtError *error);

/*
 * Read a wire form.  The result is in *tree, and *sorted is true, when the
 * symbols are in order; without conversion they have to be.  When conversion
 * changed their order the result is in *builder and *sorted is false.  Both
 * are the caller's, initialised and empty.  PT_BAD_BINARY for whatever is not
 * a wire form, PT_BAD_ENCODING for a symbol that is not valid text.
 */
extern bool pt_read_wire(const uint8 *bytes, size_t length, PtConverter *converter,
						 PtTree *tree, PtBuilder *builder, bool *sorted, PtError *error);

/*
 * Parts of both that another type's wire form shares.  Writing: the symbols,
 * the checksum of all from "start".  Reading: the version and the checksum,
 * which is taken off *length; the symbols, *sorted as above.
 */
extern bool pt_append_symbols(const PtDictionary *dictionary, StringInfo symbols,
							  PtConverter *converter, PtError *error);
extern void pt_append_checksum(StringInfo wire, int start);
extern bool pt_open_wire(const uint8 *bytes, size_t *length, const char *type, uint8 version,
						 PtError *error);
extern bool pt_read_symbols(const PtSections *sections, PtConverter *converter,
							PtDictionary *dictionary, bool *sorted, PtError *error);

#endif							/* PYROTREE_WIRE_H */
