#!/usr/bin/env python3
"""The console under an hour of life: spans all the time, random keys, mouse, sizes and settings.

    soak.py [--binary PATH] [--minutes 60] [--rate 500] [--seed 1] [--report FILE]

A console on a pty takes `--rate` spans a second by UDP while a robot presses random keys, clicks, drags and turns the wheel,
changes the terminal's size, and rewrites the settings' file, sometimes with mistakes. Every quarter of a minute it looks:
the console lives, each row of Live and of Sessions says of its span or session what was sent, and how much memory it has.
In the end it is quit by `q`, and the terminal has to be as it was. Where random keys have ended it (the palette knows
`quit`), it has to have ended well, and is started again.

Prints a line a minute and a summary; exit status 1 when something was wrong. Memory is flat when the median of the last quarter
of the last console's life is at most a tenth and 20 MB above its second quarter's.
"""
import argparse
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import statistics
import sys
import termios
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harness  # noqa: E402
import pty_screen  # noqa: E402

TOOK = ((120, "120ms"), (500, "500ms"), (1500, "1.50s"), (2870, "2.87s"), (9500, "9.50s"))
MODELS = ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash")
CALLS_A_SESSION = 10
MODES = {1000, 1002, 1003, 1004, 1006, 1049, 2004}
THEMES = ("auto", "dark", "light", "mono", "nord", "gruvbox", "high-contrast", "github-light")
SPECIAL = ["\r", "\t", "\x1b[Z", "\x1b", "\x1bOA", "\x1bOB", "\x1bOC", "\x1bOD", "\x1b[5~", "\x1b[6~", "\x1bOH", "\x1bOF",
           "\x04", "\x15", "\x06", "\x02", "\x14", "\x0c", "\x10", "\x0e", "\x07", "\x13", "\x1bh", "\x1bt", "\x1bn", "\x1bf",
           "\x1b1", "\x1b2", "\x1b+", "\x1b-", "\x1bOP", "\x1bOQ"]
"""Keys that are no letters: all but those that end or stop a program."""
LETTERS = "jjjkkkhlgGfFepsmcztdoyxbBrXTRSuwvaiCMVDJKPLn N*+-=#12345:/?[],.<>0&"


def made(number):
    """The record of that number; all that a row shows follows from it."""
    took = TOOK[number % len(TOOK)][0]
    now = time.time()
    start = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
    end = now + took / 1000
    stop = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(end)) + f".{int(end % 1 * 1000):03d}Z"
    failed = number % 50 == 7
    return harness.record(
        number, session=f"s-{number // CALLS_A_SESSION}", name=f"call-{number}", model=MODELS[number % len(MODELS)],
        customer_id=f"customer-{number % 7}", start_time=start, end_time=stop, duration_ms=took,
        status="ERROR" if failed else "OK", **({"error_message": f"boom-{number}"} if failed else {}),
        text=f"what about {number}?")


class Sender(threading.Thread):
    """Sends records at an even rate until it is told to stop."""

    def __init__(self, rate):
        super().__init__(daemon=True)
        self.rate = rate
        self.sent = 0
        self.to = None
        self.over = threading.Event()

    def run(self):
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        began, base = time.monotonic(), 0
        while not self.over.wait(0.02):
            if self.to is None:  # No console listens: what is sent now would be lost.
                began, base = time.monotonic(), self.sent
                continue
            due = base + int((time.monotonic() - began) * self.rate)
            # After a pause of the whole machine it does not come all at once.
            if due - self.sent > self.rate:
                began, base, due = time.monotonic(), self.sent, self.sent
            while self.sent < due and self.to is not None:
                wire.sendto(json.dumps(made(self.sent)).encode(), self.to)
                self.sent += 1


