-- The run: operations at random, in transactions of a few, with questions
-- between them at any moment.
--
-- By hand, in a new database with the extension: the files oracle, answers,
-- choose, check and run, then
--	CALL property.set_up('10 s', '{2,3,2}');
--	CALL property.run(700, 1);
-- What is wrong is an error that names the operation and the question.

-- A profile of one series at a slot.  In a third of the cases through the
-- view; some last for several slots; some are sent twice with an id.
CREATE PROCEDURE property.do_put(second_writer boolean DEFAULT false)
	LANGUAGE plpgsql AS $$
DECLARE
	series text := property.some_series();
	slot bigint := property.some_slot(series);
	at timestamptz;
	until timestamptz;
	stacks text[] := '{}';
	weights bigint[] := '{}';
	id uuid;
	call text;
BEGIN
	FOR i IN 1 .. property.pick(7) LOOP
		stacks := stacks || property.some_stack();
		weights := weights || property.some_weight();
	END LOOP;
	at := property.time_of(slot) + property.pick(property.resolution()) * interval '1 microsecond';
	IF second_writer THEN
		-- a new series would make us wait for ourselves
		IF EXISTS (SELECT FROM pyrotree.series AS s WHERE s.key = series) THEN
			-- and so would a merge of symbols, whose lock it keeps: no eighth part
			call := format('SELECT property.put(%1$L, %2$L, NULL, %3$L, %4$L, NULL)
				WHERE (SELECT count(*) FROM pyrotree.series JOIN pyrotree.series_symbols USING (series_id) WHERE key = %1$L) < 7',
				series, at, stacks, weights);
			PERFORM * FROM dblink('writer', call) AS t(nothing text);
			PERFORM set_config('property.writer_series', series, false);
		END IF;
	ELSIF property.chance(30) AND cardinality(stacks) > 0 THEN
		PERFORM property.put_stacks(array_fill(series, ARRAY[cardinality(stacks)]),
			ARRAY(SELECT greatest(slot - property.pick(3), slot - 1) FROM unnest(stacks)), stacks, weights);
	ELSE
		IF property.chance(40) THEN
			until := at + (property.pick(2 * least(property.width(1), 20) + 6) + random()) * property.resolution() * interval '1 microsecond'
				+ interval '1 microsecond';
			IF property.chance(30) AND property.time_of(property.slot_of(until)) > at THEN
				until := property.time_of(property.slot_of(until));
			END IF;
			IF property.slot_before(until) > property.slot_of(clock_timestamp()) THEN
				until := NULL;
			END IF;
		ELSIF property.chance(10) THEN
			id := md5(random()::text)::uuid;
		END IF;
		PERFORM property.put(series, at, until, stacks, weights, id);
		IF id IS NOT NULL THEN
			PERFORM pyrotree.ingest(series, at, 'again 1', NULL, id);
		END IF;
	END IF;
END $$;

-- Stacks of several series and slots in one statement.  Sometimes of one series
-- and scattered over more blocks than one step of compaction takes.
CREATE PROCEDURE property.do_put_many()
	LANGUAGE plpgsql AS $$
DECLARE
	chosen text[] := ARRAY(SELECT property.some_series() FROM generate_series(1, 3));
	series text[] := '{}';
	slots bigint[] := '{}';
	stacks text[] := '{}';
	weights bigint[] := '{}';
	one text;
	scattered constant boolean := property.chance(20);
	origin bigint;
BEGIN
	IF scattered THEN
		chosen := chosen[1:1];
		origin := property.some_slot(chosen[1]);
		IF property.chance(50) AND origin + 80 * property.width(1) < property.slot_of(clock_timestamp()) THEN
			origin := origin + 80 * property.width(1);
			UPDATE property.series AS s SET present = origin WHERE s.series = chosen[1];
		END IF;
	END IF;
	FOR i IN 1 .. CASE WHEN scattered THEN 60 ELSE 1 + property.pick(30) END LOOP
		one := property.one_of(chosen);
		series := series || one;
		slots := slots || CASE WHEN scattered THEN origin - property.pick(80 * property.width(1)) ELSE property.some_slot(one) END;
		stacks := stacks || property.some_stack();
		weights := weights || property.some_weight();
	END LOOP;
	PERFORM property.put_stacks(series, slots, stacks, weights);
