/*-------------------------------------------------------------------------
 *
 * store_stacks.c
 *		Raw stacks into the store: the triggers of view pyrotree.stacks.
 *
 * A profiler's stacks come one a row, by INSERT or COPY, and become one
 * profile for each series and slot.  The trigger before the statement pushes
 * an accumulator, the one for each row adds to the top one, and the one after
 * the statement stores what is in it and pops it.  Each fires once a query
 * level, so an INSERT that a function makes while another one runs has an
 * accumulator of its own, and two INSERTs in one WITH share one.
 *
 * An accumulator lives in a child of CurTransactionContext, which goes when
 * the transaction or subtransaction of the statement aborts; a callback then
 * takes it off the stack.  The top of the stack is all that the backend
 * itself keeps.  When the stacks pass pyrotree.stacks_memory they are stored
 * early, in the same transaction: a profile more, the same sum.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "parser/parse_func.h"
#include "proftree_stack.h"
#include "store.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(pyrotree_stacks_before);
PG_FUNCTION_INFO_V1(pyrotree_stacks_row);
PG_FUNCTION_INFO_V1(pyrotree_stacks_after);

/* Columns of the view, from 1. */
enum
{
	SERIES = 1,
	AT,
	STACK,
	WEIGHT
};

/*
 * Bytes of profiles that go into one call of pyrotree.store(), which has them
 * in one array.  The last one may pass this by PT_MAX_BYTES.
 */
#define CHUNK_BYTES		(64 * 1024 * 1024)

/* The stacks of one series and slot. */
typedef struct StackEntry
{
	const char *series;			/* as given, no terminator */
	size_t		length;
	int64		slot;
	ProftreeState tree;
} StackEntry;

typedef struct StackPlace
{
	const StackEntry *entry;
	uint32		hash;
	char		status;
} StackPlace;

struct stack_table_hash;

typedef struct Accumulator
{
	struct Accumulator *below;
	MemoryContext context;		/* the accumulator's own */
	MemoryContext entry_context;	/* of table and entries, emptied by a flush */
	MemoryContextCallback callback;
	Oid			view;			/* whose statement it is, and whose columns are checked */
	int64		resolution;		/* 0 before the first row */
	uint64		seed;			/* series come from outside */
	struct stack_table_hash *table; /* NULL when there is no entry */
	StackEntry *last;			/* of the last row; NULL when flushed */
} Accumulator;

static Accumulator *top = NULL;

static inline uint32
hash_entry(const StackEntry *entry, uint64 seed)
{
	return (uint32) hash_bytes_extended((const unsigned char *) entry->series, (int) entry->length,
										seed + (uint64) entry->slot);
}

static inline bool
same_entry(const StackEntry *a, const StackEntry *b)
{
	return a->slot == b->slot && a->length == b->length &&
		memcmp(a->series, b->series, a->length) == 0;
}

#define SH_PREFIX stack_table
#define SH_ELEMENT_TYPE StackPlace
#define SH_KEY_TYPE const StackEntry *
#define SH_KEY entry
#define SH_HASH_KEY(table, key) hash_entry(key, *(uint64 *) (table)->private_data)
#define SH_EQUAL(table, a, b) same_entry(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, place) (place)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* ---- the stack of accumulators ---- */

/*
 * Take an accumulator off the stack: its memory goes.  It need not be the top
 * one: contexts go in any order.
 */
static void
unlink_accumulator(void *argument)
{
	Accumulator **link = &top;

	while (*link != NULL && *link != argument)
		link = &(*link)->below;
	if (*link != NULL)
		*link = (*link)->below;
}

static void
push_accumulator(Oid view)
{
	MemoryContext context = AllocSetContextCreate(CurTransactionContext, "pyrotree.stacks",
												  ALLOCSET_SMALL_SIZES);
	Accumulator *accumulator = MemoryContextAllocZero(context, sizeof(Accumulator));

	accumulator->context = context;
	/* blocks small enough that what is allocated tells what is used */
	accumulator->entry_context = AllocSetContextCreate(context, "stacks by series and slot",
													   0, ALLOCSET_DEFAULT_INITSIZE, 256 * 1024);
	accumulator->view = view;
	accumulator->seed = proftree_seed();
	accumulator->callback.func = unlink_accumulator;
	accumulator->callback.arg = accumulator;
	accumulator->below = top;
	MemoryContextRegisterResetCallback(context, &accumulator->callback);
	top = accumulator;
}

/*
 * The accumulator of the statement that a trigger is fired by.  Anybody may
 * put these triggers on relations of his own, of any columns and without the
 * others, so that the top one need not be of this relation.
 */
static Accumulator *
accumulator_of(const TriggerData *data)
{
	if (top == NULL || top->view != RelationGetRelid(data->tg_relation))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("the triggers of pyrotree.stacks have to be on one view together")));
	return top;
}

/* ---- storing ---- */

/*
 * The store's step in time, from the function that also settles it: once
 * there are profiles it does not change any more.
 */
