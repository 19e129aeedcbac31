-- The reader of stacks parses only what differs from the stack before.  Every
-- pair and triple of awkward neighbours must give what each gives by itself.

-- a stack that had ended where the next one goes on left an old byte behind
SELECT proftree_agg(stack ORDER BY n)
FROM unnest(ARRAY['a;bXc', 'a;b', 'a;b;c', 'a;bXc']) WITH ORDINALITY AS s (stack, n);

CREATE TEMP TABLE neighbour AS
SELECT * FROM unnest(ARRAY[
	'a', 'a;', 'a;;', 'a;b', 'a;b;', 'a;b;c', 'a;bXc', 'ab', 'a;bc', ';', ';a', '"a"', '"a";b', '"a;b"', '"a;b";c',
	'"a""b"', '"a""";b', '""', '"";a', 'a;""', 'a;"b"', 'a;"b";"c"', 'a;"b;c"', 'a b', 'a b ', ' a']) AS s (stack);

-- three in a row against the sum of three by themselves
SELECT count(*) AS triples,
	count(*) FILTER (WHERE together = proftree_insert('', a.stack) + proftree_insert('', b.stack) + proftree_insert('', c.stack)) AS equal
FROM neighbour a, neighbour b, neighbour c,
	LATERAL (SELECT proftree_agg(s ORDER BY n) AS together
		FROM unnest(ARRAY[a.stack, b.stack, c.stack]) WITH ORDINALITY AS s (s, n)) AS t;

-- a failing stack does not spoil what is remembered, and arrays in between do not either
DO $$
DECLARE
	tree proftree := '';
BEGIN
	tree := proftree_insert(tree, 'a;b;c');
	BEGIN
		tree := proftree_insert(tree, 'a;b;"c');
		RAISE EXCEPTION 'not refused';
	EXCEPTION WHEN invalid_text_representation THEN
		NULL;
	END;
	tree := proftree_insert(tree, ARRAY['a', 'x']);
	tree := proftree_insert(tree, 'a;b;d');
	RAISE INFO '%', tree;
END
$$;
