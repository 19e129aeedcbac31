/*-------------------------------------------------------------------------
 *
 * pprof_model.h
 *		Random pprof files, written by the format's description alone, and
 *		what they say, in the plainest way.
 *
 *-------------------------------------------------------------------------
 */
#ifndef UNIT_PPROF_MODEL_H
#define UNIT_PPROF_MODEL_H

#include "support.h"
#include "pprof.h"

#define TYPES_MOST		4
#define FUNCTIONS_MOST	12
#define MAPPINGS_MOST	3
#define LOCATIONS_MOST	15
#define LINES_MOST		4
#define SAMPLES_MOST	40
#define DEPTH_MOST		8
#define LABELS_MOST		3
#define STRINGS_MOST	400
#define NAME_MOST		80

typedef struct ModelLabel
{
	int			key;			/* 0 and 1: keys "k" and "l" */
	int			value;			/* of the pool, -1: a number */
	int64		number;
	int			unit;			/* of the pool, -1: none */
} ModelLabel;

typedef struct ModelSample
{
	int			depth;
	int			location[DEPTH_MOST];	/* leaf first */
	int64		value[TYPES_MOST];
	int			labels;
	ModelLabel	label[LABELS_MOST];
} ModelSample;

typedef struct ModelLocation
{
	uint64		id;
	uint64		address;
	int			mapping;		/* -1: none, -2: one that is not there */
	int			lines;
	int			function[LINES_MOST];	/* innermost first */
} ModelLocation;

/* Names are numbers of symbols in the pool, -1 for none. */
typedef struct Model
{
	Pool		pool;
	int			types;
	int			type[TYPES_MOST];
	int			unit[TYPES_MOST];
	int			default_type;	/* of the pool, -1: not told */
	int			functions;
	uint64		function_id[FUNCTIONS_MOST];
	int			name[FUNCTIONS_MOST];
	int			system_name[FUNCTIONS_MOST];
	int			mappings;
	uint64		mapping_id[MAPPINGS_MOST];
	int			file[MAPPINGS_MOST];
	int			locations;
	ModelLocation location[LOCATIONS_MOST];
	int			samples;
	ModelSample sample[SAMPLES_MOST];
} Model;

/* ---- making one ---- */

/* ids from 1 in order, or any that differ */
static inline void
ids_make(uint64 *ids, size_t step, int count, Random *random)
{
	int			style = random_below(random, 3);

	for (int i = 0; i < count; i++)
	{
		uint64		id = i + 1;

		if (style == 1)
			id = count - i;
		else if (style == 2)
			id = (random_bits(random) << 8) + i + 1;
		*(uint64 *) ((char *) ids + i * step) = id;
	}
}

static inline int
any_name(const Model *model, Random *random, uint32 none_in)
{
	return one_in(random, none_in) ? -1 : (int) random_below(random, model->pool.count);
}

/* Names that are paths, between others. */
static inline void
paths_make(Pool *pool, Random *random)
{
	static const char *const paths[] = {"/usr/lib/libc.so.6", "a/b", "/usr/bin/", "/", "//x", "[kernel.kallsyms]_text"};

	for (int i = 0; i < pool->count; i++)
	{
		if (one_in(random, 6))
		{
			strcpy(pool->bytes[i], paths[random_below(random, lengthof(paths))]);
			pool->symbol[i].length = strlen(pool->bytes[i]);
		}
	}
}

