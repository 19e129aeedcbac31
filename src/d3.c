/*-------------------------------------------------------------------------
 *
 * d3.c
 *		Nested JSON as d3-flame-graph and d3-hierarchy take it.
 *
 *-------------------------------------------------------------------------
 */
#include "d3.h"

#include "json_text.h"

bool
pt_print_d3(const PtTree *tree, StringInfo json, PtMemory memory, PtError *error)
{
	int64	   *totals;
	uint32		level = 0;

	if (tree->depth > PT_D3_DEPTH)
	{
		pt_fail(error, PT_BEYOND_LIMIT, "tree too deep for nested JSON");
		pt_fail_detail(error, "It has %u levels; %d can be written.", tree->depth, PT_D3_DEPTH);
		return pt_fail_hint(error, "Flamebearer, speedscope and Grafana's rows do not nest and have no such limit.");
	}
	totals = pt_alloc(memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	pt_totals(tree, totals);
	appendStringInfoString(json, "{\"name\":\"root\",\"value\":");
	pt_append_number(json, tree->total);
	if (tree->node_count == 0)
		appendStringInfoString(json, ",\"children\":[]");
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&tree->dictionary, tree->symbol[i], &length);

		PT_CHECK_INTERRUPTS(i + 1);
		if (tree->level[i] > level)
			appendStringInfoString(json, ",\"children\":[");
		else
		{
			for (; level > tree->level[i]; level--)
				appendStringInfoString(json, "}]");
			appendStringInfoString(json, "},");
		}
		level = tree->level[i];
		appendStringInfoString(json, "{\"name\":");
		pt_append_json(json, symbol, length, pt_encoding());
		appendStringInfoString(json, ",\"value\":");
		pt_append_number(json, totals[i]);
	}
	for (; level > 0; level--)
		appendStringInfoString(json, "}]");
	appendStringInfoChar(json, '}');
	pt_free(totals);
	return true;
}
