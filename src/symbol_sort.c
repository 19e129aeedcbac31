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

typedef struct Run
{
	uint32		first;
	uint32		count;
	uint32		offset;			/* bytes already known to be equal */
} Run;

static uint64
word_at(const PtBuilder *builder, uint32 symbol, uint32 offset)
{
	size_t		length;
	const char *text = pt_builder_symbol(builder, symbol, &length);
	uint64		word = 0;

	if (offset < length)
		memcpy(&word, text + offset, Min(length - offset, sizeof(word)));
	return pg_ntoh64(word);
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
	Run		   *run = pt_alloc(builder->memory, capacity * sizeof(Run));

	run[pending++] = (Run) {0, count, 0};
	while (pending > 0)
	{
		Run			now = run[--pending];
		PtSortItem *item = items + now.first;

		for (uint32 i = 0; i < now.count; i++)
		{
			PT_CHECK_INTERRUPTS(i);
			item[i].word = word_at(builder, item[i].symbol, now.offset);
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
