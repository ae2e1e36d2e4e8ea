"""Situations from public bug reports of comparable tools, and siblings of their kinds, sent through a server."""
import json

from harness import CAPTURES, equal, expect

SITUATIONS = sorted(path for path in (CAPTURES / "reports").iterdir() if path.is_dir())


def check_every_situation_is_read_as_it_was_meant(box):
    """Each folder's inputs are posted in order to a server of its own; spans and sessions hold what expected.json says."""
    expect(len(SITUATIONS) >= 24, f"{len(SITUATIONS)} situations found")
    wrong = []
    for folder in SITUATIONS:
        box.store = box.folder / f"{folder.name}.sqlite"
        expected = json.loads((folder / "expected.json").read_text())
        with box.serve() as server:
            post(server, folder, expected.get("http", {}))
            live = differences(box, expected)
        later = differences(box, expected)
        wrong += [f"{folder.name}: {line}" for line in live] + [f"{folder.name}, later: {line}" for line in later]
    expect(not wrong, "\n".join(wrong))
    return f"{len(SITUATIONS)} situations"


def check_links_are_named_by_span(box):
    """A link stands in `fallom span` as the two ids that `fallom span` takes, and in its JSON."""
    other, link = {"traceId": "11" * 16, "spanId": "22" * 8}, {"traceId": "33" * 16, "spanId": "44" * 8}
    why = [{"key": "why", "value": {"stringValue": "retry"}}]
    spans = [
        {**other, "startTimeUnixNano": "1785000000000000000", "links": [{**link, "attributes": why}]},
        {**link, "startTimeUnixNano": "1785000000000000000"},
    ]
    with box.serve() as server:
        body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
        equal(server.request("POST", "/v1/traces", body)[0], 200, "status")
    expect(f"{link['traceId']} {link['spanId']}" in box.run("span", *other.values()).stdout.decode(), "not in the text")
    rows = box.rows("span", *other.values())
    equal(
        rows[0]["links"],
        [{"trace_id": link["traceId"], "span_id": link["spanId"], "attributes": {"why": "retry"}}], "links")


def post(server, folder, expected):
    for number, path in enumerate(sorted(folder.glob("input*.json"))):
        target = "/v1/logs" if "logs" in path.name else "/v1/traces"
        status, _, body = server.request("POST", target, path.read_bytes(), {"Content-Type": "application/json"})
        equal(status, expected.get(str(number), {}).get("status", 200), f"{folder.name}/{path.name}: {body[:300]}")
        answer = json.loads(body or b"{}")
        expect(not answer.get("partialSuccess"), f"{folder.name}/{path.name}: {answer}")


def differences(box, expected):
    spans = {row["span_id"]: row for row in box.rows("spans")}
    sessions = {row["session_id"]: row for row in box.rows("sessions")}
    found = []
    if expected.get("span_count", len(spans)) != len(spans):
        found.append(f"{len(spans)} spans")
    for what, rows in (("spans", spans), ("sessions", sessions)):
        for key, fields in expected.get(what, {}).items():
            for field, value in fields.items():
                actual = rows.get(key, {}).get(field)
                if not agrees(actual, value):
                    found.append(f"{what} {key} {field}: {actual!r} is not {value!r}")
    return found


def agrees(actual, expected):
    if not isinstance(expected, dict):
        if isinstance(expected, float) or isinstance(actual, float):
            return actual is not None and expected is not None and abs(actual - expected) < 1e-9
        return actual == expected
    if "contains" in expected:
        return isinstance(actual, str) and expected["contains"] in actual
    if "one_of" in expected:
        return any(agrees(actual, choice) for choice in expected["one_of"])
    return actual is not None and expected.get("min", actual) <= actual <= expected.get("max", actual)
