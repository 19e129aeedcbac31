/*-------------------------------------------------------------------------
 *
 * support.c
 *		What the unit tests of the core share.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include <time.h>
#include <unistd.h>

#include "port/pg_bswap.h"
#include "port/pg_crc32c.h"

/* ---- TAP ---- */

static int	reported = 0;
static int	failed = 0;

void
report(bool passed, const char *what,...)
{
	va_list		args;

	reported++;
	failed += !passed;
	printf("%sok %d - ", passed ? "" : "not ", reported);
	va_start(args, what);
	vprintf(what, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

void
diagnose(const char *format,...)
{
	va_list		args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

int
finish(void)
{
	printf("1..%d\n", reported);
	fflush(stdout);
	/* a case that fails leaves its memory behind: no leak report then */
	if (failed > 0)
		_exit(1);
	return 0;
}

double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

uint64
random_bits(Random *random)
{
	uint64		z = random->state += UINT64CONST(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint32
random_below(Random *random, uint32 limit)
{
	return (uint32) ((random_bits(random) >> 32) * limit >> 32);
}

void
run_cases(const char *what, int count, Case function)
{
	const char *seed = getenv("PT_SEED");
	const char *only = getenv("PT_CASE");
	int			bad = 0;
	int			ran = 0;

	for (int i = only ? atoi(only) : 0; i < count && bad < 3; i++)
	{
		Random		random = {(seed ? strtoull(seed, NULL, 0) : 1) * 1000003 + i};

		random_bits(&random);
		ran++;
		if (!function(&random))
		{
			diagnose("case %d", i);
			bad++;
		}
		if (only)
			break;
	}
	report(bad == 0, "%s (%d cases)", what, ran);
	pt_core_encoding = PG_UTF8;
}

/*
 * PostgreSQL's JSON parser leaves its last token behind when it fails: in the
 * server a memory context takes it.  These names also stand above what our
 * readers allocate while it calls them; so their tests count blocks.
 */
extern const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:parse_object\nleak:parse_array\nleak:pg_parse_json\n";
}

/* ---- memory that runs out ---- */

int			allocations_left = -1;
jmp_buf		out_of_memory;

extern void *__real_pg_malloc(size_t size);
extern void *__real_pg_realloc(void *block, size_t size);
extern void *__wrap_pg_malloc(size_t size);
extern void *__wrap_pg_realloc(void *block, size_t size);

static void
count_allocation(void)
{
	if (allocations_left >= 0 && allocations_left-- == 0)
		longjmp(out_of_memory, 1);
}

void *
__wrap_pg_malloc(size_t size)
{
	count_allocation();
	return __real_pg_malloc(size);
}

void *
__wrap_pg_realloc(void *block, size_t size)
{
	count_allocation();
	return __real_pg_realloc(block, size);
}

/* ---- the oracle ---- */

void
oracle_init(Oracle *oracle)
{
	memset(oracle, 0, sizeof(*oracle));
}

void
oracle_free(Oracle *oracle)
{
	for (size_t i = 0; i < oracle->count; i++)
		pg_free(oracle->node[i].key);
	pg_free(oracle->node);
	oracle_init(oracle);
}

static int
compare_keys(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

/* the node with a key, made when it is not there */
static OracleNode *
oracle_node(Oracle *oracle, const char *key, size_t length)
{
	size_t		low = 0;
	size_t		high = oracle->count;
	OracleNode *node;

	while (low < high)
	{
		size_t		middle = (low + high) / 2;
		int			order = compare_keys(oracle->node[middle].key, oracle->node[middle].length, key, length);

		if (order == 0)
			return &oracle->node[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (oracle->count == oracle->capacity)
	{
		oracle->capacity = Max(64, 2 * oracle->capacity);
		oracle->node = pg_realloc(oracle->node, oracle->capacity * sizeof(OracleNode));
	}
	node = &oracle->node[low];
	memmove(node + 1, node, (oracle->count - low) * sizeof(OracleNode));
	oracle->count++;
	node->key = pg_malloc(length);
	memcpy(node->key, key, length);
	node->length = length;
	node->weight = 0;
	return node;
}

void
oracle_add(Oracle *oracle, const PtFrame *frames, uint32 count, int64 weight)
{
	StringInfoData key;

	initStringInfo(&key);
	for (uint32 i = 0; i < count; i++)
	{
		OracleNode *node;

		appendBinaryStringInfo(&key, frames[i].text, (int) frames[i].length);
		appendStringInfoChar(&key, '\0');
		node = oracle_node(oracle, key.data, key.len);
		if (i + 1 == count)
			node->weight += weight;
	}
	pfree(key.data);
}

void
oracle_copy(Oracle *into, const Oracle *from)
{
	oracle_init(into);
	oracle_add_oracle(into, from);
}

void
oracle_add_oracle(Oracle *oracle, const Oracle *other)
{
	for (size_t i = 0; i < other->count; i++)
		oracle_node(oracle, other->node[i].key, other->node[i].length)->weight += other->node[i].weight;
}

/* is "node" the node with that key, or below it? */
static bool
is_at_or_below(const OracleNode *node, const OracleNode *above)
{
	return node->length >= above->length && memcmp(node->key, above->key, above->length) == 0;
}

bool
oracle_is_stack(const Oracle *oracle, size_t node)
{
	return oracle->node[node].weight > 0 || node + 1 == oracle->count ||
		!is_at_or_below(&oracle->node[node + 1], &oracle->node[node]);
}

int64
oracle_total(const Oracle *oracle, size_t node)
{
	int64		total = 0;

	for (size_t i = node; i < oracle->count && is_at_or_below(&oracle->node[i], &oracle->node[node]); i++)
		total += oracle->node[i].weight;
	return total;
}

void
oracle_delta(Oracle *result, const Oracle *previous, const Oracle *current)
{
	Oracle		grown;

	oracle_copy(&grown, current);
	for (size_t i = 0; i < previous->count; i++)
	{
		OracleNode *node = oracle_node(&grown, previous->node[i].key, previous->node[i].length);

		node->weight = Max(node->weight - previous->node[i].weight, 0);
	}
	oracle_init(result);
	for (size_t i = 0; i < grown.count; i++)
	{
		if (oracle_total(&grown, i) > 0)
			oracle_node(result, grown.node[i].key, grown.node[i].length)->weight = grown.node[i].weight;
	}
	oracle_free(&grown);
}

uint32
oracle_level(const OracleNode *node)
{
	uint32		level = 0;

	for (size_t i = 0; i < node->length; i++)
		level += node->key[i] == '\0';
	return level;
}

const char *
oracle_symbol(const OracleNode *node, size_t *length)
{
	size_t		start = node->length - 1;

	while (start > 0 && node->key[start - 1] != '\0')
		start--;
	*length = node->length - 1 - start;
	return node->key + start;
}

uint32
oracle_frames(const OracleNode *node, PtFrame *frames, uint32 most)
{
	uint32		count = 0;
	size_t		start = 0;

	for (size_t i = 0; i < node->length && count < most; i++)
	{
		if (node->key[i] != '\0')
			continue;
		frames[count].text = node->key + start;
		frames[count++].length = i - start;
		start = i + 1;
	}
	return count;
}

int			padded_number = -1;

void
append_varint(StringInfo bytes, uint64 value)
{
	bool		pad = padded_number >= 0 && padded_number-- == 0;

	do
	{
		appendStringInfoChar(bytes, (char) (value % 128 + (value >= 128 || pad ? 128 : 0)));
		value /= 128;
	} while (value > 0);
	if (pad)
		appendStringInfoChar(bytes, 0);
}

static int
compare_frames(const void *a, const void *b)
{
	const PtFrame *x = a;
	const PtFrame *y = b;

	return compare_keys(x->text, x->length, y->text, y->length);
}

void
oracle_encode(const Oracle *oracle, StringInfo bytes)
{
	PtFrame    *symbol = pg_malloc((oracle->count + 1) * sizeof(PtFrame));
	size_t		symbols = 0;
	uint32		depth = 0;
	uint32		level = 0;
	uint64		quantum = 0;
	uint64		units = 0;
	StringInfoData dictionary;
	StringInfoData numbers;
	StringInfoData shape;
	StringInfoData weights;

	initStringInfo(bytes);
	initStringInfo(&dictionary);
	initStringInfo(&numbers);
	initStringInfo(&shape);
	initStringInfo(&weights);

	for (size_t i = 0; i < oracle->count; i++)
	{
		uint64		a = oracle->node[i].weight;

		symbol[i].text = oracle_symbol(&oracle->node[i], &symbol[i].length);
		while (a != 0)
		{
			uint64		rest = quantum % a;

			quantum = a;
			a = rest;
		}
	}
	if (quantum == 0)
		quantum = 1;
	qsort(symbol, oracle->count, sizeof(PtFrame), compare_frames);
	for (size_t i = 0; i < oracle->count; i++)
	{
		if (symbols == 0 || compare_frames(&symbol[symbols - 1], &symbol[i]) != 0)
			symbol[symbols++] = symbol[i];
	}
	for (size_t i = 0; i < symbols; i++)
	{
		size_t		shared = 0;

		while (i > 0 && shared < symbol[i].length && shared < symbol[i - 1].length &&
			   symbol[i].text[shared] == symbol[i - 1].text[shared])
			shared++;
		append_varint(&dictionary, shared);
		append_varint(&dictionary, symbol[i].length - shared);
		appendBinaryStringInfo(&dictionary, symbol[i].text + shared, (int) (symbol[i].length - shared));
	}

	for (size_t i = 0; i < oracle->count; i++)
	{
		const OracleNode *node = &oracle->node[i];
		uint32		here = oracle_level(node);
		PtFrame		name;
		PtFrame    *found;

		name.text = oracle_symbol(node, &name.length);
		found = bsearch(&name, symbol, symbols, sizeof(PtFrame), compare_frames);
		append_varint(&numbers, found - symbol);
		append_varint(&shape, (uint64) (level + 1 - here) * 2 + (node->weight > 0));
		if (node->weight > 0)
			append_varint(&weights, node->weight / quantum);
		units += node->weight / quantum;
		level = here;
		depth = Max(depth, level);
	}

	appendBinaryStringInfo(bytes, "\001\000", 2);
	append_varint(bytes, oracle->count);
	append_varint(bytes, symbols);
	append_varint(bytes, depth);
	append_varint(bytes, dictionary.len);
	append_varint(bytes, numbers.len);
	append_varint(bytes, shape.len);
	append_varint(bytes, quantum);
	append_varint(bytes, units);
	appendBinaryStringInfo(bytes, dictionary.data, dictionary.len);
	appendBinaryStringInfo(bytes, numbers.data, numbers.len);
	appendBinaryStringInfo(bytes, shape.data, shape.len);
	appendBinaryStringInfo(bytes, weights.data, weights.len);
	pfree(dictionary.data);
	pfree(numbers.data);
	pfree(shape.data);
	pfree(weights.data);
	pg_free(symbol);
}

void
oracle_to_tree(const Oracle *oracle, PtTree *tree)
{
	StringInfoData bytes;
	PtError		error;

	oracle_encode(oracle, &bytes);
	pt_tree_init(tree, NULL);
	if (!pt_decode((uint8 *) bytes.data, bytes.len, tree, &error))
		abort();
	pfree(bytes.data);
}

/* ---- comparing ---- */

bool
add_encoded(PtBuilder *builder, const uint8 *bytes, size_t length, PtError *error)
{
	static PtTree scratch;
	static bool use_scratch = false;

	use_scratch = !use_scratch;
	return pt_builder_add_encoded(builder, bytes, length, use_scratch ? &scratch : NULL, error);
}

static void
take_bytes(uint8 *encoded, size_t reserve, size_t length, StringInfo bytes)
{
	initStringInfo(bytes);
	appendBinaryStringInfo(bytes, (char *) encoded + reserve, (int) length);
	pt_free(encoded);
}

void
encode_builder(PtBuilder *builder, StringInfo bytes)
{
	uint8	   *encoded;
	size_t		length;
	PtError		error;

	if (!pt_builder_encode(builder, NULL, 4, &encoded, &length, &error))
		abort();
	take_bytes(encoded, 4, length, bytes);
}

void
encode_tree(const PtTree *tree, StringInfo bytes)
{
	uint8	   *encoded;
	size_t		length;
	PtError		error;

	if (!pt_encode(tree, NULL, 3, &encoded, &length, &error))
		abort();
	take_bytes(encoded, 3, length, bytes);
}

bool
same_bytes(const StringInfoData *a, const StringInfoData *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static bool
are_bytes_of(StringInfo bytes, const Oracle *oracle)
{
	StringInfoData expected;
	bool		same;

	oracle_encode(oracle, &expected);
	same = same_bytes(bytes, &expected);
	pfree(expected.data);
	pfree(bytes->data);
	return same;
}

bool
builder_is(PtBuilder *builder, const Oracle *oracle)
{
	StringInfoData bytes;

	encode_builder(builder, &bytes);
	return are_bytes_of(&bytes, oracle);
}

bool
tree_is(const PtTree *tree, const Oracle *oracle)
{
	StringInfoData bytes;
	uint32		depth = 0;
	int64		total = 0;

	if (tree->node_count != oracle->count)
		return false;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		const OracleNode *node = &oracle->node[i];
		size_t		length;
		size_t		expected_length;
		const char *text = pt_symbol_text(&tree->dictionary, tree->symbol[i], &length);
		const char *expected = oracle_symbol(node, &expected_length);

		if (tree->level[i] != oracle_level(node) || tree->self[i] != node->weight ||
			length != expected_length || memcmp(text, expected, length) != 0)
			return false;
		depth = Max(depth, tree->level[i]);
		total += node->weight;
	}
	if (tree->depth != depth || tree->total != total)
		return false;
	encode_tree(tree, &bytes);
	return are_bytes_of(&bytes, oracle);
}

/* ---- random profiles ---- */

/* what has a meaning in some form, at places where it may be taken for it */
static const char *const special[] = {
	";", "\"", " ", "\t", "\n", "\r", ";\"", "\"\"", " a", "a ", "a\t", "\\x41", "%20", "a 5", "\"a",
	"a;b\"c", "a\"b", "\"a\";\"b\"", "\r\n", "a\r", "5", "-5", "\\", "a;b", "a\nb", ";;", "\" 5\n\"", "_", "|"
};
static const char *const multibyte[] = {
	"\303\251", "\342\202\254", "\364\217\277\277", "\302\200", "a\303\251", "\303\251a", "\357\273\277",
	"\342\202\254\342\202\254\342\202\254", "aaaaaaa\303\251", "\355\237\277"
};

/* a long text that symbols share the start of; no NUL, not periodic in 8 */
static void
shared_text(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text[i] = "abcdefghijklm"[i * i % 13];
}

static size_t
symbol_make(char *text, Random *random)
{
	size_t		length = 0;
	const char *piece;

	switch (random_below(random, 8))
	{
		case 0:
			return 0;
		case 1:
			/* cut at, before and behind a word of eight bytes */
			length = 8 * random_below(random, 6) + random_below(random, 3);
			length = length > 0 ? length - 1 : 0;
			shared_text(text, length);
			if (one_in(random, 2))
				text[length++] = "abz"[random_below(random, 3)];
			return length;
		case 2:
			/* past the 256 bytes that are compared at once */
			length = 250 + random_below(random, 300);
			shared_text(text, length);
			if (one_in(random, 2))
				text[length++] = "abz"[random_below(random, 3)];
			return length;
		case 3:
			piece = special[random_below(random, lengthof(special))];
			length = strlen(piece);
			memcpy(text, piece, length);
			return length;
		case 4:
			piece = multibyte[random_below(random, lengthof(multibyte))];
			length = strlen(piece);
			memcpy(text, piece, length);
			return length;
		case 5:
			length = random_below(random, 25);
			for (size_t i = 0; i < length; i++)
				text[i] = pt_core_encoding == PG_UTF8 ? (char) (1 + random_below(random, 127)) :
					(char) (1 + random_below(random, 255));
			return length;
		default:
			length = 1 + random_below(random, 3);
			for (size_t i = 0; i < length; i++)
				text[i] = "abc"[random_below(random, 3)];
			return length;
	}
}

void
pool_make(Pool *pool, Random *random)
{
	pool->count = 1 + random_below(random, POOL_MOST);
	for (int i = 0; i < pool->count; i++)
	{
		pool->symbol[i].text = pool->bytes[i];
		pool->symbol[i].length = symbol_make(pool->bytes[i], random);
	}
}

uint32
next_stack(const Pool *pool, Random *random, PtFrame *frames, uint32 count)
{
	uint32		more = random_below(random, one_in(random, 40) ? 120 : 5);

	/* keep some, all, or all but the last of the stack before */
	if (one_in(random, 3))
		count = random_below(random, count + 1);
	else if (one_in(random, 3) && count > 0)
		count--;
	if (count > STACK_MOST / 3)
		count = random_below(random, 4);
	if (count + more == 0)
		more = 1;
	for (; more > 0; more--)
		frames[count++] = pool->symbol[random_below(random, pool->count)];
	return count;
}

static int64
weight_make(Random *random, int style)
{
	switch (style)
	{
		case 0:
			return 1;
		case 1:
			return random_below(random, 3);
		case 2:
			return 10000000 * (int64) random_below(random, 200);
		case 3:
			return (int64) (random_bits(random) >> 9);	/* 200 of them fit */
		default:
			return (int64) (random_bits(random) >> (10 + random_below(random, 54)));
	}
}

void
profile_make(Profile *profile, Random *random)
{
	int			style = random_below(random, 5);
	PtFrame		frames[STACK_MOST];
	uint32		count = 0;

	pt_core_encoding = one_in(random, 4) ? PG_SQL_ASCII : PG_UTF8;
	pool_make(&profile->pool, random);
	profile->count = one_in(random, 30) ? 0 : 1 + random_below(random, one_in(random, 4) ? 100 : 20);
	profile->sample = pg_malloc(profile->count * sizeof(Sample));
	for (int i = 0; i < profile->count; i++)
	{
		Sample	   *sample = &profile->sample[i];

		count = next_stack(&profile->pool, random, frames, count);
		sample->count = count;
		sample->frames = pg_malloc(count * sizeof(PtFrame));
		memcpy(sample->frames, frames, count * sizeof(PtFrame));
		sample->weight = weight_make(random, style);
	}
}

void
profile_free(Profile *profile)
{
	for (int i = 0; i < profile->count; i++)
		pg_free(profile->sample[i].frames);
	pg_free(profile->sample);
}

void
profile_shuffle(Profile *profile, Random *random)
{
	for (int i = profile->count; i > 1; i--)
	{
		int			j = random_below(random, i);
		Sample		swap = profile->sample[i - 1];

		profile->sample[i - 1] = profile->sample[j];
		profile->sample[j] = swap;
	}
}

void
profile_to_oracle(const Profile *profile, Oracle *oracle)
{
	oracle_init(oracle);
	for (int i = 0; i < profile->count; i++)
		oracle_add(oracle, profile->sample[i].frames, profile->sample[i].count, profile->sample[i].weight);
}

bool
profile_build(const Profile *profile, int from, int to, PtBuilder *builder)
{
	PtError		error;

	for (int i = from; i < to; i++)
	{
		const Sample *sample = &profile->sample[i];
		uint32		kept = pt_builder_kept(builder, 0, sample->frames, sample->count);

		if (!pt_builder_add(builder, kept, sample->frames + kept, sample->count - kept, sample->weight, &error))
			return false;
	}
	return true;
}

void
pair_make(Random *random, Profile *profile, Oracle *a, Oracle *b, PtTree *x, PtTree *y)
{
	Pool		other;

	profile_make(profile, random);
	pool_make(&other, random);
	oracle_init(a);
	oracle_init(b);
	for (int i = 0; i < profile->count; i++)
	{
		Sample	   *sample = &profile->sample[i];
		int			side = random_below(random, 3);

		if (side != 1)
			oracle_add(a, sample->frames, sample->count, sample->weight);
		if (one_in(random, 4))
			sample->frames[random_below(random, sample->count)] = other.symbol[random_below(random, other.count)];
		if (side != 0)
			oracle_add(b, sample->frames, sample->count,
					   one_in(random, 2) ? sample->weight : sample->weight / 2 + random_below(random, 3));
	}
	oracle_to_tree(a, x);
	oracle_to_tree(b, y);
}

void
write_stack(StringInfo text, const PtFrame *frames, uint32 count, Random *random)
{
	for (uint32 i = 0; i < count; i++)
	{
		const char *symbol = frames[i].text;
		size_t		length = frames[i].length;
		bool		last = i + 1 == count;
		bool		quote = one_in(random, 6) || (length == 0 ? last : symbol[0] == '"');

		for (size_t at = 0; at < length; at++)
			quote |= symbol[at] == ';' || symbol[at] == '\n' || symbol[at] == '\r';
		if (last && length > 0)
			quote |= symbol[length - 1] == ' ' || symbol[length - 1] == '\t';
		if (i > 0)
			appendStringInfoChar(text, ';');
		if (quote)
			appendStringInfoChar(text, '"');
		for (size_t at = 0; at < length; at++)
		{
			if (quote && symbol[at] == '"')
				appendStringInfoChar(text, '"');
			appendStringInfoChar(text, symbol[at]);
		}
		if (quote)
			appendStringInfoChar(text, '"');
	}
}

/* ---- the naive reader ---- */

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

uint32
naive_stack(const char *text, size_t length, bool quoting, PtFrame *frames, uint32 most, StringInfo unquoted)
{
	uint32		count = 0;
	size_t		at = 0;

	/* no frame may move while others point to it */
	enlargeStringInfo(unquoted, (int) length + 1);
	if (length == 0)
		return 0;
	for (;;)
	{
		int			start = unquoted->len;

		if (count == most)
			abort();
		if (quoting && at < length && text[at] == '"')
		{
			for (at++;; at++)
			{
				if (at == length)
					return 0;
				if (text[at] == '"')
				{
					at++;
					if (at == length || text[at] != '"')
						break;
				}
				appendStringInfoChar(unquoted, text[at]);
			}
			if (at < length && text[at] != ';')
				return 0;
		}
		else
		{
			for (; at < length && text[at] != ';'; at++)
			{
				if (text[at] == '\n')
					return 0;
				appendStringInfoChar(unquoted, text[at]);
			}
		}
		frames[count].text = unquoted->data + start;
		frames[count++].length = unquoted->len - start;
		if (at == length)
			return count;
		at++;
	}
}

bool
naive_parse(const char *text, size_t length, bool quoting, Oracle *oracle)
{
	PtFrame    *frames = pg_malloc((length + 1) * sizeof(PtFrame));
	size_t		at = 0;
	int64		total = 0;
	bool		ok = true;
	StringInfoData unquoted;

	initStringInfo(&unquoted);
	while (ok && at < length)
	{
		size_t		line = at;
		bool		frame_start = true;
		size_t		stop;
		size_t		digits;
		size_t		stack_end;
		int64		weight = 0;
		uint32		count;

		while (at < length && text[at] != '\n')
		{
			if (quoting && frame_start && text[at] == '"')
			{
				for (at++; at < length; at++)
				{
					if (text[at] != '"')
						continue;
					if (at + 1 < length && text[at + 1] == '"')
						at++;
					else
						break;
				}
				if (at == length)
				{
					ok = false;
					break;
				}
			}
			frame_start = text[at] == ';';
			at++;
		}
		if (!ok)
			break;
		stop = at++;
		if (stop > line && text[stop - 1] == '\r')
			stop--;
		while (stop > line && blank(text[stop - 1]))
			stop--;
		if (stop == line)
			continue;
		digits = stop;
		while (digits > line && text[digits - 1] >= '0' && text[digits - 1] <= '9')
			digits--;
		stack_end = digits;
		while (stack_end > line && blank(text[stack_end - 1]))
			stack_end--;
		if (digits == stop || stack_end == digits || stack_end == line)
		{
			ok = false;
			break;
		}
		for (; ok && digits < stop; digits++)
			ok = !pg_mul_s64_overflow(weight, 10, &weight) &&
				!pg_add_s64_overflow(weight, text[digits] - '0', &weight);
		if (!ok)
			break;
		resetStringInfo(&unquoted);
		count = naive_stack(text + line, stack_end - line, quoting, frames, (uint32) length + 1, &unquoted);
		ok = count > 0 && !pg_add_s64_overflow(total, weight, &total);
		if (ok)
			oracle_add(oracle, frames, count, weight);
	}
	pfree(unquoted.data);
	pg_free(frames);
	return ok;
}

/* ---- more ---- */

uint32
frames_of(PtFrame *frames,...)
{
	uint32		count = 0;
	const char *text;
	va_list		args;

	va_start(args, frames);
	while ((text = va_arg(args, const char *)) != NULL)
	{
		frames[count].text = text;
		frames[count++].length = strlen(text);
	}
	va_end(args);
	return count;
}

void
add_checksum(StringInfo wire)
{
	pg_crc32c	crc;
	uint32		stored;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, wire->data, wire->len);
	FIN_CRC32C(crc);
	stored = pg_hton32(crc);
	appendBinaryStringInfo(wire, (char *) &stored, sizeof(stored));
}
