/*-------------------------------------------------------------------------
 *
 * pprof_samples.c
 *		The samples of a pprof file: to trees, by label, pruned.
 *
 * A file can stand for far more stacks than it has bytes: a location may be a
 * million inlined frames, and a million samples may be there.  So no stack is
 * kept but the one that is being added, and a pass over the samples unpacks
 * each anew.
 *
 *-------------------------------------------------------------------------
 */
#include "pprof.h"

#include "pprof.pb-c.h"

/* ---- one sample ---- */

static bool
check_sample(PtPprof *file, uint32 i, PtPprof__Sample *sample, PtError *error)
{
	uint32		types = pt_pprof_count(file, PT_PPROF_SAMPLE_TYPE);

	if (sample->n_value != types)
		return pt_pprof_bad(error, "sample %u has %zu values for %u sample types",
							i + 1, sample->n_value, types);
	for (size_t at = 0; at < sample->n_location_id; at++)
	{
		uint32		location;

		PT_CHECK_INTERRUPTS(at + 1);
		if (!pt_pprof_find_id(&file->location_ids, sample->location_id[at], &location))
			return pt_pprof_bad(error, "sample %u is at location " UINT64_FORMAT ", which is not there",
								i + 1, sample->location_id[at]);
		/* from here on the place itself */
		sample->location_id[at] = location;
	}
	for (size_t at = 0; at < sample->n_label; at++)
	{
		const PtPprof__Label *label = sample->label[at];

		PT_CHECK_INTERRUPTS(at + 1);
		if (!pt_pprof_check_string(file, label->key, "a label of sample", i + 1, error) ||
			!pt_pprof_check_string(file, label->str, "a label of sample", i + 1, error) ||
			!pt_pprof_check_string(file, label->num_unit, "a label of sample", i + 1, error))
			return false;
	}
	return true;
}

/* Unpack and check a sample; location_id then holds places, not ids. */
static PtPprof__Sample *
read_sample(PtPprof *file, uint32 i, PtError *error)
{
	PtPprof__Sample *sample = pt_pprof_unpack(file, PT_PPROF_SAMPLE, i, &pt_pprof__sample__descriptor, error);

	PT_CHECK_INTERRUPTS(i + 1);
	return sample != NULL && check_sample(file, i, sample, error) ? sample : NULL;
}

bool
pt_pprof_check_samples(PtPprof *file, PtError *error)
{
	for (uint32 i = 0; i < pt_pprof_count(file, PT_PPROF_SAMPLE); i++)
	{
		if (read_sample(file, i, error) == NULL)
			return false;
	}
	return true;
}

/*
 * A sample cannot be taken; *error says why.  Gives whether to go on without
 * it.
 */
static bool
pass_over(PtPprof *file, uint32 i, PtError *error)
{
	if (error->code == PT_BAD_ENCODING)
		pt_fail_hint(error, "on_error => 'replace' mends such strings, 'skip' passes over the samples that need them.");
	if (file->on_error != PT_ON_ERROR_SKIP || error->code == PT_BEYOND_LIMIT)
		return false;
	if (file->skipped == NULL)
	{
		file->skipped = pt_alloc(file->memory, pt_pprof_count(file, PT_PPROF_SAMPLE));
		memset(file->skipped, 0, pt_pprof_count(file, PT_PPROF_SAMPLE));
	}
	if (!file->skipped[i])
	{
		file->skipped[i] = true;
		file->skipped_count++;
	}
	return true;
}

/* ---- stacks ---- */

static bool
too_large(PtError *error, uint32 i)
{
	return pt_fail(error, PT_BEYOND_LIMIT, "names of sample %u of a pprof too large", i + 1);
}

/* The last part of a path. */
static PtFrame
base_name(PtFrame path)
{
	for (size_t at = path.length; at > 0; at--)
	{
		if (path.text[at - 1] == '/')
			return (PtFrame) {path.text + at, path.length - at};
	}
	return path;
}

/*
 * The name of a frame that has none: where it is, as far as that is known,
 * else "unknown".  It lives as long as the sample.
 */
