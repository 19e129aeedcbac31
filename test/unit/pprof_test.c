/*-------------------------------------------------------------------------
 *
 * pprof_test.c
 *		pprof files in, against a plain model of what they say, and out, against
 *		protobuf-c and zlib alone.
 *
 *-------------------------------------------------------------------------
 */
#include "pprof_model.h"

#include "gzip.h"
#include "pprof.pb-c.h"

/* Open bytes in a block of their own; *exact is to be freed after the file. */
static bool
open_file(PtPprof *file, const StringInfoData *bytes, PtOnError on_error, uint8 **exact, PtError *error)
{
	*exact = pg_malloc(bytes->len + 1);
	memcpy(*exact, bytes->data, bytes->len);
	return pt_pprof_open(file, *exact, bytes->len, NULL, on_error, NULL, 7, error);
}

static void
close_file(PtPprof *file, uint8 *exact)
{
	pt_pprof_close(file);
	pg_free(exact);
}

/* Append bytes as a member of gzip. */
static void
append_gzip(StringInfo packed, const char *bytes, size_t length)
{
	PtGzip		gzip;
	PtError		error;

	pt_gzip_start(&gzip, packed, NULL);
	if (!pt_gzip_write(&gzip, (const uint8 *) bytes, length, &error) || !pt_gzip_finish(&gzip, &error))
		abort();
	pt_gzip_free(&gzip);
}

/* as it is, or as gzip in one or two members */
static void
model_file(const Model *model, StringInfo bytes, Random *random)
{
	StringInfoData packed;
	int			cut;

	model_write(model, bytes, random);
	if (one_in(random, 2))
		return;
	initStringInfo(&packed);
	cut = one_in(random, 2) ? bytes->len : (int) random_below(random, bytes->len);
	append_gzip(&packed, bytes->data, cut);
	if (cut < bytes->len)
		append_gzip(&packed, bytes->data + cut, bytes->len - cut);
	pfree(bytes->data);
	*bytes = packed;
}

static bool
same_frame(PtFrame frame, const Model *model, int name)
{
	PtFrame		expected = {"", 0};

	if (name >= 0)
		expected = model->pool.symbol[name];
	return frame.length == expected.length && memcmp(frame.text, expected.text, frame.length) == 0;
}

/* ---- in ---- */

static bool
adds(PtPprof *file, uint32 type, const uint32 *samples, uint32 count, const Oracle *expected, Random *random)
{
	PtBuilder	builder;
	PtError		error;
	bool		same;

	pt_builder_init(&builder, NULL, random_bits(random));
	error.message[0] = '\0';
	same = pt_pprof_add(file, type, samples, count, &builder, &error) && builder_is(&builder, expected);
	if (!same)
		diagnose("%s", error.message);
	pt_builder_free(&builder);
	return same;
}

static bool
reads(Random *random)
{
	Model	   *model = pg_malloc(sizeof(Model));
	StringInfoData bytes;
	uint8	   *exact;
	PtPprof		file;
	PtError		error;
	int			named = -1;

	model_make(model, random);
	model_file(model, &bytes, random);
	error.message[0] = '\0';
	if (!open_file(&file, &bytes, random_below(random, 3), &exact, &error))
	{
		diagnose("%s", error.message);
		return false;
	}
	require(pt_pprof_count(&file, PT_PPROF_SAMPLE_TYPE) == (uint32) model->types);
	require(pt_pprof_count(&file, PT_PPROF_SAMPLE) == (uint32) model->samples);
	require(pt_pprof_count(&file, PT_PPROF_MAPPING) == (uint32) model->mappings);
	require(pt_pprof_count(&file, PT_PPROF_LOCATION) == (uint32) model->locations);
	require(pt_pprof_count(&file, PT_PPROF_FUNCTION) == (uint32) model->functions);
	require(pt_pprof_check_samples(&file, &error));

	/* several passes, in any order of types */
	for (int i = 0; i < model->types + 1; i++)
	{
		int			type = random_below(random, model->types);
		Oracle		oracle;
		PtFrame		text;

		model_tree(model, type, NULL, NULL, &oracle);
		require(adds(&file, type, NULL, 0, &oracle, random));
		oracle_free(&oracle);
		require(pt_pprof_text(&file, file.type[type].type, &text, &error) && same_frame(text, model, model->type[type]));
		require(pt_pprof_text(&file, file.type[type].unit, &text, &error) && same_frame(text, model, model->unit[type]));
	}

	/* types by name, and the default */
	for (int name = -1; name < model->pool.count; name++)
	{
		PtFrame		text = {"", 0};
		int			first = -1;

		if (name >= 0)
			text = model->pool.symbol[name];
		for (int i = model->types - 1; i >= 0; i--)
		{
			if (same_frame(text, model, model->type[i]))
				first = i;
		}
		require(pt_pprof_find_type(&file, text.text, text.length) == first);
		if (name == model->default_type && text.length > 0)
			named = first;
	}
	require(pt_pprof_default_type(&file) == (named >= 0 ? named : model->types - 1));
	close_file(&file, exact);
	pfree(bytes.data);
	pg_free(model);
	return true;
}

