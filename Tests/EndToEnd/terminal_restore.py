#!/usr/bin/env python3
"""Checks that the terminal is as it was after every way the console can end.

    terminal_restore.py [--trap-key K] [--until REGEX] [--only NAME,…] COMMAND [ARG…]

COMMAND is a program on the screen that ends with `q` and with Ctrl-C (for instance `fallom demo`). It is started from an
interactive shell with job control on a pty, ended in one way, and then compared with the moment before: the settings of the
line (termios) and the modes of the screen (alternate screen, cursor, mouse, bracketed paste, focus, keypad, attributes).
--trap-key names a key that makes a build for tests trap in Swift code.

Prints a line for each way; exit status 1 if one of them left something behind.
"""
import argparse
import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

MODES = {1: "cursor keys", 1000: "mouse", 1002: "mouse drag", 1003: "mouse moves", 1004: "focus", 1006: "SGR mouse",
         1049: "alternate screen", 2004: "bracketed paste"}


class Terminal:
    """A pty with a shell on it, and what the shell's programs did to the screen's modes."""

    def __init__(self, environment, size=(24, 80)):
        pid, self.master = pty.fork()
        if pid == 0:
            # Python ignores the first two, and a shell that starts it in the background the others; a program it starts would
            # ignore them too.
            for ignored in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT, signal.SIGQUIT):
                signal.signal(ignored, signal.SIG_DFL)
            os.environ.update(PS1="ready> ", ENV="", **{k: v for k, v in environment.items() if v is not None})
            for name in [k for k, v in environment.items() if v is None]:
                os.environ.pop(name, None)
            os.execvp("sh", ["sh", "-i"])
        self.shell = pid
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.output = b""
        self.mark = 0
        self.until("ready> ")

    def read(self, seconds):
        ready, _, _ = select.select([self.master], [], [], seconds)
        if ready:
            try:
                self.output += os.read(self.master, 65536)
            except OSError:
                return False
        return bool(ready)

    def until(self, pattern, seconds=20):
        """Waits until what came since the last call matches."""
        end = time.time() + seconds
        while True:
            found = re.search(pattern.encode(), self.output[self.mark:])
            if found:
                self.mark += found.end()
                return True
            if time.time() > end:
                return False
            self.read(0.1)

    def settle(self, seconds=0.3, at_most=2):
        """Waits until nothing comes for a while, or until it is clear that something always will."""
        end = time.time() + at_most
        while time.time() < end and self.read(seconds):
            pass

    def type(self, text):
        os.write(self.master, text.encode())

    def modes(self):
        """Private modes that are on, the cursor where it is off, the keypad where it is on, attributes where they are set."""
        on = {}
        for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", self.output):
            for number in numbers.split(b";"):
                on[int(number)] = switch == b"h"
        left = [name for number, name in MODES.items() if on.get(number)]
        if on.get(25) is False:
            left.append("hidden cursor")
        keypad = re.findall(rb"\x1b([=>])", self.output)
        if keypad and keypad[-1] == b"=":
            left.append("keypad")
        attributes = re.findall(rb"\x1b\[([\d;]*)m", self.output)
        if attributes and not re.fullmatch(rb"(0|39;49|)", attributes[-1]):
            left.append("attributes " + attributes[-1].decode())
        return left

    def settings(self):
        return termios.tcgetattr(self.master)

    def child(self):
        """The process the shell runs."""
        for _ in range(100):
            found = subprocess.run(["pgrep", "-P", str(self.shell)], capture_output=True, text=True).stdout.split()
            if found:
                return int(found[0])
            time.sleep(0.05)
        raise SystemExit("the program did not start")

    def close(self):
        try:
            os.close(self.master)
        except OSError:
            pass
        try:
            os.kill(self.shell, signal.SIGKILL)
            os.waitpid(self.shell, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def gone(pid, seconds):
    end = time.time() + seconds
    while time.time() < end:
        try:
            state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def check(name, args, act, environment, expect_status=None):
    """Starts the program, lets `act` end it, compares. Returns what is wrong."""
    terminal = Terminal(environment)
    try:
        before = terminal.settings()
        terminal.type(shlex.join(args.command) + "; echo status=$?\n")
        if not terminal.until(args.until):
            return [f"never showed {args.until!r}: {terminal.output[-200:]!r}"]
        terminal.settle()
        # To the program and not to the shell between them: `sh -c` has none, `sh -i` forks.
        pid = terminal.child()
        if terminal.settings() == before:
            return ["did not change the terminal's settings, so that nothing is shown here"]
        wrong = act(terminal, pid) or []
        if not terminal.until(r"status=\d+", 20):
            return wrong + ["did not end"]
        status = int(re.findall(rb"status=(\d+)", terminal.output)[-1])
        terminal.until("ready> ")
        terminal.settle()
        if expect_status is not None and status not in expect_status:
            wrong.append(f"exit status {status}, expected {expect_status}")
        if terminal.settings() != before:
            wrong.append("settings of the line differ")
        if terminal.modes():
            wrong.append("left on: " + ", ".join(terminal.modes()))
        return wrong
    finally:
        terminal.close()


def stop_and_go_on(terminal, pid, stop):
    """Stops the program, looks at the terminal as the shell has it, goes on and ends."""
    wrong = []
    stop()
    terminal.until("ready> ")
    terminal.settle()
    if terminal.modes():
        wrong.append("while stopped, left on: " + ", ".join(terminal.modes()))
    settings = terminal.settings()
    if not settings[3] & termios.ICANON or not settings[3] & termios.ECHO:
        wrong.append("while stopped, the line is raw")
    terminal.mark = len(terminal.output)
    terminal.type("fg; echo status=$?\n")
    if not terminal.until(r"\x1b\[\?1049h"):
        wrong.append("did not take the screen again after fg")
    terminal.settle(0.5)
    terminal.type("q")
    return wrong


def lost(args, environment):
    """The pty goes away under the program: it has to end, and not to spin until then."""
    terminal = Terminal(environment)
    terminal.type("exec " + shlex.join(args.command) + "\n")
    if not terminal.until(args.until):
        terminal.close()
        return ["never started"]
    terminal.settle()
    pid = terminal.shell
    os.close(terminal.master)
    ended = gone(pid, 5)
    ticks = None
    if not ended:
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        ticks = int(fields[11]) + int(fields[12])
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return [] if ended else [f"still runs 5 s after, {ticks} ticks of CPU used"]


def refused(args, environment):
    """A terminal without a movable cursor: refused, the headless commands named, nothing changed."""
    terminal = Terminal(environment)
    try:
        before = terminal.settings()
        terminal.type(shlex.join(args.command) + "; echo status=$?\n")
        wrong = [] if terminal.until(r"status=\d+") else ["did not end"]
        text = terminal.output.decode(errors="replace")
        if "fallom tail" not in text:
            wrong.append(f"does not name the headless commands: {text[-300:]!r}")
        if "status=0" in text:
            wrong.append("exit status 0")
        if terminal.settings() != before or "\x1b" in text:
            wrong.append("changed the terminal")
        return wrong
    finally:
        terminal.close()


def overflow_library(folder):
    """The library that makes a thread overflow its stack, compiled; None where there is no compiler."""
    compiler = next((found for found in map(shutil.which, ("cc", "clang", "gcc")) if found), None)
    if compiler is None:
        return None
    library = os.path.join(folder, "overflow.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "overflow.c")
    subprocess.run([compiler, "-O0", "-shared", "-fPIC", "-w", "-o", library, source, "-ldl"], check=True)
    return library


def overflows(args, environment, library, function, folder):
    """A stack overflow on the thread that calls `function` next: the one that reads keys, one of NIO, one of the pool."""
    when = os.path.join(folder, "overflow-" + function)

    def act(terminal, pid):
        open(when, "w").close()
        terminal.type("j")
        for _ in range(40):
            if gone(pid, 0.1):
                break
            # A connection wakes the threads that serve; which port does not show at 80 columns.
            for port in listening(pid):
                with socket.socket() as client:
                    client.connect_ex(("127.0.0.1", port))

    # For the program alone, not for the shell that starts it.
    preloaded = argparse.Namespace(**vars(args))
    preloaded.command = [
        "env", f"LD_PRELOAD={library}", f"OVERFLOW_IN={function}", f"OVERFLOW_WHEN={when}", *args.command]
    return check(function, preloaded, act, environment, {139})


def listening(pid):
    """TCP ports a process listens on."""
    try:
        inodes = {os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    except OSError:
        return []
    rows = [line.split() for line in open("/proc/net/tcp").readlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]


def is_known(term):
    """Whether this system's terminfo has the terminal: not every one has all."""
    return subprocess.run(["infocmp", term], capture_output=True).returncode == 0


def sends(number):
    return lambda terminal, pid: os.kill(pid, number)


def types(text):
    return lambda terminal, pid: terminal.type(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trap-key")
    parser.add_argument("--until", default="Sessions|sessions", help="what is on the screen when the program is ready")
    parser.add_argument("--only", help="names of ways, with commas")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if args.command[:1] == ["--"]:
        args.command = args.command[1:]
    if not args.command:
        parser.error("which program?")
    base = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": None}

    def case(act, status=None, **environment):
        return lambda name: check(name, args, act, {**base, **environment}, status)

    ways = {
        "q": case(types("q"), {0}),
        "Ctrl-C": case(types("\x03"), {0, 130}),
        "SIGINT": case(sends(signal.SIGINT), {130}),
        "SIGTERM": case(sends(signal.SIGTERM), {143}),
        "SIGHUP": case(sends(signal.SIGHUP), {129}),
        "Ctrl-Z and fg": case(lambda t, p: stop_and_go_on(t, p, lambda: t.type("\x1a")), {0}),
        "SIGTSTP and fg": case(lambda t, p: stop_and_go_on(t, p, lambda: os.kill(p, signal.SIGTSTP)), {0}),
        "SIGSEGV": case(sends(signal.SIGSEGV), {139}),
        "SIGABRT": case(sends(signal.SIGABRT), {134}),
        "SIGILL": case(sends(signal.SIGILL), {132}),
        "SIGTRAP": case(sends(signal.SIGTRAP), {133}),
        "SIGBUS": case(sends(signal.SIGBUS), {135}),
        **{
            name: case(sends(getattr(signal, name)), {128 + getattr(signal, name)})
            for name in ("SIGFPE", "SIGSYS", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU",
                         "SIGXFSZ", "SIGPWR", "SIGPOLL", "SIGRTMIN", "SIGRTMAX")
        },
        "vt100": case(types("q"), {0}, TERM="vt100"),
        "linux": case(types("q"), {0}, TERM="linux"),
        "tmux-256color": case(types("q"), {0}, TERM="tmux-256color"),
        **({"xterm-direct": case(types("q"), {0}, TERM="xterm-direct")} if is_known("xterm-direct") else {}),
        "NO_COLOR": case(types("q"), {0}, NO_COLOR="1"),
        "LANG=C": case(types("q"), {0}, LC_ALL="C"),
        "pty lost": lambda name: lost(args, base),
        "TERM=dumb": lambda name: refused(args, {**base, "TERM": "dumb"}),
        "TERM unset": lambda name: refused(args, {**base, "TERM": None}),
    }
    with tempfile.TemporaryDirectory() as folder:
        if library := overflow_library(folder):
            for function in ("poll", "write", "epoll_wait"):
                ways[f"stack overflow in {function}"] = lambda name, function=function: overflows(
                    args, base, library, function, folder)
        return run(args, ways, base)


def run(args, ways, base):
    if args.trap_key:
        ways["trap"] = lambda name: check(name, args, types(args.trap_key), base, {132, 133, 134})
    failed = 0
    for name, way in ways.items():
        if args.only and name not in args.only.split(","):
            continue
        wrong = way(name)
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {name}" + "".join(f"\n       {w}" for w in wrong), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
