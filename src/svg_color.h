/*-------------------------------------------------------------------------
 *
 * svg_color.h
 *		The colours of frames in pictures.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SVG_COLOR_H
#define PYROTREE_SVG_COLOR_H

#include "core.h"

/*
 * The module a symbol belongs to, as its name tells: the file of Python's and
 * Node's "parse (lexer.py:12)", the binary of "[libc.so.6]" and
 * "libc.so.6+0x1f", the namespace or crate of "std::sort", the package of Go's
 * "net/http.(*conn).serve" and of Java's "java.util.HashMap.get".  NULL where
 * it tells none, as a C function's does.  Lies within the symbol.  O(length).
 */
extern const char *pt_symbol_module(const char *symbol, size_t length, size_t *module_length);

/* Colours are numbers below PT_COLORS; the last is that of the frame "all". */
#define PT_COLORS		151
#define PT_COLOR_ALL	(PT_COLORS - 1)

/*
 * The colour of a symbol: a hue for its module, a shade for itself, the same in
 * every picture and on every machine.  O(length).
 */
extern uint32 pt_symbol_color(const char *symbol, size_t length);

/*
 * The colours of differential pictures: from 0, a share that vanished, over
 * the middle, one that stayed, to PT_DIFF_COLORS - 1, one that is new.
 * "baseline" and "comparison" are shares, 0 to 1, not both 0.
 */
#define PT_DIFF_COLORS	21
extern uint32 pt_diff_color(double baseline, double comparison);

/* A colour as "#rrggbb" with its NUL. */
#define PT_COLOR_SIZE	8
extern void pt_color_text(uint32 color, bool differential, char text[PT_COLOR_SIZE]);

#endif							/* PYROTREE_SVG_COLOR_H */
