"""The console on a pseudo-terminal of a given size, read back through a terminal emulator."""
import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from harness import Failure, Skip, binary

try:
    import pyte
except ImportError:
    pyte = None

KEYS = {"Enter": "\r", "Tab": "\t", "Esc": "\x1b", "Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC", "Left": "\x1bOD", "BTab": "\x1b[Z"}


def emulator(columns, rows):
    """A terminal of pyte's, taught what ncurses sends to an xterm and pyte does not know: a character once more (REP), rows
    scrolled up and down (SU, SD), and that rows and cells which come in have the ground that is set (bce)."""

    class Grid(pyte.Screen):
        drawn = " "
        bells = 0

        def bell(self, *_):
            self.bells += 1

        def draw(self, data):
            super().draw(data)
            self.drawn = data[-1:] or self.drawn

        def once_more(self, times=1, **_):
            super().draw(self.drawn * max(1, times or 1))

        def scroll(self, rows):
            top, bottom = self.margins or (0, self.lines - 1)
            kept = {y: self.buffer.pop(y) for y in range(top, bottom + 1) if y in self.buffer}
            for y, row in kept.items():
                if top <= y - rows <= bottom:
                    self.buffer[y - rows] = row
            self.paint(*((bottom + 1 - rows, bottom + 1) if rows > 0 else (top, top - rows)))
            self.dirty.update(range(self.lines))

        def paint(self, first, end):
            """Rows that came in are blank, on the ground that is set."""
            top, bottom = self.margins or (0, self.lines - 1)
            for y in range(max(top, first), min(bottom + 1, end)):
                self.blank(y, 0, self.columns)

        def blank(self, y, first, end):
            for x in range(first, end):
                self.buffer[y][x] = self.cursor.attrs._replace(data=" ")

        def delete_characters(self, count=None):
            super().delete_characters(count)
            self.blank(self.cursor.y, max(self.cursor.x, self.columns - (count or 1)), self.columns)

        def insert_characters(self, count=None):
            super().insert_characters(count)
            self.blank(self.cursor.y, self.cursor.x, min(self.columns, self.cursor.x + (count or 1)))

        def insert_lines(self, count=None):
            super().insert_lines(count)
            self.paint(self.cursor.y, self.cursor.y + (count or 1))

        def delete_lines(self, count=None):
            super().delete_lines(count)
            bottom = (self.margins or (0, self.lines - 1))[1]
            self.paint(max(self.cursor.y, bottom + 1 - (count or 1)), bottom + 1)

        def index(self):
            bottom = (self.margins or (0, self.lines - 1))[1]
            moves = self.cursor.y == bottom
            super().index()
            if moves:
                self.paint(bottom, bottom + 1)

        def reverse_index(self):
            top = (self.margins or (0, self.lines - 1))[0]
            moves = self.cursor.y == top
            super().reverse_index()
            if moves:
                self.paint(top, top + 1)

        def scroll_up(self, rows=1, **_):
            self.scroll(rows or 1)

        def scroll_down(self, rows=1, **_):
            self.scroll(-(rows or 1))

    class Stream(pyte.ByteStream):
        csi = {**pyte.ByteStream.csi, "b": "once_more", "S": "scroll_up", "T": "scroll_down"}
        events = pyte.ByteStream.events | {"once_more", "scroll_up", "scroll_down"}

    grid = Grid(columns, rows)
    return grid, Stream(grid)


class Screen:
    """A running console. `pump` reads what it drew; `text` is the screen as lines."""

    def __init__(self, box, *arguments, columns=120, rows=40, env=None):
        if pyte is None:
            raise Skip("not installed: pyte (pip install -r requirements.txt)")
        self.screen, self.stream = emulator(columns, rows)
        environment = {**box.environment, "TERM": "xterm-256color", **(env or {})}
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(box.folder)
            os.execve(binary(), [binary(), *map(str, arguments)], environment)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self.master, False)
        self.raw = b""
        self.copied = []
        self.status = None
        box.processes.append(self)

    def pump(self, seconds=0.05):
        """Reads what was drawn within `seconds`; always false, so that it fits into conditions."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.master], [], [], left)
            if not ready:
                break
            try:
                data = os.read(self.master, 1 << 16)
            except OSError:
                break
            if not data:
                break
            self.take(data)
        return False

    def take(self, data):
        """Draws what the console wrote."""
        self.keep_copied(data)
        self.stream.feed(data)

    def keep_copied(self, data):
        """What was sent for the terminal's clipboard (OSC 52), decoded, in `copied`."""
        self.raw += data
        while found := re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", self.raw):
            self.copied.append(base64.b64decode(found.group(1)))
            self.raw = self.raw[found.end():]
        begun = self.raw.rfind(b"\x1b]52;")
        self.raw = self.raw[begun:] if begun >= 0 else self.raw[-8:]

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def row(self, text):
        """The row that shows a text."""
        for y, line in enumerate(self.screen.display):
            if text in line:
                return y
        raise Failure(f"the screen does not show {text!r}:\n{self.text}")

    def column(self, text, row=0):
        return self.screen.display[row].index(text)

    def look(self, y, x):
        """Colours and attributes of a cell as they are shown: attributes that a terminal does not show beside colours
        (`ncv` in terminfo) were never sent."""
        cell = self.screen.buffer[y][x]
        return (cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse)

    def invisible(self):
        """How many cells hold text in the colour of their ground."""
        return sum(
            cell.data.strip() != "" and cell.fg == cell.bg != "default"
            for row in self.screen.buffer.values() for cell in row.values())

    def until(self, pattern, seconds=20.0):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            if time.monotonic() > end or self.poll() is not None:
                raise Failure(f"the screen never shows {pattern!r}:\n{self.text}")
            self.pump()
        return self.text

    def type(self, text):
        os.write(self.master, KEYS.get(text, text).encode())
        self.pump(0.2)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        os.kill(self.pid, signal.SIGWINCH)
        self.pump(0.5)

    def poll(self):
        if self.status is None:
            done, code = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(code)
        return self.status

    def wait(self, seconds=15.0):
        end = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > end:
                raise Failure(f"the console does not end:\n{self.text}")
            self.pump()
            time.sleep(0.01)
        return self.status

    def kill(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
