extension DemoConversation {
    private static let reviewer = """
        You review changes. Name the line, say what breaks and when, and show the smallest change that mends it. \
        No praise, no summary of what the change does.
        """

    /// A data race in a cache.
    static let codeReview = DemoConversation(
        configKey: "pr-reviewer", system: reviewer, agent: "agent.run review", tags: ["ci", "review"], weight: 12,
        turns: [
            DemoTurn(
                """
                Review this change in `billing/rates.py` (pull request {pr}):

                ```python
                _cache = {}

                def rate(currency: str) -> float:
                    if currency not in _cache:
                        _cache[currency] = fetch_rate(currency)   # 200 ms
                        Timer(60, lambda: _cache.pop(currency)).start()
                    return _cache[currency]
                ```
                """,
                [
                    .tool(
                        "search_code", arguments: #"{"query":"rate(","path":"billing/"}"#,
                        result: #"""
                            {"matches":[{"file":"billing/invoice.py","line":88,"text":"total *= rate(order.currency)"},{"file":"billing/worker.py","line":31,"text":"with ThreadPoolExecutor(16) as pool:"}]}
                            """#),
                    .answer(
                        """
                        **Line 7 can raise `KeyError`.** `worker.py:31` calls `rate` from 16 threads. Between the `if` \
                        and the `return`, the timer of another call may pop the key.

                        **Line 5 fetches sixteen times.** All threads that miss together fetch together.

                        The smallest change that mends both:

                        ```python
                        @lru_cache(maxsize=64)
                        def _rate(currency: str, minute: int) -> float:
                            return fetch_rate(currency)

                        def rate(currency: str) -> float:
                            return _rate(currency, int(monotonic() // 60))
                        ```

                        Expiry is now part of the key, so nothing is ever removed under a reader, and no timer \
                        thread outlives the process.
                        """),
                ]),
            DemoTurn(
                "lru_cache does not stop two threads from fetching the same key at once, does it?",
                [
                    .answer(
                        """
                        Right, it does not: `lru_cache` keeps its table whole, but calls the function outside its \
                        lock. Two threads that miss together both fetch, and both get a good answer.

                        If one fetch a minute is a rule and not a wish, add a lock around the call:

                        ```python
                        _fetching = Lock()

                        def rate(currency: str) -> float:
                            with _fetching:
                                return _rate(currency, int(monotonic() // 60))
                        ```
                        """)
                ]),
        ])

    /// A test that fails one time in forty.
    static let flakyTest = DemoConversation(
        configKey: "pr-reviewer", system: reviewer, agent: "agent.run review", tags: ["ci"], weight: 8,
        turns: [
            DemoTurn(
                "`test_session_expires` fails about once in 40 runs on CI, never here. Why?",
                [
                    .tool(
                        "read_file", arguments: #"{"path":"tests/test_session.py","lines":"12-24"}"#,
                        result: #"""
                            {"text":"def test_session_expires():\n    session = Session(ttl=0.05)\n    sleep(0.05)\n    assert session.expired\n"}
                            """#),
                    .tool(
                        "ci_history", arguments: #"{"test":"test_session_expires","runs":200}"#,
                        result: #"{"failed":5,"of":200,"hosts":["arm-3","arm-3","arm-1","arm-3","arm-3"]}"#),
                    .answer(
                        """
                        The test sleeps exactly as long as the session lives, and `expired` asks for *more than* `ttl`. \
                        On `arm-3`, whose clock ticks in 10 ms, both times fall on one tick.

                        Do not make the sleep longer. Give the session its clock:

                        ```python
                        def test_session_expires():
                            clock = FakeClock()
                            session = Session(ttl=0.05, clock=clock)
                            clock.advance(0.051)
                            assert session.expired
                        ```
                        """),
                ])
        ])

    /// A question that becomes SQL.
    static let salesFigures = DemoConversation(
        configKey: "sales-analyst",
        system: """
            You answer questions about the shop with SQL. Tables: orders(id, customer_id, country, total_cents, \
            created_at), customers(id, plan, region). Run the query, then say the answer first and the doubt after it.
            """,
        agent: "agent.run analyst", tags: ["internal"], weight: 10,
        turns: [
            DemoTurn(
                "Which five countries grew most this quarter against the last one?",
                [
                    .tool(
                        "run_sql",
                        arguments: #"""
                            {"sql":"SELECT country, SUM(total_cents) FILTER (WHERE created_at >= '2026-10-01') AS q4, SUM(total_cents) FILTER (WHERE created_at < '2026-10-01') AS q3 FROM orders WHERE created_at >= '2026-07-01' GROUP BY country ORDER BY q4 * 1.0 / q3 DESC LIMIT 5"}
                            """#,
                        result: #"""
                            {"columns":["country","q4","q3"],"rows":[["PT",1841200,1190300],["JP",9220150,6412000],["SE",3310400,2502100],["CA",7790000,6110500],["BR",2254300,1801900]],"ms":41}
                            """#),
                    .answer(
                        """
                        Portugal grew most, by **55 %**.

                        | Country | Q3 | Q4 so far | Growth |
                        |---|---:|---:|---:|
                        | 🇵🇹 Portugal | €11,903 | €18,412 | +55 % |
                        | 🇯🇵 Japan | €64,120 | €92,202 | +44 % |
                        | 🇸🇪 Sweden | €25,021 | €33,104 | +32 % |
                        | 🇨🇦 Canada | €61,105 | €77,900 | +27 % |
                        | 🇧🇷 Brazil | €18,019 | €22,543 | +25 % |

                        Q4 has 38 days left, so the true growth is larger; Portugal rests on 140 orders.
                        """),
                ]),
            DemoTurn(
                "And without the enterprise customers?",
                [
                    .failingTool(
                        "run_sql",
                        arguments:
                            #"{"sql":"SELECT o.country, SUM(o.total_cents) FROM orders o JOIN customer c ON c.id = o.customer_id WHERE c.plan <> 'enterprise' GROUP BY 1"}"#,
                        error: #"relation "customer" does not exist"#),
                    .tool(
                        "run_sql",
                        arguments:
                            #"{"sql":"SELECT o.country, SUM(o.total_cents) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.plan <> 'enterprise' GROUP BY 1"}"#,
                        result:
                            #"{"columns":["country","sum"],"rows":[["PT",1790100],["SE",2810000],["JP",6002000]],"ms":63}"#
                    ),
                    .answer(
                        "Portugal stays first (**+53 %**), Sweden is second (+31 %). Japan falls to third: two enterprise "
                            + "accounts are a third of its sales."),
                ]),
        ])

    /// An alert at night, many tools, one of them slow.
    static let incident = DemoConversation(
        configKey: "incident-triage",
        system: """
            You are first on call. Find out what changed, how many people are affected, and the one safe next step. \
            Say how sure you are.
            """,
        agent: "agent.run triage", tags: ["oncall", "sev2"], weight: 7,
        turns: [
            DemoTurn(
                "ALERT checkout p95 4.8 s (limit 1.5 s) for 6 min, region eu-west-1",
                [
                    .tool(
                        "query_metrics", arguments: #"{"metric":"checkout.latency","region":"eu-west-1","minutes":30}"#,
                        result: #"{"p50":[410,420,415,1290,2240],"p95":[980,1010,990,3910,4820],"step_s":360}"#),
                    .tool(
                        "list_deploys", arguments: #"{"service":"checkout","hours":2}"#,
                        result:
                            #"{"deploys":[{"id":"d-{ref}","at":"2026-11-23T18:41:09Z","by":"release-bot","change":"rates: cache for 60 s"}]}"#
                    ),
                    .retrieval(
                        "runbook checkout latency",
                        [
                            DemoDocument(
                                "runbooks/checkout#latency", 0.93,
                                "Check the rate service first. Roll back if a deploy is younger than one hour."),
                            DemoDocument("postmortems/2026-03-11", 0.71, "Rates were fetched once per line item."),
                        ]),
                    .tool(
                        "search_logs", arguments: #"{"query":"service:checkout level:error","minutes":10}"#,
                        result:
                            #"{"total":1877,"top":[{"message":"fetch_rate timed out","count":1702},{"message":"KeyError: 'SEK'","count":175}]}"#
                    ),
                    .answer(
                        """
                        **Roll back `d-{ref}`.** Nine in ten sure.

                        - *What changed:* that deploy, at 18:41, two minutes before latency rose. It touches the rate cache.
                        - *What fails:* `fetch_rate` times out (1,702), and `KeyError: 'SEK'` (175), which only the new \
                        cache can raise.
                        - *Who is affected:* about 3 in 10 checkouts in eu-west-1, all with a currency other than EUR.

                        The roll-back takes two minutes and loses nothing. If p95 has not fallen by 19:05, look at the \
                        rate service itself.
                        """),
                ]),
            DemoTurn(
                "Rolled back. Write the note for the channel.",
                [
                    .answer(
                        """
                        > 🟢 **Checkout is fast again** (p95 0.9 s). Deploy `d-{ref}` was rolled back at 18:58; it made \
                        every thread fetch exchange rates at once. About 3 in 10 checkouts in eu-west-1 took longer than \
                        4 s between 18:43 and 18:59. No order was lost. The fix is in review.
                        """)
                ]),
        ])
}