/* ---- labels ---- */

typedef struct Value
{
	bool		lacking;
	StringInfoData text;
} Value;

/* The value of a label of a sample; *value is made. */
static void
model_value(const Model *model, const ModelSample *sample, int key, Value *value)
{
	value->lacking = true;
	initStringInfo(&value->text);
	for (int i = 0; i < sample->labels; i++)
	{
		const ModelLabel *label = &sample->label[i];
		PtFrame		unit = {"", 0};
		bool		is_text = label->value >= 0 && model->pool.symbol[label->value].length > 0;

		if (label->key != key)
			continue;
		if (label->value < 0 && label->unit >= 0)
			unit = model->pool.symbol[label->unit];
		/* nothing but the key */
		if (!is_text && (label->value >= 0 || (label->number == 0 && unit.length == 0)))
			continue;
		if (!value->lacking)
			appendStringInfoChar(&value->text, ',');
		value->lacking = false;
		if (is_text)
			appendBinaryStringInfo(&value->text, model->pool.symbol[label->value].text, (int) model->pool.symbol[label->value].length);
		else
			appendStringInfo(&value->text, INT64_FORMAT, label->number);
		if (unit.length > 0)
			appendStringInfoChar(&value->text, ' ');
		appendBinaryStringInfo(&value->text, unit.text, (int) unit.length);
	}
}

typedef struct Wanted
{
	int			key;
	Value		value;
} Wanted;

static bool
has_value(const Model *model, const ModelSample *sample, void *what)
{
	Wanted	   *wanted = what;
	Value		value;
	bool		same;

	model_value(model, sample, wanted->key, &value);
	same = value.lacking == wanted->value.lacking && value.text.len == wanted->value.text.len &&
		memcmp(value.text.data, wanted->value.text.data, value.text.len) == 0;
	pfree(value.text.data);
	return same;
}

