/*-------------------------------------------------------------------------
 *
 * core.c
 *		Errors, clipped text and checked sums for the fmgr-free core.
 *
 *-------------------------------------------------------------------------
 */
#include "core.h"

#ifdef FRONTEND

uint64		pt_alloc_calls = 0;
uint64		pt_alloc_bytes = 0;
int64		pt_alloc_blocks = 0;
int			pt_core_encoding = PG_UTF8;

void *
pt_alloc(PtMemory memory, size_t size)
{
	(void) memory;
	pt_alloc_calls++;
	pt_alloc_bytes += size;
	pt_alloc_blocks++;
	return pg_malloc(size);
}

void *
pt_realloc(void *block, size_t size)
{
	pt_alloc_calls++;
	pt_alloc_bytes += size;
	return pg_realloc(block, size);
}

void
pt_free(void *block)
{
	pt_alloc_blocks -= block != NULL;
	free(block);
}

#endif

void *
pt_grow(PtMemory memory, void *block, size_t *capacity, size_t needed, size_t element)
{
	size_t		old = *capacity;
	size_t		size = Max(old, 256);

	if (needed <= old)
		return block;
	while (size < needed)
		size *= 2;
	block = old == 0 ? pt_alloc(memory, size * element) : pt_realloc(block, size * element);
	*capacity = size;
	return block;
}

bool
pt_fail(PtError *error, PtErrorCode code, const char *format,...)
{
	va_list		args;

	error->code = code;
	error->detail[0] = '\0';
	error->hint[0] = '\0';
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	return false;
}

bool
pt_fail_hint(PtError *error, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(error->hint, sizeof(error->hint), format, args);
	va_end(args);
	return false;
}

bool
pt_fail_detail(PtError *error, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(error->detail, sizeof(error->detail), format, args);
	va_end(args);
	return false;
}

/*
 * Length in bytes of the character at text, at least 1 and never past the
 * end, whatever the bytes are.
 */
static size_t
character_length(const char *text, size_t length)
{
	int			n = pg_encoding_mblen(pt_encoding(), text);

	if (n < 1)
		n = 1;
	return Min((size_t) n, length);
}

char *
pt_clip(char *buffer, const char *text, size_t length)
{
	size_t		used = 0;

	for (int i = 0; i < PT_CLIP && used < length; i++)
		used += character_length(text + used, length - used);
	memcpy(buffer, text, used);
	strcpy(buffer + used, used < length ? "..." : "");
	return buffer;
}

size_t
pt_count_characters(const char *text, size_t length)
{
	size_t		count = 0;

	for (size_t at = 0; at < length; count++)
	{
		PT_CHECK_INTERRUPTS(count);
		at += character_length(text + at, length - at);
	}
	return count;
}

bool
pt_valid_encoding(const char *text, size_t length)
{
	/* the routine takes an int; no text we are given is that long */
	return length <= PG_INT32_MAX &&
		pg_encoding_verifymbstr(pt_encoding(), text, (int) length) == (int) length;
}

bool
pt_add_weight(int64 *sum, int64 weight, PtError *error)
{
	int64		result;

	if (unlikely(pg_add_s64_overflow(*sum, weight, &result)))
		return pt_fail(error, PT_OUT_OF_RANGE, "bigint out of range: the sum of weights passes 9223372036854775807");
	*sum = result;
	return true;
}
