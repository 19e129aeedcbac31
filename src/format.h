/*-------------------------------------------------------------------------
 *
 * format.h
 *		The bytes of a stored proftree: layout, limits, varints.
 *
 * A value is a varlena whose body is a stream of bytes, read with memcpy and
 * varints, so that it may start at any address (PostgreSQL stores short
 * values unaligned):
 *
 *	header
 *		byte	version, 1
 *		byte	flags, reserved, always zero
 *		varint	node count
 *		varint	symbol count
 *		varint	depth, the number of frames of the longest stack
 *		varint	bytes of the dictionary section
 *		varint	bytes of the symbols section
 *		varint	bytes of the shape section
 *		varint	quantum, the greatest common divisor of all weights, 1 when
 *				nothing has weight
 *		varint	units, the sum of the weights section; total = units * quantum
 *	dictionary, per symbol in ascending byte order
 *		varint	bytes shared with the symbol before, as many as there are
 *		varint	bytes that follow
 *		bytes
 *	symbols, per node in preorder
 *		varint	number of its symbol in the dictionary, from 0
 *	shape, per node in preorder
 *		varint	(levels closed before this node) << 1 | has weight
 *	weights, to the end of the value, per node that has weight, in preorder
 *		varint	its weight / quantum, at least 1
 *
 * A varint holds 7 bits a byte, lowest first, the top bit set on all bytes
 * but the last, in as few bytes as possible, and is below 2^63.
 *
 * "Levels closed": the node before is at depth d (0 before the first); this
 * one is at depth d - closed + 1.  So 0 makes it a child of the node before,
 * 1 a sibling.  In preorder this turns a tree into a stream of keys that
 * sorts by (deeper first, then smaller symbol), which is what lets two trees
 * be merged as two sorted lists (merge.c).
 *
 * The encoding is canonical: symbols distinct, ascending and each used by a
 * node; siblings ascending by symbol; shared prefixes as long as possible;
 * shortest varints; exact depth, quantum and units; nothing after the last
 * weight.  One tree has one encoding, so equality and hashing look at bytes
 * only, and the decoder (codec.c), which is the validator, refuses everything
 * else.  No absolute offsets are stored: they would defeat TOAST compression.
 *
 * doc/format.md has a worked example.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_FORMAT_H
#define PYROTREE_FORMAT_H

#include "core.h"

#define PT_VERSION			1

/*
 * Limits.  Passing one is error 54000.
 *
 * PT_MAX_BYTES bounds the bytes a value would have if symbols shared no
 * prefixes, which bounds what a value can unfold to when read (a few bytes of
 * dictionary can name megabytes of symbols) and keeps the text form (twice
 * the wire form when in hex), the wire form and a COPY line below the 1 GB
 * that PostgreSQL can hold in one piece.
 *
 * PT_MAX_SYMBOL bounds one symbol: longer than any compiler or runtime makes,
 * short enough that error messages, hash keys and pictures can be built.
 *
 * PT_MAX_DEPTH bounds the frames of one stack; the walks keep some bytes per
 * open level, and a text line of empty frames of this depth is still 1 MB.
 */
#define PT_MAX_BYTES		(256 * 1024 * 1024)
#define PT_MAX_SYMBOL		(1024 * 1024)
#define PT_MAX_DEPTH		1048576

/*
 * A node takes at least two bytes (symbol, shape) and a symbol is used by a
 * node, so this follows from PT_MAX_BYTES; it fits 32 bits with room for flags.
 */
#define PT_MAX_NODES		(PT_MAX_BYTES / 2)

/* what converting symbols to another encoding can make of PT_MAX_BYTES */
#define PT_WIRE_MAX_BYTES	(3 * PT_MAX_BYTES)

#define PT_VARINT_MAX		9	/* bytes of the longest varint, 63 bits */

/* bytes of the longest header; what a header question has to detoast */
#define PT_HEADER_MAX		(2 + 6 * 5 + 2 * PT_VARINT_MAX)

typedef struct PtHeader
{
	uint32		node_count;
	uint32		symbol_count;
	uint32		depth;
	uint32		dictionary_bytes;
	uint32		symbols_bytes;
	uint32		shape_bytes;
	int64		quantum;
	int64		units;
	int64		total;			/* units * quantum; not stored */
} PtHeader;

/* Bytes not yet read: [at, end). */
typedef struct PtCursor
{
	const uint8 *at;
	const uint8 *end;
} PtCursor;

extern bool pt_read_varint_slow(PtCursor *cursor, uint64 *value);

/*
 * Read one varint.  False when it is cut off, longer than needed or past 63
 * bits; the cursor is then of no further use.
 */
static inline bool
pt_read_varint(PtCursor *cursor, uint64 *value)
{
	if (likely(cursor->at < cursor->end && *cursor->at < 0x80))
	{
		*value = *cursor->at++;
		return true;
	}
	return pt_read_varint_slow(cursor, value);
}

/* Read one varint that has to be at most "most". */
static inline bool
pt_read_varint_up_to(PtCursor *cursor, uint32 most, uint32 *value)
{
	uint64		wide;

	if (!pt_read_varint(cursor, &wide) || wide > most)
		return false;
	*value = (uint32) wide;
	return true;
}

/* Bytes a varint takes. */
static inline size_t
pt_varint_size(uint64 value)
{
	size_t		size = 1;

	while (value >= 0x80)
	{
		value >>= 7;
		size++;
	}
	return size;
}

/* Write one varint (below 2^63) and give the place behind it. */
static inline uint8 *
pt_write_varint(uint8 *at, uint64 value)
{
	while (unlikely(value >= 0x80))
	{
		*at++ = (uint8) (value | 0x80);
		value >>= 7;
	}
	*at++ = (uint8) value;
	return at;
}

/*
 * pt_read_varint_up_to() for numbers that take one byte or two as they like,
 * which a branch would guess wrong half of the time.
 */
static inline bool
pt_read_column(PtCursor *cursor, uint32 most, uint32 *value)
{
	uint32		low;
	uint32		high;
	uint32		more;

	if (unlikely(cursor->end - cursor->at < 2))
		return pt_read_varint_up_to(cursor, most, value);
	low = cursor->at[0];
	high = cursor->at[1];
	more = low >> 7;
	if (unlikely((high - 1 >= 0x7F) & more))
		return pt_read_varint_up_to(cursor, most, value);
	*value = (low & 0x7F) | (high & -more) << 7;
	cursor->at += 1 + more;
	return *value <= most;
}

/*
 * pt_write_varint() for numbers that take one byte or two as they like; may
 * write a byte more than it says.
 */
static inline uint8 *
pt_write_column(uint8 *at, uint32 value)
{
	uint32		more = value >= 0x80;

	if (unlikely(value >= 0x4000))
		return pt_write_varint(at, value);
	at[0] = (uint8) (value | more << 7);
	at[1] = (uint8) (value >> 7);
	return at + 1 + more;
}

#endif							/* PYROTREE_FORMAT_H */
