/*-------------------------------------------------------------------------
 *
 * wire_test.c
 *		The wire form: every flip and cut shows, conversion keeps the tree.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

static void
profile_to_tree(const Profile *profile, Oracle *oracle, PtTree *tree)
{
	StringInfoData bytes;
	PtError		error;

	profile_to_oracle(profile, oracle);
	oracle_encode(oracle, &bytes);
	pt_tree_init(tree, NULL);
	if (!pt_decode((uint8 *) bytes.data, bytes.len, tree, &error))
		abort();
	pfree(bytes.data);
}

/* Read into what is made for it; 0: refused, 1: in order, 2: in the builder. */
static int
read_wire(const char *bytes, size_t length, PtConvert convert, PtTree *tree, PtBuilder *builder, PtError *error)
{
	/* in a block of its own, so that reading past it shows */
	uint8	   *exact = pg_malloc(length);
	bool		sorted;
	bool		ok;

	memcpy(exact, bytes, length);
	pt_tree_init(tree, NULL);
	pt_builder_init(builder, NULL, 1);
	ok = pt_read_wire(exact, length, convert != NULL ? &(PtConverter) {convert} : NULL, tree, builder, &sorted, error);
	pg_free(exact);
	return ok ? (sorted ? 1 : 2) : 0;
}

/* ---- as it is ---- */

static bool
round_trip(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;
	StringInfoData again;

	profile_make(&profile, random);
	profile_to_tree(&profile, &oracle, &tree);
	initStringInfo(&wire);
	initStringInfo(&again);
	/* it is appended, and the checksum covers only what is its own */
	if (one_in(random, 2))
		appendStringInfoString(&wire, "before");
	{
		int			start = wire.len;

		pt_write_wire(&tree, &wire, NULL, NULL, NULL);
		require(read_wire(wire.data + start, wire.len - start, NULL, &back, &builder, &error) == 1);
		require(tree_is(&back, &oracle));
		pt_write_wire(&back, &again, NULL, NULL, NULL);
		require(again.len == wire.len - start && memcmp(again.data, wire.data + start, again.len) == 0);
	}
	pt_tree_free(&tree);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(wire.data);
	pfree(again.data);
	return true;
}

static bool
refused(const char *bytes, size_t length)
{
	PtTree		tree;
	PtBuilder	builder;
	PtError		error;
	int			result = read_wire(bytes, length, NULL, &tree, &builder, &error);

	pt_tree_free(&tree);
	pt_builder_free(&builder);
	return result == 0 && error.code == PT_BAD_BINARY;
}

/* every bit turned over, every byte cut off, bytes put behind */
static bool
flips_and_cuts(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	StringInfoData wire;

	profile_make(&profile, random);
	profile_to_tree(&profile, &oracle, &tree);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	for (int bit = 0; bit < 8 * wire.len; bit++)
	{
		wire.data[bit / 8] ^= 1 << (bit % 8);
		require(refused(wire.data, wire.len));
		wire.data[bit / 8] ^= 1 << (bit % 8);
	}
	for (int length = 0; length < wire.len; length++)
		require(refused(wire.data, length));
	for (int value = 0; value < 256; value++)
	{
		appendStringInfoChar(&wire, (char) value);
		require(refused(wire.data, wire.len));
		wire.len--;
	}
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(wire.data);
	return true;
}

/*
 * Someone who can count a CRC: bytes changed and the checksum made right are
 * refused, or another tree's only wire form.
 */
static bool
forged(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	StringInfoData wire;

	profile_make(&profile, random);
	profile_to_tree(&profile, &oracle, &tree);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	for (int round = 0; round < 100; round++)
	{
		StringInfoData forgery;
		PtTree		back;
		PtBuilder	builder;
		PtError		error;
		int			at = random_below(random, Min(wire.len - 4, 300));

		initStringInfo(&forgery);
		appendBinaryStringInfo(&forgery, wire.data, wire.len - 4);
		switch (random_below(random, 4))
		{
			case 0:
				forgery.data[at] ^= 1 << random_below(random, 8);
				break;
			case 1:
				forgery.data[at]++;
				break;
			case 2:
				forgery.data[at] = (char) random_bits(random);
				break;
			default:
				forgery.data[at] = forgery.data[random_below(random, forgery.len)];
				forgery.data[random_below(random, forgery.len)]--;
		}
		add_checksum(&forgery);
		if (read_wire(forgery.data, forgery.len, NULL, &back, &builder, &error) != 0)
		{
			StringInfoData again;

			initStringInfo(&again);
			pt_write_wire(&back, &again, NULL, NULL, NULL);
			require(same_bytes(&again, &forgery));
			pfree(again.data);
		}
		else
			require(error.code == PT_BAD_BINARY || error.code == PT_BAD_ENCODING || error.code == PT_BEYOND_LIMIT);
		pt_tree_free(&back);
		pt_builder_free(&builder);
		pfree(forgery.data);
	}
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(wire.data);
	return true;
}

