"""Real client libraries against a fake model server, pointed here by the lines of `fallom env` alone."""
import importlib.util
import json
import shutil
import subprocess
import sys

from fake_llm import FakeLLM
from harness import HERE, Skip, equal, expect, wait_for


def need(*modules):
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise Skip(f"not installed: {', '.join(missing)} (pip install -r requirements.txt)")


def client_environment(box, server, more):
    """The environment of a client: what `fallom env` prints, and what a check adds."""
    lines = box.run("env", "--shell", "dotenv", "--http", server.url.removeprefix("http://")).stdout.decode()
    pairs = [line.split("=", 1) for line in lines.splitlines() if line and not line.startswith("#")]
    return {**box.environment, **dict(pairs), **more}


def run_client(box, server, script, *arguments, **more):
    model_server = FakeLLM()
    model_server.start()
    try:
        done = subprocess.run(
            [sys.executable, str(HERE / "clients" / script), model_server.url, *arguments], capture_output=True,
            text=True, env=client_environment(box, server, more), timeout=90)
    finally:
        model_server.stop()
    expect(done.returncode == 0, f"{script} failed: {done.stderr[-2000:]}")
    return done.stdout


def check_the_python_sdk_runs_wholly_against_the_console(box):
    """Its calls are traced, its model and prompt come from the workspace, its assignment is recorded."""
    need("fallom", "openai")
    shutil.copytree(HERE / "workspace", box.folder / "workspace")
    with box.serve("--workspace", box.folder / "workspace") as server:
        told = json.loads(run_client(box, server, "fallom_python.py", "py-live").splitlines()[-1])
        rows = wait_for(lambda: three(box.rows("spans", "session:py-live")), "three spans of the Python SDK")
    expect(told["model"] in ("gpt-4o", "claude-3-5-sonnet", "gemini-1.5-flash"), f"model {told['model']}")
    equal(told["vip"], "claude-3-5-sonnet", "model of the targeted customer")
    equal((told["prompt_version"], told["system"]), (2, "You are a guide for Acme."), "prompt")
    good = [row for row in rows if row["status"] == "ok"]
    equal([row["model"] for row in good], [told["model"]] * 2, "models of the calls")
    expect("ünïcödé 🚀" in good[0]["input_text"], "the question is not whole")
    equal([row["output_text"] for row in good], told["answers"][:2], "answers")
    equal({row["prompt_key"] for row in rows}, {"onboarding"}, "prompt of the calls")
    equal({row["customer_id"] for row in rows}, {"cust-1"}, "customer")
    equal(len([row for row in rows if row["status"] == "error"]), 1, "errors")
    summary = box.rows("session", "py-live")[0]
    equal((summary["llm_calls"], summary["errors"]), (3, 1), "session figures")
    recorded = {row["assigned_model"] for row in summary["assignments"]}
    equal(recorded, {told["model"], told["vip"]}, "recorded assignments")


def three(rows):
    return rows if len(rows) >= 3 else None


def check_opentelemetry_over_protobuf(box):
    """OTLP protobuf from the Python exporter with an OpenAI instrumentation arrives whole."""
    opentelemetry(box, "protobuf", "proto")


def check_opentelemetry_over_protobuf_gzip(box):
    """The same, compressed."""
    opentelemetry(box, "protobuf", "proto", OTEL_EXPORTER_OTLP_COMPRESSION="gzip")


def check_opentelemetry_over_json(box):
    """OTLP JSON from the Python exporter with an OpenAI instrumentation arrives whole."""
    opentelemetry(box, "json", "json")


def opentelemetry(box, encoding, package, **more):
    package = package if "." in package else f"{package}.http"
    need("openai", "opentelemetry.instrumentation.openai", f"opentelemetry.exporter.otlp.{package}")
    with box.serve("--grpc", "127.0.0.1:0") as server:
        if encoding == "grpc":
            more["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://{server.ready['grpc']}"
        run_client(box, server, "opentelemetry_openai.py", "otel-live", encoding, **more)
        rows = box.rows("spans", "session:otel-live")
    equal(len(rows), 3, "spans")
    calls = [row for row in rows if row["kind"] == "llm"]
    equal([row["config_key"] for row in rows], ["otel-app"] * 3, "config keys")
    equal(sorted(row["request_model"] for row in calls), ["gpt-4o", "gpt-4o-mini"], "models")
    expect(all("Echo(1)" in row["output_text"] for row in calls), "the answers are not there")
    expect(all(row["prompt_tokens"] and row["completion_tokens"] for row in calls), "the tokens are not there")
