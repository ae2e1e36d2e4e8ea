"""Scores: every way in, what is replaced and deleted, where they are shown, and what may not come in."""
import hashlib
import json
import time

from checks_terminal import console, http_port, post
from harness import equal, expect, record, wait_for
from scored_six_ways import scored_six_ways

TRACE, SPAN = f"{1:032x}", f"{1:016x}"


def scored(box, *filters):
    """Scores as (target, name, value, by), sorted."""
    return sorted((row["target"], row["name"], str(row["value"]), row["by"]) for row in box.rows("score", "list", *filters))


def otlp_span(number, session, events):
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "my.judges"}, "spans": [{
        "traceId": f"{number + 1:032x}", "spanId": f"{number + 1:016x}", "name": "chat gpt-4o",
        "startTimeUnixNano": "1795446000000000000", "endTimeUnixNano": "1795446001000000000",
        "attributes": [{"key": "gen_ai.conversation.id", "value": {"stringValue": session}}],
        "events": [{"name": "gen_ai.evaluation.result", "timeUnixNano": "1795446001000000000", "attributes": [
            {"key": key, "value": value} for key, value in event.items()]} for event in events]}]}]}]}


def evaluation(name, value=None, label=None, why=None):
    made = {"gen_ai.evaluation.name": {"stringValue": name}}
    if value is not None:
        made["gen_ai.evaluation.score.value"] = {"doubleValue": value}
    if label:
        made["gen_ai.evaluation.score.label"] = {"stringValue": label}
    if why:
        made["gen_ai.evaluation.explanation"] = {"stringValue": why}
    return made


EVALS = {"name": "nightly", "description": None, "dataset_size": 2, "judge_model": "openai/gpt-4o-mini", "results": [
    {"input": "a", "output": "b", "answer_relevancy": None, "toxicity": 0.8, "reasoning": {"toxicity": "rude"}},
    {"input": "c", "output": "d", "toxicity": 0.1, "faithfulness": 1, "reasoning": {}, "metadata": {"session_id": "s-1"}}]}