/* ---- conversion ---- */

static char converted[4 * PT_MAX_SYMBOL];

/* every byte turned over in its order: A is Z, and the order of symbols falls */
static const char *
turn_over(PtConverter *self, const char *text, size_t *length)
{
	for (size_t i = 0; i < *length; i++)
		converted[i] = (char) (0x80 - text[i]);
	return converted;
}

/* all letters become one: different symbols become the same */
static const char *
blur(PtConverter *self, const char *text, size_t *length)
{
	for (size_t i = 0; i < *length; i++)
		converted[i] = (char) (text[i] >= 'a' && text[i] <= 'z' ? 'a' : text[i]);
	return converted;
}

/* as LATIN1 to UTF-8: longer, in the same order */
static const char *
widen(PtConverter *self, const char *text, size_t *length)
{
	size_t		used = 0;

	for (size_t i = 0; i < *length; i++)
	{
		uint8		c = (uint8) text[i];

		if (c < 0x80)
			converted[used++] = (char) c;
		else
		{
			converted[used++] = (char) (0xC0 | c >> 6);
			converted[used++] = (char) (0x80 | (c & 0x3F));
		}
	}
	*length = used;
	return converted;
}

/* nothing to convert: the text handed in */
static const char *
keep(PtConverter *self, const char *text, size_t *length)
{
	(void) length;
	return text;
}

static const char *
break_encoding(PtConverter *self, const char *text, size_t *length)
{
	(void) text;
	*length = 1;
	return "\377";
}

static const char *
refuse_c(PtConverter *self, const char *text, size_t *length)
{
	return *length == 1 && text[0] == 'c' ? NULL : text;
}

static void
convert_oracle(const Oracle *oracle, PtConvert convert, Oracle *result)
{
	oracle_init(result);
	for (size_t i = 0; i < oracle->count; i++)
	{
		PtFrame		frames[STACK_MOST];
		char	   *copy[STACK_MOST];
		uint32		count = oracle_frames(&oracle->node[i], frames, STACK_MOST);

		for (uint32 j = 0; j < count; j++)
		{
			const char *text = convert(NULL, frames[j].text, &frames[j].length);

			copy[j] = pg_malloc(frames[j].length);
			memcpy(copy[j], text, frames[j].length);
			frames[j].text = copy[j];
		}
		oracle_add(result, frames, count, oracle->node[i].weight);
		for (uint32 j = 0; j < count; j++)
			pg_free(copy[j]);
	}
}

/* profiles of ASCII symbols alone */
static void
ascii_profile(Profile *profile, Random *random)
{
	bool		ascii;

	do
	{
		profile_make(profile, random);
		ascii = true;
		for (int i = 0; i < profile->pool.count; i++)
		{
			for (size_t j = 0; j < profile->pool.symbol[i].length; j++)
				ascii &= (profile->pool.bytes[i][j] & 0x80) == 0;
		}
		if (!ascii)
			profile_free(profile);
	} while (!ascii);
}

/*
 * Converted when it is read, or when it is written: the tree of the converted
 * symbols, whatever their order has become.
 */
static bool
convert_either_way(Random *random, PtConvert convert, int *in_builder)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		expected;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;
	int			result;

	ascii_profile(&profile, random);
	profile_to_tree(&profile, &oracle, &tree);
	convert_oracle(&oracle, convert, &expected);
	initStringInfo(&wire);
	if (one_in(random, 2))
	{
		/* by the reader */
		pt_write_wire(&tree, &wire, NULL, NULL, NULL);
		result = read_wire(wire.data, wire.len, convert, &back, &builder, &error);
	}
	else
	{
		/* by the writer; the reader, which takes it as it is, sorts */
		pt_write_wire(&tree, &wire, &(PtConverter) {convert}, NULL, NULL);
		result = read_wire(wire.data, wire.len, keep, &back, &builder, &error);
	}
	require(result != 0);
	require(result == 1 ? tree_is(&back, &expected) : builder_is(&builder, &expected));
	*in_builder += result == 2;
	pt_tree_free(&tree);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	oracle_free(&oracle);
	oracle_free(&expected);
	profile_free(&profile);
	pfree(wire.data);
	return true;
}

static bool
convert_turn_over(Random *random)
{
	int			in_builder = 0;

	for (int i = 0; i < 5; i++)
		require(convert_either_way(random, turn_over, &in_builder));
	return true;
}

