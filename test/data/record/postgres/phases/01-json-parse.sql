SELECT count(*), sum((raw::json ->> 'stock')::int) FROM items WHERE id % 3 = 0;
SELECT count(*) FROM (SELECT raw::jsonb AS j FROM items WHERE id % 2 = 0) q WHERE j @> '{"dims": {"unit": "cm"}}';
SELECT count(*) FROM items, jsonb_path_query(doc, '$.offers[*] ? (@.price > 300 && @.tags[*] starts with "x")') WHERE id < 4000;
SELECT sum(o.price) FROM items, jsonb_to_recordset(doc -> 'offers') AS o(shop int, price numeric) WHERE id > 5000;
