/*-------------------------------------------------------------------------
 *
 * levels_test.c
 *		Slots, lanes and the lanes that answer a range, against oracles that
 *		look at each slot by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "levels.h"

/* ---- the naive arithmetic: step by step ---- */

/* by long arithmetic towards minus infinity, not by the rest of a division */
static int64
naive_floor(int64 slot, int64 width)
{
	int64		multiple = (slot / width - 1) * width;

	while (slot - multiple >= width)
		multiple += width;
	return multiple;
}

static int
random_fanouts(Random *random, int32 *fanout)
{
	static const int32 usual[][5] = {{2}, {3}, {2, 3, 2}, {60, 6, 24, 30, 12}, {1024}};
	static const int counts[] = {1, 1, 3, 5, 1};
	uint32		choice = random_below(random, 8);
	int			count;

	if (choice < lengthof(counts))
	{
		memcpy(fanout, usual[choice], counts[choice] * sizeof(int32));
		return counts[choice];
	}
	count = 1 + (int) random_below(random, 4);
	for (int i = 0; i < count; i++)
		fanout[i] = 2 + (int32) random_below(random, 4);
	return count;
}

/*
 * Are the runs, each of whole lanes of its level, what makes up [first, last]
 * one behind the other?
 */
static bool
runs_make_up(const PtLaneRun *run, int runs, int64 first, int64 last, const int64 *width)
{
	for (int i = 0; i < runs; i++)
	{
		require(run[i].first == first);
		require(run[i].last >= run[i].first && run[i].last <= last);
		require(naive_floor(run[i].first, width[run[i].level]) == run[i].first);
		require(naive_floor(run[i].last + 1, width[run[i].level]) == run[i].last + 1);
		/* else they would be one */
		require(i == 0 || run[i - 1].level != run[i].level);
		first = run[i].last + 1;
	}
	require(first == last + 1);
	return true;
}

/* the highest level up to "top" whose lane at a slot lies within [first, last] */
static int
widest_lane(int64 slot, int64 first, int64 last, const int64 *width, int top)
{
	int			level = top;

	while (naive_floor(slot, width[level]) < first ||
		   naive_floor(slot, width[level]) + width[level] - 1 > last)
		level--;
	return level;
}

/* ---- cases ---- */

static bool
widths_of_levels(Random *random)
{
	static const int64 resolution[] = {1000, 20000, 1000000, 10000000, 60000000, PT_DAY};
	int32		fanout[PT_MAX_FANOUTS];
	int			count = random_fanouts(random, fanout);
	int64		step = resolution[random_below(random, lengthof(resolution))];
	int64		width[PT_MAX_WIDTHS];
	int64		all[PT_MAX_WIDTHS];
	int			levels;
	int			top;
	PtError		error;

	require(pt_lane_widths(fanout, count, step, width, &levels, &error));
	require(pt_all_widths(fanout, count, all, &top, &error));
	require(levels >= 1 && levels <= top && top < PT_MAX_WIDTHS);
	require(width[0] == 1);
	for (int i = 0; i <= levels; i++)
	{
		require(all[i] == width[i]);
		require(i == 0 || width[i] == width[i - 1] * fanout[Min(i - 1, count - 1)]);
	}
	/* in days, which no product of microseconds overflows */
	require((double) width[levels - 1] * ((double) step / PT_DAY) >= 36525);
	require(levels == 1 || (double) width[levels - 2] * ((double) step / PT_DAY) < 36525);
	require(all[top] <= PT_MAX_WIDTH && all[top] > PT_MAX_WIDTH / fanout[count - 1]);
	return true;
}

static bool
refused(const int32 *fanout, int count, int64 resolution)
{
	int64		width[PT_MAX_WIDTHS];
	int			levels;
	PtError		error;

	return !pt_lane_widths(fanout, count, resolution, width, &levels, &error) &&
		error.code == PT_BAD_ARGUMENT;
}

static bool
bad_configurations(void)
{
	int32		many[PT_MAX_FANOUTS + 1];

	for (int i = 0; i <= PT_MAX_FANOUTS; i++)
		many[i] = 2;
	require(!refused(many, PT_MAX_FANOUTS, 1000));
	require(refused(many, PT_MAX_FANOUTS + 1, 1000));
	require(refused(many, 0, 1000));
	for (int32 fanout = -1; fanout <= 1; fanout++)
		require(refused(&fanout, 1, 1000));
	many[1] = 1024;
	require(!refused(many, 2, 1000));
	many[1] = 1025;
	require(refused(many, 2, 1000));
	many[1] = PG_INT32_MIN;
	require(refused(many, 2, 1000));
	require(refused(many, 1, 0));
	require(refused(many, 1, -1000));
	require(refused(many, 1, 999));
	require(refused(many, 1, 1001));
	require(refused(many, 1, 7000000));
	require(refused(many, 1, 2 * PT_DAY));
	require(refused(many, 1, PG_INT64_MAX));
	require(!refused(many, 1, PT_DAY));
	require(!refused(many, 1, 86400000));
	return true;
}

