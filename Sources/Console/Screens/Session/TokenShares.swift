import TraceModel

/// Where a session's tokens went: what each call was sent, told apart by what it was, and what was answered.
///
/// Emitters count tokens of a whole request; they are shared out by the bytes of its messages. Calls come in any order, as
/// they are read: a call that comes late makes history of what calls after it were sent.
struct TokenShares: Sendable {
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

    /// Tokens, one number a kind.
    private typealias Tokens = [Double]

    /// A message of an input.
    private struct Sent {
        let print: MessagePrint
        /// Whether it stands in the input before.
        let isRepeated: Bool
        /// Bytes by kind; what is history or new stands under new.
        let bytes: [Double]
    }

    private struct Call {
        let place: Int
        let sent: [Sent]
        let counted: Double?
        let answered: Double
        var tokens: Tokens
    }

    private static let none = Tokens(repeating: 0, count: Kind.allCases.count)
    let retrievals: Set<String>
    /// By their places.
    private var calls: [Call] = []
    /// In which call a message stood first.
    private var firstSaid: [MessagePrint: Int] = [:]
    private var tokens = TokenShares.none

    var total: Double { tokens.reduce(0, +) }

    subscript(kind: Kind) -> Double { tokens[kind.rawValue] }

    /// - Parameter retrievals: names of retrievals: what tools of these names gave was retrieved.
    init(retrievals: Set<String> = []) {
        self.retrievals = retrievals
    }

    /// Takes a call.
    /// - Parameter place: where in the session it stands among the calls; each comes once.
    mutating func put(_ loaded: LoadedSpan, _ said: EarlierCalls.Said, at place: Int) {
        let index = calls.firstPlace { $0.place >= place }
        calls.insert(call(loaded, said, at: place), at: index)
        var changed: Set<Int> = [place]
        for print in said.prints {
            if let first = firstSaid[print] {
                guard first > place else { continue }
                changed.insert(first)
            }
            firstSaid[print] = place
        }
        for place in changed {
            let index = calls.firstPlace { $0.place >= place }
            calls[index].tokens = share(calls[index])
        }
        tokens = calls.reduce(into: Self.none) { sum, call in
            for kind in sum.indices { sum[kind] += call.tokens[kind] }
        }
    }

    private func call(_ loaded: LoadedSpan, _ said: EarlierCalls.Said, at place: Int) -> Call {
        var names: [String: String] = [:]
        var known: Set<MessagePrint> = []
        let sent = zip(said.messages, said.prints).prefix(said.inputCount).map { message, print in
            var bytes = Self.none
            for part in message.parts {
                if case .toolCall(let id?, let name, _) = part { names[id] = name }
                bytes[kind(of: part, message, names).rawValue] += Double(Self.size(of: part))
            }
            return Sent(print: print, isRepeated: !known.insert(print).inserted, bytes: bytes)
        }
        let usage = loaded.stored.span.usage
        return Call(
            place: place, sent: sent, counted: usage.prompt.map { Double(max(0, $0)) },
            answered: usage.completion.map { Double(max(0, $0)) } ?? 0, tokens: Self.none)
    }

    /// Shares out the tokens of a call.
    private func share(_ call: Call) -> Tokens {
        var bytes = Self.none
        for message in call.sent {
            let isKnown = message.isRepeated || firstSaid[message.print].map { $0 < call.place } ?? false
            for kind in bytes.indices {
                let isHistory = isKnown && kind == Kind.new.rawValue
                bytes[isHistory ? Kind.history.rawValue : kind] += message.bytes[kind]
            }
        }
        let sum = bytes.reduce(0, +)
        let counted = call.counted ?? sum / 4
        var tokens = sum > 0 ? bytes.map { $0 / sum * counted } : Self.none
        tokens[Kind.answer.rawValue] += call.answered
        return tokens
    }

    private func kind(of part: MessagePart, _ message: Message, _ names: [String: String]) -> Kind {
        if MessagePrint.isInstruction(message) { return .system }
        switch part {
        case .toolResult(let id, let name, _):
            let own = name ?? id.flatMap { names[$0] }
            return own.map(retrievals.contains) == true ? .retrieved : .tools
        case .toolCall: return .tools
        default: return .new
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

extension Array {
    /// The first index whose element, and every one after it, passes.
    func firstPlace(where passes: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if passes(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
