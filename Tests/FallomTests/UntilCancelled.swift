/// What never answers: waits until its task is cancelled, however long that takes.
func untilCancelled() async throws -> Never {
    let (silence, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in silence {}
    withExtendedLifetime(continuation) {}
    throw CancellationError()
}
