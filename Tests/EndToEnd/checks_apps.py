"""Apps on the SDK (apps/: a Hummingbird server with tracing, programs that end in every way, and one app for each way of calling
models), with the console's receiver stopped and killed under them. Skipped where they are not built:

    swift build --package-path Tests/EndToEnd/apps --scratch-path .build"""
import collections
import concurrent.futures
import json
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from checks_durability import free_port
from checks_swift_sdk import typecheck
from exchange_player import FIXTURE, ExchangePlayer
from fake_llm import FakeLLM
from harness import HERE, Skip, binary, equal, expect, wait_for

REQUESTS = 200


def app(name):
    program = pathlib.Path(binary()).parent / name
    if not program.exists():
        raise Skip(f"not built: {name} (swift build --package-path Tests/EndToEnd/apps --scratch-path .build)")
    return program


def environment(box, url, **more):
    kept = {k: v for k, v in box.environment.items() if not k.endswith("_API_KEY")}
    return {**kept, "FALLOM_TRACES_URL": url, "FALLOM_CONFIGS_URL": url, "FALLOM_PROMPTS_URL": url, **more}


def ask(port, number):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ask/{number}", timeout=60) as answer:
        return answer.read().decode()


def check_a_server_whose_backend_is_stopped_and_killed(box):
    """200 requests at once, prompts in half of them, the receiver stopped for 10 s and killed once: one tree a request, every
    span once, no prompt on a call that does not use it."""
    program = app("Server")
    shutil.copytree(HERE / "workspace", box.folder / "workspace")
    address = f"127.0.0.1:{free_port()}"
    double = FakeLLM(latency_ms=300, first_token_ms=5, chunk_ms=1).start()

    def serve():
        return box.serve("--workspace", box.folder / "workspace", http=address)

    backend = serve()
    server = subprocess.Popen(
        [program], env=environment(box, backend.url, FAKE_LLM_URL=double.url), stdout=subprocess.PIPE, text=True,
        stderr=open(box.folder / "server.log", "wb"))
    box.processes.append(server)
    port = int(re.fullmatch(r"port (\d+)\n", server.stdout.readline()).group(1))
    with concurrent.futures.ThreadPoolExecutor(REQUESTS) as pool:
        answers = [pool.submit(ask, port, number) for number in range(REQUESTS)]
        time.sleep(0.4)
        backend.process.send_signal(signal.SIGSTOP)
        stopped = time.monotonic()
        for answer in answers:
            answer.result()
        expect(time.monotonic() - stopped < 9, "the app waited for the receiver")
        time.sleep(max(0, 10 - (time.monotonic() - stopped)))
        backend.process.send_signal(signal.SIGCONT)
        more = [pool.submit(ask, port, number) for number in range(REQUESTS, 2 * REQUESTS)]
        time.sleep(0.5)
        backend.kill()
        for answer in more:
            answer.result()
    backend = serve()
    server.send_signal(signal.SIGTERM)
    out, _ = server.communicate(timeout=30)
    double.stop()
    equal(out.strip(), "dropped 0", "what the app lost")
    rows = box.rows("spans", "session:request-*", "--limit", "100000")
    verify(rows, 2 * REQUESTS)
    with backend:
        pass
    return f"{len(rows)} spans of {2 * REQUESTS} requests"


def verify(rows, requests):
    expect(len({(r["trace_id"], r["span_id"]) for r in rows}) == len(rows), "a span is there twice")
    by_session = collections.defaultdict(list)
    for row in rows:
        by_session[row["session_id"]].append(row)
    equal(len(by_session), requests, "sessions")
    for session, spans in by_session.items():
        number = int(session.split("-")[1])
        ids = {span["span_id"]: span for span in spans}
        equal(len({span["trace_id"] for span in spans}), 1, f"traces of {session}")
        roots = [span for span in spans if span["parent_span_id"] not in ids]
        equal(len(roots), 1, f"roots of {session}: {[s['name'] for s in roots]}")
        expect(roots[0]["parent_span_id"] in (None, ""), f"a parent of {session}'s root that is not there")
        calls = [span for span in spans if span["name"] == "chat.completions.create"]
        equal(len(calls), 2, f"calls of {session}")
        tagged = [span["prompt_key"] for span in calls if span["prompt_key"]]
        equal(tagged, ["onboarding"] if number % 2 == 0 else [], f"prompts of {session}")
        # The HTTP client's own spans hang below the calls.
        posts = [span for span in spans if span["name"] == "POST"]
        expect(all(ids[p["parent_span_id"]]["name"] in ("chat.completions.create", "POST") for p in posts), "a POST beside its call")


