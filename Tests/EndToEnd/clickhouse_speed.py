#!/usr/bin/env python3
"""Speed of a team's store on the engine behind Tests/Support/clickhouse_double.py.

    clickhouse_speed.py --binary FALLOM [--spans 5000000] [--insert 200000] [--folder DIR]

Fills the tables with made-up spans of 30 days (inside the engine), then takes the time of the program's own commands, process start
included, of single questions as the screens ask them, and of an import through one collector. Prints one line for each, with the limit
of the issue, how much of it the engine took for how many questions, the processor time of the program and of the engine, and the load of
the machine (its average of a minute): where others are at work, that time tells more than the clock. A folder that is filled already is
measured as it is. `--plan` prints what EXPLAIN says of parts and granules too."""
import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SECRET = "speed-secret"

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("--binary", required=True)
ap.add_argument("--spans", type=int, default=5_000_000)
ap.add_argument("--insert", type=int, default=200_000)
ap.add_argument("--folder")
ap.add_argument("--plan", action="store_true")
options = ap.parse_args()
folder = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="fallom-speed-"))
folder.mkdir(parents=True, exist_ok=True)
double = subprocess.Popen(
    [sys.executable, HERE.parent / "Support/clickhouse_double.py", "--port", "0", "--path", folder / "engine", "--user", "ann",
     "--password", SECRET, "--log", folder / "queries"], stdout=subprocess.PIPE, text=True)
port = int(double.stdout.readline().rsplit(":", 1)[1])
url = f"clickhouse://ann@127.0.0.1:{port}/speed"
environment = {**os.environ, "FALLOM_CLICKHOUSE_PASSWORD": SECRET, "XDG_STATE_HOME": str(folder / "state"), "TZ": "UTC"}


def ask(sql, form="TabSeparated"):
    address = f"http://127.0.0.1:{port}/?" + urllib.parse.urlencode({"default_format": form})
    wanted = urllib.request.Request(
        address, data=sql.encode(), headers={"X-ClickHouse-User": "ann", "X-ClickHouse-Key": SECRET}, method="POST")
    return urllib.request.urlopen(wanted, timeout=3600).read().decode()


