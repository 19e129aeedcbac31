-- When a symbol was first seen is told by lanes of level 1.
SELECT property.patch('sightings',
	'FOR level IN REVERSE array_upper(widths, 1) - 1 .. 1 LOOP',
	'FOR level IN REVERSE array_upper(widths, 1) - 1 .. 2 LOOP');
