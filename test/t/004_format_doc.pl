# The worked examples of doc/format.md are what the extension stores and sends.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file('doc/format.md');
my ($tree) = $page =~ /^The tree\n\n((?:    .*\n)+)/m;
my ($block) = $page =~ /^The block\n\n((?:    .*\n)+)/m;
my @dump = $page =~ /^```hex\n(.*?)^```/msg;
my @said = $page =~ /stored in these (\d+) bytes/g;
ok($tree && $block && @dump == 2 && @said == 2, 'the page has its examples');

s/^    //mg for $tree, $block;
my @hex;
foreach my $dump (@dump)
{
	my $hex = '';
	foreach my $line (split /\n/, $dump)
	{
		# hex pairs, then at least two blanks, then words
		my ($bytes) = $line =~ /^((?:[0-9a-f]{2} )*[0-9a-f]{2})  / or die "not a line of hex: $line";
		$bytes =~ s/ //g;
		$hex .= $bytes;
	}
	push @hex, $hex;
	is(length($hex) / 2, $said[$#hex], 'the page counts its bytes');
}

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres',
	'CREATE EXTENSION pyrotree; CREATE CAST (proftree AS bytea) WITHOUT FUNCTION; CREATE CAST (profblock AS bytea) WITHOUT FUNCTION'
);
is( $node->safe_psql(
		'postgres', "SELECT encode('$tree'::proftree::bytea, 'hex')"),
	$hex[0],
	'the bytes of the tree are those that are stored');
is($node->safe_psql('postgres', "SELECT encode(($block)::bytea, 'hex')"),
	$hex[1], 'the bytes of the block are those that are stored');
$node->stop;

done_testing();
