SET join_collapse_limit = 9;
SET from_collapse_limit = 9;
PREPARE chain AS SELECT count(*) FROM customers c0 JOIN customers c1 ON c1.id = c0.id + 1 JOIN customers c2 ON c2.id = c1.id + 2 JOIN customers c3 ON c3.id = c2.id + 3 JOIN customers c4 ON c4.id = c3.id + 4 JOIN customers c5 ON c5.id = c4.id + 5 JOIN customers c6 ON c6.id = c5.id + 6 WHERE c0.id = $1;
SET plan_cache_mode = force_custom_plan;
EXECUTE chain(1);
EXECUTE chain(101);
EXECUTE chain(201);
EXECUTE chain(301);
EXPLAIN SELECT c.city, count(*), sum(e.amount) FROM customers c
  JOIN events e ON e.customer = c.id JOIN items i ON i.id = e.id JOIN articles a ON a.id = i.id
  LEFT JOIN logs l ON l.id = a.id LEFT JOIN edges g ON g.src = l.id LEFT JOIN vocabulary v ON v.n = g.dst
  JOIN copied x ON x.customer = c.id
  WHERE c.email LIKE 'user1%' AND e.kind IN ('buy', 'return') AND i.price BETWEEN 10 AND 50
  GROUP BY c.city HAVING count(*) > 1 ORDER BY 3 DESC;
EXPLAIN SELECT * FROM pg_stats s JOIN information_schema.columns c ON c.table_name = s.tablename JOIN pg_indexes i ON i.tablename = s.tablename WHERE s.schemaname = 'app';
SELECT count(*) FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) WHERE table_schema = 'app';
EXPLAIN SELECT 1 FROM edges a, edges b, edges c, edges d, edges e, edges f, edges g
  WHERE a.dst = b.src AND b.dst = c.src AND c.dst = d.src AND d.dst = e.src AND e.dst = f.src AND f.dst = g.src AND g.dst = a.src;
SELECT count(*) FROM customers WHERE id IN (7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84, 91, 98, 105, 112, 119, 126, 133, 140, 147, 154, 161, 168, 175, 182, 189, 196, 203, 210, 217, 224, 231, 238, 245, 252, 259, 266, 273, 280, 287, 294, 301, 308, 315, 322, 329, 336, 343, 350, 357, 364, 371, 378, 385, 392, 399, 406, 413, 420, 427, 434, 441, 448, 455, 462, 469, 476, 483, 490, 497, 504, 511, 518, 525, 532, 539, 546, 553, 560, 567, 574, 581, 588, 595, 602, 609, 616, 623, 630, 637, 644, 651, 658, 665, 672, 679, 686, 693, 700, 707, 714, 721, 728, 735, 742, 749, 756, 763, 770, 777, 784, 791, 798, 805, 812, 819, 826, 833, 840, 847, 854, 861, 868, 875, 882, 889, 896, 903, 910, 917, 924, 931, 938, 945, 952, 959, 966, 973, 980, 987, 994, 1001, 1008, 1015, 1022, 1029, 1036, 1043, 1050, 1057, 1064, 1071, 1078, 1085, 1092, 1099, 1106, 1113, 1120, 1127, 1134, 1141, 1148, 1155, 1162, 1169, 1176, 1183, 1190, 1197, 1204, 1211, 1218, 1225, 1232, 1239, 1246, 1253, 1260, 1267, 1274, 1281, 1288, 1295, 1302, 1309, 1316, 1323, 1330, 1337, 1344, 1351, 1358, 1365, 1372, 1379, 1386, 1393, 1400, 1407, 1414, 1421, 1428, 1435, 1442, 1449, 1456, 1463, 1470, 1477, 1484, 1491, 1498, 1505, 1512, 1519, 1526, 1533, 1540, 1547, 1554, 1561, 1568, 1575, 1582, 1589, 1596, 1603, 1610, 1617, 1624, 1631, 1638, 1645, 1652, 1659, 1666, 1673, 1680, 1687, 1694, 1701, 1708, 1715, 1722, 1729, 1736, 1743, 1750, 1757, 1764, 1771, 1778, 1785, 1792, 1799, 1806, 1813, 1820, 1827, 1834, 1841, 1848, 1855, 1862, 1869, 1876, 1883, 1890, 1897, 1904, 1911, 1918, 1925, 1932, 1939, 1946, 1953, 1960, 1967, 1974, 1981, 1988, 1995, 2002, 2009, 2016, 2023, 2030, 2037, 2044, 2051, 2058, 2065, 2072, 2079, 2086, 2093, 2100);
