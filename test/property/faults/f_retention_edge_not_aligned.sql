-- A retention edge lies at a lane, but not at a block.
SELECT property.patch('retain_series',
	'pyrotree.floor_slot(least(edge, now_slot - keep[level + 1]), settings.widths[level + 1])',
	'pyrotree.floor_slot(least(edge, now_slot - keep[level + 1]), settings.widths[level])');
