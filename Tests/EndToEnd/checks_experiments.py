"""Experiments: the vectors through the command line, edits by keys, several editors at once, replay, results and pull."""
import collections
import concurrent.futures
import hashlib
import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer

import fake_backend
from harness import HERE, ROOT, Skip, binary, equal, expect, lines_of, record, wait_for
from pty_screen import Screen

VECTORS = ROOT / "Tests/AssignmentTests/Fixtures/vectors"


# MARK: - Vectors

def workspace_of(folder, config):
    """A workspace with that record as its one config; its key."""
    key = config["key"]
    home = folder / "configs" / key
    home.mkdir(parents=True)
    version = config.get("version")
    number = int(version) if str(version).lstrip("-").isdigit() else 1
    (home / f"{number}.json").write_text(json.dumps(config))
    (home / "current").write_text(f"{number}\n")
    return key


def command_line_text(text):
    """What a program can be given: without halves of surrogate pairs, as UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check_every_vector_through_the_command_line(box):
    """`fallom assign --json` answers as the vectors say, each config being a file of a workspace."""
    vectors = [
        vector for name in ("assignments", "targeting", "differences") for vector in lines_of(VECTORS / f"{name}.ndjson")
        if "config" in vector["input"]
    ]
    homes = {}
    cases = {}
    for vector in vectors:
        text = json.dumps(vector["input"]["config"])
        if text not in homes:
            folder = box.folder / f"w{len(homes)}"
            homes[text] = (folder, workspace_of(folder, vector["input"]["config"]))
        cases.setdefault(text, []).append(vector)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda text: ask(box, *homes[text], cases[text]), cases))
    by_simulate, by_assign = map(sum, zip(*counts))
    return f"{by_simulate} cases by simulate, {by_assign} by assign, {len(homes)} configs"


def ask(box, folder, key, members):
    """Asks every case of a config: one by one by `assign` where they are few; many in one run of `simulate`, and some of
    them by `assign` as well."""
    if len(members) < 4 or any("context" in vector["input"] for vector in members):
        chosen, rows = members, []
    else:
        chosen = members[::len(members) // 3]
        lines = [
            {"name": vector["id"], "session_id": command_line_text(vector["input"]["session_id"]), "context": {}}
            for vector in members
        ]
        (folder / "cases.ndjson").write_text("\n".join(map(json.dumps, lines)) + "\n")
        rows = box.rows("simulate", key, "--workspace", folder, "--contexts", folder / "cases.ndjson")
        equal(len(rows), len(members), f"answers for {key}")
        for vector, row in zip(members, rows):
            compare(vector, row)
    for vector in chosen:
        compare(vector, assign(box, folder, key, vector["input"]))
    return len(rows), len(chosen)


def assign(box, folder, key, given):
    options = []
    for name, value in (given.get("context") or {}).items():
        if isinstance(value, str):
            options += ["--context", f"{name}={value}"]
    if given.get("customer_id"):
        options.append(f"--customer-id={given['customer_id']}")
    done = box.run(
        "assign", key, "-", "--json", "--workspace", folder, *options,
        stdin=command_line_text(given["session_id"]).encode(), check=False)
    expect(done.stdout, f"assign said nothing: {done.stderr.decode()}")
    row = json.loads(done.stdout)
    equal(done.returncode, 0 if row["model"] else 1, "exit status")
    return row


def compare(vector, row):
    expected = vector["expected"]
    equal(row["model"], expected["model"], f"model of {vector['id']}")
    if expected.get("bucket") is not None:
        equal(row["bucket"], expected["bucket"], f"bucket of {vector['id']}")


def check_a_field_that_only_looks_the_same_is_pointed_out(box):
    """A rule on a field that the context has under a name that looks the same: `assign --explain` says what tells them apart, lint which of the rule's names is odd."""
    config = {
        "key": "c", "version": 1, "variants": [{"model": "a", "weight": 100}, {"model": "b", "weight": 0}],
        "targeting": {"enabled": True, "rules": [
            {"conditions": [{"field": "plan", "operator": "eq", "value": "pro"}], "variantIndex": 1},
            {"conditions": [{"field": "regi\u043en", "operator": "eq", "value": "Rome"}], "variantIndex": 1}]}}
    folder = box.folder / "alike"
    workspace_of(folder, config)
    seen = {"Cyrillic": "pl\u0430n", "a no-break space": "plan\u00a0", "without width": "pl\u200ban"}
    for why, name in seen.items():
        said = box.run("assign", "c", "s-1", "--explain", "--workspace", folder, "--context", f"{name}=pro").stdout.decode()
        expect("it looks the same" in said and why in said, f"nothing of {why}: {said}")
    said = box.run("assign", "c", "s-1", "--explain", "--workspace", folder, "--context", "plant=pro").stdout.decode()
    expect("looks the same" not in said, f"another field is taken for it: {said}")
    lint = box.run("configs", "lint", "--workspace", folder, check=False)
    said = (lint.stdout + lint.stderr).decode()
    expect("Cyrillic" in said, f"lint says nothing of the rule's own field: {said}")


