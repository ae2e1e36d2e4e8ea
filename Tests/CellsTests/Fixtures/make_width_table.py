#!/usr/bin/env python3
"""Writes Sources/Cells/Text/WidthTable.swift from the Unicode Character Database.

    apt-get install unicode-data; pip install wcwidth==0.7.0
    python3 make_width_table.py ../../../Sources/Cells/Text/WidthTable.swift

Wide: East Asian Width W or F, and everything emoji-data reserves for pictographs with emoji presentation.
Zero: Mn, Me, Hangul vowels and trailing consonants, and the joiners. Hidden: unassigned, private use, surrogates and
noncharacters. What the installed database (15.0) does not know and wcwidth (17.0) does is taken from there.
"""
import sys
import wcwidth

UCD = "/usr/share/unicode/"


def ranges(path, wanted):
    for line in open(path, encoding="utf-8"):
        fields = [f.strip() for f in line.split("#")[0].split(";")]
        if len(fields) > 1 and fields[1] in wanted:
            first, _, last = fields[0].partition("..")
            yield from range(int(first, 16), int(last or first, 16) + 1)


def packed(points):
    out = []
    for p in sorted(points):
        if out and out[-1][1] == p - 1:
            out[-1][1] = p
        else:
            out.append([p, p])
    return out


category = UCD + "extracted/DerivedGeneralCategory.txt"
unassigned = set(ranges(category, {"Cn"}))
wide = set(ranges(UCD + "EastAsianWidth.txt", {"W", "F"}))
pictographs = set(ranges(UCD + "emoji/emoji-data.txt", {"Extended_Pictographic"}))
wide |= {p for p in pictographs & unassigned if 0x1F900 <= p <= 0x1FAFF}
zero = set(ranges(category, {"Mn", "Me"})) | {0x200C, 0x200D}
zero |= set(range(0x1160, 0x1200)) | set(range(0xD7B0, 0xD800))
for p in unassigned:
    width = wcwidth.wcwidth(chr(p))
    if width == 2 and p < 0x20000:
        wide.add(p)
    elif width == 0 and not 0xE0000 <= p < 0xE1000:
        zero.add(p)
wide -= zero
known = {p for p in unassigned if (p in wide or p in zero) and (p in pictographs or wcwidth.wcwidth(chr(p)) != 1)}
# The planes of ideographs are wide as a whole, assigned or not; an unassigned one is hidden all the same.
hidden = (unassigned - {p for p in known if p < 0x20000}) | set(ranges(category, {"Co", "Cs"}))
hidden |= {p for p in range(0x110000) if p & 0xFFFE == 0xFFFE} | set(range(0xFDD0, 0xFDF0))
hidden -= set(range(0xE0000, 0xE0080))  # tags have a class of their own
wide -= hidden
zero -= hidden

with open(sys.argv[1], "w") as out:
    out.write("// Written by Tests/CellsTests/Fixtures/make_width_table.py from the Unicode Character Database 15.0 (17.0 where newer).\n\n")
    out.write("/// Ranges of scalars by what they do in a terminal; each pair is first and last.\n")
    out.write("enum WidthTable {\n")
    for name, text, points in [
        ("wide", "Two columns.", wide),
        ("zero", "No column: they change the scalar before them.", zero),
        ("hidden", "Never drawn: unassigned, private use, surrogates, noncharacters.", hidden),
    ]:
        out.write(f"    /// {text}\n    // swift-format-ignore\n    static let {name}: [UInt32] = [\n")
        pairs = [f"0x{a:X}, 0x{b:X}" for a, b in packed(points)]
        for i in range(0, len(pairs), 6):
            out.write("        " + ", ".join(pairs[i:i + 6]) + ",\n")
        out.write("    ]\n\n" if name != "hidden" else "    ]\n")
    out.write("}\n")
