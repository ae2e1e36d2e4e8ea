"""What people keep of sessions: pins, notes, labels, told by commands and found by filters."""
import json
import sys

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


SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"
NOTE = f"asked twice\nwith {SECRET}, and \"quoted\" 日本"


def check_what_is_kept_travels_to_a_colleague(box):
    """Pin, a note written in $EDITOR and labels by keys; they go with each export, come with import and stand in the other's console."""
    editor = box.folder / "editor.py"
    editor.write_text(f"import pathlib, sys\npathlib.Path(sys.argv[-1]).write_text({NOTE!r} + '\\n')\n")
    screen = console(box, columns=150, rows=40, env={"EDITOR": f"{sys.executable} {editor}", "VISUAL": ""})
    post(http_port(screen), record(1, session="keep-me"), record(2, session="let-go"))
    screen.until("let-go")
    screen.type("/session:keep-me\r")
    wait_for(lambda: "let-go" not in screen.until("keep-me"), "one session on the screen")
    screen.type("k")
    screen.type("I")
    wait_for(lambda: box.rows("sessions", "has:note"), "the note of the editor")
    screen.type("*")
    wait_for(lambda: box.rows("sessions", "is:pinned"), "the pin")
    screen.type("#")
    screen.until("labels")
    screen.type("refund, late\r")
    wait_for(lambda: box.rows("sessions", "label:late"), "the labels")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    box.run("score", "keep-me", "helpful", "1", "--by", "ada")
    kept = {"pinned": True, "note": NOTE, "labels": ["late", "refund"]}
    equal(kept_of(box, "keep-me"), kept, "what is kept here")

    own = box.store
    forms = {"export.ndjson": ["export"], "export-otlp.ndjson": ["export", "--format", "otlp"],
             "export-filtered.ndjson": ["export", "session:keep-me"], "session.ndjson": ["session", "keep-me", "--as", "json"]}
    for name, words in forms.items():
        path = box.folder / name
        path.write_bytes(box.run(*words).stdout)
        box.store = box.folder / (name + ".sqlite")
        said = json.loads(box.run("import", path, "--json").stdout.splitlines()[-1])
        equal((said["kept"], said["rejected"]), (1, 0), f"what the import of {name} says")
        # At the door secrets are masked, in what people wrote too.
        there = kept_of(box, "keep-me")
        expect(SECRET not in there["note"] and there["note"].startswith("asked twice\nwith ***"), there)
        equal({**there, "note": NOTE}, kept, f"what {name} brought")
        equal([row["name"] for row in box.rows("score", "list", "keep-me")], ["helpful"], f"scores that {name} brought")
        equal(json.loads(box.run("import", path, "--json").stdout.splitlines()[-1])["kept"], 0, f"{name} once more")
        box.store = own
    for form in ("markdown", "html"):
        page = box.run("session", "keep-me", "--as", form).stdout.decode()
        for word in ("asked twice", "refund", "inned"):
            expect(word in page, f"{form} does not tell {word}")
        expect(SECRET not in page, f"{form} holds a secret of the note")

    box.store = box.folder / "export.ndjson.sqlite"
    # A later note here stays, labels add up.
    box.run("note", "keep-me", "mine")
    box.run("label", "keep-me", "own")
    box.run("import", box.folder / "export.ndjson")
    there = kept_of(box, "keep-me")
    equal((there["note"], there["labels"]), ("mine", ["late", "own", "refund"]), "after the import met a later note")
    screen = console(box, "--no-listen", columns=150, rows=40)
    screen.until("keep-me")
    screen.type("2")
    screen.until(r"\*.*keep-me")
    screen.type("/is:pinned\r")
    wait_for(lambda: "let-go" not in screen.until("keep-me"), "pinned sessions alone")
    screen.type("\r")
    screen.until(r"mine")
    screen.until(r"refund")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")

    # Of a session that is not there nothing can be kept, and from the network nothing is.
    lines = [line for line in (box.folder / "export.ndjson").read_text().splitlines() if "fallom.kept" in line]
    equal(len(lines), 1, "records of what is kept")
    box.store = box.folder / "nobody.sqlite"
    (box.folder / "alone.ndjson").write_text(lines[0] + "\n")
    expect(b"whose spans are not here" in box.run("import", box.folder / "alone.ndjson").stderr, "nothing is said")
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", record(1, session="keep-me"))[0], 200, "a span")
        status, _, body = server.request("POST", "/v1/traces", json.loads(lines[0]))
        expect(b"fallom import" in body, f"{status} {body!r}")
    equal(kept_of(box, "keep-me")["pinned"], False, "a pin that came by HTTP")
    equal(len(box.rows("spans")), 1, "spans")


def kept_of(box, session):
    said = json.loads(box.run("session", session, "--json").stdout.splitlines()[0])
    return {key: said[key] for key in ("pinned", "note", "labels")}
