/*-------------------------------------------------------------------------
 *
 * codec.c
 *		Bytes to a flat tree in memory and back; the validator.
 *
 * Decoding and validating are one pass on purpose: every reader pays for the
 * checks (a compare or two a node) and no reader can forget them.  A stored
 * value with a flipped bit gives an error or a tree that is well formed in
 * every respect, never a wild read.
 *
 * Checked here, with the section named in the error: each varint shortest and
 * inside its section; counts bounded by the bytes that are there before
 * anything is allocated; symbols ascending, prefixes maximal, no NUL, valid
 * in the server encoding; symbol numbers in range and all used; levels
 * reachable and the greatest one as the header says; siblings ascending;
 * weights at least 1, their sum and greatest common divisor as the header
 * says; nothing left over.
 *
 *-------------------------------------------------------------------------
 */
#include "codec.h"

bool
pt_read_varint_slow(PtCursor *cursor, uint64 *value)
{
	uint64		result = 0;

	for (int shift = 0; shift < 63; shift += 7)
	{
		uint8		byte;

		if (cursor->at >= cursor->end)
			return false;
		byte = *cursor->at++;
		result |= (uint64) (byte & 0x7F) << shift;
		if (byte < 0x80)
		{
			*value = result;
			/* a last byte of 0 says it could have been shorter */
			return byte != 0 || shift == 0;
		}
	}
	return false;
}

bool
pt_damaged(PtError *error, const char *type, const char *section, const char *what)
{
	return pt_fail(error, PT_DAMAGED, "invalid %s value: %s section: %s", type, section, what);
}

/* ---- memory ---- */

void
pt_tree_init(PtTree *tree, PtMemory memory)
{
	memset(tree, 0, sizeof(*tree));
	tree->memory = memory;
	tree->dictionary.memory = memory;
}

void
pt_tree_free(PtTree *tree)
{
	if (tree->capacity > 0)
	{
		pt_free(tree->symbol);
		pt_free(tree->level);
		pt_free(tree->self);
	}
	if (tree->scratch_capacity > 0)
		pt_free(tree->scratch);
	if (tree->dictionary.symbol_capacity > 0)
		pt_free(tree->dictionary.symbol);
	if (tree->dictionary.capacity > 0)
		pt_free(tree->dictionary.bytes);
	pt_tree_init(tree, tree->memory);
}

static void *
resize(PtMemory memory, void *block, size_t old_size, size_t size)
{
	return old_size == 0 ? pt_alloc(memory, size) : pt_realloc(block, size);
}

void
pt_tree_reserve(PtTree *tree, uint32 nodes)
{
	uint32		old = tree->capacity;

	if (nodes <= old)
		return;
	/* one that has grown before may grow again */
	if (old > 0)
		nodes = Max(nodes, old + old / 2);
	tree->symbol = resize(tree->memory, tree->symbol, old, nodes * sizeof(uint32));
	tree->level = resize(tree->memory, tree->level, old, nodes * sizeof(uint32));
	tree->self = resize(tree->memory, tree->self, old, nodes * sizeof(int64));
	tree->capacity = nodes;
}

void
pt_dictionary_reserve(PtDictionary *dictionary, uint32 symbols, size_t bytes)
{
	if (symbols > dictionary->symbol_capacity)
	{
		symbols = Max(symbols, dictionary->symbol_capacity + dictionary->symbol_capacity / 2);
		dictionary->symbol = resize(dictionary->memory, dictionary->symbol,
									dictionary->symbol_capacity, symbols * sizeof(PtSymbol));
		dictionary->symbol_capacity = symbols;
	}
	if (bytes > dictionary->capacity)
	{
		dictionary->bytes = resize(dictionary->memory, dictionary->bytes,
								   dictionary->capacity, bytes + PT_PADDING);
		dictionary->capacity = bytes;
	}
}

/* ---- decoding ---- */

