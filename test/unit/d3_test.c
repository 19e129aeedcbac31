/*-------------------------------------------------------------------------
 *
 * d3_test.c
 *		Nested JSON, against a writer that recurses.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "d3.h"
#include "json_text.h"

/* The children of a node (-1: of the root), and what it takes to hold them. */
static void
naive_children(const Oracle *oracle, long node, StringInfo json)
{
	uint32		level = node < 0 ? 0 : oracle_level(&oracle->node[node]);
	bool		any = false;

	for (size_t i = node + 1; i < oracle->count && oracle_level(&oracle->node[i]) > level; i++)
	{
		size_t		length;
		const char *symbol = oracle_symbol(&oracle->node[i], &length);

		if (oracle_level(&oracle->node[i]) != level + 1)
			continue;
		appendStringInfoString(json, any ? ",{\"name\":" : ",\"children\":[{\"name\":");
		any = true;
		pt_append_json(json, symbol, length, pt_core_encoding);
		appendStringInfo(json, ",\"value\":" INT64_FORMAT, oracle_total(oracle, i));
		naive_children(oracle, i, json);
		appendStringInfoChar(json, '}');
	}
	if (any)
		appendStringInfoChar(json, ']');
	else if (node < 0)
		appendStringInfoString(json, ",\"children\":[]");
}

static bool
nested(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	PtTree		tree;
	PtError		error;
	StringInfoData bytes;
	StringInfoData json;
	StringInfoData expected;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	initStringInfo(&json);
	require(pt_print_d3(&tree, &json, NULL, &error));
	initStringInfo(&expected);
	appendStringInfo(&expected, "{\"name\":\"root\",\"value\":" INT64_FORMAT, tree.total);
	naive_children(&oracle, -1, &expected);
	appendStringInfoChar(&expected, '}');
	require(same_bytes(&json, &expected));
	pt_tree_free(&tree);
	oracle_free(&oracle);
	profile_free(&profile);
	pfree(bytes.data);
	pfree(json.data);
	pfree(expected.data);
	return true;
}

static bool
depth_ends(void)
{
	for (uint32 depth = PT_D3_DEPTH; depth <= PT_D3_DEPTH + 1; depth++)
	{
		PtFrame    *frames = pg_malloc(depth * sizeof(PtFrame));
		PtBuilder	builder;
		PtTree		tree;
		PtError		error;
		StringInfoData json;

		for (uint32 i = 0; i < depth; i++)
			frames[i] = (PtFrame) {"f", 1};
		pt_builder_init(&builder, NULL, 1);
		require(pt_builder_add(&builder, 0, frames, depth, 7, &error));
		pt_tree_init(&tree, NULL);
		pt_builder_flatten(&builder, &tree);
		initStringInfo(&json);
		require(pt_print_d3(&tree, &json, NULL, &error) == (depth == PT_D3_DEPTH));
		if (depth > PT_D3_DEPTH)
			require(error.code == PT_BEYOND_LIMIT && json.len == 0 && error.hint[0] != '\0');
		pt_tree_free(&tree);
		pt_builder_free(&builder);
		pfree(json.data);
		pg_free(frames);
	}
	return true;
}

int
main(void)
{
	run_cases("every node within its parent", CASES(150), nested);
	report(depth_ends(), "depth ends");
	return finish();
}