/* Every group is what has the value; groups are in order; none is missing. */
static bool
groups_by_label(Random *random)
{
	Model	   *model = pg_malloc(sizeof(Model));
	StringInfoData bytes;
	uint8	   *exact;
	PtPprof		file;
	PtPprofGroups groups;
	PtError		error;
	Wanted		wanted;
	int			samples = 0;
	const char *last = NULL;
	size_t		last_length = 0;

	model_make(model, random);
	model_file(model, &bytes, random);
	wanted.key = random_below(random, 3);
	require(open_file(&file, &bytes, PT_ON_ERROR_FAIL, &exact, &error));
	require(pt_pprof_group(&file, wanted.key == 0 ? "k" : wanted.key == 1 ? "l" : "m", 1, &groups, &error));
	require(groups.start[0] == 0 && groups.count <= (uint32) model->samples);
	require(groups.count == groups.values.dictionary.count || groups.count == groups.values.dictionary.count + 1);
	for (uint32 i = 0; i < groups.count; i++)
	{
		uint32		count = groups.start[i + 1] - groups.start[i];
		Oracle		oracle;
		int			type = random_below(random, model->types);

		require(count > 0);
		initStringInfo(&wanted.value.text);
		wanted.value.lacking = i == groups.values.dictionary.count;
		if (!wanted.value.lacking)
		{
			size_t		length;
			const char *text = pt_symbol_text(&groups.values.dictionary, i, &length);

			require(i == 0 || pt_compare_symbols(last, last_length, text, length) < 0);
			last = text;
			last_length = length;
			appendBinaryStringInfo(&wanted.value.text, text, (int) length);
		}
		for (uint32 j = 0; j < count; j++)
			require(has_value(model, &model->sample[groups.sample[groups.start[i] + j]], &wanted));
		model_tree(model, type, has_value, &wanted, &oracle);
		require(adds(&file, type, groups.sample + groups.start[i], count, &oracle, random));
		oracle_free(&oracle);
		pfree(wanted.value.text.data);
		samples += count;
	}
	require(samples == model->samples);
	pt_pprof_groups_free(&groups);
	close_file(&file, exact);
	pfree(bytes.data);
	pg_free(model);
	return true;
}

/* ---- prune ---- */

/* which names are dropped: a question about their bytes alone */
static bool
is_dropped(const char *name, size_t length, uint32 salt)
{
	uint32		sum = salt;

	for (size_t i = 0; i < length; i++)
		sum = sum * 31 + (uint8) name[i];
	return (sum >> 3) % 3 == 0;
}

typedef struct Salted
{
	PtPprofMatcher matcher;
	uint32		salt;
	int			asked;
} Salted;

static bool
salted_drops(PtPprofMatcher *self, const char *name, size_t length)
{
	((Salted *) self)->asked++;
	return is_dropped(name, length, ((Salted *) self)->salt);
}

/* the rule once more: cut at the first parenthesis that none of the two words explains */
static size_t
simplified(const char *name, size_t length)
{
	size_t		at = 0;

	while (at < length && name[at] != '(')
	{
		if (length - at >= 10 && memcmp(name + at, "operator()", 10) == 0)
			at += 10;
		else
			at++;
	}
	if (length - at >= 21 && memcmp(name + at, "(anonymous namespace)", 21) == 0)
		return at + 21 + simplified(name + at + 21, length - at - 21);
	return at;
}

static bool
function_dropped(const Model *model, int function, uint32 salt)
{
	PtFrame		name = {"", 0};

	if (model->name[function] >= 0)
		name = model->pool.symbol[model->name[function]];
	if (name.length == 0)
		return false;
	if (name.text[0] == '.')
	{
		name.text++;
		name.length--;
	}
	return is_dropped(name.text, simplified(name.text, name.length), salt);
}

/* The tree of the pruned model, the rule followed word by word. */
static void
pruned_tree(const Model *model, int type, uint32 salt, Oracle *oracle)
{
	ModelStack *stack = pg_malloc(sizeof(ModelStack));
	ModelLocation location[LOCATIONS_MOST];
	bool		prune[LOCATIONS_MOST] = {false};
	bool		prune_beneath[LOCATIONS_MOST] = {false};

	for (int i = 0; i < model->locations; i++)
	{
		ModelLocation *cut = &location[i];
		int			line;

		*cut = model->location[i];
		for (line = cut->lines - 1; line >= 0; line--)
		{
			if (function_dropped(model, cut->function[line], salt))
				break;
		}
		if (line < 0)
			continue;
		prune_beneath[i] = true;
		if (line == cut->lines - 1)
			prune[i] = true;
		else
		{
			cut->lines -= line + 1;
			memmove(cut->function, cut->function + line + 1, cut->lines * sizeof(int));
		}
	}
	oracle_init(oracle);
	for (int i = 0; i < model->samples; i++)
	{
		const ModelSample *sample = &model->sample[i];
		bool		found_user = false;
		int			from = 0;

		if (sample->value[type] == 0)
			continue;
		for (int at = sample->depth - 1; at >= 0; at--)
		{
			int			id = sample->location[at];

			if (!prune[id] && !prune_beneath[id])
				found_user = true;
			else if (found_user)
			{
				from = prune[id] ? at + 1 : at;
				break;
			}
		}
		stack->count = 0;
		stack->made_count = 0;
		for (int at = sample->depth - 1; at >= from; at--)
			push_location(stack, model, &location[sample->location[at]]);
		if (sample->depth == 0)
			stack->frame[stack->count++] = (PtFrame) {"[no stack]", 10};
		oracle_add(oracle, stack->frame, stack->count, sample->value[type]);
	}
	pg_free(stack);
}