def check_scores_by_every_way_are_kept_replaced_and_deleted(box):
    with box.serve() as serve:
        equal(serve.request("POST", "/v1/traces", record(0))[0], 200, "a span")
        # A command, on a session and on a span.
        box.run("score", "s-1", "helpful", "-2.5", "--comment", "made it up", "--by", "ada")
        box.run("score", f"{TRACE}/{SPAN}", "tone", "good", "--by", "ada")
        # Our own request: three good ones, two that cannot be kept.
        status, _, body = serve.request("POST", "/v1/scores", {"scores": [
            {"session_id": "s-1", "name": "helpful", "value": 1, "by": "app"},
            {"trace_id": TRACE, "span_id": SPAN, "name": "grounded", "value": True},
            {"target": f"{TRACE}/{SPAN}", "name": "style", "value": "dry", "comment": "key sk-ant-api03-" + "aB3dE5" * 8},
            {"session_id": "s-1", "name": "", "value": 1}, {"session_id": "s-1", "name": "x", "value": None}]})
        equal(status, 200, "POST /v1/scores")
        answer = json.loads(body)
        equal((answer["accepted"], [bad["index"] for bad in answer["rejected"]]), (3, [3, 4]), "the answer")
        # OpenTelemetry: on a span, and in logs.
        equal(serve.request("POST", "/v1/traces", otlp_span(
            5, "s-2", [evaluation("relevance", 0.75, "relevant", "on topic"), evaluation("verdict", label="pass")]))[0],
            200, "an OTLP span with evaluations")
        log = {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "my.judges"}, "logRecords": [
            {"eventName": "gen_ai.evaluation.result", "timeUnixNano": "1795446002000000000", "traceId": f"{6:032x}",
             "spanId": f"{6:016x}", "attributes": [
                 {"key": key, "value": value} for key, value in evaluation("logged", 0.5).items()]}]}]}]}
        equal(serve.request("POST", "/v1/logs", log)[0], 200, "an evaluation in a log record")
        # Fallom's SDKs: a run of evaluations, and a judge's own span.
        status, _, body = serve.request("POST", "/api/sdk-evals", EVALS)
        run = json.loads(body)["run_id"]
        expect(status == 200 and run, f"sdk-evals was answered {status} {body!r}")
        judge = record(7, session="s-3", name="geval.coherence", model="openai/gpt-4o-mini", attributes={
            "fallom.method": "runGEval", "geval.metric": "coherence", "geval.score": 0.9, "geval.reasoning": "clear"})
        equal(serve.request("POST", "/v1/traces", judge)[0], 200, "a runGEval span")
        # A record that is a score makes no span.
        serve.send_datagram(json.dumps(record(9, session="s-1", attributes={
            "fallom.score.name": "udp", "fallom.score.value": 3, "fallom.score.by": "app"})).encode())
        wait_for(lambda: scored(box, "s-1", "--name", "udp"), "the score that came as a datagram")
        equal(len(box.rows("spans")), 3, "spans")
        wanted = sorted([
            ("s-1", "helpful", "-2.5", "ada"), ("s-1", "helpful", "1", "app"), (f"{TRACE}/{SPAN}", "tone", "good", "ada"),
            (f"{TRACE}/{SPAN}", "grounded", "1", "api"), (f"{TRACE}/{SPAN}", "style", "dry", "api"),
            (f"{6:032x}/{6:016x}", "relevance", "0.75", "my.judges"), (f"{6:032x}/{6:016x}", "verdict", "pass", "my.judges"),
            (f"{6:032x}/{6:016x}", "logged", "0.5", "my.judges"),
            (f"evals/{run}/0", "toxicity", "0.8", "openai/gpt-4o-mini"), ("s-1", "toxicity", "0.1", "openai/gpt-4o-mini"),
            ("s-1", "faithfulness", "1", "openai/gpt-4o-mini"),
            (f"{8:032x}/{8:016x}", "coherence", "0.9", "openai/gpt-4o-mini"), ("s-1", "udp", "3", "app")])
        equal(scored(box), wanted, "all scores")
        comments = [row["comment"] or "" for row in box.rows("score", "list")]
        expect(not any("aB3dE5aB3dE5" in comment for comment in comments), "a secret in a comment was kept")
        expect("on topic" in comments and "rude" in comments and "clear" in comments, f"comments: {comments}")
        # The same again, by the same judge: one score; by another: another.
        box.run("score", "s-1", "helpful", "4", "--by", "ada")
        equal([row for row in scored(box, "s-1", "--name", "helpful")],
              [("s-1", "helpful", "1", "app"), ("s-1", "helpful", "4", "ada")], "after a second thought")
        # Found by filters, shown with what they are on.
        for filter, sessions in (("score:relevance", ["s-2"]), ("score.helpful>3", ["s-1"]), ("score.verdict:pass", ["s-2"]),
                                 ("score.toxicity<0.5", ["s-1"]), ("-score:*", []), ("score.coherence>=0.9", ["s-3"])):
            equal(sorted(row["session_id"] for row in box.rows("sessions", filter)), sessions, filter)
        by_id = {row["session_id"]: row for row in box.rows("sessions")}
        equal(sorted((s["name"], s["by"]) for s in by_id["s-2"]["scores"]),
              [("logged", "my.judges"), ("relevance", "my.judges"), ("verdict", "my.judges")], "sessions --json")
        spans = {row["span_id"]: row for row in box.rows("spans")}
        equal([s["name"] for s in spans[SPAN]["scores"]], ["grounded", "style", "tone"], "spans --json")
        expect(b"helpful 4 (ada)" in box.run("session", "s-1").stdout, "the session does not show its scores")
        # What was written is read back the same, in either form.
        for form in ("ndjson", "otlp"):
            path = box.folder / f"all.{form}.ndjson"
            path.write_bytes(box.run("export", "--format", form).stdout)
            other = box.folder / f"{form}.sqlite"
            again = [*("import", path, "--store", other)]
            done = box.start(*again)
            equal(done.wait(60), 0, f"import of {form}")
            listed = box.start("score", "list", "--json", "--store", other, stdout=-1)
            rows = [json.loads(line) for line in listed.communicate()[0].splitlines()]
            equal(sorted((r["target"], r["name"], str(r["value"]), r["by"]) for r in rows), scored(box), f"scores by {form}")
        # Deleted.
        box.run("score", "delete", "s-1", "helpful", "--by", "ada")
        equal(scored(box, "s-1", "--name", "helpful"), [("s-1", "helpful", "1", "app")], "after one was deleted")
        box.run("score", "delete", f"{TRACE}/{SPAN}")
        expect(not scored(box, f"{TRACE}/{SPAN}"), "all scores of a span were deleted")
        expect(box.run("score", "delete", "s-1", "nothing", check=False).returncode == 1, "nothing to delete is said")
        expect(box.run("score", "nobody", "x", "1", check=False).returncode == 1, "a target that is not there is said")


