-- A late row covers its slot once more, whether or not it was covered.
SELECT property.patch('compact_step',
	'lane.profiles, n.covered)',
	'lane.profiles, greatest(n.covered, 1))');