static bool
floor_and_ceil(Random *random)
{
	int64		width = 1 + random_below(random, one_in(random, 2) ? 10 : 100000);
	int64		slot = (int64) random_below(random, 1000000) - 500000;
	int64		down = pt_floor_slot(slot, width);
	int64		up = pt_ceil_slot(slot, width);

	require(down == naive_floor(slot, width));
	require(up == -naive_floor(-slot, width));
	require(up - down == (down == slot ? 0 : width));
	return true;
}

static bool
cover_by_slots(Random *random)
{
	int32		fanout[PT_MAX_FANOUTS];
	int			count = random_fanouts(random, fanout);
	int64		width[PT_MAX_WIDTHS];
	int			most;
	int			top;
	int64		first = (int64) random_below(random, 400) - 200;
	int64		last = first + random_below(random, one_in(random, 2) ? 40 : 400) - 1;
	int			seen[PT_MAX_WIDTHS] = {0};
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	require(pt_all_widths(fanout, count, width, &most, &error));
	top = (int) random_below(random, one_in(random, 2) ? 4 : most + 1);
	runs = pt_cover(first, last, width, top, run);
	require(runs_make_up(run, runs, first, last, width));
	for (int i = 0; i < runs; i++)
	{
		require(run[i].level <= top);
		require(++seen[run[i].level] <= 2);
		for (int64 slot = run[i].first; slot <= run[i].last; slot++)
			require(run[i].level == widest_lane(slot, first, last, width, top));
	}
	return true;
}

static bool
cover_of_everything(Random *random)
{
	int32		fanout[PT_MAX_FANOUTS];
	int			count = random_fanouts(random, fanout);
	int64		width[PT_MAX_WIDTHS];
	int			top;
	int64		edge[4] = {PT_FIRST_SLOT, PT_LAST_SLOT};
	int64		first;
	int64		last;
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	require(pt_all_widths(fanout, count, width, &top, &error));
	edge[2] = (int64) random_bits(random) >> 1;
	edge[3] = (int64) random_bits(random) >> (1 + random_below(random, 60));
	first = edge[random_below(random, 4)];
	last = edge[random_below(random, 4)];
	runs = pt_cover(first, last, width, top, run);
	if (first > last)
		require(runs == 0);
	else
	{
		require(runs >= 1 && runs <= 2 * top + 1);
		require(runs_make_up(run, runs, first, last, width));
		/* no two lanes at the ends of runs could have been one */
		for (int i = 0; i < runs; i++)
		{
			int			level = run[i].level;

			require(level == widest_lane(run[i].first, first, last, width, top));
			require(level == widest_lane(run[i].last, first, last, width, top));
		}
	}
	return true;
}

/* A series whose horizon and edges of levels are as the store keeps them. */
typedef struct Series
{
	int			levels;
	int64		width[PT_MAX_WIDTHS];
	int64		horizon;
	int64		kept_from[PT_MAX_WIDTHS];
} Series;

static bool
series_make(Series *series, Random *random)
{
	int32		fanout[PT_MAX_FANOUTS];
	int			count = random_fanouts(random, fanout);
	int			most;
	int64		edge;
	PtError		error;

	if (fanout[0] > 10)
	{
		fanout[0] = 3;
		fanout[1] = 2;
		count = 2;
	}
	require(pt_all_widths(fanout, count, series->width, &most, &error));
	series->levels = 1 + (int) random_below(random, 5);
	series->horizon = naive_floor((int64) random_below(random, 500) - 250, series->width[1]);
	edge = series->horizon;
	for (int i = 0; i < series->levels; i++)
	{
		if (one_in(random, 4))
			edge = PT_FIRST_SLOT;
		if (edge != PT_FIRST_SLOT && one_in(random, 2))
			edge -= random_below(random, 100);
		if (edge != PT_FIRST_SLOT)
			edge = naive_floor(edge, series->width[i + 1]);
		series->kept_from[i] = edge;
	}
	return true;
}

/* the finest level that has a slot, the top one when none has */
static int
finest(const Series *series, int64 slot)
{
	if (slot >= series->horizon)
		return 0;
	for (int level = 0; level < series->levels; level++)
	{
		if (slot >= series->kept_from[level])
			return level;
	}
	return series->levels - 1;
}

