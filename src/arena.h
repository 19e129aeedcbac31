/*-------------------------------------------------------------------------
 *
 * arena.h
 *		Memory that is given back all at once, with a bound.
 *
 * For libraries that ask for many small pieces by a function of ours, and for
 * what lives as long as one step of a loop.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_ARENA_H
#define PYROTREE_ARENA_H

#include "core.h"

typedef struct PtArenaBlock PtArenaBlock;

typedef struct PtArena
{
	PtMemory	memory;
	size_t		budget;			/* bytes that all blocks may take together */
	size_t		held;			/* bytes that they take */
	bool		exhausted;		/* was a piece refused since the last reset? */
	PtArenaBlock *newest;		/* pieces are cut from this one; the others follow */
} PtArena;

/* An empty arena; nothing is allocated before the first piece. */
extern void pt_arena_init(PtArena *arena, PtMemory memory, size_t budget);
extern void pt_arena_free(PtArena *arena);
/* take all pieces back; a first block of the usual size is kept */
extern void pt_arena_reset(PtArena *arena);

/*
 * A piece, aligned for anything.  NULL when the blocks would pass the budget.
 * Amortized O(1).
 */
extern void *pt_arena_alloc(PtArena *arena, size_t size);

#endif							/* PYROTREE_ARENA_H */
