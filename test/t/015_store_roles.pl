# Which privileges each use of the store needs: with the lists given here it
# works, without any one of them it does not.  The lists are those of
# doc/operations.md.  Also: publications and replicas beside the store.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 'logical', extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "pyrotree.late_after = 0\ntimezone = 'UTC'");
$node->start;

# --- privileges -----------------------------------------------------------

# The schema of the type is not PUBLIC's, in the store's USAGE is.
$node->safe_psql('postgres', q(
	CREATE SCHEMA ext;
	CREATE EXTENSION pyrotree SCHEMA ext;
	ALTER DATABASE postgres SET search_path = ext, public;
	SELECT pyrotree.configure('10 s', '{6,10}')));

# What each kind of role is granted: privilege, on what.
my %grants = (
	reader => [
		'SELECT ON pyrotree.settings', 'SELECT ON pyrotree.profile_type', 'SELECT ON pyrotree.series',
		'SELECT ON pyrotree.label', 'SELECT ON pyrotree.series_symbols',
		'SELECT ON pyrotree.head', 'SELECT ON pyrotree.segment', 'SELECT ON pyrotree.status', 'SELECT ON pyrotree.stacks',
	],
	# writes and never compacts; that is for another role then
	writer => [
		'SELECT ON pyrotree.settings', 'SELECT ON pyrotree.profile_type',
		'SELECT ON pyrotree.series', 'INSERT (name, labels) ON pyrotree.series', 'UPDATE (version) ON pyrotree.series',
		'INSERT (series_id, name, value) ON pyrotree.label', 'SELECT ON pyrotree.series_symbols', 'INSERT ON pyrotree.series_symbols',
		'INSERT (series_id, at, profile, total, profiles) ON pyrotree.head', 'INSERT ON pyrotree.stacks',
		'SELECT ON pyrotree.delivery', 'INSERT ON pyrotree.delivery', 'UPDATE (received) ON pyrotree.delivery', 'DELETE ON pyrotree.delivery',
	],
	# compacts, as a writer does that may, or by CALL pyrotree.compact()
	compactor => [
		'SELECT ON pyrotree.settings', 'SELECT ON pyrotree.series', 'SELECT ON pyrotree.label',
		(map { "UPDATE ($_) ON pyrotree.series" } qw(horizon version symbols_gone compaction_error compaction_retry)),
		'SELECT ON pyrotree.series_symbols', 'INSERT ON pyrotree.series_symbols', 'DELETE ON pyrotree.series_symbols',
		'SELECT ON pyrotree.head', 'DELETE ON pyrotree.head',
		'SELECT ON pyrotree.segment', 'INSERT ON pyrotree.segment', 'UPDATE ON pyrotree.segment',
	],
	# CALL pyrotree.apply_retention(), pyrotree.delete(), beside what a compactor has
	keeper => [
		'DELETE ON pyrotree.segment', 'SELECT ON pyrotree.retention', 'UPDATE (kept_from) ON pyrotree.series',
		'SELECT ON pyrotree.delivery', 'DELETE ON pyrotree.delivery',
	],
	# pyrotree.drop_series(), beside these
	dropper => [ 'DELETE ON pyrotree.series', 'DELETE ON pyrotree.label' ],
	# pyrotree.define_profile_type(), rows of retention
	administrator => [
		'SELECT ON pyrotree.settings', 'INSERT ON pyrotree.settings', 'UPDATE ON pyrotree.settings', 'SELECT ON pyrotree.series',
		'SELECT ON pyrotree.profile_type', 'INSERT ON pyrotree.profile_type', 'UPDATE ON pyrotree.profile_type',
		'SELECT ON pyrotree.retention', 'INSERT ON pyrotree.retention', 'DELETE ON pyrotree.retention',
	]);

