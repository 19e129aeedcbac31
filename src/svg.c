/*-------------------------------------------------------------------------
 *
 * svg.c
 *		Flame graphs as SVG pictures.
 *
 * A picture has three parts: the frames as they are seen at first, for viewers
 * that run no scripts (GitHub, an <img> element); the whole tree as JSON; and
 * a script (svg/flamegraph.js), which draws from the tree what is zoomed and
 * searched.  It refers to nothing outside of itself.
 *
 * Frames are not elements: all of one colour are one path of horizontal lines,
 * each as thick as a frame is high, which takes some 15 bytes a frame.
 *
 * No text of the tree is markup.  What is drawn is escaped as XML
 * (append_xml), what is data as JSON that holds no character of markup
 * (pt_append_json).
 *
 * Geometry, in px.  Level 0 is the frame "all".  The frames have an origin of
 * their own, the top of "all" when inverted, else its bottom, and levels count
 * away from it; so nothing depends on how many levels will be drawn.
 *
 *-------------------------------------------------------------------------
 */
#include "svg.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "convert.h"
#include "json_text.h"
#include "svg_assets.h"
#include "svg_color.h"

/* these are also in svg/flamegraph.js */
#define ROW				16		/* height of a frame with its gap */
#define PAD				10		/* left and right of the frames */
#define TOP				54		/* above them */
#define FOOT			28		/* below them */
#define LEAST_ROWS		3		/* the picture has room for these, so that a tip fits */

#define CELL			6.7		/* width of a character: the font has 11 px, and 0.6 em a character */
#define LABEL_CELLS		3		/* less of a symbol than this is no label */
#define LABEL_PAD		6

/* coordinates have two decimals: less than this is nothing */
#define LEAST_WIDTH		0.01

/* What is drawn: a tree, or two side by side. */
typedef struct Picture
{
	const PtTree *tree;
	const int64 *other;			/* weights of the other side, NULL when there is none */
	int64		other_total;
	const PtSvgOptions *options;
	int64	   *totals;			/* of each node */
	int64	   *other_totals;
	double		min_width;

	StringInfoData path[PT_COLORS]; /* d attributes, by colour */
	StringInfoData labels;
	uint32		levels;			/* drawn, with that of "all" */
	uint64		omitted;		/* nodes too narrow to be drawn */
	int64		omitted_weight;
	int64		omitted_other;
} Picture;

/* ---- text ---- */

/*
 * The encoding to look at characters in: XML is UTF-8 here, so bytes of no
 * known encoding are taken for it.
 */
static int
xml_encoding(void)
{
	return pt_encoding() == PG_SQL_ASCII ? PG_UTF8 : pt_encoding();
}

/*
 * Length of the character at text, of a byte that is part of none 1; *known is
 * false when XML cannot hold it: no valid bytes, a control character, U+FFFE or
 * U+FFFF.
 */
static int
xml_character(const char *text, size_t length, bool *known)
{
	unsigned char c = (unsigned char) *text;
	int			n;

	if (c < 0x80)
	{
		*known = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
		return 1;
	}
	n = pg_encoding_verifymbchar(xml_encoding(), text, (int) Min(length, MAX_MULTIBYTE_CHAR_LEN));
	*known = n > 0 && !(xml_encoding() == PG_UTF8 && n == 3 && memcmp(text, "\xEF\xBF", 2) == 0 &&
						(unsigned char) text[2] >= 0xBE);
	return Max(n, 1);
}

/* Append text as content or in a quoted attribute; what XML lacks as "?". */
static void
append_xml(StringInfo xml, const char *text, size_t length)
{
	uint64		characters = 0;

	for (size_t at = 0; at < length;)
	{
		bool		known;
		int			n = xml_character(text + at, length - at, &known);

		characters++;
		PT_CHECK_INTERRUPTS(characters);
		switch (known ? text[at] : '\0')
		{
			case '\0':
				appendStringInfoChar(xml, '?');
				break;
			case '&':
				appendStringInfoString(xml, "&amp;");
				break;
			case '<':
				appendStringInfoString(xml, "&lt;");
				break;
			case '>':
				appendStringInfoString(xml, "&gt;");
				break;
			case '"':
				appendStringInfoString(xml, "&quot;");
				break;
			case '\t':
			case '\n':
			case '\r':
				appendStringInfoChar(xml, ' ');
				break;
			default:
				appendBinaryStringInfo(xml, text + at, n);
				break;
		}
		at += n;
	}
}

