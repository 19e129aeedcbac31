
-- ---------------------------------------------------------------------
-- Time: slots, lanes, and which lanes answer a range.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.lane_widths(fanouts integer[], resolution bigint) RETURNS bigint[]
	AS 'MODULE_PATHNAME', 'pyrotree_lane_widths' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.lane_widths(integer[], bigint) IS 'slots of a lane of each level, from level 0, and of a block of the last';

CREATE FUNCTION pyrotree.floor_slot(slot bigint, width bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'pyrotree_floor_slot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.floor_slot(bigint, bigint) IS 'greatest multiple of a width not above a slot';

CREATE FUNCTION pyrotree.first_slot(since timestamptz, resolution bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'pyrotree_first_slot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.first_slot(timestamptz, bigint) IS 'first slot of a range that begins at a time';

CREATE FUNCTION pyrotree.last_slot(until timestamptz, resolution bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'pyrotree_last_slot' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.last_slot(timestamptz, bigint) IS 'last slot of a range that ends before a time';

CREATE FUNCTION pyrotree.slot_time(slot bigint, resolution bigint) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'pyrotree_slot_time' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.slot_time(bigint, bigint) IS 'time at which a slot begins';

CREATE FUNCTION pyrotree.cover(first bigint, last bigint, fanouts integer[],
		OUT level integer, OUT first bigint, OUT last bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_cover' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1 ROWS 4;
COMMENT ON FUNCTION pyrotree.cover(bigint, bigint, integer[]) IS 'fewest lanes that make up a range of slots';

-- not STRICT, as top is NULL for no bound; any other NULL gives no rows
CREATE FUNCTION pyrotree.reads(first bigint, last bigint, horizon bigint, kept_from bigint[], widths bigint[], top integer,
		OUT level integer, OUT first bigint, OUT last bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_reads' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1 ROWS 4;
COMMENT ON FUNCTION pyrotree.reads(bigint, bigint, bigint, bigint[], bigint[], integer) IS 'lanes that a range reads of a series, then the range that is answered';

CREATE FUNCTION pyrotree.kept_level(slot bigint, kept_from bigint[]) RETURNS integer
	AS 'MODULE_PATHNAME', 'pyrotree_kept_level' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.kept_level(bigint, bigint[]) IS 'finest level whose lanes are kept where a slot lies';

CREATE FUNCTION pyrotree.spread(profile proftree, since timestamptz, until timestamptz, resolution bigint,
		OUT slot bigint, OUT profile proftree)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_spread' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION pyrotree.spread(proftree, timestamptz, timestamptz, bigint) IS 'profile of a range of time as parts, one for each slot';

CREATE FUNCTION pyrotree.average(tree proftree, slots bigint) RETURNS proftree
	AS 'MODULE_PATHNAME', 'pyrotree_average' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pyrotree.average(proftree, bigint) IS 'tree with every weight divided and rounded half up';

-- settings, with their units taken off
CREATE FUNCTION pyrotree.auto_compact() RETURNS boolean
	AS 'MODULE_PATHNAME', 'pyrotree_auto_compact' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.auto_compact() IS 'setting pyrotree.auto_compact';

CREATE FUNCTION pyrotree.late_after() RETURNS bigint
	AS 'MODULE_PATHNAME', 'pyrotree_late_after' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.late_after() IS 'setting pyrotree.late_after in microseconds';

CREATE FUNCTION pyrotree.clock_skew() RETURNS bigint
	AS 'MODULE_PATHNAME', 'pyrotree_clock_skew' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.clock_skew() IS 'setting pyrotree.clock_skew in microseconds';