def processor():
    """Seconds of processor time of the programs that have ended, and of the engine."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    fields = pathlib.Path(f"/proc/{double.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return own.ru_utime + own.ru_stime, (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fallom(*arguments, store=True):
    words = [options.binary, *arguments] + (["--store", url] if store else [])
    (folder / "queries").write_text("")
    before, begun = processor(), time.monotonic()
    done = subprocess.run(words, env=environment, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{words}: {done.stderr.decode()}")
    seconds, after = time.monotonic() - begun, processor()
    engine = [float(asked.split("\t", 1)[0]) for asked in (folder / "queries").read_text().splitlines()]
    own, engines = (later - earlier for earlier, later in zip(before, after))
    return seconds, (f"{len(engine)} questions, {sum(engine):.3f} s of it in the engine; processor {own:.2f} + {engines:.2f} s; "
                     f"load {os.getloadavg()[0]:.1f}")


def fill(count, now):
    """Spans of 30 days: traces of five, sessions of about fifty."""
    step = 500_000
    for first in range(0, count, step):
        rows = min(step, count - first)
        ask(f"""
            INSERT INTO speed.fallom_spans (hour, sequence, version, gone, stamp, collector, trace_id, span_id, parent_id, session_id,
                customer_id, config_key, counts, depth, own_session, kind, status, dialect, is_streaming, start, end, finish, duration,
                ttft, prompt_tokens, completion_tokens, total_tokens, cost, cost_estimated, name, provider, request_model,
                response_model, payload_format, payload, runs, is_opaque)
            WITH {first} + number AS n, intDiv(n, 5) AS t, n % 5 AS i, cityHash64(n) AS r,
                toInt64({now} - 2592000000000000 + intDiv(2592000000000000, {count}) * n) AS s,
                toInt64(r % 9000000000) AS d,
                arrayStringConcat(arrayMap(x -> ['where','is','my','order','refund','the','invoice','customer','answer','please',
                    'weather','ticket','model','agent','price','error'][1 + cityHash64(n, x) % 16], range(60)), ' ') AS said
            SELECT intDiv(s, 3600000000000), n + 1, bitShiftLeft(toUInt128(9223372036854775808 + n), 64), 0, n, 1,
                lower(hex(cityHash64('t', t))) || '0000000000000000', lower(hex(cityHash64('s', n))),
                if(i = 0, NULL, lower(hex(cityHash64('s', t * 5)))), 's-' || toString(intDiv(t, 10)), 'c-' || toString(t % 500),
                'config-' || toString(t % 7), if(i = 0, 6, 7), if(i = 0, 0, 1), 's-' || toString(intDiv(t, 10)),
                if(i = 0, 'agent', if(i = 4, 'tool', 'llm')), if(r % 50 = 0, 'error', 'ok'), 'otel-genai', 0, s, s + d, s + d, d,
                d % 1000000000, r % 3000, r % 700, r % 3000 + r % 700, toInt64(r % 9000000), 0, if(i = 4, 'search', 'chat'), 'openai',
                ['gpt-4o','gpt-4o-mini','claude-sonnet-4','gemini-2.0-flash'][1 + r % 4],
                ['gpt-4o','gpt-4o-mini','claude-sonnet-4','gemini-2.0-flash'][1 + r % 4], 1,
                concat('{{"trace_id":"', hex(t), '","name":"chat","attributes":{{"text":"', said, '"}}}}'),
                concat('chat\\0', said, if(n % 100003 = 0, ' needle in the haystack', ''), '\\0'), 0
            FROM numbers({rows})""")
        print(f"  filled {first + rows:,}", file=sys.stderr)


def line(what, measured, limit, note=""):
    seconds, engine = measured if isinstance(measured, tuple) else (measured, "")
    note = ", ".join(filter(None, [engine, note]))
    verdict = "" if limit is None else (" ok" if seconds <= limit else " TOO SLOW")
    print(f"{what:58} {seconds:7.3f} s" + (f"  (≤ {limit:g})" if limit else "") + verdict + (f"  {note}" if note else ""), flush=True)


try:
    fallom("store", "create", url, store=False)
    now = time.time_ns()
    if int(ask("SELECT count() FROM speed.fallom_spans")) < options.spans:
        begun = time.monotonic()
        fill(options.spans, now)
        ask(f"INSERT INTO speed.fallom_commits VALUES (1, 1, {options.spans}, 1)")
        line(f"filling {options.spans:,} spans in the engine", time.monotonic() - begun, None)
    size = ask("SELECT sum(bytes_on_disk), count() FROM system.parts WHERE database = 'speed' AND table = 'fallom_spans' AND active").split()
    print(f"{'on disk':58} {int(size[0]) / 1e6:7.0f} MB in {size[1]} parts, {int(size[0]) / options.spans:.0f} bytes a span")
    trace = ask("SELECT trace_id FROM speed.fallom_spans WHERE sequence = " + str(options.spans // 2)).strip()
    for _ in range(2):
        line("first screen: newest 200 by arrival (tail --last)", fallom("spans", "--limit", "200"), 0.5)
        line("sessions of the last day", fallom("sessions", "since:1d", "--limit", "200"), 0.5)
        line("sessions, all", fallom("sessions", "--limit", "200"), None)
        line("one trace", fallom("spans", "--json", f"trace:{trace}"), 0.1)
        line("one session", fallom("session", "s-12", "--json"), None)
        line("a phrase over a day", fallom("spans", "--json", "\"needle in the haystack\"", "since:1d"), 1)
        line("usage --by model --bucket day", fallom("usage", "--by", "model", "--bucket", "day"), 1)
        line("usage --by model since:7d", fallom("usage", "--by", "model", "since:7d"), None)
    source = folder / "import.ndjson"
    with open(source, "w") as out:
        for number in range(options.insert):
            out.write(json.dumps({
                "config_key": "app", "session_id": f"i-{number // 50}", "trace_id": f"{number // 5 + 1:032x}",
                "span_id": f"{number + 1:016x}", "name": "chat", "kind": "llm", "model": "gpt-4o",
                "start_time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z", "duration_ms": 500, "status": "OK",
                "attributes": {"fallom.raw.request": json.dumps({"messages": [{"role": "user", "content": "hello " * 20}]})},
            }) + "\n")
    measured = fallom("import", str(source))
    line(f"import of {options.insert:,} spans by one collector", measured, options.insert / 40_000,
         f"{options.insert / measured[0]:,.0f} spans/s")
    if options.plan:
        def leading(table, column, value):
            return f"hour IN (SELECT hour FROM speed.{table} WHERE {column} = sipHash64('{value}')) AND {column} = sipHash64('{value}')"
        for what, where in (
                ("newest", f"sequence > {options.spans - 2000}"), ("a day", f"hour >= {now // 3600_000_000_000 - 24}"),
                ("one trace", leading("fallom_traces", "trace_hash", trace)),
                ("one session", leading("fallom_sessions", "session_hash", "s-12")), ("all", "NOT is_run")):
            print(f"-- {what}")
            print(ask(f"EXPLAIN indexes = 1 SELECT count() FROM speed.fallom_spans FINAL WHERE {where}"))
finally:
    double.kill()
    if not options.folder:
        shutil.rmtree(folder, ignore_errors=True)
