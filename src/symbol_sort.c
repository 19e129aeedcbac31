/*-------------------------------------------------------------------------
 *
 * symbol_sort.c
 *		Sort the symbols of a builder by their bytes.
 *
 * Multikey quicksort over words of eight bytes: sort by the first eight
 * bytes of each symbol, held beside its number so that comparing touches no
 * string; then every run of equal words by its next eight, and so on.
 * Function names share long prefixes, where a plain sort with memcmp spends
 * its time.  (Bentley and Sedgewick, "Fast algorithms for sorting and
 * searching strings", 1997, with words for characters.)
 *
 * Runs still to do are kept in an array: symbols of a megabyte that are equal
 * but for their end would otherwise recurse 131,072 deep.
 *
 * A run first skips what all of it share, and a run of a few is sorted by
 * insertion.
 *
 * No symbol holds a NUL byte, so a short symbol padded with zeros sorts
 * before its extensions, and two equal words that both hold the end of their
 * symbol do not occur among distinct symbols.
 *
 *-------------------------------------------------------------------------
 */
#include "builder.h"

#include "port/pg_bswap.h"

#define ST_SORT sort_items
#define ST_ELEMENT_TYPE PtSortItem
#define ST_COMPARE(a, b) ((a)->word < (b)->word ? -1 : (a)->word > (b)->word)
#define ST_SCOPE static
#define ST_DEFINE
#ifndef FRONTEND
#define ST_CHECK_FOR_INTERRUPTS
#endif
#include "lib/sort_template.h"

/* a run of so few is sorted by insertion */
#define FEW		8

typedef struct Run
{
	uint32		first;
	uint32		count;
	uint32		offset;			/* bytes already known to be equal */
} Run;

/*
 * The eight bytes behind "offset", zeros behind the end, as a big-endian
 * number.  The builder keeps room for reading them all.
 */
static inline uint64
word_at(const char *text, size_t length, uint32 offset)
{
	uint64		word;
	size_t		left = length - offset;

	if (left == 0)
		return 0;
	memcpy(&word, text + offset, sizeof(word));
	word = pg_ntoh64(word);
	return left >= sizeof(word) ? word : word & ~(PG_UINT64_MAX >> (8 * left));
}

/*
 * How many bytes behind "offset" all symbols of a run share.
 */
static uint32
shared_by_all(const PtSortItem *item, uint32 count, uint32 offset, const PtBuilder *builder)
{
	size_t		length;
	const char *first = pt_builder_symbol(builder, item[0].symbol, &length);
	size_t		shared = length - offset;

	for (uint32 i = 1; i < count && shared > 0; i++)
	{
		const char *text = pt_builder_symbol(builder, item[i].symbol, &length);

		PT_CHECK_INTERRUPTS(i);
		shared = pt_shared_prefix(first + offset, text + offset, Min(shared, length - offset));
	}
	return (uint32) shared;
}

/* By insertion, comparing whole symbols from "offset" on. */
static void
sort_few(PtSortItem *item, uint32 count, uint32 offset, const PtBuilder *builder)
{
	for (uint32 i = 1; i < count; i++)
	{
		uint32		symbol = item[i].symbol;
		size_t		length;
		const char *text = pt_builder_symbol(builder, symbol, &length);
		uint32		at = i;

		for (; at > 0; at--)
		{
			size_t		before_length;
			const char *before = pt_builder_symbol(builder, item[at - 1].symbol, &before_length);

			if (pt_compare_symbols(before + offset, before_length - offset,
								   text + offset, length - offset) <= 0)
				break;
			item[at].symbol = item[at - 1].symbol;
		}
		item[at].symbol = symbol;
	}
}

/*
 * items[].symbol holds distinct numbers on entry, in any order, and in the
 * order of their symbols' bytes on return.  Expected O(n log n + bytes).
 */
void
pt_sort_symbols(PtSortItem *items, uint32 count, const PtBuilder *builder)
{
	uint32		capacity = 64;
	uint32		pending = 0;
	Run		   *run;

	if (count == 0)
		return;
	run = pt_alloc(builder->memory, capacity * sizeof(Run));
	run[pending++] = (Run) {0, count, 0};
	while (pending > 0)
	{
		Run			now = run[--pending];
		PtSortItem *item = items + now.first;

		if (now.count <= FEW)
		{
			sort_few(item, now.count, now.offset, builder);
			continue;
		}
		now.offset += shared_by_all(item, now.count, now.offset, builder);
		for (uint32 i = 0; i < now.count; i++)
		{
			size_t		length;
			const char *text = pt_builder_symbol(builder, item[i].symbol, &length);

			PT_CHECK_INTERRUPTS(i + 1);
			item[i].word = word_at(text, length, now.offset);
		}
		sort_items(item, now.count);
		for (uint32 i = 0, next; i < now.count; i = next)
		{
			next = i + 1;
			while (next < now.count && item[next].word == item[i].word)
				next++;
			if (next - i == 1)
				continue;
			if (pending == capacity)
			{
				capacity *= 2;
				run = pt_realloc(run, capacity * sizeof(Run));
			}
			run[pending++] = (Run) {now.first + i, next - i, now.offset + sizeof(uint64)};
		}
	}
	pt_free(run);
}
