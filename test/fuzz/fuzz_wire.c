/*-------------------------------------------------------------------------
 *
 * fuzz_wire.c
 *		Any bytes as a wire form, as they are and with their checksum made
 *		right, with and without conversion of symbols.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

static char *converted = NULL;
static size_t converted_size = 0;

static void
reserve_converted(size_t size)
{
	if (size > converted_size)
	{
		converted_size = 2 * size;
		converted = realloc(converted, converted_size);
	}
}

/* letters turned over, so that the order of symbols changes; the rest kept */
static const char *
turn_over(PtConverter *self, const char *text, size_t *length)
{
	reserve_converted(*length + 1);
	for (size_t i = 0; i < *length; i++)
		converted[i] = (char) (text[i] >= 'a' && text[i] <= 'z' ? 'a' + 'z' - text[i] : text[i]);
	return converted;
}

/* as from LATIN1: any bytes become text, some longer */
static const char *
widen(PtConverter *self, const char *text, size_t *length)
{
	size_t		used = 0;

	reserve_converted(2 * *length + 1);
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

static void
read_wire(const uint8 *data, size_t size, PtConvert convert)
{
	PtTree		tree;
	PtBuilder	builder;
	PtError		error;
	bool		sorted = false;

	memset(&error, 0, sizeof(error));
	pt_tree_init(&tree, NULL);
	pt_builder_init(&builder, NULL, 1);
	if (pt_read_wire(data, size, convert != NULL ? &(PtConverter) {convert} : NULL, &tree, &builder, &sorted, &error))
	{
		StringInfoData encoded;
		StringInfoData wire;
		PtTree		back;

		check(sorted || convert != NULL);
		if (sorted)
			encode_tree(&tree, &encoded);
		else
			encode_builder(&builder, &encoded);
		pt_tree_init(&back, NULL);
		check(pt_decode((uint8 *) encoded.data, encoded.len, &back, &error));
		if (convert == NULL)
		{
			/* one tree, one wire form */
			initStringInfo(&wire);
			pt_write_wire(&tree, &wire, NULL, NULL, NULL);
			check(wire.len == (int) size && memcmp(wire.data, data, size) == 0);
			pfree(wire.data);
		}
		check_tree(&back, (uint8 *) encoded.data, encoded.len);
		pt_tree_free(&back);
		pfree(encoded.data);
	}
	else
	{
		check_error(&error);
		check(error.code == PT_BAD_BINARY || error.code == PT_BAD_ENCODING || error.code == PT_BEYOND_LIMIT);
	}
	pt_builder_free(&builder);
	pt_tree_free(&tree);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	StringInfoData right;

	pt_core_encoding = PG_UTF8;
	read_wire(data, size, NULL);

	/* the last four bytes replaced by the checksum of the others */
	if (size < 4)
		return 0;
	initStringInfo(&right);
	appendBinaryStringInfo(&right, (const char *) data, (int) size - 4);
	add_checksum(&right);
	read_wire((uint8 *) right.data, right.len, NULL);
	read_wire((uint8 *) right.data, right.len, turn_over);
	read_wire((uint8 *) right.data, right.len, widen);
	pfree(right.data);
	return 0;
}

#ifndef FUZZ_REPLAY
size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_tree(data, size, most, seed, true);
}
#endif
