-- ---------------------------------------------------------------------
-- pprof files.
-- ---------------------------------------------------------------------

-- not STRICT, as sample_type and label are NULL by default; a NULL file gives
-- NULL and no rows
CREATE FUNCTION proftree_from_pprof(pprof bytea, sample_type text DEFAULT NULL,
		on_error text DEFAULT 'error', prune boolean DEFAULT false) RETURNS proftree
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_from_pprof(bytea, text, text, boolean) IS 'tree of one sample type of a pprof file';

CREATE FUNCTION pprof_samples(pprof bytea, label text DEFAULT NULL,
		on_error text DEFAULT 'error', prune boolean DEFAULT false,
		OUT sample_type text, OUT unit text, OUT label_value text, OUT profile proftree)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_pprof_samples' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5000 ROWS 10;
COMMENT ON FUNCTION pprof_samples(bytea, text, text, boolean) IS 'trees of all sample types of a pprof file, also by the values of a label';

CREATE FUNCTION pprof_info(pprof bytea,
		OUT at timestamptz, OUT duration interval, OUT period_type text, OUT period_unit text, OUT period bigint,
		OUT default_sample_type text, OUT sample_types text[], OUT units text[], OUT comments text[],
		OUT samples bigint, OUT locations bigint, OUT functions bigint, OUT mappings bigint,
		OUT drop_frames text, OUT keep_frames text)
	AS 'MODULE_PATHNAME', 'pyrotree_pprof_info' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 500;
COMMENT ON FUNCTION pprof_info(bytea) IS 'what a pprof file tells besides its stacks';

-- not STRICT, as the time, the duration and the period are NULL by default
CREATE FUNCTION proftree_to_pprof(tree proftree, sample_type text DEFAULT 'samples', unit text DEFAULT 'count',
		at timestamptz DEFAULT NULL, duration interval DEFAULT NULL, period bigint DEFAULT NULL) RETURNS bytea
	AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION proftree_to_pprof(proftree, text, text, timestamptz, interval, bigint) IS 'tree as a gzipped pprof file';
