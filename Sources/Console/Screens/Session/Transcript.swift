import Cells
import Display
import TraceModel

/// A session as one conversation: turn by turn what was said that had not been said before.
///
/// It is made of blocks, one for each span that is shown. A block is laid out when it comes near the screen, and stays so
/// while what it is made from is the same: a key costs what is on the screen, not what the session holds.
struct Transcript: Sendable {
    struct Turn: Sendable {
        /// What it is called.
        let heading: TextLine
        let isAgents: Bool
        /// Its first block.
        let first: Int
    }

    struct Block: Sendable {
        let key: SpanKey
        let turn: Int
        /// Its content as it came last, counted up with each that comes; 0 before it is here.
        var version = 0
        /// Whether its content is to be read again, or cannot be read.
        var isOld = false
        var isMissing = false
        var laid: Laid?
    }

    /// A block as it was laid out.
    struct Laid: Sendable {
        let source: Source
        /// The state of the transcript at which the source was looked at last.
        var lookedAt: Int
        /// What the call was, and what it added as it was written; `nil` where it added nothing to tell.
        let said: (heading: String, messages: [Message])?
    }

    /// What a block's lines are made from.
    struct Source: Hashable, Sendable {
        let width: Int
        let reading: Reading
        let version: Int
        /// In the first block of a turn the turn's heading.
        let heading: TextLine?
        let isAgents: Bool
        /// The versions of the calls it is compared with, in one number.
        let earlier: Int
    }

    /// A call whose content is here, among those that later calls are compared with.
    private struct Heard {
        let block: Int
        let version: Int
        let said: EarlierCalls.Said
    }

    private(set) var turns: [Turn] = []
    var blocks: [Block] = []
    private var blockOfSpan: [SpanKey: Int] = [:]
    private(set) var contents: [SpanKey: LoadedSpan] = [:]
    /// By their blocks.
    private var heard: [Heard] = []
    /// Where the tokens of what was read went.
    private(set) var tokens = TokenShares()
    private var versions = 0
    /// Counts what may change blocks.
    private(set) var state = 0
    /// Counts the blocks that were laid out.
    var laidOut = 0

    // MARK: - What there is

    /// Takes the spans as they are now. What is laid out of a block stays in the text.
    mutating func take(_ new: Turns, into text: inout ScrolledText) {
        let old = (blocks: blocks, blockOfSpan: blockOfSpan)
        (turns, blocks, blockOfSpan) = ([], [], [:])
        var origins: [Int?] = []
        for (index, turn) in new.turns.enumerated() {
            turns.append(
                Turn(heading: Self.heading(turn, number: index + 1), isAgents: turn.isAgents, first: blocks.count))
            for stored in Self.spoken(in: turn) {
                let key = stored.span.key
                let origin = old.blockOfSpan[key]
                var block = Block(key: key, turn: index)
                if let before = origin.map({ old.blocks[$0] }) {
                    (block.version, block.laid) = (before.version, before.laid)
                    let wasRunning = contents[key]?.stored.span.isRunning == true
                    block.isOld = before.isOld || wasRunning && !stored.span.isRunning
                }
                blockOfSpan[key] = blocks.count
                blocks.append(block)
                origins.append(origin)
            }
        }
        state += 1
        let retrievals = Self.retrievals(in: new)
        let isLonger = origins.count >= old.blocks.count && zip(origins, old.blocks.indices).allSatisfy { $0 == $1 }
        if !isLonger || retrievals != tokens.retrievals { hearAgain(retrievals) }
        text.arrange(origins) { block in turns[blocks[block].turn].first == block ? 4 : 2 }
    }

    /// The spans of a turn that are shown: its requests to models, each once, or its root where there is none. What a coding
    /// agent was asked is its root's, and what its tools said is theirs alone.
    static func spoken(in turn: Turns.Turn) -> [StoredSpan] {
        if turn.isAgents {
            return turn.waterfall.rows.prefix(1).map(\.stored)
                + turn.spans.filter { $0.isCall || $0.span.kind == .tool }
        }
        let calls = turn.calls
        return calls.isEmpty ? Array(turn.waterfall.rows.prefix(1).map(\.stored)) : calls
    }

    /// Names of retrievals. Spans are looked at where they lie: there may be many thousands, and each is large.
    private static func retrievals(in new: Turns) -> Set<String> {
        var names: Set<String> = []
        for turn in new.turns {
            for index in turn.spans.indices where turn.spans[index].span.kind == .retrieval {
                names.insert(turn.spans[index].span.name)
            }
        }
        return names
    }

