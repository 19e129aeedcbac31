/*-------------------------------------------------------------------------
 *
 * fuzz_tree.c
 *		What has to hold for any tree that the decoder accepts, and mutations
 *		that keep a value near to one.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "compare.h"
#include "drill.h"
#include "filter.h"
#include "regroup.h"
#include "svg.h"
#include "truncate.h"

/* a form that unfolds beyond this is not written: a few bytes can be long */
#define TEXT_MOST (1024 * 1024)

/* nor is a tree inverted of which the stacks have more frames */
#define FRAMES_MOST (1024 * 1024)

/* bytes of the tree as folded stacks, at least */
static size_t
folded_size(const PtTree *tree)
{
	size_t	   *path = pg_malloc0((tree->depth + 1) * sizeof(size_t));
	size_t		size = 0;

	for (uint32 i = 0; i < tree->node_count; i++)
	{
		path[tree->level[i]] = path[tree->level[i] - 1] + tree->dictionary.symbol[tree->symbol[i]].length + 1;
		size += path[tree->level[i]] + 3;
	}
	pg_free(path);
	return size;
}

static void
check_same(const StringInfoData *encoded, const uint8 *bytes, size_t length)
{
	check(encoded->len == (int) length);
	check(memcmp(encoded->data, bytes, length) == 0);
}

static void
check_text(const PtTree *tree, const uint8 *bytes, size_t length)
{
	StringInfoData text;
	StringInfoData again;
	PtBuilder	builder;
	PtError		error;

	initStringInfo(&text);
	if (pt_print_text(tree, &text, TEXT_MOST, NULL))
	{
		pt_builder_init(&builder, NULL, 5);
		check(pt_parse_text(&builder, text.data, text.len, &error));
		encode_builder(&builder, &again);
		check_same(&again, bytes, length);
		pfree(again.data);
		pt_builder_free(&builder);
	}
	pfree(text.data);
}

static void
check_folded(const PtTree *tree, const uint8 *bytes, size_t length)
{
	StringInfoData text;
	PtBuilder	builder;
	PtFoldedCounts counts;
	PtError		error;
	uint64		changed;

	if (folded_size(tree) > TEXT_MOST)
		return;
	initStringInfo(&text);
	changed = pt_print_folded(tree, &text, NULL);
	pt_builder_init(&builder, NULL, 6);
	check(pt_parse_folded(&builder, text.data, text.len, false, PT_ON_ERROR_FAIL, &counts, &error));
	check(counts.skipped == 0 && counts.replaced == 0);
	check(builder.total == tree->total);
	if (changed == 0)
	{
		StringInfoData again;

		encode_builder(&builder, &again);
		check_same(&again, bytes, length);
		pfree(again.data);
	}
	pt_builder_free(&builder);
	pfree(text.data);
}

static void
check_wire(const PtTree *tree, const uint8 *bytes, size_t length)
{
	StringInfoData wire;
	StringInfoData again;
	PtTree		back;
	PtError		error;
	bool		sorted;

	initStringInfo(&wire);
	pt_write_wire(tree, &wire, NULL, NULL, NULL);
	pt_tree_init(&back, NULL);
	check(pt_read_wire((uint8 *) wire.data, wire.len, NULL, &back, NULL, &sorted, &error));
	check(sorted);
	encode_tree(&back, &again);
	check_same(&again, bytes, length);
	pfree(again.data);
	pt_tree_free(&back);
	pfree(wire.data);
}

/* pictures: text that XML can hold, and no markup of the tree's */
static void
check_svg(const PtTree *tree)
{
	PtSvgOptions options = {"<t>", 3, "\"&", 2, 100 + tree->node_count % 900, tree->total % 7, tree->depth % 2};
	StringInfoData svg[2];
	PtPair		pair;

	if (tree->dictionary.used > TEXT_MOST)
		return;
	pt_pair(tree, tree, NULL, &pair);
	for (int i = 0; i < 2; i++)
	{
		int			opened = 0;
		int			closed = 0;

		initStringInfo(&svg[i]);
		if (i == 0)
			pt_print_svg(tree, &options, &svg[i]);
		else
			pt_print_svg_diff(&pair, &options, &svg[i]);
		if (pt_core_encoding == PG_UTF8 || pt_core_encoding == PG_SQL_ASCII)
			check(pg_encoding_verifymbstr(PG_UTF8, svg[i].data, svg[i].len) == svg[i].len);
		for (const char *at = svg[i].data; at < svg[i].data + svg[i].len; at++)
		{
			check((unsigned char) *at >= 0x20 || *at == '\n' || *at == '\t');
			opened += strncmp(at, "<script", 7) == 0;
			closed += strncmp(at, "]]>", 3) == 0;
		}
		check(opened == 2 && closed == 1);
		pfree(svg[i].data);
	}
	pt_pair_free(&pair);
}

