#!/usr/bin/env python3
"""Measures how quickly the past is found and summed up: the figures that docs/search.md asks for, under "How fast".

    speed_find.py --binary .build/release/fallom [--spans 1000000] [--folder /tmp/speed] [--only index,usage,…]

Makes a file of spans (seeded; kept in the folder for the next run), imports it, and asks: first with nothing indexed, then
with everything. ripgrep or grep and DuckDB do the like beside it where they are installed. Nothing else should run.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

WORDS = ("the a of to and in user order account could you summarise this ticket for our customer with steps list next action "
         "result data table because when it fails we retry call tool search index vector price plan upgrade invoice email "
         "reply draft tone short clear café naïve 模型").split()
MODELS = [("gpt-4o", "openai"), ("gpt-4o-mini", "openai"), ("claude-sonnet-4-5", "anthropic"), ("gemini-2.5-flash", "google")]
CONFIGS = ["linkedin-agent", "support-bot", "code-review", "summarizer"]
RARE, FREQUENT, NEVER = "zanzibar quetzal", "refund", "nobody ever said these words"
DAY = 86400


def text(generator, size):
    return " ".join(generator.choices(WORDS, k=max(2, size // 6)))


def generate(path, count, customers):
    """Spans of about 1.2 kB: 12 a session on the average, over 30 days; a phrase in 20 of them, a word in a tenth."""
    if path.exists():
        return
    generator = random.Random(7)
    pool = [text(generator, int(generator.lognormvariate(0, 0.6) * 280)) for _ in range(4000)]
    rare = set(generator.sample(range(count), 20))
    end = 1_795_000_000
    with open(path.with_suffix(".part"), "w", encoding="utf-8") as out:
        for number in range(count):
            session = number // 600 * 50 + generator.randrange(50)
            started = end - 30 * DAY + number * 30 * DAY / count + generator.random() * 20
            took = generator.lognormvariate(7, 0.6)
            model, provider = MODELS[session % 4]
            question, answer = generator.choice(pool), generator.choice(pool)
            if number in rare:
                answer += " " + RARE
            elif generator.random() < 0.1:
                question += " " + FREQUENT
            failed = generator.random() < 0.015
            tokens = generator.randrange(100, 4000)
            record = {
                "config_key": CONFIGS[session % 4], "session_id": f"conv-{session:06d}", "customer_id": f"x-{session % customers}",
                "trace_id": f"{number:032x}", "span_id": f"{number:016x}", "name": "chat.completions.create", "kind": "llm",
                "model": model, "provider": provider, "start_time": stamp(started), "end_time": stamp(started + took / 1000),
                "duration_ms": round(took), "status": "ERROR" if failed else "OK", "prompt_tokens": tokens,
                "completion_tokens": tokens // 8, "total_tokens": tokens + tokens // 8,
                "attributes": {
                    "gen_ai.usage.cost": tokens * 2e-6,
                    "fallom.raw.request": json.dumps({"messages": [{"role": "user", "content": question}]}),
                    "fallom.raw.response": json.dumps({"text": answer, "finishReason": "stop"})},
            }
            if failed:
                record["error_message"] = "Rate limit reached for requests"
            out.write(json.dumps(record) + "\n")
    path.with_suffix(".part").rename(path)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(options.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / f"spans-{options.spans}.ndjson"
        self.store = self.folder / f"store-{options.spans}.sqlite"
        self.environment = {**os.environ, "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder), "TZ": "UTC"}
        for name in list(self.environment):
            if name.startswith(("FALLOM_", "XDG_CONFIG", "XDG_STATE")):
                del self.environment[name]

    def run(self, *arguments):
        command = [self.options.binary, *arguments, "--store", str(self.store)]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()[-600:]}")
        return done.stdout

    def tell(self, what, seconds, reach="", more=""):
        print(f"{what:<64} {seconds * 1000:>10,.0f} ms   {reach:<10} {more}", flush=True)

    def time(self, what, *arguments, reach="", runs=None):
        took = []
        for _ in range(runs or self.options.runs):
            began = time.perf_counter()
            out = self.run(*arguments)
            took.append(time.perf_counter() - began)
        self.tell(what, statistics.median(took), reach, f"{len(out.splitlines()):,} lines")

    # MARK: What is measured

    def load(self):
        if self.store.exists():
            return
        began = time.perf_counter()
        self.run("import", str(self.file))
        took = time.perf_counter() - began
        self.tell("file into the store, durable", took, "", f"{self.options.spans / took:,.0f} spans/s")

    def search(self, when, reach_whole):
        self.time(f"{when}: a phrase nobody said, the whole answer", "spans", f'"{NEVER}"', "--json", reach=reach_whole)
        self.time(f"{when}: the same, newest hundred", "spans", f'"{NEVER}"', reach=reach_whole)
        self.time(f"{when}: a phrase in 20 spans, newest hundred", "spans", f'"{RARE}"', reach=reach_whole)
        self.time(f"{when}: sessions that hold it", "sessions", f'"{RARE}"', reach=reach_whole)
        self.time(f"{when}: sums over it", "usage", f'"{RARE}"', "--by", "model", reach=reach_whole)
        self.time(f"{when}: a word in a tenth of all, newest hundred", "spans", FREQUENT, reach="100 ms")
        self.time(f"{when}: the same of one model", "spans", f"model:gpt-4o* {FREQUENT}", reach="100 ms")

    def beside(self):
        for name, command in (("rg", ["rg", "-c", "-F", NEVER]), ("grep", ["grep", "-c", "-F", NEVER])):
            if shutil.which(name):
                began = time.perf_counter()
                subprocess.run([*command, str(self.file)], capture_output=True, check=False)
                self.tell(f"beside: {name} over the file", time.perf_counter() - began)
        try:
            import duckdb
        except ImportError:
            return
        connection = duckdb.connect()
        connection.execute("set threads=2")
        for by in ("model", "customer_id"):
            began = time.perf_counter()
            connection.execute(
                f"select {by}, count(*), sum(total_tokens), quantile_disc(duration_ms, 0.95) from "
                f"read_json('{self.file}', format='newline_delimited') group by 1").fetchall()
            self.tell(f"beside: DuckDB over the file, by {by}", time.perf_counter() - began)

    def serve(self, *arguments):
        process = subprocess.Popen(
            [self.options.binary, "serve", "--json", "--store", str(self.store), "--http", "127.0.0.1:0", "--udp",
             "127.0.0.1:0", "--grpc", "127.0.0.1:0", *arguments],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return process, json.loads(process.stdout.readline())

    def segments(self):
        connection = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=30)
        try:
            whole = connection.execute("select (select last_sequence from state) + 1 >> 12").fetchone()[0]
            return connection.execute("select count(*) from text_segment").fetchone()[0], whole
        finally:
            connection.close()

    def index(self):
        process, _ = self.serve()
        began = time.perf_counter()
        (there, whole) = (0, 1)
        while there < whole:
            time.sleep(1)
            there, whole = self.segments()
        took = time.perf_counter() - began
        process.terminate()
        process.wait()
        connection = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        size = connection.execute("select sum(length(bytes)) from text_piece").fetchone()[0] or 0
        connection.close()
        share = size / os.path.getsize(self.store)
        self.tell("index of all, at a quarter of one core", took, "", f"{size / 1e6:,.0f} MB, {share:.0%} of the store (35 %)")

    def usage(self):
        self.time("usage --by model --bucket day", "usage", "--by", "model", "--bucket", "day", reach="300 ms")
        self.time("usage --by customer", "usage", "--by", "customer", "--json", reach="600 ms")
        self.time("errors", "errors", "--json", reach="600 ms")
        for by in ("day", "customer"):
            self.time(f"sessions --by {by}", "sessions", "--by", by, "--json")

    def filters(self):
        for words in ("session:conv-0012*", "customer:x-123", "status:error", "trace:0000000000000000000000000000a*",
                      "since:2026-11-10 until:2026-11-11", "config:support-bot", "latency>9s", "cost>0.0079"):
            self.time(f"spans {words}", "spans", *words.split(), reach="50 ms")
            self.time(f"sessions {words}", "sessions", *words.split(), reach="50 ms")

    def session(self):
        """A session of 200 turns and 5,000 spans: from the key to its rows, then every key in it."""
        sys.path.insert(0, str(pathlib.Path(__file__).parent))
        os.environ["FALLOM_BINARY"] = self.options.binary
        from harness import Sandbox
        from pty_screen import Screen
        generator = random.Random(3)
        with Sandbox() as box:
            with open(box.folder / "long.ndjson", "w", encoding="utf-8") as out:
                messages = []
                for turn in range(200):
                    messages = (messages + [{"role": "user", "content": text(generator, 300)}])[-40:]
                    for number in range(25):
                        at = 1_795_000_000 + turn * 60 + number
                        line = {
                            "session_id": "long", "trace_id": f"{turn + 1:032x}", "span_id": f"{number + 1:016x}",
                            "name": "chat" if number == 0 else "tool", "kind": "llm" if number == 0 else "tool",
                            "start_time": stamp(at), "end_time": stamp(at + 0.5), "duration_ms": 500, "status": "OK"}
                        if number:
                            line["parent_span_id"] = f"{1:016x}"
                        else:
                            line["model"] = "gpt-4o"
                            line["attributes"] = {
                                "fallom.raw.request": json.dumps({"messages": messages}),
                                "fallom.raw.response": json.dumps({"text": text(generator, 600)})}
                        out.write(json.dumps(line) + "\n")
            box.run("import", box.folder / "long.ndjson")
            screen = Screen(box, "--store", box.store, "--no-listen", columns=160, rows=45)
            screen.until("following")
            screen.type("2")
            screen.until(r"1 of 1 session")
            began = time.perf_counter()
            os.write(screen.master, b"\r")
            screen.until(r"turn 1")
            self.tell("a session of 5,000 spans: key to its first rows", time.perf_counter() - began, "100 ms")
            screen.pump(2)
            took = []
            for key in "j" * 60 + "l" * 120 + "k" * 20:
                began = time.perf_counter()
                os.write(screen.master, key.encode())
                if wait_readable(screen.master, 1):
                    took.append(time.perf_counter() - began)
                screen.pump(0.02)
            took.sort()
            self.tell("a key in it, p99", took[int(len(took) * 0.99)], "16 ms",
                      f"median {statistics.median(took) * 1000:.1f} ms of {len(took)}")
            screen.type("q")
            screen.wait()

    def live(self):
        """Keys while 1,000 spans a second arrive, on every tab; the index behind 2,000 a second."""
        os.environ["FALLOM_BINARY"] = self.options.binary
        sys.path.insert(0, str(pathlib.Path(__file__).parent))
        from harness import Sandbox
        from pty_screen import Screen
        with Sandbox() as box:
            box.environment["HOME"] = str(self.folder)
            # With nothing to move among, keys change nothing on the screen.
            workspace = box.folder / "workspace"
            shutil.copytree(pathlib.Path(__file__).parent / "workspace", workspace)
            screen = Screen(box, "--store", self.store, "--workspace", workspace, "--http", "127.0.0.1:0",
                            "--udp", "127.0.0.1:0", columns=160, rows=45)
            text = screen.until(r"http \d+")
            port = int(text.split("http ")[1].split()[0])
            load = Load(port, 1000)
            screen.pump(3)
            for tab, keys in {"1": "1", "2": "2", "2, groups": "g", "3": "3", "4": "4", "5": "5"}.items():
                screen.type(keys)
                screen.pump(1)
                took = []
                for key in "jk" * 100:
                    began = time.perf_counter()
                    os.write(screen.master, key.encode())
                    # The first bytes that come are mostly the key's; those of news count too.
                    if wait_readable(screen.master, 0.5):
                        took.append(time.perf_counter() - began)
                    screen.pump(0.02)
                took.sort()
                if took:
                    self.tell(f"key to screen at 1,000 spans/s, tab {tab}: p99", took[int(len(took) * 0.99)], "16 ms",
                              f"median {statistics.median(took) * 1000:.1f} ms of {len(took)}")
            status = pathlib.Path(f"/proc/{screen.pid}/status").read_text()
            peak = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
            print(f"{'memory of the console':<64} {peak:>10,} MB   150 MB", flush=True)
            load.turn_to(2000)
            time.sleep(20)
            load.end()
            began = time.perf_counter()
            while (state := self.segments())[0] < state[1] and time.perf_counter() - began < 60:
                time.sleep(0.2)
            self.tell("index is behind after 20 s of 2,000 spans/s", time.perf_counter() - began, "5 s",
                      f"{load.sent:,} sent")
            screen.type("q")
            screen.wait()


def wait_readable(descriptor, seconds):
    import select
    return bool(select.select([descriptor], [], [], seconds)[0])


class Load:
    """Posts spans at a rate, in batches of a tenth of a second, over one connection.

    In a process of its own: in a thread of this one it would hold Python's lock while a key is being timed."""

    def __init__(self, port, rate):
        context = multiprocessing.get_context("spawn")
        self.counts = context.Array("q", [rate, 0, 1])  # a second, sent, whether it goes on
        self.process = context.Process(target=Load.run, args=(port, self.counts), daemon=True)
        self.process.start()

    @property
    def sent(self):
        return self.counts[1]

    def turn_to(self, rate):
        self.counts[0] = rate

    @staticmethod
    def run(port, counts):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", port)
        generator = random.Random(int(time.time()))
        due = time.perf_counter()
        while counts[2]:
            lines = []
            for _ in range(counts[0] // 10):
                counts[1] += 1
                now = time.time()
                lines.append({
                    "session_id": f"live-{counts[1] // 12}", "trace_id": f"{generator.getrandbits(128):032x}",
                    "span_id": f"{generator.getrandbits(64):016x}", "name": "chat", "kind": "llm", "model": "gpt-4o",
                    "start_time": stamp(now), "end_time": stamp(now + 0.5), "duration_ms": 500, "status": "OK",
                    "attributes": {"fallom.raw.response": json.dumps({"text": text(generator, 400)})}})
            body = "\n".join(json.dumps(line) for line in lines)
            connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-ndjson"})
            connection.getresponse().read()
            due += 0.1
            time.sleep(max(0, due - time.perf_counter()))
        connection.close()

    def end(self):
        self.counts[2] = 0
        self.process.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=".build/release/fallom")
    parser.add_argument("--spans", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=40_000)
    parser.add_argument("--folder", default="/tmp/fallom-speed")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="scan,beside,index,search,usage,filters,session,live")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    bench = Bench(options)
    began = time.perf_counter()
    generate(bench.file, options.spans, options.customers)
    print(f"{options.spans:,} spans, {bench.file.stat().st_size / 1e6:,.0f} MB, made in {time.perf_counter() - began:.0f} s")
    bench.load()
    for part in options.only.split(","):
        match part:
            case "scan": bench.search("not indexed", "6 s")
            case "search": bench.search("indexed", "300 ms")
            case "beside": bench.beside()
            case "index": bench.index()
            case "usage": bench.usage()
            case "filters": bench.filters()
            case "session": bench.session()
            case "live": bench.live()


if __name__ == "__main__":
    main()
