-- ---------------------------------------------------------------------
-- The store: profiles over time.  Its objects are in a schema of their own.
-- ---------------------------------------------------------------------

DO $$
BEGIN
	IF '@extschema@' = 'pyrotree' THEN
		RAISE EXCEPTION 'schema "pyrotree" is for the tables of the extension only'
			USING ERRCODE = 'invalid_schema_name',
				HINT = 'Choose another schema for the type and its functions, or leave SCHEMA out; drop schema "pyrotree", which the extension makes itself.';
	END IF;
END $$;

CREATE SCHEMA pyrotree;
COMMENT ON SCHEMA pyrotree IS 'profiles over time: tables and functions of the extension pyrotree';
GRANT USAGE ON SCHEMA pyrotree TO PUBLIC;

-- One lane and what is added to it: how data moves between head and the
-- levels.
CREATE TYPE pyrotree.lane_change AS (
	start bigint,
	profile proftree,
	profiles bigint,
	covered bigint
);
COMMENT ON TYPE pyrotree.lane_change IS 'what is added to one lane: its first slot, a tree, profiles and covered slots';