    private static func heading(_ turn: Turns.Turn, number: Int) -> TextLine {
        var runs = [TextLine.Run("turn \(number)", .heading, .bold)]
        if let root = turn.waterfall.rows.first?.stored.span {
            if turn.spans.count > 1 || !turn.spans.contains(where: \.isCall) {
                runs.append(.init("  " + root.name, .heading))
            }
            if let duration = root.durationNanoseconds {
                runs.append(.init("  " + Figure.duration(duration), .heading))
            }
            if turn.spans.count > 1 { runs.append(.init("  \(turn.spans.count) spans", .dim)) }
        }
        return TextLine(runs)
    }

    /// Takes the content of spans.
    mutating func put(_ loaded: [LoadedSpan]) {
        var isRenewed = false
        for span in loaded {
            let key = span.stored.span.key
            contents[key] = span
            guard let block = blockOfSpan[key] else { continue }
            versions += 1
            isRenewed = isRenewed || blocks[block].version > 0
            blocks[block].version = versions
            blocks[block].isOld = false
            if !isRenewed { hear(span, at: block) }
        }
        state += 1
        if isRenewed { hearAgain(tokens.retrievals) }
    }

    /// The content of spans is not to be had.
    mutating func miss(_ keys: [SpanKey]) {
        for key in keys { blockOfSpan[key].map { blocks[$0].isMissing = true } }
    }

    private mutating func hear(_ loaded: LoadedSpan, at block: Int) {
        let isCall = loaded.stored.isCall
        let isCompared = !isAgentsOwn(loaded, at: block)
        guard isCall || isCompared else { return }
        let said = EarlierCalls.Said(loaded)
        if isCompared {
            let place = heard.firstPlace { $0.block >= block }
            heard.insert(Heard(block: block, version: blocks[block].version, said: said), at: place)
        }
        if isCall { tokens.put(loaded, said, at: block) }
    }

    private mutating func hearAgain(_ retrievals: Set<String>) {
        heard = []
        tokens = TokenShares(retrievals: retrievals)
        for index in blocks.indices where blocks[index].version > 0 {
            if let loaded = contents[blocks[index].key] { hear(loaded, at: index) }
        }
    }

    /// Whether a block tells what a coding agent was asked, answered or did, and is compared with nothing.
    func isAgentsOwn(_ loaded: LoadedSpan, at block: Int) -> Bool {
        turns[blocks[block].turn].isAgents && (loaded.stored.span.kind != .llm || loaded.detail.input == .notCaptured)
    }

    // MARK: - Places

    func block(of key: SpanKey) -> Int? { blockOfSpan[key] }

    func firstBlock(ofTurn turn: Int) -> Int { turns.indices.contains(turn) ? turns[turn].first : blocks.count }

    /// Calls and turns from where one looks whose content is read; further ones are when one comes there.
    private static let reach = (callsAfter: 100, callsBefore: 50, turnsAfter: 12, turnsBefore: 6)

    /// The spans whose content is to be read next: from a block on, then before it.
    /// - Parameter all: wherever they are.
    func wanted(from block: Int, all: Bool, limit: Int) -> [SpanKey] {
        guard blocks.indices.contains(block) else { return [] }
        let turn = blocks[block].turn
        var (first, last) = (0, blocks.count)
        if !all {
            first = max(block - Self.reach.callsBefore, firstBlock(ofTurn: max(0, turn - Self.reach.turnsBefore)))
            last = min(block + Self.reach.callsAfter, firstBlock(ofTurn: turn + Self.reach.turnsAfter))
        }
        var keys: [SpanKey] = []
        func add(_ index: Int) -> Bool {
            if (blocks[index].version == 0 || blocks[index].isOld) && !blocks[index].isMissing {
                keys.append(blocks[index].key)
            }
            return keys.count < limit
        }
        if (block..<last).allSatisfy(add) { _ = (first..<block).reversed().allSatisfy(add) }
        return keys
    }

    // MARK: - What came before

    /// The calls that a block is compared with.
    func earlier(than block: Int) -> EarlierCalls { EarlierCalls(compared(with: block).map(\.said)) }

    /// Their versions in one number.
    func earlierVersions(than block: Int) -> Int {
        compared(with: block).reduce(0) { ($0 &+ $1.version) &* 0x9E37_79B1 }
    }

    private func compared(with block: Int) -> ArraySlice<Heard> {
        heard[..<heard.firstPlace { $0.block >= block }].suffix(EarlierCalls.kept)
    }
}
