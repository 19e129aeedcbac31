/*-------------------------------------------------------------------------
 *
 * regexp.h
 *		Regular expressions that have to match the whole of a text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_REGEXP_H
#define PYROTREE_REGEXP_H

#include "postgres.h"

#include "selector.h"

/*
 * The regular expression (PostgreSQL's ARE, collation C) that matches where
 * this one matches the whole, in the current context.  Throws 2201B when it
 * is invalid.
 */
extern text *pyrotree_whole_regexp(PtText regexp);

/* Does it match?  It is compiled once and kept by the server. */
extern bool pyrotree_regexp_matches(text *whole, PtText value);

#endif							/* PYROTREE_REGEXP_H */
