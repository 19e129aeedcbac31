# The recorded profiles of test/data: what SQL says of them is what plain Perl
# counts.  Process names that the kernel cut in mid-character and all.

use strict;
use warnings;

use Encode qw(decode encode);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'what is counted here is the core\'s, the same on every server' if $ENV{PYROTREE_QUICK};

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pyrotree');

# A compressed file, as bytes.
sub unpacked
{
	my ($name) = @_;

	open(my $file, '-|', 'xz', '-dc', "test/data/$name") or die "cannot run xz: $!";
	binmode $file;
	local $/ = undef;
	my $bytes = <$file>;
	close($file) or die "xz failed on $name";
	return $bytes;
}

# Invalid bytes replaced as proftree_from_folded() does; characters, encoded.
sub mended
{
	my ($bytes) = @_;

	return encode('UTF-8', decode('UTF-8', $bytes, Encode::FB_DEFAULT));
}

# Count a list of [stack, weight] by hand: figures, and the top ten by self and
# by total as lines.
sub counted
{
	my (@stacks) = @_;
	my ($sum, $deepest) = (0, 0);
	my (%nodes, %self, %total);

	foreach my $line (@stacks)
	{
		my ($stack, $weight) = @$line;
		my @frames = split /;/, $stack, -1;
		my %seen;

		$sum += $weight;
		$deepest = @frames if @frames > $deepest;
		$self{ $frames[-1] } += $weight;
		$total{$_} += $weight foreach grep { !$seen{$_}++ } @frames;
		my $path = '';
		$nodes{ $path .= ";$_" } = 1 foreach @frames;
	}
	my $figures = join('|', $sum, scalar(keys %nodes), scalar(keys %total), $deepest);
	my $top = sub {
		my ($by) = @_;
		my @symbols = sort {
			     ($by->{$b} // 0) <=> ($by->{$a} // 0)
			  || ($by == \%self ? $total{$b} <=> $total{$a} : ($self{$b} // 0) <=> ($self{$a} // 0))
			  || $a cmp $b
		} keys %total;
		return join("\n", map { join("\t", $_, $self{$_} // 0, $total{$_}) } @symbols[ 0 .. 9 ]);
	};
	return ($figures, $top->(\%self), $top->(\%total));
}

sub query
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql, extra_params => [ '-F', "\t" ]);
}

# ---- what JSON says, as stacks again: read by Perl alone ----

# A query's one value as bytes in a file: psql would have to print it.
sub json_of
{
	my ($sql) = @_;

	$node->safe_psql('postgres', "COPY ($sql) TO '" . $node->basedir . "/json' (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')");
	open(my $file, '<:raw', $node->basedir . '/json') or die $!;
	local $/ = undef;
	return JSON::PP->new->utf8->max_depth(10000)->decode(<$file>);
}

sub stack_of
{
	return encode('UTF-8', join(';', @_));
}

# Bars find their parents by where they lie; those of weight 0 are left out.
sub stacks_of_flamebearer
{
	my ($flamebearer) = @_;
	my @names = @{ $flamebearer->{names} };
	my (@stacks, @above);

	foreach my $level (@{ $flamebearer->{levels} })
	{
		my ($end, @bars) = (0);
		my @numbers = @$level;
		while (my ($gap, $total, $self, $name) = splice(@numbers, 0, 4))
		{
			my $x = $end + $gap;

			$end = $x + $total;
			next if $total == 0;
			shift @above while @above && $above[0]{end} <= $x;
			my @frames = @above ? (@{ $above[0]{frames} }, $names[$name]) : ();
			push @bars, { end => $end, frames => \@frames };
			push @stacks, [ stack_of(@frames), $self ] if $self > 0;
		}
		@above = @bars;
	}
	return @stacks;
}

sub stacks_of_speedscope
{
	my ($file, $profile) = @_;
	my @names = map { $_->{name} } @{ $file->{shared}{frames} };
	my (@open, @stacks, $last);

	if ($profile->{type} eq 'sampled')
	{
		my @weights = @{ $profile->{weights} };
		return map { [ stack_of(map { $names[$_] } @$_), shift @weights ] } @{ $profile->{samples} };
	}
	foreach my $event (@{ $profile->{events} })
	{
		push @stacks, [ stack_of(@open), $event->{at} - $last ] if @open && $event->{at} > $last;
		$last = $event->{at};
		$event->{type} eq 'O' ? push @open, $names[ $event->{frame} ] : pop @open;
	}
	return @stacks;
}

sub stacks_of_d3
{
	my ($object, @frames) = @_;
	my $self = $object->{value};
	my @stacks;

	foreach my $child (@{ $object->{children} // [] })
	{
		push @stacks, stacks_of_d3($child, @frames, $child->{name});
		$self -= $child->{value};
	}
	push @stacks, [ stack_of(@frames), $self ] if $self > 0;
	return @stacks;
}

# ---- each file as one tree ----

my $folder = $node->basedir;
foreach my $name (qw(go-cpu go-heap-alloc_space python-pyspy node postgres-perf))
{
	my $bytes = unpacked("$name.folded.xz");
	my $cut = $bytes ne mended($bytes);

	open(my $file, '>:raw', "$folder/$name") or die $!;
	print $file $bytes;
	close($file);
	is($cut, $name eq 'postgres-perf', "$name: " . ($cut ? 'has names that were cut' : 'is valid text'));

	my @stacks = map { /^(.*) (\d+)\r?$/s or die "no line: $_"; [ $1, $2 ] } split /\n/, mended($bytes);
	my ($figures, $by_self, $by_total) = counted(@stacks);
	$node->safe_psql('postgres',
		"CREATE TABLE IF NOT EXISTS profile (name text, tree proftree);
		 INSERT INTO profile SELECT '$name', proftree_from_folded(pg_read_binary_file('$folder/$name'), 'replace')");
	(my $tabbed = $figures) =~ s/\|/\t/g;
	is(query("SELECT proftree_total(tree), proftree_node_count(tree), proftree_symbol_count(tree), proftree_depth(tree) FROM profile WHERE name = '$name'"),
		$tabbed, "$name: figures");
	is(query("SELECT symbol, self, total FROM profile, LATERAL proftree_top(tree) WITH ORDINALITY AS t(symbol, self, sp, total, tp, n)
			WHERE name = '$name' ORDER BY n LIMIT 10"), $by_self, "$name: top ten by self");
	is(query("SELECT symbol, self, total FROM profile, LATERAL proftree_top(tree) WHERE name = '$name'
			ORDER BY total DESC, self DESC, symbol COLLATE \"C\" LIMIT 10"), $by_total, "$name: top ten by total");
	is( query(
			"SELECT tree::text::proftree = tree, ('\\x' || encode(proftree_send(tree), 'hex'))::proftree = tree,
				proftree_from_folded(proftree_to_folded(tree)) = tree,
				(SELECT proftree_agg(stack, self) FROM proftree_iterate(tree)) = tree FROM profile WHERE name = '$name'"),
		"t\tt\tt\tt",
		"$name: every form reads back");

	# in JSON, walked by Perl (which takes its time), the figures are those of the file
	my $tree = "FROM profile WHERE name = '$name'";
	if ($name eq 'go-cpu' || $name eq 'python-pyspy')
	{
		my $flamebearer = json_of("SELECT proftree_to_flamebearer(tree) $tree");
		my $speedscope = json_of("SELECT proftree_to_speedscope(tree, '$name') $tree");
		my @expected = ($figures, $by_self, $by_total);

		is_deeply([ counted(stacks_of_flamebearer($flamebearer->{flamebearer})) ], \@expected, "$name: flamebearer");
		is_deeply([ counted(stacks_of_speedscope($speedscope, $speedscope->{profiles}[0])) ], \@expected, "$name: speedscope");
		is_deeply([ counted(stacks_of_d3(json_of("SELECT proftree_to_d3(tree) $tree"))) ], \@expected, "$name: d3");
	}
	is( query(
			"SELECT proftree_from_flamebearer(proftree_to_flamebearer(tree)) = tree, proftree_from_speedscope(proftree_to_speedscope(tree)) = tree,
				(SELECT array_agg(ROW(level, value, self, label)) FROM proftree_flamegraph(tree) WHERE level > 0)
					= (SELECT array_agg(ROW(depth, total, self, symbol)) FROM proftree_nodes(tree)) $tree"),
		"t\tt\tt",
		"$name: JSON reads back, and Grafana's rows are the nodes");
	my ($status) = $node->psql('postgres', "SELECT proftree_from_folded(pg_read_binary_file('$folder/$name'))");
	is($status != 0, $cut, "$name: " . ($cut ? 'refused' : 'read') . ' without being told to mend');
}

# ---- a file as py-spy writes it for speedscope: samples in seconds ----

my $recorded = unpacked('python-pyspy.speedscope.json.xz');
open(my $json, '>:raw', "$folder/pyspy.json") or die $!;
print $json $recorded;
close($json);
my $file_of_threads = JSON::PP->new->utf8->decode($recorded);
my @nanoseconds = map { [ $_->[0], sprintf('%.0f', 1e9 * $_->[1]) ] }
  map { stacks_of_speedscope($file_of_threads, $_) } @{ $file_of_threads->{profiles} };
my ($figures, $by_self, $by_total) = counted(@nanoseconds);
like($figures, qr/^28840000000\|/, 'py-spy: 28.84 s in whole nanoseconds');
$node->safe_psql('postgres', "CREATE TABLE threads AS SELECT f AS file, proftree_from_speedscope(f) AS tree FROM (SELECT pg_read_file('$folder/pyspy.json')::json AS f) AS x");
(my $tabbed = $figures) =~ s/\|/\t/g;
is(query('SELECT proftree_total(tree), proftree_node_count(tree), proftree_symbol_count(tree), proftree_depth(tree) FROM threads'), $tabbed, 'py-spy: figures');
is(query('SELECT symbol, self, total FROM threads, LATERAL proftree_top(tree) WITH ORDINALITY AS t(symbol, self, sp, total, tp, n) ORDER BY n LIMIT 10'),
	$by_self, 'py-spy: top ten by self');
is(query('SELECT symbol, self, total FROM threads, LATERAL proftree_top(tree) ORDER BY total DESC, self DESC, symbol COLLATE "C" LIMIT 10'),
	$by_total, 'py-spy: top ten by total');
is(query("SELECT sum(proftree_from_speedscope(file, p ->> 'name')) = min(tree::text)::proftree FROM threads, json_array_elements(file -> 'profiles') AS p"),
	't', 'py-spy: threads by their names add up');

# ---- the time series: slots, windows and all of it ----

my %slot;
my @lines = split /\n/, mended(unpacked('postgres-perf.tsv.xz'));
open(my $file, '>:raw', "$folder/series") or die $!;
foreach (@lines)
{
	my ($slot, $stack, $weight) = split /\t/;
	push @{ $slot{$slot} }, [ $stack, $weight ];
	s/\\/\\\\/g;
	print $file "$_\n";
}
close($file);
$node->safe_psql(
	'postgres', qq(
	CREATE TABLE line (slot bigint, stack text, weight bigint);
	COPY line FROM '$folder/series';
	CREATE TABLE slot AS SELECT slot, proftree_from_folded(string_agg(stack || ' ' || weight, E'\\n')) AS tree FROM line GROUP BY slot;
	ANALYZE));
is(query('SELECT count(*), count(*) FILTER (WHERE proftree_total(tree) > 0) FROM slot'), scalar(keys %slot) . "\t" . scalar(keys %slot), 'a tree a slot');
is(query('SELECT (SELECT sum(tree) FROM slot) = tree FROM profile WHERE name = \'postgres-perf\''), 't', 'all slots make the merged profile');
is(query('SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
		SELECT (SELECT sum(tree) FROM slot) = tree FROM profile WHERE name = \'postgres-perf\''), 't', 'also in parallel');
my @order = sort { $a <=> $b } keys %slot;
foreach my $window ([ 0, 0 ], [ 10, 40 ], [ 60, 119 ], [ 0, $#order ])
{
	my ($first, $last) = @order[@$window];
	my ($figures, $by_self) = counted(map { @{ $slot{$_} } } grep { $_ >= $first && $_ <= $last } @order);
	(my $tabbed = $figures) =~ s/\|/\t/g;
	is( query(
			"SELECT proftree_total(t), proftree_node_count(t), proftree_symbol_count(t), proftree_depth(t) FROM (SELECT sum(tree) AS t FROM slot WHERE slot BETWEEN $first AND $last) AS x"),
		$tabbed,
		"slots $first to $last: figures");
	is( query(
			"SELECT symbol, self, total FROM (SELECT sum(tree) AS t FROM slot WHERE slot BETWEEN $first AND $last) AS x,
				LATERAL proftree_top(t) WITH ORDINALITY AS p(symbol, self, sp, total, tp, n) ORDER BY n LIMIT 10"),
		$by_self,
		"slots $first to $last: top ten");
}

# ---- the README's picture ----

my $picture = query(
	qq(SELECT proftree_to_svg(tree, 'Go program: parsing, type-checking and printing Go code', min_width => 0.5, unit => 'nanoseconds')
		FROM profile WHERE name = 'go-cpu'));
append_to_file("$folder/go-cpu.svg", $picture);
ok($picture eq slurp_file('doc/pictures/go-cpu.svg') =~ s/\n\z//r, 'doc/pictures/go-cpu.svg is what proftree_to_svg() makes')
  or diag("copy $folder/go-cpu.svg there (PYROTREE_KEEP=1 keeps it)");

$node->stop;
done_testing();