END $$;

-- What fails leaves nothing behind.
CREATE PROCEDURE property.do_put_and_fail()
	LANGUAGE plpgsql AS $$
BEGIN
	CALL property.do_put_many();
	RAISE division_by_zero;
EXCEPTION WHEN division_by_zero THEN
	NULL;
END $$;

-- Deletion: exact, or refused when parts of a lane are asked for whose finer
-- lanes are gone.
CREATE PROCEDURE property.do_delete()
	LANGUAGE plpgsql AS $$
DECLARE
	q property.question := property.some_question();
	refused boolean;
	deleted bigint;
	expected bigint;
BEGIN
	IF property.chance(85) THEN
		-- little at a time, so that something remains
		q.until := q.since + (1 + property.pick(100)) * property.resolution() * interval '1 microsecond';
	ELSIF NOT isfinite(q.since) AND property.chance(90) THEN
		RETURN;
	END IF;
	q.until := coalesce(q.until, clock_timestamp());
	PERFORM property.settle();
	-- asked for what no lane begins or ends with?
	refused := EXISTS (
		SELECT FROM property.effective(q.selector, q.since, q.until)
		WHERE first < property.slot_of(q.since) AND property.slot_of(q.since) > -4611686018427387904
			OR last > property.slot_before(q.until));
	expected := (SELECT coalesce(sum(profiles), 0) FROM property.slots(q.selector, q.since, q.until));
	BEGIN
		deleted := pyrotree.delete(q.selector, q.since, q.until);
	EXCEPTION WHEN invalid_parameter_value THEN
		deleted := -1;
	END;
	PERFORM property.compare(format('delete of %s', q), CASE WHEN refused THEN -1 ELSE expected END::text, deleted::text);
	IF NOT refused THEN
		DELETE FROM property.sample AS s USING property.effective(q.selector, q.since, q.until) AS e
		WHERE s.series = e.series AND s.slot BETWEEN e.first AND e.last;
		DELETE FROM property.profile AS s USING property.effective(q.selector, q.since, q.until) AS e
		WHERE s.series = e.series AND s.slot BETWEEN e.first AND e.last;
	END IF;
	PERFORM property.check(q);
END $$;

CREATE PROCEDURE property.do_drop()
	LANGUAGE plpgsql AS $$
DECLARE
	dropped constant text := property.some_selector();
	members constant text[] := (SELECT members FROM property.selector WHERE selector = dropped);
BEGIN
	PERFORM property.compare('drop_series', (SELECT count(*) FROM pyrotree.series WHERE key = ANY (members))::text,
		pyrotree.drop_series(dropped)::text);
	DELETE FROM property.sample WHERE series = ANY (members);
	DELETE FROM property.profile WHERE series = ANY (members);
END $$;

-- What has to fail does, and changes nothing.
CREATE PROCEDURE property.do_refused()
	LANGUAGE plpgsql AS $$
DECLARE
	calls constant text[] := ARRAY[
		$q$ingest('p.cpu', 'infinity', 'a 1')$q$,
		$q$ingest('p.cpu', now() + interval '1 hour', 'a 1')$q$,
		$q$ingest('p.cpu', now(), 'a 1', now() - interval '1 s')$q$,
		$q$ingest('p.cpu', now() - interval '2 days', 'a 1', now())$q$,
		$q$query('{host="a"}', '-infinity', 'infinity')$q$,
		$q$timeline('p.cpu', '-infinity', 'infinity', '1 month')$q$];
	call constant text := property.one_of(calls);
	code text := '00000';
