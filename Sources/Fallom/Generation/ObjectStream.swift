import OrderedJSON

/// An object that grows as the model writes it: each element is what can be read of it so far, different from the one
/// before. The last is the whole object.
public struct ObjectStream: AsyncSequence, Sendable {
    /// What can be read so far.
    public typealias Element = JSON
    /// What reading can throw.
    public typealias Failure = any Error

    let base: TextStream

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }

    /// Reads one state after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: TextStream.AsyncIterator
        private var text = ""
        private var partial = PartialJSON()

        private func malformed(_ error: any Error, _ result: TextResult) -> GenerationError {
            let end = result.steps.last?.reply.end ?? ModelEnd(finishReason: "unknown")
            return .malformedObject(MalformedObject(reason: "\(error)", text: text, end: end))
        }

        init(base: TextStream.AsyncIterator) { self.base = base }

        /// The next state; `nil` at the end.
        ///
        /// - Throws: ``GenerationError/malformedObject(_:)`` when what the model wrote is no JSON at the end.
        public mutating func next() async throws -> JSON? { try await next(isolation: #isolation) }

        /// The next state; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> JSON? {
            while let part = try await base.next(isolation: actor) {
                switch part {
                case .text(let more):
                    text += more
                    if partial.take(more) { return partial.value.map { JSON($0) } }
                case .finished(let result):
                    let whole: JSONValue
                    do {
                        whole = try JSONValue(parsing: text, allowsLoneSurrogates: true)
                    } catch {
                        let error = malformed(error, result)
                        base.fail(error)
                        throw error
                    }
                    if whole != partial.value { return JSON(whole) }
                default: break
                }
            }
            return nil
        }
    }
}
