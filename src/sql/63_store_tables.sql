-- ---------------------------------------------------------------------
-- Tables of the store.
--
-- Time is counted in slots: floor(unix time / resolution).  A series has its
-- newest profiles in head, a row each, and all below its horizon in segment,
-- where a row is the trees of a run of lanes: at level 0 a lane is a slot, at
-- level l + 1 it is as wide as a whole block of level l.  doc/design.md has
-- the rules that hold between them.
--
-- No foreign keys lead to series: pg_dump cannot tell a parallel pg_restore
-- in which order to fill the tables of an extension.  Writers lock the rows of
-- their series themselves (series_ids), and verify() looks for orphans.
-- ---------------------------------------------------------------------

-- the earliest slot any timestamptz lies in, at a border of every level
CREATE FUNCTION pyrotree.earliest_slot(widths bigint[], resolution bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
	RETURN pyrotree.floor_slot(-210866803200000000 / resolution - 1, widths[array_upper(widths, 1)]);
COMMENT ON FUNCTION pyrotree.earliest_slot(bigint[], bigint) IS 'where time begins: a border of every level at or before the first timestamptz';

-- empty until configure() or the first profile fills it, so that a dump can
CREATE TABLE pyrotree.settings (
	-- an integer, since the planner does not see that a boolean key is unique,
	-- and the table is too small ever to be analysed
	only_row integer NOT NULL DEFAULT 1
		CONSTRAINT settings_pkey PRIMARY KEY
		CONSTRAINT settings_one_row CHECK (only_row = 1),
	resolution bigint NOT NULL,
	fanouts integer[] NOT NULL,
	widths bigint[] NOT NULL GENERATED ALWAYS AS (pyrotree.lane_widths(fanouts, resolution)) STORED,
	earliest bigint NOT NULL GENERATED ALWAYS AS (pyrotree.earliest_slot(pyrotree.lane_widths(fanouts, resolution), resolution)) STORED
);
COMMENT ON TABLE pyrotree.settings IS 'resolution and fan-outs of this installation, fixed when the first profile arrives';
COMMENT ON COLUMN pyrotree.settings.resolution IS 'length of a slot in microseconds';
COMMENT ON COLUMN pyrotree.settings.fanouts IS 'lanes per block, level by level; the last repeats';
COMMENT ON COLUMN pyrotree.settings.widths IS 'slots a lane is wide, by level from 0; the last is the block of the top level';
COMMENT ON COLUMN pyrotree.settings.earliest IS 'where the horizon of a new series lies';

CREATE TABLE pyrotree.profile_type (
	name text COLLATE "C" NOT NULL CONSTRAINT profile_type_pkey PRIMARY KEY,
	unit text NOT NULL,
	aggregation text NOT NULL
		CONSTRAINT profile_type_aggregation CHECK (aggregation IN ('sum', 'average'))
);
COMMENT ON TABLE pyrotree.profile_type IS 'what series of a name measure; a name that is not here counts samples and sums them';

-- defaults, so that writers need not be allowed to choose
CREATE FUNCTION pyrotree.new_horizon() RETURNS bigint
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN (SELECT t.earliest FROM pyrotree.settings AS t WHERE t.only_row = 1);
END $$;
COMMENT ON FUNCTION pyrotree.new_horizon() IS 'horizon of a new series: where time begins';

CREATE FUNCTION pyrotree.new_kept_from() RETURNS bigint[]
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN (SELECT array_fill(t.earliest, ARRAY[array_upper(t.widths, 1)], ARRAY[0])
		FROM pyrotree.settings AS t WHERE t.only_row = 1);
END $$;
COMMENT ON FUNCTION pyrotree.new_kept_from() IS 'kept_from of a new series: nothing has been dropped';

CREATE TABLE pyrotree.series (
	series_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT series_pkey PRIMARY KEY,
	name text COLLATE "C" NOT NULL,
	labels jsonb NOT NULL DEFAULT '{}',
	key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (pyrotree.series_key(name, labels)) STORED,
	key_hash bytea NOT NULL GENERATED ALWAYS AS (pyrotree.key_hash(pyrotree.series_key(name, labels))) STORED
		CONSTRAINT series_key_hash_key UNIQUE,
	-- for policies that give each role its own series; no role has a longer name
	tenant text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(labels ->> 'tenant', ''), 64)) STORED,
	horizon bigint NOT NULL DEFAULT pyrotree.new_horizon(),
	kept_from bigint[] NOT NULL DEFAULT pyrotree.new_kept_from()
		CONSTRAINT series_kept_from CHECK (CASE WHEN array_ndims(kept_from) = 1
			THEN array_lower(kept_from, 1) = 0 AND array_position(kept_from, NULL) IS NULL ELSE false END),
	version bigint NOT NULL DEFAULT 0,
	symbols_gone boolean NOT NULL DEFAULT false,
	compaction_error text,
	compaction_retry timestamptz
) WITH (
	-- updated at each compaction, no index concerned
	fillfactor = 70,
	-- a sum over many series is work for several processes however small this table is
	parallel_workers = 4
);
COMMENT ON SEQUENCE pyrotree.series_series_id_seq IS 'numbers of rows of pyrotree.series';
COMMENT ON TABLE pyrotree.series IS 'what is profiled';
COMMENT ON COLUMN pyrotree.series.key IS 'name{label="value",...}, labels sorted';
COMMENT ON COLUMN pyrotree.series.tenant IS 'value of the label tenant, empty when there is none';
COMMENT ON COLUMN pyrotree.series.horizon IS 'slot below which arrivals have been compacted; a multiple of a level 0 block';
COMMENT ON COLUMN pyrotree.series.kept_from IS 'by level from 0, the slot below which its lanes have been dropped';
COMMENT ON COLUMN pyrotree.series.version IS 'grows with every change of lanes and every deletion';
COMMENT ON COLUMN pyrotree.series.symbols_gone IS 'profiles have been deleted: series_symbols may hold symbols that none has';
COMMENT ON COLUMN pyrotree.series.compaction_error IS 'why the last compaction failed; NULL when it did not';
COMMENT ON COLUMN pyrotree.series.compaction_retry IS 'before this time no writer tries again to compact';
CREATE INDEX series_name ON pyrotree.series (name);
-- policies make lists of a tenant's series
CREATE INDEX series_tenant ON pyrotree.series (tenant, series_id);
-- keys may be longer than a btree takes
CREATE INDEX series_key ON pyrotree.series USING hash (key);

