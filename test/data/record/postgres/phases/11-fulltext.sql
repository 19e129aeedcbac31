SELECT sum(length(to_tsvector('english', body))) FROM articles WHERE id % 4 = 0;
UPDATE articles SET words = to_tsvector('english', body) WHERE id % 9 = 2;
SELECT count(*) FROM articles WHERE words @@ to_tsquery('english', 'payment & (fail:* | retry) & !shipped');
SELECT max(length(ts_headline('english', body, plainto_tsquery('english', 'customer order delivered')))) FROM articles WHERE id < 60;
SELECT max(ts_rank_cd(words, websearch_to_tsquery('english', 'slow or "order payment" -timeout'))) FROM articles;
SELECT sum(length(to_tsvector('german', body))) FROM articles WHERE id % 20 = 5;
