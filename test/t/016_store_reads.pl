# What a range reads, in counts: of segment the rows of its lanes, of head the
# rows of its slots, one descent for each run of lanes and one for head; in
# stores of one series and of a thousand, analysed and not.  What looking for a
# symbol reads, in blocks.  And that sums over many series run in several
# processes.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "autovacuum = off\nmax_parallel_workers_per_gather = 0");
$node->start;

# The series that is asked has 1,500 slots from this one, and head rows above.
my $origin = 176722560;
my $slots = 1500;

# What is expected is worked out here again, slot by slot: the fewest lanes of
# a range, and the rows of segment they lie in.
my $oracle = q{
CREATE FUNCTION expected(wanted bigint, first bigint, last bigint, top integer,
	OUT runs bigint, OUT segment_rows bigint, OUT head_rows bigint)
LANGUAGE plpgsql SET enable_seqscan = on AS $$
DECLARE
	widths bigint[] := (SELECT t.widths FROM pyrotree.settings AS t);
	horizon bigint := (SELECT s.horizon FROM pyrotree.series AS s WHERE s.series_id = wanted);
	slot bigint := first;
	l integer;
	l_before integer := -1;
	border bigint;
	blocks text[] := '{}';
BEGIN
	SELECT count(*) INTO head_rows FROM pyrotree.head AS h WHERE h.series_id = wanted AND h.at BETWEEN first AND last;
	runs := 0;
	segment_rows := 0;
	WHILE slot <= last AND slot < horizon LOOP
		l := 0;
		WHILE l < top AND slot % widths[l + 1] = 0 AND slot + widths[l + 1] <= least(last + 1, horizon) LOOP
			l := l + 1;
		END LOOP;
		IF l <> l_before THEN
			runs := runs + 1;
			l_before := l;
		END IF;
		border := slot - slot % widths[l + 1];
		IF NOT format('%s.%s', l, border) = ANY (blocks) THEN
			blocks := blocks || format('%s.%s', l, border);
			segment_rows := segment_rows + (SELECT count(*) FROM pyrotree.segment AS g
				WHERE g.series_id = wanted AND g.level = l AND g.start >= border AND g.start < border + widths[l + 1]);
		END IF;
		slot := slot + widths[l];
	END LOOP;
END $$};

# what a statement reads of a table: descents, rows, sequential scans
my $counting = q{
CREATE FUNCTION scans(wanted text, OUT descents bigint, OUT rows bigint, OUT seq_scans bigint)
LANGUAGE sql VOLATILE AS $$
	SELECT idx_scan, idx_tup_fetch + seq_tup_read, seq_scan
	FROM pg_stat_xact_user_tables WHERE schemaname = 'pyrotree' AND relname = wanted
$$;

CREATE FUNCTION counted(query text, OUT descents bigint, OUT segment_rows bigint, OUT head_descents bigint,
	OUT head_rows bigint, OUT seq_scans bigint, OUT series_rows bigint)
LANGUAGE plpgsql AS $$
DECLARE
	s0 record; s1 record; h0 record; h1 record; n0 record; n1 record;
BEGIN
	s0 := scans('segment'); h0 := scans('head'); n0 := scans('series');
	EXECUTE 'SELECT count(*) FROM (' || query || ' OFFSET 0) AS q';
	s1 := scans('segment'); h1 := scans('head'); n1 := scans('series');
	descents := s1.descents - s0.descents;
	segment_rows := s1.rows - s0.rows;
	head_descents := h1.descents - h0.descents;
	head_rows := h1.rows - h0.rows;
	seq_scans := s1.seq_scans - s0.seq_scans + h1.seq_scans - h0.seq_scans;
	series_rows := n1.rows - n0.rows;
END $$};

# A store with fan-outs that make many levels of few slots.
sub make_store
{
	my ($database, $others) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql(
		$database, qq(
		CREATE EXTENSION pyrotree;
		SELECT pyrotree.configure('10 s', '{6,4,3,5}');
		SET pyrotree.auto_compact = off;
		SELECT pyrotree.store(array_agg('wanted'::text), array_agg(${origin}::bigint + n), array_agg(format('main;f%s %s', n % 7, n + 1)::proftree))
			FROM generate_series(0, $slots - 1) AS n WHERE n NOT BETWEEN 700 AND 760;
		SELECT pyrotree.store(array_agg(format('other{n="%s"}', s)), array_agg(${origin}::bigint + n), array_agg('main;x 3'::proftree))
			FROM generate_series(1, $others) AS s, generate_series(0, 39) AS n HAVING count(*) > 0));
	$node->safe_psql($database, 'CALL pyrotree.compact()');
	$node->safe_psql($database, $oracle);
	$node->safe_psql($database, $counting);
	return;
}

