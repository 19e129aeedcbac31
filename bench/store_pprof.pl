# Bytes of a gzipped pprof file, the mean over the profiles on stdin:
# slot TAB stack TAB weight, sorted by slot.  A file is what a profiler writes:
# one sample type, a sample a stack, a location and a function a symbol.

use strict;
use warnings;

use Compress::Zlib qw(memGzip);

my ($files, $bytes) = (0, 0);

sub varint
{
	my ($value) = @_;
	my $out = '';

	while ($value > 127)
	{
		$out .= chr($value & 127 | 128);
		$value >>= 7;
	}
	return $out . chr($value);
}

sub field { return varint($_[0] << 3 | 2) . varint(length $_[1]) . $_[1]; }

sub number { return varint($_[0] << 3) . varint($_[1]); }

sub write_profile
{
	my @samples = @_;
	my (%strings, @strings, %functions);
	my $string = sub {
		my ($text) = @_;
		$strings{$text} //= push(@strings, $text) - 1;
		return $strings{$text};
	};

	$string->('');
	my $profile = field(1, number(1, $string->('samples')) . number(2, $string->('count')));
	my ($locations, $functions) = ('', '');
	foreach (@samples)
	{
		my ($stack, $weight) = @$_;
		my @ids;
		foreach my $symbol (reverse split /;/, $stack, -1)
		{
			if (!$functions{$symbol})
			{
				my $id = $functions{$symbol} = 1 + keys %functions;
				$functions .= field(5, number(1, $id) . number(2, $string->($symbol)) . number(3, $strings{$symbol}));
				$locations .= field(4, number(1, $id) . field(4, number(1, $id)));
			}
			push @ids, $functions{$symbol};
		}
		$profile .= field(2, field(1, join('', map { varint($_) } @ids)) . field(2, varint($weight)));
	}
	$profile .= $locations . $functions . join('', map { field(6, $_) } @strings);
	$profile .= number(9, 1795196820000000000) . number(10, 10000000000);
	$files++;
	$bytes += length memGzip($profile);
	return;
}

my ($slot, @samples);
while (<STDIN>)
{
	chomp;
	my @line = split /\t/;
	if (defined $slot && $line[0] != $slot)
	{
		write_profile(@samples);
		@samples = ();
	}
	$slot = $line[0];
	push @samples, [ @line[ 1, 2 ] ];
}
write_profile(@samples) if @samples;
printf "%.0f\n", $bytes / $files if $files;
