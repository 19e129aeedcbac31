/*-------------------------------------------------------------------------
 *
 * arena_test.c
 *		Memory that is given back all at once.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "arena.h"

static bool
arena_pieces(Random *random)
{
	size_t		budget = 1000 + random_below(random, 2000000);
	PtArena		arena;
	char	   *piece[200];
	size_t		size[200];

	pt_arena_init(&arena, NULL, budget);
	for (int round = 0; round < 4; round++)
	{
		int			count = 0;
		bool		refused = false;

		while (count < 200 && !refused)
		{
			size[count] = random_below(random, one_in(random, 20) ? (uint32) budget + 100 : 3000);
			piece[count] = pt_arena_alloc(&arena, size[count]);
			refused = piece[count] == NULL;
			require(arena.exhausted == refused && arena.held <= budget);
			if (refused)
				break;
			require((uintptr_t) piece[count] % MAXIMUM_ALIGNOF == 0);
			memset(piece[count], count, size[count]);
			count++;
		}
		/* none lies in another */
		for (int i = 0; i < count; i++)
		{
			for (size_t j = 0; j < size[i]; j++)
				require(piece[i][j] == (char) i);
		}
		/* all of the budget is there again */
		pt_arena_reset(&arena);
		require(!arena.exhausted && arena.held <= 17000);
		if (budget > 40000)
			require(pt_arena_alloc(&arena, budget - 17000) != NULL);
		pt_arena_reset(&arena);
	}
	pt_arena_free(&arena);
	require(arena.held == 0);
	return true;
}

/* Small pieces again and again take no more memory. */
static bool
arena_again(void)
{
	PtArena		arena;
	uint64		calls;

	pt_arena_init(&arena, NULL, 1 << 20);
	require(pt_arena_alloc(&arena, 10) != NULL);
	calls = pt_alloc_calls;
	for (int i = 0; i < 1000; i++)
	{
		pt_arena_reset(&arena);
		for (int j = 0; j < 100; j++)
			require(pt_arena_alloc(&arena, 100) != NULL);
	}
	require(pt_alloc_calls == calls);
	/* a first piece that takes nearly all leaves no block in the way */
	pt_arena_free(&arena);
	for (int i = 0; i < 3; i++)
	{
		require(pt_arena_alloc(&arena, 600000) != NULL);
		pt_arena_reset(&arena);
		require(arena.held == 0);
	}
	/* sizes near the end of size_t are refused like any other */
	require(pt_arena_alloc(&arena, SIZE_MAX) == NULL && pt_arena_alloc(&arena, SIZE_MAX - 7) == NULL);
	pt_arena_free(&arena);
	return true;
}

int
main(void)
{
	run_cases("pieces do not overlap, the budget holds", CASES(300), arena_pieces);
	report(arena_again(), "a reset keeps the first block");
	return finish();
}
