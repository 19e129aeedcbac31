/*-------------------------------------------------------------------------
 *
 * json_read.c
 *		Reading a JSON document of a known shape, in one pass.
 *
 * The reader stands at a wanted place, with those around it on a short stack,
 * or in something nobody wants, of which it only counts how deep it is.
 *
 *-------------------------------------------------------------------------
 */
#include "json_read.h"

#include "compat.h"

#include "common/jsonapi.h"
#include "stack_text.h"

typedef struct Reader
{
	PtJsonTake	take;
	void	   *format;
	PtError    *error;
	bool		failed;			/* *error is set */
	uint64		values;			/* met, for interrupts */

	int			depth;			/* wanted places open at present */
	const PtJsonPlace *open[PT_JSON_DEPTH];
	uint64		seen[PT_JSON_DEPTH];	/* of an object: its keys met, by bit */
	const PtJsonPlace *next;	/* the place of the value to come, or NULL */
	uint64		unwanted;		/* objects and arrays open within the last place */
} Reader;

static const char *const type_names[] = {"nothing", "an object", "an array", "a number", "a string"};

/* The value to come stands at a wanted place, but is of another type. */
static bool
wrong_type(Reader *reader)
{
	const PtJsonPlace *place = reader->next;
	const char *type = type_names[place->type];

	if (reader->depth == 0)
		return pt_fail(reader->error, PT_BAD_TEXT, "invalid %s: it must be %s", place->key, type);
	if (place->key != NULL)
		return pt_fail(reader->error, PT_BAD_TEXT, "invalid %s: \"%s\" must be %s",
					   reader->open[0]->key, place->key, type);
	for (int i = reader->depth - 1; place->key == NULL; i--)
		place = reader->open[i];
	return pt_fail(reader->error, PT_BAD_TEXT, "invalid %s: an element of \"%s\" must be %s",
				   reader->open[0]->key, place->key, type);
}

static bool
begin(Reader *reader, PtJsonType type)
{
	if (reader->unwanted > 0 || reader->next == NULL)
	{
		reader->unwanted++;
		return true;
	}
	if (reader->next->type != type)
		return wrong_type(reader);
	Assert(reader->depth < PT_JSON_DEPTH);
	reader->open[reader->depth] = reader->next;
	reader->seen[reader->depth] = 0;
	reader->depth++;
	return reader->take(reader->format, reader->next->id, PT_JSON_BEGIN, NULL, reader->error);
}

static bool
end(Reader *reader)
{
	if (reader->unwanted > 0)
	{
		reader->unwanted--;
		return true;
	}
	reader->depth--;
	return reader->take(reader->format, reader->open[reader->depth]->id, PT_JSON_END, NULL,
						reader->error);
}

static bool
meet_key(Reader *reader, const char *key, bool is_null)
{
	const PtJsonPlace *place;
	const PtJsonPlace *inside;
	uint64	   *seen;

	if (reader->unwanted > 0)
		return true;
	place = reader->open[reader->depth - 1];
	seen = &reader->seen[reader->depth - 1];
	reader->next = NULL;
	for (inside = place->inside; inside->type != PT_JSON_NOTHING; inside++)
	{
		uint64		bit = UINT64CONST(1) << (inside - place->inside);

		if (strcmp(inside->key, key) != 0)
			continue;
		if (*seen & bit)
			return pt_fail(reader->error, PT_BAD_TEXT, "invalid %s: key \"%s\" is twice in one object",
						   reader->open[0]->key, key);
		*seen |= bit;
		if (!is_null)
			reader->next = inside;
		return true;
	}
	return true;
}

static bool
meet_value(Reader *reader, const char *value, PtJsonType type)
{
	if (reader->unwanted > 0 || reader->next == NULL)
		return true;
	if (reader->next->type != type)
		return wrong_type(reader);
	return reader->take(reader->format, reader->next->id, PT_JSON_VALUE, value, reader->error);
}

/* ---- what the parser calls ---- */

/*
 * Nothing more is done once something failed: before 16 the parser goes on.
 */
#define DO(call) \
	do { \
		Reader	   *reader = (Reader *) state; \
		reader->values++; \
		PT_CHECK_INTERRUPTS(reader->values); \
		if (!reader->failed) \
			reader->failed = !(call); \
	} while (0)
#define FINISH() PT_JSON_RETURN(!((Reader *) state)->failed)

static PT_JSON_ACTION
object_start(void *state)
{
	DO(begin(reader, PT_JSON_OBJECT));
	FINISH();
}

static PT_JSON_ACTION
array_start(void *state)
{
	DO(begin(reader, PT_JSON_ARRAY));
	FINISH();
}

/* also of an array */
static PT_JSON_ACTION
object_end(void *state)
{
	DO(end(reader));
	FINISH();
}