def check_scores_from_hostile_hands(box):
    with box.serve() as serve:
        serve.request("POST", "/v1/traces", record(0))
        for body, status in ((b"", 400), (b"[]", 200), (b"{}", 400), (b"7", 400), (b"[" * 5000, 400), (b'{"scores":7}', 400),
                             (b'[{"session_id":"s-1","name":"x","value":1e999}]', 400),
                             (b'[{"session_id":"s-1","name":"x","value":1,"time":"soon"}]', 400),
                             (b'[{"session_id":"' + b"s" * 2000 + b'","name":"x","value":1}]', 400),
                             (json.dumps([{"session_id": "s-1", "name": "n" * 201, "value": 1}]).encode(), 400)):
            answer = serve.request("POST", "/v1/scores", body, {"Content-Type": "application/json"})
            equal(answer[0], status, f"{body[:60]!r}: {answer[2][:200]!r}")
        for body in (b"{}", b'{"results":7}', b'{"results":[7,{"toxicity":"high"}],"judge_model":""}'):
            status = serve.request("POST", "/api/sdk-evals", body, {"Content-Type": "application/json"})[0]
            expect(status in (200, 400), f"sdk-evals {body!r} was answered {status}")
        many = [{"session_id": f"s-{n}", "name": "x", "value": n} for n in range(20_000)]
        equal(json.loads(serve.request("POST", "/v1/scores", many)[2])["accepted"], 20_000, "many at once")
        escape = {"session_id": "s-1", "name": "\u001b[31mred", "value": "\u001b]52;c;aGk=\u0007", "by": "\u202e"}
        equal(serve.request("POST", "/v1/scores", escape)[0], 200, "escapes")
        for command in (["score", "list", "s-1"], ["session", "s-1"], ["sessions"]):
            expect(b"\x1b" not in box.run(*command).stdout, f"{command} let an escape through")
        # One from the future can be replaced.
        serve.request("POST", "/v1/scores", {"session_id": "s-1", "name": "late", "value": 1, "by": "ada",
                                             "time": "2199-01-01T00:00:00Z"})
        box.run("score", "s-1", "late", "2", "--by", "ada")
        equal(scored(box, "s-1", "--name", "late"), [("s-1", "late", "2", "ada")], "one from the future")


def check_data_sets_of_the_workspace_are_served(box):
    folder = box.folder / "fallom/datasets/support-qa"
    folder.mkdir(parents=True)
    for version in (1, 4):
        (folder / f"{version}.json").write_text(json.dumps({
            "dataset": {"name": "Support QA"}, "version": {"version": version},
            "entries": [{"input": "How?", "output": "So.", "systemMessage": None, "metadata": {"topic": "auth"}}]}))
    with box.serve("--workspace", box.folder / "fallom") as serve:
        whole = json.loads(serve.request("GET", "/api/datasets/support-qa?include_entries=true")[2])
        equal((whole["dataset"]["name"], whole["version"]["version"], len(whole["entries"])), ("Support QA", 4, 1), "the latest")
        (folder / "current").write_text("1\n")
        equal(json.loads(serve.request("GET", "/api/datasets/support-qa")[2])["version"]["version"], 1, "the current one")
        equal(json.loads(serve.request("GET", "/api/datasets/support-qa?version=4")[2])["version"]["version"], 4, "version 4")
        for path in ("nothing", "..%2f..%2fsecret", "support-qa?version=9"):
            equal(serve.request("GET", "/api/datasets/" + path)[0], 404, path)


def variant(session):
    """Which of two halves a session falls into: the published SDKs' hash."""
    return int.from_bytes(hashlib.md5(session.encode()).digest()[:4], "big") % 1_000_000 >= 500_000


