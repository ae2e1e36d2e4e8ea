/// How an answer's bytes are cut into pieces, told from the first of them: the content type that servers give is often
/// another one, or none.
struct AnswerFraming: Sendable {
    /// A piece of an answer.
    enum Piece: Sendable {
        /// A JSON text; the name is that of its event, where it has one.
        case json([UInt8], event: String?)
        /// The mark that ends a stream.
        case done
        /// An error that the transport itself reports (AWS).
        case exception(type: String, payload: [UInt8])
    }

    /// What the bytes are.
    enum Form: Hashable, Sendable {
        case undecided, events, json, awsEvents, markup, text
    }

    private(set) var form = Form.undecided
    private var held: [UInt8] = []
    private var events = ServerSentEventParser()
    private var json: JSONTextSplitter
    private var aws = AWSEventStreamParser()
    /// The beginning of an answer that is neither JSON nor events.
    private(set) var text: [UInt8] = []

    private static let longestText = 1 << 16

    init(longestAnswer: Int) { json = JSONTextSplitter(longest: longestAnswer) }

    /// Whether something was under way when the bytes ended, or could not be read.
    private(set) var isCut = false

    /// Whether a piece was longer than what is kept.
    var hasSkipped: Bool { events.skippedEvents + json.skippedTexts > 0 }

    /// Takes bytes and gives the pieces that they complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Piece] {
        guard form == .undecided else { return read(bytes) }
        held.append(contentsOf: bytes)
        form = Self.form(of: held) ?? .undecided
        guard form != .undecided else { return [] }
        let first = held
        held = []
        return first.withUnsafeBytes { read($0) }
    }

    /// The pieces that were under way when the bytes ended.
    mutating func finish() -> [Piece] {
        if form == .undecided, !held.isEmpty {
            form = .text
            text = held
        }
        switch form {
        case .events:
            guard let last = events.finish(), let piece = Self.piece(last) else { return [] }
            return [piece]
        case .json: isCut = json.isInside
        case .awsEvents: isCut = aws.isInside || aws.isBroken
        case .undecided, .markup, .text: break
        }
        return []
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) -> [Piece] {
        switch form {
        case .undecided: return []
        case .events: return events.take(bytes).compactMap(Self.piece)
        case .json: return json.take(bytes).map { .json($0, event: nil) }
        case .awsEvents: return aws.take(bytes).map(Self.piece)
        case .markup, .text:
            text.append(contentsOf: bytes.prefix(max(0, Self.longestText - text.count)))
            return []
        }
    }

    private static func piece(_ event: ServerSentEventParser.Event) -> Piece? {
        if event.isDone { return .done }
        return event.isBlank ? nil : .json(event.data, event: event.name)
    }

    private static func piece(_ message: AWSEventStreamParser.Message) -> Piece {
        if message.headers[":message-type"] == "error" || message.headers[":message-type"] == "exception" {
            let type = message.headers[":exception-type"] ?? message.headers[":error-code"] ?? "error"
            guard message.payload.isEmpty, let text = message.headers[":error-message"] else {
                return .exception(type: type, payload: message.payload)
            }
            return .exception(type: type, payload: Array(text.utf8))
        }
        return .json(message.payload, event: message.headers[":event-type"])
    }

    /// What bytes begin; `nil` when there are too few of them to tell.
    private static func form(of bytes: [UInt8]) -> Form? {
        var rest = bytes[...]
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if rest.starts(with: mark) { rest = rest.dropFirst(3) } else if mark.starts(with: rest) { return nil }
        rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
        case UInt8(ascii: "<"): return .markup
        case UInt8(ascii: ":"): return .events
        case 0:
            guard let isAWS = AWSEventStreamParser.mayBegin(rest) else { return nil }
            return isAWS ? .awsEvents : .text
        default: break
        }
        for field in ["data", "event", "id", "retry"] {
            let name = field.utf8
            let common = rest.prefix(name.count)
            guard name.starts(with: common) else { continue }
            guard rest.count > name.count else { return nil }
            let next = rest[rest.startIndex + name.count]
            return next == UInt8(ascii: ":") || next == 0x0A || next == 0x0D ? .events : .text
        }
        return .text
    }
}
