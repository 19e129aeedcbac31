/*-------------------------------------------------------------------------
 *
 * symbol_sort.c
 *		Sort the symbols of a builder by their bytes.
 *
 * Radix sort from the front, over words of eight bytes: symbols are brought
 * into the order of the first byte in which any of them differ, then every run
 * in which it is equal by the next such byte, and so on; short runs by
 * counting for each word how many are smaller.  The words are held beside the
 * symbols' numbers, so that hardly any pass touches a string, no branch
 * depends on what a symbol compares to, and no input is a bad one.  Function
 * names share long prefixes, where a plain sort with memcmp spends its time.
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

#include "port/pg_bitutils.h"
#include "port/pg_bswap.h"

#define SHORT_RUN	32

typedef struct Run
{
	uint32		first;
	uint32		count;
	uint32		offset;			/* bytes already known to be equal */
	bool		loaded;			/* words are those at offset */
} Run;

typedef struct Runs
{
	Run		   *run;
	uint32		count;
	uint32		capacity;
} Runs;

static inline void
push_run(Runs *runs, uint32 first, uint32 count, uint32 offset, bool loaded)
{
	if (count < 2)
		return;
	if (runs->count == runs->capacity)
	{
		runs->capacity *= 2;
		runs->run = pt_realloc(runs->run, runs->capacity * sizeof(Run));
	}
	runs->run[runs->count++] = (Run) {first, count, offset, loaded};
}

static inline uint64
word_at(const PtBuilder *builder, uint32 symbol, uint32 offset)
{
	size_t		length;
	const char *text = pt_builder_symbol(builder, symbol, &length);
	uint64		word;

	if (offset >= length)
		return 0;
	/* there is padding behind the last symbol */
	memcpy(&word, text + offset, sizeof(word));
	word = pg_ntoh64(word);
	if (length - offset < sizeof(word))
		word &= ~(~UINT64CONST(0) >> 8 * (length - offset));
	return word;
}

static inline void
sort_short_run(PtSortItem *item, uint32 count)
{
	PtSortItem	copy[SHORT_RUN];
	uint32		rank[SHORT_RUN];

	for (uint32 i = 0; i < count; i++)
	{
		uint64		word = item[i].word;
		uint32		below = 0;

		for (uint32 j = 0; j < i; j++)
		{
			uint32		before = copy[j].word <= word;

			below += before;
			rank[j] += 1 - before;
		}
		rank[i] = below;
		copy[i] = item[i];
	}
	for (uint32 i = 0; i < count; i++)
		item[rank[i]] = copy[i];
}

/* Two symbols that are equal up to offset; most runs are no longer. */
static inline void
sort_two(PtSortItem *item, const PtBuilder *builder, uint32 offset)
{
	size_t		a_length;
	size_t		b_length;
	const char *a = pt_builder_symbol(builder, item[0].symbol, &a_length);
	const char *b = pt_builder_symbol(builder, item[1].symbol, &b_length);
	size_t		most = Min(a_length, b_length);
	size_t		same = offset < most ? offset + pt_shared_prefix(a + offset, b + offset, most - offset) : most;

	if (same == most ? a_length > b_length : (uint8) a[same] > (uint8) b[same])
	{
		uint32		symbol = item[0].symbol;

		item[0].symbol = item[1].symbol;
		item[1].symbol = symbol;
	}
}

/*
 * items[].symbol holds distinct numbers on entry, in any order, and in the
 * order of their symbols' bytes on return.  O(n + bytes).
 */
void
pt_sort_symbols(PtSortItem *items, uint32 count, const PtBuilder *builder)
{
	PtSortItem *copy = pt_alloc(builder->memory, ((size_t) count + 1) * sizeof(PtSortItem));
	Runs		runs;

	runs.count = 0;
	runs.capacity = 256;
	runs.run = pt_alloc(builder->memory, runs.capacity * sizeof(Run));
	push_run(&runs, 0, count, 0, false);
	for (uint64 turn = 1; runs.count > 0; turn++)
	{
		Run			now = runs.run[--runs.count];
		PtSortItem *item = items + now.first;
		uint64		first;
		uint64		differ = 0;
		bool		sorted = true;

		PT_CHECK_INTERRUPTS(turn);
		if (!now.loaded)
		{
			for (uint32 i = 0; i < now.count; i++)
			{
				PT_CHECK_INTERRUPTS(i);
				item[i].word = word_at(builder, item[i].symbol, now.offset);
			}
		}
		first = item[0].word;
		for (uint32 i = 1; i < now.count; i++)
		{
			differ |= item[i].word ^ first;
			sorted &= item[i - 1].word <= item[i].word;
		}
		if (differ == 0)
		{
			push_run(&runs, now.first, now.count, now.offset + sizeof(uint64), false);
			continue;
		}
		if (!sorted && now.count > SHORT_RUN)
		{
			int			shift = pg_leftmost_one_pos64(differ) & ~7;
			uint32		place[256] = {0};
			uint64		used[4] = {0};	/* a bit for each byte there is */
			uint32		sum = 0;

			for (uint32 i = 0; i < now.count; i++)
			{
				uint32		byte = item[i].word >> shift & 0xFF;

				place[byte]++;
				used[byte >> 6] |= UINT64CONST(1) << (byte & 63);
			}
			for (int part = 0; part < 4; part++)
			{
				for (; used[part] != 0; used[part] &= used[part] - 1)
				{
					uint32		byte = part << 6 | pg_rightmost_one_pos64(used[part]);

					push_run(&runs, now.first + sum, place[byte], now.offset, true);
					sum += place[byte];
					place[byte] = sum - place[byte];
				}
			}
			for (uint32 i = 0; i < now.count; i++)
			{
				PT_CHECK_INTERRUPTS(i);
				copy[place[item[i].word >> shift & 0xFF]++] = item[i];
			}
			memcpy(item, copy, now.count * sizeof(PtSortItem));
			continue;
		}
		if (!sorted)
			sort_short_run(item, now.count);
		for (uint32 i = 0, next; i < now.count; i = next)
		{
			for (next = i + 1; next < now.count && item[next].word == item[i].word;)
				next++;
			if (next - i == 2)
				sort_two(item + i, builder, now.offset + sizeof(uint64));
			else
				push_run(&runs, now.first + i, next - i, now.offset + sizeof(uint64), false);
		}
	}
	pt_free(runs.run);
	pt_free(copy);
}