static bool
convert_blur(Random *random)
{
	int			in_builder = 0;

	for (int i = 0; i < 5; i++)
		require(convert_either_way(random, blur, &in_builder));
	return true;
}

static bool
convert_keep(Random *random)
{
	int			in_builder = 0;

	for (int i = 0; i < 5; i++)
		require(convert_either_way(random, keep, &in_builder));
	require(in_builder == 0);
	return true;
}

/* what each conversion leads to, seen in small */
static bool
conversions(void)
{
	static const char text[] = "a;b 1\na;c 2\nb 4";
	PtBuilder	source;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;
	StringInfoData printed;

	pt_builder_init(&source, NULL, 1);
	require(pt_parse_text(&source, text, strlen(text), &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&source, &tree);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	pt_tree_free(&tree);
	pt_builder_free(&source);

	require(read_wire(wire.data, wire.len, turn_over, &back, &builder, &error) == 2);
	pt_tree_free(&back);
	pt_builder_flatten(&builder, &back);
	initStringInfo(&printed);
	require(pt_print_text(&back, &printed, 1000, NULL));
	require(strcmp(printed.data, "\036 4\n\037;\035 2\n\037;\036 1") == 0);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	pfree(printed.data);

	/* b and c become a: what was a;b, a;c, b is a;a and a */
	require(read_wire(wire.data, wire.len, blur, &back, &builder, &error) == 2);
	pt_tree_free(&back);
	pt_builder_flatten(&builder, &back);
	initStringInfo(&printed);
	require(pt_print_text(&back, &printed, 1000, NULL));
	require(strcmp(printed.data, "a 4\na;a 3") == 0);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	pfree(printed.data);

	require(read_wire(wire.data, wire.len, break_encoding, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_ENCODING);
	pt_tree_free(&back);
	pt_builder_free(&builder);

	/* one that fails, halfway, on the way in and on the way out */
	require(read_wire(wire.data, wire.len, refuse_c, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_ENCODING && strstr(error.message, "no equivalent") != NULL);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 1);
	{
		int			before = wire.len;

		memset(&error, 0, sizeof(error));
		require(!pt_write_wire(&back, &wire, &(PtConverter) {refuse_c}, NULL, &error));
		require(error.code == PT_BAD_ENCODING && wire.len == before);
	}
	pt_tree_free(&back);
	pt_builder_free(&builder);
	pfree(wire.data);
	return true;
}

/* Symbols out of order are an error where no conversion can have done that. */
static bool
out_of_order(void)
{
	static const char text[] = "a;b 1";
	PtBuilder	source;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;

	pt_builder_init(&source, NULL, 1);
	require(pt_parse_text(&source, text, strlen(text), &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&source, &tree);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, &(PtConverter) {turn_over}, NULL, NULL);
	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_BINARY && strstr(error.message, "out of order") != NULL);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	/* equal ones too */
	resetStringInfo(&wire);
	pt_write_wire(&tree, &wire, &(PtConverter) {blur}, NULL, NULL);
	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_BINARY);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	pt_tree_free(&tree);
	pt_builder_free(&source);
	pfree(wire.data);
	return true;
}

static bool
versions(void)
{
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;

	pt_tree_init(&tree, NULL);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	wire.data[0] = 2;
	wire.len -= 4;
	add_checksum(&wire);
	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_BINARY && strstr(error.message, "unsupported proftree wire version 2") != NULL);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	wire.data[0] = 1;
	wire.data[1] = 2;
	wire.len -= 4;
	add_checksum(&wire);
	require(read_wire(wire.data, wire.len, NULL, &back, &builder, &error) == 0);
	require(error.code == PT_BAD_BINARY && strstr(error.message, "unknown version 2") != NULL);
	pt_tree_free(&back);
	pt_builder_free(&builder);
	pfree(wire.data);
	return true;
}

/* ---- limits ---- */

static char *long_symbol;

static const char *
to_long(PtConverter *self, const char *text, size_t *length)
{
	*length = text[0] == 'b' ? PT_MAX_SYMBOL + 1 : PT_MAX_SYMBOL;
	return long_symbol;
}

/* 300 symbols that become 1 MB each pass the limit before they are all there */
static const char *
to_many(PtConverter *self, const char *text, size_t *length)
{
	memcpy(long_symbol, text, *length);
	*length = PT_MAX_SYMBOL;
	return long_symbol;
}

