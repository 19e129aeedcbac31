SET work_mem = '64MB';
SELECT count(*) FROM (SELECT * FROM events WHERE id % 2 = 0 ORDER BY amount, kind OFFSET 0) q;
SELECT count(*) FROM (SELECT * FROM customers ORDER BY name DESC, city OFFSET 0) q;
SET work_mem = '1MB';
SELECT count(*) FROM (SELECT kind, at FROM events WHERE id % 3 = 0 ORDER BY kind COLLATE "C", at DESC OFFSET 0) q;
SELECT max(amount) FROM (SELECT amount FROM events ORDER BY qty, amount DESC LIMIT 100) q;
SELECT percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY amount::float8) FROM events WHERE id % 4 = 1;
