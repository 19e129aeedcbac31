/*-------------------------------------------------------------------------
 *
 * store_series.c
 *		Names of series and selectors, for the store (selector.h).
 *
 * The labels of a series are a jsonb object of strings, none of them empty.
 * A selector is taken apart once per call site and kept in fn_extra.  Its
 * regular expressions are PostgreSQL's; they live in the server's own cache,
 * as only that knows when one may be freed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "compat.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "pgstat.h"
#include "proftree.h"
#include "regexp.h"
#include "selector.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(pyrotree_parse_series);
PG_FUNCTION_INFO_V1(pyrotree_series_key);
PG_FUNCTION_INFO_V1(pyrotree_key_hash);
PG_FUNCTION_INFO_V1(pyrotree_selector_matches);
PG_FUNCTION_INFO_V1(pyrotree_selector_matchers);
PG_FUNCTION_INFO_V1(pyrotree_value_matches);

static PtText
text_of(const text *value)
{
	PtText		result = {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};

	return result;
}

static Datum
text_datum(PtText value)
{
	return PointerGetDatum(cstring_to_text_with_len(value.text, (int) value.length));
}

/* ---- series ---- */

/* The key of a series, with its limit. */
static Datum
key_datum(const PtSelector *series)
{
	StringInfoData key;
	PtError		error;

	initStringInfo(&key);
	if (!pt_print_key(series, &key, &error))
		proftree_raise(&error);
	return PointerGetDatum(cstring_to_text_with_len(key.data, key.len));
}

static void
push_string(JsonbParseState **state, JsonbIteratorToken token, PtText string)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, string.text);
	value.val.string.len = (int) string.length;
	pushJsonbValue(state, token, &value);
}

static Datum
labels_datum(const PtSelector *series)
{
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (uint32 i = 0; i < series->count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		push_string(&state, WJB_KEY, series->matcher[i].label);
		push_string(&state, WJB_VALUE, series->matcher[i].value);
	}
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/*
 * pyrotree.parse_series(series text, OUT name text, OUT labels jsonb,
 *		OUT key text)
 *
 * The parts of a series and its key, which parses to the same parts.  Errors:
 * 22P02 with line and column, 54000.  O(n log n).
 */
Datum
pyrotree_parse_series(PG_FUNCTION_ARGS)
{
	PtText		given = text_of(PG_GETARG_TEXT_PP(0));
	PtSelector	series;
	PtError		error;
	TupleDesc	tupdesc;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	pt_selector_init(&series, CurrentMemoryContext);
	if (!pt_parse_series(&series, given.text, given.length, &error))
		proftree_raise(&error);
	values[0] = text_datum(series.name);
	values[1] = labels_datum(&series);
	values[2] = key_datum(&series);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}

pg_noreturn static void
bad_labels(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("labels have to be a jsonb object of strings"),
			 errdetail("%s", detail)));
}

/*
 * pyrotree.series_key(name text, labels jsonb) returns text
 *
 * The key of a series of these parts.  Errors: 22023 for parts that no series
 * can have, 54000.  O(n log n).
 */
