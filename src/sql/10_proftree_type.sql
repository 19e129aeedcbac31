-- ---------------------------------------------------------------------
-- The type proftree: a call tree with weights.
-- ---------------------------------------------------------------------

CREATE TYPE proftree;

CREATE FUNCTION proftree_in(cstring) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_in(cstring) IS 'I/O';

CREATE FUNCTION proftree_out(proftree) RETURNS cstring
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_out(proftree) IS 'I/O';

CREATE FUNCTION proftree_recv(internal) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_recv(internal) IS 'I/O';

CREATE FUNCTION proftree_send(proftree) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_send(proftree) IS 'I/O';

CREATE TYPE proftree (
	INPUT = proftree_in,
	OUTPUT = proftree_out,
	RECEIVE = proftree_recv,
	SEND = proftree_send,
	INTERNALLENGTH = VARIABLE,
	-- the body is a stream of bytes and never read as words
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE proftree IS 'call tree of a profile: stacks of symbols, each with a weight';

CREATE FUNCTION pyrotree_version() RETURNS text
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree_version() IS 'version of the pyrotree library that is loaded';

