"""OTLP over gRPC and over HTTP/2: what lands is what lands over HTTP/1.1."""
import base64
import gzip
import json
import socket

import checks_captures
from checks_clients import need, opentelemetry
from harness import CAPTURES, equal, expect, lines_of, record, wait_for

SERVICES = {
    "/v1/traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "/v1/logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    "/v1/metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
}


class Caller:
    """A client of gRPC that sends and gets plain bytes, as a Collector does."""

    def __init__(self, port, **options):
        import grpc

        self.grpc = grpc
        unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=unlimited, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def call(self, path, message, headers=(), compressed=False, timeout=30):
        """(status code's number, details, answer)"""
        method = self.channel.unary_unary(SERVICES.get(path, path))
        compression = self.grpc.Compression.Gzip if compressed else self.grpc.Compression.NoCompression
        try:
            answer = method(message, metadata=list(headers), compression=compression, timeout=timeout)
            return 0, "", answer
        except self.grpc.RpcError as error:
            return error.code().value[0], error.details(), b""


def port_of(server):
    return int(server.ready["grpc"].rsplit(":", 1)[1])


def captured(*names):
    """The recorded POST requests that were accepted: (path, headers in lower case, body inflated)."""
    import replay

    for name in names:
        for request in replay.load(str(CAPTURES / name)):
            if request["method"] != "POST" or not 200 <= request["response"]["status"] < 300:
                continue
            headers = {key.lower(): value for key, value in request["headers"]}
            body = replay.body_of(request)
            if headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            yield request["path"], headers, body