/* Names that mean something to the rule, between others. */
static void
decorate_names(Model *model, Random *random)
{
	static const char *const names[] = {"f(int)", ".f", "..f", "(anonymous namespace)::f(int)", "A::operator()(int)", "operator(", "(",
	"a(anonymous namespace)(anonymous namespace)b(c)", "operator()operator()", "operatoroperator()x(", "(anonymous namespace", ".(x"};

	for (int i = 0; i < model->pool.count; i++)
	{
		if (one_in(random, 2))
		{
			strcpy(model->pool.bytes[i], names[random_below(random, lengthof(names))]);
			model->pool.symbol[i].length = strlen(model->pool.bytes[i]);
		}
	}
}

static bool
prunes(Random *random)
{
	Model	   *model = pg_malloc(sizeof(Model));
	StringInfoData bytes;
	uint8	   *exact;
	PtPprof		file;
	PtError		error;
	Salted		salted = {{salted_drops}, random_below(random, 1000), 0};

	model_make(model, random);
	decorate_names(model, random);
	model_file(model, &bytes, random);
	require(open_file(&file, &bytes, PT_ON_ERROR_FAIL, &exact, &error));
	pt_pprof_prune(&file, &salted.matcher);
	require(salted.asked <= model->functions);
	for (int type = 0; type < model->types; type++)
	{
		Oracle		oracle;

		pruned_tree(model, type, salted.salt, &oracle);
		require(adds(&file, type, NULL, 0, &oracle, random));
		oracle_free(&oracle);
	}
	close_file(&file, exact);
	pfree(bytes.data);
	pg_free(model);
	return true;
}

/* ---- out ---- */

/* The profile that a written file is, unpacked as a whole. */
static PtPprof__Profile *
unpack_whole(const StringInfoData *gzip)
{
	uint8	   *bytes;
	size_t		length;
	PtError		error;
	PtPprof__Profile *profile;

	if (!pt_gunzip((uint8 *) gzip->data, gzip->len, PT_MAX_BYTES, NULL, &bytes, &length, &error))
		return NULL;
	profile = pt_pprof__profile__unpack(NULL, length, bytes);
	pt_free(bytes);
	return profile;
}

static bool
is_string(const PtPprof__Profile *profile, int64 string, const char *text, size_t length)
{
	return string >= 0 && (size_t) string < profile->n_string_table && profile->string_table[string].len == length &&
		(length == 0 || memcmp(profile->string_table[string].data, text, length) == 0);
}

