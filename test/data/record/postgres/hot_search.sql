\set n random(1, 509)
SELECT app.search_logs((SELECT word FROM app.vocabulary WHERE n = :n));
