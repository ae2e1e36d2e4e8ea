"""Recorded calls asked again: one by one, in runs, and given away in other forms."""
import hashlib
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import termios
import threading

import fake_llm
from checks_terminal import console
from harness import Skip, binary, equal, expect, record, wait_for

SECRETS = [
    "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", "sk-ant-api03-" + "Ab1" * 30 + "-AAAAAA",
    "AKIAIOSFODNN7EXAMPLE", "ghp_" + "a1B2" * 9, "xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
    "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "glpat-ABCdef123456789xyz_0",
    "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "hf_" + "AbCdEfGhIjKlMnOpQrStUvWxYz01234567", "npm_" + "a1B2c3D4" * 4 + "e5F6",
    "-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun\\n-----END RSA PRIVATE KEY-----",
]


class Unsteady(fake_llm.Handler):
    """The double, which turns a third of the calls away at first, and counts what it answered."""

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # Who asked was killed.

    def read_body(self):
        raw = super().read_body()
        state = self.server.state
        with state["lock"]:
            state["seen"].append((raw, self.headers.get("Idempotency-Key"), self.headers.get("Authorization")))
        return raw

    def do_POST(self):
        state = self.server.state
        name = self.headers.get("Idempotency-Key") or ""
        with state["lock"]:
            isFirst = name not in state["turned_away"]
            state["turned_away"].add(name)
        if isFirst and int(hashlib.sha256(name.encode()).hexdigest(), 16) % 3 == 0:
            super().read_body()
            return self.send_error_reply("openai", 429)
        super().do_POST()


def unsteady(chunk_ms=2):
    fake = fake_llm.FakeLLM(first_token_ms=10, chunk_ms=chunk_ms)
    fake.httpd.RequestHandlerClass = Unsteady
    fake.httpd.state = {"lock": threading.Lock(), "seen": [], "turned_away": set()}
    return fake.start()


def call(number, text, answer="ok", session="live", system=None, **more):
    messages = ([{"role": "system", "content": system}] if system else []) + [{"role": "user", "content": text}]
    made = record(number, session=session, text=text, **more)
    made["model"] = "gpt-4o-mini"
    made["attributes"] = {
        "fallom.provider": "openai",
        "fallom.raw.request": json.dumps({"model": "gpt-4o-mini", "messages": messages}),
        "fallom.raw.response": json.dumps({"text": answer, "finishReason": "stop", "model": "gpt-4o-mini"}),
        "fallom.raw.usage": json.dumps({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}),
    }
    return made


def filled(box, records):
    path = box.folder / "calls.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in records))
    box.run("import", path)


def version(box, workspace, key, system, user):
    """Saves a version of a prompt and makes it current."""
    for name, text in (("system", system), ("user", user)):
        (box.folder / name).write_text(text)
    box.run("prompts", "new", key, "--system", box.folder / "system", "--user", box.folder / "user", "--workspace", workspace)


def keys(fake):
    return {"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": fake.url + "/v1", "ANTHROPIC_API_KEY": "test-key",
            "ANTHROPIC_BASE_URL": fake.url, "GEMINI_API_KEY": "test-key", "GOOGLE_GEMINI_BASE_URL": fake.url}


def live(box):
    """What lists, sums and sessions show."""
    return [box.run(*words, "--json").stdout for words in (
        ("spans",), ("sessions",), ("usage", "--by", "model"), ("usage", "--by", "session"))]


def check_a_call_is_tried_with_another_model_at_three_providers(box):
    """The answer streams out, the figures of both stand below, the new call is a span of its run and of nothing else."""
    fake = fake_llm.FakeLLM(first_token_ms=5, chunk_ms=1).start()
    filled(box, [call(1, "what is a mole?", answer="An animal.", system="Be brief.")])
    before = live(box)
    address = f"{2:032x}/{2:016x}"
    for model, provider, name in (("gpt-4o", "openai", "gpt-4o"), ("claude-sonnet-4-5", "anthropic", "claude"),
                                  ("gemini-2.5-flash", "gcp.gemini", "gemini")):
        done = box.run("try", address, "--model", model, env=keys(fake))
        expect(b"Echo(" in done.stdout and b"what is a mole?" in done.stdout, f"{name}: {done.stdout!r}")
        expect(b"latency" in done.stdout and b"recorded" in done.stdout, f"{name}: no figures: {done.stdout!r}")
    plain = box.rows("try", address, "--temperature", "0.5", env=keys(fake))[0]
    equal(plain["recorded"]["output_text"], "An animal.", "the recorded answer")
    equal(plain["tried"]["output_text"], "Echo(2): what is a mole?", "the new answer")
    equal(plain["variant"], "t 0.5", "the variant")
    sent = json.loads(box.run("try", address, "--temperature", "0.5", "--dry-run", env=keys(fake)).stdout)
    equal((sent["temperature"], sent["messages"][0]["content"]), (0.5, "Be brief."), "--dry-run")
    equal(live(box), before, "what lists and sums show")
    tries = box.rows("spans", "is:run")
    equal(sorted(row["model"] for row in tries), sorted(["gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash", "gpt-4o-mini"]),
          "the spans of the run")
    equal({row["session_id"] for row in tries}, {"fallom:run/tries"}, "their session")
    equal(len(box.rows("spans", "run:tries")), 4, "run:tries")
    shown = box.run("try", address, "--temperature", "0.5", "--dry-run")
    equal(json.loads(shown.stdout), sent, "--dry-run without a key")
    expect(b"no key for openai; set OPENAI_API_KEY to send it" in shown.stderr, f"no word of the key: {shown.stderr!r}")
    guessed = box.run("run-variants", "--variant", "model=claude-sonnet-4-5", "--estimate")
    expect(b"1 call in 1 variant: about $" in guessed.stderr, f"--estimate without a key: {guessed.stderr!r}")
    missing = box.run("try", address, check=False, env={"OPENAI_BASE_URL": fake.url})
    expect(missing.returncode == 1 and b"OPENAI_API_KEY" in missing.stderr, f"no key: {missing.stderr!r}")
    refused = box.run("try", address, check=False, env={**keys(fake), "OPENAI_API_KEY": "bad-key"})
    expect(refused.returncode == 1 and b"bad-key" not in refused.stderr, f"a wrong key: {refused.stderr!r}")
    fake.stop()