Datum
pyrotree_series_key(PG_FUNCTION_ARGS)
{
	PtText		name = text_of(PG_GETARG_TEXT_PP(0));
	Jsonb	   *labels = PG_GETARG_JSONB_P(1);
	PtSelector	series;
	PtError		error;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	label;
	JsonbValue	value;
	bool		good;

	if (!JB_ROOT_IS_OBJECT(labels))
		bad_labels("They are no object.");
	pt_selector_init(&series, CurrentMemoryContext);
	good = pt_series_name(&series, name, &error);
	iterator = JsonbIteratorInit(&labels->root);
	while (good && (token = JsonbIteratorNext(&iterator, &label, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		PT_CHECK_INTERRUPTS(series.count + 1);
		(void) JsonbIteratorNext(&iterator, &value, true);
		if (value.type != jbvString)
			bad_labels(psprintf("The value of \"%s\" is no string.",
								pt_clip(palloc(PT_CLIP_SIZE), label.val.string.val, label.val.string.len)));
		good = pt_series_label(&series,
							   (PtText) {label.val.string.val, label.val.string.len},
							   (PtText) {value.val.string.val, value.val.string.len}, &error);
	}
	if (!good || !pt_series_sort(&series, &error))
		proftree_raise(&error);
	PG_RETURN_DATUM(key_datum(&series));
}

/*
 * pyrotree.key_hash(key text) returns bytea
 *
 * SHA-256 of the bytes of the key as they are stored: what a unique index can
 * hold where the key itself is too long.  Unlike sha256(convert_to(...)) it is
 * immutable.
 */
Datum
pyrotree_key_hash(PG_FUNCTION_ARGS)
{
	/* text and bytea are the same bytes */
	return DirectFunctionCall1(sha256_bytea, PG_GETARG_DATUM(0));
}

/* ---- selectors ---- */

static const char *const match_signs[] = {"=", "!=", "=~", "!~"};	/* by PtMatch */

/* What a matcher by regular expression has said of a value. */
typedef struct MatchedValue
{
	PtText		value;
	bool		matches;
	uint32		hash;
	char		status;			/* simplehash's */
} MatchedValue;

/* values come from outside */
static inline uint32
hash_value(PtText value, uint64 seed)
{
	return (uint32) hash_bytes_extended((const unsigned char *) value.text, (int) value.length, seed);
}

#define SH_PREFIX matched
#define SH_ELEMENT_TYPE MatchedValue
#define SH_KEY_TYPE PtText
#define SH_KEY value
#define SH_HASH_KEY(table, key) hash_value(key, *(uint64 *) (table)->private_data)
#define SH_EQUAL(table, a, b) pt_same_text(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, matched) (matched)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A label of more values is not worth the memory to know them again. */
#define MATCHED_VALUES	65536

/* pyrotree.value_matches() of one matcher, called once for each value. */
typedef struct RegexpMatcher
{
	FmgrInfo	value_matches;
	Datum		sign;
	Datum		wanted;
	uint64		seed;
	matched_hash *known;		/* NULL: the matcher is no regular expression */
} RegexpMatcher;

static void
init_regexp_matcher(RegexpMatcher *regexp, const PtMatcher *matcher)
{
	Oid			arguments[] = {TEXTOID, TEXTOID, TEXTOID};
	Oid			function = LookupFuncName(list_make2(makeString("pyrotree"), makeString("value_matches")),
										  lengthof(arguments), arguments, false);

	/* has to be valid even if nothing is matched */
	(void) pyrotree_whole_regexp(matcher->value);
	fmgr_info(function, &regexp->value_matches);
	regexp->sign = CStringGetTextDatum(match_signs[matcher->match]);
	regexp->wanted = text_datum(matcher->value);
	regexp->seed = proftree_seed();
	regexp->known = matched_create(CurrentMemoryContext, 16, &regexp->seed);
}

static bool
regexp_matcher_holds(RegexpMatcher *regexp, PtText value)
{
	LOCAL_FCINFO(call, 3);
	PgStat_FunctionCallUsage usage;
	MatchedValue *matched = matched_lookup(regexp->known, value);
	bool		matches;
	bool		found;

	if (matched != NULL)
		return matched->matches;
	InitFunctionCallInfoData(*call, &regexp->value_matches, 3, C_COLLATION_OID, NULL, NULL);
	call->args[0] = (NullableDatum) {regexp->sign, false};
	call->args[1] = (NullableDatum) {regexp->wanted, false};
	call->args[2] = (NullableDatum) {text_datum(value), false};
	/* counted as the executor counts calls, for track_functions */
	pgstat_init_function_usage(call, &usage);
	matches = DatumGetBool(FunctionCallInvoke(call));
	pgstat_end_function_usage(&usage, true);
	if (regexp->known->members < MATCHED_VALUES)
	{
		value.text = memcpy(MemoryContextAlloc(regexp->known->ctx, value.length + 1), value.text, value.length);
		matched_insert(regexp->known, value, &found)->matches = matches;
	}
	return matches;
}

/* What fn_extra keeps of a call site: the selector it saw last. */
typedef struct SelectorCache
{
	MemoryContext context;		/* of all below; reset for the next selector */
	PtText		text;			/* text NULL: none */
	PtSelector	selector;
	RegexpMatcher *regexp;		/* by matcher */
} SelectorCache;

/*
 * The compiled form of a selector; throws when it is invalid, and then knows
 * no selector.
 */
static SelectorCache *
compiled_selector(FunctionCallInfo fcinfo, PtText given)
{
	SelectorCache *cache = fcinfo->flinfo->fn_extra;
	MemoryContext old;
	PtError		error;
	char	   *copy;

	if (cache != NULL && cache->text.text != NULL && pt_same_text(cache->text, given))
		return cache;
	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(SelectorCache));
		cache->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "pyrotree selector",
											   ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = cache;
	}
	cache->text.text = NULL;
	MemoryContextReset(cache->context);
	old = MemoryContextSwitchTo(cache->context);
	copy = pnstrdup(given.text, given.length);
	pt_selector_init(&cache->selector, cache->context);
	if (!pt_parse_selector(&cache->selector, copy, given.length, &error))
		proftree_raise(&error);
	cache->regexp = palloc0((cache->selector.count + 1) * sizeof(RegexpMatcher));
	for (uint32 i = 0; i < cache->selector.count; i++)
	{
		const PtMatcher *matcher = &cache->selector.matcher[i];

		CHECK_FOR_INTERRUPTS();
		if (matcher->match == PT_REGEXP || matcher->match == PT_NOT_REGEXP)
			init_regexp_matcher(&cache->regexp[i], matcher);
	}
	MemoryContextSwitchTo(old);
	cache->text = (PtText) {copy, given.length};
	return cache;
}

