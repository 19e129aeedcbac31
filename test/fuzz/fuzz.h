/*-------------------------------------------------------------------------
 *
 * fuzz.h
 *		What the fuzz targets share.
 *
 * A target is LLVMFuzzerTestOneInput(), and aborts where a property does not
 * hold.  run.sh links it with libFuzzer, replay.sh with a main() that runs
 * files (replay.c).
 *
 *-------------------------------------------------------------------------
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "../unit/support.h"

extern int	LLVMFuzzerTestOneInput(const uint8 *data, size_t size);
extern size_t LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed);
/* libFuzzer's own */
extern size_t LLVMFuzzerMutate(uint8 *data, size_t size, size_t most);

#define check(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* the message of an error is one, whatever text of the input it quotes */
static inline void
check_error(const PtError *error)
{
	check(error->code != PT_OK);
	check(error->message[0] != '\0' && strlen(error->message) < sizeof(error->message));
	check(strlen(error->detail) < sizeof(error->detail));
	check(strlen(error->hint) < sizeof(error->hint));
	if (pt_core_encoding == PG_UTF8)
		check(pt_valid_encoding(error->message, strlen(error->message)));
}

/*
 * Everything that can be done to a tree (fuzz_tree.c).  "tree" is what "bytes"
 * decoded to.
 */
extern void check_tree(const PtTree *tree, const uint8 *bytes, size_t length);

/*
 * Mutate a stored form, or a wire form when "wire": as bytes, or as a tree of
 * which the counts and lengths in the header are made right again
 * (fuzz_tree.c).
 */
extern size_t mutate_tree(uint8 *data, size_t size, size_t most, unsigned int seed, bool wire);

/*
 * Targets that read JSON (fuzz_json.c).  read_document() reads any text, checks
 * what has to hold whether it is a document or not, and on true gives the tree,
 * to be freed, and its stored form, whose data is to be freed.
 * check_reads_as() checks that a document is read to the same tree.
 */
typedef bool (*ParseDocument) (PtBuilder *builder, const char *json, size_t length, PtError *error);
extern bool read_document(ParseDocument parse, const uint8 *data, size_t size, PtTree *tree, StringInfo bytes);
extern void check_reads_as(ParseDocument parse, const StringInfoData *json, const StringInfoData *bytes);

/* Mutate a JSON document, mostly so that it stays one (fuzz_json.c). */
extern size_t mutate_json(uint8 *data, size_t size, size_t most, unsigned int seed);

#endif							/* FUZZ_FUZZ_H */