# MARK: - Replay and results, beside a second computation

def bucket(session_id):
    return int.from_bytes(hashlib.md5(session_id.encode()).digest()[:4], "big") % 1_000_000


def naive(config, session_id, customer, context):
    """(model, whether targeted) by the contract's words, as plainly as can be."""
    seen = dict(context)
    if customer:
        seen["customerId"] = customer
    for target in config["targeting"]["individualTargets"]:
        if seen.get(target["field"]) == target["value"]:
            return config["variants"][target["variantIndex"]]["model"], True
    for rule in config["targeting"]["rules"]:
        holds = True
        for condition in rule["conditions"]:
            value = seen.get(condition["field"])
            wanted = condition["value"]
            holds = holds and value is not None and {
                "eq": lambda: value == wanted, "in": lambda: value in wanted,
                "startsWith": lambda: value.startswith(wanted),
            }[condition["operator"]]()
        if holds:
            return config["variants"][rule["variantIndex"]]["model"], True
    cumulative = 0.0
    for variant in config["variants"]:
        cumulative += variant["weight"] * 10_000
        if bucket(session_id) < cumulative:
            return variant["model"], False
    return config["variants"][-1]["model"], False


LIVE = {
    "key": "router", "version": 3, "variants": [
        {"model": "small", "weight": 50}, {"model": "medium", "weight": 30}, {"model": "large", "weight": 20}],
    "targeting": {"enabled": True, "individualTargets": [{"field": "customerId", "value": "vip", "variantIndex": 2}],
                  "rules": [{"conditions": [{"field": "plan", "operator": "eq", "value": "enterprise"},
                                            {"field": "region", "operator": "startsWith", "value": "eu-"}],
                             "variantIndex": 1}]}}
DRAFT = {
    **LIVE, "version": 4, "variants": [
        {"model": "small", "weight": 45}, {"model": "medium", "weight": 30}, {"model": "large", "weight": 25}],
    "targeting": {**LIVE["targeting"], "rules": [
        {"conditions": [{"field": "plan", "operator": "in", "value": ["enterprise", "business"]}], "variantIndex": 1}]}}


def recorded_sessions(count):
    """(id, customer, context or None, metadata) of so many sessions, some without anything that targeting sees."""
    dice = random.Random(7)
    for number in range(count):
        fields = {"plan": dice.choice(["free", "pro", "business", "enterprise"]),
                  "region": dice.choice(["eu-west-1", "eu-north-1", "us-east-1"])}
        kind = dice.randrange(10)
        customer = dice.choice(["vip", "c-1", "c-2", "c-3"])
        if kind == 0:
            yield f"conv-{number:06d}", None, None, {}
        elif kind < 4:
            yield f"conv-{number:06d}", customer, None, fields
        else:
            yield f"conv-{number:06d}", customer, fields, {"plan": "not what was asked with"}


def write_sessions(path, sessions):
    with open(path, "w") as out:
        for number, (session, customer, context, metadata) in enumerate(sessions):
            row = {
                "config_key": "router", "session_id": session, "trace_id": f"{number + 1:032x}",
                "span_id": f"{number + 1:016x}", "name": "chat", "kind": "llm", "model": "m", "status": "OK",
                "start_time": "2026-11-23T15:00:00.000Z", "end_time": "2026-11-23T15:00:00.500Z", "duration_ms": 500,
                "metadata": metadata, "attributes": {},
            }
            if customer:
                row["customer_id"] = customer
            if context is not None:
                row["attributes"]["fallom.context"] = json.dumps(context)
            out.write(json.dumps(row) + "\n")