bool
pt_decode_header(PtCursor *at, PtHeader *header, PtError *error)
{
	uint64		quantum;
	uint64		units;
	int64		total;

	if (at->end - at->at < 2)
		return pt_damaged(error, "proftree", "header", "cut off");
	if (at->at[0] != PT_VERSION)
	{
		pt_fail(error, PT_DAMAGED, "invalid proftree value: unknown version %d", at->at[0]);
		return pt_fail_hint(error, "A value written by a newer version of pyrotree needs that version to be read.");
	}
	if (at->at[1] != 0)
		return pt_damaged(error, "proftree", "header", "reserved bits set");
	at->at += 2;
	if (!pt_read_varint_up_to(at, PT_MAX_NODES, &header->node_count) ||
		!pt_read_varint_up_to(at, PT_MAX_NODES, &header->symbol_count) ||
		!pt_read_varint_up_to(at, PT_MAX_DEPTH, &header->depth) ||
		!pt_read_varint_up_to(at, PT_WIRE_MAX_BYTES, &header->dictionary_bytes) ||
		!pt_read_varint_up_to(at, PT_MAX_BYTES, &header->symbols_bytes) ||
		!pt_read_varint_up_to(at, PT_MAX_BYTES, &header->shape_bytes) ||
		!pt_read_varint(at, &quantum) ||
		!pt_read_varint(at, &units))
		return pt_damaged(error, "proftree", "header", "bad number");
	if (quantum == 0 || (units == 0 && quantum != 1))
		return pt_damaged(error, "proftree", "header", "bad quantum");
	if (pg_mul_s64_overflow((int64) units, (int64) quantum, &total))
		return pt_damaged(error, "proftree", "header", "total out of range");
	if (!pt_counts_agree(header))
		return pt_damaged(error, "proftree", "header", "counts do not agree");
	header->quantum = (int64) quantum;
	header->units = (int64) units;
	header->total = total;
	return true;
}

bool
pt_counts_agree(const PtHeader *header)
{
	return header->symbol_count <= header->node_count &&
		header->depth <= header->node_count &&
		(header->node_count > 0) == (header->symbol_count > 0) &&
		(header->node_count > 0) == (header->depth > 0);
}

bool
pt_decode_sections(const uint8 *bytes, size_t length, size_t most,
				   PtSections *sections, PtError *error)
{
	PtHeader   *header = &sections->header;
	PtCursor	at = {bytes, bytes + length};
	size_t		left;

	if (!pt_decode_header(&at, header, error))
		return false;
	left = at.end - at.at;
	if (left > most)
		return pt_damaged(error, "proftree", "header", "value too large");
	sections->type = "proftree";
	return pt_cut_sections(at, sections, error);
}

bool
pt_cut_sections(PtCursor at, PtSections *sections, PtError *error)
{
	const PtHeader *header = &sections->header;

	/* the bounds of the header's numbers keep this below 2^31 */
	if ((size_t) (at.end - at.at) < (size_t) header->dictionary_bytes + header->symbols_bytes + header->shape_bytes)
		return pt_damaged(error, sections->type, "header", "sections pass the end of the value");
	/* what is allocated from here on is bounded by bytes that are there */
	if (header->symbol_count > header->dictionary_bytes ||
		header->node_count > header->symbols_bytes ||
		header->node_count > header->shape_bytes)
		return pt_damaged(error, sections->type, "header", "counts pass their sections");

	sections->dictionary.at = at.at;
	sections->dictionary.end = at.at += header->dictionary_bytes;
	sections->symbols.at = at.at;
	sections->symbols.end = at.at += header->symbols_bytes;
	sections->shape.at = at.at;
	sections->shape.end = at.at += header->shape_bytes;
	sections->weights.at = at.at;
	sections->weights.end = at.end;
	return true;
}

#define HIGH_BITS	UINT64CONST(0x8080808080808080)

/*
 * Copy the bytes that follow those shared.  False says that they are ASCII;
 * true, that they may not be.
 */
