import ProviderCalls

/// A run whose parts come as the model writes them. The next step begins when it is asked for.
public struct TextStream: AsyncSequence, Sendable {
    /// A part.
    public typealias Element = TextPart
    /// What reading can throw.
    public typealias Failure = any Error

    let request: GenerationRequest
    let first: ModelStream
    let run: TracedRun?

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    /// The text alone.
    public var text: TextOnlyStream { TextOnlyStream(base: self) }

    /// Reads one part after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let request: GenerationRequest
        private let end: RunEnd
        private var call: ModelCall
        private var model: ModelStream.AsyncIterator
        private var reply = ModelReply.empty
        private var steps: [GenerationStep] = []
        private var waiting: ArraySlice<TextPart> = []
        private var isDone = false

        init(_ stream: TextStream) {
            request = stream.request
            end = RunEnd(stream.run)
            call = stream.request.call
            model = stream.first.makeAsyncIterator()
        }

        /// The next part; `nil` at the end.
        public mutating func next() async throws -> TextPart? { try await next(isolation: #isolation) }

        /// The next part; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> TextPart? {
            do {
                return try await step(actor)
            } catch {
                end.finish(.failed(error))
                throw error
            }
        }

        private mutating func step(_ actor: isolated (any Actor)?) async throws -> TextPart? {
            while true {
                if let part = waiting.popFirst() { return part }
                if isDone {
                    end.finish(.answered)
                    return nil
                }
                guard let part = try await model.next(isolation: actor) else {
                    if Task.isCancelled {
                        end.finish(.cancelled)
                        return nil
                    }
                    try await endStep(actor)
                    continue
                }
                if let part = take(part) { return part }
            }
        }

        /// Adds a part to the reply; what the app sees of it.
        private mutating func take(_ part: ModelPart) -> TextPart? {
            end.run?.received(part, step: steps.count, arrived: model.lastArrival)
            reply.add(part)
            switch part {
            case .text(let text): return text.isEmpty ? nil : .text(text)
            case .reasoning(let text): return text.isEmpty ? nil : .reasoning(text)
            case .toolCall(let call): return .toolCall(call)
            case .finish: return nil
            }
        }

        /// Ends the run with an error that what is built on this stream throws.
        func fail(_ error: any Error) { end.finish(.failed(error)) }

        private mutating func endStep(_ actor: isolated (any Actor)?) async throws {
            let number = steps.count
            end.run?.replied(reply, step: number)
            let results = try await toolResults()
            let step = GenerationStep(reply: reply, toolResults: results ?? [])
            steps.append(step)
            end.run?.stepEnded(step, number: number)
            waiting += (results ?? []).map(TextPart.toolResult)
            waiting.append(.stepEnded(step))
            guard let results, steps.count < request.maxSteps else {
                waiting.append(.finished(TextResult(steps: steps)))
                isDone = true
                return
            }
            call.messages.append(reply.message)
            call.messages.append(.tool(results))
            reply = .empty
            end.run?.stepStarted(number + 1)
            let asked = call
            let next = try await end.run.inSpan {
                try await end.run.calling { try await request.model.stream(asked) }
            }
            model = next.makeAsyncIterator()
        }

        private func toolResults() async throws -> [ToolResult]? {
            try await end.run.inSpan { try await request.toolResults(for: reply, after: steps, end.run) }
        }
    }
}

/// The text of a run, without everything else.
public struct TextOnlyStream: AsyncSequence, Sendable {
    /// A piece of text.
    public typealias Element = String
    /// What reading can throw.
    public typealias Failure = any Error

    let base: TextStream

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }

    /// Reads one piece after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: TextStream.AsyncIterator

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> String? { try await next(isolation: #isolation) }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> String? {
            while let part = try await base.next(isolation: actor) {
                if case .text(let text) = part { return text }
            }
            return nil
        }
    }
}

/// Tells a run how it ended; as abandoned when nobody reads it any more.
final class RunEnd: Sendable {
    let run: TracedRun?

    init(_ run: TracedRun?) { self.run = run }

    deinit { run?.ended(.abandoned) }

    func finish(_ ending: CallEnding) { run?.ended(ending) }
}