static void
check_sums(const PtTree *tree, const uint8 *bytes, size_t length)
{
	PtTree		twice;
	PtTree		growth;
	PtTree		empty;
	PtTree		pruned;
	PtBuilder	builder;
	PtBuilder	flat;
	PtError		error;
	StringInfoData a;
	StringInfoData b;
	bool	   *keep = pg_malloc(tree->node_count + 1);
	int64	   *totals = pg_malloc((tree->node_count + 1) * sizeof(int64));
	bool		fits;

	/* totals: those at the top are the tree's, none is below its self */
	pt_totals(tree, totals);
	{
		int64		sum = 0;

		for (uint32 i = 0; i < tree->node_count; i++)
		{
			check(totals[i] >= tree->self[i]);
			if (tree->level[i] == 1)
				sum += totals[i];
		}
		check(sum == tree->total);
	}

	/* twice: merged, added to a builder as bytes and as a tree */
	pt_tree_init(&twice, NULL);
	pt_tree_init(&growth, NULL);
	pt_tree_init(&empty, NULL);
	pt_tree_init(&pruned, NULL);
	pt_builder_init(&builder, NULL, 3);
	pt_builder_init(&flat, NULL, 4);
	check(add_encoded(&builder, bytes, length, &error));
	check(pt_builder_add_tree(&flat, tree, &error));
	encode_builder(&builder, &a);
	check_same(&a, bytes, length);
	pfree(a.data);
	fits = pt_merge(tree, tree, &twice, &error);
	check(fits == (tree->total <= PG_INT64_MAX / 2));
	check(add_encoded(&builder, bytes, length, &error) == fits);
	check(pt_builder_add_tree(&flat, tree, &error) == fits);
	encode_builder(&builder, &a);
	encode_builder(&flat, &b);
	check(same_bytes(&a, &b));
	pfree(b.data);
	if (fits)
	{
		encode_tree(&twice, &b);
		check(same_bytes(&a, &b));
		pfree(b.data);
		/* and the half of it, which is the tree without what weighs nothing */
		pt_delta(tree, &twice, &growth);
	}
	else
	{
		check_error(&error);
		check_same(&a, bytes, length);
		pt_delta(&empty, tree, &growth);
	}
	pfree(a.data);
	check(pt_decode(bytes, length, &pruned, &error));
	for (uint32 i = 0; i < tree->node_count; i++)
		keep[i] = totals[i] > 0;
	pt_tree_prune(&pruned, keep);
	encode_tree(&growth, &a);
	encode_tree(&pruned, &b);
	check(same_bytes(&a, &b));
	pfree(a.data);
	pfree(b.data);

	/* nothing grows from a tree to itself */
	pt_tree_free(&growth);
	pt_delta(tree, tree, &growth);
	check(growth.node_count == 0 && growth.total == 0 && growth.dictionary.count == 0);

	pt_tree_free(&twice);
	pt_tree_free(&growth);
	pt_tree_free(&pruned);
	pt_builder_free(&builder);
	pt_builder_free(&flat);
	pg_free(keep);
	pg_free(totals);
}

/* the tree of "bytes", to be changed */
static void
decode_again(const uint8 *bytes, size_t length, PtTree *tree)
{
	PtError		error;

	pt_tree_init(tree, NULL);
	check(pt_decode(bytes, length, tree, &error));
}

/* a tree that came to be is canonical, and weighs so much; frees it */
static void
check_made(PtTree *tree, int64 total)
{
	StringInfoData encoded;
	PtTree		again;
	PtError		error;

	encode_tree(tree, &encoded);
	pt_tree_init(&again, NULL);
	check(pt_decode((uint8 *) encoded.data, encoded.len, &again, &error));
	check(again.total == total && tree->total == total);
	pfree(encoded.data);
	pt_tree_free(&again);
	pt_tree_free(tree);
}

