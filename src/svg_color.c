/*-------------------------------------------------------------------------
 *
 * svg_color.c
 *		The colours of frames in pictures.
 *
 *-------------------------------------------------------------------------
 */
#include "svg_color.h"

#include <math.h>

/* ---- modules ---- */

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* what names of namespaces and crates are made of */
static inline bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$';
}

static const char *
find(const char *text, size_t length, const char *what)
{
	size_t		what_length = strlen(what);

	for (const char *end = text + length; (size_t) (end - text) >= what_length; text++)
	{
		text = memchr(text, *what, end - text - what_length + 1);
		if (text == NULL)
			return NULL;
		if (memcmp(text, what, what_length) == 0)
			return text;
	}
	return NULL;
}

/* "parse (lexer.py:12)": lexer.py, and without line and column */
static const char *
module_of_file(const char *symbol, size_t length, size_t *module_length)
{
	const char *end = symbol + length;
	const char *start;
	const char *stop;

	if (length < 5 || end[-1] != ')')
		return NULL;
	for (start = end - 1; start > symbol && start[-1] != '('; start--)
		;
	stop = end - 1;
	for (int numbers = 0; numbers < 2; numbers++)
	{
		const char *digits = stop;

		while (digits > start && is_digit(digits[-1]))
			digits--;
		if (digits == stop || digits <= start + 1 || digits[-1] != ':')
			break;
		stop = digits - 1;
	}
	if (start == symbol || stop == end - 1)
		return NULL;
	*module_length = stop - start;
	return start;
}

/* "a::b": a, which may have a return type or "<" before it */
static const char *
module_of_namespace(const char *symbol, size_t length, size_t *module_length)
{
	const char *colons = find(symbol, length, "::");
	const char *start = colons;

	if (colons == NULL)
		return NULL;
	while (start > symbol && is_word(start[-1]))
		start--;
	*module_length = colons - start;
	return *module_length > 0 ? start : NULL;
}

/* is this the end that compilers put to the name of a part or copy of a function? */
static bool
is_compiler_suffix(const char *dot, const char *end)
{
	static const char *const suffixes[] = {".part.", ".isra.", ".constprop.", ".cold", ".lto_priv.", ".llvm."};

	for (size_t i = 0; i < lengthof(suffixes); i++)
	{
		size_t		length = strlen(suffixes[i]);

		if ((size_t) (end - dot) >= length && memcmp(dot, suffixes[i], length) == 0)
			return true;
	}
	return false;
}

/*
 * "net/http.(*conn).serve", "java.util.HashMap.get", "java/util/HashMap.get":
 * a path, and behind it components that do not begin with a capital, but not
 * the last of all
 */
static const char *
module_of_package(const char *symbol, size_t length, size_t *module_length)
{
	const char *end = symbol;
	const char *at = symbol;
	const char *module_end = symbol;
	const char *slash = NULL;

	/* behind these come arguments, receivers and the like */
	while (end < symbol + length && memchr("([<{ ", *end, 5) == NULL)
	{
		if (*end == '/')
			slash = end;
		end++;
	}
	if (slash != NULL)
	{
		module_end = slash;
		at = slash + 1;
	}
	while (at < end)
	{
		const char *dot = memchr(at, '.', end - at);

		if (dot == NULL || dot == at || is_compiler_suffix(dot, end) ||
			(*at >= 'A' && *at <= 'Z' && module_end > symbol))
			break;
		module_end = dot;
		/* a class without a package is a module by itself, but no more */
		if (*at >= 'A' && *at <= 'Z')
			break;
		at = dot + 1;
	}
	*module_length = module_end - symbol;
	return *module_length > 0 ? symbol : NULL;
}

const char *
pt_symbol_module(const char *symbol, size_t length, size_t *module_length)
{
	const char *module = module_of_file(symbol, length, module_length);
	const char *stop;

	if (module != NULL)
		return module;
	if (length > 2 && symbol[0] == '[' && (stop = memchr(symbol, ']', length)) != NULL && stop > symbol + 1)
	{
		*module_length = stop - symbol - 1;
		return symbol + 1;
	}
	if ((stop = find(symbol, length, "+0x")) != NULL && stop > symbol)
	{
		*module_length = stop - symbol;
		return symbol;
	}
	if (find(symbol, length, "::") != NULL)
		return module_of_namespace(symbol, length, module_length);
	return module_of_package(symbol, length, module_length);
}

/* ---- colours ---- */

#define SHADES			5
#define MODULE_HUES		22
#define PLAIN_HUES		8

StaticAssertDecl(PT_COLORS == (MODULE_HUES + PLAIN_HUES) * SHADES + 1, "all colours and that of \"all\"");

/* FNV-1a, as colours have to be the same on every machine */
static uint32
hash_text(const char *text, size_t length)
{
	uint32		hash = 2166136261U;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8) text[i]) * 16777619U;
	/* its low bits alone hardly depend on the last bytes */
	return hash ^ hash >> 16;
}

uint32
pt_symbol_color(const char *symbol, size_t length)
{
	size_t		module_length;
	const char *module = pt_symbol_module(symbol, length, &module_length);
	uint32		hash = hash_text(symbol, length);
	uint32		hue;

	if (module != NULL)
		hue = hash_text(module, module_length) % MODULE_HUES;
	else
		hue = MODULE_HUES + (hash >> 8) % PLAIN_HUES;
	return hue * SHADES + hash % SHADES;
}

uint32
pt_diff_color(double baseline, double comparison)
{
	double		middle = (PT_DIFF_COLORS - 1) / 2.0;

	/* rounded half up, as the picture's script does */
	return (uint32) floor(middle + middle * ((comparison - baseline) / Max(baseline, comparison)) + 0.5);
}

/* hue 0 to 360, saturation and lightness 0 to 1 */
static void
hsl_text(double hue, double saturation, double lightness, char *text)
{
	int			rgb[3];

	for (int i = 0; i < 3; i++)
	{
		/* the usual formula, for red, green, blue: n = 0, 8, 4 */
		double		k = fmod((i == 0 ? 0 : i == 1 ? 8 : 4) + hue / 30, 12);
		double		part = saturation * Min(lightness, 1 - lightness);

		rgb[i] = (int) (255 * (lightness - part * Max(-1, Min(Min(k - 3, 9 - k), 1))) + 0.5);
	}
	snprintf(text, PT_COLOR_SIZE, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
}

void
pt_color_text(uint32 color, bool differential, char text[PT_COLOR_SIZE])
{
	if (differential)
	{
		/* red grew, blue shrank, the more the stronger */
		double		middle = (PT_DIFF_COLORS - 1) / 2.0;
		double		change = (color - middle) / middle;

		hsl_text(change > 0 ? 8 : 215, color == middle ? 0 : 0.75, 0.88 - 0.30 * fabs(change), text);
	}
	else if (color == PT_COLOR_ALL)
		hsl_text(0, 0, 0.82, text);
	else
	{
		uint32		hue = color / SHADES;
		uint32		shade = color % SHADES;

		/* modules all around but for the magenta of what a search has found; the rest in warm colours */
		hsl_text(hue < MODULE_HUES ? (hue * 15 + (hue * 15 >= 285 ? 30 : 0)) : 8 + (hue - MODULE_HUES) * 6,
				 hue < MODULE_HUES ? 0.55 : 0.80, 0.66 + 0.035 * shade, text);
	}
}