def check_what_each_way_of_ending_delivers(box):
    """A program's last span arrives, whether it runs in the client, shuts it down, lets it go, exits or returns."""
    program = app("Ending")
    with box.serve() as backend:
        for way in ["run", "run-throw", "shutdown", "exit", "let-go", "return"]:
            for _ in range(5):
                done = subprocess.run([program, way], env=environment(box, backend.url), timeout=30, capture_output=True)
                expect((done.returncode == 0) == (way != "run-throw"), f"{way} ended with {done.returncode}")
            rows = wait_for(lambda: box.rows("spans", f"session:ending-{way}"), f"the spans of {way}")
            equal(len(rows), 5, f"spans of {way}")
    # With nobody there an exit does not hang.
    started = time.monotonic()
    subprocess.run([program, "exit"], env=environment(box, "http://127.0.0.1:1"), timeout=30, capture_output=True)
    expect(time.monotonic() - started < 10, "an exit waited for a receiver that is not there")


# Exchanges that an app of any kind makes: a question, plain or streamed, of which every client tells the same.
CALLS = [
    "chat-stream", "chat-stream-no-usage", "chat-usage-grows", "chat-mistral", "chat-crlf-byte-by-byte", "chat-no-done",
    "chat-gzip", "chat-details",
]
# Calls that fail: what a client with types of its own tells of them is its own matter.
FAILING = ["chat-401", "chat-error-text"]
# What is a call's own, and no fact about it.
OWN = {"trace_id", "span_id", "parent_span_id", "start_time_unix_nano", "end_time_unix_nano", "duration_ms", "time_to_first_token_ms",
       "completion_tokens_per_second", "session_id",
       "config_key", "effective_session_id", "received_at", "tokens_per_second"}
APPS = {
    "CLI": ("CLI/CLI.swift", CALLS + FAILING),
    # Its types have no place for content that is a list.
    "MacPaw": ("MacPaw/App.swift", [name for name in CALLS if name != "chat-mistral"]),
    "Generated": ("Generated/App.swift", CALLS + FAILING),
    "URLSessionApp": ("URLSessionApp/App.swift", CALLS + FAILING),
    "Server": ("Server/Server.swift", CALLS + FAILING),
    "Batch": ("Batch/Batch.swift", []),
}


def calls(box, player, names):
    """The list that the apps read, with the addresses of the double."""
    exchanges = {e["name"]: e for e in json.loads(FIXTURE.read_text())}
    listed = []
    for name in names:
        request = exchanges[name]["request"]
        body = json.loads(request["body"])
        listed.append({
            "name": name, "baseURL": f"{player.url}/{name}" + request["path"].removesuffix("/chat/completions"),
            "model": body["model"], "prompt": body["messages"][0]["content"], "streams": body.get("stream", False)})
    path = box.folder / "calls.json"
    path.write_text(json.dumps(listed))
    return path


def run_server(program, names, environment, log):
    server = subprocess.Popen(
        [program], env=environment, stdout=subprocess.PIPE, text=True, stderr=open(log, "wb"))
    port = int(re.fullmatch(r"port (\d+)\n", server.stdout.readline()).group(1))
    for name in names:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/call/{name}", timeout=60).read()
        except urllib.error.HTTPError:
            pass  # the call failed, and so did the request
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=60)


