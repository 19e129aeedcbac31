/*-------------------------------------------------------------------------
 *
 * convert.c
 *		Text from outside: its encoding, and what becomes of bad text.
 *
 *-------------------------------------------------------------------------
 */
#include "convert.h"

void
pt_append_mended(StringInfo mended, const char *text, size_t length, int encoding, PtConverter *converter)
{
	bool		unicode = (converter != NULL ? pt_encoding() : encoding) == PG_UTF8;
	const char *replacement = unicode ? "\xEF\xBF\xBD" : "?";
	uint64		characters = 0;

	while (length > 0)
	{
		int			n = *text == '\0' ? -1 :
			pg_encoding_verifymbchar(encoding, text, (int) Min(length, MAX_MULTIBYTE_CHAR_LEN));
		const char *character = n > 0 ? text : NULL;
		size_t		size = Max(n, 1);

		characters++;
		PT_CHECK_INTERRUPTS(characters);
		text += size;
		length -= size;
		if (character != NULL && converter != NULL)
			character = converter->convert(converter, character, &size);
		if (character != NULL)
			appendBinaryStringInfo(mended, character, (int) size);
		else
			appendStringInfoString(mended, replacement);
	}
}