# Ranges, each asked in several ways.
sub check_ranges
{
	my ($database, $name) = @_;
	my @queries;
	my $script = '';
	my $time = sub { "pyrotree.slot_time($_[0], 10000000)" };
	my @ranges = (
		[ 0, $slots - 1 ],       [ 0, 0 ],          [ 5, 5 ],    [ 6, 11 ],
		[ 24, 71 ],              [ 1003, 1391 ],    [ 7, 1490 ], [ 700, 760 ],
		[ -500, 2 * $slots ],    [ 1495, 1499 ],    [ 1, 1493 ], [ 360, 719 ],
		[ 194, 873 ],            [ $slots - 40, $slots - 1 ]);

	foreach my $range (@ranges)
	{
		my ($first, $last) = map { $origin + $_ } @$range[ 0, 1 ];
		my $arguments = "'wanted', " . $time->($first) . ', ' . $time->($last + 1);
		my %ways = (
			"pyrotree.query($arguments)" => 'array_upper(t.widths, 1) - 1',
			"pyrotree.profiles($arguments)" => 'array_upper(t.widths, 1) - 1',
			"pyrotree.query_by_label($arguments, 'n')" => 'array_upper(t.widths, 1) - 1',
			"pyrotree.timeline($arguments, '1 min')" => '1',
			"pyrotree.timeline($arguments, '24 min')" => '3',
			"pyrotree.timeline($arguments, '10 s')" => '0',
			"pyrotree.symbol_timeline($arguments, 'f3', '1 min')" => '1',
			"pyrotree.stacks_between($arguments)" => '0');
		foreach my $way (sort keys %ways)
		{
			(my $query = $way) =~ s/pyrotree.symbol_timeline\('wanted', (.*), 'f3', '1 min'\)/pyrotree.symbol_timeline('wanted', 'f3', $1, '1 min')/;
			(my $quoted = "SELECT * FROM $query") =~ s/'/''/g;
			push @queries, $query;
			$script .= qq(
				SELECT e.runs, e.segment_rows, 1, e.head_rows, 0
				FROM pyrotree.settings AS t, pyrotree.series AS s, expected(s.series_id, $first, $last, $ways{$way}) AS e
				WHERE s.name = 'wanted';
				SELECT descents, segment_rows, head_descents, head_rows, seq_scans FROM counted('$quoted'););
		}
	}
	my @got = split /\n/, $node->safe_psql($database, $script);
	my @differ;
	foreach my $query (@queries)
	{
		my ($expected, $counted) = (shift @got, shift @got);
		push @differ, "$query: expected $expected, counted $counted" if $expected ne $counted;
	}
	is(join("\n", @differ), '', "$name: descents and rows of segment, descents and rows of head, sequential scans");
	return;
}

sub counted
{
	my ($database, $query) = @_;

	$query =~ s/'/''/g;
	return $node->safe_psql($database, "SELECT * FROM counted('$query')");
}

# Shared buffers that a query touches when the catalogs have been read.
sub buffers
{
	my ($database, $query) = @_;
	my $explain = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) $query;";
	my $plans = $node->safe_psql($database, $explain . $explain);
	my ($plan) = $plans =~ /.*^(\s*Aggregate.*)/ms;
	my ($hit) = $plan =~ /Buffers: shared hit=(\d+)/;
	my ($read) = $plan =~ /Buffers: shared .*?read=(\d+)/;

	return ($hit // 0) + ($read // 0);
}

# Blocks of a store's tables that a question touches, in memory and on disk:
# those of rows, TOAST included, and those of indexes.
sub blocks
{
	my ($database, $query) = @_;
	my $blocks = q{SELECT pg_stat_force_next_flush();
		SELECT sum(heap_blks_read + heap_blks_hit + coalesce(toast_blks_read + toast_blks_hit, 0)),
			sum(idx_blks_read + idx_blks_hit + coalesce(tidx_blks_read + tidx_blks_hit, 0))
		FROM pg_statio_user_tables WHERE schemaname = 'pyrotree' AND relname IN ('segment', 'head', 'series_symbols');};
	my @got = $node->safe_psql($database, "$query; $blocks $query; $blocks") =~ /^(\d+)\|(\d+)$/mg;

	return ($got[2] - $got[0], $got[3] - $got[1]);
}

# A symbol that one series of a thousand has: this series is read and no other.
sub check_rare_symbol
{
	my ($symbols) = @_;
	my $rare = "SELECT count(*) FROM pyrotree.find_symbol('f3', '-infinity', NULL)";
	my $common = "SELECT count(*) FROM pyrotree.find_symbol('main', '-infinity', NULL)";
	is($node->safe_psql('many', "$rare; $common"), "1\n1000", "$symbols: one series of a thousand has the rare symbol");

	# all that can be read of this series, and what its set is found by
	my $its_rows = $node->safe_psql('many', q{SELECT count(*) FROM pyrotree.segment JOIN pyrotree.series USING (series_id) WHERE name = 'wanted'});
	my (undef, $rows, undef, $head_rows, $seq_scans) = split /\|/, counted('many', $rare);
	cmp_ok($rows, '<=', $its_rows, "$symbols: of segment it reads $rows of the $its_rows rows of its series");
	is("$head_rows $seq_scans", $node->safe_psql('many', q{SELECT count(*) || ' 0' FROM pyrotree.head JOIN pyrotree.series USING (series_id) WHERE name = 'wanted'}),
		"$symbols: of head its rows, and no sequential scan");
	my ($heap, $index) = blocks('many', $rare);
	my ($heap_common, $index_common) = blocks('many', $common);
	cmp_ok($heap, '<', 40, "$symbols: $heap blocks of tables are touched for the rare symbol");
	cmp_ok($index, '<', 120, "$symbols: $index blocks of indexes");
	cmp_ok($heap_common, '>', 2000, "$symbols: $heap_common blocks for one that all have, so that they are counted");
	cmp_ok($index_common, '>', 2000, "$symbols: $index_common blocks of indexes");
	my $buffers = buffers('many', $rare);
	cmp_ok($buffers, '<', 500, "$symbols: $buffers buffers in all, of settings, series and the catalogs too");
	return;
}

