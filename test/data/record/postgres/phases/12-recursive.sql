WITH RECURSIVE r(n, d) AS (SELECT 1, 0 UNION SELECT e.dst, d + 1 FROM r JOIN edges e ON e.src = r.n WHERE d < 7) SELECT count(*), max(d) FROM r;
WITH RECURSIVE q(n, board) AS (
  SELECT 0, '{}'::int[]
  UNION ALL
  SELECT n + 1, board || c FROM q, generate_series(1, 6) c
  WHERE n < 6 AND NOT EXISTS (SELECT FROM unnest(board) WITH ORDINALITY u(v, o) WHERE v = c OR abs(v - c) = n + 1 - o))
SELECT count(*) FROM q WHERE n = 6;
WITH RECURSIVE mandel(y, x, n, a, b) AS (
  SELECT y, x, 0, 0.0::float8, 0.0::float8 FROM generate_series(-10, 10) y, generate_series(-20, 10) x
  UNION ALL
  SELECT y, x, n + 1, a * a - b * b + x / 14.0, 2 * a * b + y / 9.0 FROM mandel WHERE n < 30 AND a * a + b * b < 4)
SELECT count(*) FROM mandel;
