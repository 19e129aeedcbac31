-- Ask the store, compare with the oracle.

-- All that one question can mean: a selector, a range, and what the functions
-- need besides.
CREATE TYPE property.question AS (
	selector	text,
	since		timestamptz,
	until		timestamptz,
	step		interval,	-- NULL: the store chooses
	slots		bigint,		-- the same in slots
	symbol		text
);

CREATE FUNCTION property.some_question() RETURNS property.question
	LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	q property.question;
	r property.range;
BEGIN
	q.selector := property.some_selector();
	r := property.some_range(q.selector);
	q.since := r.since;
	q.until := r.until;
	q.slots := CASE WHEN property.chance(90) THEN property.some_step() END;
	q.step := q.slots * property.resolution() * interval '1 microsecond';
	q.symbol := property.one_of('{main,a,b,é,operator new,nowhere}');
	RETURN q;
END $$;

-- What the store says, a text a function.
CREATE FUNCTION property.ask(q property.question, part text) RETURNS text
	LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE part
		WHEN 'query' THEN
			pyrotree.query(q.selector, q.since, q.until)::text
		WHEN 'profiles' THEN
			(SELECT coalesce(sum(profile), '')::text FROM pyrotree.profiles(q.selector, q.since, q.until))
		WHEN 'query_by_label' THEN
			(SELECT string_agg(value || ': ' || profile::text, ' / ' ORDER BY value COLLATE "C")
			FROM (SELECT value, property.pruned(profile) FROM pyrotree.query_by_label(q.selector, q.since, q.until, 'host')) AS v(value, profile)
			WHERE proftree_total(profile) > 0)
		WHEN 'timeline' THEN
			(SELECT string_agg(at || ' ' || total, ', ' ORDER BY at)
			FROM pyrotree.timeline(q.selector, q.since, q.until, q.step))
		WHEN 'symbol_timeline' THEN
			(SELECT string_agg(at || ' ' || self || ' ' || total, ', ' ORDER BY at)
			FROM pyrotree.symbol_timeline(q.selector, q.symbol, q.since, q.until, q.step) WHERE self > 0 OR total > 0)
		WHEN 'stacks_between' THEN
			(SELECT string_agg(concat_ws(' ', series, at, stack, weight), ', ' ORDER BY series COLLATE "C", at, stack COLLATE "C")
			FROM (SELECT series, at, stack, sum(weight) FROM pyrotree.stacks_between(q.selector, q.since, q.until)
				GROUP BY series, at, stack) AS s(series, at, stack, weight)
			WHERE weight > 0)
		WHEN 'find_symbol' THEN
			(SELECT string_agg(f::text, ', ' ORDER BY f.series COLLATE "C")
			FROM pyrotree.find_symbol(q.symbol, q.since, q.until) AS f
			WHERE f.series NOT IN (SELECT property.uncertain()))
		WHEN 'find_symbols' THEN
			(SELECT string_agg(f::text, ', ' ORDER BY f.series COLLATE "C", f.symbol COLLATE "C")
			FROM pyrotree.find_symbols(property.some_pattern(q), q.since, q.until) AS f
			WHERE f.series NOT IN (SELECT property.uncertain()))
		WHEN 'effective range' THEN
			(SELECT string_agg(DISTINCT concat_ws(' ', series, effective_since, effective_until), ', ')
			FROM pyrotree.explain(q.selector, q.since, q.until))
	END;
END $$;

-- an expression that goes with a question
CREATE FUNCTION property.some_pattern(q property.question) RETURNS text
	LANGUAGE sql STABLE AS $$
	SELECT CASE q.symbol WHEN 'main' THEN '.' WHEN 'a' THEN '^[abc]$' WHEN 'é' THEN 'é|new' ELSE '^' || left(q.symbol, 2) END
$$;

CREATE FUNCTION property.is_average(q property.question) RETURNS boolean
	LANGUAGE sql STABLE AS $$ SELECT aggregation = 'average' FROM property.selector WHERE selector = q.selector $$;

-- What the oracle says.  slots: what to divide an average by.
CREATE FUNCTION property.know(q property.question, part text, slots bigint) RETURNS text
	LANGUAGE plpgsql STABLE AS $$
DECLARE
	averaged constant boolean := property.is_average(q);
