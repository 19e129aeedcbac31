-- Symbols that formats and viewers stumble over.

CREATE TABLE awkward (name text);
INSERT INTO awkward VALUES
	(''), (' '), ('a b'), (' a'), ('a '), (';'), ('a;b'), ('"'), ('"a"'), (''''), ('\'), ('\n'), ('%s'), ('&'), ('&lt;'), ('&#0;'),
	(E'\n'), (E'a\nb'), (E'\r'), (E'\t'), (chr(1)), (chr(27) || '[31m'), (chr(127)),
	('<script>window.hacked = 1</script>'), ('</script><script>window.hacked = 1</script>'), (']]>'),
	(']]></script><script>window.hacked = 1</script>'), ('</svg><script>window.hacked = 1</script>'), ('<!--'), ('-->'), ('<![CDATA['),
	('<img src=x onerror="window.hacked = 1">'), ('" onmouseover="window.hacked = 1'), ('javascript:window.hacked = 1'),
	('${window.hacked = 1}'), ('{{window.hacked = 1}}'), ('__proto__'), ('constructor'), ('0'), ('-1'), ('null'), ('total'), ('root'), ('all'),
	('std::vector<int, std::allocator<int> >::push_back(int const&)'), (repeat('x', 450)), (repeat(chr(20989) || chr(25968), 200)),
	(chr(233)), ('e' || chr(769)), (chr(8364)), (chr(128512)), (repeat(chr(128512), 20)), (chr(128104) || chr(8205) || chr(128105) || chr(8205) || chr(128103)),
	(chr(1513) || chr(1500) || chr(1493) || chr(1501)), (chr(1593) || chr(1585) || chr(1576) || chr(1610) || ' abc'),
	(chr(8238) || 'evil' || chr(8236)), (chr(8207)), (chr(8203)), (chr(65279)), (chr(65533)), (chr(65534)), (chr(65535)), (chr(1114111)), (chr(8232));
