#!/usr/bin/env python3
"""Measures what the ways in cost, in one sitting, on a release build and a quiet machine:

    reach_speed.py --binary NEW [--old OLD] [--spans N] [--rounds N] [--only commit|proxy|streams]

commit: OTLP protobuf until it is committed, by HTTP and by gRPC, beside the old program's HTTP, in turns; medians.
proxy: what the pass-through proxy adds to a call and to its first token.
streams: memory with 200 streams at once.
Needs grpcio for gRPC.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
BATCH = 512


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--old")
    parser.add_argument("--spans", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("commit", "proxy", "streams"))
    return parser.parse_args()


def bodies(count):
    """OTLP requests of 512 spans of about 1 kB each."""
    from checks_hostile import field, pair, varint
    dice = random.Random(7)
    words = "the order was sent to a customer who asked where it is now and got a short answer with its number".split()

    def text(length):
        return " ".join(dice.choice(words) for _ in range(length)).encode()

    def number(name, value):
        return field(1, name) + field(2, b"\x18" + varint(value))

    def span(index):
        start = 1_795_600_000_000_000_000 + index * 1_000_000
        attributes = [
            pair(b"gen_ai.operation.name", b"chat"), pair(b"gen_ai.request.model", b"gpt-4o-mini"),
            pair(b"session.id", b"s-%d" % (index % 500)), number(b"gen_ai.usage.input_tokens", index % 4000),
            number(b"gen_ai.usage.output_tokens", index % 300),
            pair(b"gen_ai.prompt.0.content", text(60)), pair(b"gen_ai.completion.0.content", text(60))]
        ids = field(1, dice.randbytes(16)) + field(2, dice.randbytes(8)) + field(5, b"chat gpt-4o-mini") + b"\x30\x03"
        times = b"\x39" + start.to_bytes(8, "little") + b"\x41" + (start + 900_000_000).to_bytes(8, "little")
        return ids + times + b"".join(field(9, each) for each in attributes)

    around = field(1, field(1, pair(b"service.name", b"bench")))
    return [
        field(1, around + field(2, b"".join(field(2, span(index)) for index in range(first, min(first + BATCH, count)))))
        for first in range(0, count, BATCH)]


class Program:
    """`serve` of a build, in a folder of its own."""

    def __init__(self, path, grpc):
        self.folder = tempfile.mkdtemp(prefix="fallom-speed-")
        command = [path, "serve", "--json", "--store", self.folder + "/s.sqlite", "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0"]
        environment = {**os.environ, "HOME": self.folder, "XDG_RUNTIME_DIR": self.folder}
        self.process = subprocess.Popen(
            command + (["--grpc", "127.0.0.1:0"] if grpc else []), stdout=subprocess.PIPE, cwd=self.folder, env=environment)
        ready = json.loads(self.process.stdout.readline())
        self.http = ready["http"].removeprefix("http://")
        self.grpc = ready.get("grpc")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)


def by_http(program, requests):
    host, port = program.http.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    for body in requests:
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()


def by_grpc(program, requests):
    import grpc
    with grpc.insecure_channel(program.grpc) as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        for body in requests:
            call(body, timeout=60)


def commit(options):
    made = bodies(options.spans)
    ways = {"HTTP": (options.binary, True, by_http), "gRPC": (options.binary, True, by_grpc)}
    if options.old:
        ways = {"HTTP of the old program": (options.old, False, by_http), **ways}
    rates = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, (path, grpc, send) in ways.items():
            program = Program(path, grpc)
            try:
                send(program, made[:4])
                begin = time.monotonic()
                send(program, made[4:])
                rates[name].append((options.spans - 4 * BATCH) / (time.monotonic() - begin))
            finally:
                program.stop()
    print(f"OTLP protobuf committed, {len(made)} requests of {BATCH} spans, {sum(map(len, made)) / options.spans:.0f} B a span, one connection:")
    base = statistics.median(next(iter(rates.values())))
    for name, each in rates.items():
        middle = statistics.median(each)
        print(f"  {name:24} {middle:8,.0f} spans/s   {middle / base:.3f} of the first   ({min(each):,.0f} to {max(each):,.0f})")


def percentiles(values):
    ordered = sorted(values)
    return "  ".join(f"p{share} {ordered[min(len(ordered) - 1, len(ordered) * share // 100)]:6.2f}" for share in (50, 90, 99)) + " ms"


def proxy(options):
    import checks_proxy
    from harness import Sandbox
    os.environ["FALLOM_BINARY"] = options.binary
    with Sandbox() as box, checks_proxy.double(latency_ms=5) as server, checks_proxy.proxy(box, openai=server.url) as service:
        ways = [http.client.HTTPConnection("127.0.0.1", server.port), service.connection()]
        paths = ["/v1/chat/completions", "/proxy/openai/v1/chat/completions"]
        took, first = ([], []), ([], [])
        for turn in range(1030):
            for way, path, times in zip(ways, paths, took):
                begin = time.monotonic()
                way.request("POST", path, checks_proxy.chat(f"turn {turn}"), {"Content-Type": "application/json"})
                way.getresponse().read()
                times.append((time.monotonic() - begin) * 1000)
        for turn in range(230):
            for way, path, times in zip(ways, paths, first):
                begin = time.monotonic()
                way.request("POST", path, checks_proxy.chat(f"turn {turn}", stream=True), {"Content-Type": "application/json"})
                answer = way.getresponse()
                answer.read(1)
                times.append((time.monotonic() - begin) * 1000)
                answer.read()
        # The first thirty open connections.
        print("added to a call:            ", percentiles([b - a for a, b in list(zip(*took))[30:]]), " (p50 <= 1, p99 <= 5)")
        print("added to the first byte:    ", percentiles([b - a for a, b in list(zip(*first))[30:]]), " (within 2)")
    with Sandbox() as box:
        print("time to first token, ours against the client's:", checks_proxy.check_the_first_token_is_as_the_client_saw_it(box))


def streams(options):
    import checks_proxy
    from harness import Sandbox
    os.environ["FALLOM_BINARY"] = options.binary
    with Sandbox() as box:
        print("200 streams at once:", checks_proxy.check_two_hundred_streams_at_once(box), "(<= 150)")


def main():
    options = parsed()
    options.binary = os.path.abspath(options.binary)
    for part in (commit, proxy, streams):
        if options.only in (None, part.__name__):
            part(options)


if __name__ == "__main__":
    main()