/* The value of a label of a series; an absent one is ''. */
static PtText
label_value(Jsonb *labels, PtText label)
{
	PtText		result = {"", 0};
	JsonbValue	value;

	if (getKeyJsonValueFromContainer(&labels->root, label.text, (int) label.length, &value) != NULL)
	{
		if (value.type != jbvString)
			bad_labels(psprintf("The value of \"%s\" is no string.",
								pt_clip(palloc(PT_CLIP_SIZE), label.text, label.length)));
		result.text = value.val.string.val;
		result.length = value.val.string.len;
	}
	return result;
}

/*
 * pyrotree.selector_matches(selector text, name text, labels jsonb)
 *		returns boolean
 *
 * Does the series match: is the name the selector's, if it has one, and does
 * every matcher hold?  A regular expression is matched once with each value
 * that a call site sees (pyrotree.value_matches).  Errors: 22P02 with line and column, 54000 and 2201B
 * for the selector, 22023 for labels that are none.
 */
Datum
pyrotree_selector_matches(PG_FUNCTION_ARGS)
{
	SelectorCache *cache = compiled_selector(fcinfo, text_of(PG_GETARG_TEXT_PP(0)));
	PtText		name = text_of(PG_GETARG_TEXT_PP(1));
	const PtSelector *selector = &cache->selector;
	Jsonb	   *labels;

	if (selector->name.length > 0 && !pt_same_text(selector->name, name))
		PG_RETURN_BOOL(false);
	if (selector->count == 0)
		PG_RETURN_BOOL(true);
	labels = PG_GETARG_JSONB_P(2);
	if (!JB_ROOT_IS_OBJECT(labels))
		bad_labels("They are no object.");
	for (uint32 i = 0; i < selector->count; i++)
	{
		const PtMatcher *matcher = &selector->matcher[i];
		PtText		value = pt_is_name_label(matcher->label) ? name : label_value(labels, matcher->label);
		bool		holds;

		PT_CHECK_INTERRUPTS(i + 1);
		if (cache->regexp[i].known != NULL)
			holds = regexp_matcher_holds(&cache->regexp[i], value);
		else
			holds = pt_same_text(value, matcher->value) == (matcher->match == PT_EQUAL);
		if (!holds)
			PG_RETURN_BOOL(false);
	}
	PG_RETURN_BOOL(true);
}

/* ---- matchers by themselves ---- */