make_store('one', 0);
make_store('many', 999);

check_rare_symbol('not analysed, sets not yet in the index');
$node->safe_psql('many', 'VACUUM pyrotree.series_symbols');

foreach my $analysed ('not analysed', 'analysed')
{
	my %touched;

	foreach my $database (qw(one many))
	{
		$node->safe_psql($database, 'ANALYZE') if $analysed eq 'analysed';
		check_ranges($database, "$database series, $analysed");

		my $range = "pyrotree.slot_time($origin + 7, 10000000), pyrotree.slot_time($origin + 1394, 10000000)";
		my $empty = "pyrotree.slot_time($origin - 501, 10000000), pyrotree.slot_time($origin - 100, 10000000)";
		my $name = "$database series, $analysed";

		# absent: no table of profiles is touched, of series no row but in a scan of few
		my $most = $database eq 'one' ? 2 : 0;
		my $got = counted($database, "SELECT * FROM pyrotree.query('absent', $range)");
		like($got, qr/^0\|0\|0\|0\|0\|/, "$name: an absent series is not looked for in head and segment");
		cmp_ok((split /\|/, $got)[5], '<=', $most, "$name: and costs the look-up of its name");
		$got = counted($database, "SELECT * FROM pyrotree.query('other{n=\"absent\"}', $range)");
		like($got, qr/^0\|0\|0\|0\|0\|/, "$name: nor is an absent label");

		# empty: the descents, and no row
		my $runs = $node->safe_psql($database, "SELECT runs FROM pyrotree.settings AS t, pyrotree.series AS s,
			expected(s.series_id, $origin - 501, $origin - 101, array_upper(t.widths, 1) - 1) WHERE s.name = 'wanted'");
		cmp_ok($runs, '>', 2, "$name: the empty range has runs of lanes");
		like(counted($database, "SELECT * FROM pyrotree.query('wanted', $empty)"), qr/^$runs\|0\|1\|0\|0\|/,
			"$name: an empty range is a descent for each run and one of head");

		# EXPLAIN sees the same: a few buffers a row, however large the store
		$touched{$database} = buffers($database, "SELECT sum(profile) FROM pyrotree.profiles('wanted', $range)");
		my $rows = $node->safe_psql($database, "SELECT sum(rows) FROM pyrotree.explain('wanted', $range)");
		cmp_ok($touched{$database}, '<=', 12 * ($rows + 1) + 20, "$name: $touched{$database} buffers for $rows rows");
	}
	cmp_ok($touched{many}, '<=', 2 * $touched{one} + 20, "$analysed: a thousand series cost one of them not much more");
	check_rare_symbol($analysed);
}

# ---- several processes ----

$node->append_conf('postgresql.conf', q(
max_parallel_workers_per_gather = 2
session_preload_libraries = auto_explain
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_nested_statements = on));
$node->restart;
$node->safe_psql('postgres', 'CREATE DATABASE fresh TEMPLATE many');
$node->safe_psql('fresh', q(DELETE FROM pg_statistic WHERE starelid IN ('pyrotree.series'::regclass, 'pyrotree.segment'::regclass, 'pyrotree.head'::regclass);
	UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid IN ('pyrotree.series'::regclass, 'pyrotree.segment'::regclass, 'pyrotree.head'::regclass)));

foreach my $database (qw(fresh many))
{
	my $name = $database eq 'many' ? 'analysed' : 'not analysed';
	my $range = "pyrotree.slot_time($origin, 10000000), pyrotree.slot_time($origin + 2000, 10000000)";
	my $plan = $node->safe_psql($database, "EXPLAIN (ANALYZE, COSTS OFF) SELECT sum(profile) FROM pyrotree.profiles('{}', $range)");
	like($plan, qr/Workers Launched: [1-9]/, "$name: a sum over profiles() of a thousand series launches workers");

	my $logged = -s $node->logfile;
	my $total = $node->safe_psql($database, "SELECT proftree_total(pyrotree.query('{}', $range))");
	cmp_ok($total, '>', $slots * $slots / 2 - 50_000, "$name: the total of all series");
	is($total, $node->safe_psql($database, "SET max_parallel_workers_per_gather = 0; SELECT proftree_total(pyrotree.query('{}', $range))"),
		"$name: query() gives the same in one process and in several");
	ok(slurp_file($node->logfile, $logged) =~ /Workers Launched: [1-9]/, "$name: query() launches workers");
}

$node->stop;
done_testing();
