"""`--forward`: what comes in is sent on to another receiver, whatever becomes of either."""
import http.server
import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time

from harness import binary, equal, expect, wait_for

SPANS = int(os.environ.get("FALLOM_FORWARD_SPANS", "3000"))
OUTAGE = float(os.environ.get("FALLOM_FORWARD_OUTAGE", "0"))
"""Seconds for which the receiver is gone. `FALLOM_FORWARD_SPANS=51000 FALLOM_FORWARD_OUTAGE=60 run.py --only forward`"""


def otlp(first, count):
    """OTLP JSON of spans whose ids follow from their number."""
    spans = [{
        "traceId": f"{number + 1:032x}", "spanId": f"{number + 1:016x}", "name": f"chat {number}", "kind": 3,
        "startTimeUnixNano": "1795600000000000000", "endTimeUnixNano": "1795600001000000000",
        "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
            {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o"}},
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": str(number % 1000 + 1)}},
            {"key": "session.id", "value": {"stringValue": f"s-{number % 7}"}},
            {"key": "ünïcödé", "value": {"arrayValue": {"values": [{"doubleValue": 1.5}, {"boolValue": True}]}}}],
        "status": {"code": 1},
    } for number in range(first, first + count)]
    return {"resourceSpans": [{"resource": {"attributes": [
        {"key": "service.name", "value": {"stringValue": "app"}}]}, "scopeSpans": [{
            "scope": {"name": "test"}, "spans": spans}]}]}


def box_run(box, *arguments, store):
    done = subprocess.run([binary(), *arguments, "--store", store], env=box.environment, cwd=box.folder,
                          capture_output=True, timeout=120)
    expect(done.returncode == 0, done.stderr.decode())
    return done.stdout.decode().splitlines()


def rows(box, store):
    made = {}
    for line in box_run(box, "spans", "--json", "--limit", "1000000", store=store):
        row = json.loads(line)
        made[row["trace_id"], row["span_id"]] = row
    return made


def count(store):
    """Spans in a store, asked without a word to the program."""
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM span").fetchone()[0]
    finally:
        database.close()


def lag(box, store, target):
    """What `doctor` says of how far spans were sent on."""
    done = subprocess.run([binary(), "doctor", "--json", "--store", store, "--no-listen"], env=box.environment,
                          cwd=box.folder, capture_output=True, timeout=60)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return next(each for each in found if each["check"] == "forward" and each["found"].startswith(target))


SAME = ["session_id", "config_key", "name", "kind", "model", "prompt_tokens", "duration_ms", "status", "output_text"]


