/*-------------------------------------------------------------------------
 *
 * json_text.c
 *		Strings in the JSON that we write.
 *
 *-------------------------------------------------------------------------
 */
#include "json_text.h"

/* Encodings of the server have no byte of a longer character below 0x80. */
static inline bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

void
pt_append_json(StringInfo json, const char *text, size_t length)
{
	const char *end = text + length;

	appendStringInfoChar(json, '"');
	while (text < end)
	{
		const char *plain = text;

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
			default:
				appendStringInfo(json, "\\u%04x", (unsigned char) *text);
				break;
		}
		text++;
	}
	appendStringInfoChar(json, '"');
}
