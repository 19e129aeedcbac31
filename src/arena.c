/*-------------------------------------------------------------------------
 *
 * arena.c
 *		Memory that is given back all at once, with a bound.
 *
 *-------------------------------------------------------------------------
 */
#include "arena.h"

#define FIRST_BLOCK		(16 * 1024)

struct PtArenaBlock
{
	PtArenaBlock *older;
	size_t		size;			/* bytes for pieces */
	size_t		used;
};

#define BLOCK_HEADER	MAXALIGN(sizeof(PtArenaBlock))

void
pt_arena_init(PtArena *arena, PtMemory memory, size_t budget)
{
	memset(arena, 0, sizeof(*arena));
	arena->memory = memory;
	arena->budget = budget;
}

static void
free_newest(PtArena *arena)
{
	PtArenaBlock *block = arena->newest;

	arena->newest = block->older;
	arena->held -= BLOCK_HEADER + block->size;
	pt_free(block);
}

void
pt_arena_reset(PtArena *arena)
{
	arena->exhausted = false;
	while (arena->newest != NULL && (arena->newest->older != NULL || arena->newest->size > FIRST_BLOCK))
		free_newest(arena);
	if (arena->newest != NULL)
		arena->newest->used = 0;
}

void
pt_arena_free(PtArena *arena)
{
	while (arena->newest != NULL)
		free_newest(arena);
}

/* A block in which a piece fits, twice as large as the one before. */
static bool
add_block(PtArena *arena, size_t piece)
{
	size_t		left = arena->budget - arena->held;
	size_t		size = arena->newest == NULL ? FIRST_BLOCK : 2 * arena->newest->size;
	PtArenaBlock *block;

	if (left < BLOCK_HEADER || piece > left - BLOCK_HEADER)
		return false;
	size = Max(Min(size, left - BLOCK_HEADER), piece);
	block = pt_alloc(arena->memory, BLOCK_HEADER + size);
	block->older = arena->newest;
	block->size = size;
	block->used = 0;
	arena->newest = block;
	arena->held += BLOCK_HEADER + size;
	return true;
}

void *
pt_arena_alloc(PtArena *arena, size_t size)
{
	PtArenaBlock *block = arena->newest;
	void	   *piece;

	/* also keeps the alignment from overflowing */
	if (size > arena->budget)
	{
		arena->exhausted = true;
		return NULL;
	}
	size = MAXALIGN(size);
	if (block == NULL || size > block->size - block->used)
	{
		if (!add_block(arena, size))
		{
			arena->exhausted = true;
			return NULL;
		}
		block = arena->newest;
	}
	piece = (char *) block + BLOCK_HEADER + block->used;
	block->used += size;
	return piece;
}
