"""A team's ClickHouse when things go wrong around it: a server that hangs, a spool that is damaged, a Collector's table that is large.
Skipped where chdb is not installed (pip install chdb)."""
import json
import os
import socket
import sqlite3
import subprocess
import threading

from checks_clickhouse import SECRET, Double, ask, exporter_table, fill_spool, on_clickhouse
from checks_hostile import agent_logs
from harness import equal, expect, record, wait_for


class Hanging:
    """Takes connections on a port, and never answers."""

    def __init__(self, port):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(64)
        self.held = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            try:
                self.held.append(self.listener.accept()[0])
            except OSError:
                return

    def stop(self):
        self.listener.close()
        for connection in self.held:
            connection.close()


def turns(count, name):
    """Logs of an agent: one turn in each of so many sessions."""
    logs = [json.loads(agent_logs([("user_prompt", {"prompt.id": f"{name}-{number}", "prompt": "x"})], f"{name}-{number}"))
            for number in range(count)]
    return {"resourceLogs": [resource for log in logs for resource in log["resourceLogs"]]}


def check_sessions_of_agents_do_not_wait_for_a_server_that_is_away(box):
    """600 sessions of an agent in one request while the server refuses connections, and as many while it takes them and never answers:
    acknowledged within a client's patience, stored once each when it is back."""
    double = on_clickhouse(box)
    box.store = double.url
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", [record(0)])[0], 200, "status")
        double.stop()
        equal(server.request("POST", "/v1/logs", turns(600, "refused"), connection=server.connection(60))[0], 200, "while it refuses")
        double.start()
        wait_for(lambda: len(box.rows("spans", "--limit", "2000")) == 601, "the spool is empty", seconds=60)
        double.stop()
        hanging = Hanging(double.port)
        equal(server.request("POST", "/v1/logs", turns(600, "hung"), connection=server.connection(60))[0], 200, "while it hangs")
        equal(server.request("POST", "/v1/traces", [record(1)], connection=server.connection(10))[0], 200, "another client")
        hanging.stop()
        double.start()
        wait_for(lambda: len(box.rows("spans", "--limit", "2000")) == 1202, "the spool is empty", seconds=90)
    return "1,202 spans"


def check_a_damaged_spool_costs_what_it_lies_in(box):
    """A batch with a time that cannot be, one cut in half, a pipe and a folder in a batch's place: laid aside and told; those between
    and behind them arrive, and the collector goes on."""
    double = on_clickhouse(box)
    box.store = double.url
    fill_spool(box, double, 7)
    waiting = sorted(box.folder.glob(".local/state/fallom/*.spool/0/*.batch"))
    equal(len(waiting), 7, "batches on the disk")
    late = bytearray(waiting[0].read_bytes())
    late[9:17] = b"\xff" * 7 + b"\x7f"
    waiting[0].write_bytes(late)
    waiting[1].write_bytes(waiting[1].read_bytes()[:100])
    for path, make in ((waiting[3], os.mkfifo), (waiting[5], os.mkdir)):
        path.unlink()
        make(path)
    double.start()
    with box.serve() as server:
        wait_for(lambda: len(box.rows("spans")) == 4, "what is good arrives", seconds=60)
        equal(server.request("POST", "/v1/traces", [record(20)])[0], 200, "status afterwards")
        wait_for(lambda: len(box.rows("spans")) == 5, "what comes later arrives", seconds=60)
    ids = [int(row["span_id"], 16) - 1 for row in box.rows("spans")]
    equal(ids, [0, 3, 5, 7, 20], "spans")
    told = (box.folder / "serve.log").read_text()
    equal(told.count("was not taken"), 4, f"batches laid aside, told:\n{told}")
    equal(len(list(box.folder.glob(".local/state/fallom/*.spool/0/*.refused"))), 4, "batches laid aside")
    return "4 of 7 laid aside"


def mirrored(box):
    """How many spans of the Collector's table were brought."""
    (path,) = box.folder.glob(".local/state/fallom/*.mirror/0.sqlite")
    return sqlite3.connect(path).execute("SELECT count(*) FROM span").fetchone()[0]


def memory_of(box, *arguments):
    """The most memory of a command that must succeed, in MB, and what it said beside its results."""
    process = box.start(*arguments, "--store", box.store, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    told = process.stderr.read().decode()
    equal(process.returncode, 0, f"{arguments}: {told[-2000:]}")
    return usage.ru_maxrss / 1024, told


def check_a_large_table_of_the_collector_is_read_in_bounds(box):
    """Rows of half a megabyte, 240 of them, are read a few at a time; pages whose attributes are too many together are read by halves; one
    whose id is none is left out and told. With FALLOM_E2E_ROWS=203000 of so many rows within a minute the newest 200,000 are brought."""
    double = Double(box)
    box.environment["FALLOM_CLICKHOUSE_PASSWORD"] = SECRET
    rows = int(os.environ.get("FALLOM_E2E_ROWS", "0"))
    ask(double, "CREATE DATABASE IF NOT EXISTS traces")
    for name in ("many", "large", "wide"):
        ask(double, exporter_table(name, "Map(LowCardinality(String), String)", "(ServiceName, SpanName, toDateTime(Timestamp))"))

    def fill(name, count, attributes):
        ask(double, f"""INSERT INTO traces.{name} (Timestamp, TraceId, SpanId, SpanName, SpanKind, ServiceName, SpanAttributes, Duration, StatusCode)
            SELECT toDateTime64('2030-01-01 00:00:00', 9) + toIntervalMicrosecond(number * 250), lower(hex(sipHash128(number))),
            leftPad(lower(hex(sipHash64(number))), 16, '0'), 'GET /',
            'Server', 'shop', {attributes}, 5, 'Ok' FROM numbers({count})""")

    fill("large", 240, "map('gen_ai.prompt', repeat('x', 500000))")
    fill("wide", 500, "mapFromArrays(arrayMap(x -> 'a' || toString(x), range(1000)), arrayMap(x -> 'v', range(1000)))")
    fill("many", rows, "map()")
    ask(double, """INSERT INTO traces.wide (Timestamp, TraceId, SpanId, SpanName, Duration) VALUES ('2030-01-01 00:00:00', 'none', 'none', 'n', 1)""")
    notes = []
    tables = [("large", 240, 500), ("wide", 500, 500)] + ([("many", min(rows, 200_000), 500)] if rows else [])
    for name, count, most in tables:
        for path in box.folder.glob(".local/state/fallom/*.mirror/*"):
            path.unlink()
        for path in box.folder.glob(".local/state/fallom/*.mirror"):
            path.rmdir()
        box.store = f"{double.url}?table={name}"
        used, told = memory_of(box, "spans", "--limit", "1")
        equal("1 span of" in told, name == "wide", f"what is told of {name}: {told}")
        equal(mirrored(box), count, f"spans of {name}")
        expect(used <= most, f"{name}: {used:.0f} MB of memory")
        notes.append(f"{name}: {count}, {used:.0f} MB")
    return "; ".join(notes)
