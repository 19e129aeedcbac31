SELECT c.city, count(*), sum(e.qty) FROM events e JOIN customers c ON c.id = e.customer GROUP BY c.city ORDER BY 2 DESC LIMIT 5;
SET work_mem = '256kB';
SELECT count(*) FROM events a JOIN events b ON a.customer = b.customer AND b.id = a.id + 1000;
RESET work_mem;
SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM events e WHERE e.customer = c.id AND e.kind = 'return');
SET enable_hashjoin = off;
SELECT count(*) FROM customers c JOIN customers d ON c.name = d.name;
RESET enable_hashjoin;