static bool
converted_too_long(void)
{
	PtBuilder	source;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;
	uint64		before;

	long_symbol = pg_malloc(PT_MAX_SYMBOL + 1);
	memset(long_symbol, 'x', PT_MAX_SYMBOL + 1);
	initStringInfo(&wire);
	pt_builder_init(&source, NULL, 1);
	pt_tree_init(&tree, NULL);
	require(pt_parse_text(&source, "a 1", 3, &error));
	pt_builder_flatten(&source, &tree);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	require(read_wire(wire.data, wire.len, to_long, &back, &builder, &error) == 1);
	require(back.dictionary.used == PT_MAX_SYMBOL);
	pt_tree_free(&back);
	pt_builder_free(&builder);

	pt_tree_free(&tree);
	require(pt_parse_text(&source, "b 1", 3, &error));
	pt_builder_flatten(&source, &tree);
	resetStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	require(read_wire(wire.data, wire.len, to_long, &back, &builder, &error) == 0);
	require(error.code == PT_BEYOND_LIMIT);
	pt_tree_free(&back);
	pt_builder_free(&builder);

	pt_tree_free(&tree);
	for (int i = 100; i < 400; i++)
	{
		char		name[4];
		PtFrame		frame = {name, 3};

		snprintf(name, sizeof(name), "%d", i);
		require(pt_builder_add(&source, 0, &frame, 1, 1, &error));
	}
	pt_builder_flatten(&source, &tree);
	resetStringInfo(&wire);
	pt_write_wire(&tree, &wire, NULL, NULL, NULL);
	before = pt_alloc_bytes;
	require(read_wire(wire.data, wire.len, to_many, &back, &builder, &error) == 0);
	require(error.code == PT_BEYOND_LIMIT);
	require(pt_alloc_bytes - before < 5 * (uint64) PT_MAX_BYTES);
	pt_tree_free(&back);
	pt_builder_free(&builder);

	pt_tree_free(&tree);
	pt_builder_free(&source);
	pfree(wire.data);
	pg_free(long_symbol);
	return true;
}

/*
 * A symbol of the greatest length goes out to a client where it takes more
 * bytes, and comes back.
 */
static const char *
narrow(PtConverter *self, const char *text, size_t *length)
{
	size_t		used = 0;

	for (size_t i = 0; i < *length; i++)
	{
		if ((uint8) text[i] < 0x80)
			converted[used++] = text[i];
		else
		{
			converted[used++] = (char) ((text[i] & 0x03) << 6 | (text[i + 1] & 0x3F));
			i++;
		}
	}
	*length = used;
	return converted;
}

static bool
longest_symbol_goes_out(void)
{
	PtBuilder	source;
	PtTree		tree;
	PtTree		back;
	PtBuilder	builder;
	PtError		error;
	StringInfoData wire;
	char	   *text = pg_malloc(PT_MAX_SYMBOL);
	PtFrame		frame = {text, PT_MAX_SYMBOL};

	memset(text, 0xE9, PT_MAX_SYMBOL);
	pt_core_encoding = PG_LATIN1;
	pt_builder_init(&source, NULL, 1);
	require(pt_builder_add(&source, 0, &frame, 1, 1, &error));
	pt_tree_init(&tree, NULL);
	pt_builder_flatten(&source, &tree);
	initStringInfo(&wire);
	pt_write_wire(&tree, &wire, &(PtConverter) {widen}, NULL, NULL);
	require(wire.len > 2 * PT_MAX_SYMBOL);
	require(read_wire(wire.data, wire.len, narrow, &back, &builder, &error) == 1);
	require(back.dictionary.used == PT_MAX_SYMBOL && memcmp(back.dictionary.bytes, text, PT_MAX_SYMBOL) == 0);
	pt_core_encoding = PG_UTF8;
	pt_tree_free(&tree);
	pt_tree_free(&back);
	pt_builder_free(&source);
	pt_builder_free(&builder);
	pg_free(text);
	pfree(wire.data);
	return true;
}

int
main(void)
{
	run_cases("the wire form gives the tree back, and is itself canonical", CASES(2000), round_trip);
	run_cases("every bit turned over and every cut is refused", CASES(20), flips_and_cuts);
	run_cases("changed with the checksum made right: refused, or another tree's wire form", CASES(100), forged);
	report(versions(), "other versions are refused by number");
	report(conversions(), "conversions that turn the order over, make symbols equal, break the encoding, fail");
	run_cases("a conversion that turns the order of symbols over", CASES(100), convert_turn_over);
	run_cases("a conversion that makes symbols equal", CASES(100), convert_blur);
	run_cases("a conversion that changes nothing", CASES(100), convert_keep);
	report(out_of_order(), "without conversion symbols have to be in order");
	report(converted_too_long(), "symbols that conversion makes too long");
	report(longest_symbol_goes_out(), "a symbol of 1 MB that the client's encoding makes longer comes back");
	return finish();
}
