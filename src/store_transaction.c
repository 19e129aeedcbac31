/*-------------------------------------------------------------------------
 *
 * store_transaction.c
 *		What the store's procedures ask about the transaction they run in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pyrotree_require_no_transaction_block);

/*
 * pyrotree.require_no_transaction_block(procedure text) returns void
 *
 * For procedures that commit.  Without it the server says "invalid
 * transaction termination", and only when the first commit is reached.
 * Errors: 25001.
 */
Datum
pyrotree_require_no_transaction_block(PG_FUNCTION_ARGS)
{
	if (IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("%s cannot run inside a transaction block",
						text_to_cstring(PG_GETARG_TEXT_PP(0))),
				 errdetail("It commits its work piece by piece."),
				 errhint("Call it on its own, outside BEGIN and COMMIT.")));
	PG_RETURN_VOID();
}
