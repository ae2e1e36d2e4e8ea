"""A workspace, a store and files that a stranger made: nothing is read through them, nothing waits for them."""
import json
import os
import pathlib
import signal
import subprocess
import time

from harness import Failure, equal, expect, record, wait_for



def config(version, **more):
    return json.dumps({"key": "good", "version": version, "variants": [{"model": "gpt-4o", "weight": 100}], **more})


def workspace(box):
    """A small workspace of one config and one prompt."""
    root = box.folder / "fallom"
    for folder in ["configs/good", "prompts/p/1", "contexts"]:
        (root / folder).mkdir(parents=True)
    (root / "configs/good/1.json").write_text(config(1))
    (root / "prompts/p/1/system.txt").write_text("own system")
    (root / "prompts/p/1/user.txt").write_text("own user")
    return root


def fetch(serve, path):
    status, _, body = serve.request("GET", path)
    equal(status, 200, f"GET {path}")
    return json.loads(body)


def check_links_lead_inside_only(box):
    """A text, a version or a folder that is a link out of the workspace is not served, listed, shown or written through;
    a link inside it is followed."""
    root = workspace(box)
    secret = box.folder / "secret"
    secret.mkdir()
    (secret / "text").write_text("top secret")
    (secret / "1.json").write_text(config(1, secret="top secret"))
    (root / "prompts/p/1/system.txt").unlink()
    (root / "prompts/p/1/system.txt").symlink_to(secret / "text")
    (root / "configs/linked").symlink_to(secret)
    (root / "configs/good/2.json").symlink_to("../../../secret/1.json")
    (root / "shared.json").write_text(config(3))
    (root / "configs/good/3.json").symlink_to("../../shared.json")
    (root / "contexts/c.json").symlink_to("/proc/self/environ")
    with box.serve("--workspace", root) as serve:
        configs = fetch(serve, "/configs")["configs"]
        equal([(c["key"], c["version"]) for c in configs], [("good", 1), ("good", 3)], "configs")
        everything = json.dumps([configs, fetch(serve, "/prompts"), fetch(serve, "/prompt-ab-tests")])
        expect("top secret" not in everything, "a file outside the workspace is served")
    for command in (["configs", "list"], ["prompts", "list"], ["prompts", "show", "p"], ["contexts", "list"], ["doctor"]):
        done = box.run(*command, "--workspace", root, check=False, timeout=20)
        expect(b"top secret" not in done.stdout + done.stderr, f"{command} shows a file outside the workspace")
    done = box.run("doctor", "--workspace", root, check=False)
    expect(b"leads out of" in done.stdout, "doctor does not name the links")
    before = sorted(p.name for p in secret.iterdir())
    new = box.folder / "new.json"
    new.write_text(config(1))
    done = box.run("configs", "new", "linked", new, "--workspace", root, check=False)
    expect(done.returncode == 1 and b"leads out of" in done.stderr, f"a version is written outside: {done}")
    equal(sorted(p.name for p in secret.iterdir()), before, "files outside")


def check_nothing_in_a_workspace_waits(box):
    """Pipes, sockets and devices in a workspace keep nobody waiting: lists, commands and SIGTERM are answered at once."""
    root = workspace(box)
    for name in ["configs/good/2.json", "configs/good/current", "prompts/p/1/meta.json", "contexts/c.json"]:
        os.mkfifo(root / name)
    (root / "prompts/q/1").mkdir(parents=True)
    (root / "prompts/q/1/system.txt").symlink_to("/dev/zero")
    os.mkfifo(root / "prompts/q/1/user.txt")
    began = time.monotonic()
    with box.serve("--workspace", root) as serve:
        equal([c["version"] for c in fetch(serve, "/configs")["configs"]], [1], "versions of good")
        equal([p["key"] for p in fetch(serve, "/prompts")["prompts"]], ["p"], "prompts")
        os.mkfifo(root / "configs/good/4.json")
        (root / "configs/good/5.json").write_text(config(5))
        wait_for(lambda: [c["version"] for c in fetch(serve, "/configs")["configs"]] == [1, 5], "version 5 is served")
        serve.stop()
    for command in (["configs", "list"], ["configs", "show", "good"], ["contexts", "list"], ["doctor"]):
        box.run(*command, "--workspace", root, check=False, timeout=20)
    return f"{time.monotonic() - began:.1f} s"


