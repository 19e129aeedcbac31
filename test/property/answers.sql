-- What the store should answer, from the oracle's rows alone.  Of the store's
-- own tables only kept_from is read, since where lanes end is told by what
-- retention dropped; retention itself is checked in run.sql.

-- The finest level that holds a slot.
CREATE FUNCTION property.finest(kept_from bigint[], slot bigint) RETURNS integer
	LANGUAGE plpgsql STABLE AS $$
DECLARE
	level integer := 0;
BEGIN
	WHILE slot < kept_from[level] AND level < array_upper(kept_from, 1) LOOP
		level := level + 1;
	END LOOP;
	RETURN level;
END $$;

-- The first slot of the finest lane that holds a slot.
CREATE FUNCTION property.lane_start(kept_from bigint[], slot bigint) RETURNS bigint
	LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN slot >= kept_from[0] THEN slot
		ELSE property.floor_to(slot, property.width(property.finest(kept_from, slot))) END
$$;

-- The slots that an answer covers, for each series: the range snapped outward
-- to slots, and to the finest lanes that are kept.
CREATE FUNCTION property.effective(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, kept_from bigint[], first bigint, last bigint)
	LANGUAGE sql STABLE AS $$
	SELECT s.key, s.kept_from, property.lane_start(s.kept_from, asked.first),
		property.lane_start(s.kept_from, asked.last) - 1
			+ CASE WHEN asked.last >= s.kept_from[0] THEN 1 ELSE property.width(property.finest(s.kept_from, asked.last)) END
	FROM property.selector AS m JOIN pyrotree.series AS s ON s.key = ANY (m.members),
		(SELECT property.slot_of(since), property.slot_before(coalesce(until, statement_timestamp()))) AS asked(first, last)
	WHERE m.selector = effective.selector AND asked.first <= asked.last
$$;

-- The samples of an answer.
CREATE FUNCTION property.samples(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, kept_from bigint[], first bigint, slot bigint, stack text, weight bigint)
	LANGUAGE sql STABLE AS $$
	SELECT e.series, e.kept_from, e.first, s.slot, s.stack, s.weight
	FROM property.effective(selector, since, until) AS e
		JOIN property.sample AS s ON s.series = e.series AND s.slot BETWEEN e.first AND e.last
$$;

-- The slots of an answer that hold a profile.
CREATE FUNCTION property.slots(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, kept_from bigint[], first bigint, slot bigint, profiles bigint, loose bigint)
	LANGUAGE sql STABLE AS $$
	SELECT e.series, e.kept_from, e.first, p.slot, sum(p.profiles)::bigint, count(*) FILTER (WHERE p.loose)
	FROM property.effective(selector, since, until) AS e
		JOIN property.profile AS p ON p.series = e.series AND p.slot BETWEEN e.first AND e.last
	GROUP BY e.series, e.kept_from, e.first, p.slot
$$;

-- Without the nodes that carry nothing.
CREATE FUNCTION property.pruned(tree proftree) RETURNS proftree
	LANGUAGE sql STABLE AS $$
	SELECT coalesce(proftree_agg(stack, self), '') FROM proftree_iterate(tree) WHERE self > 0
$$;

CREATE FUNCTION property.query(selector text, since timestamptz, until timestamptz) RETURNS proftree
	LANGUAGE sql STABLE AS $$
	SELECT coalesce(proftree_agg(stack, weight), '') FROM property.samples(selector, since, until)
$$;

