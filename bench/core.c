/*-------------------------------------------------------------------------
 *
 * core.c
 *		Times of the fmgr-free core, each beside its bar.
 *
 *	core [--quick] [--work=part of its name] [--data=same] [name=recording ...]
 *
 * A recording is folded text or, ending in .tsv, lines of slot, stack and
 * weight; name:bytes=recording tells the size of the pprof.gz it came from.
 *
 * Prints Markdown tables.  Times are those of the thread's CPU clock; each is
 * the minimum (and the median) of several samples of at least 3 ms.  Loops go
 * over many different trees where a profile is small: over one alone, the
 * branch predictor learns it by heart.
 *
 * The bars are those of doc/performance.md.  They were set on a machine on
 * which an independent probe of a 2 MB hash table takes 1.1 ns, so they are
 * scaled by what it takes here, measured again and again during the run.
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"
#include "data.h"
#include "merge.h"

#include <math.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_LZ4
#include <lz4.h>
#endif

#define CALIBRATION_BAR		1.1 /* ns */
#define SAMPLE_NS			3e6
#define SEED				UINT64CONST(42)

#define ROUNDS				3	/* over all works, so that one busy moment spoils none */

static int	sample_count = 5;	/* a work, a round */
static const char *only_work = "";	/* works whose names hold this */
static const char *only_data = "";	/* on data whose names hold this */
static volatile uint64 sink;	/* keeps results from being optimized away */

static double
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

/* ---- samples ---- */

/*
 * One pass of something: gives the nanoseconds of the part that counts, and
 * may do what it likes around it.
 */
typedef double (*Pass) (void *data);

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return x < y ? -1 : x > y;
}

/* Sample a pass, in ns a pass. */
static void
measure(Pass pass, void *data, double *sample, int count)
{
	pass(data);					/* warm up */
	for (int i = 0; i < count; i++)
	{
		double		spent = 0;
		int			passes = 0;

		do
		{
			spent += pass(data);
			passes++;
		} while (spent < SAMPLE_NS);
		sample[i] = spent / passes;
	}
}

/* ---- calibration ---- */

#define PROBE_SLOTS		(2 * 1024 * 1024 / sizeof(PtSlot))
#define PROBES			(1 << 20)

static PtSlot *probe_table;
static double calibration_samples[1024];
static int	calibrations = 0;

static double
pass_probe(void *data)
{
	double		start = cpu_ns();
	uint64		sum = 0;

	for (uint64 i = 0; i < PROBES; i++)
	{
		uint64		hash = i * UINT64CONST(0x9E3779B97F4A7C15);

		sum += probe_table[hash >> 40 & (PROBE_SLOTS - 1)].id;
	}
	sink += sum;
	return (cpu_ns() - start) / PROBES;
}

/* sample it now; called between the measurements, all over the run */
static void
calibrate(void)
{
	double		least = pass_probe(NULL);

	for (int i = 0; i < 2; i++)
		least = Min(least, pass_probe(NULL));
	if (calibrations < (int) lengthof(calibration_samples))
		calibration_samples[calibrations++] = least;
}

/* ---- the table ---- */

#define MAX_SAMPLES		32

typedef struct Row
{
	const char *work;
	char		data[96];
	const char *unit;
	double		value[MAX_SAMPLES]; /* in that unit */
	int			count;			/* 1: not a time */
	double		bar;			/* 0: none */
} Row;

static Row	rows[256];
static int	row_count = 0;

/* the row of a work, made at first sight */
static Row *
row_of(const char *work, const char *data, const char *unit, double bar)
{
	Row		   *row;

	for (row = rows; row < rows + row_count; row++)
	{
		if (strcmp(row->work, work) == 0 && strcmp(row->data, data) == 0)
			return row;
	}
	Assert(row_count < (int) lengthof(rows));
	row_count++;
	row->work = work;
	strlcpy(row->data, data, sizeof(row->data));
	row->unit = unit;
	row->bar = bar;
	return row;
}

/* something counted, or one sample of a time */
static void
add_value(const char *work, const char *data, const char *unit, double value, double bar)
{
	Row		   *row = row_of(work, data, unit, bar);

	if (row->count < MAX_SAMPLES)
		row->value[row->count++] = value;
}

