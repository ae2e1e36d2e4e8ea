"""Words and phrases, found by the index of texts or beside it, are those that a plain look at every span finds."""
import json
import os
import random
import shutil
import sqlite3
import time
import unicodedata

from harness import ROOT, equal, expect, record, wait_for

WORDS = [
    "refund", "café", "模型", "价格", "が", "한국", "😀", "%", "100%", '"quoted"', "back\\slash", "C:\\new",
    "\\u00e9tude", "line\nbreak", "tab\there", "Ναί", "{\"a\": 1}", "it's", "null", "x*y", "(bracket)", "1e5", "https://a.b/c",
    "the", "model", "apologise", "zz", "a"]


def folded(text):
    """What case and normal form leave of a text."""
    return unicodedata.normalize("NFC", text.lower())


def said(row):
    parts = [part for part in (row["input_text"], row["output_text"]) if part is not None]
    fields = [row[name] for name in (
        "name", "request_model", "response_model", "session_id", "customer_id", "config_key", "trace_id", "span_id",
        "prompt_key", "error_message")]
    return [folded(text) for text in fields + ["\n".join(parts)] if text]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Expression:
    """A random filter and what it means for a row of `spans --json`: texts, numbers, dates, attributes, NOT, OR, parentheses."""

    def __init__(self, generator, rows):
        self.generator, self.rows = generator, rows
        self.text, self.matches = self.any_of(0)

    def leaf(self):
        pick, row = self.generator.choice, self.generator.choice(self.rows)
        kind = self.generator.randrange(9)
        if kind < 4:
            source = pick(WORDS) if self.generator.random() < 0.5 else row["input_text"] or "none"
            start = self.generator.randrange(len(source))
            needle = source[start:start + self.generator.randrange(2, 30)]
            if not needle.strip() or unicodedata.combining(needle[0]) or "\x00" in needle:
                needle = "the"
            wanted = folded(needle)
            return quoted(needle), lambda row: any(wanted in text for text in said(row))
        if kind == 4:
            least = self.generator.randrange(40)
            return f"tokens>{least}", lambda row: (row["total_tokens"] or 0) > least
        if kind == 5:
            least = self.generator.randrange(1000)
            return f"latency<={least}ms", lambda row: row["duration_ms"] is not None and row["duration_ms"] <= least
        if kind == 6:
            moment = int(row["start_time_unix_nano"]) // 10**9
            text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
            return f"since:{text}", lambda row: int(row["start_time_unix_nano"]) >= moment * 10**9
        if kind == 7:
            session = row["session_id"]
            return f"session:{session[:-1]}*", lambda row: row["session_id"].startswith(session[:-1])
        size = pick([0, 1, 2])
        return f"attr.size:{size}", lambda row: row["name"].endswith(f" {size}")

    def term(self, depth):
        if depth < 3 and self.generator.random() < 0.3:
            text, matches = self.any_of(depth + 1)
            text = f"({text})"
        else:
            text, matches = self.leaf()
        if self.generator.random() < 0.25:
            return "-" + text, lambda row: not matches(row)
        return text, matches

    def any_of(self, depth):
        parts = [self.all_of(depth) for _ in range(self.generator.choice([1, 1, 2]))]
        return " OR ".join(text for text, _ in parts), lambda row: any(matches(row) for _, matches in parts)

    def all_of(self, depth):
        parts = [self.term(depth) for _ in range(self.generator.choice([1, 1, 2, 3]))]
        return " ".join(text for text, _ in parts), lambda row: all(matches(row) for _, matches in parts)


# By default a part; 400 at each of five stages over 20,000 spans are the whole: FALLOM_SEARCH_ASKS=400 FALLOM_SEARCH_SPANS=20000.
ASKS = int(os.environ.get("FALLOM_SEARCH_ASKS", 2))
SPANS = int(os.environ.get("FALLOM_SEARCH_SPANS", 8400))


def ask(box, rows, generator):
    for _ in range(ASKS):
        expression = Expression(generator, rows)
        wanted = {row["span_id"] for row in rows if expression.matches(row)}
        # Told apart by an option: a filter may begin with a dash.
        got = {row["span_id"] for row in box.rows("spans", "(" + expression.text + ")")}
        equal(sorted(got - wanted)[:3], [], f"spans that {expression.text!r} should not give")
        equal(sorted(wanted - got)[:3], [], f"spans that {expression.text!r} should give")


def segments(box):
    database = sqlite3.connect(f"file:{box.store}?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM text_segment").fetchone()[0]
    finally:
        database.close()


def check_words_are_found_before_during_and_after_indexing(box):
    """Spans half of which say what is hostile: imported, indexed by a server that is killed in the middle, indexed to the end,
    thinned out by retention. Random expressions find what a plain look at every row finds."""
    generator = random.Random(7)
    lines = []
    for number in range(SPANS):
        text = "all is well" if number % 2 else generator.choice([" ", " ", "", "\n"]).join(generator.choices(WORDS, k=generator.randrange(1, 9)))
        request = json.dumps({"messages": [{"role": "user", "content": text}]}, ensure_ascii=generator.random() < 0.5)
        lines.append(json.dumps(
            record(
                number, session=f"s-{number // 20}", name=f"chat {number % 3}", total_tokens=number % 50,
                duration_ms=number % 1000, start_time=f"2026-11-{number * 20 // SPANS + 1:02d}T15:00:00.000Z",
                end_time=f"2026-11-{number * 20 // SPANS + 1:02d}T15:00:01.000Z")
            | {"attributes": {"fallom.raw.request": request, "size": number % 3}},
            ensure_ascii=generator.random() < 0.5))
    path = box.folder / "spans.ndjson"
    path.write_text("\n".join(lines) + "\n")
    box.run("import", str(path))
    rows = box.rows("spans")
    equal(len(rows), SPANS, "spans")
    ask(box, rows, generator)
    server = box.serve()
    with server:
        wait_for(lambda: segments(box) >= 1, "a first segment of the index", 60)
        server.kill()
    ask(box, rows, generator)
    whole = (SPANS + 1) // 4096
    with box.serve():
        wait_for(lambda: segments(box) == whole, "all whole segments of the index", 120)
    ask(box, rows, generator)
    expect(box.rows("spans", quoted("nobody said this here")) == [], "a phrase that nobody said")
    settings = box.folder / "thin.yaml"
    settings.write_text(f"retention:\n  megabytes: {max(1, box.store.stat().st_size // 2_000_000)}\n")
    with box.serve("--config", settings):
        wait_for(lambda: len(box.rows("sessions", "--sort", "started_at")) < len({row["session_id"] for row in rows}), "retention", 60)
    rest = box.rows("spans")
    expect(0 < len(rest) < SPANS, f"{len(rest)} spans are left")
    ask(box, rest, generator)
    return f"{4 * ASKS} expressions over {SPANS:,} spans"


def check_a_store_of_format_2_is_searched_once_it_is_brought_up(box):
    """600 spans of hostile texts that a program of format 2 stored."""
    shutil.copy(ROOT / "Tests/TraceStoreTests/Fixtures/store-v2-texts.sqlite", box.store)
    rows = box.rows("spans")
    equal(len(rows), 600, "spans")
    generator = random.Random(8)
    ask(box, rows, generator)
    return f"{ASKS} expressions"
