-- ---------------------------------------------------------------------
-- Aggregates.  The state is an expanded proftree: PostgreSQL flattens it
-- where it has to travel, so no serialization function is needed.
-- ---------------------------------------------------------------------

CREATE FUNCTION proftree_agg_transition(state proftree, stack text) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_agg_text' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(proftree, text) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state proftree, stack text, weight bigint) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_agg_text' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(proftree, text, bigint) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state proftree, frames text[]) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_agg_frames' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(proftree, text[]) IS 'aggregate transition function';

CREATE FUNCTION proftree_agg_transition(state proftree, frames text[], weight bigint) RETURNS proftree
	AS 'MODULE_PATHNAME', 'proftree_agg_frames' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION proftree_agg_transition(proftree, text[], bigint) IS 'aggregate transition function';

CREATE FUNCTION proftree_sum(state proftree, tree proftree) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION proftree_sum(proftree, proftree) IS 'aggregate transition and combine function';

CREATE AGGREGATE proftree_agg(stack text) (
	SFUNC = proftree_agg_transition, STYPE = proftree, SSPACE = 65536,
	COMBINEFUNC = proftree_sum, PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text) IS 'tree of stacks in text form, each of weight 1';

CREATE AGGREGATE proftree_agg(stack text, weight bigint) (
	SFUNC = proftree_agg_transition, STYPE = proftree, SSPACE = 65536,
	COMBINEFUNC = proftree_sum, PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text, bigint) IS 'tree of stacks in text form with their weights';

CREATE AGGREGATE proftree_agg(frames text[]) (
	SFUNC = proftree_agg_transition, STYPE = proftree, SSPACE = 65536,
	COMBINEFUNC = proftree_sum, PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text[]) IS 'tree of stacks given as frames, each of weight 1';

CREATE AGGREGATE proftree_agg(frames text[], weight bigint) (
	SFUNC = proftree_agg_transition, STYPE = proftree, SSPACE = 65536,
	COMBINEFUNC = proftree_sum, PARALLEL = SAFE);
COMMENT ON AGGREGATE proftree_agg(text[], bigint) IS 'tree of stacks given as frames with their weights';

CREATE AGGREGATE sum(tree proftree) (
	SFUNC = proftree_sum, STYPE = proftree, SSPACE = 65536,
	COMBINEFUNC = proftree_sum, PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(proftree) IS 'sum of trees';

