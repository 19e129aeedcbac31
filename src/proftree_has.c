/*-------------------------------------------------------------------------
 *
 * proftree_has.c
 *		Does a proftree contain symbols?  Functions, operators, and how the
 *		functions use an index.
 *
 * Only the dictionary of a tree is taken apart: every symbol in it is that of
 * a node.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/plancat.h"
#include "proftree.h"
#include "proftree_has.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(proftree_has);
PG_FUNCTION_INFO_V1(proftree_has_any);
PG_FUNCTION_INFO_V1(proftree_has_all);
PG_FUNCTION_INFO_V1(proftree_has_support);
PG_FUNCTION_INFO_V1(proftree_has_any_support);
PG_FUNCTION_INFO_V1(proftree_has_all_support);

void
proftree_symbol_array(ArrayType *array, Datum **symbols, int *count)
{
	bool	   *nulls;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, symbols, &nulls, count);
	for (int i = 0; i < *count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("symbol %d is NULL", i + 1),
					 errhint("array_remove(symbols, NULL) leaves NULLs out.")));
	}
	pfree(nulls);
}

void
proftree_dictionary(Datum datum, PtDictionary *dictionary)
{
	size_t		length;
	const uint8 *bytes = proftree_bytes(datum, &length);
	PtSections	sections;
	PtError		error;

	memset(dictionary, 0, sizeof(*dictionary));
	dictionary->memory = CurrentMemoryContext;
	if (!pt_decode_sections(bytes, length, PT_MAX_BYTES, &sections, &error) ||
		!pt_decode_dictionary(&sections, dictionary, &error))
		proftree_raise(&error);
	/* the symbols have been copied */
	proftree_free_bytes(datum, bytes);
}

static bool
has_symbol(const PtDictionary *dictionary, Datum symbol)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(symbol);
	uint32		number;

	return pt_find_symbol(dictionary, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text), &number);
}

static void
free_dictionary(PtDictionary *dictionary)
{
	/* index rechecks and scans call these in a context that lives long */
	if (dictionary->symbol_capacity > 0)
		pfree(dictionary->symbol);
	if (dictionary->capacity > 0)
		pfree(dictionary->bytes);
}

/*
 * proftree_has(tree proftree, symbol text) returns boolean; operator ?
 *
 * Does a node of the tree have this symbol?  O(bytes of symbols).
 */
Datum
proftree_has(PG_FUNCTION_ARGS)
{
	text	   *symbol = PG_GETARG_TEXT_PP(1);
	PtDictionary dictionary;
	bool		found;

	proftree_dictionary(PG_GETARG_DATUM(0), &dictionary);
	found = has_symbol(&dictionary, PointerGetDatum(symbol));
	free_dictionary(&dictionary);
	PG_FREE_IF_COPY(symbol, 1);
	PG_RETURN_BOOL(found);
}

/* Has the tree any, or all, of the symbols of an array? */
static bool
has_symbols(FunctionCallInfo fcinfo, bool all)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	Datum	   *symbols;
	int			count;
	PtDictionary dictionary;
	bool		result = all;

	proftree_symbol_array(array, &symbols, &count);
	proftree_dictionary(PG_GETARG_DATUM(0), &dictionary);
	for (int i = 0; i < count && result == all; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		result = has_symbol(&dictionary, symbols[i]);
	}
	free_dictionary(&dictionary);
	pfree(symbols);
	PG_FREE_IF_COPY(array, 1);
	return result;
}

/*
 * proftree_has_any(tree proftree, symbols text[]) returns boolean;
 *		operator ?|
 *
 * Has the tree at least one of the symbols?  Of none it has not.  Errors:
 * 22004 NULL element.  O(bytes of symbols).
 */
Datum
proftree_has_any(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(has_symbols(fcinfo, false));
}

/*
 * proftree_has_all(tree proftree, symbols text[]) returns boolean;
 *		operator ?&
 *
 * Has the tree each of the symbols?  Of none it has.  Errors: 22004 NULL
 * element.  O(bytes of symbols).
 */
Datum
proftree_has_all(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(has_symbols(fcinfo, true));
}

/* ---- planner support ---- */

static const char *const operators[] = {"", "?", "?|", "?&"};	/* by strategy */

/* As many rows as the operator of the same meaning is estimated to find. */
static bool
estimate_rows(SupportRequestSelectivity *request, StrategyNumber strategy)
{
	char	   *schema = get_namespace_name(get_func_namespace(request->funcid));
	Oid			op = OpernameGetOprid(list_make2(makeString(schema), makeString(pstrdup(operators[strategy]))),
									  exprType(linitial(request->args)), exprType(lsecond(request->args)));

	if (!OidIsValid(op))
		return false;
	request->selectivity = request->is_join
		? join_selectivity(request->root, op, request->args, request->inputcollid, request->jointype, request->sjinfo)
		: restriction_selectivity(request->root, op, request->args, request->inputcollid, request->varRelid);
	return true;
}

/*
 * The functions use an index as the operators of the same meaning do: the
 * condition for the index is the operator, if the index has it.  Drivers in
 * which ? is a placeholder can so do without operators.
 */
static Datum
support(FunctionCallInfo fcinfo, StrategyNumber strategy)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestIndexCondition))
	{
		SupportRequestIndexCondition *index = (SupportRequestIndexCondition *) request;

		/* the tree has to be the indexed column, the symbols known when the scan starts */
		if (is_funcclause(index->node) && index->indexarg == 0)
		{
			FuncExpr   *call = (FuncExpr *) index->node;
			Expr	   *tree = (Expr *) linitial(call->args);
			Expr	   *symbols = (Expr *) lsecond(call->args);
			Oid			op = get_opfamily_member(index->opfamily, exprType((Node *) tree),
												 exprType((Node *) symbols), strategy);

			if (OidIsValid(op) && is_pseudo_constant_for_index(index->root, (Node *) symbols, index->index))
			{
				answer = (Node *) list_make1(make_opclause(op, BOOLOID, false, tree, symbols,
														   InvalidOid, index->indexcollation));
				index->lossy = false;
			}
		}
	}
	else if (IsA(request, SupportRequestSelectivity) && estimate_rows((SupportRequestSelectivity *) request, strategy))
		answer = request;
	PG_RETURN_POINTER(answer);
}

Datum
proftree_has_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, PROFTREE_HAS_STRATEGY);
}

Datum
proftree_has_any_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, PROFTREE_HAS_ANY_STRATEGY);
}

Datum
proftree_has_all_support(PG_FUNCTION_ARGS)
{
	return support(fcinfo, PROFTREE_HAS_ALL_STRATEGY);
}
