/*-------------------------------------------------------------------------
 *
 * levels.h
 *		The arithmetic of time: slots, lanes, and which lanes answer a range.
 *
 * A slot is the finest step of time, "resolution" microseconds long and
 * numbered from 1970-01-01 00:00 UTC, also backwards.  Level l divides time
 * into lanes of W_l slots and into blocks of W_(l+1) slots, where W_0 = 1 and
 * W_(l+1) = W_l * fanout[l], the last fan-out repeating.  So a lane of level
 * l + 1 is a block of level l, and all of them lie at multiples of their
 * width.  The top level is the first whose lane is 100 years long or longer.
 *
 * Nothing here looks at data: what a range reads follows from its edges.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PYROTREE_LEVELS_H
#define PYROTREE_LEVELS_H

#include "core.h"

/*
 * Limits of what is configured.  A block has a lane for each of the fan-out,
 * and profblock numbers lanes from 0 to 1,023.  More than 32 different
 * fan-outs of 2 or more would pass 2^32 slots before they repeat: far above
 * what anybody writes down.  A resolution divides a day, so that days are
 * whole lanes where the fan-outs allow it and MIN_TIMESTAMP starts a slot.
 */
#define PT_MAX_FANOUTS		32
#define PT_MIN_FANOUT		2
#define PT_MAX_FANOUT		1024
#define PT_DAY				INT64CONST(86400000000)
#define PT_MIN_RESOLUTION	INT64CONST(1000)
#define PT_MAX_RESOLUTION	PT_DAY
#define PT_TOP_LANE			(36525 * PT_DAY)

/*
 * Slots of ranges without an end, beyond all of timestamptz.  The widest lane
 * can be added to or taken from them without passing 2^63.
 */
#define PT_FIRST_SLOT		(-(INT64CONST(1) << 62))
#define PT_LAST_SLOT		((INT64CONST(1) << 62) - 1)
#define PT_MAX_WIDTH		(INT64CONST(1) << 62)

/*
 * Widths W_0 to the last that is at most PT_MAX_WIDTH: 63 of them when every
 * fan-out is 2.
 */
#define PT_MAX_WIDTHS		63

/* A run of whole lanes of one level: first slot of the first to last of the last. */
typedef struct PtLaneRun
{
	int			level;
	int64		first;
	int64		last;
} PtLaneRun;

/* more runs than pt_cover() and pt_reads() can give */
#define PT_MAX_RUNS			(3 * PT_MAX_WIDTHS)

/* greatest multiple of width not above slot; width >= 1 */
static inline int64
pt_floor_slot(int64 slot, int64 width)
{
	int64		rest = slot % width;

	return slot - (rest < 0 ? rest + width : rest);
}

/* least multiple of width not below slot */
static inline int64
pt_ceil_slot(int64 slot, int64 width)
{
	int64		rest = slot % width;

	return slot + (rest > 0 ? width - rest : -rest);
}

/*
 * Is it one: 1 ms to 1 day, in microseconds, a divisor of a day?  Else
 * PT_BAD_ARGUMENT.
 */
extern bool pt_check_resolution(int64 resolution, PtError *error);

/*
 * Widths of all levels that lanes of this resolution have: width[0] to
 * width[*levels], the last the width of a top level block.  PT_BAD_ARGUMENT
 * for fan-outs or a resolution beyond the limits above.
 */
extern bool pt_lane_widths(const int32 *fanout, int count, int64 resolution,
						   int64 *width, int *levels, PtError *error);
/* Widths up to the greatest there can be, width[*top]. */
extern bool pt_all_widths(const int32 *fanout, int count,
						  int64 *width, int *top, PtError *error);

/*
 * The fewest lanes of levels 0 to top that make up [first, last], as runs in
 * the order of time; gives their number.  Two runs a level at most, as levels
 * go up and down again, and of the highest one.  first > last: none.  O(top).
 */
extern int	pt_cover(int64 first, int64 last, const int64 *width, int top, PtLaneRun *run);

/*
 * What [*first, *last] reads of a series whose blocks end at horizon and whose
 * level l was dropped below kept_from[l], where there are "levels" levels.
 *
 * An edge whose fine lanes were dropped moves outward to the finest lanes
 * that are kept there; *first and *last then are the range answered.  The runs
 * are those of pt_cover() for its part below the horizon, of levels up to
 * "top"; where those were dropped, of the finest level kept.
 *
 * kept_from[l] is a multiple of width[l + 1] and not above the horizon, or
 * below all slots; and never above kept_from[l - 1].  So no run is of a level
 * that was dropped there, but for the time where all were.  PT_BAD_ARGUMENT
 * when kept_from or widths are not so, or slots beyond PT_FIRST_SLOT and
 * PT_LAST_SLOT.  run has room for PT_MAX_RUNS.
 */
extern bool pt_reads(int64 *first, int64 *last, int64 horizon, const int64 *kept_from,
					 const int64 *width, int levels, int top,
					 PtLaneRun *run, int *runs, PtError *error);

#endif							/* PYROTREE_LEVELS_H */
