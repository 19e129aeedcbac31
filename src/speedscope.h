/*-------------------------------------------------------------------------
 *
 * speedscope.h
 *		Speedscope's own file format.
 *
 *	{"$schema": "https://www.speedscope.app/file-format-schema.json",
 *	 "shared": {"frames": [{"name": "main"}, ...]},
 *	 "profiles": [{"type": "evented", "name": ..., "unit": "nanoseconds",
 *				   "startValue": 0, "endValue": 10,
 *				   "events": [{"type": "O", "frame": 0, "at": 0},
 *							  {"type": "C", "frame": 0, "at": 10}]},
 *				  {"type": "sampled", "name": ..., "unit": "seconds", ...
 *				   "samples": [[0, 1], ...], "weights": [0.01, ...]}]}
 *
 * Values are numbers of one of the units none, bytes, seconds, milliseconds,
 * microseconds, nanoseconds.  An evented profile says when each frame opens
 * and closes, a sampled one gives stacks, root first, with weights.
 *
 * (jlfwong/speedscope, src/lib/file-format-spec.ts.)
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SPEEDSCOPE_H
#define PYROTREE_SPEEDSCOPE_H

#include "builder.h"

/*
 * Add profiles of a file to a builder: all of them, or those whose name is
 * "profile" when that is not NULL.  Of a frame only its name counts.
 *
 * Units of time become nanoseconds.  A profile's running sum of weights, or
 * the times of its events, are exact, and their boundaries are rounded half
 * up to whole nanoseconds; so the total is off by at most one half.  Weights
 * of other units have to be whole.  Time in which no frame is open counts
 * nowhere; a sample without frames becomes the frame "[no stack]".  What ends
 * up with no weight is left out.
 *
 * "json" is in the encoding symbols are in, and valid in it.  PT_BAD_TEXT for
 * what is not such a file (the profile, and the sample or event, are named);
 * PT_BAD_ARGUMENT for negative weights, for profiles of different units, and
 * when there is no such profile; PT_OUT_OF_RANGE, PT_BEYOND_LIMIT,
 * PT_UNTRANSLATABLE.  O(length) time and memory.
 */
extern bool pt_parse_speedscope(PtBuilder *builder, const char *json, size_t length,
								const char *profile, PtError *error);

/*
 * Append a tree as a file of one evented profile: every node once, children
 * by symbol, behind its parent's self.  A unit that speedscope does not know
 * becomes "none".  O(nodes + symbol bytes).
 */
extern void pt_print_speedscope(const PtTree *tree, const char *name, const char *unit,
								StringInfo json, PtMemory memory);

#endif							/* PYROTREE_SPEEDSCOPE_H */
