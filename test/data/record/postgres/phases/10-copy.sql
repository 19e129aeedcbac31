\copy (SELECT * FROM events WHERE id % 3 = 0) TO 'copy.tmp'
TRUNCATE copied;
\copy copied FROM 'copy.tmp'
\copy (SELECT id, doc, tags FROM items WHERE id % 4 = 0) TO 'copy.tmp' WITH (FORMAT csv, HEADER, FORCE_QUOTE *)
CREATE TEMP TABLE t (id int, doc jsonb, tags text[]);
\copy t FROM 'copy.tmp' WITH (FORMAT csv, HEADER)
\copy (SELECT * FROM customers) TO 'copy.tmp' WITH (FORMAT binary)
CREATE TEMP TABLE u (LIKE customers INCLUDING INDEXES);
\copy u FROM 'copy.tmp' WITH (FORMAT binary)
