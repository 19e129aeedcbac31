/*-------------------------------------------------------------------------
 *
 * speedscope_test.c
 *		Speedscope files in and out, against a writer that knows the format's
 *		words only and sums that are written once more.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "json_text.h"
#include "speedscope.h"

/* ---- the naive writer ---- */

/*
 * Values of a profile are whole numbers of 10^-digits of its unit, and one
 * unit is 10^shift of what is counted in.
 */
typedef struct Unit
{
	const char *name;
	int			shift;
	int			digits;
} Unit;

static const Unit units[] = {
	{"none", 0, 0}, {"bytes", 0, 0},
	{"nanoseconds", 0, 0}, {"nanoseconds", 0, 1}, {"nanoseconds", 0, 3},
	{"microseconds", 3, 2}, {"microseconds", 3, 4}, {"milliseconds", 6, 3}, {"milliseconds", 6, 9},
	{"seconds", 9, 2}, {"seconds", 9, 12}
};

static int64
power_of_ten(int exponent)
{
	int64		power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

/* the boundary at which so many 10^-digits of a unit lie */
static int64
boundary(const Unit *unit, int64 value)
{
	int64		factor = power_of_ten(Max(unit->shift - unit->digits, 0));
	int64		divisor = power_of_ten(Max(unit->digits - unit->shift, 0));
	int64		whole = value / divisor;
	int64		rest = value % divisor;

	/* towards minus infinity, then half up */
	if (rest < 0)
	{
		whole--;
		rest += divisor;
	}
	return factor * (whole + (2 * rest >= divisor));
}

static void
write_value(StringInfo json, const Unit *unit, int64 value, Random *random)
{
	int64		power = power_of_ten(unit->digits);
	int64		size = value < 0 ? -value : value;

	if (one_in(random, 3))
		appendStringInfo(json, INT64_FORMAT "e-%d", value, unit->digits);
	else if (unit->digits == 0)
		appendStringInfo(json, INT64_FORMAT "%s", value, one_in(random, 4) ? ".000" : "");
	else
		appendStringInfo(json, "%s" INT64_FORMAT ".%0*lld", value < 0 ? "-" : "", size / power,
						 unit->digits, (long long) (size % power));
}

#define SYMBOLS_MOST	20

/* A file of some profiles, and the tree it means. */
typedef struct File
{
	Random	   *random;
	Pool		pool;
	int			symbols;		/* of the file: places in pool, equal ones too */
	int			symbol[SYMBOLS_MOST];
	const Unit *unit;			/* of the profile being written */
	Oracle		oracle;
} File;

static void
count_stack(File *file, const int *frame, int count, int64 weight)
{
	PtFrame		frames[STACK_MOST] = {{"[no stack]", 10}};

	if (weight == 0)
		return;
	for (int i = 0; i < count; i++)
		frames[i] = file->pool.symbol[file->symbol[frame[i]]];
	oracle_add(&file->oracle, frames, Max(count, 1), weight);
}

static int64
random_value(const File *file)
{
	switch (random_below(file->random, 4))
	{
		case 0:
			return 0;
		case 1:
			return random_below(file->random, 3);
		case 2:
			return random_below(file->random, 100000);
		default:
			/* 40 of them, times the greatest factor, fit */
			return (int64) (random_bits(file->random) >> 1) / 50 / power_of_ten(Max(file->unit->shift - file->unit->digits, 0));
	}
}

/* Keys of an object in any order. */
static void
join(StringInfo json, StringInfoData *part, int parts, Random *random)
{
	appendStringInfoChar(json, '{');
	for (int i = 0; i < parts; i++)
	{
		int			j = i + random_below(random, parts - i);
		StringInfoData swap = part[i];

		part[i] = part[j];
		part[j] = swap;
		appendStringInfo(json, "%s%s", i > 0 ? "," : "", part[i].data);
		pfree(part[i].data);
	}
	appendStringInfoChar(json, '}');
}

static void
write_sampled(File *file, StringInfo samples, StringInfo weights)
{
	int			frame[STACK_MOST];
	int			count = 0;
	int64		sum = 0;

	appendStringInfoString(samples, "\"samples\":[");
	appendStringInfoString(weights, "\"weights\":[");
	for (int n = random_below(file->random, 20), i = 0; i < n; i++)
	{
		int64		value = random_value(file);

		/* the first frames are often those of the sample before */
		count = one_in(file->random, 10) ? 0 : random_below(file->random, count + 1);
		for (int more = random_below(file->random, 5); more > 0 && file->symbols > 0; more--)
			frame[count++] = random_below(file->random, file->symbols);
		appendStringInfo(samples, "%s[", i > 0 ? "," : "");
		for (int j = 0; j < count; j++)
			appendStringInfo(samples, "%s%d", j > 0 ? "," : "", frame[j]);
		appendStringInfoChar(samples, ']');
		if (i > 0)
			appendStringInfoChar(weights, ',');
		write_value(weights, file->unit, value, file->random);
		count_stack(file, frame, count, boundary(file->unit, sum + value) - boundary(file->unit, sum));
		sum += value;
	}
	appendStringInfoChar(samples, ']');
	appendStringInfoChar(weights, ']');
}

static void
write_event(File *file, StringInfo json, bool opens, int frame, int64 at)
{
	StringInfoData part[4];

	for (int i = 0; i < 4; i++)
		initStringInfo(&part[i]);
	appendStringInfo(&part[0], "\"type\":\"%c\"", opens ? 'O' : 'C');
	appendStringInfo(&part[1], "\"frame\":%d", frame);
	appendStringInfoString(&part[2], "\"at\":");
	write_value(&part[2], file->unit, at, file->random);
	appendStringInfoString(&part[3], "\"x\":[{\"type\":0}]");
	if (json->data[json->len - 1] != '[')
		appendStringInfoChar(json, ',');
	join(json, part, 4, file->random);
}

static void
write_evented(File *file, StringInfo json)
{
	int			frame[STACK_MOST];
	int			depth = 0;
	int64		at = one_in(file->random, 2) ? -(int64) random_below(file->random, 1000) : random_below(file->random, 1000);

	appendStringInfoString(json, "\"events\":[");
	for (int n = random_below(file->random, 30); n > 0 || depth > 0; n--)
	{
		bool		opens = file->symbols > 0 && n > 0 && (depth == 0 || one_in(file->random, 2));
		int64		value = random_value(file);

		if (!opens && depth == 0)
			break;
		count_stack(file, frame, depth, depth == 0 ? 0 : boundary(file->unit, at + value) - boundary(file->unit, at));
		at += value;
		if (opens)
			frame[depth++] = random_below(file->random, file->symbols);
		write_event(file, json, opens, frame[depth - 1], at);
		if (!opens)
			depth--;
	}
	appendStringInfoChar(json, ']');
}

/* Profiles of one kind of unit; those whose name is "other" are not counted when told so. */
static void
write_file(File *file, StringInfo json, bool others)
{
	StringInfoData part[3];
	int			kind = random_below(file->random, 3);

	for (int i = 0; i < 3; i++)
		initStringInfo(&part[i]);
	file->symbols = random_below(file->random, SYMBOLS_MOST);
	appendStringInfoString(&part[0], "\"shared\":{\"frames\":[");
	for (int i = 0; i < file->symbols; i++)
	{
		PtFrame    *symbol;

		file->symbol[i] = random_below(file->random, file->pool.count);
		symbol = &file->pool.symbol[file->symbol[i]];
		appendStringInfo(&part[0], "%s{\"file\":\"x\",\"name\":", i > 0 ? "," : "");
		pt_append_json(&part[0], symbol->text, symbol->length, pt_core_encoding);
		appendStringInfoString(&part[0], ",\"line\":3}");
	}
	appendStringInfoString(&part[0], "]}");
	appendStringInfoString(&part[1], "\"profiles\":[");
	for (int n = random_below(file->random, 4), i = 0; i < n; i++)
	{
		bool		other = others && one_in(file->random, 2);
		StringInfoData piece[6];
		Oracle		before;

		for (int j = 0; j < 6; j++)
			initStringInfo(&piece[j]);
		do
			file->unit = &units[random_below(file->random, lengthof(units))];
		while (!other && (kind == 0 ? strcmp(file->unit->name, "none") != 0 :
						  kind == 1 ? strcmp(file->unit->name, "bytes") != 0 : strstr(file->unit->name, "seconds") == NULL));
		appendStringInfo(&piece[0], "\"unit\":\"%s\"", file->unit->name);
		appendStringInfo(&piece[1], "\"name\":\"%s\"", other ? "other" : "this");
		appendStringInfoString(&piece[2], "\"startValue\":true,\"endValue\":-1");
		oracle_copy(&before, &file->oracle);
		if (one_in(file->random, 2))
		{
			appendStringInfoString(&piece[3], "\"type\":\"sampled\"");
			write_sampled(file, &piece[4], &piece[5]);
		}
		else
		{
			appendStringInfoString(&piece[3], "\"type\":\"evented\"");
			write_evented(file, &piece[4]);
			appendStringInfoString(&piece[5], "\"samples\":[[],[]]");
		}
		if (other)
		{
			oracle_free(&file->oracle);
			file->oracle = before;
		}
		else
			oracle_free(&before);
		appendStringInfoString(&part[1], i > 0 ? "," : "");
		join(&part[1], piece, 6, file->random);
	}
	/* one to be found, whatever the others are called */
	if (others)
		appendStringInfo(&part[1], "%s{\"name\":\"this\",\"type\":\"evented\",\"unit\":\"%s\"}", part[1].data[part[1].len - 1] == '[' ? "" : ",",
						 kind == 0 ? "none" : kind == 1 ? "bytes" : "seconds");
	appendStringInfoChar(&part[1], ']');
	appendStringInfoString(&part[2], "\"exporter\":[{\"profiles\":[[]]}]");
	join(json, part, 3, file->random);
}

static bool
others_write(Random *random)
{
	File		file;
	StringInfoData json;
	PtBuilder	builder;
	PtError		error;
	bool		others = one_in(random, 3);

	file.random = random;
	pool_make(&file.pool, random);
	oracle_init(&file.oracle);
	initStringInfo(&json);
	write_file(&file, &json, others);
	pt_builder_init(&builder, NULL, random_bits(random));
	if (!pt_parse_speedscope(&builder, json.data, json.len, others ? "this" : NULL, &error))
	{
		diagnose("%s: %s", error.message, json.data);
		return false;
	}
	require(builder_is(&builder, &file.oracle));
	pt_builder_free(&builder);
	oracle_free(&file.oracle);
	pfree(json.data);
	return true;
}

/* ---- what we write ---- */

static bool
we_write(Random *random)
{
	static const char *const written[] = {"none", "bytes", "nanoseconds", "samples", "no such \"unit\""};
	Profile		profile;
	Oracle		all;
	Oracle		nothing;
	Oracle		expected;
	PtTree		tree;
	PtError		error;
	StringInfoData bytes;

	profile_make(&profile, random);
	profile_to_oracle(&profile, &all);
	oracle_init(&nothing);
	oracle_delta(&expected, &nothing, &all);
	oracle_encode(&all, &bytes);
	pt_tree_init(&tree, NULL);
	require(pt_decode((uint8 *) bytes.data, bytes.len, &tree, &error));
	for (size_t i = 0; i < lengthof(written); i++)
	{
		PtBuilder	builder;
		StringInfoData json;

		initStringInfo(&json);
		pt_print_speedscope(&tree, "a \"name\"", written[i], &json, NULL);
		pt_builder_init(&builder, NULL, random_bits(random));
		require(pt_parse_speedscope(&builder, json.data, json.len, one_in(random, 2) ? "a \"name\"" : NULL, &error));
		require(builder_is(&builder, &expected));
		pt_builder_free(&builder);
		pfree(json.data);
	}
	pt_tree_free(&tree);
	oracle_free(&all);
	oracle_free(&expected);
	profile_free(&profile);
	pfree(bytes.data);
	return true;
}

/* ---- by hand ---- */

static bool
reads(const char *json, const char *profile, const char *expected)
{
	PtBuilder	builder;
	PtTree		tree;
	StringInfoData text;
	PtError		error;
	bool		same = false;

	pt_builder_init(&builder, NULL, 1);
	pt_tree_init(&tree, NULL);
	initStringInfo(&text);
	error.message[0] = '\0';
	if (pt_parse_speedscope(&builder, json, strlen(json), profile, &error))
	{
		pt_builder_flatten(&builder, &tree);
		same = pt_print_text(&tree, &text, 1 << 30, NULL) && strcmp(text.data, expected) == 0;
	}
	if (!same)
		diagnose("%s gives \"%s\", %s", json, text.data, error.message);
	pt_tree_free(&tree);
	pt_builder_free(&builder);
	pfree(text.data);
	return same;
}

static bool
fails_with(const char *json, const char *profile, PtErrorCode code, const char *message, const char *hint)
{
	int64		blocks = pt_alloc_blocks;
	PtBuilder	builder;
	PtError		error;
	bool		failed;

	pt_builder_init(&builder, NULL, 1);
	failed = !pt_parse_speedscope(&builder, json, strlen(json), profile, &error);
	if (!failed || error.code != code || strcmp(error.message, message) != 0 || builder.node_count != 1 ||
		(hint != NULL && strcmp(error.hint, hint) != 0))
	{
		diagnose("%s: %s | %s", json, failed ? error.message : "no error", failed ? error.hint : "");
		failed = false;
	}
	pt_builder_free(&builder);
	/* nothing is left behind where it stopped */
	return failed && pt_alloc_blocks == blocks;
}

static bool
fails(const char *json, PtErrorCode code, const char *message)
{
	return fails_with(json, NULL, code, message, NULL);
}

/* with two frames, the profiles alone */
#define PROFILES(profiles)	"{\"shared\":{\"frames\":[{\"name\":\"f\"},{\"name\":\"g\"}]},\"profiles\":[" profiles "]}"
#define SAMPLED(unit, samples, weights) \
	PROFILES("{\"type\":\"sampled\",\"name\":\"p\",\"unit\":\"" unit "\",\"samples\":" samples ",\"weights\":" weights "}")
#define EVENTED(unit, events) \
	PROFILES("{\"type\":\"evented\",\"name\":\"p\",\"unit\":\"" unit "\",\"events\":[" events "]}")
#define O(frame, at)	"{\"type\":\"O\",\"frame\":" frame ",\"at\":" at "}"
#define C(frame, at)	"{\"type\":\"C\",\"frame\":" frame ",\"at\":" at "}"

static bool
by_hand(void)
{
	require(reads("{\"profiles\":[]}", NULL, ""));
	require(reads(PROFILES(""), NULL, ""));
	require(reads(SAMPLED("none", "[[0,1],[0],[0,1]]", "[3,2,1]"), NULL, "f 2\nf;g 4"));
	/* rounding never adds up: 0.4 ns, over and over, end at 2.4 */
	require(reads(SAMPLED("nanoseconds", "[[0],[1],[0],[1],[0],[1]]", "[0.4,0.4,0.4,0.4,0.4,0.4]"), NULL, "g 2"));
	require(reads(SAMPLED("seconds", "[[0],[1],[0]]", "[0.01,0.01,0.01]"), NULL, "f 20000000\ng 10000000"));
	require(reads(SAMPLED("seconds", "[[0]]", "[9223372036.854775807]"), NULL, "f 9223372036854775807"));
	/* digits far below a nanosecond count, those beyond 18 do not */
	require(reads(SAMPLED("seconds", "[[0],[1]]", "[0.499999999999999999e-9,0.000000000000000001e-9]"), NULL, "g 1"));
	require(reads(SAMPLED("nanoseconds", "[[0]]", "[0.4999999999999999999999]"), NULL, ""));
	/* nobody, and nothing */
	require(reads(SAMPLED("bytes", "[[],[0],[1]]", "[5,0,7]"), NULL, "[no stack] 5\ng 7"));
	require(reads(EVENTED("none", O("0", "3") "," O("1", "5") "," C("1", "9") "," C("0", "10") "," O("1", "50") "," C("1", "51")), NULL,
				  "f 3\nf;g 4\ng 1"));
	/* from before 0 to behind it */
	require(reads(EVENTED("nanoseconds", O("0", "-1.5") "," C("0", "1.5")), NULL, "f 3"));
	require(reads(EVENTED("nanoseconds", O("0", "-1.6") "," C("0", "1.4")), NULL, "f 3"));
	/* profiles add up, units of time too; one alone by its name */
	require(reads(PROFILES("{\"type\":\"sampled\",\"name\":\"p\",\"unit\":\"seconds\",\"samples\":[[0]],\"weights\":[1]},"
						   "{\"type\":\"sampled\",\"name\":\"q\",\"unit\":\"microseconds\",\"samples\":[[0]],\"weights\":[1]}"), NULL, "f 1000001000"));
	require(reads(PROFILES("{\"type\":\"heatmap\",\"name\":\"p\",\"unit\":\"lightyears\"},"
						   "{\"type\":\"sampled\",\"samples\":[[0]],\"weights\":[1],\"name\":\"q\",\"unit\":\"bytes\"}"), "q", "f 1"));
	/* the same name twice: both */
	require(reads(PROFILES("{\"type\":\"sampled\",\"name\":\"q\",\"unit\":\"none\",\"samples\":[[0]],\"weights\":[1]},"
						   "{\"type\":\"sampled\",\"name\":\"q\",\"unit\":\"none\",\"samples\":[[0]],\"weights\":[1]}"), "q", "f 2"));
	return true;
}

static bool
errors(void)
{
#define BAD(json, message)	require(fails(json, PT_BAD_TEXT, "invalid speedscope file: " message))
	BAD("[]", "it must be an object");
	BAD("{}", "it has no \"profiles\"");
	BAD("{\"profiles\":null}", "it has no \"profiles\"");
	BAD("{\"shared\":{\"frames\":[{\"name\":\"f\"},{\"line\":1}]},\"profiles\":[]}", "frame 1 has no name");
	BAD("{\"shared\":{\"frames\":[{\"name\":null}]},\"profiles\":[]}", "frame 0 has no name");
	BAD(PROFILES("{\"type\":\"sampled\"}"), "profile 0 has no unit");
	BAD(PROFILES("{\"type\":\"sampled\",\"unit\":\"Seconds\"}"), "profile 0 has the unknown unit \"Seconds\"");
	BAD(PROFILES("{\"unit\":\"none\"}"), "profile 0 is neither sampled nor evented");
	BAD(PROFILES("{\"type\":\"evented\",\"unit\":\"none\"},{\"unit\":\"none\",\"type\":\"a very long type\"}"), "profile 1 is neither sampled nor evented");
	BAD(SAMPLED("none", "[[0]]", "[]"), "profile 0 has 0 weights for 1 samples");
	BAD(SAMPLED("none", "[]", "[1]"), "profile 0 has 1 weights for 0 samples");
	BAD(SAMPLED("none", "[[2]]", "[1]"), "profile 0, sample 0 has frame 2, but there are 2");
	BAD(SAMPLED("none", "[[0],[1,-1]]", "[1,1]"), "profile 0, sample 1 has an invalid frame number");
	BAD(SAMPLED("none", "[[0.5]]", "[1]"), "profile 0, sample 0 has an invalid frame number");
	BAD(SAMPLED("none", "[[4294967296]]", "[1]"), "profile 0, sample 0 has an invalid frame number");
	BAD(SAMPLED("none", "[[0],[0]]", "[1,1.5]"), "profile 0, sample 1: a value of unit \"none\" is not whole");
	BAD(SAMPLED("bytes", "[[0]]", "[1e-30]"), "profile 0, sample 0: a value of unit \"bytes\" is not whole");
	BAD(EVENTED("none", "{\"frame\":0,\"at\":1}"), "profile 0, event 0 lacks \"type\"");
	BAD(EVENTED("none", "{\"type\":\"O\",\"at\":1}"), "profile 0, event 0 lacks \"frame\"");
	BAD(EVENTED("none", O("0", "1") ",{\"type\":\"O\",\"frame\":1,\"at\":null}"), "profile 0, event 1 lacks \"at\"");
	BAD(EVENTED("none", "{\"type\":\"X\",\"frame\":0,\"at\":1}"), "profile 0, event 0 neither opens nor closes a frame");
	BAD(EVENTED("none", O("3", "1") "," C("3", "2")), "profile 0, event 0 has frame 3, but there are 2");
	BAD(EVENTED("none", O("0", "1") "," C("0", "0")), "profile 0, event 1 is before the one before it");
	BAD(EVENTED("none", O("0", "1") "," C("1", "2")), "profile 0, event 1 closes a frame that is not the innermost one open");
	BAD(EVENTED("none", C("0", "1")), "profile 0, event 0 closes a frame that is not the innermost one open");
	BAD(EVENTED("none", O("0", "1") "," O("1", "1") "," C("1", "2")), "profile 0 leaves frames open at its end");
	BAD(EVENTED("none", O("0", "0.5") "," C("0", "1")), "profile 0, event 0: a value of unit \"none\" is not whole");
	BAD("{\"profiles\":[{\"type\":\"sampled\",\"type\":\"evented\"}]}", "key \"type\" is twice in one object");
#define RANGE(json, message)	require(fails(json, PT_OUT_OF_RANGE, "bigint out of range: " message))
	RANGE(SAMPLED("none", "[[0]]", "[9223372036854775808]"), "profile 0, sample 0 of a speedscope file");
	RANGE(SAMPLED("seconds", "[[0],[0]]", "[1,9223372036.854775808]"), "profile 0, sample 1 of a speedscope file");
	RANGE(SAMPLED("none", "[[0],[1]]", "[9223372036854775807,1]"), "the sum of weights up to profile 0, sample 1 of a speedscope file");
	RANGE(SAMPLED("nanoseconds", "[[0]]", "[9223372036854775807.5]"), "the sum of weights up to profile 0, sample 0 of a speedscope file");
	RANGE(EVENTED("none", O("0", "-9223372036854775807") "," C("0", "9223372036854775807")), "time up to profile 0, event 1 of a speedscope file");
	RANGE(PROFILES("{\"type\":\"sampled\",\"unit\":\"none\",\"samples\":[[0]],\"weights\":[9223372036854775807]},"
				   "{\"type\":\"sampled\",\"unit\":\"none\",\"samples\":[[1]],\"weights\":[1]}"), "the sum of weights passes 9223372036854775807");
	require(fails_with(SAMPLED("none", "[[0]]", "[-1]"), NULL, PT_BAD_ARGUMENT, "profile 0, sample 0 of a speedscope file has a negative weight",
					   "proftree_delta(previous, current) gives the growth between two profiles."));
	require(fails_with(PROFILES("{\"type\":\"evented\",\"unit\":\"seconds\"},{\"type\":\"evented\",\"unit\":\"bytes\"}"), NULL, PT_BAD_ARGUMENT,
					   "profiles of the units \"seconds\" and \"bytes\" cannot be added up", "Name the profile to read as second argument."));
	require(fails_with(PROFILES("{\"name\":\"a\"},{\"name\":\"b \\\" b\"}"), "c", PT_BAD_ARGUMENT, "speedscope file has no profile \"c\"",
					   "It has \"a\", \"b \" b\"."));
	require(fails_with(PROFILES(""), "c", PT_BAD_ARGUMENT, "speedscope file has no profile \"c\"", ""));
	require(fails_with(PROFILES("{\"type\":\"evented\"}"), "c", PT_BAD_ARGUMENT, "speedscope file has no profile \"c\"", ""));
	return true;
}

/* The hint lists some names whatever they are, and says when there are more. */
static bool
many_names(void)
{
	for (int length = 0; length < 60; length++)
	{
		for (int count = 1; count < 30; count++)
		{
			StringInfoData json;
			PtBuilder	builder;
			PtError		error;
			bool		all = true;

			initStringInfo(&json);
			appendStringInfoString(&json, "{\"profiles\":[");
			for (int i = 0; i < count; i++)
			{
				appendStringInfo(&json, "%s{\"name\":\"", i > 0 ? "," : "");
				for (int j = 0; j < length; j++)
					appendStringInfoString(&json, i % 2 ? "x" : "\360\237\230\200");
				appendStringInfoString(&json, "\"}");
			}
			appendStringInfoString(&json, "]}");
			pt_builder_init(&builder, NULL, 1);
			require(!pt_parse_speedscope(&builder, json.data, json.len, "none of them", &error));
			require(error.code == PT_BAD_ARGUMENT && strncmp(error.hint, "It has ", 7) == 0);
			require(pt_valid_encoding(error.hint, strlen(error.hint)));
			require(strlen(error.hint) < sizeof(error.hint) - 1 && error.hint[strlen(error.hint) - 1] == '.');
			for (int i = 0, quotes = 0; i <= (int) strlen(error.hint); i++)
			{
				quotes += error.hint[i] == '"';
				if (error.hint[i] == '\0')
					all = quotes == 2 * count;
			}
			require(all || strstr(error.hint, "\", ....") != NULL);
			pt_builder_free(&builder);
			pfree(json.data);
		}
	}
	return true;
}

/* ---- size ---- */

/* deep stacks, many samples, long names that all share: time and memory are linear */
static bool
large(void)
{
	int			sizes[] = {5000, 20000};
	uint64		bytes[2];

	for (int shape = 0; shape < 4; shape++)
	{
		for (int s = 0; s < 2; s++)
		{
			int			size = sizes[s];
			StringInfoData json;
			PtBuilder	builder;
			PtError		error;

			initStringInfo(&json);
			appendStringInfoString(&json, "{\"shared\":{\"frames\":[{\"name\":\"");
			for (int i = 0; shape % 2 == 1 && i < 1000000; i++)
				appendStringInfoChar(&json, 'x');
			appendStringInfo(&json, "\"},{\"name\":\"b\"}]},\"profiles\":[{\"type\":\"%s\",\"unit\":\"none\",\"%s\":[",
							 shape < 2 ? "evented" : "sampled", shape < 2 ? "events" : "samples");
			for (int i = 0; i < 2 * size; i++)
			{
				/* shape 0: all open, then all close; 1: one after the other; 2: one deep stack; 3: two in turn */
				if (shape < 2)
					appendStringInfo(&json, "%s{\"type\":\"%c\",\"frame\":0,\"at\":%d}", i > 0 ? "," : "",
									 (shape == 0 ? i < size : i % 2 == 0) ? 'O' : 'C', i);
				else if (shape == 2)
					appendStringInfoString(&json, i == 0 ? "[0" : ",0");
				else
					appendStringInfo(&json, "%s[%d]", i > 0 ? "," : "", i % 2);
			}
			appendStringInfoString(&json, shape == 2 ? "]]" : "]");
			if (shape >= 2)
			{
				appendStringInfoString(&json, ",\"weights\":[1");
				for (int i = 1; shape == 3 && i < 2 * size; i++)
					appendStringInfoString(&json, ",1");
				appendStringInfoChar(&json, ']');
			}
			appendStringInfoString(&json, "}]}");
			bytes[s] = pt_alloc_bytes;
			pt_builder_init(&builder, NULL, 1);
			require(pt_parse_speedscope(&builder, json.data, json.len, NULL, &error));
			require(builder.total == (shape == 0 ? 2 * size - 1 : shape == 1 ? size : shape == 2 ? 1 : 2 * size));
			bytes[s] = pt_alloc_bytes - bytes[s];
			pt_builder_free(&builder);
			pfree(json.data);
		}
		require(bytes[1] < 8 * bytes[0]);
	}
	return true;
}

/* the deepest stack there can be, sampled and evented, and one beyond */
static bool
limits(void)
{
	StringInfoData json;

	initStringInfo(&json);
	/* so many events take their time */
	for (int i = 0; i < (UNDER_SANITIZER ? 2 : 4); i++)
	{
		bool		sampled = i / 2 == 0;
		int			depth = PT_MAX_DEPTH + i % 2;
		PtBuilder	builder;
		PtError		error;
		bool		parsed;

		resetStringInfo(&json);
		appendStringInfo(&json, "{\"shared\":{\"frames\":[{\"name\":\"f\"}]},\"profiles\":[{\"unit\":\"none\",\"type\":\"%s\",\"%s\":[",
						 sampled ? "sampled" : "evented", sampled ? "samples" : "events");
		for (int j = 0; j < depth; j++)
			appendStringInfoString(&json, sampled ? (j == 0 ? "[0" : ",0") : j == 0 ? O("0", "0") : "," O("0", "0"));
		for (int j = 0; j < depth && !sampled; j++)
			appendStringInfoString(&json, "," C("0", "1"));
		appendStringInfoString(&json, sampled ? "]],\"weights\":[1]}]}" : "]}]}");
		pt_builder_init(&builder, NULL, 1);
		parsed = pt_parse_speedscope(&builder, json.data, json.len, NULL, &error);
		require(parsed == (depth == PT_MAX_DEPTH));
		require(parsed ? builder.depth == PT_MAX_DEPTH && builder.total == 1 : error.code == PT_BEYOND_LIMIT);
		pt_builder_free(&builder);
	}
	pfree(json.data);
	return true;
}

int
main(void)
{
	report(by_hand(), "speedscope files by hand");
	report(errors(), "what is no speedscope file is named by profile and event or sample");
	report(many_names(), "names in the hint");
	run_cases("files as others write them, in all units", CASES(2000), others_write);
	run_cases("written and read again, a tree is the same without its weightless leaves", CASES(200), we_write);
	report(large(), "deep, many, long names");
	report(limits(), "limits of depth");
	return finish();
}