/* Cells of a fixed-width font that a character of n bytes takes. */
static int
cells_of(const char *text, int n)
{
	int			cells = n == 1 ? 1 : pg_encoding_dsplen(xml_encoding(), text);

	return Max(cells, 0);
}

/*
 * Append as much of a symbol as fits into so many cells, ".." behind it when
 * cut; nothing, and false, when that is less than LABEL_CELLS of it.
 */
static bool
append_label(StringInfo xml, const char *symbol, size_t length, int room)
{
	int			cells = 0;
	size_t		cut = 0;		/* where the label ends if the symbol does not fit */
	size_t		at = 0;

	while (at < length)
	{
		bool		known;
		int			n = xml_character(symbol + at, length - at, &known);

		cells += cells_of(symbol + at, n);
		if (cells > room)
			break;
		at += n;
		if (cells <= room - 2)
			cut = at;
	}
	if (at < length && room < LABEL_CELLS + 2)
		return false;
	append_xml(xml, symbol, at == length ? length : cut);
	if (at < length)
		appendStringInfoString(xml, "..");
	return true;
}

/*
 * Append a coordinate with at most two decimals.  Written by hand, as a picture
 * can have 200,000 of them and snprintf() takes most of the time.
 */
static void
append_place(StringInfo xml, double place)
{
	uint64		hundredths = (uint64) (place * 100 + 0.5);
	char		digits[24];
	char	   *at = digits + sizeof(digits);
	uint32		decimals = (uint32) (hundredths % 100);

	hundredths /= 100;
	if (decimals != 0)
	{
		if (decimals % 10 != 0)
			*--at = (char) ('0' + decimals % 10);
		*--at = (char) ('0' + decimals / 10);
		*--at = '.';
	}
	do
	{
		*--at = (char) ('0' + hundredths % 10);
		hundredths /= 10;
	} while (hundredths > 0);
	appendBinaryStringInfo(xml, at, (int) (digits + sizeof(digits) - at));
}

/* Append a number in groups of three digits. */
static void
append_grouped(StringInfo xml, uint64 number)
{
	char		digits[24];
	int			count = snprintf(digits, sizeof(digits), UINT64_FORMAT, number);

	for (int i = 0; i < count; i++)
	{
		if (i > 0 && (count - i) % 3 == 0)
			appendStringInfoChar(xml, ',');
		appendStringInfoChar(xml, digits[i]);
	}
}

/* ---- frames ---- */

/* the upper edge of a level, from the origin of the frames */
static int
row_top(const Picture *picture, uint32 level)
{
	return picture->options->inverted ? (int) level * ROW : -(int) (level + 1) * ROW;
}

static void
put_frame(Picture *picture, const char *symbol, size_t length, uint32 level, uint32 color,
		  double x, double width)
{
	StringInfo	path = &picture->path[color];
	StringInfo	labels = &picture->labels;
	double		drawn = width - 0.5 >= Max(3, picture->min_width) ? width - 0.5 : width;
	int			top = row_top(picture, level);
	int			room = (int) ((width - LABEL_PAD) / CELL);

	if (path->data == NULL)
		initStringInfo(path);
	appendStringInfoChar(path, 'M');
	append_place(path, PAD + x);
	if (top >= 0)
		appendStringInfoChar(path, ' ');
	else
		appendStringInfoChar(path, '-');
	append_place(path, abs(top + ROW / 2));
	appendStringInfoChar(path, 'h');
	append_place(path, drawn);

	if (room >= LABEL_CELLS)
	{
		int			start = labels->len;

		appendStringInfoString(labels, "<text x=\"");
		append_place(labels, PAD + x + LABEL_PAD / 2.0);
		appendStringInfo(labels, "\" y=\"%d.5\">", top < 0 ? top + 12 : top + 11);
		if (append_label(labels, symbol, length, room))
			appendStringInfoString(labels, "</text>\n");
		else
			labels->len = start;
	}
	picture->levels = Max(picture->levels, level + 1);
}

static double
share_of(int64 part, int64 whole)
{
	return whole == 0 ? 0 : (double) part / (double) whole;
}