static inline bool
copy_suffix(char *to, const char *from, size_t length, size_t room)
{
	uint64		bits = 0;
	size_t		i = 0;

	if (unlikely(room < length + PT_PADDING))
	{
		memcpy(to, from, length);
		return true;
	}
	do
	{
		uint64		word[4];

		memcpy(word, from + i, sizeof(word));
		bits |= word[0] | word[1] | word[2] | word[3];
		memcpy(to + i, word, sizeof(word));
		i += sizeof(word);
	} while (unlikely(i < length));
	return (bits & HIGH_BITS) != 0;
}

bool
pt_decode_dictionary(const PtSections *sections, PtDictionary *dictionary, PtError *error)
{
	static const char section[] = "dictionary";
	PtCursor	at = sections->dictionary;
	size_t		section_bytes = at.end - at.at;
	const uint8 *value_end = sections->weights.end;
	uint32		count = sections->header.symbol_count;
	/* room for symbols besides all else the value holds */
	size_t		most = PT_MAX_BYTES - (sections->weights.end - sections->symbols.at);
	uint32		last_start = 0;
	uint32		last_length = 0;
	bool		not_ascii = false;	/* the symbol before may have other bytes */

	/* usually enough: real dictionaries unfold to three times their size */
	pt_dictionary_reserve(dictionary, count,
						  dictionary->capacity > section_bytes ? 0 :
						  Min(4 * section_bytes + 64, PT_MAX_BYTES));
	dictionary->count = 0;
	dictionary->used = 0;
	for (uint32 i = 0; i < count; i++)
	{
		uint32		shared;
		uint32		suffix;
		uint32		start = (uint32) dictionary->used;
		char	   *text;

		PT_CHECK_INTERRUPTS(i);
		if (!pt_read_varint_up_to(&at, last_length, &shared) ||
			!pt_read_varint_up_to(&at, PT_MAX_SYMBOL - shared, &suffix) ||
			suffix > (size_t) (at.end - at.at))
			return pt_damaged(error, sections->type, section, "bad length");
		if (start + (size_t) shared + suffix > most)
			return pt_damaged(error, sections->type, section, "symbols too large");
		if (start + (size_t) shared + suffix > dictionary->capacity)
			pt_dictionary_reserve(dictionary, count,
								  Min(2 * (start + (size_t) shared + suffix), PT_MAX_BYTES));
		text = dictionary->bytes + start;
		if (i > 0)
		{
			const char *last = dictionary->bytes + last_start;

			/*
			 * The first byte behind the shared ones has to be there and to be
			 * greater than the one it replaces; else the symbols are out of
			 * order or share more than was said.
			 */
			if (suffix == 0 ||
				(shared < last_length && *at.at <= (uint8) last[shared]))
				return pt_damaged(error, sections->type, section, "symbols out of order");
			pt_copy_piece(text, last, shared);
		}
		not_ascii = copy_suffix(text + shared, (const char *) at.at, suffix, value_end - at.at) ||
			(not_ascii && shared > 0);
		if (unlikely(not_ascii) && !pt_valid_encoding(text, shared + suffix))
			return pt_damaged(error, sections->type, section, "invalid text");
		at.at += suffix;
		dictionary->symbol[i].start = start;
		dictionary->symbol[i].length = shared + suffix;
		dictionary->symbol[i].shared = shared;
		last_start = start;
		last_length = shared + suffix;
		dictionary->used += last_length;
	}
	if (at.at != at.end)
		return pt_damaged(error, sections->type, section, "bytes left over");
	dictionary->count = count;
	if (dictionary->used > 0 && memchr(dictionary->bytes, '\0', dictionary->used) != NULL)
		return pt_damaged(error, sections->type, section, "invalid text");
	return true;
}

/*
 * The nodes; where flags_only, those of a shape without weights (codec.h).
 */
