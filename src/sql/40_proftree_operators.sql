-- ---------------------------------------------------------------------
-- Operators and operator classes.  Equality is that of trees; the order is
-- that of the encoded bytes, which has no meaning but is the same everywhere.
-- ---------------------------------------------------------------------

CREATE OPERATOR + (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (proftree, proftree) IS 'sum of two trees';

CREATE FUNCTION proftree_lt(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_lt(proftree, proftree) IS 'implementation of < operator';

CREATE FUNCTION proftree_le(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_le(proftree, proftree) IS 'implementation of <= operator';

CREATE FUNCTION proftree_eq(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_eq(proftree, proftree) IS 'implementation of = operator';

CREATE FUNCTION proftree_ne(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_ne(proftree, proftree) IS 'implementation of <> operator';

CREATE FUNCTION proftree_ge(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_ge(proftree, proftree) IS 'implementation of >= operator';

CREATE FUNCTION proftree_gt(a proftree, b proftree) RETURNS boolean
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_gt(proftree, proftree) IS 'implementation of > operator';

CREATE FUNCTION proftree_cmp(a proftree, b proftree) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_cmp(proftree, proftree) IS 'less-equal-greater in byte order';

CREATE FUNCTION proftree_hash(tree proftree) RETURNS integer
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_hash(proftree) IS 'hash';

CREATE FUNCTION proftree_hash_extended(tree proftree, seed bigint) RETURNS bigint
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_hash_extended(proftree, bigint) IS 'hash with a seed';

CREATE OPERATOR < (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (proftree, proftree) IS 'is a before b in byte order';

CREATE OPERATOR <= (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (proftree, proftree) IS 'is a before or equal to b in byte order';

CREATE OPERATOR = (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES);
COMMENT ON OPERATOR = (proftree, proftree) IS 'are the trees equal';

CREATE OPERATOR <> (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (proftree, proftree) IS 'are the trees different';

CREATE OPERATOR >= (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (proftree, proftree) IS 'is a behind or equal to b in byte order';

CREATE OPERATOR > (
	LEFTARG = proftree, RIGHTARG = proftree, FUNCTION = proftree_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (proftree, proftree) IS 'is a behind b in byte order';

CREATE OPERATOR CLASS proftree_ops DEFAULT FOR TYPE proftree USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 proftree_cmp(proftree, proftree);
COMMENT ON OPERATOR CLASS proftree_ops USING btree IS 'byte order of proftree';
COMMENT ON OPERATOR FAMILY proftree_ops USING btree IS 'byte order of proftree';

CREATE OPERATOR CLASS proftree_ops DEFAULT FOR TYPE proftree USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 proftree_hash(proftree),
	FUNCTION 2 proftree_hash_extended(proftree, bigint);
COMMENT ON OPERATOR CLASS proftree_ops USING hash IS 'equality of proftree';
COMMENT ON OPERATOR FAMILY proftree_ops USING hash IS 'equality of proftree';
