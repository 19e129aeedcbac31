/*-------------------------------------------------------------------------
 *
 * svg.h
 *		Flame graphs as SVG pictures.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_SVG_H
#define PYROTREE_SVG_H

#include "merge.h"

/* Sizes in px; the greatest is what viewers can still show. */
#define PT_SVG_MIN_WIDTH	100
#define PT_SVG_MAX_WIDTH	100000

typedef struct PtSvgOptions
{
	const char *title;			/* both in the server's encoding, without terminator */
	size_t		title_length;
	const char *unit;			/* of the weights: samples, nanoseconds, bytes */
	size_t		unit_length;
	int			width;			/* of the picture, PT_SVG_MIN_WIDTH to _MAX_WIDTH */
	double		min_width;		/* frames narrower than this are not drawn; at least 0 */
	bool		inverted;		/* roots at the top */
} PtSvgOptions;

/*
 * Append the picture of a tree.  O(nodes + symbol bytes).
 */
extern void pt_print_svg(const PtTree *tree, const PtSvgOptions *options, StringInfo svg);

/*
 * Append the differential picture of two trees: a frame is as wide as the mean
 * of its shares in both, red where its share grew from a to b, blue where it
 * shrank.
 */
extern void pt_print_svg_diff(const PtPair *pair, const PtSvgOptions *options, StringInfo svg);

#endif							/* PYROTREE_SVG_H */
