/*-------------------------------------------------------------------------
 *
 * fuzz_stored.c
 *		Any bytes as a stored value: refused, or a canonical tree that takes
 *		every operation.
 *
 *-------------------------------------------------------------------------
 */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8 *data, size_t size)
{
	PtTree		tree;
	PtBuilder	builder;
	PtError		error;
	PtHeader	header;
	PtCursor	at = {data, data + size};
	bool		decoded;

	pt_core_encoding = PG_UTF8;
	memset(&error, 0, sizeof(error));
	pt_tree_init(&tree, NULL);
	pt_builder_init(&builder, NULL, 1);
	decoded = pt_decode(data, size, &tree, &error);
	if (decoded)
	{
		/* a header question of a slice has the same answers */
		at.end = data + Min(size, PT_HEADER_MAX);
		check(pt_decode_header(&at, &header, &error));
		check(header.node_count == tree.node_count && header.depth == tree.depth &&
			  header.symbol_count == tree.dictionary.count && header.total == tree.total);
		check_tree(&tree, data, size);
	}
	else
	{
		check_error(&error);
		check(error.code == PT_DAMAGED);
		/* nor does a builder take it, nor change */
		check(!add_encoded(&builder, data, size, &error));
		check(builder.node_count == 1 && builder.total == 0 && builder.depth == 0);
	}
	pt_builder_free(&builder);
	pt_tree_free(&tree);
	return 0;
}

#ifndef FUZZ_REPLAY
size_t
LLVMFuzzerCustomMutator(uint8 *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_tree(data, size, most, seed, false);
}
#endif