def check_a_prompt_version_takes_the_place_of_the_one_that_was_sent(box):
    """The placeholders' values are read back out of what was sent; one that is new must be given."""
    fake = fake_llm.FakeLLM(first_token_ms=5, chunk_ms=1).start()
    workspace = box.folder / "fallom"
    version(box, workspace, "support", "You help {{ name }}.", "Q: {{ question }} END")
    version(box, workspace, "support", "Help {{ name }} well.", "{{ question }} please")
    version(box, workspace, "support", "In {{ tone }}", "{{ question }}")
    filled(box, [call(1, "Q: where is it? END", system="You help Ada.", prompt_key="support", prompt_version=1)])
    address = f"{2:032x}/{2:016x}"
    sent = json.loads(box.run("try", address, "--prompt", "support@2", "--dry-run", "--workspace", workspace, env=keys(fake)).stdout)
    equal([message["content"] for message in sent["messages"]], ["Help Ada well.", "where is it? please"], "what is sent")
    missing = box.run("try", address, "--prompt", "support@3", "--workspace", workspace, check=False, env=keys(fake))
    expect(missing.returncode == 1 and b"{{tone}}" in missing.stderr, f"a new placeholder: {missing.stderr!r}")
    given = json.loads(box.run("try", address, "--prompt", "support@3", "--var", "tone=rhyme", "--dry-run", "--workspace", workspace,
                               env=keys(fake)).stdout)
    equal(given["messages"][0]["content"], "In rhyme", "with --var")
    fake.stop()


