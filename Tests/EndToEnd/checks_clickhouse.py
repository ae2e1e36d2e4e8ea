"""A team's store in a ClickHouse (the real engine behind its HTTP interface): the same answers as from a file, spans from several
collectors once each, errors as sentences, no secret anywhere. Skipped where chdb is not installed (pip install chdb)."""
import http.server
import importlib.util
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

import fake_llm
from checks_again import call, filled, keys, live
from checks_captures import replay
from checks_experiments import LIVE, naive, recorded_sessions, replay_workspace, write_sessions
from harness import CAPTURES, SUPPORT, Failure, Skip, binary, equal, expect, record, wait_for
from pty_screen import Screen
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
    questions += [["session", row["session_id"], "--json"] for row in box.rows("sessions")[:5]]
    agree(box, double, file, questions)
    return f"{len(questions)} questions"


def agree(box, double, file, questions):
    """Asks both stores: each answers, and with the same bytes."""
    for question in questions:
        answers = []
        for store in (file, double.url):
            box.store = store
            answers.append(box.run(*question, env={"TZ": "UTC"}).stdout)
        expect(answers[0] == answers[1], f"{question} differs:\n{first_difference(*answers)}")
        expect(answers[0], f"{question} gives nothing")


def check_experiments_prompts_and_what_people_say_are_those_of_a_file(box):
    """Replay, results, prompts' figures, runs, scores, pins, labels and notes, also after they were taken away: every command prints the
    same bytes from a file and from a ClickHouse; `tail` too."""
    double = on_clickhouse(box)
    file = box.store
    replay_workspace(box)
    sessions = list(recorded_sessions(150))
    write_sessions(box.folder / "routed.ndjson", sessions)
    when = "2026-11-23T15:00:{:02d}.000Z".format
    calls = [record(1000 + n, session=f"p-{n % 7}", prompt_key="onboarding", prompt_version=1 + n % 2, duration_ms=300 + n)
             for n in range(40)]
    calls += [record(1100 + n, session=f"fallom:run/{'nightly' if n % 2 else 'Größe'}", prompt_key="onboarding", prompt_version=2)
              for n in range(8)]
    for n in range(12):
        about = {"fallom.score.trace_id": f"{1001 + n:032x}", "fallom.score.span_id": f"{1001 + n:016x}"} if n % 2 else {}
        calls.append(record(1200 + n, session=f"p-{n % 7}", start_time=when(n), end_time=when(n), attributes={
            "fallom.score.name": "helpful" if n % 3 else "tone", "fallom.score.value": n / 10 if n % 3 else "good",
            "fallom.score.by": "ada" if n % 4 else "bot", "fallom.score.comment": f"it's\t{n}", **about}))
    (box.folder / "calls.ndjson").write_text("".join(json.dumps(call) + "\n" for call in calls))
    at = ["--workspace", box.folder / "workspace"]
    for store in (file, double.url):
        box.store = store
        box.run("import", box.folder / "routed.ndjson")
        box.run("import", box.folder / "calls.ndjson")
        with box.serve(*at) as server:
            connection = server.connection()
            for session, customer, context, metadata in sessions[:100]:
                asked = naive(LIVE, session, customer, metadata if context is None else context)[0]
                body = {"config_key": "router", "config_version": 3, "session_id": session, "assigned_model": asked}
                equal(server.request("POST", "/sessions", body, connection=connection)[0], 200, "status of a recording")
    # Each at its moment, which exports tell: what was kept in the file travels, once as records and once as OTLP.
    box.store = file
    for words in (["pin", "p-3"], ["pin", "conv-000007"], ["label", "p-3", "größe", "late"], ["label", "p-1", "refund"],
                  ["note", "p-1", "asked", "twice"]):
        box.run(*words)
    for form in (["export"], ["export", "--format", "otlp"]):
        box.store = file
        told = [line for line in box.run(*form).stdout.splitlines() if b"fallom.kept.pinned" in line]
        equal(len(told), 3, "sessions of which something is kept")
        box.store = double.url
        box.run("import", "-", stdin=b"\n".join(told))
    kept = [
        ["sessions", "--json"], ["sessions", "--json", "--pinned-first", "--limit", "5"], ["session", "p-3", "--json"],
        ["sessions", "--json", "label:GRÖSSE", "OR", "label:refund"], ["sessions", "--json", "-is:pinned", "--limit", "9"],
        ["score", "list", "--json"], ["spans", "--json", "score:helpful"], ["sessions", "--json", "score.helpful>=0.4"],
        ["sessions", "--json", "score.tone:good"], ["prompts", "metrics", "onboarding", *at, "--json"],
        ["session", "p-1"],
    ]
    noted = [["spans", "--json", "note:TWICE"], ["sessions", "--json", "is:pinned", "--sort", "started_at"]]
    questions = kept + noted + [
        ["simulate", "router", *at, "--history", "--against", box.folder / "draft.json", "--limit", "200", "--json"],
        ["simulate", "router", *at, "--history", "--against", box.folder / "draft.json", "--limit", "200"],
        ["configs", "results", "router", *at, "--json"], ["configs", "results", "router", *at],
        ["configs", "results", "router", *at, "--json", "--since", "2026-11-23T15:00Z"],
        ["prompts", "metrics", "onboarding", *at], ["usage", "--json", "--by", "prompt,config", "--bucket", "hour"],
        ["spans", "--json", "is:run"], ["spans", "--json", "run:night*"], ["sessions", "--json", "run:größe"],
        ["usage", "--json", "--by", "session", "is:run"], ["usage", "--json"], ["spans", "--json", "session:*run/*"],
        ["sessions", "--json", "--by", "model"], ["sessions", "--by", "day"], ["export"], ["export", "--format", "otlp"],
        ["span", f"{1005:032x}", f"{1005:016x}", "--json"],
    ]
    agree(box, double, file, questions)
    equal({row["session_id"] for row in box.rows("spans", "prompt:onboarding")}, {f"p-{n}" for n in range(7)}, "runs stay apart")
    heard = []
    for store in (file, double.url):
        box.store = store
        tail = box.start("tail", "--json", "--no-listen", "--last", "60", "--store", store, *at, stdout=subprocess.PIPE, text=True)
        heard.append([tail.stdout.readline() for _ in range(60)])
        tail.kill()
        for words in (["score", "delete", "p-1", "helpful"], ["score", "delete", f"{1004:032x}/{1004:016x}"],
                      ["pin", "conv-000007", "--off"], ["label", "p-3", "late", "--off"], ["note", "p-1"],
                      ["pin", "p-2"], ["label", "conv-000009", "größe"], ["note", "p-2", "seen"]):
            box.run(*words)
    equal(heard[0], heard[1], "what tail prints")
    expect(all(heard[0]), "tail prints too little")
    agree(box, double, file, kept + noted[1:])
    expect(not box.rows("spans", "note:TWICE"), "a note that was taken away is found")
    return f"{len(questions) + len(kept) + 1} questions, tail"


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


