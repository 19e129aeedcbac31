/*-------------------------------------------------------------------------
 *
 * proftree_pprof.c
 *		proftree_from_pprof(), proftree_to_pprof(), pprof_samples(), pprof_info().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "pprof.h"
#include "proftree.h"
#include "regexp.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "wire_io.h"

PG_FUNCTION_INFO_V1(proftree_from_pprof);
PG_FUNCTION_INFO_V1(pyrotree_pprof_samples);
PG_FUNCTION_INFO_V1(pyrotree_pprof_info);
PG_FUNCTION_INFO_V1(proftree_to_pprof);

/*
 * A file of some bytes can name one long string a million times over, or an
 * empty one ten million times, so the texts and trees of a result are counted,
 * each with what it takes besides its bytes: those of rows, which go to a
 * tuplestore and from there to disk, and those of the one row of pprof_info(),
 * which is in memory.  Passing this is error 54000.
 */
#define PPROF_ROWS_MOST		(1024 * 1024 * 1024)
#define PPROF_INFO_MOST		(64 * 1024 * 1024)

/* a text's header, that of its chunk of memory, and the Datum */
#define TEXT_OVERHEAD		(VARHDRSZ + 16 + sizeof(Datum))

/* An open file with what it needs of the server. */
typedef struct PprofInput
{
	PtPprof		file;
	EncodingConverter conversion;
	int64		result_bytes;	/* of texts and trees given so far */
	int64		result_most;
} PprofInput;

static void
open_pprof(PprofInput *input, bytea *pprof, PtOnError on_error, int64 result_most)
{
	PtConverter *converter;
	PtError		error;

	input->result_bytes = 0;
	input->result_most = result_most;
	if (!pyrotree_start_conversion(&input->conversion, "pprof", PG_UTF8, GetDatabaseEncoding(), true,
								   &converter, &error) ||
		!pt_pprof_open(&input->file, (const uint8 *) VARDATA_ANY(pprof), VARSIZE_ANY_EXHDR(pprof),
					   converter, on_error, CurrentMemoryContext, proftree_seed(), &error))
		proftree_raise(&error);
}

/* Close it, and say what was not taken as it was. */
static void
close_pprof(PprofInput *input)
{
	uint64		skipped = input->file.skipped_count;
	uint64		replaced = input->file.replaced_count;

	pt_pprof_close(&input->file);
	if (skipped > 0)
		ereport(NOTICE,
				(errmsg_plural("%llu sample skipped", "%llu samples skipped",
							   (unsigned long) skipped, (unsigned long long) skipped)));
	if (replaced > 0)
		ereport(NOTICE,
				(errmsg_plural("invalid bytes replaced in %llu string",
							   "invalid bytes replaced in %llu strings",
							   (unsigned long) replaced, (unsigned long long) replaced)));
}

pg_noreturn static void too_large(const PprofInput *input);

static void
too_large(const PprofInput *input)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("result of a pprof too large"),
			 errdetail("Its texts and trees can take at most %lld bytes together.",
					   (long long) input->result_most)));
}

static void
count_result(PprofInput *input, size_t bytes)
{
	input->result_bytes += bytes;
	if (input->result_bytes > input->result_most)
		too_large(input);
}

static PtFrame
string_of(PprofInput *input, int64 string)
{
	PtFrame		text;
	PtError		error;

	if (!pt_pprof_text(&input->file, (uint32) string, &text, &error))
		proftree_raise(&error);
	return text;
}

static text *
text_of(PprofInput *input, PtFrame text)
{
	count_result(input, TEXT_OVERHEAD + text.length);
	return cstring_to_text_with_len(text.text, (int) text.length);
}

/* A text that is an argument; none is longer than a symbol. */
static PtFrame
name_argument(text *argument)
{
	PtFrame		name = {VARDATA_ANY(argument), VARSIZE_ANY_EXHDR(argument)};

	if (name.length > PT_MAX_SYMBOL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("name too long"),
				 errdetail("Names of sample types, units and labels can have at most %d bytes.", PT_MAX_SYMBOL)));
	return name;
}

