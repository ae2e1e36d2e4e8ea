extension DemoConversation {
    /// Notes in, a list of decisions out.
    static let meetingNotes = DemoConversation(
        configKey: "summarizer", prompt: .current("meeting-summary"), tags: ["batch"], weight: 14,
        turns: [
            DemoTurn(
                """
                Notes, weekly, {month}:
                - Ines: import is 3x faster, but the 2 GB file of Hollis still runs out of memory
                - Tomasz wants to ship on Thursday without it, Ines would rather wait a week
                - we ship Thursday, big files behind a flag, Ines writes the warning
                - support asks for the German texts, Jonas does them until Wednesday
                - budget for the model is at 71 %, nobody worried
                """,
                [
                    .object(
                        #"""
                        {"decisions":["Ship on Thursday; files above 1 GB stay behind a flag"],"actions":[{"who":"Ines","what":"write the warning for large files","until":"Thursday"},{"who":"Jonas","what":"German texts","until":"Wednesday"}],"open":["Out of memory on Hollis's 2 GB file"],"figures":{"model_budget_used":0.71}}
                        """#)
                ])
        ])

    /// A scanned invoice read into fields.
    static let invoice = DemoConversation(
        configKey: "extractor",
        system: "Read the invoice into the given schema. Leave out what is not printed on it; never guess a number.",
        tags: ["batch", "pdf"], weight: 12,
        turns: [
            DemoTurn(
                """
                RECHNUNG Nr. 2026-{ref}
                Müller & Söhne GmbH, Gartenstraße 8, 50667 Köln
                2 × Regal „Linnea", Eiche   à 149,00 €    298,00 €
                Lieferung                                  19,90 €
                Summe netto                               267,14 €
                19 % MwSt.                                 50,76 €
                Gesamt                                    317,90 €   zahlbar bis 07.12.2026
                """,
                [
                    .object(
                        #"""
                        {"number":"2026-{ref}","seller":{"name":"Müller & Söhne GmbH","city":"Köln"},"lines":[{"text":"Regal „Linnea“, Eiche","quantity":2,"unit_price":149.00,"total":298.00},{"text":"Lieferung","total":19.90}],"net":267.14,"vat":{"rate":0.19,"amount":50.76},"total":317.90,"currency":"EUR","due":"2026-12-07"}
                        """#)
                ])
        ])

    /// Somebody's first ten minutes.
    static let onboarding = DemoConversation(
        configKey: "onboarding-chat", prompt: .current("onboarding"), agent: "agent.run onboarding",
        tags: ["prod", "trial"], weight: 14,
        turns: [
            DemoTurn(
                "I just signed up. What should I do first?",
                [
                    .answer(
                        """
                        Welcome, {name}! Before I explain anything: what would you like to have working today?

                        - **Import** what you have in another tool
                        - **Invite** the people you work with
                        - **Look around** in a sample project first
                        """)
                ]),
            DemoTurn(
                "Import. We have about 4,000 tasks in a spreadsheet.",
                [
                    .retrieval(
                        "import spreadsheet limits",
                        [
                            DemoDocument(
                                "guide/import#csv", 0.9,
                                "CSV and XLSX up to 50,000 rows. Columns are matched by name and can be changed before "
                                    + "anything is written.")
                        ]),
                    .answer(
                        """
                        Good, 4,000 is no trouble. Open *Settings → Import* and drop the file there.

                        You will see the first ten rows with our guess for each column. Correct what is wrong; \
                        nothing is written until you press **Import**, and the whole import can be undone for a week.
                        """),
                ]),
            DemoTurn(
                "It worked 🎉 How do I give my team access?",
                [
                    .tool(
                        "get_plan", arguments: #"{"customer":"{customer}"}"#,
                        result: #"{"plan":"trial","seats":{"used":1,"of":10},"ends":"2026-12-07"}"#),
                    .answer(
                        """
                        *Settings → People → Invite*: paste their addresses, one a line. Your trial has nine seats left, \
                        until December 7.

                        Start everyone as **Editor**. You can make someone **Admin** later; the other way round \
                        people mind.
                        """),
                ]),
        ])

    /// A headline in three languages.
    static let launchCopy = DemoConversation(
        configKey: "translator",
        system: "Translate for people who read on a phone. Keep the tone, not the words. Say what you changed.",
        tags: ["marketing", "i18n"], weight: 9,
        turns: [
            DemoTurn(
                "\"Quiet by design.\" for our new dishwasher, into Japanese, Brazilian Portuguese and Hindi, please.",
                [
                    .answer(
                        """
                        | | Headline | What changed |
                        |---|---|---|
                        | 日本語 | 静けさを、かたちに。 | "design" becomes "given a form" |
                        | Português | Silêncio de nascença. | "silent from birth": wittier, still short |
                        | हिन्दी | ख़ामोशी, डिज़ाइन में ही। | close to the original |
                        """)
                ]),
            DemoTurn(
                "Portuguese is lovely. A second one for Japanese, warmer?",
                [.answer("「夜中に回しても、起きるのは猫だけ。」\n\n(\"Run it at midnight: only the cat wakes up.\") 🐈")]),
        ])

    /// A long answer that meets the limit.
    static let dinner = DemoConversation(
        configKey: "recipe-bot", system: "You cook with what is there. Metric units. Friendly, a little funny.",
        tags: ["prod", "hobby"], weight: 8,
        turns: [
            DemoTurn(
                "I have half a cauliflower, chickpeas, one sad lemon 🍋 and 30 minutes.",
                [
                    .answer(
                        """
                        **Roasted cauliflower with crisp chickpeas** 🥦 (28 minutes, serves the lemon right)

                        1. Oven to 220 °C. Cauliflower in bites, chickpeas dried well, 2 tbsp oil, salt, 1 tsp cumin.
                        2. 22 minutes on the hot tray, turned once.
                        3. Meanwhile: zest of the lemon into 3 tbsp yoghurt, juice over the tray when it comes out.

                        Eat from the tray. Plates are for people with 35 minutes.
                        """)
                ]),
            DemoTurn(
                "And a plan for the whole week with what is left over?",
                [
                    .cutOff(
                        """
                        **Monday** Cauliflower soup from the stalk: 400 ml stock, 1 potato, blend.
                        **Tuesday** Chickpea fritters with the yoghurt that is left.
                        **Wednesday** Lemon pasta: 180 g spaghetti, butter, the second half of the zest.
                        **Thursday** Fried rice with whatever looks
                        """)
                ]),
            DemoTurn("Go on", [.lastFailure(503)]),
        ])
}
