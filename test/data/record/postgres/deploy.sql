-- The "deploy": the hot lookup loses its index (index scan -> sequential scan)
-- and the log search becomes a slow, case-insensitive regular expression.
BEGIN;
DROP INDEX app.customers_email_idx;
CREATE OR REPLACE FUNCTION app.search_logs(w text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT count(*) FROM app.logs
          WHERE line ~* ('(^|[^a-z])(' || w || ')([a-z]*)\s+.*(code=([0-9]+)|id=[a-f0-9]+)'));
END $$;
COMMIT;