/* The same in UTF-8, in which files have their strings. */
static PtFrame
utf8_argument(text *argument)
{
	EncodingConverter *conversion = palloc(sizeof(EncodingConverter));
	PtConverter *converter;
	PtFrame		result = name_argument(argument);
	PtError		error;

	if (!pyrotree_start_conversion(conversion, "pprof", GetDatabaseEncoding(), PG_UTF8, false, &converter, &error))
		proftree_raise(&error);
	if (converter != NULL)
		result.text = converter->convert(converter, result.text, &result.length);
	return result;
}

/* ---- prune ---- */

typedef struct Matcher
{
	PtPprofMatcher matcher;
	text	   *drop;
	text	   *keep;			/* NULL: none */
} Matcher;

static bool
drops(PtPprofMatcher *self, const char *name, size_t length)
{
	Matcher    *state = (Matcher *) self;
	PtText		value = {name, length};

	CHECK_FOR_INTERRUPTS();
	return pyrotree_regexp_matches(state->drop, value) &&
		(state->keep == NULL || !pyrotree_regexp_matches(state->keep, value));
}

static text *
regexp_of(PprofInput *input, PtPprofField field)
{
	PtFrame		regexp = string_of(input, input->file.number[field]);

	return regexp.length == 0 ? NULL :
		pyrotree_whole_regexp((PtText) {regexp.text, regexp.length});
}

/* keep_frames only spares what drop_frames would drop */
static void
prune_pprof(PprofInput *input)
{
	Matcher		state;

	state.matcher.drops = drops;
	state.drop = regexp_of(input, PT_PPROF_DROP_FRAMES);
	if (state.drop == NULL)
		return;
	state.keep = regexp_of(input, PT_PPROF_KEEP_FRAMES);
	pt_pprof_prune(&input->file, &state.matcher);
}

/* ---- one tree ---- */

/* The names of the sample types, the first of them, without what is no text. */
static char *
list_types(PprofInput *input)
{
	uint32		count = pt_pprof_count(&input->file, PT_PPROF_SAMPLE_TYPE);
	StringInfoData list;
	char		clipped[PT_CLIP_SIZE];

	initStringInfo(&list);
	for (uint32 i = 0; i < Min(count, 10); i++)
	{
		PtFrame		name;
		PtError		error;

		if (pt_pprof_text(&input->file, input->file.type[i].type, &name, &error))
			appendStringInfo(&list, "%s\"%s\"", list.len > 0 ? ", " : "", pt_clip(clipped, name.text, name.length));
	}
	if (count > 10 && list.len > 0)
		appendStringInfoString(&list, ", ...");
	return list.len == 0 ? "It has none." : psprintf("It has %s.", list.data);
}

/* The number of the type that is asked for, -1 when nothing is and there is none. */
static int
type_of(PprofInput *input, text *name)
{
	PtFrame		utf8;
	int			type;

	if (name == NULL)
		return pt_pprof_default_type(&input->file);
	utf8 = utf8_argument(name);
	type = pt_pprof_find_type(&input->file, utf8.text, utf8.length);
	if (type < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("pprof has no sample type \"%s\"",
						pt_clip(palloc(PT_CLIP_SIZE), VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name))),
				 errdetail("%s", list_types(input))));
	return type;
}

/* The tree of some samples, or of all. */
static Datum
tree_of(PprofInput *input, int type, const uint32 *samples, uint32 count)
{
	PtBuilder	builder;
	PtError		error;
	Datum		result;

	pt_builder_init(&builder, CurrentMemoryContext, proftree_seed());
	if ((type >= 0 && !pt_pprof_add(&input->file, type, samples, count, &builder, &error)) ||
		!proftree_try_encode_builder(&builder, &result, &error))
		proftree_raise(&error);
	pt_builder_free(&builder);
	return result;
}

