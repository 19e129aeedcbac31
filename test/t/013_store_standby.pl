# A streaming standby answers every question about the store as its primary
# does: before and after compaction, retention, deletion; and goes on after
# promotion.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1, extra => [ '--locale=C', '--encoding=UTF8' ]);
$primary->append_conf('postgresql.conf', "pyrotree.late_after = 0\ntimezone = 'UTC'");
$primary->start;
$primary->safe_psql('postgres', q(
	CREATE EXTENSION pyrotree;
	SELECT pyrotree.configure('10 s', '{6,10,4}')));
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# all that can be asked; ranges end at fixed times
my $answers = q(
	SELECT 'query', r.*, md5(proftree_send(pyrotree.query('cpu', r.since, r.until))::text), proftree_total(pyrotree.query('cpu', r.since, r.until))
	FROM (SELECT timestamptz '2020-01-01' + i * interval '1010 s', timestamptz '2020-01-01' + i * i * interval '770 s' FROM generate_series(-1, 9) AS i
		UNION ALL VALUES (timestamptz '-infinity', timestamptz 'infinity')) AS r(since, until);
	SELECT 'average', pyrotree.query('heap', '2020-01-01 00:03', '2020-01-01 00:33');
	SELECT 'profiles', series, level, first, last, proftree_total(profile) FROM pyrotree.profiles('cpu', '2020-01-01 00:01', '2020-01-01 05:00') ORDER BY 2, 3, 4, 6;
	SELECT 'by label', value, proftree_total(profile) FROM pyrotree.query_by_label('cpu', '2020-01-01', '2020-01-03', 'host');
	SELECT 'timeline', * FROM pyrotree.timeline('cpu', '2020-01-01', '2020-01-03', '10 min');
	SELECT 'average timeline', * FROM pyrotree.timeline('heap', '2020-01-01', '2020-01-03', '10 min');
	SELECT 'symbol', * FROM pyrotree.symbol_timeline('cpu', 'late', '2019-12-01', '2020-01-03', '1 h');
	SELECT 'stacks', count(*), sum(weight), min(at), max(at) FROM pyrotree.stacks;
	SELECT 'between', count(*), sum(weight) FROM pyrotree.stacks_between('cpu{host="1"}', '2020-01-01 00:01', '2020-01-01 05:00');
	SELECT 'explain', * FROM pyrotree.explain('cpu', '2020-01-01 00:01:10', '2020-01-01 05:00:20');
	SELECT 'verify', * FROM pyrotree.verify();
	SELECT 'status', * FROM pyrotree.status ORDER BY series_id;
	SELECT 'series', * FROM pyrotree.series_matching('{host=~"[12]"}') ORDER BY 2;
	SELECT 'labels', l, v FROM pyrotree.label_names() AS l, LATERAL pyrotree.label_values(l) AS v ORDER BY 2, 3);

# Wait for the standby, then compare.
sub compare
{
	my ($what) = @_;

	$primary->wait_for_catchup($standby, 'replay', $primary->lsn('write'));
	my $here = $primary->safe_psql('postgres', $answers);
	is($standby->safe_psql('postgres', $answers), $here, "standby: $what");
	unlike($here, qr/^verify/m, "$what: verify() finds nothing");
	return $here;
}

# What does not depend on how it is stored.
sub logical
{
	my ($answers) = @_;

	return join("\n", grep { !/^(profiles|explain|status)\b/ } split(/\n/, $answers));
}

compare('empty');
$primary->safe_psql('postgres', q(
	SET pyrotree.auto_compact = off;
	SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');
	SELECT count(pyrotree.ingest('cpu{host="' || i % 3 || '"}', timestamptz '2020-01-01' + i * interval '9 s', proftree_insert('', 'main;f' || i % 17, i)))
	FROM generate_series(1, 1500) AS i;
	SELECT count(pyrotree.ingest('heap{host="1"}', timestamptz '2020-01-01' + i * interval '1 min', proftree_insert('', 'main;new', i),
		timestamptz '2020-01-01' + (i + 1) * interval '1 min'))
	FROM generate_series(1, 100) AS i;
	INSERT INTO pyrotree.stacks SELECT 'cpu{host="3"}', timestamptz '2020-01-01' + i * interval '20 s', 'main;inserted', i FROM generate_series(1, 500) AS i));
