"""What calls cost, from the commands and from spans that came over HTTP."""
import decimal
import json

from harness import ROOT, equal, expect

CASES = ROOT / "Tests/PricingTests/Fixtures/cases.ndjson"


def cases():
    return [json.loads(line) for line in CASES.read_text().splitlines()]


def nano_dollars(dollars):
    """To the nano-dollar, half to the even neighbour."""
    exact = decimal.Decimal(str(dollars)) * 1_000_000_000
    return int(exact.quantize(decimal.Decimal(1), rounding=decimal.ROUND_HALF_EVEN))


def otlp(spans):
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "prices"}, "spans": spans}]}]}


def span(number, case, **more):
    start = 1795176000000000000 + number
    attributes = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": case["provider"],
        "gen_ai.request.model": case["model"],
        "gen_ai.usage.input_tokens": case["input_tokens_including_cache"],
        "gen_ai.usage.output_tokens": case["output_tokens"],
        "gen_ai.usage.cache_read.input_tokens": case["cache_read_tokens"],
        "gen_ai.usage.cache_creation.input_tokens": case["cache_write_tokens"], **more}
    return {
        "traceId": f"{number + 1:032x}", "spanId": f"{number + 1:016x}", "name": "chat", "kind": 3,
        "startTimeUnixNano": str(start), "endTimeUnixNano": str(start + 10**9),
        "attributes": [{"key": key, "value": wire(value)} for key, value in attributes.items()]}


def wire(value):
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}


def check_spans_without_a_cost_are_priced_by_the_table(box):
    """600 calls posted as OTLP get the cost that another implementation computed, to the nano-dollar, marked as estimated."""
    wanted = cases()
    with box.serve() as server:
        status, _, _ = server.request("POST", "/v1/traces", otlp([span(n, case) for n, case in enumerate(wanted)]))
        equal(status, 200, "status")
    rows = {row["trace_id"]: row for row in box.rows("spans")}
    wrong = []
    for number, case in enumerate(wanted):
        row = rows[f"{number + 1:032x}"]
        expect(row["cost_estimated"] is True, f"{case}: not marked as estimated: {row['cost_usd']}")
        if nano_dollars(row["cost_usd"]) != nano_dollars(case["cost_usd"]):
            wrong.append((case, row["cost_usd"]))
    expect(not wrong, f"{len(wrong)} of {len(wanted)} differ, first {wrong[:2]}")
    return f"{len(wanted)} calls"


def check_prices_show_says_what_a_call_costs(box):
    """The command computes what the stored span gets."""
    for case in cases()[:25]:
        shown = json.loads(box.run(
            "prices", "show", case["model"], "--provider", case["provider"], "--at", case["at"], "--json",
            "--input", case["input_tokens_including_cache"], "--cached", case["cache_read_tokens"],
            "--cache-write", case["cache_write_tokens"], "--output", case["output_tokens"]).stdout)
        equal(shown["cost_nano_usd"], nano_dollars(case["cost_usd"]), f"{case}")


def check_a_reported_cost_wins_and_the_past_is_priced_anew(box):
    """A better table changes estimates on demand, never what the emitter said; what has no price stays unknown."""
    own = dict(
        provider="acme", model="acme-1", input_tokens_including_cache=1_000_000, cache_read_tokens=0,
        cache_write_tokens=0, output_tokens=0)
    with box.serve() as server:
        spans = [
            span(1, own, **{"session.id": "unknown"}),
            span(2, own, **{"session.id": "reported", "gen_ai.usage.cost": 0.5}),
            span(3, {**own, "model": "gpt-4o", "provider": "openai"}, **{"session.id": "known"})]
        equal(server.request("POST", "/v1/traces", otlp(spans))[0], 200, "status")
    costs = lambda: {row["session_id"]: (row["cost_usd"], row["cost_estimated"]) for row in box.rows("sessions")}
    equal(costs(), {"unknown": (None, None), "reported": (0.5, False), "known": (2.5, True)}, "before")
    folder = box.folder / ".config/fallom"
    folder.mkdir(parents=True)
    (folder / "prices.yaml").write_text(
        "- {model: acme-1, input: 3}\n- {model: gpt-4o, provider: openai, input: 7}\n")
    report = json.loads(box.run("prices", "apply", "--json").stdout)
    equal(report, {"looked_at": 2, "changed": 2, "unknown": 0}, "report")
    equal(costs(), {"unknown": (3, True), "reported": (0.5, False), "known": (7, True)}, "after")


def check_lists_of_others_are_taken_over(box):
    """LiteLLM's and models.dev's JSON; the place of a mistake in a file of one's own is told."""
    lite = {"sample_spec": {}, "azure/gpt-next": {
        "litellm_provider": "azure", "mode": "chat", "input_cost_per_token": 1.5e-07,
        "input_cost_per_token_above_200k_tokens": 3e-07, "output_cost_per_token": 6e-07}}
    (box.folder / "lite.json").write_text(json.dumps(lite))
    box.run("prices", "import", "lite.json")
    shown = json.loads(box.run("prices", "show", "gpt-next", "--provider", "azure.ai.openai", "--json").stdout)
    equal((shown["input_usd_per_mtok"], shown["output_usd_per_mtok"]), (0.15, 0.6), "LiteLLM")
    equal(shown["input_tiers"], [{"above_tokens": 200000, "usd_per_mtok": 0.3}], "tiers")
    dev = {"acme": {"id": "acme", "models": {"acme-1": {"cost": {"input": 3, "output": 15, "cache_read": 0.3}}}}}
    (box.folder / "dev.json").write_text(json.dumps(dev))
    box.run("prices", "import", "dev.json")
    shown = json.loads(box.run("prices", "show", "acme-1", "--provider", "acme", "--json").stdout)
    equal(shown["cached_usd_per_mtok"], 0.3, "models.dev")
    own = box.folder / ".config/fallom/prices.yaml"
    own.write_text("- model: acme-1\n  inptu: 3\n")
    failed = box.run("prices", "show", "acme-1", check=False)
    equal(failed.returncode, 1, "exit status")
    expect(b"prices.yaml:2:3: unknown entry 'inptu'" in failed.stderr, failed.stderr.decode())
