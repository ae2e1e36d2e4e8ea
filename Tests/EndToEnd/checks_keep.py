"""What people keep of sessions: pins, notes, labels, told by commands and found by filters."""
import json

from checks_terminal import console, http_port, post
from harness import equal, expect, record, wait_for


def check_pin_note_and_label_are_found_by_filters_and_seen_on_a_screen(box):
    """By commands, beside a console that has the store open; the console finds the pinned session by its filter."""
    screen = console(box, columns=120, rows=40)
    post(http_port(screen), record(1, session="keep-me"), record(2, session="let-go"), record(3, session="other"))
    screen.until("let-go")
    kept = json.loads(box.run("pin", "keep-me", "--json").stdout)
    equal(kept, {"session_id": "keep-me", "pinned": True, "note": None, "labels": []}, "pin")
    box.run("note", "keep-me", "asked", "twice")
    box.run("label", "other", "refund", "late")
    for filter, sessions in (("is:pinned", ["keep-me"]), ("note:TWICE", ["keep-me"]), ("label:ref*", ["other"]),
                             ("!is:pinned", ["let-go", "other"]), ("has:note label:refund", [])):
        found = [json.loads(line)["session_id"] for line in box.run("sessions", filter, "--json").stdout.splitlines()]
        equal(sorted(found), sessions, filter)
    said = json.loads(box.run("session", "keep-me", "--json").stdout.splitlines()[0])
    equal((said["pinned"], said["note"], said["labels"]), (True, "asked twice", []), "session --json")
    expect(b"pinned" in box.run("session", "keep-me").stdout, "session does not say that it is pinned")
    screen.type("/is:pinned\r")
    wait_for(lambda: "let-go" not in screen.until(r"keep-me"), "the console shows pinned sessions only")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
