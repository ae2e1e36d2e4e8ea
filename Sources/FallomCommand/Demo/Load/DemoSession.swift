import Assignment
import TraceModel

/// One session of the demo's app: who talks about what, with which model and which prompt.
struct DemoSession: Hashable, Sendable {
    var id: String
    var person: DemoPerson
    var conversation: DemoConversation
    /// The model the config assigns to this session, by the same code as everywhere.
    var model: DemoModel
    /// The config version that assigned it.
    var configVersion: Int
    /// The managed prompt the app got for it.
    var prompt: Prompt?
    /// What stands for `{name}` in the texts.
    var variables: [String: String]

    /// A managed prompt as the app received it.
    struct Prompt: Hashable, Sendable {
        var key: String
        var version: Int
        var test: String?
        var variant: Int?
        var system: String
        /// Whether its text tells the model to be thorough, as version 6 of the customers' prompt does.
        var wantsDetail: Bool { system.contains("Explain what you found") }
    }

    /// The text with the session's variables in it.
    func filled(_ text: String) -> String {
        variables.reduce(text) { text, variable in
            text.split(separator: "{\(variable.key)}", omittingEmptySubsequences: false).joined(
                separator: variable.value)
        }
    }

    /// The system text its calls start with.
    var system: String { filled(prompt?.system ?? conversation.system) }
}

extension DemoSession {
    /// Makes up a session that begins so many hours ago.
    static func random(
        in workspace: DemoWorkspace, hoursAgo: Double = 0, using generator: inout SeededGenerator
    ) -> DemoSession? {
        guard
            let conversation = generator.choose(DemoConversation.all, weight: \.weight),
            let person = DemoPerson.all.randomElement(using: &generator)
        else { return nil }
        return of(conversation, with: person, in: workspace, hoursAgo: hoursAgo, using: &generator)
    }

    /// Makes up a session of a person about something.
    static func of(
        _ conversation: DemoConversation, with person: DemoPerson, in workspace: DemoWorkspace, hoursAgo: Double = 0,
        using generator: inout SeededGenerator
    ) -> DemoSession? {
        guard let config = workspace.config(conversation.configKey) else { return nil }
        let id =
            "conv-" + generator.hexadecimal(bytes: 2).dropFirst()
            + generator.hexadecimal(bytes: 1)
        let assigned = try? config.assign(
            sessionID: id, customerID: person.customer,
            context: EvaluationContext(person.context.map { ($0.name, $0.value) }))
        let reference = String(Int.random(in: 10_000...99_999, using: &generator))
        return DemoSession(
            id: id, person: person, conversation: conversation,
            model: DemoModel.named(assigned?.model ?? "gpt-4o"), configVersion: config.version,
            prompt: workspace.prompt(for: conversation.prompt, sessionID: id, person: person, hoursAgo: hoursAgo),
            variables: [
                "name": person.name, "customer": person.customer, "ref": reference,
                "order": "AC-\(Int.random(in: 20_000...29_999, using: &generator))",
                "pr": "#\(Int.random(in: 800...999, using: &generator))",
                "month": ["October", "November"].randomElement(using: &generator) ?? "November",
            ])
    }
}
