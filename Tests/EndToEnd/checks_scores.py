"""Scores: every way in, what is replaced and deleted, where they are shown, and what may not come in."""
import json

from harness import equal, expect, record, wait_for

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
