#!/usr/bin/env python3
"""Fold the text of `perf script -F comm,tid,time,ip,sym,dso` (stdin).

    fold_perf.py SLOTS.tsv MERGED.folded

SLOTS.tsv      <slot start, unix seconds> TAB <stack> TAB <samples>
MERGED.folded  <stack> SPACE <samples>

A stack is comm;root;...;leaf, kernel frames included at the leaf's end. All is
done on bytes: a comm that the kernel cut within a UTF-8 character stays as it
is. A frame without a symbol becomes [name of the binary].
"""
import collections
import re
import sys

SLOT = 10
HEADER = re.compile(rb"^(\S.*?)\s+(\d+)\s+(\d+)\.(\d+):\s*$", re.S)
FRAME = re.compile(rb"^\s+([0-9a-f]+) (.*) \((.*)\)$", re.S)


def clean(name):
    return name.replace(b";", b"|").replace(b"\t", b" ").replace(b"\n", b" ")


def frame_name(symbol, dso):
    if symbol != b"[unknown]":
        return clean(symbol)
    if dso.endswith(b" (deleted)"):
        dso = dso[: -len(b" (deleted)")]
    dso = dso.rsplit(b"/", 1)[-1].strip(b"[]")
    return clean(b"[" + (dso or b"unknown") + b"]")


def main():
    slots = collections.Counter()
    header, frames, samples, odd = None, [], 0, 0

    def flush():
        nonlocal header, samples
        if header is not None:
            comm, second = header
            slots[second - second % SLOT, b";".join([comm] + frames[::-1])] += 1
            samples += 1
        header = None
        frames.clear()

    for line in sys.stdin.buffer:
        line = line.rstrip(b"\n")
        if not line.strip():
            flush()
            continue
        m = FRAME.match(line) if header is not None else None
        if m:
            # "sym (dso (deleted))" is matched one parenthesis too late: undo it
            symbol, dso = m.group(2), m.group(3)
            if dso == b"deleted)":
                symbol, dso = symbol.rsplit(b" (", 1)
            frames.append(frame_name(symbol, dso))
            continue
        m = HEADER.match(line)
        if not m:
            odd += 1
            continue
        flush()
        header = clean(m.group(1)), int(m.group(3))
    flush()

    merged = collections.Counter()
    with open(sys.argv[1], "wb") as out:
        for (slot, stack), n in sorted(slots.items()):
            out.write(b"%d\t%s\t%d\n" % (slot, stack, n))
            merged[stack] += n
    with open(sys.argv[2], "wb") as out:
        for stack, n in sorted(merged.items()):
            out.write(b"%s %d\n" % (stack, n))
    print("%d samples, %d slots, %d stacks, %d lines not understood"
          % (samples, len({s for s, _ in slots}), len(merged), odd), file=sys.stderr)


main()