my $before = compare('everything in head');
$primary->safe_psql('postgres', 'CALL pyrotree.compact()');
my $after = compare('compacted');
is(logical($after), logical($before), 'compaction changes no answer');
isnt($after, $before, 'but where it is found');
$primary->safe_psql('postgres', q(
	SET pyrotree.auto_compact = off;
	SELECT count(pyrotree.ingest('cpu{host="0"}', timestamptz '2019-12-31' + i * interval '1000 s', 'main;late 1000')) FROM generate_series(1, 150) AS i));
$before = compare('late rows');
$primary->safe_psql('postgres', 'CALL pyrotree.compact(); VACUUM FULL pyrotree.head; VACUUM pyrotree.segment');
is(logical(compare('late rows compacted')), logical($before), 'compaction of late rows changes no answer');
$primary->safe_psql('postgres', q(SELECT pyrotree.delete('cpu{host="1"}', '2020-01-01 00:05:10', '2020-01-01 01:21:50')));
isnt(logical(compare('deleted')), logical($before), 'a deletion changes answers');
$primary->safe_psql('postgres', q(
	INSERT INTO pyrotree.retention (level, keep) VALUES (0, '1 day');
	CALL pyrotree.apply_retention()));
like(compare('retained'), qr/^status\|.*\{0,\d\d+,/m, 'level 0 is empty');
$primary->safe_psql('postgres', q(SELECT pyrotree.drop_series('cpu{host="2"}')));
compare('dropped');

# a snapshot held on the standby outlives what the primary does
my $session = $standby->background_psql('postgres');
$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
my $question = q(SELECT proftree_total(pyrotree.query('cpu', '-infinity', 'infinity')));
my $total = $session->query_safe($question);
$primary->safe_psql('postgres', q(SELECT count(pyrotree.ingest('cpu{host="0"}', timestamptz '2020-01-02' + i * interval '10 s', 'main;more 1')) FROM generate_series(1, 100) AS i));
compare('more');
is($session->query_safe($question), $total, 'an open snapshot on the standby gives the same answer');
$session->quit;

# nothing is written on a standby
my ($status, undef, $stderr) = $standby->psql('postgres', q(SELECT pyrotree.ingest('cpu', now(), 'a 1')));
like($stderr, qr/read-only transaction/, 'a standby does not ingest');
($status, undef, $stderr) = $standby->psql('postgres', 'CALL pyrotree.compact()');
like($stderr, qr/read-only transaction|during recovery/, 'a standby does not compact');

my $last = compare('before promotion');
$primary->stop;
$standby->promote;
is($standby->safe_psql('postgres', $answers), $last, 'promoted: same answers');
$standby->safe_psql('postgres', q(
	SELECT count(pyrotree.ingest('cpu{host="' || i % 4 || '"}', timestamptz '2020-01-03' + i * interval '10 s', 'main;promoted 7')) FROM generate_series(1, 100) AS i;
	CALL pyrotree.compact()));
is($standby->safe_psql('postgres', q(
		SELECT proftree_total(pyrotree.query('cpu', '2020-01-03', 'infinity')), proftree_total(pyrotree.query('cpu', '-infinity', '2020-01-03')), (SELECT count(*) FROM pyrotree.verify()))),
	'700|' . $standby->safe_psql('postgres', q(SELECT proftree_total(pyrotree.query('cpu', '-infinity', 'infinity')) - 700)) . '|0',
	'the promoted standby ingests and compacts');
$standby->stop;

done_testing();
