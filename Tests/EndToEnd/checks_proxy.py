"""The pass-through proxy: what an app sees with it is what it sees without it, and what passed is in the rows."""
import contextlib
import http.client
import io
import json
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

import exchanges
import fake_llm
from checks_clients import need
from exchange_player import FIXTURE, ExchangePlayer
from harness import HERE, equal, expect, wait_for

HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host", "date", "content-length"}


class Seen(fake_llm.Handler):
    """The double, noting each request as it came; `[sleep]` is answered after a second."""

    log = []

    def read_body(self):
        raw = super().read_body()
        headers = sorted((k.lower(), v) for k, v in self.headers.items() if k.lower() not in HOP)
        Seen.log.append((self.command, self.path, headers, raw))
        if b"[sleep]" in raw:
            time.sleep(1)
        return raw


@contextlib.contextmanager
def double(**timing):
    server = fake_llm.FakeLLM(**timing)
    server.httpd.RequestHandlerClass = Seen
    server.httpd.handle_error = lambda *_: None
    Seen.log = []
    server.start()
    try:
        yield server
    finally:
        server.stop()


def proxy(box, *arguments, **upstreams):
    """`serve` with those upstreams in its settings."""
    path = box.folder / "config.yaml"
    path.write_text("proxy:\n  upstreams:\n" + "".join(f"    {name}: {url}\n" for name, url in upstreams.items()))
    return box.serve("--config", path, *arguments)


