
-- ---------------------------------------------------------------------
-- Pictures.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_to_svg(tree proftree, title text DEFAULT 'flame graph', width integer DEFAULT 1200,
		min_width double precision DEFAULT 0.1, unit text DEFAULT 'samples', inverted boolean DEFAULT false)
	RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5000;
COMMENT ON FUNCTION proftree_to_svg(proftree, text, integer, double precision, text, boolean)
	IS 'flame graph of a tree as an interactive SVG picture';

CREATE FUNCTION proftree_to_svg(baseline proftree, comparison proftree, title text DEFAULT 'differential flame graph',
		width integer DEFAULT 1200, min_width double precision DEFAULT 0.1, unit text DEFAULT 'samples',
		inverted boolean DEFAULT false)
	RETURNS text
	AS 'MODULE_PATHNAME', 'proftree_to_svg_diff' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5000;
COMMENT ON FUNCTION proftree_to_svg(proftree, proftree, text, integer, double precision, text, boolean)
	IS 'differential flame graph of two trees as an interactive SVG picture';
