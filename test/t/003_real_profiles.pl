# The recorded profiles of test/data: what SQL says of them is what plain Perl
# counts.  Process names that the kernel cut in mid-character and all.

use strict;
use warnings;

use Encode qw(decode encode);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

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
	my ($status) = $node->psql('postgres', "SELECT proftree_from_folded(pg_read_binary_file('$folder/$name'))");
	is($status != 0, $cut, "$name: " . ($cut ? 'refused' : 'read') . ' without being told to mend');
}

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

$node->stop;
done_testing();
