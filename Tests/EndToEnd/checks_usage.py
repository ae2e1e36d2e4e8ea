"""Sums by field and time, beside a naive sum over the rows of `spans --json`."""
import collections
import csv
import datetime
import io
import math
import os
import random

from harness import CAPTURES, equal, expect, record
from checks_captures import replay

FIELDS = {
    "model": lambda row: [row["model"]], "provider": lambda row: [row["provider"]],
    "customer": lambda row: [row["customer_id"]], "config": lambda row: [row["config_key"]],
    "kind": lambda row: [row["kind"]], "status": lambda row: ["running" if row["running"] else row["status"]],
    "session": lambda row: [row["session_id"]], "dialect": lambda row: [row["dialect"]],
    "error": lambda row: [row["error_message"]],
    "tool": lambda row: [row["name"] if row["kind"] == "tool" else None],
    "tag": lambda row: row["tags"] or [None],
    "prompt": lambda row: [
        row["prompt_key"] and row["prompt_key"] + (f"@{row['prompt_version']}" if row["prompt_version"] else "")],
}


def rank(percent, values):
    values = sorted(values)
    return values[max(1, math.ceil(percent * len(values) / 100)) - 1] if values else None


def day(row):
    seconds = int(row["start_time_unix_nano"]) // 10**9
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d")


def naive(rows, fields, bucketed):
    """What can be told from the rows alone: everything but what is counted once as a call or a cost."""
    groups = collections.defaultdict(list)
    for row in rows:
        keys = [[day(row)]] if bucketed else [[]]
        for field in fields:
            keys = [key + [value] for key in keys for value in FIELDS[field](row)]
        for key in keys:
            groups[tuple(key)].append(row)
    sums = {}
    for key, members in groups.items():
        counted = [row for row in members if row["tokens_counted"]]
        sums[key] = {
            "sessions": len({row["session_id"] for row in members}),
            "errors": sum(row["status"] == "error" for row in members),
            "prompt_tokens": sum(row["prompt_tokens"] or 0 for row in counted),
            "completion_tokens": sum(row["completion_tokens"] or 0 for row in counted),
            "cached_tokens": sum(row["cached_tokens"] or 0 for row in counted),
        }
    return sums


def check_sums_equal_naive_sums_over_the_spans(box):
    """Every field, some pairs, by day and not, with filters: the sums are those of the rows."""
    with box.serve() as server:
        replay(server, "/v1/", sorted(str(path) for path in CAPTURES.glob("*.ndjson")))
    asked = 0
    for words in ([], ["-model:gpt-4o*"]):
        rows = box.rows("spans", *words)
        pairs = [[field] for field in FIELDS] + [["model", "status"], ["customer", "kind", "tag"], []]
        for fields in pairs:
            for bucketed in (False, True) if not words else (False,):
                extra = (["--by", ",".join(fields)] if fields else []) + (["--bucket", "day"] if bucketed else [])
                got = {}
                for row in box.rows("usage", *words, *extra, env={"TZ": "UTC"}):
                    key = ([row["bucket_start"][:10]] if bucketed else []) + [row[field] for field in fields]
                    got[tuple(key)] = row
                wanted = naive(rows, fields, bucketed)
                equal(set(got), set(wanted), f"groups of {words} by {fields} {bucketed}")
                for key, sums in wanted.items():
                    equal({name: got[key][name] for name in sums}, sums, f"{words} by {fields}: {key}")
                asked += 1
    return f"{asked} questions"


def condition(generator, rows):
    """A random expression over what the rows hold."""
    row = generator.choice(rows)
    fields = [("model", row["model"]), ("kind", row["kind"]), ("status", row["status"].lower()), ("customer", row["customer_id"]),
              ("session", row["session_id"]), ("provider", row["provider"]), ("config", row["config_key"])]
    terms = [f'{name}:"{value}"' for name, value in fields if value and '"' not in value and "\\" not in value]
    terms += [f"tokens>{generator.randrange(200)}", f"latency>{generator.randrange(2000)}ms", "since:2020-01-01", "the"]
    text = generator.choice(terms)
    for _ in range(generator.randrange(3)):
        other = generator.choice(terms)
        text = generator.choice(["{0} {1}", "{0} OR {1}", "{0} -{1}", "-({0} {1})", "({0}) {1}"]).format(text, other)
    return text


