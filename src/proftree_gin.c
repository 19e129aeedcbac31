/*-------------------------------------------------------------------------
 *
 * proftree_gin.c
 *		The GIN class of proftree: which trees have a symbol?
 *
 * A key is a 64-bit hash of a symbol, so symbols of any length can be indexed
 * and keys take 8 bytes.  Two symbols may share a hash, so each operator has
 * its answers rechecked; and that is all the rechecks are for.
 *
 * The hash is the server's, which is the same in all its versions, as hash
 * partitions rely on it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "proftree_has.h"

PG_FUNCTION_INFO_V1(proftree_gin_extract);
PG_FUNCTION_INFO_V1(proftree_gin_extract_query);
PG_FUNCTION_INFO_V1(proftree_gin_consistent);
PG_FUNCTION_INFO_V1(proftree_gin_triconsistent);

static inline Datum
key_of(const char *symbol, size_t length)
{
	return Int64GetDatum((int64) hash_bytes_extended((const unsigned char *) symbol, (int) length, 0));
}

static inline Datum
key_of_text(Datum symbol)
{
	struct varlena *text = (struct varlena *) DatumGetPointer(symbol);

	return key_of(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
}

/*
 * proftree_gin_extract(tree proftree, internal) returns internal
 *
 * The keys of a tree.
 */
Datum
proftree_gin_extract(PG_FUNCTION_ARGS)
{
	int32	   *count = (int32 *) PG_GETARG_POINTER(1);
	PtDictionary dictionary;
	Datum	   *keys = NULL;

	proftree_dictionary(PG_GETARG_DATUM(0), &dictionary);
	*count = (int32) dictionary.count;
	if (dictionary.count > 0)
		keys = palloc_extended(dictionary.count * sizeof(Datum), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < dictionary.count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		keys[i] = key_of(symbol, length);
	}
	PG_RETURN_POINTER(keys);
}

/*
 * proftree_gin_extract_query(query anyelement, internal, strategy int2,
 *		internal, internal, internal, internal) returns internal
 *
 * The keys a question asks for.  All of no symbols is true of every tree.
 */
Datum
proftree_gin_extract_query(PG_FUNCTION_ARGS)
{
	int32	   *count = (int32 *) PG_GETARG_POINTER(1);
	StrategyNumber strategy = PG_GETARG_UINT16(2);
	int32	   *search_mode = (int32 *) PG_GETARG_POINTER(6);
	Datum	   *keys;

	if (strategy == PROFTREE_HAS_STRATEGY)
	{
		keys = palloc(sizeof(Datum));
		keys[0] = key_of_text(PointerGetDatum(PG_GETARG_TEXT_PP(0)));
		*count = 1;
	}
	else
	{
		int			symbols;

		proftree_symbol_array(PG_GETARG_ARRAYTYPE_P(0), &keys, &symbols);
		for (int i = 0; i < symbols; i++)
		{
			PT_CHECK_INTERRUPTS(i + 1);
			keys[i] = key_of_text(keys[i]);
		}
		*count = symbols;
		if (symbols == 0 && strategy == PROFTREE_HAS_ALL_STRATEGY)
			*search_mode = GIN_SEARCH_MODE_ALL;
	}
	PG_RETURN_POINTER(keys);
}

/*
 * What keys tell of a question: any of them has to be there, or all; GIN_MAYBE
 * where they are, since other symbols may have the same hashes.
 */
static GinTernaryValue
answer(const GinTernaryValue *check, StrategyNumber strategy, int32 count)
{
	if (strategy == PROFTREE_HAS_ALL_STRATEGY)
	{
		for (int32 i = 0; i < count; i++)
		{
			if (check[i] == GIN_FALSE)
				return GIN_FALSE;
		}
		return count == 0 ? GIN_TRUE : GIN_MAYBE;
	}
	for (int32 i = 0; i < count; i++)
	{
		if (check[i] != GIN_FALSE)
			return GIN_MAYBE;
	}
	return GIN_FALSE;
}

/*
 * proftree_gin_consistent(internal, strategy int2, query anyelement, int4,
 *		internal, internal, internal, internal) returns boolean
 */
Datum
proftree_gin_consistent(PG_FUNCTION_ARGS)
{
	bool	   *recheck = (bool *) PG_GETARG_POINTER(5);
	GinTernaryValue result;

	/* a boolean check is a ternary one that never says maybe */
	StaticAssertStmt(sizeof(bool) == sizeof(GinTernaryValue) && true == GIN_TRUE && false == GIN_FALSE,
					 "bool and GinTernaryValue agree");
	result = answer((GinTernaryValue *) PG_GETARG_POINTER(0), PG_GETARG_UINT16(1), PG_GETARG_INT32(3));
	*recheck = result == GIN_MAYBE;
	PG_RETURN_BOOL(result != GIN_FALSE);
}

/*
 * proftree_gin_triconsistent(internal, strategy int2, query anyelement, int4,
 *		internal, internal, internal) returns "char"
 */
Datum
proftree_gin_triconsistent(PG_FUNCTION_ARGS)
{
	PG_RETURN_GIN_TERNARY_VALUE(answer((GinTernaryValue *) PG_GETARG_POINTER(0), PG_GETARG_UINT16(1),
									   PG_GETARG_INT32(3)));
}
