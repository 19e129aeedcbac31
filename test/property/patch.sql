-- For the faults: replace a part of a function of the store.  The part has to
-- be there.
CREATE FUNCTION property.patch(function text, part text, replacement text) RETURNS void
	LANGUAGE plpgsql AS $$
DECLARE
	definition constant text := (
		SELECT pg_get_functiondef(oid) FROM pg_proc
		WHERE pronamespace = 'pyrotree'::regnamespace AND proname = function);
BEGIN
	IF definition IS NULL OR position(part IN definition) = 0 THEN
		RAISE EXCEPTION 'pyrotree.%() does not contain "%"', function, part;
	END IF;
	EXECUTE replace(definition, part, replacement);
END $$;
