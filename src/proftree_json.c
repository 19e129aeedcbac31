/*-------------------------------------------------------------------------
 *
 * proftree_json.c
 *		proftree in JSON: flamebearer, speedscope and d3.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "d3.h"
#include "flamebearer.h"
#include "fmgr.h"
#include "proftree.h"
#include "speedscope.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_from_flamebearer);
PG_FUNCTION_INFO_V1(proftree_to_flamebearer);
PG_FUNCTION_INFO_V1(proftree_to_flamebearer_diff);
PG_FUNCTION_INFO_V1(proftree_from_speedscope);
PG_FUNCTION_INFO_V1(proftree_to_speedscope);
PG_FUNCTION_INFO_V1(proftree_to_d3);

static Datum
json_datum(const StringInfoData *json)
{
	return PointerGetDatum(cstring_to_text_with_len(json->data, json->len));
}

/*
 * proftree_from_flamebearer(flamebearer json) returns proftree
 *
 * What flamebearer.h reads.  Errors: 22P02, 22023, 22003, 22P05, 54000.
 */
Datum
proftree_from_flamebearer(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);
	PtBuilder	builder;
	PtError		error;
	Datum		result;

	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if (!pt_parse_flamebearer(&builder, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), &error) ||
		!proftree_try_encode_builder(&builder, &result, &error))
		proftree_raise(&error);
	pt_builder_free(&builder);
	PG_RETURN_DATUM(result);
}

/*
 * proftree_to_flamebearer(tree proftree) returns json
 *
 * Every node of a tree, four numbers a bar.  Errors: 54000 past 1 GB.
 */
Datum
proftree_to_flamebearer(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData json;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&json);
	pt_print_flamebearer(&tree, &json, CurrentMemoryContext);
	PG_RETURN_DATUM(json_datum(&json));
}

/*
 * proftree_to_flamebearer(baseline proftree, comparison proftree) returns json
 *
 * Every node of either, seven numbers a bar.  Errors: 54000 past 1 GB.
 */
Datum
proftree_to_flamebearer_diff(PG_FUNCTION_ARGS)
{
	PtTree		baseline;
	PtTree		comparison;
	PtPair		pair;
	StringInfoData json;

	proftree_decode(PG_GETARG_DATUM(0), &baseline);
	proftree_decode(PG_GETARG_DATUM(1), &comparison);
	pt_pair(&baseline, &comparison, CurrentMemoryContext, &pair);
	pt_tree_free(&baseline);
	pt_tree_free(&comparison);
	initStringInfo(&json);
	pt_print_flamebearer_diff(&pair, &json, CurrentMemoryContext);
	PG_RETURN_DATUM(json_datum(&json));
}

/*
 * proftree_from_speedscope(speedscope json, profile text DEFAULT NULL)
 *		returns proftree
 *
 * What speedscope.h reads.  NULL in gives NULL, but for profile.  Errors:
 * 22P02, 22023, 22003, 22P05, 54000.
 */
Datum
proftree_from_speedscope(PG_FUNCTION_ARGS)
{
	text	   *json;
	char	   *profile = NULL;
	PtBuilder	builder;
	PtError		error;
	Datum		result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	json = PG_GETARG_TEXT_PP(0);
	if (!PG_ARGISNULL(1))
		profile = text_to_cstring(PG_GETARG_TEXT_PP(1));
	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if (!pt_parse_speedscope(&builder, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), profile, &error) ||
		!proftree_try_encode_builder(&builder, &result, &error))
		proftree_raise(&error);
	pt_builder_free(&builder);
	PG_RETURN_DATUM(result);
}

/*
 * proftree_to_speedscope(tree proftree, name text DEFAULT 'profile',
 *		unit text DEFAULT 'none') returns json
 *
 * One evented profile.  Errors: 54000 past 1 GB.
 */
Datum
proftree_to_speedscope(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData json;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&json);
	pt_print_speedscope(&tree, text_to_cstring(PG_GETARG_TEXT_PP(1)), text_to_cstring(PG_GETARG_TEXT_PP(2)),
						&json, CurrentMemoryContext);
	PG_RETURN_DATUM(json_datum(&json));
}

/*
 * proftree_to_d3(tree proftree) returns json
 *
 * Nested objects.  Errors: 54000 past PT_D3_DEPTH frames or 1 GB.
 */
Datum
proftree_to_d3(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData json;
	PtError		error;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&json);
	if (!pt_print_d3(&tree, &json, CurrentMemoryContext, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(json_datum(&json));
}
