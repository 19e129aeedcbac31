-- Lanes of level 1 are made of the blocks below and of what waits in head at
-- that time, be it claimed or not.
CREATE FUNCTION property.promotions(series_id bigint, level integer, first bigint, last bigint) RETURNS pyrotree.lane_change[]
	LANGUAGE sql STABLE AS $$
	SELECT array_agg(change) FROM (
		SELECT c::pyrotree.lane_change FROM unnest(pyrotree.promotions(series_id, level, first, last)) AS c
		UNION ALL
		SELECT (pyrotree.floor_slot(h.at, property.width(1)), h.profile, h.profiles, 0)::pyrotree.lane_change
		FROM pyrotree.head AS h WHERE h.series_id = $1 AND h.at >= first AND h.at < last AND level = 1) AS x(change)
$$;
SELECT property.patch('compact_step', 'pyrotree.promotions(', 'property.promotions(');
