-- ---------------------------------------------------------------------
-- Drilling down.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_subtree(tree proftree, stack text) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_subtree_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_subtree(proftree, text) IS 'part of a tree at and below a stack in text form';

CREATE FUNCTION proftree_subtree(tree proftree, frames text[]) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_subtree_frames' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_subtree(proftree, text[]) IS 'part of a tree at and below a stack given as frames, root first';

CREATE FUNCTION proftree_callers(tree proftree, symbol text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION proftree_callers(proftree, text) IS 'inverted tree of who calls a symbol';

CREATE FUNCTION proftree_callees(tree proftree, symbol text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION proftree_callees(proftree, text) IS 'tree of what a symbol calls';

CREATE FUNCTION proftree_invert(tree proftree) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_invert(proftree) IS 'tree with every stack turned round, leaf first';

-- ---------------------------------------------------------------------
-- Filters by regular expression.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_focus(tree proftree, regexp text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_focus(proftree, text) IS 'stacks with a symbol that matches';

CREATE FUNCTION proftree_ignore(tree proftree, regexp text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_ignore(proftree, text) IS 'stacks without a symbol that matches';

CREATE FUNCTION proftree_hide(tree proftree, regexp text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_hide(proftree, text) IS 'stacks without the frames that match';

CREATE FUNCTION proftree_show(tree proftree, regexp text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_show(proftree, text) IS 'stacks with only the frames that match';

CREATE FUNCTION proftree_show_from(tree proftree, regexp text) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_show_from(proftree, text) IS 'stacks from their outermost frame that matches on';

CREATE FUNCTION proftree_truncate(tree proftree, max_nodes integer, other text DEFAULT '(other)') RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION proftree_truncate(proftree, integer, text) IS 'tree cut to its nodes of greatest total, for display';

-- ---------------------------------------------------------------------
-- Comparing two trees.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_top_diff(baseline proftree, comparison proftree, "normalize" text DEFAULT 'none',
		OUT symbol text, OUT baseline_self bigint, OUT comparison_self bigint, OUT self_delta bigint,
		OUT baseline_self_percent double precision, OUT comparison_self_percent double precision,
		OUT baseline_total bigint, OUT comparison_total bigint, OUT total_delta bigint,
		OUT baseline_total_percent double precision, OUT comparison_total_percent double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 500;
COMMENT ON FUNCTION proftree_top_diff(proftree, proftree, text)
	IS 'every symbol with its weights in two trees, greatest change first';

CREATE FUNCTION proftree_top_diff(baseline proftree, comparison proftree, factor numeric,
		OUT symbol text, OUT baseline_self bigint, OUT comparison_self bigint, OUT self_delta bigint,
		OUT baseline_self_percent double precision, OUT comparison_self_percent double precision,
		OUT baseline_total bigint, OUT comparison_total bigint, OUT total_delta bigint,
		OUT baseline_total_percent double precision, OUT comparison_total_percent double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'proftree_top_diff_factor' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 500;
COMMENT ON FUNCTION proftree_top_diff(proftree, proftree, numeric)
	IS 'every symbol with its weights in two trees, the baseline times a factor, greatest change first';

CREATE FUNCTION proftree_regressions(baseline proftree, comparison proftree, min_percent double precision DEFAULT 1,
		OUT stack text, OUT depth integer, OUT baseline_self bigint, OUT comparison_self bigint,
		OUT baseline_total bigint, OUT comparison_total bigint,
		OUT baseline_percent double precision, OUT comparison_percent double precision,
		OUT growth double precision, OUT own_growth double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION proftree_regressions(proftree, proftree, double precision)
	IS 'paths whose share of the total grew, each where the growth arises';
