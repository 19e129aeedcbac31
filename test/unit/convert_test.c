/*-------------------------------------------------------------------------
 *
 * convert_test.c
 *		Text that is mended.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "convert.h"

/* euro signs become "E", what has more than two bytes cannot be converted */
static const char *
convert(PtConverter *self, const char *text, size_t *length)
{
	if (*length == 3 && memcmp(text, "\342\202\254", 3) == 0)
	{
		*length = 1;
		return "E";
	}
	return *length > 2 ? NULL : text;
}

static bool
mends(const char *text, size_t length, bool converted, const char *expected)
{
	PtConverter converter = {convert};
	StringInfoData mended;
	bool		same;

	initStringInfo(&mended);
	appendStringInfoString(&mended, ">");
	pt_append_mended(&mended, text, length, converted ? PG_UTF8 : pt_encoding(), converted ? &converter : NULL);
	same = strcmp(mended.data + 1, expected) == 0 && mended.data[0] == '>';
	if (!same)
		diagnose("\"%s\" gives \"%s\"", text, mended.data);
	pfree(mended.data);
	return same;
}

static bool
mending(void)
{
	require(mends("a\377b", 3, false, "a\357\277\275b"));
	require(mends("", 0, false, ""));
	pt_core_encoding = PG_LATIN1;
	require(mends("a\377\0b", 4, false, "a\377?b"));
	/* from UTF-8: bytes that are none, characters that cannot be converted */
	require(mends("a\377b\0c\303", 6, true, "a?b?c?"));
	require(mends("\303\251\342\202\254\342\202\255\360\237\230\200", 12, true, "\303\251E??"));
	pt_core_encoding = PG_UTF8;
	return true;
}

int
main(void)
{
	report(mending(), "in its own encoding and through a converter");
	return finish();
}
