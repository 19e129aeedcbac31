--
-- The extension as an object: what it is made of, and that nothing lacks its
-- marks.
--
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pyrotree CASCADE;
RESET client_min_messages;

-- the other tests need this too: awkward characters
SELECT getdatabaseencoding();

CREATE EXTENSION pyrotree;

-- the module that is loaded is the version that is installed
SELECT extversion = pyrotree_version() AS same_version FROM pg_extension WHERE extname = 'pyrotree';

-- all that belongs to it (array types and the row types of tables only do from
-- PostgreSQL 17 on)
CREATE TEMP VIEW member AS
	SELECT classid, objid, objsubid, pg_describe_object(classid, objid, objsubid) AS object
	FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pyrotree')
		AND NOT (classid = 'pg_type'::regclass AND EXISTS (
			SELECT FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
			WHERE t.oid = objid AND (t.typelem <> 0 OR c.relkind <> 'c')));

-- functions without a mark; what is listed as an exception is one on purpose
SELECT p.oid::regprocedure AS function, problem
FROM pg_proc AS p
	JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid,
	LATERAL (VALUES
		('not PARALLEL SAFE', p.proparallel <> 's'),
		-- send and recv depend on client_encoding
		('neither IMMUTABLE nor on the list', p.provolatile <>
			CASE WHEN p.proname ~ '^prof(tree|block)_(send|recv)$' THEN 's' ELSE 'i' END),
		-- aggregates are never strict; the others take NULL on purpose
		('not STRICT', NOT p.proisstrict AND p.prokind <> 'a'
			AND p.proname NOT IN ('proftree_iterate', 'proftree_from_speedscope', 'proftree_from_pprof', 'proftree_to_pprof', 'pprof_samples') AND p.proname !~ '^prof(tree|block)_agg_(transition|combine|final)$'),
		('no COST', p.procost = 1 AND p.prokind <> 'a'
			AND p.proname <> 'pyrotree_version' AND p.proname !~ '_support$'),
		('default ROWS', p.proretset AND p.prorows = 1000),
		('SECURITY DEFINER', p.prosecdef),
		('settings', p.proconfig IS NOT NULL),
		('name without prefix', p.proname !~ '^(proftree|profblock|pprof|pyrotree)_' AND p.oid::regprocedure::text <> 'sum(proftree)'),
		('arguments without names', p.proargnames IS NULL AND p.pronargs > 0
			AND NOT 'internal'::regtype = ANY (p.proargtypes)
			AND p.proname !~ '^prof(tree|block)_(in|out|recv|send)$')
	) AS c(problem, present)
WHERE present AND p.pronamespace <> 'pyrotree'::regnamespace
ORDER BY p.oid::regprocedure::text COLLATE "C", 2;

-- the functions of the store, which read and write tables
SELECT p.oid::regprocedure AS function, problem
FROM pg_proc AS p
	JOIN pg_language AS l ON l.oid = p.prolang
	JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid,
	LATERAL (VALUES
		('VOLATILE and not PARALLEL UNSAFE, or the other way round',
			(p.provolatile = 'v') <> (p.proparallel = 'u')),
		('PARALLEL RESTRICTED', p.proparallel = 'r'),
		('SECURITY DEFINER', p.prosecdef),
		-- the procedures commit, which a SET clause forbids
		('PL/pgSQL without its own search_path', l.lanname = 'plpgsql' AND p.prokind = 'f'
			AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))),
		('SQL in a string', l.lanname = 'sql' AND p.prosqlbody IS NULL),
		('default ROWS', p.proretset AND p.prorows = 1000),
		('arguments without names', p.proargnames IS NULL AND p.pronargs > 0
			AND NOT 'internal'::regtype = ANY (p.proargtypes))
	) AS c(problem, present)
WHERE present AND p.pronamespace = 'pyrotree'::regnamespace
ORDER BY p.oid::regprocedure::text COLLATE "C", 2;

-- anything without a comment
SELECT object FROM member
WHERE obj_description(objid, classid::regclass::name) IS NULL
ORDER BY object COLLATE "C";

-- comments that several share: I/O, transition functions and operator classes
-- with their families, by custom; any other was copied and not changed
SELECT obj_description(objid, classid::regclass::name) AS comment, count(*)
FROM member
GROUP BY obj_description(objid, classid::regclass::name) HAVING count(*) > 1
ORDER BY obj_description(objid, classid::regclass::name) COLLATE "C";

-- aggregates: each with a combine function, so that it can be parallel
SELECT a.aggfnoid::regprocedure AS aggregate, a.aggcombinefn <> 0 AS combines, a.aggtranstype::regtype AS state,
	a.aggtranstype <> 'internal'::regtype OR (a.aggserialfn <> 0 AND a.aggdeserialfn <> 0) AS travels, a.aggtransspace
FROM pg_aggregate AS a JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = a.aggfnoid::oid
ORDER BY a.aggfnoid::regprocedure::text COLLATE "C";