def through(box, target_of):
    """Spans go to `serve --forward` while the receiver comes, goes and comes back, and the sender is killed twice."""
    near, far = box.folder / "near.sqlite", box.folder / "far.sqlite"
    receiver = box.serve(store=far)
    target, place = target_of(receiver), receiver.url.removeprefix("http://")
    grpc = receiver.ready["grpc"]
    sender = box.serve("--forward", target, store=near)
    sent = 0

    def post(count):
        nonlocal sent
        for _ in range(0, count, 500):
            equal(sender.request("POST", "/v1/traces", otlp(sent, 500))[0], 200, "status")
            sent += 500

    post(SPANS // 3)
    receiver.kill()
    post(SPANS // 3)
    sender.kill()
    sender = box.serve("--forward", target, store=near)
    post(SPANS // 3)
    record = {
        "config_key": "app", "session_id": "record", "trace_id": "f" * 32, "span_id": "e" * 16, "name": "agent",
        "kind": "llm", "start_time": "2026-11-23T15:00:00Z", "attributes": {}}
    equal(sender.request("POST", "/v1/traces", record)[0], 200, "a call that runs")
    time.sleep(OUTAGE)
    sender.kill()
    said = lag(box, near, target)
    expect(said["status"] == "warning" and "behind" in said["found"], f"doctor says {said}")
    receiver = box.start(
        "serve", "--json", "--store", far, "--http", place, "--grpc", grpc, "--udp", "127.0.0.1:0",
        stdout=subprocess.DEVNULL)
    sender = box.serve("--forward", target, store=near)
    equal(sender.request("POST", "/v1/traces", {**record, "end_time": "2026-11-23T15:00:02Z", "duration_ms": 2000,
                                                "status": "OK"})[0], 200, "its end")
    wait_for(lambda: count(far) >= sent + 1, "all spans at the receiver", seconds=150 + SPANS / 100)
    wait_for(lambda: lag(box, near, target)["found"].endswith("has all"), "doctor to say that all was sent", seconds=30)
    mine, theirs = rows(box, near), rows(box, far)
    equal(len(theirs), sent + 1, "spans at the receiver")
    for key, row in mine.items():
        other = theirs.get(key)
        expect(other is not None, f"{key} is missing")
        equal([other[name] for name in SAME], [row[name] for name in SAME], f"the fields of {key}")
    sender.stop()
    receiver.send_signal(signal.SIGTERM)
    receiver.wait(timeout=20)
    return f"{len(theirs)} spans"


def check_every_span_arrives_by_http(box):
    """Through an outage of the receiver and two kills of the sender, nothing is lost and nothing is changed."""
    return through(box, lambda receiver: receiver.url)


def check_every_span_arrives_by_grpc(box):
    """The same over gRPC."""
    return through(box, lambda receiver: f"grpc://{receiver.ready['grpc']}")


def check_more_calls_in_flight_than_are_waited_for_are_sent_as_they_stand(box):
    """Of 10,030 calls in flight the 30 oldest arrive without an end, which is said; of the others none is lost when it ends."""
    near, far = box.folder / "near.sqlite", box.folder / "far.sqlite"
    receiver = box.serve(store=far)
    sender = box.serve("--forward", receiver.url, store=near)

    def call(number, **more):
        return {"config_key": "app", "session_id": "s", "trace_id": f"{number + 1:032x}", "span_id": f"{number + 1:016x}",
                "name": f"call {number}", "kind": "llm", "start_time": "2026-11-23T15:00:00Z", "attributes": {}, **more}

    for first in range(0, 10_030, 590):
        equal(sender.request("POST", "/v1/traces", [call(number) for number in range(first, first + 590)])[0], 200, "status")
    wait_for(lambda: count(far) == 30, "the oldest at the receiver", seconds=90)
    end = {"end_time": "2026-11-23T15:00:02Z", "duration_ms": 2000, "status": "OK"}
    equal(sender.request("POST", "/v1/traces", [call(number, **end) for number in (30, 31, 10_029)])[0], 200, "ends")
    wait_for(lambda: count(far) == 33, "those that ended", seconds=60)
    running = {row["name"] for row in rows(box, far).values() if row["running"]}
    equal(running, {f"call {number}" for number in range(30)}, "calls without an end at the receiver")
    expect("were sent as they stand" in (box.folder / "serve.log").read_text(), "nothing was said")
    sender.stop()
    receiver.stop()


def check_the_end_does_not_wait_for_a_receiver_that_says_nothing(box):
    """A receiver that takes the connection and says nothing holds up no end: Ctrl-C ends `serve` at once, without a word of failure."""
    for scheme in ("grpc", "http"):
        silent = socket.socket()
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(60)
        target = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        service = box.serve("--forward", target, store=box.folder / f"{scheme}.sqlite")
        equal(service.request("POST", "/v1/traces", otlp(0, 1))[0], 200, "status")
        connection, _ = silent.accept()
        expect(connection.recv(10), f"nothing was sent by {scheme}")
        service.process.send_signal(signal.SIGINT)
        # An answer is waited for 20 s, where nobody ends it.
        equal(service.process.wait(timeout=10), 0, f"exit status, by {scheme}")
        connection.close()
        silent.close()
    expect("does not take spans" not in (box.folder / "serve.log").read_text(), (box.folder / "serve.log").read_text())


def check_what_a_receiver_will_not_have_is_said(box):
    """A receiver that refuses is told of on standard error, and the others arrive; a wrong URL is a mistake."""
    class Picky(http.server.BaseHTTPRequestHandler):
        taken = 0

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bad = b"chat 3" in body
            Picky.taken += 0 if bad else body.count(b"chat ")
            self.send_response(400 if bad else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Picky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with box.serve("--forward", f"http://127.0.0.1:{server.server_port}/v1/traces") as service:
        equal(service.request("POST", "/v1/traces", otlp(0, 9))[0], 200, "status")
        wait_for(lambda: Picky.taken == 8, "the others")
        wait_for(lambda: "would not have 1 span" in (box.folder / "serve.log").read_text(), "a word of it")
    server.shutdown()
    equal(box.run("serve", "--forward", "ftp://x", check=False).returncode, 64, "exit status of a wrong URL")
