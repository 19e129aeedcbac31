/*-------------------------------------------------------------------------
 *
 * gzip_test.c
 *		gzip in and out: any bytes, damaged streams, bombs.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

#include "gzip.h"

static void
random_bytes(StringInfo bytes, Random *random)
{
	int			length = random_below(random, one_in(random, 10) ? 600000 : 3000);
	uint32		letters = 1 + random_below(random, 256);

	initStringInfo(bytes);
	for (int i = 0; i < length; i++)
		appendStringInfoChar(bytes, (char) random_below(random, letters));
}

/* append a member, its content written in pieces */
static bool
pack(const StringInfoData *bytes, StringInfo packed, Random *random)
{
	PtGzip		gzip;
	PtError		error;
	int			at = 0;

	pt_gzip_start(&gzip, packed, NULL);
	while (at < bytes->len)
	{
		int			piece = 1 + random_below(random, bytes->len - at);

		require(pt_gzip_write(&gzip, (uint8 *) bytes->data + at, piece, &error));
		at += piece;
	}
	require(pt_gzip_finish(&gzip, &error));
	pt_gzip_free(&gzip);
	return true;
}

/* in a block of its own, so that reading past it shows */
static bool
unpack(const char *packed, size_t length, size_t most, uint8 **result, size_t *result_length, PtError *error)
{
	uint8	   *exact = pg_malloc(length + (length == 0));
	bool		ok;

	memcpy(exact, packed, length);
	ok = pt_gunzip(exact, length, most, NULL, result, result_length, error);
	pg_free(exact);
	return ok;
}

static bool
refuses(const char *packed, size_t length, size_t most, PtErrorCode code, const char *message)
{
	uint8	   *result;
	size_t		result_length;
	PtError		error;

	require(!unpack(packed, length, most, &result, &result_length, &error));
	require(error.code == code);
	if (strstr(error.message, message) == NULL)
	{
		diagnose("%s", error.message);
		return false;
	}
	return true;
}

static bool
round_trip(Random *random)
{
	StringInfoData bytes;
	StringInfoData all;
	StringInfoData packed;
	int			members = 1 + random_below(random, 4);
	uint8	   *result;
	size_t		length;
	PtError		error;

	initStringInfo(&all);
	initStringInfo(&packed);
	for (int i = 0; i < members; i++)
	{
		random_bytes(&bytes, random);
		appendBinaryStringInfo(&all, bytes.data, bytes.len);
		require(pack(&bytes, &packed, random));
		pfree(bytes.data);
	}
	/* the limit is exact */
	require(unpack(packed.data, packed.len, all.len + (one_in(random, 2) ? 0 : random_below(random, 100000)),
				   &result, &length, &error));
	require(length == (size_t) all.len && memcmp(result, all.data, length) == 0);
	pt_free(result);
	if (all.len > 0)
		require(refuses(packed.data, packed.len, all.len - 1, PT_BEYOND_LIMIT, "gzip stream too large"));

	/* cut off, changed, or with something behind */
	if (members == 1)
	{
		int			at = random_below(random, packed.len);

		require(refuses(packed.data, at, PT_MAX_BYTES, PT_BAD_BINARY, "damaged gzip stream: cut off"));
		/* of the header only the flags, the method and the mark are looked at */
		at = one_in(random, 10) ? 0 : 10 + random_below(random, packed.len - 10);
		packed.data[at] ^= 1 << random_below(random, 8);
		if (unpack(packed.data, packed.len, PT_MAX_BYTES, &result, &length, &error))
		{
			/* a bit that fills the last byte of the stream up says nothing */
			require(length == (size_t) all.len && memcmp(result, all.data, length) == 0);
			pt_free(result);
		}
		else
			require(error.code == PT_BAD_BINARY && strncmp(error.message, "damaged gzip stream: ", 21) == 0);
	}
	else
	{
		appendStringInfoChar(&packed, (char) random_below(random, 256));
		require(refuses(packed.data, packed.len, PT_MAX_BYTES, PT_BAD_BINARY, "damaged gzip stream: bytes left over"));
	}
	pfree(all.data);
	pfree(packed.data);
	return true;
}

/* A megabyte of packed zeros: memory follows what comes out, up to the limit. */
static bool
bomb(void)
{
	StringInfoData zeros;
	StringInfoData member;
	StringInfoData packed;
	Random		random = {1};
	uint64		before;

	initStringInfo(&zeros);
	initStringInfo(&member);
	initStringInfo(&packed);
	enlargeStringInfo(&zeros, 10000000);
	memset(zeros.data, 0, 10000000);
	zeros.len = 10000000;
	require(pack(&zeros, &member, &random));
	for (int i = 0; i < 30; i++)
		appendBinaryStringInfo(&packed, member.data, member.len);
	require(packed.len < 400000);
	before = pt_alloc_bytes;
	require(refuses(packed.data, packed.len, 50000000, PT_BEYOND_LIMIT, "gzip stream too large"));
	/* the result, doubled from the size of the input on, and zlib's window */
	require(pt_alloc_bytes - before < 3 * UINT64CONST(50000000));
	before = pt_alloc_bytes;
	require(refuses(packed.data, 5000, 50000000, PT_BAD_BINARY, "cut off"));
	require(pt_alloc_bytes - before < 30000000);
	pfree(zeros.data);
	pfree(member.data);
	pfree(packed.data);
	return true;
}

int
main(void)
{
	run_cases("what is written reads back; cut, changed, with more behind, past the limit it is refused", CASES(300), round_trip);
	report(bomb(), "memory is bounded by the limit and by what has come");
	return finish();
}