def check_sums_under_random_filters_equal_naive_sums(box):
    """Every field under random expressions: the sums are those of the rows that the same filter gives.

    `FALLOM_SUM_FILTERS` says how many; by default two for each field."""
    with box.serve() as server:
        replay(server, "/v1/", sorted(str(path) for path in CAPTURES.glob("*.ndjson")))
    generator = random.Random(5)
    everything = box.rows("spans")
    for number in range(int(os.environ.get("FALLOM_SUM_FILTERS", 2 * len(FIELDS)))):
        text = condition(generator, everything)
        rows = box.rows("spans", text)
        fields = [list(FIELDS)[number % len(FIELDS)]] + generator.sample(list(FIELDS), generator.randrange(2))
        fields = list(dict.fromkeys(fields))
        got = {tuple(row[field] for field in fields): row
               for row in box.rows("usage", text, "--by", ",".join(fields), env={"TZ": "UTC"})}
        wanted = naive(rows, fields, False)
        equal(set(got), set(wanted), f"groups of {text} by {fields}")
        for key, sums in wanted.items():
            equal({name: got[key][name] for name in sums}, sums, f"{text} by {fields}: {key}")


def check_usage_equals_the_figures_of_sessions(box):
    """By session: calls, tokens, cost and percentiles are those of `sessions --json`; all together is their sum."""
    with box.serve() as server:
        replay(server, "/v1/", sorted(str(path) for path in CAPTURES.glob("*.ndjson")))
    sessions = {row["session_id"]: row for row in box.rows("sessions")}
    usage = {row["session"]: row for row in box.rows("usage", "--by", "session")}
    equal(set(usage), set(sessions), "sessions")
    names = [
        "llm_calls", "errors", "prompt_tokens", "completion_tokens", "total_tokens", "cost_usd", "latency_p50_ms",
        "latency_p95_ms", "ttft_p50_ms", "ttft_p95_ms"]
    for key, row in usage.items():
        equal({name: row[name] for name in names}, {name: sessions[key][name] for name in names}, key)
    total, = box.rows("usage")
    for name in ("llm_calls", "errors", "total_tokens"):
        equal(total[name], sum(row[name] for row in sessions.values()), name)
    table = list(csv.reader(io.StringIO(box.run("usage", "--by", "model", "--csv").stdout.decode())))
    equal(table[0][:3], ["model", "sessions", "llm_calls"], "heading")
    equal(len(table) - 1, len(box.rows("usage", "--by", "model")), "rows")
    failed = box.run("usage", "--by", "modle", check=False)
    equal(failed.returncode, 64, "exit status of a wrong field")
    expect(b"modle" in failed.stderr, failed.stderr.decode())
    return f"{len(sessions)} sessions"


def check_attributes_group_too(box):
    """`attr.NAME` reads the span's own attributes."""
    from checks_prices import otlp, span
    case = dict(
        provider="openai", model="gpt-4o", input_tokens_including_cache=10, cache_read_tokens=0, cache_write_tokens=0,
        output_tokens=1)
    with box.serve() as server:
        spans = [span(n, case, **{"deploy.region": region}) for n, region in enumerate(["eu", "eu", "us"])]
        equal(server.request("POST", "/v1/traces", otlp(spans))[0], 200, "status")
    rows = {row["attr.deploy.region"]: row["llm_calls"] for row in box.rows("usage", "--by", "attr.deploy.region")}
    equal(rows, {"eu": 2, "us": 1}, "rows")


def check_errors_are_of_all_spans_and_the_error_rate_of_calls(box):
    """Failed tools are errors and no failed calls; a group without calls has no rate; JSON, CSV and the table say the same."""
    with box.serve() as server:
        calls = [record(n, attributes={}, model="a", status="ERROR" if n == 2 else "OK") for n in range(1, 5)]
        tools = [record(n, attributes={}, kind="tool", model="a", status="ERROR") for n in range(5, 10)]
        for made in [*calls, *tools, record(10, attributes={}, kind="tool", model=None)]:
            equal(server.request("POST", "/v1/traces", made)[0], 200, "status")
    rows = {row["model"]: row for row in box.rows("usage", "--by", "model")}
    equal((rows["a"]["errors"], rows["a"]["llm_calls"], rows["a"]["error_rate"]), (6, 4, 0.25), "of the model")
    equal((rows[None]["errors"], rows[None]["error_rate"]), (0, None), "without a model")
    csv_rows = {row["model"]: row for row in csv.DictReader(io.StringIO(box.run("usage", "--by", "model", "--csv").stdout.decode()))}
    equal((csv_rows["a"]["error_rate"], csv_rows[""]["error_rate"]), ("0.25", ""), "as values with commas")
    table = box.run("usage", "--by", "model", env={"COLUMNS": "200"}).stdout.decode()
    expect("ERR RATE" in table and "25.0%" in table, table)
