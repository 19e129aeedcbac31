/*-------------------------------------------------------------------------
 *
 * fuzz_folded.c
 *		Any bytes as folded stacks, in all three modes and several encodings.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	static const int encodings[] = {PG_UTF8, PG_UTF8, PG_SQL_ASCII, PG_EUC_JP, PG_LATIN1};
	const char *text = (const char *) data;
	StringInfoData bytes[3];
	bool		parsed[3];
	PtFoldedCounts counts[3];
	bool		valid;

	if (size > 8192)
		return 0;
	pt_core_encoding = encodings[size % lengthof(encodings)];
	valid = pt_valid_encoding(text, size);
	for (PtOnError mode = PT_ON_ERROR_FAIL; mode <= PT_ON_ERROR_REPLACE; mode++)
	{
		PtBuilder	builder;
		PtError		error;

		memset(&error, 0, sizeof(error));
		pt_builder_init(&builder, NULL, 1);
		parsed[mode] = pt_parse_folded(&builder, text, size, false, mode, &counts[mode], &error);
		encode_builder(&builder, &bytes[mode]);
		if (parsed[mode])
		{
			PtTree		tree;

			pt_tree_init(&tree, NULL);
			check(pt_decode((uint8 *) bytes[mode].data, bytes[mode].len, &tree, &error));
			check_tree(&tree, (uint8 *) bytes[mode].data, bytes[mode].len);
			pt_tree_free(&tree);
		}
		else
		{
			check_error(&error);
			check(error.code == PT_BAD_TEXT || error.code == PT_OUT_OF_RANGE || error.code == PT_BAD_ENCODING);
			check(strstr(error.message, " at line ") != NULL);
		}
		pt_builder_free(&builder);
		if (valid)
		{
			/* checked text gives the same unchecked */
			PtFoldedCounts trusted;
			StringInfoData again;

			pt_builder_init(&builder, NULL, 2);
			check(pt_parse_folded(&builder, text, size, true, mode, &trusted, &error) == parsed[mode]);
			check(memcmp(&trusted, &counts[mode], sizeof(trusted)) == 0);
			encode_builder(&builder, &again);
			check(same_bytes(&again, &bytes[mode]));
			pfree(again.data);
			pt_builder_free(&builder);
		}
	}
	/* where nothing was wrong the modes do not differ */
	check(counts[PT_ON_ERROR_FAIL].skipped == 0 && counts[PT_ON_ERROR_FAIL].replaced == 0);
	check(counts[PT_ON_ERROR_SKIP].replaced == 0 && counts[PT_ON_ERROR_REPLACE].skipped == 0);
	if (parsed[PT_ON_ERROR_FAIL])
	{
		check(parsed[PT_ON_ERROR_SKIP] && parsed[PT_ON_ERROR_REPLACE]);
		check(counts[PT_ON_ERROR_SKIP].skipped == 0 && counts[PT_ON_ERROR_REPLACE].replaced == 0);
		check(same_bytes(&bytes[PT_ON_ERROR_FAIL], &bytes[PT_ON_ERROR_SKIP]));
		check(same_bytes(&bytes[PT_ON_ERROR_FAIL], &bytes[PT_ON_ERROR_REPLACE]));
	}
	/* the naive reader knows no encodings */
	if (valid && size <= 4096 && (size < 3 || memcmp(text, "\357\273\277", 3) != 0))
	{
		Oracle		oracle;
		StringInfoData expected;

		oracle_init(&oracle);
		check(naive_parse(text, size, false, &oracle) == parsed[PT_ON_ERROR_FAIL]);
		oracle_encode(&oracle, &expected);
		check(same_bytes(&expected, &bytes[PT_ON_ERROR_FAIL]));
		pfree(expected.data);
		oracle_free(&oracle);
	}
	for (int i = 0; i < 3; i++)
		pfree(bytes[i].data);
	return 0;
}
