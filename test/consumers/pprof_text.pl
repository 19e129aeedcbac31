# What go tool pprof prints, as lines that can be compared:
#
#	pprof_text.pl top			flat TAB cum TAB name
#	pprof_text.pl traces		weight TAB frames, root first, a 01 between two
#	pprof_text.pl raw COLUMN	the same, of a column of values, from 0
#
# on stdin.  Stacks that come twice are added up; lines are sorted by their
# bytes.  Weights have to be printed in full, without a greater unit.

use strict;
use warnings;

use Math::BigInt;

my ($what, $column) = @ARGV;
my (%weight, @lines);

sub number
{
	my ($text) = @_;

	$text =~ /^(-?\d+)\D*$/ or die "no whole number: $text\n";
	return $1;
}

sub add
{
	my ($weight, @frames) = @_;
	my $stack = join("\x01", @frames);

	$weight{$stack} = ($weight{$stack} // Math::BigInt->new(0)) + $weight;
}

if ($what eq 'top')
{
	my $begun;

	while (<STDIN>)
	{
		chomp;
		$begun = 1, next if /^ *flat  *flat%/;
		next unless $begun;
		/^ *(\S+) +\S+ +\S+ +(\S+) +\S+  (.*)$/ or die "no row of -top: $_\n";
		push @lines, join("\t", number($1), number($2), $3);
	}
}
elsif ($what eq 'traces')
{
	my ($weight, @frames);

	while (<STDIN>)
	{
		chomp;
		if (/^-----------\+-/)
		{
			add($weight, reverse @frames) if defined $weight;
			$weight = undef;
			@frames = ();
			next;
		}
		# the lines before the first
		next unless defined $weight || /^ *\S+   /;
		if (!defined $weight)
		{
			/^ *(\S+)   (.*)$/ or die;
			# "Type: cpu" and the like have no three blanks
			($weight, @frames) = (number($1), $2);
		}
		else
		{
			/^ {13}(.*)$/ or die "no frame of -traces: $_\n";
			push @frames, $1;
		}
	}
}
elsif ($what eq 'raw')
{
	my ($part, $current, %location, @samples) = ('');

	while (<STDIN>)
	{
		chomp;
		if (/^(Samples:|Locations|Mappings)$/)
		{
			$part = $1;
		}
		elsif ($part eq 'Samples:' && /^ *(-?\d+(?: +-?\d+)*):((?: \d+)*) *$/)
		{
			push @samples, [ (split ' ', $1)[$column], reverse split ' ', $2 ];
		}
		elsif ($part eq 'Locations')
		{
			if (s/^ *(\d+): 0x[0-9a-f]+ (?:M=\d+ )?(?:\[F\] )?//)
			{
				$current = $location{$1} = [];
			}
			else
			{
				s/^ {13}//;
			}
			# name, file, line, system name; innermost first
			unshift @$current, $1 if /^(.*) (?:\S*):\d+(?::\d+)? s=\d+(?:\(.*\))?$/;
		}
	}
	add($_->[0], map { @{ $location{$_} } } @{$_}[ 1 .. $#$_ ]) foreach @samples;
}
else
{
	die "no such text: $what\n";
}
push @lines, "$weight{$_}\t$_" foreach grep { $weight{$_} != 0 } keys %weight;
print map { "$_\n" } sort @lines;
