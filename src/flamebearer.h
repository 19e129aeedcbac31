/*-------------------------------------------------------------------------
 *
 * flamebearer.h
 *		Flamebearer, the JSON in which Pyroscope gives flame graphs.
 *
 *	{"version": 1,
 *	 "flamebearer": {"names": ["total", "main", ...], "levels": [[...], ...],
 *					 "numTicks": total, "maxSelf": greatest self},
 *	 "metadata": {"format": "single", ...}}
 *
 * A level is a row of bars from left to right, four numbers a bar: the gap
 * between the bar before (or 0) and this one, total, self, and its name's
 * place in names.  Level 0 has one bar, the root, which is no frame; the
 * children of a bar follow its self, one behind the other.  In the format
 * "double", of two trees over one shape, a bar has seven numbers: gap, total
 * and self of the left tree, the same of the right one, and the name.
 *
 * (grafana/pyroscope, pkg/og/structs/flamebearer.)
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_FLAMEBEARER_H
#define PYROTREE_FLAMEBEARER_H

#include "builder.h"
#include "merge.h"

/*
 * Add a flamebearer of format single to a builder; the object with names and
 * levels may stand alone.  Bars of total 0 are left out; a root with self
 * becomes a stack of one frame.  numTicks, maxSelf and other keys are not
 * looked at.  "json" is in the encoding symbols are in, and valid in it.
 *
 * PT_BAD_TEXT for what is no flamebearer (bars that are not within a parent,
 * overlap, or do not add up are named by level and bar), PT_BAD_ARGUMENT for a
 * format or version that is not read and for negative weights, PT_OUT_OF_RANGE,
 * PT_BEYOND_LIMIT, PT_UNTRANSLATABLE.  O(length) time and memory.
 */
extern bool pt_parse_flamebearer(PtBuilder *builder, const char *json, size_t length, PtError *error);

/*
 * Append a tree as a flamebearer: every node, children by symbol.  O(nodes +
 * symbol bytes).
 */
extern void pt_print_flamebearer(const PtTree *tree, StringInfo json, PtMemory memory);

/*
 * The same of two trees, a on the left.  numTicks is the sum of both totals,
 * which may pass 2^63 and is exact.
 */
extern void pt_print_flamebearer_diff(const PtPair *pair, StringInfo json, PtMemory memory);

#endif							/* PYROTREE_FLAMEBEARER_H */
