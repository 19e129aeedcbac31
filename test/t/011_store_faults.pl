# The test by random operations has teeth: each fault of test/property/faults,
# put into the store, makes it fail.
#
#   PROPERTY_FAULT   only this one

use strict;
use warnings;
use lib 'test/property';

use Property;
use Test::More;

plan skip_all => 'the faults are in SQL, the same on every server' if $ENV{PYROTREE_QUICK};

my $operations = $ENV{PROPERTY_OPERATIONS} || 300;
my $seed = $ENV{PROPERTY_SEED} || 1;
my $only = $ENV{PROPERTY_FAULT} // '';
my @faults = grep { /$only/ } sort glob('test/property/faults/*.sql');

note("PROPERTY_OPERATIONS=$operations PROPERTY_SEED=$seed");
ok(@faults > 0, 'there are faults');
my $node = Property::new_server('main');
Property::load($node, 'oracle', 'test/property/patch.sql');
# two at a time
while (my @two = splice(@faults, 0, 2))
{
	my @runs = map {
		my ($name) = m{([^/]+)\.sql$};
		Property::start_run($node, $name, files => [$_], resolution => '10 s', fanouts => '{2,3,2}',
			block_bytes => 4194304, operations => $operations, seed => $seed)
	} @two;
	foreach my $run (@runs)
	{
		my $name = $run->{database};
		my ($error, $operation) = Property::finish_run($run);

		# A series near now makes runs of one seed differ; a fault that shows
		# rarely gets more seeds.
		for (my $try = 1; $error eq '' && $try <= 15; $try++)
		{
			$run = Property::start_run($node, "${name}_$try", %$run, seed => $seed + $try);
			($error, $operation) = Property::finish_run($run);
		}
		isnt($error, '', "$name: found by operation $operation");
		unlike($error, qr/^(FATAL|no end)/, "$name: nothing worse");
		note($error);
	}
}
$node->stop;

done_testing();