/* Draw the tree as it is seen at first. */
static void
put_frames(Picture *picture)
{
	const PtTree *tree = picture->tree;
	const PtDictionary *dictionary = &tree->dictionary;
	double		width = picture->options->width - 2 * PAD;
	int			sides = (tree->total > 0) + (picture->other_total > 0);
	/* by level: where its next frame begins */
	double	   *next = pt_alloc(tree->memory, ((size_t) tree->depth + 2) * sizeof(double));
	uint32	   *color = NULL;
	uint32		cut_level = PG_UINT32_MAX;	/* of the frame not drawn that we are in */

	if (picture->other == NULL)
	{
		color = pt_alloc(tree->memory, ((size_t) dictionary->count + 1) * sizeof(uint32));
		for (uint32 i = 0; i < dictionary->count; i++)
		{
			size_t		length;
			const char *text = pt_symbol_text(dictionary, i, &length);

			PT_CHECK_INTERRUPTS(i + 1);
			color[i] = pt_symbol_color(text, length);
		}
	}
	put_frame(picture, "all", 3, 0, picture->other == NULL ? PT_COLOR_ALL : PT_DIFF_COLORS / 2, 0, width);
	next[1] = 0;
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		uint32		level = tree->level[i];
		double		share = share_of(picture->totals[i], tree->total);
		double		other_share = 0;
		double		left = next[level];
		double		drawn;
		size_t		length;
		const char *symbol;

		PT_CHECK_INTERRUPTS(i + 1);
		if (picture->other != NULL)
			other_share = share_of(picture->other_totals[i], picture->other_total);
		drawn = (share + other_share) / Max(sides, 1) * width;
		next[level] = left + drawn;
		next[level + 1] = left;
		if (level <= cut_level)
			cut_level = PG_UINT32_MAX;
		if (share + other_share <= 0)
			continue;
		if (drawn < picture->min_width)
		{
			picture->omitted++;
			if (cut_level == PG_UINT32_MAX)
			{
				cut_level = level;
				picture->omitted_weight += picture->totals[i];
				if (picture->other != NULL)
					picture->omitted_other += picture->other_totals[i];
			}
			continue;
		}
		symbol = pt_symbol_text(dictionary, tree->symbol[i], &length);
		put_frame(picture, symbol, length, level,
				  color != NULL ? color[tree->symbol[i]] : pt_diff_color(share, other_share),
				  left, drawn);
	}
	pt_free(next);
	if (color != NULL)
		pt_free(color);
}

/* ---- the tree as data ---- */

/*
 * Append a number in digits of 5 bits, lowest first, of which all but the last
 * have 32 added; a digit is a character of base 64.  This is half as long as
 * decimal numbers with their commas.
 */
static void
append_digits(StringInfo json, uint64 number)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	while (number >= 32)
	{
		appendStringInfoChar(json, characters[(number & 31) + 32]);
		number >>= 5;
	}
	appendStringInfoChar(json, characters[number]);
}

/* is a node seen at any zoom? */
static inline bool
has_width(const Picture *picture, uint32 node)
{
	return picture->totals[node] > 0 || (picture->other != NULL && picture->other_totals[node] > 0);
}

/* Append a column of the tree: a number for each node that has width. */
static void
append_weights(const Picture *picture, const char *name, const int64 *self, uint64 quantum, StringInfo json)
{
	appendStringInfo(json, ",\n\"%s\":\"", name);
	for (uint32 i = 0; i < picture->tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (has_width(picture, i))
			append_digits(json, (uint64) self[i] / quantum);
	}
	appendStringInfoChar(json, '"');
}

static uint64
quantum_of(const Picture *picture)
{
	uint64		quantum = 0;

	for (uint32 i = 0; i < picture->tree->node_count && quantum != 1; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (picture->tree->self[i] > 0)
			quantum = pt_common_divisor((uint64) picture->tree->self[i], quantum);
		if (picture->other != NULL && picture->other[i] > 0)
			quantum = pt_common_divisor((uint64) picture->other[i], quantum);
	}
	return Max(quantum, 1);
}

/*
 * Append text as a JSON string.  Where bytes have no encoding they may be no
 * UTF-8, and then no XML: those are replaced.
 */
