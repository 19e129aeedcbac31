/*-------------------------------------------------------------------------
 *
 * store_time.c
 *		Time as the store's SQL functions meet it: slots and lanes of a range,
 *		one profile over many slots, and the settings of the store.
 *
 * The functions are in schema pyrotree.  Slots are bigint; timestamptz is
 * turned into them and back here and in store.h alone, in UTC and without
 * intervals, so no session's time zone has a part in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "proftree.h"
#include "spread.h"
#include "store.h"
#include "utils/array.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(pyrotree_lane_widths);
PG_FUNCTION_INFO_V1(pyrotree_floor_slot);
PG_FUNCTION_INFO_V1(pyrotree_first_slot);
PG_FUNCTION_INFO_V1(pyrotree_last_slot);
PG_FUNCTION_INFO_V1(pyrotree_slot_time);
PG_FUNCTION_INFO_V1(pyrotree_cover);
PG_FUNCTION_INFO_V1(pyrotree_reads);
PG_FUNCTION_INFO_V1(pyrotree_kept_level);
PG_FUNCTION_INFO_V1(pyrotree_spread);
PG_FUNCTION_INFO_V1(pyrotree_average);
PG_FUNCTION_INFO_V1(pyrotree_auto_compact);
PG_FUNCTION_INFO_V1(pyrotree_late_after);
PG_FUNCTION_INFO_V1(pyrotree_clock_skew);

/* ---- slots and time ---- */

static void
check_resolution(int64 resolution)
{
	PtError		error;

	if (!pt_check_resolution(resolution, &error))
		proftree_raise(&error);
}

/*
 * pyrotree.floor_slot(slot bigint, width bigint) returns bigint
 *
 * The greatest multiple of width not above slot: where the lane of that width
 * begins that holds the slot.  Errors: 22023 width below 1, 22003.
 */
Datum
pyrotree_floor_slot(PG_FUNCTION_ARGS)
{
	int64		slot = PG_GETARG_INT64(0);
	int64		width = PG_GETARG_INT64(1);

	if (width < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("width must be at least 1")));
	if (slot % width < 0 && slot - slot % width < PG_INT64_MIN + width)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	PG_RETURN_INT64(pt_floor_slot(slot, width));
}

/*
 * pyrotree.first_slot(since timestamptz, resolution bigint) returns bigint
 *
 * The first slot of a range from since on: the one since lies in.  Infinite
 * times give -2^62 and 2^62 - 1, beyond all finite ones.  Errors: 22023
 * resolution.
 */
Datum
pyrotree_first_slot(PG_FUNCTION_ARGS)
{
	TimestampTz since = PG_GETARG_TIMESTAMPTZ(0);
	int64		resolution = PG_GETARG_INT64(1);

	check_resolution(resolution);
	if (TIMESTAMP_NOT_FINITE(since))
		PG_RETURN_INT64(TIMESTAMP_IS_NOBEGIN(since) ? PT_FIRST_SLOT : PT_LAST_SLOT);
	PG_RETURN_INT64(pyrotree_slot_of(since, resolution));
}

/*
 * pyrotree.last_slot(until timestamptz, resolution bigint) returns bigint
 *
 * The last slot of a range up to but without until: the one that holds the
 * microsecond before.  Else as first_slot.
 */
Datum
pyrotree_last_slot(PG_FUNCTION_ARGS)
{
	TimestampTz until = PG_GETARG_TIMESTAMPTZ(0);
	int64		resolution = PG_GETARG_INT64(1);

	check_resolution(resolution);
	if (TIMESTAMP_NOT_FINITE(until))
		PG_RETURN_INT64(TIMESTAMP_IS_NOBEGIN(until) ? PT_FIRST_SLOT : PT_LAST_SLOT);
	PG_RETURN_INT64(pyrotree_slot_of(until - 1, resolution));
}

/*
 * pyrotree.slot_time(slot bigint, resolution bigint) returns timestamptz
 *
 * Where a slot begins; infinite when timestamptz does not reach there.
 * Errors: 22023 resolution.
 */
Datum
pyrotree_slot_time(PG_FUNCTION_ARGS)
{
	int64		slot = PG_GETARG_INT64(0);
	int64		resolution = PG_GETARG_INT64(1);
	int128		time;
	TimestampTz result;

	check_resolution(resolution);
	time = (int128) slot * resolution - PYROTREE_EPOCH_DIFFERENCE;
	if (time < MIN_TIMESTAMP)
		TIMESTAMP_NOBEGIN(result);
	else if (time >= END_TIMESTAMP)
		TIMESTAMP_NOEND(result);
	else
		result = (TimestampTz) time;
	PG_RETURN_TIMESTAMPTZ(result);
}

