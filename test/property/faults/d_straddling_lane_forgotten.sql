-- Of the lanes whose end the horizon passes, those that began below the old
-- horizon are not made.
SELECT property.patch('compact_step',
	'first := pyrotree.floor_slot(old_horizon, widths[level])',
	'first := - pyrotree.floor_slot(- old_horizon, widths[level])');
