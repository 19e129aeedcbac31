/*-------------------------------------------------------------------------
 *
 * block_damage_test.c
 *		Bytes that are no block, or not the only ones of it.
 *
 *-------------------------------------------------------------------------
 */
#include "block_oracle.h"

/* ---- damage ---- */

/*
 * Bytes either are refused or are a block that encodes to exactly these bytes.
 * What reads them without looking at all of them is safe in any case, and
 * gives a tree that is one.
 */
static bool
refused_or_canonical(const uint8 *bytes, size_t length, bool *accepted)
{
	PtBlock		block;
	PtTree		sum;
	PtLanes		lanes;
	PtError		error;
	StringInfoData again;
	bool		same;
	/* in a block of its own, so that reading past it shows */
	uint8	   *copy = pg_malloc(length);
	static int64 self[PT_MAX_LANES];
	static int64 total[PT_MAX_LANES];

	memcpy(copy, bytes, length);
	memset(&error, 0, sizeof(error));
	pt_block_init(&block, NULL);
	*accepted = pt_block_decode(copy, length, &block, &error);
	if (*accepted)
	{
		encode(&block, &again);
		same = again.len == (int) length && memcmp(again.data, bytes, length) == 0;
		pfree(again.data);
	}
	else
		same = error.code == PT_DAMAGED && strncmp(error.message, "invalid profblock value: ", 25) == 0;
	pt_block_free(&block);
	if (!same)
		return false;

	for (int lane = -1; lane < 20; lane += 7)
	{
		pt_tree_init(&sum, NULL);
		if (pt_block_sum(copy, length, lane == -1 ? 0 : lane, lane == -1 ? PT_MAX_LANES : lane + 6, &sum, &error))
		{
			PtTree		back;

			encode_tree(&sum, &again);
			pt_tree_init(&back, NULL);
			same = pt_decode((uint8 *) again.data, again.len, &back, &error) && back.total == sum.total;
			pt_tree_free(&back);
			pfree(again.data);
		}
		else
			same = error.code == PT_OUT_OF_RANGE || (error.code == PT_DAMAGED && !*accepted);
		pt_tree_free(&sum);
		if (!same)
			return false;
	}
	pt_lanes_init(&lanes, NULL);
	same = pt_block_symbol(copy, length, "a", 1, &lanes, self, total, NULL, &error) || !*accepted;
	pt_lanes_free(&lanes);
	pg_free(copy);
	return same;
}

static void
small_block(Random *random, StringInfo bytes, int most)
{
	for (;;)
	{
		OracleBlock rows;
		OracleBlock block;

		rows_make(&rows, random);
		rows_to_block(&rows, 0, PT_MAX_LANES, &block);
		block_encode(&block, bytes);
		block_free(&block);
		block_free(&rows);
		if (bytes->len <= most)
			return;
		pfree(bytes->data);
	}
}

static bool
every_byte(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_block(random, &bytes, 250);
	for (int i = 0; i < bytes.len; i++)
	{
		char		right = bytes.data[i];

		for (int value = 0; value < 256; value++)
		{
			bytes.data[i] = (char) value;
			require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
			require(accepted || bytes.data[i] != right);
		}
		bytes.data[i] = right;
	}
	pfree(bytes.data);
	return true;
}

static bool
every_length(Random *random)
{
	StringInfoData bytes;
	bool		accepted;

	small_block(random, &bytes, 1000);
	for (int length = 0; length < bytes.len; length++)
	{
		require(refused_or_canonical((uint8 *) bytes.data, length, &accepted));
		require(!accepted);
	}
	for (int value = 0; value < 256; value++)
	{
		appendStringInfoChar(&bytes, (char) value);
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
		require(!accepted);
		bytes.len--;
	}
	pfree(bytes.data);
	return true;
}

static bool
every_number_padded(Random *random)
{
	OracleBlock rows;
	OracleBlock block;
	StringInfoData bytes;
	bool		accepted;
	bool		all = false;

	do
	{
		rows_make(&rows, random);
		rows_to_block(&rows, 0, PT_MAX_LANES, &block);
		block_encode(&block, &bytes);
		all = bytes.len > 400;
		pfree(bytes.data);
		if (all)
		{
			block_free(&block);
			block_free(&rows);
		}
	} while (all);
	for (int number = 0; !all; number++)
	{
		padded_number = number;
		block_encode(&block, &bytes);
		all = padded_number >= 0;
		padded_number = -1;
		require(refused_or_canonical((uint8 *) bytes.data, bytes.len, &accepted));
		require(accepted == all);
		pfree(bytes.data);
	}
	block_free(&block);
	block_free(&rows);
	return true;
}

static bool
mutations(Random *random)
{
	StringInfoData bytes;
	StringInfoData changed;
	bool		accepted;

	small_block(random, &bytes, 600);
	initStringInfo(&changed);
	for (int i = 0; i < 200; i++)
	{
		resetStringInfo(&changed);
		appendBinaryStringInfo(&changed, bytes.data, bytes.len);
		for (int times = 1 + random_below(random, 4); times > 0; times--)
		{
			char	   *at = changed.data + random_below(random, changed.len);

			switch (random_below(random, 3))
			{
				case 0:
					*at ^= 1 << random_below(random, 8);
					break;
				case 1:
					*at = (char) (*at + (one_in(random, 2) ? 1 : -1));
					break;
				default:
					*at = changed.data[random_below(random, changed.len)];
					break;
			}
		}
		require(refused_or_canonical((uint8 *) changed.data, changed.len, &accepted));
	}
	pfree(changed.data);
	pfree(bytes.data);
	return true;
}