/* some samples of a time; a pass does so many things */
static void
add_times(const char *work, const char *data, const char *unit, Pass pass, void *of,
		  double things, double bar)
{
	double		sample[MAX_SAMPLES];

	if (strstr(work, only_work) == NULL || strstr(data, only_data) == NULL)
		return;
	measure(pass, of, sample, sample_count);
	for (int i = 0; i < sample_count; i++)
		add_value(work, data, unit, sample[i] / things, bar);
	fprintf(stderr, "  %s, %s: %.4g %s\n", work, data, sample[0] / things, unit);
	calibrate();
}

#define NUMBER_SIZE		32

static void
format_number(char *buffer, double number)
{
	snprintf(buffer, NUMBER_SIZE, number >= 1000 ? "%.0f" : number >= 100 ? "%.1f" : "%.2f", number);
}

/* Gives how many rows miss their bar. */
static int
print_table(void)
{
	double		calibration;
	double		scale;
	int			missed = 0;

	/* the least, as of the rows: a busy neighbour slows the probe more than most of them */
	qsort(calibration_samples, calibrations, sizeof(double), compare_doubles);
	calibration = calibration_samples[0];
	scale = calibration / CALIBRATION_BAR;

	printf("Calibration: an independent probe of a 2 MB hash table takes %.2f ns here (median %.2f ns), "
		   "%.2f ns where the bars were set; bars of times are scaled by %.2f.\n\n",
		   calibration, calibration_samples[calibrations / 2], CALIBRATION_BAR, scale);
	printf("| %-31s | %-32s | %8s | %8s | %-16s | %8s | %6s | %-4s |\n", "work", "data", "least", "median",
		   "unit", "bar here", "ratio", "");
	printf("|---------------------------------|----------------------------------|---------:|---------:|"
		   "------------------|---------:|-------:|------|\n");
	for (int i = 0; i < row_count; i++)
	{
		Row		   *row = &rows[i];
		bool		is_time = row->count > 1;
		double		bar = is_time ? row->bar * scale : row->bar;
		char		least[NUMBER_SIZE];
		char		median[NUMBER_SIZE] = "";
		char		bar_text[NUMBER_SIZE] = "";
		char		ratio[32] = "";
		const char *verdict = "";

		qsort(row->value, row->count, sizeof(double), compare_doubles);
		format_number(least, row->value[0]);
		if (is_time)
			format_number(median, row->value[row->count / 2]);
		if (row->bar > 0)
		{
			format_number(bar_text, bar);
			snprintf(ratio, sizeof(ratio), "%.2f", row->value[0] / bar);
			verdict = row->value[0] <= bar ? "ok" : "MISS";
			missed += row->value[0] > bar;
		}
		printf("| %-31s | %-32s | %8s | %8s | %-16s | %8s | %6s | %-4s |\n", row->work, row->data, least,
			   median, row->unit, bar_text, ratio, verdict);
	}
	printf("\n");
	return missed;
}

/* ---- sets of profiles ---- */

static void
fail(const char *what, const PtError *error)
{
	fprintf(stderr, "bench: %s: %s\n", what, error != NULL ? error->message : "wrong result");
	exit(1);
}

/*
 * Some profiles of one kind, worked on one after the other in a pass.
 */
typedef struct Set
{
	char		name[64];
	uint32		count;
	StringInfoData *text;		/* sorted */
	StringInfoData *shuffled;
	PtBuilder  *builder;		/* made of shuffled in a pass of its own */
	uint8	  **bytes;			/* encoded */
	size_t	   *length;
	/* sums over all */
	double		frames;
	double		lines;
	double		nodes;
	double		symbols;
	double		symbol_bytes;
	double		encoded;
	double		text_bytes;
} Set;

static void
parse(PtBuilder *builder, StringInfo text)
{
	PtFoldedCounts counts;
	PtError		error;

	if (!pt_parse_folded(builder, text->data, text->len, true, PT_ON_ERROR_FAIL, &counts, &error))
		fail("parse", &error);
}

static void
encode(PtBuilder *builder, uint8 **bytes, size_t *length)
{
	PtError		error;

	if (!pt_builder_encode(builder, NULL, 0, bytes, length, &error))
		fail("encode", &error);
}

static void
decode(const uint8 *bytes, size_t length, PtTree *tree)
{
	PtError		error;

	if (!pt_decode(bytes, length, tree, &error))
		fail("decode", &error);
}

