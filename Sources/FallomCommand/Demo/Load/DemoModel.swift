/// A model as the demo plays it: who makes it, how fast it is, what it costs. The figures are plausible, not measured.
struct DemoModel: Hashable, Sendable {
    /// Whose API the app calls.
    enum Provider: String, Hashable, Sendable {
        case openai
        case anthropic
        case google = "gcp.gemini"

        /// The name of the span of a call.
        var method: String {
            switch self {
            case .openai: "chat.completions.create"
            case .anthropic: "messages.create"
            case .google: "generateContent"
            }
        }
    }

    /// What the app asks for.
    var name: String
    /// What the provider says answered.
    var answeringName: String
    var provider: Provider
    /// Median milliseconds to the first token.
    var firstToken: Double
    /// Tokens a second after that.
    var speed: Double
    /// Nano-dollars for a prompt token.
    var promptPrice: Int64
    /// Nano-dollars for a completion token.
    var completionPrice: Int64
    /// Whether it thinks before it answers.
    var reasons = false

    /// All models of the demo's configs.
    static let all = [
        DemoModel(
            name: "gpt-4o", answeringName: "gpt-4o-2024-11-20", provider: .openai, firstToken: 330, speed: 92,
            promptPrice: 2500, completionPrice: 10000),
        DemoModel(
            name: "gpt-4o-mini", answeringName: "gpt-4o-mini-2024-07-18", provider: .openai, firstToken: 260,
            speed: 128,
            promptPrice: 150, completionPrice: 600),
        DemoModel(
            name: "o4-mini", answeringName: "o4-mini-2025-04-16", provider: .openai, firstToken: 1900, speed: 140,
            promptPrice: 1100, completionPrice: 4400, reasons: true),
        DemoModel(
            name: "claude-sonnet-4-5", answeringName: "claude-sonnet-4-5-20250929", provider: .anthropic,
            firstToken: 640,
            speed: 71, promptPrice: 3000, completionPrice: 15000),
        DemoModel(
            name: "claude-haiku-4-5", answeringName: "claude-haiku-4-5-20251001", provider: .anthropic, firstToken: 240,
            speed: 150, promptPrice: 1000, completionPrice: 5000),
        DemoModel(
            name: "gemini-2.5-flash", answeringName: "gemini-2.5-flash", provider: .google, firstToken: 190, speed: 205,
            promptPrice: 300, completionPrice: 2500),
    ]

    /// The model of that name; an unknown one behaves like the first.
    static func named(_ name: String) -> DemoModel {
        all.first { $0.name == name } ?? all[0]
    }
}