/* filters by every second symbol */
static void
check_filters(const PtTree *tree, const uint8 *bytes, size_t length)
{
	bool	   *matches = pg_malloc(tree->dictionary.count + 1);
	PtTree		focused;
	PtTree		ignored;
	PtTree		other;
	StringInfoData whole;
	PtError		error;

	for (uint32 i = 0; i < tree->dictionary.count; i++)
		matches[i] = i % 2 == tree->node_count % 2;
	decode_again(bytes, length, &focused);
	decode_again(bytes, length, &ignored);
	pt_focus(&focused, matches);
	pt_ignore(&ignored, matches);
	pt_tree_init(&other, NULL);
	check(pt_merge(&focused, &ignored, &other, &error));
	encode_tree(&other, &whole);
	check_same(&whole, bytes, length);
	pfree(whole.data);
	pt_tree_free(&other);
	decode_again(bytes, length, &other);
	pt_show_from(&other, matches);
	check_made(&other, focused.total);
	decode_again(bytes, length, &other);
	pt_show(&other, matches);
	check_made(&other, focused.total);
	pt_tree_free(&focused);
	pt_tree_free(&ignored);

	/* what hiding leaves are the stacks with another symbol */
	decode_again(bytes, length, &other);
	pt_hide(&other, matches);
	for (uint32 i = 0; i < tree->dictionary.count; i++)
		matches[i] = !matches[i];
	decode_again(bytes, length, &focused);
	pt_focus(&focused, matches);
	check_made(&other, focused.total);
	pt_tree_free(&focused);
	pg_free(matches);
}

static void
check_drilling(const PtTree *tree, const uint8 *bytes, size_t length)
{
	uint64		stack_frames = 0;
	int64	   *totals = pg_malloc((tree->node_count + 1) * sizeof(int64));
	PtFrame    *frames = pg_malloc((tree->depth + 1) * sizeof(PtFrame));
	PtTree		one;
	PtTree		other;
	PtTree		empty;
	PtError		error;

	pt_totals(tree, totals);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		stack_frames += tree->level[i];
		frames[tree->level[i] - 1].text =
			pt_symbol_text(&tree->dictionary, tree->symbol[i], &frames[tree->level[i] - 1].length);
		if (i == tree->node_count / 2)
		{
			uint32		node;

			check(pt_find_node(tree, frames, tree->level[i], &node) && node == i);
			decode_again(bytes, length, &one);
			pt_subtree(&one, node);
			check_made(&one, totals[node]);
		}
	}
	pg_free(totals);
	pg_free(frames);
	if (stack_frames > FRAMES_MOST || tree->node_count == 0)
		return;
	decode_again(bytes, length, &one);
	decode_again(bytes, length, &other);
	pt_callees(&one, tree->symbol[tree->node_count / 2]);
	check(pt_callers(&other, tree->symbol[tree->node_count / 2], &error));
	check_made(&other, one.total);
	check_made(&one, one.total);

	/* turned round twice it is the tree without what weighs nothing */
	decode_again(bytes, length, &one);
	check(pt_invert(&one, &error));
	check(pt_invert(&one, &error));
	pt_tree_init(&empty, NULL);
	pt_tree_init(&other, NULL);
	pt_delta(&empty, tree, &other);
	check(one.node_count == other.node_count && one.depth == other.depth);
	check_made(&one, tree->total);
	pt_tree_free(&other);
}

static void
check_truncated(const PtTree *tree)
{
	for (uint32 most = 1; most <= tree->node_count; most += 1 + tree->node_count / 3)
	{
		PtFrame		other = {"(other)", 7};
		PtBuilder	builder;
		PtTree		truncated;
		PtError		error;

		pt_builder_init(&builder, NULL, 7);
		check(pt_truncate(tree, most, &other, &builder, &error));
		check(builder.node_count - 1 <= most);
		pt_tree_init(&truncated, NULL);
		pt_builder_flatten(&builder, &truncated);
		check_made(&truncated, tree->total);
		pt_builder_free(&builder);
	}
}

/* nothing changes from a tree to itself; all that there is has grown from nothing */
static void
check_compared(const PtTree *tree)
{
	PtTree		empty;

	pt_tree_init(&empty, NULL);
	for (int i = 0; i < 2; i++)
	{
		PtPair		pair;
		PtRegression *rows;
		PtSymbolDiff *diffs;
		uint32		count;
		int128		own = 0;
		int64		self = 0;

		pt_pair(i == 0 ? tree : &empty, tree, NULL, &pair);
		count = pt_regressions(&pair, 1, &rows);
		for (uint32 row = 0; row < count; row++)
			own += rows[row].own;
		check(own == (i == 0 ? 0 : tree->total) && (i > 0 || count == 0));
		diffs = pg_malloc((tree->dictionary.count + 1) * sizeof(PtSymbolDiff));
		pt_symbol_diffs(&pair, diffs);
		pt_sort_symbol_diffs(diffs, tree->dictionary.count);
		for (uint32 row = 0; row < tree->dictionary.count; row++)
		{
			check(diffs[row].a_self == (i == 0 ? diffs[row].b_self : 0));
			check(diffs[row].a_total == (i == 0 ? diffs[row].b_total : 0));
			self += diffs[row].b_self;
		}
		check(self == tree->total);
		pg_free(diffs);
		pt_free(rows);
		pt_pair_free(&pair);
	}
}

