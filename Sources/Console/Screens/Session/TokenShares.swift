import TraceModel

/// Where a session's tokens went: what each call was sent, told apart by what it was, and what was answered.
///
/// Emitters count tokens of a whole request; they are shared out by the bytes of its messages.
struct TokenShares: Hashable, Sendable {
    /// What tokens are spent on.
    enum Kind: Int, CaseIterable, Hashable, Sendable {
        case system, history, new, tools, retrieved, answer

        var title: String {
            switch self {
            case .system: "system"
            case .history: "history"
            case .new: "new"
            case .tools: "tools"
            case .retrieved: "retrieved"
            case .answer: "answer"
            }
        }
    }

    private(set) var tokens = [Double](repeating: 0, count: Kind.allCases.count)

    var total: Double { tokens.reduce(0, +) }

    subscript(kind: Kind) -> Double { tokens[kind.rawValue] }

    init() {}

    /// Of the calls of a session whose content is here, in their order.
    init(_ turns: Turns, _ contents: [SpanKey: LoadedSpan]) {
        let retrievals = Set(turns.turns.flatMap(\.spans).filter { $0.span.kind == .retrieval }.map(\.span.name))
        var known: Set<MessagePrint> = []
        for stored in turns.turns.flatMap(\.calls) {
            guard let loaded = contents[stored.span.key] else { continue }
            add(loaded, known: &known, retrievals)
        }
    }

    private mutating func add(_ loaded: LoadedSpan, known: inout Set<MessagePrint>, _ retrievals: Set<String>) {
        let usage = loaded.stored.span.usage
        var bytes = [Double](repeating: 0, count: tokens.count)
        if case .messages(let messages) = loaded.detail.input {
            var names: [String: String] = [:]
            for message in messages {
                let print = MessagePrint(message)
                let isKnown = known.contains(print)
                for part in message.parts {
                    if case .toolCall(let id?, let name, _) = part { names[id] = name }
                    let kind = Self.kind(of: part, message, isKnown: isKnown, names, retrievals)
                    bytes[kind.rawValue] += Double(Self.size(of: part))
                }
                known.insert(print)
            }
        }
        let sent = bytes.reduce(0, +)
        let counted = usage.prompt.map { Double(max(0, $0)) } ?? sent / 4
        if sent > 0 { for index in bytes.indices { tokens[index] += bytes[index] / sent * counted } }
        if case .messages(let messages) = loaded.detail.output {
            for message in messages { known.insert(MessagePrint(message)) }
        }
        let answered = usage.completion.map { Double(max(0, $0)) } ?? 0
        tokens[Kind.answer.rawValue] += answered
    }

    private static func kind(
        of part: MessagePart, _ message: Message, isKnown: Bool, _ names: [String: String], _ retrievals: Set<String>
    ) -> Kind {
        if MessagePrint.isInstruction(message) { return .system }
        switch part {
        case .toolResult(let id, let name, _):
            let own = name ?? id.flatMap { names[$0] }
            return own.map(retrievals.contains) == true ? .retrieved : .tools
        case .toolCall: return .tools
        default: return isKnown ? .history : .new
        }
    }

    private static func size(of part: MessagePart) -> Int {
        switch part {
        case .text(let text), .reasoning(let text), .toolResult(_, _, let text), .other(_, let text): text.utf8.count
        case .toolCall(_, let name, let arguments): name.utf8.count + arguments.utf8.count
        case .media(_, let summary): summary.utf8.count
        }
    }
}