def replay_workspace(box):
    workspace_of(box.folder / "workspace", LIVE)
    (box.folder / "draft.json").write_text(json.dumps(DRAFT))


def check_replay_names_exactly_those_who_move(box):
    """A draft replayed on recorded sessions moves those, and only those, whom a second computation moves."""
    replay_workspace(box)
    count = int(os.environ.get("FALLOM_E2E_SESSIONS", "3000"))
    sessions = list(recorded_sessions(count))
    write_sessions(box.folder / "spans.ndjson", sessions)
    box.run("import", box.folder / "spans.ndjson", timeout=280)
    start = time.monotonic()
    rows = box.rows(
        "simulate", "router", "--workspace", box.folder / "workspace", "--history", "--against",
        box.folder / "draft.json", "--limit", count)
    seconds = time.monotonic() - start
    moves = {}
    for session, customer, context, metadata in sessions:
        if customer is None and context is None and not metadata:
            continue
        asked = metadata if context is None else context
        before, after = (naive(config, session, customer, asked)[0] for config in (LIVE, DRAFT))
        if before != after:
            moves[session] = (before, after)
    told = {row["session_id"]: (row["from"]["model"], row["to"]["model"]) for row in rows}
    equal(len(rows), len(told), "sessions named once")
    equal(told, moves, "who moves")
    return f"{len(told)} of {count} move; {seconds:.2f} s with start, reading and printing"


def check_live_tells_the_variant_that_a_config_gave(box):
    """Live's column VARIANT, and the span, name the config's variant whose model a call asked for; nothing where another model was
    asked, the config is no experiment, or its targeting cannot be decided by what was recorded."""
    replay_workspace(box)
    workspace_of(box.folder / "workspace", {"key": "fixed", "variants": [{"model": "small", "weight": 100}]})
    models = [variant["model"] for variant in LIVE["variants"]]

    def asked(model):
        return {"fallom.raw.request": json.dumps({"model": model, "messages": [{"role": "user", "content": "hello"}]})}
    wanted, calls = {}, []
    for number in range(12):
        session, context = f"tell-{number:02d}", {"plan": "pro", "region": "us-1"}
        model = naive(LIVE, session, "ada", context)[0]
        letter, key, more = "ABC"[models.index(model)], "router", {"fallom.context": json.dumps(context)}
        if number == 9:
            letter, model = "", "other"
        if number == 10:
            letter, model, key = "", "small", "fixed"
        if number == 11:
            letter, more = "", {}
        wanted[session] = letter
        calls.append(record(number, session=session, customer_id="ada", config_key=key, model=model,
                            attributes={**asked(model), **more}))
    expect(len({wanted[name] for name in list(wanted)[:9]}) > 1, "one variant alone")
    box.run("import", "-", stdin="\n".join(map(json.dumps, calls)).encode())
    screen = Screen(
        box, "--store", box.store, "--no-listen", "--workspace", box.folder / "workspace", columns=160, rows=45)
    screen.until(r"tell-00(.|\n)*tell-11")
    place = screen.column("VARIANT", screen.row("VARIANT"))
    screen.until(r"\b[ABC]\b +│?")
    told = {session: screen.screen.display[screen.row(session)][place:place + 7].strip() for session in wanted}
    equal(told, wanted, "the column VARIANT")
    chosen = next(session for session in wanted if wanted[session])
    screen.type("/")
    screen.type(f"session:{chosen}")
    screen.type("Enter")
    screen.until(rf"router +variant {wanted[chosen]}")
    screen.type("q")
    return " ".join(f"{letter or '-'}" for letter in wanted.values())


