/*-------------------------------------------------------------------------
 *
 * merge.h
 *		Two flat trees to one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_MERGE_H
#define PYROTREE_MERGE_H

#include "codec.h"

/*
 * result = a + b.  result is an initialised tree that owns what it gets.
 * PT_OUT_OF_RANGE when the total passes 2^63-1.  O(nodes + symbol bytes).
 */
extern bool pt_merge(const PtTree *a, const PtTree *b, PtTree *result, PtError *error);

/*
 * What grew from "previous" to "current", two snapshots of a cumulative
 * profile: per stack current - previous, 0 where it did not grow; nodes
 * below and at which nothing grew are left out.
 */
extern void pt_delta(const PtTree *previous, const PtTree *current, PtTree *result);

#endif							/* PYROTREE_MERGE_H */