static bool
written_right(const PtPprof__Profile *profile, const PtTree *tree, const PtPprofHeader *header)
{
	uint32		sample = 0;
	uint32	   *open = pg_malloc((tree->depth + 1) * sizeof(uint32));

	require(profile->n_sample_type == 1 && is_string(profile, profile->sample_type[0]->type, header->sample_type.text, header->sample_type.length) &&
			is_string(profile, profile->sample_type[0]->unit, header->unit.text, header->unit.length));
	require(is_string(profile, 0, "", 0));
	/* every string is there once */
	for (size_t i = 0; i < profile->n_string_table; i++)
	{
		for (size_t j = 0; j < i; j++)
			require(!is_string(profile, i, (char *) profile->string_table[j].data, profile->string_table[j].len));
	}
	require(profile->n_location == tree->dictionary.count && profile->n_function == tree->dictionary.count);
	for (uint32 i = 0; i < tree->dictionary.count; i++)
	{
		const PtPprof__Location *location = profile->location[i];
		const PtPprof__Function *function = profile->function[i];
		size_t		length;
		const char *symbol = pt_symbol_text(&tree->dictionary, i, &length);

		require(location->id == i + 1 && location->address == 0 && location->n_line == 1 && location->line[0]->function_id == i + 1);
		require(location->mapping_id == profile->mapping[0]->id);
		require(function->id == i + 1 && function->system_name == 0 && is_string(profile, function->name, symbol, length));
	}
	require(profile->n_mapping == 1 && profile->mapping[0]->id == 1 && profile->mapping[0]->has_functions);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		open[tree->level[i]] = tree->symbol[i];
		if (tree->self[i] == 0)
			continue;
		require(sample < profile->n_sample);
		require(profile->sample[sample]->n_value == 1 && profile->sample[sample]->value[0] == tree->self[i]);
		require(profile->sample[sample]->n_label == 0 && profile->sample[sample]->n_location_id == tree->level[i]);
		for (uint32 at = 0; at < tree->level[i]; at++)
			require(profile->sample[sample]->location_id[at] == open[tree->level[i] - at] + 1);
		sample++;
	}
	require(sample == profile->n_sample);
	require(profile->time_nanos == header->time_nanos && profile->duration_nanos == header->duration_nanos);
	require((profile->period_type != NULL) == header->has_period && profile->period == (header->has_period ? header->period : 0));
	if (header->has_period)
		require(profile->period_type->type == profile->sample_type[0]->type && profile->period_type->unit == profile->sample_type[0]->unit);
	require(profile->n_comment == 0 && profile->drop_frames == 0 && profile->keep_frames == 0 && profile->default_sample_type == 0);
	pg_free(open);
	return true;
}

static bool
writes(Random *random)
{
	Profile		profile;
	Oracle		oracle;
	Oracle		expected;
	StringInfoData bytes;
	StringInfoData gzip;
	StringInfoData again;
	PtTree		tree;
	PtError		error;
	PtPprofHeader header;
	PtPprof__Profile *whole;
	PtPprof		file;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &oracle);
	oracle_encode(&oracle, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));

	memset(&header, 0, sizeof(header));
	header.sample_type = one_in(random, 3) ? profile.pool.symbol[random_below(random, profile.pool.count)] : (PtFrame) {"samples", 7};
	header.unit = one_in(random, 3) ? header.sample_type : (PtFrame) {"count", 5};
	header.time_nanos = one_in(random, 2) ? 0 : (int64) random_bits(random);
	header.duration_nanos = one_in(random, 2) ? 0 : (int64) random_bits(random);
	header.has_period = one_in(random, 2);
	header.period = one_in(random, 3) ? 0 : (int64) random_bits(random);
	initStringInfo(&gzip);
	initStringInfo(&again);
	/* it is appended */
	appendStringInfoString(&again, "abcd");
	require(pt_write_pprof(&tree, &header, NULL, &gzip, NULL, &error));
	require(pt_write_pprof(&tree, &header, NULL, &again, NULL, &error));
	require(again.len == gzip.len + 4 && memcmp(again.data + 4, gzip.data, gzip.len) == 0 && memcmp(again.data, "abcd", 4) == 0);
	whole = unpack_whole(&gzip);
	require(whole != NULL && written_right(whole, &tree, &header));
	pt_pprof__profile__free_unpacked(whole, NULL);

	/* and back: without what has no weight */
	oracle_init(&expected);
	for (size_t i = 0; i < oracle.count; i++)
	{
		PtFrame		frames[STACK_MOST];

		if (oracle.node[i].weight > 0)
			oracle_add(&expected, frames, oracle_frames(&oracle.node[i], frames, STACK_MOST), oracle.node[i].weight);
	}
	require(pt_pprof_open(&file, (uint8 *) gzip.data, gzip.len, NULL, PT_ON_ERROR_FAIL, NULL, 5, &error));
	require(adds(&file, 0, NULL, 0, &expected, random));
	pt_pprof_close(&file);

	pt_tree_free(&tree);
	oracle_free(&oracle);
	oracle_free(&expected);
	profile_free(&profile);
	pfree(bytes.data);
	pfree(gzip.data);
	pfree(again.data);
	return true;
}