static void
append_string(StringInfo json, const char *text, size_t length)
{
	StringInfoData mended;

	if (pt_encoding() != PG_SQL_ASCII || pg_encoding_verifymbstr(PG_UTF8, text, (int) length) == (int) length)
	{
		pt_append_json(json, text, length, xml_encoding());
		return;
	}
	initStringInfo(&mended);
	pt_append_mended(&mended, text, length, PG_UTF8, NULL);
	pt_append_json(json, mended.data, mended.len, xml_encoding());
	pfree(mended.data);
}

static void
append_data(const Picture *picture, StringInfo svg)
{
	const PtTree *tree = picture->tree;
	const PtSvgOptions *options = picture->options;
	uint32		colors = picture->other == NULL ? PT_COLORS : PT_DIFF_COLORS;
	uint64		quantum = quantum_of(picture);
	uint32		nodes = 0;
	uint32		last_level = 0;
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	appendStringInfo(svg, "<script type=\"application/json\" class=\"data\">{\"width\":%d,\"cell\":%g,\"inverted\":%s",
					 options->width, CELL, options->inverted ? "true" : "false");
	double_to_shortest_decimal_buf(picture->min_width, text);
	appendStringInfo(svg, ",\"minWidth\":%s,\"unit\":", text);
	append_string(svg, options->unit, options->unit_length);
	appendStringInfo(svg, ",\"total\":\"" INT64_FORMAT "\",\"quantum\":\"" UINT64_FORMAT "\"", tree->total, quantum);
	if (picture->other != NULL)
		appendStringInfo(svg, ",\"otherTotal\":\"" INT64_FORMAT "\"", picture->other_total);
	appendStringInfo(svg, ",\"allColor\":%d,\n\"palette\":[",
					 picture->other == NULL ? PT_COLOR_ALL : PT_DIFF_COLORS / 2);
	for (uint32 i = 0; i < colors; i++)
	{
		char		color[PT_COLOR_SIZE];

		pt_color_text(i, picture->other != NULL, color);
		appendStringInfo(svg, i == 0 ? "\"%s\"" : ",\"%s\"", color);
	}
	appendStringInfoString(svg, "],\n\"names\":[");
	for (uint32 i = 0; i < tree->dictionary.count; i++)
	{
		size_t		length;
		const char *symbol = pt_symbol_text(&tree->dictionary, i, &length);

		PT_CHECK_INTERRUPTS(i + 1);
		if (i > 0)
			appendStringInfoString(svg, ",\n");
		append_string(svg, symbol, length);
	}
	appendStringInfoChar(svg, ']');

	if (picture->other == NULL)
	{
		appendStringInfoString(svg, ",\n\"colors\":\"");
		for (uint32 i = 0; i < tree->dictionary.count; i++)
		{
			size_t		length;
			const char *symbol = pt_symbol_text(&tree->dictionary, i, &length);

			PT_CHECK_INTERRUPTS(i + 1);
			append_digits(svg, pt_symbol_color(symbol, length));
		}
		appendStringInfoChar(svg, '"');
	}
	appendStringInfoString(svg, ",\n\"symbols\":\"");
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (has_width(picture, i))
		{
			append_digits(svg, tree->symbol[i]);
			nodes++;
		}
	}
	appendStringInfoString(svg, "\",\n\"shape\":\"");
	for (uint32 i = 0; i < tree->node_count; i++)
	{
		PT_CHECK_INTERRUPTS(i + 1);
		if (has_width(picture, i))
		{
			append_digits(svg, last_level + 1 - tree->level[i]);
			last_level = tree->level[i];
		}
	}
	appendStringInfoChar(svg, '"');
	append_weights(picture, "weights", tree->self, quantum, svg);
	if (picture->other != NULL)
		append_weights(picture, "other", picture->other, quantum, svg);
	appendStringInfo(svg, ",\n\"nodes\":%u}</script>\n", nodes);
}

/* ---- the picture ---- */

/* "12 samples, 0.40 %" */
static void
append_amount(const Picture *picture, int64 weight, int64 total, StringInfo svg)
{
	append_grouped(svg, (uint64) weight);
	appendStringInfoChar(svg, ' ');
	append_xml(svg, picture->options->unit, picture->options->unit_length);
	appendStringInfo(svg, ", %.2f %%", 100 * share_of(weight, total));
}

