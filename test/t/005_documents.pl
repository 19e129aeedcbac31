# Every SQL snippet of the documents runs, in the order of the page, and where
# a page shows what it prints, that is what it prints.  Files that snippets write
# go to a folder that ends with the test.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;
my $folder = PostgreSQL::Test::Utils::tempdir;

# what Grafana puts into a query before it sends it
my %grafana = (
	'$__timeFrom()' => "'2024-05-01T10:00:00Z'",
	'$__timeTo()' => "'2024-05-01T11:00:00Z'",
	'$__interval' => '10m',
	'$symbol' => 'parse');

foreach my $page ('README.md', glob('doc/*.md'), glob('doc/tools/*.md'))
{
	my $text = slurp_file($page);
	my $db = 'page';
	my $count = 0;

	$node->safe_psql('postgres', "CREATE DATABASE $db");
	# only the README begins from nothing
	$node->safe_psql($db, 'CREATE EXTENSION pyrotree')
	  unless $page eq 'README.md';
	while ($text =~ /^```sql\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?/msg)
	{
		my ($sql, $shown) = ($1, $2);
		my $line = 1 + (substr($text, 0, $-[0]) =~ tr/\n//);
		my ($status, $out, $err) = (0, '', '');

		$sql =~ s/\Q$_\E/$grafana{$_}/g foreach keys %grafana;
		$count++;
		IPC::Run::run(
			[
				'psql', '-XAq', '-P', 'format=aligned', '-v', 'ON_ERROR_STOP=1',
				'-d', $node->connstr($db)
			],
			'<', \$sql, '>', \$out, '2>', \$err,
			init => sub { chdir $folder or die "$folder: $!" }) or $status = 1;
		is($status, 0, "$page line $line runs") or diag($err);
		next unless defined $shown;
		$out =~ s/\n+\z/\n/;
		is($out, $shown, "$page line $line prints what the page shows");
	}
	ok($count > 0 || $page ne 'README.md', "$page: $count snippets");
	$node->safe_psql('postgres', "DROP DATABASE $db");
}
$node->stop;

done_testing();
