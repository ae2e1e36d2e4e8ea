import Cells
import Prompts
import TraceModel

/// The way from a span to the version of the prompt it was made with.
struct PromptLink: Hashable, Sendable {
    let key: String
    /// `nil` where the span names none that a version can be.
    let version: Int?
    /// The span: its call shows the text as it was sent.
    let span: SpanKey?

    /// `nil` for a span that names no prompt.
    init?(_ span: Span?) {
        guard let span, let key = span.promptKey else { return nil }
        self.key = key
        version = span.promptVersion.flatMap { Int($0) }
        self.span = span.key
    }

    /// The command that shows the prompt of a screen's call.
    static func opening<S: Screen>(
        _ screen: S.Type, _ name: String, order: Int, rank: Int, _ call: @escaping @Sendable (S) -> StoredSpan?
    ) -> Command {
        .on(
            screen, name + ".prompt", "its prompt", ["p"], hint: .of("prompt", order: order, rank: rank),
            help: "Show the version of the prompt that the call was made with, beside the text as it was sent.",
            when: { PromptLink(call($0)?.span) != nil }, otherwise: { _ in "the call names no prompt" },
            do: { screen, scope in
                if let link = PromptLink(call(screen)?.span) { scope.move(.prompt(link)) }
            })
    }
}

/// A prompt's texts as one call sent them: the template with that call's variables filled in.
struct SentPrompt: Sendable {
    /// The call.
    let span: StoredSpan
    /// The system message.
    let system: String?
    /// The last message of the user: earlier ones are of earlier turns.
    let user: String?

    init(_ loaded: LoadedSpan) {
        span = loaded.stored
        guard case .messages(let messages) = loaded.detail.input else {
            (system, user) = (nil, nil)
            return
        }
        system = messages.first { ["system", "developer"].contains($0.role) }.map(Self.text)
        user = messages.last { $0.role == "user" }.map(Self.text)
    }

    subscript(part: PromptPart) -> String? { part == .system ? system : user }

    private static func text(_ message: Message) -> String {
        message.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined(separator: "\n")
    }
}
