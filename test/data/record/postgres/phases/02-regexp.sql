SELECT count(*) FROM logs WHERE line ~ 'host[1-4] .*(error|fail(ed|ure)|timeout)';
SELECT count(*) FROM logs, regexp_matches(line, '([a-z]+)=([0-9a-f]+)', 'g') WHERE id < 1500;
SELECT max(length(regexp_replace(line, '([aeiou])([a-z])', '\2\1', 'g'))) FROM logs WHERE id % 4 = 0;
SELECT count(*) FROM (SELECT regexp_split_to_table(body, '\s+(and|of|the)?\s*') FROM articles WHERE id < 120) q;
SELECT count(*) FROM logs WHERE line SIMILAR TO '%(5[0-9][0-9]|4_4)%' AND line ~* '\mHOST(2|3)\M';
