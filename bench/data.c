/*-------------------------------------------------------------------------
 *
 * data.c
 *		What the benchmarks run on: recorded profiles and made ones.
 *
 *-------------------------------------------------------------------------
 */
#include "data.h"

#include <math.h>

/* ---- random numbers ---- */

uint64
random_next(uint64 *state)
{
	uint64		z = (*state += UINT64CONST(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint32
random_below(uint64 *state, uint32 limit)
{
	return (uint32) ((random_next(state) >> 32) * limit >> 32);
}

double
random_unit(uint64 *state)
{
	return (double) (random_next(state) >> 11) / (UINT64CONST(1) << 53);
}

/* 0 most often, then ever less; mean about "mean" */
static uint32
random_geometric(uint64 *state, double mean)
{
	double		stop = 1 / (mean + 1);
	uint32		n = 0;

	while (random_unit(state) > stop)
		n++;
	return n;
}

/* small numbers more often than large ones, as 1/n */
static uint32
random_rank(uint64 *state, uint32 limit)
{
	double		x = exp(random_unit(state) * log((double) limit + 1)) - 1;

	return Min((uint32) x, limit - 1);
}

/* ---- symbols ---- */

static const char *const words[] = {
	"abstract", "accept", "batch", "block", "buffer", "build", "cache", "call", "channel", "chunk",
	"client", "close", "commit", "compute", "config", "connect", "consume", "context", "copy", "create",
	"cursor", "decode", "delegate", "dispatch", "encode", "entry", "event", "execute", "fetch", "field",
	"file", "filter", "flush", "format", "future", "get", "group", "handle", "hash", "header",
	"index", "invoke", "iterator", "key", "lambda", "list", "load", "lock", "log", "lookup",
	"manager", "map", "match", "memory", "merge", "message", "metadata", "network", "node", "notify",
	"offset", "parse", "partition", "poll", "pool", "process", "producer", "proxy", "put", "queue",
	"read", "record", "reflect", "region", "register", "release", "replica", "request", "reset", "resolve",
	"response", "run", "scan", "schema", "segment", "select", "send", "serialize", "server", "session",
	"set", "size", "socket", "sort", "state", "store", "stream", "string", "submit", "table",
	"task", "thread", "timer", "token", "topic", "trace", "transform", "update", "util", "validate",
	"value", "view", "visit", "wait", "worker", "write",
};

static const char *const domains[] = {
	"java.util", "java.util.concurrent", "java.lang", "java.io", "java.nio", "sun.nio.ch", "jdk.internal",
	"org.apache.kafka", "org.apache.kafka.common", "io.netty", "org.eclipse.jetty", "com.example.orders",
	"com.example.orders.storage", "com.fasterxml.jackson", "org.springframework", "scala.collection",
};

static void
append_word(StringInfo text, uint64 *state, bool capital)
{
	const char *word = words[random_below(state, lengthof(words))];

	appendStringInfoChar(text, capital ? word[0] - 'a' + 'A' : word[0]);
	appendStringInfoString(text, word + 1);
}

/*
 * All symbols of a service: packages, in each some classes, in each some
 * methods, so that neighbours in byte order share most of their bytes.
 */
static void
make_symbols(Service *service, uint32 count, uint64 *state)
{
	StringInfoData name;
	uint32		methods = 0;
	size_t		class_end = 0;
	size_t		package_end = 0;
	uint32		classes = 0;

	initStringInfo(&name);
	service->symbol = pg_malloc(count * sizeof(char *));
	service->symbol_count = count;
	for (uint32 i = 0; i < count; i++)
	{
		if (methods == 0)
		{
			if (classes == 0)
			{
				resetStringInfo(&name);
				appendStringInfoString(&name, domains[random_below(state, lengthof(domains))]);
				appendStringInfoChar(&name, '.');
				append_word(&name, state, false);
				package_end = name.len;
				classes = 1 + random_geometric(state, 6);
			}
			classes--;
			name.len = package_end;
			appendStringInfoChar(&name, '.');
			for (uint32 n = 1 + random_below(state, 3); n > 0; n--)
				append_word(&name, state, true);
			if (random_below(state, 6) == 0)
				appendStringInfo(&name, "$%u", random_below(state, 30));
			class_end = name.len;
			methods = 1 + random_geometric(state, 1.5);
		}
		methods--;
		name.len = class_end;
		appendStringInfoChar(&name, '.');
		append_word(&name, state, false);
		for (uint32 n = random_below(state, 3); n > 0; n--)
			append_word(&name, state, true);
		/* the number keeps names apart that would be the same by chance */
		if (random_below(state, 8) == 0)
			appendStringInfo(&name, "$%u", i);
		service->symbol[i] = pg_strdup(name.data);
	}
	/* callers and callees do not lie side by side in byte order */
	for (uint32 i = count - 1; i > 0; i--)
	{
		uint32		j = random_below(state, i + 1);
		char	   *swap = service->symbol[i];

		service->symbol[i] = service->symbol[j];
		service->symbol[j] = swap;
	}
	pfree(name.data);
}

/* ---- the tree ---- */

typedef struct Shape
{
	uint32		first_child;
	uint32		next_sibling;
} Shape;

#define NONE		PG_UINT32_MAX

static const Service *sorting;
static const uint32 *sorting_rank;

/* in the order of a walk from the root, children by symbol */
static int
compare_stacks(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;
	uint32		x_depth = sorting->node_depth[x];
	uint32		y_depth = sorting->node_depth[y];
	uint32		deeper = x_depth > y_depth;

	if (x == y)
		return 0;
	while (sorting->node_depth[x] > sorting->node_depth[y])
		x = sorting->node_parent[x];
	while (sorting->node_depth[y] > sorting->node_depth[x])
		y = sorting->node_parent[y];
	if (x == y)
		return deeper ? 1 : -1;
	while (sorting->node_parent[x] != sorting->node_parent[y])
	{
		x = sorting->node_parent[x];
		y = sorting->node_parent[y];
	}
	return sorting_rank[sorting->node_symbol[x]] < sorting_rank[sorting->node_symbol[y]] ? -1 : 1;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(sorting->symbol[*(const uint32 *) a], sorting->symbol[*(const uint32 *) b]);
}

static uint32
add_node(Service *service, Shape *shape, uint32 *roots, uint32 parent, uint32 symbol)
{
	uint32		node = service->node_count++;
	uint32	   *list = parent == NONE ? roots : &shape[parent].first_child;

	service->node_symbol[node] = symbol;
	service->node_parent[node] = parent;
	service->node_depth[node] = parent == NONE ? 1 : service->node_depth[parent] + 1;
	shape[node].first_child = NONE;
	shape[node].next_sibling = *list;
	*list = node;
	return node;
}

static uint32
find_node(const Service *service, const Shape *shape, uint32 at, uint32 symbol)
{
	while (at != NONE && service->node_symbol[at] != symbol)
		at = shape[at].next_sibling;
	return at;
}

#define CALLEES		4

Service *
service_make(uint64 seed, uint32 nodes, double symbols_per_node)
{
	Service    *service = pg_malloc0(sizeof(Service));
	uint32		symbols = Max((uint32) (nodes * symbols_per_node), 16);
	Shape	   *shape = pg_malloc(nodes * sizeof(Shape));
	uint32	   *callee = pg_malloc0((size_t) symbols * CALLEES * sizeof(uint32));
	uint32	   *rank = pg_malloc(symbols * sizeof(uint32));
	uint32	   *order = pg_malloc(symbols * sizeof(uint32));
	uint32		used = 1;
	uint32		roots = NONE;
	double		sum = 0;

	make_symbols(service, symbols, &seed);
	service->node_symbol = pg_malloc(nodes * sizeof(uint32));
	service->node_parent = pg_malloc(nodes * sizeof(uint32));
	service->node_depth = pg_malloc(nodes * sizeof(uint32));

	/*
	 * Grow from random places downwards.  A symbol calls the few symbols it
	 * called elsewhere, most often; so parts of the tree look alike.
	 */
	while (service->node_count < nodes)
	{
		uint32		at = NONE;
		uint32		length = 1 + random_geometric(&seed, 3.5);

		if (service->node_count > 0)
		{
			at = random_below(&seed, service->node_count);
			while (at != NONE && service->node_depth[at] > 45)
				at = service->node_parent[at];
			if (random_below(&seed, 400) == 0)
				at = NONE;
		}
		for (; length > 0 && service->node_count < nodes; length--)
		{
			uint32		caller = at == NONE ? 0 : service->node_symbol[at];
			uint32	   *slot = &callee[caller * CALLEES + random_below(&seed, CALLEES)];
			uint32		symbol;
			uint32		child;

			if (used < symbols && used < (service->node_count + 1) * (double) symbols / nodes)
				symbol = used++;
			else if (*slot != 0 && random_below(&seed, 4) > 0)
				symbol = *slot;
			else
				symbol = random_rank(&seed, used);
			*slot = symbol;
			child = find_node(service, shape, at == NONE ? roots : shape[at].first_child, symbol);
			if (child == NONE)
				child = add_node(service, shape, &roots, at, symbol);
			at = child;
		}
	}

	/* every leaf is a stack, and one inner node in twelve */
	service->stack = pg_malloc(nodes * sizeof(uint32));
	for (uint32 i = 0; i < nodes; i++)
	{
		if (shape[i].first_child == NONE || random_below(&seed, 12) == 0)
			service->stack[service->stack_count++] = i;
	}
	sorting = service;
	for (uint32 i = 0; i < symbols; i++)
		order[i] = i;
	qsort(order, symbols, sizeof(uint32), compare_names);
	for (uint32 i = 0; i < symbols; i++)
		rank[order[i]] = i;
	sorting_rank = rank;
	qsort(service->stack, service->stack_count, sizeof(uint32), compare_stacks);

	service->popularity = pg_malloc(service->stack_count * sizeof(double));
	for (uint32 i = 0; i < service->stack_count; i++)
	{
		sum += 1 / (1 + (double) random_below(&seed, service->stack_count));
		service->popularity[i] = sum;
	}
	for (uint32 i = 0; i < service->stack_count; i++)
		service->popularity[i] /= sum;
	pfree(shape);
	pfree(callee);
	pfree(rank);
	pfree(order);
	return service;
}

static void
append_stack(const Service *service, uint32 node, StringInfo text)
{
	uint32		depth = service->node_depth[node];
	uint32	   *path = pg_malloc(depth * sizeof(uint32));

	for (uint32 level = depth; level-- > 0; node = service->node_parent[node])
		path[level] = service->node_symbol[node];
	for (uint32 level = 0; level < depth; level++)
	{
		if (level > 0)
			appendStringInfoChar(text, ';');
		appendStringInfoString(text, service->symbol[path[level]]);
	}
	pfree(path);
}

void
service_profile(const Service *service, uint64 seed, uint32 samples, StringInfo text)
{
	uint32	   *weight = pg_malloc0(service->stack_count * sizeof(uint32));

	initStringInfo(text);
	for (uint32 i = 0; i < service->stack_count && samples == 0; i++)
		weight[i] = 1 + random_geometric(&seed, 5);
	for (uint32 i = 0; i < samples; i++)
	{
		double		x = random_unit(&seed);
		uint32		low = 0;
		uint32		high = service->stack_count - 1;

		while (low < high)
		{
			uint32		middle = (low + high) / 2;

			if (service->popularity[middle] < x)
				low = middle + 1;
			else
				high = middle;
		}
		weight[low]++;
	}
	for (uint32 i = 0; i < service->stack_count; i++)
	{
		if (weight[i] == 0)
			continue;
		append_stack(service, service->stack[i], text);
		appendStringInfo(text, " %u0000000\n", weight[i]);	/* 10 ms a sample */
	}
	pfree(weight);
}

/* ---- text ---- */

typedef struct Line
{
	const char *start;
	size_t		length;
} Line;

static int
compare_lines(const void *a, const void *b)
{
	const Line *x = a;
	const Line *y = b;

	return pt_compare_symbols(x->start, x->length, y->start, y->length);
}

/* put lines in order, which "seed" NULL says is byte order, else a random one */
static void
order_lines(StringInfo text, uint64 *seed)
{
	uint64		count = count_lines(text->data, text->len);
	Line	   *line = pg_malloc((count + 1) * sizeof(Line));
	StringInfoData result;
	const char *at = text->data;

	for (uint64 i = 0; i < count; i++)
	{
		const char *next = strchr(at, '\n');

		line[i].start = at;
		line[i].length = next + 1 - at;
		at = next + 1;
	}
	if (seed == NULL)
		qsort(line, count, sizeof(Line), compare_lines);
	else
	{
		for (uint64 i = count; i > 1; i--)
		{
			uint32		j = random_below(seed, (uint32) i);
			Line		swap = line[i - 1];

			line[i - 1] = line[j];
			line[j] = swap;
		}
	}
	initStringInfo(&result);
	enlargeStringInfo(&result, text->len);
	for (uint64 i = 0; i < count; i++)
		appendBinaryStringInfo(&result, line[i].start, (int) line[i].length);
	pfree(text->data);
	pfree(line);
	*text = result;
}

void
sort_lines(StringInfo text)
{
	order_lines(text, NULL);
}

void
shuffle_lines(StringInfo text, uint64 seed)
{
	order_lines(text, &seed);
}

uint64
count_lines(const char *text, size_t length)
{
	uint64		count = 0;

	for (size_t i = 0; i < length; i++)
		count += text[i] == '\n';
	return count;
}

uint64
count_frames(const char *text, size_t length)
{
	uint64		count = 0;

	for (size_t i = 0; i < length; i++)
		count += text[i] == '\n' || text[i] == ';';
	return count;
}

/* ---- files ---- */

void
read_file(const char *path, StringInfo text)
{
	FILE	   *file = fopen(path, "rb");
	char		chunk[65536];
	size_t		got;

	initStringInfo(text);
	if (file == NULL)
	{
		fprintf(stderr, "%s: %m\n", path);
		exit(1);
	}
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		appendBinaryStringInfo(text, chunk, (int) got);
	fclose(file);
	if (text->len > 0 && text->data[text->len - 1] != '\n')
		appendStringInfoChar(text, '\n');
}

StringInfoData *
read_slots(const char *path, uint32 *count)
{
	StringInfoData file;
	StringInfoData *slots = NULL;
	const char *at;
	const char *slot = "";
	size_t		slot_length = 0;

	*count = 0;
	read_file(path, &file);
	for (at = file.data; at < file.data + file.len;)
	{
		const char *end = strchr(at, '\n');
		const char *stack = memchr(at, '\t', end - at);
		const char *weight = stack == NULL ? NULL : memchr(stack + 1, '\t', end - stack - 1);

		if (weight == NULL)
		{
			fprintf(stderr, "%s: not slot TAB stack TAB weight\n", path);
			exit(1);
		}
		if (slot_length != (size_t) (stack - at) || memcmp(slot, at, slot_length) != 0)
		{
			slots = pg_realloc(slots, (*count + 1) * sizeof(StringInfoData));
			initStringInfo(&slots[(*count)++]);
			slot = at;
			slot_length = stack - at;
		}
		appendBinaryStringInfo(&slots[*count - 1], stack + 1, (int) (weight - stack - 1));
		appendStringInfoChar(&slots[*count - 1], ' ');
		appendBinaryStringInfo(&slots[*count - 1], weight + 1, (int) (end - weight));
		at = end + 1;
	}
	return slots;
}
