SELECT count(DISTINCT md5(i::text)) FROM generate_series(1, 30000) i;
SELECT max(encode(sha256(body::bytea), 'hex')) FROM articles;
SELECT md5(string_agg(md5(raw), '' ORDER BY id)) FROM items;
SELECT count(*) FROM (SELECT hashtext(name) % 16 h, hash_array(tags) FROM items GROUP BY 1, 2) q;
SELECT bit_xor(hashtextextended(email, 42)) FROM customers;
SELECT count(DISTINCT digest) FROM (SELECT sha512(email::bytea) digest FROM customers WHERE id % 3 = 0) q;
