-- ---------------------------------------------------------------------
-- Settings, profile types, series.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.configure(resolution interval DEFAULT '10 s',
		fanouts integer[] DEFAULT '{60,6,24,30,12}') RETURNS void
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF resolution IS NULL OR fanouts IS NULL THEN
		RAISE EXCEPTION 'resolution and fan-outs must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT isfinite(resolution) OR extract(year FROM resolution) <> 0 OR extract(month FROM resolution) <> 0 THEN
		RAISE EXCEPTION 'invalid resolution %: it has no fixed length', resolution
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	-- whoever has read the settings may be about to store by them
	LOCK TABLE pyrotree.settings IN ACCESS EXCLUSIVE MODE;
	INSERT INTO pyrotree.settings AS s (resolution, fanouts)
	VALUES ((extract(epoch FROM configure.resolution) * 1000000)::bigint, configure.fanouts)
	ON CONFLICT (only_row) DO UPDATE SET resolution = excluded.resolution, fanouts = excluded.fanouts;
END $$;
COMMENT ON FUNCTION pyrotree.configure(interval, integer[]) IS 'set the length of a slot and the lanes per block, before the first profile';

-- what every writer calls first
CREATE FUNCTION pyrotree.settle() RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	resolution bigint;
BEGIN
	SELECT s.resolution INTO resolution FROM pyrotree.settings AS s WHERE s.only_row = 1;
	IF NOT FOUND THEN
		INSERT INTO pyrotree.settings (resolution, fanouts) VALUES (10000000, '{60,6,24,30,12}')
		ON CONFLICT (only_row) DO NOTHING;
		SELECT s.resolution INTO resolution FROM pyrotree.settings AS s WHERE s.only_row = 1;
	END IF;
	RETURN resolution;
END $$;
COMMENT ON FUNCTION pyrotree.settle() IS 'length of a slot in microseconds; chooses the defaults when nobody has chosen';

CREATE FUNCTION pyrotree.define_profile_type(name text, unit text, aggregation text) RETURNS void
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	before text;
BEGIN
	IF name IS NULL OR unit IS NULL OR aggregation IS NULL THEN
		RAISE EXCEPTION 'name, unit and aggregation must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF aggregation NOT IN ('sum', 'average') THEN
		RAISE EXCEPTION 'invalid aggregation "%"', aggregation
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Profiles are added by "sum" or by "average".';
	END IF;
	IF (pyrotree.parse_series(name)).name <> name COLLATE "C" THEN
		RAISE EXCEPTION 'invalid name "%" of a profile type', name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'A profile type is for all series of a name: give the name without labels.';
	END IF;
	PERFORM pyrotree.require_read_committed('define_profile_type()');
	-- a writer that has asked for the type must not store by the old one
	LOCK TABLE pyrotree.profile_type IN ACCESS EXCLUSIVE MODE;
	SELECT t.aggregation INTO before FROM pyrotree.profile_type AS t WHERE t.name = define_profile_type.name;
	IF coalesce(before, 'sum') <> aggregation AND
		EXISTS (SELECT FROM pyrotree.series AS s WHERE s.name = define_profile_type.name) THEN
		RAISE EXCEPTION 'aggregation of "%" is fixed: there are profiles', name
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Profiles longer than a slot were stored by it; use another name, or drop the series first.';
	END IF;
	INSERT INTO pyrotree.profile_type AS t (name, unit, aggregation)
	VALUES (define_profile_type.name, define_profile_type.unit, define_profile_type.aggregation)
	ON CONFLICT ON CONSTRAINT profile_type_pkey DO UPDATE SET unit = excluded.unit, aggregation = excluded.aggregation;
END $$;
COMMENT ON FUNCTION pyrotree.define_profile_type(text, text, text) IS 'say in which unit series of a name measure, and whether profiles are added by sum or average';

CREATE FUNCTION pyrotree.aggregation_of(name text) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10
	RETURN coalesce((SELECT t.aggregation FROM pyrotree.profile_type AS t WHERE t.name = aggregation_of.name), 'sum');
COMMENT ON FUNCTION pyrotree.aggregation_of(text) IS 'how profiles of a series name are added: sum or average';

-- Series a selector matches.  Where one of its matchers asks for a label that
-- few series have with this value, or have at all, these are looked up and only
-- they are tried; else all are, which takes less than to look up many.  Row
-- security leaves few already, and finds them first.
CREATE FUNCTION pyrotree.matching(selector text) RETURNS bigint[]
	LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 10000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	matcher record;
	few integer := CASE WHEN row_security_active('pyrotree.series') THEN 0
		ELSE greatest(1000, (SELECT c.reltuples / 20 FROM pg_class AS c WHERE c.oid = 'pyrotree.series'::regclass)) END;
	found bigint[];
	candidates bigint[];		-- NULL: all
