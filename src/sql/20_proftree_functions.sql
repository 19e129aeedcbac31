-- ---------------------------------------------------------------------
-- Building a tree: insert, merge, scale, delta.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_insert_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION proftree_insert_support(internal) IS 'planner support for proftree_insert';

CREATE FUNCTION proftree_insert(tree proftree, stack text, weight bigint DEFAULT 1) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_insert_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 SUPPORT proftree_insert_support;
COMMENT ON FUNCTION proftree_insert(proftree, text, bigint) IS 'tree with weight added to a stack in text form';

CREATE FUNCTION proftree_insert(tree proftree, frames text[], weight bigint DEFAULT 1) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_insert_frames'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 SUPPORT proftree_insert_support;
COMMENT ON FUNCTION proftree_insert(proftree, text[], bigint) IS 'tree with weight added to a stack given as frames, root first';

CREATE FUNCTION proftree_merge(a proftree, b proftree) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_merge(proftree, proftree) IS 'implementation of + operator';

CREATE FUNCTION proftree_scale(tree proftree, factor numeric) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_scale(proftree, numeric) IS 'tree with every weight multiplied and rounded half up';

CREATE FUNCTION proftree_delta(previous proftree, current proftree) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_delta(proftree, proftree) IS 'growth between two snapshots of a cumulative profile, clipped at 0';

-- ---------------------------------------------------------------------
-- Rows of a tree.
-- ---------------------------------------------------------------------

-- not STRICT, as max_depth is NULL by default; a NULL tree gives no rows
CREATE FUNCTION proftree_iterate(tree proftree, max_depth integer DEFAULT NULL,
		OUT depth integer, OUT stack text, OUT self bigint, OUT total bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000 ROWS 2000;
COMMENT ON FUNCTION proftree_iterate(proftree, integer) IS 'every node with its stack, in preorder';

CREATE FUNCTION proftree_nodes(tree proftree,
		OUT node integer, OUT parent integer, OUT depth integer, OUT symbol text, OUT self bigint, OUT total bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500 ROWS 2000;
COMMENT ON FUNCTION proftree_nodes(proftree) IS 'every node with its symbol and parent, in preorder';

CREATE FUNCTION proftree_top(tree proftree,
		OUT symbol text, OUT self bigint, OUT self_percent double precision, OUT total bigint, OUT total_percent double precision)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500 ROWS 500;
COMMENT ON FUNCTION proftree_top(proftree) IS 'every symbol with its self and total weight, self descending';

CREATE FUNCTION proftree_symbols(tree proftree) RETURNS SETOF text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 300 ROWS 500;
COMMENT ON FUNCTION proftree_symbols(proftree) IS 'symbols of a tree in byte order';

-- ---------------------------------------------------------------------
-- Figures of a tree.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_total(tree proftree) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_total(proftree) IS 'sum of all weights';

CREATE FUNCTION proftree_total(tree proftree, symbol text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'proftree_total_symbol' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_total(proftree, text) IS 'weight of all stacks that hold a symbol';

CREATE FUNCTION proftree_self(tree proftree, symbol text) RETURNS bigint
	AS 'MODULE_PATHNAME', 'proftree_self_symbol' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_self(proftree, text) IS 'weight of all stacks that end in a symbol';

CREATE FUNCTION proftree_node_count(tree proftree) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_node_count(proftree) IS 'number of nodes';

CREATE FUNCTION proftree_symbol_count(tree proftree) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_symbol_count(proftree) IS 'number of distinct symbols';

CREATE FUNCTION proftree_depth(tree proftree) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_depth(proftree) IS 'frames of the longest stack';

-- ---------------------------------------------------------------------
-- Folded stacks.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_from_folded(folded text, on_error text DEFAULT 'error') RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_from_folded(text, text) IS 'tree of folded stacks as profilers write them';

CREATE FUNCTION proftree_from_folded(folded bytea, on_error text DEFAULT 'error') RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_from_folded_bytes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_from_folded(bytea, text) IS 'tree of folded stacks in bytes that may be no valid text';

CREATE FUNCTION proftree_to_folded(tree proftree) RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_to_folded(proftree) IS 'folded stacks of a tree';