static pg_attribute_always_inline bool
decode_nodes(const PtSections *sections, PtTree *tree, bool flags_only, PtError *error)
{
	const PtHeader *header = &sections->header;
	PtCursor	symbols = sections->symbols;
	PtCursor	shape = sections->shape;
	PtCursor	weights = sections->weights;
	uint32		count = header->node_count;
	uint32		last_symbol = header->symbol_count - 1;
	uint32		level = 0;
	uint32		deepest = 0;
	uint32		last_flag = 1;
	uint64		units = 0;
	uint64		divisor = 0;
	size_t		scratch = (size_t) header->depth + 2 + header->symbol_count / sizeof(uint32) + 1;
	uint32	   *open_symbol;	/* by level: the least that the next symbol may be */
	uint8	   *symbol_used;

	pt_tree_reserve(tree, count);
	if (scratch > tree->scratch_capacity)
	{
		scratch = Max(scratch, tree->scratch_capacity + tree->scratch_capacity / 2);
		tree->scratch = resize(tree->memory, tree->scratch, tree->scratch_capacity,
							   scratch * sizeof(uint32));
		tree->scratch_capacity = scratch;
	}
	open_symbol = tree->scratch;
	symbol_used = (uint8 *) (tree->scratch + header->depth + 2);
	memset(symbol_used, 0, header->symbol_count);

	/* no symbol is too small for a first child */
	open_symbol[1] = 0;
	for (uint32 i = 0; i < count; i++)
	{
		uint32		symbol;
		uint32		step;
		uint32		has_weight;
		uint64		weight;

		PT_CHECK_INTERRUPTS(i);
		if (!pt_read_column(&symbols, last_symbol, &symbol))
			return pt_damaged(error, sections->type, "symbols", "bad symbol number");
		if (!pt_read_varint_up_to(&shape, 2 * PT_MAX_DEPTH + 1, &step))
			return pt_damaged(error, sections->type, "shape", "bad number");
		if (step >> 1 > level)
			return pt_damaged(error, sections->type, "shape", "closes more levels than are open");
		level = level + 1 - (step >> 1);
		if (level > header->depth)
			return pt_damaged(error, sections->type, "shape", "deeper than the header says");
		deepest = Max(deepest, level);
		if (symbol < open_symbol[level])
			return pt_damaged(error, sections->type, "symbols", "siblings out of order");
		open_symbol[level] = symbol + 1;
		open_symbol[level + 1] = 0;
		symbol_used[symbol] = 1;

		has_weight = step & 1;
		if (flags_only)
		{
			/* no predictor knows either of them */
			if (unlikely((step > 1) & (last_flag ^ 1)))
				return pt_damaged(error, sections->type, "shape", "a leaf without a flag");
			last_flag = has_weight;
			units += has_weight;
			tree->symbol[i] = symbol;
			tree->level[i] = level;
			tree->self[i] = has_weight;
			continue;
		}

		/*
		 * Whether a node has weight no predictor knows, so a weight of one
		 * byte is read in any case.
		 */
		weight = weights.at < weights.end ? *weights.at : 0;
		if (unlikely((weight & 0x80) != 0 && has_weight))
		{
			if (!pt_read_varint(&weights, &weight))
				return pt_damaged(error, sections->type, "weights", "bad weight");
		}
		else
			weights.at += has_weight;
		weight &= -(uint64) has_weight;
		if (unlikely(weight < has_weight))
			return pt_damaged(error, sections->type, "weights", "bad weight");
		/* both below 2^63, so the sum does not wrap */
		units += weight;
		if (units > (uint64) header->units)
			return pt_damaged(error, sections->type, "weights", "sum differs from the header's");
		if (divisor != 1 && weight > 0)
			divisor = pt_common_divisor(weight, divisor);
		tree->symbol[i] = symbol;
		tree->level[i] = level;
		tree->self[i] = (int64) weight * header->quantum;
	}
	if (symbols.at != symbols.end)
		return pt_damaged(error, sections->type, "symbols", "bytes left over");
	if (shape.at != shape.end)
		return pt_damaged(error, sections->type, "shape", "bytes left over");
	if (flags_only && last_flag == 0)
		return pt_damaged(error, sections->type, "shape", "a leaf without a flag");
	if (!flags_only && weights.at != weights.end)
		return pt_damaged(error, sections->type, "weights", "bytes left over");
	if (deepest != header->depth)
		return pt_damaged(error, sections->type, "shape", "less deep than the header says");
	if (!flags_only && units != (uint64) header->units)
		return pt_damaged(error, sections->type, "weights", "sum differs from the header's");
	if (divisor > 1)
		return pt_damaged(error, sections->type, "weights", "quantum too small");
	if (header->symbol_count > 0 &&
		memchr(symbol_used, 0, header->symbol_count) != NULL)
		return pt_damaged(error, sections->type, "symbols", "a symbol is not used");

	tree->node_count = count;
	tree->depth = header->depth;
	tree->total = flags_only ? (int64) units : header->total;
	return true;
}