/*
 * proftree_from_pprof(pprof bytea, sample_type text DEFAULT NULL,
 *		on_error text DEFAULT 'error', prune boolean DEFAULT false)
 *		returns proftree
 *
 * The stacks of a pprof file with their values of one sample type (pprof.h);
 * of the default one when sample_type is NULL.  Errors: 22P03, 22021, 22003,
 * 54000, 22023 sample_type and on_error, 2201B drop_frames and keep_frames.
 */
Datum
proftree_from_pprof(PG_FUNCTION_ARGS)
{
	PprofInput	input;
	Datum		result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	open_pprof(&input, PG_GETARG_BYTEA_PP(0), proftree_on_error(PG_GETARG_TEXT_PP(2)), PPROF_ROWS_MOST);
	if (PG_GETARG_BOOL(3))
		prune_pprof(&input);
	result = tree_of(&input, type_of(&input, PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1)), NULL, 0);
	close_pprof(&input);
	PG_RETURN_DATUM(result);
}

/* ---- all trees ---- */

/* Put a row of pprof_samples(); label NULL means that the samples have none. */
static void
put_tree(ReturnSetInfo *result, MemoryContext each, PprofInput *input, uint32 type,
		 const PtFrame *label, const uint32 *samples, uint32 count)
{
	MemoryContext caller = MemoryContextSwitchTo(each);
	bool		nulls[4] = {false, false, label == NULL, false};
	Datum		values[4];

	CHECK_FOR_INTERRUPTS();
	values[0] = PointerGetDatum(text_of(input, string_of(input, input->file.type[type].type)));
	values[1] = PointerGetDatum(text_of(input, string_of(input, input->file.type[type].unit)));
	values[2] = label == NULL ? (Datum) 0 : PointerGetDatum(text_of(input, *label));
	values[3] = tree_of(input, (int) type, samples, count);
	count_result(input, VARSIZE(DatumGetPointer(values[3])));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(each);
}

/* One tree at a time is built, however many there are. */
static void
put_trees_by_label(ReturnSetInfo *result, MemoryContext each, PprofInput *input, text *key)
{
	PtFrame		utf8 = utf8_argument(key);
	PtPprofGroups groups;
	const PtDictionary *values = &groups.values.dictionary;
	PtError		error;

	if (!pt_pprof_group(&input->file, utf8.text, utf8.length, &groups, &error))
		proftree_raise(&error);
	for (uint32 type = 0; type < pt_pprof_count(&input->file, PT_PPROF_SAMPLE_TYPE); type++)
	{
		for (uint32 group = 0; group < groups.count; group++)
		{
			PtFrame		label = {NULL, 0};

			if (group < values->count)
				label.text = pt_symbol_text(values, group, &label.length);
			put_tree(result, each, input, type, label.text != NULL ? &label : NULL,
					 groups.sample + groups.start[group], groups.start[group + 1] - groups.start[group]);
		}
	}
	pt_pprof_groups_free(&groups);
}

/*
 * pprof_samples(pprof bytea, label text DEFAULT NULL,
 *		on_error text DEFAULT 'error', prune boolean DEFAULT false)
 *		returns setof (sample_type text, unit text, label_value text, profile proftree)
 *
 * A row for each sample type, in the order of the file; with a label, for each
 * of its values too, in byte order, and last one for the samples that lack it.
 * A pass over the samples for each type.  Errors: as proftree_from_pprof().
 */
Datum
pyrotree_pprof_samples(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PprofInput	input;
	MemoryContext each;
	PtError		error;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		return (Datum) 0;
	open_pprof(&input, PG_GETARG_BYTEA_PP(0), proftree_on_error(PG_GETARG_TEXT_PP(2)), PPROF_ROWS_MOST);
	if (PG_GETARG_BOOL(3))
		prune_pprof(&input);
	each = AllocSetContextCreate(CurrentMemoryContext, "pprof_samples", ALLOCSET_DEFAULT_SIZES);
	if (!PG_ARGISNULL(1))
		put_trees_by_label(result, each, &input, PG_GETARG_TEXT_PP(1));
	else
	{
		/* without a type none would be looked at */
		if (!pt_pprof_check_samples(&input.file, &error))
			proftree_raise(&error);
		for (uint32 type = 0; type < pt_pprof_count(&input.file, PT_PPROF_SAMPLE_TYPE); type++)
			put_tree(result, each, &input, type, NULL, NULL, 0);
	}
	close_pprof(&input);
	return (Datum) 0;
}

