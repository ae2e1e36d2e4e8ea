"""The console as lines, for who has the screen read aloud: `--plain`."""
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

from checks_terminal import post
from harness import Failure, binary, equal, expect, record


class Lines:
    """A plain console on a pty: what it writes, byte for byte."""

    def __init__(self, box, *arguments, term="xterm-256color"):
        self.text = ""
        pid, self.master = pty.fork()
        if pid == 0:
            os.chdir(box.folder)
            os.execve(binary(), [binary(), *map(str, arguments)], {**box.environment, "TERM": term})
        self.pid = pid
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.master], [], [], left)[0]:
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                return
            self.text += data.decode()

    def until(self, pattern, seconds=20):
        """Waits for a line; gives what was written up to then, and forgets it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > end:
                raise Failure(f"no line {pattern!r} in:\n{self.text}")
            self.read(0.1)
        self.read(0.3)
        text, self.text = self.text, ""
        return [line for line in text.split("\r\n") if line]

    def type(self, text):
        os.write(self.master, text.encode())

    def wait(self):
        self.read(1)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def check_plain_is_one_line_a_change(box):
    """No escape sequence, no frame; a key writes what it changed, a span that comes in writes a line; TERM=dumb does."""
    for term in ("xterm-256color", "dumb"):
        store = box.folder / f"{term}.sqlite"
        screen = Lines(box, "--plain", "--store", store, "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--udp",
                       "127.0.0.1:0", term=term)
        told = screen.until(r"FALLOM_TRACES_URL=http://127.0.0.1:(\d+)")
        port = int(re.search(r"FALLOM_TRACES_URL=http://127\.0\.0\.1:(\d+)", "\n".join(told)).group(1))
        post(port, record(1, session="first"), record(2, session="second"))
        screen.until("second")
        post(port, record(3, session="third"))
        told = screen.until("third")
        expect(len(told) <= 2, f"a span writes {told}")
        screen.type("k")
        told = screen.until("second")
        equal(len(told), 1, f"lines of a move: {told}")
        expect(told[0].startswith("> "), told[0])
        screen.type("2")
        told = screen.until(r"third")
        equal(told[0], "Sessions", "the first line of a screen")
        screen.type("\x1b")
        screen.type("/status:errr\r")
        told = screen.until(r"column \d+: ")
        everything = "\n".join(told)
        expect("\x1b" not in everything and not re.search("[─│┌┐└┘━▎█]", everything), everything)
        screen.type("\x1b")
        screen.read(0.5)
        screen.type("q")
        equal(screen.wait(), 0, "exit status after q")
