/// A conversation as somebody wrote it down: what people say, what the app does, what the model answers.
///
/// `{name}` in any text is replaced by the session's variable of that name, so that one conversation serves many
/// sessions that do not look alike.
struct DemoConversation: Hashable, Sendable {
    /// The config that chooses the model.
    var configKey: String
    /// The managed prompt or A/B test it asks for; `nil` for an app that keeps its prompt in its code.
    var prompt: DemoPrompt?
    /// The system text where no managed prompt is used.
    var system = ""
    /// The name of the agent's span around turns with tools.
    var agent = "agent.run"
    /// Tags on every span.
    var tags: [String] = []
    /// How often it is chosen, relative to the others.
    var weight = 10
    /// What is said, in turns.
    var turns: [DemoTurn]
}

/// Where a conversation's managed prompt comes from.
enum DemoPrompt: Hashable, Sendable {
    /// A prompt's current version.
    case current(String)
    /// The version an A/B test chooses for the session.
    case test(String)
}

/// One question and all that happens until it is answered.
struct DemoTurn: Hashable, Sendable {
    /// What the person types.
    var user: String
    /// What the app does, in order; the last one is the answer.
    var steps: [DemoStep]

    init(_ user: String, _ steps: [DemoStep]) {
        self.user = user
        self.steps = steps
    }
}

/// One thing an app does in a turn.
enum DemoStep: Hashable, Sendable {
    /// A search for documents: the query, and what was found with its score.
    case retrieval(String, [DemoDocument])
    /// A tool that the model asked for: name, arguments and result as JSON.
    case tool(String, arguments: String, result: String)
    /// A tool that fails.
    case failingTool(String, arguments: String, error: String)
    /// The model's answer, and how it answers a prompt that asks for more words.
    case answer(String, thorough: String? = nil)
    /// An answer as a generated object, JSON.
    case object(String)
    /// An answer that the provider's content filter cuts.
    case filtered(String)
    /// An answer that ends where the token limit is.
    case cutOff(String)
    /// A call that fails with that HTTP status, and is made again.
    case failure(Int)
    /// A call that fails and ends the turn.
    case lastFailure(Int)
}

/// A document that a search found.
struct DemoDocument: Hashable, Sendable {
    var id: String
    var score: Double
    var text: String

    init(_ id: String, _ score: Double, _ text: String) {
        self.id = id
        self.score = score
        self.text = text
    }
}

extension DemoConversation {
    /// Everything the demo can play.
    static let all: [DemoConversation] = [
        .refund, .latePackage, .japaneseOrder, .arabicAddress, .cancelPlan,
        .codeReview, .flakyTest, .salesFigures, .incident,
        .meetingNotes, .invoice, .onboarding, .launchCopy, .dinner,
    ]
}
