"""A session is read with pleasure: Markdown rendered, what a call added, results as a tool's, an answer that was cut."""
import json
import re

from checks_terminal import console, http_port, post
from harness import equal, expect, record, wait_for
from pty_screen import Screen

ANSWER = "# Weather\n\nIt is **cold** in [Oslo](https://oslo.example).\n\n| city | degrees |\n|---|--:|\n| Oslo | -4 |\n\n1. coat\n   - warm"


def call(number, messages, text, finish, **more):
    made = record(number, session="reading", **more)
    made["start_time"] = f"2026-11-23T15:00:0{number}.000Z"
    made["end_time"] = f"2026-11-23T15:00:0{number}.500Z"
    made["attributes"]["fallom.raw.request"] = json.dumps({"model": "claude", "system": "Rules to keep.", "messages": messages})
    made["attributes"]["fallom.raw.response"] = json.dumps({"text": text, "finishReason": finish})
    return made


def check_what_a_model_wrote_is_read_rendered_folded_and_as_written(box):
    """Two calls by HTTP; keys alone: rendered, what was added, a result from the user's message, cut, raw, unfolded."""
    asked = [{"role": "user", "content": "How cold is it?"}]
    used = [
        {"role": "assistant", "content": "Let me look."},
        {"role": "assistant", "content": [
            {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "minus four"}]},
    ]
    screen = console(box, columns=160, rows=45)
    post(http_port(screen), call(1, asked, "Let me look.", "stop"),
         call(2, asked + used, ANSWER, "length", name="second.call"))
    screen.until(r"second\.call")
    screen.type("/name:second.call\r")
    wait_for(lambda: "chat.completions.create" not in screen.until(r"second\.call"), "the list holds one span")
    screen.type("\r")
    screen.until(r"as before")
    for wanted in ("It is cold in Oslo (https://oslo.example).", "city │ degrees", "Oslo │      -4", "1. coat", "• warm",
                   "calls weather", "minus four", "cut here", "finish: length"):
        text = screen.until(re.escape(wanted))
    expect("Rules to keep." not in text and "**cold**" not in text, f"said before, or not rendered:\n{text}")
    screen.type("=")
    screen.until(r"Rules to keep\.")
    screen.type("M")
    screen.until(r"\*\*cold\*\*")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def check_a_session_of_ten_thousand_spans_is_read_to_its_end(box):
    """From Live into the session at its last span, to its first, to the only one that failed, and to the end again."""
    lines = []
    for number in range(10_000):
        at = f"2026-11-23T{10 + number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}"
        lines.append(json.dumps({
            "session_id": "long", "trace_id": f"{1:032x}", "span_id": f"{number + 1:016x}", "name": f"step-{number:05d}",
            "kind": "tool", "start_time": f"{at}.000Z", "end_time": f"{at}.500Z", "duration_ms": 500,
            "status": "ERROR" if number == 9_990 else "OK",
            # From the fourth level on a child must still stand below its parent.
            **({"parent_span_id": f"{number:016x}"} if number % 8 else {})}))
    (box.folder / "long.ndjson").write_text("\n".join(lines) + "\n")
    box.run("import", box.folder / "long.ndjson")
    screen = Screen(box, "--store", box.store, "--no-listen", columns=160, rows=45)
    screen.until(r"step-09999")
    screen.type("s")
    screen.until(r"10,000 spans")
    screen.until(r"step-09999")
    screen.type("\x1b[H")
    text = screen.until(r"step-00000")
    columns = [re.search(rf"step-0000{number}", text).start() - text.rfind("\n", 0, text.index(f"step-0000{number}"))
               for number in range(8)]
    expect(columns == sorted(columns) and len(set(columns)) == 8, f"children do not stand below their parents: {columns}")
    screen.type("e")
    text = screen.until(r"step-09990")
    screen.type("G")
    screen.until(r"step-09999")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
