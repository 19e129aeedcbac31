-- Random choices.  All randomness is random(), seeded by the run.

-- 0 to n - 1
CREATE FUNCTION property.pick(n bigint) RETURNS bigint
	LANGUAGE sql VOLATILE AS 'SELECT floor(random() * n)::bigint';

CREATE FUNCTION property.chance(percent double precision) RETURNS boolean
	LANGUAGE sql VOLATILE AS 'SELECT random() * 100 < percent';

CREATE FUNCTION property.one_of(choices text[]) RETURNS text
	LANGUAGE sql VOLATILE AS 'SELECT choices[1 + property.pick(cardinality(choices))]';

-- The width of a lane of some level, up to about a year.
CREATE FUNCTION property.some_width() RETURNS bigint
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	widths bigint[] := (SELECT array_agg(w ORDER BY w) FROM unnest(property.widths()) AS w WHERE w * property.resolution() < 400 * 86400000000);
BEGIN
	RETURN widths[1 + property.pick(cardinality(widths))];
END $$;

CREATE FUNCTION property.some_series() RETURNS text
	LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN property.one_of((SELECT array_agg(series ORDER BY series) FROM property.series));
END $$;

CREATE FUNCTION property.some_selector() RETURNS text
	LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN property.one_of((SELECT array_agg(selector ORDER BY selector) FROM property.selector));
END $$;

-- A slot to write to: mostly the next, now and then a leap ahead, often late by
-- anything from a slot to a year, sometimes where a profile already is.
CREATE FUNCTION property.some_slot(series text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	s property.series := (SELECT s FROM property.series AS s WHERE s.series = some_slot.series);
	newest bigint := property.slot_of(clock_timestamp());
	slot bigint;
	dice integer := property.pick(100);
BEGIN
	IF dice < 60 THEN
		slot := s.present + property.pick(4);
	ELSIF dice < 63 THEN
		slot := s.present + property.pick(1 + property.some_width() / 3);
	ELSIF dice < 82 THEN
		RETURN s.present - property.pick(property.some_width() + 2);
	ELSIF dice < 87 THEN
		RETURN property.floor_to(s.present, property.some_width()) - property.pick(2);
	ELSE
		RETURN coalesce(property.used_slot(series), s.present);
	END IF;
	IF slot > newest THEN
		slot := CASE WHEN s.base > newest - 1000 THEN newest ELSE s.base END;
	END IF;
	UPDATE property.series AS u SET present = slot WHERE u.series = s.series;
	RETURN slot;
END $$;

-- A slot that holds a profile; NULL when there is none.
CREATE FUNCTION property.used_slot(series text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	least bigint;
	most bigint;
BEGIN
	SELECT min(slot), max(slot) INTO least, most FROM property.profile AS p WHERE p.series = used_slot.series;
	IF property.chance(50) THEN
		-- where most of them are
		least := greatest(least, most - 300);
	END IF;
	RETURN (SELECT min(slot) FROM property.profile AS p
		WHERE p.series = used_slot.series AND slot >= least + property.pick(most - least + 1));
END $$;

-- One to five frames of few names, so that stacks meet and names recur; and now
-- and then one that hardly another profile has.
CREATE FUNCTION property.some_stack() RETURNS text
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	stack text := 'main';
BEGIN
	FOR i IN 1 .. property.pick(5) LOOP
		stack := stack || ';' || property.one_of('{a,b,c,parse,é,operator new,main}');
	END LOOP;
	IF property.chance(10) THEN
		stack := stack || ';rare' || property.pick(100);
	END IF;
	RETURN stack;
END $$;

CREATE FUNCTION property.some_weight() RETURNS bigint
	LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN CASE property.pick(8)
		WHEN 0 THEN 0
		WHEN 1 THEN property.pick(1000000000000)
		WHEN 2 THEN 1000 * property.pick(100)
		ELSE 1 + property.pick(20)
	END;
END $$;

-- A time to ask for: near data, near the border of a lane, or without limit.
CREATE FUNCTION property.some_edge(series text) RETURNS timestamptz
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	slot bigint := coalesce(property.used_slot(series), (SELECT present FROM property.series AS s WHERE s.series = some_edge.series));
	dice integer := property.pick(20);
BEGIN
	IF dice = 0 THEN
		RETURN CASE WHEN property.chance(50) THEN '-infinity' ELSE 'infinity' END;
	ELSIF dice < 5 THEN
		slot := property.floor_to(slot, property.some_width()) + property.pick(3) - 1;
	ELSIF dice < 9 THEN
		slot := slot + property.pick(2 * property.some_width() + 1) - property.some_width();
	ELSE
		slot := slot + property.pick(5) - 2;
	END IF;
	RETURN property.time_of(slot)
		+ CASE WHEN property.chance(20) THEN property.pick(property.resolution()) ELSE 0 END * interval '1 microsecond';
END $$;

CREATE TYPE property.range AS (since timestamptz, until timestamptz);

CREATE FUNCTION property.some_range(selector text) RETURNS property.range
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	series text := coalesce(property.one_of((SELECT members FROM property.selector AS s WHERE s.selector = some_range.selector)),
		property.some_series());
	a timestamptz := property.some_edge(series);
	b timestamptz := property.some_edge(series);
BEGIN
	IF property.chance(3) THEN
		RETURN (a, NULL::timestamptz);
	ELSIF property.chance(3) THEN
		-- perhaps an empty one
		RETURN (a, b);
	END IF;
	RETURN (least(a, b), greatest(a, b));
END $$;

-- A length of buckets in slots; NULL leaves it to the store.
CREATE FUNCTION property.some_step() RETURNS bigint
	LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN CASE property.pick(4)
		WHEN 0 THEN 1
		WHEN 1 THEN 1 + property.pick(100)
		WHEN 2 THEN property.some_width()
		ELSE 1 + property.pick(2 * property.some_width())
	END;
END $$;