BEGIN
	RETURN CASE part
		WHEN 'query' THEN
			CASE WHEN averaged THEN property.average(q.selector, q.since, q.until, greatest(slots, 1))
				ELSE property.query(q.selector, q.since, q.until) END::text
		WHEN 'profiles' THEN
			property.query(q.selector, q.since, q.until)::text
		WHEN 'query_by_label' THEN
			(SELECT string_agg(value || ': ' || profile::text, ' / ' ORDER BY value COLLATE "C")
			FROM (
				SELECT value, proftree_agg(stack, weight)
				FROM (
					SELECT value, stack, CASE WHEN averaged THEN property.mean(sum(weight), (
							SELECT count(*) FROM property.slots(q.selector, q.since, q.until) AS n
							WHERE property.label_host(n.series) = value))
						ELSE sum(weight)::bigint END
					FROM property.samples(q.selector, q.since, q.until) AS s, property.label_host(s.series) AS value
					GROUP BY value, stack) AS s(value, stack, weight)
				WHERE weight > 0 GROUP BY value) AS v(value, profile))
		WHEN 'timeline' THEN
			(SELECT string_agg(concat_ws(' ', property.time_of(at),
				CASE WHEN averaged THEN property.mean(all_weight, covered) ELSE all_weight END), ', ' ORDER BY at)
			FROM property.timeline(q.selector, q.symbol, q.since, q.until, q.slots))
		WHEN 'symbol_timeline' THEN
			(SELECT string_agg(concat_ws(' ', property.time_of(at), self, total), ', ' ORDER BY at)
			FROM (
				SELECT at, CASE WHEN averaged THEN property.mean(self, covered) ELSE self END,
					CASE WHEN averaged THEN property.mean(total, covered) ELSE total END
				FROM property.timeline(q.selector, q.symbol, q.since, q.until, q.slots)) AS t(at, self, total)
			WHERE self > 0 OR total > 0)
		WHEN 'stacks_between' THEN
			(SELECT string_agg(concat_ws(' ', series, property.time_of(at), stack, weight), ', ' ORDER BY series COLLATE "C", at, stack COLLATE "C")
			FROM (SELECT series, property.lane_start(kept_from, slot), stack, sum(weight)
				FROM property.samples(q.selector, q.since, q.until) GROUP BY 1, 2, 3) AS s(series, at, stack, weight)
			WHERE weight > 0)
		WHEN 'find_symbol' THEN
			(SELECT string_agg(f::text, ', ' ORDER BY f.series COLLATE "C")
			FROM property.found('^' || q.symbol || '$', q.since, q.until) AS f)
		WHEN 'find_symbols' THEN
			(SELECT string_agg(f::text, ', ' ORDER BY f.series COLLATE "C", f.symbol COLLATE "C")
			FROM property.found(property.some_pattern(q), q.since, q.until) AS f)
		WHEN 'effective range' THEN
			(SELECT string_agg(DISTINCT concat_ws(' ', series, property.time_of(first), property.time_of(last + 1)), ', ')
			FROM property.effective(q.selector, q.since, q.until))
	END;
END $$;

CREATE FUNCTION property.label_host(series text) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(substring(series FROM 'host="([^"]*)"'), '') $$;

CREATE FUNCTION property.check_part(q property.question, part text) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	expected text;
	got text := property.ask(q, part);
	least bigint;
	most bigint;
BEGIN
	SELECT count(*), count(*) + coalesce(sum(loose), 0)
	INTO least, most FROM property.slots(q.selector, q.since, q.until);
	IF property.is_average(q) AND part = 'query' THEN
		-- the divisor is known, but for loose rows
		got := property.pruned(got::proftree)::text;
		FOR slots IN least .. most LOOP
			expected := property.know(q, part, slots);
			EXIT WHEN expected = got;
		END LOOP;
	ELSIF property.is_average(q) AND part IN ('query_by_label', 'timeline', 'symbol_timeline')
			AND (least <> most OR q.step IS NULL) THEN
		RETURN;
	ELSIF q.step IS NULL AND part = 'timeline' THEN
		expected := proftree_total(property.query(q.selector, q.since, q.until))::text;
		SELECT coalesce(sum(total), 0) INTO got FROM pyrotree.timeline(q.selector, q.since, q.until);
	ELSIF q.step IS NULL AND part = 'symbol_timeline' THEN
		SELECT concat_ws(' ', proftree_self(tree, q.symbol), proftree_total(tree, q.symbol)) INTO expected
		FROM property.query(q.selector, q.since, q.until) AS tree;
		SELECT concat_ws(' ', coalesce(sum(self), 0), coalesce(sum(total), 0)) INTO got
		FROM pyrotree.symbol_timeline(q.selector, q.symbol, q.since, q.until);
	ELSE
		expected := property.know(q, part, NULL);
	END IF;
	PERFORM property.compare(format('%s of %s', part, q), expected, got);
END $$;

-- One question: always the tree and the range it is of, and one or two of the
-- other answers.
CREATE FUNCTION property.check(q property.question) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	part text;
BEGIN
	PERFORM property.settle();
	PERFORM property.check_part(q, 'effective range');
	PERFORM property.check_part(q, 'query');
	FOR i IN 1 .. 2 LOOP
		part := property.one_of('{profiles,query_by_label,timeline,symbol_timeline,stacks_between,find_symbol,find_symbols}');
		PERFORM property.check_part(q, part);
	END LOOP;
END $$;

-- The set of each series has all symbols of its profiles: find_symbol() would not
-- see others.
CREATE FUNCTION property.check_symbols() RETURNS void
	LANGUAGE plpgsql AS $$
