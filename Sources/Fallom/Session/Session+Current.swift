import Instrumentation

extension Session {
    /// The session that the current task works for: the one of the innermost span or of the innermost
    /// ``asCurrent(_:)``; `nil` outside of both.
    public static var current: Session? { ServiceContext.current?.fallomPlace?.session }

    /// Runs `operation` with this session as ``current``, for code deep below that has no parameter for it. Spans of an
    /// instrumented library that are opened there are this session's.
    public nonisolated(nonsending) func asCurrent<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var place = ServiceContext.current?.fallomPlace ?? TaskPlace()
        place.session = self
        return try await place.run(operation)
    }
}