def check_sizes_in_a_workspace_are_bounded(box):
    """A sparse file of 3 GB and 400 files of 15 MB are named and cost no memory."""
    root = workspace(box)
    with open(root / "configs/good/2.json", "w") as file:
        file.truncate(3 << 30)
    (root / "configs/many").mkdir()
    for version in range(1, 401):
        with open(root / f"configs/many/{version}.json", "w") as file:
            file.truncate(15 << 20)
    with box.serve("--workspace", root) as serve:
        equal([c["key"] for c in fetch(serve, "/configs")["configs"]], ["good"], "keys")
        peak = int(next(
            line.split()[1] for line in pathlib.Path(f"/proc/{serve.process.pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")))
    expect(peak < 300_000, f"{peak} kB of memory")
    done = box.run("doctor", "--workspace", root, check=False)
    expect(b"larger than 16 MB" in done.stdout and b"more than 256 MB" in done.stdout, "doctor does not name them")
    return f"{peak // 1000} MB at most"


def check_a_store_is_a_file(box):
    """A pipe or a folder as --store, or as one of the files beside it, is refused at once with what it is."""
    pipe, folder = box.folder / "pipe.sqlite", box.folder / "folder.sqlite"
    os.mkfifo(pipe)
    folder.mkdir()
    box.run("import", "-", stdin=json.dumps(record(1)).encode())
    beside = box.folder / "beside.sqlite"
    beside.write_bytes(box.store.read_bytes())
    os.mkfifo(f"{beside}-wal")
    for store, what in [(pipe, "a pipe"), (folder, "a folder"), (beside, "a pipe")]:
        for command in (["sessions"], ["serve", "--http", "127.0.0.1:0", "--udp", "127.0.0.1:0"], ["import", "-"]):
            process = box.start(
                *command, "--store", store, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                _, errors = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                raise Failure(f"{command[0]} waits for {what} as a store")
            expect(process.returncode == 1, f"{command[0]} on {what} ended with {process.returncode}")
            expect(f"it is {what}, not a plain file".encode() in errors, f"{command[0]}: {errors.decode()}")


def check_settings_and_inputs_are_files(box):
    """A pipe as --config, as a theme or as a context is refused at once; a pipe that somebody writes is an input."""
    pipe = box.folder / "pipe"
    os.mkfifo(pipe)
    done = box.run("sessions", "--config", pipe, check=False, timeout=20)
    expect(done.returncode == 1 and b"it is a pipe, not a plain file" in done.stderr, f"--config: {done}")
    themes = box.folder / ".config/fallom/themes"
    themes.mkdir(parents=True)
    os.mkfifo(themes / "mine.yaml")
    done = box.run("doctor", check=False, timeout=20)
    expect(b"mine.yaml: it is a pipe" in done.stdout, "doctor does not name the theme")
    root = workspace(box)
    # Nobody writes: it is at its end, and nobody is waited for.
    box.run("simulate", "good", "--contexts", pipe, "--workspace", root, check=False, timeout=20)
    contexts = '{"session_id": "s-1"}\n{"session_id": "s-2"}\n'
    command = f"printf '%s' '{contexts}' | cat"
    shown = subprocess.run(
        ["bash", "-c", f'exec "$0" simulate good --contexts <({command}) --json --workspace "$1"',
         os.environ.get("FALLOM_BINARY", "fallom"), str(root)],
        cwd=box.folder, env=box.environment, capture_output=True, timeout=20)
    expect(shown.returncode == 0, f"a pipe of contexts: {shown.stderr.decode()}")


def check_pipes_among_span_files(box):
    """A pipe in an imported folder is named and the files beside it are read; a pipe named alone can be ended."""
    spans = box.folder / "spans"
    spans.mkdir()
    (spans / "a.ndjson").write_text(json.dumps(record(1)) + "\n")
    os.mkfifo(spans / "b.ndjson")
    (spans / "c.ndjson").write_text(json.dumps(record(2)) + "\n")
    done = box.run("import", spans, check=False, timeout=30)
    expect(b"b.ndjson" in done.stdout + done.stderr and b"a pipe" in done.stdout + done.stderr, f"not named: {done}")
    equal(len(box.rows("spans")), 2, "spans stored")
    with box.serve(spans) as serve:
        serve.stop()
    process = box.start("import", spans / "b.ndjson", "--store", box.store, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)
