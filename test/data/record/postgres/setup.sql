-- Data for the recorded workload. Everything is generated; nothing is copied
-- from anywhere.
\set ON_ERROR_STOP on
SELECT setseed(0.42);
CREATE SCHEMA app;
SET search_path = app, public;

-- A made-up vocabulary: three syllables a word, plus ordinary English words so
-- that the English stemmer has endings to cut.
CREATE TABLE vocabulary (n serial PRIMARY KEY, word text);
INSERT INTO vocabulary (word)
SELECT a || b || c
FROM unnest('{ba,ke,li,mo,nu,ra,se,ti,vo,zu}'::text[]) a,
     unnest('{nd,rk,lt,mm,ss,pr}'::text[]) b,
     unnest('{ing,ed,ation,er,ly,ness,ize,ful}'::text[]) c;
INSERT INTO vocabulary (word)
SELECT unnest('{order,customer,invoice,payment,failed,timeout,retry,warning,
  error,connection,closed,database,index,table,running,shipped,delivered,
  returned,price,discount,quickly,slowly,the,and,of,in,with,without,code}'::text[]);

CREATE FUNCTION sentence(words int) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg(v.word, ' ' ORDER BY r.x)
  FROM (SELECT 1 + (random() * 508)::int AS n, random() AS x
        FROM generate_series(1, words)) r JOIN vocabulary v USING (n)
$$;

CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, name text, city text, since date);
INSERT INTO customers
SELECT i, 'user' || i || '@shop' || (i % 97) || '.example', initcap(md5(i::text)),
       'city' || (i % 211), date '2015-01-01' + (i % 3000)
FROM generate_series(1, 30000) i;
CREATE INDEX customers_email_idx ON customers (email);

CREATE TABLE items (id int PRIMARY KEY, sku text, name text, price numeric(12,4), tags text[], doc jsonb, raw text);
INSERT INTO items
SELECT i, md5(i::text), sentence(3), (random() * 1000)::numeric(12,4),
       ARRAY['t' || i % 7, 't' || i % 11, 't' || i % 13],
       jsonb_build_object('id', i, 'sku', md5(i::text), 'stock', (random() * 500)::int,
         'dims', jsonb_build_object('w', i % 90, 'h', i % 70, 'unit', 'cm'),
         'offers', (SELECT jsonb_agg(jsonb_build_object('shop', s, 'price', round((random() * 900)::numeric, 2),
                      'tags', jsonb_build_array('x' || s, 'y' || i % 5))) FROM generate_series(1, 5) s)),
       NULL
FROM generate_series(1, 8000) i;
UPDATE items SET raw = doc::text;

CREATE TABLE events (id int, at timestamptz, customer int, kind text, amount numeric(14,4), qty int);
INSERT INTO events
SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '17 s', 1 + (random() * 29999)::int,
       (ARRAY['view','cart','buy','return','support'])[1 + (random() * 4)::int],
       (random() * 5000)::numeric(14,4), (random() * 20)::int
FROM generate_series(1, 150000) i;

CREATE TABLE articles (id int PRIMARY KEY, body text, words tsvector);
INSERT INTO articles (id, body) SELECT i, sentence(60 + i % 50) FROM generate_series(1, 2500) i;

CREATE TABLE logs (id int PRIMARY KEY, line text);
INSERT INTO logs
SELECT i, to_char(timestamptz '2024-01-01 00:00+00' + i * interval '3 s', 'YYYY-MM-DD HH24:MI:SS') || ' host' || i % 9
       || ' ' || sentence(8) || ' code=' || i % 600 || ' id=' || substr(md5(i::text), 1, 12)
FROM generate_series(1, 4000) i;

CREATE TABLE edges (src int, dst int);
INSERT INTO edges SELECT 1 + (random() * 4999)::int, 1 + (random() * 4999)::int FROM generate_series(1, 15000);
CREATE INDEX edges_src_idx ON edges (src);

CREATE TABLE copied (LIKE events);
CREATE TABLE imported (id int, label text, value float8, doc jsonb);

-- The two functions of the constant background load. deploy.sql makes both worse.
CREATE FUNCTION customer_by_email(e text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE r int;
BEGIN
  SELECT id INTO r FROM app.customers WHERE email = e;
  RETURN r;
END $$;
CREATE FUNCTION search_logs(w text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT count(*) FROM app.logs WHERE line LIKE '%' || w || '%');
END $$;

-- Functions used by phases.
CREATE FUNCTION collatz(m int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint; steps bigint := 0;
BEGIN
  FOR i IN 1 .. m LOOP
    n := i;
    WHILE n <> 1 LOOP
      IF n % 2 = 0 THEN n := n / 2; ELSE n := 3 * n + 1; END IF;
      steps := steps + 1;
    END LOOP;
  END LOOP;
  RETURN steps;
END $$;
CREATE FUNCTION fib(n int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF n < 2 THEN RETURN n; END IF;
  RETURN app.fib(n - 1) + app.fib(n - 2);
END $$;
CREATE FUNCTION levenshtein_sql(a text, b text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE prev int[]; cur int[];
BEGIN
  prev := ARRAY(SELECT generate_series(0, length(b)));
  FOR i IN 1 .. length(a) LOOP
    cur := ARRAY[i];
    FOR j IN 1 .. length(b) LOOP
      cur := cur || least(cur[j] + 1, prev[j + 1] + 1,
        prev[j] + CASE WHEN substr(a, i, 1) = substr(b, j, 1) THEN 0 ELSE 1 END);
    END LOOP;
    prev := cur;
  END LOOP;
  RETURN prev[length(b) + 1];
END $$;
CREATE FUNCTION try_int(t text) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  RETURN t::int;
EXCEPTION WHEN invalid_text_representation THEN RETURN NULL;
END $$;
ALTER TABLE customers ADD CHECK (length(email) > 3);
VACUUM ANALYZE;