/* ---- what a file tells ---- */

#define NANOSECONDS		1000	/* in a microsecond */
/* from 1970 to 2000, in microseconds */
#define EPOCH_DIFFERENCE	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* A column, and whether it is NULL: a string that is empty, a number that is 0. */
static Datum
text_column(PprofInput *input, int64 string, bool *is_null)
{
	PtFrame		text = string_of(input, string);

	*is_null = text.length == 0;
	return *is_null ? (Datum) 0 : PointerGetDatum(text_of(input, text));
}

static Datum
number_column(int64 number, bool *is_null)
{
	*is_null = number == 0;
	return Int64GetDatum(number);
}

static Datum
time_column(int64 nanoseconds, bool *is_null)
{
	int64		microseconds = nanoseconds / NANOSECONDS - (nanoseconds % NANOSECONDS < 0);

	*is_null = nanoseconds == 0;
	return TimestampTzGetDatum(microseconds - EPOCH_DIFFERENCE);
}

static Datum
interval_column(int64 nanoseconds, bool *is_null)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = nanoseconds / NANOSECONDS;
	*is_null = nanoseconds == 0;
	return IntervalPGetDatum(interval);
}

static Datum
texts_column(PprofInput *input, const uint32 *strings, size_t step, uint32 count)
{
	Datum	   *texts;

	if (count > (input->result_most - input->result_bytes) / TEXT_OVERHEAD)
		too_large(input);
	texts = palloc(((Size) count + 1) * sizeof(Datum));
	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		texts[i] = PointerGetDatum(text_of(input, string_of(input, strings[i * step])));
	}
	return PointerGetDatum(construct_array(texts, (int) count, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * pprof_info(pprof bytea) returns (at timestamptz, duration interval,
 *		period_type text, period_unit text, period bigint,
 *		default_sample_type text, sample_types text[], units text[],
 *		comments text[], samples bigint, locations bigint, functions bigint,
 *		mappings bigint, drop_frames text, keep_frames text)
 *
 * What a pprof file tells besides its stacks; NULL for what it does not tell.
 * The samples are checked, but no tree is built.  Texts that are not valid are
 * mended, so that the file can be told of whose tree can be had.  Errors: 22P03,
 * 54000.
 */
Datum
pyrotree_pprof_info(PG_FUNCTION_ARGS)
{
	PprofInput	input;
	PtPprof    *file = &input.file;
	TupleDesc	descriptor;
	bool		nulls[15] = {false};
	Datum		values[15];
	int			default_type;
	const PtPprofList *comments;
	PtError		error;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	open_pprof(&input, PG_GETARG_BYTEA_PP(0), PT_ON_ERROR_REPLACE, PPROF_INFO_MOST);
	if (!pt_pprof_check_samples(file, &error))
		proftree_raise(&error);
	default_type = pt_pprof_default_type(file);
	comments = &file->list[PT_PPROF_COMMENT];
	values[0] = time_column(file->number[PT_PPROF_TIME_NANOS], &nulls[0]);
	values[1] = interval_column(file->number[PT_PPROF_DURATION_NANOS], &nulls[1]);
	values[2] = text_column(&input, file->period_type.type, &nulls[2]);
	values[3] = text_column(&input, file->period_type.unit, &nulls[3]);
	values[4] = number_column(file->number[PT_PPROF_PERIOD], &nulls[4]);
	values[5] = text_column(&input, default_type < 0 ? 0 : file->type[default_type].type, &nulls[5]);
	values[6] = texts_column(&input, &file->type[0].type, sizeof(PtPprofType) / sizeof(uint32),
							 pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE));
	values[7] = texts_column(&input, &file->type[0].unit, sizeof(PtPprofType) / sizeof(uint32),
							 pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE));
	values[8] = texts_column(&input, comments->item, 1, comments->count);
	values[9] = Int64GetDatum(pt_pprof_count(file, PT_PPROF_SAMPLE));
	values[10] = Int64GetDatum(pt_pprof_count(file, PT_PPROF_LOCATION));
	values[11] = Int64GetDatum(pt_pprof_count(file, PT_PPROF_FUNCTION));
	values[12] = Int64GetDatum(pt_pprof_count(file, PT_PPROF_MAPPING));
	values[13] = text_column(&input, file->number[PT_PPROF_DROP_FRAMES], &nulls[13]);
	values[14] = text_column(&input, file->number[PT_PPROF_KEEP_FRAMES], &nulls[14]);
	close_pprof(&input);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}