def ask(url, body, headers=None, timeout=60):
    """(status, reason, headers without those of the connection, body, whether it ended in order)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path + ("?" + parts.query if parts.query else ""), body,
                           {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        try:
            content, whole = answer.read(), True
        except http.client.IncompleteRead as cut:
            content, whole = cut.partial, False
        kept = sorted((k.lower(), v) for k, v in answer.getheaders() if k.lower() not in HOP)
        return answer.status, answer.reason, kept, content, whole
    finally:
        connection.close()


def check_every_exchange_gives_its_row_and_the_same_bytes(box):
    """Each recorded exchange: byte for byte as without the proxy, and the row of `spans --json` that it must give."""
    player = ExchangePlayer().start()
    recorded = json.loads(FIXTURE.read_text())
    with proxy(box, x=player.url) as service:
        for exchange in recorded:
            name, request = exchange["name"], exchange["request"]
            body = request["body"].encode()
            path = f"/{name}{request['path']}"
            direct = ask(player.url + path, body, request["headers"])
            through = ask(f"{service.url}/proxy/x{path}", body, {**request["headers"], "X-Fallom-Session-Id": name})
            equal(through, direct, f"what the app sees of {name}")
        wait_for(lambda: not any(row["running"] for row in box.rows("spans")), "the end of all calls")
    rows = box.folder / "rows"
    rows.write_bytes(box.run("spans", "--json").stdout)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        same = exchanges.compare(str(FIXTURE), str(rows))
    expect(same, said.getvalue())
    dialects = {json.loads(line)["dialect"] for line in rows.read_text().splitlines()}
    equal(dialects, {"proxy"}, "dialects")
    return said.getvalue().splitlines()[-1]


def run_official(box, client, at):
    done = subprocess.run(
        [sys.executable, HERE / "clients/provider_clients.py", client, at], capture_output=True, text=True, timeout=250,
        env=box.environment)
    expect(done.returncode == 0, f"the {client} client failed: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def official(box, client):
    need(client)
    with double(latency_ms=0, first_token_ms=1, chunk_ms=0) as server:
        direct = run_official(box, client, server.url)
        asked_directly, Seen.log = Seen.log, []
        with proxy(box, **{client: server.url}) as service:
            through = run_official(box, client, f"{service.url}/proxy/{client}")
            asked, Seen.log = Seen.log, []
            expected = sum(1 for request in asked if request[1].split("?")[0].endswith(
                ("/completions", "/responses", "/messages")))
            wait_for(lambda: len(box.rows("spans")) >= expected, "all rows")
    for one, other in zip(direct, through, strict=True):
        equal(json.dumps(other)[:4000], json.dumps(one)[:4000], f"what the app sees of {one['case']}")
    for one, other in zip(asked_directly, asked, strict=True):
        equal((other[:3], len(other[3])), (one[:3], len(one[3])), "the request that the provider sees")
        expect(other[3] == one[3], f"the body of {one[1]} is not the same")
    rows = box.rows("spans", "--limit", "1000")
    equal(len(rows), expected, "rows")
    equal({row["dialect"] for row in rows}, {"proxy"}, "dialects")
    statuses = sorted({row["status"] for row in rows})
    expect("error" in statuses and "ok" in statuses, f"statuses {statuses}")
    stored = box.store.read_bytes() + b"".join(p.read_bytes() for p in box.folder.glob("traces.sqlite-*"))
    for key in (b"sk-test", b"sk-ant-test"):
        expect(key not in stored, f"{key} is in the store")
    return f"{len(direct)} cases, {len(rows)} rows"


def check_the_openai_client_notices_nothing(box):
    """Requests, events, errors, cut streams, timeouts and 20 MB of picture are the same with the proxy between."""
    return official(box, "openai")


def check_the_anthropic_client_notices_nothing(box):
    """Requests, events, errors, cut streams, timeouts and 20 MB of picture are the same with the proxy between."""
    return official(box, "anthropic")


def chat(text="hello", **more):
    return json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **more}).encode()


def check_a_call_belongs_to_the_session_it_names(box):
    """X-Fallom-*, other tools' headers, fields of bodies, the chain of responses, the connection, in that order."""
    claude = json.dumps({
        "model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}],
        "metadata": {"user_id": "user_1_account__session_11111111-2222-3333-4444-555555555555"}}).encode()
    cases = [
        (chat(), {"X-Fallom-Session-Id": "own", "X-Litellm-Session-Id": "other", "X-Fallom-Customer-Id": "c-1",
                  "X-Fallom-Config-Key": "app"}, "own"),
        (chat(), {"x-litellm-trace-id": "lite"}, "lite"),
        (chat(), {"x-claude-code-session-id": "claude-code-1"}, "claude-code-1"),
        (chat(), {"session-id": "codex-session", "User-Agent": "codex_cli_rs/1.0"}, "codex-session"),
        (claude, {}, "11111111-2222-3333-4444-555555555555"),
        (chat(prompt_cache_key="cache-1"), {}, "cache-1"),
        (chat(metadata={"session_id": "meta-1"}), {}, "meta-1"),
    ]
    with double(latency_ms=0) as server, proxy(box, openai=server.url, anthropic=server.url) as service:
        for body, headers, _ in cases:
            path = "/proxy/anthropic/v1/messages" if body == claude else "/proxy/openai/v1/chat/completions"
            equal(ask(service.url + path, body, headers)[0], 200, "status")
        first = json.loads(ask(service.url + "/proxy/openai/v1/responses", json.dumps(
            {"model": "gpt-5", "input": "a"}).encode(), {"X-Fallom-Session-Id": "chain"})[3])
        ask(service.url + "/proxy/openai/v1/responses", json.dumps(
            {"model": "gpt-5", "input": "b", "previous_response_id": first["id"]}).encode())
        connection = service.connection()
        for _ in range(2):
            service.request("POST", "/proxy/openai/v1/chat/completions", chat("same"), {
                "Content-Type": "application/json"}, connection)
        connection.close()
        expected = [session for _, _, session in cases] + ["chain", "chain"]
        rows = wait_for(lambda: finished(box, len(expected) + 2), "all rows")
    equal([row["session_id"] for row in rows[:-2]], expected, "sessions")
    equal((rows[0]["customer_id"], rows[0]["config_key"]), ("c-1", "app"), "customer and config")
    equal(rows[-1]["session_id"], rows[-2]["session_id"], "session of a connection")
    seen = [name for _, _, headers, _ in Seen.log for name, _ in headers if name.startswith("x-fallom")]
    equal(seen, [], "headers of ours that went on")


