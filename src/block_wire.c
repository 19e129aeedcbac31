/*-------------------------------------------------------------------------
 *
 * block_wire.c
 *		The form in which a block travels: that of a tree (wire.h) with a
 *		block's header, directory and lanes.
 *
 *	byte	wire version, 1
 *	...		the stored form (block.h), but in the dictionary section each
 *			symbol is whole: varint length, bytes
 *	4 bytes	CRC-32C of all before, big end first
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"

bool
pt_block_write_wire(PtBlock *block, StringInfo wire, PtConverter *converter,
					PtMemory memory, PtError *error)
{
	PtBlockHeader header;
	size_t		bound = pt_block_columns_bound(block, &header);
	uint8	   *columns = pt_alloc(memory, bound + 1);
	uint8	   *columns_end = pt_block_write_columns(block, columns, &header);
	uint8	   *front = pt_alloc(memory, PT_BLOCK_FRONT_MAX);
	StringInfoData symbols;
	int			start = wire->len;
	bool		ok;

	initStringInfo(&symbols);
	ok = pt_append_symbols(&block->tree.dictionary, &symbols, converter, error);
	if (ok)
	{
		uint8	   *front_end;

		header.tree.dictionary_bytes = symbols.len;
		front_end = pt_block_write_front(block, front, &header);
		appendStringInfoChar(wire, PT_BLOCK_WIRE_VERSION);
		appendBinaryStringInfo(wire, (char *) front, (int) (front_end - front));
		appendBinaryStringInfo(wire, symbols.data, symbols.len);
		appendBinaryStringInfo(wire, (char *) columns, (int) (columns_end - columns));
		pt_append_checksum(wire, start);
	}
	pfree(symbols.data);
	pt_free(columns);
	pt_free(front);
	return ok;
}

bool
pt_block_read_wire(const uint8 *bytes, size_t length, PtConverter *converter,
				   PtBlock *block, PtBlockBuilder *builder, bool *sorted, PtError *error)
{
	PtBlockSections sections;

	if (!pt_open_wire(bytes, &length, "profblock", PT_BLOCK_WIRE_VERSION, error))
		return false;
	if (!pt_block_decode_sections(bytes + 1, length - 1, PT_WIRE_MAX_BYTES, &sections, error) ||
		!pt_block_decode_lanes(&sections, block, error))
	{
		error->code = PT_BAD_BINARY;
		return false;
	}
	if (!pt_read_symbols(&sections.sections, converter, &block->tree.dictionary, sorted, error))
		return false;
	return *sorted || pt_block_builder_add_block(builder, block, false, error);
}
