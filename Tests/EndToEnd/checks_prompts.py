"""Prompts: written in the console by keys, had by real apps, kept whatever happens to the process or the disk."""
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

from checks_clients import client_environment, need
from fake_llm import FakeLLM
from harness import HERE, Failure, Skip, equal, expect, lines_of, wait_for
from pty_screen import Screen

VECTORS = HERE.parent / "PromptsTests/Fixtures/vectors"
CONTROL_S, ALT_S = "\x13", "\x1bs"


def workspace(box):
    folder = box.folder / "workspace"
    shutil.copytree(HERE / "workspace", folder)
    return folder


def saved_versions(folder):
    """What every file of a saved version holds, by its path."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name.isdigit()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def console(box, folder, *more, columns=80, rows=24, env=None):
    screen = Screen(
        box, "--store", box.store, "--workspace", folder, *(more or ["--no-listen"]), columns=columns, rows=rows, env=env)
    screen.until("1 Live")
    screen.type("4")
    screen.until("VERSIONS")
    return screen


def open_onboarding(screen):
    """Goes to the prompt `onboarding`, whichever is selected."""
    for _ in range(20):
        if "prompts · onboarding" in screen.text:
            return
        screen.type("j")
    raise Failure(f"no prompt onboarding:\n{screen.text}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def check_a_version_saved_in_the_console_reaches_the_python_sdk(box):
    """Saved by keys at 80×24, had by a running app at its next sync, tagged on its call, counted in its figures."""
    need("fallom", "openai")
    folder, port = workspace(box), free_port()
    screen = console(box, folder, "--http", f"127.0.0.1:{port}", "--udp", "127.0.0.1:0")
    server = type("Server", (), {"url": f"http://127.0.0.1:{port}"})
    model_server = FakeLLM()
    model_server.start()
    app = subprocess.Popen(
        [sys.executable, str(HERE / "clients/fallom_python_prompts.py"), model_server.url, "py-prompt"], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=client_environment(box, server, {}))
    box.processes.append(app)
    try:
        first = json.loads(app.stdout.readline())
        open_onboarding(screen)
        screen.type("e")
        screen.until("draft of version")
        screen.type("Answer like a pirate. ")
        screen.type(ALT_S)
        screen.until("why")
        screen.type("arr")
        screen.type("Enter")
        screen.until("saved version 3, now current")
        equal(box.rows("prompts", "show", "onboarding", "--workspace", folder)[0]["note"], "arr", "the note")
        app.stdin.write("saved\n")
        app.stdin.flush()
        told = app.stdout.readline()
        expect(told, "the app got no other version")
        second = json.loads(told)
        equal(app.wait(timeout=30), 0, "exit status of the app")
    finally:
        model_server.stop()
    equal((first["version"], second["version"]), (2, 3), "versions that the app was given")
    equal(second["system"], "Answer like a pirate. " + first["system"], "the text that the app was given")
    rows = wait_for(lambda: two(box.rows("spans", "prompt:onboarding", "session:py-prompt")), "two tagged calls")
    equal(sorted(int(row["prompt_version"]) for row in rows), [2, 3], "versions on the spans")

    def figures():
        rows = box.rows("prompts", "metrics", "onboarding", "--workspace", folder)
        return {str(row["version"]): row["calls"] for row in rows}
    equal({version: figures().get(version) for version in ("2", "3")}, {"2": 1, "3": 1}, "calls by version")
    screen.until("3 .*arr")


def two(rows):
    return rows if len(rows) >= 2 else None


def check_an_ab_test_is_made_started_and_stopped_by_keys(box):
    """At 80×24: a new test, weights, start, the split as the command line tells it, stop; earlier versions stay."""
    folder = workspace(box)
    system = folder / "prompts/onboarding/2/system.txt"
    box.run(
        "prompts", "new", "onboarding", "--system", system, "--user", system, "--use", "--workspace", folder)
    before = saved_versions(folder)
    screen = console(box, folder)
    open_onboarding(screen)
    for keys in ("a", "n", "\x15", "tone-test", "Enter"):
        screen.type(keys)
    screen.until("new, not saved yet")
    screen.type("+" * 20)
    screen.type("j")
    screen.type("-" * 20)
    screen.type("S")
    screen.until("Enter yes")
    screen.type("Enter")
    screen.until("saved version 1 of tone-test, now current")
    record = box.rows("ab-tests", "show", "tone-test", "--workspace", folder)[0]
    equal([variant["weight"] for variant in record["variants"]], [70, 30], "weights")
    screen.until("version 1 . current")
    screen.type("T")
    screen.until("of sessions change prompt")
    screen.type("T")
    screen.until("saved version 2 of tone-test, now current")
    record = box.rows("ab-tests", "show", "tone-test", "--workspace", folder)[0]
    equal([variant["weight"] for variant in record["variants"]], [0, 100], "weights after the stop")
    after = saved_versions(folder)
    expect(all(after.get(path) == digest for path, digest in before.items()), "a saved version has changed")


def check_the_editor_by_its_keys(box):
    """At 80×24: word moves, selection, cut, undo, redo, find, a large paste, wide characters and $EDITOR; what is saved is right."""
    folder = workspace(box)
    editor = box.folder / "editor.py"
    editor.write_text(
        "import pathlib, sys\np = pathlib.Path(sys.argv[1])\np.write_text('Elsewhere. ' + p.read_text(encoding='utf-8'), "
        "encoding='utf-8')\n")
    screen = console(box, folder, env={"EDITOR": f"{sys.executable} {editor}", "VISUAL": ""})
    open_onboarding(screen)
    screen.type("e")
    screen.until("draft of version")
    word_right, word_left, home, end = "\x1b[1;5C", "\x1b[1;5D", "\x1b[H", "\x1b[F"
    select_word_left, cut, undo, redo, find = "\x1b[1;6D", "\x1bx", "\x1a", "\x19", "\x06"
    # "You are a guide for {{company}}.": a word, taken back and done again.
    screen.type(word_right)
    screen.type("X")
    screen.until("YouX")
    screen.type(undo)
    screen.until("You are")
    screen.type(redo)
    screen.until("YouX")
    screen.type(undo)
    screen.type(end)
    # The last word is selected, cut and brought back.
    screen.type(word_left)
    screen.type(end)
    for key in (select_word_left, cut):
        screen.type(key)
    screen.until(r"guide for \{\{company(?!\}\}\.)|guide for +$|guide for \{\{ *\n")
    screen.type(undo)
    screen.until(r"\{\{company\}\}\.")
    screen.type(end)
    screen.type("Enter")
    pasted = "".join(f"{n}: 日本語 e\u0301 👩‍👩‍👧 und Text\n" for n in range(2_000)) + "the end"
    os.set_blocking(screen.master, True)
    os.write(screen.master, b"\x1b[200~")
    for at in range(0, len(pasted), 1_000):
        os.write(screen.master, pasted[at:at + 1_000].encode())
        screen.pump(0.001)
    os.write(screen.master, b"\x1b[201~")
    os.set_blocking(screen.master, False)
    screen.until("the end")
    screen.type(find)
    screen.type("1234: ")
    screen.type("Enter")
    screen.until("1234: 日")
    screen.type("Esc")
    screen.type("[found] ")
    screen.until(r"\[found\]")
    screen.type("\x0f")
    screen.pump(2)
    screen.type("\x1b[1;5H")
    screen.until("Elsewhere. You are")
    screen.type(CONTROL_S)
    screen.until("why")
    screen.type("all keys")
    screen.type("Enter")
    screen.until("saved version 3, not current yet")
    saved = (folder / "prompts/onboarding/3/system.txt").read_text(encoding="utf-8")
    expected = "Elsewhere. You are a guide for {{company}}.\n" + pasted.replace("1234: ", "[found] ")
    equal(saved.split("\n")[:3], expected.split("\n")[:3], "the first lines")
    equal(saved, expected, "the saved text")
    return f"{len(saved.encode())} bytes"


def check_a_conflict_of_prompts_shows_both_sides(box):
    """Another version is saved on the disk while one writes: both are kept, and stand beside each other at once."""
    folder = workspace(box)
    screen = console(box, folder, columns=120)
    open_onboarding(screen)
    screen.type("e")
    screen.until("draft of version")
    screen.type("Mine. ")
    theirs = box.folder / "theirs.txt"
    theirs.write_text("Theirs. You are a guide for {{company}}.")
    box.run("prompts", "new", "onboarding", "--system", theirs, "--use", "--workspace", folder)
    screen.type(CONTROL_S)
    screen.type("Enter")
    screen.until("saved version 4; version 3 came in between")
    screen.until(r"3 . 4")
    screen.until(r"Theirs\. You are a guide.*Mine\. You are a guide")


def check_a_draft_outlives_quit_and_kill(box):
    """A draft as of at most a second ago is offered again: after quit, after SIGTERM, after kill -9 five times."""
    folder = workspace(box)
    before = saved_versions(folder)
    written = []
    for turn, end in enumerate(["kill"] * 5 + ["term", "quit"]):
        screen = console(box, folder)
        open_onboarding(screen)
        screen.type("e")
        screen.until("draft of version" if turn == 0 else "took your unsaved draft up again|draft of version")
        expect(all(word in screen.text for word in written), f"turn {turn}: {written} not offered:\n{screen.text}")
        written.append(f"w{turn}")
        screen.type(f" w{turn} ")
        if end == "quit":
            screen.type("Esc")
            screen.type("q")
            equal(screen.wait(), 0, "exit status")
            continue
        time.sleep(1.3)
        screen.pump(0.3)
        if end == "kill":
            screen.kill()
        else:
            os.kill(screen.pid, signal.SIGTERM)
            screen.wait()
    screen = console(box, folder)
    open_onboarding(screen)
    screen.type("e")
    screen.until(written[-1])
    expect(all(word in screen.text for word in written), f"{written} not offered:\n{screen.text}")
    equal(saved_versions(folder), before, "saved versions")


def check_a_full_disk_is_told_while_one_writes(box):
    """The editor says that the draft is not on disk, goes on saying so, loses nothing, and recovers when there is room."""
    if os.geteuid() != 0:
        raise Skip("mounting a small file system needs root")
    disk = box.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,nr_inodes=4k", "tmpfs", disk], capture_output=True)
    if mounted.returncode != 0:
        raise Skip("cannot mount a tmpfs here")
    try:
        folder = disk / "workspace"
        shutil.copytree(HERE / "workspace", folder)
        before = saved_versions(folder)
        screen = console(box, folder, columns=120)
        open_onboarding(screen)
        screen.type("e")
        screen.until("draft of version")
        fill(disk / "filler")
        screen.type("kept? ")
        screen.until("draft NOT kept")
        screen.type("still typing ")
        screen.until("draft NOT kept")
        expect("kept? still typing" in screen.text, "the text is not there")
        screen.type(CONTROL_S)
        screen.type("Enter")
        screen.pump(1)
        expect("kept? still typing" in screen.text, "a save that failed lost the text")
        equal(saved_versions(folder), before, "saved versions")
        (disk / "filler").unlink()
        wait_for(lambda: screen.pump(0.2) or "draft NOT kept" not in screen.text, "the draft is kept again")
        screen.kill()
        screen = console(box, folder, columns=120)
        open_onboarding(screen)
        screen.type("e")
        screen.until("kept\\? still typing")
        screen.kill()
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def fill(path):
    """Takes all room that is left."""
    with open(path, "wb", buffering=0) as filler:
        for size in (65536, 4096, 64):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue


def check_vectors_through_the_command_line(box):
    """Every template vector by `prompts render --json`, and a spread of the prompt A/B vectors with `--ab-test`.

    Every 24th of them: each is a process. `FALLOM_VECTOR_STEP=1` asks for all.
    """
    folder = box.folder / "workspace"
    templates = lines_of(VECTORS / "templates.ndjson")
    take_over(box, folder, prompts=[
        {"key": f"t{number}", "version": 1, "system_prompt": vector["input"]["template"], "user_template": ""}
        for number, vector in enumerate(templates)
    ])
    for number, vector in enumerate(templates):
        (box.folder / "variables.json").write_text(
            json.dumps(vector["input"]["variables"] or {}), encoding="utf-8")
        row = box.rows(
            "prompts", "render", f"t{number}", "--variables-file", "variables.json", "--workspace", folder)[0]
        equal(row["system"], vector["expected"]["output"], vector["id"])
    step = int(os.environ.get("FALLOM_VECTOR_STEP", "24"))
    # No argument can hold a NUL.
    chosen = [row for row in lines_of(VECTORS / "prompt_ab.ndjson")[::step] if "\0" not in row["input"]["session_id"]]
    shared = json.loads((VECTORS / "prompt_ab_workspace.json").read_text(encoding="utf-8"))
    tests = [dict(vector["input"]["prompt_ab_test"], key=f"ab{number}") for number, vector in enumerate(chosen)]
    take_over(box, folder, prompts=shared["prompts"], prompt_ab_tests=tests)
    done = 0
    for number, vector in enumerate(chosen):
        given, expected = vector["input"], vector["expected"]
        (box.folder / "variables.json").write_text(json.dumps(given["variables"] or {}), encoding="utf-8")
        answer = box.run(
            "prompts", "render", f"ab{number}", "--ab-test", "--session", given["session_id"], "--variables-file",
            "variables.json", "--json", "--workspace", folder, check=False)
        if expected.get("error"):
            expect(answer.returncode != 0, f"{vector['id']} must fail")
            continue
        expect(answer.returncode == 0, f"{vector['id']}: {answer.stderr.decode()}")
        row = json.loads(answer.stdout)
        for name in ("key", "version", "variant_index", "system", "user"):
            equal(row[name], expected[name], f"{vector['id']} {name}")
        done += 1
    return f"{len(templates)} templates, {done} of {len(chosen)} A/B vectors with an answer"


def take_over(box, folder, **records):
    (box.folder / "records.json").write_text(json.dumps(records), encoding="utf-8")
    box.run("prompts", "import", "records.json", "--workspace", folder)