BEGIN
	BEGIN
		EXECUTE 'SELECT count(*) FROM pyrotree.' || call;
	EXCEPTION WHEN OTHERS THEN
		code := SQLSTATE;
	END;
	IF call NOT LIKE 'query%' OR (
			SELECT count(DISTINCT CASE WHEN name IN ('p.heap', 'p.alloc') THEN name END) + max((name NOT IN ('p.heap', 'p.alloc'))::integer)
			FROM pyrotree.series WHERE labels ->> 'host' = 'a') > 1 THEN
		PERFORM property.compare(call, '22023', code);
	END IF;
END $$;

-- Compaction, which changes no answer.
CREATE PROCEDURE property.do_compact()
	LANGUAGE plpgsql AS $$
DECLARE
	questions property.question[] := ARRAY(SELECT property.some_question() FROM generate_series(1, 3));
	before text[];
	undisturbed constant boolean := property.chance(50);
BEGIN
	PERFORM set_config('pyrotree.late_after', property.one_of('{0,1s,30s,60s,10min}'), false);
	FOR i IN 1 .. cardinality(questions) LOOP
		questions[i].until := coalesce(questions[i].until, clock_timestamp());
	END LOOP;
	IF undisturbed THEN
		before := property.answers(questions);
	ELSE
		PERFORM set_config('property.meanwhile', 'on', false);
	END IF;
	CALL pyrotree.compact(CASE WHEN property.chance(30) THEN property.some_selector() END);
	PERFORM set_config('property.meanwhile', 'off', false);
	IF undisturbed THEN
		PERFORM property.compare_answers('after compaction', questions, before);
	END IF;
	PERFORM property.check(questions[1]);
	PERFORM property.check_symbols();
END $$;

-- A second writer, whose transaction stays open while others go on.  Whether
-- it is open is only noted: a COMMIT too many does no harm.
CREATE PROCEDURE property.do_second_writer()
	LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('property.writer_is_open') = 'off' THEN
		PERFORM dblink_exec('writer', 'BEGIN');
		PERFORM set_config('property.writer_is_open', 'on', false);
	ELSIF property.chance(15) THEN
		PERFORM dblink_exec('writer', property.one_of('{COMMIT,COMMIT,COMMIT,ROLLBACK}'));
		PERFORM set_config('property.writer_is_open', 'off', false);
		RETURN;
	END IF;
	CALL property.do_put(true);
END $$;

-- It may also commit in the middle of the compaction of a series it has
-- written to: trigger on pyrotree.segment, at work while property.meanwhile is
-- on.
CREATE FUNCTION property.meanwhile() RETURNS trigger
	LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
	IF current_setting('property.meanwhile') = 'on' AND current_setting('property.writer_is_open') = 'on'
			AND (SELECT key FROM pyrotree.series WHERE series_id = NEW.series_id) = current_setting('property.writer_series')
			AND property.chance(50) THEN
		PERFORM dblink_exec('writer', 'COMMIT');
		PERFORM set_config('property.writer_is_open', 'off', false);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER meanwhile AFTER INSERT OR UPDATE ON pyrotree.segment
	FOR EACH ROW EXECUTE FUNCTION property.meanwhile();