/* Mend text that is in no valid encoding, as no text in a server is. */
static void
mend(StringInfo text)
{
	PtBuilder	builder;
	PtFoldedCounts counts;
	uint8	   *bytes;
	size_t		length;
	PtTree		tree;
	PtError		error;

	if (pt_valid_encoding(text->data, text->len))
		return;
	pt_builder_init(&builder, NULL, SEED);
	if (!pt_parse_folded(&builder, text->data, text->len, false, PT_ON_ERROR_REPLACE, &counts, &error))
		fail("parse", &error);
	encode(&builder, &bytes, &length);
	pt_builder_free(&builder);
	pt_tree_init(&tree, NULL);
	decode(bytes, length, &tree);
	free(bytes);
	resetStringInfo(text);
	pt_print_folded(&tree, text, NULL);
	pt_tree_free(&tree);
}

/* Takes the texts. */
static Set *
make_set(const char *name, StringInfoData *text, uint32 count)
{
	Set		   *set = pg_malloc0(sizeof(Set));

	strlcpy(set->name, name, sizeof(set->name));
	set->count = count;
	set->text = text;
	set->shuffled = pg_malloc(count * sizeof(StringInfoData));
	set->builder = pg_malloc(count * sizeof(PtBuilder));
	set->bytes = pg_malloc(count * sizeof(uint8 *));
	set->length = pg_malloc(count * sizeof(size_t));
	for (uint32 i = 0; i < count; i++)
	{
		PtBuilder	builder;
		uint8	   *bytes;
		size_t		length;

		mend(&text[i]);
		sort_lines(&text[i]);
		initStringInfo(&set->shuffled[i]);
		appendBinaryStringInfo(&set->shuffled[i], text[i].data, text[i].len);
		shuffle_lines(&set->shuffled[i], SEED + i);

		pt_builder_init(&builder, NULL, SEED);
		parse(&builder, &text[i]);
		encode(&builder, &set->bytes[i], &set->length[i]);
		set->frames += count_frames(text[i].data, text[i].len);
		set->lines += count_lines(text[i].data, text[i].len);
		set->nodes += builder.node_count - 1;
		set->symbols += builder.symbol_count;
		set->symbol_bytes += builder.symbol_end[builder.symbol_count - 1];
		set->encoded += set->length[i];
		set->text_bytes += text[i].len;
		pt_builder_free(&builder);

		/* one tree has one encoding, whatever the order of its lines */
		pt_builder_init(&builder, NULL, SEED + 1);
		parse(&builder, &set->shuffled[i]);
		encode(&builder, &bytes, &length);
		if (length != set->length[i] || memcmp(bytes, set->bytes[i], length) != 0)
			fail(name, NULL);
		free(bytes);
		pt_builder_free(&builder);
	}
	return set;
}

static Set *
make_service_set(const char *name, const Service *service, uint64 seed, uint32 count, uint32 samples)
{
	StringInfoData *text = pg_malloc(count * sizeof(StringInfoData));

	for (uint32 i = 0; i < count; i++)
		service_profile(service, seed + i, samples, &text[i]);
	return make_set(name, text, count);
}

/* "name (12 x 1,977 nodes)" */
static const char *
label(const Set *set)
{
	static char text[96];

	if (set->count == 1)
		snprintf(text, sizeof(text), "%s (%.0f nodes)", set->name, set->nodes);
	else
		snprintf(text, sizeof(text), "%s (%u x %.0f nodes)", set->name, set->count, set->nodes / set->count);
	return text;
}

/* ---- the works ---- */

static double
pass_parse_texts(Set *set, StringInfoData *text)
{
	double		spent = 0;

	for (uint32 i = 0; i < set->count; i++)
	{
		double		start = cpu_ns();
		PtBuilder	builder;

		pt_builder_init(&builder, NULL, SEED + i);
		parse(&builder, &text[i]);
		sink += builder.node_count;
		pt_builder_free(&builder);
		spent += cpu_ns() - start;
	}
	return spent;
}

static double
pass_parse_sorted(void *data)
{
	Set		   *set = data;

	return pass_parse_texts(set, set->text);
}

static double
pass_parse_shuffled(void *data)
{
	Set		   *set = data;

	return pass_parse_texts(set, set->shuffled);
}

