#!/usr/bin/env python3
"""Runs the end-to-end checks against a built `fallom`.

    run.py [--binary PATH] [--only TEXT] [--list]

Every function `check_*` of a module `checks_*.py` beside this file is a check; its docstring says what must hold. Each
gets a folder of its own, which is removed afterwards. Checks that need client libraries (see requirements.txt) are
skipped, and counted as skipped, where these are not installed. The last line is `N passed, N failed` with what was
skipped. Exit status 1 when anything failed.
"""
import argparse
import importlib
import inspect
import os
import pathlib
import signal
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import harness  # noqa: E402


def checks():
    for path in sorted(HERE.glob("checks_*.py")):
        module = importlib.import_module(path.stem)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("check_") and function.__module__ == path.stem:
                yield f"{path.stem[7:]}.{name[6:]}", function


def asked(name):
    """A number of the environment, by which a check is made longer."""
    return int(float(os.environ.get(name, "0")))


PATIENCE = (int(os.environ.get("FALLOM_PATIENCE", 300)) + asked("FALLOM_FUZZ_SECONDS") + 2 * asked("FALLOM_FORWARD_OUTAGE")
            + asked("FALLOM_FORWARD_SPANS") // 50)
"""Seconds after which a check has failed, whatever it waits for."""


def out_of_time(*_):
    raise harness.Failure(f"not done after {PATIENCE} s")


def main():
    signal.signal(signal.SIGALRM, out_of_time)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the program (default: $FALLOM_BINARY, else the debug or release build)")
    parser.add_argument("--only", default="", help="run only checks whose name holds this text")
    parser.add_argument("--list", action="store_true", help="only list the checks")
    options = parser.parse_args()
    if options.binary:
        os.environ["FALLOM_BINARY"] = os.path.abspath(options.binary)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed = []
    for name, function in checks():
        if options.only not in name:
            continue
        sentence = " ".join((function.__doc__ or "").split())
        if options.list:
            print(f"{name}: {sentence}")
            continue
        start = time.monotonic()
        signal.alarm(PATIENCE)
        try:
            with harness.Sandbox() as box:
                note = function(box)
            outcome, detail = "passed", note or ""
        except harness.Skip as reason:
            outcome, detail = "skipped", str(reason)
        except harness.Failure as reason:
            outcome, detail = "failed", str(reason)
        except Exception:
            outcome, detail = "failed", traceback.format_exc()
        signal.alarm(0)
        counts[outcome] += 1
        if outcome == "failed":
            failed.append(name)
        seconds = time.monotonic() - start
        print(f"{outcome:7} {seconds:6.1f} s  {name}{': ' + detail if detail else ''}", flush=True)
    if not options.list:
        for name in failed:
            print(f"failed: {name}")
        rest = f", {counts['skipped']} skipped" if counts["skipped"] else ""
        print(f"{counts['passed']} passed, {counts['failed']} failed{rest}")
    sys.exit(1 if counts["failed"] else 0)


if __name__ == "__main__":
    main()