/* ---- any bytes ---- */

/* A file changed at random: refused with an error, or read by all alike. */
static bool
changed_bytes(Random *random)
{
	Model	   *model = pg_malloc(sizeof(Model));
	StringInfoData bytes;
	uint8	   *exact;
	PtPprof		file;
	PtError		error;
	bool		opened;

	memset(&error, 0, sizeof(error));
	model_make(model, random);
	model_write(model, &bytes, random);
	for (int changes = 1 + random_below(random, 3); changes > 0 && bytes.len > 0; changes--)
	{
		int			at = random_below(random, bytes.len);

		if (one_in(random, 2))
			bytes.data[at] = (char) random_bits(random);
		else if (one_in(random, 2))
			bytes.data[at] += one_in(random, 2) ? 1 : -1;
		else
			bytes.len = at;
	}
	opened = open_file(&file, &bytes, random_below(random, 3), &exact, &error);
	if (opened && pt_pprof_check_samples(&file, &error))
	{
		for (uint32 type = 0; type < pt_pprof_count(&file, PT_PPROF_SAMPLE_TYPE); type++)
		{
			PtBuilder	builder;

			pt_builder_init(&builder, NULL, 3);
			/* what can still be wrong: values and text */
			if (!pt_pprof_add(&file, type, NULL, 0, &builder, &error))
				require(error.code == PT_BAD_ENCODING || error.code == PT_OUT_OF_RANGE ||
						strstr(error.message, "has the negative value") != NULL);
			pt_builder_free(&builder);
		}
	}
	else
		require(error.code == PT_BAD_BINARY && error.message[0] != '\0');
	close_file(&file, exact);
	pfree(bytes.data);
	pg_free(model);
	return true;
}

/* ---- memory ---- */

static void
repeat(StringInfo out, const char *bytes, size_t length, int times)
{
	for (int i = 0; i < times; i++)
		appendBinaryStringInfo(out, bytes, (int) length);
}

#define REPEAT(out, bytes, times)	repeat(out, bytes, sizeof(bytes) - 1, times)

/* Bytes that are allocated for a file, all types in turn, and what it ends with. */
static uint64
bytes_for(const StringInfoData *bytes, PtErrorCode *code)
{
	uint64		before = pt_alloc_bytes;
	PtPprof		file;
	PtError		error;

	*code = PT_OK;
	if (!pt_pprof_open(&file, (uint8 *) bytes->data, bytes->len, NULL, PT_ON_ERROR_SKIP, NULL, 7, &error) ||
		!pt_pprof_check_samples(&file, &error))
		*code = error.code;
	for (uint32 type = 0; *code == PT_OK && type < pt_pprof_count(&file, PT_PPROF_SAMPLE_TYPE); type++)
	{
		PtBuilder	builder;

		pt_builder_init(&builder, NULL, 1);
		if (!pt_pprof_add(&file, type, NULL, 0, &builder, &error))
			*code = error.code;
		pt_builder_free(&builder);
	}
	pt_pprof_close(&file);
	return pt_alloc_bytes - before;
}

#define FIRST_STRING	"\x32\x00"
#define ONE_TYPE		"\x0a\x00"