CREATE FUNCTION property.mean(total numeric, slots bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT div(2 * total + slots, 2 * slots)::bigint';

-- The average over so many slots, half up, without what is 0.
CREATE FUNCTION property.average(selector text, since timestamptz, until timestamptz, slots bigint) RETURNS proftree
	LANGUAGE sql STABLE AS $$
	SELECT coalesce(proftree_agg(stack, weight) FILTER (WHERE weight > 0), '')
	FROM (SELECT stack, property.mean(sum(weight), slots)
		FROM property.samples(selector, since, until) GROUP BY stack) AS x(stack, weight)
$$;

-- Buckets: a lane counts where it begins, and the first bucket is clipped to
-- the range.  Of an average, what is to be divided and by what.
CREATE FUNCTION property.timeline(selector text, symbol text, since timestamptz, until timestamptz, step bigint)
	RETURNS TABLE (at bigint, all_weight numeric, self numeric, total numeric, covered bigint)
	LANGUAGE sql STABLE AS $$
	SELECT greatest(min(first), bucket),
		sum(weight),
		coalesce(sum(weight) FILTER (WHERE stack = symbol OR right(stack, length(symbol) + 1) = ';' || symbol), 0),
		coalesce(sum(weight) FILTER (WHERE symbol = ANY (string_to_array(stack, ';'))), 0),
		count(DISTINCT (series, slot))
	FROM (
		SELECT property.floor_to(property.lane_start(kept_from, slot), step), first, series, slot, stack, weight
		FROM property.samples(selector, since, until)
		UNION ALL
		SELECT property.floor_to(property.lane_start(kept_from, slot), step), first, series, slot, '', 0
		FROM property.slots(selector, since, until)
	) AS x(bucket, first, series, slot, stack, weight)
	GROUP BY bucket
$$;

-- Series of which it is not known by what their averages are divided.
CREATE FUNCTION property.uncertain() RETURNS SETOF text
	LANGUAGE sql STABLE AS $$
	SELECT p.series FROM property.profile AS p JOIN property.series AS s USING (series)
	WHERE p.loose AND s.aggregation = 'average'
$$;

-- Symbols in each series within a range: weights, and the times of the first
-- and the last of the finest lanes kept that have them.
CREATE FUNCTION property.found(pattern text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, symbol text, self bigint, total bigint, first_seen timestamptz, last_seen timestamptz)
	LANGUAGE sql STABLE AS $$
	WITH effective AS (
		SELECT s.key AS series, s.kept_from, property.lane_start(s.kept_from, asked.first) AS first,
			property.lane_start(s.kept_from, asked.last) - 1
				+ CASE WHEN asked.last >= s.kept_from[0] THEN 1 ELSE property.width(property.finest(s.kept_from, asked.last)) END AS last
		FROM pyrotree.series AS s,
			(SELECT property.slot_of(since), property.slot_before(coalesce(until, statement_timestamp()))) AS asked(first, last)
		WHERE asked.first <= asked.last),
	use AS (
		SELECT e.series, symbol, p.slot, property.lane_start(e.kept_from, p.slot) AS start, p.weight,
			p.stack = symbol OR right(p.stack, length(symbol) + 1) = ';' || symbol AS is_leaf
		FROM effective AS e JOIN property.sample AS p ON p.series = e.series AND p.slot BETWEEN e.first AND e.last,
			LATERAL (SELECT DISTINCT unnest(string_to_array(p.stack, ';'))) AS f(symbol)
		WHERE symbol ~ pattern AND p.weight > 0)
	SELECT u.series, u.symbol,
		CASE WHEN t.aggregation = 'average' THEN property.mean(coalesce(sum(weight) FILTER (WHERE is_leaf), 0), n.slots) ELSE coalesce(sum(weight) FILTER (WHERE is_leaf), 0) END,
		CASE WHEN t.aggregation = 'average' THEN property.mean(sum(weight), n.slots) ELSE sum(weight) END,
		property.time_of(min(start)), property.time_of(max(start))
	FROM use AS u JOIN property.series AS t USING (series), LATERAL (
		SELECT count(DISTINCT p.slot) AS slots FROM property.profile AS p JOIN effective AS e USING (series)
		WHERE p.series = u.series AND p.slot BETWEEN e.first AND e.last) AS n
	WHERE u.series NOT IN (SELECT property.uncertain())
	GROUP BY u.series, u.symbol, t.aggregation, n.slots
$$;
