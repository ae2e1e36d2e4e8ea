#!/usr/bin/env python3
"""What the products show to apps, read from the compiler's symbol graphs: how many public symbols, which of them nobody explained,
and how many name a type of an inner module.

    .ci/surface.py [--build FOLDER] [--list]

FOLDER holds a debug build of the products (.build/debug). Exit status 1 when a public symbol is undocumented, when one names a type
of an inner module, or when a module is exported through another. Figures that docs/surface.md has otherwise are told.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PRODUCTS = ["Fallom", "FallomAsyncHTTPClient", "FallomURLSession", "FallomTracing", "FallomMetrics"]
TABLE = re.compile(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", re.M)


def graphs(build, folder):
    triple = subprocess.run(["swiftc", "-print-target-info"], check=True, capture_output=True, text=True).stdout
    target = json.loads(triple)["target"]["triple"]
    maps = [*build.glob("*.build/module.modulemap"), *ROOT.glob("Sources/CZ*/module.modulemap")]
    # Those of packages; SQLite's are the system's and the program's alone.
    maps += [path for path in ROOT.glob(".build/checkouts/*/Sources/**/module.modulemap") if "SQL" not in path.parent.parent.name]
    flags = ["-I", str(build / "Modules")] + [word for path in maps for word in ("-Xcc", f"-fmodule-map-file={path}")]
    for product in PRODUCTS:
        subprocess.run(
            ["swift-symbolgraph-extract", "-module-name", product, "-target", target, "-minimum-access-level", "public",
             "-skip-synthesized-members", "-output-dir", folder, *flags],
            check=True)
        for path in sorted(pathlib.Path(folder).glob(f"{product}*.symbols.json")):
            if path.name.split("@")[0].removesuffix(".symbols.json") == product:
                yield product, json.loads(path.read_text())


def module(precise):
    """The module that a symbol is declared in, by its mangled name (`s:11OrderedJSON9JSONValueO`)."""
    match = re.match(r"s:(?:e:)?(?:s:)?(\d+)", precise)
    if not match:
        return ""
    length = int(match[1])
    return precise[match.end():match.end() + length]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / ".build/debug", help="a debug build")
    parser.add_argument("--list", action="store_true", help="print every symbol")
    options = parser.parse_args()
    counts = collections.Counter()
    inner = collections.Counter()
    breaches = []
    ours = {path.name for path in (ROOT / "Sources").iterdir()}
    with tempfile.TemporaryDirectory() as folder:
        for product, graph in graphs(options.build, folder):
            for symbol in graph["symbols"]:
                if symbol["accessLevel"] not in ("public", "open"):
                    continue
                name = ".".join(symbol["pathComponents"])
                if options.list:
                    print(f"{product}\t{symbol['kind']['identifier']}\t{name}")
                counts[product] += 1
                named = {
                    f"{home}.{part['spelling']}" for part in symbol["declarationFragments"]
                    if (home := module(part.get("preciseIdentifier", ""))) in ours and home not in PRODUCTS}
                inner[product] += bool(named)
                for type_ in sorted(named):
                    breaches.append(f"{product}: {name} names {type_}")
                if not symbol.get("docComment"):
                    breaches.append(f"{product}: {name} has no documentation")
    for path in sorted((ROOT / "Sources").rglob("*.swift")):
        if re.search(r"^@_exported", path.read_text(), re.M):
            breaches.append(f"{path.relative_to(ROOT)} exports another module")
    for breach in sorted(set(breaches)):
        print(breach)
    for product in PRODUCTS:
        print(f"{product}: {counts[product]} public symbols, {inner[product]} of them name a type of an inner module")
    page = ROOT / "docs/surface.md"
    said = {name: (int(all_), int(own)) for name, all_, own in TABLE.findall(page.read_text())} if page.exists() else {}
    found = {product: (counts[product], inner[product]) for product in PRODUCTS}
    if said != found:
        print("docs/surface.md says otherwise: " + "; ".join(
            f"| `{product}` | {all_} | {own} |" for product, (all_, own) in found.items()))
    print(f"{len(set(breaches))} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
