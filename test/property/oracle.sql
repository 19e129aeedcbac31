-- The oracle: everything the store is told, kept in ordinary tables, one row a
-- number.  Nothing here knows of blocks, levels or horizons.

CREATE SCHEMA property;
CREATE EXTENSION dblink;	-- for a second writer

-- What the run is about; set_up() replaces them.
CREATE FUNCTION property.resolution() RETURNS bigint	-- of a slot, in microseconds
	LANGUAGE sql IMMUTABLE AS 'SELECT 10000000::bigint';
CREATE FUNCTION property.widths() RETURNS bigint[]		-- [0:*] slots in a lane of each level
	LANGUAGE sql IMMUTABLE AS $$ SELECT '[0:0]={1}'::bigint[] $$;

CREATE TABLE property.series (
	series		text COLLATE "C" PRIMARY KEY,
	aggregation	text NOT NULL,
	base		bigint NOT NULL,	-- the slot where its story begins
	present		bigint NOT NULL		-- the slot where its last punctual profile went
);

-- Selectors, and which series each of them is known to match.
CREATE TABLE property.selector (
	selector	text COLLATE "C" PRIMARY KEY,
	aggregation	text NOT NULL,
	members		text[] NOT NULL
);

-- A row for each slot of each profile; profiles is 1 in the first of them.  A
-- row is loose when its slot was below
-- kept_from[0] when it became visible: then the store cannot know whether the
-- slot was covered before.
CREATE TABLE property.profile (
	series		text COLLATE "C" NOT NULL,
	slot		bigint NOT NULL,
	profiles	bigint NOT NULL,
	loose		boolean
);
CREATE INDEX ON property.profile (series, slot);
CREATE INDEX ON property.profile (series) WHERE loose IS NULL;

-- What was in them.
CREATE TABLE property.sample (
	series		text COLLATE "C" NOT NULL,
	slot		bigint NOT NULL,
	stack		text NOT NULL,
	weight		bigint NOT NULL
);
CREATE INDEX ON property.sample (series, slot);

-- ---- slots and times ----

CREATE FUNCTION property.width(level integer) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS 'SELECT (property.widths())[level]';

