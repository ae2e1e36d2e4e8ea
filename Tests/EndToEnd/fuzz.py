#!/usr/bin/env python3
"""Feeds a built `fallom` mutated input and looks whether it goes on: no crash, no hang, no more memory than it may have, and a good
client is served all the time.

    fuzz.py [--binary PATH] [--seconds N] [--only NAME] [--seed N] [--room N]

Every function `fuzz_*` is one: http, bodies, datagrams, workspace, store. `checks_fuzz.py` runs each for a few seconds. The last
line is `N passed, N failed`. `--room` multiplies what a good client may wait, for a debug build on a busy machine.
"""
import argparse
import base64
import gzip
import http.client
import inspect
import json
import os
import pathlib
import random
import select
import shutil
import socket
import stat
import struct
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from harness import CAPTURES, Failure, Sandbox, binary, equal, expect, record  # noqa: E402
from checks_hostile import bomb, field, memory, pair, span  # noqa: E402

WAIT = 0.5
"""Seconds within which a good client is served."""
MEMORY = 250
"""Megabytes that the program may take."""


class Witness:
    """A good client beside the fuzzer: what it sends is taken at once, and the process stays small."""

    def __init__(self, server, paths=("/configs",)):
        self.server, self.paths = server, paths
        self.slowest, self.served, self.failure, self.isOver = 0.0, 0, None, False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def run(self):
        while not self.isOver:
            start = time.monotonic()
            try:
                if self.served % 4 == 3:
                    status = self.server.request("GET", self.paths[self.served // 4 % len(self.paths)], connection=self.server.connection(5))[0]
                else:
                    status = self.server.request(
                        "POST", "/v1/traces", record(10_000_000 + self.served, session=f"good-{self.served % 50}"),
                        connection=self.server.connection(5))[0]
                if status != 200:
                    self.failure = f"a good client was answered {status}"
            except (OSError, http.client.HTTPException) as error:
                self.failure = f"a good client was not served: {error!r}"
            self.slowest = max(self.slowest, time.monotonic() - start)
            self.served += 1
            time.sleep(0.02)

    def __exit__(self, kind, *_):
        self.isOver = True
        self.thread.join()
        if kind is None:
            expect(self.server.process.poll() is None, f"the server ended with {self.server.process.poll()}")
            expect(self.failure is None, self.failure)
            expect(self.slowest <= WAIT * ROOM, f"a good client waited {self.slowest:.2f} s")
            most = memory(self.server.process)[1]
            expect(most <= MEMORY, f"{most:.0f} MB of memory")
            self.note = f"{self.served} good requests, the slowest {self.slowest:.2f} s; {most:.0f} MB at most"


ROOM = 1.0


def until(seconds):
    """Counts from 0 until the time is over."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield number
        number += 1


# Mutations

TOKENS = [
    b"\x00", b"\xff", b"\r\n", b"\n", b"0", b"-1", b"18446744073709551615", b"9223372036854775808", b"{", b"[", b'"', b"\\u0000",
    b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"1e999", b"null", b"\x80" * 9 + b"\x01", b"%00", b"..", b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", b"Content-Encoding: gzip\r\n", b"Content-Encoding: zstd\r\n",
    b"A" * 5000, b"[" * 3000, b'{"a":' * 500, b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd",
]


def mutated(data, dice):
    """The bytes with a few things changed."""
    data = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 3, 8])):
        size = len(data)
        at = dice.randrange(size + 1)
        kind = dice.randrange(7)
        if kind == 0 and size:
            data[at % size] = dice.randrange(256)
        elif kind == 1 and size:
            data[at % size] ^= 1 << dice.randrange(8)
        elif kind == 2:
            del data[at:at + dice.choice([1, 2, 10, 100, 10_000])]
        elif kind == 3:
            data[at:at] = dice.choice(TOKENS)
        elif kind == 4 and size:
            start = dice.randrange(size)
            data[at:at] = data[start:start + dice.choice([1, 10, 200])] * dice.choice([1, 2, 50])
        elif kind == 5:
            del data[at:]
        elif kind == 6 and size:
            other = dice.randrange(size)
            length = dice.choice([1, 4, 30])
            data[at:at + length], data[other:other + length] = data[other:other + length], data[at:at + length]
        if len(data) > 2_000_000:
            del data[2_000_000:]
    return bytes(data)


def bodies():
    """Good bodies with their path and type: captures, and some made here."""
    made = [
        ("/v1/traces", "application/json", json.dumps(record(1)).encode()),
        ("/v1/traces", "application/json", json.dumps([record(2), record(3)]).encode()),
        ("/v1/traces", "application/x-protobuf", field(1, field(1, field(1, pair(b"service.name", b"app"))) + field(
            2, field(2, span(1) + field(9, pair(b"gen_ai.request.model", b"gpt-4o")))))),
        ("/v1/traces", "application/x-protobuf", gzip.decompress(bomb(b"x" * 300, 40))),
        ("/sessions", "application/json", json.dumps(
            {"config_key": "c", "config_version": 1, "session_id": "s", "assigned_model": "m"}).encode()),
        ("/v1/logs", "application/json", json.dumps({"resourceLogs": [{"resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "claude-code"}}]}, "scopeLogs": [{"logRecords": [{
                "timeUnixNano": "1795447120000000000", "body": {"stringValue": "claude_code.api_request"}, "attributes": [
                    {"key": "event.name", "value": {"stringValue": "api_request"}},
                    {"key": "session.id", "value": {"stringValue": "s"}},
                    {"key": "cost_usd", "value": {"doubleValue": 0.1}}]}]}]}]}).encode()),
    ]
    for path in sorted(CAPTURES.glob("*.ndjson")):
        if "decoded" in path.name:
            continue
        for line in path.read_text(encoding="utf-8").splitlines()[::7]:
            request = json.loads(line)
            body = request.get("body") or ""
            content = base64.b64decode(body) if request.get("body_encoding") == "base64" else str(body).encode()
            if request.get("method") == "POST" and 0 < len(content) < 60_000:
                kind = next((value for name, value in request["headers"] if name.lower() == "content-type"), "application/json")
                made.append((request["path"], kind, content))
    return made


# HTTP

def requests():
    """Good requests as they go over the wire, of HTTP/1.1 and, by prior knowledge, HTTP/2."""
    whole = []
    for path, kind, body in bodies()[:12]:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
        whole.append(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        whole.append(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n")
        packed = gzip.compress(body)
        whole.append(head.encode() + f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode() + packed)
    for path in ("/configs", "/prompts", "/prompt-ab-tests", "/configs/a/version/1", "/nothing", "*", "/v1/traces"):
        whole.append(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n".encode())
        whole.append(f"OPTIONS {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a\r\n\r\n".encode())
    def frame(kind, flags, stream, payload):
        return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload
    def literal(name, value):
        return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
    headers = (b"\x83\x86" + literal(b":path", b"/opentelemetry.proto.collector.trace.v1.TraceService/Export")
               + literal(b":authority", b"127.0.0.1") + literal(b"content-type", b"application/grpc") + literal(b"te", b"trailers"))
    message = bodies()[2][2]
    data = b"\x00" + struct.pack(">I", len(message)) + message
    whole.append(preface + frame(1, 4, 1, headers) + frame(0, 1, 1, data))
    whole.append(preface + frame(1, 5, 1, b"\x82\x86" + literal(b":path", b"/configs") + literal(b":authority", b"localhost")))
    whole.append(preface + frame(1, 4, 1, headers) + frame(0, 0, 1, data[:7]) + frame(3, 0, 1, b"\0\0\0\x08") + frame(6, 0, 0, b"12345678"))
    return whole


def fuzz_http(box, seconds, dice):
    """Mutated requests of HTTP/1.1 and HTTP/2 on raw connections, sent whole, cut, in pieces and pipelined."""
    good = requests()
    with box.serve() as server:
        def one():
            data = mutated(dice.choice(good), dice)
            if dice.randrange(4) == 0:
                data += mutated(dice.choice(good), dice)
            with socket.create_connection((server.host, server.port), timeout=5) as client:
                client.settimeout(5)
                try:
                    size = dice.choice([len(data) or 1, 1000, 7]) if len(data) < 5000 else len(data)
                    for start in range(0, len(data), size):
                        client.sendall(data[start:start + size])
                    if dice.randrange(2):
                        client.shutdown(socket.SHUT_WR)
                    if select.select([client], [], [], dice.choice([0, 0.002, 0.02]))[0]:
                        return len(client.recv(65536))
                except OSError:
                    pass  # The server may end the connection when it likes.
            return 0
        answered = 0
        with Witness(server) as witness:
            for number in until(seconds):
                answered += one() > 0
        return f"{number + 1} connections, {answered} answered; {witness.note}"


def fuzz_bodies(box, seconds, dice):
    """Mutated protobuf, JSON and logs in good requests, some compressed: answered 200 or 4xx."""
    good = bodies()
    counts = {}
    with box.serve() as server:
        own = server.connection(20)
        with Witness(server) as witness:
            for _ in until(seconds):
                path, kind, body = dice.choice(good)
                data = mutated(body, dice)
                headers = {"Content-Type": kind}
                if dice.randrange(5) == 0:
                    data = gzip.compress(data, 1)
                    if dice.randrange(3) == 0:
                        data = mutated(data, dice)
                    headers["Content-Encoding"] = "gzip"
                try:
                    status = server.request("POST", path, data, headers, connection=own)[0]
                except (OSError, http.client.HTTPException):
                    own.close()
                    own, status = server.connection(20), 0
                counts[status] = counts.get(status, 0) + 1
                expect(status in (0, 200, 202, 400, 404, 405, 411, 413, 415, 422), f"{path} answers {status} to {data[:200]!r}")
        own.close()
    return f"{counts}; {witness.note}"


def fuzz_datagrams(box, seconds, dice):
    """Mutated datagrams, also such as name a spilled file."""
    good = [json.dumps(record(number)).encode() for number in range(5)]
    good += [b'{"fallom_spill":"/tmp/x"}', b'{"spill":{"path":"/etc/passwd","size":10}}', gzip.compress(good[0])]
    with box.serve() as server:
        host, port = server.udp.rsplit(":", 1)
        count = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, Witness(server) as witness:
            for count in until(seconds):
                data = mutated(dice.choice(good), dice)[:65_000]
                try:
                    sender.sendto(data, (host, int(port)))
                except OSError:
                    pass
                if count % 100 == 99:
                    time.sleep(0.01)
        return f"{count + 1} datagrams; {witness.note}"


# Folders

def everything(root):
    """All paths below a folder but those of drafts; no link is followed."""
    return [
        pathlib.Path(folder) / name for folder, folders, names in os.walk(root) if ".drafts" not in folder
        for name in folders + names]


def put(path, content, size=None):
    """Writes a new file in the place of whatever is there. Never through a link: what it leads to is somebody else's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.write(file, content)
        if size is not None:
            os.ftruncate(file, size)
    finally:
        os.close(file)


def workspace_step(root, dice):
    """Changes one thing below the workspace, as a hand, git or somebody else's program might; nothing outside of it."""
    paths = everything(root)
    path = dice.choice(paths) if paths and dice.randrange(4) else root / dice.choice(
        ["configs", "prompts", "prompt-ab-tests", "contexts"]) / dice.choice(["k", "%2e", "a%zz", "é"]) / dice.choice(
            ["1.json", "2", "current", "99999999999999999999.json", "-1.json", "samples.json", "01.json"])
    kind = dice.randrange(12)
    try:
        if not path.parent.resolve().is_relative_to(root.resolve()):
            return
        isPlain = stat.S_ISREG(path.lstat().st_mode) if os.path.lexists(path) else False
        if kind <= 4 and isPlain:
            with open(path, "rb") as file:
                content = file.read(100_000)
            put(path, mutated(content, dice))
        elif kind == 5:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
        elif kind == 6:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            os.symlink(dice.choice(["/etc/passwd", ".", "..", "/dev/zero", "1.json", path.name, "/proc/self/mem"]), path)
        elif kind == 7:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            os.mkfifo(path)
        elif kind == 8:
            path.mkdir(parents=True, exist_ok=True)
        elif kind == 9:
            put(path, b"", dice.choice([0, 1, 20 << 20, 3 << 30]))
        elif kind == 10:
            path.rename(path.parent / dice.choice(["1.json", "3.json", "current", "7", "x" * 200]))
        elif kind == 11:
            put(path, dice.choice([b'{"variants": [{"model": "m", "weight": 100}]}', b"1", b"{}", b"[]", b'{"variants": {"1": 2}}']))
    except OSError:
        pass


def fuzz_workspace(box, seconds, dice):
    """A workspace that changes under a server and under commands: links, pipes, folders, sparse files, broken JSON."""
    root = box.folder / "workspace"
    shutil.copytree(HERE / "workspace", root)
    runs = 0
    with box.serve("--workspace", root) as server, Witness(server, ("/configs", "/prompts", "/prompt-ab-tests")) as witness:
        for step in until(seconds):
            workspace_step(root, dice)
            if step % 200 == 50:
                if len(everything(root)) < 5:
                    # Links to folders may stand where folders were.
                    shutil.rmtree(root)
                    shutil.copytree(HERE / "workspace", root)
                command = dice.choice([("configs", "list"), ("prompts", "list"), ("configs", "lint"), ("ab-tests", "list")])
                done = box.run(*command, "--workspace", root, check=False, timeout=20)
                expect(done.returncode in (0, 1), f"{command} ended with {done.returncode}: {done.stderr[-500:]!r}")
                runs += 1
            time.sleep(0.002)
    return f"{step + 1} changes, {runs} commands; {witness.note}"


def broken_store(whole, dice):
    """A store's bytes with damage that disks, copies and hands do."""
    data = bytearray(whole)
    pages = len(data) // 4096
    for _ in range(dice.choice([1, 1, 2, 5, 20])):
        page = dice.randrange(pages) * 4096
        kind = dice.randrange(7)
        if kind == 0:
            data[page:page + 4096] = bytes([dice.choice([0, 0xA5, 0xFF])]) * 4096
        elif kind == 1:
            data[page:page + 4096] = dice.randbytes(4096)
        elif kind == 2:
            other = dice.randrange(pages) * 4096
            data[page:page + 4096] = data[other:other + 4096]
        elif kind == 3:
            for _ in range(20):
                data[page + dice.randrange(4096)] = dice.randrange(256)
        elif kind == 4:
            data[dice.randrange(100)] = dice.randrange(256)
        elif kind == 5:
            for _ in range(4):
                data[page + dice.randrange(16)] = dice.randrange(256)
        elif kind == 6 and dice.randrange(4) == 0:
            del data[page + dice.randrange(4096):]
            pages = max(1, len(data) // 4096)
            data += bytes(max(0, 4096 - len(data)))
    return bytes(data)


def fuzz_store(box, seconds, dice):
    """Damaged stores: every reading command, check and salvage end by themselves with 0 or 1, and what salvage wrote is whole; a server on them answers."""
    path = box.folder / "spans.ndjson"
    path.write_text("".join(
        json.dumps(record(number, session=f"s-{number % 30}", text=f"{number} " * 300)) + "\n" for number in range(400)))
    box.run("import", path)
    whole = box.store.read_bytes()
    counts, most, served, slowest = {}, 0, 0, 0.0
    good = box.store
    for number in until(seconds):
        box.store = box.folder / f"broken-{number}.sqlite"
        box.store.write_bytes(broken_store(whole, dice))
        commands = [("store", "check"), ("store", "salvage"), ("export",), ("spans", "--json"), ("sessions",), ("spans", "12 OR 13"), ("usage",), ("errors",)]
        for command in [commands[1]] + dice.sample(commands, 2):
            if command == commands[1] and pathlib.Path(f"{box.store}.salvaged").exists():
                continue
            done = subprocess.run(
                ["/usr/bin/env", "python3", "-c",
                 "import resource, subprocess, sys\ndone = subprocess.run(sys.argv[1:], capture_output=True, timeout=60)\n"
                 "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
                 "sys.stderr.buffer.write(done.stderr[-2000:])", binary(), *command, "--store", str(box.store)],
                cwd=box.folder, env=box.environment, capture_output=True, timeout=90)
            expect(done.stdout, f"{command} hung on {box.store.name}: {done.stderr[-500:]!r}")
            status, kilobytes = map(int, done.stdout.split())
            expect(status in (0, 1), f"{command} ended with {status}: {done.stderr[-500:]!r}")
            most = max(most, kilobytes / 1024)
            counts[f"{' '.join(command)} {status}"] = counts.get(f"{' '.join(command)} {status}", 0) + 1
        salvaged = pathlib.Path(f"{box.store}.salvaged")
        if salvaged.exists():
            found = subprocess.run(
                [binary(), "store", "check", "--store", str(salvaged)], cwd=box.folder, env=box.environment, capture_output=True,
                timeout=60)
            equal(found.returncode, 0, f"the check of what was salvaged ({found.stdout!r})")
        if number % 5 == 0:
            try:
                server = box.serve()
            except Failure as failure:
                expect("did not start" in str(failure), str(failure))
            else:
                start = time.monotonic()
                status = server.request("POST", "/v1/traces", record(77_000 + number))[0]
                slowest = max(slowest, time.monotonic() - start)
                expect(status in (200, 500, 503, 507), f"a server on it answers {status}")
                # What cannot be brought to its end is told by the exit status.
                status = server.stop(check=False)
                expect(status in (0, 1), f"a server on it ended with {status}")
                served += 1
        for left in box.folder.glob("broken-*"):
            left.unlink()
    box.store = good
    expect(most <= MEMORY, f"{most:.0f} MB of memory")
    expect(slowest <= WAIT * ROOM, f"a good client waited {slowest:.2f} s")
    return f"{number + 1} stores, {counts}; {served} served, the slowest {slowest:.2f} s; {most:.0f} MB at most"


def fuzzers():
    for name, function in inspect.getmembers(sys.modules[__name__], inspect.isfunction):
        if name.startswith("fuzz_"):
            yield name[5:], function


def main():
    global ROOM
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the program (default: $FALLOM_BINARY, else the debug or release build)")
    parser.add_argument("--seconds", type=float, default=60, help="for each (default: 60)")
    parser.add_argument("--only", default="", help="run only that one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--room", type=float, default=1.0, help="how many times longer a good client may wait")
    options = parser.parse_args()
    if options.binary:
        os.environ["FALLOM_BINARY"] = os.path.abspath(options.binary)
    ROOM = options.room
    failed = passed = 0
    for name, function in fuzzers():
        if options.only not in ("", name):
            continue
        try:
            with Sandbox() as box:
                print(f"{name:10} {function(box, options.seconds, random.Random(options.seed))}", flush=True)
            passed += 1
        except Failure as failure:
            print(f"{name:10} FAILED: {failure}", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
