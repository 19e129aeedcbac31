SELECT kind, sum(amount), avg(amount), stddev(amount), sum(amount * qty) FROM events GROUP BY kind;
SELECT customer, sum(amount), round(avg(amount / (qty + 1)), 3) FROM events GROUP BY customer HAVING sum(amount) > 15000 ORDER BY 2 DESC LIMIT 3;
SELECT sum(sqrt(price)), sum(ln(price + 1)), sum(power(price, 1.5)) FROM items WHERE id < 400;
SELECT count(*) FROM generate_series(1, 60) n WHERE length((factorial(n * 5) / 7)::text) > 10;
SELECT date_trunc('day', at) d, kind, sum(amount), count(*) FROM events GROUP BY CUBE (d, kind) ORDER BY 3 DESC NULLS LAST LIMIT 3;