bool
pt_decode_nodes(const PtSections *sections, PtTree *tree, PtError *error)
{
	return decode_nodes(sections, tree, false, error);
}

bool
pt_decode_shape(const PtSections *sections, PtTree *tree, PtError *error)
{
	return decode_nodes(sections, tree, true, error);
}

bool
pt_decode(const uint8 *bytes, size_t length, PtTree *tree, PtError *error)
{
	PtSections	sections;

	return pt_decode_sections(bytes, length, PT_MAX_BYTES, &sections, error) &&
		pt_decode_dictionary(&sections, &tree->dictionary, error) &&
		pt_decode_nodes(&sections, tree, error);
}

/* ---- encoding ---- */

/*
 * Which nodes have weight follows no pattern, so weights are first brought
 * together without a branch, a piece at a time.
 */
#define WEIGHTS_PIECE	256

static inline uint32
gather_weights(const PtTree *tree, uint32 *node, int64 *weight)
{
	uint32		stop = Min(tree->node_count - *node, WEIGHTS_PIECE) + *node;
	uint32		count = 0;

	for (uint32 i = *node; i < stop; i++)
	{
		weight[count] = tree->self[i];
		count += tree->self[i] != 0;
	}
	*node = stop;
	return count;
}

size_t
pt_columns_bound(const PtTree *tree, PtHeader *header)
{
	uint64		divisor = 0;
	int64		greatest = 0;
	size_t		weighted = 0;

	for (uint32 i = 0; i < tree->node_count;)
	{
		int64		weight[WEIGHTS_PIECE];
		uint32		count = gather_weights(tree, &i, weight);

		PT_CHECK_INTERRUPTS(i);
		weighted += count;
		for (uint32 j = 0; j < count; j++)
		{
			greatest = Max(greatest, weight[j]);
			if (divisor != 1 && (divisor == 0 || weight[j] % divisor != 0))
				divisor = pt_common_divisor(weight[j], divisor);
		}
	}
	header->node_count = tree->node_count;
	header->symbol_count = tree->dictionary.count;
	header->depth = tree->depth;
	header->quantum = divisor == 0 ? 1 : (int64) divisor;
	header->total = tree->total;
	header->units = tree->total / header->quantum;
	/* one byte more for pt_write_column() */
	return (size_t) tree->node_count *
		(pt_varint_size(tree->dictionary.count) + pt_varint_size(2 * (uint64) tree->depth + 1)) +
		weighted * pt_varint_size(greatest / header->quantum) + 1;
}

uint8 *
pt_write_shape(const PtTree *tree, uint8 *at, PtHeader *header)
{
	uint32		count = tree->node_count;
	uint8	   *start = at;
	uint32		level = 0;

	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i);
		at = pt_write_column(at, tree->symbol[i]);
	}
	header->symbols_bytes = (uint32) (at - start);

	start = at;
	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i);
		at = pt_write_column(at, (level + 1 - tree->level[i]) << 1 | (tree->self[i] > 0));
		level = tree->level[i];
	}
	header->shape_bytes = (uint32) (at - start);
	return at;
}

uint8 *
pt_write_columns(const PtTree *tree, uint8 *at, PtHeader *header)
{
	at = pt_write_shape(tree, at, header);
	for (uint32 i = 0; i < tree->node_count;)
	{
		int64		weight[WEIGHTS_PIECE];
		uint32		weighted = gather_weights(tree, &i, weight);

		PT_CHECK_INTERRUPTS(i);
		for (uint32 j = 0; j < weighted; j++)
			at = pt_write_varint(at, header->quantum == 1 ? weight[j] : weight[j] / header->quantum);
	}
	return at;
}

