# The worked example of doc/format.md is what the extension stores and sends.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file('doc/format.md');
my ($tree) = $page =~ /^The tree\n\n((?:    .*\n)+)/m;
my ($dump) = $page =~ /^```hex\n(.*?)^```/ms;
my ($said) = $page =~ /stored in these (\d+) bytes/;
ok($tree && $dump && $said, 'the page has its example');

$tree =~ s/^    //mg;
my $hex = '';
foreach my $line (split /\n/, $dump)
{
	# hex pairs, then at least two blanks, then words
	my ($bytes) = $line =~ /^((?:[0-9a-f]{2} )*[0-9a-f]{2})  / or die "not a line of hex: $line";
	$bytes =~ s/ //g;
	$hex .= $bytes;
}
is(length($hex) / 2, $said, 'the page counts its bytes');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres',
	'CREATE EXTENSION pyrotree; CREATE CAST (proftree AS bytea) WITHOUT FUNCTION');
is( $node->safe_psql(
		'postgres', "SELECT encode('$tree'::proftree::bytea, 'hex')"),
	$hex,
	'the bytes are those that are stored');
$node->stop;

done_testing();