static inline void
model_make(Model *model, Random *random)
{
	memset(model, 0, sizeof(*model));
	pt_core_encoding = one_in(random, 4) ? PG_SQL_ASCII : PG_UTF8;
	pool_make(&model->pool, random);
	paths_make(&model->pool, random);
	model->types = 1 + random_below(random, TYPES_MOST);
	for (int i = 0; i < model->types; i++)
	{
		model->type[i] = any_name(model, random, 20);
		model->unit[i] = any_name(model, random, 20);
	}
	model->default_type = one_in(random, 2) ? model->type[random_below(random, model->types)] : any_name(model, random, 2);
	model->functions = 1 + random_below(random, FUNCTIONS_MOST);
	ids_make(model->function_id, sizeof(uint64), model->functions, random);
	for (int i = 0; i < model->functions; i++)
	{
		model->name[i] = any_name(model, random, 8);
		model->system_name[i] = any_name(model, random, 2);
	}
	model->mappings = random_below(random, MAPPINGS_MOST + 1);
	ids_make(model->mapping_id, sizeof(uint64), model->mappings, random);
	for (int i = 0; i < model->mappings; i++)
		model->file[i] = any_name(model, random, 4);
	model->locations = 1 + random_below(random, LOCATIONS_MOST);
	ids_make(&model->location[0].id, sizeof(ModelLocation), model->locations, random);
	for (int i = 0; i < model->locations; i++)
	{
		ModelLocation *location = &model->location[i];

		location->address = one_in(random, 3) ? 0 : random_bits(random) >> random_below(random, 64);
		location->mapping = one_in(random, 10) ? -2 : (int) random_below(random, model->mappings + 1) - 1;
		location->lines = one_in(random, 4) ? (int) random_below(random, LINES_MOST + 1) : 1;
		for (int j = 0; j < location->lines; j++)
			location->function[j] = random_below(random, model->functions);
	}
	model->samples = one_in(random, 20) ? 0 : 1 + random_below(random, SAMPLES_MOST);
	for (int i = 0; i < model->samples; i++)
	{
		ModelSample *sample = &model->sample[i];

		sample->depth = random_below(random, DEPTH_MOST + 1);
		for (int j = 0; j < sample->depth; j++)
			sample->location[j] = random_below(random, model->locations);
		for (int j = 0; j < model->types; j++)
			sample->value[j] = one_in(random, 3) ? 0 : (int64) (random_bits(random) >> (10 + random_below(random, 54)));
		sample->labels = one_in(random, 2) ? 0 : random_below(random, LABELS_MOST + 1);
		for (int j = 0; j < sample->labels; j++)
		{
			ModelLabel *label = &sample->label[j];

			label->key = random_below(random, 2);
			label->value = any_name(model, random, 2);
			label->number = one_in(random, 3) ? (int64) random_bits(random) : (int64) random_below(random, 3);
			label->unit = any_name(model, random, 2);
		}
	}
}

/* ---- writing it ---- */

static inline void
put_varint(StringInfo out, uint64 value, Random *random)
{
	int			bytes = 1;

	while (value >= 0x80)
	{
		appendStringInfoChar(out, (char) (value | 0x80));
		value >>= 7;
		bytes++;
	}
	/* now and then longer than need be, as far as all readers take it */
	if (random != NULL && one_in(random, 50) && bytes < 5)
	{
		appendStringInfoChar(out, (char) (value | 0x80));
		value = 0;
	}
	appendStringInfoChar(out, (char) value);
}

/* A field that nobody knows. */
static inline void
put_unknown(StringInfo out, Random *random)
{
	int			type = random_below(random, 4);
	static const int wire_types[] = {0, 1, 2, 5};

	put_varint(out, (uint64) (20 + random_below(random, 1000)) << 3 | wire_types[type], random);
	switch (wire_types[type])
	{
		case 0:
			put_varint(out, random_bits(random), random);
			break;
		case 1:
			appendBinaryStringInfo(out, "12345678", 8);
			break;
		case 2:
			appendBinaryStringInfo(out, "\003abc", 4);
			break;
		default:
			appendBinaryStringInfo(out, "1234", 4);
			break;
	}
}

/* what is 0 is left out or not */
static inline void
put_number(StringInfo out, int field, uint64 value, Random *random)
{
	if (one_in(random, 40))
		put_unknown(out, random);
	if (value == 0 && one_in(random, 2))
		return;
	put_varint(out, field << 3, random);
	put_varint(out, value, random);
}

static inline void
put_bytes(StringInfo out, int field, const char *bytes, size_t length, Random *random)
{
	put_varint(out, field << 3 | 2, random);
	put_varint(out, length, random);
	appendBinaryStringInfo(out, bytes, (int) length);
}

/* takes the message's memory */
static inline void
put_message(StringInfo out, int field, StringInfo message, Random *random)
{
	put_bytes(out, field, message->data, message->len, random);
	pfree(message->data);
}

/* packed, one by one, or in several parts */
static inline void
put_numbers(StringInfo out, int field, const uint64 *values, int count, Random *random)
{
	int			at = 0;

	while (at < count)
	{
		int			part = 1 + random_below(random, count - at);
		StringInfoData packed;

		if (one_in(random, 3))
		{
			put_varint(out, field << 3, random);
			put_varint(out, values[at++], random);
			continue;
		}
		initStringInfo(&packed);
		for (int end = at + part; at < end; at++)
			put_varint(&packed, values[at], random);
		put_message(out, field, &packed, random);
	}
}

typedef struct Strings
{
	PtFrame		text[STRINGS_MOST];
	int			count;
} Strings;