static bool
name_by_address(PtPprof *file, uint32 i, const PtPprofLocation *location, const char *unknown,
				PtFrame *frame, PtError *error)
{
	PtFrame		binary = {"", 0};
	char		address[24];
	char	   *name;

	if (location->binary == 0 && location->address == 0)
	{
		*frame = (PtFrame) {unknown, strlen(unknown)};
		return true;
	}
	if (location->binary != 0)
	{
		if (!pt_pprof_text(file, location->binary, &binary, error))
			return false;
		binary = base_name(binary);
	}
	snprintf(address, sizeof(address), "%s0x%llx", location->binary != 0 ? "+" : "",
			 (unsigned long long) location->address);
	frame->length = binary.length + strlen(address);
	name = pt_arena_alloc(&file->message, frame->length);
	if (name == NULL)
		return too_large(error, i);
	memcpy(name, binary.text, binary.length);
	memcpy(name + binary.length, address, strlen(address));
	frame->text = name;
	return true;
}

static bool
name_of_line(PtPprof *file, uint32 i, const PtPprofLocation *location, uint32 line,
			 PtFrame *frame, PtError *error)
{
	const PtPprofFunction *function = &file->function[file->line[location->first_line + line]];
	uint32		name = function->name != 0 ? function->name : function->system_name;

	if (name != 0)
		return pt_pprof_text(file, name, frame, error);
	return name_by_address(file, i, location, "", frame, error);
}

/*
 * Which locations of a sample prune leaves: those from the place given on,
 * toward the root.  Nothing goes before the first location, from the root,
 * that has nothing to drop, or all might go.
 */
static size_t
first_kept(const PtPprof *file, const PtPprof__Sample *sample)
{
	bool		found_user = false;

	for (size_t at = sample->n_location_id; at > 0; at--)
	{
		PtPprofPrune prune = file->location[sample->location_id[at - 1]].prune;

		PT_CHECK_INTERRUPTS(at);
		if (prune == PT_PPROF_KEEP)
			found_user = true;
		else if (found_user)
			return prune == PT_PPROF_DROP ? at : at - 1;
	}
	return 0;
}

/* How many frames a location is. */
static inline size_t
frames_of(const PtPprofLocation *location)
{
	return Max(location->line_count, 1);
}

/* A stack, but for the part of it that is that of the stack added last, too. */
typedef struct Stack
{
	size_t		from;			/* its locations: those of the sample from here on */
	uint32		kept_locations;	/* of the stack added last, from the root */
	uint32		kept;			/* frames of those */
	uint32		count;			/* frames behind them, root first, in file->frames */
} Stack;

/*
 * How much of the stack added last this one begins with: by location, as one
 * byte of a sample can be a million frames, and samples beside each other often
 * have one stack.
 */
static void
find_kept(const PtPprof *file, const PtPprof__Sample *sample, Stack *stack)
{
	size_t		count = sample->n_location_id - stack->from;
	uint32		most = (uint32) Min(count, file->stack_count);
	uint32		i;

	stack->kept = 0;
	for (i = 0; i < most; i++)
	{
		uint64		location = sample->location_id[sample->n_location_id - 1 - i];

		PT_CHECK_INTERRUPTS(i + 1);
		if (location != file->stack[i])
			break;
		stack->kept += frames_of(&file->location[location]);
	}
	stack->kept_locations = i;
}

/* Count the work that frames make. */
static bool
count_frames(PtPprof *file, uint32 count, PtError *error)
{
	uint64		cost = 0;

	for (uint32 i = 0; i < count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		cost += PT_PPROF_FRAME_COST + file->frames[i].length;
	}
	return pt_pprof_work(file, cost, error);
}

