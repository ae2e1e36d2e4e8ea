"""What apps on the Swift SDK exchange with providers is in the rows of `fallom spans --json`, fact by fact."""
import contextlib
import io
import json
import pathlib
import subprocess

import exchanges
from exchange_player import FIXTURE, ExchangePlayer
from harness import Skip, binary, expect


def play(box, way, names):
    """Sends the exchanges as an app does and compares the rows that they gave."""
    program = pathlib.Path(binary()).parent / "FallomExamples"
    if not program.exists():
        raise Skip("not built: FallomExamples (swift build --product FallomExamples)")
    chosen = box.folder / "exchanges.json"
    chosen.write_text(json.dumps([e for e in json.loads(FIXTURE.read_text()) if e["name"] in names]))
    player = ExchangePlayer().start()
    with box.serve() as service:
        done = subprocess.run(
            [program, way, chosen, player.url], capture_output=True, text=True, timeout=250,
            env={**box.environment, "FALLOM_API_KEY": "k", "FALLOM_TRACES_URL": service.url})
        expect(done.returncode == 0, f"the app failed: {done.stdout}{done.stderr[-2000:]}")
    rows = box.folder / "rows"
    rows.write_bytes(box.run("spans", "--json").stdout)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        same = exchanges.compare(str(chosen), str(rows))
    expect(same, said.getvalue())
    return said.getvalue().splitlines()[-1]


def check_by_hand(box):
    """Every recorded exchange through a traced HTTP client gives its row."""
    return play(box, "play-exchanges", {e["name"] for e in json.loads(FIXTURE.read_text())})