def check_ctrl_c_in_the_midst_of_a_question_is_no_failure(box):
    """`tail` on a server that takes its time ends at Ctrl-C with 0 and without a word."""
    double = on_clickhouse(box)
    box.store = double.url
    box.run("import", "-", stdin=json.dumps(record(1)).encode())
    double.stop()
    double.words += ["--delay-ms", "700"]
    double.start()
    tail = box.start("tail", "--json", "--no-listen", "--last", "1", "--store", double.url, stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, text=True)
    expect(tail.stdout.readline(), "no span")
    # All is told: from here on questions about what is new are on their way.
    tail.send_signal(signal.SIGINT)
    _, said = tail.communicate(timeout=60)
    equal((tail.returncode, said), (0, ""), "exit status of tail, and what it says")


def check_scores_of_six_ways_are_replaced_and_removed(box):
    """Scores by key, command, wire, Swift SDK and both kinds of judge: in the result of their variant, once, till deleted."""
    double = on_clickhouse(box)
    box.store = double.url
    return scored_six_ways(box, 2)


def check_two_collectors_lose_and_double_nothing(box):
    """Every span is sent to two collectors until each says 200, while the engine answers 503, cuts connections, goes away and comes back,
    and both collectors are killed five times: what was acknowledged is there, each once. FALLOM_TEAM_SPANS of them (1,500); with
    200,000, FALLOM_PATIENCE must be more than 300 seconds."""
    double = on_clickhouse(box, fail_every=9, cut_every=11)
    lock, generator = threading.Lock(), random.Random(4)
    servers = [box.serve(store=double.url) for _ in range(2)]
    ends, spans, most = threading.Event(), int(os.environ.get("FALLOM_TEAM_SPANS", 1500)), 10
    step = max(25, spans // 100)
    # How far each of the two was told that it is safe.
    acknowledged = [0, 0]
    kills = [0, 0]

    def send(index):
        at = 0
        # So that every part meets a kill, the last spans wait for the last of them.
        while at < spans and not ends.is_set():
            if at + step >= spans * (kills[index] + 1) / (most / 2 + 1) and kills[index] < most / 2:
                time.sleep(0.05)
                continue
            numbers = range(at, min(at + step, spans))
            try:
                status, _, _ = servers[index].request("POST", "/v1/traces", [record(n, session=f"s-{n % 40}") for n in numbers])
            except OSError:
                status = 0
            if status == 200:
                at = numbers.stop
                with lock:
                    acknowledged[index] = at
            else:
                time.sleep(0.2)

    def waiting():
        return len(list((box.folder / ".local/state").rglob("*.batch")))

    threads = [threading.Thread(target=send, args=(index,), daemon=True) for index in range(2)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for kill in range(most):
        index = kill % 2
        # In the midst of what it has to do before the next kill, at some moment.
        part = spans * (kills[index] + generator.uniform(0.3, 0.9)) / (most / 2 + 1)
        wait_for(lambda: acknowledged[index] >= part, f"{part:.0f} spans are taken", seconds=60 + spans / 100)
        if kill == most // 2:
            # What comes now waits on the disk: all that is sent before the next kill.
            double.stop()
            for other in range(2):
                part = spans * (kills[other] + 1) / (most / 2 + 1) - 2 * step
                wait_for(lambda: acknowledged[other] >= part, f"{part:.0f} spans are kept on the disk", seconds=60 + spans / 100)
            spooled = waiting()
        servers[index].kill()
        servers[index] = box.serve(store=double.url)
        kills[index] += 1
        if kill == most // 2:
            double.start()
    for thread in threads:
        thread.join(timeout=max(200, spans / 100))
    ends.set()
    expect(not any(thread.is_alive() for thread in threads), "not all was taken")
    equal(acknowledged, [spans, spans], "acknowledged")
    taken = time.monotonic() - begun
    box.store = double.url
    seen = [0]

    def all_there():
        # The engine itself is asked, which fails now and then: the whole list of a large run takes long.
        try:
            seen[0] = int(ask(double, "SELECT count() FROM traces.fallom_spans FINAL"))
        except OSError:
            return False
        return seen[0] >= spans and not waiting()
    try:
        wait_for(all_there, "all spans are there, and nothing waits", seconds=120 + spans / 200)
    except Failure as failure:
        log = (box.folder / "serve.log").read_text()[-1500:]
        raise Failure(f"{failure}: {seen[0]} of {spans}; {waiting()} batches wait on the disk; said: {log}") from None
    drained = time.monotonic() - begun - taken
    equal(len(list((box.folder / ".local/state").rglob("*.refused"))), 0, "batches that were laid aside")
    double.stop()
    double.words = []
    double.start()
    # All that the engine holds, and what the program makes of it.
    rows = [line.split("\t") for line in ask(double, "SELECT span_id, session_id FROM traces.fallom_spans FINAL").decode().splitlines()]
    equal(sorted(rows), sorted([f"{n + 1:016x}", f"s-{n % 40}"] for n in range(spans)), "spans and their sessions")
    equal({row["session_id"]: row["spans"] for row in box.rows("sessions", timeout=600)},
          {f"s-{n}": len(range(n, spans, 40)) for n in range(40)}, "sessions")
    if spans <= 10_000:
        equal({row["span_id"] for row in box.rows("spans", timeout=600)}, {f"{n + 1:016x}" for n in range(spans)}, "which are listed")
    for server in servers:
        server.stop()
    return f"{spans} spans to each of two, {sum(kills)} kills, {spooled} batches waiting at once; taken in {taken:.0f} s, drained {drained:.0f} s later"


def fill_spool(box, double, count):
    """A collector takes one span, then `count` more while ClickHouse is away, one a request, and is killed."""
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", [record(0)])[0], 200, "status")
        double.stop()
        for number in range(1, count + 1):
            equal(server.request("POST", "/v1/traces", [record(number)])[0], 200, "status while it is away")
        server.kill()


def check_a_spool_takes_what_comes_while_the_server_is_away(box):
    """Without a server spans are acknowledged and kept on the disk; they arrive, in their order, after a kill and a restart."""
    double = on_clickhouse(box)
    box.store = double.url
    fill_spool(box, double, 29)
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
    box.run("note", session, "before")
    back = box.folder / "back.sqlite"
    box.run("copy", "--from", file, "--to", double.url)
    box.run("note", session, "after")
    for source, target in ((file, double.url), (double.url, back), (back, file)):
        box.run("copy", "--from", source, "--to", target)
    for question in (["spans", "--json"], ["sessions", "--json"], ["export"], ["export", "--format", "otlp"], ["session", session, "--json"]):
        answers = []
        for store in (file, double.url, back):
            box.store = store
            answers.append(box.run(*question).stdout)
        expect(answers[0] and answers[0] == answers[1] == answers[2], f"{question} differs:\n{first_difference(*answers[:2])}")
    expect(b'"note":"after"' in answers[0], answers[0])
    # A later word where it is copied to stays there, and so does the time of it.
    box.store = back
    box.run("note", session, "later")
    box.run("label", session, "kept")
    told = box.run("export").stdout
    box.run("copy", "--from", double.url, "--to", back)
    equal(box.run("export").stdout, told, "what was changed later in the copy")
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
    double.words += ["--late-error-every", "5"]
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


def check_a_user_who_only_reads(box):
    """With `readonly = 2` all is read as the owner reads it, and writing is refused with what to do; with 1 it is said what is
    missing. The console opens and says that nothing is taken in."""
    double = on_clickhouse(box, viewer="viewer:look-only:2")
    box.store = double.url
    box.run("import", "-", stdin="\n".join(json.dumps(record(n, session=f"s-{n % 3}")) for n in range(12)).encode())
    owners = [box.run(*question, "--json").stdout for question in (["spans"], ["sessions"], ["usage"])]
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = "look-only"
    box.store = double.url.replace("ann@", "viewer@")
    equal([box.run(*question, "--json").stdout for question in (["spans"], ["sessions"], ["usage"])], owners, "what a viewer reads")
    said = []
    for words, data in ((["pin", "s-1"], None), (["score", "s-1", "helpful", "1"], None), (["store", "create", box.store], None),
                        (["import", "-"], json.dumps(record(99)).encode())):
        done = box.run(*words, stdin=data, check=False)
        expect(done.returncode == 1 and b"viewer" in done.stderr and b"only read" in done.stderr, f"{words}: {done.stderr.decode()}")
        said.append(done.stderr.decode().strip())
    screen = Screen(box, "--store", box.store, "--no-listen", columns=80, rows=24)
    screen.until(r"s-1")
    screen.type("2")
    screen.until(r"s-2")
    screen.type("*")
    refused = screen.until(r"only read")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    double.stop()
    double.words[double.words.index("viewer:look-only:2")] = "viewer:look-only:1"
    double.start()
    done = box.run("spans", check=False)
    expect(done.returncode == 1 and b"readonly = 2" in done.stderr, done.stderr.decode())
    return f"{len(said) + 1} sentences; {refused.splitlines()[-2].strip()}"


def check_a_server_that_takes_its_time(box):
    """While a question is on its way the bar says for how long, and how much the server has read; one that never answers is given
    up, with what to do."""
    double = on_clickhouse(box)
    box.store = double.url
    box.run("import", "-", stdin="\n".join(json.dumps(record(n)) for n in range(5)).encode())
    double.stop()
    double.words += ["--delay-ms", "1400"]
    double.start()
    screen = Screen(box, "--store", box.store, "--no-listen", columns=80, rows=24)
    told = screen.until(r"asking \S+, \S+ [kMG]?B", seconds=30)
    screen.until("s-1", seconds=60)
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    double.stop()
    double.words[-1] = "13000"
    double.start()
    begun = time.monotonic()
    done = box.run("spans", check=False)
    expect(done.returncode == 1 and b"did not answer within 10 seconds" in done.stderr, done.stderr.decode())
    expect(b"overloaded" in done.stderr, done.stderr.decode())
    return f"'{told.splitlines()[1].strip()}'; given up after {time.monotonic() - begun:.0f} s"


def check_calls_are_tried_again_where_they_are(box):
    """`try` and `run-variants` read their calls from a ClickHouse and record the new ones there, beside no list and no sum; who may
    only read is answered, and told that nothing is recorded. A call in a Collector's table is tried too."""
    fake = fake_llm.FakeLLM(first_token_ms=5, chunk_ms=1).start()
    double = on_clickhouse(box, viewer="viewer:look-only:2")
    box.store = double.url
    filled(box, [call(n, f"what is a mole, {n}?", answer="An animal.") for n in range(3)])
    before = live(box)
    address = f"{1:032x}/{1:016x}"
    tried = box.rows("try", address, "--model", "gpt-4o", env=keys(fake))[0]
    equal(tried["tried"]["output_text"], "Echo(1): what is a mole, 0?", "the new answer")
    equal(box.rows("spans", "run:tries")[0]["span_id"], tried["span_id"], "where it is recorded")
    box.run("run-variants", "kind:llm", "--variant", "temperature=0.5", "--name", "warm", env=keys(fake))
    equal(len(box.rows("spans", "run:warm")), 3, "calls of the run")
    pairs = [row for row in box.rows("run-variants", "--table", "warm") if row["kind"] == "pair"]
    equal([bool(pair["variants"][0]["output_text"]) for pair in pairs], [True] * 3, "what the run came to")
    equal(live(box), before, "what lists and sums show")
    asked = len(box.rows("spans", "is:run"))
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = "look-only"
    box.store = double.url.replace("ann@", "viewer@")
    done = box.run("try", address, "--model", "gpt-4o", env=keys(fake))
    expect(b"what is a mole" in done.stdout and b"not recorded" in done.stderr, f"{done.stdout!r} {done.stderr!r}")
    refused = box.run("run-variants", "kind:llm", "--variant", "temperature=0.5", check=False, env=keys(fake))
    expect(refused.returncode == 1 and b"can only be read" in refused.stderr, refused.stderr.decode())
    equal(len(box.rows("spans", "is:run")), asked, "calls recorded by a viewer")
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    ask(double, exporter_table("otel_traces", "Map(LowCardinality(String), String)", "(ServiceName, SpanName, toDateTime(Timestamp))"))
    data = "\n".join(json.dumps(row) for request in collected_requests() for row in exporter_rows(request, True))
    ask(double, "INSERT INTO traces.otel_traces FORMAT JSONEachRow", data.encode())
    box.store = double.url + "?table=otel_traces"
    ready = 0
    for row in box.rows("spans", "kind:llm"):
        if ready == 3:
            break
        done = box.run("try", f"{row['trace_id']}/{row['span_id']}", "--model", "gpt-4o", "--provider", "openai", "--dry-run",
                       check=False, env=keys(fake))
        expect(b"ClickHouse" not in done.stderr, done.stderr.decode())
        ready += done.returncode == 0 and json.loads(done.stdout)["model"] == "gpt-4o"
    equal(ready, 3, "calls of the table that can be tried")
    fake.stop()
    return f"{asked} calls, {ready} ready of a table"


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
    requests = collected_requests()
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
    box.store = own
    dialects = {row["dialect"] for row in box.rows("usage", "--by", "dialect")}
    expect(len(dialects) >= 5, f"too few dialects: {dialects}")
    return f"{count} rows in two forms, {len(dialects)} dialects"


def check_filters_reach_behind_the_newest_of_a_collectors_table(box):
    """Behind 210,000 newer rows of another service stand the captured spans: commands with filters bring their traces and sessions alone,
    and say what a store says that has them all."""
    double = Double(box)
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    requests = collected_requests()
    with box.serve() as server:
        for request in requests:
            equal(server.request("POST", "/v1/traces", request)[0], 200, "status")
    ask(double, "CREATE DATABASE IF NOT EXISTS traces")
    ask(double, exporter_table("otel_traces", "Map(LowCardinality(String), String)", "(ServiceName, SpanName, toDateTime(Timestamp))"))
    data = "\n".join(json.dumps(row) for request in requests for row in exporter_rows(request, True))
    ask(double, "INSERT INTO traces.otel_traces FORMAT JSONEachRow", data.encode())
    ask(double, """INSERT INTO traces.otel_traces (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, Duration, StatusCode)
        SELECT toDateTime64('2030-01-01 00:00:00', 9) + number, lower(hex(sipHash128(number))), lower(hex(sipHash64(number))), 'GET /', 'Server',
        'shop', 5, 'Ok' FROM numbers(210000)""")
    own = box.store
    session, model = box.rows("sessions", "--limit", "1", "kind:llm")[0]["session_id"], "claude*"
    span = box.rows("spans", "kind:llm", "--limit", "1")[0]
    questions = [
        ["spans", "--json", f"trace:{span['trace_id']}"], ["session", session, "--json"], ["sessions", "--json", f"model:{model}"],
        ["usage", "--json", "--by", "model", f"model:{model}"], ["spans", "--json", "weather"], ["sessions", "--json", "weather"],
        ["usage", "--json", "--by", "kind", "until:2029-01-01"],
        ["span", span["trace_id"], span["span_id"], "--json"],
    ]
    begun = time.monotonic()
    for question in questions:
        answers = []
        for store in (own, double.url + "?table=otel_traces"):
            box.store = store
            answers.append(sorted(box.run(*question, env={"TZ": "UTC"}).stdout.splitlines()))
        expect(answers[0], f"{question} gives nothing")
        equal(*[len(answer) for answer in answers], f"lines of {question}")
        for one, other in zip(*answers):
            one, other = json.loads(one), json.loads(other)
            for field in NOT_IN_A_TABLE:
                one.pop(field, None), other.pop(field, None)
            equal(other, one, f"{question}")
    return f"{len(questions)} questions behind 210,000 rows, {time.monotonic() - begun:.1f} s"


# What the exporter's table does not hold, or holds as text alone.
NOT_IN_A_TABLE = ()


def collected_requests():
    """What the captured clients of OpenTelemetry sent."""
    requests = []
    for name in ("otlp-json.decoded.ndjson", "otlp-protobuf.decoded.ndjson"):
        for line in (CAPTURES / name).read_text().splitlines():
            entry = json.loads(line)
            if entry["path"] == "/v1/traces" and entry["decoded"].get("resourceSpans"):
                requests.append(entry["decoded"])
    return requests


def join(lines):
    return b"\n".join(lines)