# What a role does, as statements of which each must succeed.
my $write = q(
	SELECT pyrotree.ingest('cpu{host="' || gen_random_uuid() || '"}', '2020-01-01', 'main;new 1');
	SELECT count(pyrotree.ingest('cpu{host="1"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;ready 1', id => gen_random_uuid())) FROM generate_series(1, 9) AS i;
	SELECT count(pyrotree.ingest('cpu{host="1"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;long 1', timestamptz '2020-01-01 00:00:25' + i * interval '10 s')) FROM generate_series(1, 9) AS i;
	INSERT INTO pyrotree.stacks SELECT 'cpu{host="2"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;raw', 1 FROM generate_series(1, 9) AS i;
	COPY pyrotree.stacks FROM STDIN (FORMAT csv, DELIMITER E'\t', QUOTE E'\b');
cpu	2020-01-01	App\Foo\bar	1
\.
);
my %jobs = (
	reader => q(
	SELECT pyrotree.query('cpu', '-infinity', 'infinity');
	SELECT * FROM pyrotree.query_by_label('cpu', '-infinity', 'infinity', 'host');
	SELECT count(*) FROM pyrotree.profiles('cpu', '-infinity', 'infinity');
	SELECT count(*) FROM pyrotree.timeline('cpu', '-infinity', 'infinity');
	SELECT count(*) FROM pyrotree.symbol_timeline('cpu', 'main', '-infinity', 'infinity');
	SELECT count(*) FROM pyrotree.stacks_between('cpu', '-infinity', 'infinity');
	SELECT count(*) FROM pyrotree.explain('cpu', '-infinity', 'infinity');
	SELECT count(*) FROM pyrotree.find_symbol('main', NULL, NULL), pyrotree.find_symbols('main', NULL, NULL);
	SELECT count(*) FROM pyrotree.series_matching('cpu'), pyrotree.label_names() AS l, pyrotree.label_values(l);
	SELECT count(*) FROM pyrotree.status;
	SELECT count(*) FROM pyrotree.stacks;
	SELECT count(*) FROM pyrotree.verify()),
	# ids are taken away after a day: two older ones for each that comes
	writer => $write,
	compactor => q(CALL pyrotree.compact('cpu')),
	keeper => q(
	SELECT pyrotree.delete('cpu', '2019-01-01', '2020-01-01 00:00:15');
	CALL pyrotree.apply_retention()),
	dropper => q(SELECT pyrotree.drop_series('cpu{host="2"}')),
	administrator => q(
	SELECT pyrotree.define_profile_type('wall', 'nanoseconds', 'sum');
	SELECT pyrotree.define_profile_type('wall', 'ns', 'sum');
	SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');
	INSERT INTO pyrotree.retention (level, keep) VALUES (0, '7 days');
	DELETE FROM pyrotree.retention WHERE keep = '7 days'));
# what the administrator needs for configure() is asked in a database without series
my %also = (keeper => ['compactor'], dropper => [ 'compactor', 'keeper' ]);

# Statements as a role; gives what goes wrong.
sub as
{
	my ($role, $statements) = @_;
	my ($stdout, $stderr);

	$node->psql('postgres', "SET ROLE $role; $statements", stdout => \$stdout, stderr => \$stderr);
	return $stderr;
}

# Put back what the jobs have changed, so that each finds something to do.
sub prepare
{
	$node->safe_psql('postgres', q(
		DELETE FROM pyrotree.head;
		DELETE FROM pyrotree.segment;
		DELETE FROM pyrotree.series_symbols;
		DELETE FROM pyrotree.label;
		DELETE FROM pyrotree.series;
		DELETE FROM pyrotree.profile_type;
		DELETE FROM pyrotree.retention;
		INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('{}', 0, '1 day'), ('{}', NULL, '1000 years');
		DELETE FROM pyrotree.delivery;
		INSERT INTO pyrotree.delivery SELECT gen_random_uuid(), 1, now() - interval '2 days' FROM generate_series(1, 100);
		SELECT count(pyrotree.ingest('cpu{host="' || i % 2 + 1 || '"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;before 1')) FROM generate_series(1, 90) AS i;
		SET pyrotree.auto_compact = off;
		SELECT count(pyrotree.ingest('cpu{host="1"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;late 1')) FROM generate_series(1, 95) AS i;
		INSERT INTO pyrotree.series_symbols (series_id, symbols) SELECT series_id, 'gone 0' FROM pyrotree.series;
		UPDATE pyrotree.series SET symbols_gone = true));
	return;
}