def experiment(box, count):
    """A workspace with a config of two models, and that many sessions of it sent to `serve`, each with one call."""
    folder = box.folder / "fallom/configs/app"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(json.dumps({"key": "app", "version": 1, "variants": [
        {"model": "old", "weight": 50}, {"model": "new", "weight": 50}]}))
    return [f"session-{number}" for number in range(count)]


def send_sessions(serve, sessions):
    """A call for each session, of an hour ago: what the console shows of a config are its last seven days."""
    hour_ago = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 3600))
    times = {"start_time": hour_ago + ".000Z", "end_time": hour_ago + ".500Z"}
    lines = []
    for number, session in enumerate(sessions):
        model = "new" if variant(session) else "old"
        answer = serve.request("POST", "/sessions", {
            "config_key": "app", "config_version": 1, "session_id": session, "assigned_model": model})
        equal(answer[0], 200, "an assignment")
        lines.append(json.dumps(record(number, session=session, model=model, **times)))
    body = "\n".join(lines).encode()
    equal(serve.request("POST", "/v1/traces", body, {"Content-Type": "application/x-ndjson"})[0], 200, "spans")


def results(box, *options):
    rows = box.rows("configs", "results", "app", "--workspace", box.folder / "fallom", *options)
    return rows[:-1], rows[-1]


def check_scores_by_six_ways_reach_the_result_of_their_variant(box):
    sessions = experiment(box, 360)
    values = {session: (0.8 if variant(session) else 0.3) + (number % 10) / 100
              for number, session in enumerate(sessions)}
    judges = box.folder / "fallom/judges.yaml"
    judges.write_text("program:\n  command: [python3, judge.py]\n  on: session\n")
    (box.folder / "values.json").write_text(json.dumps(values))
    (box.folder / "judge.py").write_text(
        "import json, sys\nvalues = json.load(open('values.json'))\n"
        "for line in sys.stdin:\n    item = json.loads(line)\n"
        "    print(json.dumps({'item': item['item'], 'name': 'helpful', 'value': values[item['session_id']]}))\n")
    with box.serve("--workspace", box.folder / "fallom") as serve:
        send_sessions(serve, sessions)
        ids = {session: (f"{n + 1:032x}", f"{n + 1:016x}") for n, session in enumerate(sessions)}
        parts = [sessions[part::6] for part in range(6)]
        # 1 a command, a few of them; 2 our own request; 3 a span's event; 4 a log record; 5 an SDK's run; 6 a judge.
        for session in parts[0][:6]:
            box.run("score", session, "helpful", str(values[session]))
        serve.request("POST", "/v1/scores", [
            {"session_id": session, "name": "helpful", "value": values[session]} for session in parts[0][6:] + parts[1]])
        for session in parts[2]:
            request = otlp_span(10_000 + sessions.index(session), session, [evaluation("helpful", values[session])])
            equal(serve.request("POST", "/v1/traces", request)[0], 200, "an event")
        serve.request("POST", "/v1/logs", {"resourceLogs": [{"scopeLogs": [{"logRecords": [
            {"eventName": "gen_ai.evaluation.result", "timeUnixNano": "1795446002000000000", "traceId": ids[session][0],
             "spanId": ids[session][1], "attributes": [
                 {"key": key, "value": value} for key, value in evaluation("helpful", values[session]).items()]}
            for session in parts[3]]}]}]})
        serve.request("POST", "/api/sdk-evals", {"judge_model": "m", "results": [
            {"helpful": values[session], "reasoning": {"helpful": "because"}, "metadata": {"session_id": session}}
            for session in parts[4]]})
        judged = box.run("judge", "program", "--workspace", box.folder / "fallom", "session:session-*", "-score:helpful")
        # Of a session scored by a span's event its other span is not scored, so that the filter finds it, too.
        expect(b"120 scores kept, 0 lines refused" in judged.stderr, judged.stderr.decode())
        rows, summary = results(box)
        for row in rows:
            own = [values[session] for session in sessions if variant(session) == (row["model"] == "new")]
            score = row["scores"]["helpful"]
            equal(score["sessions"], len(own), f"scored sessions of {row['model']}")
            expect(abs(score["mean"]["value"] - sum(own) / len(own)) < 1e-9, f"mean of {row['model']}: {score}")
        # A second thought counts once; what is deleted counts no more.
        box.run("score", parts[0][0], "helpful", "0")
        box.run("score", "delete", parts[0][1], "helpful")
        again, _ = results(box)
        equal(sum(row["scores"]["helpful"]["sessions"] for row in again), 359, "sessions after a deletion")
        # The goal decides, guardrails beside it.
        box.run("configs", "goal", "app", "helpful", "--guard", "p95=10%", "--guard", "cost=5%",
                "--workspace", box.folder / "fallom")
        kept = json.loads((box.folder / "fallom/configs/app/goals.json").read_text())
        equal(kept, {"goal": "helpful", "guardrails": {"latency_p95": "10%", "cost_per_session": "5%"}}, "goals.json")
        _, summary = results(box)
        decision = summary["decisions"][0]
        expect(decision["sentence"].startswith(("keep new: helpful +", "wait: helpful +")), decision)
        difference = summary["comparisons"][0]["score.helpful"]["difference"]
        expect(0.3 < difference["lower"] < 0.5 < difference["upper"] < 0.7, difference)
        expect(b"helpful +" in box.run("configs", "results", "app", "--workspace", box.folder / "fallom").stdout,
               "the verdict is not printed")


