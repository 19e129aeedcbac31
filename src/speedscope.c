/*-------------------------------------------------------------------------
 *
 * speedscope.c
 *		Speedscope's own file format.
 *
 * In.  What a profile's values mean is only known at its end, as keys come in
 * any order.  So until then its frames, events and the digits of its values
 * are kept, at most as many bytes as the file has for the values and a few
 * times as many for the rest; then they become nodes of a draft, and the next
 * profile takes their place.  Which frames there are may come last of all.
 *
 * Out.  Walking the nodes in preorder, a frame opens at the sum of all self
 * weights before it and closes where that sum has got to when the walk leaves
 * it.
 *
 *-------------------------------------------------------------------------
 */
#include "speedscope.h"

#include "draft.h"
#include "json_read.h"
#include "json_text.h"

/* ---- units ---- */

typedef struct Unit
{
	const char *name;
	const char *kind;			/* only values of one kind can be added up */
	int			shift;			/* times 10^shift gives what we count in */
	bool		whole;			/* fractions make no sense */
} Unit;

static const Unit units[] = {
	{"none", "none", 0, true},
	{"bytes", "bytes", 0, true},
	{"seconds", "time", 9, false},
	{"milliseconds", "time", 6, false},
	{"microseconds", "time", 3, false},
	{"nanoseconds", "time", 0, false}
};