/* what is not drawn, told below the frames */
static void
append_note(const Picture *picture, int y, StringInfo svg)
{
	appendStringInfo(svg, "<text class=\"note\" x=\"%d\" y=\"%d\">", PAD, y);
	if (picture->omitted > 0)
	{
		char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

		append_grouped(svg, picture->omitted);
		double_to_shortest_decimal_buf(picture->min_width, text);
		appendStringInfo(svg, "%s narrower than %s px not drawn: ",
						 picture->omitted == 1 ? " frame" : " frames", text);
		append_amount(picture, picture->omitted_weight, picture->tree->total, svg);
		if (picture->other != NULL)
		{
			appendStringInfoString(svg, " -&gt; ");
			append_amount(picture, picture->omitted_other, picture->other_total, svg);
		}
	}
	appendStringInfoString(svg, "</text>\n");
}

static void
print_picture(Picture *picture, StringInfo svg)
{
	const PtTree *tree = picture->tree;
	const PtSvgOptions *options = picture->options;
	int			frames_height;
	int			height;

	picture->min_width = Max(options->min_width, LEAST_WIDTH);
	picture->totals = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(int64));
	pt_totals(tree, picture->totals);
	if (picture->other != NULL)
	{
		picture->other_totals = pt_alloc(tree->memory, ((size_t) tree->node_count + 1) * sizeof(int64));
		pt_totals_of(tree, picture->other, picture->other_totals);
	}
	initStringInfo(&picture->labels);
	put_frames(picture);
	frames_height = (int) Max(picture->levels, LEAST_ROWS) * ROW;
	height = TOP + frames_height + FOOT;

	appendStringInfo(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pyrotree-flamegraph\""
					 " viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"group\" aria-label=\"",
					 options->width, height, options->width, height);
	append_xml(svg, options->title, options->title_length);
	appendStringInfoString(svg, "\">\n<style>\n" PT_SVG_STYLE "</style>\n"
						   "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
	appendStringInfo(svg, "<text class=\"title\" x=\"%d\" y=\"22\">", options->width / 2);
	append_label(svg, options->title, options->title_length,
				 (int) ((options->width - 2 * PAD) / (CELL * 16 / 11)));
	appendStringInfo(svg, "</text>\n<text class=\"details\" x=\"%d\" y=\"44\" role=\"status\"></text>\n"
					 "<text class=\"matched\" x=\"%d\" y=\"44\" text-anchor=\"end\" role=\"status\"></text>\n",
					 PAD, options->width - PAD);
	append_note(picture, height - 10, svg);

	appendStringInfo(svg, "<g class=\"chart\" transform=\"translate(0,%d)\" tabindex=\"0\" role=\"application\""
					 " aria-label=\"flame graph: arrow keys move, Enter zooms, Escape resets, / searches\">\n"
					 "<g class=\"frames\">\n",
					 options->inverted ? TOP : TOP + frames_height);
	for (uint32 i = 0; i < PT_COLORS; i++)
	{
		char		color[PT_COLOR_SIZE];

		if (picture->path[i].data == NULL)
			continue;
		pt_color_text(i, picture->other != NULL, color);
		appendStringInfo(svg, "<path stroke=\"%s\" d=\"", color);
		appendBinaryStringInfo(svg, picture->path[i].data, picture->path[i].len);
		appendStringInfoString(svg, "\"/>\n");
		pfree(picture->path[i].data);
	}
	appendStringInfoString(svg, "</g>\n<g class=\"labels\">\n");
	appendBinaryStringInfo(svg, picture->labels.data, picture->labels.len);
	pfree(picture->labels.data);
	appendStringInfoString(svg, "</g>\n</g>\n");

	append_data(picture, svg);
	appendStringInfoString(svg, "<script><![CDATA[\n" PT_SVG_SCRIPT "]]></script>\n</svg>\n");

	pt_free(picture->totals);
	if (picture->other != NULL)
		pt_free(picture->other_totals);
}

void
pt_print_svg(const PtTree *tree, const PtSvgOptions *options, StringInfo svg)
{
	Picture		picture = {.tree = tree, .options = options};

	print_picture(&picture, svg);
}

void
pt_print_svg_diff(const PtPair *pair, const PtSvgOptions *options, StringInfo svg)
{
	Picture		picture = {.tree = &pair->tree, .other = pair->b_self, .other_total = pair->b_total,
	.options = options};

	print_picture(&picture, svg);
}