static void
put_matcher(ReturnSetInfo *result, PtText label, PtMatch match, PtText value)
{
	bool		nulls[3] = {false, false, false};
	Datum		values[3];

	values[0] = text_datum(label);
	values[1] = CStringGetTextDatum(match_signs[match]);
	values[2] = text_datum(value);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * pyrotree.selector_matchers(selector text) returns setof (label text,
 *		match text, value text)
 *
 * What a selector asks for, in its order; the name first, as = of the label
 * __name__.  Errors: 22P02 with line and column, 54000, 2201B.
 */
Datum
pyrotree_selector_matchers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PtText		given = text_of(PG_GETARG_TEXT_PP(0));
	PtText		name_label = {PT_NAME_LABEL, strlen(PT_NAME_LABEL)};
	PtSelector	selector;
	PtError		error;

	InitMaterializedSRF(fcinfo, 0);
	pt_selector_init(&selector, CurrentMemoryContext);
	if (!pt_parse_selector(&selector, given.text, given.length, &error))
		proftree_raise(&error);
	if (selector.name.length > 0)
		put_matcher(result, name_label, PT_EQUAL, selector.name);
	for (uint32 i = 0; i < selector.count; i++)
	{
		const PtMatcher *matcher = &selector.matcher[i];

		CHECK_FOR_INTERRUPTS();
		/* an invalid one is an error here, whether or not it is ever tried */
		if (matcher->match == PT_REGEXP || matcher->match == PT_NOT_REGEXP)
			(void) pyrotree_whole_regexp(matcher->value);
		put_matcher(result, matcher->label, matcher->match, matcher->value);
	}
	return (Datum) 0;
}

static PtMatch
match_of(PtText sign)
{
	for (PtMatch match = PT_EQUAL; match <= PT_NOT_REGEXP; match++)
	{
		PtText		known = {match_signs[match], strlen(match_signs[match])};

		if (pt_same_text(sign, known))
			return match;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid match \"%s\"", pt_clip(palloc(PT_CLIP_SIZE), sign.text, sign.length)),
			 errhint("It can be =, !=, =~ or !~.")));
}

/* What fn_extra keeps of a call site: the expression it saw last. */
typedef struct RegexpCache
{
	MemoryContext context;		/* of both below; reset for the next one */
	PtText		wanted;			/* text NULL: none */
	text	   *regexp;			/* anchored */
} RegexpCache;

static text *
cached_regexp(FunctionCallInfo fcinfo, PtText wanted)
{
	RegexpCache *cache = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (cache != NULL && cache->wanted.text != NULL && pt_same_text(cache->wanted, wanted))
		return cache->regexp;
	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(RegexpCache));
		cache->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "pyrotree value_matches",
											   ALLOCSET_SMALL_SIZES);
		fcinfo->flinfo->fn_extra = cache;
	}
	cache->wanted.text = NULL;
	MemoryContextReset(cache->context);
	old = MemoryContextSwitchTo(cache->context);
	cache->regexp = pyrotree_whole_regexp(wanted);
	cache->wanted = (PtText) {pnstrdup(wanted.text, wanted.length), wanted.length};
	MemoryContextSwitchTo(old);
	return cache->regexp;
}

/*
 * pyrotree.value_matches(match text, wanted text, value text) returns boolean
 *
 * Does a value match as a matcher of a selector asks: = or != the wanted one,
 * or =~ or !~ the wanted regular expression, as a whole?  Errors: 22023 match,
 * 2201B.
 */
Datum
pyrotree_value_matches(PG_FUNCTION_ARGS)
{
	PtMatch		match = match_of(text_of(PG_GETARG_TEXT_PP(0)));
	PtText		wanted = text_of(PG_GETARG_TEXT_PP(1));
	PtText		value = text_of(PG_GETARG_TEXT_PP(2));
	bool		same;

	if (match == PT_REGEXP || match == PT_NOT_REGEXP)
		same = pyrotree_regexp_matches(cached_regexp(fcinfo, wanted), value);
	else
		same = pt_same_text(value, wanted);
	PG_RETURN_BOOL(same == (match == PT_EQUAL || match == PT_REGEXP));
}
