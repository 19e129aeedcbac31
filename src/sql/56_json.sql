-- ---------------------------------------------------------------------
-- JSON formats: flamebearer (Pyroscope), speedscope, d3; and the rows of
-- Grafana's flame graph panel.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_from_flamebearer(flamebearer json) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_from_flamebearer(json) IS 'tree of a flamebearer as Pyroscope gives it';

CREATE FUNCTION proftree_to_flamebearer(tree proftree) RETURNS json
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_to_flamebearer(proftree) IS 'flamebearer of a tree, format single';

CREATE FUNCTION proftree_to_flamebearer(baseline proftree, comparison proftree) RETURNS json
	AS 'MODULE_PATHNAME', 'proftree_to_flamebearer_diff' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 2000;
COMMENT ON FUNCTION proftree_to_flamebearer(proftree, proftree) IS 'flamebearer of two trees side by side, format double';

-- not STRICT, as profile is NULL by default; NULL gives NULL
CREATE FUNCTION proftree_from_speedscope(speedscope json, profile text DEFAULT NULL) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_from_speedscope(json, text) IS 'tree of all profiles of a speedscope file, or of those of one name';

CREATE FUNCTION proftree_to_speedscope(tree proftree, name text DEFAULT 'profile', unit text DEFAULT 'none') RETURNS json
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_to_speedscope(proftree, text, text) IS 'speedscope file of a tree';

CREATE FUNCTION proftree_to_d3(tree proftree) RETURNS json
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_to_d3(proftree) IS 'nested JSON of a tree for d3-flame-graph';

CREATE FUNCTION proftree_flamegraph(tree proftree,
		OUT level integer, OUT value bigint, OUT self bigint, OUT label text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500 ROWS 2000;
COMMENT ON FUNCTION proftree_flamegraph(proftree) IS 'rows of a tree for the flame graph panel of Grafana';

CREATE FUNCTION proftree_flamegraph_diff(baseline proftree, comparison proftree,
		OUT level integer, OUT value bigint, OUT self bigint, OUT label text, OUT "valueRight" bigint, OUT "selfRight" bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 4000;
COMMENT ON FUNCTION proftree_flamegraph_diff(proftree, proftree) IS 'rows of two trees side by side for the flame graph panel of Grafana';
