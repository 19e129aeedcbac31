/*-------------------------------------------------------------------------
 *
 * hash.h
 *		The seeded hash of symbols and of child edges.
 *
 * Mapping a dictionary hashes every symbol of every tree that is merged, so
 * this is half of the cost of a merge.  PostgreSQL's hash_bytes() takes
 * twelve bytes a round of some ten dependent steps; this takes sixteen bytes
 * a multiplication, several times faster on names of 30 to 80 bytes (see
 * bench/).  The construction (multiply two 64-bit lanes to 128 bits and fold)
 * is that of Wang Yi's wyhash (public domain); the
 * code is ours.  It only pre-selects: symbols are always
 * compared, so a weak hash costs time, never a wrong answer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_HASH_H
#define PYROTREE_HASH_H

#include "core.h"

#define PT_HASH_A	UINT64CONST(0xA0761D6478BD642F)
#define PT_HASH_B	UINT64CONST(0xE7037ED1A0B428DB)

static inline uint64
pt_fold(uint64 a, uint64 b)
{
	uint128		product = (uint128) a * b;

	return (uint64) product ^ (uint64) (product >> 64);
}

static inline uint64
pt_load64(const char *text)
{
	uint64		word;

	memcpy(&word, text, sizeof(word));
	return word;
}

/* Hash of length bytes; all 32 bits are good. */
static inline uint32
pt_hash_symbol(const char *text, size_t length, uint64 seed)
{
	uint64		state = seed ^ (length * PT_HASH_B);
	uint64		a = 0;
	uint64		b = 0;

	if (length >= 8)
	{
		const char *last = text + length;

		while (length > 16)
		{
			/* the seed on both sides: who knows one factor could make it 0 */
			state = pt_fold(pt_load64(text) ^ PT_HASH_A ^ state, pt_load64(text + 8) ^ PT_HASH_B ^ seed);
			text += 16;
			length -= 16;
		}
		/* the last 16 bytes or, of a short symbol, its two ends */
		a = length >= 8 ? pt_load64(text) : pt_load64(last - 16);
		b = pt_load64(last - 8);
	}
	else if (length >= 4)
	{
		uint32		low;
		uint32		high;

		memcpy(&low, text, sizeof(low));
		memcpy(&high, text + length - 4, sizeof(high));
		a = low;
		b = high;
	}
	else if (length > 0)
		a = (uint64) (uint8) text[0] << 16 | (uint64) (uint8) text[length >> 1] << 8 | (uint8) text[length - 1];

	state = pt_fold(a ^ PT_HASH_A ^ state, b ^ PT_HASH_B ^ seed);
	return (uint32) (state ^ state >> 32);
}

static inline uint32
pt_hash_edge(uint32 parent, uint32 symbol, uint64 seed)
{
	uint64		state = pt_fold(((uint64) parent << 32 | symbol) ^ seed, PT_HASH_A);

	return (uint32) (state ^ state >> 32);
}

#endif							/* PYROTREE_HASH_H */
