/*-------------------------------------------------------------------------
 *
 * flamebearer.c
 *		Flamebearer, the JSON in which Pyroscope gives flame graphs.
 *
 * In.  The numbers of all levels are kept as they come, and looked at when
 * the document is whole: only then is it known what they are.  A bar's parent
 * is not told; it is the bar one level up that spans its place.  As bars come
 * from left to right, one cursor over the level above finds all parents of a
 * level, and one cursor a level walks the bars in preorder.
 *
 * Out.  A node's place is the sum of all self weights before it in preorder:
 * those of its ancestors, and of all that lies to its left.
 *
 *-------------------------------------------------------------------------
 */
#include "flamebearer.h"

#include "draft.h"
#include "json_read.h"
#include "json_text.h"

#define BAR_NUMBERS		4		/* gap, total, self, name */

/* ---- in ---- */

typedef enum Place
{
	DOCUMENT,
	VERSION,
	FORMAT,
	BARE,						/* the object with names and levels */
	NAMES,
	NAME,
	LEVELS,
	LEVEL,
	NUMBER
} Place;

static const PtJsonPlace name = {NULL, PT_JSON_STRING, NAME, NULL};
static const PtJsonPlace number = {NULL, PT_JSON_NUMBER, NUMBER, NULL};
static const PtJsonPlace level = {NULL, PT_JSON_ARRAY, LEVEL, &number};
static const PtJsonPlace bare[] = {
	{"names", PT_JSON_ARRAY, NAMES, &name},
	{"levels", PT_JSON_ARRAY, LEVELS, &level},
	{"format", PT_JSON_STRING, FORMAT, NULL},
	{NULL, PT_JSON_NOTHING, 0, NULL}
};
static const PtJsonPlace metadata[] = {
	{"format", PT_JSON_STRING, FORMAT, NULL},
	{NULL, PT_JSON_NOTHING, 0, NULL}
};
/* the keys of the bare object are also those of a document that is one */
static const PtJsonPlace keys[] = {
	{"version", PT_JSON_NUMBER, VERSION, NULL},
	{"flamebearer", PT_JSON_OBJECT, BARE, bare},
	{"metadata", PT_JSON_OBJECT, DOCUMENT, metadata},
	{"names", PT_JSON_ARRAY, NAMES, &name},
	{"levels", PT_JSON_ARRAY, LEVELS, &level},
	{"format", PT_JSON_STRING, FORMAT, NULL},
	{NULL, PT_JSON_NOTHING, 0, NULL}
};
static const PtJsonPlace document = {"flamebearer", PT_JSON_OBJECT, DOCUMENT, keys};

/* A bar; x is the gap before it until the level is laid out. */
typedef struct Bar
{
	int64		x;
	int64		total;
	int64		self;
	int64		name;
} Bar;

StaticAssertDecl(sizeof(Bar) == BAR_NUMBERS * sizeof(int64), "a bar is its numbers");

typedef struct Reader
{
	PtTree		draft;
	bool		has_names;
	bool		has_levels;
	int64	   *number;			/* of all bars, level by level */
	size_t		count;
	size_t		capacity;
	size_t	   *level_end;		/* [levels] where in number each ends */
	size_t		levels;
	size_t		levels_capacity;
} Reader;

static bool
take_number(Reader *reader, const char *value, PtError *error)
{
	size_t		start = reader->levels == 0 ? 0 : reader->level_end[reader->levels - 1];

	reader->number = pt_grow(reader->draft.memory, reader->number, &reader->capacity,
							 reader->count + 1, sizeof(int64));
	switch (pt_json_whole(value, &reader->number[reader->count++]))
	{
		case PT_WHOLE:
			return true;
		case PT_WHOLE_FRACTION:
			return pt_fail(error, PT_BAD_TEXT, "invalid flamebearer: number %zu of level %zu is not whole",
						   reader->count - start, reader->levels);
		case PT_WHOLE_RANGE:
			break;
	}
	return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: number %zu of level %zu of a flamebearer",
				   reader->count - start, reader->levels);
}

static bool
check_format(const char *value, PtError *error)
{
	char		clipped[PT_CLIP_SIZE];

	if (strcmp(value, "single") == 0)
		return true;
	pt_fail(error, PT_BAD_ARGUMENT, "flamebearer of format \"%s\" cannot be read as one tree",
			pt_clip(clipped, value, strlen(value)));
	if (strcmp(value, "double") == 0)
		return pt_fail_hint(error, "It compares two profiles. Take each of them by itself, in format \"single\".");
	return pt_fail_hint(error, "Format \"single\" can be read.");
}

