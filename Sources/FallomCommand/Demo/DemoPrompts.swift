/// The demo's prompts as somebody wrote them over the weeks.
extension DemoWorkspace {
    /// One version of a prompt, its note for the list of versions, and its texts.
    struct PromptText {
        var key: String
        var version: Int
        var note: String
        var system: String
        var user: String
    }

    /// Prompt versions, oldest first within a key.
    static let promptTexts = customerReply + otherPrompts

    /// Seven versions of one prompt. The last two are in the test `customer-tone`: version 6 tells the model to be
    /// thorough, version 7 to be brief, and the demo's answers differ accordingly.
    private static let customerReply = [
        customerReply(1, "first", "You are a helpful assistant. Answer the question of the customer."),
        customerReply(
            2, "whose agent",
            """
            You are a support agent of {{company}}.
            Answer the question of the customer. Be polite.
            """),
        customerReply(
            3, "documents only",
            """
            You are a support agent of {{company}}. Be polite.
            Answer from the documents only. If they do not say, say that you do not know.
            """),
        customerReply(
            4, "no promises",
            """
            You are a support agent of {{company}}. Be polite.
            Answer from the documents only. If they do not say, say that you do not know.

            Never promise a refund. If someone asks for one, say that a colleague will answer.
            """),
        customerReply(
            5, "say which tool",
            """
            You are a support agent of {{company}}.
            Answer from the documents only. If they do not say, say that you do not know.

            Never promise a refund. If someone asks for one, say that a colleague will answer.

            If you call a tool, say which one.
            """),
        customerReply(
            6, "thorough",
            """
            You are a support agent of {{company}}.
            Answer from the documents only. If they do not say, say that you do not know.

            Never promise a refund. If someone asks for one, say that a colleague will answer.

            Explain what you found and how you came to it. Keep every answer under 200 words.

            If you call a tool, say which one.
            """),
        customerReply(
            7, "ask before acting, brief",
            """
            You are a support agent of {{company}}.
            Answer from the documents only. If they do not say, say that you do not know.

            Say first what the customer can do, then what we do.

            Refunds are possible for {{refundDays}} days after delivery. Offer a choice and wait for the answer.

            Keep every answer under 120 words.

            If you call a tool, say which one.
            """),
    ]

    private static let otherPrompts = [
        PromptText(
            key: "onboarding", version: 2, note: "first with tools",
            system: """
                You are the guide of {{company}} for new customers.
                Greet {{userName}} by name and explain the product.
                """,
            user: "{{question}}"),
        PromptText(
            key: "onboarding", version: 3, note: "ask first",
            system: """
                You are the guide of {{company}} for new customers.
                Greet {{userName}} by name and ask what they want to do first; then explain only that.
                """,
            user: "{{question}}"),
        PromptText(
            key: "meeting-summary", version: 4, note: "decisions first",
            system: """
                Turn meeting notes into decisions, actions and open questions. Take nothing from outside the notes.
                An action without a name is an open question.
                """,
            user: "{{notes}}"),
    ]

    private static func customerReply(_ version: Int, _ note: String, _ system: String) -> PromptText {
        PromptText(key: "customer-reply", version: version, note: note, system: system, user: "{{question}}")
    }
}
