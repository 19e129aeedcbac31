/*-------------------------------------------------------------------------
 *
 * fuzz_pprof.c
 *		Any bytes as a pprof file: as they are, in gzip, with and without
 *		conversion, in all modes.
 *
 * The first byte of an input chooses; the rest is the file.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "gzip.h"
#include "pprof.h"

/* trees beyond this are not looked at in every way: a few bytes can be many */
#define NODES_MOST	5000

/* What the first byte chooses. */
typedef struct Choice
{
	int			encoding;
	PtConverter *converter;
	PtOnError	on_error;
	bool		prune;
	bool		gzip;			/* is it tried in gzip too? */
} Choice;

/* "{" cannot be converted, a "z" becomes two letters */
static const char *
convert(PtConverter *self, const char *text, size_t *length)
{
	static char *converted = NULL;
	size_t		used = 0;

	pg_free(converted);
	converted = pg_malloc(2 * *length + 1);
	if (!pt_valid_encoding(text, *length) || memchr(text, '{', *length) != NULL)
		return NULL;
	for (size_t i = 0; i < *length; i++)
	{
		converted[used++] = text[i];
		if (text[i] == 'z')
			converted[used++] = 'Z';
	}
	*length = used;
	return converted;
}

static Choice
choose(uint8 byte)
{
	static PtConverter converter = {convert};

	return (Choice)
	{
		.encoding = (byte & 7) == 1 ? PG_SQL_ASCII : (byte & 7) == 2 ? PG_EUC_JP : PG_UTF8,
		.converter = (byte & 7) == 3 ? &converter : NULL,
		.on_error = (byte >> 3 & 3) % 3,
		.prune = (byte & 32) != 0,
		.gzip = (byte & 192) == 192
	};
}

static bool
drops(PtPprofMatcher *self, const char *name, size_t length)
{
	check(pt_valid_encoding(name, length));
	return length % 3 == 0;
}

static void
check_pprof_error(const PtError *error)
{
	check_error(error);
	check(error->code == PT_BAD_BINARY || error->code == PT_BEYOND_LIMIT ||
		  error->code == PT_OUT_OF_RANGE || error->code == PT_BAD_ENCODING);
}