/* builders are made anew each time: encoding sorts their children in place */
static double
pass_encode(void *data)
{
	Set		   *set = data;
	double		spent = 0;

	for (uint32 i = 0; i < set->count; i++)
	{
		pt_builder_init(&set->builder[i], NULL, SEED + i);
		parse(&set->builder[i], &set->shuffled[i]);
	}
	for (uint32 i = 0; i < set->count; i++)
	{
		double		start = cpu_ns();
		uint8	   *bytes;
		size_t		length;

		encode(&set->builder[i], &bytes, &length);
		sink += length;
		free(bytes);
		spent += cpu_ns() - start;
	}
	for (uint32 i = 0; i < set->count; i++)
		pt_builder_free(&set->builder[i]);
	return spent;
}

/* in memory that is there already, as one who reads many trees has it */
static PtTree reused_tree;
static PtTree reused_tree_2;

static double
pass_decode(void *data)
{
	Set		   *set = data;
	double		start = cpu_ns();

	for (uint32 i = 0; i < set->count; i++)
	{
		decode(set->bytes[i], set->length[i], &reused_tree);
		sink += reused_tree.node_count;
	}
	return cpu_ns() - start;
}

static double
pass_decode_dictionary(void *data)
{
	Set		   *set = data;
	double		start = cpu_ns();

	for (uint32 i = 0; i < set->count; i++)
	{
		PtSections	sections;
		PtError		error;

		if (!pt_decode_sections(set->bytes[i], set->length[i], PT_MAX_BYTES, &sections, &error) ||
			!pt_decode_dictionary(&sections, &reused_tree.dictionary, &error))
			fail("decode", &error);
		sink += reused_tree.dictionary.used;
	}
	return cpu_ns() - start;
}

static double
pass_decode_nodes(void *data)
{
	Set		   *set = data;
	double		start = cpu_ns();

	for (uint32 i = 0; i < set->count; i++)
	{
		PtSections	sections;
		PtError		error;

		if (!pt_decode_sections(set->bytes[i], set->length[i], PT_MAX_BYTES, &sections, &error) ||
			!pt_decode_nodes(&sections, &reused_tree, &error))
			fail("decode", &error);
		sink += reused_tree.node_count;
	}
	return cpu_ns() - start;
}

/* each with the next, the last with the first */
static double
pass_merge(void *data)
{
	Set		   *set = data;
	double		spent = 0;

	for (uint32 i = 0; i < set->count; i++)
	{
		uint32		other = (i + 1) % set->count;
		double		start = cpu_ns();
		PtTree		sum;
		uint8	   *bytes;
		size_t		length;
		PtError		error;

		decode(set->bytes[i], set->length[i], &reused_tree);
		decode(set->bytes[other], set->length[other], &reused_tree_2);
		pt_tree_init(&sum, NULL);
		if (!pt_merge(&reused_tree, &reused_tree_2, &sum, &error) ||
			!pt_encode(&sum, NULL, 0, &bytes, &length, &error))
			fail("merge", &error);
		sink += length;
		pt_tree_free(&sum);
		free(bytes);
		spent += cpu_ns() - start;
	}
	return spent;
}

static double
pass_sum(void *data)
{
	Set		   *set = data;
	double		start = cpu_ns();
	PtBuilder	builder;
	uint8	   *bytes;
	size_t		length;
	PtError		error;

	pt_builder_init(&builder, NULL, SEED);
	for (uint32 i = 0; i < set->count; i++)
	{
		if (!pt_builder_add_encoded(&builder, set->bytes[i], set->length[i], NULL, &error))
			fail("sum", &error);
	}
	encode(&builder, &bytes, &length);
	sink += length;
	free(bytes);
	pt_builder_free(&builder);
	return cpu_ns() - start;
}

/* a bar that grows from 2,000 to 100,000 nodes, on a logarithmic scale */
static double
between(double nodes, double at_2000, double at_100000)
{
	double		place = log(nodes / 2000) / log(100000 / 2000.0);

	return at_2000 + (at_100000 - at_2000) * Min(Max(place, 0), 1);
}

/*
 * The bars that depend on the symbols a node are given for 0.2 and 0.5 and
 * are lines through those.
 */
