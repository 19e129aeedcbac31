/*-------------------------------------------------------------------------
 *
 * levels.c
 *		The arithmetic of time: slots, lanes, and which lanes answer a range.
 *
 *-------------------------------------------------------------------------
 */
#include "levels.h"

bool
pt_check_resolution(int64 resolution, PtError *error)
{
	if (resolution >= PT_MIN_RESOLUTION && resolution <= PT_MAX_RESOLUTION &&
		PT_DAY % resolution == 0)
		return true;
	pt_fail(error, PT_BAD_ARGUMENT, "resolution cannot be " INT64_FORMAT " microseconds", resolution);
	return pt_fail_hint(error, "It is between 1 millisecond and 1 day and divides a day, for example 10 seconds.");
}

static bool
check_fanouts(const int32 *fanout, int count, PtError *error)
{
	if (count < 1 || count > PT_MAX_FANOUTS)
		return pt_fail(error, PT_BAD_ARGUMENT, "there must be 1 to %d fan-outs, not %d",
					   PT_MAX_FANOUTS, count);
	for (int i = 0; i < count; i++)
	{
		if (fanout[i] < PT_MIN_FANOUT || fanout[i] > PT_MAX_FANOUT)
			return pt_fail(error, PT_BAD_ARGUMENT, "fan-out %d must be between %d and %d, not %d",
						   i + 1, PT_MIN_FANOUT, PT_MAX_FANOUT, fanout[i]);
	}
	return true;
}

bool
pt_all_widths(const int32 *fanout, int count, int64 *width, int *top, PtError *error)
{
	int			level = 0;

	if (!check_fanouts(fanout, count, error))
		return false;
	width[0] = 1;
	for (;;)
	{
		int32		lanes = fanout[Min(level, count - 1)];

		if (width[level] > PT_MAX_WIDTH / lanes)
			break;
		width[level + 1] = width[level] * lanes;
		level++;
	}
	*top = level;
	return true;
}

bool
pt_lane_widths(const int32 *fanout, int count, int64 resolution,
			   int64 *width, int *levels, PtError *error)
{
	int			level = 0;
	int			most;

	if (!pt_check_resolution(resolution, error) ||
		!pt_all_widths(fanout, count, width, &most, error))
		return false;

	/*
	 * The lane below the top one is shorter than 100 years, less than 2^42
	 * slots, so a block of the top level is at most 2^20 times that.
	 */
	while (width[level] < (PT_TOP_LANE + resolution - 1) / resolution)
		level++;
	*levels = level + 1;
	Assert(*levels <= most);
	return true;
}

int
pt_cover(int64 first, int64 last, const int64 *width, int top, PtLaneRun *run)
{
	PtLaneRun	behind[PT_MAX_WIDTHS];
	int64		end = last + 1;
	int			runs = 0;
	int			waiting = 0;
	int			level;

	if (first > last)
		return 0;
	/* [first, end) starts and ends with lanes of the level */
	for (level = 0; level < top; level++)
	{
		int64		inner_first = pt_ceil_slot(first, width[level + 1]);
		int64		inner_end = pt_floor_slot(end, width[level + 1]);

		if (inner_first >= inner_end)
			break;
		if (first < inner_first)
			run[runs++] = (PtLaneRun) {level, first, inner_first - 1};
		if (inner_end < end)
			behind[waiting++] = (PtLaneRun) {level, inner_end, end - 1};
		first = inner_first;
		end = inner_end;
	}
	run[runs++] = (PtLaneRun) {level, first, end - 1};
	while (waiting > 0)
		run[runs++] = behind[--waiting];
	return runs;
}

static bool
check_widths(const int64 *width, int levels, PtError *error)
{
	bool		good = levels >= 1 && levels < PT_MAX_WIDTHS && width[0] == 1;

	for (int level = 0; good && level < levels; level++)
		good = width[level + 1] <= PT_MAX_WIDTH &&
			width[level + 1] % width[level] == 0 &&
			width[level + 1] / width[level] >= PT_MIN_FANOUT &&
			width[level + 1] / width[level] <= PT_MAX_FANOUT;
	return good || pt_fail(error, PT_BAD_ARGUMENT, "widths are not those of levels of lanes");
}

/*
 * Check where levels are kept from and copy it; an edge below all slots also
 * is below the lane that holds the first.
 */
static bool
take_kept_from(const int64 *kept_from, int64 horizon, const int64 *width, int levels,
			   int64 *kept, PtError *error)
{
	for (int level = 0; level < levels; level++)
	{
		bool		good = kept_from[level] <= PT_FIRST_SLOT ||
			(kept_from[level] % width[level + 1] == 0 && kept_from[level] <= horizon);

		if (!good || (level > 0 && kept_from[level] > kept_from[level - 1]))
			return pt_fail(error, PT_BAD_ARGUMENT, "level %d cannot be kept from slot " INT64_FORMAT,
						   level, kept_from[level]);
		kept[level] = kept_from[level] <= PT_FIRST_SLOT ? PG_INT64_MIN : kept_from[level];
	}
	return true;
}

/*
 * The finest level that still has the data of a slot; the top level for what
 * none has.  All are kept from the horizon on.
 */
static int
kept_level(int64 slot, const int64 *kept, int levels)
{
	int			level = 0;

	while (level < levels - 1 && slot < kept[level])
		level++;
	return level;
}

bool
pt_reads(int64 *first, int64 *last, int64 horizon, const int64 *kept_from,
		 const int64 *width, int levels, int top,
		 PtLaneRun *run, int *runs, PtError *error)
{
	int64		kept[PT_MAX_WIDTHS];
	int64		from = *first;
	int64		to = *last;
	int64		until;
	int64		edge;
	int			count = 0;

	*runs = 0;
	if (!check_widths(width, levels, error) ||
		!take_kept_from(kept_from, horizon, width, levels, kept, error))
		return false;
	if (top < 0)
		return pt_fail(error, PT_BAD_ARGUMENT, "level cannot be negative: %d", top);
	if (from > to)
		return true;
	if (from < PT_FIRST_SLOT || to > PT_LAST_SLOT)
		return pt_fail(error, PT_BAD_ARGUMENT, "slot out of range: " INT64_FORMAT,
					   from < PT_FIRST_SLOT ? from : to);

	from = pt_floor_slot(from, width[kept_level(from, kept, levels)]);
	edge = width[kept_level(to, kept, levels)];
	to = pt_floor_slot(to, edge) + (edge - 1);

	/*
	 * From the oldest part, which only the top level has, to the part that
	 * has all levels up to "top".  There is but one part when that is no
	 * bound.
	 */
	until = from < horizon ? Min(to, horizon - 1) : from - 1;
	top = Min(top, levels - 1);
	for (int level = levels - 1; level >= top; level--)
	{
		int64		part_first = level == levels - 1 ? from : Max(from, kept[level]);
		int64		part_last = until;

		if (level > top)
		{
			if (part_first >= kept[level - 1])
				continue;
			part_last = Min(until, kept[level - 1] - 1);
		}
		count += pt_cover(part_first, part_last, width, level, run + count);
	}
	for (int i = 0; i < count; i++)
		Assert(run[i].level == levels - 1 || run[i].first >= kept[run[i].level]);
	*first = from;
	*last = to;
	*runs = count;
	return true;
}
