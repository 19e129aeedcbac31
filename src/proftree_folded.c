/*-------------------------------------------------------------------------
 *
 * proftree_folded.c
 *		proftree_from_folded() and proftree_to_folded().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "folded.h"
#include "proftree.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(proftree_from_folded);
PG_FUNCTION_INFO_V1(proftree_from_folded_bytes);
PG_FUNCTION_INFO_V1(proftree_to_folded);

static Datum
from_folded(FunctionCallInfo fcinfo, bool trusted)
{
	struct varlena *folded = PG_GETARG_VARLENA_PP(0);
	PtOnError	on_error = proftree_on_error(PG_GETARG_TEXT_PP(1));
	PtBuilder	builder;
	PtFoldedCounts counts;
	PtError		error;
	Datum		result;

	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if (!pt_parse_folded(&builder, VARDATA_ANY(folded), VARSIZE_ANY_EXHDR(folded), trusted,
						 on_error, &counts, &error) ||
		!proftree_try_encode_builder(&builder, &result, &error))
		proftree_raise(&error);
	pt_builder_free(&builder);
	if (counts.skipped > 0)
		ereport(NOTICE,
				(errmsg_plural("%llu line skipped", "%llu lines skipped",
							   (unsigned long) counts.skipped,
							   (unsigned long long) counts.skipped)));
	if (counts.replaced > 0)
		ereport(NOTICE,
				(errmsg_plural("invalid bytes replaced in %llu line",
							   "invalid bytes replaced in %llu lines",
							   (unsigned long) counts.replaced,
							   (unsigned long long) counts.replaced)));
	PG_RETURN_DATUM(result);
}

/*
 * proftree_from_folded(folded text, on_error text DEFAULT 'error')
 *		returns proftree
 *
 * Folded stacks as profilers write them (folded.h).  Errors: 22P02 with line
 * and column, 22003, 54000, 22023 on_error.
 */
Datum
proftree_from_folded(PG_FUNCTION_ARGS)
{
	return from_folded(fcinfo, true);
}

/*
 * proftree_from_folded(folded bytea, on_error text DEFAULT 'error')
 *		returns proftree
 *
 * The same of bytes that may be in no valid encoding, which perf writes where
 * it cuts a name.  Errors: also 22021.
 */
Datum
proftree_from_folded_bytes(PG_FUNCTION_ARGS)
{
	return from_folded(fcinfo, false);
}

/*
 * proftree_to_folded(tree proftree) returns text
 *
 * One line a stack; what the format cannot say is replaced, with a WARNING
 * that counts.  Errors: 54000 past 1 GB.
 */
Datum
proftree_to_folded(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	StringInfoData folded;
	uint64		changed;

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	initStringInfo(&folded);
	changed = pt_print_folded(&tree, &folded, CurrentMemoryContext);
	if (changed > 0)
		ereport(WARNING,
				(errmsg_plural("characters that folded stacks cannot hold were replaced in %llu frame",
							   "characters that folded stacks cannot hold were replaced in %llu frames",
							   (unsigned long) changed,
							   (unsigned long long) changed)));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(folded.data, folded.len));
}
