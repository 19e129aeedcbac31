/*-------------------------------------------------------------------------
 *
 * gzip.h
 *		gzip in and out, by zlib over our own memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_GZIP_H
#define PYROTREE_GZIP_H

#include <zlib.h>

#include "core.h"

static inline bool
pt_is_gzip(const uint8 *bytes, size_t length)
{
	return length >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
}

/*
 * Unpack gzip, one member or several behind each other, to at most "most"
 * bytes.  *result is allocated in "memory" and the caller's.  PT_BAD_BINARY
 * for what is damaged, cut off or followed by something else; PT_BEYOND_LIMIT
 * past "most".  O(bytes unpacked) time and memory.
 */
extern bool pt_gunzip(const uint8 *bytes, size_t length, size_t most, PtMemory memory,
					  uint8 **result, size_t *result_length, PtError *error);

/* What is written to it is appended to a buffer, packed. */
typedef struct PtGzip
{
	z_stream	stream;
	StringInfo	packed;
} PtGzip;

/*
 * Start, write, finish.  The same bytes written give the same bytes packed:
 * no time and no name go into the header.  PT_BEYOND_LIMIT when the buffer
 * would pass 1 GB.  Free it after an error or the finish.
 */
extern void pt_gzip_start(PtGzip *gzip, StringInfo packed, PtMemory memory);
extern bool pt_gzip_write(PtGzip *gzip, const uint8 *bytes, size_t length, PtError *error);
extern bool pt_gzip_finish(PtGzip *gzip, PtError *error);
extern void pt_gzip_free(PtGzip *gzip);

#endif							/* PYROTREE_GZIP_H */