uint8 *
pt_write_header(uint8 *at, const PtHeader *header)
{
	*at++ = PT_VERSION;
	*at++ = 0;
	at = pt_write_varint(at, header->node_count);
	at = pt_write_varint(at, header->symbol_count);
	at = pt_write_varint(at, header->depth);
	at = pt_write_varint(at, header->dictionary_bytes);
	at = pt_write_varint(at, header->symbols_bytes);
	at = pt_write_varint(at, header->shape_bytes);
	at = pt_write_varint(at, header->quantum);
	return pt_write_varint(at, header->units);
}

size_t
pt_dictionary_bound(const PtDictionary *dictionary)
{
	return dictionary->used + (size_t) dictionary->count * (1 + pt_varint_size(PT_MAX_SYMBOL));
}

uint8 *
pt_write_dictionary(const PtDictionary *dictionary, uint8 *at)
{
	for (uint32 i = 0; i < dictionary->count; i++)
	{
		const PtSymbol *symbol = &dictionary->symbol[i];
		size_t		suffix = symbol->length - symbol->shared;

		PT_CHECK_INTERRUPTS(i);
		at = pt_write_varint(at, symbol->shared);
		at = pt_write_varint(at, suffix);
		pt_copy_piece((char *) at, dictionary->bytes + symbol->start + symbol->shared, suffix);
		at += suffix;
	}
	return at;
}

bool
pt_encode(const PtTree *tree, PtMemory memory, size_t reserve,
		  uint8 **bytes, size_t *length, PtError *error)
{
	const PtDictionary *dictionary = &tree->dictionary;
	PtHeader	header;
	size_t		columns = pt_columns_bound(tree, &header);
	size_t		symbols = pt_dictionary_bound(dictionary);
	uint8	   *buffer;
	uint8	   *dictionary_at;
	uint8	   *columns_at;
	uint8	   *end;
	uint8	   *at;

	/*
	 * The bound may be a few times the real size; refuse by it only what
	 * could not be right, and by the real size below.
	 */
	if (dictionary->used > PT_MAX_BYTES || tree->node_count > PT_MAX_NODES)
		goto too_large;

	/* header, of a size not known yet, at its greatest; moved up at the end */
	buffer = pt_alloc(memory, reserve + PT_HEADER_MAX + symbols + columns + PT_PADDING);
	dictionary_at = buffer + reserve + PT_HEADER_MAX;
	columns_at = pt_write_dictionary(dictionary, dictionary_at);
	header.dictionary_bytes = (uint32) (columns_at - dictionary_at);
	end = pt_write_columns(tree, columns_at, &header);
	if (Max(dictionary->used, header.dictionary_bytes) + (end - columns_at) > PT_MAX_BYTES)
	{
		pt_free(buffer);
		goto too_large;
	}
	at = pt_write_header(buffer + reserve, &header);
	memmove(at, dictionary_at, end - dictionary_at);
	*bytes = buffer;
	*length = (at - buffer - reserve) + (end - dictionary_at);
	return true;

too_large:
	pt_fail(error, PT_BEYOND_LIMIT, "proftree too large");
	pt_fail_detail(error, "A tree can take at most %d bytes, not counting what symbols share; this one has %u nodes and %u symbols.",
				   PT_MAX_BYTES, tree->node_count, dictionary->count);
	return pt_fail_hint(error, "Keep one tree per service or per span of time.");
}

/* ---- flat trees ---- */

void
pt_totals(const PtTree *tree, int64 *totals)
{
	pt_totals_of(tree, tree->self, totals);
}

