"""What people do every day, by keys, in a fresh demo: docs/daily.md says which, and it is held to it."""
import re

import pty_screen
from harness import ROOT, Failure, equal, expect

MOST = 6
"""Keys of a task beside its text."""
SHOWS = {
    1: (r"messages +attributes +raw", r"✗ failed"),
    2: (r"session · conv-", r"✗ 1 error|error"),
    3: (r"/ desk lamp", r"desk lamp"),
    4: (r"↓COST",),
    5: (r"by customer", r"(?m)^▎\S+ .*\$0\.\d+"),
    6: (r"since:\S+ until:",),
    7: (r"6 ↔ 7", r"4- Never promise a refund", r"4\+ Say first what the customer can do"),
    8: (r"/ prompt:customer-reply@7", r"customer-reply|messages\.create|chat\.completions"),
    9: (r"v5 current", r"▎0 .*\b51\b"),
    10: (r"v4 current",),
    11: (r"version 2", r"everybody|100\.0000%"),
    12: (r"rating 0|scored",),
    13: (r"\.html",),
    14: (r"answer",),
}
"""What each task must show."""


def tasks():
    """Number, words and keys of each task; text is in quotes."""
    for line in (ROOT / "docs/daily.md").read_text().splitlines():
        if found := re.match(r"\| (\d+) \| ([^|]+) \| (.+) \|$", line):
            yield int(found.group(1)), found.group(2), re.findall(r"`([^`]+)`", found.group(3))


def home(screen):
    """Out of whatever is open, to Live with nothing filtered, following the newest."""
    for _ in range(6):
        screen.type("Esc")
    screen.type("1")
    screen.type("Esc")
    screen.until(r"SESSION")
    screen.type("G")
    screen.until(r"following")


def check_daily_tasks_take_six_keys_at_most(box):
    """Each task of docs/daily.md, from Live, shows what it must; no task takes more than six keys beside its text."""
    screen = pty_screen.Screen(box, "demo", columns=160, rows=45)
    screen.until(r"conv-", 60)
    screen.until(r"[23],\d\d\d spans", 60)
    told = []
    for number, words, keys in tasks():
        home(screen)
        pressed = [key for key in keys if not key.startswith('"')]
        expect(len(pressed) <= MOST, f"{words}: {len(pressed)} keys")
        for key in keys:
            screen.type(key.strip('"') if key.startswith('"') else key)
        for pattern in SHOWS[number]:
            try:
                screen.until(pattern, 15)
            except Failure as failure:
                raise Failure(f"task {number}, {words}: {failure}") from None
        told.append(f"{number}: {len(pressed)}")
    equal(len(told), len(SHOWS), "tasks")
    home(screen)
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    return "keys by task " + ", ".join(told)