-- The labels of series once more, for selectors: an expression is matched once
-- for each value that a label has, and a value leads to its series.
CREATE TABLE pyrotree.label (
	series_id bigint NOT NULL,
	name text COLLATE "C" NOT NULL,
	value text COLLATE "C" NOT NULL,
	-- values may be longer than a btree takes; a column, since an index of an
	-- expression is not used below row security
	value_start text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(value, 300)) STORED,
	CONSTRAINT label_pkey PRIMARY KEY (series_id, name)
);
COMMENT ON TABLE pyrotree.label IS 'labels of series, and their names as label __name__';
COMMENT ON COLUMN pyrotree.label.value_start IS 'the first 300 characters of the value, for the index';
CREATE INDEX label_value ON pyrotree.label (name, value_start, series_id);

CREATE TABLE pyrotree.head (
	series_id bigint NOT NULL,
	at bigint NOT NULL,
	head_id bigint GENERATED ALWAYS AS IDENTITY,
	profile proftree NOT NULL,
	total bigint NOT NULL,
	profiles bigint NOT NULL,
	CONSTRAINT head_pkey PRIMARY KEY (series_id, at, head_id)
) WITH (
	-- a queue: what compaction took has to be used again soon
	autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
	autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
	autovacuum_vacuum_cost_delay = 0,
	toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 8000,
	toast.autovacuum_vacuum_cost_delay = 0
);
COMMENT ON SEQUENCE pyrotree.head_head_id_seq IS 'numbers of rows of pyrotree.head';
COMMENT ON TABLE pyrotree.head IS 'profiles that have arrived and are not yet in a block';
COMMENT ON COLUMN pyrotree.head.at IS 'slot of the profile';
COMMENT ON COLUMN pyrotree.head.profiles IS 'profiles it stands for: 1, or 0 for all slots but the first of one that spans several';

CREATE TABLE pyrotree.segment (
	series_id bigint NOT NULL,
	level integer NOT NULL,
	start bigint NOT NULL,
	lanes bytea NOT NULL,
	block profblock NOT NULL,
	CONSTRAINT segment_pkey PRIMARY KEY (series_id, level, start)
);
-- what timelines read stays in the row
ALTER TABLE pyrotree.segment ALTER COLUMN lanes SET STORAGE MAIN;
COMMENT ON TABLE pyrotree.segment IS 'the segment tree: the trees of a block of lanes, or of a part of it where a block is large';
COMMENT ON COLUMN pyrotree.segment.level IS '0: a lane is a slot; l + 1: a lane is a block of level l';
COMMENT ON COLUMN pyrotree.segment.start IS 'first slot of the block; of further parts of a large block, of their first lane';
COMMENT ON COLUMN pyrotree.segment.lanes IS 'lane directory of the block, so that timelines need not fetch it';
COMMENT ON COLUMN pyrotree.segment.block IS 'the trees; lanes are numbered from the first slot of the block';

