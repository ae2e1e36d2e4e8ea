import Cells
import TraceModel

/// What a call's input is against what stood in a call before: each of its messages once, in order.
struct ContextComparison: Sendable {
    /// A stretch of the input, or something that is no longer in it.
    enum Piece: Hashable, Sendable {
        /// Messages that stood there before.
        case asBefore(Range<Int>)
        /// A message in the place of another.
        case changed(Int, from: Message)
        /// A message that is new.
        case added(Int)
        /// Messages that stood there and do not any more.
        case dropped([Message])
    }

    let pieces: [Piece]
    /// How many messages of the input stood there before.
    var known: Int {
        pieces.reduce(0) { if case .asBefore(let range) = $1 { $0 + range.count } else { $0 } }
    }

    /// The messages of the input that did not stand there before.
    var new: [Int] {
        pieces.compactMap { piece in
            switch piece {
            case .added(let index), .changed(let index, _): index
            case .asBefore, .dropped: nil
            }
        }
    }

    /// Pairs of messages that are compared one by one at most; of longer middles nothing is told but that they differ.
    private static let largest = 250_000

    /// Compares an input with what was said until and in an earlier call.
    init(_ now: [Message], after before: [Message]) {
        self.init(now, MessagePrint.all(of: now), after: before, MessagePrint.all(of: before))
    }

    init(_ now: [Message], _ nowPrints: [MessagePrint], after before: [Message], _ prints: [MessagePrint]) {
        let common = Self.common(nowPrints, prints)
        var pieces: [Piece] = []
        var (i, j) = (0, 0)
        // Only what leads is shared by calls that have nothing to do with each other.
        let isContinued = common.contains { !MessagePrint.isInstruction(now[$0.now]) }
        for match in common + [(now: now.count, before: before.count)] {
            let isEnd = match.now == now.count
            Self.add(
                now, i..<match.now, before[j..<match.before], isCompared: isContinued || !isEnd && !common.isEmpty,
                to: &pieces)
            if !isEnd { Self.extend(&pieces, with: match.now) }
            (i, j) = (match.now + 1, match.before + 1)
        }
        self.pieces = pieces
    }

    /// Adds what lies between two messages that both have.
    private static func add(
        _ now: [Message], _ new: Range<Int>, _ old: ArraySlice<Message>, isCompared: Bool, to pieces: inout [Piece]
    ) {
        var left = Array(old)
        for index in new {
            let role = Conversation.role(of: now[index].role)
            if isCompared, let place = left.firstIndex(where: { Conversation.role(of: $0.role) == role }) {
                if place > 0 { pieces.append(.dropped(Array(left[..<place]))) }
                pieces.append(.changed(index, from: left[place]))
                left.removeFirst(place + 1)
            } else {
                pieces.append(.added(index))
            }
        }
        if isCompared, !left.isEmpty { pieces.append(.dropped(left)) }
    }

    private static func extend(_ pieces: inout [Piece], with index: Int) {
        if case .asBefore(let range) = pieces.last, range.upperBound == index {
            pieces[pieces.count - 1] = .asBefore(range.lowerBound..<index + 1)
        } else {
            pieces.append(.asBefore(index..<index + 1))
        }
    }

    /// The places of a longest common subsequence.
    private static func common(_ now: [MessagePrint], _ before: [MessagePrint]) -> [(now: Int, before: Int)] {
        let start = zip(now, before).prefix { $0 == $1 }.count
        let lead = (0..<start).map { (now: $0, before: $0) }
        let (rows, columns) = (now.count - start, before.count - start)
        guard rows > 0, columns > 0, rows * columns <= largest else { return lead }
        var lengths = Array(repeating: Int32(0), count: (rows + 1) * (columns + 1))
        for row in (0..<rows).reversed() {
            for column in (0..<columns).reversed() {
                let place = row * (columns + 1) + column
                lengths[place] =
                    now[start + row] == before[start + column]
                    ? lengths[place + columns + 2] + 1 : max(lengths[place + 1], lengths[place + columns + 1])
            }
        }
        var found = lead
        var (row, column) = (0, 0)
        while row < rows, column < columns {
            let place = row * (columns + 1) + column
            if now[start + row] == before[start + column] {
                found.append((start + row, start + column))
                (row, column) = (row + 1, column + 1)
            } else if lengths[place + 1] > lengths[place + columns + 1] {
                column += 1
            } else {
                row += 1
            }
        }
        return found
    }
}