/* What is small in a file stays small in memory; sums of all allocations. */
static bool
hostile_sizes(void)
{
	StringInfoData bytes;
	PtErrorCode code;

	initStringInfo(&bytes);
	/* two million strings, of two bytes each: offsets, doubled, and states */
	REPEAT(&bytes, FIRST_STRING, 2000000);
	require(bytes_for(&bytes, &code) < 20 * (uint64) bytes.len && code == PT_OK);
	/* a million samples without stacks: nothing for each but its place */
	resetStringInfo(&bytes);
	REPEAT(&bytes, FIRST_STRING ONE_TYPE, 1);
	REPEAT(&bytes, "\x12\x02\x10\x01", 1000000);
	require(bytes_for(&bytes, &code) < 10 * (uint64) bytes.len && code == PT_OK);
	/* half a million functions, the ids in the wrong order */
	resetStringInfo(&bytes);
	REPEAT(&bytes, FIRST_STRING, 1);
	for (uint32 i = 500000; i > 0; i--)
	{
		appendStringInfoString(&bytes, "\x2a\x05\x08");
		appendStringInfoChar(&bytes, (char) (i | 0x80));
		appendStringInfoChar(&bytes, (char) (i >> 7 | 0x80));
		appendStringInfoChar(&bytes, (char) (i >> 14 | 0x80));
		appendStringInfoChar(&bytes, 0);
	}
	require(bytes_for(&bytes, &code) < 30 * (uint64) bytes.len && code == PT_OK);
	/* one message of six megabytes that would take more than a hundred */
	resetStringInfo(&bytes);
	REPEAT(&bytes, FIRST_STRING ONE_TYPE "\x12\x80\x9b\xee\x02", 1);
	REPEAT(&bytes, "\x08\x01", 3000000);
	require(bytes_for(&bytes, &code) <= PT_PPROF_MAX_MESSAGE + 1000000 && code == PT_BEYOND_LIMIT);
	/* a location of 100,000 frames that 100,000 samples refer to */
	resetStringInfo(&bytes);
	REPEAT(&bytes, FIRST_STRING ONE_TYPE "\x2a\x02\x08\x01" "\x22\x82\xb5\x18\x08\x01", 1);
	REPEAT(&bytes, "\x22\x02\x08\x01", 100000);
	REPEAT(&bytes, "\x12\x04\x08\x01\x10\x01", UNDER_SANITIZER ? 100 : 1000);
	require(bytes_for(&bytes, &code) < 100000000 && code == PT_OK);
	pfree(bytes.data);
	return true;
}

/* The file packed: what it ends with, and at most so many bytes allocated. */
static bool
packed_is(const StringInfoData *bytes, PtErrorCode expected, uint64 most)
{
	StringInfoData packed;
	PtErrorCode code;
	uint64		allocated;

	initStringInfo(&packed);
	append_gzip(&packed, bytes->data, bytes->len);
	allocated = bytes_for(&packed, &code);
	if (code != expected || allocated > most)
		diagnose("%d bytes in %d: ends with %d, " UINT64_FORMAT " bytes", bytes->len, packed.len, code, allocated);
	pfree(packed.data);
	return code == expected && allocated <= most;
}

/* A profile without samples: locations 1, of so many frames, and 2 to 4. */
static void
inlined(StringInfo bytes, uint32 lines)
{
	uint32		length = 2 + 4 * lines;

	resetStringInfo(bytes);
	REPEAT(bytes, FIRST_STRING ONE_TYPE "\x2a\x02\x08\x01" "\x22\x04\x08\x02\x18\x01" "\x22\x04\x08\x03\x18\x02" "\x22\x04\x08\x04\x18\x03", 1);
	appendStringInfoChar(bytes, 0x22);
	for (; length >= 0x80; length >>= 7)
		appendStringInfoChar(bytes, (char) (length | 0x80));
	appendStringInfoChar(bytes, (char) length);
	REPEAT(bytes, "\x08\x01", 1);
	REPEAT(bytes, "\x22\x02\x08\x01", (int) lines);
}

