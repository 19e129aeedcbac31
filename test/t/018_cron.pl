# What the documents have pg_cron do, it does: each snippet that schedules a job
# runs, and then each job, once by a connection and once by a background worker.
# Jobs run when the server starts instead of at their time, so that no minute is
# waited for; the rest of them is as the documents schedule them.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;
plan skip_all => 'pg_cron is not installed'
  unless $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'");

# it works in the database postgres
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.host = '" . $node->host . "'");
$node->restart;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron; CREATE EXTENSION pyrotree');

# The tables and the procedure of the cookbook's alerts, and its rules.
my ($alerts) = slurp_file('doc/cookbook.md') =~ /^## Alert .*?\n(.*?)^## /ms or die 'no alerts';
while ($alerts =~ /^```sql\n(.*?)^```/msg)
{
	$node->safe_psql('postgres', $1);
}
is($node->safe_psql('postgres', 'SELECT count(*) FROM alerts'), '0', 'no profiles, no alerts');

my $jobs = 0;
foreach my $page (glob('doc/*.md'))
{
	my $text = slurp_file($page);

	while ($text =~ /^```psql\n([^`]*?cron\.schedule.*?)^```/msg)
	{
		my $snippet = $1;
		my ($status, $out, $err) = $node->psql('postgres', $snippet);

		$jobs += () = $snippet =~ /cron\.schedule/g;
		is($status, 0, "$page schedules") or diag($err);
	}
}
cmp_ok($jobs, '>=', 3, 'there are jobs');
is($node->safe_psql('postgres', 'SELECT count(*) FROM cron.job'), $jobs, 'each is scheduled');
$node->safe_psql('postgres', "SELECT cron.alter_job(jobid, schedule => '\@reboot') FROM cron.job");

# Run all jobs by restarting; gives how they ended.
sub run_jobs
{
	my $runs = 'FROM cron.job_run_details AS d JOIN cron.job USING (jobid) WHERE start_time > pg_postmaster_start_time()';

	$node->restart;
	$node->poll_query_until('postgres',
		"SELECT count(*) FILTER (WHERE d.status IN ('succeeded', 'failed')) = $jobs $runs")
	  or diag('jobs have not ended');
	return $node->safe_psql('postgres',
		"SELECT jobname, d.status, CASE WHEN d.status <> 'succeeded' THEN return_message END $runs ORDER BY 1");
}

my $good = join("\n", map { "$_|succeeded|" } split /\n/,
	$node->safe_psql('postgres', 'SELECT jobname FROM cron.job ORDER BY 1'));
my $told = q(SELECT symbol, pattern, closed_at IS NULL AS open, opened_at > now() - interval '10 min' AS now, round(percent) FROM alerts JOIN rules USING (rule_id));

# a function that is too hot now, and what the other jobs have to do
$node->safe_psql('postgres', q(
	SELECT pyrotree.ingest('shop.cpu{env="prod"}', now() - interval '1 min', 'main;regexp.Compile 30
main 70');
	SET pyrotree.auto_compact = off;
	SELECT pyrotree.ingest('old.cpu', now() - i * interval '1 hour', 'main 1') FROM generate_series(1, 5) AS i;
	INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('old.cpu', NULL, '150 min')));
is(run_jobs(), $good, 'jobs succeed');
is($node->safe_psql('postgres', $told), '|^regexp\.|t|t|30', 'the alert is open');
is($node->safe_psql('postgres', "SELECT segment_rows > 0 FROM pyrotree.status WHERE series = 'old.cpu'"), 't', 'the store was compacted');
is($node->safe_psql('postgres', "SELECT min(at) > now() - interval '3 hours' FROM pyrotree.stacks WHERE series = 'old.cpu'"), 't', 'retention was applied');

# and a little hotter
$node->safe_psql('postgres', q(SELECT pyrotree.ingest('shop.cpu{env="prod"}', now(), 'main;regexp.Compile 100')));
$node->append_conf('postgresql.conf', 'cron.use_background_workers = on');
is(run_jobs(), $good, 'jobs succeed in background workers');
is($node->safe_psql('postgres', $told), '|^regexp\.|t|t|65', 'it is the same alert');

# and over
$node->safe_psql('postgres', q(SELECT pyrotree.ingest('shop.cpu{env="prod"}', now(), 'main 9000')));
is(run_jobs(), $good, 'jobs succeed again');
is($node->safe_psql('postgres', $told), '|^regexp\.|f|t|65', 'the alert is closed');
is($node->safe_psql('postgres', "SELECT pyrotree.verify()"), '', 'the store is whole');

$node->stop;
done_testing();
