SELECT app.collatz(2500);
SELECT app.fib(16);
SELECT sum(app.levenshtein_sql(a.word, b.word)) FROM vocabulary a, vocabulary b WHERE a.n % 50 = 1 AND b.n % 60 = 2;
SELECT count(app.try_int(substr(md5(i::text), 1, 2))) FROM generate_series(1, 6000) i;
DO $$
DECLARE r record; h jsonb := '{}'; t text := '';
BEGIN
  FOR r IN SELECT * FROM app.customers WHERE id < 800 LOOP
    h := h || jsonb_build_object('c' || r.id % 40, r.city);
    t := t || substr(r.name, 1, 1);
    EXECUTE format('SELECT %s + %L::int', r.id, r.id);
  END LOOP;
END $$;
