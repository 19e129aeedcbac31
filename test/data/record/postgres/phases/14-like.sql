SELECT count(*) FROM logs WHERE line LIKE '%time%code=1__ id=%a';
SELECT count(*) FROM articles WHERE body ILIKE '%RETURN%PRICE%';
SELECT count(*) FROM customers WHERE email LIKE '%7@shop_.example' OR name NOT LIKE '%a%b%c%';
SELECT count(*) FROM items WHERE raw LIKE '%"price": 7%"x3"%' AND name ILIKE '%ing %';
SELECT count(*) FROM articles WHERE body LIKE ANY (SELECT '%' || word || '%' FROM vocabulary WHERE n % 90 = 0);