/* The stack of a sample. */
static bool
make_stack(PtPprof *file, uint32 i, const PtPprof__Sample *sample, Stack *stack, PtError *error)
{
	size_t		needed = sample->n_location_id == 0;
	size_t		end;

	stack->from = first_kept(file, sample);
	for (size_t at = stack->from; at < sample->n_location_id && needed <= PT_MAX_DEPTH; at++)
		needed += frames_of(&file->location[sample->location_id[at]]);
	if (needed > PT_MAX_DEPTH)
	{
		pt_fail(error, PT_BEYOND_LIMIT, "stack of sample %u of a pprof too deep", i + 1);
		return pt_fail_detail(error, "A stack can have at most %d frames.", PT_MAX_DEPTH);
	}
	find_kept(file, sample, stack);
	needed -= stack->kept;
	if (needed > file->frames_capacity)
	{
		uint32		capacity = Max((uint32) needed, 2 * file->frames_capacity);

		pt_free(file->frames);
		file->frames_capacity = 0;
		file->frames = NULL;
		file->frames = pt_alloc(file->memory, capacity * sizeof(PtFrame));
		file->frames_capacity = capacity;
	}

	stack->count = 0;
	if (sample->n_location_id == 0)
		file->frames[stack->count++] = (PtFrame) {"[no stack]", strlen("[no stack]")};
	end = sample->n_location_id - stack->kept_locations;
	for (size_t at = end; at > stack->from; at--)
	{
		const PtPprofLocation *location = &file->location[sample->location_id[at - 1]];

		PT_CHECK_INTERRUPTS(at);
		if (location->line_count == 0 &&
			!name_by_address(file, i, location, "[unknown]", &file->frames[stack->count++], error))
			return false;
		for (uint32 line = location->line_count; line > 0; line--)
		{
			PT_CHECK_INTERRUPTS(line);
			if (!name_of_line(file, i, location, line - 1, &file->frames[stack->count++], error))
				return false;
		}
	}
	return count_frames(file, stack->count, error);
}

/* The stack of a sample whose value counts. */
static bool
take_stack(PtPprof *file, uint32 i, const PtPprof__Sample *sample, int64 value, Stack *stack, PtError *error)
{
	if (value < 0)
	{
		pt_pprof_bad(error, "sample %u has the negative value " INT64_FORMAT, i + 1, value);
		return pt_fail_hint(error, "It is the difference of two profiles; store both and compare them with proftree_delta().");
	}
	return make_stack(file, i, sample, stack, error);
}

static bool
add_stack(PtPprof *file, const PtPprof__Sample *sample, int64 value, const Stack *stack,
		  PtBuilder *builder, PtError *error)
{
	uint32		kept = pt_builder_kept(builder, stack->kept, file->frames, stack->count);
	uint32		known = kept - stack->kept;
	uint32		locations = (uint32) (sample->n_location_id - stack->from);

	if (!pt_builder_add(builder, kept, file->frames + known, stack->count - known, value, error))
		return false;
	if (builder->node_count > PT_PPROF_MAX_NODES(file->size))
	{
		pt_fail(error, PT_BEYOND_LIMIT, "tree of a pprof too large");
		return pt_fail_detail(error, "It can have at most %zu nodes.", PT_PPROF_MAX_NODES(file->size));
	}
	file->stack = pt_grow(file->memory, file->stack, &file->stack_capacity, locations, sizeof(uint32));
	for (uint32 i = stack->kept_locations; i < locations; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		file->stack[i] = (uint32) sample->location_id[sample->n_location_id - 1 - i];
	}
	file->stack_count = locations;
	return true;
}

bool
pt_pprof_add(PtPprof *file, uint32 type, const uint32 *samples, uint32 count,
			 PtBuilder *builder, PtError *error)
{
	if (samples == NULL)
		count = pt_pprof_count(file, PT_PPROF_SAMPLE);
	/* the builder's last stack is not ours */
	file->stack_count = 0;
	for (uint32 n = 0; n < count; n++)
	{
		uint32		i = samples == NULL ? n : samples[n];
		PtPprof__Sample *sample = read_sample(file, i, error);
		Stack		stack = {0};

		if (sample == NULL)
			return false;
		if (sample->value[type] == 0)
			continue;
		if (take_stack(file, i, sample, sample->value[type], &stack, error))
		{
			if (!add_stack(file, sample, sample->value[type], &stack, builder, error))
				return false;
		}
		else if (!pass_over(file, i, error))
			return false;
	}
	return true;
}

/* ---- prune ---- */

/*
 * The name by which the rule knows a function: without a dot in front (which
 * one ABI puts there) and without the arguments, which begin at a parenthesis,
 * but not at those of "(anonymous namespace)" and "operator()".
 */