def consultation(number, text):
    """Two calls of a trace: one whose model may ask a tool, and the one after the tool had answered."""
    tools = [{"type": "function", "function": {
        "name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]
    asked = [{"role": "user", "content": text}]
    wanted = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
    answered = asked + [{"role": "assistant", "content": None, "tool_calls": [wanted]},
                        {"role": "tool", "tool_call_id": "c1", "content": "sunny"}]
    calls = [call(number, text), call(number + 1, text, answer="It is sunny.", trace_id=f"{number + 1:032x}",
                                      start_time="2026-11-23T15:00:01.000Z")]
    for made, messages in zip(calls, (asked, answered)):
        made["attributes"]["fallom.raw.request"] = json.dumps({"model": "gpt-4o-mini", "messages": messages, "tools": tools})
    return calls


class Consulting(fake_llm.Handler):
    """A model that says something before it asks a tool, and whose every answer takes 500 tokens."""

    def read_body(self):
        raw = super().read_body()
        self.server.asked.append(raw)
        return raw

    def send_stream(self, call, events, sse):
        call.output_tokens = 500
        if call.tool_calls:
            call.text = "Let me look it up first."
        super().send_stream(call, events, sse)


def consulting():
    fake = fake_llm.FakeLLM(first_token_ms=1, chunk_ms=1)
    fake.httpd.RequestHandlerClass = Consulting
    fake.httpd.asked = []
    return fake.start()


def check_tools_are_offered_left_out_or_answered_as_they_answered(box):
    """What a tool answered then is given again, until the model has an answer; without tools it answers at once."""
    fake = fake_llm.FakeLLM(first_token_ms=5, chunk_ms=1).start()
    filled(box, consultation(1, "Rome?"))
    address = f"{2:032x}/{2:016x}"
    said = {mode: box.rows("try", address, "--tools", mode, "--run", mode, env=keys(fake))[0]["tried"]["output_text"]
            for mode in ("offered", "off", "answered")}
    expect(said["offered"].startswith("weather("), f"offered: {said}")
    equal((said["off"], said["answered"]), ("Echo(1): Rome?", "Echo(3): Rome?"), "without tools, and answered")
    equal(len(box.rows("spans", "run:answered")), 2, "the calls of the trial that was answered")
    fake.stop()


def check_each_round_of_a_trial_is_shown_from_its_beginning(box):
    """What a model says before it asks a tool stands on a line of its own; the answer after it is whole."""
    fake = consulting()
    filled(box, consultation(1, "Rome or Paris?"))
    done = box.run("try", f"{2:032x}/{2:016x}", "--tools", "answered", env=keys(fake))
    expect(done.stdout.startswith(b"Let me look it up first.\nEcho(3): Rome or Paris?\n"), done.stdout)
    fake.stop()


def check_a_run_with_answered_tools_counts_every_round(box):
    """Its table holds the last answers and what all rounds took; its budget is never passed; what was answered is not asked again."""
    fake = consulting()
    filled(box, [made for number in range(10) for made in consultation(2 * number, f"Rome {number}?")])
    asked = ["run-variants", "kind:llm", "--variant", "tools=answered", "--max-tokens", "500"]
    box.run(*asked, "--name", "whole", env=keys(fake))
    pairs, summary = run_rows(box, "whole")
    tried = [pair["variants"][0] for pair in pairs]
    equal({row["output_text"].split(":")[0] for row in tried}, {"Echo(3)"}, "the answers of the table")
    spans = box.rows("spans", "run:whole")
    equal((len(tried), len(spans)), (20, 30), "calls and their rounds")
    for figure in ("total_tokens", "cost_usd", "duration_ms"):
        told, took = (sum(row[figure] for row in rows) for rows in (tried, spans))
        expect(abs(told - took) <= took * 1e-6, f"{figure}: {told} are told, {took} were taken")
    expect(abs(summary["cost_usd"] - sum(row["cost_usd"] for row in spans)) < 1e-8, f"what the run cost: {summary}")
    # Cut off after the answers, before any of them was written down as over.
    journal = box.folder / "runs" / "whole.ndjson"
    journal.write_bytes(b"".join(line for line in journal.read_bytes().splitlines(True) if not line.startswith(b'{"ended"')))
    fake.httpd.asked.clear()
    box.run("run-variants", "--resume", "whole", env=keys(fake))
    equal((fake.httpd.asked, run_rows(box, "whole")), ([], (pairs, summary)), "the run that goes on after its last answer")
    for words in ([*asked, "--budget", "0.005", "--name", "poor"], ["run-variants", "--resume", "poor"]):
        done = box.run(*words, check=False, env=keys(fake))
        equal((done.returncode, b"budget" in done.stderr), (1, True), f"a run that its budget ended: {done.stderr}")
        paid = sum(row["cost_usd"] for row in box.rows("spans", "run:poor"))
        pairs, summary = run_rows(box, "poor")
        expect(0.003 < paid <= summary["cost_usd"] + 1e-9 <= 0.005 + 1e-9, f"{paid} was paid: {summary}")
        said = {row["output_text"].split(":")[0] for pair in pairs for row in pair["variants"] if row}
        equal(said, {"Echo(3)"}, "the answers of the run that its budget ended")
    equal(len(fake.httpd.asked), len(set(fake.httpd.asked)), "rounds that were paid for once")
    fake.stop()
    return f"{paid:.4f} of 0.005 dollars"


def run_rows(box, name):
    rows = box.rows("run-variants", "--table", name)
    pairs = [row for row in rows if row["kind"] == "pair"]
    return pairs, rows[-1]


def answers(pairs):
    """How much of an answer came before its stream was cut is a matter of time."""
    def told(variant):
        isWhole = variant["error_message"] is None
        return (variant["output_text"] if isWhole else None, isWhole, variant["model"])
    return {row["trace_id"]: [variant and told(variant) for variant in row["variants"]] for row in pairs}


def check_a_run_killed_three_times_pays_once_and_tells_the_same(box):
    """200 calls in 2 variants, a third turned away with 429, some cut: every pair once, the budget kept, live figures as before."""
    calls, fake = [], unsteady()
    for number in range(200):
        text = f"question {number} about {'[cut] ' if number % 40 == 7 else ''}moles and their {number % 9} paws"
        calls.append(call(number, text, answer=f"answer {number}"))
    filled(box, calls)
    before = live(box)
    variants = ["--variant", "model=gpt-4o", "--variant", "temperature=0.2"]
    begin = ["run-variants", "kind:llm", *variants, "--limit", "200", "--budget", "5", "--concurrency", "8"]
    undisturbed = box.run(*begin, "--name", "whole", env=keys(fake), timeout=280)
    expect(b"about $" in undisturbed.stderr, f"no estimate: {undisturbed.stderr!r}")
    wanted, summary = run_rows(box, "whole")
    equal((len(wanted), summary["done"], summary["left"]), (200, 400, 0), "the undisturbed run")
    fake.httpd.state["seen"].clear()
    fake.httpd.state["turned_away"].clear()
    command = begin + ["--name", "cut"]
    for kill in range(3):
        process = box.start(*command, "--store", box.store, env=keys(fake), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        journal = box.folder / "runs" / "cut.ndjson"
        goal = 60 * (kill + 1)
        wait_for(lambda: journal.exists() and journal.read_bytes().count(b'"ended"') >= goal or process.poll() is not None,
                 f"{goal} calls to end", 120)
        expect(process.poll() is None, f"the run ended by itself: {process.stderr.read() if process.poll() is not None else ''}")
        process.kill()
        process.wait()
        command = ["run-variants", "--resume", "cut", "--concurrency", "8"]
    box.run(*command, env=keys(fake), timeout=280)
    pairs, summary = run_rows(box, "cut")
    equal((len(pairs), len(answers(pairs)), summary["done"], summary["left"]), (200, 200, 400, 0), "every pair once")
    expect(summary["cost_usd"] <= 5, f"the budget was passed: {summary}")
    same, other = answers(wanted), answers(pairs)
    equal([key for key in same if same[key] != other[key]], [], "pairs that the killed run tells otherwise")
    expect(sum(variant[1] is False for row in same.values() for variant in row) == 10, "some streams were to be cut")
    equal(len(box.rows("spans", "run:cut")), 400, "its spans")
    asked = {}
    for _, name, _ in fake.httpd.state["seen"]:
        asked[name] = asked.get(name, 0) + 1
    again = sum(count - 1 for count in asked.values())
    expect(len(asked) == 400 and again <= 3 * 8, f"{len(asked)} calls, {again} asked more than once")
    equal(live(box), before, "what lists and sums show")
    fake.stop()


def check_a_budget_is_never_passed_and_a_condition_ends_a_pipeline(box):
    """A run ends where its budget does; --fail-if says which variant and by how much, and ends with status 2."""
    fake = unsteady()
    filled(box, [call(number, f"question {number} " + "word " * 60) for number in range(40)])
    asked = ["run-variants", "--variant", "model=gpt-4o", "--limit", "40", "--max-tokens", "100"]
    stopped = box.run(*asked, "--budget", "0.01", "--name", "poor", check=False, env=keys(fake))
    equal(stopped.returncode, 1, "a run that its budget ended")
    expect(b"budget" in stopped.stderr, stopped.stderr)
    summary = run_rows(box, "poor")[1]
    expect(0 < summary["done"] < 40 and summary["cost_usd"] <= 0.01, f"{summary}")
    unknown = box.run("run-variants", "--variant", "model=nobody-knows-me", "--budget", "1", check=False, env=keys(fake))
    expect(unknown.returncode == 1 and b"no price is known of nobody-knows-me" in unknown.stderr, unknown.stderr)
    worse = box.run(*asked, "--limit", "5", "--name", "five", "--fail-if", "tokens>50", "--fail-if", "errors>0", check=False, env=keys(fake))
    equal(worse.returncode, 2, "a condition that is met")
    expect(b"tokens>50: gpt-4o is at" in worse.stderr and b"errors>0" not in worse.stderr, worse.stderr)
    equal(box.run("run-variants", "--table", "five", "--fail-if", "errors>0").returncode, 0, "one that is not")
    # What anybody says of the calls stands in the table, and can fail a pipeline.
    pairs = [row for row in box.rows("run-variants", "--table", "five") if row["kind"] == "pair"]
    tried = {row["span_id"]: row for row in box.rows("spans", "run:five")}
    for pair in pairs:
        box.run("score", f"{pair['trace_id']}/{pair['span_id']}", "helpful", "4")
    for row in tried.values():
        box.run("score", f"{row['trace_id']}/{row['span_id']}", "helpful", "1")
    judged = [row for row in box.rows("run-variants", "--table", "five") if row.get("metric") == "helpful"]
    equal([(row["pairs"], row["difference"]) for row in judged], [(len(tried), -3)], f"what was said: {judged}")
    failed = box.run("run-variants", "--table", "five", "--fail-if", "helpful<-2", check=False)
    equal(failed.returncode, 2, "a condition on a score")
    refused = box.run(*asked, "--limit", "20", "--name", "refused", check=False, env={**keys(fake), "OPENAI_API_KEY": "bad-key"})
    expect(refused.returncode == 1 and b"no call is taken" in refused.stderr, refused.stderr)
    equal(run_rows(box, "refused")[1]["done"], 0, "done with a wrong key")
    box.run("run-variants", "--resume", "refused", env=keys(fake))
    equal(run_rows(box, "refused")[1]["left"], 0, "left with the right key")
    fake.stop()


def chromium():
    return next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


ALL = " and ".join(SECRETS)
TRAPS = """**bold** <script>alert(1)</script> [link](http://evil.example/x) ![picture](http://evil.example/p.png)

<img src="http://evil.example/i.png"> <style>@import url(http://evil.example/c.css)</style> <iframe src=http://evil.example></iframe>

<meta http-equiv="refresh" content="0;url=http://evil.example/m"> <link rel=preload as=image href=http://evil.example/l> <svg onload=alert(1)>
"""


def leb128(number):
    made = b""
    while number >= 0x80:
        made += bytes([number & 0x7F | 0x80])
        number >>= 7
    return made + bytes([number])


def planted(box):
    """A session in whose every field secrets stand, written into the file itself: at the door they would be masked."""
    filled(box, [call(1, "hello", answer=TRAPS, session="open")])
    failed = call(6, ALL, session="planted", system=ALL, status="ERROR", error_message="failed: " + ALL)
    tool = record(7, session="planted", kind="tool", name="look up " + SECRETS[3], attributes={
        "fallom.raw.request": json.dumps({"query": ALL}), "fallom.raw.response": json.dumps({"result": ALL})})
    made = call(5, ALL, answer=ALL, session="planted", system=ALL, customer_id="cust-77 " + SECRETS[0], prompt_key="p " + SECRETS[1],
                prompt_version=1, metadata={"key": ALL, "customer_id": "cust-77"}, tags=[SECRETS[4]])
    made["name"] = "chat " + SECRETS[2]
    for number, whole in enumerate((made, failed, tool)):
        path = box.folder / f"planted-{number}.ndjson"
        path.write_text(json.dumps({**whole, "prompt_key": "p"}) + "\n")
        box.run("import", path)
    store = sqlite3.connect(box.store)
    for whole in (made, failed, tool):
        text = json.dumps(whole).encode()
        body = b"\0\1\0\0" + leb128(len(text)) + text
        where = (whole["span_id"],)
        store.execute("UPDATE body SET encoding = 2, size = ?, bytes = ? WHERE no = (SELECT body_no FROM span WHERE span_id = ?)",
                      (len(body), body, *where))
        store.execute("UPDATE span SET name = ?, error_message = ?, customer_id = ?, prompt_key = ? WHERE span_id = ?",
                      (whole["name"], whole.get("error_message"), whole.get("customer_id"), whole.get("prompt_key"), *where))
    store.execute("UPDATE session SET customer_id = ? WHERE session_id = 'planted'", ("cust-77 " + SECRETS[0],))
    store.commit()
    store.close()
    box.run("note", "planted", ALL)
    box.run("label", "planted", SECRETS[9])
    box.run("score", "planted", "helpful", "1", "--comment", ALL)
    kept = box.rows("span", f"{6:032x}", f"{6:016x}")[0]
    expect(all(secret.split("\\n")[0] in kept["output_text"] for secret in SECRETS), "the secrets are not in the store")


def expect_no_secret(name, out):
    """Not one of them, whole or the telling part of it, with line ends as such or as JSON has them."""
    for secret in SECRETS:
        for piece in (secret, secret.replace("\\n", "\n")):
            core = piece.removeprefix("Bearer ").split("\n")[-2 if "\n" in piece else 0]
            expect(core not in out, f"{name} holds {core}")
    expect("MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun" not in out, f"{name} holds a private key")


def check_nothing_that_is_given_away_holds_a_secret(box):
    """Twelve kinds of secrets in every field: none in Markdown, page, dataset, snippet, record; named fields are left out."""
    planted(box)
    span = [f"{6:032x}", f"{6:016x}"]
    given = {"markdown": ["session", "planted", "--as", "markdown"], "html": ["session", "planted", "--as", "html"],
             "json": ["session", "planted", "--as", "json"], "openai": ["export", "--format", "openai-jsonl"],
             "messages": ["export", "--format", "messages-jsonl"],
             **{form: ["span", *span, "--as", form] for form in ("curl", "python", "swift", "json ")}}
    for name, words in given.items():
        out = box.run(*[word.strip() for word in words]).stdout.decode()
        expect(len(out) > 100, f"{name} is empty: {out!r}")
        expect_no_secret(name, out)
    page = box.run("session", "planted", "--as", "markdown", "--redact", "customer_id").stdout.decode()
    expect("cust-77" not in page and "[redacted]" in page, "customer_id was named and stands there")
    compile(box.run("span", *span, "--as", "python").stdout.decode(), "snippet.py", "exec")
    equal(subprocess.run(["sh", "-n"], input=box.run("span", *span, "--as", "curl").stdout).returncode, 0, "sh -n of the snippet")
    for line in box.run("export", "--format", "openai-jsonl").stdout.decode().splitlines():
        roles = [message["role"] for message in json.loads(line)["messages"]]
        equal(roles[-1], "assistant", "the last message of a line")


SOURCE = "# Title\r\n\n**bold**  with   spaces\tand \u001b[31mred\u001b[0m\n\n| a | b |\n|---|---|\n| 日本 | \u202eleft |\n\n```sh\nls  "


def check_copying_by_keys_gives_the_source_and_no_secret(box):
    """What y and Y send for the terminal's clipboard is what was written, byte for byte; of planted secrets there is none in it, nor in
    what X writes."""
    planted(box)
    filled(box, [call(9, "please", answer=SOURCE, session="source", start_time="2026-11-23T15:10:00.000Z")])
    for name in ("TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY"):
        box.environment.pop(name, None)
    screen = console(box, "--no-listen", columns=150, rows=45)

    def copied(keys, what):
        count = len(screen.copied)
        for key in keys:
            screen.type(key)
        wait_for(lambda: len(screen.copied) > count or screen.pump(), f"{what} to be copied; the screen shows\n{screen.text}")
        text = screen.copied[-1].decode()
        expect(len(text) > 5, f"{what} is empty: {text!r}")
        expect_no_secret(what, text)
        return text

    screen.until("please|source")
    screen.type("/session:source\r")
    wait_for(lambda: "planted" not in screen.text or screen.pump(), "only one session on the screen")
    screen.type("\r")
    screen.until("Title")
    equal(copied("Y", "the answer"), SOURCE, "what Y copies")
    screen.until("control characters and all")
    expect(copied("y", "the messages").endswith("assistant:\n" + SOURCE), "what y copies")
    screen.type("\x1b")
    screen.until("CUSTOMER|SESSION")
    screen.type("/\x15session:planted kind:llm status:ok\r")
    wait_for(lambda: "please" not in screen.text or screen.pump(), "the planted call on the screen")
    screen.type("\r")
    screen.until("assistant")
    for keys, what in ((["y"], "the messages"), (["Y"], "the answer"), (["a", "y"], "an attribute"), (["r", "y"], "the record"),
                       (["X", "y"], "the call as curl"), (["s", "y", "m"], "the session as Markdown"),
                       (["y", "j"], "the session as JSON")):
        text = copied(keys, what)
        expect(what == "an attribute" or "***" in text, f"nothing is masked in {what}: {text[:300]!r}")
    screen.until("masked|sent the session")
    for keys in ("Xh", "Xm", "Xj"):
        for key in keys:
            screen.type(key)
        screen.until("wrote fallom-session-planted")
        screen.pump(0.3)
    wait_for(lambda: len(list(box.folder.glob("fallom-session-planted*"))) >= 3, "three files")
    for path in box.folder.glob("fallom-session-planted*"):
        expect_no_secret(path.name, path.read_text())
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    return f"{len(screen.copied)} times copied"


def check_a_page_stands_alone(box):
    """The page of a session holds no script and asks nothing of anybody; a browser opens it without a request."""
    planted(box)
    path = box.folder / "page.html"
    box.run("session", "open", "--as", "html", "--output", path)
    html = path.read_text()
    expect("<script" not in html and "&lt;script&gt;" in html, "a script of the model's stands in the page")
    tags = set(re.findall(r"<([a-z0-9]+)", html))
    expect(not tags & {"script", "img", "iframe", "link", "svg", "a", "object", "embed", "base", "form"}, f"tags of the page: {tags}")
    equal(len(re.findall("<meta|<style", html)), 5, "metas and styles, all of them ours")
    expect(not re.search(r"""<[^>]*\s(src|href|style|on\w+)\s*=""", html), "the page leads somewhere")
    expect("<strong>bold</strong>" in html, "what the model wrote is not rendered")
    browser = chromium()
    if not browser:
        raise Skip("there is no chromium: the page was read, not opened")
    log = box.folder / "net.json"
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--log-net-log={log}", "--virtual-time-budget=1000",
         f"--user-data-dir={box.folder / 'browser'}", f"--screenshot={box.folder / 'page.png'}", "--window-size=900,1200",
         path.as_uri()], capture_output=True, timeout=120)
    expect((box.folder / "page.png").exists(), f"no picture: {done.stderr[-500:]!r}")
    shots = os.environ.get("FALLOM_PICTURES")
    if shots:
        shutil.copy(box.folder / "page.png", pathlib.Path(shots) / "session-page.png")
    # What the browser asks of its maker on its own account is not the page's.
    hosts = set(re.findall(r'"url":"https?://([^/"]+)', log.read_text(errors="replace")))
    strangers = {host for host in hosts if not re.search(r"(^|\.)(google|googleapis|gvt1|gstatic)\.com(:\d+)?$", host)}
    expect(not strangers, f"the browser asked {strangers}")
    return f"opened in {pathlib.Path(browser).name} without a request"


class Mending(fake_llm.Handler):
    """A model that names dollars unless its instructions ask for euros."""

    def read_body(self):
        self.raw = super().read_body()
        return self.raw

    def send_stream(self, call, events, sse):
        system = json.loads(self.raw)["messages"][0]["content"]
        call.text = "The fee is 12 " + ("euros." if "euros" in system else "dollars.")
        super().send_stream(call, events, sse)


class Gated(fake_llm.Handler):
    """A model that answers nobody before the gate is opened."""

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass  # Who asked is gone.

    def read_body(self):
        raw = super().read_body()
        self.server.asked.append(raw)
        self.server.gate.wait()
        return raw


def gated():
    fake = fake_llm.FakeLLM(first_token_ms=1, chunk_ms=1)
    fake.httpd.RequestHandlerClass = Gated
    fake.httpd.gate, fake.httpd.asked = threading.Event(), []
    return fake.start()


def order(screen, variant, calls):
    """Orders a run from Live, by keys, and begins it."""
    screen.until(r"gpt-4o")
    screen.type("T")
    screen.until("add a variant")
    screen.type("G")
    screen.type("Enter")
    screen.type(variant)
    screen.type("Enter")
    screen.until(rf"{calls} calls in 1 variant: about")
    screen.type("t")
    screen.until("asking")


def check_a_console_is_left_while_its_run_is_held(box):
    """q and SIGTERM end it though nobody lets the run go any more; the terminal is as before, the run goes on later."""
    filled(box, [call(number, f"question {number}") for number in range(20)])
    for end, status in (("q", 0), (signal.SIGTERM, 128 + signal.SIGTERM)):
        fake = gated()
        screen = console(box, env=keys(fake))
        order(screen, "model=gpt-4o", 20)
        wait_for(lambda: screen.pump() or len(fake.httpd.asked) == 4, "4 calls to be under way")
        screen.type(" ")
        screen.until("held")
        fake.httpd.gate.set()
        screen.until("4 of 20 asked")
        if end == "q":
            screen.type("q")
        else:
            os.kill(screen.pid, end)
        equal(screen.wait(), status, f"exit status after {end}")
        modes = termios.tcgetattr(screen.master)[3]
        expect(modes & termios.ICANON and modes & termios.ECHO, f"the terminal after {end}: {modes:#x}")
        fake.stop()
    for journal in (box.folder / "runs").glob("*.ndjson"):
        equal(run_rows(box, journal.stem)[1]["left"], 16, f"left of {journal.stem}")


def check_from_a_wrong_answer_to_a_version_that_mends_it_by_keys(box):
    """From the recorded session to a saved version of its prompt, proved on 50 recorded calls, with keys alone."""
    fake = fake_llm.FakeLLM(first_token_ms=5, chunk_ms=1)
    fake.httpd.RequestHandlerClass = Mending
    fake.start()
    folder = box.folder / "fallom"
    version(box, folder, "fees", "You help customers.", "{{ question }}")
    filled(box, [
        call(number, f"what is the fee for {number}?", answer="The fee is 12 dollars.", session=f"conv-{number:02}",
             system="You help customers.", prompt_key="fees", prompt_version=1) for number in range(50)])
    screen = console(box, "--workspace", folder, columns=120, rows=40, env=keys(fake))
    pictures(screen, "again-1-live")
    screen.type("2")
    screen.until("conv-00")
    screen.type("Enter")
    screen.until(r"12 dollars")
    screen.type("p")
    screen.until("You help customers")
    screen.type("e")
    screen.until("draft of version")
    screen.type("Name prices in euros. ")
    screen.until("Name prices in euros")
    pictures(screen, "again-2-draft")
    screen.type("\x1b")
    screen.type("2")
    screen.until("2 again goes back to conv-00")
    screen.type("2")
    screen.until(r"12 dollars")
    screen.type("t")
    screen.until("temperature")
    screen.type("l")
    screen.until("fees@draft")
    screen.type("t")
    screen.until(r"12 euros")
    pictures(screen, "again-3-try")
    screen.type("T")
    screen.until(r"50 calls in 1 variant: about")
    pictures(screen, "again-4-order")
    screen.type("t")
    screen.until(r"50 of 50 asked", 60)
    screen.until(r"pairs, those that differ most first")
    pictures(screen, "again-5-run")
    screen.type("Enter")
    screen.until(r"euros")
    pictures(screen, "again-6-pair")
    screen.type("4")
    screen.until("VERSIONS")
    screen.type("e")
    screen.until("draft of version")
    screen.type("\x1bs")
    screen.until("why")
    screen.type("prices in euros")
    screen.type("Enter")
    screen.until("saved version 2")
    pictures(screen, "again-7-saved")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    name = next((box.folder / "runs").glob("*.ndjson")).stem
    pairs, summary = run_rows(box, name)
    equal((len(pairs), summary["left"]), (50, 0), "the run")
    wrong = [row for row in pairs if row["variants"][0]["output_text"] != "The fee is 12 euros."]
    equal(wrong, [], "calls that the draft did not mend")
    saved = box.rows("prompts", "show", "fees", "--workspace", folder)[0]
    expect("Name prices in euros." in json.dumps(saved), f"the saved version: {saved}")
    fake.stop()


def pictures(screen, name):
    """Keeps what is on the screen, where somebody wants to look at it."""
    folder = os.environ.get("FALLOM_PICTURES")
    if folder:
        (pathlib.Path(folder) / (name + ".txt")).write_text(screen.text)


def check_a_base_that_is_not_there_is_refused_before_anything_is_paid(box):
    """--against names a variant that the run does not have: no journal is begun, nothing is asked, whatever else is said."""
    fake = consulting()
    filled(box, [call(1, "question")])
    begin = ["run-variants", "--variant", "temperature=0"]
    for words in ([*begin, "--name", "new"], [*begin, "--estimate"]):
        for base in ("2", "0", "x"):
            done = box.run(*words, "--against", base, check=False, env=keys(fake))
            expect(done.returncode == 64 and b"--against takes recorded, or 1 to 1" in done.stderr, f"{words} {base}: {done}")
    expect(not (box.folder / "runs").exists(), "a run was begun")
    refused = {**keys(fake), "OPENAI_API_KEY": "bad-key"}
    equal(box.run(*begin, "--name", "begun", check=False, env=refused).returncode, 1, "a run with a wrong key")
    fake.httpd.asked.clear()
    done = box.run("run-variants", "--resume", "begun", "--against", "2", check=False, env=keys(fake))
    expect(done.returncode == 64 and b"1 to 1" in done.stderr and not fake.httpd.asked, f"{done}, {fake.httpd.asked}")
    box.run("run-variants", "--resume", "begun", "--against", "1", env=keys(fake))
    equal(box.run("run-variants", "--help").stdout.count(b"(default: 50)"), 1, "defaults of --limit in the help")
    fake.stop()


def check_what_may_only_be_read_is_tried_and_estimated(box):
    """A store whose file and folder may not be written: a call is asked and not recorded, a run is shown and not begun."""
    fake = consulting()
    filled(box, [call(number, f"question {number}") for number in range(3)])
    box.run("run-variants", "--variant", "temperature=0", "--name", "shown", env=keys(fake))
    for path, mode in ((box.store, 0o444), (box.folder, 0o555)):
        path.chmod(mode)
    # Root writes what nobody may, unless it gives that up.
    limits = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if limits and not shutil.which("setpriv"):
        raise Skip("not installed: setpriv (util-linux)")

    def run(*words):
        return subprocess.run(
            [*limits, binary(), *words, "--store", str(box.store)], cwd=box.folder, env={**box.environment, **keys(fake)},
            capture_output=True, timeout=60)

    tried = run("try", f"{1:032x}/{1:016x}")
    expect(tried.returncode == 0 and b"Echo(1): question 0" in tried.stdout, tried)
    expect(b"the store cannot be written: the call is not recorded" in tried.stderr, tried.stderr)
    guessed = run("run-variants", "--variant", "model=gpt-4o", "--estimate", "kind:llm")
    expect(guessed.returncode == 0 and b"3 calls in 1 variant" in guessed.stderr, guessed)
    table = run("run-variants", "--table", "shown")
    expect(table.returncode == 0 and b"Echo(1): question 2" in table.stdout, table)
    begun = run("run-variants", "--variant", "model=gpt-4o")
    expect(begun.returncode == 1 and b"can only be read" in begun.stderr, begun)
    box.folder.chmod(0o700)
    box.store.chmod(0o600)
    equal(len(box.rows("spans", "is:run")), 3, "recorded calls")
    fake.stop()


def check_calls_that_run_take_no_place_of_a_run(box):
    """--limit counts calls that are over: the newest may all be running still."""
    running = [call(number, f"question {number}", start_time="2026-11-23T16:00:00.000Z") for number in range(10, 20)]
    for made in running:
        for key in ("end_time", "duration_ms", "status"):
            del made[key]
    filled(box, [call(number, f"question {number}") for number in range(5)] + running)
    done = box.run("run-variants", "--variant", "temperature=0", "--limit", "4", "--estimate")
    expect(b"4 calls in 1 variant" in done.stderr, done.stderr)


def check_a_journal_from_other_hands_ends_nothing(box):
    """A pipe, a folder, an endless device in a journal's place, and amounts that no run can have spent: said or shown, nothing waits."""
    filled(box, [call(0, "question")])
    runs = box.folder / "runs"
    runs.mkdir()
    os.mkfifo(runs / "pipe.ndjson")
    (runs / "folder.ndjson").mkdir()
    (runs / "zero.ndjson").symlink_to("/dev/zero")
    for name in ("pipe", "folder", "zero"):
        for words in (["--table", name], ["--resume", name]):
            done = box.run("run-variants", *words, check=False, timeout=30)
            expect(done.returncode == 1 and name.encode() in done.stderr, f"{words}: {done}")
    ids = [[f"{1:032x}", f"{1:016x}"]]
    plan = {"plan": {"name": "rich", "filter": "", "calls": ids, "variants": [{"model": "gpt-4o"}], "budget_nano_usd": 5}}
    most = 2**63 - 1
    lines = [plan] + [{"begun": [0, 0], "reserved": most}] * 3 + [{"ended": [0, 0], "spent": most, "done": False}] * 2
    (runs / "rich.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for words in (["--table", "rich"], ["--resume", "rich"]):
        done = box.run("run-variants", *words, "--json", check=False, env={"OPENAI_API_KEY": "k"}, timeout=30)
        expect(done.returncode in (0, 1), f"{words}: {done}")
        expect(json.loads(done.stdout.splitlines()[-1])["cost_usd"] > 9e9, done.stdout)
    expect(b"budget" in done.stderr, done.stderr.decode())
    return "4 journals"


def check_an_answer_without_end_is_cut_off(box):
    """A provider that goes on and on: the call ends with what is wrong, in bounded memory."""
    class Endless(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                while True:
                    self.wfile.write((b": " + b"x" * 4094 + b"\n\n") * 256)
            except OSError:
                pass

        def log_message(self, *_):
            pass

    filled(box, [call(0, "question")])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless) as provider:
        threading.Thread(target=provider.serve_forever, daemon=True).start()
        row = box.rows("spans")[0]
        done = box.run(
            "try", f"{row['trace_id']}/{row['span_id']}", check=False,
            env={"OPENAI_API_KEY": "test-key", "OPENAI_BASE_URL": f"http://127.0.0.1:{provider.server_port}/v1"})
        expect(done.returncode == 1 and b"larger than 64 MB" in done.stdout + done.stderr, done)
        provider.shutdown()
    return "cut off after 64 MB"