static void
run_set(Set *set)
{
	const char *name = label(set);
	double		nodes = set->nodes / set->count;
	double		ratio = set->symbols / set->nodes;

	add_times("build from sorted folded text", name, "ns a frame", pass_parse_sorted, set,
				set->frames, between(nodes, 7, 15));
	add_times("build from unsorted folded text", name, "ns a frame", pass_parse_shuffled, set,
				set->frames, nodes <= 10000 ? 25 : 38);
	add_times("serialize", name, "ns a node", pass_encode, set,
				set->nodes, (nodes < 100000 ? 18 : 28) + 60 * ratio);
	add_times("decode", name, "ns a node", pass_decode, set,
				set->nodes, 5 + 10 * ratio);
	add_times("- nodes alone", name, "ns a node", pass_decode_nodes, set,
				set->nodes, 5);
	add_times("- dictionary alone", name, "ns a symbol", pass_decode_dictionary, set,
				set->symbols, 10);
	add_times("merge of two encoded trees", name, "ns an input node", pass_merge, set,
				2 * set->nodes, 5 + 30 * Min(Max(ratio, 0.2), 0.5));
}

/* ---- many trees to one ---- */

/* Make all trees of a set out of its first one, with the same nodes and other weights. */
static void
vary_weights(Set *set)
{
	for (uint32 i = 1; i < set->count; i++)
	{
		PtTree		tree;
		PtError		error;

		pt_tree_init(&tree, NULL);
		decode(set->bytes[0], set->length[0], &tree);
		for (uint32 node = 0; node < tree.node_count; node++)
		{
			if (tree.self[node] > 0)
			{
				tree.self[node] += 10000000 * ((node + i) % 5);
				tree.total += 10000000 * ((node + i) % 5);
			}
		}
		if (!pt_encode(&tree, NULL, 0, &set->bytes[i], &set->length[i], &error))
			fail("encode", &error);
		pt_tree_free(&tree);
	}
}

static void
run_sum(Set *set, const char *work, double bar)
{
	add_times(work, label(set), "us a tree", pass_sum, set, set->count * 1e3, bar);
}

/* ---- blocks ---- */

#define BLOCK_LANES		60

/* The first trees of a set, each a lane. */
typedef struct Block
{
	const Set  *set;
	uint32		lanes;
	uint32		nodes;			/* of the union */
	uint8	   *bytes;
	size_t		length;
} Block;

static void
build_block(const Set *set, uint32 lanes, uint32 *nodes, uint8 **bytes, size_t *length)
{
	PtBlockBuilder builder;
	PtBlock		block;
	PtError		error;

	pt_block_builder_init(&builder, NULL, SEED);
	for (uint32 i = 0; i < lanes; i++)
	{
		if (!pt_block_builder_add(&builder, i, set->bytes[i], set->length[i], 1, 1, &reused_tree, &error))
			fail("block", &error);
	}
	pt_block_init(&block, NULL);
	if (!pt_block_builder_flatten(&builder, &block, &error) ||
		!pt_block_encode(&block, NULL, 0, bytes, length, &error))
		fail("block", &error);
	*nodes = block.tree.node_count;
	pt_block_free(&block);
	pt_block_builder_free(&builder);
}

static double
pass_build_block(void *data)
{
	Block	   *block = data;
	double		start = cpu_ns();
	uint32		nodes;
	uint8	   *bytes;
	size_t		length;

	build_block(block->set, block->lanes, &nodes, &bytes, &length);
	sink += length;
	free(bytes);
	return cpu_ns() - start;
}

/* to encoded bytes */
static void
sum_block(const Block *block, uint32 first, uint32 last)
{
	PtTree		tree;
	uint8	   *bytes;
	size_t		length;
	PtError		error;

	pt_tree_init(&tree, NULL);
	if (!pt_block_sum(block->bytes, block->length, first, last, &tree, &error) ||
		!pt_encode(&tree, NULL, 0, &bytes, &length, &error))
		fail("block", &error);
	/* a lane gives back the tree that went in */
	if (first == last && (length != block->set->length[first] || memcmp(bytes, block->set->bytes[first], length) != 0))
		fail("block", NULL);
	sink += length;
	free(bytes);
	pt_tree_free(&tree);
}

static double
pass_sum_block(void *data)
{
	double		start = cpu_ns();

	sum_block(data, 0, PT_MAX_LANES);
	return cpu_ns() - start;
}

static double
pass_each_lane(void *data)
{
	Block	   *block = data;
	double		start = cpu_ns();

	for (uint32 i = 0; i < block->lanes; i++)
		sum_block(block, i, i);
	return cpu_ns() - start;
}

/*
 * The bars of times are for unions of up to 9,000 nodes, and grow with those
 * beyond.  lz4_bar: bytes a lane.
 */