/* ---- out ---- */

pg_noreturn static void bad_argument(const char *message);

static void
bad_argument(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", message)));
}

/* Nanoseconds since 1970. */
static int64
time_nanos(TimestampTz at)
{
	int64		nanoseconds;

	if (TIMESTAMP_NOT_FINITE(at) ||
		pg_add_s64_overflow(at, EPOCH_DIFFERENCE, &nanoseconds) ||
		pg_mul_s64_overflow(nanoseconds, NANOSECONDS, &nanoseconds))
		bad_argument("the time of a pprof must lie between the years 1677 and 2262");
	return nanoseconds;
}

/* A day has 24 hours. */
static int64
duration_nanos(const Interval *duration)
{
	int64		days;
	int64		nanoseconds;

	if (duration->month != 0)
		bad_argument("the duration of a pprof cannot have months");
	if (pg_mul_s64_overflow(duration->day, USECS_PER_DAY, &days) ||
		pg_add_s64_overflow(days, duration->time, &nanoseconds) ||
		pg_mul_s64_overflow(nanoseconds, NANOSECONDS, &nanoseconds))
		bad_argument("the duration of a pprof cannot be longer than 292 years");
	if (nanoseconds < 0)
		bad_argument("the duration of a pprof cannot be negative");
	return nanoseconds;
}

/*
 * proftree_to_pprof(tree proftree, sample_type text DEFAULT 'samples',
 *		unit text DEFAULT 'count', at timestamptz DEFAULT NULL,
 *		duration interval DEFAULT NULL, period bigint DEFAULT NULL)
 *		returns bytea
 *
 * A gzipped pprof file with one sample type (pprof.h); period is in its units.
 * A stack of weight 0 is left out.  Errors: 22023, 22P05 for a symbol that has
 * no equivalent in UTF-8, 54000 past 1 GB and for a long sample_type or unit.
 */
Datum
proftree_to_pprof(PG_FUNCTION_ARGS)
{
	PtTree		tree;
	PtPprofHeader header;
	EncodingConverter conversion;
	PtConverter *converter;
	StringInfoData result;
	PtError		error;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	memset(&header, 0, sizeof(header));
	header.sample_type = name_argument(PG_GETARG_TEXT_PP(1));
	header.unit = name_argument(PG_GETARG_TEXT_PP(2));
	if (!PG_ARGISNULL(3))
		header.time_nanos = time_nanos(PG_GETARG_TIMESTAMPTZ(3));
	if (!PG_ARGISNULL(4))
		header.duration_nanos = duration_nanos(PG_GETARG_INTERVAL_P(4));
	header.has_period = !PG_ARGISNULL(5);
	header.period = header.has_period ? PG_GETARG_INT64(5) : 0;
	if (header.period < 0)
		bad_argument("the period of a pprof cannot be negative");

	proftree_decode(PG_GETARG_DATUM(0), &tree);
	/* the varlena header goes in front */
	initStringInfo(&result);
	appendStringInfoSpaces(&result, VARHDRSZ);
	if (!pyrotree_start_conversion(&conversion, "pprof", GetDatabaseEncoding(), PG_UTF8, false, &converter, &error) ||
		!pt_write_pprof(&tree, &header, converter, &result, CurrentMemoryContext, &error))
		proftree_raise(&error);
	pt_tree_free(&tree);
	SET_VARSIZE(result.data, result.len);
	PG_RETURN_BYTEA_P(result.data);
}
