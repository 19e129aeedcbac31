/*-------------------------------------------------------------------------
 *
 * hash_test.c
 *		The hash of symbols: nobody without the seed can make it collide.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "hash.h"

/*
 * A factor of a fold that is 0, or all ones, hides the other one.  The
 * constants are no secret, so a symbol can hold them at any place.
 */
static bool
constants_in_symbols(void)
{
	static const uint64 constant[] = {
		PT_HASH_A, PT_HASH_B, ~PT_HASH_A, ~PT_HASH_B, PT_HASH_A ^ PT_HASH_B
	};

	for (int c = 0; c < (int) lengthof(constant); c++)
	{
		for (int place = 0; place <= 32; place += 8)
		{
			for (uint64 seed = 1; seed < 1000; seed += 331)
			{
				uint32		hash[100];
				int			equal = 0;

				for (int i = 0; i < 100; i++)
				{
					char		text[48];

					memset(text, 'x', sizeof(text));
					/* in front of the constant or behind it */
					memset(text + (place == 0 ? 40 : place - 8), 'a' + i % 26, 4);
					memset(text + (place == 0 ? 44 : place - 4), 'a' + i / 26, 4);
					memcpy(text + place, &constant[c], sizeof(uint64));
					hash[i] = pt_hash_symbol(text, sizeof(text), seed);
				}
				for (int i = 1; i < 100; i++)
					equal += hash[i] == hash[i - 1];
				require(equal < 3);
			}
		}
	}
	return true;
}

int
main(void)
{
	report(constants_in_symbols(), "symbols that hold the constants of the hash");
	return finish();
}