def protobuf(path, body):
    """OTLP JSON as the same request in protobuf. OTLP writes ids in hex, protobuf's JSON in base64."""
    from google.protobuf import json_format
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    def with_ids(value):
        if isinstance(value, list):
            return [with_ids(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: base64.b64encode(bytes.fromhex(item)).decode()
            if key in ("traceId", "spanId", "parentSpanId") and isinstance(item, str) else with_ids(item)
            for key, item in value.items()}

    kind = ExportLogsServiceRequest if path == "/v1/logs" else ExportTraceServiceRequest
    return json_format.ParseDict(with_ids(json.loads(body)), kind(), ignore_unknown_fields=True).SerializeToString()


def otlp_names():
    return [path.name for path in sorted(CAPTURES.glob("otlp-*.ndjson")) if not path.name.endswith(".decoded.ndjson")]


def others():
    names = {path.name for path in CAPTURES.glob("*.ndjson")} - set(otlp_names())
    return sorted(name for name in names if not name.endswith(".decoded.ndjson") and name != "scenarios.ndjson")


def fallom_headers(headers):
    return [(key, value) for key, value in headers.items() if key.startswith("x-fallom-")]


def check_every_capture_over_grpc_lands_as_over_http(box):
    """OTLP captures over gRPC, every second one compressed, and the records over HTTP: all fields as expected."""
    need("grpc", "opentelemetry.proto")
    calls = 0
    with box.serve("--grpc", "127.0.0.1:0") as server, Caller(port_of(server)) as caller:
        for path, headers, body in captured(*otlp_names()):
            if "json" in headers.get("content-type", ""):
                body = protobuf(path, body)
            calls += 1
            equal(
                caller.call(path, body, fallom_headers(headers), compressed=calls % 2 == 0), (0, "", b""), f"call {calls}")
        records = [str(CAPTURES / name) for name in others()]
        for path in ("/v1/", "/spans", "/sessions"):
            checks_captures.replay(server, path, records)
        told = checks_captures.compare(box, "spans") + checks_captures.compare(box, "sessions")
    return f"{calls} calls; " + "; ".join(told)


def check_every_capture_over_http2_lands_as_over_http1(box):
    """Every capture over HTTP/2 by prior knowledge, on both ports: all fields as expected."""
    need("httpx", "h2")
    import httpx

    sent = 0
    with box.serve("--grpc", "127.0.0.1:0") as server, httpx.Client(http1=False, http2=True) as client:
        ports = [server.port, port_of(server)]
        for path, headers, body in captured(*others(), *otlp_names()):
            if path.startswith("/api/"):
                continue
            kept = {key: value.encode() for key, value in headers.items() if key == "content-type"}
            kept.update((key, value.encode()) for key, value in fallom_headers(headers))
            answer = client.post(f"http://127.0.0.1:{ports[sent % 2]}{path}", content=body, headers=kept)
            equal((answer.status_code, answer.http_version), (200, "HTTP/2"), f"{path}: {answer.text}")
            sent += 1
        told = checks_captures.compare(box, "spans") + checks_captures.compare(box, "sessions")
    return f"{sent} requests; " + "; ".join(told)


def check_opentelemetry_over_grpc(box):
    """OTLP over gRPC from the Python exporter with an OpenAI instrumentation arrives whole."""
    over_grpc(box)


def check_opentelemetry_over_grpc_gzip(box):
    """The same, compressed."""
    over_grpc(box, OTEL_EXPORTER_OTLP_COMPRESSION="gzip")


def over_grpc(box, **more):
    need("grpc")
    opentelemetry(box, "grpc", "proto.grpc", **more)


def a_trace(number, padding=0):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id = number.to_bytes(16, "big")
    span.span_id = number.to_bytes(8, "big")
    span.name = "chat"
    span.start_time_unix_nano, span.end_time_unix_nano = 1795447120079000000, 1795447120179000000
    if padding:
        attribute = span.attributes.add()
        attribute.key, attribute.value.string_value = "filler", "x" * padding
    return request


def check_grpc_answers_with_its_status_codes(box):
    """Success, partial success, and each refusal with the code that makes exporters retry, or not."""
    need("grpc", "opentelemetry.proto")
    good = a_trace(1).SerializeToString()
    mixed = a_trace(2)
    mixed.resource_spans[0].scope_spans[0].spans.add().name = "without ids"
    with box.serve("--grpc", "127.0.0.1:0") as server, Caller(port_of(server)) as caller:
        equal(caller.call("/v1/traces", good), (0, "", b""), "a good call")
        equal(caller.call("/v1/metrics", b""), (0, "", b""), "metrics")
        status, _, answer = caller.call("/v1/traces", mixed.SerializeToString())
        expect(status == 0 and answer[:1] == b"\x0a", f"partial success: {status} {answer}")
        status, told, _ = caller.call("/v1/traces", b"\xff\xff\xff\xff")
        expect(status == 3 and told, f"not protobuf: {status} {told}")
        equal(caller.call("/none.Such/Method", good)[0], 12, "unknown method")
        equal(caller.call(SERVICES["/v1/traces"].replace("Export", "Import"), good)[0], 12, "unknown method of a service")
        equal(caller.call("/v1/traces", bytes((64 << 20) + 1))[0], 8, "too large")
        equal(caller.call("/v1/traces", bytes((64 << 20) + 1), compressed=True)[0], 8, "too large when inflated")
        large = a_trace(3, padding=60 << 20).SerializeToString()
        equal(caller.call("/v1/traces", large)[0], 0, "60 MB")
        equal(caller.call("/v1/traces", good, [("x-fallom-session-id", "by-header")])[0], 0, "a good call afterwards")
        with Caller(server.port) as other:
            equal(other.call("/v1/traces", a_trace(4).SerializeToString())[0], 0, "gRPC on the port for HTTP")
        equal(len(box.rows("spans")), 4, "spans")
        equal(len(box.rows("spans", "session:by-header")), 1, "spans with a session by header")
    with box.serve("--grpc", "127.0.0.1:0", env={"FALLOM_LISTEN_KEY": "kéy"}) as server:
        with Caller(port_of(server)) as caller:
            equal(caller.call("/v1/traces", good)[0], 16, "no key")
            equal(caller.call("/v1/traces", good, [("authorization", "Bearer wrong")])[0], 16, "wrong key")


def check_grpc_encodings_deadlines_and_frames_by_hand(box):
    """Unknown encodings name the known ones; a deadline is kept; a message may come a byte a frame; messages of errors are
    percent-encoded."""
    need("h2")
    with box.serve("--grpc", "127.0.0.1:0") as server:
        port = port_of(server)
        path = SERVICES["/v1/traces"]
        message = b"\x00\x00\x00\x00\x00"
        told = raw_call(port, path, [message], [("grpc-encoding", "snappy")])
        equal((told["grpc-status"], told["grpc-accept-encoding"]), ("12", "identity,gzip"), "unknown encoding")
        told = raw_call(port, path, [b"\x01\x00\x00\x00\x01x"])
        equal(told["grpc-status"], "13", "compressed without an encoding")
        told = raw_call(port, path, [bytes([byte]) for byte in message])
        equal((told[":status"], told["grpc-status"]), ("200", "0"), "a byte a frame")
        equal(told["body"], b"\x00\x00\x00\x00\x00", "answer")
        for broken in ([b"\x00\x00"], [b"\x00\x00\x00\x00\x02x"], [message, message], [b"\x07\x00\x00\x00\x00"]):
            equal(raw_call(port, path, broken)["grpc-status"], "3", f"broken message {broken}")
        told = raw_call(port, path + "/né".encode().decode("latin-1"), [message])
        expect(told[":status"] in ("200", "400"), f"odd path: {told}")
        told = raw_call(port, path, [b"\x00\x00"], [("grpc-timeout", "200m")], ends=False)
        equal(told["grpc-status"], "4", "deadline")
        equal(raw_call(port, path, [message])["grpc-status"], "0", "a good call afterwards")


def raw_call(port, path, frames, headers=(), ends=True):
    """One call by hand: everything the answer says in one dictionary, its body beside it."""
    import h2.config
    import h2.connection
    import h2.events

    configuration = h2.config.H2Configuration(header_encoding="utf-8", validate_outbound_headers=False)
    connection = h2.connection.H2Connection(configuration)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        connection.initiate_connection()
        connection.send_headers(1, [
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "127.0.0.1"),
            ("content-type", "application/grpc"), ("te", "trailers"), *headers])
        for frame in frames:
            connection.send_data(1, frame)
        if ends:
            connection.end_stream(1)
        told = {"body": b""}
        while True:
            link.sendall(connection.data_to_send())
            data = link.recv(65536)
            expect(data, f"the connection ended after {told}")
            for event in connection.receive_data(data):
                if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    told.update(event.headers)
                elif isinstance(event, h2.events.DataReceived):
                    told["body"] += event.data
                elif isinstance(event, h2.events.StreamEnded):
                    return told
                elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                    expect(False, f"ended by {event} after {told}")


def check_a_taken_grpc_port_is_said_and_a_taken_http_port_ends_serve(box):
    """Without its port for gRPC serve goes on and says so; without the one for HTTP it fails and says why."""
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = f"127.0.0.1:{stranger.getsockname()[1]}"
        with box.serve("--grpc", taken) as server:
            equal(server.ready["grpc"], None, "address for gRPC")
            expect(taken in server.ready["reason"], f"it does not say why: {server.ready}")
            equal(server.request("POST", "/v1/traces", record(1))[0], 200, "HTTP beside it")
        done = box.run("serve", "--http", taken, "--grpc", "127.0.0.1:0", "--udp", "127.0.0.1:0", check=False)
        equal(done.returncode, 1, "exit status without the port for HTTP")
        expect(taken.encode() in done.stderr and b"--http" in done.stderr, f"it does not say why: {done.stderr}")