foreach my $role (qw(reader writer compactor keeper dropper administrator))
{
	my @given = map { "GRANT $_ TO $role" } 'USAGE ON SCHEMA ext', map { @{ $grants{$_} } } $role, @{ $also{$role} // [] };

	$node->safe_psql('postgres', join('; ', "CREATE ROLE $role", @given));
	prepare();
	is(as($role, $jobs{$role}), '', "$role: works with what it is granted");
	foreach my $grant ('USAGE ON SCHEMA ext', @{ $grants{$role} })
	{
		next if $grant =~ /SCHEMA ext/ && $role ne 'reader';
		next if grep { $grant eq $_ } map { @{ $grants{$_} } } @{ $also{$role} // [] };
		$node->safe_psql('postgres', "REVOKE $grant FROM $role");
		prepare();
		my $jobs = $jobs{$role};
		$jobs = q(SET search_path = public; SELECT pyrotree.query('cpu', '-infinity', 'infinity') + 'a 1'::ext.proftree) if $grant =~ /SCHEMA ext/;
		my $error = as($role, $jobs);
		# what no job uses is needed by configure() only
		$error = as($role, q(BEGIN; SELECT pyrotree.configure('1 s', '{2}'); ROLLBACK)) if $grant =~ /(SELECT|INSERT|UPDATE) ON pyrotree\.settings/ && $role eq 'administrator';
		like($error, qr/permission denied/, "$role: not without $grant");
		$node->safe_psql('postgres', "GRANT $grant TO $role");
	}
	prepare();
	is(as($role, $jobs{$role}), '', "$role: works again");
	is($node->safe_psql('postgres', 'SELECT * FROM pyrotree.verify()'), '', "$role: verify() finds nothing");
}

# a role of nothing
$node->safe_psql('postgres', 'CREATE ROLE nobody; GRANT USAGE ON SCHEMA ext TO nobody');
like(as('nobody', q(SELECT pyrotree.query('cpu', '-infinity', 'infinity'))), qr/permission denied for table/, 'nobody reads nothing');
like(as('nobody', q(SELECT pyrotree.ingest('cpu', '2020-01-01', 'a 1'))), qr/permission denied for table/, 'nobody writes nothing');
# a number that is, or will be, another's
foreach my $column ('series_id', 'horizon', 'kept_from')
{
	like(as('writer', "INSERT INTO pyrotree.series (name, $column) OVERRIDING SYSTEM VALUE VALUES ('trick', " . ($column eq 'kept_from' ? "'[0:0]={0}'" : 1) . ')'),
		qr/permission denied for table series/, "a writer does not choose $column of a series");
}
like(as('writer', q(INSERT INTO pyrotree.head (series_id, at, head_id, profile, total, profiles) OVERRIDING SYSTEM VALUE VALUES (1, 1, 1, 'a 1', 1, 1))),
	qr/permission denied for table head/, 'nor numbers of rows of head');
like(as('reader', q(SELECT pyrotree.ingest('cpu', '2020-01-01', 'a 1'))), qr/permission denied for table/, 'a reader does not write');
like(as('reader', q(CALL pyrotree.compact())), qr/permission denied for table/, 'a reader does not compact');
like(as('writer', q(SELECT pyrotree.query('cpu', '-infinity', 'infinity'))), qr/permission denied for table (label|head|segment)/, 'a writer does not read');
like(as('writer', q(SELECT * FROM pyrotree.stacks)), qr/permission denied for view stacks/, 'not even what it has written');
like(as('compactor', q(UPDATE pyrotree.series SET kept_from = '[0:0]={0}')), qr/permission denied for table series/, 'a compactor does not say what has been dropped');
like(as('compactor', q(SELECT pyrotree.delete('cpu', '2019-01-01', '2020-01-01 00:00:30'))), qr/permission denied for table segment/, 'a compactor does not delete');

# The first writer of an installation chooses resolution and fan-outs, and needs
# to be allowed to.
$node->safe_psql('postgres', q(SELECT pyrotree.drop_series('{}'); DELETE FROM pyrotree.settings));
like(as('writer', $write), qr/permission denied for table settings/, 'somebody has to configure the store first');
is(as('administrator', q(SELECT pyrotree.configure('10 s', '{6,10}'))), '', 'an administrator does');
is(as('writer', $write), '', 'then writers write');

# A writer that may compact does it, one that may not leaves it to others.
$node->safe_psql('postgres', q(SELECT pyrotree.drop_series('{}')));
my $many = q(SELECT count(pyrotree.ingest('cpu', timestamptz '2020-01-01' + i * interval '10 s', 'main 1')) FROM generate_series(1, 90) AS i;);
is(as('writer', $many), '', 'a writer that may not compact writes on, without a word');
is($node->safe_psql('postgres', 'SELECT head_rows, segment_rows, compaction_error FROM pyrotree.status'), '90|0|', 'all of it waits');
$node->safe_psql('postgres', 'CREATE ROLE writing_compactor; GRANT writer, compactor TO writing_compactor');
is(as('writing_compactor', q(SELECT pyrotree.ingest('cpu', '2020-01-01 00:15:10', 'main 1'))), '', 'a writer that may compact');
is($node->safe_psql('postgres', 'SELECT head_rows, segment_rows > 15, compaction_error FROM pyrotree.status'), '2|t|', 'does so');
is($node->safe_psql('postgres', 'SELECT * FROM pyrotree.verify()'), '', 'verify() finds nothing');

# --- a publication for all tables ------------------------------------------

my $answers = q(
	SELECT resolution, fanouts, widths FROM pyrotree.settings;
	SELECT series_id, key, encode(key_hash, 'hex'), horizon, kept_from FROM pyrotree.series ORDER BY 1;
	SELECT 'query', ext.proftree_send(pyrotree.query('cpu', '-infinity', 'infinity'));
	SELECT 'timeline', * FROM pyrotree.timeline('cpu', '-infinity', 'infinity', '10 min');
	SELECT 'explain', * FROM pyrotree.explain('cpu', '2020-01-01 00:00:20', '2020-01-01 00:10');
	SELECT 'verify', * FROM pyrotree.verify();
	SELECT series, head_rows, horizon, segment_rows FROM pyrotree.status ORDER BY 1);

$node->safe_psql('postgres', 'CREATE DATABASE subscriber');
$node->safe_psql('subscriber', 'CREATE SCHEMA ext; CREATE EXTENSION pyrotree SCHEMA ext; ALTER DATABASE subscriber SET search_path = ext, public');
$node->safe_psql('postgres', q(CREATE PUBLICATION everything FOR ALL TABLES));
$node->safe_psql('postgres', q(SELECT pg_create_logical_replication_slot('store', 'pgoutput')));
my $connection = 'port=' . $node->port . ' host=' . $node->host . ' dbname=postgres';
$node->safe_psql('subscriber', "CREATE SUBSCRIPTION store CONNECTION '$connection' PUBLICATION everything WITH (create_slot = false)");
$node->wait_for_subscription_sync($node, 'store', 'subscriber');

# every kind of change
$node->safe_psql('postgres', q(
	SELECT count(pyrotree.ingest('cpu{host="' || i % 3 || '"}', timestamptz '2020-01-01' + i * interval '10 s', 'main;published 1', id => gen_random_uuid())) FROM generate_series(1, 200) AS i;
	CALL pyrotree.compact();
	INSERT INTO pyrotree.stacks VALUES ('cpu{host="1"}', '2020-01-01', 'main;late', 7);
	CALL pyrotree.compact();
	SELECT pyrotree.delete('cpu{host="0"}', '2020-01-01 00:01:10', '2020-01-01 00:12');
	SELECT pyrotree.define_profile_type('wall', 'ns', 'sum'), pyrotree.define_profile_type('wall', 'us', 'sum');
	SELECT pyrotree.drop_series('cpu{host="2"}');
	DELETE FROM pyrotree.retention;
	UPDATE pyrotree.delivery SET received = now() - interval '2 days';
	SELECT pyrotree.ingest('cpu', '2020-01-01', 'main 1', id => gen_random_uuid());
	INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('cpu', 0, '1 day');
	CALL pyrotree.apply_retention()));
$node->wait_for_catchup('store');
is($node->safe_psql('subscriber', $answers), $node->safe_psql('postgres', $answers), 'a subscriber answers the same');
unlike($node->safe_psql('subscriber', $answers), qr/^verify/m, 'verify() finds nothing there');
is($node->safe_psql('subscriber', q(SELECT unit FROM pyrotree.profile_type WHERE name = 'wall')), 'us', 'updates come through');
$node->safe_psql('subscriber', 'ALTER SUBSCRIPTION store DISABLE; ALTER SUBSCRIPTION store SET (slot_name = NONE); DROP SUBSCRIPTION store');

# A replica's sessions: no trigger fires, so the view swallows what is inserted;
# ingest() works.
is($node->safe_psql('postgres', q(
		SET session_replication_role = replica;
		INSERT INTO pyrotree.stacks VALUES ('replica', '2020-01-01', 'main', 1);
		SELECT pyrotree.ingest('replica', '2020-01-01', 'main;ingested 1') > 0;
		SELECT count(pyrotree.ingest('replica', timestamptz '2020-01-01' + i * interval '10 s', 'main;ingested 1')) FROM generate_series(1, 90) AS i;
		CALL pyrotree.compact('replica');
		SELECT pyrotree.delete('replica', '2020-01-01 00:01:10', '2020-01-01 00:12');
		SELECT pyrotree.query('replica', '-infinity', 'infinity');
		SELECT segment_rows > 5 FROM pyrotree.status WHERE series = 'replica')),
	"t\n90\n65\nmain;ingested 26\nt", 'session_replication_role = replica: ingest() works, the view does not');
is($node->safe_psql('postgres', 'SELECT * FROM pyrotree.verify()'), '', 'verify() finds nothing');

$node->stop;
done_testing();