-- What the rows of retention ask of each series: edges by level, and the slot
-- before which everything goes.  Of several rows for a level the longest keep
-- holds; what is said of a level holds for all finer ones; the top level goes
-- with everything.  Edges lie at borders of blocks and below the horizon.
CREATE FUNCTION property.edges(asked_at timestamptz)
	RETURNS TABLE (series text, kept_from bigint[], expired bigint)
	LANGUAGE sql STABLE AS $$
	WITH rule AS (
		SELECT s.key, least(coalesce(r.level, top), top) AS level, min(property.slot_of(asked_at - extract(epoch FROM r.keep) * interval '1 second')) AS edge
		FROM pyrotree.retention AS r JOIN property.selector AS m USING (selector)
			JOIN pyrotree.series AS s ON s.key = ANY (m.members), array_upper(s.kept_from, 1) AS top
		GROUP BY 1, 2)
	SELECT s.key,
		(SELECT array_agg(CASE WHEN level = top THEN s.kept_from[top]
				ELSE greatest(s.kept_from[level], property.floor_to(least(s.horizon,
					(SELECT max(edge) FROM rule WHERE rule.key = s.key AND rule.level >= l.level)),
					CASE WHEN EXISTS (SELECT FROM rule WHERE rule.key = s.key AND rule.level >= l.level)
						THEN property.width(level + 1) END)) END ORDER BY level)
		FROM generate_series(0, top) AS l(level)),
		(SELECT property.floor_to(edge, property.width(property.finest(s.kept_from, edge) + 1))
		FROM rule WHERE rule.key = s.key AND rule.level = top)
	FROM pyrotree.series AS s, array_upper(s.kept_from, 1) AS top
$$;

CREATE TABLE property.edge (series text, kept_from bigint[], expired bigint);

-- Retention.  Edges must be where the rules say, to the slot.
CREATE PROCEDURE property.do_retention()
	LANGUAGE plpgsql AS $$
DECLARE
	late text;
	chosen text;
	slot bigint;
	border constant bigint := property.width(1);
	auto_compact constant text := current_setting('pyrotree.auto_compact');
BEGIN
	-- some late rows, which wait
	PERFORM set_config('pyrotree.auto_compact', 'off', false);
	FOR i IN 1 .. 5 LOOP
		late := property.some_series();
		slot := property.used_slot(late);
		IF slot IS NOT NULL THEN
			PERFORM property.put(late, property.time_of(slot), NULL, ARRAY[property.some_stack()], ARRAY[property.some_weight()], NULL);
		END IF;
	END LOOP;
	PERFORM set_config('pyrotree.auto_compact', auto_compact, false);

	DELETE FROM pyrotree.retention;
	FOR i IN 1 .. 1 + property.pick(3) LOOP
		-- in the middle of a block, so that the time this takes does not matter
		chosen := CASE WHEN i = 1 THEN property.one_of((SELECT array_agg(selector ORDER BY selector) FROM property.selector WHERE late = ANY (members)))
			ELSE property.some_selector() END;
		slot := property.slot_of(nullif(property.some_edge(late), '-infinity'));
		CONTINUE WHEN slot IS NULL OR slot >= property.slot_of(clock_timestamp()) - 2 * border;
		INSERT INTO pyrotree.retention (selector, level, keep)
		VALUES (chosen, CASE WHEN property.chance(75) THEN property.pick(4) END,
			clock_timestamp() - (property.time_of(property.floor_to(slot, border)) + border * property.resolution() / 2 * interval '1 microsecond'));
	END LOOP;
	PERFORM property.settle();
	DELETE FROM property.edge;
	INSERT INTO property.edge SELECT * FROM property.edges(clock_timestamp());
	COMMIT;
	CALL pyrotree.apply_retention();
	PERFORM property.compare('edges of retention',
		(SELECT string_agg(series || ' ' || array_to_string(kept_from, ' '), ', ' ORDER BY series) FROM property.edge),
		(SELECT string_agg(key || ' ' || array_to_string(kept_from, ' '), ', ' ORDER BY key) FROM pyrotree.series));
	DELETE FROM property.sample AS s USING property.edge AS e WHERE s.series = e.series AND s.slot < e.expired;
	DELETE FROM property.profile AS s USING property.edge AS e WHERE s.series = e.series AND s.slot < e.expired;
	COMMIT;
	PERFORM property.check(property.some_question());
	PERFORM property.check(property.some_question());
	PERFORM property.check_symbols();
END $$;