/* the unit of a name, or NULL */
static const Unit *
find_unit(const char *name)
{
	for (size_t i = 0; i < lengthof(units); i++)
	{
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

/* ---- in: the document ---- */

typedef enum Place
{
	OTHER,
	FRAME,
	FRAME_NAME,
	PROFILES,
	PROFILE,
	TYPE,
	PROFILE_NAME,
	UNIT,
	SAMPLE,
	SAMPLE_FRAME,
	WEIGHT,
	EVENT,
	EVENT_TYPE,
	EVENT_FRAME,
	EVENT_AT
} Place;

#define END_OF_KEYS	{NULL, PT_JSON_NOTHING, OTHER, NULL}

static const PtJsonPlace frame_keys[] = {{"name", PT_JSON_STRING, FRAME_NAME, NULL}, END_OF_KEYS};
static const PtJsonPlace frame = {NULL, PT_JSON_OBJECT, FRAME, frame_keys};
static const PtJsonPlace shared_keys[] = {{"frames", PT_JSON_ARRAY, OTHER, &frame}, END_OF_KEYS};
static const PtJsonPlace sample_frame = {NULL, PT_JSON_NUMBER, SAMPLE_FRAME, NULL};
static const PtJsonPlace sample = {NULL, PT_JSON_ARRAY, SAMPLE, &sample_frame};
static const PtJsonPlace weight = {NULL, PT_JSON_NUMBER, WEIGHT, NULL};
static const PtJsonPlace event_keys[] = {
	{"type", PT_JSON_STRING, EVENT_TYPE, NULL},
	{"frame", PT_JSON_NUMBER, EVENT_FRAME, NULL},
	{"at", PT_JSON_NUMBER, EVENT_AT, NULL},
	END_OF_KEYS
};
static const PtJsonPlace event = {NULL, PT_JSON_OBJECT, EVENT, event_keys};
static const PtJsonPlace profile_keys[] = {
	{"type", PT_JSON_STRING, TYPE, NULL},
	{"name", PT_JSON_STRING, PROFILE_NAME, NULL},
	{"unit", PT_JSON_STRING, UNIT, NULL},
	{"samples", PT_JSON_ARRAY, OTHER, &sample},
	{"weights", PT_JSON_ARRAY, OTHER, &weight},
	{"events", PT_JSON_ARRAY, OTHER, &event},
	END_OF_KEYS
};
static const PtJsonPlace profile = {NULL, PT_JSON_OBJECT, PROFILE, profile_keys};
static const PtJsonPlace keys[] = {
	{"shared", PT_JSON_OBJECT, OTHER, shared_keys},
	{"profiles", PT_JSON_ARRAY, PROFILES, &profile},
	END_OF_KEYS
};
static const PtJsonPlace document = {"speedscope file", PT_JSON_OBJECT, OTHER, keys};

/* Values as they are written, each with its NUL, one behind the other. */
typedef struct Digits
{
	char	   *text;
	size_t		used;
	size_t		capacity;
	size_t		count;
} Digits;

/* Frames are kept as names of the draft, whose first one is not in the file. */
#define NO_STACK		0
#define NO_STACK_NAME	"[no stack]"
#define NAME_OF(frame)	((uint32) (frame) + 1)

typedef struct Event
{
	uint32		name;
	bool		opens;
} Event;

#define WHERE_SIZE		80		/* bytes that where() needs at most */

typedef struct Reader
{
	PtTree		draft;
	const char *wanted;			/* name of the profiles to take; NULL: all */
	size_t		profiles;		/* met so far */
	size_t		taken;
	const Unit *first_unit;		/* of those taken */
	char		others[200];	/* names of some that are not, for a hint */
	bool		has_profiles;

	/* the greatest frame, and where it was met */
	uint32		greatest;
	char		greatest_at[WHERE_SIZE];

	/* the frame at present */
	bool		frame_has_name;

	/* the profile at present */
	bool		is_wanted;
	char		type[16];
	const Unit *unit;
	char		unit_name[PT_CLIP_SIZE];
	uint32	   *frame;			/* of all samples, one behind the other */
	size_t		frames;
	size_t		frames_capacity;
	size_t	   *sample_end;		/* [samples] where in frame each ends */
	size_t		samples;
	size_t		samples_capacity;
	Digits		weights;
	Event	   *event;
	size_t		events;
	size_t		events_capacity;
	Digits		times;			/* of the events */

	/* the event at present */
	bool		event_has_type;
	bool		event_has_frame;
	bool		event_has_time;

	/* the nodes open at present, from level 1 at [0] */
	uint32	   *open;
	size_t		open_capacity;
} Reader;

/* "profile 0, event 7", both counted from 0, for a message */
#define WHERE(what, number)	where(reader, what, number, (char[WHERE_SIZE]) {0})

static const char *
where(const Reader *reader, const char *what, size_t number, char *buffer)
{
	snprintf(buffer, WHERE_SIZE, "profile %zu, %s %zu", reader->profiles, what, number);
	return buffer;
}

static void
keep_digits(Reader *reader, Digits *digits, const char *value)
{
	size_t		length = strlen(value) + 1;

	digits->text = pt_grow(reader->draft.memory, digits->text, &digits->capacity,
						   digits->used + length, 1);
	memcpy(digits->text + digits->used, value, length);
	digits->used += length;
	digits->count++;
}

/* A frame's number, of the event or sample that is being read. */
static bool
read_frame(Reader *reader, const char *value, const char *what, size_t number, uint32 *name,
		   PtError *error)
{
	int64		frame_number;

	if (pt_json_whole(value, &frame_number) != PT_WHOLE || frame_number < 0 || frame_number >= PG_INT32_MAX)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s has an invalid frame number",
					   WHERE(what, number));
	*name = NAME_OF(frame_number);
	if (*name > reader->greatest)
	{
		reader->greatest = *name;
		where(reader, what, number, reader->greatest_at);
	}
	return true;
}

/* Remember the name of a profile that is not taken. */
static void
note_other(Reader *reader, const char *name)
{
	char		clipped[PT_CLIP_SIZE];
	size_t		used = strlen(reader->others);
	size_t		room = sizeof(reader->others) - used;
	size_t		length;

	if (used > 0 && reader->others[used - 1] == '.')
		return;
	pt_clip(clipped, name, strlen(name));
	length = strlen(clipped) + (used > 0 ? 4 : 2);
	/* the last bytes are for telling that there are more */
	if (length + 5 < room)
		sprintf(reader->others + used, "%s\"%s\"", used > 0 ? ", " : "", clipped);
	else
		strcpy(reader->others + used, ", ...");
}

static bool finish_profile(Reader *reader, PtError *error);

static bool
take_profile(Reader *reader, PtJsonEvent at, PtError *error)
{
	if (at == PT_JSON_BEGIN)
	{
		reader->is_wanted = reader->wanted == NULL;
		reader->type[0] = '\0';
		reader->unit = NULL;
		reader->unit_name[0] = '\0';
		reader->frames = 0;
		reader->samples = 0;
		reader->weights.used = reader->weights.count = 0;
		reader->events = 0;
		reader->times.used = reader->times.count = 0;
		return true;
	}
	if (reader->is_wanted)
	{
		reader->taken++;
		if (!finish_profile(reader, error))
			return false;
	}
	reader->profiles++;
	return true;
}

static bool
take_event(Reader *reader, PtJsonEvent at, PtError *error)
{
	if (at == PT_JSON_BEGIN)
	{
		reader->event_has_type = reader->event_has_frame = reader->event_has_time = false;
		reader->event = pt_grow(reader->draft.memory, reader->event, &reader->events_capacity,
								reader->events + 1, sizeof(Event));
		return true;
	}
	if (!reader->event_has_type || !reader->event_has_frame || !reader->event_has_time)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s lacks \"%s\"",
					   WHERE("event", reader->events),
					   !reader->event_has_type ? "type" : !reader->event_has_frame ? "frame" : "at");
	reader->events++;
	return true;
}

