/*-------------------------------------------------------------------------
 *
 * fuzz_flamebearer.c
 *		Any text as a flamebearer.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "flamebearer.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	StringInfoData bytes;
	StringInfoData json;
	PtTree		tree;
	PtPair		pair;
	PtBuilder	builder;
	PtError		error;

	if (!read_document(pt_parse_flamebearer, data, size, &tree, &bytes))
		return 0;

	/* written and read again it is the same */
	initStringInfo(&json);
	pt_print_flamebearer(&tree, &json, NULL);
	check_reads_as(pt_parse_flamebearer, &json, &bytes);

	/* beside itself it is no tree */
	pt_pair(&tree, &tree, NULL, &pair);
	resetStringInfo(&json);
	pt_print_flamebearer_diff(&pair, &json, NULL);
	pt_builder_init(&builder, NULL, 1);
	check(!pt_parse_flamebearer(&builder, json.data, json.len, &error) && error.code == PT_BAD_ARGUMENT);
	pt_builder_free(&builder);
	pt_pair_free(&pair);

	pfree(json.data);
	pt_tree_free(&tree);
	pfree(bytes.data);
	return 0;
}

#ifndef FUZZ_REPLAY
size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_json(data, size, most, seed);
}
#endif
