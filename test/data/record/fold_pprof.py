#!/usr/bin/env python3
"""Fold the text of `go tool pprof -raw PROFILE` (stdin) for one sample type.

    go tool pprof -raw cpu.pb.gz | fold_pprof.py cpu >cpu.folded

Root first, inlined functions as frames of their own, stacks of weight 0 left
out (a heap profile has such for its other sample types).
"""
import collections
import re
import sys

LOCATION = re.compile(r"^\s*(\d+): 0x[0-9a-f]+ (?:M=\d+ )?(?:\[F\] )?(.*)$")
LINE = re.compile(r"^\s*(.*?) \S+:\d+(?::\d+)? s=\d+(?:\(.*\))?$")
SAMPLE = re.compile(r"^\s*(-?\d+(?:\s+-?\d+)*):((?: \d+)*)\s*$")


def main():
    want, part, column = sys.argv[1], None, None
    samples, locations, current = [], {}, None
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line in ("Samples:", "Locations", "Mappings"):
            part = line
        elif part == "Samples:" and column is None:
            names = [t.split("/")[0] for t in line.replace("[dflt]", "").split()]
            column = names.index(want)
        elif part == "Samples:":
            m = SAMPLE.match(line)
            if m:  # other lines are labels
                samples.append((int(m.group(1).split()[column]), m.group(2).split()))
        elif part == "Locations":
            m = LOCATION.match(line)
            if m:
                current = locations[m.group(1)] = []
                line = m.group(2)
            f = LINE.match(line)
            if f:  # innermost first
                current.append(f.group(1).replace(";", "|"))
    folded = collections.Counter()
    for weight, ids in samples:
        frames = []
        for i in reversed(ids):
            frames += reversed(locations[i] or ["[unknown]"])
        folded[";".join(frames)] += weight
    for stack, weight in sorted(folded.items(), key=lambda x: x[0].encode()):
        if weight:
            sys.stdout.write("%s %d\n" % (stack, weight))
    print("%d samples, %d stacks, total %d" % (len(samples), len(folded), sum(folded.values())), file=sys.stderr)


main()
