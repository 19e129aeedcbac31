/*-------------------------------------------------------------------------
 *
 * replay.c
 *		Runs files through a fuzz target, without libFuzzer.
 *
 * Prints the name of each file before it runs it, so that a crash is the
 * last one's.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
	{
		FILE	   *file = fopen(argv[i], "rb");
		uint8	   *data;
		long		size;

		printf("%s\n", argv[i]);
		fflush(stdout);
		if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
			return 2;
		rewind(file);
		/* exactly as large, so that reading past it shows */
		data = malloc(size);
		if (fread(data, 1, size, file) != (size_t) size)
			return 2;
		fclose(file);
		LLVMFuzzerTestOneInput(data, size);
		free(data);
	}
	return 0;
}
