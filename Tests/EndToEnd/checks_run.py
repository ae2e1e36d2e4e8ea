"""`fallom run`, `fallom env --proxy` and `fallom env --for`: apps without an SDK, and what to set for others."""
import json
import os
import pty
import signal
import subprocess
import sys

from checks_proxy import Seen, double, proxy
from harness import HERE, binary, equal, expect, wait_for

APP = HERE / "clients/no_sdk.py"


def check_an_app_without_an_sdk_is_seen(box):
    """Its calls, session and cost; its output and exit status are its own; its upstream is where it pointed before."""
    with double(latency_ms=0) as server:
        for status in (0, 3):
            done = subprocess.run(
                [binary(), "run", "--store", box.store, "--", sys.executable, APP, str(status)], cwd=box.folder,
                env={**box.environment, "OPENAI_BASE_URL": server.url + "/v1"}, capture_output=True, timeout=60)
            equal(done.returncode, status, f"exit status ({done.stderr.decode()})")
            equal(done.stdout.count(b"Echo(1): turn"), 3, "lines of the app")
            said = done.stderr.decode()
            expect("3 calls, " in said and "$" in said and "fallom session run-" in said, said)
        equal(len(Seen.log), 6, "requests at the upstream")
    name = said.split("fallom session ")[1].strip()
    session = box.rows("session", name)[0]
    equal(session["llm_calls"], 3, "calls of the session")
    expect(session["cost_usd"] > 0, session["cost_usd"])
    rows = box.rows("spans", f"session:{name}")
    equal({row["output_text"] for row in rows}, {f"Echo(1): turn {turn}" for turn in range(3)}, "answers")


def check_signals_and_what_cannot_be_run(box):
    """Ctrl-C on a terminal reaches the app once, a signal from elsewhere too; 127 for what is not there, 128 and the signal."""
    with double(latency_ms=0) as server:
        environment = {**box.environment, "OPENAI_BASE_URL": server.url + "/v1"}
        command = [binary(), "run", "--store", box.store, "--", sys.executable, APP, "wait"]
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(box.folder)
            os.execve(command[0], list(map(str, command)), environment)
        shown = b""
        while b"waiting" not in shown:
            shown += os.read(terminal, 4096)
        os.write(terminal, b"\x03")
        try:
            while True:
                shown += os.read(terminal, 4096)
        except OSError:
            pass
        equal(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 7, "exit status after Ctrl-C")
        equal(shown.count(b"signal 2"), 1, "signals")
        expect(b"3 calls" in shown, shown)
        for number, status in ((signal.SIGINT, 7), (signal.SIGTERM, 128 + signal.SIGTERM)):
            process = subprocess.Popen(
                list(map(str, command)), cwd=box.folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            box.processes.append(process)
            while b"waiting" not in process.stdout.readline():
                pass
            process.send_signal(number)
            equal(process.wait(timeout=20), status, f"exit status after {number.name}")
    done = subprocess.run(
        [binary(), "run", "--store", box.store, "--", "no-such-program"], cwd=box.folder, env=box.environment,
        capture_output=True, timeout=60)
    equal(done.returncode, 127, "exit status of what is not there")
    expect(b"no-such-program" in done.stderr, done.stderr)


def check_env_says_what_to_set(box):
    """`--proxy` and `--for` each give lines a shell takes, the right endpoints, and content on or off."""
    lines = box.run("env", "--proxy", "--shell", "dotenv", env={
        "AZURE_OPENAI_ENDPOINT": "https://res.openai.azure.com/"}).stdout.decode().splitlines()
    set_ = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    equal(set_["OPENAI_BASE_URL"], "http://127.0.0.1:4318/proxy/openai/v1", "OPENAI_BASE_URL")
    equal(set_["ANTHROPIC_BASE_URL"], "http://127.0.0.1:4318/proxy/anthropic", "ANTHROPIC_BASE_URL")
    equal(set_["GOOGLE_GEMINI_BASE_URL"], "http://127.0.0.1:4318/proxy/google", "GOOGLE_GEMINI_BASE_URL")
    equal(set_["AZURE_OPENAI_ENDPOINT"], "http://127.0.0.1:4318/proxy/azure/res", "AZURE_OPENAI_ENDPOINT")
    for program, part in [
        ("claude-code", "CLAUDE_CODE_ENABLE_TELEMETRY=1"), ("codex", 'endpoint = "http://127.0.0.1:4318/v1/logs"'),
        ("gemini-cli", "GEMINI_TELEMETRY_OTLP_ENDPOINT=http://127.0.0.1:4317"), ("opencode", "openTelemetry"),
        ("copilot", "COPILOT_OTEL_ENABLED=true"), ("python-otel", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"),
        ("node-otel", "OTEL_TRACES_EXPORTER=otlp"), ("java-otel", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"),
        ("dotnet-otel", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"), ("collector", "endpoint: 127.0.0.1:4317"),
    ]:
        text = box.run("env", "--for", program).stdout.decode()
        expect(part in text, f"{program}: {text}")
        if program not in ("codex", "collector"):
            equal(subprocess.run(["sh", "-c", text], capture_output=True).stderr, b"", f"{program} in a shell")
        if program not in ("opencode", "collector"):
            without = box.run("env", "--for", program, "--no-content").stdout.decode()
            expect(without != text and "not sent" in without, f"{program}: {without}")
        json.loads(box.run("env", "--for", program, "--json").stdout)
    equal(box.run("env", "--for", "nobody", check=False).returncode, 64, "exit status for an unknown program")


def check_the_lines_of_env_point_a_client_here(box):
    """An app with the variables of `env --proxy` for that server is seen on it."""
    with double(latency_ms=0) as server, proxy(box, openai=server.url + "/v1") as service:
        lines = box.run("env", "--proxy", "--shell", "dotenv", "--http", service.url.removeprefix("http://")).stdout
        pairs = dict(line.split("=", 1) for line in lines.decode().splitlines() if not line.startswith("#"))
        subprocess.run([sys.executable, APP, "0"], env={**box.environment, **pairs}, check=True, capture_output=True)
        wait_for(lambda: len(box.rows("spans")) == 3, "its rows")
