/*-------------------------------------------------------------------------
 *
 * pyrotree.c
 *		Module start, version, and the errors of the core as SQL errors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "proftree.h"
#include "utils/builtins.h"
#include "utils/guc.h"

PYROTREE_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

PG_FUNCTION_INFO_V1(pyrotree_version);

void
_PG_init(void)
{
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