/* the string of a text, a new one now and then though there is one; "" is the first */
static inline uint64
string_put(Strings *strings, const char *text, size_t length, Random *random)
{
	if (length == 0)
		return 0;
	for (int i = 0; i < strings->count; i++)
	{
		if (strings->text[i].length == length && memcmp(strings->text[i].text, text, length) == 0 &&
			(!one_in(random, 10) || strings->count > STRINGS_MOST - 10))
			return i;
	}
	if (strings->count == STRINGS_MOST)
		abort();
	strings->text[strings->count] = (PtFrame) {text, length};
	return strings->count++;
}

static inline uint64
name_put(Strings *strings, const Model *model, int name, Random *random)
{
	if (name < 0)
		return 0;
	return string_put(strings, model->pool.symbol[name].text, model->pool.symbol[name].length, random);
}

static inline void
put_type(StringInfo out, int field, uint64 type, uint64 unit, Random *random)
{
	StringInfoData message;

	initStringInfo(&message);
	put_number(&message, 1, type, random);
	put_number(&message, 2, unit, random);
	put_message(out, field, &message, random);
}

static inline void
put_sample(StringInfo out, const Model *model, const ModelSample *sample, Strings *strings, Random *random)
{
	StringInfoData message;
	uint64		numbers[DEPTH_MOST + TYPES_MOST];

	initStringInfo(&message);
	for (int i = 0; i < sample->depth; i++)
		numbers[i] = model->location[sample->location[i]].id;
	put_numbers(&message, 1, numbers, sample->depth, random);
	for (int i = 0; i < model->types; i++)
		numbers[i] = sample->value[i];
	put_numbers(&message, 2, numbers, model->types, random);
	for (int i = 0; i < sample->labels; i++)
	{
		const ModelLabel *label = &sample->label[i];
		StringInfoData inner;

		initStringInfo(&inner);
		put_number(&inner, 1, string_put(strings, label->key == 0 ? "k" : "l", 1, random), random);
		if (label->value >= 0)
			put_number(&inner, 2, name_put(strings, model, label->value, random), random);
		else
		{
			put_number(&inner, 3, label->number, random);
			put_number(&inner, 4, name_put(strings, model, label->unit, random), random);
		}
		put_message(&message, 3, &inner, random);
	}
	put_message(out, 2, &message, random);
}

static inline void
put_location(StringInfo out, const Model *model, const ModelLocation *location, Random *random)
{
	StringInfoData message;

	initStringInfo(&message);
	put_number(&message, 1, location->id, random);
	put_number(&message, 2, location->mapping >= 0 ? model->mapping_id[location->mapping] :
			   location->mapping == -2 ? UINT64CONST(1) << 60 : 0, random);
	put_number(&message, 3, location->address, random);
	for (int i = 0; i < location->lines; i++)
	{
		StringInfoData inner;

		initStringInfo(&inner);
		put_number(&inner, 1, model->function_id[location->function[i]], random);
		put_number(&inner, 2, random_below(random, 1000), random);
		put_message(&message, 4, &inner, random);
	}
	put_message(out, 4, &message, random);
}

/* one kind of fields; the string table comes when all strings are known */
static inline void
put_section(StringInfo out, const Model *model, int section, Strings *strings, Random *random)
{
	switch (section)
	{
		case 0:
			for (int i = 0; i < model->types; i++)
				put_type(out, 1, name_put(strings, model, model->type[i], random),
						 name_put(strings, model, model->unit[i], random), random);
			break;
		case 1:
			for (int i = 0; i < model->samples; i++)
				put_sample(out, model, &model->sample[i], strings, random);
			break;
		case 2:
			for (int i = 0; i < model->mappings; i++)
			{
				StringInfoData message;

				initStringInfo(&message);
				put_number(&message, 1, model->mapping_id[i], random);
				put_number(&message, 5, name_put(strings, model, model->file[i], random), random);
				put_number(&message, 7, 1, random);
				put_message(out, 3, &message, random);
			}
			break;
		case 3:
			for (int i = 0; i < model->locations; i++)
				put_location(out, model, &model->location[i], random);
			break;
		case 4:
			for (int i = 0; i < model->functions; i++)
			{
				StringInfoData message;

				initStringInfo(&message);
				put_number(&message, 1, model->function_id[i], random);
				put_number(&message, 2, name_put(strings, model, model->name[i], random), random);
				put_number(&message, 3, name_put(strings, model, model->system_name[i], random), random);
				put_number(&message, 5, i, random);
				put_message(out, 5, &message, random);
			}
			break;
		default:
			put_number(out, 14, name_put(strings, model, model->default_type, random), random);
			break;
	}
}