-- What this database is about.  block_bytes: rows of segment are split when
-- they are larger.
CREATE PROCEDURE property.set_up(resolution interval, fanouts integer[], block_bytes integer DEFAULT 4194304)
	LANGUAGE plpgsql AS $$
DECLARE
	widths bigint[] := '[0:0]={1}';
	step bigint := extract(epoch FROM resolution) * 1000000;
	levels integer := 0;
BEGIN
	WHILE widths[levels] * step < 36525 * 86400000000 LOOP
		widths[levels + 1] := widths[levels] * fanouts[least(levels + 1, cardinality(fanouts))];
		levels := levels + 1;
	END LOOP;
	widths[levels + 1] := widths[levels] * fanouts[least(levels + 1, cardinality(fanouts))];
	EXECUTE format('CREATE OR REPLACE FUNCTION property.resolution() RETURNS bigint LANGUAGE sql IMMUTABLE AS %L',
		format('SELECT %s::bigint', step));
	EXECUTE format('CREATE OR REPLACE FUNCTION property.widths() RETURNS bigint[] LANGUAGE sql IMMUTABLE AS %L',
		format('SELECT %L::bigint[]', widths));
	EXECUTE format('CREATE OR REPLACE FUNCTION pyrotree.max_block_bytes() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN %s',
		block_bytes);
	PERFORM pyrotree.configure(resolution, fanouts);
	PERFORM pyrotree.define_profile_type('p.heap', 'bytes', 'average');
	PERFORM pyrotree.define_profile_type('p.alloc', 'bytes', 'sum');
	INSERT INTO property.series
		SELECT series, aggregation, property.slot_of(base), property.slot_of(base)
		FROM (VALUES
			('p.cpu{host="a"}', 'sum', timestamptz '2024-03-10 06:50:00+00'),
			('p.cpu{host="b"}', 'sum', '1969-12-31 23:58:00+00'),
			('p.cpu', 'sum', '2024-11-03 05:50:00+00'),
			('p.alloc{host="a",pool="x y"}', 'sum', '1970-01-01 00:00:00+00'),
			('p.heap{host="a"}', 'average', '2024-02-29 23:30:00+00'),
			('p.heap{host="b"}', 'average', '1969-12-31 12:00:00+00'),
			('p.now{host="a"}', 'sum', clock_timestamp() - 400 * resolution)) AS s(series, aggregation, base);
	INSERT INTO property.selector
		SELECT selector, aggregation, members
		FROM (VALUES
			('p.cpu{host="a"}', 'sum', '{"p.cpu{host=\"a\"}"}'::text[]),
			('p.cpu', 'sum', '{"p.cpu{host=\"a\"}","p.cpu{host=\"b\"}",p.cpu}'),
			('p.cpu{host=~"a|b"}', 'sum', '{"p.cpu{host=\"a\"}","p.cpu{host=\"b\"}"}'),
			('p.cpu{host!=a}', 'sum', '{"p.cpu{host=\"b\"}",p.cpu}'),
			('p.cpu{host=""}', 'sum', '{p.cpu}'),
			('{__name__=~"p\\.(cpu|now)",host="a"}', 'sum', '{"p.cpu{host=\"a\"}","p.now{host=\"a\"}"}'),
			('p.alloc', 'sum', '{"p.alloc{host=\"a\",pool=\"x y\"}"}'),
			('p.heap', 'average', '{"p.heap{host=\"a\"}","p.heap{host=\"b\"}"}'),
			('p.heap{host="a"}', 'average', '{"p.heap{host=\"a\"}"}'),
			('{host="b",__name__!="p.cpu"}', 'average', '{"p.heap{host=\"b\"}"}'),
			('p.now{host="a"}', 'sum', '{"p.now{host=\"a\"}"}'),
			('p.absent', 'sum', '{}')) AS s(selector, aggregation, members);
END $$;

-- A run of so many operations.  The same seed does the same again, but for
-- what depends on the clock.
CREATE PROCEDURE property.run(operations integer, seed integer)
	LANGUAGE plpgsql AS $$
