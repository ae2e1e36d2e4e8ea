"""The manual's pages and the scripts for Tab, as a package brings them."""
import json
import shutil
import subprocess

from harness import Skip, binary, equal, expect


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


TRY = """
source completions/fallom.bash
COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(fallom); COMP_CWORD=0; COMP_TYPE=9; COMP_KEY=9
_fallom_with_colons fallom 2>/dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


def check_tab_offers_what_is_there(box):
    """In bash Tab completes commands, keys of configs, sessions, fields of the filter and values of the store."""
    written(box)
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
    environment = {**box.environment, "PATH": f"{box.folder}/bin:{box.environment['PATH']}"}

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
