-- For the server that commits durably: the profiles as they come from a client,
-- not compressed, and what the plain ways of compare_ways.sql are given.
--
-- psql variables: folder, with pool.bin and steady.bin.

SET client_min_messages = warning;
CREATE TABLE pool (n bigint PRIMARY KEY, profile proftree NOT NULL);
CREATE TABLE steady (n bigint PRIMARY KEY, profile proftree NOT NULL);
ALTER TABLE pool ALTER profile SET STORAGE EXTERNAL;
ALTER TABLE steady ALTER profile SET STORAGE EXTERNAL;
SELECT format('COPY pool FROM %L (FORMAT binary)', :'folder' || '/pool.bin') \gexec
SELECT format('COPY steady FROM %L (FORMAT binary)', :'folder' || '/steady.bin') \gexec

CREATE TABLE stack (node integer GENERATED ALWAYS AS IDENTITY, stack text UNIQUE);
CREATE TABLE pool_stack (n bigint, node integer, stack text, weight bigint);
CREATE TEMPORARY TABLE given AS
	SELECT p.n, i.stack, i.self AS weight FROM pool AS p, proftree_iterate(p.profile) AS i WHERE i.self > 0 AND p.n < 2000;
INSERT INTO stack (stack) SELECT DISTINCT stack FROM given;
INSERT INTO pool_stack SELECT n, node, stack, weight FROM given JOIN stack USING (stack) ORDER BY n;
CREATE INDEX ON pool_stack (n);

-- the ways, each with its indexes
CREATE TABLE plain (series bigint NOT NULL, slot bigint NOT NULL, stack text NOT NULL, weight bigint NOT NULL);
CREATE INDEX ON plain (series, slot);
CREATE TABLE samples (series bigint NOT NULL, slot bigint NOT NULL, node integer NOT NULL, weight bigint NOT NULL, PRIMARY KEY (series, slot, node));
CREATE TABLE tick (n bigint);
CREATE TABLE single (series bigint, slot bigint, profile proftree NOT NULL, PRIMARY KEY (series, slot));
VACUUM ANALYZE;