DECLARE
	dice double precision;
	what text;
	done jsonb := '{}';
BEGIN
	PERFORM setseed(seed / 2147483648.0);
	-- settings are known once the library is there
	LOAD 'pyrotree';
	SET lock_timeout = '20s';
	SET property.writer_is_open = off;
	SET property.writer_series = '';
	SET property.meanwhile = off;
	SET max_parallel_workers_per_gather = 0;
	PERFORM dblink_connect('writer', format('dbname=%L host=%L port=%s', current_database(),
		split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port')));
	PERFORM dblink_exec('writer', $q$SET lock_timeout = '20s'; SET pyrotree.auto_compact = off$q$);

	FOR i IN 1 .. operations LOOP
		dice := random() * 100;
		what := CASE
			WHEN dice < 35 THEN 'put'
			WHEN dice < 43 THEN 'put many'
			WHEN dice < 45 THEN 'put and fail'
			WHEN dice < 70 THEN 'ask'
			WHEN dice < 77 THEN 'compact'
			WHEN dice < 81 THEN 'delete'
			WHEN dice < 84 THEN 'retention'
			WHEN dice < 84.3 THEN 'drop'
			WHEN dice < 85 THEN 'refused'
			WHEN dice < 92 THEN 'second writer'
			WHEN dice < 95 THEN 'settings'
			ELSE 'verify' END;
		done := jsonb_set(done, ARRAY[what], to_jsonb(coalesce((done ->> what)::integer, 0) + 1));
		PERFORM set_config('property.operation', format('%s of seed %s (%s)', i, seed, what), false);
		RAISE NOTICE '%: %', i, what;
		-- what takes stronger locks, or is a transaction of its own
		IF what IN ('compact', 'delete', 'retention', 'drop', 'second writer') THEN
			COMMIT;
		END IF;
		CASE what
			WHEN 'put' THEN
				PERFORM set_config('property.meanwhile', 'on', false);
				CALL property.do_put();
				PERFORM set_config('property.meanwhile', 'off', false);
			WHEN 'put many' THEN
				PERFORM set_config('property.meanwhile', 'on', false);
				CALL property.do_put_many();
				PERFORM set_config('property.meanwhile', 'off', false);
			WHEN 'put and fail' THEN CALL property.do_put_and_fail();
			WHEN 'ask' THEN PERFORM property.check(property.some_question());
			WHEN 'compact' THEN CALL property.do_compact();
			WHEN 'delete' THEN CALL property.do_delete();
			WHEN 'retention' THEN CALL property.do_retention();
			WHEN 'drop' THEN
				IF current_setting('property.writer_is_open') = 'off' THEN
					CALL property.do_drop();
				END IF;
			WHEN 'refused' THEN CALL property.do_refused();
			WHEN 'second writer' THEN CALL property.do_second_writer();
			WHEN 'settings' THEN
				PERFORM set_config('pyrotree.auto_compact', property.one_of('{on,on,off}'), false),
					set_config('pyrotree.late_after', property.one_of('{0,1s,30s,60s,1h}'), false),
					set_config('max_parallel_workers_per_gather', property.one_of('{0,0,0,0,2}'), false),
					set_config('TimeZone', property.one_of('{UTC,America/New_York,Asia/Kolkata}'), false);
			WHEN 'verify' THEN PERFORM property.check_invariants();
		END CASE;
		IF property.chance(25) THEN
			COMMIT;
		ELSIF property.chance(5) THEN
			ROLLBACK;
		END IF;
	END LOOP;

	PERFORM dblink_exec('writer', 'COMMIT');
	PERFORM dblink_disconnect('writer');
	COMMIT;
	PERFORM property.settle();
	PERFORM property.check_invariants();
	CALL pyrotree.compact();
	PERFORM property.check_invariants();
	RAISE NOTICE 'done: %', done;
END $$;