static bool
take(void *state, int id, PtJsonEvent at, const char *value, PtError *error)
{
	Reader	   *reader = (Reader *) state;
	PtMemory	memory = reader->draft.memory;

	switch ((Place) id)
	{
		case FRAME:
			if (at == PT_JSON_END && !reader->frame_has_name)
				return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: frame %u has no name",
							   reader->draft.dictionary.count - 1);
			reader->frame_has_name = false;
			return true;
		case FRAME_NAME:
			reader->frame_has_name = true;
			return pt_draft_name(&reader->draft, value, strlen(value), error);
		case PROFILES:
			reader->has_profiles = true;
			return true;
		case PROFILE:
			return take_profile(reader, at, error);
		case TYPE:
			strlcpy(reader->type, value, sizeof(reader->type));
			return true;
		case PROFILE_NAME:
			if (reader->wanted == NULL)
				return true;
			reader->is_wanted = strcmp(reader->wanted, value) == 0;
			if (!reader->is_wanted)
				note_other(reader, value);
			return true;
		case UNIT:
			reader->unit = find_unit(value);
			pt_clip(reader->unit_name, value, strlen(value));
			return true;
		case SAMPLE:
			if (at == PT_JSON_END)
			{
				reader->sample_end = pt_grow(memory, reader->sample_end, &reader->samples_capacity,
											 reader->samples + 1, sizeof(size_t));
				reader->sample_end[reader->samples++] = reader->frames;
			}
			return true;
		case SAMPLE_FRAME:
			reader->frame = pt_grow(memory, reader->frame, &reader->frames_capacity,
									reader->frames + 1, sizeof(uint32));
			return read_frame(reader, value, "sample", reader->samples, &reader->frame[reader->frames++], error);
		case WEIGHT:
			keep_digits(reader, &reader->weights, value);
			return true;
		case EVENT:
			return take_event(reader, at, error);
		case EVENT_TYPE:
			reader->event_has_type = true;
			reader->event[reader->events].opens = strcmp(value, "O") == 0;
			if (reader->event[reader->events].opens || strcmp(value, "C") == 0)
				return true;
			return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s neither opens nor closes a frame",
						   WHERE("event", reader->events));
		case EVENT_FRAME:
			reader->event_has_frame = true;
			return read_frame(reader, value, "event", reader->events, &reader->event[reader->events].name, error);
		case EVENT_AT:
			reader->event_has_time = true;
			keep_digits(reader, &reader->times, value);
			return true;
		case OTHER:
			break;
	}
	return true;
}

/* ---- in: a profile ---- */

/* A value of the profile in what we count in. */
static bool
read_value(const Reader *reader, const char *digits, const char *what, size_t number,
		   PtDecimal *value, PtError *error)
{
	bool		exact;

	if (!pt_json_decimal(digits, reader->unit->shift, value, &exact))
		return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: %s of a speedscope file", WHERE(what, number));
	if (reader->unit->whole && (!exact || *value % PT_DECIMAL_ONE != 0))
	{
		pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s: a value of unit \"%s\" is not whole",
				WHERE(what, number), reader->unit->name);
		return pt_fail_hint(error, "Values of other units than time are not rounded.");
	}
	return true;
}

/* half up, also below 0 */
static inline PtDecimal
rounded(PtDecimal value)
{
	PtDecimal	up = value + PT_DECIMAL_ONE / 2;
	PtDecimal	whole = up / PT_DECIMAL_ONE;

	return whole - (up % PT_DECIMAL_ONE < 0);
}

/* Open a frame below the first "level" ones that are open. */
static bool
open_frame(Reader *reader, size_t level, uint32 name, PtError *error)
{
	/* one too deep is refused long before it passes 32 bits */
	if (!pt_draft_node(&reader->draft, (uint32) (level + 1), name, error))
		return false;
	reader->open = pt_grow(reader->draft.memory, reader->open, &reader->open_capacity,
						   level + 1, sizeof(uint32));
	reader->open[level] = reader->draft.node_count - 1;
	return true;
}