static PtFrame
simplify(PtFrame name)
{
	static const char *const reserved[] = {"(anonymous namespace)", "operator()"};
	size_t		at = 0;

	if (name.length > 0 && name.text[0] == '.')
	{
		name.text++;
		name.length--;
	}
	while (at < name.length)
	{
		size_t		step = 1;

		for (size_t i = 0; i < lengthof(reserved); i++)
		{
			size_t		length = strlen(reserved[i]);

			if (name.length - at >= length && memcmp(name.text + at, reserved[i], length) == 0)
				step = length;
		}
		if (step == 1 && name.text[at] == '(')
			name.length = at;
		at += step;
	}
	return name;
}

/* What is known of a string as the name of a function. */
typedef enum Verdict
{
	NOT_ASKED,
	STAYS,
	IS_DROPPED
} Verdict;

/* Which functions are dropped; a name that is no text is not. */
static bool *
dropped_functions(PtPprof *file, PtPprofMatcher *matcher)
{
	uint32		count = pt_pprof_count(file, PT_PPROF_FUNCTION);
	uint32		strings = pt_pprof_count(file, PT_PPROF_STRING_TABLE);
	bool	   *dropped = pt_alloc(file->memory, (size_t) count + 1);
	uint8	   *verdict = pt_alloc(file->memory, strings);

	memset(verdict, NOT_ASKED, strings);
	/* no name */
	verdict[0] = STAYS;
	for (uint32 i = 0; i < count; i++)
	{
		uint32		string = file->function[i].name;
		PtFrame		name;
		PtError		error;

		PT_CHECK_INTERRUPTS(i + 1);
		if (verdict[string] == NOT_ASKED)
		{
			verdict[string] = STAYS;
			if (pt_pprof_text(file, string, &name, &error))
			{
				name = simplify(name);
				if (matcher->drops(matcher, name.text, name.length))
					verdict[string] = IS_DROPPED;
			}
		}
		dropped[i] = verdict[string] == IS_DROPPED;
	}
	pt_free(verdict);
	return dropped;
}

/*
 * The outermost line that is dropped takes those inlined into it along.  They
 * leave the location at once; its others are left, if there are any.
 */
void
pt_pprof_prune(PtPprof *file, PtPprofMatcher *matcher)
{
	bool	   *dropped = dropped_functions(file, matcher);

	for (uint32 i = 0; i < pt_pprof_count(file, PT_PPROF_LOCATION); i++)
	{
		PtPprofLocation *location = &file->location[i];
		uint32		line = location->line_count;

		PT_CHECK_INTERRUPTS(i + 1);
		while (line > 0 && !dropped[file->line[location->first_line + line - 1]])
		{
			PT_CHECK_INTERRUPTS(line);
			line--;
		}
		if (line == 0)
			continue;
		if (line == location->line_count)
			location->prune = PT_PPROF_DROP;
		else
		{
			location->prune = PT_PPROF_DROP_BELOW;
			location->first_line += line;
			location->line_count -= line;
		}
	}
	pt_free(dropped);
}

/* ---- labels ---- */

/* where a sample belongs before its group is known */
#define LACKING		PG_UINT32_MAX
#define NOWHERE		(PG_UINT32_MAX - 1)

static bool
value_too_long(PtError *error, uint32 i)
{
	pt_fail(error, PT_BEYOND_LIMIT, "label of sample %u of a pprof too long", i + 1);
	return pt_fail_detail(error, "A value can have at most %d bytes.", PT_MAX_SYMBOL);
}

/* Append one value of a label: a text, or a number with its unit. */
static bool
append_value(PtPprof *file, uint32 i, const PtPprof__Label *label, StringInfo value, PtError *error)
{
	PtFrame		text;

	if (!pt_pprof_text(file, (uint32) (label->str != 0 ? label->str : label->num_unit), &text, error))
		return false;
	if (text.length > PT_MAX_SYMBOL)
		return value_too_long(error, i);
	if (label->str == 0)
		appendStringInfo(value, INT64_FORMAT "%s", label->num, text.length > 0 ? " " : "");
	appendBinaryStringInfo(value, text.text, (int) text.length);
	return value->len <= PT_MAX_SYMBOL || value_too_long(error, i);
}

/*
 * The value of the label of a sample; *found tells whether it has one.  A
 * label with nothing but a key counts as none: a writer that leaves out what
 * is 0 or empty and one that sets nothing look the same.
 */