def check_each_kind_of_app_gives_the_same_spans(box):
    """A CLI on the SDK's own clients, a URLSession app, MacPaw's client, a generated one and a Hummingbird server make the same
    calls of recorded exchanges: the same rows, field by field."""
    player = ExchangePlayer().start()
    seen = {}
    for name, (_, names) in APPS.items():
        if not names:
            continue
        store = box.folder / f"{name}.sqlite"
        with box.serve(store=store) as service:
            env = environment(box, service.url, CALLS=str(calls(box, player, names)))
            if name == "Server":
                run_server(app(name), names, env, box.folder / "server.log")
            else:
                done = subprocess.run([app(name)], env=env, capture_output=True, text=True, timeout=120)
                expect(done.returncode == 0, f"{name} failed: {done.stdout}{done.stderr[-2000:]}")
        out = subprocess.run(
            [binary(), "spans", "--json", "--limit", "1000", "kind:llm", "--store", store], env=box.environment, check=True,
            capture_output=True, text=True).stdout
        rows = {row["session_id"].removeprefix("request-"): row for row in map(json.loads, out.splitlines())}
        equal(sorted(rows), sorted(names), f"spans of {name}")
        seen[name] = {
            call: {key: value for key, value in row.items() if key not in OWN} for call, row in rows.items()}
    expected = seen["CLI"]
    differing = [
        f"{name} {call}.{key}: {row.get(key)!r}, the CLI {expected[call].get(key)!r}"
        for name, rows in seen.items() for call, row in rows.items() for key in sorted({**row, **expected[call]})
        if row.get(key) != expected[call].get(key)]
    expect(not differing, f"{len(differing)} fields differ:\n" + "\n".join(differing[:40]))
    fields = sum(len(row) for rows in seen.values() for row in rows.values())
    return f"{fields} fields of {sum(map(len, seen.values()))} spans of {len(seen)} apps"


def check_a_batch_of_a_thousand_rows(box):
    """1,000 rows, 32 at once, each a session: every span arrives, nothing is dropped."""
    double = FakeLLM(latency_ms=5, first_token_ms=1, chunk_ms=0).start()
    rows = "".join(f"Row {number}\n" for number in range(1, 1001))
    with box.serve() as service:
        done = subprocess.run(
            [app("Batch")], input=rows, capture_output=True, text=True, timeout=300,
            env=environment(box, service.url, OPENAI_BASE_URL=double.url + "/v1"))
        equal(done.stdout.strip(), "1000 rows, dropped 0", f"what the batch says ({done.stderr[-1000:]})")
    double.stop()
    spans = box.rows("spans", "session:row-*", "--limit", "100000")
    equal(len({span["session_id"] for span in spans}), 1000, "sessions")
    equal(len(spans), 1000, "spans")
    equal({(span["name"], span["status"], span["model"]) for span in spans},
          {("chat.completions.create", "ok", "gpt-4o-mini")}, "what they are")


def check_the_lines_that_tracing_takes(box):
    """Each app has as many lines for tracing (marked `// fallom`, imports among them) as its page says."""
    page = (HERE.parent.parent / "docs/integrations/README.md").read_text()
    said = {name: int(count) for count, name in re.findall(r"\| (\d+) \| \[`(\w+)`\]", page)}
    equal(sorted(said), sorted(APPS), "apps in the page's table")
    for name, (path, _) in APPS.items():
        source = (HERE / "apps/Sources" / path).read_text()
        lines = len(re.findall(r"// fallom$", source, re.M))
        equal(lines, said[name], f"lines for tracing of {name}")
        equal(re.findall(r"^import (?:Fallom|Tracing)\w*$", source, re.M), [], f"imports of {name} that are not marked")
    return ", ".join(f"{name} {count}" for name, count in said.items())


