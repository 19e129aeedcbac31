-- ---------------------------------------------------------------------
-- Does a tree contain symbols?  With operators, and a GIN class for them.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_has_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION proftree_has_support(internal) IS 'planner support for proftree_has';

CREATE FUNCTION proftree_has_any_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION proftree_has_any_support(internal) IS 'planner support for proftree_has_any';

CREATE FUNCTION proftree_has_all_support(internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION proftree_has_all_support(internal) IS 'planner support for proftree_has_all';

CREATE FUNCTION proftree_has(tree proftree, symbol text) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 SUPPORT proftree_has_support;
COMMENT ON FUNCTION proftree_has(proftree, text) IS 'implementation of ? operator';

CREATE FUNCTION proftree_has_any(tree proftree, symbols text[]) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 SUPPORT proftree_has_any_support;
COMMENT ON FUNCTION proftree_has_any(proftree, text[]) IS 'implementation of ?| operator';

CREATE FUNCTION proftree_has_all(tree proftree, symbols text[]) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 SUPPORT proftree_has_all_support;
COMMENT ON FUNCTION proftree_has_all(proftree, text[]) IS 'implementation of ?& operator';

CREATE OPERATOR ? (
	LEFTARG = proftree, RIGHTARG = text, FUNCTION = proftree_has, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR ? (proftree, text) IS 'does the tree have the symbol';

CREATE OPERATOR ?| (
	LEFTARG = proftree, RIGHTARG = text[], FUNCTION = proftree_has_any, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR ?| (proftree, text[]) IS 'does the tree have any of the symbols';

CREATE OPERATOR ?& (
	LEFTARG = proftree, RIGHTARG = text[], FUNCTION = proftree_has_all, RESTRICT = contsel, JOIN = contjoinsel);
COMMENT ON OPERATOR ?& (proftree, text[]) IS 'does the tree have all of the symbols';

CREATE FUNCTION proftree_gin_extract(tree proftree, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_gin_extract(proftree, internal) IS 'GIN support: the keys of a tree, hashes of its symbols';

CREATE FUNCTION proftree_gin_extract_query(query anyelement, internal, strategy smallint, internal, internal, internal, internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_gin_extract_query(anyelement, internal, smallint, internal, internal, internal, internal) IS 'GIN support: the keys of the symbols that are looked for';

CREATE FUNCTION proftree_gin_consistent(internal, strategy smallint, query anyelement, keys integer, internal, internal, internal, internal) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_gin_consistent(internal, smallint, anyelement, integer, internal, internal, internal, internal) IS 'GIN support: may a tree of these keys have the symbols';

CREATE FUNCTION proftree_gin_triconsistent(internal, strategy smallint, query anyelement, keys integer, internal, internal, internal) RETURNS "char"
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION proftree_gin_triconsistent(internal, smallint, anyelement, integer, internal, internal, internal) IS 'GIN support: likewise, where of some keys nothing is known';

CREATE OPERATOR CLASS proftree_ops DEFAULT FOR TYPE proftree USING gin AS
	OPERATOR 1 ? (proftree, text),
	OPERATOR 2 ?| (proftree, text[]),
	OPERATOR 3 ?& (proftree, text[]),
	FUNCTION 1 btint8cmp(bigint, bigint),
	FUNCTION 2 proftree_gin_extract(proftree, internal),
	FUNCTION 3 proftree_gin_extract_query(anyelement, internal, smallint, internal, internal, internal, internal),
	FUNCTION 4 proftree_gin_consistent(internal, smallint, anyelement, integer, internal, internal, internal, internal),
	FUNCTION 6 proftree_gin_triconsistent(internal, smallint, anyelement, integer, internal, internal, internal),
	STORAGE bigint;
COMMENT ON OPERATOR CLASS proftree_ops USING gin IS 'symbols of proftree';
COMMENT ON OPERATOR FAMILY proftree_ops USING gin IS 'symbols of proftree';

