-- Measuring queries in one backend; included by the other files.

CREATE TABLE measured (way text, what text, seconds double precision, value text);

-- seconds of processor time this backend has used; where the kernel does not
-- tell, those of the clock
CREATE FUNCTION processor_seconds() RETURNS double precision
LANGUAGE sql VOLATILE AS $$
	SELECT coalesce(split_part(pg_read_file('/proc/self/schedstat', 0, 100, true), ' ', 1)::double precision / 1e9,
		extract(epoch FROM clock_timestamp()))
$$;

-- Run a query that gives one value, "times" times; note the least time it took
-- and the value.  What is short is run "passes" times each, as the clock of
-- processor time ticks.
CREATE PROCEDURE measure(way text, what text, query text, times integer DEFAULT 3, passes integer DEFAULT 1)
LANGUAGE plpgsql AS $$
DECLARE
	least double precision;
	started double precision;
	result text;
BEGIN
	FOR i IN 1 .. times LOOP
		started := processor_seconds();
		FOR pass IN 1 .. passes LOOP
			EXECUTE query INTO result;
		END LOOP;
		least := least(least, (processor_seconds() - started) / passes);
	END LOOP;
	INSERT INTO measured VALUES (way, what, least, result);
	RAISE INFO '% %: % s', way, what, round(least::numeric, 4);
END
$$;
