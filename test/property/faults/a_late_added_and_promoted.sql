-- A late row is added to lanes whose end the horizon passes only now, which
-- come whole from the level below as well.
SELECT property.patch('compact_step',
	'WHERE lane.start + widths[level] <= old_horizon',
	'WHERE lane.start + widths[level] <= new_horizon');
