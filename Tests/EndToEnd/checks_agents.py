"""Coding agents that log events instead of sending spans."""
import json

from checks_hostile import agent_logs
from harness import CAPTURES, equal, expect

AGENTS = CAPTURES.parent.parent / "SpanCodecTests/Fixtures/agents"
DIALECTS = {"claude-code", "codex", "gemini-cli"}


def requests():
    return [json.loads(line) for line in (AGENTS / "requests.ndjson").read_text().splitlines()]


def wanted():
    return [json.loads(line) for line in (AGENTS / "expected.ndjson").read_text().splitlines()]


def post(server, made):
    for request in made:
        status, _, body = server.request(
            request["method"], request["path"], request["body"].encode(), dict(request["headers"]))
        equal(status, 200, f"{request['id']}: {body[:200]}")


def matches(want, row):
    """Whether a row is the one wanted: every field said, the end to 2 ms."""
    for field, value in want.items():
        if field == "agent":
            if row["dialect"] != value:
                return False
        elif field == "end_time_unix_nano":
            end = int(row["start_time_unix_nano"]) + round((row["duration_ms"] or 0) * 1e6)
            if abs(end - int(value)) > 2_000_000:
                return False
        elif field == "duration_ms":
            if abs((row[field] or 0) - value) > 0.001:
                return False
        elif row.get(field) != value:
            return False
    return True


def compare(box):
    rows = [row for row in box.rows("spans") if row["dialect"] in DIALECTS]
    left = list(rows)
    for want in wanted():
        found = next((row for row in left if matches(want, row)), None)
        near = [row for row in left if row["session_id"] == want["session_id"] and row["kind"] == want["kind"]]
        expect(found, f"no row for {want}; of its session and kind are left {near[:2]}")
        left.remove(found)
    noise = [row for row in left if row["kind"] in ("llm", "tool")]
    expect(not noise, f"rows that nobody asked for: {noise[:2]}")
    return len(rows)


def check_every_event_becomes_the_row_it_tells_of(box):
    """All requests of agents, in order, give the rows expected, and no others of calls and tools."""
    with box.serve() as server:
        post(server, requests())
        count = compare(box)
    return f"{count} rows"


def check_events_may_come_twice_and_across_a_restart(box):
    """Sent twice, to a process that was killed in between and knows nothing of the first time: the same rows."""
    made = requests()
    with box.serve() as server:
        post(server, made[: len(made) // 2])
        server.kill()
    with box.serve() as server:
        post(server, made[len(made) // 3:])
        post(server, made)
        first = compare(box)
    with box.serve() as server:
        post(server, made)
        equal(compare(box), first, "rows after sending once more")


def check_a_file_of_logs_is_read_like_requests(box):
    """The same bodies, a line each, imported from a file."""
    path = box.folder / "agents.ndjson"
    path.write_text("".join(json.dumps(json.loads(request["body"])) + "\n" for request in requests()))
    box.run("import", path)
    compare(box)


def check_what_makes_no_span_is_told_by_name(box):
    """Events and metrics that make no span are counted by their names, and `doctor` says so of the process that listens."""
    metric = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [
        {"name": "claude_code.token.usage"}, {"name": "claude_code.cost.usage"}]}]}]}
    log = {"resourceLogs": [{"scopeLogs": [{"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": [{
        "timeUnixNano": "1795600000000000000", "body": {"stringValue": "claude_code.skill_activated"},
        "attributes": [{"key": "event.name", "value": {"stringValue": "skill_activated"}},
                       {"key": "session.id", "value": {"stringValue": "s-1"}}]}]}]}]}
    with box.serve() as server:
        for path, body in (("/v1/metrics", metric), ("/v1/metrics", metric), ("/v1/logs", log)):
            equal(server.request("POST", path, body)[0], 200, path)
        # A metrics request in protobuf with one metric of that name.
        name = b"gen_ai.client.token.usage"
        message = bytes([0x0A, len(name)]) + name
        for field in (0x12, 0x12, 0x0A):
            message = bytes([field, len(message)]) + message
        equal(server.request("POST", "/v1/metrics", message, {"Content-Type": "application/x-protobuf"})[0], 200, "pb")
        health = json.loads(server.request("GET", "/health")[2])
        passed = next(source for source in health["sources"] if source["source"] == "http")["passed_over"]
        equal((passed["metric claude_code.token.usage"], passed["metric gen_ai.client.token.usage"],
               passed["claude-code skill_activated"]), (2, 1, 1), f"counts {passed}")
        said = box.run("doctor", "--http", server.url.removeprefix("http://"), check=False).stdout.decode()
    for name in ("metric claude_code.token.usage", "claude-code skill_activated"):
        expect(name in said, said)


def check_what_many_sessions_were_asked_outlasts_a_restart(box):
    """700 sessions of an agent, more than are remembered together: after a restart each goes on in one request, and its turn still says
    what was asked."""
    def logs(make):
        made = [json.loads(agent_logs([make(number)], f"s-{number}")) for number in range(700)]
        return {"resourceLogs": [resource for log in made for resource in log["resourceLogs"]]}

    with box.serve() as server:
        asked = logs(lambda number: ("user_prompt", {"prompt.id": f"p-{number}", "prompt": f"needle of session {number}"}))
        equal(server.request("POST", "/v1/logs", asked)[0], 200, "what was asked")
    call = {"model": "claude-sonnet-5", "input_tokens": "10", "output_tokens": "2", "duration_ms": "5", "cost_usd": "0.001"}
    with box.serve() as server:
        went_on = logs(lambda number: ("api_request", {"prompt.id": f"p-{number}", "request_id": f"req-{number}", **call}))
        equal(server.request("POST", "/v1/logs", went_on)[0], 200, "what came of it")
    turns = box.rows("spans", "kind:agent", "--limit", "2000")
    equal(len(turns), 700, "turns")
    equal(len(box.rows("spans", "kind:agent", "needle", "--limit", "2000")), 700, "turns that say what was asked")
    return "700 sessions"