static void
run_block(const Set *set, double lz4_bar)
{
	Block		block = {set, Min(set->count, BLOCK_LANES), 0, NULL, 0};
	char		name[96];
	double		size;

	build_block(set, block.lanes, &block.nodes, &block.bytes, &block.length);
	snprintf(name, sizeof(name), "%s, %u lanes, %u nodes", set->name, block.lanes, block.nodes);
	size = Max(1, block.nodes / 9000.0);
	add_times("block: build", name, "us a lane", pass_build_block, &block, block.lanes * 1e3, 60);
	add_times("block: sum of all lanes", name, "us", pass_sum_block, &block, 1e3, 130 * size);
	add_times("block: one lane", name, "us", pass_each_lane, &block, block.lanes * 1e3, 80 * size);
#ifdef HAVE_LZ4
	if (row_of("block: bytes with lz4", name, "B a lane", lz4_bar)->count == 0)
	{
		int			bound = LZ4_compressBound((int) block.length);
		char	   *buffer = pg_malloc(bound);

		add_value("block: bytes with lz4", name, "B a lane", (double)
				  LZ4_compress_default((char *) block.bytes, buffer, (int) block.length, bound) / block.lanes, lz4_bar);
		free(buffer);
	}
#endif
	free(block.bytes);
}

/* ---- memory ---- */

/* the stacks from "from" to "to" of a service, by frames */
static void
add_stacks(PtBuilder *builder, const Service *service, uint32 from, uint32 to)
{
	PtFrame		frame[4096];
	PtError		error;

	for (uint32 i = from; i < to; i++)
	{
		uint32		node = service->stack[i];
		uint32		depth = service->node_depth[node];
		uint32		kept;

		for (uint32 level = depth; level-- > 0; node = service->node_parent[node])
		{
			frame[level].text = service->symbol[service->node_symbol[node]];
			frame[level].length = strlen(frame[level].text);
		}
		kept = pt_builder_kept(builder, frame, depth);
		if (!pt_builder_add(builder, kept, frame + kept, depth - kept, 1, &error))
			fail("add", &error);
	}
}

static void
run_memory(void)
{
	static const uint32 sizes[] = {2000, 20000, 200000, 1000000};

	for (size_t i = 0; i < lengthof(sizes); i++)
	{
		Service    *service = service_make(SEED, sizes[i] + sizes[i] / 100, sizes[i] > 10000 ? 0.05 : 0.4);
		PtBuilder	builder;
		uint64		before = pt_alloc_calls;
		uint64		again;
		char		name[64];
		double		bar;

		pt_builder_init(&builder, NULL, SEED);
		for (uint32 at = 0; at < service->stack_count && builder.node_count <= sizes[i]; at++)
			add_stacks(&builder, service, at, at + 1);
		snprintf(name, sizeof(name), "%u nodes, %u symbols", builder.node_count - 1, builder.symbol_count);
		bar = 32.0 * builder.node_count + 24.0 * builder.symbol_count +
			1.5 * builder.symbol_end[builder.symbol_count - 1];
		add_value("builder memory", name, "B a node", (double) pt_builder_bytes(&builder) / builder.node_count,
				  bar / builder.node_count);
		add_value("builder allocations", name, "calls", pt_alloc_calls - before, 70);
		again = pt_alloc_calls;
		add_stacks(&builder, service, 0, Min(builder.node_count / 10, 1000));
		if (pt_alloc_calls != again)
			fail("an insert of known frames allocates", NULL);
		pt_builder_free(&builder);
	}
}

/* ---- the take-home benchmark ---- */

#define BRANCHES		200
#define BRANCH_DEPTH	500
#define HEX				80
#define CHUNK_BRANCHES	50		/* half a gigabyte of text at a time */

/* bytes of the texts of one branch */
#define BRANCH_BYTES	((size_t) (BRANCH_DEPTH + 1) * (4 + (HEX + 1) * (size_t) BRANCH_DEPTH))

typedef struct Insert
{
	size_t		start;
	size_t		length;
	int64		weight;
} Insert;

