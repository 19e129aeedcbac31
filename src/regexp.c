/*-------------------------------------------------------------------------
 *
 * regexp.c
 *		Regular expressions that have to match the whole of a text.
 *
 *-------------------------------------------------------------------------
 */
#include "regexp.h"

#include "catalog/pg_collation.h"
#include "regex/regex.h"
#include "utils/builtins.h"

#define REGEXP_FLAGS	(REG_ADVANCED | REG_NOSUB)

/*
 * It has to be valid by itself too: "a)|(b" becomes so only between
 * parentheses.
 */
text *
pyrotree_whole_regexp(PtText regexp)
{
	StringInfoData anchored;
	text	   *result;

	RE_compile_and_cache(cstring_to_text_with_len(regexp.text, (int) regexp.length),
						 REGEXP_FLAGS, C_COLLATION_OID);
	initStringInfo(&anchored);
	if (!pt_anchor_regexp(regexp, &anchored))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_REGULAR_EXPRESSION),
				 errmsg("invalid regular expression: only the options c, i, m, n, p, s, t, w and x can be used here")));
	result = cstring_to_text_with_len(anchored.data, anchored.len);
	RE_compile_and_cache(result, REGEXP_FLAGS, C_COLLATION_OID);
	return result;
}

bool
pyrotree_regexp_matches(text *whole, PtText value)
{
	return RE_compile_and_execute(whole, unconstify(char *, value.text), (int) value.length,
								  REGEXP_FLAGS, C_COLLATION_OID, 0, NULL);
}