static bool
take(void *state, int id, PtJsonEvent event, const char *value, PtError *error)
{
	Reader	   *reader = (Reader *) state;
	int64		version;
	bool	   *has;

	switch ((Place) id)
	{
		case VERSION:
			if (pt_json_whole(value, &version) == PT_WHOLE && version >= 0 && version <= 1)
				return true;
			pt_fail(error, PT_BAD_ARGUMENT, "flamebearer of unknown version");
			return pt_fail_hint(error, "Version 1 can be read.");
		case FORMAT:
			return check_format(value, error);
		case NAMES:
		case LEVELS:
			has = id == NAMES ? &reader->has_names : &reader->has_levels;
			if (event == PT_JSON_BEGIN && *has)
				return pt_fail(error, PT_BAD_TEXT, "invalid flamebearer: it has \"%s\" twice",
							   id == NAMES ? "names" : "levels");
			*has = true;
			return true;
		case NAME:
			return pt_draft_name(&reader->draft, value, strlen(value), error);
		case LEVEL:
			if (event == PT_JSON_END)
			{
				reader->level_end = pt_grow(reader->draft.memory, reader->level_end,
											&reader->levels_capacity, reader->levels + 1, sizeof(size_t));
				reader->level_end[reader->levels++] = reader->count;
			}
			return true;
		case NUMBER:
			return take_number(reader, value, error);
		case DOCUMENT:
		case BARE:
			break;
	}
	return true;
}

/* a message about a bar, of which the format says what is wrong */
static bool
bad_bar(PtError *error, PtErrorCode code, size_t level_number, size_t bar, const char *what)
{
	return pt_fail(error, code, "%s: level %zu, bar %zu %s",
				   code == PT_OUT_OF_RANGE ? "bigint out of range" : "invalid flamebearer",
				   level_number, bar, what);
}

static inline int64
bar_end(const Bar *bar)
{
	return bar->x + bar->total;
}

/* Give the bars of a level their places; check each by itself. */
static bool
lay_out(Bar *bar, size_t bars, size_t level_number, uint32 names, PtError *error)
{
	int64		end = 0;

	for (size_t i = 0; i < bars; i++, bar++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (bar->total < 0 || bar->self < 0)
		{
			bad_bar(error, PT_BAD_ARGUMENT, level_number, i, "has a negative weight");
			return pt_fail_hint(error, "proftree_delta(previous, current) gives the growth between two profiles.");
		}
		if (bar->x < 0)
			return bad_bar(error, PT_BAD_TEXT, level_number, i, "overlaps the one before");
		if (bar->self > bar->total)
			return bad_bar(error, PT_BAD_TEXT, level_number, i, "has a self greater than its total");
		if (bar->name < 0 || bar->name >= names)
			return bad_bar(error, PT_BAD_TEXT, level_number, i, "has a name that is not in \"names\"");
		if (pg_add_s64_overflow(end, bar->x, &bar->x) ||
			pg_add_s64_overflow(bar->x, bar->total, &end))
			return bad_bar(error, PT_OUT_OF_RANGE, level_number, i, "ends past 9223372036854775807");
	}
	return true;
}

/*
 * Are the bars of a level the children of those above it, each behind its
 * parent's self and the bar before, and do they fill their parents?  Bars of
 * no width stand where one of them may end.
 */
static bool
check_parents(const Bar *parent, size_t parents, const Bar *bar, size_t bars, size_t level_number,
			  PtError *error)
{
	size_t		p = 0;
	int64		filled = parents > 0 ? parent[0].x + parent[0].self : 0;

	for (size_t i = 0; i < bars; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		while (p < parents && filled == bar_end(&parent[p]) &&
			   (filled < bar[i].x || (filled == bar[i].x && bar[i].total > 0)))
		{
			if (++p < parents)
				filled = parent[p].x + parent[p].self;
		}
		if (p == parents || bar[i].x != filled || bar_end(&bar[i]) > bar_end(&parent[p]))
			return bad_bar(error, PT_BAD_TEXT, level_number, i,
						   "is not where its parent's self or the bar before ends, or is wider than its parent");
		filled = bar_end(&bar[i]);
	}
	for (; p < parents; p++)
	{
		PT_CHECK_INTERRUPTS(p + 1);
		if (filled != bar_end(&parent[p]))
			return bad_bar(error, PT_BAD_TEXT, level_number - 1, p,
						   "is not as wide as its self and the bars below it");
		if (p + 1 < parents)
			filled = parent[p + 1].x + parent[p + 1].self;
	}
	return true;
}

