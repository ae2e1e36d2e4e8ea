#!/usr/bin/env python3
"""Finds which words the search for secrets looks for together (`Sources/SpanCodec/Secrets/WordGroups.swift`).

    word_groups.py SAMPLE... [--rounds N] [--seed N]

The samples are spans, prose and code as they come: the groups found pass as few places of them as can be. Reads the words and
their three bytes out of `SecretFormat.swift`; prints the groups, and how many of a thousand places of the samples they pass.
Needs numpy. To be run after words were added; what it prints replaces the table.
"""
import argparse
import itertools
import pathlib
import random
import re

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROUPS = 16


def words():
    """Each word's three bytes, in every case they may be written in: `{"ssw": [(115, 115, 119), …]}`."""
    source = (ROOT / "Sources/SpanCodec/Secrets/SecretFormat.swift").read_text()
    found = {}

    def add(word, anchor, any_case):
        three = word.replace("\\\\", "\\")[anchor:anchor + 3]
        cases = [(c.lower(), c.upper()) if any_case and c.isalpha() else (c,) for c in three]
        found.setdefault(three.lower(), set()).update(tuple(map(ord, each)) for each in itertools.product(*cases))

    listed = r'"((?:[^"\\]|\\.)*)"(?:, at: (\d+))?'
    for kind, word, anchor in re.findall(r"\b(key|name)\(" + listed, source):
        if "\\(" not in word:
            add(word, int(anchor or 0), kind == "name")
    for word, anchor, any_case in re.findall(r"SecretFormat\(" + listed + r"(, ignoringCase: true)?", source):
        if "\\(" not in word:
            add(word, int(anchor or 0), bool(any_case))
    made = [(f"gh{letter}_", 1) for letter in "pousr"] + [(f"SK{digit}", 0) for digit in "0123456789abcdef"]
    made += [(f"xox{letter}-", 0) for letter in "abcdeoprs"] + [(word, 1) for word in ("AKIA", "ASIA", "ABIA", "ACCA")]
    for word, anchor in made + [("\\u0", 0)]:
        add(word, anchor, False)
    return found


def features(first, second, third):
    """What is looked at: the lower halves of three bytes, and of the middle between the second and the third."""
    return [first & 15, second & 15, third & 15, (second + third + 1) // 2 & 15]


class Search:
    def __init__(self, found, sample):
        bytes_ = np.frombuffer(sample, dtype=np.uint8).astype(np.int64)
        places = bytes_[:-2] | bytes_[1:-1] << 8 | bytes_[2:] << 16
        unique, counts = np.unique(places[(places & 0x808080) == 0], return_counts=True)
        self.share = counts / len(places)
        self.seen = features(unique & 255, unique >> 8 & 255, unique >> 16)
        self.sets = {}
        for word, cases in found.items():
            allowed = np.zeros((4, 16), bool)
            for case in cases:
                for row, value in enumerate(features(*case)):
                    allowed[row][value] = True
            self.sets[word] = allowed

    def passed(self, group):
        allowed = np.logical_or.reduce([self.sets[word] for word in group]) if group else np.zeros((4, 16), bool)
        return np.logical_and.reduce([allowed[row][self.seen[row]] for row in range(4)])

    def cost(self, masks):
        return self.share[np.logical_or.reduce(masks)].sum()

    def run(self, rounds, seed):
        groups = [[] for _ in range(GROUPS)]
        masks = [self.passed(group) for group in groups]
        for word in sorted(self.sets, key=lambda word: -self.share[self.passed([word])].sum()):
            tried = [(self.cost(masks[:n] + [self.passed(groups[n] + [word])] + masks[n + 1:]), n) for n in range(GROUPS)]
            best = min(tried)[1]
            groups[best].append(word)
            masks[best] = self.passed(groups[best])
        dice = random.Random(seed)
        for _ in range(rounds):
            start, end = dice.randrange(GROUPS), dice.randrange(GROUPS)
            if start == end or not groups[start]:
                continue
            word = dice.choice(groups[start])
            changed = {start: [each for each in groups[start] if each != word], end: groups[end] + [word]}
            tried = [self.passed(changed[n]) if n in changed else mask for n, mask in enumerate(masks)]
            if self.cost(tried) <= self.cost(masks):
                masks = tried
                for n, group in changed.items():
                    groups[n] = group
        return groups, self.cost(masks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("samples", nargs="+", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sample = b"\n".join(path.read_bytes()[:1 << 20] for path in options.samples)
    groups, cost = Search(words(), sample).run(options.rounds, options.seed)
    for group in groups:
        print("        [" + ", ".join('"' + word.replace("\\", "\\\\") + '"' for word in sorted(group)) + "],")
    print(f"// {cost * 1000:.1f} of 1,000 places are passed")


if __name__ == "__main__":
    main()
