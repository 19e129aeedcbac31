-- What is written for a day of profiles that arrive one by one: trees and bytes,
-- noted by triggers, so that nothing is timed here.
--
-- psql variables: none.

SET client_min_messages = warning;
SET jit = off;

CREATE UNLOGGED TABLE written (data text, place text, rows bigint, trees bigint, bytes bigint);

CREATE FUNCTION note_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN
	INSERT INTO written SELECT current_setting('bench.data'), 'head', 1, 1,
		pg_column_size(h.*) FROM pyrotree.head AS h WHERE h.series_id = NEW.series_id AND h.at = NEW.at AND h.head_id = NEW.head_id;
	RETURN NULL;
END
$$;
CREATE FUNCTION note_segment() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
BEGIN
	INSERT INTO written SELECT current_setting('bench.data'), 'level ' || NEW.level, 1, (profblock_directory_sum(NEW.lanes, 0, 1023)).lanes,
		pg_column_size(g.*) FROM pyrotree.segment AS g WHERE g.series_id = NEW.series_id AND g.level = NEW.level AND g.start = NEW.start;
	RETURN NULL;
END
$$;
CREATE TRIGGER note_head AFTER INSERT OR UPDATE ON pyrotree.head FOR EACH ROW EXECUTE FUNCTION note_head();
CREATE TRIGGER note_segment AFTER INSERT OR UPDATE ON pyrotree.segment FOR EACH ROW EXECUTE FUNCTION note_segment();

CREATE PROCEDURE arrive(data text, source regclass, first bigint, slots integer)
LANGUAGE plpgsql AS $$
DECLARE
	tree proftree;
BEGIN
	PERFORM set_config('bench.data', data, false);
	FOR n IN 0 .. slots - 1 LOOP
		EXECUTE format('SELECT profile FROM %s WHERE n = %s', source, n) INTO tree;
		PERFORM pyrotree.ingest(data, pyrotree.slot_time(first + n, 10000000), tree);
		COMMIT;
	END LOOP;
END
$$;
SELECT pyrotree.first_slot('2026-01-01 UTC', 10000000) AS first \gset
CALL arrive('steady', 'steady', :first, 8640);
CALL arrive('resampled', 'pool', :first, 8640);
DROP TRIGGER note_head ON pyrotree.head;
DROP TRIGGER note_segment ON pyrotree.segment;
SELECT pyrotree.drop_series('{}') \g /dev/null
VACUUM pyrotree.head, pyrotree.segment;