void
check_tree(const PtTree *tree, const uint8 *bytes, size_t length)
{
	StringInfoData again;

	encode_tree(tree, &again);
	check_same(&again, bytes, length);
	pfree(again.data);
	for (uint32 i = 0; i < tree->dictionary.count; i++)
	{
		size_t		symbol_length;
		const char *text = pt_symbol_text(&tree->dictionary, i, &symbol_length);
		uint32		number;

		check(pt_valid_encoding(text, symbol_length));
		check(pt_find_symbol(&tree->dictionary, text, symbol_length, &number) && number == i);
	}
	check_sums(tree, bytes, length);
	check_text(tree, bytes, length);
	check_folded(tree, bytes, length);
	check_svg(tree);
	check_filters(tree, bytes, length);
	check_drilling(tree, bytes, length);
	check_truncated(tree);
	check_compared(tree);
	check_wire(tree, bytes, length);
}

/* ---- mutations ---- */

#ifndef FUZZ_REPLAY

#define NODES 3000

/* a value taken apart, without asking whether it is one */
typedef struct Parts
{
	uint8		dictionary[65536];
	size_t		dictionary_bytes;
	uint64		symbol[NODES];
	uint64		shape[NODES];
	uint64		weight[NODES];
	uint32		nodes;
	uint32		weights;
	uint64		quantum;
} Parts;

static uint32
read_numbers(PtCursor *cursor, uint64 *number)
{
	uint32		count = 0;

	while (count < NODES - 1 && pt_read_varint(cursor, &number[count]))
		count++;
	return count;
}

static bool
take_apart(const uint8 *data, size_t size, Parts *parts)
{
	PtCursor	at = {data, data + size};
	PtCursor	section;
	uint64		header[8];
	uint32		shapes;

	if (size < 10)
		return false;
	at.at += 2;
	for (int i = 0; i < 8; i++)
	{
		if (!pt_read_varint(&at, &header[i]))
			return false;
	}
	parts->quantum = header[6];
	parts->dictionary_bytes = Min(header[3], (uint64) (at.end - at.at));
	if (parts->dictionary_bytes > sizeof(parts->dictionary) / 2)
		return false;
	memcpy(parts->dictionary, at.at, parts->dictionary_bytes);
	at.at += parts->dictionary_bytes;
	section.at = at.at;
	section.end = at.at += Min(header[4], (uint64) (at.end - at.at));
	parts->nodes = read_numbers(&section, parts->symbol);
	section.at = at.at;
	section.end = at.at += Min(header[5], (uint64) (at.end - at.at));
	shapes = read_numbers(&section, parts->shape);
	parts->nodes = Min(parts->nodes, shapes);
	parts->weights = read_numbers(&at, parts->weight);
	return true;
}

/* symbols in the dictionary, when it is read as far as it goes */
static uint64
count_symbols(const Parts *parts, bool wire)
{
	PtCursor	at = {parts->dictionary, parts->dictionary + parts->dictionary_bytes};
	uint64		count = 0;
	uint64		shared;
	uint64		length;

	while (at.at < at.end && (wire || pt_read_varint(&at, &shared)) &&
		   pt_read_varint(&at, &length) && length <= (uint64) (at.end - at.at))
	{
		at.at += length;
		count++;
	}
	return count;
}

