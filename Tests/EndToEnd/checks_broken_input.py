"""Input with mistakes in it: good spans stay, bad ones are named."""
import gzip
import json

from harness import equal, expect, record


def line(number, **more):
    return json.dumps(record(number, **more)).encode()


def check_import_keeps_good_spans_and_names_bad_lines(box):
    """A file with bad UTF-8, cut JSON, wrong types, NULs and a 50 MB line: good spans are stored, bad lines named."""
    bad_time = record(90, start_time=17)
    lines = [
        line(0),
        b'{"trace_id":"x\xff\xfe","span_id":"y"}',
        line(1)[:-40],
        line(2),
        json.dumps(bad_time).encode(),
        b"\x00\x00\x00\x00",
        b"[1]",
        b"",
        b'{"hello":"world"}',
        line(3),
        b'{"a":"' + b"x" * (50 << 20) + b'"}',
        line(4),
    ]
    path = box.folder / "broken.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    done = box.run("import", path, check=False)
    report = (done.stdout + done.stderr).decode()
    equal(done.returncode, 1, "exit status")
    equal(sorted(row["trace_id"][-1] for row in box.rows("spans")), ["1", "3", "4", "5"], "stored spans")
    for number in (2, 3, 5, 6, 7, 9, 11):
        expect(f"{path}:{number}:" in report, f"line {number} is not named in:\n{report[:3000]}")
    for number in (1, 4, 8, 10, 12):
        expect(f"{path}:{number}:" not in report, f"line {number} is named in:\n{report[:3000]}")
    expect(len(report) < 20_000, "the report is as long as the line")
    rows = box.rows("import", path, check=False)
    total = rows[-1]
    equal((total["stored"], total["replaced"], total["rejected"]), (0, 4, 7), "figures of the second import")


def check_import_of_good_files(box):
    """Plain, compressed and standard input; a second import replaces and does not double."""
    path = box.folder / "good.ndjson.gz"
    path.write_bytes(gzip.compress(b"\n".join(line(n) for n in range(300))))
    total = box.rows("import", path)[-1]
    equal((total["stored"], total["replaced"], total["rejected"]), (300, 0, 0), "figures")
    total = box.rows("import", "-", stdin=b"\n".join(line(n) for n in range(290, 310)))[-1]
    equal((total["stored"], total["replaced"]), (10, 10), "figures of standard input")
    equal(len(box.rows("spans")), 310, "spans")


def check_import_of_what_is_no_text(box):
    """An empty file is fine; a binary one, a missing one and a folder without files are told plainly."""
    empty = box.folder / "empty.ndjson"
    empty.touch()
    equal(box.rows("import", empty)[-1]["stored"], 0, "spans of an empty file")
    binary = box.folder / "picture.ndjson"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400)
    done = box.run("import", binary, check=False)
    equal(done.returncode, 1, "exit status for a binary file")
    expect(len(done.stderr) < 20_000, "the report is longer than the file")
    done = box.run("import", box.folder / "missing.ndjson", check=False)
    equal(done.returncode, 1, "exit status for a missing file")
    expect(b"missing.ndjson" in done.stderr, "the missing file is not named")


def check_http_refuses_plainly_and_goes_on(box):
    """400 with the reason, 413, 415, partialSuccess; the connection's next good request works."""
    good = json.dumps(record(1)).encode()
    json_type = {"Content-Type": "application/json"}
    with box.serve() as server:
        connection = server.connection()

        def post(body, headers, path="/v1/traces"):
            return server.request("POST", path, body, headers, connection)

        status, _, body = post(b'{"trace_id":', json_type)
        equal(status, 400, "cut JSON")
        expect(len(body) > 10, "400 without a reason")
        equal(post(good, json_type)[0], 200, "good request after a bad one")
        equal(post(b"\xff\xff\xff\xff", {"Content-Type": "application/x-protobuf"})[0], 400, "bad protobuf")
        equal(post(good, {"Content-Type": "text/html"})[0], 415, "wrong type")
        equal(post(good, {**json_type, "Content-Encoding": "br"})[0], 415, "unknown encoding")
        equal(post(good, {**json_type, "Content-Encoding": "gzip"})[0], 400, "gzip that is none")
        bomb = gzip.compress(b" " * (80 << 20))
        equal(post(bomb, {**json_type, "Content-Encoding": "gzip"})[0], 413, "body that inflates past the limit")
        equal(post(good, json_type)[0], 200, "good request after 413")
        status, _, body = post(json.dumps(mixed_otlp()).encode(), json_type)
        equal(status, 200, "OTLP with one bad span")
        equal(int(json.loads(body)["partialSuccess"]["rejectedSpans"]), 1, "rejected spans")
        equal(post(b"{}", json_type, "/api/other")[0], 404, "another path of the SDKs")
        equal(server.request("GET", "/configs", None, {"Host": "evil.example"})[0] // 100, 4, "foreign Host")
        equal(
            server.request("POST", "/v1/traces", good, {**json_type, "Origin": "https://evil.example"})[0] // 100, 4,
            "foreign Origin")
    equal(len(box.rows("spans")), 2, "spans in the store")


def mixed_otlp():
    span = {
        "traceId": "a" * 32, "spanId": "b" * 16, "name": "good", "kind": 1,
        "startTimeUnixNano": "1795447120079000000", "endTimeUnixNano": "1795447120179000000",
    }
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span, {**span, "spanId": "zz", "traceId": ""}]}]}]}


def check_secrets_do_not_reach_the_store(box):
    """API keys and Authorization values in a span are masked at the door."""
    secret = "sk-live-0123456789abcdefghijklmnop"
    made = record(1)
    made["attributes"]["fallom.raw.request"] = json.dumps(
        {"model": "gpt-4o", "messages": [], "headers": {"Authorization": f"Bearer {secret}"}, "api_key": secret})
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", made)[0], 200, "status")
    equal(len(box.rows("spans")), 1, "spans")
    for path in box.folder.glob("traces.sqlite*"):
        expect(secret.encode() not in path.read_bytes(), f"the secret is in {path.name}")
    shown = box.run("span", made["trace_id"], made["span_id"], "--raw").stdout
    expect(secret.encode() not in shown, "the secret is shown")
