/*-------------------------------------------------------------------------
 *
 * sort_test.c
 *		The sort of symbols by their bytes.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

static PtBuilder builder;

static void
add_symbol(const char *text, size_t length)
{
	PtFrame		frame = {text, length};
	PtError		error;

	if (!pt_builder_add(&builder, 0, &frame, 1, 1, &error))
		abort();
}

static int
compare_symbols(const void *a, const void *b)
{
	size_t		a_length;
	size_t		b_length;
	const char *x = pt_builder_symbol(&builder, *(const uint32 *) a, &a_length);
	const char *y = pt_builder_symbol(&builder, *(const uint32 *) b, &b_length);
	int			order = memcmp(x, y, Min(a_length, b_length));

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* the builder's symbols in the order of qsort() */
static bool
sorts(void)
{
	uint32		count = builder.symbol_count;
	PtSortItem *items = pg_malloc((count + 1) * sizeof(PtSortItem));
	uint32	   *expected = pg_malloc((count + 1) * sizeof(uint32));

	for (uint32 i = 0; i < count; i++)
		expected[i] = items[i].symbol = i;
	qsort(expected, count, sizeof(uint32), compare_symbols);
	pt_sort_symbols(items, count, &builder);
	for (uint32 i = 0; i < count; i++)
		require(items[i].symbol == expected[i]);
	pg_free(items);
	pg_free(expected);
	return true;
}

/* awkward pools, more symbols than are sorted by insertion, and fewer */
static bool
random_symbols(Random *random)
{
	pt_core_encoding = PG_SQL_ASCII;
	pt_builder_init(&builder, NULL, random_bits(random));
	for (int n = random_below(random, 12); n >= 0; n--)
	{
		Pool		pool;

		pool_make(&pool, random);
		for (int i = 0; i < pool.count; i++)
			add_symbol(pool.symbol[i].text, pool.symbol[i].length);
	}
	require(sorts());
	pt_builder_free(&builder);
	return true;
}

/*
 * Texts of two letters, all lengths around words of eight bytes: every
 * symbol is a prefix of others.
 */
static bool
prefixes(Random *random)
{
	char		text[80];
	uint32		letters = 1 + random_below(random, 3);

	pt_builder_init(&builder, NULL, random_bits(random));
	for (int n = 0; n < 300; n++)
	{
		size_t		length = random_below(random, sizeof(text));

		/* mostly one letter, so that long prefixes are shared */
		for (size_t i = 0; i < length; i++)
			text[i] = (char) (one_in(random, 20) ? 0x7E + random_below(random, letters) : 0x7E);
		add_symbol(text, length);
	}
	require(sorts());
	pt_builder_free(&builder);
	return true;
}

/* Bytes order as unsigned numbers, also across the end of a word. */
static bool
unsigned_bytes(void)
{
	pt_builder_init(&builder, NULL, 1);
	for (int place = 0; place < 17; place++)
	{
		for (int value = 1; value < 256; value++)
		{
			char		text[18];

			memset(text, 0x7F, sizeof(text));
			text[place] = (char) value;
			add_symbol(text, place + 1);
			add_symbol(text, sizeof(text));
		}
	}
	require(sorts());
	pt_builder_free(&builder);
	return true;
}

/* Symbols of a megabyte that differ in their last byte: no deep recursion. */
static bool
megabytes(uint32 count)
{
	char	   *text = pg_malloc(PT_MAX_SYMBOL);
	double		start;

	memset(text, 'x', PT_MAX_SYMBOL);
	pt_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < count; i++)
	{
		text[PT_MAX_SYMBOL - 1] = (char) (1 + i * 7 % 255);
		add_symbol(text, PT_MAX_SYMBOL);
	}
	start = cpu_seconds();
	require(sorts());
	diagnose("%u symbols of 1 MB: %.3f s with qsort()", count, cpu_seconds() - start);
	pt_builder_free(&builder);
	pg_free(text);
	return true;
}

/* a, aa, aaa, ...: the sum of the lengths is the bound, not its square */
static bool
staircase(uint32 count)
{
	char	   *text = pg_malloc(count);
	PtSortItem *items = pg_malloc(count * sizeof(PtSortItem));
	double		start;

	memset(text, 'x', count);
	pt_builder_init(&builder, NULL, 1);
	for (uint32 i = 0; i < count; i++)
		add_symbol(text, (i * 7919) % count + 1);
	for (uint32 i = 0; i < count; i++)
		items[i].symbol = i;
	start = cpu_seconds();
	pt_sort_symbols(items, count, &builder);
	start = cpu_seconds() - start;
	diagnose("%u symbols of up to %u bytes: %.3f s", count, count, start);
	for (uint32 i = 0; i < count; i++)
	{
		size_t		length;

		pt_builder_symbol(&builder, items[i].symbol, &length);
		require(length == i + 1);
	}
	/* 8 million words; seconds would mean that bytes are looked at again and again */
	require(start < (UNDER_SANITIZER ? 15.0 : 5.0));
	pt_builder_free(&builder);
	pg_free(items);
	pg_free(text);
	return true;
}

int
main(void)
{
	run_cases("awkward symbols", CASES(2000), random_symbols);
	run_cases("symbols that are prefixes of each other", CASES(500), prefixes);
	report(unsigned_bytes(), "bytes are unsigned in every place of a word");
	report(megabytes(7) && megabytes(60), "symbols of a megabyte that differ at their end");
	report(staircase(UNDER_SANITIZER ? 5000 : 11000), "x, xx, xxx, ... up to thousands of bytes");
	return finish();
}
