/*-------------------------------------------------------------------------
 *
 * proftree_svg.c
 *		proftree_to_svg(): flame graphs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "proftree.h"
#include "svg.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_to_svg);
PG_FUNCTION_INFO_V1(proftree_to_svg_diff);

/* The arguments from title on, the first of which is number "first". */
static void
get_options(FunctionCallInfo fcinfo, int first, PtSvgOptions *options)
{
	text	   *title = PG_GETARG_TEXT_PP(first);
	text	   *unit = PG_GETARG_TEXT_PP(first + 3);

	options->title = VARDATA_ANY(title);
	options->title_length = VARSIZE_ANY_EXHDR(title);
	options->width = PG_GETARG_INT32(first + 1);
	options->min_width = PG_GETARG_FLOAT8(first + 2);
	options->unit = VARDATA_ANY(unit);
	options->unit_length = VARSIZE_ANY_EXHDR(unit);
	options->inverted = PG_GETARG_BOOL(first + 4);
	if (options->width < PT_SVG_MIN_WIDTH || options->width > PT_SVG_MAX_WIDTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width must be between %d and %d", PT_SVG_MIN_WIDTH, PT_SVG_MAX_WIDTH)));
	if (isnan(options->min_width) || options->min_width < 0 || options->min_width > options->width)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_width must be between 0 and the picture's width")));
}

/*
 * proftree_to_svg(tree proftree, title text, width integer,
 *		min_width double precision, unit text, inverted boolean) returns text
 *
 * A flame graph as an SVG picture with its own script (svg.h).  Width and
 * min_width in px.  O(nodes + symbol bytes).  Errors: 22023 width or
 * min_width, 54000 past 1 GB.
 */
Datum
proftree_to_svg(PG_FUNCTION_ARGS)
{
	PtSvgOptions options;
	PtTree		tree;
	StringInfoData svg;

	get_options(fcinfo, 1, &options);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&svg);
	pt_print_svg(&tree, &options, &svg);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(svg.data, svg.len));
}

/*
 * proftree_to_svg(baseline proftree, comparison proftree, title text,
 *		width integer, min_width double precision, unit text,
 *		inverted boolean) returns text
 *
 * A differential flame graph (svg.h).  Errors as above.
 */
Datum
proftree_to_svg_diff(PG_FUNCTION_ARGS)
{
	PtSvgOptions options;
	PtTree		baseline;
	PtTree		comparison;
	PtPair		pair;
	StringInfoData svg;

	get_options(fcinfo, 2, &options);
	proftree_decode(PG_GETARG_DATUM(0), &baseline);
	proftree_decode(PG_GETARG_DATUM(1), &comparison);
	pt_pair(&baseline, &comparison, CurrentMemoryContext, &pair);
	initStringInfo(&svg);
	pt_print_svg_diff(&pair, &options, &svg);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(svg.data, svg.len));
}
