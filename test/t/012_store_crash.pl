# The postmaster is killed again and again while profiles arrive and are
# compacted.  What was acknowledged is there afterwards, once; what was under way
# is there once or not at all, and is sent again with the same id.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $crashes = $ENV{PYROTREE_QUICK} ? 4 : 12;
my $writers = 3;
my $seed = $ENV{PYROTREE_SEED} || time;
srand(int($seed));
note("PYROTREE_SEED=" . int($seed));

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
# a lag of nothing: compaction has something to do at every moment
$node->append_conf('postgresql.conf', qq(
	pyrotree.late_after = 0
	checkpoint_timeout = 30s
	autovacuum_naptime = 1s
	max_connections = 20));
$node->start;
$node->safe_psql('postgres', q(
	CREATE EXTENSION pyrotree;
	SELECT pyrotree.configure('10 s', '{6,10,4}');
	-- deliveries that were stored without an id, in the transaction that stored them
	CREATE TABLE stored (delivery text PRIMARY KEY)));

# Delivery $n of writer $w.  Its stack is its own, its weight 1.  Writer 0 sends
# a profile at a time, writer 1 several in a transaction, writer 2 rows of the
# view, in two series, and no ids: it notes in a table what it has stored.
sub delivery
{
	my ($w, $n) = @_;
	my $stack = join(';', "w$w", map { "n$_" } split(//, $n));
	# time goes on, a few profiles are late: by minutes, or by days
	my $at = 1577836800 + $n * 7 - ($n % 7 == 3 ? 1800 : 0) - ($n % 31 == 5 ? 200000 : 0);
	my $series = sprintf('cpu{writer="%d",part="%d"}', $w, $n % 2);

	return sprintf(q(SELECT '%d' FROM pyrotree.ingest('%s', to_timestamp(%d), '%s 1', id => '%08d-0000-4000-8000-%012d') AS i;),
		$n, $series, $at, $stack, $w, $n)
	  if $w < 2;
	return sprintf(q(WITH s AS (INSERT INTO stored VALUES ('%s') ON CONFLICT DO NOTHING RETURNING 1)
		INSERT INTO pyrotree.stacks SELECT '%s', to_timestamp(%d), '%s', 1 FROM s;), $stack, $series, $at, $stack);
}

# The statements of a writer from delivery $from on; a number is printed when
# the deliveries up to it are acknowledged.
sub statements
{
	my ($w, $from, $count) = @_;
	my $text = '';

	for (my $n = $from; $n < $from + $count; $n++)
	{
		if ($w == 1)
		{
			# the rows of these come before they are acknowledged
			$text .= "BEGIN;\n\\o /dev/null\n" . join("\n", map { delivery($w, $_) } $n .. $n + 4) . "\n\\o\nCOMMIT;\n\\echo " . ($n + 4) . "\n";
			$n += 4;
		}
		else
		{
			$text .= delivery($w, $n) . "\n";
			$text .= "\\echo $n\n" if $w == 2;
		}
	}
	return $text;
}

my $folder = PostgreSQL::Test::Utils::tempdir();

# Start psql on a file of statements; it ends with the server or the file.
sub run_psql
{
	my ($name, $text) = @_;

	open(my $file, '>', "$folder/$name.sql") or die $!;
	print $file $text;
	close($file);
	unlink("$folder/$name.out");
	return IPC::Run::start(
		[ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$folder/$name.sql" ],
		'<', '/dev/null', '>', "$folder/$name.out", '2>', "$folder/$name.err");
}

# Kill the postmaster and, half of the time, at once all of its children; the
# others find out by themselves.
sub crash
{
	my $postmaster = (split /\n/, slurp_file($node->data_dir . '/postmaster.pid'))[0];
	my @children;

	if (rand() < 0.5)
	{
		foreach my $stat (glob('/proc/[0-9]*/stat'))
		{
			open(my $file, '<', $stat) or next;
			my $line = <$file> // '';
			push @children, $1 if $line =~ /^(\d+) \(.*\) \S $postmaster /;
		}
	}
	$node->kill9;
	kill('KILL', @children) if @children;
	return;
}

# The server starts once the last of its children has gone.
sub restart
{
	for my $attempt (1 .. 100)
	{
		# a failed start has taken the number of the killed one for its own
		$node->{_pid} = undef;
		return if $node->start(fail_ok => 1);
		sleep(0.1);
	}
	die 'the server does not start again';
}

# How often each stack is stored, from all levels: the sum over all time; and
# from the rows that are the data, level 0 and head.
sub stored
{
	my ($from) = @_;
	my $trees = $from eq 'query' ? q(SELECT pyrotree.query('cpu', '-infinity', 'infinity') AS tree)
	  : q(SELECT sum(tree) AS tree FROM (
			SELECT profile AS tree FROM pyrotree.head
			UNION ALL SELECT profblock_tree(block, 0, 1023) FROM pyrotree.segment WHERE level = 0) AS t);

	return { map { split /\|/ } split(/\n/, $node->safe_psql('postgres',
			"SELECT stack, self FROM ($trees) AS t, LATERAL proftree_iterate(t.tree) WHERE self > 0")) };
}

my @acknowledged = (-1) x $writers;		# deliveries up to this number
my @started = (-1) x $writers;			# perhaps more of them, up to this one
my ($lost, $twice, $strange, $split, $resent) = (0, 0, 0, 0, 0);

# Compare what is stored with what was acknowledged.
sub check
{
	my ($from) = @_;
	my $stored = stored($from);
	my $noted = { map { $_ => 1 } split(/\n/, $node->safe_psql('postgres', 'SELECT delivery FROM stored')) };

	for my $w (0 .. $writers - 1)
	{
		for my $n (0 .. $started[$w])
		{
			my $stack = join(';', "w$w", map { "n$_" } split(//, $n));
			my $times = delete $stored->{$stack} // 0;

			if ($times == 0 && $n <= $acknowledged[$w])
			{
				diag("$from: $stack was acknowledged and is lost") if $lost++ < 5;
			}
			if ($times > 1)
			{
				diag("$from: $stack is there $times times") if $twice++ < 5;
			}
			if ($w == 2 && $times != ($noted->{$stack} // 0))
			{
				diag("$from: $stack is there $times times, but was stored " . ($noted->{$stack} // 0) . ' times') if $split++ < 5;
			}
		}
	}
	foreach my $stack (keys %$stored)
	{
		diag("$from: $stack is there and was never sent") if $strange++ < 5;
	}
	return;
}

my $compactions = "CALL pyrotree.compact();\n" x 5000;
my $problems = '';

for my $crash (1 .. $crashes)
{
	my @runs;

	for my $w (0 .. $writers - 1)
	{
		# the last that were acknowledged are sent again, too
		my $from = $w == 1 ? $acknowledged[$w] + 1 - 5 : $acknowledged[$w] + 1 - 3;
		$from = 0 if $from < 0;
		$resent += $acknowledged[$w] + 1 - $from;
		push @runs, run_psql("writer$w", statements($w, $from, 2000));
	}
	push @runs, run_psql('compact', $compactions);
	sleep(0.3 + rand(0.9));
	$node->safe_psql('postgres', 'CHECKPOINT') if rand() < 0.2;
	crash();
	foreach my $run (@runs)
	{
		eval { $run->finish };
	}
	for my $w (0 .. $writers - 1)
	{
		my @numbers = split /\n/, slurp_file("$folder/writer$w.out");
		my $last = @numbers ? $numbers[-1] : -1;
		my $under_way = ($last < $acknowledged[$w] ? $acknowledged[$w] : $last) + ($w == 1 ? 5 : 1);

		$acknowledged[$w] = $last if $last > $acknowledged[$w];
		$started[$w] = $under_way if $under_way > $started[$w];
	}
	restart();
	check($crash % 2 ? 'query' : 'rows');
	$problems .= $node->safe_psql('postgres', 'SELECT * FROM pyrotree.verify()') if $crash % 5 == 0;
}

cmp_ok($acknowledged[$_], '>', 100, "writer $_ got on with it") for 0 .. $writers - 1;
cmp_ok($resent, '>', $crashes, 'profiles were sent twice');
is($lost, 0, 'what was acknowledged is there');
is($twice, 0, 'nothing is there twice');
is($split, 0, 'what a transaction stored is there when the transaction is');
is($strange, 0, 'nothing else is there');
is($problems, '', 'verify() finds nothing');

# what was under way at the end is sent again; then all is compacted
for my $w (0 .. $writers - 1)
{
	my $run = run_psql("writer$w", statements($w, $acknowledged[$w] + 1, 20));

	$run->finish;
	is(slurp_file("$folder/writer$w.err"), '', "writer $w ends well");
	$acknowledged[$w] += 20;
	$started[$w] = $acknowledged[$w];
}
check($_) for 'query', 'rows';
$node->safe_psql('postgres', 'CALL pyrotree.compact()');
check($_) for 'query', 'rows';
is("$lost $twice $split $strange", '0 0 0 0', 'all is there once, compacted or not');
is($node->safe_psql('postgres', 'SELECT * FROM pyrotree.verify()'), '', 'verify() finds nothing at the end');
my $compacted = $node->safe_psql('postgres', q(
	SELECT count(*) FROM pyrotree.status
	WHERE head_rows < 20 AND segment_rows > 20 AND bytes_by_level[2] > 0 AND compaction_error IS NULL));
is($compacted, $writers * 2, 'most of it lies in blocks');
note("deliveries: @acknowledged; sent again: $resent");

$node->stop;
done_testing();