static void
run_takehome(void)
{
	char	   *chunk = pg_malloc(BRANCH_BYTES * CHUNK_BRANCHES / 2 + BRANCH_BYTES);
	char	   *stack = pg_malloc(4 + (HEX + 1) * BRANCH_DEPTH);
	Insert	   *insert = pg_malloc((size_t) CHUNK_BRANCHES * (BRANCH_DEPTH + 1) * sizeof(Insert));
	uint64		allocations = 0;
	size_t		bytes = 0;
	size_t		length = 0;

	for (int repeat = 0; repeat < 5; repeat++)
	{
		uint64		seed = SEED;
		uint64		before = pt_alloc_calls;
		double		adding = 0;
		double		reading = 0;
		double		encoding;
		uint32		inserts = 0;
		PtBuilder	builder;
		PtStackReader reader;
		uint8	   *encoded;

		pt_builder_init(&builder, NULL, SEED);
		pt_reader_init(&reader, NULL, PT_STACK);
		for (int first = 0; first < BRANCHES; first += CHUNK_BRANCHES)
		{
			uint32		count = 0;
			size_t		used = 0;
			double		start;

			for (int branch = 0; branch < CHUNK_BRANCHES; branch++)
			{
				size_t		stack_length = 4;

				memcpy(stack, "root", 4);
				for (int depth = 0; depth <= BRANCH_DEPTH; depth++)
				{
					if (depth < BRANCH_DEPTH)
					{
						stack[stack_length++] = ';';
						for (int i = 0; i < HEX; i += 16, stack_length += 16)
						{
							uint64		bits = random_next(&seed);

							for (int digit = 0; digit < 16; digit++)
								stack[stack_length + digit] = "0123456789abcdef"[bits >> (4 * digit) & 15];
						}
					}
					memcpy(chunk + used, stack, stack_length);
					insert[count].start = used;
					insert[count].length = stack_length;
					insert[count++].weight = random_below(&seed, 1000);
					used += stack_length;
				}
			}
			inserts += count;

			/* what only looking at the text costs */
			start = cpu_ns();
			sink += memchr(chunk, '\n', used) != NULL;
			reading += cpu_ns() - start;

			start = cpu_ns();
			for (uint32 i = 0; i < count; i++)
			{
				size_t		error_at;
				PtError		error;

				if (!pt_add_stack(&reader, &builder, chunk + insert[i].start, insert[i].length,
								  insert[i].weight, &error_at, &error))
					fail("take-home", &error);
			}
			adding += cpu_ns() - start;
		}
		if (inserts != 100200 || builder.node_count - 1 != 100001)
			fail("take-home", NULL);
		allocations = pt_alloc_calls - before;
		bytes = pt_builder_bytes(&builder);
		encoding = cpu_ns();
		encode(&builder, &encoded, &length);
		encoding = cpu_ns() - encoding;
		free(encoded);
		pt_reader_free(&reader);
		pt_builder_free(&builder);
		add_value("take-home, one tree", "100,200 inserts", "s", adding / 1e9, 0.45);
		add_value("- reading the text once", "2 GB of text", "s", reading / 1e9, 0);
		add_value("- encoding it", "100,001 nodes", "ms", encoding / 1e6, 0);
		calibrate();
	}
	free(chunk);
	free(stack);
	free(insert);
	add_value("- allocations", "Go: 25.5 million", "calls", allocations, 70);
	add_value("- memory", "all that is allocated", "MB", bytes / 1e6, 25);
	add_value("- encoded", "", "MB", length / 1e6, 0);
}

/* ---- sizes ---- */

/* Sets as their pprof.gz, where there is one, has this many bytes. */
static void
print_sizes(Set *const *sets, const double *pprof_bytes, int count)
{
	printf("| %-16s | %5s | %9s | %9s | %12s | %10s | %8s | %10s | %10s |\n", "a tree of", "trees", "nodes",
		   "symbols", "folded text", "encoded", "of text", "with lz4", "of pprof.gz");
	printf("|------------------|------:|----------:|----------:|-------------:|-----------:|"
		   "---------:|-----------:|------------:|\n");
	for (int i = 0; i < count; i++)
	{
		const Set  *set = sets[i];
		char		lz4[32] = "";
		char		of_pprof[32] = "";

#ifdef HAVE_LZ4
		double		compressed = 0;

		for (uint32 tree = 0; tree < set->count; tree++)
		{
			int			bound = LZ4_compressBound((int) set->length[tree]);
			char	   *buffer = pg_malloc(bound);

			compressed += LZ4_compress_default((char *) set->bytes[tree], buffer, (int) set->length[tree], bound);
			free(buffer);
		}
		snprintf(lz4, sizeof(lz4), "%.0f", compressed / set->count);
		if (pprof_bytes[i] > 0)
			snprintf(of_pprof, sizeof(of_pprof), "%.0f %%", 100 * compressed / pprof_bytes[i]);
#endif
		printf("| %-16s | %5u | %9.0f | %9.0f | %12.0f | %10.0f | %6.1f %% | %10s | %10s |\n", set->name, set->count,
			   set->nodes / set->count, set->symbols / set->count, set->text_bytes / set->count,
			   set->encoded / set->count, 100 * set->encoded / set->text_bytes, lz4, of_pprof);
	}
	printf("\n");
}

