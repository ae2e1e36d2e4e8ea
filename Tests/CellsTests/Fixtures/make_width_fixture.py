#!/usr/bin/env python3
"""Writes widths.txt (single characters) and sequences.txt (grapheme clusters) as wcwidth 0.7.0 counts them.

    pip install wcwidth==0.7.0; apt-get install unicode-data; python3 make_width_fixture.py

widths.txt: FIRST LAST WIDTH a line, over everything assigned in Unicode 15.0. sequences.txt: WIDTH, then the scalars, in hex.
"""
import re
import wcwidth

UCD = "/usr/share/unicode/"
unknown = set()
for line in open(UCD + "extracted/DerivedGeneralCategory.txt", encoding="utf-8"):
    fields = [f.strip() for f in line.split("#")[0].split(";")]
    if len(fields) > 1 and fields[1] in ("Cn", "Co", "Cs"):
        first, _, last = fields[0].partition("..")
        unknown.update(range(int(first, 16), int(last or first, 16) + 1))

runs = []
for point in range(0x20, 0x110000):
    if point in unknown:
        continue
    width = wcwidth.wcwidth(chr(point))
    if runs and runs[-1][1] == point - 1 and runs[-1][2] == width:
        runs[-1][1] = point
    else:
        runs.append([point, point, width])
with open("widths.txt", "w") as out:
    for first, last, width in runs:
        out.write(f"{first:X} {last:X} {width}\n")

with open("sequences.txt", "w") as out:
    for name in ("emoji/emoji-sequences.txt", "emoji/emoji-zwj-sequences.txt"):
        lines = [l for l in open(UCD + name, encoding="utf-8") if re.match(r"[0-9A-F ]+;", l)]
        for line in lines[:: 1 if "zwj" not in name else 9]:
            scalars = [int(h, 16) for h in line.split(";")[0].split()]
            out.write(f"{wcwidth.wcswidth(''.join(map(chr, scalars)))} " + " ".join(f"{s:X}" for s in scalars) + "\n")
    for text in ["e\u0301", "a\u0308\u0304", "\u1100\u1161\u11a8", "ก็", "กำ", "שָׁ", "ب\u0651", "か\u3099", "1\ufe0f", "ｶﾞ"]:
        out.write(f"{wcwidth.wcswidth(text)} " + " ".join(f"{ord(c):X}" for c in text) + "\n")
