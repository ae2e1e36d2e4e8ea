"""The HTTP server under abuse: each form of it gets a refusal or a right answer, and the next good request works."""
import json
import os
import pathlib
import resource
import shutil
import socket
import struct
import threading
import time

from checks_clients import need
from http2 import h2_requests
from harness import HERE, equal, expect, record, wait_for

GOOD = json.dumps(record(1)).encode()
HEAD = b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE_CHUNK = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)

FORMS = {
    "two lengths": (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", {400}),
    "one length twice": (HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", {400}),
    "a list of lengths": (HEAD + b"Content-Length: 2, 2\r\n\r\n{}", {400}),
    "length and chunks": (HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    "chunks and length": (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", {400}),
    "chunks within gzip": (HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "chunks within chunks": (HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "two transfer encodings": (HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", {400, 501}),
    "an encoding nobody knows": (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "a space before the colon": (HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", {400}),
    "a tab before the value": (HEAD + b"Transfer-Encoding:\tchunked\r\n\r\n" + WHOLE_CHUNK, {200}),
    "chunks in HTTP/1.0": (b"POST /v1/traces HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    "bare LF": (b"GET /configs HTTP/1.1\nHost: localhost\n\n", {400}),
    "bare LF in the middle": (b"GET /configs HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", {400}),
    "bare CR": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n", {400}),
    "NUL in a value": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", {400}),
    "NUL in a name": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX\0: a\r\n\r\n", {400}),
    "a control character": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX: a\x08b\r\n\r\n", {400}),
    "a folded header": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n", {400}),
    "a folded first header": (b"GET /configs HTTP/1.1\r\n Host: localhost\r\n\r\n", {400}),
    "no host": (b"GET /configs HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", {400}),
    "a foreign host": (b"GET /configs HTTP/1.1\r\nHost: evil.example\r\n\r\n", {421}),
    "no version": (b"GET /configs\r\n\r\n", {400}),
    "another version": (b"GET /configs HTTP/2.0\r\nHost: localhost\r\n\r\n", {400, 505}),
    "a version that is none": (b"GET /configs HTTP/1.9\r\nHost: localhost\r\n\r\n", {400, 505}),
    "a version in small letters": (b"GET /configs http/1.1\r\nHost: localhost\r\n\r\n", {400}),
    "a negative length": (HEAD + b"Content-Length: -5\r\n\r\n", {400}),
    "a signed length": (HEAD + b"Content-Length: +2\r\n\r\n{}", {400}),
    "a hexadecimal length": (HEAD + b"Content-Length: 0x2\r\n\r\n{}", {400}),
    "a length with a space in it": (HEAD + b"Content-Length: 1 2\r\n\r\n{}", {400}),
    "an absurd length": (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", {400, 413}),
    "30 GB announced": (HEAD + b"Content-Length: 30000000000\r\n\r\n", {413}),
    "a chunk beyond counting": (CHUNKED + b"ffffffffffffffffff\r\n", {400}),
    "a negative chunk": (CHUNKED + b"-1\r\nx", {400}),
    "a chunk without a size": (CHUNKED + b"\r\n\r\n", {400}),
    "a chunk longer than it says": (CHUNKED + b"1\r\nabc\r\n0\r\n\r\n", {400}),
    "a space before a chunk's size": (CHUNKED + b" 5\r\nhello\r\n0\r\n\r\n", {400}),
    "a chunk that ends in LF": (CHUNKED + b"5\nhello\n0\n\n", {400}),
    "a chunk's endless extension": (CHUNKED + b"5;" + b"x" * 200_000 + b"\r\nhello\r\n0\r\n\r\n", {400, 431}),
    "a thousand trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n" + b"A: b\r\n" * 1000 + b"\r\n", {400, 431}),
    "a request line of 9 kB": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", {414}),
    "a header of 70 kB": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", {431}),
    "200 headers": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 200 + b"\r\n", {431}),
    "a header without a name": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n", {400}),
    "a header without a colon": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nhello\r\n\r\n", {400}),
    "a space in the target": (b"GET /con figs HTTP/1.1\r\nHost: localhost\r\n\r\n", {400}),
    "a target beyond ASCII": ("GET /é HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), {400}),
    "another server's target": (b"GET http://evil.example/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", {404}),
    "an expectation nobody knows": (HEAD + b"Expect: tea\r\nContent-Length: 2\r\n\r\n{}", {417}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405}),
    "a method nobody knows": (b"BREW /configs HTTP/1.1\r\nHost: localhost\r\n\r\n", {400, 405}),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "an upgrade": (b"GET /configs HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", {200}),
    "empty lines first": (b"\r\n\r\nGET /configs HTTP/1.1\r\nHost: localhost\r\n\r\n", {200}),
    "gRPC without HTTP/2": (
        b"POST /opentelemetry.proto.collector.trace.v1.TraceService/Export HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/grpc\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0", {404, 415}),
}


def connect(server, timeout=20):
    return socket.create_connection((server.host, server.port), timeout=timeout)


def answer(link):
    """(status, headers, body) of the next answer; `None` where the connection ended instead. What is behind it stays unread."""
    head = read_until(link, b"\r\n\r\n")
    if not head:
        return None
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    body = b""
    while len(body) < int(headers.get("content-length", 0)):
        more = link.recv(int(headers["content-length"]) - len(body))
        if not more:
            break
        body += more
    return int(lines[0].split()[1]), headers, body


def read_until(link, end):
    """Bytes up to that end, and none behind it."""
    data = b""
    while not data.endswith(end):
        seen = link.recv(65536, socket.MSG_PEEK)
        if not seen:
            return b""
        place = (data + seen).find(end)
        taken = len(seen) if place < 0 else place + len(end) - len(data)
        data += link.recv(taken)
    return data


def is_well(server, what, seconds=5.0):
    """A good request on a new connection works, soon."""
    start = time.monotonic()
    equal(server.request("POST", "/v1/traces", GOOD, {"Content-Type": "application/json"})[0], 200, f"good request: {what}")
    expect(time.monotonic() - start < seconds, f"a good request waits {time.monotonic() - start:.1f} s: {what}")


def memory(server):
    """Megabytes in use, and the most that ever were."""
    figures = dict(
        line.split(":", 1) for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines())
    return int(figures["VmRSS"].split()[0]) // 1024, int(figures["VmHWM"].split()[0]) // 1024


def check_every_broken_form_gets_its_refusal(box):
    """Fifty-odd forms of smuggling and nonsense: each is refused or rightly answered, and a good request works after it."""
    with box.serve() as server:
        for name, (sent, statuses) in FORMS.items():
            with connect(server) as link:
                link.sendall(sent)
                got = answer(link)
            expect(got is not None, f"{name}: no answer")
            expect(got[0] in statuses, f"{name}: {got[0]} where {sorted(statuses)} are right: {got[2]!r}")
            is_well(server, name)
    return f"{len(FORMS)} forms"


def check_a_body_is_never_taken_for_a_request(box):
    """Requests inside bodies, of good and of refused requests, stay bodies."""
    inside = b"GET /prompts HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with box.serve() as server:
        for path, status in ((b"/v1/traces", 400), (b"/nowhere", 404)):
            for body in (
                    b"Content-Length: %d\r\n\r\n%s" % (len(inside), inside),
                    b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(inside), inside)):
                with connect(server) as link:
                    link.sendall(HEAD.replace(b"/v1/traces", path) + body)
                    link.sendall(b"GET /configs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    equal(answer(link)[0], status, f"the request at {path}")
                    told = answer(link)
                    equal(told[0], 200, "the request behind it")
                    expect(b"configs" in told[2], f"another answer: {told}")
                    equal(answer(link), None, "answers more than requests")


def check_pipelined_refusals_are_linear_and_others_are_served(box):
    """1,000, 10,000 and 100,000 refused requests in one go: all are answered, in time that grows with their number, and a
    good client is served within a second meanwhile."""
    refused = (
        b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /configs HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi")
    notes = []
    with box.serve() as server:
        for count in (1_000, 10_000, 100_000):
            for request in refused if count < 100_000 else refused[:1]:
                seconds, slowest = flood(server, request, count)
                expect(slowest < 1, f"a good client waited {slowest:.2f} s beside {count} requests")
                expect(seconds < 5 + count / 2_000, f"{count} requests took {seconds:.1f} s")
                notes.append(f"{count}: {seconds:.2f} s, others {slowest * 1000:.0f} ms")
        used = memory(server)[1]
        expect(used < 250, f"{used} MB were in use")
        is_well(server, "after the floods")
    with box.serve(env={"FALLOM_LISTEN_KEY": "key"}) as server:
        flood(server, b"GET /configs HTTP/1.1\r\nHost: localhost\r\n\r\n", 10_000, {"Authorization": "Bearer key"})
    return "; ".join(notes)


def flood(server, request, count, headers=None):
    """Sends so many requests at once and reads their answers; the seconds that took, and the longest wait of a good
    client meanwhile."""
    slowest = 0.0
    with connect(server, 120) as link:
        sender = threading.Thread(target=lambda: link.sendall(request * count))
        start = time.monotonic()
        sender.start()
        counted, tail, asked = 0, b"", 0.0
        while counted < count:
            data = link.recv(1 << 20)
            expect(data, f"the connection ended after {counted} of {count} answers")
            data = tail + data
            counted += data.count(b"HTTP/1.1 4")
            tail = data[-9:] if not data.endswith(b"HTTP/1.1 4") else b""
            if time.monotonic() - asked > 0.2:
                asked = time.monotonic()
                equal(server.request("GET", "/configs", None, headers)[0], 200, "a good client meanwhile")
                slowest = max(slowest, time.monotonic() - asked)
        sender.join()
        return time.monotonic() - start, slowest


def check_slow_and_broken_off_clients(box):
    """A slow head and a slow body are told so in time; half a request and a hang-up, or a reset, leave nothing behind; one
    that has said all it will still gets its answer."""
    with box.serve() as server:
        with connect(server, 40) as head, connect(server, 40) as body, connect(server, 40) as drip:
            head.sendall(b"POST /v1/traces HTT")
            body.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")
            drip.sendall(b"\r\n")
            with connect(server) as link:
                link.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")
                link.shutdown(socket.SHUT_WR)
                equal(answer(link), None, "an answer to half a request")
            with connect(server) as link:
                link.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(GOOD), GOOD))
                link.shutdown(socket.SHUT_WR)
                equal(answer(link)[0], 200, "a client that has said all it will")
                equal(link.recv(1), b"", "the end behind the answer")
            for sent in (b"", b"POST", HEAD, HEAD + b"Content-Length: 100\r\n\r\nhalf", HEAD + b"Content-Length: 2\r\n\r\n{}"):
                with connect(server) as link:
                    link.sendall(sent)
                    reset(link)
            is_well(server, "after resets")
            equal(answer(head)[0], 408, "a slow head")
            equal(answer(body)[0], 408, "a slow body")
        is_well(server, "after slow clients")


def reset(link):
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def large_workspace(box):
    """A workspace whose `GET /configs` is about 2 MB."""
    shutil.copytree(HERE / "workspace", box.folder / "workspace")
    made = next((box.folder / "workspace/configs").glob("*/[0-9]*.json"))
    config = json.loads(made.read_text())
    config["description"] = "x" * 2_000_000
    made.write_text(json.dumps(config))
    return box.folder / "workspace"


def check_clients_that_never_read_cost_little(box):
    """Ten clients ask for 2 MB twenty thousand times each, over either protocol, and read nothing: memory stays bounded, and
    others are served."""
    need("h2")
    with box.serve("--workspace", large_workspace(box)) as server:
        whole = server.request("GET", "/configs")
        expect(whole[0] == 200 and len(whole[2]) > 1_000_000, f"{whole[0]}, {len(whole[2])} bytes")
        before = memory(server)[0]
        links = [connect(server) for _ in range(10)]
        for link in links[:5]:
            link.setblocking(False)
            push(link, b"GET /configs HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20_000)
        for link in links[5:]:
            streams = h2_requests(range(1, 201, 2), [(":method", "GET"), (":path", "/configs")])
            link.setblocking(False)
            push(link, streams)
        for _ in range(20):
            time.sleep(0.1)
            is_well(server, "beside clients that never read")
        grown = memory(server)[1] - before
        expect(grown < 400, f"{grown} MB more")
        for link in links:
            link.close()
        is_well(server, "after clients that never read")
    return f"{grown} MB more"


def push(link, data):
    """Sends what the other side takes."""
    try:
        while data:
            data = data[link.send(data):]
    except (BlockingIOError, ConnectionError):
        pass


def check_resets_give_nothing_back_before_the_work_is_done(box):
    """Eight clients at once send 16 MB and hang up when it is at work, eight times each: memory stays within what bodies may
    take together, and what is made of them."""
    spans = [record(number, text="y" * 100_000) for number in range(160)]
    body = "\n".join(json.dumps(span) for span in spans).encode()
    head = HEAD.replace(b"application/json", b"application/x-ndjson") + b"Content-Length: %d\r\n\r\n" % len(body)

    def send_and_hang_up():
        for _ in range(8):
            with connect(server) as link:
                try:
                    link.sendall(head + body)
                    # Long enough to be at work.
                    time.sleep(0.05)
                except OSError:
                    pass
                reset(link)

    with box.serve() as server:
        clients = [threading.Thread(target=send_and_hang_up) for _ in range(8)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        used = memory(server)[1]
        expect(used < 1000, f"{used} MB were in use")
        is_well(server, "after the resets", seconds=30)
    return f"at most {used} MB"


def check_idle_connections_shut_nobody_out(box):
    """With 256 connections open and idle, and another 300, a new client is served at once."""
    with box.serve() as server:
        links = [connect(server) for _ in range(256)]
        is_well(server, "beside 256 idle connections", seconds=1)
        links += [connect(server) for _ in range(300)]
        is_well(server, "beside more of them", seconds=1)
        for link in links:
            link.close()


def check_used_up_descriptors_do_not_spin(box):
    """With no descriptor left the server waits for one instead of asking for it all the time, and goes on when there is."""
    with box.serve() as server:
        usual = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (64, usual[1]))
        links = [connect(server) for _ in range(120)]
        time.sleep(1)
        before = processor_time(server)
        time.sleep(2)
        used = processor_time(server) - before
        expect(used < 1.0, f"{used:.2f} s of a processor in 2 s")
        for link in links:
            link.close()
        wait_for(lambda: server.request("GET", "/configs")[0] == 200, "an answer once there are descriptors")
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, usual)
        is_well(server, "after descriptors were used up")
    return f"{used:.2f} s of a processor in 2 s"


def processor_time(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def zlib_opens(body):
    """Whether a zlib stream is whole."""
    import zlib
    try:
        return zlib.decompress(bytes(body)) == GOOD
    except zlib.error:
        return False


def check_contents_in_every_encoding(box):
    """gzip, deflate in both ways, zstd: the same span; each within the same bounds; what is unknown is told."""
    import gzip
    import subprocess
    import zlib

    raw = zlib.compressobj(wbits=-15)
    forms = {"gzip": gzip.compress(GOOD), "deflate": zlib.compress(GOOD)}
    bombs = {"gzip": gzip.compress(bytes(80 << 20)), "deflate": zlib.compress(bytes(80 << 20))}
    if shutil.which("zstd"):
        for made, content in ((forms, GOOD), (bombs, bytes(80 << 20))):
            made["zstd"] = subprocess.run(["zstd", "-qc"], input=content, capture_output=True, check=True).stdout
    with box.serve() as server:

        def post(body, encoding):
            return server.request(
                "POST", "/v1/traces", body, {"Content-Type": "application/json", "Content-Encoding": encoding})

        for encoding, body in forms.items():
            equal(post(body, encoding)[0], 200, encoding)
            equal(post(body[:-4], encoding)[0], 400, f"{encoding} cut off")
            equal(post(bombs[encoding], encoding)[0], 413, f"{encoding} that inflates past the limit")
        equal(post(raw.compress(GOOD) + raw.flush(), "deflate")[0], 200, "deflate without its wrapping")
        # It has no checksum: what was wrapped and is damaged is never taken for it.
        wrapped = zlib.compress(GOOD)
        for place in (0, 1, len(wrapped) - 4, len(wrapped) - 3, len(wrapped) - 2, len(wrapped) - 1):
            for bit in range(8):
                damaged = bytearray(wrapped)
                damaged[place] ^= 1 << bit
                status = post(bytes(damaged), "deflate")[0]
                # The upper bits of the second byte say how hard the sender tried, and nothing else.
                isWhole = zlib_opens(damaged)
                equal(status, 200 if isWhole else 400, f"deflate with bit {bit} of byte {place} turned")
        status, headers, _ = post(GOOD, "br")
        equal(status, 415, "an encoding nobody knows")
        expect("gzip" in headers["accept-encoding"] and "zstd" in headers["accept-encoding"], f"not told: {headers}")
    equal(len(box.rows("spans")), 1, "spans")
    return ", ".join(forms)


def check_web_pages_of_named_origins_may_send(box):
    """Without --cors no page of another origin may; with it those that were named, to send spans and logs, and no others."""
    page = {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}
    question = {**page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    content = {"Content-Type": "application/json"}
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", GOOD, {**page, **content})[0], 403, "a page without --cors")
        equal(server.request("OPTIONS", "/v1/traces", None, question)[0], 403, "its question")
    with box.serve("--cors", "https://app.example", "--cors", "http://localhost:3000") as server:
        status, headers, _ = server.request("OPTIONS", "/v1/traces", None, question)
        equal(status, 204, "the question")
        equal(headers["access-control-allow-origin"], "https://app.example", "allowed origin")
        equal(headers["access-control-allow-headers"], "content-type", "allowed headers")
        status, headers, _ = server.request("POST", "/v1/traces", GOOD, {**page, **content})
        equal((status, headers["access-control-allow-origin"]), (200, "https://app.example"), "its spans")
        equal(server.request("GET", "/configs", None, page)[0], 403, "its reading of configs")
        other = {**page, "Origin": "https://evil.example"}
        equal(server.request("POST", "/v1/traces", GOOD, {**other, **content})[0], 403, "another page")
    equal(len(box.rows("spans")), 1, "spans")


def check_names_of_this_machine_and_paths_of_others(box):
    """The name that containers have for this machine, and the path that Langfuse's clients use, are taken."""
    with box.serve() as server:
        content = {"Content-Type": "application/json"}
        equal(server.request("POST", "/v1/traces", GOOD, {**content, "Host": "host.docker.internal:4318"})[0], 200, "host")
        equal(server.request("POST", "/api/public/otel/v1/traces", GOOD, content)[0], 200, "path")
        equal(server.request("GET", "/configs", None, {"Host": "internal"})[0], 421, "another host")