/* ---- all ---- */

#define MAX_SETS	16

static Set *sets[MAX_SETS];
static double pprof_bytes[MAX_SETS];	/* 0 where there is none */
static int	set_count = 0;

/* name[:bytes of the pprof.gz]=file; false when it is not that */
static bool
add_recording(char *argument)
{
	char	   *path = strchr(argument, '=');
	char	   *bytes = strchr(argument, ':');
	StringInfoData *text;
	uint32		count = 1;

	if (path == NULL || set_count == MAX_SETS)
		return false;
	*path++ = '\0';
	if (bytes != NULL)
	{
		*bytes++ = '\0';
		pprof_bytes[set_count] = atof(bytes);
	}
	if (strlen(path) > 4 && strcmp(path + strlen(path) - 4, ".tsv") == 0)
		text = read_slots(path, &count);
	else
	{
		text = pg_malloc(sizeof(StringInfoData));
		read_file(path, text);
	}
	sets[set_count++] = make_set(argument, text, count);
	return true;
}

int
main(int argc, char **argv)
{
	Service    *jvm = service_make(SEED, 3300, 0.42);
	Set		   *few;
	Set		   *many;
	Set		   *alike;
	int			missed;

	probe_table = pg_malloc(PROBE_SLOTS * sizeof(PtSlot));
	for (uint32 i = 0; i < PROBE_SLOTS; i++)
		probe_table[i] = (PtSlot) {i * 2654435761U, i};
	calibrate();
	pt_tree_init(&reused_tree, NULL);
	pt_tree_init(&reused_tree_2, NULL);

	sets[set_count++] = make_service_set("JVM-like", jvm, SEED, 64, 1000);
	sets[set_count++] = make_service_set("less diverse", service_make(SEED + 1, 6700, 0.19), SEED, 24, 800);
	sets[set_count++] = make_service_set("large", service_make(SEED + 2, 25000, 0.15), SEED, 2, 0);
	sets[set_count++] = make_service_set("larger", service_make(SEED + 3, 100000, 0.05), SEED, 1, 0);
	for (int i = 1; i < argc; i++)
	{
		if (strcmp(argv[i], "--quick") == 0)
			sample_count = 2;
		else if (strncmp(argv[i], "--work=", 7) == 0)
			only_work = argv[i] + 7;
		else if (strncmp(argv[i], "--data=", 7) == 0)
			only_data = argv[i] + 7;
		else if (!add_recording(argv[i]))
		{
			fprintf(stderr, "usage: core [--quick] [--work=...] [--data=...] [name[:bytes]=recording ...]\n");
			return 2;
		}
	}

	few = make_service_set("JVM-like", jvm, SEED + 1000, 43, 1000);
	many = make_service_set("JVM-like", jvm, SEED + 2000, 1000, 1000);
	alike = make_service_set("JVM-like", jvm, SEED + 3000, 43, 1000);
	vary_weights(alike);
	for (int round = 0; round < ROUNDS; round++)
	{
		for (int i = 0; i < set_count; i++)
			run_set(sets[i]);
		run_sum(few, "sum of different trees", 55);
		run_sum(many, "sum of different trees", 55);
		run_sum(alike, "sum of trees, one dictionary", 20);
		run_block(many, 900);

		/*
		 * Trees of a changing machine share less than those of one service:
		 * the prototype took 28 ns a node for them and 19 for the others.
		 */
		for (int i = 0; i < set_count; i++)
		{
			if (strcmp(sets[i]->name, "PostgreSQL") != 0)
				continue;
			run_sum(sets[i], "sum of different trees", 0.040 * sets[i]->nodes / sets[i]->count);
			run_block(sets[i], 2600);
		}
	}
	if (strstr("take-home", only_work) != NULL)
		run_takehome();
	if (strstr("builder memory", only_work) != NULL)
		run_memory();

	missed = print_table();
	if (missed > 0)
		printf("%d of the rows miss their bar.\n\n", missed);
	print_sizes(sets, pprof_bytes, set_count);
	return 0;
}