static bool
add_samples(Reader *reader, PtError *error)
{
	static const uint32 no_stack[] = {NO_STACK};
	const char *digits = reader->weights.text;
	const uint32 *last = NULL;	/* the stack added last */
	size_t		last_count = 0;
	PtDecimal	sum = 0;
	PtDecimal	boundary = 0;

	if (reader->samples != reader->weights.count)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: profile %zu has %zu weights for %zu samples",
					   reader->profiles, reader->weights.count, reader->samples);
	for (size_t i = 0; i < reader->samples; i++, digits += strlen(digits) + 1)
	{
		size_t		start = i == 0 ? 0 : reader->sample_end[i - 1];
		size_t		count = reader->sample_end[i] - start;
		const uint32 *stack = count > 0 ? reader->frame + start : no_stack;
		PtDecimal	value;
		PtDecimal	before = boundary;
		size_t		kept = 0;

		PT_CHECK_INTERRUPTS(i + 1);
		if (!read_value(reader, digits, "sample", i, &value, error))
			return false;
		if (value < 0)
		{
			pt_fail(error, PT_BAD_ARGUMENT, "%s of a speedscope file has a negative weight", WHERE("sample", i));
			return pt_fail_hint(error, "proftree_delta(previous, current) gives the growth between two profiles.");
		}
		sum += value;
		boundary = rounded(sum);
		if (boundary > PG_INT64_MAX)
			return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: the sum of weights up to %s of a speedscope file",
						   WHERE("sample", i));
		if (boundary == before)
			continue;

		/* the draft goes on where this stack leaves the one before */
		count = Max(count, 1);
		while (kept < Min(count, last_count) && stack[kept] == last[kept])
			kept++;
		for (size_t j = kept; j < count; j++)
		{
			PT_CHECK_INTERRUPTS(j + 1);
			if (!open_frame(reader, j, stack[j], error))
				return false;
		}
		if (!pt_draft_weight(&reader->draft, reader->open[count - 1], (int64) (boundary - before), error))
			return false;
		last = stack;
		last_count = count;
	}
	return true;
}

static bool
add_events(Reader *reader, PtError *error)
{
	const char *digits = reader->times.text;
	PtTree	   *draft = &reader->draft;
	size_t		depth = 0;
	PtDecimal	time = 0;

	for (size_t i = 0; i < reader->events; i++, digits += strlen(digits) + 1)
	{
		const Event *next = &reader->event[i];
		PtDecimal	value;
		PtDecimal	passed;

		PT_CHECK_INTERRUPTS(i + 1);
		if (!read_value(reader, digits, "event", i, &value, error))
			return false;
		if (i > 0 && value < time)
			return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s is before the one before it", WHERE("event", i));
		passed = rounded(value) - rounded(time);
		time = value;
		if (depth > 0)
		{
			if (passed > PG_INT64_MAX)
				return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: time up to %s of a speedscope file", WHERE("event", i));
			if (!pt_draft_weight(draft, reader->open[depth - 1], (int64) passed, error))
				return false;
		}
		if (next->opens)
		{
			if (!open_frame(reader, depth++, next->name, error))
				return false;
		}
		else if (depth == 0 || draft->symbol[reader->open[--depth]] != next->name)
			return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s closes a frame that is not the innermost one open",
						   WHERE("event", i));
	}
	if (depth > 0)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: profile %zu leaves frames open at its end",
					   reader->profiles);
	return true;
}

/* All of a profile that is taken has been read. */
static bool
finish_profile(Reader *reader, PtError *error)
{
	if (reader->unit == NULL && reader->unit_name[0] == '\0')
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: profile %zu has no unit", reader->profiles);
	if (reader->unit == NULL)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: profile %zu has the unknown unit \"%s\"",
					   reader->profiles, reader->unit_name);
	if (reader->first_unit == NULL)
		reader->first_unit = reader->unit;
	if (strcmp(reader->unit->kind, reader->first_unit->kind) != 0)
	{
		pt_fail(error, PT_BAD_ARGUMENT, "profiles of the units \"%s\" and \"%s\" cannot be added up",
				reader->first_unit->name, reader->unit->name);
		return pt_fail_hint(error, "Name the profile to read as second argument.");
	}
	if (strcmp(reader->type, "sampled") == 0)
		return add_samples(reader, error);
	if (strcmp(reader->type, "evented") == 0)
		return add_events(reader, error);
	return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: profile %zu is neither sampled nor evented",
				   reader->profiles);
}