static bool
label_value(PtPprof *file, uint32 i, const PtPprof__Sample *sample, PtFrame key,
			StringInfo value, bool *found, PtError *error)
{
	*found = false;
	resetStringInfo(value);
	for (size_t at = 0; at < sample->n_label; at++)
	{
		const PtPprof__Label *label = sample->label[at];
		PtFrame		name = pt_pprof_raw_text(file, (uint32) label->key);

		PT_CHECK_INTERRUPTS(at + 1);
		if (name.length != key.length || memcmp(name.text, key.text, key.length) != 0 ||
			(label->str == 0 && label->num == 0 && label->num_unit == 0))
			continue;
		if (*found)
			appendStringInfoChar(value, ',');
		*found = true;
		if (!append_value(file, i, label, value, error))
			return false;
	}
	return true;
}

/*
 * The group of each sample, as a node of the builder.  The values are taken
 * for stacks of one frame, which is how a builder finds equal ones.
 */
static bool
assign_groups(PtPprof *file, PtFrame key, PtBuilder *builder, uint32 *group_of, PtError *error)
{
	StringInfoData value;
	bool		ok = true;

	initStringInfo(&value);
	for (uint32 i = 0; ok && i < pt_pprof_count(file, PT_PPROF_SAMPLE); i++)
	{
		PtPprof__Sample *sample = read_sample(file, i, error);
		bool		found;

		if (sample == NULL)
			ok = false;
		else if (!label_value(file, i, sample, key, &value, &found, error))
		{
			group_of[i] = NOWHERE;
			ok = pass_over(file, i, error);
		}
		else if (!found)
			group_of[i] = LACKING;
		else
		{
			PtFrame		frame = {value.data, value.len};

			ok = pt_builder_add(builder, 0, &frame, 1, 1, error);
			group_of[i] = builder->path[1];
			if (ok && builder->symbol_end[builder->symbol_count - 1] > PT_PPROF_MAX_LABELS)
			{
				ok = pt_fail(error, PT_BEYOND_LIMIT, "values of a label of a pprof too large");
				pt_fail_detail(error, "They can have at most %d bytes together.", PT_PPROF_MAX_LABELS);
			}
		}
	}
	pfree(value.data);
	return ok;
}

bool
pt_pprof_group(PtPprof *file, const char *key, size_t length, PtPprofGroups *groups, PtError *error)
{
	uint32		samples = pt_pprof_count(file, PT_PPROF_SAMPLE);
	uint32	   *group_of = pt_alloc(file->memory, ((size_t) samples + 1) * sizeof(uint32));
	uint32	   *place_of;
	uint32		lacking = 0;
	uint32		named;

	memset(groups, 0, sizeof(*groups));
	pt_builder_init(&groups->builder, file->memory, file->seed);
	pt_tree_init(&groups->values, file->memory);
	if (!assign_groups(file, (PtFrame) {key, length}, &groups->builder, group_of, error))
	{
		pt_free(group_of);
		return false;
	}
	place_of = pt_alloc(file->memory, (size_t) groups->builder.node_count * sizeof(uint32));
	pt_builder_flatten_places(&groups->builder, &groups->values, place_of);
	named = groups->values.node_count;

	/* a counting sort; start[] runs one place ahead while samples are put down */
	groups->start = pt_alloc(file->memory, ((size_t) named + 3) * sizeof(uint32));
	groups->sample = pt_alloc(file->memory, ((size_t) samples + 1) * sizeof(uint32));
	memset(groups->start, 0, ((size_t) named + 3) * sizeof(uint32));
	for (uint32 i = 0; i < samples; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (group_of[i] == NOWHERE)
			continue;
		lacking += group_of[i] == LACKING;
		group_of[i] = group_of[i] == LACKING ? named : place_of[group_of[i]];
		groups->start[group_of[i] + 2]++;
	}
	for (uint32 group = 2; group < named + 3; group++)
		groups->start[group] += groups->start[group - 1];
	for (uint32 i = 0; i < samples; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (group_of[i] != NOWHERE)
			groups->sample[groups->start[group_of[i] + 1]++] = i;
	}
	groups->count = named + (lacking > 0);
	pt_free(place_of);
	pt_free(group_of);
	return true;
}

void
pt_pprof_groups_free(PtPprofGroups *groups)
{
	pt_tree_free(&groups->values);
	pt_builder_free(&groups->builder);
	pt_free(groups->start);
	pt_free(groups->sample);
}
