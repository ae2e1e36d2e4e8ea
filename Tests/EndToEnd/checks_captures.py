"""Recorded requests of real clients, sent again byte for byte."""
import json
import subprocess
import sys

from harness import CAPTURES, SUPPORT, equal, expect


def check_every_capture_is_stored_and_read_as_expected(box):
    """replay.py is refused nothing; the store holds the distinct spans; every field that is not lenient agrees."""
    files = sorted(str(path) for path in CAPTURES.glob("*.ndjson"))
    with box.serve() as server:
        replay = subprocess.run(
            [sys.executable, str(SUPPORT / "replay.py"), "--url", server.url, *files], capture_output=True, text=True)
        totals = json.loads(replay.stdout.splitlines()[-1])
        equal(totals["refused"], 0, f"refused requests ({replay.stdout[-1000:]})")
        live = compare(box, "spans") + compare(box, "sessions")
    equal(len(box.rows("spans")), totals["trace_ids_spans"], "distinct spans in the store")
    expect(live == compare(box, "spans") + compare(box, "sessions"), "the answers changed when serve ended")
    return "; ".join(live)


def compare(box, what):
    actual = box.folder / f"{what}.ndjson"
    actual.write_bytes(box.run(what, "--json").stdout)
    done = subprocess.run(
        [sys.executable, str(SUPPORT / "compare.py"), str(CAPTURES / "expected" / f"{what}.ndjson"), str(actual)],
        capture_output=True, text=True)
    expect(done.returncode == 0, f"{what} differ:\n{done.stdout[-6000:]}")
    return [f"{what} {done.stdout.splitlines()[-1]}"]
