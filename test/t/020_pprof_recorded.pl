# The recorded pprof files of test/data: what SQL reads from them is what
# go tool pprof read, recorded in folded form, and what is written reads back.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'what is counted here is the core\'s, the same on every server' if $ENV{PYROTREE_QUICK};

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pyrotree; CREATE TABLE file (name text PRIMARY KEY, pprof bytea)');

my $folder = $node->basedir;

# A file where the server can read it, as bytes.
sub hand_over
{
	my ($name, $bytes) = @_;

	open(my $file, '>:raw', "$folder/$name") or die $!;
	print $file $bytes;
	close($file);
	return "pg_read_binary_file('$folder/$name')";
}

sub query
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', $sql);
}

foreach my $name (qw(go-cpu go-heap))
{
	my $read = hand_over($name, slurp_file("test/data/$name.pb.gz"));

	query("INSERT INTO file VALUES ('$name', $read)");
}

# ---- what they tell ----

# test/data/README.md has the numbers of samples, types, units and the time
is( query("SELECT i.at BETWEEN '2026-11-20 17:57:35Z' AND '2026-11-20 17:57:37Z', i.duration BETWEEN '30 s' AND '31 s', i.period_type, i.period_unit, i.period,
			i.default_sample_type, i.sample_types, i.units, i.comments, i.samples
		FROM file, pprof_info(pprof) AS i WHERE name = 'go-cpu'"),
	't|t|cpu|nanoseconds|10000000|cpu|{samples,cpu}|{count,nanoseconds}|{}|2066',
	'go-cpu: info');
is( query("SELECT i.at BETWEEN '2026-11-20 17:58:06Z' AND '2026-11-20 17:58:07Z', i.duration IS NULL, i.period_type, i.period_unit, i.period,
			i.default_sample_type, i.sample_types, i.units, i.comments, i.samples
		FROM file, pprof_info(pprof) AS i WHERE name = 'go-heap'"),
	't|t|space|bytes|131072|inuse_space|{alloc_objects,alloc_space,inuse_objects,inuse_space}|{count,bytes,count,bytes}|{}|13115',
	'go-heap: info');

# ---- stacks and weights ----

# go tool pprof, by which they were folded, leaves parameters out of the names
# of C++ and of what looks so to it; then ";" in names was replaced.
sub shown
{
	my ($name) = @_;

	if ($name =~ /[<>\[\]]|::/ && $name !~ /\.<|\]\)\./)
	{
		my $matched = qr/(\((?:[^()]++|(?1))*\))/;
		my $template = qr/(<(?:[^<>]++|(?1))*>)/;

		$name =~ s/$matched//g;
		$name =~ s/$template//g;
	}
	$name =~ tr/;/|/;
	return $name;
}

# The stacks of a tree under those names, as lines of a folded file.
sub folded
{
	my ($tree) = @_;
	my %weight;
	my $rows = query(
		"WITH RECURSIVE n AS MATERIALIZED (SELECT * FROM proftree_nodes($tree)),
			p AS (SELECT node, self, symbol AS frames FROM n WHERE parent IS NULL
				UNION ALL SELECT n.node, n.self, p.frames || chr(1) || n.symbol FROM p JOIN n ON n.parent = p.node)
		SELECT self || ' ' || frames FROM p WHERE self > 0");

	foreach (split /\n/, $rows)
	{
		my ($self, $frames) = /^(\d+) (.*)$/ or die "no row: $_";
		$weight{ join(';', map { shown($_) } split /\x01/, $frames) } += $self;
	}
	return join('', map { "$_ $weight{$_}\n" } sort keys %weight);
}

foreach my $recorded ([ 'go-cpu', 'cpu', 'go-cpu.folded.xz' ], [ 'go-heap', 'alloc_space', 'go-heap-alloc_space.folded.xz' ])
{
	my ($name, $type, $xz) = @$recorded;
	my ($out, $err);

	IPC::Run::run([ 'xz', '-dc', "test/data/$xz" ], '>', \$out, '2>', \$err) or die $err;
	my $read = hand_over("$name.folded", $out);
	# not is(): a difference would print all of both
	ok(folded("(SELECT proftree_from_pprof(pprof, '$type') FROM file WHERE name = '$name')") eq $out, "$name: $type, stack by stack");
	is(query("SELECT count(*), max(proftree_total(profile)) FROM file, pprof_samples(pprof) AS s WHERE name = '$name' AND s.sample_type = '$type' AND s.profile = proftree_from_pprof(pprof, '$type')"),
		'1|' . query("SELECT proftree_total(proftree_from_folded($read))"), "$name: $type by pprof_samples()");
}
# 100 Hz: a sample is 10 ms, stack by stack
is(query("SELECT proftree_scale(proftree_from_pprof(pprof, 'samples'), 10000000) = proftree_from_pprof(pprof, 'cpu'), proftree_total(proftree_from_pprof(pprof, 'samples')) FROM file WHERE name = 'go-cpu'"),
	't|2610', 'go-cpu: samples and cpu');
# what is in use was allocated before: type by type no stack has more
is( query("SELECT string_agg(proftree_total(proftree_delta(proftree_from_pprof(pprof, 'alloc_' || what), proftree_from_pprof(pprof, 'inuse_' || what)))::text, ' ')
		FROM file, unnest('{objects,space}'::text[]) AS what WHERE name = 'go-heap'"),
	'0 0', 'go-heap: in use is at most what was allocated');
is(query("SELECT bool_and(proftree_total(proftree_from_pprof(pprof, 'inuse_' || what)) > 0) FROM file, unnest('{objects,space}'::text[]) AS what WHERE name = 'go-heap'"),
	't', 'go-heap: something is in use');
# Go labels heap samples with the size of the objects
is( query("SELECT count(*) > 10, bool_and(s.label_value ~ '^[0-9]+\$'), sum(s.profile) = proftree_from_pprof(pprof, 'alloc_space')
		FROM file, pprof_samples(pprof, 'bytes') AS s WHERE name = 'go-heap' AND s.sample_type = 'alloc_space' GROUP BY pprof"),
	't|t|t', 'go-heap: by the label bytes');

# ---- out and in ----

is( query("SELECT bool_and(proftree_from_pprof(proftree_to_pprof(s.profile, s.sample_type, s.unit)) = s.profile), count(*) FROM file, pprof_samples(pprof) AS s"),
	't|6', 'every tree reads back');
is( query("SELECT bool_and((j.at, j.duration, j.period_type, j.period_unit, j.period, j.sample_types[1]) IS NOT DISTINCT FROM (i.at, i.duration, i.period_type, i.period_unit, i.period, s.sample_type)), count(*)
		FROM file, pprof_info(pprof) AS i, pprof_samples(pprof) AS s, pprof_info(proftree_to_pprof(s.profile, s.sample_type, s.unit, i.at, i.duration, i.period)) AS j
		WHERE s.sample_type = i.period_type"),
	't|1', 'and what it tells');

$node->stop;
done_testing();
