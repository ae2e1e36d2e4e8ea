"""Words and phrases, found by the index of texts or beside it, are those that a plain look at every span finds."""
import json
import random
import sqlite3
import unicodedata

from harness import equal, expect, record, wait_for

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


def ask(box, rows, generator, count):
    for _ in range(count):
        text = generator.choice(WORDS) if generator.random() < 0.5 else generator.choice(rows)["input_text"] or "none"
        start = generator.randrange(len(text))
        needle = text[start:start + generator.randrange(2, 30)]
        if not needle.strip() or unicodedata.combining(needle[0]) or "\x00" in needle:
            continue
        wanted = {row["span_id"] for row in rows if any(folded(needle) in text for text in said(row))}
        got = {row["span_id"] for row in box.rows("spans", quoted(needle))}
        equal(got, wanted, f"spans that hold {needle!r}")


def segments(box):
    database = sqlite3.connect(f"file:{box.store}?mode=ro", uri=True)
    try:
        return database.execute("SELECT count(*) FROM text_segment").fetchone()[0]
    finally:
        database.close()


def check_words_are_found_before_during_and_after_indexing(box):
    """9,000 spans of hostile texts: imported, indexed by a server that is killed in the middle, indexed to the end."""
    generator = random.Random(7)
    lines = []
    for number in range(9000):
        text = generator.choice([" ", " ", "", "\n"]).join(generator.choices(WORDS, k=generator.randrange(1, 9)))
        request = json.dumps({"messages": [{"role": "user", "content": text}]}, ensure_ascii=generator.random() < 0.5)
        lines.append(json.dumps(
            record(number, session=f"s-{number % 700}") | {"attributes": {"fallom.raw.request": request}},
            ensure_ascii=generator.random() < 0.5))
    path = box.folder / "spans.ndjson"
    path.write_text("\n".join(lines) + "\n")
    box.run("import", str(path))
    rows = box.rows("spans")
    equal(len(rows), 9000, "spans")
    ask(box, rows, generator, 5)
    server = box.serve()
    with server:
        wait_for(lambda: segments(box) >= 1, "a first segment of the index", 60)
        server.kill()
    ask(box, rows, generator, 5)
    with box.serve():
        wait_for(lambda: segments(box) == 2, "all whole segments of the index", 60)
    ask(box, rows, generator, 5)
    expect(box.rows("spans", quoted("nobody said this here")) == [], "a phrase that nobody said")
    return "15 searches"