/* The document is whole: was there what it speaks of? */
static bool
check_document(const Reader *reader, PtError *error)
{
	char		clipped[PT_CLIP_SIZE];

	if (!reader->has_profiles)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: it has no \"profiles\"");
	if (reader->greatest >= reader->draft.dictionary.count)
		return pt_fail(error, PT_BAD_TEXT, "invalid speedscope file: %s has frame %u, but there are %u",
					   reader->greatest_at, reader->greatest - 1, reader->draft.dictionary.count - 1);
	if (reader->wanted != NULL && reader->taken == 0)
	{
		pt_fail(error, PT_BAD_ARGUMENT, "speedscope file has no profile \"%s\"",
				pt_clip(clipped, reader->wanted, strlen(reader->wanted)));
		if (reader->others[0] != '\0')
			return pt_fail_hint(error, "It has %s.", reader->others);
		return false;
	}
	return true;
}

bool
pt_parse_speedscope(PtBuilder *builder, const char *json, size_t length,
					const char *wanted, PtError *error)
{
	Reader		reader;
	bool		ok;

	memset(&reader, 0, sizeof(reader));
	pt_tree_init(&reader.draft, builder->memory);
	reader.wanted = wanted;
	ok = pt_draft_name(&reader.draft, NO_STACK_NAME, strlen(NO_STACK_NAME), error) &&
		pt_read_json(json, length, &document, take, &reader, error) &&
		check_document(&reader, error) &&
		pt_draft_finish(&reader.draft, builder, error);
	pt_tree_free(&reader.draft);
	if (reader.frames_capacity > 0)
		pt_free(reader.frame);
	if (reader.samples_capacity > 0)
		pt_free(reader.sample_end);
	if (reader.weights.capacity > 0)
		pt_free(reader.weights.text);
	if (reader.events_capacity > 0)
		pt_free(reader.event);
	if (reader.times.capacity > 0)
		pt_free(reader.times.text);
	if (reader.open_capacity > 0)
		pt_free(reader.open);
	return ok;
}

/* ---- out ---- */

static void
print_event(StringInfo json, char type, uint32 symbol, int64 at)
{
	appendStringInfoString(json, json->data[json->len - 1] == '[' ? "{\"type\":\"" : ",{\"type\":\"");
	appendStringInfoChar(json, type);
	appendStringInfoString(json, "\",\"frame\":");
	pt_append_number(json, symbol);
	appendStringInfoString(json, ",\"at\":");
	pt_append_number(json, at);
	appendStringInfoChar(json, '}');
}

void
pt_print_speedscope(const PtTree *tree, const char *name, const char *unit,
					StringInfo json, PtMemory memory)
{
	const Unit *known = find_unit(unit);
	/* the symbols open at present, by level */
	uint32	   *open = pt_alloc(memory, ((size_t) tree->depth + 1) * sizeof(uint32));
	uint32		level = 0;
	int64		at = 0;

	appendStringInfoString(json, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\","
						   "\"exporter\":\"pyrotree\",\"name\":");
	pt_append_json(json, name, strlen(name), pt_encoding());
	appendStringInfoString(json, ",\"activeProfileIndex\":0,\"shared\":{\"frames\":[");
	for (uint32 i = 0; i < tree->dictionary.count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&tree->dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		appendStringInfoString(json, i == 0 ? "{\"name\":" : ",{\"name\":");
		pt_append_json(json, symbol, length, pt_encoding());
		appendStringInfoChar(json, '}');
	}
	appendStringInfoString(json, "]},\"profiles\":[{\"type\":\"evented\",\"name\":");
	pt_append_json(json, name, strlen(name), pt_encoding());
	appendStringInfo(json, ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":", known != NULL ? known->name : "none");
	pt_append_number(json, tree->total);
	appendStringInfoString(json, ",\"events\":[");
	for (uint32 i = 0; i <= tree->node_count; i++)
	{
		/* behind the last node all close */
		uint32		next = i < tree->node_count ? tree->level[i] : 0;

		PT_CHECK_INTERRUPTS(i + 1);
		for (; level > 0 && level >= next; level--)
			print_event(json, 'C', open[level], at);
		if (i == tree->node_count)
			break;
		level = next;
		open[level] = tree->symbol[i];
		print_event(json, 'O', open[level], at);
		at += tree->self[i];
	}
	appendStringInfoString(json, "]}]}");
	pt_free(open);
}
