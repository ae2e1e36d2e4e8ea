import Instrumentation
import OrderedJSON
import SpanCodec
import TraceModel

/// The tries of one request. Where it took more than one, each is a span below the call that it was made for; the call
/// itself stays one.
struct CallAttempts {
    private let call = TracedCall.current
    private var started: Int64 = 0
    /// How many there were, the one under way among them.
    private(set) var count = 0

    mutating func begin() {
        count += 1
        started = call?.elapsedNanoseconds ?? 0
    }

    func succeeded() {
        if count > 1 { call?.addAttempt(count, from: started, failure: nil) }
    }

    func failed(_ error: ProviderError, isLast: Bool) {
        if count > 1 || !isLast { call?.addAttempt(count, from: started, failure: error) }
    }
}

extension TracedCall {
    /// The call that the task is making: requests sent meanwhile are its tries.
    static var current: TracedCall? { ServiceContext.current?.fallomPlace?.call }

    /// Runs `operation` as this call: what is started in it stands below.
    nonisolated(nonsending) func run<Result>(
        _ operation: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        var place = TaskPlace(span: context, spanOwner: session, session: session)
        place.call = self
        var around = ServiceContext.current ?? .topLevel
        around.fallomPlace = place
        // Every wrapped call goes this way: no type of a result is made for it.
        return try await ServiceContext.$current.withValue(around) { try await operation() }
    }
}
