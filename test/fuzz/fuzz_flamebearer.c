/*-------------------------------------------------------------------------
 *
 * fuzz_flamebearer.c
 *		Any text as a flamebearer.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "flamebearer.h"

static void
read_one(const uint8 *data, size_t size)
{
	static const int encodings[] = {PG_UTF8, PG_UTF8, PG_UTF8, PG_SQL_ASCII, PG_EUC_JP, PG_LATIN1};
	const char *json = (const char *) data;
	PtBuilder	builder;
	StringInfoData bytes;
	PtTree		tree;
	PtPair		pair;
	PtError		error;

	pt_core_encoding = encodings[size % lengthof(encodings)];
	if (size > 8192 || !pt_valid_encoding(json, size))
		return;
	memset(&error, 0, sizeof(error));
	pt_builder_init(&builder, NULL, 1);
	if (!pt_parse_flamebearer(&builder, json, size, &error))
	{
		check_error(&error);
		check(error.code == PT_BAD_TEXT || error.code == PT_OUT_OF_RANGE || error.code == PT_BAD_ARGUMENT ||
			  error.code == PT_UNTRANSLATABLE);
		check(builder.node_count == 1 && builder.total == 0);
		pt_builder_free(&builder);
		return;
	}
	encode_builder(&builder, &bytes);
	pt_tree_init(&tree, NULL);
	check(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	check_tree(&tree, (uint8 *) bytes.data, bytes.len);
	for (uint32 i = 0; i < tree.node_count; i++)
		check(tree.self[i] > 0 || !pt_is_leaf(&tree, i));

	/* written and read again it is the same, and beside itself it is both sides */
	pt_pair(&tree, &tree, NULL, &pair);
	for (int twice = 0; twice < 2; twice++)
	{
		PtBuilder	again;
		StringInfoData text;
		StringInfoData again_bytes;
		bool		parsed;

		initStringInfo(&text);
		if (twice)
			pt_print_flamebearer_diff(&pair, &text, NULL);
		else
			pt_print_flamebearer(&tree, &text, NULL);
		pt_builder_init(&again, NULL, 2);
		parsed = pt_parse_flamebearer(&again, text.data, text.len, &error);
		check(parsed == !twice);
		if (parsed)
		{
			encode_builder(&again, &again_bytes);
			check(same_bytes(&again_bytes, &bytes));
			pfree(again_bytes.data);
		}
		else
			check(error.code == PT_BAD_ARGUMENT);
		pt_builder_free(&again);
		pfree(text.data);
	}
	pt_pair_free(&pair);
	pt_tree_free(&tree);
	pfree(bytes.data);
	pt_builder_free(&builder);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	int64		blocks = pt_alloc_blocks;

	read_one(data, size);
	check(pt_alloc_blocks == blocks);
	return 0;
}

#ifndef FUZZ_REPLAY
size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_json(data, size, most, seed);
}
#endif