class Console(pty_screen.Screen):
    """A console whose modes are watched."""

    def __init__(self, box, *arguments, **options):
        self.modes = {}
        self.rest = b""
        super().__init__(box, *arguments, **options)
        self.before = termios.tcgetattr(self.master)

    def take(self, data):
        seen = self.rest + data
        for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", seen):
            for number in numbers.split(b";"):
                self.modes[int(number)] = switch == b"h"
        self.rest = seen[-12:]
        super().take(data)

    def poll(self):
        """Also goes on after a stop: the palette knows `suspend`."""
        if self.status is None:
            done, code = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if done and os.WIFSTOPPED(code):
                os.kill(self.pid, signal.SIGCONT)
            elif done:
                self.status = os.waitstatus_to_exitcode(code)
        return self.status

    def send(self, text):
        try:
            os.write(self.master, text.encode())
        except OSError:
            pass  # It has ended, or does not read just now.

    def left(self):
        """What it has left behind on the terminal."""
        on = [mode for mode in MODES if self.modes.get(mode)] + ([25] if self.modes.get(25) is False else [])
        try:
            same = termios.tcgetattr(self.master)[:4] == self.before[:4]
        except termios.error:
            same = True
        return on + ([] if same else ["line settings"])

    def memory(self):
        """Megabytes it has of its own."""
        try:
            text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return None
        return int(re.search(r"RssAnon:\s+(\d+)", text).group(1)) / 1024

    def quiet(self, seconds=0.4, at_most=6):
        """Waits until nothing is drawn for a while."""
        end = time.monotonic() + at_most
        while time.monotonic() < end:
            if not select.select([self.master], [], [], seconds)[0]:
                return True
            self.pump(0.2)
        return False


