/*-------------------------------------------------------------------------
 *
 * fuzz_speedscope.c
 *		Any text as a speedscope file: all its profiles, or those named "a".
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "speedscope.h"

static void
read_one(const uint8 *data, size_t size)
{
	static const int encodings[] = {PG_UTF8, PG_UTF8, PG_UTF8, PG_SQL_ASCII, PG_EUC_JP, PG_LATIN1};
	static const char *const units[] = {"none", "bytes", "nanoseconds"};
	const char *json = (const char *) data;
	const char *profile = size % 4 == 0 ? "a" : NULL;
	PtBuilder	builder;
	StringInfoData bytes;
	PtTree		tree;
	PtError		error;

	pt_core_encoding = encodings[size % lengthof(encodings)];
	if (size > 8192 || !pt_valid_encoding(json, size))
		return;
	memset(&error, 0, sizeof(error));
	pt_builder_init(&builder, NULL, 1);
	if (!pt_parse_speedscope(&builder, json, size, profile, &error))
	{
		check_error(&error);
		check(pt_core_encoding != PG_UTF8 || pt_valid_encoding(error.hint, strlen(error.hint)));
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

	/* written and read again it is the same */
	for (size_t i = 0; i < lengthof(units); i++)
	{
		PtBuilder	again;
		StringInfoData text;
		StringInfoData again_bytes;

		initStringInfo(&text);
		pt_print_speedscope(&tree, "a", units[i], &text, NULL);
		pt_builder_init(&again, NULL, 2);
		check(pt_parse_speedscope(&again, text.data, text.len, profile, &error));
		encode_builder(&again, &again_bytes);
		check(same_bytes(&again_bytes, &bytes));
		pfree(again_bytes.data);
		pt_builder_free(&again);
		pfree(text.data);
	}
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
