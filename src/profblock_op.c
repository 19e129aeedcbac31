/*-------------------------------------------------------------------------
 *
 * profblock_op.c
 *		Merge, tree, slice, lanes, symbol of profblock; lane directories.
 *
 * Equality, order and hash are those of proftree, which look at bytes alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "profblock.h"

PG_FUNCTION_INFO_V1(profblock_merge);
PG_FUNCTION_INFO_V1(profblock_tree);
PG_FUNCTION_INFO_V1(profblock_slice);
PG_FUNCTION_INFO_V1(profblock_lanes);
PG_FUNCTION_INFO_V1(profblock_symbol);
PG_FUNCTION_INFO_V1(profblock_directory);
PG_FUNCTION_INFO_V1(profblock_directory_lanes);
PG_FUNCTION_INFO_V1(profblock_directory_sum);

/*
 * profblock_merge(a profblock, b profblock) returns profblock; operator +
 *
 * The lanes of both; one that both have is the sum of the two, of its profiles
 * and covered too.  O(nodes + symbol bytes + entries).  Errors: 22003, 54000,
 * XX001.
 */
Datum
profblock_merge(PG_FUNCTION_ARGS)
{
	PtBlockBuilder builder;
	Datum		result;
	PtError		error;

	pt_block_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	for (int i = 0; i < 2; i++)
	{
		PtBlock		block;

		profblock_decode(PG_GETARG_DATUM(i), &block);
		if (!pt_block_builder_add_block(&builder, &block, true, &error))
			proftree_raise(&error);
		pt_block_free(&block);
	}
	result = profblock_encode_builder(&builder);
	pt_block_builder_free(&builder);
	PG_RETURN_DATUM(result);
}

/*
 * profblock_tree(block profblock, first_lane integer, last_lane integer)
 *		returns proftree
 *
 * The sum of these lanes, both inclusive; lanes that are not there add
 * nothing.  O(nodes + symbol bytes + entries of these lanes).  Errors: 22003,
 * XX001.
 */
Datum
profblock_tree(PG_FUNCTION_ARGS)
{
	size_t		length;
	const uint8 *bytes = profblock_bytes(PG_GETARG_DATUM(0), &length);
	PtTree		tree;
	Datum		result;
	PtError		error;

	pt_tree_init(&tree, CurrentMemoryContext);
	if (!pt_block_sum(bytes, length, PG_GETARG_INT32(1), PG_GETARG_INT32(2), &tree, &error))
		proftree_raise(&error);
	proftree_free_bytes(PG_GETARG_DATUM(0), bytes);
	result = proftree_encode(&tree);
	pt_tree_free(&tree);
	PG_RETURN_DATUM(result);
}

/*
 * profblock_slice(block profblock, first_lane integer, last_lane integer)
 *		returns profblock
 *
 * A block of these lanes alone; NULL when none of them is there.  O(size of
 * the block).  Errors: XX001.
 */
Datum
profblock_slice(PG_FUNCTION_ARGS)
{
	PtBlock		block;
	Datum		result;

	profblock_decode(PG_GETARG_DATUM(0), &block);
	pt_block_cut(&block, PG_GETARG_INT32(1), PG_GETARG_INT32(2));
	if (block.lanes.count == 0)
		PG_RETURN_NULL();
	result = profblock_encode(&block);
	pt_block_free(&block);
	PG_RETURN_DATUM(result);
}

/* ---- lanes ---- */

/* A row for each of the lanes first to last: its number, total, profiles, covered. */
static void
put_lanes(FunctionCallInfo fcinfo, const PtLanes *lanes, int64 first, int64 last)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < lanes->count; i++)
	{
		const PtLane *lane = &lanes->lane[i];
		bool		nulls[4] = {false, false, false, false};
		Datum		values[4];

		if (lane->lane < first || lane->lane > last)
			continue;
		values[0] = Int32GetDatum((int32) lane->lane);
		values[1] = Int64GetDatum(lane->total);
		values[2] = Int64GetDatum(lane->profiles);
		values[3] = Int64GetDatum(lane->covered);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}

/*
 * profblock_lanes(block profblock) returns setof (lane integer, total bigint,
 *		profiles bigint, covered bigint)
 *
 * A row for each lane, ascending.  O(lanes).  Errors: XX001.
 */
Datum
profblock_lanes(PG_FUNCTION_ARGS)
{
	PtLanes		lanes;

	profblock_lanes_of(PG_GETARG_DATUM(0), &lanes);
	put_lanes(fcinfo, &lanes, 0, PT_MAX_LANES - 1);
	return (Datum) 0;
}

