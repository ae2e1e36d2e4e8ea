"""`fallom errors`: what failed, from what was sent to the lines a person reads."""
import collections
import json
import re

from harness import equal, expect, record
from pty_screen import Screen

KEY = "sk-proj-" + "aB3dE5gH7jK9" * 4
LIMIT = "Rate limit reached for gpt-4o in organization org-{} on tokens per min (TPM): Limit 30000, Used {}. Try again in {}ms."
NASTY = "\x1b]0;owned\x07bad\u202eness with key " + KEY


def failures():
    """A thousand refusals of one kind by two models in 40 sessions, tools of many names that time out, and what stands alone."""
    made = []

    def add(message, session, model="gpt-4o", second=0, **more):
        number = len(made)
        start = f"2026-11-23T15:{second // 60:02d}:{second % 60:02d}.000Z"
        made.append(record(
            number, session=session, model=model, attributes={"gen_ai.provider.name": "openai"} if model else {}, start_time=start, end_time=start, duration_ms=0, status="ERROR",
            **({"error_message": message} if message else {}), **more))

    for number in range(1000):
        body = {"error": {"message": LIMIT.format(f"{number * 7919:08x}aZ", 29000 + number, number * 3), "code": "rate_limit_exceeded"}}
        add(f"Error code: 429 - {json.dumps(body)} request req_{number * 104729:010x}", f"s-{number % 40}",
            model="gpt-4o-mini" if number % 4 else "gpt-4o", second=number)
    for number in range(30):
        add(f"Tool 'lookup_{chr(97 + number % 26)}' timed out after {number + 2}s", f"t-{number}", None, number, kind="tool")
    add("Error code: 500 - upstream 7f3a9c21d4 is away", "s-1", second=5)
    add(None, "s-2", second=6)
    add(NASTY, "s-3", second=7)
    for number in range(500):
        made.append(record(len(made), session=f"s-{number % 40}", start_time="2026-11-22T15:00:00.000Z"))
    for line in made:
        for key in [key for key, value in line.items() if value is None]:
            del line[key]
    return made


def send(box):
    with box.serve() as server:
        spans = failures()
        for start in range(0, len(spans), 400):
            equal(server.request("POST", "/v1/traces", spans[start:start + 400])[0], 200, "status")


def check_a_thousand_failures_are_a_few_lines(box):
    """Sent over HTTP, failures that say the same are one line: how many, which share, when, by whom, where, with a span to look
    at; the figures are those of the spans, and the line's text finds them."""
    send(box)
    rows = box.rows("errors")
    spans = box.rows("spans")
    kinds = collections.Counter(span["kind"] for span in spans)
    failed = [span for span in spans if span["status"] == "error"]
    equal([row["count"] for row in rows], [1000, 30, 1, 1, 1], "counts")
    equal(sum(row["count"] for row in rows), len(failed), "failed spans")
    equal(sum(row["count"] for row in rows), box.rows("usage")[0]["errors"], "errors of usage")
    limit, tool = rows[:2]
    for word in ("Error code: 429", "gpt-4o", "org-*", "rate_limit_exceeded", "req_*"):
        expect(word in limit["message"], f"{word!r} is not in {limit['message']!r}")
    equal((limit["kind"], limit["models"], limit["providers"], limit["sessions"]),
          ("llm", ["gpt-4o-mini", "gpt-4o"], ["openai"], 40), "the first")
    equal((limit["first_at"], limit["last_at"]), ("2026-11-23T15:00:00.000Z", "2026-11-23T15:16:39.000Z"), "times of the first")
    equal((limit["spans_of_kind"], limit["share_of_kind"]), (kinds["llm"], 1000 / kinds["llm"]), "share of the first")
    equal((tool["kind"], tool["message"], tool["share_of_kind"]), ("tool", "Tool '*' timed out after *s", 1), "the second")
    for row in rows[:2]:
        trace, span = row["example"].split("/")
        example = next(one for one in failed if (one["trace_id"], one["span_id"]) == (trace, span))
        equal(int(example["start_time_unix_nano"]), max(
            int(one["start_time_unix_nano"]) for one in failed if (one["kind"] == "tool") == (row["kind"] == "tool")
            and (row["kind"] == "tool" or "429" in (one["error_message"] or ""))), "the example is the last")
        expect(example["error_message"] in box.run("span", row["example"]).stdout.decode(), "'span' does not show the example")
        text = row["message"].replace('\\', '\\\\').replace('"', '\\"')
        equal(len(box.rows("spans", f'kind:{row["kind"]} error:"{text}"')), row["count"], "spans that the line's text finds")
    equal([row["message"] for row in rows if row["message"] is None], [None], "the one without a message")
    printed = json.dumps(rows) + box.run("errors").stdout.decode()
    expect(KEY[12:40] not in printed, "a key is printed")
    # The options and the filter.
    equal([row["count"] for row in box.rows("errors", "kind:tool")], [30], "tools")
    equal([row["count"] for row in box.rows("errors", "--limit", "2")], [1000, 30], "--limit")
    equal([row["count"] for row in box.rows("errors", "session:s-1", "-error:429")], [1], "one session")
    equal(box.rows("errors", "--since", "2026-11-24"), [], "since then")
    equal(sum(row["count"] for row in box.rows("errors", "since:2026-11-23T15:10:00Z")), 400, "since: in the filter")
    equal(box.run("errors", "latency>fast", check=False).returncode, 64, "exit status of a mistake")
    expect(b"none failed" in box.run("errors", "status:ok").stderr, "nothing is said where none failed")
    expect(b"2 of 5 errors" in box.run("errors", "--limit", "2").stderr, "nothing is said of the rest")
    return f"{len(failed)} failed spans in {len(rows)} lines"


def check_errors_on_a_terminal_are_lines_of_its_width(box):
    """At 80 and 160 columns each error is one line with its count and message, nothing acts on the terminal, and the way to an
    example is named."""
    send(box)
    for columns in (80, 160):
        screen = Screen(box, "errors", "--store", box.store, columns=columns, rows=24)
        equal(screen.wait(), 0, "exit status")
        screen.pump(0.2)
        lines = [line.rstrip() for line in screen.text.split("\n") if line.strip()]
        expect(re.match(r"COUNT +SHARE", lines[0]), screen.text)
        equal([line.split()[0] for line in lines[1:6]], ["1,000", "30", "1", "1", "1"], f"lines at {columns}")
        expect("Error code: 429" in lines[1] and "Tool '*' timed out" in lines[2], screen.text)
        expect(re.search(r"fallom span [0-9a-f]{32}/[0-9a-f]{16}", "".join(lines[6:])), screen.text)
        equal("16:39" in lines[1], True, "the time of the last")
