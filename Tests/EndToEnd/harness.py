"""What the end-to-end checks share: the program under test, its processes, and small HTTP and record helpers."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CAPTURES = HERE / "captures"
SUPPORT = HERE.parent / "Support"
sys.path.insert(0, str(SUPPORT))


class Failure(Exception):
    """Something that must hold does not."""


class Skip(Exception):
    """The check cannot run here; the text says what is missing."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def equal(actual, expected, what):
    expect(actual == expected, f"{what}: expected {expected!r}, found {actual!r}")


def binary():
    named = os.environ.get("FALLOM_BINARY")
    for path in [named] if named else [ROOT / ".build/debug/fallom", ROOT / ".build/release/fallom"]:
        if pathlib.Path(path).exists():
            return os.path.abspath(path)
    raise SystemExit("no fallom to test: build it, or name it with --binary")


class Sandbox:
    """A folder of the check's own, with a home, and every process it started ended when it is over."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fallom-e2e-"))
        self.processes = []
        self.store = self.folder / "traces.sqlite"
        self.environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith(("FALLOM_", "OTEL_", "XDG_", "NO_COLOR"))
        }
        self.environment.update(
            HOME=str(self.folder), XDG_RUNTIME_DIR=str(self.folder / "run"), LC_ALL="C.UTF-8", TMPDIR=str(self.folder))
        (self.folder / "run").mkdir(mode=0o700)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for path in self.folder.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments, stdin=None, check=True, env=None, timeout=120):
        """Runs a command to its end; `--store` is the sandbox's."""
        command = [binary(), *map(str, arguments), "--store", str(self.store)]
        done = subprocess.run(
            command, cwd=self.folder, env={**self.environment, **(env or {})}, input=stdin, capture_output=True,
            timeout=timeout)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(command[1:])} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
        return done

    def rows(self, *arguments, **options):
        """The JSON lines a command prints."""
        out = self.run(*arguments, "--json", **options).stdout
        return [json.loads(line) for line in out.decode().splitlines()]

    def start(self, *arguments, env=None, **options):
        command = [binary(), *map(str, arguments)]
        process = subprocess.Popen(command, cwd=self.folder, env={**self.environment, **(env or {})}, **options)
        self.processes.append(process)
        return process

    def serve(self, *arguments, store=None, env=None, http="127.0.0.1:0", udp="127.0.0.1:0"):
        return Serve(self, arguments, store or self.store, env, http, udp)


class Serve:
    """`fallom serve` on free ports; a context manager that stops it by SIGTERM and expects a clean end."""

    def __init__(self, box, arguments, store, env, http_at, udp_at):
        self.process = box.start(
            "serve", "--json", "--store", store, "--http", http_at, "--grpc", "127.0.0.1:0", "--udp", udp_at, *arguments,
            env=env,
            stdout=subprocess.PIPE, stderr=open(box.folder / "serve.log", "ab"))
        line = self.process.stdout.readline()
        if not line:
            raise Failure("serve did not start: " + (box.folder / "serve.log").read_text()[-2000:])
        self.ready = json.loads(line)
        self.url = self.ready.get("http")
        self.udp = self.ready.get("udp")
        if self.url:
            parts = urllib.parse.urlsplit(self.url)
            self.host, self.port = parts.hostname, parts.port

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.stop(check=kind is None)

    def stop(self, sig=signal.SIGTERM, check=True):
        self.process.send_signal(sig)
        status = self.process.wait(timeout=20)
        if check:
            equal(status, 0, f"exit status of serve after {signal.Signals(sig).name}")
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()

    def connection(self, timeout=60):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def request(self, method, path, body=None, headers=None, connection=None):
        """(status, headers, body); JSON values are encoded."""
        own = connection or self.connection()
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        own.request(method, path, body, headers or {})
        answer = own.getresponse()
        content = answer.read()
        result = answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), content
        if connection is None:
            own.close()
        return result

    def send_datagram(self, payload):
        host, port = self.udp.rsplit(":", 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(payload, (host, int(port)))


def record(number, session="s-1", text="hello", **more):
    """A finished Fallom record whose ids follow from `number`."""
    made = {
        "config_key": "app", "session_id": session, "trace_id": f"{number + 1:032x}", "span_id": f"{number + 1:016x}",
        "name": "chat.completions.create", "kind": "llm", "model": "gpt-4o", "start_time": "2026-11-23T15:00:00.000Z",
        "end_time": "2026-11-23T15:00:00.500Z", "duration_ms": 500, "status": "OK",
        "attributes": {
            "fallom.raw.request": json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}),
            "fallom.raw.response": json.dumps({"text": "ok", "finishReason": "stop"}),
            "fallom.raw.usage": json.dumps({"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}),
        },
    }
    made.update(more)
    return made


def wait_for(condition, what, seconds=20.0):
    """Asks until the answer is true; this is how checks wait for another process."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"after {seconds:g} s still not: {what}")
        time.sleep(0.05)


def lines_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
