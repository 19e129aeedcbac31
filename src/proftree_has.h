/*-------------------------------------------------------------------------
 *
 * proftree_has.h
 *		What the functions that look for symbols and the GIN class share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_PROFTREE_HAS_H
#define PYROTREE_PROFTREE_HAS_H

#include "proftree.h"
#include "utils/array.h"

/* operators of the GIN class */
#define PROFTREE_HAS_STRATEGY		1	/* ? text */
#define PROFTREE_HAS_ANY_STRATEGY	2	/* ?| text[] */
#define PROFTREE_HAS_ALL_STRATEGY	3	/* ?& text[] */

/* the symbols of an argument, checked; an element that is NULL is 22004 */
extern void proftree_symbol_array(ArrayType *array, Datum **symbols, int *count);

/* the dictionary of an argument, checked (XX001), in the current context */
extern void proftree_dictionary(Datum datum, PtDictionary *dictionary);

#endif							/* PYROTREE_PROFTREE_HAS_H */
