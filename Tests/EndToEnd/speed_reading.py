#!/usr/bin/env python3
"""Measures how an answer of a megabyte is read: from a key to what it changed on the screen, in its span, rendered.

    speed_reading.py --binary .build/release/fallom [--megabytes 1] [--keys 300]

Keys: a line, a page, both ends, and the next place of a word that is looked for. 99 of 100 are to take at most 16 ms (--limit); exit
status 1 where they do not. Nothing else should run meanwhile.
"""
import argparse
import json
import os
import select
import sys
import time

MARKDOWN = """## Part {n}

Some **words** with `code`, a [link](https://a.example/{n}) and *more* of a paragraph that is long enough to be broken over lines once or twice.

- one item of {n}
  - one below it

| a | b |
|---|--:|
| {n} | 1 |

```python
def part_{n}(x): return x + {n}  # of all parts
```
"""
STEPS = {"a line": "j", "a line up": "k", "a page": "\x1b[6~", "a page up": "\x1b[5~", "the end": "G", "the beginning": "g"}


def key(screen, text):
    """Seconds from a key to the first of what it changed."""
    while select.select([screen.master], [], [], 0.03)[0]:
        screen.pump(0.01)
    began = time.perf_counter()
    os.write(screen.master, text.encode())
    ready, _, _ = select.select([screen.master], [], [], 2)
    took = time.perf_counter() - began
    screen.pump(0.02)
    return took if ready else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--megabytes", type=float, default=1)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--limit", type=float, default=16)
    options = parser.parse_args()
    os.environ["FALLOM_BINARY"] = os.path.abspath(options.binary)
    import harness
    import pty_screen
    slow = False
    with harness.Sandbox() as box:
        answer, number = [], 0
        while sum(map(len, answer)) < options.megabytes * 1e6:
            answer.append(MARKDOWN.format(n=number))
            number += 1
        made = harness.record(1, session="long")
        made["attributes"]["fallom.raw.response"] = json.dumps({"text": "\n".join(answer), "finishReason": "stop"})
        (box.folder / "long.ndjson").write_text(json.dumps(made) + "\n")
        box.run("import", box.folder / "long.ndjson")
        screen = pty_screen.Screen(box, "--store", box.store, "--no-listen", columns=160, rows=45)
        screen.until("long")
        began = time.perf_counter()
        screen.type("\r")
        screen.until("Part 0")
        print(f"opened and seen after {time.perf_counter() - began:.2f} s (the check looks every 0.05 s)")
        for name, text in STEPS.items():
            if name == "the beginning":
                key(screen, "G")
            took = sorted(filter(None, (key(screen, text) for _ in range(options.keys if name.startswith("a ") else 1))))
            if not took:
                continue
            p50, p99 = took[len(took) // 2] * 1e3, took[min(len(took) - 1, len(took) * 99 // 100)] * 1e3
            slow |= p99 > options.limit
            print(f"{name:14} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   {len(took)} keys{'   TOO SLOW' if p99 > options.limit else ''}")
        screen.type("q")
        screen.wait()
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
