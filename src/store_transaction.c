/*-------------------------------------------------------------------------
 *
 * store_transaction.c
 *		What the store's functions ask about the transaction they run in.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(pyrotree_require_no_transaction_block);
PG_FUNCTION_INFO_V1(pyrotree_is_there_still);

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

/*
 * pyrotree.is_there_still(made_by xid) returns boolean
 *
 * Of a row that a statement sees, given its xmin: can it have been deleted
 * before the statement began?  Only where all statements of a transaction have
 * one snapshot, and not what the transaction has written itself.
 */
Datum
pyrotree_is_there_still(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!IsolationUsesXactSnapshot() ||
				   TransactionIdIsCurrentTransactionId(PG_GETARG_TRANSACTIONID(0)));
}
