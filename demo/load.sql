-- Recordings to call trees, and the proof that nothing was lost.

SET client_min_messages = warning;	-- 'replace' tells of each slot what it mended

SELECT clock_timestamp() AS started \gset
INSERT INTO profiles
SELECT service, to_timestamp(seconds), proftree_from_folded(folded, 'replace')
FROM recordings ORDER BY service, seconds;
SELECT count(*) AS profiles, round(sum(octet_length(folded)) / 1e6, 1) AS size,
	round(extract(milliseconds FROM clock_timestamp() - :'started')) AS taken
FROM recordings \gset
\echo :size 'MB of folded stacks became' :profiles 'call trees in' :taken 'ms.'

VACUUM ANALYZE recordings, profiles;

DO $$
DECLARE
	lost text;
BEGIN
	SELECT string_agg(format('%s at %s: %s instead of %s', service, at, proftree_total(profile), weight), E'\n')
	INTO lost
	FROM recordings JOIN profiles USING (service)
	WHERE at = to_timestamp(seconds) AND proftree_total(profile) <> weight;
	IF lost IS NOT NULL THEN
		RAISE EXCEPTION 'totals differ: %', lost;
	END IF;
	IF (SELECT count(*) FROM recordings) <> (SELECT count(*) FROM recordings JOIN profiles USING (service)
			WHERE at = to_timestamp(seconds)) THEN
		RAISE EXCEPTION 'profiles are missing';
	END IF;
END
$$;