-- operators: commutators and negators are each other's, functions are right;
-- those that look for symbols have neither
SELECT o.oid::regoperator AS operator, problem
FROM pg_operator AS o
	JOIN member AS m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
	LEFT JOIN pg_operator AS c ON c.oid = o.oprcom
	LEFT JOIN pg_operator AS n ON n.oid = o.oprnegate
	JOIN pg_proc AS p ON p.oid = o.oprcode,
	LATERAL (VALUES
		('commutator', o.oprleft = o.oprright AND (c.oid IS NULL OR c.oprcom <> o.oid)),
		('negator', o.oprleft = o.oprright AND o.oprresult = 'boolean'::regtype AND (n.oid IS NULL OR n.oprnegate <> o.oid)),
		('estimators', o.oprresult = 'boolean'::regtype AND (o.oprrest = 0 OR o.oprjoin = 0)),
		('hashes or merges', (o.oprname = '=') <> (o.oprcanhash AND o.oprcanmerge)),
		('comment of its function', obj_description(p.oid, 'pg_proc') <> 'implementation of ' || o.oprname || ' operator')
	) AS t(problem, present)
WHERE present
ORDER BY o.oid::regoperator::text COLLATE "C", 2;

-- operator classes
SELECT am.amname, c.opcname, c.opcdefault, amvalidate(c.oid)
FROM pg_opclass AS c
	JOIN pg_am AS am ON am.oid = c.opcmethod
	JOIN member AS m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid
ORDER BY 1, 2;

-- the type
SELECT typname, typlen, typbyval, typalign, typstorage, typtype, typarray::regtype,
	typinput, typoutput, typreceive, typsend
FROM pg_type AS t JOIN member AS m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
ORDER BY 1;

-- the whole surface, so that a change of it is seen
\pset format unaligned
SELECT p.oid::regprocedure AS function, pg_get_function_arguments(p.oid) AS arguments,
	pg_get_function_result(p.oid) AS result
FROM pg_proc AS p JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT o.oid::regoperator AS operator, o.oprresult::regtype AS result
FROM pg_operator AS o JOIN member AS m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
ORDER BY o.oid::regoperator::text COLLATE "C";
SELECT object FROM member
WHERE classid NOT IN ('pg_proc'::regclass, 'pg_operator'::regclass)
ORDER BY object COLLATE "C";
\pset format aligned

-- every function can be called with NULL for each of its arguments, and those
-- that are not set-returning then give NULL
DO $$
DECLARE
	call text;
	gives_null boolean;
BEGIN
	FOR call IN
		SELECT format('%s(%s)', p.oid::regproc,
			(SELECT string_agg('NULL::' || t::regtype, ', ') FROM unnest(p.proargtypes) AS t))
		FROM pg_proc AS p JOIN member AS m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
		WHERE p.prokind = 'f' AND NOT p.proretset AND p.pronargs > 0
			AND NOT 'internal'::regtype = ANY (p.proargtypes) AND p.proisstrict
	LOOP
		EXECUTE 'SELECT ' || call || ' IS NULL' INTO gives_null;
		IF NOT gives_null THEN
			RAISE EXCEPTION '% is not NULL', call;
		END IF;
	END LOOP;
END $$;

-- only the owner can do harm to it, everybody can use it
CREATE ROLE regress_pyrotree_user;
SET ROLE regress_pyrotree_user;
SELECT proftree_insert('', 'main;parse', 3) + 'main 1' AS tree;
SELECT * FROM proftree_top('main;parse 3');
RESET ROLE;
DROP ROLE regress_pyrotree_user;

-- settings of this name belong to the module
SET pyrotree.no_such_setting = 1;

-- it goes without a trace, also with values in a table
CREATE TEMP TABLE holds_trees (tree proftree);
DROP EXTENSION pyrotree;
SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
RESET client_min_messages;
SELECT count(*) FROM pg_proc WHERE probin LIKE '%pyrotree%';
SELECT count(*) FROM pg_type WHERE typname ~ 'proftree';

-- it goes into the schema that is named, and works when that is not searched
CREATE SCHEMA elsewhere;
CREATE EXTENSION pyrotree SCHEMA elsewhere;
SELECT n.nspname, count(*) > 30 AS many
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.probin LIKE '%pyrotree%' GROUP BY 1 ORDER BY 1;
SELECT elsewhere.proftree_insert('a 1', 'a;b') OPERATOR(elsewhere.+) 'a 1' AS tree;
SELECT elsewhere.proftree_agg(s) AS agg FROM unnest(ARRAY['a', 'a']) AS s;
SELECT elsewhere.sum(t) FROM unnest(ARRAY['a 1', 'b 2']::elsewhere.proftree[]) AS t;
SELECT count(DISTINCT t) FROM unnest(ARRAY['a 1', 'b 2', 'a 1']::elsewhere.proftree[]) AS t;
DROP EXTENSION pyrotree;
DROP SCHEMA elsewhere;
CREATE EXTENSION pyrotree;