static int64
read_resolution(void)
{
	int64		resolution;
	bool		null;

	SPI_connect();
	if (SPI_execute("SELECT pyrotree.settle()", false, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "pyrotree.settle() gave no row");
	resolution = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
	if (null || resolution < 1)
		elog(ERROR, "pyrotree.settle() gave no resolution");
	SPI_finish();
	return resolution;
}

static int
compare_entries(const void *x, const void *y)
{
	const StackEntry *a = *(StackEntry *const *) x;
	const StackEntry *b = *(StackEntry *const *) y;
	int			order = pt_compare_symbols(a->series, a->length, b->series, b->length);

	if (order != 0)
		return order;
	return a->slot < b->slot ? -1 : a->slot > b->slot;
}

/*
 * All entries by series and slot.  The table gives them in the order of their
 * hashes, which nobody can choose, so the sort is not quadratic.
 */
static StackEntry **
sorted_entries(struct stack_table_hash *table)
{
	StackEntry **entries = palloc_extended(table->members * sizeof(StackEntry *), MCXT_ALLOC_HUGE);
	stack_table_iterator iterator;
	StackPlace *place;
	size_t		count = 0;

	stack_table_start_iterate(table, &iterator);
	while ((place = stack_table_iterate(table, &iterator)) != NULL)
		entries[count++] = unconstify(StackEntry *, place->entry);
	qsort(entries, count, sizeof(StackEntry *), compare_entries);
	return entries;
}

/* the type of pyrotree.store()'s profiles: the type's schema was chosen by the user */
static Oid
profiles_type(void)
{
	Oid			function = LookupFuncName(list_make2(makeString("pyrotree"), makeString("store")),
										  -1, NULL, false);
	Oid		   *types;
	int			count;

	(void) get_func_signature(function, &types, &count);
	if (count != 3 || !OidIsValid(get_element_type(types[2])))
		elog(ERROR, "pyrotree.store() has other arguments than expected");
	return types[2];
}

/*
 * Store the next entries, as many as make up a chunk, and give their number.
 * Memory is the current context's.
 */
static size_t
store_chunk(StackEntry **entries, size_t count, Oid profiles)
{
	Oid			types[3] = {TEXTARRAYOID, INT8ARRAYOID, profiles};
	Oid			profile = get_element_type(profiles);
	Datum	   *series = palloc_extended(count * sizeof(Datum), MCXT_ALLOC_HUGE);
	Datum	   *slots = palloc_extended(count * sizeof(Datum), MCXT_ALLOC_HUGE);
	Datum	   *trees = palloc_extended(count * sizeof(Datum), MCXT_ALLOC_HUGE);
	Datum		values[3];
	size_t		done = 0;
	size_t		bytes = 0;
	int16		length;
	bool		by_value;
	char		alignment;

	while (done < count && bytes < CHUNK_BYTES)
	{
		StackEntry *entry = entries[done];

		CHECK_FOR_INTERRUPTS();
		series[done] = PointerGetDatum(cstring_to_text_with_len(entry->series, (int) entry->length));
		slots[done] = Int64GetDatum(entry->slot);
		trees[done] = proftree_encode_builder(&entry->tree.builder);
		bytes += entry->length + VARSIZE(DatumGetPointer(trees[done]));
		done++;
	}
	values[0] = PointerGetDatum(construct_array(series, (int) done, TEXTOID, -1, false, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(slots, (int) done, INT8OID, sizeof(int64),
												FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
	get_typlenbyvalalign(profile, &length, &by_value, &alignment);
	values[2] = PointerGetDatum(construct_array(trees, (int) done, profile, length, by_value, alignment));
	if (SPI_execute_with_args("SELECT pyrotree.store($1, $2, $3)", 3, types, values, NULL,
							  false, 0) != SPI_OK_SELECT)
		elog(ERROR, "pyrotree.store() could not be called");
	return done;
}

/* Store all that is in an accumulator and empty it. */
static void
flush(Accumulator *accumulator)
{
	MemoryContext chunk;
	MemoryContext caller;
	StackEntry **entries;
	size_t		count;
	Oid			profiles;

	if (accumulator->table == NULL)
		return;
	caller = MemoryContextSwitchTo(accumulator->entry_context);
	count = accumulator->table->members;
	entries = sorted_entries(accumulator->table);
	chunk = AllocSetContextCreate(accumulator->entry_context, "stacks to store", ALLOCSET_DEFAULT_SIZES);
	profiles = profiles_type();
	while (count > 0)
	{
		size_t		done;

		SPI_connect();
		MemoryContextSwitchTo(chunk);
		done = store_chunk(entries, count, profiles);
		SPI_finish();
		MemoryContextReset(chunk);
		entries += done;
		count -= done;
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(accumulator->entry_context);
	accumulator->table = NULL;
	accumulator->last = NULL;
}

/* ---- rows ---- */

/*
 * The entry of a series and slot, made when it is the first row of them.
 */
static StackEntry *
entry_for(Accumulator *accumulator, const char *series, size_t length, int64 slot)
{
	StackEntry	key = {.series = series,.length = length,.slot = slot};
	MemoryContext context = accumulator->entry_context;
	StackEntry *last = accumulator->last;
	StackPlace *place;
	StackEntry *entry;
	bool		found;

	/* stacks come series by series */
	if (last != NULL && same_entry(last, &key))
		return last;
	if (accumulator->table == NULL)
		accumulator->table = stack_table_create(context, 64, &accumulator->seed);
	place = stack_table_lookup(accumulator->table, &key);
	if (place == NULL)
	{
		char	   *copy = MemoryContextAlloc(context, length + 1);

		memcpy(copy, series, length);
		entry = MemoryContextAlloc(context, sizeof(StackEntry));
		entry->series = copy;
		entry->length = length;
		entry->slot = slot;
		proftree_state_init(&entry->tree, context);
		place = stack_table_insert(accumulator->table, entry, &found);
	}
	entry = unconstify(StackEntry *, place->entry);

	/*
	 * The reader of stacks goes with the rows, as it takes as much memory as a
	 * small tree; what it knows of the stack before is of the other tree.
	 */
	if (last != NULL)
	{
		PtStackReader none = entry->tree.reader;

		entry->tree.reader = last->tree.reader;
		entry->tree.reader.frame_count = 0;
		last->tree.reader = none;
	}
	accumulator->last = entry;
	return entry;
}

static Datum
column(const TriggerData *data, int number)
{
	bool		null;
	Datum		value = heap_getattr(data->tg_trigtuple, number, RelationGetDescr(data->tg_relation), &null);

	if (null)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of pyrotree.stacks cannot be NULL",
						NameStr(TupleDescAttr(RelationGetDescr(data->tg_relation), number - 1)->attname))));
	return value;
}

static const TriggerData *
check_trigger(FunctionCallInfo fcinfo, TriggerEvent when)
{
	const TriggerData *data = (const TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		(data->tg_event & (TRIGGER_EVENT_OPMASK | TRIGGER_EVENT_ROW | TRIGGER_EVENT_TIMINGMASK)) != when)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function can only be called by a trigger of pyrotree.stacks")));
	return data;
}

/*
 * pyrotree.stacks_before() returns trigger
 */
Datum
pyrotree_stacks_before(PG_FUNCTION_ARGS)
{
	const TriggerData *data = check_trigger(fcinfo, TRIGGER_EVENT_INSERT | TRIGGER_EVENT_BEFORE);
	TupleDesc	row = RelationGetDescr(data->tg_relation);

	/* columns of a view keep their types; more of them do not matter */
	if (data->tg_relation->rd_rel->relkind != RELKIND_VIEW ||
		row->natts != WEIGHT ||
		TupleDescAttr(row, SERIES - 1)->atttypid != TEXTOID ||
		TupleDescAttr(row, AT - 1)->atttypid != TIMESTAMPTZOID ||
		TupleDescAttr(row, STACK - 1)->atttypid != TEXTOID ||
		TupleDescAttr(row, WEIGHT - 1)->atttypid != INT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("the triggers of pyrotree.stacks need a view with its columns")));
	push_accumulator(RelationGetRelid(data->tg_relation));
	return PointerGetDatum(NULL);
}

/*
 * pyrotree.stacks_row() returns trigger
 *
 * Errors: 22004 a NULL column, 22023 an infinite time or negative weight,
 * those of proftree_insert() for the stack, and those of pyrotree.store()
 * when memory is full.
 */
Datum
pyrotree_stacks_row(PG_FUNCTION_ARGS)
{
	const TriggerData *data = check_trigger(fcinfo, TRIGGER_EVENT_INSERT | TRIGGER_EVENT_ROW | TRIGGER_EVENT_INSTEAD);
	text	   *series;
	TimestampTz at;
	text	   *stack;
	int64		weight;
	Accumulator *accumulator = accumulator_of(data);
	StackEntry *entry;

	series = DatumGetTextPP(column(data, SERIES));
	at = DatumGetTimestampTz(column(data, AT));
	stack = DatumGetTextPP(column(data, STACK));
	weight = DatumGetInt64(column(data, WEIGHT));
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column \"at\" of pyrotree.stacks must be a finite time")));

	if (accumulator->resolution == 0)
		accumulator->resolution = read_resolution();
	entry = entry_for(accumulator, VARDATA_ANY(series), VARSIZE_ANY_EXHDR(series),
					  pyrotree_slot_of(at, accumulator->resolution));
	proftree_add_text(&entry->tree, stack, weight);
	if (MemoryContextMemAllocated(accumulator->entry_context, false) >
		(Size) pyrotree_setting_stacks_memory * 1024)
		flush(accumulator);

	/*
	 * The executor made the tuple in the memory of the whole statement and
	 * frees it only when it gets another one back.
	 */
	return PointerGetDatum(heap_copytuple(data->tg_trigtuple));
}

/*
 * pyrotree.stacks_after() returns trigger
 *
 * Errors: those of pyrotree.store().
 */
Datum
pyrotree_stacks_after(PG_FUNCTION_ARGS)
{
	Accumulator *accumulator = accumulator_of(check_trigger(fcinfo, TRIGGER_EVENT_INSERT | TRIGGER_EVENT_AFTER));

	flush(accumulator);
	MemoryContextDelete(accumulator->context);
	return PointerGetDatum(NULL);
}