def check_six_ways_beside_the_published_python_sdk(box):
    """Its sessions scored by key, command, wire, Swift SDK and both kinds of judge: in the result of their variant, once, till deleted."""
    return scored_six_ways(box, 6)


def check_the_goal_of_a_config_is_said_by_a_key(box):
    """O on a config takes the figure that decides and its guardrails, says what is wrong with them, and the verdict follows."""
    sessions = experiment(box, 120)
    with box.serve("--workspace", box.folder / "fallom") as serve:
        send_sessions(serve, sessions)
        serve.request("POST", "/v1/scores", [
            {"session_id": session, "name": "helpful", "value": (0.9 if variant(session) else 0.1) + (number % 5) / 100}
            for number, session in enumerate(sessions)])
    goals = box.folder / "fallom/configs/app/goals.json"
    screen = console(box, "--no-listen", "--workspace", box.folder / "fallom", columns=160, rows=45)
    screen.until("session-")
    screen.type("3")
    screen.until("O says which figure decides")
    screen.type("O")
    screen.until("decided by")
    screen.type("helpful, p95=quick\r")
    screen.until('"quick" is no limit')
    expect(not goals.exists(), "a mistake was saved")
    screen.type("\x7f" * 5 + "10%, cost=5%\r")
    screen.until("saved by what app is decided")
    equal(json.loads(goals.read_text()), {"goal": "helpful", "guardrails": {"latency_p95": "10%", "cost_per_session": "5%"}},
          "goals.json")
    screen.until("decided by more helpful, at most 10% more p95 latency, at most 5% more cost")
    screen.until("([Kk]eep new|[Ww]ait): helpful \\+")
    screen.type("O")
    screen.until("decided by helpful, latency_p95=10%, cost_per_session=5%")
    screen.type("\x15\r")
    wait_for(lambda: not goals.exists() or screen.pump(), "the goal is forgotten")
    screen.until("O says which figure decides")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def check_a_judge_that_is_a_prompt_keeps_its_budget(box):
    """A model that answers with scores, and first with 429; the budget ends the run before it is passed."""
    import http.server
    import threading

    asked = []

    class Model(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(body)
            status = 429 if len(asked) == 1 else 200
            answer = {"choices": [{"message": {"content": 'Sure: {"score": 0.75, "reason": "to the point"}'}}],
                      "usage": {"prompt_tokens": 100_000, "completion_tokens": 10}}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        prompt = box.folder / "fallom/prompts/judge-helpful/1"
        prompt.mkdir(parents=True)
        (prompt / "system.txt").write_text("You judge answers.")
        (prompt / "user.txt").write_text("Asked: {{input}}\nAnswered: {{output}}")
        (box.folder / "fallom/judges.yaml").write_text(
            "helpful:\n  prompt: judge-helpful\n  model: gpt-4o\n  budget: 0.60\n"
            f"  base_url: http://127.0.0.1:{server.server_port}/v1\n")
        with box.serve() as serve:
            serve.request("POST", "/v1/traces", "\n".join(
                json.dumps(record(n, session=f"s-{n}", text=f"question {n}")) for n in range(8)).encode(),
                {"Content-Type": "application/x-ndjson"})
        # 100,000 tokens of gpt-4o are a quarter of a dollar: two calls fit.
        done = box.run("judge", "helpful", "--workspace", box.folder / "fallom")
        expect(b"the budget ends here" in done.stderr and b"2 scores kept" in done.stderr, done.stderr.decode())
        equal(len(asked), 3, "calls, the refused one among them")
        expect("question" in asked[-1]["messages"][-1]["content"], asked[-1])
        rows = box.rows("score", "list")
        equal([(row["name"], row["value"], row["comment"], row["by"]) for row in rows],
              [("helpful", 0.75, "to the point", "helpful")] * 2, "scores")
        # What was judged is not judged again.
        box.run("judge", "helpful", "--workspace", box.folder / "fallom")
        equal(len({row["target"] for row in box.rows("score", "list")}), 4, "targets after a second run")
    finally:
        server.shutdown()


def check_a_judges_mistakes_are_told(box):
    (box.folder / "fallom").mkdir()
    judges = box.folder / "fallom/judges.yaml"
    with box.serve() as serve:
        serve.request("POST", "/v1/traces", "\n".join(json.dumps(record(n, session=f"s-{n}")) for n in range(3)).encode(),
                      {"Content-Type": "application/x-ndjson"})

    def judge(text, *more, check=False):
        judges.write_text(text)
        return box.run("judge", "x", "--workspace", box.folder / "fallom", *more, check=check)

    for text, words in (("x:\n  on: planet\n", b"on must be span or session"), ("x:\n  command: true\n  prompt: y\n", b"either"),
                        ("x:\n  colour: red\n", b"unknown entry 'colour'"), ("y:\n  command: true\n", b"no judge 'x'"),
                        ("x:\n  command: true\n  over: latency>\n", b"over:")):
        done = judge(text)
        expect(done.returncode == 1 and words in done.stderr, f"{text!r}: {done.stderr.decode()}")
    done = judge("x:\n  command: echo 1; echo what is this, then; echo '{\"item\":9,\"value\":1}'; exit 3\n")
    expect(done.returncode == 1 and b"ended with 3" in done.stderr and b"2 scores kept, 1 line refused" in done.stderr,
           done.stderr.decode())
    equal(len(box.rows("score", "list")), 2, "what was written before it failed")
    done = judge("x:\n  command: [/nowhere/judge]\n", "--again")
    expect(done.returncode == 1 and b"cannot start /nowhere/judge" in done.stderr, done.stderr.decode())
    done = judge("x:\n  command: cat > /dev/null\n  sample: 1%\n", "--again", "--plan", check=True)
    expect(b"of 3 that match" in done.stderr, done.stderr.decode())


def check_scores_notes_and_pins_by_keys(box):
    screen = console(box, columns=150, rows=40)
    post(http_port(screen), record(1, session="first"), record(2, session="second"))
    screen.until("second")
    screen.type("k")
    screen.type("\x1b+")
    wait_for(lambda: box.rows("score", "list"), "the score by a key")
    row = box.rows("score", "list")[0]
    equal((row["name"], row["value"], row["target"]), ("rating", 1, f"{2:032x}/{2:016x}"), "the score")
    screen.until("SCORE")
    screen.type("R")
    screen.until("score of the span")
    screen.type("helpful 0.5 vague\r")
    wait_for(lambda: len(box.rows("score", "list")) == 2, "the score with a reason")
    screen.type("2")
    screen.until("ERRORS")
    screen.type("*")
    wait_for(lambda: box.rows("sessions", "is:pinned"), "the pin")
    screen.type("i")
    screen.until("note")
    screen.type("asked twice\r")
    wait_for(lambda: box.rows("sessions", "note:twice"), "the note")
    screen.type("#")
    screen.until("labels")
    screen.type("refund, late\r")
    wait_for(lambda: box.rows("sessions", "label:late"), "the labels")
    screen.type("\r")
    screen.until("asked twice")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
