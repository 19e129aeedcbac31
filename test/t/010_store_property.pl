# The store against an oracle, by random operations: see test/property/run.sql.
#
#   PROPERTY_OPERATIONS   operations in each of the four databases
#   PROPERTY_SEED         the same seed does the same again
#   PYROTREE_QUICK        fewer operations: the main run was on another server

use strict;
use warnings;
use lib 'test/property';

use Property;
use Test::More;

my $operations = $ENV{PROPERTY_OPERATIONS} || ($ENV{PYROTREE_QUICK} ? 150 : 400);
my $seed = $ENV{PROPERTY_SEED} || 1;
my @stores = (
	# resolution, fan-outs, bytes above which a block is split
	[ '10 s', '{2}', 300 ],
	[ '1 min', '{3}', 4194304 ],
	[ '10 s', '{2,3,2}', 4194304 ],
	[ '10 s', '{60,6,24,30,12}', 300 ]);

note("PROPERTY_OPERATIONS=$operations PROPERTY_SEED=$seed");
my $node = Property::new_server('main');
# two at a time
while (my @two = splice(@stores, 0, 2))
{
	my @runs = map {
		(my $name = "fanouts$_->[1]") =~ s/\D+/_/g;
		Property::start_run($node, "store$name", resolution => $_->[0], fanouts => $_->[1],
			block_bytes => $_->[2], operations => $operations, seed => $seed)
	} @two;
	foreach my $run (@runs)
	{
		my ($error, $operation, $said) = Property::finish_run($run);
		is($error, '', "$operations operations with fan-outs $run->{fanouts}, seed $seed") or diag("after operation $operation:\n$said");
	}
}
$node->stop;

done_testing();
