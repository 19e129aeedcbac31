-- ---------------------------------------------------------------------
-- The type profblock: the call trees of many lanes over one shape.
-- ---------------------------------------------------------------------

CREATE TYPE profblock;

CREATE FUNCTION profblock_in(cstring) RETURNS profblock
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_in(cstring) IS 'I/O';

CREATE FUNCTION profblock_out(profblock) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_out(profblock) IS 'I/O';

CREATE FUNCTION profblock_recv(internal) RETURNS profblock
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_recv(internal) IS 'I/O';

CREATE FUNCTION profblock_send(profblock) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_send(profblock) IS 'I/O';

CREATE TYPE profblock (
	INPUT = profblock_in,
	OUTPUT = profblock_out,
	RECEIVE = profblock_recv,
	SEND = profblock_send,
	INTERNALLENGTH = VARIABLE,
	-- the body is a stream of bytes and never read as words
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE profblock IS 'call trees of up to 1024 consecutive spans of time (lanes), over one shape';

-- ---------------------------------------------------------------------
-- Building a block.
-- ---------------------------------------------------------------------

CREATE FUNCTION profblock_agg_transition(state internal, lane integer, tree proftree) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION profblock_agg_transition(internal, integer, proftree) IS 'aggregate transition function';

CREATE FUNCTION profblock_agg_transition(state internal, lane integer, tree proftree, profiles bigint, covered bigint) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION profblock_agg_transition(internal, integer, proftree, bigint, bigint) IS 'aggregate transition function';

CREATE FUNCTION profblock_agg_combine(a internal, b internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_agg_combine(internal, internal) IS 'aggregate combine function';

CREATE FUNCTION profblock_agg_serialize(state internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_agg_serialize(internal) IS 'aggregate serial function';

CREATE FUNCTION profblock_agg_deserialize(block bytea, state internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_agg_deserialize(bytea, internal) IS 'aggregate deserial function';

CREATE FUNCTION profblock_agg_final(state internal) RETURNS profblock
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_agg_final(internal) IS 'aggregate final function';

CREATE AGGREGATE profblock_agg(lane integer, tree proftree) (
	SFUNC = profblock_agg_transition, STYPE = internal, SSPACE = 1048576, FINALFUNC = profblock_agg_final,
	COMBINEFUNC = profblock_agg_combine, SERIALFUNC = profblock_agg_serialize, DESERIALFUNC = profblock_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE profblock_agg(integer, proftree) IS 'block of trees by lane, each one profile that covers one slot';

CREATE AGGREGATE profblock_agg(lane integer, tree proftree, profiles bigint, covered bigint) (
	SFUNC = profblock_agg_transition, STYPE = internal, SSPACE = 1048576, FINALFUNC = profblock_agg_final,
	COMBINEFUNC = profblock_agg_combine, SERIALFUNC = profblock_agg_serialize, DESERIALFUNC = profblock_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE profblock_agg(integer, proftree, bigint, bigint) IS 'block of trees by lane, with the profiles in each and the slots they cover';

CREATE FUNCTION profblock_merge(a profblock, b profblock) RETURNS profblock
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_merge(profblock, profblock) IS 'implementation of + operator';

-- ---------------------------------------------------------------------
-- Reading a block.
-- ---------------------------------------------------------------------

CREATE FUNCTION profblock_tree(block profblock, first_lane integer, last_lane integer) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200;
COMMENT ON FUNCTION profblock_tree(profblock, integer, integer) IS 'sum of the trees of a run of lanes, both ends included';

CREATE FUNCTION profblock_lanes(block profblock,
		OUT lane integer, OUT total bigint, OUT profiles bigint, OUT covered bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 60;
COMMENT ON FUNCTION profblock_lanes(profblock) IS 'lanes of a block with what is in each';

CREATE FUNCTION profblock_symbol(block profblock, symbol text,
		OUT lane integer, OUT self bigint, OUT total bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500 ROWS 60;
COMMENT ON FUNCTION profblock_symbol(profblock, text) IS 'self and total weight of a symbol in each lane';

CREATE FUNCTION profblock_slice(block profblock, first_lane integer, last_lane integer) RETURNS profblock
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION profblock_slice(profblock, integer, integer) IS 'block of a run of lanes alone, NULL when there are none';

-- ---------------------------------------------------------------------
-- The lane directory by itself, which a table can keep outside of TOAST.
-- ---------------------------------------------------------------------

CREATE FUNCTION profblock_directory(block profblock) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION profblock_directory(profblock) IS 'lane directory of a block';

CREATE FUNCTION profblock_directory_lanes(directory bytea, first_lane integer DEFAULT 0, last_lane integer DEFAULT 1023,
		OUT lane integer, OUT total bigint, OUT profiles bigint, OUT covered bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 60;
COMMENT ON FUNCTION profblock_directory_lanes(bytea, integer, integer) IS 'lanes of a directory with what is in each';

CREATE FUNCTION profblock_directory_sum(directory bytea, first_lane integer, last_lane integer,
		OUT lanes integer, OUT total bigint, OUT profiles bigint, OUT covered bigint)
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_directory_sum(bytea, integer, integer) IS 'number and sums of a run of lanes of a directory';

-- ---------------------------------------------------------------------
-- Operators and operator classes, as those of proftree: of the encoded
-- bytes, and by the same C functions.
-- ---------------------------------------------------------------------

CREATE OPERATOR + (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (profblock, profblock) IS 'sum of two blocks, lane by lane';

CREATE FUNCTION profblock_lt(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_lt(profblock, profblock) IS 'implementation of < operator';

CREATE FUNCTION profblock_le(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_le(profblock, profblock) IS 'implementation of <= operator';

CREATE FUNCTION profblock_eq(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_eq(profblock, profblock) IS 'implementation of = operator';

CREATE FUNCTION profblock_ne(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_ne(profblock, profblock) IS 'implementation of <> operator';

CREATE FUNCTION profblock_ge(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_ge(profblock, profblock) IS 'implementation of >= operator';

CREATE FUNCTION profblock_gt(a profblock, b profblock) RETURNS boolean
	AS 'MODULE_PATHNAME', 'proftree_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_gt(profblock, profblock) IS 'implementation of > operator';

CREATE FUNCTION profblock_cmp(a profblock, b profblock) RETURNS integer
	AS 'MODULE_PATHNAME', 'proftree_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_cmp(profblock, profblock) IS 'less-equal-greater in byte order';

CREATE FUNCTION profblock_hash(block profblock) RETURNS integer
	AS 'MODULE_PATHNAME', 'proftree_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_hash(profblock) IS 'hash';

CREATE FUNCTION profblock_hash_extended(block profblock, seed bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'proftree_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION profblock_hash_extended(profblock, bigint) IS 'hash with a seed';

CREATE OPERATOR < (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (profblock, profblock) IS 'is a before b in byte order';

CREATE OPERATOR <= (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (profblock, profblock) IS 'is a before or equal to b in byte order';

CREATE OPERATOR = (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel,
	HASHES, MERGES);
COMMENT ON OPERATOR = (profblock, profblock) IS 'are the blocks equal';

CREATE OPERATOR <> (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (profblock, profblock) IS 'are the blocks different';

CREATE OPERATOR >= (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (profblock, profblock) IS 'is a behind or equal to b in byte order';

CREATE OPERATOR > (
	LEFTARG = profblock, RIGHTARG = profblock, FUNCTION = profblock_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (profblock, profblock) IS 'is a behind b in byte order';

CREATE OPERATOR CLASS profblock_ops DEFAULT FOR TYPE profblock USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 profblock_cmp(profblock, profblock);
COMMENT ON OPERATOR CLASS profblock_ops USING btree IS 'byte order of profblock';
COMMENT ON OPERATOR FAMILY profblock_ops USING btree IS 'byte order of profblock';

CREATE OPERATOR CLASS profblock_ops DEFAULT FOR TYPE profblock USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 profblock_hash(profblock),
	FUNCTION 2 profblock_hash_extended(profblock, bigint);
COMMENT ON OPERATOR CLASS profblock_ops USING hash IS 'equality of profblock';
COMMENT ON OPERATOR FAMILY profblock_ops USING hash IS 'equality of profblock';
