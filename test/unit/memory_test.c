/*-------------------------------------------------------------------------
 *
 * memory_test.c
 *		What is left when memory runs out in the middle.
 *
 * In the server an out-of-memory error (and likewise a cancel) leaves a core
 * function by a long jump, and PL/pgSQL can catch it and go on with a tree
 * that was being changed in place.  So wherever an insert is left, the tree
 * has to be the one before, and has to take the next stack rightly.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/* what a long jump leaves behind is nobody's: no leak report */
extern int	__lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return 1;
}

typedef struct Inserts
{
	PtBuilder	builder;
	PtStackReader reader;
	Oracle		oracle;
	Random		random;
	StringInfoData stack;
	PtError		error;
	size_t		error_at;
} Inserts;

/* 0: ran out of memory, 1: added */
static int
insert(Inserts *in, int allocations)
{
	volatile int result = 0;

	allocations_left = allocations;
	if (setjmp(out_of_memory) == 0)
	{
		if (!pt_add_stack(&in->reader, &in->builder, in->stack.data, in->stack.len, 1,
						  &in->error_at, &in->error))
			abort();
		result = 1;
	}
	allocations_left = -1;
	return result;
}

/* a;b;17;x and the like: nodes wide at several depths, prefixes shared */
static void
next(Inserts *in, int names)
{
	int			frames = 1 + random_below(&in->random, 6);

	resetStringInfo(&in->stack);
	for (int i = 0; i < frames; i++)
		appendStringInfo(&in->stack, "%s%d", i > 0 ? ";" : "",
						 random_below(&in->random, one_in(&in->random, 2) ? 2 : names));
}

static bool
stack_to_oracle(Inserts *in)
{
	PtFrame		frames[10];
	StringInfoData unquoted;

	initStringInfo(&unquoted);
	oracle_add(&in->oracle, frames,
			   naive_stack(in->stack.data, in->stack.len, true, frames, lengthof(frames), &unquoted), 1);
	pfree(unquoted.data);
	return true;
}

/*
 * Inserts that fail at their first, second, ... allocation, other ones right
 * behind them; the tree is checked after each failure.
 */
static bool
failing_inserts(Random *random)
{
	Inserts		in;
	int			names = 30 + random_below(random, 300);
	int			failures = 0;

	memset(&in, 0, sizeof(in));
	in.random = *random;
	oracle_init(&in.oracle);
	initStringInfo(&in.stack);
	pt_builder_init(&in.builder, NULL, random_bits(random));
	pt_reader_init(&in.reader, NULL, PT_STACK);
	for (int i = 0; i < 400; i++)
	{
		next(&in, names);
		if (!insert(&in, random_below(&in.random, 2)))
		{
			failures++;
			require(builder_is(&in.builder, &in.oracle));
			/* half the time that stack is not tried again */
			if (one_in(&in.random, 2))
			{
				next(&in, names);
				require(insert(&in, -1));
				stack_to_oracle(&in);
			}
			continue;
		}
		stack_to_oracle(&in);
	}
	require(failures > 0);
	require(builder_is(&in.builder, &in.oracle));
	pt_reader_free(&in.reader);
	pt_builder_free(&in.builder);
	oracle_free(&in.oracle);
	pfree(in.stack.data);
	return true;
}

/*
 * Flattening and encoding that fail at each of their allocations change
 * nothing.
 */
static bool
failing_encode(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtBuilder	builder;
	static int	allocations;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	pt_builder_init(&builder, NULL, random_bits(random));
	require(profile_build(&profile, 0, profile.count, &builder));
	for (allocations = 0;; allocations++)
	{
		uint8	   *bytes;
		size_t		length;
		PtError		error;

		allocations_left = allocations;
		if (setjmp(out_of_memory) == 0)
		{
			pt_builder_encode(&builder, NULL, 0, &bytes, &length, &error);
			allocations_left = -1;
			pt_free(bytes);
			break;
		}
		allocations_left = -1;
		if (allocations % 3 == 2)
			require(builder_is(&builder, &oracle));
	}
	require(builder_is(&builder, &oracle));
	pt_builder_free(&builder);
	oracle_free(&oracle);
	profile_free(&profile);
	return true;
}

/*
 * A tree that is decoded into is still one that can be decoded into.
 */
static bool
failing_decode(Random *random)
{
	static PtTree tree;
	static int	allocations;

	pt_tree_init(&tree, NULL);
	for (int i = 0; i < 5; i++)
	{
		Profile		profile;
		Oracle		oracle;
		StringInfoData bytes;

		profile_make(&profile, random);
		profile_to_oracle(&profile, &oracle);
		oracle_encode(&oracle, &bytes);
		for (allocations = 0;; allocations++)
		{
			PtError		error;

			allocations_left = allocations;
			if (setjmp(out_of_memory) == 0)
			{
				if (!pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error))
					abort();
				allocations_left = -1;
				break;
			}
			allocations_left = -1;
		}
		require(tree_is(&tree, &oracle));
		pfree(bytes.data);
		oracle_free(&oracle);
		profile_free(&profile);
	}
	pt_tree_free(&tree);
	return true;
}

int
main(void)
{
	run_cases("an insert left at any allocation leaves the tree and takes the next stack", CASES(400), failing_inserts);
	run_cases("an encoding left at any allocation leaves the tree", CASES(300), failing_encode);
	run_cases("a decoding left at any allocation can be done again", CASES(200), failing_decode);
	return finish();
}
