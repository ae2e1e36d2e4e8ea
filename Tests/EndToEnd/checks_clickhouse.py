"""A team's store in a ClickHouse (the real engine behind its HTTP interface): the same answers as from a file, spans from several
collectors once each, errors as sentences, no secret anywhere. Skipped where chdb is not installed (pip install chdb)."""
import http.server
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

from checks_captures import replay
from harness import CAPTURES, SUPPORT, Skip, binary, equal, expect, record, wait_for
from scored_six_ways import scored_six_ways

SECRET = "pass-of-ann-3141"


class Double:
    """The engine on a free port, for user ann."""

    def __init__(self, box, name="double", **options):
        if importlib.util.find_spec("chdb") is None:
            raise Skip("chdb is not installed: pip install chdb")
        words = [word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", str(value))]
        self.box, self.name, self.port = box, name, 0
        self.words = words
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, SUPPORT / "clickhouse_double.py", "--port", str(self.port), "--path", self.box.folder / self.name,
             "--user", "ann", "--password", SECRET, *self.words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.box.processes.append(self.process)
        line = self.process.stdout.readline()
        expect(":" in line, f"the double did not start: {line}")
        self.port = int(line.rsplit(":", 1)[1])

    def stop(self):
        self.process.kill()
        self.process.wait()

    @property
    def url(self):
        return f"clickhouse://ann@127.0.0.1:{self.port}/traces"


def on_clickhouse(box, **options):
    double = Double(box, **options)
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    wait_for(lambda: box.run("store", "create", double.url, check=False).returncode == 0, "the tables are made")
    return double


def check_answers_are_those_of_a_file(box):
    """The captures sent to a file and to a ClickHouse: every command prints the same bytes."""
    double = on_clickhouse(box)
    file, captures = box.store, sorted(str(path) for path in CAPTURES.glob("*.ndjson"))
    for store in (file, double.url):
        with box.serve(store=store) as server:
            replay(server, "/v1/", captures)
    questions = [
        ["spans", "--json"], ["spans", "--json", "status:error"], ["spans", "--json", "model:gpt*", "-customer:*"],
        ["spans", "--json", "weather"], ["spans", "--json", "kind:tool", "OR", "tag:prod"], ["spans", "--json", "speed>100"],
        ["spans", "--json", "-speed>100"], ["spans", "--limit", "30"],
        ["sessions", "--json"], ["sessions", "--json", "--sort", "cost_usd"], ["sessions", "--json", "kind:agent"],
        ["usage", "--json", "--by", "model,kind"], ["usage", "--json", "--by", "model", "--bucket", "day"],
        ["usage", "--json", "--by", "tag,session"], ["usage", "--csv", "--by", "customer,provider", "-status:error"],
        ["usage", "--json", "--by", "attr.session.id"], ["errors", "--json"], ["errors", "kind:llm"], ["export"],
        ["export", "--format", "csv"],
    ]
    for question in questions:
        answers = []
        for store in (file, double.url):
            box.store = store
            answers.append(box.run(*question, env={"TZ": "UTC"}).stdout)
        expect(answers[0] == answers[1], f"{question} differs:\n{first_difference(*answers)}")
        expect(answers[0], f"{question} gives nothing")
    for session in [row["session_id"] for row in box.rows("sessions")][:5]:
        answers = []
        for store in (file, double.url):
            box.store = store
            answers.append(box.run("session", session, "--json").stdout)
        expect(answers[0] == answers[1], f"session {session} differs:\n{first_difference(*answers)}")
    return f"{len(questions) + 5} questions"


def first_difference(left, right):
    for one, other in zip(left.splitlines(), right.splitlines()):
        if one != other:
            return f"{one[:600]}\n{other[:600]}"
    return f"{len(left.splitlines())} and {len(right.splitlines())} lines"


def check_what_tail_prints_and_what_is_kept(box):
    """`tail` prints what another collector takes in; pins, labels and notes are kept and found."""
    double = on_clickhouse(box)
    box.store = double.url
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", [record(0)])[0], 200, "status")
        tail = box.start(
            "tail", "--json", "--no-listen", "--store", double.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        seen = []
        threading.Thread(target=lambda: seen.extend(iter(tail.stdout.readline, "")), daemon=True).start()
        number = [0]

        def arrived():
            number[0] += 1
            server.request("POST", "/v1/traces", [record(number[0], session="s-tail")])
            time.sleep(0.3)
            return seen
        wait_for(arrived, "tail prints a span")
        expect('"s-tail"' in seen[0], seen[0])
        tail.terminate()
        box.run("pin", "s-tail")
        box.run("label", "s-tail", "größe")
        box.run("note", "s-tail", "look", "again")
    rows = box.rows("spans", "label:GRÖSSE", "is:pinned", "note:again")
    expect(len(rows) >= 1 and {row["session_id"] for row in rows} == {"s-tail"}, f"{len(rows)} spans")
    return f"{len(seen)} printed"


def check_scores_of_six_ways_are_replaced_and_removed(box):
    """Scores by key, command, wire, Swift SDK and both kinds of judge: in the result of their variant, once, till deleted."""
    double = on_clickhouse(box)
    box.store = double.url
    return scored_six_ways(box, 3)


def check_two_collectors_lose_and_double_nothing(box):
    """Every span is sent to two collectors until one says 200, while the engine answers 503, cuts connections, goes away and comes back, and the
    collectors are killed: what was acknowledged is there, each once."""
    double = on_clickhouse(box, fail_every=9, cut_every=11)
    acknowledged, lock, generator = set(), threading.Lock(), random.Random(4)
    servers = [box.serve(store=double.url) for _ in range(2)]
    ends, spans = threading.Event(), int(os.environ.get("FALLOM_TEAM_SPANS", 1500))
    step = max(25, spans // 400)

    def send(index):
        at = 0
        while at < spans and not ends.is_set():
            numbers = range(at, min(at + step, spans))
            try:
                status, _, _ = servers[index].request("POST", "/v1/traces", [record(n, session=f"s-{n % 40}") for n in numbers])
            except OSError:
                status = 0
            if status == 200:
                with lock:
                    acknowledged.update(numbers)
                at += step
            else:
                time.sleep(0.2)

    threads = [threading.Thread(target=send, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    kills = 0
    while any(thread.is_alive() for thread in threads) and kills < 6:
        time.sleep(generator.uniform(0.5, 1.5))
        index = kills % 2
        if kills == 3:
            double.stop()
            time.sleep(1)
            double.start()
        servers[index].kill()
        servers[index] = box.serve(store=double.url)
        kills += 1
    for thread in threads:
        thread.join(timeout=max(200, spans / 100))
    expect(not any(thread.is_alive() for thread in threads), "not all was taken")
    equal(len(acknowledged), spans, "acknowledged")
    box.store = double.url

    def all_there():
        try:
            rows = box.rows("spans")
        except Exception:
            return None
        return rows if len({row["span_id"] for row in rows}) >= spans else None
    rows = wait_for(all_there, "all spans are there", seconds=60)
    equal(len(rows), spans, "spans")
    equal({row["span_id"] for row in rows}, {f"{n + 1:016x}" for n in range(spans)}, "which")
    equal({row["session_id"] for row in rows}, {f"s-{n}" for n in range(40)}, "sessions")
    for server in servers:
        server.stop()
    return f"{spans} spans, {kills} kills"


def check_a_spool_takes_what_comes_while_the_server_is_away(box):
    """Without a server spans are acknowledged and kept on the disk; they arrive, in their order, after a kill and a restart."""
    double = on_clickhouse(box)
    box.store = double.url
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", [record(0)])[0], 200, "status")
        double.stop()
        for number in range(1, 30):
            equal(server.request("POST", "/v1/traces", [record(number)])[0], 200, "status while it is away")
        server.kill()
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", [record(30)])[0], 200, "status after a start without a server")
        double.start()
        wait_for(lambda: len(box.rows("spans")) == 31, "the spool is empty", seconds=30)
        equal([row["span_id"] for row in box.rows("spans")], [f"{n + 1:016x}" for n in range(31)], "order of arrival")
    return "31 spans"


def check_a_full_spool_refuses(box):
    """A spool of a megabyte takes what fits and answers 429 after that; what it took arrives, nothing else."""
    double = on_clickhouse(box)
    box.store = double.url
    (box.folder / "small.yaml").write_text("clickhouse: {spool_megabytes: 1}\n")
    with box.serve("--config", box.folder / "small.yaml") as server:
        double.stop()
        answers = [server.request("POST", "/v1/traces", [record(n, text=os.urandom(40_000).hex())])[0] for n in range(20)]
        taken = answers.count(200)
        expect(0 < taken < 20 and set(answers) == {200, 429}, answers)
        equal(answers, [200] * taken + [429] * (20 - taken), "answers")
        double.start()
        wait_for(lambda: len(box.rows("spans")) >= taken, "the spool is empty", seconds=30)
        equal(len(box.rows("spans")), taken, "spans")
        wait_for(lambda: server.request("POST", "/v1/traces", [record(99)])[0] == 200, "it takes spans again")
    return f"{taken} of 20 taken"


def check_copies_are_exact(box):
    """From a file into a ClickHouse and back into another file: the same bytes, also when it is run twice."""
    double = on_clickhouse(box)
    file = box.store
    with box.serve() as server:
        replay(server, "/v1/", sorted(str(path) for path in CAPTURES.glob("*.ndjson"))[:12])
    session = box.rows("sessions")[0]["session_id"]
    box.run("pin", session)
    back = box.folder / "back.sqlite"
    for source, target in ((file, double.url), (file, double.url), (double.url, back)):
        box.run("copy", "--from", source, "--to", target)
    for question in (["spans", "--json"], ["sessions", "--json"], ["export"], ["session", session, "--json"]):
        answers = []
        for store in (file, double.url, back):
            box.store = store
            answers.append(box.run(*question).stdout)
        expect(answers[0] and answers[0] == answers[1] == answers[2], f"{question} differs:\n{first_difference(*answers[:2])}")
    return f"{len(answers[0])} bytes of the last"


def check_an_error_in_the_midst_of_an_answer_is_one(box):
    """The engine begins an answer with 200 and breaks off with an exception: the command says so and prints nothing that is not
    whole."""
    double = on_clickhouse(box)
    box.store = double.url
    box.run("import", "-", stdin="\n".join(json.dumps(record(n)) for n in range(50)).encode())
    whole = box.run("spans", "--json").stdout
    equal(len(whole.splitlines()), 50, "spans")
    double.stop()
    double.words += ["--late-error-every", "23"]
    double.start()
    failures, answers = 0, 0
    for _ in range(12):
        done = box.run("spans", "--json", check=False)
        if done.returncode == 0:
            answers += 1
            equal(done.stdout, whole, "a whole answer")
        else:
            failures += 1
            expect(b"Memory limit exceeded" in done.stderr, done.stderr.decode())
    expect(failures, "no answer broke off")
    return f"{failures} broke off, {answers} were whole"


def check_troubles_are_sentences_without_secrets(box):
    """Wrong password, no tables, an old server, nobody there, TLS where there is none: each says what to do, none says a secret."""
    double = Double(box)
    box.store = double.url
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = "wrong-" + SECRET

    class Old(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"18.16.1\n")

        def log_message(self, *_):
            pass
    old = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Old)
    threading.Thread(target=old.serve_forever, daemon=True).start()
    heard = []

    def says(store, *words):
        box.store = store
        done = box.run("spans", check=False)
        text = done.stderr.decode()
        expect(done.returncode == 1 or done.returncode == 64, f"status {done.returncode}: {text}")
        for word in words:
            expect(word in text, f"'{word}' is not said: {text}")
        expect(SECRET not in text + done.stdout.decode(), text)
        heard.append(text)

    says(double.url, "the user 'ann' or the password is wrong", "FALLOM_CLICKHOUSE_PASSWORD")
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    says(double.url, "fallom store create")
    says(f"clickhouse://ann@127.0.0.1:{old.server_port}/traces", "version 18.16.1", "lacks", "24.8")
    says("clickhouse://ann@127.0.0.1:9/traces", "no connection")
    says(f"clickhouses://ann@127.0.0.1:{double.port}/traces", "TLS")
    says(f"clickhouse://ann:{SECRET}@127.0.0.1/traces", "holds a password")
    box.run("store", "create", double.url)
    box.store = double.url
    box.run("store", "create", double.url)
    with box.serve() as server:
        words = b" ".join(
            pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes().split(b"\0")).decode()
        expect(SECRET not in words, words)
        equal(server.request("POST", "/v1/traces", [record(1)])[0], 200, "status")
    for path in box.folder.rglob("*"):
        if path.is_file() and "double" not in path.parts:
            expect(SECRET.encode() not in path.read_bytes(), f"the password stands in {path}")
    return f"{len(heard)} sentences"


def value_of(any_value):
    """An OTLP value as Python has it."""
    (kind, value), = any_value.items() if any_value else [("stringValue", "")]
    if kind == "intValue":
        return int(value)
    if kind == "arrayValue":
        return [value_of(item) for item in value.get("values", [])]
    if kind == "kvlistValue":
        return {item["key"]: value_of(item["value"]) for item in value.get("values", [])}
    return value


def text_of(value):
    """A value as the exporter writes it into a Map of texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":"))


KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"]
STATUSES = ["Unset", "Ok", "Error"]


def exporter_rows(request, as_text):
    """The rows that the Collector's exporter makes of a request."""
    def attributes(holder):
        made = {item["key"]: value_of(item["value"]) for item in holder.get("attributes", [])}
        return {key: text_of(value) for key, value in made.items()} if as_text else made

    def moment(nanoseconds):
        return f"{int(nanoseconds) // 10**9}.{int(nanoseconds) % 10**9:09d}"
    for resource in request["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                start, end = int(span["startTimeUnixNano"]), int(span.get("endTimeUnixNano", span["startTimeUnixNano"]))
                events, links = span.get("events", []), span.get("links", [])
                status = span.get("status", {})
                yield {
                    "Timestamp": moment(start), "TraceId": span["traceId"], "SpanId": span["spanId"],
                    "ParentSpanId": span.get("parentSpanId", ""), "TraceState": "", "SpanName": span["name"],
                    "SpanKind": KINDS[span.get("kind", 0)], "ServiceName": attributes(resource["resource"]).get("service.name", ""),
                    "ResourceAttributes": attributes(resource["resource"]), "ScopeName": scope.get("scope", {}).get("name", ""),
                    "ScopeVersion": scope.get("scope", {}).get("version", ""), "SpanAttributes": attributes(span),
                    "Duration": end - start, "StatusCode": STATUSES[status.get("code", 0)],
                    "StatusMessage": status.get("message", ""),
                    "Events.Timestamp": [moment(event["timeUnixNano"]) for event in events],
                    "Events.Name": [event["name"] for event in events],
                    "Events.Attributes": [attributes(event) for event in events],
                    "Links.TraceId": [link["traceId"] for link in links], "Links.SpanId": [link["spanId"] for link in links],
                    "Links.TraceState": ["" for _ in links], "Links.Attributes": [attributes(link) for link in links],
                }


def exporter_table(name, map_type, key):
    return f"""CREATE TABLE traces.{name} (
        Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)), TraceId String, SpanId String, ParentSpanId String, TraceState String,
        SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String),
        ResourceAttributes {map_type}, ScopeName String, ScopeVersion String, SpanAttributes {map_type}, Duration UInt64,
        StatusCode LowCardinality(String), StatusMessage String,
        Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes {map_type}),
        Links Nested (TraceId String, SpanId String, TraceState String, Attributes {map_type}))
        ENGINE = MergeTree PARTITION BY toDate(Timestamp) ORDER BY {key}"""


def ask(double, sql, data=None):
    address = f"http://127.0.0.1:{double.port}/?" + urllib.parse.urlencode({"query": sql})
    wanted = urllib.request.Request(
        address, data=data or b"", headers={"X-ClickHouse-User": "ann", "X-ClickHouse-Key": SECRET}, method="POST")
    with urllib.request.urlopen(wanted, timeout=60) as answer:
        return answer.read()


def check_a_collectors_table_reads_as_our_own_receiver(box):
    """`otel_traces` in its older and newer forms, filled with what the captured clients sent: sessions and sums equal those of the
    same spans sent to our receiver; nothing is written into it."""
    double = Double(box)
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    requests = []
    for name in ("otlp-json.decoded.ndjson", "otlp-protobuf.decoded.ndjson"):
        for line in (CAPTURES / name).read_text().splitlines():
            entry = json.loads(line)
            if entry["path"] == "/v1/traces" and entry["decoded"].get("resourceSpans"):
                requests.append(entry["decoded"])
    with box.serve() as server:
        for request in requests:
            equal(server.request("POST", "/v1/traces", request)[0], 200, "status")
    ask(double, "CREATE DATABASE IF NOT EXISTS traces")
    forms = {
        "otel_traces": ("Map(LowCardinality(String), String)", "(ServiceName, SpanName, toDateTime(Timestamp))", True),
        "newer": ("JSON", "(ServiceName, SpanName, toDateTime(Timestamp), Timestamp)", False),
    }
    own, count = box.store, 0
    questions = [
        ["sessions", "--json"], ["usage", "--json", "--by", "model,kind"], ["usage", "--json", "--by", "provider,status"],
        ["usage", "--json", "--by", "dialect"], ["spans", "--json", "kind:llm", "--limit", "3"],
    ]
    for name, (form, key, as_text) in forms.items():
        ask(double, exporter_table(name, form, key))
        rows = [row for request in requests for row in exporter_rows(request, as_text)]
        data = "\n".join(json.dumps(row) for row in rows).encode()
        ask(double, f"INSERT INTO traces.{name} FORMAT JSONEachRow", data)
        count += len(rows)
        for question in questions[:-1]:
            answers = []
            for store in (own, f"{double.url}?table={name}"):
                box.store = store
                answers.append(box.run(*question, env={"TZ": "UTC"}).stdout)
            same = [sorted(answer.splitlines()) for answer in answers]
            expect(answers[0] and same[0] == same[1], f"{name} {question} differs:\n{first_difference(*map(join, same))}")
        box.store = f"{double.url}?table={name}"
        expect(box.rows(*questions[-1][:1], "kind:llm", "--limit", "3")[0]["kind"] == "llm", "no spans")
        refused = box.run("pin", "s", check=False)
        expect(refused.returncode == 1 and b"only read" in refused.stderr, refused.stderr.decode())
    return f"{count} rows in two forms"


def join(lines):
    return b"\n".join(lines)
