"""People who look back: ten questions answered by keys, sessions by day and customer, filters and columns that stay."""
import datetime
import json
import re

from checks_terminal import console, http_port, post
from harness import Failure, equal, expect, record, wait_for

UTC = {"TZ": "UTC"}


def moment(day, clock):
    return f"{day}T{clock}.000Z"


def spans():
    """Two days of calls: one customer dear, one model slow after 14:00 yesterday, tools that fail, two prompt versions."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    yesterday, before = today - datetime.timedelta(days=1), today - datetime.timedelta(days=2)
    made = []

    def add(day, clock, session, customer, model, milliseconds, cost, text="all is well", **more):
        number = len(made)
        made.append(record(
            number, session=session, text=more.pop("asked", "please help"), customer_id=customer, model=model,
            start_time=moment(day, clock), end_time=moment(day, clock.replace(":00:", ":30:")), duration_ms=milliseconds,
            **more))
        made[-1]["attributes"]["fallom.raw.response"] = json.dumps({"text": text, "finishReason": "stop"})
        if cost is not None:
            made[-1]["attributes"]["gen_ai.usage.cost"] = cost

    for hour in range(8, 20):
        for model in ("fast-1", "slow-1"):
            late = model == "slow-1" and hour >= 14
            customer = "acme" if hour % 3 else "globex"
            add(yesterday, f"{hour:02d}:00:00", f"y-{hour}-{model}", customer, model, 9000 if late else 700,
                0.05 if customer == "globex" else 0.01)
        add(before, f"{hour:02d}:00:00", f"b-{hour}", "initech", "fast-1", 600, 0.9)
    add(yesterday, "10:00:00", "sorry-1", "acme", "fast-1", 500, 0.001, text="I am sorry, I was wrong about that",
        asked="where is my refund")
    add(yesterday, "11:00:00", "sorry-2", "acme", "fast-1", 500, 0.001, text="So sorry! I mixed the two up")
    for number in range(5):
        failed = number < 3
        add(yesterday, "12:00:00", f"tool-{number}", "acme", None, 50, None, kind="tool",
            name="search_docs" if number != 1 else "send_mail", status="ERROR" if failed else "OK",
            **({"error_message": "no connection"} if failed else {}))
    for version, cost in ((6, 0.02), (7, 0.03)):
        for number in range(4):
            add(yesterday, "13:00:00", f"p{version}-{number}", "acme", "fast-1", 400, cost, prompt_key="greeting",
                prompt_version=version)
    for line in made:
        for key in [key for key, value in line.items() if value is None]:
            del line[key]
    return made


def fill(box):
    path = box.folder / "spans.ndjson"
    path.write_text("\n".join(json.dumps(line) for line in spans()) + "\n")
    box.run("import", str(path))


class Asker:
    """Types on a console and counts the keys."""

    def __init__(self, box, columns=160):
        self.screen = console(box, columns=columns, rows=45, env=UTC)
        self.screen.until("following")
        self.keys = 0
        self.told = []

    def press(self, *keys):
        for key in keys:
            self.keys += 1 if key in ("Enter", "Tab", "Esc", "Up", "Down", "Left", "Right") else len(key)
            self.screen.type(key)

    def by(self, field):
        """Sums by a field: `b` until it is that one."""
        for _ in range(20):
            if re.search(rf"by {field}\b", self.screen.text):
                return
            self.press("b")
        raise Failure(f"sums are never by {field}:\n{self.screen.text}")

    def answer(self, question, *patterns):
        for pattern in patterns:
            self.screen.until(pattern)
        self.told.append(f"{question}: {self.keys} keys")
        self.keys = 0
        for _ in range(4):
            self.screen.type("Esc")


def check_ten_questions_are_answered_by_keys(box):
    """What people ask of the past, each from Live; the answer stands on the screen."""
    fill(box)
    asker = Asker(box)
    press, answer = asker.press, asker.answer
    press("5", "/", "since:yesterday until:today", "Enter")
    asker.by("customer")
    answer("which customer cost most yesterday", r"CUSTOMER", r"(?m)^.\s*globex")
    press("5", "/", "since:yesterday until:today kind:llm", "Enter", "s" * 8)
    asker.by("model")
    answer("did p95 jump, and when", r"p95 latency by hour")
    press("5", "/", "since:yesterday until:today kind:llm", "Enter")
    asker.by("model")
    answer("for which model", r"(?m)slow-1.*9\.00s", r"(?m)fast-1.*700ms")
    press("2", "/", "output:sorry", "Enter")
    answer("the sessions in which the model apologised", r"sorry-1", r"sorry-2", r"1 of 2 sessions", "I am sorry")
    press("5", "/", "kind:tool status:error", "Enter")
    asker.by("tool")
    answer("which tools failed, and how often", r"(?m)search_docs.*\b2\b", r"(?m)send_mail.*\b1\b")
    press("5", "/", "prompt:greeting", "Enter")
    asker.by("prompt")
    answer("what v7 costs a call against v6", r"A CALL", r"(?m)greeting@7.*\$0\.03", r"(?m)greeting@6.*\$0\.02")
    press("2", "g")
    answer("how many sessions a day, and what they cost", r"by day", r"DAY", r"1 of 2 groups")
    press("2", "gg", "Enter")
    answer("the sessions of the customer who costs most", r"initech", r"1 of 12 sessions")
    press("1", "/", "latency>8s since:yesterday", "Enter")
    answer("what took longer than eight seconds", r"slow-1")
    press("1", "/", "input:refund", "Enter")
    answer("where did somebody ask for a refund", r"where is my refund")
    asker.screen.type("q")
    equal(asker.screen.wait(), 0, "exit status after q")
    return "; ".join(asker.told)


def check_groups_of_sessions_are_the_sums_of_their_sessions(box):
    """`sessions --by` beside a naive sum over `sessions --json`, with a filter and without."""
    fill(box)
    asked = 0
    for words in ([], ["-customer:acme"], ["sorry"]):
        sessions = box.rows("sessions", *words)
        for by, keys in (("day", lambda row: [row["last_at"][:10]]), ("customer", lambda row: [row["customer_id"]]),
                         ("config", lambda row: [row["config_key"]]), ("model", lambda row: row["models"] or [None])):
            wanted = {}
            for row in sessions:
                for key in keys(row):
                    sums = wanted.setdefault(key, [0, 0, 0, 0, 0.0])
                    for place, name in enumerate(("llm_calls", "errors", "total_tokens", "cost_usd")):
                        sums[place + 1] += row[name] or 0
                    sums[0] += 1
            got = {
                row[by]: [row["sessions"], row["llm_calls"], row["errors"], row["total_tokens"], row["cost_usd"] or 0]
                for row in box.rows("sessions", *words, "--by", by, env=UTC)}
            equal(set(got), set(wanted), f"groups of {words} by {by}")
            for key, sums in wanted.items():
                equal(got[key][:4], sums[:4], f"{words} by {by}: {key}")
                expect(abs(got[key][4] - sums[4]) < 1e-9, f"cost of {key}")
            asked += 1
    wrong = box.run("sessions", "--by", "colour", check=False)
    equal(wrong.returncode, 64, "exit status of a wrong field")
    return f"{asked} questions"


def check_filters_and_columns_stay(box):
    """`:save`, `:filters` and `C` write the settings, and the next console has them; hand-written lines stay."""
    fill(box)
    settings = box.folder / ".config/fallom/config.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("# mine\ncolumns:\n  live: [time, call]\ntheme: nord\n")
    screen = console(box, columns=160, rows=45, env=UTC)
    screen.until("following")
    expect("SESSION" not in screen.text, "the chosen columns of Live are not shown")
    screen.type("/status:error\r")
    screen.until(r"send_mail")
    screen.type(":save what failed\r")
    screen.until(r"kept in")
    screen.type("2")
    screen.until("FIRST WORDS")
    screen.type("C")
    screen.until("first words")
    screen.type("jj \r")
    screen.until("kept in")
    wait_for(lambda: screen.pump() or " LAST " not in screen.text, "the column is gone")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    text = settings.read_text()
    expect(text.startswith("# mine\ncolumns: {live: [time, call], sessions: [") and "theme: nord" in text, text)
    expect('filters: {"what failed": "status:error"}' in text, text)
    screen = console(box, columns=160, rows=45, env=UTC)
    screen.until("following")
    screen.type(":filters\r")
    screen.until(r"what failed\s+status:error")
    screen.type("\r")
    screen.until(r"/ status:error")
    screen.until(r"send_mail")
    screen.type("2")
    wait_for(lambda: screen.pump() or "SESSION" in screen.text, "sessions")
    expect(" LAST " not in screen.text, screen.text)
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def check_filters_used_are_recalled_in_the_next_console(box):
    """Up in the filter line goes through the filters of consoles before; secrets in them are masked, the file is private."""
    fill(box)
    secret = "sk-proj-" + "abcDEF123456" * 4
    screen = console(box, columns=120, rows=40, env=UTC)
    screen.until("following")
    for text in ("status:error", f"content:{secret}", "customer:acme"):
        screen.type(f"/{text}\r")
        screen.until(r"/ " + text.split(":")[0])
        screen.type("Esc")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    kept = box.folder / ".local/state/fallom/filters-used"
    equal(kept.stat().st_mode & 0o777, 0o600, "mode of the kept filters")
    text = kept.read_text()
    expect(secret not in text and text.startswith("status:error\ncontent:"), text)
    screen = console(box, columns=120, rows=40, env=UTC)
    screen.until("following")
    screen.type("/")
    screen.type("Up")
    screen.until("customer:acme")
    screen.type("Up")
    screen.type("Up")
    screen.until("status:error")
    screen.type("\r")
    screen.until("send_mail")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")
    expect(kept.read_text().splitlines()[-1] == "status:error", kept.read_text())


def check_typing_a_filter_offers_what_the_store_has(box):
    """Keys alone: Tab lists fields, completes one, offers models seen, and the filter finds."""
    fill(box)
    screen = console(box, columns=120, rows=40, env=UTC)
    screen.until("following")
    screen.type("/")
    screen.type("Tab")
    screen.until(r"latency>\s+latency>2s")
    screen.type("mo")
    screen.type("Tab")
    screen.until(r"model:slow-1\s+12 spans")
    screen.type("sl")
    screen.type("Tab")
    screen.type("Enter")
    screen.until(r"/ model:slow-1")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")


def answer(number, name, tokens, milliseconds, **more):
    """A call whose answer had so many tokens and took so long."""
    seconds, rest = divmod(milliseconds, 1000)
    made = record(
        number, session=name, duration_ms=milliseconds, end_time=f"2026-11-23T15:00:{seconds:02d}.{rest:03d}Z", **more)
    usage = {"prompt_tokens": 10, "completion_tokens": tokens} if tokens is not None else {}
    made["attributes"]["fallom.raw.usage"] = json.dumps(usage)
    return made


def check_how_fast_answers_were_written(box):
    """Calls sent by HTTP: their tokens a second in Live, by a filter there, and by the same filter in `spans`."""
    screen = console(box, columns=160, rows=45, env=UTC)
    post(http_port(screen), answer(1, "streamed", 120, 3400, time_to_first_token_ms=400), answer(2, "at-once", 60, 3000),
         answer(3, "unknown", None, 3000), answer(4, "no-time", 60, 0))
    screen.until(r"TTFT\s+TOK/S\s+TOKENS")
    screen.until(r"streamed.*400ms\s+40\s+10 → 120")
    screen.until(r"at-once.*3\.00s.* 20\s+10 → 60")
    screen.until("no-time")
    screen.type("/sp")
    screen.type("Tab")
    screen.type("30\r")
    screen.until(r"/ speed>30\s")
    wait_for(lambda: screen.pump() or "at-once" not in screen.text, "the slow one is gone")
    screen.until(r"streamed.*400ms\s+40\s")
    screen.type("q")
    equal(screen.wait(), 0, "exit status after q")

    speeds = {row["session_id"]: row["completion_tokens_per_second"] for row in box.rows("spans")}
    equal(speeds, {"streamed": 40, "at-once": 20, "unknown": None, "no-time": None}, "speeds")
    for words, wanted in (("speed>30", {"streamed"}), ("speed<=20", {"at-once"}), ("speed:40tok/s", {"streamed"}),
                          ("-speed>30", {"at-once", "unknown", "no-time"}), ("speed>=0", {"streamed", "at-once"})):
        equal({row["session_id"] for row in box.rows("spans", words)}, wanted, words)
    table = box.run("spans", "speed>30").stdout.decode()
    expect(re.search(r"TTFT\s+TOK/S\s+TOKENS", table) and re.search(r"400ms\s+40\s+10 → 120", table), table)
    wrong = box.run("spans", "speed>fast", check=False)
    equal(wrong.returncode, 64, "exit status of a wrong number")
    expect(b"column 7" in wrong.stderr and b"speed>30" in wrong.stderr, wrong.stderr)