def check_results_count_whom_the_weights_placed(box):
    """`configs results` counts the sessions of each variant that a second computation counts, and leaves out the rest."""
    replay_workspace(box)
    sessions = [row for row in recorded_sessions(900) if row[1] or row[2] or row[3]]
    write_sessions(box.folder / "spans.ndjson", sessions)
    box.run("import", box.folder / "spans.ndjson")
    counts = {"small": 0, "medium": 0, "large": 0}
    left_out = {"targeted": 0, "other_version": 0, "contradicting": 0, "unrecorded": 0}
    with box.serve("--workspace", box.folder / "workspace") as server:
        connection = server.connection()
        for number, (session, customer, context, metadata) in enumerate(sessions):
            model, targeted = naive(LIVE, session, customer, metadata if context is None else context)
            version, recorded = 3, model
            if number % 50 == 0:
                left_out["unrecorded"] += 1
                continue
            if number % 50 == 1:
                version = 2
                left_out["other_version"] += 1
            elif number % 50 == 2:
                recorded = "another"
                left_out["contradicting"] += 1
            elif targeted:
                left_out["targeted"] += 1
            else:
                counts[model] += 1
            body = {"config_key": "router", "config_version": version, "session_id": session, "assigned_model": recorded}
            equal(server.request("POST", "/sessions", body, connection=connection)[0], 200, "status of a recording")
    rows = box.rows("configs", "results", "router", "--workspace", box.folder / "workspace")
    equal({row["model"]: row["sessions"] for row in rows[:-1]}, counts, "sessions by variant")
    equal({name: rows[-1]["left_out"][name] for name in left_out}, left_out, "left out")
    ratio = rows[-1]["sample_ratio"]
    expect(ratio["p_value"] > 0.001 and not ratio["is_off"], f"the hash is called off: {ratio}")
    expect(0 < ratio["detectable_shift"] < 0.2, f"power: {ratio}")
    for row in rows[:-1]:
        equal((row["calls"], row["errors"]), (row["sessions"], 0), "calls and errors")
        equal(row["latency_p50_ms"]["value"], 500, "latency")


# MARK: - Edits by keys

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def agent():
    return {"key": "edited-agent", "version": 1, "variants": [
        {"model": "model-a", "weight": 60}, {"model": "model-b", "weight": 40}], "targeting": {
            "enabled": True, "individualTargets": [], "rules": [
                {"conditions": [{"field": "customerId", "operator": "eq", "value": "cust-7"}], "variantIndex": 0}]}}


