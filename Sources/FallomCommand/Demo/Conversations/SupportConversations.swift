extension DemoConversation {
    /// A return within the window, found by a search and a look at the order.
    static let refund = DemoConversation(
        configKey: "customer-agent", prompt: .test("customer-tone"), agent: "agent.run support",
        tags: ["prod", "support"], weight: 22,
        turns: [
            DemoTurn(
                "Hi, the desk lamp from order {order} flickers. Can I still return it?",
                [
                    .retrieval(
                        "return window for lighting",
                        [
                            DemoDocument(
                                "returns/policy#window", 0.91,
                                "Items can be returned within 30 days of delivery. The item may have been used as one "
                                    + "would in a shop. Refunds go to the original means of payment."),
                            DemoDocument(
                                "returns/defects", 0.84,
                                "A defect within two years is repaired, replaced or refunded, whichever the customer "
                                    + "prefers in the first 30 days."),
                            DemoDocument("lighting/care", 0.52, "Flicker is often a loose bulb. Ask before a return."),
                        ]),
                    .tool(
                        "lookup_order", arguments: #"{"order_id":"{order}"}"#,
                        result: #"""
                            {"order_id":"{order}","status":"delivered","delivered_on":"2026-11-14","items":[{"sku":"LMP-204","name":"Desk lamp, brass","price":89.00,"currency":"EUR"}],"days_since_delivery":9}
                            """#),
                    .answer(
                        """
                        Sorry about the lamp, {name}. Yes: order **{order}** was delivered nine days ago, so you are well \
                        inside the 30 days.

                        You can choose:

                        1. **A replacement**, sent tomorrow. You keep the old one until the new one arrives.
                        2. **Your money back**, €89.00, three to five days after we have the parcel.

                        One thing to try first, if you like: turn the bulb half a turn tighter. A loose one flickers \
                        just like that.
                        """,
                        thorough: """
                            Thank you for getting in touch about your desk lamp, {name}. I am sorry to hear that it flickers.

                            I searched our documents for the return window of lighting, and then I called the tool `lookup_order` to see \
                            when order **{order}** reached you. The search found our policy on returns: items can be returned within 30 days \
                            of delivery, and the item may have been used as one would in a shop. The tool says that the order was delivered \
                            nine days ago, on November 14, and that it holds one desk lamp in brass (LMP-204) at a price of €89.00. Nine days \
                            are fewer than thirty, so a return is possible.

                            Our documents also say that a defect within two years is repaired, replaced or refunded, and that flicker is \
                            often a loose bulb, which is why you may want to look at the bulb before you send anything.

                            As for a refund, I cannot promise one: a colleague will look at your case and answer you. Is there anything \
                            else that I can find out for you in the meantime?
                            """),
                ]),
            DemoTurn(
                "Tried the bulb, no change. Replacement please 🙏",
                [
                    .tool(
                        "create_return",
                        arguments: #"{"order_id":"{order}","sku":"LMP-204","kind":"replacement","reason":"flickers"}"#,
                        result:
                            #"{"return_id":"R-{ref}","label_url":"https://acme.example/labels/R-{ref}.pdf","ships_on":"2026-11-24"}"#
                    ),
                    .answer(
                        """
                        Done. Your replacement leaves tomorrow, and the return label is in your mail: \
                        `R-{ref}`.

                        Put the old lamp in the new one's box and hand it to the same courier. There is nothing to pay.
                        """,
                        thorough: """
                            Thank you for trying the bulb, {name}. To arrange the replacement I called the tool `create_return` with your \
                            order, the article LMP-204, and the reason "flickers".

                            The tool answered that the return has the number `R-{ref}` and that the replacement ships on November 24, which is \
                            tomorrow. A label for the return is in your mail as well.

                            When the new lamp arrives, please put the old one in its box, put the label on it, and hand it to the same \
                            courier. There is nothing to pay. If anything about these steps is unclear, please ask, and I will explain it.
                            """),
                ]),
            DemoTurn(
                "Perfect, thank you!",
                [.answer("You are welcome, {name}. If the new one so much as blinks, write to us here.")]),
        ])

    /// A parcel that does not move; the first call is refused by the provider.
    static let latePackage = DemoConversation(
        configKey: "customer-agent", prompt: .test("customer-tone"), agent: "agent.run support",
        tags: ["prod", "support"], weight: 16,
        turns: [
            DemoTurn(
                "Where is my parcel? The tracking has said \"in transit\" since Thursday. Order {order}.",
                [
                    .failure(429),
                    .tool(
                        "track_parcel", arguments: #"{"order_id":"{order}"}"#,
                        result: #"""
                            {"carrier":"DHL","state":"in_transit","last_scan":{"place":"Leipzig hub","at":"2026-11-19T03:12:00Z"},"expected":"2026-11-25"}
                            """#),
                    .answer(
                        """
                        It is at the Leipzig hub, {name}, scanned there on Thursday at 03:12. The carrier now says \
                        **Wednesday, November 25**.

                        If it has not come by Thursday evening I will send it again without waiting for the search. \
                        Shall I note that?
                        """,
                        thorough: """
                            Thank you for your message, {name}, and I am sorry that your parcel takes so long.

                            To find it I called the tool `track_parcel` for order {order}. It says that the carrier is DHL, that the state is \
                            "in transit", and that the last scan was on Thursday, November 19, at 03:12 at the hub in Leipzig. The carrier \
                            expects to deliver it on **Wednesday, November 25**.

                            A scan that is some days old does not mean that a parcel is lost: hubs are busy in November, and a parcel is \
                            scanned again when it leaves. Should it not arrive by Thursday evening, please write again, and a colleague will \
                            look into a second shipment.
                            """),
                ]),
            DemoTurn(
                "Yes, please. And can it go to a parcel shop instead?",
                [
                    .failingTool(
                        "change_delivery", arguments: #"{"order_id":"{order}","to":"parcel_shop"}"#,
                        error: "carrier API: timeout after 10 s"),
                    .answer(
                        """
                        I have noted the second shipment for Thursday evening.

                        The carrier does not answer just now, so I could not change the address. Their app can do it \
                        with tracking number `JD{ref}`: *Delivery options → Parcel shop*. I will try once more \
                        tonight and write to you either way.
                        """),
                ]),
        ])

    /// A customer who writes Japanese.
    static let japaneseOrder = DemoConversation(
        configKey: "customer-agent", prompt: .test("customer-tone"), agent: "agent.run support",
        tags: ["prod", "support", "ja"], weight: 10,
        turns: [
            DemoTurn(
                "注文番号 {order} の届け先を会社に変更できますか？",
                [
                    .tool(
                        "lookup_order", arguments: #"{"order_id":"{order}"}"#,
                        result:
                            #"{"order_id":"{order}","status":"packing","ship_to":{"city":"大阪市","kind":"home"},"cutoff":"2026-11-23T18:00:00+09:00"}"#
                    ),
                    .answer(
                        """
                        お問い合わせありがとうございます。ご注文 **{order}** は現在梱包中ですので、本日18時までなら変更できます。

                        新しいお届け先について、次の三点をお知らせください。

                        - 会社名と部署名
                        - 郵便番号とご住所
                        - お受け取りになる方のお名前
                        """),
                ]),
            DemoTurn(
                "株式会社みどり 開発部、〒530-0001 大阪市北区梅田1-1、田中です。",
                [
                    .tool(
                        "change_address",
                        arguments:
                            #"{"order_id":"{order}","company":"株式会社みどり","department":"開発部","postal_code":"530-0001","recipient":"田中"}"#,
                        result: #"{"ok":true,"ship_to":{"postal_code":"530-0001","city":"大阪市北区"}}"#),
                    .answer("田中様、お届け先を「株式会社みどり 開発部」に変更いたしました。発送は明日の午前中です。📦"),
                ]),
        ])

    /// A customer who writes Arabic.
    static let arabicAddress = DemoConversation(
        configKey: "customer-agent", prompt: .test("customer-tone"), agent: "agent.run support",
        tags: ["prod", "support", "ar"], weight: 6,
        turns: [
            DemoTurn(
                "مرحبا، هل تشحنون إلى دبي؟ وكم تستغرق المدة؟",
                [
                    .retrieval(
                        "shipping to United Arab Emirates",
                        [
                            DemoDocument(
                                "shipping/zones#gcc", 0.88,
                                "UAE, Qatar, Kuwait: 4 to 6 working days, duties paid by us above 100 EUR.")
                        ]),
                    .answer(
                        """
                        أهلا بك! نعم، نشحن إلى دبي، ويصل الطرد خلال **٤ إلى ٦ أيام عمل**.

                        إذا تجاوز الطلب 100 يورو فنحن ندفع الرسوم الجمركية.
                        """),
                ])
        ])

    /// Somebody who wants to leave, and what a filter makes of an angry word.
    static let cancelPlan = DemoConversation(
        configKey: "customer-agent", prompt: .test("customer-tone"), agent: "agent.run support",
        tags: ["prod", "billing"], weight: 12,
        turns: [
            DemoTurn(
                "Cancel my plan. You have charged me twice this month!",
                [
                    .tool(
                        "list_charges", arguments: #"{"customer":"{customer}","month":"2026-11"}"#,
                        result: #"""
                            {"charges":[{"id":"ch_{ref}a","amount":29.00,"on":"2026-11-02","state":"paid"},{"id":"ch_{ref}b","amount":29.00,"on":"2026-11-02","state":"paid"}],"currency":"USD"}
                            """#),
                    .answer(
                        """
                        You are right, and I am sorry: there are two charges of **$29.00** on November 2, one of them \
                        ours by mistake.

                        | Charge | Amount | What happens |
                        |---|---:|---|
                        | `ch_{ref}a` | $29.00 | your November plan |
                        | `ch_{ref}b` | $29.00 | refunded today |

                        Do you still want to cancel? Then the plan ends on December 2 and nothing more is charged.
                        """,
                        thorough: """
                            I am sorry about this, and I understand that you are upset. I called the tool `list_charges` for your account and \
                            for November 2026, and I looked at what it gave.

                            There are two charges of **$29.00**, both of November 2 and both paid: `ch_{ref}a` and `ch_{ref}b`. Your plan costs \
                            $29.00 a month, so one of them is for the plan, and the other one looks like a mistake on our side. I cannot \
                            promise a refund myself: a colleague will check the second charge and answer you.

                            As for cancelling: your plan can be ended, and it would then run until December 2, the end of the period that is \
                            paid. Nothing would be charged after that day. Before I do that I would like to be sure that you still want it, \
                            because your data can only be exported until January 2. Do you want to cancel?
                            """),
                ]),
            DemoTurn(
                "Yes cancel. And tell me what your engineers smoked when they built that billing page.",
                [.filtered("I can cancel the plan for you. As for the billing page,")]),
            DemoTurn(
                "Fine. Just cancel it.",
                [
                    .tool(
                        "cancel_plan", arguments: #"{"customer":"{customer}","at":"period_end"}"#,
                        result: #"{"ok":true,"ends_on":"2026-12-02"}"#),
                    .answer(
                        "Cancelled. Your plan ends on **December 2**, the refund is on its way, and your data can be "
                            + "exported until January 2."),
                ]),
        ])
}