-- The greatest multiple of width that is not above slot.
CREATE FUNCTION property.floor_to(slot bigint, width bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS $$ SELECT (floor(slot::numeric / width) * width)::bigint $$;

-- The slot that holds a time.
CREATE FUNCTION property.slot_of(at timestamptz) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE at WHEN '-infinity' THEN -4611686018427387904 WHEN 'infinity' THEN 4611686018427387903
		ELSE floor(extract(epoch FROM at) * 1000000 / property.resolution())::bigint END
$$;

-- The last slot that begins before a time.
CREATE FUNCTION property.slot_before(until timestamptz) RETURNS bigint
	LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE until WHEN '-infinity' THEN -4611686018427387905 WHEN 'infinity' THEN 4611686018427387903
		ELSE ceil(extract(epoch FROM until) * 1000000 / property.resolution())::bigint - 1 END
$$;

-- The time at which a slot begins; infinite when it is no timestamptz.
CREATE FUNCTION property.time_of(slot bigint) RETURNS timestamptz
	LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN seconds < -210866803200 THEN '-infinity' WHEN seconds >= 9224318016000 THEN 'infinity'
		ELSE 'epoch'::timestamptz + floor(seconds)::double precision * interval '1 second'
			+ ((seconds - floor(seconds)) * 1000000)::integer * interval '1 microsecond' END
	FROM (SELECT slot::numeric * property.resolution() / 1000000) AS x(seconds)
$$;

-- ---- writing to the store and to the oracle ----

-- Give the store one profile and write down what it should mean.  Not strict
-- in until and id.
CREATE FUNCTION property.put(series text, at timestamptz, until timestamptz, stacks text[], weights bigint[], id uuid) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	profile proftree := coalesce((SELECT proftree_agg(stack, weight) FROM unnest(stacks, weights) AS s(stack, weight)), '');
	kind text := (SELECT aggregation FROM property.series AS s WHERE s.series = put.series);
	first bigint := property.slot_of(at);
	last bigint := coalesce(property.slot_before(until), first);
BEGIN
	PERFORM pyrotree.ingest(series, at, profile, until, id);
	INSERT INTO property.profile SELECT series, s, (s = first)::integer FROM generate_series(first, last) AS s;
	IF kind = 'average' OR first = last THEN
		INSERT INTO property.sample
			SELECT series, s, stack, weight
			FROM generate_series(first, last) AS s, unnest(stacks, weights) AS w(stack, weight);
	ELSE
		PERFORM property.check_spread(profile, at, until);
		INSERT INTO property.sample
			SELECT series, slot, stack, self
			FROM pyrotree.spread(profile, at, until, property.resolution()) AS part(slot, tree), property.own_stacks(tree);
	END IF;
END $$;

-- The stacks of a tree that give the tree again when added up: those with
-- weight, and the leaves.
CREATE FUNCTION property.own_stacks(tree proftree) RETURNS TABLE (stack text, self bigint)
	LANGUAGE sql STABLE AS $$
	SELECT stack, self
	FROM (SELECT stack, self, depth, lead(depth) OVER (ORDER BY n) AS next
		FROM proftree_iterate(tree) WITH ORDINALITY AS i(depth, stack, self, total, n)) AS x
	WHERE self > 0 OR next IS NULL OR next <= depth
$$;

-- The parts of a spread profile: a row a slot, together the profile, each near
-- its share of the time.
CREATE FUNCTION property.check_spread(profile proftree, since timestamptz, until timestamptz) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	slots bigint[];
	whole proftree;
	worst numeric;
BEGIN
	SELECT array_agg(slot ORDER BY slot), sum(tree),
		max(abs(proftree_total(tree) - proftree_total(profile)
			* extract(epoch FROM least(until, property.time_of(slot + 1)) - greatest(since, property.time_of(slot)))
			/ extract(epoch FROM until - since)))
	INTO slots, whole, worst
	FROM pyrotree.spread(profile, since, until, property.resolution()) AS part(slot, tree);
	PERFORM property.compare('slots of a spread profile', slots::text,
		(SELECT array_agg(s ORDER BY s)::text FROM generate_series(property.slot_of(since), property.slot_before(until)) AS s));
	PERFORM property.compare('sum of a spread profile', profile::text, whole::text);
	IF worst > 2 THEN
		PERFORM property.compare('a slot of a spread profile', 'at most 2 off', worst || ' off');
	END IF;
END $$;

-- Raw stacks through the view, several series and slots in one statement.
CREATE FUNCTION property.put_stacks(series text[], slots bigint[], stacks text[], weights bigint[]) RETURNS void
	LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pyrotree.stacks (series, at, stack, weight)
		SELECT s, property.time_of(slot) + (property.resolution() - 1) * random() * interval '1 microsecond', stack, weight
		FROM unnest(series, slots, stacks, weights) AS r(s, slot, stack, weight);
	INSERT INTO property.profile
		SELECT DISTINCT s, slot, 1 FROM unnest(series, slots) AS r(s, slot);
	INSERT INTO property.sample
		SELECT * FROM unnest(series, slots, stacks, weights);
END $$;

-- Rows that became visible since the last call: are they loose?  To be called
-- before the store's kept_from changes and before questions are asked.
CREATE FUNCTION property.settle() RETURNS void
	LANGUAGE sql AS $$
	UPDATE property.profile AS p SET loose = p.slot < s.kept_from[0]
	FROM pyrotree.series AS s
	WHERE p.loose IS NULL AND s.key = p.series
$$;

-- ---- what happens when they differ ----

CREATE FUNCTION property.compare(what text, expected text, got text) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	same integer := 0;
BEGIN
	IF expected IS NOT DISTINCT FROM got THEN
		RETURN;
	END IF;
	WHILE same < length(expected) AND left(expected, same + 1) = left(got, same + 1) LOOP
		same := same + 1;
	END LOOP;
	same := greatest(same - 100, 0);
	RAISE EXCEPTION 'operation %: %', current_setting('property.operation', true), what
		USING DETAIL = format(E'expected: ...%s\ngot:      ...%s',
			substr(expected, same + 1, 300), substr(got, same + 1, 300));
END $$;
