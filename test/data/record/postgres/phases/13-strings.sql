SELECT max(length(upper(name) || reverse(email) || translate(city, 'aeiou', '12345'))) FROM customers;
SELECT count(DISTINCT split_part(email, '@', 2)) FROM customers;
SELECT max(length(string_agg)) FROM (SELECT string_agg(initcap(name), ', ' ORDER BY id) FROM customers GROUP BY city) q;
SELECT count(*) FROM (SELECT format('%-20s|%10s|%s', name, id, to_char(since, 'FMDay, DD Month YYYY')) s FROM customers WHERE id % 2 = 0) q WHERE s LIKE '%Monday%';
SELECT sum(array_length(string_to_array(body, ' '), 1)) FROM articles;
SELECT count(*) FROM customers WHERE lpad(id::text, 9, '0') > rpad(overlay(email PLACING 'xx' FROM 3), 9);
SELECT max(encode(convert_to(body, 'UTF8'), 'base64')) FROM articles WHERE id % 3 = 0;
