#!/usr/bin/env python3
"""Keep one interpreter busy with varied work of the standard library.

    workload.py SECONDS
"""
import ast
import collections
import dataclasses
import difflib
import fractions
import glob
import io
import itertools
import json
import os
import random
import re
import string
import sys
import time
import tokenize

STDLIB = os.path.dirname(os.__file__)
RANDOM = random.Random(11)


@dataclasses.dataclass(order=True)
class Item:
    rank: float
    name: str
    tags: list = dataclasses.field(default_factory=list, compare=False)
    parent: "Item | None" = dataclasses.field(default=None, compare=False)

    def depth(self):
        return 0 if self.parent is None else 1 + self.parent.depth()


class Changer(ast.NodeTransformer):
    def visit_Constant(self, node):
        value = node.value[::-1] if isinstance(node.value, str) else node.value
        return ast.copy_location(ast.Constant(value), node)

    def visit_JoinedStr(self, node):
        return node

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.name = "x_" + node.name
        return node


def compile_module(text, name):
    tree = ast.parse(text, name)
    tree = ast.fix_missing_locations(Changer().visit(tree))
    compile(tree, name, "exec", dont_inherit=True)
    again = ast.unparse(tree)
    return len(ast.dump(ast.parse(again)))


def tokenize_module(text):
    kinds = collections.Counter()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kinds[tokenize.tok_name[token.type]] += 1
    return kinds.most_common(3)


def search(text):
    found = 0
    for pattern in (r"def\s+(\w+)\s*\(([^)]*)\)", r"(?m)^\s*#.*$", r"(['\"])(?:(?!\1).)*\1", r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b"):
        found += sum(1 for _ in re.finditer(pattern, text))
    return found + len(re.sub(r"(\w)(\w*)", lambda m: m.group(2) + m.group(1), text[:20000]))


def json_round(depth):
    def tree(d):
        if d == 0:
            return RANDOM.choice([None, True, RANDOM.random(), "é" * 5, "".join(RANDOM.choices(string.printable, k=12))])
        return {"k%d" % i: [tree(d - 1) for _ in range(2)] for i in range(3)}

    class Odd(json.JSONEncoder):  # the pure Python encoder
        def iterencode(self, o, _one_shot=False):
            return super().iterencode(o, False)

    value = tree(depth)
    for text in (json.dumps(value, indent=1), "".join(Odd(sort_keys=True).iterencode(value))):
        json.loads(text, object_hook=lambda d: dict(sorted(d.items())))


def items():
    made = []
    for i in range(6000):
        made.append(Item(RANDOM.random(), "item%d" % i, ["a", "b"], RANDOM.choice(made[-40:]) if made and i % 50 else None))
    made.sort()
    made.sort(key=lambda m: (len(m.name), m.name[::-1]), reverse=True)
    deepest = max(made[:300], key=Item.depth)
    return [dataclasses.asdict(m) for m in made[:60] if m.depth() < 20], deepest.depth()


def differences(a, b):
    a, b = a.splitlines()[:250], b.splitlines()[:250]
    list(difflib.unified_diff(a, b))
    return difflib.SequenceMatcher(None, "\n".join(a[:30]), "\n".join(b[:30])).ratio()


def hanoi(n, a="a", b="b", c="c"):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


def queens(n, row=0, columns=(), sums=(), differences=()):
    if row == n:
        return 1
    return sum(queens(n, row + 1, columns + (c,), sums + (row + c,), differences + (row - c,))
               for c in range(n) if c not in columns and row + c not in sums and row - c not in differences)


def bernoulli(n):
    row = [fractions.Fraction(0)] * (n + 1)
    for m in range(n + 1):
        row[m] = fractions.Fraction(1, m + 1)
        for j in range(m, 0, -1):
            row[j - 1] = j * (row[j - 1] - row[j])
    return row[0]


def main():
    end = time.time() + float(sys.argv[1])
    files = sorted(glob.glob(os.path.join(STDLIB, "*.py")))
    RANDOM.shuffle(files)
    previous = ""
    for path in itertools.cycle(files):
        if time.time() > end:
            break
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
        if len(text) > 120000:
            continue
        compile_module(text, os.path.basename(path))
        tokenize_module(text)
        search(text)
        json_round(4)
        items()
        differences(previous, text)
        hanoi(11)
        queens(6)
        bernoulli(24)
        previous = text
        time.sleep(0.02)


main()
