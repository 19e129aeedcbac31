-- The writer notes whether its row is late, and compaction believes it.
ALTER TABLE pyrotree.head ADD COLUMN late boolean;
CREATE FUNCTION property.note_lateness() RETURNS trigger
	LANGUAGE plpgsql AS $$
BEGIN
	NEW.late := NEW.at < (SELECT horizon FROM pyrotree.series AS s WHERE s.series_id = NEW.series_id);
	RETURN NEW;
END $$;
CREATE TRIGGER note_lateness BEFORE INSERT ON pyrotree.head FOR EACH ROW EXECUTE FUNCTION property.note_lateness();
SELECT property.patch('compact_step', 'RETURNING h.at,', 'RETURNING h.late, h.at,');
SELECT property.patch('compact_step', 'SELECT c.at, ROW', 'SELECT c.late, c.at, ROW');
SELECT property.patch('compact_step', 'WHERE c.at >= old_horizon', 'WHERE NOT c.late');
SELECT property.patch('compact_step', 'WHERE c.at < old_horizon', 'WHERE c.late');
SELECT property.patch('compact_step', 'GROUP BY c.at', 'GROUP BY c.at, c.late');
