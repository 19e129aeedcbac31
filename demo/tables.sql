-- The tables of the demo.

CREATE EXTENSION pyrotree;

-- what the profilers wrote, byte for byte, and what was counted while loading
CREATE TABLE recordings (
	service text,
	unit text,
	seconds bigint,
	folded bytea,
	stacks bigint,
	weight numeric,
	invalid bigint		-- lines that are no valid UTF-8
);

-- the same as call trees
CREATE TABLE profiles (
	service text,
	at timestamptz,
	profile proftree
);
