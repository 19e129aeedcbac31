-- ---------------------------------------------------------------------
-- Aggregates.  The state is a tree that grows, in the aggregate's memory.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_agg_transition(state internal, stack text) RETURNS internal
	AS 'MODULE_PATHNAME', 'proftree_agg_text' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(internal, text) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state internal, stack text, weight bigint) RETURNS internal
	AS 'MODULE_PATHNAME', 'proftree_agg_text' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(internal, text, bigint) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state internal, frames text[]) RETURNS internal
	AS 'MODULE_PATHNAME', 'proftree_agg_frames' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(internal, text[]) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state internal, frames text[], weight bigint) RETURNS internal
	AS 'MODULE_PATHNAME', 'proftree_agg_frames' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(internal, text[], bigint) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state internal, tree proftree) RETURNS internal
	AS 'MODULE_PATHNAME', 'proftree_agg_tree' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_agg_transition(internal, proftree) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_combine(a internal, b internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_agg_combine(internal, internal) IS 'aggregate combine function';

CREATE FUNCTION proftree_agg_serialize(state internal) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_agg_serialize(internal) IS 'aggregate serial function';

CREATE FUNCTION proftree_agg_deserialize(tree bytea, state internal) RETURNS internal
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_agg_deserialize(bytea, internal) IS 'aggregate deserial function';

CREATE FUNCTION proftree_agg_final(state internal) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_agg_final(internal) IS 'aggregate final function';

CREATE AGGREGATE proftree_agg(stack text) (
	SFUNC = proftree_agg_transition, STYPE = internal, SSPACE = 65536, FINALFUNC = proftree_agg_final,
	COMBINEFUNC = proftree_agg_combine, SERIALFUNC = proftree_agg_serialize, DESERIALFUNC = proftree_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text) IS 'tree of stacks in text form, each of weight 1';

CREATE AGGREGATE proftree_agg(stack text, weight bigint) (
	SFUNC = proftree_agg_transition, STYPE = internal, SSPACE = 65536, FINALFUNC = proftree_agg_final,
	COMBINEFUNC = proftree_agg_combine, SERIALFUNC = proftree_agg_serialize, DESERIALFUNC = proftree_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text, bigint) IS 'tree of stacks in text form with their weights';

CREATE AGGREGATE proftree_agg(frames text[]) (
	SFUNC = proftree_agg_transition, STYPE = internal, SSPACE = 65536, FINALFUNC = proftree_agg_final,
	COMBINEFUNC = proftree_agg_combine, SERIALFUNC = proftree_agg_serialize, DESERIALFUNC = proftree_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text[]) IS 'tree of stacks given as frames, each of weight 1';

CREATE AGGREGATE proftree_agg(frames text[], weight bigint) (
	SFUNC = proftree_agg_transition, STYPE = internal, SSPACE = 65536, FINALFUNC = proftree_agg_final,
	COMBINEFUNC = proftree_agg_combine, SERIALFUNC = proftree_agg_serialize, DESERIALFUNC = proftree_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text[], bigint) IS 'tree of stacks given as frames with their weights';

CREATE AGGREGATE sum(tree proftree) (
	SFUNC = proftree_agg_transition, STYPE = internal, SSPACE = 65536, FINALFUNC = proftree_agg_final,
	COMBINEFUNC = proftree_agg_combine, SERIALFUNC = proftree_agg_serialize, DESERIALFUNC = proftree_agg_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(proftree) IS 'sum of trees';