class Soak:
    def __init__(self, box, options):
        self.box, self.options = box, options
        self.random = random.Random(options.seed)
        self.sender = Sender(options.rate)
        self.faults, self.memory = [], []
        self.deaf = []
        """First and last number of what was sent while no console was there: UDP tells nobody."""
        self.counts = dict(keys=0, mouse=0, sizes=0, settings=0, looks=0, rows=0, sessions=0, ends=0)
        self.settings = box.folder / "settings.yaml"
        shutil.copytree(harness.HERE / "workspace", box.folder / "fallom", ignore=shutil.ignore_patterns("*.py"))
        self.settings.write_text("theme: dark\nretention:\n  megabytes: 400\n")
        self.start()

    def start(self):
        self.console = Console(
            self.box, "--store", self.box.store, "--config", self.settings, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0",
            "--udp", "127.0.0.1:0", columns=160, rows=45, env={"EDITOR": "true", "VISUAL": "true"})
        found = re.search(r"udp ([1-9]\d+)", self.console.until(r"udp [1-9]\d+", 60))
        self.sender.to = ("127.0.0.1", int(found.group(1)))

    def fault(self, text):
        self.faults.append(text)
        print("FAULT", text, flush=True)

    # What the robot does

    def act(self):
        what = self.random.random()
        screen = self.console
        if what < 0.62:
            screen.send(self.random.choice(LETTERS))
            self.counts["keys"] += 1
        elif what < 0.86:
            screen.send(self.random.choice(SPECIAL))
            self.counts["keys"] += 1
        elif what < 0.985:
            self.move_mouse()
        elif what < 0.994:
            self.resize()
        else:
            self.change_settings()

    def move_mouse(self):
        width, height = self.console.screen.columns, self.console.screen.lines
        x, y = self.random.randint(1, width), self.random.randint(1, height)
        kind = self.random.choice(["click", "double", "drag", "up", "down"])
        if kind in ("up", "down"):
            self.console.send(f"\x1b[<{64 if kind == 'up' else 65};{x};{y}M")
        else:
            self.console.send(f"\x1b[<0;{x};{y}M")
            if kind == "drag":
                x, y = self.random.randint(1, width), self.random.randint(1, height)
                self.console.send(f"\x1b[<32;{x};{y}M")
            self.console.send(f"\x1b[<0;{x};{y}m")
            if kind == "double":
                self.console.send(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
        self.counts["mouse"] += 1

    def resize(self, columns=None, rows=None):
        self.console.resize(columns or self.random.randint(18, 200), rows or self.random.randint(4, 60))
        self.counts["sizes"] += 1

    def change_settings(self):
        text = f"theme: {self.random.choice(THEMES)}\n"
        if self.random.random() < 0.3:
            text += f"keys: {self.random.choice(['default', 'vim', 'emacs'])}\n"
        if self.random.random() < 0.3:
            text += "columns: {live: [time, session, call, model, latency, tokens]}\n"
        if self.random.random() < 0.3:
            text += "splits: {live: %d, session: %d}\n" % (self.random.randint(15, 85), self.random.randint(15, 85))
        if self.random.random() < 0.2:
            text += "thme: oops\n"
        self.settings.write_text(text)
        self.counts["settings"] += 1

    # What it looks at

    def home(self, tab, ready):
        """Out of whatever is open, to a tab with nothing filtered."""
        self.slow = 0
        self.settings.write_text("theme: dark\n")
        if (self.console.screen.columns, self.console.screen.lines) != (160, 45):
            self.resize(160, 45)
        for _ in range(9):
            self.console.send("\x1b")
            self.console.pump(0.12)
        # On a busy machine a key that follows an Escape at once is read with it.
        self.console.quiet(0.3)
        if re.search(r"tour \d of 8", self.console.text):
            self.console.send("\x1bt")
        for key in (tab, "/", "\x15", "\r"):
            self.console.send(key)
            self.console.pump(0.15)
        end = time.monotonic() + 15
        while not re.search(ready, self.console.text):
            if "reading" in self.console.screen.display[1]:  # It works, however long that takes on a busy machine.
                self.slow += 0.2
                if self.slow > 120:
                    return False
                end = time.monotonic() + 15
            if time.monotonic() > end or self.console.poll() is not None:
                return False
            self.console.pump(0.2)
        return True

    def look(self):
        self.counts["looks"] += 1
        before = self.sender.sent
        if self.home("1", r"SESSION +.*CALL +"):
            if "paused" not in self.console.screen.display[1]:
                self.console.send(" ")
            self.console.quiet()
            self.check_live()
            self.console.send(" ")
        elif self.console.poll() is None:
            self.fault("Live is not shown:\n" + self.console.text)
        if self.home("2", r"(?m)^ SESSION +.*CALLS"):
            # The list changes all the time: what is wrong is wrong twice.
            wrong = set.intersection(*(self.wrong_sessions(before - 10 * self.options.rate) for _ in range(2)))
            for number in sorted(wrong):
                self.fault(f"s-{number} has not {CALLS_A_SESSION} calls:\n{self.console.text}")
        elif self.console.poll() is None and "GROUPS" not in self.console.text and "SESSIONS" not in self.console.text:
            self.fault("Sessions are not shown:\n" + self.console.text)
        if (memory := self.console.memory()) is not None:
            self.memory.append((time.monotonic(), memory))
        for path in self.box.folder.iterdir():  # What `x` and `X` have written.
            if path.is_file() and path.suffix in (".json", ".ndjson", ".md", ".html", ".sh", ".py", ".swift"):
                path.unlink()

    def check_live(self):
        lines = self.console.screen.display
        title = next((line for line in lines if "CALL " in line and "LATENCY" in line), "")
        last = -1
        for line in lines:
            found = re.search(r"\bcall-(\d+)", line)
            if not found or line.startswith(("─", " calls")) or "│" in line:
                continue
            number = int(found.group(1))
            wanted = []
            if " SESSION " in title:
                wanted.append(f"s-{number // CALLS_A_SESSION} ")
            if " MODEL " in title and number % 50 != 7:  # A failed call has the model that was asked for.
                wanted.append(MODELS[number % len(MODELS)])
            if " CUSTOMER " in title:
                wanted.append(f"customer-{number % 7} ")
            wanted.append(TOOK[number % len(TOOK)][1])
            if number % 50 == 7:
                wanted.append("✗")
            missing = [text for text in wanted if text not in line]
            if missing or number >= self.sender.sent:
                self.fault(f"row of call-{number} lacks {missing}: {line.rstrip()}")
            if number <= last:
                self.fault(f"call-{number} stands below call-{last}")
            last = number
            self.counts["rows"] += 1

    def wrong_sessions(self, complete):
        """Sessions all of whose calls were sent long ago, and that are shown with another number of them."""
        self.console.quiet(at_most=3)
        lines, wrong = self.console.screen.display, set()
        title = next((line for line in lines if line.startswith(" SESSION") and "CALLS" in line), None)
        if title is None:
            return wrong
        end = title.index("CALLS") + 5
        for line in lines:
            found = re.match(r"[ ▎✓*]+s-(\d+) ", line)
            if not found or re.search("[│┌└]", line) or (int(found.group(1)) + 1) * CALLS_A_SESSION > complete:
                continue
            first = int(found.group(1)) * CALLS_A_SESSION
            if any(first <= until and first + CALLS_A_SESSION > since for since, until in self.deaf):
                continue
            if line[:end].split()[-1] != str(CALLS_A_SESSION):
                wrong.add(int(found.group(1)))
            self.counts["sessions"] += 1
        return wrong

    def check_end(self):
        """It has ended: well, and with the terminal as it was."""
        self.console.pump(0.3)
        if self.console.status != 0:
            self.fault(f"it ended with {self.console.status}:\n{self.console.text}")
        if left := self.console.left():
            self.fault(f"it left on the terminal: {left}")

    # All of it

    def run(self):
        self.sender.start()
        began = said = looked = time.monotonic()
        end = began + self.options.minutes * 60
        while time.monotonic() < end and len(self.faults) < 20:
            self.act()
            self.console.pump(0.03)
            if self.console.poll() is not None:
                self.counts["ends"] += 1
                self.sender.to = None
                self.deaf.append((self.sender.sent - 10 * self.options.rate, self.sender.sent + self.options.rate))
                self.check_end()
                # Settings with a mistake reload with a message, but nothing starts with them.
                self.settings.write_text("theme: dark\n")
                self.start()
                self.memory = []
            now = time.monotonic()
            if now - looked > 15:
                self.look()
                looked = time.monotonic()
            if now - said > 60:
                said = now
                memory = self.memory[-1][1] if self.memory else 0
                print(f"{(now - began) / 60:5.1f} min  {self.sender.sent:,} sent  {memory:.0f} MB  "
                      + "  ".join(f"{name} {count:,}" for name, count in self.counts.items()), flush=True)
        self.finish()

    def finish(self):
        self.home("1", r"CALL ")
        health = None
        if self.console.poll() is None:
            health = self.health()
            self.sender.to = None
            self.sender.over.set()
            self.console.send("q")
            try:
                self.console.wait(60)
            except harness.Failure as failure:
                self.fault(str(failure))
            self.check_end()
        quarter = max(1, len(self.memory) // 4)
        middle = statistics.median(m for _, m in self.memory[quarter:2 * quarter] or self.memory)
        last = statistics.median(m for _, m in self.memory[-quarter:])
        if last > middle * 1.1 + 20:
            self.fault(f"memory grew from {middle:.0f} to {last:.0f} MB")
        summary = dict(
            minutes=self.options.minutes, sent=self.sender.sent, stored=health, memory_second_quarter_mb=round(middle),
            memory_last_quarter_mb=round(last), memory_most_mb=round(max(m for _, m in self.memory)), **self.counts,
            faults=len(self.faults))
        print(json.dumps(summary), flush=True)
        if self.options.report:
            pathlib.Path(self.options.report).write_text(json.dumps({**summary, "told": self.faults}, indent=1))

    def health(self):
        """What the second row says of spans and losses."""
        found = re.search(r"([\d,]+ spans) +(.*)", self.console.screen.display[1])
        return found.group(0).strip() if found else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the program (default: $FALLOM_BINARY, else the debug or release build)")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", help="a file for the summary and all faults as JSON")
    options = parser.parse_args()
    if options.binary:
        os.environ["FALLOM_BINARY"] = os.path.abspath(options.binary)
    with harness.Sandbox() as box:
        soak = Soak(box, options)
        soak.run()
    sys.exit(1 if soak.faults else 0)


if __name__ == "__main__":
    main()
