#!/usr/bin/env python3
"""Clean and fold a V8 .cpuprofile.

    fold_cpuprofile.py IN.cpuprofile OUT.cpuprofile OUT.folded

OUT.cpuprofile  the same profile, file names cut to their base names
OUT.folded      root;...;leaf SPACE microseconds: the time deltas are summed on
                the node sampled at their end. V8 writes a few samples out of
                order (negative deltas): the samples are put in the order of
                their time first, so that no weight is negative.
"""
import collections
import itertools
import json
import sys


def base(url):
    if url.startswith("file://") or url.startswith("/"):
        return url.rsplit("/", 1)[-1]
    return url


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        profile = json.load(f)
    parent, frame = {}, {}
    for node in profile["nodes"]:
        call = node["callFrame"]
        call["url"] = base(call["url"])
        name = call["functionName"] or "(anonymous)"
        if call["url"]:
            name += " (%s:%d)" % (call["url"], call["lineNumber"] + 1)
        frame[node["id"]] = name.replace(";", "|").replace("\n", " ")
        for child in node.get("children", ()):
            parent[child] = node["id"]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump(profile, out, ensure_ascii=False, separators=(",", ":"))

    weight = collections.Counter()
    times = itertools.accumulate(profile["timeDeltas"])
    last = 0
    for when, node in sorted(zip(times, profile["samples"]), key=lambda x: x[0]):
        weight[node] += when - last
        last = when
    folded = collections.Counter()
    for node, us in weight.items():
        stack, n = [], node
        while n is not None:
            stack.append(frame[n])
            n = parent.get(n)
        folded[";".join(reversed(stack))] += us
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        for stack, us in sorted(folded.items(), key=lambda x: x[0].encode()):
            if us:
                out.write("%s %d\n" % (stack, us))
    print("%d samples, %d nodes, %d stacks, %d microseconds"
          % (len(profile["samples"]), len(profile["nodes"]), len(folded), sum(folded.values())), file=sys.stderr)


main()
