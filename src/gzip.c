/*-------------------------------------------------------------------------
 *
 * gzip.c
 *		gzip in and out, by zlib over our own memory.
 *
 * A few bytes of gzip can stand for a thousand times as many, so both ways
 * go by pieces: the result grows by what has really come, and a cancel is
 * looked for between pieces.
 *
 *-------------------------------------------------------------------------
 */
#include "gzip.h"

/* the window of gzip, and 16 that asks zlib for gzip's header and checksum */
#define WINDOW_BITS		(MAX_WBITS + 16)

#define PIECE			(256 * 1024)	/* bytes between two looks for a cancel */
#define PACKED_PIECE	8192

/* the most a StringInfo holds, and with it the result of an SQL function */
#define PACKED_MOST		(1024 * 1024 * 1024 - 2 * PACKED_PIECE)

static void *
allocate(void *memory, unsigned int items, unsigned int size)
{
	return pt_alloc(memory, (size_t) items * size);
}

static void
release(void *memory, void *block)
{
	pt_free(block);
}

static void
init_stream(z_stream *stream, PtMemory memory)
{
	memset(stream, 0, sizeof(*stream));
	stream->zalloc = allocate;
	stream->zfree = release;
	stream->opaque = memory;
}

/* ---- in ---- */

static bool
damaged(PtError *error, const char *what)
{
	return pt_fail(error, PT_BAD_BINARY, "damaged gzip stream: %s", what);
}

bool
pt_gunzip(const uint8 *bytes, size_t length, size_t most, PtMemory memory,
		  uint8 **result, size_t *result_length, PtError *error)
{
	/* a byte more than "most", to tell what ends there from what goes on */
	size_t		capacity = Min(Max(4 * length, 1024), most + 1);
	uint8	   *unpacked = pt_alloc(memory, capacity);
	size_t		used = 0;
	bool		ok = true;
	bool		done = false;
	z_stream	stream;

	init_stream(&stream, memory);
	stream.next_in = unconstify(uint8 *, bytes);
	stream.avail_in = (uInt) length;	/* a bytea has less than 1 GB */
	if (inflateInit2(&stream, WINDOW_BITS) != Z_OK)
		ok = damaged(error, "zlib does not start");
	while (ok && !done)
	{
		size_t		room;
		int			status;

		CHECK_FOR_INTERRUPTS();
		if (used == capacity)
		{
			capacity = Min(2 * capacity, most + 1);
			unpacked = pt_realloc(unpacked, capacity);
		}
		room = Min(capacity - used, PIECE);
		stream.next_out = unpacked + used;
		stream.avail_out = (uInt) room;
		status = inflate(&stream, Z_NO_FLUSH);
		used += room - stream.avail_out;
		if (used > most)
		{
			ok = pt_fail(error, PT_BEYOND_LIMIT, "gzip stream too large");
			pt_fail_detail(error, "It can have at most %zu bytes unpacked.", most);
		}
		else if (status == Z_STREAM_END)
		{
			done = stream.avail_in == 0;
			if (!done && !pt_is_gzip(stream.next_in, stream.avail_in))
				ok = damaged(error, "bytes left over behind its end");
			else if (!done)
				inflateReset(&stream);
		}
		else if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0))
			ok = damaged(error, "cut off");
		else if (status != Z_OK)
			ok = damaged(error, stream.msg != NULL ? stream.msg : "unreadable");
	}
	inflateEnd(&stream);
	if (!ok)
	{
		pt_free(unpacked);
		return false;
	}
	*result = unpacked;
	*result_length = used;
	return true;
}

/* ---- out ---- */

void
pt_gzip_start(PtGzip *gzip, StringInfo packed, PtMemory memory)
{
	init_stream(&gzip->stream, memory);
	gzip->packed = packed;
	/* our allocator does not fail, and the arguments are right */
	deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS, MAX_MEM_LEVEL - 1,
				 Z_DEFAULT_STRATEGY);
}

/* Give zlib what is there to pack, or all that it still holds. */
static bool
pump(PtGzip *gzip, int flush, PtError *error)
{
	StringInfo	packed = gzip->packed;

	do
	{
		CHECK_FOR_INTERRUPTS();
		if (packed->len > PACKED_MOST)
			return pt_fail(error, PT_BEYOND_LIMIT, "result longer than 1 GB");
		enlargeStringInfo(packed, PACKED_PIECE);
		gzip->stream.next_out = (uint8 *) packed->data + packed->len;
		gzip->stream.avail_out = PACKED_PIECE;
		deflate(&gzip->stream, flush);
		packed->len += PACKED_PIECE - gzip->stream.avail_out;
	} while (gzip->stream.avail_out == 0);
	return true;
}

bool
pt_gzip_write(PtGzip *gzip, const uint8 *bytes, size_t length, PtError *error)
{
	while (length > 0)
	{
		size_t		piece = Min(length, PIECE);

		gzip->stream.next_in = unconstify(uint8 *, bytes);
		gzip->stream.avail_in = (uInt) piece;
		if (!pump(gzip, Z_NO_FLUSH, error))
			return false;
		bytes += piece;
		length -= piece;
	}
	return true;
}

bool
pt_gzip_finish(PtGzip *gzip, PtError *error)
{
	return pump(gzip, Z_FINISH, error);
}

void
pt_gzip_free(PtGzip *gzip)
{
	deflateEnd(&gzip->stream);
}
