\set ECHO none
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pyrotree CASCADE;
CREATE EXTENSION pyrotree;
RESET client_min_messages;
\set ECHO all
-- The store in sessions of all kinds: CALL inside of transactions, sessions of
-- another time zone, replicas, and errors that are caught.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET timezone = 'UTC';
SET pyrotree.late_after = 0;

-- compact() and apply_retention() commit, so they have to be alone
BEGIN;
CALL pyrotree.compact();
ROLLBACK;
BEGIN;
CALL pyrotree.apply_retention();
ROLLBACK;
SELECT 1 \; CALL pyrotree.compact();
SELECT pyrotree.ingest('session{host="first"}', '2020-01-01', 'main;f 1') > 0 AS stored;
CREATE FUNCTION pg_temp.compacts() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL pyrotree.compact(); END $$;
SELECT pg_temp.compacts();
CREATE FUNCTION pg_temp.retains() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL pyrotree.apply_retention(); END $$;
SELECT pg_temp.retains();
DO $$
BEGIN
	BEGIN
		CALL pyrotree.compact();
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
END $$;
-- where a transaction may end they run
DO $$ BEGIN CALL pyrotree.compact(); CALL pyrotree.apply_retention(); END $$;
CALL pyrotree.compact();
CALL pyrotree.compact('session');
CALL pyrotree.compact('no{such="series"}');
CALL pyrotree.compact('{');
SELECT pyrotree.drop_series('session{host="first"}');

