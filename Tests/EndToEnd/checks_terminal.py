"""The console on a pseudo-terminal: what it shows is what the commands say, and it leaves nothing behind."""
import json
import os
import re
import signal
import subprocess
import sys
import time
import unicodedata

import pty_screen
from harness import HERE, binary, equal, expect, record


def console(box, *arguments, **options):
    return pty_screen.Screen(
        box, "--store", box.store, "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0", *arguments, **options)


def http_port(screen):
    return int(re.search(r"http ([1-9]\d+)", screen.until(r"http [1-9]\d+")).group(1))


def post(port, *records):
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for made in records:
        connection.request("POST", "/v1/traces", json.dumps(made), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        equal(answer.status, 200, "status")
    connection.close()


def check_a_running_call_is_seen_before_it_ends(box):
    """A start record shows at once as running; its finished record takes its place; figures equal `sessions --json`."""
    screen = console(box, columns=160, rows=45)
    port = http_port(screen)
    running = record(1, session="live-one", name="slow.call")
    for key in ("end_time", "duration_ms", "status"):
        del running[key]
    post(port, running)
    screen.until(r"live-one.*slow\.call")
    expect(box.rows("spans")[0]["running"], "the span is not running")
    post(port, record(1, session="live-one", name="slow.call", time_to_first_token_ms=123))
    screen.until(r"slow\.call.*500ms")
    screen.until(r"123ms")
    post(port, record(2, session="live-one", duration_ms=1500, end_time="2026-11-23T15:00:01.500Z", parent_span_id=None))
    screen.until(r"1\.50s")
    screen.type("2")
    screen.until(r"live-one")
    figures = box.rows("sessions")[0]
    equal((figures["llm_calls"], figures["latency_p95_ms"], figures["total_tokens"]), (2, 1500, 24), "figures")
    row = next(line for line in screen.until(r"live-one.*1\.50s").splitlines() if "live-one" in line)
    expect("500ms" in row and "1.50s" in row, f"latency on the screen: {row}")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def check_two_consoles_on_one_store(box):
    """The second console says why it does not listen, shows what the first receives, and takes over."""
    first = console(box)
    port = http_port(first)
    second = console(box)
    second.until(r"listens for this store")
    post(port, record(1, session="shared-1"))
    second.until("shared-1")
    first.type("q")
    equal(first.wait(), 0, "exit status of the first")
    taken = http_port(second)
    post(taken, record(2, session="shared-2"))
    second.until("shared-2")
    second.type("q")
    equal(second.wait(), 0, "exit status of the second")


LOOKS = (
    ("vt100", {}), ("linux", {}), ("xterm", {}), ("xterm-16color", {}), ("xterm-256color", {}),
    ("xterm-256color", {"NO_COLOR": "1"}), ("linux", {"NO_COLOR": "1"}))
"""Terminals with no, 8, 16 and 256 colours."""
SIXTEEN = r"""xterm-16color|xterm with 16 colours,
	colors#16, pairs#256, use=xterm,
	setab=\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm,
	setaf=\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm,
"""
"""Not among the entries that every system has."""


def check_what_is_marked_is_seen_with_few_or_no_colours(box):
    """Selected row, active tab, field and the words of a diff look other than what lies around them; text differs from its ground."""
    box.run("prompts", "new", "greeting", "--system", "-", stdin=b"Answer in one short friendly sentence.\n")
    box.run("prompts", "new", "greeting", "--system", "-", stdin=b"Answer in one long friendly sentence.\n")
    spans = box.folder / "spans.ndjson"
    spans.write_text("".join(json.dumps(record(n, session=f"look-{n}", name="call")) + "\n" for n in range(1, 4)))
    box.run("import", spans)
    (box.folder / "sixteen").write_text(SIXTEEN)
    subprocess.run(["tic", "-x", "-o", box.folder / "terminfo", box.folder / "sixteen"], check=True)
    for theme, looks in (("dark", LOOKS), ("light", LOOKS[1:5]), ("high-contrast", LOOKS[2:4]), ("mono", LOOKS[4:5])):
        for term, more in looks:
            what = f"theme {theme}, TERM={term} {more}"
            screen = console(box, "--no-listen", "--theme", theme, columns=80, rows=24,
                             env={"TERM": term, "TERMINFO_DIRS": f"{box.folder}/terminfo:", **more})
            screen.until("look-3")
            tabs = [screen.look(0, column) for column in (screen.column("1 Live"), screen.column("2 Sessions"))]
            expect(tabs[0] != tabs[1], f"{what}: the active tab looks as the others")
            screen.type("2")
            screen.until("look-1")
            rows = {name: screen.row(name) for name in ("look-3", "look-1")}
            cells = {name: [screen.look(y, x) for x in range(1, 78)] for name, y in rows.items()}
            differing = sum(a != b for a, b in zip(cells["look-3"], cells["look-1"]))
            expect(differing > 60, f"{what}: the selected row cannot be seen ({differing} of 77 cells)\n{screen.text}")
            screen.type("/")
            screen.type("abc")
            field = screen.row("abc")
            expect(screen.look(field, 60) != screen.look(rows["look-1"] + 3, 60), f"{what}: the field cannot be seen")
            screen.type("Esc")
            screen.type("4")
            screen.until("VERSIONS")
            for key in ("Tab", "k", "v"):
                screen.type(key)
            screen.until("long")
            old, new = (screen.column(word, screen.row(word)) for word in ("short", "long"))
            words = [(screen.look(screen.row("short"), old), screen.look(screen.row("short"), old - 2)),
                     (screen.look(screen.row("long"), new), screen.look(screen.row("long"), new - 2))]
            expect(all(a != b for a, b in words), f"{what}: the words of the diff are not marked\n{screen.text}")
            hidden = screen.invisible()
            equal(hidden, 0, f"{what}: cells with text as dark as their ground")
            screen.type("q")
            screen.wait()


def check_a_sequence_cut_by_a_slow_line_is_no_command(box):
    """Mouse reports, arrows, pastes, focus reports and answers cut anywhere, 150 ms between the parts: nothing is served or changed."""
    for text in (b"One.\n", b"Two.\n"):
        box.run("prompts", "new", "greeting", "--system", "-", stdin=text)
    screen = console(box, "--no-listen", columns=80, rows=24)
    screen.until("1 Live")
    screen.type("4")
    screen.until("VERSIONS")
    for key in ("Tab", "k"):
        screen.type(key)
    screen.until("M make current")
    for sequence in ("\x1b[<65;59;28M", "\x1b[20~Memo", "\x1b[200~Memo M\x1b[201~", "\x1b[1;5M", "\x1b[M!!!", "\x1b]11;rgb:M/M/M\x07",
                     "\x1bP>|MMM\x1b\\", "\x1b[I"):
        for cut in range(1, len(sequence), 1 if len(sequence) < 8 else 3):
            if sequence.endswith("Memo") and cut > 5:
                continue
            for part in (sequence[:cut], sequence[cut:5] if sequence.endswith("Memo") else sequence[cut:]):
                os.write(screen.master, part.encode())
                time.sleep(0.15)
            screen.pump()
            expect("yes" not in screen.text.splitlines()[-1], f"{sequence!r} cut at {cut} asks:\n{screen.text}")
    # A paste whose end is lost: Ctrl-C ends the console all the same.
    os.write(screen.master, b"\x1b[200~lost")
    screen.pump(0.3)
    screen.type("\x03")
    equal(screen.wait(), 0, "exit status after a lost paste and Ctrl-C")
    equal(box.rows("prompts", "list")[0]["version"], 1, "the version that is served")


def check_esc_and_a_letter_are_two_keys_in_tmux(box):
    """Esc and a letter in one write, as tmux sends them, leave the editor and change no draft; what is served is asked first."""
    box.run("prompts", "new", "greeting", "--system", "-", stdin=b"One two three.\n")
    screen = console(box, "--no-listen", columns=80, rows=24)
    screen.until("1 Live")
    screen.type("4")
    screen.until("VERSIONS")
    for letter in "djxc\x7f":
        screen.type("e")
        screen.until("draft of version")
        screen.type("\x1b" + letter)
        screen.until("Esc.*leave|1  One two three")
        expect("draft of version" not in screen.text, f"Esc {letter!r} does not leave the editor:\n{screen.text}")
        expect("One two three." in screen.text, f"Esc {letter!r} has changed the draft:\n{screen.text}")
        screen.type("Esc")
        screen.type("g")
    screen.type("q")
    equal(screen.wait(), 0, "exit status")


def check_marks_on_wide_characters_are_shown(box):
    """Decomposed Japanese and Korean, as a Mac names files, keep their marks, and what follows keeps its column."""
    spans = box.folder / "spans.ndjson"
    name = unicodedata.normalize("NFD", "ガイド 안녕 café")
    spans.write_text(json.dumps(record(1, session="wide-1", name=name)) + "\n")
    box.run("import", spans)
    screen = console(box, "--no-listen", columns=120, rows=24)
    line = next(line for line in screen.until("wide-1").splitlines() if "wide-1" in line)
    expect("ガイド 안녕 café" in unicodedata.normalize("NFC", line), line)
    screen.kill()


def check_copying_says_what_was_done(box):
    """Copying never claims that text has arrived; GNU screen gets it wrapped in short pieces, so that none of it is shown."""
    spans = box.folder / "spans.ndjson"
    spans.write_text(json.dumps(record(1, session="copied", text="long " * 400)) + "\n")
    box.run("import", spans)
    for env, told in (({}, "sent .* it may refuse it"), ({"TMUX": "/nowhere,1,0"}, "tmux drops it unless"),
                      ({"STY": "1.pts", "TERM": "screen"}, "GNU screen passes it on")):
        screen = console(box, "--no-listen", columns=120, rows=40, env=env)
        screen.until("copied")
        for key in ("G", "Enter", "c", "y"):
            screen.type(key)
        screen.until(told)
        expect("copied " not in screen.text.splitlines()[-1], screen.text)
        screen.kill()


def check_the_empty_screen_names_the_address(box):
    """Before the first span the screen says where this very console listens."""
    screen = console(box)
    port = http_port(screen)
    screen.until(f"FALLOM_TRACES_URL=http://127.0.0.1:{port} ")
    screen.type(" ")
    screen.until("Space go on")
    screen.type("q")
    screen.wait()


def check_it_is_usable_at_every_size(box):
    """From 20×5 to 500×200 and back nothing breaks; hostile text stays in its cells."""
    screen = console(box, columns=130, rows=24)
    port = http_port(screen)
    hostile = "\x1b[31m\x1b]0;x\x07‮日本語 👩‍👩‍👧 é\r\n\x00"
    post(port, *(record(n, session=f"s{n}{hostile}", text=hostile, name="call" + hostile) for n in range(40)))
    screen.until("call")
    for columns, rows in ((20, 5), (500, 200), (1, 1), (80, 24), (33, 12), (80, 24)):
        screen.resize(columns, rows)
        expect(screen.poll() is None, f"it ended at {columns}×{rows}")
    screen.until("call")
    for key in ("2", "Enter", "Enter", "Esc", "?", "Esc", "1", "G", "g", "/"):
        screen.type(key)
        expect(screen.poll() is None, f"it ended after {key}")
    screen.kill()


def check_a_dumb_terminal_is_refused_kindly(box):
    """TERM=dumb, no terminal at all: a sentence that names the commands that work, status 1."""
    done = subprocess.run(
        [binary(), "--store", str(box.store)], cwd=box.folder, env={**box.environment, "TERM": "xterm"},
        capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    equal(done.returncode, 1, "exit status without a terminal")
    expect("fallom tail" in done.stderr, done.stderr)
    screen = console(box, env={"TERM": "dumb"})
    equal(screen.wait(), 1, "exit status on a dumb terminal")
    screen.pump(0.5)
    expect("fallom tail" in " ".join(screen.text.split()), screen.text)


def check_the_demo_leaves_nothing_behind(box):
    """After q, SIGTERM and SIGINT the demo's folder is gone; the headless demo stores what it sends."""
    def folders():
        return [name for name in os.listdir(box.folder) if name.startswith("fallom-demo")]

    for end in ("q", signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        screen = pty_screen.Screen(box, "demo", columns=120, rows=40)
        screen.until(r"conv-", 30)
        equal(len(folders()), 1, "folders of the running demo")
        if end == "q":
            screen.type("q")
            equal(screen.wait(), 0, "exit status after q")
        else:
            os.kill(screen.pid, end)
            equal(screen.wait(), 128 + end, f"exit status after {end!r}")
        equal(folders(), [], f"folders after {end!r}")
    done = subprocess.run(
        [binary(), "demo", "--headless", "--seconds", "3", "--json"], cwd=box.folder, env=box.environment,
        capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout)
    expect(report["spans"] > 500 and report["dropped"] == 0, done.stdout)
    expect(report["spans"] >= report["sent_finished"], done.stdout)
    equal(folders(), [], "folders after the headless demo")


def check_the_terminal_is_restored_after_every_end(box):
    """q, Ctrl-C, SIGTERM, SIGHUP, Ctrl-Z and fg, crashes, a lost terminal: settings and modes as before."""
    done = subprocess.run(
        [sys.executable, str(HERE / "terminal_restore.py"), "--until", "conv-", binary(), "demo"], cwd=box.folder, env=box.environment,
        capture_output=True, text=True, timeout=280)
    expect(done.returncode == 0, (done.stdout + done.stderr)[-3000:])
    return f"{len(done.stdout.splitlines())} ways"