/* ---- levels ---- */

/* elements of an array of int4 or int8, which live as long as the array */
static const void *
array_elements(ArrayType *array, const char *name, int *count)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must be a one-dimensional array", name)));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain nulls", name)));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return ARR_DATA_PTR(array);
}

/*
 * pyrotree.lane_widths(fanouts integer[], resolution bigint) returns bigint[]
 *
 * Widths in slots of the lanes of all levels, from element 0, and last of the
 * blocks of the top level, which is the first whose lanes last 100 years.
 * Errors: 22023 fan-outs or resolution, 22004 NULL fan-out.
 */
Datum
pyrotree_lane_widths(PG_FUNCTION_ARGS)
{
	int			count;
	const int32 *fanout = array_elements(PG_GETARG_ARRAYTYPE_P(0), "fan-outs", &count);
	int64		width[PT_MAX_WIDTHS];
	Datum		values[PT_MAX_WIDTHS];
	int			levels;
	int			size;
	int			first = 0;
	PtError		error;

	if (!pt_lane_widths(fanout, count, PG_GETARG_INT64(1), width, &levels, &error))
		proftree_raise(&error);
	size = levels + 1;
	for (int i = 0; i < size; i++)
		values[i] = Int64GetDatum(width[i]);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(values, NULL, 1, &size, &first, INT8OID,
											 sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static void
put_run(ReturnSetInfo *result, const PtLaneRun *run)
{
	bool		nulls[3] = {run->level < 0, false, false};
	Datum		values[3];

	values[0] = Int32GetDatum(run->level);
	values[1] = Int64GetDatum(run->first);
	values[2] = Int64GetDatum(run->last);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * pyrotree.cover(first bigint, last bigint, fanouts integer[])
 *		returns setof (level integer, first bigint, last bigint)
 *
 * The fewest lanes that make up the slots first to last, as runs by their
 * first and last slot, in the order of time; at most two runs a level.
 * first > last gives no rows.  O(levels).  Errors: 22023 fan-outs or slots
 * beyond 2^62, 22004 NULL fan-out.
 */
Datum
pyrotree_cover(PG_FUNCTION_ARGS)
{
	int64		first = PG_GETARG_INT64(0);
	int64		last = PG_GETARG_INT64(1);
	int			count;
	const int32 *fanout = array_elements(PG_GETARG_ARRAYTYPE_P(2), "fan-outs", &count);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		width[PT_MAX_WIDTHS];
	int			top;
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	if (!pt_all_widths(fanout, count, width, &top, &error))
		proftree_raise(&error);
	if (first <= last && (first < PT_FIRST_SLOT || last > PT_LAST_SLOT))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("slot out of range: " INT64_FORMAT, first < PT_FIRST_SLOT ? first : last)));
	InitMaterializedSRF(fcinfo, 0);
	runs = pt_cover(first, last, width, top, run);
	for (int i = 0; i < runs; i++)
		put_run(result, &run[i]);
	return (Datum) 0;
}

/*
 * pyrotree.reads(first bigint, last bigint, horizon bigint, kept_from bigint[],
 *		widths bigint[], top integer)
 *		returns setof (level integer, first bigint, last bigint)
 *
 * What a range reads of a series: the lane runs that cover its part below the
 * horizon, of levels up to top (NULL: all), then one row without a level, the
 * range that is answered, by which head rows are read.  See pt_reads().  An
 * empty range, or NULL for any other argument, gives no rows.  Errors: 22023,
 * 22004 NULL element.
 */
Datum
pyrotree_reads(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const int64 *kept_from;
	const int64 *width;
	int			levels;
	int			widths;
	PtLaneRun	effective = {.level = -1};
	PtLaneRun	run[PT_MAX_RUNS];
	int			runs;
	PtError		error;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < 5; i++)
	{
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	}
	effective.first = PG_GETARG_INT64(0);
	effective.last = PG_GETARG_INT64(1);
	kept_from = array_elements(PG_GETARG_ARRAYTYPE_P(3), "kept_from", &levels);
	width = array_elements(PG_GETARG_ARRAYTYPE_P(4), "widths", &widths);
	if (widths != levels + 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("widths must have one element more than kept_from")));
	if (!pt_reads(&effective.first, &effective.last, PG_GETARG_INT64(2), kept_from, width, levels,
				  PG_ARGISNULL(5) ? levels - 1 : PG_GETARG_INT32(5), run, &runs, &error))
		proftree_raise(&error);
	for (int i = 0; i < runs; i++)
		put_run(result, &run[i]);
	if (effective.first <= effective.last)
		put_run(result, &effective);
	return (Datum) 0;
}