void
pt_totals_of(const PtTree *tree, const int64 *self, int64 *totals)
{
	/*
	 * From the last node back: a node's children follow it, and are the next
	 * ones one level deeper until one that is not deeper.  below[level] sums
	 * the finished subtrees of that level not yet taken by a parent.
	 */
	int64	   *below = pt_alloc(tree->memory, ((size_t) tree->depth + 2) * sizeof(int64));

	memset(below, 0, ((size_t) tree->depth + 2) * sizeof(int64));
	for (uint32 i = tree->node_count; i-- > 0;)
	{
		uint32		level = tree->level[i];

		PT_CHECK_INTERRUPTS(i);
		totals[i] = self[i] + below[level + 1];
		below[level + 1] = 0;
		below[level] += totals[i];
	}
	pt_free(below);
}

void
pt_parents(const PtTree *tree, uint32 *parents)
{
	/* by level, the node that is open at present */
	uint32	   *open = pt_alloc(tree->memory, ((size_t) tree->depth + 1) * sizeof(uint32));

	open[0] = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i);
		parents[i] = open[tree->level[i] - 1];
		open[tree->level[i]] = i + 1;
	}
	pt_free(open);
}

void
pt_keep_paths(const PtTree *tree, bool *keep)
{
	/* those on the path to the last one kept are at these levels and above */
	uint32		wanted = 0;

	for (uint32 i = tree->node_count; i-- > 0;)
	{
		PT_CHECK_INTERRUPTS(i);
		keep[i] |= tree->level[i] <= wanted;
		wanted = keep[i] ? tree->level[i] - 1 : wanted;
	}
}

void
pt_tree_prune(PtTree *tree, const bool *keep)
{
	PtDictionary *dictionary = &tree->dictionary;
	uint32	   *number = pt_alloc(tree->memory, ((size_t) dictionary->count + 1) * sizeof(uint32));
	uint32		kept = 0;
	uint32		symbols = 0;
	uint32		shared = 0;
	size_t		used = 0;

	memset(number, 0, (size_t) dictionary->count * sizeof(uint32));
	tree->depth = 0;
	tree->total = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		symbol = tree->symbol[i];
		uint32		level = tree->level[i];
		int64		self = tree->self[i];
		uint32		kept_here = keep[i];

		/* which nodes are kept follows no pattern, so no branch on it */
		PT_CHECK_INTERRUPTS(i);
		tree->symbol[kept] = symbol;
		tree->level[kept] = level;
		tree->self[kept] = self;
		tree->depth = Max(tree->depth, level & -kept_here);
		tree->total += self & -(int64) kept_here;
		number[symbol] |= kept_here;
		kept += kept_here;
	}
	tree->node_count = kept;
	for (uint32 i = 0; i < dictionary->count; i++)
	{
		/* what all since the last one kept share with their neighbours */
		shared = Min(shared, dictionary->symbol[i].shared);
		if (number[i] == 0)
			continue;
		dictionary->symbol[symbols] = dictionary->symbol[i];
		dictionary->symbol[symbols].shared = shared;
		shared = PG_UINT32_MAX;
		used += dictionary->symbol[symbols].length;
		number[i] = symbols++;
	}
	dictionary->count = symbols;
	dictionary->used = used;
	for (uint32 i = 0; i < kept; i++)
		tree->symbol[i] = number[tree->symbol[i]];
	pt_free(number);
}

void
pt_tree_prune_weightless(PtTree *tree)
{
	int64	   *totals = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	bool	   *keep = pt_alloc(tree->memory, (size_t) tree->node_count + 1);

	pt_totals(tree, totals);
	for (uint32 i = 0; i < tree->node_count; i++)
		keep[i] = totals[i] > 0;
	pt_tree_prune(tree, keep);
	pt_free(totals);
	pt_free(keep);
}

bool
pt_find_symbol(const PtDictionary *dictionary, const char *text, size_t length, uint32 *number)
{
	uint32		low = 0;
	uint32		high = dictionary->count;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		size_t		middle_length;
		const char *middle_text = pt_symbol_text(dictionary, middle, &middle_length);
		int			order = pt_compare_symbols(middle_text, middle_length, text, length);

		if (order == 0)
		{
			*number = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
