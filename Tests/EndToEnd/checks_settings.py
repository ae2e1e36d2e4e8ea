"""The settings' file, key maps and themes: what is wrong in them is said with line, name and what would be right."""
import datetime
import json
import re
import subprocess

from checks_terminal import console, http_port, post
from harness import binary, equal, expect, record, wait_for


def settings(box, text):
    path = box.folder / ".config/fallom/config.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


KEYS = """\
# line 1
theme: dark
keys:
  map: vim
  live.paus: P
  live.follow: Ctrl+F
  tab.sessions: j
"""
"""A name that is none, a key that is none, and one that another command has."""


def check_three_mistakes_in_a_key_map_are_told_at_once(box):
    """Each by file, line and column, with what would be right; by `fallom keys` and by a console that runs, which goes on."""
    path = settings(box, KEYS)
    done = subprocess.run([binary(), "keys"], cwd=box.folder, env=box.environment, capture_output=True, text=True)
    expect(done.returncode != 0, "keys takes a map with mistakes")
    told = done.stderr.replace(str(path), "FILE")
    for wanted in (r"FILE:5:3: .*'live\.paus'.*did you mean live\.pause", r"FILE:6:\d+: .*'Ctrl\+F' is no key; did you mean C-f\?.*C-d",
                   r"FILE:7:3: keys\.tab\.sessions: j is move\.down already"):
        expect(re.search(wanted, told), f"{wanted} is not told:\n{told}")
    settings(box, "theme: dark\n")
    screen = console(box, columns=160, rows=45)
    screen.until("1 Live")
    settings(box, KEYS)
    screen.until(r"live\.paus")
    screen.type("2")
    screen.until("No sessions yet")
    settings(box, "keys:\n  live.follow: F\n  quit: [q, F10]\n")
    screen.type("1")
    screen.type("\x1b[21~")
    equal(screen.wait(), 0, "exit status after the new key")
    return told.strip()


THEME = """\
about: mine
inherits: dark
palette:
  ink: "#ffff"
roles:
  errror: red
  text: "#202020"
"""
"""A colour that is none, a role that is none, and a text that cannot be read."""


def check_three_mistakes_in_a_theme_are_told(box):
    """Each by line and field, with what would be right; the theme works all the same, and the rest of it is used."""
    themes = box.folder / ".config/fallom/themes"
    themes.mkdir(parents=True)
    (themes / "mine.yaml").write_text(THEME)
    done = box.run("doctor", check=False)
    told = [line.strip() for line in done.stdout.decode().splitlines() if "theme mine" in line]
    text = "\n".join(told)
    for wanted in (r"line 4: palette\.ink: \"#ffff\" is no colour; write it as #rrggbb",
                   r"line 6: roles\.errror: there is no such role; did you mean error",
                   r"line 7: roles\.text: #202020 on #\w+ has a contrast of 1\.\d; 4\.5 is needed"):
        expect(re.search(wanted, text), f"{wanted} is not told:\n{done.stdout.decode()}")
    screen = console(box, "--theme", "mine", "--no-listen", columns=100, rows=30)
    screen.until("Waiting for spans")
    screen.type("q")
    equal(screen.wait(), 0, "exit status with the theme")
    return text


def check_the_line_between_panes_is_kept(box):
    """Dragged by the mouse, written into the settings beside a person's own lines, there again in the next console."""
    path = settings(box, "# mine\ntheme: dark\n")
    box.run("import", "-", stdin=b"".join(
        (json.dumps(record(n, session="one")) + "\n").encode() for n in range(5)))
    screen = console(box, "--no-listen", columns=160, rows=45)
    screen.until("one")
    row = next(y for y, line in enumerate(screen.screen.display) if line.startswith("─ one"))
    screen.type(f"\x1b[<0;20;{row + 1}M")
    screen.type(f"\x1b[<32;20;{row + 9}M")
    screen.type(f"\x1b[<0;20;{row + 9}m")
    screen.until(r"the panes, kept in")
    moved = next(y for y, line in enumerate(screen.screen.display) if line.startswith("─ one"))
    equal(moved, row + 8, "where the line lies")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    expect(re.fullmatch(r"# mine\ntheme: dark\nsplits: \{live: \d\d\}\n", path.read_text()), path.read_text())
    screen = console(box, "--no-listen", columns=160, rows=45)
    screen.until("one")
    equal(next(y for y, line in enumerate(screen.screen.display) if line.startswith("─ one")), moved, "in the next console")
    path.write_text("splits: {live: 99}\n")
    screen.until(r"2?:?.*splits\.live must be a whole number from 15 to 85")
    screen.kill()


def check_the_bell_rings_when_asked(box):
    """`bell: {errors: true}`: one BEL when a failed span comes in; none for those that were there, none without the setting."""
    settings(box, "bell: {errors: true}\n")
    screen = console(box, columns=120, rows=30)
    port = http_port(screen)
    post(port, record(1, session="good"))
    screen.until("good")
    post(port, record(2, session="bad", status="ERROR", error_message="no", **now()))
    wait_for(lambda: screen.pump() or screen.screen.bells == 1, "the bell")
    settings(box, "theme: dark\n")
    screen.type("2")
    screen.until("bad")
    post(port, record(3, session="worse", status="ERROR", error_message="no", **now()))
    screen.until("worse")
    screen.pump(2)
    equal(screen.screen.bells, 1, "rings without the setting")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def now():
    """The times of a call that ends now."""
    end = datetime.datetime.now(datetime.timezone.utc)
    start = end - datetime.timedelta(milliseconds=500)
    return {"start_time": start.isoformat().replace("+00:00", "Z"), "end_time": end.isoformat().replace("+00:00", "Z")}
