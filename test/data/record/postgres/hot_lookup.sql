\set n random(1, 30000)
SELECT app.customer_by_email('user' || :n || '@shop' || (:n % 97) || '.example');