def check_an_edit_by_keys_reaches_the_python_sdk(box):
    """A rule changed in the console by keys changes the unmodified SDK's answer at its next sync; its session is recorded."""
    if importlib.util.find_spec("fallom") is None:
        raise Skip("not installed: fallom (pip install -r requirements.txt)")
    workspace_of(box.folder / "workspace", agent())
    port = free_port()
    console = Screen(
        box, "--store", box.store, "--workspace", box.folder / "workspace", "--http", f"127.0.0.1:{port}", "--udp",
        "127.0.0.1:0", columns=160, rows=45)
    console.until(rf"http {port}")
    url = f"http://127.0.0.1:{port}"
    app = subprocess.Popen(
        [sys.executable, str(HERE / "clients/fallom_python_sync.py"), "edited-agent", "py-edit", "cust-7"],
        env={**box.environment, "FALLOM_CONFIGS_URL": url, "FALLOM_PROMPTS_URL": url, "FALLOM_TRACES_URL": url,
             "FALLOM_API_KEY": "any"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        equal(app.stdout.readline().strip(), "model-a", "model before the edit")
        console.type("3")
        console.until("customerId is cust-7")
        for key in ("Tab", "j", "j", "Enter"):
            console.type(key)
        console.until(r"rule customerId eq cust-7 -> 0")
        console.type("\x7f")
        console.type("1")
        console.type("Enter")
        console.until(r"cust-7 +→ 1 model-b")
        console.type("S")
        console.until("Enter yes")
        console.type("Enter")
        console.until("saved version 2 of .*, now current")
        start = time.monotonic()
        equal(app.stdout.readline().strip(), "model-b", "model after the next sync")
        seconds = time.monotonic() - start
        equal(app.wait(timeout=30), 0, "exit status of the app")
        session = wait_for(lambda: recorded(box, "py-edit"), "the recording of version 2")
    finally:
        app.kill()
        console.kill()
    return f"after {seconds:.0f} s; recorded {session}"


def recorded(box, session):
    """(version, model) of every assignment of a session, once there is one of version 2; read past the summary."""
    import sqlite3
    with sqlite3.connect(f"file:{box.store}?mode=ro", uri=True) as store:
        rows = store.execute(
            "SELECT DISTINCT config_version, assigned_model FROM assignment WHERE session_id = ?", (session,)).fetchall()
    return sorted(rows) if (2, "model-b") in rows else None


# MARK: - Several editors

def versions(folder, key):
    """Every version of a key as it lies on disk: whole, or this fails."""
    found = {}
    for path in (folder / "configs" / key).glob("*.json"):
        found[int(path.stem)] = json.loads(path.read_text())
    return found


def check_two_consoles_and_an_editor_lose_nothing(box):
    """Two consoles and an editor change one config at once: every change is a version of its own, and each is told."""
    folder = box.folder / "workspace"
    workspace_of(folder, agent())
    home = folder / "configs/edited-agent"
    first, second = (
        Screen(box, "--store", box.folder / f"{name}.sqlite", "--workspace", folder, "--no-listen", columns=160, rows=45)
        for name in ("one", "two"))
    try:
        for console in (first, second):
            console.until("fallom")
            console.type("3")
            console.until("customerId is cust-7")
            console.type("Tab")
        first.type("+")
        second.type("-")
        second.type("-")
        for console in (first, second):
            console.until("draft, not saved")
        first.type("S")
        first.until("Enter yes")
        first.type("Enter")
        first.until("saved version 2 of .*, now current")
        # An editor that knows nothing of versions writes the next number itself, and makes it current.
        edited = {**agent(), "version": 3, "variants": [{"model": "by-hand", "weight": 100}]}
        (home / ".3.tmp").write_text(json.dumps(edited))
        os.rename(home / ".3.tmp", home / "3.json")
        (home / ".current.tmp").write_text("3\n")
        os.rename(home / ".current.tmp", home / "current")
        first.until("by-hand")
        # The second console still has its own draft, beside what the others made live meanwhile.
        second.until(r"model-a +.*58")
        second.type("s")
        second.until(r"saved version 4.*2, 3 came in between, both are kept|saved version 4.*came in between")
        text = second.text
    finally:
        first.kill()
        second.kill()
    found = versions(folder, "edited-agent")
    equal(sorted(found), [1, 2, 3, 4], "versions")
    weights = {number: [v["weight"] for v in record["variants"]] for number, record in found.items()}
    equal(weights, {1: [60, 40], 2: [61, 40], 3: [100], 4: [58, 40]}, "weights of the versions")
    equal((home / "current").read_text().strip(), "3", "current version")
    return next(line.strip() for line in text.splitlines() if "came in between" in line)[:100]


def check_a_save_killed_a_hundred_times_is_old_or_new(box):
    """The console killed by `kill -9` while it saves, a hundred times: the old or the new version, never anything between."""
    dice = random.Random(3)
    record = agent()
    record["notes"] = ["x" * 1_000 for _ in range(200)]
    seen = collections.Counter()
    for turn in range(25):
        consoles = [saving_console(box, f"{turn}-{place}", record) for place in range(4)]
        for console, folder in consoles:
            console.until("customerId is cust-7")
            console.type("Tab")
            console.type("+")
            console.until("draft, not saved")
        for console, folder in consoles:
            seen[kill_while_saving(console, folder, record, dice)] += 1
    rows = box.rows("configs", "list", "--workspace", folder)
    equal(len(rows), 1, "configs")
    lint = box.run("configs", "lint", "--workspace", folder, check=False).stderr.decode()
    expect("cannot" not in lint, f"leftovers are in the way: {lint}")
    expect(seen["old version"] > 0 and seen["new version"] > 0, f"every kill came too early or too late: {dict(seen)}")
    return ", ".join(f"{count} left the {what}" for what, count in sorted(seen.items()))


def saving_console(box, name, record):
    folder = box.folder / name
    workspace_of(folder, record)
    console = Screen(
        box, "--store", box.folder / f"{name}.sqlite", "--workspace", folder, "--no-listen", columns=160, rows=45)
    console.until("1 Live")
    os.write(console.master, b"3")
    return console, folder


def kill_while_saving(console, folder, record, dice):
    """Kills the console at some moment after the first unfinished file is there; what is then on the disk, in words."""
    home = folder / "configs/edited-agent"
    console.pump(0.01)
    os.write(console.master, b"S\r")
    end = time.monotonic() + 5
    while not any(name.startswith(".tmp-") for name in os.listdir(home)) and not (home / "2.json").exists():
        expect(time.monotonic() < end, "the save never began")
    # The save has several steps, each synced: some kills fall between the first two, some behind the last.
    time.sleep(dice.uniform(0, dice.choice((0.004, 0.04))))
    os.kill(console.pid, signal.SIGKILL)
    console.wait()
    found = versions(folder, "edited-agent")
    current = int((home / "current").read_text())
    expect(current in found, f"current is {current}, there are {sorted(found)}")
    changed = {**record, "version": 2, "variants": [{**record["variants"][0], "weight": 61}, *record["variants"][1:]]}
    for number, version in found.items():
        equal(version, [record, changed][number - 1], f"version {number}")
    if len(found) == 1:
        return "old version"
    return "new version" if current == 2 else "new version, the old one current"


# MARK: - Pull

def check_pull_takes_over_what_another_console_serves(box):
    """`configs pull` and `prompts pull` add what is new, leave what is here, name conflicts; no other program is needed."""
    target = box.folder / "target"
    bare = box.folder / "bare"
    bare.mkdir()
    served = box.folder / "served"
    shutil.copytree(HERE / "workspace", served)
    before = {path.relative_to(served) for path in served.rglob("*")}
    with box.serve("--workspace", served) as server:
        env = {"FALLOM_BASE_URL": server.url + "/", "FALLOM_API_KEY": "secret-key-1", "PATH": str(bare)}
        rows = box.rows("configs", "pull", "--workspace", target, env=env)
        equal({row["result"] for row in rows}, {"created"}, "first pull")
        equal({(row["key"], row["version"]) for row in rows},
              {("support-agent", 1), ("support-agent", 2), ("support-agent", 3), ("dict-shaped", 1)}, "configs")
        rows = box.rows("prompts", "pull", "--workspace", target, env=env)
        equal({row["kind"] for row in rows}, {"prompt", "prompt A/B test"}, "kinds")
        rows = box.rows("configs", "pull", "--workspace", target, env=env)
        equal({row["result"] for row in rows}, {"unchanged"}, "second pull")
        home = target / "configs/support-agent"
        current = (served / "configs/support-agent/current").read_text().strip()
        equal((home / "current").read_text().strip(), current, "current of a new key")
        (home / "current").write_text("1\n")
        box.run("configs", "pull", "--workspace", target, env=env)
        equal((home / "current").read_text().strip(), "1", "current of a key that is here")
        box.run("configs", "pull", "--use", "--workspace", target, env=env)
        equal((home / "current").read_text().strip(), current, "current with --use")
        other = json.loads((home / "2.json").read_text())
        other["variants"][0]["weight"] = 1
        (home / "2.json").write_text(json.dumps(other))
        done = box.run("configs", "pull", "--json", "--workspace", target, env=env, check=False)
        equal(done.returncode, 1, "exit status with a conflict")
        conflicts = [row for row in map(json.loads, done.stdout.splitlines()) if row["result"] == "conflict"]
        equal([(row["key"], row["version"]) for row in conflicts], [("support-agent", 2)], "conflicts")
        equal(json.loads((home / "2.json").read_text()), other, "the version that was here")
    left = {path.relative_to(served) for path in served.rglob("*")} - before
    expect(all(path.parts[0] == ".drafts" for path in left), f"serving leaves {left}")
    equal((served / ".drafts/.gitignore").read_text(), "*\n", "what git is told of it")


def check_pull_says_what_is_wrong_with_a_service(box):
    """A service that refuses, fails, hangs up or talks nonsense is named, with its address and what it said; exit 1."""
    service = ThreadingHTTPServer(("127.0.0.1", 0), fake_backend.Handler)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{service.server_port}"
    key = {"FALLOM_API_KEY": "k"}
    try:
        for mode, words in [("status-401", "refused the key"), ("status-500", "status 500"), ("hangup", "no answer"),
                            ("garbage", ""), ("redirect", "status 302")]:
            done = box.run("configs", "pull", "--url", f"{base}/{mode}", check=False, env=key)
            text = done.stderr.decode()
            expect(done.returncode == 1 and words in text and base in text, f"{mode}: {done.returncode} {text}")
        done = box.run("configs", "pull", "--url", f"{base}/ok", env=key)
        expect(b"nothing to take over" in done.stdout, "an empty list")
        for url, words in [("http://configs.example.com", "unencrypted"), ("ftp://x", "no address")]:
            done = box.run("configs", "pull", "--url", url, check=False, env=key)
            expect(done.returncode == 1 and words in done.stderr.decode(), f"{url}: {done.stderr}")
        done = box.run("configs", "pull", "--url", base, check=False)
        expect(done.returncode == 1 and b"FALLOM_API_KEY" in done.stderr, f"no key: {done.stderr}")
    finally:
        service.shutdown()
