"""The manual's pages and the scripts for Tab, as a package brings them."""
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

from harness import Failure, Skip, binary, equal, expect


def written(box):
    done = subprocess.run(
        [binary(), "manual", "--man", "man", "--completions", "completions"], cwd=box.folder, env=box.environment,
        capture_output=True)
    equal(done.returncode, 0, done.stderr.decode())


def check_pages_are_clean(box):
    """A page a command and the pages of filter, keys, workspace and settings; neither mandoc nor groff complains."""
    written(box)
    pages = sorted((box.folder / "man").rglob("*.[157]"))
    expect(len(pages) >= 25, f"{len(pages)} pages")
    for name in ("man1/fallom.1", "man1/fallom-configs.1", "man7/fallom-filter.7", "man5/fallom-config.5"):
        expect((box.folder / "man" / name).exists(), name)
    tools = [tool for tool in (["mandoc", "-Tlint", "-Wwarning"], ["groff", "-ww", "-man", "-Tutf8", "-z"])
             if shutil.which(tool[0])]
    if not tools:
        raise Skip("neither mandoc nor groff is here")
    for tool in tools:
        done = subprocess.run([*tool, *map(str, pages)], capture_output=True, text=True)
        equal(done.stdout + done.stderr, "", tool[0])
    return f"{len(pages)} pages, {', '.join(tool[0] for tool in tools)}"


def check_help_names_each_option_once(box):
    """A command's part of a page, and its `--help` (of those with a version of their own, and of some others), list no option twice."""
    written(box)
    commands, count = {}, 0
    for page in sorted((box.folder / "man").rglob("*.1")):
        text = page.read_text().replace("\\-", "-")
        first = re.search(r"^fallom\S* - ", text, re.M)[0].split()[0]
        name = "fallom" if first == "fallom" else f"fallom {first[len('fallom-'):]}"
        parts = re.split(r"^\.SS (fallom .*)$", text, flags=re.M)
        commands[name] = parts[0]
        commands.update(zip(parts[1::2], parts[2::2]))
    asked = 0
    for number, (name, part) in enumerate(commands.items()):
        options = re.findall(r"^(?:.*, )?\\fB--([\w-]+)\\fP", part, re.M)
        equal(sorted(options), sorted(set(options)), f"options of {name} in its page")
        count += len(options)
        if number % 10 and "\\fB--version\\fP <" not in part:
            continue
        asked += 1
        done = subprocess.run([binary(), *name.split()[1:], "--help"], env=box.environment, capture_output=True, text=True)
        equal(done.returncode, 0, f"{name} --help: {done.stderr}")
        words = done.stdout
        options = re.findall(r"^  (?:-\w, )?--([\w-]+)", words, re.M)
        equal(sorted(options), sorted(set(options)), f"options of {name} --help")
    expect(len(commands) > 60 and count > 500 and asked > 12, f"{count} options of {len(commands)} commands, {asked} asked")
    return f"{count} options of {len(commands)} commands, {asked} asked for help"


def something_to_complete(box):
    """A store with a session, a workspace with a config, and the program in PATH."""
    span = {"trace_id": "ab" * 16, "span_id": "cd" * 8, "name": "chat", "kind": "llm", "model": "gpt-4o-mini",
            "start_time": "2026-11-29T10:00:00Z", "end_time": "2026-11-29T10:00:01Z", "session_id": "conv-1",
            "customer_id": "vip $(reboot)"}
    (box.folder / "spans.ndjson").write_text(json.dumps(span) + "\n")
    box.run("import", "spans.ndjson")
    folder = box.folder / "fallom/configs/summarizer"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(json.dumps({
        "key": "summarizer", "version": 1, "variants": [{"model": "gpt-4o", "weight": 100}]}))
    (box.folder / "bin").mkdir()
    (box.folder / "bin/fallom").symlink_to(binary())
    return {**box.environment, "PATH": f"{box.folder}/bin:{box.environment['PATH']}"}


TRY = """
source completions/fallom.bash
COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(fallom); COMP_CWORD=0; COMP_TYPE=9; COMP_KEY=9
_fallom_with_colons fallom 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def check_tab_offers_what_is_there(box):
    """In bash Tab completes commands, keys of configs, sessions, fields of the filter and values of the store."""
    written(box)
    environment = something_to_complete(box)

    def offered(line):
        done = subprocess.run(
            ["bash", "-c", TRY, "bash", line], cwd=box.folder, env=environment, capture_output=True, text=True)
        return done.stdout.split()

    store = f"--store {box.store}"
    for line, expected in [
            ("fallom sess", ["session", "sessions"]), ("fallom configs show ", ["summarizer"]),
            (f"fallom session {store} ", ["conv-1"]), (f"fallom spans {store} mo", ["model:"]),
            (f"fallom spans {store} model:g", ["gpt-4o-mini"]), (f"fallom spans {store} status:e", ["error"]),
            (f"fallom spans {store} customer:", []), ("fallom demo --theme nor", ["nord"])]:
        equal(sorted(offered(line)), expected, line)


SHELLS = {
    "zsh": (["zsh", "-f"], "fpath=($PWD/completions $fpath); autoload -Uz compinit; compinit -u -d $PWD/.zcompdump; PS1='RE''ADY> '"),
    "fish": (["fish", "--no-config"], "source completions/fallom.fish; function fish_prompt; echo -n 'RE''ADY> '; end"),
}


def after_tab(shell, box, environment, line, expected):
    """Types a line and Tab into an interactive shell, and waits until it shows what is expected."""
    command, setup = SHELLS[shell]
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(box.folder)
        os.execvpe(command[0], command, {**environment, "TERM": "xterm"})
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    seen = ""

    def until(text):
        nonlocal seen
        end = time.monotonic() + 30
        while text not in seen:
            if time.monotonic() > end:
                raise Failure(f"{shell} does not show {text!r} after {line!r}:\n{seen[-2000:]}")
            if select.select([master], [], [], 1)[0]:
                seen += re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|\(B|[=>])", "", os.read(master, 1 << 16).decode(errors="replace"))

    try:
        os.write(master, setup.encode() + b"\r")
        until("READY> ")
        seen = ""
        os.write(master, line.encode() + b"\t")
        until(expected)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def check_tab_in_zsh_and_fish(box):
    """Interactive zsh and fish complete themes, configs, sessions, fields and values of the filter."""
    present = [shell for shell in SHELLS if shutil.which(shell)]
    if not present:
        raise Skip("not installed: zsh, fish")
    written(box)
    environment = something_to_complete(box)
    store = f"--store {box.store}"
    for shell in present:
        for line, expected in [
                ("fallom demo --theme nor", "nord"), ("fallom configs show sum", "summarizer"),
                (f"fallom session {store} con", "conv-1"), (f"fallom spans {store} mo", "model:"),
                (f"fallom spans {store} model:g", "gpt-4o-mini")]:
            after_tab(shell, box, environment, line, expected)
    return ", ".join(present)
