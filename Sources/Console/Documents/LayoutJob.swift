import Cells
import TraceModel

/// The text of a large span, which is laid out beside the keys, so that none has to wait for it.
public struct LayoutJob: Hashable, Sendable {
    /// Which of its texts.
    enum Text: Hashable, Sendable {
        case messages(Reading)
        case record
    }

    let loaded: LoadedSpan
    let text: Text
    /// Columns.
    let width: Int
    /// What the messages are compared with.
    var earlier = EarlierCalls()

    /// Texts larger than this are laid out so, in bytes.
    static let largest = 100_000

    /// Whether they are the same text in the same columns.
    public static func == (one: LayoutJob, other: LayoutJob) -> Bool {
        one.key == other.key && one.text == other.text && one.width == other.width
    }

    /// Feeds what tells jobs apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(text)
        hasher.combine(width)
    }

    private var key: SpanKey { loaded.stored.span.key }

    /// Lays it out, which takes as long as the text is.
    public func run() -> LaidOutText {
        switch text {
        case .messages(let reading):
            return LaidOutText(read: Conversation(width: width, reading: reading).added(loaded, after: earlier))
        case .record: return LaidOutText(read: ReadConversation(lines: Self.record(loaded.json, width: width)))
        }
    }

    /// A record as JSON, or as it is where it is none.
    static func record(_ json: String, width: Int) -> [TextLine] {
        JSONLayout.lines(json, width: width) ?? TextFlow.hardLines(json, width: width).map { TextLine([.init($0)]) }
    }
}

/// What a ``LayoutJob`` has made.
public struct LaidOutText: Sendable {
    let read: ReadConversation
}