/*
 * pyrotree.kept_level(slot bigint, kept_from bigint[]) returns integer
 *
 * The finest level that has lanes where a slot lies; the top level where none
 * has.  O(levels).  Errors: 22004 NULL element.
 */
Datum
pyrotree_kept_level(PG_FUNCTION_ARGS)
{
	int64		slot = PG_GETARG_INT64(0);
	int			levels;
	const int64 *kept_from = array_elements(PG_GETARG_ARRAYTYPE_P(1), "kept_from", &levels);
	int			level = 0;

	while (level < levels - 1 && slot < kept_from[level])
		level++;
	PG_RETURN_INT32(level);
}

/* ---- profiles longer than a slot ---- */

/*
 * pyrotree.spread(profile proftree, since timestamptz, until timestamptz,
 *		resolution bigint) returns setof (slot bigint, profile proftree)
 *
 * A profile of the time from since to until as parts, one for each slot it
 * touches, that add up to it exactly; see spread.c.  O(nodes) memory, O(nodes
 * * slots) time.  Errors: 22023 for a range that is empty, infinite or longer
 * than a day, or a resolution that is none.
 */
Datum
pyrotree_spread(PG_FUNCTION_ARGS)
{
	TimestampTz since = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz until = PG_GETARG_TIMESTAMPTZ(2);
	int64		resolution = PG_GETARG_INT64(3);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int64		last;
	PtTree		tree;
	PtTree		part;
	PtSpread	spread;
	MemoryContext each;

	check_resolution(resolution);
	if (TIMESTAMP_NOT_FINITE(since) || TIMESTAMP_NOT_FINITE(until))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a profile must begin and end at finite times")));
	if (until <= since)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a profile must end after it begins")));
	/* both lie between -2^58 and 2^63, so their difference can overflow */
	if ((int128) until - since > PT_MAX_SPAN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a profile cannot be longer than a day"),
				 errhint("Split it, or give the time of its last sample alone.")));

	InitMaterializedSRF(fcinfo, 0);
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	pt_tree_init(&part, CurrentMemoryContext);
	pt_spread_init(&spread, &tree, until - since, CurrentMemoryContext);
	each = AllocSetContextCreate(CurrentMemoryContext, "pyrotree.spread", ALLOCSET_DEFAULT_SIZES);
	last = pyrotree_slot_of(until - 1, resolution);
	for (int64 slot = pyrotree_slot_of(since, resolution); slot <= last; slot++)
	{
		int64		elapsed = until - since;
		MemoryContext caller;
		bool		nulls[2] = {false, false};
		Datum		values[2];

		CHECK_FOR_INTERRUPTS();
		if (slot < last)
			elapsed = (int64) ((int128) (slot + 1) * resolution - PYROTREE_EPOCH_DIFFERENCE - since);
		pt_spread_next(&spread, elapsed, &part);
		caller = MemoryContextSwitchTo(each);
		values[0] = Int64GetDatum(slot);
		values[1] = proftree_encode(&part);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(each);
	}
	return (Datum) 0;
}

/*
 * pyrotree.average(tree proftree, slots bigint) returns proftree
 *
 * Every weight divided by slots, rounded half up; no node is dropped.
 * Errors: 22023 slots below 1.
 */
Datum
pyrotree_average(PG_FUNCTION_ARGS)
{
	int64		slots = PG_GETARG_INT64(1);
	PtTree		tree;

	if (slots < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("slots must be at least 1")));
	proftree_decode(PG_GETARG_DATUM(0), &tree);
	pt_average(&tree, slots);
	PG_RETURN_DATUM(proftree_encode(&tree));
}

/* ---- settings, as SQL functions read them ---- */

/*
 * pyrotree.auto_compact() returns boolean: the setting of this name
 */
Datum
pyrotree_auto_compact(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pyrotree_setting_auto_compact);
}

/*
 * pyrotree.late_after() returns bigint: the setting in microseconds
 */
Datum
pyrotree_late_after(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pyrotree_setting_late_after * USECS_PER_SEC);
}

/*
 * pyrotree.clock_skew() returns bigint: the setting in microseconds
 */
Datum
pyrotree_clock_skew(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pyrotree_setting_clock_skew * USECS_PER_SEC);
}
