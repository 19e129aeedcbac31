# What the tests of the store by random operations share: a server, databases
# with the oracle of test/property, runs of it.

package Property;

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

my $folder = 'test/property';

# A server with a template database, in which nothing has happened yet.
sub new_server
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
	$node->append_conf('postgresql.conf', "fsync = off\njit = off");
	$node->start;
	$node->safe_psql('postgres', 'CREATE DATABASE oracle');
	$node->safe_psql('oracle', 'CREATE EXTENSION pyrotree');
	load($node, 'oracle', "$folder/$_.sql") foreach qw(oracle answers choose check run);
	return $node;
}

# Run a file.
sub load
{
	my ($node, $database, $file) = @_;

	$node->safe_psql($database, slurp_file($file));
}

# Start a run in a new database; gives what finish_run() wants.
sub start_run
{
	my ($node, $database, %run) = @_;
	my $self = { %run, database => $database, out => '', err => '' };

	$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE oracle");
	load($node, $database, $_) foreach @{ $run{files} // [] };
	$node->safe_psql($database, "CALL property.set_up('$run{resolution}', '$run{fanouts}', $run{block_bytes})");
	$self->{psql} = IPC::Run::start(
		[
			'psql', '-XAqt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database),
			'-c', "CALL property.run($run{operations}, $run{seed})"
		],
		'<', \undef, '>', \$self->{out}, '2>', \$self->{err});
	return $self;
}

# Wait for its end.  Gives what went wrong, '' when nothing did, the number of
# the last operation, and the last lines it said.
sub finish_run
{
	my ($self) = @_;

	IPC::Run::finish($self->{psql});
	my @lines = split /\n/, $self->{err};
	splice(@lines, 0, -20) if @lines > 20;
	my ($error) = $self->{err} =~ /^(ERROR:.*|.*connection to server was lost.*|FATAL:.*)/m;
	$error = 'no end' if !defined $error && $self->{err} !~ /done: \{/;
	my @operations = $self->{err} =~ /^NOTICE:  (\d+): /mg;
	return ($error // '', $operations[-1] // 0, join("\n", @lines));
}

1;
