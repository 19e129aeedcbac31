SELECT max(r) FROM (SELECT rank() OVER (PARTITION BY customer ORDER BY amount DESC) r FROM events WHERE id % 2 = 1) q;
SELECT count(*) FROM (SELECT avg(amount) OVER (PARTITION BY kind ORDER BY id ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) a FROM events WHERE id < 20000) q WHERE a > 2500;
SELECT sum(d) FROM (SELECT extract(epoch FROM at - lag(at) OVER (PARTITION BY customer ORDER BY at)) d FROM events WHERE id % 5 = 0) q;
SELECT count(DISTINCT t) FROM (SELECT ntile(20) OVER (ORDER BY amount) t FROM events WHERE id % 4 = 0) q;
