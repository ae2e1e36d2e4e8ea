import SpanCodec
import Synchronization
import TraceModel

/// Gives filters what a span's bytes hold: decoded once, and only when a filter asks.
enum SpanLookup {
    @Sendable
    static func of(_ whole: StoredSpanPayload) -> SpanFilterLookup {
        let decoded = DecodedOnce(whole)
        return SpanFilterLookup(
            content: { decoded.texts.joined(separator: "\n") },
            input: { decoded.input ?? "" },
            output: { decoded.output ?? "" },
            roles: { decoded.roles },
            attribute: { decoded.attribute($0).map(AttributeLine.full) })
    }

    @Sendable
    static func addRuns(_ whole: StoredSpanPayload, to runs: inout SearchRuns) {
        runs.add(whole.payload, contents: whole.contents)
    }
}

private final class DecodedOnce: Sendable {
    private let whole: StoredSpanPayload
    private let decoded = Mutex<(input: CapturedContent, output: CapturedContent)?>(nil)
    /// The inner one is `nil` where the bytes could not be read.
    private let detail = Mutex<SpanDetail??>(nil)

    init(_ whole: StoredSpanPayload) {
        self.whole = whole
    }

    private var conversation: (input: CapturedContent, output: CapturedContent) {
        decoded.withLock { decoded in
            if let decoded { return decoded }
            let conversation = (try? PayloadDecoder().conversation(of: whole)) ?? (.notCaptured, .notCaptured)
            decoded = conversation
            return conversation
        }
    }

    func attribute(_ name: String) -> AttributeValue? {
        detail.withLock { detail in
            let read =
                detail
                ?? (try? PayloadDecoder().detail(of: whole.payload, contents: whole.contents, span: whole.stored.span))
            detail = .some(read)
            return read?.attributes[name] ?? read?.resource[name]
        }
    }

    var input: String? { SpanTexts.text(conversation.input) }

    var output: String? { SpanTexts.text(conversation.output) }

    var texts: [String] { [input, output].compactMap(\.self) }

    var roles: [String] {
        var roles: [String] = []
        for content in [conversation.input, conversation.output] {
            if case .messages(let messages) = content { roles += messages.map(\.role) }
        }
        return roles
    }
}