BEGIN
	PERFORM property.compare('symbols that no set has', NULL, (
		SELECT string_agg(p.series || ' ' || p.symbol, ', ')
		FROM (
			SELECT DISTINCT s.series, f.symbol
			FROM property.sample AS s, unnest(string_to_array(s.stack, ';')) AS f(symbol)
			WHERE s.weight > 0 AND s.series NOT IN (SELECT property.uncertain())) AS p
		WHERE NOT EXISTS (
			SELECT FROM pyrotree.series AS s JOIN pyrotree.series_symbols AS y USING (series_id)
			WHERE s.key = p.series AND proftree_has(y.symbols, p.symbol))));
END $$;

-- What the store says of itself, and all that it holds of one series.
CREATE FUNCTION property.check_invariants() RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	one constant text := property.some_series();
BEGIN
	PERFORM property.compare('verify()', NULL,
		(SELECT string_agg(concat_ws(' ', series, level, at, problem), ', ') FROM pyrotree.verify()));
	PERFORM property.settle();
	PERFORM property.check_symbols();
	PERFORM property.compare('stacks of ' || one,
		(SELECT string_agg(concat_ws(' ', property.time_of(at), stack, weight), ', ' ORDER BY at, stack COLLATE "C")
		FROM (SELECT property.lane_start(s.kept_from, p.slot), p.stack, sum(p.weight)
			FROM property.sample AS p JOIN pyrotree.series AS s ON s.key = p.series
			WHERE p.series = one GROUP BY 1, 2) AS t(at, stack, weight)
		WHERE weight > 0),
		(SELECT string_agg(concat_ws(' ', at, stack, weight), ', ' ORDER BY at, stack COLLATE "C")
		FROM (SELECT at, stack, sum(weight) FROM pyrotree.stacks WHERE series = one GROUP BY at, stack) AS t(at, stack, weight)
		WHERE weight > 0));
	PERFORM property.compare('profiles, covered slots of lane ' || series || ' ' || at, expected, got) FROM property.counts();
END $$;

-- Profiles and covered slots of each of the finest lanes kept: of the oracle,
-- less what waits in head, and of the store.  Each loose row may have covered
-- its slot once more.
CREATE FUNCTION property.counts() RETURNS TABLE (series text, at timestamptz, expected text, got text)
	LANGUAGE sql STABLE AS $$
	WITH waiting AS (
		SELECT s.key AS series, h.at AS slot, count(*) AS n, sum(h.profiles) AS profiles
		FROM pyrotree.head AS h JOIN pyrotree.series AS s USING (series_id)
		GROUP BY 1, 2),
	known AS (
		SELECT p.series, p.slot, count(*) AS n, sum(p.profiles) AS profiles, count(*) FILTER (WHERE p.loose) AS loose
		FROM property.profile AS p
		GROUP BY 1, 2),
	oracle AS (
		SELECT s.key AS series, property.lane_start(s.kept_from, k.slot) AS start,
			sum(k.profiles - coalesce(w.profiles, 0)) AS profiles, count(*) AS covered, sum(k.loose) AS loose
		FROM known AS k JOIN pyrotree.series AS s ON s.key = k.series LEFT JOIN waiting AS w USING (series, slot)
		WHERE k.n > coalesce(w.n, 0)
		GROUP BY 1, 2),
	store AS (
		SELECT s.key AS series, l.start, d.profiles, d.covered
		FROM pyrotree.series AS s JOIN pyrotree.segment AS g USING (series_id), profblock_lanes(g.block) AS d,
			LATERAL (SELECT property.floor_to(g.start, property.width(g.level + 1)) + d.lane * property.width(g.level)) AS l(start)
		WHERE g.level = property.finest(s.kept_from, l.start))
	SELECT series, property.time_of(start), concat_ws(' ', o.profiles, o.covered), concat_ws(' ', s.profiles, s.covered)
	FROM oracle AS o FULL JOIN store AS s USING (series, start)
	WHERE o.profiles IS DISTINCT FROM s.profiles OR s.covered IS NULL OR o.covered IS NULL
		OR s.covered NOT BETWEEN o.covered AND o.covered + o.loose
$$;

-- Everything the store says to some questions.
CREATE FUNCTION property.answers(questions property.question[]) RETURNS text[]
	LANGUAGE sql AS $$
	SELECT array_agg(property.ask(q, part) ORDER BY n, part)
	FROM unnest(questions) WITH ORDINALITY AS q(selector, since, until, step, slots, symbol, n),
		LATERAL (SELECT (q.selector, q.since, q.until, q.step, q.slots, q.symbol)::property.question) AS x(q),
		unnest('{query,profiles,query_by_label,timeline,symbol_timeline,stacks_between,effective range}'::text[]) AS part
$$;

CREATE FUNCTION property.compare_answers(what text, questions property.question[], before text[]) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	parts text[] := '{effective range,profiles,query,query_by_label,stacks_between,symbol_timeline,timeline}';
	now text[] := property.answers(questions);
BEGIN
	FOR i IN 1 .. cardinality(now) LOOP
		PERFORM property.compare(
			format('%s: %s of %s', what, parts[1 + (i - 1) % 7], questions[1 + (i - 1) / 7]), before[i], now[i]);
	END LOOP;
END $$;
