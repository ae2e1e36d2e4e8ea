import OrderedJSON
import ProviderCalls

/// The providers' words for why a model stopped, as the AI SDK spells them.
enum FinishReason {
    /// - Parameter reason: one of the common words (``CapturedCall/finishReason``), or the provider's own.
    static func folded(_ reason: String?) -> String {
        switch reason {
        case "stop": "stop"
        case "length": "length"
        case "tool_calls": "tool-calls"
        case "content_filter": "content-filter"
        case nil: "unknown"
        case let other?: other
        }
    }
}

/// A provider's pieces as parts: texts as they come, tools and the end from what all pieces add up to.
struct FoldedParts: AsyncSequence, Sendable {
    typealias Element = ModelPart
    typealias Failure = any Error

    let base: JSONEventStream
    let dialect: CallDialect
    let reply: @Sendable (JSONValue) -> ModelReply
    let texts: @Sendable (JSONValue) -> [ModelPart]

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    struct AsyncIterator: AsyncIteratorProtocol, ArrivalReporting {
        var lastArrival: Int64? { base.lastArrival }
        private var base: JSONEventStream.AsyncIterator
        private let parts: FoldedParts
        private var pieces: [JSONValue] = []
        private var waiting: ArraySlice<ModelPart> = []
        private var isDone = false

        init(_ parts: FoldedParts) {
            self.parts = parts
            base = parts.base.makeAsyncIterator()
        }

        mutating func next() async throws -> ModelPart? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ModelPart? {
            while true {
                if let part = waiting.popFirst() { return part }
                if isDone { return nil }
                if let piece = try await base.next(isolation: actor) {
                    pieces.append(piece)
                    waiting += parts.texts(piece)
                    continue
                }
                isDone = true
                guard let whole = parts.dialect.fold(pieces) else { return nil }
                let reply = parts.reply(whole)
                waiting += reply.toolCalls.map(ModelPart.toolCall)
                waiting.append(.finish(reply.end))
            }
        }
    }
}
