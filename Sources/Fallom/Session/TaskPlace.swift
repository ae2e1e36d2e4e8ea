package import Instrumentation

/// Where a task stands: the one thing of ours that its `ServiceContext` holds.
package struct TaskPlace: Sendable {
    /// The current span.
    package var span: SpanContext?
    /// Whose span it is; `nil` for one of elsewhere, which anybody may continue.
    package var spanOwner: Session?
    /// The session that the task works for.
    package var session: Session?
    /// The call that the task is making: requests sent meanwhile are its tries.
    var call: TracedCall?

    package init(span: SpanContext? = nil, spanOwner: Session? = nil, session: Session? = nil) {
        self.span = span
        self.spanOwner = spanOwner
        self.session = session
    }

    /// Runs `operation` here; everything else that the task's context holds stays.
    package nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var context = ServiceContext.current ?? .topLevel
        context.fallomPlace = self
        return try await ServiceContext.$current.run(context, operation)
    }
}

/// A span of a session, as the place of what is done inside it.
package struct SpanPlace: Sendable {
    let span: SpanContext
    let session: Session

    /// Runs `operation` inside of the span.
    package nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var place = ServiceContext.current?.fallomPlace ?? TaskPlace()
        place.span = span
        place.spanOwner = session
        place.session = session
        return try await place.run(operation)
    }
}

private enum TaskPlaceKey: ServiceContextKey {
    typealias Value = TaskPlace
    static var nameOverride: String? { "fallom" }
}

extension ServiceContext {
    /// Where in Fallom's traces this context stands.
    package var fallomPlace: TaskPlace? {
        get { self[TaskPlaceKey.self] }
        set { self[TaskPlaceKey.self] = newValue }
    }
}

extension TaskLocal {
    /// ``withValue(_:operation:)`` with the error's type kept.
    nonisolated(nonsending) func run<Result, Failure: Error>(
        _ value: Value, _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let outcome = await withValue(value) { () async -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}