-- A writer adds a row for what is new, and makes one of many.
CREATE TABLE pyrotree.series_symbols (
	series_id bigint NOT NULL,
	part_id bigint GENERATED ALWAYS AS IDENTITY,
	symbols proftree NOT NULL,
	CONSTRAINT series_symbols_pkey PRIMARY KEY (series_id, part_id)
);
COMMENT ON SEQUENCE pyrotree.series_symbols_part_id_seq IS 'numbers of rows of pyrotree.series_symbols';
COMMENT ON TABLE pyrotree.series_symbols IS 'which symbols the profiles of a series have, in one set or several; may hold more, never less';
COMMENT ON COLUMN pyrotree.series_symbols.symbols IS 'a stack of one frame, without weight, for each symbol';
-- entries that wait to be put into the index are read by every question
CREATE INDEX series_symbols_symbols ON pyrotree.series_symbols USING gin (symbols) WITH (gin_pending_list_limit = 256);

CREATE TABLE pyrotree.retention (
	retention_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT retention_pkey PRIMARY KEY,
	selector text NOT NULL DEFAULT '{}'
		CONSTRAINT retention_selector CHECK (pyrotree.selector_matches(selector, 'any', '{}') IS NOT NULL),
	level integer CONSTRAINT retention_level CHECK (level >= 0),
	keep interval NOT NULL CONSTRAINT retention_keep CHECK (keep > interval '0' AND isfinite(keep))
);
COMMENT ON SEQUENCE pyrotree.retention_retention_id_seq IS 'numbers of rows of pyrotree.retention';
COMMENT ON TABLE pyrotree.retention IS 'how long lanes are kept; apply_retention() does it';
COMMENT ON COLUMN pyrotree.retention.selector IS 'the series it is for';
COMMENT ON COLUMN pyrotree.retention.level IS 'lanes of this level and of all finer ones are dropped; NULL: everything is deleted';
COMMENT ON COLUMN pyrotree.retention.keep IS 'age at which they are; of several rows for a series and level the longest holds';

CREATE TABLE pyrotree.delivery (
	id uuid NOT NULL,
	series_id bigint NOT NULL,
	received timestamptz NOT NULL,
	CONSTRAINT delivery_pkey PRIMARY KEY (series_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
COMMENT ON TABLE pyrotree.delivery IS 'ids of profiles received during the last day, so that collectors can send again';
CREATE INDEX delivery_received ON pyrotree.delivery (received);

-- lz4 where the server was built with it: pglz would cost more than all else
DO $$
BEGIN
	ALTER TABLE pyrotree.head ALTER COLUMN profile SET COMPRESSION lz4;
	ALTER TABLE pyrotree.segment ALTER COLUMN block SET COMPRESSION lz4;
	ALTER TABLE pyrotree.series_symbols ALTER COLUMN symbols SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
	NULL;
END $$;

SELECT pg_catalog.pg_extension_config_dump('pyrotree.settings', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.profile_type', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.series', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.series_series_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.label', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.head', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.head_head_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.segment', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.series_symbols', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.series_symbols_part_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.retention', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.retention_retention_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pyrotree.delivery', '');

-- What takes a lock and then looks whether others have written needs a new
-- snapshot for the look.
CREATE FUNCTION pyrotree.require_read_committed(what text) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION '% cannot run in a transaction of isolation level %', what, current_setting('transaction_isolation')
			USING ERRCODE = 'active_sql_transaction', HINT = 'Begin the transaction with ISOLATION LEVEL READ COMMITTED.';
	END IF;
END $$;
COMMENT ON FUNCTION pyrotree.require_read_committed(text) IS 'an error where all statements of a transaction have one snapshot';

CREATE FUNCTION pyrotree.settings_are_fixed() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM pyrotree.require_read_committed('a change of settings');
	-- whoever has read the settings may be about to store by them
	LOCK TABLE pyrotree.settings IN ACCESS EXCLUSIVE MODE;
	IF EXISTS (SELECT FROM pyrotree.series) THEN
		RAISE EXCEPTION 'resolution and fan-outs are fixed: there are profiles'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Another resolution needs an installation of its own: a new database, into which the profiles are ingested again.';
	END IF;
	RETURN coalesce(NEW, OLD);
END $$;
COMMENT ON FUNCTION pyrotree.settings_are_fixed() IS 'trigger: refuses to change settings that profiles are stored by';

CREATE TRIGGER settings_are_fixed BEFORE UPDATE OR DELETE ON pyrotree.settings
	FOR EACH ROW EXECUTE FUNCTION pyrotree.settings_are_fixed();
CREATE TRIGGER settings_are_not_truncated BEFORE TRUNCATE ON pyrotree.settings
	FOR EACH STATEMENT EXECUTE FUNCTION pyrotree.settings_are_fixed();