/* Write the file, its sections in any order; fresh StringInfo. */
static inline void
model_write(const Model *model, StringInfo out, Random *random)
{
	int			order[] = {0, 1, 2, 3, 4, 5};
	StringInfoData sections[lengthof(order)];
	int			table = random_below(random, lengthof(order) + 1);
	Strings		strings;

	strings.text[0] = (PtFrame) {"", 0};
	strings.count = 1;
	for (size_t i = 0; i < lengthof(order); i++)
	{
		size_t		other = one_in(random, 2) ? i : random_below(random, i + 1);

		order[i] = order[other];
		order[other] = (int) i;
	}
	for (size_t i = 0; i < lengthof(order); i++)
	{
		initStringInfo(&sections[i]);
		put_section(&sections[i], model, order[i], &strings, random);
	}
	initStringInfo(out);
	for (int i = 0; i <= (int) lengthof(order); i++)
	{
		if (i == table)
		{
			for (int j = 0; j < strings.count; j++)
				put_bytes(out, 6, strings.text[j].text, strings.text[j].length, random);
		}
		if (i < (int) lengthof(order))
		{
			appendBinaryStringInfo(out, sections[i].data, sections[i].len);
			pfree(sections[i].data);
		}
		if (one_in(random, 5))
			put_unknown(out, random);
	}
}

/* ---- what it says ---- */

/* Frames with names made for them. */
typedef struct ModelStack
{
	PtFrame		frame[DEPTH_MOST * LINES_MOST + 1];
	uint32		count;
	char		made[DEPTH_MOST * LINES_MOST][SYMBOL_MOST + NAME_MOST];
	int			made_count;
} ModelStack;

static inline void
push_address(ModelStack *stack, const Model *model, const ModelLocation *location, const char *unknown)
{
	PtFrame    *frame = &stack->frame[stack->count++];
	const char *binary = "";
	size_t		length = 0;
	char	   *made = stack->made[stack->made_count++];

	if (location->mapping >= 0 && model->file[location->mapping] >= 0)
	{
		PtFrame		path = model->pool.symbol[model->file[location->mapping]];

		binary = path.text;
		length = path.length;
		for (size_t i = 0; i < path.length; i++)
		{
			if (path.text[i] == '/')
			{
				binary = path.text + i + 1;
				length = path.length - i - 1;
			}
		}
	}
	if (length == 0 && location->address == 0)
	{
		*frame = (PtFrame) {unknown, strlen(unknown)};
		return;
	}
	memcpy(made, binary, length);
	sprintf(made + length, length > 0 ? "+0x%llx" : "0x%llx", (unsigned long long) location->address);
	*frame = (PtFrame) {made, length + strlen(made + length)};
}

static inline void
push_line(ModelStack *stack, const Model *model, const ModelLocation *location, int line)
{
	int			function = location->function[line];
	int			name = model->name[function];

	if (name < 0 || model->pool.symbol[name].length == 0)
		name = model->system_name[function];
	if (name < 0 || model->pool.symbol[name].length == 0)
		push_address(stack, model, location, "");
	else
		stack->frame[stack->count++] = model->pool.symbol[name];
}

static inline void
push_location(ModelStack *stack, const Model *model, const ModelLocation *location)
{
	if (location->lines == 0)
		push_address(stack, model, location, "[unknown]");
	for (int line = location->lines - 1; line >= 0; line--)
		push_line(stack, model, location, line);
}

static inline void
sample_stack(const Model *model, const ModelSample *sample, ModelStack *stack)
{
	stack->count = 0;
	stack->made_count = 0;
	for (int i = sample->depth - 1; i >= 0; i--)
		push_location(stack, model, &model->location[sample->location[i]]);
	if (sample->depth == 0)
		stack->frame[stack->count++] = (PtFrame) {"[no stack]", 10};
}

/* The tree of some type, of the samples that "take" wants. */
static inline void
model_tree(const Model *model, int type, bool (*take) (const Model *model, const ModelSample *sample, void *what), void *what,
		   Oracle *oracle)
{
	ModelStack *stack = pg_malloc(sizeof(ModelStack));

	oracle_init(oracle);
	for (int i = 0; i < model->samples; i++)
	{
		const ModelSample *sample = &model->sample[i];

		if (sample->value[type] == 0 || (take != NULL && !take(model, sample, what)))
			continue;
		sample_stack(model, sample, stack);
		oracle_add(oracle, stack->frame, stack->count, sample->value[type]);
	}
	pg_free(stack);
}

#endif							/* UNIT_PPROF_MODEL_H */
