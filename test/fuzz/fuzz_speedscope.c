/*-------------------------------------------------------------------------
 *
 * fuzz_speedscope.c
 *		Any text as a speedscope file: all its profiles, or those named "a".
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

#include "speedscope.h"

static const char *profile;

static bool
parse(PtBuilder *builder, const char *json, size_t length, PtError *error)
{
	return pt_parse_speedscope(builder, json, length, profile, error);
}

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	static const char *const units[] = {"none", "bytes", "nanoseconds"};
	StringInfoData bytes;
	PtTree		tree;

	profile = size % 4 == 0 ? "a" : NULL;
	if (!read_document(parse, data, size, &tree, &bytes))
		return 0;
	/* written and read again it is the same */
	for (size_t i = 0; i < lengthof(units); i++)
	{
		StringInfoData json;

		initStringInfo(&json);
		pt_print_speedscope(&tree, "a", units[i], &json, NULL);
		check_reads_as(parse, &json, &bytes);
		pfree(json.data);
	}
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