/* The bars of one level: where they begin in number, and how many they are. */
static Bar *
level_bars(const Reader *reader, size_t level_number, size_t *bars)
{
	size_t		start = level_number == 0 ? 0 : reader->level_end[level_number - 1];
	size_t		end = level_number < reader->levels ? reader->level_end[level_number] : start;

	*bars = (end - start) / BAR_NUMBERS;
	return (Bar *) (reader->number + start);
}

/* The levels of a whole document: are they bars, and do they fit together? */
static bool
check_levels(Reader *reader, PtError *error)
{
	size_t		start = 0;

	for (size_t i = 0; i < reader->levels; i++)
	{
		size_t		numbers = reader->level_end[i] - start;

		PT_CHECK_INTERRUPTS(i + 1);
		if (numbers % BAR_NUMBERS != 0)
			return pt_fail(error, PT_BAD_TEXT, "invalid flamebearer: level %zu has %zu numbers, which are not four a bar",
						   i, numbers);
		if (i == 0 && numbers != BAR_NUMBERS)
			return pt_fail(error, PT_BAD_TEXT, "invalid flamebearer: level 0 must have one bar, and has %zu",
						   numbers / BAR_NUMBERS);
		start = reader->level_end[i];
	}
	for (size_t i = 0; i <= reader->levels; i++)
	{
		size_t		bars;
		Bar		   *bar = level_bars(reader, i, &bars);
		size_t		parents;
		Bar		   *parent;

		if (!lay_out(bar, bars, i, reader->draft.dictionary.count, error))
			return false;
		if (i == 0)
			continue;
		/* that behind the last is empty: nothing is below the last one's bars */
		parent = level_bars(reader, i - 1, &parents);
		if (!check_parents(parent, parents, bar, bars, i, error))
			return false;
	}
	return true;
}

/* Walk the bars in preorder, those of no width left out. */
static bool
draft_bars(Reader *reader, PtError *error)
{
	PtTree	   *draft = &reader->draft;
	/* by level: the bar open there, the next one, and the end */
	const Bar **open = pt_alloc(draft->memory, (reader->levels + 1) * sizeof(Bar *));
	const Bar **next = pt_alloc(draft->memory, (reader->levels + 1) * sizeof(Bar *));
	const Bar **stop = pt_alloc(draft->memory, (reader->levels + 1) * sizeof(Bar *));
	size_t		at = 0;
	uint64		steps = 0;
	bool		ok = true;

	for (size_t i = 0; i <= reader->levels; i++)
	{
		size_t		bars;

		next[i] = level_bars(reader, i, &bars);
		stop[i] = next[i] + bars;
	}
	open[0] = next[0];
	/* what the root itself weighs has no frame but its name */
	if (open[0]->self > 0)
		ok = pt_draft_node(draft, 1, (uint32) open[0]->name, error) &&
			pt_draft_weight(draft, 0, open[0]->self, error);
	while (ok)
	{
		const Bar **child = &next[at + 1];

		PT_CHECK_INTERRUPTS(++steps);
		while (*child < stop[at + 1] && (*child)->total == 0)
			(*child)++;
		if (*child < stop[at + 1] && (*child)->x < bar_end(open[at]))
		{
			open[++at] = (*child)++;
			ok = pt_draft_node(draft, (uint32) at, (uint32) open[at]->name, error) &&
				pt_draft_weight(draft, draft->node_count - 1, open[at]->self, error);
		}
		else if (at-- == 0)
			break;
	}
	pt_free(open);
	pt_free(next);
	pt_free(stop);
	return ok;
}

bool
pt_parse_flamebearer(PtBuilder *builder, const char *json, size_t length, PtError *error)
{
	Reader		reader;
	bool		ok;

	memset(&reader, 0, sizeof(reader));
	pt_tree_init(&reader.draft, builder->memory);
	ok = pt_read_json(json, length, &document, take, &reader, error) &&
		(reader.has_levels || pt_fail(error, PT_BAD_TEXT, "invalid flamebearer: it has no \"levels\"")) &&
		(reader.levels == 0 || (check_levels(&reader, error) && draft_bars(&reader, error))) &&
		pt_draft_finish(&reader.draft, builder, error);
	pt_tree_free(&reader.draft);
	if (reader.capacity > 0)
		pt_free(reader.number);
	if (reader.levels_capacity > 0)
		pt_free(reader.level_end);
	return ok;
}

/* ---- out ---- */

/* One of the trees that are written, left or right. */
typedef struct Side
{
	const int64 *self;			/* [node_count] */
	int64		total;
	int64	   *totals;			/* [node_count] */
	int64	   *x;				/* [node_count] */
	int64		end;			/* of the bar written last in this level */
} Side;

