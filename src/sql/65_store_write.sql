-- ---------------------------------------------------------------------
-- Writing.  A write appends rows to head; see compaction for what follows.
-- ---------------------------------------------------------------------

-- Clocks that run ahead are allowed for up to a setting; one that is wrong by
-- days would else hold all its profiles in head until its time has come.
CREATE FUNCTION pyrotree.check_clock(series text, slot bigint, resolution bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF slot > pyrotree.first_slot(clock_timestamp() + pyrotree.clock_skew() * interval '1 microsecond', resolution) THEN
		RAISE EXCEPTION 'profile of series "%" lies in the future, at %', left(series, 100), pyrotree.slot_time(slot, resolution)
			USING ERRCODE = 'invalid_parameter_value',
				DETAIL = format('A profile may lie %s seconds ahead of the server''s clock.', pyrotree.clock_skew() / 1000000),
				HINT = 'Mend the clock of the collector, or raise pyrotree.clock_skew.';
	END IF;
END $$;
COMMENT ON FUNCTION pyrotree.check_clock(text, bigint, bigint) IS 'refuses slots further in the future than pyrotree.clock_skew';

-- many profiles of a slot each; the flush of the view's triggers
CREATE FUNCTION pyrotree.store(series text[], slots bigint[], profiles proftree[]) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	resolution constant bigint := pyrotree.settle();
	names constant text[] := ARRAY(SELECT DISTINCT u.given COLLATE "C" FROM unnest(series) AS u(given));
	ids bigint[];			-- of names, then of profiles
	written record;
BEGIN
	PERFORM pyrotree.check_clock(u.given, u.slot, resolution)
	FROM (SELECT x.given, x.slot FROM unnest(series, slots) AS x(given, slot) ORDER BY x.slot DESC LIMIT 1) AS u;
	ids := pyrotree.series_ids(names);
	ids := ARRAY(
		SELECT n.id
		FROM unnest(series) WITH ORDINALITY AS u(given, place)
			JOIN unnest(names, ids) AS n(name, id) ON n.name = u.given COLLATE "C"
		ORDER BY u.place);
	INSERT INTO pyrotree.head (series_id, at, profile, total, profiles)
	SELECT u.id, u.slot, u.profile, @extschema@.proftree_total(u.profile), 1
	FROM unnest(ids, slots, profiles) AS u(id, slot, profile)
	ORDER BY u.id, u.slot;
	PERFORM pyrotree.note_symbols(n.id, n.symbols)
	FROM (
		SELECT u.id, @extschema@.sum(pyrotree.new_symbols(u.profile, '')) AS symbols
		FROM unnest(ids, profiles) AS u(id, profile) GROUP BY u.id) AS n;
	FOR written IN
		SELECT u.id, min(u.slot) AS first, max(u.slot) AS last
		FROM unnest(ids, slots) AS u(id, slot)
		GROUP BY u.id ORDER BY u.id
	LOOP
		PERFORM pyrotree.compact_if_due(written.id, written.first, written.last);
	END LOOP;
END $$;
COMMENT ON FUNCTION pyrotree.store(text[], bigint[], proftree[]) IS 'append profiles of a slot each: series, slot and tree of each in three arrays';

CREATE FUNCTION pyrotree.ingest(series text, at timestamptz, profile proftree,
		until timestamptz DEFAULT NULL, id uuid DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 10000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	resolution bigint;
	first bigint;
	last bigint;
	number bigint;			-- of the series
BEGIN
	IF series IS NULL OR at IS NULL OR profile IS NULL THEN
		RAISE EXCEPTION '% of a profile must not be null',
				CASE WHEN series IS NULL THEN 'series' WHEN at IS NULL THEN 'time' ELSE 'tree' END
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT isfinite(at) OR NOT isfinite(coalesce(until, at)) THEN
		RAISE EXCEPTION 'time of a profile must be finite' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF until <= at THEN
		RAISE EXCEPTION 'profile ends at %, before it begins at %', until, at
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give no end for a profile of one moment.';
	END IF;
	IF extract(epoch FROM until) - extract(epoch FROM at) > 86400 THEN
		RAISE EXCEPTION 'profile is longer than a day, from % to %', at, until
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	resolution := pyrotree.settle();
	first := pyrotree.first_slot(at, resolution);
	last := greatest(first, pyrotree.last_slot(until, resolution));
	IF last - first >= 86400 THEN
		RAISE EXCEPTION 'profile spans % slots', last - first + 1
			USING ERRCODE = 'program_limit_exceeded', DETAIL = 'A profile can span 86400 slots.',
				HINT = 'Send shorter profiles.';
	END IF;
	PERFORM pyrotree.check_clock(series, last, resolution);
	-- as series_ids() does, in one step for a series that exists
	SELECT s.series_id INTO number FROM pyrotree.series AS s
	WHERE s.key_hash = pyrotree.key_hash((pyrotree.parse_series(series)).key) FOR KEY SHARE;
	IF NOT FOUND THEN
		number := (pyrotree.series_ids(ARRAY[series]))[1];
	END IF;

	IF id IS NOT NULL AND NOT pyrotree.is_first_delivery(id, number) THEN
		RETURN number;
	END IF;

	IF first = last THEN
		INSERT INTO pyrotree.head (series_id, at, profile, total, profiles)
		VALUES (number, first, profile, @extschema@.proftree_total(profile), 1);
	ELSIF pyrotree.aggregation_of((pyrotree.parse_series(series)).name) = 'sum' THEN
		INSERT INTO pyrotree.head (series_id, at, profile, total, profiles)
		SELECT number, s.slot, s.profile, @extschema@.proftree_total(s.profile), (s.slot = first)::integer
		FROM pyrotree.spread(ingest.profile, ingest.at, ingest.until, resolution) AS s;
	ELSE
		INSERT INTO pyrotree.head (series_id, at, profile, total, profiles)
		SELECT number, s, ingest.profile, @extschema@.proftree_total(ingest.profile), (s = first)::integer
		FROM generate_series(first, last) AS s;
	END IF;
	PERFORM pyrotree.note_symbols(number, profile);
	PERFORM pyrotree.compact_if_due(number, first, last);
	RETURN number;
END $$;
COMMENT ON FUNCTION pyrotree.ingest(text, timestamptz, proftree, timestamptz, uuid) IS 'store one profile; gives the number of its series';

-- Ids are kept for a day.  Each delivery takes away two that are older, so
-- that there are never many.
CREATE FUNCTION pyrotree.is_first_delivery(id uuid, series_id bigint) RETURNS boolean
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	expired constant timestamptz := now() - interval '24 hours';
BEGIN
	INSERT INTO pyrotree.delivery AS d (id, series_id, received)
	VALUES (is_first_delivery.id, is_first_delivery.series_id, now())
	ON CONFLICT ON CONSTRAINT delivery_pkey DO UPDATE SET received = excluded.received
		WHERE d.received < expired;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	DELETE FROM pyrotree.delivery AS d
	WHERE (d.series_id, d.id) IN (
		SELECT o.series_id, o.id FROM pyrotree.delivery AS o WHERE o.received < expired
		ORDER BY o.received LIMIT 2 FOR UPDATE SKIP LOCKED);
	RETURN true;
END $$;
COMMENT ON FUNCTION pyrotree.is_first_delivery(uuid, bigint) IS 'note the id of a profile of a series; false when it has been seen within a day';