def finished(box, count):
    rows = sorted(box.rows("spans", "--limit", "2000"), key=lambda row: int(row["start_time_unix_nano"]))
    return rows if len(rows) == count and not any(row["running"] for row in rows) else None


def check_it_is_no_open_proxy(box):
    """Unknown upstreams, ways out of a base, pages of other origins, web sockets and absolute URLs are refused."""
    with double(latency_ms=0) as server, proxy(box, openai=server.url + "/v1") as service:
        for method, path, headers, status in [
            ("POST", "/proxy/evil.example/v1/chat/completions", {}, 404),
            ("POST", "/proxy/http://evil.example/v1", {}, 404),
            ("POST", "/proxy/openai/../../etc", {}, 400),
            ("POST", "/proxy/openai/%2e%2e/admin", {}, 400),
            ("POST", "/proxy/azure/evil.example%2f/x", {}, 400),
            ("POST", "/proxy/openai/v1/chat/completions", {"Origin": "https://evil.example"}, 403),
            ("POST", "/proxy/openai/v1/chat/completions", {"Host": "evil.example"}, 421),
            ("GET", "/proxy/openai/v1/responses", {"Upgrade": "websocket", "Connection": "Upgrade"}, 426),
            ("GET", "http://evil.example/x", {}, 421),
        ]:
            equal(service.request(method, path, headers=headers)[0], status, f"{method} {path} {headers}")
        equal(Seen.log, [], "requests that went on")
        status, _, content = service.request("POST", "/proxy/openai/v1/chat/completions", chat(), {
            "Content-Type": "application/json"})
        equal((status, b"Echo" in content), (200, True), "a good one after")


def check_an_upstream_that_is_not_there_is_named(box):
    """A closed port gives 502 with a sentence, and a row that says why."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with proxy(box, openai=f"http://127.0.0.1:{port}/v1") as service:
            status, _, _, content, _ = ask(service.url + "/proxy/openai/v1/chat/completions", chat())
            equal(status, 502, "status")
            expect(f"no connection to 127.0.0.1:{port}: Connection refused" in json.loads(content)["message"], content)
            row = wait_for(lambda: finished(box, 1), "its row")[0]
    expect("Connection refused" in row["error_message"], row["error_message"])


def streams(url, count, rounds, text="a b c d e f g h"):
    """Many streams at once; the seconds to the first piece of each, and how many came whole."""
    first, whole = [], []

    def one(number):
        parts = urllib.parse.urlsplit(url)
        for turn in range(rounds):
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
            begin = time.monotonic()
            connection.request("POST", parts.path, chat(f"{text} {number} {turn}", stream=True), {
                "Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read(1)
            first.append(time.monotonic() - begin)
            content = answer.read()
            whole.append(content.endswith(b"[DONE]\n\n"))
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return first, sum(whole)


def memory(process):
    with open(f"/proc/{process.pid}/status") as lines:
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def check_two_hundred_streams_at_once(box):
    """All come whole, each is a row, in at most 150 MB."""
    with double(latency_ms=0, first_token_ms=200, chunk_ms=50) as server, proxy(box, openai=server.url) as service:
        _, whole = streams(service.url + "/proxy/openai/v1/chat/completions", 200, 1)
        equal(whole, 200, "whole streams")
        wait_for(lambda: finished(box, 200), "200 rows")
        peak = memory(service.process)
    expect(peak <= 150, f"{peak} MB of memory")
    return f"{peak} MB"


def check_the_first_token_is_as_the_client_saw_it(box):
    """Pieces come as they are sent, and the time of the first token is the client's within some milliseconds."""
    with double(latency_ms=0, first_token_ms=120, chunk_ms=60) as server, proxy(box, openai=server.url) as service:
        connection = service.connection()
        differences = []
        for turn in range(8):
            begin = time.monotonic()
            connection.request("POST", "/proxy/openai/v1/chat/completions", chat(f"one two {turn}", stream=True), {
                "Content-Type": "application/json", "X-Fallom-Session-Id": f"s-{turn}"})
            answer = connection.getresponse()
            buffer = b""
            # The double's first event holds a role; the second has the first words.
            while b'"content": "E' not in buffer:
                buffer += answer.read1()
            seen = (time.monotonic() - begin) * 1000
            answer.read()
            row = wait_for(lambda: (box.rows("spans", f"session:s-{turn}") or [None])[0], "its row")
            row = wait_for(lambda: next((r for r in box.rows("spans", f"session:s-{turn}")
                                         if not r["running"]), None), "its end")
            differences.append(abs(row["time_to_first_token_ms"] - seen))
        connection.close()
    middle = statistics.median(differences)
    expect(middle <= 10, f"differences {[round(d, 1) for d in differences]} ms")
    return f"median difference {middle:.1f} ms"