static void
init_side(Side *side, const PtTree *tree, const int64 *self, int64 total, PtMemory memory)
{
	int64		before = 0;

	side->self = self;
	side->total = total;
	side->totals = pt_alloc(memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	side->x = pt_alloc(memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	pt_totals_of(tree, self, side->totals);
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		side->x[i] = before;
		before += self[i];
	}
}

/* The three numbers of a side's bar. */
static void
append_numbers(StringInfo json, Side *side, uint32 node)
{
	pt_append_number(json, side->x[node] - side->end);
	appendStringInfoChar(json, ',');
	pt_append_number(json, side->totals[node]);
	appendStringInfoChar(json, ',');
	pt_append_number(json, side->self[node]);
	appendStringInfoChar(json, ',');
	side->end = side->x[node] + side->totals[node];
}

/* Nodes in the order of bars: by level, within it in preorder.  To be freed. */
static uint32 *
order_by_level(const PtTree *tree, PtMemory memory)
{
	uint32	   *order = pt_alloc(memory, ((size_t) tree->node_count + 1) * sizeof(uint32));
	uint32	   *start = pt_alloc(memory, ((size_t) tree->depth + 2) * sizeof(uint32));

	memset(start, 0, ((size_t) tree->depth + 2) * sizeof(uint32));
	for (uint32 i = 0; i < tree->node_count; i++)
		start[tree->level[i] + 1]++;
	for (uint32 i = 1; i <= tree->depth + 1; i++)
		start[i] += start[i - 1];
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		order[start[tree->level[i]]++] = i;
	}
	pt_free(start);
	return order;
}

static void
print_sides(const PtTree *tree, Side *side, int sides, StringInfo json, PtMemory memory)
{
	uint32	   *order = order_by_level(tree, memory);
	uint64		ticks = 0;
	int64		greatest = 0;

	appendStringInfoString(json, "{\"version\":1,\"flamebearer\":{\"names\":[\"total\"");
	for (uint32 i = 0; i < tree->dictionary.count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&tree->dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		appendStringInfoChar(json, ',');
		pt_append_json(json, symbol, length, pt_encoding());
	}

	appendStringInfoString(json, "],\"levels\":[[");
	for (int s = 0; s < sides; s++)
	{
		appendStringInfoString(json, "0,");
		pt_append_number(json, side[s].total);
		appendStringInfoString(json, ",0,");
		ticks += side[s].total;
	}
	appendStringInfoString(json, "0]");
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		node = order[i];
		bool		first = i == 0 || tree->level[order[i - 1]] != tree->level[node];
		bool		last = i + 1 == tree->node_count || tree->level[order[i + 1]] != tree->level[node];

		PT_CHECK_INTERRUPTS(i + 1);
		appendStringInfoString(json, first ? ",[" : ",");
		for (int s = 0; s < sides; s++)
		{
			if (first)
				side[s].end = 0;
			append_numbers(json, &side[s], node);
			greatest = Max(greatest, side[s].self[node]);
		}
		pt_append_number(json, (uint64) tree->symbol[node] + 1);
		if (last)
			appendStringInfoChar(json, ']');
	}

	appendStringInfoString(json, "],\"numTicks\":");
	pt_append_number(json, ticks);
	appendStringInfoString(json, ",\"maxSelf\":");
	pt_append_number(json, greatest);
	appendStringInfo(json, "},\"metadata\":{\"format\":\"%s\",\"spyName\":\"\",\"sampleRate\":100,"
					 "\"units\":\"samples\",\"name\":\"\"},"
					 "\"timeline\":null,\"groups\":null,\"heatmap\":null",
					 sides == 1 ? "single" : "double");
	if (sides == 2)
	{
		appendStringInfoString(json, ",\"leftTicks\":");
		pt_append_number(json, side[0].total);
		appendStringInfoString(json, ",\"rightTicks\":");
		pt_append_number(json, side[1].total);
	}
	appendStringInfoChar(json, '}');
	pt_free(order);
	for (int s = 0; s < sides; s++)
	{
		pt_free(side[s].totals);
		pt_free(side[s].x);
	}
}

void
pt_print_flamebearer(const PtTree *tree, StringInfo json, PtMemory memory)
{
	Side		side;

	init_side(&side, tree, tree->self, tree->total, memory);
	print_sides(tree, &side, 1, json, memory);
}

void
pt_print_flamebearer_diff(const PtPair *pair, StringInfo json, PtMemory memory)
{
	Side		side[2];

	init_side(&side[0], &pair->tree, pair->tree.self, pair->tree.total, memory);
	init_side(&side[1], &pair->tree, pair->b_self, pair->b_total, memory);
	print_sides(&pair->tree, side, 2, json, memory);
}
