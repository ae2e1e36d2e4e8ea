"""Several processes on one store, stores in a bad state, and what commands say then."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess

from harness import binary, equal, expect, record, wait_for


def check_a_second_process_reads_and_takes_over(box):
    """The second says why it does not listen, reads the same store live, and listens when the first ends."""
    first = box.serve()
    second = box.serve()
    expect(second.ready.get("http") is None, f"the second listens: {second.ready}")
    expect("another" in second.ready.get("reason", ""), f"it does not say why: {second.ready}")
    equal(first.request("POST", "/v1/traces", record(1))[0], 200, "status of the first")
    first.stop()
    line = json.loads(second.process.stdout.readline())
    expect(line.get("http"), f"it did not take over: {line}")
    second.url = line["http"]
    second.host, second.port = "127.0.0.1", int(line["http"].rsplit(":", 1)[1])
    equal(second.request("POST", "/v1/traces", record(2))[0], 200, "status of the second")
    equal(len(box.rows("spans")), 2, "spans")
    second.stop()


def check_tail_reads_when_somebody_listens_and_listens_when_nobody_does(box):
    """`tail` prints spans as they come, either way, and stops quietly when its pipe is closed."""
    with box.serve() as server:
        tail = box.start("tail", "--json", "--store", box.store, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: b"reading" in os.read(tail.stderr.fileno(), 4096), "tail to say that it reads")
        equal(server.request("POST", "/v1/traces", record(7, session="tailed"))[0], 200, "status")
        equal(json.loads(tail.stdout.readline())["session_id"], "tailed", "session of the tailed span")
        tail.stdout.close()
        equal(server.request("POST", "/v1/traces", record(8))[0], 200, "status")
        equal(tail.wait(timeout=20), 0, "exit status of tail after its pipe was closed")
    tail = box.start(
        "tail", "--json", "--store", box.store, "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = wait_for(lambda: os.read(tail.stderr.fileno(), 4096), "tail to say that it listens").decode()
    expect("listening" in said, f"tail says: {said}")
    tail.terminate()
    equal(tail.wait(timeout=20), 0, "exit status of tail after SIGTERM")


def check_hostile_text_is_shown_harmlessly(box):
    """Escape sequences, control characters and direction overrides of a model never reach the terminal of tail."""
    # No NUL in the session id: no command line could name it.
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eabc\u2066\r\n\u200b日本語 👩‍👩‍👧 e\u0301"
    with box.serve() as server:
        made = record(1, session="s" + hostile, text="\x00" + hostile, name="call" + hostile, error_message=hostile, status="ERROR")
        equal(server.request("POST", "/v1/traces", made)[0], 200, "status")
    outputs = [
        box.run("spans").stdout, box.run("spans", "--json").stdout, box.run("sessions").stdout,
        box.run("span", made["trace_id"], made["span_id"]).stdout,
        box.run("session", box.rows("sessions")[0]["session_id"]).stdout,
    ]
    for output in outputs:
        text = output.decode()
        bad = [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u2028"]
        equal(bad, [], "harmful characters in the output")
    expect("日本語" in outputs[0].decode(), "the harmless part is lost")


def check_stores_in_a_bad_state_are_told_plainly(box):
    """Read-only, corrupt, newer, foreign: a clear message, exit status 1, nothing changed."""
    with box.serve() as server:
        equal(server.request("POST", "/v1/traces", record(1))[0], 200, "status")
    read_only_store_is_read(box)
    newer = box.folder / "newer.sqlite"
    copy(box.store, newer)
    with sqlite3.connect(newer) as database:
        database.execute("PRAGMA user_version = 4711")
    fails(box, "newer", "4711|newer|later", newer)
    corrupt = box.folder / "corrupt.sqlite"
    corrupt.write_bytes(b"SQLite format 3\x00" + os.urandom(8192))
    before = corrupt.read_bytes()
    fails(box, "corrupt", "damaged|corrupt|database", corrupt)
    equal(corrupt.read_bytes(), before, "bytes of the corrupt file")
    foreign = box.folder / "foreign.sqlite"
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE t(x)")
    fails(box, "foreign", "another program", foreign)
    box.store = box.folder / "none" / "x.sqlite"
    missing = box.run("spans", check=False)
    expect(missing.returncode == 1 and b"no store" in missing.stderr, f"missing store: {missing.stderr}")


def read_only_store_is_read(box):
    """A store, and then also its folder, that can only be read is read; a log left in such a folder is not passed over."""
    box.store.chmod(0o444)
    folder = box.folder / "kept"
    folder.mkdir()
    kept = folder / "a b%.sqlite"
    copy(box.store, kept)
    kept.chmod(0o444)
    box.folder.chmod(0o755)
    folder.chmod(0o555)
    for store in (box.store, kept):
        done = as_nobody(box, "spans", "--json", "--store", store)
        equal((done.returncode, done.stdout.count("\n")), (0, 1), f"{store.name}: {done.stderr}")
        done = as_nobody(box, "serve", "--store", store, "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0")
        expect(done.returncode == 1 and "writable" in done.stderr, f"serve on {store.name}: {done.stderr}")
    folder.chmod(0o755)
    (folder / "a b%.sqlite-wal").write_bytes(b"x")
    folder.chmod(0o555)
    done = as_nobody(box, "spans", "--store", kept)
    expect(done.returncode == 1 and "-wal" in done.stderr, f"a log that cannot be read: {done.stderr}")
    box.store.chmod(0o600)


def as_nobody(box, *arguments):
    """Root may write anything: for root, somebody else runs the command, from a copy where all can reach it."""
    command = [binary()]
    if os.geteuid() == 0:
        program = box.folder / "fallom"
        if not program.exists():
            shutil.copy(binary(), program)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(program)]
    return subprocess.run(
        [*command, *map(str, arguments)], cwd="/", env=box.environment, capture_output=True, text=True, timeout=30)


def copy(source, target):
    with sqlite3.connect(source) as a, sqlite3.connect(target) as b:
        a.backup(b)


def fails(box, what, pattern, store=None):
    import re
    done = subprocess.run(
        [binary(), "serve", "--store", str(store or box.store), "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0"],
        cwd=box.folder, env=box.environment, capture_output=True, text=True, timeout=30)
    equal(done.returncode, 1, f"exit status of serve on a {what} store")
    expect(re.search(pattern, done.stderr), f"{what}: {done.stderr}")
    expect(len(done.stderr.splitlines()) <= 4, f"{what}: too many words: {done.stderr}")


def check_usage_mistakes_end_with_64(box):
    """Unknown options, bad values and a filter that cannot be read: status 64 and a hint."""
    for arguments in (["spans", "--jsno"], ["spans", "latency>fast"], ["serve", "--http", "nowhere"], ["span", "x"]):
        done = subprocess.run(
            [binary(), *arguments], cwd=box.folder, env=box.environment, capture_output=True, timeout=30)
        equal(done.returncode, 64, f"exit status of {arguments}")
        expect(done.stderr and not done.stdout, f"{arguments} wrote {done.stdout!r} and {done.stderr!r}")
    done = subprocess.run(
        [binary(), "serve", "--http", "0.0.0.0:0", "--store", str(box.store)], cwd=box.folder, env=box.environment,
        capture_output=True, timeout=30)
    equal(done.returncode, 64, "exit status of serve on every address without a key")


def check_slips_of_the_hand_are_told(box):
    """What one types by mistake is said, and does nothing that looks like the answer."""
    one = box.folder / "one.ndjson"
    one.write_text(json.dumps(record(1, customer_id="=HYPERLINK(1)")) + "\n")
    box.run("import", one)

    def refused(status, words, *arguments, **options):
        done = box.run(*arguments, check=False, **options)
        equal((done.returncode, done.stdout), (status, b""), f"status and output of {arguments}")
        expect(words in done.stderr.decode(), f"{arguments} said {done.stderr.decode()!r}, not {words!r}")

    # Options of other programs are no filters; behind -- all is one.
    refused(64, "unknown option '-o'", "export", "-o", "foo.ndjson")
    for words, found in (("model:gpt-4o", 1), ("-model:gpt-4o", 0)):
        command = [binary(), "spans", "--json", "--store", str(box.store), "--", words]
        done = subprocess.run(command, cwd=box.folder, env=box.environment, capture_output=True)
        equal((done.returncode, done.stdout.count(b"\n")), (0, found), f"status and spans of -- {words}")
    refused(0, "no span matches", "export", "model:nothing")
    said = box.run("usage", "--since", "1s").stderr.decode()
    expect("no span matches" in said, f"usage of a time without spans said {said!r}")
    # An address of something else is no folder to be made.
    for store in ("http://ch:8123/traces", "postgres://x"):
        done = subprocess.run([binary(), "import", one, "--store", store], cwd=box.folder, env=box.environment, capture_output=True)
        equal(done.returncode, 64, f"status of --store {store}")
        expect("clickhouse://USER@HOST" in done.stderr.decode(), done.stderr.decode())
    equal([path.name for path in box.folder.iterdir() if ":" in path.name], [], "folders that were made")
    # A folder without span files is named, and what it has.
    (box.folder / "logs").mkdir()
    (box.folder / "logs/spans.json").write_text("{}")
    done = box.run("import", box.folder / "logs", check=False)
    expect(done.returncode == 1 and "it has spans.json" in done.stderr.decode(), done.stderr.decode())
    # What somebody would get an error by is not saved by accident.
    bad = box.folder / "bad.json"
    bad.write_text('{"foo": 1}')
    for command in ("configs", "ab-tests"):
        run = [binary(), command, "new", "bad", bad, "--workspace", box.folder / "w"]
        done = subprocess.run(run, cwd=box.folder, env=box.environment, capture_output=True)
        expect(done.returncode == 1 and b"variants" in done.stderr, f"{command} new: {done.returncode} {done.stderr}")
    expect(not (box.folder / "w/prompt-ab-tests/bad").exists(), "a broken test was saved")
    # A filter of the settings, and settings that are not there.
    settings = box.folder / "settings.yaml"
    settings.write_text("filters:\n  slow: latncy>5s\n")
    refused(1, f"{settings}:2:9: filters.slow", "sessions", "--config", settings)
    done = subprocess.run([binary(), "keys", "--config", "/nonexist.yaml"], env=box.environment, capture_output=True)
    expect(done.returncode == 1 and not done.stdout, f"keys of no settings: {done}")
    # An id that a spreadsheet would compute.
    expect("\n'=HYPERLINK(1)," in box.run("usage", "--by", "customer", "--csv").stdout.decode(), "a formula in CSV")
    # Prices that the settings name must be there.
    settings.write_text("prices: /nowhere/prices.yaml\n")
    refused(1, "/nowhere/prices.yaml", "usage", "--config", settings)
    # A piece of time may stand among the fields, once; help is of commands that are there.
    day = box.run("usage", "--by", "model", "--bucket", "day", "--json").stdout
    equal(box.run("usage", "--by", "model,day", "--json").stdout, day, "sums by model,day")
    expect(b"bucket_start" in day, f"no pieces of time in {day}")
    refused(64, "day or week", "usage", "--by", "day,model,week")
    for words, said in ((("nosuch",), "fallom has no command 'nosuch'"), (("configs", "shwo"), "fallom configs show")):
        run = [binary(), "help", *words]
        done = subprocess.run(run, cwd=box.folder, env=box.environment, capture_output=True)
        expect(done.returncode == 64 and said in done.stderr.decode(), f"help {words}: {done}")
    # A followed file that is not there.
    server = box.start("serve", "nowhere.ndjson", "--no-listen", "--store", box.store, stderr=subprocess.PIPE)
    line = server.stderr.readline().decode()
    while "nowhere" not in line and line:
        line = server.stderr.readline().decode()
    server.kill()
    expect("following nowhere.ndjson: it is not there yet" in line, f"it said {line!r}")


def check_a_key_is_asked_for_on_other_addresses(box):
    """With a key, requests without it are refused; with it they are taken."""
    with box.serve(http="0.0.0.0:0", env={"FALLOM_LISTEN_KEY": "s3cret"}) as server:
        server.host = "127.0.0.1"
        equal(server.request("POST", "/v1/traces", record(1))[0], 401, "status without the key")
        keyed = {"Authorization": "Bearer s3cret"}
        equal(server.request("POST", "/v1/traces", record(1), keyed)[0], 200, "status with the key")
        equal(server.request("POST", "/v1/traces", record(1), {"Authorization": "Bearer s3cres"})[0], 401, "wrong key")


def check_a_closed_pipe_ends_quietly(box):
    """`fallom spans | head -1` says nothing and leaves nothing."""
    path = box.folder / "many.ndjson"
    path.write_text("".join(json.dumps(record(n)) + "\n" for n in range(3000)))
    box.run("import", path)
    done = subprocess.run(
        f"'{binary()}' spans --json --store '{box.store}' | head -1", shell=True, cwd=box.folder, env=box.environment,
        capture_output=True, timeout=60)
    equal((done.stdout.count(b"\n"), done.stderr), (1, b""), "output of the pipe")


def check_configuration_mistakes_are_placed(box):
    """A mistake in the configuration file is told with line and column."""
    path = box.folder / "config.yaml"
    path.write_text("theme: dark\nretention:\n  days: many\n")
    done = box.run("sessions", "--config", path, check=False)
    equal(done.returncode, 1, "exit status")
    expect(f"{path}:3:" in done.stderr.decode(), done.stderr.decode())


def check_the_store_is_looked_through_and_renewed(box):
    """`store check` says that a whole store is whole and names damage with exit status 1; `store renew` moves the store aside,
    loses nothing, begins a new one, and waits for no listener that is still there."""
    lines = "\n".join(json.dumps(record(number, text=f"{number} " * 900)) for number in range(200))
    box.run("import", "-", stdin=lines.encode())
    whole = json.loads(box.run("store", "check", "--json").stdout)
    equal((whole["whole"], whole["spans"], whole["problems"]), (True, 200, []), "a whole store")
    with box.serve():
        done = box.run("store", "renew", check=False)
        expect(done.returncode == 1 and b"listens for the store" in done.stderr, f"renewed under a listener: {done}")
    box.run("spans")
    with open(box.store, "r+b") as file:
        for page in range(5, box.store.stat().st_size // 4096, 3):
            file.seek(page * 4096 + 8)
            file.write(b"\xff" * 512)
    done = box.run("store", "check", "--json", check=False)
    report = json.loads(done.stdout)
    expect(done.returncode == 1 and not report["whole"] and report["problems"], f"damage is not seen: {done}")
    done = box.run("store", "renew")
    aside = done.stdout.decode().split("the old store is ")[1].strip()
    expect(pathlib.Path(aside).stat().st_size > 100_000, "the old store is not beside the new one")
    equal(box.rows("spans"), [], "spans in the new store")
    box.run("import", "-", stdin=json.dumps(record(1)).encode())
    equal(json.loads(box.run("store", "check", "--json").stdout)["whole"], True, "the new store")