BEGIN
	FOR matcher IN
		SELECT m.label, m.value, m.match = '=' AS is_equal
		FROM pyrotree.selector_matchers(selector) AS m
		WHERE CASE WHEN m.match = '=' THEN m.value <> '' ELSE NOT pyrotree.value_matches(m.match, m.value, '') END
		-- names last: many series have the same
		ORDER BY is_equal DESC, m.label = '__name__'
	LOOP
		IF matcher.is_equal THEN
			found := ARRAY(
				SELECT l.series_id FROM pyrotree.label AS l
				WHERE l.name = matcher.label AND l.value_start = left(matcher.value, 300) AND l.value = matcher.value
				LIMIT few);
		ELSE
			found := ARRAY(SELECT l.series_id FROM pyrotree.label AS l WHERE l.name = matcher.label LIMIT few);
		END IF;
		IF cardinality(found) < few THEN
			candidates := found;
			few := cardinality(found);
		END IF;
	END LOOP;
	IF candidates IS NULL THEN
		found := ARRAY(SELECT s.series_id FROM pyrotree.series AS s WHERE pyrotree.selector_matches(selector, s.name, s.labels));
	ELSE
		found := ARRAY(
			SELECT s.series_id
			FROM unnest(candidates) AS c(series_id) JOIN pyrotree.series AS s USING (series_id)
			WHERE pyrotree.selector_matches(selector, s.name, s.labels));
	END IF;
	RETURN found;
END $$;
COMMENT ON FUNCTION pyrotree.matching(text) IS 'numbers of the series a selector matches';

-- Inlined, so an index of the number is used; without one, matching() would be
-- asked for each row: join with series_matching().
CREATE FUNCTION pyrotree.series_matches(selector text, series_id bigint) RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE COST 10000
	RETURN series_id = ANY (pyrotree.matching(selector));
COMMENT ON FUNCTION pyrotree.series_matches(text, bigint) IS 'does a selector match the series of this number?';

-- inlined; the planner asks matching() how many there are
CREATE FUNCTION pyrotree.series_matching(selector text)
	RETURNS TABLE (series_id bigint, series text)
	LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 10
BEGIN ATOMIC
	SELECT s.series_id, s.key
	FROM unnest(pyrotree.matching(selector)) AS m(series_id) JOIN pyrotree.series AS s USING (series_id);
END;
COMMENT ON FUNCTION pyrotree.series_matching(text) IS 'series a selector matches';

CREATE FUNCTION pyrotree.label_names() RETURNS SETOF text
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 20
BEGIN ATOMIC
	SELECT DISTINCT l.name FROM pyrotree.label AS l WHERE l.name <> '__name__' ORDER BY 1;
END;
COMMENT ON FUNCTION pyrotree.label_names() IS 'names of all labels there are';

CREATE FUNCTION pyrotree.label_values(label text) RETURNS SETOF text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 50
BEGIN ATOMIC
	SELECT DISTINCT l.value FROM pyrotree.label AS l WHERE l.name = label_values.label ORDER BY 1;
END;
COMMENT ON FUNCTION pyrotree.label_values(text) IS 'values of a label; of __name__, the names of series';

-- Series are made and locked in the order of their keys, so that two writers
-- of the same ones do not wait for each other in a circle.  The lock is that
-- of a foreign key: it keeps a series from being dropped before this
-- transaction ends, and disturbs nobody else.  Planned once, for indexes: what
-- is known of the arrays changes nothing, and the table may have been empty.
CREATE FUNCTION pyrotree.series_ids(series text[]) RETURNS bigint[]
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
	ids bigint[];
	made bigint[];
	locked bigint;
BEGIN
	FOR attempt IN 1 .. 10 LOOP
		ids := ARRAY(
			SELECT (SELECT s.series_id FROM pyrotree.series AS s
				WHERE s.key_hash = pyrotree.key_hash((pyrotree.parse_series(u.given)).key))
			FROM unnest(series) WITH ORDINALITY AS u(given, n) ORDER BY u.n);
		IF array_position(ids, NULL) IS NULL THEN
			SELECT count(*) INTO locked FROM (
				SELECT FROM pyrotree.series AS s
				WHERE s.series_id = ANY (ids) ORDER BY s.key FOR KEY SHARE) AS s;
			IF locked = (SELECT count(DISTINCT u.id) FROM unnest(ids) AS u(id)) THEN
				RETURN ids;
			END IF;
			-- one has been dropped meanwhile: it is made again
			CONTINUE;
		END IF;
		WITH new AS (
			INSERT INTO pyrotree.series (name, labels)
			SELECT p.name, p.labels
			FROM (SELECT DISTINCT u.given FROM unnest(series, ids) AS u(given, id) WHERE u.id IS NULL) AS missing
				CROSS JOIN LATERAL pyrotree.parse_series(missing.given) AS p
			ORDER BY p.key COLLATE "C"
			ON CONFLICT (key_hash) DO NOTHING
			RETURNING series_id)
		SELECT array_agg(new.series_id) INTO made FROM new;
		-- a statement of its own: policies may look for the series
		INSERT INTO pyrotree.label (series_id, name, value)
		SELECT s.series_id, l.name, l.value
		FROM pyrotree.series AS s
			CROSS JOIN LATERAL (
				SELECT '__name__', s.name
				UNION ALL
				SELECT x.key, x.value FROM jsonb_each_text(s.labels) AS x) AS l(name, value)
		WHERE s.series_id = ANY (made);
	END LOOP;
	RAISE EXCEPTION 'series was dropped again and again while it was written'
		USING ERRCODE = 'serialization_failure', HINT = 'Try again.';
END $$;
COMMENT ON FUNCTION pyrotree.series_ids(text[]) IS 'numbers of series given by name and labels, locked against being dropped; makes those that are new';
