"""Mutated gRPC frames, HPACK, logs and providers' answers against one server: nothing traps, memory stays flat.

Some seconds of each in every run; `FALLOM_FUZZ_SECONDS=600 run.py --only fuzz_reach` takes ten minutes.
"""
import base64
import http.client
import json
import os
import pathlib
import random
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from checks_agents import requests as agent_requests
from checks_clients import need
from checks_proxy import memory, proxy
from exchange_player import FIXTURE
from harness import CAPTURES, equal, expect, record

SECONDS = float(os.environ.get("FALLOM_FUZZ_SECONDS", "6"))
SEED = int(os.environ.get("FALLOM_FUZZ_SEED", "0")) or random.randrange(1 << 30)


def mutated(dice, data):
    """Some bytes changed, taken out, doubled or put in."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        place = dice.randrange(len(made) + 1)
        match dice.randrange(5):
            case 0 if place < len(made):
                made[place] ^= 1 << dice.randrange(8)
            case 1 if place < len(made):
                made[place] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
            case 2:
                del made[place:place + dice.randrange(1, 40)]
            case 3:
                made[place:place] = made[place:place + dice.randrange(1, 200)]
            case _:
                made[place:place] = dice.randbytes(dice.randrange(1, 12))
    return bytes(made)


def grpc_bytes():
    """What a gRPC client says on a connection: preface, settings, a request of each service."""
    import h2.connection
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    said = [connection.data_to_send()]
    captured = map(json.loads, (CAPTURES / "otlp-protobuf.ndjson").read_text().splitlines())
    bodies = [base64.b64decode(line["body"]) for line in captured if line["body_encoding"] == "base64"][:8]
    for index, body in enumerate(bodies):
        service = ("trace", "Trace") if index % 2 == 0 else ("logs", "Logs")
        stream = connection.get_next_available_stream_id()
        connection.send_headers(stream, [
            (":method", "POST"), (":scheme", "http"), (":authority", "localhost"),
            (":path", f"/opentelemetry.proto.collector.{service[0]}.v1.{service[1]}Service/Export"),
            ("content-type", "application/grpc"), ("te", "trailers")])
        frame = b"\x00" + len(body).to_bytes(4, "big") + body
        if len(frame) > 60000:
            frame = b"\x00\x00\x00\x00\x00"
        for start in range(0, len(frame), 16000):
            connection.send_data(stream, frame[start:start + 16000])
        connection.end_stream(stream)
        said.append(connection.data_to_send())
    return said


def send_raw(address, data):
    try:
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(2)
            while connection.recv(65536):
                pass
    except OSError:
        pass


class Strange(BaseHTTPRequestHandler):
    """Answers with what it is told."""

    protocol_version = "HTTP/1.1"
    answer = (200, {}, b"")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, body = Strange.answer
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def check_nothing_that_is_mutated_fells_the_server(box):
    """Frames, header blocks, logs and answers in every broken form; then good ones are taken as ever."""
    need("h2")
    dice = random.Random(SEED)
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Strange)
    upstream.daemon_threads = True
    upstream.handle_error = lambda *_: None
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    frames, logs = grpc_bytes(), [r for r in agent_requests() if r["path"] == "/v1/logs"]
    exchanges = [e for e in json.loads(FIXTURE.read_text()) if e["response"]["chunks_base64"]]
    counts = {"frames": 0, "logs": 0, "answers": 0}
    with proxy(box, x=f"http://127.0.0.1:{upstream.server_port}") as service:
        host, port = service.ready["grpc"].rsplit(":", 1)
        peaks, end = [], time.monotonic() + SECONDS
        while time.monotonic() < end:
            whole = b"".join([frames[0]] + [mutated(dice, part) if dice.random() < 0.5 else part for part in frames[1:]])
            send_raw((host, int(port)), whole if dice.random() < 0.8 else mutated(dice, whole))
            counts["frames"] += 1
            for _ in range(4):
                chosen = dice.choice(logs)
                post(service, chosen["path"], mutated(dice, chosen["body"].encode()), dict(chosen["headers"]))
                counts["logs"] += 1
            for _ in range(4):
                exchange = dice.choice(exchanges)
                body = b"".join(base64.b64decode(piece) for piece in exchange["response"]["chunks_base64"])
                Strange.answer = (exchange["response"]["status"], exchange["response"]["headers"], mutated(dice, body))
                request = exchange["request"]["body"].encode()
                post(service, "/proxy/x" + exchange["request"]["path"],
                     request if dice.random() < 0.7 else mutated(dice, request), {})
                counts["answers"] += 1
            peaks.append(memory(service.process))
        expect(service.process.poll() is None, f"the server ended (seed {SEED})")
        equal(service.request("POST", "/v1/traces", record(1, session="after"))[0], 200, f"a good one (seed {SEED})")
        peak = memory(service.process)
    upstream.shutdown()
    equal(len(box.rows("spans", "session:after")), 1, "rows of the good one")
    expect(peak < 400, f"{peak} MB of memory (seed {SEED})")
    early = peaks[len(peaks) // 3]
    # What is taken is stored, so that caches fill in the beginning.
    expect(SECONDS < 60 or peak - early <= 60, f"{early} MB after a third, {peak} MB at the end (seed {SEED})")
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) + f", {early} MB after a third, {peak} MB at the end"


def post(service, path, body, headers):
    connection = http.client.HTTPConnection(service.host, service.port, timeout=20)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        connection.getresponse().read()
    except (http.client.HTTPException, OSError, ValueError):
        pass
    finally:
        connection.close()


def check_connections_that_break_off_leave_nothing(box):
    """A connection that ends by an error of its own while a request is on its way: what it held is given back."""
    need("h2")
    frames = grpc_bytes()
    broken = b"".join(frames[:3]) + frames[3][:4000] + b"\xFF" * 100 + frames[3][4000:]
    with box.serve() as service:
        host, port = service.ready["grpc"].rsplit(":", 1)

        def held_after(count):
            for _ in range(count):
                send_raw((host, int(port)), broken)
            status = pathlib.Path(f"/proc/{service.process.pid}/status").read_text()
            return int(status.split("RssAnon:")[1].split()[0]) >> 10

        early = held_after(150)
        late = held_after(300)
        expect(late - early <= 8, f"{early} MB after 150 connections, {late} MB after 450")
    return f"{early} MB after 150 connections, {late} MB after 450"
