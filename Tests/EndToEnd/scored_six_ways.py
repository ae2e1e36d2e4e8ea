"""One experiment whose sessions the published Python SDK records, scored in each of the six ways: by a key, by a command, from the
wire, by the Swift SDK, by a judge that is a program and by one that is a prompt. For a store in a file and one in a ClickHouse."""
import http.server
import json
import pathlib
import re
import subprocess
import threading
import time

from checks_clients import client_environment, need, run_client
from checks_terminal import console
from harness import Skip, binary, equal, expect, wait_for

WAYS = ("key", "command", "wire", "sdk", "program", "prompt")
LISTED = r"(?m)^[\u258e ]\s*((?:" + "|".join(WAYS) + r")-\d+)\b"
"""A session's row."""
PROGRAM = """import json, sys
values = json.load(open('values.json'))
for line in sys.stdin:
    item = json.loads(line)
    print(json.dumps({'item': item['item'], 'name': 'helpful', 'value': values[item['session_id']]}))
"""


class JudgingModel(http.server.BaseHTTPRequestHandler):
    """A model that says the number that stands in the answer it judges."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number = re.findall(r"0\.\d+", body["messages"][-1]["content"])[-1]
        content = json.dumps({
            "choices": [{"message": {"content": json.dumps({"score": float(number), "reason": "as it says"})}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Experiment:
    """Sessions by name, what each is worth, and what was told of them."""

    def __init__(self, box, each):
        need("fallom", "openai")
        self.box, self.workspace = box, box.folder / "fallom"
        self.values = {f"{way}-{n}": round(0.2 + 0.05 * n + 0.07 * WAYS.index(way), 2) for way in WAYS for n in range(each)}
        config = self.workspace / "configs/app"
        config.mkdir(parents=True)
        (config / "1.json").write_text(json.dumps({"key": "app", "version": 1, "variants": [
            {"model": "old", "weight": 50}, {"model": "new", "weight": 50}]}))
        prompt = self.workspace / "prompts/judge-helpful/1"
        prompt.mkdir(parents=True)
        (prompt / "system.txt").write_text("You judge answers.")
        (prompt / "user.txt").write_text("Answered: {{output}}")
        (box.folder / "judge.py").write_text(PROGRAM)
        self.models = {}

    def of(self, way):
        return [session for session in self.values if session.startswith(way)]

    def record(self, server):
        """The Python SDK asks the workspace for a model and makes a call in each session."""
        told = run_client(self.box, server, "fallom_python_sessions.py", "app",
                          *(f"{session}=what is {value} worth?" for session, value in self.values.items()))
        self.models = json.loads(told.splitlines()[-1])
        wait_for(lambda: len(self.box.rows("spans", "kind:llm")) == len(self.values), "the spans of the Python SDK")
        equal(set(self.models.values()), {"old", "new"}, "models that were given out")

    def score(self, server, way):
        """Scores the sessions of a way with what they are worth now."""
        getattr(self, "by_" + way)(server, {session: self.values[session] for session in self.of(way)})

    def by_key(self, _, values):
        screen = console(self.box, "--no-listen", columns=150, rows=30)
        screen.until("prompt-0")
        screen.type("2")
        screen.until("ERRORS")
        for session, value in values.items():
            screen.type(f"/\x15session:{session}\r")
            wait_for(lambda: re.findall(LISTED, screen.text) == [session] or screen.pump(), f"{session} alone in the list")
            screen.type("R")
            screen.until("score of the session")
            screen.type(f"helpful {value} by hand\r")
            screen.until(rf"helpful {value} on the session")
        screen.type("q")
        equal(screen.wait(), 0, "exit status after q")

    def by_command(self, _, values):
        for session, value in values.items():
            self.box.run("score", session, "helpful", str(value))

    def by_wire(self, server, values):
        """OpenTelemetry's event in a log, an evaluation run of the SDKs, our own request: a third each."""
        spans = {row["session_id"]: row for row in self.box.rows("spans", "kind:llm")}
        for number, (session, value) in enumerate(values.items()):
            if number % 3 == 0:
                span = spans[session]
                status = server.request("POST", "/v1/logs", {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "otel"}, "logRecords": [{
                    "eventName": "gen_ai.evaluation.result", "timeUnixNano": str(time.time_ns()), "traceId": span["trace_id"],
                    "spanId": span["span_id"], "attributes": [
                        {"key": "gen_ai.evaluation.name", "value": {"stringValue": "helpful"}},
                        {"key": "gen_ai.evaluation.score.value", "value": {"doubleValue": value}}]}]}]}]})[0]
            elif number % 3 == 1:
                status = server.request("POST", "/api/sdk-evals", {"judge_model": "m", "results": [
                    {"helpful": value, "reasoning": {"helpful": "so"}, "metadata": {"session_id": session}}]})[0]
            else:
                status = server.request("POST", "/v1/scores", [{"session_id": session, "name": "helpful", "value": value}])[0]
            equal(status, 200, f"the score of {session}")

    def by_sdk(self, server, values):
        program = pathlib.Path(binary()).parent / "FallomExamples"
        if not program.exists():
            raise Skip("not built: FallomExamples (swift build --product FallomExamples)")
        done = subprocess.run(
            [program, "score-sessions", "app", "helpful", *(f"{session}={value}" for session, value in values.items())],
            env=client_environment(self.box, server, {}), capture_output=True, text=True, timeout=60)
        expect(done.returncode == 0, done.stderr[-1000:])
        said = dict(line.split() for line in done.stdout.splitlines())
        equal(said, {session: self.models[session] for session in values}, "the Swift SDK's models beside the Python SDK's")

    def by_program(self, _, values):
        (self.box.folder / "values.json").write_text(json.dumps(values))
        self.judge("program:\n  command: [python3, judge.py]\n  on: session\n", "program", len(values))

    def by_prompt(self, _, values):
        model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), JudgingModel)
        threading.Thread(target=model.serve_forever, daemon=True).start()
        try:
            self.judge("helpful:\n  prompt: judge-helpful\n  model: gpt-4o\n  on: session\n  budget: 1\n"
                       f"  base_url: http://127.0.0.1:{model.server_port}/v1\n", "helpful", len(values), "session:prompt-*")
        finally:
            model.shutdown()

    def judge(self, entry, name, count, sessions="session:program-*"):
        (self.workspace / "judges.yaml").write_text(entry)
        done = self.box.run("judge", name, "--again", sessions, "--workspace", self.workspace)
        expect(f"{count} scores kept".encode() in done.stderr, done.stderr.decode())

    def expect_results(self, what):
        """Each variant's score is of its own sessions, each once."""
        rows = self.box.rows("configs", "results", "app", "--workspace", self.workspace)[:-1]
        for row in rows:
            own = [value for session, value in self.values.items() if self.models[session] == row["model"]]
            score = row["scores"]["helpful"]
            equal(score["sessions"], len(own), f"{what}: scored sessions of {row['model']}")
            expect(abs(score["mean"]["value"] - sum(own) / len(own)) < 1e-9, f"{what}: the mean of {row['model']} is {score}")


