/*-------------------------------------------------------------------------
 *
 * varint_test.c
 *		Varints: one number, one shortest form, and nothing else is read.
 *
 *-------------------------------------------------------------------------
 */
#include "support.h"

/* reads all of bytes as one varint */
static bool
reads(const uint8 *bytes, size_t length, uint64 *value)
{
	PtCursor	cursor = {bytes, bytes + length};

	return pt_read_varint(&cursor, value) && cursor.at == cursor.end;
}

/* value goes out and comes back, and no cut or padded form of it does */
static bool
round_trip(uint64 value)
{
	uint8		bytes[PT_VARINT_MAX + 2];
	uint8	   *end = pt_write_varint(bytes, value);
	size_t		length = end - bytes;
	size_t		bits = 0;
	uint64		back;

	while (bits < 63 && value >> bits != 0)
		bits++;
	require(length == Max((bits + 6) / 7, 1));
	require(length == pt_varint_size(value));
	require(reads(bytes, length, &back) && back == value);
	for (size_t cut = 0; cut < length; cut++)
	{
		PtCursor	cursor = {bytes, bytes + cut};

		require(!pt_read_varint(&cursor, &back));
	}
	/* the same number with a superfluous byte */
	bytes[length - 1] |= 0x80;
	bytes[length] = 0;
	require(!reads(bytes, length + 1, &back));
	/* and with two */
	bytes[length] = 0x80;
	bytes[length + 1] = 0;
	require(!reads(bytes, length + 2, &back));
	return true;
}

static bool
random_value(Random *random)
{
	return round_trip(random_bits(random) >> (1 + random_below(random, 63)));
}

static bool
around_powers(void)
{
	for (int bit = 0; bit < 63; bit++)
	{
		uint64		power = UINT64CONST(1) << bit;

		require(round_trip(power - 1));
		require(round_trip(power));
		require(round_trip(power + 1));
	}
	require(round_trip(PG_INT64_MAX));
	return true;
}

/*
 * Every string of at most three bytes: what is read writes itself back, so no
 * two strings are one number.
 */
static bool
all_short_strings(void)
{
	uint32		accepted = 0;

	for (uint32 length = 1; length <= 3; length++)
	{
		for (uint32 i = 0; i < UINT32_C(1) << (8 * length); i++)
		{
			uint8		bytes[3] = {i & 0xFF, i >> 8 & 0xFF, i >> 16};
			uint8		again[PT_VARINT_MAX];
			uint64		value;

			if (!reads(bytes, length, &value))
				continue;
			accepted++;
			require(pt_write_varint(again, value) - again == length);
			require(memcmp(bytes, again, length) == 0);
		}
	}
	/* all numbers below 2^21 */
	require(accepted == 1 << 21);
	return true;
}

static bool
past_63_bits(void)
{
	uint8		bytes[10];
	uint64		value;

	memset(bytes, 0xFF, sizeof(bytes));
	bytes[8] = 0x7F;
	require(reads(bytes, 9, &value) && value == PG_INT64_MAX);
	bytes[8] = 0xFF;
	bytes[9] = 0x00;
	require(!reads(bytes, 10, &value));
	bytes[9] = 0x01;
	require(!reads(bytes, 10, &value));
	require(!reads(bytes, 9, &value));
	return true;
}

static bool
bounded(void)
{
	uint8		bytes[PT_VARINT_MAX];
	static const uint64 values[] = {0, 1, 127, 128, 16383, 16384, PG_UINT32_MAX - 1, PG_UINT32_MAX,
	(uint64) PG_UINT32_MAX + 1, PG_INT64_MAX};

	for (size_t i = 0; i < lengthof(values); i++)
	{
		for (size_t j = 0; j < lengthof(values) && values[j] <= PG_UINT32_MAX; j++)
		{
			uint8	   *end = pt_write_varint(bytes, values[i]);
			PtCursor	cursor = {bytes, end};
			uint32		value = 42;
			bool		fits = values[i] <= values[j];

			require(pt_read_varint_up_to(&cursor, (uint32) values[j], &value) == fits);
			require(value == (fits ? values[i] : 42));
		}
	}
	return true;
}

int
main(void)
{
	report(around_powers(), "numbers around each power of two: shortest form, no cut, no padding");
	run_cases("random numbers: shortest form, no cut, no padding", 100000, random_value);
	report(all_short_strings(), "of all strings of 1 to 3 bytes exactly the 2^21 shortest forms are read");
	report(past_63_bits(), "2^63-1 is the greatest number");
	report(bounded(), "a bounded read keeps to its bound, past 32 bits too");
	return finish();
}