/// What tells whether a later call repeats a message. Providers name roles anew, leave ids and reasoning out when a message
/// is history, and write JSON with other spaces.
struct MessagePrint: Hashable, Sendable {
    private let digest: Int
    private let length: Int

    init(_ message: Message) {
        var hasher = Hasher()
        var length = 0
        func add(_ text: String, _ kind: Int) {
            hasher.combine(kind)
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            length += text.utf8.count
        }
        /// JSON, however it is spaced.
        func addSolid(_ text: String, _ kind: Int) {
            let solid = text.utf8.filter { $0 > 0x20 }
            hasher.combine(kind)
            solid.withUnsafeBytes { hasher.combine(bytes: $0) }
            length += solid.count
        }
        hasher.combine(Conversation.role(of: message.role))
        for part in message.parts {
            switch part {
            case .text(let text): add(text, 1)
            case .reasoning: break
            case .toolCall(_, let name, let arguments):
                add(name, 2)
                addSolid(arguments, 3)
            case .toolResult(_, _, let result): addSolid(result, 4)
            case .media(let kind, let summary):
                add(kind, 5)
                add(summary, 6)
            case .other(let type, let json):
                add(type, 7)
                addSolid(json, 8)
            }
        }
        digest = hasher.finalize()
        self.length = length
    }

    static func all(of messages: [Message]) -> [MessagePrint] { messages.map(MessagePrint.init) }

    static func isInstruction(_ message: Message) -> Bool { Conversation.role(of: message.role) == .system }
}

/// What was said until and in calls that went before, the newest last: of them the one that a call goes on from.
struct EarlierCalls: Sendable {
    /// One call: its input and its answer.
    struct Said: Sendable {
        let messages: [Message]
        let prints: [MessagePrint]
        fileprivate let known: Set<MessagePrint>
        /// How many of the messages are the input.
        let inputCount: Int
        /// Tokens that all of it took, where they are known.
        let tokens: Int?

        init(_ messages: [Message], inputCount: Int, tokens: Int?) {
            self.messages = messages
            prints = MessagePrint.all(of: messages)
            known = Set(prints)
            self.inputCount = inputCount
            self.tokens = tokens
        }

        init(_ loaded: LoadedSpan) {
            var said: [Message] = []
            if case .messages(let input) = loaded.detail.input { said = input }
            let inputCount = said.count
            if case .messages(let output) = loaded.detail.output { said += output }
            let usage = loaded.stored.span.usage
            // What emitters report is hostile: a sum beyond counting is no figure.
            let sum = usage.prompt.map { $0.addingReportingOverflow(usage.completion ?? 0) }
            self.init(said, inputCount: inputCount, tokens: sum.flatMap { $0.overflow ? nil : $0.partialValue })
        }
    }

    /// Calls that are kept: those that run beside each other and what came before, for an agent may ask many helpers between
    /// two calls of its own.
    static let kept = 40
    private(set) var calls: [Said] = []

    init() {}

    /// The calls as they are, the newest last.
    init(_ calls: [Said]) { self.calls = calls.suffix(Self.kept) }

    /// Adds a call with what was said in it.
    mutating func add(_ loaded: LoadedSpan) { add(Said(loaded)) }

    mutating func add(_ said: Said) {
        calls.append(said)
        if calls.count > Self.kept { calls.removeFirst() }
    }

    /// The call that shares most with an input, the latest of several.
    func base(of prints: [MessagePrint]) -> Said? {
        var best: (said: Said, shared: Int)?
        for said in calls {
            let lead = zip(prints, said.prints).prefix { $0 == $1 }.count
            let shared = 2 * prints.count(where: said.known.contains) + lead
            if shared > 0, shared >= best?.shared ?? 0 { best = (said, shared) }
        }
        return best?.said
    }

    /// Compares an input with the call it goes on from.
    func comparison(of input: [Message]) -> (ContextComparison, Said?) {
        let prints = MessagePrint.all(of: input)
        let base = base(of: prints)
        return (ContextComparison(input, prints, after: base?.messages ?? [], base?.prints ?? []), base)
    }
}
