
-- ---------------------------------------------------------------------
-- Names of series and selectors.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.parse_series(series text, OUT name text, OUT labels jsonb, OUT key text)
	AS 'MODULE_PATHNAME', 'pyrotree_parse_series' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION pyrotree.parse_series(text) IS 'name, labels and canonical key of a series';

CREATE FUNCTION pyrotree.series_key(name text, labels jsonb) RETURNS text
	AS 'MODULE_PATHNAME', 'pyrotree_series_key' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION pyrotree.series_key(text, jsonb) IS 'canonical key of a series, from its name and labels';

CREATE FUNCTION pyrotree.key_hash(key text) RETURNS bytea
	AS 'MODULE_PATHNAME', 'pyrotree_key_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION pyrotree.key_hash(text) IS 'SHA-256 of a series key''s bytes';

CREATE FUNCTION pyrotree.selector_matches(selector text, name text, labels jsonb) RETURNS boolean
	AS 'MODULE_PATHNAME', 'pyrotree_selector_matches' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION pyrotree.selector_matches(text, text, jsonb) IS 'does a selector match a series?';

CREATE FUNCTION pyrotree.selector_matchers(selector text, OUT label text, OUT match text, OUT value text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_selector_matchers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 ROWS 3;
COMMENT ON FUNCTION pyrotree.selector_matchers(text) IS 'what a selector asks of labels: =, !=, =~ or !~ a value; its name first, as label __name__';

CREATE FUNCTION pyrotree.value_matches(match text, wanted text, value text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'pyrotree_value_matches' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION pyrotree.value_matches(text, text, text) IS 'does a value match as a selector asks?';