/* Bytes that pack to nothing buy little; long stacks as such are no harm. */
static bool
hostile_gzip(void)
{
	StringInfoData bytes;
	char		zeros[5000] = {0};

	initStringInfo(&bytes);
	/* 40 MB of zeros in a field that nobody knows */
	REPEAT(&bytes, FIRST_STRING ONE_TYPE, 1);
	for (int i = 0; i < 8000; i++)
	{
		appendBinaryStringInfo(&bytes, "\x82\x01\x88\x27", 4);
		appendBinaryStringInfo(&bytes, zeros, sizeof(zeros));
	}
	require(packed_is(&bytes, PT_BEYOND_LIMIT, 60000000));
	/* with a quarter of that three stacks may have 300,000 frames each, but not six */
	for (int stacks = 3; stacks <= 6; stacks += 3)
	{
		inlined(&bytes, 300000);
		for (int i = 0; i < 2000; i++)
		{
			appendBinaryStringInfo(&bytes, "\x82\x01\x88\x27", 4);
			appendBinaryStringInfo(&bytes, zeros, sizeof(zeros));
		}
		REPEAT(&bytes, "\x12\x06\x0a\x02\x01\x02\x10\x01" "\x12\x06\x0a\x02\x01\x03\x10\x01" "\x12\x06\x0a\x02\x01\x04\x10\x01", 1);
		if (stacks == 6)
			REPEAT(&bytes, "\x12\x07\x0a\x03\x01\x02\x02\x10\x01" "\x12\x07\x0a\x03\x01\x02\x03\x10\x01" "\x12\x07\x0a\x03\x01\x02\x04\x10\x01", 1);
		require(packed_is(&bytes, stacks == 3 ? PT_OK : PT_BEYOND_LIMIT, 300000000));
	}
	/* one stack of 300,000 frames 200,000 times is one walk */
	inlined(&bytes, 300000);
	REPEAT(&bytes, "\x12\x06\x0a\x02\x01\x02\x10\x01", 200000);
	require(packed_is(&bytes, PT_OK, 150000000));
	/* 120 types of 100,000 samples */
	if (!UNDER_SANITIZER)
	{
		resetStringInfo(&bytes);
		REPEAT(&bytes, FIRST_STRING, 1);
		REPEAT(&bytes, ONE_TYPE, 120);
		for (int i = 0; i < 100000; i++)
		{
			appendBinaryStringInfo(&bytes, "\x12\x7a\x12\x78", 4);
			REPEAT(&bytes, "\x01", 120);
		}
		require(packed_is(&bytes, PT_BEYOND_LIMIT, 100000000));
	}
	pfree(bytes.data);
	return true;
}

/* Many functions of one name: it is asked about once. */
static bool
asked_once(void)
{
	StringInfoData bytes;
	PtPprof		file;
	PtError		error;
	Salted		salted = {{salted_drops}, 1, 0};

	initStringInfo(&bytes);
	REPEAT(&bytes, FIRST_STRING "\x32\x01" "a" "\x32\x01" "b", 1);
	for (char i = 1; i <= 100; i++)
	{
		REPEAT(&bytes, "\x2a\x04\x08", 1);
		appendStringInfoChar(&bytes, i);
		appendStringInfoChar(&bytes, 0x10);
		appendStringInfoChar(&bytes, i % 3);
	}
	require(pt_pprof_open(&file, (uint8 *) bytes.data, bytes.len, NULL, PT_ON_ERROR_FAIL, NULL, 7, &error));
	require(pt_pprof_count(&file, PT_PPROF_FUNCTION) == 100);
	pt_pprof_prune(&file, &salted.matcher);
	require(salted.asked == 2);
	pt_pprof_close(&file);
	pfree(bytes.data);
	return true;
}

int
main(void)
{
	run_cases("files of all shapes say what the model says", CASES(3000), reads);
	run_cases("samples are grouped by the values of a label", CASES(2000), groups_by_label);
	run_cases("prune follows the reference's rule", CASES(3000), prunes);
	run_cases("a written file is right in every field, and reads back", CASES(1500), writes);
	run_cases("a changed file is refused or read", CASES(20000), changed_bytes);
	report(hostile_sizes(), "memory is bounded by the bytes of the file");
	report(hostile_gzip(), "memory and time are bounded by the bytes of gzip");
	report(asked_once(), "prune asks once for each string");
	return finish();
}
