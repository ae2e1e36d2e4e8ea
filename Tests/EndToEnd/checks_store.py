"""The store's file: another program's is left alone, damage costs what it lies in, no filter makes it slow or tells an untruth."""
import json
import os
import sqlite3
import stat
import time

from harness import equal, expect, record


def state_of(folder):
    """Every file below with its mode, size and bytes."""
    return {
        str(path.relative_to(folder)): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in sorted(folder.iterdir()) if path.is_file()
    }


def check_another_programs_database_is_left_alone(box):
    """An SQLite file of another program, with and without a log, is refused by every command without a byte of it, its mode or its folder changing."""
    folder = box.folder / "theirs"
    folder.mkdir()
    own = sqlite3.connect(folder / "plain.db")
    own.execute("CREATE TABLE theirs (x)")
    own.commit()
    own.close()
    logged = sqlite3.connect(folder / "logged.db")
    logged.execute("PRAGMA journal_mode = WAL")
    logged.execute("CREATE TABLE theirs (x)")
    logged.commit()
    copy = box.folder / "copied"
    copy.mkdir()
    for name in ("plain.db", "logged.db", "logged.db-wal"):
        (copy / name).write_bytes((folder / name).read_bytes())
        os.chmod(copy / name, 0o644)
    logged.close()
    spans = box.folder / "spans.ndjson"
    spans.write_text(json.dumps(record(1)) + "\n")
    before = state_of(copy)
    for name in ("plain.db", "logged.db"):
        box.store = copy / name
        for command in (("spans",), ("sessions", "--json"), ("export",), ("import", spans), ("store", "check"), ("store", "salvage"),
                        ("serve", "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--udp", "127.0.0.1:0")):
            done = box.run(*command, check=False)
            equal(done.returncode, 1, f"{command} on {name}")
            expect(b"another program" in done.stderr + done.stdout, f"{command} says {done.stderr.decode()}")
            equal(state_of(copy), before, f"the folder after {command} on {name}")


