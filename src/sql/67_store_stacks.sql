
-- ---------------------------------------------------------------------
-- Writing raw stacks through the view pyrotree.stacks.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.stacks_before() RETURNS trigger
	AS 'MODULE_PATHNAME', 'pyrotree_stacks_before' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION pyrotree.stacks_before() IS 'begins to collect the stacks of a statement';

CREATE FUNCTION pyrotree.stacks_row() RETURNS trigger
	AS 'MODULE_PATHNAME', 'pyrotree_stacks_row' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 10;
COMMENT ON FUNCTION pyrotree.stacks_row() IS 'collects a stack';

CREATE FUNCTION pyrotree.stacks_after() RETURNS trigger
	AS 'MODULE_PATHNAME', 'pyrotree_stacks_after' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE COST 1000;
COMMENT ON FUNCTION pyrotree.stacks_after() IS 'stores the stacks of a statement, a profile for each series and slot';

CREATE TRIGGER stacks_before BEFORE INSERT ON pyrotree.stacks
	FOR EACH STATEMENT EXECUTE FUNCTION pyrotree.stacks_before();
CREATE TRIGGER stacks_row INSTEAD OF INSERT ON pyrotree.stacks
	FOR EACH ROW EXECUTE FUNCTION pyrotree.stacks_row();
CREATE TRIGGER stacks_after AFTER INSERT ON pyrotree.stacks
	FOR EACH STATEMENT EXECUTE FUNCTION pyrotree.stacks_after();
