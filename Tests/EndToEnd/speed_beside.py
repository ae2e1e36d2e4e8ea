#!/usr/bin/env python3
"""Measures this program beside another build of it, one after the other in the same run: decode, import, first screen, keys.

    speed_beside.py --binary .build/release/fallom --against /old/.build/release/fallom [--spans 200000] [--rounds 5]

Both get the same spans, made here (seeded), and a store of their own: formats differ between versions. Rounds alternate, the
median counts, and what is more than --allowed (3 %) worse is named; the exit status is 1 then. Decoding alone is measured by
`FallomBenchmarks decode` where it lies beside both programs. Nothing else should run meanwhile.
"""
import argparse
import fcntl
import json
import os
import pathlib
import pty
import random
import re
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

WORDS = "the order of a customer is late could you summarise this ticket with next steps 模型 naïve result table because".split()
MODELS = [("gpt-4o", "openai"), ("claude-sonnet-4-5", "anthropic"), ("gemini-2.5-flash", "google"), ("o4-mini", "openai")]
# Keys that every version knows: the list, a page, a span and back, the other tabs and back.
KEYS = ["k", "k", "k", "j", "j", "\x1b[5~", "\x1b[6~", "g", "G", "k", "\r", "\x1b", "2", "j", "j", "\r", "j", "\x1b", "3", "j",
        "4", "1"]
SILENCE = 0.08
"""Seconds without output after which a key's screen is complete. Esc waits 25 to 50 ms whether a sequence follows."""


def generate(path, count):
    """Fallom records of about 1.2 kB, a dozen a session."""
    generator = random.Random(9)
    pool = [" ".join(generator.choices(WORDS, k=60)) for _ in range(2000)]
    with open(path, "w", encoding="utf-8") as out:
        for number in range(count):
            session, (model, provider) = number // 12, MODELS[number % 4]
            begin = 1_795_000_000_000 - (count - number) * 1000
            took = int(generator.lognormvariate(7, 0.6))
            out.write(json.dumps({
                "config_key": f"agent-{session % 4}", "session_id": f"conv-{session:06d}", "customer_id": f"x-{session % 999}",
                "trace_id": f"{number:032x}", "span_id": f"{number:016x}", "name": "chat.completions.create", "kind": "llm",
                "model": model, "provider": provider, "start_time": stamp(begin), "end_time": stamp(begin + took),
                "duration_ms": took, "status": "ERROR" if number % 71 == 0 else "OK", "prompt_tokens": 100 + number % 4000,
                "completion_tokens": 20 + number % 700, "total_tokens": 120 + number % 4000 + number % 700,
                "attributes": {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": generator.choice(pool),
                               "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": generator.choice(pool)},
            }, ensure_ascii=False) + "\n")


def stamp(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


class Program:
    """One of the two, with a folder, a store and its figures."""

    def __init__(self, name, binary, folder):
        self.name, self.binary, self.folder = name, str(pathlib.Path(binary).resolve()), folder / name
        self.folder.mkdir()
        self.figures = {}
        self.environment = {
            "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "TZ": "UTC"}

    @property
    def store(self):
        return str(self.folder / "store.db")

    def note(self, figure, value):
        self.figures.setdefault(figure, []).append(value)

    def import_spans(self, spans):
        for old in self.folder.glob("store.db*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        started = time.monotonic()
        process = subprocess.Popen(
            [self.binary, "import", str(spans), "--store", self.store], env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{self.name}: import failed: {process.stderr.read().decode()}")
        self.note("import, s", time.monotonic() - started)
        self.note("import, s of CPU", usage.ru_utime + usage.ru_stime)
        self.note("import, MB at most", usage.ru_maxrss / 1024)

    def decode(self, spans):
        benchmarks = pathlib.Path(self.binary).with_name("FallomBenchmarks")
        if not benchmarks.exists():
            return
        said = subprocess.run([str(benchmarks), "decode", str(spans), "3"], capture_output=True, text=True).stdout
        line = next((line for line in said.splitlines() if line.startswith("ours")), None)
        numbers = re.findall(r"[\d.]+", (line or "").removeprefix("ours"))
        if len(numbers) >= 3:
            # Spans a second, MB a second, and how that is to the others.
            self.note("decode, µs a span", 1e6 / float(numbers[0]))

    def console(self):
        """Starts the console, presses the keys, and ends it."""
        started = time.monotonic()
        pid, master = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(self.binary, [self.binary, "--store", self.store, "--no-listen"], self.environment)
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
        os.kill(pid, signal.SIGWINCH)
        seen = b""
        while b"conv-" not in seen:
            ready, _, _ = select.select([master], [], [], 20)
            if not ready:
                raise SystemExit(f"{self.name}: no span on the screen after 20 s")
            seen += os.read(master, 1 << 16)
        self.note("first screen, ms", (time.monotonic() - started) * 1000)
        self.drain(master)
        times = []
        for key in KEYS:
            pressed = time.monotonic()
            os.write(master, key.encode())
            last = self.drain(master)
            if last is not None and key != "\x1b":
                times.append((last - pressed) * 1000)
        times.sort()
        self.note("keys, ms p50", times[len(times) // 2])
        self.note("keys, ms p95", times[min(len(times) - 1, len(times) * 95 // 100)])
        self.note("console, MB at most", self.peak(pid))
        os.kill(pid, signal.SIGTERM)
        while True:
            try:
                if not os.read(master, 1 << 16):
                    break
            except OSError:
                break
        os.waitpid(pid, 0)
        os.close(master)

    @staticmethod
    def drain(master):
        """When the last byte came before it was silent; `None` where none came."""
        last = None
        while select.select([master], [], [], SILENCE)[0]:
            os.read(master, 1 << 16)
            last = time.monotonic()
        return last

    @staticmethod
    def peak(pid):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--against", required=True)
    parser.add_argument("--spans", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--allowed", type=float, default=0.03)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="speed-beside-"))
    try:
        spans = folder / "spans.ndjson"
        generate(spans, options.spans)
        programs = [Program("new", options.binary, folder), Program("old", options.against, folder)]
        for step in (lambda p: p.import_spans(spans), lambda p: p.decode(spans), lambda p: p.console()):
            for round in range(options.rounds):
                for program in programs if round % 2 == 0 else reversed(programs):
                    step(program)
    finally:
        shutil.rmtree(folder)
    return report(*programs, options)


def report(new, old, options):
    print(f"{options.spans:,} spans, {options.rounds} rounds, medians\n\n{'':22}{'new':>10}{'old':>10}{'new/old':>10}")
    worse = []
    for figure in new.figures:
        if figure not in old.figures:
            continue
        ours, theirs = statistics.median(new.figures[figure]), statistics.median(old.figures[figure])
        ratio = ours / theirs if theirs else float("inf")
        print(f"{figure:22}{ours:10.2f}{theirs:10.2f}{ratio:10.3f}")
        if ratio > 1 + options.allowed:
            worse.append(figure)
    missing = sorted(set(new.figures) ^ set(old.figures))
    if missing:
        print(f"\nnot of both: {', '.join(missing)}")
    print("\nworse by more than {:.0%}: {}".format(options.allowed, ", ".join(worse) or "nothing"))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