def check_damage_costs_what_it_lies_in(box):
    """One damaged page of bodies of 315 spans: export gives every span and names those whose words are lost, the screen's commands go on, salvage writes a whole store."""
    path = box.folder / "spans.ndjson"
    path.write_text("".join(
        json.dumps(record(number, session=f"s-{number % 9}", text=os.urandom(600).hex())) + "\n" for number in range(315)))
    box.run("import", path)
    whole = box.store.read_bytes()
    lost = 0
    for page in range(len(whole) // 4096 // 2, len(whole) // 4096):
        box.store.write_bytes(whole[:page * 4096] + b"\xa5" * 4096 + whole[page * 4096 + 4096:])
        exported = box.run("export", check=False)
        lines = [json.loads(line) for line in exported.stdout.decode().splitlines()]
        if exported.returncode == 1 and len(lines) == 315:
            lost = sum(b"fallom.loss" in line for line in exported.stdout.splitlines())
            break
    expect(0 < lost < 100, f"{lost} of 315 spans have lost what was said in them")
    expect(f"of {lost} spans the bytes are damaged".encode() in exported.stderr, exported.stderr.decode())
    equal(len(box.run("spans", "--json", check=False).stdout.splitlines()), 315, "spans")
    equal(sum(session["spans"] for session in box.rows("sessions")), 315, "spans of sessions")
    equal(box.run("store", "check", check=False).returncode, 1, "the check")
    report = box.rows("store", "salvage")[0]
    equal((report["spans"], report["without_bytes"], report["lost_spans"]), (315, lost, 0), "what was salvaged")
    box.store = box.folder / (box.store.name + ".salvaged")
    equal(box.rows("store", "check")[0]["whole"], True, "the salvaged store")
    equal(len(box.run("export").stdout.splitlines()), 315, "spans in the salvaged store")
    return f"{lost} of 315 spans lost their words, none its figures"


def check_a_salvaged_store_has_what_people_said(box):
    """Pins, notes, labels and scores come over with their times, and are counted, in words and in JSON."""
    path = box.folder / "spans.ndjson"
    path.write_text("".join(json.dumps(record(number, session=f"s-{number}")) + "\n" for number in range(5)))
    box.run("import", path)
    box.run("pin", "s-0")
    box.run("note", "s-1", "asked", "twice")
    box.run("label", "s-1", "refund", "late")
    box.run("label", "s-2", "größe")
    box.run("score", "s-3", "helpful", "1", "--by", "ada")

    def said(store):
        with sqlite3.connect(store) as database:
            return [database.execute(f"SELECT {columns} ORDER BY 1, 2").fetchall() for columns in (
                "session_id, pinned, note, time FROM kept", "session_id, label FROM kept_label",
                "target_id, name, judge, time FROM score")]

    other = box.folder / "other.sqlite"
    words = box.run("store", "salvage", "--to", other).stdout.decode()
    expect("1 score, pins, notes and labels of 3 sessions" in words, words)
    report = box.rows("store", "salvage")[0]
    equal((report["spans"], report["scores"], report["kept"], report["lost_others"]), (5, 1, 3, False), "what was salvaged")
    for new in (other, box.store.with_name(box.store.name + ".salvaged")):
        equal(said(new), said(box.store), f"what people said in {new.name}")


def check_filters_are_answered_or_refused_truly(box):
    """3,000 letters against a megabyte of the same letter take no time; 1,900 alternatives are answered; 5,000 are refused with their number; case and normal form do not count."""
    path = box.folder / "spans.ndjson"
    path.write_text(json.dumps(record(1, text="a" * (1 << 20))) + "\n" + json.dumps(
        record(2, name="Mérida", session="ΟΔΟΣ", text="ПРИВЕТ"), ensure_ascii=False) + "\n")
    box.run("import", path)
    start = time.monotonic()
    box.run("spans", "--json", "refund")
    plain = time.monotonic() - start
    start = time.monotonic()
    box.run("spans", "--json", "a" * 3000 + "b")
    slow = time.monotonic() - start - plain
    expect(slow <= 0.5, f"3,000 letters take {slow:.2f} s more than a word")
    equal(len(box.rows("spans", " OR ".join(f"model:m{number}" for number in range(1900)) + " OR name:m*rida")), 1, "alternatives")
    refused = box.run("spans", " OR ".join(["a"] * 5000), check=False)
    expect(refused.returncode != 0 and b"5000 conditions" in refused.stderr, refused.stderr.decode())
    for wanted in ("name:ME\u0301RIDA", "session:οδος", "привет", "name:*RIDA", "\"привет\""):
        equal([row["name"] for row in box.rows("spans", wanted)], ["Mérida"], wanted)
    return f"3,000 letters: {slow:+.2f} s beside a word"


def check_a_state_that_cannot_be_ends_nothing(box):
    """A store that says that it has counted to the stars: every command answers or names the damage, at once; `serve` goes on."""
    path = box.folder / "spans.ndjson"
    path.write_text("".join(json.dumps(record(number, session=f"s-{number}", text="a needle")) + "\n" for number in range(40)))
    box.run("import", path)
    whole = box.store.read_bytes()
    commands = (("spans", "needle"), ("sessions", "needle"), ("spans",), ("usage",), ("export",), ("store", "check"))
    for last in (1 << 47, (1 << 60) - 1, (1 << 62), (1 << 63) - 1, -1, -(1 << 63)):
        box.store.write_bytes(whole)
        for suffix in ("-wal", "-shm"):
            box.store.with_name(box.store.name + suffix).unlink(missing_ok=True)
        database = sqlite3.connect(box.store)
        database.execute("UPDATE state SET last_sequence = ?", (last,))
        database.execute("INSERT OR REPLACE INTO text_stale SELECT value, 0 FROM json_each(?)", (json.dumps([(1 << 62) + n for n in range(20)]),))
        database.commit()
        database.close()
        isSane = 0 <= last <= 1 << 60
        for command in commands:
            start = time.monotonic()
            done = box.run(*command, check=False)
            expect(done.returncode in (0, 1), f"{command} with {last} ended with {done.returncode}")
            expect(time.monotonic() - start < 15, f"{command} with {last} took {time.monotonic() - start:.1f} s")
            if isSane and command[0] in ("spans", "export"):
                equal(done.returncode, 0, f"{command} with {last}: {done.stderr.decode()}")
        if isSane:
            equal(len(box.rows("spans", "needle")), 40, f"spans found with {last}")
        with box.serve() as server:
            start = time.monotonic()
            status = server.request("POST", "/v1/traces", record(99, session="new"))[0]
            expect(status in (200, 503), f"a span with {last}: {status}")
            expect(time.monotonic() - start < 15, f"a span with {last} took {time.monotonic() - start:.1f} s")
            expect(server.process.poll() is None, f"serve ended with {last}")
