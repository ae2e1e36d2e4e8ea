"""Apps on the SDK (apps/: a Hummingbird server with tracing, programs that end in every way), with the console's receiver stopped
and killed under them. Skipped where they are not built:

    swift build --package-path Tests/EndToEnd/apps --scratch-path .build"""
import collections
import concurrent.futures
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.request

from checks_durability import free_port
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