def scored_six_ways(box, each):
    """All that must hold of scores, in the box's store, with so many sessions a way."""
    experiment = Experiment(box, each)
    with box.serve("--workspace", experiment.workspace) as server:
        experiment.record(server)
        for way in WAYS:
            experiment.score(server, way)
        wait_for(lambda: len(box.rows("score", "list")) == len(experiment.values), "all scores")
        experiment.expect_results("scored once")
        # A second thought takes the first one's place, whoever has it.
        for session in experiment.values:
            if not session.startswith("prompt"):
                experiment.values[session] = round(experiment.values[session] + 0.01 * (1 + len(session) % 3), 2)
        for way in WAYS:
            experiment.score(server, way)
        sdk = experiment.of("sdk")[-1]
        wait_for(lambda: box.rows("score", "list", sdk)[0]["value"] == experiment.values[sdk], "the SDK's second thought")
        equal(len(box.rows("score", "list")), len(experiment.values), "scores after a second thought")
        experiment.expect_results("scored again")
        # What is deleted counts no more; what is said anew does.
        gone = {way: experiment.of(way)[-1] for way in WAYS}
        for session in gone.values():
            target = box.rows("score", "list", session)[0]["target"]
            box.run("score", "delete", target, "helpful")
            expect(box.run("score", "delete", target, "helpful", check=False).returncode == 1, f"{session} was deleted, and is there")
        kept = dict(experiment.values)
        for session in gone.values():
            del experiment.values[session]
        equal(len(box.rows("score", "list")), len(experiment.values), "scores after some were deleted")
        experiment.expect_results("after some were deleted")
        experiment.values = kept
        for way in WAYS:
            experiment.score(server, way)
        wait_for(lambda: len(box.rows("score", "list")) == len(kept), "all scores again")
        experiment.expect_results("deleted and said anew")
    return f"{len(kept)} sessions of the Python SDK, {each} scored in each of {len(WAYS)} ways"
