/*-------------------------------------------------------------------------
 *
 * d3.h
 *		Nested JSON as d3-flame-graph and d3-hierarchy take it.
 *
 *	{"name": "root", "value": total,
 *	 "children": [{"name": "main", "value": total, "children": [...]}, ...]}
 *
 * (spiermar/d3-flame-graph.)
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_D3_H
#define PYROTREE_D3_H

#include "codec.h"

/*
 * Frames of the longest stack that is written.  Readers of nested JSON are
 * recursive: PostgreSQL's with its default max_stack_depth and those of
 * browsers take somewhat more.
 */
#define PT_D3_DEPTH		3000

/*
 * Append a tree: every node, children by symbol; a leaf has no "children", the
 * root always.
 * PT_BEYOND_LIMIT past PT_D3_DEPTH.  O(nodes + bytes written).
 */
extern bool pt_print_d3(const PtTree *tree, StringInfo json, PtMemory memory, PtError *error);

#endif							/* PYROTREE_D3_H */
