"""Recorded requests of real clients, sent again byte for byte."""
import json
import subprocess
import sys

from harness import CAPTURES, SUPPORT, equal, expect


def check_every_capture_is_stored_and_read_as_expected(box):
    """replay.py is refused nothing; the store holds the distinct spans; every field that is not lenient agrees."""
    files = sorted(str(path) for path in CAPTURES.glob("*.ndjson"))
    with box.serve() as server:
        stored = replay(server, "/v1/", files)
        for path in ("/spans", "/sessions"):
            replay(server, path, files)
        live = compare(box, "spans") + compare(box, "sessions")
    equal(len(box.rows("spans")), stored, "distinct spans in the store")
    expect(live == compare(box, "spans") + compare(box, "sessions"), "the answers changed when serve ended")
    return "; ".join(live)


def replay(server, path, files):
    """Sends every capture of a path; the number of distinct spans in it."""
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "replay.py"), "--url", server.url, "--path-prefix", path, *files],
        capture_output=True, text=True)
    totals = json.loads(done.stdout.splitlines()[-1])
    equal(totals["refused"], 0, f"refused requests of {path} ({done.stdout[-1000:]})")
    expect(totals["sent"] > 0, f"no capture of {path}")
    return totals["trace_ids_spans"]


def compare(box, what):
    actual = box.folder / f"{what}.ndjson"
    actual.write_bytes(box.run(what, "--json").stdout)
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "compare.py"), str(CAPTURES / "expected" / f"{what}.ndjson"), str(actual)],
        capture_output=True, text=True)
    expect(done.returncode == 0, f"{what} differ:\n{done.stdout[-6000:]}")
    return [f"{what} {done.stdout.splitlines()[-1]}"]
