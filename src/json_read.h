/*-------------------------------------------------------------------------
 *
 * json_read.h
 *		Reading a JSON document of a known shape, in one pass.
 *
 * The parser is PostgreSQL's (common/jsonapi.h).  A format says in a table
 * which places of a document it wants, and is told what stands there; all
 * else is passed over, whatever it is.  Nothing is kept of the document, keys
 * may come in any order, and nothing here is recursive.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_JSON_READ_H
#define PYROTREE_JSON_READ_H

#include "core.h"

/* what can stand at a place */
typedef enum PtJsonType
{
	PT_JSON_NOTHING,			/* ends a list of keys */
	PT_JSON_OBJECT,
	PT_JSON_ARRAY,
	PT_JSON_NUMBER,
	PT_JSON_STRING
} PtJsonType;

/*
 * A place that a format wants.  Places within each other are at most
 * PT_JSON_DEPTH deep, and an object has at most 64 wanted keys.
 */
typedef struct PtJsonPlace
{
	const char *key;			/* in the object around it; NULL in an array;
								 * of a document: the format's name */
	PtJsonType	type;
	int			id;				/* what the format calls it */
	/* an object's keys, ended by PT_JSON_NOTHING; an array's element */
	const struct PtJsonPlace *inside;
} PtJsonPlace;

#define PT_JSON_DEPTH	8

typedef enum PtJsonEvent
{
	PT_JSON_BEGIN,				/* of an object or array */
	PT_JSON_END,				/* of it */
	PT_JSON_VALUE				/* a number or string */
} PtJsonEvent;

/*
 * Is told what stands at a wanted place, in the order of the document.
 * "value" is a number as it is written or a string in the encoding symbols
 * are in, ends with a NUL, holds none, and goes when the call returns; NULL
 * for the other events.  False, with *error set, ends the reading.
 */
typedef bool (*PtJsonTake) (void *reader, int id, PtJsonEvent event, const char *value,
							PtError *error);

/*
 * Read a document: text known to be valid in the encoding symbols are in, as
 * every json value is.  A wanted key that is null counts as absent; one that
 * comes twice in its object is refused.  PT_BAD_TEXT for what is not JSON (with
 * line and column) or has another type than wanted; PT_UNTRANSLATABLE for an
 * escape of a character that a symbol cannot hold; and take()'s errors.
 * O(length).
 */
extern bool pt_read_json(const char *json, size_t length, const PtJsonPlace *document,
						 PtJsonTake take, void *reader, PtError *error);

/* ---- numbers ---- */

/*
 * Decimal fractions as whole numbers of 10^-18.  All below 2^63 fit, and the
 * sum or difference of two.
 */
typedef int128 PtDecimal;

#define PT_DECIMAL_DIGITS	18
#define PT_DECIMAL_ONE		((PtDecimal) INT64CONST(1000000000000000000))
#define PT_DECIMAL_LIMIT	((PtDecimal) 1 << 63)	/* times PT_DECIMAL_ONE */

/*
 * A JSON number times 10^shift, from its digits.  Digits beyond the 18th
 * behind the point are dropped; *exact tells whether none of them counted.
 * False when it is 2^63 or more, or -2^63 or less.  O(length).
 */
extern bool pt_json_decimal(const char *number, int shift, PtDecimal *value, bool *exact);

/* A JSON number that has to be whole (1e3 and 3.0 are). */
typedef enum PtJsonWhole
{
	PT_WHOLE,
	PT_WHOLE_FRACTION,			/* it is not */
	PT_WHOLE_RANGE				/* beyond bigint */
} PtJsonWhole;

extern PtJsonWhole pt_json_whole(const char *number, int64 *value);

#endif							/* PYROTREE_JSON_READ_H */