/* Write with counts, depth and units that agree; 0 when it does not fit. */
static size_t
put_together(Parts *parts, uint8 *data, size_t most, bool wire)
{
	static uint8 buffer[300000];
	uint8	   *at = buffer;
	PtHeader	header;
	uint64		level = 0;
	uint64		depth = 0;
	uint64		units = 0;
	uint32		weighted = 0;
	uint8	   *start;

	memset(&header, 0, sizeof(header));
	for (uint32 i = 0; i < parts->nodes; i++)
	{
		uint64		closed = parts->shape[i] >> 1;

		/* levels that are open */
		if (closed > level)
			parts->shape[i] = level << 1 | (parts->shape[i] & 1), closed = level;
		level = level + 1 - closed;
		depth = Max(depth, level);
		weighted += parts->shape[i] & 1;
	}
	for (; parts->weights < weighted; parts->weights++)
		parts->weight[parts->weights] = parts->quantum;
	parts->weights = weighted;
	for (uint32 i = 0; i < weighted; i++)
		units += parts->weight[i];
	header.node_count = parts->nodes;
	header.symbol_count = (uint32) count_symbols(parts, wire);
	header.depth = (uint32) depth;
	header.dictionary_bytes = (uint32) parts->dictionary_bytes;
	header.quantum = units == 0 ? 1 : (int64) parts->quantum;
	header.units = units & PG_INT64_MAX;
	memcpy(at, parts->dictionary, parts->dictionary_bytes);
	start = at += parts->dictionary_bytes;
	for (uint32 i = 0; i < parts->nodes; i++)
		at = pt_write_varint(at, parts->symbol[i] & PG_INT64_MAX);
	header.symbols_bytes = (uint32) (at - start);
	start = at;
	for (uint32 i = 0; i < parts->nodes; i++)
		at = pt_write_varint(at, parts->shape[i] & PG_INT64_MAX);
	header.shape_bytes = (uint32) (at - start);
	for (uint32 i = 0; i < weighted; i++)
		at = pt_write_varint(at, parts->weight[i] & PG_INT64_MAX);
	if (most < PT_HEADER_MAX || (size_t) (at - buffer) > most - PT_HEADER_MAX)
		return 0;
	start = pt_write_header(data, &header);
	memcpy(start, buffer, at - buffer);
	return start + (at - buffer) - data;
}

static uint64
any_number(Random *random)
{
	return one_in(random, 4) ? random_bits(random) >> (1 + random_below(random, 63)) : random_below(random, 6);
}

static void
mutate_parts(Parts *parts, Random *random)
{
	uint32		node = random_below(random, parts->nodes + 1);
	uint32		tail;

	switch (random_below(random, 9))
	{
		case 0:
		case 1:
			parts->dictionary_bytes = LLVMFuzzerMutate(parts->dictionary, parts->dictionary_bytes,
													   parts->dictionary_bytes + 100);
			break;
		case 2:
		case 3:
			/* a node more, like its neighbour or not */
			if (parts->nodes + 1 >= NODES)
				break;
			tail = parts->nodes - node;
			memmove(&parts->symbol[node + 1], &parts->symbol[node], tail * sizeof(uint64));
			memmove(&parts->shape[node + 1], &parts->shape[node], tail * sizeof(uint64));
			parts->symbol[node] = node > 0 && one_in(random, 2) ? parts->symbol[node - 1] + 1 : any_number(random);
			parts->shape[node] = one_in(random, 4) ? any_number(random) : random_below(random, 4);
			parts->nodes++;
			break;
		case 4:
			/* a node less */
			if (node == parts->nodes)
				break;
			tail = parts->nodes - node - 1;
			memmove(&parts->symbol[node], &parts->symbol[node + 1], tail * sizeof(uint64));
			memmove(&parts->shape[node], &parts->shape[node + 1], tail * sizeof(uint64));
			parts->nodes--;
			break;
		case 5:
			parts->symbol[node] = any_number(random);
			break;
		case 6:
			parts->shape[node] = any_number(random);
			break;
		case 7:
			if (parts->weights > 0)
				parts->weight[random_below(random, parts->weights)] = any_number(random);
			break;
		default:
			parts->quantum = any_number(random);
	}
}

size_t
mutate_tree(uint8 *data, size_t size, size_t most, unsigned int seed, bool wire)
{
	static Parts parts;
	Random		random = {seed};
	size_t		front = wire ? 1 : 0;
	size_t		back = wire ? 4 : 0;
	size_t		result;

	if (one_in(&random, 4) || size < front + back || most < size + 10 ||
		!take_apart(data + front, size - front - back, &parts))
		return LLVMFuzzerMutate(data, size, most);
	for (int n = random_below(&random, 3); n >= 0; n--)
		mutate_parts(&parts, &random);
	result = put_together(&parts, data + front, most - front - back, wire);
	if (result == 0)
		return LLVMFuzzerMutate(data, size, most);
	if (wire)
		data[0] = PT_WIRE_VERSION;
	return front + result + back;
}

#endif							/* FUZZ_REPLAY */