/* the key is ours, as nothing is called when its value ends */
static PT_JSON_ACTION
object_field_start(void *state, char *key, bool is_null)
{
	DO(meet_key(reader, key, is_null));
	pfree(key);
	FINISH();
}

static bool
expect_element(Reader *reader)
{
	if (reader->unwanted == 0)
		reader->next = reader->open[reader->depth - 1]->inside;
	return true;
}

static PT_JSON_ACTION
array_element_start(void *state, bool is_null)
{
	DO(expect_element(reader));
	FINISH();
}

static PT_JSON_ACTION
scalar(void *state, char *token, JsonTokenType type)
{
	DO(meet_value(reader, token,
				  type == JSON_TOKEN_STRING ? PT_JSON_STRING :
				  type == JSON_TOKEN_NUMBER ? PT_JSON_NUMBER : PT_JSON_NOTHING));
	pfree(token);
	FINISH();
}

bool
pt_read_json(const char *json, size_t length, const PtJsonPlace *document,
			 PtJsonTake take, void *format, PtError *error)
{
	Reader		reader;
	JsonSemAction actions;
	JsonLexContext *lexer;
	JsonParseErrorType outcome;
	size_t		at;

	memset(&reader, 0, sizeof(reader));
	reader.take = take;
	reader.format = format;
	reader.error = error;
	reader.next = document;

	memset(&actions, 0, sizeof(actions));
	actions.semstate = &reader;
	actions.object_start = object_start;
	actions.object_end = object_end;
	actions.array_start = array_start;
	actions.array_end = object_end;
	actions.object_field_start = object_field_start;
	actions.array_element_start = array_element_start;
	actions.scalar = scalar;

	lexer = pt_make_json_lexer(json, length, pt_encoding());
	outcome = pg_parse_json(lexer, &actions);
	at = lexer->token_start != NULL ? (size_t) (lexer->token_start - json) : length;
	pt_free_json_lexer(lexer);

	if (reader.failed)
		return false;
	if (outcome == JSON_SUCCESS)
		return true;
	if (outcome == JSON_UNICODE_CODE_POINT_ZERO || outcome == JSON_UNICODE_HIGH_ESCAPE ||
		outcome == JSON_UNICODE_UNTRANSLATABLE)
	{
		pt_fail(error, PT_UNTRANSLATABLE, "unsupported Unicode escape sequence");
		pt_locate_error(error, json, at);
		if (outcome == JSON_UNICODE_CODE_POINT_ZERO)
			return pt_fail_detail(error, "\\u0000 cannot be part of a symbol.");
		return pt_fail_detail(error, "The encoding \"%s\" lacks the character.",
							  pg_encoding_to_char(pt_encoding()));
	}
	pt_fail(error, PT_BAD_TEXT, "invalid JSON");
	pt_locate_error(error, json, at);
	return false;
}

/* ---- numbers ---- */

bool
pt_json_decimal(const char *number, int shift, PtDecimal *value, bool *exact)
{
	const PtDecimal limit = PT_DECIMAL_LIMIT * PT_DECIMAL_ONE;
	bool		negative = *number == '-';
	const char *digits = number + negative;
	const char *at = digits;
	int64		exponent = 0;
	int64		place;			/* of the digit looked at: it counts 10^place */
	PtDecimal	result = 0;

	while (*at >= '0' && *at <= '9')
		at++;
	place = at - digits - 1;
	at += strcspn(at, "eE");
	if (*at != '\0')
	{
		bool		down = at[1] == '-';

		for (at += down || at[1] == '+' ? 2 : 1; *at != '\0'; at++)
		{
			/* no number has so many digits */
			if (exponent < PG_INT64_MAX / 100)
				exponent = exponent * 10 + (*at - '0');
		}
		if (down)
			exponent = -exponent;
	}
	place += exponent + shift + PT_DECIMAL_DIGITS;

	*exact = true;
	for (at = digits; *at == '.' || (*at >= '0' && *at <= '9'); at++)
	{
		PT_CHECK_INTERRUPTS(at - number + 1);
		if (*at == '.')
			continue;
		if (place < 0)
			*exact &= *at == '0';
		else if ((result = result * 10 + (*at - '0')) >= limit)
			return false;
		place--;
	}
	for (; place >= 0 && result > 0; place--)
	{
		result *= 10;
		if (result >= limit)
			return false;
	}
	*value = negative ? -result : result;
	return true;
}

PtJsonWhole
pt_json_whole(const char *number, int64 *value)
{
	PtDecimal	decimal;
	bool		exact;

	if (!pt_json_decimal(number, 0, &decimal, &exact))
		return PT_WHOLE_RANGE;
	if (!exact || decimal % PT_DECIMAL_ONE != 0)
		return PT_WHOLE_FRACTION;
	*value = (int64) (decimal / PT_DECIMAL_ONE);
	return PT_WHOLE;
}