/*
 * profblock_symbol(block profblock, symbol text) returns setof (lane integer,
 *		self bigint, total bigint)
 *
 * For each lane the weight of the stacks that end in the symbol and of those
 * that hold it, each stack once; 0 where there are none.  O(nodes + symbol
 * bytes + entries).  Errors: XX001.
 */
Datum
profblock_symbol(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	text	   *symbol = PG_GETARG_TEXT_PP(1);
	size_t		length;
	const uint8 *bytes = profblock_bytes(PG_GETARG_DATUM(0), &length);
	int64	   *self = palloc(PT_MAX_LANES * sizeof(int64));
	int64	   *total = palloc(PT_MAX_LANES * sizeof(int64));
	PtLanes		lanes;
	PtError		error;

	InitMaterializedSRF(fcinfo, 0);
	pt_lanes_init(&lanes, CurrentMemoryContext);
	if (!pt_block_symbol(bytes, length, VARDATA_ANY(symbol), VARSIZE_ANY_EXHDR(symbol),
						 &lanes, self, total, CurrentMemoryContext, &error))
		proftree_raise(&error);
	for (uint32 i = 0; i < lanes.count; i++)
	{
		bool		nulls[3] = {false, false, false};
		Datum		values[3];

		values[0] = Int32GetDatum((int32) lanes.lane[i].lane);
		values[1] = Int64GetDatum(self[i]);
		values[2] = Int64GetDatum(total[i]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* ---- a directory by itself ---- */

/*
 * profblock_directory(block profblock) returns bytea
 *
 * The lane directory by itself (pt_write_directory()), which a table can keep
 * outside of TOAST.  O(lanes).  Errors: XX001.
 */
Datum
profblock_directory(PG_FUNCTION_ARGS)
{
	PtLanes		lanes;
	bytea	   *result;
	uint8	   *end;

	profblock_lanes_of(PG_GETARG_DATUM(0), &lanes);
	result = palloc(VARHDRSZ + pt_directory_bound(&lanes));
	end = pt_write_directory(&lanes, (uint8 *) VARDATA(result));
	SET_VARSIZE(result, end - (uint8 *) result);
	PG_RETURN_BYTEA_P(result);
}

static void
read_directory(bytea *directory, PtLanes *lanes)
{
	PtError		error;

	pt_lanes_init(lanes, CurrentMemoryContext);
	if (!pt_read_directory((const uint8 *) VARDATA_ANY(directory), VARSIZE_ANY_EXHDR(directory),
						   lanes, &error))
		proftree_raise(&error);
}

/*
 * profblock_directory_lanes(directory bytea, first_lane integer, last_lane
 *		integer) returns setof (lane integer, total bigint, profiles bigint,
 *		covered bigint)
 *
 * A row for each of these lanes, ascending.  O(lanes).  Errors: XX001.
 */
Datum
profblock_directory_lanes(PG_FUNCTION_ARGS)
{
	PtLanes		lanes;

	read_directory(PG_GETARG_BYTEA_PP(0), &lanes);
	put_lanes(fcinfo, &lanes, PG_GETARG_INT32(1), PG_GETARG_INT32(2));
	return (Datum) 0;
}

/*
 * profblock_directory_sum(directory bytea, first_lane integer, last_lane
 *		integer) returns (lanes integer, total bigint, profiles bigint,
 *		covered bigint)
 *
 * How many of these lanes there are, and their sums.  O(lanes).  Errors:
 * 22003, XX001.
 */
Datum
profblock_directory_sum(PG_FUNCTION_ARGS)
{
	int32		first = PG_GETARG_INT32(1);
	int32		last = PG_GETARG_INT32(2);
	TupleDesc	row;
	PtLanes		lanes;
	int32		count = 0;
	int64		total = 0;
	int64		profiles = 0;
	int64		covered = 0;
	bool		nulls[4] = {false, false, false, false};
	Datum		values[4];

	if (get_call_result_type(fcinfo, NULL, &row) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	read_directory(PG_GETARG_BYTEA_PP(0), &lanes);
	for (uint32 i = 0; i < lanes.count; i++)
	{
		const PtLane *lane = &lanes.lane[i];

		if ((int64) lane->lane < first || (int64) lane->lane > last)
			continue;
		count++;
		if (pg_add_s64_overflow(total, lane->total, &total) ||
			pg_add_s64_overflow(profiles, lane->profiles, &profiles) ||
			pg_add_s64_overflow(covered, lane->covered, &covered))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("bigint out of range: the sums of lanes pass " INT64_FORMAT, PG_INT64_MAX)));
	}
	values[0] = Int32GetDatum(count);
	values[1] = Int64GetDatum(total);
	values[2] = Int64GetDatum(profiles);
	values[3] = Int64GetDatum(covered);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls)));
}
