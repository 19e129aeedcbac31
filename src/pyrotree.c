/*-------------------------------------------------------------------------
 *
 * pyrotree.c
 *		Module start, settings, version, and the errors of the core as SQL errors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "compat.h"
#include "fmgr.h"
#include "proftree.h"
#include "store.h"
#include "utils/builtins.h"
#include "utils/guc.h"

PYROTREE_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

PG_FUNCTION_INFO_V1(pyrotree_version);

bool		pyrotree_setting_auto_compact = true;
int			pyrotree_setting_clock_skew = PYROTREE_DEFAULT_CLOCK_SKEW;
int			pyrotree_setting_late_after = PYROTREE_DEFAULT_LATE_AFTER;
int			pyrotree_setting_stacks_memory = PYROTREE_DEFAULT_STACKS_MEMORY;

void
_PG_init(void)
{
	DefineCustomBoolVariable("pyrotree.auto_compact",
							 "Lets writers compact the series they write to.",
							 "When off, call pyrotree.compact() from a job.",
							 &pyrotree_setting_auto_compact, true,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("pyrotree.clock_skew",
							"How far in the future a profile may lie.",
							NULL,
							&pyrotree_setting_clock_skew, PYROTREE_DEFAULT_CLOCK_SKEW,
							0, PYROTREE_MAX_CLOCK_SKEW,
							PGC_USERSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("pyrotree.late_after",
							"How long compaction waits for profiles before a slot's time counts as past.",
							"Profiles that come later are added to what is compacted, at a higher price.",
							&pyrotree_setting_late_after, PYROTREE_DEFAULT_LATE_AFTER,
							0, PYROTREE_MAX_LATE_AFTER,
							PGC_USERSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("pyrotree.stacks_memory",
							"Memory for the stacks of one INSERT or COPY into the view pyrotree.stacks.",
							"Beyond it they are stored before the statement ends, in more and smaller profiles.",
							&pyrotree_setting_stacks_memory, PYROTREE_DEFAULT_STACKS_MEMORY,
							PYROTREE_MIN_STACKS_MEMORY, MAX_KILOBYTES,
							PGC_USERSET, GUC_UNIT_KB, NULL, NULL, NULL);
	MarkGUCPrefixReserved("pyrotree");
}

/*
 * pyrotree_version() returns text
 *
 * The version of the loaded module, which should be that of the extension.
 */
Datum
pyrotree_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(PYROTREE_VERSION));
}

static int
sqlstate_of(PtErrorCode code)
{
	switch (code)
	{
		case PT_BAD_TEXT:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case PT_BAD_BINARY:
			return ERRCODE_INVALID_BINARY_REPRESENTATION;
		case PT_OUT_OF_RANGE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case PT_BAD_ARGUMENT:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case PT_NULL_ELEMENT:
			return ERRCODE_NULL_VALUE_NOT_ALLOWED;
		case PT_BEYOND_LIMIT:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case PT_DAMAGED:
			return ERRCODE_DATA_CORRUPTED;
		case PT_BAD_ENCODING:
			return ERRCODE_CHARACTER_NOT_IN_REPERTOIRE;
		case PT_UNTRANSLATABLE:
			return ERRCODE_UNTRANSLATABLE_CHARACTER;
		case PT_OK:
			break;
	}
	return ERRCODE_INTERNAL_ERROR;
}

void
proftree_save_error(const PtError *error, struct Node *escontext)
{
	errsave(escontext,
			(errcode(sqlstate_of(error->code)),
			 errmsg("%s", error->message),
			 error->detail[0] != '\0' ? errdetail("%s", error->detail) : 0,
			 error->hint[0] != '\0' ? errhint("%s", error->hint) : 0));
}

void
proftree_raise(const PtError *error)
{
	proftree_save_error(error, NULL);
	pg_unreachable();
}

PtOnError
proftree_on_error(text *argument)
{
	char	   *word = text_to_cstring(argument);

	if (strcmp(word, "error") == 0)
		return PT_ON_ERROR_FAIL;
	if (strcmp(word, "skip") == 0)
		return PT_ON_ERROR_SKIP;
	if (strcmp(word, "replace") == 0)
		return PT_ON_ERROR_REPLACE;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid on_error \"%s\"", pt_clip(palloc(PT_CLIP_SIZE), word, strlen(word))),
			 errhint("It can be \"error\", \"skip\" or \"replace\".")));
}