static bool
fails_with(const char *bytes, size_t length, const char *part)
{
	PtBlock		block;
	PtError		error;
	bool		fails;

	pt_block_init(&block, NULL);
	fails = !pt_block_decode((const uint8 *) bytes, length, &block, &error);
	pt_block_free(&block);
	if (fails && error.code == PT_DAMAGED && strstr(error.message, part) != NULL)
		return true;
	diagnose("expected \"%s\", got \"%s\"", part, fails ? error.message : "no error");
	return false;
}

/*
 * Each rule of the format broken by itself, in a value that is otherwise in
 * order.  Lane 0: a;b 6, a 4; lane 2: a;b 0; so quantum 2.
 */
static bool
each_rule(void)
{
#define BROKEN(bytes, part) require(fails_with(bytes, sizeof(bytes) - 1, part))
#define NODES		"\0\1a\0\1b" "\0\1" "\1\1"
#define LANES		"\1\2" "\1\3" "\3\0"
#define DIRECTORY	"\0\12\1\1\4" "\1\0\1\1\2"
	static const char good[] = "\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES;
	bool		accepted;

	require(refused_or_canonical((const uint8 *) good, sizeof(good) - 1, &accepted) && accepted);

	BROKEN("", "cut off");
	BROKEN("\2\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "unknown version 2");
	BROKEN("\1\1" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "reserved bits");
	BROKEN("\1\0" "\202\0\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "header section: bad number");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\0" DIRECTORY NODES LANES, "bad quantum");
	BROKEN("\1\0" "\0\2\2\2" "\0\6\2\2" "\2" NODES LANES, "counts do not agree");
	BROKEN("\1\0" "\2\2\3\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "counts do not agree");
	BROKEN("\1\0" "\2\2\2\2" "\177\6\2\2" "\2" DIRECTORY NODES LANES, "pass the end");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\77" "\2" DIRECTORY NODES LANES, "pass the end");

	BROKEN("\1\0" "\3\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "directory section: bad number");
	BROKEN("\1\0" "\1\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES LANES, "directory section: bytes left over");
	BROKEN("\1\0" "\2\2\2\2" "\13\6\2\2" "\2" "\0\12\1\1\4" "\377\7\0\1\1\2" NODES LANES, "directory section: lane out of range");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\12\1\1\4" "\1\0\1\1\3" NODES LANES, "directory section: lanes pass the end");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\12\1\1\4" "\1\0\1\1\1" NODES LANES, "lanes section: bytes left over");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\13\1\1\4" "\1\0\1\1\2" NODES LANES, "directory section: total does not fit");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\10\1\1\4" "\1\0\1\1\2" NODES LANES, "lanes section: sum differs");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\14\1\1\4" "\1\0\1\1\2" NODES LANES, "lanes section: sum differs");

	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1a" "\0\1" "\1\1" LANES, "profblock value: dictionary section");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\0" "\1\1" LANES, "profblock value: symbols section");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\1" "\1\0" LANES, "shape section: a leaf without a flag");
	BROKEN("\1\0" "\2\2\2\1" "\12\6\2\2" "\2" DIRECTORY "\0\1a\0\1b" "\0\1" "\0\3" LANES, "shape section: a leaf without a flag");
	/* a flag that no lane uses: lanes of b alone */
	BROKEN("\1\0" "\1\2\2\2" "\5\6\2\2" "\2" "\0\2\1\1\1" NODES "\2", "shape section: a flag without an entry");

	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\3\3" "\3\0", "lanes section: bad entry");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\1\203" "\3\0", "lanes section: bad entry");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" DIRECTORY NODES "\1\2" "\1\3" "\3\1", "lanes section: bad entry");
	/* a weight that is the quantum, written out */
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\10\1\1\4" "\1\0\1\1\2" NODES "\1\1" "\1\3" "\3\0", "lanes section: bad entry");
	/* a 0 above b 3 */
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\6\1\1\4" "\1\0\1\1\2" NODES "\1\0" "\1\3" "\3\0", "lanes section: weight 0 above");
	BROKEN("\1\0" "\2\2\2\2" "\12\6\2\2" "\2" "\0\14\1\1\4" "\1\0\1\1\2" NODES "\1\2" "\1\4" "\3\0", "header section: bad quantum");
	BROKEN("\1\0" "\1\2\2\2" "\5\6\2\2" "\2" "\0\0\1\1\2" "\0\1a\0\1b" "\0\1" "\0\1" "\1\0", "header section: bad quantum");
	BROKEN("\1\0" "\1\0\0\0" "\5\0\0\0" "\1" "\0\1\1\1\0", "lanes section: sum differs");
	return true;
}

/* A header that promises what is not there allocates nothing of that size. */
static bool
bold_header(void)
{
	static const char bold[] = "\1\0" "\1\377\377\377\77\377\377\377\77\2" "\5\377\377\377\77\377\377\377\77\377\377\377\77" "\1" "\0\0\1\1\0";
	PtBlock		block;
	PtError		error;
	uint64		bytes = pt_alloc_bytes;

	pt_block_init(&block, NULL);
	require(!pt_block_decode((const uint8 *) bold, sizeof(bold) - 1, &block, &error));
	require(error.code == PT_DAMAGED);
	require(pt_alloc_bytes - bytes < 10000);
	pt_block_free(&block);
	return true;
}

int
main(void)
{
	report(each_rule(), "each rule of the format broken alone is refused by its name");
	run_cases("every byte replaced by every other: refused, or another block's only encoding", CASES(4), every_byte);
	run_cases("every cut and every byte too much is refused", CASES(40), every_length);
	run_cases("every number with a superfluous byte is refused", CASES(16), every_number_padded);
	run_cases("several mutations at once", CASES(160), mutations);
	report(bold_header(), "counts without bytes behind them allocate nothing");
	return finish();
}