static bool
reads_by_slots(Random *random)
{
	Series		series;
	int64		first = (int64) random_below(random, 600) - 300;
	int64		last = first + random_below(random, one_in(random, 2) ? 30 : 400) - 1;
	int64		from = first;
	int64		to = last;
	int64		below;
	int64		width;
	int			top;
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	require(series_make(&series, random));
	top = one_in(random, 2) ? series.levels - 1 : (int) random_below(random, 6);
	require(pt_reads(&from, &to, series.horizon, series.kept_from, series.width,
					 series.levels, top, run, &runs, &error));
	if (first > last)
	{
		require(runs == 0 && from == first && to == last);
		return true;
	}
	width = series.width[finest(&series, first)];
	require(from == naive_floor(first, width));
	width = series.width[finest(&series, last)];
	require(to == naive_floor(last, width) + width - 1);

	below = Min(to, series.horizon - 1);
	require(runs_make_up(run, runs, from, Max(below, from - 1), series.width));
	for (int i = 0; i < runs; i++)
	{
		for (int64 slot = run[i].first; slot <= run[i].last; slot++)
		{
			int			bottom = finest(&series, slot);
			int			highest = Min(Max(top, bottom), series.levels - 1);

			require(run[i].level >= bottom);
			require(run[i].level == widest_lane(slot, from, below, series.width, highest));
		}
	}
	return true;
}

static bool
reads_of_everything(Random *random)
{
	Series		series;
	int64		from = PT_FIRST_SLOT;
	int64		to = PT_LAST_SLOT;
	int64		horizon;
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	require(series_make(&series, random));
	horizon = one_in(random, 3) ? PG_INT64_MIN : one_in(random, 2) ? PG_INT64_MAX : series.horizon;
	if (horizon == PG_INT64_MIN)
	{
		for (int i = 0; i < series.levels; i++)
			series.kept_from[i] = one_in(random, 2) ? PG_INT64_MIN : PT_FIRST_SLOT;
		for (int i = 1; i < series.levels; i++)
			series.kept_from[i] = Min(series.kept_from[i], series.kept_from[i - 1]);
	}
	require(pt_reads(&from, &to, horizon, series.kept_from, series.width,
					 series.levels, (int) random_below(random, 6), run, &runs, &error));
	require(from <= PT_FIRST_SLOT && from > PT_FIRST_SLOT - series.width[series.levels - 1]);
	require(to >= PT_LAST_SLOT);
	require(runs_make_up(run, runs, from, horizon == PG_INT64_MIN ? from - 1 :
						 Min(horizon - 1, to), series.width));
	return true;
}

static bool
bad_series(void)
{
	int64		width[] = {1, 2, 6, 12};
	int64		kept_from[] = {8, 6, 0};
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

#define READS(first, last, horizon, levels, top) \
	pt_reads(&(int64) {first}, &(int64) {last}, horizon, kept_from, width, levels, top, \
			 run, &runs, &error)

	require(READS(0, 9, 12, 3, 2));
	require(READS(PT_FIRST_SLOT, PT_LAST_SLOT, 12, 3, 2));
	require(!READS(PT_FIRST_SLOT - 1, 0, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	require(!READS(0, PT_LAST_SLOT + 1, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	require(!READS(0, 9, 12, 3, -1) && error.code == PT_BAD_ARGUMENT);
	require(!READS(0, 9, 12, 0, 0) && error.code == PT_BAD_ARGUMENT);
	require(!READS(0, 9, 6, 3, 2) && error.code == PT_BAD_ARGUMENT);
	kept_from[0] = 7;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	kept_from[0] = 4;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	kept_from[0] = 8;
	width[0] = 2;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	width[0] = 1;
	width[1] = 4;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	width[1] = 1;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	width[1] = -2;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	width[1] = 0;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	width[1] = 2;
	width[3] = 6 * 1025;
	require(!READS(0, 9, 12, 3, 2) && error.code == PT_BAD_ARGUMENT);
	return true;
#undef READS
}

int
main(void)
{
	run_cases("widths of levels", CASES(2000), widths_of_levels);
	report(bad_configurations(), "fan-outs and resolutions at their limits");
	run_cases("multiples below and above a slot", CASES(20000), floor_and_ceil);
	run_cases("lanes of a range, slot by slot", CASES(20000), cover_by_slots);
	run_cases("lanes of ranges of any size", CASES(20000), cover_of_everything);
	run_cases("lanes a series is read by, slot by slot", CASES(40000), reads_by_slots);
	run_cases("lanes of ranges without an end", CASES(20000), reads_of_everything);
	report(bad_series(), "series and ranges that are none");
	return finish();
}
