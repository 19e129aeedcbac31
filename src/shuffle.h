/*-------------------------------------------------------------------------
 *
 * shuffle.h
 *		Random order, for what is sorted next.
 *
 * lib/sort_template.h is a quicksort.  Weights and symbols come from outside
 * and could be chosen to make it quadratic, so it gets them in random order.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SHUFFLE_H
#define PYROTREE_SHUFFLE_H

#include "core.h"

#include "common/pg_prng.h"

/* "size" is that of an item, at most PT_SHUFFLE_SIZE bytes.  O(count) */
#define PT_SHUFFLE_SIZE		64

static inline void
pt_shuffle(void *items, uint32 count, size_t size)
{
	char	   *item = items;
	char		swap[PT_SHUFFLE_SIZE];

	Assert(size <= PT_SHUFFLE_SIZE);
	/* outside a server nobody has seeded it, and it gives nothing but 0 */
	pg_prng_seed_check(&pg_global_prng_state);
	for (uint32 i = 1; i < count; i++)
	{
		size_t		other = pg_prng_uint64_range(&pg_global_prng_state, 0, i);

		PT_CHECK_INTERRUPTS(i);
		memcpy(swap, item + i * size, size);
		memcpy(item + i * size, item + other * size, size);
		memcpy(item + other * size, swap, size);
	}
}

#endif							/* PYROTREE_SHUFFLE_H */