-- An error takes back what its block has written, and nothing else: rows of
-- head, new series, and compaction done on the way.
CREATE FUNCTION pg_temp.write_and_fail(host text, failing boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pyrotree.ingest(format('session{host=%s}', host), timestamptz '2020-01-01' + i * interval '10 s', 'main;f 1')
	FROM generate_series(1, 200) AS i;
	INSERT INTO pyrotree.stacks SELECT format('session{host=%s}', host), timestamptz '2020-01-01 00:20' + i * interval '10 s', 'main;g', 1
	FROM generate_series(1, 200) AS i;
	IF failing THEN
		RAISE division_by_zero;
	END IF;
EXCEPTION WHEN division_by_zero THEN
	NULL;
END $$;
SELECT pg_temp.write_and_fail(CASE WHEN i = 4 THEN '2' ELSE i::text END, i % 2 = 1) FROM generate_series(1, 4) AS i;
SELECT series, head_rows > 0 AS waiting, segment_rows > 0 AS compacted FROM pyrotree.status WHERE series LIKE 'session%';
SELECT pyrotree.query('session', '-infinity', 'infinity');
SELECT * FROM pyrotree.verify('session');

-- the same by savepoints; what comes after the error counts
BEGIN;
SELECT pyrotree.ingest('session{host="savepoint"}', '2020-01-01', 'main;before 1') > 0 AS stored;
SAVEPOINT s;
INSERT INTO pyrotree.stacks VALUES ('session{host="savepoint"}', '2020-01-01', 'main;lost', 1), ('session{host="savepoint"}', '2030-01-01', 'main;lost', NULL);
ROLLBACK TO s;
INSERT INTO pyrotree.stacks VALUES ('session{host="savepoint"}', '2020-01-01', 'main;after', 1);
COMMIT;
SELECT pyrotree.query('session{host="savepoint"}', '-infinity', 'infinity');

-- an id whose first delivery was taken back is not known
BEGIN;
SELECT pyrotree.ingest('session{host="id"}', '2020-01-01', 'main;once 1', id => '00000000-0000-4000-8000-000000000001') > 0 AS stored;
ROLLBACK;
SELECT pyrotree.ingest('session{host="id"}', '2020-01-01', 'main;once 1', id => '00000000-0000-4000-8000-000000000001') > 0 AS stored;
SELECT pyrotree.ingest('session{host="id"}', '2020-01-01', 'main;once 1', id => '00000000-0000-4000-8000-000000000001') > 0 AS stored;
SELECT pyrotree.query('session{host="id"}', '-infinity', 'infinity');

-- A replica's session: ingest() works, compaction and deletion, too.  (The
-- view's triggers do not fire: see store_stacks.)
SET session_replication_role = replica;
SELECT count(pyrotree.ingest('session{host="replica"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;r 1',
	timestamptz '2020-01-01 00:00:25' + i * interval '10 s')) FROM generate_series(1, 200) AS i;
CALL pyrotree.compact('session{host="replica"}');
SELECT pyrotree.delete('session{host="replica"}', '2020-01-01 00:00:35', '2020-01-01 00:20:05');
RESET session_replication_role;
SELECT proftree_total(pyrotree.query('session{host="replica"}', '-infinity', 'infinity'));
SELECT * FROM pyrotree.verify('session{host="replica"}');

-- Sessions of other time zones write and read the same, across the hours that
-- are there twice or not at all, and days are 24 hours long.
CREATE TABLE session_answers (zone text, question text, answer text);
CREATE FUNCTION pg_temp.answers() RETURNS void LANGUAGE sql AS $$
	INSERT INTO session_answers
	SELECT current_setting('timezone'), q, a
	FROM (
		SELECT 'query ' || extract(epoch FROM r.since), pyrotree.query('zone', r.since, r.since + interval '25 hours')::text
		FROM generate_series(timestamptz '2020-03-07 00:00Z', '2020-03-10 00:00Z', '5 hours 10 minutes') AS r(since)
		UNION ALL
		SELECT 'timeline ' || extract(epoch FROM step), string_agg(extract(epoch FROM t.at) || ' ' || t.total, ',' ORDER BY t.at)
		FROM (VALUES ('10 min'::interval), ('1 h'), ('24 hours'), ('1 day'), ('7 days')) AS s(step), LATERAL pyrotree.timeline('zone', '2020-03-07 00:00Z', '2020-11-03 00:00Z', step) AS t
		GROUP BY step
		UNION ALL
		SELECT 'symbol timeline', string_agg(extract(epoch FROM t.at) || ' ' || t.self, ',' ORDER BY t.at)
		FROM pyrotree.symbol_timeline('zone', 'f', '2020-03-07 00:00Z', '2020-11-03 00:00Z', '1 day') AS t
		UNION ALL
		SELECT 'explain', string_agg(concat_ws(' ', level, extract(epoch FROM lane), extract(epoch FROM since), extract(epoch FROM until), lanes, extract(epoch FROM effective_since)), ',' ORDER BY since, level)
		FROM pyrotree.explain('zone', '2020-03-07 00:00Z', '2020-11-03 00:00Z')
		UNION ALL
		SELECT 'stacks', string_agg(concat_ws(' ', extract(epoch FROM at), stack, weight), ',' ORDER BY at) FROM pyrotree.stacks_between('zone', '2020-03-07 00:00Z', '2020-11-03 00:00Z')
		UNION ALL
		SELECT 'status', string_agg(concat_ws(' ', head_rows, extract(epoch FROM head_since), extract(epoch FROM horizon), segment_rows), ',') FROM pyrotree.status WHERE series = 'zone'
	) AS x(q, a);
$$;
SET timezone = 'America/New_York';
-- 02:00 to 03:00 is not there on 8 March, 01:00 to 02:00 twice on 1 November
INSERT INTO pyrotree.stacks SELECT 'zone', t, 'main;f', 1 FROM generate_series(timestamptz '2020-03-08 00:30', '2020-03-08 04:30', '10 min') AS t;
INSERT INTO pyrotree.stacks SELECT 'zone', t, 'main;f', 1 FROM generate_series(timestamptz '2020-11-01 00:30', '2020-11-01 04:30', '10 min') AS t;
SELECT at, total FROM pyrotree.timeline('zone', '2020-03-08', '2020-03-09', '1 h');
SELECT at, total FROM pyrotree.timeline('zone', '2020-11-01', '2020-11-02', '1 h');
SELECT at, total FROM pyrotree.timeline('zone', '2020-03-01', '2020-12-01', '1 day');
SELECT pg_temp.answers();
SET timezone = 'UTC';
SELECT pg_temp.answers();
SET timezone = 'Asia/Kolkata';
SET DateStyle = 'German';
SELECT pg_temp.answers();
SET timezone = 'Australia/Lord_Howe';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = -5;
SELECT pg_temp.answers();
RESET ALL;
SET timezone = 'UTC';
SELECT count(DISTINCT question) AS questions, count(DISTINCT zone) AS zones, count(*) FROM session_answers WHERE answer <> '';
SELECT question, count(DISTINCT coalesce(answer, 'nothing')) AS answers FROM session_answers GROUP BY question HAVING count(DISTINCT coalesce(answer, 'nothing')) <> 1;
DROP TABLE session_answers;

SELECT * FROM pyrotree.verify('{__name__=~"zone|session"}');
SELECT pyrotree.drop_series('{__name__=~"zone|session"}');
