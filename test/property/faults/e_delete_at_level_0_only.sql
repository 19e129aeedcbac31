-- Deletion forgets the levels above.
SELECT property.patch('delete_slots',
	'FOR level IN 0 .. array_upper(settings.widths, 1) - 1 LOOP',
	'FOR level IN 0 .. 0 LOOP');
