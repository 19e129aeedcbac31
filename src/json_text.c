/*-------------------------------------------------------------------------
 *
 * json_text.c
 *		Strings and numbers in the JSON that we write.
 *
 *-------------------------------------------------------------------------
 */
#include "json_text.h"

/*
 * Encodings of the server have no byte of a longer character below 0x80.  With
 * 0xEF begin the characters that XML lacks.
 */
static inline bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0xEF;
}

/* U+FFFE or U+FFFF? */
static bool
is_noncharacter(const char *text, size_t length, int encoding)
{
	return encoding == PG_UTF8 && length >= 3 && memcmp(text, "\xEF\xBF", 2) == 0 && (unsigned char) text[2] >= 0xBE;
}

void
pt_append_json(StringInfo json, const char *text, size_t length, int encoding)
{
	const char *end = text + length;

	appendStringInfoChar(json, '"');
	while (text < end)
	{
		const char *plain = text;
		char		hex[6];

		while (text < end && is_plain((unsigned char) *text))
			text++;
		appendBinaryStringInfo(json, plain, (int) (text - plain));
		if (text == end)
			break;
		switch (*text)
		{
			case '"':
				appendStringInfoString(json, "\\\"");
				break;
			case '\\':
				appendStringInfoString(json, "\\\\");
				break;
			case '\n':
				appendStringInfoString(json, "\\n");
				break;
			case '\t':
				appendStringInfoString(json, "\\t");
				break;
			case '\r':
				appendStringInfoString(json, "\\r");
				break;
			case '\xEF':
				if (is_noncharacter(text, end - text, encoding))
				{
					appendStringInfo(json, "\\uff%02x", 0xFE + ((unsigned char) text[2] - 0xBE));
					text += 2;
				}
				else
					appendStringInfoChar(json, *text);
				break;
			default:
				memcpy(hex, "\\u00", 4);
				hex[4] = "0123456789abcdef"[(unsigned char) *text >> 4];
				hex[5] = "0123456789abcdef"[*text & 15];
				appendBinaryStringInfo(json, hex, sizeof(hex));
				break;
		}
		text++;
	}
	appendStringInfoChar(json, '"');
}

void
pt_append_number(StringInfo json, uint64 number)
{
	char		digits[20];
	char	   *at = digits + sizeof(digits);

	do
		*--at = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	appendBinaryStringInfo(json, at, (int) (digits + sizeof(digits) - at));
}
