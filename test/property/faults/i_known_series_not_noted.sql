-- A writer takes all symbols of a series that exists for known.
SELECT property.patch('note_symbols',
	'fresh := pyrotree.new_symbols(fresh, part.symbols);',
	'fresh := NULL;');
