"""Numbers of versions: never given again, and told where they stand for two contents."""
import json
import shutil
import subprocess

from harness import Skip, equal, expect, record


def saved(box, root, text, key="greeting"):
    """Saves a version of a prompt; its number."""
    path = box.folder / "text.txt"
    path.write_text(text)
    return box.rows("prompts", "new", key, "--system", path, "--use", "--workspace", root)[0]["version"]


def check_a_number_is_never_given_again(box):
    """Prompts and configs: not when the newest version is deleted, nor when calls in the store have it, nor when a pointer names it."""
    root = box.folder / "workspace"
    equal([saved(box, root, text) for text in ("one", "two")], [1, 2], "first numbers")
    shutil.rmtree(root / "prompts/greeting/2")
    equal(saved(box, root, "three"), 3, "after the newest was deleted")
    calls = box.folder / "spans.ndjson"
    calls.write_text(json.dumps(record(1, prompt_key="greeting", prompt_version=6)) + "\n")
    box.run("import", calls)
    equal(saved(box, root, "seven"), 7, "after a call with version 6")
    (root / "prompts/greeting/current").write_text("9\n")
    equal(saved(box, root, "ten"), 10, "after the pointer named 9")

    config = box.folder / "config.json"
    config.write_text('{"variants": [{"model": "m", "weight": 100}]}')
    new = ("configs", "new", "c", config, "--workspace", root)
    equal(box.rows(*new)[0]["version"], 1, "a first config")
    shutil.rmtree(root / "configs/c")
    equal(box.rows(*new)[0]["version"], 2, "a config after its key was deleted")
    with box.serve("--workspace", root) as server:
        session = {"config_key": "c", "config_version": 4, "session_id": "s", "assigned_model": "m"}
        equal(server.request("POST", "/sessions", session)[0], 200, "an assignment")
        equal(server.request("POST", "/sessions", {**session, "config_version": 2_000_000_000})[0], 200, "one of a stranger")
    expect(box.rows(*new)[0]["version"] <= 5, "a stranger's number is followed")


def check_two_branches_get_two_numbers(box):
    """A version saved on one branch of a git workspace keeps its number on another; the same number with other content is told."""
    if not shutil.which("git"):
        raise Skip("git is not installed")
    root = box.folder / "workspace"

    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=root, check=True, capture_output=True,
            env=box.environment)

    equal(saved(box, root, "one"), 1, "the first")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "one")
    expect(b"seen" not in subprocess.run(["git", "ls-files"], cwd=root, capture_output=True).stdout, "what was seen is in git")
    git("checkout", "-qb", "other")
    equal(saved(box, root, "theirs"), 2, "on a branch")
    git("add", "-A")
    git("commit", "-qm", "two")
    git("checkout", "-q", "main")
    equal(saved(box, root, "ours"), 3, "on the other branch")
    # A colleague's branch knows nothing of ours.
    path = root / "prompts/greeting/3/system.txt"
    path.write_text("a colleague's")
    told = box.run("prompts", "show", "greeting", "--workspace", root).stderr.decode()
    expect("version 3 held other content before" in told, told)
    equal(saved(box, root, "a colleague's"), 4, "saved anew")
