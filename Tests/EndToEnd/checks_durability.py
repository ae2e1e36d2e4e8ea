"""What was acknowledged is there, whatever happens to the process."""
import http.client
import json
import os
import pathlib
import socket
import threading

from harness import equal, expect, record, wait_for

SPANS = 20_000
BATCH = 20


def otlp_batch(first):
    spans = [
        {
            "traceId": f"{number + 1:032x}", "spanId": f"{number + 1:016x}", "name": "chat gpt-4o", "kind": 3,
            "startTimeUnixNano": "1795447120079000000", "endTimeUnixNano": "1795447120179000000",
            "attributes": [
                {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
                {"key": "session.id", "value": {"stringValue": f"s-{number % 50}"}},
            ],
        }
        for number in range(first, first + BATCH)
    ]
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode()


class Load(threading.Thread):
    """Sends batches over one connection until the server is gone; remembers which were answered 200."""

    def __init__(self, host, port, start, end):
        super().__init__(daemon=True)
        self.host, self.port, self.start_at, self.end_at = host, port, start, end
        self.acknowledged = []

    def run(self):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        for first in range(self.start_at, self.end_at, BATCH):
            try:
                connection.request("POST", "/v1/traces", otlp_batch(first), {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    self.acknowledged.append(first)
            except (OSError, http.client.HTTPException):
                return


def check_kill_of_serve_loses_no_acknowledged_span(box):
    """kill -9 of serve in the middle of a load of 20,000 spans, ten times: every span answered 200 is there."""
    total = 0
    for turn in range(10):
        store = box.folder / f"killed-{turn}.sqlite"
        server = box.serve(store=store)
        quarter = SPANS // 4
        loads = [Load(server.host, server.port, part * quarter, (part + 1) * quarter) for part in range(4)]
        for load in loads:
            load.start()
        wait_for(
            lambda: sum(len(load.acknowledged) for load in loads) * BATCH >= 1_500 + turn * 1_200,
            "the load does not get on", 60)
        server.kill()
        for load in loads:
            load.join(30)
        total += expect_all(box, store, loads)
    return f"{total} acknowledged spans in ten kills, none lost"


def expect_all(box, store, loads):
    box.store = store
    held = {row["span_id"] for row in box.rows("spans")}
    acknowledged = {
        f"{number + 1:016x}" for load in loads for first in load.acknowledged for number in range(first, first + BATCH)}
    equal(len(acknowledged - held), 0, f"acknowledged spans missing in {store.name}")
    return len(acknowledged)


def check_kill_of_the_console_loses_no_acknowledged_span(box):
    """The same with the console on a terminal, ten times."""
    import pty_screen
    total = 0
    for turn in range(10):
        store = box.folder / f"console-{turn}.sqlite"
        port = free_port()
        screen = pty_screen.Screen(
            box, "--store", store, "--http", f"127.0.0.1:{port}", "--udp", "127.0.0.1:0", columns=120, rows=40)
        wait_for(lambda: screen.pump() or reachable(port), "the console does not listen", 30)
        load = Load("127.0.0.1", port, 0, SPANS)
        load.start()
        wait_for(lambda: screen.pump() or len(load.acknowledged) * BATCH >= 1_500 + turn * 1_200, "no load", 60)
        screen.kill()
        load.join(30)
        total += expect_all(box, store, [load])
    return f"{total} acknowledged spans in ten kills, none lost"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def reachable(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def check_two_megabyte_spans_by_each_way_in(box):
    """A span of 2 MB arrives whole over HTTP, UDP (spilled) and from a file."""
    text = "ünïcödé 🚀 " * 120_000
    expect(len(text.encode()) > 2_000_000, "the text is too short")
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", record(1, text=text))[0], 200, "status over HTTP")
        send_spilled(box, server, json.dumps(record(2, text=text)).encode())
        wait_for(lambda: len(box.rows("spans", "--limit", 10)) == 2, "the spilled span")
    path = box.folder / "large.ndjson"
    path.write_text(json.dumps(record(3, text=text)) + "\n")
    box.run("import", path)
    rows = box.rows("spans")
    equal([row["input_text"] == text for row in rows], [True, True, True], "texts whole")


def send_spilled(box, server, payload):
    """What a local exporter does with a record that fits no datagram."""
    folder = pathlib.Path(box.environment["XDG_RUNTIME_DIR"]) / "fallom" / "spill"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = os.urandom(16).hex()
    path = folder / f"{name}.ndjson"
    path.write_bytes(payload + b"\n")
    path.chmod(0o600)
    server.send_datagram(json.dumps({"fallom_spill": name}, separators=(",", ":")).encode())


def check_orderly_ends(box):
    """SIGTERM and SIGINT end serve with status 0, and what was sent before is stored."""
    import signal
    for number, sig in enumerate((signal.SIGTERM, signal.SIGINT)):
        server = box.serve()
        for index in range(50):
            server.send_datagram(json.dumps(record(100 * number + index)).encode())
        equal(server.request("POST", "/v1/traces", record(100 * number + 50))[0], 200, "status")
        wait_for(lambda: len(box.rows("spans")) == 51 * (number + 1), "the datagrams")
        server.stop(sig)