/* A tree that was read, written and read again. */
static void
check_written(PtBuilder *builder)
{
	PtPprofHeader header = {.sample_type = {"t", 1}, .unit = {"", 0}, .has_period = true, .period = -1};
	StringInfoData file;
	StringInfoData bytes;
	StringInfoData again;
	PtTree		tree;
	PtPprof		pprof;
	PtBuilder	back;
	PtError		error;

	encode_builder(builder, &bytes);
	pt_tree_init(&tree, NULL);
	check(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	check_tree(&tree, (uint8 *) bytes.data, bytes.len);
	initStringInfo(&file);
	check(pt_write_pprof(&tree, &header, NULL, &file, NULL, &error));
	check(pt_pprof_open(&pprof, (uint8 *) file.data, file.len, NULL, PT_ON_ERROR_FAIL, NULL, 9, &error));
	pt_builder_init(&back, NULL, 4);
	check(pt_pprof_add(&pprof, 0, NULL, 0, &back, &error));
	encode_builder(&back, &again);
	/* a pprof has no stack of weight 0, and what it gave has none either */
	check(same_bytes(&bytes, &again));
	pt_builder_free(&back);
	pt_pprof_close(&pprof);
	pt_tree_free(&tree);
	pfree(file.data);
	pfree(bytes.data);
	pfree(again.data);
}

/* All groups together are the whole. */
static void
check_groups(PtPprof *file, uint32 type, PtBuilder *whole)
{
	PtPprofGroups groups;
	PtBuilder	sum;
	PtError		error;

	memset(&error, 0, sizeof(error));
	pt_builder_init(&sum, NULL, 6);
	if (pt_pprof_group(file, "k", 1, &groups, &error))
	{
		bool		ok = true;

		check(groups.count == 0 || groups.start[groups.count] <= pt_pprof_count(file, PT_PPROF_SAMPLE));
		for (uint32 i = 0; i < groups.count && ok; i++)
			ok = pt_pprof_add(file, type, groups.sample + groups.start[i], groups.start[i + 1] - groups.start[i], &sum, &error);
		/* passes over a file are counted, and one may be the first too many */
		check(ok || error.code == PT_BEYOND_LIMIT || groups.start[groups.count] < pt_pprof_count(file, PT_PPROF_SAMPLE));
		/* a sample whose label is no text is in no group */
		if (ok && groups.start[groups.count] == pt_pprof_count(file, PT_PPROF_SAMPLE))
		{
			StringInfoData expected;
			StringInfoData bytes;

			encode_builder(whole, &expected);
			encode_builder(&sum, &bytes);
			check(same_bytes(&expected, &bytes));
			pfree(expected.data);
			pfree(bytes.data);
		}
	}
	else
		check_pprof_error(&error);
	pt_pprof_groups_free(&groups);
	pt_builder_free(&sum);
}

/*
 * Read a file in every way.  Gives the trees of all types behind each other,
 * or the message of the error, so that two readings can be compared; and
 * whether it passes a limit.
 */
static bool
read_file(const uint8 *data, size_t size, const Choice *choice, StringInfo outcome)
{
	PtPprof		file;
	PtPprofMatcher matcher = {drops};
	PtError		error;
	bool		ok;
	bool		beyond_limit;

	memset(&error, 0, sizeof(error));
	initStringInfo(outcome);
	ok = pt_pprof_open(&file, data, size, choice->converter, choice->on_error, NULL, 8, &error);
	if (ok)
	{
		check(pt_pprof_default_type(&file) < (int) pt_pprof_count(&file, PT_PPROF_SAMPLE_TYPE));
		if (choice->prune)
			pt_pprof_prune(&file, &matcher);
		ok = pt_pprof_check_samples(&file, &error);
	}
	for (uint32 type = 0; ok && type < Min(pt_pprof_count(&file, PT_PPROF_SAMPLE_TYPE), 4); type++)
	{
		PtBuilder	builder;
		StringInfoData bytes;

		pt_builder_init(&builder, NULL, 3);
		ok = pt_pprof_add(&file, type, NULL, 0, &builder, &error);
		if (ok && builder.node_count < NODES_MOST)
		{
			check_written(&builder);
			check_groups(&file, type, &builder);
			encode_builder(&builder, &bytes);
			appendBinaryStringInfo(outcome, bytes.data, bytes.len);
			pfree(bytes.data);
		}
		pt_builder_free(&builder);
	}
	if (!ok)
	{
		check_pprof_error(&error);
		appendStringInfo(outcome, "error %s", error.message);
	}
	beyond_limit = !ok && error.code == PT_BEYOND_LIMIT;
	if (choice->on_error != PT_ON_ERROR_SKIP)
		check(file.skipped_count == 0);
	if (choice->on_error != PT_ON_ERROR_REPLACE)
		check(file.replaced_count == 0);
	pt_pprof_close(&file);
	return beyond_limit;
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	Choice		choice;
	StringInfoData outcome;

	if (size == 0)
		return 0;
	choice = choose(data[0]);
	pt_core_encoding = choice.encoding;
	read_file(data + 1, size - 1, &choice, &outcome);
	if (choice.gzip && !pt_is_gzip(data + 1, size - 1))
	{
		/* packed it says the same, whatever its bytes, within the limits that go by the packed ones */
		StringInfoData packed;
		StringInfoData again;
		PtGzip		gzip;
		PtError		error;

		initStringInfo(&packed);
		pt_gzip_start(&gzip, &packed, NULL);
		check(pt_gzip_write(&gzip, data + 1, size - 1, &error) && pt_gzip_finish(&gzip, &error));
		pt_gzip_free(&gzip);
		if (!read_file((uint8 *) packed.data, packed.len, &choice, &again))
			check(same_bytes(&outcome, &again));
		pfree(again.data);
		pfree(packed.data);
	}
	pfree(outcome.data);
	return 0;
}

/* ---- mutations ---- */

#ifndef FUZZ_REPLAY

#define FIELDS_MOST		300

/* The fields of a message, as they stand in it. */
typedef struct Fields
{
	int			count;
	const uint8 *at[FIELDS_MOST];
	size_t		size[FIELDS_MOST];
} Fields;

static size_t
varint_at(const uint8 *data, size_t size, uint64 *value)
{
	*value = 0;
	for (size_t i = 0; i < size && i < 10; i++)
	{
		*value |= (uint64) (data[i] & 0x7F) << (7 * i);
		if (data[i] < 0x80)
			return i + 1;
	}
	return 0;
}

/* Cut a message; false when it is none. */
static bool
take_apart(const uint8 *data, size_t size, Fields *fields)
{
	size_t		at = 0;

	fields->count = 0;
	while (at < size)
	{
		size_t		start = at;
		uint64		tag;
		uint64		value;
		size_t		used = varint_at(data + at, size - at, &tag);

		if (used == 0 || fields->count == FIELDS_MOST)
			return false;
		at += used;
		switch (tag & 7)
		{
			case 0:
				used = varint_at(data + at, size - at, &value);
				if (used == 0)
					return false;
				break;
			case 1:
				used = 8;
				break;
			case 2:
				used = varint_at(data + at, size - at, &value);
				if (used == 0 || value > size - at - used)
					return false;
				used += (size_t) value;
				break;
			case 5:
				used = 4;
				break;
			default:
				return false;
		}
		if (used > size - at)
			return false;
		at += used;
		fields->at[fields->count] = data + start;
		fields->size[fields->count++] = at - start;
	}
	return true;
}

/*
 * A message with one of its fields changed, left out, doubled, or moved; a
 * field within, which may be a message too, likewise, its length made right.
 * Gives the size, 0 when it does not work out.
 */
static size_t
mutate_message(const uint8 *data, size_t size, uint8 *out, size_t most, Random *random, int levels)
{
	static const char *const extra[] = {"\x32\x01\x6b", "\x12\x04\x0a\x01\x01\x10", "\x0a\x04\x08\x01\x10\x02", "\x2a\x04\x08\x01\x10\x01",
		"\x22\x06\x08\x01\x22\x02\x08\x01", "\x1a\x04\x08\x01\x28\x01", "\x1a\x04\x08\x01\x10\x02", "\x32\x03\x2f\x61\x2f", "\x70\x01", "\x38\x01"};
	Fields		fields;
	size_t		used = 0;
	int			which;
	int			what = random_below(random, 6);

	if (!take_apart(data, size, &fields) || fields.count == 0)
		return 0;
	which = random_below(random, fields.count);
	for (int i = 0; i < fields.count; i++)
	{
		int			from = i;
		int			times = 1;

		if (i == which)
		{
			if (what == 0)
				times = 0;
			else if (what == 1)
				times = 2;
			else if (what == 2)
				from = random_below(random, fields.count);
			else if (what == 3)
			{
				const char *more = extra[random_below(random, lengthof(extra))];

				if (used + strlen(more) > most)
					return 0;
				memcpy(out + used, more, strlen(more));
				used += strlen(more);
			}
			else
			{
				/* the field itself: its tag as it is, behind it other bytes */
				uint64		tag;
				uint64		length;
				size_t		head = varint_at(fields.at[i], fields.size[i], &tag);
				uint8		inner[2000];
				size_t		inner_size = 0;

				if ((tag & 7) == 2)
				{
					size_t		skip = head + varint_at(fields.at[i] + head, fields.size[i] - head, &length);

					if (levels > 0 && !one_in(random, 3))
						inner_size = mutate_message(fields.at[i] + skip, fields.size[i] - skip, inner, sizeof(inner), random, levels - 1);
					if (inner_size == 0)
					{
						inner_size = Min(fields.size[i] - skip, sizeof(inner));
						memcpy(inner, fields.at[i] + skip, inner_size);
						inner_size = LLVMFuzzerMutate(inner, inner_size, Min(sizeof(inner), inner_size + 20));
					}
				}
				if (used + head + 10 + inner_size > most)
					return 0;
				memcpy(out + used, fields.at[i], head);
				used += head;
				if ((tag & 7) == 2)
				{
					for (length = inner_size; length >= 0x80; length >>= 7)
						out[used++] = (uint8) (length | 0x80);
					out[used++] = (uint8) length;
					memcpy(out + used, inner, inner_size);
					used += inner_size;
				}
				else if ((tag & 7) == 0)
				{
					for (length = one_in(random, 8) ? random_bits(random) : random_below(random, 12); length >= 0x80; length >>= 7)
						out[used++] = (uint8) (length | 0x80);
					out[used++] = (uint8) length;
				}
				else
					return 0;
				continue;
			}
		}
		for (; times > 0; times--)
		{
			if (used + fields.size[from] > most)
				return 0;
			memcpy(out + used, fields.at[from], fields.size[from]);
			used += fields.size[from];
		}
	}
	return used;
}

size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	Random		random = {seed};
	uint8	   *out;
	size_t		result = 0;

	if (size < 2 || one_in(&random, 6))
		return LLVMFuzzerMutate(data, size, most);
	if (one_in(&random, 10))
		data[0] = (uint8) random_bits(&random);
	out = pg_malloc(most);
	for (int n = random_below(&random, 3); n >= 0; n--)
	{
		result = mutate_message(data + 1, size - 1, out, most - 1, &random, 2);
		if (result == 0)
			break;
		memcpy(data + 1, out, result);
		size = result + 1;
	}
	pg_free(out);
	return result == 0 ? LLVMFuzzerMutate(data, size, most) : size;
}

#endif							/* FUZZ_REPLAY */
