-- Symbols are forgotten that only profiles in head have.
SELECT property.patch('forget_symbols',
	'present := public.proftree_merge(compacted, coalesce(pyrotree.waiting_symbols(series_id), ''''));',
	'present := compacted;');
