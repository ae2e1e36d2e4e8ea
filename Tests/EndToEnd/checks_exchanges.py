"""What apps on the Swift SDK exchange with providers is in the rows of `fallom spans --json`, fact by fact."""
import contextlib
import http.server
import importlib
import io
import json
import pathlib
import pkgutil
import subprocess
import threading

import exchanges
from exchange_player import FIXTURE, ExchangePlayer
from harness import Skip, binary, expect


def play(box, way, names):
    """Sends the exchanges as an app does and compares the rows that they gave."""
    program = pathlib.Path(binary()).parent / "FallomExamples"
    if not program.exists():
        raise Skip("not built: FallomExamples (swift build --product FallomExamples)")
    chosen = box.folder / "exchanges.json"
    chosen.write_text(json.dumps([e for e in json.loads(FIXTURE.read_text()) if e["name"] in names]))
    player = ExchangePlayer().start()
    with box.serve() as service:
        done = subprocess.run(
            [program, way, chosen, player.url], capture_output=True, text=True, timeout=250,
            env={**box.environment, "FALLOM_API_KEY": "k", "FALLOM_TRACES_URL": service.url})
        expect(done.returncode == 0, f"the app failed: {done.stdout}{done.stderr[-2000:]}")
    rows = box.folder / "rows"
    rows.write_bytes(box.run("spans", "--json").stdout)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        same = exchanges.compare(str(chosen), str(rows))
    expect(same, said.getvalue())
    return said.getvalue().splitlines()[-1]


def check_by_hand(box):
    """Every recorded exchange through a traced HTTP client gives its row."""
    return play(box, "play-exchanges", {e["name"] for e in json.loads(FIXTURE.read_text())})


class Collector:
    """Takes OTLP and keeps the bodies."""

    def __init__(self):
        bodies = self.bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                bodies.append((self.path, self.headers["Content-Type"], body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def app(box, player, **environment):
    program = pathlib.Path(binary()).parent / "FallomExamples"
    if not program.exists():
        raise Skip("not built: FallomExamples (swift build --product FallomExamples)")
    done = subprocess.run(
        [program, "play-exchanges", FIXTURE, player.url], capture_output=True, text=True, timeout=250,
        env={**box.environment, "FALLOM_API_KEY": "k", **environment})
    expect(done.returncode == 0, f"the app failed: {done.stdout}{done.stderr[-2000:]}")


def check_records_and_otlp_of_one_run(box):
    """One run, sent as Fallom's records to one console and as OTLP to another: the same rows, by JSON and by protobuf."""
    told = []
    for form in ("http/protobuf", "http/json"):
        stores = [box.folder / f"{name}-{form[5:]}.sqlite" for name in ("records", "otlp")]
        player = ExchangePlayer().start()
        with box.serve(store=stores[0]) as records, box.serve(store=stores[1]) as otlp:
            app(box, player, FALLOM_TRACES_URL=records.url + ",otlp", OTEL_EXPORTER_OTLP_ENDPOINT=otlp.url,
                OTEL_EXPORTER_OTLP_PROTOCOL=form)
        rows = []
        for store in stores:
            out = subprocess.run(
                [binary(), "spans", "--json", "--limit", "1000", "--store", store], env=box.environment, check=True,
                capture_output=True, text=True).stdout
            rows.append({(r["trace_id"], r["span_id"]): r for r in map(json.loads, out.splitlines())})
        expect(len(rows[0]) > 60, f"{len(rows[0])} rows")
        differing = [
            (key, name, row.get(name), rows[1].get(key, {}).get(name))
            for key, row in rows[0].items() for name in {**row, **rows[1].get(key, {})}
            if row.get(name) != rows[1].get(key, {}).get(name)]
        expect(not differing, f"{len(differing)} fields differ: {differing[:3]}")
        expect(set(rows[0]) == set(rows[1]), "other spans")
        told.append(f"{form}: {len(rows[0])} rows")
    return ", ".join(told)


def check_otlp_of_the_sdk_is_opentelemetrys(box):
    """What the SDK sends is read by OpenTelemetry's own classes, and every attribute beside `fallom.*` is one of the conventions',
    of the type that their registry says."""
    try:
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
        from opentelemetry.semconv._incubating import attributes as conventions
    except ImportError as error:
        raise Skip(str(error))
    modules = [importlib.import_module(f"{conventions.__name__}.{m.name}") for m in pkgutil.iter_modules(conventions.__path__)]
    known = {value for module in modules for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    whole = {"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.usage.cache_read.input_tokens",
             "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.reasoning.output_tokens"}
    collector = Collector()
    app(box, ExchangePlayer().start(), FALLOM_TRACES_URL="otlp", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url)
    spans = 0
    for path, kind, body in collector.bodies:
        expect((path, kind) == ("/v1/traces", "application/x-protobuf"), f"{path} {kind}")
        request = ExportTraceServiceRequest.FromString(body)
        # Nothing that the classes do not know.
        expect(request.SerializeToString() == body or not request.UnknownFields(), "unknown fields")
        for attribute in (a for r in request.resource_spans for a in r.resource.attributes):
            expect(attribute.key in known, f"{attribute.key} of the resource is not of the conventions")
        for span in (s for r in request.resource_spans for c in r.scope_spans for s in c.spans):
            spans += 1
            expect(len(span.trace_id) == 16 and len(span.span_id) == 8, "ids")
            expect(0 < span.start_time_unix_nano <= span.end_time_unix_nano, "times")
            for attribute in span.attributes:
                if attribute.key.startswith("fallom."):
                    continue
                expect(attribute.key in known, f"{attribute.key} is not of the conventions")
                field = attribute.value.WhichOneof("value")
                right = ("int_value" if attribute.key in whole else
                         "array_value" if attribute.key.endswith("finish_reasons") else
                         "double_value" if attribute.key.endswith("time_to_first_chunk") else
                         "bool_value" if attribute.key.endswith("request.stream") else "string_value")
                expect(field == right, f"{attribute.key} is {field}")
    expect(spans > 60, f"{spans} spans")
    return f"{spans} spans in {len(collector.bodies)} requests"
