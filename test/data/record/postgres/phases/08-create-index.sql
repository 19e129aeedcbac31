CREATE INDEX tmp_events_amount ON events (amount, kind);
CREATE INDEX tmp_customers_name ON customers (lower(name) text_pattern_ops);
CREATE INDEX tmp_items_doc ON items USING gin (doc jsonb_path_ops) WHERE id < 1500;
CREATE INDEX tmp_events_brin ON events USING brin (at);
CREATE INDEX tmp_customers_hash ON customers USING hash (email);
CREATE INDEX tmp_items_gist ON items USING gist (box(point(id, price::float8), point(id, price::float8))) WHERE id < 2500;
DROP INDEX tmp_events_amount, tmp_customers_name, tmp_items_doc, tmp_events_brin, tmp_customers_hash, tmp_items_gist;