def check_hanging_up_goes_both_ways(box):
    """An app that hangs up ends the provider's answer, and a killed console is a broken connection to the app."""
    gone = threading.Event()

    class Endless(fake_llm.Handler):
        def do_POST(self):
            self.read_body()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n')
                    time.sleep(0.02)
            except OSError:
                gone.set()

    server = fake_llm.FakeLLM()
    server.httpd.RequestHandlerClass = Endless
    server.start()
    service = proxy(box, openai=server.url)
    with service:
        for kills in (False, True):
            gone.clear()
            connection = service.connection()
            connection.request("POST", "/proxy/openai/v1/chat/completions", chat(stream=True), {
                "Content-Type": "application/json"})
            answer = connection.getresponse()
            expect(answer.read(20), "no bytes")
            if kills:
                wait_for(lambda: len(box.rows("spans")) == 2, "its row")
                service.kill()
                try:
                    while answer.read(1000):
                        pass
                    raise AssertionError("the answer seems whole")
                except (http.client.IncompleteRead, ConnectionError):
                    pass
            else:
                answer.close()
                connection.close()
            wait_for(gone.is_set, "the provider's answer to be broken off")
        rows = box.rows("spans", "--limit", "10")
    equal(len(rows), 2, "rows")
    server.stop()


class Flood:
    """A provider whose answers are of 260 MB each: how many bytes went out of it, how many answers it has begun, and how many are over."""

    def __init__(self, room=None):
        self.sent = self.begun = self.ended = 0
        lock, flood = threading.Lock(), self

        class Handler(fake_llm.Handler):
            def do_POST(self):
                self.read_body()
                if room:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
                with lock:
                    flood.begun += 1
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                block = b"data: " + b"x" * 65000 + b"\n\n"
                try:
                    for _ in range(4000):
                        self.wfile.write(block)
                        flood.sent += len(block)
                except OSError:
                    pass
                finally:
                    with lock:
                        flood.ended += 1

        self.server = fake_llm.FakeLLM()
        self.server.httpd.RequestHandlerClass = Handler
        # Whoever hangs up on it is no error of the check.
        self.server.httpd.handle_error = lambda *_: None

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop()

    def stands_still(self, seconds):
        """Waits until nothing more goes out; how much has."""
        before = -1
        while before != self.sent:
            before = self.sent
            time.sleep(seconds)
        return before