def check_schemas_from_types(box):
    """What `@Schema` makes of the types of apps/Sources/Typed, and a tool that takes one."""
    done = subprocess.run([app("Typed")], capture_output=True, text=True, timeout=60)
    expect(done.returncode == 0, done.stderr)
    chore, step, same, answer = done.stdout.splitlines()
    equal(json.loads(chore), {
        "type": "object", "additionalProperties": False, "description": "A task in a list.",
        "properties": {
            "title": {"type": "string", "description": "What there is to do, in a few words."},
            "urgency": {"type": "string", "enum": ["low", "high", "some day"], "description": "How pressing it is."},
            "due_at": {"type": "string", "format": "date-time"}, "minutes": {"type": "integer"}, "people": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "prices": {"type": "object", "additionalProperties": {"type": "number"}},
            "where": {"type": "string", "format": "uri"}},
        "required": ["title", "due_at", "minutes", "people", "tags", "prices"]}, "the schema of a struct")
    equal(list(json.loads(chore)["properties"]),
          ["title", "urgency", "due_at", "minutes", "people", "tags", "prices", "where"], "the order of its properties")
    equal(json.loads(step), {
        "type": "object", "additionalProperties": False, "description": "One step.",
        "properties": {
            "text": {"type": "string"}, "done": {"type": "boolean"},
            "inside": {"type": "array", "items": {
                "type": "object", "additionalProperties": False, "properties": {"id": {"type": "string", "format": "uuid"}},
                "required": ["id"]}}},
        "required": ["text", "done", "inside"]}, "the schema of a struct in a struct")
    equal((same, answer), ("true Urgency", '"Tea"'), "a tool of the type")


def check_what_a_schema_cannot_be_made_of(box):
    """A type that `@Schema` cannot read is an error at the place that has to change, in words that say how."""
    plugin = pathlib.Path(binary()).parent / "FallomSchemaMacros-tool"
    if not plugin.exists():
        raise Skip("not built: FallomSchemaMacros (swift build --package-path Tests/EndToEnd/apps --scratch-path .build)")
    mistakes = {
        "@Schema\nfinal class Box { var text = \"\" }": (3, "@Schema is for a struct, or for an enum"),
        "@Schema\nstruct Box: Codable {\n    var count = 1\n}": (5, "needs the type of 'count' to be written: var count: …"),
        "@Schema\nstruct Box: Codable {\n    var (a, b): (Int, Int)\n}": (5, "needs one name for each property"),
        "@Schema\nenum Size: Int { case small }": (3, "the raw values of an enum to be texts: enum Size: String"),
    }
    flags = ["-load-plugin-executable", f"{plugin}#FallomSchemaMacros"]
    right = box.folder / "right.swift"
    right.write_text("import Fallom\nimport FallomSchema\n@Schema\nstruct Box: Codable { var text: String }\n")
    done = typecheck(right, *flags)
    if "unknown attribute 'Schema'" in done.stderr:
        raise Skip("built without the trait Schema since")
    expect(done.returncode == 0, done.stderr[-1500:])
    for number, (code, (line, words)) in enumerate(mistakes.items()):
        source = box.folder / f"mistake{number}.swift"
        source.write_text("import Fallom\nimport FallomSchema\n" + code + "\n")
        done = typecheck(source, *flags)
        told = [text for text in done.stderr.splitlines() if "error:" in text and words in text]
        expect(told and f"{source.name}:{line}" in told[0], f"{code}: {done.stderr[-1500:]}")
    return f"{len(mistakes)} mistakes"


def check_a_switch_over_what_will_grow(box):
    """A `switch` of an app over an enum that will grow has an `@unknown default`: with it, it compiles without a warning; without, the
    compiler asks for it, so that a new case breaks nobody's build."""
    source = box.folder / "switch.swift"
    code = """import Fallom

func said(_ part: ModelPart) -> String {
    switch part {
    case .text(let text), .reasoning(let text): text
    case .toolCall(let call): call.name
    case .finish: ""
    %s
    }
}

func isNoConfig(_ error: AssignmentFailure) -> Bool { error.kind == .configNotFound }
"""
    source.write_text(code % '@unknown default: ""')
    done = typecheck(source)
    expect(done.returncode == 0, done.stderr[-1500:])
    source.write_text(code % "")
    done = typecheck(source)
    expect("@unknown default" in done.stderr, f"nothing is said of cases that may come: {done.stderr[-500:]}")