def check_a_slow_reader_slows_the_provider(box):
    """An app that does not read makes the provider wait: nothing piles up between them."""
    with Flood() as flood, proxy(box, openai=flood.server.url) as service:
        connection = service.connection()
        connection.request("POST", "/proxy/openai/v1/chat/completions", chat(stream=True), {
            "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read(10)
        waiting = flood.stands_still(0.7)
        connection.close()
        peak = memory(service.process)
    expect(waiting < 40 << 20, f"{waiting >> 20} MB were sent and not read")
    expect(peak <= 150, f"{peak} MB of memory")
    return f"{waiting >> 20} MB between, {peak} MB of memory"


def check_answers_that_are_broken_off_leave_nothing(box):
    """340 apps that take an answer slowly and hang up on it: the memory is what it was after the first hundred."""

    def slow_app(service):
        app = socket.socket()
        app.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        app.connect((service.host, service.port))
        body = json.dumps({"model": "m", "stream": True, "messages": []}).encode()
        # Not the path of a call: what is read along would be memory of its own.
        app.sendall(b"POST /proxy/openai/v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n" % len(body) + body)
        app.recv(100)
        return app

    def now(service):
        with open(f"/proc/{service.process.pid}/status") as lines:
            return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))

    memories = []
    with Flood(room=65536) as flood, proxy(box, openai=flood.server.url) as service:
        for number in range(17):
            apps = [slow_app(service) for _ in range(20)]
            flood.stands_still(0.3)
            for app in apps:
                app.close()
            wait_for(lambda: flood.begun == flood.ended == 20 * (number + 1), "the provider's answers to be broken off")
            memories.append(now(service))
    expect(memories[-1] - memories[4] <= 12, f"MB after each twenty: {memories}")
    return f"{memories[4]} MB after 100, {memories[-1]} MB after 340"


def check_what_it_adds_in_time(box):
    """The same calls in turn with and without it: what lies between is said, and is far below what an app notices."""
    with double(latency_ms=5) as server, proxy(box, openai=server.url) as service:
        ways = [http.client.HTTPConnection("127.0.0.1", server.port), service.connection()]
        paths = ["/v1/chat/completions", "/proxy/openai/v1/chat/completions"]
        took = [[], []]
        for turn in range(330):
            for way, path, times in zip(ways, paths, took):
                begin = time.monotonic()
                way.request("POST", path, chat(f"turn {turn}"), {"Content-Type": "application/json"})
                way.getresponse().read()
                times.append((time.monotonic() - begin) * 1000)
    # The first ones open connections.
    added = sorted(through - direct for direct, through in zip(took[0][30:], took[1][30:]))
    half, most = added[len(added) // 2], added[len(added) * 99 // 100]
    expect(half <= 10, f"p50 {half:.2f} ms, p99 {most:.2f} ms added")
    return f"p50 {half:.2f} ms, p99 {most:.2f} ms added"


def check_a_key_is_asked_for_and_goes_no_further(box):
    """Where a key is set, calls show it beside the provider's: without it 401, and the provider sees its own alone."""
    environment = {"FALLOM_LISTEN_KEY": "our-key"}
    path = box.folder / "config.yaml"
    with double(latency_ms=0) as server:
        path.write_text(f"proxy: {{upstreams: {{openai: '{server.url}/v1'}}}}\n")
        with box.serve("--config", path, env=environment, http="0.0.0.0:0") as service:
            url = f"http://127.0.0.1:{service.port}/proxy/openai/v1/chat/completions"
            provider = {"Authorization": "Bearer sk-provider"}
            equal(ask(url, chat(), provider)[0], 401, "without our key")
            equal(ask(url, chat(), {**provider, "X-Fallom-Key": "other"})[0], 401, "with another")
            equal(ask(url, chat(), {**provider, "X-Fallom-Key": "our-key"})[0], 200, "with ours")
            for scheme in ("Bearer", "bearer", "BEARER"):
                equal(ask(url, chat(), {"Authorization": f"{scheme} our-key"})[0], 200, "with ours in its place")
    seen = [dict(headers) for _, _, headers, _ in Seen.log]
    equal([headers.get("authorization") for headers in seen], ["Bearer sk-provider"] + [None] * 3, "keys at the provider")
    expect("our-key" not in str(seen), seen)
